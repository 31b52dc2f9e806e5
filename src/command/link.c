/* `cadre link`: a sign-in link for a role or a person, also while a server has the database open. */
#include "auth/session.h"
#include "base/clock.h"
#include "command/site.h"
#include "command/verbs.h"
#include "programme/people/people.h"

static const struct option_def options[] = {
    DB_OPTION,
    {"role", "ROLE", "for somebody who holds this role: trainee, mentor, assessor, coordinator, author, director, administrator"},
    {"email", "ADDRESS", "for the person with this e-mail address"},
    {"base-url", "URL", "the address of the site (default: where it is served, or was last)"},
    {"minutes", "N", "how long the link is good for (default 30)"},
    JSON_OPTION,
};

struct making {
    struct arena *a;
    int64_t person, now, valid_ms;
    struct str token;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    (void)e;
    TRY(sign_in_link_make(tx, m->a, m->person, true, m->now, m->valid_ms, &m->token));
    return audit_note(tx, m->now, 0, "sign_in_link_make", m->person, NULL, 0);
}

static enum rc find_person(struct command *c, int64_t now, int64_t *person)
{
    const char *role = command_option(c, "role", NULL), *email = command_option(c, "email", NULL);
    if (email != NULL)
        return people_by_email(c->db, c->a, str_from(email), person);
    return people_with_role(c->db, c->a, str_from(role), day_from_ms(zone_utc(), now), person);
}

static int run(struct command *c)
{
    struct err e = {0};
    struct making m = {.a = c->a, .now = clock_now()};
    int64_t minutes;
    enum role role;
    const char *word = command_option(c, "role", NULL), *email = command_option(c, "email", NULL);
    if ((word == NULL) == (email == NULL)) {
        command_say("say for whom: --role ROLE or --email ADDRESS");
        return EXIT_USAGE;
    }
    if (word != NULL && !role_find(str_from(word), &role)) {
        command_say("there is no role '%s'; `cadre link --help` lists them", word);
        return EXIT_USAGE;
    }
    if (!command_number(c, "minutes", SIGN_IN_LINK_MINUTES, 1, 7 * 24 * 60, &minutes))
        return EXIT_USAGE;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    if (find_person(c, m.now, &m.person) != RC_OK) {
        command_say(email != NULL ? "nobody has the e-mail address %s" : "nobody holds the role %s now", email != NULL ? email : word);
        return EXIT_REFUSED;
    }
    m.valid_ms = minutes * MS_PER_MINUTE;
    enum rc rc = store_write(c->db, make, &m, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    struct str url = str_concat(c->a, site_address(c), people_link_path(c->a, m.token));
    struct buf b = buf_new(c->a, 256);
    if (c->json) {
        buf_z(&b, "{\"url\":");
        buf_json(&b, url);
        buf_z(&b, ",\"person\":");
        buf_int(&b, m.person);
        buf_z(&b, "}");
    } else {
        buf_str(&b, url);
    }
    printf("%.*s\n", (int)b.n, b.p);
    return EXIT_DONE;
}

const struct verb verb_link = {
    .name = "link",
    .arguments = "",
    .summary = "Print a link that signs in once",
    .details = "The first administrator signs in with such a link, and so does anybody who has lost every other way. The link works "
               "once and for a limited time; that it was made stands in the audit. Whoever runs the server could use it in the person's place, "
               "so such a sign-in does not open what is private to her (what mentor and mentee write, for one), except in a demo.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
