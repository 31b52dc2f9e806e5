/* Writing the values that views hold: see write.h. */
#include "view/write.h"

#include "gen/msg_view.h"

void view_html(struct buf *b, struct html h)
{
    buf_add(b, h.p, h.n);
}

bool view_url_safe(struct str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c < 0x20 || c == 0x7f) /* browsers drop some of these, and then read another address */
            return false;
    }
    if (str_empty(url))
        return false;
    char first = url.p[0], second = url.n > 1 ? url.p[1] : '\0';
    if (first == '/')
        return second != '/' && second != '\\'; /* both would lead to another site */
    return first == '?' || first == '#' || str_eq_nocase(str_sub(url, 0, 8), S("https://")) ||
           str_eq_nocase(str_sub(url, 0, 7), S("http://")) || str_eq_nocase(str_sub(url, 0, 7), S("mailto:")) ||
           str_eq_nocase(str_sub(url, 0, 9), S("webcal://"));
}

void view_url(struct buf *b, struct str url)
{
    buf_html(b, view_url_safe(url) ? url : S("#"));
}

#define DECIMALS 2

void view_real(struct view_env *env, double v)
{
    lang_real(env->out, env->lang, v, DECIMALS);
}

static void day_text(struct buf *b, int lang, struct civil c)
{
    const struct msg_arg args[] = {MSG_TEXT("month", msg_text(lang, M_view_month_1 + c.month - 1)),
                                   view_arg_text("year", str_printf(b->a, "%d", c.year)), MSG_NUM("day", c.day)};
    msg_html(b, lang, M_view_day, args, COUNT_OF(args)); /* a year takes no thousands separator, so it goes as text */
}

static void time_text(struct buf *b, int lang, const struct zone *zone, int64_t ms)
{
    struct civil c = civil_from_ms(zone, ms);
    struct buf date = buf_new(b->a, 32);
    day_text(&date, lang, c);
    const struct msg_arg args[] = {MSG_TEXT("date", buf_text(&date)),
                                   MSG_TEXT("clock", str_printf(b->a, "%02d:%02d", c.hour, c.minute))};
    msg_html(b, lang, M_view_time, args, COUNT_OF(args));
}

void view_time_text(struct view_env *env, int64_t ms)
{
    time_text(env->out, env->lang, env->zone, ms);
}

void view_time(struct view_env *env, int64_t ms)
{
    struct buf *b = env->out;
    buf_z(b, "<time datetime=\"");
    instant_format(b, ms);
    buf_z(b, "\">");
    view_time_text(env, ms);
    buf_z(b, "</time>");
}

void view_day_text(struct view_env *env, int64_t day)
{
    day_text(env->out, env->lang, civil_from_day(day));
}

void view_day(struct view_env *env, int64_t day)
{
    struct buf *b = env->out;
    buf_z(b, "<time datetime=\"");
    day_format(b, day);
    buf_z(b, "\">");
    view_day_text(env, day);
    buf_z(b, "</time>");
}

void view_json_time(struct buf *b, int64_t ms)
{
    buf_ch(b, '"');
    instant_format(b, ms);
    buf_ch(b, '"');
}

void view_json_day(struct buf *b, int64_t day)
{
    buf_ch(b, '"');
    day_format(b, day);
    buf_ch(b, '"');
}

struct msg_arg view_arg_text(const char *name, struct str text)
{
    return (struct msg_arg){.name = name, .text = text.p != NULL ? text : S("")};
}

struct msg_arg view_arg_int(const char *name, int64_t v)
{
    return (struct msg_arg){.name = name, .number = v};
}

struct msg_arg view_arg_real(struct view_env *env, const char *name, double v)
{
    struct buf b = buf_new(env->a, 32);
    lang_real(&b, env->lang, v, DECIMALS);
    return (struct msg_arg){.name = name, .text = buf_text(&b)};
}

struct msg_arg view_arg_time(struct view_env *env, const char *name, int64_t ms)
{
    return (struct msg_arg){.name = name, .text = view_time_str(env->a, env->lang, env->zone, ms)};
}

struct msg_arg view_arg_day(struct view_env *env, const char *name, int64_t day)
{
    return (struct msg_arg){.name = name, .text = view_day_str(env->a, env->lang, day)};
}

struct str view_time_str(struct arena *a, int lang, const struct zone *zone, int64_t ms)
{
    struct buf b = buf_new(a, 48);
    time_text(&b, lang, zone, ms);
    return buf_text(&b);
}

struct str view_day_str(struct arena *a, int lang, int64_t day)
{
    struct buf b = buf_new(a, 32);
    day_text(&b, lang, civil_from_day(day));
    return buf_text(&b);
}
