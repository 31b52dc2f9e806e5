/* What evaluations tell the rest of the house: what waits for a person, mails, what passes by the day, what is held about a person and
 * what erasing her means. */
#include "base/clock.h"
#include "base/json_set.h"
#include "out/mail.h"
#include "programme/ledger/inside.h"
#include "programme/people/people.h"
#include "view/write.h"

#define AT_ONCE 50
#define WAITING_MAX 10
#define SESSIONS_MAX 3
#define ASK_DAYS 21 /* so long after a session it is asked how it was */
#define OLD_MOST 500

/* ---- Home ------------------------------------------------------------------------------------------------------------------------- */

enum rc ledger_home(struct ctx *c, struct home_list *list)
{
    struct rows_ledger_asks_of asks;
    struct rows_ledger_session_to_ask sessions;
    TRY(sql_ledger_asks_of(c->db, c->a, c->who->person, &asks));
    for (size_t k = 0; k < asks.n && k < WAITING_MAX; k++)
        home_add(list, (struct home_item){.title = asks.v[k].title, .href = str_printf(c->a, "/evaluations/asked/%" PRId64, asks.v[k].id), .kind = tr(c, M_ledger_evaluation),
                                          .detail = tr(c, M_ledger_two_minutes), .has_due = !asks.v[k].until_day_null, .due_day = asks.v[k].until_day, .weight = 30});
    TRY(sql_ledger_session_to_ask(c->db, c->a, c->who->person, c->now - ASK_DAYS * MS_PER_DAY, &sessions));
    for (size_t k = 0; k < sessions.n && k < SESSIONS_MAX; k++) {
        struct msg_arg title = MSG_TEXT("title", sessions.v[k].title);
        home_add(list, (struct home_item){.title = tr_args(c, M_ledger_home_session, &title, 1), .href = str_printf(c->a, "/sessions/%" PRId64 "/feedback", sessions.v[k].session_id),
                                          .kind = tr(c, M_ledger_evaluation), .detail = tr(c, M_ledger_two_minutes), .weight = 31});
    }
    return RC_OK;
}

/* ---- calendar --------------------------------------------------------------------------------------------------------------------- */

enum rc ledger_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_ledger_asks_of asks;
    struct target t = {.person = c->who->person};
    (void)from;
    (void)until;
    if (!access_allows(c, P_EVALUATION_ANSWER, &t))
        return RC_OK;
    TRY(sql_ledger_asks_of(c->db, c->a, c->who->person, &asks));
    for (size_t k = 0; k < asks.n; k++)
        if (!asks.v[k].until_day_null)
            calendar_add(list, (struct calendar_entry){.what = S("evaluation"), .id = asks.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = asks.v[k].until_day, .title = asks.v[k].title,
                                                       .href = str_printf(c->a, "/evaluations/asked/%" PRId64, asks.v[k].id), .detail = tr(c, M_ledger_evaluation)});
    return RC_OK;
}

/* ---- mails ------------------------------------------------------------------------------------------------------------------------ */

/* about: wave and person. Each mail has a link of its own, which is made here. */
static enum rc write_mail(struct db *tx, struct arena *a, struct str about, bool reminds, struct mail *out)
{
    struct row_ledger_wave_find w;
    struct row_ledger_ask_find ask;
    struct person_details d;
    struct programme p;
    struct str wave, person = about;
    int64_t wave_id, person_id;
    if (!str_cut(&person, ' ', &wave) || !str_to_int(wave, &wave_id) || person.p == NULL || !str_to_int(person, &person_id))
        return RC_NOT_FOUND;
    TRY(sql_ledger_ask_find(tx, a, wave_id, person_id, &ask));
    TRY(sql_ledger_wave_find(tx, a, wave_id, &w));
    if (!str_eq_z(ask.state, "open") || !str_eq_z(w.state, "open"))
        return RC_NOT_FOUND;
    TRY(people_find(tx, a, person_id, &d, NULL));
    if (d.email.n == 0)
        return RC_NOT_FOUND; /* it stands on her Home */
    TRY(programme_find(tx, a, w.programme_id, &p));
    struct str token = link_token_new(a);
    TRY(sql_ledger_link_add(tx, link_token_hash(a, token), wave_id, person_id));
    int lang = lang_find(d.language.n != 0 ? d.language : p.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_TEXT("title", w.title), MSG_TEXT("programme", p.title), MSG_TEXT("day", view_day_str(a, lang, w.until_day)),
                                   MSG_TEXT("link", mail_link(a, str_concat(a, S("/e/"), token)))};
    *out = (struct mail){.to = d.email, .subject = msg_format(a, lang, reminds ? M_ledger_mail_remind_subject : M_ledger_mail_ask_subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, reminds ? M_ledger_mail_remind_text : M_ledger_mail_ask_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_ledger_mail_line, args, COUNT_OF(args))};
    return RC_OK;
}

