/* What the verbs about branching cases share. */
#ifndef CADRE_COMMAND_STORY_H
#define CADRE_COMMAND_STORY_H

#include "command/command.h"
#include "engine/story/story.h"

/* The case in the verb's first argument; NULL, told, where it cannot be read. */
struct story *story_open(struct command *c, struct story_problems *p);
/* Writes b on standard output; status, or EXIT_REFUSED where that fails. */
int story_print(const struct buf *b, int status);
/* file:line: "Passage": what is wrong; one line. */
void story_print_problem(struct buf *b, struct arena *a, const struct story_problem *p);

#endif
