/* How a case does, for who writes it and who directs the programme: how long it takes, which ways are taken, what is chosen beside the
 * panel, which questions tell people apart, how far raters agree; as a page with its picture, and as CSV. Of people only what tally.h
 * lets be told; a mean or a median only of FIGURES_LEAST and more. */
#include <math.h>

#include "engine/stats/item_rest.h"
#include "gen/msg_cases.h"
#include "gen/programme/practice/practice_figures_view.h"
#include "gen/programme/practice/tally_sql.h"
#include "programme/practice/inside.h"
#include "programme/practice/rating.h"
#include "programme/practice/room.h"
#include "view/story_graph.h"

#define FIGURES_LEAST 10     /* people of a mean or a median */
#define RATED_LEAST 5        /* attempts rated by two */
#define LATEST 5000          /* attempts that are looked at one by one */
#define PAIRS_MOST 20000
#define PAUSE (30 * MS_PER_MINUTE)
#define REST_TELLS 0.2       /* Ebel, Frisbie 1991 */
#define QUESTIONS_MOST 200

struct figures {
    struct ctx *c;
    struct row_practice_find x;
    bool rooms;              /* it is done in rooms: room_figures.c */
    int64_t version, number; /* as it was written */
    const struct story *story;
    struct practice_traffic traffic;
    struct practice_question_tally *tally;
    size_t tally_count;
    struct rows_practice_panel panel;
    struct item_rest *rest; /* of each question of the tally */
    struct view_practice_figures v;
};

struct opt_int practice_held(int64_t people)
{
    return people == 0 || people >= 5 ? SOME_INT(people) : (struct opt_int){0};
}

static int64_t percent(int64_t part, int64_t of)
{
    return of != 0 ? (part * 100 + of / 2) / of : 0;
}

struct str practice_interval_text(const struct ctx *c, struct stats_interval ci)
{
    struct buf low = buf_new(c->a, 16), high = buf_new(c->a, 16);
    if (is_missing(ci.lo) || is_missing(ci.hi))
        return S("");
    lang_real(&low, c->lang, ci.lo, 2);
    lang_real(&high, c->lang, ci.hi, 2);
    struct msg_arg args[] = {MSG_TEXT("low", buf_text(&low)), MSG_TEXT("high", buf_text(&high))};
    return tr_args(c, M_cases_figures_interval, args, 2);
}

/* ---- time ---------------------------------------------------------------------------------------------------------------------------- */

