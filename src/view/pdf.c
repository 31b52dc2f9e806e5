/* The document behind view/pdf.h: fonts, the passes over its content, pages with their foot, what cairo writes. What it
 * does not write is put in behind it (pdf_finish.c). */
#include "view/pdf_inside.h"

#include <fontconfig/fontconfig.h>

#include "base/utf8.h"
#include "gen/msg_view.h"

#define HEADING_SHOWN 160 /* characters of a heading in outline and contents */

void pdf_fail(struct pdf *p, enum rc rc)
{
    if (p->rc == RC_OK)
        p->rc = rc;
}

void pdf_tag_begin(struct pdf *p, const char *tag, const char *attributes)
{
    if (p->cr == NULL || p->silent)
        return;
    cairo_tag_begin(p->cr, tag, attributes);
    p->tags += strcmp(tag, CAIRO_TAG_DEST) != 0;
}

void pdf_tag_end(struct pdf *p, const char *tag)
{
    if (p->cr != NULL && !p->silent)
        cairo_tag_end(p->cr, tag);
}

void pdf_say(struct pdf *p, size_t tag, struct str text)
{
    if (p->cr == NULL || p->silent)
        return;
    if (p->spoken_count == p->spoken_cap) {
        size_t cap = p->spoken_cap == 0 ? 32 : 2 * p->spoken_cap;
        p->spoken = arena_grow(p->a, p->spoken, p->spoken_cap * sizeof *p->spoken, cap * sizeof *p->spoken);
        p->spoken_cap = cap;
    }
    p->spoken[p->spoken_count++] = (struct pdf_spoken){tag, str_dup(p->a, text)};
}

void pdf_ink(struct pdf *p, double r, double g, double b)
{
    cairo_set_source_rgb(p->cr, r, g, b);
}

const char *pdf_name(struct pdf *p, const char *key, size_t number)
{
    return str_z(p->scratch, str_printf(p->scratch, "%s='h%zu'", key, number));
}

/* ---- pages --------------------------------------------------------------------------------------------------------------------- */

/* At the foot: the title and which page of how many. Drawn while no leaf of the structure is open, so it is no part of the text. */
static void draw_foot(struct pdf *p)
{
    const struct msg_arg args[] = {MSG_NUM("n", p->page), MSG_NUM("total", p->pages)};
    struct pdf_run page = {.text = msg_format(p->scratch, p->o->lang, M_view_pdf_page, args, 2)}, title = {.text = p->o->title};
    bool was = p->silent;
    p->silent = true;
    struct pdf_block number = pdf_block_make(p, &page, 1, PDF_WIDTH - 2 * PDF_SIDE, PDF_SMALL, false, true);
    struct pdf_block name = pdf_block_make(p, &title, 1, PDF_WIDTH - 2 * PDF_SIDE - 110, PDF_SMALL, false, false);
    pango_layout_set_height(name.layout, -1); /* one line */
    pango_layout_set_ellipsize(name.layout, PANGO_ELLIPSIZE_END);
    pdf_block_draw(p, &name, PDF_SIDE, PDF_FOOT, true);
    pdf_block_draw(p, &number, PDF_SIDE, PDF_FOOT, true);
    p->silent = was;
    pdf_block_free(&name);
    pdf_block_free(&number);
}

static void page_end(struct pdf *p)
{
    if (p->cr == NULL)
        return;
    if (!p->o->poster)
        draw_foot(p);
    cairo_show_page(p->cr);
    if (cairo_status(p->cr) != CAIRO_STATUS_SUCCESS)
        pdf_fail(p, RC_INTERNAL);
}

void pdf_page_new(struct pdf *p)
{
    page_end(p);
    p->page++;
    p->y = PDF_TOP;
    if (p->page > PDF_PAGES_MOST)
        pdf_fail(p, RC_TOO_LARGE);
}

/* ---- headings ------------------------------------------------------------------------------------------------------------------- */

static void see_heading(struct pdf *p, int level, struct str text)
{
    if (p->heading_count == p->heading_cap) {
        size_t cap = p->heading_cap == 0 ? 32 : 2 * p->heading_cap;
        p->headings = arena_grow(p->a, p->headings, p->heading_cap * sizeof *p->headings, cap * sizeof *p->headings);
        p->heading_cap = cap;
    }
    p->headings[p->heading_count++] = (struct pdf_heading_seen){level, str_dup(p->a, utf8_truncate(utf8_clean(p->scratch, text), HEADING_SHOWN)), 0};
}

