/* Content files for the loaders: those inside the binary, or those of a folder. */
#ifndef CADRE_COMMAND_FILES_H
#define CADRE_COMMAND_FILES_H

#include "command/command.h"
#include "programme/framework/framework.h"

/* All content files, paths relative to content/, sorted. dir NULL: the ones that are part of the binary. Prints why not. */
bool files_gather(struct command *c, const char *dir, struct content_file **out, size_t *count);
/* Those whose path starts with prefix, which is taken off. */
struct content_file *files_under(struct arena *a, const struct content_file *all, size_t count, struct str prefix, size_t *out_count);

/* Loads the framework and the courses into a programme in one bulk transaction and prints what was done or every problem. */
enum rc content_load_all(struct command *c, int64_t programme, const struct content_file *files, size_t count, bool apply, int64_t now,
                         struct problems *problems, struct err *e) MUST_CHECK;

/* Members of a JSON object: errors, warnings, problems. */
void problems_json(struct buf *b, struct arena *a, const struct problems *p);
/* Prints problems on standard error, one a line: file:row: column: text; with --json as one object on standard output. */
void print_problems(const struct command *c, const struct problems *p);

#endif
