/* Every statement and every migration of the program, on both engines: the schema comes up, each statement prepares,
 * and what it returns has the types that sqlgen wrote into its struct. PostgreSQL takes part when CADRE_TEST_PG names a
 * server. */
#include "store_fixture.h"

#include <sqlite3.h>

/* As setup_sqlite and setup_postgres, with the program's own migrations. */
static struct store *open_program(const char *url)
{
    struct err e = {0};
    struct store *s;
    must(store_open(url, (struct store_options){.create = true}, &s, &e), &e, "store_open");
    must(store_migrate(s, NULL, NULL, &e), &e, "store_migrate");
    must(store_check(s, NULL, NULL, &e), &e, "store_check");
    return s;
}

static void test_on_sqlite(void **state)
{
    (void)state;
    struct fixture f = {0};
    int wrong = 0;
    sqlite3 *conn;
    make_dir(&f);
    store_close(open_program(path_in(&f, "all.db")));
    assert_int_equal(sqlite3_open(path_in(&f, "all.db"), &conn), SQLITE_OK);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *st = all_statements[i];
        sqlite3_stmt *q = NULL;
        assert_int_equal(st->index, i);
        if (sqlite3_prepare_v2(conn, st->sql, -1, &q, NULL) != SQLITE_OK ||
            sqlite3_column_count(q) != st->column_count || sqlite3_bind_parameter_count(q) != st->param_count) {
            print_error("%s: %s\n", st->name, sqlite3_errmsg(conn));
            wrong++;
        }
        sqlite3_finalize(q);
    }
    sqlite3_close(conn);
    remove_dir(f.dir);
    arena_free(f.a);
    assert_int_equal(wrong, 0);
}

static bool fits(enum column_type want, Oid oid)
{
    static const Oid ints[] = {16, 20, 21, 23}, reals[] = {16, 20, 21, 23, 700, 701},
                     texts[] = {19, 25, 705, 1042, 1043}, blobs[] = {17};
    static const struct {
        const Oid *v;
        size_t n;
    } of[] = {[COL_INT] = {ints, COUNT_OF(ints)},
              [COL_REAL] = {reals, COUNT_OF(reals)},
              [COL_TEXT] = {texts, COUNT_OF(texts)},
              [COL_BLOB] = {blobs, COUNT_OF(blobs)}};
    for (size_t i = 0; i < of[want].n; i++)
        if (of[want].v[i] == oid)
            return true;
    return false;
}

static int wrong_on_postgres(PGconn *conn, const struct statement *st)
{
    static const Oid of_param[] = {[COL_INT] = 20, [COL_REAL] = 701, [COL_TEXT] = 25, [COL_BLOB] = 17};
    Oid oids[UINT8_MAX];
    int wrong = 0;
    for (int i = 0; i < st->param_count; i++)
        oids[i] = of_param[st->param_types[i]];
    PGresult *res = PQprepare(conn, "", st->sql, st->param_count, oids);
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        print_error("%s: %s", st->name, PQresultErrorMessage(res));
        PQclear(res);
        return 1;
    }
    PQclear(res);
    res = PQdescribePrepared(conn, "");
    if (PQnfields(res) != st->column_count) {
        print_error("%s: %d columns instead of %d\n", st->name, PQnfields(res), st->column_count);
        wrong++;
    }
    for (int i = 0; i < PQnfields(res) && i < st->column_count; i++)
        if (!fits(st->column_types[i], PQftype(res, i))) {
            print_error("%s: column %s has the type with oid %u\n", st->name, PQfname(res, i), PQftype(res, i));
            wrong++;
        }
    PQclear(res);
    return wrong;
}

static void test_on_postgres(void **state)
{
    (void)state;
    char url[512];
    int wrong = 0;
    if (pg_url() == NULL) {
        print_message("          CADRE_TEST_PG is not set: PostgreSQL is left out\n");
        skip();
    }
    log_set_level(LOG_ERROR);
    pg_schema_url(url, sizeof url);
    store_close(open_program(url));
    PGconn *conn = PQconnectdb(url);
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    for (size_t i = 0; i < statement_count; i++)
        wrong += wrong_on_postgres(conn, all_statements[i]);
    PQfinish(conn);
    pg_drop_schema();
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_sqlite),
        cmocka_unit_test(test_on_postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
