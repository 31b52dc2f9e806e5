/* What a programme sees of its people's plans: one share, and no goal; and whether plans are shared with mentors by themselves. */
#include "gen/programme/plan/plan_programme_view.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/plan/inside.h"
#include "programme/programme/programme.h"

#define STEP 5 /* percent: one person's goal more or less does not show */

/* A share tells about single people when few stand on either side of it: a side is empty, or has enough people. */
static bool may_show(const struct row_plan_programme_people *n)
{
    return n->with_goal >= PLAN_SHARE_LEAST && n->from_feedback >= PLAN_SHARE_LEAST && n->otherwise >= PLAN_SHARE_LEAST;
}

static enum rc find_setting(struct ctx *c, int64_t programme, bool *shares, int64_t *version)
{
    struct row_plan_setting_find s;
    enum rc rc = sql_plan_setting_find(c->db, c->a, programme, &s);
    *shares = rc == RC_NOT_FOUND || !s.share_from_null;
    *version = rc == RC_NOT_FOUND ? 0 : s.version;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static struct page programme_page(struct ctx *c, const struct programme *p, struct str title, bool below)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){p->title, plan_path(c, "/programmes/", p->id)};
    crumbs[1] = (struct crumb){tr(c, M_plan_programme), str_printf(c->a, "/programmes/%" PRId64 "/plans", p->id)};
    return (struct page){.title = title, .section = "/programmes", .crumbs = crumbs, .crumb_count = below ? 2 : 1};
}

enum rc plan_get_programme(struct ctx *c)
{
    int64_t id, version;
    struct programme p;
    struct row_plan_programme_people n;
    TRY(request_id(c->rq, 0, &id));
    struct target t = {.programme = id};
    TRY(access_require(c, P_REPORT_VIEW, &t));
    TRY(programme_find(c->db, c->a, id, &p));
    TRY(sql_plan_programme_people(c->db, c->a, id, c->today, &n));
    struct view_plan_programme v = {.members = n.members, .least = PLAN_SHARE_LEAST};
    if (may_show(&n)) {
        v.with_goal = SOME_INT(n.with_goal);
        v.share = SOME_INT((n.goals_from_feedback * 100 * 2 / n.goals + STEP) / (2 * STEP) * STEP);
    }
    TRY(find_setting(c, id, &v.shares, &version));
    if (access_allows(c, P_PROGRAMME_CHANGE, &t))
        v.settings = str_printf(c->a, "/programmes/%" PRId64 "/plans/settings", id);
    struct page page = programme_page(c, &p, tr(c, M_plan_programme), false);
    return view_plan_programme_page(c, &page, &v);
}

struct setting {
    struct arena *a;
    int64_t programme, version, by, now;
    bool shared;
};

static enum rc save_setting(struct db *tx, void *arg, struct err *e)
{
    const struct setting *s = arg;
    TRY(plan_set_sharing(tx, s->a, s->programme, s->shared, s->version, s->now, e));
    return audit_note(tx, s->now, s->by, "plan_setting_change", 0, "programme", s->programme);
}

enum rc plan_handle_setting(struct ctx *c)
{
    int64_t id, version;
    struct programme p;
    bool shares;
    TRY(request_id(c->rq, 0, &id));
    struct target t = {.programme = id};
    TRY(access_require(c, P_PROGRAMME_CHANGE, &t));
    TRY(programme_find(c->db, c->a, id, &p));
    TRY(find_setting(c, id, &shares, &version));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/plans/settings", id), M_plan_sharing_save);
    form_add(f, (struct field){.name = "shared", .kind = FIELD_BOOL, .label = M_plan_sharing_field, .hint = M_plan_sharing_hint, .value = shares ? S("1") : STR_NONE});
    form_add_version(f, version);
    f->cancel = str_printf(c->a, "/programmes/%" PRId64 "/plans", id);
    struct page page = programme_page(c, &p, tr(c, M_plan_sharing), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, tr(c, M_plan_sharing_note), STR_NONE, f);
    struct setting s = {c->a, id, form_int(f, "version", 0), c->who->person, c->now, form_bool(f, "shared")};
    enum rc rc = ctx_write(c, save_setting, &s);
    if (page_edit_failed(c, f, rc, version, &page.status))
        return plan_send_form(c, &page, tr(c, M_plan_sharing_note), STR_NONE, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_plan_sharing_saved);
}
