/* Macros as SugarCube writes them: <<name values>>, and <</name>> where one holds text. */
#include "engine/story/body.h"

enum macro { M_IF, M_ELSEIF, M_ELSE, M_SET, M_UNSET, M_PRINT, M_INCLUDE, M_GOTO, M_LINK, M_SILENT, M_SHOWN, M_SCRIPT };

static const struct {
    struct str name;
    enum macro macro;
    bool holds; /* text, up to its end */
} macros[] = {
    {S_INIT("if"), M_IF, true},           {S_INIT("elseif"), M_ELSEIF, false}, {S_INIT("else"), M_ELSE, false},
    {S_INIT("set"), M_SET, false},        {S_INIT("run"), M_SET, false},       {S_INIT("unset"), M_UNSET, false},
    {S_INIT("print"), M_PRINT, false},    {S_INIT("="), M_PRINT, false},       {S_INIT("-"), M_PRINT, false},
    {S_INIT("include"), M_INCLUDE, false}, {S_INIT("display"), M_INCLUDE, false}, {S_INIT("goto"), M_GOTO, false},
    {S_INIT("link"), M_LINK, true},       {S_INIT("button"), M_LINK, true},    {S_INIT("click"), M_LINK, true},
    {S_INIT("silently"), M_SILENT, true}, {S_INIT("silent"), M_SILENT, true},  {S_INIT("nobr"), M_SHOWN, true},
    {S_INIT("script"), M_SCRIPT, true},
};

/* Where the >> of the macro at b->i begins; the text's end where there is none. */
static size_t find_end(const struct body *b)
{
    struct str s = b->text;
    for (size_t k = b->i + 2; k + 1 < s.n; k++) {
        char c = s.p[k];
        if (c == '>' && s.p[k + 1] == '>')
            return k;
        if (c == '<' && s.p[k + 1] == '<')
            break; /* the next one begins: this one was never ended */
        if (c != '"' && c != '\'')
            continue;
        size_t close = k + 1;
        while (close < s.n && s.p[close] != c && s.p[close] != '\n')
            close += s.p[close] == '\\' ? 2 : 1;
        if (close < s.n && s.p[close] == c)
            k = close;
    }
    return s.n;
}

static bool in_if(struct body *b, struct str name)
{
    if (b->block_count != 0 && b->blocks[b->block_count - 1].kind == BLOCK_IF && !b->blocks[b->block_count - 1].hook)
        return true;
    body_tell(b, STORY_STRAY_END, name, NULL);
    return false;
}

static void branch(struct body *b, struct str name, struct str values, bool otherwise)
{
    if (!in_if(b, name))
        return;
    if (str_eq(b->blocks[b->block_count - 1].name, S("else"))) {
        body_tell(b, STORY_BROKEN_MACRO, name, "it stands behind <<else>>, which is the last branch");
        return;
    }
    values = str_trim(values);
    if (otherwise && str_starts(values, S("if ")))
        values = str_sub(values, 3, values.n);
    else if (otherwise && values.n != 0)
        body_tell(b, STORY_BROKEN_MACRO, name, "it takes no condition; <<elseif>> does");
    else if (otherwise)
        values = STR_NONE;
    else if (values.n == 0)
        values = S("");
    body_branch(b, otherwise ? S("else") : name, values, false);
    if (values.p != NULL)
        b->blocks[b->block_count - 1].name = S("if");
}

static void begin_link(struct body *b, struct str name, struct str values)
{
    struct str shown, target;
    for (size_t k = 0; k < b->block_count; k++)
        if (b->blocks[k].kind == BLOCK_LINK)
            body_tell(b, STORY_BROKEN_MACRO, name, "it stands within another");
    if (!body_link_words(b, values, ' ', &shown, &target)) {
        body_tell(b, STORY_BROKEN_MACRO, name, "it is written: \"what is shown\" \"Title of the passage\"");
        body_open(b, BLOCK_SHOWN, name);
        return;
    }
    uint32_t link = (uint32_t)b->s->link_count;
    body_link(b, shown, target.p != NULL ? target : S(""));
    uint32_t jump = (uint32_t)b->s->op_count;
    body_emit(b, OP_JUMP);
    if (b->s->link_count == link) { /* it leads to another site */
        body_open(b, BLOCK_SILENT, name);
        b->s->ops[jump].x = jump + 1;
        return;
    }
    b->s->links[link].first_op = jump + 1;
    struct block *block = body_open(b, BLOCK_LINK, name);
    block->link = link;
    block->jump = jump;
}

