/* How an exercise for rooms does, for who writes it and who directs the programme: how many did it, how long a room takes, and of its
 * rubrics what each item's mean is, which items tell people apart, how far two raters agree. Means are of FIGURES_LEAST people and more, and
 * are counted up to the moment when a full batch had been rated: no number changes for one person. */
#include "engine/stats/item_rest.h"
#include "gen/msg_cases.h"
#include "gen/programme/practice/room_figures_view.h"
#include "programme/instrument/instrument.h"
#include "programme/practice/rating.h"
#include "programme/practice/room.h"

#define FIGURES_LEAST 10   /* people of a mean */
#define BATCH 5            /* who are counted together */
#define ROOMS_LEAST 5      /* rooms of a median */
#define RATED_LEAST 5      /* that two rated */
#define ROOMS_MOST 5000
#define POINTS_MOST 50000

typedef struct row_room_figures_points point;

static int by_size(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static enum rc fill_rooms(struct ctx *c, int64_t exercise, struct view_room_figures *v)
{
    struct row_room_figures_counts n;
    struct rows_room_figures_times rows;
    TRY(sql_room_figures_counts(c->db, c->a, exercise, &n));
    TRY(sql_room_figures_times(c->db, c->a, exercise, ROOMS_MOST, &rows));
    v->rooms = n.rooms;
    v->people = practice_held(n.people);
    if (rows.n < ROOMS_LEAST)
        return RC_OK;
    int64_t *ms = ARENA_ARRAY(c->a, rows.n, int64_t);
    for (size_t k = 0; k < rows.n; k++)
        ms[k] = rows.v[k].ms;
    qsort(ms, rows.n, sizeof *ms, by_size);
    v->median = SOME_INT(practice_quantile_minutes(ms, rows.n, 0.5));
    return RC_OK;
}

/* ---- one rubric ---------------------------------------------------------------------------------------------------------------------- */

/* Until when ratings are counted: when the last of a full batch of people was first rated; *people how many they are. Points are sorted by
 * person. */
static int64_t cut_of(struct arena *a, const point *p, size_t count, size_t *people)
{
    int64_t *first = ARENA_ARRAY(a, count, int64_t);
    size_t n = 0;
    for (size_t k = 0; k < count; k++)
        if (k == 0 || p[k].person_id != p[k - 1].person_id)
            first[n++] = p[k].at;
        else if (p[k].at < first[n - 1])
            first[n - 1] = p[k].at;
    qsort(first, n, sizeof *first, by_size);
    *people = n - n % BATCH;
    return *people != 0 ? first[*people - 1] : 0;
}

static size_t column_of(const struct instrument *i, int64_t item)
{
    size_t k = 0;
    while (k < i->item_count && i->items[k].id != item)
        k++;
    return k;
}

/* A row for each person: the mean of what she was given on each item. */
static struct stats_matrix means(struct arena *a, const struct instrument *i, const point *p, size_t count, int64_t cut)
{
    struct stats_matrix x = {.columns = i->item_count};
    size_t people = 0;
    for (size_t k = 0; k < count; k++)
        people += k == 0 || p[k].person_id != p[k - 1].person_id;
    x.at = ARENA_ARRAY(a, people * x.columns + 1, double);
    double *n = ARENA_ARRAY(a, people * x.columns + 1, double);
    for (size_t k = 0, row = 0; k < count; k++) {
        size_t column = column_of(i, p[k].item_id);
        row += k != 0 && p[k].person_id != p[k - 1].person_id;
        x.rows = row + 1;
        if (p[k].at > cut || column == i->item_count)
            continue;
        double point_of = (double)p[k].point;
        x.at[row * x.columns + column] += i->items[column].reversed ? i->low + i->high - point_of : point_of;
        n[row * x.columns + column]++;
    }
    for (size_t k = 0; k < x.rows * x.columns; k++)
        x.at[k] = n[k] > 0 ? x.at[k] / n[k] : STATS_MISSING;
    return x;
}

static void fill_items(struct ctx *c, const struct instrument *i, const struct stats_matrix *x, struct view_room_figures_rubrics *v)
{
    struct item_rest *rest = ARENA_ARRAY(c->a, i->item_count, struct item_rest);
    struct view_room_figures_rubrics_items *list = ARENA_ARRAY(c->a, i->item_count, struct view_room_figures_rubrics_items);
    item_rest_of(x, 0.95, rest);
    for (size_t k = 0; k < i->item_count; k++) {
        const struct item_rest *r = &rest[k];
        if (i->items[k].words || r->people < FIGURES_LEAST)
            continue;
        struct view_room_figures_rubrics_items *item = &list[v->items_count++];
        *item = (struct view_room_figures_rubrics_items){.text = i->items[k].text, .mean = r->mean, .verdict = practice_rest_verdict(r), .pairs = (int64_t)r->pairs};
        if (r->pairs >= PRACTICE_REST_LEAST && !is_missing(r->r)) {
            item->rest = SOME_REAL(r->r);
            item->interval = practice_interval_text(c, r->ci);
        }
    }
    v->items = list;
}

/* What the first two who rated somebody in a room gave on the same items. */
static void fill_agreement(struct ctx *c, const struct instrument *i, const point *p, size_t count, int64_t cut, struct view_room_figures_rubrics *v)
{
    int *first = ARENA_ARRAY(c->a, count, int), *second = ARENA_ARRAY(c->a, count, int);
    size_t n = 0;
    int64_t rated = 0;
    for (size_t from = 0, to; from < count; from = to) {
        size_t other, pairs = n;
        for (other = from; other < count && p[other].rating_id == p[from].rating_id; other++)
            ;
        for (to = other; to < count && p[to].person_id == p[from].person_id && p[to].room_id == p[from].room_id; to++)
            ;
        if (p[from].at > cut || other == to || p[other].at > cut)
            continue;
        int64_t rating = p[other].rating_id;
        for (size_t x = from, y = other; x < other && y < to && p[y].rating_id == rating;)
            if (p[x].item_id == p[y].item_id) {
                first[n] = (int)p[x++].point;
                second[n++] = (int)p[y++].point;
            } else if (p[x].item_id < p[y].item_id) {
                x++;
            } else {
                y++;
            }
        rated += n != pairs;
    }
    if (rated < RATED_LEAST)
        return;
    struct practice_agreement s = practice_agreement_of(c->a, first, second, n, i->low, i->high);
    v->rated = rated;
    v->exact = (int64_t)(s.exact * 100 / s.pairs);
    v->within = (int64_t)(s.within_one * 100 / s.pairs);
    if (s.some) {
        v->kappa = SOME_REAL(s.kappa.est);
        v->kappa_interval = practice_interval_text(c, s.kappa.ci);
    }
}

static enum rc fill_rubrics(struct ctx *c, int64_t exercise, struct view_room_figures *v)
{
    struct rows_room_figures_points rows;
    size_t rubrics = 0, people;
    TRY(sql_room_figures_points(c->db, c->a, exercise, POINTS_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++)
        rubrics += k == 0 || rows.v[k].instrument_id != rows.v[k - 1].instrument_id;
    struct view_room_figures_rubrics *list = ARENA_ARRAY(c->a, rubrics, struct view_room_figures_rubrics);
    for (size_t from = 0, to; from < rows.n; from = to) {
        struct instrument i;
        for (to = from; to < rows.n && rows.v[to].instrument_id == rows.v[from].instrument_id; to++)
            ;
        int64_t cut = cut_of(c->a, rows.v + from, to - from, &people);
        struct view_room_figures_rubrics *r = &list[v->rubrics_count++];
        TRY(instrument_find(c->db, c->a, rows.v[from].instrument_id, lang_tag(c->lang), &i));
        *r = (struct view_room_figures_rubrics){.title = i.title};
        if (people < FIGURES_LEAST)
            continue;
        r->people = SOME_INT((int64_t)people);
        struct stats_matrix x = means(c->a, &i, rows.v + from, to - from, cut);
        fill_items(c, &i, &x, r);
        fill_agreement(c, &i, rows.v + from, to - from, cut, r);
    }
    v->rubrics = list;
    return RC_OK;
}

enum rc room_send_figures(struct ctx *c, const struct row_practice_find *x)
{
    struct view_room_figures v = {.least = PRACTICE_REST_LEAST, .back = practice_path(c, x->id, ""), .file = practice_path(c, x->id, "/figures/file")};
    TRY(fill_rooms(c, x->id, &v));
    TRY(fill_rubrics(c, x->id, &v));
    struct page page = practice_page(c, tr(c, M_cases_figures), x->title, x->id);
    page.wide = true;
    return view_room_figures_page(c, &page, &v);
}

enum rc room_send_figures_file(struct ctx *c, const struct row_practice_find *x)
{
    struct view_room_figures v = {0};
    struct buf b = buf_new(c->a, 4096);
    const struct opt_int none = {0};
    TRY(fill_rooms(c, x->id, &v));
    TRY(fill_rubrics(c, x->id, &v));
    buf_z(&b, "what,about,choice,people,measure,value\r\n");
    practice_put_figure(&b, "rooms", x->title, S(""), v.people, "rooms", (double)v.rooms);
    practice_put_figure(&b, "rooms", x->title, S(""), v.people, "median_minutes", v.median.some ? (double)v.median.v : STATS_MISSING);
    for (size_t k = 0; k < v.rubrics_count; k++) {
        const struct view_room_figures_rubrics *r = &v.rubrics[k];
        for (size_t i = 0; i < r->items_count; i++) {
            practice_put_figure(&b, "item", r->items[i].text, r->title, r->people, "mean", r->items[i].mean);
            practice_put_figure(&b, "item", r->items[i].text, r->title, r->people, "item_rest", r->items[i].rest.some ? r->items[i].rest.v : STATS_MISSING);
        }
        if (r->rated == 0)
            continue;
        practice_put_figure(&b, "raters", r->title, S(""), none, "rated_by_two", (double)r->rated);
        practice_put_figure(&b, "raters", r->title, S(""), none, "percent_exact", (double)r->exact);
        practice_put_figure(&b, "raters", r->title, S(""), none, "weighted_kappa", r->kappa.some ? r->kappa.v : STATS_MISSING);
    }
    return page_download(c, "text/csv; charset=utf-8", str_printf(c->a, "%.*s-figures.csv", STR_ARG(x->code)), buf_text(&b));
}
