/* The shifts of an opportunity: the list for everybody, and making a series or a single one; a series is shown day by day before it is
 * made. */
#include "gen/programme/rota/rota_series_view.h"
#include "gen/programme/rota/rota_shifts_view.h"
#include "programme/rota/inside.h"

#define TERMS_MOST 20

static enum rc open_opportunity(struct ctx *c, enum permission may, struct row_rota_opportunity *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_opportunity(c->db, c->a, id, o));
    struct target t = {.programme = o->programme_id};
    return access_require(c, may, &t);
}

static struct page opportunity_page(struct ctx *c, struct str title, const struct row_rota_opportunity *o, bool below)
{
    const struct crumb crumbs[] = {{o->title, str_printf(c->a, "/placements/%" PRId64, o->id)},
                                   {tr(c, M_placement_shifts), str_printf(c->a, "/placements/%" PRId64 "/shifts", o->id)}};
    return rota_page(c, title, crumbs, below ? 2 : 1);
}

enum rc rota_get_shifts(struct ctx *c)
{
    struct row_rota_opportunity o;
    struct rows_rota_shifts_of rows;
    struct view_rota_shifts v = {0};
    int64_t at = 0, id = 0;
    TRY(open_opportunity(c, P_PLACEMENT_VIEW, &o));
    struct target t = {.programme = o.programme_id};
    v.manages = access_allows(c, P_PLACEMENT_MANAGE, &t);
    if (!v.manages && str_eq_z(o.state, "draft"))
        return RC_NOT_FOUND;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_rota_shifts_of(c->db, c->a, o.id, c->today, at, id, ROTA_PAGE + 1, &rows));
    size_t n = rows.n <= ROTA_PAGE ? rows.n : ROTA_PAGE;
    struct view_rota_shifts_list *list = ARENA_ARRAY(c->a, n, struct view_rota_shifts_list);
    for (size_t k = 0; k < n; k++) {
        const struct row_rota_shifts_of *r = &rows.v[k];
        list[k] = (struct view_rota_shifts_list){rota_shift_path(c, r->id, ""), rota_when(c, r->starts_at, r->ends_at), r->note, r->held, r->seats,
                                                 r->supervised == 0, str_eq_z(r->state, "cancelled"), r->held < r->seats};
    }
    v.list = list;
    v.list_count = n;
    if (rows.n > n)
        v.more = str_printf(c->a, "/placements/%" PRId64 "/shifts?at=%" PRId64 "&id=%" PRId64, o.id, rows.v[n - 1].starts_at, rows.v[n - 1].id);
    v.series = str_printf(c->a, "/placements/%" PRId64 "/series", o.id);
    v.feed = str_printf(c->a, "/placements/%" PRId64 "/calendar", o.id);
    v.single = str_printf(c->a, "/placements/%" PRId64 "/shifts/new", o.id);
    struct page page = opportunity_page(c, tr(c, M_placement_shifts), &o, false);
    page.caption = o.title;
    return view_rota_shifts_page(c, &page, &v);
}

/* ---- forms -------------------------------------------------------------------------------------------------------------------------- */

static enum rc term_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct rows_rota_terms_ahead rows;
    TRY(sql_rota_terms_ahead(c->db, c->a, programme, c->today, TERMS_MOST, &rows));
    *out = ARENA_ARRAY(c->a, rows.n, struct choice);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++)
        (*out)[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].id), .label = rows.v[k].title};
    return RC_OK;
}

/* "18:00", "7:30": minutes since midnight on the wall clock. */
static bool read_clock(struct str text, int64_t *minute)
{
    struct str rest = text, hour;
    int64_t h, m;
    if (!str_cut(&rest, ':', &hour) || rest.p == NULL || rest.n != 2 || !str_to_int(hour, &h) || !str_to_int(rest, &m))
        return false;
    *minute = h * 60 + m;
    return h >= 0 && h < 24 && m >= 0 && m < 60;
}

