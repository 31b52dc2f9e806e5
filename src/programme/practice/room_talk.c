/* What debates and listening hold about a person, and what goes with a room; see room_talk.h. */
#include "programme/practice/room_talk.h"

#include "base/json_set.h"
#include "gen/programme/practice/room_talk_sql.h"

enum rc room_talk_drop(struct db *tx, int64_t room)
{
    TRY(sql_room_talk_drop_draw(tx, room));
    TRY(sql_room_talk_drop_term(tx, room));
    TRY(sql_room_talk_drop_sides(tx, room));
    TRY(sql_room_talk_drop_votes(tx, room));
    TRY(sql_room_talk_drop_ballots(tx, room));
    TRY(sql_room_talk_drop_points(tx, room));
    return sql_room_talk_drop_heard(tx, room);
}

enum rc room_talk_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_room_talk_export_votes votes;
    struct rows_room_talk_export_heard heard;
    struct rows_room_talk_export_sides sides;
    struct rows_room_talk_export_ballots ballots;
    TRY(sql_room_talk_export_votes(db, a, person, &votes));
    TRY(sql_room_talk_export_heard(db, a, person, &heard));
    TRY(sql_room_talk_export_sides(db, a, person, &sides));
    TRY(sql_room_talk_export_ballots(db, a, person, &ballots));
    json_t *list = json_new_list(into, "debate_votes");
    for (size_t k = 0; k < votes.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", votes.v[k].room_id);
        json_set_text(o, "when", votes.v[k].stage);
        json_set_text(o, "vote", votes.v[k].vote);
    }
    list = json_new_list(into, "debate_sides");
    for (size_t k = 0; k < sides.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", sides.v[k].room_id);
        json_set_text(o, "side", sides.v[k].side);
    }
    list = json_new_list(into, "debate_ballots");
    for (size_t k = 0; k < ballots.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", ballots.v[k].room_id);
        json_set_text(o, "side", ballots.v[k].side);
        json_set_text(o, "item", ballots.v[k].code);
        json_set_int_unless(o, "point", ballots.v[k].point_null, ballots.v[k].point);
    }
    list = json_new_list(into, "listening");
    for (size_t k = 0; k < heard.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", heard.v[k].room_id);
        json_set_text(o, "item", heard.v[k].item);
        json_set_int_unless(o, "choice", heard.v[k].choice_null, heard.v[k].choice + 1);
        json_set_words(o, "words", heard.v[k].words);
        json_set_words(o, "heard_by_the_teller", heard.v[k].points);
    }
    return RC_OK;
}

enum rc room_talk_erase(struct db *tx, int64_t person)
{
    return sql_room_talk_erase_heard(tx, person);
}
