/* Programmes, cohorts, memberships and roles on a real database, on both engines: what may not overlap, what ends with what,
 * who is a trainee when, and that a form opened before somebody else's change is told. */
#include "framework_site.h"

#include "gen/msg_programme.h"
#include "gen/programme/programme/member_sql.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

#define DAY 20000 /* today */

struct ground {
    struct site *s;
    int64_t y1, y2, r1;          /* stages */
    int64_t a, b;                /* cohorts */
    int64_t other, other_cohort; /* another programme */
    int64_t group_a, group_any;
    int64_t id;                  /* of what the step made */
    /* what the steps below work with */
    int64_t member, version, cohort, stage, start, end;
    enum pause_kind kind;
    enum membership_end how;
    enum role role;
    int64_t programme;
    struct cohort_details details;
    struct programme change;
    enum rc (*fn)(struct db *tx, struct ground *g, struct err *e);
};

static enum rc step(struct db *tx, void *arg, struct err *e)
{
    struct ground *g = arg;
    return g->fn(tx, g, e);
}

static enum rc run(struct ground *g, enum rc (*fn)(struct db *tx, struct ground *g, struct err *e))
{
    g->fn = fn;
    g->s->err = (struct err){0};
    return store_write(g->s->db, step, g, &g->s->err);
}

static enum rc fill(struct db *tx, struct ground *g, struct err *e)
{
    struct site *s = g->s;
    TRY(programme_add_stage(tx, s->programme, 1, S("Y1"), S("Year 1"), &g->y1, e));
    TRY(programme_add_stage(tx, s->programme, 5, S("Y2"), S("Year 2"), &g->y2, e));
    TRY(programme_add_stage(tx, s->programme, 9, S("R1"), S("Residency 1"), &g->r1, e));
    TRY(programme_add_cohort(tx, s->programme, S("A"), S("Cohort A"), g->y1, &g->a, e));
    TRY(programme_add_cohort(tx, s->programme, S("B"), S("Cohort B"), 0, &g->b, e));
    TRY(programme_add_group(tx, s->programme, g->a, S("GA"), S("Group of A"), &g->group_a, e));
    TRY(programme_add_group(tx, s->programme, 0, S("GX"), S("Across"), &g->group_any, e));
    TRY(programme_add(tx, S("Q"), S("Other"), S("UTC"), S("en"), 1, &g->other, e));
    return programme_add_cohort(tx, g->other, S("A"), S("Cohort A of Q"), 0, &g->other_cohort, e);
}

static struct ground *open_ground(void)
{
    struct site *s = site_open();
    struct ground *g = ARENA_NEW(s->a, struct ground);
    g->s = s;
    if (run(g, fill) != RC_OK)
        fail_msg("fill: %s %s", s->err.field, s->err.detail);
    return g;
}

#define REFUSED(g, rc, field_name, message)                                                                                   \
    do {                                                                                                                      \
        assert_int_equal((rc) == RC_OK, 0);                                                                                   \
        assert_string_equal((g)->s->err.field, field_name);                                                                   \
        assert_int_equal((g)->s->err.msg, message);                                                                           \
    } while (0)

/* ---- steps ----------------------------------------------------------------------------------------------------------------- */

static enum rc add_member(struct db *tx, struct ground *g, struct err *e)
{
    return programme_add_member(tx, g->s->person, g->programme != 0 ? g->programme : g->s->programme, g->cohort, g->stage, g->start, g->end, S("test"), g->s->now, &g->id, e);
}

static enum rc add(struct ground *g, int64_t cohort, int64_t start, int64_t end)
{
    g->cohort = cohort;
    g->start = start;
    g->end = end;
    return run(g, add_member);
}

static struct membership member(struct ground *g, int64_t id)
{
    struct membership m;
    assert_int_equal(programme_find_member(g->s->db, g->s->a, id, &m), RC_OK);
    return m;
}

