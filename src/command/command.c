/* Parsing the command line, help, man pages, settings: see command.h. */
#include "command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/msg.h"
#include "gen/msg_error.h"

/* ---- settings -------------------------------------------------------------------------------------------------------- */
struct config {
    struct arena *a;
    struct {
        const char *name;
        const char *value;
    } entries[64];
    size_t count;
};
static struct config config;

static int config_entry(void *user, const char *section, const char *name, const char *value)
{
    struct config *c = user;
    (void)section;
    if (c->count == COUNT_OF(c->entries))
        return 0;
    c->entries[c->count].name = str_z(c->a, str_from(name));
    c->entries[c->count++].value = str_z(c->a, str_from(value));
    return 1;
}

static bool config_load(struct arena *a)
{
    const char *path = getenv("CADRE_CONFIG");
    config = (struct config){.a = a};
    if (path == NULL) {
        path = "/etc/cadre.conf";
        if (access(path, R_OK) != 0)
            return true;
    }
    int line = ini_parse(path, config_entry, &config);
    if (line == 0)
        return true;
    if (line < 0)
        command_say("cannot read the configuration file %s", path);
    else
        command_say("%s, line %d: not a setting; a line is `name = value`", path, line);
    return false;
}

static const char *setting(struct arena *a, const char *name)
{
    struct buf b = buf_new(a, 64);
    buf_z(&b, "CADRE_");
    for (const char *p = name; *p != '\0'; p++)
        buf_ch(&b, *p == '-' ? '_' : (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p));
    buf_ch(&b, '\0');
    const char *env = getenv(b.p);
    if (env != NULL && env[0] != '\0')
        return env;
    for (size_t i = 0; i < config.count; i++)
        if (strcmp(config.entries[i].name, name) == 0)
            return config.entries[i].value;
    return NULL;
}

const char *command_option(const struct command *c, const char *name, const char *otherwise)
{
    for (size_t i = 0; i < c->verb->option_count; i++)
        if (strcmp(c->verb->options[i].name, name) == 0 && c->values[i] != NULL)
            return c->values[i];
    const char *set = setting(c->a, name);
    return set != NULL ? set : otherwise;
}

bool command_flag(const struct command *c, const char *name)
{
    for (size_t i = 0; i < c->verb->option_count; i++)
        if (strcmp(c->verb->options[i].name, name) == 0)
            return c->values[i] != NULL;
    return false;
}

bool command_switch(const struct command *c, const char *name, bool *on)
{
    static const char *const yes[] = {"yes", "on", "true", "1"}, *const no[] = {"no", "off", "false", "0"};
    const char *set = setting(c->a, name);
    *on = command_flag(c, name);
    if (*on || set == NULL)
        return true;
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        *on = str_eq_nocase(str_from(set), str_from(yes[i]));
        if (*on || str_eq_nocase(str_from(set), str_from(no[i])))
            return true;
    }
    command_say("the setting %s is yes or no, not '%s'", name, set);
    return false;
}

bool command_number(const struct command *c, const char *name, int64_t otherwise, int64_t least, int64_t most, int64_t *out)
{
    const char *text = command_option(c, name, NULL);
    *out = otherwise;
    if (text == NULL)
        return true;
    if (str_to_int(str_from(text), out) && *out >= least && *out <= most)
        return true;
    command_say("--%s takes a whole number from %" PRId64 " to %" PRId64 ", not '%s'", name, least, most, text);
    return false;
}