static void skip_script(struct body *b)
{
    size_t at;
    body_tell(b, STORY_NOT_CARRIED, S("<<script>>"), NULL);
    if (str_find(str_sub(b->text, b->i, b->text.n), S("<</script>>"), &at))
        b->i += at + sizeof "<</script>>" - 1;
    else
        b->i = b->text.n;
}

static void begin(struct body *b, enum macro macro, struct str name, struct str values)
{
    switch (macro) {
    case M_IF:
        body_if(b, S("if"), values, false);
        break;
    case M_ELSEIF:
        branch(b, name, values, false);
        break;
    case M_ELSE:
        branch(b, name, values, true);
        break;
    case M_SET:
        body_set(b, values);
        break;
    case M_UNSET:
        body_unset(b, values);
        break;
    case M_PRINT:
        body_print(b, values);
        break;
    case M_INCLUDE:
        body_include(b, values);
        break;
    case M_GOTO:
        body_goto(b, values);
        break;
    case M_LINK:
        begin_link(b, name, values);
        break;
    case M_SILENT:
        body_open(b, BLOCK_SILENT, name);
        break;
    case M_SHOWN:
        body_open(b, BLOCK_SHOWN, name);
        break;
    case M_SCRIPT:
        skip_script(b);
        break;
    }
}

/* Ends the innermost block if it is this one's; if not, an outer one, and those within it are told. */
static void finish(struct body *b, struct str name)
{
    size_t k = b->block_count;
    while (k != 0) {
        struct block *block = &b->blocks[k - 1];
        bool is_if = block->kind == BLOCK_IF && !block->hook;
        if (str_eq(name, S("if")) ? is_if : !block->hook && !is_if && str_eq(block->name, name))
            break;
        k--;
    }
    if (k == 0) {
        body_tell(b, STORY_STRAY_END, name, NULL);
        return;
    }
    for (; b->block_count > k; body_close(b)) {
        struct block *within = &b->blocks[b->block_count - 1];
        if (within->kind != BLOCK_PLAIN && !within->to_the_end)
            story_tell(b->s, STORY_UNCLOSED, within->line, b->at.passage, within->name, 0, NULL);
    }
    body_close(b);
}

bool body_sugarcube(struct body *b)
{
    size_t end = find_end(b), from = b->i + 2, n = 0;
    if (end == b->text.n) {
        body_tell(b, STORY_UNCLOSED, S("<<"), NULL);
        const char *eol = memchr(b->text.p + b->i, '\n', b->text.n - b->i);
        body_flush(b, b->i);
        b->i = b->kept = eol != NULL ? (size_t)(eol - b->text.p) : b->text.n; /* its line is not shown */
        return true;
    }
    struct str inside = str_trim(str_sub(b->text, from, end - from));
    bool ends = inside.n > 1 && inside.p[0] == '/';
    if (ends)
        inside = str_trim(str_sub(inside, 1, inside.n));
    while (n < inside.n && (story_name_byte(inside.p[n]) || (n != 0 && inside.p[n] == '-')))
        n++;
    n = n == 0 && inside.n != 0 ? 1 : n;
    struct str name = str_sub(inside, 0, n), values = str_sub(inside, n, inside.n);
    body_flush(b, b->i);
    b->i = end + 2;
    if (!ends && str_starts(name, S("end")) && name.n > 3) {
        for (size_t k = 0; k < COUNT_OF(macros); k++)
            ends = ends || (macros[k].holds && str_eq(str_sub(name, 3, name.n), macros[k].name));
        name = ends ? str_sub(name, 3, name.n) : name;
    }
    for (size_t k = 0; k < COUNT_OF(macros); k++)
        if (str_eq(name, macros[k].name)) {
            if (!ends)
                begin(b, macros[k].macro, macros[k].name, values);
            else
                finish(b, macros[k].name);
            b->kept = b->i;
            return true;
        }
    b->kept = b->i;
    if (!ends) /* the end of an unknown one was told at its beginning */
        body_tell(b, STORY_UNKNOWN_MACRO, name.n != 0 ? str_printf(b->s->a, "<<%.*s>>", STR_ARG(name)) : S("<<>>"), NULL);
    return true;
}
