/* One version of one framework in memory: what a reader of some format makes of a file, what an import puts into the
 * database and an export takes out of it. The texts are the publisher's, byte for byte. Everything lives in the arena it was
 * made in. Readers: content_csv.c here, the CASE reader in campus/case. */
#ifndef CADRE_PROGRAMME_FRAMEWORK_CONTENT_H
#define CADRE_PROGRAMME_FRAMEWORK_CONTENT_H

#include "base/problems.h"
#include "programme/framework/framework.h"

#define CONTENT_NONE SIZE_MAX    /* no parent: at the top of the tree */
#define CONTENT_ITEMS_MAX 50000u
#define CONTENT_DEPTH_MAX 24
#define CONTENT_LEVEL_MAX 9

struct content_item {
    struct str identifier;       /* CASE GUID; empty: framework_plan makes one */
    struct str code;             /* may be empty */
    struct str kind;             /* "domain", "competency", "behaviour", or the publisher's word; may be empty */
    struct str facet;            /* column of a two-dimensional framework; may be empty */
    struct str title;            /* empty: content_arrange makes one of the statement and sets title_made */
    struct str statement;        /* Markdown */
    struct str extra;            /* text of a JSON object; empty: {} */
    size_t parent;               /* index into items, or CONTENT_NONE */
    bool has_sequence;           /* its place among its siblings, where the file says it; the others follow by code in */
    int64_t sequence;            /* natural order (L2 before L10), then as in the file */
    size_t row;                  /* line of a CSV file, or 0 */
    struct str path;             /* of a JSON file: "CFItems[12]"; empty for CSV */
    /* Set by framework_content_load: */
    int64_t id, competency;
    /* Set by content_arrange: */
    bool title_made;
    size_t ordinal;              /* in the whole tree, depth first, from 0 */
    int depth;                   /* 0 at the top */
    bool indicator;              /* below an item of kind "competency" */
};

struct content_level {
    size_t item;
    struct str language;         /* empty: the framework's own */
    int level;                   /* from 1 */
    struct str descriptor;
};

struct content_text {            /* an item in a further language */
    size_t item;
    struct str language;
    struct str title, statement, facet;
};

struct content_name {            /* the framework in a further language */
    struct str language;
    struct str title, description;
};

struct content_association {
    struct str identifier, kind; /* kind: "isChildOf", ... */
    struct str origin, destination; /* identifiers */
    bool has_sequence;
    int64_t sequence;
    struct str extra;
};

struct content_definition {
    struct str kind;             /* "CFItemTypes", "CFRubrics", ... */
    struct str body;             /* JSON */
};

struct framework_content {
    struct str identifier;       /* CASE GUID of the document; may be empty (CSV) */
    struct str title, version, language, publisher, description, licence; /* may be empty until the importer fills them in */
    struct str extra;
    struct content_item *items;  /* in the order of the file */
    size_t item_count;
    struct content_level *levels;
    size_t level_count;
    struct content_text *texts;
    size_t text_count;
    struct content_name *names;
    size_t name_count;
    struct content_association *associations; /* in the order of the file; empty for CSV */
    size_t association_count;
    struct content_definition *definitions;
    size_t definition_count;
};

/* Orders the tree: sets ordinal, depth, indicator, title of every item. Told as problems: an item that is its own ancestor,
 * a tree that is too deep, two items with one identifier, too many items. */
void content_arrange(struct framework_content *c, struct arena *a, struct problems *p);
/* The items in tree order: indices into c->items. After content_arrange. */
const size_t *content_order(const struct framework_content *c, struct arena *a);
/* True when the framework has two dimensions: every item of kind "competency" has a facet and lies directly below an item
 * at the top. Columns are the facets in the order they come first. */
bool content_is_word_competency(struct str kind);

/* A GUID in its usual form: at random, or one that follows from two texts. */
struct str content_guid(struct arena *a);
struct str content_guid_of(struct arena *a, struct str space, struct str name);

