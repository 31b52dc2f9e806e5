/* JSON (jansson) into the CASE model, member by member as case.c describes them. See case_read.h. */
#include "campus/case/case_read.h"

#include <jansson.h>
#include <math.h>

#include "base/buf.h"
#include "base/json_shape.h"
#include "base/strmap.h"
#include "gen/msg_case.h"

#define DEPTH_MAX 100u      /* CASE itself needs eight levels; the rest is for what others add */
#define VALUES_MAX 3000000u /* 50,000 items with all that can be said about them */

struct reader {
    struct arena *a;
    struct problems *p;
    struct buf path;
};

static void read_object(struct reader *r, const struct case_type *t, const json_t *json, char *object);

static struct str text_of(struct reader *r, const json_t *json)
{
    return str_dup(r->a, (struct str){json_string_value(json), json_string_length(json)});
}

static void tell(struct reader *r, msg_id msg, const char *name)
{
    struct str path = buf_text(&r->path);
    const char *dot = path.n != 0 && *name != '\0' ? "." : "";
    problems_warn(r->p, S(""), 0, str_printf(r->a, "%.*s%s%s", STR_ARG(path), dot, name), msg, NULL);
}

/* Puts a member's name behind the path; returns the length to go back to. */
static size_t enter(struct reader *r, const char *name, size_t i, bool indexed)
{
    size_t n = r->path.n;
    buf_printf(&r->path, "%s%s", n != 0 ? "." : "", name);
    if (indexed)
        buf_printf(&r->path, "[%zu]", i);
    return n;
}

static bool read_text(struct reader *r, const char *name, const json_t *json, struct str *out)
{
    struct buf b = buf_new(r->a, 24);
    if (json_is_string(json)) {
        *out = text_of(r, json);
        return true;
    }
    if (!json_is_number(json))
        return false;
    if (json_is_integer(json))
        buf_int(&b, json_integer_value(json));
    else
        buf_real(&b, json_real_value(json));
    *out = buf_text(&b);
    tell(r, M_case_number_for_text, name);
    return true;
}

static bool read_texts(struct reader *r, const char *name, const json_t *json, struct case_texts *out)
{
    if (json_is_string(json)) {
        *out = (struct case_texts){ARENA_NEW(r->a, struct str), 1, CASE_SINGLE};
        out->items[0] = text_of(r, json);
        return true;
    }
    size_t n = json_array_size(json);
    struct case_texts got = {ARENA_ARRAY(r->a, n, struct str), n, CASE_PRESENT};
    for (size_t i = 0; i < n; i++)
        if (!read_text(r, name, json_array_get(json, i), &got.items[i]))
            return false;
    if (!json_is_array(json))
        return false;
    *out = got;
    return true;
}

static bool read_integer(const json_t *json, struct case_integer *out)
{
    int64_t v;
    if (json_is_integer(json))
        v = json_integer_value(json);
    else if (json_is_real(json) && fabs(json_real_value(json)) < 9e15 &&
             trunc(json_real_value(json)) >= json_real_value(json) &&
             floor(json_real_value(json)) >= json_real_value(json))
        v = (int64_t)json_real_value(json);
    else if (!json_is_string(json) || !str_to_int((struct str){json_string_value(json), json_string_length(json)}, &v))
        return false;
    *out = (struct case_integer){true, v};
    return true;
}

static bool read_number(const json_t *json, struct case_number *out)
{
    if (!json_is_number(json))
        return false;
    *out = (struct case_number){true, json_number_value(json) + 0.0}; /* one zero, not two */
    return true;
}

static bool read_link(struct reader *r, const char *name, const json_t *json, struct case_link *out)
{
    if (json_is_string(json)) { /* the address alone */
        *out = (struct case_link){.shape = CASE_PRESENT, .uri = text_of(r, json)};
        tell(r, M_case_text_for_link, name);
        return true;
    }
    if (!json_is_object(json))
        return false;
    read_object(r, &case_link_type, json, (char *)out);
    out->shape = CASE_PRESENT;
    return true;
}

static bool read_links(struct reader *r, const char *name, const json_t *json, struct case_links *out)
{
    bool single = !json_is_array(json);
    size_t n = single ? 1 : json_array_size(json);
    struct case_links got = {ARENA_ARRAY(r->a, n, struct case_link), n, single ? CASE_SINGLE : CASE_PRESENT};
    for (size_t i = 0; i < n; i++) {
        size_t back = enter(r, name, i, true);
        bool ok = read_link(r, "", single ? json : json_array_get(json, i), &got.items[i]);
        r->path.n = back;
        if (!ok)
            return false;
    }
    *out = got;
    return true;
}

/* A list whose elements are all objects; anything else is not a list of this kind. */
static bool read_list(struct reader *r, const struct case_field *f, const json_t *json, struct case_any_list *out)
{
    if (!json_is_array(json))
        return false;
    size_t n = json_array_size(json);
    for (size_t i = 0; i < n; i++)
        if (!json_is_object(json_array_get(json, i)))
            return false;
    char *items = arena_array(r->a, n, f->of->size);
    for (size_t i = 0; i < n; i++) {
        size_t back = enter(r, f->name, i, true);
        read_object(r, f->of, json_array_get(json, i), items + i * f->of->size);
        r->path.n = back;
    }
    *out = (struct case_any_list){items, n, CASE_PRESENT};
    return true;
}

static bool read_nested(struct reader *r, const struct case_field *f, const json_t *json, char *out)
{
    if (!json_is_object(json))
        return false;
    size_t back = enter(r, f->name, 0, false);
    read_object(r, f->of, json, out);
    *(enum case_shape *)(void *)out = CASE_PRESENT;
    r->path.n = back;
    return true;
}

