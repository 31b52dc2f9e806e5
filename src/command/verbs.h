/* Every verb of the program, one declaration each; the table stands in verbs.c. */
#ifndef CADRE_COMMAND_VERBS_H
#define CADRE_COMMAND_VERBS_H

#include "command/command.h"

extern const struct verb verb_serve;
extern const struct verb verb_link;
extern const struct verb verb_demo;
extern const struct verb verb_content_load;
extern const struct verb verb_content_check;
extern const struct verb verb_content_stats;
extern const struct verb verb_import_roster;
extern const struct verb verb_import_framework;
extern const struct verb verb_export_framework;
extern const struct verb verb_export_inventory;
extern const struct verb verb_export_person;
extern const struct verb verb_erase_person;
extern const struct verb verb_retain;
extern const struct verb verb_admin;
extern const struct verb verb_migrate;
extern const struct verb verb_backup;
extern const struct verb verb_restore;
extern const struct verb verb_check;
extern const struct verb verb_match;
extern const struct verb verb_stats;
extern const struct verb verb_disclose;
extern const struct verb verb_story_check;
extern const struct verb verb_story_play;
extern const struct verb verb_story_graph;
extern const struct verb verb_story_convert;
extern const struct verb verb_draw_groups;
extern const struct verb verb_draw_term;
extern const struct verb verb_chart;
extern const struct verb verb_verify;
extern const struct verb verb_xapi_client, verb_xapi_export, verb_xapi_import;
extern const struct verb verb_routes;

#endif
