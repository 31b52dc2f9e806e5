/* Counting what people did in a case: see tally.h. */
#include "programme/practice/tally.h"

#include "engine/disclosure/disclosure.h"
#include "gen/programme/practice/tally_sql.h"
#include "programme/practice/inside.h"

#define TALLY_MORE 5
#define WAYS_MOST 4000 /* of a case that is larger nothing is told but how many are through */
#define NO_CELL UINT32_MAX

/* One way out of one passage of the original: a link taken there, or its time that ran out. */
struct way {
    uint32_t passage;
    int64_t link;        /* as stored: -1 - passage where the time ran out */
    struct str question; /* no value: none was asked */
    struct str target;   /* no value: nowhere */
    int64_t people;
    uint32_t cell;
};

/* What the panel is asked too, with the cell of all who came to it. */
struct question {
    struct str name;
    int64_t people;
    uint32_t cell;
};

struct count {
    struct db *tx;
    struct arena *a;
    int64_t family, people;
    const struct story *s;
    struct way *ways;
    size_t n, room;
    struct row_tally_count_endings *endings;
    uint32_t *ending_cells;
    size_t ending_count;
    struct question *questions;
    size_t question_count;
    struct disclosure *d;
    uint32_t all;  /* the cell of everybody */
    bool too_many; /* ways */
    bool told;     /* something of it may be */
};

/* ---- what happened ------------------------------------------------------------------------------------------------------------------- */

static bool same_text(struct str x, struct str y)
{
    return (x.p == NULL) == (y.p == NULL) && (x.p == NULL || str_eq(x, y));
}

static void add_way(struct count *n, struct way w)
{
    for (size_t k = 0; k < n->n; k++)
        if (n->ways[k].passage == w.passage && n->ways[k].link == w.link && same_text(n->ways[k].question, w.question) &&
            same_text(n->ways[k].target, w.target)) {
            n->ways[k].people += w.people;
            return;
        }
    n->too_many = n->too_many || n->n == WAYS_MOST;
    if (n->too_many)
        return;
    if (n->n == n->room) {
        struct way *more = ARENA_ARRAY(n->a, n->room * 2 + 64, struct way);
        if (n->n != 0)
            memcpy(more, n->ways, n->n * sizeof *more);
        n->ways = more;
        n->room = n->room * 2 + 64;
    }
    n->ways[n->n++] = w;
}

static void add_ending(struct count *n, struct str title, int64_t people)
{
    for (size_t k = 0; k < n->ending_count; k++)
        if (str_eq(n->endings[k].ending, title)) {
            n->endings[k].people += people;
            return;
        }
    n->endings[n->ending_count++] = (struct row_tally_count_endings){.ending = title, .people = people};
}

