/* What one person does in a session, what completes it, and the evidence that comes of it; see inside.h. Whatever
 * happens (a page marked as read, a quiz passed, a name ticked on a list) ends in learning_settle, the only place that
 * completes. */
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/evidence/evidence.h"

enum rc learning_standing(struct db *db, struct arena *a, int64_t person, int64_t session, struct standing *out)
{
    struct row_learning_standing r;
    TRY(sql_learning_standing(db, a, person, session, &r));
    *out = (struct standing){
        .course = r.course_id,
        .programme = r.programme_id,
        .hidden = str_eq(r.course_state, S("draft")) || (r.retired != 0 && r.opened_at_null),
        .enrolled = r.enrolments != 0,
        .teaches = r.taught != 0,
        .attended = r.attended != 0,
        .need_reading = r.need_reading != 0,
        .need_quiz = r.need_quiz != 0 && r.questions != 0,
        .need_attendance = r.need_attendance != 0,
        .questions = r.questions,
        .pass_percent = r.pass_percent,
        .opened_at = r.opened_at_null ? 0 : r.opened_at,
        .read_at = r.read_at_null ? 0 : r.read_at,
        .quiz_passed_at = r.quiz_passed_at_null ? 0 : r.quiz_passed_at,
        .completed_at = r.completed_at_null ? 0 : r.completed_at,
        .best_percent = r.best_percent_null ? -1 : (int)r.best_percent,
    };
    learning_need_something(out);
    return RC_OK;
}

void learning_need_something(struct standing *s)
{
    if (!s->need_quiz && !s->need_attendance)
        s->need_reading = true;
}

bool learning_is_complete(const struct standing *s)
{
    return (!s->need_reading || s->read_at != 0) && (!s->need_quiz || s->quiz_passed_at != 0) &&
           (!s->need_attendance || s->attended);
}

/* One row for each of tags with one of uses; one without a competency where there is none. *first is the first row's id,
 * for what it leads to. */
static enum rc write_evidence(struct db *tx, const struct rows_session_tags *tags, struct evidence_new e, const char *uses,
                              int64_t now, int64_t *first)
{
    bool any = false;
    for (size_t i = 0; i < tags->n; i++) {
        if (strchr(uses, tags->v[i].use.p[0]) == NULL)
            continue;
        e.competency = tags->v[i].competency_id;
        e.use = (enum evidence_use)tags->v[i].use.p[0];
        TRY(evidence_add(tx, &e, now, any ? NULL : first));
        any = true;
    }
    return any ? RC_OK : evidence_add(tx, &e, now, first);
}

enum rc learning_session_evidence(struct db *tx, const struct rows_session_tags *tags, int64_t person, int64_t programme,
                                  int64_t session, int64_t cause, int64_t at, int64_t now, int64_t *first)
{
    struct evidence_new e = {.person = person,
                             .programme = programme,
                             .kind = "session_completed",
                             .percent = -1,
                             .source_kind = "course_session",
                             .source_id = session,
                             .cause = cause,
                             .at = at};
    return write_evidence(tx, tags, e, "IP", now, first);
}

enum rc learning_quiz_evidence(struct db *tx, const struct rows_session_tags *tags, int64_t person, int64_t programme,
                               int64_t attempt, int percent, int64_t at, int64_t now, int64_t *first)
{
    struct evidence_new e = {.person = person,
                             .programme = programme,
                             .kind = "quiz_passed",
                             .percent = percent,
                             .source_kind = "quiz_attempt",
                             .source_id = attempt,
                             .at = at};
    return write_evidence(tx, tags, e, "A", now, first);
}

enum rc learning_course_evidence(struct db *tx, int64_t person, int64_t programme, int64_t offering, int64_t cause, int64_t at,
                                 int64_t now)
{
    struct evidence_new e = {.person = person,
                             .programme = programme,
                             .kind = "course_completed",
                             .percent = -1,
                             .source_kind = "offering",
                             .source_id = offering,
                             .cause = cause,
                             .at = at};
    return evidence_add(tx, &e, now, NULL);
}

static enum rc complete_courses(struct db *tx, struct arena *a, int64_t person, int64_t course, int64_t programme,
                                int64_t cause, int64_t now)
{
    struct row_learning_course_left left;
    struct rows_enrolment_complete done;
    TRY(sql_learning_course_left(tx, a, person, course, &left));
    if (left.left_over)
        return RC_OK;
    TRY(sql_enrolment_complete(tx, a, person, course, now, &done));
    for (size_t i = 0; i < done.n; i++)
        TRY(learning_course_evidence(tx, person, programme, done.v[i].offering_id, cause, now, now));
    return RC_OK;
}

static curriculum_finished_fn *on_finished;

void curriculum_on_finished(curriculum_finished_fn *fn)
{
    on_finished = fn;
}

static enum rc tell_finished(struct db *tx, int64_t person, int64_t session, int64_t now)
{
    return on_finished != NULL ? on_finished(tx, person, session, now) : RC_OK;
}

