/* sqlgen: from named SQL statements to typed C functions.
 *
 *     sqlgen OUTDIR SRCDIR MIGRATIONSDIR rel1.sql rel2.sql ...
 *
 * Applies the migrations to a database in memory, prepares every statement of SRCDIR/rel.sql there, and writes
 * OUTDIR/rel_sql.h and _sql.c (row structs, prototypes, bodies) and OUTDIR/statements.c (all statements by index). What
 * a statement gets wrong is told as file:line: reason, all at once, and nothing is written. A file is written only when
 * its text changed. docs/sql.md explains the format. */
#include "sqlgen.h"

#include <glob.h>

static const char *const kind_words[] = {":one", ":many", ":each", ":exec"};
const char *const type_words[] = {"int", "real", "text", "blob"};

static struct arena *arena;
static struct statement *statements;
static size_t statement_count;
static int error_count;

void complain(const char *path, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", path, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    error_count++;
}

/* ---- the database in memory -----------------------------------------------------------------------------------------
 */

static sqlite3 *open_schema(const char *folder)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        tool_fail("sqlgen", 0, "cannot open a database in memory");
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    glob_t g;
    if (glob(str_printf(arena, "%s/*.sql", folder).p, 0, NULL, &g) != 0)
        return db;
    for (size_t i = 0; i < g.gl_pathc; i++) { /* glob sorts by name, which is the order of versions */
        const char *path = str_dup(arena, str_from(g.gl_pathv[i])).p;
        struct str text = tool_read(arena, path);
        struct sql_statement *v;
        size_t n;
        struct err e;
        if (dialect_script(arena, ENGINE_POSTGRES, text, &v, &n, &e) != RC_OK ||
            dialect_script(arena, ENGINE_SQLITE, text, &v, &n, &e) != RC_OK) {
            complain(path, 1, "%s", e.detail);
            break;
        }
        for (size_t j = 0; j < n; j++)
            if (sqlite3_exec(db, v[j].text.p, NULL, NULL, NULL) != SQLITE_OK) {
                complain(path, v[j].line, "%s", sqlite3_errmsg(db));
                i = g.gl_pathc; /* what follows would only repeat the trouble */
                break;
            }
    }
    globfree(&g);
    return db;
}

/* ---- reading a file of statements -----------------------------------------------------------------------------------
 */

bool is_identifier(struct str s)
{
    static const char *const taken[] = {
        "auto",   "break",  "case",     "char",     "const",  "continue", "default", "do",      "double", "else",
        "enum",   "extern", "float",    "for",      "goto",   "if",       "inline",  "int",     "long",   "register",
        "return", "short",  "signed",   "sizeof",   "static", "struct",   "switch",  "typedef", "union",  "unsigned",
        "void",   "while",  "restrict", "volatile", "bool",   "true",     "false",   "asm",     "typeof",
    };
    if (s.n == 0 || s.n > 60 || !((s.p[0] >= 'a' && s.p[0] <= 'z')))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
            return false;
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        if (str_eq_z(s, taken[i]))
            return false;
    return true;
}

const struct item *items_find(const struct items *items, struct str name)
{
    for (int i = 0; i < items->n; i++)
        if (str_eq(items->v[i].name, name))
            return &items->v[i];
    return NULL;
}

/* "email:text, cohort:int?" */
static void parse_items(const char *path, int line, struct str list, struct items *into)
{
    struct str one;
    if (str_empty(str_trim(list)))
        return;
    while (str_cut(&list, ',', &one)) {
        struct item it = {.type = T_NONE};
        struct str type = one;
        bool typed = str_cut(&type, ':', &it.name);
        it.name = str_trim(it.name);
        type = str_trim(type);
        if (str_ends(type, S("?"))) {
            it.nullable = true;
            type.n--;
        }
        for (int t = T_INT; t < T_NONE && typed; t++)
            if (str_eq_z(type, type_words[t]))
                it.type = (enum type)t;
        if (it.type == T_NONE)
            complain(path, line, "\"%.*s\" should read name:type with int, real, text or blob", STR_ARG(str_trim(one)));
        else if (!is_identifier(it.name))
            complain(path, line, "\"%.*s\" cannot be a name in C: use a-z, 0-9, _", STR_ARG(it.name));
        else if (items_find(into, it.name) != NULL)
            complain(path, line, "\"%.*s\" stands twice in the list", STR_ARG(it.name));
        else if (into->n == MAX_ITEMS)
            complain(path, line, "more than %d names", MAX_ITEMS);
        else
            into->v[into->n++] = it;
    }
}

