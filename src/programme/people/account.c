/* One's own account: how one is called, the language and zone, the password, and where one is signed in. */
#include "gen/programme/people/account_view.h"
#include "gen/programme/people/password_view.h"
#include "gen/programme/people/sign_ins_view.h"
#include "programme/people/inside.h"

/* Somebody who has just signed in by a link need not know the old password: that is how a forgotten one is replaced. */
#define FRESH_MS (15 * MS_PER_MINUTE)

enum rc people_browser_only(struct ctx *c)
{
    return c->session != NULL ? RC_OK : err_set(&c->err, RC_DENIED, M_people_browser_only, NULL);
}

static const struct crumb *account_crumb(struct ctx *c)
{
    struct crumb *crumb = ARENA_NEW(c->a, struct crumb);
    *crumb = (struct crumb){tr(c, M_people_account_title), S("/account")};
    return crumb;
}

static struct page account_page(struct ctx *c, msg_id title, int status)
{
    return (struct page){.title = tr(c, title), .section = "/account", .crumbs = account_crumb(c), .crumb_count = 1, .status = status};
}

/* ---- who I am ---------------------------------------------------------------------------------------------------------------- */

/* The field can only be a choice with a value for each, so "the programme's" has a word of its own. */
#define AS_PROGRAMME "programme"
#define NOT_SAID "none"

static struct field profession_field(struct arena *a, int lang, struct str value)
{
    static const char *const words[] = {
#define X(word) #word,
        PROFESSIONS(X)
#undef X
    };
    struct choice *choices = ARENA_ARRAY(a, COUNT_OF(words) + 1, struct choice);
    choices[0] = (struct choice){.value = S(NOT_SAID), .label = msg_text(lang, M_people_profession_none)};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        choices[k + 1] = (struct choice){.value = str_from(words[k]), .label = people_profession_name(lang, str_from(words[k]))};
    return (struct field){.name = "profession",
                          .kind = FIELD_CHOICE,
                          .label = M_people_profession,
                          .hint = M_people_profession_hint,
                          .choices = choices,
                          .choice_count = COUNT_OF(words) + 1,
                          .value = value.n != 0 ? value : S(NOT_SAID)};
}

struct field people_language_field(struct arena *a, int lang, struct str value)
{
    int count = lang_count();
    struct choice *choices = ARENA_ARRAY(a, (size_t)count + 1, struct choice);
    choices[0] = (struct choice){.value = S(AS_PROGRAMME), .label = msg_text(lang, M_people_language_programme)};
    for (int i = 0; i < count; i++)
        choices[i + 1] = (struct choice){.value = lang_tag(i), .label = lang_name(i)};
    return (struct field){.name = "language",
                          .kind = FIELD_CHOICE,
                          .label = M_people_language,
                          .required = true,
                          .choices = choices,
                          .choice_count = (size_t)count + 1,
                          .value = value.n != 0 ? value : S(AS_PROGRAMME)};
}

void people_add_fields(struct form *f, const struct person_details *d, bool names)
{
    if (names) {
        form_add(f, (struct field){.name = "given_name", .kind = FIELD_TEXT, .label = M_people_given_name, .hint = M_people_given_hint, .max = 120, .value = d->given_name});
        form_add(f, (struct field){.name = "family_name", .kind = FIELD_TEXT, .label = M_people_family_name, .max = 120, .value = d->family_name});
    }
    form_add(f, (struct field){.name = "display_name", .kind = FIELD_TEXT, .label = M_people_display_name, .hint = names ? M_people_display_hint : M_people_display_hint_own, .required = !names, .max = 120, .autocomplete = names ? "off" : "name", .value = d->display_name});
    if (names)
        form_add(f, (struct field){.name = "email", .kind = FIELD_EMAIL, .label = M_people_email, .hint = M_people_email_hint, .max = 254, .autocomplete = "off", .value = d->email});
    form_add(f, profession_field(f->a, f->lang, d->profession));
    form_add(f, people_language_field(f->a, f->lang, d->language));
    form_add(f, (struct field){.name = "zone", .kind = FIELD_TEXT, .label = M_people_zone, .hint = M_people_zone_hint, .max = 60, .value = d->zone});
}

struct person_details people_read_fields(const struct form *f)
{
    struct str language = form_text(f, "language"), profession = form_text(f, "profession");
    return (struct person_details){.given_name = form_text(f, "given_name"),
                                   .family_name = form_text(f, "family_name"),
                                   .display_name = form_text(f, "display_name"),
                                   .email = form_text(f, "email"),
                                   .language = str_eq(language, S(AS_PROGRAMME)) ? STR_NONE : language,
                                   .zone = form_text(f, "zone"),
                                   .profession = str_eq_z(profession, NOT_SAID) ? STR_NONE : profession};
}

