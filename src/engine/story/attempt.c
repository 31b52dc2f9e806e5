/* One person's way through a case: starting, choosing, replaying, and what a step shows. */
#include "engine/story/inside.h"
#include "gen/msg_story.h"

struct story_attempt {
    struct arena *a;
    const struct story *s;
    uint64_t seed;
    uint32_t drawn; /* in this step */
    uint32_t *choices;
    size_t choice_count, choice_room;
    struct machine m;
    struct screen screen;
    struct story_step step;
};

/* ---- chance ---------------------------------------------------------------------------------------------------------- */
/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014) on seed, step and number of the draw: a draw depends on nothing else, so a
 * replay draws the same. Scaled by multiplication (Lemire 2019); what that favours is below 2^-31. */
static uint32_t draw(void *arg, uint32_t below)
{
    struct story_attempt *t = arg;
    uint64_t x = t->seed * UINT64_C(0xd1342543de82ef95) + ((uint64_t)t->choice_count << 32 | t->drawn++);
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return (uint32_t)(((x >> 32) * below) >> 32);
}

static void fault(void *arg, enum story_fault kind, uint32_t line, uint32_t passage, struct str name, const char *why)
{
    struct story_attempt *t = arg;
    if (t->step.fault.n != 0)
        return;
    struct story_problem p = {.fault = kind, .line = line, .name = name, .detail = str_from(why)};
    (void)passage;
    t->step.fault = story_problem_text(t->a, 0, &p);
    t->step.fault_line = line;
}

/* ---- what is shown --------------------------------------------------------------------------------------------------- */
/* The sign of a list before a line: "- ", "1. ", with the space; 0 where there is none. */
static size_t list_sign(struct str line)
{
    size_t k = 0;
    while (k < line.n && line.p[k] >= '0' && line.p[k] <= '9')
        k++;
    bool sign = k < line.n && strchr(k != 0 ? ".)" : "*-+>", line.p[k]) != NULL;
    return sign && (k + 1 == line.n || line.p[k + 1] == ' ') ? k + 1 : 0;
}

/* Does a line hold words beside the links in it; if not, its links are choices and nothing more. */
static bool says_more(struct str line)
{
    bool within = false;
    for (size_t k = list_sign(line); k < line.n; k++) {
        char c = line.p[k];
        if (c == '\x01' || c == '\x02')
            within = c == '\x01';
        else if (!within && strchr(" \t|,./-", c) == NULL)
            return true;
    }
    return false;
}

/* The Markdown of a block: links that stand alone in a line are choices and nothing more, others keep their words; indentation that
 * came from macros would be taken for code and goes, except in lists; at most one blank line in a row. */
static struct str markdown(struct arena *a, struct str text)
{
    struct buf b = buf_new(a, text.n + 1);
    bool blank = true, in_list = false, fenced = false;
    for (struct str line; str_line(&text, &line);) {
        bool links = line.n != 0 && memchr(line.p, '\x01', line.n) != NULL;
        struct str bare = str_trim(line);
        if (str_starts(bare, S("```")))
            fenced = !fenced;
        if (links && !says_more(bare))
            continue;
        if (bare.n == 0 && (blank || fenced)) {
            if (fenced)
                buf_ch(&b, '\n');
            continue;
        }
        in_list = bare.n != 0 && (list_sign(bare) != 0 || (in_list && line.n > bare.n && line.p[0] <= ' '));
        if (!fenced && !in_list)
            line = str_ends(line, S("  ")) && bare.n != 0 ? (struct str){bare.p, bare.n + 2} : bare;
        for (size_t k = 0; k < line.n; k++)
            if (line.p[k] != '\x01' && line.p[k] != '\x02' && line.p[k] != '\r')
                buf_ch(&b, line.p[k]);
        buf_ch(&b, '\n');
        blank = bare.n == 0;
    }
    while (b.n != 0 && (b.p[b.n - 1] == '\n' || b.p[b.n - 1] == ' '))
        b.n--;
    return buf_text(&b);
}

static void show_scores(struct story_attempt *t)
{
    const struct story *s = t->s;
    struct story_score *scores = NULL;
    size_t count = 0, room = 0;
    for (size_t k = 0; k < s->variable_count; k++) {
        const struct story_variable *v = &s->variables[k];
        if (v->score && t->m.values[k].kind == STORY_NUMBER)
            *PUSH(t->a, scores, count, room) = (struct story_score){.name = v->name,
                                                                    .label = v->label,
                                                                    .value = t->m.values[k],
                                                                    .ranged = v->ranged,
                                                                    .least = v->least,
                                                                    .most = v->most};
    }
    t->step.scores = scores;
    t->step.score_count = count;
}

static void show_choices(struct story_attempt *t)
{
    struct story_choice *choices = ARENA_ARRAY(t->a, t->m.link_count + 1, struct story_choice);
    for (uint32_t k = 0; k < t->m.link_count; k++) {
        const struct link *l = &t->s->links[t->m.links[k]];
        choices[k] = (struct story_choice){.number = k + 1,
                                           .text = l->text,
                                           .link = t->m.links[k],
                                           .passage = l->to,
                                           .enabled = l->to != STORY_NONE};
        t->step.ended = t->step.ended && l->to == STORY_NONE;
    }
    t->step.choices = choices;
    t->step.choice_count = t->m.link_count;
}

