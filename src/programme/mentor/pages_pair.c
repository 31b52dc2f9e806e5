/* A pair as its two see it: all of theirs, one of them, the answer, the steps, whom to call. */
#include "gen/programme/mentor/evaluate_sql.h"
#include "gen/programme/mentor/mentor_help_view.h"
#include "gen/programme/mentor/mentor_mine_view.h"
#include "gen/programme/mentor/mentor_pair_view.h"
#include "programme/mentor/inside.h"
#include "programme/privacy/privacy.h"
#include "view/markdown.h"

#define PAIRS_MAX 200
#define ROWS_MAX 200
#define WORDS_ROWS 50

enum rc mentor_get_pairs(struct ctx *c)
{
    struct rows_mentor_pair_mine rows;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_MENTOR_PAIR, &t));
    TRY(sql_mentor_pair_mine(c->db, c->a, c->who->person, PAIRS_MAX, &rows));
    struct view_mentor_mine_pairs *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_mine_pairs);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_mentor_pair_mine *r = &rows.v[i];
        bool mentor = r->mentor_id == c->who->person;
        struct str name = mentor ? r->mentee : r->mentor;
        list[i] = (struct view_mentor_mine_pairs){.id = r->id,
                                                  .name = name.p != NULL ? name : tr(c, M_mentor_gone),
                                                  .href = mentor_path(c, "/pairs/", r->id),
                                                  .mentor = mentor,
                                                  .state = r->state,
                                                  .word = mentor_state_word(c, r->state),
                                                  .meetings = r->meetings,
                                                  .since = r->proposed_at};
    }
    struct view_mentor_mine v = {.pairs = list, .pairs_count = rows.n, .find = S("/mentors"), .written = S("/pairs/written"), .choices = S("/mentors/choices"), .log = S("/mentors/log"), .lineage = S("/mentors/lineage")};
    struct page page = {.title = tr(c, M_mentor_mine), .section = "/mentors"};
    return view_mentor_mine_page(c, &page, &v);
}

/* ---- one pair --------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_agreement(struct ctx *c, const struct row_mentor_pair_find *p, bool open, struct view_mentor_pair *v)
{
    struct row_wall_agreement_find g;
    enum rc rc = sql_wall_agreement_find(c->db, c->a, p->id, &g);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (open)
        v->agreement_edit = str_printf(c->a, "/pairs/%" PRId64 "/agreement", p->id);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    struct view_mentor_pair_agreement *a = ARENA_NEW(c->a, struct view_mentor_pair_agreement);
    *a = (struct view_mentor_pair_agreement){.aims = g.aims, .points = g.points, .cadence = g.cadence_weeks};
    if (!p->mentor_signed_at_null)
        a->mentor_signed = SOME_INT(p->mentor_signed_at);
    if (!p->mentee_signed_at_null)
        a->mentee_signed = SOME_INT(p->mentee_signed_at);
    v->agreement = a;
    bool signed_it = mentor_is_mentee(c, p) ? a->mentee_signed.some : a->mentor_signed.some;
    if (open && !signed_it) {
        struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/sign", p->id), M_mentor_sign);
        form_add_version(f, g.version);
        v->sign = f;
    }
    return RC_OK;
}

static enum rc fill_meetings(struct ctx *c, const struct row_mentor_pair_find *p, bool open, struct view_mentor_pair *v)
{
    struct rows_wall_meeting_list rows;
    TRY(sql_wall_meeting_list(c->db, c->a, p->id, ROWS_MAX, &rows));
    struct view_mentor_pair_meetings *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_pair_meetings);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_wall_meeting_list *r = &rows.v[i];
        list[i] = (struct view_mentor_pair_meetings){.href = str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, p->id, r->id),
                                                     .starts = r->starts_at,
                                                     .place = r->place,
                                                     .state = !r->held_at_null        ? S("held")
                                                              : !r->cancelled_at_null ? S("cancelled")
                                                              : r->starts_at < c->now ? S("ask")
                                                                                      : S("planned")};
    }
    v->meetings = list;
    v->meetings_count = rows.n;
    if (open)
        v->meeting_new = str_printf(c->a, "/pairs/%" PRId64 "/meetings/new", p->id);
    return RC_OK;
}

static enum rc fill_actions(struct ctx *c, const struct row_mentor_pair_find *p, bool open, struct view_mentor_pair *v)
{
    struct rows_wall_action_list rows;
    TRY(sql_wall_action_list(c->db, c->a, p->id, ROWS_MAX, &rows));
    struct view_mentor_pair_actions *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_pair_actions);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_wall_action_list *r = &rows.v[i];
        list[i] = (struct view_mentor_pair_actions){.body = r->body,
                                                    .mine = r->owner_id == c->who->person,
                                                    .due = r->due_day,
                                                    .done = r->done_at_null ? (struct opt_int){0} : SOME_INT(r->done_at),
                                                    .overdue = r->done_at_null && r->due_day < c->today};
        if (open && list[i].mine && r->done_at_null)
            list[i].tick = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/actions/%" PRId64 "/done", p->id, r->id), M_mentor_tick);
    }
    v->actions = list;
    v->actions_count = rows.n;
    if (open)
        v->action_new = str_printf(c->a, "/pairs/%" PRId64 "/actions/new", p->id);
    return RC_OK;
}

/* One's own: whether the other one answered is not told. */
static enum rc fill_evaluations(struct ctx *c, const struct row_mentor_pair_find *p, struct view_mentor_pair *v)
{
    struct rows_mentor_evaluation_of_pair rows;
    TRY(sql_mentor_evaluation_of_pair(c->db, c->a, p->id, c->who->person, &rows));
    struct view_mentor_pair_evaluations *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_pair_evaluations);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_mentor_pair_evaluations){str_printf(c->a, "/pairs/%" PRId64 "/evaluations/%" PRId64, p->id, rows.v[i].month), rows.v[i].month, rows.v[i].due_day, !rows.v[i].answered_at_null};
    v->evaluations = list;
    v->evaluations_count = rows.n;
    return RC_OK;
}

