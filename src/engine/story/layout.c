/* See layout.h. */
#include "engine/story/layout.h"

#include "engine/story/inside.h"

#define GAP_ACROSS 24.0
#define GAP_DOWN 48.0
#define GAP_BEND 14.0 /* between arrows that pass through a layer */
#define MARGIN 16.0
#define ARROWS_MOST 4000
#define BENDS_MOST 20000
#define SWEEPS 12

/* A box, or a bend: the place where an arrow passes through a layer. */
struct vertex {
    uint32_t layer, place;
    double x, wish;
    bool bend;
};

struct hop {
    uint32_t up, down; /* vertices of neighbouring layers */
};

struct drawing {
    struct arena *a;
    const struct story *s;
    struct layout *l;
    uint32_t *box_of; /* by passage; STORY_NONE: not shown */
    bool *turned;     /* by arrow: it runs upwards */
    struct vertex *v;
    size_t v_count, v_room;
    struct hop *hops;
    size_t hop_count, hop_room;
    uint32_t **layers;
    size_t *layer_size;
    size_t layer_count;
    uint32_t *first_bend, *bend_count; /* by arrow */
};

/* ---- what is shown --------------------------------------------------------------------------------------------------- */
static void add_box(struct drawing *d, uint32_t passage, bool reached)
{
    if (d->box_of[passage] != STORY_NONE || d->s->passages[passage].shown.special)
        return;
    if (d->l->box_count == LAYOUT_PASSAGES_MOST)
        return;
    d->box_of[passage] = (uint32_t)d->l->box_count;
    d->l->boxes[d->l->box_count++] = (struct layout_box){.passage = passage, .reached = reached};
}

/* From the start breadth first, then those that nothing leads to. */
static void choose_boxes(struct drawing *d)
{
    const struct story *s = d->s;
    size_t all = 0;
    d->box_of = ARENA_ARRAY(d->a, s->passage_count + 1, uint32_t);
    d->l->boxes = ARENA_ARRAY(d->a, LAYOUT_PASSAGES_MOST, struct layout_box);
    for (size_t k = 0; k < s->passage_count; k++) {
        d->box_of[k] = STORY_NONE;
        all += !s->passages[k].shown.special;
    }
    if (s->info.start != STORY_NONE)
        add_box(d, s->info.start, true);
    for (size_t next = 0; next < d->l->box_count; next++) {
        const struct passage *p = &s->passages[d->l->boxes[next].passage];
        for (uint32_t k = p->first_op; k < p->end_op; k++) {
            uint32_t to = story_leads_to(s, &s->ops[k]);
            if (to != STORY_NONE)
                add_box(d, to, true);
        }
    }
    for (uint32_t k = 0; k < s->passage_count; k++)
        add_box(d, k, false);
    d->l->left_out = all - d->l->box_count;
}

/* One arrow for all the links between two boxes; none to itself. */
static void choose_arrows(struct drawing *d, const uint64_t *traffic)
{
    const struct story *s = d->s;
    size_t room = 0;
    uint32_t *last = ARENA_ARRAY(d->a, d->l->box_count + 1, uint32_t); /* by target: the arrow from the present box, plus one */
    for (uint32_t from = 0; from < d->l->box_count; from++) {
        const struct passage *p = &s->passages[d->l->boxes[from].passage];
        size_t first = d->l->arrow_count;
        for (uint32_t k = p->first_op; k < p->end_op; k++) {
            bool by_text = s->ops[k].kind != OP_LINK && s->ops[k].kind != OP_GOTO;
            uint32_t passage = story_leads_to(s, &s->ops[k]), to = passage != STORY_NONE ? d->box_of[passage] : STORY_NONE;
            if (to == STORY_NONE || to == from)
                continue;
            if (last[to] <= first) {
                if (d->l->arrow_count == ARROWS_MOST)
                    continue;
                *PUSH(d->a, d->l->arrows, d->l->arrow_count, room) = (struct layout_arrow){.from = from, .to = to, .by_text = true};
                last[to] = (uint32_t)d->l->arrow_count;
            }
            struct layout_arrow *arrow = &d->l->arrows[last[to] - 1];
            arrow->by_text = arrow->by_text && by_text;
            if (s->ops[k].kind == OP_LINK && traffic != NULL && traffic[s->ops[k].x] == STORY_HELD_BACK)
                arrow->held_back = true;
            else if (s->ops[k].kind == OP_LINK && traffic != NULL)
                arrow->traffic += traffic[s->ops[k].x];
        }
    }
}

