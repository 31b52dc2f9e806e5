/* The statement resource (xAPI 2.0, 4.1.6.1; 1.0.3, Communication 2.1): storing statements, with the bytes of their attachments, and giving
 * them out. */
#include <sodium.h>

#include "base/clock.h"
#include "base/strmap.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/resources.h"
#include "campus/xapi/text.h"
#include "gen/msg_xapi.h"
#include "http/parse.h"

#define BATCH_MOST 1000
#define BATCH_TERMS_MOST 20000 /* that its statements are found by: what the writer has to do for it */

/* ---- what came in --------------------------------------------------------------------------------------------------------------------- */

struct incoming {
    struct call *call;
    struct xapi_incoming *list;
    size_t count;
    struct xapi_bytes *bytes;
    size_t byte_count;
    struct strmap ids;
};

static enum rc multipart_wrong(struct call *call, const char *what)
{
    return err_set(&call->c->err, RC_MALFORMED, M_xapi_multipart, "%s", what);
}

/* The first part is the statements, each of the others an attachment with its hash. */
static enum rc split(struct incoming *in, struct str *text)
{
    struct call *call = in->call;
    struct part *parts;
    size_t count;
    if (multipart_mixed_parse(call->c->a, call->type, call->body, &parts, &count) != RC_OK || count == 0)
        return multipart_wrong(call, "boundary");
    if (!str_eq_nocase(media_type(parts[0].type), S("application/json")))
        return multipart_wrong(call, "application/json");
    *text = parts[0].value;
    in->bytes = ARENA_ARRAY(call->c->a, count, struct xapi_bytes);
    for (size_t i = 1; i < count; i++) {
        if (!xapi_is_sha2(parts[i].name))
            return multipart_wrong(call, "X-Experience-API-Hash");
        in->bytes[in->byte_count++] = (struct xapi_bytes){.sha2 = parts[i].name, .type = parts[i].type, .bytes = parts[i].value};
    }
    return RC_OK;
}

static struct xapi_bytes *bytes_of(struct xapi_bytes *bytes, size_t count, struct str sha2)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(bytes[i].sha2, sha2))
            return &bytes[i];
    return NULL;
}

/* Each attachment has its bytes here or elsewhere, and they are those that the statement names. */
static enum rc match_attachments(struct ctx *c, struct xapi_bytes *bytes, size_t count, struct xapi_incoming *one)
{
    size_t n = 0;
    for (const struct xapi_attachment *t = one->facts.attachments; t != NULL; t = t->next)
        n++;
    one->bytes = ARENA_ARRAY(c->a, n, struct xapi_bytes *);
    for (const struct xapi_attachment *t = one->facts.attachments; t != NULL; t = t->next) {
        struct xapi_bytes *b = bytes_of(bytes, count, t->sha2);
        if (b == NULL && t->elsewhere && !t->signature)
            continue;
        if (b == NULL || !str_eq_nocase(xapi_sha2(c->a, b->bytes, t->sha2.n), t->sha2))
            return err_set(&c->err, RC_MALFORMED, M_xapi_no_attachment, "%.*s", STR_ARG(t->sha2));
        if (t->signature)
            TRY(xapi_check_signature(c, b->bytes, one->json));
        b->used = true;
        if (b->type.n == 0)
            b->type = t->type;
        one->bytes[one->byte_count++] = b;
    }
    return RC_OK;
}

enum rc xapi_take(struct ctx *c, enum xapi_version version, json_t *json, struct str text, struct str id, struct xapi_bytes *bytes, size_t byte_count, struct xapi_incoming *one)
{
    *one = (struct xapi_incoming){.json = json};
    TRY(xapi_check_statement(c->a, json, version, &one->facts, &c->err));
    struct str own = one->facts.id;
    if (own.p != NULL)
        xapi_uuid_bytes(own, one->uuid);
    if (id.p != NULL) { /* of the address */
        unsigned char wanted[16];
        xapi_uuid_bytes(id, wanted);
        if (own.p != NULL && memcmp(wanted, one->uuid, 16) != 0)
            return err_set(&c->err, RC_MALFORMED, M_xapi_other_id, "%.*s", STR_ARG(own));
        memcpy(one->uuid, wanted, 16);
    } else if (own.p == NULL) {
        db_draw(c->db, one->uuid, 16);
        one->uuid[6] = (unsigned char)((one->uuid[6] & 0x0f) | 0x40);
        one->uuid[8] = (unsigned char)((one->uuid[8] & 0x3f) | 0x80);
    }
    xapi_uuid_text(one->uuid, one->id);
    TRY(match_attachments(c, bytes, byte_count, one));
    one->kept = xapi_text_kept(c->a, text, &one->facts, version, c->now);
    return RC_OK;
}

