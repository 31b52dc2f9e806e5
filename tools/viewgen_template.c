/* viewgen: the template language. Literal text and {{...}} become the body of a C function. Where a value stands comes
 * from the tokenizer; what may stand there, and how it is escaped, is decided in write_value. */
#include "viewgen.h"

#define FAIL(t, ...) tool_fail((t)->at.path, (t)->at.line, __VA_ARGS__)

/* What "." names: the view itself, or the item of a list. */
struct scope {
    struct fields *fields; /* NULL: items are another view's */
    struct str expr;       /* a pointer in C: "v", "i2" */
    struct str view;       /* of the other view */
};

struct block {
    bool each, has_else;
    int line;
    struct str list_count; /* of an each */
    struct str proven;     /* in an if: the group or view that is not NULL in this branch */
    bool inverse;          /* {{if !x}}: proven holds in the else */
    bool joined;           /* merged holds the state at the end of a branch */
    size_t closers;        /* C blocks that {{end}} closes: one more for each else if */
    struct html_state start, merged;
};

struct template
{
    struct arena *a;
    const struct view *v;
    struct spot at;
    struct buf *out;
    struct buf literal; /* not yet written */
    struct catalogs *catalogs;
    struct html_state html;
    struct scope scopes[MAX_DEPTH];
    size_t scope;
    struct block blocks[MAX_DEPTH];
    size_t depth;
    size_t counter; /* makes variables unique */
};

/* A field as named in the template. */
struct ref {
    struct field *field;
    struct str expr; /* in C */
};

/* ---- output
 * ---------------------------------------------------------------------------------------------------------- */

static void flush(struct template *t)
{
    struct str rest = buf_text(&t->literal);
    while (rest.n != 0) {
        size_t n = rest.n < 900 ? rest.n : 900; /* C promises 4095 bytes for a literal, escapes take up to four */
        buf_printf(t->out, "%*sbuf_add(b, \"", (int)(4 * (t->depth + 1)), "");
        tool_quote(t->out, str_sub(rest, 0, n));
        buf_printf(t->out, "\", %zu);\n", n);
        rest = str_sub(rest, n, rest.n);
    }
    t->literal.n = 0;
}

static void PRINTF_LIKE(2, 3) code(struct template *t, const char *fmt, ...)
{
    va_list ap;
    flush(t);
    buf_printf(t->out, "%*s", (int)(4 * (t->depth + 1)), "");
    va_start(ap, fmt);
    buf_str(t->out, str_vprintf(t->a, fmt, ap));
    va_end(ap);
    buf_ch(t->out, '\n');
}

/* ---- names
 * ----------------------------------------------------------------------------------------------------------- */

static void need_not_null(struct template *t, struct str expr, struct str name)
{
    for (size_t i = 0; i < t->depth; i++)
        if (str_eq(t->blocks[i].proven, expr))
            return;
    FAIL(t, "%.*s may be absent: use it inside {{if %.*s}}", STR_ARG(name), STR_ARG(name));
}

/* "name", ".name", "..name", each with ".part" for groups. */
static struct ref resolve(struct template *t, struct str path)
{
    struct str rest = path, part;
    size_t dots = 0;
    while (rest.n != 0 && rest.p[0] == '.') {
        dots++;
        rest = str_sub(rest, 1, rest.n);
    }
    if (dots > t->scope)
        FAIL(t, "%.*s: only %zu lists are open here", STR_ARG(path), t->scope);
    const struct scope *scope = dots == 0 ? &t->scopes[0] : &t->scopes[t->scope + 1 - dots];
    if (scope->fields == NULL)
        FAIL(t, "%.*s: the items are views of their own: use {{show .}}", STR_ARG(path));
    struct fields *fields = scope->fields;
    struct ref r = {.expr = scope->expr};
    const char *arrow = "->";
    while (str_cut(&rest, '.', &part)) {
        if (r.field != NULL && r.field->type != TYPE_GROUP)
            FAIL(t, "%.*s: %.*s is not a group", STR_ARG(path), STR_ARG(r.field->name));
        if (r.field != NULL && r.field->optional)
            need_not_null(t, r.expr, str_sub(path, 0, (size_t)(part.p - path.p) - 1));
        r.field = decl_find(fields, part);
        if (r.field == NULL)
            FAIL(t, "%.*s: there is no field \"%.*s\"", STR_ARG(path), STR_ARG(part));
        r.expr = str_printf(t->a, "%.*s%s%.*s", STR_ARG(r.expr), arrow, STR_ARG(part));
        fields = r.field->inside;
        arrow = r.field->optional ? "->" : ".";
    }
    return r;
}