/* ---- layers ---------------------------------------------------------------------------------------------------------- */
/* Arrows that lead back to a box that is still open in a depth-first walk are turned: what is left has no circle. */
static void turn_circles(struct drawing *d)
{
    const struct layout *l = d->l;
    size_t n = l->box_count + 1;
    uint32_t *first = ARENA_ARRAY(d->a, n + 1, uint32_t), *at = ARENA_ARRAY(d->a, n, uint32_t), *stack = ARENA_ARRAY(d->a, n, uint32_t);
    uint8_t *colour = ARENA_ARRAY(d->a, n, uint8_t);
    d->turned = ARENA_ARRAY(d->a, l->arrow_count + 1, bool);
    for (size_t k = 0; k < l->arrow_count; k++) /* they are sorted by where they begin */
        first[l->arrows[k].from + 1]++;
    for (size_t k = 0; k < l->box_count; k++)
        first[k + 1] += first[k];
    for (uint32_t root = 0; root < l->box_count; root++) {
        size_t deep = 0;
        if (colour[root] != 0)
            continue;
        colour[root] = 1;
        at[root] = first[root];
        stack[deep++] = root;
        while (deep != 0) {
            uint32_t v = stack[deep - 1];
            if (at[v] == first[v + 1]) {
                colour[v] = 2;
                deep--;
                continue;
            }
            uint32_t arrow = at[v]++, w = l->arrows[arrow].to;
            d->turned[arrow] = colour[w] == 1;
            if (colour[w] != 0)
                continue;
            colour[w] = 1;
            at[w] = first[w];
            stack[deep++] = w;
        }
    }
}

static uint32_t upper(const struct drawing *d, size_t arrow)
{
    return d->turned[arrow] ? d->l->arrows[arrow].to : d->l->arrows[arrow].from;
}

static uint32_t lower(const struct drawing *d, size_t arrow)
{
    return d->turned[arrow] ? d->l->arrows[arrow].from : d->l->arrows[arrow].to;
}

/* Each box below all that lead to it (the longest way). As many rounds as there are layers. */
static void find_layers(struct drawing *d)
{
    bool more = true;
    for (size_t k = 0; k < d->l->box_count; k++)
        *PUSH(d->a, d->v, d->v_count, d->v_room) = (struct vertex){0};
    for (size_t rounds = 0; more && rounds <= d->l->box_count; rounds++) {
        more = false;
        for (size_t k = 0; k < d->l->arrow_count; k++) {
            struct vertex *u = &d->v[upper(d, k)], *v = &d->v[lower(d, k)];
            if (v->layer <= u->layer) {
                v->layer = u->layer + 1;
                more = true;
            }
        }
    }
}

/* Cuts arrows that pass through layers into hops from one to the next. */
static void bend(struct drawing *d)
{
    size_t bends = 0;
    d->first_bend = ARENA_ARRAY(d->a, d->l->arrow_count + 1, uint32_t);
    d->bend_count = ARENA_ARRAY(d->a, d->l->arrow_count + 1, uint32_t);
    for (size_t k = 0; k < d->l->arrow_count; k++) {
        uint32_t from = upper(d, k), to = lower(d, k), last = from;
        uint32_t between = d->v[to].layer - d->v[from].layer - 1;
        if (bends + between > BENDS_MOST)
            continue; /* drawn straight */
        bends += between;
        d->first_bend[k] = (uint32_t)d->v_count;
        d->bend_count[k] = between;
        for (uint32_t n = 0; n < between; n++) {
            uint32_t layer = d->v[from].layer + 1 + n;
            *PUSH(d->a, d->v, d->v_count, d->v_room) = (struct vertex){.layer = layer, .bend = true};
            *PUSH(d->a, d->hops, d->hop_count, d->hop_room) = (struct hop){last, (uint32_t)d->v_count - 1};
            last = (uint32_t)d->v_count - 1;
        }
        *PUSH(d->a, d->hops, d->hop_count, d->hop_room) = (struct hop){last, to};
    }
}

