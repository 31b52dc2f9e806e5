/* The development plan on both engines: what is refused and why, versions, who may read, reviews apart, the file taken along, erasing. */
#include "framework_site.h"

#include "base/problems.h"
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/mentor/mentor.h"
#include "programme/plan/carry.h"

#define TODAY 20000
#define NOW (TODAY * MS_PER_DAY)

struct plan {
    struct site *s;
    int64_t her, mentor, other, pair, now, today;
    int64_t by; /* who acts */
    struct plan_swot swot;
    struct plan_goal g;
    struct plan_end end;
    struct plan_action t;
    struct plan_checkin k;
    int64_t evidence[3], id, version;
    size_t count;
    bool flag;
    struct plan_score scores[4];
    const struct plan_import *in;
    struct plan_counts counts;
};

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    struct person_details d = {.given_name = S("Her"), .family_name = S("Self"), .display_name = S(""), .email = S("")};
    const struct mentor_past past = {.programme = p->s->programme, .state = S("active"), .began_at = NOW - 90 * MS_PER_DAY, .meetings = 2, .aims = S("a"),
                                     .points = S("b"), .place = S("c"), .agenda = S("d")};
    TRY(people_add(tx, p->s->a, &d, 1, &p->her, e));
    TRY(people_add(tx, p->s->a, &d, 1, &p->mentor, e));
    TRY(people_add(tx, p->s->a, &d, 1, &p->other, e));
    struct mentor_past x = past;
    x.mentor = p->mentor;
    x.mentee = p->her;
    return mentor_record(tx, p->s->a, &x, NOW, &p->pair);
}

static struct plan *begin(void)
{
    struct site *s = site_open();
    struct plan *p = ARENA_NEW(s->a, struct plan);
    *p = (struct plan){.s = s, .now = NOW, .today = TODAY};
    assert_int_equal(store_write(s->db, fill, p, &s->err), RC_OK);
    p->by = p->her;
    p->g = (struct plan_goal){.what = S("Ask first"), .measure = S("Four of five"), .by_day = TODAY + 30};
    return p;
}

static void expect(struct plan *p, write_fn *fn, enum rc rc, msg_id msg)
{
    struct err e = {0};
    enum rc got = store_write(p->s->db, fn, p, &e);
    if (got != rc || e.msg != msg)
        fail_msg("rc %d, %.*s; expected rc %d, %.*s", got, STR_ARG(msg_name(e.msg)), rc, STR_ARG(msg_name(msg)));
}

static enum rc save_swot(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_save_swot(tx, p->s->a, p->by, &p->swot, p->now, e);
}

static enum rc save_goal(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    p->g.id = p->id;
    return plan_save_goal(tx, p->s->a, p->by, &p->g, p->today, p->now, e);
}

static enum rc end_goal(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_end_goal(tx, p->s->a, p->by, &p->end, TODAY, p->now, e);
}

static enum rc remove_goal(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_remove_goal(tx, p->s->a, p->by, p->id, p->version, e);
}

static enum rc save_action(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    return plan_save_action(tx, p->s->a, p->by, &p->t, TODAY, p->now, e);
}

static enum rc tick(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    (void)e;
    return plan_tick_action(tx, p->s->a, p->by, p->t.id, p->flag, p->now);
}

static enum rc link_evidence(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_link_evidence(tx, p->s->a, p->by, p->id, p->evidence, p->count, e);
}

static enum rc add_checkin(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_add_checkin(tx, p->s->a, p->by, &p->k, TODAY, p->now, e);
}

static enum rc share(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_share(tx, p->s->a, p->by, p->pair, p->flag, p->now, e);
}

static enum rc set_sharing(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_set_sharing(tx, p->s->a, p->s->programme, p->flag, p->version, p->now, e);
}

static enum rc open_review(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    return plan_open_review(tx, p->s->a, p->by, p->flag ? p->pair : 0, p->now, &p->version, e);
}

static enum rc drop_review(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_drop_review(tx, p->s->a, p->by, p->version, e);
}

static enum rc give(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    return plan_give_scores(tx, p->s->a, p->version, p->by, p->scores, p->count, S("words"), p->now, e);
}

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    return plan_take(tx, p->s->a, p->by, p->in, p->now, &p->counts, e);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    (void)e;
    return plan_capability.erase_person(tx, p->s->a, p->her, p->now);
}

