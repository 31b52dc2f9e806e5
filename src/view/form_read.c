/* Reading a form: takes what the browser sent, checks each field by its kind, and leaves either a clean value or an
 * error text beside it. Everything here is input from outside. */
#include "view/form.h"
#include "view/write.h"

#include "base/utf8.h"
#include "gen/msg_form.h"
#include "http/request.h"

#define DEFAULT_TEXT 200
#define DEFAULT_LONG_TEXT 20000
#define EMAIL_BYTES 254 /* RFC 5321, 4.5.3.1.3, without the angle brackets */

/* Up to three arguments beside the label. The first error of a field stays. */
static void wrong(struct form *f, struct field *fd, msg_id msg, const struct msg_arg *more, size_t count)
{
    struct msg_arg args[4] = {MSG_TEXT("label", form_label(f, fd))};
    ASSERT(count < COUNT_OF(args));
    for (size_t i = 0; i < count; i++)
        args[i + 1] = more[i];
    if (str_empty(fd->error))
        fd->error = msg_format(f->a, f->lang, msg, args, count + 1);
}

static bool is_text_kind(enum field_kind k)
{
    return k != FIELD_MANY && k != FIELD_BOOL && k != FIELD_FILE;
}

/* CRLF and CR become LF: the database holds one kind of line end. */
static struct str unix_lines(struct arena *a, struct str s)
{
    if (s.n == 0 || memchr(s.p, '\r', s.n) == NULL)
        return s;
    char *p = arena_alloc_raw(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r')
            p[n++] = s.p[i];
        else if (i + 1 == s.n || s.p[i + 1] != '\n')
            p[n++] = '\n';
    }
    return (struct str){p, n};
}

/* A browser takes line breaks out of a field of one line; what was sent without one may hold them. */
static struct str one_line(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n);
    for (size_t i = 0; i < s.n; i++)
        buf_ch(&b, s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t' ? ' ' : s.p[i]);
    return buf_text(&b);
}

/* ---- the kinds
 * ------------------------------------------------------------------------------------------------------- */

static void check_length(struct form *f, struct field *fd)
{
    int64_t otherwise = fd->kind == FIELD_LONG_TEXT ? DEFAULT_LONG_TEXT : DEFAULT_TEXT;
    int64_t max = fd->max > 0 ? fd->max : otherwise, n = (int64_t)utf8_count(fd->value);
    if (n > max)
        wrong(f, fd, M_form_too_long, (const struct msg_arg[]){MSG_NUM("max", max), MSG_NUM("n", n)}, 2);
    else if (n < fd->min)
        wrong(f, fd, M_form_too_short, (const struct msg_arg[]){MSG_NUM("min", fd->min)}, 1);
}

/* Plausible, not proven: one @, something on both sides, a domain with a dot, none of the characters that separate
 * addresses in a header. Whether it exists only a mail can tell. */
static bool plausible_email(struct str s)
{
    const char *at = s.n != 0 ? memrchr(s.p, '@', s.n) : NULL;
    if (at == NULL || s.n > EMAIL_BYTES)
        return false;
    struct str local = str_sub(s, 0, (size_t)(at - s.p)), domain = str_sub(s, local.n + 1, s.n), label;
    if (local.n == 0 || local.n > 64 || local.p[0] == '.' || local.p[local.n - 1] == '.')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || strchr("<>()[]\\,;:\"", s.p[i]) != NULL ||
            (s.p[i] == '@' && i != local.n))
            return false;
    size_t labels = 0;
    while (str_cut(&domain, '.', &label)) {
        labels++;
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++) {
            unsigned char c = (unsigned char)label.p[i];
            if (c < 0x80 && c != '-' && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9'))
                return false;
        }
    }
    return labels > 1;
}

static void out_of_range(struct form *f, struct field *fd, struct msg_arg min, struct msg_arg max)
{
    wrong(f, fd, M_form_not_in_range, (const struct msg_arg[]){min, max}, 2);
}

static void check_int(struct form *f, struct field *fd)
{
    int64_t v;
    if (!str_to_int(fd->value, &v))
        wrong(f, fd, M_form_not_int, NULL, 0);
    else if (fd->max > fd->min && (v < fd->min || v > fd->max))
        out_of_range(f, fd, MSG_NUM("min", fd->min), MSG_NUM("max", fd->max));
}

