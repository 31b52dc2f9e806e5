/* Export, erasure and retention: see privacy.h. */
#include "programme/privacy/inside.h"

#include "auth/session.h"
#include "base/json_set.h"
#include "base/log.h"

#define RETAIN_EVERY_MS (24 * MS_PER_HOUR)
#define RETAIN_ROWS 2000

static const struct capability *const *capabilities;
static size_t capability_count;

void privacy_set_sources(const struct capability *const *all, size_t count)
{
    capabilities = all;
    capability_count = count;
}

/* ---- export ----------------------------------------------------------------------------------------------------------------- */
static enum rc gather(struct db *db, struct arena *a, int64_t person, int64_t now, json_t *whole)
{
    struct row_person_standing standing;
    TRY(sql_person_standing(db, a, person, &standing));
    json_set_int(whole, "person", person);
    json_set_time(a, whole, "made_at", now);
    json_set_time(a, whole, "known_since", standing.created_at);
    for (size_t i = 0; i < capability_count; i++) {
        if (capabilities[i]->export_person == NULL)
            continue;
        json_t *part = json_new_object(whole, capabilities[i]->name);
        TRY(capabilities[i]->export_person(db, a, person, part));
    }
    return RC_OK;
}

static void drop_json(void *arg)
{
    json_decref(arg);
}

static void drop_text(void *arg)
{
    free(arg);
}

enum rc privacy_export(struct db *db, struct arena *a, int64_t person, int64_t now, struct str *json, struct err *e)
{
    json_t *whole = json_object();
    arena_defer(a, drop_json, whole);
    TRY(db_snapshot_begin(db));
    enum rc rc = gather(db, a, person, now, whole);
    db_snapshot_end(db);
    if (rc != RC_OK)
        return err_set(e, rc, 0, NULL);
    char *text = json_dumps(whole, JSON_INDENT(1));
    ASSERT(text != NULL);
    arena_defer(a, drop_text, text);
    *json = str_from(text);
    return RC_OK;
}

struct keeping {
    struct arena *a;
    int64_t person, job, now;
    struct str bytes;
};

/* Once for each job, however often it runs; and never for somebody who was erased while her data were gathered. */
static enum rc keep_export(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    struct row_person_standing standing;
    struct row_export_of_job done;
    (void)e;
    TRY(sql_person_standing(tx, k->a, k->person, &standing));
    enum rc rc = sql_export_of_job(tx, k->a, k->job, &done);
    if (rc == RC_OK || !standing.erased_at_null)
        return RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    return sql_export_add(tx, db_new_id(tx), k->person, &k->job, k->now, k->bytes);
}

static enum rc run_export(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct keeping k = {.a = a, .job = job, .now = clock_now()};
    struct row_export_of_job done;
    if (!str_to_int(args, &k.person))
        return RC_INVALID;
    if (sql_export_of_job(db, a, job, &done) == RC_OK)
        return RC_OK; /* a second run after a crash */
    TRY(job_progress(db, job, 0, 1));
    TRY(privacy_export(db, a, k.person, k.now, &k.bytes, e));
    TRY(store_write(db, keep_export, &k, e));
    return job_progress(db, job, 1, 1);
}

static enum rc export_own_part(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_audit_of_person rows;
    TRY(sql_audit_of_person(db, a, person, 100000, &rows));
    json_t *list = json_new_list(into, "audit");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_time(a, o, "at", rows.v[i].at);
        json_set_text(o, "action", rows.v[i].action);
        if (!rows.v[i].actor_id_null)
            json_set_int(o, "by_person", rows.v[i].actor_id);
    }
    return RC_OK;
}

/* ---- erasure ---------------------------------------------------------------------------------------------------------------- */
enum rc privacy_erase(struct db *tx, struct arena *a, int64_t person, int64_t actor, int64_t now, struct err *e)
{
    struct row_person_standing standing;
    enum rc rc = sql_person_standing(tx, a, person, &standing);
    if (rc != RC_OK)
        return err_set(e, rc, 0, NULL);
    if (!standing.erased_at_null)
        return err_set(e, RC_GONE, M_privacy_erased_before, NULL);
    for (size_t i = 0; i < capability_count; i++)
        if (capabilities[i]->erase_person != NULL)
            TRY(capabilities[i]->erase_person(tx, a, person, now));
    TRY(sql_export_forget(tx, person));
    TRY(sql_person_set_erased(tx, person, now));
    return audit_note(tx, now, actor, "person_erase", person, NULL, 0);
}

