/* Taking a place, giving it up, waiting for one. Every rule reads and writes within one closure, so two who take the last seat at once
 * are told one after the other; the unique indexes on the seat and on the day hold it even if a rule were wrong. */
#include "out/mail.h"
#include "programme/rota/inside.h"

#define TRIED_MOST 100 /* of those who wait, for one free seat */

const char *rota_how_word(enum rota_how how)
{
    static const char *const words[] = {"allocated", "taken", "waited", "swapped", "given"};
    return words[how];
}

/* ---- may she ------------------------------------------------------------------------------------------------------------------------ */

static enum rc check_shift(const struct row_rota_shift_find *s, const struct rota_take *t, int64_t now, struct err *e)
{
    if (str_eq_z(s->state, "cancelled") || !str_eq_z(s->opportunity_state, "open"))
        return err_set(e, RC_INVALID, M_placement_shift_cancelled, NULL);
    if (s->starts_at <= now && t->how != ROTA_GIVEN)
        return err_set(e, RC_INVALID, M_placement_shift_begun, NULL);
    if (t->how == ROTA_TAKEN && !str_eq_z(s->term_state, "published"))
        return err_set(e, RC_INVALID, M_placement_not_published, NULL);
    return RC_OK;
}

/* Whoever did not come again and again takes no place by herself: somebody who keeps the rota speaks with her and gives her one. */
static enum rc check_absences(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, struct err *e)
{
    struct row_rota_absences absent;
    if (t->how == ROTA_ALLOCATED || t->how == ROTA_GIVEN)
        return RC_OK;
    TRY(sql_rota_absences(tx, a, t->person, now / MS_PER_DAY - ROTA_ABSENT_DAYS, &absent));
    return absent.n < ROTA_ABSENT_MOST ? RC_OK : err_set(e, RC_INVALID, M_placement_absent_often, "%" PRId64, absent.n);
}

static enum rc check_person(struct db *tx, struct arena *a, const struct row_rota_shift_find *s, const struct rota_take *t, int64_t now, struct err *e)
{
    struct row_rota_member m;
    struct row_rota_busy busy;
    struct row_rota_term_count has;
    struct placement_unmet *unmet;
    size_t count;
    TRY(sql_rota_member(tx, a, s->programme_id, t->person, s->day, &m));
    if (m.member == 0)
        return err_set(e, RC_INVALID, M_placement_not_member, NULL);
    if (m.away != 0)
        return err_set(e, RC_INVALID, M_placement_on_leave, NULL);
    TRY(check_absences(tx, a, t, now, e));
    TRY(placement_unmet(tx, a, t->role, t->person, s->day, &unmet, &count));
    if (count != 0) {
        struct str why = placement_unmet_text(a, t->lang, &unmet[0]);
        return err_set(e, RC_INVALID, M_placement_unmet, "%.*s", STR_ARG(why));
    }
    TRY(sql_rota_busy(tx, a, t->person, s->day, s->starts_at, s->ends_at, t->instead, &busy));
    if (busy.same_day != 0)
        return err_set(e, RC_INVALID, M_placement_same_day, NULL);
    if (busy.overlaps + busy.supervises != 0)
        return err_set(e, RC_INVALID, M_placement_overlaps, NULL);
    TRY(sql_rota_term_count(tx, a, s->term_id, t->person, t->instead, &has));
    if (has.n >= s->term_most && t->how != ROTA_ALLOCATED && t->how != ROTA_GIVEN)
        return err_set(e, RC_INVALID, M_placement_enough, "%" PRId64, s->term_most);
    return RC_OK;
}

enum rc rota_may(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, struct err *e)
{
    struct row_rota_shift_find s;
    TRY(sql_rota_shift_find(tx, a, t->shift, &s));
    TRY(check_shift(&s, t, now, e));
    return check_person(tx, a, &s, t, now, e);
}

/* ---- taking, giving up ---------------------------------------------------------------------------------------------------------------- */

