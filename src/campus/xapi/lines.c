/* Statements as lines: see lines.h. */
#include "campus/xapi/lines.h"

#include <errno.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/text.h"
#include "gen/msg_xapi.h"

#define PAGE 200
#define BATCH 50
#define LINE_MOST (64u * 1024u * 1024u)
#define ATTACHMENTS_MOST 1000

/* ---- out --------------------------------------------------------------------------------------------------------------------------------- */

static void put_base64(struct buf *b, struct arena *a, struct str bytes)
{
    size_t room = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc_raw(a, room);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
    buf_ch(b, '"');
    buf_z(b, text);
    buf_ch(b, '"');
}

static enum rc put_line(struct db *db, struct arena *a, const struct row_xapi_all *row, struct buf *b)
{
    struct rows_xapi_attachments_of files = {0};
    char id[37];
    if (str_find(row->body, S("\"attachments\":"), NULL))
        TRY(sql_xapi_attachments_of(db, a, row->seq, &files));
    xapi_uuid_text((const unsigned char *)row->uuid.p, id);
    if (files.n != 0)
        buf_z(b, "{\"statement\":");
    xapi_text_shown(b, row->body, str_from(id), row->seq / XAPI_SEQ_MS, row->authority);
    for (size_t i = 0; i < files.n; i++) {
        buf_z(b, i == 0 ? ",\"attachments\":[{\"sha2\":" : ",{\"sha2\":");
        buf_json(b, files.v[i].sha2);
        buf_z(b, ",\"type\":");
        buf_json(b, files.v[i].type);
        buf_z(b, ",\"bytes\":");
        put_base64(b, a, files.v[i].bytes);
        buf_ch(b, '}');
    }
    buf_z(b, files.n != 0 ? "]}\n" : "\n");
    return RC_OK;
}

static enum rc put_page(struct db *db, struct arena *a, FILE *out, int64_t *above, size_t *n, struct err *e)
{
    struct rows_xapi_all rows;
    TRY(sql_xapi_all(db, a, *above, PAGE, &rows));
    *n = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        struct buf b = buf_new(a, rows.v[i].body.n + 512);
        TRY(put_line(db, a, &rows.v[i], &b));
        *above = rows.v[i].seq;
        if (fwrite(b.p, 1, b.n, out) != b.n)
            return err_set(e, RC_BUSY, 0, "the file cannot be written: %s", strerror(errno));
    }
    return RC_OK;
}

enum rc xapi_lines_export(struct db *db, FILE *out, xapi_lines_progress *progress, void *arg, int64_t *count, struct err *e)
{
    struct arena *a = arena_new(0);
    struct row_xapi_count total;
    int64_t above = -1;
    size_t n = 0;
    *count = 0;
    enum rc rc = sql_xapi_count(db, a, &total);
    int64_t all = rc == RC_OK ? total.n : 0;
    while (rc == RC_OK) {
        arena_reset(a);
        rc = put_page(db, a, out, &above, &n, e);
        *count += rc == RC_OK ? (int64_t)n : 0;
        if (rc == RC_OK && progress != NULL)
            progress(arg, *count, all > *count ? all : *count);
        if (n < PAGE)
            break;
    }
    arena_free(a);
    if (rc == RC_OK && fflush(out) != 0)
        rc = err_set(e, RC_BUSY, 0, "the file cannot be written: %s", strerror(errno));
    return rc;
}

/* ---- in ---------------------------------------------------------------------------------------------------------------------------------- */

struct one {
    struct xapi_incoming in;
    struct str authority; /* no value: the line has none */
    int64_t line;
};

struct bringing {
    struct db *db;
    FILE *in;
    int64_t read, total, line; /* bytes, bytes, lines */
    bool keep_stored;
    struct ctx c; /* what xapi_take needs */
    struct one list[BATCH];
    size_t count;
    struct xapi_lines_told told, batch;
};

