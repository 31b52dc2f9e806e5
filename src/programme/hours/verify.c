/* Verifying hours: the list of who was asked, one by one with a reason when they are refused, and the link of the mail. */
#include "gen/programme/hours/hours_verify_view.h"
#include "out/mail.h"
#include "programme/hours/inside.h"
#include "programme/people/people.h"
#include "view/write.h"

#include <sodium.h>

#define VERIFY_MOST 50
#define TOKEN_BYTES 32

struct deciding {
    struct arena *a;
    const int64_t *ids;
    size_t count;
    int64_t by, now;
    bool verifies;
    struct str words;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct deciding *d = arg;
    for (size_t k = 0; k < d->count; k++) {
        struct row_hours_find h;
        TRY(sql_hours_find(tx, d->a, d->ids[k], &h));
        TRY(hours_decide(tx, d->a, d->ids[k], d->verifies, d->words, d->by, d->now, e));
        TRY(audit_note(tx, d->now, d->by, d->verifies ? "hours_verify" : "hours_refuse", h.person_id, NULL, 0));
    }
    return RC_OK;
}

static struct str said(struct ctx *c, struct str name, int64_t day, int64_t minutes, struct str opportunity, struct str what)
{
    const struct msg_arg args[] = {MSG_TEXT("name", hours_or_gone(c, name)), MSG_TEXT("day", view_day_str(c->a, c->lang, day)), MSG_TEXT("hours", hours_text(c, minutes)),
                                   MSG_TEXT("where", opportunity.p != NULL ? opportunity : tr(c, M_placement_hours_elsewhere)), MSG_TEXT("what", what)};
    return tr_args(c, what.n != 0 ? M_placement_hours_said_what : M_placement_hours_said, args, COUNT_OF(args));
}

/* None is ticked: each is a decision of its own, and one says that one knows. */
enum rc hours_handle_verify(struct ctx *c)
{
    struct rows_hours_to_verify rows;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_SHIFT_RUN, &t));
    TRY(sql_hours_to_verify(c->db, c->a, c->who->person, VERIFY_MOST, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    struct view_hours_verify_list *list = ARENA_ARRAY(c->a, rows.n, struct view_hours_verify_list);
    struct view_hours_verify v = {.list = list, .list_count = rows.n};
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_hours_to_verify *r = &rows.v[k];
        struct str text = said(c, r->name, r->day, r->minutes, r->opportunity, r->what);
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, r->id), .label = text};
        list[k] = (struct view_hours_verify_list){str_printf(c->a, "/hours/%" PRId64, r->id), text};
    }
    struct form *f = form_new(c->a, c->lang, c->zone, S("/hours/verify"), M_placement_hours_verify);
    form_add(f, (struct field){.name = "hours", .kind = FIELD_MANY, .label = M_placement_hours_which, .required = true, .choices = choices, .choice_count = rows.n});
    form_add(f, (struct field){.name = "sure", .kind = FIELD_BOOL, .label = M_placement_hours_sure, .required = true});
    struct page page = hours_page(c, tr(c, M_placement_hours_to_verify), NULL, 0);
    if (rows.n != 0)
        v.f = f;
    if (c->rq->method != METHOD_POST || rows.n == 0)
        return view_hours_verify_page(c, &page, &v);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return view_hours_verify_page(c, &page, &v);
    const struct field *field = form_field(f, "hours");
    int64_t *ids = ARENA_ARRAY(c->a, field->value_count, int64_t);
    struct deciding d = {.a = c->a, .ids = ids, .by = c->who->person, .now = c->now, .verifies = true, .words = S("")};
    for (size_t k = 0; k < field->value_count; k++)
        if (str_to_int(field->values[k], &ids[d.count]))
            d.count++;
    enum rc rc = ctx_write(c, decide, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return view_hours_verify_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, S("/hours/verify"), M_placement_hours_verified);
}

static struct form *decision_form(struct ctx *c, struct str action)
{
    struct choice *choices = ARENA_ARRAY(c->a, 2, struct choice);
    choices[0] = (struct choice){S("yes"), tr(c, M_placement_hours_yes), STR_NONE};
    choices[1] = (struct choice){S("no"), tr(c, M_placement_hours_no), STR_NONE};
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_placement_decide);
    form_add(f, (struct field){.name = "decision", .kind = FIELD_CHOICE, .label = M_placement_hours_right, .required = true, .choices = choices, .choice_count = 2});
    form_add(f, (struct field){.name = "words", .kind = FIELD_TEXT, .label = M_placement_refusal, .hint = M_placement_refusal_hint});
    return f;
}

