/* `cadre story graph FILE`: a branching case as a picture. */
#include "base/csv.h"
#include "command/story.h"
#include "command/verbs.h"
#include "view/story_graph.h"

#define TRAFFIC_FILE_MOST ((size_t)16 << 20)

/* How often each link was taken, of a CSV with the columns from, to and count. False after telling what is wrong with it. */
static bool read_traffic(struct command *c, const struct story *s, const char *path, uint64_t **out)
{
    struct str bytes;
    struct problems p = problems_new(c->a);
    if (!command_read_file(c, path, TRAFFIC_FILE_MOST, &bytes))
        return false;
    struct csv *csv = csv_open(c->a, str_from(path), bytes, NULL, &p);
    int from = csv_column_required(csv, "from"), to = csv_column_required(csv, "to"), count = csv_column_required(csv, "count");
    uint64_t *traffic = ARENA_ARRAY(c->a, story_link_count(s) + 1, uint64_t);
    for (struct csv_row row; p.errors == 0 && csv_next(csv, &row);) {
        int64_t n;
        uint32_t link = story_find_link(s, story_find(s, csv_field(&row, from)), story_find(s, csv_field(&row, to)));
        if (!str_to_int(csv_field(&row, count), &n) || n < 0) {
            command_say("%s:%zu: the count is a whole number", path, row.line);
            return false;
        }
        if (link == STORY_NONE) {
            command_say("%s:%zu: no link leads from \"%.*s\" to \"%.*s\"", path, row.line, STR_ARG(csv_field(&row, from)),
                        STR_ARG(csv_field(&row, to)));
            return false;
        }
        traffic[link] += (uint64_t)n;
    }
    for (size_t k = 0; k < p.kept; k++)
        command_say("%.*s: %.*s", STR_ARG(problem_place(c->a, &p.items[k])), STR_ARG(msg_text(0, p.items[k].msg)));
    *out = traffic;
    return p.errors == 0;
}

static int graph(struct command *c)
{
    struct story_problems p;
    struct story_graph_options options = {.lang = 0};
    uint64_t *traffic = NULL;
    const char *path = command_option(c, "traffic", NULL);
    struct story *s = story_open(c, &p);
    if (s == NULL || (path != NULL && !read_traffic(c, s, path, &traffic)))
        return EXIT_REFUSED;
    if (story_info(s)->passages == 0) {
        command_say("%s: %.*s", c->args[0], STR_ARG(story_problem_text(c->a, 0, &p.items[0])));
        return EXIT_REFUSED;
    }
    if (p.errors != 0)
        command_say("%zu errors in this case: `cadre story check` lists them", p.errors);
    options.traffic = traffic;
    struct buf b = buf_new(c->a, 4096);
    buf_str(&b, story_graph_file(c->a, s, options));
    return story_print(&b, EXIT_DONE);
}

static const struct option_def options[] = {
    {"traffic", "FILE", "how often each choice was taken: a CSV with from, to and count"},
};

const struct verb verb_story_graph = {
    .name = "story graph",
    .arguments = "FILE",
    .summary = "Draw a branching case as SVG",
    .details = "Passages are boxes from top to bottom, choices arrows; endings have a double frame, what cannot be reached a dashed one, and "
               "dashed arrows are includes, consequences and timers. Of more than 400 passages those nearest to the start are drawn. The "
               "same file always gives the same picture.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = graph,
};
