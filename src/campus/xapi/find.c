/* Finding statements. The most telling filter leads: an agent with a verb or an activity by their common key, else the agent, the activity,
 * the registration, the verb; the others are asked of each. A related filter reads two keys, of the first places and of the others, and
 * puts them together. */
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"

/* One reading. */
struct gather {
    struct arena *a;
    struct xapi_found *list;
    size_t count, room, bytes;
    bool full; /* no more is taken: what is read goes by */
};

static void take(struct gather *g, int64_t seq, struct str uuid, struct str body, struct str authority)
{
    if (g->full || (g->count != 0 && (g->bytes + body.n > XAPI_PAGE_BYTES || g->count == g->room))) {
        g->full = true;
        return;
    }
    if (g->count != 0 && g->list[g->count - 1].seq == seq) /* by two sources */
        return;
    struct xapi_found *f = &g->list[g->count++];
    *f = (struct xapi_found){.seq = seq, .body = str_dup(g->a, body), .authority = str_dup(g->a, authority)};
    xapi_uuid_text((const unsigned char *)uuid.p, f->id);
    g->bytes += body.n;
}

static enum rc on_newest_by_key(void *arg, const struct row_xapi_newest_by_key *r)
{
    take(arg, r->seq, r->uuid, r->body, r->authority);
    return RC_OK;
}

static enum rc on_oldest_by_key(void *arg, const struct row_xapi_oldest_by_key *r)
{
    take(arg, r->seq, r->uuid, r->body, r->authority);
    return RC_OK;
}

static enum rc on_newest(void *arg, const struct row_xapi_newest *r)
{
    take(arg, r->seq, r->uuid, r->body, r->authority);
    return RC_OK;
}

static enum rc on_oldest(void *arg, const struct row_xapi_oldest *r)
{
    take(arg, r->seq, r->uuid, r->body, r->authority);
    return RC_OK;
}

/* A filter: one key, or either of two. */
struct filter {
    int64_t keys[2];
    size_t count;
};

struct plan {
    struct filter lead;
    struct filter also[3];
    size_t also_count; /* the last, of three, has one key alone */
};

static struct filter either(enum xapi_term_kind first, enum xapi_term_kind other, struct str text, bool related)
{
    return (struct filter){{xapi_key(first, text), xapi_key(other, text)}, related ? 2 : 1};
}

static struct plan plan_of(const struct xapi_query *q)
{
    struct plan p = {0};
    struct filter filters[4];
    size_t n = 0;
    bool agent = q->agent.p != NULL, activity = q->activity.p != NULL, verb = q->verb.p != NULL;
    if (agent && !q->related_agents && activity && !q->related_activities) {
        filters[n++] = (struct filter){{xapi_key_pair(q->agent, XAPI_ACTIVITY, q->activity)}, 1};
        agent = activity = false;
    } else if (agent && !q->related_agents && verb) {
        filters[n++] = (struct filter){{xapi_key_pair(q->agent, XAPI_VERB, q->verb)}, 1};
        agent = verb = false;
    }
    if (agent)
        filters[n++] = either(XAPI_AGENT, XAPI_AGENT_RELATED, q->agent, q->related_agents);
    if (activity)
        filters[n++] = either(XAPI_ACTIVITY, XAPI_ACTIVITY_RELATED, q->activity, q->related_activities);
    if (q->registration.p != NULL)
        filters[n++] = (struct filter){{xapi_key(XAPI_REGISTRATION, q->registration)}, 1};
    if (verb)
        filters[n++] = (struct filter){{xapi_key(XAPI_VERB, q->verb)}, 1};
    if (n != 0)
        p.lead = filters[0];
    for (size_t i = 1; i < n; i++)
        p.also[p.also_count++] = filters[i];
    return p;
}

static const int64_t *key_or_null(const struct filter *f, size_t k)
{
    return f->count == 0 ? NULL : k < f->count ? &f->keys[k] : &f->keys[0];
}

/* One reading of a key, or of all statements; the next begin behind `from`. */
static enum rc read_key(struct ctx *c, const struct plan *p, const int64_t *key, const struct xapi_query *q, const int64_t *client, int64_t most, struct gather *g)
{
    int64_t above = q->above, below = q->below;
    const struct filter *x = &p->also[0], *y = &p->also[1], *z = &p->also[2];
    if (key == NULL)
        return q->ascending ? sql_xapi_oldest(c->db, c->a, above, below, client, most, on_oldest, g)
                            : sql_xapi_newest(c->db, c->a, above, below, client, most, on_newest, g);
    if (q->ascending)
        return sql_xapi_oldest_by_key(c->db, c->a, *key, above, below, key_or_null(x, 0), key_or_null(x, 1), key_or_null(y, 0), key_or_null(y, 1), key_or_null(z, 0),
                                      client, most, on_oldest_by_key, g);
    return sql_xapi_newest_by_key(c->db, c->a, *key, above, below, key_or_null(x, 0), key_or_null(x, 1), key_or_null(y, 0), key_or_null(y, 1), key_or_null(z, 0), client,
                                  most, on_newest_by_key, g);
}

/* All of one key that the page may need: rows that come twice, by two sources, make it read again. */
static enum rc gather_key(struct ctx *c, const struct plan *p, const int64_t *key, const struct xapi_query *q, const int64_t *client, struct gather *g)
{
    struct xapi_query rest = *q;
    int64_t most = q->limit + 1;
    g->room = (size_t)most;
    g->list = ARENA_ARRAY(c->a, g->room, struct xapi_found);
    for (;;) {
        size_t before = g->count;
        TRY(read_key(c, p, key, &rest, client, most, g));
        if (g->full || g->count == g->room || g->count == before || key == NULL)
            return RC_OK;
        rest.below = q->ascending ? rest.below : g->list[g->count - 1].seq;
        rest.above = q->ascending ? g->list[g->count - 1].seq : rest.above;
    }
}

static bool earlier(const struct xapi_query *q, const struct gather *x, size_t i, const struct gather *y, size_t k)
{
    if (i == x->count || k == y->count)
        return k == y->count;
    return q->ascending ? x->list[i].seq <= y->list[k].seq : x->list[i].seq >= y->list[k].seq;
}

enum rc xapi_find(struct ctx *c, const struct xapi_client *client, const struct xapi_query *q, struct xapi_found **list, size_t *count, bool *more)
{
    struct plan p = plan_of(q);
    struct gather g[2] = {{.a = c->a}, {.a = c->a}};
    const int64_t *mine = q->mine ? &client->id : NULL;
    TRY(gather_key(c, &p, p.lead.count != 0 ? &p.lead.keys[0] : NULL, q, mine, &g[0]));
    if (p.lead.count == 2)
        TRY(gather_key(c, &p, &p.lead.keys[1], q, mine, &g[1]));
    size_t n = 0, i = 0, k = 0;
    struct xapi_found *all = ARENA_ARRAY(c->a, g[0].count + g[1].count, struct xapi_found);
    while (i < g[0].count || k < g[1].count) {
        const struct xapi_found *f = earlier(q, &g[0], i, &g[1], k) ? &g[0].list[i++] : &g[1].list[k++];
        if (n == 0 || all[n - 1].seq != f->seq)
            all[n++] = *f;
        /* behind the end of a reading that was cut short nothing is known */
        if ((i == g[0].count && g[0].full) || (k == g[1].count && g[1].full && g[1].count != 0))
            break;
    }
    *more = (int64_t)n > q->limit || g[0].full || g[1].full;
    *list = all;
    *count = (int64_t)n > q->limit ? (size_t)q->limit : n;
    return RC_OK;
}
