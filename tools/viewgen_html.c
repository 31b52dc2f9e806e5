/* viewgen: a tokenizer for the HTML of a template. It knows at every point in which context a value would stand,
 * refuses what the content security policy would refuse (inline script and style), and checks that tags are balanced.
 * It covers the part of HTML that views are written in and says no to the rest: no optional end tags, double quotes
 * only. */
#include "viewgen.h"

#define FAIL(at, ...) tool_fail((at)->path, (at)->line, __VA_ARGS__)

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}
#define ONE_OF(word, list) is_one_of((word), (list), COUNT_OF(list))

static const char *const void_tags[] = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                        "input", "link", "meta", "param", "source", "track", "wbr"};
/* A start tag of these ends an open <p> in every browser. */
static const char *const block_tags[] = {
    "address", "article", "aside", "blockquote", "details", "dialog", "div",     "dl",    "fieldset", "figcaption",
    "figure",  "footer",  "form",  "h1",         "h2",      "h3",     "h4",      "h5",    "h6",       "header",
    "hr",      "main",    "nav",   "ol",         "p",       "pre",    "section", "table", "ul",       "search"};
static const char *const no_nesting[] = {"a", "form", "button", "label", "option", "select", "textarea", "title"};
static const char *const text_only[] = {"title", "textarea", "option"};
static const char *const url_attrs[] = {"href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href"};
static const char *const fixed_attrs[] = {"srcset", "imagesrcset", "ping",  "sandbox",
                                          "allow",  "integrity",   "nonce", "http-equiv"};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.';
}

