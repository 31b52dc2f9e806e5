/* Mails of the progress panel: a trainee is asked for her summary and told that a decision is there to read, a member that the panel
 * sits. A mail says that something waits, never what. Who does not want them says so on a page of her own. */
#include "programme/panel/inside.h"
#include "view/write.h"

/* ---- asking for them, inside the closures that cause them ----------------------------------------------------------------------- */

static enum rc ask(struct db *tx, struct arena *a, const char *kind, int64_t about, int64_t person, int64_t now)
{
    return mail_ask(tx, kind, str_printf(a, "%" PRId64 " %" PRId64, about, person), now);
}

enum rc panel_mail_step(struct db *tx, struct arena *a, int64_t panel, enum panel_step step, int64_t now)
{
    struct rows_panel_mail_cases cases;
    struct rows_panel_mail_members members;
    if (step == PANEL_OPEN) {
        TRY(sql_panel_mail_cases(tx, a, panel, &cases));
        for (size_t k = 0; k < cases.n; k++)
            TRY(ask(tx, a, "panel_summary", cases.v[k].id, cases.v[k].person_id, now));
    } else if (step == PANEL_BEGIN) {
        TRY(sql_panel_mail_members(tx, a, panel, &members));
        for (size_t k = 0; k < members.n; k++)
            TRY(ask(tx, a, "panel_sits", panel, members.v[k].person_id, now));
    }
    return RC_OK;
}

enum rc panel_mail_member(struct db *tx, struct arena *a, int64_t panel, int64_t person, int64_t now)
{
    return ask(tx, a, "panel_sits", panel, person, now);
}

enum rc panel_mail_decision(struct db *tx, struct arena *a, int64_t decision, int64_t person, int64_t now)
{
    return ask(tx, a, "panel_decided", decision, person, now);
}

/* ---- writing them ------------------------------------------------------------------------------------------------------------------ */

struct about {
    int64_t id;
    struct row_panel_mail_to to;
    int lang;
};

/* RC_NOT_FOUND where there is nobody to write to any more, or she does not want it. */
static enum rc read_about(struct db *tx, struct arena *a, struct str text, struct about *o)
{
    struct str id;
    int64_t person;
    if (!str_cut(&text, ' ', &id) || !str_to_int(id, &o->id) || !str_to_int(text, &person))
        return RC_NOT_FOUND;
    TRY(sql_panel_mail_to(tx, a, person, &o->to));
    if (o->to.disabled != 0 || o->to.mails == 0 || str_empty(o->to.email))
        return RC_NOT_FOUND;
    o->lang = o->to.language.p != NULL ? lang_find(o->to.language) : 0;
    return RC_OK;
}

static void compose(struct arena *a, const struct about *o, msg_id subject, msg_id text, struct str panel, int64_t day, struct str path, struct mail *out)
{
    const struct msg_arg args[] = {MSG_TEXT("name", o->to.name), MSG_TEXT("panel", panel), MSG_TEXT("day", view_day_str(a, o->lang, day)),
                                   MSG_TEXT("link", mail_link(a, path)), MSG_TEXT("choice", mail_link(a, S("/panels/mails")))};
    *out = (struct mail){.to = o->to.email, .subject = msg_format(a, o->lang, subject, args, COUNT_OF(args)),
                         .text = msg_format(a, o->lang, text, args, COUNT_OF(args)), .line = S("")};
}

static enum rc write_summary(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct about o;
    struct row_panel_case_find k;
    (void)now;
    TRY(read_about(tx, a, about, &o));
    TRY(sql_panel_case_find(tx, a, o.id, &k));
    if (!str_eq_z(k.state, "open") || !k.sent_at_null)
        return RC_NOT_FOUND;
    compose(a, &o, M_panel_mail_summary, M_panel_mail_summary_text, k.title, k.summary_day, str_printf(a, "/panel-cases/%" PRId64 "/summary", o.id), out);
    return RC_OK;
}

static enum rc write_sits(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct about o;
    struct row_panel_find p;
    struct row_panel_member_is member;
    (void)now;
    TRY(read_about(tx, a, about, &o));
    TRY(sql_panel_find(tx, a, o.id, &p));
    TRY(sql_panel_member_is(tx, a, o.id, o.to.person_id, &member));
    if (member.n == 0 || !str_eq_z(p.state, "meeting"))
        return RC_NOT_FOUND;
    compose(a, &o, M_panel_mail_sits, M_panel_mail_sits_text, p.title, p.meets_day, str_printf(a, "/panels/%" PRId64, o.id), out);
    return RC_OK;
}

/* A decision that was reversed meanwhile is not told of: the one in its place is. */
static enum rc write_decided(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct about o;
    struct row_panel_mail_decision d;
    (void)now;
    TRY(read_about(tx, a, about, &o));
    TRY(sql_panel_mail_decision(tx, a, o.id, &d));
    if (d.stands == 0 || !d.read_at_null || d.person_id != o.to.person_id)
        return RC_NOT_FOUND;
    compose(a, &o, d.reverses_id_null ? M_panel_mail_decided : M_panel_mail_reversed, d.reverses_id_null ? M_panel_mail_decided_text : M_panel_mail_reversed_text,
            d.title, d.meets_day, str_printf(a, "/panel-cases/%" PRId64, d.case_id), out);
    return RC_OK;
}

const struct mail_kind panel_mails[PANEL_MAILS] = {{"panel_summary", write_summary, MAIL_panel}, {"panel_sits", write_sits, MAIL_panel}, {"panel_decided", write_decided, MAIL_panel}};

/* ---- whether she wants them -------------------------------------------------------------------------------------------------------- */

struct choosing {
    int64_t person;
    bool mails;
};

static enum rc choose(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *s = arg;
    (void)e;
    return sql_panel_choice_set(tx, s->person, s->mails);
}

enum rc panel_handle_mails(struct ctx *c)
{
    struct target t = {.person = c->who->person};
    struct row_panel_choice_find row;
    TRY(access_require(c, P_PANEL_CASE, &t));
    enum rc rc = sql_panel_choice_find(c->db, c->a, c->who->person, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/panels/mails"), M_panel_mails_save);
    f->cancel = S("/panels");
    form_add(f, (struct field){.name = "mails", .kind = FIELD_BOOL, .label = M_panel_mails_want, .hint = M_panel_mails_hint, .value = rc != RC_OK || row.mails != 0 ? S("1") : STR_NONE});
    struct page page = panel_page(c, tr(c, M_panel_mails), 0, STR_NONE);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, STR_NONE, f);
    struct choosing s = {c->who->person, form_bool(f, "mails")};
    TRY(ctx_write(c, choose, &s));
    return page_redirect(c, S("/panels"), M_panel_saved);
}
