/* The near-peer chain: what a programme sets, when a learner may mentor, and who stands behind her. See mentor.h. */
#include "programme/mentor/mentor.h"

#include "gen/msg_mentor.h"
#include "gen/programme/mentor/chain_sql.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "programme/evidence/evidence.h"

#define MONTHS_MOST 8
#define MONTH_LAST 60
#define LEAST_MIN 3
#define LEAST_MAX 50

/* ---- settings ---------------------------------------------------------------------------------------------------------------------- */

enum rc mentor_settings_of(struct db *db, struct arena *a, int64_t programme, struct mentor_settings *out)
{
    struct row_mentor_setting_find row;
    enum rc rc = sql_mentor_setting_find(db, a, programme, &row);
    *out = (struct mentor_settings){.programme = programme, .months = S(MENTOR_MONTHS), .least = MENTOR_LEAST, .training = S(MENTOR_TRAINING)};
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    out->months = row.months;
    out->least = row.least;
    out->from_stage = row.from_stage_id_null ? 0 : row.from_stage_id;
    out->training = row.training;
    out->competency = row.competency_id_null ? 0 : row.competency_id;
    out->version = row.version;
    return RC_OK;
}

/* "12, 3 6" becomes "3 6 12". False when a word is no month, or there are too many. */
static bool tidy_months(struct arena *a, struct str *months)
{
    bool in[MONTH_LAST + 1] = {false};
    size_t n = 0;
    struct buf b = buf_new(a, 32);
    for (size_t at = 0; at < months->n;) {
        size_t end = at;
        int64_t month;
        while (end < months->n && strchr(" ,;", months->p[end]) == NULL)
            end++;
        if (end > at) {
            if (!str_to_int(str_sub(*months, at, end - at), &month) || month < 1 || month > MONTH_LAST)
                return false;
            n += !in[month];
            in[month] = true;
        }
        at = end + 1;
    }
    for (int m = 1; m <= MONTH_LAST; m++)
        if (in[m])
            buf_printf(&b, b.n != 0 ? " %d" : "%d", m);
    *months = buf_text(&b);
    return n <= MONTHS_MOST;
}

enum rc mentor_save_settings(struct db *tx, struct arena *a, struct mentor_settings *s, struct err *e)
{
    if (!tidy_months(a, &s->months))
        return err_field(e, RC_INVALID, M_mentor_months_bad, "months", NULL);
    if (s->least < LEAST_MIN || s->least > LEAST_MAX)
        return err_field(e, RC_INVALID, M_mentor_least_bad, "least", NULL);
    const int64_t *stage = s->from_stage != 0 ? &s->from_stage : NULL, *competency = s->competency != 0 ? &s->competency : NULL;
    if (s->version == 0)
        TRY(sql_mentor_setting_add(tx, s->programme, s->months, s->least, stage, s->training, competency));
    else
        TRY(sql_mentor_setting_change(tx, s->programme, s->version, s->months, s->least, stage, s->training, competency));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_changed, NULL);
}

/* ---- learners who mentor ------------------------------------------------------------------------------------------------------------- */

enum rc mentor_trained(struct db *db, struct arena *a, int64_t programme, int64_t mentor, bool *done, bool *needed)
{
    struct mentor_settings s;
    struct row_mentor_training row = {0};
    TRY(mentor_settings_of(db, a, programme, &s));
    if (s.training.n != 0)
        TRY(sql_mentor_training(db, a, programme, mentor, s.training, str_printf(a, "%.*s-__", STR_ARG(s.training)), &row));
    *done = row.done > 0;
    if (needed != NULL)
        *needed = row.courses > 0;
    return RC_OK;
}

static enum rc check_stage(struct db *db, struct arena *a, int64_t from_stage, const struct row_mentor_learner *learner, struct err *e)
{
    struct row_mentor_stage_ordinal from;
    if (from_stage == 0)
        return RC_OK;
    enum rc rc = sql_mentor_stage_ordinal(db, a, from_stage, &from);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return !learner->ordinal_null && learner->ordinal >= from.ordinal ? RC_OK : err_set(e, RC_INVALID, M_mentor_stage_low, NULL);
}

