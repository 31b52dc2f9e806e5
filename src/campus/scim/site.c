/* /site/scim: what the other system keeps here, and which of its groups are which cohort or group of Cadre. */
#include "campus/scim/inside.h"
#include "gen/campus/scim/scim_group_view.h"
#include "gen/campus/scim/scim_site_view.h"
#include "gen/msg_scim.h"
#include "auth/session.h"
#include "base/clock.h"
#include "out/mail.h"
#include "programme/programme/programme.h"

#define PAGE 50
#define GROUPS_MOST 2000

static const struct target site = {0};

enum rc scim_get_site(struct ctx *c)
{
    struct row_scim_site_counts counts;
    struct row_scim_groups_count groups;
    struct row_scim_heard_find heard = {0};
    struct rows_scim_site_groups rows;
    int64_t skip = 0;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    if (!str_to_int(request_query(c->rq, "from"), &skip) || skip < 0)
        skip = 0;
    TRY(sql_scim_site_counts(c->db, c->a, &counts));
    TRY(sql_scim_groups_count(c->db, c->a, &groups));
    enum rc rc = sql_scim_heard_find(c->db, c->a, &heard);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_scim_site_groups(c->db, c->a, PAGE + 1, skip, &rows));
    struct view_scim_site v = {.endpoint = mail_link(c->a, S("/scim/v2")),
                               .people = counts.people - counts.deleted,
                               .closed = counts.closed,
                               .deleted = counts.deleted,
                               .groups = groups.n,
                               .mapped = groups.mapped,
                               .asked = rc == RC_OK ? SOME_INT(heard.asked_at) : (struct opt_int){0},
                               .refused = heard.refused,
                               .refused_at = rc == RC_OK && !heard.refused_at_null ? SOME_INT(heard.refused_at) : (struct opt_int){0},
                               .more = rows.n > PAGE ? str_printf(c->a, "/site/scim?from=%" PRId64, skip + PAGE) : STR_NONE};
    v.list_count = rows.n > PAGE ? PAGE : rows.n;
    struct view_scim_site_list *list = ARENA_ARRAY(c->a, v.list_count, struct view_scim_site_list);
    for (size_t i = 0; i < v.list_count; i++)
        list[i] = (struct view_scim_site_list){.name = rows.v[i].display_name,
                                               .href = str_printf(c->a, "/site/scim/%" PRId64, rows.v[i].id),
                                               .members = rows.v[i].members,
                                               .is = rows.v[i].cohort_title.n != 0 ? rows.v[i].cohort_title : rows.v[i].group_title};
    v.list = list;
    struct page page = {.title = tr(c, M_scim_title), .section = "/site/scim"};
    return view_scim_site_page(c, &page, &v);
}

/* ---- what a group is -------------------------------------------------------------------------------------------------------------------- */

struct meaning {
    int64_t programme, cohort, group; /* all 0: a name alone */
    int64_t group_cohort;             /* of group */
    struct str title;
};

static void add_meaning(struct choice *choices, struct meaning *all, size_t *n, struct str value, struct meaning m)
{
    all[*n] = m;
    choices[(*n)++] = (struct choice){.value = value, .label = m.title};
}

/* Everything that a group may be, as a field of the form; *all beside it in the same order. */
static enum rc read_meanings(struct ctx *c, struct choice **choices, struct meaning **all, size_t *count)
{
    struct cohort_place *cohorts;
    struct rows_scim_learner_groups groups;
    size_t cohort_count, n = 0;
    TRY(programme_all_cohorts(c->db, c->a, &cohorts, &cohort_count));
    TRY(sql_scim_learner_groups(c->db, c->a, GROUPS_MOST, &groups));
    *choices = ARENA_ARRAY(c->a, 1 + cohort_count + groups.n, struct choice);
    *all = ARENA_ARRAY(c->a, 1 + cohort_count + groups.n, struct meaning);
    add_meaning(*choices, *all, &n, S("none"), (struct meaning){.title = tr(c, M_scim_name_alone)});
    for (size_t i = 0; i < cohort_count; i++) {
        const struct msg_arg args[] = {MSG_TEXT("programme", cohorts[i].programme_title), MSG_TEXT("title", cohorts[i].title)};
        add_meaning(*choices, *all, &n, str_printf(c->a, "c%" PRId64, cohorts[i].cohort),
                    (struct meaning){.programme = cohorts[i].programme, .cohort = cohorts[i].cohort, .title = tr_args(c, M_scim_is_cohort, args, 2)});
    }
    for (size_t i = 0; i < groups.n; i++) {
        const struct msg_arg arg = MSG_TEXT("title", groups.v[i].title);
        add_meaning(*choices, *all, &n, str_printf(c->a, "g%" PRId64, groups.v[i].id),
                    (struct meaning){.programme = groups.v[i].programme_id,
                                     .group = groups.v[i].id,
                                     .group_cohort = groups.v[i].cohort_id_null ? 0 : groups.v[i].cohort_id,
                                     .title = tr_args(c, M_scim_is_group, &arg, 1)});
    }
    *count = n;
    return RC_OK;
}

