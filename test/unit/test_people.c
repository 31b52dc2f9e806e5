/* Who people are: names of any script, addresses, numbers, how they are found, sign-in links, standing in, erasure, mails. */
#include "framework_site.h"

#include "auth/session.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_people.h"
#include "gen/out/mail_sql.h"
#include "gen/programme/people/people_sql.h"
#include "programme/people/inside.h"

/* One closure for all tests: a step with what it works on. */
struct step {
    bool lent;
    struct site *s;
    enum rc (*fn)(struct db *tx, struct step *st, struct err *e);
    struct person_details d;
    int64_t person, now;
    struct str text, token;
    bool changed;
};

static enum rc step_write(struct db *tx, void *arg, struct err *e)
{
    struct step *st = arg;
    return st->fn(tx, st, e);
}

static enum rc run(struct step *st, enum rc (*fn)(struct db *tx, struct step *st, struct err *e))
{
    st->fn = fn;
    st->s->err = (struct err){0};
    return store_write(st->s->db, step_write, st, &st->s->err);
}

static enum rc add(struct db *tx, struct step *st, struct err *e)
{
    return people_add(tx, st->s->a, &st->d, st->s->now, &st->person, e);
}

static enum rc change(struct db *tx, struct step *st, struct err *e)
{
    return people_change(tx, st->s->a, st->person, &st->d, &st->changed, e);
}

static int64_t must_add(struct site *s, struct str given, struct str family, struct str email)
{
    struct step st = {.s = s, .d = {.given_name = given, .family_name = family, .email = email}};
    if (run(&st, add) != RC_OK)
        fail_msg("add: %s %s", s->err.field, s->err.detail);
    return st.person;
}

/* ---- finding --------------------------------------------------------------------------------------------------------------- */

/* How many the search finds, and whether this one is among them. */
static size_t find(struct site *s, struct str text, int64_t person, bool *among)
{
    struct words_wanted w;
    struct rows_people_page_among rows;
    struct str to[WORDS_WANTED];
    people_search_words(s->a, text, &w);
    for (size_t i = 0; i < WORDS_WANTED; i++) {
        if (i >= w.n)
            w.v[i] = S("");
        to[i] = str_concat(s->a, w.v[i], S("\xF4\x8F\xBF\xBF"));
    }
    assert_true(w.n != 0);
    assert_int_equal(sql_people_page_among(s->db, s->a, S(""), 0, 100, 0, 0, 0, 0, S(""), 0, 1, w.v[0], to[0], 0, 0, 0, w.v[1], to[1],
                                           w.v[2], to[2], &rows),
                     RC_OK);
    *among = false;
    for (size_t i = 0; i < rows.n; i++)
        *among |= rows.v[i].person_id == person;
    return rows.n;
}

static void must_find(struct site *s, const char *text, int64_t person)
{
    bool among;
    size_t n = find(s, str_from(text), person, &among);
    if (!among)
        fail_msg("\"%s\" does not find the person (but %zu others)", text, n);
}

static void must_not_find(struct site *s, const char *text, int64_t person)
{
    bool among;
    (void)find(s, str_from(text), person, &among);
    if (among)
        fail_msg("\"%s\" finds the person", text);
}

static void test_names_of_any_script(void **state)
{
    struct site *s = site_open();
    struct person_details d;
    (void)state;
    int64_t mueller = must_add(s, S("Änne"), S("Müller-Łukaszewicz"), S("a.mueller@example.org"));
    int64_t han = must_add(s, S("伟明"), S("欧阳"), S(""));
    int64_t arabic = must_add(s, S("محمد"), S("الأحمد"), S(""));
    int64_t single = must_add(s, S(""), S("Sukarno"), S(""));
    int64_t combining = must_add(s, S("Zoe\xCC\x88"), S("O’Brien"), S("")); /* e and a combining diaeresis */
    int64_t devanagari = must_add(s, S("प्रिया"), S("शर्मा"), S(""));
    assert_int_equal(people_find(s->db, s->a, han, &d, NULL), RC_OK);
    assert_string_equal(d.display_name.p, "伟明 欧阳");
    assert_int_equal(people_find(s->db, s->a, single, &d, NULL), RC_OK);
    assert_string_equal(d.display_name.p, "Sukarno");
    assert_int_equal(people_find(s->db, s->a, combining, &d, NULL), RC_OK);
    assert_string_equal(d.given_name.p, "Zoe\xCC\x88"); /* kept as written */
    must_find(s, "anne", mueller);
    must_find(s, "MUL", mueller);
    must_find(s, "lukas", mueller);
    must_find(s, "Müller Änne", mueller);
    must_find(s, "a.mueller@example.org", mueller);
    must_find(s, "example", mueller);
    must_not_find(s, "mueller anna", mueller);
    must_not_find(s, "uller", mueller);
    must_find(s, "欧", han);
    must_find(s, "伟", han);
    must_not_find(s, "明", han); /* a word is found by its beginning */
    must_find(s, "الأ", arabic);
    must_find(s, "محم", arabic);
    must_find(s, "zoe", combining);
    must_find(s, "Zoë", combining);
    must_find(s, "O'Brien", combining);
    must_find(s, "o’brien", combining);
    must_find(s, "obrien", combining);
    must_find(s, "brien", combining);
    must_find(s, "शर्मा", devanagari);
    site_shut(s);
}

