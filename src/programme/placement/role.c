/* A role of an opportunity: how many, whether it leads, and what it asks of whoever takes it. */
#include "gen/programme/placement/placement_role_view.h"
#include "programme/placement/inside.h"

static struct form *role_form(struct ctx *c, struct str action, const struct row_placement_role_find *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_placement_save);
    form_add_version(f, r->version);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_placement_role_title, .hint = M_placement_role_title_hint, .required = true, .max = 80, .value = r->title});
    form_add(f, (struct field){.name = "leads", .kind = FIELD_BOOL, .label = M_placement_role_leads, .hint = M_placement_role_leads_hint, .value = r->leads ? S("1") : S("")});
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_placement_role_least, .required = true, .max = PLACEMENT_ROLE_MOST, .value = str_printf(c->a, "%" PRId64, r->least)});
    form_add(f, (struct field){.name = "most", .kind = FIELD_INT, .label = M_placement_role_most, .required = true, .min = 1, .max = PLACEMENT_ROLE_MOST, .value = str_printf(c->a, "%" PRId64, r->most)});
    if (r->id != 0)
        form_add(f, (struct field){.name = "retired", .kind = FIELD_BOOL, .label = M_placement_role_retired, .hint = M_placement_role_retired_hint, .value = r->retired ? S("1") : S("")});
    return f;
}

/* A choice "kind-number" of all that a role may ask for. */
static enum rc need_form(struct ctx *c, const struct row_placement_role_find *r, struct form **out)
{
    struct stage *stages;
    size_t stage_count, n = 0;
    struct rows_placement_courses courses;
    struct rows_credential_kinds kinds;
    TRY(programme_stages(c->db, c->a, r->programme_id, &stages, &stage_count));
    TRY(sql_placement_courses(c->db, c->a, r->programme_id, &courses));
    TRY(sql_credential_kinds(c->db, c->a, r->programme_id, &kinds));
    struct choice *choices = ARENA_ARRAY(c->a, stage_count + courses.n + kinds.n, struct choice);
    for (size_t k = 0; k < kinds.n; k++)
        choices[n++] = (struct choice){.value = str_printf(c->a, "%d-%" PRId64, PLACEMENT_CREDENTIAL, kinds.v[k].id),
                                       .label = placement_need_text(c, S("credential"), STR_NONE, STR_NONE, kinds.v[k].title)};
    for (size_t k = 0; k < stage_count; k++)
        choices[n++] = (struct choice){.value = str_printf(c->a, "%d-%" PRId64, PLACEMENT_STAGE, stages[k].id),
                                       .label = placement_need_text(c, S("stage"), stages[k].title, STR_NONE, STR_NONE)};
    for (size_t k = 0; k < courses.n; k++)
        choices[n++] = (struct choice){.value = str_printf(c->a, "%d-%" PRId64, PLACEMENT_COURSE, courses.v[k].id),
                                       .label = placement_need_text(c, S("course"), STR_NONE, courses.v[k].title, STR_NONE)};
    if (n == 0)
        return RC_OK;
    struct form *f = *out = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/placement-roles/%" PRId64 "/needs", r->id), M_placement_need_add);
    f->quiet = true;
    form_add(f, (struct field){.name = "need", .kind = FIELD_CHOICE, .label = M_placement_need, .required = true, .choices = choices, .choice_count = n});
    return RC_OK;
}

static enum rc send_role(struct ctx *c, const struct row_placement_role_find *r, struct form *f, struct form *add, int status)
{
    struct rows_placement_needs rows;
    struct view_placement_role v = {.f = f, .add = add};
    struct str action = str_printf(c->a, "/placement-roles/%" PRId64 "/needs", r->id);
    TRY(sql_placement_needs(c->db, c->a, r->opportunity_id, &rows));
    struct view_placement_role_needs *list = ARENA_ARRAY(c->a, rows.n, struct view_placement_role_needs);
    for (size_t k = 0; k < rows.n; k++) {
        if (rows.v[k].role_id != r->id)
            continue;
        struct form *drop = form_new(c->a, c->lang, c->zone, action, M_placement_need_drop);
        drop->quiet = drop->no_warn = true;
        form_add(drop, (struct field){.name = "drop", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, rows.v[k].id)});
        list[v.needs_count++] = (struct view_placement_role_needs){
            placement_need_text(c, rows.v[k].kind, rows.v[k].stage, rows.v[k].course, rows.v[k].credential), drop};
    }
    v.needs = list;
    struct page page = placement_page(c, r->title, r->opportunity, r->opportunity_id);
    page.status = status;
    return view_placement_role_page(c, &page, &v);
}

