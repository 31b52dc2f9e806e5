/* The store: statements and rows, closures and what they leave behind, ids. Each test runs on SQLite, and on PostgreSQL
 * where CADRE_TEST_PG names a server. test_store_write.c has the writer under load, test_store_copy.c the whole
 * database. */
#include "store_fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/sqlite.h"

/* ---- statements and rows --------------------------------------------------------------------------------------------
 */

static enum rc write_typed(struct db *tx, void *arg, struct err *e)
{
    static const int64_t n = INT64_MIN + 1;
    static const double r = 0.1;
    (void)arg;
    (void)e;
    const struct value full[] = {value_int(1), value_text(S("grüße 'x'")), value_int_or_null(&n),
                                 value_real_or_null(&r), value_text_or_null((struct str){"\0\xff\n", 3})};
    const struct value bare[] = {value_int(2), value_text(STR_NONE), value_int_or_null(NULL), value_real_or_null(NULL),
                                 value_text_or_null(STR_NONE)};
    TRY(db_run(tx, &item_insert, full, NULL, NULL));
    assert_int_equal(db_changes(tx), 1);
    return db_run(tx, &item_insert, bare, NULL, NULL);
}

struct seen {
    struct fixture *f;
    int rows;
    enum rc stop;
};

static enum rc see_item(void *arg, const void *row)
{
    struct seen *seen = arg;
    const struct row_item *item = row;
    struct value id = value_int(item->id);
    struct row_item again;
    /* Another statement, and the outer one itself, while rows are arriving. */
    assert_int_equal(db_run_one(seen->f->db, seen->f->a, &item_by_id, &id, &again), RC_OK);
    assert_true(str_eq(again.label, item->label));
    if (seen->rows++ == 0) {
        void *v;
        size_t n;
        assert_int_equal(db_run_many(seen->f->db, seen->f->a, &item_all, NULL, &v, &n), RC_OK);
        assert_int_equal(n, 2);
    }
    return seen->stop;
}

static void test_values(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    must(store_write(f->db, write_typed, NULL, &e), &e, "write");
    struct row_item row;
    struct value id = value_int(1);
    assert_int_equal(db_run_one(f->db, f->a, &item_by_id, &id, &row), RC_OK);
    assert_true(str_eq(row.label, S("grüße 'x'")) && row.label.p[row.label.n] == '\0');
    assert_true(row.n == INT64_MIN + 1 && !row.n_null && row.r == 0.1 && !row.r_null);
    assert_true(row.b.n == 3 && memcmp(row.b.p, "\0\xff\n", 3) == 0);
    id = value_int(2);
    assert_int_equal(db_run_one(f->db, f->a, &item_by_id, &id, &row), RC_OK);
    assert_true(row.label.p != NULL && row.label.n == 0 && row.n_null && row.r_null && row.b.p == NULL);
    id = value_int(3);
    assert_int_equal(db_run_one(f->db, f->a, &item_by_id, &id, &row), RC_NOT_FOUND);
    void *v;
    size_t n;
    assert_int_equal(db_run_many(f->db, f->a, &item_all, NULL, &v, &n), RC_OK);
    assert_int_equal(n, 2);
    assert_int_equal(((struct row_item *)v)[1].id, 1); /* the empty label sorts first */
    struct seen seen = {f, 0, RC_OK};
    assert_int_equal(db_run_each(f->db, f->a, &item_all, NULL, see_item, &seen), RC_OK);
    assert_int_equal(seen.rows, 2);
    seen = (struct seen){f, 1, RC_GONE};
    assert_int_equal(db_run_each(f->db, f->a, &item_all, NULL, see_item, &seen), RC_GONE);
    assert_int_equal(seen.rows, 2);
    id = value_int(2);
    assert_int_equal(db_run_one(f->db, f->a, &item_wrong_null, &id, &row), RC_INTERNAL);
    id = value_int(1);
    assert_int_equal(db_run_one(f->db, f->a, &item_wrong_type, &id, &row), RC_INTERNAL);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2); /* and the connection works on */
}

