/* The renderer behind md4c: see markdown.h. md4c calls back for each block, span and run of text; what is open is
 * counted, never recursed into. */
#include "view/markdown.h"
#include "view/markdown_inside.h"
#include "view/write.h"

#include "base/utf8.h"
#include "gen/msg_view.h"

#define PADDING 16

struct render {
    struct buf out;
    size_t out_max;
    size_t attributes; /* bytes of addresses and titles read so far, written or not */
    struct markdown_options options;
    int nesting;      /* blocks */
    unsigned char spans[MARKDOWN_SPANS]; /* MD_SPANTYPE of those that are open, inside one block */
    size_t span_count;
    int64_t tables;   /* so far: regions have names of their own */
    int link_level;   /* links and pictures that are open in the source */
    int link_open;    /* the level at which <a> was written; 0: none is open */
    size_t link_text; /* where in out the text of that <a> begins */
    struct str link_address;
};

static void put(struct render *r, const char *literal)
{
    buf_z(&r->out, literal);
}

static int out_of_bounds(const struct render *r)
{
    bool too_much = r->out.n > r->out_max || r->attributes > r->out_max || r->nesting > MARKDOWN_NESTING;
    return too_much ? -1 : 0; /* below 0 stops md4c */
}

/* ---- characters
 * ------------------------------------------------------------------------------------------------------ */

void markdown_put_code_point(struct buf *b, uint32_t c)
{
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || (c < 0x20 && c != '\n' && c != '\t') ||
        (c >= 0x7f && c < 0xa0))
        c = 0xfffd;
    char u[4];
    size_t n;
    if (c < 0x80) {
        u[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        u[0] = (char)(0xc0 | c >> 6);
        n = 2;
    } else if (c < 0x10000) {
        u[0] = (char)(0xe0 | c >> 12);
        n = 3;
    } else {
        u[0] = (char)(0xf0 | c >> 18);
        n = 4;
    }
    for (size_t i = 1; i < n; i++)
        u[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
    buf_add(b, u, n);
}

static bool numeric_entity(struct str e, uint32_t *c)
{
    bool hex = e.n > 2 && (e.p[2] == 'x' || e.p[2] == 'X');
    *c = 0;
    for (size_t i = hex ? 3 : 2; i + 1 < e.n; i++) {
        unsigned char d = (unsigned char)e.p[i];
        unsigned v = d <= '9' ? d - (unsigned)'0' : (d | 0x20u) - 'a' + 10;
        *c = *c > 0x10ffff ? *c : *c * (hex ? 16 : 10) + v;
    }
    return e.n > 3 && e.p[1] == '#';
}

void markdown_put_entity(struct buf *b, struct str e)
{
    static const struct {
        const char *name;
        uint32_t c;
    } named[] = {{"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
                 {"nbsp", 0xa0},     {"shy", 0xad},     {"copy", 0xa9},    {"reg", 0xae},     {"trade", 0x2122},
                 {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
                 {"ldquo", 0x201c},  {"rdquo", 0x201d}, {"bdquo", 0x201e}, {"laquo", 0xab},   {"raquo", 0xbb},
                 {"larr", 0x2190},   {"rarr", 0x2192},  {"times", 0xd7},   {"middot", 0xb7},  {"deg", 0xb0},
                 {"plusmn", 0xb1},   {"le", 0x2264},    {"ge", 0x2265},    {"ne", 0x2260},    {"euro", 0x20ac},
                 {"pound", 0xa3},    {"sect", 0xa7},    {"micro", 0xb5},   {"auml", 0xe4},    {"ouml", 0xf6},
                 {"uuml", 0xfc},     {"Auml", 0xc4},    {"Ouml", 0xd6},    {"Uuml", 0xdc},    {"szlig", 0xdf},
                 {"eacute", 0xe9},   {"egrave", 0xe8}};
    uint32_t c;
    if (numeric_entity(e, &c)) {
        markdown_put_code_point(b, c);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (str_eq_z(str_sub(e, 1, e.n - 2), named[i].name)) {
            markdown_put_code_point(b, named[i].c);
            return;
        }
    buf_str(b, e);
}

struct str markdown_attribute(struct arena *a, const MD_ATTRIBUTE *at)
{
    struct buf b = buf_new(a, at->size + 1);
    for (size_t i = 0; at->size != 0 && at->substr_offsets[i] < at->size; i++) {
        struct str piece = {at->text + at->substr_offsets[i], at->substr_offsets[i + 1] - at->substr_offsets[i]};
        if (at->substr_types[i] == MD_TEXT_ENTITY)
            markdown_put_entity(&b, piece);
        else if (at->substr_types[i] == MD_TEXT_NULLCHAR)
            markdown_put_code_point(&b, 0);
        else
            buf_str(&b, piece);
    }
    return buf_text(&b);
}

static struct str attribute(struct render *r, const MD_ATTRIBUTE *at)
{
    r->attributes += at->size;
    return markdown_attribute(r->out.a, at);
}

/* ---- links
 * ----------------------------------------------------------------------------------------------------------- */

/* "files/plan.pdf": no colon before the first slash, so no scheme. */
static bool is_relative(struct str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c < 0x20 || c == 0x7f)
            return false;
    }
    if (str_empty(url) || url.p[0] == '/' || url.p[0] == '\\' || url.p[0] == ' ')
        return false;
    for (size_t i = 0; i < url.n && strchr("/?#", url.p[i]) == NULL; i++)
        if (url.p[i] == ':' || url.p[i] == '\\')
            return false;
    return true;
}

static void put_address(struct render *r, struct str url)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        if (strchr(" \"<>\\^`{|}", c) != NULL) {
            buf_ch(&r->out, '%');
            buf_ch(&r->out, hex[(unsigned char)c >> 4]);
            buf_ch(&r->out, hex[(unsigned char)c & 15]);
        } else {
            buf_html(&r->out, (struct str){&c, 1});
        }
    }
}

