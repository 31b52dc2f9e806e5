/* What portfolios hold about a person: her export, her erasure, and how long ended links are remembered. */
#include "programme/portfolio/inside.h"

#define RETAIN_ROWS 1000
#define LINKS_EXPORTED 10000

static void set_text(json_t *o, const char *key, struct str s)
{
    if (s.n != 0)
        json_object_set_new(o, key, json_stringn(s.p, s.n));
}

static void set_time(struct arena *a, json_t *o, const char *key, bool absent, int64_t ms)
{
    struct buf b = buf_new(a, 32);
    if (absent)
        return;
    instant_format(&b, ms);
    set_text(o, key, buf_text(&b));
}

static json_t *add_to(json_t *list)
{
    json_t *o = json_object();
    json_array_append_new(list, o);
    return o;
}

static enum rc export_parts(struct db *db, struct arena *a, int64_t id, json_t *into)
{
    struct rows_portfolio_sections sections;
    struct rows_portfolio_items items;
    TRY(sql_portfolio_sections(db, a, id, &sections));
    TRY(sql_portfolio_items(db, a, id, &items));
    json_t *list = json_array();
    json_object_set_new(into, "sections", list);
    for (size_t s = 0; s < sections.n; s++) {
        json_t *o = add_to(list), *of = json_array();
        set_text(o, "title", sections.v[s].title);
        set_text(o, "words", sections.v[s].words);
        json_object_set_new(o, "items", of);
        for (size_t i = 0; i < items.n; i++) {
            if (items.v[i].section_id != sections.v[s].id)
                continue;
            json_t *item = add_to(of);
            bool goal = items.v[i].evidence_id_null;
            json_object_set_new(item, goal ? "goal" : "evidence", json_integer(goal ? items.v[i].goal_id : items.v[i].evidence_id));
            set_text(item, "words", items.v[i].words);
        }
    }
    return RC_OK;
}

static enum rc export_links(struct db *db, struct arena *a, int64_t id, json_t *into)
{
    struct rows_portfolio_links rows;
    TRY(sql_portfolio_links(db, a, id, LINKS_EXPORTED, &rows));
    json_t *list = json_array();
    json_object_set_new(into, "links", list);
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = add_to(list);
        set_text(o, "for_whom", rows.v[i].for_whom);
        set_time(a, o, "created_at", false, rows.v[i].created_at);
        set_time(a, o, "expires_at", false, rows.v[i].expires_at);
        set_time(a, o, "revoked_at", rows.v[i].revoked_at_null, rows.v[i].revoked_at);
        json_object_set_new(o, "opened", json_integer(rows.v[i].opened));
        set_time(a, o, "last_opened_at", rows.v[i].last_opened_at_null, rows.v[i].last_opened_at);
    }
    return RC_OK;
}

enum rc portfolio_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_portfolio_all_of_person rows;
    TRY(sql_portfolio_all_of_person(db, a, person, &rows));
    json_t *list = json_array();
    json_object_set_new(into, "portfolios", list);
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = add_to(list);
        set_text(o, "title", rows.v[i].title);
        set_text(o, "introduction", rows.v[i].introduction);
        set_text(o, "language", rows.v[i].language);
        set_time(a, o, "created_at", false, rows.v[i].created_at);
        set_time(a, o, "changed_at", false, rows.v[i].changed_at);
        TRY(export_parts(db, a, rows.v[i].id, o));
        TRY(export_links(db, a, rows.v[i].id, o));
    }
    return RC_OK;
}

/* It is hers and nobody else's: nothing of it stays, and its links open nothing. */
enum rc portfolio_forget(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_portfolio_erase_links(tx, person));
    TRY(sql_portfolio_erase_items(tx, person));
    TRY(sql_portfolio_erase_sections(tx, person));
    return sql_portfolio_erase(tx, person);
}

enum rc portfolio_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq_z(kind, "portfolio_link"))
        return RC_OK;
    TRY(sql_portfolio_link_old(tx, before, RETAIN_ROWS));
    *more = db_changes(tx) == RETAIN_ROWS;
    return RC_OK;
}
