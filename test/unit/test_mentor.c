/* Mentorship: the rules without pages, and that no statement of the house but the wall's own names a table behind the wall. */
#include "framework_site.h"

#include <dirent.h>

#include "base/buf.h"
#include "gen/msg_mentor.h"
#include "gen/programme/mentor/chain_sql.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "programme/mentor/mentor.h"
#include "store/statement.h"

#define TODAY 20000
#define NOW (TODAY * MS_PER_DAY)

static const char *const behind[] = {"mentor_agreement", "mentor_meeting", "mentor_words", "mentor_action", "mentor_reply", "mentor_log"};

static bool names_one(const char *sql)
{
    for (size_t i = 0; i < COUNT_OF(behind); i++)
        if (strstr(sql, behind[i]) != NULL)
            return true;
    return false;
}

/* ---- the wall ----------------------------------------------------------------------------------------------------------------------- */

static void only_wall_statements_name_what_lies_behind(void **state)
{
    (void)state;
    size_t wall = 0;
    for (size_t i = 0; i < statement_count; i++) {
        bool is_wall = strncmp(all_statements[i]->name, "wall_", 5) == 0;
        if (names_one(all_statements[i]->sql) != is_wall)
            fail_msg("%s is %sa statement of the wall", all_statements[i]->name, is_wall ? "" : "not ");
        wall += is_wall;
    }
    assert_true(wall > 20);
}

/* Files of a folder and the folders in it, kept in a list so that nothing recurs. */
static void each_file(struct arena *a, const char *top, void (*fn)(struct arena *a, const char *path, const char *text))
{
    const char *folders[200] = {top};
    size_t count = 1, seen = 0;
    for (size_t at = 0; at < count; at++) {
        DIR *d = opendir(folders[at]);
        assert_non_null(d);
        for (struct dirent *e; (e = readdir(d)) != NULL;) {
            const char *path = str_z(a, str_printf(a, "%s/%s", folders[at], e->d_name));
            if (e->d_name[0] == '.')
                continue;
            if (e->d_type == DT_DIR) {
                assert_true(count < COUNT_OF(folders));
                folders[count++] = path;
                continue;
            }
            fn(a, path, str_z(a, file_read(a, path)));
            seen++;
        }
        closedir(d);
    }
    assert_true(seen > 4);
}

static void check_source(struct arena *a, const char *path, const char *text)
{
    (void)a;
    bool sql = str_ends(str_from(path), S(".sql")), mine = strstr(path, "/programme/mentor/") != NULL;
    if (sql && !mine && names_one(text))
        fail_msg("%s names a table behind the wall", path);
    if (!mine && (strstr(text, "sql_wall_") != NULL || strstr(text, "mentor_sql.h") != NULL))
        fail_msg("%s calls a statement of the wall", path);
}

static void no_other_part_reaches_behind(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    each_file(a, CADRE_SOURCE_DIR "/src", check_source);
    arena_free(a);
}

static void check_migration(struct arena *a, const char *path, const char *text)
{
    struct str rest = str_from(text), part;
    while (str_cut(&rest, ';', &part))
        if (str_find(part, S("CREATE VIEW"), NULL) && names_one(str_z(a, part)))
            fail_msg("%s opens the wall with a view", path);
}

static void no_view_opens_it(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    each_file(a, CADRE_SOURCE_DIR "/migrations", check_migration);
    arena_free(a);
}

/* ---- the rules ---------------------------------------------------------------------------------------------------------------------- */

struct pairing {
    struct site *s;
    int64_t mentor, mentee, profile, pair, version, meeting, id;
    int64_t capacity, away, now;
    bool yes, again;
    enum mentor_step step;
    struct mentor_agreement g;
    struct str kind;
    struct mentor_meeting m;
    enum mentor_mark mark;
    int64_t by, due;
};

