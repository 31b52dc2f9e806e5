/* campus/roster: rosters against a programme, on a real database of both engines: what is added, changed, moved and ended, and that
 * the same file twice changes nothing. */
#include "framework_site.h"

#include "base/problems.h"
#include "base/utf8.h"
#include "campus/roster/inside.h"
#include "gen/msg_import.h"
#include "gen/msg_roster.h"
#include "zip_build.h"

/* ---- a programme with two stages ------------------------------------------------------------------------------------------ */

struct world {
    struct site *s;
    int64_t y1, y2;
    const char *file;
    struct str bytes;
    struct roster_options o;
    struct roster_plan plan;
    struct problems p;
    struct programme_roll roll;
    size_t told; /* by the hook */
};

static struct world *the_world;

static int64_t day(const char *s)
{
    int64_t d = 0;
    assert_true(day_parse(str_from(s), &d));
    return d;
}

static enum rc count_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now)
{
    (void)tx;
    (void)person;
    (void)now;
    assert_true(cohort != 0 || group != 0);
    the_world->told++;
    return RC_OK;
}

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    TRY(programme_add_stage(tx, w->s->programme, 1, S("Y1"), S("First year"), &w->y1, e));
    return programme_add_stage(tx, w->s->programme, 2, S("Y2"), S("Second year"), &w->y2, e);
}

static struct world *world_open(void)
{
    struct site *s = site_open();
    struct world *w = ARENA_NEW(s->a, struct world);
    *w = (struct world){.s = s, .file = "people.csv", .o = {.today = day("2026-11-22"), .now = day("2026-11-22") * MS_PER_DAY}};
    the_world = w;
    programme_on_joined(count_joined);
    assert_int_equal(store_write(s->db, fill, w, &s->err), RC_OK);
    return w;
}

static void world_shut(struct world *w)
{
    programme_on_joined(NULL);
    site_shut(w->s);
}

static void tell_problems(const struct world *w)
{
    for (size_t i = 0; i < w->p.kept; i++)
        print_message("  %s %zu %.*s: %.*s %.*s\n", w->p.items[i].severity == PROBLEM_ERROR ? "error" : "warning", w->p.items[i].row,
                      STR_ARG(w->p.items[i].column), STR_ARG(msg_name(w->p.items[i].msg)), STR_ARG(w->p.items[i].detail));
}

static void dry(struct world *w, const char *text)
{
    struct site *s = w->s;
    if (text != NULL)
        w->bytes = str_from(text);
    w->p = problems_new(s->a);
    assert_int_equal(
        roster_plan_make(s->db, s->a, s->programme, str_from(w->file), w->bytes, &w->o, &w->plan, &w->p, &s->err), RC_OK);
}

static enum rc apply(struct world *w, const char *text)
{
    struct site *s = w->s;
    if (text != NULL)
        w->bytes = str_from(text);
    w->p = problems_new(s->a);
    w->told = 0;
    struct roster_request rq = {.programme = s->programme, .file = str_from(w->file), .bytes = w->bytes, .options = w->o};
    enum rc rc = roster_apply(s->db, s->a, &rq, &w->plan, NULL, &w->p, &s->err);
    assert_int_equal(programme_roll(s->db, s->a, s->programme, ROSTER_SOURCE, &w->roll), RC_OK);
    return rc;
}

static void must_apply(struct world *w, const char *text)
{
    enum rc rc = apply(w, text);
    if (rc != RC_OK) {
        tell_problems(w);
        fail_msg("rc %d %.*s %s %s", (int)rc, STR_ARG(msg_name(w->s->err.msg)), w->s->err.field, w->s->err.detail);
    }
}

/* The same file once more, on the same day and a month later. */
static void assert_settled(struct world *w)
{
    size_t members = w->roll.member_count, seats = w->roll.group_member_count, grants = w->roll.grant_count;
    for (int i = 0; i < 2; i++) {
        dry(w, NULL);
        if (w->plan.step_count != 0) {
            const struct roster_step *s = &w->plan.steps[0];
            fail_msg("day %d: %zu steps; first: act %d row %zu fields %u of %.*s", i, w->plan.step_count, (int)s->act, s->row, s->fields,
                     STR_ARG(w->plan.people[s->person].name));
        }
        w->o.today += 30;
    }
    w->o.today -= 60;
    must_apply(w, NULL);
    assert_int_equal(w->roll.member_count, members);
    assert_int_equal(w->roll.group_member_count, seats);
    assert_int_equal(w->roll.grant_count, grants);
    assert_int_equal(w->plan.added + w->plan.changed + w->plan.ended, 0);
}

static size_t found(const struct world *w, msg_id msg, enum severity severity, size_t row, const char *column)
{
    size_t n = 0;
    for (size_t i = 0; i < w->p.kept; i++) {
        const struct problem *p = &w->p.items[i];
        n += p->msg == msg && p->severity == severity && p->row == row && str_eq_z(p->column, column);
    }
    return n;
}

