/* Links of a crosswalk one by one and as CSV, and removing a crosswalk. */
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "programme/framework/crosswalk.h"
#include "programme/framework/inside.h"

#define CHOICES_MOST 300 /* items of a framework in a list to choose from; above, their code is typed */

/* ---- one more link --------------------------------------------------------------------------------------------------------------- */

static enum rc add_end(struct ctx *c, struct form *f, const char *name, int64_t framework, msg_id label)
{
    struct rows_crosswalk_items rows;
    TRY(sql_crosswalk_items(c->db, c->a, framework, lang_tag(c->lang), CHOICES_MOST + 1, &rows));
    struct field field = {.name = name, .kind = FIELD_TEXT, .label = label, .hint = M_framework_link_code_hint, .required = true};
    if (rows.n <= CHOICES_MOST) {
        struct choice *list = ARENA_ARRAY(c->a, rows.n, struct choice);
        for (size_t i = 0; i < rows.n; i++)
            list[i] = (struct choice){.value = rows.v[i].identifier,
                                      .label = str_printf(c->a, "%.*s%s%.*s", STR_ARG(rows.v[i].code), rows.v[i].code.n != 0 ? " " : "",
                                                          STR_ARG(rows.v[i].title))};
        field.kind = FIELD_CHOICE;
        field.hint = 0;
        field.choices = list;
        field.choice_count = rows.n;
    }
    form_add(f, field);
    return RC_OK;
}

static enum rc link_form(struct ctx *c, const struct row_crosswalk_get *walk, struct form **out)
{
    struct str path = crosswalk_path(c->a, walk->id);
    struct form *f = form_new(c->a, c->lang, c->zone, str_concat(c->a, path, S("/add")), M_framework_link_add);
    f->cancel = path;
    form_add_version(f, walk->version);
    TRY(add_end(c, f, "from", walk->from_framework_id, M_framework_from));
    TRY(add_end(c, f, "to", walk->to_framework_id, M_framework_to));
    form_add(f, (struct field){.name = "weight", .kind = FIELD_TEXT, .label = M_framework_weight, .hint = M_framework_weight_hint, .required = true, .max = 10});
    *out = f;
    return RC_OK;
}

enum rc crosswalk_get_add(struct ctx *c)
{
    struct row_crosswalk_get walk;
    struct form *f;
    TRY(crosswalk_open(c, true, &walk));
    TRY(link_form(c, &walk, &f));
    return crosswalk_send_form(c, f, M_framework_link_add, M_framework_weight_means, NULL, &walk, 0);
}

static enum rc find_end(struct ctx *c, struct form *f, const char *name, int64_t framework, int64_t *item)
{
    struct row_crosswalk_item_by_code row;
    enum rc rc = sql_crosswalk_item_by_code(c->db, c->a, framework, form_text(f, name), &row);
    if (rc == RC_OK)
        *item = row.id;
    else if (rc == RC_NOT_FOUND)
        form_error(f, name, M_framework_code_unknown, str_z(c->a, form_text(f, name)));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc crosswalk_post_add(struct ctx *c)
{
    struct row_crosswalk_get walk;
    struct form *f;
    struct crosswalk_link link = {0};
    int status = 422;
    TRY(crosswalk_open(c, true, &walk));
    TRY(link_form(c, &walk, &f));
    if (form_read(f, c->rq->form, c->rq->form_count)) {
        TRY(find_end(c, f, "from", walk.from_framework_id, &link.from_item));
        TRY(find_end(c, f, "to", walk.to_framework_id, &link.to_item));
        if (!crosswalk_weight(form_text(f, "weight"), &link.weight))
            form_error(f, "weight", M_framework_weight_range, NULL);
    }
    if (form_ok(f)) {
        struct crosswalk_changing x = {.id = walk.id,
                                       .version = form_int(f, "version", 0),
                                       .links = &link,
                                       .count = 1,
                                       .person = c->who->person,
                                       .now = c->now};
        enum rc rc = ctx_write(c, crosswalk_change_run, &x);
        if (rc == RC_OK)
            return page_redirect(c, crosswalk_path(c->a, walk.id), M_framework_links_saved);
        if (!page_edit_failed(c, f, rc, walk.version, &status))
            return rc;
    }
    return crosswalk_send_form(c, f, M_framework_link_add, M_framework_weight_means, NULL, &walk, status);
}

/* ---- CSV ------------------------------------------------------------------------------------------------------------------------- */

enum rc crosswalk_get_csv(struct ctx *c)
{
    struct row_crosswalk_get walk;
    struct str csv;
    TRY(crosswalk_open(c, false, &walk));
    TRY(crosswalk_write_csv(c->db, c->a, walk.id, lang_tag(c->lang), &csv));
    return page_download(c, "text/csv; charset=utf-8", str_concat(c->a, walk.title, S(".csv")), csv);
}

static struct form *import_form(struct ctx *c, const struct row_crosswalk_get *walk)
{
    struct str path = crosswalk_path(c->a, walk->id);
    struct form *f = form_new(c->a, c->lang, c->zone, str_concat(c->a, path, S("/import")), M_framework_links_import);
    f->cancel = path;
    form_add_version(f, walk->version);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_framework_import_file, .required = true, .max = 8 << 20});
    form_add(f, (struct field){.name = "replace", .kind = FIELD_BOOL, .label = M_framework_links_replace, .hint = M_framework_links_replace_hint});
    return f;
}

