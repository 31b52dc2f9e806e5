/* The capability of instruments: the list, a version, its text as a file. */
#include "base/json_set.h"
#include "gen/programme/instrument/instrument_list_view.h"
#include "gen/programme/instrument/instrument_page_view.h"
#include "programme/framework/framework.h"
#include "programme/instrument/inside.h"
#include "view/markdown.h"

bool instrument_may_change(struct ctx *c)
{
    const struct target everywhere = {0};
    return access_allows(c, P_INSTRUMENT_CHANGE, &everywhere);
}

struct str instrument_path(struct arena *a, int64_t id)
{
    return str_printf(a, "/instruments/%" PRId64, id);
}

struct str instrument_word_of_kind(const struct ctx *c, enum instrument_kind kind)
{
    static const msg_id words[] = {
        [INSTRUMENT_MOMENT] = M_instrument_kind_moment,           [INSTRUMENT_RUBRIC] = M_instrument_kind_rubric,
        [INSTRUMENT_TEAM] = M_instrument_kind_team,               [INSTRUMENT_DEBRIEF] = M_instrument_kind_debrief,
        [INSTRUMENT_MULTISOURCE] = M_instrument_kind_multisource, [INSTRUMENT_EVALUATION] = M_instrument_kind_evaluation,
        [INSTRUMENT_PANEL] = M_instrument_kind_panel,
    };
    return tr(c, words[kind]);
}

/* ---- the list ------------------------------------------------------------------------------------------------------------- */

enum rc instrument_get_list(struct ctx *c)
{
    const struct target everywhere = {0};
    struct rows_instrument_entries rows;
    TRY(access_require(c, P_INSTRUMENT_VIEW, &everywhere));
    bool change = instrument_may_change(c);
    TRY(sql_instrument_entries(c->db, c->a, S(""), lang_tag(c->lang), change, &rows));
    struct view_instrument_list_kinds *kinds = ARENA_ARRAY(c->a, INSTRUMENT_KIND_COUNT, struct view_instrument_list_kinds);
    struct view_instrument_list v = {.kinds = kinds};
    for (int k = 0; k < INSTRUMENT_KIND_COUNT; k++) {
        struct view_instrument_list_kinds_instruments *list = ARENA_ARRAY(c->a, rows.n, struct view_instrument_list_kinds_instruments);
        size_t n = 0;
        for (size_t r = 0; r < rows.n; r++)
            if (str_eq_z(rows.v[r].kind, instrument_kind_word((enum instrument_kind)k)))
                list[n++] = (struct view_instrument_list_kinds_instruments){.href = instrument_path(c->a, rows.v[r].id),
                                                                            .title = rows.v[r].title,
                                                                            .version = rows.v[r].version,
                                                                            .licence = rows.v[r].licence,
                                                                            .retired = str_eq_z(rows.v[r].state, "retired")};
        if (n != 0)
            kinds[v.kinds_count++] = (struct view_instrument_list_kinds){.kind = str_from(instrument_kind_word((enum instrument_kind)k)),
                                                                         .label = instrument_word_of_kind(c, (enum instrument_kind)k),
                                                                         .instruments = list,
                                                                         .instruments_count = n};
    }
    struct crumb actions[] = {{tr(c, M_instrument_new), S("/instruments/new")}};
    struct page page = {.title = tr(c, M_instrument_title), .section = "/instruments", .actions = actions, .action_count = change};
    return view_instrument_list_page(c, &page, &v);
}

/* ---- one version ------------------------------------------------------------------------------------------------------------ */

static struct str rule_text(struct ctx *c, const struct instrument *i)
{
    static const msg_id texts[] = {[RULE_NONE] = M_instrument_rule_none,
                                   [RULE_DOMAIN_MEANS] = M_instrument_rule_domain_means,
                                   [RULE_MEAN] = M_instrument_rule_mean,
                                   [RULE_SUM] = M_instrument_rule_sum};
    struct msg_arg percent = MSG_NUM("percent", i->least_percent);
    return tr_args(c, texts[i->rule], &percent, 1);
}

static void fill_facts(struct ctx *c, const struct instrument *i, struct view_instrument_show *v)
{
    struct view_instrument_show_facts *facts = ARENA_ARRAY(c->a, 6, struct view_instrument_show_facts);
    struct msg_arg scale[] = {MSG_NUM("low", i->low), MSG_NUM("high", i->high)};
    facts[0] = (struct view_instrument_show_facts){tr(c, M_instrument_kind), instrument_word_of_kind(c, i->kind)};
    facts[1] = (struct view_instrument_show_facts){tr(c, M_instrument_scale), tr_args(c, i->unable ? M_instrument_scale_unable : M_instrument_scale_from, scale, 2)};
    facts[2] = (struct view_instrument_show_facts){tr(c, M_instrument_rule), rule_text(c, i)};
    facts[3] = (struct view_instrument_show_facts){tr(c, M_instrument_licence), i->licence};
    facts[4] = (struct view_instrument_show_facts){tr(c, M_instrument_source), i->source};
    v->facts = facts;
    v->facts_count = 5;
}

