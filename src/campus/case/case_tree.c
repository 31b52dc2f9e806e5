/* The order of a framework from its associations, without recursion: see case_tree_build in case_read.h. */
#include "base/strmap.h"
#include "campus/case/case_read.h"
#include "gen/msg_case.h"

enum { UNSEEN, ON_PATH, DONE };

/* What decides where an item stands. Parents are indexes of items here, CASE_NO_ITEM the document. */
struct place {
    size_t parent;
    size_t item;
    size_t association;
    int64_t sequence; /* INT64_MAX: none */
};

struct maker {
    struct arena *a;
    const struct case_package *k;
    struct problems *p;
    struct strmap items;
    struct place *places;
};

static void warn_end(struct maker *m, size_t i, const char *end, const struct case_link *link)
{
    problems_warn(m->p, S(""), 0, str_printf(m->a, "CFAssociations[%zu].%s", i, end), M_case_dangling, "%.*s",
                  STR_ARG(str_empty(link->identifier) ? link->uri : link->identifier));
}

static void error_circle(struct maker *m, size_t association, size_t item)
{
    problems_add(m->p, S(""), 0, str_printf(m->a, "CFAssociations[%zu]", association), M_case_circle, "%.*s",
                 STR_ARG(m->k->items.items[item].identifier));
}

/* The item that a link names: by identifier; CASE_NO_ITEM when it is none of this package. */
static size_t find_item(const struct maker *m, const struct case_link *link)
{
    return str_empty(link->identifier) ? CASE_NO_ITEM : strmap_get(&m->items, link->identifier);
}

static void take_parent(struct maker *m, size_t i)
{
    const struct case_association *s = &m->k->associations.items[i];
    if (!str_eq_z(s->type, "isChildOf"))
        return;
    size_t child = find_item(m, &s->origin), parent = find_item(m, &s->destination);
    bool under_document =
        !str_empty(m->k->document.identifier) && str_eq(s->destination.identifier, m->k->document.identifier);
    if (child == CASE_NO_ITEM)
        warn_end(m, i, "originNodeURI", &s->origin);
    if (parent == CASE_NO_ITEM && !under_document)
        warn_end(m, i, "destinationNodeURI", &s->destination);
    if (child == CASE_NO_ITEM || (parent == CASE_NO_ITEM && !under_document))
        return;
    struct place *place = &m->places[child];
    if (place->association != CASE_NO_ITEM)
        return; /* a further parent: an association like others */
    if (child == parent) {
        error_circle(m, i, child);
        return;
    }
    place->parent = under_document ? CASE_NO_ITEM : parent;
    place->association = i;
    place->sequence = s->sequence.some ? s->sequence.v : INT64_MAX;
}

/* Walks up from every item once; an item met again on the same walk closes a circle, which is cut there. */
static void cut_circles(struct maker *m)
{
    const size_t count = m->k->items.count;
    unsigned char *state = arena_array(m->a, count, 1);
    for (size_t start = 0; start < count; start++) {
        size_t at = start;
        while (at != CASE_NO_ITEM && state[at] == UNSEEN) {
            state[at] = ON_PATH;
            at = m->places[at].parent;
        }
        size_t circle = at != CASE_NO_ITEM && state[at] == ON_PATH ? at : CASE_NO_ITEM;
        for (at = start; at != CASE_NO_ITEM && state[at] == ON_PATH; at = m->places[at].parent)
            state[at] = DONE;
        if (circle != CASE_NO_ITEM) {
            error_circle(m, m->places[circle].association, circle);
            m->places[circle] = (struct place){CASE_NO_ITEM, circle, CASE_NO_ITEM, INT64_MAX};
        }
    }
}

static int by_parent_and_order(const void *x, const void *y)
{
    const struct place *p = x, *q = y;
    if (p->parent != q->parent)
        return p->parent < q->parent ? -1 : 1;
    if (p->sequence != q->sequence)
        return p->sequence < q->sequence ? -1 : 1;
    return p->item < q->item ? -1 : p->item > q->item;
}

/* Depth first over the sorted places: the children of an item are a run in them. */
static struct case_tree walk(struct maker *m)
{
    const size_t count = m->k->items.count;
    struct case_tree tree = {ARENA_ARRAY(m->a, count, struct case_node), 0};
    size_t *first = ARENA_ARRAY(m->a, count + 1, size_t); /* of each item's children; the document's stand at count */
    for (size_t i = 0; i <= count; i++)
        first[i] = CASE_NO_ITEM;
    for (size_t i = count; i-- > 0;)
        first[m->places[i].parent == CASE_NO_ITEM ? count : m->places[i].parent] = i;

    struct frame {
        size_t next;   /* place of the next child */
        size_t parent; /* item whose children these are */
        size_t node;
        size_t position;
    } *stack = ARENA_ARRAY(m->a, count + 1, struct frame);
    size_t depth = 0;
    stack[0] = (struct frame){first[count], CASE_NO_ITEM, CASE_NO_ITEM, 0};
    for (;;) {
        struct frame *top = &stack[depth];
        if (top->next >= count || m->places[top->next].parent != top->parent) { /* CASE_NO_ITEM is beyond count too */
            if (depth == 0)
                return tree;
            depth--;
            continue;
        }
        const struct place *place = &m->places[top->next++];
        tree.nodes[tree.count] = (struct case_node){.item = place->item,
                                                    .parent = top->node,
                                                    .association = place->association,
                                                    .position = top->position++,
                                                    .depth = (int)depth};
        stack[++depth] = (struct frame){first[place->item], place->item, tree.count++, 0};
    }
}

struct case_tree case_tree_build(struct arena *a, const struct case_package *package, struct problems *p)
{
    struct maker m = {.a = a, .k = package, .p = p, .items = strmap_new(a)};
    const size_t count = package->items.count;
    m.places = ARENA_ARRAY(a, count, struct place);
    for (size_t i = 0; i < count; i++) {
        m.places[i] = (struct place){CASE_NO_ITEM, i, CASE_NO_ITEM, INT64_MAX};
        strmap_add(&m.items, package->items.items[i].identifier, i);
    }
    for (size_t i = 0; i < package->associations.count; i++)
        take_parent(&m, i);
    cut_circles(&m);
    if (count != 0)
        qsort(m.places, count, sizeof m.places[0], by_parent_and_order);
    struct case_tree tree = walk(&m);
    ASSERT(tree.count == count); /* every item stands under the document once */
    return tree;
}
