/* The addresses of frameworks and crosswalks, and what the folder offers to the house. The handlers stand by subject in the
 * files beside this one. */
#include "base/utf8.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_sql.h"
#include "gen/programme/framework/show_sql.h"
#include "http/server.h"
#include "programme/framework/inside.h"

static const struct route routes[] = {
    {METHOD_GET, "/frameworks", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_list},
    {METHOD_GET, "/frameworks/programmes", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, framework_get_programmes},
    {METHOD_GET, "/frameworks/programmes/{id}", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, framework_get_choose},
    {METHOD_POST, "/frameworks/programmes/{id}", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, framework_post_choose},
    {METHOD_GET, "/frameworks/import", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, framework_get_import},
    {METHOD_POST, "/frameworks/import", P_FRAMEWORK_CHANGE, BODY_UPLOAD, RATE_WRITE, framework_post_import},
    {METHOD_GET, "/frameworks/import/{upload}", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, framework_get_preview},
    {METHOD_POST, "/frameworks/import/{upload}", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, framework_post_preview},
    {METHOD_POST, "/frameworks/import/{upload}/discard", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, framework_post_discard},
    {METHOD_GET, "/frameworks/{id}", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_show},
    {METHOD_GET, "/frameworks/{id}/text", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_text},
    {METHOD_GET, "/frameworks/{id}/items.csv", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_csv},
    {METHOD_GET, "/frameworks/{id}/items/{item}", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_item},
    {METHOD_GET, "/frameworks/{id}/versions", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_versions},
    {METHOD_GET, "/frameworks/{id}/changes/{from}", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_changes},
    {METHOD_GET, "/frameworks/{id}/state/{step}", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, framework_get_state},
    {METHOD_POST, "/frameworks/{id}/state/{step}", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, framework_post_state},
    {METHOD_GET, "/competencies/{id}", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, framework_get_competency},
    {METHOD_GET, "/crosswalks", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, crosswalk_get_list},
    {METHOD_GET, "/crosswalks/new", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, crosswalk_get_new},
    {METHOD_POST, "/crosswalks/new", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, crosswalk_post_new},
    {METHOD_GET, "/crosswalks/{id}", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, crosswalk_get_show},
    {METHOD_POST, "/crosswalks/{id}", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, crosswalk_post_links},
    {METHOD_GET, "/crosswalks/{id}/add", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, crosswalk_get_add},
    {METHOD_POST, "/crosswalks/{id}/add", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, crosswalk_post_add},
    {METHOD_GET, "/crosswalks/{id}/links.csv", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, crosswalk_get_csv},
    {METHOD_GET, "/crosswalks/{id}/import", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, crosswalk_get_import},
    {METHOD_POST, "/crosswalks/{id}/import", P_FRAMEWORK_CHANGE, BODY_UPLOAD, RATE_WRITE, crosswalk_post_import},
    {METHOD_GET, "/crosswalks/{id}/remove", P_FRAMEWORK_CHANGE, BODY_NONE, RATE_PAGE, crosswalk_get_remove},
    {METHOD_POST, "/crosswalks/{id}/remove", P_FRAMEWORK_CHANGE, BODY_FORM, RATE_WRITE, crosswalk_post_remove},
};

static const struct nav_entry nav[] = {{.href = FRAMEWORK_SECTION, .label = M_framework_nav, .may = P_FRAMEWORK_VIEW, .group = NAV_PROGRAMME, .order = 40}};

/* ---- people: what is held about them here --------------------------------------------------------------------------------- */

static json_t *json_str(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.n);
}

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_framework_rights_of rights;
    struct rows_framework_uploads_of uploads;
    TRY(sql_framework_rights_of(db, a, person, &rights));
    TRY(sql_framework_uploads_of(db, a, person, &uploads));
    json_t *declared = json_array(), *waiting = json_array();
    for (size_t i = 0; i < rights.n; i++)
        json_array_append_new(declared, json_pack("{s:I,s:o,s:o,s:o,s:I}", "framework", (json_int_t)rights.v[i].id, "title",
                                                  json_str(rights.v[i].title), "version", json_str(rights.v[i].version), "right",
                                                  json_str(rights.v[i].rights), "at", (json_int_t)rights.v[i].rights_at));
    for (size_t i = 0; i < uploads.n; i++)
        json_array_append_new(waiting, json_pack("{s:o,s:I}", "name", json_str(uploads.v[i].name), "at",
                                                 (json_int_t)uploads.v[i].created_at));
    json_object_set_new(into, "framework_rights", declared);
    json_object_set_new(into, "framework_uploads", waiting);
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_framework_upload_forget_person(tx, person);
}