static msg_id kind_word(struct str kind)
{
    return str_eq_z(kind, "ask")       ? M_mentor_kind_ask
           : str_eq_z(kind, "answer")  ? M_mentor_kind_answer
           : str_eq_z(kind, "note")    ? M_mentor_kind_note
           : str_eq_z(kind, "checkin") ? M_mentor_kind_checkin
                                       : M_mentor_kind_message;
}

static enum rc fill_words(struct ctx *c, const struct row_mentor_pair_find *p, bool open, struct view_mentor_pair *v)
{
    struct rows_wall_words_list rows;
    int64_t at = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_wall_words_list(c->db, c->a, p->id, at, id, WORDS_ROWS + 1, &rows));
    size_t n = rows.n < WORDS_ROWS ? rows.n : WORDS_ROWS;
    struct view_mentor_pair_words *list = ARENA_ARRAY(c->a, n, struct view_mentor_pair_words);
    for (size_t i = 0; i < n; i++) {
        const struct row_wall_words_list *r = &rows.v[i];
        list[i] = (struct view_mentor_pair_words){.mine = r->author_id == c->who->person, .kind = r->kind, .kind_word = tr(c, kind_word(r->kind)), .body = r->body, .at = r->at};
    }
    v->words = list;
    v->words_count = n;
    if (rows.n > n)
        v->older = str_printf(c->a, "/pairs/%" PRId64 "?at=%" PRId64 "&id=%" PRId64, p->id, rows.v[n - 1].at, rows.v[n - 1].id);
    if (open)
        v->write = mentor_write_form(c, p);
    return RC_OK;
}

static const struct {
    const char *word;
    msg_id title, note, button, done;
} step_texts[MENTOR_STEPS] = {
    [MENTOR_WITHDRAW] = {"withdraw", M_mentor_withdraw, M_mentor_withdraw_note, M_mentor_withdraw_button, M_mentor_withdrawn},
    [MENTOR_PAUSE] = {"pause", M_mentor_pause, M_mentor_pause_note, M_mentor_pause_button, M_mentor_paused},
    [MENTOR_RESUME] = {"resume", M_mentor_resume, M_mentor_resume_note, M_mentor_resume_button, M_mentor_resumed},
    [MENTOR_COMPLETE] = {"complete", M_mentor_complete, M_mentor_complete_note, M_mentor_complete_button, M_mentor_completed},
    [MENTOR_CONCLUDE] = {"conclude", M_mentor_conclude, M_mentor_conclude_note, M_mentor_conclude_button, M_mentor_concluded},
};

static void fill_steps(struct ctx *c, const struct row_mentor_pair_find *p, struct view_mentor_pair *v)
{
    struct view_mentor_pair_steps *list = ARENA_ARRAY(c->a, MENTOR_STEPS, struct view_mentor_pair_steps);
    for (int i = 0; i < MENTOR_STEPS; i++)
        if (mentor_may_step(p->state, (enum mentor_step)i, mentor_is_mentee(c, p)))
            list[v->steps_count++] = (struct view_mentor_pair_steps){str_printf(c->a, "/pairs/%" PRId64 "/steps/%s", p->id, step_texts[i].word), tr(c, step_texts[i].title)};
    v->steps = list;
}