static enum rc set_number(struct db *tx, struct step *st, struct err *e)
{
    (void)e;
    return people_set_source(tx, S("roster"), st->text, st->person);
}

static void test_numbers(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s, .text = S("M-20417")};
    int64_t found;
    (void)state;
    st.person = must_add(s, S("Ada"), S("Okoro"), S("ada@example.org"));
    assert_int_equal(run(&st, set_number), RC_OK);
    assert_int_equal(people_by_source(s->db, s->a, S("roster"), S("M-20417"), &found), RC_OK);
    assert_int_equal(found, st.person);
    assert_int_equal(people_by_source(s->db, s->a, S("other"), S("M-20417"), &found), RC_NOT_FOUND);
    must_find(s, "M-20417", st.person);
    must_find(s, "20417", st.person);
    st.d = (struct person_details){.given_name = S("Ada"), .family_name = S("Nwosu"), .email = S("ada@example.org")};
    assert_int_equal(run(&st, change), RC_OK);
    assert_true(st.changed);
    st.text = S("09f96a78-f6fe-4311-901a-15d0d41baebc");
    assert_int_equal(run(&st, set_number), RC_OK);
    must_find(s, "09F96A78-f6fe-4311-901a-15d0d41baebc", st.person);
    must_find(s, "20417", st.person); /* a new name does not lose the number */
    must_find(s, "nwosu", st.person);
    must_find(s, "09f96a78-f6fe-4311-901a-15d0d41baebc", st.person);
    must_not_find(s, "okoro", st.person);
    site_shut(s);
}

/* ---- details ----------------------------------------------------------------------------------------------------------------- */

static void refused(struct site *s, struct person_details d, enum rc rc, const char *field)
{
    struct step st = {.s = s, .d = d};
    assert_int_equal(run(&st, add), rc);
    assert_string_equal(s->err.field, field);
    assert_true(s->err.msg != 0);
}

static void test_details_are_checked(void **state)
{
    struct site *s = site_open();
    char longest[122];
    (void)state;
    memset(longest, 'x', 121);
    longest[121] = '\0';
    refused(s, (struct person_details){.given_name = S("  ")}, RC_INVALID, "given_name");
    refused(s, (struct person_details){.given_name = S("A\nB")}, RC_INVALID, "given_name");
    refused(s, (struct person_details){.family_name = S("A\x01")}, RC_INVALID, "family_name");
    refused(s, (struct person_details){.family_name = S("\xff")}, RC_INVALID, "family_name");
    refused(s, (struct person_details){.given_name = str_from(longest)}, RC_INVALID, "given_name");
    static const char *const wrong[] = {"anna", "@example.org", "a@", "a b@example.org", "a@b@example.org", "a@.org", "a@org.", "a@example", "<a@example.org>", "a@example.org\r\nBcc: b@example.org"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        refused(s, (struct person_details){.given_name = S("A"), .email = str_from(wrong[i])}, RC_INVALID, "email");
    refused(s, (struct person_details){.given_name = S("A"), .zone = S("Europe/Nowhere")}, RC_INVALID, "zone");
    refused(s, (struct person_details){.given_name = S("A"), .language = S("tlh")}, RC_INVALID, "language");
    struct step st = {.s = s, .d = {.given_name = S("A"), .zone = S("Asia/Tokyo"), .language = S("de"), .email = S("ä@example.org")}};
    assert_int_equal(run(&st, add), RC_OK);
    site_shut(s);
}

static void test_email_conflicts(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s};
    int64_t found;
    (void)state;
    int64_t anna = must_add(s, S("Anna"), S("A"), S("Anna@Example.org"));
    int64_t bela = must_add(s, S("Béla"), S("B"), S("bela@example.org"));
    refused(s, (struct person_details){.given_name = S("C"), .email = S(" anna@example.ORG ")}, RC_CONFLICT, "email");
    st.person = bela;
    st.d = (struct person_details){.given_name = S("Béla"), .family_name = S("B"), .email = S("ANNA@example.org")};
    assert_int_equal(run(&st, change), RC_CONFLICT);
    assert_string_equal(s->err.field, "email");
    assert_int_equal(people_by_email(s->db, s->a, S("BELA@example.org"), &found), RC_OK); /* nothing was changed */
    assert_int_equal(found, bela);
    st.person = anna;
    st.d = (struct person_details){.given_name = S("Anna"), .family_name = S("A"), .email = S("anna@example.org")};
    assert_int_equal(run(&st, change), RC_OK); /* her own in other letters */
    assert_true(st.changed);
    assert_int_equal(run(&st, change), RC_OK);
    assert_false(st.changed);
    st.d.email = S("");
    assert_int_equal(run(&st, change), RC_OK);
    assert_true(st.changed);
    assert_int_equal(people_by_email(s->db, s->a, S("anna@example.org"), &found), RC_NOT_FOUND);
    assert_int_equal(people_by_email(s->db, s->a, S(""), &found), RC_NOT_FOUND);
    must_add(s, S("C"), S(""), S("anna@example.org")); /* it is free again */
    must_add(s, S("D"), S(""), S(""));                 /* many have none */
    must_add(s, S("E"), S(""), S(""));
    site_shut(s);
}

