/* The store as a whole: opening, migrations, backup, restore and check, on both engines and from one to the other. */
#include "store_fixture.h"

#include "gen/msg_error.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- opening --------------------------------------------------------------------------------------------------------
 */

static enum rc try_open(const char *url, bool create, struct err *e)
{
    struct store *s;
    *e = (struct err){0};
    enum rc rc = store_open(url, (struct store_options){.create = create}, &s, e);
    store_close(s);
    return rc;
}

static void test_open(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    assert_int_equal(try_open(path_in(f, "none.db"), false, &e), RC_NOT_FOUND);
    assert_non_null(strstr(e.detail, "no such file"));
    assert_int_equal(try_open("", true, &e), RC_INVALID);
    assert_int_equal(try_open(":memory:", true, &e), RC_INVALID);
    assert_int_not_equal(try_open(f->dir, true, &e), RC_OK);
    assert_int_equal(try_open(path_in(f, "no/such/folder.db"), true, &e), RC_NOT_FOUND);

    FILE *out = fopen(path_in(f, "text.db"), "w");
    for (int i = 0; i < 500; i++)
        fputs("This is not a database. ", out);
    fclose(out);
    assert_int_equal(try_open(path_in(f, "text.db"), true, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "not a database"));

    sqlite3 *foreign;
    assert_int_equal(sqlite3_open(path_in(f, "foreign.db"), &foreign), SQLITE_OK);
    assert_int_equal(sqlite3_exec(foreign, "CREATE TABLE x (y)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(foreign);
    assert_int_equal(try_open(path_in(f, "foreign.db"), true, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "not one of Cadre's"));
    assert_int_equal(try_open(f->url, false, &e), RC_OK);
    assert_int_equal(try_open("postgresql://127.0.0.1:1/none?connect_timeout=2", false, &e), RC_BUSY);
}

/* ---- migrations -----------------------------------------------------------------------------------------------------
 */

static void test_migrate(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e = {0};
    int from = -1, to = -1;
    must(store_migrate(f->s, &from, &to, &e), &e, "current");
    assert_true(from == 2 && to == 2);
    must(store_version(f->s, &from, &to, &e), &e, "version");
    assert_true(from == 2 && to == 2);

    migrate_use(f->s, test_migrations, 1); /* an older program */
    assert_int_equal(store_migrate(f->s, &from, &to, &e), RC_CONFLICT);
    assert_non_null(strstr(e.detail, "version 2"));
    must(store_version(f->s, &from, &to, &e), &e, "version");
    assert_true(from == 2 && to == 1);

    struct migration list[5] = {test_migrations[0], test_migrations[1]};
    list[0].text = S("CREATE TABLE other (id INTEGER PRIMARY KEY);");
    migrate_use(f->s, list, 2);
    assert_int_equal(store_migrate(f->s, &from, &to, &e), RC_CONFLICT);
    assert_true(strcmp(e.detail, "0001_ground.sql") == 0 && e.msg == M_error_database_changed);

    list[0] = test_migrations[0];
    list[2] = (struct migration){
        3, S_INIT("0003_more.sql"),
        S_INIT("CREATE TABLE more (id INTEGER PRIMARY KEY);\n\nINSERT INTO nowhere (id) VALUES (1);\n")};
    migrate_use(f->s, list, 3);
    assert_int_equal(store_migrate(f->s, &from, &to, &e), RC_INTERNAL);
    assert_non_null(strstr(e.detail, "0003_more.sql:3: "));
    list[2].text = S("CREATE TABLE more (id INTEGER PRIMARY KEY);"); /* the failed one left nothing */
    list[3] = (struct migration){5, S_INIT("0005_last.sql"), S_INIT("INSERT INTO more (id) VALUES (7);")};
    migrate_use(f->s, list, 4);
    must(store_migrate(f->s, &from, &to, &e), &e, "migrate");
    assert_true(from == 2 && to == 5);
    list[4] = list[3];
    list[3] = (struct migration){4, S_INIT("0004_late.sql"), S_INIT("INSERT INTO more (id) VALUES (8);")};
    migrate_use(f->s, list, 5); /* it came later and has a lower number */
    must(store_migrate(f->s, &from, &to, &e), &e, "migrate what came later");
    assert_true(from == 5 && to == 5);
    list[3].text = S("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    assert_int_equal(store_migrate(f->s, NULL, NULL, NULL), RC_CONFLICT);
}

static void test_migrate_leaves_no_orphans(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct migration list[3] = {
        test_migrations[0],
        test_migrations[1],
        {3, S_INIT("0003_bad.sql"), S_INIT("INSERT INTO journal (id, item, text) VALUES (1, 99, 'x');")}};
    migrate_use(f->s, list, 3);
    assert_int_equal(store_migrate(f->s, NULL, NULL, &e), RC_INTERNAL);
    migrate_use(f->s, test_migrations, 2);
    must(store_check(f->s, NULL, NULL, &e), &e, "check");
}

/* Four processes begin with the same new database. */
static void test_migrate_together(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    pid_t children[4];
    char url[512];
    if (f->engine == ENGINE_POSTGRES)
        pg_schema_url(url, sizeof url);
    else
        snprintf(url, sizeof url, "%s", path_in(f, "together.db"));
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct store *s = open_store(url);
            enum rc rc = store_migrate(s, NULL, NULL, &e);
            if (rc != RC_OK)
                fprintf(stderr, "migrate: %s\n", e.detail);
            store_close(s);
            _exit(rc == RC_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < 4; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    struct store *s = open_store(url);
    int version;
    must(store_version(s, &version, NULL, &e), &e, "version");
    assert_int_equal(version, 2);
    store_close(s);
}

static void test_foreign_tables(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    char url[512];
    pg_schema_url(url, sizeof url);
    pg_do("CREATE TABLE %s.theirs (x int)");
    struct store *s = open_store(url);
    assert_int_equal(store_migrate(s, NULL, NULL, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "not Cadre's"));
    store_close(s);
    (void)f;
}

/* ---- rows to copy ---------------------------------------------------------------------------------------------------
 */

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    static const double reals[] = {0.0, -1.5, 1e300, 0.1, 3.0, 5e-324};
    static const int64_t ints[] = {0, INT64_MAX, INT64_MIN, -1};
    (void)arg;
    (void)e;
    for (int64_t i = 1; i <= 3000; i++) {
        char label[64], bytes[8] = {(char)i, 0, (char)0xff, '\\', (char)(i >> 8), 'x', '\n', '\''};
        snprintf(label, sizeof label, "item %" PRId64 " \t\\N \"ü\" '", i);
        struct value p[] = {value_int(i * 1000003), value_text(str_from(label)), value_int(ints[i % 4]),
                            value_real(reals[i % 6]), value_text((struct str){bytes, (size_t)i % 9})};
        p[2].null = i % 5 == 0;
        p[3].null = i % 7 == 0;
        p[4].null = i % 11 == 0;
        TRY(db_run(tx, &item_insert, p, NULL, NULL));
        const struct value j[] = {value_int(i), value_int(i * 1000003), value_text(i % 2 == 0 ? S("") : S("said"))};
        TRY(db_run(tx, &journal_insert, j, NULL, NULL));
    }
    const struct value c[] = {value_int(1), value_int(1000003)};
    return db_run(tx, &counter_dangle, c, NULL, NULL);
}

static void fill_store(struct fixture *f)
{
    struct err e;
    must(store_write_bulk(f->db, fill, NULL, &e), &e, "fill");
}

/* Everything in a SQLite file, as one text. */
static struct str dump(struct fixture *f, const char *path)
{
    static const char *const queries[] = {
        "SELECT version, applied_at, digest FROM schema_version ORDER BY version",
        "SELECT one, next FROM id_block",
        "SELECT id, label, typeof(n), n, typeof(r), r, typeof(b), hex(b), parent, extra FROM item ORDER BY id",
        "SELECT id, n, next FROM counter ORDER BY id",
        "SELECT id, item, text FROM journal ORDER BY id",
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
    };
    struct buf b = buf_new(f->a, 1 << 20);
    sqlite3 *conn;
    assert_int_equal(sqlite3_open_v2(path, &conn, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        sqlite3_stmt *q;
        assert_int_equal(sqlite3_prepare_v2(conn, queries[i], -1, &q, NULL), SQLITE_OK);
        while (sqlite3_step(q) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(q); c++) {
                const char *text = (const char *)sqlite3_column_text(q, c);
                buf_printf(&b, "%s|", text != NULL ? text : "NULL");
            }
            buf_ch(&b, '\n');
        }
        sqlite3_finalize(q);
    }
    sqlite3_close(conn);
    return buf_text(&b);
}

static int count_lines(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* ---- backup and restore ---------------------------------------------------------------------------------------------
 */

static void on_progress(void *arg, int64_t done, int64_t total)
{
    int64_t *last = arg;
    assert_true(done >= *last && total >= done);
    *last = done;
}

static enum rc renumber(struct db *tx, void *arg, struct err *e)
{
    const struct value p[] = {value_int(++*(int64_t *)arg)};
    (void)e;
    return db_run(tx, &item_renumber, p, NULL, NULL);
}

struct background {
    struct store *s;
    _Atomic bool stop;
    int64_t rounds;
    _Atomic int64_t written; /* rounds that are over */
    enum rc rc;
};

static void *renumber_all_the_time(void *arg)
{
    struct background *b = arg;
    struct db *db = connect_to(b->s);
    while (!atomic_load(&b->stop)) {
        enum rc rc = store_write(db, renumber, &b->rounds, NULL);
        b->rc = b->rc == RC_OK ? rc : b->rc; /* a thread cannot fail the test */
        atomic_fetch_add(&b->written, 1);
    }
    db_close(db);
    return NULL;
}

/* Every write changes all rows: in a copy of one moment all have the same number. */
static void test_backup_while_writing(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    fill_store(f);
    struct background b = {.s = f->s};
    assert_int_equal(store_write(f->db, renumber, &b.rounds, NULL), RC_OK);
    pthread_t thread;
    pthread_create(&thread, NULL, renumber_all_the_time, &b);
    for (int i = 0; i < 3; i++) {
        char name[32];
        int64_t last = 0;
        sqlite3 *conn;
        sqlite3_stmt *q;
        /* however busy the machine is: one has been written since the last copy, and another is under way or soon will be */
        for (int64_t seen = atomic_load(&b.written); atomic_load(&b.written) == seen;)
            usleep(1000);
        snprintf(name, sizeof name, "copy%d.db", i);
        must(store_backup(f->s, path_in(f, name), on_progress, &last, &e), &e, "backup");
        assert_true(last > 0);
        assert_int_equal(sqlite3_open_v2(path_in(f, name), &conn, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(conn, "SELECT min(n), max(n), count(n) FROM item", -1, &q, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(q), SQLITE_ROW);
        assert_true(sqlite3_column_int64(q, 0) == sqlite3_column_int64(q, 1) && sqlite3_column_int64(q, 0) > 0);
        assert_int_equal(sqlite3_column_int64(q, 2), 3000);
        sqlite3_finalize(q);
        sqlite3_close(conn);
    }
    atomic_store(&b.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(b.rc, RC_OK);
    assert_true(b.rounds > 3);
    struct stat st;
    assert_int_equal(stat(path_in(f, "copy0.db"), &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
    assert_int_not_equal(access(path_in(f, "copy0.db-wal"), F_OK), 0);
    assert_int_equal(store_backup(f->s, path_in(f, "copy0.db"), NULL, NULL, &e), RC_CONFLICT);
    assert_int_not_equal(store_backup(f->s, path_in(f, "no/folder.db"), NULL, NULL, &e), RC_OK);
}

static void test_restore(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    int64_t last = 0;
    fill_store(f);
    int64_t id = db_new_id(f->db);
    must(store_backup(f->s, path_in(f, "a.db"), NULL, NULL, &e), &e, "backup");
    assert_int_equal(store_restore(f->s, path_in(f, "a.db"), NULL, NULL, &e), RC_CONFLICT);
    assert_non_null(strstr(e.detail, "not empty"));

    struct store *s = open_store(path_in(f, "b.db"));
    must(store_migrate(s, NULL, NULL, &e), &e, "migrate"); /* empty but for what migrations put there */
    must(store_restore(s, path_in(f, "a.db"), on_progress, &last, &e), &e, "restore");
    must(store_check(s, NULL, NULL, &e), &e, "check");
    struct db *db = connect_to(s);
    assert_true(db_new_id(db) > id);
    db_close(db);
    store_close(s);

    s = open_store(path_in(f, "c.db"));
    must(store_restore(s, path_in(f, "a.db"), NULL, NULL, &e), &e, "restore");
    must(store_backup(s, path_in(f, "d.db"), NULL, NULL, &e), &e, "backup");
    store_close(s);
    struct str before = dump(f, path_in(f, "a.db"));
    assert_true(count_lines(before) > 6000);
    assert_true(str_eq(before, dump(f, path_in(f, "d.db"))));
}

/* An older backup comes up to today's schema; one from a newer program, a damaged one and a foreign one are refused. */
static void test_restore_versions(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct store *old = open_store(path_in(f, "old.db"));
    migrate_use(old, test_migrations, 1);
    must(store_migrate(old, NULL, NULL, &e), &e, "migrate");
    struct db *db = connect_to(old);
    int64_t n = 42;
    must(store_write(db, renumber, &n, &e), &e, "write");
    db_close(db);
    must(store_backup(old, path_in(f, "v1.db"), NULL, NULL, &e), &e, "backup");
    store_close(old);

    char url[512];
    if (f->engine == ENGINE_POSTGRES)
        pg_schema_url(url, sizeof url);
    else
        snprintf(url, sizeof url, "%s", path_in(f, "new.db"));
    struct store *s = open_store(url);
    must(store_restore(s, path_in(f, "v1.db"), NULL, NULL, &e), &e, "restore");
    int version;
    must(store_version(s, &version, NULL, &e), &e, "version");
    assert_int_equal(version, 2);
    assert_int_equal(store_restore(s, path_in(f, "v1.db"), NULL, NULL, &e), RC_CONFLICT);
    must(store_backup(s, path_in(f, "v2.db"), NULL, NULL, &e), &e, "backup");
    store_close(s);

    s = open_store(path_in(f, "older.db"));
    migrate_use(s, test_migrations, 1);
    assert_int_equal(store_restore(s, path_in(f, "v2.db"), NULL, NULL, &e), RC_CONFLICT);
    assert_true(e.msg == M_error_database_newer);
    assert_int_equal(store_restore(s, path_in(f, "none.db"), NULL, NULL, &e), RC_NOT_FOUND);
    FILE *cut = fopen(path_in(f, "v2.db"), "r+");
    assert_non_null(cut);
    fseek(cut, 4096 * 3, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc(0xa5, cut);
    fclose(cut);
    assert_int_equal(store_restore(s, path_in(f, "v2.db"), NULL, NULL, &e), RC_INVALID);
    store_close(s);
}

static void test_check_finds(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    fill_store(f);
    must(store_check(f->s, NULL, NULL, &e), &e, "check");
    if (f->engine == ENGINE_SQLITE) {
        sqlite3 *conn;
        assert_int_equal(sqlite3_open(f->url, &conn), SQLITE_OK);
        assert_int_equal(sqlite3_exec(conn, "DELETE FROM item WHERE id = 2000006", NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(conn);
    } else {
        pg_do("SET session_replication_role = replica; DELETE FROM %s.item WHERE id = 2000006");
    }
    assert_int_equal(store_check(f->s, NULL, NULL, &e), RC_CONFLICT);
    migrate_use(f->s, test_migrations, 1);
    assert_int_equal(store_check(f->s, NULL, NULL, &e), RC_CONFLICT);
}

/* SQLite to PostgreSQL and back: nothing is lost, nothing is changed. */
static void test_round_trip(void **state)
{
    struct fixture *f = FIXTURE(state); /* on PostgreSQL, migrated and empty */
    struct err e;
    struct fixture lite = {.a = f->a, .s = open_store(path_in(f, "lite.db"))};
    must(store_migrate(lite.s, NULL, NULL, &e), &e, "migrate");
    lite.db = connect_to(lite.s);
    fill_store(&lite);
    int64_t id = db_new_id(lite.db);
    must(store_backup(lite.s, path_in(f, "out.db"), NULL, NULL, &e), &e, "backup");
    db_close(lite.db);
    store_close(lite.s);

    (void)db_new_id(f->db); /* of a block that the restore takes away */
    int64_t last = 0;
    must(store_restore(f->s, path_in(f, "out.db"), on_progress, &last, &e), &e, "restore");
    assert_true(last >= 6000);
    must(store_check(f->s, NULL, NULL, &e), &e, "check");
    must(store_backup(f->s, path_in(f, "back.db"), NULL, NULL, &e), &e, "backup");
    struct str before = dump(f, path_in(f, "out.db"));
    assert_true(count_lines(before) > 6000);
    assert_true(str_eq(before, dump(f, path_in(f, "back.db"))));
    assert_true(db_new_id(f->db) > id);
    struct row_item row;
    struct value key = value_int(5 * 1000003);
    assert_int_equal(db_run_one(f->db, f->a, &item_by_id, &key, &row), RC_OK);
    assert_true(row.n_null);
    assert_int_equal(store_write(f->db, renumber, &id, &e), RC_OK); /* and it can be written to */
    assert_int_equal(store_restore(f->s, path_in(f, "out.db"), NULL, NULL, &e), RC_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SQLITE(test_open),
        ON_BOTH(test_migrate),
        ON_BOTH(test_migrate_leaves_no_orphans),
        ON_BOTH(test_migrate_together),
        ON_POSTGRES(test_foreign_tables),
        ON_BOTH(test_backup_while_writing),
        ON_BOTH(test_restore),
        ON_BOTH(test_restore_versions),
        ON_BOTH(test_check_finds),
        ON_POSTGRES(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
