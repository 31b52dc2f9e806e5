/* The steps of a round that are taken on a page of their own: each says first what will happen, and asks. One table says who may take
 * which in which state; the page of a round offers from the same table. */
#include "programme/feedback/inside.h"
#include "programme/plan/plan.h"

#define FACULTY_MOST 300

enum step_id { STEP_COLLECT, STEP_BACK, STEP_TOGETHER, STEP_EXTEND, STEP_END, STEP_RELEASE, STEP_MEETING, STEP_MET, STEP_CLOSE, STEP_FACILITATOR, STEP_RESUME, STEP_STOP };

#define IN(s) (1u << FEEDBACK_##s)
#define IN_ANY_OPEN (IN(CLOSED) - 1u)

static const struct step {
    const char *word;
    enum permission may;
    unsigned states;
    msg_id title, note, button, done;
    bool managing, danger;
} steps[] = {
    [STEP_BACK] = {"back", P_FEEDBACK_RUN, IN(APPROVE), M_feedback_step_back, M_feedback_step_back_note, M_feedback_step_back, M_feedback_step_back_done, false, false},
    [STEP_COLLECT] = {"collect", P_FEEDBACK_RUN, IN(APPROVE), M_feedback_step_collect, M_feedback_step_collect_note, M_feedback_step_collect_button, M_feedback_step_collect_done, false, false},
    [STEP_END] = {"end", P_FEEDBACK_RUN, IN(COLLECT), M_feedback_step_end, M_feedback_step_end_note, M_feedback_step_end, M_feedback_step_end_done, false, false},
    [STEP_EXTEND] = {"extend", P_FEEDBACK_RUN, IN(COLLECT) | IN(VALIDATE), M_feedback_step_extend, M_feedback_step_extend_note, M_feedback_step_extend, M_feedback_step_extend_done, false, false},
    [STEP_TOGETHER] = {"together", P_FEEDBACK_RUN, IN(VALIDATE), M_feedback_step_together, M_feedback_step_together_note, M_feedback_step_together, M_feedback_step_together_done, false, false},
    [STEP_RELEASE] = {"release", P_FEEDBACK_RELEASE, IN(RELEASE), M_feedback_step_release, M_feedback_step_release_note, M_feedback_step_release, M_feedback_step_release_done, false, false},
    [STEP_MEETING] = {"meeting", P_FEEDBACK_RUN, IN(MEETING), M_feedback_step_meeting, M_feedback_step_meeting_note, M_feedback_step_meeting_button, M_feedback_step_meeting_done, false, false},
    [STEP_MET] = {"met", P_FEEDBACK_RELEASE, IN(MEETING), M_feedback_step_met, M_feedback_step_met_note, M_feedback_step_met, M_feedback_step_met_done, false, false},
    [STEP_CLOSE] = {"close", P_FEEDBACK_RELEASE, IN(GOAL), M_feedback_step_close, M_feedback_step_close_note, M_feedback_step_close, M_feedback_step_close_done, false, false},
    [STEP_FACILITATOR] = {"facilitator", P_FEEDBACK_MANAGE, IN_ANY_OPEN, M_feedback_step_facilitator, M_feedback_step_facilitator_note, M_feedback_step_facilitator_button, M_feedback_step_facilitator_done, true, false},
    [STEP_RESUME] = {"resume", P_FEEDBACK_MANAGE, IN(CLOSED), M_feedback_step_resume, M_feedback_step_resume_note, M_feedback_step_resume, M_feedback_step_resume_done, true, false},
    [STEP_STOP] = {"stop", P_FEEDBACK_MANAGE, IN_ANY_OPEN, M_feedback_step_stop, M_feedback_step_stop_note, M_feedback_step_stop, M_feedback_step_stop_done, true, true},
};

static bool in_state(const struct step *s, const struct feedback_round *r)
{
    return (s->states & (1u << r->state)) != 0 && (s != &steps[STEP_RESUME] || r->resume != FEEDBACK_STATE_COUNT);
}

/* The day of the meeting is for both of the two to set. */
static bool may_take(struct ctx *c, const struct step *s, const struct feedback_round *r)
{
    return feedback_allows(c, s->may, r) || (s == &steps[STEP_MEETING] && r->subject == c->who->person);
}

/* ---- what the page of a round offers ------------------------------------------------------------------------------------------------- */

