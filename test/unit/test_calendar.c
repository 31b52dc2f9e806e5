/* What a feed tells after it was told before: sequences, what was dropped, what is over, what cannot be read; calendar files of whole days and of
 * hostile text. */
#include "arena_fixture.h"

#include "base/clock.h"
#include "programme/calendar/told.h"

#define TODAY 20000
#define NOW (TODAY * MS_PER_DAY + 5 * MS_PER_HOUR)

static struct telling at(int64_t now)
{
    return (struct telling){.from = now - 60 * MS_PER_DAY, .until = now + 400 * MS_PER_DAY, .now = now, .gone = S("Cancelled"), .zone = zone_utc()};
}

static struct ical_event shift(const char *uid, int64_t day, const char *summary)
{
    return (struct ical_event){.uid = str_from(uid), .starts_at = day * MS_PER_DAY, .minutes = 60, .summary = str_from(summary)};
}

struct told {
    struct str told;
    struct ical_event *v;
    size_t n;
};

static struct told merge(struct str told, const struct telling *t, const struct ical_event *events, size_t n)
{
    struct told out;
    struct ical_event *copy = ARENA_ARRAY(a, n, struct ical_event);
    for (size_t i = 0; i < n; i++)
        copy[i] = events[i];
    told_merge(a, told, t, copy, n, &out.v, &out.n, &out.told);
    return out;
}

static void what_is_unchanged_stays_as_it_was_told(void **state)
{
    (void)state;
    const struct ical_event e[] = {shift("b@x", TODAY + 1, "B"), shift("a@x", TODAY + 2, "A")}, turned[] = {e[1], e[0]};
    struct telling first = at(NOW), later = at(NOW + MS_PER_DAY);
    struct told one = merge(S(""), &first, e, 2), two = merge(one.told, &later, turned, 2);
    assert_int_equal(one.n, 2);
    assert_true(str_eq(one.v[0].uid, S("a@x")));
    assert_true(str_eq(one.told, two.told));
    assert_int_equal(two.v[0].sequence, 0);
    assert_int_equal(two.v[1].stamp_at, NOW);
    assert_true(str_eq(ical_write_feed(a, S("C"), one.v, one.n), ical_write_feed(a, S("C"), two.v, two.n)));
}

static void each_change_is_told_once_with_a_higher_sequence(void **state)
{
    (void)state;
    struct ical_event e[] = {shift("a@x", TODAY + 1, "A"), shift("b@x", TODAY + 1, "B")};
    struct telling t = at(NOW), t2 = at(NOW + 1000);
    struct told one = merge(S(""), &t, e, 2);
    struct ical_event changed[5];
    for (int i = 0; i < 5; i++)
        changed[i] = e[0];
    changed[0].starts_at += MS_PER_HOUR;
    changed[1].minutes = 61;
    changed[2].summary = S("A'");
    changed[3].place = S("Hall");
    changed[4].text = S("more");
    for (int i = 0; i < 5; i++) {
        const struct ical_event now[] = {changed[i], e[1]};
        struct told two = merge(one.told, &t2, now, 2);
        assert_int_equal(two.v[0].sequence, 1);
        assert_int_equal(two.v[0].stamp_at, NOW + 1000);
        assert_int_equal(two.v[1].sequence, 0);
        assert_int_equal(two.v[1].stamp_at, NOW);
    }
}

static void what_was_dropped_is_cancelled_for_a_while_and_may_come_back(void **state)
{
    (void)state;
    const struct ical_event e[] = {shift("a@x", TODAY + 1, "A"), shift("b@x", TODAY + 40, "secret")};
    struct telling t = at(NOW), next = at(NOW + MS_PER_DAY), end = at(NOW + (TOLD_GONE_DAYS + 2) * MS_PER_DAY);
    struct told one = merge(S(""), &t, e, 2), two = merge(one.told, &next, e, 1);
    assert_int_equal(two.n, 2);
    assert_true(two.v[1].cancelled && str_eq(two.v[1].summary, S("Cancelled")));
    assert_int_equal(two.v[1].sequence, 1);
    has_not(ical_write_feed(a, S("C"), two.v, two.n), "secret");
    has_not(two.told, "secret");
    next.now += MS_PER_HOUR;
    struct told same = merge(two.told, &next, e, 1), back = merge(two.told, &next, e, 2), gone = merge(two.told, &end, e, 1);
    assert_true(str_eq(same.told, two.told));
    assert_int_equal(back.v[1].sequence, 2);
    assert_false(back.v[1].cancelled);
    assert_int_equal(gone.n, 1);
    has_not(gone.told, "b@x");
}