static enum rc pause_member(struct db *tx, struct ground *g, struct err *e)
{
    return programme_pause_member(tx, g->member, g->version, g->kind, g->start, g->end, e);
}

static enum rc pause_it(struct ground *g, int64_t id, int64_t start, int64_t end)
{
    g->member = id;
    g->version = member(g, id).version;
    g->start = start;
    g->end = end;
    return run(g, pause_member);
}

static enum rc transfer_member(struct db *tx, struct ground *g, struct err *e)
{
    return programme_transfer_member(tx, g->member, g->version, g->cohort, g->stage, g->start, S("page"), g->s->now, &g->id, e);
}

static enum rc transfer(struct ground *g, int64_t id, int64_t cohort, int64_t day)
{
    g->member = id;
    g->version = member(g, id).version;
    g->cohort = cohort;
    g->start = day;
    return run(g, transfer_member);
}

static enum rc end_member(struct db *tx, struct ground *g, struct err *e)
{
    return programme_end_member(tx, g->member, g->version, g->how, g->end, e);
}

static enum rc end(struct ground *g, int64_t id, int64_t day)
{
    g->member = id;
    g->version = member(g, id).version;
    g->end = day;
    return run(g, end_member);
}

static enum rc correct_member(struct db *tx, struct ground *g, struct err *e)
{
    return programme_correct_member(tx, g->member, g->version, g->stage, g->start, g->end, e);
}

static enum rc join_groups(struct db *tx, struct ground *g, struct err *e)
{
    (void)e;
    TRY(programme_add_group_member(tx, g->group_a, g->s->person, g->start, g->end, g->s->now));
    return programme_add_group_member(tx, g->group_any, g->s->person, g->start, g->end, g->s->now);
}

/* The last days of the two groups; 0 when she is not there. */
static void group_ends(struct ground *g, int64_t *of_a, int64_t *across)
{
    struct person_history h;
    assert_int_equal(programme_history(g->s->db, g->s->a, g->s->person, &h), RC_OK);
    *of_a = *across = 0;
    for (size_t i = 0; i < h.group_count; i++)
        *(h.groups[i].group == g->group_a ? of_a : across) = h.groups[i].end_day;
}

static struct pause_span pause_of(struct ground *g, int64_t id, size_t at)
{
    struct person_history h;
    assert_int_equal(programme_history(g->s->db, g->s->a, g->s->person, &h), RC_OK);
    for (size_t i = 0; i < h.member_count; i++)
        if (h.members[i].m.id == id && at < h.members[i].pause_count)
            return h.members[i].pauses[at];
    return (struct pause_span){0};
}

static size_t trainee_on(struct ground *g, int64_t day)
{
    struct person_history h;
    size_t n = 0;
    assert_int_equal(programme_history(g->s->db, g->s->a, g->s->person, &h), RC_OK);
    for (size_t i = 0; i < h.member_count; i++)
        n += h.members[i].m.programme == g->s->programme && h.members[i].m.start_day <= day && h.members[i].m.end_day >= day;
    return n;
}

/* ---- memberships -------------------------------------------------------------------------------------------------------------- */

static void test_memberships_do_not_overlap(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY + 10), RC_OK);
    REFUSED(g, add(g, g->b, DAY + 10, DAY_OPEN), "start", M_programme_member_overlap);
    REFUSED(g, add(g, g->b, DAY - 5, DAY), "start", M_programme_member_overlap);
    REFUSED(g, add(g, g->b, DAY - 5, DAY_OPEN), "start", M_programme_member_overlap);
    REFUSED(g, add(g, g->b, DAY + 3, DAY + 4), "start", M_programme_member_overlap);
    assert_int_equal(add(g, g->b, DAY + 11, DAY_OPEN), RC_OK);
    assert_int_equal(add(g, g->a, DAY - 9, DAY - 1), RC_OK);
    REFUSED(g, add(g, g->a, DAY + 400, DAY_OPEN), "start", M_programme_member_overlap);
    REFUSED(g, add(g, g->a, DAY - 20, DAY - 30), "end", M_programme_end_before_start);
    REFUSED(g, add(g, g->other_cohort, DAY - 50, DAY - 40), "cohort", M_programme_cohort_elsewhere);
    g->programme = g->other;
    assert_int_equal(add(g, g->other_cohort, DAY, DAY_OPEN), RC_OK); /* another programme at the same time */
    g->stage = g->y1;
    REFUSED(g, add(g, g->other_cohort, DAY - 50, DAY - 40), "stage", M_programme_stage_elsewhere);
    site_shut(g->s);
}

