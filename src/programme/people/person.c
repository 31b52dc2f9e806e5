/* The page of a person, and changing who she is: details, a new person, a link that signs in, closing the account. */
#include "gen/programme/people/access_view.h"
#include "gen/programme/people/person_link_view.h"
#include "gen/programme/people/person_form_view.h"
#include "gen/programme/people/person_view.h"
#include "programme/people/inside.h"

#define LINK_HOURS 24

static struct str person_path(const struct ctx *c, int64_t person, const char *rest)
{
    return str_printf(c->a, "/people/%" PRId64 "%s", person, rest);
}

static struct opt_int last_day(int64_t day)
{
    return day == DAY_OPEN ? (struct opt_int){0} : SOME_INT(day);
}

/* The person of the address, with the decision about p taken. */
static enum rc require_person(struct ctx *c, enum permission p, int64_t *person, struct target *t)
{
    TRY(request_id(c->rq, 0, person));
    TRY(programme_person_target(c, *person, t));
    return access_require(c, p, t);
}

struct noting {
    int64_t by, person, now;
    const char *action;
};

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->by, n->action, n->person, NULL, 0);
}

static enum rc note_reading(struct ctx *c, int64_t person, const char *action)
{
    struct noting n = {.by = c->who->person, .person = person, .now = c->now, .action = action};
    return person != c->who->person ? ctx_write(c, note, &n) : RC_OK;
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------ */

static struct str state_word(const struct ctx *c, const struct member_span *s, bool *away)
{
    *away = false;
    if (str_eq(s->m.state, S("transferred")))
        return tr(c, M_people_state_transferred);
    if (str_eq(s->m.state, S("completed")))
        return tr(c, M_people_state_completed);
    if (str_eq(s->m.state, S("withdrawn")))
        return tr(c, M_people_state_withdrawn);
    for (size_t i = 0; i < s->pause_count; i++)
        if (s->pauses[i].start_day <= c->today && s->pauses[i].end_day >= c->today) {
            *away = true;
            return tr(c, s->pauses[i].kind == PAUSE_LEAVE ? M_people_state_leave : M_people_state_deferred);
        }
    if (s->m.start_day > c->today)
        return tr(c, M_people_state_coming);
    return tr(c, s->m.end_day < c->today ? M_people_state_over : M_people_state_active);
}

static struct str member_path(const struct ctx *c, const struct member_span *s, const char *action)
{
    return str_printf(c->a, "/memberships/%" PRId64 "/%s", s->m.id, action);
}

static void fill_actions(struct ctx *c, const struct member_span *s, struct view_person_members *v)
{
    static const struct {
        const char *action;
        msg_id label;
    } actions[] = {{"leave", M_people_do_leave},       {"deferral", M_people_do_deferral}, {"transfer", M_people_do_transfer},
                   {"complete", M_people_do_complete}, {"withdraw", M_people_do_withdraw}, {"correct", M_people_do_correct}};
    struct target t = {.person = s->m.person, .programme = s->m.programme, .cohort = s->m.cohort};
    if (!access_allows(c, P_PERSON_CHANGE, &t))
        return;
    struct view_person_members_actions *list = ARENA_ARRAY(c->a, COUNT_OF(actions), struct view_person_members_actions);
    bool open = !s->m.closed && s->m.end_day >= c->today;
    for (size_t i = open ? 0 : COUNT_OF(actions) - 1; i < COUNT_OF(actions); i++)
        list[v->actions_count++] =
            (struct view_person_members_actions){.label = tr(c, actions[i].label), .href = member_path(c, s, actions[i].action)};
    v->actions = list;
}

static void fill_pauses(struct ctx *c, const struct member_span *s, struct view_person_members *v)
{
    struct view_person_members_pauses *list = ARENA_ARRAY(c->a, s->pause_count, struct view_person_members_pauses);
    for (size_t i = 0; i < s->pause_count; i++) {
        const struct pause_span *p = &s->pauses[i];
        list[i] = (struct view_person_members_pauses){.kind = tr(c, p->kind == PAUSE_LEAVE ? M_people_leave : M_people_deferral),
                                                      .first = p->start_day,
                                                      .last = last_day(p->end_day)};
        if (v->actions_count != 0 && !s->m.closed && p->end_day >= c->today)
            list[i].back = str_printf(c->a, "/memberships/%" PRId64 "/return?pause=%" PRId64, s->m.id, p->id);
    }
    v->pauses = list;
    v->pauses_count = s->pause_count;
}

static void fill_members(struct ctx *c, const struct person_history *h, struct view_person *v)
{
    struct view_person_members *list = ARENA_ARRAY(c->a, h->member_count, struct view_person_members);
    for (size_t i = 0; i < h->member_count; i++) {
        const struct member_span *s = &h->members[i];
        struct target cohort = {.programme = s->m.programme, .cohort = s->m.cohort};
        bool away;
        list[i] = (struct view_person_members){.id = s->m.id,
                                               .programme = s->programme,
                                               .cohort = s->cohort,
                                               .stage = s->stage,
                                               .state = s->m.state,
                                               .state_word = state_word(c, s, &away),
                                               .away = away,
                                               .active = !away && !s->m.closed && s->m.start_day <= c->today && s->m.end_day >= c->today,
                                               .first = s->m.start_day,
                                               .last = last_day(s->m.end_day)};
        if (access_allows(c, P_PERSON_LIST, &cohort))
            list[i].cohort_href = str_printf(c->a, "/cohorts/%" PRId64, s->m.cohort);
        fill_actions(c, s, &list[i]);
        fill_pauses(c, s, &list[i]);
    }
    v->members = list;
    v->members_count = h->member_count;
}

static void fill_groups(struct ctx *c, const struct person_history *h, struct view_person *v)
{
    struct view_person_groups *list = ARENA_ARRAY(c->a, h->group_count, struct view_person_groups);
    for (size_t i = 0; i < h->group_count; i++) {
        const struct group_span *g = &h->groups[i];
        struct target t = {.programme = g->programme};
        list[i] = (struct view_person_groups){.title = g->title, .first = g->start_day, .last = last_day(g->end_day)};
        if (access_allows(c, P_PERSON_LIST, &t))
            list[i].href = str_printf(c->a, "/groups/%" PRId64, g->group);
    }
    v->groups = list;
    v->groups_count = h->group_count;
}

static void fill_roles(struct ctx *c, const struct person_history *h, bool may_grant, struct view_person *v)
{
    struct view_person_roles *list = ARENA_ARRAY(c->a, h->role_count, struct view_person_roles);
    for (size_t i = 0; i < h->role_count; i++) {
        const struct role_span *r = &h->roles[i];
        list[i] = (struct view_person_roles){.role = str_from(role_word(r->role)),
                                             .name = people_role_name(c, r->role),
                                             .where = r->cohort.n != 0      ? r->cohort
                                                      : r->programme.n != 0 ? r->programme
                                                                            : tr(c, M_people_whole_site),
                                             .first = r->start_day,
                                             .last = last_day(r->end_day)};
        if (may_grant && r->end_day >= c->today)
            list[i].end = str_printf(c->a, "/roles/%" PRId64 "/end", r->id);
    }
    v->roles = list;
    v->roles_count = h->role_count;
}

static enum rc fill_identity(struct ctx *c, int64_t person, bool whole, struct view_person *v)
{
    struct person_details d;
    struct row_account_by_person account;
    struct rows_identity_source_list sources;
    TRY(people_find(c->db, c->a, person, &d, NULL));
    v->id = person;
    v->name = d.display_name;
    v->given = d.given_name;
    v->family = d.family_name;
    if (!whole)
        return RC_OK;
    v->email = d.email;
    v->language = d.language.n != 0 ? lang_name(lang_find(d.language)) : STR_NONE;
    v->zone = d.zone;
    v->profession = people_profession_name(c->lang, d.profession);
    enum rc rc = sql_account_by_person(c->db, c->a, person, &account);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    v->closed = rc == RC_NOT_FOUND || account.disabled != 0;
    v->has_password = rc == RC_OK && account.password_hash.p != NULL;
    TRY(sql_identity_source_list(c->db, c->a, person, &sources));
    struct view_person_numbers *numbers = ARENA_ARRAY(c->a, sources.n, struct view_person_numbers);
    for (size_t i = 0; i < sources.n; i++)
        numbers[i] = (struct view_person_numbers){.source = sources.v[i].source, .number = sources.v[i].sourced_id};
    v->numbers = numbers;
    v->numbers_count = sources.n;
    return RC_OK;
}

/* Members of the programme one works in are assessed by its faculty. */
static enum rc fill_assess(struct ctx *c, int64_t person, struct view_person *v)
{
    struct programme here;
    struct target t;
    bool active = false;
    for (size_t i = 0; i < v->members_count; i++)
        active = active || v->members[i].active;
    enum rc rc = active && person != c->who->person ? programme_current(c, &here) : RC_NOT_FOUND;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(programme_person_target_in(c, person, here.id, &t));
    if (access_allows(c, P_ASSESSMENT_GIVE, &t))
        v->assess = person_path(c, person, "/assess");
    return RC_OK;
}

/* What may be done from the page; a list of places to go, so that the view has no rules. */
static enum rc fill_links(struct ctx *c, int64_t person, const struct target *t, struct view_person *v)
{
    struct grant *grants;
    size_t count;
    TRY(programme_roles_ahead(c->db, c->a, person, c->today, &grants, &count));
    bool change = access_allows(c, P_PERSON_CHANGE, t), covers = people_covers(c->who, grants, count);
    if (access_allows(c, P_EVIDENCE_VIEW, t))
        v->evidence = person_path(c, person, "/evidence");
    if (access_allows(c, P_OBSERVATION_VIEW, t))
        v->observations = person == c->who->person ? S("/observations") : person_path(c, person, "/observations");
    TRY(fill_assess(c, person, v));
    if (change) {
        v->edit = person_path(c, person, "/edit");
        v->add_member = person_path(c, person, "/memberships/new");
        v->add_group = person_path(c, person, "/groups/new");
    }
    if (change && covers && c->session != NULL && person != c->who->person) {
        v->link = person_path(c, person, "/link");
        v->access = person_path(c, person, "/access");
    }
    if (access_allows(c, P_ROLE_GRANT, t))
        v->add_role = person_path(c, person, "/roles/new");
    if (access_allows(c, P_PERSON_EXPORT, t))
        v->data = person == c->who->person ? S("/account/data") : person_path(c, person, "/data");
    return RC_OK;
}

enum rc people_get_person(struct ctx *c)
{
    int64_t person;
    struct target t;
    struct person_history h;
    struct view_person v = {0};
    TRY(require_person(c, P_PERSON_VIEW, &person, &t));
    /* a mentor sees who her mentee is; the address and numbers are for those who keep the list, and for oneself */
    bool whole = person == c->who->person || access_allows(c, P_PERSON_CHANGE, &t) || access_allows(c, P_PERSON_EXPORT, &t);
    TRY(fill_identity(c, person, whole, &v));
    v.whole = whole;
    TRY(note_reading(c, person, "person_view"));
    TRY(programme_history(c->db, c->a, person, &h));
    fill_members(c, &h, &v);
    fill_groups(c, &h, &v);
    TRY(fill_links(c, person, &t, &v));
    fill_roles(c, &h, v.add_role.n != 0, &v);
    struct crumb crumb = {tr(c, M_people_list_title), S("/people")};
    bool lists = access_somewhere(c->who, P_PERSON_LIST);
    struct page page = {.title = v.name, .section = "/people", .crumbs = &crumb, .crumb_count = lists};
    return view_person_page(c, &page, &v);
}

/* ---- details ---------------------------------------------------------------------------------------------------------------------- */

static struct page person_page(struct ctx *c, msg_id title, int64_t person, struct str name, int status)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_people_list_title), S("/people")};
    crumbs[1] = (struct crumb){name, person_path(c, person, "")};
    return (struct page){
        .title = tr(c, title), .section = "/people", .crumbs = crumbs, .crumb_count = person != 0 ? 2 : 1, .status = status};
}

