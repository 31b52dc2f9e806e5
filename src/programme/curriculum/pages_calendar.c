/* The calendar of one person: a month of classes and due days, and the same as a list. */
#include "gen/msg_view.h"
#include "gen/programme/curriculum/calendar_view.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/pages.h"
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

/* ---- what other capabilities have ------------------------------------------------------------------------------------------------ */

struct calendar_list {
    struct arena *a;
    struct calendar_entry *v;
    size_t n, cap;
};

static const struct capability *const *capabilities;
static size_t capability_count;

void curriculum_set_sources(const struct capability *const *all, size_t count)
{
    capabilities = all;
    capability_count = count;
}

void calendar_add(struct calendar_list *list, struct calendar_entry entry)
{
    if (list->n == list->cap) {
        size_t cap = list->cap != 0 ? list->cap * 2 : 16;
        list->v = arena_grow(list->a, list->v, list->cap * sizeof *list->v, cap * sizeof *list->v);
        list->cap = cap;
    }
    list->v[list->n++] = entry;
}

static enum rc ask_others(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    for (size_t i = 0; i < capability_count; i++)
        if (capabilities[i]->calendar != NULL)
            TRY(capabilities[i]->calendar(c, from, until, list));
    return RC_OK;
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
    struct rows_calendar_classes classes;
    struct rows_calendar_due due;
    struct calendar_list others = {.a = c->a};
    int64_t from = ms_from_civil(c->zone, civil_from_day(m->first)),
            until = ms_from_civil(c->zone, civil_from_day(m->last + 1));
    TRY(sql_calendar_classes(c->db, c->a, c->who->person, from, until, &classes));
    TRY(sql_calendar_due(c->db, c->a, c->who->person, m->first, m->last, &due));
    TRY(ask_others(c, from, until, &others));
    m->events = ARENA_ARRAY(c->a, classes.n + due.n + others.n, struct event);
    for (size_t i = 0; i < classes.n; i++) {
        const struct row_calendar_classes *r = &classes.v[i];
        m->events[m->count++] = (struct event){
            .day = day_from_ms(c->zone, r->starts_at),
            .at = r->starts_at,
            .title = r->title,
            .href = r->teaches ? page_path(c, "/classes/%" PRId64 "/attendance", r->id)
                               : page_path(c, "/sessions/%" PRId64, r->session_id),
            .course = r->course_title,
            .time = time_text(c, r->starts_at, r->ends_at_null, r->ends_at),
            .place = r->place,
            .starts = SOME_INT(r->starts_at),
            .kind = r->teaches ? "teach" : "class",
        };
    }
    for (size_t i = 0; i < due.n; i++) {
        const struct row_calendar_due *r = &due.v[i];
        m->events[m->count++] = (struct event){.day = r->due_day,
                                               .title = r->title,
                                               .href = page_path(c, "/sessions/%" PRId64, r->session_id),
                                               .course = r->course_title,
                                               .kind = r->completed_at_null ? "due" : "done"};
    }
    for (size_t i = 0; i < others.n; i++) {
        const struct calendar_entry *o = &others.v[i];
        m->events[m->count++] = (struct event){.day = day_from_ms(c->zone, o->starts_at),
                                               .at = o->starts_at,
                                               .title = o->title,
                                               .href = o->href,
                                               .course = o->detail,
                                               .time = o->minutes != 0 ? time_text(c, o->starts_at, false, o->starts_at + o->minutes * MS_PER_MINUTE) : STR_NONE,
                                               .place = o->place,
                                               .starts = o->minutes != 0 ? SOME_INT(o->starts_at) : (struct opt_int){0},
                                               .kind = "other"};
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

enum rc get_calendar(struct ctx *c)
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
    struct page p = {.title = v.month, .caption = tr(c, M_curriculum_nav_calendar), .section = "/calendar"};
    return view_calendar_page(c, &p, &v);
}
