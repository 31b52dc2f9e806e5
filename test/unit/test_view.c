/* Views: what a generated view writes, and what viewgen refuses to build. */
#include "arena_fixture.h"
#include "chance.h"

#include <jansson.h>

#include "gen/sample/everything_view.h"
#include "generator.h"
#include "view/form.h"
#include "view/svg.h"
#include "view/write.h"

#include <math.h>

#define STARTS INT64_C(1794488700000) /* 2026-11-12T13:05:00Z */

static struct view_env env_of(int lang, struct buf *b)
{
    *b = buf_new(a, 1024);
    return (struct view_env){.out = b, .a = a, .lang = lang, .zone = zone_find(S("Europe/Berlin"))};
}

static struct str html_of(const struct view *def, const void *data, int lang)
{
    struct buf b;
    struct view_env env = env_of(lang, &b);
    def->html(&env, data);
    return buf_text(&b);
}

static const struct view_sample_everything_sections_tags tags[] = {{S_INIT("x<y")}, {S_INIT("z")}};
static const struct view_sample_everything_sections sections[] = {
    {.name = S_INIT("One & \"two\""), .href = S_INIT("/s/1?a=b&c=d"), .late = true, .tags = tags, .tags_count = 2},
    {.name = S_INIT("Three"), .href = S_INIT("javascript:alert(1)")},
};
static const struct view_sample_card cards[] = {{S_INIT("c1")}, {S_INIT("c2")}};
static const struct view_sample_everything_teacher teacher = {S_INIT("Dr. Ä"), {S_INIT("R<2>")}};

static struct view_sample_everything full(void)
{
    struct form *f = form_new(a, 0, zone_utc(), S("/save"), 0);
    return (struct view_sample_everything){
        .title = S("<script>alert('x')</script>"),
        .minutes = 1234,
        .limit = SOME_INT(7),
        .score = SOME_REAL(3.25),
        .body = {"<em>ready</em>", 14},
        .starts = SOME_INT(STARTS),
        .due = SOME_INT(day_from_civil(2026, 12, 1)),
        .done = true,
        .href = S("https://example.org/a?b=c&d=\"e\""),
        .picture = {"<svg></svg>", 11},
        .kind = S("single"),
        .sections = sections,
        .sections_count = 2,
        .teacher = &teacher,
        .cards = cards,
        .cards_count = 2,
        .lead = &cards[0],
        .rest = {&view_sample_card_def, &cards[1]},
        .f = f,
    };
}

static void writes_html(void **state)
{
    (void)state;
    struct view_sample_everything v = full();
    struct str page = html_of(&view_sample_everything_def, &v, 0);
    has(page, "<h1 class=\"x single\">&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</h1>");
    has_not(page, "never written");
    has_not(page, "<script");
    has(page, "<p>1 December 2026, 1,234|<time datetime=\"2026-11-12T13:05:00Z\">12 November 2026, 14:05</time>|"
              "<time datetime=\"2026-12-01\">1 December 2026</time></p>");
    has(page, "<li class=\"late\"><a href=\"/s/1?a=b&amp;c=d\">One &amp; &quot;two&quot;</a><b title=\"One &amp; "
              "&quot;two&quot;-&lt;script&gt;");
    has(page, ">x&lt;y</b>");
    has(page, "<li><a href=\"#\">Three</a></li>");
    has(page, "<a href=\"/people/1234?next=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d%3D%22e%22&amp;d=2026-12-01\" "
              "aria-current=\"page\">one</a>");
    has(page, "<a "
              "href=\"https://example.org/"
              "a?b=c&amp;d=&quot;e&quot;?a=%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E\">two</a>");
    has(page, "<i>A</i>");
    has(page, "<p>Dr. Ä in R&lt;2&gt;</p>");
    has(page, "<section><p class=\"card\">c1</p>\n<p class=\"card\">c2</p>\n<p class=\"card\">c1</p>\n<p "
              "class=\"card\">c2</p>\n</section>");
    has(page, "/script&gt; 12 November 2026, 14:05</textarea>"); /* no element inside */
    has(page, "<p>3.25/7 many</p>");
    has(page, "<div><em>ready</em><svg></svg></div>");
    has(page, "<form method=\"post\" action=\"/save\"");
    has(page, "<pre>a\n  b</pre>");
}