static int by_size(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

int64_t practice_quantile_minutes(const int64_t *ms, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t low = (size_t)at;
    double value = (double)ms[low] + (low + 1 < n ? (at - (double)low) * (double)(ms[low + 1] - ms[low]) : 0);
    return (int64_t)fmax(1, round(value / (double)MS_PER_MINUTE));
}

static enum rc fill_time(struct figures *g)
{
    struct rows_figures_times rows;
    TRY(sql_figures_times(g->c->db, g->c->a, g->version, g->traffic.at, PAUSE, LATEST, &rows));
    if (rows.n < FIGURES_LEAST)
        return RC_OK;
    int64_t *ms = ARENA_ARRAY(g->c->a, rows.n, int64_t);
    for (size_t k = 0; k < rows.n; k++)
        ms[k] = rows.v[k].ms;
    qsort(ms, rows.n, sizeof *ms, by_size);
    struct msg_arg half[] = {MSG_NUM("from", practice_quantile_minutes(ms, rows.n, 0.25)), MSG_NUM("to", practice_quantile_minutes(ms, rows.n, 0.75))};
    g->v.median = SOME_INT(practice_quantile_minutes(ms, rows.n, 0.5));
    g->v.quarters = tr_args(g->c, M_cases_figures_half, half, 2);
    return RC_OK;
}

static enum rc fill_states(struct figures *g)
{
    struct rows_figures_states rows;
    int64_t going = 0, left = 0;
    TRY(sql_figures_states(g->c->db, g->c->a, g->version, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        going = str_eq_z(rows.v[k].state, "going") ? rows.v[k].n : going;
        left = str_eq_z(rows.v[k].state, "left") ? rows.v[k].n : left;
    }
    g->v.going = practice_held(going);
    g->v.left = practice_held(left);
    return RC_OK;
}

/* ---- the questions ------------------------------------------------------------------------------------------------------------------- */

/* Everybody's credit for each question, from the panel as it is now; of one that came twice the first time counts. */
static enum rc fill_rest(struct figures *g)
{
    struct rows_figures_answers rows;
    struct arena *a = g->c->a;
    size_t people = 0;
    g->rest = ARENA_ARRAY(a, g->tally_count, struct item_rest);
    TRY(sql_figures_answers(g->c->db, a, g->version, g->traffic.at, LATEST, &rows));
    for (size_t k = 0; k < rows.n; k++)
        people += k == 0 || rows.v[k].id != rows.v[k - 1].id;
    struct stats_matrix x = {.rows = people, .columns = g->tally_count, .at = ARENA_ARRAY(a, people * g->tally_count + 1, double)};
    for (size_t k = 0; k < people * g->tally_count; k++)
        x.at[k] = STATS_MISSING;
    for (size_t k = 0, row = 0; k < rows.n; k++) {
        int64_t credit;
        row += k != 0 && rows.v[k].id != rows.v[k - 1].id;
        for (size_t q = 0; q < g->tally_count; q++)
            if (str_eq(g->tally[q].question, rows.v[k].question) && is_missing(x.at[row * x.columns + q]) &&
                practice_credit(&g->panel, rows.v[k].question, rows.v[k].target, &credit))
                x.at[row * x.columns + q] = (double)credit / 1000;
    }
    if (g->tally_count != 0)
        item_rest_of(&x, 0.95, g->rest);
    return RC_OK;
}

struct str practice_rest_verdict(const struct item_rest *r)
{
    if (r->people >= FIGURES_LEAST && r->sd < 1e-9)
        return S("same");
    if (r->pairs < PRACTICE_REST_LEAST || is_missing(r->r))
        return S("few");
    if (r->r >= REST_TELLS)
        return S("tells");
    return r->ci.hi < 0 ? S("against") : r->ci.hi < REST_TELLS ? S("hardly") : S("open");
}

/* What the case asks there, where a passage asks it in these words. */
static struct str question_text(const struct figures *g, struct str question)
{
    struct str text = practice_question_text(g->c->a, g->story, question);
    return text.n != 0 ? text : question;
}

/* What a choice that leads there is called in some passage that asks this. */
static struct str way_text(const struct figures *g, struct str question, struct str target)
{
    for (uint32_t k = 0; k < story_link_count(g->story); k++) {
        struct story_link l = story_link_at(g->story, k);
        if (l.to != STORY_NONE && str_eq(story_passage(g->story, l.to)->title, target) && practice_asks(story_passage(g->story, l.from), question))
            return l.text;
    }
    return target;
}

static void fill_ways(const struct figures *g, const struct practice_question_tally *t, struct view_practice_figures_questions *q)
{
    size_t room = t->count + g->panel.n;
    struct view_practice_figures_questions_ways *ways = ARENA_ARRAY(g->c->a, room, struct view_practice_figures_questions_ways);
    for (size_t k = 0; k < t->count; k++) {
        struct view_practice_figures_questions_ways *w = &ways[q->ways_count++];
        *w = (struct view_practice_figures_questions_ways){.text = way_text(g, t->question, t->ways[k].target)};
        if (t->ways[k].shown)
            w->people = SOME_INT(t->ways[k].people);
        if (t->ways[k].shown && t->shown)
            w->percent = SOME_INT(percent(t->ways[k].people, t->people));
        for (size_t p = 0; p < g->panel.n; p++)
            if (str_eq(g->panel.v[p].question, t->question) && str_eq(g->panel.v[p].target, t->ways[k].target))
                w->experts = g->panel.v[p].experts;
    }
    for (size_t p = 0; p < g->panel.n; p++)
        if (str_eq(g->panel.v[p].question, t->question)) {
            q->experts += g->panel.v[p].experts;
            q->own = g->panel.v[p].own != 0;
        }
    q->ways = ways;
}

static void fill_questions(struct figures *g)
{
    struct view_practice_figures_questions *list = ARENA_ARRAY(g->c->a, g->tally_count, struct view_practice_figures_questions);
    for (size_t k = 0; k < g->tally_count && g->v.questions_count < QUESTIONS_MOST; k++) {
        const struct practice_question_tally *t = &g->tally[k];
        const struct item_rest *r = &g->rest[k];
        if (t->question.n == 0)
            continue;
        struct view_practice_figures_questions *q = &list[g->v.questions_count++];
        *q = (struct view_practice_figures_questions){.question = question_text(g, t->question), .id = str_printf(g->c->a, "q%zu-c", k), .verdict = practice_rest_verdict(r),
                                                      .pairs = (int64_t)r->pairs};
        if (t->shown)
            q->people = SOME_INT(t->people);
        if (r->people >= FIGURES_LEAST)
            q->credit = SOME_REAL(r->mean);
        if (r->pairs >= PRACTICE_REST_LEAST && !is_missing(r->r)) {
            q->rest = SOME_REAL(r->r);
            q->interval = practice_interval_text(g->c, r->ci);
        }
        fill_ways(g, t, q);
    }
    g->v.questions = list;
}

static void fill_endings(struct figures *g)
{
    const struct practice_question_tally *t = practice_find_tally(g->tally, g->tally_count, S(""));
    if (t == NULL)
        return;
    struct view_practice_figures_endings *list = ARENA_ARRAY(g->c->a, t->count, struct view_practice_figures_endings);
    for (size_t k = 0; k < t->count; k++) {
        list[k] = (struct view_practice_figures_endings){.title = t->ways[k].target};
        if (t->ways[k].shown) {
            list[k].people = SOME_INT(t->ways[k].people);
            list[k].percent = SOME_INT(percent(t->ways[k].people, g->traffic.people));
        }
    }
    g->v.endings = list;
    g->v.endings_count = t->count;
}

/* ---- ways ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_links(struct figures *g)
{
    struct rows_tally_read_links rows;
    struct arena *a = g->c->a;
    TRY(sql_tally_read_links(g->c->db, a, g->version, &rows));
    struct view_practice_figures_links *links = ARENA_ARRAY(a, rows.n, struct view_practice_figures_links);
    struct view_practice_figures_time_ups *late = ARENA_ARRAY(a, rows.n, struct view_practice_figures_time_ups);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_tally_read_links *r = &rows.v[k];
        struct opt_int people = r->shown ? SOME_INT(r->people) : (struct opt_int){0};
        if (r->link < 0 && -1 - r->link < (int64_t)story_info(g->story)->passages) {
            late[g->v.time_ups_count++] = (struct view_practice_figures_time_ups){story_passage(g->story, (uint32_t)(-1 - r->link))->title, people};
        } else if (r->link >= 0 && r->link < (int64_t)story_link_count(g->story)) {
            struct story_link l = story_link_at(g->story, (uint32_t)r->link);
            links[g->v.links_count++] = (struct view_practice_figures_links){story_passage(g->story, l.from)->title, l.text,
                                                                             l.to != STORY_NONE ? story_passage(g->story, l.to)->title : S(""), people};
        }
    }
    g->v.links = links;
    g->v.time_ups = late;
    g->v.graph = story_graph(a, g->story, (struct story_graph_options){.lang = g->c->lang, .id = "traffic", .traffic = g->traffic.links});
    return RC_OK;
}

/* ---- raters ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_raters(struct figures *g)
{
    struct rows_figures_ratings rows;
    struct arena *a = g->c->a;
    TRY(sql_figures_ratings(g->c->db, a, g->x.id, PAIRS_MOST, &rows));
    struct view_practice_figures_agreement *list = ARENA_ARRAY(a, rows.n, struct view_practice_figures_agreement);
    int *first = ARENA_ARRAY(a, rows.n, int), *second = ARENA_ARRAY(a, rows.n, int);
    for (size_t from = 0, to; from < rows.n; from = to) {
        struct instrument i;
        int64_t attempts = 0;
        for (to = from; to < rows.n && rows.v[to].instrument_id == rows.v[from].instrument_id; to++) {
            first[to] = (int)rows.v[to].first_point;
            second[to] = (int)rows.v[to].second_point;
            attempts += to == from || rows.v[to].attempt_id != rows.v[to - 1].attempt_id;
        }
        if (attempts < RATED_LEAST)
            continue;
        TRY(instrument_find(g->c->db, a, rows.v[from].instrument_id, lang_tag(g->c->lang), &i));
        struct practice_agreement s = practice_agreement_of(a, first + from, second + from, to - from, (int)rows.v[from].low, (int)rows.v[from].high);
        struct view_practice_figures_agreement *v = &list[g->v.agreement_count++];
        *v = (struct view_practice_figures_agreement){.instrument = i.title, .attempts = attempts, .exact = (int64_t)(s.exact * 100 / s.pairs),
                                                      .within = (int64_t)(s.within_one * 100 / s.pairs)};
        if (s.some) {
            v->kappa = SOME_REAL(s.kappa.est);
            v->interval = practice_interval_text(g->c, s.kappa.ci);
        }
    }
    g->v.agreement = list;
    return RC_OK;
}

/* ---- the page and the file ------------------------------------------------------------------------------------------------------------- */

/* The version of ?version=, else the current one; and the others that were counted. */
static enum rc choose_version(struct figures *g)
{
    struct rows_figures_versions rows;
    struct row_practice_version v;
    int64_t wanted = 0;
    (void)str_to_int(request_query(g->c->rq, "version"), &wanted);
    TRY(sql_figures_versions(g->c->db, g->c->a, g->x.id, &rows));
    g->version = g->x.own_id;
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].number == wanted)
            g->version = rows.v[k].id;
    struct view_practice_figures_versions *list = ARENA_ARRAY(g->c->a, rows.n, struct view_practice_figures_versions);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_practice_figures_versions){rows.v[k].number,
                                                          str_printf(g->c->a, "/practice/%" PRId64 "/figures?version=%" PRId64, g->x.id, rows.v[k].number),
                                                          rows.v[k].id == g->version};
    g->v.versions = list;
    g->v.versions_count = rows.n > 1 ? rows.n : 0;
    TRY(sql_practice_version(g->c->db, g->c->a, g->version, &v));
    g->number = v.number;
    return practice_story(g->c->db, g->c->a, g->version, v.digest, &g->story);
}

