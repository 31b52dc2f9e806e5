/* A project on paper: the report as PDF, the poster as SVG and PDF. */
#include "gen/msg_chart.h"
#include "gen/msg_project.h"
#include "programme/improve/inside.h"
#include "view/pdf.h"

/* ---- the report as PDF ---------------------------------------------------------------------------------------------------------------- */
struct telling {
    struct ctx *c;
    const struct improve_whole *w;
};

static void tell_pair(struct pdf *p, struct str what, struct str text)
{
    const struct pdf_run runs[] = {{.text = what, .style = PDF_BOLD}, {.text = S("  ")}, {.text = text}};
    if (text.n != 0)
        pdf_runs(p, runs, COUNT_OF(runs));
}

static void tell_measure(struct pdf *p, struct ctx *c, const struct improve_drawn *d)
{
    pdf_heading(p, 3, d->m.name);
    if (d->pictures == NULL) {
        pdf_text(p, d->problem.n != 0 ? d->problem : tr(c, M_improve_no_points));
        return;
    }
    pdf_picture(p, improve_picture(c, d, "chart", false));
    for (size_t k = 0; k < d->count; k++) {
        const struct chart_picture *x = &d->pictures[k];
        if (d->count > 1)
            pdf_quiet(p, x->stratum->label);
        pdf_text(p, chart_title(c->a, x));
        pdf_quiet(p, chart_sentence(c->a, x));
    }
    const struct pdf_column columns[] = {{.title = tr(c, M_chart_table_time), .weight = 2}, {.title = d->m.name, .number = true, .weight = 2}};
    pdf_table_begin(p, columns, COUNT_OF(columns));
    for (size_t k = 0; k < d->count; k++)
        for (size_t i = 0; i < d->pictures[k].chart->count; i++) {
            const struct str cells[] = {d->pictures[k].stratum->x[i], chart_number(c->a, &d->pictures[k], d->pictures[k].chart->y[i])};
            pdf_row_text(p, cells);
        }
    pdf_table_end(p);
}

static void tell(struct pdf *p, void *arg)
{
    const struct telling *t = arg;
    struct ctx *c = t->c;
    const struct row_improve_find *x = &t->w->p;
    pdf_heading(p, 1, x->title);
    if (x->made_up == 1)
        pdf_note(p, tr(c, M_improve_made_up_more));
    tell_pair(p, tr(c, M_project_kind), improve_word(c, x->kind));
    tell_pair(p, tr(c, M_improve_aim), x->aim);
    tell_pair(p, tr(c, M_improve_problem), x->problem);
    tell_pair(p, tr(c, M_improve_why), x->why);
    tell_pair(p, tr(c, M_improve_value), improve_word(c, x->value));
    tell_pair(p, tr(c, M_improve_state), improve_word(c, x->state));
    if (x->claim.n != 0) {
        pdf_heading(p, 2, tr(c, M_improve_outcome_title));
        tell_pair(p, tr(c, M_improve_claim), improve_word(c, x->claim));
        pdf_text(p, x->outcome);
    }
    pdf_heading(p, 2, tr(c, M_improve_measures));
    for (size_t k = 0; k < t->w->measures; k++)
        tell_measure(p, c, &t->w->drawn[k]);
    pdf_heading(p, 2, tr(c, M_improve_cycles));
    for (size_t k = 0; k < t->w->marks.cycles.n; k++) {
        pdf_heading(p, 3, t->w->marks.cycles.v[k].title);
        tell_pair(p, tr(c, M_improve_prediction), t->w->marks.cycles.v[k].prediction);
        tell_pair(p, tr(c, M_improve_result), t->w->marks.cycles.v[k].result);
    }
    pdf_heading(p, 2, tr(c, M_improve_checks));
    for (size_t k = 0; k < IMPROVE_CHECKS; k++) {
        const struct improve_check *k1 = &t->w->checks[k];
        tell_pair(p, tr(c, k1->what), tr(c, k1->met ? M_improve_met : k1->open ? M_improve_open : M_improve_not_met));
    }
}

enum rc improve_get_report(struct ctx *c)
{
    struct improve_whole w = {0};
    struct buf b = buf_new(c->a, 65536);
    struct telling t = {c, &w};
    TRY(improve_open(c, P_PROJECT_VIEW, &w.p));
    TRY(improve_read_whole(c, &w));
    struct pdf_options o = {.title = w.p.title, .lang = c->lang, .made_at = c->now};
    TRY(pdf_write(c->a, &o, tell, &t, &b, NULL, &c->err));
    return page_download(c, "application/pdf", S("project.pdf"), buf_text(&b));
}

/* ---- the poster -------------------------------------------------------------------------------------------------------------------------- */

enum rc improve_get_poster(struct ctx *c)
{
    struct improve_whole w = {0};
    TRY(improve_open(c, P_PROJECT_VIEW, &w.p));
    TRY(improve_read_whole(c, &w));
    return page_download(c, "image/svg+xml", S("poster.svg"), chart_file(c->a, improve_draw_poster(c, &w)));
}

static void tell_poster(struct pdf *p, void *arg)
{
    const struct html *picture = arg;
    pdf_picture(p, *picture);
}

enum rc improve_get_poster_pdf(struct ctx *c)
{
    struct improve_whole w = {0};
    struct buf b = buf_new(c->a, 65536);
    TRY(improve_open(c, P_PROJECT_VIEW, &w.p));
    TRY(improve_read_whole(c, &w));
    struct html picture = improve_draw_poster(c, &w);
    struct pdf_options o = {.title = w.p.title, .lang = c->lang, .made_at = c->now, .poster = true};
    TRY(pdf_write(c->a, &o, tell_poster, &picture, &b, NULL, &c->err));
    return page_download(c, "application/pdf", S("poster.pdf"), buf_text(&b));
}
