/* The list of who is asked: the subject names, who runs the round looks at it, one rater at a time or all together. */
#include "base/utf8.h"
#include "gen/programme/feedback/feedback_raters_view.h"
#include "programme/feedback/inside.h"

static bool naming_late(const struct feedback_round *r)
{
    return r->state == FEEDBACK_COLLECT || r->state == FEEDBACK_VALIDATE;
}

static struct str rater_path(const struct ctx *c, const struct feedback_round *r, int64_t rater, const char *what)
{
    return str_printf(c->a, "/feedback/%" PRId64 "/raters/%" PRId64 "/%s", r->id, rater, what);
}

static struct str rater_name(const struct ctx *c, struct str account_name, struct str given)
{
    return account_name.p != NULL ? account_name : given.n != 0 ? given : tr(c, M_feedback_somebody_gone);
}

static struct form *name_form(struct ctx *c, const struct feedback_round *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, feedback_path(c, r->id, "/raters"), M_feedback_name);
    struct choice *choices = ARENA_ARRAY(c->a, r->group_count, struct choice);
    for (size_t k = 0; k < r->group_count; k++)
        choices[k] = (struct choice){.value = str_from(feedback_group_word(r->groups[k].code)), .label = feedback_group_name(c, r->groups[k].code, r->groups[k].title)};
    f->draft = str_printf(c->a, "feedback-rater-%" PRId64, r->id);
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_feedback_rater_name, .required = true, .max = 100});
    form_add(f, (struct field){.name = "address", .kind = FIELD_EMAIL, .label = M_feedback_rater_address, .hint = M_feedback_rater_address_hint, .required = true});
    form_add(f, (struct field){.name = "group", .kind = FIELD_CHOICE, .label = M_feedback_rater_group, .required = true, .choices = choices, .choice_count = r->group_count});
    return f;
}

static void fill_links(struct ctx *c, const struct feedback_round *r, const struct row_feedback_nominations *n, bool own, bool runs, struct view_feedback_raters_groups_raters *v)
{
    bool named = str_eq_z(n->state, "named"), late = naming_late(r);
    if (own && ((r->state == FEEDBACK_NOMINATE && !str_eq_z(n->state, "refused")) || (late && named)))
        v->remove = rater_path(c, r, n->id, "remove");
    if (runs && ((r->state == FEEDBACK_APPROVE && !str_eq_z(n->state, "refused")) || (late && named)))
        v->refuse = rater_path(c, r, n->id, "refuse");
    if (runs && ((r->state == FEEDBACK_APPROVE && str_eq_z(n->state, "refused")) || (late && named)))
        v->approve = rater_path(c, r, n->id, "approve");
}

static enum rc fill(struct ctx *c, const struct feedback_round *r, bool own, bool runs, struct view_feedback_raters *v)
{
    struct rows_feedback_nominations rows;
    struct feedback_named named;
    TRY(sql_feedback_nominations(c->db, c->a, r->id, &rows));
    feedback_count_named(r, &rows, "named", "approved", &named);
    struct view_feedback_raters_groups *groups = ARENA_ARRAY(c->a, r->group_count, struct view_feedback_raters_groups);
    for (size_t g = 0; g < r->group_count; g++) {
        struct view_feedback_raters_groups_raters *list = ARENA_ARRAY(c->a, rows.n, struct view_feedback_raters_groups_raters);
        groups[g] = (struct view_feedback_raters_groups){.title = feedback_group_name(c, r->groups[g].code, r->groups[g].title), .named = named.groups[g], .raters = list};
        if (r->state <= FEEDBACK_APPROVE && named.groups[g] < r->groups[g].named)
            groups[g].missing = r->groups[g].named - named.groups[g];
        for (size_t k = 0; k < rows.n; k++) {
            if (!str_eq_z(rows.v[k].group_code, feedback_group_word(r->groups[g].code)))
                continue;
            struct view_feedback_raters_groups_raters *to = &list[groups[g].raters_count++];
            *to = (struct view_feedback_raters_groups_raters){.name = rater_name(c, rows.v[k].account_name, rows.v[k].name),
                                                              .address = rows.v[k].address.p != NULL ? rows.v[k].address : S(""),
                                                              .state = rows.v[k].state, .reason = rows.v[k].reason};
            fill_links(c, r, &rows.v[k], own, runs, to);
        }
    }
    v->groups = groups;
    v->groups_count = r->group_count;
    v->total = named.total;
    v->needed = r->named_total;
    return RC_OK;
}

static enum rc send(struct ctx *c, const struct feedback_round *r, struct form *f, struct form *send_list, int status)
{
    bool own = r->subject == c->who->person, runs = feedback_allows(c, P_FEEDBACK_RUN, r), asks = feedback_allows(c, P_FEEDBACK_ASK, r);
    struct view_feedback_raters v = {.own = own, .naming = r->state == FEEDBACK_NOMINATE, .deciding = runs && r->state == FEEDBACK_APPROVE,
                                     .subject = feedback_or_gone(c, r->subject_name)};
    TRY(fill(c, r, asks, runs, &v));
    if (asks && (r->state == FEEDBACK_NOMINATE || naming_late(r)))
        v.f = f != NULL ? f : name_form(c, r);
    if (asks && r->state == FEEDBACK_NOMINATE)
        v.send = send_list;
    if (v.deciding) {
        v.collect = feedback_path(c, r->id, "/step/collect");
        v.back = feedback_path(c, r->id, "/step/back");
    }
    struct msg_arg name = MSG_TEXT("name", v.subject);
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_feedback_title), S("/feedback")};
    crumbs[1] = (struct crumb){own ? tr(c, M_feedback_round_own) : tr_args(c, M_feedback_round_of, &name, 1), feedback_path(c, r->id, "")};
    struct page page = {.title = own ? tr(c, M_feedback_raters_title) : tr_args(c, M_feedback_raters_of, &name, 1), .section = "/feedback", .crumbs = crumbs, .crumb_count = 2, .status = status};
    return view_feedback_raters_page(c, &page, &v);
}

