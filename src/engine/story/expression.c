/* Expressions, in the words that SugarCube and Harlowe use: operator precedence by a stack of waiting operators (Dijkstra 1961),
 * so that what is nested deep costs memory and not calls. `and` and `or` leave out their right side when the left one decides. */
#include "engine/story/inside.h"

#define WAITING_MOST 256 /* operators, brackets and calls within each other */

enum token_kind { T_END, T_NUMBER, T_TEXT, T_VARIABLE, T_WORD, T_SIGN, T_WRONG };

struct token {
    enum token_kind kind;
    struct str text;
    double number;
};

enum waiting_kind { W_OPERATOR, W_BRACKET, W_CALL };

struct waiting {
    enum waiting_kind kind;
    enum code code;
    int binds;
    uint32_t patch;    /* AND, OR: the instruction to complete */
    size_t function, arguments;
    size_t code_from;  /* of a call */
};

struct reading {
    const struct place *at;
    struct str s;
    size_t i;
    uint32_t it;
    struct waiting *waiting; /* WAITING_MOST */
    size_t waits, deep;
    struct token next;
    const char *wrong;
    struct str about;
};

static const struct {
    struct str name;
    enum code code;
    size_t least, most;
} functions[] = {
    {S_INIT("random"), CODE_RANDOM, 1, 2},     {S_INIT("either"), CODE_EITHER, 1, 100},
    {S_INIT("visited"), CODE_VISITED, 0, 1},   {S_INIT("hasvisited"), CODE_DEFINED, 1, 1},
    {S_INIT("turns"), CODE_TURNS, 0, 0},       {S_INIT("floor"), CODE_FLOOR, 1, 1},
    {S_INIT("ceil"), CODE_CEIL, 1, 1},         {S_INIT("round"), CODE_ROUND, 1, 1},
    {S_INIT("abs"), CODE_ABS, 1, 1},           {S_INIT("min"), CODE_LEAST, 1, 100},
    {S_INIT("max"), CODE_MOST, 1, 100},        {S_INIT("math.floor"), CODE_FLOOR, 1, 1},
    {S_INIT("math.ceil"), CODE_CEIL, 1, 1},    {S_INIT("math.round"), CODE_ROUND, 1, 1},
    {S_INIT("math.abs"), CODE_ABS, 1, 1},      {S_INIT("math.min"), CODE_LEAST, 1, 100},
    {S_INIT("math.max"), CODE_MOST, 1, 100},   {S_INIT("str"), CODE_AS_TEXT, 1, 1},
    {S_INIT("string"), CODE_AS_TEXT, 1, 1},    {S_INIT("text"), CODE_AS_TEXT, 1, 1},
    {S_INIT("num"), CODE_AS_NUMBER, 1, 1},     {S_INIT("number"), CODE_AS_NUMBER, 1, 1},
};

static const struct {
    struct str name;
    enum code code;
    int binds;
} operators[] = {
    {S_INIT("or"), CODE_OR, 1},          {S_INIT("||"), CODE_OR, 1},         {S_INIT("and"), CODE_AND, 2},
    {S_INIT("&&"), CODE_AND, 2},         {S_INIT("is"), CODE_EQUAL, 4},      {S_INIT("eq"), CODE_EQUAL, 4},
    {S_INIT("==="), CODE_EQUAL, 4},      {S_INIT("=="), CODE_EQUAL, 4},      {S_INIT("isnot"), CODE_UNEQUAL, 4},
    {S_INIT("neq"), CODE_UNEQUAL, 4},    {S_INIT("!=="), CODE_UNEQUAL, 4},   {S_INIT("!="), CODE_UNEQUAL, 4},
    {S_INIT("contains"), CODE_CONTAINS, 4}, {S_INIT("<="), CODE_LESS_EQUAL, 5}, {S_INIT("lte"), CODE_LESS_EQUAL, 5},
    {S_INIT(">="), CODE_GREATER_EQUAL, 5}, {S_INIT("gte"), CODE_GREATER_EQUAL, 5}, {S_INIT("<"), CODE_LESS, 5},
    {S_INIT("lt"), CODE_LESS, 5},        {S_INIT(">"), CODE_GREATER, 5},     {S_INIT("gt"), CODE_GREATER, 5},
    {S_INIT("+"), CODE_ADD, 6},          {S_INIT("-"), CODE_SUBTRACT, 6},    {S_INIT("*"), CODE_MULTIPLY, 7},
    {S_INIT("/"), CODE_DIVIDE, 7},       {S_INIT("%"), CODE_REMAINDER, 7},
};
#define BINDS_NOT 3
#define BINDS_TIGHT 8

