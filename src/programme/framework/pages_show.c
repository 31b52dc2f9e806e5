/* Looking at one framework: as a grid or a tree, item by item, as one text, as CSV. */
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "gen/programme/framework/framework_show_view.h"
#include "gen/programme/framework/framework_sql.h"
#include "gen/programme/framework/framework_text_view.h"
#include "gen/programme/framework/show_sql.h"
#include "programme/framework/content.h"
#include "programme/framework/inside.h"
#include "programme/framework/tree.h"
#include "programme/people/people.h"
#include "view/markdown.h"

#define WHOLE_MOST 400 /* items on one page; larger ones are shown in stretches */
#define STRETCH 100
#define PARTS_MOST 100
#define FACETS_MOST 12

/* ---- the facts ------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_facts(struct ctx *c, const struct framework *f, int64_t items, struct view_framework_facts *v)
{
    static const msg_id rights[] = {M_framework_rights_shipped, M_framework_rights_open, M_framework_rights_held};
    struct str path = framework_path(c->a, f->id);
    *v = (struct view_framework_facts){
        .version = f->version,
        .state = f->state == FRAMEWORK_DRAFT ? S("draft") : f->state == FRAMEWORK_RETIRED ? S("retired") : S("published"),
        .state_word = framework_state_word(c, f->state),
        .is_default = f->is_default,
        .publisher = f->publisher,
        .licence = f->licence,
        .rights = tr(c, rights[f->rights]),
        .items = items,
        .versions = str_concat(c->a, path, S("/versions")),
        .text = str_concat(c->a, path, S("/text")),
    };
    if (f->rights_at != 0)
        v->rights_at = SOME_INT(f->rights_at);
    if (f->rights_person != 0 && framework_may_change(c)) {
        enum rc rc = people_name(c->db, c->a, f->rights_person, &v->rights_by);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
    }
    if (!framework_may_export(c, f))
        return RC_OK;
    struct rows_framework_languages languages;
    TRY(sql_framework_languages(c->db, c->a, f->id, &languages));
    struct view_framework_facts_csv *csv = ARENA_ARRAY(c->a, languages.n + 1, struct view_framework_facts_csv);
    csv[0] = (struct view_framework_facts_csv){.href = str_concat(c->a, path, S("/items.csv")), .language = f->language};
    for (size_t i = 0; i < languages.n; i++)
        csv[i + 1] = (struct view_framework_facts_csv){
            .href = str_printf(c->a, "%.*s/items.csv?language=%.*s", STR_ARG(path), STR_ARG(languages.v[i].language)),
            .language = languages.v[i].language};
    v->csv = csv;
    v->csv_count = languages.n + 1;
    v->package = str_concat(c->a, path, S("/case.json"));
    return RC_OK;
}

/* ---- a stretch of the tree --------------------------------------------------------------------------------------------------- */

/* What of the tree a page shows: all of it, or what lies under one item. */
struct stretch {
    int64_t from, to;      /* ordinals */
    int64_t under;         /* the item, 0: all */
    struct str under_title;
};

static enum rc stretch_asked(struct ctx *c, int64_t framework, int64_t items, struct stretch *s)
{
    struct str text = request_query(c->rq, "under");
    *s = (struct stretch){.to = items};
    if (str_empty(text))
        return RC_OK;
    struct row_framework_item_get r;
    if (!str_to_int(text, &s->under))
        return err_field(&c->err, RC_MALFORMED, 0, "under", "not an item");
    TRY(sql_framework_item_get(c->db, c->a, framework, s->under, lang_tag(c->lang), &r));
    s->from = r.ordinal;
    s->to = r.next_ordinal < items ? r.next_ordinal : items;
    s->under_title = r.title;
    return RC_OK;
}

static struct view_framework_tree *nest_rows(struct ctx *c, int64_t framework, const struct rows_framework_part *rows)
{
    struct tree_row *list = ARENA_ARRAY(c->a, rows->n, struct tree_row);
    for (size_t i = 0; i < rows->n; i++)
        list[i] = (struct tree_row){.depth = rows->v[i].depth,
                                    .href = framework_item_path(c->a, framework, rows->v[i].id),
                                    .code = rows->v[i].code,
                                    .title = rows->v[i].title};
    return tree_nest(c->a, list, rows->n);
}

