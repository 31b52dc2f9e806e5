/* The store under load: many threads, the slow one in a group, killed processes, a full disk, other processes. What
 * must hold throughout: each closure stands or falls alone, and what was acknowledged is there. */
#include "store_fixture.h"

#include "base/clock.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- many threads ---------------------------------------------------------------------------------------------------
 */

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

/* ---- the slow one in the group --------------------------------------------------------------------------------------
 */

struct slow {
    struct store *s;
    int64_t id;
    const struct statement *st; /* NULL: a quick insert */
    int runs;
    enum rc rc;
    int before; /* of the others, who had their answer when this ran again */
};
static _Atomic int answered;

static _Atomic bool gate_reached, gate_open;

static enum rc wait_at_gate(struct db *tx, void *arg, struct err *e)
{
    (void)tx;
    (void)arg;
    (void)e;
    atomic_store(&gate_reached, true);
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

/* A thread that is inside its closure until gate_open. */
static pthread_t gate_start(struct slow *gate)
{
    pthread_t thread;
    atomic_store(&gate_reached, false);
    atomic_store(&gate_open, false);
    pthread_create(&thread, NULL, gate_load, gate);
    while (!atomic_load(&gate_reached))
        usleep(1000);
    return thread;
}

static enum rc write_slow(struct db *tx, void *arg, struct err *e)
{
    struct slow *l = arg;
    char label[32];
    (void)e;
    l->runs++;
    if (l->st != NULL && l->runs > 1)
        for (int i = 0; i < 10000 && (l->before = atomic_load(&answered)) < 5; i++)
            usleep(1000);
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
    atomic_fetch_add(&answered, 1);
    db_close(db);
    return NULL;
}

/* A closure holds the writer until all others have queued up behind it; these then form one group. */
static void run_slow_group(struct fixture *f, const struct statement *st)
{
    struct slow gate = {.s = f->s}, jobs[6];
    pthread_t gate_thread, threads[6];
    atomic_store(&answered, 0);
    gate_thread = gate_start(&gate);
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
    for (int i = 0; i < 6; i++)
        assert_int_equal(jobs[i].rc, RC_OK);
    assert_true(jobs[3].runs > 1);
    assert_true(jobs[3].before > 0); /* nobody waited for the slow one, but who was held up so long that she is slow herself */
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
    gate_thread = gate_start(&gate);
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

static enum rc write_one(struct db *tx, void *arg, struct err *e)
{
    struct task t = {.id = *(const int64_t *)arg};
    return write_task(tx, &t, e);
}

static enum rc write_and_fail(struct db *tx, void *arg, struct err *e)
{
    TRY(write_one(tx, arg, e));
    return RC_GONE;
}

static enum rc fail_at_once(struct db *tx, void *arg, struct err *e)
{
    (void)tx, (void)arg, (void)e;
    return RC_DENIED;
}

/* One group of four, of which two fail: ids first and first + 2 are written. Returns how often a transaction was begun again. */
static int64_t run_failing_group(struct fixture *f, int64_t first)
{
    struct slow gate = {.s = f->s};
    struct mixed jobs[4] = {{f->s, write_one, first, RC_GONE}, {f->s, write_and_fail, first + 1, RC_OK}, {f->s, write_one, first + 2, RC_GONE}, {f->s, fail_at_once, 0, RC_OK}};
    int64_t before = store_stats(f->s).retries;
    pthread_t gate_thread, threads[4];
    gate_thread = gate_start(&gate);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, mixed_load, &jobs[i]);
    while (store_stats(f->s).queued < 4)
        usleep(1000);
    atomic_store(&gate_open, true);
    pthread_join(gate_thread, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(jobs[0].rc, RC_OK);
    assert_int_equal(jobs[1].rc, RC_GONE);
    assert_int_equal(jobs[2].rc, RC_OK);
    assert_int_equal(jobs[3].rc, RC_DENIED);
    return store_stats(f->s).retries - before;
}

/* The first that fails after it wrote has the group run again; from then on each stands on a savepoint of its own. */
static void test_failing_in_group(void **state)
{
    struct fixture *f = FIXTURE(state);
    assert_true(run_failing_group(f, 1) >= 1);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2);
    (void)run_failing_group(f, 11);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 4);
}

/* ---- crashes --------------------------------------------------------------------------------------------------------
 */

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

/* A disk that takes nothing any more, in a process of its own: nobody is told that a row was written, and when there is
 * room again the store works on. The child's exit status is the line of the check that failed. */
