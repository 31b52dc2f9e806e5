/* A pack on paper and as a table. See handover.h. */
#include "programme/handover/inside.h"
#include "view/pdf.h"
#include "view/write.h"

struct printed {
    struct row_handover_find h;
    struct rows_handover_lines lines;
    struct handover_line *records;
    size_t record_count;
};

static enum rc read_printed(struct ctx *c, struct printed *x)
{
    TRY(handover_open(c, P_HANDOVER_VIEW, &x->h));
    TRY(sql_handover_lines(c->db, c->a, x->h.id, HANDOVER_LINES_MOST * 2, &x->lines));
    return str_eq_z(x->h.state, "draft") ? handover_build(c, &x->h, &x->records, &x->record_count) : RC_OK;
}

/* ---- PDF --------------------------------------------------------------------------------------------------------------------------------- */
struct telling {
    struct ctx *c;
    const struct printed *x;
};

static void tell_line(struct pdf *p, struct ctx *c, struct str text, const struct row_handover_lines *l)
{
    pdf_item_begin(p);
    pdf_text(p, text);
    if (l == NULL) {
        pdf_item_end(p);
        return;
    }
    const struct msg_arg args[] = {MSG_TEXT("what", l->question)}, answered[] = {MSG_TEXT("what", l->answer)}, left[] = {MSG_TEXT("what", l->reason)};
    if (l->question.n != 0)
        pdf_quiet(p, tr_args(c, M_handover_question, args, 1));
    if (l->answer.n != 0)
        pdf_quiet(p, tr_args(c, M_handover_answered, answered, 1));
    if (str_eq_z(l->state, "accepted"))
        pdf_quiet(p, tr(c, M_handover_line_accepted));
    if (str_eq_z(l->state, "declined"))
        pdf_quiet(p, tr_args(c, M_handover_not_taken, left, 1));
    pdf_item_end(p);
}

static void tell_section(struct pdf *p, const struct telling *t, int s)
{
    struct ctx *c = t->c;
    struct str word = str_from(handover_section_word((enum handover_section)s));
    bool any = false;
    for (size_t k = 0; k < t->x->lines.n; k++)
        any = any || str_eq(t->x->lines.v[k].section, word);
    for (size_t k = 0; k < t->x->record_count; k++)
        any = any || (int)t->x->records[k].section == s;
    if (!any)
        return;
    pdf_heading(p, 2, handover_section_name(c, word));
    pdf_list_begin(p, false, 1);
    for (size_t k = 0; k < t->x->lines.n; k++) {
        const struct row_handover_lines *l = &t->x->lines.v[k];
        if (str_eq(l->section, word))
            tell_line(p, c, handover_line_text(c, !l->person_id_null, l->name, l->text), l);
    }
    for (size_t k = 0; k < t->x->record_count; k++)
        if ((int)t->x->records[k].section == s)
            tell_line(p, c, handover_line_text(c, t->x->records[k].person != 0, t->x->records[k].name, t->x->records[k].text), NULL);
    pdf_list_end(p);
}

static void tell(struct pdf *p, void *arg)
{
    const struct telling *t = arg;
    struct ctx *c = t->c;
    const struct row_handover_find *h = &t->x->h;
    const struct msg_arg args[] = {MSG_TEXT("from", h->from_name.p != NULL ? h->from_name : tr(c, M_handover_somebody)),
                                   MSG_TEXT("to", h->to_name.p != NULL ? h->to_name : tr(c, M_handover_somebody)), MSG_TEXT("day", view_day_str(c->a, c->lang, h->last_day))};
    pdf_heading(p, 1, h->title);
    pdf_quiet(p, tr(c, M_handover_pack));
    pdf_text(p, tr_args(c, M_handover_print_lead, args, COUNT_OF(args)));
    if (h->made_up == 1)
        pdf_note(p, tr(c, M_handover_made_up));
    if (str_eq_z(h->state, "draft"))
        pdf_note(p, tr(c, M_handover_preview));
    for (int s = 0; s < HANDOVER_SECTION_COUNT; s++)
        tell_section(p, t, s);
}

enum rc handover_get_pdf(struct ctx *c)
{
    struct printed x = {0};
    struct buf b = buf_new(c->a, 65536);
    struct telling t = {c, &x};
    TRY(read_printed(c, &x));
    struct pdf_options o = {.title = x.h.title, .lang = c->lang, .made_at = c->now};
    TRY(pdf_write(c->a, &o, tell, &t, &b, NULL, &c->err));
    return page_download(c, "application/pdf", x.h.made_up == 1 ? S("made-up-handover.pdf") : S("handover.pdf"), buf_text(&b));
}

/* ---- CSV --------------------------------------------------------------------------------------------------------------------------------- */

static void put_row(struct buf *b, const struct str *cells, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (k != 0)
            buf_ch(b, ',');
        buf_csv(b, cells[k]);
    }
    buf_ch(b, '\n');
}

enum rc handover_get_csv(struct ctx *c)
{
    struct printed x = {0};
    struct buf b = buf_new(c->a, 4096);
    TRY(read_printed(c, &x));
    buf_z(&b, "section,who,what,source,state,question,answer,reason\n");
    for (size_t k = 0; k < x.lines.n; k++) {
        const struct row_handover_lines *l = &x.lines.v[k];
        const struct str cells[] = {l->section, l->name.p != NULL ? l->name : S(""), l->text, l->typed == 1 ? S("typed") : S("record"), l->state, l->question, l->answer, l->reason};
        put_row(&b, cells, COUNT_OF(cells));
    }
    for (size_t k = 0; k < x.record_count; k++) {
        const struct str cells[] = {str_from(handover_section_word(x.records[k].section)), x.records[k].name.p != NULL ? x.records[k].name : S(""), x.records[k].text, S("record"), S("draft"), S(""), S(""), S("")};
        put_row(&b, cells, COUNT_OF(cells));
    }
    return page_download(c, "text/csv; charset=utf-8", x.h.made_up == 1 ? S("made-up-handover.csv") : S("handover.csv"), buf_text(&b));
}
