/* Groups as SCIM has them: what a request says of one, and /scim/v2/Groups. A group is a name with members until an administrator says what it is
 * here (site.c); from then on place.c follows its members. */
#include "auth/session.h"
#include "base/utf8.h"
#include "campus/scim/inside.h"
#include "gen/msg_scim.h"

/* ---- what a request says ------------------------------------------------------------------------------------------------------------------ */

static void add_change(struct arena *a, struct scim_group *g, struct scim_change change)
{
    if (g->count == g->cap) {
        size_t more = g->cap != 0 ? g->cap * 2 : 16;
        g->changes = arena_grow(a, g->changes, g->cap * sizeof *g->changes, more * sizeof *g->changes);
        g->cap = more;
    }
    g->changes[g->count++] = change;
}

static enum rc read_member(json_t *v, int64_t *resource, struct err *e)
{
    struct str id, type = STR_NONE;
    if (!scim_text(v, &id) || (json_is_object(v) && !scim_text(scim_member(v, "type"), &type)) || !str_to_int(id, resource))
        return scim_bad_value(e, "members");
    return type.n == 0 || str_eq_nocase(type, S("User")) ? RC_OK : err_field(e, RC_INVALID, M_scim_nested, "invalidValue", NULL);
}

/* A list of members, or a single one. */
static enum rc change_members(struct arena *a, struct scim_group *g, json_t *v, bool remove, struct err *e)
{
    bool list = json_is_array(v);
    if (v == NULL || json_is_null(v))
        return RC_OK;
    for (size_t i = 0; i < (list ? json_array_size(v) : 1); i++) {
        struct scim_change change = {.what = remove ? SCIM_MEMBER_REMOVE : SCIM_MEMBER_ADD};
        TRY(read_member(list ? json_array_get(v, i) : v, &change.resource, e));
        add_change(a, g, change);
    }
    return RC_OK;
}

static enum rc put_attribute(struct arena *a, struct scim_group *g, const struct scim_path *p, json_t *v, bool replace, struct err *e)
{
    if (p->foreign || p->attr.p == NULL)
        return RC_OK;
    if (str_eq(p->attr, S("displayname")))
        return scim_text(v, &g->name) && g->name.n != 0 && utf8_count(g->name) <= 200 ? RC_OK : scim_bad_value(e, "displayName");
    if (str_eq(p->attr, S("externalid")))
        return scim_text(v, &g->external_id) ? RC_OK : scim_bad_value(e, "externalId");
    if (!str_eq(p->attr, S("members")))
        return RC_OK;
    if (replace)
        add_change(a, g, (struct scim_change){.what = SCIM_MEMBERS_CLEAR});
    return change_members(a, g, v, false, e);
}

static enum rc put_object(struct arena *a, struct scim_group *g, json_t *object, bool replace, struct err *e)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        struct scim_path p;
        TRY(scim_path_read(a, str_from(key), &p, e));
        TRY(put_attribute(a, g, &p, value, replace, e));
    }
    return RC_OK;
}

enum rc scim_group_put_object(struct arena *a, struct scim_group *g, json_t *object, struct err *e)
{
    return put_object(a, g, object, false, e);
}

/* members[value eq "12"], a list of members, or all. */
static enum rc remove_members(struct arena *a, struct scim_group *g, const struct scim_operation *o, struct err *e)
{
    const struct scim_filter *f = &o->path.filter;
    if (!o->path.filtered && o->value != NULL && !json_is_null(o->value))
        return change_members(a, g, o->value, true, e);
    if (!o->path.filtered) {
        add_change(a, g, (struct scim_change){.what = SCIM_MEMBERS_CLEAR});
        return RC_OK;
    }
    struct scim_change change = {.what = SCIM_MEMBER_REMOVE};
    if (f->count != 1 || f->terms[0].op != SCIM_EQ || !str_eq(f->terms[0].sub, S("value")))
        return err_field(e, RC_INVALID, M_scim_filter, "invalidFilter", "members");
    if (!str_to_int(f->terms[0].text, &change.resource))
        return RC_OK; /* nobody has such a number: she is not a member */
    add_change(a, g, change);
    return RC_OK;
}

