/* Who that is here. A person is known by her provider and the identifier it has for her, and by nothing else. How the two come together the
 * first time is decided here: by the id of the roster, by an address when an administrator has said that this provider verifies addresses, by
 * herself on her account page, or as somebody new. Never so for who looks after the whole site: there the price of a mistake is the site. */
#include "auth/session.h"
#include "base/clock.h"
#include "campus/oidc/inside.h"
#include "campus/roster/import.h"
#include "gen/auth/auth_sql.h"

static bool is_fine(enum rc rc)
{
    return rc == RC_OK || rc == RC_NOT_FOUND;
}

static enum rc looks_after_site(struct db *tx, struct arena *a, int64_t person, int64_t now, bool *yes)
{
    struct actor who = {0};
    TRY(actor_grants(tx, a, person, now, &who));
    *yes = false;
    for (size_t i = 0; i < who.grant_count; i++)
        *yes = *yes || who.grants[i].programme == 0;
    return RC_OK;
}

/* *person stays 0 when what was said names nobody. */
static enum rc recognise(struct db *tx, const struct arrival *v, int64_t *person, const char **how)
{
    struct arena *a = v->entry.a;
    enum rc rc = RC_NOT_FOUND;
    if (v->n.roster_id.n != 0) {
        *how = "roster";
        rc = people_by_source(tx, a, ROSTER_SOURCE, v->n.roster_id, person);
    }
    if (rc == RC_NOT_FOUND && v->p->row.by_address != 0 && v->n.email.n != 0) {
        *how = "address";
        rc = people_by_email(tx, a, v->n.email, person);
    }
    if (rc == RC_NOT_FOUND)
        *person = 0;
    return is_fine(rc) ? RC_OK : rc;
}

static enum rc add_link(struct db *tx, struct arrival *v, int64_t person, const char *how)
{
    int64_t id = db_new_id(tx), now = v->entry.now;
    TRY(sql_sign_on_link_add(tx, id, v->p->row.id, v->n.subject, person, str_from(how), now, day_from_ms(zone_utc(), now)));
    if (db_changes(tx) == 0) {
        v->why = SIGN_ON_OTHER;
        return RC_OK;
    }
    return audit_note(tx, now, person, "sign_on_link", person, "sign_on_provider", v->p->row.id);
}

/* Somebody new, with what the provider says of her; who has an address that somebody has already is not new. */
static enum rc make_person(struct db *tx, struct arrival *v, struct err *e)
{
    struct arena *a = v->entry.a;
    int64_t person, other;
    struct person_details d = {.given_name = v->n.given, .family_name = v->n.family, .display_name = v->n.display, .email = v->n.email};
    if (d.email.n != 0) {
        enum rc rc = people_by_email(tx, a, d.email, &other);
        if (rc == RC_OK) {
            v->why = SIGN_ON_ADDRESS_TAKEN;
            return RC_OK;
        }
        if (!is_fine(rc))
            return rc;
    }
    if (people_check(a, &d, NULL) != RC_OK) /* no name, or one that cannot be: she says it herself on her account page */
        d = (struct person_details){.display_name = str_concat(a, S("#"), str_sub(jose_hash(a, v->n.subject), 0, 8))};
    TRY(people_add(tx, a, &d, v->entry.now, &person, e));
    TRY(audit_note(tx, v->entry.now, 0, "person_add", person, NULL, 0));
    v->entry.person = person;
    TRY(add_link(tx, v, person, "made"));
    return v->why == SIGN_ON_FINE ? RC_OK : RC_CONFLICT; /* nobody is made for nothing */
}

/* The first time that this identifier comes. */
static enum rc first_time(struct db *tx, struct arrival *v, struct err *e)
{
    struct arena *a = v->entry.a;
    struct row_account_by_person account;
    const char *how = "self";
    int64_t person = 0;
    bool powerful;
    TRY(recognise(tx, v, &person, &how));
    if (person == 0) {
        if (v->p->row.make_person != 0)
            return make_person(tx, v, e);
        v->why = SIGN_ON_STRANGER;
        return RC_OK;
    }
    TRY(sql_account_by_person(tx, a, person, &account));
    TRY(looks_after_site(tx, a, person, v->entry.now, &powerful));
    if (account.disabled || powerful) {
        v->why = powerful ? SIGN_ON_POWERFUL : SIGN_ON_CLOSED;
        return RC_OK;
    }
    v->entry.person = person;
    return add_link(tx, v, person, how);
}

static enum rc sign_in(struct db *tx, struct arrival *v, struct err *e)
{
    struct arena *a = v->entry.a;
    struct row_sign_on_link_find link;
    int64_t now = v->entry.now;
    enum rc rc = sql_sign_on_link_find(tx, a, v->p->row.id, v->n.subject, &link);
    if (rc == RC_NOT_FOUND) {
        TRY(first_time(tx, v, e));
    } else {
        TRY(rc);
        v->entry.person = link.person_id;
        if (link.disabled)
            v->why = SIGN_ON_CLOSED;
        else
            TRY(sql_sign_on_link_used(tx, link.id, day_from_ms(zone_utc(), now)));
    }
    if (v->why != SIGN_ON_FINE)
        return RC_OK;
    struct actor who;
    struct session s;
    TRY(people_open_session(tx, &v->entry));
    TRY(session_load(tx, a, v->entry.token, now, &who, &s));
    return sql_sign_on_session_add(tx, s.id, v->p->row.id, v->n.subject, v->n.sid);
}

static enum rc link_herself(struct db *tx, struct arrival *v)
{
    struct row_sign_on_link_find link;
    enum rc rc = sql_sign_on_link_find(tx, v->entry.a, v->p->row.id, v->n.subject, &link);
    if (rc == RC_NOT_FOUND)
        return add_link(tx, v, v->link_to, "self");
    if (rc == RC_OK && link.person_id != v->link_to)
        v->why = SIGN_ON_LINKED;
    return rc;
}

enum rc arrive(struct db *tx, void *arg, struct err *e)
{
    struct arrival *v = arg;
    v->why = SIGN_ON_FINE;
    v->entry.person = 0;
    return v->link_to != 0 ? link_herself(tx, v) : sign_in(tx, v, e);
}
