/* Bringing in a framework: send a file, see what it would do, say by what right, import. The file waits in framework_upload
 * between the steps, for a day and for the person who sent it alone. */
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_import_view.h"
#include "gen/programme/framework/framework_preview_view.h"
#include "gen/programme/framework/framework_sql.h"
#include "programme/framework/content.h"
#include "programme/framework/inside.h"
#include "programme/framework/tree.h"

#define FILE_MOST (31 << 20) /* bytes; the request holds a little more */
#define TREE_MOST 300
#define GONE_MOST 100
#define KINDS_MOST 8

/* ---- sending a file ------------------------------------------------------------------------------------------------------------- */

static struct form *upload_form(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/frameworks/import"), M_framework_import_look);
    f->cancel = S(FRAMEWORK_SECTION);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_framework_import_file, .hint = M_framework_import_file_hint, .required = true, .max = FILE_MOST});
    return f;
}

static enum rc send_upload(struct ctx *c, struct form *f, int status)
{
    struct view_framework_import v = {.f = f};
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)}};
    struct page page = {.title = tr(c, M_framework_import), .section = FRAMEWORK_SECTION, .crumbs = crumbs, .crumb_count = 1, .status = status};
    return view_framework_import_page(c, &page, &v);
}

enum rc framework_get_import(struct ctx *c)
{
    TRY(framework_require_change(c));
    return send_upload(c, upload_form(c), 0);
}

struct uploading {
    int64_t person, now, id;
    struct str name, bytes;
};

static enum rc upload_fn(struct db *tx, void *arg, struct err *e)
{
    struct uploading *u = arg;
    (void)e;
    TRY(sql_framework_upload_expire(tx, u->now - FRAMEWORK_UPLOAD_HOURS * MS_PER_HOUR));
    u->id = db_new_id(tx);
    return sql_framework_upload_add(tx, u->id, u->person, u->name, u->now, u->bytes);
}

enum rc framework_post_import(struct ctx *c)
{
    TRY(framework_require_change(c));
    struct form *f = upload_form(c);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_upload(c, f, 422);
    const struct field *file = form_field(f, "file");
    struct uploading u = {.person = c->who->person, .now = c->now, .name = file->filename, .bytes = file->value};
    TRY(ctx_write(c, upload_fn, &u));
    return page_redirect(c, str_printf(c->a, "/frameworks/import/%" PRId64, u.id), 0);
}

/* ---- what it would do --------------------------------------------------------------------------------------------------------------- */

struct preview {
    int64_t upload;
    struct row_framework_upload_get file;
    struct framework_content content;
    struct problems problems;
    int64_t lineage;
    struct rows_framework_lineages lineages;
    struct import_plan plan;
};

/* of: the lineage that was asked for; no value: what the document's identifier suggests. */
static enum rc preview_open(struct ctx *c, struct str of, struct preview *p)
{
    *p = (struct preview){.problems = problems_new(c->a)};
    TRY(framework_require_change(c));
    TRY(request_id(c->rq, 0, &p->upload));
    TRY(sql_framework_upload_get(c->db, c->a, p->upload, c->who->person, c->now - FRAMEWORK_UPLOAD_HOURS * MS_PER_HOUR, &p->file));
    framework_read(c->a, p->file.name, p->file.bytes, &p->content, &p->problems);
    if (p->problems.errors != 0)
        return RC_OK;
    TRY(sql_framework_lineages(c->db, c->a, lang_tag(c->lang), &p->lineages));
    struct row_framework_by_document doc;
    if (!str_empty(of)) {
        if (!str_to_int(of, &p->lineage))
            return err_field(&c->err, RC_MALFORMED, 0, "of", "not a framework");
    } else if (!str_empty(p->content.identifier)) {
        enum rc rc = sql_framework_by_document(c->db, c->a, p->content.identifier, &doc);
        if (rc == RC_OK)
            p->lineage = doc.lineage_id;
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return framework_plan(c->db, c->a, &p->content, p->lineage, &p->plan);
}

static struct form *lineage_form(struct ctx *c, const struct preview *p)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/frameworks/import/%" PRId64, p->upload), M_framework_preview_compare);
    struct choice *list = ARENA_ARRAY(c->a, p->lineages.n + 1, struct choice);
    list[0] = (struct choice){.value = S("0"), .label = tr(c, M_framework_preview_own)};
    for (size_t i = 0; i < p->lineages.n; i++) {
        struct msg_arg title = MSG_TEXT("title", framework_full_title(c->a, p->lineages.v[i].title, p->lineages.v[i].version));
        list[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, p->lineages.v[i].lineage_id),
                                      .label = tr_args(c, M_framework_preview_version_of, &title, 1)};
    }
    f->get = true;
    form_add(f, (struct field){.name = "of",
                               .kind = FIELD_CHOICE,
                               .label = M_framework_preview_of_label,
                               .hint = M_framework_preview_of_hint,
                               .required = true,
                               .choices = list,
                               .choice_count = p->lineages.n + 1,
                               .value = str_printf(c->a, "%" PRId64, p->lineage)});
    return f;
}

