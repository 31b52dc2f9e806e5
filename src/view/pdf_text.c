/* Text of a PDF: a block of runs becomes lines by pango; lines go onto pages; what is drawn is marked in the order in which it is read,
 * whatever its direction, with links as links. In cairo 1.16 only a leaf of the structure keeps its text, so everything that is drawn
 * stands in a Span or a Link, and what stands between two of them is no part of the text. */
#include "view/pdf_inside.h"

#include "base/utf8.h"
#include "view/write.h"

#define LEADING 1.22       /* from line to line, in heights of the font */
#define PIECE (24u * 1024u) /* a longer text is set as several blocks */
#define UNITS(pt) ((int)((pt) * PANGO_SCALE))
#define POINTS(units) ((double)(units) / PANGO_SCALE)

static bool is_link(const struct pdf_run *r)
{
    return r->href.n != 0 && view_url_safe(r->href) && strchr("/?#", r->href.p[0]) == NULL;
}

/* ---- layout ----------------------------------------------------------------------------------------------------------------------- */

static void add_attr(PangoAttrList *list, PangoAttribute *attr, size_t from, size_t to)
{
    attr->start_index = (guint)from;
    attr->end_index = (guint)to;
    pango_attr_list_insert(list, attr);
}

/* Neighbouring links differ by a colour that is not used, so that pango never makes one run of two. */
static void add_attrs(PangoAttrList *list, const struct pdf_block *b)
{
    for (size_t i = 0; i < b->count; i++) {
        size_t from = b->starts[i], to = b->starts[i + 1];
        unsigned style = b->runs[i].style;
        if ((style & PDF_BOLD) != 0)
            add_attr(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, to);
        if ((style & PDF_ITALIC) != 0)
            add_attr(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from, to);
        if ((style & PDF_CODE) != 0)
            add_attr(list, pango_attr_family_new("monospace"), from, to);
        if (b->count > 1)
            add_attr(list, pango_attr_foreground_new((guint16)i, (guint16)(i >> 16), 0), from, to);
    }
}

struct pdf_block pdf_block_make(struct pdf *p, const struct pdf_run *runs, size_t count, double width, double size, bool bold, bool number)
{
    struct pdf_block b = {pango_layout_new(p->pango), runs, ARENA_ARRAY(p->scratch, count + 1, size_t), count};
    struct buf text = buf_new(p->scratch, 256);
    for (size_t i = 0; i < count; i++) {
        b.starts[i] = text.n;
        buf_str(&text, utf8_clean(p->scratch, runs[i].text));
    }
    b.starts[count] = text.n;
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "sans");
    pango_font_description_set_size(font, UNITS(size));
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(b.layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(b.layout, UNITS(width > 1 ? width : 1));
    pango_layout_set_wrap(b.layout, PANGO_WRAP_WORD_CHAR);
    if (number)
        pango_layout_set_alignment(b.layout, PANGO_ALIGN_RIGHT);
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_font_features_new("liga=0, clig=0, dlig=0")); /* letters stay letters when they are copied */
    add_attrs(list, &b);
    pango_layout_set_attributes(b.layout, list);
    pango_attr_list_unref(list);
    pango_layout_set_text(b.layout, text.n != 0 ? text.p : "", (int)text.n);
    if (p->cr != NULL && !p->silent)
        p->unknown += pango_layout_get_unknown_glyphs_count(b.layout);
    return b;
}

