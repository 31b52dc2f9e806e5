/* Macros as Harlowe writes them: (name: values), and a [hook] behind those that hold text. */
#include "engine/story/body.h"

enum macro { M_IF, M_UNLESS, M_ELSEIF, M_ELSE, M_SET, M_PUT, M_PRINT, M_VALUE, M_INCLUDE, M_GOTO, M_LINK, M_LINK_GOTO };

static const struct {
    struct str name; /* as Harlowe compares: small letters, without - and _ */
    enum macro macro;
} macros[] = {
    {S_INIT("if"), M_IF},           {S_INIT("unless"), M_UNLESS},      {S_INIT("elseif"), M_ELSEIF},
    {S_INIT("else"), M_ELSE},       {S_INIT("set"), M_SET},            {S_INIT("put"), M_PUT},
    {S_INIT("print"), M_PRINT},     {S_INIT("display"), M_INCLUDE},    {S_INIT("goto"), M_GOTO},
    {S_INIT("link"), M_LINK},       {S_INIT("linkreplace"), M_LINK},   {S_INIT("linkgoto"), M_LINK_GOTO},
    {S_INIT("linkrevealgoto"), M_LINK}, {S_INIT("either"), M_VALUE},   {S_INIT("random"), M_VALUE},
    {S_INIT("visited"), M_VALUE},   {S_INIT("str"), M_VALUE},          {S_INIT("string"), M_VALUE},
    {S_INIT("text"), M_VALUE},      {S_INIT("num"), M_VALUE},          {S_INIT("number"), M_VALUE},
    {S_INIT("round"), M_VALUE},     {S_INIT("floor"), M_VALUE},        {S_INIT("ceil"), M_VALUE},
    {S_INIT("abs"), M_VALUE},       {S_INIT("min"), M_VALUE},          {S_INIT("max"), M_VALUE},
};