static struct str first_of(struct str x, struct str y)
{
    return !str_empty(x) ? x : y;
}

static struct form *details_form(struct ctx *c, const struct preview *p)
{
    const struct framework_content *k = &p->content, *b = p->plan.before;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/frameworks/import/%" PRId64, p->upload), M_framework_import_now);
    struct choice *rights = ARENA_ARRAY(c->a, 2, struct choice);
    rights[0] = (struct choice){S("held"), tr(c, M_framework_right_held), tr(c, M_framework_right_held_hint)};
    rights[1] = (struct choice){S("open"), tr(c, M_framework_right_open), tr(c, M_framework_right_open_hint)};
    f->cancel = S(FRAMEWORK_SECTION);
    form_add(f, (struct field){.name = "of", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, p->lineage)});
    form_add(f, (struct field){.name = "title",
                               .kind = FIELD_TEXT,
                               .label = M_framework_name,
                               .required = true,
                               .value = first_of(k->title, b != NULL ? b->title : S(""))});
    form_add(f, (struct field){.name = "version",
                               .kind = FIELD_TEXT,
                               .label = M_framework_version,
                               .hint = M_framework_version_hint,
                               .required = true,
                               .max = 40,
                               .value = first_of(k->version, b == NULL ? S("1.0") : S(""))});
    form_add(f, (struct field){.name = "language",
                               .kind = FIELD_TEXT,
                               .label = M_framework_language,
                               .hint = M_framework_language_hint,
                               .required = true,
                               .max = 35,
                               .value = first_of(k->language, b != NULL ? b->language : lang_tag(c->lang))});
    form_add(f, (struct field){.name = "publisher",
                               .kind = FIELD_TEXT,
                               .label = M_framework_publisher,
                               .value = first_of(k->publisher, b != NULL ? b->publisher : S(""))});
    if (str_empty(k->description)) /* what a document says is taken as it stands */
        form_add(f, (struct field){.name = "description",
                                   .kind = FIELD_LONG_TEXT,
                                   .label = M_framework_description,
                                   .value = b != NULL ? b->description : S("")});
    form_add(f, (struct field){.name = "licence",
                               .kind = FIELD_TEXT,
                               .label = M_framework_licence,
                               .hint = M_framework_licence_hint,
                               .required = true,
                               .value = first_of(k->licence, b != NULL ? b->licence : S(""))});
    form_add(f, (struct field){.name = "rights", .kind = FIELD_CHOICE, .label = M_framework_right_label, .required = true, .choices = rights, .choice_count = 2});
    return f;
}

/* ---- the page of the dry run ------------------------------------------------------------------------------------------------------------ */

