/* Improvement projects: a team states an aim, measures care over time with counts alone, tests changes in small cycles, and says in
 * the end what came of it: "improved" only where a chart and its rules carry the word.
 *
 * A project belongs to its team (it holds it); who keeps the programme reads it; once it ended, the team
 * may show it to the programme. Others learn from pub_improve_project which projects there are and how they ended. */
#ifndef CADRE_PROGRAMME_IMPROVE_IMPROVE_H
#define CADRE_PROGRAMME_IMPROVE_IMPROVE_H

#include "engine/spc/series.h"
#include "programme/capability.h"

extern const struct capability improve_capability;

#define IMPROVE_TITLE_MOST 150
#define IMPROVE_WORDS_MOST 2000
#define IMPROVE_DRIVERS_MOST 60   /* lines of a driver diagram */
#define IMPROVE_POINTS_MOST 3000  /* of one measure */
#define IMPROVE_MEASURES_MOST 20
#define IMPROVE_FILE_MOST (1 << 20)

struct improve_charter {
    struct str title, problem, aim, why, value, sponsor, ethics, drivers;
    int64_t by_day;
    const int64_t *competencies;
    size_t competency_count;
};
/* Inside a closure, as all that follow. Whoever starts it leads it. */
enum rc improve_start(struct db *tx, int64_t programme, int64_t person, const struct improve_charter *c, bool made_up, int64_t now, int64_t *id) MUST_CHECK;
/* RC_CONFLICT when it was changed meanwhile or has ended. */
enum rc improve_save(struct db *tx, int64_t id, int64_t version, const struct improve_charter *c, struct err *e) MUST_CHECK;
enum rc improve_join(struct db *tx, int64_t id, int64_t person, struct str part, int64_t by, int64_t now) MUST_CHECK;
/* RC_INVALID for the last who leads. */
enum rc improve_leave(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t by, int64_t now, struct err *e) MUST_CHECK;

struct improve_ending {
    int64_t id, version;
    bool finished;            /* else stopped */
    struct str outcome, claim, aim_met;
    bool shown;
};
/* Says what came of it, or says it again. claim must be one that improve_may_claim allows. Finished: the evidence of each member says
 * so, for each competency of the charter, once. */
enum rc improve_end(struct db *tx, struct arena *a, const struct improve_ending *x, int64_t by, int64_t now, struct err *e) MUST_CHECK;

struct improve_measure {
    struct str kind, name, definition, source, chart, rules, sampling;
    int64_t good, baseline;
    double per, target;       /* target NaN: none */
};
enum rc improve_add_measure(struct db *tx, int64_t project, const struct improve_measure *m, int64_t now, int64_t *id) MUST_CHECK;
enum rc improve_save_measure(struct db *tx, int64_t id, int64_t version, const struct improve_measure *m, struct err *e) MUST_CHECK;

struct improve_counts {
    size_t added, changed, same;
};
/* Puts the points of a table that was read (dates alone) into a measure. A point that is there with another value is RC_CONFLICT unless
 * `replace`. Nothing is put when anything is wrong. */
enum rc improve_put_points(struct db *tx, struct arena *a, int64_t measure, const struct spc_data *d, bool replace, struct improve_counts *n, struct err *e) MUST_CHECK;

struct improve_cycle {
    struct str title, prediction, scale, who, result, decision;
    int64_t from_day;
};
enum rc improve_add_cycle(struct db *tx, int64_t project, const struct improve_cycle *c, int64_t now, int64_t *id) MUST_CHECK;
enum rc improve_save_cycle(struct db *tx, int64_t id, int64_t version, const struct improve_cycle *c, struct err *e) MUST_CHECK;

/* May the team say this word of what came of it: "improved" and "worse" only where an outcome measure's rules carry them. finding: of each
 * outcome measure. */
bool improve_may_claim(struct str claim, const enum spc_finding *finding, size_t count);
/* Does a text say that it improved: for texts beside a chart that does not. English and German. */
bool improve_says_improved(struct arena *a, struct str text);

#endif
