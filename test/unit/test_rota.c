/* The rules of the rota on both engines: series across changes of the clock, the waiting list, and 200 people who race for the last
 * places: none is lost, none has two people. */
#include <pthread.h>

#include "framework_site.h"
#include "gen/msg_placement.h"
#include "gen/programme/rota/rota_sql.h"
#include "gen/programme/rota/swap_sql.h"
#include "programme/placement/placement.h"
#include "programme/rota/equity.h"
#include "programme/rota/rota.h"

#define RACERS 200
#define THREADS 20
#define SEATS 7
#define FIRST 20510 /* 26 February 2026, a Thursday */
#define LAST 20760  /* 3 November 2026 */
#define NOW (20509 * MS_PER_DAY)

struct fixture {
    struct site *s;
    const struct zone *zone;
    int64_t cohort, people[RACERS], supervisor, opportunity, role, leader, term;
    struct rota_series series;
    size_t made;
    struct rota_take take;
    int64_t shift, place, version, moved, people_count;
    struct rota_offer offer;
    struct rota_swap_act act;
    int64_t swap, at;
    enum { SERIES, OPEN, SUPERVISE, TAKE, WAIT, DROP, CANCEL, OFFER, SWAP, EXPIRE } what;
    bool no_supervisor;
};

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct site *s = f->s;
    int64_t id;
    TRY(programme_add_cohort(tx, s->programme, S("C"), S("Cohort"), 0, &f->cohort, e));
    for (int64_t k = 0; k < f->people_count + 1; k++) {
        struct person_details d = {.given_name = S("P"), .family_name = str_printf(s->a, "%" PRId64, k), .display_name = S(""), .email = str_printf(s->a, "p%" PRId64 "@example.org", k)};
        TRY(people_add(tx, s->a, &d, 1, &id, e));
        if (k == f->people_count) {
            f->supervisor = id;
            TRY(programme_grant_role(tx, id, ROLE_ASSESSOR, s->programme, 0, 1, INT64_MAX, S("test"), e));
        } else {
            f->people[k] = id;
            TRY(programme_add_member(tx, id, s->programme, f->cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
        }
    }
    struct placement_opportunity o = {.programme = s->programme, .kind = S("clinic"), .title = S("Clinic"), .place = S("Here"), .population = S(""), .partners = S(""), .about = S(""), .ratio = 50, .notice_days = 2};
    TRY(placement_save(tx, s->a, &o, NOW, e));
    f->opportunity = o.id;
    struct placement_role r = {.opportunity = o.id, .title = S("Intake"), .least = 1, .most = SEATS};
    TRY(placement_save_role(tx, &r, e));
    f->role = r.id;
    TRY(placement_set_state(tx, s->a, o.id, 1, S("open"), S(""), FIRST, e));
    struct rota_term t = {.programme = s->programme, .title = S("Term"), .start_day = FIRST, .end_day = LAST, .wish_until_day = FIRST, .most = 3};
    TRY(rota_save_term(tx, s->a, &t, NOW, e));
    f->term = t.id;
    return rota_set_term_state(tx, t.id, 1, S("published"), e);
}

static struct fixture *open_with(int64_t people)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    f->people_count = people;
    f->zone = zone_find(S("Europe/Berlin"));
    assert_non_null(f->zone);
    if (store_write_bulk(f->s->db, fill, f, &f->s->err) != RC_OK)
        fail_msg("%d %s %s", f->s->err.msg, f->s->err.field, f->s->err.detail);
    f->series = (struct rota_series){.opportunity = f->opportunity, .term = f->term, .weekday = 6, .weeks = 1, .start_minute = 18 * 60, .minutes = 120, .first_day = FIRST, .last_day = LAST, .person = f->supervisor};
    return f;
}

static int open_small(void **state)
{
    *state = open_with(4);
    return 0;
}

static int open_large(void **state)
{
    *state = open_with(RACERS);
    return 0;
}

