/* The poster of a project: one picture with its aim, its charts, what was tested and what came of it, as the records have it. See inside.h. */
#include <math.h>

#include "base/utf8.h"
#include "gen/msg_chart.h"
#include "gen/msg_project.h"
#include "programme/improve/inside.h"
#include "view/svg.h"
#include "view/write.h"

#define SIDE 40.0
#define INNER 720.0 /* of each half: as wide as a chart */
#define RIGHT (SIDE + INNER + 2 * SIDE)
#define WIDTH (RIGHT + INNER + SIDE)
#define COLUMN 345.0 /* of a quarter */
#define LEAST (WIDTH / 1.41421356) /* A1 lying */
#define BODY 13.0
#define LETTER 0.55 /* of the size: how wide a letter is at most, on the average of a line */
#define CHARTS_MOST 3
#define CYCLES_MOST 8
#define LONG_LINES 9 /* of one of the charter's texts */

struct poster {
    struct ctx *c;
    const struct improve_whole *w;
    struct svg v;
    double y;
    size_t charts;
};

/* ---- text in lines ------------------------------------------------------------------------------------------------------------------ */

/* The next line of at most so many letters, cut at a space where there is one. */
static struct str take_line(struct str *rest, size_t letters)
{
    size_t cut = 0, space = 0, n = 0;
    struct str left = *rest;
    for (uint32_t c; left.n != 0;) {
        size_t at = rest->n - left.n;
        if (rest->p[at] == '\n' || !utf8_take(&left, &c)) {
            cut = space = at;
            break;
        }
        n += c >= 0x1100 ? 2 : 1; /* letters of East Asia are square */
        if (c == ' ')
            space = at;
        if (n > letters)
            break;
        cut = rest->n - left.n;
    }
    if (left.n != 0 && space != 0)
        cut = space;
    struct str line = str_sub(*rest, 0, cut);
    *rest = str_sub(*rest, cut, rest->n);
    if (rest->n != 0 && (rest->p[0] == '\n' || rest->p[0] == ' '))
        *rest = str_sub(*rest, 1, rest->n);
    return str_trim(line);
}

static void put(struct poster *p, const char *look, double x, double width, double size, size_t lines_most, struct str text)
{
    size_t letters = (size_t)(width / (size * LETTER)), lines = 0;
    struct str rest = str_trim(text);
    while (rest.n != 0) {
        bool last = ++lines == lines_most;
        struct str line = take_line(&rest, letters - 1);
        if (last && rest.n != 0)
            line = str_concat(p->c->a, line, S("…"));
        p->y += size * 1.38;
        if (line.n != 0)
            svg_text(&p->v, look, x, p->y, SVG_START, line);
        if (last)
            return;
    }
}

static void put_heading(struct poster *p, double x, double width, msg_id what)
{
    p->y += 10;
    put(p, "text h2", x, width, 16, 2, tr(p->c, what));
    p->y += 2;
}

static void put_block(struct poster *p, double x, double width, msg_id what, struct str text)
{
    if (text.n == 0)
        return;
    put_heading(p, x, width, what);
    put(p, "text", x, width, BODY, LONG_LINES, text);
    p->y += 6;
}

/* ---- its parts ---------------------------------------------------------------------------------------------------------------------- */

static void put_head(struct poster *p)
{
    struct ctx *c = p->c;
    const struct improve_whole *w = p->w;
    struct buf team = buf_new(c->a, 256);
    for (size_t k = 0; k < w->members.n; k++) {
        if (w->members.v[k].name.p == NULL)
            continue;
        buf_z(&team, team.n != 0 ? ", " : "");
        buf_str(&team, w->members.v[k].name);
    }
    p->y = 22;
    put(p, "text h1", SIDE, WIDTH - 2 * SIDE, 28, 2, w->p.title);
    p->y += 4;
    put(p, "quiet", SIDE, WIDTH - 2 * SIDE, BODY, 2, buf_text(&team));
    if (w->p.sponsor.n != 0) {
        const struct msg_arg args[] = {MSG_TEXT("what", w->p.sponsor)};
        put(p, "quiet", SIDE, WIDTH - 2 * SIDE, BODY, 1, tr_args(c, M_project_poster_sponsor, args, 1));
    }
    p->y += 10;
    svg_line(&p->v, "line s1", SIDE, p->y, WIDTH - SIDE, p->y);
    if (w->p.made_up != 1)
        return;
    double top = p->y + 10;
    p->y = top + 4;
    put(p, "text h2", SIDE + 12, WIDTH - 2 * SIDE - 24, 16, 2, tr(c, M_improve_made_up_more));
    p->y += 10;
    svg_rect(&p->v, "area s2", SIDE, top, WIDTH - 2 * SIDE, p->y - top);
}

static void put_charter(struct poster *p)
{
    struct ctx *c = p->c;
    const struct row_improve_find *x = &p->w->p;
    double top = p->y, right = SIDE + INNER - COLUMN;
    const struct msg_arg args[] = {MSG_TEXT("aim", x->aim), MSG_TEXT("day", view_day_str(c->a, c->lang, x->by_day))};
    put_block(p, SIDE, COLUMN, M_improve_problem, x->problem);
    put_block(p, SIDE, COLUMN, M_improve_why, x->why);
    double left_end = p->y;
    p->y = top;
    put_block(p, right, COLUMN, M_improve_aim, tr_args(c, M_project_poster_aim, args, COUNT_OF(args)));
    if (!str_eq_z(x->state, "running")) {
        put_block(p, right, COLUMN, M_improve_outcome_title, x->outcome);
        if (x->claim.n != 0)
            put(p, "quiet", right, COLUMN, BODY, 2, improve_word(c, x->claim));
        put(p, "quiet", right, COLUMN, BODY, 2, tr(c, str_eq_z(x->aim_met, "met") ? M_improve_aim_met : str_eq_z(x->aim_met, "missed") ? M_improve_aim_missed : M_improve_aim_unknown));
        put_block(p, right, COLUMN, M_project_ending_title, x->ending);
    }
    p->y = fmax(p->y, left_end) + 6;
}

