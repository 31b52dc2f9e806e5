/* The rules of OpenID Connect: which documents and which tokens are believed. What a signature proves is tested with jose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

#include "campus/oidc/token.h"

#define NOW INT64_C(1800000000000) /* UTC ms */
#define ISSUER "https://login.example.org/staff"

static int make(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int drop(void **state)
{
    arena_free(*state);
    return 0;
}

/* ---- documents ------------------------------------------------------------------------------------------------------- */

#define ENDPOINTS(x)                                                                                                       \
    "\"authorization_endpoint\":\"" x "/auth\",\"token_endpoint\":\"" x "/token\",\"jwks_uri\":\"" x "/keys\""
#define GOOD "\"issuer\":\"" ISSUER "\"," ENDPOINTS("https://login.example.org")

static void documents(void **state)
{
    static const struct {
        const char *json;
        enum metadata_fault fault;
    } cases[] = {
        {"{" GOOD "}", METADATA_FINE},
        {"{" GOOD ",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]}", METADATA_FINE},
        {"{" GOOD ",\"code_challenge_methods_supported\":[\"plain\"]}", METADATA_PKCE},
        {"{" GOOD ",\"response_types_supported\":[\"id_token\",\"code token\"]}", METADATA_CODE},
        {"{" GOOD ",\"id_token_signing_alg_values_supported\":[\"HS256\",\"none\"]}", METADATA_ALG},
        {"{" GOOD ",\"id_token_signing_alg_values_supported\":[\"HS256\",\"ES256\"]}", METADATA_FINE},
        {"{\"issuer\":\"" ISSUER "/\"," ENDPOINTS("https://login.example.org") "}", METADATA_ISSUER},
        {"{\"issuer\":\"HTTPS://login.example.org/staff\"," ENDPOINTS("https://login.example.org") "}", METADATA_ISSUER},
        {"{" ENDPOINTS("https://login.example.org") "}", METADATA_ISSUER},
        {"{\"issuer\":[\"" ISSUER "\"]," ENDPOINTS("https://login.example.org") "}", METADATA_ISSUER},
        {"{\"issuer\":\"" ISSUER "\"," ENDPOINTS("http://login.example.org") "}", METADATA_ADDRESS},
        {"{\"issuer\":\"" ISSUER "\"," ENDPOINTS("file:///etc") "}", METADATA_ADDRESS},
        {"{\"issuer\":\"" ISSUER "\"}", METADATA_ADDRESS},
        {"{" GOOD "," GOOD "}", METADATA_NOT_JSON},
        {"[1]", METADATA_NOT_JSON},
        {"\"text\"", METADATA_NOT_JSON},
        {"", METADATA_NOT_JSON},
        {"{" GOOD ",\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", METADATA_NOT_JSON},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct provider_metadata m = {0};
        if (metadata_read(*state, str_from(cases[i].json), S(ISSUER), &m) != cases[i].fault)
            fail_msg("%s", cases[i].json);
    }
}

static void optional_parts(void **state)
{
    struct provider_metadata m = {0};
    assert_int_equal(metadata_read(*state, S("{" GOOD ",\"userinfo_endpoint\":\"javascript:1\",\"end_session_endpoint\":\"https://login.example.org/out\","
                                             "\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],"
                                             "\"authorization_response_iss_parameter_supported\":true}"),
                                   S(ISSUER), &m),
                     METADATA_FINE);
    assert_null(m.userinfo.p);
    assert_true(str_eq_z(m.end_session, "https://login.example.org/out"));
    assert_true(m.secret_in_body);
    assert_true(m.says_issuer);
    assert_int_equal(metadata_read(*state, S("{" GOOD ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"client_secret_basic\"]}"), S(ISSUER), &m), METADATA_FINE);
    assert_false(m.secret_in_body);
    assert_false(m.says_issuer);
    assert_true(str_eq_z(metadata_address(*state, S("https://x.org/a/")), "https://x.org/a/.well-known/openid-configuration"));
    assert_true(str_eq_z(metadata_address(*state, S("https://x.org")), "https://x.org/.well-known/openid-configuration"));
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

/* RFC 7636, appendix B: verifier and challenge. */
static void asking(void **state)
{
    const struct authorization q = {.client_id = S("c&d"),
                                    .redirect_uri = S("https://cadre.example.org/sign-on/callback"),
                                    .scopes = S("profile email"),
                                    .state = S("s"),
                                    .nonce = S("n"),
                                    .verifier = S("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")};
    struct str s = authorization_address(*state, S("https://login.example.org/auth?tenant=1"), &q);
    assert_true(str_starts(s, S("https://login.example.org/auth?tenant=1&response_type=code&client_id=c%26d&redirect_uri=https%3A%2F%2Fcadre.example.org%2Fsign-on%2Fcallback&")));
    assert_true(str_find(s, S("&scope=openid%20profile%20email&"), NULL));
    assert_true(str_find(s, S("&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"), NULL));
    assert_true(str_starts(authorization_address(*state, S("https://login.example.org/auth"), &q), S("https://login.example.org/auth?response_type=code&")));
}

/* ---- tokens ------------------------------------------------------------------------------------------------------------ */

#define SAID "\"iss\":\"" ISSUER "\",\"sub\":\"s1\",\"nonce\":\"n\""
#define TIMES ",\"iat\":1800000000,\"exp\":1800000300"

static void id_tokens(void **state)
{
    static const struct {
        const char *json;
        enum sign_on_refusal why;
    } cases[] = {
        {"{" SAID TIMES ",\"aud\":\"c\"}", SIGN_ON_FINE},
        {"{" SAID TIMES ",\"aud\":[\"c\"]}", SIGN_ON_FINE},
        {"{" SAID TIMES ",\"aud\":[\"c\",\"d\"],\"azp\":\"c\"}", SIGN_ON_FINE},
        {"{" SAID TIMES ",\"aud\":[\"c\",\"d\"]}", SIGN_ON_AUDIENCE},
        {"{" SAID TIMES ",\"aud\":\"c\",\"azp\":\"d\"}", SIGN_ON_AUDIENCE},
        {"{" SAID TIMES ",\"aud\":\"C\"}", SIGN_ON_AUDIENCE},
        {"{" SAID TIMES ",\"aud\":[[\"c\"]]}", SIGN_ON_AUDIENCE},
        {"{" SAID TIMES "}", SIGN_ON_AUDIENCE},
        {"{\"iss\":\"" ISSUER "/\",\"sub\":\"s1\",\"nonce\":\"n\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_ISSUER},
        {"{\"sub\":\"s1\",\"nonce\":\"n\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_ISSUER},
        {"{\"iss\":\"" ISSUER "\",\"sub\":\"s1\",\"nonce\":\"N\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_NONCE},
        {"{\"iss\":\"" ISSUER "\",\"sub\":\"s1\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_NONCE},
        {"{\"iss\":\"" ISSUER "\",\"sub\":\"\",\"nonce\":\"n\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_SUBJECT},
        {"{\"iss\":\"" ISSUER "\",\"sub\":7,\"nonce\":\"n\"" TIMES ",\"aud\":\"c\"}", SIGN_ON_SUBJECT},
        {"{" SAID ",\"aud\":\"c\",\"iat\":1799999000,\"exp\":1799999941}", SIGN_ON_FINE}, /* within the skew */
        {"{" SAID ",\"aud\":\"c\",\"iat\":1799999000,\"exp\":1799999940}", SIGN_ON_EXPIRED},
        {"{" SAID ",\"aud\":\"c\",\"iat\":1800000059,\"exp\":1800000300}", SIGN_ON_FINE},
        {"{" SAID ",\"aud\":\"c\",\"iat\":1800000060,\"exp\":1800000300}", SIGN_ON_EXPIRED},
        {"{" SAID TIMES ",\"aud\":\"c\",\"nbf\":1800000061}", SIGN_ON_EXPIRED},
        {"{" SAID TIMES ",\"aud\":\"c\",\"nbf\":\"soon\"}", SIGN_ON_EXPIRED},
        {"{" SAID ",\"aud\":\"c\",\"iat\":1800000000}", SIGN_ON_EXPIRED},
        {"{" SAID ",\"aud\":\"c\",\"exp\":1800000300}", SIGN_ON_EXPIRED},
        {"{" SAID ",\"aud\":\"c\",\"iat\":1800000000.5,\"exp\":1800000300.5}", SIGN_ON_FINE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct id_token t;
        json_t *claims = foreign_object(*state, str_from(cases[i].json));
        assert_non_null(claims);
        if (id_token_check(*state, claims, S(ISSUER), S("c"), S("n"), NOW, &t) != cases[i].why)
            fail_msg("%s", cases[i].json);
    }
    struct id_token t;
    json_t *claims = foreign_object(*state, S("{\"iss\":\"" ISSUER "\",\"sub\":\"s1\",\"nonce\":\"\"" TIMES ",\"aud\":\"\"}"));
    assert_int_equal(id_token_check(*state, claims, S(ISSUER), S(""), S(""), NOW, &t), SIGN_ON_AUDIENCE); /* what is empty fits nothing */
    claims = foreign_object(*state, S("{\"iss\":\"" ISSUER "\",\"sub\":\" s1 \",\"nonce\":\"n\",\"sid\":\"x\"" TIMES ",\"aud\":\"c\"}"));
    assert_int_equal(id_token_check(*state, claims, S(ISSUER), S("c"), S("n"), NOW, &t), SIGN_ON_FINE);
    assert_true(str_eq_z(t.subject, " s1 ")); /* to the letter */
    assert_true(str_eq_z(t.sid, "x"));
}

#define EVENT ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"
#define OUT "\"iss\":\"" ISSUER "\",\"aud\":\"c\"" TIMES

static void logout_tokens(void **state)
{
    static const struct {
        const char *json;
        enum sign_on_refusal why;
    } cases[] = {
        {"{" OUT EVENT ",\"sub\":\"s1\"}", SIGN_ON_FINE},
        {"{" OUT EVENT ",\"sid\":\"x\"}", SIGN_ON_FINE},
        {"{" OUT EVENT "}", SIGN_ON_SUBJECT},
        {"{" OUT ",\"sub\":\"s1\"}", SIGN_ON_TOKEN},
        {"{" OUT ",\"events\":{\"other\":{}},\"sub\":\"s1\"}", SIGN_ON_TOKEN},
        {"{" OUT ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":1},\"sub\":\"s1\"}", SIGN_ON_TOKEN},
        {"{" OUT EVENT ",\"sub\":\"s1\",\"nonce\":\"n\"}", SIGN_ON_TOKEN}, /* an ID token, used for what it is not */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct id_token t;
        if (logout_token_check(*state, foreign_object(*state, str_from(cases[i].json)), S(ISSUER), S("c"), NOW, &t) != cases[i].why)
            fail_msg("%s", cases[i].json);
    }
}

static void claims(void **state)
{
    json_t *o = foreign_object(*state, S("{\"n\":1234,\"t\":\"  x \",\"e\":\"  \",\"b\":true,\"r\":1.5,\"z\":\"a\\u0001b\",\"l\":\"12345\"}"));
    assert_true(str_eq_z(claim_text(*state, o, S("n"), 100), "1234"));
    assert_true(str_eq_z(claim_text(*state, o, S("t"), 100), "x"));
    static const char *const none[] = {"e", "b", "r", "z", "absent"};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_null(claim_text(*state, o, str_from(none[i]), 100).p);
    assert_null(claim_text(*state, o, S("l"), 4).p);
    assert_false(claim_may_identify(S("email")));
    assert_false(claim_may_identify(S("Email")));
    assert_false(claim_may_identify(S("name")));
    assert_true(claim_may_identify(S("employeeid")));
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(documents, make, drop),     cmocka_unit_test_setup_teardown(optional_parts, make, drop),
        cmocka_unit_test_setup_teardown(asking, make, drop),        cmocka_unit_test_setup_teardown(id_tokens, make, drop),
        cmocka_unit_test_setup_teardown(logout_tokens, make, drop), cmocka_unit_test_setup_teardown(claims, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
