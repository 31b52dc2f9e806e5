/* Looking at one item of a framework: its text, what lies below it, what crosswalks say, where it is in other versions. */
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "gen/programme/framework/framework_item_view.h"
#include "gen/programme/framework/framework_sql.h"
#include "gen/programme/framework/show_sql.h"
#include "programme/framework/content.h"
#include "programme/framework/inside.h"
#include "view/markdown.h"

#define CHILDREN_MOST 200

/* ---- what lies below ------------------------------------------------------------------------------------------------------------ */

/* Levels of the item and what is below it, by item. */
struct levels {
    struct rows_framework_levels_below rows;
};

static size_t levels_first(const struct levels *l, int64_t item, size_t *count)
{
    size_t first = 0;
    while (first < l->rows.n && l->rows.v[first].item_id != item)
        first++;
    *count = 0;
    while (first + *count < l->rows.n && l->rows.v[first + *count].item_id == item)
        (*count)++;
    return first;
}

static void fill_own_levels(struct ctx *c, const struct levels *l, int64_t item, struct view_framework_item *v)
{
    size_t count, first = levels_first(l, item, &count);
    struct view_framework_item_levels *list = ARENA_ARRAY(c->a, count, struct view_framework_item_levels);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct view_framework_item_levels){l->rows.v[first + i].level, l->rows.v[first + i].descriptor};
    v->levels = list;
    v->levels_count = count;
}

static struct view_framework_item_behaviours behaviour_row(struct ctx *c, int64_t framework, const struct levels *l,
                                                           const struct row_framework_item_children *r, size_t columns)
{
    size_t count, first = levels_first(l, r->id, &count);
    struct view_framework_item_behaviours_levels *cells = ARENA_ARRAY(c->a, columns, struct view_framework_item_behaviours_levels);
    for (size_t i = 0; i < count; i++)
        if (l->rows.v[first + i].level <= (int64_t)columns)
            cells[l->rows.v[first + i].level - 1].text = l->rows.v[first + i].descriptor;
    return (struct view_framework_item_behaviours){.code = r->code,
                                                   .title = r->title,
                                                   .statement = r->title_made ? S("") : r->statement,
                                                   .href = framework_item_path(c->a, framework, r->id),
                                                   .levels = cells,
                                                   .levels_count = columns};
}

/* The most levels that any of the children has; at most as many as a table can hold. */
static size_t level_columns(const struct levels *l, int64_t except)
{
    int64_t most = 0;
    for (size_t i = 0; i < l->rows.n; i++)
        if (l->rows.v[i].item_id != except && l->rows.v[i].level > most)
            most = l->rows.v[i].level;
    return most > CONTENT_LEVEL_MAX ? CONTENT_LEVEL_MAX : (size_t)most;
}

static void fill_children(struct ctx *c, int64_t framework, const struct levels *l, const struct rows_framework_item_children *rows,
                          int64_t item, struct view_framework_item *v)
{
    struct view_framework_item_behaviours *behaviours = ARENA_ARRAY(c->a, rows->n, struct view_framework_item_behaviours);
    struct view_framework_item_children *children = ARENA_ARRAY(c->a, rows->n, struct view_framework_item_children);
    struct view_framework_item_level_names *names = ARENA_ARRAY(c->a, CONTENT_LEVEL_MAX, struct view_framework_item_level_names);
    size_t columns = level_columns(l, item);
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_framework_item_children *r = &rows->v[i];
        size_t count;
        levels_first(l, r->id, &count);
        if (count != 0)
            behaviours[v->behaviours_count++] = behaviour_row(c, framework, l, r, columns);
        else
            children[v->children_count++] =
                (struct view_framework_item_children){.code = r->code,
                                                      .title = r->title,
                                                      .statement = r->title_made || r->statement.n > 300 ? S("") : r->statement,
                                                      .href = framework_item_path(c->a, framework, r->id)};
    }
    for (size_t i = 0; i < columns; i++)
        names[i].level = (int64_t)i + 1;
    v->behaviours = behaviours;
    v->children = children;
    v->level_names = names;
    v->level_names_count = columns;
}

static enum rc fill_below(struct ctx *c, int64_t framework, const struct row_framework_item_get *r, struct view_framework_item *v)
{
    struct rows_framework_item_children children;
    struct levels levels = {0};
    struct str lang = lang_tag(c->lang);
    TRY(sql_framework_item_children(c->db, c->a, r->id, lang, CHILDREN_MOST + 1, &children));
    bool more = children.n > CHILDREN_MOST;
    children.n = more ? CHILDREN_MOST : children.n;
    TRY(sql_framework_levels_below(c->db, c->a, r->id, lang, (CHILDREN_MOST + 1) * CONTENT_LEVEL_MAX, &levels.rows));
    fill_own_levels(c, &levels, r->id, v);
    fill_children(c, framework, &levels, &children, r->id, v);
    if (more)
        v->more_href = str_printf(c->a, "/frameworks/%" PRId64 "?under=%" PRId64, framework, r->id);
    return RC_OK;
}