static void test_members_are_trainees_while_they_are_members(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY + 10), RC_OK);
    assert_int_equal(trainee_on(g, DAY - 1), 0);
    assert_int_equal(trainee_on(g, DAY), 1);
    assert_int_equal(trainee_on(g, DAY + 10), 1);
    assert_int_equal(trainee_on(g, DAY + 11), 0);
    site_shut(g->s);
}

static void test_transfer(void **state)
{
    struct ground *g = open_ground();
    int64_t of_a, across;
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY + 100), RC_OK);
    int64_t old = g->id;
    g->start = DAY;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, join_groups), RC_OK);
    assert_int_equal(pause_it(g, old, DAY + 5, DAY_OPEN), RC_OK);
    REFUSED(g, transfer(g, old, g->a, DAY + 10), "cohort", M_programme_same_cohort);
    REFUSED(g, transfer(g, old, g->other_cohort, DAY + 10), "cohort", M_programme_cohort_elsewhere);
    REFUSED(g, transfer(g, old, g->b, DAY - 1), "day", M_programme_before_member);
    REFUSED(g, transfer(g, old, g->b, DAY + 101), "day", M_programme_after_member);
    assert_int_equal(transfer(g, old, g->b, DAY + 10), RC_OK);
    struct membership was = member(g, old), is = member(g, g->id);
    assert_string_equal(was.state.p, "transferred");
    assert_int_equal(was.end_day, DAY + 9);
    assert_int_equal(is.start_day, DAY + 10);
    assert_int_equal(is.end_day, DAY + 100); /* as it was to end */
    assert_int_equal(is.cohort, g->b);
    assert_false(is.closed);
    group_ends(g, &of_a, &across);
    assert_int_equal(of_a, DAY + 9);
    assert_true(across == DAY_OPEN);
    assert_int_equal(pause_of(g, old, 0).end_day, DAY + 9);
    assert_int_equal(trainee_on(g, DAY + 9), 1);
    assert_int_equal(trainee_on(g, DAY + 10), 1);
    REFUSED(g, transfer(g, old, g->b, DAY + 5), "", M_programme_member_closed);
    /* on the first day: nothing to keep of the old one */
    int64_t second = g->id;
    assert_int_equal(transfer(g, second, g->a, DAY + 10), RC_OK);
    assert_int_equal(g->id, second);
    assert_int_equal(member(g, second).cohort, g->a);
    assert_int_equal(member(g, second).start_day, DAY + 10);
    site_shut(g->s);
}

static void test_an_old_form_is_told(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY_OPEN), RC_OK);
    int64_t id = g->id;
    assert_int_equal(pause_it(g, id, DAY + 1, DAY + 2), RC_OK); /* by somebody else */
    g->version = 1;
    g->member = id;
    g->end = DAY + 5;
    REFUSED(g, run(g, end_member), "", M_programme_changed);
    g->start = DAY + 5;
    REFUSED(g, run(g, pause_member), "", M_programme_changed);
    g->cohort = g->b;
    REFUSED(g, run(g, transfer_member), "", M_programme_changed);
    REFUSED(g, run(g, correct_member), "", M_programme_changed);
    assert_false(member(g, id).closed);
    site_shut(g->s);
}

