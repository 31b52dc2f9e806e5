/* What handing over tells the rest of the house: what waits for whom, what is held about a person. */
#include "base/json_set.h"
#include "programme/handover/inside.h"

enum rc handover_home(struct ctx *c, struct home_list *list)
{
    struct rows_handover_home rows;
    TRY(sql_handover_home(c->db, c->a, c->who->person, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_handover_home *h = &rows.v[k];
        bool takes = h->to_id == c->who->person, draft = str_eq_z(h->state, "draft");
        const struct msg_arg args[] = {MSG_TEXT("title", h->title), MSG_NUM("n", takes ? h->open : h->asked)};
        if ((takes && h->open == 0) || (!takes && !draft && h->asked == 0))
            continue;
        home_add(list, (struct home_item){.title = tr_args(c, takes ? M_handover_home_take : draft ? M_handover_home_write : M_handover_home_answer, args, 2),
                                          .href = handover_path(c, h->id, takes ? "/accept" : draft ? "" : "/answer"), .kind = tr(c, M_handover_title), .has_due = true, .due_day = h->last_day,
                                          .weight = 18});
    }
    return RC_OK;
}

/* Until when whoever leaves is there to ask: for both. */
enum rc handover_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_handover_home rows;
    struct target t = {.holder = c->who->person};
    (void)from;
    (void)until;
    if (!access_allows(c, P_HANDOVER_VIEW, &t))
        return RC_OK;
    TRY(sql_handover_home(c->db, c->a, c->who->person, &rows));
    for (size_t k = 0; k < rows.n; k++)
        calendar_add(list, (struct calendar_entry){.what = S("handover"), .id = rows.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = rows.v[k].last_day, .title = rows.v[k].title,
                                                   .href = handover_path(c, rows.v[k].id, ""), .detail = tr(c, M_handover_title)});
    return RC_OK;
}

enum rc handover_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_handover_export packs;
    struct rows_handover_export_lines lines;
    struct rows_handover_export_leads leads;
    TRY(sql_handover_export(db, a, person, &packs));
    TRY(sql_handover_export_lines(db, a, person, &lines));
    TRY(sql_handover_export_leads(db, a, person, &leads));
    json_t *list = json_new_list(into, "handovers");
    for (size_t k = 0; k < packs.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "of", packs.v[k].title);
        json_set_text(o, "part", packs.v[k].from_id == person ? S("gives") : S("takes"));
        json_set_text(o, "state", packs.v[k].state);
        json_set_day(a, o, "last_day", packs.v[k].last_day);
    }
    list = json_new_list(into, "handover_words");
    for (size_t k = 0; k < lines.n; k++) {
        bool gives = lines.v[k].from_id == person;
        json_t *o = json_new_item(list);
        if (gives && lines.v[k].typed == 1)
            json_set_text(o, "line", lines.v[k].text);
        if (!gives)
            json_set_words(o, "not_taken_over_because", lines.v[k].reason);
        json_set_words(o, gives ? "answer" : "question", gives ? lines.v[k].answer : lines.v[k].question);
    }
    list = json_new_list(into, "clinics_led");
    for (size_t k = 0; k < leads.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "of", leads.v[k].title);
        json_set_day(a, o, "since", leads.v[k].since_day);
        if (!leads.v[k].until_day_null)
            json_set_day(a, o, "until", leads.v[k].until_day);
    }
    return RC_OK;
}

/* A pack is the clinic's or the project's; that a line names her goes. */
enum rc handover_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_handover_erase_lines(tx, person));
    return sql_handover_erase_leader(tx, person);
}
