/* Any bytes as text: folding, cutting and cleaning keep UTF-8 whole; every writer's output is what its reader reads. */
#include <jansson.h>

#include "base/csv.h"
#include "base/utf8.h"
#include "http/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unicode(struct arena *a, struct str s)
{
    struct str good = utf8_clean(a, s), key = utf8_fold(a, s);
    ASSERT(utf8_is_text(good) && utf8_valid(key));
    ASSERT(str_eq(utf8_clean(a, good), good));
    ASSERT(str_eq(utf8_fold(a, key), key));
    size_t prefix = utf8_valid_prefix(s);
    ASSERT(prefix <= s.n && (prefix == s.n) == utf8_valid(s));
    struct str cut = utf8_truncate(good, 5), clip = utf8_clip(good, 5);
    ASSERT(utf8_valid(cut) && utf8_count(cut) <= 5 && str_starts(good, cut));
    ASSERT(utf8_valid(clip) && clip.n <= 5 && str_starts(good, clip));
}

static void writers(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, 64);
    struct str again;
    buf_url(&b, s);
    enum rc rc = percent_decode(a, buf_text(&b), false, &again);
    ASSERT(rc != RC_OK || str_eq(again, s));
    if (!utf8_valid(s))
        return;
    b.n = 0;
    buf_json(&b, s);
    json_t *json = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    ASSERT(json != NULL && json_string_length(json) == s.n && memcmp(json_string_value(json), s.p, s.n) == 0);
    json_decref(json);
    b.n = 0;
    buf_html(&b, s);
    struct str html = buf_text(&b);
    ASSERT(html.n == 0 || (memchr(html.p, '<', html.n) == NULL && memchr(html.p, '>', html.n) == NULL && memchr(html.p, '"', html.n) == NULL));
}

/* One field of a table, written and read: the same but for the mark that keeps a spreadsheet from running it. */
static void table(struct arena *a, struct str s)
{
    if (!utf8_is_text(s) || s.n == 0 || s.n > 60000 || memchr(s.p, '\r', s.n) != NULL)
        return;
    struct buf b = buf_new(a, s.n + 16);
    buf_z(&b, "a,b\r\n");
    buf_csv(&b, s);
    buf_z(&b, ",x\r\n");
    struct problems p = problems_new(a);
    struct csv *csv = csv_open(a, S("f.csv"), buf_text(&b), NULL, &p);
    struct csv_row row;
    ASSERT(csv_next(csv, &row) && row.count == 2 && p.errors == 0);
    struct str got = row.fields[0];
    if (got.n == s.n + 1 && got.p[0] == '\'')
        got = str_sub(got, 1, got.n);
    ASSERT(str_eq(got, s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str s = {(const char *)data, size};
    unicode(a, s);
    writers(a, s);
    table(a, s);
    arena_free(a);
    return 0;
}
