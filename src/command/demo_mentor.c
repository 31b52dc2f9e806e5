/* Planning and writing the demo's mentoring: see demo_mentor.h. The plan is made before anything is written, so that it is the same
 * however often a chunk is run. */
#include "command/demo_mentor.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "programme/curriculum/curriculum.h"
#include "programme/framework/framework.h"
#include "programme/mentor/mentor.h"
#include "programme/programme/programme.h"

#define CHUNK 1000
#define SENIOR_FROM 3       /* the fourth year */
#define RESIDENT_FROM 5
#define EVERY 12            /* one in so many of the older learners mentors */
#define SENIOR_SEATS 3
#define FACULTY_SEATS 4
#define SALT_PLAN 11
#define SALT_PAIR 12
#define SALT_PROFILE 13

static const char *const offers[] = {
    "I ask more than I tell. We look at one thing each time, and you leave with a step.",
    "You can bring anything: a talk that went wrong, a choice you put off, a plan that is too big.",
    "I help you to prepare difficult conversations, and to look back at them without beating yourself up.",
    "I know how research and clinical work can be combined, and what it costs.",
    "I changed my specialty late. If you are unsure, we can think it through in peace.",
    "I am good at boring things: time, sleep, saying no, finishing what was begun.",
};
static const char *const interests[] = {
    "emergency medicine, teams, speaking up", "general practice, community health, equity", "surgery, learning curves, feedback",
    "psychiatry, wellbeing, difficult conversations", "quality improvement, data, patient safety", "paediatrics, teaching, parents in the room",
};
static const char *const times[] = {"Tuesdays from 4 pm", "mostly mornings", "by arrangement, also in the evening", "Thursdays over lunch"};
static const char *const aims[] = {"To get through the first clinical year with eyes open", "To find a project that fits, and begin it",
                                   "To learn to say in one sentence what I need", "To decide between two specialties by summer"};
static const char *const agendas[] = {"What became of the last step; one thing that went well", "Preparing the talk with the ward lead",
                                      "Looking back at the month", "What next term shall look like"};

static struct str pick(struct dice *d, const char *const *texts, size_t count)
{
    return str_from(texts[below(d, (int64_t)count)]);
}

/* ---- the plan --------------------------------------------------------------------------------------------------------------------- */

static bool is_senior(const struct demo_mentoring *m, int64_t i)
{
    return i < m->trainees && m->stage[i] >= SENIOR_FROM && i % EVERY == 5;
}

/* Somebody of a list with a seat left, looked for from a place that chance chose; -1 when the next few are full. */
static int32_t seat_with(const int32_t *list, int64_t count, unsigned char *taken, int seats, struct dice *d)
{
    int64_t at = count != 0 ? below(d, count) : 0;
    for (int64_t k = 0; k < count && k < 8; k++) {
        int32_t one = list[(at + k) % count];
        if (taken[one] < seats) {
            taken[one]++;
            return one;
        }
    }
    return -1;
}

static int32_t plan_one(const struct demo_mentoring *m, int64_t i, int64_t first_resident, unsigned char *taken)
{
    struct dice d = dice_of(m->seed, SALT_PLAN, i);
    int32_t got = -1;
    bool senior = is_senior(m, i);
    if (!senior && !chance(&d, 45))
        return -1;
    if (senior && m->stage[i] < RESIDENT_FROM && chance(&d, 60)) /* a resident mentors her, who mentors younger ones */
        got = seat_with(m->seniors + first_resident, m->senior_count - first_resident, taken, SENIOR_SEATS, &d);
    else if (!senior && m->stage[i] < SENIOR_FROM && chance(&d, 60))
        got = seat_with(m->seniors, first_resident, taken, SENIOR_SEATS, &d);
    return got >= 0 ? got : seat_with(m->faculty, m->faculty_count, taken, FACULTY_SEATS, &d);
}

static void plan(struct demo_mentoring *m)
{
    int64_t first_resident = 0;
    unsigned char *taken = ARENA_ARRAY(m->a, (size_t)m->people, unsigned char);
    m->mentor_of = ARENA_ARRAY(m->a, (size_t)m->trainees, int32_t);
    m->seniors = ARENA_ARRAY(m->a, (size_t)m->trainees, int32_t);
    m->faculty = ARENA_ARRAY(m->a, (size_t)m->people, int32_t);
    for (int64_t i = 0; i < m->people; i++) {
        if (is_senior(m, i)) {
            first_resident += m->stage[i] < RESIDENT_FROM;
            m->seniors[m->senior_count++] = (int32_t)i;
        } else if (i >= m->trainees && m->is_mentor[i]) {
            m->faculty[m->faculty_count++] = (int32_t)i;
        }
    }
    for (int64_t i = 0; i < m->trainees; i++)
        m->mentor_of[i] = plan_one(m, i, first_resident, taken);
}

