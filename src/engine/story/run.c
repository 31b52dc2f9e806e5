/* Running passages: the stack machine for expressions and the loop over operations. Both are bounded: by the depth of includes, by
 * the operations of a step and by the bytes it may show, so that no case can hold a server up. */
#include <math.h>

#include "engine/story/inside.h"

#define WHOLE_MOST 9007199254740992.0 /* whole numbers are exact up to here */
#define LONGEST_TEXT ((size_t)1 << 16)

/* ---- values ---------------------------------------------------------------------------------------------------------- */
static struct story_value truth(bool yes)
{
    return (struct story_value){.kind = STORY_TRUTH, .number = yes};
}

static struct story_value of_number(double x)
{
    return (struct story_value){.kind = STORY_NUMBER, .number = x == 0 ? 0 : x}; /* no -0 */
}

static struct story_value of_text(struct str s)
{
    return (struct story_value){.kind = STORY_TEXT, .text = s};
}

bool machine_holds(struct story_value v)
{
    return v.kind == STORY_TEXT ? v.text.n != 0 : (v.kind == STORY_NUMBER || v.kind == STORY_TRUTH) && v.number != 0;
}

void story_write_value(struct buf *b, struct story_value v)
{
    if (v.kind == STORY_TEXT)
        buf_str(b, v.text);
    else if (v.kind == STORY_TRUTH)
        buf_z(b, v.number != 0 ? "true" : "false");
    else if (v.kind == STORY_NUMBER && fabs(v.number) < WHOLE_MOST && v.number == floor(v.number))
        buf_int(b, (int64_t)v.number);
    else if (v.kind == STORY_NUMBER)
        buf_real(b, v.number);
}

static struct str as_text(struct machine *m, struct story_value v)
{
    if (v.kind == STORY_TEXT)
        return v.text;
    struct buf b = buf_new(m->a, 32);
    story_write_value(&b, v);
    return buf_text(&b);
}

/* ---- expressions ----------------------------------------------------------------------------------------------------- */
struct evaluation {
    struct machine *m;
    uint32_t line;
    struct story_value *stack;
    size_t n;
    bool failed;
};

static struct story_value fails(struct evaluation *v, const char *why)
{
    if (!v->failed)
        v->m->fault(v->m->fault_arg, STORY_FAILS, v->line, v->m->here, STR_NONE, why);
    v->failed = true;
    return truth(false);
}

/* What has no value (told where it was read) or one the checker does not follow. */
static bool unknown(struct story_value x)
{
    return x.kind == STORY_UNSET || x.kind == VALUE_ANY;
}

static struct story_value arithmetic(struct evaluation *v, enum code code, struct story_value x, struct story_value y)
{
    if (code == CODE_ADD && (x.kind == STORY_TEXT || y.kind == STORY_TEXT)) {
        struct str left = as_text(v->m, x), right = as_text(v->m, y);
        if (left.n + right.n > LONGEST_TEXT)
            return fails(v, "a text grows too long");
        return of_text(str_concat(v->m->a, left, right));
    }
    if (x.kind != STORY_NUMBER || y.kind != STORY_NUMBER)
        return fails(v, "only numbers can be reckoned with");
    double z;
    switch (code) {
    case CODE_ADD:
        z = x.number + y.number;
        break;
    case CODE_SUBTRACT:
        z = x.number - y.number;
        break;
    case CODE_MULTIPLY:
        z = x.number * y.number;
        break;
    default:
        if (y.number == 0)
            return fails(v, "a division by 0");
        z = code == CODE_DIVIDE ? x.number / y.number : fmod(x.number, y.number);
    }
    return isfinite(z) ? of_number(z) : fails(v, "a number grows too large");
}

