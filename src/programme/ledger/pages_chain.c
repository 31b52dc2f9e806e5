/* The chain from courses to what care has of it: one picture whose boxes open the records, and the same as tables. It shows what is connected,
 * never that one caused the other. */
#include "base/utf8.h"
#include "gen/programme/ledger/ledger_chain_view.h"
#include "gen/programme/ledger/ledger_whom_view.h"
#include "programme/ledger/inside.h"
#include "view/svg.h"

#define BOX_WIDTH 212.0
#define BOX_HEIGHT 44.0
#define ACROSS 272.0
#define DOWN 54.0
#define TOP 30.0
#define LETTERS 27
#define DRAWN_MOST 12 /* of each step */
#define TABLE_ROWS 50

static const msg_id step_names[LEDGER_STEP_COUNT] = {M_ledger_chain_courses, M_ledger_chain_areas, M_ledger_chain_projects, M_ledger_chain_measures};

/* ---- the picture ------------------------------------------------------------------------------------------------------------------------- */

static struct str cut(struct arena *a, struct str text)
{
    struct str first = utf8_truncate(text, LETTERS);
    return first.n < text.n ? str_concat(a, utf8_truncate(text, LETTERS - 1), S("…")) : first;
}

static size_t drawn(const struct ledger_chain *c, enum ledger_step step)
{
    return c->count[step] < DRAWN_MOST ? c->count[step] : DRAWN_MOST;
}

/* The middle of a box: each step stands in the middle of the picture's height. */
static double middle_of(const struct ledger_chain *c, double height, enum ledger_step step, size_t at)
{
    double all = (double)drawn(c, step) * DOWN;
    return TOP + (height - TOP - all) / 2 + ((double)at + 0.5) * DOWN;
}

static double left_of(enum ledger_step step)
{
    return 1 + ACROSS * (double)step;
}

static void draw_link(struct svg *v, const struct ledger_chain *c, double height, const struct ledger_link *l)
{
    enum ledger_step next = (enum ledger_step)(l->step + 1);
    if (l->from >= DRAWN_MOST || l->to >= DRAWN_MOST)
        return;
    const struct svg_point line[] = {{left_of(l->step) + BOX_WIDTH, middle_of(c, height, l->step, l->from)}, {left_of(next), middle_of(c, height, next, l->to)}};
    svg_polyline(v, "axis", line, COUNT_OF(line));
}

/* Better and worse by shape as well as by words. */
static struct str mark_of(struct str state)
{
    return str_eq_z(state, "better") ? S("▲ ") : str_eq_z(state, "worse") ? S("▼ ") : S("");
}

static void draw_box(struct arena *a, struct svg *v, double x, double y, const struct ledger_box *b)
{
    svg_link(v, b->href);
    svg_rect(v, b->hole.n != 0 ? "axis trial" : "area s1", x, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT);
    svg_text(v, NULL, x + 8, y - 4, SVG_START, cut(a, b->title));
    svg_text(v, "quiet", x + 8, y + 14, SVG_START, cut(a, str_concat(a, mark_of(b->state), b->detail)));
    svg_link_end(v);
}

/* The name of a step, and how many of it are drawn where not all are. */
static struct str step_heading(struct arena *a, int lang, const struct ledger_chain *c, enum ledger_step step)
{
    const struct msg_arg args[] = {MSG_TEXT("step", msg_text(lang, step_names[step])), MSG_NUM("n", (int64_t)drawn(c, step)), MSG_NUM("all", (int64_t)c->count[step])};
    return drawn(c, step) < c->count[step] ? msg_format(a, lang, M_ledger_chain_step_of, args, COUNT_OF(args)) : msg_text(lang, step_names[step]);
}