enum rc scim_group_apply(struct arena *a, struct scim_group *g, const struct scim_patch *patch, struct err *e)
{
    for (size_t i = 0; i < patch->count; i++) {
        const struct scim_operation *o = &patch->operations[i];
        bool members = str_eq(o->path.attr, S("members"));
        if (o->pathless) {
            TRY(put_object(a, g, o->value, o->verb == SCIM_REPLACE, e));
        } else if (str_eq(o->path.attr, S("id")) || str_eq(o->path.attr, S("meta"))) {
            return err_field(e, RC_INVALID, M_scim_read_only, "mutability", "%.*s", STR_ARG(o->path.attr));
        } else if (o->verb == SCIM_REMOVE && members) {
            TRY(remove_members(a, g, o, e));
        } else if (members && o->path.filtered) {
            return err_field(e, RC_INVALID, M_scim_no_target, "noTarget", NULL);
        } else {
            TRY(put_attribute(a, g, &o->path, o->verb == SCIM_REMOVE ? NULL : o->value, o->verb == SCIM_REPLACE, e));
        }
    }
    return RC_OK;
}

/* ---- as JSON ------------------------------------------------------------------------------------------------------------------------------- */

static struct str version_of(struct arena *a, int64_t version)
{
    return str_printf(a, "W/\"%" PRId64 "\"", version);
}

/* Appends groups to a list, in the order of ids, with members where they are asked for; those that are not there are left out. */
static enum rc add_groups(struct ctx *c, const int64_t *ids, size_t count, json_t *into)
{
    bool members = scim_shows(c, "members");
    for (size_t at = 0; at < count; at += SCIM_AT_ONCE) {
        int64_t some[SCIM_AT_ONCE] = {0};
        struct rows_scim_groups_among rows;
        struct rows_scim_members_among people = {0};
        size_t n = count - at < SCIM_AT_ONCE ? count - at : SCIM_AT_ONCE;
        memcpy(some, ids + at, n * sizeof *some);
        TRY(sql_scim_groups_among(c->db, c->a, SCIM_IDS(some), &rows));
        if (members)
            TRY(sql_scim_members_among(c->db, c->a, SCIM_IDS(some), &people));
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < rows.n; k++) {
                const struct row_scim_groups_among *r = &rows.v[k];
                if (r->id != some[i])
                    continue;
                json_t *o = json_pack("{s:[s], s:o, s:o}", "schemas", SCIM_GROUP_SCHEMA, "id", scim_str(str_printf(c->a, "%" PRId64, r->id)), "displayName", scim_str(r->display_name));
                if (r->external_id.n != 0)
                    json_object_set_new(o, "externalId", scim_str(r->external_id));
                json_object_set_new(o, "meta", scim_meta(c->a, "Group", r->id, r->created_at, r->changed_at, version_of(c->a, r->version)));
                json_t *list = json_array();
                for (size_t m = 0; m < people.n; m++)
                    if (people.v[m].group_id == r->id)
                        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s}", "value", scim_str(str_printf(c->a, "%" PRId64, people.v[m].resource_id)), "$ref",
                                                              scim_str(scim_address(c->a, "Users", people.v[m].resource_id)), "display", scim_str(people.v[m].display_name), "type", "User"));
                if (members)
                    json_object_set_new(o, "members", list);
                else
                    json_decref(list);
                json_array_append_new(into, o);
            }
    }
    return RC_OK;
}

static enum rc send_group(struct ctx *c, int status, int64_t id)
{
    json_t *list = json_array();
    enum rc rc = add_groups(c, &id, 1, list);
    if (rc == RC_OK && json_array_size(list) == 0)
        rc = RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = scim_send(c, status, json_incref(json_array_get(list, 0)));
    json_decref(list);
    return rc;
}

/* ---- finding ---------------------------------------------------------------------------------------------------------------------------------- */

static bool text_suits(struct arena *a, struct str value, const struct scim_term *t, bool exact)
{
    struct str x = exact ? value : utf8_fold(a, value), y = exact ? t->text : utf8_fold(a, t->text);
    return t->op == SCIM_EQ ? str_eq(x, y) : t->op == SCIM_SW ? str_starts(x, y) : t->op == SCIM_CO && str_find(x, y, NULL);
}

