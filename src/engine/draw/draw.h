/* Draws that anybody can make again: who is in which group, so that professions and stages mix, and who meets whom on which side of a
 * debate over a term. All of it follows from a list and a seed, a text that was fixed before anybody knew what it gives: its SHA-256 is
 * told first, the seed itself afterwards (docs/draw.md says how to check one by hand, `cadre draw` does it).
 *
 * What looks like chance is the order of
 *
 *     key(what, number) = the first 16 hexadecimal digits of SHA-256("<seed>/<what>/<number>")
 *
 * small first. Pure; memory is the arena's. */
#ifndef CADRE_ENGINE_DRAW_DRAW_H
#define CADRE_ENGINE_DRAW_DRAW_H

#include "base/arena.h"
#include "base/str.h"

#define DRAW_PEOPLE_MAX 5000
#define DRAW_TEAMS_MAX 64
#define DRAW_ROUNDS_MAX 64
#define DRAW_BYE UINT32_MAX

uint64_t draw_key(struct str seed, const char *what, uint64_t number);
/* SHA-256 of a text, 64 hexadecimal digits: what is told of a seed, and of a list, before the draw. */
struct str draw_commitment(struct arena *a, struct str text);
/* The numbers 0 to count - 1 in the order of their keys; number k has the key of k + 1. */
uint32_t *draw_order(struct arena *a, struct str seed, const char *what, uint32_t count);

/* ---- groups -------------------------------------------------------------------------------------------------------------------------- */

/* Everybody is of one profession and at one stage: numbers below these counts. */
struct draw_person {
    uint32_t profession, stage;
};
/* Puts people into groups (from 0), into[k] for people[k]. Sizes differ by one at most; and of each profession and of each stage any two
 * groups hold numbers that differ by one at most: the best there is for both at once, and it always exists (de Werra 1971, equitable edge
 * colourings of bipartite multigraphs: people are edges between professions and stages, groups are colours; found by alternating paths,
 * Koenig 1916). Everybody comes into each group with the same chance, as groups get their numbers last, by key. count at most
 * DRAW_PEOPLE_MAX; 1 <= groups <= count, or there is nobody. */
void draw_groups(struct arena *a, struct str seed, const struct draw_person *people, uint32_t count, uint32_t groups, uint32_t *into);

/* How well groups mix a property: of all pairs of people who are in one group, how many differ in it. */
struct draw_mix {
    uint64_t pairs, differ;  /* as it is */
    uint64_t most;           /* pairs that differ at best, with groups of these sizes */
    double chance;           /* share of pairs that differ when people are put into groups of any sizes by chance alone */
};
/* kind[k] below kinds, into[k] below groups. */
struct draw_mix draw_mix(struct arena *a, const uint32_t *kind, uint32_t kinds, const uint32_t *into, uint32_t count, uint32_t groups);

/* ---- a term of debates -------------------------------------------------------------------------------------------------------------- */

/* teams (2 to DRAW_TEAMS_MAX) meet in rounds (1 to DRAW_ROUNDS_MAX), each team once a round; with an odd number one sits out. */
struct draw_debate {
    uint32_t round;               /* from 0 */
    uint32_t in_favour, against;  /* teams; against DRAW_BYE: in_favour sits out */
};
/* Nobody meets anybody again before she has met everybody (the circle method, Kirkman 1847), and over the whole term the sides of a team
 * differ by one at most: teams that meet twice change sides, and what is left is walked in closed trails, from each team to the next
 * (Euler 1736). *count debates, round by round. */
struct draw_debate *draw_term(struct arena *a, struct str seed, uint32_t teams, uint32_t rounds, uint32_t *count);

/* What came of a term, whoever made it. */
struct draw_balance {
    uint32_t side_gap, side_best;   /* the largest difference between a team's debates for and against; the smallest possible */
    uint32_t meet_most, meet_best;  /* how often the two that meet most meet; the fewest possible */
    uint32_t bye_most, bye_best;    /* how often a team sits out at most */
    double side_chance;             /* the mean difference of a team when each debate tosses a coin */
};
struct draw_balance draw_balance(struct arena *a, uint32_t teams, uint32_t rounds, const struct draw_debate *debates, uint32_t count);

#endif
