/* sqlgen's check of one statement against the schema: see sqlgen.h. Types come from the schema's declarations,
 * nullability from its NOT NULL, both from -- out: where the schema cannot tell. */
#include "sqlgen.h"
#include "sqlgen_rules.h"

static struct arena *arena;

/* ---- the statement's tokens -----------------------------------------------------------------------------------------
 */

#define MAX_TOKENS 8192

static struct sql_token tokens[MAX_TOKENS + 2]; /* of one statement, without spaces and comments; then two empty ones */
static int token_count;

/* Fills tokens[] and writes the squeezed text: one blank for any space, no comments, no final semicolon. */
static bool tokenize(struct statement *st)
{
    struct sql_lexer lx = sql_lexer(ENGINE_SQLITE, st->source);
    struct sql_token t;
    struct buf b = buf_new(arena, st->source.n + 1);
    bool space = false;
    lx.line = st->line + 1;
    token_count = 0;
    while (sql_next(&lx, &t)) {
        if (t.kind == SQL_BROKEN || token_count == MAX_TOKENS) {
            complain(st->path, t.line, t.kind == SQL_BROKEN ? "what begins here has no end" : "too long");
            return false;
        }
        if (t.kind == SQL_SPACE || t.kind == SQL_COMMENT) {
            space = true;
            continue;
        }
        if (space && b.n != 0)
            buf_ch(&b, ' ');
        space = false;
        buf_str(&b, t.text);
        tokens[token_count++] = t;
    }
    if (token_count != 0 && sql_is_punct(&tokens[token_count - 1], ';')) {
        token_count--;
        b.n--;
    }
    tokens[token_count] = tokens[token_count + 1] = (struct sql_token){.kind = SQL_SPACE};
    buf_ch(&b, '\0');
    st->sql = (struct str){b.p, b.n - 1};
    for (int i = 0; i < token_count; i++)
        if (sql_is_punct(&tokens[i], ';')) {
            complain(st->path, tokens[i].line, "one statement for each -- name:");
            return false;
        }
    if (token_count == 0)
        complain(st->path, st->line, "%.*s has no statement", STR_ARG(st->name));
    return token_count != 0;
}

static void complain_rule(const struct rules *rules, int line, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    complain(rules->path, line, "%s", text);
}

/* ---- which tables may be missing from a row -------------------------------------------------------------------------
 */

/* Tables named after FROM and JOIN, in the statement and in the views it uses; outer ones stand on the side of a join
 * that may have no row, so that their NOT NULL columns may be NULL all the same. */
struct tables {
    struct str inner[256], outer[256];
    int inner_count, outer_count;
};

static bool has_table(const struct str *v, int n, struct str name)
{
    for (int i = 0; i < n; i++)
        if (str_eq_nocase(v[i], name))
            return true;
    return false;
}

static void table_add(struct str *v, int *n, struct str name)
{
    if (!has_table(v, *n, name) && *n < 256)
        v[(*n)++] = name;
}

static struct str view_text(sqlite3 *db, struct str name)
{
    sqlite3_stmt *q;
    struct str text = STR_NONE;
    if (sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema WHERE type='view' AND name=?1 COLLATE NOCASE", -1, &q,
                           NULL) != SQLITE_OK)
        return text;
    sqlite3_bind_text(q, 1, name.p, (int)name.n, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW)
        text = str_dup(arena, str_from((const char *)sqlite3_column_text(q, 0)));
    sqlite3_finalize(q);
    return text;
}

/* One text: the words after FROM, JOIN and the commas of FROM, and whether the join is an outer one. */
static void tables_scan(struct tables *t, struct str text)
{
    struct sql_lexer lx = sql_lexer(ENGINE_SQLITE, text);
    struct sql_token now;
    bool from = false, wanted = false, outer = false;
    while (sql_next(&lx, &now)) {
        if (now.kind == SQL_SPACE || now.kind == SQL_COMMENT)
            continue;
        if (sql_is_word(&now, "left") || sql_is_word(&now, "full") || sql_is_word(&now, "right")) {
            outer = true;
        } else if (sql_is_word(&now, "from") || sql_is_word(&now, "join") || sql_is_word(&now, "into")) {
            outer = outer && sql_is_word(&now, "join");
            from = wanted = true;
        } else if (sql_is_punct(&now, ',') && from) {
            wanted = true;
        } else if (now.kind == SQL_WORD && wanted) {
            if (outer)
                table_add(t->outer, &t->outer_count, now.text);
            else
                table_add(t->inner, &t->inner_count, now.text);
            wanted = outer = false;
        } else if (sql_is_word(&now, "where") || sql_is_word(&now, "select") || sql_is_word(&now, "on")) {
            from = wanted = false;
        } else if (!sql_is_word(&now, "outer")) {
            wanted = false;
        }
    }
}

static void tables_find(sqlite3 *db, struct str sql, struct tables *t)
{
    *t = (struct tables){0};
    tables_scan(t, sql);
    /* Views add the tables behind them; an outer view makes all of them outer. The lists grow while they are walked. */
    for (int i = 0; i < t->inner_count; i++)
        tables_scan(t, view_text(db, t->inner[i]));
    for (int i = 0; i < t->outer_count; i++) {
        struct tables behind = {0};
        tables_scan(&behind, view_text(db, t->outer[i]));
        for (int j = 0; j < behind.inner_count; j++)
            table_add(t->outer, &t->outer_count, behind.inner[j]);
        for (int j = 0; j < behind.outer_count; j++)
            table_add(t->outer, &t->outer_count, behind.outer[j]);
    }
}

