/* Any bytes as the parts of a request: path, query and form fields, cookies, multipart bodies, media types, Accept. The
 * first byte says which. No crash; what is accepted is text, stays within its limits, and says the same when it is written
 * again. */
#include "base/utf8.h"
#include "http/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool clean(struct str s)
{
    return utf8_valid(s) && (s.n == 0 || memchr(s.p, '\0', s.n) == NULL);
}

static void path(struct arena *a, struct str s)
{
    struct str out, again;
    if (path_decode(a, s, &out) != RC_OK)
        return;
    ASSERT(clean(out) && out.n >= 1 && out.p[0] == '/' && out.n <= s.n);
    struct buf b = buf_new(a, out.n);
    for (size_t i = 0; i < out.n; i++) /* segments apart: an encoded '/' is refused */
        if (out.p[i] == '/')
            buf_ch(&b, '/');
        else
            buf_printf(&b, "%%%02X", (unsigned char)out.p[i]);
    ASSERT(path_decode(a, buf_text(&b), &again) == RC_OK && str_eq(out, again));
}

static void fields(struct arena *a, struct str s)
{
    struct part *parts, *again;
    size_t count, more;
    if (fields_parse(a, s, &parts, &count) != RC_OK)
        return;
    ASSERT(count <= PARTS_MAX);
    struct buf b = buf_new(a, s.n);
    for (size_t i = 0; i < count; i++) {
        ASSERT(clean(parts[i].name) && clean(parts[i].value));
        if (i != 0)
            buf_ch(&b, '&');
        buf_url(&b, parts[i].name);
        buf_ch(&b, '=');
        buf_url(&b, parts[i].value);
    }
    ASSERT(fields_parse(a, buf_text(&b), &again, &more) == RC_OK && more == count);
    for (size_t i = 0; i < count; i++)
        ASSERT(str_eq(parts[i].name, again[i].name) && str_eq(parts[i].value, again[i].value));
}

/* The content type on the first line, then the body. */
static void multipart(struct arena *a, struct str s)
{
    struct str type;
    struct part *parts;
    size_t count, bytes = 0;
    if (!str_cut(&s, '\n', &type) || s.p == NULL || multipart_parse(a, type, s, &parts, &count) != RC_OK)
        return;
    ASSERT(count <= PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        ASSERT(clean(parts[i].name) && clean(parts[i].filename));
        ASSERT(parts[i].filename.p != NULL || clean(parts[i].value));
        bytes += parts[i].value.n;
    }
    ASSERT(bytes <= s.n);
}

static void cookie(struct str s)
{
    struct header headers[] = {{S("Cookie"), s}};
    struct request rq = {.headers = headers, .header_count = COUNT_OF(headers)};
    struct str v = request_cookie(&rq, "session");
    ASSERT(v.p == NULL || (v.p >= s.p && v.p + v.n <= s.p + s.n));
}

static void media(struct arena *a, struct str s)
{
    struct str value = STR_NONE, type = media_type(s);
    ASSERT(type.n <= s.n);
    if (header_parameter(a, s, "charset", &value) == RC_OK)
        ASSERT(value.n <= s.n);
    accept_prefers_json(s);
    accept_gzip(s);
    if (is_token(s))
        ASSERT(s.n > 0 && clean(s));
    if (is_local_address(s))
        ASSERT(s.n > 0 && s.p[0] == '/' && (s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\')));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *a = arena_new(0);
    struct str s = {(const char *)data + 1, size - 1};
    switch (data[0]) {
    case 'p': path(a, s); break;
    case 'f': fields(a, s); break;
    case 'm': multipart(a, s); break;
    case 'c': cookie(s); break;
    default: media(a, s); break;
    }
    arena_free(a);
    return 0;
}
