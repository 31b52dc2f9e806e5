/* See explore.h. A state is where one stands on entering a passage and what is kept of the variables there (keep.h), of visits and
 * of consequences to come, written as a list of small numbers; equal lists are one state. What is random branches: a passage is run
 * again for each way its draws can fall. */
#include "engine/story/explore.h"

#define DRAWS_MOST 16
#define RUNS_MOST 1024
#define RUNS_PER_STATE 4         /* on average */
#define ALL_OPERATIONS_MOST ((uint64_t)200000000)
#define KEY_MOST (2 * (VARIABLES_MOST + PENDING_MOST) + 8)

enum { ID_UNSET, ID_ANY, ID_FALSE, ID_TRUE, ID_FIRST };

/* The draws of one run: at each, how many ways there were and which was taken. */
struct tape {
    uint32_t taken[DRAWS_MOST], ways[DRAWS_MOST];
    size_t length, at;
};

struct explorer {
    struct explored *x;
    struct arena *a, *scratch;
    struct machine m;
    struct tape run, follow, *tape;
    bool missed; /* a draw that could not be followed in all ways */
    uint64_t runs, operations;
    uint32_t now;   /* the state that is explored */
    size_t most, numbers;
    uint32_t *pool;
    size_t pool_count, pool_room;
    uint32_t *slots; /* hashed states, one more than their number */
    size_t slot_count;
    struct story_value *values; /* by id less ID_FIRST */
    size_t value_count, value_room;
    uint32_t *value_slots;
    size_t value_slot_count;
    struct strmap fault_names;
    uint32_t *key;        /* that is being made */
    uint32_t *base;       /* by variable: the id of its value when the machine is at rest */
    bool *packed;         /* by variable: is in the key already */
    uint32_t *visited;    /* passages of f->visits that were entered */
    size_t visited_count;
};

/* ---- values as numbers ----------------------------------------------------------------------------------------------- */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

static uint64_t hash_value(struct story_value v)
{
    uint64_t bits;
    if (v.kind == STORY_TEXT)
        return mix(str_hash(v.text));
    memcpy(&bits, &v.number, sizeof bits);
    return mix(bits);
}

static bool same_value(struct story_value x, struct story_value y)
{
    return x.kind == y.kind && (x.kind == STORY_TEXT ? str_eq(x.text, y.text) : x.number == y.number);
}

static void more_value_slots(struct explorer *e)
{
    size_t n = e->value_slot_count == 0 ? 256 : e->value_slot_count * 2;
    e->value_slots = ARENA_ARRAY(e->a, n, uint32_t);
    e->value_slot_count = n;
    for (uint32_t k = 0; k < e->value_count; k++) {
        size_t at = hash_value(e->values[k]) & (n - 1);
        while (e->value_slots[at] != 0)
            at = (at + 1) & (n - 1);
        e->value_slots[at] = k + 1;
    }
}

static uint32_t id_of(struct explorer *e, struct story_value v)
{
    if (v.kind == STORY_UNSET || v.kind == VALUE_ANY)
        return v.kind == STORY_UNSET ? ID_UNSET : ID_ANY;
    if (v.kind == STORY_TRUTH)
        return v.number != 0 ? ID_TRUE : ID_FALSE;
    if (e->value_count * 2 >= e->value_slot_count)
        more_value_slots(e);
    size_t at = hash_value(v) & (e->value_slot_count - 1);
    for (; e->value_slots[at] != 0; at = (at + 1) & (e->value_slot_count - 1))
        if (same_value(e->values[e->value_slots[at] - 1], v))
            return e->value_slots[at] - 1 + ID_FIRST;
    if (v.kind == STORY_TEXT)
        v.text = str_dup(e->a, v.text);
    *PUSH(e->a, e->values, e->value_count, e->value_room) = v;
    e->value_slots[at] = (uint32_t)e->value_count;
    return (uint32_t)e->value_count - 1 + ID_FIRST;
}

