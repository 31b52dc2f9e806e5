/* `cadre draw groups` and `cadre draw term`: a draw made again from its list and its seed, by anybody who doubts it. docs/draw.md. */
#include "engine/draw/draw.h"

#include <errno.h>

#include "base/csv.h"
#include "command/verbs.h"

#define LIST_BYTES_MOST 1000000

struct list {
    struct draw_person *people;
    struct str *names[2]; /* of professions, of stages */
    uint32_t kinds[2], count;
};

static int print(const struct buf *b)
{
    if (fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0)
        return EXIT_DONE;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

static uint32_t kind_of(struct list *l, struct arena *a, int which, struct str name)
{
    uint32_t k = 0;
    while (k < l->kinds[which] && !str_eq(l->names[which][k], name))
        k++;
    if (k == l->kinds[which])
        l->names[which][l->kinds[which]++] = str_dup(a, name);
    return k;
}

static struct str field_of(const struct csv_row *row, int column)
{
    struct str s = csv_field(row, column);
    return s.p != NULL ? str_trim(s) : S("");
}

/* The numbers of a list are 1, 2, 3, ...: what decides hangs on them. */
static bool read_list(struct command *c, struct list *l, struct str *bytes)
{
    struct problems p = problems_new(c->a);
    struct csv_row row;
    if (!command_read_file(c, c->args[0], LIST_BYTES_MOST, bytes))
        return false;
    struct csv *csv = csv_open(c->a, str_from(c->args[0]), *bytes, NULL, &p);
    int number = csv_column_required(csv, "number"), profession = csv_column(csv, "profession"), stage = csv_column(csv, "stage");
    *l = (struct list){.people = ARENA_ARRAY(c->a, DRAW_PEOPLE_MAX, struct draw_person)};
    l->names[0] = ARENA_ARRAY(c->a, DRAW_PEOPLE_MAX, struct str);
    l->names[1] = ARENA_ARRAY(c->a, DRAW_PEOPLE_MAX, struct str);
    while (csv_next(csv, &row)) {
        int64_t n = 0;
        if (l->count == DRAW_PEOPLE_MAX || !str_to_int(field_of(&row, number), &n) || n != (int64_t)l->count + 1) {
            command_say("%s:%zu: the numbers must be 1, 2, 3, ... in this order, at most %d of them", c->args[0], row.line, DRAW_PEOPLE_MAX);
            return false;
        }
        l->people[l->count++] = (struct draw_person){kind_of(l, c->a, 0, field_of(&row, profession)), kind_of(l, c->a, 1, field_of(&row, stage))};
    }
    for (size_t k = 0; k < p.kept; k++)
        command_say("%.*s: %.*s", STR_ARG(problem_place(c->a, &p.items[k])), STR_ARG(msg_text(0, p.items[k].msg)));
    if (p.errors == 0 && l->count == 0)
        command_say("%s: nobody is in this list", c->args[0]);
    return p.errors == 0 && l->count != 0;
}

/* The seed's seal is that of what stands before the first space: what was said in the room comes behind. */
static struct str seed_option(struct command *c)
{
    struct str seed = str_from(command_option(c, "seed", NULL));
    size_t at = seed.n;
    if (seed.n == 0) {
        command_say("--seed is needed: what decides, as it was shown after the draw");
        return STR_NONE;
    }
    (void)str_find(seed, S(" "), &at);
    command_say("seal %.*s", STR_ARG(draw_commitment(c->a, str_sub(seed, 0, at))));
    return seed;
}

static void say_mix(struct command *c, const struct list *l, bool stage, const uint32_t *into, uint32_t groups)
{
    uint32_t *kind = ARENA_ARRAY(c->a, l->count, uint32_t);
    for (uint32_t k = 0; k < l->count; k++)
        kind[k] = stage ? l->people[k].stage : l->people[k].profession;
    struct draw_mix m = draw_mix(c->a, kind, l->kinds[stage], into, l->count, groups);
    if (m.pairs != 0 && l->kinds[stage] > 1)
        command_say("pairs in one group of two %s: %.1f%%, best %.1f%%, by chance %.1f%%", stage ? "stages" : "professions",
                    100 * (double)m.differ / (double)m.pairs, 100 * (double)m.most / (double)m.pairs, 100 * m.chance);
}

static int run_groups(struct command *c)
{
    struct list l;
    struct str seed = seed_option(c), bytes;
    int64_t groups;
    if (seed.p == NULL || !command_number(c, "groups", 0, 1, DRAW_PEOPLE_MAX, &groups))
        return EXIT_USAGE;
    if (!read_list(c, &l, &bytes))
        return EXIT_REFUSED;
    if ((uint32_t)groups > l.count) {
        command_say("%" PRId64 " groups of %" PRIu32 " people: there cannot be more groups than people", groups, l.count);
        return EXIT_REFUSED;
    }
    uint32_t *into = ARENA_ARRAY(c->a, l.count, uint32_t);
    if (command_flag(c, "professions-only"))
        for (uint32_t k = 0; k < l.count; k++)
            l.people[k].stage = 0;
    draw_groups(c->a, seed, l.people, l.count, (uint32_t)groups, into);
    struct buf b = buf_new(c->a, 4096);
    buf_z(&b, "number,group\n");
    for (uint32_t k = 0; k < l.count; k++)
        buf_printf(&b, "%" PRIu32 ",%" PRIu32 "\n", k + 1, into[k] + 1);
    say_mix(c, &l, false, into, (uint32_t)groups);
    say_mix(c, &l, true, into, (uint32_t)groups);
    return print(&b);
}

static const struct option_def groups_options[] = {
    {"seed", "TEXT", "what decides, as it was shown after the draw"},
    {"groups", "N", "how many groups"},
    {"professions-only", NULL, "stages were not to mix"},
};

const struct verb verb_draw_groups = {
    .name = "draw groups",
    .arguments = "FILE",
    .summary = "Make a draw of groups again from its list and seed",
    .details = "FILE is the list as the page of the draw gives it: number,profession,stage. Prints number,group; on standard error the seal of the "
               "seed and how well professions and stages mix beside the best possible and chance. The same list and seed always give the same "
               "groups. `sha256sum FILE` is the hash of a list that was fetched before the draw.",
    .options = groups_options,
    .option_count = COUNT_OF(groups_options),
    .run = run_groups,
};

static int run_term(struct command *c)
{
    int64_t teams, rounds;
    struct str seed = seed_option(c);
    uint32_t count;
    if (seed.p == NULL || !command_number(c, "teams", 0, 2, DRAW_TEAMS_MAX, &teams) || !command_number(c, "rounds", 0, 1, DRAW_ROUNDS_MAX, &rounds))
        return EXIT_USAGE;
    const struct draw_debate *v = draw_term(c->a, seed, (uint32_t)teams, (uint32_t)rounds, &count);
    struct buf b = buf_new(c->a, 4096);
    buf_z(&b, "round,for,against\n");
    for (uint32_t k = 0; k < count; k++)
        buf_printf(&b, "%" PRIu32 ",%" PRIu32 ",%" PRIu32 "\n", v[k].round + 1, v[k].in_favour + 1, v[k].against == DRAW_BYE ? 0 : v[k].against + 1);
    struct draw_balance x = draw_balance(c->a, (uint32_t)teams, (uint32_t)rounds, v, count);
    command_say("sides differ by %" PRIu32 " at most (best %" PRIu32 ", coins %.1f on average); two meet %" PRIu32 " times at most (best %" PRIu32 ")",
                x.side_gap, x.side_best, x.side_chance, x.meet_most, x.meet_best);
    return print(&b);
}

static const struct option_def term_options[] = {
    {"seed", "TEXT", "what decides, as it was shown after the draw"},
    {"teams", "N", "how many teams (2 to 64)"},
    {"rounds", "N", "how many rounds (1 to 64)"},
};

const struct verb verb_draw_term = {
    .name = "draw term",
    .arguments = "",
    .summary = "Make a draw of a term of debates again from its seed",
    .details = "Prints round,for,against with the teams' numbers; against 0: the team sits out. On standard error the seal of the seed and how even "
               "sides and opponents are beside the best possible.",
    .options = term_options,
    .option_count = COUNT_OF(term_options),
    .run = run_term,
};
