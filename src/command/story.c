/* `cadre story play` and `cadre story convert`: a branching case on the terminal, and in other forms. What they share with the
 * other story verbs stands here too. docs/story.md is for those who write cases. */
#include "command/story.h"

#include <errno.h>

#include "command/verbs.h"

struct story *story_open(struct command *c, struct story_problems *p)
{
    struct str bytes;
    *p = story_problems_new(c->a);
    if (!command_read_file(c, c->args[0], STORY_BYTES_MOST, &bytes))
        return NULL;
    return story_parse(c->a, str_from(c->args[0]), bytes, p);
}

int story_print(const struct buf *b, int status)
{
    if (fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0)
        return status;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

void story_print_problem(struct buf *b, struct arena *a, const struct story_problem *p)
{
    struct str text = story_problem_text(a, 0, p);
    buf_str(b, p->file);
    buf_printf(b, ":%" PRIu32 ": ", p->line);
    if (!str_empty(p->passage)) {
        buf_ch(b, '"');
        buf_str(b, p->passage);
        buf_z(b, "\": ");
    }
    for (size_t k = 0; k < text.n; k++)
        buf_ch(b, text.p[k] == '\n' || text.p[k] == '\r' || text.p[k] == '\t' ? ' ' : text.p[k]);
    buf_z(b, p->severity == STORY_WARNING ? " (warning)\n" : "\n");
}

/* All of them on standard error, for verbs whose result is something else. */
static void say_problems(struct command *c, struct story_problems *p)
{
    struct buf b = buf_new(c->a, 4096);
    story_problems_sort(p);
    for (size_t k = 0; k < p->kept; k++)
        story_print_problem(&b, c->a, &p->items[k]);
    fwrite(b.p, 1, b.n, stderr);
}

/* ---- play ------------------------------------------------------------------------------------------------------------ */
static void print_text(struct buf *b, struct str text)
{
    buf_str(b, text);
    buf_z(b, "\n\n");
}

static void print_step(struct buf *b, const struct story_step *step)
{
    static const char *const before[] = {"", "", "Why: ", "Compared with the panel: "};
    buf_printf(b, "== %" PRIu32 ". %.*s ==\n\n", step->number, STR_ARG(step->title));
    for (size_t k = 0; k < step->block_count; k++) {
        buf_z(b, before[step->blocks[k].kind]);
        print_text(b, step->blocks[k].text);
    }
    for (size_t k = 0; k < step->score_count; k++) {
        const struct story_score *s = &step->scores[k];
        buf_str(b, str_empty(s->label) ? s->name : s->label);
        buf_z(b, ": ");
        story_write_value(b, s->value);
        buf_ch(b, '\n');
    }
    for (size_t k = 0; k < step->choice_count; k++)
        buf_printf(b, "  %" PRIu32 ". %.*s%s\n", step->choices[k].number, STR_ARG(step->choices[k].text),
                   step->choices[k].enabled ? "" : " (leads nowhere)");
    if (step->timer.seconds != 0)
        buf_printf(b, "  0. time is up (after %" PRIu32 " seconds)\n", step->timer.seconds);
    if (!str_empty(step->fault))
        buf_printf(b, "! line %" PRIu32 ": %.*s\n", step->fault_line, STR_ARG(step->fault));
    buf_z(b, step->ended ? "The end.\n" : "\n");
}

static void add_step(struct command *c, struct buf *b, const struct story *s, const struct story_attempt *t)
{
    const struct story_step *step = story_now(t);
    if (!c->json) {
        print_step(b, step);
        return;
    }
    buf_z(b, step->number == 0 ? "\n" : ",\n");
    story_write_step(b, s, step);
}

static int play(struct command *c)
{
    struct story_problems p;
    struct err e = {0};
    uint32_t *choices;
    size_t count;
    int64_t seed;
    if (!command_number(c, "seed", 1, 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    if (!story_choices_read(c->a, str_from(command_option(c, "choices", "")), &choices, &count)) {
        command_say("--choices takes numbers with commas between, 1,3,2");
        return EXIT_USAGE;
    }
    struct story *s = story_open(c, &p);
    if (s == NULL)
        return EXIT_REFUSED;
    if (story_info(s)->start == STORY_NONE) {
        say_problems(c, &p);
        return EXIT_REFUSED;
    }
    if (p.errors != 0)
        command_say("%zu errors in this case: `cadre story check` lists them", p.errors);
    struct buf b = buf_new(c->a, 4096);
    struct story_attempt *t = story_start(c->a, s, (uint64_t)seed);
    if (c->json)
        buf_printf(&b, "{\"seed\":%" PRId64 ",\"steps\":[", seed);
    add_step(c, &b, s, t);
    int status = EXIT_DONE;
    for (size_t k = 0; k < count && status == EXIT_DONE; k++)
        if (story_choose(t, choices[k], &e) == RC_OK) {
            add_step(c, &b, s, t);
        } else {
            command_say("choice %zu: there is no %" PRIu32 " in \"%.*s\"", k + 1, choices[k], STR_ARG(story_now(t)->title));
            status = EXIT_REFUSED;
        }
    if (c->json)
        buf_z(&b, "]}\n");
    return story_print(&b, status);
}

static const struct option_def play_options[] = {
    {"seed", "N", "what decides all that is random (default 1)"},
    {"choices", "LIST", "the choices to take, 1,3,2; 0 is: time is up"},
    JSON_OPTION,
};

const struct verb verb_story_play = {
    .name = "story play",
    .arguments = "FILE",
    .summary = "Play a branching case with given choices",
    .details = "Prints each step: the text, the scores, and what can be chosen. The same file, seed and choices always give the same "
               "steps. FILE is Twee 3 or the HTML that Twine 2 writes; `-` is standard input. Exit status 1: a choice is not there, or "
               "the case has no start.",
    .options = play_options,
    .option_count = COUNT_OF(play_options),
    .run = play,
};

/* ---- convert --------------------------------------------------------------------------------------------------------- */
static int convert(struct command *c)
{
    static const struct {
        struct str name;
        void (*write)(struct buf *b, const struct story *s);
    } forms[] = {{S_INIT("twee"), story_write_twee}, {S_INIT("html"), story_write_html}, {S_INIT("json"), story_write_json}};
    struct str to = str_from(command_option(c, "to", "twee"));
    struct story_problems p;
    size_t k = 0;
    while (k < COUNT_OF(forms) && !str_eq(to, forms[k].name))
        k++;
    if (k == COUNT_OF(forms)) {
        command_say("--to takes twee, html or json, not '%.*s'", STR_ARG(to));
        return EXIT_USAGE;
    }
    struct story *s = story_open(c, &p);
    if (s == NULL)
        return EXIT_REFUSED;
    say_problems(c, &p);
    if (story_info(s)->passages == 0)
        return EXIT_REFUSED;
    struct buf b = buf_new(c->a, 1 << 16);
    forms[k].write(&b, s);
    return story_print(&b, EXIT_DONE);
}

static const struct option_def convert_options[] = {
    {"to", "FORM", "twee (default), html or json"},
};

const struct verb verb_story_convert = {
    .name = "story convert",
    .arguments = "FILE",
    .summary = "Write a branching case as Twee 3, HTML or JSON",
    .details = "FILE is Twee 3 or the HTML that Twine 2 writes. Every passage is written as its author wrote it. What Cadre cannot "
               "carry over when the case is played (scripts, style sheets, macros it does not know) is listed by line on standard "
               "error. The HTML holds no script: it shows all passages, and Twine 2 opens it.",
    .options = convert_options,
    .option_count = COUNT_OF(convert_options),
    .run = convert,
};
