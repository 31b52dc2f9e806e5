/* Handing in a case: its owner chooses who rates her reasons, one or two of the faculty, and until then nobody reads them. Two rate
 * apart; she sees what they gave when both have, or when she waits for nobody else. What she handed in and nobody has rated she may take
 * back. */
#include "auth/session.h"
#include "gen/msg_handin.h"
#include "gen/msg_rating.h"
#include "gen/programme/practice/practice_end_view.h"
#include "gen/programme/practice/practice_rate_view.h"
#include "gen/programme/practice/practice_ratings_view.h"
#include "gen/programme/practice/practice_way_view.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/people/people.h"
#include "programme/practice/inside.h"
#include "programme/practice/rating.h"
#include "view/markdown.h"

#define RUBRIC "reasoning-rubric" /* where a case names none */
#define FACULTY_MOST 100          /* of more, names are typed */
#define RATERS 2

/* ---- the way ------------------------------------------------------------------------------------------------------------------------- */

static struct str framework_name(const struct ctx *c, struct str word)
{
    return tr(c, str_eq_z(word, "principles") ? M_practice_framework_principles
                 : str_eq_z(word, "box")      ? M_practice_framework_box
                 : str_eq_z(word, "cases")    ? M_practice_framework_cases
                                              : M_practice_framework_other);
}

static void fill_step(const struct ctx *c, const struct row_practice_choices *r, const struct story_step *step, const struct rows_practice_reasons *reasons,
                      struct view_practice_way_steps *w)
{
    *w = (struct view_practice_way_steps){.step = r->step + 1, .passage = step->title, .time_up = r->choice == STORY_TIME_UP};
    for (size_t k = 0; k < step->choice_count; k++)
        if (step->choices[k].number == (uint64_t)r->choice)
            w->chosen = step->choices[k].text;
    for (size_t k = 0; k < reasons->n; k++)
        if (reasons->v[k].step == r->step) {
            w->framework = framework_name(c, reasons->v[k].framework);
            w->stakeholders = reasons->v[k].stakeholders;
            w->weighed = reasons->v[k].weighed;
            w->because = reasons->v[k].because;
        }
}

enum rc practice_fill_way(struct ctx *c, const struct practice_stand *s, bool own, struct view_practice_way *v)
{
    struct rows_practice_choices choices;
    struct rows_practice_reasons reasons;
    TRY(sql_practice_choices(c->db, c->a, s->r.id, &choices));
    TRY(sql_practice_reasons(c->db, c->a, s->r.id, &reasons));
    struct story_attempt *t = story_start(c->a, s->story, (uint64_t)s->r.seed);
    struct view_practice_way_steps *steps = ARENA_ARRAY(c->a, choices.n, struct view_practice_way_steps);
    for (size_t k = 0; k < choices.n; k++) {
        fill_step(c, &choices.v[k], story_now(t), &reasons, &steps[k]);
        TRY(story_choose(t, (uint32_t)choices.v[k].choice, &c->err));
    }
    *v = (struct view_practice_way){.own = own, .steps = steps, .steps_count = choices.n};
    return RC_OK;
}

/* ---- what was given ------------------------------------------------------------------------------------------------------------------ */

static struct str name_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_rating_gone);
}

/* The table of all ratings of an attempt. */
static enum rc fill_ratings(struct ctx *c, int64_t attempt, const struct instrument *i, const struct view_practice_ratings **out)
{
    struct rows_hand_in_ratings rows;
    int64_t ids[RATERS];
    struct practice_rating given[RATERS];
    TRY(sql_hand_in_ratings(c->db, c->a, attempt, &rows));
    size_t n = rows.n < RATERS ? rows.n : RATERS;
    for (size_t k = 0; k < n; k++)
        ids[k] = rows.v[k].id;
    struct view_practice_ratings *v = ARENA_NEW(c->a, struct view_practice_ratings);
    TRY(practice_rating_read(c->db, c->a, i, ids, n, given));
    practice_ratings_fill(c, i, given, n, v);
    *out = v;
    return RC_OK;
}