void pdf_block_free(struct pdf_block *b)
{
    g_object_unref(b->layout);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------------ */

struct line {
    PangoLayoutLine *line;
    double x, height, baseline; /* baseline: from the line's top */
};

static struct line *lines_of(struct pdf *p, const struct pdf_block *b, size_t *count)
{
    size_t n = 0, cap = (size_t)pango_layout_get_line_count(b->layout);
    struct line *lines = ARENA_ARRAY(p->scratch, cap, struct line);
    PangoLayoutIter *it = pango_layout_get_iter(b->layout);
    do {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(it, NULL, &logical);
        double height = POINTS(logical.height) * LEADING;
        lines[n++] = (struct line){pango_layout_iter_get_line_readonly(it), POINTS(logical.x), height,
                                   POINTS(pango_layout_iter_get_baseline(it) - logical.y) + (height - POINTS(logical.height)) / 2};
    } while (n < cap && pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
    *count = n;
    return lines;
}

double pdf_block_height(const struct pdf_block *b)
{
    double height = 0;
    PangoLayoutIter *it = pango_layout_get_iter(b->layout);
    do {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(it, NULL, &logical);
        height += POINTS(logical.height) * LEADING;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
    return height;
}

/* A piece of a line in one font, at its place. Pieces come as they are seen and are drawn as they are read. */
struct piece {
    PangoGlyphItem *glyphs;
    double x, width;
    size_t run;
};

static int by_reading(const void *x, const void *y)
{
    const struct piece *a = x, *b = y;
    return (a->glyphs->item->offset > b->glyphs->item->offset) - (a->glyphs->item->offset < b->glyphs->item->offset);
}

static size_t run_at(const struct pdf_block *b, size_t offset)
{
    size_t low = 0, high = b->count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        *(b->starts[mid] <= offset ? &low : &high) = mid;
    }
    return low;
}

static struct piece *pieces_of(struct pdf *p, const struct pdf_block *b, const struct line *line, double x, size_t *count)
{
    size_t n = 0;
    struct piece *pieces = ARENA_ARRAY(p->scratch, g_slist_length(line->line->runs), struct piece);
    for (GSList *l = line->line->runs; l != NULL; l = l->next) {
        PangoGlyphItem *g = l->data;
        double width = POINTS(pango_glyph_string_get_width(g->glyphs));
        pieces[n++] = (struct piece){g, x, width, run_at(b, (size_t)g->item->offset)};
        x += width;
    }
    qsort(pieces, n, sizeof *pieces, by_reading);
    *count = n;
    return pieces;
}

void pdf_put_link(struct pdf *p, struct str href)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf b = buf_new(p->scratch, href.n + 16);
    buf_z(&b, "uri='");
    for (size_t i = 0; i < href.n; i++) {
        unsigned char c = (unsigned char)href.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("'\\\"<>^`{|}()", c) != NULL) {
            buf_ch(&b, '%');
            buf_ch(&b, hex[c >> 4]);
            buf_ch(&b, hex[c & 15]);
        } else {
            buf_ch(&b, (char)c);
        }
    }
    buf_z(&b, "'");
    buf_ch(&b, '\0');
    pdf_tag_begin(p, CAIRO_TAG_LINK, b.p);
}

static void stroke(struct pdf *p, double x, double y, double width)
{
    cairo_set_line_width(p->cr, 0.5);
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x + width, y);
    cairo_stroke(p->cr);
}

/* Glyphs of a word that is read from right to left, written from left to right with the letters they stand for: readers of PDF files
 * turn such words round themselves, and find gaps where none are in words that are written backwards. */
struct word {
    cairo_glyph_t *glyphs;
    cairo_text_cluster_t *clusters;
    char *text;
    int glyph_count, cluster_count, bytes;
};

static void add_cluster(struct word *w, const char *text, const PangoGlyphItemIter *it)
{
    /* in front of what is there: clusters come as they are read */
    int n = it->end_index - it->start_index;
    memmove(w->text + n, w->text, (size_t)w->bytes);
    memcpy(w->text, text + it->start_index, (size_t)n);
    memmove(w->clusters + 1, w->clusters, (size_t)w->cluster_count * sizeof *w->clusters);
    w->clusters[0] = (cairo_text_cluster_t){n, it->start_glyph - it->end_glyph};
    w->glyphs -= w->clusters[0].num_glyphs;
    w->glyph_count += w->clusters[0].num_glyphs;
    w->cluster_count++;
    w->bytes += n;
}

