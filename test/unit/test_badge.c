/* Pictures of badges and what is baked into them: the same credential comes out that went in, and whatever else is brought is told apart. */
#include "arena_fixture.h"

#include "campus/badge/bake.h"
#include "view/emblem.h"

#define JWT "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl-_"

static struct str png(void)
{
    struct str out;
    assert_int_equal(emblem_png(a, emblem_read(S("book"), S("violet")), 64, &out), RC_OK);
    return out;
}

static struct str svg(void)
{
    return emblem_svg(a, emblem_read(S("scales"), S("red")), S("Leads <well> & \"kindly\""));
}

static enum bake_found read_as(struct str bytes, struct str wanted)
{
    struct str jwt;
    enum bake_found found = bake_read(bytes, &jwt);
    if (found == BAKE_JWT)
        assert_true(str_eq(jwt, wanted));
    else
        assert_null(jwt.p);
    return found;
}

static void a_credential_comes_out_as_it_went_in(void **state)
{
    (void)state;
    assert_int_equal(read_as(bake_png(a, png(), S(JWT)), S(JWT)), BAKE_JWT);
    assert_int_equal(read_as(bake_svg(a, svg(), S(JWT)), S(JWT)), BAKE_JWT);
    assert_int_equal(read_as(S(JWT), S(JWT)), BAKE_JWT);
    assert_int_equal(read_as(S("\xef\xbb\xbf \r\n" JWT "\n\n"), S(JWT)), BAKE_JWT);
}

static void the_keyword_and_the_namespace_are_those_of_the_standard(void **state)
{
    (void)state;
    struct str baked = bake_png(a, png(), S(JWT));
    size_t at;
    assert_true(str_find(baked, (struct str){"iTXtopenbadgecredential\0\0\0\0\0" JWT, 4 + 20 + 4 + sizeof JWT - 1}, &at));
    assert_int_equal(at, 8 + 25 + 4); /* directly behind IHDR, after its own length */
    baked = bake_svg(a, svg(), S(JWT));
    assert_true(str_find(baked, S("<svg xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" xmlns=\"http://www.w3.org/2000/svg\""), NULL));
    assert_true(str_find(baked, S("role=\"img\">\n<openbadges:credential verify=\"" JWT "\"></openbadges:credential>"), NULL));
}

static void what_holds_no_credential_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum bake_found found;
    } cases[] = {{"", BAKE_EMPTY},
                 {" \n\t", BAKE_EMPTY},
                 {"hello", BAKE_UNKNOWN},
                 {"a.b", BAKE_UNKNOWN},
                 {"a.b.", BAKE_UNKNOWN},
                 {"a..c", BAKE_UNKNOWN},
                 {".b.c", BAKE_UNKNOWN},
                 {"a.b.c.d", BAKE_UNKNOWN},
                 {"a.b.c d", BAKE_UNKNOWN},
                 {"a.b.c=", BAKE_UNKNOWN},
                 {"{\"@context\":[]}", BAKE_EMBEDDED},
                 {"<svg xmlns=\"x\"></svg>", BAKE_PICTURE},
                 {"<?xml?><svg><openbadges:credential>{}</openbadges:credential></svg>", BAKE_EMBEDDED},
                 {"<svg><openbadges:credential verify=\"a.b.c\"/><openbadges:credential verify=\"a.b.c\"/></svg>", BAKE_DAMAGED},
                 {"<svg><openbadges:credential verify=\"a.b.c", BAKE_DAMAGED},
                 {"<svg><openbadges:credential verify=\"not one\"/></svg>", BAKE_DAMAGED},
                 {"<svg><openbadges:credential verify=a.b.c ></svg>", BAKE_DAMAGED},
                 {"<html></html>", BAKE_UNKNOWN}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(read_as(str_from(cases[i].bytes), S("")), cases[i].found);
    assert_int_equal(read_as(S("<svg><openbadges:credential verify='a.b.c'/></svg>"), S("a.b.c")), BAKE_JWT);
    assert_int_equal(read_as(png(), S("")), BAKE_PICTURE);
}

/* Cut off anywhere, or one bit changed anywhere, it is damaged: the chunks have checks. Behind the end nothing counts. */
static void a_damaged_picture_is_seen(void **state)
{
    (void)state;
    struct str baked = bake_png(a, png(), S(JWT));
    for (size_t n = 8; n < baked.n; n++)
        assert_int_equal(read_as(str_sub(baked, 0, n), S("")), BAKE_DAMAGED);
    for (size_t i = 8; i < baked.n; i++) {
        struct str changed = str_dup(a, baked);
        ((char *)changed.p)[i] ^= 1;
        assert_int_equal(read_as(changed, S("")), BAKE_DAMAGED);
    }
    assert_int_equal(read_as(str_concat(a, baked, S("more")), S(JWT)), BAKE_JWT);
    assert_int_equal(read_as(bake_png(a, baked, S(JWT)), S("")), BAKE_DAMAGED); /* twice */
}

static void every_emblem_can_be_drawn(void **state)
{
    (void)state;
    for (int s = 0; s < EMBLEM_SYMBOL_COUNT; s++)
        for (int k = 0; k < EMBLEM_COLOUR_COUNT; k++) {
            struct emblem e = {(enum emblem_symbol)s, (enum emblem_colour)k}, again;
            struct str picture, other;
            again = emblem_read(str_from(emblem_symbol_word(e.symbol)), str_from(emblem_colour_word(e.colour)));
            assert_int_equal(again.symbol, e.symbol);
            assert_int_equal(again.colour, e.colour);
            assert_int_equal(emblem_png(a, e, 16, &picture), RC_OK);
            assert_int_equal(emblem_png(a, e, 16, &other), RC_OK);
            assert_true(str_eq(picture, other));
            assert_true(str_find(emblem_svg(a, e, S("x")), S("<title>x</title>"), NULL));
        }
    assert_true(str_find(svg(), S("<title>Leads &lt;well&gt; &amp; &quot;kindly&quot;</title>"), NULL));
    struct emblem none = emblem_read(S("unicorn"), STR_NONE);
    assert_true(none.symbol == EMBLEM_star && none.colour == EMBLEM_COLOUR_teal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(a_credential_comes_out_as_it_went_in),
        IN_ARENA(the_keyword_and_the_namespace_are_those_of_the_standard),
        IN_ARENA(what_holds_no_credential_is_told_apart),
        IN_ARENA(a_damaged_picture_is_seen),
        IN_ARENA(every_emblem_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