static int64_t person_of(struct world *w, const char *id)
{
    int64_t person = 0;
    if (people_by_source(w->s->db, w->s->a, ROSTER_SOURCE, str_from(id), &person) != RC_OK)
        fail_msg("nobody has the id %s", id);
    return person;
}

static struct person_details details_of(struct world *w, const char *id)
{
    struct person_details d;
    assert_int_equal(people_find(w->s->db, w->s->a, person_of(w, id), &d, NULL), RC_OK);
    return d;
}

static const struct cohort *cohort_of(const struct world *w, const char *title)
{
    for (size_t i = 0; i < w->roll.cohort_count; i++)
        if (str_eq_z(w->roll.cohorts[i].title, title))
            return &w->roll.cohorts[i];
    fail_msg("no cohort %s", title);
    return NULL;
}

static const struct learner_group *group_of(const struct world *w, const char *code)
{
    for (size_t i = 0; i < w->roll.group_count; i++)
        if (str_eq_z(w->roll.groups[i].code, code))
            return &w->roll.groups[i];
    fail_msg("no group %s", code);
    return NULL;
}

/* The nth membership of a person by first day; NULL when there are fewer. */
static const struct roll_member *member_of(struct world *w, const char *id, size_t nth)
{
    int64_t person = person_of(w, id);
    for (size_t i = 0; i < w->roll.member_count; i++) {
        const struct roll_member *m = &w->roll.members[i];
        size_t before = 0;
        for (size_t k = 0; k < w->roll.member_count; k++)
            before += w->roll.members[k].person == person && w->roll.members[k].start_day < m->start_day;
        if (m->person == person && before == nth)
            return m;
    }
    return NULL;
}

static size_t seats_of(struct world *w, const char *id, int64_t on)
{
    int64_t person = person_of(w, id);
    size_t n = 0;
    for (size_t i = 0; i < w->roll.group_member_count; i++) {
        const struct roll_group_member *g = &w->roll.group_members[i];
        n += g->person == person && g->start_day <= on && g->end_day >= on;
    }
    return n;
}

static void assert_str(struct str got, const char *want)
{
    if (!str_eq_z(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

#define HEAD "id,given_name,family_name,email,role,cohort,stage,group,start,end\n"
#define FIRST                                                                                                                  \
    HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A;B,2026-09-01,\n"                                                                    \
         "2,Bo,Berg,bo@x.org,trainee,2026,Y1,A,,\n"                                                                            \
         "3,Cy,Cole,cy@x.org,trainee,2025,first YEAR,A,2025-09-01,2027-08-31\n"                                                \
         "4,Di,Dale,di@x.org,trainee,2025,Y2,,2025-09-01,\n"                                                                   \
         "5,Ed,Eve,ed@x.org,mentor,,,,,\n"                                                                                     \
         "6,Fay,Fox,fay@x.org,director,2026,,,,2027-12-31\n"

/* ---- plain tables --------------------------------------------------------------------------------------------------------------- */

static void test_first_import(void **state)
{
    (void)state;
    struct world *w = world_open();
    dry(w, FIRST);
    assert_int_equal(w->p.errors + w->p.warnings, 0);
    assert_int_equal(w->plan.added, 6);
    assert_int_equal(w->plan.cohorts_new, 2);
    assert_int_equal(w->plan.groups_new, 3); /* A of each cohort, B of one */
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_ADD], 4);
    assert_int_equal(w->plan.counts[ROSTER_GROUP_JOIN], 4);
    assert_int_equal(w->plan.counts[ROSTER_ROLE_GIVE], 2);
    assert_int_equal(programme_roll(w->s->db, w->s->a, w->s->programme, ROSTER_SOURCE, &w->roll), RC_OK);
    assert_int_equal(w->roll.member_count + w->roll.cohort_count, 0); /* a dry run */
    must_apply(w, FIRST);
    assert_int_equal(w->told, 4 + 4);
    assert_int_equal(cohort_of(w, "2026")->stage, w->y1);
    assert_int_equal(cohort_of(w, "2025")->stage, 0); /* they differ */
    const struct roll_member *ann = member_of(w, "1", 0), *bo = member_of(w, "2", 0), *cy = member_of(w, "3", 0);
    assert_int_equal(ann->start_day, day("2026-09-01"));
    assert_int_equal(ann->stage, 0); /* the cohort's */
    assert_int_equal(bo->start_day, w->o.today);
    assert_int_equal(bo->end_day, DAY_OPEN);
    assert_true(bo->of_source);
    assert_int_equal(cy->stage, w->y1);
    assert_int_equal(cy->end_day, day("2027-08-31"));
    assert_int_equal(member_of(w, "4", 0)->stage, w->y2);
    assert_int_equal(seats_of(w, "1", w->o.today), 2);
    assert_int_equal(group_of(w, "2026-A")->cohort, cohort_of(w, "2026")->id);
    assert_str(group_of(w, "2025-A")->title, "A");
    assert_int_equal(w->roll.grant_count, 2);
    assert_null(member_of(w, "5", 0));
    assert_str(details_of(w, "1").display_name, "Ann Arbor");
    assert_settled(w);
    world_shut(w);
}

static void test_changes(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, FIRST);
    must_apply(w, HEAD "1,Anna,Arbor,ann@x.org,,2026,Y1,A;B,2026-09-01,\n"               /* a name */
                       "2,Bo,Berg,bo@x.org,trainee,2025,,,,\n"                           /* another cohort, from today */
                       "3,Cy,Cole,cy@y.org,trainee,2025,Y2,A,2025-09-01,2027-09-30\n"    /* address, stage, last day */
                       "4,Di,Dale,di@x.org,trainee,2026,Y2,,2025-09-01,\n"               /* was in the wrong cohort from the first day */
                       "5,Ed,Eve,ed@x.org,coordinator,,,,,\n"                            /* another role */
                       "6,Fay,Fox,fay@x.org,director,2026,,,,2027-12-31\n");
    assert_int_equal(w->p.errors, 0);
    assert_int_equal(w->plan.changed, 5);
    assert_int_equal(w->plan.unchanged, 1);
    assert_int_equal(w->plan.counts[ROSTER_PERSON_CHANGE], 2);
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_MOVE], 2);
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_CHANGE], 1);
    assert_int_equal(w->plan.counts[ROSTER_ROLE_END], 1);
    assert_str(details_of(w, "1").given_name, "Anna");
    assert_str(details_of(w, "1").display_name, "Anna Arbor");
    assert_str(details_of(w, "3").email, "cy@y.org");
    const struct roll_member *old = member_of(w, "2", 0);
    assert_int_equal(old->cohort, cohort_of(w, "2025")->id); /* began today, so it was put right */
    assert_int_equal(member_of(w, "3", 0)->stage, w->y2);
    assert_int_equal(member_of(w, "3", 0)->end_day, day("2027-09-30"));
    assert_int_equal(member_of(w, "4", 0)->cohort, cohort_of(w, "2026")->id);
    assert_int_equal(member_of(w, "4", 0)->start_day, day("2025-09-01"));
    assert_int_equal(member_of(w, "4", 0)->stage, w->y2);
    assert_int_equal(seats_of(w, "2", w->o.today), 0); /* the group of the cohort that she left */
    assert_settled(w);
    world_shut(w);
}

