/* What can be taken: the list, and the page of one exercise with the button that starts it. */
#include "gen/msg_cases.h"
#include "gen/programme/practice/expert_sql.h"
#include "gen/programme/practice/practice_exercise_view.h"
#include "gen/programme/practice/practice_list_view.h"
#include "programme/framework/framework.h"
#include "programme/practice/room.h"
#include "view/markdown.h"

#define OWN_MOST 20
#define DRAFTS_MOST 50

/* ---- the list ------------------------------------------------------------------------------------------------------------------------ */

struct filter {
    struct str kind, mine, after_key;
    int64_t competency, stage, after_id;
};

static void read_filter(struct ctx *c, struct filter *f)
{
    enum practice_kind kind;
    *f = (struct filter){.kind = request_query(c->rq, "kind"), .mine = request_query(c->rq, "mine"), .after_key = request_query(c->rq, "after")};
    if (!practice_find_kind(f->kind, &kind))
        f->kind = S("");
    if (!str_eq_z(f->mine, "new") && !str_eq_z(f->mine, "going") && !str_eq_z(f->mine, "done"))
        f->mine = S("");
    if (f->after_key.p == NULL)
        f->after_key = S("");
    (void)str_to_int(request_query(c->rq, "competency"), &f->competency);
    (void)str_to_int(request_query(c->rq, "stage"), &f->stage);
    (void)str_to_int(request_query(c->rq, "id"), &f->after_id);
}

static void fill_kinds(struct ctx *c, const struct filter *f, struct view_practice_list *v)
{
    struct view_practice_list_kinds *list = ARENA_ARRAY(c->a, PRACTICE_KIND_COUNT + 1, struct view_practice_list_kinds);
    list[v->kinds_count++] = (struct view_practice_list_kinds){S(""), tr(c, M_practice_all), f->kind.n == 0};
    for (enum practice_kind k = 0; k < PRACTICE_KIND_COUNT; k++) {
        struct str word = practice_kind_word(k);
        list[v->kinds_count++] = (struct view_practice_list_kinds){word, practice_kind_name(c, word), str_eq(f->kind, word)};
    }
    v->kinds = list;
}

static void fill_states(struct ctx *c, const struct filter *f, struct view_practice_list *v)
{
    static const struct {
        const char *word;
        msg_id label;
    } states[] = {{"", M_practice_all}, {"new", M_practice_mine_new}, {"going", M_practice_state_going}, {"done", M_practice_state_done}};
    struct view_practice_list_states *list = ARENA_ARRAY(c->a, COUNT_OF(states), struct view_practice_list_states);
    for (size_t k = 0; k < COUNT_OF(states); k++)
        list[k] = (struct view_practice_list_states){str_from(states[k].word), tr(c, states[k].label), str_eq_z(f->mine, states[k].word)};
    v->states = list;
    v->states_count = COUNT_OF(states);
}

static enum rc fill_choices(struct ctx *c, int64_t programme, const struct filter *f, struct view_practice_list *v)
{
    struct rows_practice_used_competencies used;
    struct stage *stages;
    size_t stage_count;
    fill_kinds(c, f, v);
    fill_states(c, f, v);
    TRY(sql_practice_used_competencies(c->db, c->a, programme, lang_tag(c->lang), &used));
    struct view_practice_list_competencies *list = ARENA_ARRAY(c->a, used.n + 1, struct view_practice_list_competencies);
    list[v->competencies_count++] = (struct view_practice_list_competencies){S("0"), tr(c, M_practice_all), f->competency == 0};
    for (size_t k = 0; k < used.n; k++)
        list[v->competencies_count++] = (struct view_practice_list_competencies){str_printf(c->a, "%" PRId64, used.v[k].competency_id), used.v[k].title,
                                                                                 used.v[k].competency_id == f->competency};
    v->competencies = list;
    TRY(programme_stages(c->db, c->a, programme, &stages, &stage_count));
    struct view_practice_list_stages *all = ARENA_ARRAY(c->a, stage_count + 1, struct view_practice_list_stages);
    all[v->stages_count++] = (struct view_practice_list_stages){S("0"), tr(c, M_practice_all), f->stage == 0};
    for (size_t k = 0; k < stage_count; k++)
        all[v->stages_count++] = (struct view_practice_list_stages){str_printf(c->a, "%" PRId64, stages[k].id), stages[k].title, stages[k].id == f->stage};
    v->stages = all;
    v->filtered = f->kind.n != 0 || f->mine.n != 0 || f->competency != 0 || f->stage != 0;
    return RC_OK;
}

/* The day until which an exercise was asked for, the earliest; false when it was not. */
static bool due_of(const struct rows_practice_due *due, int64_t exercise, int64_t *day)
{
    for (size_t k = 0; k < due->n; k++)
        if (due->v[k].id == exercise) {
            *day = due->v[k].due_day;
            return true;
        }
    return false;
}