struct html ledger_draw_chain(struct arena *a, int lang, const struct ledger_chain *c)
{
    size_t most = 1;
    const struct msg_arg counts[] = {MSG_NUM("courses", (int64_t)c->count[LEDGER_COURSE]), MSG_NUM("areas", (int64_t)c->count[LEDGER_AREA]),
                                     MSG_NUM("projects", (int64_t)c->count[LEDGER_PROJECT]), MSG_NUM("measures", (int64_t)c->count[LEDGER_MEASURE])};
    for (int s = 0; s < LEDGER_STEP_COUNT; s++)
        most = drawn(c, (enum ledger_step)s) > most ? drawn(c, (enum ledger_step)s) : most;
    double height = TOP + DOWN * (double)most;
    struct svg v = svg_begin_links(a, "chain", ACROSS * (LEDGER_STEP_COUNT - 1) + BOX_WIDTH + 2, height, msg_text(lang, M_ledger_chain), msg_format(a, lang, M_ledger_chain_desc, counts, COUNT_OF(counts)));
    for (int s = 0; s < LEDGER_STEP_COUNT; s++)
        svg_text(&v, "quiet", left_of((enum ledger_step)s), 16, SVG_START, step_heading(a, lang, c, (enum ledger_step)s));
    for (size_t k = 0; k < c->link_count; k++)
        draw_link(&v, c, height, &c->links[k]);
    for (int s = 0; s < LEDGER_STEP_COUNT; s++)
        for (size_t k = 0; k < drawn(c, (enum ledger_step)s); k++)
            draw_box(a, &v, left_of((enum ledger_step)s), middle_of(c, height, (enum ledger_step)s, k), &c->box[s][k]);
    return svg_end(&v);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------------ */

/* The titles of what leads to a box, with commas between. */
static struct str from_of(struct ctx *c, const struct ledger_chain *chain, enum ledger_step step, size_t at)
{
    struct buf b = buf_new(c->a, 64);
    for (size_t k = 0; k < chain->link_count; k++) {
        const struct ledger_link *l = &chain->links[k];
        if (step == LEDGER_COURSE || l->step != step - 1 || l->to != at)
            continue;
        if (buf_text(&b).n != 0)
            buf_z(&b, ", ");
        buf_str(&b, chain->box[l->step][l->from].title);
    }
    return buf_text(&b);
}

/* The whole of a step page by page, or the first page of it with a link to all. */
static void fill_step(struct ctx *c, const struct ledger_chain *chain, enum ledger_step step, size_t from, struct str path, struct view_ledger_chain_steps *out)
{
    struct view_ledger_chain_steps_boxes *boxes = ARENA_ARRAY(c->a, TABLE_ROWS, struct view_ledger_chain_steps_boxes);
    size_t count = chain->count[step], end = count - from < TABLE_ROWS ? count : from + TABLE_ROWS;
    *out = (struct view_ledger_chain_steps){.id = str_printf(c->a, "step-%d", (int)step), .title = tr(c, step_names[step]), .first = step == 0, .all = (int64_t)count,
                                            .drawn = (int64_t)drawn(chain, step), .left_out = (int64_t)(count - drawn(chain, step)), .boxes = boxes};
    for (size_t k = from; k < end; k++) {
        const struct ledger_box *b = &chain->box[step][k];
        boxes[out->boxes_count++] = (struct view_ledger_chain_steps_boxes){.title = b->title, .href = b->href, .detail = b->detail, .state = b->state,
                                                                           .from = from_of(c, chain, step, k), .hole = b->hole};
    }
    if (from != 0)
        out->before = str_printf(c->a, "%.*s&step=%d&from=%zu#step-%d", STR_ARG(path), (int)step, from - TABLE_ROWS, (int)step);
    if (end < count)
        out->more = str_printf(c->a, "%.*s&step=%d&from=%zu#step-%d", STR_ARG(path), (int)step, end, (int)step);
    out->page_from = (int64_t)from + 1;
    out->page_to = (int64_t)end;
}

enum rc ledger_get_chain(struct ctx *c)
{
    struct programme p;
    struct ledger_chain chain;
    struct ledger_groups g;
    struct str whom;
    int64_t at = -1, from = 0;
    TRY(ledger_open_programme(c, P_REPORT_VIEW, &p));
    struct ledger_whom w = ledger_read_whom(c);
    TRY(ledger_load_groups(c->db, c->a, p.id, &g));
    TRY(ledger_read_chain(c->db, c->a, c->lang, p.id, &g, &w, &chain));
    (void)str_to_int(request_query(c->rq, "step"), &at);
    (void)str_to_int(request_query(c->rq, "from"), &from);
    struct str path = ledger_path(c, p.id, "/ledger/chain"), kept = str_printf(c->a, "%.*s?%.*s", STR_ARG(path), STR_ARG(ledger_whom_query(c->a, &w)));
    struct view_ledger_chain_steps *steps = ARENA_ARRAY(c->a, LEDGER_STEP_COUNT, struct view_ledger_chain_steps);
    for (int s = 0; s < LEDGER_STEP_COUNT; s++) {
        bool here = at == s && from > 0 && from < (int64_t)chain.count[s];
        fill_step(c, &chain, (enum ledger_step)s, here ? (size_t)(from - from % TABLE_ROWS) : 0, kept, &steps[s]);
    }
    struct view_ledger_chain v = {.picture = ledger_draw_chain(c->a, c->lang, &chain), .steps = steps, .steps_count = LEDGER_STEP_COUNT,
                                  .counted = chain.day != 0 ? SOME_INT(chain.day) : (struct opt_int){0}, .most = DRAWN_MOST, .part = w.stage != 0 || w.cohort != 0};
    v.whom = *ledger_fill_whom(c, &p, &g, &w, path, &whom);
    v.group = whom;
    struct page page = ledger_page(c, &p, tr(c, M_ledger_chain), tr(c, M_ledger_title), ledger_path(c, p.id, "/ledger"));
    page.wide = true;
    return view_ledger_chain_page(c, &page, &v);
}