/* What comes of a session's being completed. */
static enum rc completed(struct db *tx, struct arena *a, int64_t person, int64_t session, const struct standing *s, int64_t cause, int64_t now)
{
    struct rows_session_tags tags;
    int64_t first;
    TRY(sql_session_tags(tx, a, session, &tags));
    TRY(learning_session_evidence(tx, &tags, person, s->programme, session, cause, now, now, &first));
    TRY(tell_finished(tx, person, session, now));
    return complete_courses(tx, a, person, s->course, s->programme, first, now);
}

/* s is how she stands, with what was just written; kept true. */
static enum rc settle(struct db *tx, struct arena *a, int64_t person, int64_t session, struct standing *s, int64_t cause, int64_t now)
{
    if (s->completed_at != 0 || !learning_is_complete(s))
        return RC_OK;
    s->completed_at = now;
    TRY(sql_progress_mark(tx, person, session, now, NULL, &now));
    return completed(tx, a, person, session, s, cause, now);
}

enum rc learning_settle(struct db *tx, struct arena *a, int64_t person, int64_t session, int64_t cause, int64_t now)
{
    struct standing s;
    TRY(learning_standing(tx, a, person, session, &s));
    return settle(tx, a, person, session, &s, cause, now);
}

enum rc learning_settle_course(struct db *tx, struct arena *a, int64_t course, int64_t programme, int64_t now)
{
    struct rows_settle_sessions sessions;
    struct rows_settle_enrolments people;
    TRY(sql_settle_sessions(tx, a, course, &sessions));
    for (size_t i = 0; i < sessions.n; i++)
        TRY(learning_settle(tx, a, sessions.v[i].person_id, sessions.v[i].session_id, 0, now));
    TRY(sql_settle_enrolments(tx, a, course, &people));
    for (size_t i = 0; i < people.n; i++)
        TRY(complete_courses(tx, a, people.v[i].person_id, course, programme, 0, now));
    return RC_OK;
}

enum rc learning_mark_read_from(struct db *tx, struct arena *a, int64_t person, int64_t session, struct standing *s, int64_t now)
{
    if (!s->enrolled)
        return RC_DENIED;
    if (s->read_at != 0)
        return settle(tx, a, person, session, s, 0, now);
    s->read_at = now;
    bool completes = s->completed_at == 0 && learning_is_complete(s);
    if (completes)
        s->completed_at = now;
    TRY(sql_progress_mark(tx, person, session, now, &now, completes ? &now : NULL));
    return completes ? completed(tx, a, person, session, s, 0, now) : RC_OK;
}

enum rc learning_mark_read(struct db *tx, struct arena *a, int64_t person, int64_t session, int64_t now)
{
    struct standing s;
    TRY(learning_standing(tx, a, person, session, &s));
    return learning_mark_read_from(tx, a, person, session, &s, now);
}

struct quiz_score {
    size_t right, count;
    int percent;
};

/* Without settling; *cause is the evidence of having passed for the first time, else 0. */
static enum rc note_quiz(struct db *tx, struct arena *a, int64_t person, int64_t session, const struct standing *s,
                         const struct quiz_score *score, int64_t now, int64_t *attempt, int64_t *cause)
{
    bool passed = score->percent >= s->pass_percent;
    *attempt = db_new_id(tx);
    *cause = 0;
    TRY(sql_attempt_add(tx, *attempt, person, session, now, (int64_t)score->right, (int64_t)score->count,
                        score->percent, passed));
    TRY(sql_progress_quiz(tx, person, session, now, score->percent, passed ? &now : NULL));
    if (!passed || s->quiz_passed_at != 0)
        return RC_OK;
    struct rows_session_tags tags;
    TRY(sql_session_tags(tx, a, session, &tags));
    return learning_quiz_evidence(tx, &tags, person, s->programme, *attempt, score->percent, now, now, cause);
}

enum rc learning_keep_attempt(struct db *tx, struct arena *a, int64_t person, int64_t session,
                              const struct quiz_question *questions, const struct quiz_answer *answers,
                              const bool *right, size_t count, int64_t now, int64_t *attempt)
{
    struct standing s;
    struct quiz_score score = {.count = count};
    int64_t cause;
    TRY(learning_standing(tx, a, person, session, &s));
    if (!s.enrolled)
        return RC_DENIED;
    for (size_t i = 0; i < count; i++)
        score.right += right[i];
    score.percent = quiz_percent(score.right, count);
    TRY(note_quiz(tx, a, person, session, &s, &score, now, attempt, &cause));
    TRY(tell_finished(tx, person, session, now));
    for (size_t i = 0; i < count; i++)
        TRY(sql_attempt_answer_add(tx, *attempt, questions[i].id, quiz_answer_write(a, &questions[i], &answers[i]),
                                   right[i]));
    return learning_settle(tx, a, person, session, cause, now);
}