static void add(struct feedback_offer *out, size_t *n, struct str href, struct str label)
{
    if (*n < FEEDBACK_OFFERS)
        out[(*n)++] = (struct feedback_offer){href, label};
}

static void offer_own(struct ctx *c, const struct feedback_round *r, struct feedback_offer *out, size_t *n)
{
    if (r->state == FEEDBACK_SELF)
        add(out, n, feedback_path(c, r->id, "/self"), tr(c, M_feedback_self_link));
    if (r->state == FEEDBACK_NOMINATE)
        add(out, n, feedback_path(c, r->id, "/raters"), tr(c, M_feedback_name_link));
    if (r->state == FEEDBACK_GOAL)
        add(out, n, plan_new_goal_path(c->a, PLAN_FEEDBACK, r->id), tr(c, M_feedback_goal_link));
    if (r->released_at != 0)
        add(out, n, feedback_path(c, r->id, "/report"), tr(c, M_feedback_report_link));
}

size_t feedback_offers(struct ctx *c, const struct feedback_round *r, bool managing, struct feedback_offer *out)
{
    size_t n = 0;
    bool facilitates = r->facilitator != 0 && r->facilitator == c->who->person, own = r->subject == c->who->person;
    if (!managing && own)
        offer_own(c, r, out, &n);
    if (!managing && facilitates && r->state == FEEDBACK_APPROVE)
        add(out, &n, feedback_path(c, r->id, "/raters"), tr(c, M_feedback_look_link));
    if (!managing && facilitates && !own && (r->state >= FEEDBACK_RELEASE && r->resume == FEEDBACK_STATE_COUNT))
        add(out, &n, feedback_path(c, r->id, "/report"), tr(c, M_feedback_report_link));
    for (size_t k = 0; k < COUNT_OF(steps); k++) {
        if (steps[k].managing != managing || !in_state(&steps[k], r) || !may_take(c, &steps[k], r))
            continue;
        if (k == STEP_RELEASE && r->read_at == 0)
            continue; /* the report first */
        add(out, &n, str_printf(c->a, "/feedback/%" PRId64 "/step/%s", r->id, steps[k].word), tr(c, steps[k].title));
    }
    return n;
}

/* ---- taking one ------------------------------------------------------------------------------------------------------------------------ */

struct taking {
    struct arena *a;
    enum step_id step;
    int64_t round, version, by, today, now;
    int64_t day, at, person;
    struct str place;
    bool thin;
};

/* The goal that was taken from this round last. */
static enum rc close_round(struct db *tx, const struct taking *t, struct feedback_round *r, struct err *e)
{
    struct row_feedback_goal_of goal;
    enum rc rc = sql_feedback_goal_of(tx, t->a, r->subject, r->id, &goal);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_INVALID, M_feedback_no_goal, NULL);
    TRY(rc);
    return feedback_close(tx, r, goal.id, t->now, e);
}

static enum rc take_step(struct db *tx, const struct taking *t, struct feedback_round *r, struct err *e)
{
    switch (t->step) {
    case STEP_BACK:
        return feedback_send_back(tx, r, t->now, e);
    case STEP_COLLECT:
        return feedback_collect(tx, t->a, r, t->today, t->now, e);
    case STEP_END:
        return feedback_end_collecting(tx, r, t->now, e);
    case STEP_EXTEND:
        return feedback_extend(tx, r, t->day, t->today, t->now, e);
    case STEP_TOGETHER:
        return feedback_put_together(tx, t->a, r, t->thin, t->now, e);
    case STEP_RELEASE:
        return feedback_release(tx, r, t->now, e);
    case STEP_MEETING:
        return feedback_set_meeting(tx, r, t->at, t->place, e);
    case STEP_MET:
        return feedback_met(tx, r, t->now, e);
    case STEP_CLOSE:
        return close_round(tx, t, r, e);
    case STEP_FACILITATOR:
        return feedback_set_facilitator(tx, t->a, r, t->person, t->now, e);
    case STEP_RESUME:
        return feedback_resume(tx, t->a, r, t->today, t->now, e);
    case STEP_STOP:
        return feedback_stop(tx, r, FEEDBACK_ENDED_STOPPED, t->now, e);
    }
    return RC_NOT_FOUND;
}

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    const struct taking *t = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, t->a, t->round, &r));
    TRY(feedback_check_version(&r, t->version, e));
    TRY(take_step(tx, t, &r, e));
    if (r.subject == t->by)
        return RC_OK;
    return audit_note(tx, t->now, t->by, steps[t->step].managing ? "feedback_manage" : "feedback_run", r.subject, "feedback_round", r.id);
}