static struct story_value value_of(const struct explorer *e, uint32_t id)
{
    if (id >= ID_FIRST)
        return e->values[id - ID_FIRST];
    static const struct story_value few[] = {
        [ID_UNSET] = {0}, [ID_ANY] = {.kind = VALUE_ANY}, [ID_FALSE] = {.kind = STORY_TRUTH}, [ID_TRUE] = {.kind = STORY_TRUTH, .number = 1}};
    return few[id];
}

/* ---- states ---------------------------------------------------------------------------------------------------------- */
static uint32_t kept_id(struct explorer *e, uint32_t v, struct story_value x)
{
    const struct keep *f = e->x->f;
    if (f->follow[v] == FOLLOW_IS_SET && x.kind != STORY_UNSET)
        x.kind = VALUE_ANY;
    if (x.kind == STORY_NUMBER)
        x.number = x.number < f->lowest[v] ? f->lowest[v] : x.number > f->highest[v] ? f->highest[v] : x.number;
    return id_of(e, x);
}

/* Pairs by their first number; there are few. */
static void sort_pairs(uint32_t *pairs, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k != 0 && pairs[2 * k - 2] > pairs[2 * k]; k--)
            for (size_t n = 0; n < 2; n++) {
                uint32_t swap = pairs[2 * k + n];
                pairs[2 * k + n] = pairs[2 * k - 2 + n];
                pairs[2 * k - 2 + n] = swap;
            }
}

static void note_visit(struct explorer *e, uint32_t passage)
{
    if (!e->x->f->visits[passage])
        return;
    for (size_t k = 0; k < e->visited_count; k++)
        if (e->visited[k] == passage)
            return;
    e->visited[e->visited_count++] = passage;
}

/* What the machine holds, as the key of the state in which `passage` is entered: what differs from the machine at rest. */
static uint32_t pack(struct explorer *e, uint32_t passage)
{
    const struct keep *f = e->x->f;
    struct machine *m = &e->m;
    uint32_t n = 4, pairs = n;
    for (size_t k = 0; k < m->undo_count; k++) {
        uint32_t v = m->undo[k].variable, id;
        if (e->packed[v] || !keep_is_live(f, passage, v) || (id = kept_id(e, v, m->values[v])) == e->base[v])
            continue;
        e->packed[v] = true;
        e->key[n++] = v;
        e->key[n++] = id;
    }
    for (uint32_t k = pairs; k < n; k += 2)
        e->packed[e->key[k]] = false;
    sort_pairs(&e->key[pairs], (n - pairs) / 2);
    e->key[0] = passage;
    e->key[1] = (n - pairs) / 2;
    pairs = n;
    for (size_t k = 0; k < e->visited_count; k++) {
        uint32_t visits = m->visits[e->visited[k]];
        e->key[n++] = e->visited[k];
        e->key[n++] = visits < f->visits_most ? visits : f->visits_most;
    }
    sort_pairs(&e->key[pairs], (n - pairs) / 2);
    e->key[2] = (n - pairs) / 2;
    e->key[3] = !f->turns ? 0 : m->turns < f->visits_most ? m->turns : f->visits_most;
    for (size_t k = 0; k < m->pending_count; k++) {
        e->key[n++] = m->pending[k].op;
        e->key[n++] = m->pending[k].still;
    }
    return n;
}

static void roll_back(struct machine *m, size_t to)
{
    while (m->undo_count > to) {
        m->undo_count--;
        m->values[m->undo[m->undo_count].variable] = m->undo[m->undo_count].was;
    }
}

static void unpack(struct explorer *e, const struct state *state)
{
    struct machine *m = &e->m;
    const uint32_t *key = &e->pool[state->key], *end = key + state->length, *at = key + 4;
    roll_back(m, 0);
    for (uint32_t k = 0; k < key[1]; k++, at += 2)
        machine_put(m, at[0], value_of(e, at[1]));
    for (size_t k = 0; k < e->visited_count; k++)
        m->visits[e->visited[k]] = 0;
    e->visited_count = 0;
    for (uint32_t k = 0; k < key[2]; k++, at += 2) {
        e->visited[e->visited_count++] = at[0];
        m->visits[at[0]] = at[1];
    }
    m->turns = key[3];
    for (m->pending_count = 0; at < end; at += 2)
        m->pending[m->pending_count++] = (struct pending){at[0], at[1]};
}