bool story_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* ---- tokens ---------------------------------------------------------------------------------------------------------- */
static struct str text_in_quotes(struct arena *a, struct str s)
{
    if (s.n == 0 || memchr(s.p, '\\', s.n) == NULL)
        return s.p != NULL ? s : S("");
    struct buf b = buf_new(a, s.n);
    for (size_t k = 0; k < s.n; k++) {
        bool escaped = s.p[k] == '\\' && k + 1 < s.n;
        k += escaped;
        buf_ch(&b, escaped && s.p[k] == 'n' ? '\n' : s.p[k]);
    }
    return buf_text(&b);
}

/* Behind the closing quotation mark of the one at s.p[at]; 0 when there is none. */
static size_t behind_quotes(struct str s, size_t at)
{
    char quote = s.p[at];
    for (size_t k = at + 1; k < s.n; k++)
        if (s.p[k] == '\\')
            k++;
        else if (s.p[k] == quote)
            return k + 1;
    return 0;
}

bool story_quoted(struct arena *a, struct str s, struct str *out)
{
    s = str_trim(s);
    if (s.n < 2 || (s.p[0] != '"' && s.p[0] != '\'') || behind_quotes(s, 0) != s.n)
        return false;
    *out = text_in_quotes(a, str_sub(s, 1, s.n - 2));
    return true;
}

static struct token token(struct reading *r)
{
    struct str s = r->s;
    size_t from;
    while (r->i < s.n && (s.p[r->i] == ' ' || s.p[r->i] == '\t' || s.p[r->i] == '\n' || s.p[r->i] == '\r'))
        r->i++;
    from = r->i;
    if (from == s.n)
        return (struct token){.kind = T_END, .text = S("the end")};
    char c = s.p[from];
    if (c == '"' || c == '\'') {
        size_t end = behind_quotes(s, from);
        if (end == 0)
            return (struct token){.kind = T_WRONG, .text = str_sub(s, from, s.n)};
        r->i = end;
        return (struct token){.kind = T_TEXT, .text = text_in_quotes(r->at->s->a, str_sub(s, from + 1, end - from - 2))};
    }
    if ((c >= '0' && c <= '9') || (c == '.' && from + 1 < s.n && s.p[from + 1] >= '0' && s.p[from + 1] <= '9')) {
        while (r->i < s.n && (s.p[r->i] == '.' || story_name_byte(s.p[r->i])))
            r->i++;
        struct token t = {.kind = T_NUMBER, .text = str_sub(s, from, r->i - from)};
        if (!str_to_real(t.text, &t.number))
            t.kind = T_WRONG;
        return t;
    }
    if (c == '$' || story_name_byte(c)) {
        for (r->i++; r->i < s.n && (story_name_byte(s.p[r->i]) || (c != '$' && c != '_' && s.p[r->i] == '.'));)
            r->i++;
        struct str text = str_sub(s, from, r->i - from);
        bool variable = (c == '$' || c == '_') && text.n > 1;
        return (struct token){.kind = variable ? T_VARIABLE : c == '$' ? T_WRONG : T_WORD, .text = text};
    }
    static const struct str longer[] = {S_INIT("==="), S_INIT("!=="), S_INIT("=="), S_INIT("!="),
                                        S_INIT("<="),  S_INIT(">="),  S_INIT("&&"), S_INIT("||")};
    r->i++;
    for (size_t k = 0; k < COUNT_OF(longer); k++)
        if (str_starts(str_sub(s, from, s.n), longer[k])) {
            r->i = from + longer[k].n;
            break;
        }
    return (struct token){.kind = T_SIGN, .text = str_sub(s, from, r->i - from)};
}

static void advance(struct reading *r)
{
    r->next = token(r);
}

static bool sign(const struct reading *r, const char *z)
{
    return r->next.kind == T_SIGN && str_eq_z(r->next.text, z);
}

static bool word(const struct reading *r, const char *z)
{
    return r->next.kind == T_WORD && str_eq_nocase(r->next.text, str_from(z));
}

