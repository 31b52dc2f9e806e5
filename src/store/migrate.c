/* The migration runner: see migrate.h. One migration is one transaction, in which the list of applied ones is read
 * again under a lock that other processes respect; so several may start at once, and each migration is applied by one
 * of them. */
#include "store/internal.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/log.h"
#include "gen/msg_error.h"
#include "store/dialect.h"

#define MAX_APPLIED 4096

void migrate_use(struct store *s, const struct migration *list, size_t count)
{
    s->migrations = list;
    s->migration_count = count;
}

static void digest_of(struct str text, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

/* ---- what was applied -----------------------------------------------------------------------------------------------
 */

struct applied_list {
    struct applied *v;
    size_t n;
};

static enum rc take_applied(void *arg, const char *const *texts)
{
    struct applied_list *list = arg;
    int64_t version;
    if (list->n == MAX_APPLIED || texts[0] == NULL || texts[1] == NULL || !str_to_int(str_from(texts[0]), &version))
        return RC_INTERNAL;
    struct applied *a = &list->v[list->n++];
    a->version = version < INT32_MAX ? (int)version : INT32_MAX;
    snprintf(a->digest, sizeof a->digest, "%s", texts[1]);
    return RC_OK;
}

static enum rc take_any(void *arg, const char *const *texts)
{
    (void)texts;
    *(int64_t *)arg += 1;
    return RC_OK;
}

static enum rc take_count(void *arg, const char *const *texts)
{
    return texts[0] != NULL && str_to_int(str_from(texts[0]), arg) ? RC_OK : RC_INTERNAL;
}

/* RC_INVALID when the database belongs to something else. */
static enum rc read_applied(struct store *s, struct maintenance *m, struct applied_list *list, struct err *e)
{
    char sql[256];
    int64_t found = 0, tables = 0;
    list->n = 0;
    snprintf(sql, sizeof sql, s->ops->table_exists, "schema_version");
    TRY(s->ops->query(m, sql, take_any, &found, e));
    if (found == 0) {
        /* Another process may migrate between the two looks: so the first is taken again. */
        TRY(s->ops->query(m, s->ops->count_tables, take_count, &tables, e));
        TRY(s->ops->query(m, sql, take_any, &found, e));
    }
    if (found != 0)
        return s->ops->query(m, "SELECT version, digest FROM schema_version ORDER BY version", take_applied, list, e);
    return tables == 0 ? RC_OK : err_set(e, RC_INVALID, 0, "there are %" PRId64 " tables that are not Cadre's", tables);
}

static const struct migration *find(const struct store *s, int version)
{
    for (size_t i = 0; i < s->migration_count; i++)
        if (s->migrations[i].version == version)
            return &s->migrations[i];
    return NULL;
}

enum rc migrate_judge(const struct store *s, const struct applied *rows, size_t count, struct err *e)
{
    int newest = s->migration_count != 0 ? s->migrations[s->migration_count - 1].version : 0;
    for (size_t i = 0; i < count; i++) {
        char digest[65];
        const struct migration *m = find(s, rows[i].version);
        if (rows[i].version > newest)
            return err_set(e, RC_CONFLICT, M_error_database_newer,
                           "the database is at version %d, this program knows %d",
                           rows[count - 1].version, newest);
        if (m == NULL)
            return err_set(e, RC_CONFLICT, M_error_database_newer, "the database has migration %d, which this program lacks",
                           rows[i].version);
        digest_of(m->text, digest);
        if (strcmp(digest, rows[i].digest) != 0)
            return err_set(e, RC_CONFLICT, M_error_database_changed, "%.*s", STR_ARG(m->name));
    }
    return RC_OK;
}

static bool was_applied(const struct applied_list *list, int version)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].version == version)
            return true;
    return false;
}

/* ---- applying -------------------------------------------------------------------------------------------------------
 */

static const char version_table[] = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY,"
                                    " applied_at INTEGER NOT NULL, digest TEXT NOT NULL);";

static enum rc exec_script(struct store *s, struct maintenance *m, struct str name, struct str text, struct err *e)
{
    struct arena *a = arena_new(0);
    struct sql_statement *v;
    size_t n;
    enum rc rc = dialect_script(a, s->ops->engine, text, &v, &n, e);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        struct err cause;
        if (s->ops->exec(m, v[i].text.p, &cause) != RC_OK)
            rc = err_set(e, cause.rc == RC_BUSY ? RC_BUSY : RC_INTERNAL, 0, "%.*s:%d: %s", STR_ARG(name), v[i].line,
                         cause.detail);
    }
    arena_free(a);
    return rc;
}