/* ---- preparing a statement ------------------------------------------------------------------------------------------
 */

static int line_of_error(sqlite3 *db, const struct statement *st)
{
    int at = sqlite3_error_offset(db);
    for (int i = 0, seen = 0; i < token_count && at >= 0; i++) {
        /* the squeezed text holds the same tokens, so the offset is found by walking both */
        while (seen < (int)st->sql.n && st->sql.p[seen] == ' ')
            seen++;
        if (at < seen + (int)tokens[i].text.n)
            return tokens[i].line;
        seen += (int)tokens[i].text.n;
    }
    return token_count != 0 ? tokens[0].line : st->line;
}

static void check_params(struct statement *st, sqlite3_stmt *q)
{
    int highest = 0, found = sqlite3_bind_parameter_count(q);
    for (int i = 1; i <= found; i++) {
        const char *name = sqlite3_bind_parameter_name(q, i);
        int64_t n = 0;
        if (name == NULL || name[0] != '$' || !str_to_int(str_from(name + 1), &n) || n < 1)
            complain(st->path, st->line, "parameter %s: write $1, $2, ...", name != NULL ? name : "?");
        else if (n > highest)
            highest = n > MAX_ITEMS ? MAX_ITEMS : (int)n;
    }
    if (highest != st->in.n || found != st->in.n)
        complain(st->path, st->line, "%.*s uses %d parameters up to $%d, and -- in: declares %d", STR_ARG(st->name),
                 found, highest, st->in.n);
}

static enum type type_of_decl(const char *decl)
{
    static const char *const type_decls[] = {"INTEGER", "REAL", "TEXT", "BLOB"};
    for (int t = T_INT; t < T_NONE; t++)
        if (decl != NULL && strcasecmp(decl, type_decls[t]) == 0)
            return (enum type)t;
    return T_NONE;
}

static void check_column(sqlite3 *db, struct statement *st, sqlite3_stmt *q, int i, const struct tables *tables)
{
    struct item c = {.name = str_dup(arena, str_from(sqlite3_column_name(q, i)))};
    const struct item *said = items_find(&st->out, c.name);
    const char *table = sqlite3_column_table_name(q, i), *decl = sqlite3_column_decltype(q, i);
    c.type = type_of_decl(decl);
    if (!is_identifier(c.name))
        complain(st->path, st->line, "result column \"%.*s\" needs a name: AS name", STR_ARG(c.name));
    else if (items_find(&st->columns, c.name) != NULL)
        complain(st->path, st->line, "two result columns are called \"%.*s\"", STR_ARG(c.name));
    else if (said == NULL && c.type == T_NONE)
        complain(st->path, st->line, "the type of result column \"%.*s\" is not declared: -- out: %.*s:int",
                 STR_ARG(c.name), STR_ARG(c.name));
    else if (said != NULL && c.type != T_NONE && c.type != said->type)
        complain(st->path, st->line, "result column \"%.*s\" is declared %s but the schema says %s", STR_ARG(c.name),
                 type_words[said->type], decl);
    if (said != NULL) {
        c = *said;
    } else if (table != NULL) {
        int not_null = 0, key = 0;
        struct str name = str_from(table);
        sqlite3_table_column_metadata(db, "main", table, sqlite3_column_origin_name(q, i), NULL, NULL, &not_null, &key,
                                      NULL);
        c.nullable = not_null == 0 && key == 0;
        if (!c.nullable && has_table(tables->outer, tables->outer_count, name))
            complain(
                st->path, st->line,
                "result column \"%.*s\" may be NULL through the outer join of %s: say so in -- out:, with or without ?",
                STR_ARG(c.name), table);
    }
    if (st->columns.n < MAX_ITEMS)
        st->columns.v[st->columns.n++] = c;
    else
        complain(st->path, st->line, "more than %d result columns", MAX_ITEMS);
}

void check_statement(struct arena *a, sqlite3 *db, struct statement *st)
{
    static struct tables tables;
    arena = a;
    if (!tokenize(st))
        return;
    struct rules rules = {.tokens = tokens, .count = token_count, .complain = complain_rule, .path = st->path};
    rules_check(&rules);
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(db, st->sql.p, -1, &q, NULL) != SQLITE_OK || q == NULL) {
        complain(st->path, line_of_error(db, st), "%.*s: %s", STR_ARG(st->name), sqlite3_errmsg(db));
        return;
    }
    tables_find(db, st->sql, &tables);
    check_params(st, q);
    int columns = sqlite3_column_count(q);
    for (int i = 0; i < columns; i++)
        check_column(db, st, q, i, &tables);
    for (int i = 0; i < st->out.n; i++)
        if (items_find(&st->columns, st->out.v[i].name) == NULL)
            complain(st->path, st->line, "-- out: names \"%.*s\", which is no result column",
                     STR_ARG(st->out.v[i].name));
    if (st->kind == EXEC && columns != 0)
        complain(st->path, st->line, "%.*s returns rows: :exec does not", STR_ARG(st->name));
    if (st->kind != EXEC && columns == 0)
        complain(st->path, st->line, "%.*s returns no rows: it is :exec", STR_ARG(st->name));
    sqlite3_finalize(q);
}
