/* viewgen: the declaration at the head of a view, a list of "name: type" lines, becomes a tree of fields. */
#include "viewgen.h"

struct reader {
    struct arena *a;
    struct view *v;
    int line;
    struct level {
        struct fields *fields;
        struct str c_type;
        size_t indent; /* of its lines; SIZE_MAX until the first one is read */
        int opened;    /* line of the list or group */
    } levels[MAX_DEPTH];
    size_t depth;
};

static bool is_word(struct str s)
{
    static const char *const keywords[] = {
        "auto",   "bool",   "break",  "case",     "char",    "const",    "continue", "default", "do",
        "double", "else",   "enum",   "extern",   "false",   "float",    "for",      "goto",    "if",
        "inline", "int",    "long",   "register", "return",  "restrict", "short",    "signed",  "sizeof",
        "static", "struct", "switch", "true",     "typedef", "union",    "unsigned", "void",    "volatile",
        "while",  "asm",    "typeof", "unix",     "linux",   "stdin",    "stdout",   "stderr",  "errno"};
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && (i == 0 || (c != '_' && !(c >= '0' && c <= '9'))))
            return false;
    }
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (str_eq_z(s, keywords[i]))
            return false;
    return s.n != 0;
}

struct field *decl_find(struct fields *f, struct str name)
{
    for (size_t i = 0; i < f->count; i++)
        if (str_eq(f->items[i].name, name))
            return &f->items[i];
    return NULL;
}

static struct str next_word(struct str *rest)
{
    struct str word;
    *rest = str_trim(*rest);
    if (!str_cut(rest, ' ', &word))
        return S("");
    return word;
}

static void add_include(struct reader *r, struct str path)
{
    struct view *v = r->v;
    for (size_t i = 0; i < v->include_count; i++)
        if (str_eq(v->includes[i], path))
            return;
    if (v->include_count == MAX_FIELDS)
        tool_fail(v->path, r->line, "uses more than %d other views", MAX_FIELDS);
    v->includes[v->include_count++] = path;
}

/* "course_card" is the view next to this one; "course_card from programme/curriculum/card" says where it stands. */
static void read_other_view(struct reader *r, struct field *f, struct str *rest)
{
    struct view *v = r->v;
    f->view = next_word(rest);
    if (!is_word(f->view))
        tool_fail(v->path, r->line, "the name of a view is missing");
    if (str_eq(f->view, v->name))
        tool_fail(v->path, r->line, "a view cannot hold itself");
    f->c_type = str_printf(r->a, "struct view_%.*s", STR_ARG(f->view));
    const char *slash = memrchr(v->rel.p, '/', v->rel.n);
    struct str folder = str_sub(v->rel, 0, slash != NULL ? (size_t)(slash - v->rel.p) + 1 : 0);
    struct str where = str_concat(r->a, folder, f->view), tail = *rest;
    if (str_eq(next_word(&tail), S("from"))) {
        where = next_word(&tail);
        if (str_empty(where))
            tool_fail(v->path, r->line, "where the view stands is missing behind \"from\"");
        *rest = tail;
    }
    add_include(r, str_printf(r->a, "%.*s_view.h", STR_ARG(where)));
}

static void open_level(struct reader *r, struct field *f)
{
    if (r->depth + 1 == MAX_DEPTH)
        tool_fail(r->v->path, r->line, "lists and groups are nested deeper than %d", MAX_DEPTH - 1);
    f->inside = ARENA_NEW(r->a, struct fields);
    f->c_type = str_printf(r->a, "%.*s_%.*s", STR_ARG(r->levels[r->depth].c_type), STR_ARG(f->name));
    r->levels[++r->depth] =
        (struct level){.fields = f->inside, .c_type = f->c_type, .indent = SIZE_MAX, .opened = r->line};
}

static void read_type(struct reader *r, struct field *f, struct str *rest)
{
    static const struct {
        const char *word;
        enum type type;
        bool may_lack;
    } types[] = {{"text", TYPE_TEXT, false}, {"int", TYPE_INT, true},    {"real", TYPE_REAL, true},
                 {"bool", TYPE_BOOL, false}, {"html", TYPE_HTML, false}, {"url", TYPE_URL, false},
                 {"time", TYPE_TIME, true},  {"day", TYPE_DAY, true},    {"form", TYPE_FORM, false},
                 {"any", TYPE_ANY, false},   {"view", TYPE_VIEW, true},  {"group", TYPE_GROUP, true},
                 {"list", TYPE_LIST, false}};
    struct str word = next_word(rest), whole = word;
    if (str_ends(word, S("?"))) {
        f->optional = true;
        word.n--;
    }
    size_t i = 0;
    while (i < COUNT_OF(types) && !str_eq_z(word, types[i].word))
        i++;
    if (i == COUNT_OF(types))
        tool_fail(r->v->path, r->line, "\"%.*s\" is not a type", STR_ARG(whole));
    if (f->optional && !types[i].may_lack)
        tool_fail(r->v->path, r->line, "\"%.*s\" takes no ?: it can be empty as it is", STR_ARG(word));
    f->type = types[i].type;
}