static struct str next_word(struct str *rest)
{
    struct str word;
    *rest = str_trim(*rest);
    if (rest->n == 0)
        return S("");
    str_cut(rest, ' ', &word);
    return word;
}

/* ---- values
 * ---------------------------------------------------------------------------------------------------------- */

static void check_place(struct template *t, struct str what)
{
    switch (t->html.place) {
    case IN_TAG_NAME:
    case IN_TAG:
    case IN_ATTR_NAME:
        FAIL(t, "%.*s: a tag's or an attribute's name cannot come from data", STR_ARG(what));
    case IN_BARE_VALUE:
        FAIL(t, "%.*s: put the value of %s in double quotes", STR_ARG(what), t->html.attr);
    case IN_FIXED:
        FAIL(t, "%.*s: the value of %s cannot come from data", STR_ARG(what), t->html.attr);
    case IN_SCRIPT:
        FAIL(t, "%.*s: nothing may stand in <script>", STR_ARG(what));
    case IN_TEXT:
    case IN_RCDATA:
    case IN_ATTR_VALUE:
        return;
    }
}

/* Values within an address: where it leads must be settled by what stands before. Returns the writer's name. */
static const char *url_writer(struct template *t, const struct field *f, struct str path)
{
    struct html_state *h = &t->html;
    bool start = h->url == URL_START && h->value_n == 0;
    if (start && strcmp(h->tag, "script") == 0)
        FAIL(t, "%.*s: the address of a script must begin with literal text", STR_ARG(path));
    if (start && f->type != TYPE_URL)
        FAIL(t, "%.*s: at the start of %s only a field of type url may stand", STR_ARG(path), h->attr);
    if (h->url == URL_HOST)
        FAIL(t, "%.*s: the literal text before it must name the site and the first part of the path", STR_ARG(path));
    if (h->url == URL_MIXED)
        FAIL(t, "%.*s: the branches before it leave open how the address begins: put whole addresses into the branches",
             STR_ARG(path));
    h->url = URL_INSIDE;
    switch (f->type) {
    case TYPE_URL:
        return start ? "view_url(b, %.*s%s);" : "buf_url(b, %.*s%s);";
    case TYPE_TEXT:
        return "buf_url(b, %.*s%s);";
    case TYPE_INT:
        return "buf_int(b, %.*s%s);";
    case TYPE_TIME:
        return "instant_format(b, %.*s%s);";
    case TYPE_DAY:
        return "day_format(b, %.*s%s);";
    default:
        FAIL(t, "%.*s cannot stand in an address", STR_ARG(path));
    }
}

static const char *writer(struct template *t, const struct field *f, struct str path)
{
    enum place place = t->html.place;
    bool attr = place == IN_ATTR_VALUE;
    if (attr && t->html.url != URL_NOT)
        return url_writer(t, f, path);
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_URL:
        return "buf_html(b, %.*s%s);";
    case TYPE_INT:
        return "buf_int(b, %.*s%s);";
    case TYPE_REAL:
        return attr ? "buf_real(b, %.*s%s);" : "view_real(env, %.*s%s);";
    case TYPE_TIME:
        return attr               ? "instant_format(b, %.*s%s);"
               : place == IN_TEXT ? "view_time(env, %.*s%s);"
                                  : "view_time_text(env, %.*s%s);";
    case TYPE_DAY:
        return attr               ? "day_format(b, %.*s%s);"
               : place == IN_TEXT ? "view_day(env, %.*s%s);"
                                  : "view_day_text(env, %.*s%s);";
    case TYPE_HTML:
        if (place != IN_TEXT)
            FAIL(t, "%.*s: html can only stand in text", STR_ARG(path));
        return "view_html(b, %.*s%s);";
    case TYPE_BOOL:
        FAIL(t, "%.*s is a bool: use {{if}}", STR_ARG(path));
    case TYPE_FORM:
        FAIL(t, "%.*s is a form: use {{form %.*s}}", STR_ARG(path), STR_ARG(path));
    case TYPE_ANY:
    case TYPE_VIEW:
        FAIL(t, "%.*s is a view: use {{show %.*s}}", STR_ARG(path), STR_ARG(path));
    case TYPE_GROUP:
        FAIL(t, "%.*s is a group: name one of its fields", STR_ARG(path));
    case TYPE_LIST:
        FAIL(t, "%.*s is a list: use {{each %.*s}}", STR_ARG(path), STR_ARG(path));
    }
    return NULL;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void write_value(struct template *t, struct str path)
{
    struct ref r = resolve(t, path);
    check_place(t, path);
    const char *fmt = writer(t, r.field, path);
    bool optional = r.field->optional;
    struct str call = str_printf(t->a, fmt, STR_ARG(r.expr), optional ? ".v" : "");
    if (optional)
        code(t, "if (%.*s.some)", STR_ARG(r.expr));
    code(t, "%s%.*s", optional ? "    " : "", STR_ARG(call));
}
#pragma GCC diagnostic pop

