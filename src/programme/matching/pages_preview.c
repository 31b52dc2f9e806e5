/* The preview of a round, for who runs it: what would come out now, under the round's settings or under a scenario's, and two of
 * them side by side. Nothing here is told to anybody else. */
#include "gen/programme/matching/match_compare_view.h"
#include "gen/programme/matching/match_load_view.h"
#include "gen/programme/matching/match_preview_view.h"
#include "gen/programme/matching/match_unmatched_view.h"
#include "programme/matching/inside.h"

#define SCENARIOS_MAX 50

static struct match_settings scenario_settings(const struct row_match_scenario_list *s)
{
    struct match_settings out = {.seed = (uint64_t)s->seed, .weights = {s->weight_interests, s->weight_language, s->weight_stage, s->weight_load}, .mentor = HR_NONE, .least = s->least};
    bool known = match_find_mode(s->mode, &out.mode) && match_find_near(s->nearest, &out.near);
    ASSERT(known);
    if (!s->mentor_null) {
        out.mentor = (uint32_t)s->mentor - 1;
        out.seats = s->seats_null ? 0 : (uint32_t)s->seats;
    }
    return out;
}

/* The round as it stands (0), or one of its scenarios. */
static enum rc find_settings(const struct match_round *r, const struct rows_match_scenario_list *all, int64_t id, struct match_settings *s, struct str *title)
{
    *s = match_settings_of(r);
    if (id == 0)
        return RC_OK;
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].id == id) {
            *s = scenario_settings(&all->v[i]);
            *title = all->v[i].title;
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

struct preview {
    struct match_round r;
    struct match_data d;
    struct match_run run;
    struct match_settings s;
    struct rows_match_scenario_list scenarios;
    struct str scenario;
    int64_t id;
    enum rc rc;  /* of solving: RC_INVALID when a pin cannot be kept, or a round above cannot be solved */
    bool loaded; /* the rounds above are no obstacle */
};

static enum rc load_preview(struct ctx *c, struct preview *p)
{
    struct str text = request_query(c->rq, "scenario");
    TRY(match_require(c, &p->r));
    TRY(sql_match_scenario_list(c->db, c->a, p->r.id, SCENARIOS_MAX, &p->scenarios));
    p->id = 0;
    p->scenario = S("");
    (void)str_to_int(text, &p->id);
    TRY(find_settings(&p->r, &p->scenarios, p->id, &p->s, &p->scenario));
    TRY(db_snapshot_begin(c->db));
    enum rc rc = match_load(c->db, c->a, &p->r, match_today(c, &p->r), &p->d);
    if (rc == RC_OK)
        rc = p->rc = match_load_above(c->db, c->a, match_today(c, &p->r), &p->d, &c->err);
    db_snapshot_end(c->db);
    p->loaded = rc == RC_OK;
    if (rc == RC_INVALID)
        return RC_OK;
    TRY(rc);
    p->rc = match_solve(&p->d, c->a, &p->s, &p->run, &c->err);
    return p->rc == RC_INVALID ? RC_OK : p->rc;
}

static struct str with_scenario(struct ctx *c, const struct preview *p, const char *rest)
{
    return p->id == 0 ? match_path(c, p->r.id, rest) : str_printf(c->a, "/rounds/%" PRId64 "%s?scenario=%" PRId64, p->r.id, rest, p->id);
}

static msg_id lack_word(enum match_lack lack)
{
    static const msg_id words[LACKS] = {[LACK_NO_LIST] = M_matching_lack_no_list, [LACK_RULED_OUT] = M_matching_lack_ruled_out, [LACK_APART] = M_matching_lack_apart, [LACK_NOT_FREE] = M_matching_lack_not_free, [LACK_NO_SEATS] = M_matching_lack_no_seats, [LACK_FULL] = M_matching_lack_full};
    return words[lack];
}

static bool got_first(const struct match_run *run, uint32_t i)
{
    const struct hr *h = run->h;
    uint32_t j = run->partner[i];
    if (j == HR_NONE)
        return false;
    uint32_t entry = hr_entry(h, HR_MENTEE, i, j);
    return entry != HR_NONE && hr_tie_first(h, h->list[HR_MENTEE][i], entry) == h->list[HR_MENTEE][i].from;
}

/* ---- counts by group ------------------------------------------------------------------------------------------------------------- */

struct grouping {
    int64_t *id;
    struct str *name;
    struct match_count *count;
    size_t n;
};

#define GROUPS_MAX 200 /* cohorts or stages shown; those beyond share the last line */

/* The line of a group; id 0: the last line. */
static struct match_count *group_of(struct grouping *g, int64_t id, struct str name, struct str rest)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->id[i] == id)
            return &g->count[i];
    bool last = id == 0 || g->n >= GROUPS_MAX;
    for (size_t i = 0; last && i < g->n; i++)
        if (g->id[i] == 0)
            return &g->count[i];
    g->id[g->n] = last ? 0 : id;
    g->name[g->n] = last ? rest : name;
    return &g->count[g->n++];
}

