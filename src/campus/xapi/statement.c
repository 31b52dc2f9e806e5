/* Checking statements: see statement.h. What an object may have is a table of properties, each with a type; an object that has more than
 * its table, or something of another type, is refused. The walk goes as deep as the tables do, not as the input does. */
#include "campus/xapi/statement.h"

#include "base/buf.h"
#include "base/json_shape.h"
#include "base/msg.h"
#include "campus/xapi/lexical.h"
#include "gen/msg_xapi.h"

#define PATH_MOST 24

enum place { PLACE_STRICT, PLACE_RELATED, PLACE_NONE };

struct walk {
    struct arena *a;
    struct err *e;
    enum xapi_version version;
    struct xapi_facts *facts;
    struct xapi_term **term_end;
    struct xapi_named **activity_end, **agent_end;
    struct xapi_attachment **attachment_end;
    enum place place;
    bool inside; /* a substatement */
    const char *path[PATH_MOST];
    size_t depth;
};

typedef enum rc check_fn(struct walk *w, json_t *v);

struct property {
    const char *name;
    check_fn *check;
    bool required;
};

/* ---- what is wrong, and where ------------------------------------------------------------------------------------------------ */

static enum rc wrong(struct walk *w, msg_id msg)
{
    struct buf b = buf_new(w->a, 128);
    for (size_t i = 0; i < w->depth; i++) {
        buf_z(&b, i != 0 ? "." : "");
        buf_z(&b, w->path[i]);
    }
    return err_set(w->e, RC_MALFORMED, msg, "%.*s", STR_ARG(buf_text(&b)));
}

static void enter(struct walk *w, const char *name)
{
    ASSERT(w->depth < PATH_MOST);
    w->path[w->depth++] = name;
}

static enum rc leave(struct walk *w, enum rc rc)
{
    if (rc == RC_OK)
        w->depth--;
    return rc;
}

static struct str text_of(json_t *v)
{
    return (struct str){json_string_value(v), json_string_length(v)};
}

static const struct property *find(const struct property *table, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* Every member is in the table and of its type; what must be there is. */
static enum rc check_members(struct walk *w, json_t *v, const struct property *table, size_t count)
{
    if (!json_is_object(v))
        return wrong(w, M_xapi_not_object);
    const char *name;
    json_t *member;
    for (size_t i = 0; i < count; i++)
        if (table[i].required && json_object_get(v, table[i].name) == NULL) {
            enter(w, table[i].name);
            return wrong(w, M_xapi_missing);
        }
    json_object_foreach(v, name, member)
    {
        enter(w, name);
        const struct property *p = find(table, count, name);
        if (p == NULL)
            return wrong(w, M_xapi_unknown);
        TRY(leave(w, p->check(w, member)));
    }
    return RC_OK;
}
#define CHECK_MEMBERS(w, v, table) check_members(w, v, table, COUNT_OF(table))

static enum rc check_list(struct walk *w, json_t *v, check_fn *each)
{
    if (!json_is_array(v))
        return wrong(w, M_xapi_not_list);
    for (size_t i = 0; i < json_array_size(v); i++) {
        enter(w, str_printf(w->a, "%zu", i).p);
        TRY(leave(w, each(w, json_array_get(v, i))));
    }
    return RC_OK;
}

/* ---- simple types ------------------------------------------------------------------------------------------------------------- */

static enum rc check_string(struct walk *w, json_t *v)
{
    return json_is_string(v) ? RC_OK : wrong(w, M_xapi_not_string);
}

static enum rc check_word(struct walk *w, json_t *v, bool (*is)(struct str), msg_id msg)
{
    TRY(check_string(w, v));
    return is(text_of(v)) ? RC_OK : wrong(w, msg);
}

static enum rc check_uuid(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_uuid, M_xapi_not_uuid);
}

static enum rc check_iri(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_iri, M_xapi_not_iri);
}

static enum rc check_language(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_language, M_xapi_not_language);
}

static enum rc check_duration(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_duration, M_xapi_not_duration);
}

static enum rc check_media_type(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_media_type, M_xapi_not_media_type);
}

static enum rc check_sha2(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_sha2, M_xapi_not_sha2);
}

static enum rc check_mailto(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_mailto, M_xapi_not_mailto);
}

static enum rc check_sha1(struct walk *w, json_t *v)
{
    return check_word(w, v, xapi_is_sha1, M_xapi_not_sha1);
}