static enum rc take(struct incoming *in, json_t *json, struct str text, struct str id)
{
    struct ctx *c = in->call->c;
    struct xapi_incoming *one = &in->list[in->count++];
    TRY(xapi_take(c, in->call->version, json, text, id, in->bytes, in->byte_count, one));
    return strmap_add(&in->ids, str_from(one->id), in->count) == STRMAP_NONE ? RC_OK : err_set(&c->err, RC_MALFORMED, M_xapi_same_id, "%s", one->id);
}

static enum rc read_statements(struct incoming *in, struct str text, struct str id)
{
    struct call *call = in->call;
    struct ctx *c = call->c;
    json_t *json;
    TRY(xapi_parse(c->a, text, &json, &c->err));
    bool many = json_is_array(json) && id.p == NULL;
    size_t n = many ? json_array_size(json) : 1, at = 0;
    if (n > BATCH_MOST)
        return RC_TOO_LARGE;
    in->list = ARENA_ARRAY(c->a, n, struct xapi_incoming);
    struct str compact = xapi_text_compact(c->a, text), element = compact;
    size_t terms = 0;
    for (size_t i = 0; i < n; i++) {
        if (many && !xapi_text_element(compact, &at, &element))
            return RC_INTERNAL;
        TRY(take(in, many ? json_array_get(json, i) : json, element, id));
        terms += in->list[i].facts.term_count;
        if (terms > BATCH_TERMS_MOST)
            return RC_TOO_LARGE;
    }
    for (size_t i = 0; i < in->byte_count; i++)
        if (!in->bytes[i].used)
            return err_set(&c->err, RC_MALFORMED, M_xapi_stray_attachment, "%.*s", STR_ARG(in->bytes[i].sha2));
    return RC_OK;
}

static enum rc read_body(struct incoming *in, struct str id)
{
    struct call *call = in->call;
    struct str type = media_type(call->type), text = call->body;
    if (str_eq_nocase(type, S("multipart/mixed")))
        TRY(split(in, &text));
    else if (!str_eq_nocase(type, S("application/json")))
        return err_set(&call->c->err, RC_MALFORMED, M_xapi_parameter, "Content-Type");
    return read_statements(in, text, id);
}

static enum rc store_them(struct call *call, struct str id, struct incoming *in)
{
    *in = (struct incoming){.call = call, .ids = strmap_new(call->c->a)};
    TRY(xapi_require(call, XAPI_WRITE));
    TRY(read_body(in, id));
    return xapi_store(call->c, &call->client, in->list, in->count);
}

static enum rc post(struct call *call)
{
    static const char *const none[] = {NULL};
    struct incoming in;
    TRY(xapi_parameters(call, none));
    TRY(store_them(call, STR_NONE, &in));
    struct buf *b = &call->c->rs->body;
    for (size_t i = 0; i < in.count; i++)
        buf_printf(b, "%s\"%s\"", i != 0 ? "," : "[", in.list[i].id);
    buf_z(b, in.count != 0 ? "]" : "[]");
    xapi_json(call);
    return RC_OK;
}

static enum rc put(struct call *call)
{
    static const char *const names[] = {"statementId", NULL};
    struct incoming in;
    struct str id;
    TRY(xapi_parameters(call, names));
    TRY(xapi_needed(call, "statementId", &id));
    if (!xapi_is_uuid(id))
        return xapi_bad_parameter(call, "statementId");
    TRY(store_them(call, id, &in));
    call->c->rs->status = 204;
    return RC_OK;
}

/* ---- giving out -------------------------------------------------------------------------------------------------------------------------- */

struct showing {
    struct call *call;
    enum xapi_format format;
    bool attachments;
};

static enum rc read_form(struct call *call, struct showing *s)
{
    struct str format = xapi_parameter(call, "format");
    *s = (struct showing){.call = call};
    if (str_eq_z(format, "ids"))
        s->format = XAPI_IDS;
    else if (str_eq_z(format, "canonical"))
        s->format = XAPI_CANONICAL;
    else if (format.p != NULL && !str_eq_z(format, "exact"))
        return xapi_bad_parameter(call, "format");
    return xapi_parameter_bool(call, "attachments", &s->attachments);
}