static uint64_t hash_key(const uint32_t *key, size_t n)
{
    uint64_t h = n;
    for (size_t k = 0; k < n; k++)
        h = (h ^ key[k]) * UINT64_C(0x9e3779b97f4a7c15), h ^= h >> 29;
    return mix(h);
}

static void more_slots(struct explorer *e)
{
    struct explored *x = e->x;
    size_t n = e->slot_count == 0 ? 1024 : e->slot_count * 2;
    e->slots = ARENA_ARRAY(e->a, n, uint32_t);
    e->slot_count = n;
    for (uint32_t k = 0; k < x->count; k++) {
        size_t at = hash_key(&e->pool[x->states[k].key], x->states[k].length) & (n - 1);
        while (e->slots[at] != 0)
            at = (at + 1) & (n - 1);
        e->slots[at] = k + 1;
    }
}

static uint32_t *more_pool(struct explorer *e, size_t n)
{
    while (e->pool_count + n > e->pool_room) {
        size_t room = e->pool_room == 0 ? 4096 : e->pool_room * 2;
        e->pool = arena_grow(e->a, e->pool, e->pool_room * sizeof *e->pool, room * sizeof *e->pool);
        e->pool_room = room;
    }
    e->pool_count += n;
    return &e->pool[e->pool_count - n];
}

/* The number of the state in which the machine enters the passage; STORY_NONE where the bound is hit. */
static uint32_t reach(struct explorer *e, uint32_t passage)
{
    struct explored *x = e->x;
    uint32_t n = pack(e, passage);
    if (x->count * 2 >= e->slot_count)
        more_slots(e);
    size_t at = hash_key(e->key, n) & (e->slot_count - 1);
    for (; e->slots[at] != 0; at = (at + 1) & (e->slot_count - 1)) {
        const struct state *known = &x->states[e->slots[at] - 1];
        if (known->length == n && memcmp(&e->pool[known->key], e->key, n * sizeof *e->key) == 0)
            return e->slots[at] - 1;
    }
    if (x->count >= e->most || e->pool_count + n > e->numbers + KEY_MOST) {
        x->complete = false;
        return STORY_NONE;
    }
    memcpy(more_pool(e, n), e->key, n * sizeof *e->key);
    *PUSH(e->a, x->states, x->count, x->room) =
        (struct state){.key = e->pool_count - n, .length = n, .passage = passage, .from = e->now};
    e->slots[at] = (uint32_t)x->count;
    return (uint32_t)x->count - 1;
}

/* ---- what the machine tells ------------------------------------------------------------------------------------------ */
static uint32_t draw(void *arg, uint32_t below)
{
    struct explorer *e = arg;
    struct tape *t = e->tape;
    if (!e->m.matters || below <= 1)
        return 0;
    if (t->at == DRAWS_MOST || below > RUNS_MOST) {
        e->missed = true;
        return 0;
    }
    if (t->at == t->length) {
        t->ways[t->length] = below;
        t->taken[t->length++] = 0;
    }
    return t->taken[t->at++];
}

/* The next way the draws can fall; false after the last. */
static bool next_way(struct tape *t)
{
    while (t->length != 0 && ++t->taken[t->length - 1] == t->ways[t->length - 1])
        t->length--;
    return t->length != 0;
}

static void asked(void *arg, uint32_t op, bool held)
{
    struct explorer *e = arg;
    e->x->asked[op]++;
    e->x->held[op] += held;
}