static enum rc fill_people(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    struct person_details d = {.given_name = S("Mo"), .family_name = S("Mentor"), .display_name = S(""), .email = S("")};
    TRY(people_add(tx, p->s->a, &d, 1, &p->mentor, e));
    d.family_name = S("Mentee");
    TRY(people_add(tx, p->s->a, &d, 1, &p->mentee, e));
    TRY(programme_grant_role(tx, p->mentor, ROLE_MENTOR, p->s->programme, 0, TODAY - 9, INT64_MAX, S("test"), e));
    return programme_grant_role(tx, p->mentee, ROLE_AUTHOR, p->s->programme, 0, TODAY - 9, INT64_MAX, S("test"), e);
}

static enum rc save_profile(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct mentor_profile m = {.programme = p->s->programme, .person = p->mentor, .offers = S("O"), .interests = S("I"), .availability = S(""), .languages = S(" en "), .capacity = p->capacity, .away_until = p->away, .shown = true, .version = p->version};
    return mentor_save_profile(tx, p->s->a, &m, TODAY, e);
}

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    return mentor_ask(tx, p->s->a, p->profile, p->by, S("please"), TODAY, p->now, &p->pair, e);
}

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_answer(tx, p->s->a, p->pair, p->yes, S("words"), p->now, e);
}

static enum rc agree(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_save_agreement(tx, p->s->a, p->pair, &p->g, p->by, p->now, e);
}

static enum rc sign(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_sign(tx, p->s->a, p->pair, p->g.version, p->by, p->now, e);
}

static enum rc conflict(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    return mentor_add_conflict(tx, p->s->a, p->s->programme, p->mentor, p->mentee, S("veto"), TODAY, &p->id, e);
}

static enum rc step(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_take_step(tx, p->s->a, p->pair, p->version, p->step, p->by, p->again, p->now, e);
}

static enum rc plan(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    p->m.id = 0;
    return mentor_save_meeting(tx, p->s->a, p->pair, &p->m, p->by, p->now, e);
}

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_note_meeting(tx, p->s->a, p->pair, p->m.id, S("n"), p->mark, p->by, p->now, e);
}

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_add_action(tx, p->s->a, p->pair, p->id, S("do it"), p->due, p->by, TODAY, e);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    (void)e;
    return mentor_capability.erase_person(tx, p->s->a, p->mentee, p->now);
}

static void expect(struct pairing *p, write_fn *fn, enum rc rc, msg_id msg)
{
    struct err e = {0};
    enum rc got = store_write(p->s->db, fn, p, &e);
    if (got != rc || e.msg != msg)
        fail_msg("rc %d, %.*s; expected rc %d, %.*s", got, STR_ARG(msg_name(e.msg)), rc, STR_ARG(msg_name(msg)));
}

static struct row_mentor_pair_find pair_now(struct pairing *p)
{
    struct row_mentor_pair_find row;
    assert_int_equal(sql_mentor_pair_find(p->s->db, p->s->a, p->pair, &row), RC_OK);
    return row;
}

static bool is(struct str state, const char *word)
{
    return str_eq_z(state, word);
}

static struct pairing *begin(int64_t capacity)
{
    struct site *s = site_open();
    struct pairing *p = ARENA_NEW(s->a, struct pairing);
    struct row_mentor_profile_of row;
    *p = (struct pairing){.s = s, .capacity = capacity, .away = INT64_MIN, .now = NOW};
    expect(p, fill_people, RC_OK, 0);
    expect(p, save_profile, RC_OK, 0);
    assert_int_equal(sql_mentor_profile_of(s->db, s->a, s->programme, p->mentor, &row), RC_OK);
    p->profile = row.id;
    p->version = row.version;
    p->by = p->mentee;
    return p;
}