struct saving {
    struct placement_role r;
    int64_t person, now;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct placement_role r = s->r;
    TRY(placement_save_role(tx, &r, e));
    TRY(audit_note(tx, s->now, s->person, "placement_change", 0, "opportunity", r.opportunity));
    return RC_OK;
}

static struct saving read_role(struct ctx *c, const struct form *f, int64_t id, int64_t opportunity)
{
    return (struct saving){{id, opportunity, form_int(f, "version", 0), form_text(f, "title"), form_bool(f, "leads"), id != 0 && form_bool(f, "retired"),
                            form_int(f, "least", 0), form_int(f, "most", 1)}, c->who->person, c->now};
}

enum rc placement_handle_new_role(struct ctx *c)
{
    struct row_placement_find o;
    TRY(placement_open_to_manage(c, &o));
    struct row_placement_role_find r = {.least = 1, .most = 1};
    struct form *f = role_form(c, placement_path(c, o.id, "/roles/new"), &r);
    f->cancel = placement_path(c, o.id, "");
    struct page page = placement_page(c, tr(c, M_placement_role_new), o.title, o.id);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, &page, STR_NONE, f);
    struct saving s = read_role(c, f, 0, o.id);
    enum rc rc = ctx_write(c, save, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return placement_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, placement_path(c, o.id, ""), M_placement_saved);
}

static enum rc open_role(struct ctx *c, struct row_placement_role_find *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_placement_role_find(c->db, c->a, id, r));
    struct target t = {.programme = r->programme_id};
    return access_require(c, P_PLACEMENT_MANAGE, &t);
}

enum rc placement_handle_role(struct ctx *c)
{
    struct row_placement_role_find r;
    struct form *add = NULL;
    int status = 0;
    TRY(open_role(c, &r));
    TRY(need_form(c, &r, &add));
    struct form *f = role_form(c, str_printf(c->a, "/placement-roles/%" PRId64, r.id), &r);
    f->cancel = placement_path(c, r.opportunity_id, "");
    if (c->rq->method != METHOD_POST)
        return send_role(c, &r, f, add, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_role(c, &r, f, add, 422);
    struct saving s = read_role(c, f, r.id, r.opportunity_id);
    enum rc rc = ctx_write(c, save, &s);
    struct row_placement_role_find now = r;
    if (rc == RC_CONFLICT)
        TRY(sql_placement_role_find(c->db, c->a, r.id, &now));
    if (page_edit_failed(c, f, rc, now.version, &status))
        return send_role(c, &r, f, add, status);
    TRY(rc);
    return page_redirect(c, placement_path(c, r.opportunity_id, ""), M_placement_saved);
}

struct needing {
    int64_t role, of, drop, opportunity, person, now;
    enum placement_need kind;
};

static enum rc change_need(struct db *tx, void *arg, struct err *e)
{
    const struct needing *n = arg;
    (void)e;
    if (n->drop != 0)
        TRY(sql_placement_need_drop(tx, n->drop, n->role));
    else
        TRY(placement_add_need(tx, n->role, n->kind, n->of));
    return audit_note(tx, n->now, n->person, "placement_change", 0, "opportunity", n->opportunity);
}

enum rc placement_post_need(struct ctx *c)
{
    struct row_placement_role_find r;
    struct form *add = NULL;
    TRY(open_role(c, &r));
    TRY(need_form(c, &r, &add));
    struct needing n = {.role = r.id, .opportunity = r.opportunity_id, .person = c->who->person, .now = c->now};
    if (!str_to_int(request_form(c->rq, "drop"), &n.drop)) {
        if (add == NULL)
            return RC_NOT_FOUND;
        if (!form_read(add, c->rq->form, c->rq->form_count)) {
            struct form *f = role_form(c, str_printf(c->a, "/placement-roles/%" PRId64, r.id), &r);
            return send_role(c, &r, f, add, 422);
        }
        struct str rest = form_text(add, "need"), kind;
        int64_t number = 0;
        ASSERT(str_cut(&rest, '-', &kind) && str_to_int(kind, &number) && str_to_int(rest, &n.of)); /* one of the choices offered */
        n.kind = (enum placement_need)number;
    }
    TRY(ctx_write(c, change_need, &n));
    return page_redirect(c, str_printf(c->a, "/placement-roles/%" PRId64, r.id), M_placement_saved);
}
