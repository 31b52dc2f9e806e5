/* The coverage map, its gaps, the sessions behind a cell, and the same as CSV. */
#include "programme/curriculum/coverage.h"

#include "gen/programme/curriculum/coverage_gaps_view.h"
#include "gen/programme/curriculum/coverage_sessions_view.h"
#include "gen/programme/curriculum/coverage_sql.h"
#include "gen/programme/curriculum/coverage_view.h"
#include "programme/curriculum/pages.h"

#define SESSIONS_SHOWN 500

struct map {
    struct programme programme;
    struct coverage_outline outline;
    struct stage *stages;
    size_t stage_count;
    struct coverage coverage;
    struct rows_coverage_people people;
};

/* The programme of who asks, for who may see its map. */
static enum rc open_programme(struct ctx *c, struct map *m)
{
    *m = (struct map){0};
    TRY(programme_current(c, &m->programme));
    TRY(access_require(c, P_COVERAGE_VIEW, &(struct target){.programme = m->programme.id}));
    struct str language = lang_tag(c->lang);
    struct coverage_outline *o = &m->outline;
    enum rc rc = framework_outline(c->db, c->a, m->programme.id, language, true, &o->all, &o->all_count);
    if (rc == RC_OK)
        rc = framework_outline(c->db, c->a, m->programme.id, language, false, &o->shown, &o->shown_count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return programme_stages(c->db, c->a, m->programme.id, &m->stages, &m->stage_count);
}

static enum rc open_map(struct ctx *c, struct map *m)
{
    struct rows_coverage_tags rows;
    TRY(open_programme(c, m));
    TRY(sql_coverage_tags(c->db, c->a, m->programme.id, &rows));
    TRY(sql_coverage_people(c->db, c->a, m->programme.id, &m->people));
    struct coverage_tag *tags = ARENA_ARRAY(c->a, rows.n, struct coverage_tag);
    for (size_t i = 0; i < rows.n; i++)
        tags[i] = (struct coverage_tag){.session = rows.v[i].session_id,
                                        .stage = rows.v[i].stage_id_null ? 0 : rows.v[i].stage_id,
                                        .competency = rows.v[i].competency_id,
                                        .use = rows.v[i].use.p[0]};
    coverage_build(c->a, &m->outline, m->stages, m->stage_count, tags, rows.n, &m->coverage);
    return RC_OK;
}

/* ---- the filter -------------------------------------------------------------------------------------------------- */

static const char *const filter_words[COVERAGE_USES] = {
    [COVERAGE_INTRODUCED] = "I", [COVERAGE_PRACTISED] = "P", [COVERAGE_ASSESSED] = "A", [COVERAGE_ANY] = "all"};

static enum coverage_use filter_of(const struct ctx *c)
{
    struct str word = request_query(c->rq, "use");
    for (int u = 0; u < COVERAGE_ANY; u++)
        if (str_eq_z(word, filter_words[u]))
            return (enum coverage_use)u;
    return COVERAGE_ANY;
}

static void fill_filters(struct ctx *c, enum coverage_use use, struct view_coverage *v)
{
    static const struct {
        enum coverage_use use;
        msg_id label;
    } tabs[] = {{COVERAGE_ANY, M_curriculum_filter_all},
                {COVERAGE_INTRODUCED, M_curriculum_filter_introduced},
                {COVERAGE_PRACTISED, M_curriculum_filter_practised},
                {COVERAGE_ASSESSED, M_curriculum_filter_assessed}};
    struct view_coverage_filters *list = ARENA_ARRAY(c->a, COUNT_OF(tabs), struct view_coverage_filters);
    for (size_t i = 0; i < COUNT_OF(tabs); i++)
        list[i] = (struct view_coverage_filters){
            .href = tabs[i].use == COVERAGE_ANY ? S("/coverage")
                                                : str_printf(c->a, "/coverage?use=%s", filter_words[tabs[i].use]),
            .label = tr(c, tabs[i].label),
            .current = tabs[i].use == use};
    v->filters = list;
    v->filters_count = COUNT_OF(tabs);
}

/* ---- the map ----------------------------------------------------------------------------------------------------- */

static const char *const shade_words[] = {"h0", "h1", "h2", "h3", "h4", "h5"};

static size_t column_count(const struct map *m)
{
    return m->coverage.stage_count + m->coverage.stageless;
}

static struct str stage_title(const struct ctx *c, const struct map *m, size_t column)
{
    return column < m->stage_count ? m->stages[column].title : tr(c, M_curriculum_no_stage);
}

static struct view_coverage_rows_cells map_cell(struct ctx *c, const struct map *m, const struct coverage_row *r,
                                                size_t column, enum coverage_use use)
{
    const int64_t *n = r->cells[column].sessions, *total = r->total.sessions;
    bool taught_here = n[COVERAGE_INTRODUCED] + n[COVERAGE_PRACTISED] != 0;
    struct str href = str_printf(c->a, "/coverage/sessions?competency=%" PRId64 "&stage=%" PRId64,
                                 r->competency->competency, column < m->stage_count ? m->stages[column].id : 0);
    if (use != COVERAGE_ANY)
        href = str_printf(c->a, "%.*s&use=%s", STR_ARG(href), filter_words[use]);
    int shade = r->group && n[use] != 0 ? 1 : coverage_shade(n[use], m->coverage.most[use]);
    return (struct view_coverage_rows_cells){
        .href = href,
        .shade = str_from(shade_words[shade]),
        .introduced = n[COVERAGE_INTRODUCED],
        .practised = n[COVERAGE_PRACTISED],
        .assessed = n[COVERAGE_ASSESSED],
        .sessions = n[COVERAGE_ANY],
        .shown = n[use],
        .all = use == COVERAGE_ANY,
        .hole = !r->group && taught_here && total[COVERAGE_ASSESSED] == 0 && n[use] != 0,
    };
}

static void fill_people(const struct map *m, const struct coverage_row *r, struct view_coverage_rows *row,
                        struct opt_int *counted)
{
    for (size_t i = 0; i < m->people.n; i++) {
        const struct row_coverage_people *p = &m->people.v[i];
        *counted = SOME_INT(p->counted_at);
        if (p->competency_id != r->competency->competency || p->use.n == 0)
            continue;
        int64_t *to = p->use.p[0] == 'I'   ? &row->people_introduced
                      : p->use.p[0] == 'P' ? &row->people_practised
                                           : &row->people_assessed;
        *to = p->people;
    }
}

static void fill_rows(struct ctx *c, const struct map *m, enum coverage_use use, struct view_coverage *v)
{
    const struct coverage *k = &m->coverage;
    struct view_coverage_rows *rows = ARENA_ARRAY(c->a, k->row_count, struct view_coverage_rows);
    size_t columns = column_count(m);
    for (size_t i = 0; i < k->row_count; i++) {
        const struct coverage_row *r = &k->rows[i];
        struct view_coverage_rows_cells *cells = ARENA_ARRAY(c->a, columns, struct view_coverage_rows_cells);
        for (size_t s = 0; s < columns; s++)
            cells[s] = map_cell(c, m, r, s, use);
        rows[i] = (struct view_coverage_rows){
            .code = r->competency->code,
            .title = r->competency->title,
            .href = page_path(c, "/coverage/sessions?competency=%" PRId64, r->competency->competency),
            .group = r->group,
            .gap = !r->group && r->total.sessions[COVERAGE_ANY] != 0 && r->total.sessions[COVERAGE_ASSESSED] == 0,
            .cells = cells,
            .cells_count = columns,
        };
        fill_people(m, r, &rows[i], &v->counted);
    }
    v->rows = rows;
    v->rows_count = k->row_count;
}

static void fill_legend(struct ctx *c, const struct map *m, enum coverage_use use, struct view_coverage *v)
{
    struct view_coverage_legend *list = ARENA_ARRAY(c->a, 5, struct view_coverage_legend);
    int64_t most = m->coverage.most[use], from = 1;
    for (int shade = 1; shade <= 5 && from <= most; shade++) {
        int64_t to = coverage_shade_limit(shade, most);
        if (to < from)
            continue;
        list[v->legend_count++] = (struct view_coverage_legend){str_from(shade_words[shade]), from, to, from == to};
        from = to + 1;
    }
    v->legend = list;
}

enum rc get_coverage(struct ctx *c)
{
    struct map m;
    struct coverage_gap *gaps;
    size_t gap_count;
    TRY(open_map(c, &m));
    enum coverage_use use = filter_of(c);
    coverage_gaps(c->a, &m.coverage, &gaps, &gap_count);
    struct view_coverage v = {
        .filter = str_from(filter_words[use]),
        .csv = S("/coverage/csv"),
        .gaps_href = S("/coverage/gaps"),
        .gaps = (int64_t)gap_count,
    };
    size_t columns = column_count(&m);
    struct view_coverage_stages *stages = ARENA_ARRAY(c->a, columns, struct view_coverage_stages);
    for (size_t i = 0; i < columns; i++)
        stages[i].title = stage_title(c, &m, i);
    v.stages = stages;
    v.stages_count = columns;
    fill_filters(c, use, &v);
    fill_rows(c, &m, use, &v);
    fill_legend(c, &m, use, &v);
    struct page p = {.title = tr(c, M_curriculum_coverage_title), .caption = m.programme.title, .section = "/coverage"};
    return view_coverage_page(c, &p, &v);
}

/* ---- CSV --------------------------------------------------------------------------------------------------------- */

static void csv_words(struct ctx *c, struct buf *b, struct str prefix)
{
    static const msg_id words[] = {M_curriculum_use_introduced, M_curriculum_use_practised, M_curriculum_use_assessed};
    for (size_t u = 0; u < COUNT_OF(words); u++) {
        buf_ch(b, ',');
        buf_csv(b, str_printf(c->a, "%.*s: %.*s", STR_ARG(prefix), STR_ARG(tr(c, words[u]))));
    }
}

enum rc get_coverage_csv(struct ctx *c)
{
    struct map m;
    TRY(open_map(c, &m));
    struct buf b = buf_new(c->a, 16384);
    buf_csv(&b, tr(c, M_curriculum_csv_code));
    buf_ch(&b, ',');
    buf_csv(&b, tr(c, M_curriculum_competency));
    for (size_t s = 0; s < column_count(&m); s++)
        csv_words(c, &b, stage_title(c, &m, s));
    csv_words(c, &b, tr(c, M_curriculum_people_evidence));
    buf_z(&b, "\r\n");
    for (size_t i = 0; i < m.coverage.row_count; i++) {
        const struct coverage_row *r = &m.coverage.rows[i];
        struct view_coverage_rows people = {0};
        struct opt_int counted;
        if (r->group)
            continue;
        fill_people(&m, r, &people, &counted);
        buf_csv(&b, r->competency->code);
        buf_ch(&b, ',');
        buf_csv(&b, r->competency->title);
        for (size_t s = 0; s < column_count(&m); s++)
            for (int u = 0; u < COVERAGE_ANY; u++)
                buf_printf(&b, ",%" PRId64, r->cells[s].sessions[u]);
        buf_printf(&b, ",%" PRId64 ",%" PRId64 ",%" PRId64 "\r\n", people.people_introduced, people.people_practised,
                   people.people_assessed);
    }
    return page_download(c, "text/csv; charset=utf-8", S("coverage.csv"), buf_text(&b));
}

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

static struct view_coverage_gaps_gaps gap_row(struct ctx *c, const struct map *m, const struct coverage_gap *g)
{
    static const char *const words[GAP_KINDS] = {[GAP_NEVER_ASSESSED] = "never_assessed",
                                                 [GAP_NEVER_TAUGHT] = "never_taught",
                                                 [GAP_NEVER_TOUCHED] = "never_touched",
                                                 [GAP_ASSESSED_EARLY] = "assessed_early"};
    int64_t competency = g->row->competency->competency;
    struct view_coverage_gaps_gaps v = {
        .kind = str_from(words[g->kind]),
        .code = g->row->competency->code,
        .title = g->row->competency->title,
        .sessions = g->row->total.sessions[COVERAGE_ANY],
        .href =
            g->kind == GAP_NEVER_TOUCHED ? S("") : page_path(c, "/coverage/sessions?competency=%" PRId64, competency),
        .about = framework_competency_path(c->a, competency),
    };
    if (g->kind == GAP_ASSESSED_EARLY) {
        v.assessed_in = stage_title(c, m, g->assessed_stage);
        v.taught_in = stage_title(c, m, g->taught_stage);
    }
    return v;
}

enum rc get_coverage_gaps(struct ctx *c)
{
    struct map m;
    struct coverage_gap *gaps;
    size_t n;
    TRY(open_map(c, &m));
    coverage_gaps(c->a, &m.coverage, &gaps, &n);
    struct view_coverage_gaps_gaps *list = ARENA_ARRAY(c->a, n, struct view_coverage_gaps_gaps);
    int64_t counts[GAP_KINDS] = {0};
    for (size_t i = 0; i < n; i++) {
        list[i] = gap_row(c, &m, &gaps[i]);
        counts[gaps[i].kind]++;
    }
    struct view_coverage_gaps v = {
        .never_assessed = counts[GAP_NEVER_ASSESSED],
        .never_taught = counts[GAP_NEVER_TAUGHT],
        .never_touched = counts[GAP_NEVER_TOUCHED],
        .assessed_early = counts[GAP_ASSESSED_EARLY],
        .gaps = list,
        .gaps_count = n,
        .back = S("/coverage"),
    };
    for (size_t i = 0; i < m.coverage.row_count; i++)
        v.competencies += !m.coverage.rows[i].group;
    struct crumb crumbs[] = {{tr(c, M_curriculum_coverage_title), S("/coverage")}};
    struct page p = {.title = tr(c, M_curriculum_gaps_heading),
                     .caption = m.programme.title,
                     .section = "/coverage",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs)};
    return view_coverage_gaps_page(c, &p, &v);
}