static void test_readers_do_not_write(void **state)
{
    struct fixture *f = FIXTURE(state);
    assert_int_not_equal(add_item(f->db, 1, "x"), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
}

/* A file that everybody of the machine can read, or in which the erased can still be read, would be a leak without a thief. */
static void test_a_file_keeps_its_secrets(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct stat st;
    struct err e = {0};
    struct sqlite3 *conn;
    if (f->engine != ENGINE_SQLITE)
        return;
    assert_int_equal(stat(f->url, &st), 0);
    assert_int_equal(st.st_mode & (S_IRWXG | S_IRWXO), 0);
    assert_int_equal(stat(str_z(f->a, str_printf(f->a, "%s-wal", f->url)), &st), 0);
    assert_int_equal(st.st_mode & (S_IRWXG | S_IRWXO), 0);
    assert_int_equal(sqlite_open_conn(f->url, SQLITE_OPEN_READWRITE, &conn, &e), RC_OK);
    assert_int_equal(sqlite_int(conn, "PRAGMA secure_delete", 0), 1);
    sqlite3_close(conn);
}

/* ---- closures -------------------------------------------------------------------------------------------------------
 */

static void test_failures(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct task t = {.id = 1};
    must(store_write(f->db, write_task, &t, &e), &e, "write");
    t = (struct task){.id = 2, .want = RC_INVALID};
    assert_int_equal(store_write(f->db, write_task, &t, &e), RC_INVALID);
    assert_true(e.rc == RC_INVALID && e.msg == 7);
    t = (struct task){.id = 1};
    assert_int_equal(store_write(f->db, write_task, &t, &e), RC_CONFLICT);
    assert_int_equal(e.rc, RC_CONFLICT);
    t.overlook = true;
    assert_int_equal(store_write(f->db, write_task, &t, NULL), RC_CONFLICT);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
    assert_int_equal(store_stats(f->s).failures, 3);
}

static enum rc write_journal(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    const struct value p[] = {value_int(1), value_int(*(int64_t *)arg), value_text(S("said"))};
    return db_run(tx, &journal_insert, p, NULL, NULL);
}

static enum rc remove_journal(struct db *tx, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    return db_run(tx, &journal_delete, NULL, NULL, NULL);
}

static void test_constraints(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct task t = {.id = 1};
    int64_t there = 1, missing = 99, negative = -1;
    must(store_write(f->db, write_task, &t, &e), &e, "write");
    assert_int_equal(store_write(f->db, write_journal, &missing, &e), RC_CONFLICT);
    must(store_write(f->db, write_journal, &there, &e), &e, "journal");
    assert_int_equal(store_write(f->db, remove_journal, NULL, &e), RC_CONFLICT); /* the trigger says no */
    assert_int_equal(store_write(f->db, set_counter, &negative, &e), RC_CONFLICT);
    assert_int_equal(store_write(f->db, dangle_counter, &missing, &e), RC_CONFLICT); /* found out at the commit */
    must(store_write(f->db, dangle_counter, &there, &e), &e, "dangle");
}

static enum rc write_pipeline(struct db *tx, void *arg, struct err *e)
{
    int64_t bad = *(int64_t *)arg;
    (void)e;
    db_pipeline_begin(tx);
    for (int64_t i = 1; i <= 1000; i++) {
        char label[32];
        snprintf(label, sizeof label, "item %" PRId64, i == bad ? 1 : i);
        (void)!add_item(tx, i, label);
    }
    TRY(db_pipeline_end(tx));
    struct row_count n;
    struct arena *a = arena_new(0);
    enum rc rc = db_run_one(tx, a, &item_count, NULL, &n);
    arena_free(a);
    return rc == RC_OK && n.n != 1000 ? RC_INTERNAL : rc;
}

static enum rc leave_pipeline(struct db *tx, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    db_pipeline_begin(tx);
    TRY(add_item(tx, 5000, "left"));
    return RC_GONE;
}

static void test_pipeline(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    int64_t bad = 700, none = 0;
    assert_int_equal(store_write_bulk(f->db, write_pipeline, &bad, &e), RC_CONFLICT);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    assert_int_equal(store_write_bulk(f->db, leave_pipeline, NULL, &e), RC_GONE);
    must(store_write_bulk(f->db, write_pipeline, &none, &e), &e, "pipeline");
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1000);
}

