/* The rules of improvement projects. See improve.h. */
#include "programme/improve/improve.h"

#include <math.h>

#include "auth/session.h"
#include "base/utf8.h"
#include "engine/stats/stats.h"
#include "gen/msg_improve.h"
#include "gen/msg_project.h"
#include "gen/programme/improve/improve_sql.h"
#include "programme/evidence/evidence.h"

/* 0 is none. */
static const int64_t *or_no_id(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

static enum rc put_competencies(struct db *tx, int64_t id, const struct improve_charter *c)
{
    TRY(sql_improve_competency_clear(tx, id));
    for (size_t k = 0; k < c->competency_count; k++)
        TRY(sql_improve_competency_add(tx, id, c->competencies[k]));
    return RC_OK;
}

enum rc improve_start(struct db *tx, int64_t programme, int64_t person, const struct improve_charter *c, bool made_up, int64_t now, int64_t *id)
{
    *id = db_new_id(tx);
    TRY(sql_improve_add(tx, *id, programme, c->title, c->problem, c->aim, c->by_day, c->why, c->value, c->sponsor, c->ethics, c->drivers, person, now, made_up,
                        c->kind.n != 0 ? c->kind : S("improvement")));
    TRY(sql_improve_member_add(tx, *id, person, S("lead"), now));
    return put_competencies(tx, *id, c);
}

static enum rc changed_one(const struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_improve_changed, NULL);
}

enum rc improve_save(struct db *tx, int64_t id, int64_t version, const struct improve_charter *c, struct err *e)
{
    TRY(sql_improve_change(tx, id, version, c->title, c->problem, c->aim, c->by_day, c->why, c->value, c->sponsor, c->ethics, c->drivers,
                           c->kind.n != 0 ? c->kind : S("improvement"), or_no_id(&c->grown_day)));
    TRY(changed_one(tx, e));
    return put_competencies(tx, id, c);
}

enum rc improve_join(struct db *tx, int64_t id, int64_t person, struct str part, int64_t by, int64_t now)
{
    TRY(sql_improve_member_add(tx, id, person, part, now));
    return by == person ? RC_OK : audit_note(tx, now, by, "improve_join", person, "improve", id);
}

enum rc improve_leave(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t by, int64_t now, struct err *e)
{
    struct row_improve_lead_count others;
    TRY(sql_improve_lead_count(tx, a, id, person, &others));
    if (others.n == 0)
        return err_set(e, RC_INVALID, M_improve_last_lead, NULL);
    TRY(sql_improve_member_drop(tx, id, person));
    return by == person ? RC_OK : audit_note(tx, now, by, "improve_leave", person, "improve", id);
}

static enum rc tell_evidence(struct db *tx, struct arena *a, const struct row_improve_find *p, int64_t now)
{
    struct rows_improve_members members;
    struct rows_improve_competencies competencies;
    TRY(sql_improve_members(tx, a, p->id, &members));
    TRY(sql_improve_competencies(tx, a, p->id, S("en"), &competencies));
    for (size_t m = 0; m < members.n; m++) {
        struct row_improve_told told;
        TRY(sql_improve_told(tx, a, members.v[m].person_id, p->id, &told));
        for (size_t k = 0; told.n == 0 && (k < competencies.n || (k == 0 && competencies.n == 0)); k++) {
            const struct evidence_new n = {.person = members.v[m].person_id, .programme = p->programme_id, .kind = "project_finished",
                                           .competency = k < competencies.n ? competencies.v[k].competency_id : 0,
                                           .use = k < competencies.n ? EVIDENCE_PRACTISED : EVIDENCE_NO_USE, .percent = -1, .source_kind = "improvement",
                                           .source_id = p->id, .at = now};
            TRY(evidence_add(tx, &n, now, NULL));
        }
    }
    return RC_OK;
}

/* One that nobody took over says how it ends; one that somebody is taking over does not end. */
static enum rc require_successor(struct db *tx, struct arena *a, int64_t id, struct str ending, struct err *e)
{
    struct row_improve_handed_over over;
    TRY(sql_improve_handed_over(tx, a, id, &over));
    if (over.offered != 0)
        return err_set(e, RC_INVALID, M_project_handover_open, NULL);
    return over.accepted != 0 || ending.n != 0 ? RC_OK : err_field(e, RC_INVALID, M_project_ending_missing, "ending", NULL);
}

enum rc improve_end(struct db *tx, struct arena *a, const struct improve_ending *x, int64_t by, int64_t now, struct err *e)
{
    struct row_improve_find p;
    (void)by;
    TRY(sql_improve_find(tx, a, x->id, &p));
    TRY(require_successor(tx, a, x->id, x->ending, e));
    int64_t at = p.ended_at_null ? now : p.ended_at;
    TRY(sql_improve_end(tx, x->id, x->version, x->finished ? S("finished") : S("stopped"), x->outcome, x->claim, x->aim_met, x->shown, &at, x->ending));
    TRY(changed_one(tx, e));
    return x->finished ? tell_evidence(tx, a, &p, now) : RC_OK;
}

static const double *or_null(const double *v)
{
    return isfinite(*v) ? v : NULL;
}

enum rc improve_add_measure(struct db *tx, int64_t project, const struct improve_measure *m, int64_t now, int64_t *id)
{
    *id = db_new_id(tx);
    return sql_improve_measure_add(tx, *id, project, m->kind, m->name, m->definition, m->source, m->good, m->chart, m->rules, m->per, or_null(&m->target), m->baseline,
                                   m->sampling, now, or_no_id(&m->owner));
}

