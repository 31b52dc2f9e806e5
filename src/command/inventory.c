/* `cadre export curriculum-inventory`: the curriculum of a programme as MedBiquitous has it, from the command line. */
#include "base/clock.h"
#include "campus/medbiq/medbiq.h"
#include "command/site.h"
#include "command/verbs.h"
#include "programme/programme/programme.h"

static const struct option_def options[] = {
    DB_OPTION,
    {"programme", "CODE", "which programme (may be left out where there is one)"},
    {"institution", "NAME", "who reports"},
    {"from", "DAY", "the first day the report is about, YYYY-MM-DD (default: a year before the last)"},
    {"until", "DAY", "the last day (default: today)"},
    {"base-url", "URL", "the address of the site, under which everything is named (default: where it is served, or was last)"},
};

static bool read_day(struct command *c, const char *name, int64_t *day)
{
    const char *text = command_option(c, name, NULL);
    if (text == NULL || day_parse(str_from(text), day))
        return true;
    command_say("--%s: '%s' is not a day (YYYY-MM-DD)", name, text);
    return false;
}

static int run(struct command *c)
{
    struct medbiq_report r = {.institution = str_from(command_option(c, "institution", NULL))};
    struct programme p;
    struct str xml;
    r.until = r.today = day_from_ms(zone_utc(), clock_now());
    if (!read_day(c, "until", &r.until))
        return EXIT_USAGE;
    r.from = r.until - 365;
    if (!read_day(c, "from", &r.from))
        return EXIT_USAGE;
    if (r.from > r.until || str_empty(r.institution)) {
        command_say(r.from > r.until ? "--from is behind --until" : "say who reports: --institution NAME");
        return EXIT_USAGE;
    }
    if (!command_open(c, false))
        return EXIT_REFUSED;
    if (!site_find_programme(c, &p))
        return command_option(c, "programme", NULL) == NULL ? EXIT_USAGE : EXIT_REFUSED;
    r.programme = p.id;
    r.site = site_address(c);
    enum rc rc = medbiq_write(c->db, c->a, &r, &xml);
    if (rc != RC_OK)
        return command_fail(c, rc, &(struct err){0});
    fwrite(xml.p, 1, xml.n, stdout);
    return EXIT_DONE;
}

const struct verb verb_export_inventory = {
    .name = "export curriculum-inventory",
    .arguments = "",
    .summary = "Print a programme's curriculum as a Curriculum Inventory (MedBiquitous CI.10.1, XML)",
    .details = "Levels, courses as sequence blocks, sessions as events, and the competencies that each introduces, practises or assesses. What is not "
               "published is left out.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
