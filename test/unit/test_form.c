/* Forms: reading what a browser sends, and writing it back. */
#include "arena_fixture.h"
#include "chance.h"

#include <jansson.h>

#include "base/utf8.h"
#include "gen/msg_error.h"
#include "gen/msg_site.h"
#include "http/request.h"
#include "view/form.h"

static struct str html_of(const struct form *f)
{
    struct buf b = buf_new(a, 1024);
    struct view_env env = {.out = &b, .a = a, .lang = f->lang, .zone = f->zone, .csrf = S("to\"ken")};
    form_html(&env, f);
    return buf_text(&b);
}

static const struct choice few[] = {{S_INIT("a"), S_INIT("A <1>"), S_INIT("hint")},
                                    {S_INIT("b"), S_INIT("B"), {NULL, 0}}};
static const struct choice many[] = {
    {S_INIT("1"), S_INIT("One"), {NULL, 0}},   {S_INIT("2"), S_INIT("Two"), {NULL, 0}},
    {S_INIT("3"), S_INIT("Three"), {NULL, 0}}, {S_INIT("4"), S_INIT("Four"), {NULL, 0}},
    {S_INIT("5"), S_INIT("Five"), {NULL, 0}},  {S_INIT("6"), S_INIT("Six"), {NULL, 0}},
    {S_INIT("7"), S_INIT("Seven"), {NULL, 0}}};

static struct form *form_of(int lang)
{
    return form_new(a, lang, zone_find(S("Europe/Berlin")), S("/x?a=1&b=2"), M_site_sign_in);
}

/* One field of a kind, given one text: the error, or "" when it is right. */
static struct str try_field(struct field fd, const char *value, struct form **out)
{
    struct form *f = form_of(0);
    fd.name = "x";
    if (fd.label_text.p == NULL)
        fd.label_text = S("L");
    form_add(f, fd);
    struct part p = {.name = S("x"), .value = str_from(value)};
    bool ok = form_read(f, &p, value != NULL ? 1 : 0);
    struct str error = form_field(f, "x")->error;
    assert_int_equal(ok, str_empty(error));
    assert_int_equal(ok, form_ok(f));
    if (out != NULL)
        *out = f;
    return error;
}