static void writes_what_is_absent(void **state)
{
    (void)state;
    struct view_sample_everything v = {.title = S(""), .kind = S("other"), .minutes = 2};
    struct str page = html_of(&view_sample_everything_def, &v, 0);
    has(page, "<li>Skip to the content</li>");
    has_not(page, "<time");
    has(page, "<a href=\"/people/2?next=&amp;d=\">one</a>");
    has(page, "<a href=\"/x/other?a=\">two</a>");
    has(page, "<i>D</i>");
    has(page, "<p>none</p>");
    has(page, "<section></section>");
    has(page, "<p>/</p>");
    has_not(page, "<form");
    v.limit = SOME_INT(3);
    has(html_of(&view_sample_everything_def, &v, 0), "<i>C</i>");
    v.minutes = 3;
    has(html_of(&view_sample_everything_def, &v, 0), "<i>B</i>");
}

static void speaks_german(void **state)
{
    (void)state;
    struct view_sample_everything v = full();
    struct str page = html_of(&view_sample_everything_def, &v, 1);
    has(page, ">12. November 2026, 14:05 Uhr</time>|<time datetime=\"2026-12-01\">1. Dezember 2026</time>");
    has(page, "1.234 Uhr|");
    has(page, "<p>3,25/7");
}

static void writes_json(void **state)
{
    (void)state;
    struct view_sample_everything v = full();
    struct buf b;
    struct view_env env = env_of(0, &b);
    view_sample_everything_def.json(&env, &v);
    json_error_t e;
    json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &e);
    if (j == NULL)
        fail_msg("%s in %.*s", e.text, (int)b.n, b.p);
    assert_string_equal(json_string_value(json_object_get(j, "title")), "<script>alert('x')</script>");
    assert_int_equal(json_integer_value(json_object_get(j, "minutes")), 1234);
    assert_true(json_real_value(json_object_get(j, "score")) == 3.25);
    assert_string_equal(json_string_value(json_object_get(j, "body")), "<em>ready</em>");
    assert_string_equal(json_string_value(json_object_get(j, "starts")), "2026-11-12T13:05:00Z");
    assert_string_equal(json_string_value(json_object_get(j, "due")), "2026-12-01");
    assert_true(json_is_true(json_object_get(j, "done")));
    assert_null(json_object_get(j, "picture"));
    assert_int_equal(json_array_size(json_object_get(j, "sections")), 2);
    json_t *first = json_array_get(json_object_get(j, "sections"), 0);
    assert_int_equal(json_array_size(json_object_get(first, "tags")), 2);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(json_object_get(j, "teacher"), "place"), "room")), "R<2>");
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(j, "cards"), 1), "name")),
                        "c2");
    assert_string_equal(json_string_value(json_object_get(json_object_get(j, "f"), "action")), "/save");
    json_decref(j);

    struct view_sample_everything none = {.score = SOME_REAL(NAN)};
    env = env_of(0, &b);
    view_sample_everything_def.json(&env, &none);
    j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &e);
    assert_non_null(j);
    static const char *const absent[] = {"title", "limit", "score", "starts", "due", "teacher", "lead", "rest", "f"};
    for (size_t i = 0; i < COUNT_OF(absent); i++)
        assert_true(json_is_null(json_object_get(j, absent[i])));
    assert_int_equal(json_array_size(json_object_get(j, "sections")), 0);
    assert_true(json_is_array(json_object_get(j, "sections")));
    json_decref(j);
}

static void knows_safe_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {
        "/", "/a/b?c#d", "?page=2", "#top", "https://example.org", "HTTP://example.org", "mailto:a@b.org"};
    static const char *const bad[] = {"",
                                      "//evil.org",
                                      "/\\evil.org",
                                      "javascript:alert(1)",
                                      "JavaScript:x",
                                      " javascript:x",
                                      "\tjavascript:x",
                                      "java\nscript:x",
                                      "data:text/html,x",
                                      "vbscript:x",
                                      "relative",
                                      "/a\nb",
                                      "https:evil",
                                      "file:///etc"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!view_url_safe(str_from(good[i])))
            fail_msg("%s", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (view_url_safe(str_from(bad[i])))
            fail_msg("%s", bad[i]);
    assert_false(view_url_safe(STR_NONE));
}

static struct str real_text(double v)
{
    struct buf b;
    struct view_env env = env_of(1, &b);
    view_real(&env, v);
    return buf_text(&b);
}

static void writes_reals(void **state)
{
    (void)state;
    assert_true(str_eq(real_text(3.0), S("3,00")));
    assert_true(str_eq(real_text(2.999999), S("3,00")));
    assert_true(str_eq(real_text(0.1234), S("0,12")));
    assert_true(str_eq(real_text(-0.0001), S("0,00")));
    assert_true(str_eq(real_text(-1.5), S("−1,50")));
    assert_true(str_eq(real_text(INFINITY), S("–")));
    assert_int_equal(real_text(1e300).n, 304);
}

