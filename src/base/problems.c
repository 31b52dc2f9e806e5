/* The list of problems: see problems.h. */
#include "base/problems.h"

#include "base/utf8.h"

struct problems problems_new(struct arena *a)
{
    return (struct problems){.a = a};
}

/* Makes room for an error in a full list by giving up the last warning. */
static bool drop_warning(struct problems *p)
{
    for (size_t i = p->kept; i-- > 0;) {
        if (p->items[i].severity == PROBLEM_WARNING) {
            memmove(&p->items[i], &p->items[i + 1], (p->kept - i - 1) * sizeof p->items[0]);
            p->kept--;
            return true;
        }
    }
    return false;
}

static void add(struct problems *p, struct problem found, const char *fmt, va_list ap)
{
    if (found.severity == PROBLEM_ERROR)
        p->errors++;
    else
        p->warnings++;
    if (p->kept == PROBLEMS_KEPT &&
        (found.severity == PROBLEM_WARNING || p->errors > PROBLEMS_KEPT || !drop_warning(p)))
        return;
    if (p->items == NULL)
        p->items = ARENA_ARRAY(p->a, PROBLEMS_KEPT, struct problem);
    if (fmt != NULL) {
        char tmp[4 * PROBLEM_DETAIL_MAX];
        int n = vsnprintf(tmp, sizeof tmp, fmt, ap);
        ASSERT(n >= 0);
        struct str detail = {tmp, (size_t)n < sizeof tmp ? (size_t)n : sizeof tmp - 1};
        detail = utf8_clip(utf8_clean(p->a, utf8_clip(detail, PROBLEM_DETAIL_MAX)), PROBLEM_DETAIL_MAX);
        found.detail = str_dup(p->a, detail);
    } else {
        found.detail = S("");
    }
    found.file = str_dup(p->a, found.file);
    found.column = str_dup(p->a, utf8_clean(p->a, utf8_clip(found.column, PROBLEM_DETAIL_MAX)));
    p->items[p->kept++] = found;
}

void problems_add(struct problems *p, struct str file, size_t row, struct str column, msg_id msg,
                  const char *detail_fmt, ...)
{
    va_list ap;
    va_start(ap, detail_fmt);
    add(p, (struct problem){PROBLEM_ERROR, msg, row, file, column, STR_NONE}, detail_fmt, ap);
    va_end(ap);
}

void problems_warn(struct problems *p, struct str file, size_t row, struct str column, msg_id msg,
                   const char *detail_fmt, ...)
{
    va_list ap;
    va_start(ap, detail_fmt);
    add(p, (struct problem){PROBLEM_WARNING, msg, row, file, column, STR_NONE}, detail_fmt, ap);
    va_end(ap);
}

enum rc problems_check(const struct problems *p, struct err *e)
{
    if (p->errors == 0)
        return RC_OK;
    for (size_t i = 0; i < p->kept; i++) {
        const struct problem *x = &p->items[i];
        if (x->severity == PROBLEM_ERROR)
            return err_field(e, RC_INVALID, x->msg, str_z(p->a, x->column), "%.*s", STR_ARG(x->detail));
    }
    return err_set(e, RC_INVALID, 0, NULL); /* cannot be: a list with errors keeps one */
}

struct str problem_place(struct arena *a, const struct problem *p)
{
    struct buf b = buf_new(a, 64);
    buf_str(&b, p->file);
    if (p->row != 0)
        buf_printf(&b, "%s%zu", b.n != 0 ? ", " : "", p->row);
    if (!str_empty(p->column))
        buf_printf(&b, "%s%.*s", b.n != 0 ? ", " : "", STR_ARG(p->column));
    return buf_text(&b);
}
