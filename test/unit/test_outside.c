/* What goes to and comes from other systems: signed tokens, locked secrets, requests to other servers. */
#include "arena_fixture.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

#include "auth/jose.h"
#include "auth/secret.h"
#include "out/fetch.h"

/* ---- tokens --------------------------------------------------------------------------------------------------------------------------- */

struct signer {
    struct str key, kid, set;
};

static struct signer signer(void)
{
    struct signer s;
    struct str public_jwk;
    assert_int_equal(jose_key_new(a, &s.key, &s.kid), RC_OK);
    assert_int_equal(jose_public(a, s.key, &public_jwk), RC_OK);
    s.set = str_printf(a, "{\"keys\":[%.*s]}", STR_ARG(public_jwk));
    return s;
}

static struct str token(const char *header, const char *claims, struct str signature)
{
    struct str h = jose_base64url(a, str_from(header)), c = jose_base64url(a, str_from(claims));
    return str_printf(a, "%.*s.%.*s.%.*s", STR_ARG(h), STR_ARG(c), STR_ARG(signature));
}

static void a_token_is_signed_and_checked(void **state)
{
    (void)state;
    struct signer s = signer(), other = signer();
    struct jose_token t = {0};
    struct str compact;
    assert_int_equal(jose_sign(a, s.key, "JWT", S("{\"sub\":\"ä\",\"n\":1}"), &compact), RC_OK);
    assert_int_equal(jose_verify(a, compact, s.set, &t), JOSE_GOOD);
    assert_string_equal(json_string_value(json_object_get(t.claims, "sub")), "ä");
    assert_string_equal(json_string_value(json_object_get(t.header, "typ")), "JWT");
    assert_true(str_eq_z(s.kid, json_string_value(json_object_get(t.header, "kid"))));
    assert_null(strstr(s.set.p, "\"d\"")); /* nothing private in the set */
    assert_int_equal(jose_verify(a, compact, other.set, &t), JOSE_NO_KEY);
    assert_int_equal(jose_verify(a, compact, S("{\"keys\":[]}"), &t), JOSE_NO_KEY);
    assert_int_equal(jose_verify(a, compact, S("no JSON"), &t), JOSE_NO_KEY);
}

static void every_changed_character_is_seen(void **state)
{
    (void)state;
    struct signer s = signer();
    struct jose_token t = {0};
    struct str compact;
    assert_int_equal(jose_sign(a, s.key, NULL, S("{\"sub\":\"one\"}"), &compact), RC_OK);
    for (size_t i = 0; i < compact.n - 1; i += 3) { /* the last character may hold bits that mean nothing */
        struct str changed = str_dup(a, compact);
        char *at = (char *)(uintptr_t)changed.p + i;
        *at = *at == 'A' ? 'B' : 'A';
        assert_int_not_equal(jose_verify(a, changed, s.set, &t), JOSE_GOOD);
    }
    for (size_t n = 0; n < compact.n; n += 7)
        assert_int_not_equal(jose_verify(a, str_sub(compact, 0, n), s.set, &t), JOSE_GOOD);
}

static void a_token_never_chooses_how_it_is_checked(void **state)
{
    (void)state;
    struct signer s = signer();
    struct jose_token t = {0};
    char header[512];
    static const struct {
        const char *alg;
        enum jose_verdict verdict;
    } cases[] = {{"none", JOSE_ALG},  {"None", JOSE_ALG},  {"", JOSE_ALG},      {"HS256", JOSE_ALG},
                 {"HS512", JOSE_ALG}, {"ES256", JOSE_ALG}, {"RSA1_5", JOSE_ALG}, {"RS384", JOSE_ALG}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%.*s\"}", cases[i].alg, STR_ARG(s.kid));
        /* with the public key as the secret of HS256, as the known attack has it */
        unsigned char mac[crypto_auth_hmacsha256_BYTES];
        struct str unsigned_token = token(header, "{}", S(""));
        crypto_auth_hmacsha256_state m;
        crypto_auth_hmacsha256_init(&m, (const unsigned char *)s.set.p, s.set.n);
        crypto_auth_hmacsha256_update(&m, (const unsigned char *)unsigned_token.p, unsigned_token.n - 1);
        crypto_auth_hmacsha256_final(&m, mac);
        assert_int_equal(jose_verify(a, token(header, "{}", jose_base64url(a, (struct str){(char *)mac, sizeof mac})), s.set, &t), cases[i].verdict);
        assert_int_equal(jose_verify(a, unsigned_token, s.set, &t), cases[i].verdict);
    }
    assert_int_equal(jose_verify(a, token("{}", "{}", S("AA")), s.set, &t), JOSE_ALG);
    assert_int_equal(jose_verify(a, token("{\"alg\":\"RS256\",\"crit\":[\"b64\"]}", "{}", S("AA")), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, token("{\"alg\":\"RS256\"}", "[]", S("AA")), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, token("{\"alg\":\"RS256\"}", "{\"a\":1,\"a\":2}", S("AA")), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, S("a.b"), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, S("a.b.c.d.e"), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, S(""), s.set, &t), JOSE_MALFORMED);
    assert_int_equal(jose_verify(a, STR_NONE, s.set, &t), JOSE_MALFORMED);
}

