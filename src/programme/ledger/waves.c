/* The rules of evaluations: their days, what goes out when, who may answer what. See waves.h. */
#include "base/clock.h"
#include "out/mail.h"
#include "programme/ledger/inside.h"

#define AT_ONCE 200

static const char *const words[LEDGER_MOMENT_COUNT] = {
#define X(id, word) [LEDGER_##id] = word,
    LEDGER_MOMENTS(X)
#undef X
};

const char *ledger_moment_word(enum ledger_moment m)
{
    return words[m];
}

bool ledger_moment_find(struct str word, enum ledger_moment *m)
{
    for (int k = 0; k < LEDGER_MOMENT_COUNT; k++)
        if (str_eq_z(word, words[k])) {
            *m = (enum ledger_moment)k;
            return true;
        }
    return false;
}

/* ---- days ------------------------------------------------------------------------------------------------------------------------- */

static int64_t months_after(int64_t day, int months)
{
    struct civil c = civil_from_day(day);
    int n = c.month - 1 + months, year = c.year + n / 12, month = n % 12 + 1, d = c.day;
    while (!civil_valid(year, month, d))
        d--;
    return day_from_civil(year, month, d);
}

int64_t ledger_moment_day(enum ledger_moment m, int64_t start_day, int64_t end_day)
{
    if (m == LEDGER_BASELINE)
        return start_day;
    if (end_day == LEDGER_NO_DAY)
        return LEDGER_NO_DAY;
    return m == LEDGER_END ? end_day : months_after(end_day, m == LEDGER_M6 ? 6 : 12);
}

/* A reminder falls away where it would come on the day of the first mail or before. */
static int64_t reminder_day(int64_t day, int64_t until_day, int which)
{
    int64_t at = until_day - (which == 0 ? LEDGER_REMIND_FIRST : LEDGER_REMIND_LAST);
    return at > day ? at : LEDGER_NO_DAY;
}

int64_t ledger_mails_by(int64_t day, int64_t until_day, int64_t today)
{
    int64_t n = today >= day;
    for (int k = 0; k < 2; k++) {
        int64_t at = reminder_day(day, until_day, k);
        n += at != LEDGER_NO_DAY && today >= at;
    }
    return n;
}

int64_t ledger_next_day(int64_t day, int64_t until_day, int64_t today)
{
    if (today < day)
        return day;
    for (int k = 0; k < 2; k++) {
        int64_t at = reminder_day(day, until_day, k);
        if (at != LEDGER_NO_DAY && at > today)
            return at;
    }
    return today <= until_day ? until_day + 1 : LEDGER_NO_DAY;
}

static const int64_t *day_or_null(const int64_t *day)
{
    return *day != LEDGER_NO_DAY ? day : NULL;
}

/* ---- setting one up ---------------------------------------------------------------------------------------------------------------- */

static enum rc check(struct db *tx, struct arena *a, const struct ledger_evaluation *v, struct err *e)
{
    struct instrument i;
    bool asks = false;
    enum rc rc = instrument_current(tx, a, v->instrument, S("en"), &i);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && i.kind != INSTRUMENT_EVALUATION))
        return err_field(e, RC_INVALID, M_ledger_no_instrument, "instrument", NULL);
    TRY(rc);
    for (size_t k = 0; k < v->arm_count; k++) {
        struct cohort_details c;
        asks = asks || !v->arms[k].compares;
        rc = programme_find_cohort(tx, a, v->arms[k].cohort, &c);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && c.programme != v->programme))
            return err_field(e, RC_INVALID, M_ledger_no_cohort, "cohorts", NULL);
        TRY(rc);
    }
    if (!asks)
        return err_field(e, RC_INVALID, M_ledger_no_cohort, "cohorts", NULL);
    return v->arm_count <= LEDGER_COHORTS_MOST ? RC_OK : err_field(e, RC_INVALID, M_ledger_many_cohorts, "cohorts", "%d", LEDGER_COHORTS_MOST);
}