/* False: the member has not the type it should have. */
static bool read_field(struct reader *r, const struct case_field *f, const json_t *json, void *out)
{
    switch (f->kind) {
    case CASE_TEXT:
        return read_text(r, f->name, json, out);
    case CASE_TEXTS:
        return read_texts(r, f->name, json, out);
    case CASE_INTEGER:
        return read_integer(json, out);
    case CASE_NUMBER:
        return read_number(json, out);
    case CASE_LINK:
        return read_link(r, f->name, json, out);
    case CASE_LINKS:
        return read_links(r, f->name, json, out);
    case CASE_OBJECT:
        return read_nested(r, f, json, out);
    case CASE_LIST:
        return read_list(r, f, json, out);
    }
    return false;
}

static const struct case_field *find_field(const struct case_type *t, const char *name)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (strcmp(t->fields[i].name, name) == 0)
            return &t->fields[i];
    return NULL;
}

static int dump_into(const char *bytes, size_t n, void *buf)
{
    buf_add(buf, bytes, n);
    return 0;
}

static void keep_extra(struct reader *r, struct buf *extra, const char *name, const json_t *json)
{
    if (extra->a == NULL)
        *extra = buf_new(r->a, 64);
    buf_ch(extra, extra->n == 0 ? '{' : ',');
    buf_json(extra, str_from(name));
    buf_ch(extra, ':');
    json_dump_callback(json, dump_into, extra, JSON_COMPACT | JSON_ENCODE_ANY);
}

static void read_object(struct reader *r, const struct case_type *t, const json_t *json, char *object)
{
    memset(object, 0, t->size);
    struct buf extra = {0};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) /* the macro takes no const; nothing is changed */
    {
        const struct case_field *f = find_field(t, name);
        if (f != NULL && !json_is_null(value)) {
            if (read_field(r, f, value, object + f->offset))
                continue;
            tell(r, M_case_wrong_type, name);
        }
        keep_extra(r, &extra, name, value);
    }
    if (extra.n != 0) {
        buf_ch(&extra, '}');
        *(struct str *)(void *)(object + t->extra) = buf_text(&extra);
    }
}

/* ---- does it make sense
 * ---------------------------------------------------------------------------------------------- */

static void require(struct problems *p, struct arena *a, struct str value, const char *list, size_t i,
                    const char *member)
{
    struct str trimmed = str_trim(value);
    if (str_empty(trimmed))
        problems_add(p, S(""), 0, str_printf(a, "%s[%zu].%s", list, i, member), M_case_missing, "%s", member);
}

static void check_package(struct arena *a, const struct case_package *k, struct problems *p)
{
    if (k->document.shape == CASE_ABSENT)
        problems_add(p, S(""), 0, S("CFDocument"), M_case_no_document, NULL);
    else if (str_empty(str_trim(k->document.title)))
        problems_add(p, S(""), 0, S("CFDocument.title"), M_case_missing, "title");
    if (k->document.shape != CASE_ABSENT && str_empty(k->document.identifier))
        problems_add(p, S(""), 0, S("CFDocument.identifier"), M_case_missing, "identifier");
    struct strmap seen = strmap_new(a);
    strmap_add(&seen, k->document.identifier, 0);
    for (size_t i = 0; i < k->items.count; i++) {
        const struct case_item *item = &k->items.items[i];
        require(p, a, item->identifier, "CFItems", i, "identifier");
        require(p, a, item->full_statement, "CFItems", i, "fullStatement");
        if (!str_empty(item->identifier) && strmap_add(&seen, item->identifier, i) != STRMAP_NONE)
            problems_add(p, S(""), 0, str_printf(a, "CFItems[%zu].identifier", i), M_case_identifier_twice, "%.*s",
                         STR_ARG(item->identifier));
    }
    for (size_t i = 0; i < k->associations.count; i++)
        require(p, a, k->associations.items[i].type, "CFAssociations", i, "associationType");
}

static enum rc load(struct str text, json_t **json, struct err *e)
{
    if (text.n > CASE_MAX_BYTES)
        return err_set(e, RC_TOO_LARGE, M_case_too_large, "%zu", CASE_MAX_BYTES >> 20);
    if (str_starts(text, S("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.n);
    struct json_shape shape = json_shape(text);
    if (shape.depth > DEPTH_MAX)
        return err_set(e, RC_MALFORMED, M_case_too_deep, "%u", DEPTH_MAX);
    if (shape.values > VALUES_MAX)
        return err_set(e, RC_TOO_LARGE, M_case_too_many, "%u", VALUES_MAX);
    json_error_t error;
    *json = json_loadb(text.n != 0 ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (*json != NULL && json_is_object(*json))
        return RC_OK;
    if (*json != NULL)
        json_decref(*json);
    *json = NULL;
    if (error.line > 0)
        return err_set(e, RC_MALFORMED, M_case_json, "%d: %s", error.line, error.text);
    return err_set(e, RC_MALFORMED, M_case_not_package, NULL);
}

enum rc case_read_object(struct arena *a, const struct case_type *type, struct str json, void *object,
                         struct problems *p, struct err *e)
{
    json_t *root;
    TRY(load(json, &root, e));
    struct reader r = {.a = a, .p = p, .path = buf_new(a, 64)};
    read_object(&r, type, root, object);
    if (type == &case_document_type || type == &case_definitions_type || type == &case_link_type)
        *(enum case_shape *)object = CASE_PRESENT;
    json_decref(root);
    return RC_OK;
}

enum rc case_read(struct arena *a, struct str json, struct case_package **out, struct problems *p, struct err *e)
{
    struct case_package *k = ARENA_NEW(a, struct case_package);
    *out = NULL;
    TRY(case_read_object(a, &case_package_type, json, k, p, e));
    check_package(a, k, p);
    *out = k;
    return RC_OK;
}
