/* What is wrong with a case as a whole, told from what exploring it saw (explore.h). */
#include "engine/story/explore.h"

#define LOOP_NAMED 20 /* passages of one loop that are told each */
/* Numbers per state, on average. A large case is first looked at as long as that is cheap: what makes its states many is mostly words
 * that change with what was visited, which the second look does not follow. */
#define NUMBERS 16
#define NUMBERS_LARGE 2
#define LARGE 1000 /* passages */

struct checker {
    struct arena *a;
    const struct story *s;
    struct story_problems *p;
    const struct explored *x;
    bool *may;    /* by passage: reached if every condition could hold */
    bool *named;  /* by passage: another one names it */
    bool *from_reached; /* by passage: one that was entered names it */
};

static void tell(struct checker *c, enum story_fault fault, uint32_t line, uint32_t passage, struct str name, struct str detail, uint32_t n)
{
    story_problem_add(c->p, (struct story_problem){.fault = fault,
                                                   .file = c->s->info.file,
                                                   .line = line,
                                                   .passage = c->s->passages[passage].shown.title,
                                                   .name = name,
                                                   .detail = detail,
                                                   .n = n});
}

static uint32_t header_line(const struct checker *c, uint32_t passage)
{
    return c->s->passages[passage].shown.line;
}

/* ---- includes in a circle -------------------------------------------------------------------------------------------- */
enum colour { WHITE, GREY, BLACK };

/* Depth first, with its own stack: an include of a passage that is still open closes a circle. */
static void find_circles(struct checker *c)
{
    const struct story *s = c->s;
    uint8_t *colour = ARENA_ARRAY(c->a, s->passage_count + 1, uint8_t);
    uint32_t *stack = ARENA_ARRAY(c->a, s->passage_count + 1, uint32_t), *at = ARENA_ARRAY(c->a, s->passage_count + 1, uint32_t);
    for (uint32_t root = 0; root < s->passage_count; root++) {
        size_t deep = 0;
        if (colour[root] != WHITE)
            continue;
        colour[root] = GREY;
        stack[deep++] = root;
        at[root] = s->passages[root].first_op;
        while (deep != 0) {
            uint32_t p = stack[deep - 1];
            if (at[p] == s->passages[p].end_op) {
                colour[p] = BLACK;
                deep--;
                continue;
            }
            const struct op *op = &s->ops[at[p]++];
            if (op->kind != OP_INCLUDE || op->x == STORY_NONE || colour[op->x] == BLACK)
                continue;
            if (colour[op->x] == GREY) {
                tell(c, STORY_INCLUDE_CIRCLE, op->line, p, op->text, STR_NONE, 0);
                continue;
            }
            colour[op->x] = GREY;
            stack[deep++] = op->x;
            at[op->x] = s->passages[op->x].first_op;
        }
    }
}

/* ---- what cannot be reached ------------------------------------------------------------------------------------------ */
static void find_ways(struct checker *c)
{
    const struct story *s = c->s;
    uint32_t *queue = ARENA_ARRAY(c->a, s->passage_count + 1, uint32_t);
    size_t count = 0;
    c->may = ARENA_ARRAY(c->a, s->passage_count + 1, bool);
    c->named = ARENA_ARRAY(c->a, s->passage_count + 1, bool);
    c->from_reached = ARENA_ARRAY(c->a, s->passage_count + 1, bool);
    c->may[s->info.start] = true;
    queue[count++] = s->info.start;
    for (size_t next = 0; next < count; next++)
        for (uint32_t k = s->passages[queue[next]].first_op; k < s->passages[queue[next]].end_op; k++) {
            uint32_t to = story_leads_to(s, &s->ops[k]);
            if (to == STORY_NONE || c->may[to])
                continue;
            c->may[to] = true;
            queue[count++] = to;
        }
    for (uint32_t p = 0; p < s->passage_count; p++)
        for (uint32_t k = s->passages[p].first_op; k < s->passages[p].end_op; k++) {
            uint32_t to = story_leads_to(s, &s->ops[k]);
            if (to != STORY_NONE && to != p)
                c->named[to] = true, c->from_reached[to] = c->from_reached[to] || c->x->entered[p];
        }
}

/* Passages that are there twice are told as such; the second one cannot be named at all. */
static bool is_second(const struct checker *c, uint32_t passage)
{
    return story_find(c->s, c->s->passages[passage].shown.title) != passage;
}

static void tell_unreachable(struct checker *c)
{
    for (uint32_t p = 0; p < c->s->passage_count; p++) {
        const struct story_passage *shown = &c->s->passages[p].shown;
        if (shown->special || c->x->entered[p] || is_second(c, p) || (!c->x->complete && c->may[p]))
            continue;
        tell(c,
             shown->ending          ? STORY_ENDING_UNREACHABLE
             : c->from_reached[p]   ? STORY_UNREACHABLE_CONDITION
                                    : STORY_UNREACHABLE,
             shown->line, p, STR_NONE, STR_NONE, 0);
    }
}