static void test_transfer(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n2,Bo,Berg,bo@x.org,,2026,Y1,A,,\n3,Cy,Cole,cy@x.org,,2026,Y1,A,2026-09-01,\n");
    w->o.today += 100;
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2027,Y2,A,,\n2,Bo,Berg,bo@x.org,,2027,Y2,A,,\n3,Cy,Cole,cy@x.org,,2027,Y2,A,2027-01-01,2028-12-31\n");
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_MOVE], 3);
    assert_int_equal(w->told, 3 + 3);
    const struct roll_member *before = member_of(w, "1", 0), *after = member_of(w, "1", 1);
    assert_true(before->closed);
    assert_int_equal(before->end_day, w->o.today - 1);
    assert_int_equal(after->start_day, w->o.today);
    assert_true(after->of_source);
    assert_int_equal(after->stage, 0);
    assert_int_equal(cohort_of(w, "2027")->stage, w->y2);
    assert_int_equal(member_of(w, "3", 1)->start_day, day("2027-01-01"));
    assert_int_equal(member_of(w, "3", 1)->end_day, day("2028-12-31"));
    assert_int_equal(seats_of(w, "1", w->o.today), 1);
    assert_settled(w);
    world_shut(w);
}

static void test_missing(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, FIRST);
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A;B,2026-09-01,\n");
    assert_int_equal(w->plan.missing, 3);
    assert_int_equal(w->plan.ended, 0);
    assert_false(member_of(w, "3", 0)->closed);
    w->o.end_missing = true;
    must_apply(w, NULL);
    assert_int_equal(w->plan.ended, 3);
    assert_int_equal(w->plan.unchanged, 1);
    assert_true(member_of(w, "3", 0)->closed);
    assert_int_equal(member_of(w, "3", 0)->end_day, w->o.today);
    assert_int_equal(seats_of(w, "3", w->o.today + 1), 0);
    assert_false(member_of(w, "1", 0)->closed);
    assert_settled(w);
    w->o.today++; /* and back again */
    must_apply(w, FIRST);
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_ADD], 3);
    assert_int_equal(member_of(w, "3", 1)->start_day, w->o.today);
    assert_int_equal(seats_of(w, "3", w->o.today), 1);
    assert_settled(w);
    world_shut(w);
}

/* A membership that nobody's roster made is nobody's roster's to end. */
static enum rc add_by_hand(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    return programme_add_member(tx, w->s->person, w->s->programme, w->roll.cohorts[0].id, 0, w->o.today, DAY_OPEN, S("page"), 1, NULL, e);
}

static void test_missing_but_not_ours(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    assert_int_equal(store_write(w->s->db, add_by_hand, w, &w->s->err), RC_OK);
    w->o.end_missing = true;
    must_apply(w, NULL);
    assert_int_equal(w->plan.missing, 0);
    assert_int_equal(w->plan.step_count, 0);
    world_shut(w);
}

