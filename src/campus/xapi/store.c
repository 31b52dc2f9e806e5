/* Storing statements, all of a request in one closure. No row is shared by those who write at the same time, but for definitions and names,
 * which are written only when they change; so many clients can write about the same people and activities at once. */
#include <pthread.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/strmap.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/text.h"
#include "gen/msg_xapi.h"

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------ */

/* What is being stored now: when each began. What they store is stored later than that, and cannot be read before they end. */
struct under_way {
    struct under_way *next, *prev;
    int64_t since;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct under_way all = {&all, &all, 0};
static int64_t last_seq;

static void begin(struct under_way *u)
{
    pthread_mutex_lock(&lock);
    u->since = clock_now();
    u->next = &all;
    u->prev = all.prev;
    all.prev->next = u;
    all.prev = u;
    pthread_mutex_unlock(&lock);
}

static void end(struct under_way *u)
{
    pthread_mutex_lock(&lock);
    u->next->prev = u->prev;
    u->prev->next = u->next;
    pthread_mutex_unlock(&lock);
}

/* Several servers on one database do not see each other's: a second is left for them. */
#define OTHERS_MS 1000

int64_t xapi_consistent_through(struct db *db)
{
    int64_t until = clock_now();
    pthread_mutex_lock(&lock);
    for (const struct under_way *u = all.next; u != &all; u = u->next)
        if (u->since <= until)
            until = u->since - 1;
    pthread_mutex_unlock(&lock);
    return store_engine(db_store(db)) == ENGINE_POSTGRES ? until - OTHERS_MS : until;
}

static int64_t next_seq(int64_t now)
{
    pthread_mutex_lock(&lock);
    int64_t seq = last_seq + 1 > now * XAPI_SEQ_MS ? last_seq + 1 : now * XAPI_SEQ_MS;
    last_seq = seq;
    pthread_mutex_unlock(&lock);
    return seq;
}

/* ---- keys ---------------------------------------------------------------------------------------------------------------------------- */

/* SipHash, cut to what a key can hold. Its own key is no secret: who may write here could make two texts meet, and would then find the one
 * by asking for the other. */
static int64_t hash(const void *bytes, size_t n)
{
    static const unsigned char fixed[crypto_shorthash_KEYBYTES] = "cadre xapi keys";
    uint64_t v;
    crypto_shorthash((unsigned char *)&v, bytes, n, fixed);
    return (int64_t)(v >> 1);
}

/* Agents are found in the first places or in others by two keys, each text by one. */
int64_t xapi_key(enum xapi_term_kind kind, struct str text)
{
    char bytes[XAPI_KEY_MOST + 2];
    size_t n = text.n < XAPI_KEY_MOST ? text.n : XAPI_KEY_MOST;
    bytes[0] = (char)('a' + (int)kind);
    memcpy(bytes + 1, text.p, n);
    return hash(bytes, n + 1);
}

int64_t xapi_key_pair(struct str agent, enum xapi_term_kind kind, struct str text)
{
    int64_t pair[3] = {xapi_key(XAPI_AGENT, agent), xapi_key(kind, text), 2};
    return hash(pair, sizeof pair);
}

/* ---- is it the same? --------------------------------------------------------------------------------------------------------------------- */

/* A single activity is a list of one. */
static void lists_of(json_t *statement)
{
    json_t *kinds = json_object_get(json_object_get(statement, "context"), "contextActivities"), *v;
    const char *kind;
    void *next;
    json_object_foreach_safe(kinds, next, kind, v)
    {
        if (json_is_object(v)) {
            json_t *list = json_array();
            json_array_append(list, v);
            json_object_set_new(kinds, kind, list);
        }
    }
}

/* Of a duration nothing finer than a hundredth of a second counts (2.0, 4.2.7; 1.0.3, Data 4.6): "PT1.239S" is "PT1.23S". */
static void coarse_duration(json_t *statement)
{
    json_t *result = json_object_get(statement, "result");
    struct str text = str_from(json_string_value(json_object_get(result, "duration")));
    size_t point = 0;
    while (point < text.n && text.p[point] != '.' && text.p[point] != ',')
        point++;
    if (point >= text.n)
        return;
    size_t end = text.n - 1 < point + 3 ? text.n - 1 : point + 3; /* the last is the S */
    while (end > point + 1 && text.p[end - 1] == '0')
        end--;
    if (end == point + 1)
        end = point;
    char coarse[128];
    int n = snprintf(coarse, sizeof coarse, "%.*s%s%.*s%c", (int)point, text.p, end > point ? "." : "", end > point ? (int)(end - point - 1) : 0, text.p + point + (end > point),
                     text.p[text.n - 1]);
    if (n > 0 && (size_t)n < sizeof coarse)
        json_object_set_new(result, "duration", json_string(coarse));
}

/* Without what a store fills in. */
static json_t *plain(json_t *statement)
{
    static const char *const ours[] = {"id", "stored", "authority", "version", "timestamp"};
    json_t *copy = json_deep_copy(statement);
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        json_object_del(copy, ours[i]);
    lists_of(copy);
    lists_of(json_object_get(copy, "object"));
    coarse_duration(copy);
    coarse_duration(json_object_get(copy, "object"));
    return copy;
}

static bool same_time(json_t *x, json_t *y)
{
    int64_t a, b;
    return xapi_timestamp(str_from(json_string_value(x)), &a) && xapi_timestamp(str_from(json_string_value(y)), &b) && a == b;
}

bool xapi_equal(json_t *before, json_t *statement)
{
    json_t *said = json_object_get(statement, "timestamp"), *x = plain(before), *y = plain(statement);
    bool same = json_equal(x, y) && (said == NULL || same_time(said, json_object_get(before, "timestamp")));
    json_decref(x);
    json_decref(y);
    return same;
}

static bool same_statement(struct arena *a, struct str kept, json_t *statement)
{
    json_t *before;
    return xapi_parse(a, kept, &before, NULL) == RC_OK && xapi_equal(before, statement);
}

/* ---- what statements are found by --------------------------------------------------------------------------------------------------------- */

struct storing {
    const struct xapi_client *client;
    struct xapi_incoming *list;
    size_t count;
};

#define CHAIN_MOST 20 /* statements that refer to each other, one after the other */

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

struct xapi_keys xapi_keys_of(struct arena *a, const struct xapi_facts *f)
{
    size_t agents = 0, pairs = 0, n = 0, kept = 0;
    for (const struct xapi_term *t = f->terms; t != NULL; t = t->next) {
        agents += t->kind == XAPI_AGENT;
        pairs += t->kind == XAPI_VERB || t->kind == XAPI_ACTIVITY;
    }
    int64_t *v = ARENA_ARRAY(a, f->term_count + agents * pairs + 1, int64_t);
    for (const struct xapi_term *t = f->terms; t != NULL; t = t->next) {
        v[n++] = xapi_key(t->kind, t->text);
        if (t->kind != XAPI_AGENT)
            continue;
        for (const struct xapi_term *o = f->terms; o != NULL; o = o->next)
            if (o->kind == XAPI_VERB || o->kind == XAPI_ACTIVITY)
                v[n++] = xapi_key_pair(t->text, o->kind, o->text);
    }
    qsort(v, n, sizeof *v, by_number);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || v[kept - 1] != v[i])
            v[kept++] = v[i];
    return (struct xapi_keys){v, kept};
}

