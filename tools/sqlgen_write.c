/* What sqlgen writes: see sqlgen.h and store.h for the shape of the functions. */
#include "sqlgen.h"

static const char generated[] = "/* Made by tools/sqlgen from %.*s.sql: change that file. */\n";

/* ---- pieces ---------------------------------------------------------------------------------------------------------
 */

static void write_param(struct buf *b, const struct item *it)
{
    static const char *const plain[] = {"int64_t ", "double ", "struct str ", "struct str "};
    static const char *const nullable[] = {"const int64_t *", "const double *", "struct str ", "struct str "};
    buf_z(b, it->nullable ? nullable[it->type] : plain[it->type]);
    buf_str(b, it->name);
}

static void write_signature(struct buf *b, const struct statement *st)
{
    buf_printf(b, "enum rc sql_%.*s(struct db *db", STR_ARG(st->name));
    if (st->kind != EXEC)
        buf_z(b, ", struct arena *a");
    for (int i = 0; i < st->in.n; i++) {
        buf_z(b, ", ");
        write_param(b, &st->in.v[i]);
    }
    if (st->kind == ONE)
        buf_printf(b, ", struct row_%.*s *out", STR_ARG(st->name));
    else if (st->kind == MANY)
        buf_printf(b, ", struct rows_%.*s *out", STR_ARG(st->name));
    else if (st->kind == EACH)
        buf_printf(b, ",\n    enum rc (*fn)(void *arg, const struct row_%.*s *row), void *arg", STR_ARG(st->name));
    buf_z(b, ")");
}

static void write_row(struct buf *b, const struct statement *st)
{
    static const char *const types[] = {"int64_t", "double", "struct str", "struct str"};
    buf_printf(b, "struct row_%.*s {\n", STR_ARG(st->name));
    for (int i = 0; i < st->columns.n; i++) {
        const struct item *c = &st->columns.v[i];
        bool flag = c->nullable && (c->type == T_INT || c->type == T_REAL);
        buf_printf(b, "    %s %.*s;%s\n", types[c->type], STR_ARG(c->name),
                   c->nullable && !flag ? " /* or no value */"
                   : c->type == T_BLOB  ? " /* bytes */"
                                        : "");
        if (flag)
            buf_printf(b, "    bool %.*s_null;\n", STR_ARG(c->name));
    }
    buf_z(b, "};\n");
    if (st->kind == MANY)
        buf_printf(b, "struct rows_%.*s {\n    struct row_%.*s *v;\n    size_t n;\n};\n", STR_ARG(st->name),
                   STR_ARG(st->name));
}

/* "*" followed by "/" in a comment would end it. */
static void write_comment(struct buf *b, struct str text)
{
    struct str line;
    bool first = true;
    while (str_line(&text, &line)) {
        buf_z(b, first ? "/* " : "\n * ");
        first = false;
        for (size_t i = 0; i < line.n; i++) {
            buf_ch(b, line.p[i]);
            if (i + 1 < line.n && (line.p[i] == '*' || line.p[i] == '/') &&
                (line.p[i + 1] == '/' || line.p[i + 1] == '*'))
                buf_ch(b, ' ');
        }
    }
    if (!first)
        buf_z(b, " */\n");
}

void write_header(struct arena *a, const char *folder, const struct file *f, const struct statement *v)
{
    struct buf b = buf_new(a, 8192);
    struct str guard = tool_guard(a, str_printf(a, "CADRE_GEN_%.*s_H", STR_ARG(f->stem)));
    buf_printf(&b, generated, (int)f->stem.n - 4, f->stem.p);
    buf_printf(&b, "#ifndef %.*s\n#define %.*s\n\n#include \"store/store.h\"\n", STR_ARG(guard), STR_ARG(guard));
    for (size_t i = f->first; i < f->first + f->count; i++) {
        buf_ch(&b, '\n');
        write_comment(&b, v[i].comment);
        if (v[i].kind != EXEC)
            write_row(&b, &v[i]);
        write_signature(&b, &v[i]);
        buf_z(&b, " MUST_CHECK;\n");
    }
    buf_z(&b, "\n#endif\n");
    tool_write(a, str_printf(a, "%s/%.*s.h", folder, STR_ARG(f->stem)).p, buf_text(&b));
}

