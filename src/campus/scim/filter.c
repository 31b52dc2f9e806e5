/* Reading filters and paths: see filter.h. One cursor goes through the text once; brackets stand one deep. */
#include "campus/scim/filter.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "gen/msg_scim.h"

struct cursor {
    struct arena *a;
    struct str rest;
};

static const char core[] = "urn:ietf:params:scim:schemas:core:2.0:";

static bool at_end(const struct cursor *k)
{
    return k->rest.n == 0;
}

static bool take_ch(struct cursor *k, char c)
{
    if (at_end(k) || k->rest.p[0] != c)
        return false;
    k->rest = str_sub(k->rest, 1, k->rest.n);
    return true;
}

static bool take_spaces(struct cursor *k)
{
    bool some = false;
    while (take_ch(k, ' '))
        some = true;
    return some;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '$';
}

static struct str lower(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        buf_ch(&b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + ('a' - 'A')) : s.p[i]);
    return buf_text(&b);
}

/* A name in small letters; empty when there is none. */
static struct str take_name(struct cursor *k)
{
    size_t n = 0;
    while (n < k->rest.n && is_name(k->rest.p[n]))
        n++;
    struct str name = lower(k->a, str_sub(k->rest, 0, n));
    k->rest = str_sub(k->rest, n, k->rest.n);
    return name;
}

/* "urn:...:2.0:User:" before a name; false when it stands there and is not one of the schemas that are kept. */
static bool take_schema(struct cursor *k)
{
    if (k->rest.n < 4 || !str_eq_nocase(str_sub(k->rest, 0, 4), S("urn:")))
        return true;
    size_t end = 0, last = 0;
    while (end < k->rest.n && (is_name(k->rest.p[end]) || k->rest.p[end] == ':' || k->rest.p[end] == '.')) {
        if (k->rest.p[end] == ':')
            last = end;
        end++;
    }
    struct str whole = str_sub(k->rest, 0, end), schema = str_sub(k->rest, 0, last);
    const char *const kept[] = {"User", "Group"};
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        struct str name = str_printf(k->a, "%s%s", core, kept[i]);
        if (str_eq_nocase(schema, name)) {
            k->rest = str_sub(k->rest, last + 1, k->rest.n);
            return true;
        }
        if (str_eq_nocase(whole, name)) { /* the schema itself: what stands in it is told by its value */
            k->rest = str_sub(k->rest, end, k->rest.n);
            return true;
        }
    }
    return false;
}

/* attr[.sub] */
static bool take_attribute(struct cursor *k, struct str *attr, struct str *sub)
{
    *sub = STR_NONE;
    *attr = take_name(k);
    if (attr->n == 0)
        return false;
    if (!take_ch(k, '.'))
        return true;
    *sub = take_name(k);
    return sub->n != 0;
}

static bool take_value(struct cursor *k, struct str *out)
{
    size_t n = 0;
    if (!at_end(k) && k->rest.p[0] == '"') {
        for (n = 1; n < k->rest.n && k->rest.p[n] != '"'; n++)
            if (k->rest.p[n] == '\\')
                n++;
        if (n >= k->rest.n)
            return false;
        json_t *text = json_loadb(k->rest.p, n + 1, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_string(text)) {
            json_decref(text);
            return false;
        }
        *out = str_dup(k->a, (struct str){json_string_value(text), json_string_length(text)});
        json_decref(text);
        k->rest = str_sub(k->rest, n + 1, k->rest.n);
        return true;
    }
    while (n < k->rest.n && (is_name(k->rest.p[n]) || k->rest.p[n] == '.' || k->rest.p[n] == '+'))
        n++;
    struct str word = str_sub(k->rest, 0, n), low = lower(k->a, word);
    double number;
    k->rest = str_sub(k->rest, n, k->rest.n);
    *out = str_eq(low, S("null")) ? STR_NONE : low;
    return str_eq(low, S("null")) || str_eq(low, S("true")) || str_eq(low, S("false")) || str_to_real(word, &number);
}

