/* The rules of portfolios on both engines: what may be chosen, in which order it stands, what a link opens and for how long, and that
 * nothing of it outlives the person. */
#include "programme/portfolio/portfolio.h"

#include "framework_site.h"
#include "gen/msg_portfolio.h"
#include "programme/portfolio/inside.h"

#define NOW (INT64_C(20000) * MS_PER_DAY)

enum step { ADD, CHANGE, DROP, SECTION, SECTION_CHANGE, SECTION_DROP, CHOOSE, ITEM_CHANGE, ITEM_DROP, MOVE, SHARE, REVOKE, OPENED, ERASE, RETAIN, EVIDENCE };

struct fixture {
    struct site *s;
    int64_t other;
    int64_t portfolio;
    /* of the step under way */
    enum step step;
    int64_t person, id, version, days, now;
    struct str title, words, token;
    int64_t chosen[600];
    size_t count;
    enum portfolio_what what;
    bool up, more;
    struct evidence_new evidence;
};

static enum rc take_step(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct arena *a = f->s->a;
    f->more = false;
    switch (f->step) {
    case ADD:
        return portfolio_add(tx, a, f->person, f->title, f->words, S("en"), f->now, &f->id, e);
    case CHANGE:
        return portfolio_change(tx, f->portfolio, f->version, f->title, f->words, S("de"), f->now, e);
    case DROP:
        return portfolio_drop(tx, f->portfolio, f->version, e);
    case SECTION:
        return portfolio_add_section(tx, a, f->portfolio, f->title, f->words, f->now, &f->id, e);
    case SECTION_CHANGE:
        return portfolio_change_section(tx, a, f->id, f->version, f->title, f->words, f->now, e);
    case SECTION_DROP:
        return portfolio_drop_section(tx, a, f->id, f->version, f->now, e);
    case CHOOSE:
        return portfolio_choose(tx, a, f->id, f->chosen, f->count, f->now, e);
    case ITEM_CHANGE:
        return portfolio_change_item(tx, a, f->id, f->version, f->words, f->now, e);
    case ITEM_DROP:
        return portfolio_drop_item(tx, a, f->id, f->version, f->now, e);
    case MOVE:
        return portfolio_move(tx, a, f->portfolio, f->version, f->what, f->id, f->up, f->now, e);
    case SHARE:
        return portfolio_share(tx, a, f->portfolio, f->words, f->days, f->now, &f->token, e);
    case REVOKE:
        return portfolio_revoke(tx, f->id, f->version, f->now, e);
    case OPENED:
        return sql_portfolio_link_opened(tx, f->id, f->now);
    case ERASE:
        return portfolio_capability.erase_person(tx, a, f->person, f->now);
    case RETAIN:
        return portfolio_capability.retain(tx, S("portfolio_link"), f->now, &f->more);
    case EVIDENCE:
        return evidence_add(tx, &f->evidence, f->now, &f->id);
    }
    return RC_INTERNAL;
}

static enum rc step(struct fixture *f, enum step what)
{
    f->step = what;
    f->s->err = (struct err){0};
    return store_write(f->s->db, take_step, f, &f->s->err);
}

static void refused(struct fixture *f, enum step what, enum rc rc, msg_id msg)
{
    assert_int_equal(step(f, what), rc);
    assert_int_equal(f->s->err.msg, msg);
}

static int64_t evidence(struct fixture *f, int64_t person, const char *source, int64_t number)
{
    f->evidence = (struct evidence_new){.person = person, .programme = f->s->programme, .kind = "attended", .percent = -1, .source_kind = source, .source_id = number, .at = number};
    assert_int_equal(step(f, EVIDENCE), RC_OK);
    return f->id;
}

static int64_t section(struct fixture *f, const char *title)
{
    f->title = str_from(title);
    f->words = S("");
    assert_int_equal(step(f, SECTION), RC_OK);
    return f->id;
}

static enum rc choose(struct fixture *f, int64_t into, const int64_t *ids, size_t count)
{
    f->id = into;
    f->count = count;
    memcpy(f->chosen, ids, count * sizeof *ids);
    return step(f, CHOOSE);
}