static bool is_timestamp(struct str s)
{
    int64_t ms;
    return xapi_timestamp(s, &ms);
}

static enum rc check_timestamp(struct walk *w, json_t *v)
{
    return check_word(w, v, is_timestamp, M_xapi_not_timestamp);
}

static enum rc check_bool(struct walk *w, json_t *v)
{
    return json_is_boolean(v) ? RC_OK : wrong(w, M_xapi_not_bool);
}

static enum rc check_number(struct walk *w, json_t *v)
{
    return json_is_number(v) ? RC_OK : wrong(w, M_xapi_not_number);
}

static enum rc check_length(struct walk *w, json_t *v)
{
    double n = json_number_value(v);
    return json_is_number(v) && n >= 0 && n <= 9007199254740992.0 && n == (double)(int64_t)n ? RC_OK : wrong(w, M_xapi_not_length);
}

static enum rc check_language_map(struct walk *w, json_t *v)
{
    if (!json_is_object(v))
        return wrong(w, M_xapi_not_object);
    const char *tag;
    json_t *text;
    json_object_foreach(v, tag, text)
    {
        enter(w, tag);
        if (!xapi_is_language(str_from(tag)))
            return wrong(w, M_xapi_not_language);
        TRY(leave(w, check_string(w, text)));
    }
    return RC_OK;
}

/* Values of extensions are anybody's own. */
static enum rc check_extensions(struct walk *w, json_t *v)
{
    if (!json_is_object(v))
        return wrong(w, M_xapi_not_object);
    const char *name;
    json_t *value;
    json_object_foreach(v, name, value)
    {
        enter(w, name);
        if (!xapi_is_iri(str_from(name)))
            return wrong(w, M_xapi_not_iri);
        TRY(leave(w, RC_OK));
    }
    return RC_OK;
}

/* ---- what it is found by -------------------------------------------------------------------------------------------------------- */

static enum rc add_term(struct walk *w, enum xapi_term_kind kind, struct str text)
{
    if (text.n > XAPI_KEY_MOST)
        return wrong(w, M_xapi_too_long);
    for (struct xapi_term *t = w->facts->terms; t != NULL; t = t->next)
        if (t->kind == kind && str_eq(t->text, text))
            return RC_OK;
    if (w->facts->term_count++ == XAPI_TERMS_MOST)
        return wrong(w, M_xapi_many_terms);
    struct xapi_term *t = ARENA_NEW(w->a, struct xapi_term);
    *t = (struct xapi_term){.kind = kind, .text = text};
    *w->term_end = t;
    w->term_end = &t->next;
    return RC_OK;
}

static void add_named(struct walk *w, struct xapi_named ***end, struct str id, json_t *definition, struct str name)
{
    struct xapi_named *n = ARENA_NEW(w->a, struct xapi_named);
    *n = (struct xapi_named){.id = id, .definition = definition, .name = name};
    **end = n;
    *end = &n->next;
}

/* ---- agents and groups ------------------------------------------------------------------------------------------------------- */

static enum rc check_account(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"homePage", check_iri, true}, {"name", check_string, true}};
    return CHECK_MEMBERS(w, v, table);
}

/* One of these names an agent; "mbox mailto:..." is how it is written down, an account by its page and name. */
static const struct property identifiers[] = {
    {"mbox", check_mailto, false}, {"mbox_sha1sum", check_sha1, false}, {"openid", check_iri, false}, {"account", check_account, false}};

static enum rc identifier_of(struct walk *w, json_t *v, struct str *out)
{
    *out = STR_NONE;
    for (size_t i = 0; i < COUNT_OF(identifiers); i++) {
        json_t *one = json_object_get(v, identifiers[i].name);
        if (one == NULL)
            continue;
        if (out->p != NULL)
            return wrong(w, M_xapi_two_identifiers);
        struct str text = json_is_object(one) ? str_printf(w->a, "%s %s", json_string_value(json_object_get(one, "homePage")), json_string_value(json_object_get(one, "name")))
                                              : text_of(one);
        *out = str_printf(w->a, "%s %.*s", identifiers[i].name, STR_ARG(text));
        if (memchr(out->p, '\0', out->n) != NULL || out->n > XAPI_KEY_MOST)
            return wrong(w, M_xapi_too_long);
    }
    return RC_OK;
}