/* ---- messages
 * -------------------------------------------------------------------------------------------------------- */

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static void use_catalog(struct template *t, struct str id)
{
    struct str name;
    struct catalogs *c = t->catalogs;
    str_cut(&id, '_', &name);
    if (str_empty(name) || id.p == NULL || str_empty(id))
        FAIL(t, "a message is named catalog_name");
    for (size_t i = 0; i < id.n; i++)
        if (!is_word_char(id.p[i]) && !(id.p[i] >= 'A' && id.p[i] <= 'Z'))
            FAIL(t, "\"%.*s\": the name of a message has letters, digits and _", STR_ARG(id));
    for (size_t i = 0; i < c->count; i++)
        if (str_eq(c->names[i], name))
            return;
    if (c->count == COUNT_OF(c->names))
        FAIL(t, "messages of more than %zu catalogs", COUNT_OF(c->names));
    c->names[c->count++] = name;
}

static void message_arg(struct template *t, struct buf *args, struct str word)
{
    struct str name, path = word;
    str_cut(&path, '=', &name);
    if (str_empty(name) || path.p == NULL || str_empty(path))
        FAIL(t, "\"%.*s\": an argument of a message is name=field", STR_ARG(word));
    for (size_t i = 0; i < name.n; i++)
        if (!is_word_char(name.p[i]))
            FAIL(t, "\"%.*s\": the name of an argument has a-z, 0-9 and _", STR_ARG(name));
    struct ref r = resolve(t, path);
    const char *make = NULL;
    switch (r.field->type) {
    case TYPE_TEXT:
    case TYPE_URL:
        make = "view_arg_text(";
        break;
    case TYPE_INT:
        make = "view_arg_int(";
        break;
    case TYPE_REAL:
        make = "view_arg_real(env, ";
        break;
    case TYPE_TIME:
        make = "view_arg_time(env, ";
        break;
    case TYPE_DAY:
        make = "view_arg_day(env, ";
        break;
    default:
        FAIL(t, "%.*s cannot be part of a message", STR_ARG(path));
    }
    buf_z(args, args->n != 0 ? ", " : "");
    if (r.field->optional)
        buf_printf(args, "%.*s.some ? %s\"%.*s\", %.*s.v) : view_arg_text(\"%.*s\", STR_NONE)", STR_ARG(r.expr), make,
                   STR_ARG(name), STR_ARG(r.expr), STR_ARG(name));
    else
        buf_printf(args, "%s\"%.*s\", %.*s)", make, STR_ARG(name), STR_ARG(r.expr));
}

static void write_message(struct template *t, struct str rest)
{
    struct str id = next_word(&rest), word;
    struct buf args = buf_new(t->a, 256);
    size_t count = 0;
    use_catalog(t, id);
    check_place(t, id);
    if (t->html.place == IN_ATTR_VALUE && t->html.url != URL_NOT)
        FAIL(t, "%.*s: a message cannot stand in an address", STR_ARG(id));
    for (; (word = next_word(&rest)).n != 0; count++)
        message_arg(t, &args, word);
    if (count == 0)
        code(t, "msg_html(b, env->lang, M_%.*s, NULL, 0);", STR_ARG(id));
    else
        code(t, "msg_html(b, env->lang, M_%.*s, (const struct msg_arg[]){%.*s}, %zu);", STR_ARG(id),
             STR_ARG(buf_text(&args)), count);
}

