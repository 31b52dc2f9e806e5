/* What the files of this folder share with each other and with nobody else: the handlers, and the small things they need. */
#ifndef CADRE_PROGRAMME_FRAMEWORK_INSIDE_H
#define CADRE_PROGRAMME_FRAMEWORK_INSIDE_H

#include "gen/programme/framework/framework_facts_view.h"
#include "gen/programme/framework/framework_pager_view.h"
#include "programme/framework/framework.h"

#define FRAMEWORK_SECTION "/frameworks"
#define FRAMEWORK_PAGE 50        /* rows of a list */
#define FRAMEWORK_UPLOAD_HOURS 24

/* pages_list.c */
handler framework_get_list, framework_get_programmes, framework_get_choose, framework_post_choose;
/* pages_show.c */
handler framework_get_show, framework_get_text, framework_get_csv;
/* pages_item.c */
handler framework_get_item, framework_get_competency;
/* pages_state.c */
handler framework_get_versions, framework_get_changes, framework_get_state, framework_post_state;
/* pages_import.c */
handler framework_get_import, framework_post_import, framework_get_preview, framework_post_preview, framework_post_discard;
/* pages_crosswalk.c */
handler crosswalk_get_list, crosswalk_get_new, crosswalk_post_new, crosswalk_get_show, crosswalk_post_links;
/* pages_links.c */
handler crosswalk_get_add, crosswalk_post_add, crosswalk_get_csv, crosswalk_get_import, crosswalk_post_import, crosswalk_get_remove,
    crosswalk_post_remove;

struct row_crosswalk_get; /* crosswalk_sql.h */
struct problems;
/* The crosswalk of the address; of a draft's, only those who may change frameworks know. */
enum rc crosswalk_open(struct ctx *c, bool change, struct row_crosswalk_get *walk) MUST_CHECK;
/* A page with one form. problems and walk may be NULL. */
enum rc crosswalk_send_form(struct ctx *c, struct form *f, msg_id title, msg_id intro, const struct problems *problems,
                            const struct row_crosswalk_get *walk, int status) MUST_CHECK;
struct crosswalk_changing { /* for crosswalk_change_run, a write_fn */
    int64_t id, version, person, now;
    struct crosswalk_link *links;
    size_t count;
    bool replace;
};
write_fn crosswalk_change_run;

/* May c->who change frameworks and crosswalks? */
bool framework_may_change(struct ctx *c);
enum rc framework_require_change(struct ctx *c) MUST_CHECK;

/* The token of forms that a view writes by hand. */
struct str framework_csrf(struct ctx *c);

struct str framework_path(struct arena *a, int64_t framework);                 /* "/frameworks/12" */
struct str framework_item_path(struct arena *a, int64_t framework, int64_t item);
struct str crosswalk_path(struct arena *a, int64_t crosswalk);
struct str framework_state_word(const struct ctx *c, enum framework_state state);
struct str framework_state_word_of(const struct ctx *c, struct str state);     /* "draft", "published", "retired" */
struct str framework_kind_word(const struct ctx *c, struct str kind);          /* Cadre's own kinds translated, others as they are */
/* "Title 1.0" */
struct str framework_full_title(struct arena *a, struct str title, struct str version);

/* The page that a query asks for, from 1; how many rows to skip. */
struct paging {
    int64_t page, skip;
};
enum rc framework_paging(struct ctx *c, int64_t rows, struct paging *p) MUST_CHECK;
/* base: the address with its query so far, "/frameworks?q=x"; what the view shows between pages. NULL when there is only one. */
struct view_framework_pager *framework_pager(struct ctx *c, struct paging p, int64_t rows, int64_t total, struct str base);

/* "%text%" for LIKE, folded, with its own wildcards disarmed; "%" when there is nothing to look for. */
struct str framework_like(struct arena *a, struct str text);

#endif
