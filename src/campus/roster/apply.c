/* Doing what a plan says, inside one bulk closure that makes the plan itself: all of it or nothing. See import.h. Who is new goes by
 * pipeline; who is there already goes through the rules of people and programme one by one. */
#include <sodium.h>

#include "auth/session.h"
#include "campus/roster/import.h"
#include "gen/campus/roster/import_sql.h"
#include "gen/msg_import.h"

#define REPORT_EVERY 500 /* steps */

struct applying {
    struct arena *a;
    const struct roster_request *rq;
    struct roster_plan *plan;
    struct problems *p;
    int64_t import;
    /* while it runs */
    struct arena *scratch;
    struct db *tx;
    bool *is_new; /* for each person of the plan */
    int64_t done, total;
};

static int64_t actor(const struct applying *ap)
{
    return ap->rq->options.who != NULL ? ap->rq->options.who->person : 0;
}

static void report(struct applying *ap)
{
    if (++ap->done % REPORT_EVERY != 0)
        return;
    arena_reset(ap->scratch);
    if (ap->rq->progress != NULL)
        ap->rq->progress(ap->rq->progress_arg, ap->done, ap->total);
}

static int64_t cohort_id(const struct roster_plan *p, uint32_t at)
{
    return at != ROSTER_NONE ? p->cohorts[at].id : 0;
}

/* ---- cohorts and groups --------------------------------------------------------------------------------------------------------- */

static enum rc make_units(struct applying *ap, struct err *e)
{
    struct roster_plan *p = ap->plan;
    int64_t programme = ap->rq->programme;
    for (size_t i = 0; i < p->cohort_count; i++) {
        struct roster_unit_plan *u = &p->cohorts[i];
        if (u->id == 0 && u->used)
            TRY(programme_add_cohort(ap->tx, programme, u->code, u->title, u->stage, &u->id, e));
    }
    for (size_t i = 0; i < p->group_count; i++) {
        struct roster_unit_plan *u = &p->groups[i];
        if (u->id == 0 && u->used)
            TRY(programme_add_group(ap->tx, programme, cohort_id(p, u->cohort), u->code, u->title, &u->id, e));
    }
    return RC_OK;
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------ */

/* :exec statements alone. */
static enum rc add_step(struct applying *ap, const struct roster_step *s, struct err *e)
{
    const struct roster_plan *p = ap->plan;
    const struct roster_person_plan *person = &p->people[s->person];
    struct db *tx = ap->tx;
    switch (s->act) {
    case ROSTER_PERSON_ADD:
        return people_add_known(tx, ap->scratch, person->after, ROSTER_SOURCE, person->sourced_id, person->id, db_new_id(tx),
                                ap->rq->options.now, e);
    case ROSTER_MEMBER_ADD:
        return programme_add_member_known(tx, db_new_id(tx), person->id, ap->rq->programme, p->cohorts[s->unit].id, s->stage, s->start_day,
                                          s->end_day, ROSTER_SOURCE);
    case ROSTER_GROUP_JOIN:
        return programme_add_group_member_known(tx, p->groups[s->unit].id, person->id, s->start_day, s->end_day);
    case ROSTER_ROLE_GIVE:
        return programme_grant_role_known(tx, db_new_id(tx), person->id, s->role, ap->rq->programme, cohort_id(p, s->unit), s->start_day,
                                          s->end_day, ROSTER_SOURCE);
    default:
        return RC_INTERNAL; /* somebody new has nothing to change */
    }
}

static enum rc move_member(struct applying *ap, const struct roster_step *s, struct err *e)
{
    struct membership m;
    int64_t id;
    TRY(programme_transfer_member(ap->tx, s->id, s->version, ap->plan->cohorts[s->unit].id, s->stage, s->start_before, ROSTER_SOURCE,
                                  ap->rq->options.now, &id, e));
    if (s->start_day == s->start_before && s->end_day == s->end_before)
        return RC_OK;
    TRY(programme_find_member(ap->tx, ap->scratch, id, &m));
    return programme_correct_member(ap->tx, id, m.version, m.stage, s->start_day, s->end_day, e);
}

static enum rc change_step(struct applying *ap, const struct roster_step *s, struct err *e)
{
    const struct roster_plan *p = ap->plan;
    const struct roster_person_plan *person = &p->people[s->person];
    const struct roster_options *o = &ap->rq->options;
    struct db *tx = ap->tx;
    bool changed;
    switch (s->act) {
    case ROSTER_PERSON_LINK:
        return people_set_source(tx, ROSTER_SOURCE, person->sourced_id, person->id);
    case ROSTER_PERSON_CHANGE:
        return people_change(tx, ap->scratch, person->id, person->after, &changed, e);
    case ROSTER_MEMBER_MOVE:
        return move_member(ap, s, e);
    case ROSTER_MEMBER_CHANGE:
        return programme_correct_member(tx, s->id, s->version, s->stage, s->start_day, s->end_day, e);
    case ROSTER_MEMBER_END:
        return programme_end_member(tx, s->id, s->version, MEMBERSHIP_WITHDRAWN, s->end_day, e);
    case ROSTER_GROUP_CHANGE:
        return programme_set_group_member_end(tx, p->groups[s->unit].id, person->id, s->start_day, s->end_day);
    case ROSTER_GROUP_LEAVE:
        TRY(programme_leave_group_known(tx, p->groups[s->unit].id, person->id, s->end_day));
        return programme_tell_left(tx, person->id, ap->rq->programme);
    case ROSTER_ROLE_END:
        return programme_end_role(tx, s->id, s->end_day, o->today, e);
    default:
        return add_step(ap, s, e);
    }
}

/* What a rule has against a step: told by row, so that it can be found. */
static enum rc refused(struct applying *ap, const struct roster_step *s, enum rc rc, const struct err *e)
{
    if ((rc == RC_INVALID || rc == RC_CONFLICT) && e->msg != 0)
        problems_add(ap->p, ap->rq->file, s->row, str_from(e->field), e->msg, "%s", e->detail);
    return rc;
}

/* One line in the audit for each person to whom something happens. */
static enum rc note_person(struct applying *ap, size_t at)
{
    const struct roster_step *s = &ap->plan->steps[at];
    if (at != 0 && s[-1].person == s->person)
        return RC_OK;
    return audit_note(ap->tx, ap->rq->options.now, actor(ap), "roster_import", ap->plan->people[s->person].id, "roster_import", ap->import);
}

static enum rc add_new_people(struct applying *ap, struct err *e)
{
    enum rc rc = RC_OK;
    db_pipeline_begin(ap->tx);
    for (size_t i = 0; i < ap->plan->step_count && rc == RC_OK; i++) {
        const struct roster_step *s = &ap->plan->steps[i];
        if (!ap->is_new[s->person])
            continue;
        rc = add_step(ap, s, e);
        if (rc == RC_OK)
            rc = note_person(ap, i);
        report(ap);
    }
    enum rc end = db_pipeline_end(ap->tx);
    return rc != RC_OK ? rc : end;
}

static enum rc change_others(struct applying *ap, struct err *e)
{
    for (size_t i = 0; i < ap->plan->step_count; i++) {
        const struct roster_step *s = &ap->plan->steps[i];
        if (ap->is_new[s->person])
            continue;
        enum rc rc = change_step(ap, s, e);
        if (rc != RC_OK)
            return refused(ap, s, rc, e);
        TRY(note_person(ap, i));
        report(ap);
    }
    return RC_OK;
}

/* Who joined is told to whom it concerns: courses offered to the cohort or group. A move has told by itself. */
static enum rc tell_joined(struct applying *ap)
{
    const struct roster_plan *p = ap->plan;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct roster_step *s = &p->steps[i];
        report(ap);
        if (s->end_day < ap->rq->options.today)
            continue;
        if (s->act == ROSTER_MEMBER_ADD)
            TRY(programme_tell_joined(ap->tx, p->people[s->person].id, p->cohorts[s->unit].id, 0, ap->rq->options.now));
        if (s->act == ROSTER_GROUP_JOIN)
            TRY(programme_tell_joined(ap->tx, p->people[s->person].id, cohort_id(p, p->groups[s->unit].cohort), p->groups[s->unit].id,
                                      ap->rq->options.now));
    }
    return RC_OK;
}

