/* What was seen of a person: her list, one observation, asking the coordinator to look at it; and what she saw of others. */
#include "gen/programme/observe/observe_given_view.h"
#include "gen/programme/observe/observe_mine_view.h"
#include "gen/programme/observe/observe_one_view.h"
#include "out/mail.h"
#include "programme/observe/inside.h"
#include "programme/people/people.h"

#define PAGE_ROWS 50
#define REQUESTS_SHOWN 20
#define GIVEN_SHOWN 100

struct noting {
    int64_t actor, subject, object, now;
    const char *action;
};

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, n->action, n->subject, n->object != 0 ? "observation" : NULL, n->object);
}

/* Who reads about another is kept. */
static enum rc note_reading(struct ctx *c, int64_t subject, int64_t object)
{
    struct noting n = {c->who->person, subject, object, c->now, "observation_view"};
    return subject != c->who->person ? ctx_write(c, note, &n) : RC_OK;
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_seen(struct ctx *c, int64_t person, struct str base, struct view_observe_mine *v)
{
    struct rows_observation_of_person rows;
    struct observe_names *names = ARENA_NEW(c->a, struct observe_names);
    int64_t day = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "day"), &day);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_observation_of_person(c->db, c->a, person, day, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_observe_mine_seen *list = ARENA_ARRAY(c->a, n, struct view_observe_mine_seen);
    size_t shown = 0;
    for (size_t k = 0; k < n; k++) {
        const struct row_observation_of_person *r = &rows.v[k];
        struct target t;
        if (person != c->who->person) {
            TRY(observe_target(c, person, r->programme_id, &t));
            if (!access_allows(c, P_OBSERVATION_VIEW, &t))
                continue;
        }
        list[shown] = (struct view_observe_mine_seen){.id = r->id,
                                                  .href = observe_path(c, "/observations/", r->id),
                                                  .narrative = r->narrative,
                                                  .day = r->day,
                                                  .observer = observe_observer(c, r->observer, !r->observer_id_null, r->observer_name),
                                                  .state = r->state,
                                                  .state_word = observe_state_word(c, r->state),
                                                  .assessment = !r->assessment_id_null,
                                                  .look = !r->look_at_null && r->looked_at_null};
        TRY(observe_act_name(c, names, r->instrument_id, r->act, &list[shown].act));
        shown++;
    }
    v->seen = list;
    v->seen_count = shown;
    if (rows.n > n)
        v->more = str_printf(c->a, "%.*s?day=%" PRId64 "&id=%" PRId64, STR_ARG(base), rows.v[n - 1].day, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc fill_requests(struct ctx *c, struct view_observe_mine *v)
{
    struct rows_observe_link_requests rows;
    TRY(sql_observe_link_requests(c->db, c->a, c->who->person, REQUESTS_SHOWN, &rows));
    struct view_observe_mine_requests *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_mine_requests);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_observe_link_requests *r = &rows.v[k];
        bool done = !r->used_at_null, revoked = !r->revoked_at_null, late = r->expires_at <= c->now;
        list[k] = (struct view_observe_mine_requests){.to = r->to_person_id_null ? r->to_address : observe_or_gone(c, r->asked),
                                                      .words = r->words,
                                                      .until = r->expires_at};
        if (list[k].to.p == NULL)
            list[k].to = tr(c, M_observe_somebody_gone);
        list[k].state = done ? S("done") : revoked ? S("revoked") : late ? S("late") : S("open");
        list[k].state_word = tr(c, done ? M_observe_request_done : revoked ? M_observe_request_revoked : late ? M_observe_request_late : M_observe_request_open);
        if (!done && !revoked && !late)
            list[k].revoke = str_printf(c->a, "/codes/%" PRId64 "/revoke", r->id);
    }
    v->requests = list;
    v->requests_count = rows.n;
    return RC_OK;
}

static enum rc fill_ways(struct ctx *c, struct view_observe_mine *v)
{
    struct programme p;
    struct row_observe_member member;
    v->given = S("/observations/given");
    enum rc rc = programme_current(c, &p);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(sql_observe_member(c->db, c->a, p.id, c->who->person, c->today, &member));
    if (member.n != 0) {
        v->code = S("/observations/code");
        v->ask = S("/observations/ask");
    }
    struct target t = {.programme = p.id};
    if (access_allows(c, P_ASSESSMENT_GIVE, &t) || member.n == 0)
        v->assessments = S("/assessments");
    if (access_allows(c, P_OBSERVATION_MANAGE, &t))
        v->programme = str_printf(c->a, "/programmes/%" PRId64 "/observing", p.id);
    return RC_OK;
}