static bool take_op(struct cursor *k, enum scim_op *op)
{
    static const struct {
        const char *word;
        enum scim_op op;
    } words[] = {{"eq", SCIM_EQ}, {"ne", SCIM_NE}, {"co", SCIM_CO}, {"sw", SCIM_SW}, {"ew", SCIM_EW}, {"pr", SCIM_PR},
                 {"gt", SCIM_OTHER_OP}, {"ge", SCIM_OTHER_OP}, {"lt", SCIM_OTHER_OP}, {"le", SCIM_OTHER_OP}};
    struct str word = take_name(k);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i].word)) {
            *op = words[i].op;
            return true;
        }
    return false;
}

static bool add_term(struct scim_filter *f, struct scim_term t)
{
    if (f->count == SCIM_TERMS)
        return false;
    f->terms[f->count++] = t;
    return true;
}

/* " op value" behind an attribute */
static bool take_comparison(struct cursor *k, struct str attr, struct str sub, struct scim_filter *f)
{
    struct scim_term t = {.attr = attr, .sub = sub};
    if (!take_spaces(k) || !take_op(k, &t.op))
        return false;
    if (t.op != SCIM_PR && (!take_spaces(k) || !take_value(k, &t.text)))
        return false;
    return add_term(f, t);
}

static bool take_and(struct cursor *k)
{
    struct cursor before = *k;
    if (take_spaces(k) && str_eq(take_name(k), S("and")) && take_spaces(k))
        return true;
    *k = before;
    return false;
}

/* What stands within brackets, and the closing one. */
static bool take_brackets(struct cursor *k, struct str attr, struct scim_filter *f)
{
    do {
        struct str inner, none;
        take_spaces(k);
        if (!take_attribute(k, &inner, &none) || none.p != NULL || !take_comparison(k, attr, inner, f))
            return false;
    } while (take_and(k));
    take_spaces(k);
    return take_ch(k, ']');
}

static bool take_term(struct cursor *k, struct scim_filter *f)
{
    struct str attr, sub;
    if (!take_schema(k) || !take_attribute(k, &attr, &sub))
        return false;
    if (!take_ch(k, '['))
        return take_comparison(k, attr, sub, f);
    if (sub.p != NULL || !take_brackets(k, attr, f))
        return false;
    if (!take_ch(k, '.')) /* emails[type eq "work" and value eq "..."] */
        return true;
    sub = take_name(k);
    return sub.n != 0 && take_comparison(k, attr, sub, f);
}

enum rc scim_filter_read(struct arena *a, struct str text, struct scim_filter *out, struct err *e)
{
    struct cursor k = {a, str_trim(text)};
    *out = (struct scim_filter){0};
    bool ok = text.n <= SCIM_TEXT_MOST && utf8_is_text(text);
    while (ok) {
        ok = take_term(&k, out);
        if (!ok || !take_and(&k))
            break;
    }
    if (ok && at_end(&k))
        return RC_OK;
    return err_field(e, RC_INVALID, M_scim_filter, "invalidFilter", "%.*s", STR_ARG(utf8_clean(a, utf8_clip(text, 200))));
}

enum rc scim_path_read(struct arena *a, struct str text, struct scim_path *out, struct err *e)
{
    struct cursor k = {a, str_trim(text)};
    *out = (struct scim_path){0};
    bool ok = text.n != 0 && text.n <= SCIM_TEXT_MOST && utf8_is_text(text);
    if (ok && !take_schema(&k)) {
        out->foreign = true;
        return RC_OK;
    }
    if (ok && at_end(&k)) /* a schema that is kept, and nothing behind it */
        return RC_OK;
    ok = ok && take_attribute(&k, &out->attr, &out->sub);
    if (ok && take_ch(&k, '[')) {
        out->filtered = true;
        ok = out->sub.p == NULL && take_brackets(&k, out->attr, &out->filter);
        if (ok && take_ch(&k, '.')) {
            out->sub = take_name(&k);
            ok = out->sub.n != 0;
        }
    }
    if (ok && at_end(&k))
        return RC_OK;
    return err_field(e, RC_INVALID, M_scim_path, "invalidPath", "%.*s", STR_ARG(utf8_clean(a, utf8_clip(text, 200))));
}
