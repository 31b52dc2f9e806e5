/* Cadre's own statements. Evidence is written together with a row of the outbox that holds its number; this job turns such rows into
 * statements, some at a time. An act that speaks for several competencies has several rows of evidence and becomes one statement, named by
 * the first of them: its id is the name-based UUID (RFC 4122, version 5) of the address of that evidence, so that the same act never
 * becomes two. Whether a row still holds is looked up again where it is stored. */
#include "campus/xapi/own.h"

#include "base/clock.h"
#include "base/log.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/text.h"
#include "out/mail.h"
#include "out/outbox.h"
#include "programme/evidence/evidence.h"

#define PORTION 40
#define COMPETENCY_TYPE "http://adlnet.gov/expapi/activities/objective"
#define OWN_LOGIN S("cadre") /* no secret has its hash, so nobody signs in with it */

/* ---- Cadre as a client ------------------------------------------------------------------------------------------------------------------ */

struct made {
    struct str authority;
    int64_t now;
};

static enum rc make_own(struct db *tx, void *arg, struct err *e)
{
    const struct made *m = arg;
    (void)e;
    return sql_xapi_client_add_own(tx, db_new_id(tx), S("Cadre"), OWN_LOGIN, S(""), S(""), m->authority, 1, m->now);
}

static enum rc home_of(struct arena *a, struct str authority, struct str *home)
{
    json_t *json;
    TRY(xapi_parse(a, authority, &json, NULL));
    *home = str_dup(a, str_from(json_string_value(json_object_get(json_object_get(json, "account"), "homePage"))));
    return RC_OK;
}

