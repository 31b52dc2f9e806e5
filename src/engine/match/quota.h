/* Lower quotas: a mentor must have at least so many mentees. Without ties every stable matching gives each mentor the
 * same number (the rural hospitals theorem: Roth 1986), so either all stable matchings meet the quotas or none does.
 * Where none does there are two ways near it. */
#ifndef CADRE_ENGINE_MATCH_QUOTA_H
#define CADRE_ENGINE_MATCH_QUOTA_H

#include "base/buf.h"
#include "engine/match/hr.h"

enum quota_way {
    /* The fewest blocking pairs. A matching with k blocking pairs is stable once these are taken out of the lists, so
     * sets of pairs are tried, smallest first; one of a set must be in the stable matching that is left without it,
     * which bounds the search (after Hamada, Iwama, Miyazaki 2016). Exact within the effort, a heuristic beyond. */
    QUOTA_BLOCKING,
    /* Nobody is envied with reason: no mentee prefers a mentor who holds somebody it likes less. Seats may stay empty
     * that somebody would want. There is one exactly if all quotas are filled when they are the only seats (Yokoi
     * 2017). The most matched is NP-hard (Krishnaa, Limaye, Nasre, Nimbhorkar 2020): from the one with these seats
     * alone two ways lead to more, all seats for whom nobody there would envy, or seats opened one mentor after the
     * other; the better is given. */
    QUOTA_ENVY_FREE,
};

#define QUOTA_EFFORT UINT64_C(1000000000) /* entries looked at: some seconds at most */

struct quota_result {
    bool stable;       /* the quotas are met by a stable matching */
    uint64_t blocking; /* pairs */
    uint64_t at_least; /* no matching that meets the quotas has fewer blocking pairs than this */
    bool exact;        /* blocking == at_least */
    uint32_t matched;
    uint32_t stable_matched, stable_missing; /* of the stable matching: how many, and seats short of the quotas */
    uint32_t worse, better;                  /* mentees, compared to it */
    /* Where there is none, in numbers: so many mentors must have so many mentees in all, and so many could be theirs; or,
     * of those without envy, so many of the seats that the quotas ask for would stay empty. */
    uint32_t lack_mentors, lack_mentees, lack_seats;
    uint64_t lack_needed;
};

/* A matching that meets all lower quotas, stable where one of those tried is. With ties several orders are tried, and
 * blocking is a heuristic. RC_CONFLICT: there is none, or none that is free of envy; the reason is written to why. */
enum rc quota_match(const struct hr *h, enum quota_way way, uint64_t effort, uint32_t *partner,
                    struct quota_result *out, struct buf *why) MUST_CHECK;

/* How many seats a matching is short of the lower quotas, over all mentors. */
uint32_t quota_missing(const struct hr *h, const uint32_t *partner);

#endif