static void fill_item(struct ctx *c, const struct instrument *i, const struct instrument_item *it, struct view_instrument_show_domains_items *v)
{
    size_t points = (size_t)(i->high - i->low) + 1;
    *v = (struct view_instrument_show_domains_items){.code = it->code, .text = it->text, .hint = it->hint, .words = it->words, .reversed = it->reversed};
    struct view_instrument_show_domains_items_anchors *anchors = ARENA_ARRAY(c->a, points, struct view_instrument_show_domains_items_anchors);
    for (size_t k = 0; it->anchors != NULL && k < points; k++)
        anchors[v->anchors_count++] = (struct view_instrument_show_domains_items_anchors){i->low + (int64_t)k, it->anchors[k]};
    v->anchors = anchors;
    struct view_instrument_show_domains_items_competencies *links =
        ARENA_ARRAY(c->a, it->competency_count, struct view_instrument_show_domains_items_competencies);
    for (size_t k = 0; k < it->competency_count; k++)
        links[k] = (struct view_instrument_show_domains_items_competencies){it->competency_codes[k],
                                                                            framework_competency_path(c->a, it->competencies[k])};
    v->competencies = links;
    v->competencies_count = it->competency_count;
}

enum rc instrument_fill_show(struct ctx *c, const struct instrument *i, struct view_instrument_show *v)
{
    fill_facts(c, i, v);
    v->about_text = i->about;
    v->about = markdown_render(c->a, i->about, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    size_t points = (size_t)(i->high - i->low) + 1;
    struct view_instrument_show_labels *labels = ARENA_ARRAY(c->a, points, struct view_instrument_show_labels);
    for (size_t k = 0; i->labels != NULL && k < points; k++)
        labels[v->labels_count++] = (struct view_instrument_show_labels){i->low + (int64_t)k, i->labels[k]};
    v->labels = labels;
    struct view_instrument_show_domains *domains = ARENA_ARRAY(c->a, i->domain_count, struct view_instrument_show_domains);
    for (size_t d = 0; d < i->domain_count; d++) {
        const struct instrument_domain *from = &i->domains[d];
        struct view_instrument_show_domains_items *items = ARENA_ARRAY(c->a, from->count, struct view_instrument_show_domains_items);
        for (size_t k = 0; k < from->count; k++)
            fill_item(c, i, &i->items[from->first + k], &items[k]);
        domains[d] = (struct view_instrument_show_domains){from->code, from->title, items, from->count};
    }
    v->domains = domains;
    v->domains_count = i->domain_count;
    return RC_OK;
}

/* The version of the address, for who may see instruments. */
static enum rc open_row(struct ctx *c, struct row_instrument_row *row)
{
    const struct target everywhere = {0};
    int64_t id;
    TRY(access_require(c, P_INSTRUMENT_VIEW, &everywhere));
    TRY(request_id(c->rq, 0, &id));
    return sql_instrument_row(c->db, c->a, id, row);
}

static enum rc fill_versions(struct ctx *c, const struct row_instrument_row *row, struct view_instrument_page *v)
{
    struct rows_instrument_versions rows;
    struct rows_instrument_texts texts;
    TRY(sql_instrument_versions(c->db, c->a, row->slug, &rows));
    struct view_instrument_page_versions *list = ARENA_ARRAY(c->a, rows.n, struct view_instrument_page_versions);
    for (size_t k = 0; k < rows.n; k++) {
        list[k] = (struct view_instrument_page_versions){.href = instrument_path(c->a, rows.v[k].id),
                                                         .version = rows.v[k].version,
                                                         .created = rows.v[k].created_at,
                                                         .here = rows.v[k].id == row->id,
                                                         .shipped = rows.v[k].shipped};
        if (rows.v[k].id != row->id && !str_eq_z(rows.v[k].state, "earlier"))
            v->current = instrument_path(c->a, rows.v[k].id);
    }
    v->versions = list;
    v->versions_count = rows.n;
    TRY(sql_instrument_texts(c->db, c->a, row->id, &texts));
    struct view_instrument_page_texts *files = ARENA_ARRAY(c->a, texts.n, struct view_instrument_page_texts);
    for (size_t k = 0; k < texts.n; k++) {
        int lang = lang_find(texts.v[k].language);
        files[k] = (struct view_instrument_page_texts){
            str_printf(c->a, "/instruments/%" PRId64 "/text?language=%.*s", row->id, STR_ARG(texts.v[k].language)),
            lang >= 0 ? lang_name(lang) : texts.v[k].language};
    }
    v->texts = files;
    v->texts_count = texts.n;
    return RC_OK;
}

enum rc instrument_get_show(struct ctx *c)
{
    struct row_instrument_row row;
    struct instrument i;
    TRY(open_row(c, &row));
    TRY(instrument_find(c->db, c->a, row.id, lang_tag(c->lang), &i));
    struct view_instrument_page v = {.id = row.id, .slug = row.slug, .version = row.version, .state = row.state};
    TRY(instrument_fill_show(c, &i, &v.what));
    TRY(fill_versions(c, &row, &v));
    bool change = instrument_may_change(c) && !str_eq_z(row.state, "earlier");
    if (change)
        v.state_change = str_printf(c->a, "/instruments/%" PRId64 "/state", row.id);
    struct crumb crumbs[] = {{tr(c, M_instrument_title), S("/instruments")}};
    struct crumb actions[] = {{tr(c, M_instrument_edit), str_printf(c->a, "/instruments/%" PRId64 "/edit", row.id)}};
    struct msg_arg version = MSG_NUM("version", row.version);
    struct page page = {.title = i.title,
                        .caption = tr_args(c, M_instrument_version_n, &version, 1),
                        .section = "/instruments",
                        .crumbs = crumbs,
                        .crumb_count = 1,
                        .actions = actions,
                        .action_count = change};
    return view_instrument_page_page(c, &page, &v);
}

enum rc instrument_get_text(struct ctx *c)
{
    struct row_instrument_row row;
    struct rows_instrument_texts texts;
    struct str language = request_query(c->rq, "language");
    TRY(open_row(c, &row));
    TRY(sql_instrument_texts(c->db, c->a, row.id, &texts));
    for (size_t k = 0; k < texts.n; k++) {
        bool own = str_eq(texts.v[k].language, row.language);
        if (!(language.n == 0 ? own : str_eq(texts.v[k].language, language)))
            continue;
        struct str name = own ? str_printf(c->a, "%.*s.txt", STR_ARG(row.slug))
                              : str_printf(c->a, "%.*s.%.*s.txt", STR_ARG(row.slug), STR_ARG(texts.v[k].language));
        return page_download(c, "text/plain; charset=utf-8", name, texts.v[k].body);
    }
    return RC_NOT_FOUND;
}

/* ---- what is held about a person -------------------------------------------------------------------------------------------- */

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_instrument_written_by rows;
    TRY(sql_instrument_written_by(db, a, person, &rows));
    json_t *list = json_new_list(into, "instruments_written");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "instrument", rows.v[k].slug);
        json_set_int(o, "version", rows.v[k].version);
        json_set_time(a, o, "at", rows.v[k].created_at);
    }
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_instrument_forget_author(tx, person);
}

