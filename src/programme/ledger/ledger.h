/* The ledger: does the programme work, told level by level from the records that working with Cadre leaves, each figure with whom it is
 * about, how many of how many, what is missing, and how much the design can carry.
 *
 * Levels: Kirkpatrick, Kirkpatrick 2006 (1 to 4), with the parts of level 2 and 4 of Barr, Koppel, Reeves, Hammick, Freeth 2005; level 3
 * is told apart as what people say of themselves (3a) and what others saw (3b), as Overeem et al. 2010 did. What a figure's design
 * can carry is told by the first item of the MERSQI (Reed et al. 2007, JAMA 298:1002-1009). Nothing here says that the programme caused
 * what is seen.
 *
 * Figures are counted into an edition, by a job once a week or when somebody asks for it, and every page and pack reads the latest
 * edition: the same edition gives the same figures, and no page counts. Which figures of people are shown is decided once for all of
 * an edition and against the one before (release.h): nobody can work out a small number from two of them, or from a total and its
 * parts. A figure that may not be shown anew keeps what was shown before, with its older day.
 *
 * Evaluations ask people themselves (waves.h): before, at the end, and 6 and 12 months after. */
#ifndef CADRE_PROGRAMME_LEDGER_LEDGER_H
#define CADRE_PROGRAMME_LEDGER_LEDGER_H

#include "programme/capability.h"

extern const struct capability ledger_capability;

#define LEDGER_LEVELS(X)                                                    \
    X(1, "1")   /* how they found it */                                     \
    X(2A, "2a") /* attitudes; what they trust themselves to do */           \
    X(2B, "2b") /* what they know */                                        \
    X(3A, "3a") /* what they say they do */                                 \
    X(3B, "3b") /* what others saw them do */                               \
    X(4A, "4a") /* how care is organised */                                 \
    X(4B, "4b") /* what patients have of it */

enum ledger_level {
#define X(id, word) LEDGER_##id,
    LEDGER_LEVELS(X)
#undef X
        LEDGER_LEVEL_COUNT
};
const char *ledger_level_word(enum ledger_level level);

/* What a value is: how it is printed, and what its interval is. */
enum ledger_unit {
    LEDGER_SHARE,  /* 0 to 1: n of `of`; interval of Wilson 1927 */
    LEDGER_POINTS, /* a mean on the instrument's own scale, or percent of a quiz; interval by Student's t */
    LEDGER_CHANGE, /* the mean of later less earlier, of the same people; in points */
    LEDGER_EFFECT, /* standardized: mean of the differences by their standard deviation; interval by non-central t */
    LEDGER_APART,  /* standardized difference of two groups of people: Hedges' g; interval by non-central t */
};
const char *ledger_unit_word(enum ledger_unit unit); /* "share", "points", "change", "effect", "apart" */

struct ledger_figure {
    struct str key;             /* unique within a programme and the same in each edition: "2b.gain", "2a.effect.m6-<evaluation>-c<cohort>" */
    struct str code;            /* which figure it is: "2b.gain", "2a.effect.m6" */
    enum ledger_level level;
    int64_t cohort, stage;      /* of whom; both 0: of the whole programme */
    struct str group;           /* the title of that cohort, stage or programme */
    struct str label;           /* what it is called, in the language asked for */
    int64_t evaluation;         /* that it comes from; 0: from other records */
    struct str about;           /* its title, may be empty */
    enum ledger_unit unit;
    struct opt_real value, low, high; /* none: held back, or missing. low, high: 95% */
    struct str text;            /* the value as people read it, with its interval; empty where there is none */
    struct opt_int n;           /* of how many people (4a, 4b: projects) it is made; of a share: how many of `of` */
    struct opt_int of;          /* how many could have been: asked, members, ended projects */
    bool held_back;             /* so small, or so close to a total, that somebody could be recognised */
    struct str missing;         /* what is not there, in words; empty: nothing */
    struct str notes;           /* ceiling, changed instrument, people without a pair ...; empty: none */
    struct str design;          /* what the design is and can carry, in words */
    double design_points;       /* MERSQI, item 1: 1 to 3; 0: it does not apply */
    struct str definition;      /* what is counted, exactly */
    struct str source;          /* the records it comes from, in words */
    int64_t day;                /* as of: the day of the edition that it was counted in */
    struct str href;            /* its own page */
};

/* All figures of a programme, of the latest edition: level by level, the whole programme before its stages, those before its cohorts.
 * Every level has at least one row: one that knows nothing says what is missing. parts: also of stages and cohorts. The texts are in
 * the language and live in the arena; the order and the texts follow from the edition alone. edition (NULL allowed): its number, 0 when
 * nothing was counted yet. RC_NOT_FOUND: no such programme. Who may ask (P_REPORT_VIEW of the programme) is for the caller. */
enum rc ledger_figures(struct db *db, struct arena *a, int lang, int64_t programme, bool parts, struct ledger_figure **out, size_t *count,
                       int64_t *edition) MUST_CHECK;

/* Counts a new edition from the records: reads on db and writes the rows in a closure of its own, so that nobody waits for the counting. Not
 * inside a closure. */
enum rc ledger_count(struct db *db, int64_t programme, int64_t now, struct err *e) MUST_CHECK;

#endif
