/* Fetching rows into the structs that sqlgen declares: see statement.h. */
#include "store/internal.h"

#include "base/log.h"

enum rc db_fail(struct db *db, enum rc rc)
{
    if (db->in_closure && db->failed == RC_OK)
        db->failed = rc;
    return rc;
}

static enum rc run(struct db *db, const struct statement *st, const struct value *params, bool stream, row_fn *row,
                   void *arg)
{
    if (db->in_closure && db->failed != RC_OK)
        return db->failed;
    ASSERT(!db->in_pipeline || st->column_count == 0); /* no answers in a pipeline */
    db->changes = 0;
    atomic_fetch_add_explicit(&db->store->statements, 1, memory_order_relaxed);
    return db->store->ops->run(db, st, params, stream, row, arg);
}

enum rc db_run(struct db *db, const struct statement *st, const struct value *params,
               enum rc (*row)(void *arg, const struct value *values), void *arg)
{
    return run(db, st, params, false, row, arg);
}

/* One row being put into its struct; a is NULL where texts are not copied. */
static enum rc fill(const struct statement *st, struct arena *a, const struct value *values, char *row)
{
    for (int i = 0; i < st->column_count; i++) {
        const struct value *v = &values[i];
        const struct place *to = &st->places[i];
        if (v->null) {
            if (to->null_at == PLACE_REQUIRED) {
                log_event(LOG_ERROR, "store.null", "statement=%s column=%d", st->name, i + 1);
                return RC_INTERNAL;
            }
            if (to->null_at != PLACE_NO_VALUE)
                *(bool *)(row + to->null_at) = true;
            continue;
        }
        /* The offsets come from offsetof on fields of just these types. */
        if (st->column_types[i] == COL_INT)
            memcpy(row + to->at, &v->u.i, sizeof v->u.i);
        else if (st->column_types[i] == COL_REAL)
            memcpy(row + to->at, &v->u.r, sizeof v->u.r);
        else {
            struct str s = a != NULL ? str_dup(a, v->u.s) : v->u.s;
            memcpy(row + to->at, &s, sizeof s);
        }
    }
    return RC_OK;
}

struct one {
    const struct statement *st;
    struct arena *a;
    char *row;
    bool found;
};

static enum rc take_one(void *arg, const struct value *values)
{
    struct one *o = arg;
    if (o->found)
        return RC_OK;
    o->found = true;
    return fill(o->st, o->a, values, o->row);
}

enum rc db_run_one(struct db *db, struct arena *a, const struct statement *st, const struct value *params, void *row)
{
    struct one o = {.st = st, .a = a, .row = row};
    memset(row, 0, st->row_size);
    TRY(run(db, st, params, false, take_one, &o));
    return o.found ? RC_OK : RC_NOT_FOUND;
}

struct many {
    const struct statement *st;
    struct arena *a;
    char *rows;
    size_t count, cap;
};

static enum rc take_many(void *arg, const struct value *values)
{
    struct many *m = arg;
    size_t size = m->st->row_size;
    if (m->count == m->cap) {
        size_t cap = m->cap != 0 ? m->cap * 2 : 8;
        m->rows = arena_grow(m->a, m->rows, m->cap * size, cap * size);
        m->cap = cap;
    }
    char *row = m->rows + m->count * size;
    memset(row, 0, size);
    TRY(fill(m->st, m->a, values, row));
    m->count++;
    return RC_OK;
}

enum rc db_run_many(struct db *db, struct arena *a, const struct statement *st, const struct value *params, void **rows,
                    size_t *count)
{
    struct many m = {.st = st, .a = a};
    enum rc rc = run(db, st, params, false, take_many, &m);
    *rows = rc == RC_OK ? m.rows : NULL;
    *count = rc == RC_OK ? m.count : 0;
    return rc;
}

struct each {
    const struct statement *st;
    char *row;
    enum rc (*fn)(void *arg, const void *row);
    void *arg;
};

static enum rc take_each(void *arg, const struct value *values)
{
    struct each *e = arg;
    memset(e->row, 0, e->st->row_size);
    TRY(fill(e->st, NULL, values, e->row));
    return e->fn(e->arg, e->row);
}

enum rc db_run_each(struct db *db, struct arena *a, const struct statement *st, const struct value *params,
                    enum rc (*fn)(void *arg, const void *row), void *arg)
{
    struct each e = {.st = st, .row = arena_alloc(a, st->row_size), .fn = fn, .arg = arg};
    return run(db, st, params, true, take_each, &e);
}
