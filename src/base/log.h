/* The log: one line of key=value text on standard error for each event. Never a name, an address, a token or what a
 * person wrote: ids and codes only. */
#ifndef CADRE_BASE_LOG_H
#define CADRE_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least); /* at start, before any thread; INFO unless told */
/* event is a short fixed word ("db.open", "http.request"); fmt gives the key=value pairs. Thread-safe, one write. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