static int shut(void **state)
{
    struct fixture *f = *state;
    site_shut(f->s);
    free(f);
    return 0;
}

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct arena *a = f->s->a;
    switch (f->what) {
    case SERIES:
        return rota_add_series(tx, a, f->zone, &f->series, NOW, &f->made, e);
    case OPEN:
        return rota_open_shift(tx, a, f->shift, f->version, e);
    case SUPERVISE:
        return rota_add_supervisor(tx, a, f->shift, f->supervisor, NOW, e);
    case TAKE:
        return rota_take(tx, a, &f->take, NOW, &f->place, e);
    case WAIT:
        return rota_wait(tx, a, &f->take, NOW, e);
    case DROP:
        return rota_drop(tx, a, f->place, S(""), FIRST - 1, NOW, &f->moved, e);
    case CANCEL:
        return rota_cancel_shift(tx, a, f->shift, f->version, NOW, e);
    case OFFER:
        return rota_swap_offer(tx, a, &f->offer, NOW, &f->swap, e);
    case SWAP:
        return rota_swap_do(tx, a, &f->act, NOW, e);
    case EXPIRE: {
        bool more;
        return rota_pass(tx, a, f->at, &more);
    }
    }
    return RC_INTERNAL;
}

static void does(struct fixture *f, unsigned what, enum rc rc, msg_id msg)
{
    f->what = what;
    f->s->err = (struct err){0};
    enum rc got = store_write(f->s->db, act, f, &f->s->err);
    if (got != rc || f->s->err.msg != msg)
        fail_msg("step %u: %d, message %d (%s), not %d, %d", what, got, f->s->err.msg, f->s->err.detail, rc, msg);
}

static struct row_rota_shift_find shift_of(struct fixture *f, int64_t id)
{
    struct row_rota_shift_find s;
    assert_int_equal(sql_rota_shift_find(f->s->db, f->s->a, id, &s), RC_OK);
    return s;
}

/* ---- series ----------------------------------------------------------------------------------------------------------------------- */

static void a_series_keeps_the_wall_clock(void **state)
{
    struct fixture *f = *state;
    struct rota_dated *d;
    size_t n;
    does(f, SERIES, RC_OK, 0);
    assert_int_equal(f->made, 36);
    assert_int_equal(rota_dated(f->s->db, f->s->a, f->opportunity, FIRST, &d, &n), RC_OK);
    assert_int_equal(n, 36);
    for (size_t k = 1; k < n; k++) {
        int64_t apart = d[k].starts_at - d[k - 1].starts_at;
        int64_t moved = d[k].day == day_from_civil(2026, 3, 29) ? -1 : d[k].day == day_from_civil(2026, 10, 25) ? 1 : 0;
        assert_int_equal(apart, 7 * MS_PER_DAY + moved * MS_PER_HOUR);
        assert_int_equal(civil_from_ms(f->zone, d[k].starts_at).hour, 18);
        assert_int_equal(d[k].ends_at - d[k].starts_at, 120 * MS_PER_MINUTE);
    }
    does(f, SERIES, RC_INVALID, M_placement_series_none); /* a second time there is nothing to make */
}

static void an_hour_that_does_not_exist_is_refused(void **state)
{
    struct fixture *f = *state;
    struct rota_dated *d;
    size_t n;
    f->series.start_minute = 2 * 60 + 30;
    does(f, SERIES, RC_INVALID, M_placement_hour_gap);
    assert_string_equal(f->s->err.detail, "2026-03-29, 02:30");
    assert_string_equal(f->s->err.field, "start");
    assert_int_equal(rota_dated(f->s->db, f->s->a, f->opportunity, FIRST, &d, &n), RC_OK);
    assert_int_equal(n, 0);
}

static void an_hour_that_comes_twice_is_the_first(void **state)
{
    struct fixture *f = *state;
    struct rota_date *d;
    size_t n;
    f->series.start_minute = 2 * 60 + 30;
    f->series.first_day = day_from_civil(2026, 10, 20);
    assert_int_equal(rota_plan_series(f->s->db, f->s->a, f->zone, &f->series, &d, &n, &f->s->err), RC_OK);
    assert_int_equal(n, 2);
    assert_int_equal(d[0].kind, ROTA_DATE_TWICE);
    assert_int_equal(d[0].starts_at, day_from_civil(2026, 10, 25) * MS_PER_DAY + 30 * MS_PER_MINUTE); /* 02:30 summer time */
    assert_int_equal(d[1].kind, ROTA_DATE_MADE);
}

