/* Rounds for who runs them: all of them, a new one, one of them with what is to be done next, opening, reminding, dropping. */
#include "base/clock.h"
#include "gen/programme/matching/match_round_view.h"
#include "gen/programme/matching/match_rounds_view.h"
#include "programme/matching/inside.h"

#define MINE_MAX 50
#define MINE_DAYS 730

static const struct {
    const char *state;
    msg_id word;
} states[] = {{"draft", M_matching_state_draft}, {"open", M_matching_state_open}, {"approved", M_matching_state_approved}};

static struct str state_word(const struct ctx *c, struct str state)
{
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (str_eq_z(state, states[i].state))
            return tr(c, states[i].word);
    return state;
}

static int64_t later(int64_t x, int64_t y)
{
    return x > y ? x : y;
}

/* ---- all ------------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_mine(struct ctx *c, struct view_match_rounds *v)
{
    struct rows_match_round_mine rows;
    TRY(sql_match_round_mine(c->db, c->a, c->who->person, c->now - MINE_DAYS * MS_PER_DAY, MINE_MAX, &rows));
    struct view_match_rounds_mine *list = ARENA_ARRAY(c->a, rows.n, struct view_match_rounds_mine);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_match_round_mine *r = &rows.v[i];
        bool mentee = str_eq_z(r->side, "mentee"), approved = str_eq_z(r->state, "approved");
        list[i] = (struct view_match_rounds_mine){.title = r->title,
                                                  .href = match_path(c, r->id, approved ? "/result" : mentee ? "/mentors" : "/mentees"),
                                                  .what = tr(c, mentee ? M_matching_you_mentee : M_matching_you_mentor),
                                                  .answered = !r->answered_at_null,
                                                  .approved = approved};
        if (!approved)
            list[i].by = SOME_INT(mentee ? r->mentees_by : r->mentors_by);
    }
    v->mine = list;
    v->mine_count = rows.n;
    return RC_OK;
}

static enum rc fill_run(struct ctx *c, int64_t programme, struct view_match_rounds *v)
{
    struct rows_match_round_list rows;
    int64_t after = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_match_round_list(c->db, c->a, programme, after, MATCH_ROWS + 1, &rows));
    size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
    struct view_match_rounds_rounds *list = ARENA_ARRAY(c->a, n, struct view_match_rounds_rounds);
    for (size_t i = 0; i < n; i++) {
        const struct row_match_round_list *r = &rows.v[i];
        struct target t = {.programme = programme, .cohort = r->cohort_id_null ? 0 : r->cohort_id};
        if (access_allows(c, P_MATCH_RUN, &t))
            list[v->rounds_count++] = (struct view_match_rounds_rounds){r->title, match_path(c, r->id, ""), r->state, state_word(c, r->state), later(r->mentees_by, r->mentors_by)};
    }
    v->rounds = list;
    if (rows.n > n)
        v->more = str_printf(c->a, "/rounds?after=%" PRId64, rows.v[n - 1].id);
    return RC_OK;
}

enum rc match_get_rounds(struct ctx *c)
{
    struct programme p;
    struct view_match_rounds v = {0};
    struct target own = {.person = c->who->person};
    TRY(access_require(c, P_MATCH_OWN, &own));
    TRY(fill_mine(c, &v));
    if (access_somewhere(c->who, P_MATCH_RUN) && programme_current(c, &p) == RC_OK) {
        TRY(fill_run(c, p.id, &v));
        v.new = S("/rounds/new");
    }
    struct page page = {.title = tr(c, M_matching_title), .section = "/rounds"};
    return view_match_rounds_page(c, &page, &v);
}

/* ---- making and changing -------------------------------------------------------------------------------------------------------- */

struct saving {
    struct match_round r;
    int64_t by, now, id;
    bool is_new;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct match_round r = s->r;
    TRY(match_save(tx, &r, s->by, s->now, e));
    TRY(audit_note(tx, s->now, s->by, s->is_new ? "match_round_add" : "match_round_change", 0, "match_round", r.id));
    s->id = r.id;
    return RC_OK;
}

static void way_choices(struct ctx *c, struct choice out[MATCH_WAYS])
{
    out[0] = (struct choice){.value = S("ranks"), .label = tr(c, M_matching_way_ranks), .hint = tr(c, M_matching_way_ranks_hint)};
    out[1] = (struct choice){.value = S("criteria"), .label = tr(c, M_matching_way_criteria), .hint = tr(c, M_matching_way_criteria_hint)};
    out[2] = (struct choice){.value = S("both"), .label = tr(c, M_matching_way_both), .hint = tr(c, M_matching_way_both_hint)};
}