/* ---- messages --------------------------------------------------------------------------------------------------------- */
void command_say(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("cadre: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

int command_fail(const struct command *c, enum rc rc, const struct err *e)
{
    static const int general[] = {
        [RC_OK] = M_error_internal,          [RC_INVALID] = M_error_invalid,
        [RC_MALFORMED] = M_error_malformed,  [RC_UNAUTHENTICATED] = M_error_unauthenticated,
        [RC_DENIED] = M_error_denied,        [RC_NOT_FOUND] = M_error_not_found,
        [RC_CONFLICT] = M_error_conflict,    [RC_GONE] = M_error_gone,
        [RC_TOO_LARGE] = M_error_too_large,  [RC_UNSUPPORTED] = M_error_unsupported,
        [RC_RATE_LIMITED] = M_error_rate_limited, [RC_BUSY] = M_error_busy,
        [RC_INTERNAL] = M_error_internal};
    bool told = e != NULL && e->msg != 0;
    struct msg_arg args[] = {MSG_TEXT("detail", str_from(e != NULL ? e->detail : "")),
                             MSG_TEXT("field", str_from(e != NULL ? e->field : ""))};
    struct str text = msg_format(c->a, 0, told ? e->msg : general[rc], args, COUNT_OF(args));
    if (!told && rc == RC_CONFLICT && e != NULL && e->detail[0] != '\0') /* no form that somebody else sent first */
        command_say("%s", e->detail);
    else if (!told && e != NULL && e->detail[0] != '\0')
        command_say("%.*s (%s)", STR_ARG(text), e->detail);
    else
        command_say("%.*s", STR_ARG(text));
    return EXIT_REFUSED;
}

static uint64_t progress_from;
static bool progress_shown;

void progress_show(void *arg, int64_t done, int64_t total)
{
    static uint64_t last;
    uint64_t now = clock_steady_us();
    (void)arg;
    if (progress_from == 0)
        progress_from = now;
    if (!isatty(STDERR_FILENO) || now - progress_from < 1000000 || (now - last < 100000 && done < total))
        return;
    last = now;
    progress_shown = true;
    int width = 40, filled = total > 0 ? (int)(done * width / total) : 0;
    fprintf(stderr, "\r[%.*s%.*s] %3d %%  %" PRId64 " of %" PRId64 " ", filled < width ? filled : width,
            "########################################", width - (filled < width ? filled : width),
            "                                        ", total > 0 ? (int)(done * 100 / total) : 0, done, total);
    fflush(stderr);
}

void progress_end(void)
{
    if (progress_shown)
        fputc('\n', stderr);
    progress_from = 0;
    progress_shown = false;
}

/* ---- database and files ------------------------------------------------------------------------------------------------ */
bool command_open_as_is(struct command *c, bool create)
{
    struct err e = {0};
    c->db_url = command_option(c, "db", "cadre.db");
    enum rc rc = store_open(c->db_url, (struct store_options){.create = create}, &c->store, &e);
    if (rc != RC_OK) {
        c->store = NULL;
        if (rc == RC_NOT_FOUND)
            command_say("%s; 'cadre serve' and 'cadre demo' make a database, --db says where it lies", e.detail);
        else
            command_fail(c, rc, &e);
        return false;
    }
    return true;
}

bool command_open(struct command *c, bool create)
{
    struct err e = {0};
    if (!command_open_as_is(c, create))
        return false;
    enum rc rc = store_migrate(c->store, NULL, NULL, &e);
    if (rc == RC_OK)
        rc = store_connect(c->store, &c->db, &e);
    if (rc != RC_OK) {
        command_fail(c, rc, &e);
        return false;
    }
    return true;
}

void command_close(struct command *c)
{
    if (c->db != NULL)
        db_close(c->db);
    if (c->store != NULL)
        store_close(c->store);
    c->db = NULL;
    c->store = NULL;
}

bool command_read_file(struct command *c, const char *path, size_t most, struct str *out)
{
    bool from_stdin = strcmp(path, "-") == 0;
    int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        command_say("cannot read %s: %s", path, strerror(errno));
        return false;
    }
    struct buf b = buf_new(c->a, 64 * 1024);
    char chunk[32768];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0 && b.n <= most)
        buf_add(&b, chunk, (size_t)n);
    int problem = errno;
    if (!from_stdin)
        close(fd);
    if (n < 0)
        command_say("cannot read %s: %s", path, strerror(problem));
    else if (b.n > most)
        command_say("%s is larger than %zu bytes", path, most);
    *out = buf_text(&b);
    return n == 0 && b.n <= most;
}