enum rc xapi_own_home(struct db *db, struct arena *a, struct str *home)
{
    struct row_xapi_client_by_login row;
    enum rc rc = sql_xapi_client_by_login(db, a, OWN_LOGIN, &row);
    *home = STR_NONE;
    return rc == RC_OK ? home_of(a, row.authority, home) : rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc xapi_client_own(struct db *db, struct arena *a, struct xapi_client *out, struct str *home, struct err *e)
{
    struct row_xapi_client_by_login row;
    enum rc rc = sql_xapi_client_by_login(db, a, OWN_LOGIN, &row);
    if (rc == RC_NOT_FOUND) {
        struct str base = mail_link(a, S(""));
        struct buf b = buf_new(a, 256);
        if (base.n == 0)
            return RC_NOT_FOUND;
        buf_z(&b, "{\"objectType\":\"Agent\",\"name\":\"Cadre\",\"account\":{\"homePage\":");
        buf_json(&b, base);
        buf_z(&b, ",\"name\":\"cadre\"}}");
        struct made m = {buf_text(&b), clock_now()};
        TRY(store_write(db, make_own, &m, e));
        rc = sql_xapi_client_by_login(db, a, OWN_LOGIN, &row);
    }
    TRY(rc);
    json_t *authority;
    *out = (struct xapi_client){.id = row.id, .authority = row.authority};
    TRY(home_of(a, row.authority, home));
    TRY(xapi_parse(a, row.authority, &authority, e));
    return xapi_check_agent(a, authority, &out->authority_identifier, e);
}

/* ---- what is written --------------------------------------------------------------------------------------------------------------------- */

struct act {
    int64_t told[PORTION];        /* rows of the outbox that are done with it */
    size_t told_count;
    struct rows_xapi_own_act rows; /* the first names it */
    struct evidence_label label;
    struct xapi_incoming in;       /* json is NULL: nothing is written */
    unsigned char voids[16];
    bool back;
};

struct telling {
    struct db *db;
    struct arena *a;
    struct xapi_client client;
    struct str home;
    struct act acts[PORTION];
    size_t count;
};

/* RFC 4122, 4.3, in the name space of addresses. */
static void address_uuid(struct arena *a, struct str address, unsigned char out[16])
{
    static const unsigned char space[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    struct str hex = xapi_sha1(a, str_concat(a, (struct str){(const char *)space, 16}, address));
    char text[37];
    snprintf(text, sizeof text, "%.8s-%.4s-5%.3s-%c%.3s-%.12s", hex.p, hex.p + 8, hex.p + 13, "89ab"[(hex.p[16] >= 'a' ? hex.p[16] - 'a' + 10 : hex.p[16] - '0') & 3], hex.p + 17, hex.p + 20);
    xapi_uuid_bytes(str_from(text), out);
}

static void own_uuid(const struct telling *t, int64_t evidence, const char *end, unsigned char out[16])
{
    address_uuid(t->a, str_printf(t->a, "%.*s/evidence/%" PRId64 "%s", STR_ARG(t->home), evidence, end), out);
}

static void put_account(struct buf *b, struct str home, struct str name)
{
    buf_z(b, "{\"objectType\":\"Agent\",\"account\":{\"homePage\":");
    buf_json(b, home);
    buf_z(b, ",\"name\":");
    buf_json(b, name);
    buf_z(b, "}}");
}

/* An activity: its id within the site, its type, its name. */
static void put_activity(struct buf *b, struct arena *a, struct str home, struct str path, const char *type, struct str name)
{
    buf_z(b, "{\"objectType\":\"Activity\",\"id\":");
    buf_json(b, str_concat(a, home, path));
    buf_z(b, ",\"definition\":{\"type\":");
    buf_json(b, str_from(type));
    if (name.n != 0) {
        buf_z(b, ",\"name\":{");
        buf_json(b, lang_tag(0));
        buf_ch(b, ':');
        buf_json(b, name);
        buf_ch(b, '}');
    }
    buf_z(b, "}}");
}

static struct str competency_path(struct arena *a, int64_t id)
{
    return str_printf(a, "/competencies/%" PRId64, id);
}

static void put_result(struct buf *b, const struct telling *t, const struct act *act, const struct xapi_own_kind *kind)
{
    const struct row_xapi_own_act *first = &act->rows.v[0];
    bool passed = str_ends(str_from(kind->verb), S("/passed"));
    buf_z(b, ",\"result\":{\"completion\":true");
    if (passed)
        buf_z(b, ",\"success\":true");
    if (!first->percent_null)
        buf_printf(b, ",\"score\":{\"scaled\":%" PRId64 ".%02" PRId64 ",\"raw\":%" PRId64 ",\"min\":0,\"max\":100}", first->percent / 100, first->percent % 100, first->percent);
    size_t levels = 0;
    for (size_t i = 0; i < act->rows.n; i++) {
        const struct row_xapi_own_act *r = &act->rows.v[i];
        if (r->level_null || r->competency_id_null)
            continue;
        if (levels++ == 0) {
            buf_z(b, ",\"extensions\":{");
            buf_json(b, str_concat(t->a, t->home, S("/xapi/levels")));
            buf_z(b, ":{");
        } else {
            buf_ch(b, ',');
        }
        buf_json(b, str_concat(t->a, t->home, competency_path(t->a, r->competency_id)));
        buf_printf(b, ":%" PRId64, r->level);
    }
    buf_z(b, levels != 0 ? "}}}" : "}");
}

static void put_context(struct buf *b, const struct telling *t, const struct act *act)
{
    bool any = false;
    buf_z(b, ",\"context\":{\"platform\":\"Cadre\"");
    for (size_t i = 0; i < act->rows.n; i++) {
        const struct row_xapi_own_act *r = &act->rows.v[i];
        if (r->competency_id_null)
            continue;
        buf_z(b, any ? "," : ",\"contextActivities\":{\"grouping\":[");
        any = true;
        put_activity(b, t->a, t->home, competency_path(t->a, r->competency_id), COMPETENCY_TYPE, r->competency);
    }
    buf_z(b, any ? "]}}" : "}");
}

static void put_time(struct buf *b, int64_t ms)
{
    struct civil c = civil_from_ms(zone_utc(), ms);
    buf_printf(b, ",\"timestamp\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"}", c.year, c.month, c.day, c.hour, c.minute, c.second, (int)(((ms % 1000) + 1000) % 1000));
}

static struct str told_text(const struct telling *t, const struct act *act, const struct xapi_own_kind *kind)
{
    const struct row_xapi_own_act *first = &act->rows.v[0];
    struct buf b = buf_new(t->a, 1024);
    struct str path = act->label.href.n != 0 ? act->label.href : str_printf(t->a, "/activities/%.*s/%" PRId64, STR_ARG(first->source_kind), first->source_id);
    buf_z(&b, "{\"actor\":");
    put_account(&b, t->home, str_printf(t->a, "%" PRId64, first->person_id));
    buf_printf(&b, ",\"verb\":{\"id\":\"%s\",\"display\":{\"en\":\"%s\"}},\"object\":", kind->verb, kind->display);
    put_activity(&b, t->a, t->home, path, kind->type, act->label.title);
    put_result(&b, t, act, kind);
    put_context(&b, t, act);
    put_time(&b, first->at);
    return buf_text(&b);
}

static struct str voiding_text(const struct telling *t, const struct act *act)
{
    struct buf b = buf_new(t->a, 512);
    char id[37];
    xapi_uuid_text(act->voids, id);
    buf_z(&b, "{\"actor\":");
    put_account(&b, t->home, OWN_LOGIN);
    buf_printf(&b, ",\"verb\":{\"id\":\"" XAPI_VOIDED "\",\"display\":{\"en\":\"voided\"}},\"object\":{\"objectType\":\"StatementRef\",\"id\":\"%s\"}", id);
    put_time(&b, act->rows.v[0].recorded_at);
    return buf_text(&b);
}

/* Whatever is written here is checked like what others send. */
static enum rc prepare(struct telling *t, struct act *act, struct str text, struct err *e)
{
    struct xapi_incoming *one = &act->in;
    TRY(xapi_parse(t->a, text, &one->json, e));
    TRY(xapi_check_statement(t->a, one->json, XAPI_2_0, &one->facts, e));
    xapi_uuid_text(one->uuid, one->id);
    one->kept = xapi_text_kept(t->a, text, &one->facts, XAPI_2_0, 0);
    return RC_OK;
}

static enum rc prepare_act(struct telling *t, struct act *act, struct err *e)
{
    const struct xapi_own_kind *kind = act->rows.n != 0 ? xapi_own_kind_find(act->rows.v[0].kind) : NULL;
    if (kind == NULL)
        return RC_OK;
    const struct row_xapi_own_act *first = &act->rows.v[0];
    if (!first->replaces_id_null && kind->way != XAPI_OWN_OUTSIDE) { /* whatever it is: what it replaces holds no more */
        struct rows_xapi_own_act before;
        TRY(sql_xapi_own_act(t->db, t->a, first->replaces_id, &before));
        if (before.n != 0) {
            act->back = true;
            own_uuid(t, before.v[0].id, "", act->voids);
        }
    }
    if (kind->way == XAPI_OWN_TOLD) {
        own_uuid(t, first->id, "", act->in.uuid);
        return prepare(t, act, told_text(t, act, kind), e);
    }
    return RC_OK;
}

/* ---- storing ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc store_new(struct db *tx, struct arena *a, const struct telling *t, struct xapi_incoming *one, struct err *e)
{
    struct row_xapi_by_uuid there;
    enum rc rc = sql_xapi_by_uuid(tx, a, (struct str){(char *)one->uuid, 16}, &there);
    return rc == RC_NOT_FOUND ? xapi_store_one(tx, a, &t->client, one, e) : rc;
}

/* Voids what was told, if it was. */
static enum rc store_voiding(struct db *tx, struct arena *a, const struct telling *t, const struct act *act, struct err *e)
{
    struct row_xapi_by_uuid there;
    struct telling inner = {.db = tx, .a = a, .client = t->client, .home = t->home};
    struct act voiding = {.rows = act->rows};
    enum rc rc = sql_xapi_by_uuid(tx, a, (struct str){(const char *)act->voids, 16}, &there);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    memcpy(voiding.voids, act->voids, 16);
    own_uuid(&inner, act->rows.v[0].id, "#void", voiding.in.uuid);
    TRY(prepare(&inner, &voiding, voiding_text(&inner, &voiding), e));
    return store_new(tx, a, t, &voiding.in, e);
}

static enum rc store_act(struct db *tx, struct arena *a, const struct telling *t, const struct act *act, struct err *e)
{
    struct row_xapi_own_holds holds;
    bool mine = false;
    for (size_t i = 0; i < act->told_count; i++) {
        enum rc rc = outbox_take(tx, act->told[i]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        mine = mine || rc == RC_OK;
    }
    if (!mine || act->rows.n == 0)
        return RC_OK;
    if (act->back)
        TRY(store_voiding(tx, a, t, act, e));
    if (act->in.json == NULL)
        return RC_OK;
    TRY(sql_xapi_own_holds(tx, a, act->rows.v[0].id, act->rows.v[0].person_id, &holds));
    struct xapi_incoming one = act->in;
    return holds.n != 0 ? store_new(tx, a, t, &one, e) : RC_OK;
}

static enum rc store_portion(struct db *tx, void *arg, struct err *e)
{
    const struct telling *t = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < t->count && rc == RC_OK; i++)
        rc = store_act(tx, a, t, &t->acts[i], e);
    arena_free(a);
    return rc;
}

/* ---- the job ------------------------------------------------------------------------------------------------------------------------------ */

/* Gathers the rows by the acts they belong to. */
static enum rc gather(struct telling *t, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct rows_xapi_own_act rows;
        size_t k = 0;
        TRY(sql_xapi_own_act(t->db, t->a, ids[i], &rows));
        while (k < t->count && (rows.n == 0 || t->acts[k].rows.n == 0 || t->acts[k].rows.v[0].id != rows.v[0].id))
            k++;
        if (k == t->count)
            t->acts[t->count++] = (struct act){.rows = rows};
        t->acts[k].told[t->acts[k].told_count++] = ids[i];
    }
    return RC_OK;
}

/* How what was done is called: as anybody may see it, in the language of the house. */
static enum rc name_acts(struct telling *t, int64_t now)
{
    struct actor nobody = {0};
    struct ctx c = {.a = t->a, .db = t->db, .who = &nobody, .zone = zone_utc(), .now = now, .today = day_from_ms(zone_utc(), now)};
    struct evidence_ref *refs = ARENA_ARRAY(t->a, t->count, struct evidence_ref);
    struct evidence_label *labels = ARENA_ARRAY(t->a, t->count, struct evidence_label);
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->acts[i].rows.n != 0)
            refs[n++] = (struct evidence_ref){t->acts[i].rows.v[0].source_kind, t->acts[i].rows.v[0].source_id};
    TRY(evidence_describe(&c, refs, n, labels));
    n = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->acts[i].rows.n != 0)
            t->acts[i].label = labels[n++];
    return RC_OK;
}