static void fault(void *arg, enum story_fault kind, uint32_t line, uint32_t passage, struct str name, const char *why)
{
    struct explorer *e = arg;
    struct explored *x = e->x;
    (void)line;
    (void)passage;
    struct str once = str_printf(e->scratch, "%d %" PRIu32 " %.*s", (int)kind, x->f->passage_of[e->m.op], STR_ARG(name));
    if (strmap_get(&e->fault_names, once) != STRMAP_NONE)
        return;
    strmap_add(&e->fault_names, str_dup(e->a, once), 0);
    *PUSH(e->a, x->faults, x->fault_count, x->fault_room) =
        (struct seen_fault){.fault = kind, .op = e->m.op, .state = e->now, .name = name, .why = str_from(why)};
}

/* ---- exploring ------------------------------------------------------------------------------------------------------- */
static void add_edge(struct explorer *e, uint32_t to)
{
    struct explored *x = e->x;
    if (to == STORY_NONE) /* beyond the bound: who knows what lies there */
        x->states[e->now].ends = true;
    else
        *PUSH(e->a, x->edges, x->edge_count, x->edge_room) = (struct edge){e->now, to};
}

/* Every way a link can be taken: what it sets may draw, too. */
static void take(struct explorer *e, uint32_t link)
{
    const struct link *l = &e->x->s->links[link];
    if (l->first_op == l->end_op) {
        add_edge(e, reach(e, l->to));
        return;
    }
    size_t pending = e->m.pending_count, undo = e->m.undo_count, runs = 0;
    e->tape = &e->follow;
    e->follow.length = 0;
    do {
        e->follow.at = 0;
        machine_follow(&e->m, link);
        add_edge(e, reach(e, l->to));
        roll_back(&e->m, undo);
        e->m.pending_count = pending;
        if (++runs == RUNS_MOST)
            e->missed = true;
    } while (next_way(&e->follow) && runs < RUNS_MOST);
    e->tape = &e->run;
}

static void step(struct explorer *e)
{
    struct explored *x = e->x;
    const struct story *s = x->s;
    struct machine *m = &e->m;
    bool way_on = m->timer_op != STORY_NONE || m->broke, ends = s->passages[m->here].shown.ending || m->broke;
    if (m->timer_op != STORY_NONE)
        add_edge(e, reach(e, s->ops[m->timer_op].x));
    for (size_t k = 0; k < m->link_count; k++) {
        way_on = true; /* a link to nowhere is told as such */
        if (s->links[m->links[k]].to != STORY_NONE)
            take(e, m->links[k]);
        else
            ends = true;
    }
    uint32_t *note = way_on ? x->passed : x->stuck;
    if (note[m->here] == 0)
        note[m->here] = e->now + 1;
    if (!way_on || ends)
        x->states[e->now].ends = true;
}

static void explore_state(struct explorer *e)
{
    size_t runs = 0;
    e->run.length = 0;
    do {
        struct state *state = &e->x->states[e->now];
        e->run.at = 0;
        arena_reset(e->scratch);
        unpack(e, state);
        machine_enter(&e->m, state->passage);
        e->operations += OPERATIONS_MOST - e->m.ops_left;
        for (size_t k = 0; k < e->m.trail_count; k++)
            note_visit(e, e->m.trail[k]);
        step(e);
        if (++runs == RUNS_MOST || (++e->runs > RUNS_PER_STATE * e->most && e->run.length != 0)) {
            e->missed = true;
            e->x->states[e->now].ends = true;
            break;
        }
    } while (next_way(&e->run));
    e->x->states[e->now].done = true;
}

/* The machine at rest holds what it does when the case begins, but what is surely set before it is read holds anything: then the
 * states in which it was not set yet are one. */
static void come_to_rest(struct explorer *e)
{
    const struct keep *f = e->x->f;
    machine_begin(&e->m);
    for (uint32_t v = 0; v < e->x->s->variable_count; v++) {
        struct story_value *x = &e->m.values[v];
        if (f->ignored[v] || (x->kind == STORY_UNSET && !f->unsure[v]))
            x->kind = VALUE_ANY;
        if (x->kind == STORY_TEXT)
            x->text = str_dup(e->a, x->text);
        e->base[v] = f->ignored[v] ? ID_ANY : kept_id(e, v, *x);
    }
}

