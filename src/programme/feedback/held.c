/* What 360 feedback holds about a person, what erasing her means, and what is deleted when it is old. What she answered about others is
 * not among it: nothing says which answer is hers. */
#include "base/json_set.h"
#include "programme/feedback/inside.h"

#define ROUNDS_MOST 1000
#define RETAIN_ROWS 200

static enum rc export_self(struct db *db, struct arena *a, const struct feedback_round *r, json_t *o)
{
    struct instrument i;
    TRY(instrument_find(db, a, r->instrument, S("en"), &i));
    int *answers = ARENA_ARRAY(a, i.item_count, int);
    struct str *words = ARENA_ARRAY(a, i.item_count, struct str);
    enum rc rc = feedback_load_self(db, a, r, &i, answers, words);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    json_t *list = json_new_list(o, "own_view");
    for (size_t k = 0; k < i.item_count; k++) {
        json_t *answer = json_new_item(list);
        json_set_words(answer, "item", i.items[k].code);
        if (answers[k] >= 0)
            json_set_int(answer, "point", answers[k]);
        json_set_words(answer, "words", words[k]);
    }
    return RC_OK;
}

static enum rc export_round(struct db *db, struct arena *a, int64_t id, json_t *into)
{
    struct feedback_round r;
    struct rows_feedback_nominations rows;
    TRY(feedback_find(db, a, id, &r));
    TRY(sql_feedback_nominations(db, a, id, &rows));
    json_t *o = json_new_item(into);
    json_set_words(o, "state", str_from(feedback_state_word(r.state)));
    json_set_time(a, o, "started_at", r.created_at);
    if (r.facilitator != 0)
        json_set_int(o, "facilitator", r.facilitator);
    json_set_words(o, "meeting_place", r.meeting_place);
    json_t *named = json_new_list(o, "named");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *n = json_new_item(named);
        if (!rows.v[k].person_id_null)
            json_set_int(n, "person", rows.v[k].person_id);
        json_set_words(n, "name", rows.v[k].name);
        json_set_words(n, "address", rows.v[k].address);
        json_set_words(n, "group", rows.v[k].group_code);
        json_set_words(n, "state", rows.v[k].state);
        json_set_words(n, "reason", rows.v[k].reason);
    }
    return export_self(db, a, &r, o);
}

enum rc feedback_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_feedback_round_of_subject rounds;
    struct rows_feedback_asked_of asked;
    TRY(sql_feedback_round_of_subject(db, a, person, ROUNDS_MOST, &rounds));
    TRY(sql_feedback_asked_of(db, a, person, &asked));
    json_t *list = json_new_list(into, "feedback_rounds"), *named = json_new_list(into, "feedback_asked");
    for (size_t k = 0; k < rounds.n; k++)
        TRY(export_round(db, a, rounds.v[k].id, list));
    for (size_t k = 0; k < asked.n; k++) {
        json_t *o = json_new_item(named);
        json_set_int(o, "about", asked.v[k].subject_id);
        json_set_words(o, "group", asked.v[k].group_code);
        json_set_words(o, "state", asked.v[k].state);
    }
    return RC_OK;
}

/* Her open rounds stop, those she facilitates wait for somebody else. */
static enum rc leave_rounds(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct rows_feedback_erase_rounds rows;
    TRY(sql_feedback_erase_rounds(tx, a, person, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct feedback_round r;
        TRY(feedback_find(tx, a, rows.v[k].id, &r));
        if (r.subject == person) {
            TRY(feedback_stop(tx, &r, FEEDBACK_ENDED_LEFT, now, NULL));
            TRY(sql_feedback_round_forget_resume(tx, r.id));
        } else {
            r.facilitator = 0;
            TRY(feedback_save(tx, &r, NULL));
        }
    }
    return RC_OK;
}

enum rc feedback_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    TRY(leave_rounds(tx, a, person, now));
    TRY(sql_feedback_erase_named(tx, person));
    TRY(sql_feedback_erase_words(tx, person));
    TRY(sql_feedback_erase_places(tx, person));
    TRY(sql_feedback_erase_links(tx, person));
    TRY(sql_feedback_erase_invitations(tx, person));
    return sql_feedback_erase_rater(tx, person);
}

static enum rc retain_stopped(struct db *tx, struct arena *a, int64_t before, bool *more)
{
    struct rows_feedback_old_stopped rows;
    TRY(sql_feedback_old_stopped(tx, a, before, RETAIN_ROWS, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(feedback_drop_answers(tx, rows.v[k].id));
        TRY(sql_feedback_round_forget_resume(tx, rows.v[k].id));
    }
    *more = rows.n == RETAIN_ROWS;
    return RC_OK;
}

static enum rc retain_answers(struct db *tx, struct arena *a, int64_t before, bool *more)
{
    struct rows_feedback_old_answers rows;
    TRY(sql_feedback_old_answers(tx, a, before, RETAIN_ROWS, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(feedback_drop_answers(tx, rows.v[k].id));
    *more = rows.n == RETAIN_ROWS;
    return RC_OK;
}

enum rc feedback_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (str_eq_z(kind, "feedback_rater")) {
        TRY(sql_feedback_old_raters(tx, before, RETAIN_ROWS));
        *more = db_changes(tx) == RETAIN_ROWS;
        return RC_OK;
    }
    bool stopped = str_eq_z(kind, "feedback_stopped");
    if (!stopped && !str_eq_z(kind, "feedback_answers"))
        return RC_OK;
    struct arena *a = arena_new(0);
    enum rc rc = stopped ? retain_stopped(tx, a, before, more) : retain_answers(tx, a, before, more);
    arena_free(a);
    return rc;
}