static enum rc plan_arms(struct db *tx, struct arena *a, const struct ledger_evaluation *v)
{
    TRY(sql_ledger_waves_drop(tx, v->id));
    TRY(sql_ledger_arms_drop(tx, v->id));
    for (size_t k = 0; k < v->arm_count; k++) {
        struct cohort_details c;
        TRY(programme_find_cohort(tx, a, v->arms[k].cohort, &c));
        TRY(sql_ledger_arm_add(tx, v->id, c.id, v->arms[k].compares));
        int64_t start = c.start_day != INT64_MAX ? c.start_day : LEDGER_NO_DAY, end = c.end_day != INT64_MAX ? c.end_day : LEDGER_NO_DAY;
        for (int m = 0; m < LEDGER_MOMENT_COUNT; m++) {
            int64_t day = ledger_moment_day((enum ledger_moment)m, start, end);
            TRY(sql_ledger_wave_add(tx, db_new_id(tx), v->id, c.id, str_from(words[m]), day_or_null(&day)));
        }
    }
    return RC_OK;
}

/* Are they the cohorts that it has. */
static enum rc same_arms(struct db *tx, struct arena *a, const struct ledger_evaluation *v, bool *same)
{
    struct rows_ledger_arms rows;
    TRY(sql_ledger_arms(tx, a, v->id, &rows));
    *same = rows.n == v->arm_count;
    for (size_t k = 0; k < v->arm_count; k++) {
        bool found = false;
        for (size_t i = 0; i < rows.n; i++)
            found = found || (rows.v[i].cohort_id == v->arms[k].cohort && (rows.v[i].compares != 0) == v->arms[k].compares);
        *same = *same && found;
    }
    return RC_OK;
}

enum rc ledger_evaluation_save(struct db *tx, struct arena *a, struct ledger_evaluation *v, int64_t by, int64_t now, struct err *e)
{
    struct row_ledger_evaluation_find was;
    bool same = false;
    TRY(check(tx, a, v, e));
    if (v->version == 0) {
        v->id = db_new_id(tx);
        TRY(sql_ledger_evaluation_add(tx, v->id, v->programme, v->title, v->instrument, v->level, v->days, by, now));
        return plan_arms(tx, a, v);
    }
    TRY(sql_ledger_evaluation_find(tx, a, v->id, &was));
    TRY(same_arms(tx, a, v, &same));
    bool begun = !str_eq_z(was.state, "draft");
    if (begun && (!same || !str_eq(was.instrument, v->instrument) || !str_eq(was.level, v->level)))
        return err_set(e, RC_CONFLICT, M_ledger_has_begun, NULL);
    TRY(sql_ledger_evaluation_change(tx, v->id, v->version, v->title, v->instrument, v->level, v->days));
    if (db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_ledger_changed_meanwhile, NULL);
    return same ? RC_OK : plan_arms(tx, a, v);
}

static enum rc set_state(struct db *tx, int64_t id, int64_t version, const char *state, struct err *e)
{
    TRY(sql_ledger_evaluation_state(tx, id, version, str_from(state)));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_ledger_changed_meanwhile, NULL);
}

enum rc ledger_evaluation_start(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t today, struct err *e)
{
    struct rows_ledger_waves_of waves;
    size_t ahead = 0;
    TRY(set_state(tx, id, version, "running", e));
    TRY(sql_ledger_waves_of(tx, a, id, &waves));
    for (size_t k = 0; k < waves.n; k++) {
        const struct row_ledger_waves_of *w = &waves.v[k];
        bool past = !w->day_null && w->day < today, none = w->day_null;
        int64_t day = none ? LEDGER_NO_DAY : w->day, next = none || past ? LEDGER_NO_DAY : w->day;
        if (!str_eq_z(w->state, "planned") && !str_eq_z(w->state, "missed"))
            continue;
        TRY(sql_ledger_wave_plan(tx, w->id, w->version, day_or_null(&day), day_or_null(&next), past ? S("missed") : S("planned")));
        ahead += !none && !past;
    }
    return ahead != 0 ? RC_OK : err_set(e, RC_INVALID, M_ledger_nothing_ahead, NULL);
}