static void add_to_group(struct match_count *n, const struct match_run *run, uint32_t i)
{
    n->n++;
    n->matched += run->partner[i] != HR_NONE;
    n->first += got_first(run, i);
}

static struct grouping new_grouping(struct arena *a)
{
    return (struct grouping){ARENA_ARRAY(a, GROUPS_MAX + 1, int64_t), ARENA_ARRAY(a, GROUPS_MAX + 1, struct str), ARENA_ARRAY(a, GROUPS_MAX + 1, struct match_count), 0};
}

static void show_group(struct ctx *c, struct grouping *g, msg_id title, struct view_match_preview_groups *out)
{
    struct view_match_preview_groups_rows *rows = ARENA_ARRAY(c->a, g->n, struct view_match_preview_groups_rows);
    match_suppress(g->count, g->n);
    for (size_t i = 0; i < g->n; i++) {
        const struct match_count *n = &g->count[i];
        rows[i] = (struct view_match_preview_groups_rows){.name = g->name[i]};
        if (!n->hidden)
            rows[i].n = SOME_INT(n->n);
        if (!n->hide_matched)
            rows[i].matched = SOME_INT(n->matched);
        if (!n->hide_first)
            rows[i].first = SOME_INT(n->first);
    }
    *out = (struct view_match_preview_groups){tr(c, title), rows, g->n};
}

static enum rc fill_groups(struct ctx *c, const struct preview *p, struct view_match_preview *v)
{
    struct rows_match_person_groups rows;
    struct grouping cohorts = new_grouping(c->a), stages = new_grouping(c->a);
    TRY(sql_match_person_groups(c->db, c->a, p->r.id, p->r.programme, &rows));
    int64_t before = 0;
    struct str rest = tr(c, M_matching_other_groups);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_match_person_groups *r = &rows.v[k];
        uint32_t i = (uint32_t)r->place - 1;
        if (r->place == before || !p->d.member[HR_MENTEE][i].in)
            continue;
        before = r->place;
        add_to_group(group_of(&cohorts, r->cohort_id, r->cohort_title, rest), &p->run, i);
        add_to_group(group_of(&stages, r->stage_id_null ? 0 : r->stage_id, r->stage_title, rest), &p->run, i);
    }
    struct view_match_preview_groups *groups = ARENA_ARRAY(c->a, 2, struct view_match_preview_groups);
    show_group(c, &cohorts, M_matching_by_cohort, &groups[0]);
    show_group(c, &stages, M_matching_by_stage, &groups[1]);
    v->groups = groups;
    v->groups_count = 2;
    return RC_OK;
}

/* ---- the page -------------------------------------------------------------------------------------------------------------------- */

