/* What a room shows of a negotiation: the issues with what they are worth to whoever looks, offers and answers, and in the debrief where the
 * deal stands among all there could have been. */
#include <math.h>

#include "gen/programme/practice/room_negotiation_view.h"
#include "programme/practice/room_bargain.h"
#include "view/markdown.h"
#include "view/svg.h"

#define FRONTIER_SHOWN 50

/* ---- words -------------------------------------------------------------------------------------------------------------------------- */

static struct str points_text(struct ctx *c, const struct bargain *b, const int64_t *points)
{
    struct buf out = buf_new(c->a, 64);
    for (size_t p = 0; p < b->game.parties; p++)
        buf_printf(&out, "%s%.*s: %" PRId64, p != 0 ? "; " : "", STR_ARG(b->n.plan.parts[p].title), points[p]);
    return buf_text(&out);
}

static struct str deal_text(struct ctx *c, const struct bargain *b, const uint16_t *choices)
{
    struct buf out = buf_new(c->a, 128);
    for (size_t k = 0; k < b->n.issue_count; k++)
        buf_printf(&out, "%s%.*s: %.*s", k != 0 ? "; " : "", STR_ARG(b->n.issues[k].title), STR_ARG(b->n.issues[k].options[choices[k]]));
    return buf_text(&out);
}

/* ---- the issues --------------------------------------------------------------------------------------------------------------------- */

/* The points of an option that who looks may know: her own party's, or all. */
static struct str option_points(struct ctx *c, const struct bargain *b, size_t issue, size_t option, size_t own, bool all)
{
    struct buf out = buf_new(c->a, 64);
    const int64_t *points = b->n.issues[issue].points[option];
    if (!all && own == SIZE_MAX)
        return S("");
    if (!all)
        return str_printf(c->a, "%" PRId64, points[own]);
    for (size_t p = 0; p < b->game.parties; p++)
        buf_printf(&out, "%s%.*s: %" PRId64, p != 0 ? "; " : "", STR_ARG(b->n.plan.parts[p].title), points[p]);
    return buf_text(&out);
}

static void fill_issues(struct ctx *c, const struct bargain *b, size_t own, bool all, struct view_room_negotiation *v)
{
    struct view_room_negotiation_issues *list = ARENA_ARRAY(c->a, b->n.issue_count, struct view_room_negotiation_issues);
    for (size_t k = 0; k < b->n.issue_count; k++) {
        const struct negotiation_issue *x = &b->n.issues[k];
        struct view_room_negotiation_issues_options *options = ARENA_ARRAY(c->a, x->option_count, struct view_room_negotiation_issues_options);
        for (size_t o = 0; o < x->option_count; o++)
            options[o] = (struct view_room_negotiation_issues_options){x->options[o], option_points(c, b, k, o, own, all)};
        list[k] = (struct view_room_negotiation_issues){
            .title = x->title, .text = x->text, .text_html = markdown_render(c->a, x->text, (struct markdown_options){.lang = c->lang, .heading_shift = 3}),
            .options = options, .options_count = x->option_count};
    }
    v->issues = list;
    v->issues_count = b->n.issue_count;
}

static void fill_own(struct ctx *c, const struct room *r, const struct bargain *b, size_t own, struct view_room_negotiation *v)
{
    v->party = b->n.plan.parts[own].title;
    v->best = SOME_INT(b->n.best[own]);
    v->alternative = b->n.alternatives[own];
    v->alternative_html = markdown_render(c->a, v->alternative, (struct markdown_options){.lang = c->lang, .heading_shift = 3});
    if (b->n.deadline[own] == 0 || r->revealed)
        return;
    v->deadline = str_printf(c->a, "%" PRId64 ":%02" PRId64, b->n.deadline[own] / 60000, b->n.deadline[own] / 1000 % 60);
    if (r->phase != NULL && r->phase->shows == ROOM_PLAY && r->played < b->n.deadline[own])
        v->deadline_left = SOME_INT((b->n.deadline[own] - r->played + 999) / 1000);
    v->deadline_runs = r->runs;
}

