/* Looking at the plan again: check-ins, with whom it is shared, reviews with the rubric. */
#include "gen/programme/plan/plan_review_view.h"
#include "gen/programme/plan/plan_rubric_view.h"
#include "gen/programme/plan/plan_share_view.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/plan/inside.h"

/* ---- check-ins ---------------------------------------------------------------------------------------------------------------------------- */

struct checking {
    struct arena *a;
    struct plan_checkin k;
    int64_t person, today, now;
};

static enum rc add_checkin(struct db *tx, void *arg, struct err *e)
{
    const struct checking *s = arg;
    return plan_add_checkin(tx, s->a, s->person, &s->k, s->today, s->now, e);
}

enum rc plan_handle_checkin(struct ctx *c)
{
    TRY(plan_require_own(c));
    struct choice going[PLAN_GOINGS];
    static const msg_id hints[PLAN_GOINGS] = {M_plan_going_well_hint, M_plan_going_slowly_hint, M_plan_going_stuck_hint};
    for (int i = 0; i < PLAN_GOINGS; i++) {
        struct str word = str_from(plan_going_word((enum plan_going)i));
        going[i] = (struct choice){word, plan_going_name(c, word), tr(c, hints[i])};
    }
    struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/checkins/new"), M_plan_checkin_save);
    form_add(f, (struct field){.name = "going", .kind = FIELD_CHOICE, .label = M_plan_going, .required = true, .choices = going, .choice_count = PLAN_GOINGS, .boxed = true});
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_plan_checkin_words, .hint = M_plan_checkin_hint, .max = PLAN_WORDS, .rows = 4});
    form_add(f, (struct field){.name = "mentor", .kind = FIELD_BOOL, .label = M_plan_with_mentor});
    form_add(f, (struct field){.name = "next", .kind = FIELD_DAY, .label = M_plan_next, .hint = M_plan_next_hint, .required = true, .value = form_day_value(f, c->today + PLAN_CHECKIN_DAYS)});
    f->draft = S("plan-checkin");
    f->cancel = S("/plan");
    struct page page = plan_page(c, tr(c, M_plan_checkin_new), NULL);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, STR_NONE, STR_NONE, f);
    struct checking s = {.a = c->a, .person = c->who->person, .today = c->today, .now = c->now};
    s.k = (struct plan_checkin){.with_mentor = form_bool(f, "mentor"), .words = form_text(f, "words")};
    for (int i = 0; i < PLAN_GOINGS; i++)
        if (str_eq(form_text(f, "going"), going[i].value))
            s.k.going = (enum plan_going)i;
    (void)form_day(f, "next", &s.k.next_day);
    enum rc rc = ctx_write(c, add_checkin, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return plan_send_form(c, &page, STR_NONE, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, S("/plan"), M_plan_checkin_saved);
}

/* ---- with whom -------------------------------------------------------------------------------------------------------------------------------- */

struct sharing {
    struct arena *a;
    int64_t owner, pair, now;
    bool shared;
};

static enum rc share(struct db *tx, void *arg, struct err *e)
{
    const struct sharing *s = arg;
    return plan_share(tx, s->a, s->owner, s->pair, s->shared, s->now, e);
}

static enum rc send_share(struct ctx *c)
{
    struct rows_plan_pairs_of rows;
    TRY(sql_plan_pairs_of(c->db, c->a, c->who->person, &rows));
    struct view_plan_share_pairs *list = ARENA_ARRAY(c->a, rows.n, struct view_plan_share_pairs);
    for (size_t i = 0; i < rows.n; i++) {
        bool shared = rows.v[i].shared != 0;
        struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/share"), shared ? M_plan_share_stop : M_plan_share_begin);
        form_add(f, (struct field){.name = "pair", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, rows.v[i].id)});
        form_add(f, (struct field){.name = "shared", .kind = FIELD_HIDDEN, .value = shared ? S("0") : S("1")});
        f->no_warn = f->quiet = true;
        list[i] = (struct view_plan_share_pairs){plan_or_gone(c, rows.v[i].mentor), shared, f};
    }
    struct view_plan_share v = {.pairs = list, .pairs_count = rows.n};
    struct page page = plan_page(c, tr(c, M_plan_share), NULL);
    return view_plan_share_page(c, &page, &v);
}

enum rc plan_handle_share(struct ctx *c)
{
    struct sharing s = {.a = c->a, .owner = c->who->person, .now = c->now};
    TRY(plan_require_own(c));
    if (c->rq->method != METHOD_POST)
        return send_share(c);
    if (!str_to_int(request_form(c->rq, "pair"), &s.pair))
        return RC_NOT_FOUND;
    s.shared = str_eq_z(request_form(c->rq, "shared"), "1");
    TRY(ctx_write(c, share, &s));
    return page_redirect(c, S("/plan/share"), s.shared ? M_plan_share_begun : M_plan_share_stopped);
}

