/* Rounds of matching: lists, small counts, files, the instance that is solved, and what a round does in the database. */
#include "framework_site.h"

#include "base/problems.h"
#include "programme/matching/inside.h"
#include "programme/mentor/mentor.h"

#define TODAY 20000
#define NOW (TODAY * MS_PER_DAY)

/* ---- lists ------------------------------------------------------------------------------------------------------------------------ */

static void expect(const struct match_wish *list, size_t count, const char *wanted)
{
    char text[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%d:%d", i != 0 ? " " : "", (int)list[i].other, (int)list[i].rank);
    assert_string_equal(text, wanted);
}

static void a_list_moves_step_by_step(void **state)
{
    struct match_wish list[10];
    size_t n = 0;
    (void)state;
    for (int other = 1; other <= 4; other++)
        assert_true(match_step_list(list, &n, MATCH_ADD, other));
    expect(list, n, "1:1 2:2 3:3 4:4");
    assert_false(match_step_list(list, &n, MATCH_ADD, 2));
    assert_false(match_step_list(list, &n, MATCH_UP, 9));
    assert_true(match_step_list(list, &n, MATCH_UP, 3));
    expect(list, n, "1:1 3:2 2:3 4:4");
    assert_true(match_step_list(list, &n, MATCH_UP, 1)); /* the first stays first */
    expect(list, n, "1:1 3:2 2:3 4:4");
    assert_true(match_step_list(list, &n, MATCH_TIE, 2));
    expect(list, n, "1:1 3:2 2:2 4:3");
    assert_true(match_step_list(list, &n, MATCH_DOWN, 3)); /* out of the tie, not behind the next */
    expect(list, n, "1:1 2:2 3:3 4:4");
    assert_true(match_step_list(list, &n, MATCH_RULE_OUT, 2));
    expect(list, n, "1:1 3:2 4:3 2:0");
    assert_false(match_step_list(list, &n, MATCH_DOWN, 2));
    assert_true(match_step_list(list, &n, MATCH_ADD, 2)); /* allowed again, behind the others */
    expect(list, n, "1:1 3:2 4:3 2:4");
    assert_true(match_step_list(list, &n, MATCH_RULE_OUT, 7));
    assert_true(match_step_list(list, &n, MATCH_REMOVE, 1));
    expect(list, n, "3:1 4:2 2:3 7:0");
}

/* ---- small counts ----------------------------------------------------------------------------------------------------------------- */

static void what_is_small_is_hidden_and_cannot_be_worked_out(void **state)
{
    struct match_count one[] = {{.n = 3, .matched = 3, .first = 3}, {.n = 20, .matched = 10, .first = 8}, {.n = 30, .matched = 20, .first = 15}};
    (void)state;
    match_suppress(one, 3);
    assert_true(one[0].hidden && one[1].hidden && !one[2].hidden); /* the next smallest goes too */
    assert_true(one[0].hide_matched && one[1].hide_first && !one[2].hide_matched);
    struct match_count cells[] = {{.n = 20, .matched = 18, .first = 10}, {.n = 21, .matched = 10, .first = 10}, {.n = 30, .matched = 15, .first = 15}};
    match_suppress(cells, 3);
    assert_true(!cells[0].hidden && cells[0].hide_matched); /* two without a mentor would be known */
    assert_true(cells[1].hide_matched && !cells[2].hide_matched);
    assert_false(cells[0].hide_first || cells[1].hide_first || cells[2].hide_first);
    struct match_count none[] = {{.n = 20, .matched = 20, .first = 10}};
    match_suppress(none, 1);
    assert_false(none[0].hidden || none[0].hide_matched || none[0].hide_first);
}

/* ---- a round in the database ------------------------------------------------------------------------------------------------------- */

#define MENTEES 6
#define MENTORS 3

struct fixture {
    struct site *s;
    int64_t mentee[MENTEES], mentor[MENTORS], cohort, round, other;
    struct match_round r;
    enum hr_side side;
    enum match_step step;
    int64_t person, version, place, seats, now, pairs, sent, mentee_place, mentor_place;
    uint64_t digest;
    bool pin;
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Mo"), .display_name = S("")};
    int64_t membership;
    TRY(programme_add_cohort(tx, f->s->programme, S("C"), S("Cohort"), 0, &f->cohort, e));
    for (int i = 0; i < MENTEES; i++) {
        d.family_name = str_printf(f->s->a, "Mentee %d", i);
        d.email = str_printf(f->s->a, "e%d@example.org", i);
        TRY(people_add(tx, f->s->a, &d, 1, &f->mentee[i], e));
        TRY(programme_add_member(tx, f->mentee[i], f->s->programme, f->cohort, 0, TODAY - 9, INT64_MAX, S("test"), NOW, &membership, e));
    }
    for (int i = 0; i < MENTORS; i++) {
        d.family_name = str_printf(f->s->a, "Mentor %d", i);
        d.email = str_printf(f->s->a, "o%d@example.org", i);
        TRY(people_add(tx, f->s->a, &d, 1, &f->mentor[i], e));
        TRY(programme_grant_role(tx, f->mentor[i], ROLE_MENTOR, f->s->programme, 0, TODAY - 9, INT64_MAX, S("test"), e));
        struct mentor_profile p = {.programme = f->s->programme, .person = f->mentor[i], .offers = S("surgery"), .interests = S("teaching"), .availability = S(""), .languages = S(" en "), .capacity = 2 - (i == 2), .away_until = INT64_MIN, .shown = true};
        TRY(mentor_save_profile(tx, f->s->a, &p, TODAY, e));
    }
    return RC_OK;
}

static enum rc make_round(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct match_filter all = {0};
    struct match_round r = f->r;
    int64_t n;
    TRY(match_save(tx, &r, f->s->person, NOW, e));
    f->round = r.id;
    TRY(match_take_in(tx, f->s->a, r.id, 1, HR_MENTEE, &all, TODAY, &n, e));
    assert_int_equal(n, MENTEES);
    TRY(match_take_in(tx, f->s->a, r.id, 2, HR_MENTOR, &all, TODAY, &n, e));
    assert_int_equal(n, MENTORS);
    return match_open(tx, f->s->a, r.id, 3, true, NOW, e);
}

static struct fixture open_round(enum match_way way)
{
    struct fixture f = {.s = site_open(), .now = NOW};
    assert_int_equal(store_write(f.s->db, add_people, &f, &f.s->err), RC_OK);
    f.r = (struct match_round){.programme = f.s->programme, .title = S("R"), .way = way, .mode = MATCH_FAIR, .weights = {5, 3, 0, 2}, .by = {NOW + MS_PER_DAY, NOW + MS_PER_DAY}, .remind_days = 3};
    if (store_write(f.s->db, make_round, &f, &f.s->err) != RC_OK)
        fail_msg("%d %s", f.s->err.msg, f.s->err.detail);
    return f;
}

static enum rc step(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct row_match_person_of p;
    TRY(sql_match_person_of(tx, f->s->a, f->round, match_side_word(f->side), f->person, &p));
    return match_change_list(tx, f->s->a, f->round, f->side, f->person, p.version, f->step, f->other, f->now, e);
}

static enum rc do_step(struct fixture *f, enum hr_side side, int64_t person, enum match_step what, int64_t other)
{
    f->side = side;
    f->person = person;
    f->step = what;
    f->other = other;
    return store_write(f->s->db, step, f, &f->s->err);
}

static enum rc hand_in(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct row_match_person_of p;
    TRY(sql_match_person_of(tx, f->s->a, f->round, match_side_word(f->side), f->person, &p));
    return match_hand_in(tx, f->s->a, f->round, f->side, f->person, p.version, true, f->now, e);
}

static enum rc find_place(struct db *db, struct fixture *f, enum hr_side side, int64_t person, int64_t *place)
{
    struct row_match_person_of p;
    TRY(sql_match_person_of(db, f->s->a, f->round, match_side_word(side), person, &p));
    *place = p.place;
    return RC_OK;
}

static int64_t place_of(struct fixture *f, enum hr_side side, int64_t person)
{
    int64_t place = 0;
    assert_int_equal(find_place(f->s->db, f, side, person, &place), RC_OK);
    return place;
}

static struct match_run solve(struct fixture *f)
{
    struct match_round r;
    struct match_data d;
    struct match_run run;
    struct err e = {0};
    assert_int_equal(match_find(f->s->db, f->s->a, f->round, &r), RC_OK);
    assert_int_equal(match_load(f->s->db, f->s->a, &r, TODAY, &d), RC_OK);
    struct match_settings s = match_settings_of(&r);
    assert_int_equal(match_solve(&d, f->s->a, &s, &run, &e), RC_OK);
    assert_int_equal(run.check.blocking, 0);
    assert_int_equal(run.check.not_allowed, 0);
    return run;
}

static enum rc add_rule(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct match_round r;
    TRY(match_find(tx, f->s->a, f->round, &r));
    return match_add_rule(tx, f->s->a, f->round, r.version, f->pin, f->mentee_place, f->mentor_place, S("rule"), TODAY, e);
}

static enum rc approve(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return match_approve(tx, f->s->a, f->round, f->version, f->digest, true, f->s->person, TODAY, NOW, &f->pairs, e);
}

static void a_round_is_solved_approved_once_and_kept(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct match_round r;
    struct match_past past;
    (void)state;
    int64_t first = place_of(&f, HR_MENTOR, f.mentor[0]), third = place_of(&f, HR_MENTOR, f.mentor[2]);
    for (int i = 0; i < 3; i++)
        assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[i], MATCH_ADD, first), RC_OK);
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_ADD, third), RC_OK);
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_ADD, 77), RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_outside);
    /* the mentor would have the third one and nobody else */
    assert_int_equal(do_step(&f, HR_MENTOR, f.mentor[0], MATCH_ADD, place_of(&f, HR_MENTEE, f.mentee[2])), RC_OK);
    assert_int_equal(do_step(&f, HR_MENTOR, f.mentor[0], MATCH_RULE_OUT, place_of(&f, HR_MENTEE, f.mentee[1])), RC_OK);
    struct match_run run = solve(&f);
    assert_int_equal(run.check.matched, 2);
    assert_int_equal(run.partner[place_of(&f, HR_MENTEE, f.mentee[1]) - 1], HR_NONE);
    /* what was kept reads back as what was solved */
    struct hr *again;
    struct err e = {0};
    struct str text = match_write_hr(f.s->a, run.h);
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &r), RC_OK);
    assert_int_equal(hr_read(f.s->a, text, (uint64_t)r.seed, &again, &e), RC_OK);
    assert_true(str_eq(text, match_write_hr(f.s->a, again)));
    /* approving: not another result than the one seen, and once */
    f.version = r.version;
    f.digest = run.digest + 1;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_other_result);
    f.digest = run.digest;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_OK);
    assert_int_equal(f.pairs, 2);
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_approved_already);
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_REMOVE, third), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_too_late);
    /* a mentor leaves: those she held are the ones who move */
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &r), RC_OK);
    assert_int_equal(match_load_past(f.s->db, f.s->a, &r, &past, &e), RC_OK);
    struct match_shift leave = {.side = HR_MENTOR, .agent = (uint32_t)first - 1, .leaves = true};
    struct match_after after;
    assert_int_equal(match_plan_shift(f.s->a, &past, &r, &leave, &after, &e), RC_OK);
    assert_int_equal(after.count, run.check.held[first - 1]);
    assert_true(after.fewest.exact);
    for (size_t k = 0; k < after.count; k++)
        assert_int_equal(after.moves[k].from, first - 1);
    site_shut(f.s);
}

