/* The text of a debate; see talk_text.h and docs/practice.md. */
#include "gen/msg_practice.h"
#include "gen/msg_talk.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"
#include "programme/practice/talk_text.h"

#define MOTION_MOST 300 /* bytes are enough: it must be said in one breath */
#define SECONDS_MOST 1200

static const struct section_rule rules[] = {
    {"Motion", 1, 1, false, "tie|prepare", NULL},
    {"Background", 0, 1, false, NULL, NULL},
    {"For", 1, 1, false, NULL, NULL},
    {"Against", 1, 1, false, NULL, NULL},
    {"Speech", 2, DEBATE_SPEECHES_MOST, true, "side|seconds|points from|points until", NULL},
    {"Debrief", 1, 1, false, NULL, NULL},
    {"Sources", 0, 1, false, NULL, NULL},
};

static void read_speech(const struct sections *s, const struct section *x, struct problems *p, struct debate_speech *out)
{
    *out = (struct debate_speech){.name = x->name, .title = x->title, .text = x->body, .seconds = 180};
    out->against = section_read_word(s, x, "side", "for|against", true, p) == 1;
    section_read_int(s, x, "seconds", 30, SECONDS_MOST, true, p, &out->seconds);
    section_read_int(s, x, "points from", 0, SECONDS_MOST, false, p, &out->points_from);
    section_read_int(s, x, "points until", 0, SECONDS_MOST, false, p, &out->points_until);
    if (out->points_until > out->seconds || out->points_from > out->points_until)
        problems_add(p, s->file, x->line, x->title, M_talk_points_bad, NULL);
}

/* As many speeches and seconds for one side as for the other: else nobody can say that it was fair. */
static void check_balance(const struct sections *s, const struct debate *d, struct problems *p)
{
    int64_t speeches[2] = {0}, seconds[2] = {0};
    for (size_t k = 0; k < d->speech_count; k++) {
        speeches[d->speeches[k].against]++;
        seconds[d->speeches[k].against] += d->speeches[k].seconds;
    }
    if (speeches[0] != speeches[1] || seconds[0] != seconds[1])
        problems_add(p, s->file, 0, S("Speech"), M_talk_sides_uneven, NULL);
}

void debate_read(struct arena *a, const struct sections *s, struct problems *p, struct debate *out)
{
    const struct section *x = sections_find(s, "Motion", S(""));
    size_t at = 0;
    (void)a;
    *out = (struct debate){.motion = room_read_body(s, "Motion"), .background = room_read_body(s, "Background"), .in_favour = room_read_body(s, "For"),
                           .against = room_read_body(s, "Against"), .debrief = room_read_body(s, "Debrief"), .prepare_seconds = 600};
    if (x != NULL) {
        int tie = section_read_word(s, x, "tie", DEBATE_TIE_WORDS, true, p);
        out->tie = tie >= 0 ? (enum debate_tie)tie : DEBATE_TIE_SHARED;
        int64_t minutes = 10;
        section_read_int(s, x, "prepare", 1, 240, false, p, &minutes);
        out->prepare_seconds = minutes * 60;
        if (out->motion.n == 0 || out->motion.n > MOTION_MOST || str_find(out->motion, S("\n"), NULL))
            problems_add(p, s->file, x->line, S("Motion"), M_talk_motion_bad, "%d", MOTION_MOST);
    }
    while ((x = sections_next(s, "Speech", &at)) != NULL && out->speech_count < DEBATE_SPEECHES_MOST)
        read_speech(s, x, p, &out->speeches[out->speech_count++]);
    check_balance(s, out, p);
    if (out->in_favour.n == 0)
        problems_add(p, s->file, 0, S("For"), M_practice_section_empty, "For");
    if (out->against.n == 0)
        problems_add(p, s->file, 0, S("Against"), M_practice_section_empty, "Against");
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    struct debate ignored;
    sections_check(s, rules, COUNT_OF(rules), p);
    debate_read(a, s, p, &ignored);
}

static const char begin[] =
    "# Motion\ntie: swing\nprepare: 15\n\n\n# Background\n\n\n# For\n\n\n# Against\n\n\n"
    "# Speech: for1 | \nside: for\nseconds: 240\npoints from: 60\npoints until: 180\n\n"
    "# Speech: against1 | \nside: against\nseconds: 240\npoints from: 60\npoints until: 180\n\n"
    "# Speech: against2 | \nside: against\nseconds: 120\n\n# Speech: for2 | \nside: for\nseconds: 120\n\n# Debrief\n";

const struct practice_reader practice_read_debate = {
    .keys = NULL, .rubric = true, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};

struct str debate_result(size_t ballots, size_t in_favour, size_t against, enum debate_tie tie, int64_t swing)
{
    if (ballots < DEBATE_JUDGES_LEAST)
        return S("few");
    if (in_favour != against)
        return in_favour > against ? S("for") : S("against");
    if (tie == DEBATE_TIE_AGAINST)
        return S("against");
    return tie == DEBATE_TIE_SHARED || swing == 0 ? S("shared") : swing > 0 ? S("for") : S("against");
}
