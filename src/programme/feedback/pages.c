/* The capability of 360 feedback, and the small things that its pages share. */
#include "gen/programme/feedback/feedback_form_view.h"
#include "programme/feedback/inside.h"

struct str feedback_path(const struct ctx *c, int64_t round, const char *rest)
{
    return str_printf(c->a, "/feedback/%" PRId64 "%s", round, rest);
}

struct str feedback_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_feedback_somebody_gone);
}

struct str feedback_state_name(const struct ctx *c, enum feedback_state s)
{
    static const msg_id names[FEEDBACK_STATE_COUNT] = {
        [FEEDBACK_DRAFT] = M_feedback_state_draft,       [FEEDBACK_SELF] = M_feedback_state_self,       [FEEDBACK_NOMINATE] = M_feedback_state_nominate,
        [FEEDBACK_APPROVE] = M_feedback_state_approve,   [FEEDBACK_COLLECT] = M_feedback_state_collect, [FEEDBACK_VALIDATE] = M_feedback_state_validate,
        [FEEDBACK_RELEASE] = M_feedback_state_release,   [FEEDBACK_MEETING] = M_feedback_state_meeting, [FEEDBACK_GOAL] = M_feedback_state_goal,
        [FEEDBACK_CLOSED] = M_feedback_state_closed,
    };
    return tr(c, names[s]);
}

struct str feedback_group_name(const struct ctx *c, enum feedback_group_code g, struct str title)
{
    static const msg_id names[FEEDBACK_GROUP_COUNT] = {
        [FEEDBACK_GROUP_SENIOR] = M_feedback_group_senior, [FEEDBACK_GROUP_PEER] = M_feedback_group_peer,   [FEEDBACK_GROUP_JUNIOR] = M_feedback_group_junior,
        [FEEDBACK_GROUP_TEAM] = M_feedback_group_team,     [FEEDBACK_GROUP_OTHER] = M_feedback_group_other,
    };
    return title.n != 0 ? title : tr(c, names[g]);
}

void feedback_add_fields(const struct ctx *c, struct form *f, const struct instrument *i, const int *answers, const struct str *words)
{
    for (size_t k = 0; k < i->item_count; k++) {
        struct field *fd = instrument_add_field(c, f, i, k, !i->items[k].words, answers != NULL ? answers[k] : INSTRUMENT_MISSING, words != NULL ? words[k] : STR_NONE);
        if (i->items[k].words)
            fd->max = FEEDBACK_WORDS_MAX;
    }
}

void feedback_read_fields(const struct ctx *c, struct form *f, const struct instrument *i, struct feedback_said *said)
{
    int *answers = ARENA_ARRAY(c->a, i->item_count, int);
    struct str *words = ARENA_ARRAY(c->a, i->item_count, struct str);
    for (size_t k = 0; k < i->item_count; k++) {
        const char *name = instrument_field_name(c->a, i, k);
        answers[k] = i->items[k].words ? INSTRUMENT_MISSING : instrument_read_field(f, i, k);
        words[k] = i->items[k].words ? form_text(f, name) : S("");
        if (!i->items[k].words && answers[k] == INSTRUMENT_MISSING)
            form_error(f, name, M_feedback_answer_missing, NULL);
    }
    *said = (struct feedback_said){i, answers, words};
}

/* Of the person's places only those in the programme of the round: who keeps another programme of hers is not meant. */
static enum rc target_of(struct ctx *c, const struct feedback_round *r, struct target *t)
{
    TRY(programme_person_target(c, r->subject, t));
    struct grant *here = ARENA_ARRAY(c->a, t->place_count + 1, struct grant);
    size_t n = 0;
    for (size_t k = 0; k < t->place_count; k++)
        if (t->places[k].programme == r->programme)
            here[n++] = t->places[k];
    if (n == 0)
        here[n++] = (struct grant){.programme = r->programme};
    t->places = here;
    t->place_count = n;
    t->holder = r->facilitator;
    return RC_OK;
}

/* What only others do in somebody's round. */
static bool runs(enum permission may)
{
    return may == P_FEEDBACK_RUN || may == P_FEEDBACK_RELEASE || may == P_FEEDBACK_MANAGE;
}

bool feedback_allows(struct ctx *c, enum permission may, const struct feedback_round *r)
{
    struct target t;
    return !(runs(may) && r->subject == c->who->person) && target_of(c, r, &t) == RC_OK && access_allows(c, may, &t);
}

enum rc feedback_require(struct ctx *c, enum permission may, struct feedback_round *r)
{
    int64_t id;
    struct target t;
    TRY(request_id(c->rq, 0, &id));
    TRY(feedback_find(c->db, c->a, id, r));
    TRY(target_of(c, r, &t));
    TRY(access_require(c, may, &t));
    return runs(may) && r->subject == c->who->person ? RC_NOT_FOUND : RC_OK;
}

struct noting {
    int64_t actor, subject, round, now;
    const char *action;
};

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, n->action, n->subject, "feedback_round", n->round);
}

enum rc feedback_note(struct ctx *c, const struct feedback_round *r, const char *action)
{
    struct noting n = {c->who->person, r->subject, r->id, c->now, action};
    return r->subject != c->who->person ? ctx_write(c, note, &n) : RC_OK;
}

