/* Another program, run to its end: no shell, no input, its output thrown away; what it is told and tells stands in
 * files of a folder that only this user can enter. */
#ifndef CADRE_BASE_CHILD_H
#define CADRE_BASE_CHILD_H

#include "base/err.h"

enum child_end {
    CHILD_DONE,    /* it ended with status 0 */
    CHILD_FAILED,  /* it ended otherwise */
    CHILD_STOPPED, /* it took longer than it may and was stopped */
    CHILD_MISSING, /* there is no such program */
};

/* Runs argv[0], looked for in PATH; argv ends with NULL. Waits at most so many seconds. Safe in any thread. */
enum child_end child_run(const char *const *argv, unsigned seconds);

/* A folder for the files of one run, gone with all that is in it when the arena is reset or freed. STR_NONE where none
 * can be made. */
struct str child_folder(struct arena *a);

#endif
