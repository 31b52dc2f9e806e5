/* A competency framework as CASE 1.0 and 1.1 (1EdTech Competencies and Academic Standards Exchange) have it: one
 * CFPackage in memory, with every member of the standard and, as JSON text, every member that the standard does not
 * know. Members carry their JSON names. What a file did not say stays unsaid: a text without value, a list or link that
 * is CASE_ABSENT; that is how writing what was read gives the same again. Text is kept byte for byte (fullStatement is
 * Markdown). Everything lives in the arena it was read into; who builds a package himself may point anywhere that lives
 * long enough. */
#ifndef CADRE_CAMPUS_CASE_CASE_H
#define CADRE_CAMPUS_CASE_CASE_H

#include "base/err.h"
#include "base/str.h"

enum case_shape {
    CASE_ABSENT,
    CASE_PRESENT, /* a list: an array, also an empty one */
    CASE_SINGLE,  /* a list of one that stood without an array around it */
};

struct case_texts {
    struct str *items;
    size_t count;
    enum case_shape shape;
};

struct case_number {
    bool some;
    double v;
};

struct case_integer {
    bool some;
    int64_t v;
};

struct case_link {
    enum case_shape shape;
    struct str title, identifier, uri, target_type;
    struct str extra;
};

struct case_links {
    struct case_link *items;
    size_t count;
    enum case_shape shape;
};

/* extra of each: a JSON object of the members that stand here under no name of their own; no value when there are none.
 */
struct case_document {
    enum case_shape shape;
    struct str identifier, uri, framework_type, case_version, creator, title, last_change, official_source, publisher,
        description, language, version, adoption_status, status_start, status_end, notes;
    struct case_texts subject;
    struct case_links subject_uri;
    struct case_link licence, package;
    struct str extra;
};

struct case_item {
    struct str identifier, uri, full_statement, alternative_label, item_type, human_coding_scheme, list_enumeration,
        abbreviated_statement, notes, language, status_start, status_end, last_change;
    struct case_texts concept_keywords, education_level, subject;
    struct case_links concept_keywords_uri, subject_uri;
    struct case_link document, item_type_uri, licence;
    struct str extra;
};

struct case_association {
    struct str identifier, uri, type, notes, last_change; /* type: "isChildOf", ... or "ext:..." */
    struct case_integer sequence;
    struct case_link document, origin, destination, grouping;
    struct str extra;
};

/* CFConcepts, CFSubjects, CFLicenses, CFItemTypes, CFAssociationGroupings: one shape, each using what it has. */
struct case_definition {
    struct str identifier, uri, title, description, hierarchy_code, type_code, keywords, licence_text, last_change;
    struct str extra;
};

struct case_level {
    struct str identifier, uri, description, quality, feedback, criterion_id, last_change;
    struct case_number score;
    struct case_integer position;
    struct str extra;
};

struct case_criterion {
    struct str identifier, uri, category, description, rubric_id, last_change;
    struct case_number weight;
    struct case_integer position;
    struct case_link item;
    struct {
        struct case_level *items;
        size_t count;
        enum case_shape shape;
    } levels;
    struct str extra;
};

struct case_rubric {
    struct str identifier, uri, title, description, last_change;
    struct {
        struct case_criterion *items;
        size_t count;
        enum case_shape shape;
    } criteria;
    struct str extra;
};

struct case_definition_list {
    struct case_definition *items;
    size_t count;
    enum case_shape shape;
};

struct case_definitions {
    enum case_shape shape;
    struct case_definition_list concepts, subjects, licences, item_types, groupings;
    struct str extra;
};

struct case_package {
    struct case_document document;
    struct {
        struct case_item *items;
        size_t count;
        enum case_shape shape;
    } items;
    struct {
        struct case_association *items;
        size_t count;
        enum case_shape shape;
    } associations;
    struct case_definitions definitions;
    struct {
        struct case_rubric *items;
        size_t count;
        enum case_shape shape;
    } rubrics;
    struct str extra;
};

/* ---- the description that reader, writer and comparison share ---- */

enum case_kind {
    CASE_TEXT,    /* struct str */
    CASE_TEXTS,   /* struct case_texts */
    CASE_INTEGER, /* struct case_integer */
    CASE_NUMBER,  /* struct case_number */
    CASE_LINK,    /* struct case_link */
    CASE_LINKS,   /* struct case_links */
    CASE_OBJECT,  /* a struct with shape first, of a type */
    CASE_LIST,    /* struct case_any_list, of a type */
};

struct case_type;

struct case_field {
    const char *name; /* of the JSON member */
    enum case_kind kind;
    size_t offset;
    const struct case_type *of;
};

struct case_type {
    const char *path; /* in the address of one: base/ims/case/v1p1/<path>/<identifier>; NULL: has none */
    size_t size;
    size_t extra; /* offset */
    const struct case_field *fields;
    size_t field_count;
};

/* The layout that every list of structs above has. */
struct case_any_list {
    void *items;
    size_t count;
    enum case_shape shape;
};

extern const struct case_type case_package_type, case_document_type, case_item_type, case_association_type,
    case_definitions_type, case_concept_type, case_subject_type, case_licence_type, case_item_type_type,
    case_grouping_type, case_rubric_type, case_criterion_type, case_level_type, case_link_type;

/* The name of the first member in which two packages differ, "CFItems[3].notes"; an empty text when they are the same
 * in every member and order. */
struct str case_difference(struct arena *a, const struct case_package *x, const struct case_package *y);

#endif
