/* The rules of mentorship: see mentor.h. */
#include "programme/mentor/mentor.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/msg_mentor.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/people/people.h"

static enum rc meanwhile(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_changed, NULL);
}

bool mentor_is_open(struct str state)
{
    return str_eq_z(state, "accepted") || str_eq_z(state, "active") || str_eq_z(state, "paused");
}

/* ---- profiles and wishes --------------------------------------------------------------------------------------------------------- */

enum rc mentor_save_profile(struct db *tx, struct arena *a, const struct mentor_profile *p, int64_t today, struct err *e)
{
    if (p->capacity < 0 || p->capacity > MENTOR_CAPACITY_MAX)
        return err_field(e, RC_INVALID, M_mentor_capacity_bad, "capacity", NULL);
    if (p->away_until != INT64_MIN && p->away_until < today)
        return err_field(e, RC_INVALID, M_mentor_day_past, "away_until", NULL);
    struct str key = utf8_fold(a, str_printf(a, "%.*s %.*s", STR_ARG(p->offers), STR_ARG(p->interests)));
    const int64_t *away = p->away_until != INT64_MIN ? &p->away_until : NULL;
    struct row_mentor_profile_of saved;
    if (p->version == 0)
        TRY(sql_mentor_profile_add(tx, db_new_id(tx), p->programme, p->person, p->offers, p->interests, p->availability, p->languages,
                                   p->capacity, away, p->shown, key));
    else
        TRY(sql_mentor_profile_change(tx, p->programme, p->person, p->version, p->offers, p->interests, p->availability, p->languages,
                                      p->capacity, away, p->shown, key));
    TRY(meanwhile(tx, e));
    if (!p->shown)
        return people_list_drop(tx, S("mentor"), p->programme, p->person);
    TRY(sql_mentor_profile_of(tx, a, p->programme, p->person, &saved));
    return people_list_put(tx, S("mentor"), p->programme, saved.id, p->person);
}

enum rc mentor_save_wish(struct db *tx, int64_t programme, int64_t person, int64_t version, struct str looks_for, bool wants,
                         int64_t now, struct err *e)
{
    if (version == 0)
        TRY(sql_mentor_wish_add(tx, programme, person, looks_for, wants ? &now : NULL));
    else
        TRY(sql_mentor_wish_change(tx, programme, person, version, looks_for, wants ? &now : NULL));
    return meanwhile(tx, e);
}

/* ---- asking and answering -------------------------------------------------------------------------------------------------------- */

/* Conflicts, seats and circles: what forbids a pair whoever proposes it. The mentee is not told which conflict was noted. */
static enum rc check_pair(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, int64_t capacity, struct err *e)
{
    struct row_mentor_conflict_between conflict;
    struct row_mentor_pair_taken taken;
    struct row_mentor_is_above circle;
    enum rc rc = sql_mentor_conflict_between(tx, a, programme, mentor, mentee, &conflict);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_set(e, RC_INVALID, M_mentor_must_not, NULL);
    TRY(sql_mentor_is_above(tx, a, programme, mentor, mentee, &circle));
    if (circle.n != 0)
        return err_set(e, RC_INVALID, M_mentor_circle, NULL);
    TRY(sql_mentor_pair_taken(tx, a, programme, mentor, &taken));
    if (capacity == 0)
        return err_set(e, RC_INVALID, M_mentor_not_now, NULL);
    return taken.n < capacity ? RC_OK : err_set(e, RC_INVALID, M_mentor_full, NULL);
}

static enum rc check_mentor(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t away_until, int64_t today, struct err *e)
{
    struct row_mentor_is_mentor is;
    struct row_mentor_is_away away;
    TRY(sql_mentor_is_mentor(tx, a, programme, mentor, today, &is));
    if (is.n == 0)
        return err_set(e, RC_INVALID, M_mentor_no_more, NULL);
    TRY(sql_mentor_is_away(tx, a, programme, mentor, today, &away));
    return away.n != 0 || away_until >= today ? err_set(e, RC_INVALID, M_mentor_is_away, NULL) : RC_OK;
}

static enum rc check_apart(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, struct err *e)
{
    struct row_mentor_pair_open_between other;
    enum rc rc = sql_mentor_pair_open_between(tx, a, programme, mentor, mentee, &other);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    return rc != RC_OK ? rc : err_set(e, RC_CONFLICT, str_eq_z(other.state, "proposed") ? M_mentor_asked_already : M_mentor_together, NULL);
}