#define TOGETHER 8u /* of xapi_ref_add */

/* Everything that the statement `source` is found by, for the statement seq. */
static enum rc add_keys(struct db *tx, const struct xapi_keys *k, int64_t seq, int64_t source)
{
    for (size_t i = 0; i < k->n; i += TOGETHER) {
        const int64_t *v = k->v + i, *p[TOGETHER];
        for (size_t m = 0; m < TOGETHER; m++)
            p[m] = i + m < k->n ? v + m : NULL;
        TRY(sql_xapi_ref_add(tx, seq, source, *v, p[1], p[2], p[3], p[4], p[5], p[6], p[7]));
    }
    return RC_OK;
}

static enum rc add_refs(struct db *tx, struct arena *a, const struct xapi_facts *f, int64_t seq, int64_t source)
{
    struct xapi_keys k = xapi_keys_of(a, f);
    return add_keys(tx, &k, seq, source);
}

static enum rc drop_refs(struct db *tx, struct arena *a, const struct xapi_facts *f, int64_t seq, int64_t source)
{
    struct xapi_keys k = xapi_keys_of(a, f);
    for (size_t i = 0; i < k.n; i++)
        TRY(sql_xapi_ref_drop(tx, k.v[i], seq, source));
    return RC_OK;
}

static const struct xapi_term *term_of(const struct xapi_facts *f, enum xapi_term_kind kind)
{
    const struct xapi_term *t = f->terms;
    while (t != NULL && t->kind != kind)
        t = t->next;
    return t;
}

