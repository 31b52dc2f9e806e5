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
    struct str kind; /* "improvement", "interprofessional", "community"; no value: improvement */
    struct str title, problem, aim, why, value, sponsor, ethics, drivers;
    int64_t by_day;
    int64_t grown_day; /* of improve_save alone: on this day it becomes one of improvement; 0: it does not */
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
    struct str ending;        /* what stays and who sees to it, or why it ends here; may be empty where a handover was accepted */
};
/* Says what came of it, or says it again. claim must be one that improve_may_claim allows. Finished: the evidence of each member says
 * so, for each competency of the charter, once. */
enum rc improve_end(struct db *tx, struct arena *a, const struct improve_ending *x, int64_t by, int64_t now, struct err *e) MUST_CHECK;

struct improve_measure {
    struct str kind, name, definition, source, chart, rules, sampling;
    int64_t good, baseline;
    double per, target;       /* target NaN: none */
    int64_t owner;            /* who keeps the numbers; 0: whoever leads */
};
enum rc improve_add_measure(struct db *tx, int64_t project, const struct improve_measure *m, int64_t now, int64_t *id) MUST_CHECK;
/* Once there are data, chart, rules, direction, target and baseline stay as they are: else RC_INVALID. */
enum rc improve_save_measure(struct db *tx, struct arena *a, int64_t id, int64_t version, const struct improve_measure *m, struct err *e) MUST_CHECK;

struct improve_counts {
    size_t added, changed, same;
};
/* Puts the points of a table that was read (dates alone) into a measure. A point that is there with another value is RC_CONFLICT unless
 * `replace`. Nothing is put when anything is wrong. */
enum rc improve_put_points(struct db *tx, struct arena *a, int64_t measure, const struct spc_data *d, bool replace, struct improve_counts *n, struct err *e) MUST_CHECK;

struct improve_cycle {
    struct str title, prediction, scale, who, result, decision;
    int64_t from_day;
    int64_t until_day; /* when its result is looked at; 0: not said */
};
enum rc improve_add_cycle(struct db *tx, int64_t project, const struct improve_cycle *c, int64_t now, int64_t *id) MUST_CHECK;
enum rc improve_save_cycle(struct db *tx, int64_t id, int64_t version, const struct improve_cycle *c, struct err *e) MUST_CHECK;

/* What a chart says of each measure of a project, for who takes it over. In the arena; a worse one is a risk. */
struct improve_measure_state {
    int64_t id;
    struct str name, says;     /* the finding as a title */
    int64_t owner, last_day;
    struct str owner_name;
    bool has_last, quiet, worse;
};
enum rc improve_measure_states(struct ctx *c, int64_t project, struct improve_measure_state **out, size_t *count) MUST_CHECK;
/* Inside a closure: another leads from now on. The tasks and measures of the one before are hers, who stays as a member or goes. */
enum rc improve_succeed(struct db *tx, int64_t project, int64_t from, int64_t to, bool stays, int64_t now) MUST_CHECK;
/* Inside a closure: an open task or a measure that she has is nobody's; one that nobody has is hers. Another's stays as it is. */
enum rc improve_let_go(struct db *tx, int64_t project, int64_t task_or_measure, int64_t person) MUST_CHECK;
enum rc improve_take_on(struct db *tx, int64_t project, int64_t task_or_measure, int64_t person) MUST_CHECK;

/* ---- work: inside a closure ----------------------------------------------------------------------------------------------------------- */
#define IMPROVE_FILES_MOST 40
#define IMPROVE_FILE_BYTES_MOST (8 << 20)   /* one file */
#define IMPROVE_FILES_BYTES_MOST (40 << 20) /* all of a project */

struct improve_milestone {
    struct str title;
    int64_t due_day, done_day; /* done_day 0: not yet */
};
enum rc improve_put_milestone(struct db *tx, int64_t project, int64_t id, int64_t version, const struct improve_milestone *m, struct err *e) MUST_CHECK;
struct improve_task {
    struct str title;
    int64_t milestone, person, due_day; /* 0: none */
};
/* id 0: a new one, as with milestones and minutes. RC_INVALID when the person is not of the team; RC_CONFLICT when it was changed meanwhile. *task: its number. */
enum rc improve_put_task(struct db *tx, struct arena *a, int64_t project, int64_t id, int64_t version, const struct improve_task *t, int64_t *task, struct err *e) MUST_CHECK;
/* "open", "done", "dropped". */
enum rc improve_set_task(struct db *tx, int64_t id, struct str state, int64_t now) MUST_CHECK;
enum rc improve_put_minutes(struct db *tx, int64_t project, int64_t id, int64_t version, int64_t day, struct str body, int64_t by, struct err *e) MUST_CHECK;
/* RC_INVALID for a kind of file that is not taken (by name and first bytes), RC_TOO_LARGE when the project has too many. */
enum rc improve_add_file(struct db *tx, struct arena *a, int64_t project, struct str name, struct str bytes, int64_t by, int64_t now, struct err *e) MUST_CHECK;

/* May the team say this word of what came of it: "improved" and "worse" only where an outcome measure's rules carry them. finding: of each
 * outcome measure. */
bool improve_may_claim(struct str claim, const enum spc_finding *finding, size_t count);
/* What a measure's chart says, as its page draws it; of groups, what all of them say. SPC_TOO_FEW where there is no chart. RC_NOT_FOUND. */
enum rc improve_measure_finding(struct db *db, struct arena *a, int64_t measure, enum spc_finding *out) MUST_CHECK;
/* Does a text say that it improved: for texts beside a chart that does not. English and German. */
bool improve_says_improved(struct arena *a, struct str text);

#endif
