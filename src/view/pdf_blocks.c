/* Lists, quotes, rules, tables and the contents of a PDF: see view/pdf.h. */
#include "view/pdf_inside.h"

#include "base/utf8.h"
#include "gen/msg_view.h"

#define CELL_SIDE 5.0
#define CELL_TOP 3.5
#define NUMBER_WIDTH 40.0 /* of page numbers in the contents */

/* ---- lists ----------------------------------------------------------------------------------------------------------------------- */

static struct pdf_open *push(struct pdf *p)
{
    ASSERT(p->depth < PDF_NESTING_MOST);
    struct pdf_open *o = &p->open[p->depth++];
    o->left = p->left;
    o->right = p->right;
    return o;
}

static void pop(struct pdf *p)
{
    ASSERT(p->depth > 0);
    p->depth--;
    p->left = p->open[p->depth].left;
    p->right = p->open[p->depth].right;
}

static struct pdf_open *top(struct pdf *p)
{
    return p->depth > 0 ? &p->open[p->depth - 1] : NULL;
}

void pdf_list_begin(struct pdf *p, bool ordered, int64_t start)
{
    if (p->rc != RC_OK)
        return;
    struct pdf_open *above = top(p);
    if (above != NULL && above->kind == OPEN_ITEM && above->waits) { /* a list is the first thing in an item */
        pdf_item_indent(p, STR_NONE);
        pdf_item_mark(p, p->y + PDF_BODY);
    }
    struct pdf_open *o = push(p);
    o->kind = OPEN_LIST;
    o->ordered = ordered;
    o->number = start;
    pdf_tag_begin(p, "L", NULL);
}

void pdf_item_begin(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(p->depth > 0 && top(p)->kind == OPEN_LIST);
    struct pdf_open *o = push(p);
    o->kind = OPEN_ITEM;
    o->waits = true;
}

static bool is_rtl(struct pdf *p, struct str text)
{
    struct pdf_run run = {.text = utf8_clip(text, 120)};
    if (text.n == 0)
        return false;
    struct pdf_block b = pdf_block_make(p, &run, 1, PDF_NARROWEST, PDF_BODY, false, false);
    bool rtl = pango_layout_get_direction(b.layout, 0) == PANGO_DIRECTION_RTL;
    pdf_block_free(&b);
    return rtl;
}

/* By the direction of its first text the mark stands left or right of it. */
void pdf_item_indent(struct pdf *p, struct str text)
{
    struct pdf_open *o = top(p);
    if (o == NULL || o->kind != OPEN_ITEM || !o->waits || p->right - p->left < PDF_NARROWEST)
        return;
    bool rtl = is_rtl(p, text);
    if (p->left == o->left && p->right == o->right)
        *(rtl ? &p->right : &p->left) += rtl ? -PDF_INDENT : PDF_INDENT;
}

void pdf_item_mark(struct pdf *p, double baseline)
{
    struct pdf_open *o = top(p);
    if (o == NULL || o->kind != OPEN_ITEM || !o->waits)
        return;
    struct pdf_open *list = o - 1;
    struct pdf_run run = {.text = list->ordered ? str_printf(p->scratch, "%" PRId64 ".", list->number) : S("\xe2\x80\xa2")};
    list->number++;
    o->waits = false;
    pdf_tag_begin(p, "LI", NULL);
    pdf_tag_begin(p, "LBody", NULL);
    if (p->cr == NULL)
        return;
    bool rtl = p->right < o->right;
    struct pdf_block b = pdf_block_make(p, &run, 1, PDF_INDENT + 10, PDF_BODY, false, false);
    double first = pango_layout_get_baseline(b.layout) / (double)PANGO_SCALE, height = pdf_block_height(&b);
    PangoRectangle logical;
    pango_layout_get_extents(b.layout, NULL, &logical);
    double lead = (height - logical.height / (double)PANGO_SCALE) / 2, width = logical.width / (double)PANGO_SCALE;
    pdf_block_draw(p, &b, rtl ? p->right + 6 : p->left - 6 - width, baseline - first - lead, true);
    pdf_block_free(&b);
}

void pdf_item_end(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(p->depth > 0 && top(p)->kind == OPEN_ITEM);
    if (top(p)->waits)
        pdf_text(p, STR_NONE); /* an item without anything in it */
    if (p->rc != RC_OK)
        return;
    pdf_tag_end(p, "LBody");
    pdf_tag_end(p, "LI");
    pop(p);
}

void pdf_list_end(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(p->depth > 0 && top(p)->kind == OPEN_LIST);
    pdf_tag_end(p, "L");
    pop(p);
}

void pdf_quote_begin(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    pdf_item_indent(p, STR_NONE);
    pdf_item_mark(p, p->y + PDF_BODY);
    push(p)->kind = OPEN_QUOTE;
    if (p->right - p->left >= PDF_NARROWEST) {
        p->left += PDF_INDENT;
        p->right -= PDF_INDENT;
    }
    pdf_tag_begin(p, "BlockQuote", NULL);
}

