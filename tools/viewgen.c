/* Makes C out of views: `viewgen OUTDIR SRCDIR rel/path.html` writes OUTDIR/rel/path_view.h (the struct that a handler
 * fills) and OUTDIR/rel/path_view.c (one function that writes it as HTML, one as JSON). */
#include "viewgen.h"

static const char *c_type(const struct field *f)
{
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_URL:
        return "struct str ";
    case TYPE_INT:
    case TYPE_TIME:
    case TYPE_DAY:
        return f->optional ? "struct opt_int " : "int64_t ";
    case TYPE_REAL:
        return f->optional ? "struct opt_real " : "double ";
    case TYPE_BOOL:
        return "bool ";
    case TYPE_HTML:
        return "struct html ";
    case TYPE_FORM:
        return "const struct form *";
    case TYPE_ANY:
        return "struct view_any ";
    default:
        return NULL;
    }
}

/* Structs stand innermost first; the nesting is that of the source text, at most MAX_DEPTH. */
static void write_struct(struct buf *b, struct str name, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (fields->items[i].inside != NULL)
            write_struct(b, fields->items[i].c_type, fields->items[i].inside);
    buf_printf(b, "%.*s {\n", STR_ARG(name));
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *f = &fields->items[i];
        const char *type = c_type(f);
        if (type != NULL)
            buf_printf(b, "    %s%.*s;", type, STR_ARG(f->name));
        else if (f->type == TYPE_LIST)
            buf_printf(b, "    const %.*s *%.*s;\n    size_t %.*s_count;", STR_ARG(f->c_type), STR_ARG(f->name),
                       STR_ARG(f->name));
        else
            buf_printf(b, "    %s%.*s %s%.*s;", f->optional ? "const " : "", STR_ARG(f->c_type), f->optional ? "*" : "",
                       STR_ARG(f->name));
        const char *note = f->type == TYPE_TIME                                    ? "UTC milliseconds"
                           : f->type == TYPE_DAY                                   ? "civil day"
                           : f->type == TYPE_URL                                   ? "address"
                           : f->type == TYPE_FORM || (f->optional && type == NULL) ? "NULL: absent"
                                                                                   : NULL;
        if (note != NULL)
            buf_printf(b, " /* %s */", note);
        buf_ch(b, '\n');
    }
    if (fields->count == 0)
        buf_z(b, "    char none; /* C has no empty struct */\n");
    buf_z(b, "};\n\n");
}

static struct str make_header(struct arena *a, const struct view *v, struct str rel)
{
    struct buf b = buf_new(a, 8192);
    struct str guard = tool_guard(a, rel), name = v->name;
    buf_printf(&b, "/* Made by tools/viewgen from src/%.*s: do not edit. */\n#ifndef GEN_%.*s\n#define GEN_%.*s\n\n",
               STR_ARG(v->rel), STR_ARG(guard), STR_ARG(guard));
    buf_z(&b, "#include \"base/err.h\"\n#include \"view/view.h\"\n");
    for (size_t i = 0; i < v->include_count; i++)
        buf_printf(&b, "#include \"gen/%.*s\"\n", STR_ARG(v->includes[i]));
    buf_z(&b, "\nstruct form;\nstruct ctx;\nstruct page;\n\n");
    write_struct(&b, str_printf(a, "struct view_%.*s", STR_ARG(name)), v->fields);
    buf_printf(&b,
               "extern const struct view view_%.*s_def;\n\n"
               "enum rc page_send(struct ctx *c, const struct page *p, const struct view *v, const void *data);\n"
               "static inline enum rc view_%.*s_page(struct ctx *c, const struct page *p, const struct view_%.*s *v)\n"
               "{\n    return page_send(c, p, &view_%.*s_def, v);\n}\n\n#endif\n",
               STR_ARG(name), STR_ARG(name), STR_ARG(name), STR_ARG(name));
    return buf_text(&b);
}

/* ---- JSON
 * ------------------------------------------------------------------------------------------------------------ */

struct json {
    struct arena *a;
    struct buf *out;
    struct buf literal;
    int indent;
    size_t counter;
};