struct naming {
    struct arena *a;
    int64_t round, version, by, now, id, nomination;
    struct feedback_rater rater;
    bool sends, yes, removes;
    struct str reason;
};

static enum rc write(struct db *tx, void *arg, struct err *e)
{
    struct naming *s = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, s->a, s->round, &r));
    if (s->sends)
        TRY(feedback_send_list(tx, s->a, &r, s->now, e));
    else
        TRY(feedback_name(tx, s->a, &r, &s->rater, &s->id, e));
    return r.subject == s->by ? RC_OK : audit_note(tx, s->now, s->by, "feedback_name", r.subject, "feedback_round", r.id);
}

static struct form *send_form(struct ctx *c, const struct feedback_round *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, feedback_path(c, r->id, "/raters"), M_feedback_send_list);
    f->no_warn = true;
    form_add(f, (struct field){.name = "send", .kind = FIELD_HIDDEN, .value = S("1")});
    return f;
}

static enum rc post(struct ctx *c, const struct feedback_round *r)
{
    struct naming s = {.a = c->a, .round = r->id, .by = c->who->person, .now = c->now, .sends = request_form(c->rq, "send").n != 0};
    struct form *f = s.sends ? send_form(c, r) : name_form(c, r);
    int status = 0;
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    if (!read)
        return send(c, r, s.sends ? NULL : f, s.sends ? f : send_form(c, r), 422);
    if (!s.sends) {
        s.rater = (struct feedback_rater){.name = form_text(f, "name"), .address = form_text(f, "address")};
        (void)feedback_group_find(form_text(f, "group"), &s.rater.group);
    }
    enum rc rc = ctx_write(c, write, &s);
    if (page_form_failed(c, f, rc, &status))
        return send(c, r, s.sends ? NULL : f, s.sends ? f : send_form(c, r), status);
    TRY(rc);
    return page_redirect(c, feedback_path(c, r->id, s.sends ? "" : "/raters"), s.sends ? M_feedback_list_sent : M_feedback_rater_added);
}

enum rc feedback_handle_raters(struct ctx *c)
{
    struct feedback_round r;
    bool posts = c->rq->method == METHOD_POST;
    TRY(feedback_require(c, posts ? P_FEEDBACK_ASK : P_FEEDBACK_VIEW, &r));
    if (posts)
        return post(c, &r);
    TRY(feedback_note(c, &r, "feedback_view"));
    return send(c, &r, NULL, send_form(c, &r), 0);
}

/* ---- one rater -------------------------------------------------------------------------------------------------------------------- */

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct naming *s = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, s->a, s->round, &r));
    if (s->removes)
        return feedback_unname(tx, s->a, &r, s->nomination, e);
    TRY(feedback_decide(tx, s->a, &r, s->nomination, s->yes, s->reason, s->now, e));
    return audit_note(tx, s->now, s->by, "feedback_run", r.subject, "feedback_round", r.id);
}

enum rc feedback_handle_rater(struct ctx *c)
{
    struct feedback_round r;
    struct row_feedback_nomination_find n;
    struct naming s = {.a = c->a, .by = c->who->person, .now = c->now};
    struct str what = c->rq->params[2];
    s.removes = str_eq_z(what, "remove");
    s.yes = str_eq_z(what, "approve");
    TRY(feedback_require(c, s.removes ? P_FEEDBACK_ASK : P_FEEDBACK_RUN, &r));
    TRY(request_id(c->rq, 1, &s.nomination));
    TRY(sql_feedback_nomination_find(c->db, c->a, s.nomination, &n));
    if (n.round_id != r.id || (!s.removes && !s.yes && !str_eq_z(what, "refuse")))
        return RC_NOT_FOUND;
    s.round = r.id;
    struct form *f = form_new(c->a, c->lang, c->zone, rater_path(c, &r, n.id, str_z(c->a, what)), s.removes ? M_feedback_rater_remove : s.yes ? M_feedback_rater_approve : M_feedback_rater_refuse);
    f->cancel = feedback_path(c, r.id, "/raters");
    f->danger = s.removes;
    if (!s.removes && !s.yes)
        form_add(f, (struct field){.name = "reason", .kind = FIELD_TEXT, .label = M_feedback_reason, .hint = M_feedback_reason_hint, .required = true, .max = 300, .value = n.reason});
    struct page page = {.title = rater_name(c, n.account_name, n.name)};
    struct str note = tr(c, s.removes ? M_feedback_remove_note : s.yes ? M_feedback_approve_note : M_feedback_refuse_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return feedback_send_form(c, &r, &page, note, f);
    s.reason = form_text(f, "reason");
    enum rc rc = ctx_write(c, decide, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return feedback_send_form(c, &r, &page, note, f);
    TRY(rc);
    return page_redirect(c, feedback_path(c, r.id, "/raters"), s.removes ? M_feedback_rater_removed : M_feedback_decided);
}
