/* Codes and requests: a person's own code to show or print, taking one back, asking somebody for an observation. */
#include "gen/programme/observe/observe_code_view.h"
#include "gen/programme/observe/observe_print_view.h"
#include "out/mail.h"
#include "programme/observe/inside.h"

#define SCREEN_UNIT 7
#define BADGE_UNIT 5
#define POSTER_UNIT 16
#define FACULTY_MOST 100

static struct str code_address(struct ctx *c, struct str code)
{
    return mail_link(c->a, str_concat(c->a, S("/o/"), code));
}

/* The programme of who asks, when she is observed there. */
static enum rc require_member(struct ctx *c, struct programme *p)
{
    struct row_observe_member member;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_OBSERVATION_ASK, &t));
    TRY(programme_current(c, p));
    TRY(sql_observe_member(c->db, c->a, p->id, c->who->person, c->today, &member));
    return member.n != 0 ? RC_OK : RC_NOT_FOUND;
}

enum rc observe_get_code_page(struct ctx *c)
{
    struct programme p;
    struct row_observe_link_of_person row;
    TRY(require_member(c, &p));
    enum rc rc = sql_observe_link_of_person(c->db, c->a, p.id, c->who->person, c->now, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_observe_code v = {0};
    if (rc == RC_OK) {
        v.link = code_address(c, row.code);
        v.qr = observe_qr(c, v.link, SCREEN_UNIT);
        v.until = SOME_INT(row.expires_at);
        v.poster = str_printf(c->a, "/codes/%" PRId64 "?as=poster", row.id);
        v.badge = str_printf(c->a, "/codes/%" PRId64 "?as=badge", row.id);
        v.revoke = str_printf(c->a, "/codes/%" PRId64 "/revoke", row.id);
    } else {
        v.make = form_new(c->a, c->lang, c->zone, S("/observations/code"), M_observe_code_make);
    }
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, M_observe_my_code), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    return view_observe_code_page(c, &page, &v);
}

struct coding {
    struct arena *a;
    int64_t programme, person, now, link;
};

static enum rc make_code(struct db *tx, void *arg, struct err *e)
{
    struct coding *s = arg;
    (void)e;
    return observe_person_code(tx, s->a, s->programme, s->person, s->now, &s->link);
}

enum rc observe_post_code(struct ctx *c)
{
    struct programme p;
    TRY(require_member(c, &p));
    struct coding s = {.a = c->a, .programme = p.id, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, make_code, &s));
    return page_redirect(c, S("/observations/code"), M_observe_code_made);
}

/* A code of a person or a place, for who may show it: herself, or who keeps the programme. */
static enum rc open_link(struct ctx *c, struct row_observe_link_find *l)
{
    int64_t id;
    struct target t = {0};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_observe_link_find(c->db, c->a, id, l));
    t.programme = l->programme_id; /* a place's */
    if (!l->person_id_null)
        TRY(observe_target(c, l->person_id, l->programme_id, &t));
    return access_require(c, P_OBSERVATION_ASK, &t);
}

enum rc observe_get_print(struct ctx *c)
{
    struct row_observe_link_find l;
    struct programme p;
    TRY(open_link(c, &l));
    if (l.code.p == NULL || !l.revoked_at_null || l.expires_at <= c->now)
        return str_eq_z(l.kind, "request") ? RC_NOT_FOUND : err_set(&c->err, RC_GONE, M_observe_gone_revoked, NULL);
    TRY(programme_find(c->db, c->a, l.programme_id, &p));
    bool badge = str_eq_z(request_query(c->rq, "as"), "badge"), person = !l.person_id_null;
    struct view_observe_print v = {.badge = badge,
                                   .name = person ? observe_or_gone(c, l.subject) : l.title,
                                   .lead = tr(c, person ? M_observe_print_person : M_observe_print_place),
                                   .programme = p.title,
                                   .link = code_address(c, l.code),
                                   .until = day_from_ms(c->zone, l.expires_at)};
    v.qr = observe_qr(c, v.link, badge ? BADGE_UNIT : POSTER_UNIT);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, badge ? M_observe_badge : M_observe_poster), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    return view_observe_print_page(c, &page, &v);
}