static enum rc suits(struct ctx *c, json_t *group, const struct scim_filter *f, bool *all)
{
    *all = true;
    for (size_t i = 0; i < f->count; i++) {
        static const char *const known[][2] = {{"displayname", "displayName"}, {"externalid", "externalId"}, {"id", "id"}};
        const struct scim_term *t = &f->terms[i];
        size_t k = 0;
        while (k < COUNT_OF(known) && !str_eq_z(t->attr, known[k][0]))
            k++;
        if (k == COUNT_OF(known) || t->sub.p != NULL || (t->op != SCIM_EQ && t->op != SCIM_SW && t->op != SCIM_CO))
            return err_field(&c->err, RC_INVALID, M_scim_filter, "invalidFilter", "%.*s", STR_ARG(t->attr));
        *all = *all && text_suits(c->a, str_from(group != NULL ? json_string_value(json_object_get(group, known[k][1])) : ""), t, k != 0);
    }
    return RC_OK;
}

static enum rc find_filtered(struct ctx *c, const struct scim_filter *f, int64_t *ids, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct scim_term *t = &f->terms[i];
        bool begins = t->op == SCIM_SW;
        if (str_eq(t->attr, S("displayname")) && (t->op == SCIM_EQ || begins)) {
            struct rows_scim_group_by_name rows;
            struct str key = utf8_fold(c->a, t->text);
            TRY(sql_scim_group_by_name(c->db, c->a, key, scim_range_end(c->a, key, begins), SCIM_FOUND_MOST, &rows));
            for (size_t k = 0; k < rows.n; k++)
                ids[(*count)++] = rows.v[k].id;
            return RC_OK;
        }
        if (str_eq(t->attr, S("externalid")) && t->op == SCIM_EQ) {
            struct rows_scim_group_by_external rows;
            TRY(sql_scim_group_by_external(c->db, c->a, t->text, SCIM_FOUND_MOST, &rows));
            for (size_t k = 0; k < rows.n; k++)
                ids[(*count)++] = rows.v[k].id;
            return RC_OK;
        }
        if (str_eq(t->attr, S("id")) && t->op == SCIM_EQ) {
            *count = str_to_int(t->text, &ids[0]) ? 1 : 0;
            return RC_OK;
        }
    }
    return err_field(&c->err, RC_INVALID, M_scim_filter_wide, "invalidFilter", NULL);
}

static enum rc list_groups(struct ctx *c)
{
    struct scim_list list;
    int64_t *ids = ARENA_ARRAY(c->a, SCIM_FOUND_MOST, int64_t), total;
    size_t n, kept = 0;
    bool ok = true;
    TRY(scim_list_read(c, &list));
    if (!list.filtered) {
        struct rows_scim_groups_page rows;
        struct row_scim_groups_count row;
        TRY(sql_scim_groups_page(c->db, c->a, list.count, list.start - 1, &rows));
        TRY(sql_scim_groups_count(c->db, c->a, &row));
        for (n = 0; n < rows.n; n++)
            ids[n] = rows.v[n].id;
        total = row.n;
    } else {
        TRY(suits(c, NULL, &list.filter, &ok));
        TRY(find_filtered(c, &list.filter, ids, &n));
        total = (int64_t)n;
    }
    json_t *found = json_array();
    enum rc rc = add_groups(c, ids, n, found);
    for (size_t i = 0; rc == RC_OK && list.filtered && i < json_array_size(found);) {
        rc = suits(c, json_array_get(found, i), &list.filter, &ok);
        if (ok)
            i++;
        else
            json_array_remove(found, i);
    }
    if (rc != RC_OK) {
        json_decref(found);
        return rc;
    }
    if (list.filtered) {
        total = (int64_t)json_array_size(found);
        for (int64_t skip = 1; skip < list.start && json_array_size(found) != 0; skip++)
            json_array_remove(found, 0);
        for (kept = json_array_size(found); kept > (size_t)list.count; kept--)
            json_array_remove(found, kept - 1);
    }
    return scim_send_list(c, &list, total, found);
}

enum rc scim_get_groups(struct ctx *c)
{
    return scim_run(c, list_groups);
}

static enum rc read_id(struct ctx *c, int64_t *id)
{
    return request_id(c->rq, 0, id);
}

static enum rc one_group(struct ctx *c)
{
    int64_t id;
    TRY(read_id(c, &id));
    return send_group(c, 200, id);
}

enum rc scim_get_group(struct ctx *c)
{
    return scim_run(c, one_group);
}

/* ---- writing --------------------------------------------------------------------------------------------------------------------------------- */