static enum rc fill_exercises(struct ctx *c, int64_t programme, const struct filter *f, struct view_practice_list *v)
{
    struct rows_practice_list rows;
    struct rows_practice_due due;
    TRY(sql_practice_list(c->db, c->a, programme, c->who->person, lang_tag(c->lang), f->kind, f->competency, f->stage, f->mine, f->after_key,
                          f->after_id, PRACTICE_PAGE + 1, &rows));
    TRY(sql_practice_due(c->db, c->a, c->who->person, c->today, lang_tag(c->lang), &due));
    struct view_practice_list_exercises *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_list_exercises);
    v->exercises_count = rows.n <= PRACTICE_PAGE ? rows.n : PRACTICE_PAGE;
    for (size_t k = 0; k < v->exercises_count; k++) {
        const struct row_practice_list *r = &rows.v[k];
        int64_t day = 0;
        bool asked = due_of(&due, r->id, &day);
        list[k] = (struct view_practice_list_exercises){.href = practice_path(c, r->id, ""), .title = r->title, .summary = r->summary,
                                                        .kind = practice_kind_name(c, r->kind), .stage = r->stage, .minutes = r->minutes,
                                                        .overdue = asked && day < c->today, .going = r->going != 0, .done = r->done != 0};
        if (asked)
            list[k].due = SOME_INT(day);
    }
    v->exercises = list;
    if (rows.n > PRACTICE_PAGE) {
        const struct row_practice_list *last = &rows.v[PRACTICE_PAGE - 1];
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/practice?mine=%.*s&kind=%.*s&competency=%" PRId64 "&stage=%" PRId64 "&id=%" PRId64 "&after=", STR_ARG(f->mine), STR_ARG(f->kind),
                   f->competency, f->stage, last->id);
        buf_url(&b, last->title_key);
        v->more = buf_text(&b);
    }
    return RC_OK;
}

static enum rc fill_drafts(struct ctx *c, int64_t programme, struct view_practice_list *v)
{
    struct rows_practice_unpublished rows;
    TRY(sql_practice_unpublished(c->db, c->a, programme, DRAFTS_MOST, &rows));
    struct view_practice_list_drafts *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_list_drafts);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_practice_list_drafts){practice_path(c, rows.v[k].id, ""), rows.v[k].title, practice_kind_name(c, rows.v[k].kind),
                                                     str_eq_z(rows.v[k].state, "retired")};
    v->drafts = list;
    v->drafts_count = rows.n;
    return RC_OK;
}

enum rc practice_get_list(struct ctx *c)
{
    struct programme p;
    struct filter f;
    struct view_practice_list v = {0};
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PRACTICE, &t));
    read_filter(c, &f);
    TRY(fill_choices(c, p.id, &f, &v));
    TRY(fill_exercises(c, p.id, &f, &v));
    if (access_allows(c, P_PRACTICE_WRITE, &t)) {
        v.write = S("/practice/new");
        v.import = S("/practice/import");
        TRY(fill_drafts(c, p.id, &v));
    }
    struct page page = practice_page(c, tr(c, M_practice_title), STR_NONE, 0);
    page.crumb_count = 0;
    return view_practice_list_page(c, &page, &v);
}

