/* What the passing of days brings to the rota, looked at once an hour: swaps behind their limit, reminders of shifts, credentials that end
 * before a shift, supervisors who have left. Each mail is asked for in the closure that notes that it was, so nobody is told twice. */
#include "gen/programme/rota/days_sql.h"
#include "out/mail.h"
#include "programme/rota/inside.h"

#define TOGETHER 200 /* of each kind, in one closure */
#define SOON_MS (2 * MS_PER_DAY)
#define ALONE_DAYS 400

static enum rc remind(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_rota_soon rows;
    int64_t day = now / MS_PER_DAY;
    TRY(sql_rota_soon(tx, a, day - 1, day + SOON_MS / MS_PER_DAY + 1, now, now + SOON_MS, SOON_MS, TOGETHER, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(sql_rota_told_add(tx, S("soon"), rows.v[k].id, now));
        TRY(mail_ask(tx, "rota_soon", str_printf(a, "%" PRId64, rows.v[k].id), now));
    }
    *more = *more || rows.n == TOGETHER;
    return RC_OK;
}

static enum rc tell_lacking(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_rota_lacking rows;
    int64_t day = now / MS_PER_DAY;
    TRY(sql_rota_lacking(tx, a, day - 1, day + ROTA_LACKING_DAYS, now, TOGETHER, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(sql_rota_told_add(tx, S("lacks"), rows.v[k].id, now));
        TRY(mail_ask(tx, "rota_lacks", str_printf(a, "%" PRId64, rows.v[k].id), now));
    }
    *more = *more || rows.n == TOGETHER;
    return RC_OK;
}

/* Planned again: the page of the shift, the overview and Home of whoever keeps the rota say that it needs somebody. */
static enum rc close_left_alone(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_rota_left_alone rows;
    int64_t day = now / MS_PER_DAY;
    TRY(sql_rota_left_alone(tx, a, day + 1, day + ALONE_DAYS, TOGETHER, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(sql_rota_shift_set_state(tx, rows.v[k].id, rows.v[k].version, S("planned")));
    *more = *more || rows.n == TOGETHER;
    return RC_OK;
}

enum rc rota_pass(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    TRY(rota_swap_expire(tx, a, now, more));
    TRY(remind(tx, a, now, more));
    TRY(tell_lacking(tx, a, now, more));
    return close_left_alone(tx, a, now, more);
}

enum rc rota_days_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)job;
    (void)args;
    return job_portions(db, rota_pass, e);
}