/* A page out of the middle says under which items it begins. */
static enum rc fill_context(struct ctx *c, int64_t framework, int64_t first, struct view_framework_tree *tree)
{
    struct rows_framework_item_ancestors up;
    TRY(sql_framework_item_ancestors(c->db, c->a, first, lang_tag(c->lang), &up));
    struct view_framework_tree_context *context = ARENA_ARRAY(c->a, up.n, struct view_framework_tree_context);
    for (size_t i = 0; i < up.n; i++)
        context[i] = (struct view_framework_tree_context){.href = framework_item_path(c->a, framework, up.v[i].id), .title = up.v[i].title};
    tree->context = context;
    tree->context_count = up.n;
    return RC_OK;
}

static struct str stretch_address(struct ctx *c, int64_t framework, const char *page, const struct stretch *s)
{
    struct str base = str_printf(c->a, "/frameworks/%" PRId64 "%s", framework, page);
    return s->under != 0 ? str_printf(c->a, "%.*s?under=%" PRId64, STR_ARG(base), s->under) : base;
}

static enum rc fill_stretch(struct ctx *c, int64_t framework, const struct stretch *s, struct view_framework_show *v)
{
    struct rows_framework_part rows;
    struct paging paging;
    TRY(framework_paging(c, STRETCH, &paging));
    TRY(sql_framework_part(c->db, c->a, framework, lang_tag(c->lang), s->from, s->to, 1, STRETCH, paging.skip, &rows));
    struct view_framework_tree *tree = nest_rows(c, framework, &rows);
    v->tree = tree;
    v->pager = framework_pager(c, paging, STRETCH, s->to - s->from, stretch_address(c, framework, "", s));
    return rows.n != 0 && paging.page > 1 ? fill_context(c, framework, rows.v[0].id, tree) : RC_OK;
}

/* The items at the top as entrances, for frameworks that are too large for one page. */
static enum rc fill_parts(struct ctx *c, const struct framework *f, int64_t items, struct view_framework_show *v)
{
    struct rows_framework_tops tops;
    struct stretch s;
    TRY(stretch_asked(c, f->id, items, &s));
    TRY(sql_framework_tops(c->db, c->a, f->id, lang_tag(c->lang), &tops));
    bool entrances = tops.n > 1 && tops.n <= PARTS_MOST;
    struct view_framework_show_parts *parts = ARENA_ARRAY(c->a, tops.n, struct view_framework_show_parts);
    for (size_t i = 0; entrances && i < tops.n; i++) {
        int64_t next = i + 1 < tops.n ? tops.v[i + 1].ordinal : items;
        parts[v->parts_count++] =
            (struct view_framework_show_parts){.href = str_printf(c->a, "/frameworks/%" PRId64 "?under=%" PRId64, f->id, tops.v[i].id),
                                               .code = tops.v[i].code,
                                               .title = tops.v[i].title,
                                               .items = next - tops.v[i].ordinal,
                                               .current = tops.v[i].id == s.under};
    }
    v->parts = parts;
    return entrances && s.under == 0 ? RC_OK : fill_stretch(c, f->id, &s, v);
}

/* ---- the grid --------------------------------------------------------------------------------------------------------------------- */

static size_t facet_column(struct view_framework_show_grid_facets *facets, size_t *count, struct str name)
{
    for (size_t i = 0; i < *count; i++)
        if (str_eq(facets[i].name, name))
            return i;
    if (*count == FACETS_MOST)
        return FACETS_MOST;
    facets[*count].name = name;
    return (*count)++;
}

/* Two dimensions: below the items at the top stand competencies, and each has a facet. */
static bool is_grid(const struct rows_framework_part *rows)
{
    size_t competencies = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_framework_part *r = &rows->v[i];
        if (r->depth > 1 || (r->depth == 1 && str_empty(r->facet)))
            return false;
        competencies += r->depth == 1;
    }
    return competencies != 0;
}

