/* The dialect, and the generator as the build runs it: what it accepts, what it writes, and the reason it gives for
 * everything it refuses. The generator is found beside this program. */
#include "store/dialect.h"

#include "base/buf.h"

#include <setjmp.h>

#include <cmocka.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the dialect ----------------------------------------------------------------------------------------------------
 */

static struct arena *arena;

static struct str translate(enum engine engine, struct str script)
{
    struct sql_statement *v;
    size_t n;
    struct err e;
    if (dialect_script(arena, engine, script, &v, &n, &e) != RC_OK)
        return str_printf(arena, "error: %s", e.detail);
    struct buf b = buf_new(arena, 256);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%d: %s;", v[i].line, v[i].text.p);
    return buf_text(&b);
}

static void same(enum engine engine, struct str script, const char *expected)
{
    struct str got = translate(engine, script);
    assert_string_equal(str_z(arena, got), expected);
}

static void test_types(void **state)
{
    (void)state;
    struct str table = S("-- INTEGER; here\nCREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL DEFAULT 'a "
                         "TEXT; b', \"real\" REAL,"
                         " b BLOB /* BLOB; */, UNIQUE (text, b), CHECK (CAST(text AS INTEGER) > 0));");
    same(ENGINE_SQLITE, table,
         "2: CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL DEFAULT 'a TEXT; b', \"real\" REAL,"
         " b BLOB /* BLOB; */, UNIQUE (text, b), CHECK (CAST(text AS INTEGER) > 0))\nSTRICT;");
    same(ENGINE_POSTGRES, table,
         "2: CREATE TABLE t (id BIGINT PRIMARY KEY, text TEXT COLLATE \"C\" NOT NULL DEFAULT 'a TEXT; b', \"real\" "
         "DOUBLE PRECISION,"
         " b BYTEA /* BLOB; */, UNIQUE (text, b), CHECK (CAST(text AS BIGINT) > 0));");
    same(ENGINE_POSTGRES, S("CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID;"),
         "1: CREATE TABLE t (k TEXT COLLATE \"C\" PRIMARY KEY);");
    same(ENGINE_SQLITE, S("CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID;"),
         "1: CREATE TABLE t (k TEXT PRIMARY KEY)\nSTRICT, WITHOUT ROWID;");
    same(ENGINE_POSTGRES, S("ALTER TABLE t ADD COLUMN blob BLOB; ALTER TABLE t ADD real REAL DEFAULT 0;"),
         "1: ALTER TABLE t ADD COLUMN blob BYTEA;1: ALTER TABLE t ADD real DOUBLE PRECISION DEFAULT 0;");
    same(ENGINE_POSTGRES, S("CREATE VIEW v AS SELECT id AS integer, CAST(id AS TEXT) AS text FROM t;"),
         "1: CREATE VIEW v AS SELECT id AS integer, CAST(id AS TEXT) COLLATE \"C\" AS text FROM t;");
    same(ENGINE_POSTGRES, S("CREATE INDEX i ON t (text, real) WHERE blob IS NULL;"),
         "1: CREATE INDEX i ON t (text, real) WHERE blob IS NULL;");
}

static void test_lists(void **state)
{
    (void)state;
    struct str table = S("CREATE TABLE t (a TEXT CHECK (a IN ('x', 'y''z' ,\n 'w') AND b > 0), b INTEGER CHECK (b NOT IN (1, 2, 3)), "
                         "c INTEGER CHECK (c IN (1, 2)), d INTEGER CHECK (d IS NULL OR d IN (1,2,3,4)));");
    same(ENGINE_POSTGRES, table,
         "1: CREATE TABLE t (a TEXT COLLATE \"C\" CHECK (a IN ('x', 'y''z' ,\n 'w') AND b > 0), b BIGINT CHECK (b NOT IN (1, 2, 3)), "
         "c BIGINT CHECK (c IN (1, 2)), d BIGINT CHECK (d IS NULL OR d IN (1,2,3,4)));");
    same(ENGINE_SQLITE, table,
         "1: CREATE TABLE t (a TEXT CHECK ((a = 'x' OR a = 'y''z' OR a = 'w') AND b > 0), b INTEGER CHECK (b NOT IN (1, 2, 3)), "
         "c INTEGER CHECK (c IN (1, 2)), d INTEGER CHECK (d IS NULL OR (d = 1 OR d = 2 OR d = 3 OR d = 4)))\nSTRICT;");
    struct str query = S("CREATE VIEW v AS SELECT a FROM t WHERE (a IN ('x', 'y', 'z')); CREATE TABLE u (a TEXT, CHECK (a IN ('x', 'y', 'z'");
    assert_true(str_starts(translate(ENGINE_SQLITE, query), S("error: line 1: the statement that begins here has no semicolon")));
    same(ENGINE_SQLITE, S("CREATE VIEW v AS SELECT a FROM t WHERE (a IN ('x', 'y', 'z'));"), "1: CREATE VIEW v AS SELECT a FROM t WHERE (a IN ('x', 'y', 'z'));");
}

