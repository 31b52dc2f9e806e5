/* A CASE package as the content of a framework: see case_framework.h. Called by the import page through case_format. */
#include "campus/case/case_framework.h"

#include <jansson.h>

#include "base/strmap.h"
#include "campus/case/case_read.h"
#include "campus/case/case_write.h"
#include "gen/msg_framework.h"

/* A column takes a text over. What is empty stays where it was: a column cannot tell empty from absent. */
static struct str take(struct str *member)
{
    struct str value = *member;
    if (str_empty(value))
        return S("");
    *member = STR_NONE;
    return value;
}

/* ---- the document --------------------------------------------------------------------------------------------------------- */

/* The words for a licence: the link's title, else the title of the definition that it names, else its address. */
static struct str licence_of(const struct case_package *k)
{
    const struct case_link *link = &k->document.licence;
    const struct case_definition_list *all = &k->definitions.licences;
    if (!str_empty(link->title))
        return link->title;
    for (size_t i = 0; i < all->count; i++)
        if (!str_empty(link->identifier) && str_eq(all->items[i].identifier, link->identifier) && !str_empty(all->items[i].title))
            return all->items[i].title;
    return link->uri.p != NULL ? link->uri : S("");
}

static void read_document(struct arena *a, const struct case_package *k, struct framework_content *c)
{
    struct case_document d = k->document;
    c->licence = licence_of(k);
    c->identifier = take(&d.identifier);
    c->title = take(&d.title);
    c->version = take(&d.version);
    c->language = take(&d.language);
    c->description = take(&d.description);
    c->publisher = take(&d.publisher);
    if (str_empty(c->publisher) && d.creator.p != NULL)
        c->publisher = d.creator; /* shown; on its way out it is the creator again */
    c->extra = case_write_object(a, &case_document_type, &d);
}

/* ---- items and their tree --------------------------------------------------------------------------------------------------- */

static void read_items(struct arena *a, const struct case_package *k, struct framework_content *c)
{
    c->item_count = k->items.count;
    c->items = ARENA_ARRAY(a, c->item_count, struct content_item);
    for (size_t i = 0; i < c->item_count; i++) {
        struct case_item item = k->items.items[i];
        struct content_item *it = &c->items[i];
        *it = (struct content_item){.parent = CONTENT_NONE, .path = str_printf(a, "CFItems[%zu]", i)};
        it->title = str_empty(str_trim(item.abbreviated_statement)) ? S("") : take(&item.abbreviated_statement);
        it->identifier = take(&item.identifier);
        it->code = take(&item.human_coding_scheme);
        it->kind = take(&item.item_type);
        it->statement = take(&item.full_statement);
        it->facet = S("");
        it->extra = case_write_object(a, &case_item_type, &item);
    }
}

static void read_tree(struct arena *a, const struct case_package *k, struct framework_content *c, struct problems *p)
{
    struct case_tree tree = case_tree_build(a, k, p);
    for (size_t i = 0; i < tree.count; i++) {
        const struct case_node *node = &tree.nodes[i];
        struct content_item *it = &c->items[node->item];
        if (node->parent != CASE_NO_ITEM)
            it->parent = tree.nodes[node->parent].item;
        if (node->association != CASE_NO_ITEM && k->associations.items[node->association].sequence.some) {
            it->has_sequence = true;
            it->sequence = k->associations.items[node->association].sequence.v;
        }
    }
}

static void read_associations(struct arena *a, const struct case_package *k, struct framework_content *c)
{
    c->association_count = k->associations.count;
    c->associations = ARENA_ARRAY(a, c->association_count, struct content_association);
    for (size_t i = 0; i < c->association_count; i++) {
        struct case_association s = k->associations.items[i];
        struct content_association *to = &c->associations[i];
        *to = (struct content_association){.has_sequence = s.sequence.some, .sequence = s.sequence.v};
        to->identifier = take(&s.identifier);
        to->kind = take(&s.type);
        to->origin = take(&s.origin.identifier);
        to->destination = take(&s.destination.identifier);
        s.sequence.some = false;
        to->extra = case_write_object(a, &case_association_type, &s);
    }
}

