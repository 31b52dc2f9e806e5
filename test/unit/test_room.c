/* What holds in a room whatever happens to the devices in it, on both engines: two that press at once, one that drops out, clocks that are
 * wrong, too few judges, ballots that are tied. */
#include "programme/practice/room.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_debate.h"
#include "programme/practice/talk_text.h"

#define NOON (20000 * MS_PER_DAY + 12 * MS_PER_HOUR)
#define PEOPLE 4

#define HEAD(kind) "kind: " kind "\ntitle: One bed\nsummary: Two patients, one bed.\nminutes: 40\npractises: \n"
static const char role_play[] = HEAD("role_play") "\n# Briefing\nIt is seven.\n\n# Role: sister | The ward sister\nHas seen it before.\n## Private\nThe bed is promised.\n"
                                "# Role: surgeon | The surgeon\nIn a hurry.\n## Private\nHer list ends at four.\n"
                                "# Phase: read | Read\nminutes: 5\nshows: prepare\n# Phase: talk | Talk\nminutes: 10\nshows: play\nFind a way.\n# Debrief\nWhat helped?\n";
static const char debate[] = HEAD("debate") "rubric: any\n\n# Motion\ntie: swing\n\nThis house would wait.\n\n# For\nWhy not.\n# Against\nWhy.\n"
                             "# Speech: for1 | For\nside: for\nseconds: 60\n# Speech: against1 | Against\nside: against\nseconds: 60\n# Debrief\nWell?\n";

struct fixture {
    struct site *s;
    int64_t people[PEOPLE], exercise, room, person, phase, now;
    const char *text, *seat;
    enum room_step step;
};

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct practice_text about;
    struct problems p = problems_new(f->s->a);
    enum practice_kind kind;
    struct str word, source = str_from(f->text);
    int64_t version;
    for (size_t k = 0; k < PEOPLE; k++) {
        struct person_details d = {.given_name = S("One"), .family_name = S("Self"), .display_name = S(""), .email = str_printf(f->s->a, "p%zu@example.org", k)};
        TRY(people_add(tx, f->s->a, &d, 1, &f->people[k], e));
    }
    assert_true(practice_find_kind_in(source, &kind, &word));
    practice_read_text(f->s->a, 0, kind, S("x"), source, &p, &about);
    struct practice_publishing n = {.programme = f->s->programme, .code = S("x"), .language = S("en"), .own = true, .text = &about, .source = source};
    TRY(practice_publish(tx, f->s->a, &n, 1, &version, e));
    f->exercise = n.exercise;
    return room_open(tx, f->s->a, f->exercise, S("en"), f->people[0], f->now, &f->room, e);
}

static struct fixture *open_with(const char *text)
{
    struct fixture *f = calloc(1, sizeof *f);
    *f = (struct fixture){.s = site_open(), .text = text, .now = NOON};
    if (store_write_bulk(f->s->db, fill, f, &f->s->err) != RC_OK)
        fail_msg("%s %s", f->s->err.field, f->s->err.detail);
    return f;
}

static int open_role_play(void **state)
{
    *state = open_with(role_play);
    return 0;
}

static int open_debate(void **state)
{
    *state = open_with(debate);
    return 0;
}

static int shut(void **state)
{
    struct fixture *f = *state;
    site_shut(f->s);
    free(f);
    return 0;
}

static enum rc do_sit(struct db *tx, void *arg, struct err *e)
{
    const struct fixture *f = arg;
    TRY(room_come_in(tx, f->room, f->person, f->now));
    return f->seat != NULL ? room_take(tx, f->s->a, f->room, f->person, str_from(f->seat), f->now, e) : RC_OK;
}

static enum rc do_step(struct db *tx, void *arg, struct err *e)
{
    const struct fixture *f = arg;
    return room_step(tx, f->s->a, f->room, f->people[0], f->step, f->phase, f->now, e);
}

static enum rc sit(struct fixture *f, size_t who, const char *seat)
{
    f->person = f->people[who];
    f->seat = seat;
    return store_write(f->s->db, do_sit, f, &f->s->err);
}

/* phase: what the device that presses shows. */
static enum rc step(struct fixture *f, enum room_step what, int64_t phase, int64_t at)
{
    f->step = what;
    f->phase = phase;
    f->now = at;
    return store_write(f->s->db, do_step, f, &f->s->err);
}

static struct room seen(struct fixture *f, size_t who, int64_t at)
{
    struct room r;
    assert_int_equal(room_read(f->s->db, f->s->a, f->room, f->people[who], at, &r), RC_OK);
    return r;
}

