/* The store: statements and rows, closures and what they leave behind, the writer's groups, ids, and that nothing
 * acknowledged is lost. Each test runs on SQLite, and on PostgreSQL where CADRE_TEST_PG names a server. */
#include "store_fixture.h"

#include "base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- statements and rows -------------------------------------------------------------------------------------------- */

static enum rc write_typed(struct db *tx, void *arg, struct err *e)
{
    static const int64_t n = INT64_MIN + 1;
    static const double r = 0.1;
    (void)arg;
    (void)e;
    const struct value full[] = {value_int(1), value_text(S("grüße 'x'")), value_int_or_null(&n), value_real_or_null(&r),
                                 value_text_or_null((struct str){"\0\xff\n", 3})};
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

/* ---- closures ------------------------------------------------------------------------------------------------------- */

struct task {
    struct db *db;
    int64_t id;
    enum rc want;   /* what the closure returns itself */
    bool overlook;  /* returns RC_OK after a failed statement */
    bool done;
};

static enum rc write_task(struct db *tx, void *arg, struct err *e)
{
    struct task *t = arg;
    char label[32];
    snprintf(label, sizeof label, "item %" PRId64, t->id);
    enum rc rc = add_item(tx, t->id, label);
    if (rc != RC_OK && !t->overlook)
        return rc;
    return t->want == RC_OK ? RC_OK : err_set(e, t->want, 7, "no");
}

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

static enum rc set_counter(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    const struct value p[] = {value_int(1), value_int(*(int64_t *)arg)};
    TRY(db_run(tx, &counter_set, p, NULL, NULL));
    return db_changes(tx) == 1 ? RC_OK : RC_NOT_FOUND;
}

static enum rc dangle_counter(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    const struct value p[] = {value_int(1), value_int(*(int64_t *)arg)};
    return db_run(tx, &counter_dangle, p, NULL, NULL);
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

/* ---- many threads --------------------------------------------------------------------------------------------------- */

#define THREADS 16

static void in_threads(int count, void *(*fn)(void *), void *args, size_t size)
{
    pthread_t t[THREADS];
    assert_true(count <= THREADS);
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_create(&t[i], NULL, fn, (char *)args + (size_t)i * size), 0);
    for (int i = 0; i < count; i++)
        pthread_join(t[i], NULL);
}

struct load {
    struct store *s;
    int64_t first, count;
    int wrong;
};

/* Every third closure fails after it wrote. */
static void *write_load(void *arg)
{
    struct load *l = arg;
    struct err e;
    struct db *db = connect_to(l->s);
    for (int64_t i = 0; i < l->count; i++) {
        struct task t = {.id = l->first + i, .want = i % 3 == 2 ? RC_INVALID : RC_OK};
        l->wrong += store_write(db, write_task, &t, &e) != t.want;
    }
    db_close(db);
    return NULL;
}

static void test_concurrent_writes(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct load loads[THREADS];
    for (int i = 0; i < THREADS; i++)
        loads[i] = (struct load){.s = f->s, .first = 1 + i * 1000, .count = 60};
    in_threads(THREADS, write_load, loads, sizeof loads[0]);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(loads[i].wrong, 0);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), THREADS * 40);
    void *v;
    size_t n;
    assert_int_equal(db_run_many(f->db, f->a, &item_all, NULL, &v, &n), RC_OK);
    for (size_t i = 0; i < n; i++)
        assert_true(((struct row_item *)v)[i].id % 1000 % 3 != 0); /* ids 3, 6, ... failed */
    struct store_stats stats = store_stats(f->s);
    assert_int_equal(stats.queued, 0);
    if (f->engine == ENGINE_SQLITE)
        assert_true(stats.commits < THREADS * 60 / 2); /* they went in groups */
}

static enum rc increment(struct db *tx, void *arg, struct err *e)
{
    struct row_count row;
    struct arena *a = arena_new(256);
    const struct value id = value_int(1);
    (void)arg;
    (void)e;
    enum rc rc = db_run_one(tx, a, &counter_get, &id, &row);
    arena_free(a);
    TRY(rc);
    const struct value p[] = {value_int(1), value_int(row.n + 1)};
    return db_run(tx, &counter_set, p, NULL, NULL);
}

static void *increment_load(void *arg)
{
    struct load *l = arg;
    struct err e;
    struct db *db = connect_to(l->s);
    for (int64_t i = 0; i < l->count; i++)
        l->wrong += store_write(db, increment, NULL, &e) != RC_OK;
    db_close(db);
    return NULL;
}