/* ---- bodies ---------------------------------------------------------------------------------------------------------
 */

/* C promises 4095 bytes for a literal; a longer text becomes a list of characters. */
static void write_text(struct buf *b, const struct statement *st)
{
    buf_printf(b, "static const char text_%.*s[] = ", STR_ARG(st->name));
    if (st->sql.n < 4000) {
        struct str rest = st->sql;
        while (rest.n != 0) { /* some lines, cut at a blank */
            size_t n = rest.n < 100 ? rest.n : 100;
            while (n < rest.n && rest.p[n - 1] != ' ')
                n++;
            buf_z(b, "\n    \"");
            tool_quote(b, str_sub(rest, 0, n));
            buf_z(b, "\"");
            rest = str_sub(rest, n, rest.n);
        }
        buf_z(b, ";\n");
        return;
    }
    buf_z(b, "{");
    for (size_t i = 0; i <= st->sql.n; i++) { /* with its NUL */
        if (i % 24 == 0)
            buf_z(b, "\n    ");
        buf_printf(b, "%d,", (int)(signed char)st->sql.p[i]);
    }
    buf_z(b, "\n};\n");
}

static void write_types(struct buf *b, const char *what, const struct statement *st, const struct items *items)
{
    static const char *const enums[] = {"COL_INT", "COL_REAL", "COL_TEXT", "COL_BLOB"};
    if (items->n == 0)
        return;
    buf_printf(b, "static const uint8_t %s_%.*s[] = {", what, STR_ARG(st->name));
    for (int i = 0; i < items->n; i++)
        buf_printf(b, "%s%s", i != 0 ? ", " : "", enums[items->v[i].type]);
    buf_z(b, "};\n");
}

static void write_places(struct buf *b, const struct statement *st)
{
    if (st->columns.n == 0)
        return;
    buf_printf(b, "static const struct place places_%.*s[] = {\n", STR_ARG(st->name));
    for (int i = 0; i < st->columns.n; i++) {
        const struct item *c = &st->columns.v[i];
        buf_printf(b, "    {offsetof(struct row_%.*s, %.*s), ", STR_ARG(st->name), STR_ARG(c->name));
        if (!c->nullable)
            buf_z(b, "PLACE_REQUIRED},\n");
        else if (c->type == T_TEXT || c->type == T_BLOB)
            buf_z(b, "PLACE_NO_VALUE},\n");
        else
            buf_printf(b, "offsetof(struct row_%.*s, %.*s_null)},\n", STR_ARG(st->name), STR_ARG(c->name));
    }
    buf_z(b, "};\n");
}

static void write_statement(struct buf *b, const struct statement *st, size_t index)
{
    write_text(b, st);
    write_types(b, "params", st, &st->in);
    write_types(b, "columns", st, &st->columns);
    write_places(b, st);
    buf_printf(b, "extern const struct statement statement_%.*s;\nconst struct statement statement_%.*s = {\n",
               STR_ARG(st->name), STR_ARG(st->name));
    buf_printf(b, "    .name = \"%.*s\",\n    .sql = text_%.*s,\n", STR_ARG(st->name), STR_ARG(st->name));
    if (st->in.n != 0)
        buf_printf(b, "    .param_types = params_%.*s,\n", STR_ARG(st->name));
    if (st->columns.n != 0)
        buf_printf(
            b,
            "    .column_types = columns_%.*s,\n    .places = places_%.*s,\n    .row_size = sizeof(struct row_%.*s),\n",
            STR_ARG(st->name), STR_ARG(st->name), STR_ARG(st->name));
    buf_printf(b, "    .index = %zu,\n    .param_count = %d,\n    .column_count = %d,\n};\n", index, st->in.n,
               st->columns.n);
}