static void begin_both(struct fixture *f)
{
    assert_int_equal(sit(f, 0, "sister"), RC_OK);
    assert_int_equal(sit(f, 1, "surgeon"), RC_OK);
    assert_int_equal(step(f, ROOM_BEGIN, 0, NOON), RC_OK);
}

static void two_devices_that_press_at_once_take_one_step(void **state)
{
    struct fixture *f = *state;
    begin_both(f);
    assert_int_equal(step(f, ROOM_BEGIN, 0, NOON + 1000), RC_OK); /* nothing more happens */
    assert_int_equal(seen(f, 0, NOON + 1000).left, 5 * 60000 - 1000);
    assert_int_equal(step(f, ROOM_NEXT, 0, NOON + 2000), RC_OK);
    assert_int_equal(step(f, ROOM_NEXT, 0, NOON + 2001), RC_CONFLICT);
    assert_int_equal(seen(f, 0, NOON + 2001).r.phase, 1);
}

static void who_drops_out_comes_back_to_her_seat(void **state)
{
    struct fixture *f = *state;
    begin_both(f);
    assert_int_equal(step(f, ROOM_NEXT, 0, NOON + 2000), RC_OK);
    f->now = NOON + 3 * 60000;
    assert_int_equal(sit(f, 2, "surgeon"), RC_CONFLICT); /* hers, whatever becomes of her device */
    assert_int_equal(sit(f, 1, NULL), RC_OK);
    struct room r = seen(f, 1, f->now);
    assert_non_null(r.part);
    assert_true(str_eq_z(r.part->name, "surgeon"));
    assert_int_equal(r.r.phase, 1);
}

/* All times are the server's; where one server's clock is behind another's, nobody gains or loses more than that. */
static void clocks_that_differ_do_no_harm(void **state)
{
    struct fixture *f = *state;
    begin_both(f);
    assert_int_equal(seen(f, 0, NOON - 5000).left, 5 * 60000);
    assert_int_equal(step(f, ROOM_TIMEOUT, 0, NOON + 30000), RC_OK);
    assert_int_equal(seen(f, 0, NOON + 900000).left, 5 * 60000 - 30000);
    assert_int_equal(step(f, ROOM_GO_ON, 0, NOON + 60000), RC_OK);
    assert_int_equal(seen(f, 1, NOON + 61000).left, 5 * 60000 - 31000);
    assert_int_equal(step(f, ROOM_PAUSE, 0, NOON + 59000), RC_OK); /* by a server that is a second behind */
    assert_int_equal(seen(f, 0, NOON + 70000).left, 5 * 60000 - 30000);
}

static void a_debate_with_one_judge_does_not_begin(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sit(f, 0, "speaker"), RC_OK);
    assert_int_equal(sit(f, 1, "speaker"), RC_OK);
    assert_int_equal(sit(f, 2, "judge"), RC_OK);
    assert_int_equal(step(f, ROOM_BEGIN, 0, NOON), RC_INVALID);
    assert_int_equal(f->s->err.msg, M_debate_judges_few);
    struct room r = seen(f, 2, NOON);
    assert_true(str_eq_z(r.r.state, "waiting"));
    assert_true(r.part != NULL && str_eq_z(r.part->name, "judge")); /* nothing is lost */
}

static void tied_ballots_go_by_the_rule_that_was_told(void **state)
{
    (void)state;
    assert_true(str_eq_z(debate_result(3, 2, 1, DEBATE_TIE_AGAINST, -9), "for"));
    assert_true(str_eq_z(debate_result(3, 0, 1, DEBATE_TIE_SWING, 9), "against"));
    assert_true(str_eq_z(debate_result(4, 2, 2, DEBATE_TIE_SHARED, 9), "shared"));
    assert_true(str_eq_z(debate_result(4, 2, 2, DEBATE_TIE_SWING, 1), "for"));
    assert_true(str_eq_z(debate_result(4, 2, 2, DEBATE_TIE_SWING, -1), "against"));
    assert_true(str_eq_z(debate_result(4, 2, 2, DEBATE_TIE_SWING, 0), "shared"));
    assert_true(str_eq_z(debate_result(3, 0, 0, DEBATE_TIE_AGAINST, 5), "against"));
    assert_true(str_eq_z(debate_result(2, 2, 0, DEBATE_TIE_SHARED, 5), "few"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_role_play, shut)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_devices_that_press_at_once_take_one_step),
        TEST(who_drops_out_comes_back_to_her_seat),
        TEST(clocks_that_differ_do_no_harm),
        cmocka_unit_test_setup_teardown(a_debate_with_one_judge_does_not_begin, open_debate, shut),
        cmocka_unit_test(tied_ballots_go_by_the_rule_that_was_told),
    };
    return site_run(tests, COUNT_OF(tests));
}