static enum rc apply(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct match_shift s = {.side = HR_MENTEE, .agent = (uint32_t)f->mentee_place - 1, .leaves = true};
    return match_apply_shift(tx, f->s->a, f->round, f->version, &s, f->digest, NOW, e);
}

/* The round as it was approved and stands now, and who would move if a mentee left. */
static struct match_after plan_leaving(struct fixture *f, struct match_past *past, int64_t place)
{
    struct match_round r;
    struct match_after after;
    struct match_shift s = {.side = HR_MENTEE, .agent = (uint32_t)place - 1, .leaves = true};
    assert_int_equal(match_find(f->s->db, f->s->a, f->round, &r), RC_OK);
    assert_int_equal(match_load_past(f->s->db, f->s->a, &r, past, &f->s->err), RC_OK);
    assert_int_equal(match_plan_shift(f->s->a, past, &r, &s, &after, &f->s->err), RC_OK);
    f->version = r.version;
    f->digest = after.digest;
    return after;
}

static void a_mentee_who_leaves_makes_room(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct match_past past;
    (void)state;
    int64_t only = place_of(&f, HR_MENTOR, f.mentor[2]); /* one seat, and three want it */
    int64_t place[3];
    for (int i = 0; i < 3; i++) {
        place[i] = place_of(&f, HR_MENTEE, f.mentee[i]);
        assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[i], MATCH_ADD, only), RC_OK);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(do_step(&f, HR_MENTOR, f.mentor[2], MATCH_ADD, place[i]), RC_OK);
    struct match_round r;
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &r), RC_OK);
    f.version = r.version;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_OK);
    struct match_after after = plan_leaving(&f, &past, place[0]);
    assert_int_equal(after.count, 2); /* she, and who moves up */
    for (size_t k = 0; k < 2; k++) {
        bool she = after.moves[k].mentee == place[0] - 1;
        assert_int_equal(after.moves[k].mentee, (she ? place[0] : place[1]) - 1);
        assert_int_equal(after.moves[k].to, she ? HR_NONE : only - 1);
    }
    f.mentee_place = place[0];
    f.digest++;
    assert_int_equal(store_write(f.s->db, apply, &f, &f.s->err), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_other_result);
    f.digest--;
    assert_int_equal(store_write(f.s->db, apply, &f, &f.s->err), RC_OK);
    /* she is out, the second has the seat; a second click changes nothing more */
    assert_int_equal(store_write(f.s->db, apply, &f, &f.s->err), RC_CONFLICT);
    struct row_match_person_find p;
    assert_int_equal(sql_match_person_find(f.s->db, f.s->a, f.round, S("mentee"), place[0], &p), RC_OK);
    assert_false(p.takes_part);
    after = plan_leaving(&f, &past, place[1]);
    assert_int_equal(past.partner[place[0] - 1], HR_NONE);
    assert_int_equal(past.partner[place[1] - 1], only - 1);
    assert_int_equal(after.count, 2); /* the first does not come back; the third moves up */
    site_shut(f.s);
}

