/* The PostgreSQL engine's side of migration and check, and the reservation of ids. */
#include "store/postgres.h"

#include "base/log.h"

/* ---- maintenance connections ----------------------------------------------------------------------------------------
 */

enum rc pg_maintain(struct store *s, struct maintenance **out, struct err *e)
{
    PGconn *conn;
    TRY(pg_open_conn(pg_store_of(s)->url, pg_settings_maintenance, &conn, e));
    struct maintenance *m = calloc(1, sizeof *m);
    ASSERT(m != NULL);
    m->pg = conn;
    *out = m;
    return RC_OK;
}

void pg_maintain_end(struct maintenance *m)
{
    PQfinish(m->pg);
    free(m);
}

enum rc pg_exec(struct maintenance *m, const char *sql, struct err *e)
{
    PGresult *res = PQexec(m->pg, sql);
    ExecStatusType status = PQresultStatus(res);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return pg_err(m->pg, res, e);
    /* A COMMIT that undid a failed transaction says so in its tag alone. */
    bool undone = strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(res), "COMMIT") != 0;
    PQclear(res);
    return undone ? err_set(e, RC_INTERNAL, 0, "the transaction was undone") : RC_OK;
}

enum rc pg_query(struct maintenance *m, const char *sql, text_row_fn *row, void *arg, struct err *e)
{
    const char *texts[16];
    PGresult *res = PQexec(m->pg, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        return pg_err(m->pg, res, e);
    int columns = PQnfields(res), rows = PQntuples(res);
    ASSERT(columns <= (int)COUNT_OF(texts));
    enum rc rc = RC_OK;
    for (int r = 0; r < rows && rc == RC_OK; r++) {
        for (int i = 0; i < columns; i++)
            texts[i] = PQgetisnull(res, r, i) != 0 ? NULL : PQgetvalue(res, r, i);
        rc = row(arg, texts);
        if (rc != RC_OK)
            err_set(e, rc, 0, "the answer cannot be read");
    }
    PQclear(res);
    return rc;
}

/* ---- ids ------------------------------------------------------------------------------------------------------------
 */

static enum rc take_next(void *arg, const char *const *texts)
{
    return texts[0] != NULL && str_to_int(str_from(texts[0]), arg) ? RC_OK : RC_INTERNAL;
}

/* On a connection of its own: the caller's may be inside a closure that is undone later. */
enum rc pg_reserve_ids(struct db *db)
{
    struct pg_store *s = pg_store_of(db->store);
    struct maintenance *m;
    struct err e = {0};
    int64_t next = 0;
    pthread_mutex_lock(&s->ids_lock);
    enum rc rc = RC_OK;
    if (ids_low(&s->base)) { /* else another thread was faster */
        rc = pg_maintain(&s->base, &m, &e);
        if (rc == RC_OK) {
            rc = pg_query(m, ID_RESERVE_SQL, take_next, &next, &e);
            pg_maintain_end(m);
        }
        if (rc == RC_OK)
            rc = ids_install(&s->base, next);
        else
            log_event(LOG_WARN, "store.ids", "what=\"%s\"", e.detail);
    }
    pthread_mutex_unlock(&s->ids_lock);
    return rc;
}

/* ---- check ----------------------------------------------------------------------------------------------------------
 */

struct report {
    struct maintenance *m;
    problem_fn *problem;
    void *arg;
};

static enum rc report_text(void *arg, const char *const *texts)
{
    const struct report *r = arg;
    r->problem(r->arg, str_from(texts[0]));
    return RC_OK;
}

/* texts: a query that counts what is wrong (or merely reads), and what to say when the count is not 0. */
static enum rc report_query(void *arg, const char *const *texts)
{
    const struct report *r = arg;
    struct err e = {0};
    int64_t count = 0;
    char text[1024];
    enum rc rc = pg_query(r->m, texts[0], take_next, &count, &e);
    if (rc == RC_BUSY)
        return rc;
    if (rc != RC_OK)
        snprintf(text, sizeof text, "%.400s: %s", texts[1], e.detail);
    else
        snprintf(text, sizeof text, "%.400s: %" PRId64 " rows", texts[1], count);
    if (rc != RC_OK || count != 0)
        r->problem(r->arg, str_from(text));
    return RC_OK;
}

/* Reads every row of every table, so that a damaged page is met. */
static const char read_tables[] =
    "SELECT format('SELECT count(*) FILTER (WHERE t IS NULL AND t IS NOT NULL) FROM %s t', oid::regclass),"
    " format('table %s cannot be read', relname)"
    " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname";

static const char broken_keys[] =
    "SELECT format('SELECT count(*) FROM %s c LEFT JOIN %s p ON %s WHERE p.%I IS NULL AND %s', c.conrelid::regclass,"
    " c.confrelid::regclass, j.on_keys, j.first_key, j.not_null),"
    " format('table %s, key %s: refers to rows that are not there', c.conrelid::regclass, c.conname)"
    " FROM pg_constraint c CROSS JOIN LATERAL ("
    "  SELECT string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ') AS on_keys,"
    "   min(b.attname) AS first_key, string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') AS not_null"
    "  FROM unnest(c.conkey, c.confkey) AS k(x, y)"
    "  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.x"
    "  JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.y) j"
    " WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY c.conname";

static const char invalid_objects[] =
    "SELECT format('index %s is not valid', i.indexrelid::regclass) FROM pg_index i JOIN pg_class c ON c.oid = "
    "i.indexrelid"
    " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT format('constraint %s was not validated', conname) FROM pg_constraint"
    " WHERE NOT convalidated AND connamespace = current_schema()::regnamespace";

enum rc pg_check(struct store *s, problem_fn *problem, void *arg, struct err *e)
{
    struct report r = {.problem = problem, .arg = arg};
    TRY(pg_maintain(s, &r.m, e));
    enum rc rc = pg_query(r.m, invalid_objects, report_text, &r, e);
    if (rc == RC_OK)
        rc = pg_query(r.m, read_tables, report_query, &r, e);
    if (rc == RC_OK)
        rc = pg_query(r.m, broken_keys, report_query, &r, e);
    pg_maintain_end(r.m);
    return rc;
}
