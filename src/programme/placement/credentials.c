/* Credentials: what a person has on paper, handed in by herself and confirmed by who keeps the programme, or entered by that one; the
 * kinds that a programme knows; what waits to be looked at and what runs out soon. */
#include "gen/programme/placement/placement_credentials_view.h"
#include "gen/programme/placement/placement_kinds_view.h"
#include "programme/people/people.h"
#include "programme/placement/inside.h"
#include "view/write.h"

#define STATED_PAGE 50
#define ENDING_MOST 100
#define ISSUED_BACK_DAYS 7300
#define LAST_AHEAD_DAYS 7300

static struct page credentials_page(struct ctx *c, struct str title, int64_t person)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_placement_title), S("/placements")};
    crumbs[1] = (struct crumb){tr(c, M_placement_my_credentials),
                               person == c->who->person ? S("/credentials") : str_printf(c->a, "/people/%" PRId64 "/credentials", person)};
    return (struct page){.title = title, .section = "/placements", .crumbs = crumbs, .crumb_count = 2};
}

/* The person of the address, else who asks. */
static enum rc open_person(struct ctx *c, int64_t *person, struct str *name)
{
    struct target t;
    *person = c->who->person;
    if (c->rq->param_count != 0)
        TRY(request_id(c->rq, 0, person));
    TRY(programme_person_target(c, *person, &t));
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    return people_name(c->db, c->a, *person, name);
}

/* Who may look at one: who keeps the programme whose kind it is. */
static bool keeps(struct ctx *c, int64_t programme)
{
    struct target t = {.programme = programme};
    return access_allows(c, P_PLACEMENT_MANAGE, &t);
}

struct noting {
    int64_t now, actor, subject;
};

static enum rc note_view(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, "credential_view", n->subject, NULL, 0);
}

enum rc placement_get_credentials(struct ctx *c)
{
    int64_t person;
    struct str name;
    struct rows_credentials_of rows;
    struct view_placement_credentials v = {0};
    TRY(open_person(c, &person, &name));
    TRY(sql_credentials_of(c->db, c->a, person, &rows));
    struct view_placement_credentials_list *list = ARENA_ARRAY(c->a, rows.n, struct view_placement_credentials_list);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_credentials_of *r = &rows.v[k];
        if (person != c->who->person && !keeps(c, r->programme_id))
            continue; /* of another programme of hers */
        struct view_placement_credentials_list *o = &list[v.list_count++];
        *o = (struct view_placement_credentials_list){.title = r->title, .reference = r->reference, .issued = r->issued_day, .state = r->state, .words = r->words,
                                                      .ended = !r->last_day_null && r->last_day < c->today,
                                                      .soon = !r->last_day_null && r->last_day >= c->today && r->last_day < c->today + CREDENTIAL_SOON_DAYS};
        if (!r->last_day_null)
            o->last = SOME_INT(r->last_day);
    }
    v.list = list;
    v.own = person == c->who->person;
    v.add = str_printf(c->a, "/people/%" PRId64 "/credentials/new", person);
    if (!v.own) {
        struct noting n = {c->now, c->who->person, person};
        TRY(ctx_write(c, note_view, &n));
    }
    struct page page = credentials_page(c, v.own ? tr(c, M_placement_my_credentials) : name, person);
    page.crumb_count = 1;
    page.caption = v.own ? STR_NONE : tr(c, M_placement_credentials);
    return view_placement_credentials_page(c, &page, &v);
}

/* ---- handing one in ----------------------------------------------------------------------------------------------------------------- */

struct stating {
    struct arena *a;
    struct credential_new n;
    int64_t actor, today, now, id;
};

static enum rc state(struct db *tx, void *arg, struct err *e)
{
    struct stating *s = arg;
    TRY(credential_state(tx, s->a, &s->n, s->today, s->now, &s->id, e));
    return s->n.by != 0 ? audit_note(tx, s->now, s->actor, "credential_confirm", s->n.person, NULL, 0) : RC_OK;
}

