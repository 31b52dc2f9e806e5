/* What the files of improvement projects share and nobody else includes. */
#ifndef CADRE_PROGRAMME_IMPROVE_INSIDE_H
#define CADRE_PROGRAMME_IMPROVE_INSIDE_H

#include "auth/session.h"
#include "base/utf8.h"
#include "gen/msg_improve.h"
#include "gen/msg_project.h"
#include "gen/programme/improve/improve_sql.h"
#include "programme/improve/improve.h"
#include "programme/programme/programme.h"
#include "view/chart.h"

/* ---- drawn.c: a measure's points as a chart ---- */
struct improve_drawn {
    struct row_improve_measure_find m;
    struct rows_improve_points points;
    struct chart_picture *pictures; /* one for each group; NULL: no points, or what is wrong stands in problem */
    size_t count;
    struct str problem;
    size_t hidden;                  /* points that are too small to be shown */
    const struct spc_stratum *strata; /* count of them */
    struct spc_plan plan;
};
/* What a project did, which is marked on its charts: cycles, and days on which another began to lead. */
struct improve_marks {
    struct rows_improve_cycles cycles;
    struct rows_improve_leaders leaders;
};
enum rc improve_read_marks(struct ctx *c, int64_t project, struct improve_marks *out) MUST_CHECK;
/* Does a chart show subgroups: several observations of one time, of which the table has a row each. */
bool improve_of_subgroups(enum spc_kind kind);
/* Three groups or more as a funnel: each by its size, all since the last new beginning together. False where there is none. */
bool improve_draw_funnel(struct ctx *c, const struct improve_drawn *d, struct chart_picture *out);
enum rc improve_draw(struct ctx *c, const struct row_improve_measure_find *m, const struct improve_marks *marks, struct improve_drawn *out) MUST_CHECK;
/* A row of the list of measures as the one that is found by its number. */
struct row_improve_measure_find improve_of_list(const struct row_improve_measures *m);
/* The pictures, or STR_NONE in an empty html; narrow for phones. */
struct html improve_picture(struct ctx *c, const struct improve_drawn *d, const char *id, bool narrow);
enum spc_finding improve_finding(const struct improve_drawn *d);
/* What the chart says; of groups, what each says. */
struct str improve_title(struct ctx *c, const struct improve_drawn *d);

/* ---- drivers.c ---- */
struct html improve_draw_drivers(struct arena *a, int lang, struct str aim, struct str list);

/* ---- checks.c: method checks, from the records ---- */
struct improve_check {
    msg_id what;
    bool met, open; /* open: cannot be told yet */
    struct str detail;
};
#define IMPROVE_CHECKS 7
/* Did the points lie already at first on the good side of the target: then target or direction may be wrong, and reaching it tells nothing. */
bool improve_target_met_before(const struct improve_drawn *d);
void improve_check(struct ctx *c, const struct row_improve_find *p, const struct rows_improve_cycles *cycles, const struct improve_drawn *d, size_t count,
                   struct improve_check out[IMPROVE_CHECKS]);

/* A project with all that is told of it. */
struct improve_whole {
    struct row_improve_find p;
    struct rows_improve_members members;
    struct rows_improve_competencies competencies;
    struct improve_marks marks;
    struct improve_drawn *drawn;
    size_t measures;
    struct improve_check checks[IMPROVE_CHECKS];
};
/* p is there already. */
enum rc improve_read_whole(struct ctx *c, struct improve_whole *w) MUST_CHECK;

/* ---- poster.c ---- */
struct html improve_draw_poster(struct ctx *c, const struct improve_whole *w);

/* ---- pages ---- */
handler improve_get_list, improve_get_gallery, improve_get_programme;
handler improve_handle_new, improve_handle_grow, improve_get_one, improve_handle_edit, improve_handle_team, improve_handle_leave, improve_handle_end, improve_get_report, improve_get_poster, improve_get_poster_pdf;
handler improve_handle_measure_new, improve_get_measure, improve_handle_measure_edit, improve_handle_data, improve_handle_phase, improve_handle_leave_out, improve_get_csv,
    improve_get_svg;
handler improve_handle_cycle_new, improve_handle_cycle;
handler improve_get_board, improve_handle_milestone_new, improve_handle_milestone, improve_handle_task_new, improve_handle_task, improve_post_task_state;
handler improve_get_minutes_list, improve_handle_minutes_new, improve_get_minutes, improve_handle_minutes, improve_handle_file_new, improve_get_file, improve_handle_file_remove;

#define IMPROVE_CYCLE_DAYS 28 /* after so many days the result of a cycle is owed, where its team did not say when */
#define IMPROVE_TASKS_MOST 150 /* open at a time */
/* For so many days a measure may have no new number: its last one may be of a time that had only begun. */
int64_t improve_quiet_days(int64_t scale);
/* The first line of a Markdown text, cut. */
struct str improve_first_line(const struct ctx *c, struct str text);
/* The place in a list that goes on: ?at=&id=. */
void improve_read_place(struct ctx *c, int64_t *at, int64_t *id);
/* The team and nobody, who stands first as 0. */
enum rc improve_person_choices(struct ctx *c, int64_t project, struct str nobody, struct choice **out, size_t *count) MUST_CHECK;
/* What is the team's own: its work is not shown with the project. changes: who asks may change it now. */
enum rc improve_open_team(struct ctx *c, int64_t id, struct row_improve_find *out, bool *changes) MUST_CHECK;

/* The project of the first {..}, when who asks may do this with it. P_PROJECT_CHANGE: and it still runs, else RC_CONFLICT. */
enum rc improve_open(struct ctx *c, enum permission p, struct row_improve_find *out) MUST_CHECK;
/* The same, whether or not it ended. */
enum rc improve_open_ended(struct ctx *c, enum permission p, struct row_improve_find *out) MUST_CHECK;
/* The project of a row that was found, by its id. */
enum rc improve_open_id(struct ctx *c, enum permission p, int64_t id, struct row_improve_find *out) MUST_CHECK;
struct page improve_page(struct ctx *c, const struct row_improve_find *p, struct str title);
struct str improve_path(const struct ctx *c, int64_t id, const char *end);
enum rc improve_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct choice *improve_choices(struct ctx *c, const char *const *words, const msg_id *labels, size_t count);
struct str improve_word(const struct ctx *c, struct str word); /* of a claim, state, value, kind ... */

/* ---- waiting.c ---- */
enum rc improve_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc improve_home(struct ctx *c, struct home_list *list);
enum rc improve_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc improve_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc improve_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
