/* The pages of forwarding: to which other record stores, what goes there, how it stands. */
#include "auth/secret.h"
#include "auth/session.h"
#include "campus/xapi/forward.h"
#include "campus/xapi/resources.h"
#include "gen/campus/xapi/forward_form_view.h"
#include "gen/campus/xapi/forwards_view.h"
#include "gen/msg_xapi.h"
#include "out/fetch.h"

#define PAGE_ROWS 50

static const struct target site = {0};

static struct str forward_path(struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/site/xapi/forwards/%" PRId64 "%s", id, end);
}

static struct page forward_page(struct ctx *c, struct str title, bool deep)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_xapi_clients_title), S("/site/xapi")};
    crumbs[1] = (struct crumb){tr(c, M_xapi_forwards_title), S("/site/xapi/forwards")};
    return (struct page){.title = title, .section = "/site/xapi", .crumbs = crumbs, .crumb_count = deep ? 2 : 1};
}

static msg_id which_word(struct str which)
{
    return str_eq_z(which, "own") ? M_xapi_forward_own : str_eq_z(which, "outside") ? M_xapi_forward_outside : M_xapi_forward_all;
}

enum rc xapi_get_forwards(struct ctx *c)
{
    struct rows_xapi_forward_list rows;
    struct view_xapi_forwards v = {.open_note = !secret_is_set()};
    int64_t after = 0;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_xapi_forward_list(c->db, c->a, after, PAGE_ROWS + 1, &rows));
    v.stores_count = rows.n <= PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_xapi_forwards_stores *list = ARENA_ARRAY(c->a, rows.n, struct view_xapi_forwards_stores);
    for (size_t i = 0; i < v.stores_count; i++) {
        const struct row_xapi_forward_list *r = &rows.v[i];
        int64_t waits;
        TRY(xapi_forward_waits(c->db, c->a, r->which, r->seq_done, &waits));
        bool on = str_eq_z(r->state, "on");
        list[i] = (struct view_xapi_forwards_stores){.href = forward_path(c, r->id, ""), .name = r->name, .address = r->address, .which = tr(c, which_word(r->which)), .on = on, .failing = on && r->failures > 0,
                                                     .sent = r->sent, .refused = r->refused, .waits = waits, .many = waits >= XAPI_FORWARD_COUNT, .problem = r->problem,
                                                     .remove = forward_path(c, r->id, "/remove")};
        list[i].sent_at = r->sent_at_null ? (struct opt_int){0} : SOME_INT(r->sent_at);
        list[i].problem_at = r->problem_at_null ? (struct opt_int){0} : SOME_INT(r->problem_at);
        list[i].next_at = on && r->next_at > c->now ? SOME_INT(r->next_at) : (struct opt_int){0};
    }
    v.stores = list;
    if (rows.n > PAGE_ROWS)
        v.more = str_printf(c->a, "/site/xapi/forwards?after=%" PRId64, rows.v[PAGE_ROWS - 1].id);
    struct page page = forward_page(c, tr(c, M_xapi_forwards_title), false);
    struct crumb action = {tr(c, M_xapi_forward_new), S("/site/xapi/forwards/new")};
    page.actions = &action;
    page.action_count = 1;
    return view_xapi_forwards_page(c, &page, &v);
}

/* ---- writing one --------------------------------------------------------------------------------------------------------------------------- */

struct writing {
    int64_t id, version, by, now, seq_done;
    struct str name, address, speaks, login, secret, which, state;
    bool locked, remove;
};

static enum rc put(struct db *tx, void *arg, struct err *e)
{
    const struct writing *w = arg;
    int64_t id = w->id != 0 ? w->id : db_new_id(tx);
    if (w->remove)
        TRY(sql_xapi_forward_drop(tx, id, w->version));
    else if (w->id == 0)
        TRY(sql_xapi_forward_add(tx, id, w->name, w->address, w->speaks, w->login, w->secret, w->locked, w->which, w->now, w->seq_done));
    else
        TRY(sql_xapi_forward_change(tx, id, w->name, w->address, w->speaks, w->login, w->secret, w->locked, w->which, w->state, w->version));
    if (db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_xapi_forward_changed, NULL);
    return audit_note(tx, w->now, w->by, w->remove ? "xapi_forward_remove" : w->id == 0 ? "xapi_forward_make" : "xapi_forward_change", 0, "xapi_forward", id);
}

