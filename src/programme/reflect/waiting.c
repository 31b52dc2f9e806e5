/* What reflections tell the rest of the house: what waits for a person, what is held about her, what erasing her means. Nothing of
 * what anybody wrote is in any of it, but as the sealed bytes that are stored. */
#include <sodium.h>

#include "base/json_set.h"
#include "programme/reflect/inside.h"

#define WAITING_MAX 50
#define RETAIN_ROWS 1000
#define EXPORT_PART 200

static struct str name_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_reflect_gone);
}

static struct str text_path(const struct ctx *c, int64_t id)
{
    return str_printf(c->a, "/reflections/%" PRId64, id);
}

enum rc reflect_home(struct ctx *c, struct home_list *list)
{
    struct rows_reflection_waiting waiting;
    struct rows_reflection_ready ready;
    struct target t = {.person = c->who->person};
    if (!access_allows(c, P_REFLECTION, &t))
        return RC_OK;
    TRY(sql_reflection_waiting(c->db, c->a, c->who->person, WAITING_MAX, &waiting));
    for (size_t i = 0; i < waiting.n; i++)
        home_add(list, (struct home_item){.title = tr(c, waiting.v[i].asked ? M_reflect_home_asked : M_reflect_home_shared),
                                          .href = waiting.v[i].asked ? S("/reflections/shared") : text_path(c, waiting.v[i].id),
                                          .detail = name_or_gone(c, waiting.v[i].author),
                                          .kind = tr(c, M_reflect_nav),
                                          .weight = 22});
    TRY(sql_reflection_ready(c->db, c->a, c->who->person, WAITING_MAX, &ready));
    for (size_t i = 0; i < ready.n; i++)
        home_add(list, (struct home_item){.title = tr(c, M_reflect_home_ready),
                                          .href = text_path(c, ready.v[i].id),
                                          .detail = name_or_gone(c, ready.v[i].name),
                                          .kind = tr(c, M_reflect_nav),
                                          .weight = 23});
    return RC_OK;
}

/* ---- what is held about a person ------------------------------------------------------------------------------------------------------- */

static void set_bytes(struct arena *a, json_t *o, const char *key, struct str bytes)
{
    size_t cap = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
    char *z = arena_alloc_raw(a, cap);
    sodium_bin2base64(z, cap, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
    json_object_set_new(o, key, json_string(z));
}

static enum rc export_texts(struct db *db, struct arena *a, int64_t person, json_t *list)
{
    struct rows_reflection_all rows;
    int64_t at = INT64_MIN, id = 0;
    do {
        TRY(sql_reflection_all(db, a, person, at, id, EXPORT_PART, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            const struct row_reflection_all *r = &rows.v[i];
            json_t *o = json_new_item(list);
            json_set_int(o, "reflection", r->id);
            json_set_time(a, o, "written", r->written_at);
            json_set_time(a, o, "changed", r->changed_at);
            set_bytes(a, o, "title_sealed", r->title);
            set_bytes(a, o, "text_sealed", r->body);
            at = r->written_at;
            id = r->id;
        }
    } while (rows.n == EXPORT_PART);
    return RC_OK;
}

/* An administrator may ask for this export, so it holds what lies in the database and no more: sealed bytes. */
enum rc reflect_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct row_reflect_key_find k;
    struct rows_reflect_read_of read;
    json_t *texts = json_new_list(into, "reflections"), *readings = json_new_list(into, "read_of_others");
    json_object_set_new(into, "about", json_string("Reflections are sealed. What follows is what the database holds: it cannot be read without the "
                                                   "passphrase or the recovery code of the person, who gets the readable texts herself, under "
                                                   "Reflections, Take them with you."));
    enum rc rc = sql_reflect_key_find(db, a, person, &k);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    json_set_bool(into, "has_set_up", rc == RC_OK);
    if (rc == RC_OK)
        json_set_time(a, into, "set_up", k.made_at);
    TRY(export_texts(db, a, person, texts));
    TRY(sql_reflect_read_of(db, a, person, INT64_MAX, &read));
    for (size_t i = 0; i < read.n; i++) {
        json_t *o = json_new_item(readings);
        json_set_int(o, "reflection", read.v[i].reflection_id);
        json_set_time(a, o, "at", read.v[i].at);
    }
    return RC_OK;
}

/* Her keys and all she wrote; the keys to what others shared with her. That she read it stays with those others, by number. */
enum rc reflect_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(reflect_begin_anew(tx, person));
    return sql_reflect_drop_shared(tx, person);
}

enum rc reflect_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq_z(kind, REFLECT_KEPT))
        return RC_OK;
    TRY(sql_reflect_retain_readings(tx, before, RETAIN_ROWS));
    *more = db_changes(tx) == RETAIN_ROWS;
    return RC_OK;
}
