/* What commendations tell the rest of the house: what waits, how their evidence is called, what is held about a person. */
#include "base/json_set.h"
#include "programme/commend/inside.h"

#define WAITING_MAX 20

enum rc commend_home(struct ctx *c, struct home_list *list)
{
    struct row_commendation_new_count fresh;
    struct rows_commendation_to_look rows;
    TRY(sql_commendation_new_count(c->db, c->a, c->who->person, &fresh));
    if (fresh.n != 0) {
        struct msg_arg n = MSG_NUM("n", fresh.n);
        home_add(list, (struct home_item){.title = tr_args(c, M_commend_home_new, &n, 1), .href = S("/commendations"), .kind = tr(c, M_commend_commendation), .weight = 40});
    }
    if (!access_somewhere(c->who, P_COMMENDATION_LOOK))
        return RC_OK;
    TRY(sql_commendation_to_look(c->db, c->a, c->who->person, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct target t = {.programme = rows.v[k].programme_id};
        struct msg_arg name = MSG_TEXT("name", commend_or_gone(c, rows.v[k].person));
        if (access_allows(c, P_COMMENDATION_LOOK, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_commend_home_look, &name, 1),
                                              .href = str_printf(c->a, "/commendations/%" PRId64, rows.v[k].id),
                                              .kind = tr(c, M_commend_commendation),
                                              .weight = 25});
    }
    return RC_OK;
}

/* The title says who gave it; only the two can open it. */
enum rc commend_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_commendation_describe rows;
    TRY(sql_commendation_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_commendation_describe *r = &rows.v[k];
        bool reads = r->person_id == c->who->person || r->giver_id == c->who->person;
        struct str href = reads ? str_printf(c->a, "/commendations/%" PRId64, r->id) : S("");
        if (!str_eq_z(r->state, "removed"))
            evidence_put(ids, count, r->id, (struct evidence_label){tr(c, M_commend_commendation), href}, out);
    }
    return RC_OK;
}

enum rc commend_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_commendation_export rows;
    TRY(sql_commendation_export(db, a, person, &rows));
    json_t *received = json_new_list(into, "commendations"), *given = json_new_list(into, "commendations_given");
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_commendation_export *r = &rows.v[k];
        bool hers = r->person_id == person;
        json_t *o = json_new_item(hers ? received : given);
        json_set_time(a, o, "at", r->given_at);
        json_set_int(o, hers ? "by" : "about", hers ? r->giver_id : r->person_id);
        json_set_int(o, "competency", r->competency_id);
        json_set_text(o, "words", r->words);
        json_set_text(o, "state", r->state);
        if (hers && r->report_words.n != 0) {
            json_set_text(o, "reported", r->report_words);
            json_set_text(o, "answer", r->look_answer);
        }
    }
    return RC_OK;
}

enum rc commend_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_commendation_erase_about(tx, person));
    return sql_commendation_erase_by(tx, person);
}
