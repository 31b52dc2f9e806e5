/* The calendar of one person: a month of what has a time and what is due, and the same as a list. */
#include "gen/msg_curriculum.h"
#include "gen/msg_view.h"
#include "gen/programme/calendar/calendar_view.h"
#include "programme/calendar/inside.h"
#include "view/write.h"

#define CELLS_MAX 42 /* six weeks */
#define IN_CELL 3    /* titles in a day of the month; the list below has all */

/* Something on a day. */
struct event {
    int64_t day, at; /* at 0: the whole day */
    struct str title, href, course, time, place;
    struct opt_int starts;
    const char *kind;
};

struct month {
    int year, month;
    int64_t first, last;
    struct event *events;
    size_t count;
};

static bool month_of(struct str text, int *year, int *month)
{
    int64_t day;
    char whole[16];
    if (text.n != 7)
        return false;
    snprintf(whole, sizeof whole, "%.*s-01", STR_ARG(text));
    if (!day_parse(str_from(whole), &day))
        return false;
    struct civil c = civil_from_day(day);
    *year = c.year;
    *month = c.month;
    return c.year >= 1970 && c.year <= 9998;
}

static struct str clock_text(struct ctx *c, int64_t ms)
{
    struct civil t = civil_from_ms(c->zone, ms);
    return str_printf(c->a, "%02d:%02d", t.hour, t.minute);
}

static struct str time_text(struct ctx *c, int64_t starts, bool open, int64_t ends)
{
    struct str from = clock_text(c, starts);
    if (open)
        return from;
    const struct msg_arg args[] = {MSG_TEXT("from", from), MSG_TEXT("to", clock_text(c, ends))};
    return tr_args(c, M_curriculum_from_to, args, COUNT_OF(args));
}

static int by_time(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return str_cmp(a->title, b->title);
}

static enum rc load_events(struct ctx *c, struct month *m)
{
    static const char *const kinds[] = {[CALENDAR_EVENT] = "event", [CALENDAR_GIVES] = "teach", [CALENDAR_DUE] = "due", [CALENDAR_DONE] = "done"};
    struct calendar_list list;
    int64_t from = ms_from_civil(c->zone, civil_from_day(m->first)), until = ms_from_civil(c->zone, civil_from_day(m->last + 1));
    TRY(calendar_collect(c, from, until, &list));
    m->events = ARENA_ARRAY(c->a, list.n, struct event);
    for (size_t i = 0; i < list.n; i++) {
        const struct calendar_entry *e = &list.v[i];
        struct event *out = &m->events[m->count++];
        *out = (struct event){.day = e->all_day ? e->day : day_from_ms(c->zone, e->starts_at), .title = e->title, .href = e->href, .course = e->detail, .place = e->place, .kind = kinds[e->sort]};
        if (e->all_day)
            continue;
        out->at = e->starts_at;
        out->time = time_text(c, e->starts_at, e->minutes == 0, e->starts_at + e->minutes * MS_PER_MINUTE);
        out->starts = SOME_INT(e->starts_at);
    }
    if (m->count != 0)
        qsort(m->events, m->count, sizeof *m->events, by_time);
    return RC_OK;
}

static struct str month_name(struct ctx *c, int year, int month)
{
    const struct msg_arg args[] = {MSG_TEXT("month", tr(c, M_view_month_1 + month - 1)),
                                   MSG_TEXT("year", str_printf(c->a, "%d", year))};
    return tr_args(c, M_curriculum_month, args, COUNT_OF(args));
}

static struct str month_path(struct ctx *c, int year, int month)
{
    return str_printf(c->a, "/calendar?month=%04d-%02d", year, month);
}

static struct str anchor_of(struct ctx *c, int64_t day)
{
    struct civil d = civil_from_day(day);
    return str_printf(c->a, "d%d", d.day);
}

static void fill_cell(struct ctx *c, const struct month *m, int64_t day, struct view_calendar_weeks_days *cell)
{
    cell->outside = day < m->first || day > m->last;
    if (cell->outside)
        return;
    cell->day = civil_from_day(day).day;
    cell->today = day == c->today;
    struct view_calendar_weeks_days_events *events = ARENA_ARRAY(c->a, IN_CELL, struct view_calendar_weeks_days_events);
    for (size_t i = 0; i < m->count; i++) {
        const struct event *e = &m->events[i];
        if (e->day != day)
            continue;
        cell->href = str_concat(c->a, S("#"), anchor_of(c, day));
        if (cell->events_count < IN_CELL)
            events[cell->events_count++] =
                (struct view_calendar_weeks_days_events){e->title, e->href,
                                                         strcmp(e->kind, "done") == 0  ? S("good")
                                                         : strcmp(e->kind, "due") == 0 ? S("warn")
                                                                                       : S("info")};
    }
    cell->events = events;
}