/* ---- least numbers --------------------------------------------------------------------------------------------------------------- */

static struct match_run solve_as(struct fixture *f, int64_t least, enum match_near near)
{
    struct match_round r;
    struct match_data d;
    struct match_run run;
    struct err e = {0};
    assert_int_equal(match_find(f->s->db, f->s->a, f->round, &r), RC_OK);
    assert_int_equal(match_load(f->s->db, f->s->a, &r, TODAY, &d), RC_OK);
    struct match_settings s = match_settings_of(&r);
    s.least = least;
    s.near = near;
    assert_int_equal(match_solve(&d, f->s->a, &s, &run, &e), RC_OK);
    assert_int_equal(run.check.not_allowed, 0);
    return run;
}

static enum rc set_least(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct row_match_person_find p;
    TRY(sql_match_person_find(tx, f->s->a, f->round, S("mentor"), f->mentor_place, &p));
    return match_set_seats(tx, f->s->a, f->round, f->mentor_place, p.version, f->seats, f->now, e);
}

static void least_numbers_are_met_at_a_price_that_is_told(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    (void)state;
    int64_t liked = place_of(&f, HR_MENTOR, f.mentor[0]), other = place_of(&f, HR_MENTOR, f.mentor[1]), third = place_of(&f, HR_MENTOR, f.mentor[2]);
    for (int i = 0; i < 2; i++) { /* both want the one with two seats, then the other */
        assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[i], MATCH_ADD, liked), RC_OK);
        assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[i], MATCH_ADD, other), RC_OK);
    }
    struct match_run run = solve_as(&f, 1, MATCH_NEAR_OFF);
    assert_false(run.how.near);
    assert_int_equal(run.check.quota_missing, 2);
    /* nobody ranked the third one: no result gives all three somebody */
    run = solve_as(&f, 1, MATCH_NEAR_BLOCKING);
    assert_true(run.how.near && run.how.none);
    assert_int_equal(run.how.quota.lack_needed, 1);
    assert_int_equal(run.how.quota.lack_mentees, 0);
    assert_int_equal(run.check.blocking, 0); /* what is shown is the mode's own */
    /* the third one's own number is 0; then one of the two has to give way */
    f.mentor_place = third;
    f.seats = 1;
    f.now = 2;
    assert_int_equal(store_write(f.s->db, set_least, &f, &f.s->err), RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_least_above_seats);
    f.now = 0;
    assert_int_equal(store_write(f.s->db, set_least, &f, &f.s->err), RC_OK);
    run = solve_as(&f, 1, MATCH_NEAR_BLOCKING);
    assert_true(run.how.near && !run.how.none);
    assert_int_equal(run.how.quota.stable_missing, 1);
    assert_int_equal(run.check.blocking, 1);
    assert_int_equal(run.check.quota_missing, 0);
    assert_int_equal(run.how.quota.worse, 1);
    assert_true(run.check.held[liked - 1] == 1 && run.check.held[other - 1] == 1);
    run = solve_as(&f, 1, MATCH_NEAR_ENVY_FREE);
    assert_int_equal(run.check.envy, 0);
    assert_int_equal(run.check.quota_missing, 0);
    /* more than her seats means all of them */
    run = solve_as(&f, 9, MATCH_NEAR_BLOCKING);
    assert_int_equal(run.how.quota.lack_needed, 4);
    /* what is kept names the numbers, and whoever solves the file gets the same */
    run = solve_as(&f, 1, MATCH_NEAR_BLOCKING);
    struct hr *again;
    struct err e = {0};
    struct match_how how;
    assert_int_equal(hr_read(f.s->a, match_write_hr(f.s->a, run.h), run.h->seed, &again, &e), RC_OK);
    uint32_t *partner = ARENA_ARRAY(f.s->a, MENTEES, uint32_t);
    match_apply(MATCH_FAIR, MATCH_NEAR_BLOCKING, again, f.s->a, partner, &how);
    assert_memory_equal(partner, run.partner, MENTEES * sizeof *partner);
    site_shut(f.s);
}

