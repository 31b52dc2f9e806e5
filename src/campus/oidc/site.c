/* The pages on which an administrator says whom this site believes about who somebody is. A client's secret goes in and is never shown again. */
#include "auth/secret.h"
#include "auth/session.h"
#include "campus/oidc/inside.h"
#include "gen/campus/oidc/sign_on_form_view.h"
#include "gen/campus/oidc/sign_on_provider_view.h"
#include "gen/campus/oidc/sign_on_site_view.h"
#include "http/parse.h"
#include "out/fetch.h"
#include "out/mail.h"

#define SITE_PATH "/site/sign-on"

static const struct target site = {0};

static struct page provider_page(struct ctx *c, struct str title, int status)
{
    struct crumb *crumb = ARENA_NEW(c->a, struct crumb);
    *crumb = (struct crumb){tr(c, M_signon_site_title), S(SITE_PATH)};
    return (struct page){.title = title, .section = SITE_PATH, .crumbs = crumb, .crumb_count = 1, .status = status};
}

static struct str provider_path(struct arena *a, int64_t id, const char *more)
{
    return str_printf(a, SITE_PATH "/%" PRId64 "%s", id, more);
}

enum rc sign_on_get_site(struct ctx *c)
{
    struct rows_sign_on_provider_list rows;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(sql_sign_on_provider_list(c->db, c->a, &rows));
    struct view_sign_on_site_list *list = ARENA_ARRAY(c->a, rows.n, struct view_sign_on_site_list);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_sign_on_site_list){.id = rows.v[i].id, .name = rows.v[i].name, .issuer = rows.v[i].issuer, .active = rows.v[i].active != 0};
    struct view_sign_on_site v = {.list = list,
                                  .list_count = rows.n,
                                  .callback = mail_link(c->a, S(CALLBACK_PATH)),
                                  .logout = mail_link(c->a, S(LOGOUT_PATH)),
                                  .after = mail_link(c->a, S("/sign-in")),
                                  .open = !secret_is_set()};
    const struct crumb add[] = {{tr(c, M_signon_add), S(SITE_PATH "/new")}, {tr(c, M_signon_add_proxy), S(SITE_PATH "/new-proxy")}};
    struct page page = {.title = tr(c, M_signon_site_title), .section = SITE_PATH, .actions = add, .action_count = COUNT_OF(add)};
    return view_sign_on_site_page(c, &page, &v);
}

/* ---- the form -------------------------------------------------------------------------------------------------------------- */

/* What only OpenID Connect has. */
static void add_client_fields(struct form *f, const struct row_sign_on_provider_find *r)
{
    form_add(f, (struct field){.name = "client_id", .kind = FIELD_TEXT, .label = M_signon_client, .hint = M_signon_client_hint, .required = true, .max = 300, .value = r != NULL ? r->client_id : S("")});
    form_add(f, (struct field){.name = "secret", .kind = FIELD_PASSWORD, .label = M_signon_secret, .hint = r == NULL ? M_signon_secret_hint : r->client_secret.p != NULL ? M_signon_secret_kept : M_signon_secret_none, .max = 1000, .autocomplete = "off"});
    form_add(f, (struct field){.name = "scopes", .kind = FIELD_TEXT, .label = M_signon_scopes, .hint = M_signon_scopes_hint, .max = 300, .value = r != NULL ? r->scopes : S("profile email")});
    form_add(f, (struct field){.name = "roster_claim", .kind = FIELD_TEXT, .label = M_signon_claim, .hint = M_signon_claim_hint, .max = 100, .value = r != NULL ? r->roster_claim : S("")});
}

/* What only a proxy has. */
static void add_header_fields(struct form *f, const struct row_sign_on_provider_find *r)
{
    form_add(f, (struct field){.name = "subject_header", .kind = FIELD_TEXT, .label = M_signon_head_id, .hint = M_signon_head_id_hint, .required = true, .max = 60, .value = r != NULL ? r->subject_header : S("X-Sign-On-Id")});
    form_add(f, (struct field){.name = "mail_header", .kind = FIELD_TEXT, .label = M_signon_head_mail, .max = 60, .value = r != NULL ? r->mail_header : S("X-Sign-On-Mail")});
    form_add(f, (struct field){.name = "name_header", .kind = FIELD_TEXT, .label = M_signon_head_name, .max = 60, .value = r != NULL ? r->name_header : S("X-Sign-On-Name")});
    form_add(f, (struct field){.name = "roster_claim", .kind = FIELD_TEXT, .label = M_signon_head_roster, .hint = M_signon_head_roster_hint, .max = 60, .value = r != NULL ? r->roster_claim : S("")});
    form_add(f, (struct field){.name = "leave_path", .kind = FIELD_TEXT, .label = M_signon_leave, .hint = M_signon_leave_hint, .max = 200, .value = r != NULL ? r->leave_path : S("/mellon/logout?ReturnTo=/sign-in")});
}

