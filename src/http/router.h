/* One table of all routes, made at start from each capability's array and not changed after. Paths are compared by
 * segments; {..} matches one segment that is not empty; where two patterns match, a literal at the earliest segment
 * where they differ wins over a parameter. */
#ifndef CADRE_HTTP_ROUTER_H
#define CADRE_HTTP_ROUTER_H

#include "http/ctx.h"

struct router;

struct route_set { /* one capability's routes */
    const struct route *routes;
    size_t count;
};

/* The table. The routes must outlive it, the sets need not. Two routes that could not be told apart, a pattern that is
 * not one, or a GET route with a body are broken invariants. */
struct router *router_new(const struct route_set *sets, size_t count);
void router_free(struct router *r);

struct route_match {
    const struct route *route; /* NULL: none */
    struct str params[4];      /* pieces of the path */
    size_t param_count;
    unsigned allowed; /* one bit (1 << method) for each method of the pattern that matched; 0: no page here */
};

/* path is decoded. HEAD finds the GET route. */
struct route_match router_match(const struct router *r, enum method method, struct str path);

/* "GET, HEAD, POST" */
struct str router_allow(struct arena *a, unsigned allowed);

/* Every route, by pattern: for tests that walk them all. */
void router_each(const struct router *r, void (*fn)(void *arg, const struct route *route), void *arg);

#endif
