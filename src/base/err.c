/* Filling a struct err: see err.h. */
#include "base/err.h"

static void fill(struct err *e, enum rc rc, int msg, const char *field, const char *fmt, va_list ap)
{
    *e = (struct err){.rc = rc, .msg = msg};
    if (field != NULL)
        snprintf(e->field, sizeof e->field, "%s", field);
    if (fmt != NULL)
        vsnprintf(e->detail, sizeof e->detail, fmt, ap);
}

enum rc err_set(struct err *e, enum rc rc, int msg, const char *detail_fmt, ...)
{
    if (e != NULL) {
        va_list ap;
        va_start(ap, detail_fmt);
        fill(e, rc, msg, NULL, detail_fmt, ap);
        va_end(ap);
    }
    return rc;
}

enum rc err_field(struct err *e, enum rc rc, int msg, const char *field, const char *detail_fmt, ...)
{
    if (e != NULL) {
        va_list ap;
        va_start(ap, detail_fmt);
        fill(e, rc, msg, field, detail_fmt, ap);
        va_end(ap);
    }
    return rc;
}
