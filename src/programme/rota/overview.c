/* For whoever keeps a rota: how the next weeks are covered, what is missing, whose credentials end, hours, who did not come; and the rota on
 * paper, a page for each week, also as a table for other programs. */
#include "base/buf.h"
#include "gen/programme/rota/overview_sql.h"
#include "gen/programme/rota/rota_overview_view.h"
#include "gen/programme/rota/rota_paper_view.h"
#include "programme/rota/inside.h"

#define WEEKS 4        /* that the overview looks ahead */
#define PAPER_MOST 12  /* weeks on paper */
#define PAPER_ROWS 20000
#define LIST_MOST 20
#define ENDING_DAYS 60
#define BACK_DAYS 90
#define DAYS_OF_WEEK 7

static enum rc open_overview(struct ctx *c, struct programme *p)
{
    TRY(programme_current(c, p));
    struct target t = {.programme = p->id};
    return access_require(c, P_PLACEMENT_MANAGE, &t);
}

static int64_t monday_of(int64_t day)
{
    return day - weekday_of(day);
}

struct noting {
    int64_t now, actor;
};

static enum rc note_view(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, "rota_view", 0, NULL, 0);
}

/* That somebody read who is where. */
static enum rc note(struct ctx *c)
{
    struct noting n = {c->now, c->who->person};
    return ctx_write(c, note_view, &n);
}

/* ---- the overview ------------------------------------------------------------------------------------------------------------------------ */

static enum rc fill_weeks(struct ctx *c, int64_t programme, int64_t monday, int64_t until, struct view_rota_overview *v)
{
    struct rows_rota_coverage rows;
    struct rows_rota_gaps gaps;
    TRY(sql_rota_coverage(c->db, c->a, programme, monday, until, &rows));
    struct view_rota_overview_weeks *weeks = ARENA_ARRAY(c->a, rows.n, struct view_rota_overview_weeks);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_coverage *r = &rows.v[k];
        weeks[k] = (struct view_rota_overview_weeks){monday + r->week * DAYS_OF_WEEK, r->shifts, r->seats, r->held, r->missing};
        v->shifts += r->shifts;
        v->seats += r->seats;
        v->held += r->held;
        v->missing += r->missing;
    }
    v->weeks = weeks;
    v->weeks_count = rows.n;
    TRY(sql_rota_gaps(c->db, c->a, programme, c->today, until, LIST_MOST, &gaps));
    struct view_rota_overview_roles *roles = ARENA_ARRAY(c->a, gaps.n, struct view_rota_overview_roles);
    for (size_t k = 0; k < gaps.n; k++)
        roles[k] = (struct view_rota_overview_roles){gaps.v[k].role, gaps.v[k].title, gaps.v[k].shifts, gaps.v[k].missing};
    v->roles = roles;
    v->roles_count = gaps.n;
    return RC_OK;
}

static enum rc fill_gaps(struct ctx *c, int64_t programme, int64_t until, struct view_rota_overview *v)
{
    struct rows_rota_gap_shifts rows;
    int64_t at = 0, id = 0;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_rota_gap_shifts(c->db, c->a, programme, c->today, until, at, id, ROTA_PAGE + 1, &rows));
    size_t n = rows.n <= ROTA_PAGE ? rows.n : ROTA_PAGE;
    struct view_rota_overview_gaps *list = ARENA_ARRAY(c->a, n, struct view_rota_overview_gaps);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_rota_overview_gaps){rota_shift_path(c, rows.v[k].id, ""), rows.v[k].title, rota_when(c, rows.v[k].starts_at, rows.v[k].ends_at),
                                                   rows.v[k].missing, rows.v[k].supervisors == 0};
    v->gaps = list;
    v->gaps_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/rota?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].starts_at, rows.v[n - 1].id);
    return RC_OK;
}

static struct str person_credentials(const struct ctx *c, int64_t person)
{
    return str_printf(c->a, "/people/%" PRId64 "/credentials", person);
}

static enum rc fill_people(struct ctx *c, int64_t programme, struct view_rota_overview *v)
{
    struct rows_rota_lacking_ahead lacking;
    struct rows_rota_ending ending;
    struct rows_rota_absent absent;
    TRY(sql_rota_lacking_ahead(c->db, c->a, programme, c->today, c->today + ROTA_LACKING_DAYS, LIST_MOST, &lacking));
    struct view_rota_overview_lacking *l = ARENA_ARRAY(c->a, lacking.n, struct view_rota_overview_lacking);
    for (size_t k = 0; k < lacking.n; k++)
        l[k] = (struct view_rota_overview_lacking){rota_shift_path(c, lacking.v[k].shift_id, ""), rota_or_gone(c, lacking.v[k].name), lacking.v[k].credential,
                                                   lacking.v[k].title, rota_when(c, lacking.v[k].starts_at, lacking.v[k].ends_at)};
    v->lacking = l;
    v->lacking_count = lacking.n;
    TRY(sql_rota_ending(c->db, c->a, programme, c->today, c->today + ENDING_DAYS, LIST_MOST, &ending));
    struct view_rota_overview_ending *e = ARENA_ARRAY(c->a, ending.n, struct view_rota_overview_ending);
    for (size_t k = 0; k < ending.n; k++)
        e[k] = (struct view_rota_overview_ending){person_credentials(c, ending.v[k].person_id), rota_or_gone(c, ending.v[k].name), ending.v[k].credential, ending.v[k].last_day};
    v->ending = e;
    v->ending_count = ending.n;
    TRY(sql_rota_absent(c->db, c->a, programme, c->today - BACK_DAYS, c->today, LIST_MOST, &absent));
    struct view_rota_overview_absent *n = ARENA_ARRAY(c->a, absent.n, struct view_rota_overview_absent);
    for (size_t k = 0; k < absent.n; k++)
        n[k] = (struct view_rota_overview_absent){person_credentials(c, absent.v[k].person_id), rota_or_gone(c, absent.v[k].name), absent.v[k].times};
    v->absent = n;
    v->absent_count = absent.n;
    return RC_OK;
}

