/* Placement as a flow: the network, the two aims, the certificate. See place.h. */
#include "engine/match/place.h"

#include "engine/match/place_inside.h"

/* ---- the network
 * ---------------------------------------------------------------------------------------------------------------- */
static int32_t at_most(int32_t most, int32_t least, uint32_t count)
{
    int32_t clipped = most < 0 || (uint32_t)most < count ? most : (int32_t)count;
    return clipped < least ? least : clipped;
}

struct place_net place_network(const struct place *p, const struct place_groups *g, struct arena *a)
{
    struct place_net net = {.student = 2};
    struct arena *own = arena_new(0);
    uint32_t *node = arena_alloc_raw(own, p->edges * sizeof *node), *by_role = ARENA_ARRAY(own, p->roles, uint32_t);
    uint32_t *by_shift = ARENA_ARRAY(own, p->shifts, uint32_t);
    net.role = net.student + p->students;
    net.shift = net.role + p->roles;
    net.group = net.nodes = net.shift + p->shifts;
    net.arc = arena_alloc_raw(a, ((size_t)p->edges * 2 + p->students + p->roles + p->shifts + 1) * sizeof *net.arc);
    memset(node, 0, p->edges * sizeof *node);
    net.arcs = p->edges;
    for (uint32_t k = 0; k < p->edges; k++) {
        uint32_t group = g->group[k], from = net.student + p->edge[k].student;
        if (g->size[group] > 1 && node[group] == 0) {
            node[group] = net.nodes++;
            net.arc[net.arcs++] = (struct flow_arc){from, node[group], 0, 1, 0};
        }
        from = g->size[group] > 1 ? node[group] : from;
        net.arc[k] = (struct flow_arc){from, net.role + p->edge[k].role, 0, 1, 0};
        by_role[p->edge[k].role]++;
        by_shift[place_shift_of(p, k)]++;
    }
    for (uint32_t i = 0; i < p->students; i++)
        net.arc[net.arcs++] =
            (struct flow_arc){0, net.student + i, 0, at_most(p->student[i].most, 0, g->from[i + 1] - g->from[i]), 0};
    for (uint32_t r = 0; r < p->roles; r++)
        net.arc[net.arcs++] = (struct flow_arc){net.role + r, net.shift + p->role[r].shift, p->role[r].least,
                                                at_most(p->role[r].most, p->role[r].least, by_role[r]), 0};
    for (uint32_t s = 0; s < p->shifts; s++)
        net.arc[net.arcs++] = (struct flow_arc){net.shift + s, 1, p->shift[s].least,
                                                at_most(p->shift[s].most, p->shift[s].least, by_shift[s]), 0};
    net.arc[net.arcs++] = (struct flow_arc){1, 0, 0, FLOW_MOST, 0};
    arena_free(own);
    return net;
}

/* ---- ranks
 * ----------------------------------------------------------------------------------------------------------------------
 */
struct ranked {
    uint32_t student, edge;
    int64_t weight;
};

static int compare_ranked(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->student != b->student)
        return a->student < b->student ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

uint32_t *place_ranks(const struct place *p, struct arena *a, uint32_t *worst)
{
    struct arena *own = arena_new(0);
    struct ranked *r = arena_alloc_raw(own, p->edges * sizeof *r);
    uint32_t *rank = arena_alloc_raw(a, p->edges * sizeof *rank), at = 0;
    for (uint32_t k = 0; k < p->edges; k++)
        r[k] = (struct ranked){p->edge[k].student, k, p->edge[k].weight};
    qsort(r, p->edges, sizeof *r, compare_ranked);
    *worst = 0;
    for (uint32_t k = 0; k < p->edges; k++) {
        if (k == 0 || r[k].student != r[k - 1].student)
            at = 1;
        else
            at += r[k].weight != r[k - 1].weight;
        rank[r[k].edge] = at;
        *worst = at > *worst ? at : *worst;
    }
    arena_free(own);
    return rank;
}

/* ---- the aims
 * -------------------------------------------------------------------------------------------------------------------
 */
static enum rc aim_for_weight(const struct place *p, struct place_net *net, struct flow *f, struct err *e)
{
    for (uint32_t k = 0; k < p->edges; k++)
        net->arc[k].cost = -p->edge[k].weight;
    return flow_cheapest(f, e);
}

