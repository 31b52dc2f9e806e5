/* `cadre verify PACK [OTHER]`: is an evidence pack as it was made, by whose key, and how does another one differ from it. Needs no
 * database. docs/pack.md. */
#include "engine/pack/pack.h"

#include <errno.h>

#include "base/clock.h"
#include "command/verbs.h"

#define KEY_BYTES_MOST 10000

/* One pack of the command line. */
struct checked {
    const char *path;
    struct pack pack;
    struct problems problems;
};

static void print(const struct buf *b, int *status)
{
    if (fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0)
        return;
    command_say("cannot write the result: %s", strerror(errno));
    *status = EXIT_REFUSED;
}

static struct str problem_text(struct command *c, const struct problem *p)
{
    struct msg_arg detail = MSG_TEXT("detail", p->detail);
    return msg_format(c->a, 0, p->msg, &detail, 1);
}

static bool check(struct command *c, const char *path, const unsigned char *key, struct checked *x)
{
    struct str bytes;
    *x = (struct checked){.path = path, .problems = problems_new(c->a)};
    if (!command_read_file(c, path, PACK_BYTES_MOST + 1, &bytes))
        return false;
    pack_read(c->a, bytes, key, &x->problems, &x->pack);
    return true;
}

/* ---- words -------------------------------------------------------------------------------------------------------------------------- */

static void say_pack(struct command *c, const struct checked *x, bool key_given, struct buf *b)
{
    const struct pack_about *t = &x->pack.about;
    for (size_t k = 0; k < x->problems.kept; k++) {
        const struct problem *p = &x->problems.items[k];
        struct str text = problem_text(c, p);
        if (p->file.n != 0)
            command_say("%s: %.*s: %.*s", x->path, STR_ARG(p->file), STR_ARG(text));
        else
            command_say("%s: %.*s", x->path, STR_ARG(text));
    }
    buf_printf(b, "%s: %s\n", x->path, x->problems.errors == 0 ? "in order" : "NOT in order");
    if (t->programme.p == NULL)
        return;
    buf_printf(b, "  programme  %.*s, %.*s\n  period     ", STR_ARG(t->programme), STR_ARG(t->programme_title));
    day_format(b, t->from_day);
    buf_z(b, " to ");
    day_format(b, t->until_day);
    buf_printf(b, "\n  template   %.*s, version %" PRId64 "\n  made by    %.*s\n  files      %zu listed\n  key        %.*s\n", STR_ARG(t->template), t->template_version,
               STR_ARG(t->software), x->pack.listed, STR_ARG(x->pack.fingerprint));
    if (key_given)
        buf_z(b, x->problems.errors == 0 ? "  The signature was made with the key that you gave.\n" : "");
    else
        buf_z(b, "  The signature was checked with the key in the pack. That says the pack is whole, not who made it: compare this fingerprint\n"
                 "  with the one that the programme publishes, or give its public key by --key.\n");
}

static void say_change(struct buf *b, const struct pack_change *x)
{
    buf_printf(b, "  %.*s", STR_ARG(x->label));
    if (x->group.n != 0)
        buf_printf(b, " (%.*s)", STR_ARG(x->group));
    switch (x->kind) {
    case PACK_CHANGED: buf_printf(b, ": %.*s -> %.*s\n", STR_ARG(x->from), STR_ARG(x->to)); break;
    case PACK_APPEARED: buf_printf(b, ": new: %.*s\n", STR_ARG(x->to)); break;
    case PACK_GONE: buf_printf(b, ": no longer there, was: %.*s\n", STR_ARG(x->from)); break;
    }
}

static void say_difference(const struct pack_difference *d, struct buf *b)
{
    buf_printf(b, "difference: %zu figures and records differ, %zu are the same\n", d->figure_count, d->same);
    for (size_t k = 0; k < d->about_count; k++)
        say_change(b, &d->about[k]);
    for (size_t k = 0; k < d->figure_count; k++)
        say_change(b, &d->figures[k]);
}

/* ---- JSON --------------------------------------------------------------------------------------------------------------------------- */

