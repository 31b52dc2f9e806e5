/* The pages of the evaluation: one's own answers, which nobody else reads, and the means of a programme; what a person chose for
 * herself; a meeting as a calendar file. */
#include "gen/programme/mentor/evaluate_sql.h"
#include "gen/programme/mentor/mentor_evaluation_view.h"
#include "gen/programme/mentor/mentor_means_view.h"
#include "gen/msg_calendar.h"
#include "out/ical.h"
#include "programme/mentor/inside.h"
#include "programme/mentor/questions.h"


/* ---- one's own answers -------------------------------------------------------------------------------------------------------------- */

static bool is_for(const struct mentor_question *item, bool mentee)
{
    return mentee ? item->mentee : item->mentor;
}

static struct choice *item_choices(struct ctx *c, const struct mentor_question *item)
{
    struct choice *list = ARENA_ARRAY(c->a, QUESTION_CHOICES + 1, struct choice);
    for (int i = 1; i <= QUESTION_CHOICES; i++) {
        struct str number = str_printf(c->a, "%d", i);
        list[i - 1] = (struct choice){.value = number, .label = item->anchors[i].p != NULL ? item->anchors[i] : tr(c, M_mentor_between)};
    }
    list[QUESTION_CHOICES] = (struct choice){.value = S("0"), .label = tr(c, M_mentor_cannot_say)};
    return list;
}

static struct form *evaluation_form(struct ctx *c, const struct mentor_questions *in, int64_t pair, int64_t month, bool mentee)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/evaluations/%" PRId64, pair, month), M_mentor_evaluation_save);
    for (size_t i = 0; i < in->count; i++)
        if (is_for(&in->items[i], mentee))
            form_add(f, (struct field){.name = str_z(c->a, in->items[i].name), .kind = FIELD_CHOICE, .label_text = in->items[i].text, .required = true, .boxed = true, .no_draft = true, .choices = item_choices(c, &in->items[i]), .choice_count = QUESTION_CHOICES + 1});
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_mentor_evaluation_words, .hint = M_mentor_evaluation_words_hint, .max = 4000, .no_draft = true});
    f->cancel = mentor_path(c, "/pairs/", pair);
    return f;
}

struct evaluating {
    struct arena *a;
    int64_t pair, person, month, now;
    struct mentor_reply replies[QUESTIONS_MAX];
    size_t count;
    struct str words;
};

static enum rc save_evaluation(struct db *tx, void *arg, struct err *e)
{
    const struct evaluating *s = arg;
    return mentor_save_evaluation(tx, s->a, s->pair, s->person, s->month, s->replies, s->count, s->words, s->now, e);
}

static enum rc fill_own(struct ctx *c, const struct mentor_questions *in, int64_t pair, int64_t month, struct view_mentor_evaluation *v)
{
    struct rows_wall_reply_own rows;
    TRY(sql_wall_reply_own(c->db, c->a, pair, c->who->person, month, &rows));
    struct view_mentor_evaluation_replies *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_evaluation_replies);
    for (size_t i = 0; i < in->count; i++)
        for (size_t k = 0; k < rows.n; k++)
            if (str_eq(rows.v[k].item, in->items[i].name) && !rows.v[k].choice_null) {
                struct str anchor = in->items[i].anchors[rows.v[k].choice];
                list[v->replies_count++] = (struct view_mentor_evaluation_replies){in->items[i].text, rows.v[k].choice, anchor.p != NULL ? anchor : tr(c, M_mentor_between)};
            }
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].choice_null)
            v->words = rows.v[k].body;
    v->replies = list;
    return RC_OK;
}

enum rc mentor_handle_evaluation(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_mentor_evaluation_find asked;
    struct evaluating s = {.a = c->a, .person = c->who->person, .now = c->now};
    TRY(mentor_require_pair(c, &p));
    TRY(request_id(c->rq, 1, &s.month));
    TRY(sql_mentor_evaluation_find(c->db, c->a, p.id, s.person, s.month, &asked));
    const struct mentor_questions *in = mentor_questions_shipped(c->a, str_z(c->a, lang_tag(c->lang)));
    struct page page = mentor_pair_page(c, &p, in->title, 0);
    struct view_mentor_evaluation v = {.month = s.month, .due = asked.due_day, .answered = !asked.answered_at_null};
    TRY(mentor_fill_call(c, &p, &v.call));
    struct form *f = evaluation_form(c, in, p.id, s.month, mentor_is_mentee(c, &p));
    if (v.answered && c->rq->method != METHOD_POST) {
        TRY(fill_own(c, in, p.id, s.month, &v));
        return view_mentor_evaluation_page(c, &page, &v);
    }
    if (!v.answered && mentor_is_open(p.state))
        v.f = f;
    if (c->rq->method != METHOD_POST)
        return view_mentor_evaluation_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count)) {
        page.status = 422;
        return view_mentor_evaluation_page(c, &page, &v);
    }
    s.pair = p.id;
    s.words = form_text(f, "words");
    for (size_t i = 0; i < in->count; i++) {
        int64_t choice;
        if (is_for(&in->items[i], mentor_is_mentee(c, &p)) && str_to_int(form_text(f, str_z(c->a, in->items[i].name)), &choice) && choice > 0)
            s.replies[s.count++] = (struct mentor_reply){in->items[i].name, choice};
    }
    TRY(ctx_write(c, save_evaluation, &s));
    return page_redirect(c, mentor_path(c, "/pairs/", p.id), M_mentor_evaluated);
}

