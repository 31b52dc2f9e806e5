/* Accounts of other systems that are linked with one's own: which, since when, a new one, and removing one. */
#include "auth/session.h"
#include "campus/oidc/inside.h"
#include "gen/auth/auth_sql.h"
#include "gen/campus/oidc/sign_on_account_view.h"

/* Only in a session of her own: who signs in with a link that she made for another person must not leave a door behind. */
static enum rc own_session(struct ctx *c)
{
    if (c->session == NULL)
        return err_set(&c->err, RC_DENIED, M_signon_browser_only, NULL);
    return c->who->lent && !c->who->demo ? err_set(&c->err, RC_DENIED, M_signon_lent, NULL) : RC_OK;
}

static msg_id how_word(struct str how)
{
    if (str_eq_z(how, "roster"))
        return M_signon_how_roster;
    if (str_eq_z(how, "address"))
        return M_signon_how_address;
    return str_eq_z(how, "made") ? M_signon_how_made : M_signon_how_self;
}

/* Without a password and without an address to which a link could be sent, the last one is the only way in. */
static enum rc is_only_way(struct db *db, struct arena *a, int64_t person, size_t links, bool *only)
{
    struct row_account_by_person account;
    struct person_details d;
    TRY(sql_account_by_person(db, a, person, &account));
    TRY(people_find(db, a, person, &d, NULL));
    *only = links <= 1 && account.password_hash.p == NULL && d.email.n == 0;
    return RC_OK;
}

static bool linked_with(const struct rows_sign_on_link_of *links, int64_t provider)
{
    for (size_t i = 0; i < links->n; i++)
        if (links->v[i].provider_id == provider)
            return true;
    return false;
}

enum rc sign_on_get_account(struct ctx *c)
{
    struct rows_sign_on_link_of links;
    struct rows_sign_on_provider_list rows;
    bool only;
    TRY(own_session(c));
    TRY(sql_sign_on_link_of(c->db, c->a, c->who->person, &links));
    TRY(sql_sign_on_provider_list(c->db, c->a, &rows));
    TRY(is_only_way(c->db, c->a, c->who->person, links.n, &only));
    struct view_sign_on_account_list *list = ARENA_ARRAY(c->a, links.n, struct view_sign_on_account_list);
    for (size_t i = 0; i < links.n; i++) {
        const struct row_sign_on_link_of *r = &links.v[i];
        struct form *drop = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/account/sign-on/%" PRId64 "/remove", r->id), M_signon_remove);
        drop->quiet = true;
        list[i] = (struct view_sign_on_account_list){
            .id = r->id, .name = r->name, .subject = r->subject, .how = tr(c, how_word(r->how)), .since = r->linked_at, .used = r->used_day, .off = r->active == 0, .drop = only ? NULL : drop};
    }
    struct view_sign_on_account_ways *ways = ARENA_ARRAY(c->a, rows.n, struct view_sign_on_account_ways);
    struct view_sign_on_account v = {.list = list, .list_count = links.n, .ways = ways, .only = only && links.n != 0};
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.v[i].active == 0 || linked_with(&links, rows.v[i].id))
            continue;
        const struct msg_arg args[] = {MSG_TEXT("name", rows.v[i].name)};
        struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/account/sign-on/%" PRId64, rows.v[i].id), M_signon_link);
        f->submit_text = tr_args(c, M_signon_link, args, COUNT_OF(args));
        ways[v.ways_count++].f = f;
    }
    struct crumb crumb = {tr(c, M_signon_my_account), S("/account")};
    struct page page = {.title = tr(c, M_signon_account_title), .section = "/account", .crumbs = &crumb, .crumb_count = 1};
    return view_sign_on_account_page(c, &page, &v);
}

enum rc sign_on_post_link(struct ctx *c)
{
    int64_t id;
    TRY(own_session(c));
    TRY(request_id(c->rq, 0, &id));
    return sign_on_begin(c, id, S(""), c->who->person);
}

struct dropping {
    struct arena *a;
    int64_t id, person, now;
};

static enum rc drop_link(struct db *tx, void *arg, struct err *e)
{
    const struct dropping *d = arg;
    struct rows_sign_on_link_of links;
    bool only;
    TRY(sql_sign_on_link_of(tx, d->a, d->person, &links));
    TRY(is_only_way(tx, d->a, d->person, links.n, &only));
    if (only)
        return err_set(e, RC_CONFLICT, M_signon_only_way, NULL);
    TRY(sql_sign_on_link_drop(tx, d->id, d->person));
    return db_changes(tx) != 0 ? audit_note(tx, d->now, d->person, "sign_on_unlink", d->person, NULL, 0) : RC_NOT_FOUND;
}

enum rc sign_on_post_unlink(struct ctx *c)
{
    struct dropping d = {.a = c->a, .person = c->who->person, .now = c->now};
    TRY(own_session(c));
    TRY(request_id(c->rq, 0, &d.id));
    TRY(ctx_write(c, drop_link, &d));
    return page_redirect(c, S("/account/sign-on"), M_signon_removed);
}
