/* Reading a cascade (jansson), its order, and what one level means for those below. See cascade.h. */
#include "engine/match/cascade.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/json_shape.h"
#include "base/strmap.h"
#include "engine/match/change.h"

#define DEPTH_MOST 50u
#define LEVELS_MOST 1000u

struct reader {
    struct arena *a;
    struct err *e;
    uint64_t seed;
    struct cascade *c;
    struct strmap people;
};

bool cascade_is(struct str text)
{
    static const char word[] = "\"levels\"";
    uint32_t depth = 0;
    for (size_t k = 0; k < text.n; k++) {
        char c = text.p[k];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == '"') {
            size_t from = k++;
            while (k < text.n && text.p[k] != '"')
                k += text.p[k] == '\\' ? 2 : 1;
            size_t after = k + 1;
            while (after < text.n && memchr(" \t\r\n", text.p[after], 4) != NULL)
                after++;
            if (depth == 1 && after < text.n && text.p[after] == ':' && k - from + 1 == sizeof word - 1 &&
                memcmp(text.p + from, word, sizeof word - 1) == 0)
                return true;
        }
    }
    return false;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------------------------------- */
/* The .hr text: one string, or a list of its lines. */
static bool text_of(struct reader *r, const json_t *v, struct str *out)
{
    struct buf b = buf_new(r->a, 1024);
    if (json_is_string(v)) {
        *out = str_dup(r->a, (struct str){json_string_value(v), json_string_length(v)});
        return true;
    }
    for (size_t k = 0; k < json_array_size(v); k++) {
        const json_t *line = json_array_get(v, k);
        if (!json_is_string(line))
            return false;
        buf_add(&b, json_string_value(line), json_string_length(line));
        buf_ch(&b, '\n');
    }
    *out = buf_text(&b);
    return json_is_array(v);
}

static enum rc read_names(struct reader *r, const json_t *v, struct cascade_level *l, enum hr_side side)
{
    static const char *const members[] = {"mentees", "mentors"};
    const json_t *list = json_object_get(v, members[side]);
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count != l->h->count[side])
        return err_set(r->e, RC_INVALID, 0,
                       "level %.60s: needs a list '%s' with the %" PRIu32 " names that its hr counts", l->name.p,
                       members[side], l->h->count[side]);
    l->names[side] = ARENA_ARRAY(r->a, count, struct str);
    l->person[side] = ARENA_ARRAY(r->a, count, uint32_t);
    struct arena *own = arena_new(0);
    struct strmap here = strmap_new(own);
    enum rc rc = RC_OK;
    for (size_t k = 0; k < count && rc == RC_OK; k++) {
        const json_t *x = json_array_get(list, k);
        struct str name = {json_string_value(x), json_string_length(x)};
        if (!json_is_string(x) || name.n == 0) {
            rc = err_set(r->e, RC_INVALID, 0, "level %.60s: %s[%zu] must be a name", l->name.p, members[side], k);
        } else if (strmap_add(&here, name, k) != STRMAP_NONE) {
            rc = err_set(r->e, RC_INVALID, 0, "level %.60s: %.60s stands twice among the %s", l->name.p, name.p,
                         members[side]);
        } else {
            name = str_dup(r->a, name);
            size_t fresh = r->people.count, known = strmap_add(&r->people, name, fresh);
            l->names[side][k] = name;
            l->person[side][k] = (uint32_t)(known != STRMAP_NONE ? known : fresh);
        }
    }
    arena_free(own);
    return rc;
}

