/* What a launch says, rule by rule; what links name; addresses of services. */
#include "arena_fixture.h"

#include "base/msg.h"
#include "campus/lti/claims.h"
#include "gen/msg_lti.h"

#define CLAIM "https://purl.imsglobal.org/spec/lti/claim/"
#define NOW INT64_C(1764000000000)

static const struct lti_expect expect = {.issuer = S_INIT("https://moodle.example"), .client_id = S_INIT("tool"), .deployments = S_INIT("1\n22"),
                                         .nonce = S_INIT("n-1"), .site = S_INIT("https://cadre.example/"), .now = NOW};

static const char good[] =
    "{\"iss\":\"https://moodle.example\",\"aud\":\"tool\",\"sub\":\"7\",\"iat\":1764000000,\"exp\":1764000060,\"nonce\":\"n-1\",\"name\":\"Noor Haddad\","
    "\"" CLAIM "deployment_id\":\"22\",\"" CLAIM "version\":\"1.3.0\",\"" CLAIM "message_type\":\"LtiResourceLinkRequest\","
    "\"" CLAIM "target_link_uri\":\"https://cadre.example/lti/launch\",\"" CLAIM "resource_link\":{\"id\":\"5\"},"
    "\"" CLAIM "roles\":[\"http://purl.imsglobal.org/vocab/lis/v2/membership#Learner\"]}";

/* What comes of the good claims with some members replaced or, by null, taken away. */
static msg_id verdict(const char *changes)
{
    json_t *claims = json_loads(good, 0, NULL), *more = json_loads(changes, 0, NULL), *v;
    const char *key;
    struct err e = {0};
    struct lti_launch l;
    assert_true(claims != NULL && more != NULL);
    json_object_foreach(more, key, v) {
        if (json_is_null(v))
            json_object_del(claims, key);
        else
            json_object_set(claims, key, v);
    }
    enum rc rc = lti_read_claims(claims, &expect, &l, &e);
    assert_true(rc == RC_OK || (rc == RC_INVALID && e.msg != 0 && e.field[0] != '\0'));
    json_decref(more);
    json_decref(claims);
    return e.msg;
}

static void every_rule_of_a_launch_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *changes;
        msg_id msg;
    } cases[] = {
        {"{}", 0},
        {"{\"aud\":[\"tool\"]}", 0},
        {"{\"aud\":[\"tool\",\"other\"],\"azp\":\"tool\"}", 0},
        {"{\"exp\":1763999941}", 0}, /* clocks differ by up to a minute */
        {"{\"iat\":1764000059.5}", 0},
        {"{\"iss\":\"https://moodle.example/\"}", M_lti_bad_issuer},
        {"{\"iss\":null}", M_lti_bad_issuer},
        {"{\"aud\":\"Tool\"}", M_lti_bad_audience},
        {"{\"aud\":[]}", M_lti_bad_audience},
        {"{\"aud\":{\"tool\":1}}", M_lti_bad_audience},
        {"{\"aud\":[\"tool\",\"other\"]}", M_lti_bad_party},
        {"{\"azp\":\"other\"}", M_lti_bad_party},
        {"{\"azp\":7}", M_lti_bad_party},
        {"{\"exp\":1763999940}", M_lti_expired},
        {"{\"iat\":1763999340}", M_lti_expired},
        {"{\"iat\":1764000061}", M_lti_early},
        {"{\"exp\":\"1764000060\"}", M_lti_malformed},
        {"{\"exp\":1e300}", M_lti_malformed},
        {"{\"iat\":-1}", M_lti_malformed},
        {"{\"iat\":null}", M_lti_malformed},
        {"{\"nonce\":\"n-2\"}", M_lti_bad_nonce},
        {"{\"nonce\":null}", M_lti_bad_nonce},
        {"{\"" CLAIM "deployment_id\":\"2\"}", M_lti_bad_deployment},
        {"{\"" CLAIM "deployment_id\":\"\"}", M_lti_bad_deployment},
        {"{\"" CLAIM "deployment_id\":22}", M_lti_bad_deployment},
        {"{\"" CLAIM "version\":\"1.3\"}", M_lti_bad_version},
        {"{\"" CLAIM "message_type\":\"basic-lti-launch-request\"}", M_lti_bad_message},
        {"{\"" CLAIM "target_link_uri\":\"https://cadre.example.evil/lti/launch\"}", M_lti_bad_target},
        {"{\"" CLAIM "target_link_uri\":null}", M_lti_bad_target},
        {"{\"" CLAIM "custom\":{\"cadre\":\"session/0\"}}", M_lti_bad_custom},
        {"{\"sub\":\"\"}", M_lti_nobody},
        {"{\"sub\":null}", M_lti_nobody},
        {"{\"" CLAIM "resource_link\":{\"id\":5}}", M_lti_malformed},
        {"{\"" CLAIM "context\":{\"title\":\"x\"}}", M_lti_malformed},
        {"{\"" CLAIM "message_type\":\"LtiDeepLinkingRequest\"}", M_lti_malformed},
        {"{\"" CLAIM "message_type\":\"LtiDeepLinkingRequest\",\"https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings\":"
         "{\"deep_link_return_url\":\"https://moodle.example/r\",\"accept_types\":[\"file\"]}}", M_lti_deep_type},
        {"{\"" CLAIM "message_type\":\"LtiDeepLinkingRequest\",\"" CLAIM "resource_link\":null,\"https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings\":"
         "{\"deep_link_return_url\":\"https://moodle.example/r\",\"accept_types\":[\"file\",\"ltiResourceLink\"]}}", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        msg_id msg = verdict(cases[i].changes);
        if (msg != cases[i].msg)
            fail_msg("%s: %.*s", cases[i].changes, STR_ARG(msg != 0 ? msg_name(msg) : S("taken")));
    }
}

