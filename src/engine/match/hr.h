/* Mentees and mentors with two-sided preferences: the instance that every mode of matching works on. It is built list
 * by list (by the reader of .hr files or from the records of a round), finished once, and read only from then on.
 *
 * All lists stand in one array of entries, best first; an entry knows its twin, the entry of the same pair in the other
 * side's list, so that "where does the mentor place me" is one look. An entry without a twin counts for nothing: the
 * other side did not list back, the pair is excluded, or somebody in it is pinned. 8 bytes for each entry, 16 for each
 * agent. */
#ifndef CADRE_ENGINE_MATCH_HR_H
#define CADRE_ENGINE_MATCH_HR_H

#include "base/err.h"

#define HR_NONE UINT32_MAX
#define HR_TIED UINT32_C(0x80000000) /* in who: as good as the entry before */
#define HR_MOST UINT32_C(0x7ffffffe) /* agents of one side */

enum hr_side { HR_MENTEE, HR_MENTOR };

struct hr_pref {
    uint32_t who;  /* index of the other agent, from 0, with HR_TIED */
    uint32_t twin; /* index of the twin in pref, or HR_NONE */
};

struct hr_list {
    uint32_t from, to; /* entries from..to-1 of pref */
};

struct hr_pair {
    uint32_t mentee, mentor;
};

struct hr {
    struct arena *a;
    uint32_t count[2];       /* mentees, mentors */
    struct hr_list *list[2]; /* of each agent */
    struct hr_pref *pref;
    size_t pref_count, pref_room;
    uint32_t *capacity;       /* of each mentor, pinned seats included */
    uint32_t *seats;          /* after hr_finish: capacity less the pinned */
    uint32_t *pinned;         /* of each mentee, a mentor or HR_NONE; NULL when nobody is */
    uint32_t *quota;          /* least number each mentor must have; NULL when there is none */
    struct hr_pair *excluded; /* after hr_finish sorted by mentee, mentor */
    size_t excluded_count, excluded_room;
    uint64_t seed;
    size_t one_sided; /* entries that the other side does not answer */
    uint32_t *mark;   /* scratch while building */
    uint32_t open;    /* the list being built */
};

static inline uint32_t hr_who(const struct hr *h, size_t entry)
{
    return h->pref[entry].who & ~HR_TIED;
}

static inline bool hr_tied(const struct hr *h, size_t entry)
{
    return (h->pref[entry].who & HR_TIED) != 0;
}

/* A new instance with empty lists and no capacity, for at most prefs entries (both sides together). */
struct hr *hr_new(struct arena *a, uint32_t mentees, uint32_t mentors, size_t prefs);

/* The list of an agent, best first: hr_list_begin once, then hr_list_add for each entry. False: the agent's list was
 * there already; the other is outside 0..count-1 or stands in the list already. */
bool hr_list_begin(struct hr *h, enum hr_side side, uint32_t agent) MUST_CHECK;
bool hr_list_add(struct hr *h, enum hr_side side, uint32_t other, bool tied) MUST_CHECK;

void hr_exclude(struct hr *h, uint32_t mentee, uint32_t mentor);
/* False when the mentee is pinned already. */
bool hr_pin(struct hr *h, uint32_t mentee, uint32_t mentor) MUST_CHECK;
void hr_quota(struct hr *h, uint32_t mentor, uint32_t least);

/* Links the lists, takes out what is excluded or pinned, and breaks ties by the lottery of seed: within a tie the
 * smaller hr_ticket comes first. RC_INVALID with the reason in e->detail: more pinned than seats, a pin that is
 * excluded, a lower quota above the capacity. */
enum rc hr_finish(struct hr *h, uint64_t seed, struct err *e) MUST_CHECK;

/* The lottery, published by its seed: the number that an agent draws. Different agents of a side never draw the same.
 * (SplitMix64's finalizer, a bijection: Steele, Lea, Flood 2014.) */
uint64_t hr_ticket(uint64_t seed, enum hr_side side, uint32_t agent);

bool hr_is_excluded(const struct hr *h, uint32_t mentee, uint32_t mentor);
/* The entry of the pair in the mentee's list, HR_NONE where it is not there. Walks the list. */
uint32_t hr_entry(const struct hr *h, enum hr_side side, uint32_t agent, uint32_t other);
/* First and last entry that are as good as this one, within its list. */
uint32_t hr_tie_first(const struct hr *h, struct hr_list list, uint32_t entry);
uint32_t hr_tie_last(const struct hr *h, struct hr_list list, uint32_t entry);
/* Does any list hold a tie? */
bool hr_has_ties(const struct hr *h);

/* ---- finished instances, changed
 * ------------------------------------------------------------------------------------------------------ */
/* A copy that may be changed; only the lists' bounds and the exclusions are shared. */
struct hr *hr_copy(const struct hr *h, struct arena *a);
/* Draws the order within ties anew: first those for whom early is true (NULL: nobody), then by the lottery of seed. */
typedef bool hr_early(const void *arg, uint32_t mentee, uint32_t mentor);
void hr_redraw(struct hr *h, uint64_t seed, hr_early *early, const void *arg);
/* Takes a pair out of the lists: it can be neither matched nor block. entry is of either side. */
void hr_take_out(struct hr *h, uint32_t entry);
/* Fixes a pair; there must be a seat, the mentee not pinned and the pair not excluded. */
void hr_pin_now(struct hr *h, uint32_t mentee, uint32_t mentor);
/* Undoes a pin: the seat is free again and the mentee's entries count again. */
void hr_unpin(struct hr *h, uint32_t mentee);

/* Reads a .hr text (shared format; docs/match.md). text must not change while it is read. RC_INVALID with e->detail
 * "line N: why". */
enum rc hr_read(struct arena *a, struct str text, uint64_t seed, struct hr **out, struct err *e) MUST_CHECK;

#endif
