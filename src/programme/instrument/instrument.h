/* Instruments: sets of items with anchors by which people describe what they saw. They are versioned data: a version never
 * changes, an item keeps its code from one to the next. Observation, feedback, evaluation and panels ask by them; this
 * capability knows none of those. Reading an instrument takes three statements, whatever its size; what it gives lives in the
 * arena. By SQL, others read pub_instrument, pub_instrument_title, pub_instrument_item and pub_instrument_competency. */
#ifndef CADRE_PROGRAMME_INSTRUMENT_INSTRUMENT_H
#define CADRE_PROGRAMME_INSTRUMENT_INSTRUMENT_H

#include "programme/capability.h"

extern const struct capability instrument_capability;

/* What an instrument is made for; the word stands in the database and in the files. */
#define INSTRUMENT_KINDS(X)                                                                                            \
    X(MOMENT, "moment")           /* one act, seen once; its domains are the acts */                                   \
    X(RUBRIC, "rubric")           /* faculty assess one person */                                                      \
    X(TEAM, "team")               /* how a team worked */                                                              \
    X(DEBRIEF, "debrief")         /* after a clinic, a shift, a simulation */                                          \
    X(MULTISOURCE, "multisource") /* 360 feedback */                                                                   \
    X(EVALUATION, "evaluation")   /* of a mentorship, a course, a programme */                                         \
    X(PANEL, "panel")             /* progress panels */

enum instrument_kind {
#define X(id, word) INSTRUMENT_##id,
    INSTRUMENT_KINDS(X)
#undef X
        INSTRUMENT_KIND_COUNT
};
const char *instrument_kind_word(enum instrument_kind kind);
bool instrument_find_kind(struct str word, enum instrument_kind *kind);

enum instrument_rule {
    RULE_NONE,         /* nothing is added up */
    RULE_DOMAIN_MEANS, /* a mean for each domain; the whole is the mean of those means */
    RULE_MEAN,         /* the whole is the mean of all answers; a mean for each domain beside it */
    RULE_SUM,          /* sums; one that lacks an answer is none */
};

/* Answers: a point of the scale, or one of these. */
#define INSTRUMENT_UNABLE (-1)  /* "unable to judge" */
#define INSTRUMENT_MISSING (-2) /* not answered */

#define INSTRUMENT_ITEMS_MAX 200
#define INSTRUMENT_DOMAINS_MAX 40
#define INSTRUMENT_POINTS_MAX 11

struct instrument_item {
    int64_t id;
    struct str code;            /* of the item: the same in all versions */
    size_t domain;              /* index into domains */
    bool words;                 /* answered in words, not by a point */
    bool reversed;              /* a high point is a bad sign: scored as low + high - answer */
    struct str text;
    struct str hint;            /* may be empty */
    const struct str *anchors;  /* of each point from low; NULL when the item has none (then the labels say it) */
    const int64_t *competencies;
    size_t competency_count;
    const struct str *competency_codes; /* as written */
    size_t line;                /* of the text it was read from */
};

struct instrument_domain {
    struct str code, title;
    size_t first, count;        /* its items */
};

struct instrument {
    int64_t id;
    struct str slug;
    int64_t version;
    enum instrument_kind kind;
    struct str language;        /* its own; texts are in the one asked for where there is one */
    struct str title, about;    /* about: Markdown for those who answer, may be empty */
    struct str licence, source;
    int low, high;              /* points of the scale */
    const struct str *labels;   /* of each point from low; NULL: none */
    bool unable;                /* "unable to judge" is offered */
    enum instrument_rule rule;
    int least_percent;          /* of the rated items of a domain that must be judged for its mean */
    bool current;               /* the version that new forms use */
    struct instrument_domain *domains;
    size_t domain_count;
    struct instrument_item *items; /* in order, domain by domain */
    size_t item_count;
};

/* One version, in the language (a tag) where it is there in it. RC_NOT_FOUND. */
enum rc instrument_find(struct db *db, struct arena *a, int64_t id, struct str language, struct instrument *out) MUST_CHECK;
/* The version that new forms use. RC_NOT_FOUND: none of that name, or retired. */
enum rc instrument_current(struct db *db, struct arena *a, struct str slug, struct str language, struct instrument *out) MUST_CHECK;

/* For a choice: the current versions of a kind (INSTRUMENT_KIND_COUNT: of all), by title. */
struct instrument_entry {
    int64_t id;
    struct str slug, title;
    int64_t version;
    enum instrument_kind kind;
};
enum rc instrument_list(struct db *db, struct arena *a, enum instrument_kind kind, struct str language, struct instrument_entry **out,
                        size_t *count) MUST_CHECK;

/* The index of an item, SIZE_MAX when there is none. */
size_t instrument_item_by_id(const struct instrument *i, int64_t id);
size_t instrument_item_by_code(const struct instrument *i, struct str code);
/* What a point is called: the item's anchor, else the label, else the number; unable and missing have words too. */
struct str instrument_answer_word(const struct ctx *c, const struct instrument *i, size_t item, int answer);

/* ---- asking ------------------------------------------------------------------------------------------------------------------ */

/* The name of an item's field in a form: "i-<code>". */
const char *instrument_field_name(struct arena *a, const struct instrument *i, size_t item);
/* Adds the field of one item: anchored choices as large targets, the highest point last, "unable to judge" behind them; or a
 * long text. answer and words show what was given before (INSTRUMENT_MISSING, no value). Words are never required. */
struct field *instrument_add_field(const struct ctx *c, struct form *f, const struct instrument *i, size_t item, bool required, int answer,
                                   struct str words);
/* What was chosen, behind form_read: a point, INSTRUMENT_UNABLE or INSTRUMENT_MISSING. */
int instrument_read_field(const struct form *f, const struct instrument *i, size_t item);
/* Is it a point of the scale, or "unable" where that is offered. */
bool instrument_answer_valid(const struct instrument *i, int answer);

/* ---- scoring: pure ----------------------------------------------------------------------------------------------------------- */

struct instrument_score {
    bool some;                  /* enough was judged for a value */
    double value;               /* on the scale for means; a sum for RULE_SUM */
    size_t judged, unable, of;  /* rated items: answered by a point, "unable to judge", all there are */
};
/* answers: one for each item (those in words are passed over). domains: room for domain_count. Means take the items that were
 * judged; a domain where fewer than least_percent of its rated items were judged has none. */
void instrument_score(const struct instrument *i, const int *answers, struct instrument_score *domains, struct instrument_score *whole);

/* The answers as a text to keep: for each item in order a point, "-" unable to judge, "." none or in words; and back. False when the
 * text does not fit the instrument. */
struct str instrument_write_points(struct arena *a, const struct instrument *i, const int *answers);
bool instrument_read_points(const struct instrument *i, struct str points, int *answers);

/* ---- loading ----------------------------------------------------------------------------------------------------------------- */

struct content_file; /* programme/framework/framework.h */
struct problems;     /* base/problems.h */
struct instrument_counts {
    int64_t added, changed, unchanged;
};
/* Inside a bulk closure, behind the frameworks: instrument/<slug>/instrument.txt and instrument.<language>.txt. A text that
 * differs from the current version's becomes a new version, unless that one was written on the pages (a warning). Problems by
 * file and line; nothing is written when there is an error. */
enum rc instrument_load(struct db *tx, struct arena *a, const struct content_file *files, size_t count, int64_t now,
                        struct problems *problems, struct instrument_counts *counts, struct err *e) MUST_CHECK;

#endif