static struct form *edit_form(struct ctx *c, int64_t person, const struct person_details *d, int64_t version)
{
    struct form *f = form_new(c->a, c->lang, c->zone, person_path(c, person, "/edit"), 0);
    people_add_fields(f, d, true);
    form_add_version(f, version);
    f->cancel = person_path(c, person, "");
    return f;
}

static enum rc send_edit(struct ctx *c, int64_t person, const struct person_details *d, const struct form *f, int status)
{
    struct view_person_form v = {.f = f};
    struct page page = person_page(c, M_people_edit_title, person, d->display_name, status);
    return view_person_form_page(c, &page, &v);
}

enum rc people_get_edit(struct ctx *c)
{
    int64_t person, version;
    struct target t;
    struct person_details d;
    TRY(require_person(c, P_PERSON_CHANGE, &person, &t));
    TRY(people_find(c->db, c->a, person, &d, &version));
    return send_edit(c, person, &d, edit_form(c, person, &d, version), 0);
}

struct editing {
    struct arena *a;
    const struct actor *who;
    int64_t person, version, now, today;
    struct person_details d;
};

static enum rc edit(struct db *tx, void *arg, struct err *e)
{
    struct editing *ed = arg;
    struct person_details old;
    struct grant *grants;
    size_t count;
    int64_t version;
    bool changed;
    TRY(people_find(tx, ed->a, ed->person, &old, &version));
    if (version != ed->version)
        return err_set(e, RC_CONFLICT, M_people_changed_meanwhile, NULL);
    /* Sign-in links go to the address: who changes it could sign in as her. */
    TRY(programme_roles_ahead(tx, ed->a, ed->person, ed->today, &grants, &count));
    if (!str_eq(email_key(ed->a, old.email), email_key(ed->a, ed->d.email)) && !people_covers(ed->who, grants, count))
        return err_field(e, RC_DENIED, M_people_email_not_yours, "email", NULL);
    TRY(people_change(tx, ed->a, ed->person, &ed->d, &changed, e));
    return changed ? audit_note(tx, ed->now, ed->who->person, "person_change", ed->person, NULL, 0) : RC_OK;
}