/* The parts behind the JSON: the bytes of what is shown, each once. */
static enum rc put_attachments(struct showing *s, const struct xapi_found *list, size_t count, struct str boundary, struct buf *b)
{
    struct ctx *c = s->call->c;
    struct strmap told = strmap_new(c->a);
    for (size_t i = 0; i < count; i++) {
        struct rows_xapi_attachments_of rows;
        if (!str_find(list[i].body, S("\"attachments\":"), NULL))
            continue;
        TRY(sql_xapi_attachments_of(c->db, c->a, list[i].seq, &rows));
        for (size_t k = 0; k < rows.n; k++) {
            const struct row_xapi_attachments_of *r = &rows.v[k];
            if (strmap_add(&told, r->sha2, i) != STRMAP_NONE)
                continue;
            buf_printf(b, "\r\n--%.*s\r\nContent-Type: %.*s\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: %.*s\r\n\r\n", STR_ARG(boundary), STR_ARG(r->type),
                       STR_ARG(r->sha2));
            buf_str(b, r->bytes);
        }
    }
    buf_printf(b, "\r\n--%.*s--\r\n", STR_ARG(boundary));
    return RC_OK;
}

/* Sends JSON, or JSON and attachments. */
static enum rc send(struct showing *s, struct str json, const struct xapi_found *list, size_t count)
{
    struct ctx *c = s->call->c;
    struct buf *b = &c->rs->body;
    if (!s->attachments) {
        buf_str(b, json);
        xapi_json(s->call);
        return RC_OK;
    }
    unsigned char bytes[18];
    char *boundary = arena_alloc(c->a, 48);
    db_draw(c->db, bytes, sizeof bytes);
    sodium_bin2base64(boundary, 48, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_printf(b, "--%s\r\nContent-Type: application/json\r\n\r\n", boundary);
    buf_str(b, json);
    c->rs->type = str_printf(c->a, "multipart/mixed; boundary=\"%s\"", boundary).p;
    return put_attachments(s, list, count, str_from(boundary), b);
}

static enum rc send_one(struct showing *s, struct str id, bool voided)
{
    struct call *call = s->call;
    struct ctx *c = call->c;
    unsigned char uuid[16];
    struct row_xapi_by_uuid row;
    struct buf b = buf_new(c->a, 4096);
    xapi_uuid_bytes(id, uuid);
    TRY(sql_xapi_by_uuid(c->db, c->a, (struct str){(char *)uuid, 16}, &row));
    bool mine = call->client.may[XAPI_READ] || (row.client_id == call->client.id && call->client.may[XAPI_READ_MINE]);
    if (!mine || (row.voided != 0) != voided)
        return RC_NOT_FOUND;
    struct xapi_found f = {.seq = row.seq, .body = row.body, .authority = row.authority};
    xapi_uuid_text(uuid, f.id);
    TRY(xapi_write_statements(c, &f, 1, s->format, request_header(c->rq, "Accept-Language"), &b));
    xapi_last_modified(call, f.seq / XAPI_SEQ_MS);
    return send(s, buf_text(&b), &f, 1);
}

#define SINGLE_NAMES "statementId", "voidedStatementId", "format", "attachments"

/* The address of the next page: the same question, and where this one ended. */
static struct str more_address(struct call *call, int64_t seq)
{
    struct buf b = buf_new(call->c->a, 512);
    buf_z(&b, "/xapi/statements?");
    for (size_t i = 0; i < call->query_count; i++) {
        if (str_eq_z(call->query[i].name, "after"))
            continue;
        buf_str(&b, call->query[i].name);
        buf_ch(&b, '=');
        buf_url(&b, call->query[i].value);
        buf_ch(&b, '&');
    }
    buf_printf(&b, "after=%" PRId64, seq);
    return buf_text(&b);
}

static enum rc read_query(struct call *call, struct xapi_query *q)
{
    int64_t since = -1, until = INT64_MAX / XAPI_SEQ_MS - 1, after = 0;
    struct str limit = xapi_parameter(call, "limit"), behind = xapi_parameter(call, "after"), registration = xapi_parameter(call, "registration");
    *q = (struct xapi_query){.verb = xapi_parameter(call, "verb"), .activity = xapi_parameter(call, "activity"), .limit = 0};
    TRY(xapi_parameter_agent(call, "agent", &q->agent));
    if (q->verb.p != NULL && !xapi_is_iri(q->verb))
        return xapi_bad_parameter(call, "verb");
    if (q->activity.p != NULL && !xapi_is_iri(q->activity))
        return xapi_bad_parameter(call, "activity");
    if (registration.p != NULL) {
        unsigned char bytes[16];
        char *text = arena_alloc(call->c->a, 37);
        if (!xapi_is_uuid(registration))
            return xapi_bad_parameter(call, "registration");
        xapi_uuid_bytes(registration, bytes);
        xapi_uuid_text(bytes, text);
        q->registration = str_from(text);
    }
    TRY(xapi_parameter_bool(call, "related_agents", &q->related_agents));
    TRY(xapi_parameter_bool(call, "related_activities", &q->related_activities));
    TRY(xapi_parameter_bool(call, "ascending", &q->ascending));
    TRY(xapi_parameter_time(call, "since", &since));
    TRY(xapi_parameter_time(call, "until", &until));
    if (limit.p != NULL && (!str_to_int(limit, &q->limit) || q->limit < 0))
        return xapi_bad_parameter(call, "limit");
    if (behind.p != NULL && (!str_to_int(behind, &after) || after < 0))
        return xapi_bad_parameter(call, "after");
    if (q->limit == 0 || q->limit > XAPI_PAGE_MOST)
        q->limit = XAPI_PAGE_MOST;
    q->above = since < 0 ? -1 : (since + 1) * XAPI_SEQ_MS - 1;
    q->below = until < 0 ? 0 : (until + 1) * XAPI_SEQ_MS;
    if (behind.p != NULL && q->ascending && after > q->above)
        q->above = after;
    if (behind.p != NULL && !q->ascending && after < q->below)
        q->below = after;
    return RC_OK;
}

static enum rc send_page(struct showing *s)
{
    struct call *call = s->call;
    struct ctx *c = call->c;
    struct xapi_query q;
    struct xapi_found *list;
    size_t count;
    bool more;
    TRY(read_query(call, &q));
    q.mine = !call->client.may[XAPI_READ];
    if (q.mine)
        TRY(xapi_require(call, XAPI_READ_MINE));
    TRY(xapi_find(c, &call->client, &q, &list, &count, &more));
    struct buf b = buf_new(c->a, 64 * 1024);
    struct str languages = request_header(c->rq, "Accept-Language");
    buf_z(&b, "{\"statements\":[");
    TRY(xapi_write_statements(c, list, count, s->format, languages, &b));
    buf_z(&b, "],\"more\":");
    buf_json(&b, more && count != 0 ? more_address(call, list[count - 1].seq) : S(""));
    buf_ch(&b, '}');
    if (count != 0)
        xapi_last_modified(call, list[q.ascending ? count - 1 : 0].seq / XAPI_SEQ_MS);
    return send(s, buf_text(&b), list, count);
}

static enum rc get(struct call *call)
{
    static const char *const single[] = {SINGLE_NAMES, NULL};
    static const char *const many[] = {"agent",  "verb",  "activity", "registration", "related_activities", "related_agents", "since",
                                       "until",  "limit", "format",   "attachments",  "ascending",          "after",          NULL};
    struct showing s;
    struct str id = xapi_parameter(call, "statementId"), voided = xapi_parameter(call, "voidedStatementId");
    bool one = id.p != NULL || voided.p != NULL;
    TRY(xapi_parameters(call, one ? single : many));
    TRY(read_form(call, &s));
    if (!one)
        return send_page(&s);
    if (id.p != NULL && voided.p != NULL)
        return xapi_bad_parameter(call, "voidedStatementId");
    struct str wanted = id.p != NULL ? id : voided;
    return xapi_is_uuid(wanted) ? send_one(&s, wanted, voided.p != NULL) : xapi_bad_parameter(call, id.p != NULL ? "statementId" : "voidedStatementId");
}

enum rc xapi_handle_statements(struct ctx *c)
{
    struct call call;
    struct buf through = buf_new(c->a, 40);
    instant_format(&through, xapi_consistent_through(c->db));
    response_header(c->rs, "X-Experience-API-Consistent-Through", buf_text(&through));
    TRY(xapi_begin(c, &call, true));
    switch (call.method) {
    case METHOD_GET:
        return get(&call);
    case METHOD_PUT:
        return put(&call);
    case METHOD_POST:
        return post(&call);
    default:
        return xapi_bad_parameter(&call, "method");
    }
}