static enum rc tell_portion(struct db *db, size_t *done, struct err *e)
{
    struct arena *a = arena_new(0);
    struct telling *t = ARENA_NEW(a, struct telling);
    int64_t *ids;
    *t = (struct telling){.db = db, .a = a};
    *done = 0;
    enum rc rc = outbox_waiting(db, a, EVIDENCE_TOPIC, PORTION, &ids, done);
    if (rc == RC_OK && *done != 0)
        rc = xapi_client_own(db, a, &t->client, &t->home, e);
    if (rc == RC_NOT_FOUND) { /* no address yet: it waits */
        *done = 0;
        rc = RC_OK;
    } else if (rc == RC_OK && *done != 0) {
        rc = gather(t, ids, *done);
        if (rc == RC_OK)
            rc = name_acts(t, clock_now());
        for (size_t i = 0; i < t->count && rc == RC_OK; i++)
            rc = prepare_act(t, &t->acts[i], e);
        if (rc == RC_OK)
            rc = xapi_store_run(db, store_portion, t, e);
    }
    arena_free(a);
    return rc;
}

enum rc xapi_run_own(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    size_t done;
    int64_t total = 0;
    (void)a;
    (void)args;
    do {
        TRY(tell_portion(db, &done, e));
        total += (int64_t)done;
        TRY(job_progress(db, job, total, total + 1));
    } while (done == PORTION);
    return RC_OK;
}