static void a_series_ends_within_its_term(void **state)
{
    struct fixture *f = *state;
    f->series.last_day = LAST + 1;
    does(f, SERIES, RC_INVALID, M_placement_series_end);
    f->series.last_day = FIRST - 1;
    does(f, SERIES, RC_INVALID, M_placement_series_end);
    f->series.first_day = FIRST - 1;
    does(f, SERIES, RC_INVALID, M_placement_outside_term);
}

/* ---- places ------------------------------------------------------------------------------------------------------------------------- */

/* The first shift of a series, with its supervisor. */
static void make_shift(struct fixture *f)
{
    struct rota_dated *d;
    size_t n;
    does(f, SERIES, RC_OK, 0);
    assert_int_equal(rota_dated(f->s->db, f->s->a, f->opportunity, FIRST, &d, &n), RC_OK);
    f->shift = d[0].id;
    f->version = 1;
    f->take = (struct rota_take){.shift = f->shift, .role = f->role, .person = f->people[0], .how = ROTA_TAKEN};
}

static void no_supervisor_no_shift(void **state)
{
    struct fixture *f = *state;
    make_shift(f);
    does(f, OPEN, RC_INVALID, M_placement_no_supervisor);
    does(f, TAKE, RC_CONFLICT, M_placement_no_supervisor_yet);
    does(f, SUPERVISE, RC_OK, 0);
    does(f, TAKE, RC_OK, 0);
    does(f, TAKE, RC_INVALID, M_placement_same_day);
    does(f, OPEN, RC_OK, 0);
    does(f, OPEN, RC_CONFLICT, M_placement_changed);
}

static enum rc one_seat(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct placement_opportunity o = {.id = f->opportunity, .programme = f->s->programme, .version = 2, .kind = S("clinic"), .title = S("Clinic"), .place = S(""), .population = S(""), .partners = S(""), .about = S(""), .ratio = 1, .notice_days = 2};
    return placement_save(tx, f->s->a, &o, NOW, e); /* one supervisor for one person */
}

static void the_waiting_list_moves_to_who_has_fewest(void **state)
{
    struct fixture *f = *state;
    struct rota_dated *d;
    size_t n;
    make_shift(f);
    assert_int_equal(store_write(f->s->db, one_seat, f, &f->s->err), RC_OK);
    assert_int_equal(rota_dated(f->s->db, f->s->a, f->opportunity, FIRST, &d, &n), RC_OK);
    does(f, SUPERVISE, RC_OK, 0);
    does(f, TAKE, RC_OK, 0);
    int64_t held = f->place;
    f->take.person = f->people[1];
    does(f, TAKE, RC_CONFLICT, M_placement_shift_full);
    does(f, WAIT, RC_OK, 0);
    f->take.person = f->people[2];
    does(f, WAIT, RC_OK, 0);
    f->shift = d[1].id; /* who waited first has another shift meanwhile */
    does(f, SUPERVISE, RC_OK, 0);
    f->take = (struct rota_take){.shift = d[1].id, .role = f->role, .person = f->people[1], .how = ROTA_TAKEN};
    does(f, TAKE, RC_OK, 0);
    f->place = held;
    does(f, DROP, RC_OK, 0);
    assert_int_equal(f->moved, f->people[2]);
    struct row_rota_place_of now;
    assert_int_equal(sql_rota_place_of(f->s->db, f->s->a, d[0].id, f->people[2], &now), RC_OK);
    does(f, DROP, RC_CONFLICT, M_placement_not_held);
    f->shift = d[0].id;
    f->version = shift_of(f, f->shift).version;
    does(f, CANCEL, RC_OK, 0);
    assert_int_equal(sql_rota_place_of(f->s->db, f->s->a, d[0].id, f->people[2], &now), RC_NOT_FOUND);
}

/* ---- swaps ---------------------------------------------------------------------------------------------------------------------------- */

static int64_t place_of(struct fixture *f, int64_t shift, size_t person)
{
    struct row_rota_place_of p;
    enum rc rc = sql_rota_place_of(f->s->db, f->s->a, shift, f->people[person], &p);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return rc == RC_OK ? p.id : 0;
}

