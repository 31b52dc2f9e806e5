/* The list of frameworks, and which programme works with which. */
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_choose_view.h"
#include "gen/programme/framework/framework_list_view.h"
#include "gen/programme/framework/framework_programmes_view.h"
#include "gen/programme/framework/framework_sql.h"
#include "gen/programme/framework/show_sql.h"
#include "programme/framework/inside.h"
#include "programme/programme/programme.h"

#define SEARCH_FROM 10 /* frameworks; fewer are seen at a glance */

/* ---- the list ---------------------------------------------------------------------------------------------------------------- */

static struct view_framework_list_frameworks list_row(const struct ctx *c, const struct row_framework_list *r)
{
    return (struct view_framework_list_frameworks){.id = r->id,
                                                   .href = framework_path(c->a, r->id),
                                                   .title = r->title,
                                                   .version = r->version,
                                                   .state = r->state,
                                                   .state_word = framework_state_word_of(c, r->state),
                                                   .is_default = r->is_default != 0,
                                                   .publisher = r->publisher,
                                                   .licence = r->licence,
                                                   .items = r->items,
                                                   .programmes = r->programmes};
}

/* The programmes that have chosen nothing work with the default. */
static enum rc count_followers(struct ctx *c, struct view_framework_list_frameworks *list, size_t n)
{
    struct programme *all;
    size_t count;
    struct rows_framework_choices choices;
    TRY(programme_list(c->db, c->a, &all, &count));
    TRY(sql_framework_choices(c->db, c->a, lang_tag(c->lang), &choices));
    for (size_t i = 0; i < n; i++)
        if (list[i].is_default && count > choices.n)
            list[i].programmes += (int64_t)(count - choices.n);
    return RC_OK;
}

static struct str list_address(struct ctx *c, struct str q)
{
    struct buf b = buf_new(c->a, 64);
    buf_z(&b, FRAMEWORK_SECTION);
    if (!str_empty(q)) {
        buf_z(&b, "?q=");
        buf_url(&b, q);
    }
    return buf_text(&b);
}

enum rc framework_get_list(struct ctx *c)
{
    const struct target everywhere = {0};
    TRY(access_require(c, P_FRAMEWORK_VIEW, &everywhere));
    bool change = framework_may_change(c);
    struct paging paging;
    struct rows_framework_list rows;
    struct row_framework_list_count total;
    TRY(framework_paging(c, FRAMEWORK_PAGE, &paging));
    struct str q = str_trim(request_query(c->rq, "q")), like = framework_like(c->a, q);
    TRY(sql_framework_list(c->db, c->a, lang_tag(c->lang), like, change, FRAMEWORK_PAGE, paging.skip, &rows));
    TRY(sql_framework_list_count(c->db, c->a, like, change, &total));
    struct view_framework_list_frameworks *list = ARENA_ARRAY(c->a, rows.n, struct view_framework_list_frameworks);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = list_row(c, &rows.v[i]);
    TRY(count_followers(c, list, rows.n));
    struct view_framework_list v = {.q = q,
                                    .searchable = total.n > SEARCH_FROM || !str_empty(q),
                                    .searched = !str_empty(q),
                                    .change = change,
                                    .frameworks = list,
                                    .frameworks_count = rows.n,
                                    .pager = framework_pager(c, paging, FRAMEWORK_PAGE, total.n, list_address(c, q))};
    struct crumb actions[3];
    size_t n = 0;
    if (change)
        actions[n++] = (struct crumb){tr(c, M_framework_import), S("/frameworks/import")};
    if (access_somewhere(c->who, P_PROGRAMME_CHANGE))
        actions[n++] = (struct crumb){tr(c, M_framework_programmes), S("/frameworks/programmes")};
    actions[n++] = (struct crumb){tr(c, M_framework_crosswalks), S("/crosswalks")};
    struct page page = {.title = tr(c, M_framework_title), .section = FRAMEWORK_SECTION, .actions = actions, .action_count = n};
    return view_framework_list_page(c, &page, &v);
}

/* ---- programmes and their framework ---------------------------------------------------------------------------------------------- */

static const struct row_framework_choices *choice_of(const struct rows_framework_choices *rows, int64_t programme)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->v[i].programme_id == programme)
            return &rows->v[i];
    return NULL;
}

enum rc framework_get_programmes(struct ctx *c)
{
    struct programme *all;
    size_t count;
    const struct target everywhere = {0};
    struct rows_framework_choices choices;
    (void)access_allows(c, P_PROGRAMME_CHANGE, &everywhere); /* decided also where there is no programme yet */
    TRY(programme_list(c->db, c->a, &all, &count));
    TRY(sql_framework_choices(c->db, c->a, lang_tag(c->lang), &choices));
    struct view_framework_programmes v = {0};
    struct view_framework_programmes_programmes *list = ARENA_ARRAY(c->a, count, struct view_framework_programmes_programmes);
    for (size_t i = 0; i < count; i++) {
        struct target target = {.programme = all[i].id};
        if (!access_allows(c, P_PROGRAMME_CHANGE, &target))
            continue;
        const struct row_framework_choices *r = choice_of(&choices, all[i].id);
        list[v.programmes_count++] = (struct view_framework_programmes_programmes){
            .title = all[i].title,
            .framework = r != NULL ? framework_full_title(c->a, r->title, r->version) : S(""),
            .framework_href = r != NULL ? framework_path(c->a, r->framework_id) : S(""),
            .change = str_printf(c->a, "/frameworks/programmes/%" PRId64, all[i].id)};
    }
    v.programmes = list;
    struct crumb crumbs[] = {{tr(c, M_framework_title), S("/frameworks")}};
    struct page page = {.title = tr(c, M_framework_programmes), .section = FRAMEWORK_SECTION, .crumbs = crumbs, .crumb_count = 1};
    return view_framework_programmes_page(c, &page, &v);
}

