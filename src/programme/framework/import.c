/* Frameworks into the database and out of it: what an import would do, doing it, and reading it back for an export. See
 * content.h. Called by the import pages, the loader of the shipped framework, and the CASE pages. */
#include "auth/session.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_sql.h"
#include "programme/framework/content.h"

static const char *const rights_words[] = {"shipped", "open", "held"};

static struct str json_or_empty(struct str s)
{
    return str_empty(s) ? S("{}") : s;
}

/* Ids as keys: their bytes, where they stand. */
static bool id_add(struct strmap *m, const int64_t *id, size_t value)
{
    return strmap_add(m, (struct str){(const char *)id, sizeof *id}, value) == STRMAP_NONE;
}

static size_t id_get(const struct strmap *m, const int64_t *id)
{
    return strmap_get(m, (struct str){(const char *)id, sizeof *id});
}

/* ---- out of the database ----------------------------------------------------------------------------------------------- */

static enum rc load_items(struct db *db, struct arena *a, int64_t framework, struct framework_content *c, struct strmap *ids)
{
    struct rows_framework_items_all rows;
    TRY(sql_framework_items_all(db, a, framework, &rows));
    c->items = ARENA_ARRAY(a, rows.n, struct content_item);
    c->item_count = rows.n;
    *ids = strmap_new(a);
    for (size_t i = 0; i < rows.n; i++)
        id_add(ids, &rows.v[i].id, i);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_framework_items_all *r = &rows.v[i];
        struct content_item *it = &c->items[i];
        *it = (struct content_item){.identifier = r->identifier,
                                    .code = r->code,
                                    .kind = r->kind,
                                    .facet = r->facet,
                                    .title = r->title,
                                    .statement = r->statement,
                                    .extra = r->extra,
                                    .parent = CONTENT_NONE,
                                    .path = S(""),
                                    .id = r->id,
                                    .competency = r->competency_id,
                                    .title_made = r->title_made != 0,
                                    .ordinal = (size_t)r->ordinal,
                                    .depth = (int)r->depth,
                                    .indicator = r->indicator != 0};
        if (r->parent_id != 0)
            it->parent = id_get(ids, &r->parent_id);
    }
    return RC_OK;
}

static size_t item_of(const struct strmap *ids, const int64_t *id)
{
    size_t at = id_get(ids, id);
    ASSERT(at != STRMAP_NONE);
    return at;
}

static enum rc load_texts(struct db *db, struct arena *a, int64_t framework, struct framework_content *c,
                          const struct strmap *ids)
{
    struct rows_framework_levels_all levels;
    struct rows_framework_texts_all texts;
    TRY(sql_framework_levels_all(db, a, framework, &levels));
    TRY(sql_framework_texts_all(db, a, framework, &texts));
    c->levels = ARENA_ARRAY(a, levels.n, struct content_level);
    c->texts = ARENA_ARRAY(a, texts.n, struct content_text);
    for (size_t i = 0; i < levels.n; i++)
        c->levels[c->level_count++] = (struct content_level){.item = item_of(ids, &levels.v[i].item_id),
                                                             .language = levels.v[i].language,
                                                             .level = (int)levels.v[i].level,
                                                             .descriptor = levels.v[i].descriptor};
    for (size_t i = 0; i < texts.n; i++)
        c->texts[c->text_count++] = (struct content_text){.item = item_of(ids, &texts.v[i].item_id),
                                                          .language = texts.v[i].language,
                                                          .title = texts.v[i].title,
                                                          .statement = texts.v[i].statement,
                                                          .facet = texts.v[i].facet};
    return RC_OK;
}

static enum rc load_names(struct db *db, struct arena *a, int64_t framework, struct framework_content *c)
{
    struct rows_framework_names_all names;
    TRY(sql_framework_names_all(db, a, framework, &names));
    c->names = ARENA_ARRAY(a, names.n, struct content_name);
    for (size_t i = 0; i < names.n; i++)
        c->names[c->name_count++] = (struct content_name){
            .language = names.v[i].language, .title = names.v[i].title, .description = names.v[i].description};
    return RC_OK;
}