enum rc placement_handle_credential(struct ctx *c)
{
    int64_t person;
    struct str name;
    struct programme p;
    struct rows_credential_kinds kinds;
    TRY(open_person(c, &person, &name));
    TRY(programme_current(c, &p));
    bool keeper = person != c->who->person;
    if (keeper && !keeps(c, p.id))
        return RC_NOT_FOUND;
    TRY(sql_credential_kinds(c->db, c->a, p.id, &kinds));
    struct choice *choices = ARENA_ARRAY(c->a, kinds.n, struct choice);
    for (size_t k = 0; k < kinds.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, kinds.v[k].id), .label = kinds.v[k].title};
    struct page page = credentials_page(c, tr(c, M_placement_credential_new), person);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/people/%" PRId64 "/credentials/new", person), M_placement_credential_hand_in);
    f->cancel = page.crumbs[1].href;
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_placement_credential_kind, .required = true, .choices = choices, .choice_count = kinds.n});
    form_add(f, (struct field){.name = "reference", .kind = FIELD_TEXT, .label = M_placement_reference, .hint = M_placement_reference_hint});
    form_add(f, (struct field){.name = "issued", .kind = FIELD_DAY, .label = M_placement_issued, .required = true, .min = c->today - ISSUED_BACK_DAYS, .max = c->today});
    form_add(f, (struct field){.name = "last", .kind = FIELD_DAY, .label = M_placement_last, .hint = M_placement_last_hint, .min = c->today - ISSUED_BACK_DAYS, .max = c->today + LAST_AHEAD_DAYS});
    struct str note = tr(c, kinds.n == 0 ? M_placement_kinds_none : keeper ? M_placement_credential_keeper_note : M_placement_credential_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, &page, note, f);
    struct stating s = {.a = c->a, .actor = c->who->person, .today = c->today, .now = c->now};
    s.n = (struct credential_new){.kind = form_int(f, "kind", 0), .person = person, .reference = form_text(f, "reference"), .by = keeper ? c->who->person : 0};
    (void)form_day(f, "issued", &s.n.issued_day);
    (void)form_day(f, "last", &s.n.last_day);
    enum rc rc = ctx_write(c, state, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return placement_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, keeper ? M_placement_saved : M_placement_credential_handed);
}

/* ---- looking at one ----------------------------------------------------------------------------------------------------------------- */

struct deciding {
    int64_t id, version, actor, subject, now;
    bool confirms;
    struct str words;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct deciding *d = arg;
    TRY(credential_decide(tx, d->id, d->version, d->confirms, d->words, d->actor, d->now, e));
    return audit_note(tx, d->now, d->actor, d->confirms ? "credential_confirm" : "credential_refuse", d->subject, NULL, 0);
}

enum rc placement_handle_decide(struct ctx *c)
{
    int64_t id;
    struct row_credential_find r;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_credential_find(c->db, c->a, id, &r));
    struct target t = {.programme = r.programme_id};
    TRY(access_require(c, P_PLACEMENT_MANAGE, &t));
    struct str back = str_printf(c->a, "/programmes/%" PRId64 "/credentials", r.programme_id);
    if (!str_eq_z(r.state, "stated") && c->rq->method != METHOD_POST)
        return page_redirect(c, str_printf(c->a, "/people/%" PRId64 "/credentials", r.person_id), 0);
    const struct choice choices[] = {{S("yes"), tr(c, M_placement_confirm_yes), STR_NONE}, {S("no"), tr(c, M_placement_confirm_no), STR_NONE}};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/credentials/%" PRId64, id), M_placement_decide);
    f->cancel = back;
    form_add_version(f, r.version);
    form_add(f, (struct field){.name = "decision", .kind = FIELD_CHOICE, .label = M_placement_confirm, .required = true, .choices = choices, .choice_count = 2});
    form_add(f, (struct field){.name = "words", .kind = FIELD_TEXT, .label = M_placement_refusal, .hint = M_placement_refusal_hint});
    const struct msg_arg args[] = {MSG_TEXT("name", r.person.p != NULL ? r.person : tr(c, M_placement_somebody_gone)), MSG_TEXT("title", r.title),
                                   MSG_TEXT("reference", r.reference.n != 0 ? r.reference : tr(c, M_placement_no_reference)),
                                   MSG_TEXT("day", view_day_str(c->a, c->lang, r.issued_day)),
                                   MSG_TEXT("last", r.last_day_null ? tr(c, M_placement_for_good) : view_day_str(c->a, c->lang, r.last_day))};
    struct str note = tr_args(c, M_placement_decide_note, args, COUNT_OF(args));
    struct page page = placement_page(c, r.title, STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, &page, note, f);
    struct deciding d = {id, form_int(f, "version", 0), c->who->person, r.person_id, c->now, str_eq_z(form_text(f, "decision"), "yes"), form_text(f, "words")};
    enum rc rc = ctx_write(c, decide, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return placement_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, M_placement_saved);
}

/* ---- the kinds of a programme ------------------------------------------------------------------------------------------------------- */

static enum rc open_programme(struct ctx *c, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find(c->db, c->a, id, p));
    struct target t = {.programme = id};
    return access_require(c, P_PLACEMENT_MANAGE, &t);
}

static struct str sort_word(const struct ctx *c, struct str sort)
{
    return tr(c, str_eq_z(sort, "training") ? M_placement_sort_training : str_eq_z(sort, "language") ? M_placement_sort_language : M_placement_sort_certificate);
}