/* The frameworks that can be chosen; the first choice is the site's default, whatever that is. */
static enum rc choose_form(struct ctx *c, int64_t programme, struct form **out)
{
    struct rows_framework_published rows;
    struct rows_framework_choices choices;
    TRY(sql_framework_published(c->db, c->a, lang_tag(c->lang), &rows));
    TRY(sql_framework_choices(c->db, c->a, lang_tag(c->lang), &choices));
    const struct row_framework_choices *now = choice_of(&choices, programme);
    struct choice *list = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    list[0] = (struct choice){.value = S("0"), .label = tr(c, M_framework_choose_default)};
    for (size_t i = 0; i < rows.n; i++)
        list[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].id),
                                      .label = framework_full_title(c->a, rows.v[i].title, rows.v[i].version),
                                      .hint = rows.v[i].is_default ? tr(c, M_framework_default) : S("")};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/frameworks/programmes/%" PRId64, programme),
                              M_framework_choose_look);
    f->cancel = S("/frameworks/programmes");
    form_add(f, (struct field){.name = "framework",
                               .kind = FIELD_CHOICE,
                               .label = M_framework_choose_label,
                               .required = true,
                               .choices = list,
                               .choice_count = rows.n + 1,
                               .value = now != NULL ? str_printf(c->a, "%" PRId64, now->framework_id) : S("0")});
    form_add(f, (struct field){.name = "sure", .kind = FIELD_HIDDEN});
    *out = f;
    return RC_OK;
}

static enum rc send_choose(struct ctx *c, const struct programme *p, struct view_framework_choose *v, int status)
{
    struct crumb crumbs[] = {{tr(c, M_framework_title), S("/frameworks")}, {tr(c, M_framework_programmes), S("/frameworks/programmes")}};
    struct page page = {.title = tr(c, M_framework_choose),
                        .caption = p->title,
                        .section = FRAMEWORK_SECTION,
                        .crumbs = crumbs,
                        .crumb_count = 2,
                        .status = status};
    return view_framework_choose_page(c, &page, v);
}

static enum rc open_programme(struct ctx *c, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    struct target target = {.programme = id};
    TRY(access_require(c, P_PROGRAMME_CHANGE, &target));
    return programme_find(c->db, c->a, id, p);
}

enum rc framework_get_choose(struct ctx *c)
{
    struct programme p;
    struct view_framework_choose v = {0};
    TRY(open_programme(c, &p));
    struct form *f;
    TRY(choose_form(c, p.id, &f));
    v.f = f;
    return send_choose(c, &p, &v, 0);
}

struct choosing {
    struct arena *a;
    int64_t programme, framework, person, now;
};

static enum rc choose_fn(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *x = arg;
    return framework_choose(tx, x->a, x->programme, x->framework, x->person, x->now, e);
}

/* First shows what the choice would mean for what the programme's sessions name, then, asked again, does it. */
enum rc framework_post_choose(struct ctx *c)
{
    struct programme p;
    struct view_framework_choose v = {0};
    TRY(open_programme(c, &p));
    struct form *f;
    TRY(choose_form(c, p.id, &f));
    v.f = f;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_choose(c, &p, &v, 422);
    struct choosing x = {.a = c->a, .programme = p.id, .person = c->who->person, .now = c->now};
    if (!str_to_int(form_text(f, "framework"), &x.framework))
        return RC_MALFORMED;
    struct row_framework_choice_effect effect;
    int64_t target = x.framework;
    if (target == 0) {
        struct row_framework_default_find def;
        enum rc rc = sql_framework_default_find(c->db, c->a, &def);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        target = rc == RC_OK ? def.id : 0;
    }
    TRY(sql_framework_choice_effect(c->db, c->a, p.id, target, &effect));
    if (effect.missing != 0 && !str_eq(form_text(f, "sure"), form_text(f, "framework"))) {
        v.asked = true;
        v.named = effect.named;
        v.missing = effect.missing;
        form_field(f, "sure")->value = form_text(f, "framework");
        f->submit = M_framework_choose_sure;
        return send_choose(c, &p, &v, 200);
    }
    enum rc rc = ctx_write(c, choose_fn, &x);
    int status;
    if (page_form_failed(c, f, rc, &status))
        return send_choose(c, &p, &v, status);
    TRY(rc);
    return page_redirect(c, S("/frameworks/programmes"), M_framework_chosen);
}