static enum rc note_agent(struct walk *w, json_t *v, struct str identifier)
{
    struct str name = text_of(json_object_get(v, "name"));
    if (name.p != NULL)
        add_named(w, &w->agent_end, identifier, NULL, name);
    if (w->place == PLACE_NONE)
        return RC_OK;
    return add_term(w, w->place == PLACE_STRICT ? XAPI_AGENT : XAPI_AGENT_RELATED, identifier);
}

static enum rc check_objecttype(struct walk *w, json_t *v, const char *is)
{
    return v == NULL || (json_is_string(v) && str_eq_z(text_of(v), is)) ? RC_OK : wrong(w, M_xapi_object_type);
}

static enum rc check_agent(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, false}, {"name", check_string, false},
                                            {"mbox", check_mailto, false},       {"mbox_sha1sum", check_sha1, false},
                                            {"openid", check_iri, false},        {"account", check_account, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    TRY(check_objecttype(w, json_object_get(v, "objectType"), "Agent"));
    struct str identifier;
    TRY(identifier_of(w, v, &identifier));
    return identifier.p != NULL ? note_agent(w, v, identifier) : wrong(w, M_xapi_no_identifier);
}

static enum rc check_agents(struct walk *w, json_t *v)
{
    return check_list(w, v, check_agent);
}

static enum rc check_group(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, true}, {"name", check_string, false},   {"member", check_agents, false},
                                            {"mbox", check_mailto, false},      {"mbox_sha1sum", check_sha1, false}, {"openid", check_iri, false},
                                            {"account", check_account, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    TRY(check_objecttype(w, json_object_get(v, "objectType"), "Group"));
    struct str identifier;
    TRY(identifier_of(w, v, &identifier));
    if (identifier.p != NULL)
        return note_agent(w, v, identifier);
    return json_object_get(v, "member") != NULL ? RC_OK : wrong(w, M_xapi_no_member);
}

static bool is_type(json_t *v, const char *type)
{
    return str_eq_z(text_of(json_object_get(v, "objectType")), type);
}

static enum rc check_actor(struct walk *w, json_t *v)
{
    return is_type(v, "Group") ? check_group(w, v) : check_agent(w, v);
}

/* Who vouches: an agent, or the two of OAuth, a consumer and a user. Ours takes its place. */
static enum rc check_authority(struct walk *w, json_t *v)
{
    enum place before = w->place;
    w->place = PLACE_NONE;
    TRY(check_actor(w, v));
    w->place = before;
    if (!is_type(v, "Group"))
        return RC_OK;
    struct str identifier;
    TRY(identifier_of(w, v, &identifier));
    return identifier.p == NULL && json_array_size(json_object_get(v, "member")) == 2 ? RC_OK : wrong(w, M_xapi_authority);
}

/* ---- verbs and activities ------------------------------------------------------------------------------------------------------ */

static enum rc check_verb(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"id", check_iri, true}, {"display", check_language_map, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    if (w->inside)
        return RC_OK;
    struct str id = text_of(json_object_get(v, "id"));
    w->facts->voiding = str_eq_z(id, XAPI_VOIDED);
    return add_term(w, XAPI_VERB, id);
}

static enum rc check_component(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"id", check_string, true}, {"description", check_language_map, false}};
    return CHECK_MEMBERS(w, v, table);
}

static enum rc check_components(struct walk *w, json_t *v)
{
    TRY(check_list(w, v, check_component));
    json_t *seen = json_object();
    size_t n = json_array_size(v);
    for (size_t i = 0; i < n; i++)
        json_object_set_new(seen, json_string_value(json_object_get(json_array_get(v, i), "id")), json_true());
    bool distinct = json_object_size(seen) == n;
    json_decref(seen);
    return distinct ? RC_OK : wrong(w, M_xapi_component_twice);
}

static enum rc check_responses(struct walk *w, json_t *v)
{
    return check_list(w, v, check_string);
}

static const struct {
    const char *type, *first, *second;
} interactions[] = {{"true-false", NULL, NULL}, {"choice", "choices", NULL},    {"fill-in", NULL, NULL},       {"long-fill-in", NULL, NULL},
                    {"matching", "source", "target"}, {"performance", "steps", NULL}, {"sequencing", "choices", NULL}, {"likert", "scale", NULL},
                    {"numeric", NULL, NULL},    {"other", NULL, NULL}};