/* ---- offers ------------------------------------------------------------------------------------------------------------------------- */

static struct form *answer_form(struct ctx *c, const struct room *r, int64_t offer, const char *answer, msg_id label, bool quiet)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/practice/rooms/%" PRId64 "/offers/%" PRId64, r->r.id, offer), label);
    form_add(f, (struct field){.name = "answer", .kind = FIELD_HIDDEN, .value = str_from(answer)});
    f->no_warn = true;
    f->quiet = quiet;
    return f;
}

static struct str agreed_parties(struct ctx *c, const struct bargain *b, int64_t offer)
{
    struct buf out = buf_new(c->a, 64);
    for (size_t p = 0; p < b->game.parties; p++)
        if (bargain_agreed(b, offer, b->n.plan.parts[p].name))
            buf_printf(&out, "%s%.*s", out.n != 0 ? ", " : "", STR_ARG(b->n.plan.parts[p].title));
    return buf_text(&out);
}

static void fill_offer(struct ctx *c, const struct room *r, const struct bargain *b, const struct row_room_offers *o, size_t own, bool open,
                       struct view_room_offer *out)
{
    uint16_t choices[NEGOTIATION_ISSUES_MOST];
    size_t party = room_find_part(&b->n.plan, o->party);
    *out = (struct view_room_offer){.number = o->number, .party = party != SIZE_MAX ? b->n.plan.parts[party].title : o->party, .name = o->name,
                                                 .at = o->at, .state = o->state, .words = o->words, .agreed = agreed_parties(c, b, o->id)};
    if (!bargain_choices(b, o->options, choices))
        return;
    struct view_room_offer_choices *list = ARENA_ARRAY(c->a, b->n.issue_count, struct view_room_offer_choices);
    int64_t worth = 0;
    for (size_t k = 0; k < b->n.issue_count; k++) {
        list[k] = (struct view_room_offer_choices){.issue = b->n.issues[k].title, .words = b->n.issues[k].options[choices[k]]};
        if (own == SIZE_MAX)
            continue;
        list[k].points = SOME_INT(b->n.issues[k].points[choices[k]][own]);
        worth += b->n.issues[k].points[choices[k]][own];
    }
    out->choices = list;
    out->choices_count = b->n.issue_count;
    if (own == SIZE_MAX)
        return;
    out->worth = SOME_INT(worth);
    out->best = SOME_INT(b->n.best[own]);
    if (open && str_eq_z(o->state, "open") && !bargain_agreed(b, o->id, r->part->name))
        out->agree = answer_form(c, r, o->id, "agree", M_room_agree, false);
    if (open && str_eq_z(o->state, "open") && str_eq(o->party, r->part->name))
        out->withdraw = answer_form(c, r, o->id, "withdraw", M_room_withdraw, true);
}

static const char *issue_field(struct arena *a, size_t issue)
{
    return str_z(a, str_printf(a, "issue-%zu", issue + 1));
}

static struct str option_label(struct ctx *c, const struct negotiation_issue *x, size_t option, size_t own)
{
    struct msg_arg args[] = {MSG_TEXT("words", x->options[option]), MSG_NUM("n", own != SIZE_MAX ? x->points[option][own] : 0)};
    return own != SIZE_MAX ? tr_args(c, M_room_option_points, args, COUNT_OF(args)) : x->options[option];
}

