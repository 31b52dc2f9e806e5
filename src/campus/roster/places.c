/* Where a person belongs by the file, against where she is: the second half of a plan (see import.h). Her rows are gathered into stays
 * (one for each cohort), seats in groups, and roles; each is found among what she has, then added, moved, corrected or ended.
 *
 * Days: what the file does not say stays; what begins now begins today. Who is in a cohort by the file and not in the database is
 * added again, whatever ended it: the plan says so before anything happens. */
#include "campus/roster/inside.h"
#include "gen/msg_import.h"
#include "gen/msg_roster.h"

#define STAYS_MOST 200 /* of one person in one file */

struct stay {
    uint32_t cohort;
    int64_t stage; /* 0: not said */
    int64_t start_day, end_day; /* ROSTER_NO_START, ROSTER_NO_END */
    bool active;
    size_t row;
    struct held *held; /* what she has of it */
};

/* A membership that is there. */
struct held {
    const struct roll_member *m;
    uint32_t cohort;
    bool taken;         /* it is one of the stays */
    bool leaves;        /* it ends or moves by this file */
    bool gone;          /* nothing of it stays */
    int64_t start_day, end_day; /* as they will be */
};

struct seat {
    uint32_t group;
    int64_t start_day, end_day;
    bool active;
    size_t row;
};

struct wish {
    enum role role;
    uint32_t cohort;
    int64_t start_day, end_day;
    bool active;
    size_t row;
    enum said_column column;
};

