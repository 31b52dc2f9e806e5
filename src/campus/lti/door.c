/* One-time ways behind a token: into the site after a launch, to a choice that goes back to a platform, to a registration. The token is known to
 * whoever was given the address; the database has its hash. */
#include "campus/lti/inside.h"

#include "auth/session.h"

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

enum rc lti_door_make(struct db *tx, struct arena *a, const struct lti_door *d, int64_t now, int64_t valid_ms, struct str *token)
{
    *token = link_token_new(a);
    TRY(sql_lti_door_tidy(tx, now - MS_PER_DAY));
    return sql_lti_door_add(tx, link_token_hash(a, *token), str_from(d->kind), or_null(&d->platform), or_null(&d->context), or_null(&d->person),
                            d->goal, d->data, d->framed, now + valid_ms);
}

enum rc lti_door_find(struct db *db, struct arena *a, const char *kind, struct str token, int64_t now, struct lti_door *out)
{
    struct row_lti_door_get r;
    TRY(sql_lti_door_get(db, a, link_token_hash(a, token), str_from(kind), &r));
    if (r.used || r.expires_at <= now)
        return RC_GONE;
    *out = (struct lti_door){.kind = kind,
                             .platform = r.platform_id_null ? 0 : r.platform_id,
                             .context = r.context_id_null ? 0 : r.context_id,
                             .person = r.person_id_null ? 0 : r.person_id,
                             .goal = r.goal,
                             .data = r.data,
                             .framed = r.framed != 0};
    return RC_OK;
}

enum rc lti_door_use(struct db *tx, struct arena *a, struct str token)
{
    TRY(sql_lti_door_use(tx, link_token_hash(a, token)));
    return db_changes(tx) == 1 ? RC_OK : RC_GONE;
}
