/* The list of rounds, the page of one round (where it is, what comes next, what the reader can do), starting one, and the subject's own
 * view. The other steps are in pages_step.c. */
#include "gen/programme/feedback/feedback_list_view.h"
#include "gen/programme/feedback/feedback_round_view.h"
#include "programme/feedback/inside.h"

#define MINE_MOST 50
#define PAGE_ROWS 50

/* ---- the list --------------------------------------------------------------------------------------------------------------------- */

static enum feedback_state state_of(struct str word)
{
    size_t s = 0;
    while (s < FEEDBACK_CLOSED && !str_eq_z(word, feedback_state_word((enum feedback_state)s)))
        s++;
    return (enum feedback_state)s;
}

static enum rc fill_mine(struct ctx *c, struct view_feedback_list *v)
{
    struct rows_feedback_round_of_subject rows;
    struct row_feedback_member member;
    struct programme p;
    bool open = false;
    TRY(sql_feedback_round_of_subject(c->db, c->a, c->who->person, MINE_MOST, &rows));
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_feedback_list_mine *list = ARENA_ARRAY(c->a, rows.n, struct view_feedback_list_mine);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_feedback_round_of_subject *r = &rows.v[k];
        open = open || (r->programme_id == p.id && !str_eq_z(r->state, "closed"));
        list[k] = (struct view_feedback_list_mine){.href = feedback_path(c, r->id, ""), .state = r->state, .state_word = feedback_state_name(c, state_of(r->state)),
                                                   .facilitator = r->facilitator.p != NULL ? r->facilitator : S(""), .started = r->created_at};
    }
    v->mine = list;
    v->mine_count = rows.n;
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(sql_feedback_member(c->db, c->a, p.id, c->who->person, c->today, &member));
    if (member.n != 0 && !open)
        v->start = S("/feedback/start");
    struct target t = {.programme = p.id};
    if (access_allows(c, P_FEEDBACK_MANAGE, &t))
        v->programme = str_printf(c->a, "/programmes/%" PRId64 "/feedback", p.id);
    return RC_OK;
}

static enum rc fill_others(struct ctx *c, struct view_feedback_list *v)
{
    struct rows_feedback_round_of_facilitator rows;
    int64_t from = 0;
    if (!str_to_int(request_query(c->rq, "from"), &from) || from < 0)
        from = 0;
    TRY(sql_feedback_round_of_facilitator(c->db, c->a, c->who->person, from, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_feedback_list_others *list = ARENA_ARRAY(c->a, n, struct view_feedback_list_others);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_feedback_list_others){.href = feedback_path(c, rows.v[k].id, ""), .subject = feedback_or_gone(c, rows.v[k].subject),
                                                     .state = rows.v[k].state, .state_word = feedback_state_name(c, state_of(rows.v[k].state)),
                                                     .since = rows.v[k].since_at};
    v->others = list;
    v->others_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/feedback?from=%" PRId64, from + PAGE_ROWS);
    return RC_OK;
}

enum rc feedback_get_list(struct ctx *c)
{
    struct view_feedback_list v = {0};
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_FEEDBACK_VIEW, &t));
    TRY(fill_mine(c, &v));
    TRY(fill_others(c, &v));
    struct page page = {.title = tr(c, M_feedback_title), .section = "/feedback"};
    return view_feedback_list_page(c, &page, &v);
}

/* ---- starting one's own ------------------------------------------------------------------------------------------------------------- */

struct starting {
    struct arena *a;
    int64_t programme, person, today, now, id;
};

static enum rc start(struct db *tx, void *arg, struct err *e)
{
    struct starting *s = arg;
    return feedback_start(tx, s->a, s->programme, s->person, 0, s->person, s->today, s->now, &s->id, e);
}

enum rc feedback_handle_start(struct ctx *c)
{
    struct programme p;
    struct feedback_setting setting;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_FEEDBACK_ASK, &t));
    TRY(programme_current(c, &p));
    TRY(feedback_load_setting(c->db, c->a, p.id, &setting));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/feedback/start"), M_feedback_start);
    f->cancel = S("/feedback");
    struct page page = {.title = tr(c, M_feedback_start_title)};
    struct msg_arg args[] = {MSG_NUM("n", setting.named_total), MSG_NUM("days", setting.days)};
    struct str note = tr_args(c, setting.by_mentor ? M_feedback_start_note_mentor : M_feedback_start_note_faculty, args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return feedback_send_form(c, NULL, &page, note, f);
    struct starting s = {.a = c->a, .programme = p.id, .person = c->who->person, .today = c->today, .now = c->now};
    enum rc rc = ctx_write(c, start, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return feedback_send_form(c, NULL, &page, note, f);
    TRY(rc);
    return page_redirect(c, feedback_path(c, s.id, ""), M_feedback_started);
}

/* ---- her own view -------------------------------------------------------------------------------------------------------------------- */

struct keeping {
    struct arena *a;
    int64_t round, now;
    struct feedback_said said;
};

static enum rc keep_self(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, k->a, k->round, &r));
    return feedback_keep_self(tx, k->a, &r, &k->said, k->now, e);
}

