/* What observation tells the rest of the house: what waits for a person, mails, how its evidence is called, what it holds about a
 * person, what erasing her means, and what is deleted when it is old. */
#include "base/json_set.h"
#include "out/mail.h"
#include "gen/msg_calendar.h"
#include "programme/observe/inside.h"
#include "programme/people/people.h"

#include <sodium.h>

#define WAITING_MAX 50
#define RETAIN_ROWS 1000
#define SEEN_DAYS 7

/* ---- Home ------------------------------------------------------------------------------------------------------------------------ */

static enum rc asked_items(struct ctx *c, struct home_list *list)
{
    struct rows_observe_link_asked_of asked;
    struct rows_assessment_waiting sheets;
    TRY(sql_observe_link_asked_of(c->db, c->a, c->who->person, c->now, WAITING_MAX, &asked));
    for (size_t k = 0; k < asked.n; k++) {
        struct msg_arg name = MSG_TEXT("name", observe_or_gone(c, asked.v[k].subject));
        home_add(list, (struct home_item){.title = tr_args(c, M_observe_home_asked, &name, 1),
                                          .href = observe_path(c, "/requests/", asked.v[k].id),
                                          .detail = asked.v[k].words,
                                          .kind = tr(c, M_observe_observation),
                                          .has_due = true,
                                          .due_day = day_from_ms(c->zone, asked.v[k].expires_at),
                                          .weight = 14});
    }
    TRY(sql_assessment_waiting(c->db, c->a, c->who->person, WAITING_MAX, &sheets));
    for (size_t k = 0; k < sheets.n; k++) {
        struct msg_arg name = MSG_TEXT("name", observe_or_gone(c, sheets.v[k].subject));
        home_add(list, (struct home_item){.title = tr_args(c, M_observe_home_assess, &name, 1),
                                          .href = observe_path(c, "/assessments/", sheets.v[k].id),
                                          .detail = sheets.v[k].title,
                                          .kind = tr(c, M_observe_assessment),
                                          .has_due = true,
                                          .due_day = sheets.v[k].day + SEEN_DAYS,
                                          .weight = 14});
    }
    return RC_OK;
}

static enum rc look_items(struct ctx *c, struct home_list *list)
{
    struct rows_observe_to_look_count rows;
    if (!access_somewhere(c->who, P_OBSERVATION_MANAGE))
        return RC_OK;
    TRY(sql_observe_to_look_count(c->db, c->a, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct target t = {.programme = rows.v[k].programme_id};
        struct msg_arg n = MSG_NUM("n", rows.v[k].n);
        if (access_allows(c, P_OBSERVATION_MANAGE, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_observe_home_look, &n, 1),
                                              .href = str_printf(c->a, "/programmes/%" PRId64 "/observing", rows.v[k].programme_id),
                                              .kind = tr(c, M_observe_observation),
                                              .weight = 25});
    }
    return RC_OK;
}

enum rc observe_home(struct ctx *c, struct home_list *list)
{
    struct row_observation_seen_since seen;
    TRY(sql_observation_seen_since(c->db, c->a, c->who->person, c->now - SEEN_DAYS * MS_PER_DAY, &seen));
    if (seen.n != 0) {
        struct msg_arg n = MSG_NUM("n", seen.n);
        home_add(list, (struct home_item){.title = tr_args(c, M_observe_home_seen, &n, 1),
                                          .href = seen.n == 1 ? observe_path(c, "/observations/", seen.last) : S("/observations"),
                                          .kind = tr(c, M_observe_observation),
                                          .weight = 40});
    }
    TRY(asked_items(c, list));
    return look_items(c, list);
}

/* ---- calendar: elsewhere nobody reads whom she was asked to watch ------------------------------------------------------------------------ */