/* ---- links ----------------------------------------------------------------------------------------------------------------------- */

static enum rc make_link(struct db *tx, struct step *st, struct err *e)
{
    (void)e;
    return sign_in_link_make(tx, st->s->a, st->person, true, st->now, 60000, &st->token);
}

static enum rc redeem(struct db *tx, struct step *st, struct err *e)
{
    (void)e;
    return sign_in_link_redeem(tx, st->s->a, st->token, st->now, &st->person, &st->lent);
}

static void test_a_link_works_once(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s, .now = 1000};
    (void)state;
    int64_t anna = st.person = must_add(s, S("Anna"), S("A"), S("anna@example.org"));
    assert_int_equal(run(&st, make_link), RC_OK);
    struct str first = st.token;
    st.person = 0;
    st.now = 1000 + 59999;
    assert_int_equal(run(&st, redeem), RC_OK);
    assert_int_equal(st.person, anna);
    assert_int_equal(run(&st, redeem), RC_GONE);
    st.now = 1000;
    assert_int_equal(run(&st, make_link), RC_OK);
    assert_false(str_eq(st.token, first));
    st.now = 1000 + 60000;
    assert_int_equal(run(&st, redeem), RC_GONE); /* too old */
    st.token = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(run(&st, redeem), RC_NOT_FOUND);
    st.token = S("short");
    assert_int_equal(run(&st, redeem), RC_NOT_FOUND);
    st.now = 1000; /* a link that went to an address is worth nothing once the address is another's */
    assert_int_equal(run(&st, make_link), RC_OK);
    st.d = (struct person_details){.given_name = S("Anna"), .family_name = S("A"), .email = S("new@example.org")};
    assert_int_equal(run(&st, change), RC_OK);
    assert_int_equal(run(&st, redeem), RC_NOT_FOUND);
    assert_string_equal(people_link_path(s->a, S("abc")).p, "/sign-in/link/abc");
    site_shut(s);
}

/* ---- standing in for somebody -------------------------------------------------------------------------------------------------------- */

static void test_who_may_stand_in(void **state)
{
    (void)state;
    const struct grant coordinates = {ROLE_COORDINATOR, 7, 0}, coordinates_cohort = {ROLE_COORDINATOR, 7, 71}, administers = {ROLE_ADMINISTRATOR, 0, 0};
    struct actor coordinator = {.person = 1, .grants = &coordinates, .grant_count = 1};
    struct actor of_cohort = {.person = 1, .grants = &coordinates_cohort, .grant_count = 1};
    struct actor administrator = {.person = 1, .grants = &administers, .grant_count = 1};
    struct actor program = coordinator;
    program.by_token = true;
    permission_add(&program.scopes, P_PERSON_CHANGE);
    const struct grant trainee = {ROLE_TRAINEE, 7, 71}, elsewhere = {ROLE_TRAINEE, 8, 81}, mentor = {ROLE_MENTOR, 7, 0}, director = {ROLE_DIRECTOR, 7, 0}, admin = {ROLE_ADMINISTRATOR, 0, 0};
    const struct grant site_coordinator = {ROLE_COORDINATOR, 0, 0}, both[] = {trainee, admin};
    assert_true(people_covers(&coordinator, NULL, 0));
    assert_true(people_covers(&coordinator, &trainee, 1));
    assert_true(people_covers(&coordinator, &mentor, 1));
    assert_false(people_covers(&coordinator, &elsewhere, 1)); /* what she may see in another programme is not the maker's */
    assert_false(people_covers(&coordinator, &admin, 1));
    assert_false(people_covers(&coordinator, both, 2));
    assert_false(people_covers(&coordinator, &site_coordinator, 1));
    assert_false(people_covers(&of_cohort, &director, 1)); /* sees more cohorts than the maker */
    assert_true(people_covers(&coordinator, &director, 1));
    assert_true(people_covers(&of_cohort, &trainee, 1));
    assert_true(people_covers(&administrator, &admin, 1));
    assert_true(people_covers(&administrator, &trainee, 1));
    assert_false(people_covers(&program, &trainee, 1)); /* a key reaches no further than its scopes */
}

