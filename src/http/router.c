/* The table of routes: see router.h. Patterns are sorted by their number of segments and then so that the first that
 * matches is the right one; a request looks only at those with as many segments as it has. */
#include "http/router.h"

#define SEGMENTS_MAX 10u
#define METHODS 5u /* GET, POST, PUT, DELETE, PATCH */

struct entry {
    struct str segments[SEGMENTS_MAX];
    size_t segment_count;
    unsigned params; /* one bit for each {..}, the first segment's highest: smaller comes first */
    const struct route *by_method[METHODS];
};

struct router {
    struct entry *entries;
    size_t count;
    size_t starts[SEGMENTS_MAX + 2]; /* where the entries with n segments start */
};

/* "/a/b" has two segments, "/" has none. False when there are more than SEGMENTS_MAX. */
static bool split(struct str path, struct str *segments, size_t *count)
{
    *count = 0;
    struct str rest = str_sub(path, 1, path.n), segment;
    if (rest.n == 0)
        return true;
    while (str_cut(&rest, '/', &segment)) {
        if (*count == SEGMENTS_MAX)
            return false;
        segments[(*count)++] = segment;
    }
    return true;
}

static bool is_param(struct str segment)
{
    return segment.n > 2 && segment.p[0] == '{' && segment.p[segment.n - 1] == '}';
}

static struct entry entry_of(const struct route *route)
{
    struct entry e = {0};
    ASSERT(route->pattern[0] == '/' && route->method < METHODS && route->handle != NULL);
    ASSERT(route->method != METHOD_GET || route->body == BODY_NONE);
    ASSERT(split(str_from(route->pattern), e.segments, &e.segment_count));
    size_t params = 0;
    for (size_t i = 0; i < e.segment_count; i++) {
        ASSERT(e.segments[i].n != 0 && (is_param(e.segments[i]) || !str_find(e.segments[i], S("{"), NULL)));
        if (is_param(e.segments[i])) {
            e.params |= 1u << (SEGMENTS_MAX - i);
            params++;
        }
    }
    ASSERT(params <= COUNT_OF(((struct route_match *)NULL)->params));
    e.by_method[route->method] = route;
    return e;
}

/* Patterns that match the same paths compare as equal, whatever their parameters are called. */
static int entry_cmp(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->segment_count != b->segment_count)
        return a->segment_count < b->segment_count ? -1 : 1;
    if (a->params != b->params)
        return a->params < b->params ? -1 : 1;
    for (size_t i = 0; i < a->segment_count; i++) {
        int order = is_param(a->segments[i]) ? 0 : str_cmp(a->segments[i], b->segments[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

/* Makes neighbours that are one pattern with several methods one entry. */
static void merge(struct router *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (kept == 0 || entry_cmp(&r->entries[kept - 1], &r->entries[i]) != 0) {
            r->entries[kept++] = r->entries[i];
            continue;
        }
        for (size_t m = 0; m < METHODS; m++) {
            if (r->entries[i].by_method[m] == NULL)
                continue;
            ASSERT(r->entries[kept - 1].by_method[m] == NULL && "two routes with one method and pattern" != NULL);
            r->entries[kept - 1].by_method[m] = r->entries[i].by_method[m];
        }
    }
    r->count = kept;
}

struct router *router_new(const struct route_set *sets, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += sets[i].count;
    struct router *r = calloc(1, sizeof *r);
    ASSERT(r != NULL);
    r->entries = calloc(total != 0 ? total : 1, sizeof *r->entries);
    ASSERT(r->entries != NULL);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sets[i].count; k++)
            r->entries[r->count++] = entry_of(&sets[i].routes[k]);
    qsort(r->entries, r->count, sizeof *r->entries, entry_cmp);
    merge(r);
    size_t at = 0;
    for (size_t n = 0; n <= SEGMENTS_MAX + 1; n++) {
        while (at < r->count && r->entries[at].segment_count < n)
            at++;
        r->starts[n] = at;
    }
    return r;
}

void router_free(struct router *r)
{
    if (r == NULL)
        return;
    free(r->entries);
    free(r);
}

static bool matches(const struct entry *e, const struct str *segments)
{
    for (size_t i = 0; i < e->segment_count; i++) {
        bool param = (e->params & (1u << (SEGMENTS_MAX - i))) != 0;
        if (param ? segments[i].n == 0 : !str_eq(e->segments[i], segments[i]))
            return false;
    }
    return true;
}

static struct route_match match_of(const struct entry *e, enum method method, const struct str *segments)
{
    struct route_match m = {0};
    for (size_t i = 0; i < e->segment_count; i++)
        if ((e->params & (1u << (SEGMENTS_MAX - i))) != 0)
            m.params[m.param_count++] = segments[i];
    for (size_t k = 0; k < METHODS; k++)
        if (e->by_method[k] != NULL)
            m.allowed |= 1u << k;
    if ((m.allowed & (1u << METHOD_GET)) != 0)
        m.allowed |= 1u << METHOD_HEAD;
    if (method == METHOD_HEAD)
        method = METHOD_GET;
    if (method < METHODS)
        m.route = e->by_method[method];
    return m;
}

struct route_match router_match(const struct router *r, enum method method, struct str path)
{
    struct str segments[SEGMENTS_MAX];
    size_t n;
    if (path.n == 0 || path.p[0] != '/' || !split(path, segments, &n))
        return (struct route_match){0};
    for (size_t i = r->starts[n]; i < r->starts[n + 1]; i++)
        if (matches(&r->entries[i], segments))
            return match_of(&r->entries[i], method, segments);
    return (struct route_match){0};
}

struct str router_allow(struct arena *a, unsigned allowed)
{
    static const char *const names[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"};
    struct buf b = buf_new(a, 64);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if ((allowed & (1u << i)) == 0)
            continue;
        if (b.n != 0)
            buf_z(&b, ", ");
        buf_z(&b, names[i]);
    }
    return buf_text(&b);
}

void router_each(const struct router *r, void (*fn)(void *arg, const struct route *route), void *arg)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t m = 0; m < METHODS; m++)
            if (r->entries[i].by_method[m] != NULL)
                fn(arg, r->entries[i].by_method[m]);
}