static enum rc check_interaction(struct walk *w, json_t *v)
{
    TRY(check_string(w, v));
    for (size_t i = 0; i < COUNT_OF(interactions); i++)
        if (str_eq_z(text_of(v), interactions[i].type))
            return RC_OK;
    return wrong(w, M_xapi_not_interaction);
}

static enum rc check_definition(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"name", check_language_map, false},
                                            {"description", check_language_map, false},
                                            {"type", check_iri, false},
                                            {"moreInfo", check_iri, false},
                                            {"extensions", check_extensions, false},
                                            {"interactionType", check_interaction, false},
                                            {"correctResponsesPattern", check_responses, false},
                                            {"choices", check_components, false},
                                            {"scale", check_components, false},
                                            {"source", check_components, false},
                                            {"target", check_components, false},
                                            {"steps", check_components, false}};
    static const char *const lists[] = {"choices", "scale", "source", "target", "steps"};
    TRY(CHECK_MEMBERS(w, v, table));
    struct str type = text_of(json_object_get(v, "interactionType"));
    if (type.p == NULL && json_object_get(v, "correctResponsesPattern") != NULL)
        return wrong(w, M_xapi_no_interaction);
    size_t k = 0;
    while (k < COUNT_OF(interactions) && !str_eq_z(type, interactions[k].type))
        k++;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        bool may = k < COUNT_OF(interactions) && ((interactions[k].first != NULL && strcmp(interactions[k].first, lists[i]) == 0) ||
                                                  (interactions[k].second != NULL && strcmp(interactions[k].second, lists[i]) == 0));
        if (!may && json_object_get(v, lists[i]) != NULL) {
            enter(w, lists[i]);
            return wrong(w, M_xapi_no_interaction);
        }
    }
    return RC_OK;
}

static enum rc check_activity(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, false}, {"id", check_iri, true}, {"definition", check_definition, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    TRY(check_objecttype(w, json_object_get(v, "objectType"), "Activity"));
    struct str id = text_of(json_object_get(v, "id"));
    json_t *definition = json_object_get(v, "definition");
    if (definition != NULL)
        add_named(w, &w->activity_end, id, definition, STR_NONE);
    return add_term(w, w->place == PLACE_STRICT ? XAPI_ACTIVITY : XAPI_ACTIVITY_RELATED, id);
}

/* ---- results and contexts ------------------------------------------------------------------------------------------------------ */

static enum rc check_score(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"scaled", check_number, false}, {"raw", check_number, false}, {"min", check_number, false}, {"max", check_number, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    json_t *scaled = json_object_get(v, "scaled"), *raw = json_object_get(v, "raw"), *min = json_object_get(v, "min"), *max = json_object_get(v, "max");
    double s = json_number_value(scaled), r = json_number_value(raw), least = json_number_value(min), most = json_number_value(max);
    if ((scaled != NULL && (s < -1 || s > 1)) || (min != NULL && max != NULL && least >= most) || (raw != NULL && min != NULL && r < least) ||
        (raw != NULL && max != NULL && r > most))
        return wrong(w, M_xapi_score);
    return RC_OK;
}

static enum rc check_result(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"score", check_score, false},       {"success", check_bool, false},      {"completion", check_bool, false},
                                            {"response", check_string, false},   {"duration", check_duration, false}, {"extensions", check_extensions, false}};
    return CHECK_MEMBERS(w, v, table);
}

static enum rc check_statement_ref(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, true}, {"id", check_uuid, true}};
    TRY(CHECK_MEMBERS(w, v, table));
    return check_objecttype(w, json_object_get(v, "objectType"), "StatementRef");
}

static enum rc check_related_activities(struct walk *w, json_t *v)
{
    return json_is_array(v) ? check_list(w, v, check_activity) : check_activity(w, v);
}

static enum rc check_context_activities(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"parent", check_related_activities, false}, {"grouping", check_related_activities, false},
                                            {"category", check_related_activities, false}, {"other", check_related_activities, false}};
    return CHECK_MEMBERS(w, v, table);
}

static enum rc check_relevant_types(struct walk *w, json_t *v)
{
    TRY(check_list(w, v, check_iri));
    return json_array_size(v) != 0 ? RC_OK : wrong(w, M_xapi_empty);
}

