/* What the files of the ledger share and nobody else includes. */
#ifndef CADRE_PROGRAMME_LEDGER_INSIDE_H
#define CADRE_PROGRAMME_LEDGER_INSIDE_H

#include "auth/session.h"
#include "engine/spc/spc.h"
#include "engine/stats/stats.h"
#include "gen/msg_ledger.h"
#include "gen/programme/ledger/chain_sql.h"
#include "gen/programme/ledger/ledger_sql.h"
#include "gen/programme/ledger/waves_sql.h"
#include "programme/ledger/ledger.h"
#include "programme/ledger/waves.h"
#include "programme/programme/programme.h"

/* What the design of a figure can carry: MERSQI, item 1 (Reed et al. 2007). */
#define LEDGER_DESIGNS(X)                                                   \
    X(NONE, "", 0)                 /* counts of what was done */            \
    X(AFTER, "after", 1)           /* one group, seen once */               \
    X(PAIRED, "paired", 1.5)       /* one group, before and after */        \
    X(COMPARED, "compared", 2)     /* two groups, nobody drew by lot who is in which */
enum ledger_design {
#define X(id, word, points) LEDGER_DESIGN_##id,
    LEDGER_DESIGNS(X)
#undef X
        LEDGER_DESIGN_COUNT
};

/* ---- groups.c: of whom figures are told: the programme, its stages, its cohorts ---- */

#define LEDGER_NO_STAGE SIZE_MAX

struct ledger_groups {
    size_t stage_count, cohort_count;
    const struct stage *stages;
    const struct cohort *cohorts; /* those of one stage stand together, those of none last */
    const size_t *stage_of;       /* of each cohort */
};
/* 1 + stages + cohorts: the programme is group 0. */
static inline size_t ledger_group_count(const struct ledger_groups *g)
{
    return 1 + g->stage_count + g->cohort_count;
}
enum rc ledger_load_groups(struct db *db, struct arena *a, int64_t programme, struct ledger_groups *out) MUST_CHECK;
/* The place of a cohort, SIZE_MAX: none. */
size_t ledger_find_cohort(const struct ledger_groups *g, int64_t cohort);
/* Of whom a page tells: both 0 the programme, else a stage or a cohort. */
struct ledger_whom {
    int64_t stage, cohort;
};
struct view_ledger_whom;
struct ledger_whom ledger_read_whom(struct ctx *c);
/* As a query, "of=c12", to keep it in links. */
struct str ledger_whom_query(struct arena *a, const struct ledger_whom *w);
/* The form that chooses; *title: of whom. */
struct view_ledger_whom *ledger_fill_whom(struct ctx *c, const struct programme *p, const struct ledger_groups *g, const struct ledger_whom *w, struct str path,
                                          struct str *title);
/* From counts of cohorts to counts of all groups. */
int64_t *ledger_sum_groups(struct arena *a, const struct ledger_groups *g, const int64_t *cohorts);

/* ---- release.c: which groups may be shown ---- */

struct ledger_cells {
    const struct ledger_groups *groups;
    size_t parts;               /* cells of a group: 1 people; 2 yes and no, which make a total */
    const int64_t *now;         /* of each group, parts each */
    const int64_t *before;      /* the same of the edition before; NULL: there is none, or it is no matter */
    const bool *before_shown;   /* of each group */
};
/* shown: of each group. False: nothing new may be shown at all. Pure. */
bool ledger_release(struct arena *a, const struct ledger_cells *c, bool *shown) MUST_CHECK;

/* ---- figure.c: from what people did to the rows of an edition. Pure ---- */

struct ledger_point {
    uint32_t cohort;            /* place in groups */
    double before, after;       /* a share: after is 0 or 1; two groups: before is 0 or 1, which of them */
};
struct ledger_sample {
    struct arena *a;
    struct ledger_point *v;
    size_t n, cap;
};
void ledger_add_point(struct ledger_sample *s, size_t cohort, double before, double after);

struct ledger_row {
    struct str code;
    enum ledger_level level;
    enum ledger_unit unit;
    int64_t about, cohort, stage; /* 0: none */
    double value, low, high;    /* NaN: none */
    int64_t n, of;
    bool held;
    struct str missing, notes;
    enum ledger_design design;
    int64_t day;
};
struct ledger_rows {
    struct arena *a;
    struct ledger_row *v;
    size_t n, cap;
};
struct ledger_row *ledger_add_row(struct ledger_rows *rows);

/* What one sample gives: a row for each unit and group. */
struct ledger_family {
    enum ledger_level level;
    const char *names[2];       /* "change", "effect": of each unit; NULL: none */
    enum ledger_unit units[2];
    struct str moment;          /* empty: none */
    int64_t about;
    struct ledger_sample *sample;
    const int64_t *of;          /* of each cohort; NULL: as many as there are points */
    bool whole;                 /* of the whole programme alone */
    bool open;                  /* who answered at all: nothing is held back */
    bool secret;                /* answers given in confidence: held against the edition before, too */
    struct str missing, notes;
    enum ledger_design design;
};
/* before: the rows of the edition before. */
enum rc ledger_tell(struct arena *a, const struct ledger_groups *g, const struct ledger_family *f, const struct ledger_rows *before, int64_t day,
                    struct ledger_rows *rows) MUST_CHECK;
/* A row of the programme that knows nothing but what is missing. */
void ledger_tell_hole(struct ledger_rows *rows, enum ledger_level level, const char *name, enum ledger_unit unit, struct str missing, int64_t day);
/* A share of things that are no people, such as projects: nothing is held back. of is above 0. */
void ledger_tell_things(struct ledger_rows *rows, enum ledger_level level, const char *name, int64_t n, int64_t of, struct str missing, struct str notes,
                        enum ledger_design design, int64_t day);

