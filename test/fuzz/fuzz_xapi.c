/* Any text as a statement: refused with a reason, or taken; what is taken is kept as a text that is a statement again, found by the same, and
 * its special types are read without a step beyond their end. */
#include "campus/xapi/lexical.h"
#include "campus/xapi/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const struct xapi_facts *f)
{
    size_t n = 0;
    for (const struct xapi_term *t = f->terms; t != NULL; t = t->next)
        n++;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    struct err e = {0};
    struct xapi_facts facts, again;
    json_t *json;
    int64_t ms;
    (void)(xapi_is_uuid(text) + xapi_is_iri(text) + xapi_is_mailto(text) + xapi_is_language(text) + xapi_is_duration(text) + xapi_is_media_type(text) + xapi_timestamp(text, &ms));
    for (int version = XAPI_1_0; version <= XAPI_2_0; version++) {
        if (xapi_parse(a, text, &json, &e) != RC_OK || xapi_check_statement(a, json, (enum xapi_version)version, &facts, &e) != RC_OK) {
            ASSERT(e.msg != 0);
            continue;
        }
        struct str kept = xapi_text_kept(a, xapi_text_compact(a, text), &facts, (enum xapi_version)version, 1764000000000);
        ASSERT(xapi_parse(a, kept, &json, &e) == RC_OK);
        ASSERT(xapi_check_statement(a, json, (enum xapi_version)version, &again, &e) == RC_OK);
        ASSERT(count(&facts) == count(&again) && again.timed && again.version.p != NULL && again.id.p == NULL);
        struct buf b = buf_new(a, 256);
        xapi_text_shown(&b, kept, S("12345678-1234-4234-8234-123456789abc"), 1764000000000, S("{\"mbox\":\"mailto:a@b.org\"}"));
        ASSERT(xapi_parse(a, buf_text(&b), &json, &e) == RC_OK);
        ASSERT(xapi_check_statement(a, json, (enum xapi_version)version, &again, &e) == RC_OK);
    }
    arena_free(a);
    return 0;
}
