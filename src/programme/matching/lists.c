/* What a person wishes: a list of people of the other side, best first, ties allowed, and those she rules out. Every step is saved
 * at once; handing in only says that she is done. */
#include "programme/matching/inside.h"

static const char *const step_words[MATCH_STEPS] = {
    [MATCH_ADD] = "add", [MATCH_UP] = "up", [MATCH_DOWN] = "down", [MATCH_TIE] = "tie", [MATCH_REMOVE] = "remove", [MATCH_RULE_OUT] = "out"};

bool match_find_step(struct str word, enum match_step *step)
{
    for (int i = 0; i < MATCH_STEPS; i++)
        if (str_eq_z(word, step_words[i])) {
            *step = (enum match_step)i;
            return true;
        }
    return false;
}

/* Sorts by rank, those ruled out last, and numbers the ranks anew. Insertion: lists are short and nearly sorted. */
static void renumber(struct match_wish *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct match_wish w = list[i];
        int64_t key = w.rank != 0 ? w.rank : INT64_MAX;
        size_t k = i;
        for (; k > 0 && (list[k - 1].rank != 0 ? list[k - 1].rank : INT64_MAX) > key; k--)
            list[k] = list[k - 1];
        list[k] = w;
    }
    int64_t rank = 0, before = 0;
    for (size_t i = 0; i < count && list[i].rank != 0; i++) {
        if (list[i].rank != before)
            rank++;
        before = list[i].rank;
        list[i].rank = rank;
    }
}

static bool is_tied(const struct match_wish *list, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (i != at && list[i].rank == list[at].rank)
            return true;
    return false;
}

static int64_t last_rank(const struct match_wish *list, size_t count)
{
    int64_t last = 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].rank > last)
            last = list[i].rank;
    return last;
}

bool match_step_list(struct match_wish *list, size_t *count, enum match_step step, int64_t other)
{
    size_t at = 0;
    while (at < *count && list[at].other != other)
        at++;
    bool there = at < *count;
    if (!there && step != MATCH_ADD && step != MATCH_RULE_OUT)
        return false;
    if (there && step == MATCH_ADD && list[at].rank != 0)
        return false;
    if (!there)
        list[(*count)++] = (struct match_wish){.other = other, .rank = step == MATCH_ADD ? last_rank(list, at) + 1 : 0};
    for (size_t i = 0; i < *count; i++)
        list[i].rank *= 2; /* room between the ranks */
    bool tied = is_tied(list, *count, at);
    int64_t rank = list[at].rank;
    if (there && step == MATCH_ADD)
        list[at].rank = last_rank(list, *count) + 2;
    else if (step == MATCH_RULE_OUT)
        list[at].rank = 0;
    else if (step == MATCH_REMOVE)
        list[at] = list[--*count];
    else if (rank == 0)
        return step == MATCH_ADD; /* who is ruled out does not move */
    else if (step == MATCH_UP)
        list[at].rank = tied || rank == 2 ? rank - 1 : rank - 3;
    else if (step == MATCH_DOWN)
        list[at].rank = tied ? rank + 1 : rank + 3;
    else if (step == MATCH_TIE && rank > 2)
        list[at].rank = rank - 2;
    renumber(list, *count);
    return true;
}

/* ---- in the database ------------------------------------------------------------------------------------------------------------ */

enum rc match_write_list(struct db *tx, int64_t round, enum hr_side side, int64_t place, const struct match_wish *list, size_t count, int64_t now)
{
    TRY(sql_match_choice_clear(tx, round, match_side_word(side), place));
    for (size_t i = 0; i < count; i++)
        TRY(sql_match_choice_add(tx, round, match_side_word(side), place, list[i].rank, list[i].other));
    return now != 0 ? sql_match_person_imported(tx, round, match_side_word(side), place, now) : RC_OK;
}

/* Somebody's own place in a round that takes lists now. */
static enum rc own_place(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t person, int64_t now,
                         struct row_match_person_of *p, struct match_round *r, struct err *e)
{
    TRY(match_find(tx, a, round, r));
    TRY(sql_match_person_of(tx, a, round, match_side_word(side), person, p));
    if (!p->takes_part)
        return RC_NOT_FOUND;
    if (!str_eq_z(r->state, "open") || r->by[side] < now)
        return err_set(e, RC_CONFLICT, M_matching_too_late, NULL);
    return RC_OK;
}

/* With everybody ruled out nobody could be found. */
static enum rc check_some_left(struct db *tx, struct arena *a, int64_t round, enum hr_side side, const struct match_wish *list, size_t count, struct err *e)
{
    struct rows_match_person_counts counts;
    int64_t out = 0;
    for (size_t i = 0; i < count; i++)
        out += list[i].rank == 0;
    TRY(sql_match_person_counts(tx, a, round, &counts));
    for (size_t i = 0; i < counts.n; i++)
        if (str_eq(counts.v[i].side, match_side_word(side == HR_MENTEE ? HR_MENTOR : HR_MENTEE)) && out >= counts.v[i].n)
            return err_set(e, RC_INVALID, M_matching_all_ruled_out, NULL);
    return RC_OK;
}

enum rc match_change_list(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t person, int64_t version,
                          enum match_step step, int64_t other, int64_t now, struct err *e)
{
    struct match_round r;
    struct row_match_person_of p;
    struct row_match_person_find o;
    struct rows_match_choice_of old;
    TRY(own_place(tx, a, round, side, person, now, &p, &r, e));
    enum rc rc = sql_match_person_find(tx, a, round, match_side_word(side == HR_MENTEE ? HR_MENTOR : HR_MENTEE), other, &o);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (!o.takes_part || o.person_id == person) && step != MATCH_REMOVE))
        return err_set(e, RC_INVALID, M_matching_outside, NULL);
    TRY(rc);
    TRY(sql_match_choice_of(tx, a, round, match_side_word(side), p.place, &old));
    struct match_wish *list = ARENA_ARRAY(a, old.n + 1, struct match_wish);
    size_t count = old.n;
    for (size_t i = 0; i < old.n; i++)
        list[i] = (struct match_wish){old.v[i].other, old.v[i].rank};
    if (!match_step_list(list, &count, step, other))
        return err_set(e, RC_CONFLICT, M_matching_list_changed, NULL);
    if (count > MATCH_LIST_MOST)
        return err_set(e, RC_INVALID, M_matching_list_long, "%d", MATCH_LIST_MOST);
    if (step == MATCH_RULE_OUT)
        TRY(check_some_left(tx, a, round, side, list, count, e));
    TRY(sql_match_person_touch(tx, round, match_side_word(side), p.place, version, p.others));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_matching_list_changed, NULL);
    return match_write_list(tx, round, side, p.place, list, count, 0);
}

enum rc match_hand_in(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t person, int64_t version, bool others,
                      int64_t now, struct err *e)
{
    struct match_round r;
    struct row_match_person_of p;
    struct rows_match_choice_of list;
    TRY(own_place(tx, a, round, side, person, now, &p, &r, e));
    TRY(sql_match_choice_of(tx, a, round, match_side_word(side), p.place, &list));
    bool ranked = list.n != 0 && list.v[list.n - 1].rank > 0;
    if (!ranked && (side == HR_MENTEE ? r.way == MATCH_RANKS : !others))
        return err_set(e, RC_INVALID, side == HR_MENTEE ? M_matching_list_empty : M_matching_list_empty_mentor, NULL);
    TRY(sql_match_person_touch(tx, round, match_side_word(side), p.place, version, others));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_matching_list_changed, NULL);
    return sql_match_person_hand_in(tx, round, match_side_word(side), p.place, version + 1, now);
}
