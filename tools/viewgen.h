/* The parts of viewgen: the declaration (viewgen_decl.c) gives a tree of fields; the template (viewgen_template.c) is
 * translated into C, asking the tokenizer (viewgen_html.c) where in the HTML a value stands; viewgen.c writes the two
 * files. docs/views.md describes the language. */
#ifndef CADRE_TOOLS_VIEWGEN_H
#define CADRE_TOOLS_VIEWGEN_H

#include "tool.h"

#define MAX_FIELDS 96 /* in one struct */
#define MAX_DEPTH 16  /* of lists and groups, and of {{if}} and {{each}} */

enum type {
    TYPE_TEXT,
    TYPE_INT,
    TYPE_REAL,
    TYPE_BOOL,
    TYPE_HTML,
    TYPE_URL,
    TYPE_TIME,
    TYPE_DAY,
    TYPE_FORM,  /* struct form * */
    TYPE_ANY,   /* struct view_any: some view with its data */
    TYPE_VIEW,  /* another view's struct */
    TYPE_GROUP, /* a struct of its own */
    TYPE_LIST,  /* of a struct of its own, or of another view's */
};

struct field {
    struct str name;
    enum type type;
    bool optional;  /* "?" */
    bool html_only; /* "-" */
    int line;
    struct str c_type;     /* of a group, list item or view: "struct view_x_sections" */
    struct str view;       /* name of the other view, for TYPE_VIEW and a TYPE_LIST of views; else no value */
    struct fields *inside; /* of a group or list; NULL for a list of views */
};

struct fields {
    struct field items[MAX_FIELDS];
    size_t count;
};

struct view {
    const char *path; /* for errors */
    struct str rel;   /* "programme/home/list.html" */
    struct str name;
    struct fields *fields;
    struct str includes[MAX_FIELDS]; /* "programme/home/card_view.h" */
    size_t include_count;
    struct str body; /* the template behind the declaration */
    int body_line;
};

/* Reads the declaration at the head of a view file; leaves the template in v->body. Ends the program on an error. */
void decl_read(struct arena *a, struct view *v, struct str text);
/* NULL when there is none of that name. */
struct field *decl_find(struct fields *f, struct str name);

/* ---- the tokenizer
 * --------------------------------------------------------------------------------------------------- */

enum place {
    IN_TEXT,
    IN_RCDATA, /* <title>, <textarea>, <option>: text, but no markup inside */
    IN_TAG,    /* between attributes */
    IN_ATTR_NAME,
    IN_ATTR_VALUE, /* quoted */
    IN_BARE_VALUE, /* unquoted */
    IN_TAG_NAME,
    IN_FIXED,  /* the value of an attribute that takes nothing from data */
    IN_SCRIPT, /* <script src>: must stay empty */
};

/* How much of a URL attribute's value stands already. */
enum url_part {
    URL_NOT,    /* not a URL attribute */
    URL_START,  /* nothing yet: only a field of type url may come */
    URL_HOST,   /* "https://" and no path yet: nothing may come from data */
    URL_INSIDE, /* behind a prefix that fixes where it leads: values are percent-encoded */
    URL_MIXED,  /* some branches have written something and others not: only literal text may follow */
};

#define MAX_TAGS 64

struct html_state {
    enum place place;
    enum url_part url;
    bool space;   /* white space stands before the next attribute */
    bool closing; /* inside </...> */
    bool slash;   /* "/" seen: the tag must end now */
    bool equals;  /* "=" seen, the value has not begun */
    bool has_src;
    char tag[32];
    size_t tag_n;
    char attr[48];
    size_t attr_n;
    char value[24]; /* how a URL begins */
    size_t value_n;
    int slashes; /* in a URL so far */
    char open[MAX_TAGS][32];
    size_t depth;
};

/* Where the template stands, for errors. */
struct spot {
    const char *path;
    int line;
};

/* Moves over literal template text and appends to out what is to be written: comments fall away, white space that holds
 * a line break becomes that line break outside <pre> and <textarea>. at->line counts on. */
void html_feed(struct html_state *h, struct spot *at, struct str text, struct buf *out);
/* Before a value or a condition: an attribute name that was being read ends here. */
void html_pause(struct html_state *h, const struct spot *at);
/* Two branches meet in *h; fails when they leave the HTML in different places. */
void html_join(struct html_state *h, const struct html_state *branch, const struct spot *at);
bool html_inside(const struct html_state *h, const char *tag);
/* At the end of the file: every tag is closed. */
void html_end(const struct html_state *h, const struct spot *at);

/* ---- the template
 * ---------------------------------------------------------------------------------------------------- */

struct catalogs {
    struct str names[64];
    size_t count;
};

/* The body of the function that writes HTML; catalogs collects which messages it uses. */
void template_write(struct arena *a, const struct view *v, struct buf *out, struct catalogs *catalogs);

#endif