/* Each option with what it is worth to the party that makes the offer. */
static struct form *offer_form(struct ctx *c, const struct room *r, const struct bargain *b, size_t own)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/offers"), M_room_offer_send);
    for (size_t k = 0; k < b->n.issue_count; k++) {
        const struct negotiation_issue *x = &b->n.issues[k];
        struct choice *choices = ARENA_ARRAY(c->a, x->option_count, struct choice);
        for (size_t o = 0; o < x->option_count; o++)
            choices[o] = (struct choice){.value = str_printf(c->a, "%zu", o + 1), .label = option_label(c, x, o, own)};
        form_add(f, (struct field){.name = issue_field(c->a, k), .kind = FIELD_CHOICE, .label_text = x->title, .required = true, .select = true,
                                   .choices = choices, .choice_count = x->option_count});
    }
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_room_offer_words, .rows = 2, .max = BARGAIN_WORDS});
    f->no_warn = true;
    return f;
}

static void fill_offers(struct ctx *c, const struct room *r, const struct bargain *b, size_t own, struct view_room_negotiation *v)
{
    bool open = r->phase != NULL && r->phase->shows == ROOM_PLAY && r->runs && b->deal == NULL && !b->closed;
    struct view_room_negotiation_log *list = ARENA_ARRAY(c->a, b->offers.n, struct view_room_negotiation_log);
    v->bargains = r->revealed || (r->phase != NULL && r->phase->shows == ROOM_PLAY);
    v->closed = b->closed;
    if (b->deal != NULL)
        v->deal = SOME_INT(b->deal->number);
    for (size_t k = 0; k < b->offers.n; k++) { /* the latest comes first */
        const struct row_room_offers *o = &b->offers.v[k];
        struct view_room_offer *x = ARENA_NEW(c->a, struct view_room_offer);
        fill_offer(c, r, b, o, own, open, x);
        x->title = v->now == NULL && (b->deal != NULL ? o == b->deal : !r->revealed && str_eq_z(o->state, "open"));
        if (x->title)
            v->now = x;
        else
            list[v->log_count++] = (struct view_room_negotiation_log){x->number, x->party, x->name, x->state, x->worth, *x};
    }
    v->log = list;
    v->others = (int64_t)v->log_count;
    /* what is being written stays while the clock stands */
    if (own != SIZE_MAX && r->phase != NULL && r->phase->shows == ROOM_PLAY && b->deal == NULL && !b->closed)
        v->offer = offer_form(c, r, b, own);
}

/* ---- what came of it ----------------------------------------------------------------------------------------------------------------- */

#define COLUMNS 60
#define ROWS 44
#define WIDTH 640.0
#define HEIGHT 480.0
#define LEFT_EDGE 56.0
#define BOTTOM 432.0
#define PLOT_W 560.0
#define PLOT_H 400.0

struct picture {
    struct svg s;
    const struct bargain *b;
    size_t party, other; /* of the scales; other SIZE_MAX: all others together */
    double x_most, y_most;
};

static double place_x(const struct picture *p, double points)
{
    return LEFT_EDGE + (p->x_most > 0 ? points / p->x_most : 0) * PLOT_W;
}

static double place_y(const struct picture *p, double points)
{
    return BOTTOM - (p->y_most > 0 ? points / p->y_most : 0) * PLOT_H;
}

/* On the second scale: what a row of points of all parties is worth to the other party, or to all others. */
static int64_t other_points(const struct picture *p, const int64_t *points)
{
    int64_t sum = 0;
    for (size_t k = 0; k < p->b->game.parties; k++)
        sum += k == p->other || (p->other == SIZE_MAX && k != p->party) ? points[k] : 0;
    return sum;
}

static void draw_dot(struct picture *p, const char *class_name, const int64_t *points, double radius)
{
    svg_circle(&p->s, class_name, place_x(p, (double)points[p->party]), place_y(p, (double)other_points(p, points)), radius);
}