static void fill_weeks(struct ctx *c, const struct month *m, struct view_calendar *v)
{
    struct view_calendar_weeks *weeks = ARENA_ARRAY(c->a, CELLS_MAX / 7, struct view_calendar_weeks);
    for (int64_t day = m->first - weekday_of(m->first); day <= m->last; day += 7) {
        struct view_calendar_weeks_days *days = ARENA_ARRAY(c->a, 7, struct view_calendar_weeks_days);
        for (int i = 0; i < 7; i++)
            fill_cell(c, m, day + i, &days[i]);
        weeks[v->weeks_count++] = (struct view_calendar_weeks){.days = days, .days_count = 7};
    }
    v->weeks = weeks;
}

static struct str day_heading(struct ctx *c, int64_t day)
{
    const struct msg_arg args[] = {MSG_TEXT("weekday", tr(c, M_curriculum_weekday_1 + weekday_of(day))),
                                   MSG_TEXT("day", view_day_str(c->a, c->lang, day))};
    return tr_args(c, M_curriculum_weekday_day, args, COUNT_OF(args));
}

static void fill_agenda(struct ctx *c, const struct month *m, struct view_calendar *v)
{
    struct view_calendar_agenda *days = ARENA_ARRAY(c->a, m->count, struct view_calendar_agenda);
    struct view_calendar_agenda_events *events = ARENA_ARRAY(c->a, m->count, struct view_calendar_agenda_events);
    for (size_t i = 0; i < m->count; i++) {
        const struct event *e = &m->events[i];
        if (i == 0 || e->day != m->events[i - 1].day)
            days[v->agenda_count++] = (struct view_calendar_agenda){
                .day = e->day, .anchor = anchor_of(c, e->day), .heading = day_heading(c, e->day), .events = &events[i]};
        days[v->agenda_count - 1].events_count++;
        events[i] = (struct view_calendar_agenda_events){.title = e->title,
                                                         .href = e->href,
                                                         .course = e->course,
                                                         .time = e->time,
                                                         .starts = e->starts,
                                                         .place = e->place,
                                                         .kind = str_from(e->kind)};
    }
    v->agenda = days;
}

enum rc calendar_get_month(struct ctx *c)
{
    struct civil today = civil_from_day(c->today);
    struct month m = {.year = today.year, .month = today.month};
    c->decided = true; /* one's own, whoever one is */
    if (!month_of(request_query(c->rq, "month"), &m.year, &m.month)) {
        m.year = today.year;
        m.month = today.month;
    }
    int next_year = m.month == 12 ? m.year + 1 : m.year, next_month = m.month % 12 + 1;
    int last_year = m.month == 1 ? m.year - 1 : m.year, last_month = m.month == 1 ? 12 : m.month - 1;
    m.first = day_from_civil(m.year, m.month, 1);
    m.last = day_from_civil(next_year, next_month, 1) - 1;
    TRY(load_events(c, &m));
    struct view_calendar_weekdays weekdays[7];
    for (int i = 0; i < 7; i++)
        weekdays[i] =
            (struct view_calendar_weekdays){tr(c, M_curriculum_weekday_short_1 + i), tr(c, M_curriculum_weekday_1 + i)};
    bool now = m.year == today.year && m.month == today.month;
    struct view_calendar v = {
        .month = month_name(c, m.year, m.month),
        .previous = month_path(c, last_year, last_month),
        .previous_name = month_name(c, last_year, last_month),
        .next = month_path(c, next_year, next_month),
        .next_name = month_name(c, next_year, next_month),
        .this_month = now ? S("") : S("/calendar"),
        .weekdays = weekdays,
        .weekdays_count = COUNT_OF(weekdays),
    };
    fill_weeks(c, &m, &v);
    fill_agenda(c, &m, &v);
    const struct crumb actions[] = {{tr(c, M_calendar_elsewhere), S("/account/calendar")}};
    struct page p = {.title = v.month, .caption = tr(c, M_calendar_nav), .section = "/calendar", .actions = actions, .action_count = COUNT_OF(actions)};
    return view_calendar_page(c, &p, &v);
}
