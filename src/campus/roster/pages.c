/* The pages of the import, and the capability: send a file, see what it would do, apply it, see what it did. A file is its sender's
 * alone; for everybody else its address does not exist. */
#include "campus/roster/pages.h"

#include "auth/session.h"
#include "base/clock.h"
#include "base/json_set.h"
#include "base/utf8.h"
#include "campus/roster/inside.h"
#include "gen/campus/roster/import_done_view.h"
#include "gen/campus/roster/import_new_view.h"
#include "gen/campus/roster/import_plan_view.h"
#include "gen/campus/roster/import_progress_view.h"
#include "gen/campus/roster/import_sql.h"
#include "gen/msg_import.h"

#define HISTORY_ROWS 20

static struct str programme_path(const struct ctx *c, int64_t programme, const char *rest)
{
    return str_printf(c->a, "/programmes/%" PRId64 "%s", programme, rest);
}

static struct str upload_path(const struct ctx *c, int64_t id, const char *rest)
{
    return str_printf(c->a, "/imports/%" PRId64 "%s", id, rest);
}

static enum rc require_programme(struct ctx *c, int64_t programme, struct programme *p)
{
    struct target t = {.programme = programme};
    TRY(access_require(c, P_ROSTER_IMPORT, &t));
    return programme_find(c->db, c->a, programme, p);
}

static struct page page_of(struct ctx *c, const struct programme *p, msg_id title, bool inside)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){p->title, programme_path(c, p->id, "")};
    crumbs[1] = (struct crumb){tr(c, M_import_title), programme_path(c, p->id, "/import")};
    return (struct page){.title = tr(c, title), .caption = p->title, .section = "/programmes", .crumbs = crumbs, .crumb_count = inside ? 2 : 1};
}

/* ---- sending a file ------------------------------------------------------------------------------------------------------------- */

static void fill_columns(struct ctx *c, struct view_import_new *v)
{
    static const struct {
        const char *name;
        msg_id text;
    } columns[] = {
        {"id", M_import_column_id},         {"given_name", M_import_column_given_name},
        {"family_name", M_import_column_family_name}, {"email", M_import_column_email},
        {"role", M_import_column_role},     {"cohort", M_import_column_cohort},
        {"stage", M_import_column_stage},   {"group", M_import_column_group},
        {"start", M_import_column_start},   {"end", M_import_column_end},
        {"language", M_import_column_language}, {"profession", M_import_column_profession},
    };
    struct view_import_new_columns *list = ARENA_ARRAY(c->a, COUNT_OF(columns), struct view_import_new_columns);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        list[i] = (struct view_import_new_columns){str_from(columns[i].name), tr(c, columns[i].text)};
    v->columns = list;
    v->columns_count = COUNT_OF(columns);
}

static enum rc fill_history(struct ctx *c, int64_t programme, struct view_import_new *v)
{
    struct rows_roster_import_list rows;
    TRY(sql_roster_import_list(c->db, c->a, programme, HISTORY_ROWS, &rows));
    struct view_import_new_history *list = ARENA_ARRAY(c->a, rows.n, struct view_import_new_history);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_import_new_history){.id = rows.v[i].id,
                                                   .at = rows.v[i].at,
                                                   .by = rows.v[i].name,
                                                   .oneroster = str_eq(rows.v[i].source, S("oneroster")),
                                                   .added = rows.v[i].added,
                                                   .changed = rows.v[i].changed,
                                                   .ended = rows.v[i].ended,
                                                   .unchanged = rows.v[i].unchanged};
    v->history = list;
    v->history_count = rows.n;
    return RC_OK;
}

static enum rc upload_form(struct ctx *c, int64_t programme, struct form **out)
{
    struct cohort *cohorts;
    size_t count;
    TRY(programme_cohorts(c->db, c->a, programme, &cohorts, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_import_no_cohort)};
    for (size_t i = 0; i < count; i++)
        choices[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, cohorts[i].id), .label = cohorts[i].title};
    struct form *f = form_new(c->a, c->lang, c->zone, programme_path(c, programme, "/import"), M_import_look);
    f->no_warn = true;
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_import_file, .hint = M_import_file_hint, .required = true});
    form_add(f, (struct field){.name = "end_missing", .kind = FIELD_BOOL, .label = M_import_end_missing, .hint = M_import_end_missing_hint});
    if (count != 0)
        form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_import_cohort_otherwise, .hint = M_import_cohort_otherwise_hint,
                                   .choices = choices, .choice_count = count + 1, .value = S("0")});
    *out = f;
    return RC_OK;
}