static void close_levels(struct reader *r, size_t indent)
{
    while (r->depth != 0) {
        struct level *l = &r->levels[r->depth];
        if (l->indent == SIZE_MAX) {
            if (indent > r->levels[r->depth - 1].indent) {
                l->indent = indent;
                return;
            }
            tool_fail(r->v->path, l->opened, "has no fields: they follow on lines that are indented further");
        }
        if (indent >= l->indent)
            return;
        r->depth--;
    }
}

static void read_line(struct reader *r, struct str line)
{
    struct view *v = r->v;
    size_t hash, indent = 0;
    if (str_find(line, S("#"), &hash)) /* a remark for readers */
        line = str_sub(line, 0, hash);
    while (indent < line.n && line.p[indent] == ' ')
        indent++;
    line = str_trim(line);
    if (line.n == 0)
        return;
    close_levels(r, indent);
    struct level *l = &r->levels[r->depth];
    if (indent != l->indent)
        tool_fail(v->path, r->line, "is indented by %zu; its neighbours are by %zu", indent, l->indent);

    struct str name, rest = line;
    str_cut(&rest, ':', &name);
    name = str_trim(name);
    if (rest.p == NULL || !is_word(name))
        tool_fail(v->path, r->line, "\"name: type\" is expected; a name has a-z, 0-9 and _ and is not a word of C");
    if (decl_find(l->fields, name) != NULL)
        tool_fail(v->path, r->line, "\"%.*s\" is declared twice", STR_ARG(name));
    if (l->fields->count == MAX_FIELDS)
        tool_fail(v->path, r->line, "has more than %d fields", MAX_FIELDS);
    struct field *f = &l->fields->items[l->fields->count++];
    *f = (struct field){.name = name, .line = r->line};
    read_type(r, f, &rest);
    if (f->type == TYPE_VIEW) {
        read_other_view(r, f, &rest);
    } else if (f->type == TYPE_GROUP) {
        open_level(r, f);
    } else if (f->type == TYPE_LIST) {
        struct str tail = rest;
        if (str_eq(next_word(&tail), S("of"))) {
            rest = tail;
            read_other_view(r, f, &rest);
        } else {
            open_level(r, f);
        }
    }
    struct str mark = next_word(&rest);
    f->html_only = str_eq(mark, S("-"));
    if ((mark.n != 0 && !f->html_only) || str_trim(rest).n != 0)
        tool_fail(v->path, r->line, "\"%.*s\" is not expected here", STR_ARG(f->html_only ? str_trim(rest) : mark));
    struct str count = str_printf(r->a, "%.*s_count", STR_ARG(name)),
               base = str_sub(name, 0, name.n > 6 ? name.n - 6 : 0);
    struct field *list = str_ends(name, S("_count")) ? decl_find(l->fields, base) : NULL;
    if ((f->type == TYPE_LIST && decl_find(l->fields, count) != NULL) || (list != NULL && list->type == TYPE_LIST))
        tool_fail(v->path, r->line, "the length of a list is already called that: give the other field another name");
}

void decl_read(struct arena *a, struct view *v, struct str text)
{
    struct str rest = text, head, line;
    size_t end;
    if (!str_starts(text, S("<!-- view:")))
        tool_fail(v->path, 1, "a view begins with \"<!-- view: name\"");
    if (!str_find(text, S("-->"), &end))
        tool_fail(v->path, 1, "the declaration does not end: --> is missing");
    head = str_sub(text, 0, end);
    struct reader r = {.a = a, .v = v, .line = 1};
    str_line(&head, &line);
    v->name = str_trim(str_sub(line, strlen("<!-- view:"), line.n));
    if (!is_word(v->name))
        tool_fail(v->path, 1, "\"%.*s\" is not a name: a-z, 0-9 and _", STR_ARG(v->name));
    v->fields = ARENA_NEW(a, struct fields);
    r.levels[0] = (struct level){.fields = v->fields, .c_type = str_printf(a, "struct view_%.*s", STR_ARG(v->name))};
    while (str_line(&head, &line)) {
        r.line++;
        read_line(&r, line);
    }
    close_levels(&r, 0);
    rest = str_sub(text, end + 3, text.n);
    v->body_line = 1;
    for (size_t i = 0; i < end; i++)
        v->body_line += text.p[i] == '\n';
    while (rest.n != 0 && (rest.p[0] == '\n' || rest.p[0] == '\r' || rest.p[0] == ' ')) {
        v->body_line += rest.p[0] == '\n';
        rest = str_sub(rest, 1, rest.n);
    }
    v->body = str_trim(rest);
}
