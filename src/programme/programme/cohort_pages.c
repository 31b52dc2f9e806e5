/* The pages of a cohort: who is in it, changing it, and moving all of it to the next stage. */
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/cohort_view.h"
#include "gen/programme/programme/next_stage_view.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

#define PAGE_ROWS 50

static struct str cohort_path(const struct ctx *c, int64_t cohort, const char *rest)
{
    return str_printf(c->a, "/cohorts/%" PRId64 "%s", cohort, rest);
}

static enum rc require_cohort(struct ctx *c, enum permission p, struct cohort_details *cohort, struct programme *programme)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find_cohort(c->db, c->a, id, cohort));
    struct target t = {.programme = cohort->programme, .cohort = id};
    TRY(access_require(c, p, &t));
    return programme_find(c->db, c->a, cohort->programme, programme);
}

static struct str stage_title(const struct stage *stages, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (stages[i].id == id)
            return stages[i].title;
    return STR_NONE;
}

/* ---- members ------------------------------------------------------------------------------------------------------------------------ */

static struct str state_word(const struct ctx *c, const struct row_cohort_members *r, bool *here)
{
    *here = false;
    if (str_eq(r->state, S("transferred")))
        return tr(c, M_programme_state_transferred);
    if (str_eq(r->state, S("completed")))
        return tr(c, M_programme_state_completed);
    if (str_eq(r->state, S("withdrawn")))
        return tr(c, M_programme_state_withdrawn);
    if (r->away) {
        return tr(c, M_programme_state_away);
    }
    *here = r->start_day <= c->today && (r->end_day_null || r->end_day >= c->today);
    return tr(c, *here ? M_programme_state_here : r->start_day > c->today ? M_programme_state_coming : M_programme_state_over);
}