static enum rc add_other(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Other"), .family_name = S("One"), .display_name = S(""), .email = S("")};
    return people_add(tx, f->s->a, &d, 1, &f->other, e);
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    f->now = NOW;
    assert_int_equal(store_write(f->s->db, add_other, f, &f->s->err), RC_OK);
    f->person = f->s->person;
    f->title = S("Mine");
    f->words = S("Hello");
    assert_int_equal(step(f, ADD), RC_OK);
    f->portfolio = f->id;
    *state = f;
    return 0;
}

static int shut_site(void **state)
{
    struct fixture *f = *state;
    site_shut(f->s);
    free(f);
    return 0;
}

/* The items in their order as "a1 a2|b3": a letter for each section, a number for each item's source. */
static const char *order(struct fixture *f)
{
    struct rows_portfolio_sections s;
    struct rows_portfolio_items r;
    struct buf b = buf_new(f->s->a, 64);
    assert_int_equal(sql_portfolio_sections(f->s->db, f->s->a, f->portfolio, &s), RC_OK);
    assert_int_equal(sql_portfolio_items(f->s->db, f->s->a, f->portfolio, &r), RC_OK);
    for (size_t i = 0; i < s.n; i++) {
        buf_z(&b, i == 0 ? "" : "|");
        buf_str(&b, s.v[i].title);
        for (size_t k = 0; k < r.n; k++)
            if (r.v[k].section_id == s.v[i].id)
                buf_printf(&b, " %" PRId64, r.v[k].evidence_source_null ? -1 : r.v[k].evidence_source);
    }
    buf_ch(&b, '\0');
    return b.p;
}

static int64_t item_of(struct fixture *f, int64_t source)
{
    struct rows_portfolio_items r;
    assert_int_equal(sql_portfolio_items(f->s->db, f->s->a, f->portfolio, &r), RC_OK);
    for (size_t k = 0; k < r.n; k++)
        if (!r.v[k].evidence_source_null && r.v[k].evidence_source == source)
            return r.v[k].id;
    fail_msg("no item %" PRId64, source);
    return 0;
}

static enum rc move(struct fixture *f, enum portfolio_what what, int64_t id, bool up)
{
    struct row_portfolio_find p;
    assert_int_equal(sql_portfolio_find(f->s->db, f->s->a, f->portfolio, &p), RC_OK);
    f->version = p.arranged;
    f->what = what;
    f->id = id;
    f->up = up;
    return step(f, MOVE);
}

static void only_own_evidence_is_chosen(void **state)
{
    struct fixture *f = *state;
    int64_t a = section(f, "a"), mine = evidence(f, f->s->person, "course_session", 1), second = evidence(f, f->s->person, "observation", 2);
    int64_t hers = evidence(f, f->other, "course_session", 3), closed = evidence(f, f->s->person, "mentor_log", 4);
    assert_int_equal(choose(f, a, (int64_t[]){mine, hers}, 2), RC_NOT_FOUND);
    assert_int_equal(choose(f, a, (int64_t[]){mine, closed}, 2), RC_NOT_FOUND); /* never shown to others */
    assert_int_equal(choose(f, a, (int64_t[]){mine, 12345}, 2), RC_NOT_FOUND);
    assert_string_equal(order(f), "a"); /* all or nothing */
    assert_int_equal(choose(f, a, (int64_t[]){mine, second, mine}, 3), RC_OK);
    assert_int_equal(choose(f, a, (int64_t[]){mine}, 1), RC_OK);
    assert_string_equal(order(f), "a 1 2"); /* once each */
}

static void withdrawn_evidence_is_gone(void **state)
{
    struct fixture *f = *state;
    int64_t a = section(f, "a"), mine = evidence(f, f->s->person, "observation", 7);
    assert_int_equal(choose(f, a, &mine, 1), RC_OK);
    f->evidence.kind = "observation_withdrawn";
    f->evidence.replaces = mine;
    assert_int_equal(step(f, EVIDENCE), RC_OK);
    assert_string_equal(order(f), "a -1");
    assert_int_equal(choose(f, a, &mine, 1), RC_NOT_FOUND);
}

