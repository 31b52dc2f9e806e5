/* What macros do, in whichever format they are written. */
#include "engine/story/body.h"

/* ---- blocks ---------------------------------------------------------------------------------------------------------- */
struct block *body_open(struct body *b, enum block_kind kind, struct str name)
{
    struct block *block = PUSH(b->s->a, b->blocks, b->block_count, b->block_room);
    *block = (struct block){.kind = kind, .name = name, .line = b->at.line, .unless = STORY_NONE, .jumps = STORY_NONE};
    b->silent += kind == BLOCK_SILENT || kind == BLOCK_LINK;
    return block;
}

/* Leaves out what follows unless the condition holds; STORY_NONE where it cannot be read: then it is shown. */
static uint32_t unless(struct body *b, struct str name, struct str condition, bool negated)
{
    struct expression e;
    struct story *s = b->s;
    if (str_trim(condition).n == 0) {
        body_tell(b, STORY_BROKEN_MACRO, name, "a condition is missing");
        return STORY_NONE;
    }
    if (!story_expression(&b->at, condition, STORY_NONE, &e))
        return STORY_NONE;
    if (negated) {
        *PUSH(s->a, s->code, s->code_count, s->code_room) = (struct instruction){.code = CODE_NOT};
        e.count++;
    }
    struct op *op = body_emit(b, OP_UNLESS);
    op->e = e;
    op->text = str_trim(condition);
    return (uint32_t)s->op_count - 1;
}

void body_if(struct body *b, struct str name, struct str condition, bool negated)
{
    uint32_t op = unless(b, name, condition, negated);
    body_open(b, BLOCK_IF, name)->unless = op;
}

/* Where the present branch ends: the next condition is asked here. */
static void end_branch(struct body *b, struct block *block)
{
    if (block->unless != STORY_NONE)
        b->s->ops[block->unless].x = (uint32_t)b->s->op_count;
    block->unless = STORY_NONE;
}

void body_branch(struct body *b, struct str name, struct str condition, bool negated)
{
    struct block *block = &b->blocks[b->block_count - 1];
    body_emit(b, OP_JUMP)->x = block->jumps;
    block->jumps = (uint32_t)b->s->op_count - 1;
    end_branch(b, block);
    if (condition.p != NULL) {
        uint32_t op = unless(b, name, condition, negated);
        b->blocks[b->block_count - 1].unless = op;
    } else {
        block->name = name;
    }
}

void body_close(struct body *b)
{
    struct block block = b->blocks[--b->block_count];
    struct story *s = b->s;
    end_branch(b, &block);
    for (uint32_t k = block.jumps, before; k != STORY_NONE; k = before) {
        before = s->ops[k].x;
        s->ops[k].x = (uint32_t)s->op_count;
    }
    b->silent -= block.kind == BLOCK_SILENT || block.kind == BLOCK_LINK;
    if (block.kind != BLOCK_LINK)
        return;
    struct link *l = &s->links[block.link];
    l->end_op = s->ops[block.jump].x = (uint32_t)s->op_count;
    if (l->target.n == 0)
        story_tell(s, STORY_BAD_LINK, block.line, b->at.passage, l->text, 0, "it names no passage");
}

/* ---- parts of a macro ------------------------------------------------------------------------------------------------ */
size_t body_part(struct str s, size_t from, char stop)
{
    size_t deep = 0;
    for (size_t k = from; k < s.n; k++) {
        char c = s.p[k];
        if (c == '"' || c == '\'') {
            for (k++; k < s.n && s.p[k] != c; k++)
                k += s.p[k] == '\\';
        } else if (c == stop && deep == 0) {
            return k;
        } else if (c == '(' || c == '[') {
            deep++;
        } else if ((c == ')' || c == ']') && deep != 0) {
            deep--;
        }
    }
    return s.n;
}

/* The first of the words that stands by itself, outside of quotes; false where none does. */
static bool find_word(struct str s, struct str word, size_t *at)
{
    for (size_t k = 0; k + word.n <= s.n; k++) {
        char c = s.p[k];
        if (c == '"' || c == '\'') {
            for (k++; k < s.n && s.p[k] != c; k++)
                k += s.p[k] == '\\';
        } else if ((k == 0 || !story_name_byte(s.p[k - 1])) && str_eq_nocase(str_sub(s, k, word.n), word) &&
                   (k + word.n == s.n || !story_name_byte(s.p[k + word.n]))) {
            *at = k;
            return true;
        }
    }
    return false;
}

