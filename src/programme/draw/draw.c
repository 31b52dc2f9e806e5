/* Draws: the rules; see draw.h. What always holds: the list and the secret of a draw never change once it was told, so what comes of it
 * is settled then, but for the word that is said in front of everybody. */
#include <sodium.h>

#include "auth/session.h"
#include "programme/draw/inside.h"

#define SECRET_BYTES 16

struct str draw_seed(struct arena *a, struct str secret, struct str word)
{
    return str_empty(word) ? secret : str_printf(a, "%.*s %.*s", STR_ARG(secret), STR_ARG(word));
}

struct str draw_list_text(struct arena *a, const struct rows_draw_entries *rows, bool term, bool drawn)
{
    struct buf b = buf_new(a, 64 + rows->n * 32);
    buf_z(&b, term ? "number" : drawn ? "number,profession,stage,group" : "number,profession,stage");
    for (size_t k = 0; k < rows->n; k++) {
        const struct row_draw_entries *r = &rows->v[k];
        buf_printf(&b, "\n%" PRId64, r->number);
        if (term)
            continue;
        buf_printf(&b, ",%.*s,%.*s", STR_ARG(r->profession), STR_ARG(r->stage));
        if (drawn)
            buf_printf(&b, ",%" PRId64, r->part);
    }
    buf_ch(&b, '\n');
    return buf_text(&b);
}

static struct str list_hash(struct arena *a, const struct draw_new *n)
{
    struct rows_draw_entries rows = {.v = ARENA_ARRAY(a, n->count, struct row_draw_entries), .n = n->count};
    for (size_t k = 0; k < n->count; k++)
        rows.v[k] = (struct row_draw_entries){.number = (int64_t)k + 1, .profession = n->entries[k].profession, .stage = n->entries[k].stage};
    return draw_commitment(a, draw_list_text(a, &rows, n->of != 0, false));
}

enum rc draw_tell(struct db *tx, struct arena *a, const struct draw_new *n, int64_t now, int64_t *draw, struct err *e)
{
    unsigned char bytes[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    if (n->count < 2)
        return err_field(e, RC_INVALID, M_draw_too_few, "from", NULL);
    if (n->count > (n->of != 0 ? DRAW_TEAMS_MAX : DRAW_LIST_MAX))
        return err_field(e, RC_INVALID, M_draw_too_many, "from", n->of != 0 ? "64" : "1000");
    if (n->of == 0 && (n->parts < 1 || (size_t)n->parts > n->count))
        return err_field(e, RC_INVALID, M_draw_parts_bad, "parts", NULL);
    db_draw(tx, bytes, sizeof bytes);
    struct str secret = str_dup(a, str_from(sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes)));
    *draw = db_new_id(tx);
    TRY(sql_draw_add(tx, *draw, n->programme, n->of != 0 ? S("term") : S("groups"), n->title, n->parts, n->by_stage, n->of != 0 ? &n->of : NULL,
                     secret, draw_commitment(a, secret), list_hash(a, n), n->person, now));
    for (size_t k = 0; k < n->count; k++) {
        const struct draw_entry *x = &n->entries[k];
        TRY(sql_draw_entry_add(tx, *draw, (int64_t)k + 1, x->person != 0 ? &x->person : NULL, x->group != 0 ? &x->group : NULL, x->profession, x->stage));
    }
    return audit_note(tx, now, n->person, "draw_tell", 0, "draw", *draw);
}

struct draw_kinds draw_kinds_of(struct arena *a, const struct rows_draw_entries *rows, bool stage)
{
    struct draw_kinds k = {.kind = ARENA_ARRAY(a, rows->n, uint32_t), .names = ARENA_ARRAY(a, rows->n, struct str), .many = ARENA_ARRAY(a, rows->n, uint32_t)};
    for (size_t n = 0; n < rows->n; n++) {
        struct str is = stage ? rows->v[n].stage : rows->v[n].profession;
        uint32_t at = 0;
        while (at < k.kinds && !str_eq(k.names[at], is))
            at++;
        if (at == k.kinds)
            k.names[k.kinds++] = is;
        k.kind[n] = at;
        k.many[at]++;
    }
    return k;
}

static enum rc put_groups(struct db *tx, struct arena *a, const struct row_draw_find *d, const struct rows_draw_entries *rows, struct str seed)
{
    uint32_t count = (uint32_t)rows->n, *into = ARENA_ARRAY(a, count, uint32_t);
    struct draw_person *people = ARENA_ARRAY(a, count, struct draw_person);
    struct draw_kinds profession = draw_kinds_of(a, rows, false), stage = draw_kinds_of(a, rows, true);
    for (uint32_t k = 0; k < count; k++)
        people[k] = (struct draw_person){profession.kind[k], d->by_stage ? stage.kind[k] : 0};
    draw_groups(a, seed, people, count, (uint32_t)d->parts, into);
    for (uint32_t k = 0; k < count; k++)
        TRY(sql_draw_part(tx, d->id, rows->v[k].number, (int64_t)into[k] + 1));
    return RC_OK;
}

static enum rc put_debates(struct db *tx, struct arena *a, const struct row_draw_find *d, const struct rows_draw_entries *rows, struct str seed)
{
    uint32_t count;
    const struct draw_debate *v = draw_term(a, seed, (uint32_t)rows->n, (uint32_t)d->parts, &count);
    for (uint32_t k = 0; k < count; k++)
        TRY(sql_draw_debate_add(tx, d->id, (int64_t)v[k].round + 1, (int64_t)v[k].in_favour + 1, v[k].against == DRAW_BYE ? 0 : (int64_t)v[k].against + 1));
    return RC_OK;
}

static enum rc changed_once(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_draw_changed, NULL);
}

enum rc draw_make(struct db *tx, struct arena *a, int64_t draw, int64_t version, struct str word, int64_t now, struct err *e)
{
    struct row_draw_find d;
    struct rows_draw_entries rows;
    TRY(sql_draw_find(tx, a, draw, &d));
    TRY(sql_draw_drawn(tx, draw, version, word, now));
    TRY(changed_once(tx, e));
    TRY(sql_draw_entries(tx, a, draw, &rows));
    struct str seed = draw_seed(a, d.secret, word);
    return str_eq_z(d.kind, "term") ? put_debates(tx, a, &d, &rows, seed) : put_groups(tx, a, &d, &rows, seed);
}

enum rc draw_keep(struct db *tx, struct arena *a, int64_t draw, int64_t version, struct str prefix, int64_t first_day, int64_t last_day, int64_t now,
                  struct err *e)
{
    struct row_draw_find d;
    struct rows_draw_entries rows;
    TRY(sql_draw_find(tx, a, draw, &d));
    TRY(sql_draw_state(tx, draw, version, S("drawn"), S("kept")));
    TRY(changed_once(tx, e));
    TRY(sql_draw_entries(tx, a, draw, &rows));
    int64_t *groups = ARENA_ARRAY(a, (size_t)d.parts, int64_t);
    for (int64_t k = 0; k < d.parts; k++) {
        struct str code = str_printf(a, "%.*s%" PRId64, STR_ARG(prefix), k + 1), title = str_printf(a, "%.*s %" PRId64, STR_ARG(d.title), k + 1);
        TRY(programme_add_group(tx, d.programme_id, 0, code, title, &groups[k], e));
        TRY(sql_draw_group_add(tx, draw, k + 1, groups[k]));
    }
    for (size_t k = 0; k < rows.n; k++)
        TRY(programme_add_group_member(tx, groups[rows.v[k].part - 1], rows.v[k].person_id, first_day, last_day, now));
    return RC_OK;
}