static const struct route routes[] = {
    {METHOD_GET, "/instruments", P_INSTRUMENT_VIEW, BODY_NONE, RATE_PAGE, instrument_get_list},
    {METHOD_GET, "/instruments/new", P_INSTRUMENT_CHANGE, BODY_NONE, RATE_PAGE, instrument_handle_new},
    {METHOD_POST, "/instruments/new", P_INSTRUMENT_CHANGE, BODY_FORM, RATE_WRITE, instrument_handle_new},
    {METHOD_GET, "/instruments/{id}", P_INSTRUMENT_VIEW, BODY_NONE, RATE_PAGE, instrument_get_show},
    {METHOD_GET, "/instruments/{id}/text", P_INSTRUMENT_VIEW, BODY_NONE, RATE_PAGE, instrument_get_text},
    {METHOD_GET, "/instruments/{id}/edit", P_INSTRUMENT_CHANGE, BODY_NONE, RATE_PAGE, instrument_handle_edit},
    {METHOD_POST, "/instruments/{id}/edit", P_INSTRUMENT_CHANGE, BODY_FORM, RATE_WRITE, instrument_handle_edit},
    {METHOD_GET, "/instruments/{id}/state", P_INSTRUMENT_CHANGE, BODY_NONE, RATE_PAGE, instrument_handle_state},
    {METHOD_POST, "/instruments/{id}/state", P_INSTRUMENT_CHANGE, BODY_FORM, RATE_WRITE, instrument_handle_state},
};

static const struct nav_entry nav[] = {{.href = "/instruments", .label = M_instrument_nav, .may = P_INSTRUMENT_CHANGE, .group = NAV_PROGRAMME, .order = 50}};

const struct capability instrument_capability = {
    .name = "instrument",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = export_person,
    .erase_person = erase_person,
};