static struct str hours_of(const struct ctx *c, int64_t minutes)
{
    const struct msg_arg n = MSG_NUM("n", (minutes + 30) / 60);
    return tr_args(c, M_placement_hours_n, &n, 1);
}

enum rc rota_get_overview(struct ctx *c)
{
    struct programme p;
    struct row_rota_hours hours;
    struct view_rota_overview v = {.paper = S("/rota/paper"), .csv = S("/rota/csv")};
    TRY(open_overview(c, &p));
    int64_t monday = monday_of(c->today), until = monday + WEEKS * DAYS_OF_WEEK - 1;
    TRY(fill_weeks(c, p.id, monday, until, &v));
    TRY(fill_gaps(c, p.id, until, &v));
    TRY(fill_people(c, p.id, &v));
    TRY(sql_rota_hours(c->db, c->a, p.id, c->today - BACK_DAYS, &hours));
    v.verified = hours_of(c, hours.verified);
    v.waiting = hours_of(c, hours.waiting);
    v.reports = hours.reports;
    TRY(note(c));
    struct page page = rota_page(c, tr(c, M_placement_overview), NULL, 0);
    page.caption = p.title;
    return view_rota_overview_page(c, &page, &v);
}

/* ---- on paper ---------------------------------------------------------------------------------------------------------------------------- */

static struct form *paper_form(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/rota/paper"), M_placement_paper_show);
    f->get = f->no_warn = true;
    form_add(f, (struct field){.name = "from", .kind = FIELD_DAY, .label = M_placement_paper_from, .required = true, .value = form_day_value(f, monday_of(c->today))});
    form_add(f, (struct field){.name = "weeks", .kind = FIELD_INT, .label = M_placement_paper_weeks, .required = true, .min = 1, .max = PAPER_MOST, .value = S("2")});
    return f;
}

/* The weeks of the address; what is not right there is shown in the form, and the weeks that it suggests are taken. */
static void read_weeks(struct ctx *c, struct form *f, int64_t *monday, int64_t *weeks)
{
    int64_t day = c->today;
    *weeks = 2;
    if (request_query(c->rq, "from").n != 0 && form_read(f, c->rq->query, c->rq->query_count) && form_day(f, "from", &day))
        *weeks = form_int(f, "weeks", 2);
    *monday = monday_of(day);
}

static void fill_shift(struct ctx *c, const struct rows_rota_paper *rows, size_t *at, struct view_rota_paper_weeks_shifts *out)
{
    const struct row_rota_paper *s = &rows->v[*at];
    size_t n = 0, from = *at;
    while (from + n < rows->n && rows->v[from + n].id == s->id)
        n++;
    struct view_rota_paper_weeks_shifts_roles *roles = ARENA_ARRAY(c->a, n, struct view_rota_paper_weeks_shifts_roles);
    *out = (struct view_rota_paper_weeks_shifts){.when = rota_when(c, s->starts_at, s->ends_at), .title = s->title, .place = s->place, .note = s->note,
                                                 .planned = str_eq_z(s->state, "planned"), .roles = roles};
    while (*at < from + n) {
        struct buf names = buf_new(c->a, 64);
        int64_t role = rows->v[*at].role_id, missing = rows->v[*at].least;
        struct view_rota_paper_weeks_shifts_roles *r = &roles[out->roles_count++];
        r->role = rows->v[*at].role;
        for (; *at < from + n && rows->v[*at].role_id == role; (*at)++)
            if (!rows->v[*at].person_id_null) {
                buf_z(&names, buf_text(&names).n != 0 ? ", " : "");
                buf_str(&names, rota_or_gone(c, rows->v[*at].name));
                missing--;
            }
        r->names = buf_text(&names);
        r->missing = missing > 0 ? missing : 0;
    }
}

static struct str supervisors_of(struct ctx *c, const struct rows_rota_paper_supervisors *rows, int64_t shift, size_t *at)
{
    struct buf names = buf_new(c->a, 64);
    for (; *at < rows->n && rows->v[*at].id == shift; (*at)++) {
        buf_z(&names, buf_text(&names).n != 0 ? ", " : "");
        buf_str(&names, rota_or_gone(c, rows->v[*at].name));
    }
    return buf_text(&names);
}