static void there_is_a_most_of_everything(void **state)
{
    struct fixture *f = *state;
    int64_t a = section(f, "a");
    for (int i = 0; i < PORTFOLIO_ITEMS_MOST + 1; i++)
        f->chosen[i] = evidence(f, f->s->person, "course_session", i + 1);
    f->id = a;
    f->count = PORTFOLIO_ITEMS_MOST + 1;
    refused(f, CHOOSE, RC_INVALID, M_portfolio_too_many_items);
    assert_string_equal(order(f), "a");
    f->count = PORTFOLIO_ITEMS_MOST;
    assert_int_equal(step(f, CHOOSE), RC_OK);
    f->chosen[0] = f->chosen[PORTFOLIO_ITEMS_MOST];
    f->count = 1;
    refused(f, CHOOSE, RC_INVALID, M_portfolio_too_many_items);
    for (int i = 1; i < PORTFOLIO_SECTIONS_MOST; i++)
        (void)section(f, "b");
    refused(f, SECTION, RC_INVALID, M_portfolio_too_many_sections);
    for (int i = 1; i < PORTFOLIO_MOST; i++)
        assert_int_equal(step(f, ADD), RC_OK);
    refused(f, ADD, RC_INVALID, M_portfolio_too_many);
    f->person = f->other;
    assert_int_equal(step(f, ADD), RC_OK);
}

static void order_is_changed_step_by_step(void **state)
{
    struct fixture *f = *state;
    int64_t a = section(f, "a"), b = section(f, "b"), c = section(f, "c"), e[4];
    for (int i = 0; i < 4; i++)
        e[i] = evidence(f, f->s->person, "course_session", i + 1);
    assert_int_equal(choose(f, a, e, 3), RC_OK);
    assert_int_equal(choose(f, c, &e[3], 1), RC_OK);
    assert_string_equal(order(f), "a 1 2 3|b|c 4");
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 3), true), RC_OK);
    assert_string_equal(order(f), "a 1 3 2|b|c 4");
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 2), false), RC_OK); /* over the edge */
    assert_string_equal(order(f), "a 1 3|b 2|c 4");
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 2), false), RC_OK);
    assert_string_equal(order(f), "a 1 3|b|c 2 4");
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 2), true), RC_OK);
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 2), true), RC_OK);
    assert_string_equal(order(f), "a 1 3 2|b|c 4");
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 1), true), RC_OK); /* the first of all stays */
    assert_int_equal(move(f, PORTFOLIO_ITEM, item_of(f, 4), false), RC_OK);
    assert_int_equal(move(f, PORTFOLIO_SECTION, a, true), RC_OK);
    assert_int_equal(move(f, PORTFOLIO_SECTION, c, false), RC_OK);
    assert_string_equal(order(f), "a 1 3 2|b|c 4");
    assert_int_equal(move(f, PORTFOLIO_SECTION, a, false), RC_OK);
    assert_string_equal(order(f), "b|a 1 3 2|c 4");
    assert_int_equal(move(f, PORTFOLIO_SECTION, c, true), RC_OK);
    assert_int_equal(move(f, PORTFOLIO_SECTION, c, true), RC_OK);
    assert_string_equal(order(f), "c 4|b|a 1 3 2");
    f->id = b;
    refused(f, MOVE, RC_CONFLICT, M_portfolio_changed); /* the same button again */
    assert_int_equal(move(f, PORTFOLIO_SECTION, 12345, true), RC_NOT_FOUND);
    assert_int_equal(move(f, PORTFOLIO_ITEM, b, true), RC_NOT_FOUND);
}

static void two_tabs_do_not_overwrite(void **state)
{
    struct fixture *f = *state;
    int64_t a = section(f, "a"), mine = evidence(f, f->s->person, "course_session", 1);
    assert_int_equal(choose(f, a, &mine, 1), RC_OK);
    f->version = 1;
    f->title = S("New");
    assert_int_equal(step(f, CHANGE), RC_OK);
    refused(f, CHANGE, RC_CONFLICT, M_portfolio_changed);
    f->id = a;
    assert_int_equal(step(f, SECTION_CHANGE), RC_OK);
    refused(f, SECTION_CHANGE, RC_CONFLICT, M_portfolio_changed);
    refused(f, SECTION_DROP, RC_CONFLICT, M_portfolio_changed);
    assert_string_equal(order(f), "New 1"); /* and nothing of it went */
    f->id = item_of(f, 1);
    assert_int_equal(step(f, ITEM_CHANGE), RC_OK);
    refused(f, ITEM_DROP, RC_CONFLICT, M_portfolio_changed);
    f->version = 2;
    assert_int_equal(step(f, ITEM_DROP), RC_OK);
    f->id = a;
    assert_int_equal(step(f, SECTION_DROP), RC_OK);
    assert_string_equal(order(f), "");
}

