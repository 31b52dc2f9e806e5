/* A framework as a CASE package: see case_framework.h. What came from a package goes out as it came; a framework of Cadre's own
 * or from CSV gets the associations, rubrics and licence that CASE has for what its columns say. */
#include "campus/case/case_framework.h"

#include "base/buf.h"
#include "base/clock.h"
#include "campus/case/case_read.h"
#include "campus/case/case_write.h"

/* What a column says goes into the member; an empty column leaves what stands there. */
static void put(struct str *member, struct str column)
{
    if (!str_empty(column))
        *member = column;
}

struct exporter {
    struct arena *a;
    const struct framework_content *c;
    struct case_package *k;
    const size_t *order;   /* of the items, as the tree stands */
    struct problems ignore;
    struct str changed;    /* RFC 3339 */
    bool imported;         /* came as CASE */
    struct err *e;
};

/* ---- what came as CASE -------------------------------------------------------------------------------------------------------- */

static enum rc put_rest(struct exporter *x)
{
    for (size_t i = 0; i < x->c->definition_count; i++) {
        if (!str_eq_z(x->c->definitions[i].kind, CASE_REST))
            continue;
        x->imported = true;
        TRY(case_read_object(x->a, &case_package_type, x->c->definitions[i].body, x->k, &x->ignore, x->e));
    }
    return RC_OK;
}

static enum rc put_document(struct exporter *x)
{
    const struct framework_content *c = x->c;
    struct case_document *d = &x->k->document;
    TRY(case_read_object(x->a, &case_document_type, c->extra, d, &x->ignore, x->e));
    d->shape = CASE_PRESENT;
    put(&d->identifier, c->identifier);
    put(&d->title, c->title);
    put(&d->version, c->version);
    put(&d->language, c->language);
    put(&d->description, c->description);
    if (!str_eq(c->publisher, d->creator))
        put(&d->publisher, c->publisher);
    if (d->creator.p == NULL)
        d->creator = !str_empty(c->publisher) ? c->publisher : c->title;
    if (d->last_change.p == NULL)
        d->last_change = x->changed;
    return RC_OK;
}

static enum rc put_items(struct exporter *x)
{
    x->k->items.count = x->c->item_count;
    x->k->items.items = ARENA_ARRAY(x->a, x->c->item_count, struct case_item);
    if (x->c->item_count != 0)
        x->k->items.shape = CASE_PRESENT;
    for (size_t i = 0; i < x->c->item_count; i++) {
        const struct content_item *it = &x->c->items[i];
        struct case_item *item = &x->k->items.items[i];
        TRY(case_read_object(x->a, &case_item_type, it->extra, item, &x->ignore, x->e));
        put(&item->identifier, it->identifier);
        put(&item->human_coding_scheme, it->code);
        put(&item->item_type, it->kind);
        put(&item->full_statement, it->statement);
        if (!it->title_made)
            put(&item->abbreviated_statement, it->title);
        if (item->full_statement.p == NULL)
            item->full_statement = it->title; /* CASE wants one */
        if (item->last_change.p == NULL)
            item->last_change = x->changed;
    }
    return RC_OK;
}

static enum rc put_associations(struct exporter *x)
{
    x->k->associations.count = x->c->association_count;
    x->k->associations.items = ARENA_ARRAY(x->a, x->c->association_count, struct case_association);
    if (x->c->association_count != 0)
        x->k->associations.shape = CASE_PRESENT;
    for (size_t i = 0; i < x->c->association_count; i++) {
        const struct content_association *from = &x->c->associations[i];
        struct case_association *s = &x->k->associations.items[i];
        TRY(case_read_object(x->a, &case_association_type, from->extra, s, &x->ignore, x->e));
        put(&s->identifier, from->identifier);
        put(&s->type, from->kind);
        put(&s->origin.identifier, from->origin);
        put(&s->destination.identifier, from->destination);
        s->sequence = (struct case_integer){from->has_sequence, from->sequence};
        if (s->last_change.p == NULL)
            s->last_change = x->changed;
    }
    return RC_OK;
}

/* ---- what did not: associations, licence, rubrics, extensions --------------------------------------------------------------------- */

static struct str guid(const struct exporter *x, const char *what, struct str of)
{
    return content_guid_of(x->a, x->c->identifier, str_printf(x->a, "%s %.*s", what, STR_ARG(of)));
}