static void mode_choices(struct ctx *c, struct choice out[MATCH_MODES])
{
    for (int i = 0; i < MATCH_MODES; i++)
        out[i] = (struct choice){.value = str_from(match_mode_word((enum match_mode)i)), .label = match_mode_name(c, (enum match_mode)i), .hint = match_mode_price(c, (enum match_mode)i)};
}

/* Where the person may run rounds: the whole programme, cohorts. */
static enum rc place_choices(struct ctx *c, const struct programme *p, struct choice **out, size_t *count)
{
    struct cohort *cohorts;
    size_t n;
    TRY(programme_cohorts(c->db, c->a, p->id, &cohorts, &n));
    *out = ARENA_ARRAY(c->a, n + 1, struct choice);
    *count = 0;
    for (size_t i = 0; i <= n; i++) {
        struct target t = {.programme = p->id, .cohort = i == 0 ? 0 : cohorts[i - 1].id};
        if (access_allows(c, P_MATCH_RUN, &t))
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, t.cohort), .label = i == 0 ? tr(c, M_matching_whole_programme) : cohorts[i - 1].title};
    }
    return *count != 0 ? RC_OK : RC_NOT_FOUND;
}

#define ABOVE_MOST 50

/* Rounds of the programme that the person runs; none first. NULL in *out when there is none. */
static enum rc above_choices(struct ctx *c, const struct match_round *r, struct choice **out, size_t *count)
{
    struct rows_match_round_above rows;
    TRY(sql_match_round_above(c->db, c->a, r->programme, r->id, ABOVE_MOST, &rows));
    struct choice *list = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    size_t n = 0;
    list[n++] = (struct choice){.value = S("0"), .label = tr(c, M_matching_above_none)};
    for (size_t i = 0; i < rows.n; i++) {
        struct target t = {.programme = r->programme, .cohort = rows.v[i].cohort_id_null ? 0 : rows.v[i].cohort_id};
        if (access_allows(c, P_MATCH_RUN, &t))
            list[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].id), .label = rows.v[i].title};
    }
    *out = n > 1 ? list : NULL;
    *count = n;
    return RC_OK;
}

static enum rc round_form(struct ctx *c, const struct match_round *r, const struct programme *p, struct form **out)
{
    struct choice *ways = ARENA_ARRAY(c->a, MATCH_WAYS, struct choice), *modes = ARENA_ARRAY(c->a, MATCH_MODES, struct choice), *places, *rounds;
    size_t place_count, round_count;
    bool is_new = r->id == 0;
    struct form *f = form_new(c->a, c->lang, match_zone(c, r->programme), is_new ? S("/rounds/new") : match_path(c, r->id, "/edit"), M_matching_save);
    way_choices(c, ways);
    mode_choices(c, modes);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_matching_round_title, .hint = M_matching_round_title_hint, .required = true, .max = 120, .value = r->title});
    if (is_new) {
        TRY(place_choices(c, p, &places, &place_count));
        form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_matching_place, .hint = M_matching_place_hint, .required = true, .choices = places, .choice_count = place_count, .value = places[0].value});
    }
    form_add(f, (struct field){.name = "way", .kind = FIELD_CHOICE, .label = M_matching_way, .required = true, .choices = ways, .choice_count = MATCH_WAYS, .value = str_from(match_way_word(r->way))});
    match_weight_fields(f, &r->weights);
    form_add(f, (struct field){.name = "mode", .kind = FIELD_CHOICE, .label = M_matching_mode, .hint = r->opened_at != 0 ? M_matching_mode_open_hint : 0, .required = true, .choices = modes, .choice_count = MATCH_MODES, .value = str_from(match_mode_word(r->mode))});
    match_least_fields(c, f, r->least, r->near);
    TRY(above_choices(c, r, &rounds, &round_count));
    if (rounds != NULL)
        form_add(f, (struct field){.name = "above", .kind = FIELD_CHOICE, .label = M_matching_above, .hint = M_matching_above_hint, .required = true, .choices = rounds, .choice_count = round_count, .value = str_printf(c->a, "%" PRId64, r->above)});
    form_add(f, (struct field){.name = "mentees_by", .kind = FIELD_WHEN, .label = M_matching_mentees_by, .hint = M_matching_by_hint, .required = true, .value = r->by[HR_MENTEE] != 0 ? form_when_value(f, r->by[HR_MENTEE]) : STR_NONE});
    form_add(f, (struct field){.name = "mentors_by", .kind = FIELD_WHEN, .label = M_matching_mentors_by, .required = true, .value = r->by[HR_MENTOR] != 0 ? form_when_value(f, r->by[HR_MENTOR]) : STR_NONE});
    form_add(f, (struct field){.name = "remind_days", .kind = FIELD_INT, .label = M_matching_remind_days, .hint = M_matching_remind_days_hint, .required = true, .min = 0, .max = 30, .value = str_printf(c->a, "%" PRId64, r->remind_days)});
    form_add(f, (struct field){.name = "apart_assessors", .kind = FIELD_BOOL, .label = M_matching_apart_assessors, .hint = M_matching_apart_assessors_hint, .value = r->apart_assessors ? S("1") : STR_NONE});
    form_add_version(f, r->version);
    f->cancel = is_new ? S("/rounds") : match_path(c, r->id, "");
    f->draft = is_new ? S("round-new") : STR_NONE;
    *out = f;
    return RC_OK;
}

