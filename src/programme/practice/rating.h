/* Ratings in practice: somebody judges somebody by an instrument (programme/instrument), after an attempt, or in what a kind of
 * exercise keeps in tables of its own, which then point to exercise_rating. Whoever rates is named beside what she says, and is told so
 * before she says it. A rating is given once and stays. When two rate apart, neither is shown the other's before her own is in: that is
 * for the page to keep; here are the rows, the fields of the form, the table of what was given, and how far raters agree. */
#ifndef CADRE_PROGRAMME_PRACTICE_RATING_H
#define CADRE_PROGRAMME_PRACTICE_RATING_H

#include "engine/stats/stats.h"
#include "programme/instrument/instrument.h"
#include "programme/practice/practice.h"

struct view_practice_ratings; /* programme/practice/practice_ratings */

#define PRACTICE_RATERS_MOST 12   /* shown beside each other */
#define PRACTICE_KAPPA_LEAST 20   /* of fewer pairs no kappa is told: its interval would hold nearly everything */

/* ---- asking ------------------------------------------------------------------------------------------------------------------------- */

/* Adds a field for each item of the instrument, those answered by a point required. The page says M_rating_named above the form. */
void practice_rating_add_fields(const struct ctx *c, struct form *f, const struct instrument *i);
/* What was chosen and written, behind form_read: item_count of each, in the arena of the form. */
void practice_rating_read_fields(const struct form *f, const struct instrument *i, const int **answers, const struct str **words);

/* ---- keeping it: inside a closure --------------------------------------------------------------------------------------------------- */

struct practice_rating_new {
    int64_t version;             /* of the exercise */
    int64_t attempt;             /* 0: none, a kind keeps for itself where this belongs */
    int64_t person, rater;       /* about whom; by whom */
    const struct instrument *instrument;
    const int *answers;          /* item_count; those of items in words are passed over */
    const struct str *words;     /* item_count; NULL: none */
};
/* RC_INVALID for who rates herself and for answers that are none (M_rating_answer_missing beside the item's field). Whether this rater
 * has rated this already is for who calls to know, in the same closure. */
enum rc practice_rating_add(struct db *tx, struct arena *a, const struct practice_rating_new *n, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* Makes a rating evidence ("exercise_rated"): a row for each competency that was judged, at the level where the item's anchors are
 * levels; one row without any where none was. Call it when the person may see the rating, once. */
enum rc practice_rating_add_evidence(struct db *tx, struct arena *a, int64_t rating, int64_t programme, int64_t now) MUST_CHECK;

/* ---- showing it --------------------------------------------------------------------------------------------------------------------- */

struct practice_rating {
    int64_t id, person, rater, at;
    struct str by;               /* the rater's name; empty when she is gone */
    int *answers;                /* item_count: points, INSTRUMENT_UNABLE, INSTRUMENT_MISSING */
    struct str *words;           /* item_count: no value where there are none */
};
/* Ratings by one instrument, in the order of ids, in one statement for ten. RC_NOT_FOUND when one of them is not there. */
enum rc practice_rating_read(struct db *db, struct arena *a, const struct instrument *i, const int64_t *ids, size_t count,
                             struct practice_rating *out) MUST_CHECK;
/* Fills the table of what was given: part by part, item by item, in words, and how far they agree where there are two or more. All of one
 * person; count up to PRACTICE_RATERS_MOST. */
void practice_ratings_fill(const struct ctx *c, const struct instrument *i, const struct practice_rating *list, size_t count,
                           struct view_practice_ratings *v);

/* ---- how far two agree -------------------------------------------------------------------------------------------------------------- */

struct practice_agreement {
    size_t pairs;                /* of points that both gave */
    size_t exact, within_one;
    bool some;                   /* kappa can be told: enough pairs, and chance leaves something to agree on */
    struct stats_estimate kappa; /* with quadratic weights (Cohen 1968), 95% interval */
};
/* first[k] and second[k] are of one item about one person: points from low to high, or INSTRUMENT_UNABLE and the like, which are left out. */
struct practice_agreement practice_agreement_of(struct arena *a, const int *first, const int *second, size_t count, int low, int high);

#endif