static enum rc load_associations(struct db *db, struct arena *a, int64_t framework, struct framework_content *c)
{
    struct rows_framework_associations_all rows;
    struct rows_framework_definitions_all definitions;
    TRY(sql_framework_associations_all(db, a, framework, &rows));
    TRY(sql_framework_definitions_all(db, a, framework, &definitions));
    c->associations = ARENA_ARRAY(a, rows.n, struct content_association);
    c->definitions = ARENA_ARRAY(a, definitions.n, struct content_definition);
    for (size_t i = 0; i < rows.n; i++)
        c->associations[c->association_count++] = (struct content_association){.identifier = rows.v[i].identifier,
                                                                               .kind = rows.v[i].kind,
                                                                               .origin = rows.v[i].origin,
                                                                               .destination = rows.v[i].destination,
                                                                               .has_sequence = !rows.v[i].sequence_null,
                                                                               .sequence = rows.v[i].sequence,
                                                                               .extra = rows.v[i].extra};
    for (size_t i = 0; i < definitions.n; i++)
        c->definitions[c->definition_count++] =
            (struct content_definition){.kind = definitions.v[i].kind, .body = definitions.v[i].body};
    return RC_OK;
}

enum rc framework_content_load_document(struct db *db, struct arena *a, int64_t framework, struct framework_content *c)
{
    struct row_framework_document d;
    TRY(sql_framework_document(db, a, framework, &d));
    *c = (struct framework_content){.identifier = d.identifier,
                                    .title = d.title,
                                    .version = d.version,
                                    .language = d.language,
                                    .publisher = d.publisher,
                                    .description = d.description,
                                    .licence = d.licence,
                                    .extra = d.extra};
    return load_names(db, a, framework, c);
}

enum rc framework_content_load(struct db *db, struct arena *a, int64_t framework, struct framework_content *c)
{
    struct strmap ids;
    TRY(framework_content_load_document(db, a, framework, c));
    TRY(load_items(db, a, framework, c, &ids));
    TRY(load_texts(db, a, framework, c, &ids));
    return load_associations(db, a, framework, c);
}

/* ---- what an import would do -------------------------------------------------------------------------------------------- */

/* The items of all earlier versions, by identifier and by code; the newest version wins. */
struct earlier {
    struct rows_framework_lineage_items rows;
    struct strmap by_identifier, by_code;
};

static enum rc earlier_load(struct db *db, struct arena *a, int64_t lineage, struct earlier *e)
{
    TRY(sql_framework_lineage_items(db, a, lineage, &e->rows));
    e->by_identifier = strmap_new(a);
    e->by_code = strmap_new(a);
    for (size_t i = 0; i < e->rows.n; i++) {
        strmap_add(&e->by_identifier, e->rows.v[i].identifier, i);
        if (!str_empty(e->rows.v[i].code))
            strmap_add(&e->by_code, e->rows.v[i].code, i);
    }
    return RC_OK;
}

/* Decides identifier and competency of each item. Two items never become one competency: the second is new. */
static void match_items(struct arena *a, const struct framework_content *c, const struct earlier *e, struct import_plan *plan)
{
    struct strmap taken = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++) {
        const struct content_item *it = &c->items[i];
        bool given = !str_empty(it->identifier);
        size_t at = given ? strmap_get(&e->by_identifier, it->identifier) : strmap_get(&e->by_code, it->code);
        bool found = at != STRMAP_NONE;
        const int64_t *competency = found ? &e->rows.v[at].competency_id : NULL;
        if (found && !id_add(&taken, competency, i))
            found = false;
        plan->competencies[i] = found ? *competency : 0;
        plan->identifiers[i] = given   ? it->identifier
                               : found ? e->rows.v[at].identifier
                                       : content_guid_of(a, plan->identifier, it->code);
    }
}

/* The levels of each item in the framework's own language: where they begin in c->levels, and how many. */
struct level_run {
    size_t first, count;
};

