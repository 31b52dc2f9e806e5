/* See keep.h. All sets are computed over the passages as a graph whose edges are taken whatever their conditions say, so that they
 * are never too small. */
#include "engine/story/keep.h"

#define VISITS_COUNTED 50
/* No case can make the analysis long: beyond this many rounds it takes everything for possible. */
#define ROUNDS_MOST 100

/* ---- operations ------------------------------------------------------------------------------------------------------ */
static bool has_effect(enum op_kind kind)
{
    return kind != OP_TEXT && kind != OP_PRINT && kind != OP_UNLESS && kind != OP_JUMP && kind != OP_REASON && kind != OP_PANEL;
}

static void passages_of_operations(struct keep *f)
{
    f->passage_of = ARENA_ARRAY(f->a, f->s->op_count + 1, uint32_t);
    for (uint32_t p = 0; p < f->s->passage_count; p++)
        for (uint32_t k = f->s->passages[p].first_op; k < f->s->passages[p].end_op; k++)
            f->passage_of[k] = p;
}

/* A condition is cosmetic when nothing up to where its branches meet again has an effect. A branch that another follows ends in a
 * jump to where they meet. */
static void find_cosmetic(struct keep *f)
{
    const struct story *s = f->s;
    uint32_t *next_effect = ARENA_ARRAY(f->a, s->op_count + 1, uint32_t);
    next_effect[s->op_count] = (uint32_t)s->op_count;
    for (size_t k = s->op_count; k-- > 0;)
        next_effect[k] = has_effect(s->ops[k].kind) ? (uint32_t)k : next_effect[k + 1];
    for (size_t k = 0; k < s->op_count; k++) {
        if (s->ops[k].kind != OP_UNLESS)
            continue;
        uint32_t end = s->ops[k].x;
        while (end > k + 1 && s->ops[end - 1].kind == OP_JUMP && s->ops[end - 1].x > end)
            end = s->ops[end - 1].x;
        f->cosmetic[k] = next_effect[k + 1] >= end;
    }
}

static bool is_load(const struct instruction *i)
{
    return i->code == CODE_LOAD || i->code == CODE_DEFINED;
}

/* ---- which variables change the way ---------------------------------------------------------------------------------- */
static void find_relevant(struct keep *f)
{
    const struct story *s = f->s;
    size_t rounds = 0;
    for (bool more = true; more; rounds++) {
        more = false;
        for (size_t v = 0; rounds == ROUNDS_MOST && v < s->variable_count; v++)
            f->follow[v] = FOLLOW_VALUE;
        for (size_t k = 0; k < s->op_count; k++) {
            const struct op *op = &s->ops[k];
            bool matters = (op->kind == OP_UNLESS && !f->cosmetic[k]) || (op->kind == OP_SET && f->follow[op->x] == FOLLOW_VALUE);
            for (uint32_t i = op->e.from; matters && i < op->e.from + op->e.count; i++)
                if (is_load(&s->code[i]) && f->follow[s->code[i].arg] != FOLLOW_VALUE) {
                    f->follow[s->code[i].arg] = FOLLOW_VALUE;
                    more = true;
                }
        }
    }
}

/* ---- which may be read before they are set --------------------------------------------------------------------------- */
/* Variables by number, as sets of bits; `all` words each. */
struct setting {
    struct keep *f;
    size_t all;
    uint64_t *sure; /* by passage: set whenever it is entered */
    bool *seen;
    bool *queued; /* by passage: it is to be gone through again */
    bool any;
};

static bool bit(const uint64_t *set, size_t k)
{
    return (set[k / 64] >> (k % 64) & 1) != 0;
}

static void put(uint64_t *set, size_t k)
{
    set[k / 64] |= UINT64_C(1) << (k % 64);
}

/* The passage is entered with these set: fewer may be sure there than before. */
static void arrive(struct setting *g, uint32_t passage, const uint64_t *set)
{
    uint64_t *sure = &g->sure[passage * g->all];
    bool less = !g->seen[passage];
    for (size_t k = 0; k < g->all; k++) {
        uint64_t both = g->seen[passage] ? sure[k] & set[k] : set[k];
        less = less || both != sure[k];
        sure[k] = both;
    }
    g->seen[passage] = true;
    g->queued[passage] = g->queued[passage] || less;
    g->any = g->any || less;
}

static void set_by_link(struct setting *g, const struct link *l, uint64_t *set)
{
    const struct story *s = g->f->s;
    uint32_t within = l->first_op;
    for (uint32_t k = l->first_op; k < l->end_op; k++) {
        if ((s->ops[k].kind == OP_UNLESS || s->ops[k].kind == OP_JUMP) && s->ops[k].x > within)
            within = s->ops[k].x;
        if (s->ops[k].kind == OP_SET && k >= within)
            put(set, s->ops[k].x);
    }
}

