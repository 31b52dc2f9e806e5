/* The rules of the progress panel: settings, who is before it and who sits on it, its steps, summaries, decisions. See panel.h. */
#include "programme/panel/panel.h"

#include "gen/msg_panel.h"
#include "gen/programme/panel/panel_sql.h"
#include "programme/programme/programme.h"

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

static const char *const outcome_words[PANEL_OUTCOMES] = {"progress", "conditions", "not_yet"};

const char *panel_outcome_word(enum panel_outcome o)
{
    ASSERT(o < PANEL_OUTCOMES);
    return outcome_words[o];
}

bool panel_find_outcome(struct str word, enum panel_outcome *o)
{
    for (int k = 0; k < PANEL_OUTCOMES; k++)
        if (str_eq_z(word, outcome_words[k])) {
            *o = (enum panel_outcome)k;
            return true;
        }
    return false;
}

/* ---- settings ------------------------------------------------------------------------------------------------------------------ */

enum rc panel_setting_of(struct db *db, struct arena *a, int64_t programme, struct panel_setting *out)
{
    struct row_panel_setting_find row;
    enum rc rc = sql_panel_setting_find(db, a, programme, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = (struct panel_setting){.programme = programme, .months = S(PANEL_MONTHS), .words = {S(""), S(""), S("")}};
    if (rc == RC_OK)
        *out = (struct panel_setting){programme, row.months, {row.word_progress, row.word_conditions, row.word_not_yet}, row.version};
    return RC_OK;
}

/* The months named in a text, bit m for month m; false for anything that is none. */
static bool months_of(struct str text, unsigned *months)
{
    *months = 0;
    for (size_t k = 0; k < text.n;) {
        size_t start = k;
        int64_t m;
        while (k < text.n && text.p[k] >= '0' && text.p[k] <= '9')
            k++;
        if (k == start) {
            if (text.p[k] != ' ' && text.p[k] != ',')
                return false;
            k++;
            continue;
        }
        if (!str_to_int((struct str){text.p + start, k - start}, &m) || m < 1 || m > 12)
            return false;
        *months |= 1u << m;
    }
    return *months != 0;
}

enum rc panel_save_setting(struct db *tx, struct arena *a, struct panel_setting *s, struct err *e)
{
    unsigned months;
    struct buf tidy = buf_new(a, 32);
    if (!months_of(s->months, &months))
        return err_field(e, RC_INVALID, M_panel_months_wrong, "months", NULL);
    for (int m = 1; m <= 12; m++)
        if ((months >> m & 1u) != 0)
            buf_printf(&tidy, "%s%d", tidy.n != 0 ? " " : "", m);
    s->months = buf_text(&tidy);
    if (s->version == 0)
        TRY(sql_panel_setting_add(tx, s->programme, s->months, s->words[PANEL_PROGRESS], s->words[PANEL_CONDITIONS], s->words[PANEL_NOT_YET]));
    else
        TRY(sql_panel_setting_change(tx, s->programme, s->version, s->months, s->words[PANEL_PROGRESS], s->words[PANEL_CONDITIONS], s->words[PANEL_NOT_YET]));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_changed, NULL);
}

bool panel_month_due(struct str months, int64_t today, int64_t last_meets_day)
{
    unsigned bits;
    struct civil now = civil_from_day(today);
    return months_of(months, &bits) && (bits >> now.month & 1u) != 0 && last_meets_day < day_from_civil(now.year, now.month, 1);
}

/* ---- panels ---------------------------------------------------------------------------------------------------------------------- */

enum rc panel_save(struct db *tx, struct panel_plan *p, int64_t by, int64_t today, int64_t now, struct err *e)
{
    if (p->meets_day < today)
        return err_field(e, RC_INVALID, M_panel_day_past, "meets", NULL);
    if (p->summary_day > p->meets_day)
        return err_field(e, RC_INVALID, M_panel_summary_late, "summary", NULL);
    if (p->id != 0) {
        TRY(sql_panel_change(tx, p->id, p->version, p->title, p->meets_day, p->summary_day));
        return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_changed, NULL);
    }
    p->id = db_new_id(tx);
    return sql_panel_add(tx, p->id, p->programme, p->title, p->meets_day, p->summary_day, by, now);
}