static enum rc open_figures(struct ctx *c, struct figures *g)
{
    bool writes;
    *g = (struct figures){.c = c};
    TRY(practice_open(c, &g->x, &writes));
    struct target t = {.programme = g->x.programme_id};
    TRY(access_require(c, P_PRACTICE_OVERSEE, &t));
    if (g->x.own_id_null)
        return RC_NOT_FOUND;
    g->rooms = room_kind_of(g->x.kind) != NULL;
    if (g->rooms)
        return RC_OK;
    if (!str_eq(g->x.kind, practice_kind_word(PRACTICE_CASE)))
        return RC_NOT_FOUND;
    TRY(choose_version(g));
    TRY(practice_read_traffic(c->db, c->a, g->version, g->story, &g->traffic));
    TRY(practice_read_tally(c->db, c->a, g->version, &g->tally, &g->tally_count));
    TRY(sql_practice_panel(c->db, c->a, g->version, &g->panel));
    g->v.version = g->number;
    g->v.people = g->traffic.people;
    g->v.least = PRACTICE_REST_LEAST;
    g->v.back = practice_path(c, g->x.id, "");
    g->v.file = str_printf(c->a, "/practice/%" PRId64 "/figures/file?version=%" PRId64, g->x.id, g->number);
    if (g->traffic.people != 0)
        g->v.since = SOME_INT(g->traffic.at);
    TRY(fill_states(g));
    TRY(fill_raters(g));
    if (g->traffic.people == 0)
        return RC_OK;
    TRY(fill_time(g));
    TRY(fill_rest(g));
    fill_questions(g);
    fill_endings(g);
    return fill_links(g);
}