void pdf_quote_end(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(p->depth > 0 && top(p)->kind == OPEN_QUOTE);
    pdf_tag_end(p, "BlockQuote");
    pop(p);
}

static void draw_rule(struct pdf *p, double y)
{
    if (p->cr == NULL)
        return;
    pdf_ink(p, 0.75, 0.79, 0.8);
    cairo_set_line_width(p->cr, 0.6);
    cairo_move_to(p->cr, p->left, y);
    cairo_line_to(p->cr, p->right, y);
    cairo_stroke(p->cr);
}

void pdf_rule(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    if (p->y + 12 > PDF_BOTTOM)
        pdf_page_new(p);
    draw_rule(p, p->y + 5);
    p->y += 12;
}

/* ---- tables ----------------------------------------------------------------------------------------------------------------------- */

static void place_columns(struct pdf *p, struct pdf_table *t)
{
    double all = 0, at = p->left;
    for (size_t i = 0; i < t->count; i++)
        all += t->columns[i].weight;
    for (size_t i = 0; i < t->count; i++) {
        t->x[i] = at;
        at += (p->right - p->left) * t->columns[i].weight / all;
    }
    t->x[t->count] = p->right;
}

/* A row that fits on the page, at p->y; tag: TH or TD. */
static void draw_row(struct pdf *p, struct pdf_block *blocks, double height, const char *tag)
{
    const struct pdf_table *t = &p->table;
    bool head = strcmp(tag, "TH") == 0;
    if (p->cr != NULL && head) {
        pdf_ink(p, 0.93, 0.96, 0.96);
        cairo_rectangle(p->cr, p->left, p->y, p->right - p->left, height);
        cairo_fill(p->cr);
    }
    pdf_tag_begin(p, "TR", NULL);
    for (size_t i = 0; i < t->count; i++) {
        pdf_tag_begin(p, tag, NULL);
        pdf_block_draw(p, &blocks[i], t->x[i] + CELL_SIDE, p->y + CELL_TOP, false);
        pdf_tag_end(p, tag);
    }
    pdf_tag_end(p, "TR");
    p->y += height;
    draw_rule(p, p->y);
}

static struct pdf_block *make_row(struct pdf *p, const struct pdf_cell *cells, bool head, double *height)
{
    const struct pdf_table *t = &p->table;
    struct pdf_block *blocks = ARENA_ARRAY(p->scratch, t->count, struct pdf_block);
    *height = 0;
    for (size_t i = 0; i < t->count; i++) {
        double width = t->x[i + 1] - t->x[i] - 2 * CELL_SIDE;
        blocks[i] = pdf_block_make(p, cells[i].runs, cells[i].count, width, PDF_SMALL, head, t->columns[i].number);
        double h = pdf_block_height(&blocks[i]);
        *height = h > *height ? h : *height;
    }
    *height += 2 * CELL_TOP;
    return blocks;
}

static void free_row(struct pdf *p, struct pdf_block *blocks)
{
    for (size_t i = 0; i < p->table.count; i++)
        pdf_block_free(&blocks[i]);
}

static void put_head(struct pdf *p, bool again)
{
    const struct pdf_table *t = &p->table;
    struct pdf_run *runs = ARENA_ARRAY(p->scratch, t->count, struct pdf_run);
    struct pdf_cell *cells = ARENA_ARRAY(p->scratch, t->count, struct pdf_cell);
    double height;
    for (size_t i = 0; i < t->count; i++) {
        runs[i].text = t->columns[i].title;
        cells[i] = (struct pdf_cell){&runs[i], 1};
    }
    struct pdf_block *blocks = make_row(p, cells, true, &height);
    if (height <= (PDF_BOTTOM - PDF_TOP) / 2) { /* a head of half a page is told once, cell by cell */
        if (!again && p->y + height + 3 * PDF_BODY > PDF_BOTTOM)
            pdf_page_new(p);
        bool was = p->silent;
        p->silent = was || again;
        draw_row(p, blocks, height, "TH");
        p->silent = was;
    }
    free_row(p, blocks);
}

void pdf_table_begin(struct pdf *p, const struct pdf_column *columns, size_t count)
{
    struct pdf_table *t = &p->table;
    if (p->rc != RC_OK)
        return;
    ASSERT(t->columns == NULL && count > 0 && count <= PDF_COLUMNS_MOST);
    pdf_item_indent(p, STR_NONE);
    pdf_item_mark(p, p->y + PDF_BODY);
    t->columns = ARENA_ARRAY(t->a, count, struct pdf_column);
    t->x = ARENA_ARRAY(t->a, count + 1, double);
    t->count = count;
    for (size_t i = 0; i < count; i++)
        t->columns[i] = (struct pdf_column){str_dup(t->a, columns[i].title), columns[i].weight > 0 ? columns[i].weight : 1, columns[i].number};
    place_columns(p, t);
    p->y += 4;
    pdf_tag_begin(p, "Table", NULL);
    put_head(p, false);
    arena_reset(p->scratch);
}