static void asking_is_refused_with_a_reason(void **state)
{
    (void)state;
    struct pairing *p = begin(0);
    expect(p, ask, RC_INVALID, M_mentor_not_now);
    p->by = p->mentor;
    expect(p, ask, RC_INVALID, M_mentor_yourself);
    p->by = p->mentee;
    p->capacity = 51;
    expect(p, save_profile, RC_INVALID, M_mentor_capacity_bad);
    p->capacity = 1;
    p->away = TODAY - 1;
    expect(p, save_profile, RC_INVALID, M_mentor_day_past);
    p->away = TODAY;
    expect(p, save_profile, RC_OK, 0);
    expect(p, save_profile, RC_CONFLICT, M_mentor_changed); /* the version of before */
    expect(p, ask, RC_INVALID, M_mentor_is_away);
    p->version++;
    p->away = INT64_MIN;
    expect(p, save_profile, RC_OK, 0);
    expect(p, conflict, RC_OK, 0);
    expect(p, conflict, RC_CONFLICT, M_mentor_conflict_there);
    expect(p, ask, RC_INVALID, M_mentor_must_not);
    site_shut(p->s);
}

/* The names in the list behind (key, id), with a space before each. */
static struct str listed(struct pairing *p, struct str word, bool free_only, struct str key, int64_t id)
{
    struct rows_mentor_profile_list rows;
    struct buf b = buf_new(p->s->a, 64);
    assert_int_equal(sql_mentor_profile_list(p->s->db, p->s->a, p->s->programme, word, S("%"), S("%"), S("%"), TODAY, free_only, key, id, 50, &rows), RC_OK);
    for (size_t i = 0; i < rows.n; i++)
        buf_printf(&b, " %.*s", STR_ARG(rows.v[i].sort_key));
    return buf_text(&b);
}

static enum rc marry(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct person_details d = {.given_name = S("Mo"), .family_name = S("Married"), .display_name = S(""), .email = S("")};
    bool changed;
    return people_change(tx, p->s->a, p->mentor, &d, &changed, e);
}

static enum rc erase_name(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    (void)e;
    return people_capability.erase_person(tx, p->s->a, p->mentor, p->now);
}

static enum rc mentee_offers(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct mentor_profile m = {.programme = p->s->programme, .person = p->mentee, .offers = S("Ultrasound"), .interests = S("I"), .languages = S(" en "), .capacity = 0, .away_until = INT64_MIN, .shown = true};
    return mentor_save_profile(tx, p->s->a, &m, TODAY, e);
}

static enum rc hide_profile(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct mentor_profile m = {.programme = p->s->programme, .person = p->mentor, .offers = S("O"), .interests = S("I"), .languages = S(" en "), .capacity = 1, .away_until = INT64_MIN, .version = p->version};
    return mentor_save_profile(tx, p->s->a, &m, TODAY, e);
}

static void the_list_follows_names_and_what_is_shown(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    expect(p, mentee_offers, RC_OK, 0);
    assert_true(is(listed(p, S("%"), false, S(""), 0), " mentee mo mentor mo"));
    assert_true(is(listed(p, S("%"), false, S("mentee mo"), INT64_MAX), " mentor mo"));
    assert_true(is(listed(p, S("%ultra%"), false, S(""), 0), " mentee mo"));
    assert_true(is(listed(p, S("%ntor%"), false, S(""), 0), " mentor mo"));
    assert_true(is(listed(p, S("%"), true, S(""), 0), " mentor mo"));
    expect(p, ask, RC_OK, 0);
    p->yes = true;
    expect(p, answer, RC_OK, 0);
    assert_true(is(listed(p, S("%"), true, S(""), 0), "")); /* her one seat is taken */
    expect(p, marry, RC_OK, 0);
    assert_true(is(listed(p, S("%"), false, S(""), 0), " married mo mentee mo"));
    expect(p, hide_profile, RC_OK, 0);
    assert_true(is(listed(p, S("%"), false, S(""), 0), " mentee mo"));
    p->version++;
    expect(p, save_profile, RC_OK, 0);
    assert_true(is(listed(p, S("%"), false, S(""), 0), " married mo mentee mo"));
    expect(p, erase_name, RC_OK, 0);
    assert_true(is(listed(p, S("%"), false, S(""), 0), " mentee mo"));
    site_shut(p->s);
}