/* r: what is there already; NULL for a new one. */
static struct form *provider_form(struct ctx *c, const struct row_sign_on_provider_find *r, bool proxy)
{
    struct str to = r != NULL ? provider_path(c->a, r->id, "") : proxy ? S(SITE_PATH "/new-proxy") : S(SITE_PATH "/new");
    struct form *f = form_new(c->a, c->lang, c->zone, to, r != NULL ? 0 : proxy ? M_signon_add_proxy : M_signon_add);
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_signon_name, .hint = M_signon_name_hint, .required = true, .max = 60, .value = r != NULL ? r->name : S("")});
    if (r == NULL)
        form_add(f, (struct field){.name = "issuer", .kind = FIELD_TEXT, .label = M_signon_issuer, .hint = proxy ? M_signon_entity_hint : M_signon_issuer_hint, .required = true, .max = 500});
    if (proxy)
        add_header_fields(f, r);
    else
        add_client_fields(f, r);
    form_add(f, (struct field){.name = "by_address", .kind = FIELD_BOOL, .label = M_signon_by_address, .hint = proxy ? M_signon_by_mail_hint : M_signon_by_address_hint, .value = r != NULL && r->by_address != 0 ? S("1") : S("")});
    form_add(f, (struct field){.name = "make_person", .kind = FIELD_BOOL, .label = M_signon_make, .hint = M_signon_make_hint, .value = r != NULL && r->make_person != 0 ? S("1") : S("")});
    if (r != NULL)
        form_add_version(f, r->version);
    f->cancel = S(SITE_PATH);
    return f;
}

static bool scopes_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return true;
}

/* Headers of a proxy have names of their own, so that none of a browser's is ever taken for one. */
static void check_headers(struct form *f)
{
    static const char *const names[] = {"subject_header", "mail_header", "name_header", "roster_claim"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct str name = form_text(f, names[i]);
        bool good = is_token(name) && name.n > 2 && str_eq_nocase(str_sub(name, 0, 2), S("X-")) && !str_eq_nocase(str_sub(name, 0, 11), S("X-Forwarded"));
        if (name.n != 0 && !good)
            form_error(f, names[i], M_signon_head_bad, NULL);
    }
}

/* An address of this very host, since the proxy stands before it: no other site's. */
static void check_leave(struct form *f)
{
    struct str path = form_text(f, "leave_path");
    bool good = path.n > 1 && path.p[0] == '/' && path.p[1] != '/';
    for (size_t i = 0; i < path.n; i++)
        good = good && path.p[i] > ' ' && path.p[i] <= '~' && path.p[i] != '\\';
    if (path.n != 0 && !good)
        form_error(f, "leave_path", M_signon_leave_bad, NULL);
}

/* What the fields alone do not know. */
static bool check_form(struct form *f, bool proxy)
{
    if (proxy) {
        check_headers(f);
        check_leave(f);
        return form_ok(f);
    }
    struct str issuer = form_text(f, "issuer"), claim = form_text(f, "roster_claim");
    if (form_field(f, "issuer") != NULL && (!fetch_address_ok(issuer) || str_find(issuer, S("?"), NULL) || str_find(issuer, S("#"), NULL)))
        form_error(f, "issuer", M_signon_issuer_bad, NULL);
    if (form_field(f, "issuer") != NULL && str_find(issuer, S("/.well-known/"), NULL))
        form_error(f, "issuer", M_signon_issuer_document, NULL);
    if (!scopes_ok(form_text(f, "scopes")))
        form_error(f, "scopes", M_signon_scopes_bad, NULL);
    if (claim.n != 0 && !claim_may_identify(claim))
        form_error(f, "roster_claim", M_signon_claim_bad, NULL);
    return form_ok(f);
}

struct saving {
    struct arena *a;
    int64_t id, version, by, now;
    const char *kind;
    struct str name, issuer, client_id, secret, scopes, roster_claim, subject_header, mail_header, name_header, leave_path; /* secret: locked, or as it is; no value: none */
    bool locked, by_address, make_person;
    bool keep_secret; /* none was typed: the one that is there stays */
};

