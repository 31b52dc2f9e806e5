/* Any text as what a provider of OpenID Connect says: a document that is taken names its issuer and three addresses that may be asked; a
 * token that is believed names a subject, and what is read of its claims is text. */
#include "campus/oidc/token.h"

#include "base/utf8.h"
#include "out/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ISSUER S("https://a.org")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    struct provider_metadata meta;
    struct id_token token;
    if (metadata_read(a, text, ISSUER, &meta) == METADATA_FINE) {
        ASSERT(str_eq(meta.issuer, ISSUER) && fetch_address_ok(meta.authorization) && fetch_address_ok(meta.token) && fetch_address_ok(meta.keys));
        ASSERT(meta.userinfo.p == NULL || fetch_address_ok(meta.userinfo));
    }
    const json_t *claims = foreign_object(a, text);
    if (claims != NULL) {
        if (id_token_check(a, claims, ISSUER, S("c"), S("n"), 1800000000000, &token) == SIGN_ON_FINE)
            ASSERT(token.subject.n != 0 && token.subject.n <= SUBJECT_MOST && utf8_is_text(token.subject));
        if (logout_token_check(a, claims, ISSUER, S("c"), 1800000000000, &token) == SIGN_ON_FINE)
            ASSERT(token.subject.n != 0 || token.sid.n != 0);
        struct str said = claim_text(a, claims, S("email"), 20);
        ASSERT(said.p == NULL || (said.n != 0 && said.n <= 20 && utf8_is_text(said)));
    }
    arena_free(a);
    return 0;
}