struct choosing {
    struct ctx *c;
    int64_t id, version;
    const struct meaning *m;
};

static const int64_t *or_null(const int64_t *id)
{
    return *id != 0 ? id : NULL;
}

static enum rc choose(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *s = arg;
    struct row_scim_group_find row;
    TRY(sql_scim_group_find(tx, s->c->a, s->id, &row));
    if (row.version != s->version)
        return err_set(e, RC_CONFLICT, M_scim_changed, NULL);
    TRY(sql_scim_group_map(tx, s->id, or_null(&s->m->programme), or_null(&s->m->cohort), or_null(&s->m->group)));
    TRY(sql_scim_members_again(tx, s->id, s->m->programme != 0 ? S("new") : S("kept")));
    return audit_note(tx, s->c->now, s->c->who->person, "scim_group_map", 0, "scim_group", s->id);
}

static enum rc preview(struct ctx *c, int64_t id, const struct meaning *m, struct view_scim_group *v)
{
    struct row_scim_preview row = {0};
    if (m->cohort != 0) {
        TRY(sql_scim_preview(c->db, c->a, id, m->programme, m->cohort, c->today, &row));
    } else if (m->group != 0) {
        struct row_scim_preview_group other;
        TRY(sql_scim_preview_group(c->db, c->a, id, m->group, m->group_cohort, c->today, &other));
        row = (struct row_scim_preview){.n = other.n, .there = other.there, .elsewhere = other.elsewhere};
    }
    v->asks = true;
    v->alone = m->programme == 0;
    v->title = m->title;
    v->there = row.there;
    v->elsewhere = row.elsewhere;
    v->joins = row.n - row.there - row.elsewhere > 0 ? row.n - row.there - row.elsewhere : 0;
    return RC_OK;
}

/* "is" of the query is what she looks at; of the form what she decided. */
static enum rc show_group(struct ctx *c, bool decided)
{
    struct row_scim_group_find row;
    struct choice *choices;
    struct meaning *all;
    size_t count, at = 0;
    int64_t id;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_scim_group_find(c->db, c->a, id, &row));
    TRY(read_meanings(c, &choices, &all, &count));
    struct str wanted = decided ? request_form(c->rq, "is") : request_query(c->rq, "is"), path = str_printf(c->a, "/site/scim/%" PRId64, id);
    struct str now = !row.cohort_id_null ? str_printf(c->a, "c%" PRId64, row.cohort_id) : !row.learner_group_id_null ? str_printf(c->a, "g%" PRId64, row.learner_group_id) : S("none");
    while (at < count && !str_eq(choices[at].value, wanted))
        at++;
    int status = 0;
    struct form *sure = form_new(c->a, c->lang, c->zone, str_concat(c->a, path, S("/choose")), M_scim_choose);
    form_add(sure, (struct field){.name = "is", .kind = FIELD_HIDDEN, .value = wanted});
    form_add_version(sure, row.version);
    sure->cancel = path;
    if (decided && at < count) {
        if (form_read(sure, c->rq->form, c->rq->form_count)) {
            struct choosing s = {.c = c, .id = id, .version = form_int(sure, "version", 0), .m = &all[at]};
            enum rc rc = ctx_write(c, choose, &s);
            if (rc == RC_OK) {
                TRY(scim_place_all(c));
                return page_redirect(c, S("/site/scim"), M_scim_chosen);
            }
            if (!page_edit_failed(c, sure, rc, row.version, &status))
                return rc;
        }
    }
    struct form *f = form_new(c->a, c->lang, c->zone, path, M_scim_look);
    f->get = true;
    form_add(f, (struct field){.name = "is", .kind = FIELD_CHOICE, .label = M_scim_is, .hint = M_scim_is_hint, .required = true, .choices = choices, .choice_count = count, .value = wanted.n != 0 ? wanted : now});
    struct view_scim_group v = {.f = f};
    if (at < count && !str_eq(wanted, now)) {
        TRY(preview(c, id, &all[at], &v));
        v.sure = sure;
    }
    struct crumb crumb = {tr(c, M_scim_title), S("/site/scim")};
    struct page page = {.title = row.display_name, .section = "/site/scim", .crumbs = &crumb, .crumb_count = 1, .status = status};
    return view_scim_group_page(c, &page, &v);
}

enum rc scim_get_site_group(struct ctx *c)
{
    return show_group(c, false);
}

enum rc scim_post_site_group(struct ctx *c)
{
    return show_group(c, true);
}
