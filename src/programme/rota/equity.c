/* Opportunity equity: who applies, who has a place, who leads, by stage, cohort or profession, over the terms that have ended. Shares with
 * Wilson's interval, each group against all the others with Newcombe's. Small counts are hidden by the one disclosure engine, together with
 * whatever would give them back. */
#include "programme/rota/equity.h"

#include <math.h>

#include "engine/disclosure/disclosure.h"
#include "engine/stats/interval.h"
#include "gen/programme/rota/equity_sql.h"
#include "gen/programme/rota/rota_equity_view.h"
#include "programme/people/people.h"
#include "programme/rota/inside.h"

#define TERMS_MOST 4
#define LEVEL 0.95
#define EXACT_SHARE 50 /* percent of the effort that may go into proving that nothing less could be hidden */

/* ---- what may be shown ------------------------------------------------------------------------------------------------------------------ */

/* The cells of one group, or of all: the four counts, and what remains of members and placed, which nobody prints. */
static void add_group(struct disclosure *d, const int64_t *n, bool total, uint32_t *cell)
{
    uint32_t cost = total ? DISCLOSURE_COST_TOTAL : DISCLOSURE_COST_CELL;
    for (size_t k = 0; k < EQUITY_PARTS; k++)
        cell[k] = disclosure_add(d, n[k], DISCLOSURE_OPEN, n[k] == 0 ? DISCLOSURE_COST_ZERO : cost);
    const enum equity_part of[][2] = {{EQUITY_MEMBERS, EQUITY_APPLIED}, {EQUITY_MEMBERS, EQUITY_PLACED}, {EQUITY_PLACED, EQUITY_LED}};
    for (size_t k = 0; k < COUNT_OF(of); k++) {
        uint32_t whole = cell[of[k][0]], part = cell[of[k][1]], rest = disclosure_add(d, n[of[k][0]] - n[of[k][1]], DISCLOSURE_UNSEEN, DISCLOSURE_COST_CELL);
        disclosure_add_sum(d, whole, (uint32_t[]){part, rest}, 2);
    }
}

bool equity_protect(struct arena *a, const int64_t (*counts)[EQUITY_PARTS], size_t count, bool (*shown)[EQUITY_PARTS])
{
    struct disclosure *d = disclosure_new(a, disclosure_default);
    uint32_t(*cell)[EQUITY_PARTS] = arena_alloc(a, (count + 1) * sizeof *cell), *parts = ARENA_ARRAY(a, count, uint32_t);
    int64_t all[EQUITY_PARTS] = {0};
    struct disclosure_result r;
    memset(shown, 0, (count + 1) * sizeof *shown);
    if (count == 0)
        return false;
    for (size_t g = 0; g < count; g++) {
        add_group(d, counts[g], false, cell[g]);
        for (size_t k = 0; k < EQUITY_PARTS; k++)
            all[k] += counts[g][k];
    }
    add_group(d, all, true, cell[count]);
    for (size_t k = 0; k < EQUITY_PARTS; k++) {
        for (size_t g = 0; g < count; g++)
            parts[g] = cell[g][k];
        disclosure_add_sum(d, cell[count][k], parts, count);
    }
    disclosure_protect(d, DISCLOSURE_EFFORT_PAGE, EXACT_SHARE, &r);
    if (r.withheld || r.exposed_count != 0)
        return false;
    for (size_t g = 0; g <= count; g++)
        for (size_t k = 0; k < EQUITY_PARTS; k++)
            shown[g][k] = !disclosure_hidden(d, cell[g][k]);
    return true;
}

/* ---- the page -------------------------------------------------------------------------------------------------------------------------- */

static struct str rounded(const struct ctx *c, double v)
{
    struct buf b = buf_new(c->a, 16);
    lang_real(&b, c->lang, v == 0 ? 0 : v, 0);
    return buf_text(&b);
}

static struct str between(const struct ctx *c, msg_id id, double value, struct stats_interval i)
{
    const struct msg_arg args[] = {MSG_TEXT("value", rounded(c, round(100 * value))), MSG_TEXT("low", rounded(c, round(100 * i.lo))), MSG_TEXT("high", rounded(c, round(100 * i.hi)))};
    return tr_args(c, id, args, COUNT_OF(args));
}

/* A count as a share of the members of its group; apart: against the members of all the other groups. */
static struct view_rota_equity_terms_groups_parts part_of(const struct ctx *c, const int64_t *n, const int64_t *all, const bool *shown, const bool *all_shown, size_t k, bool total)
{
    struct view_rota_equity_terms_groups_parts out = {.hidden = !shown[k]};
    if (out.hidden)
        return out;
    out.n = n[k];
    if (!shown[EQUITY_MEMBERS] || n[EQUITY_MEMBERS] == 0)
        return out;
    double x = (double)n[k], of = (double)n[EQUITY_MEMBERS], others = (double)(all[k] - n[k]), of_others = (double)(all[EQUITY_MEMBERS] - n[EQUITY_MEMBERS]);
    out.share = between(c, M_placement_equity_share, x / of, interval_wilson(x, of, LEVEL));
    if (!total && all_shown[k] && all_shown[EQUITY_MEMBERS] && of_others > 0)
        out.apart = between(c, M_placement_equity_apart, x / of - others / of_others, interval_newcombe(x, of, others, of_others, LEVEL));
    return out;
}