static struct level_run *own_levels(struct arena *a, const struct framework_content *c)
{
    struct level_run *runs = ARENA_ARRAY(a, c->item_count, struct level_run);
    for (size_t i = 0; i < c->level_count; i++) {
        const struct content_level *l = &c->levels[i];
        if (!str_empty(l->language))
            continue;
        if (runs[l->item].count++ == 0)
            runs[l->item].first = i;
    }
    return runs;
}

static bool same_levels(const struct framework_content *x, struct level_run i, const struct framework_content *y, struct level_run j)
{
    if (i.count != j.count)
        return false;
    for (size_t k = 0; k < i.count; k++)
        if (!str_eq(x->levels[i.first + k].descriptor, y->levels[j.first + k].descriptor))
            return false;
    return true;
}

static bool same_item(const struct content_item *x, const struct content_item *y)
{
    return str_eq(x->code, y->code) && str_eq(x->kind, y->kind) && str_eq(x->facet, y->facet) && str_eq(x->title, y->title) &&
           str_eq(x->statement, y->statement);
}

static void compare(struct arena *a, const struct framework_content *c, struct import_plan *plan)
{
    const struct framework_content *b = plan->before;
    struct strmap now = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++)
        if (plan->competencies[i] != 0)
            id_add(&now, &plan->competencies[i], i);
    for (size_t i = 0; i < c->item_count; i++)
        plan->fates[i] = plan->competencies[i] == 0 ? ITEM_NEW : ITEM_CHANGED;
    plan->old = ARENA_ARRAY(a, c->item_count, size_t);
    for (size_t i = 0; i < c->item_count; i++)
        plan->old[i] = CONTENT_NONE;
    struct level_run *levels = own_levels(a, c), *before = own_levels(a, b);
    const size_t *order = content_order(b, a);
    plan->gone = ARENA_ARRAY(a, b->item_count, size_t);
    for (size_t k = 0; k < b->item_count; k++) {
        const struct content_item *old = &b->items[order[k]];
        size_t i = id_get(&now, &old->competency);
        if (i == STRMAP_NONE) {
            plan->gone[plan->gone_count++] = order[k];
            continue;
        }
        plan->old[i] = order[k];
        if (same_item(&c->items[i], old) && same_levels(c, levels[i], b, before[order[k]]))
            plan->fates[i] = ITEM_SAME;
    }
}

static void count_fates(const struct framework_content *c, struct import_plan *plan)
{
    for (size_t i = 0; i < c->item_count; i++) {
        plan->added += plan->fates[i] == ITEM_NEW;
        plan->same += plan->fates[i] == ITEM_SAME;
        plan->changed += plan->fates[i] == ITEM_CHANGED;
    }
}

enum rc framework_plan(struct db *db, struct arena *a, const struct framework_content *c, int64_t lineage, struct import_plan *plan)
{
    *plan = (struct import_plan){.identifier = c->identifier,
                                 .identifiers = ARENA_ARRAY(a, c->item_count, struct str),
                                 .fates = arena_array(a, c->item_count, sizeof *plan->fates),
                                 .competencies = ARENA_ARRAY(a, c->item_count, int64_t)};
    struct earlier earlier = {0};
    struct row_framework_latest latest = {0};
    if (lineage != 0)
        TRY(sql_framework_latest(db, a, lineage, &latest));
    if (str_empty(plan->identifier))
        plan->identifier = lineage != 0 ? latest.identifier : content_guid(a);
    TRY(earlier_load(db, a, lineage, &earlier));
    match_items(a, c, &earlier, plan);
    if (lineage != 0) {
        plan->before = ARENA_NEW(a, struct framework_content);
        TRY(framework_content_load(db, a, latest.id, plan->before));
        compare(a, c, plan);
    }
    count_fates(c, plan);
    return RC_OK;
}

