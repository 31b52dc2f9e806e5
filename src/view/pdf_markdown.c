/* Markdown as blocks of a PDF, read by the same parser and within the same bounds as view/markdown.c: what cannot be formatted within
 * them is shown as it was typed. The text is read twice, first without writing, so that nothing is half written when it fails. */
#include "base/utf8.h"
#include "gen/msg_view.h"
#include "view/markdown_inside.h"
#include "view/pdf_inside.h"

struct reader {
    struct pdf *p;           /* NULL: reading only */
    struct arena *a;         /* of one outermost block */
    int shift, nesting;
    size_t written, most;    /* bytes of text and addresses so far, and how many there may be */
    unsigned char spans[MARKDOWN_SPANS];
    size_t span_count;
    size_t emphasis, strong, code, struck; /* how many of each are open */
    struct str href;         /* of the outermost link that is open */
    size_t links;            /* links and pictures that are open */
    struct pdf_run *runs;    /* of the block that is being read */
    size_t run_count, run_cap;
    struct buf text;         /* of the run that is being read */
    unsigned style;
    int heading;             /* level; 0: none is open */
    bool in_code, in_head;
    struct pdf_cell *cells;  /* of the row that is being read; NULL: no table */
    bool *numbers;
    size_t cell_count, columns;
};

static int out_of_bounds(const struct reader *r)
{
    return r->written > r->most || r->nesting > MARKDOWN_NESTING ? -1 : 0;
}

/* ---- runs -------------------------------------------------------------------------------------------------------------------------- */

static void end_run(struct reader *r)
{
    if (r->text.n == 0)
        return;
    if (r->run_count == r->run_cap) {
        size_t cap = r->run_cap == 0 ? 8 : 2 * r->run_cap;
        r->runs = arena_grow(r->a, r->runs, r->run_cap * sizeof *r->runs, cap * sizeof *r->runs);
        r->run_cap = cap;
    }
    r->runs[r->run_count++] = (struct pdf_run){.text = str_dup(r->a, buf_text(&r->text)), .style = r->style, .href = r->href};
    r->text.n = 0;
}

static unsigned style_now(const struct reader *r)
{
    return (r->strong ? PDF_BOLD : 0u) | (r->emphasis ? PDF_ITALIC : 0u) | (r->code ? PDF_CODE : 0u) | (r->struck ? PDF_STRUCK : 0u);
}

static void add_text(struct reader *r, struct str s)
{
    r->written += s.n;
    if (r->p == NULL)
        return;
    if (style_now(r) != r->style)
        end_run(r);
    r->style = style_now(r);
    buf_str(&r->text, s);
}

static void forget_runs(struct reader *r)
{
    r->runs = NULL;
    r->run_count = r->run_cap = 0;
}

/* What was read since the last block stands as one: a paragraph, a heading, code, or the text of a tight list's item. */
static void flush(struct reader *r)
{
    if (r->p == NULL || r->cells != NULL)
        return;
    end_run(r);
    if (r->run_count == 0)
        return;
    if (r->heading != 0) {
        struct buf flat = buf_new(r->a, 128);
        for (size_t i = 0; i < r->run_count; i++)
            buf_str(&flat, r->runs[i].text);
        pdf_heading(r->p, r->heading, buf_text(&flat));
    } else if (r->in_code) {
        struct str text = r->runs[0].text; /* code is one run */
        pdf_code(r->p, str_ends(text, S("\n")) ? str_sub(text, 0, text.n - 1) : text);
    } else {
        pdf_runs(r->p, r->runs, r->run_count);
    }
    forget_runs(r);
}

/* ---- tables ------------------------------------------------------------------------------------------------------------------------- */

static void begin_cell(struct reader *r, const MD_BLOCK_TD_DETAIL *d)
{
    if (r->p != NULL && r->cell_count < r->columns)
        r->numbers[r->cell_count] = d->align == MD_ALIGN_RIGHT;
}

static void end_cell(struct reader *r)
{
    if (r->p == NULL || r->cell_count == r->columns)
        return;
    end_run(r);
    r->cells[r->cell_count++] = (struct pdf_cell){r->runs, r->run_count};
    forget_runs(r);
}

static void end_row(struct reader *r)
{
    if (r->p == NULL)
        return;
    while (r->cell_count < r->columns)
        r->cells[r->cell_count++] = (struct pdf_cell){NULL, 0};
    if (r->in_head) {
        struct pdf_column *columns = ARENA_ARRAY(r->a, r->columns, struct pdf_column);
        for (size_t i = 0; i < r->columns; i++) {
            struct buf title = buf_new(r->a, 32);
            for (size_t k = 0; k < r->cells[i].count; k++)
                buf_str(&title, r->cells[i].runs[k].text);
            columns[i] = (struct pdf_column){.title = buf_text(&title), .number = r->numbers[i]};
        }
        pdf_table_begin(r->p, columns, r->columns);
    } else {
        pdf_row(r->p, r->cells);
    }
    r->cell_count = 0;
}

/* ---- what md4c calls ---------------------------------------------------------------------------------------------------------------- */