/* ---- the rubric ------------------------------------------------------------------------------------------------------------------------------ */

/* Three parts of 0 to 3, after the idea of the Learning Goal Scoring Rubric (Lockspeiser, Schmitter, Lane, Hanson, Rosenberg 2013,
 * MedEdPORTAL 9369), which has four; the words are Cadre's own. */
static const struct {
    const char *name;
    msg_id title, question, anchors[PLAN_SCORE_MOST + 1];
} rubric[PLAN_CRITERIA] = {
    {"specificity", M_plan_specificity, M_plan_specificity_more, {M_plan_specificity_0, M_plan_specificity_1, M_plan_specificity_2, M_plan_specificity_3}},
    {"plan", M_plan_steps, M_plan_steps_more, {M_plan_steps_0, M_plan_steps_1, M_plan_steps_2, M_plan_steps_3}},
    {"outcome", M_plan_result, M_plan_result_more, {M_plan_result_0, M_plan_result_1, M_plan_result_2, M_plan_result_3}},
};

enum rc plan_get_rubric(struct ctx *c)
{
    struct view_plan_rubric_parts parts[PLAN_CRITERIA];
    for (size_t i = 0; i < PLAN_CRITERIA; i++) {
        struct view_plan_rubric_parts_anchors *anchors = ARENA_ARRAY(c->a, PLAN_SCORE_MOST + 1, struct view_plan_rubric_parts_anchors);
        for (int p = 0; p <= PLAN_SCORE_MOST; p++)
            anchors[p] = (struct view_plan_rubric_parts_anchors){p, tr(c, rubric[i].anchors[p])};
        parts[i] = (struct view_plan_rubric_parts){tr(c, rubric[i].title), tr(c, rubric[i].question), anchors, PLAN_SCORE_MOST + 1};
    }
    struct view_plan_rubric v = {.parts = parts, .parts_count = PLAN_CRITERIA};
    struct page page = plan_page(c, tr(c, M_plan_rubric), NULL);
    return view_plan_rubric_page(c, &page, &v);
}

/* ---- beginning a review ------------------------------------------------------------------------------------------------------------------------ */

struct opening {
    struct arena *a;
    int64_t owner, pair, now, review;
};

static enum rc open_review(struct db *tx, void *arg, struct err *e)
{
    struct opening *s = arg;
    return plan_open_review(tx, s->a, s->owner, s->pair, s->now, &s->review, e);
}

enum rc plan_new_review(struct ctx *c)
{
    struct rows_plan_pairs_of pairs;
    TRY(plan_require_own(c));
    TRY(sql_plan_pairs_of(c->db, c->a, c->who->person, &pairs));
    struct choice *list = ARENA_ARRAY(c->a, pairs.n + 1, struct choice);
    size_t n = 0;
    for (size_t i = 0; i < pairs.n; i++)
        if (pairs.v[i].shared != 0)
            list[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, pairs.v[i].id), .label = plan_or_gone(c, pairs.v[i].mentor)};
    list[n++] = (struct choice){.value = S("0"), .label = tr(c, M_plan_review_alone)};
    struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/reviews/new"), M_plan_review_begin);
    form_add(f, (struct field){.name = "mentor", .kind = FIELD_CHOICE, .label = M_plan_review_with, .required = true, .choices = list, .choice_count = n, .value = list[0].value});
    f->cancel = S("/plan");
    f->no_warn = true;
    struct page page = plan_page(c, tr(c, M_plan_review_new), NULL);
    struct str note = tr(c, n > 1 ? M_plan_review_note : M_plan_review_note_alone);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, note, STR_NONE, f);
    struct opening s = {.a = c->a, .owner = c->who->person, .pair = form_int(f, "mentor", 0), .now = c->now};
    enum rc rc = ctx_write(c, open_review, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return plan_send_form(c, &page, note, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/reviews/", s.review), M_plan_review_begun);
}

/* ---- a review -------------------------------------------------------------------------------------------------------------------------------------- */

/* The owner; and the mentor of this review, as long as the plan is shared with her. */
static enum rc require_review(struct ctx *c, struct row_plan_review_find *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_plan_review_find(c->db, c->a, id, r));
    TRY(plan_require_read(c, r->person_id));
    bool hers = !r->mentor_id_null && r->mentor_id == c->who->person;
    return r->person_id == c->who->person || hers ? RC_OK : RC_NOT_FOUND;
}