/* Names and schemes mean the same in capitals, so they are kept in small letters. */
static void append(char *name, size_t *n, size_t size, char c, const struct spot *at)
{
    if (*n + 1 >= size)
        FAIL(at, "the name \"%s...\" is too long", name);
    name[(*n)++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    name[*n] = '\0';
}

bool html_inside(const struct html_state *h, const char *tag)
{
    for (size_t i = 0; i < h->depth; i++)
        if (strcmp(h->open[i], tag) == 0)
            return true;
    return false;
}

/* ---- tags
 * ------------------------------------------------------------------------------------------------------------ */

static void begin_tag(struct html_state *h, bool closing)
{
    h->place = IN_TAG_NAME;
    h->closing = closing;
    h->space = h->slash = h->equals = h->has_src = false;
    h->tag_n = 0;
    h->tag[0] = '\0';
}

static void close_tag(struct html_state *h, const struct spot *at)
{
    if (ONE_OF(h->tag, void_tags))
        FAIL(at, "</%s>: this element has no end tag", h->tag);
    if (h->depth == 0)
        FAIL(at, "</%s>: nothing is open", h->tag);
    if (strcmp(h->open[h->depth - 1], h->tag) != 0)
        FAIL(at, "</%s>: <%s> is open and must be closed first", h->tag, h->open[h->depth - 1]);
    h->depth--;
    h->place = IN_TEXT;
}

static void open_tag(struct html_state *h, const struct spot *at)
{
    bool is_void = ONE_OF(h->tag, void_tags);
    bool foreign = html_inside(h, "svg") || html_inside(h, "math") || strcmp(h->tag, "svg") == 0;
    h->place = IN_TEXT;
    if (strcmp(h->tag, "style") == 0)
        FAIL(at, "<style>: the content security policy forbids it; use static/cadre.css");
    if (strcmp(h->tag, "script") == 0 && !h->has_src)
        FAIL(at, "<script>: the content security policy forbids it; use static/cadre.js");
    if (!foreign && ONE_OF(h->tag, block_tags) && html_inside(h, "p"))
        FAIL(at, "<%s> inside <p>: it would end the paragraph", h->tag);
    if (!foreign && ONE_OF(h->tag, no_nesting) && html_inside(h, h->tag))
        FAIL(at, "<%s> inside <%s>", h->tag, h->tag);
    if (h->slash && !is_void && !foreign)
        FAIL(at, "<%s/>: this element needs an end tag", h->tag);
    if (is_void || h->slash)
        return;
    if (h->depth == MAX_TAGS)
        FAIL(at, "tags are nested deeper than %d", MAX_TAGS);
    memcpy(h->open[h->depth++], h->tag, sizeof h->tag);
    if (strcmp(h->tag, "script") == 0)
        h->place = IN_SCRIPT;
    else if (ONE_OF(h->tag, text_only))
        h->place = IN_RCDATA;
}

static void end_tag(struct html_state *h, const struct spot *at)
{
    if (h->closing)
        close_tag(h, at);
    else
        open_tag(h, at);
}

/* ---- attributes
 * ------------------------------------------------------------------------------------------------------ */

static void check_attr(struct html_state *h, const struct spot *at)
{
    if (h->closing)
        FAIL(at, "</%s> takes no attributes", h->tag);
    if (strncmp(h->attr, "on", 2) == 0)
        FAIL(at, "%s: the content security policy forbids event attributes; use static/cadre.js", h->attr);
    if (strcmp(h->attr, "style") == 0)
        FAIL(at, "style: the content security policy forbids it; use a class");
    if (strcmp(h->attr, "srcdoc") == 0)
        FAIL(at, "srcdoc: not in views");
    h->has_src |= strcmp(h->attr, "src") == 0;
}

static void begin_attr(struct html_state *h, char c, const struct spot *at)
{
    if (!h->space)
        FAIL(at, "white space is missing before an attribute of <%s>", h->tag);
    h->place = IN_ATTR_NAME;
    h->space = h->equals = false;
    h->attr_n = 0;
    append(h->attr, &h->attr_n, sizeof h->attr, c, at);
}

static void end_attr(struct html_state *h, const struct spot *at)
{
    check_attr(h, at);
    h->place = IN_TAG;
    h->equals = false;
}

static void begin_value(struct html_state *h, bool quoted, const struct spot *at)
{
    check_attr(h, at);
    h->equals = false;
    h->place = !quoted ? IN_BARE_VALUE : ONE_OF(h->attr, fixed_attrs) ? IN_FIXED : IN_ATTR_VALUE;
    h->url = ONE_OF(h->attr, url_attrs) ? URL_START : URL_NOT;
    h->value_n = 0;
    h->slashes = 0;
}

/* The literal beginning of an address decides where it leads; data may only follow where that is settled. */
static void url_char(struct html_state *h, char c, const struct spot *at)
{
    h->slashes += c == '/';
    if (h->url == URL_HOST) {
        bool relative = h->value[0] == '/';
        if (relative && c == '/' && h->slashes == 2)
            FAIL(at, "an address that begins with // leads to another site: write https://");
        if (relative || h->slashes == 3 || ((c == '?' || c == '#') && h->slashes == 2))
            h->url = URL_INSIDE;
        return;
    }
    if (h->url != URL_START)
        return;
    append(h->value, &h->value_n, sizeof h->value, c, at);
    if (is_space(c))
        FAIL(at, "white space in an address");
    if (h->value_n == 1 && c == '/') {
        h->url = URL_HOST;
    } else if (c == ':') {
        static const char *const schemes[] = {"https:", "http:", "mailto:", "tel:"};
        if (!ONE_OF(h->value, schemes))
            FAIL(at, "%s is not among https:, http:, mailto: and tel:", h->value);
        h->url = h->value[0] == 'h' ? URL_HOST : URL_INSIDE;
    } else if (!is_letter(c) || h->value_n + 2 == sizeof h->value) {
        h->url = URL_INSIDE; /* a scheme has only letters here, so this is a relative address */
    }
}

static void tag_char(struct html_state *h, char c, const struct spot *at)
{
    if (h->place == IN_ATTR_NAME && h->equals) {
        if (c == '\'')
            FAIL(at, "%s: values stand in double quotes", h->attr);
        if (is_space(c) || c == '>')
            FAIL(at, "%s: the value is missing", h->attr);
        begin_value(h, c == '"', at);
        return;
    }
    if (h->place == IN_TAG_NAME && is_name(c)) {
        append(h->tag, &h->tag_n, sizeof h->tag, c, at);
        return;
    }
    if (h->place == IN_ATTR_NAME && is_name(c)) {
        append(h->attr, &h->attr_n, sizeof h->attr, c, at);
        return;
    }
    if (h->place == IN_ATTR_NAME && c == '=') {
        h->equals = true;
        return;
    }
    if (h->place == IN_ATTR_NAME)
        end_attr(h, at);
    h->place = IN_TAG;
    if (c == '>')
        end_tag(h, at);
    else if (h->slash)
        FAIL(at, "\"/\" in <%s>: > must follow", h->tag);
    else if (is_space(c))
        h->space = true;
    else if (c == '/')
        h->slash = true;
    else if (is_letter(c))
        begin_attr(h, c, at);
    else
        FAIL(at, "'%c' cannot stand in <%s>", c, h->tag);
}

static void value_char(struct html_state *h, char c, const struct spot *at)
{
    if (h->place == IN_BARE_VALUE) {
        if (c == '>' || is_space(c)) {
            h->place = IN_TAG;
            h->space = is_space(c);
            if (c == '>')
                end_tag(h, at);
        } else if (strchr("\"'=<`", c) != NULL) {
            FAIL(at, "%s: put the value in double quotes", h->attr);
        }
    } else if (c == '"') {
        h->place = IN_TAG;
        h->space = false;
    } else if (h->url != URL_NOT) {
        url_char(h, c, at);
    }
}

/* ---- text
 * ------------------------------------------------------------------------------------------------------------ */

/* At "<" in text. Returns how many bytes were dealt with; *keep tells whether they are written. */
static size_t markup(struct html_state *h, struct spot *at, struct str rest, bool *keep)
{
    size_t end;
    *keep = true;
    if (str_starts(rest, S("<!--"))) {
        if (!str_find(rest, S("-->"), &end))
            FAIL(at, "a comment without end, or with {{ inside: use {{!-- --}}");
        *keep = false;
        return end + 3;
    }
    if (str_eq_nocase(str_sub(rest, 0, 9), S("<!doctype")) && str_find(rest, S(">"), &end))
        return end + 1;
    bool closing = rest.n > 1 && rest.p[1] == '/';
    size_t name = closing ? 2 : 1;
    if (rest.n == name)
        FAIL(at, "a tag's name cannot come from data");
    if (!is_letter(rest.p[name]))
        FAIL(at, "< that begins no tag: write &lt;");
    if (h->place == IN_RCDATA && !closing)
        FAIL(at, "a tag inside <%s>", h->open[h->depth - 1]);
    begin_tag(h, closing);
    return name;
}

/* White space that holds a line break is written as that. Returns how long it is. */
static size_t spaces(const struct html_state *h, struct str rest, struct spot *at, struct buf *out)
{
    size_t n = 0;
    int lines = 0;
    while (n < rest.n && is_space(rest.p[n]))
        lines += rest.p[n++] == '\n';
    bool keep = lines == 0 || html_inside(h, "pre") || html_inside(h, "textarea");
    if (keep)
        buf_add(out, rest.p, n);
    else
        buf_ch(out, '\n');
    at->line += lines;
    return n;
}

void html_feed(struct html_state *h, struct spot *at, struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];
        bool in_text = h->place == IN_TEXT || h->place == IN_RCDATA || h->place == IN_SCRIPT;
        struct str rest = str_sub(text, i, text.n);
        if (in_text && c == '<') {
            bool keep;
            size_t n = markup(h, at, rest, &keep);
            for (size_t k = 0; k < n; k++)
                at->line += rest.p[k] == '\n';
            if (keep)
                buf_add(out, rest.p, n);
            i += n;
            continue;
        }
        if (in_text && is_space(c)) {
            i += spaces(h, rest, at, out);
            continue;
        }
        if (h->place == IN_SCRIPT)
            FAIL(at, "<script> must be empty: the content security policy forbids what stands inside");
        if (h->place == IN_ATTR_VALUE || h->place == IN_BARE_VALUE || h->place == IN_FIXED)
            value_char(h, c, at);
        else if (!in_text)
            tag_char(h, c, at);
        at->line += c == '\n';
        buf_ch(out, c);
        i++;
    }
}

