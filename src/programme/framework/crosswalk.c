/* Crosswalks: their rules. See crosswalk.h. Called by their pages and, for framework_translate, by reports. */
#include "programme/framework/crosswalk.h"

#include "auth/session.h"
#include "base/csv.h"
#include "base/strmap.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/crosswalk_sql.h"
#include "programme/framework/content.h"

enum rc framework_translate(struct db *db, struct arena *a, int64_t competency, int64_t to_framework, int64_t **targets,
                            double **weights, size_t *count)
{
    struct rows_crosswalk_translate rows;
    TRY(sql_crosswalk_translate(db, a, competency, to_framework, &rows));
    *targets = ARENA_ARRAY(a, rows.n, int64_t);
    *weights = ARENA_ARRAY(a, rows.n, double);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        (*targets)[i] = rows.v[i].target;
        (*weights)[i] = rows.v[i].weight;
    }
    return RC_OK;
}

bool crosswalk_weight(struct str s, double *weight)
{
    char plain[16];
    s = str_trim(s);
    if (s.n == 0 || s.n >= sizeof plain)
        return false;
    for (size_t i = 0; i < s.n; i++)
        plain[i] = s.p[i] == ',' ? '.' : s.p[i];
    return str_to_real((struct str){plain, s.n}, weight) && *weight >= CROSSWALK_WEIGHT_MIN && *weight <= 1;
}

/* ---- changing -------------------------------------------------------------------------------------------------------------- */

enum rc crosswalk_add(struct db *tx, struct arena *a, struct str title, int64_t from_framework, int64_t to_framework, int64_t person,
                      int64_t now, int64_t *id, struct err *e)
{
    struct framework f;
    if (from_framework == to_framework)
        return err_field(e, RC_INVALID, M_framework_crosswalk_same, "to", NULL);
    TRY(framework_find(tx, a, from_framework, S(""), &f));
    TRY(framework_find(tx, a, to_framework, S(""), &f));
    *id = db_new_id(tx);
    TRY(sql_crosswalk_insert(tx, *id, title, from_framework, to_framework, now));
    return audit_note(tx, now, person, "crosswalk_add", 0, "crosswalk", *id);
}

static enum rc grow(struct db *tx, int64_t id, int64_t version, struct err *e)
{
    TRY(sql_crosswalk_grow(tx, id, version));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_framework_crosswalk_changed, NULL);
}

static enum rc set_link(struct db *tx, int64_t id, const struct crosswalk_link *l, struct err *e)
{
    if (!(l->weight > 0))
        return sql_crosswalk_link_remove(tx, id, l->from_item, l->to_item);
    if (l->weight < CROSSWALK_WEIGHT_MIN || l->weight > 1)
        return err_field(e, RC_INVALID, M_framework_weight_range, "weight", NULL);
    TRY(sql_crosswalk_link_set(tx, id, l->from_item, l->to_item, l->weight));
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_INVALID, M_framework_link_elsewhere, NULL);
}

enum rc crosswalk_change(struct db *tx, int64_t id, int64_t version, const struct crosswalk_link *links, size_t count, bool replace,
                         int64_t person, int64_t now, struct err *e)
{
    TRY(grow(tx, id, version, e));
    if (replace)
        TRY(sql_crosswalk_links_clear(tx, id));
    for (size_t i = 0; i < count; i++)
        TRY(set_link(tx, id, &links[i], e));
    return audit_note(tx, now, person, "crosswalk_change", 0, "crosswalk", id);
}

enum rc crosswalk_remove(struct db *tx, int64_t id, int64_t version, int64_t person, int64_t now, struct err *e)
{
    TRY(grow(tx, id, version, e));
    TRY(sql_crosswalk_links_clear(tx, id));
    TRY(sql_crosswalk_delete(tx, id));
    return audit_note(tx, now, person, "crosswalk_remove", 0, "crosswalk", id);
}

/* ---- CSV ------------------------------------------------------------------------------------------------------------------- */

struct crosswalk_items {
    struct rows_crosswalk_items rows;
    struct strmap by_code, by_identifier;
};

enum rc crosswalk_items_load(struct db *db, struct arena *a, int64_t framework, struct crosswalk_items **out)
{
    struct crosswalk_items *items = ARENA_NEW(a, struct crosswalk_items);
    TRY(sql_crosswalk_items(db, a, framework, S(""), CONTENT_ITEMS_MAX, &items->rows));
    items->by_code = strmap_new(a);
    items->by_identifier = strmap_new(a);
    for (size_t i = 0; i < items->rows.n; i++) {
        strmap_add(&items->by_identifier, items->rows.v[i].identifier, i);
        if (!str_empty(items->rows.v[i].code))
            strmap_add(&items->by_code, items->rows.v[i].code, i);
    }
    *out = items;
    return RC_OK;
}