struct revoking {
    int64_t link, version, now;
};

static enum rc revoke(struct db *tx, void *arg, struct err *e)
{
    const struct revoking *s = arg;
    return observe_revoke(tx, s->link, s->version, s->now, e);
}

enum rc observe_handle_revoke(struct ctx *c)
{
    struct row_observe_link_find l;
    TRY(open_link(c, &l));
    bool request = str_eq_z(l.kind, "request");
    if (request && l.person_id != c->who->person)
        return RC_NOT_FOUND;
    struct str back = request ? S("/observations") : l.person_id_null ? str_printf(c->a, "/programmes/%" PRId64 "/observing", l.programme_id) : S("/observations/code");
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/codes/%" PRId64 "/revoke", l.id), request ? M_observe_withdraw : M_observe_revoke);
    f->danger = true;
    f->cancel = back;
    form_add_version(f, l.version);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, request ? M_observe_withdraw : M_observe_revoke), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    struct str note = tr(c, request ? M_observe_withdraw_note : M_observe_revoke_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, note, f);
    struct revoking s = {l.id, form_int(f, "version", 0), c->now};
    enum rc rc = ctx_write(c, revoke, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, request ? M_observe_withdrawn : M_observe_revoked);
}

/* ---- asking for an observation ------------------------------------------------------------------------------------------------------- */

struct asking {
    struct arena *a;
    struct observe_request r;
    int64_t now, link;
};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct asking *s = arg;
    return observe_ask(tx, s->a, &s->r, s->now, &s->link, e);
}

static struct choice *faculty(struct ctx *c, int64_t programme, size_t *count)
{
    struct rows_observe_faculty rows;
    *count = 0;
    if (sql_observe_faculty(c->db, c->a, programme, c->today, FACULTY_MOST, &rows) != RC_OK)
        return NULL;
    struct choice *out = ARENA_ARRAY(c->a, rows.n, struct choice);
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person)
            out[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].person_id), .label = rows.v[k].display_name};
    return out;
}

static struct form *ask_form(struct ctx *c, int64_t programme)
{
    size_t count;
    struct choice *choices = faculty(c, programme, &count);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/observations/ask"), M_observe_ask_send);
    f->draft = S("observe-ask");
    f->cancel = S("/observations");
    if (count != 0)
        form_add(f, (struct field){.name = "person", .kind = FIELD_CHOICE, .label = M_observe_ask_person, .choices = choices, .choice_count = count});
    form_add(f, (struct field){.name = "address", .kind = FIELD_EMAIL, .label = M_observe_ask_address, .hint = M_observe_ask_address_hint});
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_observe_ask_words, .hint = M_observe_ask_words_hint, .required = true, .max = 500});
    return f;
}

enum rc observe_handle_ask(struct ctx *c)
{
    struct programme p;
    TRY(require_member(c, &p));
    struct form *f = ask_form(c, p.id);
    struct crumb crumbs[] = {{tr(c, M_observe_title), S("/observations")}};
    struct page page = {.title = tr(c, M_observe_ask), .section = "/observations", .crumbs = crumbs, .crumb_count = 1};
    struct str note = tr(c, M_observe_ask_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, note, f);
    struct asking s = {.a = c->a, .now = c->now};
    s.r = (struct observe_request){p.id, c->who->person, form_int(f, "person", 0), form_text(f, "address"), form_text(f, "words")};
    if ((s.r.to_person != 0) == (s.r.to_address.n != 0)) {
        form_error(f, "address", s.r.to_person != 0 ? M_observe_ask_both : M_observe_ask_nobody, NULL);
        return observe_send_form(c, &page, note, f);
    }
    enum rc rc = ctx_write(c, ask, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, S("/observations"), M_observe_asked);
}