static enum rc fill_members(struct ctx *c, const struct cohort_details *cohort, const struct stage *stages, size_t stage_count,
                            struct view_cohort *v)
{
    struct rows_cohort_members rows;
    struct str key = request_query(c->rq, "after"), search = str_trim(request_query(c->rq, "q"));
    int64_t after = 0;
    (void)str_to_int(request_query(c->rq, "id"), &after);
    struct str from = utf8_fold(c->a, search);
    TRY(sql_cohort_members(c->db, c->a, cohort->id, c->today, key.p != NULL ? key : S(""), after, from.p != NULL ? from : S(""),
                           str_concat(c->a, from, S("\xF4\x8F\xBF\xBF")), PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_cohort_members *list = ARENA_ARRAY(c->a, n, struct view_cohort_members);
    for (size_t i = 0; i < n; i++) {
        const struct row_cohort_members *r = &rows.v[i];
        bool here;
        list[i] = (struct view_cohort_members){.person = r->person_id,
                                               .name = r->display_name,
                                               .href = str_printf(c->a, "/people/%" PRId64, r->person_id),
                                               .state = state_word(c, r, &here),
                                               .stage = r->stage_id_null ? STR_NONE : stage_title(stages, stage_count, r->stage_id),
                                               .first = r->start_day,
                                               .last = r->end_day_null ? (struct opt_int){0} : SOME_INT(r->end_day)};
        list[i].here = here;
    }
    v->members = list;
    v->members_count = n;
    v->search = search;
    v->action = cohort_path(c, cohort->id, "");
    if (rows.n > n) {
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/cohorts/%" PRId64 "?q=", cohort->id);
        buf_url(&b, search);
        buf_z(&b, "&after=");
        buf_url(&b, rows.v[n - 1].sort_key);
        buf_printf(&b, "&id=%" PRId64, rows.v[n - 1].id);
        v->more = buf_text(&b);
    }
    return RC_OK;
}

enum rc programme_get_cohort(struct ctx *c)
{
    struct cohort_details cohort;
    struct programme p;
    struct stage *stages;
    size_t stage_count;
    struct row_cohort_advance_counts counts;
    TRY(require_cohort(c, P_PERSON_LIST, &cohort, &p));
    TRY(programme_stages(c->db, c->a, p.id, &stages, &stage_count));
    TRY(sql_cohort_advance_counts(c->db, c->a, cohort.id, c->today, &counts));
    struct view_cohort v = {.id = cohort.id,
                            .code = cohort.code,
                            .stage = stage_title(stages, stage_count, cohort.stage),
                            .total = counts.moving + counts.staying,
                            .away = counts.away,
                            .own_stage = counts.staying,
                            .first = cohort.start_day != INT64_MIN ? SOME_INT(cohort.start_day) : (struct opt_int){0},
                            .last = cohort.end_day != INT64_MAX ? SOME_INT(cohort.end_day) : (struct opt_int){0}};
    TRY(fill_members(c, &cohort, stages, stage_count, &v));
    struct target t = {.programme = p.id, .cohort = cohort.id};
    if (access_allows(c, P_PROGRAMME_CHANGE, &t)) {
        v.edit = cohort_path(c, cohort.id, "/edit");
        v.next_stage = cohort_path(c, cohort.id, "/next-stage");
    }
    if (access_allows(c, P_PERSON_CHANGE, &t))
        v.add = str_printf(c->a, "/people/new?programme=%" PRId64 "&cohort=%" PRId64, p.id, cohort.id);
    struct page page = programme_page(c, cohort.title, &p, 0);
    return view_cohort_page(c, &page, &v);
}

/* ---- making and changing ---------------------------------------------------------------------------------------------------------------- */

static void day_field(struct form *f, const char *name, msg_id label, int64_t day)
{
    bool some = day != INT64_MIN && day != INT64_MAX;
    form_add(f, (struct field){.name = name, .kind = FIELD_DAY, .label = label, .value = some ? form_day_value(f, day) : STR_NONE});
}

static enum rc cohort_form(struct ctx *c, const struct programme *p, const struct cohort_details *d, struct form **out)
{
    struct stage *stages;
    size_t count;
    TRY(programme_stages(c->db, c->a, p->id, &stages, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_programme_stage_none)};
    for (size_t i = 0; i < count; i++)
        choices[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, stages[i].id), .label = stages[i].title};
    struct str action = d->id == 0 ? str_printf(c->a, "/programmes/%" PRId64 "/cohorts/new", p->id) : cohort_path(c, d->id, "/edit");
    struct form *f = form_new(c->a, c->lang, c->zone, action, 0);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_programme_title, .hint = M_programme_cohort_hint, .required = true, .value = d->title});
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_programme_code, .hint = M_programme_cohort_code_hint, .required = true, .max = 40, .value = d->code});
    form_add(f, (struct field){.name = "stage", .kind = FIELD_CHOICE, .label = M_programme_stage_now, .required = true, .choices = choices, .choice_count = count + 1, .value = str_printf(c->a, "%" PRId64, d->stage)});
    day_field(f, "start", M_programme_first_day, d->start_day);
    day_field(f, "end", M_programme_last_day, d->end_day);
    form_add_version(f, d->version);
    f->cancel = d->id == 0 ? str_printf(c->a, "/programmes/%" PRId64, p->id) : cohort_path(c, d->id, "");
    *out = f;
    return RC_OK;
}

struct saving {
    struct cohort_details d;
    int64_t by, now, id;
};

static enum rc save_cohort(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    bool is_new = s->d.id == 0;
    struct cohort_details d = s->d;
    if (is_new) {
        TRY(programme_add_cohort(tx, d.programme, d.code, d.title, d.stage, &d.id, e));
        d.version = 1;
    }
    TRY(programme_change_cohort(tx, &d, e)); /* a new one gets its days so */
    s->id = d.id;
    return audit_note(tx, s->now, s->by, is_new ? "cohort_add" : "cohort_change", 0, "cohort", d.id);
}