static enum rc send_account(struct ctx *c, const struct person_details *d, const struct form *f, int status)
{
    struct row_account_by_person account;
    TRY(sql_account_by_person(c->db, c->a, c->who->person, &account));
    struct view_account v = {.email = d->email.n != 0 ? d->email : STR_NONE,
                             .has_password = account.password_hash.p != NULL,
                             .browser = c->session != NULL,
                             .sign_on = S(""),
                             .sign_on_title = S(""),
                             .f = f};
    if (people_sign_on != NULL) {
        v.sign_on = str_from(people_sign_on->account);
        v.sign_on_title = tr(c, people_sign_on->account_title);
    }
    struct page page = {.title = tr(c, M_people_account_title), .section = "/account", .status = status};
    return view_account_page(c, &page, &v);
}

static struct form *account_form(struct ctx *c, const struct person_details *d, int64_t version)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/account"), 0);
    people_add_fields(f, d, false);
    form_add_version(f, version);
    return f;
}

enum rc people_get_account(struct ctx *c)
{
    struct person_details d;
    int64_t version;
    TRY(people_find(c->db, c->a, c->who->person, &d, &version));
    return send_account(c, &d, account_form(c, &d, version), 0);
}

struct changing {
    struct arena *a;
    int64_t person, version, now;
    struct person_details details; /* of a form without names: those are kept */
};

static enum rc change_account(struct db *tx, void *arg, struct err *e)
{
    const struct changing *ch = arg;
    struct person_details d, *in = &d;
    int64_t version;
    bool changed;
    TRY(people_find(tx, ch->a, ch->person, &d, &version));
    if (version != ch->version)
        return err_set(e, RC_CONFLICT, M_people_changed_meanwhile, NULL);
    in->display_name = ch->details.display_name;
    in->language = ch->details.language;
    in->zone = ch->details.zone;
    in->profession = ch->details.profession;
    TRY(people_change(tx, ch->a, ch->person, in, &changed, e));
    return changed ? audit_note(tx, ch->now, ch->person, "account_change", ch->person, NULL, 0) : RC_OK;
}

enum rc people_post_account(struct ctx *c)
{
    struct person_details d;
    int64_t version;
    TRY(people_browser_only(c));
    TRY(people_find(c->db, c->a, c->who->person, &d, &version));
    struct form *f = account_form(c, &d, version);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_account(c, &d, f, 422);
    struct changing ch = {.a = c->a, .person = c->who->person, .now = c->now, .version = form_int(f, "version", 0), .details = people_read_fields(f)};
    enum rc rc = ctx_write(c, change_account, &ch);
    int status;
    if (page_edit_failed(c, f, rc, version, &status))
        return send_account(c, &d, f, status);
    TRY(rc);
    return page_redirect(c, S("/account"), M_people_saved);
}

/* ---- the password --------------------------------------------------------------------------------------------------------------- */

struct password_state {
    int64_t account;
    struct str hash;
    bool ask_old;
    bool lent; /* what is set now is known to who made the link */
};

/* In a lent session a password is the person's own only when she proves to know the old one, or when it is her first and no mail
 * could reach her: then a link that somebody makes is the only way in there is. */
static bool sets_lent(const struct ctx *c, const struct row_account_by_person *account, const struct person_details *d, bool ask_old)
{
    if (!c->who->lent || c->who->demo || (ask_old && !account->password_lent))
        return false;
    return account->password_hash.p != NULL || (mail_has_server() && d->email.n != 0);
}

static enum rc password_state(struct ctx *c, struct password_state *s)
{
    struct row_account_by_person account;
    struct rows_sign_in_list sign_ins;
    struct person_details d;
    TRY(people_find(c->db, c->a, c->who->person, &d, NULL));
    TRY(sql_account_by_person(c->db, c->a, c->who->person, &account));
    TRY(sql_sign_in_list(c->db, c->a, c->who->person, c->now, &sign_ins));
    bool fresh = false;
    for (size_t i = 0; i < sign_ins.n; i++)
        fresh |= sign_ins.v[i].id == c->session->id && c->now - sign_ins.v[i].created_at < FRESH_MS;
    *s = (struct password_state){.account = account.id, .hash = account.password_hash, .ask_old = account.password_hash.p != NULL && !fresh};
    s->lent = sets_lent(c, &account, &d, s->ask_old);
    return RC_OK;
}

static struct form *password_form(struct ctx *c, const struct password_state *s)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/account/password"), s->hash.p != NULL ? M_people_password_change : M_people_password_set);
    if (s->ask_old)
        form_add(f, (struct field){.name = "old", .kind = FIELD_PASSWORD, .label = M_people_password_old, .required = true, .max = 1000, .autocomplete = "current-password"});
    form_add(f, (struct field){.name = "new", .kind = FIELD_PASSWORD, .label = M_people_password_new, .hint = M_people_password_hint, .required = true, .max = 1000, .autocomplete = "new-password"});
    f->cancel = S("/account");
    return f;
}