/* ---- CSV ---------------------------------------------------------------------------------------------------------------
 * Columns code, parent (a code), kind, title, statement, level_1 .. level_9, and facet; title and statement may not both be
 * empty. One row for each item; siblings keep the order of the file. A file in a further language has the same columns;
 * rows are found by code. */
void content_read_csv(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p);
void content_read_csv_language(struct arena *a, struct str file, struct str bytes, struct str language,
                               struct framework_content *c, struct problems *p);
/* language empty: the framework's own; texts that are not there in a language come out empty. */
struct str content_write_csv(struct arena *a, const struct framework_content *c, struct str language);

/* "key: value" lines: identifier, title, version, language, licence, publisher, description; title.de, description.de. */
void content_read_head(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p);

/* ---- Formats -------------------------------------------------------------------------------------------------------------
 * What the import page can read besides CSV. Registered by main.c at start: formats live on floors above. */
struct framework_format {
    const char *name;            /* "case": shown nowhere */
    /* Looks at the beginning of the bytes. */
    bool (*recognise)(struct str bytes);
    /* Reads all of it; what is wrong goes to p, with JSON paths in the column. Not arranged yet. */
    void (*read)(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p);
};
void framework_add_format(const struct framework_format *format);
/* Reads bytes as whatever they are (CSV when no format knows them) and arranges them. */
void framework_read(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p);

/* ---- Into the database and out of it --------------------------------------------------------------------------------------- */

enum item_fate { ITEM_NEW, ITEM_SAME, ITEM_CHANGED };

/* What an import as a new version of a lineage would do, item by item. */
struct import_plan {
    struct str identifier;            /* of the document */
    struct str *identifiers;          /* of each item */
    enum item_fate *fates;            /* of each item, against the latest version */
    int64_t *competencies;            /* the competency each item keeps; 0: a new one */
    size_t added, same, changed;
    struct framework_content *before; /* the latest version; NULL when there is none */
    size_t *old;                      /* of each item: where it is in before, CONTENT_NONE when it is not; NULL without before */
    size_t *gone;                     /* items of before whose competency is not in this content, in tree order */
    size_t gone_count;
};
/* An item is the same competency as one of any earlier version of the lineage when their identifiers are equal, or, where the
 * file gives none, their codes; it then keeps that identifier. An item without an identifier gets one that follows from the
 * document's and its code. lineage 0: all are new. RC_NOT_FOUND: no such lineage. */
enum rc framework_plan(struct db *db, struct arena *a, const struct framework_content *c, int64_t lineage,
                       struct import_plan *plan) MUST_CHECK;

/* What changed between two versions that are in the database, by competency: c becomes the content of to, plan->before that
 * of from. RC_NOT_FOUND. */
enum rc framework_compare(struct db *db, struct arena *a, int64_t from, int64_t to, struct framework_content *c,
                          struct import_plan *plan) MUST_CHECK;

struct framework_import {
    const struct framework_content *content; /* arranged, without errors */
    int64_t lineage;             /* 0: a framework of its own */
    enum framework_rights rights;
    int64_t person;              /* who imports and holds the right; 0 only with RIGHTS_SHIPPED */
    int64_t now;
};
/* Inside a bulk closure: all or nothing, as a draft. Licence, title and version must be there. RC_CONFLICT when the lineage
 * has this version already (e->field "version"). */
enum rc framework_apply(struct db *tx, struct arena *a, const struct framework_import *import, int64_t *framework,
                        struct err *e) MUST_CHECK;
/* Everything of a framework, for export. RC_NOT_FOUND. */
enum rc framework_content_load(struct db *db, struct arena *a, int64_t framework, struct framework_content *c) MUST_CHECK;
/* The same without items, texts, levels, associations and definitions. */
enum rc framework_content_load_document(struct db *db, struct arena *a, int64_t framework, struct framework_content *c) MUST_CHECK;

#endif