/* ---- branches
 * -------------------------------------------------------------------------------------------------------- */

void html_pause(struct html_state *h, const struct spot *at)
{
    if (h->place == IN_ATTR_NAME && h->equals) {
        begin_value(h, false, at);
        return;
    }
    if (h->slash)
        FAIL(at, "\"/\" in <%s>: > must follow", h->tag);
    if (h->place == IN_ATTR_NAME)
        end_attr(h, at);
    if (h->place == IN_TAG_NAME)
        h->place = IN_TAG;
}

static const char *place_name(enum place p)
{
    static const char *const names[] = {"text",
                                        "text",
                                        "a tag",
                                        "an attribute's name",
                                        "an attribute's value",
                                        "an unquoted value",
                                        "a tag's name",
                                        "an attribute's value",
                                        "<script>"};
    return names[p];
}

void html_join(struct html_state *h, const struct html_state *branch, const struct spot *at)
{
    bool in_tag = h->place != IN_TEXT && h->place != IN_RCDATA && h->place != IN_SCRIPT;
    if (h->place != branch->place)
        FAIL(at, "one branch ends in %s, the other in %s", place_name(h->place), place_name(branch->place));
    if (in_tag && (strcmp(h->tag, branch->tag) != 0 || h->closing != branch->closing))
        FAIL(at, "one branch ends in <%s>, the other in <%s>", h->tag, branch->tag);
    if (in_tag && h->place != IN_TAG && strcmp(h->attr, branch->attr) != 0)
        FAIL(at, "one branch ends in %s, the other in %s", h->attr, branch->attr);
    if (h->depth > branch->depth)
        FAIL(at, "one branch leaves <%s> open", h->open[h->depth - 1]);
    if (branch->depth > h->depth)
        FAIL(at, "one branch leaves <%s> open", branch->open[branch->depth - 1]);
    for (size_t i = 0; i < h->depth; i++)
        if (strcmp(h->open[i], branch->open[i]) != 0)
            FAIL(at, "one branch leaves <%s> open, the other <%s>", h->open[i], branch->open[i]);
    h->space &= branch->space;
    h->has_src &= branch->has_src;
    if (h->place == IN_ATTR_VALUE && (h->url != branch->url || (h->url == URL_START && h->value_n != branch->value_n)))
        h->url = URL_MIXED;
}

void html_end(const struct html_state *h, const struct spot *at)
{
    if (h->place != IN_TEXT && h->place != IN_RCDATA)
        FAIL(at, "the file ends in %s", place_name(h->place));
    if (h->depth != 0)
        FAIL(at, "<%s> is not closed", h->open[h->depth - 1]);
}