static void test_groups_change(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n2,Bo,Berg,bo@x.org,,2026,Y1,B,2026-09-01,\n");
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,B,2026-09-01,\n2,Bo,Berg,bo@x.org,,2026,Y1,B;A,2026-09-01,\n");
    assert_int_equal(w->plan.counts[ROSTER_GROUP_LEAVE], 1);
    assert_int_equal(w->plan.counts[ROSTER_GROUP_JOIN], 2);
    assert_int_equal(seats_of(w, "1", w->o.today + 1), 1);
    assert_int_equal(seats_of(w, "2", w->o.today + 1), 2);
    assert_settled(w);
    world_shut(w);
}

static enum rc add_group(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    int64_t id;
    return programme_add_group(tx, w->s->programme, w->roll.cohorts[0].id, S("2026-Z"), S("Entry 2026, group Z"), &id, e);
}

/* A group is found by its code, its title, and by what stands behind the cohort in its code. */
static void test_groups_found(void **state)
{
    (void)state;
    static const char *const names[] = {"z", "2026-Z", "entry 2026, GROUP z"};
    struct world *w = world_open();
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    assert_int_equal(store_write(w->s->db, add_group, w, &w->s->err), RC_OK);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        dry(w, str_printf(w->s->a, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,\"%s\",2026-09-01,\n", names[i]).p);
        assert_int_equal(w->p.errors, 0);
        assert_int_equal(w->plan.groups_new, 0);
        assert_int_equal(w->plan.counts[ROSTER_GROUP_JOIN], 1);
    }
    world_shut(w);
}

static void test_no_cohort(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    w->bytes = S(HEAD "1,Ann,Arbor,ann@x.org,,,Y2,,,\n2,Bo,Berg,bo@x.org,,,Y2,,,\n3,Cy,Cole,cy@x.org,,,,,,\n");
    dry(w, NULL);
    assert_int_equal(w->p.errors, 0);
    assert_int_equal(found(w, M_import_homeless, PROBLEM_WARNING, 3, "cohort"), 1);
    assert_str(w->p.items[0].detail, "2");
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_ADD], 0);
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_CHANGE], 1); /* Ann's stage, in her cohort */
    w->o.cohort = cohort_of(w, "2026")->id;
    must_apply(w, NULL);
    assert_int_equal(w->p.warnings, 0);
    assert_int_equal(member_of(w, "1", 0)->stage, w->y2);
    assert_int_equal(member_of(w, "2", 0)->stage, w->y2);
    assert_int_equal(member_of(w, "3", 0)->stage, 0);
    assert_settled(w);
    world_shut(w);
}

static void test_wrong_places(void **state)
{
    (void)state;
    struct world *w = world_open();
    dry(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y9,A,2026-09-01,\n"
                "2,Bo,Berg,bo@x.org,,2026,Y1,,,\n"
                "2,Bo,Berg,bo@x.org,,2027,Y1,,,\n");
    assert_int_equal(found(w, M_import_stage_unknown, PROBLEM_ERROR, 2, "stage"), 1);
    assert_str(w->p.items[0].detail, "Y9 [Y1, Y2]");
    assert_int_equal(found(w, M_import_two_cohorts, PROBLEM_ERROR, 4, "cohort"), 1);
    assert_int_equal(apply(w, NULL), RC_INVALID);
    assert_int_equal(w->roll.cohort_count + w->roll.member_count, 0);
    must_apply(w, HEAD "2,Bo,Berg,bo@x.org,,2025,Y1,,2025-09-01,2026-08-31\n"
                       "2,Bo,Berg,bo@x.org,,2026,Y1,,2026-09-01,\n");
    assert_int_equal(w->roll.member_count, 2);
    assert_settled(w);
    dry(w, HEAD "2,Bo,Berg,bo@x.org,,2024,Y1,,2024-09-01,2025-10-31\n");
    assert_int_equal(found(w, M_import_days_clash, PROBLEM_ERROR, 2, "start"), 1);
    world_shut(w);
}

static void test_odd_names(void **state)
{
    (void)state;
    struct world *w = world_open();
    must_apply(w, HEAD "1,فاطمة,الزهراء,fatima@x.org,,دفعة ٢٠٢٦,Y1,مجموعة أ,2026-09-01,\n"
                       "2,小龍,王,wang@x.org,,二〇二六,Y1,甲,2026-09-01,\n"
                       "3,,Sukarno,sukarno@x.org,,a/b 2026,Y1,x/y,2026-09-01,\n"
                       "4,Ann,Arbor,ann@x.org,,\"A cohort with a name that is far too long to be a code, and yet a name\",Y1,,2026-09-01,\n");
    assert_str(details_of(w, "1").family_name, "الزهراء");
    assert_str(details_of(w, "2").display_name, "小龍 王");
    assert_str(details_of(w, "3").display_name, "Sukarno");
    assert_str(cohort_of(w, "a/b 2026")->code, "a-b 2026");
    assert_str(cohort_of(w, "二〇二六")->code, "二〇二六");
    assert_int_equal(utf8_count(cohort_of(w, "A cohort with a name that is far too long to be a code, and yet a name")->code), 40);
    assert_settled(w);
    world_shut(w);
}