/* ---- rounds in levels ------------------------------------------------------------------------------------------------------------ */

/* A second round below the first: its mentors are two mentees of the first. */
static enum rc make_below(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct match_round r = f->r;
    r.above = f->round;
    TRY(match_save(tx, &r, f->s->person, NOW, e));
    f->other = r.id;
    for (int i = 0; i < 2; i++) {
        TRY(sql_match_person_add(tx, r.id, S("mentor"), i + 1, f->mentee[i], 2));
        TRY(sql_match_person_add(tx, r.id, S("mentee"), i + 1, f->mentee[i + 2], 0));
    }
    const struct match_wish both[] = {{.other = 2, .rank = 1}, {.other = 1, .rank = 2}};
    for (int i = 0; i < 2; i++)
        TRY(match_write_list(tx, r.id, HR_MENTEE, i + 1, both, 2, NOW));
    return match_open(tx, f->s->a, r.id, 1, false, NOW, e);
}

static enum rc put_above(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct match_round r;
    TRY(match_find(tx, f->s->a, f->round, &r));
    r.above = f->other;
    return match_save(tx, &r, f->s->person, NOW, e);
}

static struct match_run solve_below(struct fixture *f, int64_t round, struct match_data *d)
{
    struct match_round r;
    struct match_run run;
    struct err e = {0};
    assert_int_equal(match_find(f->s->db, f->s->a, round, &r), RC_OK);
    assert_int_equal(match_load(f->s->db, f->s->a, &r, TODAY, d), RC_OK);
    assert_int_equal(match_load_above(f->s->db, f->s->a, TODAY, d, &e), RC_OK);
    struct match_settings s = match_settings_of(&r);
    assert_int_equal(match_solve(d, f->s->a, &s, &run, &e), RC_OK);
    return run;
}

