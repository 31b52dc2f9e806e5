/* A small schema, statements and a database of either engine for the tests of the store. PostgreSQL takes part when
 * CADRE_TEST_PG holds a postgresql:// address; everything happens in a schema of its own there, which is dropped at the
 * end. */
#ifndef CADRE_TEST_STORE_FIXTURE_H
#define CADRE_TEST_STORE_FIXTURE_H

#include "base/buf.h"
#include "base/log.h"
#include "store/internal.h"
#include "temporary.h"

#include <setjmp.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <unistd.h>

#define TEST_FN __attribute__((unused)) static

/* ---- schema ---------------------------------------------------------------------------------------------------------
 */

static const struct migration test_migrations[] = {
    {1, S_INIT("0001_ground.sql"),
     S_INIT("CREATE TABLE id_block (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL);\n"
            "INSERT INTO id_block (one, next) VALUES (1, 268435456);\n"
            "CREATE TABLE item (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, n INTEGER, r REAL, b BLOB,\n"
            "    parent INTEGER REFERENCES item (id));\n"
            "CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0), next INTEGER REFERENCES "
            "item (id)"
            " DEFERRABLE INITIALLY DEFERRED);\n"
            "INSERT INTO counter (id, n) VALUES (1, 0);\n")},
    {2, S_INIT("0002_journal.sql"),
     S_INIT("-- Rows that stay as they were written.\n"
            "CREATE TABLE journal (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item (id), text TEXT NOT "
            "NULL);\n"
            "-- engine: sqlite\n"
            "CREATE TRIGGER journal_change BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
            "CREATE TRIGGER journal_remove BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
            "-- engine: postgres\n"
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n    RAISE EXCEPTION 'append only';\nEND;\n$$;\n"
            "CREATE TRIGGER journal_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION "
            "refuse_change();\n"
            "-- engine: all\n"
            "ALTER TABLE item ADD COLUMN extra TEXT;\n")},
};

/* ---- statements -----------------------------------------------------------------------------------------------------
 */

struct row_item {
    int64_t id;
    struct str label;
    int64_t n;
    bool n_null;
    double r;
    bool r_null;
    struct str b; /* or no value */
};

struct row_count {
    int64_t n;
};

static const uint8_t types_int[] = {COL_INT, COL_INT};
static const uint8_t types_id_text[] = {COL_INT, COL_TEXT};
static const uint8_t types_item[] = {COL_INT, COL_TEXT, COL_INT, COL_REAL, COL_BLOB};
static const uint8_t types_journal[] = {COL_INT, COL_INT, COL_TEXT};
static const struct place places_item[] = {
    {offsetof(struct row_item, id), PLACE_REQUIRED},
    {offsetof(struct row_item, label), PLACE_REQUIRED},
    {offsetof(struct row_item, n), offsetof(struct row_item, n_null)},
    {offsetof(struct row_item, r), offsetof(struct row_item, r_null)},
    {offsetof(struct row_item, b), PLACE_NO_VALUE},
};
static const struct place places_count[] = {{offsetof(struct row_count, n), PLACE_REQUIRED}};