static void a_yes_takes_a_seat_and_is_given_once(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    expect(p, ask, RC_OK, 0);
    int64_t first = p->pair;
    expect(p, ask, RC_CONFLICT, M_mentor_asked_already);
    p->by = p->s->person;
    expect(p, ask, RC_OK, 0); /* a request alone takes no seat */
    int64_t second = p->pair;
    p->pair = first;
    p->yes = true;
    expect(p, answer, RC_OK, 0);
    expect(p, answer, RC_CONFLICT, M_mentor_answered_already);
    p->pair = second;
    expect(p, answer, RC_INVALID, M_mentor_full);
    p->yes = false;
    expect(p, answer, RC_OK, 0);
    assert_true(is(pair_now(p).state, "declined"));
    p->by = p->mentee;
    expect(p, ask, RC_CONFLICT, M_mentor_together);
    site_shut(p->s);
}

static void accepted(struct pairing *p)
{
    expect(p, ask, RC_OK, 0);
    p->yes = true;
    expect(p, answer, RC_OK, 0);
}

static void both_sign_the_text_as_it_stands(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    accepted(p);
    p->g = (struct mentor_agreement){.aims = S("a"), .points = S("b"), .cadence_weeks = 4};
    expect(p, sign, RC_CONFLICT, M_mentor_agreement_changed); /* there is none yet */
    expect(p, agree, RC_OK, 0);
    expect(p, agree, RC_CONFLICT, M_mentor_changed); /* the other wrote one at the same time */
    p->g.version = 1;
    expect(p, sign, RC_OK, 0);
    assert_true(is(pair_now(p).state, "accepted"));
    expect(p, agree, RC_OK, 0); /* a change takes the signature back */
    assert_true(pair_now(p).mentee_signed_at_null);
    expect(p, sign, RC_CONFLICT, M_mentor_agreement_changed);
    p->g.version = 2;
    expect(p, sign, RC_OK, 0);
    p->by = p->mentor;
    expect(p, sign, RC_OK, 0);
    assert_true(is(pair_now(p).state, "active"));
    site_shut(p->s);
}

static void meetings_count_once_and_the_end_is_evidence(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    struct rows_evidence_of_person rows;
    accepted(p);
    p->m = (struct mentor_meeting){.starts_at = NOW - 1, .place = S("x"), .agenda = S("")};
    expect(p, plan, RC_INVALID, M_mentor_time_past);
    p->m.starts_at = NOW + 10;
    expect(p, plan, RC_OK, 0);
    p->mark = MENTOR_HELD;
    expect(p, note, RC_INVALID, M_mentor_not_yet);
    p->now = NOW + 20;
    expect(p, note, RC_OK, 0);
    expect(p, note, RC_OK, 0);
    assert_int_equal(pair_now(p).meetings, 1);
    assert_int_equal(pair_now(p).touched_at, NOW + 20);
    p->id = p->s->person;
    p->due = TODAY;
    expect(p, act, RC_INVALID, M_mentor_owner_bad);
    p->id = p->mentee;
    p->due = TODAY - 1;
    expect(p, act, RC_INVALID, M_mentor_day_past);
    p->version = pair_now(p).version;
    p->step = MENTOR_COMPLETE;
    expect(p, step, RC_CONFLICT, M_mentor_changed); /* not yet active */
    p->step = MENTOR_CONCLUDE;
    p->again = true;
    expect(p, step, RC_OK, 0);
    expect(p, step, RC_CONFLICT, M_mentor_changed);
    expect(p, note, RC_CONFLICT, M_mentor_not_open);
    assert_int_equal(sql_evidence_of_person(p->s->db, p->s->a, p->mentor, &rows), RC_OK);
    assert_int_equal(rows.n, 1);
    assert_true(is(rows.v[0].kind, "mentored"));
    struct row_mentor_wish_find wish;
    assert_int_equal(sql_mentor_wish_find(p->s->db, p->s->a, p->s->programme, p->mentee, &wish), RC_OK);
    assert_false(wish.wants_at_null);
    site_shut(p->s);
}