static void only_roles_in_the_course_count(void **state)
{
    (void)state;
    static const struct {
        const char *roles;
        bool learner, instructor;
    } cases[] = {
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership#Learner\"]", true, false},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor\"]", false, true},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant\"]", false, true},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#GuestLearner\"]", true, false},
        {"[\"Learner\",\"Instructor\"]", true, true},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor\"]", false, false},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator\"]", false, false},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator\"]", false, false},
        {"[\"http://purl.imsglobal.org/vocab/lis/v2/membership/Mentor#LearnerMentor\"]", false, false},
        {"[\"instructor\", 7, null, \"\"]", false, false},
        {"\"Learner\"", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        json_t *member = json_object();
        struct lti_launch l;
        json_object_set_new(member, "user_id", json_string("7"));
        json_object_set_new(member, "roles", json_loads(cases[i].roles, JSON_DECODE_ANY, NULL));
        assert_true(lti_read_member(member, &l));
        assert_int_equal(l.learner, cases[i].learner);
        assert_int_equal(l.instructor, cases[i].instructor);
        json_decref(member);
    }
}

static void a_link_names_what_it_opens(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum lti_kind kind;
        int64_t id;
        const char *code;
    } cases[] = {
        {"session/12", LTI_SESSION, 12, ""},  {"/sessions/12", LTI_SESSION, 12, ""},   {"quiz/12", LTI_QUIZ, 12, ""},
        {"/sessions/12/quiz", LTI_QUIZ, 12, ""}, {"case/surge", LTI_EXERCISE, 0, "surge"}, {" exercise/7 ", LTI_EXERCISE, 7, ""},
        {"/practice/7", LTI_EXERCISE, 7, ""}, {"", LTI_NONE, 0, ""},                   {"session", LTI_NONE, 0, ""},
        {"session/", LTI_NONE, 0, ""},        {"session/x", LTI_NONE, 0, ""},          {"session/-1", LTI_NONE, 0, ""},
        {"session/12/edit", LTI_NONE, 0, ""}, {"quiz/12/quiz", LTI_NONE, 0, ""},       {"case/../x", LTI_NONE, 0, ""},
        {"case/a b", LTI_NONE, 0, ""},        {"//elsewhere/12", LTI_NONE, 0, ""},     {"people/12", LTI_NONE, 0, ""},
        {"session/9999999999999999999", LTI_NONE, 0, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lti_goal g;
        bool some = lti_read_goal(str_from(cases[i].text), &g);
        if (some != (cases[i].kind != LTI_NONE) || g.kind != cases[i].kind || g.id != cases[i].id || !str_eq_z(g.code, cases[i].code))
            fail_msg("%s", cases[i].text);
    }
}

static void addresses_of_services_keep_their_queries(void **state)
{
    (void)state;
    assert_true(str_eq(lti_url_under(a, S("https://m/line?type_id=1"), "scores"), S("https://m/line/scores?type_id=1")));
    assert_true(str_eq(lti_url_under(a, S("https://m/line/"), "scores"), S("https://m/line/scores")));
    assert_true(str_eq(lti_url_with(a, S("https://m/l"), S("a=1")), S("https://m/l?a=1")));
    assert_true(str_eq(lti_url_with(a, S("https://m/l?b=2"), S("a=1")), S("https://m/l?b=2&a=1")));
    struct str nul = {"a\0b?c", 5}; /* nothing that is told ends an address early */
    assert_true(str_eq(lti_url_under(a, nul, "s"), (struct str){"a\0b/s?c", 7}));
    assert_true(str_eq(lti_url_with(a, nul, S("d=1")), (struct str){"a\0b?c&d=1", 9}));
    assert_true(str_eq(lti_next_page(a, S("<https://m/1>; rel=\"first\", <https://m/2?a=1,2>; rel=\"next\"")), S("https://m/2?a=1,2")));
    assert_true(str_eq(lti_next_page(a, S("<https://m/3>;title=\"a, b\";rel=next")), S("https://m/3")));
    assert_true(str_eq(lti_next_page(a, S("<https://m/4>; rel=\"prev next\"")), S("https://m/4")));
    assert_true(lti_next_page(a, S("<https://m/5>; rel=prev")).n == 0);
    assert_true(lti_next_page(a, S("<https://m/6")).n == 0);
    assert_true(lti_next_page(a, S("")).n == 0);
    assert_true(str_eq(lti_origin(a, S("https://m.example:8443/x?y")), S("https://m.example:8443")));
    assert_true(lti_origin(a, S("https:///x")).n == 0);
    assert_true(lti_origin(a, S("https://a b/")).n == 0);
    assert_true(lti_origin(a, S("https://a;b/")).n == 0);
    assert_true(lti_origin(a, S("javascript:x")).n == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(every_rule_of_a_launch_is_kept),
        IN_ARENA(only_roles_in_the_course_count),
        IN_ARENA(a_link_names_what_it_opens),
        IN_ARENA(addresses_of_services_keep_their_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
