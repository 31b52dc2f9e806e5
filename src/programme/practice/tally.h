/* What many people did in a case, counted once in a while, with what of it may be told: of those who took it the first time and are
 * through, never as experts. All counts of a version are one release (engine/disclosure): links, questions, endings and the people
 * who came through each passage are tied together, so that no small one can be worked out from the others, on whatever page it stands. */
#ifndef CADRE_PROGRAMME_PRACTICE_TALLY_H
#define CADRE_PROGRAMME_PRACTICE_TALLY_H

#include "engine/story/layout.h"
#include "programme/practice/practice.h"

/* Inside a closure, behind an attempt that ended: counts afresh when at least five more are through, and a tenth more than at the last
 * count: so nobody can tell from two counts what one person chose, and it is seldom done where many are through. family: the version
 * as it was written, which counts for its translations too. */
enum rc practice_count_again(struct db *tx, struct arena *a, int64_t family, int64_t now) MUST_CHECK;
/* The same, whoever is through (the demo, after it made many at once). Nothing is counted below five. */
enum rc practice_count(struct db *tx, struct arena *a, int64_t family, int64_t now) MUST_CHECK;

/* How many people took each link of a case; STORY_HELD_BACK (engine/story/layout.h) where that is not to be told. */
struct practice_traffic {
    int64_t people;      /* that were counted; 0: nothing was yet */
    int64_t at;
    uint64_t *links;     /* story_link_count */
};
enum rc practice_read_traffic(struct db *db, struct arena *a, int64_t family, const struct story *s, struct practice_traffic *out) MUST_CHECK;

/* What was chosen at one question, or (question empty) where people ended. */
struct practice_counted {
    struct str target;
    int64_t people;
    bool shown;          /* may be told */
};
struct practice_question_tally {
    struct str question;
    const struct practice_counted *ways;
    size_t count;
    int64_t people;      /* that came to it */
    bool shown;          /* people may be told; false: nothing of it may */
};
enum rc practice_read_tally(struct db *db, struct arena *a, int64_t family, struct practice_question_tally **out, size_t *count) MUST_CHECK;
/* One of these; NULL when nobody came there. */
const struct practice_question_tally *practice_find_tally(const struct practice_question_tally *all, size_t count, struct str question);

#endif