static void test_pauses(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY + 100), RC_OK);
    int64_t id = g->id;
    assert_int_equal(pause_it(g, id, DAY + 10, DAY + 20), RC_OK);
    REFUSED(g, pause_it(g, id, DAY + 20, DAY + 30), "start", M_programme_pause_overlap);
    REFUSED(g, pause_it(g, id, DAY + 5, DAY_OPEN), "start", M_programme_pause_overlap);
    REFUSED(g, pause_it(g, id, DAY - 1, DAY + 2), "start", M_programme_pause_outside);
    REFUSED(g, pause_it(g, id, DAY + 90, DAY + 101), "end", M_programme_pause_outside);
    REFUSED(g, pause_it(g, id, DAY + 90, DAY + 80), "end", M_programme_end_before_start);
    g->kind = PAUSE_DEFERRAL;
    assert_int_equal(pause_it(g, id, DAY + 21, DAY_OPEN), RC_OK);
    assert_int_equal(pause_of(g, id, 1).kind, PAUSE_DEFERRAL);
    assert_int_equal(pause_of(g, id, 1).end_day, DAY + 100); /* no longer than the membership */
    assert_int_equal(end(g, id, DAY + 15), RC_OK);
    assert_int_equal(pause_of(g, id, 0).end_day, DAY + 15);
    assert_int_equal(pause_of(g, id, 1).id, 0); /* never began */
    site_shut(g->s);
}

static enum rc resume(struct db *tx, struct ground *g, struct err *e)
{
    return programme_resume_member(tx, g->member, g->version, g->id, g->end, e);
}

static enum rc come_back(struct ground *g, int64_t id, int64_t pause, int64_t last_day)
{
    g->member = id;
    g->version = member(g, id).version;
    g->id = pause;
    g->end = last_day;
    return run(g, resume);
}

static void test_return(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY_OPEN), RC_OK);
    int64_t id = g->id;
    assert_int_equal(pause_it(g, id, DAY + 10, DAY_OPEN), RC_OK);
    int64_t pause = pause_of(g, id, 0).id;
    assert_int_equal(come_back(g, id, pause, DAY + 30), RC_OK);
    assert_int_equal(pause_of(g, id, 0).end_day, DAY + 30);
    REFUSED(g, come_back(g, id, pause, DAY + 31), "last_day", M_programme_pause_over);
    assert_int_equal(come_back(g, id, pause, DAY + 9), RC_OK); /* it never was */
    assert_int_equal(pause_of(g, id, 0).id, 0);
    assert_int_equal(come_back(g, id, pause, DAY + 9), RC_NOT_FOUND);
    site_shut(g->s);
}

static void test_completion_ends_groups(void **state)
{
    struct ground *g = open_ground();
    int64_t of_a, across;
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY_OPEN), RC_OK);
    int64_t id = g->id;
    g->start = DAY + 3;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, join_groups), RC_OK);
    REFUSED(g, end(g, id, DAY - 1), "last_day", M_programme_before_member);
    g->how = MEMBERSHIP_COMPLETED;
    assert_int_equal(end(g, id, DAY + 7), RC_OK);
    assert_string_equal(member(g, id).state.p, "completed");
    assert_int_equal(member(g, id).end_day, DAY + 7);
    group_ends(g, &of_a, &across);
    assert_int_equal(of_a, DAY + 7);
    assert_int_equal(across, DAY + 7);
    g->how = MEMBERSHIP_WITHDRAWN;
    REFUSED(g, end(g, id, DAY + 5), "", M_programme_member_closed);
    assert_int_equal(add(g, g->b, DAY + 8, DAY_OPEN), RC_OK); /* and comes back */
    assert_int_equal(end(g, g->id, DAY + 9), RC_OK);
    assert_string_equal(member(g, g->id).state.p, "withdrawn");
    site_shut(g->s);
}

