/* A person as SCIM has her: reading her from the database, as JSON, and what a request says of her. Only what Cadre needs is kept: what else the
 * other system tells (telephones, addresses, titles, departments) is read over. */
#include "base/clock.h"
#include "base/utf8.h"
#include "auth/session.h"
#include "campus/scim/inside.h"
#include "gen/msg_scim.h"
#include "programme/people/people.h"

/* ---- reading --------------------------------------------------------------------------------------------------------------------------- */

static struct scim_user user_of(struct arena *a, const struct row_scim_users_among *r)
{
    bool known = !r->resource_id_null;
    struct scim_user u = {.person = r->person_id,
                          .resource = known ? r->resource_id : r->person_id,
                          .known = known,
                          .deleted = !r->deleted_at_null,
                          .active = r->closed == 0,
                          .user_name = known ? r->user_name : r->email,
                          .external_id = r->external_id,
                          .given = r->given_name,
                          .family = r->family_name,
                          .display = r->display_name,
                          .email = r->email,
                          .language = r->language,
                          .zone = r->zone,
                          .profession = r->profession,
                          .created_at = r->created_at,
                          .changed_at = r->changed_at_null ? r->created_at : r->changed_at};
    u.derived = str_eq(u.display, people_full_name(a, u.given, u.family));
    if (u.user_name.n == 0)
        u.user_name = str_printf(a, "%" PRId64, u.person);
    u.version = str_printf(a, "W/\"%" PRId64 ".%" PRId64 ".%d\"", r->version, r->user_version_null ? 0 : r->user_version, u.active);
    return u;
}

enum rc scim_users_load(struct db *db, struct arena *a, const int64_t *people, size_t count, bool deleted, struct scim_user *out, size_t *found)
{
    *found = 0;
    for (size_t at = 0; at < count; at += SCIM_AT_ONCE) {
        int64_t ids[SCIM_AT_ONCE] = {0};
        struct rows_scim_users_among rows;
        size_t some = count - at < SCIM_AT_ONCE ? count - at : SCIM_AT_ONCE;
        memcpy(ids, people + at, some * sizeof *ids);
        TRY(sql_scim_users_among(db, a, SCIM_IDS(ids), &rows));
        for (size_t i = 0; i < some; i++)
            for (size_t k = 0; k < rows.n; k++)
                if (rows.v[k].person_id == ids[i] && (deleted || rows.v[k].deleted_at_null)) {
                    out[(*found)++] = user_of(a, &rows.v[k]);
                    break;
                }
    }
    return RC_OK;
}

enum rc scim_user_person(struct db *db, struct arena *a, int64_t resource, int64_t *person)
{
    struct row_scim_user_by_resource row;
    struct scim_user u;
    size_t found;
    enum rc rc = sql_scim_user_by_resource(db, a, resource, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *person = rc == RC_OK ? row.person_id : resource;
    TRY(scim_users_load(db, a, person, 1, false, &u, &found));
    return found != 0 && u.resource == resource ? RC_OK : RC_NOT_FOUND;
}

enum rc scim_user_find(struct db *db, struct arena *a, struct str id, struct scim_user *out)
{
    int64_t resource, person;
    size_t found;
    if (!str_to_int(id, &resource))
        return RC_NOT_FOUND;
    TRY(scim_user_person(db, a, resource, &person));
    TRY(scim_users_load(db, a, &person, 1, false, out, &found));
    return found != 0 ? RC_OK : RC_NOT_FOUND;
}

static void put(json_t *o, const char *key, struct str s)
{
    if (s.n != 0)
        json_object_set_new(o, key, scim_str(s));
}

json_t *scim_user_json(struct arena *a, const struct scim_user *u)
{
    json_t *o = json_pack("{s:[s]}", "schemas", SCIM_USER_SCHEMA), *name = json_object();
    put(o, "id", str_printf(a, "%" PRId64, u->resource));
    put(o, "externalId", u->external_id);
    put(o, "userName", u->user_name);
    put(name, "formatted", people_full_name(a, u->given, u->family));
    put(name, "familyName", u->family);
    put(name, "givenName", u->given);
    json_object_set_new(o, "name", name);
    put(o, "displayName", u->display);
    if (u->email.n != 0)
        json_object_set_new(o, "emails", json_pack("[{s:o, s:s, s:b}]", "value", scim_str(u->email), "type", "work", "primary", 1));
    put(o, "preferredLanguage", u->language);
    put(o, "timezone", u->zone);
    json_object_set_new(o, "active", json_boolean(u->active));
    json_object_set_new(o, "meta", scim_meta(a, "User", u->resource, u->created_at, u->changed_at, u->version));
    return o;
}

/* ---- filters ---------------------------------------------------------------------------------------------------------------------------- */

static bool compare(struct arena *a, struct str value, const struct scim_term *t, bool exact)
{
    struct str x = exact ? value : email_key(a, value), y = exact ? t->text : email_key(a, t->text);
    switch (t->op) {
    case SCIM_EQ:
        return value.n != 0 ? str_eq(x, y) : t->text.n == 0;
    case SCIM_NE:
        return !str_eq(x, y);
    case SCIM_CO:
        return str_find(x, y, NULL);
    case SCIM_SW:
        return str_starts(x, y);
    case SCIM_EW:
        return str_ends(x, y);
    default:
        return value.n != 0;
    }
}

static enum rc term_suits(struct arena *a, const struct scim_user *u, const struct scim_term *t, bool *suits, struct err *e)
{
    struct str number = str_printf(a, "%" PRId64, u->resource), whole = people_full_name(a, u->given, u->family);
    const struct {
        const char *attr, *sub;
        struct str value;
        bool exact;
    } known[] = {{"id", NULL, number, true},           {"externalid", NULL, u->external_id, true}, {"username", NULL, u->user_name, false},
                 {"displayname", NULL, u->display, false}, {"name", "givenname", u->given, false},     {"name", "familyname", u->family, false},
                 {"name", "formatted", whole, false},   {"emails", NULL, u->email, false},           {"emails", "value", u->email, false},
                 {"emails", "type", S("work"), false},  {"emails", "primary", S("true"), false},
                 {"active", NULL, u->active ? S("true") : S("false"), false}};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq_z(t->attr, known[i].attr) && (known[i].sub == NULL ? t->sub.p == NULL : str_eq_z(t->sub, known[i].sub)) && t->op != SCIM_OTHER_OP) {
            *suits = compare(a, known[i].value, t, known[i].exact);
            return RC_OK;
        }
    return err_field(e, RC_INVALID, M_scim_filter, "invalidFilter", "%.*s", STR_ARG(t->attr));
}

