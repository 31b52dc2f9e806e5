/* The members of a course, read from the platform (LTI Names and Role Provisioning Services 2.0) when a coordinator asks: first what would be
 * done, then, when she says so and it is still the same, done all at once. Each member is treated as a launch of hers would be (admit.c). Who is
 * not in the course any more stays: ending a membership is somebody's decision. */
#include "campus/lti/inside.h"

#include "auth/jose.h"
#include "auth/session.h"
#include "gen/campus/lti/courses_view.h"
#include "gen/campus/lti/members_view.h"
#include "out/fetch.h"
#include "programme/programme/programme.h"

#define COURSES_MOST 200
#define PAGES_MOST 100
#define MEMBERS_MOST 20000
#define SHOWN_MOST 200
#define MEMBERS_TYPE "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

/* ---- the courses of one's programmes ---------------------------------------------------------------------------------------------------- */

/* GET /lti/courses */
enum rc lti_get_courses(struct ctx *c)
{
    struct programme *programmes;
    size_t count, n = 0;
    TRY(programme_list(c->db, c->a, &programmes, &count));
    struct view_lti_courses_list *list = ARENA_ARRAY(c->a, COURSES_MOST, struct view_lti_courses_list);
    for (size_t i = 0; i < count; i++) {
        struct rows_lti_context_of_programme rows;
        struct target t = {.programme = programmes[i].id};
        if (!access_allows(c, P_ROSTER_IMPORT, &t))
            continue;
        TRY(sql_lti_context_of_programme(c->db, c->a, programmes[i].id, COURSES_MOST, &rows));
        for (size_t k = 0; k < rows.n && n < COURSES_MOST; k++)
            list[n++] = (struct view_lti_courses_list){.id = rows.v[k].id,
                                                       .title = rows.v[k].title.n != 0 ? rows.v[k].title : tr(c, M_lti_no_course),
                                                       .platform = rows.v[k].platform,
                                                       .programme = programmes[i].title,
                                                       .read = rows.v[k].read_at_null ? (struct opt_int){0} : SOME_INT(rows.v[k].read_at)};
    }
    struct view_lti_courses v = {.list = list, .list_count = n};
    struct page page = {.title = tr(c, M_lti_mine_title), .section = "/lti/courses"};
    c->decided = true; /* of each programme; where there is none, nothing is shown */
    return view_lti_courses_page(c, &page, &v);
}

/* ---- reading -------------------------------------------------------------------------------------------------------------------------------- */

struct reading {
    struct lti_platform p;
    struct row_lti_context_get course;
    struct lti_launch *members;
    size_t count, gone;
    struct str digest; /* of what was read */
};

static enum rc read_page(struct ctx *c, struct reading *r, struct str *url)
{
    struct fetched got;
    json_t *member;
    size_t i;
    const struct lti_call call = {.url = *url, .accept = MEMBERS_TYPE};
    TRY(lti_service(c->db, c->a, &r->p, LTI_SCOPE_MEMBERS, &call, c->now, &got, &c->err));
    json_t *list = json_object_get(lti_parse(c->a, got.body), "members");
    if (!json_is_array(list))
        return err_set(&c->err, RC_BUSY, M_lti_no_service, "members");
    json_array_foreach(list, i, member) {
        if (r->count == MEMBERS_MOST)
            return err_set(&c->err, RC_TOO_LARGE, M_lti_no_service, "%d", MEMBERS_MOST);
        if (lti_read_member(member, &r->members[r->count]))
            r->count++;
        else
            r->gone++;
    }
    *url = lti_next_page(c->a, got.link);
    return RC_OK;
}

/* Of what is read of the members, however the platform writes it each time. */
static struct str digest_of(struct ctx *c, const struct reading *r)
{
    struct buf b = buf_new(c->a, 4096);
    for (size_t i = 0; i < r->count; i++) {
        const struct lti_launch *l = &r->members[i];
        const struct str texts[] = {l->subject, l->given, l->family, l->name, l->roster_id};
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            buf_json(&b, texts[k]);
        buf_printf(&b, "%d%d", l->learner, l->instructor);
    }
    return jose_hash(c->a, buf_text(&b));
}

static enum rc read_members(struct ctx *c, struct reading *r)
{
    struct str url = lti_url_with(c->a, r->course.members_url, S("limit=200"));
    r->members = ARENA_ARRAY(c->a, MEMBERS_MOST, struct lti_launch);
    for (int page = 0; page < PAGES_MOST && url.n != 0; page++)
        TRY(read_page(c, r, &url));
    r->digest = digest_of(c, r);
    return RC_OK;
}

/* ---- showing what would be done --------------------------------------------------------------------------------------------------------------- */

static struct str does_text(struct ctx *c, const struct lti_admitted *m)
{
    static const struct {
        unsigned does;
        msg_id text;
    } words[] = {{LTI_LINKS, M_lti_does_link}, {LTI_ADDS, M_lti_does_add}, {LTI_JOINS, M_lti_does_join}, {LTI_TEACHES, M_lti_does_teach}};
    struct buf b = buf_new(c->a, 100);
    if (m->refused != 0) {
        const struct msg_arg args[] = {MSG_TEXT("detail", m->detail)};
        return tr_args(c, m->refused, args, COUNT_OF(args));
    }
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (m->does & words[i].does) {
            buf_z(&b, b.n != 0 ? "; " : "");
            buf_str(&b, tr(c, words[i].text));
        }
    return buf_text(&b);
}