static enum rc send_new(struct ctx *c, const struct programme *p, const struct form *f)
{
    struct view_import_new v = {.f = f, .template = programme_path(c, p->id, "/import/template.csv")};
    fill_columns(c, &v);
    TRY(fill_history(c, p->id, &v));
    struct page page = page_of(c, p, M_import_title, false);
    page.status = form_ok(f) ? 0 : 422;
    return view_import_new_page(c, &page, &v);
}

static enum rc get_import(struct ctx *c)
{
    int64_t programme;
    struct programme p;
    struct form *f;
    TRY(request_id(c->rq, 0, &programme));
    TRY(require_programme(c, programme, &p));
    TRY(upload_form(c, p.id, &f));
    return send_new(c, &p, f);
}

struct keeping {
    struct arena *a;
    struct roster_upload u;
    int64_t now, id;
};

static enum rc keep_upload(struct db *tx, void *arg, struct err *e)
{
    struct keeping *k = arg;
    (void)e;
    return roster_upload_add(tx, k->a, &k->u, k->now, &k->id);
}

static enum rc post_import(struct ctx *c)
{
    struct keeping k = {.a = c->a, .now = c->now};
    struct programme p;
    struct form *f;
    TRY(request_id(c->rq, 0, &k.u.programme));
    TRY(require_programme(c, k.u.programme, &p));
    TRY(upload_form(c, p.id, &f));
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_new(c, &p, f);
    const struct field *file = form_field(f, "file");
    if (file->value.n == 0) {
        form_error(f, "file", M_import_empty, NULL);
        return send_new(c, &p, f);
    }
    k.u.person = c->who->person;
    k.u.by_token = c->who->by_token;
    k.u.scopes = c->who->scopes;
    k.u.filename = utf8_truncate(utf8_clean(c->a, file->filename), 200);
    k.u.bytes = file->value;
    k.u.options = (struct roster_options){.end_missing = form_bool(f, "end_missing"), .cohort = form_int(f, "cohort", 0)};
    TRY(ctx_write(c, keep_upload, &k));
    return page_redirect(c, upload_path(c, k.id, ""), 0);
}

/* The table to fill in, with the programme's own stage and cohort in two rows. */
static enum rc get_template(struct ctx *c)
{
    int64_t programme;
    struct programme p;
    struct stage *stages;
    struct cohort *cohorts;
    size_t stage_count, cohort_count;
    TRY(request_id(c->rq, 0, &programme));
    TRY(require_programme(c, programme, &p));
    TRY(programme_stages(c->db, c->a, p.id, &stages, &stage_count));
    TRY(programme_cohorts(c->db, c->a, p.id, &cohorts, &cohort_count));
    struct buf b = buf_new(c->a, 1024), day = buf_new(c->a, 16);
    struct str cohort = cohort_count != 0 ? cohorts[0].code : S("2026"), stage = stage_count != 0 ? stages[0].code : S("");
    day_format(&day, c->today);
    const struct str rows[][12] = {
        {S("id"), S("given_name"), S("family_name"), S("email"), S("role"), S("cohort"), S("stage"), S("group"), S("start"), S("end"), S("language"),
         S("profession")},
        {S("10001"), S("Amina"), S("Yusuf"), S("amina.yusuf@example.org"), S("trainee"), cohort, stage, S("A"), buf_text(&day), S(""), p.language,
         S("medicine")},
        {S("20001"), S("Jonas"), S("Weber"), S("jonas.weber@example.org"), S("mentor"), S(""), S(""), S(""), S(""), S(""), p.language,
         S("")},
    };
    for (size_t r = 0; r < COUNT_OF(rows); r++)
        for (size_t i = 0; i < COUNT_OF(rows[r]); i++) {
            buf_csv(&b, rows[r][i]);
            buf_z(&b, i + 1 < COUNT_OF(rows[r]) ? "," : "\r\n");
        }
    return page_download(c, "text/csv; charset=utf-8", S("roster.csv"), buf_text(&b));
}