static int64_t day_or_none(bool none, int64_t day)
{
    return none ? INT64_MIN : day;
}

enum rc mentor_ask(struct db *tx, struct arena *a, int64_t profile, int64_t mentee, struct str words, int64_t today, int64_t now,
                   int64_t *pair, struct err *e)
{
    struct row_mentor_profile_find p;
    TRY(sql_mentor_profile_find(tx, a, profile, &p));
    if (p.person_id == mentee)
        return err_set(e, RC_INVALID, M_mentor_yourself, NULL);
    TRY(check_apart(tx, a, p.programme_id, p.person_id, mentee, e));
    if (!p.shown)
        return err_set(e, RC_INVALID, M_mentor_no_more, NULL);
    TRY(check_mentor(tx, a, p.programme_id, p.person_id, day_or_none(p.away_until_day_null, p.away_until_day), today, e));
    enum rc rc = mentor_ready(tx, a, p.programme_id, p.person_id, today, e);
    if (rc != RC_OK) /* why a learner may not mentor yet is between her and the coordinator */
        return rc == RC_INVALID ? err_set(e, rc, M_mentor_not_ready, NULL) : rc;
    TRY(check_pair(tx, a, p.programme_id, p.person_id, mentee, p.capacity, e));
    *pair = db_new_id(tx);
    TRY(sql_mentor_pair_add(tx, *pair, p.programme_id, p.person_id, mentee, S("mentee"), now, &now));
    return sql_wall_words_add(tx, db_new_id(tx), *pair, mentee, NULL, S("ask"), words, now);
}