static void who_found_nobody_above_mentors_nobody(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct match_data d;
    (void)state;
    /* above, the first mentee has a list and the second none */
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_ADD, 1), RC_OK);
    assert_int_equal(store_write(f.s->db, make_below, &f, &f.s->err), RC_OK);
    struct match_run run = solve_below(&f, f.other, &d);
    assert_true(!d.closed[0] && d.closed[1]);
    assert_true(run.partner[0] == 0 && run.partner[1] == 0);
    /* a chain that comes back to where it began is refused, and the round stays as it was */
    assert_int_equal(store_write(f.s->db, put_above, &f, &f.s->err), RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_above_circle);
    assert_string_equal(f.s->err.field, "above");
    struct match_round first, below;
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &first), RC_OK);
    assert_int_equal(first.above, 0);
    /* approved from the top */
    int64_t upper = f.round;
    assert_int_equal(match_find(f.s->db, f.s->a, f.other, &below), RC_OK);
    f.round = f.other;
    f.version = below.version;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_above_first);
    f.round = upper;
    f.version = first.version;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_OK);
    run = solve_below(&f, f.other, &d); /* by the pairs that were proposed: the same */
    assert_true(!d.closed[0] && d.closed[1] && run.check.matched == 2);
    f.round = f.other;
    f.version = below.version;
    f.digest = run.digest;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_OK);
    struct row_match_person_find p;
    assert_int_equal(sql_match_person_find(f.s->db, f.s->a, f.other, S("mentor"), 2, &p), RC_OK);
    assert_int_equal(p.seats, 0); /* also when somebody leaves later */
    site_shut(f.s);
}

