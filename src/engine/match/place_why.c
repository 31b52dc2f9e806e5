/* Why there is no placement, in words: from the minimum cut of a network that could not be drained (Hoffman 1960). For
 * a role or shift that stays short, the cut is the set of all places from which somebody could still come to it: nobody
 * outside can, and inside more is needed than may come in. */
#include "engine/match/place_inside.h"

#define LINES_MOST 20u
#define NAMES_MOST 10u

struct cut {
    const struct place *p;
    const struct place_net *net;
    const struct flow *f;
    const bool *inside;
    uint32_t *times; /* of each student: on how many ways it comes in */
    struct buf *b;
    uint32_t named;
    int64_t needed, supplied;
    struct place_cut *data; /* NULL: in words alone */
};

static void add_line(struct cut *c, enum place_cut_kind what, uint32_t node, uint32_t student, int64_t least, int64_t can)
{
    struct place_cut *d = c->data;
    if (d == NULL)
        return;
    if (d->n == d->cap) {
        size_t cap = d->cap != 0 ? 2 * d->cap : 64;
        d->v = arena_grow(d->a, d->v, d->cap * sizeof *d->v, cap * sizeof *d->v);
        d->cap = cap;
    }
    struct place_cut_line *l = &d->v[d->n++];
    *l = (struct place_cut_line){what, PLACE_CUT_NONE, PLACE_CUT_NONE, student, least, can};
    if (node >= c->net->shift && node < c->net->group) {
        l->shift = node - c->net->shift;
    } else if (node >= c->net->role && node < c->net->shift) {
        l->role = node - c->net->role;
        l->shift = c->p->role[l->role].shift;
    }
}

static void name_node(const struct cut *c, uint32_t v, struct buf *b)
{
    if (v >= c->net->shift)
        buf_printf(b, "shift %" PRId64, c->p->shift[v - c->net->shift].id);
    else
        place_name_role(c->p, v - c->net->role, b);
}

static bool is_place(const struct cut *c, uint32_t v)
{
    return v >= c->net->role && v < c->net->group;
}

/* Who else needs somebody from inside. */
static void tell_needs(struct cut *c, uint32_t short_one)
{
    c->named = 0;
    c->needed = 0;
    for (uint32_t k = 0; k < c->net->arcs; k++) {
        const struct flow_arc *x = &c->net->arc[k];
        if (x->least == 0 || !c->inside[x->from] || c->inside[x->to])
            continue;
        c->needed += x->least;
        if (x->from == short_one || c->named++ >= NAMES_MOST)
            continue;
        add_line(c, PLACE_CUT_ALSO, x->from, PLACE_CUT_NONE, x->least, 0);
        buf_z(c->b, c->named == 1 ? "; together with " : "; ");
        name_node(c, x->from, c->b);
        buf_printf(c->b, " (%" PRId32 ")", x->least);
    }
    if (c->named > NAMES_MOST)
        buf_printf(c->b, " and %" PRIu32 " more", c->named - NAMES_MOST);
    if (c->named > 0)
        buf_printf(c->b, " %" PRId64 " are needed", c->needed);
}

static void begin_name(struct cut *c)
{
    if (c->named++ < NAMES_MOST)
        buf_z(c->b, c->named == 1 ? "; what there is: " : ", ");
}

/* What comes in at most: all of a student's shifts, some of them, or what a shift lets through. */
static void tell_supply(struct cut *c)
{
    const struct place *p = c->p;
    c->named = 0;
    c->supplied = 0;
    for (uint32_t k = 0; k < c->net->arcs; k++) {
        const struct flow_arc *x = &c->net->arc[k];
        if (x->most == 0 || c->inside[x->from] || !c->inside[x->to])
            continue;
        c->supplied += x->most;
        uint32_t from = x->from;
        if (k < p->edges) {
            c->times[p->edge[k].student]++;
        } else if (from >= c->net->student && from < c->net->role) { /* to a group of its */
            c->times[from - c->net->student]++;
        } else if (from == 0) {
            begin_name(c);
            if (c->named <= NAMES_MOST) {
                add_line(c, PLACE_CUT_STUDENT, 0, x->to - c->net->student, x->most, 0);
                buf_printf(c->b, "student %" PRId64 " (at most %" PRId32 " in all)",
                           p->student[x->to - c->net->student].id, x->most);
            }
        } else if (is_place(c, from)) {
            begin_name(c);
            if (c->named <= NAMES_MOST) {
                add_line(c, PLACE_CUT_FULL, from, PLACE_CUT_NONE, x->most, 0);
                name_node(c, from, c->b);
                buf_printf(c->b, " (takes at most %" PRId32 ")", x->most);
            }
        }
    }
    for (uint32_t i = 0; i < p->students; i++) {
        if (c->times[i] == 0)
            continue;
        begin_name(c);
        if (c->named <= NAMES_MOST) {
            add_line(c, PLACE_CUT_STUDENT, 0, i, c->times[i], 0);
            buf_printf(c->b, "student %" PRId64 " (%" PRIu32 " of these)", p->student[i].id, c->times[i]);
        }
        c->times[i] = 0;
    }
    if (c->named > NAMES_MOST)
        add_line(c, PLACE_CUT_MORE, 0, PLACE_CUT_NONE, c->named - NAMES_MOST, 0);
    if (c->named > NAMES_MOST)
        buf_printf(c->b, " and %" PRIu32 " more", c->named - NAMES_MOST);
    if (c->named == 0)
        buf_z(c->b, "; nobody can come");
    else
        buf_printf(c->b, ": %" PRId64 " in all", c->supplied);
}

/* "shift 3, role nurse needs at least 2, and 1 can be had; ..." */
static void tell_short(struct cut *c, uint32_t v)
{
    int32_t least = v >= c->net->shift ? c->p->shift[v - c->net->shift].least : c->p->role[v - c->net->role].least;
    add_line(c, PLACE_CUT_SHORT, v, PLACE_CUT_NONE, least, least + c->f->excess[v]);
    name_node(c, v, c->b);
    buf_printf(c->b, " needs at least %" PRId32 ", and %" PRId64 " can be had", least, least + c->f->excess[v]);
    tell_needs(c, v);
    tell_supply(c);
    buf_ch(c->b, '\n');
}

void place_tell_cut(const struct place *p, const struct place_net *net, const struct flow *f, struct place_cut *data, struct buf *why)
{
    struct arena *own = arena_new(0);
    bool *inside = ARENA_ARRAY(own, net->nodes, bool);
    struct cut c = {.p = p, .net = net, .f = f, .inside = inside, .b = why, .data = data};
    c.times = ARENA_ARRAY(own, p->students, uint32_t);
    uint32_t lines = 0;
    for (uint32_t v = net->role; v < net->group; v++) {
        if (f->excess[v] >= 0)
            continue;
        if (lines++ >= LINES_MOST) {
            int32_t least = v >= net->shift ? p->shift[v - net->shift].least : p->role[v - net->role].least;
            add_line(&c, PLACE_CUT_SHORT, v, PLACE_CUT_NONE, least, least + f->excess[v]);
            continue;
        }
        flow_reach(f, v, false, inside);
        tell_short(&c, v);
    }
    if (lines > LINES_MOST)
        buf_printf(why, "and %" PRIu32 " more shifts or roles cannot be filled\n", lines - LINES_MOST);
    arena_free(own);
}
