/* Forms: the list of fields, what was given, and errors. See form.h; form_read.c reads, form_write.c writes. */
#include "view/form.h"

#include "gen/msg_error.h"

#define FIRST_ROOM 16 /* fields; doubles when full */

struct form *form_new(struct arena *a, int lang, const struct zone *zone, struct str action, msg_id submit)
{
    struct form *f = ARENA_NEW(a, struct form);
    *f = (struct form){.a = a, .action = action, .submit = submit, .lang = lang, .zone = zone};
    f->fields = ARENA_ARRAY(a, FIRST_ROOM, struct field);
    return f;
}

struct field *form_add(struct form *f, struct field field)
{
    ASSERT(field.name != NULL && strcmp(field.name, "csrf") != 0 && form_field(f, field.name) == NULL);
    bool full = f->count >= FIRST_ROOM && (f->count & (f->count - 1)) == 0;
    if (full)
        f->fields = arena_grow(f->a, f->fields, f->count * sizeof field, 2 * f->count * sizeof field);
    f->fields[f->count] = field;
    return &f->fields[f->count++];
}

void form_add_version(struct form *f, int64_t version)
{
    form_add(f, (struct field){.name = "version", .kind = FIELD_HIDDEN, .value = str_printf(f->a, "%" PRId64, version)});
}

void form_set_version(struct form *f, int64_t version)
{
    struct field *field = form_field(f, "version");
    ASSERT(field != NULL);
    field->value = str_printf(f->a, "%" PRId64, version);
}

struct field *form_field(struct form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->fields[i].name, name) == 0)
            return &f->fields[i];
    return NULL;
}

static const struct field *find(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->fields[i].name, name) == 0)
            return &f->fields[i];
    return NULL;
}

struct str form_label(const struct form *f, const struct field *field)
{
    return field->label_text.p != NULL ? field->label_text : msg_text(f->lang, field->label);
}

bool form_ok(const struct form *f)
{
    bool ok = str_empty(f->error);
    for (size_t i = 0; i < f->count; i++)
        ok &= str_empty(f->fields[i].error);
    return ok;
}

void form_error(struct form *f, const char *name, msg_id msg, const char *detail)
{
    struct field *fd = form_field(f, name);
    struct str d = str_from(detail != NULL ? detail : "");
    const struct msg_arg args[] = {MSG_TEXT("detail", str_dup(f->a, d)),
                                   MSG_TEXT("label", fd != NULL ? form_label(f, fd) : S(""))};
    struct str text = msg_format(f->a, f->lang, msg, args, COUNT_OF(args));
    struct str *at = fd != NULL ? &fd->error : &f->error;
    if (str_empty(*at))
        *at = text;
}

/* The general text, for a rule that gave none of its own. */
static msg_id general(const struct err *e)
{
    switch (e->rc) {
    case RC_CONFLICT:
        return M_error_conflict_more;
    case RC_DENIED:
        return M_error_denied_more;
    case RC_GONE:
        return M_error_gone_more;
    case RC_TOO_LARGE:
        return M_error_too_large_more;
    case RC_UNSUPPORTED:
        return M_error_unsupported_more;
    case RC_RATE_LIMITED:
        return M_error_rate_limited_more;
    case RC_BUSY:
        return M_error_busy_more;
    case RC_INTERNAL:
        return M_error_internal_more;
    default:
        return e->detail[0] != '\0' ? M_error_invalid_more : M_error_invalid;
    }
}

void form_fail(struct form *f, const struct err *e)
{
    form_error(f, e->field, e->msg != 0 ? e->msg : general(e), e->detail);
}

struct str form_text(const struct form *f, const char *name)
{
    const struct field *fd = find(f, name);
    return fd != NULL && fd->value.p != NULL ? fd->value : S("");
}

int64_t form_int(const struct form *f, const char *name, int64_t otherwise)
{
    int64_t v;
    return str_to_int(form_text(f, name), &v) ? v : otherwise;
}

double form_real(const struct form *f, const char *name, double otherwise)
{
    double v;
    return str_to_real(form_text(f, name), &v) ? v : otherwise;
}

bool form_bool(const struct form *f, const char *name)
{
    return str_eq(form_text(f, name), S("1"));
}

bool form_has(const struct form *f, const char *name, struct str value)
{
    const struct field *fd = find(f, name);
    for (size_t i = 0; fd != NULL && i < fd->value_count; i++)
        if (str_eq(fd->values[i], value))
            return true;
    return false;
}

bool form_day(const struct form *f, const char *name, int64_t *day)
{
    return day_parse(form_text(f, name), day);
}

struct str form_day_value(const struct form *f, int64_t day)
{
    struct buf b = buf_new(f->a, 16);
    day_format(&b, day);
    return buf_text(&b);
}

struct str form_when_value(const struct form *f, int64_t ms)
{
    struct civil c = civil_from_ms(f->zone, ms);
    return str_printf(f->a, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}
