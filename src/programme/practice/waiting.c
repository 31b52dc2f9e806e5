/* What practice tells the rest of the house: what waits, how its evidence is called, what is held about a person. */
#include "base/json_set.h"
#include "gen/msg_handin.h"
#include "gen/msg_cases.h"
#include "gen/programme/practice/expert_sql.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/practice/appraisal.h"
#include "programme/practice/room_speech.h"

#define WAITING_MOST 20
#define GOING_DAYS 30
#define GOING_MOST 3
#define RETAIN_MOST 500

static struct str item_title(struct ctx *c, bool going, struct str title)
{
    struct msg_arg arg = MSG_TEXT("title", title);
    return tr_args(c, going ? M_practice_home_going : M_practice_home_take, &arg, 1);
}

/* Of what was asked for more than once the earliest day stays. */
static void practice_due_once(struct rows_practice_due *due)
{
    size_t n = 0;
    for (size_t k = 0; k < due->n; k++) {
        bool there = false;
        for (size_t d = 0; d < n && !there; d++)
            there = due->v[d].id == due->v[k].id;
        if (!there)
            due->v[n++] = due->v[k];
    }
    due->n = n;
}

enum rc practice_home(struct ctx *c, struct home_list *list)
{
    struct rows_practice_due due;
    struct rows_practice_going_home going;
    struct rows_hand_in_waiting handed;
    struct rows_expert_waiting asked;
    TRY(sql_practice_due(c->db, c->a, c->who->person, c->today, lang_tag(c->lang), &due));
    practice_due_once(&due);
    for (size_t k = 0; k < due.n && k < WAITING_MOST; k++) {
        struct msg_arg n = MSG_NUM("n", due.v[k].minutes);
        home_add(list, (struct home_item){.title = item_title(c, due.v[k].going != 0, due.v[k].title), .href = practice_path(c, due.v[k].id, ""),
                                          .detail = tr_args(c, M_practice_minutes, &n, 1), .kind = practice_kind_name(c, due.v[k].kind),
                                          .has_due = true, .due_day = due.v[k].due_day, .weight = 18});
    }
    TRY(sql_expert_waiting(c->db, c->a, c->who->person, &asked));
    for (size_t k = 0; k < asked.n && k < WAITING_MOST; k++) {
        struct msg_arg title = MSG_TEXT("title", asked.v[k].title), n = MSG_NUM("n", asked.v[k].minutes);
        home_add(list, (struct home_item){.title = tr_args(c, M_cases_panel_home, &title, 1), .href = practice_path(c, asked.v[k].id, ""),
                                          .detail = tr_args(c, M_practice_minutes, &n, 1), .kind = tr(c, M_cases_panel_kind), .weight = 40});
    }
    TRY(sql_hand_in_waiting(c->db, c->a, c->who->person, WAITING_MOST, &handed));
    for (size_t k = 0; k < handed.n; k++) {
        struct msg_arg title = MSG_TEXT("title", handed.v[k].title);
        home_add(list, (struct home_item){.title = tr_args(c, M_handin_home, &title, 1), .kind = tr(c, M_handin_home_kind), .weight = 30,
                                          .href = str_printf(c->a, "/practice/attempts/%" PRId64 "/rate", handed.v[k].attempt_id)});
    }
    TRY(sql_practice_going_home(c->db, c->a, c->who->person, c->now - GOING_DAYS * MS_PER_DAY, &going));
    for (size_t k = 0; k < going.n && k < GOING_MOST; k++) {
        bool told = false;
        for (size_t d = 0; d < due.n; d++)
            told = told || due.v[d].id == going.v[k].exercise_id;
        if (!told)
            home_add(list, (struct home_item){.title = item_title(c, true, going.v[k].title),
                                              .href = str_printf(c->a, "/practice/attempts/%" PRId64, going.v[k].id), .kind = tr(c, M_practice_nav),
                                              .weight = 60});
    }
    return room_home(c, list);
}

