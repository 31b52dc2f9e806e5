/* What portfolios hold about a person: her export, her erasure, and how long ended links are remembered. */
#include "base/json_set.h"
#include "programme/portfolio/inside.h"

#define RETAIN_ROWS 1000
#define LINKS_EXPORTED 10000

static enum rc export_parts(struct db *db, struct arena *a, int64_t id, json_t *into)
{
    struct rows_portfolio_sections sections;
    struct rows_portfolio_items items;
    TRY(sql_portfolio_sections(db, a, id, &sections));
    TRY(sql_portfolio_items(db, a, id, &items));
    json_t *list = json_new_list(into, "sections");
    for (size_t s = 0; s < sections.n; s++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "title", sections.v[s].title);
        json_set_words(o, "words", sections.v[s].words);
        json_t *of = json_new_list(o, "items");
        for (size_t i = 0; i < items.n; i++) {
            if (items.v[i].section_id != sections.v[s].id)
                continue;
            json_t *item = json_new_item(of);
            bool goal = items.v[i].evidence_id_null;
            json_set_int(item, goal ? "goal" : "evidence", goal ? items.v[i].goal_id : items.v[i].evidence_id);
            json_set_words(item, "words", items.v[i].words);
        }
    }
    return RC_OK;
}

static enum rc export_links(struct db *db, struct arena *a, int64_t id, json_t *into)
{
    struct rows_portfolio_links rows;
    TRY(sql_portfolio_links(db, a, id, LINKS_EXPORTED, &rows));
    json_t *list = json_new_list(into, "links");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "for_whom", rows.v[i].for_whom);
        json_set_time(a, o, "created_at", rows.v[i].created_at);
        json_set_time(a, o, "expires_at", rows.v[i].expires_at);
        json_set_time_unless(a, o, "revoked_at", rows.v[i].revoked_at_null, rows.v[i].revoked_at);
        json_set_int(o, "opened", rows.v[i].opened);
        json_set_time_unless(a, o, "last_opened_at", rows.v[i].last_opened_at_null, rows.v[i].last_opened_at);
    }
    return RC_OK;
}

enum rc portfolio_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_portfolio_all_of_person rows;
    TRY(sql_portfolio_all_of_person(db, a, person, &rows));
    json_t *list = json_new_list(into, "portfolios");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "title", rows.v[i].title);
        json_set_words(o, "introduction", rows.v[i].introduction);
        json_set_words(o, "language", rows.v[i].language);
        json_set_time(a, o, "created_at", rows.v[i].created_at);
        json_set_time(a, o, "changed_at", rows.v[i].changed_at);
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
