/* The .json format of placement (jansson). What is not named there is passed over: files carry notes and names. */
#include <jansson.h>
#include <math.h>

#include "base/json_shape.h"
#include "base/strmap.h"
#include "engine/match/place.h"

#define DEPTH_MOST 50u
#define DECIMALS_MOST 6u
#define LARGEST 1e12 /* of a weight */

struct found { /* an id and where it stands */
    int64_t id;
    uint32_t at;
};

struct reader {
    struct arena *a;
    struct arena *own;
    struct err *e;
    struct place *p;
    struct found *student, *shift;
    struct place_role *role;
    uint32_t *role_from; /* shifts + 1 */
};

#define REFUSE(r, ...) err_set((r)->e, RC_INVALID, 0, __VA_ARGS__)

static int compare_found(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static enum rc sort_ids(struct reader *r, struct found *f, size_t count, const char *what)
{
    qsort(f, count, sizeof *f, compare_found);
    for (size_t k = 1; k < count; k++)
        if (f[k].id == f[k - 1].id)
            return REFUSE(r, "%ss: the id %" PRId64 " stands twice", what, f[k].id);
    return RC_OK;
}

static enum rc find_id(struct reader *r, const struct found *f, size_t count, const json_t *v, const char *list,
                       size_t at, const char *what, uint32_t *out)
{
    struct found key = {json_integer_value(v), 0};
    const struct found *hit = json_is_integer(v) ? bsearch(&key, f, count, sizeof key, compare_found) : NULL;
    if (!json_is_integer(v))
        return REFUSE(r, "%s[%zu]: the %s must be a whole number, its id", list, at, what);
    if (hit == NULL)
        return REFUSE(r, "%s[%zu]: there is no %s %" PRId64, list, at, what, key.id);
    *out = hit->at;
    return RC_OK;
}

/* A count of 0 or more; missing or null gives otherwise. */
static enum rc read_number(struct reader *r, const json_t *v, int32_t otherwise, const char *where, const char *what,
                           int32_t *out)
{
    *out = otherwise;
    if (v == NULL || json_is_null(v))
        return RC_OK;
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return REFUSE(r, "%s: %s must be a whole number, 0 or more", where, what);
    if (json_integer_value(v) > PLACE_MOST)
        return REFUSE(r, "%s: %s is too large", where, what);
    *out = (int32_t)json_integer_value(v);
    return RC_OK;
}

static enum rc list_of(struct reader *r, const json_t *root, const char *name, bool needed, json_t **out,
                       uint32_t *count)
{
    *out = json_object_get(root, name);
    if ((*out == NULL && needed) || (*out != NULL && !json_is_array(*out)))
        return REFUSE(r, "there must be a list '%s'", name);
    size_t n = json_array_size(*out);
    if (n > UINT32_MAX / 8)
        return REFUSE(r, "%s: too many", name);
    *count = (uint32_t)n;
    return RC_OK;
}

static enum rc read_id(struct reader *r, const json_t *v, const char *list, size_t at, int64_t *id)
{
    const json_t *x = json_object_get(v, "id");
    if (!json_is_integer(x))
        return REFUSE(r, "%s[%zu]: needs an id, a whole number", list, at);
    *id = json_integer_value(x);
    return RC_OK;
}

static enum rc read_students(struct reader *r, const json_t *root)
{
    json_t *list;
    TRY(list_of(r, root, "students", true, &list, &r->p->students));
    struct place_student *s = ARENA_ARRAY(r->a, r->p->students, struct place_student);
    r->student = ARENA_ARRAY(r->own, r->p->students, struct found);
    for (uint32_t k = 0; k < r->p->students; k++) {
        const json_t *v = json_array_get(list, k);
        const char *where = str_printf(r->own, "students[%" PRIu32 "]", k).p;
        TRY(read_id(r, v, "students", k, &s[k].id));
        TRY(read_number(r, json_object_get(v, "max"), PLACE_MOST, where, "max", &s[k].most));
        r->student[k] = (struct found){s[k].id, k};
    }
    r->p->student = s;
    return sort_ids(r, r->student, r->p->students, "student");
}

static enum rc read_bounds(struct reader *r, const char *where, int32_t least, int32_t most)
{
    return least <= most
               ? RC_OK
               : REFUSE(r, "%s: at least %" PRId32 " and at most %" PRId32 " cannot both be", where, least, most);
}

static enum rc read_roles(struct reader *r, const json_t *v, uint32_t shift, int64_t id)
{
    const char *name;
    json_t *bounds;
    json_t *roles = json_object_get(v, "roles");
    if (!json_is_object(roles))
        return REFUSE(r, "shift %" PRId64 ": needs roles, {name: [min, max]}", id);
    json_object_foreach(roles, name, bounds)
    {
        struct place_role *x = &r->role[r->p->roles++];
        *x = (struct place_role){.shift = shift, .name = str_dup(r->a, str_from(name))};
        const char *where = str_printf(r->own, "shift %" PRId64 ", role %.60s", id, name).p;
        if (!json_is_array(bounds) || json_array_size(bounds) != 2)
            return REFUSE(r, "%s: needs [min, max]", where);
        TRY(read_number(r, json_array_get(bounds, 0), 0, where, "min", &x->least));
        TRY(read_number(r, json_array_get(bounds, 1), PLACE_MOST, where, "max", &x->most));
        TRY(read_bounds(r, where, x->least, x->most));
    }
    return RC_OK;
}

/* A day is a number or a text; equal ones are the same day. */
static enum rc read_day(struct reader *r, const json_t *v, struct strmap *days, int64_t id, uint32_t *out)
{
    struct str key;
    *out = PLACE_NO_DAY;
    if (v == NULL || json_is_null(v))
        return RC_OK;
    if (json_is_integer(v))
        key = str_printf(r->own, "%" PRId64, (int64_t)json_integer_value(v));
    else if (json_is_string(v))
        key = str_printf(r->own, "'%s", json_string_value(v));
    else
        return REFUSE(r, "shift %" PRId64 ": a day is a number or a text", id);
    size_t fresh = days->count, known = strmap_add(days, key, fresh);
    *out = (uint32_t)(known != STRMAP_NONE ? known : fresh);
    return RC_OK;
}

static enum rc read_shifts(struct reader *r, const json_t *root, bool with_days)
{
    json_t *list;
    TRY(list_of(r, root, "shifts", true, &list, &r->p->shifts));
    size_t roles = 0;
    for (uint32_t k = 0; k < r->p->shifts; k++)
        roles += json_object_size(json_object_get(json_array_get(list, k), "roles"));
    if (roles > UINT32_MAX / 8)
        return REFUSE(r, "shifts: too many roles");
    struct place_shift *s = ARENA_ARRAY(r->a, r->p->shifts, struct place_shift);
    struct strmap days = strmap_new(r->own);
    r->shift = ARENA_ARRAY(r->own, r->p->shifts, struct found);
    r->role_from = ARENA_ARRAY(r->own, (size_t)r->p->shifts + 1, uint32_t);
    r->p->role = r->role = ARENA_ARRAY(r->a, roles, struct place_role);
    for (uint32_t k = 0; k < r->p->shifts; k++) {
        const json_t *v = json_array_get(list, k);
        TRY(read_id(r, v, "shifts", k, &s[k].id));
        const char *where = str_printf(r->own, "shift %" PRId64, s[k].id).p;
        TRY(read_day(r, json_object_get(v, "day"), &days, s[k].id, &s[k].day));
        if (!with_days)
            s[k].day = PLACE_NO_DAY;
        TRY(read_number(r, json_object_get(v, "min"), 0, where, "min", &s[k].least));
        TRY(read_number(r, json_object_get(v, "max"), PLACE_MOST, where, "max", &s[k].most));
        TRY(read_bounds(r, where, s[k].least, s[k].most));
        TRY(read_roles(r, v, k, s[k].id));
        r->role_from[k + 1] = r->p->roles;
        r->shift[k] = (struct found){s[k].id, k};
    }
    r->p->shift = s;
    return sort_ids(r, r->shift, r->p->shifts, "shift");
}

/* ---- edges
 * ---------------------------------------------------------------------------------------------------------------------
 */
/* How many decimals the weights have, so that all are whole numbers. */
static enum rc count_decimals(struct reader *r, const json_t *list)
{
    double unit = 1;
    for (size_t k = 0; k < json_array_size(list); k++) {
        double w = json_number_value(json_array_get(json_array_get(list, k), 3));
        if (!(fabs(w) <= LARGEST))
            return REFUSE(r, "edges[%zu]: the weight is too large", k);
        while (fabs(w * unit - nearbyint(w * unit)) > 1e-9 * unit) {
            if (r->p->decimals++ == DECIMALS_MOST)
                return REFUSE(r, "edges[%zu]: the weight has more than %u decimals", k, DECIMALS_MOST);
            unit *= 10;
        }
    }
    return RC_OK;
}

static enum rc find_role(struct reader *r, const json_t *v, size_t at, uint32_t shift, uint32_t *out)
{
    if (!json_is_string(v))
        return REFUSE(r, "edges[%zu]: the role must be a text", at);
    struct str name = {json_string_value(v), json_string_length(v)};
    for (*out = r->role_from[shift]; *out < r->role_from[shift + 1]; ++*out)
        if (str_eq(r->role[*out].name, name))
            return RC_OK;
    return REFUSE(r, "edges[%zu]: shift %" PRId64 " has no role %.60s", at, r->p->shift[shift].id, name.p);
}

static enum rc refuse_twins(struct reader *r, const struct place_edge *edge)
{
    struct arena *own = arena_new(0);
    uint32_t *from = ARENA_ARRAY(own, (size_t)r->p->roles + 2, uint32_t),
             *seen = ARENA_ARRAY(own, r->p->students, uint32_t);
    uint32_t *list = arena_alloc_raw(own, r->p->edges * sizeof *list), twin = UINT32_MAX;
    for (uint32_t k = 0; k < r->p->edges; k++)
        from[edge[k].role + 2]++;
    for (uint32_t x = 2; x <= r->p->roles; x++)
        from[x] += from[x - 1];
    for (uint32_t k = 0; k < r->p->edges; k++)
        list[from[edge[k].role + 1]++] = k;
    for (uint32_t x = 0; x < r->p->roles; x++)
        for (uint32_t k = from[x]; k < from[x + 1]; k++) {
            uint32_t i = edge[list[k]].student;
            if (seen[i] == x + 1 && list[k] < twin)
                twin = list[k];
            seen[i] = x + 1;
        }
    arena_free(own);
    return twin == UINT32_MAX ? RC_OK : REFUSE(r, "edges[%" PRIu32 "]: the student has this role already", twin);
}

static enum rc read_edges(struct reader *r, const json_t *root)
{
    json_t *list;
    double unit = 1;
    TRY(list_of(r, root, "edges", true, &list, &r->p->edges));
    TRY(count_decimals(r, list));
    for (unsigned k = 0; k < r->p->decimals; k++)
        unit *= 10;
    struct place_edge *edge = arena_alloc_raw(r->a, r->p->edges * sizeof *edge);
    for (uint32_t k = 0; k < r->p->edges; k++) {
        const json_t *v = json_array_get(list, k);
        uint32_t shift;
        if (!json_is_array(v) || json_array_size(v) != 4)
            return REFUSE(r, "edges[%" PRIu32 "]: must be [student, shift, role, weight]", k);
        TRY(find_id(r, r->student, r->p->students, json_array_get(v, 0), "edges", k, "student", &edge[k].student));
        TRY(find_id(r, r->shift, r->p->shifts, json_array_get(v, 1), "edges", k, "shift", &shift));
        TRY(find_role(r, json_array_get(v, 2), k, shift, &edge[k].role));
        if (!json_is_number(json_array_get(v, 3)))
            return REFUSE(r, "edges[%" PRIu32 "]: the weight must be a number", k);
        edge[k].weight = (int64_t)nearbyint(json_number_value(json_array_get(v, 3)) * unit);
    }
    r->p->edge = edge;
    return refuse_twins(r, edge);
}

static enum rc read_conflicts(struct reader *r, const json_t *root)
{
    json_t *list;
    TRY(list_of(r, root, "conflicts", false, &list, &r->p->conflicts));
    struct place_conflict *c = ARENA_ARRAY(r->a, r->p->conflicts, struct place_conflict);
    for (uint32_t k = 0; k < r->p->conflicts; k++) {
        const json_t *v = json_array_get(list, k);
        if (!json_is_array(v) || json_array_size(v) != 2)
            return REFUSE(r, "conflicts[%" PRIu32 "]: must be [shift, shift]", k);
        TRY(find_id(r, r->shift, r->p->shifts, json_array_get(v, 0), "conflicts", k, "shift", &c[k].shift));
        TRY(find_id(r, r->shift, r->p->shifts, json_array_get(v, 1), "conflicts", k, "shift", &c[k].other));
        if (c[k].shift == c[k].other)
            return REFUSE(r, "conflicts[%" PRIu32 "]: shift %" PRId64 " with itself", k, r->p->shift[c[k].shift].id);
    }
    r->p->conflict = c;
    return RC_OK;
}

static enum rc read_all(struct reader *r, const json_t *root)
{
    if (!json_is_object(root))
        return REFUSE(r, "a placement is an object with students, shifts and edges");
    TRY(read_students(r, root));
    TRY(read_shifts(r, root, json_object_get(root, "conflicts") == NULL));
    TRY(read_edges(r, root));
    return read_conflicts(r, root);
}

enum rc place_read(struct arena *a, struct str text, struct place **out, struct err *e)
{
    if (str_starts(text, S("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.n);
    if (json_shape(text).depth > DEPTH_MOST)
        return err_set(e, RC_INVALID, 0, "lists and objects stand more than %u deep", DEPTH_MOST);
    json_error_t error;
    json_t *root = json_loadb(text.n != 0 ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return err_set(e, RC_INVALID, 0, "line %d: %s", error.line, error.text);
    struct reader r = {.a = a, .own = arena_new(0), .e = e, .p = ARENA_NEW(a, struct place)};
    enum rc rc = read_all(&r, root);
    arena_free(r.own);
    json_decref(root);
    *out = r.p;
    return rc;
}