static void checks_kinds(void **state)
{
    (void)state;
    static const struct {
        struct field fd;
        const char *value, *error;
    } cases[] = {
        {{.kind = FIELD_TEXT}, "", ""},
        {{.kind = FIELD_TEXT}, NULL, ""},
        {{.kind = FIELD_TEXT, .required = true}, "  \r\n ", "Fill in “L”"},
        {{.kind = FIELD_TEXT, .required = true}, NULL, "Fill in “L”"},
        {{.kind = FIELD_TEXT, .max = 3}, "äöü", ""},
        {{.kind = FIELD_TEXT, .max = 3}, "äöüß", "“L” must be at most 3 characters long; it has 4"},
        {{.kind = FIELD_TEXT, .max = 9, .min = 3}, "ab", "“L” must be at least 3 characters long"},
        {{.kind = FIELD_TEXT, .max = 9, .min = 3}, "", ""},
        {{.kind = FIELD_TEXT}, "a\xff", "“L” holds characters that cannot be read"},
        {{.kind = FIELD_TEXT}, "a\x01", "“L” holds characters that cannot be read"},
        {{.kind = FIELD_PASSWORD, .min = 12}, "short", "“L” must be at least 12 characters long"},
        {{.kind = FIELD_EMAIL}, "a.b+c@example.org", ""},
        {{.kind = FIELD_EMAIL}, "jörg@müller.example", ""},
        {{.kind = FIELD_EMAIL}, "a@b", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "@b.org", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "a@b@c.org", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "a b@c.org", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "a@c..org", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "a@c.org\nBcc: x@y.org", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_EMAIL}, "A <a@c.org>", "“L” must be an e-mail address such as name@example.org"},
        {{.kind = FIELD_INT}, " -12 ", ""},
        {{.kind = FIELD_INT}, "1.5", "“L” must be a whole number"},
        {{.kind = FIELD_INT}, "99999999999999999999", "“L” must be a whole number"},
        {{.kind = FIELD_INT, .min = 1, .max = 2000}, "2000", ""},
        {{.kind = FIELD_INT, .min = 1, .max = 2000}, "0", "“L” must be between 1 and 2,000"},
        {{.kind = FIELD_INT, .min = 1, .max = 2000}, "2001", "“L” must be between 1 and 2,000"},
        {{.kind = FIELD_REAL}, "3,5", ""},
        {{.kind = FIELD_REAL}, "3.5", ""},
        {{.kind = FIELD_REAL}, "1,000.5", "“L” must be a number such as 3.5"},
        {{.kind = FIELD_REAL}, "inf", "“L” must be a number such as 3.5"},
        {{.kind = FIELD_REAL, .min = 0, .max = 1}, "1,01", "“L” must be between 0 and 1"},
        {{.kind = FIELD_DAY}, "2028-02-29", ""},
        {{.kind = FIELD_DAY}, "2027-02-29", "“L” must be a real date, for example 2026-11-12"},
        {{.kind = FIELD_DAY}, "29.2.2028", "“L” must be a real date, for example 2026-11-12"},
        {{.kind = FIELD_DAY, .min = 0, .max = 31},
         "1970-02-02",
         "“L” must be between 1 January 1970 and 1 February 1970"},
        {{.kind = FIELD_WHEN}, "2026-11-12T14:05", ""},
        {{.kind = FIELD_WHEN}, "2026-11-12 14:05:30", ""},
        {{.kind = FIELD_WHEN}, "2026-11-12T24:00", "“L” must be a real date and time, for example 2026-11-12 14:05"},
        {{.kind = FIELD_WHEN}, "2026-11-12T-1:00", "“L” must be a real date and time, for example 2026-11-12 14:05"},
        {{.kind = FIELD_WHEN}, "2026-11-12T14:05Z", "“L” must be a real date and time, for example 2026-11-12 14:05"},
        {{.kind = FIELD_WHEN}, "2026-11-12", "“L” must be a real date and time, for example 2026-11-12 14:05"},
        {{.kind = FIELD_CHOICE, .choices = few, .choice_count = 2}, "b", ""},
        {{.kind = FIELD_CHOICE, .choices = few, .choice_count = 2}, "c", "Choose one of the answers offered for “L”"},
        {{.kind = FIELD_CHOICE, .choices = few, .choice_count = 2, .required = true}, "", "Choose an answer for “L”"},
        {{.kind = FIELD_MANY, .choices = few, .choice_count = 2}, "b", ""},
        {{.kind = FIELD_MANY, .choices = few, .choice_count = 2}, "c", "Choose one of the answers offered for “L”"},
        {{.kind = FIELD_MANY, .choices = few, .choice_count = 2, .required = true}, NULL, "Choose an answer for “L”"},
        {{.kind = FIELD_BOOL, .required = true}, NULL, "Tick “L” to go on"},
        {{.kind = FIELD_BOOL, .required = true}, "0", "Tick “L” to go on"},
        {{.kind = FIELD_BOOL}, "on", ""},
        {{.kind = FIELD_BOOL}, "maybe", "“L” can only be ticked or left empty"},
        {{.kind = FIELD_FILE}, "text without a name", "Send a file for “L”"},
        {{.kind = FIELD_FILE, .required = true}, NULL, "Choose a file for “L”"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str error = try_field(cases[i].fd, cases[i].value, NULL);
        if (!str_eq_z(error, cases[i].error))
            fail_msg("case %zu, \"%s\": \"%.*s\" instead of \"%s\"", i, cases[i].value, STR_ARG(error), cases[i].error);
    }
}