static void fill_problems(struct ctx *c, const struct preview *p, struct view_framework_preview *v)
{
    struct view_framework_preview_problems *list = ARENA_ARRAY(c->a, p->problems.kept, struct view_framework_preview_problems);
    for (size_t i = 0; i < p->problems.kept; i++) {
        const struct problem *x = &p->problems.items[i];
        struct problem place = *x;
        struct msg_arg detail = MSG_TEXT("detail", x->detail.p != NULL ? x->detail : S(""));
        place.file = S(""); /* there is one file */
        list[i] = (struct view_framework_preview_problems){.error = x->severity == PROBLEM_ERROR,
                                                           .place = problem_place(c->a, &place),
                                                           .text = tr_args(c, x->msg, &detail, 1)};
        if (x->row != 0)
            list[i].place = str_printf(c->a, "%.*s %.*s", STR_ARG(tr(c, M_framework_row)), STR_ARG(list[i].place));
    }
    v->problems = list;
    v->problems_count = p->problems.kept;
    v->errors = (int64_t)p->problems.errors;
    v->warnings = (int64_t)p->problems.warnings;
    v->more_problems = (int64_t)(p->problems.errors + p->problems.warnings - p->problems.kept);
    v->refused = p->problems.errors != 0;
}

static void fill_kinds(struct ctx *c, const struct framework_content *k, struct view_framework_preview *v)
{
    struct view_framework_preview_kinds *kinds = ARENA_ARRAY(c->a, KINDS_MOST, struct view_framework_preview_kinds);
    struct str words[KINDS_MOST];
    for (size_t i = 0; i < k->item_count; i++) {
        size_t at = 0;
        while (at < v->kinds_count && !str_eq(words[at], k->items[i].kind))
            at++;
        if (str_empty(k->items[i].kind) || (at == v->kinds_count && at == KINDS_MOST))
            continue;
        if (at == v->kinds_count) {
            words[at] = k->items[i].kind;
            kinds[at].kind = framework_kind_word(c, words[at]);
            v->kinds_count++;
        }
        kinds[at].count++;
    }
    v->kinds = kinds;
}

static void fill_tree(struct ctx *c, const struct preview *p, struct view_framework_preview *v)
{
    static const msg_id fates[] = {M_framework_fate_new, 0, M_framework_fate_changed};
    const struct framework_content *k = &p->content;
    const size_t *order = content_order(k, c->a);
    size_t n = k->item_count < TREE_MOST ? k->item_count : TREE_MOST;
    struct tree_row *rows = ARENA_ARRAY(c->a, n, struct tree_row);
    for (size_t i = 0; i < n; i++) {
        const struct content_item *it = &k->items[order[i]];
        msg_id fate = p->plan.before != NULL ? fates[p->plan.fates[order[i]]] : 0;
        rows[i] = (struct tree_row){.depth = it->depth, .href = S(""), .code = it->code, .title = it->title, .tag = tr(c, fate)};
    }
    v->tree = tree_nest(c->a, rows, n);
    v->shown = (int64_t)n;
}

static void fill_plan(struct ctx *c, const struct preview *p, struct view_framework_preview *v)
{
    const struct framework_content *b = p->plan.before;
    if (b == NULL)
        return;
    v->before = framework_full_title(c->a, b->title, b->version);
    v->items_before = (int64_t)b->item_count;
    v->same = (int64_t)p->plan.same;
    v->changed = (int64_t)p->plan.changed;
    v->added = (int64_t)p->plan.added;
    v->gone_total = (int64_t)p->plan.gone_count;
    struct view_framework_preview_gone *gone = ARENA_ARRAY(c->a, GONE_MOST, struct view_framework_preview_gone);
    for (size_t i = 0; i < p->plan.gone_count && i < GONE_MOST; i++)
        gone[v->gone_count++] = (struct view_framework_preview_gone){b->items[p->plan.gone[i]].code, b->items[p->plan.gone[i]].title};
    v->gone = gone;
}