/* RFC 7515, A.2 and A.3: what others have signed. Neither key has a kid. */
static void what_others_signed_is_checked(void **state)
{
    (void)state;
    static const char rsa[] = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
                              "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV"
                              "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}]}";
    static const char by_rsa[] = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
                                 "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
                                 "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
                                 "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    static const char ec[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
    static const char by_ec[] = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
                                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    struct jose_token t = {0};
    assert_int_equal(jose_verify(a, str_from(by_rsa), str_from(rsa), &t), JOSE_GOOD);
    assert_string_equal(json_string_value(json_object_get(t.claims, "iss")), "joe");
    assert_int_equal(jose_verify(a, str_from(by_ec), str_from(ec), &t), JOSE_GOOD);
    assert_int_equal(jose_verify(a, str_from(by_ec), str_from(rsa), &t), JOSE_NO_KEY);
}

static void a_key_that_is_too_short_is_not_believed(void **state)
{
    (void)state;
    static const char small[] = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"s\",\"e\":\"AQAB\",\"n\":\"vvqYO1u5OHkHnLbBFvjxq3Z3KpQ5qA4GyBGDhvOE4Q9IpP0nmw3pJZyGOkvaSqs9iX6HcIVOaLrxFvY_qXqTkw\"}]}";
    struct jose_token t = {0};
    assert_int_equal(jose_verify(a, token("{\"alg\":\"RS256\",\"kid\":\"s\"}", "{}", S("AAAA")), str_from(small), &t), JOSE_ALG);
}

/* ---- secrets -------------------------------------------------------------------------------------------------------------------------- */

static void a_secret_opens_for_its_purpose_under_its_secret(void **state)
{
    (void)state;
    struct str box, out;
    bool locked;
    box = secret_lock(a, "tests", S("key"), &locked);
    assert_false(locked);
    assert_true(secret_open(a, "tests", box, locked, &out) && str_eq_z(out, "key"));
    secret_configure(S("a secret of more than thirty-two characters"));
    box = secret_lock(a, "tests", S("key"), &locked);
    assert_true(locked && !str_find(box, S("key"), NULL));
    assert_true(secret_open(a, "tests", box, true, &out) && str_eq_z(out, "key"));
    assert_false(secret_open(a, "others", box, true, &out));
    assert_false(secret_open(a, "tests", str_sub(box, 0, box.n - 1), true, &out));
    assert_false(secret_open(a, "tests", str_sub(box, 0, 8), true, &out));
    secret_configure(S("another one of more than thirty-two characters"));
    assert_false(secret_open(a, "tests", box, true, &out));
    secret_configure(STR_NONE);
    assert_false(secret_open(a, "tests", box, true, &out));
}

/* ---- requests ------------------------------------------------------------------------------------------------------------------------- */