static enum rc edit_cohort(struct ctx *c, const struct programme *p, const struct cohort_details *d)
{
    struct form *f;
    TRY(cohort_form(c, p, d, &f));
    struct page page = programme_page(c, tr(c, d->id == 0 ? M_programme_add_cohort : M_programme_edit_cohort), p, 0);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, STR_NONE, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, STR_NONE, f);
    struct saving s = {.by = c->who->person, .now = c->now};
    s.d = (struct cohort_details){.id = d->id, .programme = p->id, .version = form_int(f, "version", 0), .code = form_text(f, "code"), .title = form_text(f, "title"), .stage = form_int(f, "stage", 0), .start_day = INT64_MIN, .end_day = INT64_MAX};
    (void)form_day(f, "start", &s.d.start_day);
    (void)form_day(f, "end", &s.d.end_day);
    enum rc rc = ctx_write(c, save_cohort, &s);
    if (page_edit_failed(c, f, rc, d->version, &page.status))
        return programme_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, cohort_path(c, s.id, ""), M_programme_saved);
}

enum rc programme_handle_cohort_new(struct ctx *c)
{
    struct programme p;
    TRY(programme_require(c, P_PROGRAMME_CHANGE, &p));
    return edit_cohort(c, &p, &(struct cohort_details){.start_day = INT64_MIN, .end_day = INT64_MAX});
}

enum rc programme_handle_cohort_edit(struct ctx *c)
{
    struct cohort_details d;
    struct programme p;
    TRY(require_cohort(c, P_PROGRAMME_CHANGE, &d, &p));
    return edit_cohort(c, &p, &d);
}

/* ---- the next stage ------------------------------------------------------------------------------------------------------------------------ */

static enum rc next_stage(struct ctx *c, struct cohort_details *cohort, struct programme *p, struct stage *next, bool *some)
{
    TRY(require_cohort(c, P_PROGRAMME_CHANGE, cohort, p));
    enum rc rc = programme_next_stage(c->db, c->a, cohort, next);
    *some = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc programme_get_next_stage(struct ctx *c)
{
    struct cohort_details cohort;
    struct programme p;
    struct stage next, *stages;
    size_t count;
    bool some;
    struct row_cohort_advance_counts counts;
    TRY(next_stage(c, &cohort, &p, &next, &some));
    TRY(programme_stages(c->db, c->a, p.id, &stages, &count));
    TRY(sql_cohort_advance_counts(c->db, c->a, cohort.id, c->today, &counts));
    struct view_next_stage v = {.cohort = cohort.title,
                                .from = stage_title(stages, count, cohort.stage),
                                .to = some ? next.title : STR_NONE,
                                .moving = counts.moving,
                                .staying = counts.staying,
                                .away = counts.away,
                                .back = cohort_path(c, cohort.id, "")};
    if (some) {
        struct form *f = form_new(c->a, c->lang, c->zone, cohort_path(c, cohort.id, "/next-stage"), M_programme_move_on);
        form_add(f, (struct field){.name = "stage", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, next.id)});
        form_add_version(f, cohort.version);
        f->cancel = v.back;
        v.f = f;
    }
    struct page page = programme_page(c, tr(c, M_programme_next_stage), &p, 0);
    return view_next_stage_page(c, &page, &v);
}

struct advancing {
    int64_t cohort, version, stage, by, now;
};

static enum rc advance(struct db *tx, void *arg, struct err *e)
{
    const struct advancing *a = arg;
    TRY(programme_advance_cohort(tx, a->cohort, a->version, a->stage, e));
    return audit_note(tx, a->now, a->by, "cohort_next_stage", 0, "cohort", a->cohort);
}

enum rc programme_post_next_stage(struct ctx *c)
{
    struct cohort_details cohort;
    struct programme p;
    struct advancing a = {.by = c->who->person, .now = c->now};
    TRY(require_cohort(c, P_PROGRAMME_CHANGE, &cohort, &p));
    a.cohort = cohort.id;
    if (!str_to_int(request_form(c->rq, "stage"), &a.stage) || !str_to_int(request_form(c->rq, "version"), &a.version))
        return err_field(&c->err, RC_MALFORMED, 0, "stage", NULL);
    TRY(ctx_write(c, advance, &a));
    return page_redirect(c, cohort_path(c, cohort.id, ""), M_programme_moved_on);
}