static enum rc send_preview(struct ctx *c, const struct preview *p, struct form *details, int status)
{
    struct view_framework_preview v = {
        .file = p->file.name, .discard = str_printf(c->a, "/frameworks/import/%" PRId64 "/discard", p->upload), .csrf = framework_csrf(c)};
    fill_problems(c, p, &v);
    if (!v.refused) {
        v.items = (int64_t)p->content.item_count;
        v.levels = (int64_t)p->content.level_count;
        v.associations = (int64_t)p->content.association_count;
        v.languages = (int64_t)p->content.name_count;
        fill_kinds(c, &p->content, &v);
        fill_plan(c, p, &v);
        fill_tree(c, p, &v);
        v.choose = lineage_form(c, p);
        v.details = details;
    }
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)}, {tr(c, M_framework_import), S("/frameworks/import")}};
    struct page page = {.title = !str_empty(p->content.title) ? p->content.title : p->file.name,
                        .caption = tr(c, M_framework_import),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2,
                        .status = status};
    return view_framework_preview_page(c, &page, &v);
}

enum rc framework_get_preview(struct ctx *c)
{
    struct preview p;
    TRY(preview_open(c, request_query(c->rq, "of"), &p));
    return send_preview(c, &p, p.problems.errors == 0 ? details_form(c, &p) : NULL, 0);
}

/* ---- importing ----------------------------------------------------------------------------------------------------------------------------- */

struct importing {
    struct arena *a;
    struct framework_import import;
    int64_t upload, framework;
};

static enum rc import_fn(struct db *tx, void *arg, struct err *e)
{
    struct importing *x = arg;
    TRY(framework_apply(tx, x->a, &x->import, &x->framework, e));
    return sql_framework_upload_drop(tx, x->upload, x->import.person);
}

/* What was typed, or the document's own bytes where only white space around them differs. */
static struct str typed(const struct form *f, const char *name, struct str own)
{
    struct str text = form_text(f, name);
    return str_eq(str_trim(own), text) ? own : text;
}

static void take_details(const struct form *f, struct framework_content *k)
{
    k->title = typed(f, "title", k->title);
    k->version = typed(f, "version", k->version);
    k->language = typed(f, "language", k->language);
    k->publisher = typed(f, "publisher", k->publisher);
    k->licence = typed(f, "licence", k->licence);
    if (str_empty(k->description))
        k->description = form_text(f, "description");
}

enum rc framework_post_preview(struct ctx *c)
{
    struct preview p;
    TRY(preview_open(c, request_form(c->rq, "of"), &p));
    if (p.problems.errors != 0)
        return send_preview(c, &p, NULL, 422);
    struct form *f = details_form(c, &p);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_preview(c, &p, f, 422);
    take_details(f, &p.content);
    struct importing x = {.a = c->a,
                          .upload = p.upload,
                          .import = {.content = &p.content,
                                     .lineage = p.lineage,
                                     .rights = str_eq(form_text(f, "rights"), S("open")) ? RIGHTS_OPEN : RIGHTS_HELD,
                                     .person = c->who->person,
                                     .now = c->now}};
    enum rc rc = store_write_bulk(c->db, import_fn, &x, &c->err);
    int status;
    if (page_form_failed(c, f, rc, &status))
        return send_preview(c, &p, f, status);
    TRY(rc);
    return page_redirect(c, framework_path(c->a, x.framework), M_framework_imported);
}

struct discarding {
    int64_t upload, person;
};

static enum rc discard_fn(struct db *tx, void *arg, struct err *e)
{
    const struct discarding *x = arg;
    (void)e;
    return sql_framework_upload_drop(tx, x->upload, x->person);
}

enum rc framework_post_discard(struct ctx *c)
{
    struct discarding x = {.person = c->who->person};
    TRY(framework_require_change(c));
    TRY(request_id(c->rq, 0, &x.upload));
    TRY(ctx_write(c, discard_fn, &x));
    return page_redirect(c, S(FRAMEWORK_SECTION), M_framework_discarded);
}