enum rc observe_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_observe_link_asked_of asked;
    struct rows_assessment_waiting sheets;
    struct target t = {.holder = c->who->person};
    (void)from;
    (void)until;
    if (!access_allows(c, P_OBSERVATION_VIEW, &t))
        return RC_OK;
    TRY(sql_observe_link_asked_of(c->db, c->a, c->who->person, c->now, CALENDAR_MOST, &asked));
    for (size_t k = 0; k < asked.n; k++) {
        struct msg_arg name = MSG_TEXT("name", observe_or_gone(c, asked.v[k].subject));
        calendar_add(list, (struct calendar_entry){.what = S("observation-asked"), .id = asked.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = day_from_ms(c->zone, asked.v[k].expires_at),
                                                   .title = tr_args(c, M_observe_home_asked, &name, 1), .href = observe_path(c, "/requests/", asked.v[k].id), .detail = asked.v[k].words,
                                                   .outside = tr(c, M_calendar_outside_due)});
    }
    TRY(sql_assessment_waiting(c->db, c->a, c->who->person, CALENDAR_MOST, &sheets));
    for (size_t k = 0; k < sheets.n; k++) {
        struct msg_arg name = MSG_TEXT("name", observe_or_gone(c, sheets.v[k].subject));
        calendar_add(list, (struct calendar_entry){.what = S("assessment"), .id = sheets.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = sheets.v[k].day + SEEN_DAYS,
                                                   .title = tr_args(c, M_observe_home_assess, &name, 1), .href = observe_path(c, "/assessments/", sheets.v[k].id), .detail = sheets.v[k].title,
                                                   .outside = tr(c, M_calendar_outside_due)});
    }
    return RC_OK;
}

/* ---- mails ------------------------------------------------------------------------------------------------------------------------ */

/* about: the number of an observation. The link is made here, so that no secret lies in the outbox. */
enum rc observe_write_confirm_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t id;
    struct row_observation_find o;
    if (!str_to_int(about, &id))
        return RC_NOT_FOUND;
    TRY(sql_observation_find(tx, a, id, &o));
    if (!str_eq_z(o.state, "unconfirmed") || o.observer_address.p == NULL || o.subject.p == NULL)
        return RC_NOT_FOUND;
    struct str token = observe_new_token(a);
    TRY(sql_observation_confirm_hash(tx, id, observe_hash(a, token), now + OBSERVE_CONFIRM_DAYS * MS_PER_DAY));
    int lang = lang_find(o.language);
    const struct msg_arg args[] = {MSG_TEXT("name", o.observer_name), MSG_TEXT("subject", o.subject), MSG_NUM("days", OBSERVE_CONFIRM_DAYS),
                                   MSG_TEXT("link", mail_link(a, str_concat(a, S("/o/confirm/"), token)))};
    *out = (struct mail){.to = o.observer_address,
                         .subject = msg_text(lang, M_observe_mail_confirm_subject),
                         .text = msg_format(a, lang, M_observe_mail_confirm_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_observe_mail_confirm_line, args, COUNT_OF(args))};
    return RC_OK;
}

/* about: the number of a request. Who has an account is led through her sign-in, to what stands on her Home too. */
enum rc observe_write_request_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t id;
    struct row_observe_link_find l;
    struct person_details d = {.language = STR_NONE};
    struct str path, to;
    struct programme p;
    if (!str_to_int(about, &id))
        return RC_NOT_FOUND;
    TRY(sql_observe_link_find(tx, a, id, &l));
    if (!l.revoked_at_null || !l.used_at_null || l.expires_at <= now || l.subject.p == NULL)
        return RC_NOT_FOUND;
    TRY(programme_find(tx, a, l.programme_id, &p));
    if (!l.to_person_id_null) {
        TRY(people_find(tx, a, l.to_person_id, &d, NULL));
        to = d.email;
        path = str_printf(a, "/requests/%" PRId64, id);
    } else {
        struct str token = observe_new_token(a);
        TRY(sql_observe_link_hash(tx, id, observe_hash(a, token)));
        to = l.to_address;
        path = str_concat(a, S("/o/"), token);
    }
    if (to.n == 0)
        return RC_NOT_FOUND; /* it stands on her Home */
    int lang = lang_find(d.language.p != NULL ? d.language : p.language);
    const struct msg_arg args[] = {MSG_TEXT("subject", l.subject), MSG_TEXT("words", l.words), MSG_NUM("days", OBSERVE_REQUEST_DAYS),
                                   MSG_TEXT("link", mail_link(a, path))};
    *out = (struct mail){.to = to,
                         .subject = msg_format(a, lang, M_observe_mail_request_subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, M_observe_mail_request_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_observe_mail_request_line, args, COUNT_OF(args))};
    return RC_OK;
}

