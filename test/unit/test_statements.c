/* Every statement and every migration of the program, on both engines: the schema comes up, each statement prepares,
 * what it returns has the types that sqlgen wrote into its struct, and none looks through a table that grows. PostgreSQL takes part when CADRE_TEST_PG names a
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

/* ---- what grows with the institution is found by an index ----------------------------------------------------------------------- */

/* Tables of which even a large institution has few rows. */
static const char *const few[] = {"programme", "stage", "course", "competency", "instrument", "framework", "crosswalk", "setting", "retention_rule", "audit_gate", "id_block", "schema_version", "mentor_help", "pack_key", "signing_key", "xapi_client", "sign_on_provider", "lti_platform"};

/* Statements that look through a table on purpose: jobs that go through everybody or through what is old, the verb `link`, rosters that
 * are compared as a whole, a programme counted in an index alone, the end of an index. */
static const char *const through[] = {
    "people_left", "feedback_round_left", "ledger_old_editions", "feedback_old_stopped", "feedback_old_answers", "match_retain_next", "match_retain_uploads", "observe_link_old",
    "plan_upload_retain", "portfolio_link_old", "reflect_retain_readings", "retain_audit", "retain_sign_in", "retain_sign_in_link", "retain_sign_in_failure",
    "roster_upload_drop_expired", "reflect_unlocked_drop_ended", "retain_job", "retain_outbox", "retain_export", "retain_api_token", "person_with_role", "identity_each", "roll_elsewhere", "plan_programme_people",
    "scim_users_page", "scim_users_count", "scim_groups_page", "scim_groups_count", "scim_site_counts", "scim_site_groups",
    "evidence_latest", "evidence_newest", "xapi_count", "xapi_rules_on", "xapi_forward_due", "evidence_tally_time", "evidence_tally_clear"};

static bool is_among(const char *name, const char *const *list, size_t count, bool beginning)
{
    for (size_t i = 0; i < count; i++)
        if (beginning ? strncmp(name, list[i], strlen(list[i])) == 0 : strcmp(name, list[i]) == 0)
            return true;
    return false;
}

/* The table whose rows, or whose index, begin on a page; a partial index holds what waits, which is little. */
static void table_at(sqlite3 *conn, int page, char *name, size_t size)
{
    sqlite3_stmt *q;
    name[0] = 0;
    assert_int_equal(sqlite3_prepare_v2(conn, "SELECT tbl_name FROM sqlite_master WHERE rootpage = ?1 AND (type = 'table' OR sql IS NULL OR sql NOT LIKE '% WHERE %')", -1, &q, NULL), SQLITE_OK);
    sqlite3_bind_int(q, 1, page);
    if (sqlite3_step(q) == SQLITE_ROW)
        snprintf(name, size, "%s", (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
}

#define CURSORS 256

/* Reads the program that SQLite makes of a statement: a cursor that is opened on a table and set to its first or last row goes
 * through all of it. */
static int looks_through(sqlite3 *conn, const struct statement *st)
{
    static char sql[32768];
    int pages[CURSORS] = {0}, wrong = 0;
    sqlite3_stmt *q;
    assert_true((size_t)snprintf(sql, sizeof sql, "EXPLAIN %s", st->sql) < sizeof sql);
    for (int reading = 0; reading < 2; reading++) { /* what is opened stands at the end of a program */
        assert_int_equal(sqlite3_prepare_v2(conn, sql, -1, &q, NULL), SQLITE_OK);
        while (sqlite3_step(q) == SQLITE_ROW) {
            const char *op = (const char *)sqlite3_column_text(q, 1);
            int cursor = sqlite3_column_int(q, 2);
            char table[80];
            if (cursor < 0 || cursor >= CURSORS)
                continue;
            if ((strcmp(op, "OpenRead") == 0 || strcmp(op, "OpenWrite") == 0) && sqlite3_column_int(q, 4) == 0)
                pages[cursor] = sqlite3_column_int(q, 3);
            if (reading == 0 || (strcmp(op, "Rewind") != 0 && strcmp(op, "Last") != 0) || pages[cursor] == 0)
                continue;
            table_at(conn, pages[cursor], table, sizeof table);
            if (table[0] == 0 || is_among(table, few, COUNT_OF(few), true))
                continue;
            print_error("%s looks through all of %s\n", st->name, table);
            wrong++;
        }
        sqlite3_finalize(q);
    }
    return wrong;
}

static void what_grows_is_found_by_an_index(void **state)
{
    (void)state;
    struct fixture f = {0};
    int wrong = 0;
    sqlite3 *conn;
    make_dir(&f);
    store_close(open_program(path_in(&f, "all.db")));
    assert_int_equal(sqlite3_open(path_in(&f, "all.db"), &conn), SQLITE_OK);
    for (size_t i = 0; i < statement_count; i++)
        if (!is_among(all_statements[i]->name, through, COUNT_OF(through), false))
            wrong += looks_through(conn, all_statements[i]);
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
        cmocka_unit_test(what_grows_is_found_by_an_index),
        cmocka_unit_test(test_on_postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