/* One aim after the other, each among all that are best for those before. */
static enum rc aim_for_ranks(const struct place *p, struct place_net *net, struct flow *f, struct err *e)
{
    struct arena *own = arena_new(0);
    uint32_t worst;
    const uint32_t *rank = place_ranks(p, own, &worst);
    enum rc rc = RC_OK;
    for (uint32_t stage = worst + 1; stage > 1 && rc == RC_OK; stage--) {
        bool open = false;
        for (uint32_t k = 0; k < p->edges; k++) {
            const struct flow_half *h = &f->half[f->forward[k]];
            bool counts = stage > worst || rank[k] == stage;
            net->arc[k].cost = stage > worst ? -1 : counts;
            open |= counts && (h->room > 0 || f->half[h->twin].room > 0);
        }
        if (!open)
            continue;
        rc = flow_cheapest(f, e);
        if (rc == RC_OK)
            flow_fix(f);
    }
    arena_free(own);
    return rc == RC_OK ? aim_for_weight(p, net, f, e) : rc;
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------------------ */
static enum rc check_bounds(const struct place *p, struct err *e)
{
    for (uint32_t i = 0; i < p->students; i++)
        if (p->student[i].most < 0)
            return err_set(e, RC_INVALID, 0, "student %" PRId64 ": a most number below 0", p->student[i].id);
    for (uint32_t s = 0; s < p->shifts; s++)
        if (p->shift[s].least < 0 || p->shift[s].least > p->shift[s].most || p->shift[s].most > PLACE_MOST)
            return err_set(e, RC_INVALID, 0, "shift %" PRId64 ": at least %" PRId32 " and at most %" PRId32,
                           p->shift[s].id, p->shift[s].least, p->shift[s].most);
    for (uint32_t r = 0; r < p->roles; r++)
        if (p->role[r].least < 0 || p->role[r].least > p->role[r].most || p->role[r].most > PLACE_MOST)
            return err_set(e, RC_INVALID, 0, "shift %" PRId64 ", role %.*s: at least %" PRId32 " and at most %" PRId32,
                           p->shift[p->role[r].shift].id, STR_ARG(p->role[r].name), p->role[r].least, p->role[r].most);
    return RC_OK;
}

/* Does the choice break a conflict that the groups do not say? open is by student. */
static bool breaks_open(const struct place *p, const struct place_groups *g, const bool *chosen)
{
    struct arena *own = arena_new(0);
    bool *here = ARENA_ARRAY(own, p->shifts, bool), broken = false;
    for (size_t x = 0; x < g->open_count && !broken;) {
        uint32_t i = p->edge[g->open[x].edge].student;
        for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++)
            here[place_shift_of(p, g->edge[k])] |= chosen[g->edge[k]];
        for (; x < g->open_count && p->edge[g->open[x].edge].student == i; x++)
            broken |= here[place_shift_of(p, g->open[x].edge)] && here[place_shift_of(p, g->open[x].other)];
        for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++)
            here[place_shift_of(p, g->edge[k])] = false;
    }
    arena_free(own);
    return broken;
}

static void add_up(const struct place *p, struct arena *a, struct place_result *out)
{
    struct arena *own = arena_new(0);
    uint32_t worst;
    const uint32_t *rank = place_ranks(p, own, &worst);
    out->profile = ARENA_ARRAY(a, worst, uint32_t);
    for (uint32_t k = 0; k < p->edges; k++) {
        if (!out->chosen[k])
            continue;
        out->placed++;
        out->weight += p->edge[k].weight;
        out->profile[rank[k] - 1]++;
        out->profile_count = rank[k] > out->profile_count ? rank[k] : out->profile_count;
    }
    arena_free(own);
}

