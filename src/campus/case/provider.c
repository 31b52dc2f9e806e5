/* Frameworks as other systems fetch them: the read-only service of CASE 1.1 (1EdTech, Competencies and Academic Standards Exchange, REST
 * binding) under /ims/case/v1p1. Anybody may ask; what is told is what is published here and whose licence lets it be passed on. Of one document the
 * newest version is told. What is written is what /frameworks/{id}/case.json says. */
#include <jansson.h>

#include "base/buf.h"
#include "campus/case/case_framework.h"
#include "campus/case/case_write.h"
#include "gen/msg_case.h"
#include "out/mail.h"

#define PAGE 100
#define PAGE_MOST 1000

static struct str param(struct ctx *c)
{
    return c->rq->params[0];
}

/* ---- what is offered ---------------------------------------------------------------------------------------------------------------------- */

static enum rc load(struct ctx *c, int64_t framework, struct case_package *out)
{
    return case_load(c->db, c->a, framework, mail_link(c->a, S("")), out, &c->err);
}

static enum rc unknown(struct ctx *c)
{
    return err_field(&c->err, RC_NOT_FOUND, M_case_unknown, "unknownobject", NULL);
}

/* The package of a document. */
static enum rc load_document(struct ctx *c, struct str identifier, struct case_package *out)
{
    struct framework_offer *offers;
    size_t count;
    TRY(framework_offered(c->db, c->a, &offers, &count));
    for (size_t i = 0; i < count; i++)
        if (str_eq(offers[i].identifier, identifier))
            return load(c, offers[i].id, out);
    return unknown(c);
}

/* Goes through the packages that are offered until fn says that it found what it looked for. */
typedef bool look_fn(struct ctx *c, struct case_package *k);

