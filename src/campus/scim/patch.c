/* Bodies of SCIM: JSON from outside, the values it may hold in place of what the standard says, and the operations of a PATCH (RFC 7644, 3.5.2)
 * as Entra ID and Okta send them: "Add" and "Replace" with capitals, operations without a path, truth values as texts, single values in
 * lists. */
#include "base/json_shape.h"
#include "base/utf8.h"
#include "campus/scim/inside.h"
#include "gen/msg_scim.h"

#define DEPTH_MOST 16u
#define VALUES_MOST 200000u

static void drop_json(void *json)
{
    json_decref(json);
}

enum rc scim_parse(struct arena *a, struct str text, json_t **out, struct err *e)
{
    struct json_shape shape = json_shape(text);
    json_error_t why;
    if (shape.depth > DEPTH_MOST || shape.values > VALUES_MOST)
        return err_field(e, RC_MALFORMED, M_scim_deep, "invalidSyntax", NULL);
    *out = json_loadb(text.p != NULL ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
    if (*out == NULL)
        return err_field(e, RC_MALFORMED, M_scim_json, "invalidSyntax", "%d: %.*s", why.line, STR_ARG(utf8_clean(a, str_from(why.text))));
    arena_defer(a, drop_json, *out);
    if (!json_is_object(*out))
        return err_field(e, RC_MALFORMED, M_scim_object, "invalidSyntax", NULL);
    return RC_OK;
}

enum rc scim_bad_value(struct err *e, const char *attribute)
{
    return err_field(e, RC_INVALID, M_scim_value, "invalidValue", "%s", attribute);
}

json_t *scim_member(json_t *object, const char *name)
{
    json_t *exact = json_object_get(object, name), *value;
    const char *key;
    if (exact != NULL)
        return exact;
    json_object_foreach(object, key, value) {
        if (str_eq_nocase(str_from(key), str_from(name)))
            return value;
    }
    return NULL;
}

/* What a list of one, or an object with a value, holds. */
static json_t *unwrap(json_t *v)
{
    if (json_is_array(v) && json_array_size(v) == 1)
        v = json_array_get(v, 0);
    return json_is_object(v) ? scim_member(v, "value") : v;
}

bool scim_text(json_t *v, struct str *out)
{
    v = unwrap(v);
    *out = STR_NONE;
    if (v == NULL || json_is_null(v))
        return true;
    if (!json_is_string(v))
        return false;
    *out = str_trim((struct str){json_string_value(v), json_string_length(v)});
    if (out->n == 0)
        *out = STR_NONE;
    return out->n <= SCIM_TEXT_MOST && utf8_is_text(*out);
}

bool scim_truth(json_t *v, bool *out)
{
    struct str word;
    v = unwrap(v);
    if (json_is_boolean(v)) {
        *out = json_is_true(v);
        return true;
    }
    if (!json_is_string(v) || !scim_text(v, &word))
        return false;
    *out = str_eq_nocase(word, S("true"));
    return *out || str_eq_nocase(word, S("false"));
}

static enum rc read_operation(struct arena *a, json_t *json, struct scim_operation *o, struct err *e)
{
    static const struct {
        struct str word;
        enum scim_verb verb;
    } verbs[] = {{S_INIT("add"), SCIM_ADD}, {S_INIT("replace"), SCIM_REPLACE}, {S_INIT("remove"), SCIM_REMOVE}};
    struct str word, path;
    json_t *named = scim_member(json, "path");
    if (!json_is_object(json) || !scim_text(scim_member(json, "op"), &word) || !scim_text(named, &path))
        return err_field(e, RC_INVALID, M_scim_operation, "invalidSyntax", NULL);
    size_t i = 0;
    while (i < COUNT_OF(verbs) && !str_eq_nocase(word, verbs[i].word))
        i++;
    if (i == COUNT_OF(verbs))
        return err_field(e, RC_INVALID, M_scim_operation, "invalidSyntax", NULL);
    *o = (struct scim_operation){.verb = verbs[i].verb, .pathless = path.n == 0, .value = scim_member(json, "value")};
    if (!o->pathless)
        TRY(scim_path_read(a, path, &o->path, e));
    if (o->verb == SCIM_REMOVE && o->pathless)
        return err_field(e, RC_INVALID, M_scim_no_target, "noTarget", NULL);
    if (o->verb != SCIM_REMOVE && (o->value == NULL || (o->pathless && !json_is_object(o->value))))
        return err_field(e, RC_INVALID, M_scim_operation, "invalidValue", NULL);
    return RC_OK;
}

enum rc scim_patch_read(struct arena *a, json_t *body, struct scim_patch *out, struct err *e)
{
    json_t *list = scim_member(body, "Operations");
    bool single = json_is_object(list);
    if (!single && (!json_is_array(list) || json_array_size(list) == 0))
        return err_field(e, RC_INVALID, M_scim_operation, "invalidSyntax", NULL);
    out->count = single ? 1 : json_array_size(list);
    out->operations = ARENA_ARRAY(a, out->count, struct scim_operation);
    for (size_t i = 0; i < out->count; i++)
        TRY(read_operation(a, single ? list : json_array_get(list, i), &out->operations[i], e));
    return RC_OK;
}