static enum rc retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq(kind, S("framework_upload")))
        return RC_OK;
    TRY(sql_framework_upload_expire(tx, before));
    *more = db_changes(tx) != 0;
    return RC_OK;
}

const struct capability framework_capability = {
    .name = "framework",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = export_person,
    .erase_person = erase_person,
    .retain = retain,
};

/* ---- what the handlers share ----------------------------------------------------------------------------------------------- */

static const struct target everywhere = {0};

bool framework_may_change(struct ctx *c)
{
    return access_allows(c, P_FRAMEWORK_CHANGE, &everywhere);
}

enum rc framework_require_change(struct ctx *c)
{
    return access_require(c, P_FRAMEWORK_CHANGE, &everywhere);
}

struct str framework_csrf(struct ctx *c)
{
    return c->session != NULL && c->app->hooks->csrf != NULL ? c->app->hooks->csrf(c) : S("");
}

struct str framework_path(struct arena *a, int64_t framework)
{
    return str_printf(a, "/frameworks/%" PRId64, framework);
}

struct str framework_item_path(struct arena *a, int64_t framework, int64_t item)
{
    return str_printf(a, "/frameworks/%" PRId64 "/items/%" PRId64, framework, item);
}

struct str crosswalk_path(struct arena *a, int64_t crosswalk)
{
    return str_printf(a, "/crosswalks/%" PRId64, crosswalk);
}

struct str framework_state_word(const struct ctx *c, enum framework_state state)
{
    static const msg_id words[] = {M_framework_draft, M_framework_published, M_framework_retired};
    return tr(c, words[state]);
}

struct str framework_state_word_of(const struct ctx *c, struct str state)
{
    return framework_state_word(c, str_eq(state, S("draft"))     ? FRAMEWORK_DRAFT
                                   : str_eq(state, S("retired")) ? FRAMEWORK_RETIRED
                                                                 : FRAMEWORK_PUBLISHED);
}

struct str framework_kind_word(const struct ctx *c, struct str kind)
{
    static const struct {
        const char *kind;
        msg_id word;
    } words[] = {{"domain", M_framework_kind_domain},
                 {"competency", M_framework_kind_competency},
                 {"behaviour", M_framework_kind_behaviour}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(kind, words[i].kind))
            return tr(c, words[i].word);
    return kind;
}

struct str framework_full_title(struct arena *a, struct str title, struct str version)
{
    return str_printf(a, "%.*s %.*s", STR_ARG(title), STR_ARG(version));
}

enum rc framework_paging(struct ctx *c, int64_t rows, struct paging *p)
{
    struct str text = request_query(c->rq, "page");
    *p = (struct paging){.page = 1};
    if (!str_empty(text) && (!str_to_int(text, &p->page) || p->page < 1 || p->page > 1000000))
        return err_field(&c->err, RC_MALFORMED, 0, "page", "not a page");
    p->skip = (p->page - 1) * rows;
    return RC_OK;
}

struct view_framework_pager *framework_pager(struct ctx *c, struct paging p, int64_t rows, int64_t total, struct str base)
{
    int64_t pages = (total + rows - 1) / rows;
    if (pages <= 1)
        return NULL;
    struct view_framework_pager *v = ARENA_NEW(c->a, struct view_framework_pager);
    const char *join = str_find(base, S("?"), NULL) ? "&" : "?";
    *v = (struct view_framework_pager){.page = p.page, .pages = pages};
    if (p.page > 1)
        v->earlier = str_printf(c->a, "%.*s%spage=%" PRId64, STR_ARG(base), join, p.page - 1);
    if (p.page < pages)
        v->later = str_printf(c->a, "%.*s%spage=%" PRId64, STR_ARG(base), join, p.page + 1);
    return v;
}

struct str framework_like(struct arena *a, struct str text)
{
    struct str key = utf8_fold(a, text);
    struct buf b = buf_new(a, key.n + 8);
    buf_ch(&b, '%');
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] == '%' || key.p[i] == '_' || key.p[i] == '\\')
            buf_ch(&b, '\\');
        buf_ch(&b, key.p[i]);
    }
    if (key.n != 0)
        buf_ch(&b, '%');
    return buf_text(&b);
}
