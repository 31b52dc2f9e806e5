/* Messages: formatting, languages, and what msggen refuses. */
#include "arena_fixture.h"

#include "base/msg.h"
#include "gen/msg_error.h"
#include "gen/msg_form.h"
#include "gen/msg_site.h"
#include "generator.h"

static void formats(void **state)
{
    (void)state;
    const struct msg_arg one[] = {MSG_TEXT("label", S("Name")), MSG_NUM("max", 1), MSG_NUM("n", 1)};
    const struct msg_arg many[] = {MSG_TEXT("label", S("{n}<")), MSG_NUM("max", 20000), MSG_NUM("n", 1234567)};
    assert_str(msg_format(a, 0, M_form_too_long, one, 3),
               "“Name” must be at most 1 characters long; it has 1 character");
    assert_str(msg_format(a, 0, M_form_too_long, many, 3),
               "“{n}<” must be at most 20,000 characters long; it has 1,234,567");
    assert_str(msg_format(a, 1, M_form_too_long, many, 3),
               "„{n}<“ darf höchstens 20.000 Zeichen lang sein; es sind 1.234.567");
    assert_str(msg_format(a, 0, M_form_not_int, NULL, 0), "“{label}” must be a whole number");
    const struct msg_arg other[] = {MSG_NUM("x", 1)};
    assert_str(msg_format(a, 0, M_form_not_int, other, 1),
               "“{label}” must be a whole number"); /* a forgotten argument shows */
    struct buf b = buf_new(a, 16);
    msg_html(&b, 0, M_form_too_long, many, 3);
    assert_str(buf_text(&b), "“{n}&lt;” must be at most 20,000 characters long; it has 1,234,567");
    assert_str(msg_text(0, 0), "");
    assert_str(msg_text(1, M_site_sign_out), "Abmelden");
    assert_str(msg_name(M_error_not_found), "error_not_found");
}

static struct str number(int lang, int64_t v)
{
    struct buf b = buf_new(a, 16);
    lang_int(&b, lang, v);
    return buf_text(&b);
}

static struct str real(int lang, double v, int decimals)
{
    struct buf b = buf_new(a, 16);
    lang_real(&b, lang, v, decimals);
    return buf_text(&b);
}

static void writes_numbers(void **state)
{
    (void)state;
    assert_str(number(0, 0), "0");
    assert_str(number(0, 999), "999");
    assert_str(number(0, 1000), "1,000");
    assert_str(number(1, -1234567), "−1.234.567");
    assert_str(number(0, INT64_MIN), "−9,223,372,036,854,775,808");
    assert_str(real(0, 2.5, 2), "2.50");
    assert_str(real(1, 2.5, 1), "2,5");
    assert_str(real(1, 10, 0), "10");
    assert_str(real(1, 100, 2), "100,00");
    assert_str(real(0, -0.001, 2), "0.00");
    assert_str(real(0, -3, 1), "−3.0");
    assert_str(real(0, 0.0 / 0.0, 1), "–");
}