/* "3,5" is 3.5 wherever commas are decimal signs; nobody means three thousand five by it. */
static void check_real(struct form *f, struct field *fd)
{
    double v;
    size_t comma;
    if (str_find(fd->value, S(","), &comma)) {
        struct str s = str_dup(f->a, fd->value);
        ((char *)(uintptr_t)s.p)[comma] = '.';
        if (str_to_real(s, &v))
            fd->value = s;
    }
    if (!str_to_real(fd->value, &v))
        wrong(f, fd, M_form_not_real, NULL, 0);
    else if (fd->max > fd->min && (v < (double)fd->min || v > (double)fd->max))
        out_of_range(f, fd, MSG_NUM("min", fd->min), MSG_NUM("max", fd->max));
}

static void check_day(struct form *f, struct field *fd)
{
    int64_t day;
    if (!day_parse(fd->value, &day))
        wrong(f, fd, M_form_not_day, NULL, 0);
    else if (fd->max > fd->min && (day < fd->min || day > fd->max))
        out_of_range(f, fd, MSG_TEXT("min", view_day_str(f->a, f->lang, fd->min)),
                     MSG_TEXT("max", view_day_str(f->a, f->lang, fd->max)));
}

/* "2026-11-12T14:05", a space instead of the T, seconds allowed: what browsers send and people type. */
static bool wall_clock(struct str s, struct civil *c)
{
    int64_t day, h, m, sec = 0;
    struct str clock = str_sub(s, 11, s.n);
    bool seconds = clock.n == 8 && clock.p[5] == ':' && str_to_int(str_sub(clock, 6, 2), &sec);
    if (s.n < 16 || str_find(clock, S("-"), NULL) || !day_parse(str_sub(s, 0, 10), &day) ||
        (s.p[10] != 'T' && s.p[10] != ' ') || (clock.n != 5 && !seconds) || clock.p[2] != ':' ||
        !str_to_int(str_sub(clock, 0, 2), &h) || !str_to_int(str_sub(clock, 3, 2), &m) || h < 0 || h > 23 || m < 0 ||
        m > 59 || sec < 0 || sec > 59)
        return false;
    *c = civil_from_day(day);
    c->hour = (int)h;
    c->minute = (int)m;
    c->second = (int)sec;
    return true;
}

static bool is_choice(const struct field *fd, struct str value)
{
    for (size_t i = 0; i < fd->choice_count; i++)
        if (str_eq(fd->choices[i].value, value))
            return true;
    return false;
}

static void check_value(struct form *f, struct field *fd)
{
    struct civil c;
    switch (fd->kind) {
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_PASSWORD:
    case FIELD_HIDDEN:
        check_length(f, fd);
        break;
    case FIELD_EMAIL:
        if (!plausible_email(fd->value))
            wrong(f, fd, M_form_not_email, NULL, 0);
        break;
    case FIELD_INT:
        check_int(f, fd);
        break;
    case FIELD_REAL:
        check_real(f, fd);
        break;
    case FIELD_DAY:
        check_day(f, fd);
        break;
    case FIELD_WHEN:
        if (!wall_clock(fd->value, &c))
            wrong(f, fd, M_form_not_when, NULL, 0);
        break;
    case FIELD_CHOICE:
        if (!is_choice(fd, fd->value))
            wrong(f, fd, M_form_not_choice, NULL, 0);
        break;
    case FIELD_MANY:
    case FIELD_BOOL:
    case FIELD_FILE:
        break;
    }
}

/* ---- taking values
 * --------------------------------------------------------------------------------------------------- */

static void take_text(struct form *f, struct field *fd, const struct part *p)
{
    fd->value = S("");
    if (p == NULL)
        return;
    if (!utf8_is_text(p->value)) {
        if (fd->kind != FIELD_PASSWORD)
            fd->value = utf8_clean(f->a, p->value);
        wrong(f, fd, M_form_unreadable, NULL, 0);
        return;
    }
    fd->value = fd->kind == FIELD_PASSWORD ? p->value : str_trim(unix_lines(f->a, p->value));
    if (fd->kind == FIELD_TEXT)
        fd->value = str_trim(one_line(f->a, fd->value));
    if (fd->value.n != 0)
        check_value(f, fd);
    else
        fd->value = S("");
}