/* ---- what the programme sees --------------------------------------------------------------------------------------------------------- */

struct means {
    struct mentor_mean *v;
    size_t n;
};

static void fill_side(const struct means *means, int64_t month, bool by_mentors, const struct mentor_question *item, struct opt_real *mean, struct opt_int *n)
{
    size_t i = 0;
    while (i < means->n && (means->v[i].month != month || means->v[i].by_mentors != by_mentors || !str_eq(means->v[i].item, item->name)))
        i++;
    if (i == means->n)
        return;
    *mean = (struct opt_real){.some = true, .v = (double)(int64_t)(means->v[i].mean * 10 + 0.5) / 10};
    *n = SOME_INT(means->v[i].n);
}

static void fill_items(struct ctx *c, const struct mentor_questions *in, const struct means *means, struct view_mentor_means_months *m)
{
    struct view_mentor_means_months_items *list = ARENA_ARRAY(c->a, in->count, struct view_mentor_means_months_items);
    for (size_t i = 0; i < in->count; i++) {
        list[i] = (struct view_mentor_means_months_items){.text = in->items[i].text, .asks_mentees = in->items[i].mentee, .asks_mentors = in->items[i].mentor};
        fill_side(means, m->month, false, &in->items[i], &list[i].mentees, &list[i].mentee_n);
        fill_side(means, m->month, true, &in->items[i], &list[i].mentors, &list[i].mentor_n);
    }
    m->items = list;
    m->items_count = in->count;
}

enum rc mentor_get_means(struct ctx *c)
{
    struct programme p;
    struct mentor_settings s;
    struct means means;
    struct rows_mentor_evaluation_counts counts;
    TRY(mentor_require_programme(c, P_MENTOR_OVERSEE, &p));
    TRY(mentor_settings_of(c->db, c->a, p.id, &s));
    TRY(sql_mentor_evaluation_counts(c->db, c->a, p.id, &counts));
    TRY(mentor_means(c->db, c->a, p.id, s.least, &means.v, &means.n));
    const struct mentor_questions *in = mentor_questions_shipped(c->a, str_z(c->a, lang_tag(c->lang)));
    struct view_mentor_means_months *months = ARENA_ARRAY(c->a, counts.n, struct view_mentor_means_months);
    for (size_t i = 0; i < counts.n; i++) {
        months[i] = (struct view_mentor_means_months){.month = counts.v[i].month, .asked = counts.v[i].asked};
        if (counts.v[i].asked >= 2 * s.least)
            months[i].answered = SOME_INT(counts.v[i].answered);
        fill_items(c, in, &means, &months[i]);
    }
    struct view_mentor_means v = {.least = s.least, .months = months, .months_count = counts.n};
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_means));
    return view_mentor_means_page(c, &page, &v);
}

/* ---- what a person chose for herself --------------------------------------------------------------------------------------------------- */

struct choosing {
    int64_t person;
    struct mentor_choice x;
};

static enum rc save_choice(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *s = arg;
    (void)e;
    return sql_mentor_choice_set(tx, s->person, s->x.remind, s->x.mail_due, s->x.tell_place, s->x.in_lineage);
}

enum rc mentor_handle_choices(struct ctx *c)
{
    struct mentor_choice old;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_MENTOR_PAIR, &t));
    TRY(mentor_choice_of(c->db, c->a, c->who->person, &old));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/mentors/choices"), M_mentor_choices_save);
    form_add(f, (struct field){.name = "remind", .kind = FIELD_BOOL, .label = M_mentor_choice_remind, .value = old.remind ? S("1") : STR_NONE});
    form_add(f, (struct field){.name = "mail_due", .kind = FIELD_BOOL, .label = M_mentor_choice_mail_due, .value = old.mail_due ? S("1") : STR_NONE});
    form_add(f, (struct field){.name = "tell_place", .kind = FIELD_BOOL, .label = M_mentor_choice_place, .hint = M_mentor_choice_place_hint, .value = old.tell_place ? S("1") : STR_NONE});
    form_add(f, (struct field){.name = "in_lineage", .kind = FIELD_BOOL, .label = M_mentor_choice_lineage, .hint = M_mentor_choice_lineage_hint, .value = old.in_lineage ? S("1") : STR_NONE});
    f->cancel = S("/pairs");
    struct crumb crumbs[] = {{tr(c, M_mentor_mine), S("/pairs")}};
    struct page page = {.title = tr(c, M_mentor_choices), .section = "/mentors", .crumbs = crumbs, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, STR_NONE, f);
    struct choosing s = {c->who->person, {form_bool(f, "remind"), form_bool(f, "mail_due"), form_bool(f, "tell_place"), form_bool(f, "in_lineage")}};
    TRY(ctx_write(c, save_choice, &s));
    return page_redirect(c, S("/pairs"), M_mentor_choices_saved);
}