/* Inside the transaction. applied tells whether another process was faster. */
static enum rc apply_inside(struct store *s, struct maintenance *m, const struct migration *mig,
                            struct applied_list *list, bool *applied, struct err *e)
{
    TRY(read_applied(s, m, list, e));
    TRY(migrate_judge(s, list->v, list->n, e));
    *applied = was_applied(list, mig->version);
    if (*applied)
        return RC_OK;
    TRY(exec_script(s, m, S("schema_version"), str_from(version_table), e));
    TRY(exec_script(s, m, mig->name, mig->text, e));
    int64_t violations = 0;
    if (s->ops->check_foreign_keys != NULL)
        TRY(s->ops->query(m, s->ops->check_foreign_keys, take_any, &violations, e));
    if (violations != 0)
        return err_set(e, RC_INTERNAL, 0, "%.*s leaves %" PRId64 " rows without the row they refer to",
                       STR_ARG(mig->name), violations);
    char digest[65], sql[256];
    digest_of(mig->text, digest);
    snprintf(sql, sizeof sql, "INSERT INTO schema_version (version, applied_at, digest) VALUES (%d, %" PRId64 ", '%s')",
             mig->version, clock_now(), digest);
    return s->ops->exec(m, sql, e);
}

static enum rc apply(struct store *s, struct maintenance *m, const struct migration *mig, struct applied_list *list,
                     struct err *e)
{
    bool applied;
    TRY(s->ops->exec(m, s->ops->begin_exclusive, e));
    enum rc rc = apply_inside(s, m, mig, list, &applied, e);
    if (rc == RC_OK)
        rc = s->ops->exec(m, "COMMIT", e);
    if (rc != RC_OK) {
        struct err ignored;
        (void)!s->ops->exec(m, "ROLLBACK", &ignored);
        return rc;
    }
    if (!applied)
        log_event(LOG_INFO, "store.migrate", "version=%d name=%.*s", mig->version, STR_ARG(mig->name));
    return RC_OK;
}

static enum rc run(struct store *s, struct maintenance *m, int last, struct applied_list *list, int *from, int *to,
                   struct err *e)
{
    TRY(read_applied(s, m, list, e));
    TRY(migrate_judge(s, list->v, list->n, e));
    int at = list->n != 0 ? list->v[list->n - 1].version : 0;
    if (from != NULL)
        *from = at;
    for (size_t i = 0; i < s->migration_count; i++) {
        const struct migration *mig = &s->migrations[i];
        if ((last != 0 && mig->version > last) || was_applied(list, mig->version))
            continue;
        TRY(apply(s, m, mig, list, e));
        if (mig->version > at) /* one that was made elsewhere and came later may have a lower number */
            at = mig->version;
    }
    if (to != NULL)
        *to = at;
    return RC_OK;
}

enum rc migrate_to(struct store *s, int last, int *from, int *to, struct err *e)
{
    struct maintenance *m;
    struct err own;
    if (e == NULL)
        e = &own;
    TRY(s->ops->maintain(s, &m, e));
    struct applied_list list = {.v = calloc(MAX_APPLIED, sizeof(struct applied))};
    ASSERT(list.v != NULL);
    enum rc rc = run(s, m, last, &list, from, to, e);
    free(list.v);
    s->ops->maintain_end(m);
    return rc;
}

enum rc migrate_version(struct store *s, int *version, struct err *e)
{
    struct maintenance *m;
    TRY(s->ops->maintain(s, &m, e));
    struct applied_list list = {.v = calloc(MAX_APPLIED, sizeof(struct applied))};
    ASSERT(list.v != NULL);
    enum rc rc = read_applied(s, m, &list, e);
    *version = rc == RC_OK && list.n != 0 ? list.v[list.n - 1].version : 0;
    free(list.v);
    s->ops->maintain_end(m);
    return rc;
}

/* ---- the bare script ------------------------------------------------------------------------------------------------
 */

static bool shapes_schema(struct str statement)
{
    struct sql_lexer lx = sql_lexer(ENGINE_SQLITE, statement);
    struct sql_token t;
    if (!sql_next(&lx, &t)) /* a statement begins with its first word */
        return false;
    return sql_is_word(&t, "CREATE") || sql_is_word(&t, "ALTER") || sql_is_word(&t, "DROP");
}

enum rc migrate_script(const struct store *s, int last, bool rows,
                       enum rc (*exec)(void *arg, const char *sql, struct err *e), void *arg, struct err *e)
{
    struct arena *a = arena_new(0);
    struct sql_statement *v;
    size_t n;
    enum rc rc = dialect_script(a, ENGINE_SQLITE, str_from(version_table), &v, &n, e);
    if (rc == RC_OK)
        rc = exec(arg, v[0].text.p, e);
    for (size_t i = 0; rc == RC_OK && i < s->migration_count && s->migrations[i].version <= last; i++) {
        rc = dialect_script(a, ENGINE_SQLITE, s->migrations[i].text, &v, &n, e);
        for (size_t j = 0; rc == RC_OK && j < n; j++)
            if (rows || shapes_schema(v[j].text))
                rc = exec(arg, v[j].text.p, e);
    }
    arena_free(a);
    return rc;
}