static void fill_parts(struct ctx *c, const struct row_plan_review_goals *g, struct view_plan_review_goals *out)
{
    const struct opt_int owner[] = {{!g->owner_specificity_null, g->owner_specificity}, {!g->owner_plan_null, g->owner_plan}, {!g->owner_outcome_null, g->owner_outcome}};
    const struct opt_int mentor[] = {{!g->mentor_specificity_null, g->mentor_specificity}, {!g->mentor_plan_null, g->mentor_plan}, {!g->mentor_outcome_null, g->mentor_outcome}};
    struct view_plan_review_goals_parts *parts = ARENA_ARRAY(c->a, PLAN_CRITERIA, struct view_plan_review_goals_parts);
    for (size_t i = 0; i < PLAN_CRITERIA; i++) {
        parts[i] = (struct view_plan_review_goals_parts){.title = tr(c, rubric[i].title), .owner = owner[i], .mentor = mentor[i]};
        int64_t apart = owner[i].some && mentor[i].some ? owner[i].v - mentor[i].v : 0;
        if (apart != 0)
            parts[i].apart = SOME_INT(apart < 0 ? -apart : apart);
    }
    out->parts = parts;
    out->parts_count = PLAN_CRITERIA;
}

static enum rc fill_goals(struct ctx *c, const struct row_plan_review_find *r, const struct rows_plan_review_goals *goals, struct view_plan_review *v)
{
    struct rows_plan_review_actions actions;
    TRY(sql_plan_review_actions(c->db, c->a, r->id, 4 * PLAN_OPEN_MOST * PLAN_ACTIONS_MOST, &actions));
    struct view_plan_review_goals *list = ARENA_ARRAY(c->a, goals->n, struct view_plan_review_goals);
    struct view_plan_review_goals_actions *acts = ARENA_ARRAY(c->a, actions.n, struct view_plan_review_goals_actions);
    for (size_t i = 0; i < goals->n; i++) {
        const struct row_plan_review_goals *g = &goals->v[i];
        list[i] = (struct view_plan_review_goals){.number = (int64_t)i + 1,
                                                  .what = g->what,
                                                  .measure = g->measure,
                                                  .by = g->by_day,
                                                  .competency = g->competency,
                                                  .state = g->state,
                                                  .outcome = g->outcome,
                                                  .actions = acts};
        for (size_t k = 0; k < actions.n; k++)
            if (actions.v[k].goal_id == g->goal_id)
                acts[list[i].actions_count++] = (struct view_plan_review_goals_actions){actions.v[k].what, actions.v[k].due_day, !actions.v[k].done_at_null};
        acts += list[i].actions_count;
        if (!r->closed_at_null)
            fill_parts(c, g, &list[i]); /* before both have sent theirs, nobody's points are in the page */
    }
    v->goals = list;
    v->goals_count = goals->n;
    return RC_OK;
}

static const char *score_name(struct ctx *c, int64_t goal, size_t part)
{
    return str_z(c->a, str_printf(c->a, "%s-%" PRId64, rubric[part].name, goal));
}

static struct form *score_form(struct ctx *c, const struct row_plan_review_find *r, const struct rows_plan_review_goals *goals)
{
    struct form *f = form_new(c->a, c->lang, c->zone, plan_path(c, "/plan/reviews/", r->id), M_plan_review_send);
    for (size_t i = 0; i < goals->n; i++)
        for (size_t part = 0; part < PLAN_CRITERIA; part++) {
            struct choice *points = ARENA_ARRAY(c->a, PLAN_SCORE_MOST + 1, struct choice);
            for (int p = 0; p <= PLAN_SCORE_MOST; p++)
                points[p] = (struct choice){str_printf(c->a, "%d", p), str_printf(c->a, "%d", p), tr(c, rubric[part].anchors[p])};
            const struct msg_arg args[] = {MSG_TEXT("number", str_printf(c->a, "%zu", i + 1)), MSG_TEXT("part", tr(c, rubric[part].title))};
            form_add(f, (struct field){.name = score_name(c, goals->v[i].goal_id, part), .kind = FIELD_CHOICE, .label_text = tr_args(c, M_plan_score_label, args, COUNT_OF(args)),
                                       .hint = rubric[part].question, .required = true, .choices = points, .choice_count = PLAN_SCORE_MOST + 1, .boxed = true});
        }
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = r->person_id == c->who->person ? M_plan_review_words_own : M_plan_review_words, .max = PLAN_WORDS, .rows = 4});
    f->draft = str_printf(c->a, "plan-review-%" PRId64, r->id);
    return f;
}

