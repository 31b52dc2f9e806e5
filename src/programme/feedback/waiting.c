/* What 360 feedback tells the rest of the house: what waits for a person, mails to raters, what passes by the day, how its evidence is
 * called. */
#include "base/clock.h"
#include "out/mail.h"
#include "gen/msg_calendar.h"
#include "programme/feedback/inside.h"
#include "programme/people/people.h"
#include "view/write.h"

#define WAITING_MAX 50
#define AT_ONCE 50

/* ---- Home ------------------------------------------------------------------------------------------------------------------------ */

static enum feedback_state state_of(struct str word)
{
    size_t s = 0;
    while (s < FEEDBACK_CLOSED && !str_eq_z(word, feedback_state_word((enum feedback_state)s)))
        s++;
    return (enum feedback_state)s;
}

static enum rc own_items(struct ctx *c, struct home_list *list)
{
    struct rows_feedback_home_subject rows;
    TRY(sql_feedback_home_subject(c->db, c->a, c->who->person, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        enum feedback_state s = state_of(rows.v[k].state);
        msg_id title = s == FEEDBACK_SELF ? M_feedback_home_self : s == FEEDBACK_NOMINATE ? M_feedback_home_nominate : s == FEEDBACK_MEETING ? M_feedback_home_meeting : s == FEEDBACK_GOAL ? M_feedback_home_goal : 0;
        if (title == 0)
            continue;
        struct home_item item = {.title = tr(c, title), .href = feedback_path(c, rows.v[k].id, s == FEEDBACK_SELF ? "/self" : s == FEEDBACK_NOMINATE ? "/raters" : ""), .kind = tr(c, M_feedback_title), .weight = 16};
        if (s == FEEDBACK_MEETING && !rows.v[k].meeting_at_null) {
            item.has_due = true;
            item.due_day = day_from_ms(c->zone, rows.v[k].meeting_at);
        }
        home_add(list, item);
    }
    return RC_OK;
}

static enum rc facilitator_items(struct ctx *c, struct home_list *list)
{
    struct rows_feedback_home_facilitator rows;
    static const msg_id titles[FEEDBACK_STATE_COUNT] = {[FEEDBACK_APPROVE] = M_feedback_home_approve, [FEEDBACK_VALIDATE] = M_feedback_home_validate, [FEEDBACK_RELEASE] = M_feedback_home_release,
                                                        [FEEDBACK_MEETING] = M_feedback_home_talk,    [FEEDBACK_GOAL] = M_feedback_home_close};
    TRY(sql_feedback_home_facilitator(c->db, c->a, c->who->person, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        enum feedback_state s = state_of(rows.v[k].state);
        struct msg_arg name = MSG_TEXT("name", feedback_or_gone(c, rows.v[k].subject)), n = MSG_NUM("n", rows.v[k].named);
        if (rows.v[k].named != 0)
            home_add(list, (struct home_item){.title = tr_args(c, M_feedback_home_late, &n, 1), .href = feedback_path(c, rows.v[k].id, "/raters"), .kind = tr(c, M_feedback_title), .weight = 17});
        if (s == FEEDBACK_COLLECT)
            continue;
        struct home_item item = {.title = tr_args(c, titles[s], &name, 1), .href = feedback_path(c, rows.v[k].id, s == FEEDBACK_APPROVE ? "/raters" : ""), .kind = tr(c, M_feedback_title), .weight = 17};
        if (s == FEEDBACK_MEETING && !rows.v[k].meeting_at_null) {
            item.has_due = true;
            item.due_day = day_from_ms(c->zone, rows.v[k].meeting_at);
        }
        home_add(list, item);
    }
    return RC_OK;
}

static enum rc rater_items(struct ctx *c, struct home_list *list)
{
    struct rows_feedback_home_rater rows;
    TRY(sql_feedback_home_rater(c->db, c->a, c->who->person, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct msg_arg name = MSG_TEXT("name", feedback_or_gone(c, rows.v[k].subject));
        home_add(list, (struct home_item){.title = tr_args(c, M_feedback_answer_title, &name, 1), .href = str_printf(c->a, "/feedback/asked/%" PRId64, rows.v[k].id), .kind = tr(c, M_feedback_title),
                                          .has_due = !rows.v[k].due_day_null, .due_day = rows.v[k].due_day, .weight = 15});
    }
    return RC_OK;
}

/* Rounds that nobody facilitates, for who may say who does. */
static enum rc alone_items(struct ctx *c, struct home_list *list)
{
    struct rows_feedback_round_alone rows;
    if (!access_somewhere(c->who, P_FEEDBACK_MANAGE))
        return RC_OK;
    TRY(sql_feedback_round_alone(c->db, c->a, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        if (!access_in_programme(c->who, P_FEEDBACK_MANAGE, rows.v[k].programme_id))
            continue;
        struct msg_arg n = MSG_NUM("n", rows.v[k].n);
        home_add(list, (struct home_item){.title = tr_args(c, M_feedback_home_alone, &n, 1), .href = str_printf(c->a, "/programmes/%" PRId64 "/feedback?state=draft", rows.v[k].programme_id),
                                          .kind = tr(c, M_feedback_title), .weight = 25});
    }
    return RC_OK;
}

enum rc feedback_home(struct ctx *c, struct home_list *list)
{
    TRY(own_items(c, list));
    TRY(facilitator_items(c, list));
    TRY(rater_items(c, list));
    return alone_items(c, list);
}

/* ---- calendar: elsewhere nobody reads that somebody is asked about, nor by whom -------------------------------------------------------- */

static void add_talk(struct ctx *c, struct calendar_list *list, int64_t round, int64_t at, struct str detail)
{
    calendar_add(list, (struct calendar_entry){.what = S("feedback-meeting"), .id = round, .starts_at = at, .title = tr(c, M_feedback_home_meeting), .href = feedback_path(c, round, ""), .detail = detail,
                                               .outside = tr(c, M_calendar_outside_meeting)});
}

enum rc feedback_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_feedback_home_subject own;
    struct rows_feedback_home_facilitator talks;
    struct rows_feedback_home_rater asked;
    struct target herself = {.person = c->who->person}, holder = {.holder = c->who->person};
    (void)from;
    (void)until;
    if (access_allows(c, P_FEEDBACK_REPORT, &herself)) {
        TRY(sql_feedback_home_subject(c->db, c->a, c->who->person, &own));
        for (size_t k = 0; k < own.n; k++)
            if (!own.v[k].meeting_at_null && state_of(own.v[k].state) == FEEDBACK_MEETING)
                add_talk(c, list, own.v[k].id, own.v[k].meeting_at, tr(c, M_feedback_title));
    }
    if (access_allows(c, P_FEEDBACK_REPORT, &holder)) {
        TRY(sql_feedback_home_facilitator(c->db, c->a, c->who->person, CALENDAR_MOST, &talks));
        for (size_t k = 0; k < talks.n; k++)
            if (!talks.v[k].meeting_at_null && state_of(talks.v[k].state) == FEEDBACK_MEETING)
                add_talk(c, list, talks.v[k].id, talks.v[k].meeting_at, feedback_or_gone(c, talks.v[k].subject));
    }
    if (!access_allows(c, P_FEEDBACK_GIVE, &holder))
        return RC_OK;
    TRY(sql_feedback_home_rater(c->db, c->a, c->who->person, CALENDAR_MOST, &asked));
    for (size_t k = 0; k < asked.n; k++) {
        struct msg_arg name = MSG_TEXT("name", feedback_or_gone(c, asked.v[k].subject));
        if (!asked.v[k].due_day_null)
            calendar_add(list, (struct calendar_entry){.what = S("feedback-asked"), .id = asked.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = asked.v[k].due_day,
                                                       .title = tr_args(c, M_feedback_answer_title, &name, 1), .href = str_printf(c->a, "/feedback/asked/%" PRId64, asked.v[k].id),
                                                       .detail = tr(c, M_feedback_title), .outside = tr(c, M_calendar_outside_due)});
    }
    return RC_OK;
}

/* ---- mails ------------------------------------------------------------------------------------------------------------------------ */

struct letter {
    msg_id subject, text, line;
};

/* about: the number of an invitation. The link is made here, and each mail has its own, so that no secret lies anywhere. */
static enum rc write_mail(struct db *tx, struct arena *a, struct str about, const struct letter *l, struct mail *out)
{
    int64_t id;
    struct row_feedback_invitation_find i;
    struct person_details d = {.language = STR_NONE};
    struct programme p;
    if (!str_to_int(about, &id))
        return RC_NOT_FOUND;
    TRY(sql_feedback_invitation_find(tx, a, id, &i));
    if (!str_eq_z(i.state, "open") || (!str_eq_z(i.round_state, "collect") && !str_eq_z(i.round_state, "validate")) || i.subject.p == NULL)
        return RC_NOT_FOUND;
    if (!i.person_id_null)
        TRY(people_find(tx, a, i.person_id, &d, NULL));
    struct str to = i.person_id_null ? i.address : d.email;
    if (to.n == 0)
        return RC_NOT_FOUND; /* it stands on her Home */
    TRY(programme_find(tx, a, i.programme_id, &p));
    struct str token = feedback_token(a);
    TRY(sql_feedback_link_add(tx, feedback_hash(a, token, "open", S("")), id));
    int lang = lang_find(d.language.p != NULL && d.language.n != 0 ? d.language : p.language);
    const struct msg_arg args[] = {MSG_TEXT("name", i.person_id_null ? i.name : d.display_name), MSG_TEXT("subject", i.subject), MSG_TEXT("day", view_day_str(a, lang, i.due_day)),
                                   MSG_TEXT("link", mail_link(a, str_concat(a, S("/f/"), token)))};
    *out = (struct mail){.to = to, .subject = msg_format(a, lang, l->subject, args, COUNT_OF(args)), .text = msg_format(a, lang, l->text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, l->line, args, COUNT_OF(args))};
    return RC_OK;
}

enum rc feedback_write_ask_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    const struct letter l = {M_feedback_mail_ask_subject, M_feedback_mail_ask_text, M_feedback_mail_ask_line};
    (void)now;
    return write_mail(tx, a, about, &l, out);
}

enum rc feedback_write_remind_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    const struct letter l = {M_feedback_mail_remind_subject, M_feedback_mail_remind_text, M_feedback_mail_remind_line};
    (void)now;
    return write_mail(tx, a, about, &l, out);
}

/* ---- what passes by the day ---------------------------------------------------------------------------------------------------------- */

/* The last day is over, or reminders are due: to those alone who have not answered. */
static enum rc do_due(struct db *tx, struct arena *a, int64_t id, int64_t today, int64_t now)
{
    struct feedback_round r;
    struct rows_feedback_invitation_to_remind rows;
    TRY(feedback_find(tx, a, id, &r));
    if (r.due_day < today)
        return feedback_end_collecting(tx, &r, now, NULL);
    int64_t reminders = feedback_reminders_by(&r, today);
    TRY(sql_feedback_invitation_to_remind(tx, a, id, reminders, FEEDBACK_NAMED_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(mail_ask(tx, "feedback_remind", str_printf(a, "%" PRId64, rows.v[k].id), now));
    TRY(sql_feedback_invitation_reminded(tx, id, reminders));
    return sql_feedback_round_next(tx, id, feedback_next_day(&r, today));
}

enum rc feedback_do_days(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_feedback_round_due due;
    struct rows_feedback_round_left left;
    size_t done = 0;
    TRY(sql_feedback_round_due(tx, a, now / MS_PER_DAY + 1, AT_ONCE, &due));
    for (size_t k = 0; k < due.n; k++) {
        const struct zone *zone = zone_find(due.v[k].zone);
        int64_t today = day_from_ms(zone != NULL ? zone : zone_utc(), now);
        if (due.v[k].next_day_null || due.v[k].next_day > today)
            continue; /* not yet there: tomorrow in its zone */
        TRY(do_due(tx, a, due.v[k].id, today, now));
        done++;
    }
    TRY(sql_feedback_round_left(tx, a, now / MS_PER_DAY - 1, AT_ONCE, &left));
    for (size_t k = 0; k < left.n; k++) {
        struct feedback_round r;
        TRY(feedback_find(tx, a, left.v[k].id, &r));
        TRY(feedback_stop(tx, &r, FEEDBACK_ENDED_LEFT, now, NULL));
    }
    *more = (due.n == AT_ONCE && done != 0) || left.n == AT_ONCE;
    return RC_OK;
}

enum rc feedback_run_days(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)job;
    (void)args;
    return job_portions(db, feedback_do_days, e);
}

/* ---- evidence ------------------------------------------------------------------------------------------------------------------------- */

enum rc feedback_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_feedback_describe rows;
    TRY(sql_feedback_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++)
        evidence_put(ids, count, rows.v[k].id, (struct evidence_label){tr(c, M_feedback_title), feedback_path(c, rows.v[k].id, "")}, out);
    return RC_OK;
}
