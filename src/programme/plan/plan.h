/* The personal development plan: strengths and weaknesses, goals with actions and evidence, check-ins, reviews. It belongs to its owner,
 * whatever she is a member of. P_PLAN_WRITE is hers alone; P_PLAN_READ is hers and that of a mentor of a pair with which she shares
 * it; no role reaches either, ever. Others learn from pub_plan_goal that goals exist, where they come from and how far they are:
 *
 *     pub_plan_goal (id, person_id, source_kind, source_id, competency_id, state, by_day, created_at)
 *
 * source_kind is "own", "feedback" (source_id is the round), "observation", "assessment" or "meeting" (no id); state is "open",
 * "reached" or "dropped". */
#ifndef CADRE_PROGRAMME_PLAN_PLAN_H
#define CADRE_PROGRAMME_PLAN_PLAN_H

#include "programme/capability.h"

extern const struct capability plan_capability;

#define PLAN_OPEN_MOST 30        /* open goals of one person: more is a list, no plan */
#define PLAN_ACTIONS_MOST 50     /* of one goal; so many links to evidence too */
#define PLAN_YEARS_MOST 10       /* how far ahead a goal may lie */
#define PLAN_CHECKIN_DAYS 30     /* from the first goal to the first check-in, unless she chooses another day */
#define PLAN_SHARE_LEAST 5       /* fewest people behind the share of goals that come from feedback */

enum plan_source { PLAN_OWN, PLAN_FEEDBACK, PLAN_OBSERVATION, PLAN_ASSESSMENT, PLAN_MEETING, PLAN_SOURCES };
const char *plan_source_word(enum plan_source s); /* "feedback": in the database and in addresses */
bool plan_find_source(struct str word, enum plan_source *s);
/* "/plan/goals/new?from=observation&id=12": where the page of a source leads to, for whom the source is about. */
struct str plan_new_goal_path(struct arena *a, enum plan_source s, int64_t id);

/* One thing that a goal can be taken from. */
struct plan_origin {
    int64_t id;
    int64_t day;
    struct str title;
};
/* What this person has of a kind, newest first, at most so many; with id not 0 that one alone, or none when it is not hers or not to be
 * read yet. The list is in the arena. */
enum rc plan_origins(struct db *db, struct arena *a, int lang, int64_t person, enum plan_source s, int64_t id, size_t most, struct plan_origin **out,
                     size_t *count) MUST_CHECK;

/* ---- the rules: inside a closure; today is the civil day of who asks ----------------------------------------------------------- */

struct plan_swot {
    struct str strengths, weaknesses, opportunities, threats;
    int64_t version;            /* as the page showed it; 0: there was none */
};
/* Keeps the state before as a version. RC_CONFLICT when it was changed meanwhile. The same words again make no version. */
enum rc plan_save_swot(struct db *tx, struct arena *a, int64_t person, const struct plan_swot *s, int64_t now, struct err *e) MUST_CHECK;

struct plan_goal {
    int64_t id, version;        /* id 0: a new one */
    struct str what, measure;   /* neither may be empty */
    int64_t by_day;             /* today or later, unless it stays as it was */
    enum plan_source source;
    int64_t source_id;          /* 0: none (own), or, for a goal that came from another Cadre, as it was */
    int64_t competency;         /* 0: none */
};
/* g->id is set. RC_INVALID with the field, RC_NOT_FOUND for what another person wrote, RC_CONFLICT when it was changed meanwhile. */
enum rc plan_save_goal(struct db *tx, struct arena *a, int64_t person, struct plan_goal *g, int64_t today, int64_t now, struct err *e) MUST_CHECK;

/* Goals in the words of their owner, for a page on which she chooses to show some: the open ones first, none that was dropped. For her
 * alone to choose from; the list is in the arena. */
#define PLAN_SHOWN_MOST 500
struct plan_shown {
    int64_t id, by_day, created_at;
    bool open;
    struct str what;
};
enum rc plan_goals_shown(struct db *db, struct arena *a, int64_t person, struct plan_shown **out, size_t *count) MUST_CHECK;