struct scoring {
    struct arena *a;
    int64_t review, by, now;
    const struct plan_score *scores;
    size_t count;
    struct str words;
};

static enum rc give_scores(struct db *tx, void *arg, struct err *e)
{
    const struct scoring *s = arg;
    return plan_give_scores(tx, s->a, s->review, s->by, s->scores, s->count, s->words, s->now, e);
}

static enum rc send_review(struct ctx *c, const struct row_plan_review_find *r, const struct rows_plan_review_goals *goals, const struct form *f, int status)
{
    bool own = r->person_id == c->who->person, sent = own ? !r->owner_at_null : !r->mentor_at_null;
    struct view_plan_review v = {.own = own,
                                 .owner = plan_or_gone(c, r->owner),
                                 .opened = r->opened_at,
                                 .state = !r->closed_at_null ? S("done") : sent ? S("wait") : S("score"),
                                 .brought = r->brought != 0,
                                 .rubric = S("/plan/rubric")};
    if (!r->mentor_id_null)
        v.mentor = plan_or_gone(c, r->mentor);
    if (!r->closed_at_null) {
        v.owner_words = r->owner_words;
        v.mentor_said = r->mentor_said;
        v.owner_sent = !r->owner_at_null;
        v.mentor_sent = !r->mentor_at_null;
    } else if (!sent) {
        v.f = f;
    }
    if (own && r->closed_at_null)
        v.drop = str_printf(c->a, "/plan/reviews/%" PRId64 "/drop", r->id);
    TRY(fill_goals(c, r, goals, &v));
    struct page page = plan_page(c, tr(c, M_plan_review), NULL);
    if (!own) {
        struct msg_arg name = MSG_TEXT("name", v.owner);
        page.crumbs = &(struct crumb){tr_args(c, M_plan_of, &name, 1), str_printf(c->a, "/people/%" PRId64 "/plan", r->person_id)};
        page.status = status;
        return view_plan_review_page(c, &page, &v);
    }
    page.status = status;
    return view_plan_review_page(c, &page, &v);
}

enum rc plan_handle_review(struct ctx *c)
{
    struct row_plan_review_find r;
    struct rows_plan_review_goals goals;
    int status = 0;
    TRY(require_review(c, &r));
    TRY(sql_plan_review_goals(c->db, c->a, r.id, lang_tag(c->lang), &goals));
    struct form *f = score_form(c, &r, &goals);
    if (c->rq->method != METHOD_POST)
        return send_review(c, &r, &goals, f, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_review(c, &r, &goals, f, 422);
    struct plan_score *scores = ARENA_ARRAY(c->a, goals.n, struct plan_score);
    for (size_t i = 0; i < goals.n; i++) {
        scores[i].goal = goals.v[i].goal_id;
        for (size_t part = 0; part < PLAN_CRITERIA; part++)
            scores[i].points[part] = form_int(f, score_name(c, scores[i].goal, part), -1);
    }
    struct scoring s = {c->a, r.id, c->who->person, c->now, scores, goals.n, form_text(f, "words")};
    enum rc rc = ctx_write(c, give_scores, &s);
    if (rc == RC_INVALID && page_form_failed(c, f, rc, &status))
        return send_review(c, &r, &goals, f, status);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/reviews/", r.id), M_plan_review_given);
}

static enum rc drop_review(struct db *tx, void *arg, struct err *e)
{
    const struct opening *s = arg;
    return plan_drop_review(tx, s->a, s->owner, s->review, e);
}

enum rc plan_handle_drop(struct ctx *c)
{
    struct row_plan_review_find r;
    TRY(plan_require_own(c));
    TRY(require_review(c, &r));
    if (r.person_id != c->who->person)
        return RC_NOT_FOUND;
    if (!r.closed_at_null)
        return err_set(&c->err, RC_CONFLICT, M_plan_review_closed, NULL);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/reviews/%" PRId64 "/drop", r.id), M_plan_review_drop);
    f->danger = true;
    f->no_warn = true;
    f->cancel = plan_path(c, "/plan/reviews/", r.id);
    struct page page = plan_page(c, tr(c, M_plan_review_drop), NULL);
    if (c->rq->method != METHOD_POST)
        return plan_send_form(c, &page, tr(c, M_plan_review_drop_note), STR_NONE, f);
    struct opening s = {.a = c->a, .owner = c->who->person, .review = r.id};
    TRY(ctx_write(c, drop_review, &s));
    return page_redirect(c, S("/plan"), M_plan_review_dropped);
}