static void gives_values(void **state)
{
    (void)state;
    struct form *f;
    int64_t v;
    try_field((struct field){.kind = FIELD_TEXT}, "Leading\r\nBcc: x\t\n", &f); /* one line is one line, whoever sends it */
    assert_str(form_text(f, "x"), "Leading Bcc: x");
    try_field((struct field){.kind = FIELD_LONG_TEXT}, " a\r\nb\rc\n ", &f);
    assert_str(form_text(f, "x"), "a\nb\nc");
    try_field((struct field){.kind = FIELD_PASSWORD}, " a b ", &f);
    assert_str(form_text(f, "x"), " a b ");
    try_field((struct field){.kind = FIELD_INT}, "-12", &f);
    assert_int_equal(form_int(f, "x", 7), -12);
    assert_int_equal(form_int(f, "absent", 7), 7);
    try_field((struct field){.kind = FIELD_REAL}, "3,5", &f);
    assert_true(form_real(f, "x", 0) == 3.5);
    try_field((struct field){.kind = FIELD_BOOL}, "on", &f);
    assert_true(form_bool(f, "x"));
    assert_false(form_bool(f, "absent"));
    try_field((struct field){.kind = FIELD_DAY}, "2026-11-12", &f);
    assert_true(form_day(f, "x", &v) && v == day_from_civil(2026, 11, 12));
    assert_str(form_day_value(f, v), "2026-11-12");
    try_field((struct field){.kind = FIELD_WHEN}, "2026-11-12T14:05", &f);
    assert_true(form_when(f, "x", &v) && v == INT64_C(1794488700000));
    assert_str(form_when_value(f, v), "2026-11-12T14:05");
    try_field((struct field){.kind = FIELD_DAY}, "", &f);
    assert_false(form_day(f, "x", &v));
    assert_false(form_when(f, "x", &v));
    assert_non_null(form_text(f, "absent").p);
    assert_null(form_field(f, "absent"));
}

static void reads_many_and_files(void **state)
{
    (void)state;
    struct form *f = form_of(0);
    form_add(f,
             (struct field){.name = "m", .kind = FIELD_MANY, .choices = many, .choice_count = 7, .label_text = S("M")});
    form_add(f, (struct field){.name = "f", .kind = FIELD_FILE, .max = 1500000, .label_text = S("F")});
    const struct part parts[] = {{.name = S("m"), .value = S("3")},
                                 {.name = S("m"), .value = S("7")},
                                 {.name = S("m"), .value = S("3")},
                                 {.name = S("f"), .value = S("bytes"), .filename = S("C:\\a/../b\\plan.pdf")}};
    assert_true(form_read(f, parts, COUNT_OF(parts)));
    assert_int_equal(form_field(f, "m")->value_count, 2);
    assert_true(form_has(f, "m", S("3")) && form_has(f, "m", S("7")) && !form_has(f, "m", S("1")));
    assert_str(form_field(f, "f")->filename, "plan.pdf");
    assert_str(form_field(f, "f")->value, "bytes");
    assert_false(form_has(f, "absent", S("1")));

    char *large = arena_alloc(a, 1500001);
    const struct part file = {.name = S("f"), .value = {large, 1500001}, .filename = S("x")};
    assert_false(form_read(f, &file, 1));
    assert_str(form_field(f, "f")->error, "The file for “F” must be at most 1.5 MB");
    has_not(html_of(f), "value=\"x\"");

    struct form *twice = form_of(0);
    form_add(twice, (struct field){
                        .name = "m", .kind = FIELD_CHOICE, .choices = many, .choice_count = 7, .label_text = S("M")});
    assert_false(form_read(twice, parts, 2));
    assert_str(form_field(twice, "m")->error, "“M” was answered more than once");
}