static void json_pack(struct command *c, const struct checked *x, bool key_given, struct buf *b)
{
    const struct pack_about *t = &x->pack.about;
    buf_z(b, "{\"pack\":");
    buf_json(b, str_from(x->path));
    buf_printf(b, ",\"in_order\":%s,\"key_given\":%s,\"key\":", x->problems.errors == 0 ? "true" : "false", key_given ? "true" : "false");
    buf_json(b, x->pack.has_key ? x->pack.fingerprint : STR_NONE);
    buf_z(b, ",\"programme\":");
    buf_json(b, t->programme);
    buf_z(b, ",\"template\":");
    buf_json(b, t->template);
    buf_printf(b, ",\"template_version\":%" PRId64 ",\"files\":%zu,\"problems\":[", t->template_version, x->pack.listed);
    for (size_t k = 0; k < x->problems.kept; k++) {
        buf_z(b, k == 0 ? "{\"file\":" : ",{\"file\":");
        buf_json(b, x->problems.items[k].file);
        buf_z(b, ",\"text\":");
        buf_json(b, problem_text(c, &x->problems.items[k]));
        buf_ch(b, '}');
    }
    buf_z(b, "]}");
}

static void json_changes(const struct pack_change *v, size_t count, struct buf *b)
{
    static const char *const kinds[] = {[PACK_CHANGED] = "changed", [PACK_APPEARED] = "appeared", [PACK_GONE] = "gone"};
    buf_ch(b, '[');
    for (size_t k = 0; k < count; k++) {
        buf_printf(b, "%s{\"kind\":\"%s\",\"code\":", k == 0 ? "" : ",", kinds[v[k].kind]);
        buf_json(b, v[k].code);
        buf_z(b, ",\"group\":");
        buf_json(b, v[k].group);
        buf_z(b, ",\"label\":");
        buf_json(b, v[k].label);
        buf_z(b, ",\"from\":");
        buf_json(b, v[k].from);
        buf_z(b, ",\"to\":");
        buf_json(b, v[k].to);
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
}

/* ---- the verb ----------------------------------------------------------------------------------------------------------------------- */

static bool read_key(struct command *c, const char *path, unsigned char key[PACK_KEY_BYTES])
{
    struct str pem;
    if (!command_read_file(c, path, KEY_BYTES_MOST, &pem))
        return false;
    if (pack_key_read(c->a, pem, key))
        return true;
    command_say("%s: this is no Ed25519 public key in PEM form", path);
    return false;
}

static int run(struct command *c)
{
    unsigned char given[PACK_KEY_BYTES];
    const char *path = command_option(c, "key", NULL);
    struct checked packs[2];
    struct pack_difference d = {0};
    struct err e = {0};
    int status = EXIT_DONE;
    if (path != NULL && !read_key(c, path, given))
        return EXIT_USAGE;
    for (size_t k = 0; k < c->arg_count; k++) {
        if (!check(c, c->args[k], path != NULL ? given : NULL, &packs[k]))
            return EXIT_USAGE;
        if (packs[k].problems.errors != 0)
            status = EXIT_REFUSED;
    }
    if (c->arg_count == 2 && pack_compare(c->a, pack_file(&packs[0].pack, PACK_DATA), pack_file(&packs[1].pack, PACK_DATA), &d, &e) != RC_OK)
        status = command_fail(c, e.rc, &e);
    struct buf b = buf_new(c->a, 4096);
    if (c->json)
        buf_z(&b, "{\"packs\":[");
    for (size_t k = 0; k < c->arg_count; k++) {
        if (c->json && k != 0)
            buf_ch(&b, ',');
        (c->json ? json_pack : say_pack)(c, &packs[k], path != NULL, &b);
    }
    if (c->json)
        buf_ch(&b, ']');
    if (c->arg_count == 2 && e.rc == RC_OK) {
        if (c->json) {
            buf_printf(&b, ",\"same\":%zu,\"about\":", d.same);
            json_changes(d.about, d.about_count, &b);
            buf_z(&b, ",\"differences\":");
            json_changes(d.figures, d.figure_count, &b);
        } else {
            say_difference(&d, &b);
        }
    }
    if (c->json)
        buf_z(&b, "}\n");
    print(&b, &status);
    return status;
}

static const struct option_def options[] = {
    {"key", "FILE", "the public key (PEM) that must have signed; without it, the key in the pack is taken and its fingerprint printed"},
    JSON_OPTION,
};

const struct verb verb_verify = {
    .name = "verify",
    .arguments = "PACK [OTHER]",
    .summary = "Check that an evidence pack is as it was made, and how another differs",
    .details = "Checks the zip file, the manifest, the SHA-256 of every file and the Ed25519 signature, and tells what is wrong by file. Exit status 0: in "
               "order; 1: not; 2: a file could not be read, or the command was used wrongly. With OTHER both are checked, and the figures and records that "
               "changed, appeared or went from PACK to OTHER are told; that they differ is no fault. Needs no database. docs/pack.md says how openssl and "
               "sha256sum check the same.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