static enum rc open_at(struct fixture *f, struct str token, int64_t now, struct portfolio_opened *o)
{
    f->s->err = (struct err){0};
    return portfolio_open(f->s->db, f->s->a, token, now, o, &f->s->err);
}

static void share(struct fixture *f, int64_t days)
{
    f->days = days;
    f->words = S("A friend");
    assert_int_equal(step(f, SHARE), RC_OK);
}

static void a_link_opens_until_it_ends(void **state)
{
    struct fixture *f = *state;
    struct portfolio_opened o;
    share(f, 7);
    assert_int_equal(f->token.n, PORTFOLIO_TOKEN_CHARS);
    assert_int_equal(open_at(f, f->token, NOW, &o), RC_OK);
    assert_int_equal(o.portfolio, f->portfolio);
    assert_int_equal(o.person, f->s->person);
    assert_int_equal(open_at(f, f->token, NOW + 7 * MS_PER_DAY - 1, &o), RC_OK);
    assert_int_equal(open_at(f, f->token, NOW + 7 * MS_PER_DAY, &o), RC_GONE);
    assert_int_equal(f->s->err.msg, M_portfolio_gone);
    assert_int_equal(open_at(f, S("x"), NOW, &o), RC_GONE); /* never there: the same answer */
    assert_int_equal(f->s->err.msg, M_portfolio_gone);
    assert_int_equal(open_at(f, S(""), NOW, &o), RC_GONE);
}

