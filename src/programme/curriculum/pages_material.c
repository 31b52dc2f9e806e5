/* Materials of a session: the author's list, adding, changing, removing; and the download for everybody who may see it.
 */
#include "gen/programme/curriculum/author_sql.h"
#include "gen/programme/curriculum/material_list_view.h"
#include "gen/programme/curriculum/plain_form_view.h"
#include "gen/programme/curriculum/text_form_view.h"
#include "programme/curriculum/author.h"
#include "programme/curriculum/pages.h"

struct str page_size_text(struct ctx *c, int64_t bytes)
{
    struct buf b = buf_new(c->a, 16);
    bool mega = bytes >= 1000000;
    lang_real(&b, c->lang, (double)bytes / (mega ? 1e6 : 1e3), mega ? 1 : 0);
    const struct msg_arg size = MSG_TEXT("size", buf_text(&b));
    return tr_args(c, mega ? M_curriculum_size_mb : M_curriculum_size_kb, &size, 1);
}

static struct page material_frame(struct ctx *c, struct str title, const struct row_session_find *r, bool deep)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
    crumbs[0] = (struct crumb){r->course_title, page_path(c, "/courses/%" PRId64, r->course_id)};
    crumbs[1] = (struct crumb){r->title, page_path(c, "/sessions/%" PRId64, r->id)};
    crumbs[2] = (struct crumb){tr(c, M_curriculum_materials), page_path(c, "/sessions/%" PRId64 "/materials", r->id)};
    return (struct page){.title = title, .section = "/courses", .crumbs = crumbs, .crumb_count = deep ? 3 : 2};
}

/* ---- the list ---------------------------------------------------------------------------------------------------- */

enum rc get_materials(struct ctx *c)
{
    struct session_page s;
    struct rows_material_list rows;
    TRY(page_session_to_change(c, &s));
    TRY(sql_material_list(c->db, c->a, s.row.id, &rows));
    struct str self = page_path(c, "/sessions/%" PRId64 "/materials", s.row.id);
    struct view_material_list_materials *list = ARENA_ARRAY(c->a, rows.n, struct view_material_list_materials);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_material_list *r = &rows.v[i];
        list[i] = (struct view_material_list_materials){
            .id = r->id,
            .kind = r->kind,
            .title = r->title,
            .link = str_eq(r->kind, S("link")) ? r->body : S(""),
            .file = r->file_name.p != NULL ? r->file_name : S(""),
            .size = r->file_size_null ? S("") : page_size_text(c, r->file_size),
            .edit = str_printf(c->a, "%.*s/%" PRId64, STR_ARG(self), r->id),
            .remove = str_printf(c->a, "%.*s/%" PRId64 "/remove", STR_ARG(self), r->id),
            .first = i == 0,
            .last = i + 1 == rows.n,
        };
    }
    struct view_material_list v = {
        .csrf = page_csrf(c),
        .action = self,
        .add_text = str_concat(c->a, self, S("/new?kind=text")),
        .add_link = str_concat(c->a, self, S("/new?kind=link")),
        .add_file = str_concat(c->a, self, S("/new?kind=file")),
        .back = page_path(c, "/sessions/%" PRId64, s.row.id),
        .materials = list,
        .materials_count = rows.n,
    };
    struct page p = material_frame(c, tr(c, M_curriculum_materials), &s.row, false);
    return view_material_list_page(c, &p, &v);
}

struct material_write {
    struct material_edit edit;
    struct author who;
    bool up;
};

static enum rc write_move(struct db *tx, void *arg, struct err *e)
{
    const struct material_write *w = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = author_move_material(tx, a, &w->who, w->edit.course, w->edit.session, w->edit.id, w->up);
    arena_free(a);
    return rc;
}

enum rc post_materials(struct ctx *c)
{
    struct session_page s;
    TRY(page_session_to_change(c, &s));
    struct material_write w = {.edit = {.course = s.row.course_id, .session = s.row.id},
                               .who = {c->who->person, c->now}};
    w.up = str_to_int(request_form(c->rq, "up"), &w.edit.id);
    if (!w.up && !str_to_int(request_form(c->rq, "down"), &w.edit.id))
        return err_field(&c->err, RC_INVALID, 0, "up", "the id of a material");
    TRY(ctx_write(c, write_move, &w));
    return page_redirect(c, page_path(c, "/sessions/%" PRId64 "/materials", s.row.id), M_curriculum_saved);
}

/* ---- adding and changing ----------------------------------------------------------------------------------------- */

/* old NULL: a new one. */
static struct form *material_form(struct ctx *c, struct str kind, const struct row_material_find *old,
                                  struct str action, struct str back)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_curriculum_save);
    f->cancel = back;
    form_add(f, (struct field){.name = "title",
                               .kind = FIELD_TEXT,
                               .label = M_curriculum_title,
                               .required = true,
                               .max = CONTENT_TITLE_MAX,
                               .value = old != NULL ? old->title : S("")});
    if (str_eq(kind, S("text"))) {
        f->second = M_curriculum_preview;
        f->draft = old != NULL ? page_path(c, "material-%" PRId64, old->id) : S("material-new");
        form_add(f, (struct field){.name = "body",
                                   .kind = FIELD_LONG_TEXT,
                                   .label = M_curriculum_kind_text,
                                   .hint = M_curriculum_markdown_hint,
                                   .required = true,
                                   .max = CONTENT_TEXT_MAX,
                                   .rows = 16,
                                   .value = old != NULL ? old->body : S("")});
    } else if (str_eq(kind, S("link"))) {
        form_add(f, (struct field){.name = "body",
                                   .kind = FIELD_TEXT,
                                   .label = M_curriculum_link,
                                   .hint = M_curriculum_link_hint,
                                   .required = true,
                                   .max = 2000,
                                   .value = old != NULL ? old->body : S("")});
    } else if (old == NULL) {
        form_add(f, (struct field){.name = "file",
                                   .kind = FIELD_FILE,
                                   .label = M_curriculum_kind_file,
                                   .hint = M_curriculum_file_hint,
                                   .required = true,
                                   .max = MATERIAL_FILE_MAX});
    }
    return f;
}

