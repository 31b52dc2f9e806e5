/* Who was there: noting it, and the evidence of it; see inside.h. */
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/evidence/evidence.h"

bool attendance_was_there(struct str state)
{
    return str_eq(state, S("present")) || str_eq(state, S("late"));
}

bool attendance_state_valid(struct str state)
{
    return attendance_was_there(state) || str_eq(state, S("excused")) || str_eq(state, S("absent"));
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

enum rc attendance_add(struct db *tx, const struct class_given *given, int64_t person, int64_t by, int64_t now,
                       int64_t *evidence)
{
    struct evidence_new e = attended(given, person, by);
    TRY(evidence_add(tx, &e, now, evidence));
    return sql_attendance_set(tx, given->id, person, S("present"), by != 0 ? &by : NULL, now, evidence);
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
    if (attendance_was_there(state) && !has_evidence) {
        struct evidence_new e = attended(given, person, by);
        TRY(evidence_add(tx, &e, now, &evidence));
    } else if (!attendance_was_there(state) && has_evidence) {
        struct evidence_new e = attended(given, person, by);
        e.kind = "attendance_withdrawn";
        e.replaces = evidence;
        TRY(evidence_add(tx, &e, now, NULL));
        evidence = 0;
    }
    TRY(sql_attendance_set(tx, given->id, person, state, by != 0 ? &by : NULL, now, evidence != 0 ? &evidence : NULL));
    return attendance_was_there(state) ? learning_settle(tx, a, person, given->session, evidence, now) : RC_OK;
}