/* Goes through a passage with what is set when it is entered. With `unsure`, notes reads of what is not; otherwise passes on what is
 * set to where it leads. What is set under a condition counts for the operations up to the condition's end. */
static void walk(struct setting *g, uint32_t passage, uint64_t *set, uint64_t *scratch, bool *unsure)
{
    const struct story *s = g->f->s;
    const struct passage *p = &s->passages[passage];
    uint32_t within = p->first_op;
    for (uint32_t k = p->first_op; k < p->end_op; k++) {
        const struct op *op = &s->ops[k];
        for (uint32_t i = op->e.from; unsure != NULL && i < op->e.from + op->e.count; i++)
            if (is_load(&s->code[i]) && !bit(set, s->code[i].arg))
                unsure[s->code[i].arg] = true;
        if ((op->kind == OP_UNLESS || op->kind == OP_JUMP) && op->x > within)
            within = op->x;
        if (op->kind == OP_SET && k >= within)
            put(set, op->x);
        if (unsure == NULL && op->x != STORY_NONE && (op->kind == OP_INCLUDE || op->kind == OP_GOTO || op->kind == OP_TIMER))
            arrive(g, op->x, set);
        if (op->kind == OP_LINK && unsure == NULL && s->links[op->x].to != STORY_NONE) {
            memcpy(scratch, set, g->all * sizeof *set);
            set_by_link(g, &s->links[op->x], scratch);
            arrive(g, s->links[op->x].to, scratch);
        }
    }
}

static void find_unsure(struct keep *f, bool *unsure)
{
    const struct story *s = f->s;
    struct setting g = {.f = f, .all = s->variable_count / 64 + 1};
    size_t n = s->passage_count + 1;
    g.sure = ARENA_ARRAY(f->a, n * g.all, uint64_t);
    g.seen = ARENA_ARRAY(f->a, n, bool);
    g.queued = ARENA_ARRAY(f->a, n, bool);
    uint64_t *set = ARENA_ARRAY(f->a, g.all, uint64_t), *scratch = ARENA_ARRAY(f->a, g.all, uint64_t);
    uint64_t *begin = ARENA_ARRAY(f->a, g.all, uint64_t);
    for (size_t k = 0; k < s->variable_count; k++)
        if (s->variables[k].first.kind != STORY_UNSET)
            put(begin, k);
    for (size_t k = 0; k < s->before_count; k++)
        walk(&g, s->before[k], begin, scratch, unsure);
    for (size_t k = 0; k < s->op_count; k++) /* what may be unset again is never sure */
        if (s->ops[k].kind == OP_UNSET)
            begin[s->ops[k].x / 64] &= ~(UINT64_C(1) << (s->ops[k].x % 64)), unsure[s->ops[k].x] = true;
    for (size_t k = 0; k < s->op_count; k++)
        if ((s->ops[k].kind == OP_AFTER || s->ops[k].kind == OP_UPON) && s->ops[k].x != STORY_NONE)
            arrive(&g, s->ops[k].x, begin);
    arrive(&g, s->info.start, begin);
    for (size_t rounds = 0; g.any; rounds++) { /* in the order of the file, which most cases follow */
        if (rounds == ROUNDS_MOST) {
            memset(unsure, true, s->variable_count * sizeof *unsure);
            return;
        }
        g.any = false;
        for (uint32_t p = 0; p < s->passage_count; p++) {
            if (!g.queued[p])
                continue;
            g.queued[p] = false;
            memcpy(set, &g.sure[p * g.all], g.all * sizeof *set);
            walk(&g, p, set, scratch, NULL);
        }
    }
    for (uint32_t p = 0; p < s->passage_count; p++)
        if (g.seen[p]) {
            memcpy(set, &g.sure[p * g.all], g.all * sizeof *set);
            walk(&g, p, set, scratch, unsure);
        }
    for (size_t k = 0; k < s->temporary_count; k++) /* they never outlive a passage */
        unsure[s->temporary[k]] = true;
}

/* ---- how far counting changes an answer ------------------------------------------------------------------------------ */
static bool is_comparison(enum code code)
{
    return code >= CODE_EQUAL && code <= CODE_GREATER_EQUAL;
}

/* In conditions and in what else matters, v stands only beside a number that it is compared with; *most is the greatest, *least the
 * least of them. */