/* ---- levels from rubrics ------------------------------------------------------------------------------------------------------ */

struct levels {
    struct arena *a;
    struct framework_content *c;
    size_t cap;
};

static void add_level(struct levels *l, struct content_level level)
{
    struct framework_content *c = l->c;
    if (c->level_count == l->cap) {
        size_t more = l->cap == 0 ? 64 : 2 * l->cap;
        c->levels = arena_grow(l->a, c->levels, l->cap * sizeof level, more * sizeof level);
        l->cap = more;
    }
    c->levels[c->level_count++] = level;
}

/* By position, else by score, else as they stand. */
static int by_position(const void *x, const void *y, void *arg)
{
    const struct case_level *levels = arg;
    size_t i = *(const size_t *)x, j = *(const size_t *)y;
    const struct case_level *p = &levels[i], *q = &levels[j];
    if (p->position.some && q->position.some && p->position.v != q->position.v)
        return p->position.v < q->position.v ? -1 : 1;
    if (p->score.some && q->score.some && (p->score.v < q->score.v || p->score.v > q->score.v))
        return p->score.v < q->score.v ? -1 : 1;
    return (i > j) - (i < j);
}

static void read_criterion(struct levels *l, const struct case_criterion *criterion, size_t item)
{
    size_t n = criterion->levels.count, level = 0;
    size_t *order = ARENA_ARRAY(l->a, n, size_t);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    if (n > 1)
        qsort_r(order, n, sizeof *order, by_position, criterion->levels.items);
    for (size_t i = 0; i < n && level < CONTENT_LEVEL_MAX; i++) {
        const struct case_level *from = &criterion->levels.items[order[i]];
        struct str text = !str_empty(from->description) ? from->description : from->quality;
        if (!str_empty(text))
            add_level(l, (struct content_level){.item = item, .language = S(""), .level = (int)++level, .descriptor = text});
    }
}

/* The first criterion that names an item describes its levels. */
static void read_rubrics(struct levels *l, const struct case_package *k, const struct strmap *items)
{
    bool *has = ARENA_ARRAY(l->a, l->c->item_count, bool);
    for (size_t i = 0; i < k->rubrics.count; i++)
        for (size_t j = 0; j < k->rubrics.items[i].criteria.count; j++) {
            const struct case_criterion *criterion = &k->rubrics.items[i].criteria.items[j];
            size_t item = str_empty(criterion->item.identifier) ? STRMAP_NONE : strmap_get(items, criterion->item.identifier);
            if (item == STRMAP_NONE || has[item])
                continue;
            has[item] = true;
            read_criterion(l, criterion, item);
        }
}

/* ---- what Cadre adds ------------------------------------------------------------------------------------------------------------- */

static struct str json_text(struct arena *a, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return str_dup(a, json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : S(""));
}

static void read_text(struct levels *l, size_t item, const char *language, const json_t *text, size_t *cap)
{
    struct framework_content *c = l->c;
    struct str tag = str_dup(l->a, str_from(language));
    if (str_empty(tag))
        return;
    if (c->text_count == *cap) {
        size_t more = *cap == 0 ? 64 : 2 * *cap;
        c->texts = arena_grow(l->a, c->texts, *cap * sizeof *c->texts, more * sizeof *c->texts);
        *cap = more;
    }
    c->texts[c->text_count++] = (struct content_text){.item = item,
                                                      .language = tag,
                                                      .title = json_text(l->a, text, "title"),
                                                      .statement = json_text(l->a, text, "statement"),
                                                      .facet = json_text(l->a, text, "facet")};
    const json_t *levels = json_object_get(text, "levels");
    for (size_t i = 0; i < json_array_size(levels) && i < CONTENT_LEVEL_MAX; i++) {
        const json_t *v = json_array_get(levels, i);
        if (json_is_string(v))
            add_level(l, (struct content_level){.item = item,
                                                .language = tag,
                                                .level = (int)i + 1,
                                                .descriptor = str_dup(l->a, str_from(json_string_value(v)))});
    }
}

