/* Signing in and out: with a password, or with a link that works once. What is said about an address is the same whether or
 * not anybody has it. */
#include "gen/programme/people/link_gone_view.h"
#include "gen/programme/people/link_sent_view.h"
#include "gen/programme/people/sign_in_view.h"
#include "http/parse.h"
#include "programme/people/inside.h"

#define BACK_MOST 2000 /* bytes of the address to come back to */

/* ---- what the browser calls itself -------------------------------------------------------------------------------------- */

static const char *first_of(struct str agent, const char *const (*words)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_find(agent, str_from(words[i][0]), NULL))
            return words[i][1];
    return NULL;
}

/* "Firefox, Android": enough to know it again in one's own list. */
static struct str device_word(const struct ctx *c)
{
    static const char *const browsers[][2] = {{"Edg", "Edge"},         {"OPR/", "Opera"},      {"Firefox/", "Firefox"},
                                              {"FxiOS", "Firefox"},    {"SamsungBrowser", "Samsung Internet"},
                                              {"CriOS", "Chrome"},     {"Chrome/", "Chrome"},  {"Safari/", "Safari"},
                                              {"curl/", "curl"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},   {"Windows", "Windows"},
                                             {"Mac OS X", "Mac"},    {"CrOS", "ChromeOS"}, {"Linux", "Linux"}};
    struct str agent = request_header(c->rq, "User-Agent");
    const char *browser = first_of(agent, browsers, COUNT_OF(browsers)), *system = first_of(agent, systems, COUNT_OF(systems));
    if (browser == NULL)
        return tr(c, M_people_device_unknown);
    return system != NULL ? str_printf(c->a, "%s, %s", browser, system) : str_from(browser);
}

/* ---- the session ----------------------------------------------------------------------------------------------------------- */

enum rc people_open_session(struct db *tx, struct people_entry *in)
{
    TRY(session_open(tx, in->a, in->person, in->lent, in->device, in->now, &in->token));
    return audit_note(tx, in->now, in->person, "sign_in", in->person, NULL, 0);
}

static void give_cookie(struct ctx *c, struct str token)
{
    ctx_cookie(c, SESSION_COOKIE, token, token.n != 0 ? SESSION_DAYS * 24 * 60 * 60 : 0);
}

struct str people_way_back(struct str to)
{
    bool fine = to.n != 0 && to.n <= BACK_MOST && is_local_address(to) && !str_starts(to, S("/sign-"));
    return fine ? to : S("/home");
}

struct people_entry people_entry(struct ctx *c)
{
    return (struct people_entry){.a = c->a, .now = c->now, .device = device_word(c)};
}

enum rc people_entered(struct ctx *c, const struct people_entry *in, struct str back)
{
    give_cookie(c, in->token);
    return page_redirect(c, people_way_back(back), 0);
}

/* ---- what other systems add ---------------------------------------------------------------------------------------------- */

const struct people_sign_on *people_sign_on;

void people_set_sign_on(const struct people_sign_on *s)
{
    people_sign_on = s;
}

/* ---- pages ------------------------------------------------------------------------------------------------------------------- */

static struct form *password_form(struct ctx *c, struct str back)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/sign-in"), M_people_sign_in);
    form_add(f, (struct field){.name = "email", .kind = FIELD_EMAIL, .label = M_people_email, .required = true, .autocomplete = "username"});
    form_add(f, (struct field){.name = "password",
                               .kind = FIELD_PASSWORD,
                               .label = M_people_password,
                               .required = true,
                               .max = 1000,
                               .autocomplete = "current-password"});
    form_add(f, (struct field){.name = "back", .kind = FIELD_HIDDEN, .value = back, .max = BACK_MOST});
    return f;
}

/* Its field has another name than that of the form above: both stand on one page. */
static struct form *link_form(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/sign-in/link"), M_people_link_button);
    form_add(f, (struct field){
                    .name = "address", .kind = FIELD_EMAIL, .label = M_people_email, .required = true, .autocomplete = "email"});
    return f;
}

static enum rc send_sign_in(struct ctx *c, struct form *password, const struct form *link, int status)
{
    struct view_sign_in v = {.password = password, .link = link};
    const struct form *const *forms = NULL;
    if (people_sign_on != NULL)
        TRY(people_sign_on->ways(c, form_text(password, "back"), &forms, &v.ways_count));
    struct view_sign_in_ways *ways = ARENA_ARRAY(c->a, v.ways_count, struct view_sign_in_ways);
    for (size_t i = 0; i < v.ways_count; i++)
        ways[i].f = forms[i];
    v.ways = ways;
    password->quiet = v.ways_count != 0; /* who has an account of her institution takes that */
    struct page page = {.title = tr(c, M_people_sign_in_title), .narrow = true, .status = status};
    return view_sign_in_page(c, &page, &v);
}

