/* What people did at earlier times, many at once: the demo, and records brought from elsewhere. It comes to the same as learning.c
 * and attendance.c do one click at a time, but a person is read once and then only written: what the programme's sessions ask for is
 * read once for all, and where she stands is kept in memory in between. */
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/history_sql.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/evidence/evidence.h"

struct rule { /* what a session asks for */
    struct row_history_sessions session;
    struct rows_session_tags tags;
};

struct curriculum_history {
    int64_t programme;
    struct rule *rules; /* by course, then by session */
    size_t count;
};

struct place { /* a session of one person */
    const struct rule *rule;
    struct standing now;
    int64_t class_id; /* 0: it was not given to her at a time */
    bool class_noted, changed;
};

struct taken { /* an enrolment */
    int64_t offering, course;
    bool open;
};

struct pupil {
    struct db *tx;
    const struct curriculum_history *h;
    int64_t id;
    struct place *places;
    size_t place_count;
    struct taken *taken;
    size_t taken_count;
};

enum rc curriculum_history_open(struct db *tx, struct arena *a, int64_t programme, struct curriculum_history **out)
{
    struct rows_history_sessions rows;
    struct curriculum_history *h = ARENA_NEW(a, struct curriculum_history);
    TRY(sql_history_sessions(tx, a, programme, &rows));
    h->programme = programme;
    h->rules = ARENA_ARRAY(a, rows.n, struct rule);
    h->count = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        h->rules[i].session = rows.v[i];
        TRY(sql_session_tags(tx, a, rows.v[i].id, &h->rules[i].tags));
    }
    *out = h;
    return RC_OK;
}

/* ---- where she stands ---------------------------------------------------------------------------------------------------- */

static const struct rule *rule_of(const struct curriculum_history *h, int64_t session)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->rules[i].session.id == session)
            return &h->rules[i];
    return NULL;
}

static struct standing standing_from(const struct rule *rule, const struct row_history_of_person *r, int64_t programme)
{
    const struct row_history_sessions *s = &rule->session;
    struct standing out = {
        .course = s->course_id,
        .programme = programme,
        .enrolled = true,
        .need_reading = s->need_reading != 0,
        .need_quiz = s->need_quiz != 0 && s->questions != 0,
        .need_attendance = s->need_attendance != 0,
        .questions = s->questions,
        .pass_percent = s->pass_percent,
        .opened_at = r->opened_at_null ? 0 : r->opened_at,
        .read_at = r->read_at_null ? 0 : r->read_at,
        .quiz_passed_at = r->quiz_passed_at_null ? 0 : r->quiz_passed_at,
        .completed_at = r->completed_at_null ? 0 : r->completed_at,
        .best_percent = r->best_percent_null ? -1 : (int)r->best_percent,
    };
    learning_need_something(&out);
    return out;
}

static void note_enrolment(struct pupil *p, const struct row_history_of_person *r, int64_t course)
{
    for (size_t i = 0; i < p->taken_count; i++)
        if (p->taken[i].offering == r->offering_id)
            return;
    p->taken[p->taken_count++] = (struct taken){r->offering_id, course, str_eq(r->state, S("enrolled"))};
}

/* The rows of a session come together, that of the first class first. */
static enum rc read_pupil(struct pupil *p, struct arena *a)
{
    struct rows_history_of_person rows;
    TRY(sql_history_of_person(p->tx, a, p->id, &rows));
    p->places = ARENA_ARRAY(a, rows.n, struct place);
    p->taken = ARENA_ARRAY(a, rows.n, struct taken);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_history_of_person *r = &rows.v[i];
        const struct rule *rule = rule_of(p->h, r->session_id);
        if (rule == NULL)
            continue; /* of another programme */
        note_enrolment(p, r, rule->session.course_id);
        struct place *last = p->place_count != 0 ? &p->places[p->place_count - 1] : NULL;
        if (last == NULL || last->rule != rule) {
            last = &p->places[p->place_count++];
            *last = (struct place){.rule = rule, .now = standing_from(rule, r, p->h->programme)};
            last->class_id = r->class_id_null ? 0 : r->class_id;
            last->class_noted = r->attendance.p != NULL;
        }
        last->now.attended = last->now.attended || (r->attendance.p != NULL && attendance_was_there(r->attendance));
    }
    return RC_OK;
}