static struct str uuid_of(struct arena *a, struct str text)
{
    unsigned char *bytes = arena_alloc(a, 16);
    xapi_uuid_bytes(text, bytes);
    return (struct str){(char *)bytes, 16};
}

/* What a stored statement is found by: read from its text again. */
static enum rc facts_again(struct arena *a, struct str body, struct xapi_facts *f)
{
    json_t *json;
    TRY(xapi_parse(a, body, &json, NULL));
    return xapi_check_statement(a, json, XAPI_2_0, f, NULL);
}

/* A statement about a statement is found by what that one is found by, and so on; and who refers to this one, by what this one is found by. */
static enum rc follow(struct db *tx, struct arena *a, const struct xapi_incoming *one, int64_t seq)
{
    struct xapi_facts chain[CHAIN_MOST] = {one->facts};
    int64_t seqs[CHAIN_MOST] = {seq};
    size_t n = 1;
    const struct xapi_term *target = term_of(&one->facts, XAPI_TARGET);
    for (struct row_xapi_by_uuid row; target != NULL && n < CHAIN_MOST; target = term_of(&chain[n - 1], XAPI_TARGET)) {
        enum rc rc = sql_xapi_by_uuid(tx, a, uuid_of(a, target->text), &row);
        if (rc == RC_NOT_FOUND)
            break;
        TRY(rc);
        bool round = false;
        for (size_t i = 0; i < n; i++)
            round = round || seqs[i] == row.seq;
        if (round)
            break;
        TRY(facts_again(a, row.body, &chain[n]));
        seqs[n++] = row.seq;
        TRY(add_refs(tx, a, &chain[n - 1], seq, row.seq));
    }
    struct rows_xapi_referring back;
    TRY(sql_xapi_referring(tx, a, xapi_key(XAPI_TARGET, str_from(one->id)), &back));
    for (size_t i = 0; i < back.n; i++)
        for (size_t k = 0; k < n && back.v[i].seq != seq; k++)
            TRY(add_refs(tx, a, &chain[k], back.v[i].seq, seqs[k]));
    return RC_OK;
}

static enum rc find_own(struct db *tx, struct arena *a, struct xapi_incoming *one, bool *there, struct err *e)
{
    struct row_xapi_by_uuid row;
    enum rc rc = sql_xapi_by_uuid(tx, a, (struct str){(char *)one->uuid, 16}, &row);
    *there = rc == RC_OK;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    one->stored = row.seq / XAPI_SEQ_MS;
    return same_statement(a, row.body, one->json) ? RC_OK : err_set(e, RC_CONFLICT, M_xapi_taken, "%s", one->id);
}

