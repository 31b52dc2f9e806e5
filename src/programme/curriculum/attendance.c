/* Who was there: noting it, the evidence of it, and records of earlier times; see inside.h and curriculum.h. */
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/evidence/evidence.h"

static bool was_there(struct str state)
{
    return str_eq(state, S("present")) || str_eq(state, S("late"));
}

bool attendance_state_valid(struct str state)
{
    return was_there(state) || str_eq(state, S("excused")) || str_eq(state, S("absent"));
}

static struct evidence_new attended(const struct class_given *given, int64_t person, int64_t by)
{
    return (struct evidence_new){.person = person,
                                 .programme = given->programme,
                                 .kind = "attended",
                                 .percent = -1,
                                 .source_kind = "offering_session",
                                 .source_id = given->id,
                                 .by_person = by,
                                 .at = given->at};
}

enum rc attendance_note(struct db *tx, struct arena *a, const struct class_given *given, int64_t person,
                        struct str state, int64_t by, int64_t now)
{
    struct row_attendance_find old;
    ASSERT(attendance_state_valid(state));
    enum rc rc = sql_attendance_find(tx, a, given->id, person, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK, has_evidence = known && !old.evidence_id_null;
    if (known && str_eq(old.state, state))
        return RC_OK;
    int64_t evidence = has_evidence ? old.evidence_id : 0;
    if (was_there(state) && !has_evidence) {
        struct evidence_new e = attended(given, person, by);
        TRY(evidence_add(tx, &e, now, &evidence));
    } else if (!was_there(state) && has_evidence) {
        struct evidence_new e = attended(given, person, by);
        e.kind = "attendance_withdrawn";
        e.replaces = evidence;
        TRY(evidence_add(tx, &e, now, NULL));
        evidence = 0;
    }
    TRY(sql_attendance_set(tx, given->id, person, state, by != 0 ? &by : NULL, now, evidence != 0 ? &evidence : NULL));
    return was_there(state) ? learning_settle(tx, a, person, given->session, evidence, now) : RC_OK;
}

enum rc curriculum_record(struct db *tx, struct arena *a, int64_t person, int64_t session, int64_t at, int percent,
                          bool there)
{
    struct standing s;
    struct rows_class_of_person classes = {0};
    TRY(learning_standing(tx, a, person, session, &s));
    if (!s.enrolled)
        return RC_DENIED;
    TRY(learning_note_read(tx, person, session, at));
    int64_t cause = 0;
    if (percent >= 0 && s.questions != 0) {
        int64_t attempt;
        struct quiz_score score = {
            .right = (size_t)(percent * s.questions / 100), .count = (size_t)s.questions, .percent = percent};
        TRY(learning_note_quiz(tx, a, person, session, &s, &score, at, &attempt, &cause));
    }
    if (there)
        TRY(sql_class_of_person(tx, a, person, session, &classes));
    if (classes.n == 0)
        return learning_settle(tx, a, person, session, cause, at);
    const struct class_given given = {.id = classes.v[0].id, .session = session, .programme = s.programme, .at = at};
    TRY(attendance_note(tx, a, &given, person, S("present"), 0, at));
    return learning_settle(tx, a, person, session, cause, at);
}
