/* `cadre import framework` and `cadre export framework`: competency frameworks as CASE JSON and CSV. */
#include "base/clock.h"
#include "campus/case/case_framework.h"
#include "command/files.h"
#include "command/site.h"
#include "command/verbs.h"
#include "programme/framework/content.h"
#include "programme/people/people.h"

#define FILE_MOST ((size_t)32 << 20)

/* ---- import --------------------------------------------------------------------------------------------------------------------- */

static const struct option_def import_options[] = {
    DB_OPTION,
    {"of", "ID", "a new version of this framework (any of its versions); else a framework of its own"},
    {"title", "TEXT", "title, where neither the file nor the version before (--of) has one, or another is wanted; as those that follow"},
    {"version", "TEXT", "version, such as 2.1"},
    {"language", "TAG", "language of its texts, such as en"},
    {"publisher", "TEXT", "who publishes it"},
    {"description", "TEXT", "what it is, in Markdown"},
    {"licence", "TEXT", "licence, such as CC-BY-4.0"},
    {"right", "WORD", "open: the licence allows this use; held: I hold the right to use this text"},
    {"email", "ADDRESS", "who says so: the person stands beside the framework"},
    {"apply", NULL, "import, as a draft; without it, only what would be done is printed"},
    {"publish", NULL, "publish it at once"},
    JSON_OPTION,
};

struct importing {
    struct arena *a;
    struct framework_import import;
    bool publish;
    int64_t framework;
};

static enum rc import_fn(struct db *tx, void *arg, struct err *e)
{
    struct importing *x = arg;
    TRY(framework_apply(tx, x->a, &x->import, &x->framework, e));
    return x->publish ? framework_publish(tx, x->a, x->framework, 1, x->import.person, x->import.now, e) : RC_OK;
}

static void take_option(const struct command *c, const char *name, struct str *to)
{
    const char *value = command_option(c, name, NULL);
    if (value != NULL)
        *to = str_from(value);
}