/* ---- dead ends ------------------------------------------------------------------------------------------------------- */
static void tell_dead_ends(struct checker *c)
{
    const struct explored *x = c->x;
    for (uint32_t p = 0; p < c->s->passage_count; p++) {
        if (x->stuck[p] == 0 || c->s->passages[p].shown.ending)
            continue;
        if (x->passed[p] == 0)
            tell(c, STORY_DEAD_END, header_line(c, p), p, STR_NONE, STR_NONE, 0);
        else
            tell(c, STORY_DEAD_END_SOMETIMES, header_line(c, p), p, STR_NONE, explored_way(c->a, x, x->stuck[p] - 1), 0);
    }
}

/* ---- loops ----------------------------------------------------------------------------------------------------------- */
/* Edges by the state they lead from (or, turned, to). */
struct sorted {
    uint32_t *first, *other;
};

static struct sorted sort_edges(struct checker *c, bool turned)
{
    const struct explored *x = c->x;
    struct sorted r = {ARENA_ARRAY(c->a, x->count + 2, uint32_t), ARENA_ARRAY(c->a, x->edge_count + 1, uint32_t)};
    for (size_t k = 0; k < x->edge_count; k++)
        r.first[(turned ? x->edges[k].to : x->edges[k].from) + 2]++;
    for (size_t k = 2; k < x->count + 2; k++)
        r.first[k] += r.first[k - 1];
    for (size_t k = 0; k < x->edge_count; k++)
        r.other[r.first[(turned ? x->edges[k].to : x->edges[k].from) + 1]++] = turned ? x->edges[k].from : x->edges[k].to;
    return r;
}

/* States from which an end can be reached. */
static bool *find_good(struct checker *c)
{
    const struct explored *x = c->x;
    bool *good = ARENA_ARRAY(c->a, x->count + 1, bool);
    uint32_t *queue = ARENA_ARRAY(c->a, x->count + 1, uint32_t);
    size_t count = 0;
    for (uint32_t k = 0; k < x->count; k++) {
        if (x->states[k].ends || !x->states[k].done) {
            good[k] = true;
            queue[count++] = k;
        }
    }
    if (count == x->count)
        return good;
    struct sorted back = sort_edges(c, true);
    for (size_t next = 0; next < count; next++)
        for (uint32_t k = back.first[queue[next]]; k < back.first[queue[next] + 1]; k++)
            if (!good[back.other[k]]) {
                good[back.other[k]] = true;
                queue[count++] = back.other[k];
            }
    return good;
}

/* Strongly connected parts of the states without an end before them (Tarjan 1972, with its own stack); those that nothing leaves are
 * the loops. */
struct parts {
    struct checker *c;
    struct sorted on;
    uint32_t *number, *low, *stack, *path, *at;
    bool *open, *told;
    size_t stack_count, path_count;
    uint32_t next;
};

static void tell_loop(struct parts *t, const uint32_t *states, size_t count)
{
    const struct explored *x = t->c->x;
    uint32_t *passages = ARENA_ARRAY(t->c->a, count, uint32_t);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        uint32_t p = x->states[states[k]].passage;
        if (!t->told[p])
            passages[n++] = p;
        t->told[p] = true;
    }
    struct str way = explored_way(t->c->a, x, states[count - 1]);
    for (size_t k = 0; k < n && k < LOOP_NAMED; k++)
        tell(t->c, STORY_LOOP, header_line(t->c, passages[k]), passages[k], STR_NONE, str_printf(t->c->a, " (%.*s)", STR_ARG(way)),
             (uint32_t)n);
}

/* The part whose root is on top of the path has been seen whole. */
static void finish_part(struct parts *t, uint32_t root)
{
    size_t from = t->stack_count;
    bool left = false;
    do {
        t->open[t->stack[--from]] = false;
    } while (t->stack[from] != root);
    for (size_t k = from; k < t->stack_count; k++)
        t->low[t->stack[k]] = t->number[root];
    for (size_t k = from; k < t->stack_count; k++)
        for (uint32_t i = t->on.first[t->stack[k]]; i < t->on.first[t->stack[k] + 1]; i++)
            left = left || t->low[t->on.other[i]] != t->number[root];
    if (!left)
        tell_loop(t, &t->stack[from], t->stack_count - from);
    t->stack_count = from;
}

