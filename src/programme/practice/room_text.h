/* What the texts of kinds that several people do together in a room have alike: phases, who may open one, observers. And the texts of
 * role-play and negotiation as they are read (docs/practice.md). */
#ifndef CADRE_PROGRAMME_PRACTICE_ROOM_TEXT_H
#define CADRE_PROGRAMME_PRACTICE_ROOM_TEXT_H

#include "programme/practice/sections.h"

/* What a room shows in a phase. */
enum room_shows {
    ROOM_PREPARE, /* everybody reads her own */
    ROOM_PLAY,    /* it is done; a time-out may be asked for */
    ROOM_DEBRIEF, /* it is talked about and judged */
};
#define ROOM_SHOWS_WORDS "prepare|play|debrief"
#define ROOM_PHASES_MOST 20
#define ROOM_PHASE_RULE {"Phase", 1, ROOM_PHASES_MOST, true, "minutes|shows", NULL}
#define ROOM_HEAD_KEYS "opened by" /* anybody, facilitators */
/* With what an author begins: phases, then the debrief. */
#define ROOM_PHASES_BEGIN                                                                                                                  \
    "# Phase: prepare | \nminutes: 5\nshows: prepare\n\n# Phase: play | \nminutes: 15\nshows: play\n\n# Phase: debrief | \nminutes: 20\n"      \
    "shows: debrief\n\n# Debrief\n"

struct room_phase {
    struct str name, title;
    struct str text; /* Markdown: what is done; may be empty */
    int64_t seconds; /* planned */
    enum room_shows shows;
};
/* Somebody that people are in a room: a role, a party. */
#define ROOM_PARTS_MOST 20
struct room_part {
    struct str name, title;
    struct str shared;      /* Markdown that everybody reads */
    struct str hidden;      /* that only who has it reads, until the debrief */
    struct str debrief;     /* what she is asked afterwards; may be empty */
    int64_t seats;          /* how many people it may be */
    bool optional;          /* the room may begin without */
    bool apart;             /* a judge: does not do the exercise, so gets no attempt and is not judged */
};

/* The sections `# Phase: name | Title` with minutes and shows: prepare before play before debrief, one of play at least. How many. */
size_t room_read_phases(struct arena *a, const struct sections *s, struct problems *p, const struct room_phase **out);
/* May anybody of the programme open a room, or only who facilitates. */
bool room_read_opened_by_anybody(const struct sections *s, struct problems *p);
/* The section Observers with `seats`, and its guide. */
int64_t room_read_observers(const struct sections *s, struct problems *p, struct str *guide);
/* The body of a section, empty when there is none. */
struct str room_read_body(const struct sections *s, const char *word);

/* What a room needs to know of its text, whatever the kind. */
struct room_plan {
    bool anybody;           /* may open a room */
    struct str briefing, debrief, guide, facilitator; /* guide: for observers; both may be empty */
    struct room_part *parts;
    size_t part_count;
    int64_t observers;      /* seats for them */
    const struct room_phase *phases;
    size_t phase_count;
};
/* Reads what is there; p says what is wrong. word: of the sections that are parts. */
void room_read_plan(struct arena *a, const struct sections *s, const char *word, size_t most, struct problems *p, struct room_plan *out);

void role_play_read(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out);

#define NEGOTIATION_PARTIES_MOST 6
#define NEGOTIATION_ISSUES_MOST 10
#define NEGOTIATION_OPTIONS_MOST 12
#define NEGOTIATION_DEALS_MOST 1000000 /* all are looked at */
#define NEGOTIATION_POINTS_MOST 1000

struct negotiation_issue {
    struct str name, title;
    struct str text;        /* Markdown before its table; may be empty */
    struct str options[NEGOTIATION_OPTIONS_MOST];
    size_t option_count;
    int64_t points[NEGOTIATION_OPTIONS_MOST][NEGOTIATION_PARTIES_MOST];
};

struct negotiation {
    struct room_plan plan;  /* its parts are the parties */
    struct str alternatives[NEGOTIATION_PARTIES_MOST]; /* Markdown: what a party does without a deal; only its own until the debrief */
    int64_t best[NEGOTIATION_PARTIES_MOST];            /* points of that */
    int64_t deadline[NEGOTIATION_PARTIES_MOST];        /* ms of play after which it cannot sign any more; 0: none */
    struct negotiation_issue *issues;
    size_t issue_count;
};
void negotiation_read(struct arena *a, const struct sections *s, struct problems *p, struct negotiation *out);

#endif
