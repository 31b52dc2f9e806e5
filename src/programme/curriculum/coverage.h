/* The curriculum map: for each competency and stage, how many sessions introduce, practise and assess it; and where the
 * map has holes. Pure: the pages bring the rows. */
#ifndef CADRE_PROGRAMME_CURRICULUM_COVERAGE_H
#define CADRE_PROGRAMME_CURRICULUM_COVERAGE_H

#include "programme/framework/framework.h"
#include "programme/programme/programme.h"

enum coverage_use { COVERAGE_INTRODUCED, COVERAGE_PRACTISED, COVERAGE_ASSESSED, COVERAGE_ANY, COVERAGE_USES };

/* One tag of one session. Tags of a session stand together. */
struct coverage_tag {
    int64_t session, stage, competency; /* stage 0: none */
    char use;                           /* 'I', 'P', 'A' */
};

struct coverage_cell {
    int64_t sessions[COVERAGE_USES]; /* each session counts once, however often it names the competency or its parts */
};

struct coverage_row {
    const struct competency *competency;
    bool group;                  /* has rows under it, whose sessions it counts too: a domain */
    struct coverage_cell *cells; /* by stage; the last one is of courses without a stage */
    struct coverage_cell total;
};

struct coverage {
    struct coverage_row *rows; /* in the framework's order */
    size_t row_count;
    size_t stage_count;          /* cells in a row: stage_count + 1 */
    bool stageless;              /* some course has no stage: its column is shown */
    int64_t most[COVERAGE_USES]; /* in one cell of a row that is no group */
};

/* A framework as framework_outline gives it, with behaviours and without: those without are the rows. */
struct coverage_outline {
    struct competency *all, *shown;
    size_t all_count, shown_count;
};

/* What a behaviour is tagged with counts for the row it belongs to. stages: in order. Everything must outlive *out. */
void coverage_build(struct arena *a, const struct coverage_outline *outline, const struct stage *stages,
                    size_t stage_count, const struct coverage_tag *tags, size_t tag_count, struct coverage *out);
/* Does a competency belong to a row: is it the row's own, or under it? */
bool coverage_belongs(const struct coverage_outline *outline, int64_t competency, int64_t row_competency);

/* 0 for none, 1 to 5 for a number of sessions where most is the highest. */
int coverage_shade(int64_t sessions, int64_t most);
/* The most sessions that a shade from 1 to 5 stands for. */
int64_t coverage_shade_limit(int shade, int64_t most);

enum gap_kind {
    GAP_NEVER_ASSESSED, /* introduced or practised, assessed nowhere */
    GAP_NEVER_TAUGHT,   /* assessed, neither introduced nor practised anywhere */
    GAP_NEVER_TOUCHED,
    GAP_ASSESSED_EARLY, /* assessed in a stage before the first that introduces it (or practises it, where none does) */
    GAP_KINDS
};
struct coverage_gap {
    enum gap_kind kind;
    const struct coverage_row *row;
    size_t assessed_stage, taught_stage; /* GAP_ASSESSED_EARLY: indexes of the first stages */
};
/* By kind, then in the framework's order; at most one of each kind for a row. */
void coverage_gaps(struct arena *a, const struct coverage *c, struct coverage_gap **out, size_t *count);

#endif