/* ---- who is who --------------------------------------------------------------------------------------------------------------------- */

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    struct person_details grace = {.given_name = S("Grace"), .family_name = S("Hopper"), .display_name = S("Amazing Grace"), .email = S("Grace@x.org")};
    struct person_details root = {.given_name = S("Root"), .family_name = S("User"), .email = S("root@x.org")};
    struct person_details helper = {.given_name = S("Co"), .family_name = S("Ordinator"), .email = S("co@x.org")};
    int64_t a, b, c;
    TRY(people_add(tx, w->s->a, &grace, 1, &a, e));
    TRY(people_add(tx, w->s->a, &root, 1, &b, e));
    TRY(people_add(tx, w->s->a, &helper, 1, &c, e));
    TRY(programme_grant_role(tx, b, ROLE_ADMINISTRATOR, 0, 0, 1, DAY_OPEN, S("page"), e));
    return programme_grant_role(tx, c, ROLE_COORDINATOR, w->s->programme, 0, 1, DAY_OPEN, S("page"), e);
}

static void test_email(void **state)
{
    (void)state;
    struct world *w = world_open();
    assert_int_equal(store_write(w->s->db, add_people, w, &w->s->err), RC_OK);
    must_apply(w, HEAD "g,Grace,Murray,GRACE@x.org,,2026,Y1,,2026-09-01,\n2,Bo,Berg,bo@x.org,,2026,Y1,,2026-09-01,\n");
    assert_int_equal(w->plan.counts[ROSTER_PERSON_LINK], 1);
    assert_int_equal(w->plan.added, 1);
    assert_str(details_of(w, "g").family_name, "Murray");
    assert_str(details_of(w, "g").display_name, "Amazing Grace"); /* her own wish */
    assert_settled(w);
    dry(w, HEAD "3,Cy,Cole,bo@x.org,,2026,Y1,,,\n"          /* a new id with somebody's address */
                "2,Bo,Berg,grace@x.org,,2026,Y1,,2026-09-01,\n" /* somebody else's */
                "9,Root,User,root@x.org,,,,,,\n");
    assert_int_equal(found(w, M_import_email_of_other, PROBLEM_ERROR, 2, "email"), 1);
    assert_int_equal(found(w, M_import_email_of_other, PROBLEM_ERROR, 3, "email"), 1);
    assert_int_equal(w->p.errors, 2);
    world_shut(w);
}

/* A coordinator's file makes nobody more than a mentor, assessor or author, and turns no address of who may do more. */
static void test_rights(void **state)
{
    (void)state;
    struct world *w = world_open();
    assert_int_equal(store_write(w->s->db, add_people, w, &w->s->err), RC_OK);
    struct grant g = {ROLE_COORDINATOR, w->s->programme, 0};
    struct actor who = {.person = w->s->person, .grants = &g, .grant_count = 1};
    must_apply(w, HEAD "r,Root,User,root@x.org,author,,,,,\n"); /* from the command line */
    w->o.who = &who;
    dry(w, HEAD "5,Ed,Eve,ed@x.org,director,,,,,\n6,Fay,Fox,fay@x.org,coordinator,,,,,\n7,Gus,Gray,gus@x.org,mentor,,,,,\n");
    assert_int_equal(found(w, M_import_role_high, PROBLEM_ERROR, 2, "role"), 1);
    assert_int_equal(found(w, M_import_role_high, PROBLEM_ERROR, 3, "role"), 1);
    assert_int_equal(w->p.errors, 2);
    dry(w, HEAD "8,Hal,Hope,hal@x.org,administrator,,,,,\n");
    assert_int_equal(found(w, M_roster_bad_role, PROBLEM_ERROR, 2, "role"), 1);
    must_apply(w, HEAD "r,Root,User,evil@x.org,author,,,,,\nc,Co,Ordinator,co@x.org,coordinator,,,,,\n7,Gus,Gray,gus@x.org,mentor,,,,,\n");
    assert_int_equal(found(w, M_import_email_kept, PROBLEM_WARNING, 2, "email"), 1);
    assert_str(details_of(w, "r").email, "root@x.org");
    assert_int_equal(w->plan.counts[ROSTER_ROLE_GIVE], 1);
    g.role = ROLE_ADMINISTRATOR;
    g.programme = 0;
    dry(w, HEAD "5,Ed,Eve,ed@x.org,director,,,,,\n");
    assert_int_equal(w->p.errors, 0);
    world_shut(w);
}

/* ---- all or nothing -------------------------------------------------------------------------------------------------------------------- */

static enum rc refuse_third(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now)
{
    (void)tx;
    (void)person;
    (void)cohort;
    (void)group;
    (void)now;
    return ++the_world->told == 3 ? RC_BUSY : RC_OK;
}