/* ---- help --------------------------------------------------------------------------------------------------------------- */
static void print_help(const struct verb *v)
{
    printf("usage: cadre %s%s%s%s\n\n%s.\n", v->name, v->option_count != 0 ? " [options]" : "", v->arguments[0] != '\0' ? " " : "",
           v->arguments, v->summary);
    if (v->details != NULL)
        printf("\n%s\n", v->details);
    printf("\nOptions:\n");
    for (size_t i = 0; i < v->option_count; i++) {
        const struct option_def *o = &v->options[i];
        int used = printf("  --%s%s%s", o->name, o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
        printf("%*s%s\n", used < 26 ? 26 - used : 1, "", o->help);
    }
    printf("  --help                  this text\n");
    printf("\nExit status: 0 done, 1 refused or found something, 2 used wrongly.\n");
}

/* A man page in man(7) macros; the same words as --help. A leading dot or quote would be a request to troff. */
static void man_text(FILE *to, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == '\n' && p[1] == '\n') {
            fputs("\n.PP\n", to);
            p++;
            line_start = true;
            continue;
        }
        if (line_start && (*p == '.' || *p == '\''))
            fputs("\\&", to);
        if (*p == '-')
            fputs("\\-", to);
        else if (*p == '\\')
            fputs("\\e", to);
        else
            fputc(*p, to);
        line_start = *p == '\n';
    }
    fputc('\n', to);
}

static void man_name(const struct verb *v, char name[64])
{
    snprintf(name, 64, "cadre-%s", v->name);
    for (char *p = name; *p != '\0'; p++)
        if (*p == ' ')
            *p = '-';
}

