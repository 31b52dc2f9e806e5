/* Crosswalks: the list, a new one, the table of links and its changes, removing one. */
#include "gen/msg_form.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_form_view.h"
#include "gen/programme/framework/crosswalk_list_view.h"
#include "gen/programme/framework/crosswalk_show_view.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "gen/programme/framework/show_sql.h"
#include "programme/framework/crosswalk.h"
#include "programme/framework/inside.h"

#define UNMAPPED_SHOWN 50

/* ---- the list ------------------------------------------------------------------------------------------------------------------- */

enum rc crosswalk_get_list(struct ctx *c)
{
    const struct target everywhere = {0};
    struct paging paging;
    struct rows_crosswalk_list rows;
    struct row_crosswalk_count total;
    TRY(access_require(c, P_FRAMEWORK_VIEW, &everywhere));
    TRY(framework_paging(c, FRAMEWORK_PAGE, &paging));
    bool change = framework_may_change(c);
    TRY(sql_crosswalk_list(c->db, c->a, lang_tag(c->lang), FRAMEWORK_PAGE, paging.skip, change, &rows));
    TRY(sql_crosswalk_count(c->db, c->a, change, &total));
    struct view_crosswalk_list v = {.change = change};
    struct view_crosswalk_list_crosswalks *list = ARENA_ARRAY(c->a, rows.n, struct view_crosswalk_list_crosswalks);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_crosswalk_list *r = &rows.v[i];
        list[i] = (struct view_crosswalk_list_crosswalks){.href = crosswalk_path(c->a, r->id),
                                                          .title = r->title,
                                                          .from = framework_full_title(c->a, r->from_title, r->from_version),
                                                          .to = framework_full_title(c->a, r->to_title, r->to_version),
                                                          .links = r->links};
    }
    v.crosswalks = list;
    v.crosswalks_count = rows.n;
    v.pager = framework_pager(c, paging, FRAMEWORK_PAGE, total.n, S("/crosswalks"));
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)}};
    struct crumb actions[] = {{tr(c, M_framework_crosswalk_new), S("/crosswalks/new")}};
    struct page page = {.title = tr(c, M_framework_crosswalks),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 1,
                        .actions = actions,
                        .action_count = v.change ? 1 : 0};
    return view_crosswalk_list_page(c, &page, &v);
}

/* ---- a new one --------------------------------------------------------------------------------------------------------------------- */

static enum rc new_form(struct ctx *c, struct form **out)
{
    struct rows_framework_everything rows;
    TRY(sql_framework_everything(c->db, c->a, lang_tag(c->lang), &rows));
    struct choice *list = ARENA_ARRAY(c->a, rows.n, struct choice);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].id),
                                  .label = framework_full_title(c->a, rows.v[i].title, rows.v[i].version)};
    struct form *f = form_new(c->a, c->lang, c->zone, S("/crosswalks/new"), M_framework_crosswalk_new);
    f->cancel = S("/crosswalks");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_framework_crosswalk_title, .required = true});
    form_add(f, (struct field){.name = "from",
                               .kind = FIELD_CHOICE,
                               .label = M_framework_from,
                               .hint = M_framework_from_hint,
                               .required = true,
                               .choices = list,
                               .choice_count = rows.n,
                               .value = request_query(c->rq, "from")});
    form_add(f, (struct field){.name = "to",
                               .kind = FIELD_CHOICE,
                               .label = M_framework_to,
                               .hint = M_framework_to_hint,
                               .required = true,
                               .choices = list,
                               .choice_count = rows.n,
                               .value = request_query(c->rq, "to")});
    *out = f;
    return RC_OK;
}

enum rc crosswalk_send_form(struct ctx *c, struct form *f, msg_id title, msg_id intro, const struct problems *problems,
                            const struct row_crosswalk_get *walk, int status)
{
    struct view_crosswalk_form v = {.f = f, .intro = tr(c, intro)};
    struct view_crosswalk_form_problems *list = ARENA_ARRAY(c->a, problems != NULL ? problems->kept : 0, struct view_crosswalk_form_problems);
    for (size_t i = 0; problems != NULL && i < problems->kept; i++) {
        struct msg_arg detail = MSG_TEXT("detail", problems->items[i].detail.p != NULL ? problems->items[i].detail : S(""));
        list[i] = (struct view_crosswalk_form_problems){problem_place(c->a, &problems->items[i]), tr_args(c, problems->items[i].msg, &detail, 1)};
    }
    v.problems = list;
    v.problems_count = problems != NULL ? problems->kept : 0;
    v.more_problems = problems != NULL ? (int64_t)(problems->errors + problems->warnings - problems->kept) : 0;
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)},
                             {tr(c, M_framework_crosswalks), S("/crosswalks")},
                             {walk != NULL ? walk->title : S(""), walk != NULL ? crosswalk_path(c->a, walk->id) : S("")}};
    struct page page = {.title = tr(c, title),
                        .caption = walk != NULL ? walk->title : S(""),
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = walk != NULL ? 3 : 2,
                        .status = status};
    return view_crosswalk_form_page(c, &page, &v);
}