static void rules_that_cannot_hold_are_refused(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    (void)state;
    /* places are drawn: whom the rules below speak of must not be the one who is fixed at place 1 */
    int64_t free = f.mentee[place_of(&f, HR_MENTEE, f.mentee[3]) == 1 ? 4 : 3];
    f.pin = true;
    f.mentor_place = place_of(&f, HR_MENTOR, f.mentor[2]); /* one seat */
    f.mentee_place = 1;
    assert_int_equal(store_write(f.s->db, add_rule, &f, &f.s->err), RC_OK);
    f.mentee_place = 2;
    assert_int_equal(store_write(f.s->db, add_rule, &f, &f.s->err), RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_pin_no_seat);
    f.mentee_place = 1;
    f.mentor_place = place_of(&f, HR_MENTOR, f.mentor[0]);
    assert_int_equal(store_write(f.s->db, add_rule, &f, &f.s->err), RC_CONFLICT);
    assert_int_equal(f.s->err.msg, M_matching_pinned_already);
    assert_int_equal(do_step(&f, HR_MENTEE, free, MATCH_RULE_OUT, f.mentor_place), RC_OK);
    f.mentee_place = place_of(&f, HR_MENTEE, free);
    assert_int_equal(store_write(f.s->db, add_rule, &f, &f.s->err), RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_pin_ruled_out);
    struct match_run run = solve(&f);
    assert_int_equal(run.partner[0], place_of(&f, HR_MENTOR, f.mentor[2]) - 1);
    /* ruling out the last one leaves nobody */
    for (int i = 1; i < MENTORS; i++)
        assert_int_equal(do_step(&f, HR_MENTEE, free, MATCH_RULE_OUT, place_of(&f, HR_MENTOR, f.mentor[i])), i < MENTORS - 1 ? RC_OK : RC_INVALID);
    assert_int_equal(f.s->err.msg, M_matching_all_ruled_out);
    site_shut(f.s);
}

static void criteria_fill_lists_but_never_with_whom_one_rules_out(void **state)
{
    struct fixture f = open_round(MATCH_BOTH);
    (void)state;
    int64_t first = place_of(&f, HR_MENTOR, f.mentor[0]);
    for (int i = 0; i < MENTEES; i++)
        assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[i], MATCH_RULE_OUT, first), RC_OK);
    struct match_run run = solve(&f);
    assert_int_equal(run.check.matched, 3); /* two seats and one, nobody with the first */
    assert_int_equal(run.check.held[first - 1], 0);
    site_shut(f.s);
}

#define MANY 45 /* of each side: thirty mentors are as all wish, with a seat each; the others have seats that nobody would rank first */

