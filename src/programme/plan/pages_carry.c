/* Taking the plan along, and bringing one in: what the file would do is shown first, and nothing is doubled. The owner alone. */
#include "base/utf8.h"
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/plan_carry_view.h"
#include "gen/programme/plan/plan_import_view.h"
#include "programme/evidence/evidence.h"
#include "programme/plan/carry.h"

enum rc plan_get_export(struct ctx *c)
{
    TRY(plan_require_own(c));
    struct view_plan_carry v = {.file = S("/plan/export/file"), .print = S("/plan/print"), .bring = S("/plan/import")};
    struct page page = plan_page(c, tr(c, M_plan_take), NULL);
    return view_plan_carry_page(c, &page, &v);
}

static enum rc titles_of(void *arg, const struct evidence_ref *refs, struct str *titles, size_t count)
{
    return plan_evidence_titles(arg, refs, titles, count);
}

enum rc plan_get_file(struct ctx *c)
{
    struct str json;
    TRY(plan_require_own(c));
    TRY(plan_export(c->db, c->a, c->lang, c->who->person, c->now, titles_of, c, &json));
    return page_download(c, "application/json", S("development-plan.json"), json);
}

/* ---- bringing one in ------------------------------------------------------------------------------------------------------------------------ */

struct keeping {
    int64_t person, now;
    struct str filename, bytes;
};

static enum rc keep_upload(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    (void)e;
    return sql_plan_upload_set(tx, k->person, k->filename, k->bytes, k->now);
}

/* What is no plan at all is told beside the field, before anything is kept: a picture, a PDF, a spreadsheet. */
static bool looks_like_json(struct str bytes)
{
    if (str_starts(bytes, S("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n);
    struct str s = str_trim(bytes);
    return s.n != 0 && s.p[0] == '{' && utf8_valid(bytes);
}

enum rc plan_handle_import(struct ctx *c)
{
    TRY(plan_require_own(c));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/import"), M_plan_in_look);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_plan_in_file, .hint = M_plan_in_file_hint, .required = true, .max = PLAN_FILE_MOST});
    f->cancel = S("/plan/export");
    f->no_warn = true;
    struct page page = plan_page(c, tr(c, M_plan_carry_in), NULL);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, tr(c, M_plan_in_form_note), STR_NONE, f);
    const struct field *file = form_field(f, "file");
    if (!looks_like_json(file->value)) {
        form_error(f, "file", M_plan_in_wrong_kind, NULL);
        return plan_send_form(c, &page, tr(c, M_plan_in_form_note), STR_NONE, f);
    }
    struct keeping k = {c->who->person, c->now, utf8_truncate(utf8_clean(c->a, file->filename), 200), file->value};
    TRY(ctx_write(c, keep_upload, &k));
    return page_redirect(c, S("/plan/import/check"), 0);
}

static void fill_problems(struct ctx *c, const struct problems *p, struct view_plan_import *v)
{
    struct view_plan_import_problems *list = ARENA_ARRAY(c->a, p->kept, struct view_plan_import_problems);
    for (size_t i = 0; i < p->kept; i++) {
        const struct problem *x = &p->items[i];
        struct msg_arg detail = MSG_TEXT("detail", x->detail.p != NULL ? x->detail : S("")), line = MSG_NUM("n", (int64_t)x->row);
        list[i].place = x->column.n != 0 ? x->column : x->row != 0 ? tr_args(c, M_plan_in_line, &line, 1) : tr(c, M_plan_in_whole);
        list[i].text = tr_args(c, x->msg, &detail, 1);
        list[i].error = x->severity == PROBLEM_ERROR;
    }
    v->problems = list;
    v->problems_count = p->kept;
    v->errors = (int64_t)p->errors;
}

struct taking {
    struct arena *a;
    int64_t person, now;
    const struct plan_import *in;
    struct plan_counts counts;
};

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    struct taking *s = arg;
    return plan_take(tx, s->a, s->person, s->in, s->now, &s->counts, e);
}

static void fill_counts(struct plan_counts n, struct view_plan_import *v)
{
    v->goals = (int64_t)n.goals;
    v->actions = (int64_t)n.actions;
    v->links = (int64_t)n.links;
    v->checkins = (int64_t)n.checkins;
    v->reviews = (int64_t)n.reviews;
    v->swot = (int64_t)n.swot;
    v->there = (int64_t)n.there;
    v->some = n.goals + n.checkins + n.reviews + n.swot != 0;
}

enum rc plan_handle_take(struct ctx *c)
{
    struct row_plan_upload_find u;
    struct plan_import *in;
    struct problems p = problems_new(c->a);
    TRY(plan_require_own(c));
    enum rc rc = sql_plan_upload_find(c->db, c->a, c->who->person, &u);
    if (rc == RC_NOT_FOUND)
        return page_redirect(c, S("/plan/import"), 0); /* taken in already, or too old */
    TRY(rc);
    rc = plan_read(c->db, c->a, c->who->person, u.bytes, &p, &in, &c->err);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    struct view_plan_import v = {.filename = u.filename, .again = S("/plan/import")};
    fill_problems(c, &p, &v);
    if (p.errors == 0)
        fill_counts(plan_counts(in), &v);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/import/check"), M_plan_in_apply);
    f->no_warn = true;
    if (v.some)
        v.apply = f;
    struct page page = plan_page(c, tr(c, M_plan_carry_in), NULL);
    if (c->rq->method != METHOD_POST)
        return view_plan_import_page(c, &page, &v);
    page.status = 422;
    if (p.errors != 0)
        return view_plan_import_page(c, &page, &v);
    struct taking s = {.a = c->a, .person = c->who->person, .now = c->now, .in = in};
    rc = store_write_bulk(c->db, take, &s, &c->err);
    if (page_form_failed(c, f, rc, &page.status)) {
        v.apply = f;
        return view_plan_import_page(c, &page, &v);
    }
    TRY(rc);
    return page_redirect(c, S("/plan"), M_plan_in_done);
}
