/* The rules for looking at a plan again: check-ins, with which mentor it is shared, reviews with the rubric. See plan.h. */
#include "gen/programme/plan/review_sql.h"
#include "programme/plan/inside.h"

static const char *const going_words[PLAN_GOINGS] = {[PLAN_WELL] = "well", [PLAN_SLOWLY] = "slowly", [PLAN_STUCK] = "stuck"};

const char *plan_going_word(enum plan_going g)
{
    ASSERT(g < PLAN_GOINGS);
    return going_words[g];
}

enum rc plan_add_checkin(struct db *tx, struct arena *a, int64_t person, const struct plan_checkin *k, int64_t today, int64_t now, struct err *e)
{
    if (k->next_day <= today)
        return err_field(e, RC_INVALID, M_plan_next_past, "next", NULL);
    if (k->next_day > today + 366)
        return err_field(e, RC_INVALID, M_plan_next_far, "next", NULL);
    return sql_plan_checkin_add(tx, db_new_id(tx), person, plan_new_key(tx, a), today, k->with_mentor, str_from(going_words[k->going]), k->words, k->next_day, now);
}

/* ---- with whom it is shared --------------------------------------------------------------------------------------------------------- */

enum rc plan_shared_pair(struct db *db, struct arena *a, int64_t owner, int64_t mentor, int64_t *pair)
{
    struct row_plan_pair_between row;
    TRY(sql_plan_pair_between(db, a, owner, mentor, &row));
    *pair = row.id;
    return RC_OK;
}

enum rc plan_first_reader(struct db *db, struct arena *a, int64_t owner, int64_t *pair)
{
    struct rows_plan_pairs_of rows;
    TRY(sql_plan_pairs_of(db, a, owner, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].shared != 0) {
            *pair = rows.v[i].id;
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

/* One of the owner's running pairs. */
static enum rc own_pair(struct db *db, struct arena *a, int64_t owner, int64_t pair, struct row_plan_pairs_of *out)
{
    struct rows_plan_pairs_of rows;
    TRY(sql_plan_pairs_of(db, a, owner, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].id == pair) {
            *out = rows.v[i];
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

enum rc plan_share(struct db *tx, struct arena *a, int64_t owner, int64_t pair, bool shared, int64_t now, struct err *e)
{
    struct row_plan_pairs_of p;
    (void)e;
    TRY(own_pair(tx, a, owner, pair, &p));
    return sql_plan_share_set(tx, pair, shared, now);
}

enum rc plan_set_sharing(struct db *tx, struct arena *a, int64_t programme, bool shared, int64_t version, int64_t now, struct err *e)
{
    struct row_plan_setting_find old;
    enum rc rc = sql_plan_setting_find(tx, a, programme, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    /* pairs that did not share by themselves do not begin to by a setting */
    bool is = rc == RC_NOT_FOUND || !old.share_from_null;
    int64_t from = rc == RC_NOT_FOUND ? 0 : is ? old.share_from : now;
    if (version == 0)
        TRY(sql_plan_setting_add(tx, programme, shared ? &from : NULL));
    else
        TRY(sql_plan_setting_change(tx, programme, version, shared ? &from : NULL));
    return plan_meanwhile(tx, e);
}

/* ---- reviews ------------------------------------------------------------------------------------------------------------------------- */

enum rc plan_open_review(struct db *tx, struct arena *a, int64_t owner, int64_t pair, int64_t now, int64_t *review, struct err *e)
{
    struct row_plan_pairs_of p = {0};
    struct row_plan_review_open_of open;
    struct row_plan_review_last last;
    if (pair != 0) {
        enum rc rc = own_pair(tx, a, owner, pair, &p);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && p.shared == 0))
            return err_field(e, RC_INVALID, M_plan_review_not_shared, "mentor", NULL);
        TRY(rc);
    }
    enum rc rc = sql_plan_review_open_of(tx, a, owner, &open);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_set(e, RC_CONFLICT, M_plan_review_there, NULL);
    TRY(sql_plan_review_last(tx, a, owner, &last));
    *review = db_new_id(tx);
    TRY(sql_plan_review_add(tx, *review, owner, plan_or_null(&pair), pair != 0 ? &p.mentor_id : NULL, plan_new_key(tx, a), 0, now, NULL, NULL, NULL, S(""), S("")));
    TRY(sql_plan_review_fill(tx, *review, owner, last.opened_at));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_INVALID, M_plan_review_empty, NULL);
}

enum rc plan_drop_review(struct db *tx, struct arena *a, int64_t owner, int64_t review, struct err *e)
{
    struct row_plan_review_find r;
    TRY(sql_plan_review_find(tx, a, review, &r));
    if (r.person_id != owner)
        return RC_NOT_FOUND;
    if (!r.closed_at_null)
        return err_set(e, RC_CONFLICT, M_plan_review_closed, NULL);
    TRY(sql_plan_review_clear(tx, review));
    return sql_plan_review_remove(tx, review, owner);
}

static const struct plan_score *score_of(const struct plan_score *scores, size_t count, int64_t goal)
{
    for (size_t i = 0; i < count; i++)
        if (scores[i].goal == goal)
            return &scores[i];
    return NULL;
}

static enum rc check_score(const struct plan_score *s, struct err *e)
{
    for (size_t k = 0; s != NULL && k < PLAN_CRITERIA; k++)
        if (s->points[k] < 0 || s->points[k] > PLAN_SCORE_MOST)
            s = NULL;
    return s != NULL ? RC_OK : err_set(e, RC_INVALID, M_plan_score_missing, NULL);
}

/* Who gives: the owner, or the mentor as long as she may read. */
static enum rc side_of(struct db *tx, struct arena *a, const struct row_plan_review_find *r, int64_t by, bool *owner)
{
    int64_t pair;
    *owner = by == r->person_id;
    if (*owner)
        return RC_OK;
    if (r->mentor_id_null || r->mentor_id != by)
        return RC_NOT_FOUND;
    return plan_shared_pair(tx, a, r->person_id, by, &pair);
}

enum rc plan_give_scores(struct db *tx, struct arena *a, int64_t review, int64_t by, const struct plan_score *scores, size_t count, struct str words,
                         int64_t now, struct err *e)
{
    struct row_plan_review_find r;
    struct rows_plan_review_goals goals;
    bool owner;
    TRY(sql_plan_review_find(tx, a, review, &r));
    TRY(side_of(tx, a, &r, by, &owner));
    if (!r.closed_at_null || !(owner ? r.owner_at_null : r.mentor_at_null))
        return err_set(e, RC_CONFLICT, M_plan_scored_already, NULL);
    TRY(sql_plan_review_goals(tx, a, review, S(""), &goals));
    for (size_t i = 0; i < goals.n; i++) {
        const struct plan_score *s = score_of(scores, count, goals.v[i].goal_id);
        TRY(check_score(s, e));
        TRY((owner ? sql_plan_review_score_owner : sql_plan_review_score_mentor)(tx, review, s->goal, s->points[0], s->points[1], s->points[2]));
    }
    TRY((owner ? sql_plan_review_sent_owner : sql_plan_review_sent_mentor)(tx, review, words, now));
    return plan_meanwhile(tx, e);
}