/* ---- variables ------------------------------------------------------------------------------------------------------- */
static bool is_variable(struct str s)
{
    if (s.n < 2 || (s.p[0] != '$' && s.p[0] != '_'))
        return false;
    for (size_t k = 1; k < s.n; k++)
        if (!story_name_byte(s.p[k]))
            return false;
    return s.p[1] < '0' || s.p[1] > '9';
}

static uint32_t variable(struct body *b, struct str name, struct str macro)
{
    name = str_trim(name);
    if (!is_variable(name)) {
        body_tell(b, STORY_BROKEN_MACRO, macro, "a variable such as $trust is missing, or %.*s is none", STR_ARG(name));
        return STORY_NONE;
    }
    uint32_t v = story_variable_at(b->s, name);
    if (v == STORY_NONE)
        body_tell(b, STORY_TOO_MANY, name, NULL);
    return v;
}

/* A value that stands in the text itself is held against what is declared at once. */
static void check_constant(struct body *b, uint32_t v, const struct instruction *code, uint32_t count)
{
    const struct story_variable *d = &b->s->variables[v];
    bool minus = count == 2 && code[0].code == CODE_NUMBER && code[1].code == CODE_NEGATE;
    if (d->kind == STORY_UNSET || (count != 1 && !minus) || code[0].code > CODE_TRUTH)
        return;
    enum story_kind kind = code[0].code == CODE_NUMBER ? STORY_NUMBER : code[0].code == CODE_TEXT ? STORY_TEXT : STORY_TRUTH;
    double number = minus ? -code[0].number : code[0].number;
    if (kind != d->kind)
        body_tell(b, STORY_WRONG_KIND, d->name, NULL);
    else if (d->ranged && (number < d->least || number > d->most))
        body_tell(b, STORY_OUT_OF_RANGE, d->name, "%g is not within %g to %g", number, d->least, d->most);
    else if (kind == STORY_TEXT && !story_word_of(d, b->s->texts[code[0].arg]))
        body_tell(b, STORY_OUT_OF_RANGE, d->name, "'%.*s' is not in its list", STR_ARG(b->s->texts[code[0].arg]));
}

static void assign(struct body *b, uint32_t v, enum code with, struct str value)
{
    struct story *s = b->s;
    struct expression e;
    if (v == STORY_NONE)
        return;
    if (with == CODE_NUMBER) { /* plain */
        if (!story_expression(&b->at, value, v, &e))
            return;
    } else {
        uint32_t from = (uint32_t)s->code_count;
        *PUSH(s->a, s->code, s->code_count, s->code_room) = (struct instruction){.code = CODE_LOAD, .arg = v};
        if (!story_expression(&b->at, value, v, &e)) {
            s->code_count = from;
            return;
        }
        *PUSH(s->a, s->code, s->code_count, s->code_room) = (struct instruction){.code = with};
        e = (struct expression){from, (uint32_t)s->code_count - from};
    }
    struct op *op = body_emit(b, OP_SET);
    op->x = v;
    op->e = e;
    check_constant(b, v, &s->code[e.from], e.count);
}

static void set_one(struct body *b, struct str text)
{
    static const struct {
        struct str sign;
        enum code with;
    } signs[] = {{S_INIT("+="), CODE_ADD},      {S_INIT("-="), CODE_SUBTRACT},  {S_INIT("*="), CODE_MULTIPLY},
                 {S_INIT("/="), CODE_DIVIDE},   {S_INIT("%="), CODE_REMAINDER}, {S_INIT("="), CODE_NUMBER}};
    text = str_trim(text);
    if (str_ends(text, S("++")) || str_ends(text, S("--"))) {
        uint32_t v = variable(b, str_sub(text, 0, text.n - 2), S("set"));
        assign(b, v, text.p[text.n - 1] == '+' ? CODE_ADD : CODE_SUBTRACT, S("1"));
        return;
    }
    size_t name = text.n != 0 && (text.p[0] == '$' || text.p[0] == '_');
    while (name < text.n && story_name_byte(text.p[name]))
        name++;
    struct str v = str_sub(text, 0, name), rest = str_trim(str_sub(text, name, text.n));
    if (rest.n > 2 && str_eq_nocase(str_sub(rest, 0, 2), S("to")) && !story_name_byte(rest.p[2])) {
        assign(b, variable(b, v, S("set")), CODE_NUMBER, str_sub(rest, 2, rest.n));
        return;
    }
    for (size_t k = 0; k < COUNT_OF(signs); k++)
        if (str_starts(rest, signs[k].sign) && !str_starts(rest, S("=="))) {
            assign(b, variable(b, v, S("set")), signs[k].with, str_sub(rest, signs[k].sign.n, rest.n));
            return;
        }
    body_tell(b, STORY_BROKEN_MACRO, S("set"), "it is written: $trust to 5");
}

