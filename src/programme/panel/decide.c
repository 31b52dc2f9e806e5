/* What is written about one case: the trainee's summary, the panel's decision and its reversal, the trainee's answer, a condition
 * that is met, a member who stays away. */
#include "gen/programme/panel/panel_form_view.h"
#include "programme/panel/inside.h"

static struct page case_page(struct ctx *c, const struct case_reader *r, struct str title)
{
    struct page p = panel_page(c, title, r->sits || r->manages ? r->k.panel_id : 0, r->k.title);
    p.caption = r->own ? r->k.title : panel_or_gone(c, r->k.name);
    return p;
}

/* ---- the trainee's summary --------------------------------------------------------------------------------------------------------- */

struct summarising {
    struct arena *a;
    int64_t case_id, person, version, now;
    struct str words;
    bool send;
};

static enum rc save_summary(struct db *tx, void *arg, struct err *e)
{
    const struct summarising *s = arg;
    return panel_save_summary(tx, s->a, s->case_id, s->person, s->version, s->words, s->send, s->now, e);
}

static enum rc send_summary(struct ctx *c, struct page *page, int64_t until, struct form *f)
{
    struct view_panel_form v = {.note = tr(c, M_panel_summary_note), .until = SOME_INT(until), .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_panel_form_page(c, page, &v);
}

enum rc panel_handle_summary(struct ctx *c)
{
    struct case_reader r;
    TRY(panel_open_case(c, &r));
    if (!r.own)
        return RC_NOT_FOUND;
    if (!str_eq_z(r.k.state, "open") && c->rq->method != METHOD_POST)
        return err_set(&c->err, RC_CONFLICT, M_panel_summary_frozen, NULL);
    struct form *f = form_new(c->a, c->lang, c->zone, panel_case_path(c, r.k.id, "/summary"), M_panel_summary_send);
    f->second = M_panel_summary_keep;
    f->cancel = panel_case_path(c, r.k.id, "");
    f->draft = str_printf(c->a, "panel-summary-%" PRId64, r.k.id);
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_panel_summary_words, .hint = M_panel_summary_hint, .required = true, .rows = 14, .max = PANEL_SUMMARY_MOST, .value = r.k.draft});
    form_add_version(f, r.k.version);
    struct page page = case_page(c, &r, tr(c, M_panel_summary_write));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_summary(c, &page, r.k.summary_day, f);
    struct summarising s = {c->a, r.k.id, c->who->person, form_int(f, "version", 0), c->now, form_text(f, "words"), request_form(c->rq, "second").n == 0};
    enum rc rc = ctx_write(c, save_summary, &s);
    if (page_edit_failed(c, f, rc, r.k.version, &page.status))
        return send_summary(c, &page, r.k.summary_day, f);
    TRY(rc);
    return page_redirect(c, panel_case_path(c, r.k.id, ""), s.send ? M_panel_summary_sent : M_panel_summary_kept);
}

/* ---- the decision -------------------------------------------------------------------------------------------------------------------- */

struct deciding {
    struct arena *a;
    struct panel_decision_new n;
    struct panel_condition_new conditions[PANEL_CONDITIONS_MOST];
    int64_t subject, now, id;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    struct deciding *d = arg;
    TRY(panel_decide(tx, d->a, &d->n, d->now, &d->id, e));
    TRY(panel_mail_decision(tx, d->a, d->id, d->subject, d->now));
    return audit_note(tx, d->now, d->n.by, d->n.reverses != 0 ? "panel_reverse" : "panel_decide", d->subject, "panel_case", d->n.case_id);
}