static void fill_layers(struct drawing *d)
{
    for (size_t k = 0; k < d->v_count; k++)
        if (d->v[k].layer >= d->layer_count)
            d->layer_count = d->v[k].layer + 1;
    d->layers = ARENA_ARRAY(d->a, d->layer_count + 1, uint32_t *);
    d->layer_size = ARENA_ARRAY(d->a, d->layer_count + 1, size_t);
    for (size_t k = 0; k < d->v_count; k++)
        d->layer_size[d->v[k].layer]++;
    for (size_t k = 0; k < d->layer_count; k++) {
        d->layers[k] = ARENA_ARRAY(d->a, d->layer_size[k] + 1, uint32_t);
        d->layer_size[k] = 0;
    }
    for (uint32_t k = 0; k < d->v_count; k++) {
        uint32_t layer = d->v[k].layer;
        d->v[k].place = (uint32_t)d->layer_size[layer];
        d->layers[layer][d->layer_size[layer]++] = k;
    }
}

/* ---- order and places ------------------------------------------------------------------------------------------------ */
/* For every vertex the mean of its neighbours above (or below), as `of` gives their place; its own where it has none. */
static void find_wishes(struct drawing *d, bool above, double (*of)(const struct vertex *v))
{
    uint32_t *count = ARENA_ARRAY(d->a, d->v_count + 1, uint32_t);
    for (size_t k = 0; k < d->v_count; k++)
        d->v[k].wish = 0;
    for (size_t k = 0; k < d->hop_count; k++) {
        uint32_t mine = above ? d->hops[k].down : d->hops[k].up, other = above ? d->hops[k].up : d->hops[k].down;
        d->v[mine].wish += of(&d->v[other]);
        count[mine]++;
    }
    for (size_t k = 0; k < d->v_count; k++)
        d->v[k].wish = count[k] != 0 ? d->v[k].wish / count[k] : of(&d->v[k]);
}

static double place_of(const struct vertex *v)
{
    return v->place;
}

static double x_of(const struct vertex *v)
{
    return v->x;
}

/* By wish, equal ones as they stood; layers are short. */
static void sort_layer(struct drawing *d, size_t layer)
{
    uint32_t *row = d->layers[layer];
    for (size_t i = 1; i < d->layer_size[layer]; i++)
        for (size_t k = i; k != 0 && d->v[row[k - 1]].wish > d->v[row[k]].wish; k--) {
            uint32_t swap = row[k];
            row[k] = row[k - 1];
            row[k - 1] = swap;
        }
    for (uint32_t k = 0; k < d->layer_size[layer]; k++)
        d->v[row[k]].place = k;
}

static void order(struct drawing *d)
{
    for (size_t sweep = 0; sweep < SWEEPS; sweep++) {
        find_wishes(d, sweep % 2 == 0, place_of);
        for (size_t k = 0; k < d->layer_count; k++)
            sort_layer(d, k);
    }
}

/* How far apart the middles of two neighbours stand at least. */
static double apart(const struct vertex *x, const struct vertex *y)
{
    return (x->bend ? 0 : LAYOUT_BOX_WIDTH / 2.0) + (y->bend ? 0 : LAYOUT_BOX_WIDTH / 2.0) + (x->bend && y->bend ? GAP_BEND : GAP_ACROSS);
}

/* As near to its wish as its neighbours let each stand: the mean of pushing from the left and from the right. */
static void settle_layer(struct drawing *d, size_t layer)
{
    const uint32_t *row = d->layers[layer];
    size_t n = d->layer_size[layer];
    for (size_t k = 0; k < n; k++) {
        struct vertex *v = &d->v[row[k]];
        double least = k != 0 ? d->v[row[k - 1]].x + apart(&d->v[row[k - 1]], v) : v->wish;
        v->x = v->wish > least ? v->wish : least;
    }
    double right = n != 0 ? d->v[row[n - 1]].wish : 0;
    for (size_t k = n; k-- > 0;) {
        struct vertex *v = &d->v[row[k]];
        if (k + 1 < n)
            right -= apart(v, &d->v[row[k + 1]]);
        right = v->wish < right ? v->wish : right;
        v->x = (v->x + right) / 2;
    }
}

