/* `cadre import roster`: a roster into a programme, from the command line. A dry run unless --apply is said. */
#include "base/clock.h"
#include "base/problems.h"
#include "campus/roster/import.h"
#include "command/files.h"
#include "command/site.h"
#include "command/verbs.h"

#define FILE_MOST ((size_t)512 * 1024 * 1024) /* no browser stands between: more than a page takes */
#define FIRST_STEPS 100

static bool find_cohort(struct command *c, int64_t programme, int64_t *cohort)
{
    const char *code = command_option(c, "cohort", NULL);
    struct cohort *all;
    size_t n;
    *cohort = 0;
    if (code == NULL)
        return true;
    if (programme_cohorts(c->db, c->a, programme, &all, &n) == RC_OK)
        for (size_t i = 0; i < n; i++)
            if (str_eq_z(all[i].code, code)) {
                *cohort = all[i].id;
                return true;
            }
    command_say("there is no cohort '%s' in this programme", code);
    return false;
}

static void add_steps(struct buf *b, struct arena *a, const struct roster_plan *p)
{
    size_t most = p->step_count < FIRST_STEPS ? p->step_count : FIRST_STEPS;
    buf_printf(b, ",\"steps\":%zu,\"first_steps\":[", p->step_count);
    for (size_t i = 0; i < most; i++) {
        const struct roster_step *s = &p->steps[i];
        buf_printf(b, "%s{\"kind\":\"%s\",\"person\":", i != 0 ? "," : "", roster_act_word(s->act));
        buf_json(b, p->people[s->person].name);
        buf_printf(b, ",\"row\":%zu,\"text\":", s->row);
        buf_json(b, roster_step_text(a, 0, p, s));
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
}

static void print_json(struct command *c, const struct roster_plan *p, const struct problems *problems, bool applied)
{
    struct buf b = buf_new(c->a, 16384);
    buf_printf(&b, "{\"applied\":%s,\"added\":%zu,\"changed\":%zu,\"ended\":%zu,\"unchanged\":%zu,\"missing\":%zu,\"cohorts_new\":%zu,\"groups_new\":%zu",
               applied ? "true" : "false", p->added, p->changed, p->ended, p->unchanged, p->missing, p->cohorts_new, p->groups_new);
    add_steps(&b, c->a, p);
    buf_ch(&b, ',');
    problems_json(&b, c->a, problems);
    buf_z(&b, "}\n");
    fwrite(b.p, 1, b.n, stdout);
}

static void print_plan(const struct roster_plan *p, bool applied)
{
    printf("%s: %zu people added, %zu changed, %zu ended, %zu unchanged; %zu new cohorts, %zu new groups\n", applied ? "imported" : "dry run",
           p->added, p->changed, p->ended, p->unchanged, p->cohorts_new, p->groups_new);
    for (int act = 0; act < ROSTER_ACTS; act++)
        if (p->counts[act] != 0)
            printf("  %-14s %zu\n", roster_act_word((enum roster_act)act), p->counts[act]);
    if (!applied && p->step_count != 0)
        printf("nothing was changed yet: add --apply\n");
}

static enum rc work(struct command *c, const struct roster_request *rq, bool apply, struct roster_plan *plan, struct problems *problems,
                    struct err *e)
{
    if (!apply)
        return roster_plan_make(c->db, c->a, rq->programme, rq->file, rq->bytes, &rq->options, plan, problems, e);
    enum rc rc = roster_apply(c->db, c->a, rq, plan, NULL, problems, e);
    progress_end();
    return rc;
}

static int run(struct command *c)
{
    struct err e = {0};
    struct programme p;
    struct roster_plan plan = {0};
    struct problems problems = problems_new(c->a);
    struct roster_request rq = {.progress = progress_show};
    bool apply = command_flag(c, "apply");
    const char *slash = strrchr(c->args[0], '/');
    rq.file = str_from(slash != NULL ? slash + 1 : c->args[0]);
    if (!command_read_file(c, c->args[0], FILE_MOST, &rq.bytes) || !command_open(c, false))
        return EXIT_REFUSED;
    if (!site_find_programme(c, &p) || !find_cohort(c, p.id, &rq.options.cohort))
        return command_option(c, "programme", NULL) == NULL ? EXIT_USAGE : EXIT_REFUSED;
    rq.programme = p.id;
    rq.options.end_missing = command_flag(c, "end-missing");
    rq.options.now = clock_now();
    rq.options.today = roster_today(&p, rq.options.now);
    enum rc rc = work(c, &rq, apply, &plan, &problems, &e);
    bool refused = problems.errors != 0;
    if (rc != RC_OK && !refused)
        return command_fail(c, rc, &e);
    if (c->json)
        print_json(c, &plan, &problems, apply && !refused);
    else if (problems.kept != 0)
        print_problems(c, &problems);
    if (refused) {
        command_say("the file has %zu errors; nothing was changed", problems.errors);
        return EXIT_REFUSED;
    }
    if (!c->json)
        print_plan(&plan, apply);
    return EXIT_DONE;
}

static const struct option_def options[] = {
    DB_OPTION,
    {"programme", "CODE", "which programme (may be left out where there is one)"},
    {"apply", NULL, "do it; without this, only tell what would be done"},
    {"end-missing", NULL, "end what earlier rosters gave to people whom this whole roster does not name"},
    {"cohort", "CODE", "where trainees go whose row names no cohort and who are in none"},
    JSON_OPTION,
};

const struct verb verb_import_roster = {
    .name = "import roster",
    .arguments = "FILE",
    .summary = "Bring a roster into a programme: CSV, or a OneRoster zip file",
    .details = "FILE is a CSV table with the columns id, email, given_name, family_name and, where they are used, role, cohort, stage, "
               "group, start, end, language; or a OneRoster 1.1 or 1.2 CSV bundle. Without --apply this is a dry run. Every problem is "
               "told as file:row: column: text; with any error nothing is changed, and otherwise all of it is done at once. The same "
               "file twice changes nothing the second time.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