enum rc practice_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_practice_due due;
    (void)from;
    (void)until;
    if (!access_somewhere(c->who, P_PRACTICE))
        return RC_OK;
    TRY(sql_practice_due(c->db, c->a, c->who->person, c->today, lang_tag(c->lang), &due));
    practice_due_once(&due);
    for (size_t k = 0; k < due.n; k++)
        calendar_add(list, (struct calendar_entry){.what = S("exercise"), .id = due.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = due.v[k].due_day, .title = due.v[k].title,
                                                   .href = practice_path(c, due.v[k].id, ""), .detail = practice_kind_name(c, due.v[k].kind)});
    return RC_OK;
}

/* The title of the exercise; only she can open her attempt. */
enum rc practice_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_practice_describe rows;
    TRY(sql_practice_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_practice_describe *r = &rows.v[k];
        struct str href = r->person_id == c->who->person ? str_printf(c->a, "/practice/attempts/%" PRId64, r->id) : S("");
        evidence_put(ids, count, r->id, (struct evidence_label){r->title, href}, out);
    }
    return RC_OK;
}

/* A rating bears the title of the exercise; who rated stands where the person reads it. */
enum rc practice_describe_rating(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_rating_describe rows;
    TRY(sql_rating_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rating_describe *r = &rows.v[k];
        bool opens = r->person_id == c->who->person && !r->attempt_id_null;
        struct str href = opens ? str_printf(c->a, "/practice/attempts/%" PRId64, r->attempt_id) : S("");
        evidence_put(ids, count, r->id, (struct evidence_label){r->title, href}, out);
    }
    return RC_OK;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

static enum rc export_attempts(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_practice_export_attempts attempts;
    struct rows_practice_export_choices choices;
    struct rows_practice_export_reasons reasons;
    TRY(sql_practice_export_attempts(db, a, person, &attempts));
    TRY(sql_practice_export_choices(db, a, person, &choices));
    TRY(sql_practice_export_reasons(db, a, person, &reasons));
    json_t *list = json_new_list(into, "exercises");
    for (size_t k = 0; k < attempts.n; k++) {
        const struct row_practice_export_attempts *r = &attempts.v[k];
        json_t *o = json_new_item(list);
        json_set_int(o, "attempt", r->id);
        json_set_words(o, "exercise", r->title);
        json_set_words(o, "language", r->language);
        json_set_int(o, "version", r->number);
        json_set_words(o, "state", r->state);
        json_set_time(a, o, "started", r->started_at);
        if (!r->ended_at_null)
            json_set_time(a, o, "ended", r->ended_at);
        json_set_words(o, "ending", r->ending);
        if (!r->credit_null)
            json_set_int(o, "credit_percent", r->credit);
    }
    list = json_new_list(into, "exercise_choices");
    for (size_t k = 0; k < choices.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "attempt", choices.v[k].attempt_id);
        json_set_int(o, "step", choices.v[k].step + 1);
        json_set_int(o, "choice", choices.v[k].choice);
        json_set_words(o, "led_to", choices.v[k].target);
        json_set_time(a, o, "at", choices.v[k].at);
    }
    list = json_new_list(into, "exercise_reasons");
    for (size_t k = 0; k < reasons.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "attempt", reasons.v[k].attempt_id);
        json_set_int(o, "step", reasons.v[k].step + 1);
        json_set_words(o, "framework", reasons.v[k].framework);
        json_set_words(o, "stakeholders", reasons.v[k].stakeholders);
        json_set_words(o, "weighed", reasons.v[k].weighed);
        json_set_words(o, "because", reasons.v[k].because);
    }
    return RC_OK;
}