static void a_pause_ends_where_it_began(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    accepted(p);
    p->version = pair_now(p).version;
    p->step = MENTOR_PAUSE;
    expect(p, step, RC_OK, 0);
    expect(p, step, RC_CONFLICT, M_mentor_changed);
    p->version++;
    p->step = MENTOR_RESUME;
    expect(p, step, RC_OK, 0);
    assert_true(is(pair_now(p).state, "accepted"));
    site_shut(p->s);
}

static void erasing_leaves_no_words(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    struct rows_wall_words_list words;
    accepted(p);
    assert_int_equal(sql_wall_words_list(p->s->db, p->s->a, p->pair, INT64_MAX, 0, 9, &words), RC_OK);
    assert_int_equal(words.n, 2);
    expect(p, erase, RC_OK, 0);
    assert_int_equal(sql_wall_words_list(p->s->db, p->s->a, p->pair, INT64_MAX, 0, 9, &words), RC_OK);
    assert_int_equal(words.n, 0);
    assert_true(is(pair_now(p).state, "concluded"));
    site_shut(p->s);
}

static void no_export_holds_what_was_written(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    accepted(p);
    json_t *o = json_object();
    assert_int_equal(mentor_capability.export_person(p->s->db, p->s->a, p->mentee, o), RC_OK);
    char *text = json_dumps(o, 0);
    assert_non_null(strstr(text, "mentee"));
    assert_null(strstr(text, "please"));
    free(text);
    json_decref(o);
    site_shut(p->s);
}

/* ---- proposed by a coordinator ---------------------------------------------------------------------------------------------------- */

static enum rc propose(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    return mentor_arrange(tx, p->s->a, p->s->programme, p->mentor, p->mentee, TODAY, p->now, &p->pair, e);
}

static enum rc answer_as(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_answer_as(tx, p->s->a, p->pair, p->by, p->yes, S(""), p->now, e);
}

static void a_proposed_pair_begins_with_the_second_yes(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    expect(p, propose, RC_OK, 0);
    expect(p, propose, RC_CONFLICT, M_mentor_asked_already);
    p->yes = true;
    p->by = p->mentee;
    expect(p, answer_as, RC_OK, 0);
    assert_true(is(pair_now(p).state, "proposed"));
    expect(p, answer_as, RC_CONFLICT, M_mentor_answered_already);
    p->by = p->mentor;
    expect(p, answer_as, RC_OK, 0);
    assert_true(is(pair_now(p).state, "accepted"));
    site_shut(p->s);
}

static void one_no_ends_a_proposal(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    expect(p, propose, RC_OK, 0);
    p->yes = true;
    p->by = p->mentor;
    expect(p, answer_as, RC_OK, 0);
    p->yes = false;
    p->by = p->mentee;
    expect(p, answer_as, RC_OK, 0);
    assert_true(is(pair_now(p).state, "declined"));
    site_shut(p->s);
}

static void what_forbids_asking_forbids_proposing(void **state)
{
    (void)state;
    struct pairing *p = begin(0);
    expect(p, propose, RC_INVALID, M_mentor_not_now);
    int64_t mentor = p->mentor;
    p->mentor = p->mentee;
    expect(p, propose, RC_INVALID, M_mentor_same_person);
    p->mentor = p->s->person;
    expect(p, propose, RC_INVALID, M_mentor_no_profile);
    p->mentor = mentor;
    expect(p, conflict, RC_OK, 0);
    p->capacity = 1;
    expect(p, save_profile, RC_OK, 0);
    expect(p, propose, RC_INVALID, M_mentor_must_not);
    site_shut(p->s);
}

/* ---- learners who mentor ------------------------------------------------------------------------------------------------------------ */

