/* The store's front: see store.h. It keeps what both engines share (who is connected, what a closure's result is, the
 * counts) and calls the engine for the rest. */
#include "store/internal.h"

#include "base/embedded.h"

/* ---- opening and closing --------------------------------------------------------------------------------------------
 */

static bool is_postgres(const char *url)
{
    return str_starts(str_from(url), S("postgresql://")) || str_starts(str_from(url), S("postgres://"));
}

/* "migrations/0001_ground.sql" -> 1; 0 when the name does not begin with a number. */
static int version_of(struct str path, struct str *name)
{
    int64_t v;
    *name = str_sub(path, strlen("migrations/"), path.n);
    return str_to_int(str_sub(*name, 0, 4), &v) ? (int)v : 0;
}

static void use_embedded(struct store *s)
{
    size_t count;
    const struct embedded *files = embedded_first(S("migrations/"), &count);
    struct migration *list = ARENA_ARRAY(s->arena, count, struct migration);
    for (size_t i = 0; i < count; i++) {
        list[i].version = version_of(files[i].path, &list[i].name);
        list[i].text = files[i].bytes;
        ASSERT(list[i].version > (i > 0 ? list[i - 1].version : 0));
    }
    migrate_use(s, list, count);
}

void store_init(struct store *s, const struct engine_ops *ops, struct store_options options)
{
    s->ops = ops;
    s->options = options;
    if (s->options.max_group <= 0)
        s->options.max_group = 256;
    s->arena = arena_new(0);
    use_embedded(s);
}

void store_release(struct store *s)
{
    arena_free(s->arena);
    free(s);
}

enum rc store_open(const char *url, struct store_options options, struct store **out, struct err *e)
{
    *out = NULL;
    if (url == NULL || url[0] == '\0')
        return err_set(e, RC_INVALID, 0, "no database is named");
    return (is_postgres(url) ? &postgres_ops : &sqlite_ops)->open(url, options, out, e);
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    ASSERT(atomic_load(&s->open_dbs) == 0);
    s->ops->close(s);
}

enum engine store_engine(const struct store *s)
{
    return s->ops->engine;
}

enum rc store_connect(struct store *s, struct db **out, struct err *e)
{
    *out = NULL;
    TRY(s->ops->connect(s, out, e));
    (*out)->store = s;
    atomic_fetch_add(&s->open_dbs, 1);
    return RC_OK;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    struct store *s = db->store;
    s->ops->disconnect(db);
    atomic_fetch_sub(&s->open_dbs, 1);
}

struct store *db_store(struct db *db)
{
    return db->store;
}

int64_t db_changes(const struct db *db)
{
    return db->changes;
}

/* ---- writing --------------------------------------------------------------------------------------------------------
 */

void closure_begin(struct db *db)
{
    db->in_closure = true;
    db->in_pipeline = false;
    db->failed = RC_OK;
    db->changes = 0;
}

enum rc closure_end(struct db *db, enum rc fn_rc, struct err *e)
{
    enum rc rc = fn_rc;
    if (db->in_pipeline) { /* the closure left early */
        enum rc pipeline_rc = db_pipeline_end(db);
        if (rc == RC_OK)
            rc = pipeline_rc;
    }
    if (rc == RC_OK)
        rc = db->failed; /* a failed statement cannot be overlooked: PostgreSQL would undo the closure in silence */
    db->in_closure = false;
    if (rc != RC_OK && e != NULL && e->rc == RC_OK)
        err_set(e, rc, 0, NULL);
    return rc;
}

static enum rc write(struct db *db, write_fn *fn, void *arg, bool bulk, struct err *e)
{
    ASSERT(!db->in_closure && db->snapshots == 0);
    struct err own;
    if (e == NULL)
        e = &own;
    *e = (struct err){0};
    struct store *s = db->store;
    db_reads_end(db); /* what is read after the write is to be seen */
    atomic_fetch_add(&s->closures, 1);
    enum rc rc = s->ops->write(db, fn, arg, bulk, e);
    if (rc != RC_OK)
        atomic_fetch_add(&s->failures, 1);
    return rc;
}

enum rc store_write(struct db *db, write_fn *fn, void *arg, struct err *e)
{
    return write(db, fn, arg, false, e);
}

enum rc store_write_bulk(struct db *db, write_fn *fn, void *arg, struct err *e)
{
    return write(db, fn, arg, true, e);
}

void db_pipeline_begin(struct db *tx)
{
    ASSERT(tx->in_closure && !tx->in_pipeline);
    if (tx->failed == RC_OK)
        tx->store->ops->pipeline_begin(tx);
    tx->in_pipeline = true;
}

enum rc db_pipeline_end(struct db *tx)
{
    ASSERT(tx->in_pipeline);
    tx->in_pipeline = false;
    enum rc rc = tx->store->ops->pipeline_end(tx);
    return tx->failed != RC_OK ? tx->failed : rc;
}

/* ---- snapshots ------------------------------------------------------------------------------------------------------
 */

enum rc db_snapshot_begin(struct db *db)
{
    /* A closure is one snapshot already; nested calls belong to the outermost. */
    if (!db->in_closure && db->snapshots == 0) {
        db_reads_end(db);
        TRY(db->store->ops->snapshot_begin(db));
    }
    db->snapshots += !db->in_closure;
    return RC_OK;
}

void db_snapshot_end(struct db *db)
{
    if (db->in_closure || db->snapshots == 0)
        return;
    if (--db->snapshots == 0)
        db->store->ops->snapshot_end(db);
}

void db_reads_begin(struct db *db)
{
    ASSERT(!db->in_closure && db->snapshots == 0 && !db->reading);
    db->reading = db->store->ops->reads_begin != NULL && db->store->ops->reads_begin(db);
}

void db_reads_end(struct db *db)
{
    if (db->reading)
        db->store->ops->reads_end(db);
    db->reading = false;
}

/* ---- the whole database ---------------------------------------------------------------------------------------------
 */

enum rc store_migrate(struct store *s, int *from, int *to, struct err *e)
{
    return migrate_to(s, 0, from, to, e);
}

enum rc store_version(struct store *s, int *database, int *binary, struct err *e)
{
    int version;
    TRY(migrate_version(s, &version, e));
    if (database != NULL)
        *database = version;
    if (binary != NULL)
        *binary = s->migration_count != 0 ? s->migrations[s->migration_count - 1].version : 0;
    return RC_OK;
}

enum rc store_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e)
{
    return s->ops->backup(s, path, progress, arg, e);
}

struct store_stats store_stats(struct store *s)
{
    return (struct store_stats){
        .commits = atomic_load(&s->commits),
        .closures = atomic_load(&s->closures),
        .retries = atomic_load(&s->retries),
        .failures = atomic_load(&s->failures),
        .commit_us = atomic_load(&s->commit_us),
        .queued = atomic_load(&s->queued),
        .statements = atomic_load(&s->statements),
    };
}
