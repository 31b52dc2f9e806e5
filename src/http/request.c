/* Reading a request: percent escapes, fields, cookies, what the client accepts; see request.h and parse.h. Everything
 * here works on bytes that anybody may have sent. */
#include "http/parse.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum rc percent_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
    bool plain = true;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = s.p[i] != '%' && s.p[i] != '\0' && !(plus && s.p[i] == '+');
    if (plain) {
        *out = s.p != NULL ? s : S("");
        return utf8_valid(s) ? RC_OK : RC_MALFORMED;
    }
    char *to = arena_alloc_raw(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (plus && c == '+') {
            c = ' ';
        } else if (c == '%') {
            bool whole = s.n - i > 2;
            int high = whole ? hex_digit(s.p[i + 1]) : -1, low = whole ? hex_digit(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return RC_MALFORMED;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return RC_MALFORMED;
        to[n++] = c;
    }
    *out = (struct str){to, n};
    return utf8_valid(*out) ? RC_OK : RC_MALFORMED;
}

enum rc path_decode(struct arena *a, struct str path, struct str *out)
{
    if (path.n == 0 || path.p[0] != '/')
        return RC_MALFORMED;
    for (size_t i = 0; i + 2 < path.n; i++)
        if (path.p[i] == '%' && path.p[i + 1] == '2' && (path.p[i + 2] == 'F' || path.p[i + 2] == 'f'))
            return RC_MALFORMED;
    return percent_decode(a, path, false, out);
}

enum rc fields_parse(struct arena *a, struct str text, struct part **parts, size_t *count)
{
    *parts = NULL;
    *count = 0;
    if (text.n == 0)
        return RC_OK;
    size_t room = 1;
    for (size_t i = 0; i < text.n; i++)
        room += text.p[i] == '&';
    if (room > PARTS_MAX)
        return RC_TOO_LARGE;
    *parts = ARENA_ARRAY(a, room, struct part);
    struct str field;
    while (str_cut(&text, '&', &field)) {
        struct str name;
        if (field.n == 0 || !str_cut(&field, '=', &name))
            continue;
        struct part *part = &(*parts)[*count];
        TRY(percent_decode(a, name, true, &part->name));
        TRY(percent_decode(a, field, true, &part->value));
        (*count)++;
    }
    return RC_OK;
}

static bool token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!token_char(s.p[i]))
            return false;
    return s.n != 0;
}