static enum rc void_target(struct db *tx, struct arena *a, struct str uuid)
{
    struct row_xapi_by_uuid row;
    TRY(sql_xapi_void(tx, uuid));
    enum rc rc = sql_xapi_by_uuid(tx, a, uuid, &row);
    if (rc != RC_OK || row.voided == 0)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return xapi_evidence_back(tx, a, row.seq, clock_now());
}

/* The row of one statement; it is known when it was there already. */
static enum rc put_row(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *one, struct err *e)
{
    int64_t tried = 0;
    struct str uuid = {(char *)one->uuid, 16};
    for (;;) {
        one->seq = one->wish == 0 ? next_seq(clock_now()) : one->wish * XAPI_SEQ_MS + tried++;
        TRY(sql_xapi_statement_add(tx, one->seq, uuid, client->id, 0, one->facts.voiding, one->kept));
        if (db_changes(tx) != 0)
            return RC_OK;
        TRY(find_own(tx, a, one, &one->known, e));
        if (one->known)
            return RC_OK;
    } /* the number was another server's: the next */
}

/* The rows of a batch, sent without waiting for each; what is not there then is put once more. */
static enum rc put_rows(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *list, size_t count, struct err *e)
{
    struct rows_xapi_stored_between there;
    enum rc rc = RC_OK;
    db_pipeline_begin(tx);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        list[i].seq = next_seq(clock_now());
        rc = sql_xapi_statement_add(tx, list[i].seq, (struct str){(char *)list[i].uuid, 16}, client->id, 0, list[i].facts.voiding, list[i].kept);
    }
    enum rc end = db_pipeline_end(tx);
    TRY(rc != RC_OK ? rc : end);
    TRY(sql_xapi_stored_between(tx, a, list[0].seq, list[count - 1].seq, &there));
    for (size_t i = 0, k = 0; i < count; i++) {
        while (k < there.n && there.v[k].seq < list[i].seq)
            k++;
        if (k == there.n || there.v[k].seq != list[i].seq || memcmp(there.v[k].uuid.p, list[i].uuid, 16) != 0)
            TRY(put_row(tx, a, client, &list[i], e));
    }
    return RC_OK;
}

/* ---- what refers to them ---------------------------------------------------------------------------------------------------------------- */

struct referred { /* of a statement that is being stored */
    int64_t key;
    size_t at;
    bool by_others, voided;
};

struct referring {
    struct referred *list; /* by key */
    size_t count;
};

static int by_key(const void *x, const void *y)
{
    const struct referred *a = x, *b = y;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->at > b->at) - (a->at < b->at);
}

static enum rc on_referred(void *arg, const struct row_xapi_referred *r)
{
    struct referring *in = arg;
    size_t low = 0, high = in->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (in->list[middle].key < r->key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < in->count && in->list[low].key == r->key; low++) {
        in->list[low].by_others = true;
        in->list[low].voided |= r->source == 0 && r->voiding != 0;
    }
    return RC_OK;
}

#define ASKED_TOGETHER 64u /* keys of one question */

static enum rc read_referring(struct db *tx, struct arena *a, const struct xapi_incoming *list, size_t count, struct referring *in)
{
    in->list = ARENA_ARRAY(a, count, struct referred);
    for (size_t i = 0; i < count; i++)
        if (!list[i].known)
            in->list[in->count++] = (struct referred){.key = xapi_key(XAPI_TARGET, str_from(list[i].id)), .at = i};
    qsort(in->list, in->count, sizeof *in->list, by_key);
    for (size_t i = 0; i < in->count;) {
        struct buf b = buf_new(a, ASKED_TOGETHER * 20);
        for (size_t n = 0; i < in->count && n < ASKED_TOGETHER; n++, i++)
            buf_printf(&b, "%019" PRId64, in->list[i].key);
        TRY(sql_xapi_referred(tx, a, buf_text(&b), on_referred, in));
    }
    return RC_OK;
}

/* ---- what is known of activities and agents ---------------------------------------------------------------------------------------------- */

struct learning {
    struct strmap ids; /* places in the next three */
    struct str *names, *known;
    json_t **now; /* NULL: nothing new was said */
    size_t count;
};