static void put_word(struct pdf *p, struct word *w)
{
    if (w->cluster_count != 0)
        cairo_show_text_glyphs(p->cr, w->text, w->bytes, w->glyphs, w->glyph_count, w->clusters, w->cluster_count, 0);
    w->glyph_count = w->cluster_count = w->bytes = 0;
}

static void draw_backwards(struct pdf *p, const char *text, PangoGlyphItem *item, double x, double y)
{
    const PangoGlyphString *g = item->glyphs;
    size_t n = (size_t)g->num_glyphs;
    cairo_glyph_t *glyphs = ARENA_ARRAY(p->scratch, n, cairo_glyph_t);
    struct word w = {.glyphs = glyphs + n, .clusters = ARENA_ARRAY(p->scratch, n + 1, cairo_text_cluster_t), .text = arena_alloc(p->scratch, (size_t)item->item->length + 1)};
    PangoGlyphItemIter it;
    for (size_t i = 0; i < n; i++) {
        glyphs[i] = (cairo_glyph_t){g->glyphs[i].glyph, x + POINTS(g->glyphs[i].geometry.x_offset), y + POINTS(g->glyphs[i].geometry.y_offset)};
        x += POINTS(g->glyphs[i].geometry.width);
    }
    cairo_set_scaled_font(p->cr, pango_cairo_font_get_scaled_font((PangoCairoFont *)item->item->analysis.font));
    for (gboolean more = pango_glyph_item_iter_init_start(&it, item, text); more; more = pango_glyph_item_iter_next_cluster(&it)) {
        bool space = text[it.start_index] == ' ';
        if (space)
            put_word(p, &w);
        add_cluster(&w, text, &it);
        if (space)
            put_word(p, &w);
    }
    put_word(p, &w);
}

