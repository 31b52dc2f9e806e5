/* The members of each CASE class (CASE Service 1.1, section 7.1), and comparing by them. */
#include "campus/case/case.h"

#include "base/buf.h"

#define TEXT(type, name, member)                                                                                       \
    {                                                                                                                  \
        name, CASE_TEXT, offsetof(struct case_##type, member), NULL                                                    \
    }
#define TEXTS(type, name, member)                                                                                      \
    {                                                                                                                  \
        name, CASE_TEXTS, offsetof(struct case_##type, member), NULL                                                   \
    }
#define INTEGER(type, name, member)                                                                                    \
    {                                                                                                                  \
        name, CASE_INTEGER, offsetof(struct case_##type, member), NULL                                                 \
    }
#define NUMBER(type, name, member)                                                                                     \
    {                                                                                                                  \
        name, CASE_NUMBER, offsetof(struct case_##type, member), NULL                                                  \
    }
#define LINK(type, name, member)                                                                                       \
    {                                                                                                                  \
        name, CASE_LINK, offsetof(struct case_##type, member), &case_link_type                                         \
    }
#define LINKS(type, name, member)                                                                                      \
    {                                                                                                                  \
        name, CASE_LINKS, offsetof(struct case_##type, member), &case_link_type                                        \
    }
#define OBJECT(type, name, member, of)                                                                                 \
    {                                                                                                                  \
        name, CASE_OBJECT, offsetof(struct case_##type, member), &of                                                   \
    }
#define LIST(type, name, member, of)                                                                                   \
    {                                                                                                                  \
        name, CASE_LIST, offsetof(struct case_##type, member), &of                                                     \
    }
#define TYPE(path, type, fields)                                                                                       \
    {                                                                                                                  \
        path, sizeof(struct case_##type), offsetof(struct case_##type, extra), fields, COUNT_OF(fields)                \
    }

static const struct case_field link_fields[] = {
    TEXT(link, "title", title),
    TEXT(link, "identifier", identifier),
    TEXT(link, "uri", uri),
    TEXT(link, "targetType", target_type),
};
const struct case_type case_link_type = TYPE(NULL, link, link_fields);

static const struct case_field document_fields[] = {
    TEXT(document, "uri", uri),
    TEXT(document, "identifier", identifier),
    TEXT(document, "frameworkType", framework_type),
    TEXT(document, "caseVersion", case_version),
    TEXT(document, "lastChangeDateTime", last_change),
    LINK(document, "CFPackageURI", package),
    TEXT(document, "officialSourceURL", official_source),
    TEXT(document, "creator", creator),
    TEXT(document, "publisher", publisher),
    TEXT(document, "title", title),
    TEXT(document, "description", description),
    TEXTS(document, "subject", subject),
    LINKS(document, "subjectURI", subject_uri),
    TEXT(document, "language", language),
    TEXT(document, "version", version),
    TEXT(document, "adoptionStatus", adoption_status),
    TEXT(document, "statusStartDate", status_start),
    TEXT(document, "statusEndDate", status_end),
    LINK(document, "licenseURI", licence),
    TEXT(document, "notes", notes),
};
const struct case_type case_document_type = TYPE("CFDocuments", document, document_fields);

static const struct case_field item_fields[] = {
    TEXT(item, "uri", uri),
    TEXT(item, "identifier", identifier),
    TEXT(item, "lastChangeDateTime", last_change),
    LINK(item, "CFDocumentURI", document),
    TEXT(item, "humanCodingScheme", human_coding_scheme),
    TEXT(item, "listEnumeration", list_enumeration),
    TEXT(item, "fullStatement", full_statement),
    TEXT(item, "abbreviatedStatement", abbreviated_statement),
    TEXT(item, "alternativeLabel", alternative_label),
    TEXT(item, "CFItemType", item_type),
    LINK(item, "CFItemTypeURI", item_type_uri),
    TEXTS(item, "conceptKeywords", concept_keywords),
    LINKS(item, "conceptKeywordsURI", concept_keywords_uri),
    TEXT(item, "notes", notes),
    TEXTS(item, "subject", subject),
    LINKS(item, "subjectURI", subject_uri),
    TEXT(item, "language", language),
    TEXTS(item, "educationLevel", education_level),
    LINK(item, "licenseURI", licence),
    TEXT(item, "statusStartDate", status_start),
    TEXT(item, "statusEndDate", status_end),
};
const struct case_type case_item_type = TYPE("CFItems", item, item_fields);

static const struct case_field association_fields[] = {
    TEXT(association, "uri", uri),
    TEXT(association, "identifier", identifier),
    TEXT(association, "lastChangeDateTime", last_change),
    LINK(association, "CFDocumentURI", document),
    LINK(association, "originNodeURI", origin),
    TEXT(association, "associationType", type),
    LINK(association, "destinationNodeURI", destination),
    INTEGER(association, "sequenceNumber", sequence),
    LINK(association, "CFAssociationGroupingURI", grouping),
    TEXT(association, "notes", notes),
};
const struct case_type case_association_type = TYPE("CFAssociations", association, association_fields);

#define DEFINITION_HEAD                                                                                                \
    TEXT(definition, "uri", uri), TEXT(definition, "identifier", identifier),                                          \
        TEXT(definition, "lastChangeDateTime", last_change), TEXT(definition, "title", title),                         \
        TEXT(definition, "description", description)

static const struct case_field concept_fields[] = {DEFINITION_HEAD, TEXT(definition, "hierarchyCode", hierarchy_code),
                                                   TEXT(definition, "keywords", keywords)};
static const struct case_field subject_fields[] = {DEFINITION_HEAD, TEXT(definition, "hierarchyCode", hierarchy_code)};
static const struct case_field licence_fields[] = {DEFINITION_HEAD, TEXT(definition, "licenseText", licence_text)};
static const struct case_field item_type_fields[] = {DEFINITION_HEAD, TEXT(definition, "hierarchyCode", hierarchy_code),
                                                     TEXT(definition, "typeCode", type_code)};
static const struct case_field grouping_fields[] = {DEFINITION_HEAD};
const struct case_type case_concept_type = TYPE("CFConcepts", definition, concept_fields);
const struct case_type case_subject_type = TYPE("CFSubjects", definition, subject_fields);
const struct case_type case_licence_type = TYPE("CFLicenses", definition, licence_fields);
const struct case_type case_item_type_type = TYPE("CFItemTypes", definition, item_type_fields);
const struct case_type case_grouping_type = TYPE("CFAssociationGroupings", definition, grouping_fields);

static const struct case_field definitions_fields[] = {
    LIST(definitions, "CFConcepts", concepts, case_concept_type),
    LIST(definitions, "CFSubjects", subjects, case_subject_type),
    LIST(definitions, "CFLicenses", licences, case_licence_type),
    LIST(definitions, "CFItemTypes", item_types, case_item_type_type),
    LIST(definitions, "CFAssociationGroupings", groupings, case_grouping_type),
};
const struct case_type case_definitions_type = TYPE(NULL, definitions, definitions_fields);

static const struct case_field level_fields[] = {
    TEXT(level, "uri", uri),
    TEXT(level, "identifier", identifier),
    TEXT(level, "lastChangeDateTime", last_change),
    TEXT(level, "description", description),
    TEXT(level, "quality", quality),
    NUMBER(level, "score", score),
    TEXT(level, "feedback", feedback),
    INTEGER(level, "position", position),
    TEXT(level, "rubricCriterionId", criterion_id),
};
const struct case_type case_level_type = TYPE("CFRubricCriterionLevels", level, level_fields);

static const struct case_field criterion_fields[] = {
    TEXT(criterion, "uri", uri),
    TEXT(criterion, "identifier", identifier),
    TEXT(criterion, "lastChangeDateTime", last_change),
    TEXT(criterion, "category", category),
    TEXT(criterion, "description", description),
    LINK(criterion, "CFItemURI", item),
    NUMBER(criterion, "weight", weight),
    INTEGER(criterion, "position", position),
    TEXT(criterion, "rubricId", rubric_id),
    LIST(criterion, "CFRubricCriterionLevels", levels, case_level_type),
};
const struct case_type case_criterion_type = TYPE("CFRubricCriteria", criterion, criterion_fields);

static const struct case_field rubric_fields[] = {
    TEXT(rubric, "uri", uri),
    TEXT(rubric, "identifier", identifier),
    TEXT(rubric, "lastChangeDateTime", last_change),
    TEXT(rubric, "title", title),
    TEXT(rubric, "description", description),
    LIST(rubric, "CFRubricCriteria", criteria, case_criterion_type),
};
const struct case_type case_rubric_type = TYPE("CFRubrics", rubric, rubric_fields);

static const struct case_field package_fields[] = {
    OBJECT(package, "CFDocument", document, case_document_type),
    LIST(package, "CFItems", items, case_item_type),
    LIST(package, "CFAssociations", associations, case_association_type),
    OBJECT(package, "CFDefinitions", definitions, case_definitions_type),
    LIST(package, "CFRubrics", rubrics, case_rubric_type),
};
const struct case_type case_package_type = TYPE(NULL, package, package_fields);

/* ---- comparing
 * ------------------------------------------------------------------------------------------------------- */

static bool same_text(struct str x, struct str y)
{
    return (x.p == NULL) == (y.p == NULL) && str_eq(x, y);
}

static bool same_texts(const struct case_texts *x, const struct case_texts *y)
{
    if (x->shape != y->shape || x->count != y->count)
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (!same_text(x->items[i], y->items[i]))
            return false;
    return true;
}

static bool same_number(const struct case_number *x, const struct case_number *y)
{
    return x->some == y->some && (!x->some || !(x->v < y->v || x->v > y->v));
}

static bool same_integer(const struct case_integer *x, const struct case_integer *y)
{
    return x->some == y->some && (!x->some || x->v == y->v);
}

static bool same_object(const struct case_type *t, const char *x, const char *y, struct buf *path);

/* Puts "name" or "name[i]" behind the path; returns the length to go back to. */
static size_t enter(struct buf *path, const char *name, size_t i, bool indexed)
{
    size_t n = path->n;
    buf_printf(path, "%s%s", n != 0 ? "." : "", name);
    if (indexed)
        buf_printf(path, "[%zu]", i);
    return n;
}

static bool same_list(const struct case_field *f, const struct case_any_list *x, const struct case_any_list *y,
                      struct buf *path)
{
    if (x->shape != y->shape || x->count != y->count) {
        enter(path, f->name, 0, false);
        return false;
    }
    for (size_t i = 0; i < x->count; i++) {
        size_t back = enter(path, f->name, i, true), at = i * f->of->size;
        if (!same_object(f->of, (const char *)x->items + at, (const char *)y->items + at, path))
            return false;
        path->n = back;
    }
    return true;
}

static bool same_nested(const struct case_field *f, const char *x, const char *y, struct buf *path)
{
    enum case_shape shape_x = *(const enum case_shape *)(const void *)x,
                    shape_y = *(const enum case_shape *)(const void *)y;
    size_t back = enter(path, f->name, 0, false);
    if (shape_x != shape_y || !same_object(f->of, x, y, path))
        return false;
    path->n = back;
    return true;
}

static bool same_field(const struct case_field *f, const void *x, const void *y, struct buf *path)
{
    bool same = false;
    switch (f->kind) {
    case CASE_TEXT:
        same = same_text(*(const struct str *)x, *(const struct str *)y);
        break;
    case CASE_TEXTS:
        same = same_texts(x, y);
        break;
    case CASE_INTEGER:
        same = same_integer(x, y);
        break;
    case CASE_NUMBER:
        same = same_number(x, y);
        break;
    case CASE_LINK:
    case CASE_OBJECT:
        return same_nested(f, x, y, path);
    case CASE_LINKS:
    case CASE_LIST:
        return same_list(f, x, y, path);
    }
    if (!same)
        enter(path, f->name, 0, false);
    return same;
}

static bool same_object(const struct case_type *t, const char *x, const char *y, struct buf *path)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (!same_field(&t->fields[i], x + t->fields[i].offset, y + t->fields[i].offset, path))
            return false;
    if (same_text(*(const struct str *)(const void *)(x + t->extra), *(const struct str *)(const void *)(y + t->extra)))
        return true;
    enter(path, "extra", 0, false);
    return false;
}

struct str case_difference(struct arena *a, const struct case_package *x, const struct case_package *y)
{
    struct buf path = buf_new(a, 64);
    if (same_object(&case_package_type, (const char *)x, (const char *)y, &path))
        return S("");
    return buf_text(&path);
}
