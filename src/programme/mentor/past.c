/* Mentoring that took place before: what a demo shows, or records brought from elsewhere tell. See mentor.h. */
#include "programme/mentor/mentor.h"

#include "base/clock.h"
#include "gen/programme/mentor/chain_sql.h"
#include "gen/programme/mentor/evaluate_sql.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "programme/evidence/evidence.h"

#define ACCEPT_MS (3 * MS_PER_DAY) /* from being asked to the yes, and again to the second signature */

static enum rc add_evidence(struct db *tx, const struct mentor_past *p, int64_t pair, int64_t person, const char *kind, int64_t competency, int64_t at, int64_t now)
{
    const struct evidence_new e = {.person = person, .programme = p->programme, .kind = kind, .competency = competency,
                                   .use = competency != 0 ? EVIDENCE_PRACTISED : EVIDENCE_NO_USE, .percent = -1,
                                   .source_kind = "mentor_pair", .source_id = pair, .at = at};
    return evidence_add(tx, &e, now, NULL);
}

/* Meetings were held evenly between the agreement and the end, or today; the last ones are told. */
static enum rc add_meetings(struct db *tx, const struct mentor_past *p, int64_t pair, int64_t from, int64_t until)
{
    int64_t first = p->meetings > MENTOR_PAST_MEETINGS ? p->meetings - MENTOR_PAST_MEETINGS : 0;
    for (int64_t i = first; i < p->meetings; i++) {
        int64_t id = db_new_id(tx), at = from + (until - from) / (p->meetings + 1) * (i + 1);
        at -= at % MS_PER_HOUR;
        TRY(sql_wall_meeting_add(tx, id, pair, p->mentor, at, p->place, p->agenda, 60, &at));
        TRY(sql_wall_meeting_held(tx, id, at + MS_PER_HOUR));
    }
    return RC_OK;
}

enum rc mentor_record(struct db *tx, struct arena *a, const struct mentor_past *p, int64_t now, int64_t *pair)
{
    bool accepted = !str_eq_z(p->state, "proposed") && !str_eq_z(p->state, "declined");
    bool active = accepted && !str_eq_z(p->state, "accepted"), ended = active && p->ended_at != 0;
    int64_t yes_at = p->began_at + ACCEPT_MS, active_at = yes_at + ACCEPT_MS, until = ended ? p->ended_at : now;
    int64_t touched = active ? until - (until - active_at) / (p->meetings + 1) : yes_at;
    struct mentor_settings s;
    *pair = db_new_id(tx);
    TRY(sql_mentor_pair_record(tx, *pair, p->programme, p->mentor, p->mentee, p->state, p->began_at, accepted ? &yes_at : NULL,
                               active ? &active_at : NULL, ended ? &p->ended_at : NULL, touched < now ? touched : now,
                               active ? p->meetings : 0, p->paused_until != 0 ? &p->paused_until : NULL));
    if (!active)
        return RC_OK;
    TRY(mentor_settings_of(tx, a, p->programme, &s));
    TRY(sql_wall_agreement_add(tx, *pair, p->aims, 4, p->points, p->mentor, active_at));
    TRY(add_meetings(tx, p, *pair, active_at, until));
    TRY(add_evidence(tx, p, *pair, p->mentor, "mentors", s.competency, active_at, now));
    if (!ended || p->meetings == 0)
        return RC_OK;
    TRY(add_evidence(tx, p, *pair, p->mentor, "mentored", s.competency, p->ended_at, now));
    return add_evidence(tx, p, *pair, p->mentee, "was_mentored", 0, p->ended_at, now);
}

enum rc mentor_record_evaluation(struct db *tx, int64_t pair, int64_t person, int64_t month, int64_t at, const struct mentor_reply *replies,
                                 size_t count)
{
    TRY(sql_mentor_evaluation_add(tx, pair, person, month, at, day_from_ms(zone_utc(), at) + MENTOR_EVALUATION_DAYS));
    TRY(sql_mentor_evaluation_answered(tx, pair, person, month, at));
    for (size_t i = 0; i < count; i++)
        TRY(sql_wall_reply_add(tx, pair, person, month, replies[i].item, &replies[i].choice, S("")));
    return RC_OK;
}

enum rc mentor_record_choice(struct db *tx, int64_t person, const struct mentor_choice *x)
{
    return sql_mentor_choice_set(tx, person, x->remind, x->mail_due, x->tell_place, x->in_lineage);
}
