/* The text of an exercise that is not a case (docs/practice.md): lines `key: value`, then sections under `# Word: name | Title`, their
 * parts under `## Word`, each with keys of its own, Markdown, lists and tables. Here is the form that all kinds share; what the sections
 * mean, each kind reads from this in a file of its own. Texts are slices of what was read and live as long as that and the arena. */
#ifndef CADRE_PROGRAMME_PRACTICE_SECTIONS_H
#define CADRE_PROGRAMME_PRACTICE_SECTIONS_H

#include "base/problems.h"

#define SECTIONS_BYTES_MOST 1000000
#define SECTIONS_MOST 400      /* sections and parts together */
#define SECTION_NAME_MOST 40   /* characters */
#define SECTION_TITLE_MOST 200
#define SECTION_ROWS_MOST 500
#define SECTION_CELLS_MOST 20

/* A line `key: value`. A key is written in small letters, digits, spaces and hyphens, so that a sentence is none. */
struct section_key {
    struct str key, value;
    size_t line; /* of the file, from 1 */
};

struct section {
    struct str word;              /* "Role" */
    struct str name;              /* "ward_lead": small letters, digits, _ and -; empty when the heading has none */
    struct str title;             /* what people read: what stands behind the bar, else the whole argument, else the word */
    size_t line;
    const struct section_key *keys; /* the lines right under the heading */
    size_t key_count;
    struct str body;              /* Markdown without empty lines at its ends; may be empty */
    size_t body_line;
    const struct section *parts;  /* `## ...`; a part has none */
    size_t part_count;
};

struct sections {
    struct str file;              /* for what is told about it */
    const struct section_key *head;
    size_t head_count;
    const struct section *list;
    size_t count;
};

/* Reads any bytes; what is wrong with the form is told in p, what can be read is read. */
struct sections sections_read(struct arena *a, struct str file, struct str bytes, struct problems *p);

/* Is the word one of words, which stand with | between; NULL: none. */
bool section_in_words(const char *words, struct str word);

/* What a kind wants. */
struct section_rule {
    const char *word;
    unsigned least, most; /* how many of it */
    bool named;           /* `# Word: name | Title`, no name twice; else the heading is its word alone */
    const char *keys;     /* the keys it may have, with | between; NULL: none */
    const char *parts;    /* the words of its parts, with | between, each once at most; NULL: none */
};
/* Tells sections, keys and parts that no rule knows, and sections that are missing, too many, without a name or with one twice. */
void sections_check(const struct sections *s, const struct section_rule *rules, size_t count, struct problems *p);

/* The first section of the word, and of the name unless that is empty; NULL when there is none. */
const struct section *sections_find(const struct sections *s, const char *word, struct str name);
/* The next section of the word behind *at, which begins at 0 and counts on; NULL at the end. */
const struct section *sections_next(const struct sections *s, const char *word, size_t *at);
const struct section *section_part(const struct section *s, const char *word);
/* NULL when there is none. */
const struct section_key *section_find_key(const struct section_key *keys, size_t count, const char *key);
/* The value of a key; no value when there is none. */
struct str section_value(const struct section *s, const char *key);
/* A whole number from least to most. *out is untouched where the key is missing (needed: that is told) or wrong (told). */
void section_read_int(const struct sections *s, const struct section *of, const char *key, int64_t least, int64_t most, bool needed,
                      struct problems *p, int64_t *out);
/* One of the words (with | between), as its index; -1 where it is missing or wrong (told, as above). */
int section_read_word(const struct sections *s, const struct section *of, const char *key, const char *words, bool needed, struct problems *p);

/* A Markdown table: a line of headings, a line of hyphens, rows. \| is a bar within a cell. */
struct section_row {
    const struct str *cells; /* as many as headings: missing ones are empty, more are told */
    size_t line;
};
struct section_table {
    const struct str *headings;
    size_t width;
    const struct section_row *rows;
    size_t count;
    size_t line;
};
/* The first table of a section or part. False when it has none. */
bool section_read_table(struct arena *a, const struct sections *s, const struct section *of, struct problems *p, struct section_table *out);
/* The index of the column with that heading, else -1. */
int section_column(const struct section_table *t, const char *heading);

/* The entries of the body's lists, one line each: "- text", "* text", "1. text". In document order, *out in the arena. */
struct section_entry {
    struct str text;
    size_t line;
};
size_t section_read_list(struct arena *a, const struct section *of, const struct section_entry **out);

/* A translation has the sections, names, parts and keys of its original in its order, and in its keys and tables the same numbers: tells
 * the first place where it has not. */
void sections_compare(struct arena *a, const struct sections *original, const struct sections *translation, struct problems *p);

#endif