static enum rc write_material(struct db *tx, void *arg, struct err *e)
{
    const struct material_write *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = author_save_material(tx, a, &w->who, &w->edit, e);
    arena_free(a);
    return rc;
}

static enum rc material_page(struct ctx *c, const struct session_page *s, struct str kind,
                             const struct row_material_find *old, struct str action)
{
    static const struct {
        const char *kind;
        msg_id add;
    } titles[] = {{"text", M_curriculum_add_text}, {"link", M_curriculum_add_link}, {"file", M_curriculum_add_file}};
    struct str back = page_path(c, "/sessions/%" PRId64 "/materials", s->row.id);
    struct form *f = material_form(c, kind, old, action, back);
    struct view_text_form v = {0};
    struct view_text_form_previews preview;
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        const struct field *file = form_field(f, "file");
        struct material_write w = {.who = {c->who->person, c->now},
                                   .edit = {.id = old != NULL ? old->id : 0,
                                            .course = s->row.course_id,
                                            .session = s->row.id,
                                            .kind = kind,
                                            .title = form_text(f, "title"),
                                            .body = form_text(f, "body"),
                                            .filename = file != NULL ? file->filename : S(""),
                                            .bytes = file != NULL ? file->value : S("")}};
        if (!str_empty(request_form(c->rq, "second"))) {
            preview = (struct view_text_form_previews){w.edit.title, page_markdown(c, w.edit.body, 3)};
            v.previews = &preview;
            v.previews_count = 1;
        } else if (ctx_write(c, write_material, &w) == RC_OK) {
            return page_redirect(c, back, M_curriculum_saved);
        } else {
            form_fail(f, &c->err);
        }
    }
    v.f = f;
    msg_id title = M_curriculum_material_change;
    for (size_t i = 0; old == NULL && i < COUNT_OF(titles); i++)
        if (str_eq_z(kind, titles[i].kind))
            title = titles[i].add;
    struct page p = material_frame(c, tr(c, title), &s->row, true);
    p.status = page_status(c, f);
    return view_text_form_page(c, &p, &v);
}

enum rc new_material(struct ctx *c)
{
    struct session_page s;
    TRY(page_session_to_change(c, &s));
    struct str kind = request_query(c->rq, "kind");
    if (!str_eq(kind, S("text")) && !str_eq(kind, S("link")) && !str_eq(kind, S("file")))
        return RC_NOT_FOUND;
    return material_page(c, &s, kind, NULL,
                         str_printf(c->a, "/sessions/%" PRId64 "/materials/new?kind=%.*s", s.row.id, STR_ARG(kind)));
}

/* The second id of the address, which must be of this session. */
static enum rc find_material(struct ctx *c, const struct session_page *s, struct row_material_find *m)
{
    int64_t id;
    TRY(request_id(c->rq, 1, &id));
    TRY(sql_material_find(c->db, c->a, id, m));
    return m->session_id == s->row.id ? RC_OK : RC_NOT_FOUND;
}

enum rc edit_material(struct ctx *c)
{
    struct session_page s;
    struct row_material_find m;
    TRY(page_session_to_change(c, &s));
    TRY(find_material(c, &s, &m));
    return material_page(c, &s, m.kind, &m,
                         str_printf(c->a, "/sessions/%" PRId64 "/materials/%" PRId64, s.row.id, m.id));
}

/* ---- removing ---------------------------------------------------------------------------------------------------- */

static enum rc write_remove(struct db *tx, void *arg, struct err *e)
{
    const struct material_write *w = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = author_remove_material(tx, a, &w->who, w->edit.course, w->edit.id);
    arena_free(a);
    return rc;
}

enum rc remove_material(struct ctx *c)
{
    struct session_page s;
    struct row_material_find m;
    TRY(page_session_to_change(c, &s));
    TRY(find_material(c, &s, &m));
    struct str back = page_path(c, "/sessions/%" PRId64 "/materials", s.row.id);
    if (c->rq->method == METHOD_POST) {
        struct material_write w = {.edit = {.id = m.id, .course = s.row.course_id, .session = s.row.id},
                                   .who = {c->who->person, c->now}};
        TRY(ctx_write(c, write_remove, &w));
        return page_redirect(c, back, M_curriculum_removed);
    }
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s/%" PRId64 "/remove", STR_ARG(back), m.id),
                              M_curriculum_remove);
    f->cancel = back;
    f->danger = true;
    struct view_plain_form_facts facts[] = {{tr(c, M_curriculum_title), m.title}};
    struct view_plain_form v = {.facts = facts, .facts_count = 1, .note = tr(c, M_curriculum_remove_note), .f = f};
    struct page p = material_frame(c, tr(c, M_curriculum_remove_title), &s.row, true);
    return view_plain_form_page(c, &p, &v);
}

/* ---- the download ------------------------------------------------------------------------------------------------ */

enum rc get_material_file(struct ctx *c)
{
    struct session_page s;
    struct row_material_find m;
    struct row_file_find f;
    TRY(page_session(c, &s));
    TRY(find_material(c, &s, &m));
    if (m.file_id_null)
        return RC_NOT_FOUND;
    TRY(sql_file_find(c->db, c->a, m.file_id, &f));
    return page_download(c, str_z(c->a, f.type), f.name, f.bytes);
}