static struct case_link link_to(const struct exporter *x, size_t item)
{
    if (item == CONTENT_NONE)
        return (struct case_link){.shape = CASE_PRESENT, .title = x->c->title, .identifier = x->c->identifier};
    const struct content_item *it = &x->c->items[item];
    return (struct case_link){.shape = CASE_PRESENT, .title = it->title, .identifier = it->identifier};
}

static void make_associations(struct exporter *x)
{
    size_t n = x->c->item_count;
    struct case_association *all = ARENA_ARRAY(x->a, n, struct case_association);
    int64_t *children = ARENA_ARRAY(x->a, n + 1, int64_t); /* so far; those of the document stand at n */
    for (size_t k = 0; k < n; k++) {
        size_t i = x->order[k], parent = x->c->items[i].parent;
        all[k] = (struct case_association){.identifier = guid(x, "isChildOf", x->c->items[i].identifier),
                                           .type = S("isChildOf"),
                                           .origin = link_to(x, i),
                                           .destination = link_to(x, parent),
                                           .sequence = {true, ++children[parent == CONTENT_NONE ? n : parent]},
                                           .last_change = x->changed};
    }
    x->k->associations.shape = CASE_PRESENT;
    x->k->associations.items = all;
    x->k->associations.count = n;
}

static void make_licence(struct exporter *x)
{
    struct case_document *d = &x->k->document;
    if (d->licence.shape != CASE_ABSENT || str_empty(x->c->licence))
        return;
    d->licence = (struct case_link){.shape = CASE_PRESENT, .title = x->c->licence, .identifier = guid(x, "licence", x->c->licence)};
    if (x->imported)
        return; /* the definitions are the publisher's */
    struct case_definition *licence = ARENA_NEW(x->a, struct case_definition);
    *licence = (struct case_definition){.identifier = d->licence.identifier, .title = x->c->licence, .last_change = x->changed};
    x->k->definitions.shape = CASE_PRESENT;
    x->k->definitions.licences.items = licence;
    x->k->definitions.licences.count = 1;
    x->k->definitions.licences.shape = CASE_PRESENT;
}

/* One criterion: an item and its levels, which stand together from first on. */
static struct case_criterion make_criterion(struct exporter *x, size_t first, size_t count, size_t position)
{
    const struct content_level *levels = &x->c->levels[first];
    const struct content_item *it = &x->c->items[levels->item];
    struct case_level *out = ARENA_ARRAY(x->a, count, struct case_level);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct case_level){
            .identifier = guid(x, "level", str_printf(x->a, "%.*s %d", STR_ARG(it->identifier), levels[i].level)),
            .description = levels[i].descriptor,
            .position = {true, levels[i].level},
            .score = {true, levels[i].level},
            .last_change = x->changed};
    return (struct case_criterion){.identifier = guid(x, "criterion", it->identifier),
                                   .category = it->code,
                                   .description = it->title,
                                   .item = link_to(x, levels->item),
                                   .position = {true, (int64_t)position},
                                   .last_change = x->changed,
                                   .levels = {.items = out, .count = count, .shape = CASE_PRESENT}};
}

static void make_rubric(struct exporter *x)
{
    const struct framework_content *c = x->c;
    struct case_criterion *criteria = ARENA_ARRAY(x->a, c->level_count, struct case_criterion);
    size_t n = 0;
    for (size_t i = 0, count; i < c->level_count; i += count) {
        count = 1;
        while (i + count < c->level_count && c->levels[i + count].item == c->levels[i].item &&
               str_eq(c->levels[i + count].language, c->levels[i].language))
            count++;
        if (str_empty(c->levels[i].language)) {
            criteria[n] = make_criterion(x, i, count, n + 1);
            n++;
        }
    }
    if (n == 0)
        return;
    struct case_rubric *rubric = ARENA_NEW(x->a, struct case_rubric);
    *rubric = (struct case_rubric){.identifier = guid(x, "rubric", S("")),
                                   .title = c->title,
                                   .last_change = x->changed,
                                   .criteria = {.items = criteria, .count = n, .shape = CASE_PRESENT}};
    x->k->rubrics.items = rubric;
    x->k->rubrics.count = 1;
    x->k->rubrics.shape = CASE_PRESENT;
}

static void member(struct buf *b, const char *name, struct str value)
{
    if (str_empty(value))
        return;
    if (b->p[b->n - 1] != '{')
        buf_ch(b, ',');
    buf_json(b, str_from(name));
    buf_ch(b, ':');
    buf_json(b, value);
}