/* Both lists go through the shifts in one order. */
static void fill_paper(struct ctx *c, const struct rows_rota_paper *rows, const struct rows_rota_paper_supervisors *sees, int64_t monday, int64_t weeks,
                          struct view_rota_paper *v)
{
    struct view_rota_paper_weeks *list = ARENA_ARRAY(c->a, (size_t)weeks, struct view_rota_paper_weeks);
    struct view_rota_paper_weeks_shifts *shifts = ARENA_ARRAY(c->a, rows->n, struct view_rota_paper_weeks_shifts);
    size_t at = 0, seen = 0, made = 0;
    for (int64_t w = 0; w < weeks; w++) {
        int64_t last = monday + (w + 1) * DAYS_OF_WEEK - 1;
        struct view_rota_paper_weeks *week = &list[w];
        *week = (struct view_rota_paper_weeks){.from = last - DAYS_OF_WEEK + 1, .to = last, .shifts = shifts + made};
        while (at < rows->n && rows->v[at].day <= last) {
            int64_t shift = rows->v[at].id;
            fill_shift(c, rows, &at, &shifts[made]);
            shifts[made++].supervisors = supervisors_of(c, sees, shift, &seen);
            week->shifts_count++;
        }
    }
    v->weeks = list;
    v->weeks_count = (size_t)weeks;
}

static enum rc read_paper(struct ctx *c, int64_t programme, int64_t monday, int64_t weeks, struct rows_rota_paper *rows, struct rows_rota_paper_supervisors *sees)
{
    int64_t last = monday + weeks * DAYS_OF_WEEK - 1;
    TRY(sql_rota_paper(c->db, c->a, programme, monday, last, PAPER_ROWS + 1, rows));
    TRY(sql_rota_paper_supervisors(c->db, c->a, programme, monday, last, PAPER_ROWS, sees));
    return note(c);
}

enum rc rota_get_paper(struct ctx *c)
{
    struct programme p;
    struct rows_rota_paper rows;
    struct rows_rota_paper_supervisors sees;
    int64_t monday, weeks;
    TRY(open_overview(c, &p));
    struct form *f = paper_form(c);
    read_weeks(c, f, &monday, &weeks);
    TRY(read_paper(c, p.id, monday, weeks, &rows, &sees));
    struct buf day = buf_new(c->a, 16);
    day_format(&day, monday);
    struct view_rota_paper v = {.f = f, .cut = rows.n > PAPER_ROWS};
    v.csv = str_printf(c->a, "/rota/csv?from=%.*s&weeks=%" PRId64, STR_ARG(buf_text(&day)), weeks);
    fill_paper(c, &rows, &sees, monday, weeks, &v);
    const struct crumb crumbs[] = {{tr(c, M_placement_overview), S("/rota")}};
    struct page page = rota_page(c, tr(c, M_placement_paper), crumbs, 1);
    page.caption = p.title;
    page.wide = true;
    page.status = form_ok(f) ? 0 : 422;
    return view_rota_paper_page(c, &page, &v);
}

/* A row for each role of each shift and each person who has it; times as the programme's clocks show them. */
enum rc rota_get_csv(struct ctx *c)
{
    static const char *const columns[] = {"day", "from", "to", "opportunity", "place", "state", "role", "leads", "person"};
    struct programme p;
    struct rows_rota_paper rows;
    struct rows_rota_paper_supervisors sees;
    int64_t monday, weeks;
    TRY(open_overview(c, &p));
    read_weeks(c, paper_form(c), &monday, &weeks);
    TRY(read_paper(c, p.id, monday, weeks, &rows, &sees));
    if (rows.n > PAPER_ROWS)
        return err_set(&c->err, RC_TOO_LARGE, M_placement_paper_cut, NULL);
    struct buf b = buf_new(c->a, 4096);
    for (size_t k = 0; k < COUNT_OF(columns); k++)
        buf_printf(&b, "%s%s", columns[k], k + 1 < COUNT_OF(columns) ? "," : "\r\n");
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_paper *r = &rows.v[k];
        struct civil from = civil_from_ms(c->zone, r->starts_at), to = civil_from_ms(c->zone, r->ends_at);
        day_format(&b, r->day);
        buf_printf(&b, ",%02d:%02d,%02d:%02d,", from.hour, from.minute, to.hour, to.minute);
        buf_csv(&b, r->title);
        buf_z(&b, ",");
        buf_csv(&b, r->place);
        buf_printf(&b, ",%.*s,", STR_ARG(r->state));
        buf_csv(&b, r->role);
        buf_z(&b, r->leads ? ",yes," : ",no,");
        buf_csv(&b, r->person_id_null ? S("") : rota_or_gone(c, r->name));
        buf_z(&b, "\r\n");
    }
    return page_download(c, "text/csv; charset=utf-8", S("rota.csv"), buf_text(&b));
}
