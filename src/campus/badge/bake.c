/* Baking and reading baked badges: see bake.h. */
#include "campus/badge/bake.h"

#include <zlib.h>

#include "base/buf.h"

#define KEYWORD "openbadgecredential"
#define NAMESPACE "https://purl.imsglobal.org/ob/v3p0"
#define HEAD_BYTES 8 /* of a chunk: length, type */
#define CHECK_BYTES 4

static const char signature[8] = {'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};

static struct str png_start(void)
{
    return (struct str){signature, sizeof signature};
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------- */

static void add_number(struct buf *b, uint32_t v)
{
    char bytes[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
    buf_add(b, bytes, sizeof bytes);
}

static uint32_t read_number(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t check_of(struct str s)
{
    return (uint32_t)crc32_z(0, (const unsigned char *)s.p, s.n);
}

/* The chunk stands behind the first one, IHDR, which is 13 bytes long by the standard. */
struct str bake_png(struct arena *a, struct str png, struct str jwt)
{
    size_t after = sizeof signature + HEAD_BYTES + 13 + CHECK_BYTES;
    struct buf chunk = buf_new(a, jwt.n + 64), b = buf_new(a, png.n + jwt.n + 128);
    ASSERT(png.n > after && str_starts(png, png_start()));
    buf_add(&chunk, "iTXt" KEYWORD, 4 + sizeof KEYWORD); /* with the NUL that ends the keyword */
    buf_add(&chunk, "\0\0\0\0", 4);                      /* not compressed, by no method, in no language, no other keyword */
    buf_str(&chunk, jwt);
    buf_str(&b, str_sub(png, 0, after));
    add_number(&b, (uint32_t)(chunk.n - 4));
    buf_str(&b, buf_text(&chunk));
    add_number(&b, check_of(buf_text(&chunk)));
    buf_str(&b, str_sub(png, after, png.n));
    return buf_text(&b);
}

struct str bake_svg(struct arena *a, struct str svg, struct str jwt)
{
    size_t at, end;
    ASSERT(str_find(svg, S("<svg "), &at));
    at += sizeof "<svg " - 1;
    ASSERT(str_find(str_sub(svg, at, svg.n), S(">"), &end));
    struct buf b = buf_new(a, svg.n + jwt.n + 256);
    buf_str(&b, str_sub(svg, 0, at));
    buf_z(&b, "xmlns:openbadges=\"" NAMESPACE "\" ");
    buf_str(&b, str_sub(svg, at, end + 1));
    buf_z(&b, "\n<openbadges:credential verify=\"");
    buf_html(&b, jwt);
    buf_z(&b, "\"></openbadges:credential>");
    buf_str(&b, str_sub(svg, at + end + 1, svg.n));
    return buf_text(&b);
}

/* ---- reading ----------------------------------------------------------------------------------------------------------------- */

/* Three parts that are not empty, of letters, digits, - and _. */
static bool is_jwt(struct str s)
{
    size_t dots = 0, part = 0;
    if (s.n > BAKE_JWT_MOST)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!letter && (c != '.' || part == 0 || ++dots > 2))
            return false;
        part = letter ? part + 1 : 0;
    }
    return dots == 2 && part != 0;
}

/* What stands where a credential should. */
static enum bake_found judge(struct str text, struct str *jwt)
{
    text = str_trim(text);
    if (is_jwt(text)) {
        *jwt = text;
        return BAKE_JWT;
    }
    return str_starts(text, S("{")) ? BAKE_EMBEDDED : BAKE_DAMAGED;
}

/* The text of an iTXt chunk with our keyword; false for any other. Compressed text is against the specification, so it is none. */
static bool chunk_text(struct str body, struct str *text)
{
    size_t end;
    if (!str_starts(body, (struct str){KEYWORD, sizeof KEYWORD}))
        return false;
    body = str_sub(body, sizeof KEYWORD, body.n);
    *text = S("");
    if (body.n < 2 || body.p[0] != 0 || body.p[1] != 0)
        return true;
    body = str_sub(body, 2, body.n);
    for (int i = 0; i < 2; i++) { /* the language, the keyword in it */
        if (!str_find(body, (struct str){"", 1}, &end))
            return true;
        body = str_sub(body, end + 1, body.n);
    }
    *text = body;
    return true;
}

static enum bake_found read_png(struct str rest, struct str *jwt)
{
    enum bake_found found = BAKE_PICTURE;
    struct str text;
    rest = str_sub(rest, sizeof signature, rest.n);
    while (rest.n >= HEAD_BYTES + CHECK_BYTES) {
        size_t n = read_number(rest);
        if (n > rest.n - HEAD_BYTES - CHECK_BYTES || read_number(str_sub(rest, HEAD_BYTES + n, CHECK_BYTES)) != check_of(str_sub(rest, 4, 4 + n)))
            return BAKE_DAMAGED;
        struct str type = str_sub(rest, 4, 4), body = str_sub(rest, HEAD_BYTES, n);
        if (str_eq(type, S("IEND")))
            return found;
        if (str_eq(type, S("iTXt")) && chunk_text(body, &text)) {
            if (found != BAKE_PICTURE)
                return BAKE_DAMAGED;
            found = judge(text, jwt);
        }
        rest = str_sub(rest, HEAD_BYTES + n + CHECK_BYTES, rest.n);
    }
    return BAKE_DAMAGED; /* a PNG ends in IEND */
}

/* The start tag is cut out and its attribute looked for: our own SVG is wanted, whatever stands around it, and nothing of the file is
 * ever shown. */
static enum bake_found read_svg(struct str svg, struct str *jwt)
{
    size_t at, end, value;
    if (!str_find(svg, S("<openbadges:credential"), &at))
        return BAKE_PICTURE;
    struct str tag = str_sub(svg, at + 1, svg.n);
    if (str_find(tag, S("<openbadges:credential"), NULL) || !str_find(tag, S(">"), &end))
        return BAKE_DAMAGED;
    tag = str_sub(tag, 0, end);
    if (!str_find(tag, S("verify="), &value))
        return BAKE_EMBEDDED;
    tag = str_sub(tag, value + sizeof "verify=" - 1, tag.n);
    if (tag.n == 0 || (tag.p[0] != '"' && tag.p[0] != '\''))
        return BAKE_DAMAGED;
    struct str quote = str_sub(tag, 0, 1);
    tag = str_sub(tag, 1, tag.n);
    return str_find(tag, quote, &end) ? judge(str_sub(tag, 0, end), jwt) : BAKE_DAMAGED;
}

static enum bake_found find(struct str bytes, struct str *jwt)
{
    if (str_starts(bytes, png_start()))
        return read_png(bytes, jwt);
    struct str text = str_trim(bytes);
    if (str_starts(text, S("\xef\xbb\xbf")))
        text = str_trim(str_sub(text, 3, text.n));
    if (text.n == 0)
        return BAKE_EMPTY;
    if (str_starts(text, S("<")) && str_find(text, S("<svg"), NULL))
        return read_svg(text, jwt);
    enum bake_found found = judge(text, jwt);
    return found == BAKE_DAMAGED ? BAKE_UNKNOWN : found;
}

enum bake_found bake_read(struct str bytes, struct str *jwt)
{
    enum bake_found found = find(bytes, jwt);
    if (found != BAKE_JWT) /* a picture may be damaged behind its credential */
        *jwt = STR_NONE;
    return found;
}