static void take_bool(struct form *f, struct field *fd, const struct part *p)
{
    static const char *const yes[] = {"1", "on", "true", "yes"}, *const no[] = {"", "0", "off", "false", "no"};
    fd->value = S("");
    if (p == NULL)
        return;
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        if (str_eq_z(p->value, yes[i]))
            fd->value = S("1");
    bool known = fd->value.n != 0;
    for (size_t i = 0; i < COUNT_OF(no); i++)
        known |= str_eq_z(p->value, no[i]);
    if (!known)
        wrong(f, fd, M_form_not_bool, NULL, 0);
}

static void take_many(struct form *f, struct field *fd, const struct part *parts, size_t count)
{
    fd->values = ARENA_ARRAY(f->a, fd->choice_count, struct str);
    fd->value_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq_z(parts[i].name, fd->name) || str_empty(parts[i].value))
            continue;
        if (!is_choice(fd, parts[i].value))
            wrong(f, fd, M_form_not_choice, NULL, 0);
        else if (!form_has(f, fd->name, parts[i].value)) /* each is there once, so they fit */
            fd->values[fd->value_count++] = parts[i].value;
    }
}

static struct str size_text(struct form *f, int64_t bytes)
{
    struct buf b = buf_new(f->a, 32);
    bool mb = bytes >= 1000000;
    if (bytes < 1000)
        return msg_format(f->a, f->lang, M_form_bytes, (const struct msg_arg[]){MSG_NUM("n", bytes)}, 1);
    lang_real(&b, f->lang, (double)bytes / (mb ? 1e6 : 1e3), 1);
    return msg_format(f->a, f->lang, mb ? M_form_bytes_mb : M_form_bytes_kb,
                      (const struct msg_arg[]){MSG_TEXT("size", buf_text(&b))}, 1);
}

/* The name without the folders that some browsers send along. */
static struct str base_name(struct arena *a, struct str name)
{
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = str_sub(name, i, name.n);
            break;
        }
    return str_trim(utf8_clean(a, name));
}

static void take_file(struct form *f, struct field *fd, const struct part *p)
{
    fd->value = fd->filename = S("");
    if (p == NULL || (str_empty(p->filename) && str_empty(p->value)))
        return;
    if (str_empty(p->filename)) {
        wrong(f, fd, M_form_not_file, NULL, 0);
        return;
    }
    fd->filename = base_name(f->a, p->filename);
    fd->value = p->value;
    if (fd->max > 0 && (uint64_t)fd->value.n > (uint64_t)fd->max)
        wrong(f, fd, M_form_file_too_large, (const struct msg_arg[]){MSG_TEXT("max", size_text(f, fd->max))}, 1);
}

static void check_required(struct form *f, struct field *fd)
{
    switch (fd->kind) {
    case FIELD_CHOICE:
        if (str_empty(fd->value))
            wrong(f, fd, M_form_required_choice, NULL, 0);
        break;
    case FIELD_MANY:
        if (fd->value_count == 0)
            wrong(f, fd, M_form_required_choice, NULL, 0);
        break;
    case FIELD_BOOL:
        if (str_empty(fd->value))
            wrong(f, fd, M_form_required_bool, NULL, 0);
        break;
    case FIELD_FILE:
        if (str_empty(fd->filename))
            wrong(f, fd, M_form_required_file, NULL, 0);
        break;
    default:
        if (str_empty(fd->value))
            wrong(f, fd, M_form_required, NULL, 0);
    }
}

static void read_field(struct form *f, struct field *fd, const struct part *parts, size_t count)
{
    const struct part *first = NULL;
    size_t seen = 0;
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(parts[i].name, fd->name) && seen++ == 0)
            first = &parts[i];
    fd->error = S("");
    if (seen > 1 && fd->kind != FIELD_MANY)
        wrong(f, fd, M_form_too_many, NULL, 0);
    if (is_text_kind(fd->kind))
        take_text(f, fd, first);
    else if (fd->kind == FIELD_BOOL)
        take_bool(f, fd, first);
    else if (fd->kind == FIELD_FILE)
        take_file(f, fd, first);
    else
        take_many(f, fd, parts, count);
    if (fd->required)
        check_required(f, fd);
}

bool form_read(struct form *f, const struct part *parts, size_t count)
{
    f->error = S("");
    for (size_t i = 0; i < f->count; i++)
        read_field(f, &f->fields[i], parts, count);
    return form_ok(f);
}

bool form_when(const struct form *f, const char *name, int64_t *ms)
{
    struct civil c;
    if (!wall_clock(form_text(f, name), &c))
        return false;
    *ms = ms_from_civil(f->zone, c);
    return true;
}