static bool is_planned(struct str state)
{
    return str_eq_z(state, "draft") || str_eq_z(state, "open");
}

enum rc panel_add_cohort(struct db *tx, struct arena *a, int64_t panel, int64_t cohort, int64_t today, int64_t *added, struct err *e)
{
    struct row_panel_find p;
    struct rows_panel_new_cases people;
    struct row_panel_last_place last;
    struct cohort_details c;
    *added = 0;
    TRY(sql_panel_find(tx, a, panel, &p));
    TRY(programme_find_cohort(tx, a, cohort, &c));
    if (c.programme != p.programme_id)
        return RC_NOT_FOUND;
    if (!is_planned(p.state))
        return err_set(e, RC_CONFLICT, M_panel_frozen, NULL);
    TRY(sql_panel_new_cases(tx, a, panel, cohort, today, &people));
    TRY(sql_panel_last_place(tx, a, panel, &last));
    db_pipeline_begin(tx);
    for (size_t k = 0; k < people.n; k++) {
        const struct row_panel_new_cases *m = &people.v[k];
        enum rc rc = sql_panel_case_add(tx, db_new_opaque_id(tx), panel, m->person_id, cohort, m->stage_id_null ? NULL : &m->stage_id, last.place + 1 + (int64_t)k);
        if (rc != RC_OK)
            break; /* the end of the pipeline says the same */
    }
    TRY(db_pipeline_end(tx));
    *added = (int64_t)people.n;
    return RC_OK;
}

enum rc panel_set_member(struct db *tx, struct arena *a, int64_t panel, int64_t person, bool sits, int64_t today, int64_t now, struct err *e)
{
    struct row_panel_find p;
    struct row_panel_has_role role;
    TRY(sql_panel_find(tx, a, panel, &p));
    if (str_eq_z(p.state, "closed"))
        return err_set(e, RC_CONFLICT, M_panel_is_closed, NULL);
    if (!sits)
        return sql_panel_member_drop(tx, panel, person);
    TRY(sql_panel_has_role(tx, a, p.programme_id, person, today, &role));
    if (role.n == 0)
        return err_set(e, RC_INVALID, M_panel_no_role, NULL);
    return sql_panel_member_add(tx, panel, person, now);
}

static const struct {
    const char *word, *from, *to;
} steps[PANEL_STEPS] = {{"open", "draft", "open"}, {"begin", "open", "meeting"}, {"close", "meeting", "closed"}};

bool panel_find_step(struct str word, enum panel_step *step)
{
    for (int k = 0; k < PANEL_STEPS; k++)
        if (str_eq_z(word, steps[k].word)) {
            *step = (enum panel_step)k;
            return true;
        }
    return false;
}

bool panel_may_step(struct str state, enum panel_step step)
{
    return str_eq_z(state, steps[step].from);
}

enum rc panel_take_step(struct db *tx, struct arena *a, int64_t panel, int64_t version, enum panel_step step, int64_t now, struct err *e)
{
    struct row_panel_counts n;
    TRY(sql_panel_counts(tx, a, panel, &n));
    if (step == PANEL_OPEN && n.cases == 0)
        return err_set(e, RC_INVALID, M_panel_nobody_before, NULL);
    if (step != PANEL_CLOSE && n.members == 0)
        return err_set(e, RC_INVALID, M_panel_nobody_sits, NULL);
    TRY(sql_panel_step(tx, panel, version, str_from(steps[step].from), str_from(steps[step].to), step == PANEL_BEGIN ? &now : NULL,
                       step == PANEL_CLOSE ? &now : NULL));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_changed, NULL);
}

/* ---- who sits on a case ------------------------------------------------------------------------------------------------------------ */

enum rc panel_case_of(struct db *db, struct arena *a, int64_t panel, int64_t person, int64_t *case_id)
{
    struct row_panel_case_by_person row;
    TRY(sql_panel_case_by_person(db, a, panel, person, &row));
    *case_id = row.id;
    return RC_OK;
}

