/* The HTML that Twine 2 writes (iftechfoundation, Twine 2 HTML Output 1.0.1): a tw-storydata element with a
 * tw-passagedata element for each passage, whose text is escaped. Only these are looked for; whatever else the page holds
 * (a story format's own scripts) is not read. Twine 1 is known and refused. */
#include "base/utf8.h"
#include "engine/story/inside.h"

/* ---- what HTML is made of -------------------------------------------------------------------------------------------- */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool at_nocase(struct str s, size_t at, struct str word)
{
    return at + word.n <= s.n && str_eq_nocase(str_sub(s, at, word.n), word);
}

/* Where word begins, at or behind from; s.n when it does not. */
static size_t find_nocase(struct str s, size_t from, struct str word)
{
    while (from < s.n) {
        const char *c = memchr(s.p + from, word.p[0], s.n - from);
        if (c == NULL)
            break;
        from = (size_t)(c - s.p);
        if (at_nocase(s, from, word))
            return from;
        from++;
    }
    return s.n;
}

static void add_character(struct buf *b, uint32_t c)
{
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
        c = 0xfffd;
    if (c < 0x80) {
        buf_ch(b, (char)c);
    } else if (c < 0x800) {
        buf_ch(b, (char)(0xc0 | c >> 6));
    } else if (c < 0x10000) {
        buf_ch(b, (char)(0xe0 | c >> 12));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3f)));
    } else {
        buf_ch(b, (char)(0xf0 | c >> 18));
        buf_ch(b, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    if (c >= 0x80)
        buf_ch(b, (char)(0x80 | (c & 0x3f)));
}

/* &amp; and its like at s.p[at] == '&': how many bytes it takes, 0 when it is none. */
static size_t add_reference(struct buf *b, struct str s, size_t at)
{
    static const struct {
        struct str name, text;
    } named[] = {{S_INIT("&amp;"), S_INIT("&")},  {S_INIT("&lt;"), S_INIT("<")},    {S_INIT("&gt;"), S_INIT(">")},
                 {S_INIT("&quot;"), S_INIT("\"")}, {S_INIT("&apos;"), S_INIT("'")}, {S_INIT("&nbsp;"), S_INIT("\xc2\xa0")}};
    for (size_t k = 0; k < COUNT_OF(named); k++)
        if (str_eq(str_sub(s, at, named[k].name.n), named[k].name)) {
            buf_str(b, named[k].text);
            return named[k].name.n;
        }
    size_t k = at + 2, digits = 0;
    uint32_t c = 0;
    if (k >= s.n || s.p[at + 1] != '#')
        return 0;
    bool hex = s.p[k] == 'x' || s.p[k] == 'X';
    for (k += hex; k < s.n && digits < 8; k++, digits++) {
        char d = s.p[k];
        if (d >= '0' && d <= '9')
            c = c * (hex ? 16 : 10) + (uint32_t)(d - '0');
        else if (hex && ((d >= 'a' && d <= 'f') || (d >= 'A' && d <= 'F')))
            c = c * 16 + (uint32_t)((d | 0x20) - 'a' + 10);
        else
            break;
    }
    if (digits == 0 || k >= s.n || s.p[k] != ';')
        return 0;
    add_character(b, c);
    return k + 1 - at;
}

static struct str decoded(struct arena *a, struct str s)
{
    if (s.n == 0 || memchr(s.p, '&', s.n) == NULL)
        return s;
    struct buf b = buf_new(a, s.n);
    for (size_t k = 0; k < s.n;) {
        size_t n = s.p[k] == '&' ? add_reference(&b, s, k) : 0;
        if (n == 0)
            buf_ch(&b, s.p[k]);
        k += n == 0 ? 1 : n;
    }
    return buf_text(&b);
}

/* The next attribute of a tag; false at its end, with *at behind the '>'. */
static bool next_attribute(struct str s, size_t *at, struct str *name, struct str *value)
{
    size_t k = *at;
    while (k < s.n && (is_space(s.p[k]) || s.p[k] == '/'))
        k++;
    if (k >= s.n || s.p[k] == '>') {
        *at = k + (k < s.n);
        return false;
    }
    size_t from = k++; /* a name has a byte at least, even where that is '=' */
    while (k < s.n && !is_space(s.p[k]) && s.p[k] != '=' && s.p[k] != '>' && s.p[k] != '/')
        k++;
    *name = str_sub(s, from, k - from);
    *value = S("");
    while (k < s.n && is_space(s.p[k]))
        k++;
    if (k < s.n && s.p[k] == '=') {
        for (k++; k < s.n && is_space(s.p[k]);)
            k++;
        char quote = k < s.n && (s.p[k] == '"' || s.p[k] == '\'') ? s.p[k] : '\0';
        from = k += quote != '\0';
        while (k < s.n && (quote != '\0' ? s.p[k] != quote : !is_space(s.p[k]) && s.p[k] != '>'))
            k++;
        *value = str_sub(s, from, k - from);
        k += quote != '\0' && k < s.n;
    }
    *at = k;
    return true;
}

/* ---- a story --------------------------------------------------------------------------------------------------------- */
bool story_is_html(struct str text)
{
    struct str t = str_trim(text);
    return t.n != 0 && t.p[0] == '<' && (t.n < 2 || t.p[1] != '<');
}

struct reader {
    struct story *s;
    struct str text;
    size_t at;      /* read so far */
    size_t counted; /* lines counted up to here */
    uint32_t line;
    struct str start_pid;
};

static uint32_t line_at(struct reader *r, size_t at)
{
    for (; r->counted < at; r->counted++)
        r->line += r->text.p[r->counted] == '\n';
    return r->line;
}

static void read_story(struct reader *r)
{
    struct story_info *i = &r->s->info;
    struct str name, value;
    r->s->data_line = line_at(r, r->at);
    while (next_attribute(r->text, &r->at, &name, &value)) {
        struct {
            struct str name, *to;
        } known[] = {{S("name"), &i->title},
                     {S("ifid"), &i->ifid},
                     {S("format"), &i->format_name},
                     {S("format-version"), &i->format_version},
                     {S("startnode"), &r->start_pid},
                     {S("zoom"), &r->s->zoom},
                     {S("lang"), &i->language}};
        for (size_t k = 0; k < COUNT_OF(known); k++)
            if (str_eq_nocase(name, known[k].name))
                *known[k].to = decoded(r->s->a, value);
    }
}

static struct str metadata_of(struct arena *a, struct str position, struct str size)
{
    if (str_empty(position) && str_empty(size))
        return STR_NONE;
    struct buf b = buf_new(a, 64);
    buf_ch(&b, '{');
    if (!str_empty(position)) {
        buf_z(&b, "\"position\":");
        buf_json(&b, position);
    }
    if (!str_empty(size)) {
        buf_z(&b, b.n > 1 ? ",\"size\":" : "\"size\":");
        buf_json(&b, size);
    }
    buf_ch(&b, '}');
    return buf_text(&b);
}

static struct str one_spaced(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + 1);
    for (size_t k = 0; k < s.n; k++)
        if (!is_space(s.p[k]))
            buf_ch(&b, s.p[k]);
        else if (b.n != 0 && k + 1 < s.n && !is_space(s.p[k + 1]))
            buf_ch(&b, ' ');
    return buf_text(&b);
}

