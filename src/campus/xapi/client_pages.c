/* The page on which an administrator lets programs use the record store, and says what it does by itself. */
#include "campus/xapi/inside.h"
#include "campus/xapi/resources.h"
#include "campus/xapi/xapi.h"
#include "gen/campus/xapi/client_made_view.h"
#include "gen/campus/xapi/clients_view.h"
#include "gen/auth/auth_sql.h"
#include "auth/session.h"
#include "gen/msg_xapi.h"
#include "out/mail.h"
#include "out/outbox.h"
#include "programme/evidence/evidence.h"

#define LIST_MOST 500
#define PER_MINUTE 6000

static const struct target site = {0};

static msg_id scope_word(size_t scope)
{
    static const msg_id words[XAPI_SCOPE_COUNT] = {[XAPI_WRITE] = M_xapi_may_write,
                                                   [XAPI_READ_MINE] = M_xapi_may_read_mine,
                                                   [XAPI_READ] = M_xapi_may_read,
                                                   [XAPI_STATE] = M_xapi_may_state,
                                                   [XAPI_PROFILE] = M_xapi_may_profile};
    return words[scope];
}

static struct form *client_form(struct ctx *c)
{
    struct choice *scopes = ARENA_ARRAY(c->a, XAPI_SCOPE_COUNT, struct choice);
    for (size_t i = 0; i < XAPI_SCOPE_COUNT; i++)
        scopes[i] = (struct choice){.value = str_from(xapi_scope_words[i]), .label = tr(c, scope_word(i))};
    struct form *f = form_new(c->a, c->lang, c->zone, S("/site/xapi"), M_xapi_client_make);
    f->intro = M_xapi_client_new;
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_xapi_client_name, .hint = M_xapi_client_name_hint, .required = true, .max = 80});
    form_add(f, (struct field){.name = "may", .kind = FIELD_MANY, .label = M_xapi_client_may, .hint = M_xapi_client_may_hint, .required = true, .choices = scopes, .choice_count = XAPI_SCOPE_COUNT});
    form_add(f, (struct field){.name = "per_minute", .kind = FIELD_INT, .label = M_xapi_client_limit, .required = true, .min = 1, .max = 10000000, .value = str_printf(c->a, "%d", PER_MINUTE)});
    return f;
}

/* ---- settings -------------------------------------------------------------------------------------------------------------------------- */

static const struct choice versions[] = {{.value = {"1.0.3", 5}, .label = {"1.0.3", 5}}, {.value = {"2.0.0", 5}, .label = {"2.0.0", 5}}};