/* The next line without its end; *end at the end of the file. */
static enum rc read_line(struct bringing *b, struct str *line, bool *end)
{
    struct buf text = buf_new(b->c.a, 2048);
    int ch;
    while ((ch = getc_unlocked(b->in)) != EOF && ch != '\n') {
        if (text.n == LINE_MOST)
            return err_set(&b->c.err, RC_TOO_LARGE, 0, "the line is longer than %u bytes", LINE_MOST);
        buf_ch(&text, (char)ch);
    }
    *end = ch == EOF && text.n == 0;
    if (ch == EOF && ferror(b->in))
        return err_set(&b->c.err, RC_BUSY, 0, "the file cannot be read: %s", strerror(errno));
    b->read += (int64_t)text.n + 1;
    b->line += !*end;
    *line = str_trim(buf_text(&text));
    return RC_OK;
}

static enum rc bad_line(struct bringing *b, const char *why)
{
    return err_set(&b->c.err, RC_MALFORMED, 0, "%s", why);
}

static enum rc read_files(struct bringing *b, json_t *list, struct xapi_bytes **out, size_t *count)
{
    *count = json_array_size(list);
    if ((list != NULL && !json_is_array(list)) || *count > ATTACHMENTS_MOST)
        return bad_line(b, "attachments is no list of attachments");
    *out = ARENA_ARRAY(b->c.a, *count, struct xapi_bytes);
    for (size_t i = 0; i < *count; i++) {
        json_t *one = json_array_get(list, i);
        struct str text = str_from(json_string_value(json_object_get(one, "bytes"))), sha2 = str_from(json_string_value(json_object_get(one, "sha2")));
        unsigned char *bytes = arena_alloc_raw(b->c.a, text.n + 1);
        size_t n;
        if (text.p == NULL || !xapi_is_sha2(sha2) || sodium_base642bin(bytes, text.n + 1, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
            return bad_line(b, "an attachment has a sha2, a type and its bytes in base64");
        struct str type = str_from(json_string_value(json_object_get(one, "type")));
        (*out)[i] = (struct xapi_bytes){.sha2 = sha2, .type = type.p != NULL && xapi_is_media_type(type) ? type : S(""), .bytes = {(char *)bytes, n}};
    }
    return RC_OK;
}

static struct str member_of(struct arena *a, struct str object, const char *wanted)
{
    size_t at = 0;
    struct str name, value;
    while (object.n != 0 && object.p[0] == '{' && xapi_text_member(a, object, &at, &name, &value))
        if (str_eq_z(name, wanted))
            return value;
    return STR_NONE;
}

static enum rc read_one(struct bringing *b, struct str line)
{
    struct arena *a = b->c.a;
    struct one *one = &b->list[b->count];
    struct xapi_bytes *files = NULL;
    size_t file_count = 0;
    json_t *json, *inner;
    TRY(xapi_parse(a, line, &json, &b->c.err));
    struct str text = xapi_text_compact(a, line), version;
    inner = json_object_get(json, "statement");
    if (inner != NULL) {
        TRY(read_files(b, json_object_get(json, "attachments"), &files, &file_count));
        text = member_of(a, text, "statement");
        json = inner;
    }
    version = str_from(json_string_value(json_object_get(json, "version")));
    TRY(xapi_take(&b->c, str_starts(version, S("2")) ? XAPI_2_0 : XAPI_1_0, json, text, STR_NONE, files, file_count, &one->in));
    one->line = b->line;
    one->authority = member_of(a, text, "authority");
    if (b->keep_stored) {
        int64_t stored;
        if (!xapi_timestamp(str_from(json_string_value(json_object_get(json, "stored"))), &stored) || stored <= 0 || stored > b->c.now + MS_PER_DAY)
            return bad_line(b, "it does not say when it was stored");
        one->in.wish = stored;
    }
    b->count++;
    return RC_OK;
}

/* Whoever vouched for a statement elsewhere vouches for it here: a client that nobody can sign in as. */
static enum rc client_of(struct db *tx, struct arena *a, const struct bringing *b, struct str authority, struct xapi_client *out)
{
    struct row_xapi_client_by_authority row;
    struct row_xapi_client_by_login made;
    json_t *json;
    if (authority.p == NULL)
        authority = S("{\"objectType\":\"Agent\",\"name\":\"Import\",\"account\":{\"homePage\":\"https://cadre.invalid\",\"name\":\"import\"}}");
    TRY(xapi_parse(a, authority, &json, NULL));
    *out = (struct xapi_client){.authority = authority};
    enum rc rc = xapi_check_agent(a, json, &out->authority_identifier, NULL);
    if (rc == RC_INVALID) /* a group of two, by OAuth: its first member has an account at the tool */
        rc = xapi_check_agent(a, json_array_get(json_object_get(json, "member"), 0), &out->authority_identifier, NULL);
    TRY(rc);
    rc = sql_xapi_client_by_authority(tx, a, authority, &row);
    out->id = row.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    struct str login = str_printf(a, "from %.*s", STR_ARG(str_sub(xapi_sha2(a, authority, 64), 0, 32))), name = str_from(json_string_value(json_object_get(json, "name")));
    TRY(sql_xapi_client_add_ended(tx, db_new_id(tx), name.n != 0 ? utf8_clip(name, 80) : S("Import"), login, authority, b->c.now, S("")));
    TRY(sql_xapi_client_by_login(tx, a, login, &made));
    out->id = made.id;
    return RC_OK;
}

static enum rc store_batch(struct db *tx, void *arg, struct err *e)
{
    struct bringing *b = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    b->batch = (struct xapi_lines_told){0};
    for (size_t i = 0; i < b->count && rc == RC_OK; i++) {
        struct xapi_client client;
        struct xapi_incoming one = b->list[i].in;
        rc = client_of(tx, a, b, b->list[i].authority, &client);
        if (rc == RC_OK)
            rc = xapi_store_one(tx, a, &client, &one, e);
        b->batch.stored += rc == RC_OK && !one.known;
        b->batch.known += rc == RC_OK && one.known;
        b->batch.line = rc == RC_OK ? 0 : b->list[i].line;
    }
    arena_free(a);
    return rc;
}

static enum rc bring_batch(struct bringing *b, bool *end)
{
    struct str line;
    b->count = 0;
    b->c.now = clock_now();
    while (b->count < BATCH && !*end) {
        enum rc rc = read_line(b, &line, end);
        if (rc == RC_OK && !*end && line.n != 0)
            rc = read_one(b, line);
        if (rc != RC_OK) {
            b->told.line = b->line;
            return rc;
        }
    }
    if (b->count == 0)
        return RC_OK;
    enum rc rc = xapi_store_run(b->db, store_batch, b, &b->c.err);
    b->told.line = b->batch.line;
    if (rc == RC_OK) {
        b->told.stored += b->batch.stored;
        b->told.known += b->batch.known;
    }
    return rc;
}

enum rc xapi_lines_import(struct db *db, FILE *in, int64_t total, bool keep_stored, xapi_lines_progress *progress, void *arg, struct xapi_lines_told *told, struct err *e)
{
    struct arena *keep = arena_new(0), *a = arena_new(0);
    struct bringing *b = ARENA_NEW(keep, struct bringing);
    enum rc rc = RC_OK;
    bool end = false;
    *b = (struct bringing){.db = db, .in = in, .total = total, .keep_stored = keep_stored, .c = {.a = a, .db = db}};
    while (rc == RC_OK && !end) {
        rc = bring_batch(b, &end);
        arena_reset(a);
        if (rc == RC_OK && progress != NULL)
            progress(arg, b->read, total > b->read ? total : b->read);
    }
    *told = b->told;
    if (rc != RC_OK)
        *e = b->c.err;
    arena_free(a);
    arena_free(keep);
    return rc;
}
