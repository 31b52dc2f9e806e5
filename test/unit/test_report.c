/* The report of a 360 round and who attacks it. The rule alone: what it gives is all that any page has (report.h), so nothing that a page,
 * filter, download or picture shows can tell more. The attackers know the rule, the scale, who stands in which group and who judged what:
 *   two worlds that differ in what one rater said look the same where fewer than k stand behind a figure;
 *   all answers that a domain's raters can give are tried, and whatever is shown, at least two answers are left for each of them;
 *   a linear program works out from all figures together, rounding included, how low and how high one rater can have scored.
 * Test over HTTP: test/flow/attack.mjs. */
#include "programme/feedback/report_inside.h"

#include <setjmp.h>

#include <cmocka.h>
#include <math.h>
#include <time.h>

#include "base/problems.h"
#include "base/strmap.h"
#include "engine/disclosure/disclosure.h"
#include "programme/instrument/text.h"

#define HEAD "title: Seen\nkind: multisource\nscale: 1-5\nlabel 1: a\nlabel 2: b\nlabel 3: c\nlabel 4: d\nlabel 5: e\nunable: yes\nrule: domain means\n" \
             "least: 50\nlicence: CC0-1.0\nsource: Own\nlanguage: en\n\n"

static const char four[] = HEAD "# one: One\n? o1: O1\n? o2: O2\n? o3 reversed: O3\n? o4: O4\n? o5: O5\n# two: Two\n? t1: T1\n? t2: T2\n"
                                "# three: Three\n? h1: H1\n# words: Words\n! keep: Keep?\n! change: Change?\n";
static const char one_item[] = HEAD "# one: One\n? o1: O1\n";
static const char two_items[] = HEAD "# one: One\n? o1: O1\n? o2: O2\n";

#define ITEMS_MOST 48
#define SHEETS_MOST 40

struct world {
    struct arena *a;
    struct instrument i;
    struct feedback_group groups[6];
    struct feedback_sheet sheets[SHEETS_MOST], own;
    int answers[SHEETS_MOST][ITEMS_MOST], self[ITEMS_MOST];
    struct feedback_words comments[2 * SHEETS_MOST];
    struct feedback_answers in;
    uint64_t seed;
};

static uint32_t draw(struct world *w, uint32_t below)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->seed >> 33) % below;
}

static void open_world(struct world *w, struct arena *a, const char *text, int64_t least)
{
    static const char *const titles[] = {"Seniors", "Peers", "Juniors", "Nurses and midwives", "Others", "Patients"};
    struct problems p = problems_new(a);
    memset(w, 0, sizeof *w);
    w->a = a;
    w->seed = 1;
    instrument_text_read(a, S("x.txt"), str_from(text), &p, &w->i);
    assert_int_equal(p.errors, 0);
    for (size_t g = 0; g < COUNT_OF(titles); g++)
        w->groups[g] = (struct feedback_group){str_from(titles[g]), str_from(titles[g])};
    w->own.answers = w->self;
    for (size_t k = 0; k < w->i.item_count; k++)
        w->self[k] = 3;
    w->in = (struct feedback_answers){.instrument = &w->i, .groups = w->groups, .group_count = 0, .sheets = w->sheets, .self = &w->own, .comments = w->comments, .least = least};
}

/* A rater, who answers everything by a point that is drawn. */
static size_t add_rater(struct world *w, size_t group)
{
    size_t s = w->in.sheet_count++;
    w->in.group_count = group >= w->in.group_count ? group + 1 : w->in.group_count;
    w->sheets[s] = (struct feedback_sheet){group, w->answers[s]};
    for (size_t k = 0; k < w->i.item_count; k++)
        w->answers[s][k] = w->i.items[k].words ? INSTRUMENT_MISSING : 1 + (int)draw(w, 5);
    return s;
}

static void add_raters(struct world *w, size_t group, size_t count)
{
    while (count-- > 0)
        add_rater(w, group);
}

static size_t item(const struct world *w, const char *code)
{
    size_t k = instrument_item_by_code(&w->i, str_from(code));
    assert_true(k != SIZE_MAX);
    return k;
}

static void say(struct world *w, const char *code, const char *words)
{
    w->comments[w->in.comment_count++] = (struct feedback_words){item(w, code), str_from(words)};
}

static void draw_report(struct world *w, struct report *r)
{
    struct err e = {0};
    assert_int_equal(report_draw(w->a, &w->in, r, &e), RC_OK);
}

static int by_words(const void *x, const void *y)
{
    const struct feedback_words *p = x, *q = y;
    return p->item != q->item ? (p->item > q->item) - (p->item < q->item) : str_cmp(p->words, q->words);
}

