/* `cadre migrate`, `backup`, `restore`, `check`: looking after the database. */
#include "command/verbs.h"

static const struct option_def migrate_options[] = {DB_OPTION, JSON_OPTION};

static int migrate(struct command *c)
{
    struct err e = {0};
    int from = 0, to = 0;
    if (!command_open_as_is(c, true))
        return EXIT_REFUSED;
    enum rc rc = store_migrate(c->store, &from, &to, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    if (c->json)
        printf("{\"from\":%d,\"to\":%d}\n", from, to);
    else if (from == to)
        printf("schema version %d, up to date\n", to);
    else
        printf("schema version %d, was %d\n", to, from);
    return EXIT_DONE;
}

const struct verb verb_migrate = {
    .name = "migrate",
    .arguments = "",
    .summary = "Bring the database up to this program's version",
    .details = "`cadre serve` does the same when it starts. A database that is newer than the program is refused and left as it is.",
    .options = migrate_options,
    .option_count = COUNT_OF(migrate_options),
    .run = migrate,
};

static const struct option_def backup_options[] = {DB_OPTION};

static int backup(struct command *c)
{
    struct err e = {0};
    if (!command_open_as_is(c, false))
        return EXIT_REFUSED;
    enum rc rc = store_backup(c->store, c->args[0], progress_show, NULL, &e);
    progress_end();
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%s\n", c->args[0]);
    return EXIT_DONE;
}

const struct verb verb_backup = {
    .name = "backup",
    .arguments = "FILE",
    .summary = "Copy the whole database into a new file while it is in use",
    .details = "FILE becomes an SQLite database whatever engine the site runs on, one consistent moment of it. It appears whole or not "
               "at all. `cadre restore` reads it back, into SQLite or PostgreSQL: this is also the way from one to the other.",
    .options = backup_options,
    .option_count = COUNT_OF(backup_options),
    .run = backup,
};

static int restore(struct command *c)
{
    struct err e = {0};
    if (!command_open_as_is(c, true))
        return EXIT_REFUSED;
    enum rc rc = store_restore(c->store, c->args[0], progress_show, NULL, &e);
    progress_end();
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%s\n", c->db_url);
    return EXIT_DONE;
}

const struct verb verb_restore = {
    .name = "restore",
    .arguments = "FILE",
    .summary = "Fill an empty database from a backup",
    .details = "The database that --db names must be new or empty; nothing is ever overwritten. A backup of an older version is brought "
               "up to date.",
    .options = backup_options,
    .option_count = COUNT_OF(backup_options),
    .run = restore,
};

static void print_problem(void *arg, struct str text)
{
    int64_t *count = arg;
    ++*count;
    printf("%.*s\n", STR_ARG(text));
}

static int check(struct command *c)
{
    struct err e = {0};
    int64_t problems = 0;
    if (!command_open_as_is(c, false))
        return EXIT_REFUSED;
    enum rc rc = store_check(c->store, print_problem, &problems, &e);
    if (problems != 0)
        return EXIT_REFUSED;
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("ok\n");
    return EXIT_DONE;
}

const struct verb verb_check = {
    .name = "check",
    .arguments = "",
    .summary = "Check the database for damage",
    .details = "Runs the engine's own check, the references between tables, and the schema version. Prints one line for each problem and "
               "exits with 1, or prints ok.",
    .options = backup_options,
    .option_count = COUNT_OF(backup_options),
    .run = check,
};