/* Indexes above the program's own statements. */
#define EXEC_STATEMENT(var, at, text, types, count)                                                                    \
    __attribute__((unused)) static const struct statement var = {                                                      \
        .name = #var, .sql = text, .param_types = types, .index = at, .param_count = count}
#define ITEM_STATEMENT(var, at, text, types, count)                                                                    \
    __attribute__((unused)) static const struct statement var = {.name = #var,                                         \
                                                                 .sql = text,                                          \
                                                                 .param_types = types,                                 \
                                                                 .column_types = types_item,                           \
                                                                 .places = places_item,                                \
                                                                 .row_size = sizeof(struct row_item),                  \
                                                                 .index = at,                                          \
                                                                 .param_count = count,                                 \
                                                                 .column_count = 5}
#define COUNT_STATEMENT(var, at, text, types, count)                                                                   \
    __attribute__((unused)) static const struct statement var = {.name = #var,                                         \
                                                                 .sql = text,                                          \
                                                                 .param_types = types,                                 \
                                                                 .column_types = types_int,                            \
                                                                 .places = places_count,                               \
                                                                 .row_size = sizeof(struct row_count),                 \
                                                                 .index = at,                                          \
                                                                 .param_count = count,                                 \
                                                                 .column_count = 1}

EXEC_STATEMENT(item_insert, 9000, "INSERT INTO item (id, label, n, r, b) VALUES ($1, $2, $3, $4, $5)", types_item, 5);
EXEC_STATEMENT(item_short, 9001, "INSERT INTO item (id, label) VALUES ($1, $2)", types_id_text, 2);
EXEC_STATEMENT(counter_set, 9002, "UPDATE counter SET n = $2 WHERE id = $1", types_int, 2);
EXEC_STATEMENT(counter_dangle, 9003, "UPDATE counter SET next = $2 WHERE id = $1", types_int, 2);
EXEC_STATEMENT(journal_insert, 9004, "INSERT INTO journal (id, item, text) VALUES ($1, $2, $3)", types_journal, 3);
EXEC_STATEMENT(journal_delete, 9005, "DELETE FROM journal", NULL, 0);
EXEC_STATEMENT(item_renumber, 9006, "UPDATE item SET n = $1", types_int, 1);
EXEC_STATEMENT(
    item_slow_insert, 9007,
    "INSERT INTO item (id, label, n) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000)"
    " SELECT $1, $2, count(*) FROM c",
    types_id_text, 2);
ITEM_STATEMENT(item_by_id, 9010, "SELECT id, label, n, r, b FROM item WHERE id = $1", types_int, 1);
ITEM_STATEMENT(item_all, 9011, "SELECT id, label, n, r, b FROM item ORDER BY label", NULL, 0);
ITEM_STATEMENT(item_wrong_null, 9012, "SELECT n AS id, label, n, r, b FROM item WHERE id = $1", types_int, 1);
ITEM_STATEMENT(item_wrong_type, 9013, "SELECT r AS id, label, n, r, b FROM item WHERE id = $1", types_int, 1);
COUNT_STATEMENT(item_count, 9020, "SELECT count(*) AS n FROM item", NULL, 0);
COUNT_STATEMENT(counter_get, 9021, "SELECT n FROM counter WHERE id = $1", types_int, 1);
COUNT_STATEMENT(
    item_slow_count, 9022,
    "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000) SELECT count(*) AS n FROM c",
    NULL, 0);

/* ---- database -------------------------------------------------------------------------------------------------------
 */

struct fixture {
    struct store *s;
    struct db *db;
    struct arena *a;
    enum engine engine;
    char dir[256], url[512];
};

TEST_FN const char *path_in(struct fixture *f, const char *name)
{
    return str_printf(f->a, "%s/%s", f->dir, name).p;
}

TEST_FN void remove_dir(const char *dir)
{
    char command[320];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    pclose(p);
}

TEST_FN void make_dir(struct fixture *f)
{
    log_set_level(LOG_ERROR);
    temporary_folder(f->dir, sizeof f->dir, "store");
    f->a = arena_new(0);
}

TEST_FN const char *pg_url(void)
{
    return getenv("CADRE_TEST_PG");
}

/* Each test program has a schema of its own, so that several may run at once. */
static char pg_schema[32];

/* Runs commands on the test server, outside the store; %s is the schema, and the application name of our connections. */
TEST_FN void pg_do(const char *fmt)
{
    PGconn *conn = PQconnectdb(pg_url());
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 512);
    struct str rest = str_from(fmt);
    for (size_t at; str_find(rest, S("%s"), &at); rest = str_sub(rest, at + 2, rest.n)) {
        buf_str(&b, str_sub(rest, 0, at));
        buf_z(&b, pg_schema);
    }
    buf_str(&b, rest);
    buf_ch(&b, '\0');
    PGresult *res = PQexec(conn, b.p);
    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", b.p, PQerrorMessage(conn));
    PQclear(res);
    PQfinish(conn);
    arena_free(a);
}

/* An address within the schema, which is empty now. */
TEST_FN void pg_schema_url(char *out, size_t size)
{
    if (pg_schema[0] == '\0')
        snprintf(pg_schema, sizeof pg_schema, "cadre_test_%d", (int)getpid());
    snprintf(out, size, "%s%coptions=-csearch_path%%3D%s&application_name=%s", pg_url(),
             strchr(pg_url(), '?') != NULL ? '&' : '?', pg_schema, pg_schema);
    pg_do("SET client_min_messages = warning; DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s");
}