static void test_corrections(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    assert_int_equal(add(g, g->a, DAY, DAY + 10), RC_OK);
    int64_t first = g->id;
    assert_int_equal(add(g, g->b, DAY + 11, DAY_OPEN), RC_OK);
    int64_t second = g->id;
    assert_int_equal(pause_it(g, second, DAY + 12, DAY + 14), RC_OK);
    g->member = second;
    g->version = member(g, second).version;
    g->stage = g->r1;
    g->start = DAY + 10;
    g->end = DAY_OPEN;
    REFUSED(g, run(g, correct_member), "start", M_programme_member_overlap);
    g->start = DAY + 13;
    REFUSED(g, run(g, correct_member), "start", M_programme_pause_outside);
    g->start = DAY + 12;
    g->end = DAY + 13;
    assert_int_equal(run(g, correct_member), RC_OK);
    assert_int_equal(member(g, second).stage, g->r1);
    assert_int_equal(pause_of(g, second, 0).end_day, DAY + 13);
    assert_int_equal(end(g, first, DAY + 5), RC_OK);
    g->version = member(g, first).version;
    g->member = first;
    g->stage = 0;
    g->start = DAY;
    g->end = DAY_OPEN;
    REFUSED(g, run(g, correct_member), "end", M_programme_end_needed);
    site_shut(g->s);
}

static void test_groups_may_be_joined_again(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    g->start = DAY;
    g->end = DAY + 5;
    assert_int_equal(run(g, join_groups), RC_OK);
    g->start = DAY + 5;
    assert_int_equal(run(g, join_groups), RC_CONFLICT);
    g->start = DAY + 6;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, join_groups), RC_OK);
    g->start = DAY + 100;
    assert_int_equal(run(g, join_groups), RC_CONFLICT);
    site_shut(g->s);
}

/* ---- the hook --------------------------------------------------------------------------------------------------------------------- */

static struct {
    int64_t person, cohort, group;
    int calls;
} told;

static enum rc note_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now)
{
    (void)tx;
    (void)now;
    told.person = person;
    told.cohort = cohort;
    told.group = group;
    told.calls++;
    return RC_OK;
}

static void test_who_joins_is_told(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    programme_on_joined(note_joined);
    told.calls = 0;
    assert_int_equal(add(g, g->a, DAY, DAY_OPEN), RC_OK);
    assert_true(told.calls == 1 && told.person == g->s->person && told.cohort == g->a && told.group == 0);
    assert_int_equal(transfer(g, g->id, g->b, DAY + 4), RC_OK);
    assert_true(told.calls == 2 && told.cohort == g->b);
    g->start = DAY + 4;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, join_groups), RC_OK);
    assert_true(told.calls == 4 && told.group == g->group_any && told.cohort == 0);
    assert_int_equal(pause_it(g, g->id, DAY + 5, DAY + 6), RC_OK);
    assert_int_equal(told.calls, 4);
    programme_on_joined(NULL);
    site_shut(g->s);
}

/* ---- stages and cohorts -------------------------------------------------------------------------------------------------------------- */

static enum rc advance(struct db *tx, struct ground *g, struct err *e)
{
    return programme_advance_cohort(tx, g->cohort, g->version, g->stage, e);
}

static enum rc change_cohort(struct db *tx, struct ground *g, struct err *e)
{
    return programme_change_cohort(tx, &g->details, e);
}

