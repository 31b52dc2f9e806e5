/* Preferences as files: what stands in the round, a template, and bringing some in: a dry run first, then all or nothing. */
#include "base/problems.h"
#include "base/utf8.h"
#include "gen/programme/matching/match_import_view.h"
#include "gen/programme/matching/match_upload_view.h"
#include "programme/matching/inside.h"

static enum rc load_names(struct ctx *c, int64_t round, struct match_names *names)
{
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++)
        TRY(sql_match_person_names(c->db, c->a, round, match_side_word(side), &names->of[side]));
    return RC_OK;
}

struct noting {
    int64_t round, by, now;
};

static enum rc note_export(struct db *tx, void *arg, struct err *e)
{
    const struct noting *s = arg;
    (void)e;
    return audit_note(tx, s->now, s->by, "match_list_export", 0, "match_round", s->round);
}

enum rc match_get_lists_csv(struct ctx *c)
{
    struct match_round r;
    struct match_names names;
    struct match_data d;
    TRY(match_require(c, &r));
    TRY(load_names(c, r.id, &names));
    TRY(match_load(c->db, c->a, &r, match_today(c, &r), &d));
    struct noting s = {r.id, c->who->person, c->now};
    TRY(ctx_write(c, note_export, &s));
    return page_download(c, "text/csv; charset=utf-8", S("preferences.csv"), match_write_csv(c->a, &names, &d));
}

/* The columns, with the first people of the round in them. */
enum rc match_get_template(struct ctx *c)
{
    struct match_round r;
    struct match_names names;
    TRY(match_require(c, &r));
    TRY(load_names(c, r.id, &names));
    struct buf b = buf_new(c->a, 256);
    buf_z(&b, "side,person,other,place\r\n");
    const char *const endings[][2] = {{"mentee", ",1\r\n"}, {"mentor", ",1\r\n"}, {"mentee", ",out\r\n"}};
    for (size_t i = 0; i < COUNT_OF(endings) && names.of[0].n != 0 && names.of[1].n != 0; i++) {
        bool mentee = i != 1;
        const struct row_match_person_names *me = &names.of[mentee ? 0 : 1].v[0];
        const struct rows_match_person_names *theirs = &names.of[mentee ? 1 : 0];
        const struct row_match_person_names *other = &theirs->v[i == 2 ? theirs->n - 1 : 0];
        if (i == 2 && theirs->n < 2)
            continue;
        buf_printf(&b, "%s,", endings[i][0]);
        buf_csv(&b, me->email.p != NULL ? me->email : str_printf(c->a, "%" PRId64, me->person_id));
        buf_ch(&b, ',');
        buf_csv(&b, other->email.p != NULL ? other->email : str_printf(c->a, "%" PRId64, other->person_id));
        buf_z(&b, endings[i][1]);
    }
    return page_download(c, "text/csv; charset=utf-8", S("preferences-template.csv"), buf_text(&b));
}

/* ---- sending a file -------------------------------------------------------------------------------------------------------------- */

struct keeping {
    int64_t round, person, now, id;
    struct str filename, bytes;
};

static enum rc keep_upload(struct db *tx, void *arg, struct err *e)
{
    struct keeping *k = arg;
    (void)e;
    k->id = db_new_id(tx);
    return sql_match_upload_add(tx, k->id, k->round, k->person, k->filename, k->bytes, k->now);
}

enum rc match_handle_import(struct ctx *c)
{
    struct match_round r;
    TRY(match_require(c, &r));
    bool approved = str_eq_z(r.state, "approved");
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, "/lists"), M_matching_look);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_matching_file, .hint = M_matching_file_hint, .required = true, .max = 16 << 20});
    f->no_warn = true;
    struct view_match_import v = {.f = approved ? NULL : f, .template = match_path(c, r.id, "/lists/template.csv"), .lists = match_path(c, r.id, "/lists/lists.csv")};
    struct page page = match_page(c, &r, tr(c, M_matching_import), true);
    if (c->rq->method != METHOD_POST)
        return view_match_import_page(c, &page, &v);
    if (approved)
        return err_set(&c->err, RC_CONFLICT, M_matching_approved_already, NULL);
    if (!form_read(f, c->rq->form, c->rq->form_count) || form_field(f, "file")->value.n == 0) {
        if (form_ok(f))
            form_error(f, "file", M_matching_file_empty, NULL);
        page.status = 422;
        return view_match_import_page(c, &page, &v);
    }
    const struct field *file = form_field(f, "file");
    struct keeping k = {.round = r.id, .person = c->who->person, .now = c->now, .filename = utf8_truncate(utf8_clean(c->a, file->filename), 200), .bytes = file->value};
    TRY(ctx_write(c, keep_upload, &k));
    return page_redirect(c, match_path(c, r.id, str_printf(c->a, "/lists/%" PRId64, k.id).p), 0);
}

