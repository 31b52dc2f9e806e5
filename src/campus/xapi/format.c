/* Statements in the forms that are asked for: exact, as they came; ids, with what names each thing alone; canonical, with what all
 * statements together say of activities, in one language. And the merging that "together" means. */
#include "base/clock.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/text.h"

/* ---- together ------------------------------------------------------------------------------------------------------------------------ */

/* Language maps and extensions grow, all else is as it was said last. */
bool xapi_merge_definition(json_t *known, json_t *said)
{
    static const char *const growing[] = {"name", "description", "extensions"};
    const char *name;
    json_t *value;
    bool changed = false;
    json_object_foreach(said, name, value)
    {
        json_t *before = json_object_get(known, name);
        bool grows = false;
        for (size_t i = 0; i < COUNT_OF(growing); i++)
            grows = grows || strcmp(name, growing[i]) == 0;
        if (before != NULL && json_equal(before, value))
            continue;
        if (!grows || before == NULL) {
            json_object_set_new(known, name, json_deep_copy(value));
            changed = true;
            continue;
        }
        const char *key;
        json_t *one;
        json_object_foreach(value, key, one)
        {
            json_t *had = json_object_get(before, key);
            if (had == NULL || !json_equal(had, one)) {
                json_object_set_new(before, key, json_deep_copy(one));
                changed = true;
            }
        }
    }
    return changed;
}

/* ---- what is known -------------------------------------------------------------------------------------------------------------------- */

#define ASKED_BYTES (8u * 1024u) /* of names in one question: reading them takes the square of it */

struct asking {
    struct arena *a;
    const struct strmap *ids;
    struct str *known;
};

static enum rc on_known(void *arg, const struct row_xapi_activities_known *r)
{
    struct asking *s = arg;
    size_t at = strmap_get(s->ids, r->id);
    if (at != STRMAP_NONE)
        s->known[at] = str_dup(s->a, r->definition);
    return RC_OK;
}

enum rc xapi_known_definitions(struct db *db, struct arena *a, const struct strmap *ids, const struct str *names, size_t count, struct str **known)
{
    struct asking s = {.a = a, .ids = ids, .known = ARENA_ARRAY(a, count, struct str)};
    *known = s.known;
    for (size_t i = 0; i < count;) {
        struct buf b = buf_new(a, 4096);
        for (; i < count && b.n < ASKED_BYTES; i++) {
            size_t letters = 0;
            for (size_t k = 0; k < names[i].n; k++)
                letters += ((unsigned char)names[i].p[k] & 0xc0) != 0x80;
            buf_printf(&b, "%04zu", letters);
            buf_str(&b, names[i]);
        }
        TRY(sql_xapi_activities_known(db, a, buf_text(&b), on_known, &s));
    }
    return RC_OK;
}

/* ---- one language ------------------------------------------------------------------------------------------------------------------------ */

/* How well a tag suits a range of Accept-Language (RFC 4647, lookup): the longer the common beginning the better; 0: not. */
static size_t suits(struct str tag, struct str range)
{
    if (range.n == 1 && range.p[0] == '*')
        return 1;
    if (str_eq_nocase(tag, range))
        return 1000;
    struct str shorter = tag.n < range.n ? tag : range, longer = tag.n < range.n ? range : tag;
    return longer.p[shorter.n] == '-' && str_eq_nocase(str_sub(longer, 0, shorter.n), shorter) ? 2 + shorter.n : 0;
}

/* What the header thinks of a tag: its weight, of which there are a thousand, then how exactly it is named. */
static double weight(struct str tag, struct str header)
{
    double best = 0;
    size_t most = 0;
    struct str range;
    while (str_cut(&header, ',', &range)) {
        struct str parameters = range, language;
        str_cut(&parameters, ';', &language);
        double q = 1;
        size_t at;
        if (str_find(parameters, S("q="), &at) && !str_to_real(str_trim(str_sub(parameters, at + 2, parameters.n)), &q))
            q = 0;
        size_t how = suits(tag, str_trim(language));
        if (how > most) {
            most = how;
            best = q + (double)how * 1e-7;
        }
    }
    return best;
}

static void one_of_map(json_t *map, struct str languages)
{
    const char *tag, *best = NULL;
    json_t *text;
    double most = -1;
    if (json_object_size(map) < 2)
        return;
    json_object_foreach(map, tag, text)
    {
        double w = weight(str_from(tag), languages);
        if (w > most) {
            most = w;
            best = tag;
        }
    }
    text = json_incref(json_object_get(map, best));
    char *kept = strdup(best);
    json_object_clear(map);
    json_object_set_new(map, kept, text);
    free(kept);
}

void xapi_one_language(json_t *definition, struct str languages)
{
    static const char *const lists[] = {"choices", "scale", "source", "target", "steps"};
    one_of_map(json_object_get(definition, "name"), languages);
    one_of_map(json_object_get(definition, "description"), languages);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        json_t *list = json_object_get(definition, lists[i]);
        for (size_t k = 0; k < json_array_size(list); k++)
            one_of_map(json_object_get(json_array_get(list, k), "description"), languages);
    }
}

/* ---- the parts of a statement -------------------------------------------------------------------------------------------------------------- */

struct shaping {
    struct ctx *c;
    enum xapi_format format;
    struct str languages;
    bool naming;             /* canonical, before anything is known: the activities are only noted */
    struct strmap ids;       /* of the activities of all statements: places in the next two */
    struct str *names, *known;
    size_t count, room;
};