/* ---- between dry run and apply ---------------------------------------------------------------------------------------------------- */

/* The file of the address, if it is the reader's own and she may still import there. */
static enum rc require_upload(struct ctx *c, struct roster_upload *u, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = roster_upload_find(c->db, c->a, id, c->now, u);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && u->person != c->who->person))
        return err_set(&c->err, RC_NOT_FOUND, 0, NULL);
    TRY(rc);
    return require_programme(c, u->programme, p);
}

static enum rc job_of(struct ctx *c, const struct roster_upload *u, struct job_state *job)
{
    *job = (struct job_state){.state = S("")};
    enum rc rc = u->job != 0 ? job_find(c->db, c->a, u->job, job) : RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool under_way(const struct job_state *job)
{
    return str_eq(job->state, S("waiting")) || str_eq(job->state, S("running"));
}

static enum rc send_done(struct ctx *c, const struct roster_upload *u, const struct programme *p)
{
    struct row_roster_import_find row;
    TRY(sql_roster_import_find(c->db, c->a, u->import, &row));
    struct view_import_done v = {.filename = u->filename,
                                 .at = row.at,
                                 .added = row.added,
                                 .changed = row.changed,
                                 .ended = row.ended,
                                 .unchanged = row.unchanged,
                                 .people = row.added + row.changed + row.ended + row.unchanged,
                                 .list = str_printf(c->a, "/people?programme=%" PRId64, p->id),
                                 .programme = programme_path(c, p->id, ""),
                                 .again = programme_path(c, p->id, "/import")};
    struct page page = page_of(c, p, M_import_done_title, true);
    return view_import_done_page(c, &page, &v);
}

static enum rc send_plan(struct ctx *c, struct roster_upload *u, const struct programme *p, const struct job_state *job)
{
    struct roster_plan plan;
    struct problems problems = problems_new(c->a);
    u->options.who = c->who;
    u->options.now = c->now;
    u->options.today = roster_today(p, c->now);
    TRY(roster_upload_bytes(c->db, c->a, u));
    TRY(db_snapshot_begin(c->db));
    enum rc rc = roster_plan_make(c->db, c->a, p->id, u->filename, u->bytes, &u->options, &plan, &problems, &c->err);
    db_snapshot_end(c->db);
    TRY(rc);
    struct view_import_plan v = {.filename = u->filename, .expires = u->expires_at, .end_missing = u->options.end_missing && !plan.partial};
    roster_plan_view(c, &plan, &problems, &v);
    if (str_eq(job->state, S("failed")))
        v.failed = tr(c, problems.errors != 0 ? M_import_failed_problems : M_import_failed_otherwise);
    bool good = v.errors == 0 && v.steps != 0;
    struct form *f = form_new(c->a, c->lang, c->zone, upload_path(c, u->id, good ? "" : "/drop"), good ? M_import_apply : M_import_drop_send);
    f->second = good ? M_import_drop : 0;
    f->no_warn = true;
    v.apply = f;
    struct page page = page_of(c, p, M_import_plan_title, true);
    page.wide = true;
    return view_import_plan_page(c, &page, &v);
}

static enum rc get_upload(struct ctx *c)
{
    struct roster_upload u;
    struct programme p;
    struct job_state job;
    TRY(require_upload(c, &u, &p));
    if (u.import != 0)
        return send_done(c, &u, &p);
    TRY(job_of(c, &u, &job));
    if (under_way(&job))
        return page_redirect(c, upload_path(c, u.id, "/progress"), 0);
    return send_plan(c, &u, &p, &job);
}

static enum rc get_progress(struct ctx *c)
{
    struct roster_upload u;
    struct programme p;
    struct job_state job;
    TRY(require_upload(c, &u, &p));
    TRY(job_of(c, &u, &job));
    struct view_import_progress v = {.done = job.done,
                                     .total = job.total > 0 ? job.total : 1,
                                     .finished = !under_way(&job),
                                     .next = upload_path(c, u.id, ""),
                                     .poll = upload_path(c, u.id, "/progress")};
    roster_progress_now(u.id, &v.done, &v.total);
    struct page page = page_of(c, &p, M_import_progress_title, true);
    page.narrow = true;
    return view_import_progress_page(c, &page, &v);
}

struct starting {
    struct arena *a;
    int64_t id, person, now, job;
};

static enum rc start(struct db *tx, void *arg, struct err *e)
{
    struct starting *s = arg;
    (void)e;
    return roster_upload_start(tx, s->a, s->id, s->person, s->now, &s->job);
}

static enum rc drop(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    return sql_roster_upload_drop(tx, *(int64_t *)arg);
}

static enum rc post_drop(struct ctx *c)
{
    struct roster_upload u;
    struct programme p;
    struct job_state job;
    TRY(require_upload(c, &u, &p));
    TRY(job_of(c, &u, &job));
    if (under_way(&job))
        return page_redirect(c, upload_path(c, u.id, "/progress"), 0);
    TRY(ctx_write(c, drop, &u.id));
    return page_redirect(c, programme_path(c, p.id, "/import"), u.import == 0 ? M_import_dropped : 0);
}

static enum rc post_apply(struct ctx *c)
{
    struct roster_upload u;
    struct programme p;
    if (!str_empty(request_form(c->rq, "second"))) /* the button beside it */
        return post_drop(c);
    TRY(require_upload(c, &u, &p));
    struct starting s = {.a = c->a, .id = u.id, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, start, &s));
    return page_redirect(c, upload_path(c, u.id, "/progress"), 0);
}