static enum rc send_password(struct ctx *c, const struct password_state *s, const struct form *f, int status)
{
    struct view_password v = {.has_password = s->hash.p != NULL, .lent = s->lent, .f = f};
    struct page page = account_page(c, s->hash.p != NULL ? M_people_password_change_title : M_people_password_set_title, status);
    return view_password_page(c, &page, &v);
}

enum rc people_get_password(struct ctx *c)
{
    struct password_state s;
    TRY(people_browser_only(c));
    TRY(password_state(c, &s));
    return send_password(c, &s, password_form(c, &s), 0);
}

struct new_password {
    struct arena *a;
    int64_t account, person, session, now;
    bool lent;
    struct str hash;
};

static enum rc set_password(struct db *tx, void *arg, struct err *e)
{
    const struct new_password *n = arg;
    struct person_details d;
    (void)e;
    TRY(people_find(tx, n->a, n->person, &d, NULL));
    TRY(password_failures_clear(tx, n->a, d.email));
    TRY(sql_account_set_password(tx, n->account, n->hash, n->lent));
    TRY(session_end_others(tx, n->person, n->session));
    TRY(sql_sign_in_link_clear(tx, n->person));
    return audit_note(tx, n->now, n->person, "password_change", n->person, NULL, 0);
}

enum rc people_post_password(struct ctx *c)
{
    struct password_state s;
    TRY(people_browser_only(c));
    TRY(password_state(c, &s));
    struct form *f = password_form(c, &s);
    if (form_read(f, c->rq->form, c->rq->form_count)) {
        if (!password_good_enough(form_text(f, "new")))
            form_error(f, "new", M_people_password_weak, NULL);
        else if (s.ask_old && !password_matches(s.hash, form_text(f, "old")))
            form_error(f, "old", M_people_password_old_wrong, NULL);
    }
    if (!form_ok(f))
        return send_password(c, &s, f, 422);
    struct new_password n = {.a = c->a, .account = s.account, .person = c->who->person, .session = c->session->id, .now = c->now, .lent = s.lent};
    TRY(password_hash(c->a, form_text(f, "new"), &n.hash));
    TRY(ctx_write(c, set_password, &n));
    return page_redirect(c, S("/account"), M_people_password_changed);
}

/* ---- where I am signed in ---------------------------------------------------------------------------------------------------------- */

enum rc people_get_sign_ins(struct ctx *c)
{
    struct rows_sign_in_list rows;
    TRY(people_browser_only(c));
    TRY(sql_sign_in_list(c->db, c->a, c->who->person, c->now, &rows));
    struct view_sign_ins_list *list = ARENA_ARRAY(c->a, rows.n, struct view_sign_ins_list);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_sign_in_list *r = &rows.v[i];
        bool current = r->id == c->session->id;
        struct form *end = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/account/sign-ins/%" PRId64 "/end", r->id), M_people_sign_in_end);
        list[i] = (struct view_sign_ins_list){
            .id = r->id, .device = r->device, .since = r->created_at, .seen = r->seen_at, .current = current, .lent = r->lent != 0, .end = current ? NULL : end};
    }
    struct view_sign_ins v = {.list = list, .list_count = rows.n};
    if (rows.n > 1)
        v.end_others = form_new(c->a, c->lang, c->zone, S("/account/sign-ins/end-others"), M_people_sign_in_end_others);
    struct page page = account_page(c, M_people_sign_ins_title, 0);
    return view_sign_ins_page(c, &page, &v);
}

static enum rc end_one(struct db *tx, void *arg, struct err *e)
{
    const struct session *s = arg;
    (void)e;
    TRY(session_end(tx, s->person, s->id));
    return audit_note(tx, clock_now(), s->person, "sign_in_end", s->person, NULL, 0);
}

enum rc people_post_sign_in_end(struct ctx *c)
{
    struct session s = {.person = c->who->person};
    TRY(people_browser_only(c));
    TRY(request_id(c->rq, 0, &s.id));
    TRY(ctx_write(c, end_one, &s));
    return page_redirect(c, S("/account/sign-ins"), M_people_sign_in_ended);
}

static enum rc end_others(struct db *tx, void *arg, struct err *e)
{
    const struct session *s = arg;
    (void)e;
    TRY(session_end_others(tx, s->person, s->id));
    return audit_note(tx, clock_now(), s->person, "sign_in_end", s->person, NULL, 0);
}

enum rc people_post_sign_in_end_others(struct ctx *c)
{
    TRY(people_browser_only(c));
    struct session s = *c->session;
    TRY(ctx_write(c, end_others, &s));
    return page_redirect(c, S("/account/sign-ins"), M_people_sign_in_ended);
}
