/* Counts in the words of a speech: how many, how fast, which of them say nothing, how long its longest sentence is. Help for who spoke; nothing
 * here is a mark. */
#ifndef CADRE_PROGRAMME_PRACTICE_SPEECH_COUNT_H
#define CADRE_PROGRAMME_PRACTICE_SPEECH_COUNT_H

#include "base/str.h"

#define SPEECH_WORDS_LEAST 20 /* of fewer no pace is told: it would be chance */

struct speech_counts {
    size_t words, sentences;
    size_t longest;         /* words of the longest sentence */
    struct str longest_text; /* a slice of the text */
    size_t *fillers;        /* of each filler, how often; in the arena */
    size_t filler_sum;
};
/* A word is a run of letters, digits, and apostrophes and hyphens between them; in scripts that write no spaces between words, a run between
 * spaces. A sentence ends with . ! ? or one of their kin before white space or the end, or with an empty line. fillers: words or phrases;
 * compared without regard to capitals and accents, whole words only; of two that begin at the same word the longer one counts. Takes any
 * valid UTF-8; time linear in the text for a bounded list. */
void speech_count(struct arena *a, struct str text, const struct str *fillers, size_t filler_count, struct speech_counts *out);

/* Words a minute; 0 where it cannot be told. */
int64_t speech_pace(size_t words, int64_t seconds);

#endif