/* ---- what holds for the programme ---------------------------------------------------------------------------------------------------- */

static enum rc write_rules(struct db *tx, void *arg, struct err *e)
{
    const struct demo_mentoring *m = arg;
    struct mentor_settings s;
    TRY(mentor_settings_of(tx, m->a, m->programme, &s));
    s.from_stage = m->senior_stage;
    enum rc rc = framework_by_code(tx, m->a, m->programme, S("CMP-I"), &s.competency);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(mentor_save_settings(tx, m->a, &s, e));
    return mentor_save_help(tx, m->programme, 0,
                            S("**Life in danger:** call 999 or 112. Stay until help is there.\n\n"
                              "- **Samaritans**, day and night: 116 123\n"
                              "- **Student counselling** of the school: 020 7946 0123, weekdays 9 to 5, and an answer within a day\n"
                              "- **Dean on call**, when somebody was hurt or threatened: 020 7946 0199\n\n"
                              "If you are not sure whether it is urgent, call.\n"),
                            e);
}

/* ---- people who mentor ------------------------------------------------------------------------------------------------------------- */

static enum rc add_profile(struct db *tx, struct arena *a, const struct demo_mentoring *m, int64_t i, bool senior, struct err *e)
{
    struct dice d = dice_of(m->seed, SALT_PROFILE, i);
    const struct mentor_choice chosen = {.mail_due = true, .in_lineage = chance(&d, 80)};
    struct mentor_profile p = {.programme = m->programme, .person = m->ids[i], .away_until = INT64_MIN, .shown = true};
    p.offers = pick(&d, offers, COUNT_OF(offers));
    p.interests = pick(&d, interests, COUNT_OF(interests));
    p.availability = pick(&d, times, COUNT_OF(times));
    p.languages = chance(&d, 25) ? S(" de en ") : chance(&d, 20) ? S(" en fr ") : S(" en ");
    p.capacity = senior ? SENIOR_SEATS : FACULTY_SEATS;
    TRY(mentor_save_profile(tx, a, &p, m->today, e));
    return mentor_record_choice(tx, m->ids[i], &chosen);
}

static enum rc add_senior(struct db *tx, struct arena *a, const struct demo_mentoring *m, const struct curriculum_history *history, int64_t i, struct err *e)
{
    struct dice d = dice_of(m->seed, SALT_PROFILE + 1, i);
    int64_t at = m->now - 500 * MS_PER_DAY;
    TRY(programme_grant_role(tx, m->ids[i], ROLE_MENTOR, m->programme, 0, m->today - 450, INT64_MAX, S("demo"), e));
    TRY(add_profile(tx, a, m, i, true, e));
    struct curriculum_past *past = ARENA_ARRAY(a, m->session_count, struct curriculum_past);
    for (size_t s = 0; s < m->session_count; s++)
        past[s] = (struct curriculum_past){m->sessions[s], at + (int64_t)s * 7 * MS_PER_DAY, at + (int64_t)s * 7 * MS_PER_DAY, 80 + (int)below(&d, 3) * 10, true};
    TRY(curriculum_record(tx, a, history, m->ids[i], past, m->session_count));
    bool alone = m->faculty_count == 0 || below(&d, 15) == 0; /* somebody whom the coordinator has yet to find one for */
    if (!alone)
        TRY(mentor_supervise(tx, a, m->programme, m->ids[i], m->ids[m->faculty[below(&d, m->faculty_count)]], m->today, at, e));
    if (!chance(&d, 40))
        return RC_OK;
    struct mentor_log g = {.programme = m->programme, .day = m->today - below(&d, 200), .did = S("Asked for one goal, and waited until it came."), .outcome = S("It took longer than I can bear, and it was a better one than mine.")};
    return mentor_save_log(tx, &g, m->ids[i], m->today, m->now, e);
}

/* ---- pairs ---------------------------------------------------------------------------------------------------------------------------- */