/* ---- what is refused
 * ------------------------------------------------------------------------------------------------- */

#define HEAD                                                                                                           \
    "<!-- view: v\nx: text\nu: url\nn: int\no: int?\nh: html\nb: bool\nt: time\ng: group?\n  y: text\nl: list\n  z: "  \
    "text\nc: list of w\nf: form\n-->\n"

static const struct {
    const char *text, *says;
} refused[] = {
    /* the declaration */
    {"<p></p>", ":1: a view begins with"},
    {"<!-- view: v\nx: text\n", ":1: the declaration does not end"},
    {"<!-- view: V\n-->", ":1: \"V\" is not a name"},
    {"<!-- view: v\nx: word\n-->", ":2: \"word\" is not a type"},
    {"<!-- view: v\nx: text?\n-->", ":2: \"text\" takes no ?"},
    {"<!-- view: v\nx: text\nx: int\n-->", ":3: \"x\" is declared twice"},
    {"<!-- view: v\nint: text\n-->", ":2: \"name: type\" is expected"},
    {"<!-- view: v\nx: list\ny: text\n-->", ":2: has no fields"},
    {"<!-- view: v\nx: list\n-->", ":2: has no fields"},
    {"<!-- view: v\nx: text\n  y: text\n-->", ":3: is indented by 2"},
    {"<!-- view: v\nx: list of v\n-->", ":2: a view cannot hold itself"},
    {"<!-- view: v\nx: text extra\n-->", ":2: \"extra\" is not expected"},
    {"<!-- view: v\nx: list of w\nx_count: int\n-->", ":3: the length of a list"},
    /* where values may stand */
    {HEAD "<p>\n{{q}}</p>", ":17: q: there is no field \"q\""},
    {HEAD "<p class={{x}}></p>", ":16: x: put the value of class in double quotes"},
    {HEAD "<p class='{{x}}'></p>", "double quotes"},
    {HEAD "<p {{x}}></p>", "name cannot come from data"},
    {HEAD "<p data-{{x}}=\"\"></p>", "name cannot come from data"},
    {HEAD "<{{x}}></p>", "name cannot come from data"},
    {HEAD "<h{{n}}></p>", "name cannot come from data"},
    {HEAD "<script>{{x}}</script>", "<script>: the content security policy"},
    {HEAD "<script src=\"/a.js\">{{x}}</script>", "nothing may stand in <script>"},
    {HEAD "<script src=\"/a.js\">alert(1)</script>", "<script> must be empty"},
    {HEAD "<script src=\"{{u}}\"></script>", "must begin with literal text"},
    {HEAD "<style>a{}</style>", "<style>: the content security policy"},
    {HEAD "<p style=\"color:{{x}}\"></p>", "style: the content security policy"},
    {HEAD "<p style=\"color:red\"></p>", "style: the content security policy"},
    {HEAD "<p onclick=\"{{x}}\"></p>", "onclick: the content security policy"},
    {HEAD "<p ONCLICK=\"x\"></p>", "onclick: the content"},
    {HEAD "<iframe srcdoc=\"{{x}}\"></iframe>", "srcdoc"},
    {HEAD "<img srcset=\"{{x}}\">", "the value of srcset cannot come from data"},
    {HEAD "<!-- {{x}} -->", "use {{!-- --}}"},
    {HEAD "<a href=\"{{x}}\">a</a>", "only a field of type url"},
    {HEAD "<a HREF=\"{{x}}\">a</a>", "only a field of type url"},
    {HEAD "<a href=\"https://{{x}}/\">a</a>", "must name the site"},
    {HEAD "<a href=\"/{{x}}/{{x}}\">a</a>", "must name the site"},
    {HEAD "<a href=\"//x\">a</a>", "leads to another site"},
    {HEAD "<a href=\"javascript:{{x}}\">a</a>", "javascript: is not among"},
    {HEAD "<a href=\"{{if b}}/a{{end}}{{u}}\">a</a>", "leave open how the address begins"},
    {HEAD "<a href=\"{{t site_home}}\">a</a>", "a message cannot stand in an address"},
    {HEAD "<a title=\"{{h}}\">a</a>", "html can only stand in text"},
    {HEAD "<title>{{h}}</title>", "html can only stand in text"},
    {HEAD "<p>{{form f}}</p>", "a form cannot stand in <p>"},
    {HEAD "{{b}}", "b is a bool"},
    {HEAD "{{f}}", "use {{form f}}"},
    {HEAD "{{l}}", "use {{each l}}"},
    {HEAD "{{g}}", "g is a group"},
    {HEAD "{{g.y}}", "g may be absent: use it inside {{if g}}"},
    {HEAD "{{if g}}{{end}}{{g.y}}", "g may be absent"},
    {HEAD "{{if !g}}{{g.y}}{{end}}", "g may be absent"},
    {HEAD "{{if g}}a{{else}}{{g.y}}{{end}}", "g may be absent"},
    {HEAD "{{x.y}}", "x is not a group"},
    {HEAD "{{.z}}", "only 0 lists are open"},
    {HEAD "{{each l}}{{..z}}{{end}}", "only 1 lists are open"},
    {HEAD "{{each c}}{{.name}}{{end}}", "use {{show .}}"},
    {HEAD "{{each l}}{{show .}}{{end}}", "{{show .}} is for"},
    {HEAD "{{show x}}", "x is not a view"},
    {HEAD "{{each x}}{{end}}", "x is not a list"},
    {HEAD "{{if x == 3}}{{end}}", "x is a text"},
    {HEAD "{{if n > x}}{{end}}", "not a whole number"},
    {HEAD "{{if n ~ 3}}{{end}}", "is not one of"},
    {HEAD "{{if b == 1}}{{end}}", "can be compared"},
    {HEAD "{{t Site}}", "a message is named"},
    {HEAD "{{t site_home x}}", "name=field"},
    {HEAD "{{t site_home x=h}}", "cannot be part of a message"},
    {HEAD "{{x y}}", "\"y\" is not expected"},
    {HEAD "{{}}", "is empty"},
    {HEAD "{{x", "{{ without }}"},
    /* branches and tags */
    {HEAD "\n{{if x}}", ":17: {{if}} without {{end}}"},
    {HEAD "{{end}}", "{{end}} without"},
    {HEAD "{{else}}", "{{else}} without"},
    {HEAD "{{if x}}{{else}}{{else}}{{end}}", "a second {{else}}"},
    {HEAD "{{if x}}<p>{{end}}</p>", "one branch leaves <p> open"},
    {HEAD "<p>{{if x}}</p>{{end}}", "one branch leaves <p> open"},
    {HEAD "{{if x}}<p>{{else}}<b>{{end}}</p>", "one branch leaves <p> open, the other <b>"},
    {HEAD "<p {{if x}}class=\"{{end}}\"></p>", "one branch ends in"},
    {HEAD "<p{{if x}}>{{end}}", "one branch"},
    {HEAD "<p{{if x}}class=\"a\"{{end}}></p>", "white space is missing"},
    {HEAD "{{each l}}<li>{{end}}", "one branch leaves <li> open"},
    {HEAD "<ul><li>a</ul>", "<li> is open and must be closed first"},
    {HEAD "<p>", "<p> is not closed"},
    {HEAD "</p>", "nothing is open"},
    {HEAD "<br></br>", "has no end tag"},
    {HEAD "<p><div></div></p>", "<div> inside <p>"},
    {HEAD "<a href=\"/\"><b><a href=\"/\"></a></b></a>", "<a> inside <a>"},
    {HEAD "<div/>", "needs an end tag"},
    {HEAD "<option><b></b></option>", "a tag inside <option>"},
    {HEAD "1 < 2", "write &lt;"},
    {HEAD "<p class", "the file ends in"},
};