/* Reading and writing one row from all sides: on PostgreSQL this only works because closures are run again. */
static void test_serializable(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct load loads[8];
    for (int i = 0; i < 8; i++)
        loads[i] = (struct load){.s = f->s, .count = 25};
    in_threads(8, increment_load, loads, sizeof loads[0]);
    for (int i = 0; i < 8; i++)
        assert_int_equal(loads[i].wrong, 0);
    struct value id = value_int(1);
    assert_int_equal(count_of(f, f->db, &counter_get, &id), 200);
    if (f->engine == ENGINE_POSTGRES)
        assert_true(store_stats(f->s).retries > 0);
}

/* ---- the slow one in the group -------------------------------------------------------------------------------------- */

struct slow {
    struct store *s;
    int64_t id;
    const struct statement *st; /* NULL: a quick insert */
    int runs;
    enum rc rc;
    uint64_t us;
};

static _Atomic bool gate_open;

static enum rc wait_at_gate(struct db *tx, void *arg, struct err *e)
{
    (void)tx;
    (void)arg;
    (void)e;
    while (!atomic_load(&gate_open))
        usleep(1000);
    return RC_OK;
}

static void *gate_load(void *arg)
{
    struct slow *l = arg;
    struct db *db = connect_to(l->s);
    l->rc = store_write_bulk(db, wait_at_gate, NULL, NULL);
    db_close(db);
    return NULL;
}

static enum rc write_slow(struct db *tx, void *arg, struct err *e)
{
    struct slow *l = arg;
    char label[32];
    (void)e;
    l->runs++;
    snprintf(label, sizeof label, "slow %" PRId64, l->id);
    const struct value p[] = {value_int(l->id), value_text(str_from(label))};
    if (l->st == NULL)
        return db_run(tx, &item_short, p, NULL, NULL);
    if (l->st->column_count == 0)
        return db_run(tx, l->st, p, NULL, NULL);
    struct row_count row;
    struct arena *a = arena_new(256);
    enum rc rc = db_run_one(tx, a, l->st, NULL, &row);
    arena_free(a);
    TRY(rc);
    return db_run(tx, &item_short, p, NULL, NULL);
}

static void *slow_load(void *arg)
{
    struct slow *l = arg;
    struct err e;
    struct db *db = connect_to(l->s);
    l->rc = store_write(db, write_slow, l, &e);
    l->us = clock_steady_us();
    db_close(db);
    return NULL;
}

/* A closure holds the writer until all others have queued up behind it; these then form one group. */
static void run_slow_group(struct fixture *f, const struct statement *st)
{
    struct slow gate = {.s = f->s}, jobs[6];
    pthread_t gate_thread, threads[6];
    atomic_store(&gate_open, false);
    pthread_create(&gate_thread, NULL, gate_load, &gate);
    usleep(50000);
    for (int i = 0; i < 6; i++) {
        jobs[i] = (struct slow){.s = f->s, .id = (st->column_count != 0 ? 1 : 101) + i, .st = i == 3 ? st : NULL};
        pthread_create(&threads[i], NULL, slow_load, &jobs[i]);
    }
    while (store_stats(f->s).queued < 6)
        usleep(1000);
    atomic_store(&gate_open, true);
    pthread_join(gate_thread, NULL);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(jobs[i].rc, RC_OK);
        assert_true(i == 3 || jobs[i].us <= jobs[3].us); /* nobody waited for the slow one */
    }
    assert_int_equal(jobs[3].runs, 2);
}

static void test_slow_closure(void **state)
{
    struct fixture *f = FIXTURE(state);
    run_slow_group(f, &item_slow_count); /* interrupted while it reads */
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 6);
    run_slow_group(f, &item_slow_insert); /* while it writes: the whole transaction is begun again */
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 12);
    assert_true(store_stats(f->s).retries > 0);
}

struct mixed {
    struct store *s;
    write_fn *fn;
    int64_t arg;
    enum rc rc;
};

static void *mixed_load(void *arg)
{
    struct mixed *m = arg;
    struct db *db = connect_to(m->s);
    m->rc = store_write(db, m->fn, &m->arg, NULL);
    db_close(db);
    return NULL;
}

/* A constraint that is looked at only at the commit must not take the group along. */
static void test_deferred_in_group(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct slow gate = {.s = f->s};
    struct mixed jobs[2] = {{f->s, set_counter, 5, RC_GONE}, {f->s, dangle_counter, 99, RC_GONE}};
    pthread_t gate_thread, threads[2];
    atomic_store(&gate_open, false);
    pthread_create(&gate_thread, NULL, gate_load, &gate);
    usleep(50000);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, mixed_load, &jobs[i]);
    while (store_stats(f->s).queued < 2)
        usleep(1000);
    atomic_store(&gate_open, true);
    pthread_join(gate_thread, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(jobs[0].rc, RC_OK);
    assert_int_equal(jobs[1].rc, RC_CONFLICT);
    struct value id = value_int(1);
    assert_int_equal(count_of(f, f->db, &counter_get, &id), 5);
}