static void draw_scales(struct ctx *c, struct picture *p)
{
    struct str x = p->b->n.plan.parts[p->party].title, y = p->other != SIZE_MAX ? p->b->n.plan.parts[p->other].title : tr(c, M_room_all_others);
    svg_line(&p->s, "axis", LEFT_EDGE, BOTTOM, LEFT_EDGE + PLOT_W, BOTTOM);
    svg_line(&p->s, "axis", LEFT_EDGE, BOTTOM, LEFT_EDGE, BOTTOM - PLOT_H);
    svg_text(&p->s, "text", LEFT_EDGE + PLOT_W, BOTTOM + 36, SVG_END, x);
    svg_text(&p->s, "text", 8, BOTTOM - PLOT_H - 12, SVG_START, y);
    for (int k = 0; k <= 4; k++) {
        double at_x = p->x_most * k / 4, at_y = p->y_most * k / 4;
        svg_text(&p->s, "text quiet", place_x(p, at_x), BOTTOM + 18, SVG_MIDDLE, str_printf(c->a, "%.0f", at_x));
        svg_text(&p->s, "text quiet", LEFT_EDGE - 6, place_y(p, at_y) + 4, SVG_END, str_printf(c->a, "%.0f", at_y));
    }
    svg_line(&p->s, "limit", place_x(p, (double)p->b->n.best[p->party]), BOTTOM, place_x(p, (double)p->b->n.best[p->party]), BOTTOM - PLOT_H);
    svg_line(&p->s, "limit", LEFT_EDGE, place_y(p, (double)other_points(p, p->b->n.best)), LEFT_EDGE + PLOT_W, place_y(p, (double)other_points(p, p->b->n.best)));
}

static struct html draw(struct ctx *c, const struct bargain *b, const struct negotiation_map *m, const struct negotiation_verdict *v, size_t own)
{
    uint32_t *counts = ARENA_ARRAY(c->a, COLUMNS * ROWS, uint32_t);
    int64_t x_most, y_most;
    struct picture p = {.b = b, .party = own != SIZE_MAX ? own : 0};
    p.other = b->game.parties == 2 ? 1 - p.party : SIZE_MAX;
    bool all = negotiation_grid(&b->game, p.party, p.other, COLUMNS, ROWS, NEGOTIATION_DEALS_MOST, counts, &x_most, &y_most);
    p.x_most = (double)x_most;
    p.y_most = (double)y_most;
    struct msg_arg said[] = {MSG_NUM("count", (int64_t)m->count), MSG_TEXT("points", v != NULL ? points_text(c, b, v->points) : tr(c, M_room_no_deal))};
    p.s = svg_begin(c->a, "deals", WIDTH, HEIGHT, tr(c, M_room_picture), tr_args(c, M_room_picture_said, said, 2));
    draw_scales(c, &p);
    for (size_t row = 0; row < ROWS && all; row++)
        for (size_t column = 0; column < COLUMNS; column++)
            if (counts[row * COLUMNS + column] != 0)
                svg_circle(&p.s, "dot s3", place_x(&p, p.x_most * (double)column / (COLUMNS - 1)), place_y(&p, p.y_most * (double)row / (ROWS - 1)), 1.6);
    for (size_t k = 0; k < m->count && k < 400; k++)
        draw_dot(&p, "dot s1", m->frontier[k].points, 3.4);
    if (v != NULL)
        draw_dot(&p, "signal", v->points, 6);
    return svg_end(&p.s);
}

static void fill_frontier(struct ctx *c, const struct bargain *b, const struct negotiation_map *m, const struct negotiation_verdict *v,
                          struct view_room_negotiation_result *out)
{
    size_t n = m->count < FRONTIER_SHOWN ? m->count : FRONTIER_SHOWN;
    struct view_room_negotiation_result_frontier *list = ARENA_ARRAY(c->a, n, struct view_room_negotiation_result_frontier);
    for (size_t k = 0; k < n; k++) {
        bool same = v != NULL;
        for (size_t p = 0; p < b->game.parties && same; p++)
            same = v->points[p] == m->frontier[k].points[p];
        list[k] = (struct view_room_negotiation_result_frontier){points_text(c, b, m->frontier[k].points), deal_text(c, b, m->frontier[k].choices),
                                                                 same ? tr(c, M_room_mark_signed) : k == m->nash ? tr(c, M_room_mark_nash) : S("")};
    }
    out->frontier = list;
    out->frontier_size = (int64_t)m->count;
    out->frontier_count = n;
}