static void fill_cell(struct ctx *c, int64_t framework, const struct row_framework_part *r, struct view_framework_show_grid_rows_cells *cell)
{
    size_t n = cell->entries_count++;
    struct view_framework_show_grid_rows_cells_entries *entries = ARENA_ARRAY(c->a, n + 1, struct view_framework_show_grid_rows_cells_entries);
    if (n != 0) /* seldom: two competencies in one cell */
        memcpy(entries, cell->entries, n * sizeof *entries);
    entries[n] = (struct view_framework_show_grid_rows_cells_entries){
        .code = r->code, .title = r->title, .href = framework_item_path(c->a, framework, r->id)};
    cell->entries = entries;
}

static struct view_framework_show_grid *grid_of(struct ctx *c, int64_t framework, const struct rows_framework_part *rows)
{
    struct view_framework_show_grid_facets *facets = ARENA_ARRAY(c->a, FACETS_MOST, struct view_framework_show_grid_facets);
    struct view_framework_show_grid_rows *lines = ARENA_ARRAY(c->a, rows->n, struct view_framework_show_grid_rows);
    struct view_framework_show_grid *grid = ARENA_NEW(c->a, struct view_framework_show_grid);
    size_t facet_count = 0, line_count = 0;
    if (!is_grid(rows))
        return NULL;
    for (size_t i = 0; i < rows->n; i++)
        if (rows->v[i].depth == 1 && facet_column(facets, &facet_count, rows->v[i].facet) == FACETS_MOST)
            return NULL;
    struct view_framework_show_grid_rows_cells *cells = NULL;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_framework_part *r = &rows->v[i];
        if (r->depth == 0) {
            cells = ARENA_ARRAY(c->a, facet_count, struct view_framework_show_grid_rows_cells);
            lines[line_count++] = (struct view_framework_show_grid_rows){.code = r->code,
                                                                         .title = r->title,
                                                                         .href = framework_item_path(c->a, framework, r->id),
                                                                         .cells = cells,
                                                                         .cells_count = facet_count};
        } else {
            fill_cell(c, framework, r, &cells[facet_column(facets, &facet_count, r->facet)]);
        }
    }
    *grid = (struct view_framework_show_grid){.facets = facets, .facets_count = facet_count, .rows = lines, .rows_count = line_count};
    return grid;
}