bool is_local_address(struct str s)
{
    if (s.n == 0 || s.p[0] != '/' || (s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\')))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

struct str media_type(struct str header)
{
    struct str type;
    return str_cut(&header, ';', &type) ? str_trim(type) : STR_NONE;
}

/* Takes a value off the front of *rest: a quoted string without its quotes, or what stands before the next ';'. */
static enum rc take_value(struct arena *a, struct str *rest, struct str *value)
{
    if (rest->n == 0 || rest->p[0] != '"') {
        if (!str_cut(rest, ';', value))
            *value = S("");
        *value = str_trim(*value);
        return RC_OK;
    }
    char *to = arena_alloc_raw(a, rest->n);
    size_t n = 0, i = 1;
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        /* browsers of old sent paths with single backslashes: only these two are escapes */
        if (rest->p[i] == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
            i++;
        to[n++] = rest->p[i];
    }
    if (i == rest->n)
        return RC_MALFORMED;
    *value = (struct str){to, n};
    *rest = str_sub(*rest, i + 1, rest->n);
    struct str gap;
    if (str_cut(rest, ';', &gap) && str_trim(gap).n != 0)
        return RC_MALFORMED;
    return RC_OK;
}

enum rc header_parameter(struct arena *a, struct str header, const char *name, struct str *value)
{
    *value = STR_NONE;
    struct str type;
    if (!str_cut(&header, ';', &type))
        return RC_OK;
    while (header.n != 0) {
        size_t i = 0;
        while (i < header.n && header.p[i] != '=' && header.p[i] != ';')
            i++;
        struct str key = str_trim(str_sub(header, 0, i));
        bool has_value = i < header.n && header.p[i] == '=';
        header = i < header.n ? str_sub(header, i + 1, header.n) : STR_NONE;
        struct str v = STR_NONE;
        if (has_value)
            TRY(take_value(a, &header, &v));
        if (!has_value || !str_eq_nocase(key, str_from(name)))
            continue;
        if (value->p != NULL)
            return RC_MALFORMED;
        *value = v.p != NULL ? v : S("");
    }
    return RC_OK;
}

/* The weight of an item of an Accept header, in thousandths (RFC 9110, 12.4.2): 1000 unless told, 0 when unreadable. */
static int item_weight(struct str params)
{
    struct str param;
    while (str_cut(&params, ';', &param)) {
        param = str_trim(param);
        if (param.n < 2 || (param.p[0] != 'q' && param.p[0] != 'Q') || param.p[1] != '=')
            continue;
        double q;
        return str_to_real(str_sub(param, 2, param.n), &q) && q >= 0 && q <= 1 ? (int)(q * 1000) : 0;
    }
    return 1000;
}

bool accept_prefers_json(struct str accept)
{
    int json = -1, html = -1, any = 0;
    struct str item, type;
    while (str_cut(&accept, ',', &item)) {
        if (!str_cut(&item, ';', &type))
            continue;
        type = str_trim(type);
        int q = item_weight(item);
        if (str_eq_nocase(type, S("application/json")) || str_eq_nocase(type, S("application/problem+json")))
            json = q > json ? q : json;
        else if (str_eq_nocase(type, S("text/html")) || str_eq_nocase(type, S("application/xhtml+xml")))
            html = q > html ? q : html;
        else if (str_eq_nocase(type, S("*/*")))
            any = q;
    }
    return json > (html >= 0 ? html : any);
}

bool accept_gzip(struct str accept)
{
    int gzip = -1, any = 0;
    struct str item, coding;
    while (str_cut(&accept, ',', &item)) {
        if (!str_cut(&item, ';', &coding))
            continue;
        coding = str_trim(coding);
        if (str_eq_nocase(coding, S("gzip")))
            gzip = item_weight(item);
        else if (str_eq(coding, S("*")))
            any = item_weight(item);
    }
    return (gzip >= 0 ? gzip : any) > 0;
}

struct str request_header(const struct request *rq, const char *name)
{
    struct str wanted = str_from(name);
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, wanted))
            return rq->headers[i].value;
    return STR_NONE;
}

static const struct part *find_part(const struct part *parts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(parts[i].name, name))
            return &parts[i];
    return NULL;
}

struct str request_query(const struct request *rq, const char *name)
{
    const struct part *p = find_part(rq->query, rq->query_count, name);
    return p != NULL ? p->value : STR_NONE;
}

struct str request_form(const struct request *rq, const char *name)
{
    const struct part *p = find_part(rq->form, rq->form_count, name);
    return p != NULL ? p->value : STR_NONE;
}

const struct part *request_part(const struct request *rq, const char *name)
{
    return find_part(rq->form, rq->form_count, name);
}

struct str request_cookie(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->header_count; i++) {
        if (!str_eq_nocase(rq->headers[i].name, S("Cookie")))
            continue;
        struct str rest = rq->headers[i].value, pair, key;
        while (str_cut(&rest, ';', &pair)) {
            pair = str_trim(pair);
            if (!str_cut(&pair, '=', &key) || pair.p == NULL || !str_eq_z(key, name))
                continue;
            if (pair.n >= 2 && pair.p[0] == '"' && pair.p[pair.n - 1] == '"')
                pair = str_sub(pair, 1, pair.n - 2);
            return pair;
        }
    }
    return STR_NONE;
}

enum rc request_id(const struct request *rq, size_t i, int64_t *id)
{
    *id = 0;
    if (i >= rq->param_count)
        return RC_NOT_FOUND;
    struct str s = rq->params[i];
    /* one spelling only: no sign, no leading zero, below 2^53 */
    if (s.n == 0 || s.p[0] < '1' || s.p[0] > '9' || !str_to_int(s, id) || *id >= INT64_C(1) << 53) {
        *id = 0;
        return RC_NOT_FOUND;
    }
    return RC_OK;
}

void response_header(struct response *rs, const char *name, struct str value)
{
    ASSERT(rs->header_count < COUNT_OF(rs->headers));
    for (size_t i = 0; i < value.n; i++)
        ASSERT(value.p[i] != '\r' && value.p[i] != '\n');
    rs->headers[rs->header_count++] = (struct header){str_from(name), value};
}

bool etag_among(struct str header, struct str etag)
{
    struct str one;
    while (str_cut(&header, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, S("W/")))
            one = str_sub(one, 2, one.n);
        if (one.n >= 2 && one.p[0] == '"')
            one = str_sub(one, 1, one.n - 2);
        if (str_eq(one, etag))
            return true;
    }
    return false;
}