static bool is_backwards(const PangoGlyphItem *item)
{
    for (int i = 0; i < item->glyphs->num_glyphs; i++)
        if ((item->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 || item->glyphs->glyphs[i].glyph == PANGO_GLYPH_EMPTY)
            return false; /* boxes and what is not seen are pango's */
    return item->item->analysis.level % 2 == 1;
}

static void draw_piece(struct pdf *p, const struct pdf_block *b, const struct piece *piece, double baseline, bool soft)
{
    const struct pdf_run *r = b->count != 0 ? &b->runs[piece->run] : NULL;
    bool link = r != NULL && is_link(r);
    if (link)
        pdf_ink(p, 0.04, 0.38, 0.44);
    else if (soft)
        pdf_ink(p, 0.29, 0.36, 0.39);
    else
        pdf_ink(p, 0.08, 0.15, 0.17);
    cairo_move_to(p->cr, piece->x, baseline);
    if (is_backwards(piece->glyphs))
        draw_backwards(p, pango_layout_get_text(b->layout), piece->glyphs, piece->x, baseline);
    else
        pango_cairo_show_glyph_item(p->cr, pango_layout_get_text(b->layout), piece->glyphs);
    if (link)
        stroke(p, piece->x, baseline + 1.5, piece->width);
    if (r != NULL && (r->style & PDF_STRUCK) != 0)
        stroke(p, piece->x, baseline - 3, piece->width);
}

/* An open leaf of the structure, and which part of the block's text it holds. Letters that are read from right to left stand in the file
 * from left to right; a leaf with such letters says beside them what they are when they are read. */
struct leaf {
    bool open, backwards;
    size_t tag, from, to;
};

static void leaf_begin(struct pdf *p, struct leaf *leaf, const struct piece *first)
{
    *leaf = (struct leaf){.open = true, .tag = p->tags, .from = (size_t)first->glyphs->item->offset};
}

static void leaf_draw(struct pdf *p, struct leaf *leaf, const struct pdf_block *b, const struct piece *piece, double baseline, bool soft)
{
    const PangoItem *item = piece->glyphs->item;
    draw_piece(p, b, piece, baseline, soft);
    leaf->to = (size_t)(item->offset + item->length);
    leaf->backwards = leaf->backwards || item->analysis.level % 2 == 1;
}

static void leaf_end(struct pdf *p, struct leaf *leaf, const struct pdf_block *b, const char *tag)
{
    if (!leaf->open)
        return;
    pdf_tag_end(p, tag);
    if (leaf->backwards)
        pdf_say(p, leaf->tag, (struct str){pango_layout_get_text(b->layout) + leaf->from, leaf->to - leaf->from});
    leaf->open = false;
}

/* One line; a Span goes on over lines. A link ends with its line, so that where it can be pressed is where it stands. */
static void draw_line(struct pdf *p, const struct pdf_block *b, const struct line *line, double x, double y, bool soft, struct leaf *span)
{
    size_t n;
    struct piece *pieces = pieces_of(p, b, line, x + line->x, &n);
    for (size_t i = 0; i < n; i++) {
        if (b->count != 0 && is_link(&b->runs[pieces[i].run])) {
            struct leaf link;
            size_t run = pieces[i].run;
            leaf_end(p, span, b, "Span");
            leaf_begin(p, &link, &pieces[i]);
            pdf_put_link(p, b->runs[run].href);
            for (; i < n && pieces[i].run == run; i++)
                leaf_draw(p, &link, b, &pieces[i], y + line->baseline, soft);
            i--;
            leaf_end(p, &link, b, CAIRO_TAG_LINK);
            continue;
        }
        if (!span->open) {
            leaf_begin(p, span, &pieces[i]);
            pdf_tag_begin(p, "Span", NULL);
        }
        leaf_draw(p, span, b, &pieces[i], y + line->baseline, soft);
    }
}

static double draw_lines(struct pdf *p, const struct pdf_block *b, const struct line *lines, size_t from, size_t to, double x, double y, bool soft)
{
    struct leaf span = {0};
    for (size_t i = from; i < to; i++) {
        if (p->cr != NULL)
            draw_line(p, b, &lines[i], x, y, soft, &span);
        y += lines[i].height;
    }
    leaf_end(p, &span, b, "Span");
    return y;
}

void pdf_block_draw(struct pdf *p, const struct pdf_block *b, double x, double y, bool soft)
{
    size_t n;
    if (p->cr == NULL)
        return;
    struct line *lines = lines_of(p, b, &n);
    draw_lines(p, b, lines, 0, n, x, y, soft);
}

/* ---- flowing over pages --------------------------------------------------------------------------------------------------------- */

/* How many lines go onto this page: no first line alone at its foot, no last line alone on the next. */
static size_t lines_that_fit(const struct pdf *p, const struct line *lines, size_t from, size_t count)
{
    double y = p->y;
    size_t n = from;
    while (n < count && y + lines[n].height <= PDF_BOTTOM)
        y += lines[n++].height;
    bool fresh = p->y <= PDF_TOP;
    if (n == count)
        return n;
    if (n == from)
        return fresh ? from + 1 : from; /* a line higher than a page: it is cut at the foot */
    if (n - from == 1 && count - from > 2 && from == 0 && !fresh)
        return from;
    return count - n == 1 && n - from > 2 ? n - 1 : n;
}

static void draw_bar(struct pdf *p, double from, double to)
{
    if (p->cr == NULL)
        return;
    pdf_ink(p, 0.04, 0.38, 0.44);
    cairo_rectangle(p->cr, p->left - 9, from, 2.5, to - from);
    cairo_fill(p->cr);
}

static void flow_block(struct pdf *p, const struct pdf_block *b, const struct pdf_look *look, bool first, bool last)
{
    size_t count, at = 0;
    struct line *lines = lines_of(p, b, &count);
    double keep = look->keep != 0 ? pdf_block_height(b) + look->keep * PDF_BODY * 1.5 : 0;
    if (first && p->y > PDF_TOP)
        p->y += look->before;
    if ((keep != 0 && p->y + keep > PDF_BOTTOM && p->y > PDF_TOP) || lines_that_fit(p, lines, 0, count) == 0)
        pdf_page_new(p);
    pdf_item_mark(p, p->y + lines[0].baseline);
    if (look->heading != 0)
        p->headings[look->heading - 1].page = p->cr == NULL ? p->page : p->headings[look->heading - 1].page;
    pdf_tag_begin(p, look->tag, NULL);
    if (look->heading != 0)
        pdf_tag_begin(p, CAIRO_TAG_DEST, pdf_name(p, "name", look->heading - 1));
    while (at < count && p->rc == RC_OK) {
        size_t to = lines_that_fit(p, lines, at, count);
        double top = p->y;
        p->y = draw_lines(p, b, lines, at, to, p->left, p->y, look->soft);
        if (look->bar)
            draw_bar(p, top, p->y);
        at = to;
        if (at < count)
            pdf_page_new(p);
    }
    if (look->heading != 0)
        pdf_tag_end(p, CAIRO_TAG_DEST);
    pdf_tag_end(p, look->tag);
    if (last)
        p->y += look->after;
}

/* Where a text of one run is cut when it is longer than a block should be: behind a line or a word. */
static size_t cut(struct str text)
{
    if (text.n <= PIECE)
        return text.n;
    size_t n = utf8_clip(text, PIECE).n, at = n;
    while (at > PIECE / 2 && text.p[at - 1] != '\n' && text.p[at - 1] != ' ')
        at--;
    return at > PIECE / 2 ? at : n;
}

void pdf_flow(struct pdf *p, const struct pdf_run *runs, size_t count, const struct pdf_look *look)
{
    if (p->rc != RC_OK)
        return;
    pdf_item_indent(p, count != 0 ? runs[0].text : STR_NONE);
    struct str rest = count == 1 ? runs[0].text : STR_NONE;
    bool first = true, more = true;
    while (more && p->rc == RC_OK) {
        struct pdf_run piece = count == 1 ? runs[0] : (struct pdf_run){0};
        piece.text = str_sub(rest, 0, cut(rest));
        rest = str_sub(rest, piece.text.n, rest.n);
        more = rest.n != 0;
        struct pdf_run *styled = ARENA_ARRAY(p->scratch, count, struct pdf_run);
        for (size_t i = 0; i < count; i++) {
            styled[i] = count == 1 ? piece : runs[i];
            styled[i].style |= (look->code ? PDF_CODE : 0);
        }
        struct pdf_block b = pdf_block_make(p, styled, count, p->right - p->left, look->size, look->bold, false);
        flow_block(p, &b, look, first, !more);
        pdf_block_free(&b);
        first = false;
    }
    arena_reset(p->scratch);
}

/* ---- the kinds ------------------------------------------------------------------------------------------------------------------- */

void pdf_runs(struct pdf *p, const struct pdf_run *runs, size_t count)
{
    pdf_flow(p, runs, count, &(struct pdf_look){.tag = "P", .size = PDF_BODY, .after = 6});
}

void pdf_text(struct pdf *p, struct str text)
{
    pdf_runs(p, &(struct pdf_run){.text = text}, 1);
}

void pdf_quiet(struct pdf *p, struct str text)
{
    pdf_flow(p, &(struct pdf_run){.text = text}, 1, &(struct pdf_look){.tag = "P", .size = PDF_SMALL, .after = 5, .soft = true});
}

void pdf_note(struct pdf *p, struct str text)
{
    pdf_flow(p, &(struct pdf_run){.text = text}, 1, &(struct pdf_look){.tag = "Note", .size = PDF_BODY, .before = 4, .after = 10, .bar = true});
}

void pdf_code(struct pdf *p, struct str text)
{
    pdf_flow(p, &(struct pdf_run){.text = text}, 1, &(struct pdf_look){.tag = "P", .size = PDF_SMALL, .before = 2, .after = 8, .code = true, .bar = true});
}

void pdf_link(struct pdf *p, struct str text, struct str href)
{
    pdf_runs(p, &(struct pdf_run){.text = text, .href = href}, 1);
}