bool crosswalk_item_find(const struct crosswalk_items *items, struct str code, int64_t *item)
{
    size_t at = strmap_get(&items->by_code, code);
    if (at == STRMAP_NONE)
        at = strmap_get(&items->by_identifier, code);
    if (at == STRMAP_NONE)
        return false;
    *item = items->rows.v[at].id;
    return true;
}

struct reading {
    struct csv *csv;
    struct arena *a;
    int from, to, weight;
    struct crosswalk_items *from_items, *to_items;
    struct strmap pairs; /* so that a pair that stands twice is told */
    struct crosswalk_link *links;
    size_t count, cap;
};

static bool read_end(struct reading *r, const struct csv_row *row, int column, const struct crosswalk_items *items, int64_t *item)
{
    struct str code = str_trim(csv_field(row, column));
    if (crosswalk_item_find(items, code, item))
        return true;
    csv_error_at(r->csv, row, column, M_framework_code_unknown, "%.*s", STR_ARG(code));
    return false;
}

static void read_link(struct reading *r, const struct csv_row *row)
{
    struct crosswalk_link link;
    bool from = read_end(r, row, r->from, r->from_items, &link.from_item);
    bool to = read_end(r, row, r->to, r->to_items, &link.to_item);
    bool weight = crosswalk_weight(csv_field(row, r->weight), &link.weight);
    if (!weight)
        csv_error_at(r->csv, row, r->weight, M_framework_weight_range, "%.*s", STR_ARG(csv_field(row, r->weight)));
    if (!from || !to || !weight)
        return;
    int64_t *key = ARENA_ARRAY(r->a, 2, int64_t);
    key[0] = link.from_item;
    key[1] = link.to_item;
    if (strmap_add(&r->pairs, (struct str){(const char *)key, 2 * sizeof *key}, row->line) != STRMAP_NONE) {
        csv_error_at(r->csv, row, r->to, M_framework_pair_twice, NULL);
        return;
    }
    if (r->count == r->cap) {
        size_t more = r->cap == 0 ? 64 : 2 * r->cap;
        r->links = arena_grow(r->a, r->links, r->cap * sizeof link, more * sizeof link);
        r->cap = more;
    }
    r->links[r->count++] = link;
}

enum rc crosswalk_read_csv(struct db *db, struct arena *a, int64_t from_framework, int64_t to_framework, struct str file,
                           struct str bytes, struct crosswalk_link **links, size_t *count, struct problems *p)
{
    static const struct csv_limits limits = {.rows = CROSSWALK_LINKS_MAX, .columns = 20, .field = 4096};
    struct reading r = {.a = a, .csv = csv_open(a, file, bytes, &limits, p)};
    r.from = csv_column_required(r.csv, "from");
    r.to = csv_column_required(r.csv, "to");
    r.weight = csv_column_required(r.csv, "weight");
    *count = 0;
    if (r.from < 0 || r.to < 0 || r.weight < 0)
        return RC_OK;
    TRY(crosswalk_items_load(db, a, from_framework, &r.from_items));
    TRY(crosswalk_items_load(db, a, to_framework, &r.to_items));
    r.pairs = strmap_new(a);
    for (struct csv_row row; csv_next(r.csv, &row);)
        read_link(&r, &row);
    *links = r.links;
    *count = r.count;
    return RC_OK;
}

static struct str name_of(struct str code, struct str identifier)
{
    return str_empty(code) ? identifier : code;
}

enum rc crosswalk_write_csv(struct db *db, struct arena *a, int64_t id, struct str language, struct str *csv)
{
    struct rows_crosswalk_links rows;
    TRY(sql_crosswalk_links(db, a, id, language, 0, INT64_C(1) << 40, 0, &rows));
    struct buf b = buf_new(a, 128 + rows.n * 100);
    buf_z(&b, "from,to,weight,from_title,to_title\r\n");
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_crosswalk_links *l = &rows.v[i];
        buf_csv(&b, name_of(l->from_code, l->from_identifier));
        buf_ch(&b, ',');
        buf_csv(&b, name_of(l->to_code, l->to_identifier));
        buf_ch(&b, ',');
        buf_real(&b, l->weight);
        buf_ch(&b, ',');
        buf_csv(&b, l->from_title);
        buf_ch(&b, ',');
        buf_csv(&b, l->to_title);
        buf_z(&b, "\r\n");
    }
    *csv = buf_text(&b);
    return RC_OK;
}