/* Two shifts with one person each: people[0] on the first, people[1] on the second. */
static void make_two(struct fixture *f, int64_t shifts[2])
{
    struct rota_dated *d;
    size_t n;
    make_shift(f);
    assert_int_equal(rota_dated(f->s->db, f->s->a, f->opportunity, FIRST, &d, &n), RC_OK);
    for (size_t k = 0; k < 2; k++) {
        f->shift = shifts[k] = d[k + 1].id; /* the very first is too soon for a swap */
        does(f, SUPERVISE, RC_OK, 0);
        f->take = (struct rota_take){.shift = shifts[k], .role = f->role, .person = f->people[k], .how = ROTA_TAKEN};
        does(f, TAKE, RC_OK, 0);
    }
}

static void a_swap_changes_both_places_or_none(void **state)
{
    struct fixture *f = *state;
    int64_t shifts[2];
    make_two(f, shifts);
    int64_t first = place_of(f, shifts[0], 0), second = place_of(f, shifts[1], 1);
    f->offer = (struct rota_offer){.place = first, .person = f->people[0], .exchange = true, .words = S("")};
    does(f, OFFER, RC_OK, 0);
    does(f, OFFER, RC_CONFLICT, M_placement_swap_there);
    f->act = (struct rota_swap_act){.swap = f->swap, .version = 1, .by = f->people[1], .other = second, .step = ROTA_SWAP_ACCEPT};
    does(f, SWAP, RC_OK, 0);
    f->act = (struct rota_swap_act){.swap = f->swap, .version = 2, .by = f->people[1], .step = ROTA_SWAP_CONFIRM};
    does(f, SWAP, RC_NOT_FOUND, 0); /* hers who offered it */
    f->take = (struct rota_take){.shift = shifts[1], .role = f->role, .person = f->people[0], .how = ROTA_TAKEN};
    does(f, TAKE, RC_OK, 0); /* meanwhile she is on the other's shift: she cannot be there twice */
    f->act.by = f->people[0];
    does(f, SWAP, RC_INVALID, M_placement_same_day);
    assert_int_equal(place_of(f, shifts[0], 0), first);
    assert_int_equal(place_of(f, shifts[1], 1), second);
    does(f, DROP, RC_OK, 0); /* of the place just taken */
    does(f, SWAP, RC_OK, 0);
    assert_int_equal(place_of(f, shifts[0], 0), 0);
    assert_int_equal(place_of(f, shifts[1], 1), 0);
    assert_int_not_equal(place_of(f, shifts[0], 1), 0);
    assert_int_not_equal(place_of(f, shifts[1], 0), 0);
    does(f, SWAP, RC_GONE, M_placement_swap_over);
}

static void a_swap_ends_at_the_limit_of_notice(void **state)
{
    struct fixture *f = *state;
    struct row_rota_swap_find w;
    int64_t shifts[2];
    make_two(f, shifts);
    f->offer = (struct rota_offer){.place = place_of(f, shifts[0], 0), .person = f->people[0], .words = S("")};
    does(f, OFFER, RC_OK, 0);
    assert_int_equal(sql_rota_swap_find(f->s->db, f->s->a, f->swap, &w), RC_OK);
    assert_int_equal(w.expires_at, (w.day - 1) * MS_PER_DAY); /* two days of notice: the midnight before them */
    f->at = w.expires_at - 1;
    does(f, EXPIRE, RC_OK, 0);
    assert_int_equal(sql_rota_swap_find(f->s->db, f->s->a, f->swap, &w), RC_OK);
    assert_string_equal(w.state.p, "asked");
    f->at = w.expires_at;
    does(f, EXPIRE, RC_OK, 0);
    assert_int_equal(sql_rota_swap_find(f->s->db, f->s->a, f->swap, &w), RC_OK);
    assert_string_equal(w.state.p, "expired");
    assert_int_not_equal(place_of(f, shifts[0], 0), 0);
}

/* ---- the race ------------------------------------------------------------------------------------------------------------------------ */

struct racer {
    struct fixture *f;
    pthread_t thread;
    size_t from;
    int64_t got, full, other;
};

struct racing {
    struct arena *a;
    struct rota_take take;
    int64_t place;
};