enum rc observe_get_mine(struct ctx *c)
{
    int64_t person = c->who->person;
    struct target t = {.person = person};
    if (c->rq->param_count != 0) {
        TRY(request_id(c->rq, 0, &person));
        TRY(programme_person_target(c, person, &t));
    }
    TRY(access_require(c, P_OBSERVATION_VIEW, &t));
    struct view_observe_mine v = {.own = person == c->who->person};
    TRY(people_name(c->db, c->a, person, &v.name));
    struct str base = v.own ? S("/observations") : str_printf(c->a, "/people/%" PRId64 "/observations", person);
    TRY(note_reading(c, person, 0));
    TRY(fill_seen(c, person, base, &v));
    if (v.own) {
        TRY(fill_ways(c, &v));
        TRY(fill_requests(c, &v));
    }
    struct msg_arg name = MSG_TEXT("name", v.name);
    struct crumb crumbs[] = {{v.name, observe_path(c, "/people/", person)}};
    struct page page = {.title = v.own ? tr(c, M_observe_title) : tr_args(c, M_observe_title_of, &name, 1),
                        .section = v.own ? "/observations" : "/people",
                        .crumbs = crumbs,
                        .crumb_count = v.own ? 0 : 1};
    return view_observe_mine_page(c, &page, &v);
}

/* One that somebody without an account has still to confirm. */
static bool waits_for_mail(const struct row_observation_find *o)
{
    return str_eq_z(o->state, "unconfirmed") && o->observer_address.p != NULL;
}

/* ---- one ---------------------------------------------------------------------------------------------------------------------------- */

/* One observation, for who may read it. A sheet of an assessment that is not complete exists for who wrote it alone. */
static enum rc open_one(struct ctx *c, enum permission may, struct row_observation_find *o)
{
    int64_t id;
    struct target t;
    struct row_assessment_find assessment;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_observation_find(c->db, c->a, id, o));
    TRY(observe_target(c, o->subject_id, o->programme_id, &t));
    bool mine = !o->observer_id_null && o->observer_id == c->who->person;
    t.holder = mine ? c->who->person : 0;
    TRY(access_require(c, may, &t));
    if (o->assessment_id_null || mine)
        return RC_OK;
    TRY(sql_assessment_find(c->db, c->a, o->assessment_id, &assessment));
    return assessment.complete_at_null ? RC_NOT_FOUND : RC_OK;
}

enum rc observe_get_one(struct ctx *c)
{
    struct row_observation_find o;
    struct instrument i;
    struct observe_names *names = ARENA_NEW(c->a, struct observe_names);
    TRY(open_one(c, P_OBSERVATION_VIEW, &o));
    if (o.observer_id_null || o.observer_id != c->who->person)
        TRY(note_reading(c, o.subject_id, o.id));
    TRY(instrument_find(c->db, c->a, o.instrument_id, lang_tag(c->lang), &i));
    bool own = o.subject_id == c->who->person;
    int64_t late = day_from_ms(c->zone, o.recorded_at) - o.day;
    struct view_observe_one v = {.id = o.id,
                                 .subject = observe_or_gone(c, o.subject),
                                 .own = own,
                                 .instrument = i.title,
                                 .day = o.day,
                                 .recorded = o.recorded_at,
                                 .late_days = late > 0 ? late : 0,
                                 .narrative = o.narrative,
                                 .observer = observe_observer(c, o.observer, !o.observer_id_null, o.observer_name),
                                 .outside = o.observer_id_null,
                                 .state = o.state,
                                 .state_word = observe_state_word(c, o.state)};
    const struct target anywhere = {0};
    if (access_allows(c, P_INSTRUMENT_VIEW, &anywhere))
        v.instrument_href = observe_path(c, "/instruments/", i.id);
    TRY(observe_act_name(c, names, o.instrument_id, o.act, &v.act));
    TRY(observe_fill_answers(c, &i, o.id, &v.answers));
    struct target here = {.programme = o.programme_id};
    bool keeper = access_allows(c, P_OBSERVATION_MANAGE, &here);
    if (own || keeper) {
        v.look_words = o.look_words;
        v.look_answer = o.look_answer;
        v.looked = o.looked_at_null ? (struct opt_int){0} : SOME_INT(o.looked_at);
    }
    if (own && o.look_at_null && str_eq_z(o.state, "confirmed"))
        v.look = str_printf(c->a, "/observations/%" PRId64 "/look", o.id);
    if ((own || keeper) && waits_for_mail(&o))
        v.mail = str_printf(c->a, "/observations/%" PRId64 "/mail", o.id);
    if (keeper && !own && !o.look_at_null && o.looked_at_null)
        v.decide = str_printf(c->a, "/observations/%" PRId64 "/decide", o.id);
    if (own && o.assessment_id_null && str_eq_z(o.state, "confirmed"))
        v.goal = observe_path(c, "/plan/goals/new?from=observation&id=", o.id);
    if (!o.assessment_id_null)
        v.assessment = observe_path(c, "/assessments/", o.assessment_id);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = v.act, .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    return view_observe_one_page(c, &page, &v);
}

