/* Versions of a framework: which there are, what changed between two, and the steps from draft to retired. */
#include "base/utf8.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "gen/programme/framework/framework_changes_view.h"
#include "gen/programme/framework/framework_sql.h"
#include "gen/programme/framework/framework_step_view.h"
#include "gen/programme/framework/framework_versions_view.h"
#include "gen/programme/framework/show_sql.h"
#include "programme/framework/content.h"
#include "programme/framework/inside.h"
#include "programme/programme/programme.h"

#define SHOWN_MOST 200
#define EXCERPT 500 /* characters of a statement */

/* ---- the list of versions --------------------------------------------------------------------------------------------------------- */

enum rc framework_get_versions(struct ctx *c)
{
    int64_t id;
    struct framework f;
    struct rows_framework_versions rows;
    TRY(request_id(c->rq, 0, &id));
    TRY(framework_open(c, id, &f));
    bool change = framework_may_change(c);
    TRY(sql_framework_versions(c->db, c->a, f.lineage, change, &rows));
    struct view_framework_versions v = {.change = change};
    struct view_framework_versions_versions *list = ARENA_ARRAY(c->a, rows.n, struct view_framework_versions_versions);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_framework_versions *r = &rows.v[i];
        list[i] = (struct view_framework_versions_versions){.href = framework_path(c->a, r->id),
                                                            .version = r->version,
                                                            .state = r->state,
                                                            .state_word = framework_state_word_of(c, r->state),
                                                            .is_default = r->is_default != 0,
                                                            .items = r->items,
                                                            .created = r->created_at};
        if (i + 1 < rows.n) {
            list[i].before = rows.v[i + 1].version;
            list[i].changes = str_printf(c->a, "/frameworks/%" PRId64 "/changes/%" PRId64, r->id, rows.v[i + 1].id);
        }
    }
    v.versions = list;
    v.versions_count = rows.n;
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)},
                             {framework_full_title(c->a, f.title, f.version), framework_path(c->a, id)}};
    struct page page = {.title = tr(c, M_framework_versions),
                        .caption = f.title,
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2};
    return view_framework_versions_page(c, &page, &v);
}

/* ---- what changed ------------------------------------------------------------------------------------------------------------------- */

struct comparison {
    struct framework from, to;
    struct framework_content content;
    struct import_plan plan;
};

static struct str excerpt(struct arena *a, struct str text)
{
    struct str cut = utf8_truncate(text, EXCERPT);
    return cut.n == text.n ? text : str_concat(a, cut, S("…"));
}

static struct view_framework_changes_changed changed_row(struct ctx *c, const struct comparison *x, size_t i)
{
    const struct content_item *it = &x->content.items[i];
    struct view_framework_changes_changed row = {
        .href = framework_item_path(c->a, x->to.id, it->id), .code = it->code, .title = it->title, .other = true};
    if (x->plan.old[i] == CONTENT_NONE)
        return row;
    const struct content_item *was = &x->plan.before->items[x->plan.old[i]];
    if (!str_eq(it->title, was->title) || !str_eq(it->code, was->code)) {
        row.title_was = was->title;
        row.code_was = was->code;
        row.other = false;
    }
    if (!str_eq(it->statement, was->statement)) {
        row.statement = excerpt(c->a, it->statement);
        row.statement_was = excerpt(c->a, was->statement);
        row.other = false;
    }
    return row;
}