static void fill_verdict(struct ctx *c, const struct bargain *b, const struct negotiation_map *m, const struct negotiation_verdict *v,
                         struct view_room_negotiation_result *out)
{
    struct view_room_negotiation_result_rows *rows = ARENA_ARRAY(c->a, b->game.parties, struct view_room_negotiation_result_rows);
    for (size_t p = 0; p < b->game.parties; p++) {
        rows[p] = (struct view_room_negotiation_result_rows){b->n.plan.parts[p].title, v->points[p], b->n.best[p], v->points[p] - b->n.best[p], v->below[p],
                                                             m->most[p]};
        out->below = out->below || v->below[p];
    }
    out->signed_deal = true;
    out->rows = rows;
    out->rows_count = b->game.parties;
    out->joint = v->joint;
    out->gain = v->gain;
    out->left = v->left;
    out->on_frontier = v->on_frontier;
    out->distance = (int64_t)lround(v->distance * 100);
    if (v->better == SIZE_MAX)
        return;
    struct view_room_negotiation_result_better *better = ARENA_ARRAY(c->a, b->n.issue_count, struct view_room_negotiation_result_better);
    for (size_t k = 0; k < b->n.issue_count; k++)
        better[k] = (struct view_room_negotiation_result_better){b->n.issues[k].title, b->n.issues[k].options[m->frontier[v->better].choices[k]]};
    out->better = better;
    out->better_count = b->n.issue_count;
    out->better_points = points_text(c, b, m->frontier[v->better].points);
}

static void fill_result(struct ctx *c, const struct bargain *b, size_t own, struct view_room_negotiation *v)
{
    struct view_room_negotiation_result *out = ARENA_NEW(c->a, struct view_room_negotiation_result);
    struct negotiation_map *m = negotiation_map_make(c->a, &b->game);
    struct negotiation_verdict verdict;
    uint16_t choices[NEGOTIATION_ISSUES_MOST];
    bool has = b->deal != NULL && bargain_choices(b, b->deal->options, choices);
    *out = (struct view_room_negotiation_result){.joint_most = m->joint_most, .complete = m->complete, .nash = S(""), .nash_points = S(""),
                                                 .deals = str_printf(c->a, "%.0f", m->deals)};
    if (has) {
        negotiation_judge(&b->game, m, choices, &verdict);
        fill_verdict(c, b, m, &verdict, out);
    }
    if (m->nash != SIZE_MAX) {
        out->nash = deal_text(c, b, m->frontier[m->nash].choices);
        out->nash_points = points_text(c, b, m->frontier[m->nash].points);
    }
    fill_frontier(c, b, m, has ? &verdict : NULL, out);
    out->picture = draw(c, b, m, has ? &verdict : NULL, own);
    v->result = out;
}

/* ---- the kind ------------------------------------------------------------------------------------------------------------------------ */

static enum rc panel(struct ctx *c, const struct room *r, struct view_any *out)
{
    struct bargain b;
    struct view_room_negotiation *v = ARENA_NEW(c->a, struct view_room_negotiation);
    TRY(bargain_read(c->db, c->a, r, &b));
    size_t own = r->part != NULL ? room_find_part(&b.n.plan, r->part->name) : SIZE_MAX;
    *v = (struct view_room_negotiation){.party = S(""), .alternative = S(""), .deadline = S("")};
    fill_issues(c, &b, own, r->revealed || room_sees_all(c, r), v);
    if (own != SIZE_MAX)
        fill_own(c, r, &b, own, v);
    fill_offers(c, r, &b, own, v);
    if (r->revealed)
        fill_result(c, &b, own, v);
    *out = (struct view_any){&view_room_negotiation_def, v};
    return RC_OK;
}

static void read_plan(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out)
{
    struct negotiation *n = ARENA_NEW(a, struct negotiation);
    negotiation_read(a, s, p, n);
    *out = n->plan;
}