/* Outcome, reasons, the stage when there is one behind hers, and room for conditions; reversing: why, before all. */
static enum rc decision_form(struct ctx *c, const struct case_reader *r, int64_t reverses, struct form **out)
{
    static const msg_id labels[PANEL_CONDITIONS_MOST] = {M_panel_condition_1, M_panel_condition_2, M_panel_condition_3};
    struct panel_setting setting;
    struct choice *choices = ARENA_ARRAY(c->a, PANEL_OUTCOMES, struct choice), *stages = ARENA_ARRAY(c->a, 2, struct choice);
    struct str next;
    int64_t stage;
    TRY(panel_setting_of(c->db, c->a, r->k.programme_id, &setting));
    for (int k = 0; k < PANEL_OUTCOMES; k++) {
        struct str word = str_from(panel_outcome_word((enum panel_outcome)k));
        choices[k] = (struct choice){.value = word, .label = panel_word(c, word, setting.words[k])};
    }
    struct form *f = form_new(c->a, c->lang, c->zone, panel_case_path(c, r->k.id, "/decide"), reverses != 0 ? M_panel_reverse_save : M_panel_decide_save);
    f->cancel = panel_case_path(c, r->k.id, "");
    if (reverses != 0)
        form_add(f, (struct field){.name = "reversal", .kind = FIELD_LONG_TEXT, .label = M_panel_reversal, .hint = M_panel_reversal_hint, .required = true, .rows = 3, .max = 2000});
    form_add(f, (struct field){.name = "outcome", .kind = FIELD_CHOICE, .label = M_panel_outcome, .required = true, .choices = choices, .choice_count = PANEL_OUTCOMES});
    form_add(f, (struct field){.name = "reasons", .kind = FIELD_LONG_TEXT, .label = M_panel_reasons, .hint = M_panel_reasons_hint, .required = true, .rows = 6, .max = 4000});
    for (size_t k = 0; k < PANEL_CONDITIONS_MOST; k++) {
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "condition%zu", k + 1)), .kind = FIELD_TEXT, .label = labels[k], .hint = k == 0 ? M_panel_condition_hint : 0, .max = 300});
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "due%zu", k + 1)), .kind = FIELD_DAY, .label = M_panel_condition_due});
    }
    enum rc rc = panel_next_stage(c->db, c->a, r->k.programme_id, r->k.person_id, c->today, &stage, &next);
    if (rc == RC_OK) {
        struct msg_arg name = MSG_TEXT("name", next);
        stages[0] = (struct choice){.value = S("stays"), .label = tr(c, M_panel_stage_stays)};
        stages[1] = (struct choice){.value = S("next"), .label = tr_args(c, M_panel_stage_next, &name, 1), .hint = tr(c, M_panel_stage_next_hint)};
        form_add(f, (struct field){.name = "stage", .kind = FIELD_CHOICE, .label = M_panel_stage, .required = true, .choices = stages, .choice_count = 2, .value = S("stays")});
    } else if (rc != RC_NOT_FOUND) {
        return rc;
    }
    form_add_version(f, reverses); /* the decision that stands, as this form saw it */
    *out = f;
    return RC_OK;
}

/* A condition and its day go together. */
static bool read_conditions(struct ctx *c, struct form *f, struct deciding *d)
{
    d->n.conditions = d->conditions;
    for (int k = 1; k <= PANEL_CONDITIONS_MOST; k++) {
        const char *words = str_z(c->a, str_printf(c->a, "condition%d", k)), *due = str_z(c->a, str_printf(c->a, "due%d", k));
        struct panel_condition_new one = {.words = form_text(f, words)};
        bool has_day = form_day(f, due, &one.due_day);
        if (one.words.n != 0 && !has_day)
            form_error(f, due, M_panel_due_missing, NULL);
        else if (one.words.n == 0 && has_day)
            form_error(f, words, M_panel_words_missing, NULL);
        else if (has_day && one.due_day <= c->today)
            form_error(f, due, M_panel_due_past, NULL);
        else if (has_day)
            d->conditions[d->n.condition_count++] = one;
    }
    return form_ok(f);
}

enum rc panel_handle_decide(struct ctx *c)
{
    struct case_reader r;
    struct row_panel_decision_standing old;
    struct form *f;
    TRY(panel_open_case(c, &r));
    struct target seat = {.holder = r.sits ? c->who->person : 0};
    TRY(access_require(c, P_PANEL_SIT, &seat));
    enum rc rc = sql_panel_decision_standing(c->db, c->a, r.k.id, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    int64_t standing = rc == RC_OK ? old.id : 0;
    if (!str_eq_z(r.k.state, "meeting") && !(standing != 0 && str_eq_z(r.k.state, "closed")))
        return err_set(&c->err, RC_CONFLICT, M_panel_not_meeting, NULL);
    TRY(decision_form(c, &r, standing, &f));
    struct page page = case_page(c, &r, tr(c, standing != 0 ? M_panel_reverse : M_panel_decide));
    struct str note = tr(c, standing != 0 ? M_panel_reverse_note : M_panel_decide_note);
    if (c->rq->method != METHOD_POST)
        return panel_send_form(c, &page, note, f);
    struct deciding d = {.a = c->a, .subject = r.k.person_id, .now = c->now};
    d.n = (struct panel_decision_new){.case_id = r.k.id, .by = c->who->person, .today = c->today};
    if (!form_read(f, c->rq->form, c->rq->form_count) || !read_conditions(c, f, &d))
        return panel_send_form(c, &page, note, f);
    (void)panel_find_outcome(form_text(f, "outcome"), &d.n.outcome);
    d.n.reasons = form_text(f, "reasons");
    d.n.next_stage = form_field(f, "stage") != NULL && str_eq_z(form_text(f, "stage"), "next");
    d.n.reverses = form_int(f, "version", 0);
    d.n.reversal = form_field(f, "reversal") != NULL ? form_text(f, "reversal") : S("");
    rc = ctx_write(c, decide, &d);
    if (page_edit_failed(c, f, rc, standing, &page.status))
        return panel_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, panel_case_path(c, r.k.id, "#decision"), d.n.next_stage ? M_panel_decided_stage : M_panel_decided_saved);
}