enum rc scim_user_suits(struct arena *a, const struct scim_user *u, const struct scim_filter *f, bool *suits, struct err *e)
{
    bool all = true;
    for (size_t i = 0; i < f->count; i++) {
        bool one;
        TRY(term_suits(a, u, &f->terms[i], &one, e));
        all = all && one;
    }
    *suits = all;
    return RC_OK;
}

/* ---- what a request says of her ------------------------------------------------------------------------------------------------------------ */

/* Of several addresses the one that is said to be the first, else that of work, else any. */
static enum rc put_emails(struct scim_user *u, json_t *v, struct err *e)
{
    struct str best = STR_NONE;
    int rank = 0;
    bool list = json_is_array(v);
    for (size_t i = 0; i < (list ? json_array_size(v) : 1); i++) {
        json_t *one = list ? json_array_get(v, i) : v;
        struct str address, type = STR_NONE;
        bool primary = false;
        if (!scim_text(one, &address) || (json_is_object(one) && !scim_text(scim_member(one, "type"), &type)))
            return scim_bad_value(e, "emails");
        if (json_is_object(one) && scim_member(one, "primary") != NULL && !scim_truth(scim_member(one, "primary"), &primary))
            return scim_bad_value(e, "emails");
        int this = primary ? 3 : str_eq_nocase(type, S("work")) ? 2 : 1;
        if (address.n != 0 && this > rank) {
            best = address;
            rank = this;
        }
    }
    u->email = best;
    return RC_OK;
}

/* emails[type eq "work"]: the one address that is kept; any other is read over. */
static bool is_other_email(const struct scim_path *p)
{
    for (size_t i = 0; i < p->filter.count; i++) {
        const struct scim_term *t = &p->filter.terms[i];
        if (str_eq(t->sub, S("type")) && t->op == SCIM_EQ && !str_eq_nocase(t->text, S("work")))
            return true;
        if (str_eq(t->sub, S("primary")) && t->op == SCIM_EQ && !str_eq(t->text, S("true")))
            return true;
    }
    return false;
}

static enum rc put_email_path(struct scim_user *u, const struct scim_path *p, json_t *v, struct err *e)
{
    if (is_other_email(p) || (p->sub.p != NULL && !str_eq(p->sub, S("value"))))
        return RC_OK;
    if (v == NULL || json_is_null(v)) {
        u->email = STR_NONE;
        return RC_OK;
    }
    return put_emails(u, v, e);
}

static enum rc put_text(struct str *into, json_t *v, const char *attribute, struct err *e)
{
    struct str s;
    if (!scim_text(v, &s))
        return scim_bad_value(e, attribute);
    *into = s;
    return RC_OK;
}