/* The first deadline of a party: then nothing can be signed any more. */
static void turns(struct arena *a, const struct room *r, int64_t out[ROOM_TURNS])
{
    struct problems ignored = problems_new(a);
    struct negotiation *n = ARENA_NEW(a, struct negotiation);
    negotiation_read(a, &r->text, &ignored, n);
    for (size_t k = 0; k < n->plan.part_count; k++)
        if (n->deadline[k] != 0 && (out[0] == 0 || n->deadline[k] < out[0]))
            out[0] = n->deadline[k];
}

/* Kept with each attempt: the points of the deal, or that there was none. Numbers alone, the same in every language. */
static enum rc ending(struct db *tx, struct arena *a, const struct room *r, struct str *words)
{
    struct bargain b;
    uint16_t choices[NEGOTIATION_ISSUES_MOST];
    struct buf out = buf_new(a, 32);
    TRY(bargain_read(tx, a, r, &b));
    if (b.deal != NULL && bargain_choices(&b, b.deal->options, choices))
        for (size_t p = 0; p < b.game.parties; p++) {
            int64_t sum = 0;
            for (size_t k = 0; k < b.n.issue_count; k++)
                sum += b.n.issues[k].points[choices[k]][p];
            buf_printf(&out, "%s%" PRId64, p != 0 ? " : " : "", sum);
        }
    *words = buf_text(&out);
    return RC_OK;
}

const struct room_kind room_negotiation = {.kind = PRACTICE_NEGOTIATION, .brief = true, .read = read_plan, .panel = panel, .turns = turns, .ending = ending};

/* ---- what is sent --------------------------------------------------------------------------------------------------------------------- */

struct bargaining {
    struct arena *a;
    int64_t room, person, offer, now;
    struct str options, words;
    bool agree, deal;
};

static enum rc offer(struct db *tx, void *arg, struct err *e)
{
    const struct bargaining *n = arg;
    return bargain_offer(tx, n->a, n->room, n->person, n->options, n->words, n->now, e);
}

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    struct bargaining *n = arg;
    return bargain_answer(tx, n->a, n->room, n->person, n->offer, n->agree, n->now, &n->deal, e);
}

enum rc room_post_offer(struct ctx *c)
{
    struct room r;
    struct bargain b;
    TRY(room_enter(c, &r));
    if (r.kind != &room_negotiation)
        return RC_NOT_FOUND;
    TRY(bargain_read(c->db, c->a, &r, &b));
    struct form *f = offer_form(c, &r, &b, r.part != NULL ? room_find_part(&b.n.plan, r.part->name) : SIZE_MAX);
    struct page page = room_page(c, &r, tr(c, M_room_offer), true);
    f->cancel = room_path(c, r.r.id, "");
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, STR_NONE, f);
    struct buf options = buf_new(c->a, 32);
    for (size_t k = 0; k < b.n.issue_count; k++)
        buf_printf(&options, "%s%" PRId64, k != 0 ? "," : "", form_int(f, issue_field(c->a, k), 0));
    struct bargaining n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .options = buf_text(&options), .words = form_text(f, "words")};
    enum rc rc = ctx_write(c, offer, &n);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, room_path(c, r.r.id, ""), M_room_offered);
}

enum rc room_post_answer(struct ctx *c)
{
    struct room r;
    struct bargaining n = {.a = c->a, .person = c->who->person, .now = c->now};
    TRY(room_enter(c, &r));
    if (r.kind != &room_negotiation)
        return RC_NOT_FOUND;
    TRY(request_id(c->rq, 1, &n.offer));
    n.room = r.r.id;
    n.agree = str_eq_z(request_form(c->rq, "answer"), "agree");
    TRY(ctx_write(c, answer, &n));
    return page_redirect(c, room_path(c, r.r.id, ""), !n.agree ? M_room_withdrawn : n.deal ? M_room_deal : M_room_agreed_flash);
}