static void test_stages(void **state)
{
    struct ground *g = open_ground();
    struct stage next;
    (void)state;
    assert_int_equal(programme_find_cohort(g->s->db, g->s->a, g->a, &g->details), RC_OK);
    assert_int_equal(programme_next_stage(g->s->db, g->s->a, &g->details, &next), RC_OK);
    assert_int_equal(next.id, g->y2);
    g->cohort = g->a;
    g->stage = next.id;
    g->version = g->details.version;
    assert_int_equal(run(g, advance), RC_OK);
    REFUSED(g, run(g, advance), "", M_programme_changed); /* pressed twice */
    REFUSED(g, run(g, change_cohort), "", M_programme_changed);
    assert_int_equal(programme_find_cohort(g->s->db, g->s->a, g->a, &g->details), RC_OK);
    assert_int_equal(g->details.stage, g->y2);
    g->details.stage = g->r1;
    assert_int_equal(programme_next_stage(g->s->db, g->s->a, &g->details, &next), RC_NOT_FOUND);
    g->details.stage = 0;
    assert_int_equal(programme_next_stage(g->s->db, g->s->a, &g->details, &next), RC_OK);
    assert_int_equal(next.id, g->y1);
    g->details.code = S("B");
    REFUSED(g, run(g, change_cohort), "code", M_programme_code_taken);
    g->details.code = S(" A ");
    g->details.start_day = 10;
    g->details.end_day = 9;
    REFUSED(g, run(g, change_cohort), "end", M_programme_end_before_start);
    g->details.end_day = INT64_MAX;
    assert_int_equal(run(g, change_cohort), RC_OK);
    assert_int_equal(programme_find_cohort(g->s->db, g->s->a, g->a, &g->details), RC_OK);
    assert_string_equal(g->details.code.p, "A");
    assert_true(g->details.stage == 0 && g->details.start_day == 10 && g->details.end_day == INT64_MAX);
    site_shut(g->s);
}

static enum rc add_programme(struct db *tx, struct ground *g, struct err *e)
{
    return programme_add(tx, g->change.code, g->change.title, g->change.zone, g->change.language, 1, &g->id, e);
}

static enum rc change_programme(struct db *tx, struct ground *g, struct err *e)
{
    return programme_change(tx, &g->change, e);
}

static void test_programmes(void **state)
{
    struct ground *g = open_ground();
    struct programme p;
    (void)state;
    const struct programme fine = {.code = S("X 1"), .title = S("Führung"), .zone = S("Europe/Berlin"), .language = S("de")};
    g->change = fine;
    assert_int_equal(run(g, add_programme), RC_OK);
    REFUSED(g, run(g, add_programme), "code", M_programme_code_taken);
    g->change.code = S("");
    REFUSED(g, run(g, add_programme), "code", M_programme_code_missing);
    g->change.code = S("a/b");
    REFUSED(g, run(g, add_programme), "code", M_programme_code_bad);
    g->change = fine;
    g->change.code = S("Y");
    g->change.title = S(" ");
    REFUSED(g, run(g, add_programme), "title", M_programme_title_missing);
    g->change.title = S("T");
    g->change.zone = S("Berlin");
    REFUSED(g, run(g, add_programme), "zone", M_programme_zone_bad);
    static const char *const none[] = {"+02:00", "-3", "Z", "CET-1CEST,M3.5.0,M10.5.0/3", "UTC+2", "posix/Europe/Berlin", "localtime", "Europe/",
                                       "Europe/../UTC", "/usr/share/zoneinfo/UTC", "Zone.tab", ""};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_null(zone_find(str_from(none[i])));
    assert_null(zone_find((struct str){"UTC\0x", 5}));
    for (int i = 0; i < 2000; i++) { /* what is none takes no room from what is one */
        char name[32];
        snprintf(name, sizeof name, "+%02d:%02d:%02d", i / 60 % 24, i % 60, i / 1440);
        assert_null(zone_find(str_from(name)));
    }
    assert_non_null(zone_find(S("America/Argentina/Buenos_Aires")));
    assert_non_null(zone_find(S("Etc/GMT+5")));
    g->change.zone = S("UTC");
    g->change.language = S("xx");
    REFUSED(g, run(g, add_programme), "language", M_programme_language_bad);
    assert_int_equal(programme_by_code(g->s->db, g->s->a, S("X 1"), &p), RC_OK);
    assert_int_equal(p.id, g->id);
    g->change = p;
    g->change.title = S("Leading");
    assert_int_equal(run(g, change_programme), RC_OK);
    REFUSED(g, run(g, change_programme), "", M_programme_changed);
    assert_int_equal(programme_find(g->s->db, g->s->a, g->id, &p), RC_OK);
    assert_string_equal(p.title.p, "Leading");
    assert_int_equal(programme_by_code(g->s->db, g->s->a, S("none"), &p), RC_NOT_FOUND);
    site_shut(g->s);
}