static void add_to_outline(struct pdf *p, int level, size_t number)
{
    int parent = CAIRO_PDF_OUTLINE_ROOT;
    for (int l = 1; l < level; l++)
        parent = p->outline[l] != 0 ? p->outline[l] : parent;
    p->outline[level] = cairo_pdf_surface_add_outline(p->surface, parent, p->headings[number].text.p, pdf_name(p, "dest", number),
                                                      level < 3 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
    for (int l = level + 1; l <= 3; l++)
        p->outline[l] = 0;
}

void pdf_heading(struct pdf *p, int level, struct str text)
{
    static const char *const tags[] = {"H1", "H2", "H3", "H4", "H5", "H6"};
    static const double sizes[] = {21, 15, 12.5, 11.5, 10.5, 10.5};
    static const double before[] = {0, 16, 12, 9, 8, 8};
    if (p->rc != RC_OK)
        return;
    level = level < 1 ? 1 : level > 6 ? 6 : level;
    size_t number = p->heading_at++;
    if (number == p->heading_count)
        see_heading(p, level, text);
    struct pdf_look look = {.tag = tags[level - 1], .size = sizes[level - 1], .before = before[level - 1], .after = 5, .bold = true, .keep = 2, .heading = number + 1};
    struct pdf_run run = {.text = text};
    if (p->cr != NULL && level <= 3)
        add_to_outline(p, level, number);
    pdf_flow(p, &run, 1, &look);
}

/* ---- passes --------------------------------------------------------------------------------------------------------------------- */

static void run(struct pdf *p, pdf_content *content, void *arg)
{
    p->page = 1;
    p->y = PDF_TOP;
    p->left = PDF_SIDE;
    p->right = PDF_WIDTH - PDF_SIDE;
    p->heading_at = 0;
    p->contents_seen = false;
    memset(p->outline, 0, sizeof p->outline);
    content(p, arg);
    ASSERT(p->rc != RC_OK || (p->depth == 0 && p->table.columns == NULL)); /* what began has ended */
    p->depth = 0;
    p->table.columns = NULL;
    arena_reset(p->scratch);
}

/* How many pages the contents take beyond the one they begin on. */
static int64_t contents_pages(struct pdf *p)
{
    p->page = p->contents_page;
    p->y = p->contents_y;
    pdf_contents_draw(p);
    return p->page - p->contents_page;
}

/* First as a long document, whose text begins a page behind the contents. Then all page numbers move by what the contents take; or
 * it is short, has none, and is measured once more. */
static void measure(struct pdf *p, pdf_content *content, void *arg)
{
    p->with_contents = true;
    run(p, content, arg);
    p->pages = p->page;
    p->with_contents = p->contents_seen && p->pages >= PDF_CONTENTS_PAGES && p->heading_count >= 3;
    if (p->rc != RC_OK)
        return;
    if (p->with_contents) {
        int64_t more = contents_pages(p);
        for (size_t i = 0; i < p->heading_count; i++)
            if (p->headings[i].page > p->contents_page)
                p->headings[i].page += more;
        p->pages += more;
    } else if (p->contents_seen) {
        run(p, content, arg);
        p->pages = p->page;
    }
}

/* ---- what cairo writes ---------------------------------------------------------------------------------------------------------- */

struct sink {
    struct buf *out;
    bool full;
};

static cairo_status_t take(void *closure, const unsigned char *bytes, unsigned n)
{
    struct sink *s = closure;
    if (s->out->n + n > PDF_BYTES_MOST) {
        s->full = true;
        return CAIRO_STATUS_WRITE_ERROR;
    }
    buf_add(s->out, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

static void draw(struct pdf *p, pdf_content *content, void *arg, struct sink *sink)
{
    struct buf date = buf_new(p->scratch, 32);
    instant_format(&date, p->o->made_at - p->o->made_at % MS_PER_SECOND);
    buf_ch(&date, '\0');
    p->surface = cairo_pdf_surface_create_for_stream(take, sink, p->o->poster ? PDF_POSTER_WIDTH : PDF_WIDTH, p->o->poster ? PDF_POSTER_HEIGHT : PDF_HEIGHT);
    cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, str_z(p->scratch, p->o->title));
    if (!str_empty(p->o->author))
        cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, str_z(p->scratch, p->o->author));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Cadre");
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, date.p);
    p->cr = cairo_create(p->surface);
    pdf_tag_begin(p, "Document", NULL);
    run(p, content, arg);
    page_end(p);
    pdf_tag_end(p, "Document");
    cairo_status_t status = cairo_status(p->cr);
    cairo_destroy(p->cr);
    p->cr = NULL;
    cairo_surface_finish(p->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(p->surface);
    cairo_surface_destroy(p->surface);
    p->surface = NULL;
    if (sink->full)
        pdf_fail(p, RC_TOO_LARGE);
    else if (status != CAIRO_STATUS_SUCCESS)
        pdf_fail(p, RC_INTERNAL);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

static bool has_fonts(void)
{
    FcFontSet *fonts = FcInit() ? FcConfigGetFonts(NULL, FcSetSystem) : NULL;
    return fonts != NULL && fonts->nfont > 0;
}

/* Letters stand where their outlines say, not where a screen's pixels are. */
static PangoContext *make_pango(PangoFontMap *map)
{
    PangoContext *pango = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(pango, 72);
    pango_context_set_round_glyph_positions(pango, FALSE);
    return pango;
}

enum rc pdf_write(struct arena *a, const struct pdf_options *o, pdf_content *content, void *arg, struct buf *out, struct pdf_facts *facts,
                  struct err *e)
{
    if (!has_fonts())
        return err_set(e, RC_BUSY, M_view_pdf_no_fonts, NULL);
    PangoFontMap *map = pango_cairo_font_map_new();
    struct arena *own = arena_new(0);
    struct pdf *p = ARENA_NEW(own, struct pdf);
    struct sink sink = {.out = out};
    struct str tag = o->language.p != NULL ? o->language : lang_tag(o->lang);
    *p = (struct pdf){.o = o, .a = own, .scratch = arena_new(0), .table = {.a = arena_new(0)}, .pango = make_pango(map)};
    pango_context_set_language(p->pango, pango_language_from_string(str_z(p->a, tag)));
    measure(p, content, arg);
    if (p->rc == RC_OK)
        draw(p, content, arg, &sink);
    if (p->rc == RC_OK && !pdf_finish(out, p->scratch, tag, p))
        pdf_fail(p, RC_INTERNAL);
    enum rc rc = p->rc;
    if (facts != NULL)
        *facts = (struct pdf_facts){p->pages, p->unknown};
    g_object_unref(p->pango);
    g_object_unref(map);
    arena_free(p->table.a);
    arena_free(p->scratch);
    arena_free(own);
    (void)a;
    if (rc == RC_TOO_LARGE)
        return err_set(e, rc, M_view_pdf_too_long, NULL);
    return rc == RC_INTERNAL ? err_set(e, rc, 0, "the PDF could not be written") : rc;
}
