/* What the texts of kinds for rooms have alike; see room_text.h. */
#include "programme/practice/room_text.h"

#include "gen/msg_practice.h"

#define PHASE_MINUTES_MOST 240
#define SEATS_MOST 20

size_t room_read_phases(struct arena *a, const struct sections *s, struct problems *p, const struct room_phase **out)
{
    struct room_phase *list = ARENA_ARRAY(a, ROOM_PHASES_MOST, struct room_phase);
    size_t count = 0, at = 0;
    const struct section *x;
    bool play = false;
    *out = list;
    while ((x = sections_next(s, "Phase", &at)) != NULL && count < ROOM_PHASES_MOST) {
        int64_t minutes = 1;
        section_read_int(s, x, "minutes", 1, PHASE_MINUTES_MOST, true, p, &minutes);
        int shows = section_read_word(s, x, "shows", ROOM_SHOWS_WORDS, true, p);
        struct room_phase phase = {x->name, x->title, x->body, minutes * 60, shows >= 0 ? (enum room_shows)shows : ROOM_PLAY};
        if (count != 0 && phase.shows < list[count - 1].shows)
            problems_add(p, s->file, x->line, x->title, M_practice_phase_order, NULL);
        play = play || phase.shows == ROOM_PLAY;
        list[count++] = phase;
    }
    if (!play)
        problems_add(p, s->file, 0, S("Phase"), M_practice_phase_none, NULL);
    return count;
}

bool room_read_opened_by_anybody(const struct sections *s, struct problems *p)
{
    const struct section_key *k = section_find_key(s->head, s->head_count, ROOM_HEAD_KEYS);
    if (k != NULL && !section_in_words("anybody|facilitators", k->value))
        problems_add(p, s->file, k->line, k->key, M_practice_word_bad, "%s: anybody|facilitators", ROOM_HEAD_KEYS);
    return k != NULL && str_eq_z(k->value, "anybody");
}

struct str room_read_body(const struct sections *s, const char *word)
{
    const struct section *x = sections_find(s, word, S(""));
    return x != NULL ? x->body : S("");
}

int64_t room_read_observers(const struct sections *s, struct problems *p, struct str *guide)
{
    const struct section *x = sections_find(s, "Observers", S(""));
    int64_t seats = 0;
    *guide = x != NULL ? x->body : S("");
    if (x != NULL)
        section_read_int(s, x, "seats", 1, SEATS_MOST, true, p, &seats);
    return seats;
}

static struct str part_body(const struct section *x, const char *word)
{
    const struct section *part = section_part(x, word);
    return part != NULL ? part->body : S("");
}

static size_t read_parts(const struct sections *s, const char *word, struct problems *p, struct room_part *parts, size_t most)
{
    size_t count = 0, at = 0;
    const struct section *x;
    while ((x = sections_next(s, word, &at)) != NULL && count < most) {
        struct room_part part = {x->name, x->title, x->body, part_body(x, "Private"), part_body(x, "Debrief"), 1, false, false};
        section_read_int(s, x, "seats", 1, SEATS_MOST, false, p, &part.seats);
        part.optional = section_read_word(s, x, "optional", "no|yes", false, p) == 1;
        if (part.shared.n == 0)
            problems_add(p, s->file, x->line, x->title, M_practice_section_empty, "%s", word);
        if (part.hidden.n == 0)
            problems_add(p, s->file, x->line, x->title, M_practice_section_empty, "Private");
        parts[count++] = part;
    }
    return count;
}

void room_read_plan(struct arena *a, const struct sections *s, const char *word, size_t most, struct problems *p, struct room_plan *out)
{
    *out = (struct room_plan){.anybody = room_read_opened_by_anybody(s, p), .briefing = room_read_body(s, "Briefing"), .debrief = room_read_body(s, "Debrief"),
                              .facilitator = room_read_body(s, "Facilitator"), .parts = ARENA_ARRAY(a, most, struct room_part)};
    out->part_count = read_parts(s, word, p, out->parts, most);
    out->observers = room_read_observers(s, p, &out->guide);
    out->phase_count = room_read_phases(a, s, p, &out->phases);
}