/* ---- forms and other views
 * ------------------------------------------------------------------------------------------- */

static void write_form(struct template *t, struct str path)
{
    static const char *const not_in[] = {"p", "a", "form", "button", "label"};
    struct ref r = resolve(t, path);
    if (r.field->type != TYPE_FORM)
        FAIL(t, "%.*s is not a form", STR_ARG(path));
    if (t->html.place != IN_TEXT)
        FAIL(t, "a form can only stand in text");
    for (size_t i = 0; i < COUNT_OF(not_in); i++)
        if (html_inside(&t->html, not_in[i]))
            FAIL(t, "a form cannot stand in <%s>", not_in[i]);
    code(t, "if (%.*s != NULL)", STR_ARG(r.expr));
    code(t, "    form_html(env, %.*s);", STR_ARG(r.expr));
}

static void write_show(struct template *t, struct str path)
{
    if (t->html.place != IN_TEXT)
        FAIL(t, "a view can only stand in text");
    if (str_eq(path, S("."))) {
        const struct scope *s = &t->scopes[t->scope];
        if (s->view.p == NULL)
            FAIL(t, "{{show .}} is for the items of a \"list of\" views");
        code(t, "view_%.*s_def.html(env, %.*s);", STR_ARG(s->view), STR_ARG(s->expr));
        return;
    }
    struct ref r = resolve(t, path);
    if (r.field->type == TYPE_ANY) {
        code(t, "if (%.*s.view != NULL)", STR_ARG(r.expr));
        code(t, "    %.*s.view->html(env, %.*s.data);", STR_ARG(r.expr), STR_ARG(r.expr));
    } else if (r.field->type == TYPE_VIEW && r.field->optional) {
        code(t, "if (%.*s != NULL)", STR_ARG(r.expr));
        code(t, "    view_%.*s_def.html(env, %.*s);", STR_ARG(r.field->view), STR_ARG(r.expr));
    } else if (r.field->type == TYPE_VIEW) {
        code(t, "view_%.*s_def.html(env, &%.*s);", STR_ARG(r.field->view), STR_ARG(r.expr));
    } else {
        FAIL(t, "%.*s is not a view", STR_ARG(path));
    }
}

/* ---- conditions
 * ------------------------------------------------------------------------------------------------------ */

static struct str truth(struct template *t, const struct ref *r, struct str path)
{
    const struct field *f = r->field;
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_URL:
    case TYPE_HTML:
        return str_printf(t->a, "%.*s.n != 0", STR_ARG(r->expr));
    case TYPE_INT:
    case TYPE_REAL:
    case TYPE_TIME:
    case TYPE_DAY:
        return str_printf(t->a, f->optional ? "%.*s.some" : "%.*s != 0", STR_ARG(r->expr));
    case TYPE_BOOL:
        return r->expr;
    case TYPE_FORM:
        return str_printf(t->a, "%.*s != NULL", STR_ARG(r->expr));
    case TYPE_ANY:
        return str_printf(t->a, "%.*s.view != NULL", STR_ARG(r->expr));
    case TYPE_LIST:
        return str_printf(t->a, "%.*s_count != 0", STR_ARG(r->expr));
    case TYPE_VIEW:
    case TYPE_GROUP:
        break;
    }
    if (!f->optional)
        FAIL(t, "%.*s is always there: declare it with ? when it may be absent", STR_ARG(path));
    return str_printf(t->a, "%.*s != NULL", STR_ARG(r->expr));
}