static struct story_value comparison(struct evaluation *v, enum code code, struct story_value x, struct story_value y)
{
    if (code == CODE_EQUAL || code == CODE_UNEQUAL) {
        bool same = x.kind == y.kind && (x.kind == STORY_TEXT ? str_eq(x.text, y.text) : x.number == y.number);
        return truth(same == (code == CODE_EQUAL));
    }
    if (code == CODE_CONTAINS) {
        if (x.kind != STORY_TEXT || y.kind != STORY_TEXT)
            return fails(v, "only a text can contain a text");
        return truth(str_find(x.text, y.text, NULL));
    }
    int order;
    if (x.kind == STORY_NUMBER && y.kind == STORY_NUMBER)
        order = (x.number > y.number) - (x.number < y.number);
    else if (x.kind == STORY_TEXT && y.kind == STORY_TEXT)
        order = str_cmp(x.text, y.text);
    else
        return fails(v, "a number is compared with something else");
    return truth(code == CODE_LESS ? order < 0 : code == CODE_LESS_EQUAL ? order <= 0 : code == CODE_GREATER ? order > 0 : order >= 0);
}

static struct story_value by_chance(struct evaluation *v, const struct instruction *i, const struct story_value *args)
{
    struct machine *m = v->m;
    if (i->code == CODE_EITHER)
        return args[m->draw(m->draw_arg, i->arg)];
    for (uint32_t k = 0; k < i->arg; k++)
        if (args[k].kind != STORY_NUMBER || fabs(args[k].number) > 1e9)
            return fails(v, "random takes two whole numbers");
    double low = i->arg == 2 ? ceil(args[0].number) : 0, high = floor(args[i->arg - 1].number);
    if (low > high) {
        double swap = low;
        low = high;
        high = swap;
    }
    return of_number(low + m->draw(m->draw_arg, (uint32_t)(high - low) + 1));
}

static struct story_value function_of_one(struct evaluation *v, enum code code, struct story_value x)
{
    double z;
    if (code == CODE_AS_TEXT)
        return of_text(as_text(v->m, x));
    if (code == CODE_AS_NUMBER && x.kind == STORY_TEXT)
        return str_to_real(str_trim(x.text), &z) ? of_number(z) : fails(v, "a text that is no number");
    if (code == CODE_AS_NUMBER && x.kind == STORY_TRUTH)
        return of_number(x.number);
    if (x.kind != STORY_NUMBER)
        return fails(v, "only numbers can be reckoned with");
    return of_number(code == CODE_FLOOR   ? floor(x.number)
                     : code == CODE_CEIL  ? ceil(x.number)
                     : code == CODE_ROUND ? floor(x.number + 0.5)
                     : code == CODE_ABS   ? fabs(x.number)
                                          : x.number);
}

static struct story_value extreme(struct evaluation *v, enum code code, const struct story_value *args, uint32_t count)
{
    struct story_value best = args[0];
    for (uint32_t k = 0; k < count; k++) {
        if (args[k].kind != STORY_NUMBER)
            return fails(v, "only numbers can be reckoned with");
        if (code == CODE_LEAST ? args[k].number < best.number : args[k].number > best.number)
            best = args[k];
    }
    return best;
}

static bool any_unknown(const struct story_value *args, size_t count, struct story_value *out)
{
    for (size_t k = 0; k < count; k++)
        if (unknown(args[k])) {
            *out = args[k];
            return true;
        }
    return false;
}

/* Takes `count` values off the stack, and puts one there. */
static void apply(struct evaluation *v, const struct instruction *i, size_t count)
{
    struct story_value *args = &v->stack[v->n - count], result;
    if (i->code == CODE_EITHER && !unknown(args[0]))
        result = by_chance(v, i, args);
    else if (any_unknown(args, count, &result))
        ;
    else if (i->code == CODE_EITHER || i->code == CODE_RANDOM)
        result = by_chance(v, i, args);
    else if (i->code == CODE_LEAST || i->code == CODE_MOST)
        result = extreme(v, i->code, args, i->arg);
    else if (i->code == CODE_NOT || i->code == CODE_AS_TRUTH)
        result = truth(machine_holds(args[0]) == (i->code == CODE_AS_TRUTH));
    else if (i->code == CODE_NEGATE)
        result = args[0].kind == STORY_NUMBER ? of_number(-args[0].number) : fails(v, "only numbers can be reckoned with");
    else if (i->code >= CODE_ADD && i->code <= CODE_REMAINDER)
        result = arithmetic(v, i->code, args[0], args[1]);
    else if (i->code >= CODE_EQUAL && i->code <= CODE_CONTAINS)
        result = comparison(v, i->code, args[0], args[1]);
    else
        result = function_of_one(v, i->code, args[0]);
    v->n -= count;
    v->stack[v->n++] = result;
}