static void put_drivers(struct poster *p)
{
    struct html picture = improve_draw_drivers(p->c->a, p->c->lang, p->w->p.aim, p->w->p.drivers);
    if (picture.p == NULL)
        return;
    put_heading(p, SIDE, INNER, M_improve_drivers_title);
    p->y += 6;
    svg_nest(&p->v, SIDE, p->y, picture);
    p->y += svg_height(picture) + 8;
}

static void put_measure(struct poster *p, const struct improve_drawn *d, double x)
{
    struct ctx *c = p->c;
    if (d->pictures == NULL) {
        put(p, "text", x, INNER, BODY, 2, d->m.name);
        put(p, "quiet", x, INNER, BODY, 2, d->problem.n != 0 ? d->problem : tr(c, M_improve_no_points));
        return;
    }
    p->y += 6;
    put(p, "text h2", x, INNER, 16, 3, improve_title(c, d));
    if (p->charts < CHARTS_MOST) {
        struct html picture = improve_picture(c, d, str_z(c->a, str_printf(c->a, "chart%zu", p->charts)), false);
        p->charts++;
        svg_nest(&p->v, x, p->y + 6, picture);
        p->y += svg_height(picture) + 8;
    }
    if (d->count == 1)
        put(p, "quiet", x, INNER, BODY, 3, chart_sentence(c->a, d->pictures));
    p->y += 8;
}

/* What is to become better stands first. Each where there is more room: in the right half, or in the left one, whose end is given and which
 * ends there or later. */
static void put_measures(struct poster *p, double *left)
{
    if (p->w->measures == 0)
        return;
    put_heading(p, RIGHT, INNER, M_improve_measures);
    for (int first = 1; first >= 0; first--)
        for (size_t k = 0; k < p->w->measures; k++) {
            const struct improve_drawn *d = &p->w->drawn[k];
            if (str_eq_z(d->m.kind, "outcome") != (first == 1))
                continue;
            double right = p->y;
            if (right <= *left) {
                put_measure(p, d, RIGHT);
                continue;
            }
            p->y = *left;
            put_measure(p, d, SIDE);
            *left = p->y;
            p->y = right;
        }
}

static void put_cycles(struct poster *p)
{
    struct ctx *c = p->c;
    const struct rows_improve_cycles *cycles = &p->w->marks.cycles;
    if (cycles->n == 0)
        return;
    put_heading(p, SIDE, INNER, M_improve_cycles);
    for (size_t k = 0; k < cycles->n && k < CYCLES_MOST; k++) {
        const struct row_improve_cycles *x = &cycles->v[k];
        const struct msg_arg args[] = {MSG_NUM("n", (int64_t)k + 1), MSG_TEXT("what", x->title), MSG_TEXT("day", view_day_str(c->a, c->lang, x->from_day)),
                                       MSG_TEXT("result", x->result.n != 0 ? x->result : tr(c, M_project_poster_no_result)),
                                       MSG_TEXT("decision", x->decision.n != 0 ? improve_word(c, x->decision) : S("-"))};
        put(p, "text", SIDE, INNER, BODY, 3, tr_args(c, M_project_poster_cycle, args, COUNT_OF(args)));
    }
    if (cycles->n > CYCLES_MOST) {
        const struct msg_arg args[] = {MSG_NUM("n", (int64_t)(cycles->n - CYCLES_MOST))};
        put(p, "quiet", SIDE, INNER, BODY, 1, tr_args(c, M_project_poster_more, args, 1));
    }
    p->y += 6;
}

static void put_checks(struct poster *p)
{
    struct ctx *c = p->c;
    put_heading(p, SIDE, INNER, M_improve_checks);
    for (size_t k = 0; k < IMPROVE_CHECKS; k++) {
        const struct improve_check *x = &p->w->checks[k];
        const struct msg_arg args[] = {MSG_TEXT("what", tr(c, x->what)), MSG_TEXT("said", tr(c, x->met ? M_improve_met : x->open ? M_improve_open : M_improve_not_met))};
        put(p, "text", SIDE, INNER, BODY, 1, tr_args(c, M_project_poster_check, args, COUNT_OF(args)));
    }
}

/* The whole, on a picture of that height; returns how high it came to be. */
static double draw(struct poster *p, double height)
{
    struct ctx *c = p->c;
    const struct msg_arg title[] = {MSG_TEXT("title", p->w->p.title)}, day[] = {MSG_TEXT("day", view_day_str(c->a, c->lang, c->today))};
    p->v = svg_begin(c->a, "poster", WIDTH, height, p->w->p.title, tr_args(c, M_project_poster_desc, title, 1));
    p->charts = 0;
    put_head(p);
    double top = p->y;
    put_charter(p);
    put_drivers(p);
    put_cycles(p);
    put_checks(p);
    double left_end = p->y;
    p->y = top;
    put_measures(p, &left_end);
    p->y = fmax(fmax(p->y, left_end) + 24, height - 14);
    svg_text(&p->v, "quiet", SIDE, p->y, SVG_START, tr_args(c, M_project_poster_day, day, 1));
    return p->y + 14;
}

struct html improve_draw_poster(struct ctx *c, const struct improve_whole *w)
{
    struct poster p = {.c = c, .w = w};
    double height = draw(&p, LEAST);
    if (height > LEAST + 1)
        (void)draw(&p, ceil(height));
    return svg_end(&p.v);
}
