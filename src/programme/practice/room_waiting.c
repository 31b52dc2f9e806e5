/* What rooms tell the rest of the house: the version of one for its streams, what waits on Home, what is held about a person. */
#include "base/json_set.h"
#include "programme/practice/room_speech.h"
#include "programme/practice/room_talk.h"

#define ASKED 10
#define HOME_MOST 5
#define HOME_DAYS 14

enum rc practice_versions(struct db *db, struct arena *a, const int64_t *ids, size_t count, int64_t now, int64_t *versions)
{
    for (size_t at = 0; at < count; at += ASKED) {
        int64_t i[ASKED] = {0};
        size_t n = count - at < ASKED ? count - at : ASKED;
        struct rows_room_versions rows;
        memcpy(i, ids + at, n * sizeof *ids);
        TRY(sql_room_versions(db, a, now, i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], &rows));
        for (size_t k = 0; k < n; k++) {
            versions[at + k] = -1;
            for (size_t m = 0; m < rows.n; m++)
                if (rows.v[m].id == i[k])
                    versions[at + k] = rows.v[m].shown;
        }
    }
    return RC_OK;
}

enum rc room_home(struct ctx *c, struct home_list *list)
{
    struct rows_room_waiting rows;
    TRY(sql_room_waiting(c->db, c->a, c->who->person, c->now - HOME_DAYS * MS_PER_DAY, &rows));
    for (size_t k = 0; k < rows.n && k < HOME_MOST; k++) {
        const struct row_room_waiting *r = &rows.v[k];
        struct msg_arg title = MSG_TEXT("title", r->title);
        msg_id text = r->owed != 0 ? M_room_home_owed : r->joined_at_null ? M_room_home_invited : M_room_home_open;
        home_add(list, (struct home_item){.title = tr_args(c, text, &title, 1), .href = room_path(c, r->id, ""),
                                          .kind = practice_kind_name(c, r->kind), .weight = r->owed != 0 ? 20 : 2});
    }
    return RC_OK;
}

enum rc room_redirect_attempt(struct ctx *c, int64_t attempt)
{
    struct row_room_of_attempt row;
    TRY(sql_room_of_attempt(c->db, c->a, attempt, c->who->person, &row));
    return page_redirect(c, room_path(c, row.room_id, ""), 0);
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

enum rc room_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_room_export rooms;
    struct rows_room_export_offers offers;
    TRY(sql_room_export(db, a, person, &rooms));
    TRY(sql_room_export_offers(db, a, person, &offers));
    json_t *list = json_new_list(into, "rooms");
    for (size_t k = 0; k < rooms.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", rooms.v[k].id);
        json_set_words(o, "exercise", rooms.v[k].title);
        json_set_words(o, "state", rooms.v[k].state);
        json_set_words(o, "seat", rooms.v[k].seat);
        json_set_words(o, "part", rooms.v[k].part);
        json_set_bool(o, "led", rooms.v[k].leads != 0);
        json_set_time(a, o, "opened", rooms.v[k].opened_at);
        json_set_time_unless(a, o, "ended", rooms.v[k].ended_at_null, rooms.v[k].ended_at);
    }
    list = json_new_list(into, "room_offers");
    for (size_t k = 0; k < offers.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", offers.v[k].room_id);
        json_set_int(o, "number", offers.v[k].number);
        json_set_words(o, "party", offers.v[k].party);
        json_set_words(o, "options", offers.v[k].options);
        json_set_words(o, "words", offers.v[k].words);
        json_set_words(o, "state", offers.v[k].state);
        json_set_time(a, o, "at", offers.v[k].at);
    }
    TRY(room_talk_export(db, a, person, into));
    return speech_export(db, a, person, into);
}

enum rc room_erase(struct db *tx, int64_t person)
{
    TRY(room_talk_erase(tx, person));
    TRY(speech_erase(tx, person));
    return sql_room_erase_words(tx, person);
}

static enum rc drop(struct db *tx, int64_t room)
{
    TRY(room_talk_drop(tx, room));
    TRY(speech_drop(tx, room));
    TRY(sql_room_drop_agreements(tx, room));
    TRY(sql_room_drop_offers(tx, room));
    TRY(sql_room_drop_rating_links(tx, room));
    TRY(sql_room_drop_seats(tx, room));
    return sql_room_drop(tx, room);
}

enum rc room_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more)
{
    struct rows_room_old rows;
    TRY(sql_room_old(tx, a, before, most, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(drop(tx, rows.v[k].id));
    *more = rows.n == (size_t)most;
    return RC_OK;
}