static struct story_value load(struct evaluation *v, uint32_t variable)
{
    struct machine *m = v->m;
    if (m->values[variable].kind == STORY_UNSET)
        m->fault(m->fault_arg, STORY_UNSET_VARIABLE, v->line, m->here, m->s->variables[variable].name, NULL);
    return m->values[variable];
}

struct story_value machine_evaluate(struct machine *m, struct expression e, uint32_t line)
{
    struct story_value stack[VALUES_DEEP];
    struct evaluation v = {.m = m, .line = line, .stack = stack};
    const struct story *s = m->s;
    for (uint32_t k = e.from, end = e.from + e.count; k < end; k++) {
        const struct instruction *i = &s->code[k];
        struct story_value *top = v.n != 0 ? &stack[v.n - 1] : NULL;
        switch (i->code) {
        case CODE_NUMBER:
            stack[v.n++] = of_number(i->number);
            break;
        case CODE_TEXT:
            stack[v.n++] = of_text(s->texts[i->arg]);
            break;
        case CODE_TRUTH:
            stack[v.n++] = truth(i->arg != 0);
            break;
        case CODE_LOAD:
            stack[v.n++] = load(&v, i->arg);
            break;
        case CODE_DEFINED:
            stack[v.n++] = truth(m->values[i->arg].kind != STORY_UNSET);
            break;
        case CODE_VISITED:
            stack[v.n++] = of_number(m->visits[i->arg == STORY_NONE ? m->here : i->arg]);
            break;
        case CODE_TURNS:
            stack[v.n++] = of_number(m->turns);
            break;
        case CODE_AND:
        case CODE_OR:
            if (machine_holds(*top) == (i->code == CODE_OR)) {
                *top = truth(i->code == CODE_OR);
                k = i->arg - 1;
            } else {
                v.n--;
            }
            break;
        case CODE_RANDOM:
        case CODE_EITHER:
        case CODE_LEAST:
        case CODE_MOST:
            apply(&v, i, i->arg);
            break;
        case CODE_NOT:
        case CODE_NEGATE:
        case CODE_AS_TRUTH:
        case CODE_FLOOR:
        case CODE_CEIL:
        case CODE_ROUND:
        case CODE_ABS:
        case CODE_AS_TEXT:
        case CODE_AS_NUMBER:
            apply(&v, i, 1);
            break;
        default:
            apply(&v, i, 2);
        }
    }
    ASSERT(v.n == 1);
    return stack[0];
}

/* ---- variables ------------------------------------------------------------------------------------------------------- */
void machine_put(struct machine *m, uint32_t variable, struct story_value v)
{
    if (m->notes)
        *PUSH(m->undo_arena, m->undo, m->undo_count, m->undo_room) = (struct undo){variable, m->values[variable]};
    m->values[variable] = v;
}

void machine_set(struct machine *m, uint32_t variable, struct story_value v, uint32_t line)
{
    const struct story_variable *d = &m->s->variables[variable];
    if (v.kind == STORY_UNSET) /* told where it was read */
        return;
    if (d->kind != STORY_UNSET && v.kind != VALUE_ANY && (v.kind != d->kind || (v.kind == STORY_TEXT && !story_word_of(d, v.text)))) {
        m->fault(m->fault_arg, STORY_WRONG_KIND, line, m->here, d->name, NULL);
        return;
    }
    if (d->ranged && v.kind == STORY_NUMBER)
        v.number = v.number < d->least ? d->least : v.number > d->most ? d->most : v.number;
    machine_put(m, variable, v);
}

/* ---- what is shown --------------------------------------------------------------------------------------------------- */
static void end_block(struct machine *m)
{
    struct screen *c = m->screen;
    if (str_trim(buf_text(&c->text)).n != 0)
        *PUSH(m->a, c->blocks, c->block_count, c->block_room) =
            (struct story_block){.kind = c->kind, .text = buf_text(&c->text), .name = c->name};
    c->text = buf_new(m->a, 256);
}

static void begin_text(struct machine *m, enum story_block_kind kind, struct str name)
{
    end_block(m);
    m->screen->kind = kind;
    m->screen->name = name;
}

