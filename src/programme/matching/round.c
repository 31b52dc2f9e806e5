/* The rules of running a round: making it, who takes part, what is fixed beforehand. See matching.h. */
#include "base/clock.h"
#include "programme/matching/inside.h"
#include "programme/mentor/mentor.h"

static const char *const way_words[MATCH_WAYS] = {[MATCH_RANKS] = "ranks", [MATCH_CRITERIA] = "criteria", [MATCH_BOTH] = "both"};
static const char *const mode_words[MATCH_MODES] = {[MATCH_FAIR] = "fair", [MATCH_MENTOR] = "mentor", [MATCH_REACH] = "reach"};

static const char *const near_words[MATCH_NEARS] = {[MATCH_NEAR_BLOCKING] = "blocking", [MATCH_NEAR_ENVY_FREE] = "envy-free", [MATCH_NEAR_OFF] = "off"};

const char *match_near_word(enum match_near near)
{
    return near_words[near];
}

bool match_find_near(struct str word, enum match_near *near)
{
    for (int i = 0; i < MATCH_NEARS; i++)
        if (str_eq_z(word, near_words[i])) {
            *near = (enum match_near)i;
            return true;
        }
    return false;
}

const char *match_way_word(enum match_way way)
{
    return way_words[way];
}

const char *match_mode_word(enum match_mode mode)
{
    return mode_words[mode];
}

bool match_find_way(struct str word, enum match_way *way)
{
    for (int i = 0; i < MATCH_WAYS; i++)
        if (str_eq_z(word, way_words[i])) {
            *way = (enum match_way)i;
            return true;
        }
    return false;
}

bool match_find_mode(struct str word, enum match_mode *mode)
{
    for (int i = 0; i < MATCH_MODES; i++)
        if (str_eq_z(word, mode_words[i])) {
            *mode = (enum match_mode)i;
            return true;
        }
    return false;
}

enum rc match_find(struct db *db, struct arena *a, int64_t id, struct match_round *out)
{
    struct row_match_round_find r;
    TRY(sql_match_round_find(db, a, id, &r));
    *out = (struct match_round){.id = r.id,
                                .programme = r.programme_id,
                                .cohort = r.cohort_id_null ? 0 : r.cohort_id,
                                .title = r.title,
                                .state = r.state,
                                .seed = r.seed,
                                .weights = {r.weight_interests, r.weight_language, r.weight_stage, r.weight_load},
                                .least = r.least,
                                .above = r.above_id_null ? 0 : r.above_id,
                                .by = {r.mentees_by, r.mentors_by},
                                .remind_days = r.remind_days,
                                .apart_assessors = r.apart_assessors != 0,
                                .opened_at = r.opened_at_null ? 0 : r.opened_at,
                                .mode_changed_at = r.mode_changed_at_null ? 0 : r.mode_changed_at,
                                .approved_at = r.approved_at_null ? 0 : r.approved_at,
                                .approved_by = r.approved_by_null ? 0 : r.approved_by,
                                .version = r.version};
    ASSERT(match_find_way(r.way, &out->way) && match_find_mode(r.mode, &out->mode) && match_find_near(r.nearest, &out->near));
    return str_eq_z(r.state, "dropped") ? RC_NOT_FOUND : RC_OK;
}

static enum rc meanwhile(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_matching_changed, NULL);
}

/* The round as it was seen, not yet approved. */
static enum rc find_unapproved(struct db *tx, struct arena *a, int64_t round, int64_t version, struct match_round *r, struct err *e)
{
    TRY(match_find(tx, a, round, r));
    if (str_eq_z(r->state, "approved"))
        return err_set(e, RC_CONFLICT, M_matching_approved_already, NULL);
    return r->version == version ? RC_OK : err_set(e, RC_CONFLICT, M_matching_changed, NULL);
}

enum rc match_touch(struct db *tx, struct arena *a, int64_t round, int64_t version, struct match_round *r, struct err *e)
{
    TRY(find_unapproved(tx, a, round, version, r, e));
    TRY(sql_match_round_touch(tx, round, version));
    return meanwhile(tx, e);
}

/* ---- the round ------------------------------------------------------------------------------------------------------------------ */

static enum rc check_deadlines(const struct match_round *r, const struct match_round *old, int64_t now, struct err *e)
{
    static const char *const fields[] = {"mentees_by", "mentors_by"};
    for (int side = 0; side < 2; side++)
        if (r->by[side] <= now && (old == NULL || old->by[side] != r->by[side]))
            return err_field(e, RC_INVALID, M_matching_deadline_past, fields[side], NULL);
    return RC_OK;
}

