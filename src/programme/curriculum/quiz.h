/* Quizzes without a database: the plain text in which people write them (content files and the quiz editor share it),
 * and the marking of answers. */
#ifndef CADRE_PROGRAMME_CURRICULUM_QUIZ_H
#define CADRE_PROGRAMME_CURRICULUM_QUIZ_H

#include "base/problems.h"

#define QUIZ_QUESTIONS_MAX 100
#define QUIZ_OPTIONS_MAX 20
#define QUIZ_TEXT_MAX 4000 /* characters of one text */

enum question_kind { QUESTION_SINGLE, QUESTION_MULTIPLE, QUESTION_SHORT, QUESTION_ORDER };

/* An answer to choose, an accepted short answer, or a step of an order question (in the right order). */
struct quiz_option {
    int64_t id; /* 0: not stored */
    struct str text;
    struct str feedback; /* shown to who chose it */
    bool correct;        /* of a single or multiple question */
};

struct quiz_question {
    int64_t id; /* 0: not stored */
    enum question_kind kind;
    struct str text;
    struct str feedback; /* shown with every answer */
    struct quiz_option *options;
    size_t option_count;
    size_t line; /* where it began, for problems; 0 when it came from the database */
};

const char *question_kind_word(enum question_kind kind); /* "single": in texts and in the database */
bool question_kind_find(struct str word, enum question_kind *kind);

/* Reads a quiz:
 *
 *     ? single: Which is right?          or  ? multiple:     several may be right
 *     > Said with every answer.              (may be left out)
 *     - [ ] A wrong answer
 *       > Said to who chose it.
 *     - [x] The right answer
 *
 *     ? short: What is the word?         ? order: Put these in order.
 *     = one accepted answer              1. the first
 *     = another one                      2. the second
 *     > Said with every answer.          > Said with every answer.
 *
 * A line that begins with none of these goes on with the text above it. Problems carry file and line, counted from
 * first_line. *out is in the arena; meaningful only when no error was added. */
void quiz_parse(struct arena *a, struct str file, size_t first_line, struct str text, struct problems *p,
                struct quiz_question **out, size_t *count);

/* The text that quiz_parse reads as these questions. */
struct str quiz_write(struct arena *a, const struct quiz_question *questions, size_t count);

/* The same question, word for word: answers given to the one are answers to the other. Ids and lines do not count. */
bool quiz_question_same(const struct quiz_question *x, const struct quiz_question *y);

/* What a person answered to one question. */
struct quiz_answer {
    int64_t *options; /* single: one; multiple: those ticked; order: all, in the order given */
    size_t option_count;
    struct str text; /* short */
};

/* Is it right? single: the correct one; multiple: all correct ones and no other; order: exactly the right order; short:
 * an accepted answer, whatever the case, accents, punctuation and spaces. a is for scratch. */
bool quiz_mark(struct arena *a, const struct quiz_question *q, const struct quiz_answer *answer);
/* Was it answered at all? */
bool quiz_answered(const struct quiz_question *q, const struct quiz_answer *answer);

/* As it is stored: option ids with spaces between, or the words. */
struct str quiz_answer_write(struct arena *a, const struct quiz_question *q, const struct quiz_answer *answer);
void quiz_answer_read(struct arena *a, const struct quiz_question *q, struct str stored, struct quiz_answer *out);

/* The order in which the steps of an order question are shown: the same for one person and question each time, and
 * never the right one. Fills places[0..option_count) with indexes of options. */
void quiz_shuffle(const struct quiz_question *q, int64_t person, size_t *places);

/* Whole percent, rounded down so that a pass mark is never reached by rounding; 0 of 0 is 0. */
int quiz_percent(size_t right, size_t count);

#endif