static enum rc read_level(struct reader *r, const json_t *v, size_t at, struct cascade_level *l)
{
    const json_t *name = json_object_get(v, "name");
    struct str text;
    if (!json_is_object(v))
        return err_set(r->e, RC_INVALID, 0, "levels[%zu]: must be an object", at);
    l->name = json_is_string(name) ? str_dup(r->a, str_from(json_string_value(name))) : str_printf(r->a, "%zu", at + 1);
    if (!text_of(r, json_object_get(v, "hr"), &text))
        return err_set(r->e, RC_INVALID, 0, "level %.60s: needs hr, a text or a list of lines", l->name.p);
    struct err inner = {0};
    enum rc rc = hr_read(r->a, text, r->seed, &l->h, &inner);
    if (rc != RC_OK)
        return err_set(r->e, rc, 0, "level %.60s: hr, %s", l->name.p, inner.detail);
    TRY(read_names(r, v, l, HR_MENTEE));
    TRY(read_names(r, v, l, HR_MENTOR));
    l->partner = arena_alloc_raw(r->a, l->h->count[HR_MENTEE] * sizeof *l->partner);
    return RC_OK;
}

static enum rc read_levels(struct reader *r, const json_t *root)
{
    const json_t *list = json_object_get(root, "levels");
    size_t count = json_array_size(list);
    if (!json_is_array(list))
        return err_set(r->e, RC_INVALID, 0, "a cascade is an object with a list 'levels'");
    if (count > LEVELS_MOST)
        return err_set(r->e, RC_INVALID, 0, "more than %u levels", LEVELS_MOST);
    r->c->level = ARENA_ARRAY(r->a, count, struct cascade_level);
    r->people = strmap_new(r->a);
    for (size_t k = 0; k < count; k++)
        TRY(read_level(r, json_array_get(list, k), k, &r->c->level[k]));
    r->c->levels = (uint32_t)count;
    r->c->people = (uint32_t)r->people.count;
    return RC_OK;
}

/* ---- order
 * --------------------------------------------------------------------------------------------------------------------
 */
struct order {
    struct reader *r;
    uint32_t levels;
    uint32_t *link; /* levels by levels: 1 + a person who is a mentee in the one and a mentor in the other; 0: nobody */
    uint32_t *waits; /* of each level: how many that are not placed stand above it */
    bool *placed;
};

static uint32_t *link_of(const struct order *o, uint32_t above, uint32_t below)
{
    return &o->link[(size_t)above * o->levels + below];
}

static void find_links(struct order *o)
{
    struct cascade *c = o->r->c;
    struct arena *own = arena_new(0);
    uint32_t *in = ARENA_ARRAY(own, c->people, uint32_t); /* 1 + the level at hand, where the person is a mentee */
    for (uint32_t k = 0; k < o->levels; k++) {
        for (uint32_t i = 0; i < c->level[k].h->count[HR_MENTEE]; i++)
            in[c->level[k].person[HR_MENTEE][i]] = k + 1;
        for (uint32_t l = 0; l < o->levels; l++)
            for (uint32_t j = 0; j < c->level[l].h->count[HR_MENTOR]; j++) {
                uint32_t person = c->level[l].person[HR_MENTOR][j];
                if (in[person] != k + 1 || *link_of(o, k, l) != 0)
                    continue;
                *link_of(o, k, l) = person + 1;
                o->waits[l]++;
            }
    }
    arena_free(own);
}

static struct str name_of(const struct cascade *c, uint32_t person)
{
    for (uint32_t k = 0; k < c->levels; k++)
        for (uint32_t i = 0; i < c->level[k].h->count[HR_MENTEE]; i++)
            if (c->level[k].person[HR_MENTEE][i] == person)
                return c->level[k].names[HR_MENTEE][i];
    return S("");
}

