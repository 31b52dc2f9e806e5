/* Evaluations: the same form to the same people before a programme begins, at its end, and 6 and 12 months after, cohort by cohort, also to
 * cohorts for comparison and to who has left. A wave is sent on its day by itself, once; who has not answered is reminded twice. Answers
 * are tied to the person, so that later can be held against earlier; they are hers: she reads, changes and takes them along, and nobody
 * else sees them one by one. What is shown of them are figures over many (ledger.h). */
#ifndef CADRE_PROGRAMME_LEDGER_WAVES_H
#define CADRE_PROGRAMME_LEDGER_WAVES_H

#include "programme/instrument/instrument.h"

#define LEDGER_MOMENTS(X)                      \
    X(BASELINE, "baseline") /* before it begins */ \
    X(END, "end")                              \
    X(M6, "m6") /* 6 months after the end */   \
    X(M12, "m12")

enum ledger_moment {
#define X(id, word) LEDGER_##id,
    LEDGER_MOMENTS(X)
#undef X
        LEDGER_MOMENT_COUNT
};
const char *ledger_moment_word(enum ledger_moment m);
bool ledger_moment_find(struct str word, enum ledger_moment *m);

#define LEDGER_NO_DAY INT64_MIN
#define LEDGER_COHORTS_MOST 40   /* of one evaluation */
#define LEDGER_DAYS 21           /* to answer, unless it says otherwise */
#define LEDGER_REMIND_FIRST 7    /* days before the last one */
#define LEDGER_REMIND_LAST 2

/* The day of a moment from the first and last day of a cohort; LEDGER_NO_DAY where that day is not known. Six months after
 * the last day of August is the last day of February. Pure. */
int64_t ledger_moment_day(enum ledger_moment m, int64_t start_day, int64_t end_day);
/* What is due when, of a wave sent on day that may be answered until until_day: how many mails each should have had by today, and when
 * there is something to do next; LEDGER_NO_DAY: nothing any more, it is closed. Pure. */
int64_t ledger_mails_by(int64_t day, int64_t until_day, int64_t today);
int64_t ledger_next_day(int64_t day, int64_t until_day, int64_t today);

struct ledger_arm {
    int64_t cohort;
    bool compares;
};
struct ledger_evaluation {
    int64_t id, programme, version; /* id 0: a new one */
    struct str title, instrument, level;
    int64_t days;
    const struct ledger_arm *arms;
    size_t arm_count;
};
/* Inside a closure, as all that follow. In a draft the cohorts may change: the days of their moments are worked out anew. RC_INVALID: no
 * cohort in the programme, too many, an instrument that is none. RC_CONFLICT: changed meanwhile, or it has begun. */
enum rc ledger_evaluation_save(struct db *tx, struct arena *a, struct ledger_evaluation *v, int64_t by, int64_t now, struct err *e) MUST_CHECK;
/* From now on its waves go out on their days. Those whose day has passed are missed, and are shown as such. RC_INVALID: no wave is left. */
enum rc ledger_evaluation_start(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t today, struct err *e) MUST_CHECK;
/* Nobody is asked any more; answers stay. */
enum rc ledger_evaluation_stop(struct db *tx, struct arena *a, int64_t id, int64_t version, struct err *e) MUST_CHECK;
/* A wave that was not sent yet: another day, or LEDGER_NO_DAY: not asked at all. RC_INVALID for a day that has passed, RC_CONFLICT. */
enum rc ledger_wave_move(struct db *tx, struct arena *a, int64_t wave, int64_t version, int64_t day, int64_t today, struct err *e) MUST_CHECK;

/* What passes by the day, of one wave: sending it, reminding, closing; and mails to some of those who are owed one. Run again it does
 * nothing that was done. more: some are still owed theirs. */
enum rc ledger_wave_do(struct db *tx, struct arena *a, int64_t wave, int64_t today, int64_t now, bool *more) MUST_CHECK;

/* ---- answering ---- */

enum ledger_ask_state { LEDGER_ASK_OPEN, LEDGER_ASK_ANSWERED, LEDGER_ASK_DECLINED, LEDGER_ASK_CLOSED };
struct ledger_asked {
    int64_t wave, person, programme, until_day;
    struct str title;
    struct instrument instrument;
    enum ledger_ask_state state;
    int *answers;               /* what she answered, or missing */
};
/* Behind a link. RC_GONE: it opens nothing, for whatever reason. */
enum rc ledger_open_link(struct db *db, struct arena *a, struct str token, struct str language, struct ledger_asked *out, struct err *e) MUST_CHECK;
/* RC_NOT_FOUND: she was not asked. */
enum rc ledger_open_asked(struct db *db, struct arena *a, int64_t wave, int64_t person, struct str language, struct ledger_asked *out) MUST_CHECK;
/* answers: one for each item; words are passed over. RC_GONE: closed meanwhile. RC_INVALID with the field of an item without an answer. */
enum rc ledger_answer(struct db *tx, struct arena *a, int64_t wave, int64_t person, const int *answers, int64_t today, struct err *e) MUST_CHECK;
/* She does not want to, or takes back what she said. */
enum rc ledger_decline(struct db *tx, struct arena *a, int64_t wave, int64_t person, struct err *e) MUST_CHECK;
/* Every item by points has an answer or "unable". RC_INVALID with the field. */
enum rc ledger_check_answers(struct arena *a, const struct instrument *i, const int *answers, struct err *e) MUST_CHECK;

/* ---- after a session ---- */
enum rc ledger_session_answer(struct db *tx, struct arena *a, int64_t session, int64_t person, const int *answers, int64_t today, struct err *e) MUST_CHECK;

#endif