/* ---- the sessions behind a cell ---------------------------------------------------------------------------------- */

struct wanted {
    int64_t competency;
    bool by_stage;
    int64_t stage; /* 0: courses without one */
    enum coverage_use use;
};

static bool matches(const struct map *m, const struct wanted *w, const struct row_coverage_sessions *r)
{
    int64_t stage = r->stage_id_null ? 0 : r->stage_id;
    return (!w->by_stage || stage == w->stage) && (w->use == COVERAGE_ANY || str_eq_z(r->use, filter_words[w->use])) &&
           coverage_belongs(&m->outline, r->competency_id, w->competency);
}

/* A session is one line, however many tags of it match. */
static void fill_sessions(struct ctx *c, const struct map *m, const struct wanted *w,
                          const struct rows_coverage_sessions *rows, struct view_coverage_sessions *v)
{
    struct view_coverage_sessions_sessions *list = ARENA_ARRAY(c->a, SESSIONS_SHOWN,
                                                               struct view_coverage_sessions_sessions),
                                           *line = NULL;
    int64_t last = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_coverage_sessions *r = &rows->v[i];
        if (!matches(m, w, r))
            continue;
        if (line == NULL || r->session_id != last) {
            v->more = v->sessions_count == SESSIONS_SHOWN;
            if (v->more)
                break;
            line = &list[v->sessions_count++];
            *line = (struct view_coverage_sessions_sessions){
                .title = r->session_title,
                .href = page_path(c, "/sessions/%" PRId64, r->session_id),
                .course = r->course_title,
                .course_href = page_path(c, "/courses/%" PRId64, r->course_id),
                .stage = r->stage_title.p != NULL ? r->stage_title : tr(c, M_curriculum_no_stage),
            };
            last = r->session_id;
        }
        line->introduced = line->introduced || r->use.p[0] == 'I';
        line->practised = line->practised || r->use.p[0] == 'P';
        line->assessed = line->assessed || r->use.p[0] == 'A';
    }
    v->sessions = list;
}