static enum rc fill_learner(struct db *tx, void *arg, struct err *e)
{
    struct pairing *p = arg;
    int64_t early, late, cohort, id;
    TRY(programme_add_stage(tx, p->s->programme, 1, S("Y1"), S("Year 1"), &early, e));
    TRY(programme_add_stage(tx, p->s->programme, 2, S("Y2"), S("Year 2"), &late, e));
    TRY(programme_add_cohort(tx, p->s->programme, S("C"), S("Cohort"), early, &cohort, e));
    p->id = late;
    return programme_add_member(tx, p->mentor, p->s->programme, cohort, 0, TODAY - 5, INT64_MAX, S("test"), p->now, &id, e);
}

static enum rc advance(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct cohort *cohorts;
    size_t n;
    TRY(programme_cohorts(tx, p->s->a, p->s->programme, &cohorts, &n));
    return programme_advance_cohort(tx, cohorts[0].id, cohorts[0].version, p->id, e);
}

static enum rc set_rules(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    struct mentor_settings s = {.programme = p->s->programme, .months = p->kind, .least = 5, .from_stage = p->id, .training = S(""), .version = p->version};
    return mentor_save_settings(tx, p->s->a, &s, e);
}

static enum rc stand_behind(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_supervise(tx, p->s->a, p->s->programme, p->mentor, p->by, TODAY, p->now, e);
}

static enum rc make_mentor(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return programme_grant_role(tx, p->by, ROLE_MENTOR, p->s->programme, 0, TODAY - 9, INT64_MAX, S("test"), e);
}

static void a_learner_mentors_when_all_is_there(void **state)
{
    (void)state;
    struct pairing *p = begin(3);
    struct mentor_settings set;
    expect(p, fill_learner, RC_OK, 0);
    p->version = 0;
    p->kind = S("12 x");
    expect(p, set_rules, RC_INVALID, M_mentor_months_bad);
    p->kind = S("12, 3 3;6");
    expect(p, set_rules, RC_OK, 0);
    expect(p, set_rules, RC_CONFLICT, M_mentor_changed);
    assert_int_equal(mentor_settings_of(p->s->db, p->s->a, p->s->programme, &set), RC_OK);
    assert_true(is(set.months, "3 6 12"));
    expect(p, propose, RC_INVALID, M_mentor_stage_low);
    expect(p, ask, RC_INVALID, M_mentor_not_ready);
    expect(p, advance, RC_OK, 0);
    expect(p, propose, RC_INVALID, M_mentor_alone);
    p->by = p->s->person;
    expect(p, stand_behind, RC_INVALID, M_mentor_no_faculty);
    expect(p, make_mentor, RC_OK, 0);
    expect(p, stand_behind, RC_OK, 0);
    expect(p, propose, RC_OK, 0);
    p->by = 0;
    expect(p, stand_behind, RC_OK, 0); /* nobody any more: the pair cannot begin */
    p->yes = true;
    p->by = p->mentor;
    expect(p, answer_as, RC_OK, 0);
    p->by = p->mentee;
    expect(p, answer_as, RC_INVALID, M_mentor_alone);
    site_shut(p->s);
}

static void a_circle_is_refused(void **state)
{
    (void)state;
    struct pairing *p = begin(2);
    accepted(p);
    int64_t top = p->mentor, middle = p->mentee, bottom = p->s->person;
    p->mentor = p->by = middle;
    expect(p, make_mentor, RC_OK, 0);
    p->version = 0;
    expect(p, save_profile, RC_OK, 0);
    p->mentee = bottom;
    expect(p, propose, RC_OK, 0);
    p->yes = true;
    expect(p, answer_as, RC_OK, 0);
    p->by = bottom;
    expect(p, answer_as, RC_OK, 0);
    p->mentor = p->by = bottom;
    expect(p, make_mentor, RC_OK, 0);
    expect(p, save_profile, RC_OK, 0);
    p->mentee = top;
    expect(p, propose, RC_INVALID, M_mentor_circle); /* over two */
    p->mentee = middle;
    expect(p, propose, RC_INVALID, M_mentor_circle);
    site_shut(p->s);
}

static enum rc pause_until(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    return mentor_pause(tx, p->s->a, p->pair, p->version, p->by, p->due, TODAY, p->now, e);
}