static enum rc add_faculty(struct ctx *c, const struct feedback_round *r, struct form *f)
{
    struct rows_feedback_faculty rows;
    TRY(sql_feedback_faculty(c->db, c->a, r->programme, c->today, FACULTY_MOST, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != r->subject)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].person_id), .label = rows.v[k].display_name};
    form_add(f, (struct field){.name = "facilitator", .kind = FIELD_CHOICE, .label = M_feedback_facilitator, .required = true, .choices = choices, .choice_count = n,
                               .value = r->facilitator != 0 ? str_printf(c->a, "%" PRId64, r->facilitator) : S("")});
    return RC_OK;
}

static enum rc add_fields(struct ctx *c, enum step_id step, const struct feedback_round *r, struct form *f)
{
    struct feedback_enough n;
    if (step == STEP_EXTEND)
        form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_feedback_due, .required = true, .min = c->today, .max = c->today + FEEDBACK_DAYS_MOST,
                                   .value = form_day_value(f, (r->due_day > c->today ? r->due_day : c->today) + 7)});
    if (step == STEP_MEETING) {
        form_add(f, (struct field){.name = "at", .kind = FIELD_WHEN, .label = M_feedback_meeting_when, .required = true, .value = r->meeting_at != 0 ? form_when_value(f, r->meeting_at) : S("")});
        form_add(f, (struct field){.name = "place", .kind = FIELD_TEXT, .label = M_feedback_meeting_place, .max = 120, .value = r->meeting_place});
    }
    if (step == STEP_FACILITATOR)
        return add_faculty(c, r, f);
    if (step != STEP_TOGETHER)
        return RC_OK;
    TRY(feedback_count(c->db, c->a, r, &n));
    if (n.some && !n.valid)
        form_add(f, (struct field){.name = "thin", .kind = FIELD_BOOL, .label = M_feedback_go_on, .hint = M_feedback_go_on_hint});
    return RC_OK;
}

static enum rc find_step(struct ctx *c, const struct feedback_round *r, enum step_id *step)
{
    struct str word = c->rq->params[1];
    size_t k = 0;
    while (k < COUNT_OF(steps) && !str_eq_z(word, steps[k].word))
        k++;
    if (k == COUNT_OF(steps))
        return RC_NOT_FOUND;
    *step = (enum step_id)k;
    if (!may_take(c, &steps[k], r))
        return RC_NOT_FOUND; /* not hers to take: as if there were none */
    return in_state(&steps[k], r) ? RC_OK : err_set(&c->err, RC_CONFLICT, M_feedback_moved, NULL);
}

enum rc feedback_handle_step(struct ctx *c)
{
    struct feedback_round r;
    enum step_id step;
    TRY(feedback_require(c, P_FEEDBACK_VIEW, &r));
    TRY(find_step(c, &r, &step));
    const struct step *s = &steps[step];
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/feedback/%" PRId64 "/step/%s", r.id, s->word), s->button);
    f->danger = s->danger;
    f->cancel = feedback_path(c, r.id, "");
    TRY(add_fields(c, step, &r, f));
    form_add_version(f, r.version);
    struct page page = {.title = tr(c, s->title)};
    const struct msg_arg args[] = {MSG_TEXT("name", feedback_or_gone(c, r.subject_name)), MSG_NUM("days", r.days)};
    struct str note = tr_args(c, s->note, args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return feedback_send_form(c, &r, &page, note, f);
    struct taking t = {.a = c->a, .step = step, .round = r.id, .version = form_int(f, "version", 0), .by = c->who->person, .today = c->today, .now = c->now,
                       .person = form_int(f, "facilitator", 0), .place = form_text(f, "place"), .thin = form_bool(f, "thin")};
    (void)form_day(f, "day", &t.day);
    (void)form_when(f, "at", &t.at);
    enum rc rc = ctx_write(c, take, &t);
    if (page_form_failed(c, f, rc, &page.status))
        return feedback_send_form(c, &r, &page, note, f);
    TRY(rc);
    return page_redirect(c, feedback_path(c, r.id, ""), s->done);
}
