/* Handing over: leaders change every year. Whoever leads a clinic or a project prepares a pack for who comes next: open risks, tasks, contacts,
 * measures and what was learned are built from the records when it is offered; keys, accounts and what no record knows she types. The
 * successor accepts it line by line, asks, or says what she does not take over and why; with the last line she leads. What she did not take
 * over stays in sight: with the project or the clinic, until she takes it over or the next pack, which begins with it. This room also keeps
 * who leads a clinic.
 *
 * By SQL others read pub_handover (who took over what, and when), pub_handover_left and pub_handover_leader. */
#ifndef CADRE_PROGRAMME_HANDOVER_HANDOVER_H
#define CADRE_PROGRAMME_HANDOVER_HANDOVER_H

#include "programme/capability.h"

extern const struct capability handover_capability;

#define HANDOVER_LINES_MOST 200
#define HANDOVER_TEXT_MOST 1000

/* In this order they stand in a pack. */
#define HANDOVER_SECTIONS(X) X(risk) X(task) X(contact) X(key) X(account) X(measure) X(learned)
enum handover_section {
#define X(word) HANDOVER_##word,
    HANDOVER_SECTIONS(X)
#undef X
        HANDOVER_SECTION_COUNT
};
const char *handover_section_word(enum handover_section s);
/* -1 for none. */
int handover_section_find(struct str word);

struct handover_line {
    enum handover_section section;
    int64_t person;  /* whom it names; 0: nobody */
    int64_t about;   /* the task or measure of a project; 0: none */
    struct str name; /* hers as it is now: not kept */
    struct str text;
};

/* Inside a closure, all that follow. */

/* Says who leads a clinic that nobody leads: RC_CONFLICT when somebody does. */
enum rc handover_name_leader(struct db *tx, struct arena *a, int64_t opportunity, int64_t person, int64_t by, int64_t today, int64_t now, struct err *e) MUST_CHECK;

struct handover_new {
    int64_t programme, project, opportunity; /* one of the two */
    int64_t from, to, last_day;
    bool stays;
};
/* It begins with the keys and accounts of the pack before it and with what nobody took over then. RC_INVALID from somebody to herself;
 * RC_CONFLICT when a pack of it is under way. */
enum rc handover_start(struct db *tx, struct arena *a, const struct handover_new *n, int64_t by, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* A line that no record knows; id 0: a new one. */
enum rc handover_put_line(struct db *tx, int64_t pack, int64_t id, int64_t version, const struct handover_line *line, struct err *e) MUST_CHECK;
/* Gives it to the successor: the lines of the records are put in and stay as they are. RC_CONFLICT when it was changed meanwhile. */
enum rc handover_offer(struct db *tx, int64_t pack, int64_t version, const struct handover_line *lines, size_t count, int64_t now, struct err *e) MUST_CHECK;
enum rc handover_withdraw(struct db *tx, int64_t pack, int64_t version, int64_t by, int64_t now, struct err *e) MUST_CHECK;

enum handover_word { HANDOVER_ACCEPT, HANDOVER_ASK, HANDOVER_DECLINE };
struct handover_decision {
    int64_t line, version;
    enum handover_word word;
    struct str said; /* what she asks; why she does not take it over */
};
/* Line by line; what is not named stays as it is. *done: that was the last one, and from now on the successor leads: what was its giver's is
 * hers, but for the tasks and measures that she did not take over, which are nobody's. Afterwards a line that she declined can still be
 * accepted, and nothing else. RC_CONFLICT when a line was changed meanwhile. */
enum rc handover_decide(struct db *tx, struct arena *a, int64_t pack, const struct handover_decision *d, size_t count, int64_t today, int64_t now, bool *done, struct err *e) MUST_CHECK;
/* The giver answers a question: the line is open again. */
enum rc handover_answer(struct db *tx, int64_t pack, int64_t line, int64_t version, struct str answer, struct err *e) MUST_CHECK;

struct handover_waiting {
    int64_t id, version;
};
/* The lines that are neither accepted, asked about nor declined, in the order of the pack. */
enum rc handover_read_waiting(struct db *db, struct arena *a, int64_t pack, struct handover_waiting **out, size_t *count) MUST_CHECK;

#endif