/* ---- crosswalks and versions ------------------------------------------------------------------------------------------------------ */

static enum rc fill_links(struct ctx *c, int64_t item, struct view_framework_item *v)
{
    struct rows_crosswalk_links_of_item rows;
    TRY(sql_crosswalk_links_of_item(c->db, c->a, item, lang_tag(c->lang), framework_may_change(c), &rows));
    struct view_framework_item_leads *leads = ARENA_ARRAY(c->a, rows.n, struct view_framework_item_leads);
    struct view_framework_item_led *led = ARENA_ARRAY(c->a, rows.n, struct view_framework_item_led);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_crosswalk_links_of_item *r = &rows.v[i];
        struct str href = framework_item_path(c->a, r->framework_id, r->id), walk = crosswalk_path(c->a, r->crosswalk_id);
        struct str title = framework_full_title(c->a, r->framework_title, r->framework_version);
        if (r->direction == 1)
            leads[v->leads_count++] = (struct view_framework_item_leads){href, r->code, r->title, title, r->weight, walk};
        else
            led[v->led_count++] = (struct view_framework_item_led){href, r->code, r->title, title, r->weight, walk};
    }
    v->leads = leads;
    v->led = led;
    return RC_OK;
}

static enum rc fill_versions(struct ctx *c, int64_t competency, int64_t item, struct view_framework_item *v)
{
    struct rows_framework_item_versions rows;
    TRY(sql_framework_item_versions(c->db, c->a, competency, item, framework_may_change(c), &rows));
    struct view_framework_item_versions *list = ARENA_ARRAY(c->a, rows.n, struct view_framework_item_versions);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_framework_item_versions *r = &rows.v[i];
        list[i] = (struct view_framework_item_versions){.href = framework_item_path(c->a, r->framework_id, r->id),
                                                        .framework = r->framework_title,
                                                        .version = r->version,
                                                        .state = r->state,
                                                        .state_word = framework_state_word_of(c, r->state),
                                                        .code = r->code,
                                                        .title = r->title};
    }
    v->versions = list;
    v->versions_count = rows.n;
    return RC_OK;
}

/* ---- the page ----------------------------------------------------------------------------------------------------------------------- */

static enum rc send_item(struct ctx *c, const struct framework *f, const struct row_framework_item_get *r, struct view_framework_item *v)
{
    struct rows_framework_item_ancestors up;
    TRY(sql_framework_item_ancestors(c->db, c->a, r->id, lang_tag(c->lang), &up));
    struct crumb *crumbs = ARENA_ARRAY(c->a, up.n + 2, struct crumb);
    struct str full = framework_full_title(c->a, f->title, f->version);
    size_t n = 0;
    crumbs[n++] = (struct crumb){tr(c, M_framework_title), S(FRAMEWORK_SECTION)};
    crumbs[n++] = (struct crumb){full, framework_path(c->a, f->id)};
    for (size_t i = 0; i < up.n; i++)
        crumbs[n++] = (struct crumb){up.v[i].title, framework_item_path(c->a, f->id, up.v[i].id)};
    struct buf caption = buf_new(c->a, 64); /* "Competency CHA-P, Personal" */
    buf_str(&caption, v->kind);
    buf_z(&caption, str_empty(v->kind) || str_empty(r->code) ? "" : " ");
    buf_str(&caption, r->code);
    buf_z(&caption, caption.n == 0 || str_empty(r->facet) ? "" : ", ");
    buf_str(&caption, r->facet);
    struct page page = {.title = r->title,
                        .caption = buf_text(&caption),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = n};
    return view_framework_item_page(c, &page, v);
}

enum rc framework_get_item(struct ctx *c)
{
    int64_t id, item;
    struct framework f;
    struct row_framework_item_get r;
    TRY(request_id(c->rq, 0, &id));
    TRY(request_id(c->rq, 1, &item));
    TRY(framework_open(c, id, &f));
    TRY(sql_framework_item_get(c->db, c->a, id, item, lang_tag(c->lang), &r));
    struct view_framework_item v = {
        .id = r.id,
        .competency = r.competency_id,
        .code = r.code,
        .kind = framework_kind_word(c, r.kind),
        .facet = r.facet,
        .identifier = r.identifier,
        .statement = markdown_render(c->a, r.statement, (struct markdown_options){.lang = c->lang, .heading_shift = 1}),
    };
    TRY(fill_below(c, id, &r, &v));
    TRY(fill_links(c, r.id, &v));
    TRY(fill_versions(c, r.competency_id, r.id, &v));
    return send_item(c, &f, &r, &v);
}

/* A competency without a version: the item by which it is called now. */
enum rc framework_get_competency(struct ctx *c)
{
    const struct target everywhere = {0};
    int64_t id;
    struct row_framework_competency_find r;
    TRY(access_require(c, P_FRAMEWORK_VIEW, &everywhere));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_framework_competency_find(c->db, c->a, id, lang_tag(c->lang), &r));
    return page_redirect(c, framework_item_path(c->a, r.framework_id, r.id), 0);
}