static enum rc add_many(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Mo"), .display_name = S("")};
    struct match_round r = f->r;
    int64_t cohort, id;
    TRY(programme_add_cohort(tx, f->s->programme, S("M"), S("Many"), 0, &cohort, e));
    TRY(match_save(tx, &r, f->s->person, NOW, e));
    f->round = r.id;
    for (int i = 0; i < MANY; i++) {
        d.family_name = str_printf(f->s->a, "Learner %d", i);
        d.email = str_printf(f->s->a, "l%d@example.org", i);
        TRY(people_add(tx, f->s->a, &d, 1, &id, e));
        TRY(mentor_save_wish(tx, f->s->programme, id, 0, S("teaching"), false, NOW, e));
        TRY(sql_match_person_add(tx, r.id, S("mentee"), i + 1, id, 0));
        d.family_name = str_printf(f->s->a, "Guide %d", i);
        d.email = str_printf(f->s->a, "g%d@example.org", i);
        TRY(people_add(tx, f->s->a, &d, 1, &id, e));
        struct mentor_profile p = {.programme = f->s->programme, .person = id, .offers = S("time"), .interests = i < 30 ? S("teaching") : S("surgery"), .availability = S(""), .languages = S(" en "), .capacity = 1, .away_until = INT64_MIN, .shown = true};
        TRY(mentor_save_profile(tx, f->s->a, &p, TODAY, e));
        TRY(sql_match_person_add(tx, r.id, S("mentor"), i + 1, id, 1));
    }
    return RC_OK;
}

static void nobody_stays_alone_for_the_length_of_a_list(void **state)
{
    struct fixture f = open_round(MATCH_CRITERIA);
    (void)state;
    assert_int_equal(store_write_bulk(f.s->db, add_many, &f, &f.s->err), RC_OK);
    struct match_run run = solve(&f); /* stable, too */
    assert_int_equal(run.check.matched, MANY);
    for (uint32_t i = 0; i < MANY; i++) { /* whoever is with one of the thirty has a list of thirty; nobody has more than there are */
        struct hr_list list = run.h->list[HR_MENTEE][i];
        assert_int_equal(list.to - list.from, run.partner[i] < 30 ? MATCH_BEST : MANY);
    }
    site_shut(f.s);
}

static enum rc keep_shorter(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    bool more;
    (void)e;
    TRY(match_retain(tx, S("match_wishes"), f->now, &more));
    f->sent = more;
    return RC_OK;
}

static void wishes_are_kept_as_long_as_the_rule_says(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct match_round r;
    struct match_past past;
    (void)state;
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_ADD, 1), RC_OK);
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &r), RC_OK);
    f.version = r.version;
    assert_int_equal(store_write(f.s->db, approve, &f, &f.s->err), RC_OK);
    for (int pass = 0; pass < 3; pass++) { /* not yet; now; nothing is left */
        f.now = NOW + (pass != 0);
        assert_int_equal(store_write(f.s->db, keep_shorter, &f, &f.s->err), RC_OK);
        assert_int_equal(f.sent, pass == 1);
    }
    assert_int_equal(match_find(f.s->db, f.s->a, f.round, &r), RC_OK);
    assert_int_equal(match_load_past(f.s->db, f.s->a, &r, &past, &f.s->err), RC_GONE);
    site_shut(f.s);
}

static enum rc count_silent(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return match_mail_side(tx, f->s->a, f->round, HR_MENTEE, "match_remind", true, NOW, &f->sent);
}