enum rc people_post_edit(struct ctx *c)
{
    int64_t person, version;
    struct target t;
    struct person_details d;
    TRY(require_person(c, P_PERSON_CHANGE, &person, &t));
    TRY(people_find(c->db, c->a, person, &d, &version));
    struct form *f = edit_form(c, person, &d, version);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_edit(c, person, &d, f, 422);
    struct editing ed = {.a = c->a, .who = c->who, .person = person, .version = form_int(f, "version", 0), .now = c->now, .today = c->today, .d = people_read_fields(f)};
    enum rc rc = ctx_write(c, edit, &ed);
    if (rc == RC_OK)
        return page_redirect(c, person_path(c, person, ""), M_people_saved);
    int status = 422;
    if (rc == RC_DENIED)
        form_fail(f, &c->err);
    else if (!page_edit_failed(c, f, rc, version, &status))
        return rc;
    return send_edit(c, person, &d, f, status);
}

/* ---- a new person -------------------------------------------------------------------------------------------------------------------- */

/* Where the new person begins: the cohorts that may be changed, as choices. */
static enum rc cohort_choices(struct ctx *c, struct choice **out, size_t *count)
{
    struct cohort_place *all;
    size_t total;
    *count = 0;
    TRY(programme_all_cohorts(c->db, c->a, &all, &total));
    *out = ARENA_ARRAY(c->a, total, struct choice);
    for (size_t i = 0; i < total; i++) {
        struct target t = {.programme = all[i].programme, .cohort = all[i].cohort};
        if (access_allows(c, P_PERSON_CHANGE, &t))
            (*out)[(*count)++] =
                (struct choice){.value = str_printf(c->a, "%" PRId64 "-%" PRId64, all[i].programme, all[i].cohort),
                                .label = str_printf(c->a, "%.*s, %.*s", STR_ARG(all[i].programme_title), STR_ARG(all[i].title))};
    }
    return RC_OK;
}