/* What happened in one version, in the passages of the original: a translation has the same titles and links. */
static enum rc read_version(struct count *n, const struct row_tally_versions *v)
{
    const struct story *s;
    struct rows_tally_count_ways rows;
    struct rows_tally_count_endings endings;
    TRY(practice_story(n->tx, n->a, v->id, v->digest, &s));
    TRY(sql_tally_count_ways(n->tx, n->a, v->id, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_tally_count_ways *r = &rows.v[k];
        uint32_t passage = r->passage < (int64_t)story_info(s)->passages ? story_find(n->s, story_passage(s, (uint32_t)r->passage)->title) : STORY_NONE;
        if (passage == STORY_NONE || (!r->link_null && r->link >= (int64_t)story_link_count(n->s)))
            continue;
        add_way(n, (struct way){passage, r->link_null ? -1 - (int64_t)passage : r->link, r->question, r->target, r->people, NO_CELL});
    }
    TRY(sql_tally_count_endings(n->tx, n->a, v->id, &endings));
    struct row_tally_count_endings *more = ARENA_ARRAY(n->a, n->ending_count + endings.n, struct row_tally_count_endings);
    if (n->ending_count != 0)
        memcpy(more, n->endings, n->ending_count * sizeof *more);
    n->endings = more;
    for (size_t k = 0; k < endings.n; k++)
        add_ending(n, endings.v[k].ending, endings.v[k].people);
    return RC_OK;
}

/* Links that nobody took in a passage where somebody was are part of what is told: where a question was asked, as one of its ways. */
static void add_untaken(struct count *n)
{
    size_t links = story_link_count(n->s), taken = n->n;
    bool *seen = ARENA_ARRAY(n->a, links + 1, bool), *been = ARENA_ARRAY(n->a, story_info(n->s)->passages + 1, bool);
    struct str *asked = ARENA_ARRAY(n->a, story_info(n->s)->passages + 1, struct str);
    for (size_t k = 0; k < taken; k++) {
        been[n->ways[k].passage] = true;
        if (n->ways[k].link >= 0)
            seen[n->ways[k].link] = true;
        if (n->ways[k].question.p != NULL)
            asked[n->ways[k].passage] = n->ways[k].question;
    }
    for (uint32_t link = 0; link < links; link++) {
        struct story_link l = story_link_at(n->s, link);
        if (!seen[link] && been[l.from])
            add_way(n, (struct way){l.from, link, asked[l.from], l.to != STORY_NONE ? story_passage(n->s, l.to)->title : STR_NONE, 0, NO_CELL});
    }
}

/* ---- what may be told ---------------------------------------------------------------------------------------------------------------- */

static struct question *question_of(const struct count *n, struct str name)
{
    for (size_t k = 0; k < n->question_count; k++)
        if (str_eq(n->questions[k].name, name))
            return &n->questions[k];
    return NULL;
}

/* The ways of a question: the numbers of their cells in parts. */
static size_t ways_of(const struct count *n, struct question *q, uint32_t *parts)
{
    size_t count = 0;
    q->people = 0;
    for (size_t k = 0; k < n->n; k++)
        if (same_text(n->ways[k].question, q->name)) {
            parts[count++] = n->ways[k].cell;
            q->people += n->ways[k].people;
        }
    return count;
}

/* How many came to a question stands above its ways: where they are all that leads out of one passage, as what comes through that
 * (tie_passages made the cell), else by itself. */
static void add_questions(struct count *n)
{
    uint32_t *parts = ARENA_ARRAY(n->a, n->n + 1, uint32_t);
    for (size_t k = 0; k < n->question_count; k++) {
        struct question *q = &n->questions[k];
        size_t count = ways_of(n, q, parts);
        if (q->cell != NO_CELL)
            continue;
        q->cell = disclosure_add(n->d, q->people, DISCLOSURE_OPEN, DISCLOSURE_COST_TOTAL);
        disclosure_add_sum(n->d, q->cell, parts, count);
    }
}

static void find_questions(struct count *n)
{
    n->questions = ARENA_ARRAY(n->a, n->n + 1, struct question);
    for (size_t k = 0; k < n->n; k++)
        if (n->ways[k].question.p != NULL && question_of(n, n->ways[k].question) == NULL)
            n->questions[n->question_count++] = (struct question){n->ways[k].question, 0, NO_CELL};
}

/* The question whose ways are these and no others; NULL where there is none. */
static struct question *question_of_ways(const struct count *n, const uint32_t *outs, size_t count, uint32_t *room)
{
    for (size_t k = 0; k < n->question_count; k++) {
        size_t ways = ways_of(n, &n->questions[k], room);
        if (ways == count && memcmp(room, outs, count * sizeof *outs) == 0) /* both in the order of ways */
            return &n->questions[k];
    }
    return NULL;
}

static void add_cells(struct count *n)
{
    n->all = disclosure_add(n->d, n->people, DISCLOSURE_OUT, DISCLOSURE_COST_TOTAL); /* how many were counted always stands there */
    for (size_t k = 0; k < n->n; k++)
        n->ways[k].cell = disclosure_add(n->d, n->ways[k].people, DISCLOSURE_OPEN, n->ways[k].people == 0 ? DISCLOSURE_COST_ZERO : DISCLOSURE_COST_CELL);
    n->ending_cells = ARENA_ARRAY(n->a, n->ending_count, uint32_t);
    for (size_t k = 0; k < n->ending_count; k++)
        n->ending_cells[k] = disclosure_add(n->d, n->endings[k].people, DISCLOSURE_OPEN, DISCLOSURE_COST_CELL);
    disclosure_add_sum(n->d, n->all, n->ending_cells, n->ending_count);
}

/* The numbers of what comes into, or goes out of, a passage: *sum of them. */
static size_t gather(const struct count *n, uint32_t passage, bool into, uint32_t *cells, int64_t *sum)
{
    size_t count = 0;
    *sum = 0;
    struct str title = story_passage(n->s, passage)->title;
    for (size_t k = 0; k < n->n; k++) {
        const struct way *w = &n->ways[k];
        if (into ? w->target.p == NULL || !str_eq(w->target, title) : w->passage != passage)
            continue;
        cells[count++] = w->cell;
        *sum += w->people;
    }
    if (into && passage == story_info(n->s)->start) {
        cells[count++] = n->all;
        *sum += n->people;
    }
    for (size_t k = 0; !into && k < n->ending_count; k++)
        if (str_eq(n->endings[k].ending, title)) {
            cells[count++] = n->ending_cells[k];
            *sum += n->endings[k].people;
        }
    return count;
}

/* Whoever comes into a passage leaves it or ends there. Where people come through one several times, or are sent on at once, this
 * does not hold, and nobody can reckon with it. */
static void tie_passages(struct count *n)
{
    uint32_t *in = ARENA_ARRAY(n->a, n->n + n->ending_count + 2, uint32_t), *out = ARENA_ARRAY(n->a, n->n + n->ending_count + 2, uint32_t);
    uint32_t *room = ARENA_ARRAY(n->a, n->n + 1, uint32_t);
    bool *busy = ARENA_ARRAY(n->a, story_info(n->s)->passages + 1, bool);
    for (size_t k = 0; k < n->n; k++)
        if (n->ways[k].people != 0) {
            uint32_t to = n->ways[k].target.p != NULL ? story_find(n->s, n->ways[k].target) : STORY_NONE;
            busy[n->ways[k].passage] = true;
            if (to != STORY_NONE)
                busy[to] = true;
        }
    for (uint32_t p = 0; p < story_info(n->s)->passages; p++) {
        int64_t came, left;
        if (!busy[p])
            continue;
        size_t ins = gather(n, p, true, in, &came), outs = gather(n, p, false, out, &left);
        if (came != left || ins == 0 || outs == 0)
            continue;
        struct question *q = question_of_ways(n, out, outs, room);
        uint32_t through = disclosure_add(n->d, came, q != NULL ? DISCLOSURE_OPEN : DISCLOSURE_UNSEEN, DISCLOSURE_COST_TOTAL);
        if (q != NULL)
            q->cell = through;
        disclosure_add_sum(n->d, through, in, ins);
        disclosure_add_sum(n->d, through, out, outs);
    }
}

/* ---- writing it ---------------------------------------------------------------------------------------------------------------------- */

static bool told(const struct count *n, uint32_t cell)
{
    return n->told && !disclosure_hidden(n->d, cell);
}

/* Of all ways for which this stands: their people, and whether each may be told. */
struct together {
    int64_t people;
    bool shown;
};

static enum rc write_links(const struct count *n)
{
    for (size_t k = 0; k < n->n; k++) {
        struct together t = {0, true};
        bool first = true;
        for (size_t m = 0; m < n->n; m++)
            if (n->ways[m].link == n->ways[k].link) {
                first = first && m >= k;
                t.people += n->ways[m].people;
                t.shown = t.shown && told(n, n->ways[m].cell);
            }
        if (first)
            TRY(sql_tally_add_link(n->tx, n->family, n->ways[k].link, t.people, t.shown));
    }
    return RC_OK;
}

/* The ways of a question, by where they lead. */
static enum rc write_question(const struct count *n, const struct question *q)
{
    for (size_t k = 0; k < n->n; k++) {
        struct together t = {0, true};
        bool first = true;
        if (!same_text(n->ways[k].question, q->name) || n->ways[k].target.p == NULL)
            continue;
        for (size_t m = 0; m < n->n; m++)
            if (same_text(n->ways[m].question, q->name) && same_text(n->ways[m].target, n->ways[k].target)) {
                first = first && m >= k;
                t.people += n->ways[m].people;
                t.shown = t.shown && told(n, n->ways[m].cell);
            }
        if (first)
            TRY(sql_tally_add(n->tx, n->family, q->name, n->ways[k].target, t.people, t.shown));
    }
    return sql_tally_add(n->tx, n->family, q->name, S(""), q->people, told(n, q->cell));
}

static enum rc write(struct count *n, int64_t now)
{
    TRY(sql_tally_clear(n->tx, n->family));
    TRY(sql_tally_clear_links(n->tx, n->family));
    TRY(write_links(n));
    for (size_t k = 0; k < n->question_count; k++)
        TRY(write_question(n, &n->questions[k]));
    for (size_t k = 0; k < n->ending_count && n->told; k++)
        TRY(sql_tally_add(n->tx, n->family, S(""), n->endings[k].ending, n->endings[k].people, told(n, n->ending_cells[k])));
    return sql_tally_made(n->tx, n->family, n->people, now);
}

static void decide(struct count *n)
{
    struct disclosure_result r;
    n->d = disclosure_new(n->a, disclosure_default);
    add_cells(n);
    find_questions(n);
    tie_passages(n);
    add_questions(n);
    disclosure_protect(n->d, DISCLOSURE_EFFORT_PAGE, 0, &r);
    n->told = !r.withheld && r.exposed_count == 0;
}

enum rc practice_count(struct db *tx, struct arena *a, int64_t family, int64_t now)
{
    struct rows_tally_versions versions;
    struct count n = {.tx = tx, .a = a, .family = family};
    TRY(sql_tally_versions(tx, a, family, &versions));
    for (size_t k = 0; k < versions.n; k++)
        if (versions.v[k].id == family)
            TRY(practice_story(tx, a, family, versions.v[k].digest, &n.s));
    ASSERT(n.s != NULL);
    for (size_t k = 0; k < versions.n; k++)
        TRY(read_version(&n, &versions.v[k]));
    for (size_t k = 0; k < n.ending_count; k++)
        n.people += n.endings[k].people;
    if (n.people < disclosure_default.threshold)
        return RC_OK;
    add_untaken(&n);
    if (n.too_many)
        n.n = 0;
    else
        decide(&n);
    return write(&n, now);
}

enum rc practice_count_again(struct db *tx, struct arena *a, int64_t family, int64_t now)
{
    struct row_tally_age age;
    TRY(sql_tally_age(tx, a, family, &age));
    if (age.people < age.counted + TALLY_MORE || age.people < age.counted + age.counted / 10)
        return RC_OK;
    return practice_count(tx, a, family, now);
}

/* ---- reading it ---------------------------------------------------------------------------------------------------------------------- */

enum rc practice_read_traffic(struct db *db, struct arena *a, int64_t family, const struct story *s, struct practice_traffic *out)
{
    struct row_tally_age age;
    struct rows_tally_read_links rows;
    *out = (struct practice_traffic){.links = ARENA_ARRAY(a, story_link_count(s) + 1, uint64_t)};
    TRY(sql_tally_age(db, a, family, &age));
    TRY(sql_tally_read_links(db, a, family, &rows));
    out->people = age.counted;
    out->at = age.at;
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].link >= 0 && rows.v[k].link < (int64_t)story_link_count(s))
            out->links[rows.v[k].link] = rows.v[k].shown ? (uint64_t)rows.v[k].people : STORY_HELD_BACK;
    return RC_OK;
}

enum rc practice_read_tally(struct db *db, struct arena *a, int64_t family, struct practice_question_tally **out, size_t *count)
{
    struct rows_tally_read rows;
    TRY(sql_tally_read(db, a, family, &rows));
    struct practice_counted *ways = ARENA_ARRAY(a, rows.n, struct practice_counted);
    *out = ARENA_ARRAY(a, rows.n, struct practice_question_tally);
    *count = 0;
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_tally_read *r = &rows.v[k];
        if (*count == 0 || !str_eq((*out)[*count - 1].question, r->question))
            (*out)[(*count)++] = (struct practice_question_tally){.question = r->question, .ways = &ways[k]};
        struct practice_question_tally *q = &(*out)[*count - 1];
        if (r->target.n != 0 || r->question.n == 0) {
            ((struct practice_counted *)q->ways)[q->count++] = (struct practice_counted){r->target, r->people, r->shown != 0};
        } else {
            q->people = r->people;
            q->shown = r->shown != 0;
        }
    }
    return RC_OK;
}

const struct practice_question_tally *practice_find_tally(const struct practice_question_tally *all, size_t count, struct str question)
{
    for (size_t k = 0; k < count; k++)
        if (str_eq(all[k].question, question))
            return &all[k];
    return NULL;
}