static struct str one_line(struct arena *a, struct str s)
{
    s = str_trim(s);
    if (s.n == 0 || (memchr(s.p, '\n', s.n) == NULL && memchr(s.p, '\r', s.n) == NULL))
        return s;
    char *p = arena_alloc_raw(a, s.n);
    for (size_t k = 0; k < s.n; k++)
        p[k] = is_space(s.p[k]) ? ' ' : s.p[k];
    return (struct str){p, s.n};
}

static bool read_passage(struct reader *r)
{
    struct arena *a = r->s->a;
    struct str pid = STR_NONE, title = STR_NONE, tags = STR_NONE, position = STR_NONE, size = STR_NONE, name, value;
    uint32_t line = line_at(r, r->at);
    while (next_attribute(r->text, &r->at, &name, &value)) {
        struct {
            struct str name, *to;
        } known[] = {
            {S("pid"), &pid}, {S("name"), &title}, {S("tags"), &tags}, {S("position"), &position}, {S("size"), &size}};
        for (size_t k = 0; k < COUNT_OF(known); k++)
            if (str_eq_nocase(name, known[k].name))
                *known[k].to = decoded(a, value);
    }
    size_t from = r->at, end = find_nocase(r->text, from, S("</tw-passagedata"));
    uint32_t body_line = line_at(r, from);
    struct str source = decoded(a, str_sub(r->text, from, end - from));
    r->at = end;
    title = one_line(a, title);
    if (end == r->text.n)
        story_tell(r->s, STORY_UNCLOSED, line, title, S("tw-passagedata"), 0, NULL);
    if (title.n == 0) {
        story_tell(r->s, STORY_NO_TITLE, line, STR_NONE, STR_NONE, 0, NULL);
        return true;
    }
    while (source.n != 0 && is_space(source.p[source.n - 1]))
        source.n--;
    if (!str_empty(r->start_pid) && str_eq(pid, r->start_pid))
        r->s->start_name = title;
    if (story_add_passage(r->s, title, one_spaced(a, tags), metadata_of(a, position, size), source, line, body_line) != NULL)
        return true;
    story_tell(r->s, STORY_TOO_MANY, line, title, S("passages"), STORY_PASSAGES_MOST, NULL);
    return false;
}

