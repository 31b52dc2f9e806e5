/* The table of verbs, in the order in which the help shows them. */
#include "command/verbs.h"

const struct verb *const all_verbs[] = {
    &verb_serve,         &verb_link,          &verb_admin,         &verb_demo,        &verb_content_load,
    &verb_content_check, &verb_content_stats, &verb_import_roster, &verb_import_framework, &verb_export_framework, &verb_export_person,
    &verb_export_inventory,
    &verb_erase_person,  &verb_retain,        &verb_migrate,       &verb_backup,      &verb_restore,
    &verb_check,         &verb_match,         &verb_stats,         &verb_disclose,    &verb_chart,
    &verb_verify,
    &verb_xapi_client,  &verb_xapi_export,  &verb_xapi_import,
    &verb_routes,
    &verb_story_check,  &verb_story_play,    &verb_story_graph,     &verb_story_convert,
    &verb_draw_groups,  &verb_draw_term,
};
const size_t verb_count = COUNT_OF(all_verbs);