static void write_figure(struct buf *b, const struct report_figure *f)
{
    if (!f->shown)
        buf_z(b, " -");
    else
        buf_printf(b, " n%" PRId64 " m%d %" PRId64 " s%d %" PRId64, f->n, (int)f->mean_is, f->mean, f->has_spread, f->spread);
}

/* All that is shown of others, as one text; comments sorted, since their order is by chance. */
static struct str seen(struct world *w)
{
    struct report r;
    struct buf b = buf_new(w->a, 256);
    draw_report(w, &r);
    if (!r.enough)
        return S("too few");
    for (size_t p = 0; p < r.pool_count; p++) {
        buf_printf(&b, "pool %" PRId64 ":", r.pools[p].n);
        for (size_t g = 0; g < r.pools[p].group_count; g++)
            buf_printf(&b, " g%zu", r.pools[p].groups[g]);
        for (size_t d = 0; d < r.domain_count; d++)
            write_figure(&b, &r.figures[p * r.domain_count + d]);
        buf_ch(&b, '\n');
    }
    qsort(r.comments, r.comment_count, sizeof *r.comments, by_words);
    for (size_t k = 0; k < r.comment_count; k++)
        buf_printf(&b, "%zu %.*s\n", r.comments[k].item, STR_ARG(r.comments[k].words));
    return buf_text(&b);
}

static void assert_same(struct str x, struct str y)
{
    if (!str_eq(x, y))
        fail_msg("seen:\n%.*s\nand:\n%.*s", STR_ARG(x), STR_ARG(y));
}