enum rc mentor_ready(struct db *db, struct arena *a, int64_t programme, int64_t mentor, int64_t today, struct err *e)
{
    struct row_mentor_learner learner;
    struct row_mentor_supervisor_of behind;
    struct row_mentor_is_away away;
    struct mentor_settings s;
    bool trained, needed;
    enum rc rc = sql_mentor_learner(db, a, programme, mentor, today, &learner);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(mentor_settings_of(db, a, programme, &s));
    TRY(check_stage(db, a, s.from_stage, &learner, e));
    TRY(sql_mentor_is_away(db, a, programme, mentor, today, &away));
    if (away.n != 0)
        return err_set(e, RC_INVALID, M_mentor_is_away, NULL);
    TRY(mentor_trained(db, a, programme, mentor, &trained, &needed));
    if (needed && !trained)
        return err_set(e, RC_INVALID, M_mentor_untrained, NULL);
    rc = sql_mentor_supervisor_of(db, a, programme, mentor, &behind);
    return rc == RC_NOT_FOUND ? err_set(e, RC_INVALID, M_mentor_alone, NULL) : rc;
}

enum rc mentor_supervise(struct db *tx, struct arena *a, int64_t programme, int64_t student, int64_t faculty, int64_t today, int64_t now,
                         struct err *e)
{
    struct row_mentor_learner learner;
    struct row_mentor_is_mentor is;
    if (faculty == 0)
        return sql_mentor_supervision_end(tx, programme, student);
    enum rc rc = sql_mentor_learner(tx, a, programme, student, today, &learner);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? err_field(e, RC_INVALID, M_mentor_no_learner, "student", NULL) : rc;
    TRY(sql_mentor_is_mentor(tx, a, programme, faculty, today, &is));
    if (is.n == 0)
        return err_field(e, RC_INVALID, M_mentor_no_faculty, "faculty", NULL);
    rc = sql_mentor_learner(tx, a, programme, faculty, today, &learner);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_field(e, RC_INVALID, M_mentor_no_faculty, "faculty", NULL);
    struct row_mentor_supervisor_of before;
    rc = sql_mentor_supervisor_of(tx, a, programme, student, &before);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && before.faculty_id != faculty)
        TRY(sql_wall_log_unshare(tx, programme, student));
    return sql_mentor_supervision_set(tx, programme, student, faculty, now);
}

/* ---- what a mentor notes for herself ----------------------------------------------------------------------------------------------------- */

enum rc mentor_save_log(struct db *tx, struct mentor_log *g, int64_t person, int64_t today, int64_t now, struct err *e)
{
    if (g->day > today)
        return err_field(e, RC_INVALID, M_mentor_day_ahead, "day", NULL);
    if (g->id != 0) {
        TRY(sql_wall_log_change(tx, g->id, person, g->version, g->day, g->did, g->outcome));
        return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_changed, NULL);
    }
    g->id = db_new_id(tx);
    TRY(sql_wall_log_add(tx, g->id, g->programme, person, g->day, g->did, g->outcome, g->competency != 0 ? &g->competency : NULL, now));
    if (g->competency == 0)
        return RC_OK;
    const struct evidence_new ev = {.person = person, .programme = g->programme, .kind = "mentor_reflected", .competency = g->competency,
                                    .use = EVIDENCE_PRACTISED, .percent = -1, .source_kind = "mentor_log", .source_id = g->id,
                                    .by_person = person, .at = now};
    return evidence_add(tx, &ev, now, NULL);
}

enum rc mentor_save_known(struct db *tx, int64_t programme, int64_t person, const int64_t *competencies, size_t count, struct err *e)
{
    if (count > MENTOR_KNOWN_MOST)
        return err_field(e, RC_INVALID, M_mentor_known_many, "known", NULL);
    TRY(sql_mentor_known_drop(tx, programme, person));
    for (size_t i = 0; i < count; i++)
        TRY(sql_mentor_known_add(tx, programme, person, competencies[i]));
    return RC_OK;
}