static bool fail(struct reading *r, const char *why)
{
    if (r->wrong == NULL) {
        r->wrong = why;
        r->about = r->next.text;
    }
    return false;
}

/* ---- instructions ---------------------------------------------------------------------------------------------------- */
static struct instruction *emit(struct reading *r, enum code code, uint32_t arg, double number)
{
    struct story *s = r->at->s;
    struct instruction *i = PUSH(s->a, s->code, s->code_count, s->code_room);
    *i = (struct instruction){.code = code, .arg = arg, .number = number};
    return i;
}

static bool emit_value(struct reading *r, enum code code, uint32_t arg, double number)
{
    emit(r, code, arg, number);
    return ++r->deep < VALUES_DEEP || fail(r, "it is nested too deep");
}

static bool emit_text(struct reading *r, struct str text)
{
    struct story *s = r->at->s;
    *PUSH(s->a, s->texts, s->text_count, s->text_room) = text;
    return emit_value(r, CODE_TEXT, (uint32_t)s->text_count - 1, 0);
}

static bool emit_variable(struct reading *r, enum code code, struct str name)
{
    uint32_t v = story_variable_at(r->at->s, name);
    return v != STORY_NONE ? emit_value(r, code, v, 0) : fail(r, "there are too many variables");
}

static bool wait_for(struct reading *r, struct waiting w)
{
    if (r->waits == WAITING_MOST)
        return fail(r, "it is nested too deep");
    r->waiting[r->waits++] = w;
    return true;
}

static void finish_operator(struct reading *r)
{
    struct waiting *w = &r->waiting[--r->waits];
    if (w->code == CODE_AND || w->code == CODE_OR) {
        emit(r, CODE_AS_TRUTH, 0, 0);
        r->at->s->code[w->patch].arg = (uint32_t)r->at->s->code_count;
        return;
    }
    emit(r, w->code, 0, 0);
    if (w->code != CODE_NOT && w->code != CODE_NEGATE)
        r->deep--;
}

static void finish_operators(struct reading *r, int binds)
{
    while (r->waits != 0 && r->waiting[r->waits - 1].kind == W_OPERATOR && r->waiting[r->waits - 1].binds >= binds)
        finish_operator(r);
}

/* visited("Ward"): its passage must be named in the text, so that it can be known before it is asked. */
static bool finish_visited(struct reading *r, const struct waiting *w)
{
    struct story *s = r->at->s;
    uint32_t passage = STORY_NONE;
    if (w->arguments == 1) {
        struct instruction *last = &s->code[s->code_count - 1];
        if (s->code_count != w->code_from + 1 || last->code != CODE_TEXT)
            return fail(r, "visited takes the title of a passage in quotation marks");
        struct str title = s->texts[last->arg];
        passage = story_find(s, title);
        s->code_count--;
        r->deep--;
        if (passage == STORY_NONE)
            story_tell(s, STORY_NO_SUCH_PASSAGE, r->at->line, r->at->passage, title, 0, NULL);
    }
    if (passage == STORY_NONE && w->arguments == 1)
        return emit_value(r, CODE_NUMBER, 0, 0);
    if (!emit_value(r, CODE_VISITED, passage, 0))
        return false;
    if (functions[w->function].code == CODE_DEFINED)
        emit(r, CODE_AS_TRUTH, 0, 0);
    return true;
}

static bool finish_call(struct reading *r)
{
    struct waiting w = r->waiting[--r->waits];
    if (w.arguments < functions[w.function].least || w.arguments > functions[w.function].most) {
        r->about = functions[w.function].name;
        return fail(r, "a function with a wrong number of values");
    }
    enum code code = functions[w.function].code;
    if (code == CODE_VISITED || code == CODE_DEFINED)
        return finish_visited(r, &w);
    if (code == CODE_TURNS)
        return emit_value(r, code, 0, 0);
    emit(r, code, (uint32_t)w.arguments, 0);
    r->deep -= w.arguments - 1;
    return true;
}

/* ---- the grammar ----------------------------------------------------------------------------------------------------- */
static bool begin_call(struct reading *r, struct str name)
{
    for (size_t k = 0; k < COUNT_OF(functions); k++)
        if (str_eq_nocase(name, functions[k].name))
            return wait_for(r, (struct waiting){.kind = W_CALL, .function = k, .code_from = r->at->s->code_count});
    r->wrong = "a function that is not known here";
    r->about = name;
    return false;
}