/* By which a chart is judged is said before its data, and stays. */
static enum rc require_same_judge(struct db *tx, struct arena *a, int64_t id, const struct improve_measure *m, struct err *e)
{
    struct row_improve_measure_find is;
    struct row_improve_has_points points;
    TRY(sql_improve_measure_find(tx, a, id, &is));
    TRY(sql_improve_has_points(tx, a, id, &points));
    bool target = is.target_null ? is_missing(m->target) : is.target == m->target;
    bool same = str_eq(is.chart, m->chart) && str_eq(is.rules, m->rules) && is.good == m->good && is.baseline == m->baseline && target;
    return points.n == 0 || same ? RC_OK : err_set(e, RC_INVALID, M_project_judge_fixed, NULL);
}

enum rc improve_save_measure(struct db *tx, struct arena *a, int64_t id, int64_t version, const struct improve_measure *m, struct err *e)
{
    TRY(require_same_judge(tx, a, id, m, e));
    TRY(sql_improve_measure_change(tx, id, version, m->kind, m->name, m->definition, m->source, m->good, m->chart, m->rules, m->per, or_null(&m->target), m->baseline,
                                   m->sampling, or_no_id(&m->owner)));
    return changed_one(tx, e);
}

/* ---- points ---------------------------------------------------------------------------------------------------------------------- */
static bool same_number(bool null, double a, double b)
{
    return null ? is_missing(b) : a == b;
}

static const struct row_improve_points *find_point(const struct rows_improve_points *rows, struct str stratum, int64_t day)
{
    for (size_t k = 0; k < rows->n; k++)
        if (rows->v[k].day == day && str_eq(rows->v[k].stratum, stratum))
            return &rows->v[k];
    return NULL;
}

enum rc improve_put_points(struct db *tx, struct arena *a, int64_t measure, const struct spc_data *d, bool replace, struct improve_counts *n, struct err *e)
{
    struct rows_improve_points there;
    size_t total;
    *n = (struct improve_counts){0};
    TRY(sql_improve_points(tx, a, measure, &there));
    total = there.n;
    for (size_t s = 0; s < d->count; s++)
        for (size_t i = 0; i < d->strata[s].series.count; i++) {
            const struct spc_stratum *x = &d->strata[s];
            double y = x->series.y[i], size = x->series.n != NULL ? x->series.n[i] : STATS_MISSING;
            double sd = x->series.s != NULL ? x->series.s[i] : STATS_MISSING;
            const struct row_improve_points *old = find_point(&there, x->label, x->at[i]);
            bool same = old != NULL && same_number(old->y_null, old->y, y) && same_number(old->n_null, old->n, size) && same_number(old->sd_null, old->sd, sd);
            if (old != NULL && !same && !replace)
                return err_field(e, RC_CONFLICT, M_improve_other_value, "table", "%.*s", STR_ARG(x->x[i]));
            n->added += old == NULL;
            n->changed += old != NULL && !same;
            n->same += same;
            total += old == NULL;
            if (!same)
                TRY(sql_improve_point_put(tx, measure, x->label, x->at[i], x->x[i], or_null(&y), or_null(&size), or_null(&sd)));
        }
    if (total > IMPROVE_POINTS_MOST)
        return err_field(e, RC_INVALID, M_improve_too_many, "table", "%d", IMPROVE_POINTS_MOST);
    return sql_improve_measure_scale(tx, measure, d->scale);
}

enum rc improve_add_cycle(struct db *tx, int64_t project, const struct improve_cycle *c, int64_t now, int64_t *id)
{
    *id = db_new_id(tx);
    return sql_improve_cycle_add(tx, *id, project, c->title, c->prediction, c->scale, c->who, c->from_day, c->result, c->decision, now, or_no_id(&c->until_day));
}

enum rc improve_save_cycle(struct db *tx, int64_t id, int64_t version, const struct improve_cycle *c, struct err *e)
{
    TRY(sql_improve_cycle_change(tx, id, version, c->title, c->prediction, c->scale, c->who, c->from_day, c->result, c->decision, or_no_id(&c->until_day)));
    return changed_one(tx, e);
}

/* ---- what may be said -------------------------------------------------------------------------------------------------------------- */
bool improve_may_claim(struct str claim, const enum spc_finding *finding, size_t count)
{
    bool better = false, worse = false, changed = false, judged = false;
    for (size_t k = 0; k < count; k++) {
        better = better || finding[k] == SPC_BETTER;
        worse = worse || finding[k] == SPC_WORSE;
        changed = changed || finding[k] == SPC_CHANGED;
        judged = judged || finding[k] != SPC_TOO_FEW;
    }
    if (str_eq_z(claim, "improved"))
        return better && !worse;
    if (str_eq_z(claim, "worse"))
        return worse;
    if (str_eq_z(claim, "changed"))
        return changed || better || worse;
    return str_eq_z(claim, "unknown") || (str_eq_z(claim, "same") && judged && !better && !worse);
}

bool improve_says_improved(struct arena *a, struct str text)
{
    static const char *const words[] = {"improved", "has improved", "improvement was", "got better", "verbessert", "verbesserte", "wurde besser"};
    struct str folded = utf8_fold(a, text);
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_find(folded, str_from(words[k]), NULL))
            return true;
    return false;
}