/* Links do not nest in HTML, pictures do in links and links in pictures: the outermost wins. */
static void open_link(struct render *r, const MD_ATTRIBUTE *address, const MD_ATTRIBUTE *title)
{
    r->link_level++;
    if (r->link_open != 0)
        return;
    struct str url = attribute(r, address);
    bool absolute = str_find(url, S("://"), NULL);
    bool here = is_relative(url) || (!str_empty(url) && strchr("/?#", url.p[0]) != NULL);
    if ((!view_url_safe(url) && !is_relative(url)) || (here && r->options.absolute))
        return;
    put(r, "<a href=\"");
    put_address(r, url);
    if (title->size != 0) {
        put(r, "\" title=\"");
        buf_html(&r->out, attribute(r, title));
    }
    put(r, absolute ? "\" rel=\"noopener\">" : "\">");
    r->link_open = r->link_level;
    r->link_text = r->out.n;
    r->link_address = url;
}

static void close_link(struct render *r, struct str otherwise)
{
    if (r->link_open == r->link_level) {
        if (r->out.n == r->link_text)
            buf_html(&r->out, otherwise); /* a link without text cannot be seen */
        put(r, "</a>");
        r->link_open = 0;
    }
    r->link_level--;
}

static void close_spans(struct render *r, size_t keep)
{
    while (r->span_count > keep) {
        MD_SPANTYPE type = (MD_SPANTYPE)r->spans[--r->span_count];
        if (type == MD_SPAN_A)
            close_link(r, r->link_address);
        else if (type == MD_SPAN_IMG)
            close_link(r, msg_text(r->options.lang, M_view_picture));
        else
            put(r, type == MD_SPAN_EM       ? "</em>"
                   : type == MD_SPAN_STRONG ? "</strong>"
                   : type == MD_SPAN_CODE   ? "</code>"
                                            : "</del>");
    }
}

/* ---- what md4c calls
 * ------------------------------------------------------------------------------------------------- */

static void heading(struct render *r, const char *open, unsigned level)
{
    int h = (int)level + r->options.heading_shift;
    h = h < 1 ? 1 : h > 6 ? 6 : h;
    buf_printf(&r->out, "%s%d>", open, h);
}

