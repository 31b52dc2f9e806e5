/* Changing when, where and by whom a course is given; see inside.h. */
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"

#define CLASS_LONGEST (24 * MS_PER_HOUR)

enum rc class_change(struct db *tx, const struct class_edit *edit, const struct zone *zone, struct err *e)
{
    int64_t due = edit->due_day;
    bool has_due = edit->has_due;
    if (edit->has_end && !edit->has_start)
        return err_field(e, RC_INVALID, M_curriculum_class_start_missing, "starts", NULL);
    if (edit->has_end && edit->ends_at < edit->starts_at)
        return err_field(e, RC_INVALID, M_curriculum_class_end_early, "ends", NULL);
    if (edit->has_end && edit->ends_at - edit->starts_at > CLASS_LONGEST)
        return err_field(e, RC_INVALID, M_curriculum_class_long, "ends", NULL);
    if (!has_due && !edit->has_start)
        return err_field(e, RC_INVALID, M_curriculum_due_missing, "due", NULL);
    if (!has_due)
        due = day_from_ms(zone, edit->starts_at);
    TRY(sql_class_change(tx, edit->id, edit->version, edit->has_start ? &edit->starts_at : NULL,
                         edit->has_end ? &edit->ends_at : NULL, edit->place, edit->teacher != 0 ? &edit->teacher : NULL,
                         due));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_curriculum_changed, NULL);
}

/* Only sessions without a time move: a date that somebody set stays. */
static enum rc spread(struct db *tx, struct arena *a, int64_t offering, int64_t start_day, int64_t end_day)
{
    struct rows_offering_classes rows;
    TRY(sql_offering_classes(tx, a, offering, &rows));
    int64_t live = 0, place = 0;
    for (size_t i = 0; i < rows.n; i++)
        live += !rows.v[i].retired;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.v[i].retired)
            continue;
        place++;
        if (rows.v[i].starts_at_null)
            TRY(sql_offering_due_set(tx, rows.v[i].id, start_day + (end_day - start_day) * place / live));
    }
    return RC_OK;
}

enum rc offering_change_days(struct db *tx, struct arena *a, int64_t offering, int64_t version, int64_t start_day,
                             int64_t end_day, bool again, struct err *e)
{
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_curriculum_days_order, "end", NULL);
    TRY(sql_offering_change(tx, offering, version, start_day, end_day));
    if (db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_curriculum_changed, NULL);
    return again ? spread(tx, a, offering, start_day, end_day) : RC_OK;
}