static enum rc solve(const struct place *p, const struct place_options *o, struct arena *own, struct place_result *out,
                     struct buf *why, struct err *e)
{
    struct place_groups g = place_group(p, own);
    struct place_net net = place_network(p, &g, own);
    struct flow *f = flow_new(own, net.nodes, net.arc, net.arcs);
    if (!flow_drain(f)) {
        place_tell_cut(p, &net, f, o->cut, why);
        return RC_CONFLICT;
    }
    TRY(o->aim == PLACE_GENEROUS ? aim_for_ranks(p, &net, f, e) : aim_for_weight(p, &net, f, e));
    for (uint32_t k = 0; k < p->edges; k++)
        out->chosen[k] = flow_on(f, k) > 0;
    out->proven = true;
    if (!breaks_open(p, &g, out->chosen))
        return RC_OK;
    out->used_solver = true;
    return place_by_solver(p, &g, o, out->chosen, &out->proven, why, e);
}

enum rc place_solve(const struct place *p, const struct place_options *o, struct arena *a, struct place_result *out,
                    struct buf *why, struct err *e)
{
    *out = (struct place_result){.chosen = ARENA_ARRAY(a, p->edges, bool)};
    TRY(check_bounds(p, e));
    struct arena *own = arena_new(0);
    enum rc rc = solve(p, o, own, out, why, e);
    arena_free(own);
    if (rc == RC_OK)
        add_up(p, a, out);
    return rc;
}

/* ---- the certificate
 * ------------------------------------------------------------------------------------------------------------ */
void place_name_role(const struct place *p, uint32_t role, struct buf *b)
{
    buf_printf(b, "shift %" PRId64 ", role %.*s", p->shift[p->role[role].shift].id, STR_ARG(p->role[role].name));
}

static bool counts_hold(const struct place *p, const bool *chosen, struct arena *own, struct buf *why)
{
    int32_t *student = ARENA_ARRAY(own, p->students, int32_t), *role = ARENA_ARRAY(own, p->roles, int32_t);
    int32_t *shift = ARENA_ARRAY(own, p->shifts, int32_t);
    for (uint32_t k = 0; k < p->edges; k++) {
        student[p->edge[k].student] += chosen[k];
        role[p->edge[k].role] += chosen[k];
        shift[place_shift_of(p, k)] += chosen[k];
    }
    for (uint32_t i = 0; i < p->students; i++)
        if (student[i] > p->student[i].most) {
            buf_printf(why, "student %" PRId64 " has %" PRId32 " shifts, at most %" PRId32 " are allowed",
                       p->student[i].id, student[i], p->student[i].most);
            return false;
        }
    for (uint32_t r = 0; r < p->roles; r++)
        if (role[r] < p->role[r].least || role[r] > p->role[r].most) {
            place_name_role(p, r, why);
            buf_printf(why, " has %" PRId32 " students", role[r]);
            return false;
        }
    for (uint32_t s = 0; s < p->shifts; s++)
        if (shift[s] < p->shift[s].least || shift[s] > p->shift[s].most) {
            buf_printf(why, "shift %" PRId64 " has %" PRId32 " students", p->shift[s].id, shift[s]);
            return false;
        }
    return true;
}

bool place_check(const struct place *p, const bool *chosen, struct buf *why)
{
    struct arena *own = arena_new(0);
    bool good = counts_hold(p, chosen, own, why);
    uint32_t *from = ARENA_ARRAY(own, (size_t)p->students + 2, uint32_t);
    uint32_t *held = arena_alloc_raw(own, p->edges * sizeof *held);
    for (uint32_t k = 0; k < p->edges; k++)
        if (chosen[k])
            from[p->edge[k].student + 2]++;
    for (uint32_t i = 2; i <= p->students; i++)
        from[i] += from[i - 1];
    for (uint32_t k = 0; k < p->edges; k++)
        if (chosen[k])
            held[from[p->edge[k].student + 1]++] = place_shift_of(p, k);
    struct place_groups g = place_group(p, own); /* for its table of conflicts alone */
    for (uint32_t i = 0; i < p->students && good; i++)
        for (uint32_t x = from[i]; x < from[i + 1] && good; x++)
            for (uint32_t y = x + 1; y < from[i + 1] && good; y++)
                if (place_conflicting(p, &g, held[x], held[y])) {
                    buf_printf(why,
                               "student %" PRId64 " has shifts %" PRId64 " and %" PRId64 ", which exclude each other",
                               p->student[i].id, p->shift[held[x]].id, p->shift[held[y]].id);
                    good = false;
                }
    arena_free(own);
    return good;
}