enum rc mentor_check(struct db *db, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, int64_t today, struct err *e)
{
    struct row_mentor_profile_of p;
    if (mentor == mentee)
        return err_set(e, RC_INVALID, M_mentor_same_person, NULL);
    TRY(check_apart(db, a, programme, mentor, mentee, e));
    enum rc rc = sql_mentor_profile_of(db, a, programme, mentor, &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? err_set(e, RC_INVALID, M_mentor_no_profile, NULL) : rc;
    TRY(check_mentor(db, a, programme, mentor, day_or_none(p.away_until_day_null, p.away_until_day), today, e));
    TRY(mentor_ready(db, a, programme, mentor, today, e));
    return check_pair(db, a, programme, mentor, mentee, p.capacity, e);
}

enum rc mentor_arrange(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, int64_t today, int64_t now,
                       int64_t *pair, struct err *e)
{
    TRY(mentor_check(tx, a, programme, mentor, mentee, today, e));
    *pair = db_new_id(tx);
    return sql_mentor_pair_add(tx, *pair, programme, mentor, mentee, S("coordinator"), now, NULL);
}

/* The second yes: what held when they were proposed must hold still. */
static enum rc accept_pair(struct db *tx, struct arena *a, const struct row_mentor_pair_find *p, int64_t now, struct err *e)
{
    struct row_mentor_profile_of profile;
    enum rc rc = sql_mentor_profile_of(tx, a, p->programme_id, p->mentor_id, &profile);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(mentor_ready(tx, a, p->programme_id, p->mentor_id, day_from_ms(zone_utc(), now), e));
    int64_t capacity = str_eq_z(p->origin, "round") ? INT64_MAX : profile.capacity; /* the round gave the seat */
    TRY(check_pair(tx, a, p->programme_id, p->mentor_id, p->mentee_id, capacity, e));
    return sql_mentor_wish_met(tx, p->programme_id, p->mentee_id);
}

enum rc mentor_answer_as(struct db *tx, struct arena *a, int64_t pair, int64_t by, bool yes, struct str words, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(sql_mentor_pair_find(tx, a, pair, &p));
    bool mentor = by == p.mentor_id, asked = mentor ? p.mentor_yes_at_null : p.mentee_yes_at_null;
    if (!str_eq_z(p.state, "proposed") || !asked)
        return err_set(e, RC_CONFLICT, M_mentor_answered_already, NULL);
    bool both = yes && !(mentor ? p.mentee_yes_at_null : p.mentor_yes_at_null);
    if (both)
        TRY(accept_pair(tx, a, &p, now, e));
    TRY(sql_mentor_pair_answer(tx, pair, both ? S("accepted") : yes ? S("proposed") : S("declined"), now, both ? &now : NULL,
                               yes ? NULL : &now, yes && mentor ? &now : NULL, yes && !mentor ? &now : NULL));
    return str_empty(words) ? RC_OK : sql_wall_words_add(tx, db_new_id(tx), pair, by, NULL, S("answer"), words, now);
}

enum rc mentor_answer(struct db *tx, struct arena *a, int64_t pair, bool yes, struct str words, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(sql_mentor_pair_find(tx, a, pair, &p));
    return mentor_answer_as(tx, a, pair, p.mentor_id, yes, words, now, e);
}

/* ---- steps ----------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    const char *from[4];
    const char *to;
    bool mentee_only;
} steps[MENTOR_STEPS] = {
    [MENTOR_WITHDRAW] = {"withdraw", {"proposed"}, "withdrawn", true},
    [MENTOR_PAUSE] = {"pause", {"accepted", "active"}, "paused", false},
    [MENTOR_RESUME] = {"resume", {"paused"}, NULL, false},
    [MENTOR_COMPLETE] = {"complete", {"active"}, "completed", false},
    [MENTOR_CONCLUDE] = {"conclude", {"accepted", "active", "paused"}, "concluded", false},
};

bool mentor_find_step(struct str word, enum mentor_step *step)
{
    for (int i = 0; i < MENTOR_STEPS; i++)
        if (str_eq_z(word, steps[i].word)) {
            *step = (enum mentor_step)i;
            return true;
        }
    return false;
}

bool mentor_may_step(struct str state, enum mentor_step step, bool is_mentee)
{
    if (steps[step].mentee_only && !is_mentee)
        return false;
    for (size_t i = 0; i < COUNT_OF(steps[step].from) && steps[step].from[i] != NULL; i++)
        if (str_eq_z(state, steps[step].from[i]))
            return true;
    return false;
}

/* That one mentors or mentored and the other was mentored: never what was said, nor how it ended. The mentor's speaks for the
 * competency that the programme has chosen. */
static enum rc write_mentor_evidence(struct db *tx, struct arena *a, const struct row_mentor_pair_find *p, const char *kind, int64_t now)
{
    struct mentor_settings s;
    TRY(mentor_settings_of(tx, a, p->programme_id, &s));
    const struct evidence_new e = {.person = p->mentor_id, .programme = p->programme_id, .kind = kind, .competency = s.competency,
                                   .use = s.competency != 0 ? EVIDENCE_PRACTISED : EVIDENCE_NO_USE, .percent = -1,
                                   .source_kind = "mentor_pair", .source_id = p->id, .at = now};
    return evidence_add(tx, &e, now, NULL);
}

static enum rc write_evidence(struct db *tx, struct arena *a, const struct row_mentor_pair_find *p, int64_t now)
{
    const struct evidence_new e = {.person = p->mentee_id, .programme = p->programme_id, .kind = "was_mentored", .percent = -1,
                                   .source_kind = "mentor_pair", .source_id = p->id, .at = now};
    TRY(write_mentor_evidence(tx, a, p, "mentored", now));
    return evidence_add(tx, &e, now, NULL);
}

enum rc mentor_take_step(struct db *tx, struct arena *a, int64_t pair, int64_t version, enum mentor_step step, int64_t by, bool again,
                         int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(sql_mentor_pair_find(tx, a, pair, &p));
    if (!mentor_may_step(p.state, step, by == p.mentee_id))
        return err_set(e, RC_CONFLICT, M_mentor_changed, NULL);
    bool ends = step == MENTOR_WITHDRAW || step == MENTOR_COMPLETE || step == MENTOR_CONCLUDE;
    const char *to = step == MENTOR_RESUME ? (p.active_at_null ? "accepted" : "active") : steps[step].to;
    TRY(sql_mentor_pair_step(tx, pair, version, str_from(to), now, ends ? &now : NULL));
    TRY(meanwhile(tx, e));
    if (again && by == p.mentee_id)
        TRY(sql_mentor_wish_want(tx, p.programme_id, p.mentee_id, now));
    return ends && p.meetings > 0 ? write_evidence(tx, a, &p, now) : RC_OK;
}

enum rc mentor_pause(struct db *tx, struct arena *a, int64_t pair, int64_t version, int64_t by, int64_t until_day, int64_t today,
                     int64_t now, struct err *e)
{
    if (until_day != INT64_MIN && until_day <= today)
        return err_field(e, RC_INVALID, M_mentor_until_past, "until", NULL);
    TRY(mentor_take_step(tx, a, pair, version, MENTOR_PAUSE, by, false, now, e));
    return until_day != INT64_MIN ? sql_mentor_pair_until(tx, pair, until_day) : RC_OK;
}

/* ---- rounds of matching ----------------------------------------------------------------------------------------------------------- */

enum rc mentor_propose(struct db *tx, int64_t pair, int64_t programme, int64_t mentor, int64_t mentee, int64_t now)
{
    return sql_mentor_pair_add(tx, pair, programme, mentor, mentee, S("round"), now, &now);
}

enum rc mentor_end_pair(struct db *tx, struct arena *a, int64_t pair, int64_t now)
{
    struct row_mentor_pair_find p;
    TRY(sql_mentor_pair_find(tx, a, pair, &p));
    bool proposed = str_eq_z(p.state, "proposed");
    if (!proposed && !mentor_is_open(p.state))
        return RC_OK;
    TRY(sql_mentor_pair_step(tx, pair, p.version, proposed ? S("withdrawn") : S("concluded"), now, &now));
    return p.meetings > 0 ? write_evidence(tx, a, &p, now) : RC_OK;
}

/* ---- what the two write -------------------------------------------------------------------------------------------------------------- */

static enum rc open_pair(struct db *tx, struct arena *a, int64_t pair, struct row_mentor_pair_find *p, struct err *e)
{
    TRY(sql_mentor_pair_find(tx, a, pair, p));
    return mentor_is_open(p->state) ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_not_open, NULL);
}