static void test_blocks(void **state)
{
    (void)state;
    struct str script = S("CREATE VIEW a AS SELECT 1;\n"
                          "-- engine: sqlite\n"
                          "CREATE TRIGGER t BEFORE UPDATE ON x BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 1; END;\n"
                          "-- engine: postgres\n"
                          "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE 'a;'; END; $$ LANGUAGE plpgsql;\n"
                          "CREATE FUNCTION g() RETURNS text AS $b$ SELECT $1 || '$$;' $b$ LANGUAGE sql;\n"
                          "-- engine: all\n"
                          "CREATE VIEW b AS SELECT 2;\n");
    same(ENGINE_SQLITE, script,
         "1: CREATE VIEW a AS SELECT 1;"
         "3: CREATE TRIGGER t BEFORE UPDATE ON x BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 1; END;"
         "8: CREATE VIEW b AS SELECT 2;");
    same(ENGINE_POSTGRES, script,
         "1: CREATE VIEW a AS SELECT 1;"
         "5: CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE 'a;'; END; $$ LANGUAGE plpgsql;"
         "6: CREATE FUNCTION g() RETURNS text AS $b$ SELECT $1 || '$$;' $b$ LANGUAGE sql;"
         "8: CREATE VIEW b AS SELECT 2;");
    same(ENGINE_SQLITE, S("-- engine: oracle\n"), "error: line 1: engine is all, sqlite or postgres, not \"oracle\"");
    same(ENGINE_SQLITE, S("SELECT 1;\nSELECT 'a"), "error: line 2: what begins here has no end");
    same(ENGINE_SQLITE, S("SELECT 1;\n\nSELECT 2"), "error: line 3: the statement that begins here has no semicolon");
    same(ENGINE_SQLITE, S(" -- nothing\n;;\n"), "");
}

/* ---- the generator --------------------------------------------------------------------------------------------------
 */

static char dir[64], tool[4096];

static void put(const char *name, const char *text)
{
    FILE *f = fopen(str_printf(arena, "%s/%s", dir, name).p, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    fclose(f);
}

static struct str slurp(FILE *f)
{
    struct buf b = buf_new(arena, 4096);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) != 0;)
        buf_add(&b, chunk, n);
    buf_ch(&b, '\0');
    return buf_text(&b);
}

static struct str get(const char *name)
{
    FILE *f = fopen(str_printf(arena, "%s/%s", dir, name).p, "r");
    assert_non_null(f);
    struct str s = slurp(f);
    fclose(f);
    return s;
}

/* Runs the generator on files; *status is its exit status. */
static const char *generate(const char *files, int *status)
{
    FILE *p = popen(str_printf(arena, "%s %s/out %s %s/migrations %s 2>&1", tool, dir, dir, dir, files).p, "r");
    assert_non_null(p);
    struct str s = slurp(p);
    *status = pclose(p);
    return s.p;
}

/* One file that must be refused for this reason, at this place. */
static void refused(const char *sql, const char *reason)
{
    int status;
    put("bad.sql", sql);
    const char *said = generate("bad.sql", &status);
    assert_int_not_equal(status, 0);
    if (strstr(said, reason) == NULL)
        fail_msg("expected \"%s\" in:\n%s", reason, said);
}

static int begin(void **state)
{
    char self[4096];
    (void)state;
    arena = arena_new(0);
    snprintf(dir, sizeof dir, "/tmp/cadre-sqlgen-XXXXXX");
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0 || mkdtemp(dir) == NULL)
        return -1;
    self[n] = '\0';
    snprintf(tool, sizeof tool, "%.4000s/sqlgen", dirname(self));
    mkdir(str_printf(arena, "%s/migrations", dir).p, 0777);
    put("migrations/0001_a.sql",
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER, photo BLOB);\n"
        "CREATE TABLE pet (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES person (id), weight REAL);\n");
    put("migrations/0002_b.sql", "CREATE VIEW pub_pet AS SELECT person.name, pet.weight, pet.owner FROM person"
                                 " LEFT JOIN pet ON pet.owner = person.id;\n");
    return 0;
}