/* Every level that is left waits for one that is left: going up from any comes back to a level that was seen. */
static enum rc tell_circle(struct order *o)
{
    struct cascade *c = o->r->c;
    struct buf b = buf_new(o->r->a, 256);
    uint32_t *seen = ARENA_ARRAY(o->r->a, o->levels, uint32_t), at = 0, turn = 1;
    while (o->placed[at])
        at++;
    for (; seen[at] == 0; turn++) {
        uint32_t above = 0;
        seen[at] = turn;
        while (o->placed[above] || *link_of(o, above, at) == 0)
            above++;
        at = above;
    }
    uint32_t first = at;
    do {
        uint32_t above = 0;
        while (o->placed[above] || *link_of(o, above, at) == 0 || seen[above] == 0)
            above++;
        struct str name = name_of(c, *link_of(o, above, at) - 1);
        buf_printf(&b, "%s%.*s mentors in level %.*s and looks for a mentor in level %.*s", b.n != 0 ? "; " : "",
                   (int)(name.n < 60 ? name.n : 60), name.p, (int)(c->level[at].name.n < 60 ? c->level[at].name.n : 60),
                   c->level[at].name.p, (int)(c->level[above].name.n < 60 ? c->level[above].name.n : 60),
                   c->level[above].name.p);
        at = above;
    } while (at != first && b.n < 400);
    return err_set(o->r->e, RC_INVALID, 0, "the chain of mentors is circular: %.*s", STR_ARG(buf_text(&b)));
}

/* Top-down; among those that could come next the first in the file (Kahn 1962). */
static enum rc put_in_order(struct reader *r)
{
    struct cascade *c = r->c;
    struct order o = {r, c->levels, ARENA_ARRAY(r->a, (size_t)c->levels * c->levels, uint32_t),
                      ARENA_ARRAY(r->a, c->levels, uint32_t), ARENA_ARRAY(r->a, c->levels, bool)};
    struct cascade_level *sorted = ARENA_ARRAY(r->a, c->levels, struct cascade_level);
    find_links(&o);
    for (uint32_t done = 0; done < c->levels; done++) {
        uint32_t k = 0;
        while (k < c->levels && (o.placed[k] || o.waits[k] != 0))
            k++;
        if (k == c->levels)
            return tell_circle(&o);
        o.placed[k] = true;
        sorted[done] = c->level[k];
        for (uint32_t l = 0; l < c->levels; l++)
            o.waits[l] -= *link_of(&o, k, l) != 0;
    }
    c->level = sorted;
    return RC_OK;
}

enum rc cascade_read(struct arena *a, struct str text, uint64_t seed, struct cascade **out, struct err *e)
{
    if (str_starts(text, S("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.n - 3);
    if (json_shape(text).depth > DEPTH_MOST)
        return err_set(e, RC_INVALID, 0, "lists and objects stand more than %u deep", DEPTH_MOST);
    json_error_t error;
    json_t *root = json_loadb(text.n != 0 ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return err_set(e, RC_INVALID, 0, "line %d: %s", error.line, error.text);
    struct reader r = {.a = a, .e = e, .seed = seed, .c = ARENA_NEW(a, struct cascade)};
    enum rc rc = read_levels(&r, root);
    json_decref(root);
    *out = r.c;
    return rc == RC_OK ? put_in_order(&r) : rc;
}

/* ---- from level to level
 * ----------------------------------------------------------------------------------------------------- */
void cascade_open(struct cascade *c, struct arena *a, uint32_t k)
{
    struct cascade_level *l = &c->level[k];
    uint32_t m = l->h->count[HR_MENTOR];
    struct arena *own = arena_new(0);
    unsigned char *state =
        ARENA_ARRAY(own, c->people, unsigned char); /* bit 0: was a mentee above; bit 1: was matched */
    struct match_seats *change = arena_alloc_raw(own, m * sizeof *change);
    for (uint32_t above = 0; above < k; above++)
        for (uint32_t i = 0; i < c->level[above].h->count[HR_MENTEE]; i++)
            state[c->level[above].person[HR_MENTEE][i]] |= c->level[above].partner[i] != HR_NONE ? 3 : 1;
    l->closed = arena_alloc_raw(a, m * sizeof *l->closed);
    for (uint32_t j = 0; j < m; j++)
        if (state[l->person[HR_MENTOR][j]] == 1) {
            l->released += l->h->capacity[j] - l->h->seats[j];
            change[l->closed_count] = (struct match_seats){j, 0};
            l->closed[l->closed_count++] = j;
        }
    if (l->closed_count != 0)
        l->h = match_change_seats(l->h, a, change, l->closed_count);
    arena_free(own);
}