/* ---- erasure ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_account(struct db *tx, struct step *st, struct err *e)
{
    struct str token;
    struct row_account_by_person account;
    (void)e;
    TRY(people_set_source(tx, S("roster"), S("20417"), st->person));
    TRY(session_open(tx, st->s->a, st->person, false, S("Firefox"), st->now, &st->token));
    TRY(sign_in_link_make(tx, st->s->a, st->person, true, st->now, 60000, &token));
    TRY(token_make(tx, st->s->a, st->person, S("Timetable"), S("person_view"), st->now, st->now + 1000000, &token));
    TRY(sql_account_by_person(tx, st->s->a, st->person, &account));
    return sql_account_set_password(tx, account.id, S("$argon2id$"), 0);
}

static enum rc erase(struct db *tx, struct step *st, struct err *e)
{
    (void)e;
    return people_capability.erase_person(tx, st->s->a, st->person, st->now);
}

static void test_erasure(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s, .now = 1000};
    struct person_details d;
    struct row_account_by_person account;
    struct session session;
    struct actor who;
    int64_t found;
    bool among;
    (void)state;
    st.person = must_add(s, S("Anna"), S("Müller"), S("anna@example.org"));
    assert_int_equal(run(&st, fill_account), RC_OK);
    json_t *held = json_object();
    assert_int_equal(people_capability.export_person(s->db, s->a, st.person, held), RC_OK);
    char *text = json_dumps(held, 0);
    assert_non_null(strstr(text, "anna@example.org"));
    assert_non_null(strstr(text, "20417"));
    assert_non_null(strstr(text, "Timetable"));
    assert_non_null(strstr(text, "Firefox"));
    assert_null(strstr(text, "argon2id")); /* that there is a password, not which */
    assert_non_null(strstr(text, "\"has_password\": true"));
    free(text);
    json_decref(held);
    assert_int_equal(session_load(s->db, s->a, st.token, st.now, &who, &session), RC_OK);
    assert_int_equal(run(&st, erase), RC_OK);
    assert_int_equal(session_load(s->db, s->a, st.token, st.now, &who, &session), RC_NOT_FOUND);
    assert_int_equal(people_find(s->db, s->a, st.person, &d, NULL), RC_NOT_FOUND);
    assert_int_equal(sql_account_by_person(s->db, s->a, st.person, &account), RC_NOT_FOUND);
    assert_int_equal(people_by_email(s->db, s->a, S("anna@example.org"), &found), RC_NOT_FOUND);
    assert_int_equal(people_by_source(s->db, s->a, S("roster"), S("20417"), &found), RC_NOT_FOUND);
    assert_int_equal(find(s, S("mull"), st.person, &among), 0);
    held = json_object();
    assert_int_equal(people_capability.export_person(s->db, s->a, st.person, held), RC_OK);
    assert_int_equal(json_object_size(held), 0);
    json_decref(held);
    must_add(s, S("Another"), S("Anna"), S("anna@example.org"));
    site_shut(s);
}

/* ---- mails --------------------------------------------------------------------------------------------------------------------------------- */

static enum rc ask_mail(struct db *tx, struct step *st, struct err *e)
{
    (void)e;
    return mail_ask(tx, "sign_in_link", st->text, st->now);
}