static void writes_markup(void **state)
{
    (void)state;
    struct form *f = form_of(0);
    f->draft = S("note-7");
    f->cancel = S("javascript:x");
    f->danger = true;
    f->intro = M_site_account;
    form_add(f, (struct field){
                    .name = "t", .kind = FIELD_TEXT, .label = M_site_product, .hint = M_site_home, .required = true});
    form_add(f, (struct field){
                    .name = "l", .kind = FIELD_LONG_TEXT, .label_text = S("<L>"), .value = S("\n</textarea><script>")});
    form_add(f, (struct field){.name = "p",
                               .kind = FIELD_PASSWORD,
                               .label_text = S("P"),
                               .autocomplete = "current-password",
                               .required = true});
    form_add(f, (struct field){.name = "c",
                               .kind = FIELD_CHOICE,
                               .label_text = S("C"),
                               .choices = few,
                               .choice_count = 2,
                               .value = S("a"),
                               .required = true});
    form_add(f, (struct field){.name = "s",
                               .kind = FIELD_CHOICE,
                               .label_text = S("S"),
                               .choices = many,
                               .choice_count = 7,
                               .value = S("3")});
    form_add(f, (struct field){.name = "b", .kind = FIELD_BOOL, .label_text = S("B"), .value = S("1")});
    form_add(f, (struct field){.name = "h", .kind = FIELD_HIDDEN, .value = S("\"&")});
    form_add(
        f, (struct field){.name = "r", .kind = FIELD_REAL, .label_text = S("R"), .value = S("2.5"), .required = true});
    form_add(
        f, (struct field){.name = "d", .kind = FIELD_DAY, .label_text = S("D"), .min = 0, .max = 1, .required = true});
    struct str page = html_of(f);
    has(page, "<form method=\"post\" action=\"/x?a=1&amp;b=2\" novalidate data-draft=\"note-7\">\n"
              "<input type=\"hidden\" name=\"csrf\" value=\"to&quot;ken\">\n<input type=\"hidden\" name=\"h\" "
              "value=\"&quot;&amp;\">");
    has_not(page, "errors");
    has_not(page, "multipart");
    has(page, "<legend><h2>Your account</h2></legend>");
    has(page, "<label for=\"f-t\">Cadre</label>\n<p class=\"hint\" id=\"f-t-hint\">Home</p>\n"
              "<input type=\"text\" id=\"f-t\" name=\"t\" aria-describedby=\"f-t-hint\">");
    has(page, "<label for=\"f-l\">&lt;L&gt; (optional)</label>");
    has(page, ">\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>");
    has(page, "autocomplete=\"current-password\">");
    has(page, "<label class=\"pick\"><input type=\"radio\" id=\"f-c\" name=\"c\" value=\"a\" checked><span>A &lt;1&gt; "
              "<small>hint</small></span></label>");
    has(page, "<input type=\"radio\" id=\"f-c-2\" name=\"c\" value=\"b\">");
    has(page, "<select id=\"f-s\" name=\"s\">\n<option value=\"\">Choose one</option>");
    has(page, "<option value=\"3\" selected>Three</option>");
    has(page, "<label class=\"pick\"><input type=\"checkbox\" value=\"1\" id=\"f-b\" name=\"b\" "
              "checked><span>B</span></label>");
    has(page, "value=\"2.5\"");
    has(page, "type=\"date\" id=\"f-d\" name=\"d\" min=\"1970-01-01\" max=\"1970-01-02\">");
    has(page,
        "<button class=\"btn danger\" type=\"submit\">Sign in</button>\n<a class=\"btn text\" href=\"#\">Cancel</a>");
    f->lang = 1;
    has(html_of(f), "value=\"2,5\"");
    form_add(f, (struct field){.name = "f", .kind = FIELD_FILE, .label_text = S("F")});
    has(html_of(f), "enctype=\"multipart/form-data\"");
}

static void shows_errors(void **state)
{
    (void)state;
    struct form *f = form_of(0);
    form_add(f, (struct field){.name = "t", .kind = FIELD_TEXT, .label_text = S("T"), .hint = M_site_home, .max = 2});
    form_add(f, (struct field){.name = "p", .kind = FIELD_PASSWORD, .label_text = S("P"), .min = 12});
    form_add(f, (struct field){.name = "c",
                               .kind = FIELD_CHOICE,
                               .label_text = S("C"),
                               .choices = few,
                               .choice_count = 2,
                               .required = true});
    form_add(f, (struct field){.name = "ok", .kind = FIELD_TEXT, .label_text = S("OK")});
    const struct part parts[] = {{.name = S("t"), .value = S("<b>")},
                                 {.name = S("p"), .value = S("secret")},
                                 {.name = S("ok"), .value = S("kept\"")}};
    assert_false(form_read(f, parts, COUNT_OF(parts)));
    form_error(f, "", M_error_stale_form, NULL);
    struct str page = html_of(f);
    has(page, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" aria-labelledby=\"errors-h\"><h2 "
              "id=\"errors-h\">There is a problem</h2>\n<ul>\n<li>This form was open for too long.");
    has(page, "<li><a href=\"#f-t\">“T” must be at most 2 characters long; it has 3</a></li>\n<li><a href=\"#f-p\">");
    has(page, "<li><a href=\"#f-c\">Choose an answer for “C”</a></li>");
    has(page, "<div class=\"field wrong\"><label for=\"f-t\">");
    has(page, "<p class=\"error\" id=\"f-t-error\"><span class=\"vh\">Error:</span> “T” must");
    has(page, "aria-invalid=\"true\" aria-describedby=\"f-t-hint f-t-error\" value=\"&lt;b&gt;\">");
    has(page, "<fieldset class=\"field wrong\" aria-describedby=\"f-c-error\"><legend>C</legend>");
    has(page, "value=\"kept&quot;\"");
    has_not(page, "secret");

    struct err e;
    (void)err_field(&e, RC_CONFLICT, 0, "ok", NULL);
    form_fail(f, &e);
    has(form_field(f, "ok")->error, "This was changed since you opened it");
    (void)err_field(&e, RC_INVALID, M_error_invalid_more, "nowhere", "too <late>");
    struct form *g = form_of(0);
    form_fail(g, &e);
    assert_str(g->error, "What was sent is not right: too <late>");
    assert_false(form_ok(g));
    has(html_of(g), "too &lt;late&gt;");
}

