/* The report of a 360 round, and what keeps it from telling who said what.
 *
 * report_draw is the rule. It takes the answers of a round and gives the figures and comments that may be shown: nothing else of
 * the answers leaves it. It is pure but for the shuffle, which is drawn from the system's randomness. What it gives is frozen once
 * (report_freeze), in the closure that puts the answers together; behind it nobody answers or takes back, and there is no second
 * snapshot to compare with. Everything that anybody sees, facilitator, subject, download and print, is worked out from the
 * frozen figures alone, so a page, a filter or a picture can never tell more than they do. Before the freeze no page shows
 * anything that depends on an answer.
 *
 * What holds for a report with the least number k (FEEDBACK_LEAST_MIN or more, set by the programme):
 * - Nothing at all with fewer than k sheets. Groups of fewer than k are merged, and the next smallest with them, until each pool
 *   that is shown has k. Where fewer than k of a pool judged a domain, the pool is held back there, and as many others with it
 *   as the attack of engine/disclosure asks for, since the whole is shown too.
 * - A figure is a mean over raters, rounded to a tenth. Near an end of the scale, where it would say what everybody answered, it
 *   says "at least" or "at most", and then no pools are shown beside it. Spread is shown for the whole alone, as "up to", never so
 *   small that it says that all answered alike. What the figures of a domain leave open for any one rater is at least a point
 *   wide, also for who subtracts the pools from the whole, and knows who stands in which pool and who judged.
 * - There are no figures for single items and none over several domains from the sheets: with "unable to judge" their differences
 *   would single somebody out.
 * - Comments stand together for all groups, in an order drawn anew for each question; those that could tell who wrote them (names,
 *   roles that few hold, dates, numbers, addresses) are held back, and a question with fewer than k left shows none. The page says the
 *   same whether nobody wrote, too few, or what could not be shown.
 *
 * The rest of programme/feedback calls report_freeze in feedback_put_together and report_release in feedback_release. */
#ifndef CADRE_PROGRAMME_FEEDBACK_REPORT_H
#define CADRE_PROGRAMME_FEEDBACK_REPORT_H

#include "programme/capability.h"
#include "programme/instrument/instrument.h"

#define REPORT_GROUPS_MAX 24
#define REPORT_SHEETS_MAX 400
#define REPORT_NORM_PEOPLE 5      /* released reports that come together before figures of a programme change */
#define REPORT_NORM_LEAST 10      /* released reports before reliability is worked out */

/* ---- what the rounds give ------------------------------------------------------------------------------------------------------- */

struct feedback_round; /* feedback.h */

struct feedback_group {
    struct str code;            /* "peer": stable, in frozen reports and downloads */
    struct str title;           /* in the reader's language */
};

struct feedback_sheet {
    size_t group;               /* index into groups; of her own sheet passed over */
    const int *answers;         /* one for each item of the instrument: a point, INSTRUMENT_UNABLE or INSTRUMENT_MISSING */
};

struct feedback_words {
    size_t item;                /* index into the instrument's items */
    struct str words;
};

/* What counts: sent, and not taken back. In any order; nothing of the order comes out. */
struct feedback_answers {
    const struct instrument *instrument;
    const struct feedback_group *groups; /* those somebody was asked from, in their order, also those nobody answered from */
    size_t group_count;
    const struct feedback_sheet *sheets;
    size_t sheet_count;
    const struct feedback_sheet *self;   /* NULL: none */
    const struct feedback_words *comments; /* of the raters */
    size_t comment_count;
    const struct str *names;    /* of all who were asked: a comment with one of them is held back */
    size_t name_count;
    int64_t least;              /* k; FEEDBACK_LEAST_MIN or more */
};
/* Of a round that is put together. */
enum rc feedback_load_answers(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_answers *out) MUST_CHECK;

/* ---- the rule: pure ---------------------------------------------------------------------------------------------------------------- */

enum report_bound { REPORT_EXACT, REPORT_AT_LEAST, REPORT_AT_MOST };

/* In tenths of a point, as they are shown. */
struct report_figure {
    bool shown;                 /* else held back, and all else is zero */
    int64_t n;                  /* raters who judged the domain */
    int64_t mean;               /* tenths */
    enum report_bound mean_is;
    bool has_spread;            /* of the whole alone, and not where its mean is but a bound */
    int64_t spread;             /* the standard deviation (n - 1) is at most that, tenths */
};

struct report_pool {
    const size_t *groups;       /* indices into the groups of the answers, ascending */
    size_t group_count;
    int64_t n;                  /* sheets */
};

struct report_self {
    bool some;                  /* she judged enough of the domain */
    double mean;
    double sem;                 /* of her own score, from the spread of her answers within the domain: conditional SEM, Brennan 1998 */
};

/* What may be shown. Pool 0 is all raters together, without groups; figures stand pool by pool, domain_count of each. */
struct report {
    bool enough;                /* k sheets or more; else there are no pools, figures or comments */
    int64_t least;
    struct report_pool *pools;
    size_t pool_count;
    size_t domain_count;        /* of the instrument, also those answered in words alone */
    struct report_figure *figures;
    struct report_self *self;   /* one for each domain */
    struct feedback_words *comments; /* by item, within an item in the order that was drawn */
    size_t comment_count;
    /* Of the whole score of each sheet, for the figures of a programme over many people. Never shown for one. */
    int64_t whole_n;
    double whole_mean, whole_ss; /* sum of squares around the mean */
};

/* Draws the report. RC_INVALID when the sheets do not fit the instrument (a group or a point that does not exist, too many). The
 * result is in the arena; words are shared with the answers. */
enum rc report_draw(struct arena *a, const struct feedback_answers *in, struct report *out, struct err *e) MUST_CHECK;

/* What in a comment could tell who wrote it. Also for the form on which raters write, which says it before sending. */
enum report_hint {
    REPORT_HINT_NAME = 1,       /* a name of somebody who was asked */
    REPORT_HINT_ROLE = 2,       /* the name of a group, "as your mentor" */
    REPORT_HINT_DATE = 4,       /* a date, a weekday, a month, a year, a time of day */
    REPORT_HINT_NUMBER = 8,     /* a number: wards, rooms, years of work */
    REPORT_HINT_ADDRESS = 16,   /* mail, telephone, web */
};
unsigned report_hints(struct arena *a, struct str words, const struct str *names, size_t name_count, const struct feedback_group *groups, size_t group_count);

/* ---- frozen: inside a closure ---------------------------------------------------------------------------------------------------------- */

/* Freezes the report of a round that is put together; once it is there nothing changes it. */
enum rc report_freeze(struct db *tx, struct arena *a, const struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* Within the closure that releases the round: counts it among the figures of the programme. RC_CONFLICT: not frozen. */
enum rc report_release(struct db *tx, const struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;

/* ---- its pages, which hang beside those of the rounds ----------------------------------------------------------------------------------- */

extern const struct capability report_capability;

#endif