static void test_all_or_nothing(void **state)
{
    (void)state;
    struct world *w = world_open();
    programme_on_joined(refuse_third);
    assert_int_equal(apply(w, FIRST), RC_BUSY);
    assert_int_equal(w->roll.cohort_count + w->roll.group_count + w->roll.member_count + w->roll.grant_count, 0);
    int64_t person;
    assert_int_equal(people_by_email(w->s->db, w->s->a, S("ann@x.org"), &person), RC_NOT_FOUND);
    programme_on_joined(count_joined);
    must_apply(w, FIRST);
    world_shut(w);
}

static void test_many_bad_rows(void **state)
{
    (void)state;
    struct world *w = world_open();
    struct buf b = buf_new(w->s->a, 1 << 20);
    buf_z(&b, HEAD);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%d,Ann,Arbor,ann%d@x.org,,2026,Y9,A,2026-09-01,\n", i, i);
    w->bytes = buf_text(&b);
    dry(w, NULL);
    assert_int_equal(w->p.errors, 10000);
    assert_int_equal(w->p.kept, PROBLEMS_KEPT);
    assert_int_equal(w->p.items[0].row, 2);
    assert_int_equal(w->p.items[99].row, 101);
    assert_int_equal(apply(w, NULL), RC_INVALID);
    assert_int_equal(w->roll.cohort_count, 0);
    world_shut(w);
}

static void test_not_a_roster(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\xFF\xFE\x69", "%PDF-1.7", "PK\003\004 broken", "id;email\n", "\"open", "a,b\n1,2\n"};
    struct world *w = world_open();
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        dry(w, texts[i]);
        assert_true(w->p.errors > 0);
        assert_int_equal(apply(w, NULL), RC_INVALID);
    }
    world_shut(w);
}

/* ---- between dry run and apply ------------------------------------------------------------------------------------------------------ */

static const struct job_handler job_handlers[] = {{.kind = ROSTER_JOB, .run = roster_import_job}};

struct sending {
    struct world *w;
    struct roster_upload u;
    int64_t id, job, now;
};

static enum rc send_file(struct db *tx, void *arg, struct err *e)
{
    struct sending *s = arg;
    (void)e;
    return roster_upload_add(tx, s->w->s->a, &s->u, s->now, &s->id);
}

static enum rc start_job(struct db *tx, void *arg, struct err *e)
{
    struct sending *s = arg;
    (void)e;
    return roster_upload_start(tx, s->w->s->a, s->id, s->u.person, s->now, &s->job);
}

static enum rc make_coordinator(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    return programme_grant_role(tx, w->s->person, ROLE_COORDINATOR, w->s->programme, 0, 1, DAY_OPEN, S("page"), e);
}

static struct sending send_roster(struct world *w, const char *text)
{
    struct sending s = {.w = w,
                        .now = clock_now(),
                        .u = {.programme = w->s->programme,
                              .person = w->s->person,
                              .filename = S("people.csv"),
                              .bytes = str_from(text),
                              .options = {.end_missing = true, .cohort = 7}}};
    assert_int_equal(store_write(w->s->db, send_file, &s, &w->s->err), RC_OK);
    return s;
}

static struct job_state run_job(struct world *w, struct sending *s)
{
    struct job_state state;
    assert_int_equal(store_write(w->s->db, start_job, s, &w->s->err), RC_OK);
    assert_int_equal(jobs_run_due(w->s->db, job_handlers, 1, s->now + 1, &w->s->err), RC_OK);
    assert_int_equal(job_find(w->s->db, w->s->a, s->job, &state), RC_OK);
    return state;
}