enum rc ledger_evaluation_stop(struct db *tx, struct arena *a, int64_t id, int64_t version, struct err *e)
{
    struct rows_ledger_waves_of waves;
    TRY(set_state(tx, id, version, "stopped", e));
    TRY(sql_ledger_waves_of(tx, a, id, &waves));
    for (size_t k = 0; k < waves.n; k++)
        TRY(sql_ledger_links_drop(tx, waves.v[k].id));
    return sql_ledger_waves_rest(tx, id);
}

enum rc ledger_wave_move(struct db *tx, struct arena *a, int64_t wave, int64_t version, int64_t day, int64_t today, struct err *e)
{
    struct row_ledger_wave_find w;
    TRY(sql_ledger_wave_find(tx, a, wave, &w));
    bool running = str_eq_z(w.evaluation_state, "running");
    if (day != LEDGER_NO_DAY && running && day < today)
        return err_field(e, RC_INVALID, M_ledger_day_past, "day", NULL);
    int64_t next = running ? day : LEDGER_NO_DAY;
    TRY(sql_ledger_wave_plan(tx, wave, version, day_or_null(&day), day_or_null(&next), S("planned")));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_ledger_changed_meanwhile, NULL);
}

/* ---- by the day ---------------------------------------------------------------------------------------------------------------------- */

static enum rc send_wave(struct db *tx, struct arena *a, struct row_ledger_wave_find *w, int64_t today)
{
    struct instrument i;
    enum rc rc = instrument_current(tx, a, w->instrument, S("en"), &i);
    if (rc == RC_NOT_FOUND) { /* the form was retired: nobody is asked */
        TRY(sql_ledger_wave_next(tx, w->id, 0, NULL, S("missed")));
        w->next_day_null = true;
        return RC_OK;
    }
    TRY(rc);
    int64_t until = today + w->days, next = ledger_next_day(today, until, today);
    TRY(sql_ledger_wave_open(tx, w->id, i.id, today, until, next));
    if (str_eq_z(w->moment, "baseline"))
        TRY(sql_ledger_ask_members(tx, w->id, w->cohort_id, today));
    else {
        TRY(sql_ledger_ask_all(tx, w->id, w->cohort_id, today));
        TRY(sql_ledger_ask_earlier(tx, w->id, w->evaluation_id, w->cohort_id));
    }
    return sql_ledger_wave_find(tx, a, w->id, w);
}

/* Some of those who are owed a mail get theirs. */
static enum rc send_mails(struct db *tx, struct arena *a, const struct row_ledger_wave_find *w, int64_t now, bool *more)
{
    struct rows_ledger_ask_to_mail rows;
    TRY(sql_ledger_ask_to_mail(tx, a, w->id, w->mails, AT_ONCE, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(mail_ask(tx, w->mails > 1 ? "ledger_remind" : "ledger_ask", str_printf(a, "%" PRId64 " %" PRId64, w->id, rows.v[k].person_id), now));
        TRY(sql_ledger_ask_mailed(tx, w->id, rows.v[k].person_id, w->mails));
    }
    *more = rows.n == AT_ONCE;
    return RC_OK;
}

enum rc ledger_wave_do(struct db *tx, struct arena *a, int64_t wave, int64_t today, int64_t now, bool *more)
{
    struct row_ledger_wave_find w;
    *more = false;
    TRY(sql_ledger_wave_find(tx, a, wave, &w));
    if (w.next_day_null || w.next_day > today)
        return RC_OK;
    if (str_eq_z(w.state, "planned")) {
        TRY(send_wave(tx, a, &w, today));
        if (w.next_day_null)
            return RC_OK;
    }
    if (today > w.until_day) {
        TRY(sql_ledger_links_drop(tx, wave));
        return sql_ledger_wave_next(tx, wave, w.mails, NULL, S("closed"));
    }
    w.mails = ledger_mails_by(w.day, w.until_day, today);
    TRY(send_mails(tx, a, &w, now, more));
    int64_t next = *more ? today : ledger_next_day(w.day, w.until_day, today);
    return sql_ledger_wave_next(tx, wave, w.mails, day_or_null(&next), S("open"));
}
