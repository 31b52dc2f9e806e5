/* The progress panel: some people, named by who keeps the programme, look at what may be judged of each trainee and decide with
 * reasons and conditions; the trainee writes a summary before, reads the decision and answers. A panel reads what was learned,
 * observed and assessed, without narratives; never what mentor and mentee write, reflections, or 360 feedback. A trainee's mentor
 * does not sit on her case, nobody on one's own, and a member may stay away for a reason of her own. */
#ifndef CADRE_PROGRAMME_PANEL_PANEL_H
#define CADRE_PROGRAMME_PANEL_PANEL_H

#include "programme/capability.h"

extern const struct capability panel_capability;

#define PANEL_MONTHS "1 7"        /* where a programme has set nothing: twice a year */
#define PANEL_SUMMARY_MOST 6000   /* characters */
#define PANEL_CONDITIONS_MOST 3   /* of one decision */

enum panel_outcome { PANEL_PROGRESS, PANEL_CONDITIONS, PANEL_NOT_YET, PANEL_OUTCOMES };
const char *panel_outcome_word(enum panel_outcome o); /* "progress": in the database and in forms */
bool panel_find_outcome(struct str word, enum panel_outcome *o);

struct panel_setting {
    int64_t programme;
    struct str months;               /* "1 7": ascending, 1 to 12 */
    struct str words[PANEL_OUTCOMES]; /* empty: as Cadre calls it */
    int64_t version;                 /* 0: nothing was set, these are the defaults */
};
enum rc panel_setting_of(struct db *db, struct arena *a, int64_t programme, struct panel_setting *out) MUST_CHECK;
/* months is tidied ("7, 1" becomes "1 7"). RC_INVALID with the field, RC_CONFLICT when it was changed meanwhile. */
enum rc panel_save_setting(struct db *tx, struct arena *a, struct panel_setting *s, struct err *e) MUST_CHECK;
/* Is a panel due in the month of a day: the month is one of those, and no panel meets in it or met since it began. */
bool panel_month_due(struct str months, int64_t today, int64_t last_meets_day);

/* All of these run inside a closure. */

struct panel_plan {
    int64_t id, programme, version;  /* id 0: a new one */
    struct str title;
    int64_t meets_day, summary_day;
};
/* A new panel meets in the future and asks for summaries before. RC_INVALID with the field, RC_CONFLICT. */
enum rc panel_save(struct db *tx, struct panel_plan *p, int64_t by, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* Everybody who is in the cohort today and not before this panel yet, in the order of names; *added counts them. */
enum rc panel_add_cohort(struct db *tx, struct arena *a, int64_t panel, int64_t cohort, int64_t today, int64_t *added, struct err *e) MUST_CHECK;
/* Names a member, or takes one off. RC_INVALID for who has no role in the programme, RC_CONFLICT for a panel that is closed. */
enum rc panel_set_member(struct db *tx, struct arena *a, int64_t panel, int64_t person, bool sits, int64_t today, int64_t now, struct err *e) MUST_CHECK;

/* From draft to open: trainees are asked for summaries. To meeting: summaries are frozen and decisions begin. To closed. */
enum panel_step { PANEL_OPEN, PANEL_BEGIN, PANEL_CLOSE, PANEL_STEPS };
bool panel_find_step(struct str word, enum panel_step *step);
bool panel_may_step(struct str state, enum panel_step step);
/* RC_INVALID when nobody sits on it or nobody is before it, RC_CONFLICT when somebody else took the step. */
enum rc panel_take_step(struct db *tx, struct arena *a, int64_t panel, int64_t version, enum panel_step step, int64_t now, struct err *e) MUST_CHECK;

/* The case of a person before a panel. RC_NOT_FOUND. */
enum rc panel_case_of(struct db *db, struct arena *a, int64_t panel, int64_t person, int64_t *case_id) MUST_CHECK;

/* Why a person does not sit on a case; tied: her mentor, now or once, or noted as family or line manager. */
enum panel_apart { PANEL_SITS, PANEL_NO_MEMBER, PANEL_OWN_CASE, PANEL_RECUSED, PANEL_TIED };
enum rc panel_sits(struct db *db, struct arena *a, int64_t case_id, int64_t person, enum panel_apart *out) MUST_CHECK;
/* A member stays away from a case from now on. */
enum rc panel_recuse(struct db *tx, struct arena *a, int64_t case_id, int64_t person, int64_t now, struct err *e) MUST_CHECK;

/* The trainee's own summary, kept as a draft or sent. RC_CONFLICT when it was changed in another tab, RC_GONE when it is frozen. */
enum rc panel_save_summary(struct db *tx, struct arena *a, int64_t case_id, int64_t person, int64_t version, struct str words, bool send,
                           int64_t now, struct err *e) MUST_CHECK;

struct panel_condition_new {
    struct str words;
    int64_t due_day;
};
struct panel_decision_new {
    int64_t case_id, by;
    enum panel_outcome outcome;
    struct str reasons;
    bool next_stage;                 /* she goes on to the stage behind hers */
    const struct panel_condition_new *conditions;
    size_t condition_count;
    int64_t reverses;                /* the decision that stands, seen by who reverses it; 0: this is the first */
    struct str reversal;             /* why */
    int64_t today;
};
/* RC_DENIED for who does not sit on the case; RC_INVALID with the field; RC_CONFLICT when the panel does not meet, or somebody else
 * has decided meanwhile. A reversal takes the step to another stage back unless it takes it itself. */
enum rc panel_decide(struct db *tx, struct arena *a, const struct panel_decision_new *n, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* The stage to which a decision would lead; RC_NOT_FOUND when there is none behind hers, or she is in the programme no more. */
enum rc panel_next_stage(struct db *db, struct arena *a, int64_t programme, int64_t person, int64_t today, int64_t *stage, struct str *title) MUST_CHECK;
/* The trainee answers a decision, once. */
enum rc panel_answer(struct db *tx, int64_t decision, int64_t person, struct str words, int64_t now, struct err *e) MUST_CHECK;
enum rc panel_meet_condition(struct db *tx, int64_t condition, int64_t by, int64_t now, struct err *e) MUST_CHECK;

/* ---- hours: whoever keeps them registers how they are read (main.c). While nobody does, there are none. ------------------------ */
struct panel_hours {
    int64_t verified_minutes, waiting_minutes;
};
typedef enum rc panel_hours_fn(struct ctx *c, int64_t programme, int64_t person, struct panel_hours *out);
void panel_on_hours(panel_hours_fn *fn);

#endif