static int64_t new_goal(struct plan *p)
{
    p->id = 0;
    expect(p, save_goal, RC_OK, 0);
    p->id = p->g.id;
    return p->id;
}

static struct row_plan_goal_find goal_now(struct plan *p)
{
    struct row_plan_goal_find g;
    assert_int_equal(sql_plan_goal_find(p->s->db, p->s->a, p->id, S(""), &g), RC_OK);
    return g;
}

/* ---- strengths and weaknesses ------------------------------------------------------------------------------------------------------- */

static void every_state_of_strengths_is_kept(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct row_plan_swot_version_find v;
    struct rows_plan_swot_versions rows;
    p->swot = (struct plan_swot){S("calm"), S("late"), S(""), S("nights"), 0};
    expect(p, save_swot, RC_OK, 0);
    expect(p, save_swot, RC_CONFLICT, M_plan_changed); /* another tab wrote the first one */
    p->swot.version = 1;
    expect(p, save_swot, RC_OK, 0); /* the same words: no version */
    p->swot.strengths = S("calmer");
    expect(p, save_swot, RC_OK, 0);
    expect(p, save_swot, RC_CONFLICT, M_plan_changed);
    assert_int_equal(sql_plan_swot_versions(p->s->db, p->s->a, p->her, INT64_MAX, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(sql_plan_swot_version_find(p->s->db, p->s->a, p->her, 1, &v), RC_OK);
    assert_true(str_eq_z(v.strengths, "calm"));
    assert_int_equal(sql_plan_swot_version_find(p->s->db, p->s->a, p->other, 1, &v), RC_NOT_FOUND);
    site_shut(p->s);
}

/* ---- goals ---------------------------------------------------------------------------------------------------------------------------- */

static void a_goal_needs_a_measure_and_a_day_to_come(void **state)
{
    (void)state;
    struct plan *p = begin();
    p->g.measure = S("");
    expect(p, save_goal, RC_INVALID, M_plan_measure_missing);
    p->g.measure = S("m");
    p->g.what = S("");
    expect(p, save_goal, RC_INVALID, M_plan_what_missing);
    p->g.what = S("w");
    p->g.by_day = TODAY - 1;
    expect(p, save_goal, RC_INVALID, M_plan_day_past);
    p->g.by_day = TODAY + 4000;
    expect(p, save_goal, RC_INVALID, M_plan_day_far);
    p->g.by_day = TODAY;
    new_goal(p);
    site_shut(p->s);
}

static void every_state_of_a_goal_is_kept(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct row_plan_goal_version_find v;
    new_goal(p);
    expect(p, save_goal, RC_CONFLICT, M_plan_changed); /* version 0: a page that was opened before */
    p->g.version = 1;
    expect(p, save_goal, RC_OK, 0); /* nothing differs */
    assert_int_equal(goal_now(p).version, 1);
    p->g.what = S("Ask last");
    expect(p, save_goal, RC_OK, 0);
    expect(p, save_goal, RC_CONFLICT, M_plan_changed);
    assert_int_equal(sql_plan_goal_version_find(p->s->db, p->s->a, p->id, 1, S("en"), &v), RC_OK);
    assert_true(str_eq_z(v.what, "Ask first"));
    p->by = p->other;
    p->g.version = 2;
    expect(p, save_goal, RC_NOT_FOUND, 0);
    site_shut(p->s);
}

static void a_day_that_passed_meanwhile_may_stay(void **state)
{
    (void)state;
    struct plan *p = begin();
    new_goal(p);
    p->g.version = 1;
    p->g.what = S("Other words");
    p->today = TODAY + 400;
    expect(p, save_goal, RC_OK, 0);
    p->g.version = 2;
    p->g.by_day++;
    expect(p, save_goal, RC_INVALID, M_plan_day_past);
    site_shut(p->s);
}

static void so_many_open_goals_and_no_more(void **state)
{
    (void)state;
    struct plan *p = begin();
    for (int i = 0; i < PLAN_OPEN_MOST; i++)
        new_goal(p);
    int64_t last = p->id;
    p->id = 0;
    expect(p, save_goal, RC_INVALID, M_plan_too_many);
    p->end = (struct plan_end){.goal = last, .version = 1, .state = PLAN_DROPPED, .outcome = S("")};
    expect(p, end_goal, RC_OK, 0);
    new_goal(p);
    p->end = (struct plan_end){.goal = last, .version = 2, .state = PLAN_OPEN, .outcome = S("")};
    expect(p, end_goal, RC_INVALID, M_plan_too_many);
    site_shut(p->s);
}

static size_t evidence_of(struct plan *p, const char *kind)
{
    struct rows_evidence_page rows;
    size_t n = 0;
    assert_int_equal(sql_evidence_page(p->s->db, p->s->a, p->her, INT64_MAX, INT64_MAX, 50, 1, 0, 0, 0, 0, 0, 0, 0, 0, S("en"), &rows), RC_OK);
    for (size_t i = 0; i < rows.n; i++)
        n += str_eq_z(rows.v[i].kind, kind);
    return n;
}

static void reaching_a_goal_is_evidence_when_she_says_so(void **state)
{
    (void)state;
    struct plan *p = begin();
    new_goal(p);
    p->end = (struct plan_end){.goal = p->id, .version = 1, .state = PLAN_REACHED, .outcome = S("")};
    expect(p, end_goal, RC_INVALID, M_plan_outcome_missing);
    p->end.outcome = S("It worked");
    expect(p, end_goal, RC_OK, 0);
    assert_int_equal(evidence_of(p, "goal_reached"), 0);
    expect(p, end_goal, RC_CONFLICT, M_plan_changed);
    p->end.version = 2;
    p->end.tell = true;
    expect(p, end_goal, RC_OK, 0);
    assert_int_equal(evidence_of(p, "goal_reached"), 1);
    p->end.version = 3;
    expect(p, end_goal, RC_OK, 0); /* told once */
    assert_int_equal(evidence_of(p, "goal_reached"), 1);
    p->end = (struct plan_end){.goal = p->id, .version = 4, .state = PLAN_OPEN, .outcome = S("")};
    expect(p, end_goal, RC_OK, 0);
    assert_int_equal(evidence_of(p, "goal_reached"), 0);
    assert_int_equal(evidence_of(p, "goal_reopened"), 1);
    site_shut(p->s);
}

static void a_goal_comes_from_what_she_can_see(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct plan_origin *met;
    size_t count;
    assert_int_equal(plan_origins(p->s->db, p->s->a, 0, p->her, PLAN_MEETING, 0, 10, &met, &count), RC_OK);
    assert_true(count >= 1);
    int64_t meeting = met[0].id;
    assert_int_equal(plan_origins(p->s->db, p->s->a, 0, p->mentor, PLAN_MEETING, meeting, 10, &met, &count), RC_OK);
    assert_int_equal(count, 0); /* it was hers as a mentee */
    p->g.source = PLAN_MEETING;
    p->g.source_id = meeting;
    new_goal(p);
    p->g.source = PLAN_OBSERVATION;
    p->id = 0;
    expect(p, save_goal, RC_INVALID, M_plan_source_bad);
    p->g.source_id = 0;
    expect(p, save_goal, RC_INVALID, M_plan_source_bad);
    p->g.source = PLAN_OWN;
    p->g.source_id = meeting;
    expect(p, save_goal, RC_INVALID, M_plan_source_bad);
    p->g.source = PLAN_MEETING;
    p->by = p->other;
    expect(p, save_goal, RC_INVALID, M_plan_source_bad);
    site_shut(p->s);
}

/* ---- actions and evidence --------------------------------------------------------------------------------------------------------------- */

static void actions_have_a_day_and_are_ticked_once(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct rows_plan_action_list rows;
    new_goal(p);
    p->t = (struct plan_action){.goal = p->id, .what = S("Do it"), .due_day = TODAY - 1};
    expect(p, save_action, RC_INVALID, M_plan_day_past);
    p->t.due_day = TODAY;
    p->t.what = S("");
    expect(p, save_action, RC_INVALID, M_plan_action_missing);
    p->t.what = S("Do it");
    expect(p, save_action, RC_OK, 0);
    p->flag = true;
    expect(p, tick, RC_OK, 0);
    expect(p, tick, RC_OK, 0);
    assert_int_equal(sql_plan_action_list(p->s->db, p->s->a, p->id, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.v[0].version, 2);
    p->t.version = 1;
    expect(p, save_action, RC_CONFLICT, M_plan_changed);
    p->by = p->mentor;
    expect(p, tick, RC_NOT_FOUND, 0);
    site_shut(p->s);
}

static enum rc add_evidence(struct db *tx, void *arg, struct err *e)
{
    struct plan *p = arg;
    struct evidence_new n = {.person = p->her, .kind = "attended", .percent = -1, .source_kind = "offering_session", .source_id = 1, .at = NOW};
    (void)e;
    TRY(evidence_add(tx, &n, NOW, &p->evidence[0]));
    n.at = NOW - 1;
    TRY(evidence_add(tx, &n, NOW, &p->evidence[1]));
    n.person = p->other;
    return evidence_add(tx, &n, NOW, &p->evidence[2]);
}

static void only_her_own_evidence_is_linked(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct rows_plan_link_list rows;
    struct rows_plan_evidence_page more;
    new_goal(p);
    expect(p, add_evidence, RC_OK, 0);
    p->count = 3;
    expect(p, link_evidence, RC_INVALID, M_plan_evidence_bad);
    assert_int_equal(sql_plan_link_list(p->s->db, p->s->a, p->id, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 0); /* all or nothing */
    p->count = 1;
    expect(p, link_evidence, RC_OK, 0);
    p->count = 2;
    expect(p, link_evidence, RC_OK, 0);
    assert_int_equal(sql_plan_link_list(p->s->db, p->s->a, p->id, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(sql_plan_evidence_page(p->s->db, p->s->a, p->her, p->id, INT64_MAX, INT64_MAX, 10, &more), RC_OK);
    for (size_t i = 0; i < more.n; i++)
        assert_true(more.v[i].id != p->evidence[0] && more.v[i].id != p->evidence[1]);
    site_shut(p->s);
}

/* ---- who may read -------------------------------------------------------------------------------------------------------------------------- */

static bool reads(struct plan *p, int64_t who)
{
    int64_t pair = 0;
    enum rc rc = plan_shared_pair(p->s->db, p->s->a, p->her, who, &pair);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return rc == RC_OK;
}

static enum rc end_pair(struct db *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    (void)e;
    return mentor_end_pair(tx, p->s->a, p->pair, p->now);
}

static void the_mentor_reads_while_it_is_shared(void **state)
{
    (void)state;
    struct plan *p = begin();
    assert_true(reads(p, p->mentor));
    assert_false(reads(p, p->other));
    assert_false(reads(p, p->s->person));
    p->by = p->mentor;
    p->flag = true;
    expect(p, share, RC_NOT_FOUND, 0); /* it is the owner's to share */
    p->by = p->her;
    p->flag = false;
    expect(p, share, RC_OK, 0);
    assert_false(reads(p, p->mentor));
    p->flag = true;
    expect(p, share, RC_OK, 0);
    assert_true(reads(p, p->mentor));
    expect(p, end_pair, RC_OK, 0);
    assert_false(reads(p, p->mentor));
    site_shut(p->s);
}

static void a_setting_opens_nobodys_plan(void **state)
{
    (void)state;
    struct plan *p = begin();
    p->flag = false;
    expect(p, set_sharing, RC_OK, 0);
    assert_false(reads(p, p->mentor));
    p->flag = true;
    expect(p, set_sharing, RC_CONFLICT, M_plan_changed);
    p->version = 1;
    expect(p, set_sharing, RC_OK, 0); /* for pairs from now on: this one is older */
    assert_false(reads(p, p->mentor));
    p->version = 2;
    expect(p, set_sharing, RC_OK, 0); /* once more the same changes nothing for them */
    assert_false(reads(p, p->mentor));
    expect(p, share, RC_OK, 0); /* she herself may */
    assert_true(reads(p, p->mentor));
    site_shut(p->s);
}

/* ---- check-ins and reviews ---------------------------------------------------------------------------------------------------------------- */

static void the_next_look_lies_ahead(void **state)
{
    (void)state;
    struct plan *p = begin();
    p->k = (struct plan_checkin){.going = PLAN_STUCK, .words = S("w"), .next_day = TODAY};
    expect(p, add_checkin, RC_INVALID, M_plan_next_past);
    p->k.next_day = TODAY + 500;
    expect(p, add_checkin, RC_INVALID, M_plan_next_far);
    p->k.next_day = TODAY + 1;
    expect(p, add_checkin, RC_OK, 0);
    site_shut(p->s);
}

static void fill_scores(struct plan *p, int64_t points)
{
    p->scores[0] = (struct plan_score){p->id, {points, points, points}};
    p->count = 1;
}

static void both_judge_apart_and_once(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct row_plan_review_find r;
    struct rows_plan_review_goals goals;
    p->flag = true;
    expect(p, open_review, RC_INVALID, M_plan_review_empty);
    new_goal(p);
    expect(p, open_review, RC_OK, 0);
    int64_t review = p->version;
    expect(p, open_review, RC_CONFLICT, M_plan_review_there);
    p->version = review;
    p->by = p->other;
    fill_scores(p, 2);
    expect(p, give, RC_NOT_FOUND, 0);
    p->by = p->her;
    p->count = 0;
    expect(p, give, RC_INVALID, M_plan_score_missing);
    fill_scores(p, 4);
    expect(p, give, RC_INVALID, M_plan_score_missing);
    fill_scores(p, 0);
    expect(p, give, RC_OK, 0);
    expect(p, give, RC_CONFLICT, M_plan_scored_already);
    p->by = p->mentor;
    fill_scores(p, 3);
    expect(p, give, RC_OK, 0);
    assert_int_equal(sql_plan_review_find(p->s->db, p->s->a, review, &r), RC_OK);
    assert_false(r.closed_at_null);
    assert_int_equal(sql_plan_review_goals(p->s->db, p->s->a, review, S("en"), &goals), RC_OK);
    assert_int_equal(goals.v[0].owner_plan, 0);
    assert_int_equal(goals.v[0].mentor_plan, 3);
    p->by = p->her;
    expect(p, drop_review, RC_CONFLICT, M_plan_review_closed);
    site_shut(p->s);
}

static void a_withdrawn_plan_is_not_judged(void **state)
{
    (void)state;
    struct plan *p = begin();
    new_goal(p);
    p->flag = true;
    expect(p, open_review, RC_OK, 0);
    p->flag = false;
    expect(p, share, RC_OK, 0);
    p->by = p->mentor;
    fill_scores(p, 1);
    expect(p, give, RC_NOT_FOUND, 0);
    expect(p, drop_review, RC_NOT_FOUND, 0);
    p->by = p->her;
    expect(p, drop_review, RC_OK, 0);
    p->flag = true;
    expect(p, open_review, RC_INVALID, M_plan_review_not_shared);
    p->flag = false;
    expect(p, open_review, RC_OK, 0); /* alone: her own points complete it */
    expect(p, give, RC_OK, 0);
    struct row_plan_review_find r;
    assert_int_equal(sql_plan_review_find(p->s->db, p->s->a, p->version, &r), RC_OK);
    assert_false(r.closed_at_null);
    site_shut(p->s);
}

/* ---- the file -------------------------------------------------------------------------------------------------------------------------------- */

static enum rc no_titles(void *arg, const struct evidence_ref *refs, struct str *titles, size_t count)
{
    (void)arg;
    for (size_t i = 0; i < count; i++)
        if (refs[i].kind.p != NULL)
            titles[i] = S("Took part");
    return RC_OK;
}

/* A plan with a bit of everything. */
static struct str whole_plan(struct plan *p)
{
    struct str json;
    p->swot = (struct plan_swot){S("calm \xE2\x98\x83"), S("late"), S("o"), S("nights"), 0};
    expect(p, save_swot, RC_OK, 0);
    p->swot.version = 1;
    p->swot.threats = S("days");
    expect(p, save_swot, RC_OK, 0);
    new_goal(p);
    p->g.version = 1;
    p->g.what = S("Ask second");
    expect(p, save_goal, RC_OK, 0);
    p->t = (struct plan_action){.goal = p->id, .what = S("Do it"), .due_day = TODAY};
    expect(p, save_action, RC_OK, 0);
    expect(p, add_evidence, RC_OK, 0);
    p->count = 1;
    expect(p, link_evidence, RC_OK, 0);
    p->k = (struct plan_checkin){.going = PLAN_WELL, .words = S("fine"), .next_day = TODAY + 9};
    expect(p, add_checkin, RC_OK, 0);
    p->flag = false;
    expect(p, open_review, RC_OK, 0);
    fill_scores(p, 2);
    expect(p, give, RC_OK, 0);
    assert_int_equal(plan_export(p->s->db, p->s->a, 0, p->her, NOW, no_titles, NULL, &json), RC_OK);
    return json;
}

static enum rc read_plan(struct plan *p, int64_t who, struct str file, struct problems *problems)
{
    struct err e = {0};
    struct plan_import *in;
    *problems = problems_new(p->s->a);
    enum rc rc = plan_read(p->s->db, p->s->a, who, file, problems, &in, &e);
    p->in = in;
    return rc;
}

static void what_goes_along_comes_in_once(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct problems problems;
    struct row_plan_held held;
    struct str json = whole_plan(p), again;
    assert_int_equal(read_plan(p, p->her, json, &problems), RC_OK);
    struct plan_counts n = plan_counts(p->in);
    assert_int_equal(n.goals + n.checkins + n.reviews + n.swot, 0); /* all of it is hers already */
    p->by = p->other;
    assert_int_equal(read_plan(p, p->other, json, &problems), RC_OK);
    n = plan_counts(p->in);
    assert_true(n.goals == 1 && n.actions == 1 && n.links == 1 && n.checkins == 1 && n.reviews == 1 && n.swot == 1 && n.there == 0);
    expect(p, take, RC_OK, 0);
    assert_int_equal(p->counts.goals, 1);
    expect(p, take, RC_OK, 0); /* the same closure once more, as two tabs would */
    assert_int_equal(p->counts.goals + p->counts.checkins + p->counts.reviews, 0);
    assert_int_equal(sql_plan_held(p->s->db, p->s->a, p->other, &held), RC_OK);
    assert_true(held.goals == 1 && held.actions == 1 && held.checkins == 1 && held.reviews == 1 && held.swot == 2);
    assert_int_equal(read_plan(p, p->other, json, &problems), RC_OK);
    assert_int_equal(plan_counts(p->in).there, 4);
    /* what was brought in goes along again, the same but for how the Cadre of here calls things */
    assert_int_equal(plan_export(p->s->db, p->s->a, 0, p->other, NOW, no_titles, NULL, &again), RC_OK);
    assert_int_equal(again.n, json.n);
    site_shut(p->s);
}

static const char *place(const struct problems *p, size_t i)
{
    static char text[200];
    snprintf(text, sizeof text, "%.*s", STR_ARG(p->items[i].column));
    return text;
}

static void every_problem_has_its_place(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct problems problems;
    static const struct {
        const char *file, *place;
        msg_id msg;
    } wrong[] = {
        {"", "", M_plan_in_no_json},
        {"[1]", "", M_plan_in_no_plan},
        {"{\"format\":\"other\"}", "format", M_plan_in_no_plan},
        {"{\"format\":\"cadre-plan\"}", "version", M_plan_in_no_number},
        {"{\"format\":\"cadre-plan\",\"version\":2}", "version", M_plan_in_newer},
        {"{\"format\":\"cadre-plan\",\"version\":1,\"goals\":3}", "goals", M_plan_in_no_list},
        {"{\"format\":\"cadre-plan\",\"version\":1,\"goals\":[7]}", "goals[0]", M_plan_in_no_object},
        {"{\"format\":\"cadre-plan\",\"version\":1,\"check_ins\":[{\"key\":\"x\"}]}", "check_ins[0].key", M_plan_in_no_key},
        {"{\"format\":\"cadre-plan\",\"version\":1,\"swot\":[{\"saved_at\":\"2026-01-01\"}]}", "swot[0].saved_at", M_plan_in_no_time},
        {"{\"format\":\"cadre-plan\",\"version\":1,\"swot\":[{\"saved_at\":\"2026-01-01T00:00:00Z\",\"threats\":1}]}", "swot[0].threats", M_plan_in_no_text},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(read_plan(p, p->her, str_from(wrong[i].file), &problems), RC_INVALID);
        if (strcmp(place(&problems, 0), wrong[i].place) != 0 || problems.items[0].msg != wrong[i].msg)
            fail_msg("%s: at %s, %.*s", wrong[i].file, place(&problems, 0), STR_ARG(msg_name(problems.items[0].msg)));
    }
    struct str json = whole_plan(p), part;
    size_t at;
    assert_true(str_find(json, S("\"by\": \""), &at));
    struct buf b = buf_new(p->s->a, json.n);
    buf_str(&b, str_sub(json, 0, at));
    buf_z(&b, "\"by\": \"2026-02-30\", \"x\": \"");
    buf_str(&b, str_sub(json, at + 7, json.n));
    assert_int_equal(read_plan(p, p->her, buf_text(&b), &problems), RC_INVALID);
    assert_string_equal(place(&problems, 0), "goals[0].by");
    /* deep and huge */
    struct buf deep = buf_new(p->s->a, 4096);
    for (int i = 0; i < 1000; i++)
        buf_ch(&deep, '[');
    part = buf_text(&deep);
    assert_int_equal(read_plan(p, p->her, part, &problems), RC_INVALID);
    site_shut(p->s);
}

static void no_file_brings_in_more_open_goals_than_there_may_be(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct problems problems;
    struct str json;
    for (int i = 0; i < PLAN_OPEN_MOST; i++)
        new_goal(p);
    assert_int_equal(plan_export(p->s->db, p->s->a, 0, p->her, NOW, no_titles, NULL, &json), RC_OK);
    p->by = p->other;
    new_goal(p);
    assert_int_equal(read_plan(p, p->other, json, &problems), RC_INVALID);
    assert_string_equal(place(&problems, 0), "goals");
    expect(p, take, RC_INVALID, M_plan_in_too_many_open); /* and not by a second tab either */
    site_shut(p->s);
}

/* ---- what is held about her --------------------------------------------------------------------------------------------------------------------- */

static void erasing_leaves_nothing(void **state)
{
    (void)state;
    struct plan *p = begin();
    struct row_plan_held held;
    struct row_plan_swot_find swot;
    whole_plan(p);
    expect(p, erase, RC_OK, 0);
    assert_int_equal(sql_plan_held(p->s->db, p->s->a, p->her, &held), RC_OK);
    assert_int_equal(held.goals + held.actions + held.checkins + held.reviews + held.swot, 0);
    assert_int_equal(sql_plan_swot_find(p->s->db, p->s->a, p->her, &swot), RC_NOT_FOUND);
    site_shut(p->s);
}

static void what_an_administrator_exports_holds_no_words(void **state)
{
    (void)state;
    struct plan *p = begin();
    json_t *into = json_object();
    whole_plan(p);
    assert_int_equal(plan_capability.export_person(p->s->db, p->s->a, p->her, into), RC_OK);
    char *text = json_dumps(into, 0);
    assert_non_null(strstr(text, "\"goals\": 1"));
    assert_null(strstr(text, "Ask"));
    assert_null(strstr(text, "calm"));
    free(text);
    json_decref(into);
    site_shut(p->s);
}

static void deleting_a_goal_takes_all_of_it(void **state)
{
    (void)state;
    struct plan *p = begin();
    whole_plan(p);
    p->version = 1;
    expect(p, remove_goal, RC_CONFLICT, M_plan_changed);
    p->version = 2;
    p->by = p->mentor;
    expect(p, remove_goal, RC_NOT_FOUND, 0);
    p->by = p->her;
    expect(p, remove_goal, RC_OK, 0);
    struct row_plan_goal_find g;
    assert_int_equal(sql_plan_goal_find(p->s->db, p->s->a, p->id, S(""), &g), RC_NOT_FOUND);
    site_shut(p->s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_strengths_is_kept),
        cmocka_unit_test(a_goal_needs_a_measure_and_a_day_to_come),
        cmocka_unit_test(every_state_of_a_goal_is_kept),
        cmocka_unit_test(a_day_that_passed_meanwhile_may_stay),
        cmocka_unit_test(so_many_open_goals_and_no_more),
        cmocka_unit_test(reaching_a_goal_is_evidence_when_she_says_so),
        cmocka_unit_test(a_goal_comes_from_what_she_can_see),
        cmocka_unit_test(actions_have_a_day_and_are_ticked_once),
        cmocka_unit_test(only_her_own_evidence_is_linked),
        cmocka_unit_test(the_mentor_reads_while_it_is_shared),
        cmocka_unit_test(a_setting_opens_nobodys_plan),
        cmocka_unit_test(the_next_look_lies_ahead),
        cmocka_unit_test(both_judge_apart_and_once),
        cmocka_unit_test(a_withdrawn_plan_is_not_judged),
        cmocka_unit_test(what_goes_along_comes_in_once),
        cmocka_unit_test(every_problem_has_its_place),
        cmocka_unit_test(no_file_brings_in_more_open_goals_than_there_may_be),
        cmocka_unit_test(erasing_leaves_nothing),
        cmocka_unit_test(what_an_administrator_exports_holds_no_words),
        cmocka_unit_test(deleting_a_goal_takes_all_of_it),
    };
    return site_run(tests, COUNT_OF(tests));
}
