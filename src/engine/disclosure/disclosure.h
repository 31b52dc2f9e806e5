/* Disclosure control: which counts of a release may be shown so that nobody can work out a small one.
 *
 * A release is a set of cells and the sums that tie them together: the rows and columns of a table with their totals,
 * subgroups within groups, tables that share a total, the same cell in an earlier snapshot. A count c with
 * 0 < c < threshold is sensitive; zeros are shown. Hiding the sensitive cells alone does not help where the totals give
 * them back, so further cells are hidden with them (complementary suppression), as few as can be.
 *
 * What counts as protected is decided by an attack on the whole release: knowing every shown cell, every sum, and that
 * counts are not negative, what interval is left for a sensitive cell? It must be at least min_width wide. Where every
 * cell stands in at most two sums and their graph allows it, the attack is a flow in a network and exact in whole
 * numbers (Gusfield 1988, SIAM J. Comput. 17:552-571; Cox 1995, JASA 90:1453-1462); elsewhere a linear program, rounded
 * to whole numbers and confirmed by two whole-number tables that are min_width apart (Fischetti, Salazar 2001,
 * Management Science 47:1008-1027). What cannot be confirmed counts as broken.
 *
 * The attacker of this model does not use the rule itself (that some hidden cell must be small); a page therefore never
 * shows which of the hidden cells were small and which were hidden with them.
 *
 * Used by the verb `cadre disclose` and by every page that shows counts of people. The same release always gives the
 * same answer: effort is counted in steps, never in time. One thread at a time for one release. */
#ifndef CADRE_ENGINE_DISCLOSURE_DISCLOSURE_H
#define CADRE_ENGINE_DISCLOSURE_DISCLOSURE_H

#include "base/err.h"

#define DISCLOSURE_COUNT_MOST INT64_C(1000000000)
#define DISCLOSURE_CELLS_MOST ((size_t)1000000)
#define DISCLOSURE_NO_LIMIT INT64_MAX /* hi of an interval without upper end */
#define DISCLOSURE_NO_FLOOR INT64_MIN /* lo of an interval without lower end */

struct disclosure_rule {
    int64_t threshold; /* counts above 0 and below this are sensitive; at least 1 */
    int64_t min_width; /* of the interval that the attack may leave; at least 1 */
};
/* 5 and 5. */
extern const struct disclosure_rule disclosure_default;

enum disclosure_kind {
    DISCLOSURE_OPEN,   /* about to be published: it will be shown or hidden */
    DISCLOSURE_OUT,    /* published before: who looks knows it, and it cannot be called back */
    DISCLOSURE_UNSEEN, /* never printed, but follows from what is: the rest of a total, the change between snapshots */
};

/* What hiding a cell costs, against 1 for an ordinary one: totals and zeros are hidden only where nothing else helps.
 */
#define DISCLOSURE_COST_CELL 1
#define DISCLOSURE_COST_ZERO 16
#define DISCLOSURE_COST_TOTAL 24

struct disclosure;

/* An empty release in the arena. The rule's numbers are at least 1. */
struct disclosure *disclosure_new(struct arena *a, struct disclosure_rule rule);

/* Adds a cell with its true count, 0..DISCLOSURE_COUNT_MOST, and returns its number, from 0. cost: one of the above, or
 * any from 1 to 1000. */
uint32_t disclosure_add(struct disclosure *d, int64_t count, enum disclosure_kind kind, uint32_t cost);
/* An unseen cell that may be below zero: a change between snapshots that people may leave. Sensitive when its size is.
 */
uint32_t disclosure_add_change(struct disclosure *d, int64_t change);
/* An unseen cell whose count nobody has: of a finer table than those that are listed, which an attacker knows to exist.
 * Never sensitive; takes no part in the check that sums add up. */
uint32_t disclosure_add_unknown(struct disclosure *d);
/* Says that total is the sum of the parts, which are different cells. Their counts must add up. */
void disclosure_add_sum(struct disclosure *d, uint32_t total, const uint32_t *parts, size_t count);

struct disclosure_result {
    size_t cells;            /* all that were added */
    size_t primary;          /* hidden because they are sensitive */
    size_t complementary;    /* hidden with them */
    uint64_t cost;           /* of the complementary ones */
    bool smallest;           /* proved: no set of complementary cells costs less */
    bool withheld;           /* too large to be decided within the effort: all of it is hidden */
    const uint32_t *exposed; /* sensitive cells that can be worked out whatever is hidden, from what is out or fixed */
    size_t exposed_count;
};

/* Steps of work: a page's table of 10 by 10 takes about 20,000. */
#define DISCLOSURE_EFFORT_PAGE UINT64_C(400000)
#define DISCLOSURE_EFFORT_FULL UINT64_C(2000000000)

/* Decides. Afterwards disclosure_hidden answers for each cell. Never fails: a release that cannot be decided within the
 * effort is withheld, and what cannot be protected at all is listed as exposed: then nothing of the release should be
 * shown. exact: the share of the effort that may be spent on proving that no smaller set exists, in percent. */
void disclosure_protect(struct disclosure *d, uint64_t effort, unsigned exact, struct disclosure_result *out);
bool disclosure_hidden(const struct disclosure *d, uint32_t cell);
bool disclosure_sensitive(const struct disclosure *d, uint32_t cell);

/* After disclosure_protect with out.smallest: further sets of complementary cells that cost the same, at most `most`,
 * each as ascending cell numbers, sorted; the first becomes the one that is hidden. complete: there are no others. */
struct disclosure_set {
    const uint32_t *cells;
    size_t count;
};
size_t disclosure_smallest_sets(struct disclosure *d, uint64_t effort, size_t most, const struct disclosure_set **out,
                                bool *complete);

/* Instead of deciding: hides exactly the open cells for which hidden is true (one for each cell), for an audit. */
void disclosure_hide_exactly(struct disclosure *d, const bool *hidden);

struct disclosure_interval {
    int64_t lo, hi;
};
/* What the attack leaves for a hidden or unseen cell; the count itself for one that is shown. */
struct disclosure_interval disclosure_attack(struct disclosure *d, uint32_t cell);
/* Is the interval wide enough? True for cells that are not sensitive. */
bool disclosure_protected(struct disclosure *d, uint32_t cell);

/* ---- for pages: small tables, at once
 * ---------------------------------------------------------------------------------- true in shown: the count may be
 * shown. When they return false nothing of it may be (and shown is all false): it could not be decided, or the total
 * gives it away. Deterministic. */

/* Groups whose total is shown too (total_shown) or not. shown: count of them. */
bool disclosure_show_groups(struct arena *a, struct disclosure_rule rule, const int64_t *counts, size_t count,
                            bool total_shown, bool *shown) MUST_CHECK;

/* Groups of which a snapshot was shown before: before and before_shown tell it, its total was shown where total_shown
 * is. Who came or left in between is protected too, so false means: keep showing the earlier snapshot. */
bool disclosure_show_groups_again(struct arena *a, struct disclosure_rule rule, const int64_t *before,
                                  const bool *before_shown, const int64_t *counts, size_t count, bool total_shown,
                                  bool *shown) MUST_CHECK;

/* rows x columns counts, row-major. shown: (rows + 1) x (columns + 1), with the totals of the rows last in each row and
 * those of the columns in the last row. */
bool disclosure_show_table(struct arena *a, struct disclosure_rule rule, const int64_t *counts, size_t rows,
                           size_t columns, bool *shown) MUST_CHECK;

#endif
