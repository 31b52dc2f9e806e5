/* The outbox: see outbox.h. */
#include "out/outbox.h"

#include "gen/auth/auth_sql.h"
#include "gen/out/outbox_sql.h"

#define NAME_MOST 64

static struct str setting_of(const char *topic, char name[NAME_MOST])
{
    int n = snprintf(name, NAME_MOST, "outbox_%s", topic);
    ASSERT(n > 0 && n < NAME_MOST);
    return str_from(name);
}

enum rc outbox_tell(struct db *tx, const char *topic, int64_t id, int64_t now)
{
    char name[NAME_MOST];
    return sql_outbox_tell(tx, id, str_from(topic), now, setting_of(topic, name));
}

enum rc outbox_waiting(struct db *db, struct arena *a, const char *topic, size_t most, int64_t **ids, size_t *count)
{
    struct rows_outbox_oldest rows;
    TRY(sql_outbox_oldest(db, a, str_from(topic), (int64_t)most, &rows));
    *ids = ARENA_ARRAY(a, rows.n, int64_t);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++)
        (*ids)[i] = rows.v[i].id;
    return RC_OK;
}

enum rc outbox_take(struct db *tx, int64_t id)
{
    TRY(sql_outbox_drop(tx, id));
    return db_changes(tx) != 0 ? RC_OK : RC_NOT_FOUND;
}

enum rc outbox_switch(struct db *tx, const char *topic, bool on, int64_t now)
{
    char name[NAME_MOST];
    return sql_setting_set(tx, setting_of(topic, name), on ? S("on") : S("off"), now);
}

enum rc outbox_is_on(struct db *db, struct arena *a, const char *topic, bool *on)
{
    char name[NAME_MOST];
    struct row_setting_get row;
    enum rc rc = sql_setting_get(db, a, setting_of(topic, name), &row);
    *on = rc != RC_OK || !str_eq_z(row.value, "off");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}