TEST_FN void pg_drop_schema(void)
{
    if (pg_schema[0] != '\0')
        pg_do("SET client_min_messages = warning; DROP SCHEMA IF EXISTS %s CASCADE");
}

TEST_FN struct store *open_store(const char *url)
{
    struct err e = {0};
    struct store *s;
    enum rc rc = store_open(url, (struct store_options){.create = true}, &s, &e);
    if (rc != RC_OK)
        fail_msg("store_open: %s", e.detail);
    migrate_use(s, test_migrations, COUNT_OF(test_migrations));
    return s;
}

TEST_FN void must(enum rc rc, const struct err *e, const char *what)
{
    if (rc != RC_OK)
        fail_msg("%s: rc %d: %s", what, (int)rc, e->detail);
}

TEST_FN struct db *connect_to(struct store *s)
{
    struct err e = {0};
    struct db *db;
    must(store_connect(s, &db, &e), &e, "store_connect");
    return db;
}

TEST_FN void open_fixture(struct fixture *f)
{
    struct err e = {0};
    f->s = open_store(f->url);
    must(store_migrate(f->s, NULL, NULL, &e), &e, "store_migrate");
    f->db = connect_to(f->s);
}

TEST_FN int setup_sqlite(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    make_dir(f);
    f->engine = ENGINE_SQLITE;
    snprintf(f->url, sizeof f->url, "%s/cadre.db", f->dir);
    open_fixture(f);
    *state = f;
    return 0;
}

TEST_FN int setup_postgres(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    make_dir(f);
    f->engine = ENGINE_POSTGRES;
    *state = f;
    if (pg_url() == NULL)
        return 0;
    pg_schema_url(f->url, sizeof f->url);
    open_fixture(f);
    return 0;
}

TEST_FN int teardown(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    store_close(f->s);
    if (f->engine == ENGINE_POSTGRES)
        pg_drop_schema();
    arena_free(f->a);
    remove_dir(f->dir);
    free(f);
    return 0;
}

/* The fixture, or a skipped test where its engine is not there. */
#define FIXTURE(state)                                                                                                 \
    (*(state));                                                                                                        \
    if (((struct fixture *)*(state))->s == NULL) {                                                                     \
        print_message("          CADRE_TEST_PG is not set: PostgreSQL is left out\n");                                 \
        skip();                                                                                                        \
    }

TEST_FN enum rc add_item(struct db *tx, int64_t id, const char *label)
{
    const struct value p[] = {value_int(id), value_text(str_from(label))};
    return db_run(tx, &item_short, p, NULL, NULL);
}

TEST_FN int64_t count_of(struct fixture *f, struct db *db, const struct statement *st, const struct value *p)
{
    struct row_count row;
    assert_int_equal(db_run_one(db, f->a, st, p, &row), RC_OK);
    return row.n;
}

/* ---- closures that several tests use --------------------------------------------------------------------------------
 */

struct task {
    struct db *db;
    int64_t id;
    enum rc want;  /* what the closure returns itself */
    bool overlook; /* returns RC_OK after a failed statement */
    bool done;
};

TEST_FN enum rc write_task(struct db *tx, void *arg, struct err *e)
{
    struct task *t = arg;
    char label[32];
    snprintf(label, sizeof label, "item %" PRId64, t->id);
    enum rc rc = add_item(tx, t->id, label);
    if (rc != RC_OK && !t->overlook)
        return rc;
    return t->want == RC_OK ? RC_OK : err_set(e, t->want, 7, "no");
}

TEST_FN enum rc set_counter(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    const struct value p[] = {value_int(1), value_int(*(int64_t *)arg)};
    TRY(db_run(tx, &counter_set, p, NULL, NULL));
    return db_changes(tx) == 1 ? RC_OK : RC_NOT_FOUND;
}

TEST_FN enum rc dangle_counter(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    const struct value p[] = {value_int(1), value_int(*(int64_t *)arg)};
    return db_run(tx, &counter_dangle, p, NULL, NULL);
}

#define ON_SQLITE(test) cmocka_unit_test_setup_teardown(test, setup_sqlite, teardown)
#define ON_POSTGRES(test)                                                                                              \
    {                                                                                                                  \
#test " on PostgreSQL", test, setup_postgres, teardown, NULL                                                   \
    }
#define ON_BOTH(test) ON_SQLITE(test), ON_POSTGRES(test)

#endif
