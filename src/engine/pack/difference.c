/* How the data of two packs differ: see pack.h. Figures are known by code and group, records by code and name, whatever order they stand in. */
#include "base/strmap.h"
#include "engine/pack/inside.h"
#include "gen/msg_pack.h"

#define VALUES_MOST 500000

/* One line of the data: a figure with its value as people read it, or a record with its text. */
struct line {
    struct str code, group, label, text;
    bool met;
};
struct lines {
    struct line *v;
    size_t n;
};

static struct str value_of(const json_t *o, const char *key)
{
    struct str s = pack_json_text(o, key);
    return s.p != NULL ? s : S("");
}

static struct lines read_lines(struct arena *a, const json_t *list, const char *group, const char *text)
{
    struct lines l = {.v = ARENA_ARRAY(a, json_array_size(list), struct line)};
    size_t k;
    json_t *o;
    json_array_foreach(list, k, o)
        l.v[l.n++] = (struct line){.code = value_of(o, "code"), .group = value_of(o, group), .label = value_of(o, "label"), .text = value_of(o, text)};
    return l;
}

static struct str key_of(struct arena *a, const struct line *l)
{
    return str_printf(a, "%.*s\n%.*s", STR_ARG(l->code), STR_ARG(l->group));
}

/* Changed and new ones in the order of `to`, then those that went. Two lines with one key are compared as they come, one with one. */
static void compare(struct arena *a, struct lines from, struct lines to, struct pack_difference *d, struct pack_change *out)
{
    struct strmap map = strmap_new(a);
    for (size_t k = 0; k < from.n; k++)
        (void)strmap_add(&map, key_of(a, &from.v[k]), k);
    for (size_t k = 0; k < to.n; k++) {
        const struct line *t = &to.v[k];
        size_t at = strmap_get(&map, key_of(a, t));
        struct line *f = at != STRMAP_NONE && !from.v[at].met ? &from.v[at] : NULL;
        if (f != NULL)
            f->met = true;
        if (f != NULL && str_eq(f->text, t->text))
            d->same++;
        else
            out[d->figure_count++] =
                (struct pack_change){f != NULL ? PACK_CHANGED : PACK_APPEARED, t->code, t->group, t->label, f != NULL ? f->text : STR_NONE, t->text};
    }
    for (size_t k = 0; k < from.n; k++)
        if (!from.v[k].met)
            out[d->figure_count++] = (struct pack_change){PACK_GONE, from.v[k].code, from.v[k].group, from.v[k].label, from.v[k].text, STR_NONE};
}

enum rc pack_compare(struct arena *a, struct str from, struct str to, struct pack_difference *out, struct err *e)
{
    static const char *const about[] = {"programme", "from", "until", "as_of", "template", "language", "software"};
    json_t *x = pack_json(a, from, VALUES_MOST), *y = pack_json(a, to, VALUES_MOST);
    *out = (struct pack_difference){0};
    if (x == NULL || y == NULL)
        return err_set(e, RC_MALFORMED, M_pack_data_bad, "%s", PACK_DATA);
    struct pack_change *changes = ARENA_ARRAY(a, COUNT_OF(about), struct pack_change);
    for (size_t k = 0; k < COUNT_OF(about); k++)
        if (!str_eq(value_of(x, about[k]), value_of(y, about[k])))
            changes[out->about_count++] = (struct pack_change){PACK_CHANGED, str_from(about[k]), S(""), str_from(about[k]), value_of(x, about[k]), value_of(y, about[k])};
    struct lines figures[2], records[2];
    json_t *data[2] = {x, y};
    size_t all = 0;
    for (int k = 0; k < 2; k++) {
        figures[k] = read_lines(a, json_object_get(data[k], "figures"), "group", "text");
        records[k] = read_lines(a, json_object_get(data[k], "records"), "name", "text");
        all += figures[k].n + records[k].n;
    }
    struct pack_change *list = ARENA_ARRAY(a, all, struct pack_change);
    out->about = changes;
    out->figures = list;
    compare(a, figures[0], figures[1], out, list);
    compare(a, records[0], records[1], out, list);
    return RC_OK;
}