/* ---- ids ------------------------------------------------------------------------------------------------------------ */

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

/* ---- crashes -------------------------------------------------------------------------------------------------------- */

struct writer_arg {
    struct store *s;
    int fd;
    int64_t first;
};

static void *write_forever(void *arg)
{
    struct writer_arg *w = arg;
    struct db *db = connect_to(w->s);
    for (int64_t id = w->first;; id++) {
        struct task t = {.id = id};
        if (store_write(db, write_task, &t, NULL) != RC_OK || write(w->fd, &id, sizeof id) != (ssize_t)sizeof id)
            _exit(1);
    }
    return NULL;
}

static void test_killed(void **state)
{
    struct fixture *f = FIXTURE(state);
    static int64_t acked[20000];
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        struct writer_arg args[4];
        struct store *s = open_store(f->url);
        close(fds[0]);
        for (int i = 0; i < 4; i++)
            args[i] = (struct writer_arg){s, fds[1], 1 + i * 1000000};
        in_threads(4, write_forever, args, sizeof args[0]);
        _exit(0);
    }
    close(fds[1]);
    size_t got = 0;
    uint64_t from = clock_steady_us();
    bool killed = false;
    ssize_t n;
    while (got < sizeof acked && (n = read(fds[0], (char *)acked + got, sizeof acked - got)) > 0) {
        got += (size_t)n;
        if (!killed && (clock_steady_us() - from > 400000 || got > sizeof acked / 2)) {
            kill(child, SIGKILL);
            killed = true;
        }
    }
    close(fds[0]);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    size_t count = got / sizeof acked[0];
    assert_true(killed && count > 10);
    struct store *s = open_store(f->url);
    struct db *db = connect_to(s);
    for (size_t i = 0; i < count; i++) {
        struct row_item row;
        struct value id = value_int(acked[i]);
        assert_int_equal(db_run_one(db, f->a, &item_by_id, &id, &row), RC_OK);
    }
    struct err e;
    must(store_check(s, NULL, NULL, &e), &e, "check");
    db_close(db);
    store_close(s);
}

/* Another process holds the write lock for a while: the writer waits. */
static void test_other_process_writes(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct slow gate = {.s = open_store(f->url)};
    struct task t = {.id = 2};
    pthread_t thread;
    atomic_store(&gate_open, false);
    pthread_create(&thread, NULL, gate_load, &gate);
    usleep(50000);
    struct slow quick = {.s = f->s, .id = 1};
    pthread_t quick_thread;
    pthread_create(&quick_thread, NULL, slow_load, &quick);
    usleep(300000);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), f->engine == ENGINE_SQLITE ? 0 : 1);
    atomic_store(&gate_open, true);
    pthread_join(thread, NULL);
    pthread_join(quick_thread, NULL);
    assert_int_equal(quick.rc, RC_OK);
    assert_int_equal(store_write(f->db, write_task, &t, NULL), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2);
    store_close(gate.s);
}

/* PostgreSQL ends our connections: reads go on, closures are run again, a snapshot says that it is lost. */
static enum rc lose_connection_once(struct db *tx, void *arg, struct err *e)
{
    struct task *t = arg;
    if (!t->done) {
        t->done = true;
        pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cadre'");
    }
    return write_task(tx, arg, e);
}

static void test_lost_connection(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct task t = {.id = 1};
    pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cadre'");
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    assert_int_equal(store_write(f->db, lose_connection_once, &t, NULL), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
    assert_int_equal(db_snapshot_begin(f->db), RC_OK);
    pg_do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cadre'");
    struct row_count row;
    assert_int_equal(db_run_one(f->db, f->a, &item_count, NULL, &row), RC_BUSY);
    assert_int_equal(db_run_one(f->db, f->a, &item_count, NULL, &row), RC_BUSY);
    db_snapshot_end(f->db);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 1);
}

#define ON_SQLITE(test) cmocka_unit_test_setup_teardown(test, setup_sqlite, teardown)
#define ON_POSTGRES(test) {#test " on PostgreSQL", test, setup_postgres, teardown, NULL}
#define ON_BOTH(test) ON_SQLITE(test), ON_POSTGRES(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_values),
        ON_BOTH(test_readers_do_not_write),
        ON_BOTH(test_failures),
        ON_BOTH(test_constraints),
        ON_BOTH(test_pipeline),
        ON_BOTH(test_snapshot),
        ON_BOTH(test_concurrent_writes),
        ON_BOTH(test_serializable),
        ON_SQLITE(test_slow_closure),
        ON_SQLITE(test_deferred_in_group),
        ON_BOTH(test_ids),
        ON_BOTH(test_ids_renewed),
        ON_BOTH(test_killed),
        ON_BOTH(test_other_process_writes),
        ON_POSTGRES(test_lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
