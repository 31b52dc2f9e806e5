/* Frameworks: what the other capabilities ask, and the states of a version. See framework.h. */
#include "programme/framework/framework.h"

#include "auth/session.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_sql.h"
#include "programme/framework/content.h"
#include "programme/programme/programme.h"

/* ---- questions of others -------------------------------------------------------------------------------------------------- */

enum rc framework_outline(struct db *db, struct arena *a, int64_t programme, struct str language, bool behaviours,
                          struct competency **out, size_t *count)
{
    struct rows_framework_outline_items rows;
    TRY(sql_framework_outline_items(db, a, programme, language, behaviours, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct competency);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_framework_outline_items *r = &rows.v[i];
        (*out)[i] = (struct competency){.competency = r->competency_id,
                                        .item = r->id,
                                        .parent_item = r->parent_id,
                                        .depth = (int)r->depth,
                                        .code = r->code,
                                        .kind = r->kind,
                                        .title = r->title,
                                        .statement = r->statement};
    }
    return RC_OK;
}

enum rc framework_by_code(struct db *db, struct arena *a, int64_t programme, struct str code, int64_t *competency)
{
    struct row_framework_code_find row;
    if (str_empty(code))
        return RC_NOT_FOUND;
    TRY(sql_framework_code_find(db, a, programme, code, &row));
    *competency = row.competency_id;
    return RC_OK;
}

enum rc framework_competency(struct db *db, struct arena *a, int64_t competency, struct str language, struct competency *out)
{
    struct row_framework_competency_find r;
    TRY(sql_framework_competency_find(db, a, competency, language, &r));
    *out = (struct competency){.competency = r.competency_id,
                               .item = r.id,
                               .parent_item = r.parent_id,
                               .depth = (int)r.depth,
                               .code = r.code,
                               .kind = r.kind,
                               .title = r.title,
                               .statement = r.statement};
    return RC_OK;
}

struct str framework_competency_path(struct arena *a, int64_t competency)
{
    return str_printf(a, "/competencies/%" PRId64, competency);
}

enum rc framework_of_programme(struct db *db, struct arena *a, int64_t programme, int64_t *framework)
{
    struct row_framework_chosen row;
    TRY(sql_framework_chosen(db, a, programme, &row));
    *framework = row.id;
    return RC_OK;
}

static enum framework_state state_of(struct str word)
{
    return str_eq(word, S("draft")) ? FRAMEWORK_DRAFT : str_eq(word, S("retired")) ? FRAMEWORK_RETIRED : FRAMEWORK_PUBLISHED;
}

static enum framework_rights rights_of(struct str word)
{
    return str_eq(word, S("shipped")) ? RIGHTS_SHIPPED : str_eq(word, S("open")) ? RIGHTS_OPEN : RIGHTS_HELD;
}

enum rc framework_find(struct db *db, struct arena *a, int64_t id, struct str language, struct framework *out)
{
    struct row_framework_get r;
    TRY(sql_framework_get(db, a, id, language, &r));
    *out = (struct framework){.id = r.id,
                              .lineage = r.lineage_id,
                              .identifier = r.identifier,
                              .title = r.title,
                              .version = r.version,
                              .language = r.language,
                              .publisher = r.publisher,
                              .description = r.description,
                              .licence = r.licence,
                              .rights = rights_of(r.rights),
                              .rights_person = r.rights_person_id,
                              .rights_at = r.rights_at,
                              .state = state_of(r.state),
                              .is_default = r.is_default != 0,
                              .revision = r.revision,
                              .created_at = r.created_at};
    return RC_OK;
}

enum rc framework_offered(struct db *db, struct arena *a, struct framework_offer **out, size_t *count)
{
    struct rows_framework_offered rows;
    TRY(sql_framework_offered(db, a, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct framework_offer);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct framework_offer){rows.v[i].id, rows.v[i].identifier};
    *count = rows.n;
    return RC_OK;
}

enum rc framework_open(struct ctx *c, int64_t id, struct framework *out)
{
    const struct target everywhere = {0};
    TRY(access_require(c, P_FRAMEWORK_VIEW, &everywhere));
    TRY(framework_find(c->db, c->a, id, lang_tag(c->lang), out));
    return out->state != FRAMEWORK_DRAFT || access_allows(c, P_FRAMEWORK_CHANGE, &everywhere) ? RC_OK : RC_NOT_FOUND;
}

bool framework_may_export(struct ctx *c, const struct framework *f)
{
    const struct target everywhere = {0};
    return f->rights != RIGHTS_HELD || access_allows(c, P_FRAMEWORK_CHANGE, &everywhere);
}

/* ---- the shipped framework -------------------------------------------------------------------------------------------------- */

static struct str file_name(struct str path)
{
    const char *slash = memrchr(path.p, '/', path.n);
    return slash != NULL ? str_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

static const struct content_file *file_find(const struct content_file *files, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(file_name(files[i].path), name))
            return &files[i];
    return NULL;
}

/* The language of "items.de.csv"; empty for other names. */
static struct str file_language(struct str path)
{
    struct str name = file_name(path);
    if (!str_starts(name, S("items.")) || !str_ends(name, S(".csv")) || name.n <= strlen("items.csv") + 1)
        return S("");
    return str_sub(name, strlen("items."), name.n - strlen("items..csv"));
}