enum rc framework_compare(struct db *db, struct arena *a, int64_t from, int64_t to, struct framework_content *c,
                          struct import_plan *plan)
{
    TRY(framework_content_load(db, a, to, c));
    *plan = (struct import_plan){.identifier = c->identifier,
                                 .identifiers = ARENA_ARRAY(a, c->item_count, struct str),
                                 .fates = arena_array(a, c->item_count, sizeof *plan->fates),
                                 .competencies = ARENA_ARRAY(a, c->item_count, int64_t),
                                 .before = ARENA_NEW(a, struct framework_content)};
    TRY(framework_content_load(db, a, from, plan->before));
    struct strmap old = strmap_new(a);
    for (size_t i = 0; i < plan->before->item_count; i++) {
        const int64_t *id = &plan->before->items[i].competency;
        id_add(&old, id, i);
    }
    for (size_t i = 0; i < c->item_count; i++) {
        const int64_t *id = &c->items[i].competency;
        plan->identifiers[i] = c->items[i].identifier;
        plan->competencies[i] = id_get(&old, id) != STRMAP_NONE ? *id : 0;
    }
    compare(a, c, plan);
    count_fates(c, plan);
    return RC_OK;
}

/* ---- into the database --------------------------------------------------------------------------------------------------- */

struct ids { /* made before the pipeline begins: making a key may ask the database */
    int64_t framework;
    int64_t *items, *competencies, *associations, *definitions;
};

static struct ids ids_make(struct db *tx, struct arena *a, const struct framework_content *c, const struct import_plan *plan)
{
    struct ids ids = {.framework = db_new_id(tx),
                      .items = ARENA_ARRAY(a, c->item_count, int64_t),
                      .competencies = ARENA_ARRAY(a, c->item_count, int64_t),
                      .associations = ARENA_ARRAY(a, c->association_count, int64_t),
                      .definitions = ARENA_ARRAY(a, c->definition_count, int64_t)};
    for (size_t i = 0; i < c->item_count; i++) {
        ids.items[i] = db_new_id(tx);
        ids.competencies[i] = plan->competencies[i] != 0 ? plan->competencies[i] : db_new_id(tx);
    }
    for (size_t i = 0; i < c->association_count; i++)
        ids.associations[i] = db_new_id(tx);
    for (size_t i = 0; i < c->definition_count; i++)
        ids.definitions[i] = db_new_id(tx);
    return ids;
}

static enum rc write_document(struct db *tx, struct arena *a, const struct framework_import *m, const struct import_plan *plan,
                              const struct ids *ids)
{
    const struct framework_content *c = m->content;
    bool person = m->rights != RIGHTS_SHIPPED;
    TRY(sql_framework_add(tx, ids->framework, m->lineage != 0 ? m->lineage : ids->framework, plan->identifier, c->title,
                          utf8_fold(a, c->title), c->version, c->language, c->publisher, c->description,
                          c->licence, str_from(rights_words[m->rights]), person ? &m->person : NULL, person ? &m->now : NULL,
                          S("draft"), m->now, json_or_empty(c->extra)));
    for (size_t i = 0; i < c->name_count; i++)
        TRY(sql_framework_name_add(tx, ids->framework, c->names[i].language, c->names[i].title,
                                   c->names[i].description));
    return RC_OK;
}

static struct str search_key(struct arena *a, struct str code, struct str title, struct str statement)
{
    struct buf b = buf_new(a, code.n + title.n + statement.n + 2);
    buf_str(&b, code);
    buf_ch(&b, ' ');
    buf_str(&b, title);
    buf_ch(&b, ' ');
    buf_str(&b, statement);
    return utf8_fold(a, buf_text(&b));
}

static enum rc write_items(struct db *tx, struct arena *a, const struct framework_content *c, const struct import_plan *plan,
                           const struct ids *ids)
{
    const size_t *order = content_order(c, a); /* parents come before their children */
    for (size_t k = 0; k < c->item_count; k++) {
        size_t i = order[k];
        const struct content_item *it = &c->items[i];
        if (plan->competencies[i] == 0)
            TRY(sql_framework_competency_add(tx, ids->competencies[i], ids->items[i]));
        TRY(sql_framework_item_add(tx, ids->items[i], ids->framework, ids->competencies[i],
                                   it->parent != CONTENT_NONE ? &ids->items[it->parent] : NULL, (int64_t)i, (int64_t)it->ordinal,
                                   it->depth, plan->identifiers[i], it->code, it->kind, it->facet,
                                   it->indicator, it->title, it->title_made, it->statement, search_key(a, it->code, it->title, it->statement),
                                   json_or_empty(it->extra)));
    }
    return RC_OK;
}