static void close_spans(struct reader *r, size_t keep)
{
    while (r->span_count > keep) {
        unsigned char type = r->spans[--r->span_count];
        if (type == MD_SPAN_A || type == MD_SPAN_IMG) {
            if (--r->links == 0 && r->p != NULL) {
                end_run(r);
                r->href = STR_NONE;
            }
            continue;
        }
        size_t *n = type == MD_SPAN_EM ? &r->emphasis : type == MD_SPAN_STRONG ? &r->strong : type == MD_SPAN_CODE ? &r->code : &r->struck;
        (*n)--;
    }
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct reader *r = user;
    close_spans(r, 0);
    flush(r);
    r->nesting++;
    if (type == MD_BLOCK_TABLE && ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count > MARKDOWN_COLUMNS)
        return -1;
    if (r->p == NULL)
        return out_of_bounds(r);
    switch (type) {
    case MD_BLOCK_QUOTE:
        pdf_quote_begin(r->p);
        break;
    case MD_BLOCK_UL:
        pdf_list_begin(r->p, false, 1);
        break;
    case MD_BLOCK_OL:
        pdf_list_begin(r->p, true, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        pdf_item_begin(r->p);
        break;
    case MD_BLOCK_HR:
        pdf_rule(r->p);
        break;
    case MD_BLOCK_H:
        r->heading = (int)((MD_BLOCK_H_DETAIL *)detail)->level + r->shift;
        break;
    case MD_BLOCK_CODE:
        r->in_code = true;
        break;
    case MD_BLOCK_TABLE:
        r->columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
        r->cells = ARENA_ARRAY(r->a, r->columns, struct pdf_cell);
        r->numbers = ARENA_ARRAY(r->a, r->columns, bool);
        r->cell_count = 0;
        break;
    case MD_BLOCK_THEAD:
        r->in_head = true;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        begin_cell(r, detail);
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
        break;
    }
    return out_of_bounds(r);
}

static void leave(struct reader *r, MD_BLOCKTYPE type)
{
    flush(r);
    switch (type) {
    case MD_BLOCK_QUOTE:
        pdf_quote_end(r->p);
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        pdf_list_end(r->p);
        break;
    case MD_BLOCK_LI:
        pdf_item_end(r->p);
        break;
    case MD_BLOCK_H:
        r->heading = 0;
        break;
    case MD_BLOCK_CODE:
        r->in_code = false;
        break;
    case MD_BLOCK_TABLE:
        pdf_table_end(r->p);
        r->cells = NULL;
        break;
    case MD_BLOCK_THEAD:
        r->in_head = false;
        break;
    case MD_BLOCK_TR:
        end_row(r);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        end_cell(r);
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HR:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
        break;
    }
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct reader *r = user;
    (void)detail;
    close_spans(r, 0);
    r->nesting--;
    if (r->p != NULL)
        leave(r, type);
    return out_of_bounds(r);
}

/* Links do not nest, pictures do in links: the outermost wins. */
static void open_link(struct reader *r, const MD_ATTRIBUTE *address)
{
    r->written += address->size;
    if (r->links++ != 0 || r->p == NULL)
        return;
    end_run(r);
    r->href = markdown_attribute(r->a, address);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct reader *r = user;
    if (r->span_count == MARKDOWN_SPANS)
        return -1;
    r->spans[r->span_count++] = (unsigned char)type;
    if (type == MD_SPAN_A)
        open_link(r, &((MD_SPAN_A_DETAIL *)detail)->href);
    else if (type == MD_SPAN_IMG)
        open_link(r, &((MD_SPAN_IMG_DETAIL *)detail)->src);
    else
        (*(type == MD_SPAN_EM ? &r->emphasis : type == MD_SPAN_STRONG ? &r->strong : type == MD_SPAN_CODE ? &r->code : &r->struck))++;
    return out_of_bounds(r);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct reader *r = user;
    size_t keep = r->span_count;
    (void)detail;
    while (keep > 0 && r->spans[keep - 1] != (unsigned char)type)
        keep--;
    if (keep > 0)
        close_spans(r, keep - 1);
    return out_of_bounds(r);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *user)
{
    struct reader *r = user;
    char room[64];
    struct buf entity = {.a = r->a, .p = room, .cap = sizeof room};
    switch (type) {
    case MD_TEXT_NULLCHAR:
        add_text(r, S("\xef\xbf\xbd"));
        break;
    case MD_TEXT_BR:
        add_text(r, S("\n"));
        break;
    case MD_TEXT_SOFTBR:
        add_text(r, S(" "));
        break;
    case MD_TEXT_ENTITY:
        markdown_put_entity(&entity, (struct str){s, n});
        add_text(r, buf_text(&entity));
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
        add_text(r, (struct str){s, n});
        break;
    }
    return out_of_bounds(r);
}

void pdf_markdown(struct pdf *p, struct str source, int heading_shift)
{
    static const MD_PARSER parser = {.flags = MARKDOWN_FLAGS,
                                     .enter_block = enter_block,
                                     .leave_block = leave_block,
                                     .enter_span = enter_span,
                                     .leave_span = leave_span,
                                     .text = text};
    if (str_empty(source) || p->rc != RC_OK)
        return;
    struct arena *a = arena_new(0);
    source = utf8_clean(a, source);
    struct str clean = markdown_padded(a, source);
    struct reader dry = {.a = a, .shift = heading_shift, .most = MARKDOWN_GROWTH * source.n + MARKDOWN_GROWTH_BASE}, wet = dry;
    wet.p = p;
    wet.text = buf_new(a, 256);
    if (source.n > MARKDOWN_BYTES || md_parse(clean.p, (MD_SIZE)clean.n, &parser, &dry) != 0)
        pdf_code(p, source);
    else if (md_parse(clean.p, (MD_SIZE)clean.n, &parser, &wet) != 0)
        pdf_fail(p, RC_INTERNAL);
    arena_free(a);
}
