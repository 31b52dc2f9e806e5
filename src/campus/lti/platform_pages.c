/* The administrator's pages: which platforms may launch, what to enter there, what their courses are here. */
#include "campus/lti/inside.h"

#include "auth/session.h"
#include "gen/campus/lti/context_view.h"
#include "gen/campus/lti/platform_form_view.h"
#include "gen/campus/lti/platform_view.h"
#include "gen/campus/lti/platforms_view.h"
#include "gen/msg_error.h"
#include "gen/msg_people.h"
#include "out/mail.h"
#include "programme/programme/programme.h"

#define LIST_MOST 500
#define PAGE_ROWS 50

static const struct target site = {0};

static struct view_lti_ours ours(struct ctx *c)
{
    return (struct view_lti_ours){.login = mail_link(c->a, S("/lti/login")),
                                  .launch = mail_link(c->a, S("/lti/launch")),
                                  .jwks = mail_link(c->a, S("/.well-known/jwks.json")),
                                  .icon = mail_link(c->a, S("/static/icon.svg"))};
}

/* Why something failed stands in the database by the name of its message. */
static struct str failure_text(struct ctx *c, struct str name, struct str detail)
{
    static const msg_id reasons[] = {
        M_lti_bad_issuer,  M_lti_bad_audience,   M_lti_bad_party,      M_lti_expired,       M_lti_early,          M_lti_bad_nonce,       M_lti_bad_deployment,
        M_lti_bad_version, M_lti_bad_message,    M_lti_bad_target,     M_lti_bad_custom,    M_lti_malformed,      M_lti_nobody,          M_lti_deep_type,
        M_lti_no_token,    M_lti_bad_algorithm,  M_lti_foreign_key,    M_lti_bad_signature, M_lti_no_keys,        M_lti_platform_refused, M_lti_off,
        M_lti_no_mapping,  M_lti_no_role,        M_lti_no_instructors, M_lti_not_yours,     M_lti_other_account,  M_lti_disabled,        M_lti_unknown_person,
        M_lti_no_name,     M_lti_no_cohort,      M_lti_over,           M_lti_no_thing,      M_lti_no_access,      M_lti_no_service,      M_lti_no_column,
    };
    const struct msg_arg args[] = {MSG_TEXT("detail", detail.p != NULL ? detail : S(""))};
    for (size_t i = 0; i < COUNT_OF(reasons) && name.n != 0; i++)
        if (str_eq(msg_name(reasons[i]), name))
            return tr_args(c, reasons[i], args, COUNT_OF(args));
    return name.n != 0 ? tr(c, M_error_internal) : S("");
}

/* ---- the list ---------------------------------------------------------------------------------------------------------------------------- */

/* GET /site/lti */
enum rc lti_get_platforms(struct ctx *c)
{
    struct rows_lti_platform_list rows;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(sql_lti_platform_list(c->db, c->a, LIST_MOST, &rows));
    struct view_lti_platforms_list *list = ARENA_ARRAY(c->a, rows.n, struct view_lti_platforms_list);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_lti_platform_list *r = &rows.v[i];
        bool since = !r->failed_at_null && (r->launched_at_null || r->failed_at > r->launched_at);
        list[i] = (struct view_lti_platforms_list){.id = r->id,
                                                   .name = r->name,
                                                   .issuer = r->issuer,
                                                   .on = str_eq(r->state, S("on")),
                                                   .launched = r->launched_at_null ? (struct opt_int){0} : SOME_INT(r->launched_at),
                                                   .failed = since ? failure_text(c, r->failed, S("")) : S("")};
    }
    struct form *make = form_new(c->a, c->lang, c->zone, S("/site/lti/register"), M_lti_register_make);
    make->quiet = true;
    struct view_lti_platforms v = {.list = list, .list_count = rows.n, .ours = ours(c), .connect = make};
    const struct crumb actions[] = {{tr(c, M_lti_add), S("/site/lti/new")}};
    struct page page = {.title = tr(c, M_lti_platforms_title), .section = "/site/lti", .actions = actions, .action_count = COUNT_OF(actions)};
    return view_lti_platforms_page(c, &page, &v);
}