/* ---- staying away --------------------------------------------------------------------------------------------------------------------- */

struct doing {
    struct arena *a;
    int64_t id, case_id, by, subject, now;
    struct str words;
};

static enum rc recuse(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    TRY(panel_recuse(tx, d->a, d->case_id, d->by, d->now, e));
    return audit_note(tx, d->now, d->by, "panel_recuse", d->subject, "panel_case", d->case_id);
}

enum rc panel_handle_recuse(struct ctx *c)
{
    struct case_reader r;
    TRY(panel_open_case(c, &r));
    struct target seat = {.holder = r.sits ? c->who->person : 0};
    TRY(access_require(c, P_PANEL_SIT, &seat));
    struct form *f = form_new(c->a, c->lang, c->zone, panel_case_path(c, r.k.id, "/stay-away"), M_panel_stay_away);
    f->cancel = panel_case_path(c, r.k.id, "");
    struct page page = case_page(c, &r, tr(c, M_panel_stay_away));
    if (c->rq->method != METHOD_POST)
        return panel_send_form(c, &page, tr(c, M_panel_stay_away_note), f);
    struct doing d = {.a = c->a, .case_id = r.k.id, .by = c->who->person, .subject = r.k.person_id, .now = c->now};
    TRY(ctx_write(c, recuse, &d));
    return page_redirect(c, panel_path(c, r.k.panel_id, ""), M_panel_stayed_away);
}

/* ---- the trainee answers ---------------------------------------------------------------------------------------------------------------- */

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    return panel_answer(tx, d->id, d->by, d->words, d->now, e);
}

enum rc panel_handle_answer(struct ctx *c)
{
    struct case_reader r;
    struct row_panel_decision_standing standing;
    TRY(panel_open_case(c, &r));
    if (!r.own)
        return RC_NOT_FOUND;
    TRY(sql_panel_decision_standing(c->db, c->a, r.k.id, &standing));
    struct form *f = form_new(c->a, c->lang, c->zone, panel_case_path(c, r.k.id, "/answer"), M_panel_answer_send);
    f->cancel = panel_case_path(c, r.k.id, "");
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_panel_answer_words, .hint = M_panel_answer_hint, .required = true, .rows = 6, .max = 4000});
    form_add_version(f, standing.id);
    struct page page = case_page(c, &r, tr(c, M_panel_answer));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, tr(c, M_panel_answer_note), f);
    struct doing d = {.id = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .words = form_text(f, "words")};
    enum rc rc = ctx_write(c, answer, &d);
    if (page_edit_failed(c, f, rc, standing.id, &page.status))
        return panel_send_form(c, &page, tr(c, M_panel_answer_note), f);
    TRY(rc);
    return page_redirect(c, panel_case_path(c, r.k.id, ""), M_panel_answered);
}

/* ---- a condition is met --------------------------------------------------------------------------------------------------------------- */

static enum rc meet(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    TRY(panel_meet_condition(tx, d->id, d->by, d->now, e));
    return audit_note(tx, d->now, d->by, "panel_condition_meet", d->subject, "panel_case", d->case_id);
}

/* A condition of this person, from this panel or an earlier one. */
enum rc panel_handle_condition(struct ctx *c)
{
    struct case_reader r;
    struct row_panel_condition_find o;
    struct row_panel_case_find its;
    int64_t id;
    TRY(panel_open_case(c, &r));
    TRY(request_id(c->rq, 1, &id));
    TRY(sql_panel_condition_find(c->db, c->a, id, &o));
    TRY(sql_panel_case_find(c->db, c->a, o.case_id, &its));
    if (!(r.sits || r.manages) || its.person_id != r.k.person_id || its.programme_id != r.k.programme_id)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/panel-cases/%" PRId64 "/conditions/%" PRId64, r.k.id, id), M_panel_condition_met);
    f->cancel = panel_case_path(c, r.k.id, "");
    struct page page = case_page(c, &r, tr(c, M_panel_condition_met));
    if (c->rq->method != METHOD_POST)
        return panel_send_form(c, &page, o.words, f);
    struct doing d = {.id = id, .case_id = r.k.id, .by = c->who->person, .subject = r.k.person_id, .now = c->now};
    enum rc rc = ctx_write(c, meet, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return panel_send_form(c, &page, o.words, f);
    TRY(rc);
    return page_redirect(c, panel_case_path(c, r.k.id, ""), M_panel_condition_noted);
}
