/* The capability of signing in with an institution's own account: its addresses, and what it holds about a person. */
#include "base/json_set.h"
#include "campus/oidc/inside.h"

static const struct route routes[] = {
    {METHOD_POST, "/sign-on/{provider}", P_PUBLIC, BODY_FORM, RATE_SIGN_IN, sign_on_post_start},
    {METHOD_GET, "/sign-on/{provider}/left", P_PUBLIC, BODY_NONE, RATE_PUBLIC, sign_on_get_left},
    {METHOD_GET, PROXY_PATH "{provider}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, sign_on_get_proxy},
    {METHOD_GET, CALLBACK_PATH, P_PUBLIC, BODY_NONE, RATE_PUBLIC, sign_on_get_callback},
    {METHOD_POST, LOGOUT_PATH, P_PUBLIC, BODY_FOREIGN_FORM, RATE_PUBLIC, sign_on_post_logout},
    {METHOD_GET, "/account/sign-on", P_ACCOUNT, BODY_NONE, RATE_PAGE, sign_on_get_account},
    {METHOD_POST, "/account/sign-on/{provider}", P_ACCOUNT, BODY_FORM, RATE_WRITE, sign_on_post_link},
    {METHOD_POST, "/account/sign-on/{link}/remove", P_ACCOUNT, BODY_FORM, RATE_WRITE, sign_on_post_unlink},
    {METHOD_GET, "/site/sign-on", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, sign_on_get_site},
    {METHOD_GET, "/site/sign-on/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, sign_on_get_new},
    {METHOD_POST, "/site/sign-on/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, sign_on_post_new},
    {METHOD_GET, "/site/sign-on/new-proxy", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, sign_on_get_new},
    {METHOD_POST, "/site/sign-on/new-proxy", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, sign_on_post_new},
    {METHOD_GET, "/site/sign-on/{provider}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, sign_on_get_provider},
    {METHOD_POST, "/site/sign-on/{provider}", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, sign_on_post_provider},
    {METHOD_POST, "/site/sign-on/{provider}/test", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, sign_on_post_test},
    {METHOD_POST, "/site/sign-on/{provider}/turn", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, sign_on_post_turn},
};

static const struct nav_entry nav[] = {{.href = "/site/sign-on", .label = M_signon_site_title, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 25}};

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_sign_on_link_of links;
    TRY(sql_sign_on_link_of(db, a, person, &links));
    json_t *list = json_new_list(into, "accounts_elsewhere");
    for (size_t i = 0; i < links.n; i++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "system", links.v[i].name);
        json_set_words(o, "issuer", links.v[i].issuer);
        json_set_words(o, "identifier", links.v[i].subject);
        json_set_words(o, "recognised_by", links.v[i].how);
        json_set_time(a, o, "since", links.v[i].linked_at);
        json_set_day(a, o, "last_used", links.v[i].used_day);
    }
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a, (void)now;
    TRY(sql_sign_on_start_clear(tx, person));
    return sql_sign_on_link_clear(tx, person);
}

const struct capability oidc_capability = {
    .name = "oidc",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = export_person,
    .erase_person = erase_person,
};

const struct people_sign_on oidc_sign_on = {
    .ways = sign_on_ways, .leaving = sign_on_leaving, .account = "/account/sign-on", .account_title = M_signon_account_title};