struct places {
    struct comparing *c;
    const struct known *k;
    uint32_t person;
    struct stay *stays;
    size_t stay_count;
    struct seat *seats;
    size_t seat_count;
    struct wish *wishes;
    size_t wish_count;
    struct held *held;
    size_t held_count;
    struct held *added; /* what this file adds, for the check of days */
    size_t added_count;
    uint32_t left; /* the cohort she moves out of: its groups end with it */
    bool trainee, homeless;
    size_t row; /* the first of her rows as a trainee */
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- gathering -------------------------------------------------------------------------------------------------------------- */

static void gather_held(struct places *p)
{
    struct comparing *c = p->c;
    size_t n = 0;
    if (p->k == NULL)
        return;
    for (uint32_t i = p->k->member; i != 0; i = c->member_next[i - 1])
        n++;
    p->held = ARENA_ARRAY(c->scratch, n, struct held);
    for (uint32_t i = p->k->member; i != 0; i = c->member_next[i - 1]) {
        const struct roll_member *m = &c->roll.members[i - 1];
        p->held[p->held_count++] =
            (struct held){.m = m, .cohort = roster_cohort_of(c, &m->cohort), .start_day = m->start_day, .end_day = m->end_day};
    }
}

/* Rows of one cohort are one stay, from the first day to the last; while any of them stands, the stay does. */
static void gather_stay(struct places *p, const struct roster_membership *m, const struct place_said *s)
{
    bool active = m->standing == ROSTER_ACTIVE;
    for (size_t i = 0; i < p->stay_count; i++) {
        struct stay *st = &p->stays[i];
        if (st->cohort != s->cohort)
            continue;
        if (active && !st->active) {
            *st = (struct stay){s->cohort, s->stage, m->start_day, m->end_day, true, m->row, NULL};
        } else if (active) {
            st->start_day = earlier(st->start_day, m->start_day); /* not said is the least */
            st->end_day = later(st->end_day, m->end_day);
            if (st->stage == 0)
                st->stage = s->stage;
        }
        return;
    }
    p->stays[p->stay_count++] = (struct stay){s->cohort, s->stage, m->start_day, m->end_day, active, m->row, NULL};
}

static void gather_seat(struct places *p, const struct roster_membership *m, const struct place_said *s)
{
    for (size_t i = 0; i < p->seat_count; i++) {
        struct seat *seat = &p->seats[i];
        if (seat->group != s->group)
            continue;
        if (m->standing == ROSTER_ACTIVE && !seat->active)
            *seat = (struct seat){s->group, m->start_day, m->end_day, true, m->row};
        return;
    }
    p->seats[p->seat_count++] = (struct seat){s->group, m->start_day, m->end_day, m->standing == ROSTER_ACTIVE, m->row};
}

static void gather_wish(struct places *p, enum role role, uint32_t cohort, int64_t start_day, int64_t end_day, bool active, size_t row,
                        enum said_column column)
{
    for (size_t i = 0; i < p->wish_count; i++) {
        struct wish *w = &p->wishes[i];
        if (w->role != role || w->cohort != cohort)
            continue;
        w->start_day = earlier(w->start_day, start_day);
        w->end_day = later(w->end_day, end_day);
        w->active = w->active || active;
        return;
    }
    p->wishes[p->wish_count++] = (struct wish){role, cohort, start_day, end_day, active, row, column};
}

static void gather(struct places *p, const struct roster_person *said, size_t said_at)
{
    struct comparing *c = p->c;
    bool role_shown = false;
    size_t n = said->membership_count;
    p->stays = ARENA_ARRAY(c->scratch, n + 1, struct stay);
    p->seats = ARENA_ARRAY(c->scratch, n, struct seat);
    p->wishes = ARENA_ARRAY(c->scratch, n + 1, struct wish);
    p->trainee = said->has_role && said->role == ROLE_TRAINEE;
    p->row = said->row;
    for (size_t i = 0; i < n; i++) {
        const struct roster_membership *m = &said->memberships[i];
        const struct place_said *s = &c->said[said_at + i];
        role_shown = role_shown || (m->has_role && said->has_role && m->role == said->role);
        if (!m->has_role)
            continue;
        if (m->role != ROLE_TRAINEE) {
            gather_wish(p, m->role, s->cohort, m->start_day, m->end_day, m->standing == ROSTER_ACTIVE, m->row, SAID_ROLE);
            continue;
        }
        p->trainee = true;
        if (s->cohort != ROSTER_NONE)
            gather_stay(p, m, s);
        else if (m->standing == ROSTER_ACTIVE)
            p->homeless = true;
        if (s->group != ROSTER_NONE)
            gather_seat(p, m, s);
    }
    if (said->has_role && said->role != ROLE_TRAINEE && !role_shown)
        gather_wish(p, said->role, ROSTER_NONE, ROSTER_NO_START, ROSTER_NO_END, true, said->row, SAID_MAIN_ROLE);
}

/* ---- stays in cohorts -------------------------------------------------------------------------------------------------------------- */

static bool meets(int64_t start, int64_t end, int64_t other_start, int64_t other_end)
{
    return start <= other_end && other_start <= end;
}

static bool holds_now(const struct comparing *c, const struct held *h)
{
    return !h->m->closed && h->m->end_day >= c->o->today;
}

/* Which of what she has a stay is: where the file says days, one that shares some; the one that holds now before others, one that
 * begins on that very day before others. */
static struct held *find_held(const struct places *p, const struct stay *st)
{
    struct held *best = NULL;
    int best_rank = 0;
    bool said = st->start_day != ROSTER_NO_START;
    for (size_t i = 0; i < p->held_count; i++) {
        struct held *h = &p->held[i];
        if (h->cohort != st->cohort || h->taken)
            continue;
        if (said && !meets(st->start_day, st->end_day, h->m->start_day, h->m->end_day))
            continue;
        int rank = (holds_now(p->c, h) ? 4 : 1) + (said && h->m->start_day == st->start_day ? 2 : 0);
        if (rank > best_rank || (rank == best_rank && h->m->start_day > best->m->start_day)) {
            best = h;
            best_rank = rank;
        }
    }
    return best;
}

/* The stage of her own that the membership is to have: none where it is the cohort's. */
static int64_t own_stage(const struct places *p, uint32_t cohort, int64_t said, int64_t otherwise)
{
    if (said == 0 || said == otherwise)
        return otherwise;
    return said == p->c->plan->cohorts[cohort].stage ? 0 : said;
}

/* She was in the same cohort on some of these days, in a stretch of its own. */
static bool was_there(const struct places *p, const struct held *h, int64_t start, int64_t end)
{
    for (size_t i = 0; i < p->held_count; i++)
        if (&p->held[i] != h && p->held[i].cohort == h->cohort && meets(start, end, p->held[i].start_day, p->held[i].end_day))
            return true;
    return false;
}

static bool clashes(const struct places *p, int64_t start, int64_t end, const struct held *but)
{
    for (size_t i = 0; i < p->held_count; i++)
        if (&p->held[i] != but && !p->held[i].gone && meets(start, end, p->held[i].start_day, p->held[i].end_day))
            return true;
    for (size_t i = 0; i < p->added_count; i++)
        if (meets(start, end, p->added[i].start_day, p->added[i].end_day))
            return true;
    return false;
}

/* What she has and the stay differ in: corrected. False when it is over and she is to come again. */
static bool correct_stay(struct places *p, struct stay *st)
{
    struct comparing *c = p->c;
    struct held *h = st->held;
    const struct roll_member *m = h->m;
    int64_t today = c->o->today;
    if (m->closed)
        return st->end_day < today || st->end_day <= m->end_day || m->end_day >= today;
    int64_t start = st->start_day == ROSTER_NO_START ? m->start_day : st->start_day;
    if (c->roster->format != ROSTER_PLAIN_CSV)
        start = earlier(start, m->start_day); /* classes of later terms do not shorten a year */
    if (start < m->start_day && was_there(p, h, start, m->start_day - 1))
        start = m->start_day;
    int64_t end = st->end_day != ROSTER_NO_END ? st->end_day : m->end_day < today ? DAY_OPEN : m->end_day;
    if (m->end_day < today && st->end_day == ROSTER_NO_END && (st->start_day == ROSTER_NO_START || clashes(p, start, end, h)))
        return false;
    int64_t stage = own_stage(p, st->cohort, st->stage, m->stage);
    unsigned fields = (start != m->start_day ? ROSTER_START : 0u) | (end != m->end_day ? ROSTER_END : 0u) |
                      (stage != m->stage ? ROSTER_STAGE : 0u);
    if (fields == 0)
        return true;
    if (end < start) {
        roster_wrong(c, st->row, SAID_END, M_roster_end_before_start, S(""));
        return true;
    }
    if (clashes(p, start, end, h)) {
        roster_wrong(c, st->row, SAID_START, M_import_days_clash, S(""));
        return true;
    }
    struct roster_step *s = roster_step_add(c, ROSTER_MEMBER_CHANGE, p->person, st->row);
    s->id = m->id;
    s->version = m->version;
    s->unit = st->cohort;
    s->fields = fields;
    s->stage = stage;
    s->start_day = h->start_day = start;
    s->end_day = h->end_day = end;
    s->stage_before = m->stage;
    s->start_before = m->start_day;
    s->end_before = m->end_day;
    return true;
}

/* The membership of another cohort that a new stay takes over from. */
static struct held *find_source(const struct places *p, const struct stay *st)
{
    int64_t from = st->start_day != ROSTER_NO_START ? st->start_day : p->c->o->today;
    for (size_t i = 0; i < p->held_count; i++) {
        struct held *h = &p->held[i];
        if (!h->taken && !h->leaves && h->cohort != st->cohort && holds_now(p->c, h) && st->end_day >= p->c->o->today &&
            meets(from, st->end_day, h->m->start_day, h->m->end_day))
            return h;
    }
    return NULL;
}

static void move_stay(struct places *p, const struct stay *st, struct held *from)
{
    struct comparing *c = p->c;
    const struct roll_member *m = from->m;
    int64_t start = st->start_day != ROSTER_NO_START ? st->start_day : later(c->o->today, m->start_day);
    int64_t day = later(start, m->start_day);
    int64_t end = st->end_day != ROSTER_NO_END ? st->end_day : m->end_day;
    from->leaves = true;
    from->end_day = day - 1;
    from->gone = day == m->start_day; /* put right from its first day */
    p->left = from->cohort;
    if (clashes(p, start, end, from)) {
        roster_wrong(c, st->row, SAID_START, M_import_days_clash, S(""));
        return;
    }
    struct roster_step *s = roster_step_add(c, ROSTER_MEMBER_MOVE, p->person, st->row);
    s->id = m->id;
    s->version = m->version;
    s->unit = st->cohort;
    s->from = from->cohort;
    s->stage = own_stage(p, st->cohort, st->stage, 0);
    s->start_before = day; /* it moves on this day; where that is its first, that may be put right too */
    s->start_day = start;
    s->end_day = end;
    s->end_before = m->end_day;
    p->added[p->added_count++] = (struct held){.cohort = st->cohort, .start_day = start, .end_day = end};
}

static void add_stay(struct places *p, const struct stay *st)
{
    struct comparing *c = p->c;
    int64_t start = st->start_day;
    bool again = st->held != NULL; /* it was ended */
    if (start == ROSTER_NO_START && st->end_day < c->o->today)
        return; /* over, and nobody says when it began */
    if (start == ROSTER_NO_START || again) {
        start = c->o->today;
        for (size_t i = 0; i < p->held_count; i++)
            if (p->held[i].start_day <= start && p->held[i].end_day != DAY_OPEN)
                start = later(start, p->held[i].end_day + 1);
    }
    if (st->end_day < start)
        return;
    if (clashes(p, start, st->end_day, NULL)) {
        roster_wrong(c, st->row, SAID_START, M_import_days_clash, S(""));
        return;
    }
    struct roster_step *s = roster_step_add(c, ROSTER_MEMBER_ADD, p->person, st->row);
    s->unit = st->cohort;
    s->stage = own_stage(p, st->cohort, st->stage, 0);
    s->start_day = start;
    s->end_day = st->end_day == ROSTER_NO_END ? DAY_OPEN : st->end_day;
    p->added[p->added_count++] = (struct held){.cohort = st->cohort, .start_day = s->start_day, .end_day = s->end_day};
}

/* last_day within the membership; over already: nothing to do. */
static void end_held(struct places *p, struct held *h, int64_t last_day, size_t row)
{
    const struct roll_member *m = h->m;
    last_day = later(last_day, m->start_day);
    if (m->closed || m->end_day <= last_day)
        return;
    struct roster_step *s = roster_step_add(p->c, ROSTER_MEMBER_END, p->person, row);
    s->id = m->id;
    s->version = m->version;
    s->unit = h->cohort;
    s->start_day = m->start_day;
    s->end_day = last_day;
    s->end_before = m->end_day;
    h->leaves = true;
    h->end_day = last_day;
    p->left = h->cohort;
}

/* Two cohorts on one day cannot be: which one would she be in? */
static bool stays_agree(struct places *p)
{
    for (size_t i = 0; i < p->stay_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct stay *x = &p->stays[i], *y = &p->stays[k];
            int64_t today = p->c->o->today;
            int64_t from = x->start_day != ROSTER_NO_START ? x->start_day : earlier(today, x->end_day);
            int64_t other = y->start_day != ROSTER_NO_START ? y->start_day : earlier(today, y->end_day);
            if (x->active && y->active && meets(from, x->end_day, other, y->end_day)) {
                roster_wrong(p->c, x->row > y->row ? x->row : y->row, SAID_COHORT, M_import_two_cohorts, p->c->plan->cohorts[x->cohort].title);
                return false;
            }
        }
    return true;
}

/* Is she in the programme on some of these days, once this is done? */
static bool belongs(const struct places *p, int64_t start, int64_t end)
{
    for (size_t i = 0; i < p->held_count; i++)
        if (!p->held[i].gone && meets(start, end, p->held[i].start_day, p->held[i].end_day))
            return true;
    for (size_t i = 0; i < p->added_count; i++)
        if (meets(start, end, p->added[i].start_day, p->added[i].end_day))
            return true;
    return false;
}

/* A trainee in no cohort, by the file and by what is there, goes where the importer said. */
static void house_homeless(struct places *p, const struct roster_person *said, size_t said_at)
{
    struct comparing *c = p->c;
    if (!p->trainee || p->stay_count != 0 || c->no_cohort == ROSTER_NONE || belongs(p, c->o->today, DAY_OPEN))
        return;
    struct stay st = {c->no_cohort, 0, ROSTER_NO_START, ROSTER_NO_END, true, p->row, NULL};
    for (size_t i = 0; i < said->membership_count && st.stage == 0; i++)
        st.stage = c->said[said_at + i].stage;
    p->stays[p->stay_count++] = st;
}

static void compare_stays(struct places *p)
{
    p->added = ARENA_ARRAY(p->c->scratch, p->stay_count, struct held);
    if (!stays_agree(p))
        return;
    for (size_t i = 0; i < p->stay_count; i++) {
        struct stay *st = &p->stays[i];
        st->held = find_held(p, st);
        if (st->held != NULL)
            st->held->taken = true;
        if (!st->active && st->held != NULL)
            end_held(p, st->held, earlier(st->end_day, p->c->o->today), st->row);
    }
    for (size_t i = 0; i < p->stay_count; i++) {
        struct stay *st = &p->stays[i];
        if (!st->active || (st->held != NULL && correct_stay(p, st)))
            continue;
        struct held *from = find_source(p, st);
        if (from != NULL)
            move_stay(p, st, from);
        else
            add_stay(p, st);
    }
}

/* A stage without a cohort is that of the cohort she is in. */
static void compare_stage_alone(struct places *p, const struct roster_person *said, size_t said_at)
{
    for (size_t i = 0; i < said->membership_count; i++) {
        const struct place_said *s = &p->c->said[said_at + i];
        if (s->cohort != ROSTER_NONE || s->stage == 0)
            continue;
        for (size_t k = 0; k < p->held_count; k++) {
            if (!holds_now(p->c, &p->held[k]) || p->held[k].m->start_day > p->c->o->today)
                continue;
            struct stay st = {p->held[k].cohort, s->stage, ROSTER_NO_START, ROSTER_NO_END, true, said->memberships[i].row, &p->held[k]};
            correct_stay(p, &st);
            return;
        }
    }
}

static void tell_homeless(struct places *p)
{
    if (!p->trainee || p->stay_count != 0 || belongs(p, p->c->o->today, DAY_OPEN))
        return;
    if (p->c->homeless++ == 0)
        p->c->homeless_row = p->row;
}

/* ---- seats in groups ------------------------------------------------------------------------------------------------------------------- */

static struct roster_step *group_step(struct places *p, enum roster_act act, uint32_t group, size_t row, int64_t start, int64_t end)
{
    struct roster_step *s = roster_step_add(p->c, act, p->person, row);
    s->unit = group;
    s->start_day = start;
    s->end_day = end;
    return s;
}

static void take_seat(struct places *p, const struct seat *seat)
{
    struct comparing *c = p->c;
    int64_t today = c->o->today, after = INT64_MIN;
    int64_t start = seat->start_day != ROSTER_NO_START ? seat->start_day : earlier(today, seat->end_day);
    int64_t end = seat->end_day == ROSTER_NO_END ? DAY_OPEN : seat->end_day;
    for (uint32_t i = p->k != NULL ? p->k->seat : 0; i != 0; i = c->seat_next[i - 1]) {
        const struct roll_group_member *g = &c->roll.group_members[i - 1];
        if (roster_group_of(c, &g->group) != seat->group)
            continue;
        if (g->end_day >= today) {
            if (seat->end_day != ROSTER_NO_END && end != g->end_day && end >= g->start_day)
                group_step(p, ROSTER_GROUP_CHANGE, seat->group, seat->row, g->start_day, end)->end_before = g->end_day;
            return;
        }
        if (end < today && meets(start, end, g->start_day, g->end_day))
            return;
        after = later(after, g->end_day);
    }
    if (after != INT64_MIN && start <= after)
        start = later(today, after + 1);
    if (start <= end && belongs(p, start, end))
        group_step(p, ROSTER_GROUP_JOIN, seat->group, seat->row, start, end);
}

/* What a whole roster no longer says of groups that it names. Groups of a cohort that she leaves end with that by themselves. */
static void leave_seats(struct places *p, size_t row)
{
    struct comparing *c = p->c;
    int64_t today = c->o->today;
    for (uint32_t i = p->k != NULL ? p->k->seat : 0; i != 0; i = c->seat_next[i - 1]) {
        const struct roll_group_member *g = &c->roll.group_members[i - 1];
        uint32_t group = roster_group_of(c, &g->group);
        bool said = false, taken_back = false;
        if (g->end_day <= today || group == ROSTER_NONE || !c->plan->groups[group].named ||
            (p->left != ROSTER_NONE && c->plan->groups[group].cohort == p->left))
            continue;
        for (size_t k = 0; k < p->seat_count; k++)
            if (p->seats[k].group == group) {
                said = p->seats[k].active;
                taken_back = !said;
                row = p->seats[k].row;
            }
        if (taken_back || (!said && !c->roster->partial))
            group_step(p, ROSTER_GROUP_LEAVE, group, row, g->start_day, today)->end_before = g->end_day;
    }
}

/* ---- roles ------------------------------------------------------------------------------------------------------------------------------ */

/* Coordinators and directors are made by who may grant any role; the others by who could do what they may. */
static bool may_give(const struct comparing *c, const struct wish *w)
{
    struct grant g = {.role = w->role, .programme = c->programme};
    if (c->grants_all)
        return true;
    return w->role != ROLE_COORDINATOR && w->role != ROLE_DIRECTOR && people_covers(c->o->who, &g, 1);
}

static void compare_wish(struct places *p, const struct wish *w)
{
    struct comparing *c = p->c;
    int64_t today = c->o->today, start = w->start_day != ROSTER_NO_START ? w->start_day : today;
    if (!w->active || w->end_day < today)
        return;
    for (uint32_t i = p->k != NULL ? p->k->grant : 0; i != 0; i = c->grant_next[i - 1]) {
        const struct roll_grant *g = &c->roll.grants[i - 1];
        uint32_t cohort = g->cohort != 0 ? roster_cohort_of(c, &g->cohort) : ROSTER_NONE;
        if (g->role != w->role || (cohort != w->cohort && cohort != ROSTER_NONE))
            continue;
        if (g->end_day >= today)
            return; /* holds it, here or in the whole programme */
        if (g->end_day >= start)
            start = today;
    }
    if (!may_give(c, w)) {
        roster_wrong(c, w->row, w->column, M_import_role_high, str_from(role_word(w->role)));
        return;
    }
    struct roster_step *s = roster_step_add(c, ROSTER_ROLE_GIVE, p->person, w->row);
    s->unit = w->cohort;
    s->role = w->role;
    s->start_day = start;
    s->end_day = w->end_day == ROSTER_NO_END ? DAY_OPEN : w->end_day;
}

static void end_grant(struct places *p, const struct roll_grant *g, size_t row)
{
    struct comparing *c = p->c;
    struct wish w = {.role = g->role};
    if (g->end_day <= c->o->today || !may_give(c, &w))
        return;
    struct roster_step *s = roster_step_add(c, ROSTER_ROLE_END, p->person, row);
    s->id = g->id;
    s->unit = g->cohort != 0 ? roster_cohort_of(c, &g->cohort) : ROSTER_NONE;
    s->role = g->role;
    s->start_day = g->start_day;
    s->end_day = c->o->today;
    s->end_before = g->end_day;
}

/* A role that an earlier roster gave and this one takes back, or a whole one no longer names. */
static void end_grants(struct places *p, size_t row)
{
    struct comparing *c = p->c;
    for (uint32_t i = p->k != NULL ? p->k->grant : 0; i != 0; i = c->grant_next[i - 1]) {
        const struct roll_grant *g = &c->roll.grants[i - 1];
        uint32_t cohort = g->cohort != 0 ? roster_cohort_of(c, &g->cohort) : ROSTER_NONE;
        bool said = false, taken_back = false;
        for (size_t k = 0; k < p->wish_count; k++)
            if (p->wishes[k].role == g->role && (p->wishes[k].cohort == cohort || cohort == ROSTER_NONE)) {
                said = said || p->wishes[k].active;
                taken_back = taken_back || !p->wishes[k].active;
            }
        if (g->of_source && !said && (taken_back || !c->roster->partial))
            end_grant(p, g, row);
    }
}

/* ---- one person --------------------------------------------------------------------------------------------------------------------------- */

void roster_compare_places(struct comparing *c, const struct roster_person *said, const struct known *k, uint32_t at, size_t said_at)
{
    struct places p = {.c = c, .k = k, .person = at, .left = ROSTER_NONE};
    if (said->membership_count > STAYS_MOST) {
        roster_wrong(c, said->row, SAID_ID, M_import_too_many, said->id);
        return;
    }
    gather_held(&p);
    gather(&p, said, said_at);
    house_homeless(&p, said, said_at);
    compare_stays(&p);
    if (p.homeless && p.stay_count == 0)
        compare_stage_alone(&p, said, said_at);
    tell_homeless(&p);
    leave_seats(&p, said->row);
    for (size_t i = 0; i < p.seat_count; i++)
        if (p.seats[i].active)
            take_seat(&p, &p.seats[i]);
    end_grants(&p, said->row);
    for (size_t i = 0; i < p.wish_count; i++)
        compare_wish(&p, &p.wishes[i]);
}

void roster_end_places(struct comparing *c, const struct known *k, uint32_t at, size_t row, bool of_source)
{
    struct places p = {.c = c, .k = k, .person = at, .left = ROSTER_NONE};
    gather_held(&p);
    for (size_t i = 0; i < p.held_count; i++)
        if (!of_source || p.held[i].m->of_source)
            end_held(&p, &p.held[i], c->o->today, row);
    for (uint32_t i = k->grant; i != 0; i = c->grant_next[i - 1])
        if (c->roll.grants[i - 1].of_source)
            end_grant(&p, &c->roll.grants[i - 1], row);
}