struct writing {
    struct ctx *c;
    json_t *body;
    struct scim_patch patch;
    int64_t id;              /* 0: a new one */
    bool replaces, deletes;
    int64_t written;         /* out */
};

static enum rc change_member(struct db *tx, struct arena *a, int64_t group, bool mapped, const struct scim_change *change, struct err *e)
{
    int64_t person = 0;
    if (change->what != SCIM_MEMBERS_CLEAR) {
        enum rc rc = scim_user_person(tx, a, change->resource, &person);
        if (rc == RC_NOT_FOUND)
            return change->what == SCIM_MEMBER_REMOVE ? RC_OK : err_field(e, RC_INVALID, M_scim_nobody, "invalidValue", "%" PRId64, change->resource);
        TRY(rc);
    }
    if (change->what == SCIM_MEMBER_ADD)
        return sql_scim_member_add(tx, group, person, mapped ? S("new") : S("kept"));
    TRY(sql_scim_member_leave(tx, group, person));
    return sql_scim_member_drop(tx, group, person);
}

static enum rc write_group(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    const struct ctx *c = w->c;
    struct arena *a = c->a;
    struct row_scim_group_find row = {0};
    struct scim_group g = {0};
    int64_t id = w->id;
    if (id != 0) {
        TRY(sql_scim_group_find(tx, a, id, &row));
        TRY(scim_if_match(c, version_of(a, row.version), e));
    }
    if (w->deletes) {
        TRY(sql_scim_member_leave(tx, id, 0));
        TRY(sql_scim_member_drop(tx, id, 0));
        return sql_scim_group_delete(tx, id, c->now);
    }
    if (id != 0 && !w->replaces)
        g = (struct scim_group){.name = row.display_name, .external_id = row.external_id};
    if (w->replaces)
        add_change(a, &g, (struct scim_change){.what = SCIM_MEMBERS_CLEAR});
    TRY(id == 0 || w->replaces ? scim_group_put_object(a, &g, w->body, e) : scim_group_apply(a, &g, &w->patch, e));
    if (g.name.n == 0)
        return scim_bad_value(e, "displayName");
    if (id == 0) {
        id = db_new_id(tx);
        TRY(sql_scim_group_add(tx, id, g.name, utf8_fold(a, g.name), g.external_id, c->now));
    } else {
        TRY(sql_scim_group_change(tx, id, g.name, utf8_fold(a, g.name), g.external_id, c->now));
    }
    for (size_t i = 0; i < g.count; i++)
        TRY(change_member(tx, a, id, !row.programme_id_null && row.id != 0, &g.changes[i], e));
    TRY(audit_note(tx, c->now, c->who->person, "scim_group_put", 0, "scim_group", id));
    w->written = id;
    return RC_OK;
}

static enum rc run_writing(struct ctx *c, struct writing *w, int status)
{
    TRY(ctx_write(c, write_group, w));
    TRY(scim_place_all(c));
    return send_group(c, status, w->written);
}

static enum rc make_group(struct ctx *c)
{
    struct writing w = {.c = c};
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    return run_writing(c, &w, 201);
}

enum rc scim_post_groups(struct ctx *c)
{
    return scim_run(c, make_group);
}

static enum rc replace_group(struct ctx *c)
{
    struct writing w = {.c = c, .replaces = true};
    TRY(read_id(c, &w.id));
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    return run_writing(c, &w, 200);
}

enum rc scim_put_group(struct ctx *c)
{
    return scim_run(c, replace_group);
}

static enum rc patch_group(struct ctx *c)
{
    struct writing w = {.c = c};
    TRY(read_id(c, &w.id));
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    TRY(scim_patch_read(c->a, w.body, &w.patch, &c->err));
    return run_writing(c, &w, 200);
}

enum rc scim_patch_group(struct ctx *c)
{
    return scim_run(c, patch_group);
}

static enum rc delete_group(struct ctx *c)
{
    struct writing w = {.c = c, .deletes = true};
    TRY(read_id(c, &w.id));
    TRY(ctx_write(c, write_group, &w));
    TRY(scim_place_all(c));
    c->rs->status = 204;
    c->rs->type = "application/scim+json";
    return RC_OK;
}

enum rc scim_delete_group(struct ctx *c)
{
    return scim_run(c, delete_group);
}