static bool only_compared(const struct keep *f, uint32_t v, double *least, double *most)
{
    const struct story *s = f->s;
    for (size_t k = 0; k < s->op_count; k++) {
        const struct op *op = &s->ops[k];
        if (op->kind == OP_PRINT || (op->kind == OP_SET && (op->x == v || f->follow[op->x] != FOLLOW_VALUE)))
            continue;
        for (uint32_t i = op->e.from, end = op->e.from + op->e.count; i < end; i++) {
            const struct instruction *c = &s->code[i];
            if (c->code != CODE_LOAD || c->arg != v)
                continue;
            const struct instruction *number = i + 2 < end && c[1].code == CODE_NUMBER && is_comparison(c[2].code) ? &c[1]
                                               : i > op->e.from && i + 1 < end && c[-1].code == CODE_NUMBER && is_comparison(c[1].code)
                                                   ? &c[-1]
                                                   : NULL;
            if (number == NULL)
                return false;
            *least = number->number < *least ? number->number : *least;
            *most = number->number > *most ? number->number : *most;
        }
    }
    return true;
}

/* A variable that is only counted up, or only down, and compared with numbers: beyond the last of these numbers it stays where the
 * answers are the same, so that a loop that counts has an end. */
static void find_limits(struct keep *f)
{
    const struct story *s = f->s;
    bool *up = ARENA_ARRAY(f->a, s->variable_count + 1, bool), *down = ARENA_ARRAY(f->a, s->variable_count + 1, bool);
    bool *other = ARENA_ARRAY(f->a, s->variable_count + 1, bool);
    f->lowest = ARENA_ARRAY(f->a, s->variable_count + 1, double);
    f->highest = ARENA_ARRAY(f->a, s->variable_count + 1, double);
    for (size_t k = 0; k < s->op_count; k++) {
        const struct op *op = &s->ops[k];
        if (op->kind != OP_SET)
            continue;
        const struct instruction *c = &s->code[op->e.from];
        if (op->e.count == 1 && c[0].code == CODE_NUMBER)
            continue;
        bool counts = op->e.count == 3 && c[0].code == CODE_LOAD && c[0].arg == op->x && c[1].code == CODE_NUMBER &&
                      (c[2].code == CODE_ADD || c[2].code == CODE_SUBTRACT);
        if (counts)
            *((c[1].number < 0) == (c[2].code == CODE_ADD) ? &down[op->x] : &up[op->x]) = true;
        else
            other[op->x] = true;
    }
    size_t looked = 0;
    for (uint32_t v = 0; v < s->variable_count; v++) {
        double least = 1e300, most = -1e300;
        f->lowest[v] = -1e300;
        f->highest[v] = 1e300;
        if (f->follow[v] != FOLLOW_VALUE || s->variables[v].ranged || other[v] || up[v] == down[v] ||
            looked++ >= ROUNDS_MOST || !only_compared(f, v, &least, &most))
            continue;
        if (up[v])
            f->highest[v] = most + 1;
        else
            f->lowest[v] = least - 1;
    }
}

/* ---- visits ---------------------------------------------------------------------------------------------------------- */
static void find_visits(struct keep *f)
{
    const struct story *s = f->s;
    bool *asked = ARENA_ARRAY(f->a, s->passage_count + 1, bool), all = false;
    f->visits = asked;
    double most = 1;
    for (size_t k = 0; k < s->op_count; k++) {
        const struct op *op = &s->ops[k];
        bool counts = false, matters = (op->kind == OP_UNLESS && !f->cosmetic[k]) || (op->kind == OP_SET && !f->ignored[op->x]);
        for (uint32_t i = op->e.from; matters && i < op->e.from + op->e.count; i++) {
            const struct instruction *c = &s->code[i];
            f->turns = f->turns || c->code == CODE_TURNS;
            if (c->code == CODE_VISITED || c->code == CODE_TURNS)
                counts = true;
            if (c->code != CODE_VISITED)
                continue;
            uint32_t p = c->arg != STORY_NONE ? c->arg : f->passage_of[k];
            all = all || (c->arg == STORY_NONE && s->passages[p].included);
            asked[p] = true;
        }
        for (uint32_t i = op->e.from; counts && i < op->e.from + op->e.count; i++)
            if (s->code[i].code == CODE_NUMBER && s->code[i].number > most)
                most = s->code[i].number;
    }
    f->visits_most = most < VISITS_COUNTED ? (uint32_t)most + 1 : VISITS_COUNTED;
    for (uint32_t p = 0; p < s->passage_count; p++)
        asked[p] = asked[p] || all;
}

