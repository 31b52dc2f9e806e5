/* Storing statements, all of a request in one closure. No row is shared by those who write at the same time, but for definitions and names,
 * which are written only when they change; so many clients can write about the same people and activities at once. */
#include <pthread.h>
#include <sodium.h>

#include "base/clock.h"
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

/* ---- one statement --------------------------------------------------------------------------------------------------------------------- */

struct storing {
    const struct xapi_client *client;
    struct xapi_incoming *list;
    size_t count;
};

#define CHAIN_MOST 20 /* statements that refer to each other, one after the other */

typedef enum rc ref_fn(struct db *tx, int64_t key, int64_t seq, int64_t source);

/* Everything that the statement `source` is found by, for the statement seq: added or dropped. */
static enum rc each_ref(struct db *tx, const struct xapi_facts *f, int64_t seq, int64_t source, ref_fn *fn)
{
    for (const struct xapi_term *t = f->terms; t != NULL; t = t->next) {
        TRY(fn(tx, xapi_key(t->kind, t->text), seq, source));
        if (t->kind != XAPI_AGENT)
            continue;
        for (const struct xapi_term *o = f->terms; o != NULL; o = o->next)
            if (o->kind == XAPI_VERB || o->kind == XAPI_ACTIVITY)
                TRY(fn(tx, xapi_key_pair(t->text, o->kind, o->text), seq, source));
    }
    return RC_OK;
}

static enum rc add_refs(struct db *tx, const struct xapi_facts *f, int64_t seq, int64_t source)
{
    return each_ref(tx, f, seq, source, sql_xapi_ref_add);
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
        TRY(add_refs(tx, &chain[n - 1], seq, row.seq));
    }
    struct rows_xapi_referring back;
    TRY(sql_xapi_referring(tx, a, xapi_key(XAPI_TARGET, str_from(one->id)), &back));
    for (size_t i = 0; i < back.n; i++)
        for (size_t k = 0; k < n && back.v[i].seq != seq; k++)
            TRY(add_refs(tx, &chain[k], back.v[i].seq, seqs[k]));
    return RC_OK;
}

static enum rc keep_definitions(struct db *tx, struct arena *a, const struct xapi_facts *f)
{
    for (const struct xapi_named *n = f->activities; n != NULL; n = n->next) {
        struct row_xapi_activity_get row;
        enum rc rc = sql_xapi_activity_get(tx, a, n->id, &row);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        json_t *known = rc == RC_OK ? json_loadb(row.definition.p, row.definition.n, 0, NULL) : json_object();
        bool changed = xapi_merge_definition(known, n->definition) || rc == RC_NOT_FOUND;
        char *text = changed ? json_dumps(known, JSON_COMPACT) : NULL;
        rc = changed ? sql_xapi_activity_put(tx, n->id, str_from(text)) : RC_OK;
        free(text);
        json_decref(known);
        TRY(rc);
    }
    for (const struct xapi_named *n = f->agents; n != NULL; n = n->next)
        TRY(sql_xapi_agent_name_add(tx, n->id, n->name));
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

enum rc xapi_store_one(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *one, struct err *e)
{
    struct row_xapi_voided_by voided;
    struct str uuid = {(char *)one->uuid, 16};
    const struct xapi_facts *f = &one->facts;
    TRY(sql_xapi_voided_by(tx, a, xapi_key(XAPI_TARGET, str_from(one->id)), &voided));
    int64_t seq, tried = 0;
    one->known = false;
    for (;;) {
        seq = one->wish == 0 ? next_seq(clock_now()) : one->wish * XAPI_SEQ_MS + tried++;
        TRY(sql_xapi_statement_add(tx, seq, uuid, client->id, voided.n != 0 && !f->voiding, f->voiding, one->kept));
        if (db_changes(tx) != 0)
            break;
        bool there;
        TRY(find_own(tx, a, one, &there, e));
        one->known = there;
        if (there)
            return RC_OK;
    } /* the number was another server's: the next */
    one->stored = seq / XAPI_SEQ_MS;
    TRY(add_refs(tx, f, seq, 0));
    TRY(sql_xapi_ref_add(tx, xapi_key(XAPI_AGENT_RELATED, client->authority_identifier), seq, 0));
    TRY(follow(tx, a, one, seq));
    if (f->voiding)
        TRY(void_target(tx, a, uuid_of(a, term_of(f, XAPI_TARGET)->text)));
    for (size_t i = 0; i < one->byte_count; i++)
        TRY(sql_xapi_attachment_add(tx, seq, one->bytes[i]->sha2, one->bytes[i]->type, one->bytes[i]->bytes));
    return keep_definitions(tx, a, f);
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
        TRY(each_ref(tx, &facts, back.v[i].seq, seq, sql_xapi_ref_drop));
    for (int n = 0; n < CHAIN_MOST; n++) { /* what it had from those it refers to */
        struct row_xapi_by_uuid other;
        const struct xapi_term *target = term_of(&facts, XAPI_TARGET);
        enum rc rc = target != NULL ? sql_xapi_by_uuid(tx, a, uuid_of(a, target->text), &other) : RC_NOT_FOUND;
        if (rc == RC_NOT_FOUND)
            break;
        TRY(rc);
        TRY(facts_again(a, other.body, &facts));
        TRY(each_ref(tx, &facts, seq, other.seq, sql_xapi_ref_drop));
    }
    TRY(each_ref(tx, &own, seq, 0, sql_xapi_ref_drop));
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
    enum rc rc = RC_OK;
    for (size_t i = 0; i < s->count && rc == RC_OK; i++)
        rc = xapi_store_one(tx, a, s->client, &s->list[i], e);
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