/* ---- the closure --------------------------------------------------------------------------------------------------------------------- */

static struct str digest_of(struct arena *a, struct str bytes)
{
    unsigned char hash[16];
    char hex[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
    return str_dup(a, str_from(sodium_bin2hex(hex, sizeof hex, hash, sizeof hash)));
}

static enum rc note_import(struct applying *ap)
{
    const struct roster_plan *p = ap->plan;
    const struct roster_request *rq = ap->rq;
    int64_t who = actor(ap);
    TRY(sql_roster_import_add(ap->tx, ap->import, rq->programme, p->format == ROSTER_PLAIN_CSV ? S("csv") : S("oneroster"),
                              digest_of(ap->scratch, rq->bytes), rq->options.now, who != 0 ? &who : NULL, (int64_t)p->added,
                              (int64_t)p->changed, (int64_t)p->ended, (int64_t)p->unchanged));
    if (rq->upload == 0)
        return RC_OK;
    TRY(sql_roster_upload_set_done(ap->tx, rq->upload, ap->import, S("")));
    return db_changes(ap->tx) != 0 ? RC_OK : RC_GONE; /* applied already, by another server */
}

static enum rc apply_plan(struct applying *ap, struct err *e)
{
    struct roster_plan *p = ap->plan;
    ap->done = 0;
    ap->total = (int64_t)p->step_count * 2;
    ap->import = db_new_id(ap->tx);
    ap->is_new = ARENA_ARRAY(ap->a, p->people_count, bool);
    for (size_t i = 0; i < p->people_count; i++) {
        ap->is_new[i] = p->people[i].id == 0;
        if (ap->is_new[i])
            p->people[i].id = db_new_opaque_id(ap->tx);
    }
    TRY(make_units(ap, e));
    TRY(note_import(ap));
    TRY(add_new_people(ap, e));
    TRY(change_others(ap, e));
    TRY(tell_joined(ap));
    return audit_note(ap->tx, ap->rq->options.now, actor(ap), "roster_import", 0, "programme", ap->rq->programme);
}

static enum rc closure(struct db *tx, void *arg, struct err *e)
{
    struct applying *ap = arg;
    const struct roster_request *rq = ap->rq;
    *ap->p = problems_new(ap->a);
    ap->tx = tx;
    TRY(roster_plan_make(tx, ap->a, rq->programme, rq->file, rq->bytes, &rq->options, ap->plan, ap->p, e));
    TRY(problems_check(ap->p, e));
    ap->scratch = arena_new(0);
    enum rc rc = apply_plan(ap, e);
    arena_free(ap->scratch);
    return rc;
}

enum rc roster_apply(struct db *db, struct arena *a, const struct roster_request *rq, struct roster_plan *plan, int64_t *import,
                     struct problems *p, struct err *e)
{
    struct applying ap = {.a = a, .rq = rq, .plan = plan, .p = p};
    TRY(store_write_bulk(db, closure, &ap, e));
    if (import != NULL)
        *import = ap.import;
    return RC_OK;
}