enum rc panel_sits(struct db *db, struct arena *a, int64_t case_id, int64_t person, enum panel_apart *out)
{
    struct row_panel_case_apart r;
    TRY(sql_panel_case_apart(db, a, case_id, person, &r));
    *out = r.own != 0       ? PANEL_OWN_CASE
           : r.recused != 0 ? PANEL_RECUSED
           : r.tied != 0    ? PANEL_TIED
           : r.member == 0  ? PANEL_NO_MEMBER
                            : PANEL_SITS;
    return RC_OK;
}

enum rc panel_recuse(struct db *tx, struct arena *a, int64_t case_id, int64_t person, int64_t now, struct err *e)
{
    enum panel_apart apart;
    TRY(panel_sits(tx, a, case_id, person, &apart));
    if (apart != PANEL_SITS)
        return err_set(e, RC_DENIED, 0, NULL);
    return sql_panel_recuse(tx, case_id, person, now);
}

/* ---- the trainee's own summary ------------------------------------------------------------------------------------------------------ */

enum rc panel_save_summary(struct db *tx, struct arena *a, int64_t case_id, int64_t person, int64_t version, struct str words, bool send,
                           int64_t now, struct err *e)
{
    struct row_panel_case_find k;
    TRY(sql_panel_case_find(tx, a, case_id, &k));
    if (k.person_id != person || str_eq_z(k.state, "draft"))
        return RC_NOT_FOUND;
    if (!str_eq_z(k.state, "open"))
        return err_set(e, RC_CONFLICT, M_panel_summary_frozen, NULL);
    if (send && words.n == 0)
        return err_field(e, RC_INVALID, M_panel_summary_empty, "words", NULL);
    if (send)
        TRY(sql_panel_summary_send(tx, case_id, version, words, now));
    else
        TRY(sql_panel_summary_draft(tx, case_id, version, words));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_summary_changed, NULL);
}

/* ---- the step to another stage ------------------------------------------------------------------------------------------------------- */

/* The membership of a person in a programme that holds today. */
static enum rc membership_of(struct db *db, struct arena *a, int64_t programme, int64_t person, int64_t today, struct membership *out)
{
    struct person_history h;
    TRY(programme_history(db, a, person, &h));
    for (size_t k = 0; k < h.member_count; k++) {
        const struct membership *m = &h.members[k].m;
        if (m->programme == programme && !m->closed && m->start_day <= today && m->end_day >= today)
            return programme_find_member(db, a, m->id, out);
    }
    return RC_NOT_FOUND;
}

enum rc panel_next_stage(struct db *db, struct arena *a, int64_t programme, int64_t person, int64_t today, int64_t *stage, struct str *title)
{
    struct membership m;
    struct cohort_details c;
    struct stage *all;
    size_t count, at = SIZE_MAX;
    TRY(membership_of(db, a, programme, person, today, &m));
    TRY(programme_find_cohort(db, a, m.cohort, &c));
    TRY(programme_stages(db, a, programme, &all, &count));
    int64_t now = m.stage != 0 ? m.stage : c.stage;
    for (size_t k = 0; k < count; k++)
        if (all[k].id == now)
            at = k;
    if (at == SIZE_MAX || at + 1 >= count)
        return RC_NOT_FOUND;
    *stage = all[at + 1].id;
    *title = all[at + 1].title;
    return RC_OK;
}

/* stage 0: her cohort's. *before is the stage of her own that she had. */
static enum rc set_stage(struct db *tx, struct arena *a, int64_t programme, int64_t person, int64_t stage, int64_t today, int64_t *before,
                         struct err *e)
{
    struct membership m;
    TRY(membership_of(tx, a, programme, person, today, &m));
    *before = m.stage;
    return m.stage == stage ? RC_OK : programme_correct_member(tx, m.id, m.version, stage, m.start_day, m.end_day, e);
}

/* ---- decisions ------------------------------------------------------------------------------------------------------------------------ */