static bool parse_name(struct statement *st, struct str text)
{
    struct str word = str_trim(text), name = {0};
    size_t at;
    if (!str_find(word, S(" "), &at))
        return false;
    name = str_sub(word, 0, at);
    word = str_trim(str_sub(word, at, word.n));
    for (size_t k = 0; k < COUNT_OF(kind_words); k++)
        if (str_eq_z(word, kind_words[k])) {
            st->name = name;
            st->kind = (enum kind)k;
            return is_identifier(name);
        }
    return false;
}

static struct statement *statement_add(const char *path, int line)
{
    static size_t cap;
    if (statement_count == cap) {
        size_t more = cap == 0 ? 64 : cap * 2;
        statements = arena_grow(arena, statements, cap * sizeof *statements, more * sizeof *statements);
        cap = more;
    }
    struct statement *st = &statements[statement_count++];
    *st = (struct statement){.path = path, .line = line};
    return st;
}

static void comment_add(struct statement *st, struct str line)
{
    struct str text = str_trim(str_sub(line, 2, line.n));
    if (st->comment.n != 0)
        text = str_concat(arena, S("\n"), text);
    st->comment = str_concat(arena, st->comment, text);
}

static void parse_file(struct file *f, struct str text)
{
    struct statement *st = NULL;
    struct str line;
    int number = 0;
    bool begun = false; /* the statement's SQL has begun: comments are no longer its description */
    f->first = statement_count;
    while (str_line(&text, &line)) {
        number++;
        struct str bare = str_trim(line);
        if (str_starts(bare, S("-- name:"))) {
            st = statement_add(f->path, number);
            st->source = (struct str){text.p, 0};
            begun = false;
            if (!parse_name(st, str_sub(bare, 8, bare.n)))
                complain(f->path, number, "should read -- name: the_name :one, :many, :each or :exec");
            continue;
        }
        if (st == NULL) {
            if (bare.n != 0 && !str_starts(bare, S("--")))
                complain(f->path, number, "this text stands before the first -- name:");
            continue;
        }
        st->source.n = (size_t)(line.p + line.n - st->source.p);
        if (str_starts(bare, S("-- in:")))
            parse_items(f->path, number, str_sub(bare, 6, bare.n), &st->in);
        else if (str_starts(bare, S("-- out:")))
            parse_items(f->path, number, str_sub(bare, 7, bare.n), &st->out);
        else if (str_starts(bare, S("--")) && !begun)
            comment_add(st, bare);
        else if (bare.n != 0 && !str_starts(bare, S("--")))
            begun = true;
    }
    f->count = statement_count - f->first;
}

static void check_names(void)
{
    static const char *const own[] = {"db", "a", "out", "fn", "arg", "params", "rc", "v"};
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *st = &statements[i];
        for (size_t j = 0; j < i; j++)
            if (str_eq(statements[j].name, st->name))
                complain(st->path, st->line, "%.*s is the name of a statement in %s:%d", STR_ARG(st->name),
                         statements[j].path, statements[j].line);
        for (size_t k = 0; k < COUNT_OF(own); k++)
            if (items_find(&st->in, str_from(own[k])) != NULL)
                complain(st->path, st->line, "a parameter cannot be called %s: the function uses that name", own[k]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: sqlgen OUTDIR SRCDIR MIGRATIONSDIR FILE.sql...\n", stderr);
        return 2;
    }
    arena = arena_new(1u << 20);
    sqlite3 *db = open_schema(argv[3]);
    size_t file_count = (size_t)argc - 4;
    struct file *files = ARENA_ARRAY(arena, file_count, struct file);
    for (size_t i = 0; i < file_count; i++) {
        struct str rel = str_from(argv[i + 4]);
        struct str stem = str_ends(rel, S(".sql")) ? str_sub(rel, 0, rel.n - 4) : rel;
        files[i].stem = str_printf(arena, "%.*s_sql", STR_ARG(stem));
        files[i].path = str_printf(arena, "%s/%s", argv[2], argv[i + 4]).p;
        parse_file(&files[i], tool_read(arena, files[i].path));
    }
    bool readable = error_count == 0; /* one fault in a migration or a header would be told many times over */
    for (size_t i = 0; i < statement_count && readable; i++)
        check_statement(arena, db, &statements[i]);
    check_names();
    for (size_t i = 0; i < file_count && error_count == 0; i++) {
        write_header(arena, argv[1], &files[i], statements);
        write_source(arena, argv[1], &files[i], statements);
    }
    if (error_count == 0)
        write_index(arena, argv[1], statements, statement_count);
    sqlite3_close(db);
    arena_free(arena);
    return error_count == 0 ? 0 : 1;
}