static enum rc fill_plan(struct ctx *c, struct reading *r, struct view_lti_members *v)
{
    struct view_lti_members_list *list = ARENA_ARRAY(c->a, SHOWN_MOST, struct view_lti_members_list);
    size_t shown = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct lti_admitted m;
        TRY(lti_admit_member(c->db, c->a, &r->p, &r->course, &r->members[i], true, c->now, &m, &c->err));
        bool good = m.refused == 0;
        v->refused += !good;
        v->same += good && m.does == 0;
        v->links += good && (m.does & LTI_LINKS);
        v->adds += good && (m.does & LTI_ADDS);
        v->joins += good && (m.does & LTI_JOINS);
        v->teaches += good && (m.does & LTI_TEACHES);
        if (good && m.does == 0)
            continue;
        if (shown == SHOWN_MOST) {
            v->more++;
            continue;
        }
        struct str name = m.name.n != 0 ? m.name : r->members[i].name.n != 0 ? r->members[i].name : r->members[i].subject;
        list[shown++] = (struct view_lti_members_list){.name = name, .does = does_text(c, &m), .refused = !good};
    }
    v->gone = (int64_t)r->gone;
    v->list = list;
    v->list_count = shown;
    v->looked = true;
    return RC_OK;
}

static struct form *members_form(struct ctx *c, const struct reading *r, const char *digest, msg_id submit)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/lti/courses/%" PRId64, r->course.id), submit);
    f->no_warn = true;
    form_add(f, (struct field){.name = "plan", .kind = FIELD_HIDDEN, .value = str_from(digest)});
    return f;
}

/* ---- doing it ------------------------------------------------------------------------------------------------------------------------------------ */

struct applying {
    struct arena *a;
    const struct reading *r;
    int64_t by, now;
};

static enum rc apply(struct db *tx, void *arg, struct err *e)
{
    const struct applying *ap = arg;
    const struct reading *r = ap->r;
    struct arena *each = arena_new(0);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct lti_admitted m;
        rc = lti_admit_member(tx, each, &r->p, &r->course, &r->members[i], false, ap->now, &m, e);
        arena_reset(each);
    }
    arena_free(each);
    TRY(rc);
    TRY(sql_lti_context_read(tx, r->course.id, ap->now));
    return audit_note(tx, ap->now, ap->by, "lti_members_read", 0, "lti_context", r->course.id);
}

static enum rc find_course(struct ctx *c, struct reading *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_lti_context_get(c->db, c->a, id, &r->course);
    struct target t = {.programme = rc == RC_OK && !r->course.programme_id_null ? r->course.programme_id : -1};
    c->decided = true;
    if (rc != RC_OK)
        return rc;
    if (!access_allows(c, P_ROSTER_IMPORT, &t)) /* that there is such a course is not hers to know */
        return RC_NOT_FOUND;
    return r->course.programme_id_null ? RC_NOT_FOUND : lti_platform_load(c->db, c->a, r->course.platform_id, &r->p);
}

/* What the platform did not do is told on the page, not as an error of ours. */
static enum rc not_read(struct ctx *c, const struct reading *r, struct form *look, struct page *page, const struct view_lti_members *v)
{
    struct err why = c->err;
    TRY(lti_note_failure(c->db, r->p.id, &why, c->now));
    form_fail(look, &why);
    page->status = 422;
    return view_lti_members_page(c, page, v);
}

/* GET and POST /lti/courses/{lti_context} */
enum rc lti_handle_members(struct ctx *c)
{
    struct reading r = {0};
    TRY(find_course(c, &r));
    bool offered = r.course.members_url.n != 0 && r.p.on;
    struct form *look = members_form(c, &r, "", M_lti_members_look);
    struct view_lti_members v = {.platform = r.p.name, .offered = offered, .look = offered ? look : NULL};
    const struct crumb crumbs[] = {{tr(c, M_lti_mine_title), S("/lti/courses")}};
    struct page page = {.title = r.course.title.n != 0 ? r.course.title : tr(c, M_lti_no_course), .section = "/lti/courses", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs)};
    if (c->rq->method != METHOD_POST || !offered)
        return view_lti_members_page(c, &page, &v);
    if (!form_read(look, c->rq->form, c->rq->form_count))
        return RC_MALFORMED;
    enum rc rc = read_members(c, &r);
    if (rc == RC_BUSY || rc == RC_NOT_FOUND || rc == RC_TOO_LARGE)
        return not_read(c, &r, look, &page, &v);
    TRY(rc);
    if (form_text(look, "plan").n != 0 && str_eq(form_text(look, "plan"), r.digest)) {
        struct applying ap = {c->a, &r, c->who->person, c->now};
        TRY(store_write_bulk(c->db, apply, &ap, &c->err));
        return page_redirect(c, str_printf(c->a, "/lti/courses/%" PRId64, r.course.id), M_lti_members_done);
    }
    TRY(fill_plan(c, &r, &v));
    v.look = NULL;
    if (v.links + v.adds + v.joins + v.teaches != 0)
        v.apply = members_form(c, &r, str_z(c->a, r.digest), M_lti_members_apply);
    return view_lti_members_page(c, &page, &v);
}