static enum rc race_take(struct db *tx, void *arg, struct err *e)
{
    struct racing *r = arg;
    return rota_take(tx, r->a, &r->take, NOW, &r->place, e);
}

static void *race(void *arg)
{
    struct racer *r = arg;
    struct db *db;
    struct err e = {0};
    struct arena *a = arena_new(0);
    if (store_connect(r->f->s->store, &db, &e) != RC_OK)
        return NULL;
    for (size_t k = r->from; k < RACERS; k += THREADS) {
        struct racing one = {.a = a, .take = r->f->take};
        enum rc rc;
        one.take.person = r->f->people[k];
        do {
            e = (struct err){0};
            rc = store_write(db, race_take, &one, &e);
        } while (rc == RC_BUSY);
        r->got += rc == RC_OK;
        r->full += rc == RC_CONFLICT && e.msg == M_placement_role_full;
        r->other += rc != RC_OK && (rc != RC_CONFLICT || e.msg != M_placement_role_full);
    }
    db_close(db);
    arena_free(a);
    return NULL;
}

static void two_hundred_race_for_the_last_places(void **state)
{
    struct fixture *f = *state;
    struct racer racers[THREADS] = {0};
    int64_t got = 0, full = 0, other = 0;
    struct rows_rota_held held;
    make_shift(f);
    does(f, SUPERVISE, RC_OK, 0);
    for (size_t k = 0; k < THREADS; k++) {
        racers[k] = (struct racer){.f = f, .from = k};
        assert_int_equal(pthread_create(&racers[k].thread, NULL, race, &racers[k]), 0);
    }
    for (size_t k = 0; k < THREADS; k++) {
        pthread_join(racers[k].thread, NULL);
        got += racers[k].got;
        full += racers[k].full;
        other += racers[k].other;
    }
    assert_int_equal(got, SEATS);
    assert_int_equal(full, RACERS - SEATS);
    assert_int_equal(other, 0);
    assert_int_equal(sql_rota_held(f->s->db, f->s->a, f->shift, &held), RC_OK);
    assert_int_equal(held.n, SEATS);
}

/* ---- equity -------------------------------------------------------------------------------------------------------------------------- */

static void a_small_count_is_hidden_with_what_gives_it_back(void **state)
{
    const int64_t counts[][EQUITY_PARTS] = {{60, 40, 30, 3}, {70, 50, 40, 20}, {80, 60, 50, 25}};
    bool shown[4][EQUITY_PARTS];
    struct fixture *f = *state;
    assert_true(equity_protect(f->s->a, counts, 3, shown));
    assert_false(shown[0][EQUITY_LED]);
    assert_true(shown[3][EQUITY_MEMBERS]);
    size_t others = 0;
    for (size_t g = 1; g < 4; g++)
        others += !shown[g][EQUITY_LED];
    assert_in_range(others, 1, 3); /* else the total less the others says it */
    const int64_t most[][EQUITY_PARTS] = {{60, 57, 30, 15}, {70, 50, 40, 20}}; /* three have not applied */
    assert_true(equity_protect(f->s->a, most, 2, shown));
    assert_false(shown[0][EQUITY_APPLIED] && shown[0][EQUITY_MEMBERS]);
    const int64_t few[][EQUITY_PARTS] = {{3, 2, 1, 1}};
    (void)equity_protect(f->s->a, few, 1, shown);
    assert_false(shown[0][EQUITY_MEMBERS] || shown[1][EQUITY_MEMBERS] || shown[1][EQUITY_LED]);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, open_small, shut)
    const struct CMUnitTest tests[] = {
        ONE(a_series_keeps_the_wall_clock), ONE(an_hour_that_does_not_exist_is_refused), ONE(an_hour_that_comes_twice_is_the_first), ONE(a_series_ends_within_its_term),
        ONE(no_supervisor_no_shift), ONE(the_waiting_list_moves_to_who_has_fewest),
        ONE(a_swap_changes_both_places_or_none), ONE(a_swap_ends_at_the_limit_of_notice),
        ONE(a_small_count_is_hidden_with_what_gives_it_back),
        cmocka_unit_test_setup_teardown(two_hundred_race_for_the_last_places, open_large, shut),
    };
    return site_run(tests, COUNT_OF(tests));
}