/* ---- the capability ------------------------------------------------------------------------------------------------------------------ */

static enum rc home(struct ctx *c, struct home_list *list)
{
    struct rows_roster_upload_waiting rows;
    if (!access_somewhere(c->who, P_ROSTER_IMPORT))
        return RC_OK;
    TRY(sql_roster_upload_waiting(c->db, c->a, c->who->person, c->now, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct msg_arg file = MSG_TEXT("file", rows.v[i].filename);
        home_add(list, (struct home_item){.title = tr_args(c, M_import_waits, &file, 1),
                                          .href = upload_path(c, rows.v[i].id, ""),
                                          .detail = tr(c, M_import_waits_detail),
                                          .kind = tr(c, M_import_kind_word),
                                          .has_due = true,
                                          .due_day = day_from_ms(c->zone, rows.v[i].expires_at)});
    }
    return RC_OK;
}

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_roster_import_of_person rows;
    TRY(sql_roster_import_of_person(db, a, person, &rows));
    json_t *list = json_new_list(into, "rosters_applied");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_time(a, o, "at", rows.v[i].at);
        json_set_int(o, "programme", rows.v[i].programme_id);
        json_set_int(o, "added", rows.v[i].added);
        json_set_int(o, "changed", rows.v[i].changed);
        json_set_int(o, "ended", rows.v[i].ended);
    }
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_roster_upload_drop_of_person(tx, person);
}

static const struct route routes[] = {
    {METHOD_GET, "/programmes/{id}/import", P_ROSTER_IMPORT, BODY_NONE, RATE_PAGE, get_import},
    {METHOD_POST, "/programmes/{id}/import", P_ROSTER_IMPORT, BODY_UPLOAD, RATE_WRITE, post_import},
    {METHOD_GET, "/programmes/{id}/import/template.csv", P_ROSTER_IMPORT, BODY_NONE, RATE_PAGE, get_template},
    {METHOD_GET, "/imports/{id}", P_ROSTER_IMPORT, BODY_NONE, RATE_WRITE, get_upload}, /* makes the plan anew: not for walking */
    {METHOD_GET, "/imports/{id}/progress", P_ROSTER_IMPORT, BODY_NONE, RATE_PAGE, get_progress},
    {METHOD_POST, "/imports/{id}", P_ROSTER_IMPORT, BODY_FORM, RATE_WRITE, post_apply},
    {METHOD_POST, "/imports/{id}/drop", P_ROSTER_IMPORT, BODY_FORM, RATE_WRITE, post_drop},
};

static const struct job_handler jobs[] = {
    {.kind = ROSTER_JOB, .run = roster_import_job},
    {.kind = "roster_tidy", .run = roster_tidy_job, .every_ms = MS_PER_HOUR / 4},
};

const struct capability roster_capability = {
    .name = "roster",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .home = home,
    .export_person = export_person,
    .erase_person = erase_person,
};