/* ---- one, as it is entered ------------------------------------------------------------------------------------------------------------------ */

static struct form *platform_form(struct ctx *c, struct str action, const struct lti_platform *p)
{
    static const struct lti_platform none = {0};
    bool fresh = p == NULL;
    struct buf origins = buf_new(c->a, 100);
    p = fresh ? &none : p;
    struct str rest = p->origins_said, word;
    while (rest.n != 0 && str_cut(&rest, ' ', &word))
        buf_printf(&origins, "%s%.*s", origins.n != 0 ? "\n" : "", STR_ARG(word));
    struct form *f = form_new(c->a, c->lang, c->zone, action, fresh ? M_lti_add : M_lti_save);
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_lti_name, .hint = M_lti_name_hint, .required = true, .max = 80, .value = p->name});
    form_add(f, (struct field){.name = "issuer", .kind = FIELD_TEXT, .label = M_lti_issuer, .hint = M_lti_issuer_hint, .required = true, .max = 500, .value = p->issuer});
    form_add(f, (struct field){.name = "client_id", .kind = FIELD_TEXT, .label = M_lti_client_id, .hint = M_lti_client_id_hint, .required = true, .max = 200, .value = p->client_id});
    form_add(f, (struct field){.name = "deployments", .kind = FIELD_LONG_TEXT, .label = M_lti_deployments, .hint = M_lti_deployments_hint, .max = 2000, .rows = 2, .value = p->deployments});
    form_add(f, (struct field){.name = "auth_url", .kind = FIELD_TEXT, .label = M_lti_auth_url, .hint = M_lti_auth_url_hint, .required = true, .max = 500, .value = p->auth_url});
    form_add(f, (struct field){.name = "token_url", .kind = FIELD_TEXT, .label = M_lti_token_url, .hint = M_lti_token_url_hint, .required = true, .max = 500, .value = p->token_url});
    form_add(f, (struct field){.name = "jwks_url", .kind = FIELD_TEXT, .label = M_lti_jwks_url, .hint = M_lti_jwks_url_hint, .required = true, .max = 500, .value = p->jwks_url});
    form_add(f, (struct field){.name = "origins", .kind = FIELD_LONG_TEXT, .label = M_lti_origins, .hint = M_lti_origins_hint, .max = 2000, .rows = 2, .value = buf_text(&origins)});
    form_add(f, (struct field){.name = "by_roster", .kind = FIELD_BOOL, .label = M_lti_by_roster, .hint = M_lti_by_roster_hint, .value = p->by_roster ? S("1") : S("")});
    if (!fresh)
        form_add_version(f, p->version);
    f->cancel = fresh ? S("/site/lti") : str_printf(c->a, "/site/lti/%" PRId64, p->id);
    return f;
}

static struct lti_platform_new said(const struct form *f)
{
    return (struct lti_platform_new){.name = form_text(f, "name"),
                                     .issuer = form_text(f, "issuer"),
                                     .client_id = form_text(f, "client_id"),
                                     .deployments = form_text(f, "deployments"),
                                     .auth_url = form_text(f, "auth_url"),
                                     .token_url = form_text(f, "token_url"),
                                     .jwks_url = form_text(f, "jwks_url"),
                                     .origins = form_text(f, "origins"),
                                     .by_roster = form_bool(f, "by_roster")};
}

