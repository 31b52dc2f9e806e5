/* `cadre story check FILE`: what is wrong with a branching case, one problem a line. */
#include "command/story.h"
#include "command/verbs.h"

static void print_json(struct buf *b, struct command *c, const struct story_problems *p, const struct story_checked *r)
{
    buf_printf(b, "{\"errors\":%zu,\"warnings\":%zu,\"states\":%zu,\"bound\":%zu,\"complete\":%s,\"problems\":[", p->errors, p->warnings,
               r->states, r->bound, r->complete ? "true" : "false");
    for (size_t k = 0; k < p->kept; k++) {
        const struct story_problem *x = &p->items[k];
        buf_z(b, k == 0 ? "\n{\"file\":" : ",\n{\"file\":");
        buf_json(b, x->file);
        buf_printf(b, ",\"line\":%" PRIu32 ",\"passage\":", x->line);
        buf_json(b, str_empty(x->passage) ? S("") : x->passage);
        buf_z(b, ",\"fault\":");
        buf_json(b, story_fault_word(x->fault));
        buf_printf(b, ",\"severity\":\"%s\",\"name\":", x->severity == STORY_ERROR ? "error" : "warning");
        buf_json(b, str_empty(x->name) ? S("") : x->name);
        buf_z(b, ",\"message\":");
        buf_json(b, story_problem_text(c->a, 0, x));
        buf_ch(b, '}');
    }
    buf_z(b, "]}\n");
}

static int check(struct command *c)
{
    struct story_problems p;
    int64_t states;
    if (!command_number(c, "states", STORY_STATES, 1, 100000000, &states))
        return EXIT_USAGE;
    struct story *s = story_open(c, &p);
    if (s == NULL)
        return EXIT_REFUSED;
    struct story_checked r = story_check(c->a, s, (size_t)states, &p);
    struct buf b = buf_new(c->a, 4096);
    if (c->json)
        print_json(&b, c, &p, &r);
    else
        for (size_t k = 0; k < p.kept; k++)
            story_print_problem(&b, c->a, &p.items[k]);
    int status = story_print(&b, p.errors != 0 || p.warnings != 0 ? EXIT_REFUSED : EXIT_DONE);
    if (!c->json && p.kept < p.errors + p.warnings)
        command_say("%zu more problems are not shown", p.errors + p.warnings - p.kept);
    if (!c->json && !r.complete)
        command_say("the bound was hit: %zu states were looked at of %zu at most, and what only a longer search shows is not told (--states N)",
                    r.states, r.bound);
    else if (!c->json && p.kept == 0)
        command_say("nothing found: all %zu states were looked at", r.states);
    return status;
}

static const struct option_def options[] = {
    {"states", "N", "how many states to look at, at most (default 200000)"},
    JSON_OPTION,
};

const struct verb verb_story_check = {
    .name = "story check",
    .arguments = "FILE",
    .summary = "Find what is wrong with a branching case",
    .details =
        "Finds what cannot be read, links to nowhere, duplicate titles, passages and endings that cannot be reached, dead ends (a passage "
        "without a way out that is not tagged `ending`), loops without a way out, conditions that can never hold, and variables that are "
        "read before they are set on some way. Each is one line with file, line and passage.\n\n"
        "It tries every choice, and every way in which chance can fall, and looks at each state once: where one stands, with what has "
        "happened that can still matter. Where there are more states than --states, it says so, and calls nothing impossible that it "
        "did not see.\n\n"
        "FILE is Twee 3 or the HTML that Twine 2 writes; `-` is standard input. Exit status 1: something was found. docs/story.md tells "
        "how cases are written.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = check,
};