static enum rc fill_whole(struct ctx *c, int64_t framework, int64_t items, struct view_framework_show *v)
{
    struct rows_framework_part rows;
    struct str lang = lang_tag(c->lang);
    TRY(sql_framework_part(c->db, c->a, framework, lang, 0, items, 0, WHOLE_MOST, 0, &rows));
    v->grid = grid_of(c, framework, &rows);
    if (v->grid != NULL)
        return RC_OK;
    if (items <= WHOLE_MOST)
        TRY(sql_framework_part(c->db, c->a, framework, lang, 0, items, 1, WHOLE_MOST, 0, &rows));
    v->tree = nest_rows(c, framework, &rows);
    return RC_OK;
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_search(struct ctx *c, int64_t framework, struct view_framework_show *v)
{
    struct rows_framework_search rows;
    v->address = framework_path(c->a, framework);
    v->q = str_trim(request_query(c->rq, "q"));
    if (str_empty(v->q))
        return RC_OK;
    v->searched = true;
    TRY(sql_framework_search(c->db, c->a, framework, lang_tag(c->lang), framework_like(c->a, v->q), FRAMEWORK_PAGE, 0, &rows));
    struct view_framework_show_found *found = ARENA_ARRAY(c->a, rows.n, struct view_framework_show_found);
    for (size_t i = 0; i < rows.n; i++)
        found[i] = (struct view_framework_show_found){.href = framework_item_path(c->a, framework, rows.v[i].id),
                                                      .code = rows.v[i].code,
                                                      .title = rows.v[i].title,
                                                      .kind = framework_kind_word(c, rows.v[i].kind)};
    v->found = found;
    v->found_count = rows.n;
    return RC_OK;
}

static enum rc fill_neighbours(struct ctx *c, const struct framework *f, struct view_framework_show *v)
{
    struct rows_crosswalk_of_framework walks;
    struct row_framework_newer newer;
    TRY(sql_crosswalk_of_framework(c->db, c->a, f->id, lang_tag(c->lang), framework_may_change(c), &walks));
    struct view_framework_show_crosswalks *list = ARENA_ARRAY(c->a, walks.n, struct view_framework_show_crosswalks);
    for (size_t i = 0; i < walks.n; i++)
        list[i] = (struct view_framework_show_crosswalks){.href = crosswalk_path(c->a, walks.v[i].id), .title = walks.v[i].title};
    v->crosswalks = list;
    v->crosswalks_count = walks.n;
    enum rc rc = sql_framework_newer(c->db, c->a, f->lineage, &newer);
    if (rc == RC_OK && newer.id != f->id && newer.created_at > f->created_at) {
        v->newer = framework_path(c->a, newer.id);
        v->newer_version = newer.version;
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static size_t show_actions(struct ctx *c, const struct framework *f, struct crumb *actions)
{
    size_t n = 0;
    struct str path = framework_path(c->a, f->id);
    if (!framework_may_change(c))
        return 0;
    if (f->state == FRAMEWORK_DRAFT) {
        actions[n++] = (struct crumb){tr(c, M_framework_publish), str_concat(c->a, path, S("/state/publish"))};
        actions[n++] = (struct crumb){tr(c, M_framework_drop), str_concat(c->a, path, S("/state/drop"))};
    } else if (f->state == FRAMEWORK_PUBLISHED && !f->is_default) {
        if (access_somewhere(c->who, P_SITE_CHANGE))
            actions[n++] = (struct crumb){tr(c, M_framework_make_default), str_concat(c->a, path, S("/state/default"))};
        actions[n++] = (struct crumb){tr(c, M_framework_retire), str_concat(c->a, path, S("/state/retire"))};
    }
    return n;
}

enum rc framework_get_show(struct ctx *c)
{
    int64_t id;
    struct framework f;
    struct row_framework_size size;
    TRY(request_id(c->rq, 0, &id));
    TRY(framework_open(c, id, &f));
    TRY(sql_framework_size(c->db, c->a, id, &size));
    struct view_framework_show v = {
        .id = id,
        .description = markdown_render(c->a, f.description, (struct markdown_options){.lang = c->lang, .heading_shift = 2}),
    };
    TRY(fill_facts(c, &f, size.items, &v.facts));
    TRY(fill_search(c, id, &v));
    TRY(fill_neighbours(c, &f, &v));
    if (!v.searched)
        TRY(size.plain <= WHOLE_MOST && str_empty(request_query(c->rq, "under")) ? fill_whole(c, id, size.items, &v)
                                                                                  : fill_parts(c, &f, size.items, &v));
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)}}, actions[3];
    struct page page = {.title = f.title,
                        .caption = str_printf(c->a, "%.*s %.*s", STR_ARG(tr(c, M_framework_version)), STR_ARG(f.version)),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 1,
                        .actions = actions,
                        .action_count = show_actions(c, &f, actions)};
    return view_framework_show_page(c, &page, &v);
}

/* ---- as one text, for reading and printing ------------------------------------------------------------------------------------------ */