/* ---- retention ---------------------------------------------------------------------------------------------------------------- */
static enum rc retain_ground(struct db *tx, struct str kind, int64_t before, bool *more)
{
    static const struct {
        const char *kind;
        enum rc (*run)(struct db *db, int64_t before, int64_t most);
    } rules[] = {{"sign_in", sql_retain_sign_in}, {"sign_in_link", sql_retain_sign_in_link}, {"sign_in_failure", sql_retain_sign_in_failure}, {"job", sql_retain_job},
                 {"outbox", sql_retain_outbox},   {"export", sql_retain_export},             {"api_token", sql_retain_api_token}};
    if (str_eq(kind, S("audit"))) {
        TRY(sql_audit_gate_set(tx, before));
        TRY(sql_retain_audit(tx, before, RETAIN_ROWS));
        *more = db_changes(tx) == RETAIN_ROWS;
        return sql_audit_gate_set(tx, 0);
    }
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (str_eq_z(kind, rules[i].kind)) {
            TRY(rules[i].run(tx, before, RETAIN_ROWS));
            *more = db_changes(tx) == RETAIN_ROWS;
            return RC_OK;
        }
    return RC_OK;
}

enum rc privacy_keep_days(struct db *db, struct arena *a, const char *kind, int64_t *days)
{
    struct rows_retention_list list;
    TRY(sql_retention_list(db, a, &list));
    for (size_t i = 0; i < list.n; i++)
        if (str_eq_z(list.v[i].kind, kind)) {
            *days = list.v[i].keep_days;
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

struct retaining {
    struct str kind;
    int64_t before;
    bool more;
};

static enum rc retain_once(struct db *tx, void *arg, struct err *e)
{
    struct retaining *r = arg;
    (void)e;
    r->more = false;
    for (size_t i = 0; i < capability_count; i++) {
        bool more = false;
        if (capabilities[i]->retain != NULL)
            TRY(capabilities[i]->retain(tx, r->kind, r->before, &more));
        r->more = r->more || more;
    }
    return RC_OK;
}

enum rc privacy_retain(struct db *db, int64_t now, int64_t *rules, struct err *e)
{
    struct arena *a = arena_new(0);
    struct rows_retention_list list = {0};
    enum rc rc = sql_retention_list(db, a, &list);
    *rules = 0;
    for (size_t i = 0; i < list.n && rc == RC_OK; i++) {
        struct retaining r = {.kind = list.v[i].kind, .before = now - list.v[i].keep_days * MS_PER_DAY};
        do
            rc = store_write(db, retain_once, &r, e);
        while (rc == RC_OK && r.more);
        ++*rules;
    }
    arena_free(a);
    return rc;
}

static enum rc run_retention(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    int64_t rules;
    (void)a;
    (void)job;
    (void)args;
    if (!clock_settled()) /* a clock that is a year ahead would make everything old */
        return RC_OK;
    return privacy_retain(db, clock_now(), &rules, e);
}

static const struct job_handler jobs[] = {
    {.kind = EXPORT_JOB, .run = run_export},
    {.kind = "retention", .run = run_retention, .every_ms = RETAIN_EVERY_MS},
};

static const struct nav_entry nav[] = {
    {.href = "/audit", .label = M_privacy_audit, .may = P_AUDIT_VIEW, .group = NAV_SITE, .order = 0},
    {.href = "/site/retention", .label = M_privacy_retention, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 10},
};

const struct capability privacy_capability = {
    .name = "privacy",
    .routes = privacy_routes,
    .route_count = PRIVACY_ROUTE_COUNT,
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .export_person = export_own_part,
    .retain = retain_ground,
};
