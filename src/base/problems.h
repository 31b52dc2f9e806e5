/* What is wrong with a file that somebody gave us: told with file, row and column, so that it can be put right there.
 * One list for a whole import; it keeps the first PROBLEMS_KEPT (errors before warnings when it is full) and counts
 * all. An error refuses the import, a warning is told and the import goes on. */
#ifndef CADRE_BASE_PROBLEMS_H
#define CADRE_BASE_PROBLEMS_H

#include "base/err.h"
#include "base/msg.h"

#define PROBLEMS_KEPT 100
#define PROBLEM_DETAIL_MAX 200 /* bytes */

enum severity { PROBLEM_WARNING, PROBLEM_ERROR };

struct problem {
    enum severity severity;
    msg_id msg;        /* its text holds {detail} where it needs one */
    size_t row;        /* the file's line, from 1; 0: the file as a whole */
    struct str file;   /* "users.csv"; empty where there is only one */
    struct str column; /* a column's name or a JSON path "CFItems[12].identifier"; may be empty */
    struct str detail; /* printable, at most PROBLEM_DETAIL_MAX bytes; may be empty */
};

struct problems {
    struct arena *a;
    struct problem *items; /* in the order they were found */
    size_t kept;           /* of items */
    size_t errors;         /* all that were found, kept or not */
    size_t warnings;
};

struct problems problems_new(struct arena *a);
/* An error. file and column are copied; detail_fmt may be NULL. What the format makes is cleaned (utf8_clean) and cut.
 */
void problems_add(struct problems *p, struct str file, size_t row, struct str column, msg_id msg,
                  const char *detail_fmt, ...) PRINTF_LIKE(6, 7);
/* The same for a warning. */
void problems_warn(struct problems *p, struct str file, size_t row, struct str column, msg_id msg,
                   const char *detail_fmt, ...) PRINTF_LIKE(6, 7);

/* RC_OK when there is no error; else RC_INVALID with e (NULL allowed) telling the first one. */
enum rc problems_check(const struct problems *p, struct err *e) MUST_CHECK;
/* "users.csv, 12, email", with what there is; empty when nothing is known. For logs of verbs and for tests. */
struct str problem_place(struct arena *a, const struct problem *p);

#endif
