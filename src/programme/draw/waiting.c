/* What draws hold about a person, and what is deleted when it is old. In a list stand a number, a profession and a stage: they stay when a
 * person is erased, as the draw could not be made again without them; who she was is gone with her name. */
#include "base/json_set.h"
#include "programme/draw/inside.h"

#define RETAIN_MOST 20

enum rc draw_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_draw_export rows;
    struct rows_draw_export_made made;
    TRY(sql_draw_export(db, a, person, &rows));
    TRY(sql_draw_export_made(db, a, person, &made));
    json_t *list = json_new_list(into, "draws");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "draw", rows.v[k].title);
        json_set_time(a, o, "told", rows.v[k].created_at);
        json_set_time_unless(a, o, "drawn", rows.v[k].drawn_at_null, rows.v[k].drawn_at);
        json_set_int(o, "number", rows.v[k].number);
        json_set_words(o, "profession", rows.v[k].profession);
        json_set_words(o, "stage", rows.v[k].stage);
        json_set_int_unless(o, "group", rows.v[k].part_null, rows.v[k].part);
    }
    list = json_new_list(into, "draws_made");
    for (size_t k = 0; k < made.n; k++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "draw", made.v[k].title);
        json_set_time(a, o, "told", made.v[k].created_at);
    }
    return RC_OK;
}

enum rc draw_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    struct arena *a = arena_new(0);
    struct rows_draw_old rows = {0};
    *more = false;
    enum rc rc = str_eq_z(kind, "draw") ? sql_draw_old(tx, a, before, RETAIN_MOST, &rows) : RC_OK;
    for (size_t k = 0; rc == RC_OK && k < rows.n; k++) {
        rc = sql_draw_drop_debates(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_draw_drop_groups(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_draw_drop_entries(tx, rows.v[k].id);
        if (rc == RC_OK)
            rc = sql_draw_drop(tx, rows.v[k].id);
    }
    *more = rows.n == RETAIN_MOST;
    arena_free(a);
    return rc;
}