static void merge_one(struct learning *l, const struct xapi_named *n)
{
    size_t at = strmap_get(&l->ids, n->id);
    if (l->known[at].p != NULL && n->definition == NULL)
        return;
    json_t *now = l->now[at] != NULL ? l->now[at] : l->known[at].p != NULL ? json_loadb(l->known[at].p, l->known[at].n, 0, NULL) : json_object();
    bool changed = xapi_merge_definition(now, n->definition) || l->known[at].p == NULL || l->now[at] != NULL;
    l->now[at] = changed ? now : NULL;
    if (!changed)
        json_decref(now);
}

static enum rc read_definitions(struct db *tx, struct arena *a, const struct xapi_incoming *list, size_t count, struct learning *l)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        for (const struct xapi_named *n = list[i].facts.activities; n != NULL && !list[i].known; n = n->next)
            room++;
    *l = (struct learning){.ids = strmap_new(a), .names = ARENA_ARRAY(a, room, struct str), .now = ARENA_ARRAY(a, room, json_t *)};
    for (size_t i = 0; i < count; i++)
        for (const struct xapi_named *n = list[i].facts.activities; n != NULL && !list[i].known; n = n->next)
            if (strmap_add(&l->ids, n->id, l->count) == STRMAP_NONE)
                l->names[l->count++] = n->id;
    TRY(xapi_known_definitions(tx, a, &l->ids, l->names, l->count, &l->known));
    for (size_t i = 0; i < count; i++)
        for (const struct xapi_named *n = list[i].facts.activities; n != NULL && !list[i].known; n = n->next)
            merge_one(l, n);
    return RC_OK;
}

static enum rc put_definitions(struct db *tx, struct learning *l)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < l->count; i++) {
        char *text = l->now[i] != NULL && rc == RC_OK ? json_dumps(l->now[i], JSON_COMPACT) : NULL;
        if (text != NULL)
            rc = sql_xapi_activity_put(tx, l->names[i], str_from(text));
        free(text);
        json_decref(l->now[i]);
    }
    return rc;
}

/* ---- a batch ------------------------------------------------------------------------------------------------------------------------------ */

/* What needs no answer. */
static enum rc put_beside(struct db *tx, struct arena *a, const struct xapi_client *client, const struct xapi_incoming *one)
{
    struct xapi_keys k = xapi_keys_of(a, &one->facts);
    k.v[k.n++] = xapi_key(XAPI_AGENT_RELATED, client->authority_identifier);
    TRY(add_keys(tx, &k, one->seq, 0));
    for (size_t i = 0; i < one->byte_count; i++)
        TRY(sql_xapi_attachment_add(tx, one->seq, one->bytes[i]->sha2, one->bytes[i]->type, one->bytes[i]->bytes));
    for (const struct xapi_named *n = one->facts.agents; n != NULL; n = n->next)
        TRY(sql_xapi_agent_name_add(tx, n->id, n->name));
    return RC_OK;
}

/* What refers to others, or is referred to. */
static enum rc put_links(struct db *tx, struct arena *a, const struct xapi_incoming *one, const struct referred *r)
{
    const struct xapi_term *target = term_of(&one->facts, XAPI_TARGET);
    if (r->voided)
        TRY(sql_xapi_void(tx, (struct str){(char *)one->uuid, 16}));
    if (target != NULL || r->by_others)
        TRY(follow(tx, a, one, one->seq));
    return one->facts.voiding ? void_target(tx, a, uuid_of(a, target->text)) : RC_OK;
}

