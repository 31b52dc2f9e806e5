/* A portfolio as a PDF file: the same content as the document, in the same order. */
#include "gen/msg_portfolio.h"
#include "programme/portfolio/inside.h"
#include "view/pdf.h"
#include "view/write.h"

#define HEADING_OF_PAGE 1
#define HEADING_OF_SECTION 2
#define HEADING_OF_ITEM 3

struct printing {
    struct ctx *c;
    const struct portfolio_content *p;
};

static void print_item(struct pdf *pdf, const struct ctx *c, const struct portfolio_item *i)
{
    const struct msg_arg args[] = {MSG_TEXT("kind", i->kind), MSG_TEXT("day", view_day_str(c->a, c->lang, i->day))};
    pdf_heading(pdf, HEADING_OF_ITEM, i->title);
    pdf_quiet(pdf, tr_args(c, M_portfolio_choice_hint, args, COUNT_OF(args)));
    pdf_runs(pdf, &(struct pdf_run){.text = i->said, .style = i->confirmed ? PDF_BOLD : PDF_PLAIN}, 1);
    if (i->mark_count != 0) {
        pdf_list_begin(pdf, false, 1);
        for (size_t m = 0; m < i->mark_count; m++) {
            pdf_item_begin(pdf);
            pdf_text(pdf, i->marks[m]);
            pdf_item_end(pdf);
        }
        pdf_list_end(pdf);
    }
    pdf_markdown(pdf, i->words, HEADING_OF_ITEM);
}

static void print(struct pdf *pdf, void *arg)
{
    const struct printing *w = arg;
    const struct portfolio_content *p = w->p;
    struct msg_arg day = MSG_TEXT("day", view_day_str(w->c->a, w->c->lang, w->c->today));
    pdf_heading(pdf, 1, p->title);
    pdf_quiet(pdf, p->name);
    pdf_markdown(pdf, p->introduction, HEADING_OF_PAGE);
    pdf_contents(pdf);
    for (size_t s = 0; s < p->section_count; s++) {
        pdf_heading(pdf, HEADING_OF_SECTION, p->sections[s].title);
        pdf_markdown(pdf, p->sections[s].words, HEADING_OF_SECTION);
        for (size_t i = 0; i < p->sections[s].item_count; i++)
            if (!p->sections[s].items[i].gone)
                print_item(pdf, w->c, &p->sections[s].items[i]);
    }
    pdf_rule(pdf);
    pdf_quiet(pdf, tr_args(w->c, M_portfolio_footer, &day, 1));
}

enum rc portfolio_print(struct ctx *c, int64_t id, struct str *out)
{
    struct portfolio_content p;
    struct row_portfolio_find row;
    int lang = c->lang;
    TRY(sql_portfolio_find(c->db, c->a, id, &row));
    c->lang = lang_find(row.language);
    TRY(portfolio_load(c, id, &p));
    struct printing w = {c, &p};
    struct buf file = buf_new(c->a, 65536);
    const struct pdf_options o = {.title = p.title, .author = p.name, .lang = c->lang, .made_at = c->now};
    TRY(pdf_write(c->a, &o, print, &w, &file, NULL, &c->err));
    c->lang = lang;
    *out = buf_text(&file);
    return RC_OK;
}