static int new_arena(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* ---- what a report says ------------------------------------------------------------------------------------------------------------- */

static const struct report_figure *figure(const struct report *r, size_t pool, size_t domain)
{
    return &r->figures[pool * r->domain_count + domain];
}

static void means_counts_and_spread(void **state)
{
    static struct world w;
    struct report r;
    open_world(&w, *state, four, 3);
    add_raters(&w, 0, 4);
    add_raters(&w, 1, 4);
    for (size_t s = 0; s < 8; s++)
        for (size_t k = 0; k < 5; k++)
            w.answers[s][k] = k == 2 ? (s % 2 == 0 ? 4 : 2) : (s % 2 == 0 ? 2 : 4); /* o3 is reversed: all of it 2 or 4 */
    w.answers[7][5] = INSTRUMENT_UNABLE;
    w.answers[7][6] = INSTRUMENT_UNABLE;
    w.self[0] = 5;
    w.self[2] = 5; /* 1 on the scale */
    draw_report(&w, &r);
    assert_true(r.enough);
    assert_int_equal(r.pool_count, 3);
    assert_int_equal(r.pools[0].n, 8);
    assert_int_equal(figure(&r, 0, 0)->mean, 30);
    assert_int_equal(figure(&r, 0, 0)->spread, 11); /* sqrt(8/7) = 1.07 */
    assert_int_equal(figure(&r, 1, 0)->mean, 30);
    assert_false(figure(&r, 1, 0)->has_spread);
    assert_int_equal(figure(&r, 0, 1)->n, 7); /* one could not judge */
    assert_false(figure(&r, 0, 3)->shown);    /* words have no figures */
    assert_true(r.self[0].some);
    assert_true(fabs(r.self[0].mean - 3.0) < 1e-9); /* 5 3 1 3 3 */
    assert_true(fabs(r.self[0].sem - sqrt(8.0 / 4 / 5)) < 1e-9);
    assert_false(r.self[3].some);
}

static void small_groups_stand_together(void **state)
{
    static struct world w;
    struct report r;
    open_world(&w, *state, four, 4);
    add_raters(&w, 0, 4);
    add_raters(&w, 1, 5);
    add_raters(&w, 2, 1);
    add_raters(&w, 3, 3);
    draw_report(&w, &r);
    assert_int_equal(r.pool_count, 4); /* all; 0; 1; 2 with 3 */
    assert_int_equal(r.pools[3].n, 4);
    assert_int_equal(r.pools[3].group_count, 2);
    open_world(&w, *state, four, 4);
    add_raters(&w, 0, 4);
    add_raters(&w, 1, 5);
    add_raters(&w, 2, 1);
    w.in.group_count = 4; /* one was asked from the fourth, and did not answer */
    draw_report(&w, &r);
    assert_int_equal(r.pool_count, 3); /* one alone takes the smallest with it */
    assert_int_equal(r.pools[1].groups[0], 1);
    assert_int_equal(r.pools[2].n, 5);
    assert_int_equal(r.pools[2].group_count, 3);
    open_world(&w, *state, four, 4);
    add_raters(&w, 0, 3);
    add_raters(&w, 1, 3);
    draw_report(&w, &r);
    assert_int_equal(r.pool_count, 1);
    open_world(&w, *state, four, 4);
    add_raters(&w, 0, 3);
    draw_report(&w, &r);
    assert_false(r.enough);
    assert_int_equal(r.comment_count, 0);
}

static void ends_and_agreement_are_bounds(void **state)
{
    static struct world w;
    struct report r;
    open_world(&w, *state, one_item, 3);
    add_raters(&w, 0, 12);
    for (size_t s = 0; s < 12; s++)
        w.answers[s][0] = 5;
    draw_report(&w, &r);
    assert_int_equal(figure(&r, 0, 0)->mean, 49);
    assert_int_equal(figure(&r, 0, 0)->mean_is, REPORT_AT_LEAST);
    assert_false(figure(&r, 0, 0)->has_spread);
    for (size_t s = 0; s < 12; s++)
        w.answers[s][0] = 1;
    draw_report(&w, &r);
    assert_int_equal(figure(&r, 0, 0)->mean, 11);
    assert_int_equal(figure(&r, 0, 0)->mean_is, REPORT_AT_MOST);
    for (size_t s = 0; s < 12; s++)
        w.answers[s][0] = 4;
    draw_report(&w, &r);
    assert_int_equal(figure(&r, 0, 0)->mean_is, REPORT_EXACT);
    assert_true(figure(&r, 0, 0)->has_spread);
    assert_in_range(figure(&r, 0, 0)->spread, 4, 10); /* all said 4 */
}

static void bad_sheets_are_refused(void **state)
{
    static struct world w;
    struct report r;
    struct err e = {0};
    open_world(&w, *state, four, 3);
    add_raters(&w, 0, 3);
    w.in.least = 2;
    assert_int_equal(report_draw(w.a, &w.in, &r, &e), RC_INVALID);
    w.in.least = 3;
    w.answers[1][0] = 6;
    assert_int_equal(report_draw(w.a, &w.in, &r, &e), RC_INVALID);
    w.answers[1][0] = 5;
    w.sheets[2].group = 1;
    assert_int_equal(report_draw(w.a, &w.in, &r, &e), RC_INVALID);
    w.sheets[2].group = 0;
    w.comments[w.in.comment_count++] = (struct feedback_words){0, S("x")}; /* an item of points */
    assert_int_equal(report_draw(w.a, &w.in, &r, &e), RC_INVALID);
    w.in.comment_count = 0;
    w.in.sheet_count = 0;
    w.in.group_count = 0;
    w.in.self = NULL;
    assert_int_equal(report_draw(w.a, &w.in, &r, &e), RC_OK);
    assert_false(r.enough);
}

/* ---- two worlds ----------------------------------------------------------------------------------------------------------------------- */

/* What one rater can say instead, in all her answers. */
static void say_otherwise(struct world *w, size_t s)
{
    for (size_t k = 0; k < w->i.item_count; k++)
        if (!w->i.items[k].words)
            w->answers[s][k] = draw(w, 6) == 0 ? INSTRUMENT_UNABLE : 1 + (int)draw(w, 5);
}

/* Fewer than k in all: whatever is answered, and whether, nothing changes. */
static void too_few_look_the_same(void **state)
{
    static struct world w;
    for (int64_t least = 3; least <= 6; least++) {
        open_world(&w, *state, four, least);
        struct str before = seen(&w);
        for (int64_t n = 1; n < least; n++) {
            add_rater(&w, draw(&w, 4));
            say(&w, "keep", "She listens");
            assert_same(seen(&w), before);
            for (int t = 0; t < 20; t++) {
                say_otherwise(&w, draw(&w, (uint32_t)w.in.sheet_count));
                assert_same(seen(&w), before);
            }
        }
        add_rater(&w, 0);
        assert_false(str_eq(seen(&w), before));
    }
}

/* A domain that fewer than k could judge: what they said of it changes nothing, nor does whether one more was unable. */
static void a_domain_few_judged_looks_the_same(void **state)
{
    static struct world w;
    open_world(&w, *state, four, 4);
    add_raters(&w, 0, 5);
    add_raters(&w, 1, 6);
    size_t h1 = item(&w, "h1");
    for (size_t s = 0; s < 11; s++)
        w.answers[s][h1] = INSTRUMENT_UNABLE;
    struct str before = seen(&w);
    for (size_t s = 0; s < 3; s++)
        for (int x = 1; x <= 5; x++) {
            w.answers[4 * s][h1] = x;
            assert_same(seen(&w), before);
        }
    w.answers[1][h1] = 3;
    assert_false(str_eq(seen(&w), before));
}

/* Who is in a group of fewer than k can change places with who is in another such group, and nothing is seen of it. */
static void within_a_pool_nobody_is_told_apart(void **state)
{
    static struct world w;
    for (int t = 0; t < 200; t++) {
        open_world(&w, *state, four, 4);
        w.seed = (uint64_t)t;
        add_raters(&w, 0, 1 + draw(&w, 3));
        add_raters(&w, 1, 1 + draw(&w, 3));
        add_raters(&w, 2, 4 + draw(&w, 5));
        say_otherwise(&w, 0);
        struct str before = seen(&w);
        size_t x = 0, y = w.in.sheet_count;
        while (w.sheets[--y].group != 1)
            ;
        w.sheets[x].answers = w.answers[y];
        w.sheets[y].answers = w.answers[x];
        assert_same(seen(&w), before);
    }
}

/* The order in which answers lie, or came, is not seen. */
static void order_tells_nothing(void **state)
{
    static struct world w;
    open_world(&w, *state, four, 3);
    add_raters(&w, 0, 4);
    add_raters(&w, 1, 5);
    for (int k = 0; k < 5; k++)
        say(&w, k % 2 == 0 ? "keep" : "change", k % 3 == 0 ? "Calm" : "Clear");
    struct str before = seen(&w);
    for (int t = 0; t < 100; t++) {
        size_t x = draw(&w, 9), y = draw(&w, 9), p = draw(&w, 5), q = draw(&w, 5);
        struct feedback_sheet s = w.sheets[x];
        struct feedback_words c = w.comments[p];
        w.sheets[x] = w.sheets[y];
        w.sheets[y] = s;
        w.comments[p] = w.comments[q];
        w.comments[q] = c;
        assert_same(seen(&w), before);
    }
}

/* Who subtracts the pools that are shown from the whole has k people left or nobody. */
static void what_is_held_back_is_many_or_none(void **state)
{
    static struct world w;
    size_t held = 0;
    for (int t = 0; t < 300; t++) {
        struct report r;
        arena_reset(*state);
        open_world(&w, *state, four, 4);
        w.seed = (uint64_t)t * 31;
        for (size_t g = 0; g < 4; g++)
            add_raters(&w, g, 4 + draw(&w, 3));
        for (size_t s = 0; s < w.in.sheet_count; s++)
            for (size_t k = 0; k < w.i.item_count; k++)
                if (!w.i.items[k].words && draw(&w, 3) == 0)
                    w.answers[s][k] = INSTRUMENT_UNABLE;
        draw_report(&w, &r);
        for (size_t d = 0; d < r.domain_count; d++) {
            int64_t rest = figure(&r, 0, d)->n;
            for (size_t p = 1; p < r.pool_count; p++) {
                const struct report_figure *f = figure(&r, p, d);
                assert_true(!f->shown || f->n >= 4);
                rest -= f->n;
            }
            assert_true(rest == 0 || rest >= 4);
            held += rest != 0 && rest != figure(&r, 0, d)->n;
        }
    }
    assert_true(held > 10); /* else nothing was subtracted */
}

/* ---- all worlds: an attacker who tries every answer ------------------------------------------------------------------------------------------- */

#define TRIED_MOST 7

struct tried { /* one world */
    uint8_t answers[TRIED_MOST];
    uint8_t sum[3]; /* of all, and of two groups */
    double spread;
};

static int widest(unsigned values)
{
    int lo = 9, hi = 0;
    for (int x = 1; x <= 5; x++)
        if ((values >> x & 1) != 0) {
            lo = x < lo ? x : lo;
            hi = x;
        }
    return hi - lo;
}

/* Could a sum of n answers be behind the figure? */
static bool sum_fits(const struct report_figure *f, int sum, size_t n)
{
    double mean = (double)sum / (double)n, off = 1 / (double)n - 1e-9;
    if (!f->shown)
        return true;
    if (f->mean_is == REPORT_AT_LEAST)
        return mean >= 5 - off - 2e-9;
    if (f->mean_is == REPORT_AT_MOST)
        return mean <= 1 + off + 2e-9;
    return llround(mean * 10) == f->mean && mean < 5 - off && mean > 1 + off;
}

/* Two groups of so many raters (the second may be empty), one item, and everybody judges: all 5^n worlds. For each, those that fit what is
 * seen of it must leave every rater two answers. */
static void try_all(struct arena *a, size_t first, size_t second, int64_t least)
{
    static struct world w;
    size_t n = first + second, worlds = 1, pictures = 0, size[3] = {n, first, second}, with_pools = 0;
    struct arena *each = arena_new(0), *kept = arena_new(0);
    struct strmap seen_before = strmap_new(kept);
    open_world(&w, a, one_item, least);
    add_raters(&w, 0, first);
    add_raters(&w, 1, second);
    for (size_t s = 0; s < n; s++)
        worlds *= 5;
    struct tried *all = calloc(worlds, sizeof *all);
    for (size_t k = 0; k < worlds; k++) {
        size_t rest = k;
        double squares = 0;
        for (size_t s = 0; s < n; s++, rest /= 5) {
            uint8_t x = (uint8_t)(1 + rest % 5);
            all[k].answers[s] = x;
            all[k].sum[0] = (uint8_t)(all[k].sum[0] + x);
            all[k].sum[s < first ? 1 : 2] = (uint8_t)(all[k].sum[s < first ? 1 : 2] + x);
            squares += x * x;
        }
        all[k].spread = sqrt(fmax(0, squares - all[k].sum[0] * all[k].sum[0] / (double)n) / (double)(n - 1));
    }
    w.a = each;
    for (size_t k = 0; k < worlds; k++) {
        struct report r;
        unsigned values[TRIED_MOST] = {0};
        arena_reset(each);
        for (size_t s = 0; s < n; s++)
            w.answers[s][0] = all[k].answers[s];
        struct str shown = seen(&w);
        if (strmap_add(&seen_before, str_dup(kept, shown), pictures) != STRMAP_NONE)
            continue;
        pictures++;
        draw_report(&w, &r);
        const struct report_figure *whole = figure(&r, 0, 0), none = {0}, *pools[2] = {&none, &none};
        for (size_t p = 1; p < r.pool_count; p++)
            if (r.pools[p].group_count == 1)
                pools[r.pools[p].groups[0]] = figure(&r, p, 0);
        with_pools += pools[0]->shown + pools[1]->shown;
        for (size_t o = 0; o < worlds; o++) {
            const struct tried *t = &all[o];
            if (sum_fits(whole, t->sum[0], size[0]) && sum_fits(pools[0], t->sum[1], size[1]) && sum_fits(pools[1], t->sum[2], size[2]) &&
                (!whole->has_spread || t->spread <= (double)whole->spread / 10 + 1e-9))
                for (size_t s = 0; s < n; s++)
                    values[s] |= 1u << t->answers[s];
        }
        for (size_t s = 0; s < n; s++)
            if (widest(values[s]) < 1)
                fail_msg("rater %zu of %zu gave %#x when this is seen:\n%.*s", s, n, values[s], STR_ARG(shown));
    }
    assert_in_range(pictures, 3, 5000);
    assert_true(second < (size_t)least || first < (size_t)least || with_pools > 5); /* else nothing was attacked */
    free(all);
    arena_free(each);
    arena_free(kept);
}

static void no_answer_follows_from_what_is_seen(void **state)
{
    try_all(*state, 3, 0, 3);
    try_all(*state, 4, 0, 3);
    try_all(*state, 6, 0, 5);
    try_all(*state, 3, 3, 3);
    try_all(*state, 2, 4, 3);
    try_all(*state, 1, 5, 3);
    try_all(*state, 4, 3, 3);
}

/* The same for who reckons with the rule itself: one group, two items, "unable" is an answer too. All 36^3 worlds, by what is seen. */
static void nor_for_who_knows_the_rule(void **state)
{
    struct possible {
        struct str shown;
        unsigned values[6]; /* bit 0: unable */
    };
    static struct world w;
    size_t slots = 4096, pictures = 0;
    struct possible *table = calloc(slots, sizeof *table);
    struct arena *each = arena_new(0), *kept = arena_new(0);
    open_world(&w, *state, two_items, 3);
    add_raters(&w, 0, 3);
    w.a = each;
    for (size_t k = 0; k < 46656; k++) {
        size_t rest = k;
        for (size_t s = 0; s < 6; s++, rest /= 6)
            w.answers[s / 2][s % 2] = rest % 6 == 5 ? INSTRUMENT_UNABLE : 1 + (int)(rest % 6);
        struct str shown = seen(&w);
        size_t at = str_hash(shown) % slots;
        while (table[at].shown.p != NULL && !str_eq(table[at].shown, shown))
            at = (at + 1) % slots;
        if (table[at].shown.p == NULL) {
            table[at].shown = str_dup(kept, shown);
            assert_true(++pictures < slots / 2);
        }
        for (size_t s = 0; s < 6; s++)
            table[at].values[s] |= w.answers[s / 2][s % 2] == INSTRUMENT_UNABLE ? 1u : 1u << w.answers[s / 2][s % 2];
        arena_reset(each);
    }
    assert_true(pictures > 10);
    for (size_t at = 0; at < slots; at++)
        for (size_t s = 0; table[at].shown.p != NULL && s < 6; s++)
            if (widest(table[at].values[s]) < 1)
                fail_msg("rater %zu said %#x when this is seen:\n%.*s", s / 2, table[at].values[s], STR_ARG(table[at].shown));
    free(table);
    arena_free(each);
    arena_free(kept);
}

/* ---- the linear program ---------------------------------------------------------------------------------------------------------------------- */

#define UNIT 60 /* a point has so many parts: scores of 1 to 5 items, and rounding, come out whole */

static int64_t parts_of(double points)
{
    return llround(points * UNIT);
}

/* The cell lies between two known numbers. */
static void bounded(struct disclosure *d, uint32_t cell, int64_t count, int64_t lo, int64_t hi)
{
    uint32_t low = disclosure_add(d, lo, DISCLOSURE_OUT, 1), above = disclosure_add(d, count - lo, DISCLOSURE_UNSEEN, 1);
    uint32_t high = disclosure_add(d, hi, DISCLOSURE_OUT, 1), below = disclosure_add(d, hi - count, DISCLOSURE_UNSEEN, 1);
    disclosure_add_sum(d, cell, (uint32_t[]){low, above}, 2);
    disclosure_add_sum(d, high, (uint32_t[]){cell, below}, 2);
}

static void bound_by_figure(struct disclosure *d, uint32_t cell, int64_t sum, const struct report_figure *f, const struct world *w)
{
    int64_t n = f->n, lo = n * (f->mean * (UNIT / 10) - UNIT / 20), hi = n * (f->mean * (UNIT / 10) + UNIT / 20), least = n * w->i.low * UNIT, most = n * w->i.high * UNIT;
    if (f->mean_is == REPORT_AT_LEAST)
        lo = most - UNIT, hi = most;
    if (f->mean_is == REPORT_AT_MOST)
        hi = least + UNIT, lo = least;
    lo = lo < least ? least : lo;
    hi = hi > most ? most : hi;
    assert_true(sum >= lo && sum <= hi);
    bounded(d, cell, sum, lo, hi);
}

/* Every rater's score of the domain from all figures of it; least: what must be left open, in parts. */
static void attack_domain(struct world *w, const struct report *r, size_t domain, int64_t least)
{
    struct disclosure *d = disclosure_new(w->a, (struct disclosure_rule){1, 1});
    struct instrument_score scores[8], whole;
    uint32_t raters[SHEETS_MOST], pools[8], n = 0, pool_count = 0, all[SHEETS_MOST];
    int64_t total = 0;
    if (!figure(r, 0, domain)->shown)
        return;
    for (size_t p = r->pool_count > 1 ? 1 : 0; p < r->pool_count; p++) {
        uint32_t inside[SHEETS_MOST], count = 0;
        int64_t sum = 0;
        for (size_t s = 0; s < w->in.sheet_count; s++) {
            bool in_pool = p == 0;
            for (size_t g = 0; g < r->pools[p].group_count; g++)
                in_pool = in_pool || r->pools[p].groups[g] == w->sheets[s].group;
            instrument_score(&w->i, w->sheets[s].answers, scores, &whole);
            if (!in_pool || !scores[domain].some)
                continue;
            int64_t x = parts_of(scores[domain].value);
            raters[n] = inside[count++] = disclosure_add(d, x, DISCLOSURE_UNSEEN, 1);
            bounded(d, raters[n], x, w->i.low * UNIT, w->i.high * UNIT);
            n++;
            sum += x;
        }
        if (count == 0)
            continue;
        pools[pool_count] = disclosure_add(d, sum, DISCLOSURE_UNSEEN, 1);
        disclosure_add_sum(d, pools[pool_count], inside, count);
        if (p != 0 && figure(r, p, domain)->shown)
            bound_by_figure(d, pools[pool_count], sum, figure(r, p, domain), w);
        all[pool_count] = pools[pool_count];
        pool_count++;
        total += sum;
    }
    uint32_t sum = disclosure_add(d, total, DISCLOSURE_UNSEEN, 1);
    disclosure_add_sum(d, sum, all, pool_count);
    bound_by_figure(d, sum, total, figure(r, 0, domain), w);
    bool *hidden = ARENA_ARRAY(w->a, 4096, bool);
    disclosure_hide_exactly(d, hidden);
    for (uint32_t k = 0; k < n; k++) {
        struct disclosure_interval left = disclosure_attack(d, raters[k]);
        if (left.hi - left.lo < least)
            fail_msg("domain %zu, rater %u lies between %g and %g:\n%.*s", domain, k, (double)left.lo / UNIT, (double)left.hi / UNIT, STR_ARG(seen(w)));
    }
}

/* Rounds as they come, many of them kind: most points are 4 and 5. */
static void a_linear_program_finds_nobody(void **state)
{
    static struct world w;
    size_t with_pools = 0;
    for (int t = 0; t < 60; t++) {
        struct report r;
        arena_reset(*state);
        open_world(&w, *state, four, 3);
        w.seed = (uint64_t)t * 977;
        size_t groups = 1 + draw(&w, 3);
        for (size_t g = 0; g < groups; g++)
            add_raters(&w, g, 1 + draw(&w, 5));
        for (size_t s = 0; s < w.in.sheet_count; s++) {
            int least = t % 3 == 0 ? 5 : t % 3 == 1 ? 4 : 1;
            for (size_t k = 0; k < w.i.item_count; k++)
                if (!w.i.items[k].words)
                    w.answers[s][k] = draw(&w, 8) == 0 ? INSTRUMENT_UNABLE : w.i.items[k].reversed ? 6 - least - (int)draw(&w, (uint32_t)(6 - least)) : least + (int)draw(&w, (uint32_t)(6 - least));
        }
        draw_report(&w, &r);
        for (size_t d = 0; r.enough && d < r.domain_count; d++) {
            attack_domain(&w, &r, d, UNIT - 3);
            for (size_t p = 1; p < r.pool_count; p++)
                with_pools += figure(&r, p, d)->shown;
        }
    }
    assert_true(with_pools > 20); /* else nothing was attacked */
}

/* ---- comments ------------------------------------------------------------------------------------------------------------------------------ */

static size_t count_comments(struct world *w, const char *code)
{
    struct report r;
    size_t n = 0;
    draw_report(w, &r);
    for (size_t k = 0; k < r.comment_count; k++)
        n += r.comments[k].item == item(w, code);
    return n;
}

static void few_comments_are_held_back(void **state)
{
    static struct world w;
    open_world(&w, *state, four, 3);
    add_raters(&w, 0, 6);
    struct str none = seen(&w);
    say(&w, "keep", "Listens");
    say(&w, "keep", "Calm");
    say(&w, "keep", "   ");
    say(&w, "change", "Speak up");
    assert_same(seen(&w), none); /* two words look like none */
    say(&w, "keep", "Ask 7 West how it went");
    say(&w, "keep", "As your mentor I am glad");
    assert_same(seen(&w), none);
    say(&w, "keep", "Fair");
    assert_int_equal(count_comments(&w, "keep"), 3);
    assert_int_equal(count_comments(&w, "change"), 0);
}

static void what_could_tell_who_wrote(void **state)
{
    static const struct {
        const char *words;
        unsigned hints;
    } cases[] = {
        {"Listens, and says what the plan is.", 0},
        {"She may decide sooner. It may help.", 0},
        {"Das kann sie besser als andere; im Mittelpunkt stehen die Patienten.", 0},
        {"On the 3rd she was late", REPORT_HINT_NUMBER},
        {"On Monday she was late", REPORT_HINT_DATE},
        {"In May she led the round", REPORT_HINT_DATE},
        {"May she go on like this", 0},
        {"Am Montag kam sie sp\xC3\xA4t", REPORT_HINT_DATE},
        {"Letzte Woche half sie mir", REPORT_HINT_DATE},
        {"Ask \xE2\x80\x9C" "Amina\xE2\x80\x9D", REPORT_HINT_NAME},
        {"AMINA saw it", REPORT_HINT_NAME},
        {"Yusuf's plan", REPORT_HINT_NAME},
        {"With Li it went well", REPORT_HINT_NAME},
        {"A little more", 0},
        {"M\xC3\xBCller weiss es", REPORT_HINT_NAME},
        {"Write to a@b.org", REPORT_HINT_ADDRESS},
        {"As a nurse I see her daily", REPORT_HINT_ROLE},
        {"As your supervisor I am glad", REPORT_HINT_ROLE},
        {"Als Ihre Mentorin freut mich das", REPORT_HINT_ROLE},
        {"", 0},
        {"\xE2\x80", 0},
    };
    static const struct str names[] = {{"Dr Amina Yusuf", 14}, {"Wei Li", 6}, {"Jan M\xC3\xBCller", 11}};
    static const struct feedback_group groups[] = {{{"n", 1}, {"Nurses and midwives", 19}}};
    struct arena *a = *state;
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        unsigned hints = report_hints(a, str_from(cases[k].words), names, COUNT_OF(names), groups, 1);
        if (hints != cases[k].hints)
            fail_msg("\"%s\": %u instead of %u", cases[k].words, hints, cases[k].hints);
    }
}

