/* What there is to do: the list of opportunities, and the page of one with its roles and what they ask for. */
#include "gen/programme/placement/placement_list_view.h"
#include "gen/programme/placement/placement_one_view.h"
#include "programme/framework/framework.h"
#include "programme/placement/inside.h"
#include "view/markdown.h"
#include "view/write.h"

#define OTHERS_MOST 50
#define LEFT_MOST 50

static enum rc fill_list(struct ctx *c, int64_t programme, struct view_placement_list *v)
{
    struct rows_placement_list rows;
    struct str after = request_query(c->rq, "after");
    int64_t id = 0;
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_placement_list(c->db, c->a, programme, S("open"), after, id, PLACEMENT_PAGE + 1, &rows));
    size_t n = rows.n <= PLACEMENT_PAGE ? rows.n : PLACEMENT_PAGE;
    struct view_placement_list_list *list = ARENA_ARRAY(c->a, n, struct view_placement_list_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_placement_list_list){placement_path(c, rows.v[k].id, ""), rows.v[k].title, placement_kind_name(c, rows.v[k].kind), rows.v[k].place,
                                                    rows.v[k].population};
    v->list = list;
    v->list_count = n;
    if (rows.n > n) {
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/placements?id=%" PRId64 "&after=", rows.v[n - 1].id);
        buf_url(&b, rows.v[n - 1].title_key);
        v->more = buf_text(&b);
    }
    return RC_OK;
}

static enum rc fill_others(struct ctx *c, int64_t programme, struct view_placement_list *v)
{
    static const char *const states[] = {"draft", "closed"};
    struct view_placement_list_others *list = ARENA_ARRAY(c->a, 2 * OTHERS_MOST, struct view_placement_list_others);
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        struct rows_placement_list rows;
        TRY(sql_placement_list(c->db, c->a, programme, str_from(states[s]), S(""), 0, OTHERS_MOST, &rows));
        for (size_t k = 0; k < rows.n; k++)
            list[v->others_count++] = (struct view_placement_list_others){placement_path(c, rows.v[k].id, ""), rows.v[k].title, s == 1};
    }
    v->others = list;
    return RC_OK;
}

enum rc placement_get_list(struct ctx *c)
{
    struct programme p;
    struct view_placement_list v = {0};
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &t));
    TRY(fill_list(c, p.id, &v));
    struct page page = placement_page(c, tr(c, M_placement_title), STR_NONE, 0);
    page.crumb_count = 0;
    struct crumb actions[2];
    if (access_allows(c, P_PLACEMENT_MANAGE, &t)) {
        TRY(fill_others(c, p.id, &v));
        v.manages = true;
        v.kinds = str_printf(c->a, "/programmes/%" PRId64 "/credentials", p.id);
        actions[0] = (struct crumb){tr(c, M_placement_new), S("/placements/new")};
        page.actions = actions;
        page.action_count = 1;
    }
    return view_placement_list_page(c, &page, &v);
}

