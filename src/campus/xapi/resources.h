/* The resources of the record store, each a handler for all its methods; and the page of clients. */
#ifndef CADRE_CAMPUS_XAPI_RESOURCES_H
#define CADRE_CAMPUS_XAPI_RESOURCES_H

#include "programme/capability.h"

handler xapi_handle_statements;
handler xapi_handle_state, xapi_handle_activity_profile, xapi_handle_agent_profile;
handler xapi_handle_activities, xapi_handle_agents, xapi_handle_about;
handler xapi_get_clients, xapi_post_clients, xapi_post_client_end, xapi_post_settings;
handler xapi_get_forwards, xapi_handle_forward_new, xapi_handle_forward, xapi_handle_forward_remove;
handler xapi_get_rules, xapi_get_rule, xapi_handle_rule_new, xapi_handle_rule_edit, xapi_handle_rule_remove;
handler xapi_post_rule_on, xapi_post_rule_off, xapi_post_rule_again, xapi_get_fact;
enum rc xapi_describe_statements(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);

#endif
