/* Matching mentees and mentors: the modes, the certificate that any result can be held against, and the explanations.
 * Agents are indices from 0. A result is an array with the mentor of each mentee, or HR_NONE; pinned pairs are part of
 * it. All that a function allocates is in the arena it is given. Sources stand beside each function. */
#ifndef CADRE_ENGINE_MATCH_MATCH_H
#define CADRE_ENGINE_MATCH_MATCH_H

#include "base/buf.h"
#include "engine/match/hr.h"

/* ---- modes
 * ------------------------------------------------------------------------------------------------------------ */
/* Mentee-proposing deferred acceptance (Gale, Shapley 1962) on the lists with ties broken by the lottery: the best that
 * any stable matching gives to each mentee, and no mentee gains by another list (Dubins, Freedman 1981; Roth 1982). */
void match_fair(const struct hr *h, uint32_t *partner);
/* Mentor-proposing: the best that any stable matching gives to each mentor. */
void match_mentor(const struct hr *h, uint32_t *partner);

/* As many as possible matched and still weakly stable: at least 2/3 of the most that any weakly stable matching has
 * (Kiraly 2013), then exchanges along ties, and further attempts from other lotteries while effort lasts. Mentees can
 * gain by untrue lists in this mode. */
struct match_reach_result {
    uint32_t size; /* matched, pinned included */
    uint32_t
        bound; /* no matching at all has more: a maximum flow, by augmenting paths (Berge 1957; Pothen, Fan 1990) */
    uint32_t first;    /* size after the approximation alone */
    uint32_t attempts; /* lotteries tried */
};
void match_reach(const struct hr *h, uint32_t *partner, struct match_reach_result *out);
/* The most pairs that any matching has, stable or not. */
uint32_t match_bound(const struct hr *h);

/* ---- certificate
 * ------------------------------------------------------------------------------------------------------- */
/* An independent check in time linear in the preferences; it shares nothing with the modes but the instance. */
struct match_check {
    uint32_t matched;
    uint64_t blocking;      /* pairs, by weak stability */
    uint64_t envy;          /* of these, those where the mentor holds somebody it likes less: not just a free seat */
    struct hr_pair example; /* the first blocking pair */
    uint32_t quota_missing; /* seats short of lower quotas, over all mentors */
    uint32_t not_allowed;   /* pairs that may not be: not mutual, excluded, against a pin, over capacity */
    struct hr_pair not_allowed_example;
    uint32_t *held;    /* of each mentor: how many */
    uint32_t *cutoff;  /* of each mentor: the entry of the last it accepted, HR_NONE where a seat is free */
    uint32_t *profile; /* how many mentees got an entry of rank 1, 2, ... (ties share a rank) */
    uint32_t profile_count;
};
void match_check(const struct hr *h, struct arena *a, const uint32_t *partner, struct match_check *out);

/* ---- explanation
 * -------------------------------------------------------------------------------------------------------- */
enum match_why {
    WHY_MATCHED,      /* this is the partner */
    WHY_PINNED,       /* somebody of the two was fixed beforehand */
    WHY_EXCLUDED,     /* a rule keeps the two apart */
    WHY_NOT_LISTED,   /* you did not list them */
    WHY_NOT_ANSWERED, /* they did not list you */
    WHY_BETTER,       /* you got somebody you prefer */
    WHY_EQUAL,        /* you got somebody you like as much */
    WHY_NO_SEATS,     /* no seats, or all were given by pins */
    WHY_FULL,         /* all seats went to people with a better place */
    WHY_LOTTERY,      /* all seats went to people with a better place or, at the same place, a better ticket */
    WHY_THEIRS,       /* (to a mentor) the mentee got somebody they prefer, or like as much */
    WHY_TIE,          /* the result gave the seat to somebody with the same place, to match more people */
    WHY_QUOTA,        /* the seat was kept back so that lower quotas are met */
};

struct match_reason {
    uint32_t other;
    enum match_why why;
    uint32_t place;        /* where the other side ranks you, from 1; 0 where it does not */
    uint32_t cutoff;       /* the place of the last who was accepted there; 0 where not told */
    uint32_t seats_needed; /* with so many more seats there you would have been matched there; 0 where not told */
    uint32_t place_needed; /* with this place there you would have been matched there; 0 where not told */
};

/* Why the agent did not get each of the others: one reason for each entry of its list, in its order. Tells places and
 * cutoffs of the agent itself, never who else was placed how. solve runs the mode again on changed instances for the
 * smallest change; NULL leaves that out. */
typedef void match_solver(const struct hr *h, uint32_t *partner);
void match_explain(const struct hr *h, struct arena *a, const uint32_t *partner, enum hr_side side, uint32_t agent,
                   match_solver *solve, struct match_reason **out, size_t *count);

#endif