enum rc feedback_handle_self(struct ctx *c)
{
    struct feedback_round r;
    struct instrument i;
    TRY(feedback_require(c, P_FEEDBACK_ASK, &r));
    if (r.subject != c->who->person)
        return RC_NOT_FOUND; /* hers alone */
    TRY(instrument_find(c->db, c->a, r.instrument, lang_tag(c->lang), &i));
    if (r.state != FEEDBACK_SELF)
        return page_redirect(c, feedback_path(c, r.id, ""), 0);
    struct form *f = form_new(c->a, c->lang, c->zone, feedback_path(c, r.id, "/self"), M_feedback_self_send);
    f->draft = str_printf(c->a, "feedback-self-%" PRId64, r.id);
    f->cancel = feedback_path(c, r.id, "");
    feedback_add_fields(c, f, &i, NULL, NULL);
    struct page page = {.title = tr(c, M_feedback_self_title)};
    struct str note = tr(c, M_feedback_self_note);
    struct keeping k = {.a = c->a, .round = r.id, .now = c->now};
    if (c->rq->method != METHOD_POST)
        return feedback_send_form(c, &r, &page, note, f);
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    feedback_read_fields(c, f, &i, &k.said);
    if (!read || !form_ok(f))
        return feedback_send_form(c, &r, &page, note, f);
    enum rc rc = ctx_write(c, keep_self, &k);
    if (page_form_failed(c, f, rc, &page.status))
        return feedback_send_form(c, &r, &page, note, f);
    TRY(rc);
    return page_redirect(c, feedback_path(c, r.id, "/raters"), M_feedback_self_kept);
}

/* ---- one round ------------------------------------------------------------------------------------------------------------------------ */

static const struct {
    msg_id own, other, next;
} words[FEEDBACK_STATE_COUNT] = {
    [FEEDBACK_DRAFT] = {M_feedback_now_draft, M_feedback_now_draft_other, M_feedback_next_draft},
    [FEEDBACK_SELF] = {M_feedback_now_self, M_feedback_now_self_other, M_feedback_next_self},
    [FEEDBACK_NOMINATE] = {M_feedback_now_nominate, M_feedback_now_nominate_other, M_feedback_next_nominate},
    [FEEDBACK_APPROVE] = {M_feedback_now_approve, M_feedback_now_approve_other, M_feedback_next_approve},
    [FEEDBACK_COLLECT] = {M_feedback_now_collect, M_feedback_now_collect_other, M_feedback_next_collect},
    [FEEDBACK_VALIDATE] = {M_feedback_now_validate, M_feedback_now_validate_other, M_feedback_next_validate},
    [FEEDBACK_RELEASE] = {M_feedback_now_release, M_feedback_now_release_other, M_feedback_next_release},
    [FEEDBACK_MEETING] = {M_feedback_now_meeting, M_feedback_now_meeting_other, M_feedback_next_meeting},
    [FEEDBACK_GOAL] = {M_feedback_now_goal, M_feedback_now_goal_other, M_feedback_next_goal},
    [FEEDBACK_CLOSED] = {M_feedback_now_closed, M_feedback_now_closed_other, 0},
};

static void fill_words(struct ctx *c, const struct feedback_round *r, struct view_feedback_round *v)
{
    const struct msg_arg args[] = {MSG_TEXT("name", v->subject), MSG_TEXT("facilitator", r->facilitator_name.p != NULL ? r->facilitator_name : tr(c, M_feedback_facilitator_any))};
    msg_id now = v->own ? words[r->state].own : words[r->state].other;
    if (r->state == FEEDBACK_CLOSED && r->ended != FEEDBACK_ENDED_GOAL)
        now = r->ended == FEEDBACK_ENDED_LEFT ? M_feedback_now_left : M_feedback_now_stopped;
    v->now = tr_args(c, now, args, COUNT_OF(args));
    v->next = words[r->state].next != 0 ? tr_args(c, words[r->state].next, args, COUNT_OF(args)) : S("");
    v->ended = r->ended == FEEDBACK_ENDED_GOAL ? S("goal") : r->ended == FEEDBACK_ENDED_LEFT ? S("left") : r->ended == FEEDBACK_ENDED_STOPPED ? S("stopped") : S("");
}