enum rc practice_fill_hand_in(struct ctx *c, const struct practice_stand *s, struct view_practice_end *v)
{
    struct row_hand_in_find h;
    struct instrument i;
    if (s->r.expert)
        return RC_OK;
    v->hand_in = str_printf(c->a, "/practice/attempts/%" PRId64 "/hand-in", s->r.id);
    enum rc rc = sql_hand_in_find(c->db, c->a, s->r.id, &h);
    v->handed = rc == RC_NOT_FOUND ? S("none") : h.complete_at_null ? S("waiting") : S("done");
    if (rc == RC_NOT_FOUND || h.complete_at_null)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(rc);
    TRY(instrument_find(c->db, c->a, h.instrument_id, lang_tag(c->lang), &i));
    return fill_ratings(c, s->r.id, &i, &v->ratings);
}

/* ---- handing it in ------------------------------------------------------------------------------------------------------------------- */

enum step { HAND_IN, TAKE_BACK, WAIT_NO_MORE };

struct handing {
    struct arena *a;
    int64_t attempt, programme, person, instrument, first, second, now;
    enum step step;
};

/* Everybody who was asked has rated, or nobody waits for the other any more: it becomes evidence, and is shown. */
static enum rc complete(struct db *tx, struct arena *a, int64_t attempt, int64_t programme, const struct rows_hand_in_ratings *ratings, int64_t now)
{
    TRY(sql_hand_in_complete(tx, attempt, now));
    for (size_t k = 0; k < ratings->n; k++)
        TRY(practice_rating_add_evidence(tx, a, ratings->v[k].id, programme, now));
    return RC_OK;
}

static enum rc hand(struct db *tx, void *arg, struct err *e)
{
    const struct handing *h = arg;
    struct row_hand_in_find there;
    struct rows_hand_in_ratings ratings;
    enum rc rc = sql_hand_in_find(tx, h->a, h->attempt, &there);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_hand_in_ratings(tx, h->a, h->attempt, &ratings));
    bool handed = rc == RC_OK;
    if (handed != (h->step != HAND_IN) || (handed && !there.complete_at_null) || (handed && (ratings.n != 0) != (h->step == WAIT_NO_MORE)))
        return err_set(e, RC_CONFLICT, M_handin_changed, NULL);
    if (h->step == TAKE_BACK) {
        TRY(sql_hand_in_drop(tx, h->attempt));
        return audit_note(tx, h->now, h->person, "exercise_take_back", 0, "exercise_attempt", h->attempt);
    }
    if (h->step == WAIT_NO_MORE)
        return complete(tx, h->a, h->attempt, h->programme, &ratings, h->now);
    TRY(sql_hand_in_add(tx, h->attempt, h->instrument, h->first, h->second != 0 ? &h->second : NULL, h->now));
    return audit_note(tx, h->now, h->person, "exercise_hand_in", 0, "exercise_attempt", h->attempt);
}

enum rc practice_add_faculty(struct ctx *c, struct form *f, int64_t programme, struct field field, bool *typed)
{
    struct rows_hand_in_faculty rows;
    TRY(sql_hand_in_faculty(c->db, c->a, programme, c->today, FACULTY_MOST + 1, &rows));
    *typed = rows.n > FACULTY_MOST;
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].person_id), .label = rows.v[k].display_name};
    field.hint = *typed ? M_handin_typed : field.hint;
    field.kind = *typed ? FIELD_TEXT : FIELD_CHOICE;
    field.choices = choices;
    field.choice_count = n;
    field.max = *typed ? 120 : 0;
    form_add(f, field);
    return RC_OK;
}

static enum rc add_rater_fields(struct ctx *c, struct form *f, int64_t programme, bool *typed)
{
    TRY(practice_add_faculty(c, f, programme, (struct field){.name = "first", .label = M_handin_first, .required = true}, typed));
    return practice_add_faculty(c, f, programme, (struct field){.name = "second", .label = M_handin_second, .hint = M_handin_second_hint}, typed);
}

enum rc practice_read_faculty(struct ctx *c, struct form *f, const char *name, int64_t programme, bool typed, int64_t *person)
{
    struct row_hand_in_is_faculty is;
    *person = typed ? 0 : form_int(f, name, 0);
    if (typed && form_text(f, name).n != 0)
        TRY(people_read_person(c, f, name, programme, person));
    if (*person == 0)
        return RC_OK;
    TRY(sql_hand_in_is_faculty(c->db, c->a, programme, *person, c->today, &is));
    if (is.n == 0 || *person == c->who->person)
        form_error(f, name, M_handin_not_faculty, NULL);
    return RC_OK;
}