enum rc hours_handle_one(struct ctx *c)
{
    int64_t id;
    struct row_hours_find h;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_hours_find(c->db, c->a, id, &h));
    struct target t = {.programme = h.programme_id, .holder = h.supervisor_id};
    TRY(access_require(c, P_SHIFT_RUN, &t));
    if (!str_eq_z(h.state, "waiting"))
        return err_set(&c->err, RC_GONE, M_placement_hours_decided, NULL);
    struct form *f = decision_form(c, str_printf(c->a, "/hours/%" PRId64, id));
    f->cancel = S("/hours/verify");
    const struct crumb crumbs[] = {{tr(c, M_placement_hours_to_verify), S("/hours/verify")}};
    struct page page = hours_page(c, tr(c, M_placement_hours), crumbs, 1);
    struct str note = said(c, h.name, h.day, h.minutes, h.opportunity, h.what);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return hours_send_form(c, &page, note, f);
    struct deciding d = {c->a, &id, 1, c->who->person, c->now, str_eq_z(form_text(f, "decision"), "yes"), form_text(f, "words")};
    enum rc rc = ctx_write(c, decide, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return hours_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, S("/hours/verify"), d.verifies ? M_placement_hours_verified : M_placement_saved);
}

/* The link of the mail: opening it changes nothing, its button does. Whoever reads that mailbox is the supervisor. */
enum rc hours_handle_link(struct ctx *c)
{
    struct row_hours_by_token row;
    struct row_hours_find h;
    TRY(sql_hours_by_token(c->db, c->a, hours_hash(c->a, c->rq->params[0]), &row));
    TRY(sql_hours_find(c->db, c->a, row.id, &h));
    if (!str_eq_z(h.state, "waiting") || row.token_until_null || row.token_until < c->now)
        return err_set(&c->err, RC_GONE, M_placement_hours_decided, NULL);
    struct form *f = decision_form(c, str_printf(c->a, "/hours/confirm/%.*s", STR_ARG(c->rq->params[0])));
    f->no_warn = true;
    struct page page = {.title = tr(c, M_placement_hours_to_verify), .narrow = true};
    struct str note = said(c, h.name, h.day, h.minutes, h.opportunity, h.what);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return hours_send_form(c, &page, note, f);
    struct deciding d = {c->a, &row.id, 1, h.supervisor_id, c->now, str_eq_z(form_text(f, "decision"), "yes"), form_text(f, "words")};
    enum rc rc = ctx_write(c, decide, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return hours_send_form(c, &page, note, f);
    TRY(rc);
    return hours_send_form(c, &page, tr(c, d.verifies ? M_placement_hours_verified : M_placement_saved), NULL);
}

/* about: the number of the hours. The link is made here, so that no secret lies in the outbox. */
enum rc hours_write_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t id;
    struct row_hours_find h;
    struct person_details d = {.language = STR_NONE};
    struct programme p;
    if (!str_to_int(about, &id))
        return RC_NOT_FOUND;
    TRY(sql_hours_find(tx, a, id, &h));
    if (!str_eq_z(h.state, "waiting") || h.name.p == NULL)
        return RC_NOT_FOUND;
    TRY(people_find(tx, a, h.supervisor_id, &d, NULL));
    TRY(programme_find(tx, a, h.programme_id, &p));
    if (d.email.n == 0)
        return RC_NOT_FOUND; /* it stands on her Home */
    unsigned char bytes[TOKEN_BYTES];
    struct buf token = buf_new(a, 2 * sizeof bytes);
    randombytes_buf(bytes, sizeof bytes);
    for (size_t k = 0; k < sizeof bytes; k++)
        buf_printf(&token, "%02x", bytes[k]);
    TRY(sql_hours_token(tx, id, hours_hash(a, buf_text(&token)), now + HOURS_LINK_DAYS * MS_PER_DAY));
    int lang = lang_find(d.language.p != NULL ? d.language : p.language);
    const struct msg_arg args[] = {MSG_TEXT("name", h.name), MSG_TEXT("day", view_day_str(a, lang, h.day)), MSG_NUM("minutes", h.minutes), MSG_TEXT("supervisor", d.display_name),
                                   MSG_TEXT("where", h.opportunity.p != NULL ? h.opportunity : h.what), MSG_NUM("days", HOURS_LINK_DAYS),
                                   MSG_TEXT("link", mail_link(a, str_concat(a, S("/hours/confirm/"), buf_text(&token))))};
    *out = (struct mail){.to = d.email,
                         .subject = msg_format(a, lang, M_placement_mail_hours_subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, M_placement_mail_hours_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_placement_mail_hours_line, args, COUNT_OF(args))};
    return RC_OK;
}