/* ---- roles ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc grant_role(struct db *tx, struct ground *g, struct err *e)
{
    return programme_grant_role(tx, g->s->person, g->role, g->programme, g->cohort, g->start, g->end, S("test"), e);
}

static enum rc end_role(struct db *tx, struct ground *g, struct err *e)
{
    return programme_end_role(tx, g->id, g->end, DAY, e);
}

static enum rc leave_alone(struct db *tx, struct ground *g, struct err *e)
{
    return programme_leaves_administrator(tx, g->s->person, DAY, e);
}

static struct role_span first_role(struct ground *g)
{
    struct person_history h;
    assert_int_equal(programme_history(g->s->db, g->s->a, g->s->person, &h), RC_OK);
    return h.role_count != 0 ? h.roles[0] : (struct role_span){0};
}

static void test_roles(void **state)
{
    struct ground *g = open_ground();
    struct grant *grants;
    size_t count;
    (void)state;
    g->role = ROLE_MENTOR;
    g->programme = g->s->programme;
    g->cohort = g->a;
    g->start = DAY;
    g->end = DAY + 10;
    assert_int_equal(run(g, grant_role), RC_OK);
    g->end = DAY_OPEN;
    REFUSED(g, run(g, grant_role), "role", M_programme_role_held);
    g->cohort = 0;
    assert_int_equal(run(g, grant_role), RC_OK); /* in another place */
    g->cohort = g->other_cohort;
    REFUSED(g, run(g, grant_role), "cohort", M_programme_cohort_elsewhere);
    g->cohort = 0;
    g->programme = 12345;
    REFUSED(g, run(g, grant_role), "programme", M_programme_none);
    assert_int_equal(programme_roles_ahead(g->s->db, g->s->a, g->s->person, DAY + 10, &grants, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(programme_roles_ahead(g->s->db, g->s->a, g->s->person, DAY + 12, &grants, &count), RC_OK);
    assert_true(count == 1 && grants[0].role == ROLE_MENTOR && grants[0].programme == g->s->programme && grants[0].cohort == 0);
    /* what somebody will be counts already: whoever stands in for her today could do so then */
    assert_int_equal(programme_roles_ahead(g->s->db, g->s->a, g->s->person, DAY - 1, &grants, &count), RC_OK);
    assert_int_equal(count, 2);
    site_shut(g->s);
}

static void test_an_administrator_remains(void **state)
{
    struct ground *g = open_ground();
    (void)state;
    g->role = ROLE_ADMINISTRATOR;
    g->start = DAY - 10;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, grant_role), RC_OK);
    g->id = first_role(g).id;
    g->end = DAY - 1;
    REFUSED(g, run(g, end_role), "", M_programme_role_last);
    REFUSED(g, run(g, leave_alone), "", M_programme_role_last);
    g->programme = g->s->programme;
    g->end = DAY_OPEN;
    REFUSED(g, run(g, grant_role), "place", M_programme_role_site); /* it reaches everywhere, so it is not given for less */
    g->role = ROLE_COORDINATOR;
    g->programme = g->s->programme;
    g->end = DAY_OPEN;
    assert_int_equal(run(g, grant_role), RC_OK);
    struct person_history h;
    assert_int_equal(programme_history(g->s->db, g->s->a, g->s->person, &h), RC_OK);
    for (size_t i = 0; i < h.role_count; i++)
        if (h.roles[i].role == ROLE_COORDINATOR)
            g->id = h.roles[i].id;
    g->end = DAY - 1;
    assert_int_equal(run(g, end_role), RC_OK);
    g->end = DAY;
    REFUSED(g, run(g, end_role), "last_day", M_programme_role_ended);
    site_shut(g->s);
}

