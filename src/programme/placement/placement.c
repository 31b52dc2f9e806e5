/* The rules of placement: opportunities, roles, what a role asks for, credentials. See placement.h. */
#include "programme/placement/placement.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "programme/placement/inside.h"
#include "view/write.h"

/* ---- opportunities ------------------------------------------------------------------------------------------------------------------ */

enum rc placement_save(struct db *tx, struct arena *a, struct placement_opportunity *o, int64_t now, struct err *e)
{
    struct str key = utf8_fold(a, o->title), swaps = o->swaps.n != 0 ? o->swaps : S("free");
    if (o->id == 0) {
        o->id = db_new_id(tx);
        TRY(sql_placement_add(tx, o->id, o->programme, o->kind, o->title, key, o->place, o->population, o->partners, o->about, o->ratio, o->notice_days, swaps,
                              S("draft"), now));
    } else {
        TRY(sql_placement_change(tx, o->id, o->version, o->kind, o->title, key, o->place, o->population, o->partners, o->about, o->ratio, o->notice_days, swaps));
        if (db_changes(tx) != 1)
            return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    }
    TRY(sql_placement_competencies_clear(tx, o->id));
    for (size_t k = 0; k < o->competency_count; k++)
        TRY(sql_placement_competency_add(tx, o->id, o->competencies[k]));
    return RC_OK;
}

enum rc placement_set_state(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str state, struct str ending, int64_t today,
                            struct err *e)
{
    if (str_eq_z(state, "open")) {
        struct rows_placement_roles roles;
        TRY(sql_placement_roles(tx, a, id, &roles));
        if (roles.n == 0)
            return err_set(e, RC_INVALID, M_placement_no_role, NULL);
    } else {
        struct row_placement_shifts_ahead ahead;
        TRY(sql_placement_shifts_ahead(tx, a, id, today, &ahead));
        if (ahead.n != 0)
            return err_set(e, RC_INVALID, M_placement_shifts_ahead, "%" PRId64, ahead.n);
        struct row_placement_handed_over over;
        TRY(sql_placement_handed_over(tx, a, id, &over));
        if (over.offered != 0)
            return err_set(e, RC_INVALID, M_placement_handover_open, NULL);
        if (ending.n == 0 && over.accepted == 0)
            return err_field(e, RC_INVALID, M_placement_ending_missing, "ending", NULL);
    }
    TRY(sql_placement_set_state(tx, id, version, state, ending));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

enum rc placement_save_role(struct db *tx, struct placement_role *r, struct err *e)
{
    if (r->most < r->least)
        return err_field(e, RC_INVALID, M_placement_most_below_least, "most", NULL);
    if (r->id == 0) {
        r->id = db_new_id(tx);
        return sql_placement_role_add(tx, r->id, r->opportunity, r->title, r->leads, r->least, r->most);
    }
    TRY(sql_placement_role_change(tx, r->id, r->version, r->title, r->leads, r->least, r->most, r->retired));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

static const char *const need_words[] = {"stage", "course", "credential"};

enum rc placement_add_need(struct db *tx, int64_t role, enum placement_need kind, int64_t of)
{
    return sql_placement_need_add(tx, db_new_id(tx), role, str_from(need_words[kind]), kind == PLACEMENT_STAGE ? &of : NULL,
                                  kind == PLACEMENT_COURSE ? &of : NULL, kind == PLACEMENT_CREDENTIAL ? &of : NULL);
}

/* ---- who may ------------------------------------------------------------------------------------------------------------------------ */

enum rc placement_unmet(struct db *db, struct arena *a, int64_t role, int64_t person, int64_t day, struct placement_unmet **out, size_t *count)
{
    struct rows_placement_unmet rows;
    TRY(sql_placement_unmet(db, a, role, person, day, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct placement_unmet);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_placement_unmet *r = &rows.v[k];
        struct placement_unmet *u = &(*out)[k];
        u->kind = str_eq_z(r->kind, "stage") ? PLACEMENT_STAGE : str_eq_z(r->kind, "course") ? PLACEMENT_COURSE : PLACEMENT_CREDENTIAL;
        u->title = u->kind == PLACEMENT_STAGE ? r->stage : u->kind == PLACEMENT_COURSE ? r->course : r->credential;
        u->ended = u->kind == PLACEMENT_CREDENTIAL && !r->until_null && r->until < day;
        u->last_day = r->until;
    }
    return RC_OK;
}

struct str placement_unmet_text(struct arena *a, int lang, const struct placement_unmet *u)
{
    const struct msg_arg args[] = {MSG_TEXT("title", u->title), MSG_TEXT("day", view_day_str(a, lang, u->last_day))};
    msg_id id = u->kind == PLACEMENT_STAGE ? M_placement_unmet_stage : u->kind == PLACEMENT_COURSE ? M_placement_unmet_course : u->ended ? M_placement_unmet_ended : M_placement_unmet_credential;
    return msg_format(a, lang, id, args, u->ended ? 2 : 1);
}

/* ---- credentials -------------------------------------------------------------------------------------------------------------------- */

enum rc credential_add_kind(struct db *tx, struct arena *a, int64_t programme, struct str sort, struct str title, int64_t months, int64_t *id,
                            struct err *e)
{
    *id = db_new_id(tx);
    TRY(sql_credential_kind_add(tx, *id, programme, sort, title, utf8_fold(a, title), months != 0 ? &months : NULL));
    return db_changes(tx) == 1 ? RC_OK : err_field(e, RC_CONFLICT, M_placement_kind_there, "title", NULL);
}

/* The day before the same day of the month, so many months later: the last one on which it holds. */
static int64_t last_day_after(int64_t day, int64_t months)
{
    struct civil c = civil_from_day(day);
    int64_t month = c.month - 1 + months;
    int year = c.year + (int)(month / 12), m = (int)(month % 12) + 1, d = c.day;
    while (!civil_valid(year, m, d))
        d--;
    return day_from_civil(year, m, d) - 1;
}

enum rc credential_state(struct db *tx, struct arena *a, const struct credential_new *n, int64_t today, int64_t now, int64_t *id, struct err *e)
{
    struct row_credential_kind_find kind;
    int64_t last = n->last_day;
    TRY(sql_credential_kind_find(tx, a, n->kind, &kind));
    if (n->issued_day > today)
        return err_field(e, RC_INVALID, M_placement_issued_ahead, "issued", NULL);
    if (last == 0 && !kind.months_null)
        last = last_day_after(n->issued_day, kind.months);
    if (last != 0 && last < n->issued_day)
        return err_field(e, RC_INVALID, M_placement_ends_before, "last", NULL);
    *id = db_new_id(tx);
    return sql_credential_add(tx, *id, n->kind, n->person, n->reference, n->issued_day, last != 0 ? &last : NULL,
                              n->by != 0 ? S("confirmed") : S("stated"), n->by != 0 ? &n->by : NULL, n->by != 0 ? &now : NULL, now);
}

enum rc credential_decide(struct db *tx, int64_t id, int64_t version, bool confirms, struct str words, int64_t by, int64_t now, struct err *e)
{
    if (!confirms && words.n == 0)
        return err_field(e, RC_INVALID, M_placement_refusal_words, "words", NULL);
    TRY(sql_credential_decide(tx, id, version, confirms ? S("confirmed") : S("refused"), words, by, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}