static enum rc check_decision(struct arena *a, const struct panel_decision_new *n, struct err *e)
{
    if (n->outcome == PANEL_CONDITIONS && n->condition_count == 0)
        return err_field(e, RC_INVALID, M_panel_condition_missing, "condition1", NULL);
    if (n->outcome == PANEL_PROGRESS && n->condition_count != 0)
        return err_field(e, RC_INVALID, M_panel_condition_spare, "outcome", NULL);
    if (n->outcome == PANEL_NOT_YET && n->next_stage)
        return err_field(e, RC_INVALID, M_panel_stage_not_yet, "stage", NULL);
    for (size_t k = 0; k < n->condition_count; k++)
        if (n->conditions[k].due_day <= n->today)
            return err_field(e, RC_INVALID, M_panel_due_past, str_z(a, str_printf(a, "due%zu", k + 1)), NULL);
    return RC_OK;
}

/* The decision before stands no longer, and the step to another stage that it took is taken back. */
static enum rc lay_aside(struct db *tx, struct arena *a, const struct panel_decision_new *n, const struct row_panel_case_find *k, struct err *e)
{
    struct row_panel_decision_standing old;
    int64_t before;
    enum rc rc = sql_panel_decision_standing(tx, a, n->case_id, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if ((rc == RC_OK ? old.id : 0) != n->reverses)
        return err_set(e, RC_CONFLICT, M_panel_decided_meanwhile, NULL);
    if (n->reverses == 0)
        return RC_OK;
    TRY(sql_panel_decision_lay(tx, old.id));
    if (old.stage_id_null)
        return RC_OK;
    rc = set_stage(tx, a, k->programme_id, k->person_id, old.stage_before_id_null ? 0 : old.stage_before_id, n->today, &before, e);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* she has left */
}

enum rc panel_decide(struct db *tx, struct arena *a, const struct panel_decision_new *n, int64_t now, int64_t *id, struct err *e)
{
    struct row_panel_case_find k;
    struct panel_setting setting;
    enum panel_apart apart;
    int64_t stage = 0, before = 0;
    struct str title;
    TRY(sql_panel_case_find(tx, a, n->case_id, &k));
    TRY(panel_sits(tx, a, n->case_id, n->by, &apart));
    if (apart != PANEL_SITS)
        return err_set(e, RC_DENIED, 0, NULL);
    if (!str_eq_z(k.state, "meeting") && !(n->reverses != 0 && str_eq_z(k.state, "closed")))
        return err_set(e, RC_CONFLICT, M_panel_not_meeting, NULL);
    TRY(check_decision(a, n, e));
    if (n->reverses != 0 && n->reversal.n == 0)
        return err_field(e, RC_INVALID, M_panel_reversal_missing, "reversal", NULL);
    TRY(lay_aside(tx, a, n, &k, e));
    if (n->next_stage) {
        enum rc rc = panel_next_stage(tx, a, k.programme_id, k.person_id, n->today, &stage, &title);
        if (rc == RC_NOT_FOUND)
            return err_field(e, RC_INVALID, M_panel_no_next_stage, "stage", NULL);
        TRY(rc);
        TRY(set_stage(tx, a, k.programme_id, k.person_id, stage, n->today, &before, e));
    }
    TRY(panel_setting_of(tx, a, k.programme_id, &setting));
    *id = db_new_id(tx);
    TRY(sql_panel_decision_add(tx, *id, n->case_id, str_from(panel_outcome_word(n->outcome)), setting.words[n->outcome], n->reasons, or_null(&stage),
                               or_null(&before), n->by, now, or_null(&n->reverses), n->reversal));
    for (size_t i = 0; i < n->condition_count; i++)
        TRY(sql_panel_condition_add(tx, db_new_id(tx), *id, n->conditions[i].words, n->conditions[i].due_day));
    return RC_OK;
}

enum rc panel_answer(struct db *tx, int64_t decision, int64_t person, struct str words, int64_t now, struct err *e)
{
    TRY(sql_panel_decision_answer(tx, decision, person, words, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_answered_already, NULL);
}

enum rc panel_meet_condition(struct db *tx, int64_t condition, int64_t by, int64_t now, struct err *e)
{
    TRY(sql_panel_condition_meet(tx, condition, by, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_panel_met_already, NULL);
}