static enum rc new_form(struct ctx *c, struct form **out)
{
    struct choice *cohorts;
    size_t count;
    TRY(cohort_choices(c, &cohorts, &count));
    struct target site = {0};
    bool anywhere = access_allows(c, P_PERSON_CHANGE, &site);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/people/new"), M_people_add_button);
    struct str programme = request_query(c->rq, "programme"), cohort = request_query(c->rq, "cohort");
    people_add_fields(f, &(struct person_details){0}, true);
    form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_people_cohort, .hint = anywhere ? M_people_cohort_hint : 0, .required = !anywhere, .choices = cohorts, .choice_count = count, .value = str_printf(c->a, "%.*s-%.*s", STR_ARG(programme), STR_ARG(cohort))});
    form_add(f, (struct field){.name = "start", .kind = FIELD_DAY, .label = M_people_first_day, .value = form_day_value(f, c->today)});
    f->draft = S("person-new");
    f->cancel = S("/people");
    *out = f;
    return RC_OK;
}

static enum rc send_new(struct ctx *c, const struct form *f, int status)
{
    struct view_person_form v = {.f = f};
    struct page page = person_page(c, M_people_add, 0, STR_NONE, status);
    return view_person_form_page(c, &page, &v);
}

enum rc people_get_new(struct ctx *c)
{
    struct form *f;
    TRY(new_form(c, &f));
    const struct field *cohort = form_field(f, "cohort");
    if (cohort->required && cohort->choice_count == 0)
        return access_require(c, P_PERSON_CHANGE, &(struct target){0});
    return send_new(c, f, 0);
}