enum rc rota_take(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, int64_t *place, struct err *e)
{
    struct row_rota_shift_find s;
    struct row_rota_free_seat seat;
    TRY(sql_rota_shift_find(tx, a, t->shift, &s));
    TRY(check_shift(&s, t, now, e));
    TRY(check_person(tx, a, &s, t, now, e));
    if (rota_room(&s) <= 0 && t->how != ROTA_SWAPPED)
        return err_set(e, RC_CONFLICT, s.supervisors == 0 ? M_placement_no_supervisor_yet : M_placement_shift_full, NULL);
    enum rc rc = sql_rota_free_seat(tx, a, t->shift, t->role, &seat);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_CONFLICT, M_placement_role_full, NULL);
    TRY(rc);
    *place = db_new_id(tx);
    TRY(sql_rota_place_add(tx, *place, seat.id, t->shift, t->role, t->person, s.term_id, s.day, s.starts_at, s.ends_at, seat.leads,
                           str_from(rota_how_word(t->how)), now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_role_full, NULL);
    return sql_rota_waiting_drop(tx, t->shift, t->role, t->person);
}

enum rc rota_move_waiting(struct db *tx, struct arena *a, int64_t shift, int64_t role, int64_t now, int64_t *moved)
{
    struct row_rota_shift_find s;
    struct rows_rota_waiting_next rows;
    struct row_rota_free_seat seat;
    *moved = 0;
    TRY(sql_rota_shift_find(tx, a, shift, &s));
    TRY(sql_rota_waiting_next(tx, a, shift, role, s.term_id, TRIED_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        int64_t place;
        const struct rota_take t = {.shift = shift, .role = role, .person = rows.v[k].person_id, .how = ROTA_WAITED};
        enum rc rc = sql_rota_free_seat(tx, a, shift, role, &seat);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        rc = rota_take(tx, a, &t, now, &place, NULL);
        if (rc == RC_INVALID)
            continue; /* not any more: she stays on the list and may be free later */
        if (rc != RC_OK)
            return rc == RC_CONFLICT ? RC_OK : rc;
        *moved = t.person;
        TRY(mail_ask(tx, "rota_moved", str_printf(a, "%" PRId64, place), now));
    }
    return RC_OK;
}

enum rc rota_drop(struct db *tx, struct arena *a, int64_t place, struct str words, int64_t today, int64_t now, int64_t *moved, struct err *e)
{
    struct row_rota_place_find p;
    int64_t who = 0;
    TRY(sql_rota_place_find(tx, a, place, &p));
    if (!str_eq_z(p.state, "held"))
        return err_set(e, RC_CONFLICT, M_placement_not_held, NULL);
    if (p.starts_at <= now)
        return err_set(e, RC_INVALID, M_placement_shift_begun, NULL);
    bool late = today > p.day - p.notice_days;
    if (late && words.n == 0)
        return err_field(e, RC_INVALID, M_placement_late_words, "words", NULL);
    TRY(sql_rota_place_end(tx, place, S("dropped"), words, late, now));
    TRY(rota_swap_place_gone(tx, a, place, now));
    TRY(rota_move_waiting(tx, a, p.shift_id, p.role_id, now, &who));
    if (moved != NULL)
        *moved = who;
    return RC_OK;
}

enum rc rota_wait(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, struct err *e)
{
    struct row_rota_shift_find s;
    struct row_rota_free_seat seat;
    TRY(sql_rota_shift_find(tx, a, t->shift, &s));
    TRY(check_shift(&s, t, now, e));
    TRY(check_person(tx, a, &s, t, now, e));
    enum rc rc = sql_rota_free_seat(tx, a, t->shift, t->role, &seat);
    if (rc == RC_OK && rota_room(&s) > 0)
        return err_set(e, RC_CONFLICT, M_placement_free_now, NULL);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return sql_rota_waiting_add(tx, db_new_id(tx), t->shift, t->role, t->person, now);
}
