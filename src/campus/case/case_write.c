/* The CASE model as JSON, member by member as case.c describes them. See case_write.h. */
#include "campus/case/case_write.h"

#include <jansson.h>

#include "base/buf.h"

struct writer {
    struct buf *b;
    bool lines; /* a line for each element of the package's lists */
};

static void write_object(struct writer *w, const struct case_type *t, const char *object);

/* A comma where one is needed, then the member's name. */
static void name(struct writer *w, const char *text)
{
    char last = w->b->p[w->b->n - 1];
    if (last != '{' && last != '[')
        buf_ch(w->b, ',');
    buf_json(w->b, str_from(text));
    buf_ch(w->b, ':');
}

static void write_texts(struct writer *w, const struct case_texts *t)
{
    if (t->shape == CASE_SINGLE && t->count == 1) {
        buf_json(w->b, t->items[0]);
        return;
    }
    buf_ch(w->b, '[');
    for (size_t i = 0; i < t->count; i++) {
        if (i != 0)
            buf_ch(w->b, ',');
        buf_json(w->b, t->items[i]);
    }
    buf_ch(w->b, ']');
}

static void write_list(struct writer *w, const struct case_type *t, const struct case_any_list *l)
{
    if (l->shape == CASE_SINGLE && l->count == 1) {
        write_object(w, t, l->items);
        return;
    }
    struct writer inner = {w->b, false};
    buf_ch(w->b, '[');
    for (size_t i = 0; i < l->count; i++) {
        buf_z(w->b, i != 0 ? "," : "");
        buf_z(w->b, w->lines ? "\n" : "");
        write_object(&inner, t, (const char *)l->items + i * t->size);
    }
    buf_ch(w->b, ']');
}

static bool present(const struct case_field *f, const void *value)
{
    switch (f->kind) {
    case CASE_TEXT:
        return ((const struct str *)value)->p != NULL;
    case CASE_TEXTS:
        return ((const struct case_texts *)value)->shape != CASE_ABSENT;
    case CASE_INTEGER:
        return ((const struct case_integer *)value)->some;
    case CASE_NUMBER:
        return ((const struct case_number *)value)->some;
    case CASE_LINK:
    case CASE_OBJECT:
        return *(const enum case_shape *)value != CASE_ABSENT;
    case CASE_LINKS:
    case CASE_LIST:
        return ((const struct case_any_list *)value)->shape != CASE_ABSENT;
    }
    return false;
}

static void write_value(struct writer *w, const struct case_field *f, const void *value)
{
    switch (f->kind) {
    case CASE_TEXT:
        buf_json(w->b, *(const struct str *)value);
        break;
    case CASE_TEXTS:
        write_texts(w, value);
        break;
    case CASE_INTEGER:
        buf_int(w->b, ((const struct case_integer *)value)->v);
        break;
    case CASE_NUMBER:
        buf_real(w->b, ((const struct case_number *)value)->v);
        break;
    case CASE_LINK:
    case CASE_OBJECT:
        write_object(w, f->of, value);
        break;
    case CASE_LINKS:
    case CASE_LIST:
        write_list(w, f->of, value);
        break;
    }
}

/* Is there a member of that name that was written already: what was set since the file was read goes before what the
 * file had under that name. */
static bool written(const struct case_type *t, const char *object, const char *text)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (strcmp(t->fields[i].name, text) == 0)
            return present(&t->fields[i], object + t->fields[i].offset);
    return false;
}

static int dump_into(const char *bytes, size_t n, void *buf)
{
    buf_add(buf, bytes, n);
    return 0;
}

static void write_extra(struct writer *w, const struct case_type *t, const char *object)
{
    struct str extra = *(const struct str *)(const void *)(object + t->extra);
    if (str_empty(extra))
        return;
    json_t *json = json_loadb(extra.p, extra.n, 0, NULL);
    const char *key;
    json_t *value;
    json_object_foreach(json, key, value)
    {
        if (written(t, object, key))
            continue;
        name(w, key);
        json_dump_callback(value, dump_into, w->b, JSON_COMPACT | JSON_ENCODE_ANY);
    }
    json_decref(json);
}

static void write_object(struct writer *w, const struct case_type *t, const char *object)
{
    buf_ch(w->b, '{');
    for (size_t i = 0; i < t->field_count; i++) {
        const struct case_field *f = &t->fields[i];
        if (!present(f, object + f->offset))
            continue;
        name(w, f->name);
        write_value(w, f, object + f->offset);
    }
    write_extra(w, t, object);
    buf_ch(w->b, '}');
}

