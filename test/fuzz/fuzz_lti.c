/* Any JSON as the claims of a launch, as a member, and any text as a goal, an address or a Link header: refused with a reason or read, within its
 * bounds; what becomes part of a header holds nothing that ends one. */
#include "campus/lti/claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_origin(struct str origin)
{
    for (size_t i = 0; i < origin.n; i++)
        ASSERT(origin.p[i] > ' ' && origin.p[i] < 0x7f && origin.p[i] != ';' && origin.p[i] != ',');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lti_expect expect = {.issuer = S_INIT("i"), .client_id = S_INIT("c"), .deployments = S_INIT("1"), .nonce = S_INIT("n"), .site = S_INIT("https://s/"), .now = 1764000000000};
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    struct lti_goal goal;
    struct lti_launch l;
    struct err e = {0};
    if (lti_read_goal(text, &goal))
        ASSERT(goal.kind != LTI_NONE && (goal.id > 0) != (goal.code.n != 0));
    check_origin(lti_origin(a, text));
    ASSERT(lti_url_under(a, text, "scores").n >= 7 && lti_url_with(a, text, S("a=1")).n >= text.n + 3);
    ASSERT(lti_next_page(a, text).n <= text.n);
    json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (json != NULL) {
        if (lti_read_claims(json, &expect, &l, &e) == RC_OK)
            ASSERT(l.subject.n != 0 && l.deployment.n != 0);
        else
            ASSERT(e.msg != 0);
        if (lti_read_member(json, &l))
            ASSERT(l.subject.n != 0);
        json_decref(json);
    }
    arena_free(a);
    return 0;
}