static enum rc fill_sections(struct ctx *c, int64_t framework, const struct rows_framework_part *rows, struct view_framework_text *v)
{
    struct view_framework_text_sections *list = ARENA_ARRAY(c->a, rows->n, struct view_framework_text_sections);
    struct rows_framework_part_levels levels = {0};
    if (rows->n != 0)
        TRY(sql_framework_part_levels(c->db, c->a, framework, lang_tag(c->lang), rows->v[0].ordinal, rows->v[rows->n - 1].ordinal + 1,
                                      &levels));
    struct view_framework_text_sections_levels *texts = ARENA_ARRAY(c->a, levels.n, struct view_framework_text_sections_levels);
    size_t k = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_framework_part *r = &rows->v[i];
        list[i] = (struct view_framework_text_sections){
            .depth = r->depth,
            .code = r->code,
            .title = r->title,
            .href = framework_item_path(c->a, framework, r->id),
            .statement = markdown_render(c->a, r->statement, (struct markdown_options){.lang = c->lang, .heading_shift = 4}),
            .levels = &texts[k]};
        for (; k < levels.n && levels.v[k].item_id == r->id; k++, list[i].levels_count++)
            texts[k] = (struct view_framework_text_sections_levels){levels.v[k].level, levels.v[k].descriptor};
    }
    v->sections = list;
    v->sections_count = rows->n;
    return RC_OK;
}

static enum rc fill_text_parts(struct ctx *c, int64_t framework, struct view_framework_text *v)
{
    struct rows_framework_tops tops;
    TRY(sql_framework_tops(c->db, c->a, framework, lang_tag(c->lang), &tops));
    if (tops.n < 2 || tops.n > PARTS_MOST)
        return RC_OK;
    struct view_framework_text_parts *parts = ARENA_ARRAY(c->a, tops.n, struct view_framework_text_parts);
    for (size_t i = 0; i < tops.n; i++)
        parts[i] = (struct view_framework_text_parts){
            .href = str_printf(c->a, "/frameworks/%" PRId64 "/text?under=%" PRId64, framework, tops.v[i].id),
            .code = tops.v[i].code,
            .title = tops.v[i].title};
    v->parts = parts;
    v->parts_count = tops.n;
    return RC_OK;
}

enum rc framework_get_text(struct ctx *c)
{
    int64_t id;
    struct framework f;
    struct row_framework_size size;
    struct stretch s;
    struct paging paging;
    struct rows_framework_part rows;
    struct view_framework_text v = {0};
    TRY(request_id(c->rq, 0, &id));
    TRY(framework_open(c, id, &f));
    TRY(sql_framework_size(c->db, c->a, id, &size));
    TRY(stretch_asked(c, id, size.items, &s));
    TRY(framework_paging(c, WHOLE_MOST, &paging));
    if (s.under == 0 && size.items > WHOLE_MOST)
        TRY(fill_text_parts(c, id, &v));
    if (v.parts_count == 0) {
        TRY(sql_framework_part(c->db, c->a, id, lang_tag(c->lang), s.from, s.to, 1, WHOLE_MOST, paging.skip, &rows));
        TRY(fill_sections(c, id, &rows, &v));
        v.pager = framework_pager(c, paging, WHOLE_MOST, s.to - s.from, stretch_address(c, id, "/text", &s));
    }
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)},
                             {framework_full_title(c->a, f.title, f.version), framework_path(c->a, id)}};
    struct page page = {.title = s.under != 0 ? s.under_title : tr(c, M_framework_text_title),
                        .caption = str_printf(c->a, "%.*s, %.*s", STR_ARG(framework_full_title(c->a, f.title, f.version)), STR_ARG(f.licence)),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2};
    return view_framework_text_page(c, &page, &v);
}

/* ---- as CSV ---------------------------------------------------------------------------------------------------------------------------- */

enum rc framework_get_csv(struct ctx *c)
{
    int64_t id;
    struct framework f;
    struct framework_content content;
    struct str language = request_query(c->rq, "language");
    TRY(request_id(c->rq, 0, &id));
    TRY(framework_open(c, id, &f));
    if (!framework_may_export(c, &f))
        return RC_DENIED;
    TRY(framework_content_load(c->db, c->a, id, &content));
    if (str_eq(language, f.language))
        language = S("");
    struct str name = str_empty(language) ? str_printf(c->a, "%.*s %.*s.csv", STR_ARG(f.title), STR_ARG(f.version))
                                          : str_printf(c->a, "%.*s %.*s.%.*s.csv", STR_ARG(f.title), STR_ARG(f.version), STR_ARG(language));
    return page_download(c, "text/csv; charset=utf-8", name, content_write_csv(c->a, &content, language.p != NULL ? language : S("")));
}