static bool is_silent(const struct ctx *c, const struct row_mentor_pair_find *p)
{
    return (str_eq_z(p->state, "accepted") || str_eq_z(p->state, "active")) && p->touched_at < c->now - MENTOR_SILENCE_DAYS * MS_PER_DAY;
}

/* Is who asks to answer still: the mentor whom somebody asked, both when a coordinator or a round proposed them. */
static bool mentor_asked(const struct ctx *c, const struct row_mentor_pair_find *p)
{
    return mentor_is_mentee(c, p) ? p->mentee_yes_at_null : p->mentor_yes_at_null;
}

enum rc mentor_get_pair(struct ctx *c)
{
    struct row_mentor_pair_find p;
    TRY(mentor_require_pair(c, &p));
    bool open = mentor_is_open(p.state), mentee = mentor_is_mentee(c, &p), proposed = str_eq_z(p.state, "proposed");
    struct view_mentor_pair v = {.id = p.id,
                                 .other = mentor_other_name(c, &p),
                                 .mentor = !mentee,
                                 .state = p.state,
                                 .state_word = mentor_state_word(c, p.state),
                                 .open = open,
                                 .silent = is_silent(c, &p),
                                 .proposed_to_both = proposed && str_eq_z(p.origin, "coordinator")};
    TRY(mentor_fill_call(c, &p, &v.call));
    if (!p.paused_until_day_null)
        v.paused_until = SOME_INT(p.paused_until_day);
    if (proposed && mentor_asked(c, &p))
        v.answer = str_printf(c->a, "/pairs/%" PRId64 "/answer", p.id);
    if (proposed && !mentee) {
        struct row_mentor_wish_find wish;
        enum rc rc = sql_mentor_wish_find(c->db, c->a, p.programme_id, p.mentee_id, &wish);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        v.looks_for = wish.looks_for;
    }
    TRY(fill_agreement(c, &p, open, &v));
    TRY(fill_meetings(c, &p, open, &v));
    TRY(fill_actions(c, &p, open, &v));
    TRY(fill_words(c, &p, open, &v));
    TRY(fill_evaluations(c, &p, &v));
    if (!p.ended_at_null) {
        int64_t days;
        TRY(privacy_keep_days(c->db, c->a, MENTOR_KEPT, &days));
        v.kept_until = SOME_INT(day_from_ms(c->zone, p.ended_at) + days);
    }
    fill_steps(c, &p, &v);
    struct page page = mentor_pair_page(c, &p, v.other, 0);
    page.crumb_count = 1;
    return view_mentor_pair_page(c, &page, &v);
}

/* ---- answering --------------------------------------------------------------------------------------------------------------------- */

struct answering {
    struct arena *a;
    int64_t pair, by, now;
    bool yes;
    struct str words;
};

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return mentor_answer_as(tx, s->a, s->pair, s->by, s->yes, s->words, s->now, e);
}

enum rc mentor_handle_answer(struct ctx *c)
{
    struct row_mentor_pair_find p;
    TRY(mentor_require_pair(c, &p));
    bool mentee = mentor_is_mentee(c, &p);
    if (mentee && !str_eq_z(p.origin, "coordinator"))
        return RC_NOT_FOUND; /* who asked has nothing to answer */
    struct choice yes_no[] = {{.value = S("yes"), .label = tr(c, M_mentor_answer_yes)}, {.value = S("no"), .label = tr(c, M_mentor_answer_no)}};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/answer", p.id), M_mentor_answer_button);
    form_add(f, (struct field){.name = "answer", .kind = FIELD_CHOICE, .label = M_mentor_answer_field, .required = true, .choices = yes_no, .choice_count = 2});
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_mentor_answer_words, .hint = mentee ? M_mentor_answer_hint_mentee : M_mentor_answer_hint, .required = !mentee, .max = 2000, .no_draft = true});
    f->cancel = mentor_path(c, "/pairs/", p.id);
    struct page page = mentor_pair_page(c, &p, tr(c, M_mentor_answer_link), 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    struct answering s = {c->a, p.id, c->who->person, c->now, str_eq_z(form_text(f, "answer"), "yes"), form_text(f, "words")};
    enum rc rc = ctx_write(c, answer, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, mentor_path(c, "/pairs/", p.id), M_mentor_answered);
}

/* ---- steps -------------------------------------------------------------------------------------------------------------------------- */

struct stepping {
    struct arena *a;
    int64_t pair, version, by, now;
    enum mentor_step step;
    bool again;
    int64_t until, today;
};

