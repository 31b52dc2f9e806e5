/* What every file of Cadre may assume: fixed-width types, the must-check attribute, the compile-time helpers, and the
 * list of banned calls. System headers come first so that the bans do not touch them. */
#ifndef CADRE_BASE_BASE_H
#define CADRE_BASE_BASE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Ends the process with a message: for broken invariants only, never for bad input. */
NORETURN void die(const char *file, int line, const char *what);
#define ASSERT(cond) ((cond) ? (void)0 : die(__FILE__, __LINE__, #cond))

#include "base/banned.h"

#endif
