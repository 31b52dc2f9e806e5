/* A plan as a file holds it (docs/plan.md): what plan_parse reads and plan_take brings in. Inside this capability. */
#ifndef CADRE_PROGRAMME_PLAN_CARRY_H
#define CADRE_PROGRAMME_PLAN_CARRY_H

#include "base/problems.h"
#include "programme/plan/inside.h"

#define CARRY_GOALS_MOST 1000
#define CARRY_ROWS_MOST 2000 /* versions of one thing, check-ins, reviews */

struct carry_swot {
    struct plan_swot s;
    int64_t saved_at;
};
struct carry_state {            /* what a goal was before */
    struct str what, measure, outcome;
    int64_t by_day, saved_at;
    enum plan_state state;
};
struct carry_action {
    struct str key, what;
    int64_t due_day, done_at;   /* 0: not done */
};
struct carry_link {
    struct str title;
    int64_t day;
};
struct carry_goal {
    struct str key, what, measure, outcome;
    int64_t by_day, ended_day, created_at;
    enum plan_state state;
    enum plan_source source;
    struct str source_title, code, competency;
    struct carry_state *before;
    size_t before_count;
    struct carry_action *actions;
    size_t action_count;
    struct carry_link *links;
    size_t link_count;
    bool there;                 /* is here already */
    int64_t competency_id;      /* as it is known here; 0: it is not */
};
struct carry_checkin {
    struct str key, words;
    int64_t day, next_day;
    bool with_mentor, there;
    enum plan_going going;
};
struct carry_judged {
    struct str goal;            /* its key */
    int64_t version;
    int64_t owner[PLAN_CRITERIA], mentor[PLAN_CRITERIA]; /* -1: none */
};
struct carry_review {
    struct str key, owner_words, mentor_said;
    int64_t opened_at, closed_at;
    bool with_mentor, there;
    struct carry_judged *judged;
    size_t judged_count;
};
struct plan_import {
    struct carry_swot *swot;    /* oldest first; the last is the present one */
    size_t swot_count;
    bool swot_there;            /* something is written here already */
    struct carry_goal *goals;
    size_t goal_count;
    struct carry_checkin *checkins;
    size_t checkin_count;
    struct carry_review *reviews;
    size_t review_count;
};

/* Reads the bytes, without a database: problems by place. out is never NULL; it holds what could be read. */
void plan_parse(struct arena *a, struct str file, struct problems *problems, struct plan_import **out);

#endif
