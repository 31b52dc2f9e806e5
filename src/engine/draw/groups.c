/* Groups that mix professions and stages: see draw.h. People are edges between a profession and a stage, groups are colours. A profession
 * of n people is split into nodes of as many people as there are groups, so that no colour stands twice at a node: then every group has
 * one of each full node, and one or none of the last. */
#include "engine/draw/draw.h"

#define NONE UINT32_MAX

struct colouring {
    uint32_t groups, count, nodes;
    uint32_t *ends[2];   /* the nodes of a person: of her profession, of her stage */
    uint32_t *at;        /* [node][group]: the person there, NONE */
    uint32_t *into;
    uint32_t *size;      /* of each group */
};

static uint32_t *slot(struct colouring *c, uint32_t node, uint32_t group)
{
    return &c->at[(size_t)node * c->groups + group];
}

static uint32_t free_at(struct colouring *c, uint32_t node)
{
    uint32_t g = 0;
    while (*slot(c, node, g) != NONE)
        g++;
    return g;
}

static uint32_t other_end(const struct colouring *c, uint32_t person, uint32_t node)
{
    return c->ends[0][person] == node ? c->ends[1][person] : c->ends[0][person];
}

static void put(struct colouring *c, uint32_t person, uint32_t group)
{
    c->into[person] = group;
    c->size[group]++;
    *slot(c, c->ends[0][person], group) = *slot(c, c->ends[1][person], group) = person;
}

/* The people on the path that leaves a node by group x and goes on by y, x, y, ...; *odd: it ends with x. No node is met twice. */
static uint32_t walk(struct colouring *c, uint32_t node, uint32_t x, uint32_t y, uint32_t *path, bool *odd)
{
    uint32_t n = 0, person;
    while ((person = *slot(c, node, n % 2 == 0 ? x : y)) != NONE) {
        path[n++] = person;
        node = other_end(c, person, node);
    }
    *odd = n % 2 == 1;
    return n;
}

/* Everybody on a path goes from x to y or from y to x. */
static void swap(struct colouring *c, const uint32_t *path, uint32_t n, uint32_t x, uint32_t y)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t g = c->into[path[k]];
        c->size[g]--;
        *slot(c, c->ends[0][path[k]], g) = *slot(c, c->ends[1][path[k]], g) = NONE;
    }
    for (uint32_t k = 0; k < n; k++)
        put(c, path[k], c->into[path[k]] == x ? y : x);
}

static void colour(struct colouring *c, uint32_t person, uint32_t *path)
{
    uint32_t x = free_at(c, c->ends[0][person]), y = free_at(c, c->ends[1][person]);
    bool odd;
    if (*slot(c, c->ends[1][person], x) != NONE) /* the path from there never comes to her profession: that has no x */
        swap(c, path, walk(c, c->ends[1][person], x, y, path, &odd), x, y);
    put(c, person, x);
}

/* Groups of sizes that differ by two or more exchange a path that has one more of the larger group. */
static bool level(struct colouring *c, uint32_t *path)
{
    uint32_t large = 0, small = 0;
    bool odd = false;
    for (uint32_t g = 1; g < c->groups; g++) {
        if (c->size[g] > c->size[large])
            large = g;
        if (c->size[g] < c->size[small])
            small = g;
    }
    if (c->size[large] - c->size[small] < 2)
        return false;
    for (uint32_t node = 0; node < c->nodes; node++) {
        if (*slot(c, node, large) == NONE || *slot(c, node, small) != NONE)
            continue;
        uint32_t n = walk(c, node, large, small, path, &odd);
        if (odd) {
            swap(c, path, n, large, small);
            return true;
        }
    }
    return false; /* never: more edges of one colour than of the other mean such a path */
}

/* Gives everybody her node among those of her kind, in the order drawn; the result is how many nodes there are now. */
static uint32_t split(struct arena *a, const struct draw_person *people, const uint32_t *order, uint32_t count, uint32_t groups, bool stage,
                      uint32_t node, uint32_t *ends)
{
    uint32_t kinds = 0;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t kind = stage ? people[k].stage : people[k].profession;
        kinds = kind >= kinds ? kind + 1 : kinds;
    }
    uint32_t *seen = ARENA_ARRAY(a, kinds, uint32_t), *last = ARENA_ARRAY(a, kinds, uint32_t);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t person = order[k], kind = stage ? people[person].stage : people[person].profession;
        if (seen[kind]++ % groups == 0)
            last[kind] = node++;
        ends[person] = last[kind];
    }
    return node;
}

void draw_groups(struct arena *a, struct str seed, const struct draw_person *people, uint32_t count, uint32_t groups, uint32_t *into)
{
    struct colouring c = {.groups = groups, .count = count, .into = into, .size = ARENA_ARRAY(a, groups, uint32_t)};
    uint32_t *order = draw_order(a, seed, "person", count), *path = ARENA_ARRAY(a, count, uint32_t);
    c.ends[0] = ARENA_ARRAY(a, count, uint32_t);
    c.ends[1] = ARENA_ARRAY(a, count, uint32_t);
    c.nodes = split(a, people, order, count, groups, false, 0, c.ends[0]);
    c.nodes = split(a, people, order, count, groups, true, c.nodes, c.ends[1]);
    c.at = ARENA_ARRAY(a, (size_t)c.nodes * groups, uint32_t);
    for (size_t k = 0; k < (size_t)c.nodes * groups; k++)
        c.at[k] = NONE;
    for (uint32_t k = 0; k < count; k++)
        colour(&c, order[k], path);
    while (groups > 1 && level(&c, path)) {
    }
    uint32_t *name = draw_order(a, seed, "group", groups);
    for (uint32_t k = 0; k < count; k++)
        into[k] = name[into[k]];
}

static uint64_t pairs_of(uint64_t n)
{
    return n * (n - 1) / 2;
}

struct draw_mix draw_mix(struct arena *a, const uint32_t *kind, uint32_t kinds, const uint32_t *into, uint32_t count, uint32_t groups)
{
    struct draw_mix m = {0};
    uint64_t same = 0, fewest = 0, alike = 0;
    uint32_t *of = ARENA_ARRAY(a, (size_t)kinds * groups, uint32_t), *size = ARENA_ARRAY(a, groups, uint32_t), *all = ARENA_ARRAY(a, kinds, uint32_t);
    for (uint32_t k = 0; k < count; k++) {
        of[(size_t)kind[k] * groups + into[k]]++;
        size[into[k]]++;
        all[kind[k]]++;
    }
    for (uint32_t g = 0; g < groups; g++)
        m.pairs += size[g] != 0 ? pairs_of(size[g]) : 0;
    for (uint32_t p = 0; p < kinds; p++) {
        uint64_t each = all[p] / groups, more = all[p] % groups;
        for (uint32_t g = 0; g < groups; g++)
            same += of[(size_t)p * groups + g] != 0 ? pairs_of(of[(size_t)p * groups + g]) : 0;
        fewest += more * pairs_of(each + 1) + (each != 0 ? (groups - more) * pairs_of(each) : 0);
        alike += all[p] != 0 ? pairs_of(all[p]) : 0;
    }
    m.differ = m.pairs - same;
    m.most = fewest < m.pairs ? m.pairs - fewest : 0;
    m.chance = count > 1 ? 1 - (double)alike / (double)pairs_of(count) : 0;
    return m;
}