static enum rc send_form(struct ctx *c, const struct form *f, const struct lti_platform *p, int status)
{
    struct view_lti_platform_form v = {.f = f};
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_lti_platforms_title), S("/site/lti")};
    if (p != NULL)
        crumbs[1] = (struct crumb){p->name, str_printf(c->a, "/site/lti/%" PRId64, p->id)};
    struct page page = {.title = tr(c, p != NULL ? M_lti_change : M_lti_add), .section = "/site/lti", .crumbs = crumbs, .crumb_count = p != NULL ? 2 : 1, .status = status};
    return view_lti_platform_form_page(c, &page, &v);
}

struct saving {
    struct arena *a;
    struct lti_platform_new n;
    int64_t id, version, by, now;
};

static enum rc add(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    return lti_platform_add(tx, s->a, &s->n, s->by, s->now, &s->id, e);
}

/* GET and POST /site/lti/new */
enum rc lti_handle_new(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    struct form *f = platform_form(c, S("/site/lti/new"), NULL);
    if (c->rq->method != METHOD_POST)
        return send_form(c, f, NULL, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, f, NULL, 422);
    struct saving s = {.a = c->a, .n = said(f), .by = c->who->person, .now = c->now};
    int status = 422;
    enum rc rc = lti_platform_check(c->a, &s.n, &c->err);
    if (rc == RC_OK)
        rc = ctx_write(c, add, &s);
    if (page_form_failed(c, f, rc, &status))
        return send_form(c, f, NULL, status);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/site/lti/%" PRId64, s.id), M_lti_added);
}

static enum rc find_platform(struct ctx *c, struct lti_platform *p)
{
    int64_t id;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    return lti_platform_load(c->db, c->a, id, p);
}

static enum rc change(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    const struct lti_platform_new *n = &s->n;
    struct row_lti_platform_taken other;
    enum rc rc = sql_lti_platform_taken(tx, s->a, n->issuer, n->client_id, &other);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && other.id != s->id)
        return err_field(e, RC_INVALID, M_lti_taken, "client_id", NULL);
    TRY(sql_lti_platform_change(tx, s->id, s->version, n->name, n->issuer, n->client_id, n->deployments, n->auth_url, n->token_url, n->jwks_url, n->origins, n->by_roster));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_lti_changed_meanwhile, NULL);
    return audit_note(tx, s->now, s->by, "lti_platform_change", 0, "lti_platform", s->id);
}

/* GET and POST /site/lti/{lti_platform}/edit */
enum rc lti_handle_edit(struct ctx *c)
{
    struct lti_platform p;
    TRY(find_platform(c, &p));
    struct form *f = platform_form(c, str_printf(c->a, "/site/lti/%" PRId64 "/edit", p.id), &p);
    if (c->rq->method != METHOD_POST)
        return send_form(c, f, &p, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, f, &p, 422);
    struct saving s = {.a = c->a, .n = said(f), .id = p.id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now};
    int status = 422;
    enum rc rc = lti_platform_check(c->a, &s.n, &c->err);
    if (rc == RC_OK)
        rc = ctx_write(c, change, &s);
    if (page_edit_failed(c, f, rc, p.version, &status))
        return send_form(c, f, &p, status);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/site/lti/%" PRId64, p.id), M_lti_saved);
}

/* ---- turning off and on ------------------------------------------------------------------------------------------------------------------- */

static struct form *turn_form(struct ctx *c, const struct lti_platform *p)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/site/lti/%" PRId64 "/switch", p->id), p->on ? M_lti_turn_off : M_lti_turn_on);
    form_add(f, (struct field){.name = "on", .kind = FIELD_HIDDEN, .value = p->on ? S("0") : S("1")});
    form_add_version(f, p->version);
    f->danger = p->on;
    f->quiet = !p->on;
    return f;
}

struct turning {
    struct arena *a;
    int64_t id, version, by, now;
    bool on;
};

