/* multipart/form-data and multipart/mixed, RFC 2046 and 7578: see parse.h. The body is whole in memory, so a part's value is a piece of it.
 * A boundary counts only at the start of the body or after CRLF, and only when nothing but white space follows it on
 * its line; what stands before the first and after the closing one is ignored. */
#include "http/parse.h"

#include "base/utf8.h"

#define BOUNDARY_MAX 70u

static bool boundary_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL);
}

static enum rc read_boundary(struct arena *a, struct str type, struct str *delimiter)
{
    struct str boundary;
    TRY(header_parameter(a, type, "boundary", &boundary));
    if (boundary.n == 0 || boundary.n > BOUNDARY_MAX || boundary.p[boundary.n - 1] == ' ')
        return RC_MALFORMED;
    for (size_t i = 0; i < boundary.n; i++)
        if (!boundary_char(boundary.p[i]))
            return RC_MALFORMED;
    *delimiter = str_concat(a, S("\r\n--"), boundary);
    return RC_OK;
}

/* What follows a delimiter: RC_OK and the position behind its line, *last for the closing one; RC_NOT_FOUND when this
 * is data that only looks like one. */
static enum rc after_delimiter(struct str body, size_t at, size_t *next, bool *last)
{
    *last = body.n - at >= 2 && body.p[at] == '-' && body.p[at + 1] == '-';
    if (*last)
        at += 2;
    while (at < body.n && (body.p[at] == ' ' || body.p[at] == '\t'))
        at++;
    bool line_ends = body.n - at >= 2 && body.p[at] == '\r' && body.p[at + 1] == '\n';
    if (!line_ends && !(*last && at == body.n))
        return RC_NOT_FOUND;
    *next = line_ends ? at + 2 : at;
    return RC_OK;
}

/* The next delimiter at or after from: where its CRLF stands (for the first of a body there may be none). */
static enum rc find_delimiter(struct str body, size_t from, struct str delimiter, size_t *at, size_t *next, bool *last)
{
    if (from == 0 && str_starts(body, str_sub(delimiter, 2, delimiter.n)) &&
        after_delimiter(body, delimiter.n - 2, next, last) == RC_OK) {
        *at = 0;
        return RC_OK;
    }
    size_t i = from;
    while (i <= body.n && body.n - i >= delimiter.n) {
        const char *hit = memmem(body.p + i, body.n - i, delimiter.p, delimiter.n);
        if (hit == NULL)
            break;
        *at = (size_t)(hit - body.p);
        if (after_delimiter(body, *at + delimiter.n, next, last) == RC_OK)
            return RC_OK;
        i = *at + 2;
    }
    return RC_MALFORMED;
}

/* What a header says of a part of a form. */
static enum rc read_disposition(struct arena *a, struct str value, struct part *part)
{
    if (part->name.p != NULL || !str_eq_nocase(media_type(value), S("form-data")))
        return RC_MALFORMED;
    TRY(header_parameter(a, value, "name", &part->name));
    TRY(header_parameter(a, value, "filename", &part->filename));
    return part->name.p != NULL ? RC_OK : RC_MALFORMED;
}

static bool is_clean_text(struct str s)
{
    return (s.n == 0 || memchr(s.p, '\0', s.n) == NULL) && utf8_valid(s);
}

static enum rc form_header(struct arena *a, struct str name, struct str value, struct part *part)
{
    if (str_eq_nocase(name, S("Content-Disposition")))
        return read_disposition(a, value, part);
    if (str_eq_nocase(name, S("Content-Type")))
        part->type = value;
    return RC_OK;
}

/* Of a part that is no field of a form: its name is the hash that xAPI knows it by. */
static enum rc mixed_header(struct arena *a, struct str name, struct str value, struct part *part)
{
    (void)a;
    if (str_eq_nocase(name, S("X-Experience-API-Hash")))
        part->name = value;
    else if (str_eq_nocase(name, S("Content-Type")))
        part->type = value;
    return RC_OK;
}

typedef enum rc header_fn(struct arena *a, struct str name, struct str value, struct part *part);

/* The headers of the part that starts at *at; *at is then where its value starts. */
static enum rc read_part_head(struct arena *a, struct str body, size_t *at, header_fn *header, struct part *part)
{
    *part = (struct part){0};
    struct str head = str_sub(body, *at, PART_HEAD_MAX);
    for (size_t count = 0; count <= PART_HEADERS_MAX; count++) {
        size_t end;
        if (!str_find(head, S("\r\n"), &end))
            return RC_MALFORMED;
        struct str line = str_sub(head, 0, end), name;
        head = str_sub(head, end + 2, head.n);
        *at += end + 2;
        if (line.n == 0)
            return is_clean_text(part->name) && is_clean_text(part->filename) ? RC_OK : RC_MALFORMED;
        if (!str_cut(&line, ':', &name) || line.p == NULL || !is_token(name))
            return RC_MALFORMED;
        line = str_trim(line);
        TRY(header(a, name, line, part));
        if (str_eq_nocase(name, S("Content-Transfer-Encoding")) && !str_eq_nocase(line, S("8bit")) && !str_eq_nocase(line, S("7bit")) &&
            !str_eq_nocase(line, S("binary")))
            return RC_MALFORMED;
    }
    return RC_MALFORMED;
}

static enum rc parse(struct arena *a, struct str type, struct str body, header_fn *header, struct part **parts, size_t *count)
{
    *parts = NULL;
    *count = 0;
    struct str delimiter;
    TRY(read_boundary(a, type, &delimiter));
    size_t at, next, room = 0;
    bool last;
    TRY(find_delimiter(body, 0, delimiter, &at, &next, &last));
    while (!last) {
        if (*count == PARTS_MAX)
            return RC_TOO_LARGE;
        if (*count == room) {
            size_t more = room != 0 ? room * 2 : 16;
            *parts = arena_grow(a, *parts, room * sizeof **parts, more * sizeof **parts);
            room = more;
        }
        struct part *part = &(*parts)[*count];
        size_t start = next;
        TRY(read_part_head(a, body, &start, header, part));
        /* an empty value: the delimiter's CRLF is the one that ended the headers */
        TRY(find_delimiter(body, start - 2, delimiter, &at, &next, &last));
        part->value = at < start ? S("") : (struct str){body.p + start, at - start};
        (*count)++;
    }
    return RC_OK;
}

enum rc multipart_parse(struct arena *a, struct str type, struct str body, struct part **parts, size_t *count)
{
    TRY(parse(a, type, body, form_header, parts, count));
    for (size_t i = 0; i < *count; i++) {
        const struct part *part = &(*parts)[i];
        if (part->name.p == NULL || (part->filename.p == NULL && !is_clean_text(part->value)))
            return RC_MALFORMED;
    }
    return RC_OK;
}

enum rc multipart_mixed_parse(struct arena *a, struct str type, struct str body, struct part **parts, size_t *count)
{
    return parse(a, type, body, mixed_header, parts, count);
}