/* Each place is as likely for each comment, in each question apart: 1,000 draws of 4 leave every share near a quarter, by a bound that
 * chance passes once in 10^12. */
static void comments_are_shuffled(void **state)
{
    static struct world w;
    static const char *const words[] = {"Calm", "Clear", "Fair", "Kind"};
    size_t first[4][4] = {{0}}, together[4][4] = {{0}};
    struct arena *each = arena_new(0);
    open_world(&w, *state, four, 3);
    add_raters(&w, 0, 6);
    for (size_t k = 0; k < 4; k++) {
        say(&w, "keep", words[k]);
        say(&w, "change", words[k]);
    }
    w.a = each;
    for (int t = 0; t < 1000; t++) {
        struct report r;
        size_t at[2][4] = {{0}};
        draw_report(&w, &r);
        assert_int_equal(r.comment_count, 8);
        for (size_t k = 0; k < 8; k++)
            for (size_t x = 0; x < 4; x++)
                if (str_eq_z(r.comments[k].words, words[x]))
                    at[k / 4][x] = k % 4;
        for (size_t x = 0; x < 4; x++) {
            first[x][at[0][x]]++;
            together[at[0][x]][at[1][x]] += x == 0;
        }
        arena_reset(each);
    }
    for (size_t x = 0; x < 4; x++)
        for (size_t p = 0; p < 4; p++) {
            assert_in_range(first[x][p], 150, 350);
            assert_in_range(together[x][p], 10, 125); /* of 1,000 in 16: 62 */
        }
    arena_free(each);
}