static void test_snapshot(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct db *other = connect_to(f->s);
    assert_int_equal(db_snapshot_begin(f->db), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    struct task t = {.id = 1};
    must(store_write(other, write_task, &t, &e), &e, "write");
    assert_int_equal(db_snapshot_begin(f->db), RC_OK); /* nested: the outer one counts */
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    db_snapshot_end(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    db_snapshot_end(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
    db_close(other);
}

/* Reads in a row may share a snapshot, but none outlives a write of one's own, the end, or the beginning of a snapshot proper. */
static void test_reads(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct err e;
    struct db *other = connect_to(f->s);
    struct task first = {.id = 1}, second = {.id = 2}, third = {.id = 3};
    db_reads_begin(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    must(store_write(other, write_task, &first, &e), &e, "write");
    int64_t seen = count_of(f, f->db, &item_count, NULL);
    assert_int_equal(seen, store_engine(f->s) == ENGINE_SQLITE ? 0 : 1);
    must(store_write(f->db, write_task, &second, &e), &e, "write");
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2);
    db_reads_end(f->db);
    db_reads_begin(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2);
    must(store_write(other, write_task, &third, &e), &e, "write");
    assert_int_equal(db_snapshot_begin(f->db), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 3);
    db_snapshot_end(f->db);
    db_reads_end(f->db);
    db_reads_begin(f->db); /* and one without a statement */
    db_reads_end(f->db);
    db_close(other);
}

/* ---- ids ------------------------------------------------------------------------------------------------------------
 */

#define ID_COUNT 2000

static enum rc take_ids(struct db *tx, void *arg, struct err *e)
{
    int64_t *ids = arg;
    (void)e;
    for (int i = 0; i < ID_COUNT / 2; i++)
        ids[i] = db_new_id(tx);
    return RC_GONE; /* undone: but the ids stay used */
}

static void collect_ids(struct store *s, int64_t *ids)
{
    struct db *db = connect_to(s);
    assert_int_equal(store_write(db, take_ids, ids, NULL), RC_GONE);
    for (int i = ID_COUNT / 2; i < ID_COUNT; i++)
        ids[i] = db_new_id(db);
    db_close(db);
}

static int by_value(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static void test_ids(void **state)
{
    struct fixture *f = FIXTURE(state);
    static int64_t ids[3 * ID_COUNT];
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *s = open_store(f->url);
        collect_ids(s, ids);
        store_close(s);
        bool ok = write(fds[1], ids, ID_COUNT * sizeof ids[0]) == (ssize_t)(ID_COUNT * sizeof ids[0]);
        _exit(ok ? 0 : 1);
    }
    collect_ids(f->s, ids + ID_COUNT);
    struct store *again = open_store(f->url);
    collect_ids(again, ids + 2 * ID_COUNT);
    store_close(again);
    size_t got = 0;
    close(fds[1]);
    for (ssize_t n; got < ID_COUNT * sizeof ids[0]; got += (size_t)n) {
        n = read(fds[0], (char *)ids + got, ID_COUNT * sizeof ids[0] - got);
        assert_true(n > 0);
    }
    close(fds[0]);
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    qsort(ids, 3 * ID_COUNT, sizeof ids[0], by_value);
    for (int i = 0; i < 3 * ID_COUNT; i++)
        assert_true(ids[i] > 0 && ids[i] < INT64_C(1) << 53 && (i == 0 || ids[i] != ids[i - 1]));
    int64_t x = db_new_opaque_id(f->db), y = db_new_opaque_id(f->db);
    assert_true(x > 0 && x < INT64_C(1) << 53 && y > 0 && x != y);
}

/* What is drawn is the system's own chance, but in a demo, where it follows from the seed. */
static void test_ids_drawn(void **state)
{
    struct fixture *f = FIXTURE(state);
    int64_t drawn[3];
    unsigned char free[2][13] = {0}, seeded[2][13] = {0};
    db_draw(f->db, free[0], sizeof free[0]);
    db_draw(f->db, free[1], sizeof free[1]);
    assert_memory_not_equal(free[0], free[1], sizeof free[0]);
    for (int i = 0; i < 3; i++) {
        store_draw_from(f->s, i == 2 ? 8 : 7);
        (void)db_new_id(f->db); /* counted, not drawn */
        drawn[i] = db_new_opaque_id(f->db);
        assert_true(drawn[i] > 0 && drawn[i] < INT64_C(1) << 53 && drawn[i] != db_new_opaque_id(f->db));
        if (i < 2)
            db_draw(f->db, seeded[i], sizeof seeded[i]);
    }
    assert_int_equal(drawn[0], drawn[1]);
    assert_int_not_equal(drawn[0], drawn[2]);
    assert_memory_equal(seeded[0], seeded[1], sizeof seeded[0]);
    f->s->drawn = false;
}

static void test_ids_renewed(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct task t = {.id = 1};
    int64_t first = db_new_id(f->db);
    atomic_store(&f->s->id_next, (first & ~(ID_BLOCK - 1)) + ID_BLOCK - 1); /* one is left */
    int64_t last = db_new_id(f->db), next = db_new_id(f->db);
    assert_int_equal(last, (first & ~(ID_BLOCK - 1)) + ID_BLOCK - 1);
    assert_int_equal(next, last + 2); /* the next block, whose base is not used */
    if (f->engine == ENGINE_SQLITE) {
        atomic_store(&f->s->id_next, (next & ~(ID_BLOCK - 1)) + ID_BLOCK / 2); /* half of it used: the writer renews */
        assert_int_equal(store_write(f->db, write_task, &t, NULL), RC_OK);
        assert_true(db_new_id(f->db) > next + ID_BLOCK / 2);
    }
}

/* PostgreSQL ends our connections: reads go on, closures are run again, a snapshot says that it is lost. */
static enum rc lose_connection_once(struct db *tx, void *arg, struct err *e)
{
    struct task *t = arg;
    if (!t->done) {
        t->done = true;
        pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'");
    }
    return write_task(tx, arg, e);
}

static void test_lost_connection(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct task t = {.id = 1};
    pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'");
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    assert_int_equal(store_write(f->db, lose_connection_once, &t, NULL), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
    assert_int_equal(db_snapshot_begin(f->db), RC_OK);
    pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'");
    struct row_count row;
    assert_int_equal(db_run_one(f->db, f->a, &item_count, NULL, &row), RC_BUSY);
    assert_int_equal(db_run_one(f->db, f->a, &item_count, NULL, &row), RC_BUSY);
    db_snapshot_end(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_values),
        ON_BOTH(test_readers_do_not_write),
        ON_SQLITE(test_a_file_keeps_its_secrets),
        ON_BOTH(test_failures),
        ON_BOTH(test_constraints),
        ON_BOTH(test_pipeline),
        ON_BOTH(test_snapshot),
        ON_BOTH(test_reads),
        ON_BOTH(test_ids),
        ON_BOTH(test_ids_drawn),
        ON_BOTH(test_ids_renewed),
        ON_POSTGRES(test_lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