static int write_without_room(const char *url)
{
    struct load loads[4];
    struct arena *a = arena_new(0);
    struct rlimit unlimited, none;
    struct store *s = open_store(url);
    struct db *db = connect_to(s);
    struct task t = {.id = 1};
    if (store_write(db, write_task, &t, NULL) != RC_OK)
        return 1;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &unlimited);
    none = unlimited;
    none.rlim_cur = 64;
    setrlimit(RLIMIT_FSIZE, &none);
    for (int i = 0; i < 4; i++)
        loads[i] = (struct load){.s = s, .first = 1000 * (i + 1), .count = 20};
    in_threads(4, write_load, loads, sizeof loads[0]);
    setrlimit(RLIMIT_FSIZE, &unlimited);
    for (int i = 0; i < 4; i++)
        if (loads[i].wrong < 14) /* of 20, six fail by themselves */
            return 2;
    t.id = 2;
    if (store_write(db, write_task, &t, NULL) != RC_OK)
        return 3;
    struct row_count n;
    if (db_run_one(db, a, &item_count, NULL, &n) != RC_OK || n.n != 2)
        return 4;
    if (store_check(s, NULL, NULL, NULL) != RC_OK)
        return 5;
    arena_free(a);
    db_close(db);
    store_close(s);
    return 0;
}

static void test_no_room(void **state)
{
    struct fixture *f = FIXTURE(state);
    pid_t child = fork();
    if (child == 0) {
        log_set_level((enum log_level)(LOG_ERROR + 1));
        _exit(write_without_room(f->url));
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

/* Another process holds the write lock for a while: the writer waits. */
static void test_other_process_writes(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct slow gate = {.s = open_store(f->url)};
    struct task t = {.id = 2};
    pthread_t thread = gate_start(&gate);
    struct slow quick = {.s = f->s, .id = 1};
    pthread_t quick_thread;
    pthread_create(&quick_thread, NULL, slow_load, &quick);
    usleep(300000);
    if (f->engine == ENGINE_SQLITE)
        assert_int_equal(count_of(f, f->db, &item_count, NULL), 0);
    while (f->engine != ENGINE_SQLITE && count_of(f, f->db, &item_count, NULL) != 1)
        usleep(1000); /* nobody waits there for anybody */
    atomic_store(&gate_open, true);
    pthread_join(thread, NULL);
    pthread_join(quick_thread, NULL);
    assert_int_equal(quick.rc, RC_OK);
    assert_int_equal(store_write(f->db, write_task, &t, NULL), RC_OK);
    assert_int_equal(count_of(f, f->db, &item_count, NULL), 2);
    store_close(gate.s);
}

/* ---- the log of SQLite ---------------------------------------------------------------------------------------------- */

/* Enough for the log to be full at once. */
static enum rc write_much(struct db *tx, void *arg, struct err *e)
{
    static char text[4000];
    (void)arg;
    (void)e;
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 600; i++) {
        snprintf(text, 16, "%015d", i);
        const struct value p[] = {value_int(INT64_C(1000000) + i), value_text((struct str){text, sizeof text})};
        TRY(db_run(tx, &item_short, p, NULL, NULL));
    }
    return RC_OK;
}

/* How often the log was begun anew: the third number of its header (https://sqlite.org/fileformat2.html, 4.1). */
static uint32_t log_turns(const char *path)
{
    unsigned char head[16] = {0};
    FILE *f = fopen(path, "rbe");
    assert_true(f != NULL && fread(head, 1, sizeof head, f) == sizeof head);
    fclose(f);
    return (uint32_t)head[12] << 24 | (uint32_t)head[13] << 16 | (uint32_t)head[14] << 8 | head[15];
}

/* The log has its room from the first write; once it is full it is copied back beside the writer, and then begun anew. */
static void test_log(void **state)
{
    struct fixture *f = FIXTURE(state);
    struct task t = {.id = 1};
    struct stat st;
    struct err e = {0};
    const char *path = str_z(f->a, str_printf(f->a, "%s-wal", f->url));
    must(store_write(f->db, write_task, &t, &e), &e, "first write");
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size == 8 << 20);
    uint32_t turns = log_turns(path);
    must(store_write_bulk(f->db, write_much, NULL, &e), &e, "much");
    uint64_t until = clock_steady_us() + 120000000u;
    for (t.id = 2; log_turns(path) == turns && clock_steady_us() < until; t.id++)
        must(store_write(f->db, write_task, &t, &e), &e, "a write after");
    assert_true(log_turns(path) != turns);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size == 8 << 20);
    assert_true(count_of(f, f->db, &item_count, NULL) > 601);
    must(store_check(f->s, NULL, NULL, &e), &e, "check");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_concurrent_writes),    ON_BOTH(test_serializable), ON_SQLITE(test_slow_closure),
        ON_SQLITE(test_deferred_in_group),  ON_SQLITE(test_failing_in_group), ON_BOTH(test_killed),       ON_SQLITE(test_no_room),
        ON_BOTH(test_other_process_writes), ON_SQLITE(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
