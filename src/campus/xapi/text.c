/* The kept text of statements: see text.h. */
#include "campus/xapi/text.h"

#include "base/clock.h"
#include "campus/xapi/lexical.h"

/* Where the string that begins at i ends: behind its closing quote. */
static size_t string_end(struct str s, size_t i)
{
    for (i++; i < s.n && s.p[i] != '"'; i++)
        if (s.p[i] == '\\')
            i++;
    return i < s.n ? i + 1 : s.n;
}

struct str xapi_text_compact(struct arena *a, struct str json)
{
    char *out = arena_alloc_raw(a, json.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < json.n;) {
        char c = json.p[i];
        if (c == '"') {
            size_t end = string_end(json, i);
            memcpy(out + n, json.p + i, end - i);
            n += end - i;
            i = end;
        } else {
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
                out[n++] = c;
            i++;
        }
    }
    return (struct str){out, n};
}

/* Where the value that begins at i ends. */
static size_t value_end(struct str s, size_t i)
{
    size_t depth = 0;
    while (i < s.n) {
        char c = s.p[i];
        if (c == '"') {
            i = string_end(s, i);
            if (depth == 0)
                return i;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return i;
        if (c == '{' || c == '[')
            depth++;
        i++;
        if ((c == '}' || c == ']') && --depth == 0)
            return i;
    }
    return i;
}

bool xapi_text_element(struct str list, size_t *at, struct str *value)
{
    size_t from = *at + 1; /* behind [ or , */
    if (from >= list.n || list.p[from] == ']' || list.p[*at] == ']')
        return false;
    *at = value_end(list, from);
    *value = str_sub(list, from, *at - from);
    return true;
}

/* The name as it is meant; escapes in it are rare. */
static struct str name_of(struct arena *a, struct str quoted)
{
    struct str plain = str_sub(quoted, 1, quoted.n - 2);
    if (memchr(plain.p, '\\', plain.n) == NULL)
        return plain;
    json_t *v = json_loadb(quoted.p, quoted.n, JSON_DECODE_ANY, NULL);
    plain = str_dup(a, str_from(json_string_value(v)));
    json_decref(v);
    return plain;
}

bool xapi_text_member(struct arena *a, struct str object, size_t *at, struct str *name, struct str *value)
{
    size_t from = *at + 1;
    if (from >= object.n || object.p[from] != '"')
        return false;
    size_t end = string_end(object, from);
    *name = name_of(a, str_sub(object, from, end - from));
    *at = value_end(object, end + 1);
    *value = str_sub(object, end + 1, *at - end - 1);
    return true;
}

/* ---- how it is kept ------------------------------------------------------------------------------------------------------------- */

static struct str member(struct arena *a, struct str object, struct str wanted)
{
    size_t at = 0;
    struct str name, value;
    while (object.n != 0 && object.p[0] == '{' && xapi_text_member(a, object, &at, &name, &value))
        if (str_eq(name, wanted))
            return value;
    return STR_NONE;
}

/* The places within the text of a single activity where a list belongs, in the order of the text: at most four, and four in a substatement. */
struct singles {
    struct str at[8];
    size_t count;
};

static void find_singles(struct arena *a, struct str statement, struct singles *s)
{
    struct str all = member(a, member(a, statement, S("context")), S("contextActivities")), name, value;
    size_t at = 0;
    while (all.n != 0 && xapi_text_member(a, all, &at, &name, &value))
        if (value.n != 0 && value.p[0] == '{' && s->count < COUNT_OF(s->at))
            s->at[s->count++] = value;
}

/* Puts the text in; what of it is a single activity gets its brackets. */
static void put(struct buf *b, struct str text, const struct singles *s)
{
    const char *from = text.p, *end = text.p + text.n;
    while (from < end) {
        struct str next = {end, 0};
        for (size_t i = 0; i < s->count; i++)
            if (s->at[i].p >= from && s->at[i].p < next.p)
                next = s->at[i];
        buf_add(b, from, (size_t)(next.p - from));
        if (next.n != 0) {
            buf_ch(b, '[');
            buf_str(b, next);
            buf_ch(b, ']');
        }
        from = next.p + next.n;
    }
}

static void put_instant(struct buf *b, int64_t ms)
{
    struct civil c = civil_from_ms(zone_utc(), ms);
    buf_printf(b, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", c.year, c.month, c.day, c.hour, c.minute, c.second, (int)(((ms % 1000) + 1000) % 1000));
}

static void put_timestamp(struct buf *b, struct str quoted, bool utc)
{
    struct str text = str_sub(quoted, 1, quoted.n - 2);
    int64_t ms;
    bool zulu = text.n != 0 && text.p[text.n - 1] == 'Z';
    if (utc && !zulu && xapi_timestamp(text, &ms))
        put_instant(b, ms);
    else
        buf_str(b, quoted);
}

struct str xapi_text_kept(struct arena *a, struct str statement, const struct xapi_facts *facts, enum xapi_version version, int64_t timestamp)
{
    struct buf b = buf_new(a, statement.n + 64);
    struct singles s = {0};
    size_t at = 0;
    struct str name, value;
    find_singles(a, statement, &s);
    find_singles(a, member(a, statement, S("object")), &s);
    buf_z(&b, facts->version.p != NULL ? "{" : version == XAPI_2_0 ? "{\"version\":\"2.0.0\"" : "{\"version\":\"1.0.0\"");
    if (!facts->timed) {
        buf_z(&b, b.n > 1 ? ",\"timestamp\":" : "\"timestamp\":");
        put_instant(&b, timestamp);
    }
    while (xapi_text_member(a, statement, &at, &name, &value)) {
        if (str_eq_z(name, "id") || str_eq_z(name, "stored") || str_eq_z(name, "authority"))
            continue;
        if (b.n > 1)
            buf_ch(&b, ',');
        buf_json(&b, name);
        buf_ch(&b, ':');
        if (str_eq_z(name, "timestamp"))
            put_timestamp(&b, value, version == XAPI_2_0);
        else
            put(&b, value, &s);
    }
    buf_ch(&b, '}');
    return buf_text(&b);
}

void xapi_text_shown(struct buf *b, struct str kept, struct str id, int64_t stored, struct str authority)
{
    buf_z(b, "{\"id\":\"");
    buf_str(b, id);
    buf_z(b, "\",\"stored\":");
    put_instant(b, stored);
    buf_z(b, ",\"authority\":");
    buf_str(b, authority);
    buf_ch(b, ',');
    buf_str(b, str_sub(kept, 1, kept.n)); /* it has a timestamp at least */
}
