/* The capability of SCIM: its addresses, and what it holds about a person. */
#include "base/json_set.h"
#include "campus/scim/inside.h"
#include "campus/scim/scim.h"
#include "gen/msg_scim.h"

#define OF_ONE(path, get, put, patch, drop)                                                                                                \
    {METHOD_GET, path, P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, get}, {METHOD_PUT, path, P_ROSTER_SYNC, BODY_JSON, RATE_WRITE, put},           \
        {METHOD_PATCH, path, P_ROSTER_SYNC, BODY_JSON, RATE_WRITE, patch},                                                                 \
    {                                                                                                                                      \
        METHOD_DELETE, path, P_ROSTER_SYNC, BODY_NONE, RATE_WRITE, drop                                                                    \
    }

static const struct route routes[] = {
    {METHOD_GET, "/scim/v2/ServiceProviderConfig", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_config},
    {METHOD_GET, "/scim/v2/ResourceTypes", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_types},
    {METHOD_GET, "/scim/v2/ResourceTypes/{scim_type}", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_type},
    {METHOD_GET, "/scim/v2/Schemas", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_schemas},
    {METHOD_GET, "/scim/v2/Schemas/{scim_schema}", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_schema},
    {METHOD_GET, "/scim/v2/Users", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_users},
    {METHOD_POST, "/scim/v2/Users", P_ROSTER_SYNC, BODY_JSON, RATE_WRITE, scim_post_users},
    OF_ONE("/scim/v2/Users/{id}", scim_get_user, scim_put_user, scim_patch_user, scim_delete_user),
    {METHOD_GET, "/scim/v2/Groups", P_ROSTER_SYNC, BODY_NONE, RATE_PAGE, scim_get_groups},
    {METHOD_POST, "/scim/v2/Groups", P_ROSTER_SYNC, BODY_JSON, RATE_WRITE, scim_post_groups},
    OF_ONE("/scim/v2/Groups/{id}", scim_get_group, scim_put_group, scim_patch_group, scim_delete_group),
    {METHOD_GET, "/site/scim", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, scim_get_site},
    {METHOD_GET, "/site/scim/{id}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, scim_get_site_group},
    {METHOD_POST, "/site/scim/{id}/choose", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, scim_post_site_group},
};

static const struct nav_entry nav[] = {{.href = "/site/scim", .label = M_scim_title, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 31}};

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    int64_t ids[SCIM_AT_ONCE] = {person};
    struct rows_scim_users_among rows;
    struct rows_scim_groups_of groups;
    TRY(sql_scim_users_among(db, a, SCIM_IDS(ids), &rows));
    TRY(sql_scim_groups_of(db, a, person, &groups));
    json_t *own = json_new_object(into, "other_system"), *list = json_new_list(own, "groups");
    if (rows.n != 0 && !rows.v[0].resource_id_null) {
        json_set_words(own, "user_name", rows.v[0].user_name);
        json_set_words(own, "external_id", rows.v[0].external_id);
        json_set_time_unless(a, own, "changed", rows.v[0].changed_at_null, rows.v[0].changed_at);
        json_set_time_unless(a, own, "deleted", rows.v[0].deleted_at_null, rows.v[0].deleted_at);
    }
    for (size_t i = 0; i < groups.n; i++)
        json_array_append_new(list, scim_str(groups.v[i].display_name));
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_scim_members_clear(tx, person));
    return sql_scim_user_drop(tx, person);
}

const struct capability scim_capability = {
    .name = "scim",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .protocol = "/scim/v2",
    .problem = scim_problem,
    .export_person = export_person,
    .erase_person = erase_person,
};
