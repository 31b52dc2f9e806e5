/* `cadre xapi client`: a name and a secret for a program that sends statements to the record store, or reads them. `cadre xapi export` and
 * `import`: the statements as lines of JSON. */
#include <errno.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "campus/xapi/lines.h"
#include "campus/xapi/xapi.h"
#include "command/site.h"
#include "command/verbs.h"

static const struct option_def options[] = {
    DB_OPTION,
    {"name", "TEXT", "which program it is, for people"},
    {"may", "SCOPES", "what it may do, words with spaces between (default: " XAPI_SCOPES_USUAL "; also statements/read/mine)"},
    {"per-minute", "N", "requests a minute (default 6000)"},
    {"base-url", "URL", "the address of the site (default: where it is served, or was last)"},
    JSON_OPTION,
};

struct making {
    struct arena *a;
    struct xapi_client_new n;
    struct xapi_client_made made;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    (void)e;
    return xapi_client_make(tx, m->a, &m->n, 0, &m->made);
}

static int run(struct command *c)
{
    struct err e = {0};
    const char *name = command_option(c, "name", NULL), *may = command_option(c, "may", XAPI_SCOPES_USUAL);
    struct making m = {.a = c->a, .n = {.name = str_from(name), .may = str_from(may), .now = clock_now()}};
    struct str words = m.n.may, word;
    size_t scope;
    if (m.n.name.n == 0 || m.n.name.n > 80) {
        command_say("say which program it is: --name TEXT, at most 80 bytes");
        return EXIT_USAGE;
    }
    while (str_cut(&words, ' ', &word))
        if (!xapi_scope_find(word, &scope)) {
            command_say("there is no scope '%.*s'; `cadre xapi client --help` lists them", STR_ARG(word));
            return EXIT_USAGE;
        }
    if (!command_number(c, "per-minute", 6000, 1, 10000000, &m.n.per_minute))
        return EXIT_USAGE;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    m.n.site = site_address(c);
    enum rc rc = store_write(c->db, make, &m, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    struct buf b = buf_new(c->a, 256);
    if (c->json) {
        buf_z(&b, "{\"login\":");
        buf_json(&b, m.made.login);
        buf_z(&b, ",\"secret\":");
        buf_json(&b, m.made.secret);
        buf_ch(&b, '}');
    } else {
        buf_printf(&b, "%.*s:%.*s", STR_ARG(m.made.login), STR_ARG(m.made.secret));
    }
    printf("%.*s\n", (int)b.n, b.p);
    return EXIT_DONE;
}

const struct verb verb_xapi_client = {
    .name = "xapi client",
    .arguments = "",
    .summary = "Let a program use the record store",
    .details = "Prints the name and the secret with which the program signs in (Basic authentication, under /xapi). The secret is shown "
               "once; only its hash is kept.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};

/* ---- as lines ---------------------------------------------------------------------------------------------------------------------------- */

static const struct option_def export_options[] = {DB_OPTION};

static int run_export(struct command *c)
{
    struct err e = {0};
    int64_t count;
    bool to_output = strcmp(c->args[0], "-") == 0;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    FILE *out = to_output ? stdout : fopen(c->args[0], "wx");
    if (out == NULL) {
        command_say("%s: %s", c->args[0], strerror(errno));
        return EXIT_REFUSED;
    }
    enum rc rc = xapi_lines_export(c->db, out, to_output ? NULL : progress_show, NULL, &count, &e);
    progress_end();
    if (!to_output && fclose(out) != 0 && rc == RC_OK)
        rc = err_set(&e, RC_BUSY, 0, "the file cannot be written: %s", strerror(errno));
    if (rc != RC_OK) {
        if (!to_output)
            remove(c->args[0]);
        return command_fail(c, rc, &e);
    }
    if (!to_output)
        printf("%" PRId64 " statements\n", count);
    return EXIT_DONE;
}

const struct verb verb_xapi_export = {
    .name = "xapi export",
    .arguments = "FILE",
    .summary = "Write all statements of the record store into a file",
    .details = "One statement a line, as JSON, in the order in which they were stored, voided ones too; the bytes of attachments in base64. FILE must "
               "be new; - is the standard output. States and profiles are not among them: `cadre backup` copies everything.",
    .options = export_options,
    .option_count = COUNT_OF(export_options),
    .run = run_export,
};

static const struct option_def import_options[] = {
    DB_OPTION,
    {"keep-stored", NULL, "keep the times at which they were stored elsewhere: for a store that is new"},
    JSON_OPTION,
};

static int say_import(const struct command *c, enum rc rc, const struct xapi_lines_told *told, const struct err *e)
{
    if (c->json)
        printf("{\"stored\":%" PRId64 ",\"known\":%" PRId64 ",\"line\":%" PRId64 "}\n", told->stored, told->known, told->line);
    else
        printf("%" PRId64 " statements stored, %" PRId64 " were here already\n", told->stored, told->known);
    if (rc == RC_OK)
        return EXIT_DONE;
    if (told->line != 0)
        command_say("line %" PRId64 " is wrong, and nothing of its batch was stored. When it is mended, bring the whole file again:", told->line);
    return command_fail(c, rc, e);
}

static int run_import(struct command *c)
{
    struct err e = {0};
    struct xapi_lines_told told = {0};
    struct stat st = {0};
    bool from_input = strcmp(c->args[0], "-") == 0;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    FILE *in = from_input ? stdin : fopen(c->args[0], "r");
    if (in == NULL || fstat(fileno(in), &st) != 0) {
        command_say("%s: %s", c->args[0], strerror(errno));
        return EXIT_REFUSED;
    }
    enum rc rc = xapi_lines_import(c->db, in, (int64_t)st.st_size, command_flag(c, "keep-stored"), progress_show, NULL, &told, &e);
    progress_end();
    if (!from_input)
        fclose(in);
    return say_import(c, rc, &told, &e);
}

const struct verb verb_xapi_import = {
    .name = "xapi import",
    .arguments = "FILE",
    .summary = "Bring statements from a file into the record store",
    .details = "One statement a line, as JSON: what `cadre xapi export` writes, or plain statements of another store. Ids and who vouched for them are "
               "kept. Fifty lines at a time are stored whole or not at all; the first wrong line ends it, and is named. What is here already is left, "
               "so the same file can be brought again.",
    .options = import_options,
    .option_count = COUNT_OF(import_options),
    .run = run_import,
};