struct looking {
    int64_t id, version, now;
    struct str words;
};

static enum rc ask_look(struct db *tx, void *arg, struct err *e)
{
    const struct looking *s = arg;
    return observe_ask_look(tx, s->id, s->version, s->words, s->now, e);
}

enum rc observe_handle_look(struct ctx *c)
{
    struct row_observation_find o;
    TRY(open_one(c, P_OBSERVATION_VIEW, &o));
    if (o.subject_id != c->who->person)
        return RC_NOT_FOUND; /* it is hers to ask */
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/observations/%" PRId64 "/look", o.id), M_observe_look_send);
    f->cancel = observe_path(c, "/observations/", o.id);
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_observe_look_words, .hint = M_observe_look_hint, .required = true, .max = 1000});
    form_add_version(f, o.version);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, M_observe_look_link), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, tr(c, M_observe_look_note), f);
    struct looking s = {o.id, form_int(f, "version", 0), c->now, form_text(f, "words")};
    enum rc rc = ctx_write(c, ask_look, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, tr(c, M_observe_look_note), f);
    TRY(rc);
    return page_redirect(c, observe_path(c, "/observations/", o.id), M_observe_look_done);
}

/* ---- a mail that did not arrive ------------------------------------------------------------------------------------------------------- */

#define MAIL_AGAIN_MS MS_PER_DAY

struct mailing {
    struct arena *a;
    int64_t id, now;
};

static enum rc mail_again(struct db *tx, void *arg, struct err *e)
{
    const struct mailing *s = arg;
    struct row_observation_find o;
    TRY(sql_observation_find(tx, s->a, s->id, &o));
    if (!waits_for_mail(&o))
        return RC_NOT_FOUND;
    if (o.confirm_until_null || o.confirm_until - OBSERVE_CONFIRM_DAYS * MS_PER_DAY + MAIL_AGAIN_MS > s->now)
        return err_set(e, RC_CONFLICT, M_observe_mail_again_soon, NULL); /* under way, or only just sent */
    return mail_ask(tx, "observe_confirm", str_printf(s->a, "%" PRId64, s->id), s->now);
}

enum rc observe_handle_mail(struct ctx *c)
{
    struct row_observation_find o;
    TRY(open_one(c, P_OBSERVATION_ASK, &o));
    if (!waits_for_mail(&o))
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/observations/%" PRId64 "/mail", o.id), M_observe_mail_again);
    f->cancel = observe_path(c, "/observations/", o.id);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, M_observe_mail_again), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    const struct msg_arg days = MSG_NUM("n", OBSERVE_CONFIRM_DAYS);
    struct str note = tr_args(c, M_observe_mail_again_note, &days, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, note, f);
    struct mailing s = {c->a, o.id, c->now};
    enum rc rc = ctx_write(c, mail_again, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, observe_path(c, "/observations/", o.id), M_observe_mail_again_done);
}

/* ---- what I saw of others ---------------------------------------------------------------------------------------------------------------- */

enum rc observe_get_given(struct ctx *c)
{
    struct rows_observation_by_observer rows;
    struct rows_observe_link_asked_of asked;
    struct observe_names *names = ARENA_NEW(c->a, struct observe_names);
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_OBSERVATION_VIEW, &t));
    TRY(sql_observation_by_observer(c->db, c->a, c->who->person, GIVEN_SHOWN, &rows));
    TRY(sql_observe_link_asked_of(c->db, c->a, c->who->person, c->now, GIVEN_SHOWN, &asked));
    struct view_observe_given_given *given = ARENA_ARRAY(c->a, rows.n, struct view_observe_given_given);
    for (size_t k = 0; k < rows.n; k++) {
        given[k] = (struct view_observe_given_given){.href = observe_path(c, "/observations/", rows.v[k].id),
                                                     .subject = observe_or_gone(c, rows.v[k].subject),
                                                     .day = rows.v[k].day,
                                                     .state = rows.v[k].state,
                                                     .state_word = observe_state_word(c, rows.v[k].state)};
        TRY(observe_act_name(c, names, rows.v[k].instrument_id, rows.v[k].act, &given[k].act));
    }
    struct view_observe_given_asked *list = ARENA_ARRAY(c->a, asked.n, struct view_observe_given_asked);
    for (size_t k = 0; k < asked.n; k++)
        list[k] = (struct view_observe_given_asked){observe_path(c, "/requests/", asked.v[k].id), observe_or_gone(c, asked.v[k].subject),
                                                    asked.v[k].words, asked.v[k].expires_at};
    struct view_observe_given v = {.asked = list, .asked_count = asked.n, .given = given, .given_count = rows.n};
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, M_observe_given), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    return view_observe_given_page(c, &page, &v);
}
