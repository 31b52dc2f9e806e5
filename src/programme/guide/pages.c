/* The pages of the guides: what there is, and one of them with its charts. For everybody who is signed in. */
#include <math.h>

#include "base/embedded.h"
#include "gen/msg_chart.h"
#include "gen/msg_guide.h"
#include "gen/programme/guide/guide_list_view.h"
#include "gen/programme/guide/guide_one_view.h"
#include "programme/guide/guide.h"
#include "view/markdown.h"

#define FOLDER "content/guides/"

/* In the reader's language where it is there. */
static const struct embedded *find(struct ctx *c, struct str code)
{
    const struct embedded *file = embedded_find(str_printf(c->a, FOLDER "%.*s.%.*s.md", STR_ARG(code), STR_ARG(lang_tag(c->lang))));
    return file != NULL ? file : embedded_find(str_printf(c->a, FOLDER "%.*s.md", STR_ARG(code)));
}

/* What is part of the program is in order: a test reads all of it. */
static struct guide *read_one(struct ctx *c, const struct embedded *file)
{
    struct guide *g = ARENA_NEW(c->a, struct guide);
    struct problems ignored = problems_new(c->a);
    ASSERT(guide_read(c->a, file->path, file->bytes, g, &ignored));
    return g;
}

static handler get_list, get_one;

static enum rc get_list(struct ctx *c)
{
    static const msg_id titles[GUIDE_KIND_COUNT] = {M_guide_kind_mentoring, M_guide_kind_project};
    const struct target t = {0};
    TRY(access_require(c, P_SIGNED_IN, &t));
    size_t count;
    const struct embedded *files = embedded_first(S(FOLDER), &count);
    struct view_guide_list_kinds *kinds = ARENA_ARRAY(c->a, GUIDE_KIND_COUNT, struct view_guide_list_kinds);
    struct view_guide_list_kinds_guides *guides[GUIDE_KIND_COUNT];
    size_t n[GUIDE_KIND_COUNT] = {0};
    for (int k = 0; k < GUIDE_KIND_COUNT; k++)
        guides[k] = ARENA_ARRAY(c->a, count, struct view_guide_list_kinds_guides);
    for (size_t k = 0; k < count; k++) {
        struct str code;
        bool translation;
        if (!guide_code(str_sub(files[k].path, strlen(FOLDER), files[k].path.n), &code, &translation) || translation)
            continue;
        const struct guide *g = read_one(c, find(c, code));
        guides[g->kind][n[g->kind]++] = (struct view_guide_list_kinds_guides){str_printf(c->a, "/guides/%.*s", STR_ARG(code)), g->title, g->summary};
    }
    for (int k = 0; k < GUIDE_KIND_COUNT; k++)
        kinds[k] = (struct view_guide_list_kinds){str_from(guide_kind_word((enum guide_kind)k)), tr(c, titles[k]), guides[k], n[k]};
    struct view_guide_list v = {.kinds = kinds, .kinds_count = GUIDE_KIND_COUNT};
    struct page page = {.title = tr(c, M_guide_title), .section = "/guides"};
    return view_guide_list_page(c, &page, &v);
}

static struct str line_number(struct ctx *c, const struct chart_picture *p, double v)
{
    return isfinite(v) ? chart_number(c->a, p, v) : S("");
}

static void fill_chart(struct ctx *c, const struct guide_chart *g, size_t place, struct view_guide_one_parts *v)
{
    struct str id = str_printf(c->a, "g%zu", place), thin = str_printf(c->a, "g%zu-thin", place);
    struct chart_picture p = {.lang = c->lang, .id = id.p, .name = g->name, .unit = g->plan.multiply == 100 ? S("%") : S(""), .stratum = g->data.strata,
                              .scale = g->data.scale, .chart = &g->chart, .notes = g->notes, .note_count = g->note_count};
    v->region = str_printf(c->a, "g%zu-t", place);
    v->points = str_printf(c->a, "g%zu-points", place);
    v->name = g->name;
    v->title = chart_title(c->a, &p);
    v->sentence = chart_sentence(c->a, &p);
    v->picture = chart_draw(c->a, &p);
    struct view_guide_one_parts_table *table = ARENA_ARRAY(c->a, g->chart.count, struct view_guide_one_parts_table);
    for (size_t i = 0; i < g->chart.count; i++)
        table[i] = (struct view_guide_one_parts_table){g->data.strata[0].x[i], chart_number(c->a, &p, g->chart.y[i]), line_number(c, &p, g->chart.cl[i]),
                                                          line_number(c, &p, g->chart.lcl[i]), line_number(c, &p, g->chart.ucl[i])};
    v->table = table;
    v->table_count = g->chart.count;
    p.id = thin.p;
    p.narrow = true;
    v->slim = chart_draw(c->a, &p);
}

static enum rc get_one(struct ctx *c)
{
    const struct target t = {0};
    TRY(access_require(c, P_SIGNED_IN, &t));
    struct str code = c->rq->params[0], name = str_printf(c->a, "%.*s.md", STR_ARG(code)), whole;
    bool translation;
    const struct embedded *file = guide_code(name, &whole, &translation) && !translation ? find(c, code) : NULL;
    if (file == NULL)
        return RC_NOT_FOUND;
    const struct guide *g = read_one(c, file);
    struct view_guide_one_parts *parts = ARENA_ARRAY(c->a, g->part_count, struct view_guide_one_parts);
    for (size_t k = 0; k < g->part_count; k++) {
        parts[k].words = markdown_render(c->a, g->parts[k].words, (struct markdown_options){.lang = c->lang, .heading_shift = 0});
        if (g->parts[k].chart != NULL)
            fill_chart(c, g->parts[k].chart, k, &parts[k]);
    }
    struct view_guide_one v = {.made_up = g->kind == GUIDE_PROJECT, .summary = g->summary, .licence = g->licence, .reviewed = g->reviewed_day, .parts = parts, .parts_count = g->part_count};
    struct crumb up = {tr(c, M_guide_title), S("/guides")};
    struct page page = {.title = g->title, .section = "/guides", .crumbs = &up, .crumb_count = 1};
    return view_guide_one_page(c, &page, &v);
}

static const struct route routes[] = {
    {METHOD_GET, "/guides", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_list},
    {METHOD_GET, "/guides/{guide}", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_one},
};

const struct capability guide_capability = {.name = "guide", .routes = routes, .route_count = COUNT_OF(routes)};