/* By what right, and who says so. */
static int find_right(struct command *c, struct framework_import *import)
{
    const char *right = command_option(c, "right", NULL), *email = command_option(c, "email", NULL);
    if (right == NULL || email == NULL || (strcmp(right, "open") != 0 && strcmp(right, "held") != 0)) {
        command_say("say by what right this site may show the text, and who says so: --right open or held, --email ADDRESS");
        return EXIT_USAGE;
    }
    import->rights = strcmp(right, "open") == 0 ? RIGHTS_OPEN : RIGHTS_HELD;
    if (people_by_email(c->db, c->a, str_from(email), &import->person) != RC_OK) {
        command_say("nobody has the e-mail address %s", email);
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

/* What the file leaves out is taken over from the latest version, as the page does; only the version's own name is new. */
static void take_over(struct framework_content *k, const struct framework_content *before)
{
    struct {
        struct str *to, from;
    } details[] = {{&k->title, before->title},
                   {&k->language, before->language},
                   {&k->publisher, before->publisher},
                   {&k->description, before->description},
                   {&k->licence, before->licence}};
    for (size_t i = 0; i < COUNT_OF(details); i++)
        if (str_empty(*details[i].to))
            *details[i].to = details[i].from;
}

static int find_lineage(struct command *c, int64_t *lineage)
{
    const char *of = command_option(c, "of", NULL);
    struct framework f;
    int64_t id;
    if (of == NULL)
        return EXIT_DONE;
    if (!str_to_int(str_from(of), &id) || framework_find(c->db, c->a, id, S(""), &f) != RC_OK) {
        command_say("there is no framework %s", of);
        return EXIT_REFUSED;
    }
    *lineage = f.lineage;
    return EXIT_DONE;
}

static void print_plan(const struct command *c, const struct framework_content *k, const struct import_plan *plan, int64_t framework)
{
    if (c->json)
        printf("{\"items\":%zu,\"associations\":%zu,\"same\":%zu,\"changed\":%zu,\"added\":%zu,\"gone\":%zu,\"applied\":%s,\"framework\":%" PRId64
               "}\n",
               k->item_count, k->association_count, plan->same, plan->changed, plan->added, plan->gone_count,
               framework != 0 ? "true" : "false", framework);
    else if (framework != 0)
        printf("imported as %" PRId64 ": ", framework);
    else
        printf("would import: ");
    if (!c->json)
        printf("%zu items, %zu associations; %zu unchanged, %zu changed, %zu new, %zu gone\n", k->item_count, k->association_count,
               plan->same, plan->changed, plan->added, plan->gone_count);
}

static int run_import(struct command *c)
{
    struct str bytes;
    struct err e = {0};
    struct framework_content k;
    struct import_plan plan;
    struct problems problems = problems_new(c->a);
    struct importing x = {.a = c->a, .publish = command_flag(c, "publish"), .import = {.content = &k, .now = clock_now()}};
    if (!command_read_file(c, c->args[0], FILE_MOST, &bytes) || !command_open(c, false))
        return EXIT_REFUSED;
    framework_read(c->a, str_from(c->args[0]), bytes, &k, &problems);
    if (problems.kept != 0)
        print_problems(c, &problems);
    if (problems.errors != 0)
        return EXIT_REFUSED;
    int status = find_lineage(c, &x.import.lineage);
    if (status == EXIT_DONE && command_flag(c, "apply"))
        status = find_right(c, &x.import);
    if (status != EXIT_DONE)
        return status;
    struct {
        const char *name;
        struct str *to;
    } details[] = {{"title", &k.title},         {"version", &k.version},         {"language", &k.language},
                   {"publisher", &k.publisher}, {"description", &k.description}, {"licence", &k.licence}};
    for (size_t i = 0; i < COUNT_OF(details); i++)
        take_option(c, details[i].name, details[i].to);
    enum rc rc = framework_plan(c->db, c->a, &k, x.import.lineage, &plan);
    if (rc == RC_OK && plan.before != NULL)
        take_over(&k, plan.before);
    if (rc == RC_OK && command_flag(c, "apply"))
        rc = store_write_bulk(c->db, import_fn, &x, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    print_plan(c, &k, &plan, x.framework);
    return EXIT_DONE;
}

const struct verb verb_import_framework = {
    .name = "import framework",
    .arguments = "FILE",
    .summary = "Import a competency framework from CASE JSON or CSV",
    .details = "Without --apply nothing is changed: problems are told by row and column or by the path in the JSON, and what would be "
               "done is printed. An import is all or nothing. Items that an earlier version has keep their competencies, so that evidence "
               "stays valid: they are known by their identifier, in CSV by their code.",
    .options = import_options,
    .option_count = COUNT_OF(import_options),
    .run = run_import,
};

/* ---- export ---------------------------------------------------------------------------------------------------------------------- */

static const struct option_def export_options[] = {
    DB_OPTION,
    {"csv", NULL, "as CSV; else as CASE 1.1 JSON"},
    {"language", "TAG", "with --csv: the texts in this language; else in the framework's own"},
    {"base-url", "URL", "the address of the site, for the addresses in the package (default: where it is served, or was last)"},
};

static int run_export(struct command *c)
{
    struct err e = {0};
    struct str out = S("");
    struct framework_content k;
    int64_t id = 0;
    if (c->arg_count != 0 && !str_to_int(str_from(c->args[0]), &id)) {
        command_say("'%s' is not the number of a framework", c->args[0]);
        return EXIT_USAGE;
    }
    if (!command_open(c, false))
        return EXIT_REFUSED;
    enum rc rc = c->arg_count != 0 ? RC_OK : framework_of_programme(c->db, c->a, 0, &id);
    if (rc == RC_OK && command_flag(c, "csv")) {
        rc = framework_content_load(c->db, c->a, id, &k);
        struct str language = str_from(command_option(c, "language", ""));
        if (rc == RC_OK)
            out = content_write_csv(c->a, &k, str_eq(language, k.language) ? S("") : language);
    } else if (rc == RC_OK) {
        rc = case_export(c->db, c->a, id, site_address(c), &out, &e);
    }
    if (rc == RC_NOT_FOUND) {
        if (c->arg_count != 0)
            command_say("there is no framework %s", c->args[0]);
        else
            command_say("the site has no default framework");
        return EXIT_REFUSED;
    }
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    fwrite(out.p, 1, out.n, stdout);
    return EXIT_DONE;
}

const struct verb verb_export_framework = {
    .name = "export framework",
    .arguments = "[ID]",
    .summary = "Print a competency framework as CASE 1.1 JSON or CSV",
    .details = "ID is the number in the address of the framework's page; without it, the site's default is printed. What was imported "
               "comes out as it went in.",
    .options = export_options,
    .option_count = COUNT_OF(export_options),
    .run = run_export,
};