static void each_part(struct body *b, struct str text, void (*one)(struct body *b, struct str text), struct str macro)
{
    if (str_trim(text).n == 0)
        body_tell(b, STORY_BROKEN_MACRO, macro, "nothing stands in it");
    for (size_t from = 0; from < text.n;) {
        size_t comma = body_part(text, from, ','), colon = body_part(str_sub(text, 0, comma), from, ';');
        struct str part = str_sub(text, from, colon - from);
        if (str_trim(part).n != 0)
            one(b, part);
        from = colon + 1;
    }
}

void body_set(struct body *b, struct str text)
{
    each_part(b, text, set_one, S("set"));
}

static void put_one(struct body *b, struct str text)
{
    size_t at;
    if (!find_word(text, S("into"), &at)) {
        body_tell(b, STORY_BROKEN_MACRO, S("put"), "it is written: 5 into $trust");
        return;
    }
    assign(b, variable(b, str_sub(text, at + 4, text.n), S("put")), CODE_NUMBER, str_sub(text, 0, at));
}

void body_put(struct body *b, struct str text)
{
    each_part(b, text, put_one, S("put"));
}

static void unset_one(struct body *b, struct str text)
{
    uint32_t v = variable(b, text, S("unset"));
    if (v != STORY_NONE)
        body_emit(b, OP_UNSET)->x = v;
}

void body_unset(struct body *b, struct str text)
{
    each_part(b, text, unset_one, S("unset"));
}

/* ---- text and passages ----------------------------------------------------------------------------------------------- */
void body_print(struct body *b, struct str text)
{
    struct expression e;
    if (str_trim(text).n == 0)
        body_tell(b, STORY_BROKEN_MACRO, S("print"), "nothing stands in it");
    else if (story_expression(&b->at, text, STORY_NONE, &e) && b->silent == 0)
        body_emit(b, OP_PRINT)->e = e;
}

static bool passage_title(struct body *b, struct str text, struct str macro, struct str *title)
{
    text = str_trim(text);
    if (str_starts(text, S("[[")) && str_ends(text, S("]]")) && text.n > 4) {
        *title = str_trim(str_sub(text, 2, text.n - 4));
        return true;
    }
    if (story_quoted(b->s->a, text, title) && title->n != 0)
        return true;
    body_tell(b, STORY_BROKEN_MACRO, macro, "it takes the title of a passage in quotation marks");
    return false;
}

void body_include(struct body *b, struct str text)
{
    struct str title;
    if (passage_title(b, text, S("include"), &title))
        body_emit(b, OP_INCLUDE)->text = title;
}

void body_goto(struct body *b, struct str text)
{
    struct str title;
    if (!passage_title(b, text, S("goto"), &title))
        return;
    for (size_t k = b->block_count; k != 0; k--) {
        if (b->blocks[k - 1].kind != BLOCK_LINK)
            continue;
        struct link *l = &b->s->links[b->blocks[k - 1].link];
        if (k != b->block_count || l->target.n != 0)
            body_tell(b, STORY_BROKEN_MACRO, S("goto"), "within a link it stands once, under no condition");
        else
            l->target = title;
        return;
    }
    body_emit(b, OP_GOTO)->text = title;
}

bool body_link_words(struct body *b, struct str text, char separator, struct str *shown, struct str *target)
{
    text = str_trim(text);
    *target = STR_NONE;
    if (str_starts(text, S("[[")) && str_ends(text, S("]]")) && text.n > 4) {
        struct str inside = str_sub(text, 2, text.n - 4);
        size_t at, skip = 2;
        *shown = *target = str_trim(inside);
        if (str_find(inside, S("->"), &at) || (str_find(inside, S("|"), &at) && (skip = 1) != 0)) {
            *shown = str_trim(str_sub(inside, 0, at));
            *target = str_trim(str_sub(inside, at + skip, inside.n));
        }
        return target->n != 0;
    }
    size_t end = body_part(text, 0, separator);
    while (separator == ' ' && end + 1 < text.n && text.p[end + 1] == ' ')
        end++;
    if (!story_quoted(b->s->a, str_sub(text, 0, end), shown))
        return false;
    struct str rest = str_trim(str_sub(text, end + (end < text.n), text.n));
    return rest.n == 0 || (story_quoted(b->s->a, rest, target) && target->n != 0);
}