struct call {
    struct str written, values, whole; /* the name as it stands; what is between colon and bracket; all of it */
    size_t end;                        /* behind the closing bracket; 0: there is none */
    int macro;                         /* -1: unknown */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is there a macro at `at`, which is a bracket: a name and a colon. */
static bool read_call(const struct body *b, size_t at, struct call *c)
{
    struct str s = b->text;
    char plain[32];
    size_t n = 0, k = at + 1;
    for (; k < s.n && (story_name_byte(s.p[k]) || s.p[k] == '-'); k++)
        if (s.p[k] != '-' && s.p[k] != '_' && n < sizeof plain)
            plain[n++] = s.p[k] >= 'A' && s.p[k] <= 'Z' ? (char)(s.p[k] | 0x20) : s.p[k];
    if (n == 0 || k == s.n || s.p[k] != ':' || (s.p[at + 1] >= '0' && s.p[at + 1] <= '9'))
        return false;
    *c = (struct call){.written = str_sub(s, at + 1, k - at - 1), .macro = -1};
    for (size_t m = 0; m < COUNT_OF(macros); m++)
        if (str_eq((struct str){plain, n}, macros[m].name))
            c->macro = (int)m;
    if (c->macro < 0 && b->format != STORY_HARLOWE)
        return false; /* a bracket of the text, (note: ...) */
    size_t end = body_part(s, k + 1, ')');
    c->end = end < s.n ? end + 1 : 0;
    c->values = str_sub(s, k + 1, end - k - 1);
    c->whole = str_sub(s, at, end + 1 - at);
    return true;
}

/* Takes the [ of a hook behind `at`; false where there is none. */
static bool take_hook(struct body *b, size_t at, bool *to_the_end)
{
    struct str s = b->text;
    while (at < s.n && is_space(s.p[at]))
        at++;
    if (at == s.n || s.p[at] != '[' || (at + 1 < s.n && s.p[at + 1] == '['))
        return false;
    for (*to_the_end = false, at++; at < s.n && s.p[at] == '='; at++)
        *to_the_end = true;
    b->i = b->kept = at;
    return true;
}

static void mark_hook(struct body *b, bool to_the_end)
{
    b->blocks[b->block_count - 1].hook = true;
    b->blocks[b->block_count - 1].to_the_end = to_the_end;
}

static void condition(struct body *b, const struct call *c, bool negated)
{
    bool to_the_end;
    if (!take_hook(b, c->end, &to_the_end)) {
        body_tell(b, STORY_BROKEN_MACRO, c->written, "its text is missing: it stands in square brackets behind it");
        return;
    }
    body_if(b, c->written, c->values, negated);
    mark_hook(b, to_the_end);
}

static void link_with_hook(struct body *b, const struct call *c)
{
    struct str shown, target;
    bool to_the_end, hook = take_hook(b, c->end, &to_the_end);
    if (!body_link_words(b, c->values, ',', &shown, &target) || (!hook && target.p == NULL)) {
        body_tell(b, STORY_BROKEN_MACRO, c->written, "it is written: \"what is shown\", \"Title of the passage\"");
        if (hook) {
            body_open(b, BLOCK_SHOWN, c->written);
            mark_hook(b, to_the_end);
        }
        return;
    }
    uint32_t link = (uint32_t)b->s->link_count;
    body_link(b, shown, target.p != NULL ? target : S(""));
    if (!hook || b->s->link_count == link)
        return;
    uint32_t jump = (uint32_t)b->s->op_count;
    body_emit(b, OP_JUMP);
    b->s->links[link].first_op = jump + 1;
    struct block *block = body_open(b, BLOCK_LINK, c->written);
    block->link = link;
    block->jump = jump;
    mark_hook(b, to_the_end);
}

static void link_goto(struct body *b, const struct call *c)
{
    struct str shown, target;
    if (!body_link_words(b, c->values, ',', &shown, &target)) {
        body_tell(b, STORY_BROKEN_MACRO, c->written, "it is written: \"what is shown\", \"Title of the passage\"");
        return;
    }
    body_link(b, shown, target.p != NULL ? target : shown);
}

static void unknown(struct body *b, const struct call *c)
{
    bool to_the_end;
    body_tell(b, STORY_UNKNOWN_MACRO, str_printf(b->s->a, "(%.*s:)", STR_ARG(c->written)), NULL);
    if (c->end < b->text.n && b->text.p[c->end] == '[' && take_hook(b, c->end, &to_the_end)) {
        body_open(b, BLOCK_SHOWN, c->written);
        mark_hook(b, to_the_end);
    }
}

static bool macro(struct body *b)
{
    struct call c;
    if (!read_call(b, b->i, &c))
        return false;
    if (c.end == 0) {
        body_tell(b, STORY_UNCLOSED, c.written, NULL);
        return false;
    }
    body_flush(b, b->i);
    b->i = b->kept = c.end;
    if (c.macro < 0) {
        unknown(b, &c);
        return true;
    }
    switch (macros[c.macro].macro) {
    case M_IF:
    case M_UNLESS:
        condition(b, &c, macros[c.macro].macro == M_UNLESS);
        break;
    case M_ELSEIF:
    case M_ELSE:
        body_tell(b, STORY_STRAY_END, c.written, NULL);
        break;
    case M_SET:
        body_set(b, c.values);
        break;
    case M_PUT:
        body_put(b, c.values);
        break;
    case M_PRINT:
        body_print(b, c.values);
        break;
    case M_VALUE:
        body_print(b, c.whole);
        break;
    case M_INCLUDE:
        body_include(b, c.values);
        break;
    case M_GOTO:
        body_goto(b, c.values);
        break;
    case M_LINK:
        link_with_hook(b, &c);
        break;
    case M_LINK_GOTO:
        link_goto(b, &c);
        break;
    }
    return true;
}

/* Behind the hook of an (if:): its (else-if:) or (else:), with nothing but space between. */
static bool next_branch(struct body *b)
{
    size_t at = b->i;
    struct call c;
    bool to_the_end;
    while (at < b->text.n && is_space(b->text.p[at]))
        at++;
    if (at == b->text.n || b->text.p[at] != '(' || !read_call(b, at, &c) || c.end == 0 || c.macro < 0)
        return false;
    enum macro m = macros[c.macro].macro;
    if (m != M_ELSE && m != M_ELSEIF)
        return false;
    if (!take_hook(b, c.end, &to_the_end))
        return false;
    body_line(b, at);
    body_branch(b, c.written, m == M_ELSE ? STR_NONE : c.values, false);
    mark_hook(b, to_the_end);
    return true;
}

bool body_harlowe(struct body *b)
{
    struct block *top = b->block_count != 0 ? &b->blocks[b->block_count - 1] : NULL;
    char c = b->text.p[b->i];
    if (c == '(')
        return macro(b);
    if (c == '[') {
        if (top != NULL && (top->hook || top->kind == BLOCK_PLAIN) && !top->to_the_end)
            body_open(b, BLOCK_PLAIN, S("["));
        return false;
    }
    if (top == NULL || (top->kind != BLOCK_PLAIN && (!top->hook || top->to_the_end)))
        return false;
    if (top->kind == BLOCK_PLAIN) {
        b->block_count--;
        return false;
    }
    body_flush(b, b->i);
    b->i = b->kept = b->i + 1;
    if (top->kind != BLOCK_IF || !next_branch(b))
        body_close(b);
    return true;
}
