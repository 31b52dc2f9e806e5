/* What the parts of the curriculum share with each other and with nobody else. */
#ifndef CADRE_PROGRAMME_CURRICULUM_INSIDE_H
#define CADRE_PROGRAMME_CURRICULUM_INSIDE_H

#include "programme/curriculum/content.h"
#include "programme/curriculum/curriculum.h"
#include "programme/curriculum/quiz.h"

/* ---- questions.c: quizzes in the database ------------------------------------------------------------------------ */

/* What the quiz of a session asks now, in order; count 0 when there is none. */
enum rc quiz_load(struct db *db, struct arena *a, int64_t session, struct quiz_question **out,
                  size_t *count) MUST_CHECK;
/* The questions of one attempt as they were asked then, with what was answered and whether it was right. */
struct quiz_result {
    struct quiz_question question;
    struct quiz_answer answer;
    bool correct;
};
enum rc quiz_load_attempt(struct db *db, struct arena *a, int64_t attempt, struct quiz_result **out,
                          size_t *count) MUST_CHECK;
/* Inside a closure: makes these the questions of a session. One that is the same word for word stays what it is; one
 * that is not is a new one, and the old one is retired with its answers. *changed (NULL allowed) counts what is new,
 * moved or gone. */
enum rc quiz_store(struct db *tx, struct arena *a, int64_t session, const struct quiz_question *questions, size_t count,
                   int64_t *changed) MUST_CHECK;

/* ---- learning.c: what one person does ---------------------------------------------------------------------------- */

/* Where a person stands in a session. Times are 0 where it did not happen. */
struct standing {
    int64_t course, programme;
    bool hidden; /* a draft, or taken out before she opened it: there for who may change it alone */
    bool enrolled, teaches, attended;
    bool need_reading, need_quiz, need_attendance; /* need_quiz only where there are questions */
    int64_t questions, pass_percent;
    int64_t opened_at, read_at, quiz_passed_at, completed_at;
    int best_percent; /* -1: no attempt */
};
enum rc learning_standing(struct db *db, struct arena *a, int64_t person, int64_t session,
                          struct standing *out) MUST_CHECK;
/* Where neither quiz nor attendance completes it, reading does: something has to be done by which it is done. */
void learning_need_something(struct standing *s);
/* Is all done that completes the session? */
bool learning_is_complete(const struct standing *s);

/* Inside a closure, these: RC_DENIED for who is not enrolled. What it completes is completed, and the evidence
 * written; a second time changes nothing. */
enum rc learning_mark_read(struct db *tx, struct arena *a, int64_t person, int64_t session, int64_t now) MUST_CHECK;
/* The same for who has asked, in the same closure, where she stands; s is kept true. */
enum rc learning_mark_read_from(struct db *tx, struct arena *a, int64_t person, int64_t session, struct standing *s,
                                int64_t now) MUST_CHECK;
/* Keeps an attempt that was marked: answers[i] and right[i] belong to questions[i]. */
enum rc learning_keep_attempt(struct db *tx, struct arena *a, int64_t person, int64_t session,
                              const struct quiz_question *questions, const struct quiz_answer *answers,
                              const bool *right, size_t count, int64_t now, int64_t *attempt) MUST_CHECK;
/* After something about a session has changed for a person: completes it when all is done, writes the evidence,
 * completes her enrolments. cause: the evidence that led to it, 0: none. */
enum rc learning_settle(struct db *tx, struct arena *a, int64_t person, int64_t session, int64_t cause,
                        int64_t now) MUST_CHECK;
/* The same for everybody, after the sessions of a course have changed: nobody is left with all done and nothing completed. */
enum rc learning_settle_course(struct db *tx, struct arena *a, int64_t course, int64_t programme, int64_t now) MUST_CHECK;
/* The evidence of what was done at some time and is written down now: one row for each competency that the session is tagged
 * with. *first: the first of them. */
struct rows_session_tags;
enum rc learning_session_evidence(struct db *tx, const struct rows_session_tags *tags, int64_t person, int64_t programme,
                                  int64_t session, int64_t cause, int64_t at, int64_t now,
                                  int64_t *first) MUST_CHECK;
enum rc learning_quiz_evidence(struct db *tx, const struct rows_session_tags *tags, int64_t person, int64_t programme,
                               int64_t attempt, int percent, int64_t at, int64_t now, int64_t *first) MUST_CHECK;
enum rc learning_course_evidence(struct db *tx, int64_t person, int64_t programme, int64_t offering, int64_t cause,
                                 int64_t at, int64_t now) MUST_CHECK;

/* ---- attendance.c ------------------------------------------------------------------------------------------------ */

/* A session as it is given to the people of one offering. */
struct class_given {
    int64_t id, session, programme;
    int64_t at; /* when it began; when that is not known, when it is noted */
};
/* Inside a closure: notes that a person was "present", "late", "excused" or "absent". Being there writes evidence,
 * once; no longer being there withdraws it. by: who says so, 0: nobody in particular. Changes nothing when it was noted
 * so. */
enum rc attendance_note(struct db *tx, struct arena *a, const struct class_given *given, int64_t person,
                        struct str state, int64_t by, int64_t now) MUST_CHECK;
/* The same for who was present and of whom nothing was noted, without what it completes; *evidence says that she was there. */
enum rc attendance_add(struct db *tx, const struct class_given *given, int64_t person, int64_t by, int64_t now,
                       int64_t *evidence) MUST_CHECK;
bool attendance_state_valid(struct str state);
bool attendance_was_there(struct str state);

/* ---- offering.c -------------------------------------------------------------------------------------------------- */

/* Inside a closure: sessions that a course got after it was offered join the offerings that still run; they fall due on
 * the last day. */
enum rc curriculum_offer_new_sessions(struct db *tx, struct arena *a, int64_t course, int64_t now) MUST_CHECK;

/* Withdraws once a day the enrolments of those whose time in a cohort or group has ended by itself. */
#define CURRICULUM_JOB_COUNT 1
extern const struct job_handler curriculum_jobs[CURRICULUM_JOB_COUNT];

/* ---- teaching.c: changing when, where and by whom; inside a closure ---------------------------------------------- */

struct class_edit {
    int64_t id, version;
    bool has_start, has_end, has_due;
    int64_t starts_at, ends_at, due_day; /* without a due day it is the day it starts, in zone */
    struct str place;
    int64_t teacher; /* 0: nobody */
};
/* RC_CONFLICT with M_curriculum_changed when somebody else changed it since; RC_INVALID with the form's field. */
enum rc class_change(struct db *tx, const struct class_edit *edit, const struct zone *zone, struct err *e) MUST_CHECK;
/* again: the due days of sessions without a time are spread evenly anew. */
enum rc offering_change_days(struct db *tx, struct arena *a, int64_t offering, int64_t version, int64_t start_day,
                             int64_t end_day, bool again, struct err *e) MUST_CHECK;

/* ---- what several pages need ------------------------------------------------------------------------------------- */
struct str curriculum_search_key(struct arena *a, struct str title, struct str summary);

#endif