/* What is higher than a page: each cell with its column's name, one under the other. */
static void tell_row(struct pdf *p, const struct pdf_cell *cells)
{
    static const struct pdf_look look = {.tag = "TD", .size = PDF_SMALL, .after = 4};
    const struct pdf_table *t = &p->table;
    pdf_tag_begin(p, "TR", NULL);
    for (size_t i = 0; i < t->count; i++) {
        struct pdf_run *runs = arena_array(t->a, cells[i].count + 1, sizeof *runs); /* outlives the block, goes with the table */
        runs[0] = (struct pdf_run){.text = t->columns[i].title.n != 0 ? str_printf(t->a, "%.*s\n", STR_ARG(t->columns[i].title)) : S(""), .style = PDF_BOLD};
        for (size_t k = 0; k < cells[i].count; k++)
            runs[k + 1] = cells[i].runs[k];
        pdf_flow(p, runs, cells[i].count + 1, &look);
    }
    pdf_tag_end(p, "TR");
    draw_rule(p, p->y);
}

void pdf_row(struct pdf *p, const struct pdf_cell *cells)
{
    double height;
    if (p->rc != RC_OK)
        return;
    ASSERT(p->table.columns != NULL);
    struct pdf_block *blocks = make_row(p, cells, false, &height);
    bool high = height > (PDF_BOTTOM - PDF_TOP) / 2;
    if (!high && p->y + height > PDF_BOTTOM) {
        pdf_page_new(p);
        put_head(p, true);
    }
    if (!high)
        draw_row(p, blocks, height, "TD");
    free_row(p, blocks);
    if (high)
        tell_row(p, cells);
    arena_reset(p->scratch);
}

void pdf_row_text(struct pdf *p, const struct str *cells)
{
    struct pdf_run runs[PDF_COLUMNS_MOST];
    struct pdf_cell row[PDF_COLUMNS_MOST];
    if (p->rc != RC_OK)
        return;
    for (size_t i = 0; i < p->table.count; i++) {
        runs[i] = (struct pdf_run){.text = cells[i]};
        row[i] = (struct pdf_cell){&runs[i], 1};
    }
    pdf_row(p, row);
}

void pdf_table_end(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(p->table.columns != NULL);
    pdf_tag_end(p, "Table");
    p->table.columns = NULL;
    arena_reset(p->table.a);
    p->y += 10;
}

/* ---- contents ---------------------------------------------------------------------------------------------------------------------- */

static void contents_title(struct pdf *p)
{
    struct pdf_run run = {.text = msg_text(p->o->lang, M_view_pdf_contents)};
    pdf_flow(p, &run, 1, &(struct pdf_look){.tag = "P", .size = 15, .before = 14, .after = 6, .bold = true, .keep = 2});
}

/* One line: the heading, cut where it is too long, and its page at the end; the whole of it leads there. */
static void contents_line(struct pdf *p, size_t number)
{
    const struct pdf_heading_seen *h = &p->headings[number];
    double indent = h->level > 2 ? PDF_INDENT : 0;
    struct pdf_run text = {.text = h->text}, page = {.text = str_printf(p->scratch, "%" PRId64, h->page)};
    struct pdf_block name = pdf_block_make(p, &text, 1, p->right - p->left - NUMBER_WIDTH - indent, PDF_BODY, false, false);
    struct pdf_block where = pdf_block_make(p, &page, 1, p->right - p->left, PDF_BODY, false, true);
    pango_layout_set_height(name.layout, -1);
    pango_layout_set_ellipsize(name.layout, PANGO_ELLIPSIZE_END);
    double height = pdf_block_height(&name);
    if (p->y + height > PDF_BOTTOM)
        pdf_page_new(p);
    pdf_tag_begin(p, "TOCI", NULL);
    if (is_rtl(p, h->text))
        pdf_say(p, p->tags, str_printf(p->scratch, "%.*s %" PRId64, STR_ARG(h->text), h->page));
    pdf_tag_begin(p, CAIRO_TAG_LINK, pdf_name(p, "dest", number));
    bool was = p->silent;
    p->silent = true; /* the link is the leaf */
    pdf_block_draw(p, &name, p->left + indent, p->y, false);
    pdf_block_draw(p, &where, p->left, p->y, false);
    p->silent = was;
    pdf_tag_end(p, CAIRO_TAG_LINK);
    pdf_tag_end(p, "TOCI");
    p->y += height;
    pdf_block_free(&name);
    pdf_block_free(&where);
    arena_reset(p->scratch);
}

void pdf_contents_draw(struct pdf *p)
{
    contents_title(p);
    pdf_tag_begin(p, "TOC", NULL);
    for (size_t i = 0; i < p->heading_count && p->rc == RC_OK; i++)
        if (p->headings[i].level == 2 || p->headings[i].level == 3)
            contents_line(p, i);
    pdf_tag_end(p, "TOC");
}

void pdf_contents(struct pdf *p)
{
    if (p->rc != RC_OK)
        return;
    ASSERT(!p->contents_seen && p->depth == 0);
    p->contents_seen = true;
    if (!p->with_contents)
        return;
    p->contents_page = p->page;
    p->contents_y = p->y;
    if (p->cr != NULL)
        pdf_contents_draw(p);
    pdf_page_new(p);
}