/* ---- evidence ------------------------------------------------------------------------------------------------------------------------- */

enum rc observe_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct observe_names *names = ARENA_NEW(c->a, struct observe_names);
    struct rows_observation_describe rows;
    TRY(sql_observation_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct evidence_label label = {.href = observe_path(c, "/observations/", rows.v[k].id)};
        TRY(observe_act_name(c, names, rows.v[k].instrument_id, rows.v[k].act, &label.title));
        evidence_put(ids, count, rows.v[k].id, label, out);
    }
    return RC_OK;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------------- */

static enum rc export_answers(struct db *db, struct arena *a, int64_t id, json_t *o)
{
    struct rows_observation_answers rows;
    TRY(sql_observation_answers(db, a, id, &rows));
    json_t *list = json_new_list(o, "answers");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *answer = json_new_item(list);
        json_set_int(answer, "item", rows.v[k].item_id);
        if (!rows.v[k].point_null)
            json_set_int(answer, "point", rows.v[k].point);
        json_set_words(answer, "words", rows.v[k].words);
    }
    return RC_OK;
}

enum rc observe_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_observe_about about;
    struct rows_observe_written written;
    struct rows_observe_link_requests requests;
    TRY(sql_observe_about(db, a, person, &about));
    TRY(sql_observe_written(db, a, person, &written));
    TRY(sql_observe_link_requests(db, a, person, INT64_MAX, &requests));
    json_t *list = json_new_list(into, "observations"), *mine = json_new_list(into, "observations_written"), *asked = json_new_list(into, "observation_requests");
    for (size_t k = 0; k < about.n; k++) {
        const struct row_observe_about *r = &about.v[k];
        json_t *o = json_new_item(list);
        json_set_day(a, o, "day", r->day);
        json_set_words(o, "act", r->act);
        json_set_words(o, "narrative", r->narrative);
        json_set_words(o, "state", r->state);
        if (!r->observer_id_null)
            json_set_int(o, "observer", r->observer_id);
        json_set_words(o, "observer_name", r->observer_name);
        json_set_words(o, "asked_to_look", r->look_words);
        json_set_words(o, "answer", r->look_answer);
        TRY(export_answers(db, a, r->id, o));
    }
    for (size_t k = 0; k < written.n; k++) {
        json_t *o = json_new_item(mine);
        json_set_day(a, o, "day", written.v[k].day);
        json_set_int(o, "about", written.v[k].subject_id);
        json_set_words(o, "act", written.v[k].act);
        json_set_words(o, "narrative", written.v[k].narrative);
        TRY(export_answers(db, a, written.v[k].id, o));
    }
    for (size_t k = 0; k < requests.n; k++) {
        json_t *o = json_new_item(asked);
        json_set_words(o, "words", requests.v[k].words);
        if (!requests.v[k].to_person_id_null)
            json_set_int(o, "to", requests.v[k].to_person_id);
        json_set_words(o, "to_address", requests.v[k].to_address);
    }
    return RC_OK;
}

enum rc observe_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    TRY(sql_observe_link_revoke_all(tx, person, now));
    TRY(sql_observe_link_forget(tx, person));
    TRY(sql_observe_erase_words(tx, person));
    TRY(sql_observe_erase_about(tx, person));
    return sql_observe_erase_by(tx, person);
}

enum rc observe_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (str_eq_z(kind, "observe_link")) {
        TRY(sql_observe_link_old(tx, before, RETAIN_ROWS));
        *more = db_changes(tx) == RETAIN_ROWS;
        return RC_OK;
    }
    if (!str_eq_z(kind, "observation_unconfirmed"))
        return RC_OK;
    struct arena *a = arena_new(0);
    struct rows_observe_old_unconfirmed rows = {0};
    enum rc rc = sql_observe_old_unconfirmed(tx, a, before, RETAIN_ROWS, &rows);
    for (size_t k = 0; k < rows.n && rc == RC_OK; k++) {
        rc = sql_observe_drop_answers(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_observe_drop(tx, rows.v[k].id);
    }
    *more = rows.n == RETAIN_ROWS;
    arena_free(a);
    return rc != RC_OK ? rc : sql_observe_forget_addresses(tx, before);
}
