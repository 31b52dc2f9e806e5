/* The whole site as verbs need it: every capability, the routes and navigation they add up to, the jobs. */
#ifndef CADRE_COMMAND_SITE_H
#define CADRE_COMMAND_SITE_H

#include "command/command.h"
#include "http/server.h"
#include "programme/capability.h"

/* In main.c. */
extern const struct capability *const all_capabilities[];
extern const size_t capability_count;

/* Fills routes, navigation and hooks of an app from the capabilities; memory is the arena's and must outlive the server. */
void site_fill(struct app *app, struct arena *a);
/* All job handlers of all capabilities. */
const struct job_handler *site_jobs(struct arena *a, size_t *count);
/* All kinds of mails of all capabilities. */
const struct mail_kind *site_mails(struct arena *a, size_t *count);

/* The address people use, without a slash at its end: as set (base-url), else that of the server which last had this database
 * open, else http://127.0.0.1:8080. The database is open. */
struct str site_address(struct command *c);
/* The programme of --programme CODE, or the only one there is. False: said why. */
struct programme;
bool site_find_programme(struct command *c, struct programme *out);
/* Notes the address that a server now answers at. */
enum rc site_note_address(struct command *c, struct str address, struct err *e) MUST_CHECK;

#endif