static void writes_json(void **state)
{
    (void)state;
    struct form *f = form_of(0);
    form_add(f, (struct field){.name = "p", .kind = FIELD_PASSWORD, .label_text = S("P")});
    form_add(f,
             (struct field){.name = "m", .kind = FIELD_MANY, .label_text = S("M"), .choices = few, .choice_count = 2});
    form_add(f, (struct field){.name = "b", .kind = FIELD_BOOL, .label_text = S("B")});
    const struct part parts[] = {
        {.name = S("p"), .value = S("secret")}, {.name = S("m"), .value = S("b")}, {.name = S("b"), .value = S("x")}};
    form_read(f, parts, COUNT_OF(parts));
    struct buf b = buf_new(a, 256);
    struct view_env env = {.out = &b, .a = a, .zone = zone_utc(), .csrf = S("token")};
    form_json(&env, f);
    has_not(buf_text(&b), "secret");
    has_not(buf_text(&b), "token");
    json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    json_t *fields = json_object_get(j, "fields");
    assert_int_equal(json_array_size(fields), 3);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json_array_get(fields, 1), "values"), 0)),
                        "b");
    assert_string_equal(json_string_value(json_object_get(json_array_get(fields, 1), "kind")), "many");
    assert_string_equal(json_string_value(json_object_get(json_array_get(fields, 2), "error")),
                        "“B” can only be ticked or left empty");
    assert_true(json_is_null(json_object_get(j, "error")));
    json_decref(j);
}

static void grows(void **state)
{
    (void)state;
    struct form *f = form_of(0);
    for (int i = 0; i < 100; i++)
        form_add(f, (struct field){.name = str_printf(a, "n%d", i).p,
                                   .kind = FIELD_INT,
                                   .label_text = S("N"),
                                   .value = str_printf(a, "%d", i)});
    for (int i = 0; i < 100; i++)
        assert_int_equal(form_int(f, str_printf(a, "n%d", i).p, -1), i);
}

/* Whatever is sent: no crash, and the page that comes back holds no markup of the sender's and is valid UTF-8. */
static void survives_anything(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "2026-11-12T14:05", "2026-11-12", "a@example.org", "3,5", "-12", "<script>x</script>", "äöü€", "1", "b",
        "\"><img>"};
    for (int round = 0; round < 400; round++) {
        struct form *f = form_of(round & 1);
        for (int k = 0; k <= FIELD_HIDDEN; k++)
            form_add(f, (struct field){.name = str_printf(a, "x%d", k).p,
                                       .kind = (enum field_kind)k,
                                       .label_text = S("L"),
                                       .required = chance(2) != 0,
                                       .min = (int64_t)chance(3),
                                       .max = (int64_t)chance(20),
                                       .choices = many,
                                       .choice_count = 1 + chance(7)});
        struct part parts[20];
        for (size_t i = 0; i < COUNT_OF(parts); i++) {
            struct str value = str_dup(a, str_from(seeds[chance(COUNT_OF(seeds))]));
            for (size_t k = chance(4); k > 0 && value.n != 0; k--)
                ((char *)(uintptr_t)value.p)[chance(value.n)] = (char)chance(256);
            parts[i] = (struct part){.name = str_printf(a, "x%" PRIu32, chance(14)),
                                     .value = str_sub(value, 0, chance(value.n + 1)),
                                     .filename = chance(3) == 0 ? value : STR_NONE};
        }
        form_read(f, parts, COUNT_OF(parts));
        struct str page = html_of(f);
        has_not(page, "<script");
        has_not(page, "<img");
        assert_true(utf8_valid(page));
        arena_reset(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(checks_kinds),
        IN_ARENA(gives_values),
        IN_ARENA(reads_many_and_files),
        IN_ARENA(writes_markup),
        IN_ARENA(shows_errors),
        IN_ARENA(writes_json),
        IN_ARENA(grows),
        IN_ARENA(survives_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