enum rc crosswalk_get_new(struct ctx *c)
{
    struct form *f;
    TRY(framework_require_change(c));
    TRY(new_form(c, &f));
    return crosswalk_send_form(c, f, M_framework_crosswalk_new, M_framework_crosswalk_intro, NULL, NULL, 0);
}

struct adding {
    struct arena *a;
    struct str title;
    int64_t from, to, person, now, id;
};

static enum rc add_fn(struct db *tx, void *arg, struct err *e)
{
    struct adding *x = arg;
    return crosswalk_add(tx, x->a, x->title, x->from, x->to, x->person, x->now, &x->id, e);
}

enum rc crosswalk_post_new(struct ctx *c)
{
    struct form *f;
    TRY(framework_require_change(c));
    TRY(new_form(c, &f));
    struct adding x = {.a = c->a, .person = c->who->person, .now = c->now};
    bool ok = form_read(f, c->rq->form, c->rq->form_count);
    if (ok) {
        x.title = form_text(f, "title");
        x.from = form_int(f, "from", 0);
        x.to = form_int(f, "to", 0);
        enum rc rc = ctx_write(c, add_fn, &x);
        if (rc == RC_OK)
            return page_redirect(c, crosswalk_path(c->a, x.id), M_framework_crosswalk_made);
        if (rc != RC_INVALID && rc != RC_CONFLICT)
            return rc;
        form_fail(f, &c->err);
    }
    return crosswalk_send_form(c, f, M_framework_crosswalk_new, M_framework_crosswalk_intro, NULL, NULL, 422);
}

/* ---- one crosswalk -------------------------------------------------------------------------------------------------------------------- */

enum rc crosswalk_open(struct ctx *c, bool change, struct row_crosswalk_get *walk)
{
    int64_t id;
    struct framework f;
    const struct target everywhere = {0};
    TRY(access_require(c, change ? P_FRAMEWORK_CHANGE : P_FRAMEWORK_VIEW, &everywhere));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_crosswalk_get(c->db, c->a, id, lang_tag(c->lang), walk));
    TRY(framework_open(c, walk->from_framework_id, &f));
    return framework_open(c, walk->to_framework_id, &f);
}

static struct str weight_text(struct ctx *c, double weight)
{
    struct buf b = buf_new(c->a, 16);
    buf_real(&b, weight);
    return buf_text(&b);
}

static void fill_row(struct ctx *c, const struct row_crosswalk_get *walk, const struct row_crosswalk_links *r,
                     struct view_crosswalk_show_links *row)
{
    *row = (struct view_crosswalk_show_links){
        .from_code = r->from_code,
        .from_title = r->from_title,
        .from_href = framework_item_path(c->a, walk->from_framework_id, r->from_item_id),
        .to_code = r->to_code,
        .to_title = r->to_title,
        .to_href = framework_item_path(c->a, walk->to_framework_id, r->to_item_id),
        .weight = weight_text(c, r->weight),
        .key = str_printf(c->a, "%" PRId64 "-%" PRId64, r->from_item_id, r->to_item_id),
    };
}

/* What was typed for a row in a form that comes back; true when it is wrong. */
static bool keep_typed(struct ctx *c, struct view_crosswalk_show_links *row)
{
    double weight;
    struct str typed = request_form(c->rq, str_z(c->a, str_concat(c->a, S("w-"), row->key)));
    row->removed = request_form(c->rq, str_z(c->a, str_concat(c->a, S("x-"), row->key))).p != NULL;
    if (typed.p == NULL)
        return false;
    row->weight = typed;
    if (!row->removed && !crosswalk_weight(typed, &weight))
        row->error = tr(c, M_framework_weight_range);
    return !str_empty(row->error);
}

static enum rc fill_unmapped(struct ctx *c, const struct row_crosswalk_get *walk, struct view_crosswalk_show *v)
{
    struct rows_crosswalk_unmapped rows;
    struct row_crosswalk_unmapped_count total;
    TRY(sql_crosswalk_unmapped(c->db, c->a, walk->id, lang_tag(c->lang), UNMAPPED_SHOWN, &rows));
    TRY(sql_crosswalk_unmapped_count(c->db, c->a, walk->id, &total));
    struct view_crosswalk_show_unmapped *list = ARENA_ARRAY(c->a, rows.n, struct view_crosswalk_show_unmapped);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_crosswalk_show_unmapped){rows.v[i].code, rows.v[i].title,
                                                        framework_item_path(c->a, walk->from_framework_id, rows.v[i].id)};
    v->unmapped = list;
    v->unmapped_count = rows.n;
    v->unmapped_total = total.n;
    return RC_OK;
}

