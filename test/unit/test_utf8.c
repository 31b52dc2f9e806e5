/* base/utf8: what is well-formed, what a key is. */
#include "arena_fixture.h"

#include "base/utf8.h"

static void test_valid(void **state)
{
    (void)state;
    static const struct str good[] = {
        S_INIT(""),
        S_INIT("plain ascii, long enough for the fast way"),
        S_INIT("\xC2\x80"),
        S_INIT("\xDF\xBF"),
        S_INIT("\xE0\xA0\x80"),
        S_INIT("\xED\x9F\xBF"),
        S_INIT("\xEE\x80\x80"),
        S_INIT("\xF0\x90\x80\x80"),
        S_INIT("\xF4\x8F\xBF\xBF"),
        S_INIT("1234567\xC3\xA4"
               "1234567"),
    };
    static const struct str bad[] = {
        S_INIT("\x80"),
        S_INIT("\xC0\x80"),
        S_INIT("\xC1\xBF"),
        S_INIT("\xC3"),
        S_INIT("\xE0\x9F\xBF"),
        S_INIT("\xED\xA0\x80"),
        S_INIT("\xE2\x82"),
        S_INIT("\xF0\x8F\xBF\xBF"),
        S_INIT("\xF4\x90\x80\x80"),
        S_INIT("\xF5\x80\x80\x80"),
        S_INIT("\xFF"),
        S_INIT("12345678\xE4"
               "1234567"),
        S_INIT("\xF0\x9F\x98"),
    };
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(utf8_valid(good[i]));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(utf8_valid(bad[i]));
    assert_true(utf8_valid(STR_NONE));
    assert_int_equal(utf8_valid_prefix(S("12345678\xE4"
                                         "1")),
                     8);
}

/* Every two and three bytes, against the definition by decoding. */
static void test_valid_exhaustive(void **state)
{
    (void)state;
    unsigned char b[3];
    for (unsigned x = 0; x < 0x1000000; x += x < 0x800000 ? 0x1001 : 1) { /* all with a non-ASCII lead, some others */
        b[0] = (unsigned char)(x >> 16);
        b[1] = (unsigned char)(x >> 8);
        b[2] = (unsigned char)x;
        if (b[0] < 0xE0 || b[0] > 0xEF)
            continue;
        bool tails = (b[1] & 0xC0) == 0x80 && (b[2] & 0xC0) == 0x80;
        unsigned c = ((b[0] & 15u) << 12) | ((b[1] & 63u) << 6) | (b[2] & 63u);
        bool want = tails && c >= 0x800 && (c < 0xD800 || c > 0xDFFF);
        if (utf8_valid((struct str){(char *)b, 3}) != want)
            fail_msg("%02x %02x %02x", b[0], b[1], b[2]);
    }
}

static void test_text(void **state)
{
    (void)state;
    assert_true(utf8_is_text(S("a\tb\r\nc\xC3\xA4")));
    assert_false(utf8_is_text(S("a\0b")));
    assert_false(utf8_is_text(S("a\x1B[0m")));
    assert_false(utf8_is_text(S("a\x7F")));
    assert_false(utf8_is_text(S("a\xE4")));
    assert_str(utf8_clean(a, S("a\xE4 \x01z")), "a\xEF\xBF\xBD \xEF\xBF\xBDz");
    assert_str(utf8_clean(a, S("fine")), "fine");
}

static void test_length(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(S("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
    assert_str(utf8_truncate(S("a\xC3\xA4"
                               "b"),
                             2),
               "a\xC3\xA4");
    assert_str(utf8_truncate(S("abc"), 3), "abc");
    assert_str(utf8_truncate(S("abc"), 0), "");
    assert_str(utf8_truncate(S("ae\xCC\x81x"), 2), "a"); /* e and its accent stay together */
    assert_str(utf8_truncate(S("ae\xCC\x81x"), 3), "ae\xCC\x81");
    assert_str(utf8_clip(S("a\xE2\x82\xAC"
                           "b"),
                         3),
               "a");
    assert_str(utf8_clip(S("a\xE2\x82\xAC"
                           "b"),
                         4),
               "a\xE2\x82\xAC");
}

static void test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key;
    } cases[] = {
        {"", ""},
        {"  Smith \t JONES ", "smith jones"},
        {"\xC5\x81ukasz M\xC3\xBCller", "lukasz muller"},
        {"Stra\xC3\x9F"
         "e",
         "strasse"},
        {"STRASSE", "strasse"},
        {"\xC3\x98yvind \xC3\x86gir", "oyvind aegir"},
        {"Jose\xCC\x81", "jose"}, /* decomposed and composed alike */
        {"Jos\xC3\xA9", "jose"},
        {"\xEF\xBC\xA1\xEF\xBC\xA2", "ab"}, /* full width */
        {"\xEF\xAC\x81n", "fin"},           /* ligature */
        {"\xC4\xB0stanbul", "istanbul"},
        {"\xCE\xA3\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82",
         "\xCF\x83\xCE\xB9\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x83"},
        {"\xE0\xA4\xB0\xE0\xA4\xBE\xE0\xA4\xAE", "\xE0\xA4\xB0\xE0\xA4\xBE\xE0\xA4\xAE"}, /* vowel signs stay */
        {"a\xC2\xA0"
         "b",
         "a b"}, /* no-break space */
        {"so\xC2\xAD"
         "ft",
         "soft"},                         /* soft hyphen */
        {"\xEA\xB9\x80", "\xEA\xB9\x80"}, /* Hangul composed again */
        {"bad\xE4", "bad\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_str(utf8_fold(a, str_from(cases[i].text)), cases[i].key);
    assert_null(utf8_fold(a, STR_NONE).p);
}

/* The key of a key is the key, for every character alone. */
static void test_fold_stable(void **state)
{
    (void)state;
    struct arena *own = arena_new(0);
    for (unsigned c = 1; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char p[4];
        size_t n = 0;
        if (c < 0x80) {
            p[n++] = (char)c;
        } else {
            int tails = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
            static const unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
            p[n++] = (char)(lead[tails] | (c >> (6 * tails)));
            while (tails-- > 0)
                p[n++] = (char)(0x80 | ((c >> (6 * tails)) & 63));
        }
        struct str key = utf8_fold(own, (struct str){p, n});
        assert_true(utf8_valid(key));
        if (!str_eq(utf8_fold(own, key), key))
            fail_msg("U+%04X", c);
        if (c % 4096 == 0)
            arena_reset(own);
    }
    arena_free(own);
}

static void test_take(void **state)
{
    (void)state;
    struct str s = S("a\xC3\xA9\xF0\x9F\x8C\xB1");
    static const uint32_t want[] = {'a', 0xE9, 0x1F331};
    uint32_t c;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(utf8_take(&s, &c));
        assert_int_equal(c, want[i]);
    }
    assert_false(utf8_take(&s, &c));
    s = STR_NONE;
    assert_false(utf8_take(&s, &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid), cmocka_unit_test(test_valid_exhaustive),
        cmocka_unit_test(test_text),  cmocka_unit_test(test_length),
        cmocka_unit_test(test_fold),  cmocka_unit_test(test_fold_stable),
        cmocka_unit_test(test_take),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