static void finds_languages(void **state)
{
    (void)state;
    static const struct {
        const char *header, *tag;
    } cases[] = {
        {"de", "de"},
        {"DE-at", "de"},
        {"de-Latn-AT", "de"},
        {"en-GB,en;q=0.9,de;q=0.8", "en"},
        {"fr", "en"},
        {"fr,de;q=0.1", "de"},
        {"de;q=0.4, en;q=0.5", "en"},
        {"de;q=0", "en"},
        {"", "en"},
        {",,;;,q=1", "en"},
        {"de;q=nan", "en"},
        {"de;q=2", "en"},
        {"*", "en"},
        {"de;foo=bar;q=0.3", "de"},
        {"-", "en"},
        {"dee", "en"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_str(lang_tag(lang_find(str_from(cases[i].header))), cases[i].tag);
    assert_int_equal(lang_find(STR_NONE), 0);
    assert_str(lang_tag(0), "en");
    assert_str(lang_name(1), "Deutsch");
    assert_int_equal(lang_count(), 2);
}

/* ---- what msggen refuses
 * --------------------------------------------------------------------------------------------- */

#define PO                                                                                                             \
    "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Language: x\\n\"\n\"Plural-Forms: "    \
    "nplurals=2; plural=(n != 1);\\n\"\n"
#define SITE PO "\"X-Language-Name: X\\n\"\n\"X-Number: 1,234.5\\n\"\n\n"

static const struct {
    const char *en, *de; /* of the catalog "c" */
    const char *says;
} cases[] = {
    {PO "\nmsgid \"a\"\nmsgstr \"A {x}\"\n", PO "\nmsgid \"a\"\nmsgstr \"B {x}\"\n", NULL},
    {PO "\nmsgid \"a\"\nmsgid_plural \"a\"\nmsgstr[0] \"one\"\nmsgstr[1] \"{n}\"\n",
     PO "\nmsgid \"a\"\nmsgid_plural \"a\"\nmsgstr[0] \"{n} eins\"\nmsgstr[1] \"{n}\"\n", NULL},
    {PO "\nmsgid \"a\"\nmsgstr \"A\"\n", PO, "de/c.po: lacks \"a\""},
    {PO, PO "\nmsgid \"a\"\nmsgstr \"A\"\n", "de/c.po:7: \"a\" is not in"},
    {PO "\nmsgid \"a\"\nmsgstr \"A {x}\"\n", PO "\nmsgid \"a\"\nmsgstr \"A\"\n",
     "de/c.po:7: \"a\" lacks the placeholder {x}"},
    {PO "\nmsgid \"a\"\nmsgstr \"A\"\n", PO "\nmsgid \"a\"\nmsgstr \"A {y}\"\n",
     "en/c.po:7: \"a\" lacks the placeholder {y}"},
    {PO "\nmsgid \"a\"\nmsgid_plural \"a\"\nmsgstr[0] \"{x}\"\nmsgstr[1] \"{n}\"\n", PO, "lacks the placeholder {x}"},
    {PO "\nmsgid \"a\"\nmsgstr \"A {x\"\n", PO "\nmsgid \"a\"\nmsgstr \"A {x\"\n", "starts a placeholder"},
    {PO "\nmsgid \"a\"\nmsgstr \"A {}\"\n", PO "\nmsgid \"a\"\nmsgstr \"A {}\"\n", "starts a placeholder"},
    {PO "\nmsgid \"a\"\nmsgstr \"A\"\n", PO "\nmsgid \"a\"\nmsgid_plural \"a\"\nmsgstr[0] \"A\"\nmsgstr[1] \"A\"\n",
     "has a plural in one language"},
    {PO "\nmsgid \"a\"\nmsgstr \"A\"\n\nmsgid \"a\"\nmsgstr \"B\"\n", PO, "en/c.po:10: duplicate"},
    {PO "\nmsgid \"a\"\nmsgstr \"\"\n", PO, "en/c.po:7: \"a\" has no text"},
    {PO "\n#, fuzzy\nmsgid \"a\"\nmsgstr \"A\"\n", PO, "en/c.po:8: \"a\" is marked fuzzy"},
    {PO "\nmsgid \"Two words\"\nmsgstr \"A\"\n", PO, "a msgid is a short name"},
    {PO "\nmsgid \"a\"\n", PO, "en/c.po:"},
};

static void refuses(void **state)
{
    (void)state;
    const char *folder = scratch(a);
    const char *const argv[] = {MSGGEN, str_printf(a, "%s/out", folder).p, str_printf(a, "%s/locale", folder).p, NULL};
    static const char *const folders[] = {"out", "locale", "locale/en", "locale/de"};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        assert_int_equal(mkdir(str_printf(a, "%s/%s", folder, folders[i]).p, 0777), 0);
    put_file(str_printf(a, "%s/locale/en/site.po", folder).p, SITE);
    put_file(str_printf(a, "%s/locale/de/site.po", folder).p, SITE);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put_file(str_printf(a, "%s/locale/en/c.po", folder).p, cases[i].en);
        put_file(str_printf(a, "%s/locale/de/c.po", folder).p, cases[i].de);
        struct str said;
        int status = run_generator(a, argv, &said);
        bool right = cases[i].says == NULL ? status == 0 : status == 1 && str_find(said, str_from(cases[i].says), NULL);
        if (!right)
            fail_msg("case %zu: status %d, \"%.*s\"", i, status, STR_ARG(said));
    }
    struct str said;
    put_file(str_printf(a, "%s/locale/en/c.po", folder).p, PO);
    put_file(str_printf(a, "%s/locale/de/c.po", folder).p, PO);
    put_file(str_printf(a, "%s/locale/de/extra.po", folder).p, PO);
    assert_int_equal(run_generator(a, argv, &said), 1);
    assert_true(str_find(said, S("de/extra.po: has no counterpart"), NULL));
    put_file(str_printf(a, "%s/locale/en/extra.po", folder).p, PO);
    put_file(str_printf(a, "%s/locale/de/site.po", folder).p, PO);
    assert_int_equal(run_generator(a, argv, &said), 1);
    assert_true(str_find(said, S("X-Language-Name"), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(formats),
        IN_ARENA(writes_numbers),
        IN_ARENA(finds_languages),
        IN_ARENA(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