static void fill_profile(struct ctx *c, const struct preview *p, struct view_match_preview *v)
{
    const struct match_check *k = &p->run.check;
    struct view_match_preview_profile *list = ARENA_ARRAY(c->a, k->profile_count, struct view_match_preview_profile);
    for (uint32_t i = 0; i < k->profile_count; i++)
        if (k->profile[i] != 0)
            list[v->profile_count++] = (struct view_match_preview_profile){i + 1, k->profile[i]};
    v->profile = list;
}

static void fill_reasons(struct ctx *c, const struct preview *p, struct view_match_preview *v)
{
    int64_t n[LACKS] = {0};
    struct view_match_preview_reasons *list = ARENA_ARRAY(c->a, LACKS, struct view_match_preview_reasons);
    for (uint32_t i = 0; i < p->d.count[HR_MENTEE]; i++) {
        if (!p->d.member[HR_MENTEE][i].in)
            continue;
        v->mentees++;
        v->first += got_first(&p->run, i);
        if (p->run.partner[i] == HR_NONE)
            n[match_why_none(&p->d, &p->run, i)]++;
    }
    for (int k = 0; k < LACKS; k++)
        if (n[k] != 0)
            list[v->reasons_count++] = (struct view_match_preview_reasons){tr(c, lack_word((enum match_lack)k)), n[k]};
    v->reasons = list;
}

static void fill_scenarios(struct ctx *c, const struct preview *p, struct view_match_preview *v)
{
    struct view_match_preview_scenarios *list = ARENA_ARRAY(c->a, p->scenarios.n, struct view_match_preview_scenarios);
    for (size_t i = 0; i < p->scenarios.n; i++) {
        const struct row_match_scenario_list *s = &p->scenarios.v[i];
        struct match_settings set = scenario_settings(s);
        list[i] = (struct view_match_preview_scenarios){.title = s->title,
                                                        .what = match_mode_name(c, set.mode),
                                                        .href = str_printf(c->a, "/rounds/%" PRId64 "/preview?scenario=%" PRId64, p->r.id, s->id),
                                                        .compare = str_printf(c->a, "/rounds/%" PRId64 "/compare?a=0&b=%" PRId64, p->r.id, s->id),
                                                        .remove = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/rounds/%" PRId64 "/scenarios/%" PRId64 "/remove", p->r.id, s->id), M_matching_scenario_remove)};
    }
    v->scenarios = list;
    v->scenarios_count = p->scenarios.n;
    v->scenario_new = match_path(c, p->r.id, "/scenarios/new");
}

/* The least numbers: whether they are met, at what price, or why they cannot be. */
static void fill_least(struct ctx *c, const struct preview *p, struct view_match_preview *v)
{
    const struct match_how *how = &p->run.how;
    const struct quota_result *q = &how->quota;
    const struct hr *h = p->run.h;
    if (h->quota == NULL)
        return;
    struct view_match_preview_least *l = ARENA_NEW(c->a, struct view_match_preview_least);
    v->least = l;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++)
        l->asked += h->quota[j];
    l->missing = p->run.check.quota_missing;
    l->met = l->missing == 0;
    l->off = !how->near;
    l->none = how->none;
    if (!how->near)
        return;
    l->envy = p->s.near == MATCH_NEAR_ENVY_FREE;
    l->stable_short = q->stable_missing;
    l->strict = !hr_has_ties(h);
    l->stable = q->stable;
    l->exact = q->exact;
    l->blocking = (int64_t)q->blocking;
    l->fewest = (int64_t)q->at_least;
    l->worse = q->worse;
    l->better = q->better;
    l->matched = q->matched;
    l->stable_matched = q->stable_matched;
    l->lack_mentors = q->lack_mentors;
    l->lack_needed = (int64_t)q->lack_needed;
    l->lack_mentees = q->lack_mentees;
    l->lack_seats = q->lack_seats;
}

/* Mentors without a seat because the round above found nobody for them. */
static void fill_closed(const struct preview *p, struct view_match_preview *v)
{
    for (uint32_t j = 0; j < p->d.count[HR_MENTOR]; j++)
        v->closed += p->d.closed[j] && p->d.member[HR_MENTOR][j].in;
    v->released = p->run.released;
}