static enum rc check_context_agent(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, true}, {"agent", check_agent, true}, {"relevantTypes", check_relevant_types, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    return check_objecttype(w, json_object_get(v, "objectType"), "contextAgent");
}

static enum rc check_context_agents(struct walk *w, json_t *v)
{
    return check_list(w, v, check_context_agent);
}

static enum rc check_context_group(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"objectType", check_string, true}, {"group", check_group, true}, {"relevantTypes", check_relevant_types, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    return check_objecttype(w, json_object_get(v, "objectType"), "contextGroup");
}

static enum rc check_context_groups(struct walk *w, json_t *v)
{
    return check_list(w, v, check_context_group);
}

static enum rc check_context(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"registration", check_uuid, false},
                                            {"instructor", check_actor, false},
                                            {"team", check_group, false},
                                            {"contextActivities", check_context_activities, false},
                                            {"revision", check_string, false},
                                            {"platform", check_string, false},
                                            {"language", check_language, false},
                                            {"statement", check_statement_ref, false},
                                            {"extensions", check_extensions, false},
                                            {"contextAgents", check_context_agents, false},
                                            {"contextGroups", check_context_groups, false}};
    enum place before = w->place;
    w->place = PLACE_RELATED;
    TRY(check_members(w, v, table, COUNT_OF(table) - (w->version == XAPI_1_0 ? 2 : 0)));
    w->place = before;
    struct str registration = text_of(json_object_get(v, "registration"));
    if (registration.p == NULL || w->inside)
        return RC_OK;
    unsigned char bytes[16];
    char *text = arena_alloc(w->a, 37);
    xapi_uuid_bytes(registration, bytes);
    xapi_uuid_text(bytes, text);
    return add_term(w, XAPI_REGISTRATION, str_from(text));
}

/* ---- attachments ---------------------------------------------------------------------------------------------------------------- */

static enum rc check_attachment(struct walk *w, json_t *v)
{
    static const struct property table[] = {{"usageType", check_iri, true},   {"display", check_language_map, true}, {"description", check_language_map, false},
                                            {"contentType", check_media_type, true}, {"length", check_length, true}, {"sha2", check_sha2, true},
                                            {"fileUrl", check_iri, false}};
    TRY(CHECK_MEMBERS(w, v, table));
    struct xapi_attachment *one = ARENA_NEW(w->a, struct xapi_attachment);
    *one = (struct xapi_attachment){.sha2 = text_of(json_object_get(v, "sha2")),
                                    .type = text_of(json_object_get(v, "contentType")),
                                    .elsewhere = json_object_get(v, "fileUrl") != NULL,
                                    .signature = str_eq_z(text_of(json_object_get(v, "usageType")), XAPI_SIGNATURE)};
    if (one->signature && !str_eq_z(one->type, "application/octet-stream"))
        return wrong(w, M_xapi_signature_type);
    *w->attachment_end = one;
    w->attachment_end = &one->next;
    return RC_OK;
}

static enum rc check_attachments(struct walk *w, json_t *v)
{
    return check_list(w, v, check_attachment);
}

/* ---- statements -------------------------------------------------------------------------------------------------------------------- */

static enum rc check_version(struct walk *w, json_t *v)
{
    TRY(check_string(w, v));
    struct str s = text_of(v), one = S("1.0"), two = S("2.0");
    bool first = str_starts(s, one), second = w->version == XAPI_2_0 && str_starts(s, two);
    struct str rest = str_sub(s, 3, s.n);
    bool patch = rest.n >= 2 && rest.p[0] == '.';
    for (size_t i = 1; i < rest.n; i++)
        patch = patch && rest.p[i] >= '0' && rest.p[i] <= '9';
    return (first || second) && (rest.n == 0 || patch) ? RC_OK : wrong(w, M_xapi_not_version);
}

/* Is it about an activity? Revision and platform are said of activities alone. */
static enum rc check_about_activity(struct walk *w, json_t *v)
{
    json_t *context = json_object_get(v, "context"), *type = json_object_get(json_object_get(v, "object"), "objectType");
    if (type == NULL || str_eq_z(text_of(type), "Activity"))
        return RC_OK;
    enter(w, "context");
    if (json_object_get(context, "revision") != NULL || json_object_get(context, "platform") != NULL)
        return wrong(w, M_xapi_only_activity);
    return leave(w, RC_OK);
}

static enum rc check_object(struct walk *w, json_t *v);