static struct str label_of(const struct ctx *c, struct str by, struct str label)
{
    if (label.p == NULL)
        return tr(c, M_placement_equity_unsaid);
    return str_eq_z(by, "profession") ? people_profession_name(c->lang, label) : label;
}

static enum rc fill_term(struct ctx *c, int64_t programme, const struct row_rota_ended_terms *t, struct str by, struct view_rota_equity_terms *out)
{
    struct rows_rota_equity rows;
    TRY(sql_rota_equity(c->db, c->a, programme, t->id, t->start_day, t->end_day, by, &rows));
    int64_t(*n)[EQUITY_PARTS] = arena_alloc(c->a, (rows.n + 1) * sizeof *n);
    bool(*shown)[EQUITY_PARTS] = arena_alloc(c->a, (rows.n + 1) * sizeof *shown);
    struct view_rota_equity_terms_groups *groups = ARENA_ARRAY(c->a, rows.n + 1, struct view_rota_equity_terms_groups);
    memset(n[rows.n], 0, sizeof *n);
    for (size_t g = 0; g < rows.n; g++) {
        const int64_t counts[EQUITY_PARTS] = {rows.v[g].members, rows.v[g].applied, rows.v[g].placed, rows.v[g].led};
        memcpy(n[g], counts, sizeof counts);
        for (size_t k = 0; k < EQUITY_PARTS; k++)
            n[rows.n][k] += counts[k];
    }
    *out = (struct view_rota_equity_terms){.title = t->title, .start = t->start_day, .end = t->end_day, .groups = groups};
    out->withheld = !equity_protect(c->a, (const int64_t(*)[EQUITY_PARTS])n, rows.n, shown);
    if (out->withheld)
        return RC_OK;
    out->groups_count = rows.n + 1;
    for (size_t g = 0; g <= rows.n; g++) {
        struct view_rota_equity_terms_groups_parts *parts = ARENA_ARRAY(c->a, EQUITY_PARTS - 1, struct view_rota_equity_terms_groups_parts);
        bool total = g == rows.n;
        groups[g] = (struct view_rota_equity_terms_groups){.label = total ? tr(c, M_placement_equity_all) : label_of(c, by, rows.v[g].label), .hidden = !shown[g][EQUITY_MEMBERS],
                                                           .parts = parts, .parts_count = EQUITY_PARTS - 1};
        groups[g].members = groups[g].hidden ? 0 : n[g][EQUITY_MEMBERS];
        for (size_t k = EQUITY_APPLIED; k < EQUITY_PARTS; k++)
            parts[k - 1] = part_of(c, n[g], n[rows.n], shown[g], shown[rows.n], k, total);
    }
    return RC_OK;
}

enum rc rota_get_equity(struct ctx *c)
{
    static const struct {
        const char *word;
        msg_id name;
    } ways[] = {{"stage", M_placement_equity_stage}, {"cohort", M_placement_equity_cohort}, {"profession", M_placement_equity_profession}};
    struct programme p;
    struct rows_rota_ended_terms rows;
    struct view_rota_equity_ways links[COUNT_OF(ways)];
    size_t way = 0;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_REPORT_VIEW, &t));
    for (size_t k = 0; k < COUNT_OF(ways); k++)
        way = str_eq_z(request_query(c->rq, "by"), ways[k].word) ? k : way;
    for (size_t k = 0; k < COUNT_OF(ways); k++)
        links[k] = (struct view_rota_equity_ways){str_printf(c->a, "/rota/equity?by=%s", ways[k].word), tr(c, ways[k].name), k == way};
    TRY(sql_rota_ended_terms(c->db, c->a, p.id, c->today, TERMS_MOST, &rows));
    struct view_rota_equity_terms *terms = ARENA_ARRAY(c->a, rows.n, struct view_rota_equity_terms);
    for (size_t k = 0; k < rows.n; k++)
        TRY(fill_term(c, p.id, &rows.v[k], str_from(ways[way].word), &terms[k]));
    struct view_rota_equity v = {.ways = links, .ways_count = COUNT_OF(ways), .terms = terms, .terms_count = rows.n, .threshold = disclosure_default.threshold};
    struct page page = rota_page(c, tr(c, M_placement_equity), NULL, 0);
    page.caption = p.title;
    return view_rota_equity_page(c, &page, &v);
}
