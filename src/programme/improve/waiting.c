/* What projects tell the rest of the house: how their evidence is called, what is held about a person. */
#include "base/json_set.h"
#include "programme/improve/inside.h"

enum rc improve_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_improve_describe rows;
    TRY(sql_improve_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++)
        evidence_put(ids, count, rows.v[k].id, (struct evidence_label){rows.v[k].title, improve_path(c, rows.v[k].id, "")}, out);
    return RC_OK;
}

enum rc improve_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_improve_export rows;
    TRY(sql_improve_export(db, a, person, &rows));
    json_t *list = json_new_list(into, "improvement_projects");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "title", rows.v[k].title);
        json_set_text(o, "aim", rows.v[k].aim);
        json_set_text(o, "state", rows.v[k].state);
        json_set_text(o, "part", rows.v[k].part);
        json_set_time(a, o, "since", rows.v[k].since_at);
    }
    return RC_OK;
}

/* What a team wrote is the team's; that she was of it goes. */
enum rc improve_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_improve_erase(tx, person);
}
