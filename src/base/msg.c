/* Messages: see msg.h. The tables are made by tools/msggen, which has checked that every language has every message
 * with the same placeholders. */
#include "base/msg.h"

#include <math.h>

#include "base/msg_table.h"

int lang_count(void)
{
    return msg_language_count;
}

static const struct msg_language *language(int lang)
{
    ASSERT(lang >= 0 && lang < msg_language_count);
    return &msg_languages[lang];
}

struct str lang_tag(int lang)
{
    return language(lang)->tag;
}

struct str lang_name(int lang)
{
    return language(lang)->name;
}

/* RFC 9110, 12.4.2: "q=0.8" as thousandths; 1000 when it is not said, 0 when it cannot be read. */
static int quality(struct str params)
{
    struct str param;
    while (str_cut(&params, ';', &param)) {
        param = str_trim(param);
        double q;
        if (param.n < 2 || (param.p[0] != 'q' && param.p[0] != 'Q') || param.p[1] != '=')
            continue;
        if (!str_to_real(str_sub(param, 2, param.n), &q) || q < 0 || q > 1)
            return 0;
        return (int)(q * 1000);
    }
    return 1000;
}

/* The language whose tag this is, with or without a region: "de-AT" is de. -1 when it is not spoken here. */
static int by_tag(struct str tag)
{
    for (;;) {
        for (int i = 0; i < msg_language_count; i++)
            if (str_eq_nocase(msg_languages[i].tag, tag))
                return i;
        const char *dash = tag.n != 0 ? memrchr(tag.p, '-', tag.n) : NULL;
        if (dash == NULL)
            return -1;
        tag.n = (size_t)(dash - tag.p);
    }
}

int lang_find(struct str tag)
{
    int best = 0, best_quality = 0;
    struct str item;
    while (str_cut(&tag, ',', &item)) {
        struct str name;
        if (!str_cut(&item, ';', &name))
            continue;
        int lang = by_tag(str_trim(name)), q = quality(item);
        if (lang >= 0 && q > best_quality) {
            best = lang;
            best_quality = q;
        }
    }
    return best;
}

const struct msg_catalog *msg_catalog_find(int64_t id, size_t *at)
{
    int64_t number = id >> MSG_CATALOG_SHIFT;
    int low = 0, high = msg_catalog_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (msg_catalogs[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    *at = (size_t)(id & ((1 << MSG_CATALOG_SHIFT) - 1));
    const struct msg_catalog *c = &msg_catalogs[low];
    return low < msg_catalog_count && c->number == number && *at < c->count ? c : NULL;
}

static const struct msg_catalog *catalog(msg_id id, size_t *at)
{
    const struct msg_catalog *c = msg_catalog_find(id, at);
    ASSERT(c != NULL);
    return c;
}

static struct str text(int lang, msg_id id, bool one)
{
    if (id == 0)
        return S("");
    size_t at;
    const struct msg_catalog *c = catalog(id, &at);
    const struct msg_forms *f = &c->forms[language(lang) - msg_languages][at];
    if (f->text.n == 0)
        f = &c->forms[0][at];
    return one && f->one.p != NULL ? f->one : f->text;
}

struct str msg_text(int lang, msg_id id)
{
    return text(lang, id, false);
}

struct str msg_name(msg_id id)
{
    if (id == 0)
        return S("");
    size_t at;
    const struct msg_catalog *c = catalog(id, &at);
    return c->names[at];
}

static const struct msg_arg *find_arg(const struct msg_arg *args, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(name, args[i].name))
            return &args[i];
    return NULL;
}

#define MINUS "\xe2\x88\x92"

void lang_int(struct buf *b, int lang, int64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
    if (v < 0)
        buf_z(b, MINUS);
    for (int i = 0; i < n; i++) {
        if (i != 0 && (n - i) % 3 == 0)
            buf_str(b, language(lang)->group);
        buf_ch(b, digits[i]);
    }
}

void lang_real(struct buf *b, int lang, double v, int decimals)
{
    char tmp[400];
    ASSERT(decimals >= 0 && decimals <= 20);
    if (!(v - v == 0.0)) {
        buf_z(b, "–");
        return;
    }
    int n = snprintf(tmp, sizeof tmp, "%.*f", decimals, fabs(v));
    struct str number = {tmp, (size_t)n}, whole;
    if (v < 0 && strspn(tmp, "0.") != (size_t)n) /* what is rounded to nothing has no sign */
        buf_z(b, MINUS);
    str_cut(&number, '.', &whole);
    buf_str(b, whole);
    if (!str_empty(number)) {
        buf_str(b, language(lang)->decimal);
        buf_str(b, number);
    }
}

static void format(struct buf *b, int lang, msg_id id, const struct msg_arg *args, size_t count,
                   void put(struct buf *, struct str))
{
    const struct msg_arg *n = find_arg(args, count, S("n"));
    struct str rest = text(lang, id, n != NULL && n->text.p == NULL && n->number == 1), piece, name;
    while (str_cut(&rest, '{', &piece)) {
        put(b, piece);
        if (rest.p == NULL)
            break;
        str_cut(&rest, '}', &name);
        const struct msg_arg *arg = find_arg(args, count, name);
        if (arg == NULL) { /* left visible, so that whoever forgot it sees it */
            buf_ch(b, '{');
            put(b, name);
            buf_ch(b, '}');
        } else if (arg->text.p != NULL) {
            put(b, arg->text);
        } else {
            lang_int(b, lang, arg->number);
        }
    }
}

struct str msg_format(struct arena *a, int lang, msg_id id, const struct msg_arg *args, size_t count)
{
    if (count == 0)
        return msg_text(lang, id);
    struct buf b = buf_new(a, 128);
    format(&b, lang, id, args, count, buf_str);
    return buf_text(&b);
}

void msg_html(struct buf *b, int lang, msg_id id, const struct msg_arg *args, size_t count)
{
    format(b, lang, id, args, count, buf_html);
}