static enum rc fill_waiting(struct ctx *c, int64_t programme, struct view_placement_kinds *v)
{
    struct rows_credentials_stated rows;
    struct rows_credentials_ending ending;
    int64_t at = 0, id = 0;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_credentials_stated(c->db, c->a, programme, at, id, STATED_PAGE + 1, &rows));
    size_t n = rows.n <= STATED_PAGE ? rows.n : STATED_PAGE;
    struct view_placement_kinds_stated *list = ARENA_ARRAY(c->a, n, struct view_placement_kinds_stated);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_placement_kinds_stated){str_printf(c->a, "/credentials/%" PRId64, rows.v[k].id), rows.v[k].title,
                                                       rows.v[k].person.p != NULL ? rows.v[k].person : tr(c, M_placement_somebody_gone), rows.v[k].created_at};
    v->stated = list;
    v->stated_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/programmes/%" PRId64 "/credentials?at=%" PRId64 "&id=%" PRId64, programme, rows.v[n - 1].created_at, rows.v[n - 1].id);
    TRY(sql_credentials_ending(c->db, c->a, programme, c->today, c->today + CREDENTIAL_SOON_DAYS, ENDING_MOST, &ending));
    struct view_placement_kinds_ending *soon = ARENA_ARRAY(c->a, ending.n, struct view_placement_kinds_ending);
    for (size_t k = 0; k < ending.n; k++)
        soon[k] = (struct view_placement_kinds_ending){str_printf(c->a, "/people/%" PRId64 "/credentials", ending.v[k].person_id), ending.v[k].title,
                                                       ending.v[k].person.p != NULL ? ending.v[k].person : tr(c, M_placement_somebody_gone), ending.v[k].last_day};
    v->ending = soon;
    v->ending_count = ending.n;
    return RC_OK;
}

enum rc placement_get_kinds(struct ctx *c)
{
    struct programme p;
    struct rows_credential_kinds rows;
    struct view_placement_kinds v = {0};
    TRY(open_programme(c, &p));
    TRY(sql_credential_kinds(c->db, c->a, p.id, &rows));
    struct view_placement_kinds_kinds *list = ARENA_ARRAY(c->a, rows.n, struct view_placement_kinds_kinds);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_placement_kinds_kinds){rows.v[k].title, sort_word(c, rows.v[k].sort), rows.v[k].months_null ? (struct opt_int){0} : SOME_INT(rows.v[k].months)};
    v.kinds = list;
    v.kinds_count = rows.n;
    v.add = str_printf(c->a, "/programmes/%" PRId64 "/credentials/new", p.id);
    TRY(fill_waiting(c, p.id, &v));
    struct page page = placement_page(c, tr(c, M_placement_kinds_title), STR_NONE, 0);
    page.caption = p.title;
    return view_placement_kinds_page(c, &page, &v);
}

struct adding {
    struct arena *a;
    int64_t programme, months, id;
    struct str sort, title;
};

static enum rc add_kind(struct db *tx, void *arg, struct err *e)
{
    struct adding *s = arg;
    return credential_add_kind(tx, s->a, s->programme, s->sort, s->title, s->months, &s->id, e);
}

enum rc placement_handle_kind(struct ctx *c)
{
    struct programme p;
    TRY(open_programme(c, &p));
    static const char *const sorts[] = {"training", "certificate", "language"};
    struct choice choices[COUNT_OF(sorts)] = {0};
    for (size_t k = 0; k < COUNT_OF(sorts); k++)
        choices[k] = (struct choice){.value = str_from(sorts[k]), .label = sort_word(c, str_from(sorts[k]))};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/credentials/new", p.id), M_placement_save);
    f->cancel = str_printf(c->a, "/programmes/%" PRId64 "/credentials", p.id);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_placement_kind_title, .hint = M_placement_kind_title_hint, .required = true, .max = 120});
    form_add(f, (struct field){.name = "sort", .kind = FIELD_CHOICE, .label = M_placement_kind_sort, .required = true, .choices = choices, .choice_count = COUNT_OF(sorts)});
    form_add(f, (struct field){.name = "months", .kind = FIELD_INT, .label = M_placement_kind_months, .hint = M_placement_kind_months_hint, .min = 1, .max = 240});
    struct page page = placement_page(c, tr(c, M_placement_kind_new), STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, &page, STR_NONE, f);
    struct adding s = {.a = c->a, .programme = p.id, .months = form_int(f, "months", 0), .sort = form_text(f, "sort"), .title = form_text(f, "title")};
    enum rc rc = ctx_write(c, add_kind, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return placement_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_placement_saved);
}