static void print_man(FILE *to, const struct verb *v)
{
    char name[64];
    man_name(v, name);
    fprintf(to, ".TH %s 1 \"\" \"Cadre %s\" \"Cadre\"\n.SH NAME\n%s \\- ", name, CADRE_VERSION, name);
    man_text(to, v->summary);
    fprintf(to, ".SH SYNOPSIS\n.B cadre %s\n.RI [ options ]\n", v->name);
    if (v->arguments[0] != '\0')
        fprintf(to, ".I %s\n", v->arguments);
    fprintf(to, ".SH DESCRIPTION\n");
    man_text(to, v->details != NULL ? v->details : v->summary);
    fprintf(to, ".SH OPTIONS\n");
    for (size_t i = 0; i < v->option_count; i++) {
        const struct option_def *o = &v->options[i];
        fprintf(to, ".TP\n.B \\-\\-%s%s%s\n", o->name, o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
        man_text(to, o->help);
    }
    fprintf(to, ".TP\n.B \\-\\-help\nThis text.\n"
                ".SH EXIT STATUS\n0 done, 1 refused or found something, 2 used wrongly.\n"
                ".SH ENVIRONMENT\nEvery option with a value, and every switch of cadre serve (yes or no), is also a setting: CADRE_NAME in the environment (CADRE_DB for "
                "\\-\\-db), or a line name = value in the file that CADRE_CONFIG names (else /etc/cadre.conf).\n");
}

/* `cadre man DIR`: every man page into a folder; the build does this. */
static int write_man_pages(const char *dir)
{
    for (size_t i = 0; i < verb_count; i++) {
        char name[64], path[4096];
        man_name(all_verbs[i], name);
        snprintf(path, sizeof path, "%s/%s.1", dir, name);
        FILE *to = fopen(path, "w");
        if (to == NULL) {
            command_say("cannot write %s: %s", path, strerror(errno));
            return EXIT_REFUSED;
        }
        print_man(to, all_verbs[i]);
        if (fclose(to) != 0) {
            command_say("cannot write %s: %s", path, strerror(errno));
            return EXIT_REFUSED;
        }
    }
    return EXIT_DONE;
}

static void print_overview(FILE *to)
{
    fprintf(to, "Cadre %s: leadership programmes in medical education.\n\nusage: cadre VERB [options]\n\n", CADRE_VERSION);
    for (size_t i = 0; i < verb_count; i++)
        fprintf(to, "  %-18s %s\n", all_verbs[i]->name, all_verbs[i]->summary);
    fprintf(to, "\n`cadre VERB --help` tells more of each.\n");
}

/* ---- the command line ------------------------------------------------------------------------------------------------------ */
static const struct verb *find_verb(int argc, char **argv, int *used)
{
    const struct verb *found = NULL;
    *used = 0;
    for (size_t i = 0; i < verb_count; i++) {
        struct str rest = str_from(all_verbs[i]->name), word;
        int n = 0;
        bool same = true;
        while (same && str_cut(&rest, ' ', &word)) {
            same = n + 1 < argc && str_eq_z(word, argv[n + 1]);
            n++;
        }
        if (same && n > *used) {
            found = all_verbs[i];
            *used = n;
        }
    }
    return found;
}

static bool take_option(struct command *c, int argc, char **argv, int *at)
{
    struct str given = str_from(argv[*at] + 2), name = given;
    size_t eq;
    bool with_value = str_find(given, S("="), &eq);
    if (with_value)
        name = str_sub(given, 0, eq);
    for (size_t i = 0; i < c->verb->option_count; i++) {
        const struct option_def *o = &c->verb->options[i];
        if (!str_eq_z(name, o->name))
            continue;
        if (o->argument == NULL) {
            if (with_value)
                command_say("--%s takes no value", o->name);
            c->values[i] = "";
            return !with_value;
        }
        if (!with_value && *at + 1 >= argc) {
            command_say("--%s needs a value: %s", o->name, o->argument);
            return false;
        }
        c->values[i] = with_value ? argv[*at] + 2 + eq + 1 : argv[++*at];
        return true;
    }
    command_say("unknown option --%.*s", STR_ARG(name));
    return false;
}

static bool right_count(const struct command *c)
{
    size_t least = 0, most = 0;
    struct str rest = str_from(c->verb->arguments), word;
    while (rest.n != 0 && str_cut(&rest, ' ', &word)) {
        most = str_ends(word, S("...")) ? COUNT_OF(c->args) : most + 1;
        least += word.p[0] != '[';
    }
    if (c->arg_count >= least && c->arg_count <= most)
        return true;
    command_say("`cadre %s` takes %s%s", c->verb->name, most == 0 ? "no arguments" : "", c->verb->arguments);
    return false;
}

static int run_verb(struct command *c, int argc, char **argv, int first)
{
    bool options_over = false;
    for (int i = first; i < argc; i++) {
        if (!options_over && strcmp(argv[i], "--") == 0) {
            options_over = true;
        } else if (!options_over && strcmp(argv[i], "--help") == 0) {
            print_help(c->verb);
            return EXIT_DONE;
        } else if (!options_over && strcmp(argv[i], "--man") == 0) {
            print_man(stdout, c->verb);
            return EXIT_DONE;
        } else if (!options_over && strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(c, argc, argv, &i))
                return EXIT_USAGE;
        } else if (c->arg_count == COUNT_OF(c->args)) {
            command_say("too many arguments");
            return EXIT_USAGE;
        } else {
            c->args[c->arg_count++] = argv[i];
        }
    }
    if (!right_count(c))
        return EXIT_USAGE;
    c->json = command_flag(c, "json");
    return c->verb->run(c);
}

int command_main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_overview(stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("cadre %s\n", CADRE_VERSION);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "man") == 0 && argc == 3)
        return write_man_pages(argv[2]);
    int used;
    struct command c = {.verb = find_verb(argc, argv, &used)};
    if (c.verb == NULL) {
        command_say("there is no verb '%s'; `cadre --help` lists them", argv[1]);
        return EXIT_USAGE;
    }
    ASSERT(c.verb->option_count <= COUNT_OF(c.values));
    c.a = arena_new(64 * 1024);
    if (strcmp(c.verb->name, "serve") != 0)
        log_set_level(LOG_WARN); /* at a terminal, what went well needs no line */
    int status = config_load(c.a) ? run_verb(&c, argc, argv, used + 1) : EXIT_USAGE;
    command_close(&c);
    arena_free(c.a);
    if (fflush(stdout) != 0 && status == EXIT_DONE) {
        command_say("cannot write the result: %s", strerror(errno));
        status = EXIT_REFUSED;
    }
    return status;
}