enum rc mentor_save_agreement(struct db *tx, struct arena *a, int64_t pair, const struct mentor_agreement *g, int64_t by, int64_t now,
                              struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(open_pair(tx, a, pair, &p, e));
    if (g->version == 0)
        TRY(sql_wall_agreement_add(tx, pair, g->aims, g->cadence_weeks, g->points, by, now));
    else
        TRY(sql_wall_agreement_change(tx, pair, g->version, g->aims, g->cadence_weeks, g->points, by, now));
    TRY(meanwhile(tx, e));
    return sql_mentor_pair_sign(tx, pair, NULL, NULL, now);
}

enum rc mentor_sign(struct db *tx, struct arena *a, int64_t pair, int64_t version, int64_t by, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    struct row_wall_agreement_find g;
    TRY(open_pair(tx, a, pair, &p, e));
    enum rc rc = sql_wall_agreement_find(tx, a, pair, &g);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || g.version != version)
        return err_set(e, RC_CONFLICT, M_mentor_agreement_changed, NULL);
    int64_t mentor_at = p.mentor_signed_at, mentee_at = p.mentee_signed_at;
    bool mentor_signed = !p.mentor_signed_at_null, mentee_signed = !p.mentee_signed_at_null;
    if (by == p.mentor_id && !mentor_signed) {
        mentor_at = now;
        mentor_signed = true;
    }
    if (by == p.mentee_id && !mentee_signed) {
        mentee_at = now;
        mentee_signed = true;
    }
    TRY(sql_mentor_pair_sign(tx, pair, mentor_signed ? &mentor_at : NULL, mentee_signed ? &mentee_at : NULL, now));
    bool begins = p.active_at_null && str_eq_z(p.state, "accepted") && mentor_signed && mentee_signed;
    return begins ? write_mentor_evidence(tx, a, &p, "mentors", now) : RC_OK;
}

enum rc mentor_save_meeting(struct db *tx, struct arena *a, int64_t pair, struct mentor_meeting *m, int64_t by, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    struct row_wall_meeting_find old;
    TRY(open_pair(tx, a, pair, &p, e));
    if (m->starts_at < now)
        return err_field(e, RC_INVALID, M_mentor_time_past, "starts_at", NULL);
    const int64_t *reminded = m->starts_at <= now + MS_PER_DAY ? &now : NULL; /* too late for a mail the day before */
    int64_t minutes = m->minutes != 0 ? m->minutes : 60;
    if (m->id == 0) {
        m->id = db_new_id(tx);
        return sql_wall_meeting_add(tx, m->id, pair, by, m->starts_at, m->place, m->agenda, minutes, reminded);
    }
    TRY(sql_wall_meeting_find(tx, a, m->id, pair, &old));
    if (old.author_id != by)
        return RC_NOT_FOUND;
    TRY(sql_wall_meeting_change(tx, m->id, m->version, m->starts_at, m->place, m->agenda, minutes, reminded));
    return meanwhile(tx, e);
}