enum rc people_get_sign_in(struct ctx *c)
{
    struct str back = request_query(c->rq, "back");
    if (back.n > BACK_MOST) /* nobody comes from there */
        back = S("");
    if (c->who->person != 0)
        return page_redirect(c, people_way_back(back), 0);
    return send_sign_in(c, password_form(c, back), link_form(c), 0);
}

static enum rc open_session(struct db *tx, void *arg, struct err *e)
{
    struct people_entry *in = arg;
    struct row_account_by_person account;
    (void)e;
    TRY(sql_account_by_person(tx, in->a, in->person, &account));
    in->lent = account.password_lent != 0;
    return people_open_session(tx, in);
}

static enum rc enter(struct ctx *c, int64_t person, struct str to, msg_id flash)
{
    struct people_entry in = people_entry(c);
    in.person = person;
    TRY(ctx_write(c, open_session, &in));
    give_cookie(c, in.token);
    return page_redirect(c, to, flash);
}

enum rc people_post_sign_in(struct ctx *c)
{
    struct form *f = password_form(c, S(""));
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_sign_in(c, f, link_form(c), 422);
    int64_t person = 0, wait = 0;
    enum rc rc = password_check(c->db, c->a, form_text(f, "email"), form_text(f, "password"), c->now, &person, &wait, &c->err);
    if (rc == RC_OK)
        return enter(c, person, people_way_back(form_text(f, "back")), 0);
    if (rc == RC_RATE_LIMITED) {
        struct str seconds = str_printf(c->a, "%" PRId64, wait);
        response_header(c->rs, "Retry-After", seconds);
        form_error(f, "", M_people_sign_in_wait, seconds.p);
        return send_sign_in(c, f, link_form(c), 429);
    }
    if (rc != RC_INVALID)
        return rc;
    form_error(f, "password", M_people_sign_in_wrong, NULL);
    return send_sign_in(c, f, link_form(c), 422);
}

struct asking {
    struct str email;
    int64_t now;
};

/* The same write for every address: whether anybody has it is found out where nobody measures. */
static enum rc ask_for_link(struct db *tx, void *arg, struct err *e)
{
    const struct asking *ask = arg;
    (void)e;
    return mail_ask(tx, "sign_in_link", ask->email, ask->now);
}

enum rc people_post_link(struct ctx *c)
{
    struct form *f = link_form(c);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_sign_in(c, password_form(c, S("")), f, 422);
    struct asking ask = {.email = form_text(f, "address"), .now = c->now};
    TRY(ctx_write(c, ask_for_link, &ask));
    return page_redirect(c, S("/sign-in/sent"), 0);
}

enum rc people_get_link_sent(struct ctx *c)
{
    struct view_link_sent v = {.by_mail = mail_has_server(), .minutes = SIGN_IN_LINK_MINUTES};
    struct page page = {.title = tr(c, v.by_mail ? M_people_sent_title : M_people_sent_title_terminal), .narrow = true};
    return view_link_sent_page(c, &page, &v);
}

struct redeeming {
    struct str link;
    struct people_entry in;
};

static enum rc redeem(struct db *tx, void *arg, struct err *e)
{
    struct redeeming *r = arg;
    (void)e;
    TRY(sign_in_link_redeem(tx, r->in.a, r->link, r->in.now, &r->in.person, &r->in.lent));
    return people_open_session(tx, &r->in);
}

enum rc people_get_link(struct ctx *c)
{
    if (c->rq->method == METHOD_HEAD) /* a preview, not a person: it must not use the link up */
        return page_redirect(c, S("/sign-in"), 0);
    struct redeeming r = {.link = c->rq->params[0], .in = people_entry(c)};
    enum rc rc = ctx_write(c, redeem, &r);
    if (rc == RC_OK)
        return people_entered(c, &r.in, request_query(c->rq, "back"));
    if (rc != RC_GONE && rc != RC_NOT_FOUND)
        return rc;
    struct view_link_gone v = {.signed_in = c->who->person != 0, .link = link_form(c)};
    struct page page = {.title = tr(c, M_people_link_gone_title), .narrow = true, .status = 410};
    return view_link_gone_page(c, &page, &v);
}

static enum rc end_session(struct db *tx, void *arg, struct err *e)
{
    const struct session *s = arg;
    (void)e;
    enum rc rc = session_end(tx, s->person, s->id);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* it was ended elsewhere */
}

enum rc people_post_sign_out(struct ctx *c)
{
    struct session s;
    struct str to = STR_NONE;
    if (c->session != NULL) {
        s = *c->session;
        if (people_sign_on != NULL)
            TRY(people_sign_on->leaving(c, &to));
        TRY(ctx_write(c, end_session, &s));
    }
    give_cookie(c, S(""));
    return page_redirect(c, to.n != 0 ? to : S("/sign-in"), M_people_signed_out);
}