enum rc practice_get_figures(struct ctx *c)
{
    struct figures g;
    TRY(open_figures(c, &g));
    if (g.rooms)
        return room_send_figures(c, &g.x);
    struct msg_arg n = MSG_NUM("n", g.number);
    struct page page = practice_page(c, tr(c, M_cases_figures), g.x.title, g.x.id);
    page.caption = tr_args(c, M_cases_version_n, &n, 1);
    page.wide = true;
    return view_practice_figures_page(c, &page, &g.v);
}

void practice_put_figure(struct buf *b, const char *what, struct str about, struct str choice, struct opt_int people, const char *measure, double value)
{
    buf_z(b, what);
    buf_ch(b, ',');
    buf_csv(b, about);
    buf_ch(b, ',');
    buf_csv(b, choice);
    buf_ch(b, ',');
    if (people.some)
        buf_int(b, people.v);
    buf_printf(b, ",%s,", measure);
    if (!is_missing(value))
        buf_printf(b, "%.3f", value);
    buf_z(b, "\r\n");
}

/* One line each; an empty number is one that is held back, or that there is not. */
enum rc practice_get_figures_file(struct ctx *c)
{
    struct figures g;
    struct buf b = buf_new(c->a, 4096);
    const struct opt_int none = {0};
    TRY(open_figures(c, &g));
    if (g.rooms)
        return room_send_figures_file(c, &g.x);
    buf_z(&b, "what,about,choice,people,measure,value\r\n");
    practice_put_figure(&b, "case", g.x.title, S(""), g.v.people != 0 ? SOME_INT(g.v.people) : none, "median_minutes", g.v.median.some ? (double)g.v.median.v : STATS_MISSING);
    for (size_t k = 0; k < g.v.endings_count; k++)
        practice_put_figure(&b, "ending", g.v.endings[k].title, S(""), g.v.endings[k].people, "", STATS_MISSING);
    for (size_t k = 0; k < g.v.questions_count; k++) {
        const struct view_practice_figures_questions *q = &g.v.questions[k];
        practice_put_figure(&b, "question", q->question, S(""), q->people, "mean_credit", q->credit.some ? q->credit.v : STATS_MISSING);
        practice_put_figure(&b, "question", q->question, S(""), q->people, "item_rest", q->rest.some ? q->rest.v : STATS_MISSING);
        for (size_t w = 0; w < q->ways_count; w++)
            practice_put_figure(&b, "choice", q->question, q->ways[w].text, q->ways[w].people, "experts", (double)q->ways[w].experts);
    }
    for (size_t k = 0; k < g.v.links_count; k++)
        practice_put_figure(&b, "way", g.v.links[k].from, g.v.links[k].choice, g.v.links[k].people, "", STATS_MISSING);
    for (size_t k = 0; k < g.v.time_ups_count; k++)
        practice_put_figure(&b, "time_up", g.v.time_ups[k].passage, S(""), g.v.time_ups[k].people, "", STATS_MISSING);
    for (size_t k = 0; k < g.v.agreement_count; k++)
        practice_put_figure(&b, "raters", g.v.agreement[k].instrument, S(""), SOME_INT(g.v.agreement[k].attempts), "weighted_kappa",
                g.v.agreement[k].kappa.some ? g.v.agreement[k].kappa.v : STATS_MISSING);
    return page_download(c, "text/csv; charset=utf-8", str_printf(c->a, "%.*s-figures.csv", STR_ARG(g.x.code)), buf_text(&b));
}
