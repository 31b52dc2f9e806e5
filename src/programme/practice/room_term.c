/* Debates of a drawn term: the room of one is opened with the sides that the draw gave, and everybody of both groups is asked in. Who has
 * sat down as a speaker when the debate begins speaks for her group's side; who speaks without belonging to either fills up the smaller one. */
#include "gen/programme/practice/room_talk_sql.h"
#include "programme/practice/room_talk.h"

enum rc practice_open_debate(struct db *tx, struct arena *a, const struct practice_term_debate *d, struct str language, int64_t person, int64_t now,
                             int64_t *room, struct err *e)
{
    struct row_room_of_term there;
    struct row_practice_find x;
    int64_t number = 0;
    enum rc rc = sql_room_of_term(tx, a, d->draw, d->round, d->favour, &there);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, M_debate_term_open_already, NULL);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_practice_find(tx, a, d->exercise, language, &x));
    if (!str_eq(x.kind, practice_kind_word(PRACTICE_DEBATE)))
        return err_set(e, RC_NOT_FOUND, 0, NULL);
    TRY(room_open(tx, a, d->exercise, language, person, now, room, e));
    TRY(sql_room_term_add(tx, *room, d->draw, d->round, d->favour, d->title));
    for (size_t side = 0; side < 2; side++)
        for (size_t k = 0; k < d->count[side]; k++) {
            TRY(sql_room_come_in(tx, *room, d->people[side][k], 0, NULL));
            TRY(sql_room_side_add(tx, *room, d->people[side][k], ++number, side == 0 ? S("for") : S("against")));
        }
    return RC_OK;
}

/* The side a person has by the draw: 0 for, 1 against, -1 none. */
static int side_of(const struct rows_room_sides *sides, int64_t person)
{
    for (size_t k = 0; k < sides->n; k++)
        if (sides->v[k].person_id == person)
            return str_eq_z(sides->v[k].side, "against");
    return -1;
}

enum rc room_term_settle(struct db *tx, struct arena *a, const struct room *r, bool for_good, struct err *e)
{
    struct rows_room_sides sides;
    int64_t many[2] = {0}, number = 0;
    TRY(sql_room_sides(tx, a, r->r.id, &sides));
    for (size_t k = 0; k < r->seats.n; k++) {
        int side = str_eq_z(r->seats.v[k].part, "speaker") ? side_of(&sides, r->seats.v[k].person_id) : -1;
        if (side >= 0)
            many[side]++;
    }
    int *given = ARENA_ARRAY(a, r->seats.n, int);
    for (size_t k = 0; k < r->seats.n; k++) {
        given[k] = str_eq_z(r->seats.v[k].part, "speaker") ? side_of(&sides, r->seats.v[k].person_id) : -1;
        if (given[k] < 0 && str_eq_z(r->seats.v[k].part, "speaker"))
            many[given[k] = many[1] < many[0]]++;
    }
    if (many[0] == 0 || many[1] == 0)
        return err_set(e, RC_INVALID, many[0] == 0 ? M_debate_term_nobody_for : M_debate_term_nobody_against, NULL);
    if (!for_good)
        return RC_OK;
    TRY(sql_room_talk_drop_sides(tx, r->r.id));
    for (int side = 0; side < 2; side++)
        for (size_t k = 0; k < r->seats.n; k++)
            if (given[k] == side)
                TRY(sql_room_side_add(tx, r->r.id, r->seats.v[k].person_id, ++number, side == 0 ? S("for") : S("against")));
    return RC_OK;
}
