/* The rules of commendations: who may praise whom, when it becomes evidence, and how it goes. See commend.h. */
#include "programme/commend/commend.h"

#include "gen/msg_commend.h"
#include "gen/programme/commend/commend_sql.h"
#include "programme/evidence/evidence.h"

#define SEEN_AT_ONCE 50

enum rc commend_give(struct db *tx, struct arena *a, const struct commend_new *n, int64_t now, int64_t *id, struct err *e)
{
    struct row_commendation_here here;
    struct row_commendation_recent recent;
    if (n->person == n->giver)
        return err_set(e, RC_INVALID, M_commend_yourself, NULL);
    TRY(sql_commendation_here(tx, a, n->programme, n->person, n->today, &here));
    if (here.n == 0)
        return err_set(e, RC_INVALID, M_commend_not_here, NULL);
    TRY(sql_commendation_recent(tx, a, n->giver, now - MS_PER_DAY, n->person, n->words, &recent));
    if (recent.same != 0)
        return err_set(e, RC_CONFLICT, M_commend_same, NULL);
    if (recent.n >= COMMEND_A_DAY)
        return err_set(e, RC_INVALID, M_commend_enough, "%d", COMMEND_A_DAY);
    *id = db_new_opaque_id(tx);
    return sql_commendation_add(tx, *id, n->programme, n->person, n->giver, n->competency, n->words, now);
}

enum rc commend_see(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct rows_commendation_unseen rows;
    TRY(sql_commendation_unseen(tx, a, person, SEEN_AT_ONCE, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_commendation_unseen *r = &rows.v[k];
        const struct evidence_new n = {.person = person,
                                       .programme = r->programme_id,
                                       .kind = "commended",
                                       .competency = r->competency_id,
                                       .percent = -1,
                                       .source_kind = "commendation",
                                       .source_id = r->id,
                                       .by_person = r->giver_id,
                                       .at = r->given_at};
        int64_t evidence;
        TRY(evidence_add(tx, &n, now, &evidence));
        TRY(sql_commendation_see(tx, r->id, now, evidence));
    }
    return RC_OK;
}

/* Whatever changes a commendation names the version its reader saw. */
static enum rc changed_one(const struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_commend_changed, NULL);
}

enum rc commend_show(struct db *tx, int64_t id, int64_t version, bool shown, struct err *e)
{
    TRY(sql_commendation_show(tx, id, version, shown ? S("public") : S("own")));
    return changed_one(tx, e);
}

enum rc commend_remove(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t by, int64_t now, struct err *e)
{
    struct row_commendation_find d;
    TRY(sql_commendation_find(tx, a, id, S("en"), &d));
    TRY(sql_commendation_remove(tx, id, version));
    TRY(changed_one(tx, e));
    if (d.evidence_id_null)
        return RC_OK;
    const struct evidence_new n = {.person = d.person_id,
                                   .programme = d.programme_id,
                                   .kind = "commendation_removed",
                                   .percent = -1,
                                   .source_kind = "commendation",
                                   .source_id = id,
                                   .replaces = d.evidence_id,
                                   .by_person = by,
                                   .at = now};
    return evidence_add(tx, &n, now, NULL);
}

enum rc commend_take_back(struct db *tx, int64_t id, int64_t giver, struct err *e)
{
    TRY(sql_commendation_take_back(tx, id, giver));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_commend_seen_meanwhile, NULL);
}

enum rc commend_report(struct db *tx, int64_t id, int64_t version, struct str words, int64_t now, struct err *e)
{
    TRY(sql_commendation_report(tx, id, version, words, now));
    return changed_one(tx, e);
}

enum rc commend_look(struct db *tx, struct arena *a, int64_t id, int64_t version, bool removes, struct str answer, int64_t by, int64_t now,
                     struct err *e)
{
    TRY(sql_commendation_looked(tx, id, version, answer, by, now));
    TRY(changed_one(tx, e));
    return removes ? commend_remove(tx, a, id, version + 1, by, now, e) : RC_OK;
}