enum rc get_coverage_sessions(struct ctx *c)
{
    struct map m;
    struct wanted w = {.use = filter_of(c)};
    struct rows_coverage_sessions rows;
    const struct competency *k = NULL;
    TRY(open_programme(c, &m));
    if (!str_to_int(request_query(c->rq, "competency"), &w.competency))
        return RC_NOT_FOUND;
    w.by_stage = str_to_int(request_query(c->rq, "stage"), &w.stage);
    for (size_t i = 0; i < m.outline.all_count; i++)
        if (m.outline.all[i].competency == w.competency)
            k = &m.outline.all[i];
    if (k == NULL)
        return RC_NOT_FOUND;
    TRY(sql_coverage_sessions(c->db, c->a, m.programme.id, &rows));
    struct view_coverage_sessions v = {.competency = k->title,
                                       .competency_href = framework_competency_path(c->a, k->competency),
                                       .back = S("/coverage")};
    if (w.by_stage)
        v.stage = tr(c, M_curriculum_no_stage);
    for (size_t i = 0; w.by_stage && i < m.stage_count; i++)
        if (m.stages[i].id == w.stage)
            v.stage = m.stages[i].title;
    fill_sessions(c, &m, &w, &rows, &v);
    struct crumb crumbs[] = {{tr(c, M_curriculum_coverage_title), S("/coverage")}};
    struct page p = {.title = str_printf(c->a, "%.*s %.*s", STR_ARG(k->code), STR_ARG(k->title)),
                     .caption = m.programme.title,
                     .section = "/coverage",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs)};
    return view_coverage_sessions_page(c, &p, &v);
}