static bool all_zero(const struct match_weights *w)
{
    return w->interests + w->language + w->stage + w->load == 0;
}

/* The rounds above, one after the other: of this programme, none of them this one, and not too many. */
static enum rc check_above(struct db *tx, struct arena *a, const struct match_round *r, struct err *e)
{
    int64_t above = r->above;
    for (int level = 1; above != 0; level++) {
        struct match_round up;
        if (above == r->id)
            return err_field(e, RC_INVALID, M_matching_above_circle, "above", NULL);
        if (level == MATCH_LEVELS_MOST)
            return err_field(e, RC_INVALID, M_matching_above_many, "above", "%d", MATCH_LEVELS_MOST);
        enum rc rc = match_find(tx, a, above, &up);
        if (rc == RC_NOT_FOUND && level > 1)
            return RC_OK; /* dropped since */
        if (rc == RC_NOT_FOUND || (rc == RC_OK && up.programme != r->programme))
            return err_field(e, RC_INVALID, M_matching_above_gone, "above", NULL);
        TRY(rc);
        above = up.above;
    }
    return RC_OK;
}

static const int64_t *or_null(const int64_t *id)
{
    return *id != 0 ? id : NULL;
}

enum rc match_save(struct db *tx, struct match_round *r, int64_t by, int64_t now, struct err *e)
{
    const struct match_weights *w = &r->weights;
    if (r->way != MATCH_RANKS && all_zero(w))
        return err_field(e, RC_INVALID, M_matching_no_weight, "weight_interests", NULL);
    if (r->id == 0) {
        TRY(check_deadlines(r, NULL, now, e));
        struct arena *own = arena_new(0);
        enum rc rc = check_above(tx, own, r, e);
        arena_free(own);
        TRY(rc);
        r->id = db_new_id(tx);
        r->seed = db_new_opaque_id(tx);
        r->version = 1;
        return sql_match_round_add(tx, r->id, r->programme, or_null(&r->cohort), r->title, str_from(way_words[r->way]),
                                   str_from(mode_words[r->mode]), r->seed, w->interests, w->language, w->stage, w->load, r->by[0], r->by[1],
                                   r->remind_days, r->apart_assessors, by, now, r->least, str_from(near_words[r->near]), or_null(&r->above));
    }
    struct match_round old;
    struct arena *a = arena_new(0);
    enum rc rc = find_unapproved(tx, a, r->id, r->version, &old, e);
    if (rc == RC_OK)
        rc = check_deadlines(r, &old, now, e);
    if (rc == RC_OK)
        rc = check_above(tx, a, r, e);
    arena_free(a);
    TRY(rc);
    TRY(sql_match_round_change(tx, r->id, r->version, r->title, str_from(way_words[r->way]), str_from(mode_words[r->mode]), w->interests,
                               w->language, w->stage, w->load, r->by[0], r->by[1], r->remind_days, r->apart_assessors, now, r->least, str_from(near_words[r->near]), or_null(&r->above)));
    return meanwhile(tx, e);
}

enum rc match_open(struct db *tx, struct arena *a, int64_t round, int64_t version, bool tell, int64_t now, struct err *e)
{
    struct match_round r;
    struct rows_match_person_counts counts;
    int64_t seats = 0, sent;
    TRY(find_unapproved(tx, a, round, version, &r, e));
    TRY(check_deadlines(&r, NULL, now, e));
    TRY(sql_match_person_counts(tx, a, round, &counts));
    if (counts.n != 2)
        return err_set(e, RC_INVALID, M_matching_side_empty, NULL);
    for (size_t i = 0; i < counts.n; i++)
        seats += counts.v[i].seats;
    if (seats == 0)
        return err_set(e, RC_INVALID, M_matching_no_seats_at_all, NULL);
    TRY(sql_match_round_open(tx, round, version, now));
    TRY(meanwhile(tx, e));
    if (!tell || r.way == MATCH_CRITERIA)
        return RC_OK; /* nobody has to answer */
    TRY(match_mail_side(tx, a, round, HR_MENTEE, "match_open", true, now, &sent));
    return match_mail_side(tx, a, round, HR_MENTOR, "match_open", true, now, &sent);
}

enum rc match_drop(struct db *tx, struct arena *a, int64_t round, int64_t version, struct err *e)
{
    struct match_round r;
    TRY(find_unapproved(tx, a, round, version, &r, e));
    TRY(sql_match_round_drop(tx, round, version));
    return meanwhile(tx, e);
}

/* ---- who takes part ------------------------------------------------------------------------------------------------------------- */

