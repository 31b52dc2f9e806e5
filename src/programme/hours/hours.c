/* The rules of hours. See hours.h. */
#include "programme/hours/hours.h"

#include "out/mail.h"
#include "programme/evidence/evidence.h"
#include "programme/hours/inside.h"

#define SPARE_MINUTES 60
#define LEAST_MINUTES 1

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

/* ---- at the place ------------------------------------------------------------------------------------------------------------------- */

static enum rc find_place(struct db *tx, struct arena *a, int64_t shift, int64_t person, struct row_hours_shift *s, struct row_hours_place_of *p, struct err *e)
{
    TRY(sql_hours_shift(tx, a, shift, person, s));
    enum rc rc = sql_hours_place_of(tx, a, shift, person, p);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_INVALID, M_placement_not_on_shift, NULL);
    return rc;
}

enum rc hours_sign_in(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t by, int64_t now, struct err *e)
{
    struct row_hours_shift s;
    struct row_hours_place_of p;
    TRY(find_place(tx, a, shift, person, &s, &p, e));
    if (!str_eq_z(s.state, "open"))
        return err_set(e, RC_INVALID, M_placement_not_taking_place, NULL);
    if (now < s.starts_at - HOURS_BEFORE_MINUTES * MS_PER_MINUTE)
        return err_set(e, RC_INVALID, M_placement_too_early, "%d", HOURS_BEFORE_MINUTES);
    if (now > s.ends_at)
        return err_set(e, RC_INVALID, M_placement_too_late, NULL);
    return sql_hours_come(tx, p.id, shift, person, now, by);
}

enum rc hours_sign_out(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t now, struct err *e)
{
    struct row_hours_shift s;
    struct row_hours_place_of p;
    struct row_hours_first_supervisor supervisor;
    int64_t id;
    TRY(find_place(tx, a, shift, person, &s, &p, e));
    if (!str_eq_z(p.state, "here"))
        return err_set(e, RC_CONFLICT, M_placement_not_signed_in, NULL);
    if (now > s.ends_at + HOURS_AFTER_MINUTES * MS_PER_MINUTE)
        return err_set(e, RC_INVALID, M_placement_too_late, NULL);
    TRY(sql_hours_leave(tx, p.id, now));
    int64_t minutes = (now - p.in_at + MS_PER_MINUTE - 1) / MS_PER_MINUTE, most = (s.ends_at - s.starts_at) / MS_PER_MINUTE + SPARE_MINUTES;
    enum rc rc = sql_hours_first_supervisor(tx, a, shift, &supervisor);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* nobody to ask: she can hand them in by herself */
    TRY(rc);
    const struct hours_new n = {.programme = s.programme_id, .person = person, .place = p.id, .opportunity = s.opportunity_id, .day = p.day,
                                .minutes = minutes < LEAST_MINUTES ? LEAST_MINUTES : minutes < most ? minutes : most, .supervisor = supervisor.person_id, .what = S("")};
    rc = hours_hand_in(tx, a, &n, p.day, now, &id, e);
    return rc == RC_CONFLICT ? RC_OK : rc;
}

enum rc hours_no_show(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t by, int64_t now, struct err *e)
{
    struct row_hours_shift s;
    struct row_hours_place_of p;
    TRY(find_place(tx, a, shift, person, &s, &p, e));
    if (now < s.starts_at)
        return err_set(e, RC_INVALID, M_placement_not_begun, NULL);
    TRY(sql_hours_absent(tx, p.id, shift, person, by));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_was_there, NULL);
}

/* ---- hours -------------------------------------------------------------------------------------------------------------------------- */

enum rc hours_hand_in(struct db *tx, struct arena *a, const struct hours_new *n, int64_t today, int64_t now, int64_t *id, struct err *e)
{
    if (n->supervisor == n->person)
        return err_field(e, RC_INVALID, M_placement_hours_yourself, "supervisor", NULL);
    if (n->day > today || n->day < today - HOURS_BACK_DAYS)
        return err_field(e, RC_INVALID, M_placement_hours_day, "day", "%d", HOURS_BACK_DAYS);
    *id = db_new_id(tx);
    TRY(sql_hours_add(tx, *id, n->programme, n->person, or_null(&n->place), or_null(&n->opportunity), n->day, n->minutes, n->what, n->supervisor, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_hours_there, NULL);
    return mail_ask(tx, "hours_verify", str_printf(a, "%" PRId64, *id), now);
}

static enum rc add_evidence(struct db *tx, struct arena *a, const struct row_hours_find *h, int64_t by, int64_t now)
{
    struct rows_hours_aims aims = {0};
    struct programme p;
    TRY(programme_find(tx, a, h->programme_id, &p));
    const struct zone *zone = zone_find(p.zone);
    struct civil noon = civil_from_day(h->day);
    noon.hour = 12;
    struct evidence_new n = {.person = h->person_id, .programme = h->programme_id, .kind = "hours_verified", .percent = -1, .source_kind = "hours", .source_id = h->id,
                             .by_person = by, .at = ms_from_civil(zone != NULL ? zone : zone_utc(), noon)};
    if (!h->opportunity_id_null)
        TRY(sql_hours_aims(tx, a, h->opportunity_id, &aims));
    for (size_t k = 0; k < aims.n; k++) {
        n.competency = aims.v[k].competency_id;
        n.use = EVIDENCE_PRACTISED;
        TRY(evidence_add(tx, &n, now, NULL));
    }
    return aims.n != 0 ? RC_OK : evidence_add(tx, &n, now, NULL);
}

enum rc hours_decide(struct db *tx, struct arena *a, int64_t id, bool verifies, struct str words, int64_t by, int64_t now, struct err *e)
{
    struct row_hours_find h;
    if (!verifies && words.n == 0)
        return err_field(e, RC_INVALID, M_placement_hours_words, "words", NULL);
    TRY(sql_hours_find(tx, a, id, &h));
    if (h.person_id == by)
        return err_set(e, RC_INVALID, M_placement_hours_yourself, NULL);
    TRY(sql_hours_decide(tx, id, verifies ? S("verified") : S("refused"), verifies ? S("") : words, by, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_hours_decided, NULL);
    return verifies ? add_evidence(tx, a, &h, by, now) : RC_OK;
}

enum rc hours_for_panel(struct ctx *c, int64_t programme, int64_t person, struct panel_hours *out)
{
    struct row_hours_sum sum;
    TRY(sql_hours_sum(c->db, c->a, person, programme, &sum));
    *out = (struct panel_hours){sum.verified, sum.waiting};
    return RC_OK;
}