static void walk_from(struct parts *t, uint32_t root)
{
    t->path_count = 0;
    t->path[t->path_count++] = root;
    while (t->path_count != 0) {
        uint32_t v = t->path[t->path_count - 1];
        if (t->number[v] == 0) {
            t->number[v] = t->low[v] = ++t->next;
            t->stack[t->stack_count++] = v;
            t->open[v] = true;
            t->at[v] = t->on.first[v];
        }
        if (t->at[v] < t->on.first[v + 1]) {
            uint32_t w = t->on.other[t->at[v]++];
            if (t->number[w] == 0)
                t->path[t->path_count++] = w;
            else if (t->open[w] && t->number[w] < t->low[v])
                t->low[v] = t->number[w];
            continue;
        }
        if (t->low[v] == t->number[v])
            finish_part(t, v);
        t->path_count--;
        if (t->path_count != 0 && t->low[v] < t->low[t->path[t->path_count - 1]])
            t->low[t->path[t->path_count - 1]] = t->low[v];
    }
}

static void tell_loops(struct checker *c)
{
    const struct explored *x = c->x;
    struct parts t = {.c = c};
    bool *good = find_good(c), any = false;
    for (size_t k = 0; k < x->count; k++)
        any = any || !good[k];
    if (!any)
        return;
    size_t n = x->count + 1;
    t.on = sort_edges(c, false);
    t.number = ARENA_ARRAY(c->a, n, uint32_t);
    t.low = ARENA_ARRAY(c->a, n, uint32_t);
    t.stack = ARENA_ARRAY(c->a, n, uint32_t);
    t.path = ARENA_ARRAY(c->a, n, uint32_t);
    t.at = ARENA_ARRAY(c->a, n, uint32_t);
    t.open = ARENA_ARRAY(c->a, n, bool);
    t.told = ARENA_ARRAY(c->a, c->s->passage_count + 1, bool);
    for (uint32_t k = 0; k < x->count; k++)
        if (!good[k] && t.number[k] == 0)
            walk_from(&t, k);
}

/* ---- conditions ------------------------------------------------------------------------------------------------------ */
/* Conditions of passages that were entered, which were asked and never held, or never even asked because one before them in the same
 * choice always held. What lies within one that never holds is not told again. */
static void tell_conditions(struct checker *c)
{
    const struct story *s = c->s;
    for (uint32_t p = 0; p < s->passage_count && c->x->complete; p++) {
        uint32_t within = 0; /* up to here nothing is run */
        if (!c->x->entered[p])
            continue;
        for (uint32_t k = s->passages[p].first_op; k < s->passages[p].end_op; k++) {
            const struct op *op = &s->ops[k];
            if (op->kind != OP_UNLESS || k < within || c->x->f->cosmetic[k] || c->x->held[k] != 0)
                continue;
            tell(c, STORY_NEVER, op->line, p, op->text, STR_NONE, 0);
            within = op->x;
        }
    }
}

/* ---- what went wrong on the way -------------------------------------------------------------------------------------- */
static void tell_faults(struct checker *c)
{
    for (size_t k = 0; k < c->x->fault_count; k++) {
        const struct seen_fault *f = &c->x->faults[k];
        uint32_t passage = c->x->f->passage_of[f->op];
        struct str detail = f->why;
        if (f->fault == STORY_INCLUDE_CIRCLE) /* told by find_circles */
            continue;
        if (f->fault == STORY_UNSET_VARIABLE && f->state != STORY_NONE && c->x->states[f->state].from != STORY_NONE)
            detail = str_printf(c->a, " (%.*s)", STR_ARG(explored_way(c->a, c->x, f->state)));
        tell(c, f->fault, c->s->ops[f->op].line, passage, f->name, detail, 0);
    }
}

struct story_checked story_check(struct arena *a, const struct story *s, size_t states, struct story_problems *p)
{
    struct checker c = {.a = a, .s = s, .p = p};
    struct story_checked result = {.bound = states != 0 ? states : STORY_STATES, .complete = true};
    if (result.bound > UINT32_MAX / 2)
        result.bound = UINT32_MAX / 2;
    if (s->passage_count != 0)
        find_circles(&c);
    if (s->info.start != STORY_NONE) {
        size_t numbers = s->passage_count > LARGE ? NUMBERS_LARGE : NUMBERS;
        struct explored *x = explore(a, s, keep_new(a, s, false), result.bound, numbers * result.bound);
        result.complete = x->complete;
        if (!x->complete) /* with less to follow it may come further */
            x = explore(a, s, keep_new(a, s, true), result.bound, NUMBERS * result.bound);
        c.x = x;
        find_ways(&c);
        tell_unreachable(&c);
        tell_dead_ends(&c);
        tell_loops(&c);
        tell_conditions(&c);
        tell_faults(&c);
        result.states = x->count;
    }
    story_problems_sort(p);
    return result;
}