#define COMMON_PROPERTIES                                                                                                                                       \
    {"actor", check_actor, true}, {"verb", check_verb, true}, {"object", check_object, true}, {"result", check_result, false}, {"context", check_context, false}, \
        {"timestamp", check_timestamp, false}, {"attachments", check_attachments, false}, {"objectType", check_string, true}

static enum rc check_substatement(struct walk *w, json_t *v)
{
    static const struct property table[] = {COMMON_PROPERTIES};
    enum place before = w->place;
    if (w->inside)
        return wrong(w, M_xapi_substatement);
    w->inside = true;
    w->place = PLACE_RELATED;
    TRY(CHECK_MEMBERS(w, v, table));
    TRY(check_about_activity(w, v));
    w->place = before;
    w->inside = false;
    return RC_OK;
}

static enum rc check_object(struct walk *w, json_t *v)
{
    if (!json_is_object(v))
        return wrong(w, M_xapi_not_object);
    json_t *type = json_object_get(v, "objectType");
    if (type == NULL || is_type(v, "Activity"))
        return check_activity(w, v);
    if (is_type(v, "Agent") || is_type(v, "Group"))
        return check_actor(w, v);
    if (is_type(v, "SubStatement"))
        return check_substatement(w, v);
    if (!is_type(v, "StatementRef"))
        return wrong(w, M_xapi_object_type);
    TRY(check_statement_ref(w, v));
    if (w->inside)
        return RC_OK;
    unsigned char bytes[16];
    char *text = arena_alloc(w->a, 37);
    xapi_uuid_bytes(text_of(json_object_get(v, "id")), bytes);
    xapi_uuid_text(bytes, text);
    return add_term(w, XAPI_TARGET, str_from(text));
}

static struct walk walk_begin(struct arena *a, struct xapi_facts *facts, struct err *e)
{
    *facts = (struct xapi_facts){0};
    return (struct walk){.a = a, .e = e, .facts = facts, .term_end = &facts->terms, .activity_end = &facts->activities, .agent_end = &facts->agents, .attachment_end = &facts->attachments};
}

enum rc xapi_check_statement(struct arena *a, json_t *statement, enum xapi_version version, struct xapi_facts *out, struct err *e)
{
    static const struct property table[] = {{"actor", check_actor, true},
                                            {"verb", check_verb, true},
                                            {"object", check_object, true},
                                            {"result", check_result, false},
                                            {"context", check_context, false},
                                            {"timestamp", check_timestamp, false},
                                            {"attachments", check_attachments, false},
                                            {"id", check_uuid, false},
                                            {"stored", check_timestamp, false},
                                            {"authority", check_authority, false},
                                            {"version", check_version, false}};
    struct walk w = walk_begin(a, out, e);
    w.version = version;
    TRY(CHECK_MEMBERS(&w, statement, table));
    TRY(check_about_activity(&w, statement));
    if (out->voiding && !is_type(json_object_get(statement, "object"), "StatementRef")) {
        enter(&w, "object");
        return wrong(&w, M_xapi_voiding);
    }
    out->id = text_of(json_object_get(statement, "id"));
    out->version = text_of(json_object_get(statement, "version"));
    out->timed = json_object_get(statement, "timestamp") != NULL;
    return RC_OK;
}

enum rc xapi_check_agent(struct arena *a, json_t *agent, struct str *identifier, struct err *e)
{
    struct xapi_facts facts;
    struct walk w = walk_begin(a, &facts, e);
    enter(&w, "agent");
    w.place = PLACE_NONE;
    TRY(check_actor(&w, agent));
    TRY(identifier_of(&w, agent, identifier));
    return identifier->p != NULL ? RC_OK : wrong(&w, M_xapi_no_identifier);
}

static void release(void *json)
{
    json_decref(json);
}

enum rc xapi_parse(struct arena *a, struct str text, json_t **out, struct err *e)
{
    json_error_t error;
    if (json_shape(text).depth > XAPI_DEPTH_MOST)
        return err_set(e, RC_MALFORMED, M_xapi_deep, NULL);
    *out = json_loadb(text.p != NULL ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (*out == NULL)
        return err_set(e, RC_MALFORMED, M_xapi_not_json, "%d:%d: %s", error.line, error.column, error.text);
    arena_defer(a, release, *out);
    return RC_OK;
}
