/* How the relationship goes: who is asked when, what is kept of the answers, and the mails of mentorship. See mentor.h; the
 * questions are read by questions.c, the pages are pages_evaluate.c. */
#include "base/clock.h"
#include "gen/programme/mentor/evaluate_sql.h"
#include "programme/mentor/inside.h"
#include "programme/people/people.h"
#include "view/write.h"

#define AT_ONCE 200
#define EVALUATE_EVERY_MS (6 * MS_PER_HOUR)
#define REMIND_EVERY_MS (10 * MS_PER_MINUTE)

enum rc mentor_choice_of(struct db *db, struct arena *a, int64_t person, struct mentor_choice *out)
{
    struct row_mentor_choice_find row;
    enum rc rc = sql_mentor_choice_find(db, a, person, &row);
    *out = (struct mentor_choice){.mail_due = true};
    if (rc == RC_OK)
        *out = (struct mentor_choice){row.remind != 0, row.mail_due != 0, row.tell_place != 0, row.in_lineage != 0};
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- who is asked when --------------------------------------------------------------------------------------------------------------- */

/* The same day n months earlier; the last of its month where it has no such day. */
static int64_t months_before(int64_t day, int n)
{
    struct civil c = civil_from_day(day);
    int month = c.year * 12 + c.month - 1 - n, year = month / 12;
    month = month % 12 + 1;
    while (!civil_valid(year, month, c.day))
        c.day--;
    return day_from_civil(year, month, c.day);
}

static enum rc ask_one(struct db *tx, struct arena *a, int64_t pair, int64_t person, int64_t month, bool mail, int64_t today, int64_t now)
{
    TRY(sql_mentor_evaluation_add(tx, pair, person, month, now, today + MENTOR_EVALUATION_DAYS));
    if (!mail)
        return RC_OK;
    return mail_ask(tx, "mentor_evaluation", str_printf(a, "%" PRId64 " %" PRId64 " %" PRId64, pair, person, month), now);
}

static enum rc ask_month(struct db *tx, struct arena *a, int64_t programme, int64_t month, int64_t today, int64_t now, bool *more)
{
    struct rows_mentor_evaluation_due rows;
    int64_t until = (months_before(today, (int)month) + 1) * MS_PER_DAY;
    TRY(sql_mentor_evaluation_due(tx, a, programme, month, until - MENTOR_EVALUATION_WINDOW * MS_PER_DAY, until, AT_ONCE, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(ask_one(tx, a, rows.v[i].id, rows.v[i].mentor_id, month, rows.v[i].mentor_mail != 0, today, now));
        TRY(ask_one(tx, a, rows.v[i].id, rows.v[i].mentee_id, month, rows.v[i].mentee_mail != 0, today, now));
    }
    *more = *more || rows.n == AT_ONCE;
    return RC_OK;
}

enum rc mentor_ask_evaluations(struct db *tx, struct arena *a, int64_t programme, int64_t today, int64_t now, bool *more)
{
    struct mentor_settings s;
    struct str rest, word;
    *more = false;
    TRY(mentor_settings_of(tx, a, programme, &s));
    rest = s.months;
    while (rest.p != NULL && str_cut(&rest, ' ', &word)) {
        int64_t month;
        if (str_to_int(word, &month))
            TRY(ask_month(tx, a, programme, month, today, now, more));
    }
    return RC_OK;
}

enum rc mentor_save_evaluation(struct db *tx, struct arena *a, int64_t pair, int64_t person, int64_t month,
                               const struct mentor_reply *replies, size_t count, struct str words, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    struct row_mentor_evaluation_find asked;
    TRY(sql_mentor_pair_find(tx, a, pair, &p));
    TRY(sql_mentor_evaluation_find(tx, a, pair, person, month, &asked));
    if (!asked.answered_at_null)
        return err_set(e, RC_CONFLICT, M_mentor_evaluated_already, NULL);
    if (!mentor_is_open(p.state))
        return err_set(e, RC_CONFLICT, M_mentor_not_open, NULL);
    TRY(sql_mentor_evaluation_answered(tx, pair, person, month, now));
    for (size_t i = 0; i < count; i++)
        TRY(sql_wall_reply_add(tx, pair, person, month, replies[i].item, &replies[i].choice, S("")));
    return str_empty(words) ? RC_OK : sql_wall_reply_add(tx, pair, person, month, S("words"), NULL, words);
}

/* ---- jobs --------------------------------------------------------------------------------------------------------------------------- */

struct asking {
    struct arena *a;
    int64_t programme, today, now;
    bool more;
};

static enum rc ask_programme(struct db *tx, void *arg, struct err *e)
{
    struct asking *s = arg;
    (void)e;
    return mentor_ask_evaluations(tx, s->a, s->programme, s->today, s->now, &s->more);
}

static enum rc run_evaluations(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_mentor_programmes programmes;
    (void)args;
    TRY(sql_mentor_programmes(db, a, &programmes));
    for (size_t i = 0; i < programmes.n; i++) {
        const struct zone *zone = zone_find(programmes.v[i].zone);
        struct asking s = {.a = arena_new(0), .programme = programmes.v[i].id, .now = clock_now()};
        s.today = day_from_ms(zone != NULL ? zone : zone_utc(), s.now);
        enum rc rc;
        do {
            arena_reset(s.a);
            rc = store_write(db, ask_programme, &s, e);
        } while (rc == RC_OK && s.more);
        arena_free(s.a);
        TRY(rc);
        TRY(job_progress(db, job, (int64_t)i + 1, (int64_t)programmes.n));
    }
    return RC_OK;
}

enum rc mentor_remind(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_wall_meeting_to_remind rows;
    TRY(sql_wall_meeting_to_remind(tx, a, now, now + MS_PER_DAY, AT_ONCE, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_wall_meeting_to_remind *r = &rows.v[i];
        TRY(sql_wall_meeting_reminded(tx, r->id, now));
        if (r->mentor_wants)
            TRY(mail_ask(tx, "mentor_meeting", str_printf(a, "%" PRId64 " %" PRId64, r->id, r->mentor_id), now));
        if (r->mentee_wants)
            TRY(mail_ask(tx, "mentor_meeting", str_printf(a, "%" PRId64 " %" PRId64, r->id, r->mentee_id), now));
    }
    *more = rows.n == AT_ONCE;
    return RC_OK;
}

static enum rc run_reminders(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)job;
    (void)args;
    return job_portions(db, mentor_remind, e);
}

const struct job_handler mentor_jobs[MENTOR_JOBS] = {{.kind = "mentor_evaluations", .run = run_evaluations, .every_ms = EVALUATE_EVERY_MS},
                                          {.kind = "mentor_reminders", .run = run_reminders, .every_ms = REMIND_EVERY_MS}};

/* ---- mails: that something waits, never what ------------------------------------------------------------------------------------------ */

/* Whom to write to and in which zone her hours are told. RC_NOT_FOUND: to nobody any more. */
static enum rc addressee(struct db *tx, struct arena *a, int64_t pair, int64_t person, struct person_details *d, const struct zone **zone)
{
    struct row_mentor_zone_of row;
    TRY(people_find(tx, a, person, d, NULL));
    TRY(sql_mentor_zone_of(tx, a, pair, person, &row));
    *zone = zone_find(d->zone.n != 0 ? d->zone : row.zone);
    if (*zone == NULL)
        *zone = zone_utc();
    return row.disabled || d->email.n == 0 ? RC_NOT_FOUND : RC_OK;
}

/* "12 34 6": as many numbers as there are places for. */
static bool read_ids(struct str about, int64_t *ids, size_t count)
{
    struct str word;
    for (size_t i = 0; i < count; i++)
        if (about.p == NULL || !str_cut(&about, ' ', &word) || !str_to_int(word, &ids[i]))
            return false;
    return true;
}

static enum rc write_evaluation(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t ids[3];
    struct person_details d;
    const struct zone *zone;
    struct row_mentor_evaluation_find asked;
    (void)now;
    if (!read_ids(about, ids, COUNT_OF(ids)))
        return RC_NOT_FOUND;
    TRY(sql_mentor_evaluation_find(tx, a, ids[0], ids[1], ids[2], &asked));
    TRY(addressee(tx, a, ids[0], ids[1], &d, &zone));
    if (!asked.answered_at_null)
        return RC_NOT_FOUND;
    int lang = lang_find(d.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_NUM("n", ids[2]), MSG_TEXT("day", view_day_str(a, lang, asked.due_day)),
                                   MSG_TEXT("link", mail_link(a, str_printf(a, "/pairs/%" PRId64 "/evaluations/%" PRId64, ids[0], ids[2])))};
    *out = (struct mail){.to = d.email, .subject = msg_text(lang, M_mentor_mail_due_subject), .text = msg_format(a, lang, M_mentor_mail_due, args, COUNT_OF(args))};
    return RC_OK;
}

static enum rc write_reminder(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t ids[2];
    struct person_details d;
    struct mentor_choice chosen;
    const struct zone *zone;
    struct row_wall_meeting_of_mail m;
    if (!read_ids(about, ids, COUNT_OF(ids)))
        return RC_NOT_FOUND;
    TRY(sql_wall_meeting_of_mail(tx, a, ids[0], ids[1], &m));
    TRY(addressee(tx, a, m.pair_id, ids[1], &d, &zone));
    TRY(mentor_choice_of(tx, a, ids[1], &chosen));
    if (m.starts_at < now || !chosen.remind)
        return RC_NOT_FOUND;
    int lang = lang_find(d.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_TEXT("when", view_time_str(a, lang, zone, m.starts_at)),
                                   MSG_TEXT("link", mail_link(a, str_printf(a, "/pairs/%" PRId64 "/meetings/%" PRId64, m.pair_id, ids[0])))};
    *out = (struct mail){.to = d.email, .subject = msg_text(lang, M_mentor_mail_meeting_subject), .text = msg_format(a, lang, M_mentor_mail_meeting, args, COUNT_OF(args))};
    return RC_OK;
}

const struct mail_kind mentor_mails[MENTOR_MAILS] = {{"mentor_evaluation", write_evaluation, MAIL_mentoring}, {"mentor_meeting", write_reminder, MAIL_mentoring}};