/* ---- count.c ---- */
struct ledger_seen {
    int64_t cohort, competency, people;
};
struct ledger_finding {
    int64_t measure, project;
    struct str kind;
    enum spc_finding finding;
};
struct ledger_counting {
    struct db *db;
    struct arena *a;
    int64_t programme, today, now;
    struct ledger_groups groups;
    struct ledger_rows before, rows;
    struct ledger_seen *seen;    /* people with an assessment, of each cohort and competency */
    size_t seen_count;
    struct ledger_finding *findings; /* of all measures of projects that ended */
    size_t finding_count;
};
/* The rows of the latest edition; number 0: there is none. parts: also of stages and cohorts. */
enum rc ledger_load_rows(struct db *db, struct arena *a, int64_t programme, bool parts, struct ledger_rows *out, int64_t *number, int64_t *day) MUST_CHECK;
/* The same figure in the editions before the day of like, the newest first. */
enum rc ledger_load_earlier(struct db *db, struct arena *a, int64_t programme, const struct ledger_row *like, int64_t most, struct ledger_rows *out) MUST_CHECK;
/* records.c: levels 2b, 3b, 4a and 4b. */
enum rc ledger_count_quizzes(struct ledger_counting *k) MUST_CHECK;
enum rc ledger_count_seen(struct ledger_counting *k) MUST_CHECK;
enum rc ledger_count_projects(struct ledger_counting *k) MUST_CHECK;
/* count_waves.c: levels 1, 2a and 3a. */
enum rc ledger_count_sessions(struct ledger_counting *k) MUST_CHECK;
enum rc ledger_count_waves(struct ledger_counting *k) MUST_CHECK;

/* ---- chain.c: from what is taught to what care has of it ---- */

enum ledger_step { LEDGER_COURSE, LEDGER_AREA, LEDGER_PROJECT, LEDGER_MEASURE, LEDGER_STEP_COUNT };
struct ledger_link {
    enum ledger_step step;      /* of the box before */
    size_t from, to;            /* places in this step and the next */
};
struct ledger_box {
    int64_t id;                 /* of a course, competency, project, measure */
    struct str title, detail;
    struct str href;            /* the records */
    struct str hole;            /* what is missing, in words; empty: nothing */
    struct str state;           /* of a measure: better, worse, changed, steady, few; else empty */
    size_t before;              /* how many of the step before lead here */
};
struct ledger_chain {
    struct ledger_box *box[LEDGER_STEP_COUNT];
    size_t count[LEDGER_STEP_COUNT];
    struct ledger_link *links;
    size_t link_count;
    int64_t day;                /* of the edition; 0: nothing was counted yet */
};
/* What is taught (courses), for which areas of competency others assessed it, in which improvement projects it is exercised, and what their measures say
 * by the latest edition. Of a stage or a cohort: the courses that are for it, what others saw of its people, told as five or more or fewer alone, and
 * the projects that somebody of it works in. Lists are cut at 2,000 rows. */
enum rc ledger_read_chain(struct db *db, struct arena *a, int lang, int64_t programme, const struct ledger_groups *g, const struct ledger_whom *w, struct ledger_chain *out) MUST_CHECK;
/* The words for what a chart said: better, worse, changed, steady, few. */
const char *ledger_finding_word(enum spc_finding f);
/* pages_chain.c: the picture, of the first of each list. */
struct html ledger_draw_chain(struct arena *a, int lang, const struct ledger_chain *chain);
handler ledger_get_chain;

/* ---- figures.c ---- */
msg_id ledger_level_name(enum ledger_level level);
struct str ledger_moment_name(int lang, struct str word);
/* Words of missing and notes ("no_measure=3 ceiling=20") as sentences. */
struct str ledger_remarks(struct arena *a, int lang, struct str words);

/* A figure as it was in editions before, the newest first. */
enum rc ledger_earlier(struct db *db, struct arena *a, int lang, int64_t programme, const struct ledger_figure *f, int64_t most, struct ledger_figure **out, size_t *count) MUST_CHECK;

enum rc ledger_run_count(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
enum rc ledger_run_weekly(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);

/* ---- days.c ---- */
enum rc ledger_home(struct ctx *c, struct home_list *list);
enum rc ledger_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc ledger_write_ask(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc ledger_write_remind(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
/* All waves that have something due; more: again, in a closure of its own. */
enum rc ledger_do_days(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;
enum rc ledger_run_days(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
enum rc ledger_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc ledger_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc ledger_retain(struct db *tx, struct str kind, int64_t before, bool *more);

/* ---- pages ---- */
handler ledger_get_link, ledger_post_link, ledger_post_decline_link;
handler ledger_handle_asked, ledger_post_decline_asked, ledger_handle_session;
handler ledger_get_evaluations, ledger_handle_new, ledger_get_evaluation, ledger_handle_edit, ledger_handle_step, ledger_handle_wave, ledger_handle_sessions;
handler ledger_get_current, ledger_get_dashboard, ledger_post_count, ledger_get_figure, ledger_get_csv;
/* The programme of the first {..}, when who asks may do this in it. */
enum rc ledger_open_programme(struct ctx *c, enum permission may, struct programme *p) MUST_CHECK;
struct str ledger_path(const struct ctx *c, int64_t programme, const char *rest);
/* depth 1: below the programme; 2: below its evaluations or its ledger, which above says. */
struct page ledger_page(struct ctx *c, const struct programme *p, struct str title, struct str above, struct str above_href);
enum rc ledger_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;

#endif
