/* What the record store holds about a person, told to her and deleted: who she is here says her address, or her account on this site. */
#include "base/json_set.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "out/mail.h"

#define AT_ONCE 500
#define IDENTIFIERS 3

/* By what names statements may mean her; no value where there is none. */
static enum rc identifiers_of(struct db *db, struct arena *a, int64_t person, struct str out[IDENTIFIERS])
{
    struct row_xapi_person_address row;
    enum rc rc = sql_xapi_person_address(db, a, person, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    out[0] = rc == RC_OK && row.email.p != NULL ? str_printf(a, "mbox mailto:%.*s", STR_ARG(row.email)) : STR_NONE;
    struct str site = mail_link(a, S("")), kept;
    out[1] = str_printf(a, "account %.*s %" PRId64, STR_ARG(site), person);
    TRY(xapi_own_home(db, a, &kept)); /* the site may have moved since */
    out[2] = kept.p != NULL && !str_eq(kept, site) ? str_printf(a, "account %.*s %" PRId64, STR_ARG(kept), person) : STR_NONE;
    return RC_OK;
}

typedef enum rc about_fn(struct db *db, struct arena *a, const struct row_xapi_about *row, void *arg);

static enum rc each_about(struct db *db, struct arena *a, struct str identifier, about_fn *fn, void *arg)
{
    static const enum xapi_term_kind kinds[] = {XAPI_AGENT, XAPI_AGENT_RELATED};
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        struct rows_xapi_about rows;
        int64_t above = -1;
        do {
            TRY(sql_xapi_about(db, a, xapi_key(kinds[k], identifier), above, AT_ONCE, &rows));
            for (size_t i = 0; i < rows.n; i++) {
                TRY(fn(db, a, &rows.v[i], arg));
                above = rows.v[i].seq;
            }
        } while (rows.n == AT_ONCE);
    }
    return RC_OK;
}

/* Those that became her evidence name her, whatever by. */
static enum rc each_hit(struct db *db, struct arena *a, int64_t person, about_fn *fn, void *arg)
{
    struct rows_xapi_hits_of rows;
    int64_t above = -1;
    do {
        TRY(sql_xapi_hits_of(db, a, person, above, AT_ONCE, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            const struct row_xapi_about row = {.seq = rows.v[i].seq, .uuid = rows.v[i].uuid, .body = rows.v[i].body};
            TRY(fn(db, a, &row, arg));
            above = row.seq;
        }
    } while (rows.n == AT_ONCE);
    return RC_OK;
}

static enum rc tell(struct db *db, struct arena *a, const struct row_xapi_about *row, void *arg)
{
    json_t *one = json_new_item(arg), *body;
    char id[37];
    (void)db;
    xapi_uuid_text((const unsigned char *)row->uuid.p, id);
    json_set_text(one, "id", str_from(id));
    json_set_time(a, one, "stored", row->seq / XAPI_SEQ_MS);
    TRY(xapi_parse(a, row->body, &body, NULL));
    json_object_set(one, "statement", body);
    return RC_OK;
}

enum rc xapi_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct str identifiers[IDENTIFIERS];
    json_t *own = json_new_object(into, "record_store"), *statements = json_new_list(own, "statements"), *documents = json_new_list(own, "documents");
    TRY(identifiers_of(db, a, person, identifiers));
    TRY(each_hit(db, a, person, tell, statements));
    for (size_t i = 0; i < IDENTIFIERS; i++) {
        struct rows_xapi_documents_about rows;
        if (identifiers[i].p == NULL)
            continue;
        TRY(each_about(db, a, identifiers[i], tell, statements));
        TRY(sql_xapi_documents_about(db, a, identifiers[i], &rows));
        for (size_t k = 0; k < rows.n; k++) {
            json_t *one = json_new_item(documents);
            json_set_text(one, "kind", rows.v[k].kind);
            json_set_text(one, "activity", rows.v[k].activity);
            json_set_text(one, "name", rows.v[k].name);
            json_set_text(one, "type", rows.v[k].type);
            json_set_time(a, one, "updated", rows.v[k].updated_at);
        }
    }
    return RC_OK;
}

static enum rc drop(struct db *tx, struct arena *a, const struct row_xapi_about *row, void *arg)
{
    (void)arg;
    enum rc rc = xapi_drop_statement(tx, a, row->seq);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* named twice */
}

enum rc xapi_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct str identifiers[IDENTIFIERS];
    (void)now;
    TRY(identifiers_of(tx, a, person, identifiers));
    TRY(each_hit(tx, a, person, drop, NULL));
    for (size_t i = 0; i < IDENTIFIERS; i++) {
        if (identifiers[i].p == NULL)
            continue;
        TRY(each_about(tx, a, identifiers[i], drop, NULL));
        TRY(sql_xapi_agent_names_drop(tx, identifiers[i]));
        TRY(sql_xapi_documents_about_drop(tx, identifiers[i]));
    }
    return RC_OK;
}