static enum rc setting_form(struct ctx *c, struct form **out)
{
    struct row_setting_get row;
    bool own;
    enum rc rc = sql_setting_get(c->db, c->a, S("xapi_version"), &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(outbox_is_on(c->db, c->a, EVIDENCE_TOPIC, &own));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/site/xapi/settings"), M_xapi_settings_save);
    f->intro = M_xapi_settings_title;
    f->quiet = true;
    form_add(f, (struct field){.name = "own", .kind = FIELD_BOOL, .label = M_xapi_own, .hint = M_xapi_own_hint, .value = own ? S("1") : S("")});
    form_add(f, (struct field){.name = "version", .kind = FIELD_CHOICE, .label = M_xapi_usual, .hint = M_xapi_usual_hint, .required = true, .choices = versions, .choice_count = COUNT_OF(versions),
                               .value = rc == RC_OK && str_starts(row.value, S("2")) ? S("2.0.0") : S("1.0.3")});
    *out = f;
    return RC_OK;
}

struct setting {
    bool own;
    struct str version;
    int64_t by, now;
};

static enum rc set(struct db *tx, void *arg, struct err *e)
{
    const struct setting *s = arg;
    (void)e;
    TRY(outbox_switch(tx, EVIDENCE_TOPIC, s->own, s->now));
    TRY(sql_setting_set(tx, S("xapi_version"), s->version, s->now));
    return audit_note(tx, s->now, s->by, "xapi_settings", 0, NULL, 0);
}

/* ---- clients ----------------------------------------------------------------------------------------------------------------------------- */

static struct str may_text(struct ctx *c, struct str may)
{
    struct buf b = buf_new(c->a, 128);
    struct str word;
    size_t scope;
    while (str_cut(&may, ' ', &word))
        if (xapi_scope_find(word, &scope)) {
            buf_z(&b, b.n != 0 ? "; " : "");
            buf_str(&b, tr(c, scope_word(scope)));
        }
    return buf_text(&b);
}

static enum rc send_clients(struct ctx *c, const struct form *f, struct form *settings, int status)
{
    if (settings == NULL)
        TRY(setting_form(c, &settings));
    struct rows_xapi_client_list rows;
    TRY(sql_xapi_client_list(c->db, c->a, LIST_MOST, &rows));
    struct view_xapi_clients_list *list = ARENA_ARRAY(c->a, rows.n, struct view_xapi_clients_list);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_xapi_client_list *r = &rows.v[i];
        struct form *end = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/site/xapi/%" PRId64 "/end", r->id), M_xapi_client_end);
        list[i] = (struct view_xapi_clients_list){.id = r->id,
                                                  .name = r->name,
                                                  .login = r->login,
                                                  .may = may_text(c, r->may),
                                                  .made = r->made_at,
                                                  .ended = r->ended_at_null ? (struct opt_int){0} : SOME_INT(r->ended_at),
                                                  .end = r->ended_at_null ? end : NULL};
    }
    struct view_xapi_clients v = {.list = list, .list_count = rows.n, .endpoint = mail_link(c->a, S("/xapi/")), .f = f, .settings = settings};
    struct page page = {.title = tr(c, M_xapi_clients_title), .section = "/site/xapi", .status = status};
    return view_xapi_clients_page(c, &page, &v);
}

enum rc xapi_get_clients(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    return send_clients(c, client_form(c), NULL, 0);
}

enum rc xapi_post_settings(struct ctx *c)
{
    struct form *f;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(setting_form(c, &f));
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_clients(c, client_form(c), f, 422);
    struct setting s = {.own = form_bool(f, "own"), .version = form_text(f, "version"), .by = c->who->person, .now = c->now};
    TRY(ctx_write(c, set, &s));
    return page_redirect(c, S("/site/xapi"), M_xapi_settings_saved);
}

struct making {
    struct arena *a;
    int64_t by;
    struct xapi_client_new n;
    struct xapi_client_made made;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    (void)e;
    return xapi_client_make(tx, m->a, &m->n, m->by, &m->made);
}

enum rc xapi_post_clients(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    struct form *f = client_form(c);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_clients(c, f, NULL, 422);
    struct buf may = buf_new(c->a, 128);
    const struct field *many = form_field(f, "may");
    for (size_t i = 0; i < many->value_count; i++) {
        buf_z(&may, i != 0 ? " " : "");
        buf_str(&may, many->values[i]);
    }
    struct making m = {.a = c->a, .by = c->who->person, .n = {.name = form_text(f, "name"), .may = buf_text(&may), .site = mail_link(c->a, S("")), .per_minute = form_int(f, "per_minute", PER_MINUTE), .now = c->now}};
    TRY(ctx_write(c, make, &m));
    struct view_xapi_client_made v = {.name = m.n.name, .login = m.made.login, .secret = m.made.secret, .endpoint = mail_link(c->a, S("/xapi/"))};
    struct crumb crumb = {tr(c, M_xapi_clients_title), S("/site/xapi")};
    struct page page = {.title = tr(c, M_xapi_client_made), .section = "/site/xapi", .crumbs = &crumb, .crumb_count = 1};
    return view_xapi_client_made_page(c, &page, &v);
}

struct ending {
    int64_t id, by, now;
};

static enum rc end(struct db *tx, void *arg, struct err *e)
{
    const struct ending *n = arg;
    (void)e;
    return xapi_client_end(tx, n->id, n->by, n->now);
}

enum rc xapi_post_client_end(struct ctx *c)
{
    struct ending n = {.by = c->who->person, .now = c->now};
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &n.id));
    TRY(ctx_write(c, end, &n));
    return page_redirect(c, S("/site/xapi"), M_xapi_client_is_ended);
}
