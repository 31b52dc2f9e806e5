/* Any text as Markdown: no crash, and what comes out is bounded, well-formed UTF-8 in which every tag is one that the
 * renderer writes, every tag is closed in order, and no address is a script. */
#include "base/utf8.h"
#include "view/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const with_end[] = {"a",  "ol", "ul",  "li",    "blockquote", "h1",    "h2", "h3", "h4", "h5", "h6",     "pre",
                                       "p",  "div", "table", "thead", "tbody",      "tr",    "th", "td", "em", "strong", "code", "del"};

static bool one_of(struct str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(name, names[i]))
            return true;
    return false;
}

/* One of the schemes that are allowed, or none: an address of this site. */
static bool harmless(struct str url)
{
    if (str_starts(url, S("//")))
        return false;
    for (size_t i = 0; i < url.n && strchr("/?#", url.p[i]) == NULL; i++)
        if (url.p[i] == ':')
            return str_eq_nocase(str_sub(url, 0, i), S("https")) || str_eq_nocase(str_sub(url, 0, i), S("http")) ||
                   str_eq_nocase(str_sub(url, 0, i), S("mailto"));
        else if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\')
            return false; /* browsers drop the one and take the other for a slash */
    return url.n > 0;
}

/* The attributes of a tag, which end where the tag does: all quoted, none but those that are written. */
static void attributes(struct str rest)
{
    static const char *const known[] = {"href", "title", "rel", "class", "tabindex", "start", "scope", "role", "aria-label"};
    for (struct str name, value; str_cut(&rest, '=', &name);) {
        name = str_trim(name);
        if (rest.p == NULL) {
            ASSERT(name.n == 0); /* no attribute without a value */
            break;
        }
        ASSERT(one_of(name, known, COUNT_OF(known)));
        ASSERT(rest.n >= 2 && rest.p[0] == '"');
        rest = str_sub(rest, 1, rest.n);
        ASSERT(str_cut(&rest, '"', &value) && rest.p != NULL);
        if (str_eq_z(name, "href"))
            ASSERT(harmless(value));
    }
}

static void well_formed(struct arena *a, struct str html)
{
    struct str *open = ARENA_ARRAY(a, html.n / 3 + 1, struct str), text, tag;
    size_t depth = 0;
    while (str_cut(&html, '<', &text)) {
        ASSERT(memchr(text.p, '>', text.n) == NULL);
        if (html.p == NULL)
            break;
        ASSERT(str_cut(&html, '>', &tag) && html.p != NULL && tag.n > 0);
        bool end = tag.p[0] == '/';
        if (end)
            tag = str_sub(tag, 1, tag.n);
        size_t n = 0;
        while (n < tag.n && tag.p[n] != ' ')
            n++;
        struct str name = str_sub(tag, 0, n);
        if (end) {
            ASSERT(depth > 0 && str_eq(open[depth - 1], name) && n == tag.n);
            depth--;
            continue;
        }
        if (n < tag.n)
            attributes(str_sub(tag, n, tag.n));
        if (str_eq_z(name, "br") || str_eq_z(name, "hr"))
            continue;
        ASSERT(one_of(name, with_end, COUNT_OF(with_end)));
        open[depth++] = name;
    }
    ASSERT(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    if (!utf8_valid(text))
        return 0;
    struct arena *a = arena_new(0);
    struct html h = markdown_render(a, text, (struct markdown_options){.heading_shift = 1, .max_bytes = 4096});
    struct str html = {h.p, h.n};
    ASSERT(utf8_valid(html) && html.n <= 64 * size + 1024);
    if (html.p != NULL)
        well_formed(a, html);
    arena_free(a);
    return 0;
}