enum rc match_get_preview(struct ctx *c)
{
    struct preview p;
    TRY(load_preview(c, &p));
    if (str_eq_z(p.r.state, "approved"))
        return page_redirect(c, match_path(c, p.r.id, "/outcome"), 0);
    struct view_match_preview v = {.scenario = p.scenario, .mode = match_mode_name(c, p.s.mode), .price = match_mode_price(c, p.s.mode), .seed = str_printf(c->a, "%" PRIu64, p.s.seed)};
    struct page page = match_page(c, &p.r, tr(c, M_matching_preview), true);
    if (p.rc != RC_OK) {
        v.problem = tr(c, c->err.msg);
        page.status = 409;
        return view_match_preview_page(c, &page, &v);
    }
    const struct match_check *k = &p.run.check;
    v.matched = k->matched;
    v.pinned = (int64_t)p.d.pin_count - p.run.released;
    v.pairs = (int64_t)p.run.h->pref_count;
    v.blocking = (int64_t)k->blocking;
    v.stable = k->blocking == 0 && k->not_allowed == 0;
    if (p.s.mode == MATCH_REACH)
        v.bound = SOME_INT(p.run.how.reach.bound);
    for (uint32_t j = 0; j < p.d.count[HR_MENTOR]; j++) {
        v.seats += p.run.h->capacity[j];
        v.held += k->held[j];
    }
    fill_least(c, &p, &v);
    fill_closed(&p, &v);
    fill_profile(c, &p, &v);
    fill_reasons(c, &p, &v);
    fill_scenarios(c, &p, &v);
    TRY(fill_groups(c, &p, &v));
    v.unmatched = with_scenario(c, &p, "/unmatched");
    v.load = with_scenario(c, &p, "/load");
    if (p.scenarios.n != 0)
        v.compare = str_printf(c->a, "/rounds/%" PRId64 "/compare?a=0&b=%" PRId64, p.r.id, p.id != 0 ? p.id : p.scenarios.v[0].id);
    if (p.id == 0 && str_eq_z(p.r.state, "open"))
        v.approve = match_path(c, p.r.id, "/approve");
    return view_match_preview_page(c, &page, &v);
}

/* A preview whose pins cannot be kept has no lists to show. */
static enum rc require_solved(struct ctx *c, struct preview *p)
{
    TRY(load_preview(c, p));
    return p->rc;
}

static struct page below_preview(struct ctx *c, const struct preview *p, msg_id title)
{
    struct page page = match_page(c, &p->r, tr(c, title), true);
    struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
    memcpy(crumbs, page.crumbs, 2 * sizeof *crumbs);
    crumbs[2] = (struct crumb){tr(c, M_matching_preview), with_scenario(c, p, "/preview")};
    page.crumbs = crumbs;
    page.crumb_count = 3;
    return page;
}

static int64_t after_place(const struct ctx *c)
{
    int64_t after = 0;
    (void)str_to_int(request_query(c->rq, "after"), &after);
    return after;
}

static struct str next_path(struct ctx *c, const struct preview *p, const char *rest, int64_t after)
{
    return str_printf(c->a, "/rounds/%" PRId64 "%s?scenario=%" PRId64 "&after=%" PRId64, p->r.id, rest, p->id, after);
}