static void fill_changes(struct ctx *c, const struct comparison *x, struct view_framework_changes *v)
{
    const size_t *order = content_order(&x->content, c->a);
    struct view_framework_changes_added *added = ARENA_ARRAY(c->a, SHOWN_MOST, struct view_framework_changes_added);
    struct view_framework_changes_changed *changed = ARENA_ARRAY(c->a, SHOWN_MOST, struct view_framework_changes_changed);
    struct view_framework_changes_gone *gone = ARENA_ARRAY(c->a, SHOWN_MOST, struct view_framework_changes_gone);
    for (size_t k = 0; k < x->content.item_count; k++) {
        size_t i = order[k];
        const struct content_item *it = &x->content.items[i];
        if (x->plan.fates[i] == ITEM_NEW && v->added_count < SHOWN_MOST)
            added[v->added_count++] =
                (struct view_framework_changes_added){framework_item_path(c->a, x->to.id, it->id), it->code, it->title};
        else if (x->plan.fates[i] == ITEM_CHANGED && v->changed_count < SHOWN_MOST)
            changed[v->changed_count++] = changed_row(c, x, i);
    }
    for (size_t k = 0; k < x->plan.gone_count && k < SHOWN_MOST; k++) {
        const struct content_item *it = &x->plan.before->items[x->plan.gone[k]];
        gone[v->gone_count++] =
            (struct view_framework_changes_gone){framework_item_path(c->a, x->from.id, it->id), it->code, it->title};
    }
    v->added = added;
    v->changed = changed;
    v->gone = gone;
    v->items = (int64_t)x->content.item_count;
    v->items_before = (int64_t)x->plan.before->item_count;
    v->same = (int64_t)x->plan.same;
    v->added_total = (int64_t)x->plan.added;
    v->changed_total = (int64_t)x->plan.changed;
    v->gone_total = (int64_t)x->plan.gone_count;
}

static enum rc fill_crosswalk(struct ctx *c, const struct comparison *x, struct view_framework_changes *v)
{
    struct row_crosswalk_between walk;
    enum rc rc = sql_crosswalk_between(c->db, c->a, x->from.id, x->to.id, &walk);
    if (rc == RC_OK)
        v->crosswalk = crosswalk_path(c->a, walk.id);
    else if (rc == RC_NOT_FOUND && framework_may_change(c))
        v->crosswalk_new = str_printf(c->a, "/crosswalks/new?from=%" PRId64 "&to=%" PRId64, x->from.id, x->to.id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc framework_get_changes(struct ctx *c)
{
    int64_t to, from;
    struct comparison x;
    struct view_framework_changes v = {0};
    TRY(request_id(c->rq, 0, &to));
    TRY(request_id(c->rq, 1, &from));
    TRY(framework_open(c, to, &x.to));
    TRY(framework_open(c, from, &x.from));
    if (x.to.lineage != x.from.lineage)
        return RC_NOT_FOUND;
    TRY(framework_compare(c->db, c->a, from, to, &x.content, &x.plan));
    fill_changes(c, &x, &v);
    TRY(fill_crosswalk(c, &x, &v));
    struct msg_arg args[] = {MSG_TEXT("from", x.from.version), MSG_TEXT("to", x.to.version)};
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)},
                             {framework_full_title(c->a, x.to.title, x.to.version), framework_path(c->a, to)},
                             {tr(c, M_framework_versions), str_concat(c->a, framework_path(c->a, to), S("/versions"))}};
    struct page page = {.title = tr_args(c, M_framework_changes_title, args, 2),
                        .caption = x.to.title,
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 3};
    return view_framework_changes_page(c, &page, &v);
}

/* ---- steps: publish, retire, make the default, drop ------------------------------------------------------------------------------------ */

typedef enum rc step_fn(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e);

static const struct step {
    const char *word;
    msg_id title, submit, done;
    step_fn *run;
    enum permission may;
    bool danger;
} steps[] = {
    {"publish", M_framework_publish, M_framework_publish, M_framework_was_published, framework_publish, P_FRAMEWORK_CHANGE, false},
    {"retire", M_framework_retire, M_framework_retire, M_framework_was_retired, framework_retire, P_FRAMEWORK_CHANGE, false},
    {"default", M_framework_make_default, M_framework_make_default, M_framework_was_default, framework_make_default, P_SITE_CHANGE, false},
    {"drop", M_framework_drop, M_framework_drop, M_framework_was_dropped, framework_drop, P_FRAMEWORK_CHANGE, true},
};