/* ---- quick ---------------------------------------------------------------------------------------------------------------------------------- */

static void thirty_raters_and_forty_items(void **state)
{
    static struct world w;
    char text[4096];
    size_t at = 0;
    at += (size_t)snprintf(text + at, sizeof text - at, "%s", HEAD);
    for (int d = 0; d < 4; d++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "# d%d: D\n", d);
        for (int k = 0; k < 10; k++)
            at += (size_t)snprintf(text + at, sizeof text - at, "? i%d%d: I\n", d, k);
    }
    snprintf(text + at, sizeof text - at, "# w: W\n! keep: K\n! change: C\n");
    open_world(&w, *state, text, 4);
    for (size_t s = 0; s < 30; s++) {
        add_rater(&w, s % 5);
        say(&w, s % 2 == 0 ? "keep" : "change", "She listens until she has understood, and asks the quietest person first. One could learn from how she does it");
    }
    struct timespec from, to;
    struct report r;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int t = 0; t < 20; t++)
        draw_report(&w, &r);
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ms = ((double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6) / 20;
    print_message("30 raters, 40 items, 30 comments: %.2f ms\n", ms);
    assert_int_equal(r.pool_count, 6);
    assert_int_equal(r.comment_count, 30);
}

int main(void)
{
#define IN_ARENA(fn) cmocka_unit_test_setup_teardown(fn, new_arena, free_arena)
    const struct CMUnitTest tests[] = {
        IN_ARENA(means_counts_and_spread),
        IN_ARENA(small_groups_stand_together),
        IN_ARENA(ends_and_agreement_are_bounds),
        IN_ARENA(bad_sheets_are_refused),
        IN_ARENA(too_few_look_the_same),
        IN_ARENA(a_domain_few_judged_looks_the_same),
        IN_ARENA(within_a_pool_nobody_is_told_apart),
        IN_ARENA(order_tells_nothing),
        IN_ARENA(what_is_held_back_is_many_or_none),
        IN_ARENA(no_answer_follows_from_what_is_seen),
        IN_ARENA(nor_for_who_knows_the_rule),
        IN_ARENA(a_linear_program_finds_nobody),
        IN_ARENA(few_comments_are_held_back),
        IN_ARENA(what_could_tell_who_wrote),
        IN_ARENA(comments_are_shuffled),
        IN_ARENA(thirty_raters_and_forty_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