static int end(void **state)
{
    (void)state;
    FILE *p = popen(str_printf(arena, "rm -rf '%s'", dir).p, "r");
    if (p != NULL)
        pclose(p);
    arena_free(arena);
    return 0;
}

#define NEED_TOOL()                                                                                                    \
    if (access(tool, X_OK) != 0) {                                                                                     \
        print_message("          there is no sqlgen beside this program\n");                                           \
        skip();                                                                                                        \
    }

static void has(struct str text, const char *part)
{
    if (strstr(text.p, part) == NULL)
        fail_msg("expected \"%s\" in:\n%s", part, text.p);
}

static void test_generated(void **state)
{
    (void)state;
    NEED_TOOL();
    int status;
    struct stat before, after;
    put("good.sql", "-- About people.\n"
                    "-- name: person_find :many\n"
                    "-- in: name:text, born:int?, weight:real?\n"
                    "-- in: photo:blob?\n"
                    "-- out: pets:int, weight:real?\n"
                    "-- Who is called so, with */ in the comment.\n"
                    "SELECT p.id, p.name, p.born, p.photo, count(t.id) AS pets, -- how many\n"
                    "       CAST(sum(t.weight) AS DOUBLE PRECISION) AS weight\n"
                    "  FROM person p LEFT JOIN pet t ON t.owner = p.id\n"
                    " WHERE p.name = $1 AND p.born = $2 AND t.weight > $3 AND p.photo = $4 GROUP BY p.id;\n"
                    "\n"
                    "-- name: person_add :exec\n"
                    "-- in: id:int, name:text\n"
                    "INSERT INTO person (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = $2\n"
                    "-- name: person_rename :one\n"
                    "-- in: id:int\n"
                    "UPDATE person SET name = 'x' WHERE id = $1 RETURNING id, born;\n"
                    "-- name: pet_each :each\n"
                    "SELECT owner, weight FROM pet;\n");
    const char *said = generate("good.sql", &status);
    assert_string_equal(said, "");
    assert_int_equal(status, 0);
    struct str h = get("out/good_sql.h"), c = get("out/good_sql.c"), all = get("out/statements.c");
    has(h,
        "struct row_person_find {\n    int64_t id;\n    struct str name;\n    int64_t born;\n    bool born_null;\n"
        "    struct str photo; /* or no value */\n    int64_t pets;\n    double weight;\n    bool weight_null;\n};\n");
    has(h, "enum rc sql_person_find(struct db *db, struct arena *a, struct str name, const int64_t *born, const double "
           "*weight,"
           " struct str photo, struct rows_person_find *out) MUST_CHECK;");
    has(h, "/* Who is called so, with * / in the comment. */");
    has(h, "enum rc sql_person_add(struct db *db, int64_t id, struct str name) MUST_CHECK;");
    has(h, "enum rc (*fn)(void *arg, const struct row_pet_each *row), void *arg) MUST_CHECK;");
    has(c, "{COL_INT, COL_TEXT, COL_INT, COL_BLOB, COL_INT, COL_REAL}");
    assert_null(strstr(c.p, "how many"));
    has(all, "const size_t statement_count = 4;");
    assert_null(strstr(h.p, "index"));

    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    const char *path = str_printf(arena, "%s/out/good_sql.h", dir).p;
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    assert_int_equal(stat(path, &before), 0);
    generate("good.sql", &status);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_mtime, after.st_mtime); /* the same text is not written again */

    generate("", &status);
    assert_int_equal(status, 0);
    has(get("out/statements.c"), "statement_count = 0;");
}

