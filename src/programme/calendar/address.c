/* The page on which a person makes the private address of her calendar, makes a new one, ends it. The address is shown once: only its hash is
 * kept. */
#include "gen/msg_people.h"
#include "gen/programme/calendar/calendar_address_view.h"
#include "gen/programme/calendar/calendar_made_view.h"
#include "out/mail.h"
#include "programme/calendar/inside.h"
#include "programme/rota/rota.h"

/* An address for a calendar is made by who sits before a browser: a program with a key would have it for ever. */
static enum rc browser_only(struct ctx *c)
{
    return c->session != NULL ? RC_OK : err_set(&c->err, RC_DENIED, M_people_browser_only, NULL);
}

static struct page page_of(struct ctx *c, struct str title, bool below)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_people_account_title), S("/account")};
    crumbs[1] = (struct crumb){tr(c, M_calendar_address_title), S("/account/calendar")};
    return (struct page){.title = title, .section = "/account", .crumbs = crumbs, .crumb_count = below ? 2 : 1};
}

static struct form *button(struct ctx *c, const char *action, msg_id label, bool quiet)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_from(action), label);
    f->quiet = quiet;
    f->no_warn = true;
    return f;
}

/* ---- making one ----------------------------------------------------------------------------------------------------------------------- */

struct making {
    struct arena *a;
    int64_t person, now;
    bool lent;
    struct str language, code;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    (void)e;
    m->code = link_token_new(m->a);
    struct str hash = link_token_hash(m->a, m->code);
    TRY(sql_calendar_feed_renew(tx, m->person, hash, m->lent, m->language, m->now));
    if (db_changes(tx) == 0)
        TRY(sql_calendar_feed_add(tx, db_new_id(tx), m->person, hash, m->lent, m->language, m->now));
    return audit_note(tx, m->now, m->person, "calendar_address_make", m->person, NULL, 0);
}

/* "webcal://cadre.example.org/..." of "https://cadre.example.org/...": telephones and mail programs open that as a calendar. */
static struct str webcal(struct arena *a, struct str address)
{
    struct str rest = address, scheme;
    return str_cut(&rest, ':', &scheme) ? str_concat(a, S("webcal:"), rest) : address;
}

static enum rc post_address(struct ctx *c)
{
    struct making m = {.a = c->a, .person = c->who->person, .now = c->now, .lent = c->who->lent && !c->who->demo, .language = lang_tag(c->lang)};
    TRY(ctx_write(c, make, &m));
    struct str address = mail_link(c->a, str_printf(c->a, "/calendar/%.*s.ics", STR_ARG(m.code)));
    struct view_calendar_made v = {.address = address, .webcal = webcal(c->a, address)};
    struct page page = page_of(c, tr(c, M_calendar_made_title), true);
    return view_calendar_made_page(c, &page, &v);
}

enum rc calendar_handle_address(struct ctx *c)
{
    struct row_calendar_feed_of row;
    bool shifts;
    TRY(browser_only(c));
    if (c->rq->method == METHOD_POST)
        return post_address(c);
    enum rc rc = sql_calendar_feed_of(c->db, c->a, c->who->person, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool there = rc == RC_OK;
    TRY(rota_has_own_feed(c->db, c->a, c->who->person, &shifts));
    struct view_calendar_address v = {.there = there, .make = button(c, "/account/calendar", there ? M_calendar_renew : M_calendar_make, there)};
    if (there) {
        v.made = row.made_at;
        v.read = row.read_day_null ? (struct opt_int){0} : SOME_INT(row.read_day);
        v.end = button(c, "/account/calendar/end", M_calendar_end, true);
    }
    if (shifts)
        v.end_shifts = button(c, "/account/calendar/shifts/end", M_calendar_end_shifts, true);
    struct page page = page_of(c, tr(c, M_calendar_address_title), false);
    return view_calendar_address_page(c, &page, &v);
}

/* ---- ending one ------------------------------------------------------------------------------------------------------------------------ */

struct ending {
    int64_t person, now;
};

static enum rc end(struct db *tx, void *arg, struct err *e)
{
    const struct ending *s = arg;
    (void)e;
    TRY(sql_calendar_feed_drop(tx, s->person));
    return db_changes(tx) != 0 ? audit_note(tx, s->now, s->person, "calendar_address_end", s->person, NULL, 0) : RC_OK;
}

enum rc calendar_post_end(struct ctx *c)
{
    struct ending s = {c->who->person, c->now};
    TRY(browser_only(c));
    TRY(ctx_write(c, end, &s));
    return page_redirect(c, S("/account/calendar"), M_calendar_ended);
}

static enum rc end_shifts(struct db *tx, void *arg, struct err *e)
{
    const struct ending *s = arg;
    (void)e;
    return rota_end_own_feed(tx, s->person);
}

enum rc calendar_post_end_shifts(struct ctx *c)
{
    struct ending s = {c->who->person, c->now};
    TRY(browser_only(c));
    TRY(ctx_write(c, end_shifts, &s));
    return page_redirect(c, S("/account/calendar"), M_calendar_ended);
}