static void refuses(void **state)
{
    (void)state;
    const char *folder = scratch(a), *path = str_printf(a, "%s/v.html", folder).p;
    const char *const argv[] = {VIEWGEN, folder, folder, "v.html", NULL};
    struct str said;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        put_file(path, refused[i].text);
        int status = run_generator(a, argv, &said);
        if (status != 1 || !str_starts(said, str_from(path)) || !str_find(said, str_from(refused[i].says), NULL))
            fail_msg("status %d, said \"%.*s\" instead of \"%s\" to:\n%s", status, STR_ARG(said), refused[i].says,
                     refused[i].text);
        assert_int_not_equal(access(str_printf(a, "%s/v_view.h", folder).p, F_OK), 0);
    }
}

static void accepts(void **state)
{
    (void)state;
    static const char *const fine[] = {
        "<!-- view: v\n-->\n",
        HEAD "{{if g}}{{g.y}}{{if x}}{{g.y}}{{end}}{{end}}",
        HEAD "{{if !g}}a{{else}}{{g.y}}{{end}}",
        HEAD "<a href=\"https://example.org/{{x}}\">a</a><a href=\"?p={{n}}\">b</a><a href=\"mailto:{{x}}\">c</a>",
        HEAD "<!doctype html>\n<html lang=\"{{x}}\"><head><title>{{x}}</title><script src=\"/static/cadre.js?v={{x}}\" "
             "defer></script></head><body></body></html>",
        HEAD "<input type=checkbox {{if b}}checked{{end}}><br/>",
        HEAD "<svg><g><path d=\"M0 0\"/></g></svg>",
        HEAD "<a href=\"{{if b}}{{u}}{{else}}/x{{end}}?y={{x}}\">a</a>",
        HEAD "<p class=\"a{{if b}} b{{else if n > 2}} c{{end}}\">{{if o >= -1}}x{{end}}{{if l > 0}}y{{end}}</p>",
    };
    const char *folder = scratch(a), *path = str_printf(a, "%s/v.html", folder).p;
    const char *const argv[] = {VIEWGEN, folder, folder, "v.html", NULL};
    struct str said;
    for (size_t i = 0; i < COUNT_OF(fine); i++) {
        put_file(path, fine[i]);
        if (run_generator(a, argv, &said) != 0)
            fail_msg("%.*s of:\n%s", STR_ARG(said), fine[i]);
    }
    struct stat before, after;
    const char *made = str_printf(a, "%s/v_view.c", folder).p;
    assert_int_equal(stat(made, &before), 0);
    assert_int_equal(run_generator(a, argv, &said), 0);
    assert_int_equal(stat(made, &after), 0);
    assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
                before.st_mtim.tv_nsec == after.st_mtim.tv_nsec); /* unchanged, unwritten */
}