/* ---- one exercise -------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_own(struct ctx *c, const struct row_practice_find *x, struct view_practice_exercise *v)
{
    struct rows_practice_own_attempts rows;
    struct rows_practice_due due;
    TRY(sql_practice_own_attempts(c->db, c->a, c->who->person, x->id, OWN_MOST, &rows));
    struct view_practice_exercise_attempts *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_exercise_attempts);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_practice_own_attempts *r = &rows.v[k];
        list[k] = (struct view_practice_exercise_attempts){.href = str_printf(c->a, "/practice/attempts/%" PRId64, r->id), .turn = r->turn,
                                                           .state = r->state, .at = r->ended_at_null ? r->started_at : r->ended_at, .ending = r->ending};
        if (!r->credit_null)
            list[k].credit = SOME_INT(r->credit);
        v->going = v->going || str_eq_z(r->state, "going");
    }
    v->attempts = list;
    v->attempts_count = rows.n;
    TRY(sql_practice_due(c->db, c->a, c->who->person, c->today, lang_tag(c->lang), &due));
    int64_t day;
    if (due_of(&due, x->id, &day)) {
        v->due = SOME_INT(day);
        v->overdue = day < c->today;
    }
    return RC_OK;
}

static enum rc fill_competencies(struct ctx *c, int64_t exercise, struct view_practice_exercise *v)
{
    struct rows_practice_competencies rows;
    TRY(sql_practice_competencies(c->db, c->a, exercise, lang_tag(c->lang), &rows));
    struct view_practice_exercise_competencies *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_exercise_competencies);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_practice_exercise_competencies){rows.v[k].code, rows.v[k].title, framework_competency_path(c->a, rows.v[k].competency_id)};
    v->competencies = list;
    v->competencies_count = rows.n;
    return RC_OK;
}

static enum rc fill_briefing(struct ctx *c, const struct row_practice_find *x, struct view_practice_exercise *v)
{
    struct row_practice_version version;
    const struct story *story;
    if (x->version_id_null || !str_eq(x->kind, practice_kind_word(PRACTICE_CASE)))
        return RC_OK;
    TRY(sql_practice_version(c->db, c->a, x->version_id, &version));
    TRY(practice_story(c->db, c->a, version.id, version.digest, &story));
    v->briefing_text = story_info(story)->briefing;
    v->briefing = markdown_render(c->a, v->briefing_text, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    return RC_OK;
}

/* What else may be done with it, for who writes or assigns. */
static void fill_tools(struct ctx *c, const struct row_practice_find *x, bool writes, struct view_practice_exercise *v)
{
    struct target t = {.programme = x->programme_id};
    struct view_practice_exercise_tools *list = ARENA_ARRAY(c->a, 8, struct view_practice_exercise_tools);
    bool published = !str_eq_z(x->state, "draft"), is_case = str_eq(x->kind, practice_kind_word(PRACTICE_CASE));
    if (published && (writes || access_allows(c, P_PRACTICE_ASSIGN, &t)))
        list[v->tools_count++] = (struct view_practice_exercise_tools){practice_path(c, x->id, "/assign"), tr(c, M_practice_who_takes)};
    if (writes)
        list[v->tools_count++] = (struct view_practice_exercise_tools){practice_path(c, x->id, "/edit"), tr(c, M_practice_edit)};
    if (writes && published)
        list[v->tools_count++] = (struct view_practice_exercise_tools){practice_path(c, x->id, "/state"),
                                                                       tr(c, str_eq_z(x->state, "retired") ? M_practice_bring_back : M_practice_retire)};
    if (published && (is_case || room_kind_of(x->kind) != NULL) && access_allows(c, P_PRACTICE_OVERSEE, &t))
        list[v->tools_count++] = (struct view_practice_exercise_tools){practice_path(c, x->id, "/figures"), tr(c, M_cases_figures)};
    if (published && is_case && access_allows(c, P_PRACTICE_OVERSEE, &t))
        list[v->tools_count++] = (struct view_practice_exercise_tools){practice_path(c, x->id, "/panel"), tr(c, M_cases_panel)};
    v->tools = list;
}

static struct form *start_form(struct ctx *c, int64_t exercise, bool going, bool again)
{
    struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, exercise, "/start"),
                              going ? M_practice_go_on : again ? M_practice_start_again : M_practice_start);
    f->no_warn = true;
    return f;
}

enum rc practice_get_exercise(struct ctx *c)
{
    struct row_practice_find x;
    struct row_practice_is_expert expert;
    bool writes;
    TRY(practice_open(c, &x, &writes));
    struct view_practice_exercise v = {.state = x.state, .kind = practice_kind_name(c, x.kind), .summary = x.summary, .stage = x.stage,
                                       .minutes = x.minutes, .number = x.number};
    if (!x.version_id_null) {
        int lang = lang_find(x.version_language);
        v.language = lang >= 0 ? lang_name(lang) : x.version_language;
        v.other_language = lang != c->lang;
    }
    TRY(sql_practice_is_expert(c->db, c->a, x.id, c->who->person, &expert));
    v.expert = expert.n != 0;
    TRY(fill_own(c, &x, &v));
    TRY(fill_competencies(c, x.id, &v));
    TRY(fill_briefing(c, &x, &v));
    if (str_eq_z(x.state, "open") && str_eq(x.kind, practice_kind_word(PRACTICE_CASE)))
        v.start = start_form(c, x.id, v.going, v.attempts_count != 0);
    if (str_eq_z(x.state, "open") && str_eq(x.kind, practice_kind_word(PRACTICE_APPRAISAL)))
        v.appraise = practice_path(c, x.id, "/appraise");
    if (room_kind_of(x.kind) != NULL)
        TRY(room_fill_exercise(c, &x, &v.open, &v.rooms));
    fill_tools(c, &x, writes, &v);
    struct page page = practice_page(c, x.version_title.p != NULL ? x.version_title : x.title, STR_NONE, 0);
    return view_practice_exercise_page(c, &page, &v);
}

struct starting {
    struct arena *a;
    int64_t person, exercise, now, attempt;
    struct str language;
};

static enum rc start(struct db *tx, void *arg, struct err *e)
{
    struct starting *s = arg;
    return practice_start(tx, s->a, s->person, s->exercise, s->language, 0, s->now, &s->attempt, e);
}

enum rc practice_post_start(struct ctx *c)
{
    struct row_practice_find x;
    bool writes;
    TRY(practice_open(c, &x, &writes));
    if (!str_eq(x.kind, practice_kind_word(PRACTICE_CASE)))
        return RC_NOT_FOUND;
    struct starting s = {.a = c->a, .person = c->who->person, .exercise = x.id, .now = c->now, .language = lang_tag(c->lang)};
    TRY(ctx_write(c, start, &s));
    return page_redirect(c, str_printf(c->a, "/practice/attempts/%" PRId64, s.attempt), 0);
}
