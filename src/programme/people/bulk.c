/* Reading everybody at once: see bulk.h. */
#include "programme/people/bulk.h"

#include "gen/programme/people/bulk_sql.h"

struct each {
    enum rc (*fn)(void *arg, const struct person_known *k);
    void *arg;
};

static enum rc take(void *arg, const struct row_identity_each *row)
{
    const struct each *e = arg;
    struct person_known k = {.person = row->person_id,
                             .sourced_id = row->sourced_id,
                             .given_name = row->given_name,
                             .family_name = row->family_name,
                             .display_name = row->display_name,
                             .email = row->email,
                             .email_key = row->email_key,
                             .language = row->language,
                             .zone = row->zone,
                             .profession = row->profession};
    return e->fn(e->arg, &k);
}

enum rc people_each(struct db *db, struct arena *a, struct str source, enum rc (*fn)(void *arg, const struct person_known *k), void *arg)
{
    struct each e = {fn, arg};
    return sql_identity_each(db, a, source, take, &e);
}