static void add_times(struct form *f)
{
    form_add(f, (struct field){.name = "start", .kind = FIELD_TEXT, .label = M_placement_start_time, .hint = M_placement_start_time_hint, .required = true, .max = 5});
    form_add(f, (struct field){.name = "minutes", .kind = FIELD_INT, .label = M_placement_minutes_long, .required = true, .min = 15, .max = ROTA_SHIFT_MINUTES, .value = S("180")});
}

static void read_times(struct form *f, struct rota_series *s)
{
    if (!read_clock(form_text(f, "start"), &s->start_minute))
        form_error(f, "start", M_placement_start_time_wrong, NULL);
    s->minutes = form_int(f, "minutes", 0);
    s->term = form_int(f, "term", 0);
}

struct making {
    struct arena *a;
    const struct zone *zone;
    struct rota_series s;
    struct str note;
    int64_t now, shift;
    size_t made;
};

static enum rc make_series(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    TRY(rota_add_series(tx, m->a, m->zone, &m->s, m->now, &m->made, e));
    return audit_note(tx, m->now, m->s.person, "rota_change", 0, "opportunity", m->s.opportunity);
}

static enum rc make_one(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    TRY(rota_add_shift(tx, m->a, m->zone, &m->s, m->note, m->now, &m->shift, e));
    return audit_note(tx, m->now, m->s.person, "rota_change", 0, "rota_shift", m->shift);
}

static struct form *series_form(struct ctx *c, const struct row_rota_opportunity *o, const struct choice *terms, size_t term_count)
{
    struct choice *days = ARENA_ARRAY(c->a, 7, struct choice);
    for (int k = 0; k < 7; k++)
        days[k] = (struct choice){.value = str_printf(c->a, "%d", k), .label = rota_weekday(c, k)};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/placements/%" PRId64 "/series", o->id), M_placement_series_make);
    f->second = M_placement_series_look;
    f->cancel = str_printf(c->a, "/placements/%" PRId64 "/shifts", o->id);
    form_add(f, (struct field){.name = "term", .kind = FIELD_CHOICE, .label = M_placement_term, .required = true, .choices = terms, .choice_count = term_count});
    form_add(f, (struct field){.name = "weekday", .kind = FIELD_CHOICE, .label = M_placement_weekday, .required = true, .choices = days, .choice_count = 7});
    form_add(f, (struct field){.name = "weeks", .kind = FIELD_INT, .label = M_placement_weeks, .hint = M_placement_weeks_hint, .required = true, .min = 1, .max = 26, .value = S("1")});
    add_times(f);
    form_add(f, (struct field){.name = "first", .kind = FIELD_DAY, .label = M_placement_first_day, .required = true, .min = c->today, .max = c->today + 2 * ROTA_TERM_DAYS});
    form_add(f, (struct field){.name = "last", .kind = FIELD_DAY, .label = M_placement_last_day, .hint = M_placement_last_day_hint, .required = true, .min = c->today, .max = c->today + 2 * ROTA_TERM_DAYS});
    return f;
}

static void show_dates(struct ctx *c, const struct making *m, const struct rota_date *dates, size_t count, struct view_rota_series *v)
{
    struct view_rota_series_dates *list = ARENA_ARRAY(c->a, count, struct view_rota_series_dates);
    for (size_t k = 0; k < count; k++) {
        const struct rota_date *d = &dates[k];
        list[k] = (struct view_rota_series_dates){.day = d->day, .title = d->title};
        list[k].kind = d->kind == ROTA_DATE_GAP ? S("gap") : d->kind == ROTA_DATE_HOLIDAY ? S("holiday") : d->kind == ROTA_DATE_THERE ? S("there") : d->kind == ROTA_DATE_TWICE ? S("twice") : S("made");
        if (d->starts_at != 0)
            list[k].when = rota_when(c, d->starts_at, d->starts_at + m->s.minutes * MS_PER_MINUTE);
        v->made += d->kind == ROTA_DATE_MADE || d->kind == ROTA_DATE_TWICE;
    }
    v->dates = list;
    v->dates_count = count;
}