static enum rc look(struct ctx *c, look_fn *fn)
{
    struct framework_offer *offers;
    size_t count;
    TRY(framework_offered(c->db, c->a, &offers, &count));
    for (size_t i = 0; i < count; i++) {
        struct case_package k;
        TRY(load(c, offers[i].id, &k));
        if (fn(c, &k))
            return RC_OK;
    }
    return unknown(c);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------------------------ */

static void begin(struct ctx *c)
{
    c->rs->type = "application/json";
}

/* What stands alone says to which document it belongs. */
static void name_document(const struct case_package *k, struct case_link *link)
{
    if (link->shape == CASE_ABSENT)
        *link = (struct case_link){.shape = CASE_PRESENT, .title = k->document.title, .identifier = k->document.identifier, .uri = k->document.uri};
}

static struct str item_json(struct ctx *c, const struct case_package *k, struct case_item *item)
{
    name_document(k, &item->document);
    return case_write_object(c->a, &case_item_type, item);
}

static struct str association_json(struct ctx *c, const struct case_package *k, struct case_association *s)
{
    name_document(k, &s->document);
    return case_write_object(c->a, &case_association_type, s);
}

static enum rc get_document(struct ctx *c)
{
    struct case_package k;
    TRY(load_document(c, param(c), &k));
    begin(c);
    buf_str(&c->rs->body, case_write_object(c->a, &case_document_type, &k.document));
    return RC_OK;
}

static enum rc get_package(struct ctx *c)
{
    struct case_package k;
    TRY(load_document(c, param(c), &k));
    begin(c);
    buf_str(&c->rs->body, case_write(c->a, &k));
    return RC_OK;
}

static struct case_item *find_item(struct ctx *c, struct case_package *k)
{
    for (size_t i = 0; i < k->items.count; i++)
        if (str_eq(k->items.items[i].identifier, param(c)))
            return &k->items.items[i];
    return NULL;
}

static bool send_item(struct ctx *c, struct case_package *k)
{
    struct case_item *item = find_item(c, k);
    if (item == NULL)
        return false;
    begin(c);
    buf_str(&c->rs->body, item_json(c, k, item));
    return true;
}

static enum rc get_item(struct ctx *c)
{
    return look(c, send_item);
}

/* An item with every association that names it. */
static bool send_item_associations(struct ctx *c, struct case_package *k)
{
    struct case_item *item = find_item(c, k);
    struct buf *b = &c->rs->body;
    const char *between = "";
    if (item == NULL)
        return false;
    begin(c);
    buf_z(b, "{\"CFItem\":");
    buf_str(b, item_json(c, k, item));
    buf_z(b, ",\"CFAssociations\":[");
    for (size_t i = 0; i < k->associations.count; i++) {
        struct case_association *s = &k->associations.items[i];
        if (!str_eq(s->origin.identifier, item->identifier) && !str_eq(s->destination.identifier, item->identifier))
            continue;
        buf_z(b, between);
        buf_str(b, association_json(c, k, s));
        between = ",";
    }
    buf_z(b, "]}");
    return true;
}

static enum rc get_item_associations(struct ctx *c)
{
    return look(c, send_item_associations);
}

static bool send_association(struct ctx *c, struct case_package *k)
{
    for (size_t i = 0; i < k->associations.count; i++)
        if (str_eq(k->associations.items[i].identifier, param(c))) {
            begin(c);
            buf_str(&c->rs->body, association_json(c, k, &k->associations.items[i]));
            return true;
        }
    return false;
}

static enum rc get_association(struct ctx *c)
{
    return look(c, send_association);
}

/* One of a list of objects whose tables begin with uri and identifier. set: the standard answers with a list of that name. */
static bool send_of(struct ctx *c, const struct case_type *t, struct case_any_list l, bool set)
{
    for (size_t i = 0; i < l.count; i++) {
        const char *object = (const char *)l.items + i * t->size;
        if (!str_eq(*(const struct str *)(const void *)(object + t->fields[1].offset), param(c)))
            continue;
        begin(c);
        if (set)
            buf_printf(&c->rs->body, "{\"%s\":[", t->path);
        buf_str(&c->rs->body, case_write_object(c->a, t, object));
        buf_z(&c->rs->body, set ? "]}" : "");
        return true;
    }
    return false;
}

#define PART(name, type, list, set)                                                                                                        \
    static bool send_##name(struct ctx *c, struct case_package *k)                                                                         \
    {                                                                                                                                      \
        return send_of(c, &(type), (struct case_any_list){(list).items, (list).count, (list).shape}, set);                                 \
    }                                                                                                                                      \
    static enum rc get_##name(struct ctx *c)                                                                                               \
    {                                                                                                                                      \
        return look(c, send_##name);                                                                                                       \
    }

PART(concept, case_concept_type, k->definitions.concepts, true)
PART(subject, case_subject_type, k->definitions.subjects, true)
PART(item_type, case_item_type_type, k->definitions.item_types, true)
PART(licence, case_licence_type, k->definitions.licences, false)
PART(grouping, case_grouping_type, k->definitions.groupings, false)
PART(rubric, case_rubric_type, k->rubrics, false)

/* ---- the list of documents ------------------------------------------------------------------------------------------------------------------ */

/* A member of a document that is a text, by its name. */
static const struct case_field *text_field(struct str name)
{
    for (size_t i = 0; i < case_document_type.field_count; i++)
        if (str_eq_z(name, case_document_type.fields[i].name) && case_document_type.fields[i].kind == CASE_TEXT)
            return &case_document_type.fields[i];
    return NULL;
}

struct sorting {
    const struct case_field *by;
    bool falling;
};

static int document_cmp(const void *x, const void *y, void *arg)
{
    const struct sorting *s = arg;
    const struct str a = *(const struct str *)(const void *)((const char *)x + s->by->offset), b = *(const struct str *)(const void *)((const char *)y + s->by->offset);
    int order = str_cmp(a, b);
    return s->falling ? -order : order;
}

static enum rc read_number(struct ctx *c, const char *name, int64_t least, int64_t *n)
{
    struct str text = request_query(c->rq, name);
    if (text.p == NULL || (str_to_int(text, n) && *n >= least))
        return RC_OK;
    return err_field(&c->err, RC_MALFORMED, M_case_parameter, "invalid_selection_field", "%s", name);
}

static enum rc sort(struct ctx *c, struct case_document *list, size_t count)
{
    struct str by = request_query(c->rq, "sort"), order = request_query(c->rq, "orderBy");
    struct sorting s = {.by = text_field(by.n != 0 ? by : S("title")), .falling = str_eq(order, S("desc"))};
    if (s.by == NULL)
        return err_field(&c->err, RC_MALFORMED, M_case_parameter, "invalid_sort_field", "sort");
    if (order.p != NULL && !s.falling && !str_eq(order, S("asc")))
        return err_field(&c->err, RC_MALFORMED, M_case_parameter, "invalid_sort_field", "orderBy");
    if (count != 0)
        qsort_r(list, count, sizeof *list, document_cmp, &s);
    return RC_OK;
}

/* Leaves of a document what "fields" names; the members that every document has stay. */
static enum rc select_fields(struct ctx *c, struct str text, struct str fields, struct buf *b)
{
    json_t *all = json_loadb(text.p, text.n, 0, NULL), *some = json_object();
    struct str one;
    ASSERT(all != NULL);
    bool known = true;
    while (known && str_cut(&fields, ',', &one)) {
        size_t i = 0;
        while (i < case_document_type.field_count && !str_eq_z(str_trim(one), case_document_type.fields[i].name))
            i++;
        known = i < case_document_type.field_count;
        json_t *value = known ? json_object_get(all, case_document_type.fields[i].name) : NULL;
        if (value != NULL)
            json_object_set(some, case_document_type.fields[i].name, value);
    }
    char *out = json_dumps(some, JSON_COMPACT);
    ASSERT(out != NULL);
    buf_z(b, out);
    free(out);
    json_decref(all);
    json_decref(some);
    return known ? RC_OK : err_field(&c->err, RC_MALFORMED, M_case_parameter, "invalid_selection_field", "fields");
}

static enum rc get_documents(struct ctx *c)
{
    struct framework_offer *offers;
    struct str fields = request_query(c->rq, "fields");
    int64_t limit = PAGE, offset = 0;
    size_t count, n = 0;
    TRY(read_number(c, "limit", 1, &limit));
    TRY(read_number(c, "offset", 0, &offset));
    if (request_query(c->rq, "filter").p != NULL)
        return err_field(&c->err, RC_MALFORMED, M_case_parameter, "invalid_selection_field", "filter");
    TRY(framework_offered(c->db, c->a, &offers, &count));
    struct case_document *list = ARENA_ARRAY(c->a, count, struct case_document);
    for (size_t i = 0; i < count; i++) {
        struct case_package k;
        bool older = false; /* they come with the newest first */
        for (size_t o = 0; o < i && !older; o++)
            older = str_eq(offers[o].identifier, offers[i].identifier);
        if (older)
            continue;
        TRY(case_load_document(c->db, c->a, offers[i].id, mail_link(c->a, S("")), &k, &c->err));
        list[n++] = k.document;
    }
    TRY(sort(c, list, n));
    struct buf *b = &c->rs->body;
    limit = limit > PAGE_MOST ? PAGE_MOST : limit;
    buf_z(b, "{\"CFDocuments\":[");
    for (size_t i = 0; i < n; i++) {
        if ((int64_t)i < offset || (int64_t)i - offset >= limit)
            continue;
        buf_z(b, (int64_t)i != offset ? "," : "");
        struct str text = case_write_object(c->a, &case_document_type, &list[i]);
        if (fields.n != 0)
            TRY(select_fields(c, text, fields, b));
        else
            buf_str(b, text);
    }
    buf_z(b, "]}");
    response_header(c->rs, "X-Total-Count", str_printf(c->a, "%zu", n));
    begin(c);
    return RC_OK;
}

static bool case_problem(struct ctx *c, int status, struct str text)
{
    static const char *const words[] = {"invalid_sort_field", "invalid_selection_field"};
    const char *minor = status == 404 || status == 405 ? "unknownobject" : status == 401 ? "unauthorisedrequest" : status == 403 ? "forbidden" : status == 429 || status == 503 ? "server_busy" : status == 400 ? "invalid_selection_field" : "internal_server_error";
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(c->err.field, words[i]) == 0)
            minor = words[i];
    struct buf *b = &c->rs->body;
    buf_z(b, "{\"imsx_codeMajor\":\"failure\",\"imsx_severity\":\"error\",\"imsx_description\":");
    buf_json(b, text);
    buf_printf(b, ",\"imsx_codeMinor\":{\"imsx_codeMinorField\":[{\"imsx_codeMinorFieldName\":\"sourcedId\",\"imsx_codeMinorFieldValue\":\"%s\"}]}}", minor);
    c->rs->type = "application/json";
    return true;
}

#define OPEN(path, handle) {METHOD_GET, "/ims/case/v1p1/" path, P_PUBLIC, BODY_NONE, RATE_PUBLIC, handle}
static const struct route routes[] = {
    OPEN("CFDocuments", get_documents),
    OPEN("CFDocuments/{case_guid}", get_document),
    OPEN("CFPackages/{case_guid}", get_package),
    OPEN("CFItems/{case_guid}", get_item),
    OPEN("CFItemAssociations/{case_guid}", get_item_associations),
    OPEN("CFAssociations/{case_guid}", get_association),
    OPEN("CFConcepts/{case_guid}", get_concept),
    OPEN("CFSubjects/{case_guid}", get_subject),
    OPEN("CFItemTypes/{case_guid}", get_item_type),
    OPEN("CFLicenses/{case_guid}", get_licence),
    OPEN("CFAssociationGroupings/{case_guid}", get_grouping),
    OPEN("CFRubrics/{case_guid}", get_rubric),
};

const struct capability case_service_capability = {
    .name = "case_service",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .protocol = "/ims/case/",
    .problem = case_problem,
};