enum rc practice_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_practice_export_written written;
    struct rows_practice_export_ratings ratings;
    struct rows_hand_in_export handed;
    struct rows_expert_of_person panels;
    TRY(export_attempts(db, a, person, into));
    TRY(sql_practice_export_written(db, a, person, &written));
    json_t *list = json_new_list(into, "exercises_published");
    for (size_t k = 0; k < written.n; k++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "exercise", written.v[k].code);
        json_set_words(o, "language", written.v[k].language);
        json_set_int(o, "version", written.v[k].number);
        json_set_time(a, o, "at", written.v[k].published_at);
    }
    TRY(sql_expert_of_person(db, a, person, &panels));
    list = json_new_list(into, "exercise_panels");
    for (size_t k = 0; k < panels.n; k++) {
        json_t *o = json_new_item(list);
        json_set_words(o, "exercise", panels.v[k].code);
        json_set_time(a, o, "asked", panels.v[k].asked_at);
    }
    TRY(sql_hand_in_export(db, a, person, &handed));
    list = json_new_list(into, "exercises_handed_in");
    for (size_t k = 0; k < handed.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "attempt", handed.v[k].attempt_id);
        json_set_int(o, "to", handed.v[k].first_id);
        json_set_int_unless(o, "and_to", handed.v[k].second_id_null, handed.v[k].second_id);
        json_set_time(a, o, "at", handed.v[k].handed_at);
        json_set_time_unless(a, o, "rated", handed.v[k].complete_at_null, handed.v[k].complete_at);
    }
    TRY(sql_practice_export_ratings(db, a, person, &ratings));
    list = json_new_list(into, "exercise_ratings");
    for (size_t k = 0; k < ratings.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "rating", ratings.v[k].id);
        bool about = ratings.v[k].person_id == person;
        json_set_int(o, about ? "by" : "about", about ? ratings.v[k].rater_id : ratings.v[k].person_id);
        json_set_int(o, "item", ratings.v[k].item_id);
        if (!ratings.v[k].point_null)
            json_set_int(o, "point", ratings.v[k].point);
        json_set_words(o, "words", ratings.v[k].words);
        json_set_time(a, o, "at", ratings.v[k].at);
    }
    return room_export(db, a, person, into);
}

enum rc practice_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_practice_erase_reasons(tx, person));
    TRY(room_erase(tx, person));
    TRY(sql_practice_erase_rating_words(tx, person));
    TRY(sql_expert_forget_person(tx, person));
    TRY(sql_expert_forget_asker(tx, person));
    TRY(sql_practice_erase_author(tx, person));
    TRY(sql_practice_erase_publisher(tx, person));
    return sql_practice_erase_drafter(tx, person);
}

static enum rc drop_attempt(struct db *tx, int64_t attempt)
{
    TRY(sql_hand_in_drop(tx, attempt));
    TRY(sql_room_forget_attempt_ratings(tx, attempt));
    TRY(sql_practice_drop_rating_answers(tx, attempt));
    TRY(sql_practice_drop_ratings(tx, attempt));
    TRY(sql_practice_drop_choices(tx, attempt));
    TRY(sql_practice_drop_reasons(tx, attempt));
    TRY(sql_appraisal_forget_attempt(tx, attempt));
    TRY(sql_room_forget_attempt(tx, attempt));
    return sql_practice_drop_attempt(tx, attempt);
}

enum rc practice_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    bool recordings = str_eq_z(kind, "speech_recording");
    if (!recordings && !str_eq_z(kind, "practice"))
        return RC_OK;
    struct arena *a = arena_new(0);
    struct rows_practice_old rows = {0};
    if (recordings) {
        enum rc dropped = speech_retain(tx, a, before, RETAIN_MOST, more);
        arena_free(a);
        return dropped;
    }
    enum rc rc = sql_practice_old(tx, a, before, RETAIN_MOST, &rows);
    for (size_t k = 0; k < rows.n && rc == RC_OK; k++)
        rc = drop_attempt(tx, rows.v[k].id);
    *more = rows.n == RETAIN_MOST;
    if (rc == RC_OK && !*more)
        rc = room_retain(tx, a, before, RETAIN_MOST, more);
    arena_free(a);
    return rc;
}