static void enter(struct story_attempt *t, uint32_t passage)
{
    t->step = (struct story_step){.number = (uint32_t)t->choice_count, .passage = passage, .ended = true};
    if (t->choice_count == 0)
        machine_begin(&t->m);
    t->step.scores = NULL;
    if (passage == STORY_NONE)
        return;
    machine_enter(&t->m, passage);
    passage = t->m.here;
    const struct story_passage *p = story_passage(t->s, passage);
    t->step.passage = passage;
    t->step.title = p->title;
    t->step.tags = p->tags;
    struct story_block *blocks = t->screen.blocks;
    size_t kept = 0;
    for (size_t k = 0; k < t->screen.block_count; k++) {
        if (blocks[k].kind == STORY_BLOCK_TEXT || blocks[k].kind == STORY_BLOCK_CONSEQUENCE)
            blocks[k].text = markdown(t->a, blocks[k].text);
        if (blocks[k].text.n != 0)
            blocks[kept++] = blocks[k];
    }
    t->step.blocks = blocks;
    t->step.block_count = kept;
    show_choices(t);
    show_scores(t);
    if (t->m.timer_op == STORY_NONE)
        return;
    t->step.timer = (struct story_timer){t->s->ops[t->m.timer_op].y, t->s->ops[t->m.timer_op].x};
    t->step.ended = false;
}

/* ---- the way --------------------------------------------------------------------------------------------------------- */
struct story_attempt *story_start(struct arena *a, const struct story *s, uint64_t seed)
{
    struct story_attempt *t = ARENA_NEW(a, struct story_attempt);
    *t = (struct story_attempt){.a = a, .s = s, .seed = seed};
    t->m = (struct machine){.s = s,
                            .a = a,
                            .values = ARENA_ARRAY(a, s->variable_count + 1, struct story_value),
                            .visits = ARENA_ARRAY(a, s->passage_count + 1, uint32_t),
                            .links = ARENA_ARRAY(a, STORY_CHOICES_MOST, uint32_t),
                            .draw = draw,
                            .draw_arg = t,
                            .fault = fault,
                            .fault_arg = t,
                            .screen = &t->screen,
                            .timer_op = STORY_NONE,
                            .go = STORY_NONE};
    enter(t, s->info.start);
    return t;
}

enum rc story_choose(struct story_attempt *t, uint32_t choice, struct err *e)
{
    uint32_t to = STORY_NONE;
    if (t->choice_count == STORY_STEPS_MOST)
        return err_set(e, RC_INVALID, M_story_too_long, "%d", STORY_STEPS_MOST);
    if (choice == STORY_TIME_UP)
        to = t->step.timer.seconds != 0 ? t->step.timer.passage : STORY_NONE;
    else if (choice <= t->step.choice_count)
        to = t->step.choices[choice - 1].passage;
    if (to == STORY_NONE)
        return err_set(e, RC_INVALID, M_story_no_such_choice, "%" PRIu32, choice);
    *PUSH(t->a, t->choices, t->choice_count, t->choice_room) = choice;
    t->drawn = 0;
    if (choice != STORY_TIME_UP)
        machine_follow(&t->m, t->step.choices[choice - 1].link);
    enter(t, to);
    return RC_OK;
}

enum rc story_replay(struct arena *a, const struct story *s, uint64_t seed, const uint32_t *choices, size_t count,
                     struct story_attempt **out, struct err *e)
{
    *out = story_start(a, s, seed);
    for (size_t k = 0; k < count; k++)
        TRY(story_choose(*out, choices[k], e));
    return RC_OK;
}

const struct story_step *story_now(const struct story_attempt *t)
{
    return &t->step;
}

const uint32_t *story_choices(const struct story_attempt *t, size_t *count)
{
    *count = t->choice_count;
    return t->choices;
}

struct story_value story_value_of(const struct story_attempt *t, struct str name)
{
    size_t k = strmap_get(&t->s->variable_names, name);
    return k == STRMAP_NONE ? (struct story_value){0} : t->m.values[k];
}

bool story_choices_read(struct arena *a, struct str text, uint32_t **choices, size_t *count)
{
    size_t room = 0;
    struct str part;
    *choices = NULL;
    *count = 0;
    text = str_trim(text);
    if (text.n == 0)
        return true;
    while (str_cut(&text, ',', &part)) {
        int64_t n;
        if (*count == STORY_STEPS_MOST || !str_to_int(str_trim(part), &n) || n < 0 || n > STORY_CHOICES_MOST)
            return false;
        *PUSH(a, *choices, *count, room) = (uint32_t)n;
    }
    return true;
}

void story_choices_write(struct buf *b, const uint32_t *choices, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (k != 0)
            buf_ch(b, ',');
        buf_int(b, choices[k]);
    }
}
