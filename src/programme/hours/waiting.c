/* What hours tell the rest of the house: what waits, how their evidence is called, what is held about a person. */
#include "base/json_set.h"
#include "programme/hours/inside.h"

#define WAITING_MOST 50

enum rc hours_home(struct ctx *c, struct home_list *list)
{
    struct rows_hours_to_verify rows;
    TRY(sql_hours_to_verify(c->db, c->a, c->who->person, WAITING_MOST, &rows));
    if (rows.n != 0) {
        struct msg_arg n = MSG_NUM("n", (int64_t)rows.n);
        home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_hours, &n, 1), .href = S("/hours/verify"), .kind = tr(c, M_placement_hours), .weight = 15});
    }
    return RC_OK;
}

enum rc hours_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_hours_describe rows;
    TRY(sql_hours_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct msg_arg args[] = {MSG_TEXT("hours", hours_text(c, rows.v[k].minutes)),
                                       MSG_TEXT("where", rows.v[k].opportunity.p != NULL ? rows.v[k].opportunity : tr(c, M_placement_hours_elsewhere))};
        evidence_put(ids, count, rows.v[k].id, (struct evidence_label){tr_args(c, M_placement_hours_evidence, args, 2), rows.v[k].person_id == c->who->person ? S("/hours") : S("")}, out);
    }
    return RC_OK;
}

enum rc hours_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_hours_export rows;
    TRY(sql_hours_export(db, a, person, &rows));
    json_t *list = json_new_list(into, "hours");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_day(a, o, "day", rows.v[k].day);
        json_set_int(o, "minutes", rows.v[k].minutes);
        json_set_words(o, "where", rows.v[k].opportunity);
        json_set_words(o, "what", rows.v[k].what);
        json_set_text(o, "state", rows.v[k].state);
        json_set_words(o, "why", rows.v[k].words);
        json_set_int(o, "supervisor", rows.v[k].supervisor_id);
    }
    return RC_OK;
}

enum rc hours_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_hours_erase(tx, person);
}