/* Whoever came in from it is out: an administrator who turns a platform off may not trust what it said. */
static enum rc end_sessions(struct db *tx, const struct turning *t)
{
    struct rows_lti_session_list rows;
    TRY(sql_lti_session_list(tx, t->a, t->id, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(session_end(tx, rows.v[i].person_id, rows.v[i].sign_in_id));
        TRY(audit_note(tx, t->now, t->by, "sign_in_end", rows.v[i].person_id, "lti_platform", t->id));
    }
    return RC_OK;
}

static enum rc turn(struct db *tx, void *arg, struct err *e)
{
    const struct turning *t = arg;
    TRY(sql_lti_platform_switch(tx, t->id, t->version, t->on ? S("on") : S("off")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_lti_changed_meanwhile, NULL);
    if (!t->on)
        TRY(end_sessions(tx, t));
    return audit_note(tx, t->now, t->by, t->on ? "lti_platform_on" : "lti_platform_off", 0, "lti_platform", t->id);
}

/* POST /site/lti/{lti_platform}/switch */
enum rc lti_post_switch(struct ctx *c)
{
    struct lti_platform p;
    TRY(find_platform(c, &p));
    struct form *f = turn_form(c, &p);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return err_set(&c->err, RC_MALFORMED, 0, NULL);
    struct turning t = {c->a, p.id, form_int(f, "version", 0), c->who->person, c->now, str_eq(form_text(f, "on"), S("1"))};
    TRY(ctx_write(c, turn, &t));
    return page_redirect(c, str_printf(c->a, "/site/lti/%" PRId64, p.id), t.on ? M_lti_is_on : M_lti_is_off);
}

/* ---- one, with its courses ------------------------------------------------------------------------------------------------------------------ */

static msg_id role_word_of(struct str role)
{
    static const struct {
        const char *word;
        msg_id text;
    } words[] = {{"mentor", M_people_role_mentor}, {"assessor", M_people_role_assessor}, {"author", M_people_role_author}, {"coordinator", M_people_role_coordinator}, {"director", M_people_role_director}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(role, words[i].word))
            return words[i].text;
    return M_lti_instructor_none;
}

/* What the places are called that a choice and a list show: those of all open programmes, read once. */
struct places {
    struct cohort_place *cohorts;
    struct programme *programmes;
    size_t cohort_count, programme_count;
};

static enum rc read_places(struct ctx *c, struct places *p)
{
    TRY(programme_all_cohorts(c->db, c->a, &p->cohorts, &p->cohort_count));
    return programme_list(c->db, c->a, &p->programmes, &p->programme_count);
}

static struct str cohort_text(struct ctx *c, const struct cohort_place *k)
{
    return str_printf(c->a, "%.*s: %.*s", STR_ARG(k->programme_title), STR_ARG(k->title));
}

static struct str place_text(struct ctx *c, const struct places *p, int64_t programme, int64_t cohort)
{
    for (size_t i = 0; i < p->cohort_count && cohort != 0; i++)
        if (p->cohorts[i].cohort == cohort)
            return cohort_text(c, &p->cohorts[i]);
    for (size_t i = 0; i < p->programme_count; i++)
        if (p->programmes[i].id == programme)
            return p->programmes[i].title;
    return str_printf(c->a, "%" PRId64, programme);
}

static enum rc fill_courses(struct ctx *c, int64_t platform, int64_t page, struct view_lti_platform_page *v)
{
    struct rows_lti_context_list rows;
    struct places places;
    TRY(read_places(c, &places));
    TRY(sql_lti_context_list(c->db, c->a, platform, (page - 1) * PAGE_ROWS, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_lti_platform_page_courses *list = ARENA_ARRAY(c->a, n, struct view_lti_platform_page_courses);
    for (size_t i = 0; i < n; i++) {
        const struct row_lti_context_list *r = &rows.v[i];
        list[i] = (struct view_lti_platform_page_courses){.id = r->id,
                                                          .title = r->title.n != 0 ? r->title : tr(c, M_lti_no_course),
                                                          .placed = !r->programme_id_null,
                                                          .place = r->programme_id_null ? S("") : place_text(c, &places, r->programme_id, r->cohort_id_null ? 0 : r->cohort_id),
                                                          .instructor = r->programme_id_null ? S("") : tr(c, role_word_of(r->instructor)),
                                                          .adds = r->may_add != 0,
                                                          .seen = r->seen_at,
                                                          .members = r->members_url.n != 0};
    }
    v->courses = list;
    v->courses_count = n;
    v->next = rows.n > PAGE_ROWS ? str_printf(c->a, "?page=%" PRId64, page + 1) : S("");
    v->before = page > 1 ? str_printf(c->a, "?page=%" PRId64, page - 1) : S("");
    return RC_OK;
}

/* GET /site/lti/{lti_platform} */
enum rc lti_get_platform(struct ctx *c)
{
    struct lti_platform p;
    struct row_lti_platform_get r;
    struct row_lti_seat_counts scores;
    int64_t number = 1;
    TRY(find_platform(c, &p));
    TRY(sql_lti_platform_get(c->db, c->a, p.id, &r));
    TRY(sql_lti_seat_counts(c->db, c->a, p.id, &scores));
    if (!str_to_int(request_query(c->rq, "page"), &number) || number < 1 || number > 100000)
        number = 1;
    struct view_lti_platform_page v = {.id = p.id,
                                       .issuer = p.issuer,
                                       .client_id = p.client_id,
                                       .deployments = p.deployments,
                                       .on = p.on,
                                       .by_roster = p.by_roster,
                                       .launched = r.launched_at_null ? (struct opt_int){0} : SOME_INT(r.launched_at),
                                       .failed = failure_text(c, r.failed, r.failed_detail),
                                       .failed_at = r.failed_at_null ? (struct opt_int){0} : SOME_INT(r.failed_at),
                                       .sent = scores.sent,
                                       .waiting = scores.waiting,
                                       .failing = scores.failing,
                                       .turn = turn_form(c, &p),
                                       .ours = ours(c)};
    TRY(fill_courses(c, p.id, number, &v));
    const struct crumb crumbs[] = {{tr(c, M_lti_platforms_title), S("/site/lti")}};
    const struct crumb actions[] = {{tr(c, M_lti_change), str_printf(c->a, "/site/lti/%" PRId64 "/edit", p.id)}};
    struct page page = {.title = p.name, .section = "/site/lti", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs), .actions = actions, .action_count = COUNT_OF(actions)};
    return view_lti_platform_page_page(c, &page, &v);
}

/* ---- what a course is here -------------------------------------------------------------------------------------------------------------------- */

static enum rc place_choices(struct ctx *c, struct choice **out, size_t *count)
{
    struct places p;
    size_t k = 0;
    TRY(read_places(c, &p));
    struct choice *list = ARENA_ARRAY(c->a, p.cohort_count + p.programme_count + 1, struct choice);
    list[k++] = (struct choice){.value = S("none"), .label = tr(c, M_lti_place_none)};
    for (size_t i = 0; i < p.cohort_count; i++)
        list[k++] = (struct choice){.value = str_printf(c->a, "%" PRId64 "-%" PRId64, p.cohorts[i].programme, p.cohorts[i].cohort), .label = cohort_text(c, &p.cohorts[i])};
    for (size_t i = 0; i < p.programme_count; i++) {
        const struct msg_arg args[] = {MSG_TEXT("programme", p.programmes[i].title)};
        list[k++] = (struct choice){.value = str_printf(c->a, "%" PRId64 "-0", p.programmes[i].id), .label = tr_args(c, M_lti_place_whole, args, COUNT_OF(args))};
    }
    *out = list;
    *count = k;
    return RC_OK;
}

static enum rc context_form(struct ctx *c, const struct row_lti_context_get *x, struct form **out)
{
    static const char *const roles[] = {"mentor", "assessor", "author", "coordinator", "director"};
    struct choice *places, *parts = ARENA_ARRAY(c->a, COUNT_OF(roles) + 1, struct choice);
    size_t count;
    TRY(place_choices(c, &places, &count));
    parts[0] = (struct choice){.value = S("none"), .label = tr(c, M_lti_instructor_none)};
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        parts[i + 1] = (struct choice){.value = str_from(roles[i]), .label = tr(c, role_word_of(str_from(roles[i])))};
    struct str place = x->programme_id_null ? S("none") : str_printf(c->a, "%" PRId64 "-%" PRId64, x->programme_id, x->cohort_id_null ? 0 : x->cohort_id);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/site/lti/courses/%" PRId64, x->id), M_lti_save);
    form_add(f, (struct field){.name = "place", .kind = FIELD_CHOICE, .label = M_lti_place, .hint = M_lti_place_hint, .required = true, .choices = places, .choice_count = count, .value = place});
    form_add(f, (struct field){.name = "instructor", .kind = FIELD_CHOICE, .label = M_lti_instructor, .hint = M_lti_instructor_hint, .required = true, .choices = parts,
                               .choice_count = COUNT_OF(roles) + 1, .value = x->instructor.n != 0 ? x->instructor : S("none")});
    form_add(f, (struct field){.name = "may_add", .kind = FIELD_BOOL, .label = M_lti_may_add, .hint = M_lti_may_add_hint, .value = x->may_add ? S("1") : S("")});
    form_add_version(f, x->version);
    f->cancel = str_printf(c->a, "/site/lti/%" PRId64, x->platform_id);
    *out = f;
    return RC_OK;
}

struct placing {
    int64_t id, version, programme, cohort, by, now;
    struct str instructor;
    bool may_add;
};

static enum rc place(struct db *tx, void *arg, struct err *e)
{
    const struct placing *p = arg;
    TRY(sql_lti_context_place(tx, p->id, p->version, p->programme != 0 ? &p->programme : NULL, p->cohort != 0 ? &p->cohort : NULL, p->instructor, p->may_add));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_lti_changed_meanwhile, NULL);
    return audit_note(tx, p->now, p->by, "lti_course_place", 0, "lti_context", p->id);
}

static enum rc send_context(struct ctx *c, const struct row_lti_context_get *x, const struct form *f, int status)
{
    struct str title = x->title.n != 0 ? x->title : tr(c, M_lti_no_course);
    struct view_lti_context_page v = {.platform = x->platform, .course = title, .f = f};
    const struct crumb crumbs[] = {{tr(c, M_lti_platforms_title), S("/site/lti")}, {x->platform, str_printf(c->a, "/site/lti/%" PRId64, x->platform_id)}};
    struct page page = {.title = title, .section = "/site/lti", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs), .status = status};
    return view_lti_context_page_page(c, &page, &v);
}

/* GET and POST /site/lti/courses/{lti_context} */
enum rc lti_handle_context(struct ctx *c)
{
    int64_t id;
    struct row_lti_context_get x;
    struct form *f;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_lti_context_get(c->db, c->a, id, &x));
    TRY(context_form(c, &x, &f));
    if (c->rq->method != METHOD_POST)
        return send_context(c, &x, f, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_context(c, &x, f, 422);
    struct str cohort = form_text(f, "place"), programme = S(""), instructor = form_text(f, "instructor");
    struct placing p = {.id = id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .may_add = form_bool(f, "may_add"),
                        .instructor = str_eq(instructor, S("none")) ? S("") : instructor};
    if (str_cut(&cohort, '-', &programme) && cohort.p != NULL && !(str_to_int(programme, &p.programme) && str_to_int(cohort, &p.cohort)))
        return RC_MALFORMED;
    int status = 422;
    enum rc rc = ctx_write(c, place, &p);
    if (page_edit_failed(c, f, rc, x.version, &status))
        return send_context(c, &x, f, status);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/site/lti/%" PRId64, x.platform_id), M_lti_saved);
}