/* Every way the case can begin. */
static void begin(struct explorer *e)
{
    const struct story *s = e->x->s;
    size_t runs = 0;
    e->now = STORY_NONE;
    come_to_rest(e);
    struct story_value *rest = ARENA_ARRAY(e->a, s->variable_count + 1, struct story_value);
    memcpy(rest, e->m.values, s->variable_count * sizeof *rest);
    e->run.length = 0;
    do {
        e->run.at = 0;
        e->m.notes = false;
        machine_begin(&e->m);
        e->m.notes = true;
        for (uint32_t v = 0; v < s->variable_count; v++) {
            struct story_value now = e->m.values[v];
            e->m.values[v] = rest[v];
            if (kept_id(e, v, now) != e->base[v] && now.kind != STORY_UNSET)
                machine_put(&e->m, v, now);
        }
        reach(e, s->info.start);
        roll_back(&e->m, 0);
        e->m.pending_count = 0;
        if (++runs == RUNS_MOST)
            e->missed = true;
    } while (next_way(&e->run) && runs < RUNS_MOST);
}

struct explored *explore(struct arena *a, const struct story *s, struct keep *f, size_t most, size_t numbers)
{
    struct explored *x = ARENA_NEW(a, struct explored);
    struct explorer *e = ARENA_NEW(a, struct explorer);
    size_t passages = s->passage_count + 1, ops = s->op_count + 1;
    *x = (struct explored){.s = s, .f = f, .complete = true};
    x->entered = ARENA_ARRAY(a, passages, bool);
    x->stuck = ARENA_ARRAY(a, passages, uint32_t);
    x->passed = ARENA_ARRAY(a, passages, uint32_t);
    x->asked = ARENA_ARRAY(a, ops, uint32_t);
    x->held = ARENA_ARRAY(a, ops, uint32_t);
    *e = (struct explorer){.x = x, .a = a, .scratch = arena_new(0), .most = most, .numbers = numbers, .tape = &e->run, .fault_names = strmap_new(a)};
    e->key = ARENA_ARRAY(a, KEY_MOST + 2 * passages, uint32_t);
    e->visited = ARENA_ARRAY(a, passages, uint32_t);
    e->base = ARENA_ARRAY(a, s->variable_count + 1, uint32_t);
    e->packed = ARENA_ARRAY(a, s->variable_count + 1, bool);
    e->m = (struct machine){.s = s,
                            .a = e->scratch,
                            .undo_arena = a,
                            .values = ARENA_ARRAY(a, s->variable_count + 1, struct story_value),
                            .visits = ARENA_ARRAY(a, passages, uint32_t),
                            .links = ARENA_ARRAY(a, STORY_CHOICES_MOST, uint32_t),
                            .draw = draw,
                            .draw_arg = e,
                            .fault = fault,
                            .fault_arg = e,
                            .asked = asked,
                            .entered = x->entered,
                            .ignored = f->ignored,
                            .cosmetic = f->cosmetic};
    begin(e);
    for (e->now = 0; e->now < x->count && e->operations < ALL_OPERATIONS_MOST; e->now++)
        explore_state(e);
    x->complete = x->complete && e->now == x->count;
    x->complete = x->complete && !e->missed;
    arena_free(e->scratch);
    return x;
}

struct str explored_way(struct arena *a, const struct explored *x, uint32_t state)
{
    uint32_t last[6];
    size_t count = 0;
    for (; state != STORY_NONE && count < COUNT_OF(last); state = x->states[state].from)
        last[count++] = x->states[state].passage;
    struct buf b = buf_new(a, 128);
    if (state != STORY_NONE)
        buf_z(&b, "... > ");
    for (size_t k = count; k-- > 0;) {
        buf_str(&b, x->s->passages[last[k]].shown.title);
        if (k != 0)
            buf_z(&b, " > ");
    }
    return buf_text(&b);
}