enum rc mentor_met(struct db *db, struct arena *a, int64_t mentee, int64_t meeting, size_t most, struct mentor_met **out, size_t *count)
{
    struct rows_wall_meeting_met rows;
    TRY(sql_wall_meeting_met(db, a, mentee, meeting, (int64_t)most, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct mentor_met);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct mentor_met){rows.v[i].id, rows.v[i].starts_at, rows.v[i].mentor};
    return RC_OK;
}

enum rc mentor_note_meeting(struct db *tx, struct arena *a, int64_t pair, int64_t meeting, struct str note, enum mentor_mark mark,
                            int64_t by, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    struct row_wall_meeting_find m;
    TRY(open_pair(tx, a, pair, &p, e));
    TRY(sql_wall_meeting_find(tx, a, meeting, pair, &m));
    if (mark == MENTOR_ONLY_NOTE && str_empty(note))
        return err_field(e, RC_INVALID, M_mentor_words_missing, "note", NULL);
    if (mark == MENTOR_HELD && m.starts_at > now)
        return err_set(e, RC_INVALID, M_mentor_not_yet, NULL);
    if (mark == MENTOR_HELD)
        TRY(sql_wall_meeting_held(tx, meeting, now));
    if (mark == MENTOR_CANCELLED)
        TRY(sql_wall_meeting_cancel(tx, meeting, now));
    bool held = mark == MENTOR_HELD && m.held_at_null && m.cancelled_at_null;
    if (!str_empty(note))
        TRY(sql_wall_words_add(tx, db_new_id(tx), pair, by, &meeting, S("note"), note, now));
    return held || !str_empty(note) ? sql_mentor_pair_touch(tx, pair, now, held) : RC_OK;
}

enum rc mentor_write(struct db *tx, struct arena *a, int64_t pair, const char *kind, struct str body, int64_t by, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(open_pair(tx, a, pair, &p, e));
    if (str_empty(body))
        return err_field(e, RC_INVALID, M_mentor_words_missing, "body", NULL);
    return sql_wall_words_add(tx, db_new_id(tx), pair, by, NULL, str_from(kind), body, now);
}

enum rc mentor_add_action(struct db *tx, struct arena *a, int64_t pair, int64_t owner, struct str body, int64_t due_day, int64_t by,
                          int64_t today, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(open_pair(tx, a, pair, &p, e));
    if (due_day < today)
        return err_field(e, RC_INVALID, M_mentor_day_past, "due", NULL);
    if (owner != p.mentor_id && owner != p.mentee_id)
        return err_field(e, RC_INVALID, M_mentor_owner_bad, "owner", NULL);
    return sql_wall_action_add(tx, db_new_id(tx), pair, by, owner, body, due_day);
}

enum rc mentor_tick_action(struct db *tx, struct arena *a, int64_t pair, int64_t action, int64_t by, int64_t now, struct err *e)
{
    struct row_mentor_pair_find p;
    TRY(open_pair(tx, a, pair, &p, e));
    TRY(sql_wall_action_done(tx, action, pair, by, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_ticked_already, NULL);
}

/* ---- the coordinator ----------------------------------------------------------------------------------------------------------------- */

static enum rc check_belongs(struct db *tx, struct arena *a, int64_t programme, int64_t person, int64_t today, const char *field, struct err *e)
{
    struct row_mentor_belongs row;
    TRY(sql_mentor_belongs(tx, a, programme, person, today, &row));
    return row.n != 0 ? RC_OK : err_field(e, RC_INVALID, M_mentor_person_none, field, NULL);
}

enum rc mentor_add_conflict(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, struct str kind,
                            int64_t today, int64_t *id, struct err *e)
{
    TRY(check_belongs(tx, a, programme, mentor, today, "mentor", e));
    TRY(check_belongs(tx, a, programme, mentee, today, "mentee", e));
    if (mentor == mentee)
        return err_field(e, RC_INVALID, M_mentor_same_person, "mentee", NULL);
    *id = db_new_id(tx);
    TRY(sql_mentor_conflict_add(tx, *id, programme, mentor, mentee, kind));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_mentor_conflict_there, NULL);
}

enum rc mentor_save_help(struct db *tx, int64_t programme, int64_t version, struct str words, struct err *e)
{
    if (version == 0)
        TRY(sql_mentor_help_add(tx, programme, words));
    else
        TRY(sql_mentor_help_change(tx, programme, version, words));
    return meanwhile(tx, e);
}