static struct saving read_form(struct ctx *c, const struct form *f, bool proxy)
{
    struct saving s = {.a = c->a,
                       .by = c->who->person,
                       .now = c->now,
                       .version = form_int(f, "version", 0),
                       .name = form_text(f, "name"),
                       .issuer = form_text(f, "issuer"),
                       .client_id = form_text(f, "client_id"),
                       .secret = STR_NONE,
                       .scopes = form_text(f, "scopes"),
                       .roster_claim = form_text(f, "roster_claim"),
                       .kind = proxy ? "proxy" : "oidc",
                       .subject_header = form_text(f, "subject_header"),
                       .mail_header = form_text(f, "mail_header"),
                       .name_header = form_text(f, "name_header"),
                       .leave_path = form_text(f, "leave_path"),
                       .by_address = form_bool(f, "by_address"),
                       .make_person = form_bool(f, "make_person")};
    struct str typed = str_trim(form_text(f, "secret"));
    s.keep_secret = typed.n == 0;
    if (!s.keep_secret)
        s.secret = secret_lock(c->a, SECRET_PURPOSE, typed, &s.locked);
    return s;
}

static enum rc add(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    s->id = db_new_id(tx);
    TRY(sql_sign_on_provider_add(tx, s->id, str_from(s->kind), s->name, s->issuer, s->client_id, s->secret, s->locked, s->scopes, s->roster_claim,
                                 s->by_address, s->make_person, s->subject_header, s->mail_header, s->name_header, s->leave_path, s->now));
    if (db_changes(tx) == 0)
        return err_field(e, RC_CONFLICT, M_signon_issuer_taken, "issuer", NULL);
    return audit_note(tx, s->now, s->by, "sign_on_add", 0, "sign_on_provider", s->id);
}

static enum rc change(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    struct row_sign_on_provider_find old;
    TRY(sql_sign_on_provider_find(tx, s->a, s->id, &old));
    TRY(sql_sign_on_provider_change(tx, s->id, s->version, s->name, s->client_id, s->keep_secret ? old.client_secret : s->secret,
                                    s->keep_secret ? old.client_secret_locked : s->locked, s->scopes, s->roster_claim, s->by_address,
                                    s->make_person, s->subject_header, s->mail_header, s->name_header, s->leave_path));
    if (db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_signon_changed_meanwhile, NULL);
    return audit_note(tx, s->now, s->by, "sign_on_change", 0, "sign_on_provider", s->id);
}

/* The two kinds have addresses of their own, and one form each. */
static bool is_for_proxy(const struct ctx *c)
{
    return str_ends(c->rq->path, S("/new-proxy"));
}

static enum rc send_new(struct ctx *c, const struct form *f, int status)
{
    bool proxy = is_for_proxy(c);
    struct view_sign_on_form v = {.proxy = proxy, .callback = mail_link(c->a, S(CALLBACK_PATH)), .f = f};
    struct page page = provider_page(c, tr(c, proxy ? M_signon_add_proxy : M_signon_add), status);
    return view_sign_on_form_page(c, &page, &v);
}

enum rc sign_on_get_new(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    return send_new(c, provider_form(c, NULL, is_for_proxy(c)), 0);
}

enum rc sign_on_post_new(struct ctx *c)
{
    bool proxy = is_for_proxy(c);
    TRY(access_require(c, P_SITE_CHANGE, &site));
    struct form *f = provider_form(c, NULL, proxy);
    if (!form_read(f, c->rq->form, c->rq->form_count) || !check_form(f, proxy))
        return send_new(c, f, 422);
    struct saving s = read_form(c, f, proxy);
    enum rc rc = ctx_write(c, add, &s);
    int status;
    if (page_form_failed(c, f, rc, &status))
        return send_new(c, f, status);
    TRY(rc);
    return page_redirect(c, provider_path(c->a, s.id, ""), M_signon_added);
}

/* ---- one provider ------------------------------------------------------------------------------------------------------------ */

/* What a test found, in words. */
struct test {
    bool done, good;
    struct str text;
    struct str detail; /* for whoever looks after the provider */
};

static enum rc send_provider(struct ctx *c, const struct provider *p, const struct form *f, const struct test *t, int status)
{
    bool proxy = provider_is_proxy(p), known = proxy || p->meta.issuer.n != 0, active = p->row.active != 0;
    struct form *test = form_new(c->a, c->lang, c->zone, provider_path(c->a, p->row.id, "/test"), M_signon_test);
    struct form *turn = form_new(c->a, c->lang, c->zone, provider_path(c->a, p->row.id, "/turn"), active ? M_signon_turn_off : M_signon_turn_on);
    form_add(turn, (struct field){.name = "on", .kind = FIELD_HIDDEN, .value = active ? S("0") : S("1")});
    test->quiet = known && !active;
    turn->quiet = active || !known;
    struct view_sign_on_provider v = {.issuer = p->row.issuer,
                                      .proxy = proxy,
                                      .place = mail_link(c->a, str_printf(c->a, PROXY_PATH "%" PRId64, p->row.id)),
                                      .active = active,
                                      .known = known,
                                      .seen = p->row.metadata_at_null ? (struct opt_int){0} : SOME_INT(p->row.metadata_at),
                                      .tested = t->done,
                                      .good = t->good,
                                      .result = t->text.p != NULL ? t->text : S(""),
                                      .detail = t->detail.p != NULL ? t->detail : S(""),
                                      .secret = p->row.client_secret.p != NULL,
                                      .open = p->row.client_secret.p != NULL && p->row.client_secret_locked == 0,
                                      .test = test,
                                      .turn = turn,
                                      .f = f};
    struct page page = provider_page(c, p->row.name, status);
    return view_sign_on_provider_page(c, &page, &v);
}