static void show(struct machine *m, struct str text)
{
    struct screen *c = m->screen;
    if (c == NULL || c->full)
        return;
    if (c->shown + text.n > TEXT_MOST) {
        c->full = true;
        m->fault(m->fault_arg, STORY_RUNS_ON, 0, m->here, STR_NONE, "it shows more than a megabyte");
        return;
    }
    c->shown += text.n;
    buf_str(&c->text, text);
}

static void show_block(struct machine *m, enum story_block_kind kind, const struct op *op)
{
    struct screen *c = m->screen;
    if (c == NULL)
        return;
    end_block(m);
    *PUSH(m->a, c->blocks, c->block_count, c->block_room) = (struct story_block){.kind = kind, .text = op->text, .name = op->name};
}

static void offer(struct machine *m, const struct op *op)
{
    bool known = m->link_count == STORY_CHOICES_MOST;
    for (size_t k = 0; k < m->link_count; k++)
        known = known || m->links[k] == op->x;
    if (!known)
        m->links[m->link_count++] = op->x;
    show(m, S("\x01")); /* where it stood: see attempt.c */
    show(m, m->s->links[op->x].text);
    show(m, S("\x02"));
}

/* ---- operations ------------------------------------------------------------------------------------------------------ */
static void expect(struct machine *m, uint32_t op)
{
    for (size_t k = 0; k < m->pending_count; k++)
        if (m->pending[k].op == op)
            return;
    if (m->s->ops[op].x != STORY_NONE && m->pending_count < PENDING_MOST)
        m->pending[m->pending_count++] = (struct pending){op, m->s->ops[op].kind == OP_AFTER ? m->s->ops[op].y : 0};
}

static void run(struct machine *m, uint32_t from, uint32_t end)
{
    struct {
        uint32_t at, end;
    } frames[INCLUDES_DEEP];
    size_t deep = 0;
    const struct story *s = m->s;
    uint32_t at = from;
    for (;;) {
        while (at == end && deep != 0) {
            deep--;
            at = frames[deep].at;
            end = frames[deep].end;
        }
        if (at == end)
            return;
        m->op = at;
        const struct op *op = &s->ops[at++];
        if (m->ops_left-- == 0) {
            m->ops_left = 0;
            m->broke = true;
            m->fault(m->fault_arg, STORY_RUNS_ON, op->line, m->here, STR_NONE, "it does not come to an end");
            return;
        }
        switch (op->kind) {
        case OP_TEXT:
            show(m, op->text);
            break;
        case OP_PRINT: {
            m->matters = false;
            struct story_value v = machine_evaluate(m, op->e, op->line);
            if (m->screen != NULL)
                show(m, as_text(m, v));
            break;
        }
        case OP_SET: {
            m->matters = m->ignored == NULL || !m->ignored[op->x];
            struct story_value v = machine_evaluate(m, op->e, op->line);
            if (m->matters)
                machine_set(m, op->x, v, op->line);
            break;
        }
        case OP_UNSET:
            if (m->ignored == NULL || !m->ignored[op->x])
                machine_put(m, op->x, (struct story_value){0});
            break;
        case OP_UNLESS: {
            if (m->cosmetic != NULL && m->cosmetic[at - 1])
                break;
            m->matters = true;
            bool held = machine_holds(machine_evaluate(m, op->e, op->line));
            if (m->asked != NULL)
                m->asked(m->fault_arg, at - 1, held);
            if (!held)
                at = op->x;
            break;
        }
        case OP_JUMP:
            at = op->x;
            break;
        case OP_LINK:
            offer(m, op);
            break;
        case OP_INCLUDE:
            if (op->x == STORY_NONE)
                break;
            if (deep == INCLUDES_DEEP) {
                m->broke = true;
                m->fault(m->fault_arg, STORY_INCLUDE_CIRCLE, op->line, m->here, op->text, NULL);
                break;
            }
            frames[deep].at = at;
            frames[deep++].end = end;
            if (m->entered != NULL)
                m->entered[op->x] = true;
            at = s->passages[op->x].first_op;
            end = s->passages[op->x].end_op;
            break;
        case OP_GOTO:
            m->go = op->x;
            if (op->x != STORY_NONE)
                return;
            break;
        case OP_AFTER:
        case OP_UPON:
            expect(m, at - 1);
            break;
        case OP_TIMER:
            if (op->x != STORY_NONE)
                m->timer_op = at - 1;
            break;
        case OP_REASON:
            show_block(m, STORY_BLOCK_REASONING, op);
            break;
        case OP_PANEL:
            show_block(m, STORY_BLOCK_PANEL, op);
            break;
        }
    }
}

