/* Shifts: who supervises, opening, cancelling. See rota.h. */
#include "out/mail.h"
#include "programme/rota/inside.h"

/* There is more room: whoever waits moves up. */
static enum rc fill_room(struct db *tx, struct arena *a, int64_t shift, int64_t now)
{
    struct rows_rota_shift_roles roles;
    int64_t moved;
    TRY(sql_rota_shift_roles(tx, a, shift, &roles));
    for (size_t k = 0; k < roles.n; k++)
        if (roles.v[k].waiting != 0)
            TRY(rota_move_waiting(tx, a, shift, roles.v[k].role_id, now, &moved));
    return RC_OK;
}

enum rc rota_add_supervisor(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t now, struct err *e)
{
    struct row_rota_shift_find s;
    struct row_rota_may_supervise may;
    struct row_rota_busy busy;
    struct row_rota_supervises there;
    TRY(sql_rota_shift_find(tx, a, shift, &s));
    TRY(sql_rota_supervises(tx, a, shift, person, &there));
    if (there.n != 0)
        return RC_OK;
    TRY(sql_rota_may_supervise(tx, a, person, s.programme_id, s.day, &may));
    if (may.n == 0)
        return err_field(e, RC_INVALID, M_placement_may_not_supervise, "person", NULL);
    TRY(sql_rota_busy(tx, a, person, s.day, s.starts_at, s.ends_at, 0, &busy));
    if (busy.overlaps + busy.supervises != 0)
        return err_field(e, RC_INVALID, M_placement_supervisor_busy, "person", NULL);
    TRY(sql_rota_supervisor_add(tx, shift, person, s.day, s.starts_at, s.ends_at));
    return fill_room(tx, a, shift, now);
}

enum rc rota_drop_supervisor(struct db *tx, int64_t shift, int64_t person)
{
    TRY(sql_rota_supervisor_drop(tx, shift, person));
    return sql_rota_shift_unsure(tx, shift);
}

enum rc rota_open_shift(struct db *tx, struct arena *a, int64_t shift, int64_t version, struct err *e)
{
    struct row_rota_shift_find s;
    TRY(sql_rota_shift_find(tx, a, shift, &s));
    if (s.supervisors == 0)
        return err_set(e, RC_INVALID, M_placement_no_supervisor, NULL);
    if (s.supervisors * s.ratio < s.needed)
        return err_set(e, RC_INVALID, M_placement_few_supervisors, "%" PRId64, (s.needed + s.ratio - 1) / s.ratio);
    TRY(sql_rota_shift_set_state(tx, shift, version, S("open")));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

enum rc rota_cancel_shift(struct db *tx, struct arena *a, int64_t shift, int64_t version, int64_t now, struct err *e)
{
    struct rows_rota_held held;
    TRY(sql_rota_shift_set_state(tx, shift, version, S("cancelled")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    TRY(sql_rota_held(tx, a, shift, &held));
    TRY(sql_rota_cancel_places(tx, shift, now));
    TRY(sql_rota_waiting_clear(tx, shift));
    for (size_t k = 0; k < held.n; k++)
        TRY(rota_swap_place_gone(tx, a, held.v[k].id, now));
    for (size_t k = 0; k < held.n; k++)
        TRY(mail_ask(tx, "rota_cancelled", str_printf(a, "%" PRId64, held.v[k].id), now));
    return RC_OK;
}
