/* See key.h. */
#include "campus/key/key.h"

#include "auth/jose.h"
#include "auth/secret.h"
#include "auth/session.h"
#include "base/buf.h"
#include "gen/campus/key/key_new_view.h"
#include "gen/campus/key/key_sql.h"
#include "gen/campus/key/keys_view.h"
#include "gen/msg_outside.h"

static const char PURPOSE[] = "keys that sign for other systems";

/* ---- the key that signs ----------------------------------------------------------------------------------------------------------------- */

struct making {
    const char *purpose;
    struct str kid, public_jwk, box;
    bool locked;
    int64_t retire, person, now; /* retire: the key that it follows; 0: none */
};

static enum rc make_key(struct db *tx, void *arg, struct err *e)
{
    const struct making *m = arg;
    int64_t id = db_new_id(tx);
    if (m->retire != 0) {
        TRY(sql_signing_key_retire(tx, m->retire, S(""), m->now));
        if (db_changes(tx) != 1)
            return err_set(e, RC_CONFLICT, M_outside_key_changed, NULL);
    }
    TRY(sql_signing_key_add(tx, id, str_from(m->purpose), m->kid, m->public_jwk, m->box, m->locked, m->now));
    return db_changes(tx) == 1 ? audit_note(tx, m->now, m->person, "signing_key_make", 0, "signing_key", id) : RC_OK; /* else another one was first */
}

static enum rc write_key(struct db *db, struct arena *a, struct making *m, struct err *e)
{
    struct str private_jwk;
    TRY(jose_key_new(a, &private_jwk, &m->kid));
    TRY(jose_public(a, private_jwk, &m->public_jwk));
    m->box = secret_lock(a, PURPOSE, private_jwk, &m->locked);
    return store_write(db, make_key, m, e);
}

enum rc key_ready(struct db *db, struct arena *a, const char *purpose, int64_t now, struct str *private_jwk, struct err *e)
{
    struct row_signing_key_now row;
    enum rc rc = sql_signing_key_now(db, a, str_from(purpose), &row);
    if (rc == RC_NOT_FOUND) {
        struct making m = {.purpose = purpose, .now = now};
        TRY(write_key(db, a, &m, e));
        rc = sql_signing_key_now(db, a, str_from(purpose), &row);
    }
    TRY(rc);
    if (!secret_open(a, PURPOSE, row.private_jwk, row.locked, private_jwk))
        return err_set(e, RC_CONFLICT, M_outside_key_locked, NULL);
    return RC_OK;
}

enum rc key_set(struct db *db, struct arena *a, struct str *keys)
{
    struct rows_signing_keys rows;
    struct buf b = buf_new(a, 2048);
    TRY(sql_signing_keys(db, a, &rows));
    buf_z(&b, "{\"keys\":[");
    for (size_t i = 0; i < rows.n; i++) {
        buf_z(&b, i != 0 ? "," : "");
        buf_str(&b, rows.v[i].public_jwk);
    }
    buf_z(&b, "]}");
    *keys = buf_text(&b);
    return RC_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc get_set(struct ctx *c)
{
    struct str keys;
    TRY(key_set(c->db, c->a, &keys));
    c->rs->type = "application/jwk-set+json";
    buf_str(&c->rs->body, keys);
    return RC_OK;
}

static struct str purpose_text(struct ctx *c, struct str purpose)
{
    return tr(c, str_eq_z(purpose, KEY_BADGE) ? M_outside_key_badge : M_outside_key_launch);
}

static enum rc get_keys(struct ctx *c)
{
    struct rows_signing_keys rows;
    struct view_keys v = {.set = S("/.well-known/jwks.json")};
    TRY(sql_signing_keys(c->db, c->a, &rows));
    struct view_keys_keys *list = ARENA_ARRAY(c->a, rows.n, struct view_keys_keys);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_signing_keys *r = &rows.v[i];
        bool current = str_eq_z(r->state, "current");
        v.open_note |= current && !r->locked;
        list[i] = (struct view_keys_keys){.purpose = purpose_text(c, r->purpose), .kid = r->kid, .current = current, .made = r->made_at,
                                          .retired = {.some = !r->retired_at_null, .v = r->retired_at},
                                          .follow = str_printf(c->a, "/site/keys/%" PRId64 "/new", r->id)};
    }
    v.open_note |= rows.n == 0 && !secret_is_set();
    v.keys = list;
    v.keys_count = rows.n;
    struct page page = {.title = tr(c, M_outside_keys), .section = "/site/keys"};
    return view_keys_page(c, &page, &v);
}

/* A new key follows one that may have become known to somebody. */
static enum rc handle_new(struct ctx *c)
{
    int64_t id;
    struct row_signing_key_by_id row;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_signing_key_by_id(c->db, c->a, id, &row));
    if (!str_eq_z(row.state, "current"))
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/site/keys/%" PRId64 "/new", id), M_outside_key_new);
    f->cancel = S("/site/keys");
    f->danger = true;
    struct crumb crumb = {tr(c, M_outside_keys), S("/site/keys")};
    struct page page = {.title = tr(c, M_outside_key_new), .section = "/site/keys", .crumbs = &crumb, .crumb_count = 1};
    struct view_key_new v = {.purpose = purpose_text(c, row.purpose), .f = f};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return view_key_new_page(c, &page, &v);
    struct making m = {.purpose = str_eq_z(row.purpose, KEY_BADGE) ? KEY_BADGE : KEY_LAUNCH, .retire = id, .person = c->who->person, .now = c->now};
    enum rc rc = write_key(c->db, c->a, &m, &c->err);
    if (page_form_failed(c, f, rc, &page.status))
        return view_key_new_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, S("/site/keys"), M_outside_key_made);
}

static const struct route routes[] = {
    {METHOD_GET, "/.well-known/jwks.json", P_PUBLIC, BODY_NONE, RATE_PUBLIC, get_set},
    {METHOD_GET, "/site/keys", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, get_keys},
    {METHOD_GET, "/site/keys/{signing_key}/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, handle_new},
    {METHOD_POST, "/site/keys/{signing_key}/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, handle_new},
};

static const struct nav_entry nav[] = {{.href = "/site/keys", .label = M_outside_keys, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 60}};

const struct capability key_capability = {
    .name = "key",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
};