static void place(struct drawing *d)
{
    for (size_t k = 0; k < d->layer_count; k++)
        for (size_t i = 1; i < d->layer_size[k]; i++)
            d->v[d->layers[k][i]].x = d->v[d->layers[k][i - 1]].x + apart(&d->v[d->layers[k][i - 1]], &d->v[d->layers[k][i]]);
    for (size_t sweep = 0; sweep < 2 * SWEEPS; sweep++) {
        find_wishes(d, sweep % 2 == 0, x_of);
        for (size_t k = 0; k < d->layer_count; k++)
            settle_layer(d, k);
    }
    double least = 0, most = 0;
    for (size_t k = 0; k < d->v_count; k++) {
        double half = d->v[k].bend ? 0 : LAYOUT_BOX_WIDTH / 2.0;
        least = k == 0 || d->v[k].x - half < least ? d->v[k].x - half : least;
        most = k == 0 || d->v[k].x + half > most ? d->v[k].x + half : most;
    }
    for (size_t k = 0; k < d->v_count; k++)
        d->v[k].x += MARGIN - least;
    d->l->width = most - least + 2 * MARGIN;
    d->l->height = (double)d->layer_count * (LAYOUT_BOX_HEIGHT + GAP_DOWN) - GAP_DOWN + 2 * MARGIN;
}

static double y_of(const struct vertex *v)
{
    return MARGIN + LAYOUT_BOX_HEIGHT / 2.0 + v->layer * (LAYOUT_BOX_HEIGHT + GAP_DOWN);
}

static void draw_arrows(struct drawing *d)
{
    for (size_t k = 0; k < d->l->arrow_count; k++) {
        struct layout_arrow *arrow = &d->l->arrows[k];
        const struct vertex *top = &d->v[upper(d, k)], *bottom = &d->v[lower(d, k)];
        size_t n = 0, count = 2 + 2 * (size_t)d->bend_count[k];
        struct layout_point *points = ARENA_ARRAY(d->a, count, struct layout_point);
        /* two arrows between the same boxes, there and back, do not lie upon each other */
        double aside = d->turned[k] ? 10 : 0;
        points[n++] = (struct layout_point){top->x + aside, y_of(top) + LAYOUT_BOX_HEIGHT / 2.0};
        for (uint32_t i = 0; i < d->bend_count[k]; i++) {
            const struct vertex *v = &d->v[d->first_bend[k] + i];
            points[n++] = (struct layout_point){v->x, y_of(v) - LAYOUT_BOX_HEIGHT / 2.0};
            points[n++] = (struct layout_point){v->x, y_of(v) + LAYOUT_BOX_HEIGHT / 2.0};
        }
        points[n++] = (struct layout_point){bottom->x + aside, y_of(bottom) - LAYOUT_BOX_HEIGHT / 2.0};
        for (size_t i = 0; d->turned[k] && i < n / 2; i++) {
            struct layout_point swap = points[i];
            points[i] = points[n - 1 - i];
            points[n - 1 - i] = swap;
        }
        arrow->points = points;
        arrow->count = n;
    }
}

struct layout story_layout(struct arena *a, const struct story *s, const uint64_t *traffic)
{
    struct layout l = {.width = 2 * MARGIN, .height = 2 * MARGIN};
    struct drawing d = {.a = a, .s = s, .l = &l};
    if (s->passage_count == 0)
        return l;
    choose_boxes(&d);
    choose_arrows(&d, traffic);
    if (l.box_count == 0)
        return l;
    turn_circles(&d);
    find_layers(&d);
    bend(&d);
    fill_layers(&d);
    order(&d);
    place(&d);
    for (size_t k = 0; k < l.box_count; k++) {
        l.boxes[k].x = d.v[k].x;
        l.boxes[k].y = y_of(&d.v[k]);
    }
    draw_arrows(&d);
    return l;
}