static enum rc put_name_part(struct scim_user *u, struct str part, json_t *v, struct err *e)
{
    if (str_eq(part, S("givenname")))
        return put_text(&u->given, v, "name.givenName", e);
    if (str_eq(part, S("familyname")))
        return put_text(&u->family, v, "name.familyName", e);
    if (str_eq(part, S("formatted")))
        return put_text(&u->formatted, v, "name.formatted", e);
    return RC_OK;
}

static enum rc put_name(struct arena *a, struct scim_user *u, struct str part, json_t *v, struct err *e)
{
    const char *key;
    json_t *value;
    if (part.p != NULL)
        return put_name_part(u, part, v, e);
    if (v == NULL || json_is_null(v)) {
        u->given = u->family = STR_NONE;
        return RC_OK;
    }
    if (!json_is_object(v))
        return scim_bad_value(e, "name");
    json_object_foreach(v, key, value) {
        struct scim_path p;
        if (scim_path_read(a, str_from(key), &p, NULL) == RC_OK && p.sub.p == NULL)
            TRY(put_name_part(u, p.attr, value, e));
    }
    return RC_OK;
}

/* A language that Cadre speaks, by its beginning: "de-AT" is German. Another one is no language of hers here. */
static enum rc put_language(struct scim_user *u, json_t *v, struct err *e)
{
    struct str tag, base;
    if (!scim_text(v, &tag))
        return scim_bad_value(e, "preferredLanguage");
    u->language = STR_NONE;
    if (tag.n == 0 || !str_cut(&tag, '-', &base))
        return RC_OK;
    struct str ours = lang_tag(lang_find(base));
    if (str_eq_nocase(ours, base))
        u->language = ours;
    return RC_OK;
}

static enum rc put_zone(struct scim_user *u, json_t *v, struct err *e)
{
    struct str zone;
    if (!scim_text(v, &zone) || (zone.n != 0 && zone_find(zone) == NULL))
        return scim_bad_value(e, "timezone");
    u->zone = zone;
    return RC_OK;
}

enum rc scim_user_put_path(struct arena *a, struct scim_user *u, const struct scim_path *p, json_t *v, struct err *e)
{
    if (p->foreign)
        return RC_OK;
    if (p->attr.p == NULL)
        return json_is_object(v) ? scim_user_put_object(a, u, v, e) : scim_bad_value(e, "schemas");
    if (str_eq(p->attr, S("username"))) {
        TRY(put_text(&u->user_name, v, "userName", e));
        return u->user_name.n != 0 ? RC_OK : scim_bad_value(e, "userName");
    }
    if (str_eq(p->attr, S("externalid")))
        return put_text(&u->external_id, v, "externalId", e);
    if (str_eq(p->attr, S("displayname")))
        return put_text(&u->display, v, "displayName", e);
    if (str_eq(p->attr, S("name")))
        return put_name(a, u, p->sub, v, e);
    if (str_eq(p->attr, S("emails")))
        return put_email_path(u, p, v, e);
    if (str_eq(p->attr, S("preferredlanguage")))
        return put_language(u, v, e);
    if (str_eq(p->attr, S("timezone")))
        return put_zone(u, v, e);
    if (str_eq(p->attr, S("active")))
        return scim_truth(v, &u->active) ? RC_OK : scim_bad_value(e, "active");
    return RC_OK;
}

static bool is_read_only(struct str attr)
{
    return str_eq(attr, S("id")) || str_eq(attr, S("meta")) || str_eq(attr, S("schemas")) || str_eq(attr, S("groups"));
}

enum rc scim_user_put_object(struct arena *a, struct scim_user *u, json_t *object, struct err *e)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        struct scim_path p;
        TRY(scim_path_read(a, str_from(key), &p, e));
        if (!is_read_only(p.attr)) /* said of what the sender cannot change: read over (RFC 7644, 3.5.1) */
            TRY(scim_user_put_path(a, u, &p, value, e));
    }
    return RC_OK;
}

enum rc scim_user_apply(struct arena *a, struct scim_user *u, const struct scim_patch *patch, struct err *e)
{
    for (size_t i = 0; i < patch->count; i++) {
        const struct scim_operation *o = &patch->operations[i];
        if (o->pathless) {
            TRY(scim_user_put_object(a, u, o->value, e));
            continue;
        }
        if (is_read_only(o->path.attr))
            return err_field(e, RC_INVALID, M_scim_read_only, "mutability", "%.*s", STR_ARG(o->path.attr));
        if (o->verb == SCIM_REMOVE && (str_eq(o->path.attr, S("active")) || str_eq(o->path.attr, S("username"))))
            return err_field(e, RC_INVALID, M_scim_read_only, "mutability", "%.*s", STR_ARG(o->path.attr));
        TRY(scim_user_put_path(a, u, &o->path, o->verb == SCIM_REMOVE ? NULL : o->value, e));
    }
    return RC_OK;
}
