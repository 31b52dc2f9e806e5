/* The capability of the record store: its addresses. */
#include "campus/xapi/inside.h"
#include "campus/xapi/forward.h"
#include "campus/xapi/own.h"
#include "campus/xapi/rule.h"
#include "campus/xapi/resources.h"
#include "campus/xapi/xapi.h"
#include "gen/msg_xapi.h"

#define RESOURCE(path, handle)                                                                                                     \
    {METHOD_GET, path, P_PUBLIC, BODY_NONE, RATE_OWN, handle}, {METHOD_PUT, path, P_PUBLIC, BODY_FOREIGN, RATE_OWN, handle},               \
        {METHOD_POST, path, P_PUBLIC, BODY_FOREIGN, RATE_OWN, handle},                                                                      \
    {                                                                                                                                      \
        METHOD_DELETE, path, P_PUBLIC, BODY_FOREIGN, RATE_OWN, handle                                                                       \
    }

static const struct route routes[] = {
    {METHOD_GET, "/xapi/statements", P_PUBLIC, BODY_NONE, RATE_OWN, xapi_handle_statements},
    {METHOD_PUT, "/xapi/statements", P_PUBLIC, BODY_FOREIGN, RATE_OWN, xapi_handle_statements},
    {METHOD_POST, "/xapi/statements", P_PUBLIC, BODY_FOREIGN, RATE_OWN, xapi_handle_statements},
    RESOURCE("/xapi/activities/state", xapi_handle_state),
    RESOURCE("/xapi/activities/profile", xapi_handle_activity_profile),
    RESOURCE("/xapi/agents/profile", xapi_handle_agent_profile),
    {METHOD_GET, "/xapi/activities", P_PUBLIC, BODY_NONE, RATE_OWN, xapi_handle_activities},
    {METHOD_POST, "/xapi/activities", P_PUBLIC, BODY_FOREIGN, RATE_OWN, xapi_handle_activities}, /* a GET put as a form */
    {METHOD_GET, "/xapi/agents", P_PUBLIC, BODY_NONE, RATE_OWN, xapi_handle_agents},
    {METHOD_POST, "/xapi/agents", P_PUBLIC, BODY_FOREIGN, RATE_OWN, xapi_handle_agents},
    {METHOD_GET, "/xapi/about", P_PUBLIC, BODY_NONE, RATE_PUBLIC, xapi_handle_about},
    {METHOD_GET, "/site/xapi", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_get_clients},
    {METHOD_POST, "/site/xapi", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_clients},
    {METHOD_POST, "/site/xapi/settings", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_settings},
    {METHOD_GET, "/site/xapi/rules", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_get_rules},
    {METHOD_GET, "/site/xapi/rules/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_rule_new},
    {METHOD_POST, "/site/xapi/rules/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_rule_new},
    {METHOD_GET, "/site/xapi/rules/{xapi_rule}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_get_rule},
    {METHOD_GET, "/site/xapi/rules/{xapi_rule}/edit", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_rule_edit},
    {METHOD_POST, "/site/xapi/rules/{xapi_rule}/edit", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_rule_edit},
    {METHOD_POST, "/site/xapi/rules/{xapi_rule}/on", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_rule_on},
    {METHOD_POST, "/site/xapi/rules/{xapi_rule}/off", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_rule_off},
    {METHOD_POST, "/site/xapi/rules/{xapi_rule}/again", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_rule_again},
    {METHOD_GET, "/site/xapi/rules/{xapi_rule}/remove", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_rule_remove},
    {METHOD_POST, "/site/xapi/rules/{xapi_rule}/remove", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_rule_remove},
    {METHOD_GET, "/site/xapi/forwards", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_get_forwards},
    {METHOD_GET, "/site/xapi/forwards/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_forward_new},
    {METHOD_POST, "/site/xapi/forwards/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_forward_new},
    {METHOD_GET, "/site/xapi/forwards/{xapi_forward}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_forward},
    {METHOD_POST, "/site/xapi/forwards/{xapi_forward}", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_forward},
    {METHOD_GET, "/site/xapi/forwards/{xapi_forward}/remove", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, xapi_handle_forward_remove},
    {METHOD_POST, "/site/xapi/forwards/{xapi_forward}/remove", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_handle_forward_remove},
    {METHOD_GET, "/statements/{xapi_statement}", P_EVIDENCE_VIEW, BODY_NONE, RATE_PAGE, xapi_get_fact},
    {METHOD_POST, "/site/xapi/{id}/end", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, xapi_post_client_end},
};

static const struct nav_entry nav[] = {{.href = "/site/xapi", .label = M_xapi_clients_title, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 30}};

static const struct job_handler jobs[] = {{.kind = "xapi_own", .run = xapi_run_own, .every_ms = XAPI_OWN_EVERY_MS},
                                          {.kind = "xapi_rules", .run = xapi_run_rules, .every_ms = XAPI_RULE_EVERY_MS},
                                          {.kind = "xapi_forward", .run = xapi_run_forward, .every_ms = XAPI_FORWARD_EVERY_MS}};

static const struct evidence_source sources[] = {{.kind = "xapi_statement", .describe = xapi_describe_statements}};

const struct capability xapi_capability = {
    .name = "xapi",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .export_person = xapi_export_person,
    .erase_person = xapi_erase_person,
};
