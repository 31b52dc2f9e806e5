/* What badges tell the rest of the house: what is new on Home, what is held about a person, what erasing her means, and the job that gives
 * badges to those who have earned them. */
#include "base/json_set.h"
#include "campus/badge/inside.h"

#define NEW_SHOWN 5
#define AT_ONCE 100      /* badges given in one closure */
#define LOOKED_FOR 10000 /* people found at a time */

enum rc badge_home(struct ctx *c, struct home_list *list)
{
    struct rows_badge_awards_new rows;
    struct target t = {.person = c->who->person};
    if (!access_allows(c, P_BADGE_OWN, &t))
        return RC_OK;
    TRY(sql_badge_awards_new(c->db, c->a, c->who->person, NEW_SHOWN, &rows));
    for (size_t i = 0; i < rows.n; i++)
        home_add(list, (struct home_item){.title = rows.v[i].title,
                                          .href = badge_path(c, "/badges/mine/", rows.v[i].id, ""),
                                          .detail = tr(c, M_badge_home_new),
                                          .kind = tr(c, M_badge_badge),
                                          .weight = 45});
    return RC_OK;
}

enum rc badge_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_badge_export rows;
    TRY(sql_badge_export(db, a, person, &rows));
    json_t *list = json_new_list(into, "badges");
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_badge_export *r = &rows.v[i];
        json_t *o = json_new_item(list);
        json_set_words(o, "title", r->title);
        json_set_time(a, o, "given_at", r->awarded_at);
        json_set_time_unless(a, o, "until", r->until_at_null, r->until_at);
        json_set_words(o, "reason", r->reason);
        json_set_bool(o, "public", r->token.p != NULL);
        json_set_time_unless(a, o, "withdrawn_at", r->revoked_at_null, r->revoked_at);
        json_set_words(o, "withdrawn_because", r->revoked_why);
        json_set_words(o, "credential", r->jwt);
    }
    return RC_OK;
}

/* Nobody has it any more, so what she took along no longer holds: the place on the status list says so and names nobody. */
enum rc badge_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    TRY(sql_badge_forget(tx, person, now));
    TRY(sql_badge_forget_giver(tx, person));
    return sql_badge_forget_revoker(tx, person);
}

/* ---- giving what was earned ------------------------------------------------------------------------------------------------------- */

struct portion {
    const int64_t *people;
    size_t count;
    int64_t badge, now;
};

static enum rc give_portion(struct db *tx, void *arg, struct err *e)
{
    const struct portion *p = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = badge_give_earned(tx, a, p->badge, p->people, p->count, p->now);
    arena_free(a);
    return rc;
}

/* The people are looked for on the job's own connection, many at a time since that reads all that was ever done; they are given it in small
 * closures, between which others write. */
static enum rc give_some(struct db *db, struct arena *a, int64_t badge, size_t *found, struct err *e)
{
    struct row_badge_find b;
    int64_t *people, now = clock_now();
    enum rc rc = sql_badge_find(db, a, badge, &b);
    *found = 0;
    if (rc != RC_OK || !str_eq_z(b.state, "published"))
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    const struct zone *zone = zone_find(b.zone);
    TRY(badge_earned(db, a, badge, LOOKED_FOR, day_from_ms(zone != NULL ? zone : zone_utc(), now), &people, found));
    for (size_t i = 0; i < *found; i += AT_ONCE) {
        struct portion p = {.people = people + i, .count = *found - i < AT_ONCE ? *found - i : AT_ONCE, .badge = badge, .now = now};
        TRY(store_write(db, give_portion, &p, e));
    }
    return RC_OK;
}

static enum rc give_all(struct db *db, int64_t badge, struct err *e)
{
    enum rc rc;
    size_t found;
    do {
        struct arena *a = arena_new(0);
        rc = give_some(db, a, badge, &found, e);
        arena_free(a);
    } while (rc == RC_OK && found == LOOKED_FOR);
    return rc;
}

enum rc badge_run_giving(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_badge_by_itself rows;
    (void)args;
    TRY(sql_badge_by_itself(db, a, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(give_all(db, rows.v[i].id, e));
        TRY(job_progress(db, job, (int64_t)i + 1, (int64_t)rows.n));
    }
    return RC_OK;
}