/* (history:) contains "Ward" is visited("Ward"). */
static bool history(struct reading *r)
{
    advance(r);
    if (!sign(r, ")"))
        return fail(r, "(history:) takes no values");
    advance(r);
    if (!word(r, "contains"))
        return fail(r, "(history:) can only be asked whether it contains a passage");
    advance(r);
    if (r->next.kind != T_TEXT)
        return fail(r, "(history:) contains takes the title of a passage in quotation marks");
    uint32_t passage = story_find(r->at->s, r->next.text);
    if (passage == STORY_NONE)
        story_tell(r->at->s, STORY_NO_SUCH_PASSAGE, r->at->line, r->at->passage, r->next.text, 0, NULL);
    advance(r);
    if (!emit_value(r, passage == STORY_NONE ? CODE_TRUTH : CODE_VISITED, passage == STORY_NONE ? 0 : passage, 0))
        return false;
    emit(r, CODE_AS_TRUTH, 0, 0);
    return true;
}

/* An opening bracket: of a group, or of Harlowe's way to call, (random: 1, 6). *again: an operand is still awaited. */
static bool open_bracket(struct reading *r, bool *again)
{
    size_t back = r->i;
    advance(r);
    if (r->next.kind == T_WORD && r->i < r->s.n && r->s.p[r->i] == ':') {
        struct str name = r->next.text;
        r->i++;
        *again = true;
        if (str_eq_nocase(name, S("history"))) {
            *again = false;
            return history(r);
        }
        advance(r);
        return begin_call(r, name);
    }
    r->i = back;
    advance(r);
    *again = true;
    return wait_for(r, (struct waiting){.kind = W_BRACKET});
}

static bool defined(struct reading *r, bool negated)
{
    advance(r);
    if (r->next.kind != T_VARIABLE)
        return fail(r, "def and ndef take a variable");
    if (!emit_variable(r, CODE_DEFINED, r->next.text))
        return false;
    if (negated)
        emit(r, CODE_NOT, 0, 0);
    advance(r);
    return true;
}

static bool operand_word(struct reading *r, bool *again)
{
    struct str name = r->next.text;
    if (word(r, "true") || word(r, "false")) {
        bool yes = word(r, "true");
        advance(r);
        return emit_value(r, CODE_TRUTH, yes, 0);
    }
    if (word(r, "not")) {
        *again = true;
        advance(r);
        return wait_for(r, (struct waiting){.kind = W_OPERATOR, .code = CODE_NOT, .binds = BINDS_NOT});
    }
    if (word(r, "def") || word(r, "ndef"))
        return defined(r, word(r, "ndef"));
    if (word(r, "it")) {
        if (r->it == STORY_NONE)
            return fail(r, "'it' stands for nothing here");
        advance(r);
        return emit_value(r, CODE_LOAD, r->it, 0);
    }
    if (word(r, "visits") || word(r, "visit") || word(r, "turns") || word(r, "turn")) {
        bool turns = word(r, "turns") || word(r, "turn");
        size_t back = r->i;
        struct token was = r->next;
        advance(r);
        if (!sign(r, "("))
            return emit_value(r, turns ? CODE_TURNS : CODE_VISITED, STORY_NONE, 0);
        r->i = back;
        r->next = was;
    }
    advance(r);
    if (!sign(r, "(")) {
        r->about = name;
        r->wrong = "a word that means nothing here; a text stands in quotation marks, a variable begins with $";
        return false;
    }
    *again = true;
    advance(r);
    return begin_call(r, name);
}

