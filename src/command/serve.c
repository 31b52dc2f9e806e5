/* `cadre serve`: the server with its jobs, until SIGINT or SIGTERM. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "auth/secret.h"
#include "base/log.h"
#include "command/site.h"
#include "command/verbs.h"
#include "out/mail.h"

static const struct option_def options[] = {
    DB_OPTION,
    {"listen", "ADDR:PORT", "where to listen: 127.0.0.1:8080, [::1]:0, unix:/run/cadre.sock (default 127.0.0.1:8080)"},
    {"base-url", "URL", "the address people use, for links in mails (default: http://ADDR:PORT)"},
    {"workers", "N", "requests answered at once (default 8)"},
    {"sign-on-socket", "PATH", "a further Unix socket: a proxy that connects here may say who somebody is (docs/sign-on.md)"},
    {"trust-proxy", NULL, "believe X-Forwarded-For and -Proto of a proxy on this machine"},
    {"no-access-log", NULL, "do not log each request"},
    {"no-rate-limits", NULL, "do not limit requests: benches and tests only"},
    {"mail-server", "URL", "smtp://HOST:587 or smtps://HOST; without one, sign-in links are printed here"},
    {"mail-user", "NAME", "for signing in at the mail server; its password is CADRE_MAIL_PASSWORD or in the configuration file"},
    {"mail-password", "TEXT", "better not given here, where others can see it"},
    {"mail-from", "ADDRESS", "sender of mails (default: cadre@HOST of the base URL)"},
    {"mail-plain", NULL, "allow a mail server without TLS: one on this machine"},
    {"mail-hour", "HOUR", "when mails of a day come together, 1 to 23, in the zone of who reads them (default 7)"},
    {"zone", "NAME", "time zone of the site where a programme sets none (default UTC)"},
    {"secret", "TEXT", "locks private keys and the secrets of other systems; at least 32 characters drawn by chance, better in the configuration file"},
};

static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, set, NULL); /* before any thread: all inherit it */
    signal(SIGPIPE, SIG_IGN);
}

/* The C library keeps a heap for each thread and, once something large was freed, all that size in each: few heaps, and what is large
 * goes back at once. */
static void keep_small(void)
{
    mallopt(M_ARENA_MAX, 4);
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    mallopt(M_TRIM_THRESHOLD, 512 * 1024);
}

static bool settings_from(struct command *c, struct app *app)
{
    int64_t workers;
    if (!command_number(c, "workers", 8, 1, 256, &workers))
        return false;
    struct http_settings *set = &app->settings;
    *set = (struct http_settings){.workers = (int)workers};
    if (!command_switch(c, "trust-proxy", &set->trust_proxy) || !command_switch(c, "no-access-log", &set->no_access_log) ||
        !command_switch(c, "no-rate-limits", &set->no_rate_limits))
        return false;
    set->sign_on_socket = command_option(c, "sign-on-socket", NULL);
    const char *zone = command_option(c, "zone", "UTC");
    app->zone = zone_find(str_from(zone));
    if (app->zone == NULL)
        command_say("there is no time zone called '%s'; Europe/London is one", zone);
    return app->zone != NULL;
}

/* "example.org" of "https://example.org:8443/cadre" */
static struct str host_of(struct str url)
{
    size_t at = 0;
    struct str host;
    if (str_find(url, S("://"), &at))
        url = str_sub(url, at + 3, url.n);
    (void)str_cut(&url, '/', &host);
    url = host;
    (void)str_cut(&url, ':', &host);
    return host;
}

static bool mail_from(struct command *c)
{
    struct str host = host_of(str_from(command_option(c, "base-url", "http://localhost")));
    struct mail_settings mail = {.server = command_option(c, "mail-server", NULL),
                                 .user = command_option(c, "mail-user", NULL),
                                 .password = command_option(c, "mail-password", NULL),
                                 .from = command_option(c, "mail-from", str_printf(c->a, "cadre@%.*s", STR_ARG(host)).p)};
    if (!command_switch(c, "mail-plain", &mail.plain))
        return false;
    int64_t hour;
    if (!command_number(c, "mail-hour", 7, 1, 23, &hour))
        return false;
    mail.digest_hour = (int)hour;
    size_t kind_count;
    const struct mail_kind *kinds = site_mails(c->a, &kind_count);
    mail_configure(&mail, kinds, kind_count);
    return true;
}

static bool secret_from(struct command *c)
{
    struct str secret = str_from(command_option(c, "secret", ""));
    if (secret.n != 0 && secret.n < SECRET_LEAST) {
        command_say("secret is too short: it takes at least %d characters, drawn by chance", SECRET_LEAST);
        return false;
    }
    secret_configure(secret);
    return true;
}

static int serve(struct command *c)
{
    struct err e = {0};
    struct app app = {0};
    sigset_t signals;
    block_signals(&signals);
    keep_small();
    if (!settings_from(c, &app) || !mail_from(c) || !secret_from(c))
        return EXIT_USAGE;
    if (!command_open(c, true))
        return EXIT_REFUSED;
    app.store = c->store;
    site_fill(&app, c->a);
    struct server *server;
    enum rc rc = server_start(&app, command_option(c, "listen", "127.0.0.1:8080"), &server, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    size_t job_count;
    const struct job_handler *handlers = site_jobs(c->a, &job_count);
    struct jobs *jobs = NULL;
    rc = jobs_start(c->store, handlers, job_count, &jobs, &e);
    if (rc != RC_OK)
        command_fail(c, rc, &e);
    struct mailer *mailer = NULL;
    struct str base = str_from(command_option(c, "base-url", str_printf(c->a, "http://%s", server_address(server)).p));
    mail_set_base(base);
    rc = str_starts(base, S("http://unix:")) ? RC_OK : site_note_address(c, base, &e);
    if (rc != RC_OK)
        command_fail(c, rc, &e);
    printf("http://%s/\n", server_address(server)); /* the first line: before the lines of mails that waited */
    fflush(stdout);
    rc = mailer_start(c->store, &mailer, &e);
    if (rc != RC_OK)
        command_fail(c, rc, &e);
    int got;
    sigwait(&signals, &got);
    log_event(LOG_INFO, "serve.stop", "signal=%d", got);
    jobs_stop(jobs);
    mailer_stop(mailer);
    if (!server_stop(server)) {
        log_event(LOG_ERROR, "serve.stop", "a request did not end in time");
        _exit(EXIT_REFUSED);
    }
    return EXIT_DONE;
}

const struct verb verb_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "Serve the site until it is told to stop",
    .details = "Opens the database, brings it up to date, and answers HTTP. The address is printed on standard output once it can "
               "be reached. SIGINT and SIGTERM stop it after the requests that run. In production it stands behind a proxy that "
               "does TLS (see docs/operate.md).",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = serve,
};
