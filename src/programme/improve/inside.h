/* What the files of improvement projects share and nobody else includes. */
#ifndef CADRE_PROGRAMME_IMPROVE_INSIDE_H
#define CADRE_PROGRAMME_IMPROVE_INSIDE_H

#include "auth/session.h"
#include "gen/msg_improve.h"
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
/* of: its project's cycles are marked on it. */
enum rc improve_draw(struct ctx *c, const struct row_improve_measure_find *m, const struct rows_improve_cycles *cycles, struct improve_drawn *out) MUST_CHECK;
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
void improve_check(struct ctx *c, const struct row_improve_find *p, const struct rows_improve_cycles *cycles, const struct improve_drawn *d, size_t count,
                   struct improve_check out[IMPROVE_CHECKS]);

/* ---- pages ---- */
handler improve_get_list, improve_get_gallery, improve_get_programme;
handler improve_handle_new, improve_get_one, improve_handle_edit, improve_handle_team, improve_handle_leave, improve_handle_end, improve_get_report;
handler improve_handle_measure_new, improve_get_measure, improve_handle_measure_edit, improve_handle_data, improve_handle_phase, improve_handle_leave_out, improve_get_csv,
    improve_get_svg;
handler improve_handle_cycle_new, improve_handle_cycle;

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
enum rc improve_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc improve_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