static void json_flush(struct json *j)
{
    struct str s = buf_text(&j->literal);
    if (s.n == 0)
        return;
    buf_printf(j->out, "%*sbuf_add(b, \"", j->indent, "");
    tool_quote(j->out, s);
    buf_printf(j->out, "\", %zu);\n", s.n);
    j->literal.n = 0;
}

static void PRINTF_LIKE(2, 3) json_code(struct json *j, const char *fmt, ...)
{
    va_list ap;
    json_flush(j);
    buf_printf(j->out, "%*s", j->indent, "");
    va_start(ap, fmt);
    buf_str(j->out, str_vprintf(j->a, fmt, ap));
    va_end(ap);
    buf_ch(j->out, '\n');
}

/* if (present) ... else null */
static void json_open_present(struct json *j, struct str condition)
{
    json_code(j, "if (%.*s) {", STR_ARG(condition));
    j->indent += 4;
}

static void json_close_present(struct json *j)
{
    json_flush(j);
    j->indent -= 4;
    json_code(j, "} else {");
    json_code(j, "    buf_add(b, \"null\", 4);");
    json_code(j, "}");
}

static void json_fields(struct json *j, const struct fields *fields, struct str base);

static void json_list(struct json *j, const struct field *f, struct str expr)
{
    size_t n = ++j->counter;
    buf_z(&j->literal, "[");
    json_code(j, "for (size_t n%zu = 0; n%zu < %.*s_count; n%zu++) {", n, n, STR_ARG(expr), n);
    j->indent += 4;
    json_code(j, "if (n%zu != 0)", n);
    json_code(j, "    buf_ch(b, ',');");
    if (f->inside == NULL) {
        json_code(j, "view_%.*s_def.json(env, &%.*s[n%zu]);", STR_ARG(f->view), STR_ARG(expr), n);
    } else {
        json_code(j, "const %.*s *i%zu = &%.*s[n%zu];", STR_ARG(f->c_type), n, STR_ARG(expr), n);
        json_code(j, "(void)i%zu;", n);
        json_fields(j, f->inside, str_printf(j->a, "i%zu->", n));
    }
    json_flush(j);
    j->indent -= 4;
    json_code(j, "}");
    buf_z(&j->literal, "]");
}

static void json_value(struct json *j, const struct field *f, struct str x)
{
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_URL:
        json_code(j, "buf_json(b, %.*s);", STR_ARG(x));
        break;
    case TYPE_HTML:
        json_code(j, "buf_json(b, (struct str){%.*s.p, %.*s.n});", STR_ARG(x), STR_ARG(x));
        break;
    case TYPE_INT:
        json_code(j, "buf_int(b, %.*s);", STR_ARG(x));
        break;
    case TYPE_REAL:
        json_code(j, "buf_real(b, %.*s);", STR_ARG(x));
        break;
    case TYPE_BOOL:
        json_code(j, "buf_z(b, %.*s ? \"true\" : \"false\");", STR_ARG(x));
        break;
    case TYPE_TIME:
        json_code(j, "view_json_time(b, %.*s);", STR_ARG(x));
        break;
    case TYPE_DAY:
        json_code(j, "view_json_day(b, %.*s);", STR_ARG(x));
        break;
    case TYPE_FORM:
        json_code(j, "form_json(env, %.*s);", STR_ARG(x));
        break;
    case TYPE_ANY:
        json_code(j, "%.*s.view->json(env, %.*s.data);", STR_ARG(x), STR_ARG(x));
        break;
    case TYPE_VIEW:
        json_code(j, "view_%.*s_def.json(env, %s%.*s);", STR_ARG(f->view), f->optional ? "" : "&", STR_ARG(x));
        break;
    case TYPE_GROUP:
        json_fields(j, f->inside, str_printf(j->a, f->optional ? "%.*s->" : "%.*s.", STR_ARG(x)));
        break;
    case TYPE_LIST:
        json_list(j, f, x);
        break;
    }
}