static enum rc rubric_of(struct ctx *c, const struct practice_stand *s, struct instrument *out)
{
    struct row_practice_version v;
    TRY(sql_practice_version(c->db, c->a, s->r.family_id, &v));
    return instrument_current(c->db, c->a, v.rubric.n != 0 ? v.rubric : S(RUBRIC), lang_tag(c->lang), out);
}

static enum rc hand_in_first(struct ctx *c, struct practice_stand *s, struct form *f, struct page *page)
{
    struct instrument i;
    bool typed;
    struct handing h = {.a = c->a, .attempt = s->r.id, .programme = s->r.programme_id, .person = c->who->person, .now = c->now, .step = HAND_IN};
    TRY(rubric_of(c, s, &i));
    TRY(add_rater_fields(c, f, s->r.programme_id, &typed));
    struct msg_arg rubric = MSG_TEXT("rubric", i.title);
    struct str note = tr_args(c, M_handin_note, &rubric, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, page, note, f);
    TRY(practice_read_faculty(c, f, "first", s->r.programme_id, typed, &h.first));
    TRY(practice_read_faculty(c, f, "second", s->r.programme_id, typed, &h.second));
    if (h.first == h.second && h.first != 0)
        form_error(f, "second", M_handin_same, NULL);
    if (!form_ok(f) || h.first == 0)
        return practice_send_form(c, page, note, f);
    h.instrument = i.id;
    enum rc rc = ctx_write(c, hand, &h);
    if (page_form_failed(c, f, rc, &page->status))
        return practice_send_form(c, page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_handin_handed);
}

enum rc practice_handle_hand_in(struct ctx *c)
{
    struct practice_stand s;
    struct row_hand_in_find there;
    struct rows_hand_in_ratings ratings;
    TRY(practice_open_own(c, &s));
    struct str attempt = str_printf(c->a, "/practice/attempts/%" PRId64, s.r.id), here = str_concat(c->a, attempt, S("/hand-in"));
    if (s.story == NULL || s.r.expert || !str_eq_z(s.r.state, "done"))
        return RC_NOT_FOUND;
    enum rc rc = sql_hand_in_find(c->db, c->a, s.r.id, &there);
    struct page page = practice_page(c, tr(c, M_handin_title), s.r.title, s.r.exercise_id);
    struct form *f = form_new(c->a, c->lang, c->zone, here, rc == RC_NOT_FOUND ? M_handin_begin : M_handin_take_back);
    f->cancel = attempt;
    if (rc == RC_NOT_FOUND)
        return hand_in_first(c, &s, f, &page);
    TRY(rc);
    if (!there.complete_at_null)
        return page_redirect(c, attempt, 0);
    TRY(sql_hand_in_ratings(c->db, c->a, s.r.id, &ratings));
    struct handing h = {.a = c->a, .attempt = s.r.id, .programme = s.r.programme_id, .person = c->who->person, .now = c->now,
                        .step = ratings.n != 0 ? WAIT_NO_MORE : TAKE_BACK};
    f->danger = ratings.n == 0;
    if (ratings.n != 0)
        f->submit = M_handin_no_more;
    struct msg_arg names[] = {MSG_TEXT("first", name_or_gone(c, there.first)), MSG_TEXT("second", there.second_id_null ? S("") : name_or_gone(c, there.second))};
    struct str note = tr_args(c, there.second_id_null ? M_handin_with_one : ratings.n != 0 ? M_handin_one_of_two : M_handin_with_two, names, 2);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, note, f);
    rc = ctx_write(c, hand, &h);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, attempt, h.step == TAKE_BACK ? M_handin_taken_back : M_handin_shown);
}

/* ---- rating it ----------------------------------------------------------------------------------------------------------------------- */

struct rating {
    struct arena *a;
    struct practice_rating_new n;
    int64_t programme, now;
};