static struct form *forward_form(struct ctx *c, struct str action, const struct row_xapi_forward_find *r)
{
    struct choice *v = ARENA_ARRAY(c->a, 9, struct choice);
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_xapi_forward_save);
    f->cancel = S("/site/xapi/forwards");
    v[0] = (struct choice){.value = S("all"), .label = tr(c, M_xapi_forward_all)};
    v[1] = (struct choice){.value = S("own"), .label = tr(c, M_xapi_forward_own)};
    v[2] = (struct choice){.value = S("outside"), .label = tr(c, M_xapi_forward_outside)};
    v[3] = (struct choice){.value = S("1.0.3"), .label = S("1.0.3")};
    v[4] = (struct choice){.value = S("2.0.0"), .label = S("2.0.0")};
    v[5] = (struct choice){.value = S("start"), .label = tr(c, M_xapi_forward_start)};
    v[6] = (struct choice){.value = S("now"), .label = tr(c, M_xapi_forward_now)};
    v[7] = (struct choice){.value = S("on"), .label = tr(c, M_xapi_forward_on)};
    v[8] = (struct choice){.value = S("off"), .label = tr(c, M_xapi_forward_off)};
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_xapi_forward_name, .required = true, .max = 80, .value = r != NULL ? r->name : STR_NONE});
    form_add(f, (struct field){.name = "address", .kind = FIELD_TEXT, .label = M_xapi_forward_address, .hint = M_xapi_forward_address_hint, .required = true, .max = 500, .value = r != NULL ? r->address : STR_NONE});
    form_add(f, (struct field){.name = "login", .kind = FIELD_TEXT, .label = M_xapi_forward_login, .required = true, .max = 200, .autocomplete = "off", .value = r != NULL ? r->login : STR_NONE});
    form_add(f, (struct field){.name = "secret", .kind = FIELD_PASSWORD, .label = M_xapi_forward_secret, .hint = r != NULL ? M_xapi_forward_secret_hint : 0, .required = r == NULL, .max = 500, .autocomplete = "new-password"});
    form_add(f, (struct field){.name = "speaks", .kind = FIELD_CHOICE, .label = M_xapi_forward_speaks, .required = true, .choices = v + 3, .choice_count = 2, .value = r != NULL ? r->speaks : S("1.0.3")});
    form_add(f, (struct field){.name = "which", .kind = FIELD_CHOICE, .label = M_xapi_forward_which, .hint = M_xapi_forward_which_hint, .required = true, .choices = v, .choice_count = 3, .value = r != NULL ? r->which : S("all")});
    if (r == NULL) {
        form_add(f, (struct field){.name = "from", .kind = FIELD_CHOICE, .label = M_xapi_forward_from, .required = true, .choices = v + 5, .choice_count = 2, .value = S("start")});
    } else {
        form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_xapi_forward_state, .hint = M_xapi_forward_state_hint, .required = true, .choices = v + 7, .choice_count = 2, .value = r->state});
        form_add_version(f, r->version);
    }
    return f;
}

static bool read_forward(struct ctx *c, struct form *f, const struct row_xapi_forward_find *r, struct writing *w)
{
    w->name = form_text(f, "name");
    w->address = form_text(f, "address");
    w->login = form_text(f, "login");
    w->speaks = form_text(f, "speaks");
    w->which = form_text(f, "which");
    struct str secret = form_text(f, "secret");
    if (!str_ends(w->address, S("/")))
        w->address = str_concat(c->a, w->address, S("/"));
    if (!fetch_address_ok(w->address))
        form_error(f, "address", M_xapi_forward_bad_address, NULL);
    /* the secret goes to the address that it was given for, and to no other */
    if (secret.n == 0 && r != NULL && !str_eq(r->address, w->address))
        form_error(f, "secret", M_xapi_forward_secret_again, NULL);
    if (secret.n != 0) {
        w->secret = secret_lock(c->a, XAPI_FORWARD_LOCK, secret, &w->locked);
    } else if (r != NULL) {
        w->secret = r->secret;
        w->locked = r->locked != 0;
    }
    if (r != NULL) {
        w->state = form_text(f, "state");
        w->version = form_int(f, "version", 0);
    } else if (str_eq_z(form_text(f, "from"), "now")) {
        w->seq_done = c->now * XAPI_SEQ_MS;
    }
    return form_ok(f);
}

static enum rc handle_form(struct ctx *c, const struct row_xapi_forward_find *r)
{
    struct writing w = {.id = r != NULL ? r->id : 0, .by = c->who->person, .now = c->now};
    struct form *f = forward_form(c, r != NULL ? forward_path(c, r->id, "") : S("/site/xapi/forwards/new"), r);
    struct view_xapi_forward_form v = {.problem = r != NULL ? r->problem : STR_NONE, .open_note = !secret_is_set(), .f = f};
    struct page page = forward_page(c, r != NULL ? r->name : tr(c, M_xapi_forward_new), true);
    if (c->rq->method != METHOD_POST)
        return view_xapi_forward_form_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count) || !read_forward(c, f, r, &w)) {
        page.status = 422;
        return view_xapi_forward_form_page(c, &page, &v);
    }
    enum rc rc = ctx_write(c, put, &w);
    if (page_edit_failed(c, f, rc, r != NULL ? r->version : 0, &page.status))
        return view_xapi_forward_form_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, S("/site/xapi/forwards"), M_xapi_forward_saved);
}

enum rc xapi_handle_forward_new(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    return handle_form(c, NULL);
}

static enum rc open_forward(struct ctx *c, struct row_xapi_forward_find *r)
{
    int64_t id;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    return sql_xapi_forward_find(c->db, c->a, id, r);
}

enum rc xapi_handle_forward(struct ctx *c)
{
    struct row_xapi_forward_find r;
    TRY(open_forward(c, &r));
    return handle_form(c, &r);
}

enum rc xapi_handle_forward_remove(struct ctx *c)
{
    struct row_xapi_forward_find r;
    TRY(open_forward(c, &r));
    struct form *f = form_new(c->a, c->lang, c->zone, forward_path(c, r.id, "/remove"), M_xapi_forward_remove);
    form_add_version(f, r.version);
    f->danger = true;
    f->cancel = S("/site/xapi/forwards");
    struct view_xapi_forward_form v = {.lead = tr(c, M_xapi_forward_remove_text), .f = f};
    struct page page = forward_page(c, r.name, true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return view_xapi_forward_form_page(c, &page, &v);
    struct writing w = {.id = r.id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .remove = true};
    enum rc rc = ctx_write(c, put, &w);
    if (page_edit_failed(c, f, rc, r.version, &page.status))
        return view_xapi_forward_form_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, S("/site/xapi/forwards"), M_xapi_forward_removed);
}