struct str case_write(struct arena *a, const struct case_package *package)
{
    struct buf b = buf_new(a, 64 * 1024);
    struct writer w = {&b, true};
    write_object(&w, &case_package_type, (const char *)package);
    buf_ch(&b, '\n');
    return buf_text(&b);
}

struct str case_write_object(struct arena *a, const struct case_type *type, const void *object)
{
    struct buf b = buf_new(a, 512);
    struct writer w = {&b, false};
    write_object(&w, type, object);
    return buf_text(&b);
}

/* ---- what 1.1 requires
 * ----------------------------------------------------------------------------------------------- */

static struct str address(struct arena *a, struct str base, const char *path, struct str identifier)
{
    struct buf b = buf_new(a, 128);
    while (base.n != 0 && base.p[base.n - 1] == '/')
        base.n--;
    buf_str(&b, base);
    buf_printf(&b, "/ims/case/v1p1/%s/", path);
    buf_url(&b, identifier);
    return buf_text(&b);
}

static void complete_link(struct arena *a, struct case_link *link, struct str base, const char *path)
{
    if (link->shape != CASE_ABSENT && link->uri.p == NULL && !str_empty(link->identifier))
        link->uri = address(a, base, path, link->identifier);
}

/* The uri of each element; every class begins its table with "uri" and "identifier". */
static void complete_list(struct arena *a, const struct case_type *t, const struct case_any_list *l, struct str base)
{
    ASSERT(strcmp(t->fields[0].name, "uri") == 0 && strcmp(t->fields[1].name, "identifier") == 0);
    for (size_t i = 0; i < l->count; i++) {
        char *object = (char *)l->items + i * t->size;
        struct str *uri = (struct str *)(void *)(object + t->fields[0].offset);
        struct str identifier = *(struct str *)(void *)(object + t->fields[1].offset);
        if (uri->p == NULL && !str_empty(identifier))
            *uri = address(a, base, t->path, identifier);
    }
}

#define COMPLETE(type, list)                                                                                           \
    complete_list(a, &(type), &(struct case_any_list){(list).items, (list).count, (list).shape}, base)

static void complete_nodes(struct arena *a, struct case_package *k, struct str base)
{
    const struct str document = k->document.identifier;
    for (size_t i = 0; i < k->items.count; i++) {
        struct case_item *item = &k->items.items[i];
        complete_link(a, &item->document, base, "CFDocuments");
        complete_link(a, &item->item_type_uri, base, "CFItemTypes");
        complete_link(a, &item->licence, base, "CFLicenses");
    }
    for (size_t i = 0; i < k->associations.count; i++) {
        struct case_association *s = &k->associations.items[i];
        complete_link(a, &s->document, base, "CFDocuments");
        complete_link(a, &s->origin, base, str_eq(s->origin.identifier, document) ? "CFDocuments" : "CFItems");
        complete_link(a, &s->destination, base,
                      str_eq(s->destination.identifier, document) ? "CFDocuments" : "CFItems");
        complete_link(a, &s->grouping, base, "CFAssociationGroupings");
    }
    for (size_t i = 0; i < k->rubrics.count; i++) {
        struct case_rubric *rubric = &k->rubrics.items[i];
        COMPLETE(case_criterion_type, rubric->criteria);
        for (size_t c = 0; c < rubric->criteria.count; c++) {
            COMPLETE(case_level_type, rubric->criteria.items[c].levels);
            complete_link(a, &rubric->criteria.items[c].item, base, "CFItems");
        }
    }
}

void case_complete(struct arena *a, struct case_package *k, struct str base)
{
    struct case_document *d = &k->document;
    if (d->case_version.p == NULL)
        d->case_version = S("1.1");
    complete_list(a, &case_document_type, &(struct case_any_list){d, 1, CASE_PRESENT}, base);
    if (d->package.shape == CASE_ABSENT)
        d->package = (struct case_link){.shape = CASE_PRESENT, .title = d->title, .identifier = d->identifier};
    complete_link(a, &d->package, base, "CFPackages");
    complete_link(a, &d->licence, base, "CFLicenses");
    COMPLETE(case_item_type, k->items);
    COMPLETE(case_association_type, k->associations);
    COMPLETE(case_concept_type, k->definitions.concepts);
    COMPLETE(case_subject_type, k->definitions.subjects);
    COMPLETE(case_licence_type, k->definitions.licences);
    COMPLETE(case_item_type_type, k->definitions.item_types);
    COMPLETE(case_grouping_type, k->definitions.groupings);
    COMPLETE(case_rubric_type, k->rubrics);
    complete_nodes(a, k, base);
}