static struct place *place_of(struct pupil *p, int64_t session)
{
    for (size_t i = 0; i < p->place_count; i++)
        if (p->places[i].rule->session.id == session)
            return &p->places[i];
    return NULL;
}

/* ---- what she did -------------------------------------------------------------------------------------------------------- */

static enum rc add_attempt(struct pupil *p, struct place *at, const struct curriculum_past *past, int64_t *cause)
{
    struct standing *s = &at->now;
    int64_t attempt = db_new_id(p->tx);
    bool passed = past->percent >= s->pass_percent;
    TRY(sql_attempt_add(p->tx, attempt, p->id, past->session, past->at, past->percent * s->questions / 100, s->questions, past->percent, passed));
    s->best_percent = past->percent > s->best_percent ? past->percent : s->best_percent;
    if (!passed || s->quiz_passed_at != 0)
        return RC_OK;
    s->quiz_passed_at = past->at;
    return learning_quiz_evidence(p->tx, &at->rule->tags, p->id, s->programme, attempt, past->percent, past->at, past->recorded_at, cause);
}

static enum rc add_attendance(struct pupil *p, struct place *at, const struct curriculum_past *past, int64_t *cause)
{
    const struct class_given given = {.id = at->class_id, .session = past->session, .programme = at->now.programme, .at = past->at};
    TRY(attendance_add(p->tx, &given, p->id, 0, past->recorded_at, cause));
    at->class_noted = at->now.attended = true;
    return RC_OK;
}

/* Completes her enrolments in a course whose sessions are all done. */
static enum rc complete_course(struct pupil *p, int64_t course, int64_t cause, int64_t at, int64_t now)
{
    for (size_t i = 0; i < p->place_count; i++)
        if (p->places[i].now.course == course && p->places[i].rule->session.retired == 0 && p->places[i].now.completed_at == 0)
            return RC_OK;
    for (size_t i = 0; i < p->taken_count; i++) {
        if (p->taken[i].course != course || !p->taken[i].open)
            continue;
        TRY(sql_history_complete_enrolment(p->tx, p->id, p->taken[i].offering, at));
        TRY(learning_course_evidence(p->tx, p->id, p->h->programme, p->taken[i].offering, cause, at, now));
        p->taken[i].open = false;
    }
    return RC_OK;
}

static enum rc add_past(struct pupil *p, const struct curriculum_past *past)
{
    struct place *at = place_of(p, past->session);
    int64_t cause = 0, first;
    if (at == NULL)
        return RC_DENIED;
    struct standing *s = &at->now;
    at->changed = true;
    s->opened_at = s->opened_at != 0 ? s->opened_at : past->at;
    s->read_at = s->read_at != 0 ? s->read_at : past->at;
    if (past->percent >= 0 && s->questions != 0)
        TRY(add_attempt(p, at, past, &cause));
    if (past->attended && at->class_id != 0 && !at->class_noted)
        TRY(add_attendance(p, at, past, &cause));
    if (s->completed_at != 0 || !learning_is_complete(s))
        return RC_OK;
    s->completed_at = past->at;
    TRY(learning_session_evidence(p->tx, &at->rule->tags, p->id, s->programme, past->session, cause, past->at, past->recorded_at, &first));
    return complete_course(p, s->course, first, past->at, past->recorded_at);
}

static enum rc write_progress(struct pupil *p)
{
    for (size_t i = 0; i < p->place_count; i++) {
        const struct place *at = &p->places[i];
        const struct standing *s = &at->now;
        int64_t best = s->best_percent;
        if (at->changed)
            TRY(sql_history_set_progress(p->tx, p->id, at->rule->session.id, s->opened_at, &s->read_at, s->quiz_passed_at != 0 ? &s->quiz_passed_at : NULL,
                                         best >= 0 ? &best : NULL, s->completed_at != 0 ? &s->completed_at : NULL));
    }
    return RC_OK;
}

enum rc curriculum_record(struct db *tx, struct arena *a, const struct curriculum_history *h, int64_t person, const struct curriculum_past *past, size_t count)
{
    struct pupil p = {.tx = tx, .h = h, .id = person};
    enum rc rc = RC_OK;
    TRY(read_pupil(&p, a));
    db_pipeline_begin(tx);
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = add_past(&p, &past[i]);
    if (rc == RC_OK)
        rc = write_progress(&p);
    enum rc sent = db_pipeline_end(tx);
    return rc != RC_OK ? rc : sent;
}