static enum rc find_provider(struct ctx *c, struct provider *p)
{
    int64_t id;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    return provider_load(c->db, c->a, id, p);
}

enum rc sign_on_get_provider(struct ctx *c)
{
    struct provider p;
    TRY(find_provider(c, &p));
    return send_provider(c, &p, provider_form(c, &p.row, provider_is_proxy(&p)), &(struct test){0}, 0);
}

enum rc sign_on_post_provider(struct ctx *c)
{
    struct provider p;
    TRY(find_provider(c, &p));
    struct form *f = provider_form(c, &p.row, provider_is_proxy(&p));
    if (!form_read(f, c->rq->form, c->rq->form_count) || !check_form(f, provider_is_proxy(&p)))
        return send_provider(c, &p, f, &(struct test){0}, 422);
    struct saving s = read_form(c, f, provider_is_proxy(&p));
    s.id = p.row.id;
    enum rc rc = ctx_write(c, change, &s);
    int status;
    if (page_edit_failed(c, f, rc, p.row.version, &status))
        return send_provider(c, &p, f, &(struct test){0}, status);
    TRY(rc);
    return page_redirect(c, provider_path(c->a, p.row.id, ""), M_signon_saved);
}

static msg_id fault_text(enum metadata_fault fault)
{
    switch (fault) {
    case METADATA_NOT_JSON:
        return M_signon_fault_json;
    case METADATA_ISSUER:
        return M_signon_fault_issuer;
    case METADATA_ADDRESS:
        return M_signon_fault_address;
    case METADATA_CODE:
        return M_signon_fault_code;
    case METADATA_PKCE:
        return M_signon_fault_pkce;
    case METADATA_ALG:
        return M_signon_fault_alg;
    case METADATA_FINE:
        break;
    }
    return M_signon_fault_away;
}

static enum rc run_test(struct ctx *c, struct provider *p, struct test *t)
{
    if (provider_is_proxy(p)) {
        bool open = c->app->settings.sign_on_socket != NULL;
        *t = (struct test){.done = true, .good = open, .text = tr(c, open ? M_signon_socket_open : M_signon_socket_none)};
        return RC_OK;
    }
    struct err e = {0};
    enum metadata_fault fault;
    enum rc rc = provider_ask(c, p, &fault, &e);
    *t = (struct test){.done = true, .good = rc == RC_OK, .text = tr(c, rc == RC_OK ? M_signon_test_good : fault_text(fault))};
    if (rc != RC_OK && e.detail[0] != '\0')
        t->detail = str_dup(c->a, str_from(e.detail));
    bool told = rc == RC_OK || rc == RC_BUSY || rc == RC_INVALID || rc == RC_TOO_LARGE;
    return told ? provider_load(c->db, c->a, p->row.id, p) : rc;
}

enum rc sign_on_post_test(struct ctx *c)
{
    struct provider p;
    struct test t;
    TRY(find_provider(c, &p));
    TRY(run_test(c, &p, &t));
    return send_provider(c, &p, provider_form(c, &p.row, provider_is_proxy(&p)), &t, t.good ? 0 : 422);
}

struct turning {
    int64_t id, by, now;
    bool on;
};

static enum rc turn(struct db *tx, void *arg, struct err *e)
{
    const struct turning *t = arg;
    (void)e;
    TRY(sql_sign_on_provider_set_active(tx, t->id, t->on));
    return db_changes(tx) != 0 ? audit_note(tx, t->now, t->by, t->on ? "sign_on_turn_on" : "sign_on_turn_off", 0, "sign_on_provider", t->id) : RC_OK;
}

/* One that does not answer is not turned on: its button would lead nowhere. */
enum rc sign_on_post_turn(struct ctx *c)
{
    struct provider p;
    TRY(find_provider(c, &p));
    struct turning t = {.id = p.row.id, .by = c->who->person, .now = c->now, .on = str_eq_z(request_form(c->rq, "on"), "1")};
    if (t.on) {
        struct test test;
        TRY(run_test(c, &p, &test));
        if (!test.good)
            return send_provider(c, &p, provider_form(c, &p.row, provider_is_proxy(&p)), &test, 422);
    }
    TRY(ctx_write(c, turn, &t));
    return page_redirect(c, provider_path(c->a, p.row.id, ""), t.on ? M_signon_is_on : M_signon_is_off);
}