/* The author's own script and style sheet: never read, and told. */
static void skip_code(struct reader *r, struct str end_tag, struct str what)
{
    struct str name, value;
    uint32_t line = line_at(r, r->at);
    while (next_attribute(r->text, &r->at, &name, &value))
        ;
    size_t end = find_nocase(r->text, r->at, end_tag);
    if (str_trim(str_sub(r->text, r->at, end - r->at)).n != 0)
        story_tell(r->s, STORY_NOT_CARRIED, line, STR_NONE, what, 0, NULL);
    r->at = end;
}

static void read_color(struct reader *r)
{
    struct tag_color c = {0};
    struct str name, value;
    while (next_attribute(r->text, &r->at, &name, &value))
        if (str_eq_nocase(name, S("name")))
            c.tag = decoded(r->s->a, value);
        else if (str_eq_nocase(name, S("color")))
            c.color = decoded(r->s->a, value);
    if (!str_empty(c.tag) && !str_empty(c.color))
        *PUSH(r->s->a, r->s->colors, r->s->color_count, r->s->color_room) = c;
}

static bool starts_tag(struct reader *r, size_t at, struct str tag)
{
    if (!at_nocase(r->text, at, tag))
        return false;
    size_t end = at + tag.n;
    if (end < r->text.n && !is_space(r->text.p[end]) && r->text.p[end] != '>' && r->text.p[end] != '/')
        return false;
    r->at = end;
    return true;
}

static bool is_twine_1(struct str text)
{
    return find_nocase(text, 0, S("id=\"storeArea\"")) != text.n || find_nocase(text, 0, S("id=\"store-area\"")) != text.n ||
           find_nocase(text, 0, S("id=storeArea")) != text.n || find_nocase(text, 0, S(" tiddler=\"")) != text.n;
}

void story_read_html(struct story *s, struct str text)
{
    struct reader r = {.s = s, .text = text, .line = 1};
    size_t at = find_nocase(text, 0, S("<tw-storydata"));
    if (at == text.n) {
        story_tell(s, is_twine_1(text) ? STORY_TWINE_1 : STORY_NOT_A_STORY, 1, STR_NONE, STR_NONE, 0, NULL);
        return;
    }
    r.at = at + sizeof "<tw-storydata" - 1;
    read_story(&r);
    while (r.at < text.n) {
        const char *c = memchr(text.p + r.at, '<', text.n - r.at);
        if (c == NULL)
            break;
        at = (size_t)(c - text.p);
        r.at = at + 1;
        if (starts_tag(&r, at, S("<tw-passagedata"))) {
            if (!read_passage(&r))
                return;
        } else if (starts_tag(&r, at, S("<tw-tag"))) {
            read_color(&r);
        } else if (starts_tag(&r, at, S("<script"))) {
            skip_code(&r, S("</script"), S("script"));
        } else if (starts_tag(&r, at, S("<style"))) {
            skip_code(&r, S("</style"), S("style"));
        } else if (starts_tag(&r, at, S("</tw-storydata"))) {
            break;
        }
    }
    if (find_nocase(text, r.at, S("<tw-storydata")) != text.n)
        story_tell(s, STORY_OTHER_STORY, line_at(&r, find_nocase(text, r.at, S("<tw-storydata"))), STR_NONE, STR_NONE, 0, NULL);
    if (!str_empty(s->start_name) || str_empty(r.start_pid))
        return;
    s->start_name = str_printf(s->a, "pid %.*s", STR_ARG(r.start_pid));
}