enum rc crosswalk_get_import(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, true, &walk));
    return crosswalk_send_form(c, import_form(c, &walk), M_framework_links_import, M_framework_links_import_intro, NULL, &walk, 0);
}

enum rc crosswalk_post_import(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, true, &walk));
    struct form *f = import_form(c, &walk);
    struct problems problems = problems_new(c->a);
    int status = 422;
    if (form_read(f, c->rq->form, c->rq->form_count)) {
        const struct field *file = form_field(f, "file");
        struct crosswalk_changing x = {.id = walk.id,
                                       .version = form_int(f, "version", 0),
                                       .replace = form_bool(f, "replace"),
                                       .person = c->who->person,
                                       .now = c->now};
        TRY(crosswalk_read_csv(c->db, c->a, walk.from_framework_id, walk.to_framework_id, file->filename, file->value, &x.links, &x.count,
                               &problems));
        enum rc rc = problems.errors != 0 ? RC_INVALID : store_write_bulk(c->db, crosswalk_change_run, &x, &c->err);
        if (rc == RC_OK)
            return page_redirect(c, crosswalk_path(c->a, walk.id), M_framework_links_saved);
        if (problems.errors == 0 && !page_edit_failed(c, f, rc, walk.version, &status))
            return rc;
    }
    return crosswalk_send_form(c, f, M_framework_links_import, M_framework_links_import_intro, &problems, &walk, status);
}

/* ---- removing ------------------------------------------------------------------------------------------------------------------------ */

static struct form *remove_form(struct ctx *c, const struct row_crosswalk_get *walk)
{
    struct str path = crosswalk_path(c->a, walk->id);
    struct form *f = form_new(c->a, c->lang, c->zone, str_concat(c->a, path, S("/remove")), M_framework_crosswalk_remove);
    f->cancel = path;
    f->danger = true;
    form_add_version(f, walk->version);
    return f;
}

enum rc crosswalk_get_remove(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, true, &walk));
    return crosswalk_send_form(c, remove_form(c, &walk), M_framework_crosswalk_remove, M_framework_crosswalk_remove_means, NULL, &walk, 0);
}

static enum rc remove_fn(struct db *tx, void *arg, struct err *e)
{
    const struct crosswalk_changing *x = arg;
    return crosswalk_remove(tx, x->id, x->version, x->person, x->now, e);
}

enum rc crosswalk_post_remove(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, true, &walk));
    struct form *f = remove_form(c, &walk);
    if (form_read(f, c->rq->form, c->rq->form_count)) {
        struct crosswalk_changing x = {.id = walk.id, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now};
        enum rc rc = ctx_write(c, remove_fn, &x);
        if (rc == RC_OK)
            return page_redirect(c, S("/crosswalks"), M_framework_crosswalk_removed);
        if (rc != RC_CONFLICT)
            return rc;
        f = remove_form(c, &walk);
        form_fail(f, &c->err);
    }
    return crosswalk_send_form(c, f, M_framework_crosswalk_remove, M_framework_crosswalk_remove_means, NULL, &walk, 409);
}