static void fill_steps(struct ctx *c, const struct feedback_round *r, struct view_feedback_round *v)
{
    struct view_feedback_round_steps *list = ARENA_ARRAY(c->a, FEEDBACK_STATE_COUNT, struct view_feedback_round_steps);
    enum feedback_state at = r->state == FEEDBACK_CLOSED && r->resume != FEEDBACK_STATE_COUNT ? r->resume : r->state;
    for (size_t s = FEEDBACK_SELF; s < FEEDBACK_STATE_COUNT; s++) {
        bool done = s < at || (s == FEEDBACK_CLOSED && r->ended == FEEDBACK_ENDED_GOAL), now = s == at && !done;
        list[v->steps_count++] = (struct view_feedback_round_steps){feedback_state_name(c, (enum feedback_state)s),
                                                                    tr(c, done ? M_feedback_step_done : now ? M_feedback_step_now : M_feedback_step_ahead), done, now};
    }
    v->steps = list;
}

static enum rc fill_count(struct ctx *c, const struct feedback_round *r, struct view_feedback_round *v)
{
    struct feedback_enough n;
    TRY(feedback_count(c->db, c->a, r, &n));
    v->count = true;
    v->at_least = n.at_least;
    v->valid = n.valid && r->state == FEEDBACK_VALIDATE;
    if (r->state != FEEDBACK_VALIDATE)
        return RC_OK;
    struct view_feedback_round_groups *list = ARENA_ARRAY(c->a, r->group_count, struct view_feedback_round_groups);
    for (size_t k = 0; k < r->group_count; k++)
        if (n.counts[k])
            list[v->groups_count++] = (struct view_feedback_round_groups){feedback_group_name(c, r->groups[k].code, r->groups[k].title), n.groups[k]};
    v->groups = list;
    return RC_OK;
}

static void fill_offers(struct ctx *c, const struct feedback_round *r, struct view_feedback_round *v)
{
    struct feedback_offer offers[FEEDBACK_OFFERS];
    size_t n = feedback_offers(c, r, false, offers);
    struct view_feedback_round_actions *list = ARENA_ARRAY(c->a, n, struct view_feedback_round_actions);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_feedback_round_actions){offers[k].href, offers[k].label, k == 0};
    v->actions = list;
    v->actions_count = n;
    n = feedback_offers(c, r, true, offers);
    struct view_feedback_round_manage *manage = ARENA_ARRAY(c->a, n, struct view_feedback_round_manage);
    for (size_t k = 0; k < n; k++)
        manage[k] = (struct view_feedback_round_manage){offers[k].href, offers[k].label};
    v->manage = manage;
    v->manage_count = n;
}

enum rc feedback_get_round(struct ctx *c)
{
    struct feedback_round r;
    struct rows_feedback_nominations raters;
    struct feedback_named named;
    TRY(feedback_require(c, P_FEEDBACK_VIEW, &r));
    TRY(feedback_note(c, &r, "feedback_view"));
    TRY(sql_feedback_nominations(c->db, c->a, r.id, &raters));
    feedback_count_named(&r, &raters, "named", "approved", &named);
    struct view_feedback_round v = {.id = r.id,
                                    .own = r.subject == c->who->person,
                                    .subject = feedback_or_gone(c, r.subject_name),
                                    .state = str_from(feedback_state_word(r.state)),
                                    .state_word = feedback_state_name(c, r.state),
                                    .thin = r.thin,
                                    .facilitator = r.facilitator_name.p != NULL ? r.facilitator_name : S(""),
                                    .due = r.due_day != 0 ? SOME_INT(r.due_day) : (struct opt_int){0},
                                    .asked = named.total,
                                    .meeting = r.meeting_at != 0 ? SOME_INT(r.meeting_at) : (struct opt_int){0},
                                    .place = r.meeting_place};
    if (r.state >= FEEDBACK_NOMINATE)
        v.raters = feedback_path(c, r.id, "/raters");
    if ((r.state == FEEDBACK_COLLECT || r.state == FEEDBACK_VALIDATE) && feedback_allows(c, P_FEEDBACK_RUN, &r))
        TRY(fill_count(c, &r, &v));
    fill_words(c, &r, &v);
    fill_steps(c, &r, &v);
    fill_offers(c, &r, &v);
    struct crumb crumbs[] = {{tr(c, M_feedback_title), S("/feedback")}};
    struct msg_arg name = MSG_TEXT("name", v.subject);
    struct page page = {.title = v.own ? tr(c, M_feedback_round_own) : tr_args(c, M_feedback_round_of, &name, 1), .section = "/feedback", .crumbs = crumbs, .crumb_count = 1};
    return view_feedback_round_page(c, &page, &v);
}
