/* Swaps of places. Each step reads and writes in one closure; the one that settles a swap looks at both people first, then ends both
 * places and gives both anew by the rules of taking one, so that neither is ever without a place, nor in two. See rota.h. */
#include "out/mail.h"
#include "programme/people/people.h"
#include "programme/rota/inside.h"

#define EXPIRED_MOST 200 /* ended in one closure */

/* The end of the last day of notice, in the zone of the programme; never behind the beginning of the shift. */
static enum rc limit_of(struct db *tx, struct arena *a, int64_t programme, int64_t day, int64_t notice_days, int64_t starts_at, int64_t *limit)
{
    const struct zone *zone;
    TRY(rota_zone(tx, a, programme, &zone));
    int64_t at = ms_from_civil(zone, civil_from_day(day - notice_days + 1));
    *limit = at < starts_at ? at : starts_at;
    return RC_OK;
}

static enum rc tell(struct db *tx, struct arena *a, int64_t swap, int64_t person, int64_t now)
{
    return person != 0 ? mail_ask(tx, "rota_swap", str_printf(a, "%" PRId64 " %" PRId64, swap, person), now) : RC_OK;
}

/* ---- offering ----------------------------------------------------------------------------------------------------------------------- */

static enum rc check_offer(struct db *tx, struct arena *a, const struct rota_offer *o, const struct row_rota_place_find *p, struct err *e)
{
    struct row_rota_swaps_of_opportunity rule;
    struct rows_rota_swaps_of_place there;
    struct row_rota_member m;
    if (p->person_id != o->person || !str_eq_z(p->state, "held"))
        return err_set(e, RC_INVALID, M_placement_not_held, NULL);
    TRY(sql_rota_swaps_of_opportunity(tx, a, p->shift_id, &rule));
    if (str_eq_z(rule.swaps, "none"))
        return err_set(e, RC_INVALID, M_placement_swap_none, NULL);
    TRY(sql_rota_swaps_of_place(tx, a, o->place, &there));
    if (there.n != 0)
        return err_set(e, RC_CONFLICT, M_placement_swap_there, NULL);
    if (o->to == 0)
        return RC_OK;
    if (o->to == o->person)
        return err_field(e, RC_INVALID, M_placement_swap_yourself, "to", NULL);
    TRY(sql_rota_member(tx, a, p->programme_id, o->to, p->day, &m));
    return m.member != 0 ? RC_OK : err_field(e, RC_INVALID, M_placement_swap_nobody, "to", NULL);
}