static void read_shipped(struct arena *a, const struct content_file *files, size_t count, struct framework_content *c,
                         struct problems *p)
{
    const struct content_file *head = file_find(files, count, "framework.txt"), *items = file_find(files, count, "items.csv");
    if (head == NULL || items == NULL) {
        problems_add(p, head == NULL ? S("framework.txt") : S("items.csv"), 0, STR_NONE, M_framework_file_missing, NULL);
        return;
    }
    content_read_head(a, head->path, head->bytes, c, p);
    content_read_csv(a, items->path, items->bytes, c, p);
    for (size_t i = 0; i < count; i++)
        if (!str_empty(file_language(files[i].path)))
            content_read_csv_language(a, files[i].path, files[i].bytes, file_language(files[i].path), c, p);
    content_arrange(c, a, p);
}

static enum rc publish_shipped(struct db *tx, struct arena *a, int64_t id, int64_t lineage, int64_t now)
{
    struct row_framework_default_find was;
    enum rc rc = sql_framework_default_find(tx, a, &was);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_framework_set_state(tx, id, 1, S("draft"), S("published")));
    TRY(sql_framework_rename_competencies(tx, id));
    if (rc == RC_OK && was.lineage_id != lineage)
        return RC_OK;
    TRY(sql_framework_default_clear(tx, id));
    TRY(sql_framework_default_set(tx, id, 2));
    return audit_note(tx, now, 0, "framework_default", 0, "framework", id);
}

enum rc framework_load(struct db *tx, struct arena *a, const struct content_file *files, size_t count, int64_t now,
                       struct problems *problems, int64_t *framework, struct err *e)
{
    struct framework_content c = {0};
    struct row_framework_by_document doc = {0};
    struct row_framework_version_find there;
    read_shipped(a, files, count, &c, problems);
    TRY(problems_check(problems, e));
    enum rc rc = str_empty(c.identifier) ? RC_NOT_FOUND : sql_framework_by_document(tx, a, c.identifier, &doc);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK) {
        rc = sql_framework_version_find(tx, a, doc.lineage_id, c.version, &there);
        if (rc == RC_OK)
            *framework = there.id;
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    struct framework_import import = {.content = &c, .lineage = doc.lineage_id, .rights = RIGHTS_SHIPPED, .now = now};
    TRY(framework_apply(tx, a, &import, framework, e));
    return publish_shipped(tx, a, *framework, doc.lineage_id != 0 ? doc.lineage_id : *framework, now);
}

/* ---- states ------------------------------------------------------------------------------------------------------------------ */

static enum rc changed_meanwhile(struct db *tx, struct err *e)
{
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_framework_changed_meanwhile, NULL);
}

enum rc framework_publish(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e)
{
    (void)a;
    TRY(sql_framework_set_state(tx, id, revision, S("draft"), S("published")));
    TRY(changed_meanwhile(tx, e));
    TRY(sql_framework_rename_competencies(tx, id));
    return audit_note(tx, now, person, "framework_publish", 0, "framework", id);
}

enum rc framework_retire(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e)
{
    struct row_framework_default_find def;
    struct rows_framework_users users;
    enum rc rc = sql_framework_default_find(tx, a, &def);
    if (rc == RC_OK && def.id == id)
        return err_set(e, RC_CONFLICT, M_framework_is_default, NULL);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_framework_users(tx, a, id, &users));
    if (users.n != 0) {
        struct programme p;
        TRY(programme_find(tx, a, users.v[0].programme_id, &p));
        return err_set(e, RC_CONFLICT, M_framework_in_use, "%.*s", STR_ARG(p.title));
    }
    TRY(sql_framework_set_state(tx, id, revision, S("published"), S("retired")));
    TRY(changed_meanwhile(tx, e));
    return audit_note(tx, now, person, "framework_retire", 0, "framework", id);
}

enum rc framework_make_default(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now,
                               struct err *e)
{
    (void)a;
    TRY(sql_framework_default_clear(tx, id));
    TRY(sql_framework_default_set(tx, id, revision));
    TRY(changed_meanwhile(tx, e));
    return audit_note(tx, now, person, "framework_default", 0, "framework", id);
}

enum rc framework_drop(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e)
{
    struct row_framework_item_range range;
    TRY(sql_framework_set_state(tx, id, revision, S("draft"), S("draft")));
    TRY(changed_meanwhile(tx, e));
    TRY(sql_framework_item_range(tx, a, id, &range));
    enum rc (*const steps[])(struct db *, int64_t) = {
        sql_framework_drop_links, sql_framework_drop_crosswalks,    sql_framework_drop_levels,
        sql_framework_drop_texts, sql_framework_drop_names,         sql_framework_drop_associations,
        sql_framework_drop_definitions, sql_framework_drop_parents, sql_framework_drop_names_of_competencies,
        sql_framework_drop_items};
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        TRY(steps[i](tx, id));
    TRY(sql_framework_drop_competencies(tx, range.first_item, range.last_item));
    TRY(sql_framework_delete(tx, id));
    return audit_note(tx, now, person, "framework_drop", 0, "framework", id);
}

enum rc framework_choose(struct db *tx, struct arena *a, int64_t programme, int64_t framework, int64_t person, int64_t now,
                         struct err *e)
{
    if (framework == 0) {
        TRY(sql_framework_unchoose(tx, programme));
    } else {
        struct framework f;
        TRY(framework_find(tx, a, framework, S(""), &f));
        if (f.state != FRAMEWORK_PUBLISHED)
            return err_set(e, RC_CONFLICT, M_framework_not_published, NULL);
        TRY(sql_framework_choose_set(tx, programme, framework));
    }
    return audit_note(tx, now, person, "framework_choose", 0, "programme", programme);
}
