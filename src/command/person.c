/* `cadre export person`, `erase person`, `retain`, `admin`: duties towards people, and the first administrator. */
#include <unistd.h>

#include "auth/session.h"
#include "base/clock.h"
#include "command/verbs.h"
#include "programme/people/people.h"
#include "programme/privacy/privacy.h"
#include "programme/programme/programme.h"

static const struct option_def person_options[] = {
    DB_OPTION,
    {"email", "ADDRESS", "the person with this e-mail address"},
    {"id", "NUMBER", "the person with this number"},
    {"yes", NULL, "do not ask before something that cannot be undone"},
};

static bool find_person(struct command *c, int64_t *person)
{
    const char *email = command_option(c, "email", NULL), *id = command_option(c, "id", NULL);
    if ((email == NULL) == (id == NULL) || (id != NULL && !str_to_int(str_from(id), person))) {
        command_say("say who: --email ADDRESS or --id NUMBER");
        return false;
    }
    return true;
}

static int open_and_find(struct command *c, int64_t *person)
{
    const char *email = command_option(c, "email", NULL);
    if (!find_person(c, person))
        return EXIT_USAGE;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    if (email != NULL && people_by_email(c->db, c->a, str_from(email), person) != RC_OK) {
        command_say("nobody has the e-mail address %s", email);
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

struct noting {
    int64_t person, now;
};

static enum rc note_export(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, 0, "person_export", n->person, NULL, 0);
}

static int run_export(struct command *c)
{
    struct err e = {0};
    struct str json;
    struct noting n = {.now = clock_now()};
    int status = open_and_find(c, &n.person);
    if (status != EXIT_DONE)
        return status;
    enum rc rc = privacy_export(c->db, c->a, n.person, n.now, &json, &e);
    if (rc == RC_OK)
        rc = store_write(c->db, note_export, &n, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%.*s\n", STR_ARG(json));
    return EXIT_DONE;
}

const struct verb verb_export_person = {
    .name = "export person",
    .arguments = "",
    .summary = "Print all that is held about a person, as JSON",
    .details = "The same file that the person can make on the page about her data. That it was made stands in the audit.",
    .options = person_options,
    .option_count = 3,
    .run = run_export,
};

struct erasing {
    struct arena *a;
    int64_t person, now;
};

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    const struct erasing *er = arg;
    return privacy_erase(tx, er->a, er->person, 0, er->now, e);
}

static bool sure(struct command *c, int64_t person)
{
    struct str name;
    char answer[8];
    if (command_flag(c, "yes"))
        return true;
    if (people_name(c->db, c->a, person, &name) != RC_OK)
        name = S("this person");
    if (!isatty(STDIN_FILENO)) {
        command_say("erasing cannot be undone: add --yes");
        return false;
    }
    fprintf(stderr, "Erase %.*s for good? Type yes: ", STR_ARG(name));
    return fgets(answer, sizeof answer, stdin) != NULL && strcmp(answer, "yes\n") == 0;
}

static int run_erase(struct command *c)
{
    struct err e = {0};
    struct erasing er = {.a = c->a, .now = clock_now()};
    int status = open_and_find(c, &er.person);
    if (status != EXIT_DONE)
        return status;
    if (!sure(c, er.person))
        return EXIT_REFUSED;
    enum rc rc = store_write(c->db, erase, &er, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("erased %" PRId64 "\n", er.person);
    return EXIT_DONE;
}

const struct verb verb_erase_person = {
    .name = "erase person",
    .arguments = "",
    .summary = "Delete what names a person, for good",
    .details = "Name, addresses, account, sign-ins and files go; what was counted stays under a number that leads to nobody. Backups "
               "made earlier still hold the name until they are deleted.",
    .options = person_options,
    .option_count = COUNT_OF(person_options),
    .run = run_erase,
};

static const struct option_def db_options[] = {DB_OPTION};

static int run_retain(struct command *c)
{
    struct err e = {0};
    int64_t rules;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    enum rc rc = privacy_retain(c->db, clock_now(), &rules, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%" PRId64 " rules applied\n", rules);
    return EXIT_DONE;
}

const struct verb verb_retain = {
    .name = "retain",
    .arguments = "",
    .summary = "Delete what is older than the retention rules allow",
    .details = "`cadre serve` does this once a day by itself.",
    .options = db_options,
    .option_count = COUNT_OF(db_options),
    .run = run_retain,
};

/* ---- the first administrator ------------------------------------------------------------------------------------------------ */
static const struct option_def admin_options[] = {
    DB_OPTION,
    {"email", "ADDRESS", "her e-mail address"},
    {"name", "NAME", "how she is called"},
};

struct making {
    struct arena *a;
    struct str email, name;
    int64_t now, person;
};

static enum rc make_admin(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    int64_t today = day_from_ms(zone_utc(), m->now);
    enum rc rc = people_by_email(tx, m->a, m->email, &m->person);
    if (rc == RC_NOT_FOUND) {
        struct person_details d = {.given_name = S(""), .family_name = m->name, .display_name = m->name, .email = m->email};
        rc = people_add(tx, m->a, &d, m->now, &m->person, e);
    }
    if (rc != RC_OK)
        return rc;
    TRY(programme_grant_role(tx, m->person, ROLE_ADMINISTRATOR, 0, 0, today, INT64_MAX, S("command"), e));
    return audit_note(tx, m->now, 0, "role_grant", m->person, NULL, 0);
}

static int run_admin(struct command *c)
{
    struct err e = {0};
    const char *email = command_option(c, "email", NULL), *name = command_option(c, "name", email);
    if (email == NULL) {
        command_say("say who: --email ADDRESS");
        return EXIT_USAGE;
    }
    struct making m = {.a = c->a, .email = str_from(email), .name = str_from(name), .now = clock_now()};
    if (!command_open(c, true))
        return EXIT_REFUSED;
    enum rc rc = store_write(c->db, make_admin, &m, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%" PRId64 "\n", m.person);
    command_say("she signs in with the link that `cadre link --email %s` prints", email);
    return EXIT_DONE;
}

const struct verb verb_admin = {
    .name = "admin",
    .arguments = "",
    .summary = "Make somebody an administrator of the whole site",
    .details = "Makes the person when nobody has the address. This is how a new site gets its first administrator.",
    .options = admin_options,
    .option_count = COUNT_OF(admin_options),
    .run = run_admin,
};