static void test_job(void **state)
{
    (void)state;
    struct world *w = world_open();
    struct roster_upload u;
    assert_int_equal(store_write(w->s->db, make_coordinator, w, &w->s->err), RC_OK);
    struct sending s = send_roster(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    assert_int_equal(roster_upload_find(w->s->db, w->s->a, s.id, s.now, &u), RC_OK);
    assert_true(u.options.end_missing);
    assert_int_equal(u.options.cohort, 7);
    assert_true(u.size > 0);
    assert_str(run_job(w, &s).state, "done");
    assert_int_equal(roster_upload_find(w->s->db, w->s->a, s.id, s.now, &u), RC_OK);
    assert_true(u.import != 0);
    assert_int_equal(u.size, 0); /* the file has gone */
    int64_t job = s.job;
    assert_str(run_job(w, &s).state, "done"); /* once more: nothing is asked for */
    assert_int_equal(s.job, job);
    assert_int_equal(programme_roll(w->s->db, w->s->a, w->s->programme, ROSTER_SOURCE, &w->roll), RC_OK);
    assert_int_equal(w->roll.member_count, 1);
    world_shut(w);
}

static enum rc make_coordinator_of_the_future(struct db *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    return programme_grant_role(tx, w->s->person, ROLE_COORDINATOR, w->s->programme, 0, 100000, DAY_OPEN, S("page"), e);
}

static void test_job_too_early(void **state)
{
    (void)state;
    struct world *w = world_open();
    assert_int_equal(store_write(w->s->db, make_coordinator_of_the_future, w, &w->s->err), RC_OK);
    struct sending s = send_roster(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    assert_str(run_job(w, &s).state, "failed");
    world_shut(w);
}

/* The rights are those of the moment when it is applied, and no more than the program had that sent it. */
static void test_job_refused(void **state)
{
    (void)state;
    struct world *w = world_open();
    struct roster_upload u;
    const char *text = HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n";
    struct sending s = send_roster(w, text);
    assert_str(run_job(w, &s).state, "failed"); /* no coordinator any more */
    assert_int_equal(store_write(w->s->db, make_coordinator, w, &w->s->err), RC_OK);
    struct sending bad = send_roster(w, HEAD "1,Ann,Arbor,ann@x.org,director,2026,Y1,A,2026-09-01,\n");
    struct job_state failed = run_job(w, &bad);
    assert_str(failed.state, "failed");
    assert_str(failed.problem, "import_role_high");
    assert_int_equal(roster_upload_find(w->s->db, w->s->a, bad.id, bad.now, &u), RC_OK);
    assert_int_equal(u.import, 0);
    assert_true(u.size > 0); /* it can be looked at again */
    int64_t job = s.job;
    assert_str(run_job(w, &s).state, "done"); /* now she may: a failed job is asked for anew */
    assert_true(s.job != job);
    s = send_roster(w, text);
    assert_int_equal(roster_upload_find(w->s->db, w->s->a, s.id, s.now + ROSTER_UPLOAD_MS, &u), RC_NOT_FOUND);
    s.now += ROSTER_UPLOAD_MS;
    assert_int_equal(store_write(w->s->db, start_job, &s, &w->s->err), RC_NOT_FOUND);
    world_shut(w);
}

/* ---- OneRoster ---------------------------------------------------------------------------------------------------------------------------- */

static struct world *world_of_bundle(const char *name)
{
    struct world *w = world_open();
    w->file = name;
    w->bytes = file_read(w->s->a, str_printf(w->s->a, "../shared/data/oneroster/%s", name).p);
    if (w->bytes.p == NULL) {
        world_shut(w);
        skip();
    }
    return w;
}

static void test_clean_bundle(void **state)
{
    (void)state;
    struct world *w = world_of_bundle("legertom-generated-11.zip");
    w->o.today = day("2026-02-01");
    must_apply(w, NULL);
    tell_problems(w);
    assert_int_equal(w->p.errors + w->p.warnings, 0); /* its grades are a school's, which is no fault */
    assert_int_equal(w->plan.added, 23);
    assert_int_equal(w->plan.cohorts_new, 1);
    assert_int_equal(w->plan.groups_new, 3);
    assert_str(cohort_of(w, "2025-2026 School Year")->code, "5fb9220d-9b0f-4d32-a248-6492457c3890");
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_ADD], 20);
    assert_int_equal(w->plan.counts[ROSTER_GROUP_JOIN], 60);
    assert_int_equal(w->plan.counts[ROSTER_ROLE_GIVE], 3);
    assert_int_equal(w->roll.members[0].end_day, day("2026-07-30")); /* endDate is the day after */
    assert_settled(w);
    w->o.today = day("2026-11-22"); /* long over */
    dry(w, NULL);
    assert_int_equal(w->plan.step_count, 0);
    world_shut(w);
}

/* Where some grades are stages of the programme, those that are none are asked about, each once. */
static void test_mixed_grades(void **state)
{
    (void)state;
    struct world *w = world_open();
    const struct zip_part parts[] = {
        {.name = "manifest.csv",
         .data = S("propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.academicSessions,bulk\nfile.courses,bulk\n"
                   "file.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\n")},
        {.name = "orgs.csv", .data = S("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,,,School,school,,\n")},
        {.name = "academicSessions.csv",
         .data = S("sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
                   "s1,,,Year 2026,schoolYear,2026-09-01,2027-09-01,,2027\n")},
        {.name = "courses.csv", .data = S("sourcedId,status,dateLastModified,title,orgSourcedId,schoolYearSourcedId\nc1,,,Leading,o1,s1\n")},
        {.name = "classes.csv",
         .data = S("sourcedId,status,dateLastModified,title,courseSourcedId,classCode,classType,schoolSourcedId,termSourcedIds,grades\n"
                   "k1,,,First,c1,A,scheduled,o1,s1,Y1\nk2,,,Twelfth,c1,B,scheduled,o1,s1,12\n")},
        {.name = "users.csv",
         .data = S("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,email\n"
                   "u1,,,true,o1,student,a,Ann,Arbor,ann@x.org\nu2,,,true,o1,student,b,Bo,Berg,bo@x.org\nu3,,,true,o1,student,c,Cy,Cole,cy@x.org\n")},
        {.name = "enrollments.csv",
         .data = S("sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
                   "e1,,,k1,o1,u1,student,false,,\ne2,,,k2,o1,u2,student,false,,\ne3,,,k2,o1,u3,student,false,,\n")},
    };
    w->file = "mixed.zip";
    w->bytes = zip_build(w->s->a, parts, COUNT_OF(parts));
    dry(w, NULL);
    assert_int_equal(w->p.errors, 0);
    assert_int_equal(w->p.warnings, 1);
    assert_int_equal(found(w, M_import_stage_ignored, PROBLEM_WARNING, 3, "userSourcedId"), 1);
    world_shut(w);
}