static void read_round(const struct form *f, struct match_round *r)
{
    r->title = form_text(f, "title");
    (void)match_find_way(form_text(f, "way"), &r->way);
    (void)match_find_mode(form_text(f, "mode"), &r->mode);
    r->weights = match_read_weights(f);
    r->least = form_int(f, "least", 0);
    (void)match_find_near(form_text(f, "nearest"), &r->near);
    int64_t above;
    r->above = str_to_int(form_text(f, "above"), &above) ? above : 0;
    (void)form_when(f, "mentees_by", &r->by[HR_MENTEE]);
    (void)form_when(f, "mentors_by", &r->by[HR_MENTOR]);
    r->remind_days = form_int(f, "remind_days", 0);
    r->apart_assessors = form_bool(f, "apart_assessors");
    r->version = form_int(f, "version", 0);
}

static enum rc handle_form(struct ctx *c, struct saving *s, struct form *f, struct page *page)
{
    struct str note = tr(c, M_matching_form_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return match_send_form(c, page, note, f);
    read_round(f, &s->r);
    if (s->is_new) {
        s->r.cohort = form_int(f, "cohort", 0);
        struct target t = {.programme = s->r.programme, .cohort = s->r.cohort};
        TRY(access_require(c, P_MATCH_RUN, &t));
    }
    enum rc rc = ctx_write(c, save, s);
    if (page_form_failed(c, f, rc, &page->status))
        return match_send_form(c, page, note, f);
    TRY(rc);
    return page_redirect(c, match_path(c, s->id, ""), M_matching_saved);
}

enum rc match_new_round(struct ctx *c)
{
    struct programme p;
    struct form *f;
    TRY(programme_current(c, &p));
    struct saving s = {.by = c->who->person, .now = c->now, .is_new = true};
    s.r = (struct match_round){.programme = p.id, .weights = {5, 3, 0, 2}, .remind_days = 3, .apart_assessors = true};
    TRY(round_form(c, &s.r, &p, &f));
    struct crumb up = {tr(c, M_matching_title), S("/rounds")};
    struct page page = {.title = tr(c, M_matching_new), .caption = p.title, .section = "/rounds", .crumbs = &up, .crumb_count = 1};
    return handle_form(c, &s, f, &page);
}

enum rc match_edit_round(struct ctx *c)
{
    struct saving s = {.by = c->who->person, .now = c->now};
    struct form *f;
    TRY(match_require(c, &s.r));
    if (str_eq_z(s.r.state, "approved"))
        return err_set(&c->err, RC_CONFLICT, M_matching_approved_already, NULL);
    TRY(round_form(c, &s.r, NULL, &f));
    struct page page = match_page(c, &s.r, tr(c, M_matching_edit), true);
    return handle_form(c, &s, f, &page);
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_counts(struct ctx *c, const struct match_round *r, struct view_match_round *v)
{
    struct rows_match_person_counts counts;
    struct rows_match_away away;
    TRY(sql_match_person_counts(c->db, c->a, r->id, &counts));
    for (size_t i = 0; i < counts.n; i++) {
        const struct row_match_person_counts *n = &counts.v[i];
        bool mentee = str_eq_z(n->side, "mentee");
        *(mentee ? &v->mentees : &v->mentors) = n->n;
        *(mentee ? &v->mentees_in : &v->mentors_in) = n->answered;
        if (!mentee) {
            v->seats = n->seats;
            v->without_seat = n->empty;
        }
    }
    TRY(sql_match_away(c->db, c->a, r->id, r->programme, match_today(c, r), &away));
    v->away = (int64_t)away.n;
    return RC_OK;
}

enum rc match_get_round(struct ctx *c)
{
    static const msg_id ways[MATCH_WAYS] = {M_matching_way_ranks, M_matching_way_criteria, M_matching_way_both};
    struct match_round r;
    TRY(match_require(c, &r));
    bool draft = str_eq_z(r.state, "draft"), open = str_eq_z(r.state, "open"), approved = str_eq_z(r.state, "approved");
    struct view_match_round v = {.id = r.id,
                                 .state = r.state,
                                 .word = state_word(c, r.state),
                                 .way = tr(c, ways[r.way]),
                                 .mode = match_mode_name(c, r.mode),
                                 .price = match_mode_price(c, r.mode),
                                 .seed = str_printf(c->a, "%" PRId64, r.seed),
                                 .ranks = r.way != MATCH_CRITERIA,
                                 .mentees_by = r.by[HR_MENTEE],
                                 .mentors_by = r.by[HR_MENTOR],
                                 .people_mentees = match_path(c, r.id, "/people/mentee"),
                                 .people_mentors = match_path(c, r.id, "/people/mentor"),
                                 .rules = match_path(c, r.id, "/rules"),
                                 .lists = match_path(c, r.id, "/lists")};
    TRY(fill_counts(c, &r, &v));
    v.least = r.least;
    v.nearest = match_near_name(c, r.near);
    if (r.above != 0) {
        struct match_round above;
        enum rc rc = match_find(c->db, c->a, r.above, &above);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        v.above = rc == RC_OK ? above.title : S("");
    }
    v.few_seats = v.mentees > v.seats;
    if (r.mode_changed_at != 0)
        v.mode_changed = SOME_INT(r.mode_changed_at);
    if (draft)
        v.open = match_path(c, r.id, "/open");
    if (draft || open) {
        v.edit = match_path(c, r.id, "/edit");
        v.drop = match_path(c, r.id, "/drop");
        v.preview = match_path(c, r.id, "/preview");
    }
    if (open) {
        v.approve = match_path(c, r.id, "/approve");
        if (v.ranks && v.mentees_in + v.mentors_in < v.mentees + v.mentors && later(r.by[0], r.by[1]) > c->now)
            v.remind = form_new(c->a, c->lang, c->zone, match_path(c, r.id, "/remind"), M_matching_remind);
    }
    if (approved) {
        v.outcome = match_path(c, r.id, "/outcome");
        v.shift = match_path(c, r.id, "/shift");
        v.leave = match_path(c, r.id, "/leave");
        v.solved = match_path(c, r.id, "/solved");
        v.approved = SOME_INT(r.approved_at);
    }
    struct page page = match_page(c, &r, r.title, false);
    return view_match_round_page(c, &page, &v);
}

/* ---- opening, dropping, reminding ----------------------------------------------------------------------------------------------- */

struct stepping {
    struct arena *a;
    int64_t round, version, by, now, sent;
    bool drop;
};

static enum rc take_step(struct db *tx, void *arg, struct err *e)
{
    const struct stepping *s = arg;
    TRY(s->drop ? match_drop(tx, s->a, s->round, s->version, e) : match_open(tx, s->a, s->round, s->version, true, s->now, e));
    return audit_note(tx, s->now, s->by, s->drop ? "match_round_drop" : "match_round_open", 0, "match_round", s->round);
}

static enum rc confirm(struct ctx *c, bool drop)
{
    struct match_round r;
    TRY(match_require(c, &r));
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, drop ? "/drop" : "/open"), drop ? M_matching_drop : M_matching_open_button);
    form_add_version(f, r.version);
    f->danger = drop;
    f->cancel = match_path(c, r.id, "");
    struct page page = match_page(c, &r, tr(c, drop ? M_matching_drop : M_matching_open), true);
    struct str note = tr(c, drop ? M_matching_drop_note : r.way == MATCH_CRITERIA ? M_matching_open_note_criteria : M_matching_open_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return match_send_form(c, &page, note, f);
    struct stepping s = {.a = c->a, .round = r.id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .drop = drop};
    enum rc rc = ctx_write(c, take_step, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return match_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, drop ? S("/rounds") : match_path(c, r.id, ""), drop ? M_matching_dropped : M_matching_opened);
}

enum rc match_handle_open(struct ctx *c)
{
    return confirm(c, false);
}

enum rc match_handle_drop(struct ctx *c)
{
    return confirm(c, true);
}

static enum rc remind(struct db *tx, void *arg, struct err *e)
{
    struct stepping *s = arg;
    int64_t sent[2];
    (void)e;
    TRY(match_mail_side(tx, s->a, s->round, HR_MENTEE, "match_remind", true, s->now, &sent[0]));
    TRY(match_mail_side(tx, s->a, s->round, HR_MENTOR, "match_remind", true, s->now, &sent[1]));
    TRY(sql_match_round_reminded(tx, s->round, 1, 1, s->now));
    return audit_note(tx, s->now, s->by, "match_remind", 0, "match_round", s->round);
}

enum rc match_post_remind(struct ctx *c)
{
    struct match_round r;
    TRY(match_require(c, &r));
    if (!str_eq_z(r.state, "open"))
        return err_set(&c->err, RC_CONFLICT, M_matching_not_open, NULL);
    struct stepping s = {.a = c->a, .round = r.id, .by = c->who->person, .now = c->now};
    TRY(ctx_write(c, remind, &s));
    return page_redirect(c, match_path(c, r.id, ""), M_matching_reminded);
}