static void keep_only(json_t *o, const char *const *names, size_t count)
{
    const char *name;
    void *next;
    json_t *v;
    json_object_foreach_safe(o, next, name, v)
    {
        bool kept = false;
        for (size_t i = 0; i < count; i++)
            kept = kept || strcmp(names[i], name) == 0;
        if (!kept)
            json_object_del(o, name);
    }
}

static bool is_type(json_t *o, const char *type)
{
    const char *is = json_string_value(json_object_get(o, "objectType"));
    return is != NULL && strcmp(is, type) == 0;
}

static void note(struct shaping *s, struct str id)
{
    if (strmap_add(&s->ids, id, s->count) != STRMAP_NONE)
        return;
    if (s->count == s->room) {
        size_t room = s->room != 0 ? 2 * s->room : 64;
        s->names = arena_grow(s->c->a, s->names, s->room * sizeof *s->names, room * sizeof *s->names);
        s->room = room;
    }
    s->names[s->count++] = id;
}

static void shape_activity(struct shaping *s, json_t *o)
{
    static const char *const ids[] = {"id"}; /* what has no type is an activity */
    if (o == NULL)
        return;
    if (s->format == XAPI_IDS) {
        keep_only(o, ids, COUNT_OF(ids));
        return;
    }
    struct str id = str_from(json_string_value(json_object_get(o, "id")));
    if (s->naming) {
        note(s, id);
        return;
    }
    size_t at = strmap_get(&s->ids, id);
    if (at != STRMAP_NONE && s->known[at].p != NULL)
        json_object_set_new(o, "definition", json_loadb(s->known[at].p, s->known[at].n, 0, NULL));
    xapi_one_language(json_object_get(o, "definition"), s->languages);
}

/* Of a group with an identifier that is enough; one without is its members. */
static void shape_agent(struct shaping *s, json_t *o)
{
    static const char *const ids[] = {"objectType", "mbox", "mbox_sha1sum", "openid", "account"}, *const members[] = {"objectType", "member"};
    if (s->format != XAPI_IDS || o == NULL)
        return;
    bool named = false;
    for (size_t i = 1; i < COUNT_OF(ids); i++)
        named = named || json_object_get(o, ids[i]) != NULL;
    if (named) {
        keep_only(o, ids, COUNT_OF(ids));
        return;
    }
    keep_only(o, members, COUNT_OF(members));
    json_t *list = json_object_get(o, "member");
    for (size_t i = 0; i < json_array_size(list); i++)
        keep_only(json_array_get(list, i), ids, COUNT_OF(ids));
}

static void shape_context(struct shaping *s, json_t *o)
{
    shape_agent(s, json_object_get(o, "instructor"));
    shape_agent(s, json_object_get(o, "team"));
    const char *kind;
    json_t *list;
    json_object_foreach(json_object_get(o, "contextActivities"), kind, list)
    {
        for (size_t i = 0; i < json_array_size(list); i++)
            shape_activity(s, json_array_get(list, i));
    }
    list = json_object_get(o, "contextAgents");
    for (size_t i = 0; i < json_array_size(list); i++)
        shape_agent(s, json_object_get(json_array_get(list, i), "agent"));
    list = json_object_get(o, "contextGroups");
    for (size_t i = 0; i < json_array_size(list); i++)
        shape_agent(s, json_object_get(json_array_get(list, i), "group"));
}

static void shape_one(struct shaping *s, json_t *o)
{
    static const char *const id[] = {"id"};
    json_t *verb = json_object_get(o, "verb"), *object = json_object_get(o, "object");
    shape_agent(s, json_object_get(o, "actor"));
    if (s->format == XAPI_IDS)
        keep_only(verb, id, COUNT_OF(id));
    else if (!s->naming)
        one_of_map(json_object_get(verb, "display"), s->languages);
    if (is_type(object, "Agent") || is_type(object, "Group"))
        shape_agent(s, object);
    else if (json_object_get(object, "objectType") == NULL || is_type(object, "Activity"))
        shape_activity(s, object);
    shape_context(s, json_object_get(o, "context"));
}

/* A statement, and one within it; not deeper. */
static void shape(struct shaping *s, json_t *o)
{
    shape_one(s, o);
    if (is_type(json_object_get(o, "object"), "SubStatement"))
        shape_one(s, json_object_get(o, "object"));
}

/* ---- writing ---------------------------------------------------------------------------------------------------------------------------- */

enum rc xapi_write_statements(struct ctx *c, const struct xapi_found *list, size_t count, enum xapi_format format, struct str languages, struct buf *b)
{
    struct shaping s = {.c = c, .format = format, .languages = languages, .ids = strmap_new(c->a)};
    json_t **json = ARENA_ARRAY(c->a, format != XAPI_EXACT ? count : 0, json_t *);
    for (size_t i = 0; i < count && format != XAPI_EXACT; i++)
        TRY(xapi_parse(c->a, list[i].body, &json[i], NULL));
    if (format == XAPI_CANONICAL) {
        s.naming = true;
        for (size_t i = 0; i < count; i++)
            shape(&s, json[i]);
        s.naming = false;
        TRY(xapi_known_definitions(c->db, c->a, &s.ids, s.names, s.count, &s.known));
    }
    for (size_t i = 0; i < count; i++) {
        struct str kept = list[i].body;
        char *text = NULL;
        if (format != XAPI_EXACT) {
            shape(&s, json[i]);
            text = json_dumps(json[i], JSON_COMPACT);
            ASSERT(text != NULL);
            kept = str_from(text);
        }
        if (i != 0)
            buf_ch(b, ',');
        xapi_text_shown(b, kept, str_from(list[i].id), list[i].seq / XAPI_SEQ_MS, list[i].authority);
        free(text);
    }
    return RC_OK;
}
