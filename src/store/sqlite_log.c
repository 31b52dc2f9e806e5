/* The write-ahead log of a SQLite store, seen to so that commits do not wait for it. Two things make a commit slow that
 * need not: a log that grows, since the file system then has to write down its new length each time, and copying the
 * log back into the database, which SQLite does inside the commit that filled it. So the log has its room from the
 * start, and a thread with a connection of its own copies back while the writer goes on; the writer copies only the
 * little that came since, between two transactions, after which it begins the log anew. Called by the writer thread
 * alone.
 *
 * What always holds: this changes when pages are copied, not when a commit is durable. */
#include "store/sqlite.h"

#include "base/log.h"

#define ROOM (INT64_C(8) << 20) /* bytes: what the log has between two turns, with room to spare */
#define FULL 1000               /* pages in the log from which they are copied back */
#define AGAIN 250               /* that many more while somebody read what the copying would have covered */
#define REST 200                /* pages that the writer copies itself without anybody noticing */
#define PASSES 4                /* over what came while the last one ran */
#define OVERFULL 16000          /* pages: the writer waits for the copying */

enum turn { QUIET, COPYING, COPIED };

struct log_keeper {
    struct sqlite_store *store;
    sqlite3 *writer; /* its connection */
    int pages;       /* in the log after the last commit */
    int due;         /* copied back once there are so many */
    sqlite3 *conn;   /* the thread's */
    bool started;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum turn turn;
    bool stop;
};

/* Copies back what no reader needs; how many pages are left in the log, -1 when nothing could be done. */
static int copy_back(sqlite3 *conn)
{
    int pages = 0, copied = 0;
    int code = sqlite3_wal_checkpoint_v2(conn, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
    if (code == SQLITE_OK)
        return pages - copied;
    if (sqlite_rc(code) != RC_BUSY) /* another process does the same */
        log_event(LOG_WARN, "store.log", "code=%d what=\"%s\"", sqlite3_extended_errcode(conn), sqlite3_errmsg(conn));
    return -1;
}

static void *keep(void *arg)
{
    struct log_keeper *k = arg;
    pthread_mutex_lock(&k->lock);
    while (!k->stop) {
        if (k->turn != COPYING) {
            pthread_cond_wait(&k->changed, &k->lock);
            continue;
        }
        pthread_mutex_unlock(&k->lock);
        for (int pass = 0; pass < PASSES && copy_back(k->conn) > REST; pass++)
            continue;
        pthread_mutex_lock(&k->lock);
        k->turn = COPIED;
        pthread_cond_broadcast(&k->changed);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

static int on_commit(void *arg, sqlite3 *conn, const char *name, int pages)
{
    struct log_keeper *k = arg;
    (void)conn;
    (void)name;
    if (pages < k->pages) /* begun anew */
        k->due = FULL;
    k->pages = pages;
    return SQLITE_OK;
}

/* A file system that cannot do so loses only the time that this would have saved. */
static void make_room(sqlite3 *conn)
{
    sqlite3_file *log = NULL;
    sqlite3_int64 size = ROOM;
    if (sqlite3_file_control(conn, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != NULL &&
        log->pMethods != NULL) {
        int chunk = (int)ROOM;
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_CHUNK_SIZE, &chunk);
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_SIZE_HINT, &size);
    }
}

struct log_keeper *log_keeper_new(struct sqlite_store *s, sqlite3 *writer)
{
    struct log_keeper *k = calloc(1, sizeof *k);
    ASSERT(k != NULL);
    k->store = s;
    k->writer = writer;
    k->due = FULL;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->changed, NULL);
    sqlite3_wal_hook(writer, on_commit, k); /* takes the place of copying inside the commit */
    make_room(writer);
    return k;
}

void log_keeper_free(struct log_keeper *k)
{
    if (k == NULL)
        return;
    if (k->started) {
        pthread_mutex_lock(&k->lock);
        k->stop = true;
        pthread_cond_broadcast(&k->changed);
        pthread_mutex_unlock(&k->lock);
        pthread_join(k->thread, NULL);
    }
    sqlite3_wal_hook(k->writer, NULL, NULL);
    sqlite3_close(k->conn);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

/* With the first log that is full: most verbs never fill one. */
static bool start(struct log_keeper *k)
{
    struct err e = {0};
    if (k->started)
        return true;
    if (k->conn == NULL && sqlite_open_conn(k->store->path, SQLITE_OPEN_READWRITE, &k->conn, &e) != RC_OK) {
        log_event(LOG_WARN, "store.log", "what=\"%s\"", e.detail);
        return false;
    }
    k->started = pthread_create(&k->thread, NULL, keep, k) == 0;
    return k->started;
}

void log_keeper_tend(struct log_keeper *k)
{
    if (k->pages < k->due)
        return;
    if (!start(k)) {
        (void)copy_back(k->writer);
        k->due = k->pages + FULL;
        return;
    }
    pthread_mutex_lock(&k->lock);
    if (k->turn == QUIET) {
        k->turn = COPYING;
        pthread_cond_broadcast(&k->changed);
    }
    while (k->turn == COPYING && k->pages >= OVERFULL)
        pthread_cond_wait(&k->changed, &k->lock);
    bool copied = k->turn == COPIED;
    if (copied)
        k->turn = QUIET;
    pthread_mutex_unlock(&k->lock);
    if (copied) /* what failed, on a full disk say, is tried again with the next group */
        k->due = copy_back(k->writer) >= 0 ? k->pages + AGAIN : k->pages;
}
