/* The questions by which mentor and mentee say how their relationship goes: plain text in content/mentoring/evaluation.txt, and
 * evaluation.<language>.txt with the same questions in another language.
 *
 *     title: How is the mentoring going?
 *
 *     ? openness both: How openly can you speak in your talks?
 *     1: I weigh every word
 *     5: I can say what I would tell few others
 *
 * A question has a name (small letters), for whom it is (both, mentee, mentor), its text, and anchors for some of the choices 1
 * to 5, the first and the last always. */
#ifndef CADRE_PROGRAMME_MENTOR_QUESTIONS_H
#define CADRE_PROGRAMME_MENTOR_QUESTIONS_H

#include "base/str.h"

#define QUESTION_CHOICES 5
#define QUESTIONS_MAX 40

struct mentor_question {
    struct str name, text;
    bool mentee, mentor;                        /* for whom it is */
    struct str anchors[QUESTION_CHOICES + 1]; /* from 1; no value: between two anchors */
};

struct mentor_questions {
    struct str title;
    struct mentor_question items[QUESTIONS_MAX];
    size_t count;
};

/* Reads such a text; what is read points into it. False when it is not one: *line (from 1) says where. */
bool mentor_questions_read(struct str text, struct mentor_questions *out, int *line);
/* The one that is shipped, in a language ("de"), else in English. In the arena. */
const struct mentor_questions *mentor_questions_shipped(struct arena *a, const char *language);

#endif
