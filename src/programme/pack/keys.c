/* The keys that sign packs: made once, kept in the database, locked under the secret of the server's settings where there is one; followed by a
 * new one when an administrator says so. Public keys are for everybody. */
#include <sodium.h>

#include "auth/secret.h"
#include "gen/programme/pack/pack_keys_view.h"
#include "programme/pack/inside.h"

static const char PURPOSE[] = "key that signs packs";

/* ---- the key that signs ----------------------------------------------------------------------------------------------------------------- */

struct making {
    struct arena *a;
    struct str public_key, seed;
    bool locked;
    int64_t retire, person, now; /* retire: the key that it follows; 0: none */
};

static enum rc make_key(struct db *tx, void *arg, struct err *e)
{
    const struct making *m = arg;
    int64_t id = db_new_id(tx);
    if (m->retire != 0) {
        TRY(sql_pack_key_retire(tx, m->retire, S(""), m->now));
        if (db_changes(tx) != 1)
            return err_set(e, RC_CONFLICT, M_pack_changed, NULL);
    }
    TRY(sql_pack_key_add(tx, id, m->public_key, m->seed, m->locked, m->now));
    return db_changes(tx) == 1 ? audit_note(tx, m->now, m->person, "pack_key_make", 0, "pack_key", id) : RC_OK; /* else another one was first */
}

static enum rc write_key(struct ctx *c, int64_t retire)
{
    struct pack_key key;
    pack_key_new(&key);
    struct making m = {.a = c->a, .retire = retire, .person = c->who->person, .now = c->now};
    m.public_key = str_dup(c->a, (struct str){(const char *)key.public_key, PACK_KEY_BYTES});
    m.seed = secret_lock(c->a, PURPOSE, (struct str){(const char *)key.seed, PACK_KEY_BYTES}, &m.locked);
    sodium_memzero(&key, sizeof key);
    return ctx_write(c, make_key, &m);
}

enum rc pack_key_ready(struct ctx *c, struct pack_key *key, int64_t *id)
{
    struct row_pack_key_now row;
    enum rc rc = sql_pack_key_now(c->db, c->a, &row);
    if (rc == RC_NOT_FOUND) {
        TRY(write_key(c, 0));
        rc = sql_pack_key_now(c->db, c->a, &row);
    }
    TRY(rc);
    if (row.public_key.n != PACK_KEY_BYTES)
        return RC_INTERNAL;
    *id = row.id;
    memcpy(key->public_key, row.public_key.p, PACK_KEY_BYTES);
    struct str seed;
    bool open = secret_open(c->a, PURPOSE, row.seed, row.locked, &seed) && seed.n == PACK_KEY_BYTES;
    if (open)
        memcpy(key->seed, seed.p, PACK_KEY_BYTES);
    if (!open || !pack_key_fits(key))
        return err_set(&c->err, RC_CONFLICT, M_pack_key_locked, NULL);
    return RC_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------------------------------------ */

static bool may_change(struct ctx *c)
{
    const struct target site = {0};
    return c->who->person != 0 && access_allows(c, P_SITE_CHANGE, &site);
}

enum rc pack_get_keys(struct ctx *c)
{
    struct rows_pack_keys rows;
    struct row_pack_key_now now;
    TRY(sql_pack_keys(c->db, c->a, &rows));
    struct view_pack_keys_keys *list = ARENA_ARRAY(c->a, rows.n, struct view_pack_keys_keys);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_pack_keys_keys){.href = pack_path(c, "/pack-keys/", rows.v[k].id, ""),
                                               .fingerprint = pack_fingerprint(c->a, (const unsigned char *)rows.v[k].public_key.p),
                                               .current = str_eq_z(rows.v[k].state, "current"),
                                               .made = rows.v[k].made_at,
                                               .retired = {.some = !rows.v[k].retired_at_null, .v = rows.v[k].retired_at}};
    struct view_pack_keys v = {.keys = list, .keys_count = rows.n};
    bool change = may_change(c);
    enum rc rc = sql_pack_key_now(c->db, c->a, &now);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    v.open_note = change && (rc == RC_OK ? !now.locked : !secret_is_set());
    struct crumb actions[] = {{tr(c, M_pack_key_new), S("/pack-keys/new")}};
    struct page page = {.title = tr(c, M_pack_keys), .section = "/packs", .actions = actions, .action_count = change};
    return view_pack_keys_page(c, &page, &v);
}

enum rc pack_get_key(struct ctx *c)
{
    struct row_pack_key_find row;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_pack_key_find(c->db, c->a, id, &row));
    return page_download(c, "application/x-pem-file", S("cadre-pack-key.pem"), pack_key_pem(c->a, (const unsigned char *)row.public_key.p));
}

enum rc pack_handle_key_new(struct ctx *c)
{
    const struct target site = {0};
    struct row_pack_key_now now = {0};
    TRY(access_require(c, P_SITE_CHANGE, &site));
    enum rc rc = sql_pack_key_now(c->db, c->a, &now);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/pack-keys/new"), M_pack_key_new);
    f->cancel = S("/pack-keys");
    f->danger = now.id != 0;
    form_add(f, (struct field){.name = "key", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, now.id)});
    struct page page = pack_page(c, tr(c, M_pack_key_new));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return pack_send_form(c, &page, tr(c, M_pack_key_new_note), NULL, f);
    rc = write_key(c, form_int(f, "key", 0));
    if (page_form_failed(c, f, rc, &page.status))
        return pack_send_form(c, &page, tr(c, M_pack_key_new_note), NULL, f);
    TRY(rc);
    return page_redirect(c, S("/pack-keys"), M_pack_key_made);
}