/* The object {"extensions": {"cadre": ...}} of an extra; NULL when there is none. *root is to be released. */
static json_t *cadre_of(struct str extra, json_t **root)
{
    *root = NULL;
    if (!str_find(extra, S("\"cadre\""), NULL))
        return NULL;
    *root = json_loadb(extra.p, extra.n, 0, NULL);
    json_t *found = json_object_get(json_object_get(*root, "extensions"), "cadre");
    return json_is_object(found) ? found : NULL;
}

static void read_extensions(struct levels *l)
{
    struct framework_content *c = l->c;
    const char *language;
    json_t *root, *text;
    size_t cap = 0;
    for (size_t i = 0; i < c->item_count; i++) {
        json_t *cadre = cadre_of(c->items[i].extra, &root);
        if (cadre != NULL)
            c->items[i].facet = json_text(l->a, cadre, "facet");
        json_object_foreach(json_object_get(cadre, "texts"), language, text)
            read_text(l, i, language, text, &cap);
        json_decref(root);
    }
    json_t *cadre = cadre_of(c->extra, &root), *names = json_object_get(cadre, "names");
    c->names = ARENA_ARRAY(l->a, json_object_size(names), struct content_name);
    json_object_foreach(names, language, text)
        c->names[c->name_count++] = (struct content_name){.language = str_dup(l->a, str_from(language)),
                                                          .title = json_text(l->a, text, "title"),
                                                          .description = json_text(l->a, text, "description")};
    json_decref(root);
}

/* ---- all of it ---------------------------------------------------------------------------------------------------------------------- */

/* What belongs to neither document, items nor associations; of those only whether there was a list at all. */
static void keep_rest(struct arena *a, const struct case_package *k, struct framework_content *c)
{
    struct case_package rest = *k;
    rest.document = (struct case_document){.shape = CASE_ABSENT};
    rest.items.count = 0;
    rest.associations.count = 0;
    c->definitions = ARENA_NEW(a, struct content_definition);
    c->definitions[0] = (struct content_definition){.kind = S(CASE_REST), .body = case_write_object(a, &case_package_type, &rest)};
    c->definition_count = 1;
}

void case_to_content(struct arena *a, const struct case_package *k, struct framework_content *c, struct problems *p)
{
    *c = (struct framework_content){0};
    read_document(a, k, c);
    read_items(a, k, c);
    read_tree(a, k, c, p);
    read_associations(a, k, c);
    keep_rest(a, k, c);
    struct strmap items = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++)
        strmap_add(&items, c->items[i].identifier, i);
    struct levels l = {.a = a, .c = c};
    read_rubrics(&l, k, &items);
    read_extensions(&l);
    if (c->item_count == 0)
        problems_add(p, STR_NONE, 0, S("CFItems"), M_framework_empty, NULL);
}

static bool recognise(struct str bytes)
{
    if (str_starts(bytes, S("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n);
    bytes = str_trim(str_sub(bytes, 0, 4096));
    return !str_empty(bytes) && (bytes.p[0] == '{' || bytes.p[0] == '[');
}

static void read_case(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p)
{
    struct case_package *k;
    struct err e = {0};
    *c = (struct framework_content){0};
    if (case_read(a, bytes, &k, p, &e) != RC_OK)
        problems_add(p, file, 0, STR_NONE, e.msg, "%s", e.detail);
    else
        case_to_content(a, k, c, p);
}

const struct framework_format case_format = {.name = "case", .recognise = recognise, .read = read_case};