static void json_field(struct json *j, const struct field *f, struct str x)
{
    bool number = f->type == TYPE_INT || f->type == TYPE_REAL || f->type == TYPE_TIME || f->type == TYPE_DAY;
    bool may_lack = f->optional || f->type == TYPE_FORM || f->type == TYPE_ANY;
    if (may_lack)
        json_open_present(j, str_printf(j->a,
                                        number                ? "%.*s.some"
                                        : f->type == TYPE_ANY ? "%.*s.view != NULL"
                                                              : "%.*s != NULL",
                                        STR_ARG(x)));
    json_value(j, f, number && f->optional ? str_printf(j->a, "%.*s.v", STR_ARG(x)) : x);
    if (may_lack)
        json_close_present(j);
}

static void json_fields(struct json *j, const struct fields *fields, struct str base)
{
    const char *sign = "{";
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *f = &fields->items[i];
        if (f->html_only)
            continue;
        buf_printf(&j->literal, "%s\"%.*s\":", sign, STR_ARG(f->name));
        json_field(j, f, str_printf(j->a, "%.*s%.*s", STR_ARG(base), STR_ARG(f->name)));
        sign = ",";
    }
    buf_z(&j->literal, *sign == '{' ? "{}" : "}");
}

/* ---- the two files
 * --------------------------------------------------------------------------------------------------- */

static struct str make_source(struct arena *a, const struct view *v, struct str header)
{
    struct buf html = buf_new(a, 16384), json = buf_new(a, 8192), b = buf_new(a, 32768);
    struct catalogs *catalogs = ARENA_NEW(a, struct catalogs);
    struct json j = {.a = a, .out = &json, .literal = buf_new(a, 512), .indent = 4};
    template_write(a, v, &html, catalogs);
    json_fields(&j, v->fields, S("v->"));
    json_flush(&j);

    buf_printf(&b, "/* Made by tools/viewgen from src/%.*s: do not edit. */\n#include \"gen/%.*s\"\n", STR_ARG(v->rel),
               STR_ARG(header));
    for (size_t i = 0; i < catalogs->count; i++)
        buf_printf(&b, "#include \"gen/msg_%.*s.h\"\n", STR_ARG(catalogs->names[i]));
    buf_z(&b, "#include \"view/form.h\"\n#include \"view/write.h\"\n");
    const char *head =
        "\nstatic void %s(struct view_env *env, const void *data)\n{\n    const struct view_%.*s *v = data;\n"
        "    struct buf *b = env->out;\n    (void)v;\n    (void)b;\n";
    buf_printf(&b, head, "html", STR_ARG(v->name));
    buf_str(&b, buf_text(&html));
    buf_z(&b, "}\n");
    buf_printf(&b, head, "json", STR_ARG(v->name));
    buf_str(&b, buf_text(&json));
    buf_printf(&b, "}\n\nconst struct view view_%.*s_def = {\"%.*s\", html, json};\n", STR_ARG(v->name),
               STR_ARG(v->name));
    return buf_text(&b);
}

int main(int argc, char **argv)
{
    if (argc != 4 || !str_ends(str_from(argv[3]), S(".html"))) {
        fprintf(stderr, "usage: viewgen OUTDIR SRCDIR rel/path.html\n");
        return 2;
    }
    struct arena *a = arena_new(1 << 20);
    struct view *v = ARENA_NEW(a, struct view);
    v->rel = str_from(argv[3]);
    v->path = str_printf(a, "%s/%s", argv[2], argv[3]).p;
    decl_read(a, v, tool_read(a, v->path));
    struct str stem = str_sub(v->rel, 0, v->rel.n - strlen(".html"));
    struct str header = str_printf(a, "%.*s_view.h", STR_ARG(stem));
    struct str source = make_source(a, v, header); /* first: an error leaves no new header behind */
    tool_write(a, str_printf(a, "%s/%.*s", argv[1], STR_ARG(header)).p, make_header(a, v, header));
    tool_write(a, str_printf(a, "%s/%.*s_view.c", argv[1], STR_ARG(stem)).p, source);
    arena_free(a);
    return 0;
}