static void test_refused(void **state)
{
    (void)state;
    NEED_TOOL();
    refused("-- name: a :one\n-- in: id:int\nSELECT id,\n nam FROM person WHERE id = $1;\n",
            "bad.sql:4: a: no such column: nam");
    refused("-- name: a :one\nSELECT id FROM nowhere;\n", "bad.sql:2: a: no such table");
    refused("-- name: a :one\nSELECT count(*) AS n FROM person;\n", "bad.sql:1: the type of result column \"n\"");
    refused("-- name: a :one\nSELECT count(*) FROM person;\n", "needs a name");
    refused("-- name: a :one\n-- in: id:int, x:int\nSELECT id FROM person WHERE id = $1;\n", "declares 2");
    refused("-- name: a :one\n-- in: id:int\nSELECT id FROM person WHERE id = $2;\n", "parameters");
    refused("-- name: a :one\n-- in: id:int\nSELECT id FROM person WHERE id = ?;\n", "write $1, $2");
    refused("-- name: a :one\n-- in: id:number\nSELECT id FROM person WHERE id = $1;\n", "bad.sql:2: \"id:number\"");
    refused("-- name: a :one\n-- in: default:int\nSELECT id FROM person WHERE id = $1;\n", "cannot be a name in C");
    refused("-- name: a :one\n-- in: db:int\nSELECT id FROM person WHERE id = $1;\n", "cannot be called db");
    refused("-- name: a :one\n-- out: name:int\nSELECT name FROM person;\n", "declared int but the schema says TEXT");
    refused("-- name: a :one\n-- out: nam:text\nSELECT name FROM person;\n", "which is no result column");
    refused("-- name: a :one\nSELECT id, id FROM person;\n", "two result columns");
    refused("-- name: a :exec\nSELECT id FROM person;\n", ":exec does not");
    refused("-- name: a :one\nDELETE FROM person;\n", "it is :exec");
    refused("-- name: a :one\nSELECT id FROM person;\n-- name: a :one\nSELECT id FROM pet;\n",
            "bad.sql:3: a is the name");
    refused("-- name: a :some\nSELECT id FROM person;\n", "bad.sql:1: should read");
    refused("SELECT 1;\n", "before the first");
    refused("-- name: a :one\n", "has no statement");
    refused("-- name: a :one\nSELECT id FROM person; SELECT id FROM pet;\n", "one statement for each");
    refused("-- name: a :one\nSELECT 'x FROM person;\n", "has no end");
    refused("-- name: a :one\nSELECT p.id, t.owner FROM person p LEFT JOIN pet t ON t.owner = p.id;\n",
            "\"owner\" may be NULL");
    refused("-- name: a :one\nSELECT name, owner FROM pub_pet;\n", "\"owner\" may be NULL");
    refused("-- name: a :one\nSELECT person.id, v.name FROM person LEFT JOIN pub_pet v ON v.owner = person.id;\n",
            "\"name\" may be");
}

static void test_rules(void **state)
{
    static const char *const wrong[][2] = {
        {"id::int", "::"},
        {"now()", "now is not"},
        {"CURRENT_TIMESTAMP", "current_timestamp is not"},
        {"lower(name)", "lower is not"},
        {"string_agg(name, ',')", "string_agg is not"},
        {"name ILIKE 'x'", "ilike is not"},
        {"ifnull(name, '')", "use coalesce"},
        {"CAST(name AS INTEGER)", "CAST AS integer"},
        {"sum(born)", "sum() may be NUMERIC"},
        {"coalesce(avg(born), 0)", "avg() may be NUMERIC"},
        {"max(id, born)", "SQLite's alone"},
        {"x'00'", "only plain"},
        {"id == 1", "use = for"},
    };
    (void)state;
    NEED_TOOL();
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        refused(str_printf(arena, "-- name: a :one\n-- out: x:int\nSELECT %s AS x FROM person;\n", wrong[i][0]).p,
                wrong[i][1]);
    refused("-- name: a :one\nSELECT id FROM person FOR UPDATE;\n", "FOR UPDATE");
    refused("-- name: a :exec\nINSERT OR REPLACE INTO person (id, name) VALUES (1, 'x');\n", "ON CONFLICT");
    int status;
    put("fine.sql", "-- name: a :many\n-- out: x:int, y:int, z:text, born:int?\n"
                    "SELECT CAST(coalesce(sum(born) FILTER (WHERE id > 1), 0) AS BIGINT) AS x, max(id) AS y, 'now() :: "
                    "lower(' AS z,\n"
                    "  born FROM person GROUP BY born HAVING sum(id) > 3 ORDER BY born NULLS LAST;\n");
    assert_string_equal(generate("fine.sql", &status), "");
    put("migrations/0003_c.sql", "CREATE TABLE x (\n  id INTEGER PRIMARY KEY,\n  FOREIGN);\n");
    assert_non_null(strstr(generate("fine.sql", &status), "0003_c.sql:1: "));
    assert_int_not_equal(status, 0);
    unlink(str_printf(arena, "%s/migrations/0003_c.sql", dir).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),   cmocka_unit_test(test_lists), cmocka_unit_test(test_blocks), cmocka_unit_test(test_generated),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