struct adding {
    struct arena *a;
    struct person_details d;
    int64_t by, programme, cohort, start_day, now, person;
};

static enum rc add(struct db *tx, void *arg, struct err *e)
{
    struct adding *ad = arg;
    TRY(people_add(tx, ad->a, &ad->d, ad->now, &ad->person, e));
    if (ad->cohort != 0)
        TRY(programme_add_member(tx, ad->person, ad->programme, ad->cohort, 0, ad->start_day, DAY_OPEN, S("page"), ad->now, NULL, e));
    return audit_note(tx, ad->now, ad->by, "person_add", ad->person, NULL, 0);
}

enum rc people_post_new(struct ctx *c)
{
    struct form *f;
    TRY(new_form(c, &f));
    struct adding ad = {.a = c->a, .by = c->who->person, .start_day = c->today, .now = c->now};
    bool fine = form_read(f, c->rq->form, c->rq->form_count);
    struct str cohort = form_text(f, "cohort"), programme;
    if (cohort.n != 0 && fine && str_cut(&cohort, '-', &programme) && str_to_int(programme, &ad.programme))
        (void)str_to_int(cohort, &ad.cohort);
    struct target t = {.programme = ad.programme, .cohort = ad.cohort};
    if (!fine)
        return send_new(c, f, 422);
    TRY(access_require(c, P_PERSON_CHANGE, &t));
    (void)form_day(f, "start", &ad.start_day);
    ad.d = people_read_fields(f);
    enum rc rc = ctx_write(c, add, &ad);
    int status;
    if (page_form_failed(c, f, rc, &status))
        return send_new(c, f, status);
    TRY(rc);
    return page_redirect(c, person_path(c, ad.person, ""), M_people_added);
}

/* ---- a link that signs in, closing the account -------------------------------------------------------------------------------------------- */

/* Whoever stands in for somebody must hold her rights. Asked before a page is shown, and again where it is done. */
static enum rc check_covers(struct db *db, struct arena *a, const struct actor *who, int64_t person, int64_t today, struct err *e)
{
    struct grant *grants;
    size_t count;
    TRY(programme_roles_ahead(db, a, person, today, &grants, &count));
    return people_covers(who, grants, count) ? RC_OK : err_set(e, RC_DENIED, M_people_more_rights, NULL);
}

/* She must be a person with a browser too: a key could make itself a session. */
static enum rc require_stand_in(struct ctx *c, int64_t *person, struct str *name)
{
    struct target t;
    TRY(require_person(c, P_PERSON_CHANGE, person, &t));
    TRY(people_browser_only(c));
    TRY(people_name(c->db, c->a, *person, name));
    return check_covers(c->db, c->a, c->who, *person, c->today, &c->err);
}

enum rc people_get_person_link(struct ctx *c)
{
    int64_t person;
    struct str name;
    TRY(require_stand_in(c, &person, &name));
    struct view_person_link v = {.name = name, .hours = LINK_HOURS};
    struct form *f = form_new(c->a, c->lang, c->zone, person_path(c, person, "/link"), M_people_link_make);
    f->cancel = person_path(c, person, "");
    v.f = f;
    struct page page = person_page(c, M_people_link_person_title, person, name, 0);
    return view_person_link_page(c, &page, &v);
}

