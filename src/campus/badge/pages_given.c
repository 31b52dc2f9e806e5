/* Giving a badge by hand, and withdrawing one, each with a reason. */
#include "campus/badge/inside.h"
#include "programme/people/people.h"

#define REASON_MOST 300

struct giving {
    struct arena *a;
    int64_t badge, person, by, now, award, version;
    struct str reason;
};

static enum rc write_give(struct db *tx, void *arg, struct err *e)
{
    struct giving *g = arg;
    TRY(badge_give(tx, g->a, g->badge, g->person, g->by, g->reason, g->now, &g->award, e));
    return audit_note(tx, g->now, g->by, "badge_give", g->person, "badge", g->badge);
}

enum rc badge_handle_give(struct ctx *c)
{
    struct row_badge_find b;
    TRY(badge_require(c, &b));
    struct str back = badge_path(c, "/badges/made/", b.id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, badge_path(c, "/badges/made/", b.id, "/give"), M_badge_give);
    f->cancel = back;
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_badge_field_person, .hint = M_badge_field_person_hint, .required = true});
    form_add(f, (struct field){.name = "reason", .kind = FIELD_LONG_TEXT, .label = M_badge_field_reason, .hint = M_badge_field_reason_hint, .required = true, .max = REASON_MOST, .rows = 3});
    struct page page = badge_page(c, "/badges/made", M_badge_made_title, tr(c, M_badge_give));
    page.caption = b.title;
    struct giving g = {.a = c->a, .badge = b.id, .by = c->who->person, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return badge_send_form(c, &page, b.about, f);
    TRY(people_read_person(c, f, "person", b.programme_id, &g.person));
    if (g.person == 0)
        return badge_send_form(c, &page, b.about, f);
    g.reason = form_text(f, "reason");
    enum rc rc = ctx_write(c, write_give, &g);
    if (page_form_failed(c, f, rc, &page.status))
        return badge_send_form(c, &page, b.about, f);
    TRY(rc);
    return page_redirect(c, back, M_badge_is_given);
}

static enum rc write_withdraw(struct db *tx, void *arg, struct err *e)
{
    const struct giving *g = arg;
    TRY(badge_withdraw(tx, g->award, g->version, g->by, g->reason, g->now, e));
    return audit_note(tx, g->now, g->by, "badge_withdraw", g->person, "badge", g->badge);
}

enum rc badge_handle_withdraw(struct ctx *c)
{
    int64_t id;
    struct row_badge_award_find w;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_badge_award_find(c->db, c->a, id, &w));
    struct target t = {.programme = w.programme_id};
    TRY(access_require(c, P_BADGE_MANAGE, &t));
    if (!w.revoked_at_null)
        return err_set(&c->err, RC_CONFLICT, M_badge_withdrawn_before, NULL);
    struct str back = badge_path(c, "/badges/made/", w.badge_id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, badge_path(c, "/badges/given/", id, "/withdraw"), M_badge_withdraw);
    f->danger = true;
    f->cancel = back;
    form_add_version(f, w.version);
    form_add(f, (struct field){.name = "reason", .kind = FIELD_LONG_TEXT, .label = M_badge_field_why, .hint = M_badge_field_why_hint, .required = true, .max = REASON_MOST, .rows = 3});
    struct page page = badge_page(c, "/badges/made", M_badge_made_title, tr(c, M_badge_withdraw));
    page.caption = w.title;
    struct msg_arg name = MSG_TEXT("name", w.name.p != NULL ? w.name : tr(c, M_badge_somebody_gone));
    struct str note = tr_args(c, M_badge_withdraw_note, &name, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return badge_send_form(c, &page, note, f);
    struct giving g = {.badge = w.badge_id, .person = w.person_id, .by = c->who->person, .now = c->now, .award = id, .version = form_int(f, "version", 0), .reason = form_text(f, "reason")};
    enum rc rc = ctx_write(c, write_withdraw, &g);
    if (page_edit_failed(c, f, rc, w.version, &page.status))
        return badge_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, M_badge_is_withdrawn_now);
}
