/* A small site for the tests of frameworks: a fresh database with one programme and one person. */
#ifndef CADRE_TEST_FRAMEWORK_SITE_H
#define CADRE_TEST_FRAMEWORK_SITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "files.h"
#include "gen/programme/evidence/evidence_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"
#include "store/store.h"
#include "temporary.h"

struct site {
    struct arena *a;
    struct store *store;
    struct db *db;
    char folder[256];  /* SQLite */
    char database[64]; /* PostgreSQL */
    int64_t person, programme, now;
    enum rc rc;
    struct err err;
};

static bool site_on_postgres; /* which engine the group of tests that runs now is on */

static void site_pg(const char *sql)
{
    PGconn *pg = PQconnectdb(getenv("CADRE_TEST_PG"));
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(pg));
    PQclear(r);
    PQfinish(pg);
}

/* A database as the migrations leave it, made once for each engine by a test program, of which every test has a copy. */
static struct site_template {
    char folder[256], database[64];
} site_templates[2];

static const char *site_pg_url(struct arena *a, const char *database)
{
    const char *url = getenv("CADRE_TEST_PG"), *slash = strrchr(url, '/');
    return str_z(a, str_printf(a, "%.*s/%s", (int)(slash - url), url, database));
}

static void site_folder_remove(struct arena *a, const char *folder)
{
    static const char *const names[] = {"x.db", "x.db-wal", "x.db-shm"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(str_z(a, str_printf(a, "%s/%s", folder, names[i])));
    rmdir(folder);
}

static void site_templates_remove(void)
{
    struct arena *a = arena_new(0);
    if (site_templates[0].folder[0] != '\0')
        site_folder_remove(a, site_templates[0].folder);
    if (site_templates[1].database[0] != '\0')
        site_pg(str_printf(a, "DROP DATABASE %s WITH (FORCE)", site_templates[1].database).p);
    arena_free(a);
}

static const struct site_template *site_template(struct arena *a)
{
    struct site_template *t = &site_templates[site_on_postgres];
    struct store *store;
    struct err e = {0};
    const char *url;
    if (t->folder[0] != '\0' || t->database[0] != '\0')
        return t;
    if (site_templates[!site_on_postgres].folder[0] == '\0' && site_templates[!site_on_postgres].database[0] == '\0')
        atexit(site_templates_remove);
    if (site_on_postgres) {
        snprintf(t->database, sizeof t->database, "cadre_framework_%d", (int)getpid());
        site_pg(str_printf(a, "CREATE DATABASE %s", t->database).p);
        url = site_pg_url(a, t->database);
    } else {
        temporary_folder(t->folder, sizeof t->folder, "framework");
        url = str_z(a, str_printf(a, "%s/x.db", t->folder));
    }
    assert_int_equal(store_open(url, (struct store_options){.create = true}, &store, &e), RC_OK);
    assert_int_equal(store_migrate(store, NULL, NULL, &e), RC_OK);
    store_close(store);
    return t;
}

/* A database of its own. */
static const char *site_url(struct site *s)
{
    static int number;
    const struct site_template *t = site_template(s->a);
    if (site_on_postgres) {
        snprintf(s->database, sizeof s->database, "cadre_framework_%d_%d", (int)getpid(), number++);
        site_pg(str_printf(s->a, "CREATE DATABASE %s TEMPLATE %s", s->database, t->database).p);
        return site_pg_url(s->a, s->database);
    }
    temporary_folder(s->folder, sizeof s->folder, "framework");
    const char *path = str_z(s->a, str_printf(s->a, "%s/x.db", s->folder));
    struct str all = file_read(s->a, str_z(s->a, str_printf(s->a, "%s/x.db", t->folder)));
    FILE *f = fopen(path, "wbe");
    assert_true(f != NULL && fwrite(all.p, 1, all.n, f) == all.n && fclose(f) == 0);
    return path;
}

static enum rc site_fill(struct db *tx, void *arg, struct err *e)
{
    struct site *s = arg;
    struct person_details d = {.given_name = S("Ada"), .family_name = S("Okoro"), .display_name = S(""), .email = S("")};
    TRY(people_add(tx, s->a, &d, 1, &s->person, e));
    return programme_add(tx, S("P"), S("Programme"), S("UTC"), S("en"), 1, &s->programme, e);
}

static struct site *site_open(void)
{
    struct arena *a = arena_new(0);
    struct site *s = ARENA_NEW(a, struct site);
    struct err e = {0};
    assert_true(sodium_init() >= 0);
    log_set_level(LOG_WARN);
    s->a = a;
    s->now = 1000000;
    assert_int_equal(store_open(site_url(s), (struct store_options){0}, &s->store, &e), RC_OK);
    assert_int_equal(store_connect(s->store, &s->db, &e), RC_OK);
    if (store_write(s->db, site_fill, s, &e) != RC_OK)
        fail_msg("%s %s", e.field, e.detail);
    return s;
}

static void site_shut(struct site *s)
{
    db_close(s->db);
    store_close(s->store);
    if (site_on_postgres) {
        site_pg(str_printf(s->a, "DROP DATABASE %s WITH (FORCE)", s->database).p);
    } else {
        site_folder_remove(s->a, s->folder);
    }
    arena_free(s->a);
}

/* A file of the source tree. */
__attribute__((unused)) static struct str site_file(struct site *s, const char *path)
{
    return file_read(s->a, path);
}

struct site_evidence {
    struct site *s;
    int64_t competency;
};

static enum rc site_evidence_fn(struct db *tx, void *arg, struct err *e)
{
    struct site_evidence *x = arg;
    struct evidence_new n = {.person = x->s->person,
                             .programme = x->s->programme,
                             .kind = "quiz_passed",
                             .competency = x->competency,
                             .use = EVIDENCE_ASSESSED,
                             .percent = 80,
                             .source_kind = "quiz_attempt",
                             .source_id = 1,
                             .at = 5};
    (void)e;
    return evidence_add(tx, &n, 6, NULL);
}

__attribute__((unused)) static void site_evidence(struct site *s, int64_t competency)
{
    struct site_evidence x = {s, competency};
    assert_int_equal(store_write(s->db, site_evidence_fn, &x, &s->err), RC_OK);
}

__attribute__((unused)) static size_t site_evidence_count(struct site *s, int64_t competency)
{
    struct rows_evidence_page_of_competency rows;
    assert_int_equal(sql_evidence_page_of_competency(s->db, s->a, s->person, INT64_MAX, INT64_MAX, 100, competency, 1, 0, 0, 0, 0, 0, 0, 0, 0, S("en"), &rows), RC_OK);
    return rows.n;
}

/* Runs the tests on SQLite, and on PostgreSQL where there is one. */
__attribute__((unused)) static int site_run(const struct CMUnitTest *tests, size_t count)
{
    int failed = _cmocka_run_group_tests("sqlite", tests, count, NULL, NULL);
    if (getenv("CADRE_TEST_PG") == NULL) {
        print_message("skipped on PostgreSQL: CADRE_TEST_PG is not set\n");
        return failed;
    }
    site_on_postgres = true;
    return failed + _cmocka_run_group_tests("postgres", tests, count, NULL, NULL);
}

#endif