static enum rc open_step(struct ctx *c, const struct step **step, struct framework *f)
{
    const struct target everywhere = {0};
    int64_t id;
    *step = NULL;
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (str_eq_z(c->rq->params[1], steps[i].word))
            *step = &steps[i];
    TRY(request_id(c->rq, 0, &id));
    if (*step == NULL)
        return RC_NOT_FOUND;
    TRY(access_require(c, (*step)->may, &everywhere));
    return framework_open(c, id, f);
}

static struct form *step_form(struct ctx *c, const struct step *step, const struct framework *f)
{
    struct str path = framework_path(c->a, f->id);
    struct form *form = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s/state/%s", STR_ARG(path), step->word), step->submit);
    form->danger = step->danger;
    form->cancel = path;
    form_add(form, (struct field){.name = "revision", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, f->revision)});
    return form;
}

/* The programmes that have chosen nothing follow the default. */
static enum rc fill_followers(struct ctx *c, struct view_framework_step *v)
{
    struct programme *all;
    size_t count;
    struct rows_framework_choices choices;
    TRY(programme_list(c->db, c->a, &all, &count));
    TRY(sql_framework_choices(c->db, c->a, lang_tag(c->lang), &choices));
    struct view_framework_step_programmes *list = ARENA_ARRAY(c->a, count, struct view_framework_step_programmes);
    for (size_t i = 0; i < count; i++) {
        bool chose = false;
        for (size_t k = 0; k < choices.n; k++)
            chose = chose || choices.v[k].programme_id == all[i].id;
        if (!chose)
            list[v->programmes_count++].title = all[i].title;
    }
    v->programmes = list;
    return RC_OK;
}

static enum rc send_step(struct ctx *c, const struct step *step, const struct framework *f, struct form *form, int status)
{
    struct row_framework_size size;
    struct view_framework_step v = {.step = str_from(step->word), .f = form};
    TRY(sql_framework_size(c->db, c->a, f->id, &size));
    v.items = size.items;
    if (step->run == framework_make_default)
        TRY(fill_followers(c, &v));
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)},
                             {framework_full_title(c->a, f->title, f->version), framework_path(c->a, f->id)}};
    struct page page = {.title = tr(c, step->title),
                        .caption = framework_full_title(c->a, f->title, f->version),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2,
                        .narrow = true,
                        .status = status};
    return view_framework_step_page(c, &page, &v);
}

enum rc framework_get_state(struct ctx *c)
{
    const struct step *step;
    struct framework f;
    TRY(open_step(c, &step, &f));
    return send_step(c, step, &f, step_form(c, step, &f), 0);
}

struct stepping {
    const struct step *step;
    struct arena *a;
    int64_t id, revision, person, now;
};

static enum rc step_run(struct db *tx, void *arg, struct err *e)
{
    const struct stepping *x = arg;
    return x->step->run(tx, x->a, x->id, x->revision, x->person, x->now, e);
}

enum rc framework_post_state(struct ctx *c)
{
    const struct step *step;
    struct framework f;
    TRY(open_step(c, &step, &f));
    struct form *form = step_form(c, step, &f);
    struct stepping x = {.step = step, .a = c->a, .id = f.id, .person = c->who->person, .now = c->now};
    if (!form_read(form, c->rq->form, c->rq->form_count))
        return send_step(c, step, &f, form, 422);
    x.revision = form_int(form, "revision", 0);
    enum rc rc = store_write_bulk(c->db, step_run, &x, &c->err); /* a large framework takes longer than a page's write may */
    if (rc == RC_OK)
        return page_redirect(c, step->run == framework_drop ? S(FRAMEWORK_SECTION) : framework_path(c->a, f.id), step->done);
    if (rc != RC_CONFLICT && rc != RC_INVALID)
        return rc;
    struct form *again = step_form(c, step, &f); /* with the revision as it is now */
    form_fail(again, &c->err);
    return send_step(c, step, &f, again, 409);
}