/* ---- where each is of use -------------------------------------------------------------------------------------------- */
/* The sets of a passage: used before it is surely set, surely set. */
static void uses(const struct keep *f, uint32_t passage, uint64_t *used, uint64_t *set)
{
    const struct story *s = f->s;
    const uint32_t *place = f->place;
    uint32_t within = s->passages[passage].first_op;
    for (uint32_t k = within, end = s->passages[passage].end_op; k < end; k++) {
        const struct op *op = &s->ops[k];
        bool words = op->kind == OP_PRINT || (op->kind == OP_SET && f->follow[op->x] != FOLLOW_VALUE) || f->cosmetic[k];
        for (uint32_t i = op->e.from; i < op->e.from + op->e.count; i++) {
            const struct instruction *c = &s->code[i];
            if (is_load(c) && place[c->arg] != STORY_NONE && !(words && !f->unsure[c->arg]) && !bit(set, place[c->arg]))
                put(used, place[c->arg]);
        }
        if ((op->kind == OP_UNLESS || op->kind == OP_JUMP) && op->x > within)
            within = op->x;
        if ((op->kind == OP_SET || op->kind == OP_UNSET) && k >= within && place[op->x] != STORY_NONE)
            put(set, place[op->x]);
    }
}

/* Adds `more`, without those in `but` (NULL: none), to a set; did it grow? */
static bool join(uint64_t *set, const uint64_t *more, const uint64_t *but, size_t words)
{
    uint64_t grown = 0;
    for (size_t k = 0; k < words; k++) {
        uint64_t was = set[k];
        set[k] |= more[k] & ~(but != NULL ? but[k] : 0);
        grown |= set[k] ^ was;
    }
    return grown != 0;
}

static void find_live(struct keep *f)
{
    const struct story *s = f->s;
    uint64_t *set = ARENA_ARRAY(f->a, s->passage_count * f->words + 1, uint64_t), *always = ARENA_ARRAY(f->a, f->words + 1, uint64_t);
    f->live = ARENA_ARRAY(f->a, s->passage_count * f->words + 1, uint64_t);
    for (uint32_t p = 0; p < s->passage_count; p++)
        uses(f, p, &f->live[p * f->words], &set[p * f->words]);
    size_t rounds = 0;
    for (bool more = f->words != 0; more; rounds++) {
        more = false;
        if (rounds == ROUNDS_MOST) {
            memset(f->live, 0xff, s->passage_count * f->words * sizeof *f->live);
            return;
        }
        for (uint32_t p = (uint32_t)s->passage_count; p-- > 0;) {
            uint64_t *live = &f->live[p * f->words];
            for (uint32_t k = s->passages[p].first_op; k < s->passages[p].end_op; k++) {
                const struct op *op = &s->ops[k];
                uint32_t to = story_leads_to(s, op);
                if (to == STORY_NONE)
                    continue;
                bool later = op->kind == OP_AFTER || op->kind == OP_UPON;
                bool whole = op->kind == OP_INCLUDE || op->kind == OP_GOTO;
                more = join(later ? always : live, &f->live[to * f->words], later || whole ? NULL : &set[p * f->words], f->words) || more;
            }
            more = join(live, always, NULL, f->words) || more;
        }
    }
}

bool keep_is_live(const struct keep *f, uint32_t passage, uint32_t variable)
{
    return f->place[variable] != STORY_NONE && bit(&f->live[passage * f->words], f->place[variable]);
}

struct keep *keep_new(struct arena *a, const struct story *s, bool light)
{
    struct keep *f = ARENA_NEW(a, struct keep);
    *f = (struct keep){.a = a, .s = s};
    f->follow = ARENA_ARRAY(a, s->variable_count + 1, uint8_t);
    f->ignored = ARENA_ARRAY(a, s->variable_count + 1, bool);
    f->cosmetic = ARENA_ARRAY(a, s->op_count + 1, bool);
    f->kept = ARENA_ARRAY(a, s->variable_count + 1, uint32_t);
    f->unsure = ARENA_ARRAY(a, s->variable_count + 1, bool);
    f->place = ARENA_ARRAY(a, s->variable_count + 1, uint32_t);
    passages_of_operations(f);
    if (light)
        find_cosmetic(f);
    find_relevant(f);
    find_unsure(f, f->unsure);
    for (uint32_t v = 0; v < s->variable_count; v++) {
        if (f->follow[v] == FOLLOW_NOT && f->unsure[v])
            f->follow[v] = FOLLOW_IS_SET;
        f->ignored[v] = f->follow[v] == FOLLOW_NOT;
        f->place[v] = STORY_NONE;
        if (!f->ignored[v] && s->variables[v].name.p[0] != '_')
            f->kept[f->place[v] = (uint32_t)f->kept_count++] = v;
    }
    f->words = (f->kept_count + 63) / 64;
    find_limits(f);
    find_visits(f);
    find_live(f);
    return f;
}