static enum rc rate(struct db *tx, void *arg, struct err *e)
{
    const struct rating *r = arg;
    struct row_hand_in_find there;
    struct rows_hand_in_ratings ratings;
    int64_t id;
    enum rc rc = sql_hand_in_find(tx, r->a, r->n.attempt, &there);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_CONFLICT, M_handin_taken_meanwhile, NULL);
    TRY(rc);
    TRY(sql_hand_in_ratings(tx, r->a, r->n.attempt, &ratings));
    bool twice = false;
    for (size_t k = 0; k < ratings.n; k++)
        twice = twice || ratings.v[k].rater_id == r->n.rater;
    if (twice || !there.complete_at_null)
        return err_set(e, RC_CONFLICT, M_handin_rated_already, NULL);
    TRY(practice_rating_add(tx, r->a, &r->n, r->now, &id, e));
    TRY(audit_note(tx, r->now, r->n.rater, "exercise_rate", r->n.person, "exercise_attempt", r->n.attempt));
    TRY(sql_hand_in_ratings(tx, r->a, r->n.attempt, &ratings));
    return ratings.n == (there.second_id_null ? 1u : 2u) ? complete(tx, r->a, r->n.attempt, r->programme, &ratings, r->now) : RC_OK;
}

/* For who was asked to rate it; to anybody else there is no such page. */
static enum rc open_to_rate(struct ctx *c, struct practice_stand *s, struct row_hand_in_find *h)
{
    int64_t id, me = c->who->person;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_hand_in_find(c->db, c->a, id, h);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool asked = rc == RC_OK && (h->first_id == me || (!h->second_id_null && h->second_id == me));
    struct target t = {.holder = asked ? me : 0};
    TRY(access_require(c, P_ASSESSMENT_GIVE, &t));
    return asked ? practice_stand(c->db, c->a, id, s, &c->err) : RC_NOT_FOUND;
}

static enum rc send_rate(struct ctx *c, const struct practice_stand *s, struct view_practice_rate *v, int status)
{
    struct msg_arg title = MSG_TEXT("title", s->r.title);
    struct page page = {.title = tr_args(c, M_handin_rate_title, &title, 1), .section = "/practice", .status = status};
    return view_practice_rate_page(c, &page, v);
}

static enum rc take_rating(struct ctx *c, const struct practice_stand *s, const struct row_hand_in_find *h, const struct instrument *i,
                           struct view_practice_rate *v)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/practice/attempts/%" PRId64 "/rate", s->r.id), M_handin_send);
    f->draft = str_printf(c->a, "rate-%" PRId64, s->r.id);
    f->cancel = S("/home");
    practice_rating_add_fields(c, f, i);
    v->state = S("rate");
    v->f = f;
    v->about = markdown_render(c->a, i->about, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_rate(c, s, v, form_ok(f) ? 0 : 422);
    struct rating r = {.a = c->a, .programme = h->programme_id, .now = c->now};
    r.n = (struct practice_rating_new){.version = h->version_id, .attempt = s->r.id, .person = h->person_id, .rater = c->who->person, .instrument = i};
    practice_rating_read_fields(f, i, &r.n.answers, &r.n.words);
    enum rc rc = ctx_write(c, rate, &r);
    int status = 0;
    if (page_form_failed(c, f, rc, &status))
        return send_rate(c, s, v, status);
    TRY(rc);
    return page_redirect(c, f->action, M_handin_sent);
}

enum rc practice_handle_rate(struct ctx *c)
{
    struct practice_stand s;
    struct row_hand_in_find h;
    struct rows_hand_in_ratings ratings;
    struct instrument i;
    bool mine = false;
    TRY(open_to_rate(c, &s, &h));
    TRY(instrument_find(c->db, c->a, h.instrument_id, lang_tag(c->lang), &i));
    TRY(sql_hand_in_ratings(c->db, c->a, s.r.id, &ratings));
    for (size_t k = 0; k < ratings.n; k++)
        mine = mine || ratings.v[k].rater_id == c->who->person;
    struct view_practice_rate v = {.state = S("wait"), .subject = name_or_gone(c, h.subject), .rubric = i.title, .first = name_or_gone(c, h.first),
                                   .second = h.second_id_null ? S("") : name_or_gone(c, h.second), .handed = h.handed_at};
    TRY(practice_fill_way(c, &s, false, &v.way));
    if (!mine && h.complete_at_null)
        return take_rating(c, &s, &h, &i, &v);
    if (c->rq->method == METHOD_POST)
        return page_redirect(c, str_printf(c->a, "/practice/attempts/%" PRId64 "/rate", s.r.id), M_handin_rated_already);
    if (!h.complete_at_null) {
        v.state = S("done");
        TRY(fill_ratings(c, s.r.id, &i, &v.ratings));
    }
    return send_rate(c, &s, &v, 0);
}