static struct str comparison(struct template *t, const struct ref *r, struct str path, struct str op,
                             struct str constant)
{
    static const char *const operators[] = {"==", "!=", "<", ">", "<=", ">="};
    size_t i = 0;
    while (i < COUNT_OF(operators) && !str_eq_z(op, operators[i]))
        i++;
    if (i == COUNT_OF(operators))
        FAIL(t, "\"%.*s\" is not one of == != < > <= >=", STR_ARG(op));
    const struct field *f = r->field;
    int64_t number;
    if (f->type == TYPE_TEXT) {
        if (i > 1 || constant.n < 2 || constant.p[0] != '"' || constant.p[constant.n - 1] != '"')
            FAIL(t, "%.*s is a text: compare it as %.*s == \"word\"", STR_ARG(path), STR_ARG(path));
        struct buf quoted = buf_new(t->a, 64);
        tool_quote(&quoted, str_sub(constant, 1, constant.n - 2));
        return str_printf(t->a, "%sstr_eq(%.*s, S(\"%.*s\"))", i == 1 ? "!" : "", STR_ARG(r->expr),
                          STR_ARG(buf_text(&quoted)));
    }
    if (!str_to_int(constant, &number))
        FAIL(t, "%.*s is compared with \"%.*s\", which is not a whole number", STR_ARG(path), STR_ARG(constant));
    if (f->type == TYPE_LIST && number >= 0)
        return str_printf(t->a, "%.*s_count %s %" PRId64, STR_ARG(r->expr), operators[i], number);
    if (f->type != TYPE_INT)
        FAIL(t, "%.*s: only texts, ints and the length of lists can be compared", STR_ARG(path));
    if (f->optional)
        return str_printf(t->a, "%.*s.some && %.*s.v %s %" PRId64, STR_ARG(r->expr), STR_ARG(r->expr), operators[i],
                          number);
    return str_printf(t->a, "%.*s %s %" PRId64, STR_ARG(r->expr), operators[i], number);
}

/* "x", "!x", "x == ..."; notes in the block what is known not to be NULL. */
static struct str condition(struct template *t, struct block *b, struct str rest)
{
    struct str path = next_word(&rest);
    bool inverse = str_starts(path, S("!"));
    if (inverse)
        path = str_sub(path, 1, path.n);
    if (str_empty(path))
        FAIL(t, "the condition is missing");
    struct ref r = resolve(t, path);
    struct str op = next_word(&rest);
    b->inverse = inverse;
    b->proven = STR_NONE;
    if (op.n != 0) {
        if (inverse)
            FAIL(t, "! and a comparison do not go together: use the opposite comparison");
        return comparison(t, &r, path, op, str_trim(rest));
    }
    if (r.field->type == TYPE_GROUP)
        b->proven = r.expr;
    struct str c = truth(t, &r, path);
    return inverse ? str_printf(t->a, "!(%.*s)", STR_ARG(c)) : c;
}

/* ---- blocks
 * ---------------------------------------------------------------------------------------------------------- */

static struct block *open_block(struct template *t)
{
    if (t->depth + 1 == MAX_DEPTH)
        FAIL(t, "{{if}} and {{each}} are nested deeper than %d", MAX_DEPTH - 1);
    struct block *b = &t->blocks[t->depth];
    *b = (struct block){.line = t->at.line, .start = t->html, .closers = 1};
    return b;
}

/* While a block's condition is being read it must not prove itself; so the depth grows after. */
static void begin_if(struct template *t, struct str rest)
{
    struct block *b = open_block(t);
    struct str c = condition(t, b, rest);
    code(t, "if (%.*s) {", STR_ARG(c));
    if (b->inverse && b->proven.p != NULL)
        b->proven = str_concat(t->a, S("!"), b->proven); /* matches nothing until the else */
    t->depth++;
}

static void begin_each(struct template *t, struct str rest)
{
    struct str path = next_word(&rest);
    struct ref r = resolve(t, path);
    if (r.field->type != TYPE_LIST)
        FAIL(t, "%.*s is not a list", STR_ARG(path));
    struct block *b = open_block(t);
    size_t n = ++t->counter;
    b->each = true;
    b->list_count = str_printf(t->a, "%.*s_count", STR_ARG(r.expr));
    code(t, "for (size_t n%zu = 0; n%zu < %.*s; n%zu++) {", n, n, STR_ARG(b->list_count), n);
    t->depth++;
    code(t, "const %.*s *i%zu = &%.*s[n%zu];", STR_ARG(r.field->c_type), n, STR_ARG(r.expr), n);
    code(t, "(void)i%zu;", n);
    if (t->scope + 1 == MAX_DEPTH)
        FAIL(t, "lists are nested deeper than %d", MAX_DEPTH - 1);
    t->scopes[++t->scope] =
        (struct scope){.fields = r.field->inside, .expr = str_printf(t->a, "i%zu", n), .view = r.field->view};
}

static void end_branch(struct template *t, struct block *b)
{
    if (b->joined)
        html_join(&b->merged, &t->html, &t->at);
    else
        b->merged = t->html;
    b->joined = true;
    t->html = b->start;
}