static void test_places_and_current(void **state)
{
    struct ground *g = open_ground();
    struct grant *places;
    size_t count;
    struct programme p;
    struct actor who = {.person = g->s->person};
    struct ctx c = {.a = g->s->a, .db = g->s->db, .who = &who, .today = DAY};
    (void)state;
    assert_int_equal(programme_current(&c, &p), RC_NOT_FOUND); /* two programmes, no tie to either */
    g->programme = g->other;
    assert_int_equal(add(g, g->other_cohort, DAY - 100, DAY - 50), RC_OK);
    assert_int_equal(programme_current(&c, &p), RC_OK);
    assert_int_equal(p.id, g->other); /* where she was */
    g->programme = 0;
    assert_int_equal(add(g, g->a, DAY - 200, DAY_OPEN), RC_OK);
    assert_int_equal(programme_current(&c, &p), RC_OK);
    assert_int_equal(p.id, g->s->programme); /* where she is */
    g->role = ROLE_MENTOR;
    g->programme = g->other;
    g->cohort = 0;
    g->start = DAY - 1;
    g->end = DAY;
    assert_int_equal(run(g, grant_role), RC_OK);
    assert_int_equal(programme_current(&c, &p), RC_OK);
    assert_int_equal(p.id, g->other); /* where she works */
    c.today = DAY + 1;
    assert_int_equal(programme_current(&c, &p), RC_OK);
    assert_int_equal(p.id, g->s->programme);
    assert_int_equal(programme_places(g->s->db, g->s->a, g->s->person, &places, &count), RC_OK);
    assert_int_equal(count, 3); /* two cohorts, one programme as a whole */
    site_shut(g->s);
}

/* ---- erasure ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc erase(struct db *tx, struct ground *g, struct err *e)
{
    (void)e;
    return programme_capability.erase_person(tx, g->s->a, g->s->person, DAY * MS_PER_DAY);
}

static void test_erasure_keeps_counts(void **state)
{
    struct ground *g = open_ground();
    struct rows_stage_members before, after;
    (void)state;
    assert_int_equal(add(g, g->a, DAY - 10, DAY_OPEN), RC_OK);
    int64_t id = g->id;
    g->role = ROLE_MENTOR;
    g->programme = g->other;
    g->cohort = 0;
    assert_int_equal(run(g, grant_role), RC_OK);
    assert_int_equal(sql_stage_members(g->s->db, g->s->a, g->s->programme, DAY, &before), RC_OK);
    json_t *held = json_object();
    assert_int_equal(programme_capability.export_person(g->s->db, g->s->a, g->s->person, held), RC_OK);
    char *text = json_dumps(held, 0);
    assert_non_null(strstr(text, "Cohort A"));
    assert_non_null(strstr(text, "mentor"));
    free(text);
    json_decref(held);
    assert_int_equal(run(g, erase), RC_OK);
    assert_int_equal(sql_stage_members(g->s->db, g->s->a, g->s->programme, DAY, &after), RC_OK);
    assert_true(before.n == 1 && after.n == 1 && before.v[0].members == 1 && after.v[0].members == 1); /* she was there that day */
    assert_int_equal(after.v[0].stage_id, g->y1);
    assert_int_equal(member(g, id).end_day, DAY);
    assert_int_equal(first_role(g).id, 0);
    site_shut(g->s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memberships_do_not_overlap),
        cmocka_unit_test(test_members_are_trainees_while_they_are_members),
        cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_an_old_form_is_told),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_return),
        cmocka_unit_test(test_completion_ends_groups),
        cmocka_unit_test(test_corrections),
        cmocka_unit_test(test_groups_may_be_joined_again),
        cmocka_unit_test(test_who_joins_is_told),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_programmes),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_an_administrator_remains),
        cmocka_unit_test(test_places_and_current),
        cmocka_unit_test(test_erasure_keeps_counts),
    };
    return site_run(tests, COUNT_OF(tests));
}