/* One operand. *again: a sign or a bracket was read, and the operand is still to come. */
static bool operand(struct reading *r, bool *again)
{
    struct token t = r->next;
    *again = false;
    switch (t.kind) {
    case T_NUMBER:
        advance(r);
        return emit_value(r, CODE_NUMBER, 0, t.number);
    case T_TEXT:
        advance(r);
        return emit_text(r, t.text);
    case T_VARIABLE:
        advance(r);
        return emit_variable(r, CODE_LOAD, t.text);
    case T_WORD:
        return operand_word(r, again);
    case T_SIGN:
        if (sign(r, "("))
            return open_bracket(r, again);
        if (sign(r, "-") || sign(r, "+") || sign(r, "!")) {
            enum code code = sign(r, "!") ? CODE_NOT : CODE_NEGATE;
            bool plus = sign(r, "+");
            *again = true;
            advance(r);
            return plus || wait_for(r, (struct waiting){.kind = W_OPERATOR, .code = code, .binds = BINDS_TIGHT});
        }
        if (sign(r, "["))
            return fail(r, "lists are not known here");
        if (sign(r, "{"))
            return fail(r, "objects are not known here");
        return fail(r, "a value is missing before this");
    case T_END:
        return fail(r, "a value is missing at the end");
    case T_WRONG:
    default:
        return fail(r, "this cannot be read");
    }
}

static bool close_bracket(struct reading *r)
{
    finish_operators(r, 0);
    if (r->waits == 0)
        return fail(r, "a closing bracket without an opening one");
    if (r->waiting[r->waits - 1].kind == W_CALL) {
        r->waiting[r->waits - 1].arguments++;
        if (!finish_call(r))
            return false;
    } else {
        r->waits--;
    }
    advance(r);
    return true;
}

/* What may stand behind an operand. *more: an operand is awaited; *done: the end was reached. */
static bool behind_operand(struct reading *r, bool *more, bool *done)
{
    *more = *done = false;
    if (r->next.kind == T_END) {
        *done = true;
        return true;
    }
    if (sign(r, ")"))
        return close_bracket(r);
    if (sign(r, ",")) {
        finish_operators(r, 0);
        if (r->waits == 0 || r->waiting[r->waits - 1].kind != W_CALL)
            return fail(r, "a comma outside of a function's brackets");
        r->waiting[r->waits - 1].arguments++;
        *more = true;
        advance(r);
        return true;
    }
    if (r->next.kind == T_WORD || r->next.kind == T_SIGN)
        for (size_t k = 0; k < COUNT_OF(operators); k++) {
            if (!str_eq_nocase(r->next.text, operators[k].name))
                continue;
            enum code code = operators[k].code;
            bool is = str_eq_nocase(operators[k].name, S("is"));
            advance(r);
            if (is && word(r, "not")) {
                code = CODE_UNEQUAL;
                advance(r);
            }
            finish_operators(r, operators[k].binds);
            struct waiting w = {.kind = W_OPERATOR, .code = code, .binds = operators[k].binds};
            if (code == CODE_AND || code == CODE_OR) {
                w.patch = (uint32_t)r->at->s->code_count;
                emit(r, code, 0, 0);
                r->deep--;
            }
            *more = true;
            return wait_for(r, w);
        }
    if (sign(r, "="))
        return fail(r, "to compare write 'is'");
    if (sign(r, "[") || sign(r, "."))
        return fail(r, "lists and objects are not known here");
    return fail(r, "an operator is missing before this");
}

static bool compile(struct reading *r)
{
    bool again = true, more = true, done = false;
    advance(r);
    while (!done) {
        while (more) {
            /* a call without values */
            if (sign(r, ")") && r->waits != 0 && r->waiting[r->waits - 1].kind == W_CALL &&
                r->waiting[r->waits - 1].arguments == 0) {
                if (!finish_call(r))
                    return false;
                advance(r);
                break;
            }
            if (!operand(r, &again))
                return false;
            more = again;
        }
        if (!behind_operand(r, &more, &done))
            return false;
    }
    finish_operators(r, 0);
    return r->waits == 0 || fail(r, "a bracket is not closed");
}

bool story_expression(const struct place *at, struct str text, uint32_t it, struct expression *out)
{
    struct story *s = at->s;
    struct waiting waiting[WAITING_MOST];
    struct reading r = {.at = at, .s = text, .it = it, .waiting = waiting};
    size_t from = s->code_count, texts = s->text_count;
    bool good = compile(&r) && s->code_count < UINT32_MAX;
    if (!good) {
        s->code_count = from;
        s->text_count = texts;
        story_tell(s, STORY_BAD_EXPRESSION, at->line, at->passage, str_trim(text), 0, "%s: %.*s", r.wrong, STR_ARG(r.about));
    }
    *out = (struct expression){(uint32_t)from, good ? (uint32_t)(s->code_count - from) : 0};
    return good;
}