enum plan_state { PLAN_OPEN, PLAN_REACHED, PLAN_DROPPED };
struct plan_end {
    int64_t goal, version;
    enum plan_state state;
    struct str outcome;         /* what came of it; needed for PLAN_REACHED */
    bool tell;                  /* reached, and her evidence says so: for which competency, never the words */
};
/* Ends a goal, or opens it again: what her evidence said is then taken back. */
enum rc plan_end_goal(struct db *tx, struct arena *a, int64_t person, const struct plan_end *end, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* The goal with all that hangs on it, for good. */
enum rc plan_remove_goal(struct db *tx, struct arena *a, int64_t person, int64_t goal, int64_t version, struct err *e) MUST_CHECK;

struct plan_action {
    int64_t id, version;        /* id 0: a new one */
    int64_t goal, due_day;
    struct str what;
};
enum rc plan_save_action(struct db *tx, struct arena *a, int64_t person, struct plan_action *t, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* Ticks an action, or takes the tick back. Twice the same changes nothing. */
enum rc plan_tick_action(struct db *tx, struct arena *a, int64_t person, int64_t action, bool done, int64_t now) MUST_CHECK;
enum rc plan_remove_action(struct db *tx, struct arena *a, int64_t person, int64_t action, int64_t version, struct err *e) MUST_CHECK;

/* Evidence of her own that speaks for the goal; one that is there already is not added again. RC_INVALID when one is not hers. */
enum rc plan_link_evidence(struct db *tx, struct arena *a, int64_t person, int64_t goal, const int64_t *evidence, size_t count, struct err *e) MUST_CHECK;
enum rc plan_unlink(struct db *tx, struct arena *a, int64_t person, int64_t goal, int64_t link) MUST_CHECK;

/* ---- looking at it again (review.c) -------------------------------------------------------------------------------------------- */

enum plan_going { PLAN_WELL, PLAN_SLOWLY, PLAN_STUCK, PLAN_GOINGS };
const char *plan_going_word(enum plan_going g);
struct plan_checkin {
    bool with_mentor;
    enum plan_going going;
    struct str words;
    int64_t next_day;           /* Home reminds her then: after today, within a year */
};
enum rc plan_add_checkin(struct db *tx, struct arena *a, int64_t person, const struct plan_checkin *k, int64_t today, int64_t now, struct err *e) MUST_CHECK;

/* The pair by which this mentor may read the owner's plan now. RC_NOT_FOUND when there is none. */
enum rc plan_shared_pair(struct db *db, struct arena *a, int64_t owner, int64_t mentor, int64_t *pair) MUST_CHECK;
/* The first of the owner's pairs with which she shares her plan now. RC_NOT_FOUND when there is none. */
enum rc plan_first_reader(struct db *db, struct arena *a, int64_t owner, int64_t *pair) MUST_CHECK;
/* The owner shares her plan with the mentor of one of her pairs, or withdraws it; at once. */
enum rc plan_share(struct db *tx, struct arena *a, int64_t owner, int64_t pair, bool shared, int64_t now, struct err *e) MUST_CHECK;
/* What pairs of a programme do by themselves from now on. RC_CONFLICT when it was changed meanwhile. version 0: nothing was set. */
enum rc plan_set_sharing(struct db *tx, struct arena *a, int64_t programme, bool shared, int64_t version, int64_t now, struct err *e) MUST_CHECK;

/* Begins a review of all open goals and of those that ended since the last one. pair 0: she judges alone. RC_CONFLICT when one is open
 * already, RC_INVALID when there is no goal or the pair does not share. */
enum rc plan_open_review(struct db *tx, struct arena *a, int64_t owner, int64_t pair, int64_t now, int64_t *review, struct err *e) MUST_CHECK;
/* Calls an open review off: what was given in it is gone. */
enum rc plan_drop_review(struct db *tx, struct arena *a, int64_t owner, int64_t review, struct err *e) MUST_CHECK;

#define PLAN_CRITERIA 3          /* specificity, plan, outcome */
#define PLAN_SCORE_MOST 3
struct plan_score {
    int64_t goal;
    int64_t points[PLAN_CRITERIA]; /* 0 to 3 */
};
/* What the owner or the mentor gives, for every goal of the review; once. The last to give closes it. RC_CONFLICT when it was given
 * already, RC_NOT_FOUND for anybody else, and for the mentor once the plan is not shared any more. */
enum rc plan_give_scores(struct db *tx, struct arena *a, int64_t review, int64_t by, const struct plan_score *scores, size_t count, struct str words,
                         int64_t now, struct err *e) MUST_CHECK;

/* ---- taking it along (carry.c): docs/plan.md describes the file --------------------------------------------------------------- */

#define PLAN_FORMAT "cadre-plan"
#define PLAN_FORMAT_VERSION 1
#define PLAN_FILE_MOST (4 << 20) /* bytes */

/* Fills titles[i], which holds what the link itself says, for evidence that other capabilities know how to call; a ref without a kind was
 * withdrawn or came from another Cadre. */
struct evidence_ref;
typedef enum rc plan_titles_fn(void *arg, const struct evidence_ref *refs, struct str *titles, size_t count);
/* The whole plan as JSON, in the arena. */
enum rc plan_export(struct db *db, struct arena *a, int lang, int64_t person, int64_t now, plan_titles_fn *titles_of, void *arg, struct str *json) MUST_CHECK;

struct problems; /* base/problems.h */
struct plan_import;
struct plan_counts {
    size_t goals, actions, links, checkins, reviews, swot; /* new */
    size_t there;               /* what is in the file and here already */
};
/* Reads a file and finds what of it is new for this person; nothing is changed. Problems by their place, "goals[2].by". RC_INVALID
 * when there is an error; out is in the arena. */
enum rc plan_read(struct db *db, struct arena *a, int64_t person, struct str file, struct problems *problems, struct plan_import **out,
                  struct err *e) MUST_CHECK;
struct plan_counts plan_counts(const struct plan_import *i);
/* Takes it in, inside a closure; what came meanwhile is not doubled, and what is here stays as it is. *counts tells what was added. */
enum rc plan_take(struct db *tx, struct arena *a, int64_t person, const struct plan_import *i, int64_t now, struct plan_counts *counts,
                  struct err *e) MUST_CHECK;

#endif
