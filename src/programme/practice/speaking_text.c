/* The text of a speaking exercise; see talk_text.h and docs/practice.md. */
#include "base/utf8.h"
#include "gen/msg_practice.h"
#include "gen/msg_talk.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"
#include "programme/practice/talk_text.h"

#define SECONDS_MOST 3600
#define FILLER_MOST 30

static const struct section_rule rules[] = {
    {"Task", 1, 1, false, NULL, NULL},
    {"Timing", 1, 1, false, "green|amber|red|slow|fast", NULL},
    {"Tips", 0, 1, false, NULL, NULL},
    {"Fillers", 0, 1, false, NULL, NULL},
    {"Debrief", 1, 1, false, NULL, NULL},
    {"Sources", 0, 1, false, NULL, NULL},
};

static void read_timing(const struct sections *s, const struct section *x, struct problems *p, struct speaking *out)
{
    section_read_int(s, x, "green", 10, SECONDS_MOST, true, p, &out->green);
    section_read_int(s, x, "amber", 10, SECONDS_MOST, true, p, &out->amber);
    section_read_int(s, x, "red", 10, SECONDS_MOST, true, p, &out->red);
    section_read_int(s, x, "slow", 40, 400, false, p, &out->slow);
    section_read_int(s, x, "fast", 40, 400, false, p, &out->fast);
    if (out->green >= out->amber || out->amber >= out->red)
        problems_add(p, s->file, x->line, S("Timing"), M_talk_signals_order, NULL);
    if (out->slow >= out->fast)
        problems_add(p, s->file, x->line, S("Timing"), M_talk_pace_order, NULL);
}

void speaking_read(struct arena *a, const struct sections *s, struct problems *p, struct speaking *out)
{
    const struct section *x = sections_find(s, "Timing", S("")), *fillers = sections_find(s, "Fillers", S(""));
    const struct section_entry *list;
    *out = (struct speaking){.task = room_read_body(s, "Task"), .tips = room_read_body(s, "Tips"), .debrief = room_read_body(s, "Debrief"), .green = 120,
                             .amber = 150, .red = 180, .slow = 110, .fast = 160};
    if (x != NULL)
        read_timing(s, x, p, out);
    size_t n = fillers != NULL ? section_read_list(a, fillers, &list) : 0;
    if (n > SPEAKING_FILLERS_MOST)
        problems_add(p, s->file, fillers->line, S("Fillers"), M_talk_fillers_many, "%d", SPEAKING_FILLERS_MOST);
    for (size_t k = 0; k < n && k < SPEAKING_FILLERS_MOST; k++) {
        if (utf8_count(list[k].text) > FILLER_MOST)
            problems_add(p, s->file, list[k].line, S("Fillers"), M_practice_text_length, "%d", FILLER_MOST);
        out->fillers[out->filler_count++] = list[k].text;
    }
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    struct speaking ignored;
    sections_check(s, rules, COUNT_OF(rules), p);
    speaking_read(a, s, p, &ignored);
}

static const char begin[] =
    "# Task\n\n\n# Timing\ngreen: 120\namber: 150\nred: 180\n\n# Tips\n\n\n# Debrief\n";

const struct practice_reader practice_read_speaking = {
    .keys = NULL, .rubric = true, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};