static enum rc write_texts(struct db *tx, struct arena *a, const struct framework_content *c, const struct ids *ids)
{
    for (size_t i = 0; i < c->level_count; i++) {
        const struct content_level *l = &c->levels[i];
        TRY(sql_framework_level_add(tx, ids->items[l->item], l->language, l->level, l->descriptor));
    }
    for (size_t i = 0; i < c->text_count; i++) {
        const struct content_text *t = &c->texts[i];
        TRY(sql_framework_text_add(tx, ids->items[t->item], t->language, t->title, t->statement, t->facet,
                                   search_key(a, c->items[t->item].code, t->title, t->statement)));
    }
    return RC_OK;
}

static enum rc write_associations(struct db *tx, const struct framework_content *c, const struct ids *ids)
{
    for (size_t i = 0; i < c->association_count; i++) {
        const struct content_association *s = &c->associations[i];
        TRY(sql_framework_association_add(tx, ids->associations[i], ids->framework, (int64_t)i, s->identifier,
                                          s->kind, s->origin, s->destination,
                                          s->has_sequence ? &s->sequence : NULL, json_or_empty(s->extra)));
    }
    for (size_t i = 0; i < c->definition_count; i++)
        TRY(sql_framework_definition_add(tx, ids->definitions[i], ids->framework, (int64_t)i, c->definitions[i].kind,
                                         c->definitions[i].body));
    return RC_OK;
}

static enum rc write_all(struct db *tx, struct arena *a, const struct framework_import *m, const struct import_plan *plan,
                         const struct ids *ids)
{
    TRY(write_document(tx, a, m, plan, ids));
    TRY(write_items(tx, a, m->content, plan, ids));
    TRY(write_texts(tx, a, m->content, ids));
    return write_associations(tx, m->content, ids);
}

static enum rc check_import(struct db *tx, struct arena *a, const struct framework_import *m, struct err *e)
{
    const struct framework_content *c = m->content;
    if (str_empty(c->title))
        return err_field(e, RC_INVALID, M_framework_title_missing, "title", NULL);
    if (str_empty(c->version))
        return err_field(e, RC_INVALID, M_framework_version_missing, "version", NULL);
    if (str_empty(str_trim(c->licence)))
        return err_field(e, RC_INVALID, M_framework_licence_missing, "licence", NULL);
    if (m->rights != RIGHTS_SHIPPED && m->person == 0)
        return err_field(e, RC_INVALID, M_framework_rights_missing, "rights", NULL);
    if (c->item_count == 0)
        return err_set(e, RC_INVALID, M_framework_empty, NULL);
    struct row_framework_version_find there;
    enum rc rc = m->lineage != 0 ? sql_framework_version_find(tx, a, m->lineage, c->version, &there) : RC_NOT_FOUND;
    if (rc == RC_OK)
        return err_field(e, RC_CONFLICT, M_framework_version_taken, "version", "%.*s", STR_ARG(c->version));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc framework_apply(struct db *tx, struct arena *a, const struct framework_import *m, int64_t *framework, struct err *e)
{
    struct import_plan plan;
    TRY(check_import(tx, a, m, e));
    TRY(framework_plan(tx, a, m->content, m->lineage, &plan));
    struct ids ids = ids_make(tx, a, m->content, &plan);
    db_pipeline_begin(tx);
    enum rc written = write_all(tx, a, m, &plan, &ids);
    enum rc sent = db_pipeline_end(tx);
    TRY(written);
    TRY(sent);
    *framework = ids.framework;
    return audit_note(tx, m->now, m->person, "framework_import", 0, "framework", ids.framework);
}