static void what_is_over_or_cut_off_is_not_cancelled(void **state)
{
    (void)state;
    const struct ical_event e[] = {shift("a@x", TODAY + 1, "A"), shift("b@x", TODAY + 2, "B")};
    struct telling t = at(NOW), over = at(NOW + 90 * MS_PER_DAY), cut = at(NOW + 1000);
    struct told one = merge(S(""), &t, e, 2), two = merge(one.told, &over, NULL, 0);
    assert_int_equal(two.n, 0);
    assert_int_equal(two.told.n, 0);
    cut.cut = true;
    assert_int_equal(merge(one.told, &cut, e, 1).n, 1);
    struct telling during = at((TODAY + 1) * MS_PER_DAY + 59 * MS_PER_MINUTE), after = at((TODAY + 1) * MS_PER_DAY + 60 * MS_PER_MINUTE);
    struct told called_off = merge(one.told, &during, &e[1], 1), held = merge(one.told, &after, &e[1], 1);
    assert_true(called_off.n == 2 && called_off.v[0].cancelled);
    assert_int_equal(held.n, 1);
    has_not(held.told, "a@x");
    assert_int_equal(merge(called_off.told, &after, &e[1], 1).n, 2);
}

static void a_feed_has_its_bounds(void **state)
{
    (void)state;
    struct telling t = at(NOW), t2 = at(NOW + 1000);
    struct ical_event *many = ARENA_ARRAY(a, TOLD_MOST + 50, struct ical_event);
    for (int i = 0; i < TOLD_MOST + 50; i++) {
        many[i] = shift("x", TODAY + 1, "S");
        many[i].uid = str_printf(a, "e-%d@x", TOLD_MOST + 50 - i);
        many[i].starts_at -= i * MS_PER_MINUTE;
    }
    struct told one = merge(S(""), &t, many, TOLD_MOST + 50), two = merge(one.told, &t2, many, TOLD_MOST + 50);
    assert_int_equal(one.n, TOLD_MOST);
    has_not(one.told, "e-1050@x"); /* the last to begin */
    has(one.told, "e-1@x");
    assert_true(str_eq(one.told, two.told));
    assert_true(one.told.n < TOLD_MOST * 128);
}

static void what_was_told_twice_or_cannot_be_read_does_no_harm(void **state)
{
    (void)state;
    const struct ical_event e[] = {shift("a@x", TODAY + 1, "A"), shift("a@x", TODAY + 1, "A")};
    struct telling t = at(NOW);
    struct told one = merge(S("rubbish\n\t\t\t\na@x\t0\tx\t1\tf\t0\t0\t0\nb@x\t0\t1\n"), &t, e, 2);
    assert_int_equal(one.n, 1);
    assert_int_equal(one.v[0].sequence, 0);
    assert_int_equal(merge(S(""), &t, NULL, 0).n, 0);
}

/* ---- the file ------------------------------------------------------------------------------------------------------------------------- */

static void a_whole_day_is_a_day(void **state)
{
    (void)state;
    struct ical_event e = {.uid = S("1@x"), .all_day = true, .day = 19782, .summary = S("Due"), .free = true}; /* 29 February 2024 */
    struct str text = ical_write_feed(a, S("C, a; b"), &e, 1);
    has(text, "DTSTART;VALUE=DATE:20240229\r\nDTEND;VALUE=DATE:20240301\r\n");
    has(text, "TRANSP:TRANSPARENT\r\n");
    has(text, "X-WR-CALNAME:C\\, a\\; b\r\n");
    has_not(text, "DURATION:PT1M");
}

static void no_text_begins_a_line_of_its_own(void **state)
{
    (void)state;
    struct buf b = buf_new(a, 0);
    for (int i = 0; i < 400; i++)
        buf_z(&b, "\xf0\x9f\xa6\xa6,");
    struct ical_event e[] = {
        {.uid = S("1@x"), .starts_at = NOW, .minutes = 5, .summary = S("x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\rUID:evil"), .text = S("\x00\x01\x7f\tz"), .place = S("\\n;,\n")},
        {.uid = S("2@x"), .starts_at = NOW, .minutes = 5, .summary = buf_text(&b), .url = S("https://here.example/a")},
    };
    struct str text = ical_write(a, e, 2), rest = text, line;
    size_t begins = 0;
    while (str_cut(&rest, '\n', &line)) {
        assert_true(line.n == 0 || (line.p[line.n - 1] == '\r' && line.n <= 76));
        assert_false(str_starts(line, S("UID:evil")));
        assert_false(line.n > 1 && line.p[0] == ' ' && ((unsigned char)line.p[1] & 0xc0) == 0x80); /* cut within a character */
        begins += str_starts(line, S("BEGIN:VEVENT"));
    }
    assert_int_equal(begins, 2);
    for (size_t i = 0; i < text.n; i++)
        assert_true((unsigned char)text.p[i] >= ' ' || text.p[i] == '\r' || text.p[i] == '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(what_is_unchanged_stays_as_it_was_told),
        IN_ARENA(each_change_is_told_once_with_a_higher_sequence),
        IN_ARENA(what_was_dropped_is_cancelled_for_a_while_and_may_come_back),
        IN_ARENA(what_is_over_or_cut_off_is_not_cancelled),
        IN_ARENA(a_feed_has_its_bounds),
        IN_ARENA(what_was_told_twice_or_cannot_be_read_does_no_harm),
        IN_ARENA(a_whole_day_is_a_day),
        IN_ARENA(no_text_begins_a_line_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