enum rc xapi_store_list(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *list, size_t count, struct err *e)
{
    struct referring in = {0};
    struct learning l;
    if (count == 0)
        return RC_OK;
    for (size_t i = 0; i < count; i++)
        list[i].known = false;
    TRY(count > 1 ? put_rows(tx, a, client, list, count, e) : put_row(tx, a, client, list, e));
    TRY(read_referring(tx, a, list, count, &in));
    TRY(read_definitions(tx, a, list, count, &l));
    db_pipeline_begin(tx);
    enum rc rc = put_definitions(tx, &l);
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = list[i].known ? RC_OK : put_beside(tx, a, client, &list[i]);
    enum rc end = db_pipeline_end(tx);
    TRY(rc != RC_OK ? rc : end);
    for (size_t i = 0; i < in.count; i++)
        TRY(put_links(tx, a, &list[in.list[i].at], &in.list[i]));
    for (size_t i = 0; i < count; i++)
        if (!list[i].known)
            list[i].stored = list[i].seq / XAPI_SEQ_MS;
    return RC_OK;
}

enum rc xapi_store_one(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *one, struct err *e)
{
    return xapi_store_list(tx, a, client, one, 1, e);
}

enum rc xapi_drop_statement(struct db *tx, struct arena *a, int64_t seq)
{
    struct row_xapi_by_seq row;
    struct xapi_facts facts, own;
    struct rows_xapi_referring back;
    struct str identifier;
    json_t *authority;
    char id[37];
    TRY(sql_xapi_by_seq(tx, a, seq, &row));
    TRY(facts_again(a, row.body, &facts));
    own = facts;
    xapi_uuid_text((const unsigned char *)row.uuid.p, id);
    TRY(sql_xapi_referring(tx, a, xapi_key(XAPI_TARGET, str_from(id)), &back));
    for (size_t i = 0; i < back.n; i++)
        TRY(drop_refs(tx, a, &facts, back.v[i].seq, seq));
    for (int n = 0; n < CHAIN_MOST; n++) { /* what it had from those it refers to */
        struct row_xapi_by_uuid other;
        const struct xapi_term *target = term_of(&facts, XAPI_TARGET);
        enum rc rc = target != NULL ? sql_xapi_by_uuid(tx, a, uuid_of(a, target->text), &other) : RC_NOT_FOUND;
        if (rc == RC_NOT_FOUND)
            break;
        TRY(rc);
        TRY(facts_again(a, other.body, &facts));
        TRY(drop_refs(tx, a, &facts, seq, other.seq));
    }
    TRY(drop_refs(tx, a, &own, seq, 0));
    TRY(xapi_parse(a, row.authority, &authority, NULL));
    TRY(xapi_check_agent(a, authority, &identifier, NULL));
    TRY(sql_xapi_ref_drop(tx, xapi_key(XAPI_AGENT_RELATED, identifier), seq, 0));
    TRY(sql_xapi_attachments_drop(tx, seq));
    TRY(sql_xapi_rule_hits_drop(tx, seq));
    return sql_xapi_statement_drop(tx, seq);
}

static enum rc store_all(struct db *tx, void *arg, struct err *e)
{
    const struct storing *s = arg;
    struct arena *a = arena_new(0);
    enum rc rc = xapi_store_list(tx, a, s->client, s->list, s->count, e);
    arena_free(a);
    return rc;
}

/* Batches about the same things undo each other on PostgreSQL, where each looks for what refers to its statements: those of one server go one
 * after the other, as SQLite's writer has them do, and only those of several servers are tried again. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

enum rc xapi_store_run(struct db *db, write_fn *fn, void *arg, struct err *e)
{
    struct under_way u;
    bool alone = store_engine(db_store(db)) == ENGINE_POSTGRES;
    begin(&u);
    if (alone)
        pthread_mutex_lock(&one_at_a_time);
    enum rc rc = store_write(db, fn, arg, e);
    if (alone)
        pthread_mutex_unlock(&one_at_a_time);
    end(&u);
    return rc;
}

enum rc xapi_store(struct ctx *c, const struct xapi_client *client, struct xapi_incoming *list, size_t count)
{
    struct storing s = {.client = client, .list = list, .count = count};
    return xapi_store_run(c->db, store_all, &s, &c->err);
}