enum rc match_get_unmatched(struct ctx *c)
{
    struct preview p;
    struct rows_match_person_names names;
    TRY(require_solved(c, &p));
    TRY(sql_match_person_names(c->db, c->a, p.r.id, S("mentee"), &names));
    struct view_match_unmatched_people *list = ARENA_ARRAY(c->a, MATCH_ROWS, struct view_match_unmatched_people);
    struct view_match_unmatched v = {.people = list};
    int64_t last = 0;
    for (size_t k = 0; k < names.n; k++) {
        const struct row_match_person_names *m = &names.v[k];
        uint32_t i = (uint32_t)m->place - 1;
        if (m->place <= after_place(c) || !m->takes_part || p.run.partner[i] != HR_NONE)
            continue;
        if (v.people_count == MATCH_ROWS) {
            v.more = next_path(c, &p, "/unmatched", last);
            break;
        }
        last = m->place;
        list[v.people_count++] = (struct view_match_unmatched_people){m->name.p != NULL ? m->name : tr(c, M_matching_gone), match_path(c, p.r.id, str_printf(c->a, "/people/mentee/%" PRId64, m->place).p), tr(c, lack_word(match_why_none(&p.d, &p.run, i)))};
    }
    struct page page = below_preview(c, &p, M_matching_unmatched);
    return view_match_unmatched_page(c, &page, &v);
}

enum rc match_get_load(struct ctx *c)
{
    struct preview p;
    struct rows_match_person_names names;
    TRY(require_solved(c, &p));
    TRY(sql_match_person_names(c->db, c->a, p.r.id, S("mentor"), &names));
    struct view_match_load_mentors *list = ARENA_ARRAY(c->a, MATCH_ROWS, struct view_match_load_mentors);
    struct view_match_load v = {.mentors = list};
    const struct hr *h = p.run.h;
    int64_t last = 0;
    for (size_t k = 0; k < names.n; k++) {
        const struct row_match_person_names *m = &names.v[k];
        uint32_t j = (uint32_t)m->place - 1;
        if (m->place <= after_place(c) || !m->takes_part)
            continue;
        if (v.mentors_count == MATCH_ROWS) {
            v.more = next_path(c, &p, "/load", last);
            break;
        }
        last = m->place;
        struct hr_list l = h->list[HR_MENTOR][j];
        struct view_match_load_mentors *row = &list[v.mentors_count++];
        *row = (struct view_match_load_mentors){.name = m->name.p != NULL ? m->name : tr(c, M_matching_gone), .href = match_path(c, p.r.id, str_printf(c->a, "/people/mentor/%" PRId64, m->place).p), .seats = h->capacity[j], .held = p.run.check.held[j], .wished = l.to - l.from, .least = h->quota != NULL ? h->quota[j] : 0};
        row->few = row->held < row->least;
        v.least |= h->quota != NULL;
        if (p.run.check.cutoff[j] != HR_NONE)
            row->cutoff = SOME_INT(hr_tie_first(h, l, p.run.check.cutoff[j]) - l.from + 1);
    }
    struct page page = below_preview(c, &p, M_matching_load);
    return view_match_load_page(c, &page, &v);
}

/* ---- scenarios ------------------------------------------------------------------------------------------------------------------- */

struct scenario {
    int64_t round, id, mentor, seats, seed, least;
    enum match_near near;
    struct str title;
    enum match_mode mode;
    struct match_weights w;
    bool remove;
};

static enum rc change_scenario(struct db *tx, void *arg, struct err *e)
{
    struct scenario *s = arg;
    (void)e;
    if (s->remove)
        return sql_match_scenario_remove(tx, s->id, s->round);
    s->id = db_new_id(tx);
    return sql_match_scenario_add(tx, s->id, s->round, s->title, str_from(match_mode_word(s->mode)), s->seed, s->w.interests, s->w.language, s->w.stage, s->w.load,
                                  s->mentor != 0 ? &s->mentor : NULL, s->mentor != 0 ? &s->seats : NULL, s->least, str_from(match_near_word(s->near)));
}

