/* The tables of a report as files, with the same numbers as the page. See report.h. */
#include <math.h>

#include "gen/msg_report.h"
#include "programme/feedback/report_pages.h"

static void write_figure(struct buf *b, const struct report_figure *f)
{
    buf_csv(b, f->shown ? report_bound_word(f) : S("held back"));
    buf_ch(b, ',');
    if (f->shown)
        buf_printf(b, "%.1f", (double)f->mean / 10);
    buf_ch(b, ',');
    if (f->shown)
        buf_int(b, f->n);
}

static void write_real(struct buf *b, double x)
{
    buf_ch(b, ',');
    if (isfinite(x))
        buf_printf(b, "%.2f", x);
}

static void write_domains(struct buf *b, const struct report_opened *o)
{
    buf_z(b, "domain,self,others_is,others,raters,spread_up_to,gap,gap_low,gap_high,beyond_error,window\r\n");
    for (size_t d = 0; d < o->f.domain_count; d++) {
        const struct frozen_domain *x = &o->f.domains[d];
        buf_csv(b, x->title);
        buf_ch(b, ',');
        if (x->self.some)
            buf_printf(b, "%.1f", x->self.mean);
        buf_ch(b, ',');
        write_figure(b, &x->figure);
        buf_ch(b, ',');
        if (x->figure.has_spread)
            buf_printf(b, "%.1f", (double)x->figure.spread / 10);
        write_real(b, x->gap.gap);
        write_real(b, x->gap.ci.lo);
        write_real(b, x->gap.ci.hi);
        buf_printf(b, ",%s,", x->gap.beyond ? "yes" : "no");
        buf_str(b, report_window_word(x->window));
        buf_z(b, "\r\n");
    }
}

static void write_window(struct buf *b, const struct report_opened *o)
{
    buf_z(b, "domain,window\r\n");
    for (size_t d = 0; d < o->f.domain_count; d++) {
        buf_csv(b, o->f.domains[d].title);
        buf_ch(b, ',');
        buf_str(b, report_window_word(o->f.domains[d].window));
        buf_z(b, "\r\n");
    }
}

static void write_groups(struct ctx *c, struct buf *b, const struct report_opened *o)
{
    buf_z(b, "domain,groups,is,mean,raters\r\n");
    for (size_t d = 0; d < o->f.domain_count; d++)
        for (size_t p = 1; p < o->f.pool_count; p++) {
            buf_csv(b, o->f.domains[d].title);
            buf_ch(b, ',');
            buf_csv(b, report_pool_title(c, &o->r, o->f.pools[p].members));
            buf_ch(b, ',');
            write_figure(b, &o->f.domains[d].pools[p - 1]);
            buf_z(b, "\r\n");
        }
}

static void write_raters(struct buf *b, const struct report_opened *o)
{
    size_t raters = report_raters(&o->f), most = o->norm.known && raters != 0 ? report_curve(raters, &o->norm) : 0;
    buf_z(b, "raters,reliability\r\n");
    for (size_t n = 1; n <= most; n++)
        buf_printf(b, "%zu,%.2f\r\n", n, reliability_with(&o->norm.r, n));
}

static void write_growth(struct ctx *c, struct buf *b, const struct report_opened *o)
{
    buf_z(b, "domain,day,is,mean,raters\r\n");
    for (size_t d = 0; d < o->f.domain_count; d++)
        for (size_t k = 0; k < o->g.rounds; k++) {
            const struct growth_point *p = &o->g.points[d * o->g.rounds + k];
            if (!p->some)
                continue;
            buf_csv(b, o->f.domains[d].title);
            buf_ch(b, ',');
            day_format(b, day_from_ms(c->zone, o->g.at[k]));
            buf_ch(b, ',');
            write_figure(b, &p->figure);
            buf_z(b, "\r\n");
        }
}

static void write_comments(struct buf *b, const struct report_opened *o)
{
    buf_z(b, "question,words\r\n");
    for (size_t k = 0; k < o->f.comment_count; k++) {
        if (o->f.comments[k].held.n != 0)
            continue;
        buf_csv(b, o->f.i.items[o->f.comments[k].item].text);
        buf_ch(b, ',');
        buf_csv(b, o->f.comments[k].words);
        buf_z(b, "\r\n");
    }
}

enum rc report_get_figures(struct ctx *c)
{
    struct report_opened o;
    struct buf b = buf_new(c->a, 1024);
    struct str table = c->rq->params[1];
    TRY(report_open(c, &o));
    if (str_eq_z(table, "domains"))
        write_domains(&b, &o);
    else if (str_eq_z(table, "window"))
        write_window(&b, &o);
    else if (str_eq_z(table, "groups"))
        write_groups(c, &b, &o);
    else if (str_eq_z(table, "raters"))
        write_raters(&b, &o);
    else if (str_eq_z(table, "growth"))
        write_growth(c, &b, &o);
    else if (str_eq_z(table, "comments"))
        write_comments(&b, &o);
    else
        return RC_NOT_FOUND;
    return page_download(c, "text/csv; charset=utf-8", str_printf(c->a, "feedback-%.*s.csv", STR_ARG(table)), buf_text(&b));
}