static void only_those_who_have_not_answered_are_reminded(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct mail mail;
    (void)state;
    f.side = HR_MENTEE;
    f.person = f.mentee[0];
    assert_int_equal(store_write(f.s->db, hand_in, &f, &f.s->err), RC_INVALID); /* an empty list */
    assert_int_equal(do_step(&f, HR_MENTEE, f.mentee[0], MATCH_ADD, 1), RC_OK);
    assert_int_equal(store_write(f.s->db, hand_in, &f, &f.s->err), RC_OK);
    assert_int_equal(store_write(f.s->db, count_silent, &f, &f.s->err), RC_OK);
    assert_int_equal(f.sent, MENTEES - 1);
    /* by the time a mail is written the answer may be there, or the deadline over */
    struct str about = str_printf(f.s->a, "%" PRId64 " 0 %" PRId64, f.round, place_of(&f, HR_MENTEE, f.mentee[0]));
    struct str other = str_printf(f.s->a, "%" PRId64 " 0 %" PRId64, f.round, place_of(&f, HR_MENTEE, f.mentee[1]));
    assert_int_equal(matching_mails[1].write(f.s->db, f.s->a, about, NOW, &mail), RC_NOT_FOUND);
    assert_int_equal(matching_mails[1].write(f.s->db, f.s->a, other, NOW, &mail), RC_OK);
    assert_true(str_eq_z(mail.to, "e1@example.org"));
    assert_int_equal(matching_mails[1].write(f.s->db, f.s->a, other, NOW + 2 * MS_PER_DAY, &mail), RC_NOT_FOUND);
    assert_int_equal(matching_mails[2].write(f.s->db, f.s->a, other, NOW, &mail), RC_NOT_FOUND); /* nothing before approval */
    site_shut(f.s);
}

static void a_file_is_read_by_address_number_and_place(void **state)
{
    struct fixture f = open_round(MATCH_RANKS);
    struct match_names names;
    struct match_csv csv;
    (void)state;
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++)
        assert_int_equal(sql_match_person_names(f.s->db, f.s->a, f.round, match_side_word(side), &names.of[side]), RC_OK);
    struct problems good = problems_new(f.s->a);
    struct str text = str_printf(f.s->a, "side;person;other;place\nmentee;E0@Example.org;o0@example.org;7\nMENTEE;%" PRId64 ";o1@example.org;7\nmentee;e0@example.org;o2@example.org;out\n", f.mentee[0]);
    match_read_csv(f.s->a, S("x.csv"), text, &names, &csv, &good);
    assert_int_equal(good.errors, 0);
    assert_int_equal(csv.count, 1);
    assert_int_equal(csv.lists[0].count, 3);
    assert_int_equal(csv.lists[0].list[0].rank, 0);
    assert_int_equal(csv.lists[0].list[1].rank, 1); /* ranks are closed up, the tie stays */
    assert_int_equal(csv.lists[0].list[2].rank, 1);
    struct problems bad = problems_new(f.s->a);
    match_read_csv(f.s->a, S("x.csv"), S("side,person,other,place\nmentee,o0@example.org,o1@example.org,1\nmentee,e0@example.org,e1@example.org,1\nx,e0@example.org,o0@example.org,1\nmentee,e0@example.org,o0@example.org,0\n"), &names, &csv, &bad);
    assert_int_equal(bad.errors, 4);
    struct problems none = problems_new(f.s->a);
    match_read_csv(f.s->a, S("x.csv"), S("side,person\n"), &names, &csv, &none);
    assert_int_equal(none.errors, 2);
    site_shut(f.s);
}

static const struct CMUnitTest pure[] = {
    cmocka_unit_test(a_list_moves_step_by_step),
    cmocka_unit_test(what_is_small_is_hidden_and_cannot_be_worked_out),
};

static const struct CMUnitTest on_engines[] = {
    cmocka_unit_test(a_round_is_solved_approved_once_and_kept),
    cmocka_unit_test(a_mentee_who_leaves_makes_room),
    cmocka_unit_test(least_numbers_are_met_at_a_price_that_is_told),
    cmocka_unit_test(who_found_nobody_above_mentors_nobody),
    cmocka_unit_test(rules_that_cannot_hold_are_refused),
    cmocka_unit_test(criteria_fill_lists_but_never_with_whom_one_rules_out),
    cmocka_unit_test(nobody_stays_alone_for_the_length_of_a_list),
    cmocka_unit_test(only_those_who_have_not_answered_are_reminded),
    cmocka_unit_test(wishes_are_kept_as_long_as_the_rule_says),
    cmocka_unit_test(a_file_is_read_by_address_number_and_place),
};

int main(void)
{
    return cmocka_run_group_tests_name("without a database", pure, NULL, NULL) + site_run(on_engines, COUNT_OF(on_engines));
}