enum rc rota_swap_offer(struct db *tx, struct arena *a, const struct rota_offer *o, int64_t now, int64_t *id, struct err *e)
{
    struct row_rota_place_find p;
    int64_t limit;
    TRY(sql_rota_place_find(tx, a, o->place, &p));
    TRY(check_offer(tx, a, o, &p, e));
    TRY(limit_of(tx, a, p.programme_id, p.day, p.notice_days, p.starts_at, &limit));
    if (limit <= now)
        return err_set(e, RC_INVALID, M_placement_swap_late, "%" PRId64, p.notice_days);
    *id = db_new_id(tx);
    TRY(sql_rota_swap_add(tx, *id, p.programme_id, o->place, o->person, o->to != 0 ? &o->to : NULL, o->exchange, o->words, limit, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_swap_there, NULL);
    return tell(tx, a, *id, o->to, now);
}

/* ---- settling ----------------------------------------------------------------------------------------------------------------------- */

/* Why another person is not free is hers; what the role asks for is everybody's, since without it the shift would lack it. */
static enum rc may(struct db *tx, struct arena *a, const struct rota_take *t, struct str role, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    struct err own = {0};
    enum rc rc = rota_may(tx, a, t, now, &own);
    if (rc != RC_INVALID)
        return rc;
    if (own.msg == M_placement_unmet)
        return err_set(e, rc, M_placement_swap_mix, "%.*s: %s", STR_ARG(role), own.detail);
    if (t->person != s->by && !s->approves)
        return err_set(e, rc, M_placement_swap_not_free, NULL);
    return err_set(e, rc, own.msg, "%s", own.detail);
}

struct pair {
    struct rota_take first, second; /* what the taker gets; what she gets in return */
    bool exchange;
};

static enum rc check_pair(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, int64_t taker, const struct row_rota_place_find *other,
                          const struct rota_swap_act *s, int64_t now, struct pair *out, struct err *e)
{
    *out = (struct pair){.exchange = other != NULL};
    if (!str_eq_z(w->place_state, "held") || (other != NULL && !str_eq_z(other->state, "held")))
        return err_set(e, RC_GONE, M_placement_swap_over, NULL);
    out->first = (struct rota_take){.shift = w->shift_id, .role = w->role_id, .person = taker, .how = ROTA_SWAPPED, .lang = s->lang, .instead = other != NULL ? other->id : 0};
    TRY(may(tx, a, &out->first, w->role, s, now, e));
    if (other == NULL)
        return RC_OK;
    out->second = (struct rota_take){.shift = other->shift_id, .role = other->role_id, .person = w->person_id, .how = ROTA_SWAPPED, .lang = s->lang, .instead = w->place_id};
    return may(tx, a, &out->second, other->role, s, now, e);
}

static enum rc settle(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, const struct pair *p, int64_t version, const struct rota_swap_act *s,
                      int64_t now, struct err *e)
{
    int64_t place;
    TRY(sql_rota_swap_end(tx, w->id, version, S("done"), S(""), &s->by, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    TRY(sql_rota_place_end(tx, w->place_id, S("swapped"), S(""), 0, now));
    TRY(rota_swap_place_gone(tx, a, w->place_id, now));
    if (p->exchange) {
        TRY(sql_rota_place_end(tx, p->first.instead, S("swapped"), S(""), 0, now));
        TRY(rota_swap_place_gone(tx, a, p->first.instead, now));
    }
    TRY(rota_take(tx, a, &p->first, now, &place, e));
    if (p->exchange)
        TRY(rota_take(tx, a, &p->second, now, &place, e));
    TRY(tell(tx, a, w->id, p->first.person, now));
    return tell(tx, a, w->id, w->person_id, now);
}

/* Both have said yes: it is done, or whoever keeps the rota is asked. Of version. */
static enum rc agree(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, const struct row_rota_place_find *other, const struct pair *p, int64_t version,
                     const struct rota_swap_act *s, int64_t limit, int64_t now, struct err *e)
{
    struct row_rota_swaps_of_opportunity there = {.swaps = S("free")};
    struct rows_rota_shift_supervisors sees;
    if (other != NULL)
        TRY(sql_rota_swaps_of_opportunity(tx, a, other->shift_id, &there));
    if (str_eq_z(w->swaps, "none") || str_eq_z(there.swaps, "none"))
        return err_set(e, RC_INVALID, M_placement_swap_none, NULL);
    TRY(sql_rota_swap_answer(tx, w->id, version, S("agreed"), &p->first.person, other != NULL ? &other->id : NULL, limit));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    if (!str_eq_z(w->swaps, "approved") && !str_eq_z(there.swaps, "approved"))
        return settle(tx, a, w, p, version + 1, s, now, e);
    TRY(sql_rota_shift_supervisors(tx, a, w->shift_id, &sees));
    for (size_t k = 0; k < sees.n; k++)
        TRY(tell(tx, a, w->id, sees.v[k].person_id, now));
    return RC_OK;
}

/* ---- its steps ------------------------------------------------------------------------------------------------------------------------ */

static enum rc end(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, const char *state, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    TRY(sql_rota_swap_end(tx, w->id, s->version, str_from(state), s->words, &s->by, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    int64_t taker = w->taker_id_null ? 0 : w->taker_id;
    if (w->person_id != s->by)
        TRY(tell(tx, a, w->id, w->person_id, now));
    return taker != s->by ? tell(tx, a, w->id, taker, now) : RC_OK;
}

/* Offered as at the beginning, when it was to all; else it is over. */
static enum rc back_to_all(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    struct row_rota_place_find p;
    int64_t limit;
    if (!w->to_person_id_null)
        return end(tx, a, w, "refused", s, now, e);
    TRY(sql_rota_place_find(tx, a, w->place_id, &p));
    TRY(limit_of(tx, a, p.programme_id, p.day, p.notice_days, p.starts_at, &limit));
    TRY(sql_rota_swap_answer(tx, w->id, s->version, S("asked"), NULL, NULL, limit));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    return w->person_id != s->by ? tell(tx, a, w->id, w->person_id, now) : RC_OK;
}

static enum rc accept(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    struct rows_rota_swap_givable givable;
    struct row_rota_place_find other;
    struct pair p;
    int64_t limit = w->expires_at, theirs;
    bool hers = false;
    if (w->person_id == s->by || (!w->to_person_id_null && w->to_person_id != s->by))
        return RC_NOT_FOUND;
    if (!str_eq_z(w->state, "asked"))
        return err_set(e, RC_CONFLICT, M_placement_swap_taken, NULL);
    if (!w->exchange) {
        TRY(check_pair(tx, a, w, s->by, NULL, s, now, &p, e));
        return agree(tx, a, w, NULL, &p, s->version, s, limit, now, e);
    }
    TRY(sql_rota_swap_givable(tx, a, s->by, w->programme_id, now, ROTA_PAGE, &givable));
    for (size_t k = 0; k < givable.n; k++)
        hers = hers || givable.v[k].id == s->other;
    if (!hers)
        return err_field(e, RC_INVALID, M_placement_swap_which, "other", NULL);
    TRY(sql_rota_place_find(tx, a, s->other, &other));
    TRY(limit_of(tx, a, other.programme_id, other.day, other.notice_days, other.starts_at, &theirs));
    if (theirs <= now)
        return err_field(e, RC_INVALID, M_placement_swap_late, "other", "%" PRId64, other.notice_days);
    TRY(check_pair(tx, a, w, s->by, &other, s, now, &p, e));
    TRY(sql_rota_swap_answer(tx, w->id, s->version, S("answered"), &s->by, &s->other, theirs < limit ? theirs : limit));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    return tell(tx, a, w->id, w->person_id, now);
}

/* Yes of who offered it to what she gets in return, or of who approves. */
static enum rc go_on(struct db *tx, struct arena *a, const struct row_rota_swap_find *w, bool approved, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    struct row_rota_place_find other;
    struct pair p;
    if (!w->other_place_id_null)
        TRY(sql_rota_place_find(tx, a, w->other_place_id, &other));
    const struct row_rota_place_find *given = w->other_place_id_null ? NULL : &other;
    TRY(check_pair(tx, a, w, w->taker_id, given, s, now, &p, e));
    return approved ? settle(tx, a, w, &p, s->version, s, now, e) : agree(tx, a, w, given, &p, s->version, s, w->expires_at, now, e);
}

enum rc rota_swap_do(struct db *tx, struct arena *a, const struct rota_swap_act *s, int64_t now, struct err *e)
{
    struct row_rota_swap_find w;
    TRY(sql_rota_swap_find(tx, a, s->swap, &w));
    bool asked = str_eq_z(w.state, "asked"), answered = str_eq_z(w.state, "answered"), agreed = str_eq_z(w.state, "agreed");
    bool mine = w.person_id == s->by, taker = !w.taker_id_null && w.taker_id == s->by;
    if (!asked && !answered && !agreed)
        return err_set(e, RC_GONE, s->step == ROTA_SWAP_ACCEPT && str_eq_z(w.state, "done") && !taker ? M_placement_swap_taken : M_placement_swap_over, NULL);
    if (w.expires_at <= now)
        return err_set(e, RC_GONE, M_placement_swap_expired, NULL);
    if (w.version != s->version)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    switch (s->step) {
    case ROTA_SWAP_ACCEPT:
        return accept(tx, a, &w, s, now, e);
    case ROTA_SWAP_DECLINE:
        if (taker)
            return back_to_all(tx, a, &w, s, now, e);
        return asked && !w.to_person_id_null && w.to_person_id == s->by ? end(tx, a, &w, "refused", s, now, e) : RC_NOT_FOUND;
    case ROTA_SWAP_CONFIRM:
        return mine && answered ? go_on(tx, a, &w, false, s, now, e) : RC_NOT_FOUND;
    case ROTA_SWAP_REJECT:
        if (!mine || !answered)
            return RC_NOT_FOUND;
        if (w.to_person_id_null)
            TRY(tell(tx, a, w.id, w.taker_id, now));
        return back_to_all(tx, a, &w, s, now, e);
    case ROTA_SWAP_WITHDRAW:
        return mine ? end(tx, a, &w, "withdrawn", s, now, e) : RC_NOT_FOUND;
    case ROTA_SWAP_APPROVE:
        if (!agreed || mine || taker)
            return RC_NOT_FOUND;
        return go_on(tx, a, &w, true, s, now, e);
    case ROTA_SWAP_REFUSE:
        if (!agreed || mine || taker)
            return RC_NOT_FOUND;
        if (s->words.n == 0)
            return err_field(e, RC_INVALID, M_placement_refusal_words, "words", NULL);
        return end(tx, a, &w, "refused", s, now, e);
    }
    return RC_INTERNAL;
}

/* ---- ending otherwise ------------------------------------------------------------------------------------------------------------------- */

static enum rc end_one(struct db *tx, struct arena *a, int64_t id, int64_t version, const char *state, int64_t person, int64_t taker, int64_t now)
{
    TRY(sql_rota_swap_end(tx, id, version, str_from(state), S(""), NULL, now));
    TRY(tell(tx, a, id, person, now));
    return tell(tx, a, id, taker, now);
}

enum rc rota_swap_place_gone(struct db *tx, struct arena *a, int64_t place, int64_t now)
{
    struct rows_rota_swaps_of_place rows;
    TRY(sql_rota_swaps_of_place(tx, a, place, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(end_one(tx, a, rows.v[k].id, rows.v[k].version, "gone", rows.v[k].person_id, rows.v[k].taker_id_null ? 0 : rows.v[k].taker_id, now));
    return RC_OK;
}

enum rc rota_swap_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct rows_rota_swaps_under_way rows;
    TRY(sql_rota_swaps_under_way(tx, a, person, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(end_one(tx, a, rows.v[k].id, rows.v[k].version, "gone", rows.v[k].person_id, rows.v[k].taker_id_null ? 0 : rows.v[k].taker_id, now));
    return sql_rota_swaps_erase(tx, person);
}

enum rc rota_swap_expire(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_rota_swaps_over rows;
    TRY(sql_rota_swaps_over(tx, a, now, EXPIRED_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(end_one(tx, a, rows.v[k].id, rows.v[k].version, "expired", rows.v[k].person_id, rows.v[k].taker_id_null ? 0 : rows.v[k].taker_id, now));
    *more = rows.n == EXPIRED_MOST;
    return RC_OK;
}
