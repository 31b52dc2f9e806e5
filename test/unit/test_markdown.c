/* Markdown: what it writes, what it never writes, and that hostile texts cost no more than their length. */
#include <time.h>

#include "arena_fixture.h"
#include "chance.h"

#include "base/utf8.h"
#include "view/markdown.h"

static struct str render(struct str text)
{
    struct html h = markdown_render(a, text, (struct markdown_options){.heading_shift = 1});
    return (struct str){h.p, h.n};
}

static void writes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *html;
    } cases[] = {
        {"", ""},
        {"a *b* **c** `d<` ~~e~~\\\nf",
         "<p>a <em>b</em> <strong>c</strong> <code>d&lt;</code> <del>e</del><br>\nf</p>\n"},
        {"# One\n\n###### Six", "<h2>One</h2>\n<h6>Six</h6>\n"},
        {"- a\n- b\n\n3. c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n"},
        {"> q\n\n---", "<blockquote>\n<p>q</p>\n</blockquote>\n<hr>\n"},
        {"```c\na < b\n```", "<pre tabindex=\"0\"><code>a &lt; b\n</code></pre>\n"},
        {"|a|b|\n|---|--:|\n|1|2|", "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table "
                                    "1\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" "
                                    "class=\"num\">b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td "
                                    "class=\"num\">2</td></tr>\n</tbody></table></div>\n"},
        {"| |b|\n|---|---|\n|1|2|", "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1\"><table>\n"
                                   "<thead><tr><td></td><th scope=\"col\">b</th></tr>\n</thead>\n<tbody>\n"
                                   "<tr><td>1</td><td>2</td></tr>\n</tbody></table></div>\n"},
        {"[a](/b?c=d&e \"t\\\"\")", "<p><a href=\"/b?c=d&amp;e\" title=\"t&quot;\">a</a></p>\n"},
        {"[a](https://example.org)", "<p><a href=\"https://example.org\" rel=\"noopener\">a</a></p>\n"},
        {"<https://example.org>", "<p><a href=\"https://example.org\" rel=\"noopener\">https://example.org</a></p>\n"},
        {"[a](files/plan.pdf)", "<p><a href=\"files/plan.pdf\">a</a></p>\n"},
        {"[a](<b c>)", "<p><a href=\"b%20c\">a</a></p>\n"},
        {"[](/b)", "<p><a href=\"/b\">/b</a></p>\n"},
        {"![alt](/p.png) ![](/q.png)", "<p><a href=\"/p.png\">alt</a> <a href=\"/q.png\">Picture</a></p>\n"},
        {"[![alt](/p.png)](/b)", "<p><a href=\"/b\">alt</a></p>\n"},
        {"![a [b](/c) d](/e)", "<p><a href=\"/e\">a b d</a></p>\n"},
        {"&auml; &#x41; &lt; &unknown; &#0; &#xD800; &#99999999;",
         "<p>ä A &lt; &amp;unknown; \xef\xbf\xbd \xef\xbf\xbd &amp;#99999999;</p>\n"},
        {"www.example.org a@b.org", "<p>www.example.org a@b.org</p>\n"},
        {"- [ ] x", "<ul>\n<li>[ ] x</li>\n</ul>\n"},
        /* what must not become markup or an address */
        {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
        {"<img src=x onerror=y> <!-- c -->", "<p>&lt;img src=x onerror=y&gt; &lt;!-- c --&gt;</p>\n"},
        {"[a](javascript:alert(1))", "<p>a</p>\n"},
        {"[a](&#106;avascript:alert(1))", "<p>a</p>\n"},
        {"[a](&#x6A;avascript&colon;x)", "<p><a href=\"javascript&amp;colon;x\">a</a></p>\n"},
        {"[a](JAVASCRIPT:x)", "<p>a</p>\n"},
        {"[a](data:text/html,x)", "<p>a</p>\n"},
        {"![a](vbscript:x)", "<p>a</p>\n"},
        {"[a](//evil.example)", "<p>a</p>\n"},
        {"[a](</\\\\evil.example>)", "<p>a</p>\n"},
        {"[a](<\\\\\\\\evil.example>)", "<p>a</p>\n"},
        {"[a](<java&Tab;script:x>)", "<p>a</p>\n"},
        {"[a](<java&#10;script:x>)", "<p>a</p>\n"},
        {"[a](/b\"onclick=x)", "<p><a href=\"/b%22onclick=x\">a</a></p>\n"},
        {"<javascript:x>", "<p>javascript:x</p>\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str html = render(str_from(cases[i].text));
        if (!str_eq_z(html, cases[i].html))
            fail_msg("%s gives\n%.*sinstead of\n%s", cases[i].text, STR_ARG(html), cases[i].html);
    }
    assert_int_equal(render(STR_NONE).n, 0);
}

static void takes_options(void **state)
{
    (void)state;
    struct html h = markdown_render(a, S("*too* long"), (struct markdown_options){.max_bytes = 5});
    assert_true(str_eq((struct str){h.p, h.n}, S("<pre tabindex=\"0\">\n*too* long</pre>\n")));
    h = markdown_render(a, S("|a|\n|---|"), (struct markdown_options){.lang = 1});
    assert_true(str_find((struct str){h.p, h.n}, S("aria-label=\"Tabelle 1\""), NULL));
}

/* count times piece, between two ends. */
static struct str repeat(const char *before, const char *piece, size_t count, const char *after)
{
    struct buf b = buf_new(a, 1 << 16);
    buf_z(&b, before);
    for (size_t i = 0; i < count; i++)
        buf_z(&b, piece);
    buf_z(&b, after);
    return buf_text(&b);
}

/* The processor's time alone: others may be busy on the same machine. */
static uint64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void withstands_attacks(void **state)
{
    (void)state;
    const struct str long_address = repeat("[a]: /", "x", 100000, "\n\n");
    const struct str bad_address = repeat("[a]: javascript:", "x", 100000, "\n\n");
    const struct str attacks[] = {
        repeat("", "> ", 60000, "a"),
        repeat("", "- ", 60000, "a"),
        repeat("", "*a ", 60000, ""),
        repeat("", "**a *", 40000, ""),
        repeat("", "[", 120000, ""),
        repeat("", "[a](", 50000, ""),
        repeat("", "![", 60000, ""),
        repeat("", "<", 120000, ""),
        repeat("", "`a``b", 40000, ""),
        repeat("", "&a", 60000, ""),
        repeat("", "~~a ", 50000, ""),
        repeat("", "|", 120000, "\n---|---\n"),
        str_concat(a, repeat("", "|a", 60000, "\n"), repeat("", "|---", 60000, "\n|x\n|x\n")),
        str_concat(a, repeat("|", "a|", 60, "\n"),
                   str_concat(a, repeat("|", "---|", 60, "\n"), repeat("", "|x\n", 30000, ""))),
        str_concat(a, long_address, repeat("", "[a]\n", 30000, "")),
        str_concat(a, bad_address, repeat("", "[a]\n", 30000, "")),
        repeat("", "[a]: /x\n", 30000, ""),
        repeat("a\n", "b\n", 100000, "==="),
        repeat("", "1. a\n  ", 30000, ""),
        repeat("", "[a]\n", 24000, ""),
        repeat("", "\\", 200000, ""),
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        struct arena *own = arena_new(0);
        uint64_t start = cpu_us();
        struct html h = markdown_render(own, attacks[i], (struct markdown_options){.max_bytes = 1 << 20});
        uint64_t us = cpu_us() - start;
        size_t held = arena_held(own);
        if (us > 5000000 || h.n > 40 * attacks[i].n + (1 << 17) || held > (64u << 20))
            fail_msg("attack %zu of %zu bytes: %" PRIu64 " us, %zu bytes out, %zu held", i, attacks[i].n, us, h.n,
                     held);
        arena_free(own);
    }
}

/* Tags in what we write are balanced, and none is outside the small set. Returns a reason, NULL when all is well. */
static const char *check_tags(struct str html)
{
    static const char *const known[] = {"p",     "em",         "strong", "code", "pre", "del", "a",  "ul", "ol",
                                        "li",    "blockquote", "h1",     "h2",   "h3",  "h4",  "h5", "h6", "div",
                                        "table", "thead",      "tbody",  "tr",   "th",  "td",  "br", "hr"};
    size_t stack[512], depth = 0;
    for (size_t i = 0; i < html.n; i++) {
        if (html.p[i] != '<')
            continue;
        bool closing = i + 1 < html.n && html.p[i + 1] == '/';
        size_t from = i + 1 + closing, n = 0, k = 0;
        while (from + n < html.n && html.p[from + n] != ' ' && html.p[from + n] != '>')
            n++;
        while (k < COUNT_OF(known) && !str_eq_z(str_sub(html, from, n), known[k]))
            k++;
        if (k == COUNT_OF(known))
            return "a tag that is not ours";
        if (k >= COUNT_OF(known) - 2)
            continue;
        if (!closing && depth == COUNT_OF(stack))
            return "too deep";
        if (!closing)
            stack[depth++] = k;
        else if (depth == 0 || stack[--depth] != k)
            return "not balanced";
    }
    return depth == 0 ? NULL : "not closed";
}

static void survives_mutations(void **state)
{
    (void)state;
    static const char source[] =
        "# Title\n\nText *with* **all** `of` ~~it~~ [l](/a \"t\") ![p](b.png)\n\n- a\n  - b\n\n> q\n> > "
        "r\n\n|a|b|\n|---|--:|\n|1|[x](y)|\n\n"
        "```\ncode\n```\n\n<div onclick=x>&amp;&#106;</div>\n\n[r]: https://example.org 'z'\n[r] [q][r]\n";
    for (int round = 0; round < 2000; round++) {
        char text[sizeof source];
        memcpy(text, source, sizeof source);
        for (size_t k = 1 + chance(12); k > 0; k--)
            text[chance(sizeof source - 1)] =
                chance(4) == 0 ? (char)chance(256) : "*_`[]()<>!|-#&;:\"'\\\n ~>1."[chance(25)];
        struct str html = render((struct str){text, chance(sizeof source)});
        const char *wrong = check_tags(html);
        if (wrong != NULL || str_find(html, S("href=\"javascript:"), NULL))
            fail_msg("%s:\n%s\n%.*s", wrong, text, STR_ARG(html));
        arena_reset(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(writes),
        IN_ARENA(takes_options),
        IN_ARENA(withstands_attacks),
        IN_ARENA(survives_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