static void a_pause_has_a_day_of_return(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    accepted(p);
    p->version = pair_now(p).version;
    p->due = TODAY;
    expect(p, pause_until, RC_INVALID, M_mentor_until_past);
    p->due = TODAY + 30;
    expect(p, pause_until, RC_OK, 0);
    assert_int_equal(pair_now(p).paused_until_day, TODAY + 30);
    p->version = pair_now(p).version;
    p->step = MENTOR_RESUME;
    expect(p, step, RC_OK, 0);
    assert_true(pair_now(p).paused_until_day_null);
    site_shut(p->s);
}

static enum rc retain(struct db *tx, void *arg, struct err *e)
{
    const struct pairing *p = arg;
    bool more = false;
    (void)e;
    return mentor_capability.retain(tx, S("mentor_words"), p->now, &more);
}

static void what_ended_pairs_wrote_is_not_kept(void **state)
{
    (void)state;
    struct pairing *p = begin(1);
    struct rows_wall_words_list words;
    accepted(p);
    p->m = (struct mentor_meeting){.starts_at = NOW + 10, .place = S("x"), .agenda = S("")};
    expect(p, plan, RC_OK, 0);
    p->mark = MENTOR_ONLY_NOTE;
    expect(p, note, RC_OK, 0);
    p->now = NOW + 100;
    expect(p, retain, RC_OK, 0); /* the pair goes on: nothing is deleted */
    assert_int_equal(sql_wall_words_list(p->s->db, p->s->a, p->pair, INT64_MAX, 0, 9, &words), RC_OK);
    assert_int_equal(words.n, 3);
    p->version = pair_now(p).version;
    p->step = MENTOR_CONCLUDE;
    expect(p, step, RC_OK, 0);
    expect(p, retain, RC_OK, 0); /* not yet old enough */
    assert_int_equal(sql_wall_words_list(p->s->db, p->s->a, p->pair, INT64_MAX, 0, 9, &words), RC_OK);
    assert_int_equal(words.n, 3);
    p->now++;
    expect(p, retain, RC_OK, 0);
    struct rows_wall_meeting_list meetings;
    assert_int_equal(sql_wall_words_list(p->s->db, p->s->a, p->pair, INT64_MAX, 0, 9, &words), RC_OK);
    assert_int_equal(sql_wall_meeting_list(p->s->db, p->s->a, p->pair, 9, &meetings), RC_OK);
    assert_int_equal(words.n + meetings.n, 0);
    site_shut(p->s);
}

int main(void)
{
    const struct CMUnitTest house[] = {
        cmocka_unit_test(only_wall_statements_name_what_lies_behind),
        cmocka_unit_test(no_other_part_reaches_behind),
        cmocka_unit_test(no_view_opens_it),
    };
    const struct CMUnitTest rules[] = {
        cmocka_unit_test(asking_is_refused_with_a_reason),
        cmocka_unit_test(the_list_follows_names_and_what_is_shown),
        cmocka_unit_test(a_yes_takes_a_seat_and_is_given_once),
        cmocka_unit_test(both_sign_the_text_as_it_stands),
        cmocka_unit_test(meetings_count_once_and_the_end_is_evidence),
        cmocka_unit_test(a_pause_ends_where_it_began),
        cmocka_unit_test(erasing_leaves_no_words),
        cmocka_unit_test(no_export_holds_what_was_written),
        cmocka_unit_test(a_proposed_pair_begins_with_the_second_yes),
        cmocka_unit_test(one_no_ends_a_proposal),
        cmocka_unit_test(what_forbids_asking_forbids_proposing),
        cmocka_unit_test(a_learner_mentors_when_all_is_there),
        cmocka_unit_test(a_circle_is_refused),
        cmocka_unit_test(a_pause_has_a_day_of_return),
        cmocka_unit_test(what_ended_pairs_wrote_is_not_kept),
    };
    return cmocka_run_group_tests_name("the wall", house, NULL, NULL) + site_run(rules, COUNT_OF(rules));
}