static void write_params(struct buf *b, const struct statement *st)
{
    static const char *const kinds[] = {"int", "real", "text", "text"};
    if (st->in.n == 0)
        return;
    buf_z(b, "    const struct value params[] = {\n");
    for (int i = 0; i < st->in.n; i++) {
        const struct item *it = &st->in.v[i];
        buf_printf(b, "        value_%s%s(%.*s),\n", kinds[it->type], it->nullable ? "_or_null" : "",
                   STR_ARG(it->name));
    }
    buf_z(b, "    };\n");
}

static void write_body(struct buf *b, const struct statement *st)
{
    const char *params = st->in.n != 0 ? "params" : "NULL";
    if (st->kind == EACH)
        buf_printf(b,
                   "struct each_%.*s {\n    enum rc (*fn)(void *arg, const struct row_%.*s *row);\n    void *arg;\n};\n"
                   "static enum rc call_%.*s(void *arg, const void *row)\n{\n    const struct each_%.*s *each = arg;\n"
                   "    return each->fn(each->arg, row);\n}\n",
                   STR_ARG(st->name), STR_ARG(st->name), STR_ARG(st->name), STR_ARG(st->name));
    write_signature(b, st);
    buf_z(b, "\n{\n");
    write_params(b, st);
    switch (st->kind) {
    case ONE:
        buf_printf(b, "    return db_run_one(db, a, &statement_%.*s, %s, out);\n", STR_ARG(st->name), params);
        break;
    case MANY:
        buf_printf(b,
                   "    void *v;\n    enum rc rc = db_run_many(db, a, &statement_%.*s, %s, &v, &out->n);\n"
                   "    out->v = v;\n    return rc;\n",
                   STR_ARG(st->name), params);
        break;
    case EACH:
        buf_printf(b,
                   "    struct each_%.*s each = {fn, arg};\n"
                   "    return db_run_each(db, a, &statement_%.*s, %s, call_%.*s, &each);\n",
                   STR_ARG(st->name), STR_ARG(st->name), params, STR_ARG(st->name));
        break;
    case EXEC:
        buf_printf(b, "    return db_run(db, &statement_%.*s, %s, NULL, NULL);\n", STR_ARG(st->name), params);
        break;
    }
    buf_z(b, "}\n");
}

void write_source(struct arena *a, const char *folder, const struct file *f, const struct statement *v)
{
    struct buf b = buf_new(a, 16384);
    buf_printf(&b, generated, (int)f->stem.n - 4, f->stem.p);
    buf_printf(&b, "#include \"gen/%.*s.h\"\n#include \"store/statement.h\"\n", STR_ARG(f->stem));
    for (size_t i = f->first; i < f->first + f->count; i++) {
        buf_ch(&b, '\n');
        write_statement(&b, &v[i], i);
        write_body(&b, &v[i]);
    }
    tool_write(a, str_printf(a, "%s/%.*s.c", folder, STR_ARG(f->stem)).p, buf_text(&b));
}

void write_index(struct arena *a, const char *folder, const struct statement *v, size_t count)
{
    struct buf b = buf_new(a, 16384);
    buf_z(&b,
          "/* Made by tools/sqlgen: every statement of the program, by index. */\n#include \"store/statement.h\"\n\n");
    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "extern const struct statement statement_%.*s;\n", STR_ARG(v[i].name));
    buf_z(&b, "\nconst struct statement *const all_statements[] = {\n");
    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "    &statement_%.*s,\n", STR_ARG(v[i].name));
    buf_printf(&b, "    NULL,\n};\nconst size_t statement_count = %zu;\n", count);
    tool_write(a, str_printf(a, "%s/statements.c", folder).p, buf_text(&b));
}