static void begin_else(struct template *t, struct str rest)
{
    if (t->depth == 0)
        FAIL(t, "{{else}} without {{if}} or {{each}}");
    struct block *b = &t->blocks[t->depth - 1];
    if (b->has_else)
        FAIL(t, "a second {{else}}");
    end_branch(t, b);
    flush(t);
    struct str word = next_word(&rest);
    if (b->each) {
        if (word.n != 0)
            FAIL(t, "{{else}} of {{each}} takes no condition");
        t->scope--;
        t->depth--;
        code(t, "}");
        code(t, "if (%.*s == 0) {", STR_ARG(b->list_count));
        t->depth++;
        b->has_else = true;
        return;
    }
    struct str known = b->inverse && b->proven.p != NULL ? str_sub(b->proven, 1, b->proven.n) : STR_NONE;
    t->depth--;
    if (word.n == 0) {
        code(t, "} else {");
        b->has_else = true;
        b->proven = known;
    } else if (str_eq(word, S("if"))) {
        struct str c = condition(t, b, rest);
        code(t, "} else if (%.*s) {", STR_ARG(c));
        if (b->inverse && b->proven.p != NULL)
            b->proven = str_concat(t->a, S("!"), b->proven);
    } else {
        FAIL(t, "{{else %.*s}}: only {{else}} and {{else if ...}}", STR_ARG(word));
    }
    t->depth++;
}

static void end_block(struct template *t)
{
    if (t->depth == 0)
        FAIL(t, "{{end}} without {{if}} or {{each}}");
    struct block *b = &t->blocks[t->depth - 1];
    end_branch(t, b);
    if (!b->has_else)
        html_join(&b->merged, &b->start, &t->at);
    t->html = b->merged;
    flush(t);
    if (b->each && !b->has_else)
        t->scope--;
    t->depth--;
    code(t, "}");
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------- */

static void directive(struct template *t, struct str text)
{
    struct str rest = str_trim(text), word = next_word(&rest);
    html_pause(&t->html, &t->at);
    if (str_empty(word))
        FAIL(t, "{{}} is empty");
    if (str_eq(word, S("if"))) {
        begin_if(t, rest);
        return;
    }
    if (str_eq(word, S("else"))) {
        begin_else(t, rest);
        return;
    }
    if (str_eq(word, S("each"))) {
        begin_each(t, rest);
        rest = S("");
    } else if (str_eq(word, S("t"))) {
        write_message(t, rest);
        rest = S("");
    } else if (str_eq(word, S("form"))) {
        write_form(t, next_word(&rest));
    } else if (str_eq(word, S("show"))) {
        write_show(t, next_word(&rest));
    } else if (str_eq(word, S("end"))) {
        end_block(t);
    } else {
        write_value(t, word);
    }
    if (str_trim(rest).n != 0)
        FAIL(t, "\"%.*s\" is not expected here", STR_ARG(str_trim(rest)));
}

static void count_lines(struct template *t, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        t->at.line += s.p[i] == '\n';
}

void template_write(struct arena *a, const struct view *v, struct buf *out, struct catalogs *catalogs)
{
    struct template *t = ARENA_NEW(a, struct template);
    *t = (struct template){.a = a, .v = v, .at = {v->path, v->body_line}, .out = out, .catalogs = catalogs};
    t->literal = buf_new(a, 4096);
    t->scopes[0] = (struct scope){.fields = v->fields, .expr = S("v")};
    struct str rest = v->body;
    size_t open, close;
    while (str_find(rest, S("{{"), &open)) {
        html_feed(&t->html, &t->at, str_sub(rest, 0, open), &t->literal);
        rest = str_sub(rest, open, rest.n);
        bool remark = str_starts(rest, S("{{!--"));
        if (!str_find(rest, remark ? S("--}}") : S("}}"), &close))
            FAIL(t, "{{ without }}");
        struct str inside = str_sub(rest, 2, close - 2);
        if (!remark)
            directive(t, inside);
        count_lines(t, inside);
        rest = str_sub(rest, close + (remark ? 4 : 2), rest.n);
    }
    html_feed(&t->html, &t->at, rest, &t->literal);
    if (t->depth != 0)
        tool_fail(v->path, t->blocks[t->depth - 1].line, "{{%s}} without {{end}}",
                  t->blocks[t->depth - 1].each ? "each" : "if");
    html_end(&t->html, &t->at);
    buf_ch(&t->literal, '\n');
    flush(t);
}