static void test_odd_bundle(void **state)
{
    (void)state;
    struct world *w = world_of_bundle("oat-sa-OneRosterv1p1BaseCSV.zip");
    must_apply(w, NULL); /* no term is there, so no cohort */
    assert_int_equal(w->plan.added, 2);
    assert_int_equal(w->roll.member_count + w->roll.group_count, 0);
    assert_settled(w);
    must_apply(w, HEAD "1,Ann,Arbor,ann@x.org,,2026,Y1,A,2026-09-01,\n");
    w->o.cohort = cohort_of(w, "2026")->id;
    w->bytes = file_shared(w->s->a, "oneroster/oat-sa-OneRosterv1p1BaseCSV.zip");
    must_apply(w, NULL);
    assert_int_equal(w->plan.counts[ROSTER_MEMBER_ADD], 2);
    assert_int_equal(w->plan.counts[ROSTER_GROUP_JOIN], 3);
    assert_settled(w);
    world_shut(w);
}

#define MANIFEST "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"

static void test_delta(void **state)
{
    (void)state;
    struct world *w = world_of_bundle("legertom-generated-11.zip");
    w->o.today = day("2026-02-01");
    w->o.end_missing = true; /* which a delta does not do */
    must_apply(w, NULL);
    const struct zip_part left[] = {
        {.name = "manifest.csv", .data = S(MANIFEST "file.users,delta\n")},
        {.name = "users.csv", .data = S("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,email\n"
                                        "357957b0-4be8-4817-a834-605351e9ac71,tobedeleted,2026-11-22T00:00:00Z,true,,student,h,Harold,Hettinger,\n")},
    };
    const struct zip_part unknown[] = {
        {.name = "manifest.csv", .data = S(MANIFEST "file.enrollments,delta\n")},
        {.name = "enrollments.csv",
         .data = S("sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
                   "e9,active,2026-11-22T00:00:00Z,b919f28e-bbb5-44cc-ade8-8cabce561907,,nobody-known,student,false,,\n")},
    };
    w->bytes = zip_build(w->s->a, left, COUNT_OF(left));
    must_apply(w, NULL);
    assert_int_equal(w->plan.ended, 1);
    assert_int_equal(w->plan.missing, 0);
    assert_true(member_of(w, "357957b0-4be8-4817-a834-605351e9ac71", 0)->closed);
    w->bytes = zip_build(w->s->a, unknown, COUNT_OF(unknown));
    dry(w, NULL);
    assert_int_equal(found(w, M_import_reference_unknown, PROBLEM_ERROR, 2, "userSourcedId"), 1);
    world_shut(w);
}

/* ---- size ----------------------------------------------------------------------------------------------------------------------------------- */

static double seconds_since(uint64_t from)
{
    return (double)(clock_steady_us() - from) / 1e6;
}

static void test_many(void **state)
{
    (void)state;
    struct world *w = world_open();
    int64_t wanted;
    int people = site_on_postgres ? 10000 : 100000;
    if (str_to_int(str_from(getenv("CADRE_TEST_ROSTER")), &wanted))
        people = (int)wanted;
    struct buf b = buf_new(w->s->a, 1 << 24);
    buf_z(&b, HEAD);
    for (int i = 0; i < people; i++)
        buf_printf(&b, "%d,Given%d,Family%d,person%d@x.org,,C%d,Y1,G%d,2026-09-01,\n", i, i % 977, i % 1009, i, i / 500, i % 7);
    w->bytes = buf_text(&b);
    uint64_t from = clock_steady_us();
    must_apply(w, NULL);
    print_message("          %d people: first import %.1f s", people, seconds_since(from));
    assert_int_equal(w->plan.added, people);
    assert_int_equal(w->roll.member_count, people);
    from = clock_steady_us();
    dry(w, NULL);
    print_message(", again (dry run) %.1f s\n", seconds_since(from));
    assert_int_equal(w->plan.step_count, 0);
    assert_int_equal(w->plan.unchanged, people);
    world_shut(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_import),   cmocka_unit_test(test_changes),      cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_missing),        cmocka_unit_test(test_missing_but_not_ours), cmocka_unit_test(test_groups_change), cmocka_unit_test(test_groups_found),
        cmocka_unit_test(test_no_cohort),      cmocka_unit_test(test_wrong_places), cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_email),          cmocka_unit_test(test_rights),       cmocka_unit_test(test_all_or_nothing),
        cmocka_unit_test(test_many_bad_rows),  cmocka_unit_test(test_not_a_roster), cmocka_unit_test(test_clean_bundle),
        cmocka_unit_test(test_job),            cmocka_unit_test(test_job_too_early), cmocka_unit_test(test_job_refused),
        cmocka_unit_test(test_odd_bundle),     cmocka_unit_test(test_mixed_grades),
           cmocka_unit_test(test_delta),        cmocka_unit_test(test_many),
    };
    return site_run(tests, COUNT_OF(tests));
}