static enum rc take_step(struct db *tx, void *arg, struct err *e)
{
    const struct stepping *s = arg;
    if (s->step == MENTOR_PAUSE)
        return mentor_pause(tx, s->a, s->pair, s->version, s->by, s->until, s->today, s->now, e);
    return mentor_take_step(tx, s->a, s->pair, s->version, s->step, s->by, s->again, s->now, e);
}

enum rc mentor_handle_step(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct stepping s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(mentor_require_pair(c, &p));
    if (!mentor_find_step(c->rq->params[1], &s.step))
        return RC_NOT_FOUND;
    bool mentee = mentor_is_mentee(c, &p);
    if (!mentor_may_step(p.state, s.step, mentee))
        return err_set(&c->err, RC_CONFLICT, M_mentor_changed, NULL);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/steps/%s", p.id, step_texts[s.step].word), step_texts[s.step].button);
    struct choice again[] = {{.value = S("no"), .label = tr(c, M_mentor_again_no)},
                             {.value = S("ask"), .label = tr(c, M_mentor_again_ask)},
                             {.value = S("round"), .label = tr(c, M_mentor_again_round)}};
    if (s.step == MENTOR_CONCLUDE && mentee)
        form_add(f, (struct field){.name = "again", .kind = FIELD_CHOICE, .label = M_mentor_again, .hint = M_mentor_again_hint, .required = true, .choices = again, .choice_count = COUNT_OF(again), .value = S("no")});
    if (s.step == MENTOR_PAUSE)
        form_add(f, (struct field){.name = "until", .kind = FIELD_DAY, .label = M_mentor_until, .hint = M_mentor_until_hint});
    form_add_version(f, p.version);
    f->danger = s.step == MENTOR_CONCLUDE || s.step == MENTOR_COMPLETE || s.step == MENTOR_WITHDRAW;
    f->cancel = mentor_path(c, "/pairs/", p.id);
    struct page page = mentor_pair_page(c, &p, tr(c, step_texts[s.step].title), 0);
    struct str note = tr(c, step_texts[s.step].note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, &p, note, f);
    s.pair = p.id;
    s.version = form_int(f, "version", 0);
    struct str next = s.step == MENTOR_CONCLUDE && mentee ? form_text(f, "again") : S("no");
    s.again = str_eq_z(next, "round");
    s.today = c->today;
    s.until = INT64_MIN;
    if (s.step == MENTOR_PAUSE)
        (void)form_day(f, "until", &s.until);
    enum rc rc = ctx_write(c, take_step, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, &p, note, f);
    TRY(rc);
    return page_redirect(c, str_eq_z(next, "ask") ? S("/mentors") : mentor_path(c, "/pairs/", p.id), step_texts[s.step].done);
}

/* ---- whom to call ------------------------------------------------------------------------------------------------------------------- */

enum rc mentor_get_help(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_mentor_help_find h;
    TRY(mentor_require_pair(c, &p));
    enum rc rc = sql_mentor_help_find(c->db, c->a, p.programme_id, &h);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_mentor_help v = {.back = mentor_path(c, "/pairs/", p.id)};
    if (h.words.n != 0)
        v.words = markdown_render(c->a, h.words, (struct markdown_options){.lang = c->lang, .heading_shift = 1});
    struct page page = mentor_pair_page(c, &p, tr(c, M_mentor_help), 0);
    return view_mentor_help_page(c, &page, &v);
}

/* From Home, whatever state anything is in: the words of the programmes of one's pairs, else of the programme one works in. */
enum rc mentor_get_help_here(struct ctx *c)
{
    struct rows_mentor_help_mine rows;
    struct view_mentor_help v = {.back = S("/home")};
    struct buf b = buf_new(c->a, 1024);
    TRY(sql_mentor_help_mine(c->db, c->a, c->who->person, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        buf_str(&b, rows.v[i].words);
        buf_z(&b, "\n\n");
    }
    if (rows.n == 0) {
        struct programme here;
        struct row_mentor_help_find h;
        enum rc rc = programme_current(c, &here);
        if (rc == RC_OK)
            rc = sql_mentor_help_find(c->db, c->a, here.id, &h);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (rc == RC_OK)
            buf_str(&b, h.words);
    }
    if (b.n != 0)
        v.words = markdown_render(c->a, buf_text(&b), (struct markdown_options){.lang = c->lang, .heading_shift = 1});
    struct page page = {.title = tr(c, M_mentor_help), .section = "/mentors"};
    return view_mentor_help_page(c, &page, &v);
}
