/* The text of a role-play; see room_text.h and docs/practice.md. */
#include "gen/msg_practice.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"

static const struct section_rule rules[] = {
    {"Briefing", 1, 1, false, NULL, NULL},
    {"Role", 2, ROOM_PARTS_MOST, true, "seats|optional", "Private|Debrief"},
    {"Observers", 0, 1, false, "seats", NULL},
    ROOM_PHASE_RULE,
    {"Debrief", 1, 1, false, NULL, NULL},
    {"Facilitator", 0, 1, false, NULL, NULL},
    {"Sources", 0, 1, false, NULL, NULL},
};

void role_play_read(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out)
{
    room_read_plan(a, s, "Role", ROOM_PARTS_MOST, p, out);
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    struct room_plan ignored;
    sections_check(s, rules, COUNT_OF(rules), p);
    role_play_read(a, s, p, &ignored);
}

static const char begin[] =
    "# Briefing\n\n\n# Role: one | \n\n## Private\n\n\n## Debrief\n\n\n# Role: two | \n\n## Private\n\n\n## Debrief\n\n\n"
    ROOM_PHASES_BEGIN;

const struct practice_reader practice_read_role_play = {
    .keys = ROOM_HEAD_KEYS, .rubric = true, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};