enum rc feedback_send_form(struct ctx *c, const struct feedback_round *r, struct page *page, struct str note_before, struct form *f)
{
    struct view_feedback_form v = {.note = note_before, .f = f};
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    struct msg_arg name = MSG_TEXT("name", r != NULL ? feedback_or_gone(c, r->subject_name) : S(""));
    crumbs[0] = (struct crumb){tr(c, M_feedback_title), S("/feedback")};
    page->section = "/feedback";
    if (page->crumbs == NULL) {
        if (r != NULL)
            crumbs[1] = (struct crumb){tr_args(c, M_feedback_round_of, &name, 1), feedback_path(c, r->id, "")};
        page->crumbs = crumbs;
        page->crumb_count = r != NULL ? 2 : 1;
    }
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_feedback_form_page(c, page, &v);
}

static const struct route routes[] = {
    {METHOD_GET, "/feedback", P_FEEDBACK_VIEW, BODY_NONE, RATE_PAGE, feedback_get_list},
    {METHOD_GET, "/feedback/start", P_FEEDBACK_ASK, BODY_NONE, RATE_PAGE, feedback_handle_start},
    {METHOD_POST, "/feedback/start", P_FEEDBACK_ASK, BODY_FORM, RATE_WRITE, feedback_handle_start},
    {METHOD_GET, "/feedback/{feedback_round}", P_FEEDBACK_VIEW, BODY_NONE, RATE_PAGE, feedback_get_round},
    {METHOD_GET, "/feedback/{feedback_round}/self", P_FEEDBACK_ASK, BODY_NONE, RATE_PAGE, feedback_handle_self},
    {METHOD_POST, "/feedback/{feedback_round}/self", P_FEEDBACK_ASK, BODY_FORM, RATE_WRITE, feedback_handle_self},
    {METHOD_GET, "/feedback/{feedback_round}/raters", P_FEEDBACK_VIEW, BODY_NONE, RATE_PAGE, feedback_handle_raters},
    {METHOD_POST, "/feedback/{feedback_round}/raters", P_FEEDBACK_ASK, BODY_FORM, RATE_WRITE, feedback_handle_raters},
    {METHOD_GET, "/feedback/{feedback_round}/raters/{feedback_rater}/{feedback_decision}", P_FEEDBACK_VIEW, BODY_NONE, RATE_PAGE, feedback_handle_rater},
    {METHOD_POST, "/feedback/{feedback_round}/raters/{feedback_rater}/{feedback_decision}", P_FEEDBACK_VIEW, BODY_FORM, RATE_WRITE, feedback_handle_rater},
    {METHOD_GET, "/feedback/{feedback_round}/step/{feedback_step}", P_FEEDBACK_VIEW, BODY_NONE, RATE_PAGE, feedback_handle_step},
    {METHOD_POST, "/feedback/{feedback_round}/step/{feedback_step}", P_FEEDBACK_VIEW, BODY_FORM, RATE_WRITE, feedback_handle_step},
    {METHOD_GET, "/feedback/asked/{feedback_rater}", P_FEEDBACK_GIVE, BODY_NONE, RATE_PAGE, feedback_handle_asked},
    {METHOD_POST, "/feedback/asked/{feedback_rater}", P_FEEDBACK_GIVE, BODY_FORM, RATE_WRITE, feedback_handle_asked},
    {METHOD_GET, "/f/{feedback_token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, feedback_get_answer},
    {METHOD_POST, "/f/{feedback_token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, feedback_post_answer},
    {METHOD_POST, "/f/{feedback_token}/back", P_PUBLIC, BODY_FORM, RATE_PUBLIC, feedback_post_back},
    {METHOD_POST, "/f/{feedback_token}/decline", P_PUBLIC, BODY_FORM, RATE_PUBLIC, feedback_post_decline},
    {METHOD_GET, "/programmes/{id}/feedback", P_FEEDBACK_MANAGE, BODY_NONE, RATE_PAGE, feedback_get_programme},
    {METHOD_GET, "/programmes/{id}/feedback/settings", P_FEEDBACK_MANAGE, BODY_NONE, RATE_PAGE, feedback_handle_setting},
    {METHOD_POST, "/programmes/{id}/feedback/settings", P_FEEDBACK_MANAGE, BODY_FORM, RATE_WRITE, feedback_handle_setting},
    {METHOD_GET, "/programmes/{id}/feedback/start", P_FEEDBACK_MANAGE, BODY_NONE, RATE_PAGE, feedback_handle_cohort},
    {METHOD_POST, "/programmes/{id}/feedback/start", P_FEEDBACK_MANAGE, BODY_FORM, RATE_WRITE, feedback_handle_cohort},
};

static const struct nav_entry nav[] = {{.href = "/feedback", .label = M_feedback_nav, .may = P_FEEDBACK_VIEW, .group = NAV_FEEDBACK, .order = 10}};

static const struct evidence_source sources[] = {{.kind = "feedback", .describe = feedback_describe}};

static const struct mail_kind mails[] = {{"feedback_ask", feedback_write_ask_mail, MAIL_feedback}, {"feedback_remind", feedback_write_remind_mail, MAIL_feedback}};

static const struct job_handler jobs[] = {{.kind = "feedback_days", .run = feedback_run_days, .every_ms = MS_PER_HOUR}};

const struct capability feedback_capability = {
    .name = "feedback",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .home = feedback_home,
    .calendar = feedback_calendar,
    .export_person = feedback_export,
    .erase_person = feedback_erase,
    .retain = feedback_retain,
};
