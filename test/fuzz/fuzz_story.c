/* Any bytes as a case, Twee or HTML: no crash, the bounds hold, what is played is replayed the same, and what is written as Twee and
 * as HTML reads as the same case again. */
#include "engine/story/story.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STATES 500
#define CHOICES 12

static struct str step_of(struct arena *a, const struct story *s, const struct story_attempt *t)
{
    struct buf b = buf_new(a, 256);
    story_write_step(&b, s, story_now(t));
    return buf_text(&b);
}

static void play(struct arena *a, const struct story *s, uint64_t seed)
{
    struct story_attempt *t = story_start(a, s, seed), *again;
    for (uint32_t k = 0; k < CHOICES; k++) {
        const struct story_step *step = story_now(t);
        ASSERT(step->choice_count <= STORY_CHOICES_MOST);
        uint32_t choice = step->choice_count != 0 ? 1 + (uint32_t)((seed + k) % step->choice_count) : STORY_TIME_UP;
        if (story_choose(t, choice, NULL) != RC_OK)
            break;
    }
    size_t count;
    const uint32_t *choices = story_choices(t, &count);
    ASSERT(story_replay(a, s, seed, choices, count, &again, NULL) == RC_OK);
    ASSERT(str_eq(step_of(a, s, t), step_of(a, s, again)));
}

static struct str written(struct arena *a, const struct story *s, void (*write)(struct buf *b, const struct story *s))
{
    struct buf b = buf_new(a, 1024);
    write(&b, s);
    return buf_text(&b);
}

/* Twee that was written from Twee reads and writes the same; HTML may have said less than Twee does, such as no start. */
static void round_trip(struct arena *a, const struct story *s)
{
    struct story_problems p = story_problems_new(a);
    struct str twee = written(a, s, story_write_twee);
    twee = written(a, story_parse(a, S("x"), twee, &p), story_write_twee);
    struct story *back = story_parse(a, S("x"), twee, &p);
    ASSERT(str_eq(written(a, back, story_write_twee), twee));
    struct story *html = story_parse(a, S("x"), written(a, back, story_write_html), &p);
    ASSERT(story_info(html)->html || story_info(back)->passages == 0);
    written(a, s, story_write_json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct story_problems p = story_problems_new(a);
    struct story *s = story_parse(a, S("case.twee"), (struct str){(const char *)data, size}, &p);
    struct story_checked r = story_check(a, s, STATES, &p);
    ASSERT(r.states <= STATES);
    for (size_t k = 0; k < p.kept; k++)
        ASSERT(p.items[k].line >= 1 && story_problem_text(a, 0, &p.items[k]).n != 0 && (k == 0 || p.items[k - 1].line <= p.items[k].line));
    if (story_info(s)->passages != 0) {
        play(a, s, 1);
        play(a, s, 2);
        round_trip(a, s);
    }
    arena_free(a);
    return 0;
}
