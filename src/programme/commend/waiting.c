/* What commendations tell the rest of the house: what waits, how their evidence is called, what is held about a person. */
#include "programme/commend/inside.h"

#define WAITING_MAX 20
#define DESCRIBED 10

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
    for (size_t at = 0; at < count; at += DESCRIBED) {
        int64_t i[DESCRIBED] = {0};
        size_t n = count - at < DESCRIBED ? count - at : DESCRIBED;
        struct rows_commendation_describe rows;
        memcpy(i, ids + at, n * sizeof *ids);
        TRY(sql_commendation_describe(c->db, c->a, i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], &rows));
        for (size_t k = 0; k < rows.n; k++)
            for (size_t m = 0; m < n; m++)
                if (i[m] == rows.v[k].id && !str_eq_z(rows.v[k].state, "removed")) {
                    bool reads = rows.v[k].person_id == c->who->person || rows.v[k].giver_id == c->who->person;
                    out[at + m] = (struct evidence_label){tr(c, M_commend_commendation), reads ? str_printf(c->a, "/commendations/%" PRId64, i[m]) : S("")};
                }
    }
    return RC_OK;
}

enum rc commend_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_commendation_export rows;
    TRY(sql_commendation_export(db, a, person, &rows));
    json_t *received = json_array(), *given = json_array();
    json_object_set_new(into, "commendations", received);
    json_object_set_new(into, "commendations_given", given);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_commendation_export *r = &rows.v[k];
        bool hers = r->person_id == person;
        json_t *o = json_object();
        struct buf at = buf_new(a, 32);
        instant_format(&at, r->given_at);
        json_array_append_new(hers ? received : given, o);
        json_object_set_new(o, "at", json_stringn(at.p, at.n));
        json_object_set_new(o, hers ? "by" : "about", json_integer(hers ? r->giver_id : r->person_id));
        json_object_set_new(o, "competency", json_integer(r->competency_id));
        json_object_set_new(o, "words", json_stringn(r->words.p, r->words.n));
        json_object_set_new(o, "state", json_stringn(r->state.p, r->state.n));
        if (hers && r->report_words.n != 0) {
            json_object_set_new(o, "reported", json_stringn(r->report_words.p, r->report_words.n));
            json_object_set_new(o, "answer", json_stringn(r->look_answer.p, r->look_answer.n));
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