/* problem: why a change was not made; then what was typed is shown again. */
static enum rc send_show(struct ctx *c, const struct row_crosswalk_get *walk, struct str problem, int status)
{
    struct paging paging;
    struct rows_crosswalk_links rows;
    bool change = framework_may_change(c), backward = str_eq(request_query(c->rq, "order"), S("to"));
    struct str path = crosswalk_path(c->a, walk->id), order = backward ? S("?order=to") : S("");
    TRY(framework_paging(c, FRAMEWORK_PAGE, &paging));
    TRY(sql_crosswalk_links(c->db, c->a, walk->id, lang_tag(c->lang), backward, FRAMEWORK_PAGE, paging.skip, &rows));
    struct view_crosswalk_show_links *links = ARENA_ARRAY(c->a, rows.n, struct view_crosswalk_show_links);
    bool wrong = false;
    for (size_t i = 0; i < rows.n; i++) {
        fill_row(c, walk, &rows.v[i], &links[i]);
        if (problem.n != 0)
            wrong = keep_typed(c, &links[i]) || wrong;
    }
    struct view_crosswalk_show v = {
        .id = walk->id,
        .action = str_printf(c->a, "%.*s?page=%" PRId64 "%s", STR_ARG(path), paging.page, backward ? "&order=to" : ""),
        .csrf = framework_csrf(c),
        .version = walk->version,
        .change = change,
        .from = framework_full_title(c->a, walk->from_title, walk->from_version),
        .from_href = framework_path(c->a, walk->from_framework_id),
        .to = framework_full_title(c->a, walk->to_title, walk->to_version),
        .to_href = framework_path(c->a, walk->to_framework_id),
        .backward = backward,
        .by_from = path,
        .by_to = str_concat(c->a, path, S("?order=to")),
        .links_total = walk->links,
        .problem = problem,
        .wrong = wrong,
        .links = links,
        .links_count = rows.n,
        .pager = framework_pager(c, paging, FRAMEWORK_PAGE, walk->links, str_concat(c->a, path, order)),
        .add = str_concat(c->a, path, S("/add")),
        .csv = str_concat(c->a, path, S("/links.csv")),
    };
    TRY(fill_unmapped(c, walk, &v));
    struct crumb crumbs[] = {{tr(c, M_framework_title), S(FRAMEWORK_SECTION)}, {tr(c, M_framework_crosswalks), S("/crosswalks")}};
    struct crumb actions[] = {{tr(c, M_framework_link_add), v.add},
                              {tr(c, M_framework_links_import), str_concat(c->a, path, S("/import"))},
                              {tr(c, M_framework_crosswalk_remove), str_concat(c->a, path, S("/remove"))}};
    struct page page = {.title = walk->title,
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2,
                        .actions = actions,
                        .action_count = change ? 3 : 0,
                        .status = status};
    return view_crosswalk_show_page(c, &page, &v);
}

enum rc crosswalk_get_show(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, false, &walk));
    return send_show(c, &walk, S(""), 0);
}

/* ---- changing links ---------------------------------------------------------------------------------------------------------------------- */

enum rc crosswalk_change_run(struct db *tx, void *arg, struct err *e)
{
    const struct crosswalk_changing *x = arg;
    return crosswalk_change(tx, x->id, x->version, x->links, x->count, x->replace, x->person, x->now, e);
}

/* "w-12-34" names a link. */
static bool link_named(struct str name, char mark, struct crosswalk_link *link)
{
    struct str rest = str_sub(name, 2, name.n), from;
    return name.n > 2 && name.p[0] == mark && name.p[1] == '-' && str_cut(&rest, '-', &from) && str_to_int(from, &link->from_item) &&
           str_to_int(rest, &link->to_item);
}

/* The links of the form: weights, and those that are ticked to be taken away. False when a weight is wrong. */
static bool read_links(struct ctx *c, struct crosswalk_changing *x)
{
    bool ok = true;
    x->links = ARENA_ARRAY(c->a, c->rq->form_count, struct crosswalk_link);
    for (size_t i = 0; i < c->rq->form_count; i++) {
        const struct part *part = &c->rq->form[i];
        struct crosswalk_link link = {0};
        if (!link_named(part->name, 'w', &link))
            continue;
        bool removed = request_form(c->rq, str_z(c->a, str_concat(c->a, S("x"), str_sub(part->name, 1, part->name.n)))).p != NULL;
        if (!removed && !crosswalk_weight(part->value, &link.weight))
            ok = false;
        if (removed)
            link.weight = 0;
        x->links[x->count++] = link;
    }
    return ok;
}

enum rc crosswalk_post_links(struct ctx *c)
{
    struct row_crosswalk_get walk;
    TRY(crosswalk_open(c, true, &walk));
    struct crosswalk_changing x = {.id = walk.id, .person = c->who->person, .now = c->now};
    if (!str_to_int(request_form(c->rq, "version"), &x.version))
        return RC_MALFORMED;
    if (!read_links(c, &x))
        return send_show(c, &walk, tr(c, M_framework_weight_range), 422);
    enum rc rc = ctx_write(c, crosswalk_change_run, &x);
    if (rc == RC_OK)
        return page_redirect(c, crosswalk_path(c->a, walk.id), M_framework_links_saved);
    if (rc != RC_CONFLICT && rc != RC_INVALID)
        return rc;
    struct msg_arg detail = MSG_TEXT("detail", str_from(c->err.detail));
    return send_show(c, &walk, tr_args(c, c->err.msg, &detail, 1), rc == RC_CONFLICT ? 409 : 422);
}