struct linking {
    struct arena *a;
    const struct actor *who;
    int64_t person, now, today;
    struct str token;
};

static enum rc make_link(struct db *tx, void *arg, struct err *e)
{
    struct linking *l = arg;
    TRY(check_covers(tx, l->a, l->who, l->person, l->today, e));
    TRY(sign_in_link_make(tx, l->a, l->person, l->person != l->who->person || l->who->lent, l->now, LINK_HOURS * MS_PER_HOUR, &l->token));
    return audit_note(tx, l->now, l->who->person, "sign_in_link_make", l->person, NULL, 0);
}

enum rc people_post_person_link(struct ctx *c)
{
    struct linking l = {.a = c->a, .who = c->who, .now = c->now, .today = c->today};
    struct str name;
    TRY(require_stand_in(c, &l.person, &name));
    TRY(ctx_write(c, make_link, &l));
    /* The address as the maker's own browser knows this site: only she sees it. */
    struct str host = request_header(c->rq, "Host"), path = people_link_path(c->a, l.token);
    struct view_person_link v = {.name = name, .hours = LINK_HOURS};
    v.address = str_printf(c->a, "%s://%.*s%.*s", c->rq->secure ? "https" : "http", STR_ARG(host), STR_ARG(path));
    v.back = person_path(c, l.person, "");
    struct page page = person_page(c, M_people_link_person_title, l.person, name, 0);
    return view_person_link_page(c, &page, &v);
}

enum rc people_set_access(struct db *tx, int64_t person, bool open, int64_t actor, int64_t today, int64_t now, struct err *e)
{
    if (!open)
        TRY(programme_leaves_administrator(tx, person, today, e));
    TRY(sql_account_add(tx, db_new_id(tx), person, now)); /* somebody from before accounts were made */
    TRY(sql_account_set_disabled(tx, person, !open));
    if (!open) {
        TRY(session_end_others(tx, person, 0));
        TRY(sql_sign_in_link_clear(tx, person));
    }
    return audit_note(tx, now, actor, open ? "account_open" : "account_close", person, NULL, 0);
}

struct closing {
    struct arena *a;
    const struct actor *who;
    int64_t person, now, today;
    bool close;
};

static enum rc set_closed(struct db *tx, void *arg, struct err *e)
{
    const struct closing *cl = arg;
    TRY(check_covers(tx, cl->a, cl->who, cl->person, cl->today, e));
    return people_set_access(tx, cl->person, !cl->close, cl->who->person, cl->today, cl->now, e);
}

enum rc people_get_access(struct ctx *c)
{
    int64_t person;
    struct str name;
    struct row_account_by_person account;
    TRY(require_stand_in(c, &person, &name));
    enum rc rc = sql_account_by_person(c->db, c->a, person, &account);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool closed = rc == RC_NOT_FOUND || account.disabled != 0;
    struct form *f = form_new(c->a, c->lang, c->zone, person_path(c, person, "/access"), closed ? M_people_access_open : M_people_access_close);
    form_add(f, (struct field){.name = "close", .kind = FIELD_HIDDEN, .value = closed ? S("0") : S("1")});
    f->danger = !closed;
    f->cancel = person_path(c, person, "");
    struct view_access v = {.name = name, .closed = closed, .f = f};
    struct page page = person_page(c, closed ? M_people_access_open_title : M_people_access_close_title, person, name, 0);
    return view_access_page(c, &page, &v);
}

enum rc people_post_access(struct ctx *c)
{
    struct closing cl = {.a = c->a, .who = c->who, .now = c->now, .today = c->today, .close = str_eq(request_form(c->rq, "close"), S("1"))};
    struct str name;
    TRY(require_stand_in(c, &cl.person, &name));
    if (cl.person == c->who->person)
        return err_set(&c->err, RC_DENIED, M_people_access_own, NULL);
    TRY(ctx_write(c, set_closed, &cl));
    return page_redirect(c, person_path(c, cl.person, ""), cl.close ? M_people_access_closed : M_people_access_opened);
}
