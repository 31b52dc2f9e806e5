/* What this server can do, for clients that ask first (RFC 7643, 5 to 7): written from one table of the attributes that are kept. */
#include "campus/scim/inside.h"
#include "out/mail.h"

struct attribute {
    const char *name, *type, *text;
    bool required, multi, exact, read_only, unique;
    const struct attribute *subs;
    size_t sub_count;
};

static const struct attribute name_parts[] = {
    {.name = "formatted", .type = "string", .text = "Given name and family name"},
    {.name = "familyName", .type = "string", .text = "Family name"},
    {.name = "givenName", .type = "string", .text = "Given name"},
};
static const struct attribute email_parts[] = {
    {.name = "value", .type = "string", .text = "E-mail address"},
    {.name = "type", .type = "string", .text = "Always \"work\"", .read_only = true},
    {.name = "primary", .type = "boolean", .text = "Always true: one address is kept", .read_only = true},
};
static const struct attribute member_parts[] = {
    {.name = "value", .type = "string", .text = "The id of a user", .exact = true},
    {.name = "$ref", .type = "reference", .text = "The address of the user", .exact = true, .read_only = true},
    {.name = "display", .type = "string", .text = "How the user is called", .read_only = true},
    {.name = "type", .type = "string", .text = "Always \"User\"", .read_only = true},
};
static const struct attribute user_attributes[] = {
    {.name = "userName", .type = "string", .text = "The name by which the other system knows the user", .required = true, .unique = true},
    {.name = "name", .type = "complex", .text = "The parts of the name", .subs = name_parts, .sub_count = COUNT_OF(name_parts)},
    {.name = "displayName", .type = "string", .text = "How the user is called"},
    {.name = "emails", .type = "complex", .text = "The e-mail address that is kept", .multi = true, .subs = email_parts, .sub_count = COUNT_OF(email_parts)},
    {.name = "preferredLanguage", .type = "string", .text = "A language of this site"},
    {.name = "timezone", .type = "string", .text = "A name of the IANA time zone database"},
    {.name = "active", .type = "boolean", .text = "Whether the user may sign in"},
};
static const struct attribute group_attributes[] = {
    {.name = "displayName", .type = "string", .text = "How the group is called", .required = true},
    {.name = "members", .type = "complex", .text = "Users of the group", .multi = true, .subs = member_parts, .sub_count = COUNT_OF(member_parts)},
};

static const struct kind {
    const char *name, *endpoint, *schema, *text;
    const struct attribute *attributes;
    size_t count;
} kinds[] = {
    {"User", "/Users", SCIM_USER_SCHEMA, "People", user_attributes, COUNT_OF(user_attributes)},
    {"Group", "/Groups", SCIM_GROUP_SCHEMA, "Groups of people", group_attributes, COUNT_OF(group_attributes)},
};

static json_t *attribute_json(const struct attribute *t)
{
    json_t *o = json_pack("{s:s, s:s, s:b, s:s, s:b, s:s, s:s}", "name", t->name, "type", t->type, "multiValued", t->multi, "description", t->text, "required", t->required, "mutability",
                          t->read_only ? "readOnly" : "readWrite", "returned", "default");
    if (strcmp(t->type, "string") == 0 || strcmp(t->type, "reference") == 0)
        json_object_set_new(o, "caseExact", json_boolean(t->exact));
    if (strcmp(t->type, "complex") != 0)
        json_object_set_new(o, "uniqueness", json_string(t->unique ? "server" : "none"));
    if (strcmp(t->type, "reference") == 0)
        json_object_set_new(o, "referenceTypes", json_pack("[s]", "User"));
    return o;
}

static json_t *attributes_json(const struct attribute *t, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = attribute_json(&t[i]), *subs = json_array();
        for (size_t k = 0; k < t[i].sub_count; k++)
            json_array_append_new(subs, attribute_json(&t[i].subs[k]));
        if (t[i].sub_count != 0)
            json_object_set(o, "subAttributes", subs);
        json_decref(subs);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *meta(struct arena *a, const char *type, struct str path)
{
    return json_pack("{s:s, s:o}", "resourceType", type, "location", scim_str(mail_link(a, str_concat(a, S("/scim/v2"), path))));
}

static json_t *schema_json(struct ctx *c, const struct kind *k)
{
    return json_pack("{s:[s], s:s, s:s, s:s, s:o, s:o}", "schemas", "urn:ietf:params:scim:schemas:core:2.0:Schema", "id", k->schema, "name", k->name, "description", k->text, "attributes",
                     attributes_json(k->attributes, k->count), "meta", meta(c->a, "Schema", str_printf(c->a, "/Schemas/%s", k->schema)));
}

static json_t *type_json(struct ctx *c, const struct kind *k)
{
    return json_pack("{s:[s], s:s, s:s, s:s, s:s, s:s, s:[], s:o}", "schemas", "urn:ietf:params:scim:schemas:core:2.0:ResourceType", "id", k->name, "name", k->name, "endpoint", k->endpoint,
                     "description", k->text, "schema", k->schema, "schemaExtensions", "meta", meta(c->a, "ResourceType", str_printf(c->a, "/ResourceTypes/%s", k->name)));
}

typedef json_t *kind_json(struct ctx *c, const struct kind *k);

static enum rc send_kinds(struct ctx *c, kind_json *as_json)
{
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        json_array_append_new(list, as_json(c, &kinds[i]));
    return scim_send_list(c, &(struct scim_list){.start = 1}, COUNT_OF(kinds), list);
}

static enum rc send_kind(struct ctx *c, kind_json *as_json)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(c->rq->params[0], kinds[i].name) || str_eq_z(c->rq->params[0], kinds[i].schema))
            return scim_send(c, 200, as_json(c, &kinds[i]));
    return RC_NOT_FOUND;
}

static enum rc types(struct ctx *c)
{
    return send_kinds(c, type_json);
}
enum rc scim_get_types(struct ctx *c)
{
    return scim_run(c, types);
}
static enum rc one_type(struct ctx *c)
{
    return send_kind(c, type_json);
}
enum rc scim_get_type(struct ctx *c)
{
    return scim_run(c, one_type);
}
static enum rc schemas(struct ctx *c)
{
    return send_kinds(c, schema_json);
}
enum rc scim_get_schemas(struct ctx *c)
{
    return scim_run(c, schemas);
}
static enum rc one_schema(struct ctx *c)
{
    return send_kind(c, schema_json);
}
enum rc scim_get_schema(struct ctx *c)
{
    return scim_run(c, one_schema);
}

static enum rc config(struct ctx *c)
{
    json_t *key = json_pack("[{s:s, s:s, s:s, s:b}]", "type", "oauthbearertoken", "name", "Key for programs", "description", "A key that an administrator makes under Account, keys for programs",
                            "primary", 1);
    json_t *o = json_pack("{s:[s], s:{s:b}, s:{s:b, s:i, s:i}, s:{s:b, s:i}, s:{s:b}, s:{s:b}, s:{s:b}, s:o, s:o}", "schemas",
                          "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig", "patch", "supported", 1, "bulk", "supported", 0, "maxOperations", 0, "maxPayloadSize", 0, "filter",
                          "supported", 1, "maxResults", SCIM_PAGE_MOST, "changePassword", "supported", 0, "sort", "supported", 0, "etag", "supported", 1, "authenticationSchemes", key, "meta",
                          meta(c->a, "ServiceProviderConfig", S("/ServiceProviderConfig")));
    return scim_send(c, 200, o);
}

enum rc scim_get_config(struct ctx *c)
{
    return scim_run(c, config);
}