static void only_the_hash_of_a_link_is_kept(void **state)
{
    struct fixture *f = *state;
    struct rows_portfolio_links rows;
    share(f, 7);
    struct str first = f->token;
    share(f, 7);
    assert_false(str_eq(first, f->token));
    struct row_portfolio_link_by_hash r;
    assert_int_equal(sql_portfolio_link_by_hash(f->s->db, f->s->a, f->token, &r), RC_NOT_FOUND); /* not by itself */
    assert_int_equal(sql_portfolio_links(f->s->db, f->s->a, f->portfolio, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
}

static void a_link_is_taken_back_at_once(void **state)
{
    struct fixture *f = *state;
    struct portfolio_opened o;
    struct rows_portfolio_links rows;
    share(f, 30);
    assert_int_equal(open_at(f, f->token, NOW, &o), RC_OK);
    f->id = o.link;
    assert_int_equal(step(f, OPENED), RC_OK);
    f->version = 1;
    assert_int_equal(step(f, REVOKE), RC_OK);
    refused(f, REVOKE, RC_CONFLICT, M_portfolio_changed);
    assert_int_equal(open_at(f, f->token, NOW, &o), RC_GONE);
    assert_int_equal(step(f, OPENED), RC_OK); /* who had it open before is not counted any more */
    assert_int_equal(sql_portfolio_links(f->s->db, f->s->a, f->portfolio, 10, &rows), RC_OK);
    assert_int_equal(rows.v[0].opened, 1);
    assert_int_equal(rows.v[0].last_opened_at, NOW);
}

static void links_are_few(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < PORTFOLIO_LINKS_MOST; i++)
        share(f, 1 + i % 2);
    refused(f, SHARE, RC_INVALID, M_portfolio_too_many_links);
    f->now = NOW + MS_PER_DAY; /* half of them have ended */
    share(f, 1);
}

static void ended_links_are_forgotten_in_time(void **state)
{
    struct fixture *f = *state;
    struct rows_portfolio_links rows;
    share(f, 7);
    share(f, 30);
    f->now = NOW + 10 * MS_PER_DAY;
    assert_int_equal(step(f, RETAIN), RC_OK);
    assert_false(f->more);
    assert_int_equal(sql_portfolio_links(f->s->db, f->s->a, f->portfolio, 10, &rows), RC_OK);
    assert_int_equal(rows.n, 1);
}

static size_t things_of(struct fixture *f, int64_t person)
{
    struct rows_portfolio_all_of_person rows;
    assert_int_equal(sql_portfolio_all_of_person(f->s->db, f->s->a, person, &rows), RC_OK);
    return rows.n;
}

static void nothing_outlives_the_person_or_the_portfolio(void **state)
{
    struct fixture *f = *state;
    struct portfolio_opened o;
    int64_t a = section(f, "a"), mine = evidence(f, f->s->person, "course_session", 1);
    assert_int_equal(choose(f, a, &mine, 1), RC_OK);
    share(f, 30);
    struct str token = f->token;
    json_t *held = json_object();
    assert_int_equal(portfolio_capability.export_person(f->s->db, f->s->a, f->s->person, held), RC_OK);
    char *text = json_dumps(held, JSON_COMPACT);
    assert_non_null(strstr(text, "\"title\":\"Mine\""));
    assert_non_null(strstr(text, "\"title\":\"a\""));
    assert_non_null(strstr(text, "\"for_whom\":\"A friend\""));
    assert_null(strstr(text, str_z(f->s->a, token)));
    free(text);
    json_decref(held);
    f->person = f->other;
    assert_int_equal(step(f, ERASE), RC_OK);
    assert_int_equal(things_of(f, f->s->person), 1); /* somebody else's erasure is not hers */
    f->person = f->s->person;
    assert_int_equal(step(f, ERASE), RC_OK);
    assert_int_equal(things_of(f, f->s->person), 0);
    assert_int_equal(open_at(f, token, NOW, &o), RC_GONE);
    f->title = S("Next");
    assert_int_equal(step(f, ADD), RC_OK);
    f->portfolio = f->id;
    (void)section(f, "a");
    share(f, 30);
    f->version = 2;
    refused(f, DROP, RC_CONFLICT, M_portfolio_changed);
    assert_int_equal(open_at(f, f->token, NOW, &o), RC_OK);
    f->version = 1;
    assert_int_equal(step(f, DROP), RC_OK);
    assert_int_equal(open_at(f, f->token, NOW, &o), RC_GONE);
}

static void each_act_is_offered_once_and_in_pages(void **state)
{
    struct fixture *f = *state;
    struct rows_portfolio_choices rows;
    int64_t a = section(f, "a"), first = evidence(f, f->s->person, "course_session", 1);
    (void)evidence(f, f->s->person, "course_session", 1); /* the same act, for another competency */
    (void)evidence(f, f->s->person, "course_session", 2);
    (void)evidence(f, f->s->person, "mentor_log", 3);
    (void)evidence(f, f->other, "course_session", 4);
    int64_t last = evidence(f, f->s->person, "course_session", 5);
    assert_int_equal(sql_portfolio_choices(f->s->db, f->s->a, f->s->person, f->portfolio, INT64_MAX, INT64_MAX, 2, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.v[0].id, last);
    assert_int_equal(rows.v[1].source_id, 2);
    assert_int_equal(sql_portfolio_choices(f->s->db, f->s->a, f->s->person, f->portfolio, rows.v[1].at, rows.v[1].id, 2, &rows), RC_OK);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.v[0].id, first);
    assert_int_equal(choose(f, a, &last, 1), RC_OK);
    assert_int_equal(sql_portfolio_choices(f->s->db, f->s->a, f->s->person, f->portfolio, INT64_MAX, INT64_MAX, 9, &rows), RC_OK);
    assert_int_equal(rows.n, 2); /* what it has is not offered again */
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_own_evidence_is_chosen),
        TEST(withdrawn_evidence_is_gone),
        TEST(there_is_a_most_of_everything),
        TEST(order_is_changed_step_by_step),
        TEST(two_tabs_do_not_overwrite),
        TEST(a_link_opens_until_it_ends),
        TEST(only_the_hash_of_a_link_is_kept),
        TEST(a_link_is_taken_back_at_once),
        TEST(links_are_few),
        TEST(ended_links_are_forgotten_in_time),
        TEST(nothing_outlives_the_person_or_the_portfolio),
        TEST(each_act_is_offered_once_and_in_pages),
    };
    return site_run(tests, COUNT_OF(tests));
}