enum rc ledger_write_ask(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return write_mail(tx, a, about, false, out);
}

enum rc ledger_write_remind(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return write_mail(tx, a, about, true, out);
}

/* ---- by the day -------------------------------------------------------------------------------------------------------------------- */

enum rc ledger_do_days(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_ledger_waves_due due;
    size_t done = 0;
    bool owed = false;
    TRY(sql_ledger_waves_due(tx, a, now / MS_PER_DAY + 1, AT_ONCE, &due));
    for (size_t k = 0; k < due.n; k++) {
        const struct zone *zone = zone_find(due.v[k].zone);
        int64_t today = day_from_ms(zone != NULL ? zone : zone_utc(), now);
        bool some;
        if (due.v[k].next_day_null || due.v[k].next_day > today)
            continue; /* not yet there: tomorrow in its zone */
        TRY(ledger_wave_do(tx, a, due.v[k].id, today, now, &some));
        owed = owed || some;
        done++;
    }
    *more = owed || (due.n == AT_ONCE && done != 0);
    return RC_OK;
}

enum rc ledger_run_days(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)job;
    (void)args;
    return job_portions(db, ledger_do_days, e);
}

/* ---- one person ---------------------------------------------------------------------------------------------------------------------- */

static void set_score(json_t *o, double score, bool null)
{
    json_object_set_new(o, "score", null ? json_null() : json_real(score));
}

enum rc ledger_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_ledger_answers_of rows;
    struct rows_ledger_session_answers_of sessions;
    TRY(sql_ledger_answers_of(db, a, person, &rows));
    TRY(sql_ledger_session_answers_of(db, a, person, &sessions));
    json_t *list = json_new_list(into, "evaluations");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "evaluation", rows.v[k].title);
        json_set_text(o, "moment", rows.v[k].moment);
        json_set_text(o, "points", rows.v[k].points);
        set_score(o, rows.v[k].score, rows.v[k].score_null);
        json_set_day(a, o, "day", rows.v[k].day);
    }
    list = json_new_list(into, "session_feedback");
    for (size_t k = 0; k < sessions.n; k++) {
        json_t *o = json_new_item(list);
        json_object_set_new(o, "session", json_integer(sessions.v[k].session_id));
        json_set_text(o, "points", sessions.v[k].points);
        set_score(o, sessions.v[k].score, sessions.v[k].score_null);
        json_set_day(a, o, "day", sessions.v[k].day);
    }
    return RC_OK;
}

/* That she was asked stays as a count; what she said goes. Figures that were counted with it stay. */
enum rc ledger_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_ledger_answers_erase(tx, person));
    TRY(sql_ledger_session_answers_erase(tx, person));
    TRY(sql_ledger_links_erase(tx, person));
    return sql_ledger_asks_erase(tx, person);
}

static enum rc retain_editions(struct db *tx, int64_t before, bool *more)
{
    struct rows_ledger_old_editions rows;
    struct arena *a = arena_new(0);
    enum rc rc = sql_ledger_old_editions(tx, a, before, AT_ONCE, &rows);
    for (size_t k = 0; rc == RC_OK && k < rows.n; k++) {
        rc = sql_ledger_figures_drop(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_ledger_findings_drop(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_ledger_seen_drop(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_ledger_edition_drop(tx, rows.v[k].id);
    }
    *more = rc == RC_OK && rows.n == AT_ONCE;
    arena_free(a);
    return rc;
}

static enum rc retain_answers(struct db *tx, struct arena *a, int64_t day, bool *more)
{
    struct rows_ledger_answers_old answers;
    struct rows_ledger_session_answers_old sessions;
    TRY(sql_ledger_answers_old(tx, a, day, OLD_MOST, &answers));
    TRY(sql_ledger_session_answers_old(tx, a, day, OLD_MOST, &sessions));
    for (size_t k = 0; k < answers.n; k++)
        TRY(sql_ledger_answer_drop(tx, answers.v[k].wave_id, answers.v[k].person_id));
    for (size_t k = 0; k < sessions.n; k++)
        TRY(sql_ledger_session_answer_drop(tx, sessions.v[k].person_id, sessions.v[k].session_id));
    *more = answers.n == OLD_MOST || sessions.n == OLD_MOST;
    return RC_OK;
}

enum rc ledger_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (str_eq_z(kind, "ledger_edition"))
        return retain_editions(tx, before, more);
    if (!str_eq_z(kind, "ledger_answer"))
        return RC_OK;
    struct arena *a = arena_new(0);
    enum rc rc = retain_answers(tx, a, before / MS_PER_DAY, more);
    arena_free(a);
    return rc;
}