/* Learners mentor when they are ready for it: of the stage, trained, with somebody behind them. */
static enum rc leave_out_unready(struct db *tx, struct arena *a, const struct match_round *r, int64_t top, int64_t today, int64_t *added)
{
    struct rows_match_person_learners rows;
    TRY(sql_match_person_learners(tx, a, r->id, r->programme, top, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct err why = {0};
        enum rc rc = mentor_ready(tx, a, r->programme, rows.v[i].person_id, today, &why);
        if (rc != RC_OK && rc != RC_INVALID)
            return rc;
        if (rc == RC_INVALID) {
            TRY(sql_match_person_leave(tx, r->id, S("mentor"), rows.v[i].place));
            --*added;
        }
    }
    return RC_OK;
}

enum rc match_take_in(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, const struct match_filter *f,
                      int64_t today, int64_t *added, struct err *e)
{
    struct match_round r;
    struct row_match_person_top top;
    TRY(match_touch(tx, a, round, version, &r, e));
    TRY(sql_match_person_top(tx, a, round, match_side_word(side), &top));
    int64_t cohort = r.cohort != 0 ? r.cohort : f->cohort;
    if (side == HR_MENTEE)
        TRY(sql_match_person_add_mentees(tx, round, r.programme, cohort != 0 ? &cohort : NULL, f->stage != 0 ? &f->stage : NULL,
                                         f->group != 0 ? &f->group : NULL, f->without, today, top.n));
    else
        TRY(sql_match_person_add_mentors(tx, round, r.programme, f->without, today, top.n));
    *added = db_changes(tx);
    return side == HR_MENTOR ? leave_out_unready(tx, a, &r, top.n, today, added) : RC_OK;
}

static enum rc check_mentee(struct db *tx, struct arena *a, const struct match_round *r, int64_t person, int64_t today, struct err *e)
{
    struct row_match_is_member member;
    enum rc rc = sql_match_is_member(tx, a, r->programme, person, today, &member);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && r->cohort != 0 && member.cohort_id != r->cohort))
        return err_field(e, RC_INVALID, M_matching_not_member, "person", NULL);
    return rc;
}

static enum rc check_mentor(struct db *tx, struct arena *a, const struct match_round *r, int64_t person, int64_t today, int64_t *seats, struct err *e)
{
    struct row_match_is_mentor is;
    struct row_match_profile_of profile;
    TRY(sql_match_is_mentor(tx, a, r->programme, person, today, &is));
    enum rc rc = sql_match_profile_of(tx, a, r->programme, person, &profile);
    if (is.n == 0 || rc == RC_NOT_FOUND)
        return err_field(e, RC_INVALID, M_matching_not_mentor, "person", NULL);
    TRY(rc);
    if (!profile.away_until_day_null && profile.away_until_day >= today)
        return err_field(e, RC_INVALID, M_matching_on_leave, "person", NULL);
    TRY(mentor_ready(tx, a, r->programme, person, today, e));
    *seats = profile.capacity > profile.taken ? profile.capacity - profile.taken : 0;
    return RC_OK;
}

enum rc match_take_one(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, int64_t person, int64_t today,
                       struct err *e)
{
    struct match_round r;
    struct row_match_person_of old;
    struct row_match_is_away away;
    struct row_match_person_top top;
    int64_t seats = 0;
    TRY(match_touch(tx, a, round, version, &r, e));
    TRY(side == HR_MENTEE ? check_mentee(tx, a, &r, person, today, e) : check_mentor(tx, a, &r, person, today, &seats, e));
    TRY(sql_match_is_away(tx, a, r.programme, person, today, &away));
    if (away.n != 0)
        return err_field(e, RC_INVALID, M_matching_on_leave, "person", NULL);
    enum rc rc = sql_match_person_of(tx, a, round, match_side_word(side), person, &old);
    if (rc == RC_OK && old.takes_part)
        return err_field(e, RC_CONFLICT, M_matching_in_already, "person", NULL);
    if (rc == RC_OK)
        return sql_match_person_back(tx, round, match_side_word(side), person, seats);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_match_person_top(tx, a, round, match_side_word(side), &top));
    return sql_match_person_add(tx, round, match_side_word(side), top.n + 1, person, seats);
}