static void language_member(struct exporter *x, struct buf *b, const struct content_text *t, size_t *level)
{
    const struct framework_content *c = x->c;
    if (b->p[b->n - 1] != '{')
        buf_ch(b, ',');
    buf_json(b, t->language);
    buf_z(b, ":{");
    member(b, "title", t->title);
    member(b, "statement", t->statement);
    member(b, "facet", t->facet);
    while (*level < c->level_count && (c->levels[*level].item < t->item || (c->levels[*level].item == t->item &&
                                                                           str_cmp(c->levels[*level].language, t->language) < 0)))
        (*level)++;
    bool any = *level < c->level_count && c->levels[*level].item == t->item && str_eq(c->levels[*level].language, t->language);
    if (any)
        buf_z(b, b->p[b->n - 1] != '{' ? ",\"levels\":[" : "\"levels\":[");
    for (int n = 1; any && *level < c->level_count && c->levels[*level].item == t->item && str_eq(c->levels[*level].language, t->language);
         n++, (*level)++) {
        if (n != 1)
            buf_ch(b, ',');
        buf_json(b, c->levels[*level].descriptor);
    }
    buf_z(b, any ? "]}" : "}");
}

/* Levels and texts stand in the order of the items, then of languages, as framework_content_load gives them. */
static void make_item_extensions(struct exporter *x)
{
    const struct framework_content *c = x->c;
    size_t text = 0, level = 0;
    for (size_t i = 0; i < c->item_count; i++) {
        bool texts = text < c->text_count && c->texts[text].item == i;
        if (!texts && str_empty(c->items[i].facet))
            continue;
        struct buf b = buf_new(x->a, 1024);
        buf_z(&b, "{\"extensions\":{\"cadre\":{");
        member(&b, "facet", c->items[i].facet);
        if (texts)
            buf_z(&b, b.p[b.n - 1] != '{' ? ",\"texts\":{" : "\"texts\":{");
        for (; text < c->text_count && c->texts[text].item == i; text++)
            language_member(x, &b, &c->texts[text], &level);
        buf_z(&b, texts ? "}}}}" : "}}}");
        x->k->items.items[i].extra = buf_text(&b);
    }
}

static void make_names(struct exporter *x)
{
    if (x->c->name_count == 0)
        return;
    struct buf b = buf_new(x->a, 512);
    buf_z(&b, "{\"extensions\":{\"cadre\":{\"names\":{");
    for (size_t i = 0; i < x->c->name_count; i++) {
        const struct content_name *n = &x->c->names[i];
        if (i != 0)
            buf_ch(&b, ',');
        buf_json(&b, n->language);
        buf_z(&b, ":{");
        member(&b, "title", n->title);
        member(&b, "description", n->description);
        buf_ch(&b, '}');
    }
    buf_z(&b, "}}}}");
    x->k->document.extra = buf_text(&b);
}

enum rc case_from_content(struct arena *a, const struct framework_content *c, int64_t now, struct case_package *package, struct err *e)
{
    struct buf changed = buf_new(a, 32);
    instant_format(&changed, now);
    *package = (struct case_package){0};
    struct exporter x = {.a = a, .c = c, .k = package, .order = content_order(c, a), .ignore = problems_new(a), .changed = buf_text(&changed), .e = e};
    TRY(put_rest(&x));
    TRY(put_document(&x));
    TRY(put_items(&x));
    TRY(put_associations(&x));
    make_licence(&x);
    if (x.imported)
        return RC_OK;
    make_associations(&x);
    make_rubric(&x);
    make_item_extensions(&x);
    make_names(&x);
    return RC_OK;
}

static enum rc complete(struct db *db, struct arena *a, int64_t framework, const struct framework_content *c, struct str base_url,
                        struct case_package *package, struct err *e)
{
    struct framework f;
    TRY(framework_find(db, a, framework, S(""), &f));
    TRY(case_from_content(a, c, f.created_at, package, e));
    case_complete(a, package, base_url);
    return RC_OK;
}

enum rc case_load(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct case_package *package, struct err *e)
{
    struct framework_content c;
    TRY(framework_content_load(db, a, framework, &c));
    return complete(db, a, framework, &c, base_url, package, e);
}

enum rc case_load_document(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct case_package *package, struct err *e)
{
    struct framework_content c;
    TRY(framework_content_load_document(db, a, framework, &c));
    return complete(db, a, framework, &c, base_url, package, e);
}

enum rc case_export(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct str *json, struct err *e)
{
    struct case_package package;
    TRY(case_load(db, a, framework, base_url, &package, e));
    *json = case_write(a, &package);
    return RC_OK;
}