/* ---- one ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_needs(struct ctx *c, const struct rows_placement_needs *needs, int64_t role, struct view_placement_one_roles *out)
{
    struct view_placement_one_roles_needs *list = ARENA_ARRAY(c->a, needs->n, struct view_placement_one_roles_needs);
    for (size_t k = 0; k < needs->n; k++)
        if (needs->v[k].role_id == role)
            list[out->needs_count++].text = placement_need_text(c, needs->v[k].kind, needs->v[k].stage, needs->v[k].course, needs->v[k].credential);
    out->needs = list;
    if (out->needs_count == 0)
        return RC_OK;
    struct placement_unmet *unmet;
    size_t count;
    TRY(placement_unmet(c->db, c->a, role, c->who->person, c->today, &unmet, &count));
    struct view_placement_one_roles_unmet *missing = ARENA_ARRAY(c->a, count, struct view_placement_one_roles_unmet);
    for (size_t k = 0; k < count; k++)
        missing[k].text = placement_unmet_text(c->a, c->lang, &unmet[k]);
    out->unmet = missing;
    out->unmet_count = count;
    return RC_OK;
}

static enum rc fill_roles(struct ctx *c, int64_t opportunity, bool manages, struct view_placement_one *v)
{
    struct rows_placement_roles roles;
    struct rows_placement_needs needs;
    TRY(sql_placement_roles(c->db, c->a, opportunity, &roles));
    TRY(sql_placement_needs(c->db, c->a, opportunity, &needs));
    struct view_placement_one_roles *list = ARENA_ARRAY(c->a, roles.n, struct view_placement_one_roles);
    for (size_t k = 0; k < roles.n; k++) {
        const struct row_placement_roles *r = &roles.v[k];
        list[k] = (struct view_placement_one_roles){.title = r->title, .leads = r->leads, .least = r->least, .most = r->most};
        if (manages)
            list[k].href = str_printf(c->a, "/placement-roles/%" PRId64, r->id);
        TRY(fill_needs(c, &needs, r->id, &list[k]));
    }
    v->roles = list;
    v->roles_count = roles.n;
    return RC_OK;
}

static enum rc fill_aims(struct ctx *c, int64_t opportunity, struct view_placement_one *v)
{
    struct rows_placement_competencies rows;
    TRY(sql_placement_competencies(c->db, c->a, opportunity, lang_tag(c->lang), &rows));
    struct view_placement_one_aims *list = ARENA_ARRAY(c->a, rows.n, struct view_placement_one_aims);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_placement_one_aims){rows.v[k].code, rows.v[k].title, framework_competency_path(c->a, rows.v[k].competency_id)};
    v->aims = list;
    v->aims_count = rows.n;
    return RC_OK;
}

/* What nobody took over at the last handover: for who leads and who keeps the programme. */
static enum rc fill_left(struct ctx *c, int64_t opportunity, struct view_placement_one *v)
{
    struct rows_placement_left rows;
    TRY(sql_placement_left(c->db, c->a, opportunity, LEFT_MOST, &rows));
    struct view_placement_one_left *list = ARENA_ARRAY(c->a, rows.n, struct view_placement_one_left);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_placement_one_left){rows.v[k].name.p != NULL ? rows.v[k].name : S(""), rows.v[k].text, rows.v[k].reason};
    v->left = list;
    v->left_count = rows.n;
    return RC_OK;
}

/* Who leads it, and the way to who comes next. */
static enum rc fill_leader(struct ctx *c, int64_t opportunity, bool manages, bool closed, struct view_placement_one *v)
{
    struct row_placement_leader leader;
    enum rc rc = sql_placement_leader(c->db, c->a, opportunity, &leader);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool led = rc == RC_OK;
    v->leader = led && leader.name.p != NULL ? leader.name : S("");
    if (!closed && led && (manages || leader.person_id == c->who->person))
        v->hand_over = placement_path(c, opportunity, "/handover");
    if (!closed && !led && manages)
        v->name_leader = placement_path(c, opportunity, "/leader");
    return led && (manages || leader.person_id == c->who->person) ? fill_left(c, opportunity, v) : RC_OK;
}

enum rc placement_get_one(struct ctx *c)
{
    struct row_placement_find o;
    bool manages;
    TRY(placement_open(c, &o, &manages));
    struct view_placement_one v = {.state = o.state, .kind = placement_kind_name(c, o.kind), .place = o.place, .population = o.population,
                                   .partners = o.partners, .about_text = o.about, .ratio = o.ratio, .notice = o.notice_days, .swaps = o.swaps, .ending = o.ending,
                                   .shifts = placement_path(c, o.id, "/shifts"), .ideas = placement_path(c, o.id, "/ideas"), .manages = manages};
    v.about = markdown_render(c->a, o.about, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    TRY(fill_leader(c, o.id, manages, str_eq_z(o.state, "closed"), &v));
    TRY(fill_roles(c, o.id, manages, &v));
    TRY(fill_aims(c, o.id, &v));
    if (manages) {
        v.edit = placement_path(c, o.id, "/edit");
        v.add_role = placement_path(c, o.id, "/roles/new");
        v.change_state = placement_path(c, o.id, "/state");
    }
    struct page page = placement_page(c, o.title, STR_NONE, 0);
    return view_placement_one_page(c, &page, &v);
}