enum rc match_set_seats(struct db *tx, struct arena *a, int64_t round, int64_t place, int64_t version, int64_t seats, int64_t least, struct err *e)
{
    struct match_round r;
    struct row_match_rule_pins_of pins;
    TRY(match_find(tx, a, round, &r));
    if (str_eq_z(r.state, "approved"))
        return err_set(e, RC_CONFLICT, M_matching_approved_already, NULL);
    if (seats < 0 || seats > MATCH_SEATS_MOST)
        return err_field(e, RC_INVALID, M_matching_seats_bad, "seats", NULL);
    if (least > seats)
        return err_field(e, RC_INVALID, M_matching_least_above_seats, "least", NULL);
    TRY(sql_match_rule_pins_of(tx, a, round, place, &pins));
    if (pins.n > seats)
        return err_field(e, RC_INVALID, M_matching_seats_pinned, "seats", "%" PRId64, pins.n);
    TRY(sql_match_person_seats(tx, round, place, version, seats, least >= 0 ? &least : NULL));
    TRY(meanwhile(tx, e));
    return sql_match_round_touch(tx, round, r.version);
}

enum rc match_take_out(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, int64_t place, struct err *e)
{
    struct match_round r;
    TRY(match_touch(tx, a, round, version, &r, e));
    TRY(sql_match_person_leave(tx, round, match_side_word(side), place));
    TRY(meanwhile(tx, e));
    return sql_match_rule_remove_of(tx, round, side == HR_MENTEE ? place : 0, side == HR_MENTOR ? place : 0);
}

/* ---- what is fixed beforehand --------------------------------------------------------------------------------------------------- */

static enum rc check_part(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t place, struct row_match_person_find *p, struct err *e)
{
    enum rc rc = sql_match_person_find(tx, a, round, match_side_word(side), place, p);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !p->takes_part))
        return err_field(e, RC_INVALID, M_matching_outside, side == HR_MENTEE ? "mentee" : "mentor", NULL);
    return rc;
}

/* May the two be fixed together? */
static enum rc check_pin(struct db *tx, struct arena *a, const struct match_round *r, const struct row_match_person_find *mentee,
                         const struct row_match_person_find *mentor, int64_t today, struct err *e)
{
    struct row_match_rule_pinned pinned;
    struct row_match_rule_pins_of pins;
    struct match_data d;
    uint32_t i = (uint32_t)mentee->place - 1, j = (uint32_t)mentor->place - 1;
    enum rc rc = sql_match_rule_pinned(tx, a, r->id, mentee->place, &pinned);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_field(e, RC_CONFLICT, M_matching_pinned_already, "mentee", NULL);
    TRY(sql_match_rule_pins_of(tx, a, r->id, mentor->place, &pins));
    if (pins.n >= mentor->seats)
        return err_field(e, RC_INVALID, M_matching_pin_no_seat, "mentor", NULL);
    TRY(match_load(tx, a, r, today, &d));
    if (d.away[j])
        return err_field(e, RC_INVALID, M_matching_on_leave, "mentor", NULL);
    if (match_find_apart(&d, i, j) != NULL)
        return err_field(e, RC_INVALID, M_matching_pin_apart, "mentor", NULL);
    if (match_rank_of(&d, HR_MENTEE, i, j) == 0 || match_rank_of(&d, HR_MENTOR, j, i) == 0)
        return err_field(e, RC_INVALID, M_matching_pin_ruled_out, "mentor", NULL);
    return RC_OK;
}

enum rc match_add_rule(struct db *tx, struct arena *a, int64_t round, int64_t version, bool pin, int64_t mentee, int64_t mentor,
                       struct str name, int64_t today, struct err *e)
{
    struct match_round r;
    struct row_match_person_find one, other;
    struct row_match_rule_between there;
    TRY(match_touch(tx, a, round, version, &r, e));
    TRY(check_part(tx, a, round, HR_MENTEE, mentee, &one, e));
    TRY(check_part(tx, a, round, HR_MENTOR, mentor, &other, e));
    if (one.person_id == other.person_id)
        return err_field(e, RC_INVALID, M_matching_same_person, "mentor", NULL);
    enum rc rc = sql_match_rule_between(tx, a, round, mentee, mentor, &there);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_field(e, RC_CONFLICT, M_matching_rule_there, "mentor", NULL);
    if (pin)
        TRY(check_pin(tx, a, &r, &one, &other, today, e));
    return sql_match_rule_add(tx, db_new_id(tx), round, pin ? S("pin") : S("apart"), mentee, mentor, name);
}

enum rc match_remove_rule(struct db *tx, struct arena *a, int64_t round, int64_t version, int64_t rule, struct err *e)
{
    struct match_round r;
    TRY(match_touch(tx, a, round, version, &r, e));
    TRY(sql_match_rule_remove(tx, rule, round));
    return meanwhile(tx, e);
}
