/* The log: see log.h. A line is built in a fixed buffer and written by one call, so that threads never mix. */
#include "base/log.h"

#include <unistd.h>

#include "base/clock.h"

static enum log_level least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    least_level = least;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    static const char *const words[] = {"debug", "info", "warn", "error"};
    if (level < least_level)
        return;
    char line[2048];
    int64_t now = clock_now();
    time_t seconds = (time_t)(now / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    int n = snprintf(line, sizeof line, "ts=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s event=%s ", tm.tm_year + 1900,
                     tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(now % 1000), words[level], event);
    size_t at = (size_t)n;
    va_list ap;
    va_start(ap, fmt);
    n = vsnprintf(line + at, sizeof line - at - 1, fmt, ap);
    va_end(ap);
    at += n < 0 ? 0 : (size_t)n;
    if (at > sizeof line - 2)
        at = sizeof line - 2;
    for (size_t i = 0; i < at; i++)
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[at++] = '\n';
    ssize_t done = write(STDERR_FILENO, line, at);
    (void)done; /* a log that cannot be written has nowhere to say so */
}