static void only_safe_addresses_are_asked(void **state)
{
    (void)state;
    static const char *const good[] = {"https://example.org", "https://example.org:8443/a?b=c", "http://localhost:80/", "http://127.0.0.1:1/x", "http://[::1]:2/"};
    static const char *const bad[] = {"", "example.org", "http://example.org/", "ftp://example.org/", "https://", "https:///x", "https://who@example.org/", "file:///etc/passwd",
                                      "http://localhost.example.org/", "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/", "https://example.org/a b",
                                      "https://example.org/\n", "http://localhost\\@example.org", "HTTPS://example.org", "https://:443/"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(fetch_address_ok(str_from(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (fetch_address_ok(str_from(bad[i])))
            fail_msg("%s", bad[i]);
    assert_false(fetch_address_ok(STR_NONE));
}

/* A server that gives one answer to each connection and keeps what it was asked. */
struct peer {
    int socket;
    const char *const *answers;
    size_t count;
    char asked[4][2048];
    pthread_t thread;
};

static void *answer(void *arg)
{
    struct peer *p = arg;
    for (size_t k = 0; k < p->count; k++) {
        int s = accept(p->socket, NULL, NULL);
        size_t n = 0;
        ssize_t got;
        while (n < sizeof p->asked[k] - 1 && (got = read(s, p->asked[k] + n, sizeof p->asked[k] - 1 - n)) > 0) {
            n += (size_t)got;
            p->asked[k][n] = '\0';
            const char *end = strstr(p->asked[k], "\r\n\r\n");
            if (end != NULL && (strncmp(p->asked[k], "POST", 4) != 0 || strstr(end, "grant") != NULL))
                break;
        }
        for (size_t at = 0, all = strlen(p->answers[k]); at < all; at += (size_t)got)
            if ((got = send(s, p->answers[k] + at, all - at, MSG_NOSIGNAL)) <= 0)
                break;
        close(s);
    }
    return NULL;
}

static struct str peer_start(struct peer *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    p->socket = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(p->socket, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->socket, 8), 0);
    assert_int_equal(getsockname(p->socket, (struct sockaddr *)&at, &n), 0);
    assert_int_equal(pthread_create(&p->thread, NULL, answer, p), 0);
    return str_printf(a, "http://127.0.0.1:%d/keys?a=b", ntohs(at.sin_port));
}

static void another_server_is_asked(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLink: <https://x/2>; rel=next\r\nlink: <https://x/9>; rel=last\r\nConnection: close\r\n\r\n{\"a\":1}",
        "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example.org/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n0123456789012345678901234567890123456789",
        "no answer that HTTP knows\r\n\r\n",
    };
    struct peer p = {.answers = answers, .count = COUNT_OF(answers)};
    struct str url = peer_start(&p);
    struct fetched out;
    struct err e = {0};
    const struct fetch_header json = {"Accept", S("application/json")}, split = {"Accept", S("a\r\nEvil: b")};
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url, .headers = &json, .header_count = 1, .user = S("us"), .password = S("pass:word")}, &out, &e), RC_OK);
    assert_int_equal(out.status, 200);
    assert_true(str_eq_z(out.body, "{\"a\":1}") && str_eq_z(out.type, "application/json"));
    assert_true(str_eq_z(out.link, "<https://x/2>; rel=next, <https://x/9>; rel=last"));
    assert_non_null(strstr(p.asked[0], "Authorization: Basic dXM6cGFzczp3b3Jk"));
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url, .body = S("grant_type=x")}, &out, &e), RC_OK);
    assert_int_equal(out.status, 302); /* not followed */
    assert_true(str_eq_z(out.location, "https://elsewhere.example.org/"));
    assert_non_null(strstr(p.asked[1], "POST /keys?a=b"));
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url, .limit = 32}, &out, &e), RC_TOO_LARGE);
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url}, &out, &e), RC_BUSY);
    pthread_join(p.thread, NULL);
    close(p.socket);
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url}, &out, &e), RC_BUSY); /* nobody there */
    assert_true(e.detail[0] != '\0');
    assert_int_equal(fetch_send(a, &(struct fetch){.url = url, .headers = &split, .header_count = 1}, &out, &e), RC_INVALID);
    assert_int_equal(fetch_send(a, &(struct fetch){.url = S("http://example.org/")}, &out, &e), RC_INVALID);
}

int main(void)
{
#define T IN_ARENA
    const struct CMUnitTest tests[] = {
        T(a_token_is_signed_and_checked),
        T(every_changed_character_is_seen),
        T(a_token_never_chooses_how_it_is_checked),
        T(what_others_signed_is_checked),
        T(a_key_that_is_too_short_is_not_believed),
        T(a_secret_opens_for_its_purpose_under_its_secret),
        T(only_safe_addresses_are_asked),
        T(another_server_is_asked),
    };
    return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