/* How long ago it began and how it stands; of a learner who mentors herself, a pair that lasts. */
static void shape(const struct demo_mentoring *m, struct mentor_past *p, bool lasts, struct dice *d)
{
    int64_t kind = lasts ? 30 : below(d, 100), days = 30 + below(d, 390);
    p->state = S("active");
    p->meetings = 1 + below(d, 6);
    if (kind < 6) {
        p->state = S("proposed");
        days = 1 + below(d, 5);
    } else if (kind < 11) {
        p->state = S("accepted");
        days = 5 + below(d, 8);
    } else if (lasts) {
        days = 300 + below(d, 140);
        p->meetings = 6 + below(d, 5);
    } else if (kind < 20) {
        days = 100 + below(d, 20); /* three months have just passed */
    } else if (kind >= 62 && kind < 67) {
        p->state = S("paused");
        p->paused_until = m->today + 5 + below(d, 60);
    } else if (kind >= 67 && kind < 84) {
        p->state = S("completed");
        days = 450 + below(d, 600);
        p->ended_at = m->now - (20 + below(d, 200)) * MS_PER_DAY;
        p->meetings += 4;
    } else if (kind >= 84 && kind < 96) {
        p->state = S("concluded");
        days = 200 + below(d, 300);
        p->ended_at = m->now - (20 + below(d, 120)) * MS_PER_DAY;
    } else if (kind >= 96) {
        p->state = S("declined");
        days = 40;
    }
    p->began_at = m->now - days * MS_PER_DAY + below(d, MS_PER_DAY / 2);
}

static enum rc add_replies(struct db *tx, int64_t pair, int64_t person, int64_t at, struct dice *d)
{
    const struct mentor_reply replies[] = {{S("openness"), 3 + below(d, 3)}, {S("aims"), 2 + below(d, 4)}, {S("rhythm"), 2 + below(d, 4)}, {S("worth"), 3 + below(d, 3)}};
    return chance(d, 75) ? mentor_record_evaluation(tx, pair, person, 3, at, replies, COUNT_OF(replies)) : RC_OK;
}

static enum rc add_pair(struct db *tx, struct arena *a, const struct demo_mentoring *m, int64_t i)
{
    struct dice d = dice_of(m->seed, SALT_PAIR, i);
    struct mentor_past p = {.programme = m->programme, .mentor = m->ids[m->mentor_of[i]], .mentee = m->ids[i]};
    int64_t pair;
    shape(m, &p, is_senior(m, i), &d);
    p.aims = pick(&d, aims, COUNT_OF(aims));
    p.points = S("What is said stays between us, unless somebody may come to harm.");
    p.place = chance(&d, 50) ? S("Library, room 2.14") : S("By video");
    p.agenda = pick(&d, agendas, COUNT_OF(agendas));
    TRY(mentor_record(tx, a, &p, m->now, &pair));
    int64_t asked_at = p.began_at + 98 * MS_PER_DAY;
    if (!str_eq_z(p.state, "active") || asked_at > m->now - 60 * MS_PER_DAY)
        return RC_OK;
    TRY(add_replies(tx, pair, p.mentor, asked_at, &d));
    return add_replies(tx, pair, p.mentee, asked_at, &d);
}

static enum rc write_chunk(struct db *tx, void *arg, struct err *e)
{
    const struct demo_mentoring *m = arg;
    struct arena *a = arena_new(0), *kept = arena_new(0);
    struct curriculum_history *history = NULL;
    enum rc rc = curriculum_history_open(tx, kept, m->programme, &history);
    for (int64_t i = m->next; i < m->people && i < m->next + CHUNK && rc == RC_OK; i++) {
        if (is_senior(m, i))
            rc = add_senior(tx, a, m, history, i, e);
        else if (i >= m->trainees && m->is_mentor[i])
            rc = add_profile(tx, a, m, i, false, e);
        if (rc == RC_OK && i < m->trainees && m->mentor_of[i] >= 0)
            rc = add_pair(tx, a, m, i);
        arena_reset(a);
    }
    arena_free(a);
    arena_free(kept);
    return rc;
}

struct asking {
    const struct demo_mentoring *m;
    bool more;
};

static enum rc ask_evaluations(struct db *tx, void *arg, struct err *e)
{
    struct asking *s = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = mentor_ask_evaluations(tx, a, s->m->programme, s->m->today, s->m->now, &s->more);
    arena_free(a);
    return rc;
}

enum rc demo_mentor_fill(struct db *db, struct demo_mentoring *m, struct err *e)
{
    struct asking asking = {.m = m};
    plan(m);
    TRY(store_write_bulk(db, write_rules, m, e));
    for (m->next = 0; m->next < m->people; m->next += CHUNK)
        TRY(store_write_bulk(db, write_chunk, m, e));
    do
        TRY(store_write_bulk(db, ask_evaluations, &asking, e));
    while (asking.more);
    return RC_OK;
}