/* What was pending and is due: each is shown before the passage, once. */
static void fire(struct machine *m, const struct passage *p)
{
    size_t kept = 0, due_count = 0;
    uint32_t due[PENDING_MOST];
    for (size_t k = 0; k < m->pending_count; k++) {
        struct pending x = m->pending[k];
        const struct op *op = &m->s->ops[x.op];
        bool now = op->kind == OP_AFTER && --x.still == 0;
        for (size_t t = 0; op->kind == OP_UPON && t < p->tag_count; t++)
            now = now || p->tags[t] == op->y;
        if (now)
            due[due_count++] = op->x;
        else
            m->pending[kept++] = x;
    }
    m->pending_count = kept;
    for (size_t k = 0; k < due_count; k++) {
        const struct passage *c = &m->s->passages[due[k]];
        if (m->entered != NULL)
            m->entered[due[k]] = true;
        if (m->screen != NULL)
            begin_text(m, STORY_BLOCK_CONSEQUENCE, c->shown.title);
        run(m, c->first_op, c->end_op);
    }
    if (m->screen != NULL)
        begin_text(m, STORY_BLOCK_TEXT, STR_NONE);
}

void machine_begin(struct machine *m)
{
    const struct story *s = m->s;
    struct screen *screen = m->screen;
    m->screen = NULL;
    m->ops_left = OPERATIONS_MOST;
    m->timer_op = m->go = STORY_NONE;
    m->here = s->info.start != STORY_NONE ? s->info.start : 0;
    for (size_t k = 0; k < s->variable_count; k++)
        m->values[k] = m->ignored == NULL || !m->ignored[k] ? s->variables[k].first : (struct story_value){.kind = VALUE_ANY};
    for (size_t k = 0; k < s->before_count; k++)
        run(m, s->passages[s->before[k]].first_op, s->passages[s->before[k]].end_op);
    m->screen = screen;
}

static void enter_one(struct machine *m, uint32_t passage)
{
    const struct story *s = m->s;
    m->here = passage;
    if (m->entered != NULL)
        m->entered[passage] = true;
    m->visits[passage]++;
    m->trail[m->trail_count++] = passage;
    m->turns++;
    m->link_count = 0;
    m->timer_op = m->go = STORY_NONE;
    for (size_t k = 0; k < s->temporary_count; k++)
        if (m->ignored == NULL || !m->ignored[s->temporary[k]])
            machine_put(m, s->temporary[k], (struct story_value){0});
    fire(m, &s->passages[passage]);
    if (m->go == STORY_NONE)
        run(m, s->passages[passage].first_op, s->passages[passage].end_op);
}

void machine_enter(struct machine *m, uint32_t passage)
{
    m->ops_left = OPERATIONS_MOST;
    m->broke = false;
    m->trail_count = 0;
    for (size_t k = 0; k < GOTO_MOST; k++) {
        if (m->screen != NULL)
            *m->screen = (struct screen){.text = buf_new(m->a, 1024)};
        enter_one(m, passage);
        if (m->screen != NULL)
            end_block(m);
        if (m->go == STORY_NONE)
            return;
        passage = m->go;
    }
    m->broke = true;
    m->fault(m->fault_arg, STORY_RUNS_ON, m->s->passages[passage].shown.line, passage, STR_NONE, "it goes on and on without a choice");
    m->go = STORY_NONE;
}

void machine_follow(struct machine *m, uint32_t link)
{
    struct screen *screen = m->screen;
    size_t links = m->link_count;
    uint32_t timer = m->timer_op;
    m->screen = NULL;
    m->ops_left = OPERATIONS_MOST;
    run(m, m->s->links[link].first_op, m->s->links[link].end_op);
    m->screen = screen;
    m->link_count = links;
    m->timer_op = timer;
    m->go = STORY_NONE;
}