/* ---- dry run, apply --------------------------------------------------------------------------------------------------------------- */

struct applying {
    struct arena *a;
    int64_t round, version, upload, by, now;
    const struct match_csv *csv;
};

static enum rc apply(struct db *tx, void *arg, struct err *e)
{
    const struct applying *s = arg;
    struct match_round r;
    TRY(match_touch(tx, s->a, s->round, s->version, &r, e));
    for (size_t i = 0; i < s->csv->count; i++) {
        const struct match_csv_list *l = &s->csv->lists[i];
        TRY(match_write_list(tx, s->round, l->side, l->place, l->list, l->count, s->now));
    }
    TRY(sql_match_upload_remove(tx, s->upload));
    return audit_note(tx, s->now, s->by, "match_list_import", 0, "match_round", s->round);
}

static void fill_problems(struct ctx *c, const struct problems *p, struct view_match_upload *v)
{
    struct view_match_upload_problems *list = ARENA_ARRAY(c->a, p->kept, struct view_match_upload_problems);
    for (size_t i = 0; i < p->kept; i++) {
        const struct problem *x = &p->items[i];
        struct msg_arg detail = MSG_TEXT("detail", x->detail.p != NULL ? x->detail : S(""));
        const struct msg_arg at[] = {MSG_NUM("n", (int64_t)x->row), MSG_TEXT("detail", x->column.p != NULL ? x->column : S(""))};
        list[i].place = x->row == 0 ? tr(c, M_matching_whole_file) : tr_args(c, str_empty(x->column) ? M_matching_at_row : M_matching_at_cell, at, COUNT_OF(at));
        list[i].text = tr_args(c, x->msg, &detail, 1);
    }
    v->problems = list;
    v->problems_count = p->kept;
    v->errors = (int64_t)p->errors;
}

enum rc match_handle_upload(struct ctx *c)
{
    struct match_round r;
    struct row_match_upload_find u;
    struct match_names names;
    struct match_csv csv;
    int64_t id;
    TRY(match_require(c, &r));
    TRY(request_id(c->rq, 1, &id));
    TRY(sql_match_upload_find(c->db, c->a, id, r.id, c->who->person, &u));
    TRY(load_names(c, r.id, &names));
    struct problems p = problems_new(c->a);
    match_read_csv(c->a, u.filename, u.bytes, &names, &csv, &p);
    struct view_match_upload v = {.filename = u.filename, .rows = (int64_t)csv.rows, .again = match_path(c, r.id, "/lists")};
    fill_problems(c, &p, &v);
    for (size_t i = 0; i < csv.count; i++)
        *(csv.lists[i].side == HR_MENTEE ? &v.mentees : &v.mentors) += 1;
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, str_printf(c->a, "/lists/%" PRId64, id).p), M_matching_apply);
    form_add_version(f, r.version);
    f->cancel = v.again;
    f->no_warn = true;
    v.apply = f;
    struct page page = match_page(c, &r, tr(c, M_matching_import), true);
    if (c->rq->method != METHOD_POST)
        return view_match_upload_page(c, &page, &v);
    if (p.errors != 0) {
        page.status = 422;
        return view_match_upload_page(c, &page, &v);
    }
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return RC_MALFORMED;
    struct applying s = {c->a, r.id, form_int(f, "version", 0), id, c->who->person, c->now, &csv};
    enum rc rc = store_write_bulk(c->db, apply, &s, &c->err);
    if (page_form_failed(c, f, rc, &page.status))
        return view_match_upload_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, match_path(c, r.id, ""), M_matching_imported);
}
