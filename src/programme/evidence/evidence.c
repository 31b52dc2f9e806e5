/* The evidence thread: writing rows and counting them. See evidence.h. */
#include "programme/evidence/evidence.h"

#include "base/json_set.h"
#include "gen/programme/evidence/evidence_sql.h"
#include "out/outbox.h"
#include "programme/evidence/inside.h"

#define TALLY_EVERY_MS (5 * INT64_C(60000))

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

enum rc evidence_add(struct db *tx, const struct evidence_new *e, int64_t now, int64_t *id)
{
    int64_t new_id = db_new_id(tx);
    int64_t level = e->level, percent = e->percent;
    char use = (char)e->use;
    struct str use_text = e->use == EVIDENCE_NO_USE ? STR_NONE : (struct str){&use, 1};
    TRY(sql_evidence_add(tx, new_id, e->person, or_null(&e->programme), str_from(e->kind), or_null(&e->competency), use_text,
                         or_null(&level), percent >= 0 ? &percent : NULL, str_from(e->source_kind), e->source_id,
                         or_null(&e->cause), or_null(&e->replaces), or_null(&e->by_person), e->at, now));
    TRY(outbox_tell(tx, EVIDENCE_TOPIC, new_id, now));
    if (id != NULL)
        *id = new_id;
    return RC_OK;
}

enum rc evidence_tell_newest(struct db *tx, struct arena *a, int64_t most, int64_t now)
{
    struct rows_evidence_newest rows;
    TRY(sql_evidence_newest(tx, a, most, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(outbox_tell(tx, EVIDENCE_TOPIC, rows.v[i].id, now));
    return RC_OK;
}

struct tally {
    struct rows_evidence_count rows;
    int64_t now;
};

static enum rc write_tally(struct db *tx, void *arg, struct err *e)
{
    const struct tally *t = arg;
    (void)e;
    TRY(sql_evidence_tally_clear(tx));
    for (size_t i = 0; i < t->rows.n; i++) {
        const struct row_evidence_count *r = &t->rows.v[i];
        TRY(sql_evidence_tally_add(tx, r->programme_id, r->competency_id, r->use, r->people, r->items, t->now));
    }
    return RC_OK;
}

enum rc evidence_count_tally(struct db *db, struct arena *a, int64_t now, struct err *e)
{
    struct row_evidence_latest latest;
    struct row_evidence_tally_time counted;
    TRY(sql_evidence_latest(db, a, &latest));
    TRY(sql_evidence_tally_time(db, a, &counted));
    /* what was under way while the last count ran carries an earlier time than that count */
    if (latest.recorded_at + MS_PER_MINUTE < counted.counted_at || latest.recorded_at == 0)
        return RC_OK;
    struct tally t = {.now = now};
    TRY(sql_evidence_count(db, a, &t.rows));
    return store_write(db, write_tally, &t, e);
}

static enum rc run_tally(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)job;
    (void)args;
    return evidence_count_tally(db, a, clock_now(), e);
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------- */
static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_evidence_of_person rows;
    TRY(sql_evidence_of_person(db, a, person, &rows));
    json_t *list = json_new_list(into, "evidence");
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_evidence_of_person *r = &rows.v[i];
        json_t *o = json_new_item(list);
        json_set_text(o, "kind", r->kind);
        json_set_int_unless(o, "competency", r->competency_id_null, r->competency_id);
        if (r->use.p != NULL)
            json_set_text(o, "use", r->use);
        json_set_int_unless(o, "level", r->level_null, r->level);
        json_set_int_unless(o, "percent", r->percent_null, r->percent);
        json_set_text(o, "source", r->source_kind);
        json_set_int(o, "source_id", r->source_id);
        json_set_int_unless(o, "by_person", r->by_person_id_null, r->by_person_id);
        json_set_time(a, o, "at", r->at);
        json_set_time(a, o, "recorded_at", r->recorded_at);
    }
    return RC_OK;
}

static const struct job_handler jobs[] = {{.kind = "evidence_tally", .run = run_tally, .every_ms = TALLY_EVERY_MS}};

static const struct nav_entry nav[] = {
    {.href = "/evidence", .label = M_evidence_nav, .may = P_EVIDENCE_VIEW, .group = NAV_PROGRESS, .order = 20},
};

/* Evidence names people and sources by id alone: erasing the identity leaves it without a name, so there is nothing to do. */
const struct capability evidence_capability = {
    .name = "evidence",
    .routes = evidence_routes,
    .route_count = EVIDENCE_ROUTE_COUNT,
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .export_person = export_person,
};