static void test_mail_is_the_same_for_everybody(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s, .now = 5000};
    struct rows_outbox_due due;
    int64_t sent;
    (void)state;
    const struct mail_settings none = {0};
    mail_configure(&none, people_capability.mails, people_capability.mail_count);
    mail_set_base(S("https://cadre.example.org/"));
    assert_false(mail_has_server());
    assert_string_equal(mail_link(s->a, S("/x")).p, "https://cadre.example.org/x");
    must_add(s, S("Anna"), S("Müller"), S("anna@example.org"));
    static const struct {
        const char *email;
        int sent;
    } asked[] = {{"ANNA@example.org", 1}, {"nobody@example.org", 0}, {"\"},{\"", 0}};
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        st.text = str_from(asked[i].email);
        assert_int_equal(run(&st, ask_mail), RC_OK);
        assert_int_equal(sql_outbox_due(s->db, s->a, S("mail"), st.now, 10, st.now, 0, 0, &due), RC_OK);
        assert_int_equal(due.n, 1); /* whoever asked, the same row */
        assert_int_equal(mail_send_due(s->db, st.now, &sent), RC_OK);
        assert_int_equal(sent, asked[i].sent);
        assert_int_equal(sql_outbox_due(s->db, s->a, S("mail"), INT64_MAX / 2, 10, INT64_MAX / 2, 0, 0, &due), RC_OK);
        assert_int_equal(due.n, 0);
    }
    site_shut(s);
}

/* Anybody may ask in her name: her mailbox is not to be filled with it. */
static void test_links_to_one_person_have_an_end(void **state)
{
    struct site *s = site_open();
    struct step st = {.s = s, .now = 5000, .text = S("anna@example.org")};
    int64_t sent, total = 0;
    (void)state;
    const struct mail_settings none = {0};
    mail_configure(&none, people_capability.mails, people_capability.mail_count);
    must_add(s, S("Anna"), S("M"), S("anna@example.org"));
    for (int i = 0; i < 9; i++) {
        st.now += 1000;
        assert_int_equal(run(&st, ask_mail), RC_OK);
        assert_int_equal(mail_send_due(s->db, st.now, &sent), RC_OK);
        total += sent;
    }
    assert_int_equal(total, 5);
    st.now += (SIGN_IN_LINK_MINUTES + 1) * MS_PER_MINUTE; /* the old ones have gone */
    assert_int_equal(run(&st, ask_mail), RC_OK);
    assert_int_equal(mail_send_due(s->db, st.now, &sent), RC_OK);
    assert_int_equal(sent, 1);
    site_shut(s);
}

static void test_mail_format(void **state)
{
    struct arena *a = arena_new(0);
    struct mail m = {.to = S("anna@example.org"), .subject = S("Ihr Anmeldelink für die Führungsausbildung, gültig für kurze Zeit"), .text = S("Grüße\nzweite Zeile\n")};
    struct str out;
    (void)state;
    assert_true(sodium_init() >= 0);
    assert_int_equal(mail_format(a, &m, S("cadre@example.org"), 0, &out), RC_OK);
    assert_true(str_starts(out, S("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n")));
    assert_true(str_find(out, S("To: <anna@example.org>\r\n"), NULL));
    assert_true(str_find(out, S("Subject: =?UTF-8?B?"), NULL));
    assert_true(str_find(out, S("\r\n\r\nR3LDvMOfZQ0KendlaXRlIFplaWxlDQo=\r\n"), NULL));
    for (struct str rest = out, line; str_line(&rest, &line);)
        assert_true(line.n <= 78);
    m.subject = S("Plain");
    assert_int_equal(mail_format(a, &m, S("cadre@example.org"), 0, &out), RC_OK);
    assert_true(str_find(out, S("Subject: Plain\r\n"), NULL));
    m.subject = S("Plain\r\nBcc: other@example.org");
    assert_int_equal(mail_format(a, &m, S("cadre@example.org"), 0, &out), RC_INVALID);
    m.subject = S("Plain");
    static const char *const wrong[] = {"", "anna", "anna@example.org\r\nBcc: x@example.org", "a@b> <c@d", "a b@c"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        m.to = str_from(wrong[i]);
        assert_int_equal(mail_format(a, &m, S("cadre@example.org"), 0, &out), RC_INVALID);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_any_script), cmocka_unit_test(test_numbers),          cmocka_unit_test(test_details_are_checked),
        cmocka_unit_test(test_links_to_one_person_have_an_end),
        cmocka_unit_test(test_email_conflicts),     cmocka_unit_test(test_a_link_works_once), cmocka_unit_test(test_who_may_stand_in),
        cmocka_unit_test(test_erasure),             cmocka_unit_test(test_mail_is_the_same_for_everybody),
        cmocka_unit_test(test_mail_format),
    };
    return site_run(tests, COUNT_OF(tests));
}