/* Any damage to a view gives an error or a view, never a crash. */
static void survives_damage(void **state)
{
    (void)state;
    static const char source[] = HEAD
        "<a href=\"/p/{{n}}\"{{if b}} class=\"x\"{{end}}>{{x}}</a>{{each l}}<p>{{.z}}</p>{{end}}{{t site_home n=o}}";
    const char *folder = scratch(a), *path = str_printf(a, "%s/v.html", folder).p;
    const char *const argv[] = {VIEWGEN, folder, folder, "v.html", NULL};
    for (int round = 0; round < 60; round++) {
        char text[sizeof source];
        memcpy(text, source, sizeof source);
        for (int k = 0; k < 4; k++) {
            size_t at = chance(sizeof source - 1);
            text[at] = "<>{}\"'./ =x:-!?\n"[chance(16)];
        }
        put_file(path, text);
        struct str said;
        int status = run_generator(a, argv, &said);
        if (status != 0 && status != 1)
            fail_msg("status %d, %.*s for:\n%s", status, STR_ARG(said), text);
    }
}

/* ---- pictures
 * -------------------------------------------------------------------------------------------------------- */

static void writes_svg(void **state)
{
    (void)state;
    struct svg s = svg_begin(a, "p1", 100, 50.5, S("A & B"), S("what <it> shows"));
    static const struct svg_point line[] = {{0, 1.25}, {NAN, 2}, {3.456, -0.001}, {4, 5}};
    svg_group(&s, "s1");
    svg_polyline(&s, "line", line, COUNT_OF(line));
    svg_polygon(&s, NULL, line, COUNT_OF(line));
    svg_rect(&s, "h1", 1, 2, -3, INFINITY);
    svg_text(&s, NULL, 1, 2, SVG_MIDDLE, S("</text><script>"));
    svg_group_end(&s);
    struct html h = svg_end(&s);
    struct str page = {h.p, h.n};
    has(page, "<svg viewBox=\"0 0 100 50.5\" width=\"100\" height=\"50.5\" role=\"img\" aria-labelledby=\"p1-t p1-d\">"
              "<title id=\"p1-t\">A &amp; B</title><desc id=\"p1-d\">what &lt;it&gt; shows</desc>");
    has(page, "<path class=\"line\" d=\"M0 1.25M3.46 0L4 5\"/>");
    has(page, "<path d=\"M0 1.25L3.46 0L4 5Z\"/>");
    has(page, "<rect class=\"h1\" x=\"1\" y=\"2\" width=\"0\" height=\"0\"/>");
    has(page, "text-anchor=\"middle\">&lt;/text&gt;&lt;script&gt;</text>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(writes_html),
        IN_ARENA(writes_what_is_absent),
        IN_ARENA(speaks_german),
        IN_ARENA(writes_json),
        IN_ARENA(knows_safe_addresses),
        IN_ARENA(writes_reals),
        IN_ARENA(refuses),
        IN_ARENA(accepts),
        IN_ARENA(survives_damage),
        IN_ARENA(writes_svg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