enum rc rota_handle_series(struct ctx *c)
{
    struct row_rota_opportunity o;
    struct choice *terms;
    size_t term_count, count = 0;
    struct rota_date *dates = NULL;
    struct view_rota_series v = {0};
    TRY(open_opportunity(c, P_PLACEMENT_MANAGE, &o));
    TRY(term_choices(c, o.programme_id, &terms, &term_count));
    struct form *f = series_form(c, &o, terms, term_count);
    v.f = f;
    v.no_term = term_count == 0;
    struct page page = opportunity_page(c, tr(c, M_placement_series_new), &o, true);
    if (c->rq->method != METHOD_POST)
        return view_rota_series_page(c, &page, &v);
    struct making m = {.a = c->a, .now = c->now};
    TRY(rota_zone(c->db, c->a, o.programme_id, &m.zone));
    if (form_read(f, c->rq->form, c->rq->form_count)) {
        m.s = (struct rota_series){.opportunity = o.id, .weekday = form_int(f, "weekday", 0), .weeks = form_int(f, "weeks", 1), .person = c->who->person};
        read_times(f, &m.s);
        (void)form_day(f, "first", &m.s.first_day);
        (void)form_day(f, "last", &m.s.last_day);
    }
    bool look = str_eq_z(request_form(c->rq, "second"), "1");
    if (form_ok(f)) {
        enum rc rc = rota_plan_series(c->db, c->a, m.zone, &m.s, &dates, &count, &c->err);
        if (rc == RC_OK && !look)
            rc = ctx_write(c, make_series, &m);
        if (!page_form_failed(c, f, rc, &page.status))
            TRY(rc);
    }
    if (!look && form_ok(f))
        return page_redirect(c, f->cancel, M_placement_series_made);
    show_dates(c, &m, dates, count, &v);
    if (!form_ok(f) && page.status == 0)
        page.status = 422;
    return view_rota_series_page(c, &page, &v);
}

enum rc rota_handle_new_shift(struct ctx *c)
{
    struct row_rota_opportunity o;
    struct choice *terms;
    size_t term_count;
    TRY(open_opportunity(c, P_PLACEMENT_MANAGE, &o));
    TRY(term_choices(c, o.programme_id, &terms, &term_count));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/placements/%" PRId64 "/shifts/new", o.id), M_placement_shift_make);
    f->cancel = str_printf(c->a, "/placements/%" PRId64 "/shifts", o.id);
    form_add(f, (struct field){.name = "term", .kind = FIELD_CHOICE, .label = M_placement_term, .required = true, .choices = terms, .choice_count = term_count});
    form_add(f, (struct field){.name = "first", .kind = FIELD_DAY, .label = M_placement_shift_day, .required = true, .min = c->today, .max = c->today + 2 * ROTA_TERM_DAYS});
    add_times(f);
    form_add(f, (struct field){.name = "note", .kind = FIELD_TEXT, .label = M_placement_shift_note});
    struct page page = opportunity_page(c, tr(c, M_placement_shift_new), &o, true);
    struct str note = term_count == 0 ? tr(c, M_placement_no_term) : STR_NONE;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, note, f);
    struct making m = {.a = c->a, .now = c->now, .note = form_text(f, "note"), .s = {.opportunity = o.id, .person = c->who->person}};
    TRY(rota_zone(c->db, c->a, o.programme_id, &m.zone));
    read_times(f, &m.s);
    (void)form_day(f, "first", &m.s.first_day);
    enum rc rc = form_ok(f) ? ctx_write(c, make_one, &m) : RC_OK;
    if (page_form_failed(c, f, rc, &page.status) || !form_ok(f))
        return rota_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, rota_shift_path(c, m.shift, ""), M_placement_saved);
}
