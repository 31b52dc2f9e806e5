/* The parts of `cadre match`, one for each kind of file. Each prints its result on standard output and gives the exit
 * status. */
#ifndef CADRE_COMMAND_MATCH_H
#define CADRE_COMMAND_MATCH_H

#include "base/buf.h"
#include "command/command.h"

struct match_job {
    struct command *c;
    const char *path;
    struct str text; /* of the file, mapped */
    uint64_t seed;
};

int match_job_preferences(const struct match_job *job); /* .hr */
int match_job_scores(const struct match_job *job);      /* .asg */
int match_job_placement(const struct match_job *job);   /* .json */
int match_job_cascade(const struct match_job *job);     /* .json with levels */

/* A number of so many decimal places, without closing zeros. */
void match_print_weight(struct buf *b, int64_t weight, unsigned decimals);

/* What stood before, as `cadre match` prints it, and --seats 3=0,5=2. False: said why not. */
struct hr;
struct match_seats;
struct match_move;
bool match_read_result(const struct match_job *job, const char *path, const struct hr *h, uint32_t *partner);
bool match_read_seats(const struct match_job *job, const struct hr *h, const char *list, struct match_seats **out,
                      size_t *count);
void match_say_moves(const struct match_job *job, const struct match_move *move, size_t count);

/* The file's bytes, mapped until the arena goes. False: said why not. */
bool match_map_file(struct command *c, const char *path, struct str *out);

/* Says why the file was refused, with its name. */
int match_job_fail(const struct match_job *job, const struct err *e);
/* Writes the result; EXIT_REFUSED when it cannot be written. */
int match_job_print(const struct match_job *job, const struct buf *result);

#endif