enum rc match_new_scenario(struct ctx *c)
{
    struct match_round r;
    struct choice modes[MATCH_MODES];
    int64_t mentor;
    TRY(match_require(c, &r));
    for (int i = 0; i < MATCH_MODES; i++)
        modes[i] = (struct choice){.value = str_from(match_mode_word((enum match_mode)i)), .label = match_mode_name(c, (enum match_mode)i), .hint = match_mode_price(c, (enum match_mode)i)};
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, "/scenarios/new"), M_matching_scenario_save);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_matching_scenario_title, .hint = M_matching_scenario_title_hint, .required = true, .max = 80});
    TRY(match_add_person_field(c, f, &r, HR_MENTOR, (struct field){.name = "mentor", .label = M_matching_scenario_mentor}, M_matching_no_mentor_differs));
    form_add(f, (struct field){.name = "seats", .kind = FIELD_INT, .label = M_matching_scenario_seats, .hint = M_matching_scenario_seats_hint, .min = 0, .max = MATCH_SEATS_MOST, .value = S("0")});
    form_add(f, (struct field){.name = "mode", .kind = FIELD_CHOICE, .label = M_matching_mode, .required = true, .choices = modes, .choice_count = MATCH_MODES, .value = str_from(match_mode_word(r.mode))});
    if (r.way != MATCH_RANKS)
        match_weight_fields(f, &r.weights);
    match_least_fields(c, f, r.least, r.near);
    form_add(f, (struct field){.name = "seed", .kind = FIELD_INT, .label = M_matching_seed, .hint = M_matching_scenario_seed_hint, .required = true, .min = 0, .max = (INT64_C(1) << 53) - 1, .value = str_printf(c->a, "%" PRId64, r.seed)});
    f->cancel = match_path(c, r.id, "/preview");
    struct page page = match_page(c, &r, tr(c, M_matching_scenario_new), true);
    struct str note = tr(c, M_matching_scenario_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return match_send_form(c, &page, note, f);
    struct scenario s = {.round = r.id, .seats = form_int(f, "seats", 0), .seed = form_int(f, "seed", r.seed), .title = form_text(f, "title"), .mode = r.mode, .w = r.way != MATCH_RANKS ? match_read_weights(f) : r.weights};
    TRY(match_read_person(c, f, &r, HR_MENTOR, "mentor", &mentor, &s.mentor));
    if (!form_ok(f))
        return match_send_form(c, &page, note, f);
    (void)match_find_mode(form_text(f, "mode"), &s.mode);
    s.least = form_int(f, "least", 0);
    (void)match_find_near(form_text(f, "nearest"), &s.near);
    TRY(ctx_write(c, change_scenario, &s));
    return page_redirect(c, str_printf(c->a, "/rounds/%" PRId64 "/preview?scenario=%" PRId64, r.id, s.id), M_matching_scenario_saved);
}

enum rc match_post_scenario_remove(struct ctx *c)
{
    struct match_round r;
    struct scenario s = {.remove = true};
    TRY(match_require(c, &r));
    TRY(request_id(c->rq, 1, &s.id));
    s.round = r.id;
    TRY(ctx_write(c, change_scenario, &s));
    return page_redirect(c, match_path(c, r.id, "/preview"), M_matching_scenario_removed);
}

/* ---- two runs side by side ------------------------------------------------------------------------------------------------------- */

static void add_row(struct ctx *c, struct view_match_compare *v, struct view_match_compare_rows *rows, msg_id what, int64_t one, int64_t two)
{
    rows[v->rows_count++] = (struct view_match_compare_rows){tr(c, what), one, two};
}

static int64_t count_first(const struct match_run *run)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < run->h->count[HR_MENTEE]; i++)
        n += got_first(run, i);
    return n;
}

static int64_t rank_sum(const struct match_check *k)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < k->profile_count; i++)
        sum += (int64_t)k->profile[i] * (i + 1);
    return sum;
}

static struct str name_at(struct ctx *c, const struct rows_match_person_names *names, uint32_t j)
{
    if (j == HR_NONE)
        return tr(c, M_matching_nobody_short);
    return j < names->n && names->v[j].name.p != NULL ? names->v[j].name : tr(c, M_matching_gone);
}