static void open_list(struct render *r, unsigned start)
{
    if (start == 1)
        put(r, "<ol>\n");
    else
        buf_printf(&r->out, "<ol start=\"%u\">\n", start);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct render *r = user;
    close_spans(r, 0);
    r->nesting++;
    switch (type) {
    case MD_BLOCK_QUOTE:
        put(r, "<blockquote>\n");
        break;
    case MD_BLOCK_UL:
        put(r, "<ul>\n");
        break;
    case MD_BLOCK_OL:
        open_list(r, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        put(r, "<li>");
        break;
    case MD_BLOCK_HR:
        put(r, "<hr>\n");
        break;
    case MD_BLOCK_H:
        heading(r, "<h", ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        put(r, "<pre tabindex=\"0\"><code>"); /* it scrolls sideways: the keyboard must reach it */
        break;
    case MD_BLOCK_P:
        put(r, "<p>");
        break;
    case MD_BLOCK_TABLE:
        if (((MD_BLOCK_TABLE_DETAIL *)detail)->col_count > MARKDOWN_COLUMNS)
            return -1;
        put(r, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
        msg_html(&r->out, r->options.lang, M_view_table, (const struct msg_arg[]){MSG_NUM("number", ++r->tables)}, 1);
        put(r, "\"><table>\n");
        break;
    case MD_BLOCK_THEAD:
        put(r, "<thead>");
        break;
    case MD_BLOCK_TBODY:
        put(r, "<tbody>\n");
        break;
    case MD_BLOCK_TR:
        put(r, "<tr>");
        break;
    case MD_BLOCK_TH:
        put(r, ((MD_BLOCK_TD_DETAIL *)detail)->align == MD_ALIGN_RIGHT ? "<th scope=\"col\" class=\"num\">"
                                                                       : "<th scope=\"col\">");
        break;
    case MD_BLOCK_TD:
        put(r, ((MD_BLOCK_TD_DETAIL *)detail)->align == MD_ALIGN_RIGHT ? "<td class=\"num\">" : "<td>");
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
        break;
    }
    return out_of_bounds(r);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    static const char *const ends[] = {
        [MD_BLOCK_QUOTE] = "</blockquote>\n",
        [MD_BLOCK_UL] = "</ul>\n",
        [MD_BLOCK_OL] = "</ol>\n",
        [MD_BLOCK_LI] = "</li>\n",
        [MD_BLOCK_CODE] = "</code></pre>\n",
        [MD_BLOCK_P] = "</p>\n",
        [MD_BLOCK_TABLE] = "</table></div>\n",
        [MD_BLOCK_THEAD] = "</thead>\n",
        [MD_BLOCK_TBODY] = "</tbody>",
        [MD_BLOCK_TR] = "</tr>\n",
        [MD_BLOCK_TH] = "</th>",
        [MD_BLOCK_TD] = "</td>",
    };
    struct render *r = user;
    close_spans(r, 0);
    r->nesting--;
    if (type == MD_BLOCK_H) {
        heading(r, "</h", ((MD_BLOCK_H_DETAIL *)detail)->level);
        put(r, "\n");
    } else if (type == MD_BLOCK_TH && str_ends(buf_text(&r->out), S("<th scope=\"col\">"))) { /* a corner heads nothing */
        r->out.n -= sizeof "<th scope=\"col\">" - 1;
        put(r, "<td></td>");
    } else if ((size_t)type < COUNT_OF(ends) && ends[type] != NULL) {
        put(r, ends[type]);
    }
    return out_of_bounds(r);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct render *r = user;
    if (r->span_count == MARKDOWN_SPANS)
        return -1;
    r->spans[r->span_count++] = (unsigned char)type;
    if (type == MD_SPAN_A)
        open_link(r, &((MD_SPAN_A_DETAIL *)detail)->href, &((MD_SPAN_A_DETAIL *)detail)->title);
    else if (type == MD_SPAN_IMG)
        open_link(r, &((MD_SPAN_IMG_DETAIL *)detail)->src, &((MD_SPAN_IMG_DETAIL *)detail)->title);
    else
        put(r, type == MD_SPAN_EM       ? "<em>"
               : type == MD_SPAN_STRONG ? "<strong>"
               : type == MD_SPAN_CODE   ? "<code>"
                                        : "<del>");
    return out_of_bounds(r);
}

/* md4c says of some spans that they begin and never that they end (of "***b** [c](d**  "T")" one <em>): a span ends those
 * inside it, a block all of them. */
static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct render *r = user;
    size_t keep = r->span_count;
    (void)detail;
    while (keep > 0 && r->spans[keep - 1] != (unsigned char)type)
        keep--;
    if (keep > 0)
        close_spans(r, keep - 1);
    return out_of_bounds(r);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *user)
{
    struct render *r = user;
    struct str s = {p, n};
    char room[64];
    struct buf entity = {.a = r->out.a, .p = room, .cap = sizeof room}; /* md4c's entities have at most 50 characters */
    switch (type) {
    case MD_TEXT_NULLCHAR:
        markdown_put_code_point(&r->out, 0);
        break;
    case MD_TEXT_BR:
        put(r, "<br>\n");
        break;
    case MD_TEXT_SOFTBR:
        put(r, "\n");
        break;
    case MD_TEXT_ENTITY:
        markdown_put_entity(&entity, s);
        buf_html(&r->out, buf_text(&entity));
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
        buf_html(&r->out, s);
        break;
    }
    return out_of_bounds(r);
}

static struct html plain(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + s.n / 8 + 64);
    buf_z(&b, "<pre tabindex=\"0\">\n");
    buf_html(&b, s);
    buf_z(&b, "</pre>\n");
    return (struct html){b.p, b.n};
}

struct str markdown_padded(struct arena *a, struct str s)
{
    char *p = arena_alloc_raw(a, s.n + 1 + PADDING);
    memcpy(p, s.p, s.n);
    memset(p + s.n, '\n', 1 + PADDING);
    return (struct str){p, s.n + 1};
}

struct html markdown_render(struct arena *a, struct str source, struct markdown_options options)
{
    static const MD_PARSER parser = {
        .flags = MARKDOWN_FLAGS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = text,
    };
    if (str_empty(source))
        return (struct html){"", 0};
    size_t max = options.max_bytes != 0 ? options.max_bytes : MARKDOWN_BYTES;
    source = utf8_clean(a, source);
    if (source.n > max || source.n > UINT32_MAX / 2)
        return plain(a, source);
    struct str clean = markdown_padded(a, source);
    struct render r = {.options = options, .out_max = MARKDOWN_GROWTH * source.n + MARKDOWN_GROWTH_BASE};
    r.out = buf_new(a, source.n + source.n / 4 + 256);
    if (md_parse(clean.p, (MD_SIZE)clean.n, &parser, &r) != 0)
        return plain(a, source);
    return (struct html){r.out.p, r.out.n};
}