/* ---- calendars ------------------------------------------------------------------------------------------------------------------------ */

static enum rc add_meetings(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_wall_meeting_calendar rows;
    struct mentor_choice chosen;
    TRY(mentor_choice_of(c->db, c->a, c->who->person, &chosen));
    TRY(sql_wall_meeting_calendar(c->db, c->a, c->who->person, from, until, CALENDAR_MOST, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_wall_meeting_calendar *r = &rows.v[i];
        bool mentor = r->mentor_id == c->who->person;
        struct str name = mentor ? r->mentee : r->mentor;
        calendar_add(list, (struct calendar_entry){.what = S("mentor-meeting"),
                                                   .id = r->id,
                                                   .starts_at = r->starts_at,
                                                   .minutes = r->minutes,
                                                   .title = tr(c, M_mentor_meeting),
                                                   .href = str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, r->pair_id, r->id),
                                                   .detail = name.p != NULL ? name : tr(c, M_mentor_gone),
                                                   .place = r->place,
                                                   .outside = tr(c, mentor ? M_mentor_ics_mentee : M_mentor_ics_mentor),
                                                   .outside_place = chosen.tell_place ? r->place : STR_NONE});
    }
    return RC_OK;
}

enum rc mentor_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_wall_action_waiting actions;
    struct rows_mentor_evaluation_waiting asked;
    struct target t = {.holder = c->who->person};
    if (!access_allows(c, P_MENTOR_PAIR, &t))
        return RC_OK; /* what a pair writes is for the two: not for programs, nor for who signed in by another one's link */
    TRY(add_meetings(c, from, until, list));
    TRY(sql_wall_action_waiting(c->db, c->a, c->who->person, CALENDAR_MOST, &actions));
    for (size_t i = 0; i < actions.n; i++)
        calendar_add(list, (struct calendar_entry){.what = S("mentor-action"), .id = actions.v[i].id, .sort = CALENDAR_DUE, .all_day = true, .day = actions.v[i].due_day,
                                                   .title = actions.v[i].body, .href = mentor_path(c, "/pairs/", actions.v[i].pair_id), .detail = tr(c, M_mentor_action),
                                                   .outside = tr(c, M_calendar_outside_due)});
    TRY(sql_mentor_evaluation_waiting(c->db, c->a, c->who->person, CALENDAR_MOST, &asked));
    for (size_t i = 0; i < asked.n; i++) {
        struct msg_arg months = MSG_NUM("n", asked.v[i].month);
        calendar_add(list, (struct calendar_entry){.what = str_printf(c->a, "mentor-evaluation-%" PRId64, asked.v[i].month), .id = asked.v[i].pair_id, .sort = CALENDAR_DUE, .all_day = true,
                                                   .day = asked.v[i].due_day, .title = tr_args(c, M_mentor_home_evaluate, &months, 1),
                                                   .href = str_printf(c->a, "/pairs/%" PRId64 "/evaluations/%" PRId64, asked.v[i].pair_id, asked.v[i].month),
                                                   .detail = tr(c, M_mentor_nav), .outside = tr(c, M_calendar_outside_due)});
    }
    return RC_OK;
}

/* Another calendar is read by who knows whom: it learns that there is a meeting, and the place only where the person wants it. */
enum rc mentor_get_ics(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_wall_meeting_find m;
    struct mentor_choice chosen;
    int64_t id;
    TRY(mentor_require_pair(c, &p));
    TRY(request_id(c->rq, 1, &id));
    TRY(sql_wall_meeting_find(c->db, c->a, id, p.id, &m));
    TRY(mentor_choice_of(c->db, c->a, c->who->person, &chosen));
    const struct ical_event e = {.uid = str_printf(c->a, "mentor-meeting-%" PRId64 "@cadre", m.id),
                                 .sequence = m.version,
                                 .stamp_at = c->now,
                                 .starts_at = m.starts_at,
                                 .minutes = m.minutes,
                                 .summary = tr(c, mentor_is_mentee(c, &p) ? M_mentor_ics_mentor : M_mentor_ics_mentee),
                                 .place = chosen.tell_place ? m.place : STR_NONE,
                                 .private = true,
                                 .cancelled = !m.cancelled_at_null};
    return page_download(c, "text/calendar; charset=utf-8", S("meeting.ics"), ical_write(c->a, &e, 1));
}
