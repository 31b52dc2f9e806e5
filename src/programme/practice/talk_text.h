/* The texts of listening, debate, speaking and appraisal as they are read (docs/practice.md). Texts are slices of what was read and live as
 * long as that and the arena; sizes are bounded, so each of these is a plain struct. */
#ifndef CADRE_PROGRAMME_PRACTICE_TALK_TEXT_H
#define CADRE_PROGRAMME_PRACTICE_TALK_TEXT_H

#include "programme/practice/sections.h"

/* ---- listening --------------------------------------------------------------------------------------------------------------------- */

#define LISTENING_STORIES_MOST 2
#define LISTENING_ITEMS_MOST 20  /* of one story */
#define LISTENING_OPTIONS_MOST 8

struct listening_option {
    struct str text;             /* of a question: an answer; of reflecting: what a listener may have heard */
    struct str why;              /* said afterwards; may be empty */
    bool right;                  /* of a question */
};
struct listening_item {
    struct str name, question;
    bool reflect;                /* answered in her own words; afterwards the teller says which points were heard */
    struct str guide;            /* Markdown before it; may be empty */
    struct listening_option options[LISTENING_OPTIONS_MOST];
    size_t option_count;
};
struct listening_story {
    struct str name, title;
    struct str told;             /* Markdown: for who tells it, or is read and put away by who listens alone */
    struct str teller;           /* Markdown: how to tell it; may be empty */
    int64_t seconds;             /* how long telling takes */
    struct listening_item items[LISTENING_ITEMS_MOST];
    size_t item_count;
};
struct listening {
    struct str briefing, debrief;
    struct listening_story stories[LISTENING_STORIES_MOST]; /* the second is told when roles are swapped */
    size_t story_count;
};
void listening_read(struct arena *a, const struct sections *s, struct problems *p, struct listening *out);

/* ---- debate ------------------------------------------------------------------------------------------------------------------------- */

#define DEBATE_SPEECHES_MOST 12
#define DEBATE_JUDGES_LEAST 3

enum debate_tie {                /* what holds when the judges are as many for one side as for the other */
    DEBATE_TIE_SHARED,           /* nobody has won */
    DEBATE_TIE_SWING,            /* the side to which the audience moved; shared when it moved to neither */
    DEBATE_TIE_AGAINST,          /* the motion is not carried */
};
#define DEBATE_TIE_WORDS "shared|swing|against"

struct debate_speech {
    struct str name, title;
    struct str text;             /* Markdown: what it is for; may be empty */
    bool against;                /* whose it is */
    int64_t seconds;
    int64_t points_from, points_until; /* seconds of the speech between which the others may offer a point; 0, 0: none */
};
struct debate {
    struct str motion, background, in_favour, against, debrief;
    enum debate_tie tie;
    int64_t prepare_seconds;
    struct debate_speech speeches[DEBATE_SPEECHES_MOST];
    size_t speech_count;
};
void debate_read(struct arena *a, const struct sections *s, struct problems *p, struct debate *out);
/* Who has won: "for", "against", "shared", or "few" of fewer ballots than DEBATE_JUDGES_LEAST. in_favour and against are the judges who have
 * that side ahead; swing is by how many votes the audience moved towards the motion. */
struct str debate_result(size_t ballots, size_t in_favour, size_t against, enum debate_tie tie, int64_t swing);

/* ---- speaking ----------------------------------------------------------------------------------------------------------------------- */

#define SPEAKING_FILLERS_MOST 60

struct speaking {
    struct str task, tips, debrief; /* tips: may be empty */
    int64_t green, amber, red;      /* seconds: long enough, come to an end, over */
    int64_t slow, fast;             /* words a minute between which listeners follow well */
    struct str fillers[SPEAKING_FILLERS_MOST]; /* words that say nothing, in the language of the text */
    size_t filler_count;
};
void speaking_read(struct arena *a, const struct sections *s, struct problems *p, struct speaking *out);

/* ---- appraisal ---------------------------------------------------------------------------------------------------------------------- */

/* The word stands in the database and in files. */
#define APPRAISAL_ASPECTS(X) X(need) X(evidence) X(safety) X(equity) X(privacy) X(cost)
enum appraisal_aspect {
#define X(word) APPRAISAL_##word,
    APPRAISAL_ASPECTS(X)
#undef X
        APPRAISAL_ASPECT_COUNT
};
#define APPRAISAL_DECISIONS(X) X(adopt) X(conditions) X(pilot) X(wait) X(decline)
#define APPRAISAL_SOURCES_MOST 30

struct appraisal_source {
    struct str name, title, link; /* link: may be empty */
    struct str says;              /* Markdown: what it says; may be empty */
    int64_t review_day;           /* until when it must be looked at again */
};
struct appraisal {
    struct str tool, setting, debrief; /* setting: may be empty */
    struct {
        struct str title, guide;
    } aspects[APPRAISAL_ASPECT_COUNT];
    struct appraisal_source sources[APPRAISAL_SOURCES_MOST];
    size_t source_count;
};
struct str appraisal_aspect_word(enum appraisal_aspect aspect);
void appraisal_read(struct arena *a, const struct sections *s, struct problems *p, struct appraisal *out);

#endif