static enum rc fill_changes(struct ctx *c, const struct preview *p, const struct match_run run[2], const int64_t id[2], struct view_match_compare *v)
{
    struct rows_match_person_names mentees, mentors;
    TRY(sql_match_person_names(c->db, c->a, p->r.id, S("mentee"), &mentees));
    TRY(sql_match_person_names(c->db, c->a, p->r.id, S("mentor"), &mentors));
    struct view_match_compare_people *list = ARENA_ARRAY(c->a, MATCH_ROWS, struct view_match_compare_people);
    int64_t after = after_place(c), last = 0;
    for (uint32_t i = 0; i < p->d.count[HR_MENTEE]; i++) {
        if (run[0].partner[i] == run[1].partner[i])
            continue;
        v->changed++;
        if (i + 1 <= after || !str_empty(v->more))
            continue;
        if (v->people_count == MATCH_ROWS) {
            v->more = str_printf(c->a, "/rounds/%" PRId64 "/compare?a=%" PRId64 "&b=%" PRId64 "&after=%" PRId64, p->r.id, id[0], id[1], last);
            continue;
        }
        list[v->people_count++] = (struct view_match_compare_people){name_at(c, &mentees, i), name_at(c, &mentors, run[0].partner[i]), name_at(c, &mentors, run[1].partner[i])};
        last = i + 1;
    }
    v->people = list;
    return RC_OK;
}

static void fill_options(struct ctx *c, const struct preview *p, const int64_t id[2], struct view_match_compare *v)
{
    struct view_match_compare_options *list = ARENA_ARRAY(c->a, p->scenarios.n + 1, struct view_match_compare_options);
    list[0] = (struct view_match_compare_options){0, tr(c, M_matching_as_it_stands), id[0] == 0, id[1] == 0};
    for (size_t i = 0; i < p->scenarios.n; i++)
        list[i + 1] = (struct view_match_compare_options){p->scenarios.v[i].id, p->scenarios.v[i].title, p->scenarios.v[i].id == id[0], p->scenarios.v[i].id == id[1]};
    v->options = list;
    v->options_count = p->scenarios.n + 1;
}

enum rc match_get_compare(struct ctx *c)
{
    struct preview p;
    struct match_run run[2];
    struct match_settings s[2];
    int64_t id[2] = {0, 0};
    TRY(load_preview(c, &p));
    struct view_match_compare v = {.one = tr(c, M_matching_as_it_stands), .two = tr(c, M_matching_as_it_stands)};
    (void)str_to_int(request_query(c->rq, "a"), &id[0]);
    (void)str_to_int(request_query(c->rq, "b"), &id[1]);
    TRY(find_settings(&p.r, &p.scenarios, id[0], &s[0], &v.one));
    TRY(find_settings(&p.r, &p.scenarios, id[1], &s[1], &v.two));
    fill_options(c, &p, id, &v);
    struct page page = below_preview(c, &p, M_matching_compare_title);
    for (int k = 0; k < 2; k++) {
        enum rc rc = p.loaded ? match_solve(&p.d, c->a, &s[k], &run[k], &c->err) : RC_INVALID;
        if (rc == RC_INVALID) {
            v.problem = tr(c, c->err.msg);
            page.status = 409;
            return view_match_compare_page(c, &page, &v);
        }
        TRY(rc);
    }
    struct view_match_compare_rows *rows = ARENA_ARRAY(c->a, 5, struct view_match_compare_rows);
    add_row(c, &v, rows, M_matching_matched, run[0].check.matched, run[1].check.matched);
    add_row(c, &v, rows, M_matching_first_choice, count_first(&run[0]), count_first(&run[1]));
    add_row(c, &v, rows, M_matching_rank_sum, rank_sum(&run[0].check), rank_sum(&run[1].check));
    add_row(c, &v, rows, M_matching_blocking_short, (int64_t)run[0].check.blocking, (int64_t)run[1].check.blocking);
    if (run[0].h->quota != NULL || run[1].h->quota != NULL)
        add_row(c, &v, rows, M_matching_least_short, run[0].check.quota_missing, run[1].check.quota_missing);
    v.rows = rows;
    TRY(fill_changes(c, &p, run, id, &v));
    return view_match_compare_page(c, &page, &v);
}
