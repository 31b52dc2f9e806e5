/* What practice tells the rest of the house: what waits, how its evidence is called, what is held about a person. */
#include "gen/programme/practice/rating_sql.h"
#include "programme/practice/inside.h"

#define WAITING_MOST 20
#define GOING_DAYS 30
#define GOING_MOST 3
#define DESCRIBED 10
#define RETAIN_MOST 500

static struct str item_title(struct ctx *c, bool going, struct str title)
{
    struct msg_arg arg = MSG_TEXT("title", title);
    return tr_args(c, going ? M_practice_home_going : M_practice_home_take, &arg, 1);
}

enum rc practice_home(struct ctx *c, struct home_list *list)
{
    struct rows_practice_due due;
    struct rows_practice_going_home going;
    TRY(sql_practice_due(c->db, c->a, c->who->person, c->today, lang_tag(c->lang), WAITING_MOST, &due));
    for (size_t k = 0; k < due.n; k++) {
        struct msg_arg n = MSG_NUM("n", due.v[k].minutes);
        home_add(list, (struct home_item){.title = item_title(c, due.v[k].going != 0, due.v[k].title), .href = practice_path(c, due.v[k].id, ""),
                                          .detail = tr_args(c, M_practice_minutes, &n, 1), .kind = practice_kind_name(c, due.v[k].kind),
                                          .has_due = true, .due_day = due.v[k].due_day, .weight = 18});
    }
    TRY(sql_practice_going_home(c->db, c->a, c->who->person, c->now - GOING_DAYS * MS_PER_DAY, GOING_MOST, &going));
    for (size_t k = 0; k < going.n; k++) {
        bool told = false;
        for (size_t d = 0; d < due.n; d++)
            told = told || due.v[d].id == going.v[k].exercise_id;
        if (!told)
            home_add(list, (struct home_item){.title = item_title(c, true, going.v[k].title),
                                              .href = str_printf(c->a, "/practice/attempts/%" PRId64, going.v[k].id), .kind = tr(c, M_practice_nav),
                                              .weight = 60});
    }
    return RC_OK;
}

/* The title of the exercise; only she can open her attempt. */
enum rc practice_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    for (size_t at = 0; at < count; at += DESCRIBED) {
        int64_t i[DESCRIBED] = {0};
        size_t n = count - at < DESCRIBED ? count - at : DESCRIBED;
        struct rows_practice_describe rows;
        memcpy(i, ids + at, n * sizeof *ids);
        TRY(sql_practice_describe(c->db, c->a, i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], &rows));
        for (size_t k = 0; k < rows.n; k++)
            for (size_t m = 0; m < n; m++)
                if (i[m] == rows.v[k].id)
                    out[at + m] = (struct evidence_label){rows.v[k].title, rows.v[k].person_id == c->who->person
                                                                               ? str_printf(c->a, "/practice/attempts/%" PRId64, i[m])
                                                                               : S("")};
    }
    return RC_OK;
}

/* A rating bears the title of the exercise; who rated stands where the person reads it. */
enum rc practice_describe_rating(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    for (size_t at = 0; at < count; at += DESCRIBED) {
        int64_t i[DESCRIBED] = {0};
        size_t n = count - at < DESCRIBED ? count - at : DESCRIBED;
        struct rows_rating_describe rows;
        memcpy(i, ids + at, n * sizeof *ids);
        TRY(sql_rating_describe(c->db, c->a, i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], &rows));
        for (size_t k = 0; k < rows.n; k++)
            for (size_t m = 0; m < n; m++)
                if (i[m] == rows.v[k].id)
                    out[at + m] = (struct evidence_label){rows.v[k].title, rows.v[k].person_id == c->who->person && !rows.v[k].attempt_id_null
                                                                               ? str_printf(c->a, "/practice/attempts/%" PRId64, rows.v[k].attempt_id)
                                                                               : S("")};
    }
    return RC_OK;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

static void set_text(json_t *o, const char *key, struct str s)
{
    if (s.p != NULL)
        json_object_set_new(o, key, json_stringn(s.p, s.n));
}

static void set_time(struct arena *a, json_t *o, const char *key, int64_t at)
{
    struct buf b = buf_new(a, 32);
    instant_format(&b, at);
    set_text(o, key, buf_text(&b));
}

static json_t *new_list(json_t *into, const char *key)
{
    json_t *list = json_array();
    json_object_set_new(into, key, list);
    return list;
}

static json_t *new_item(json_t *list)
{
    json_t *o = json_object();
    json_array_append_new(list, o);
    return o;
}

static enum rc export_attempts(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_practice_export_attempts attempts;
    struct rows_practice_export_choices choices;
    struct rows_practice_export_reasons reasons;
    TRY(sql_practice_export_attempts(db, a, person, &attempts));
    TRY(sql_practice_export_choices(db, a, person, &choices));
    TRY(sql_practice_export_reasons(db, a, person, &reasons));
    json_t *list = new_list(into, "exercises");
    for (size_t k = 0; k < attempts.n; k++) {
        const struct row_practice_export_attempts *r = &attempts.v[k];
        json_t *o = new_item(list);
        json_object_set_new(o, "attempt", json_integer(r->id));
        set_text(o, "exercise", r->title);
        set_text(o, "language", r->language);
        json_object_set_new(o, "version", json_integer(r->number));
        set_text(o, "state", r->state);
        set_time(a, o, "started", r->started_at);
        if (!r->ended_at_null)
            set_time(a, o, "ended", r->ended_at);
        set_text(o, "ending", r->ending);
        if (!r->credit_null)
            json_object_set_new(o, "credit_percent", json_integer(r->credit));
    }
    list = new_list(into, "exercise_choices");
    for (size_t k = 0; k < choices.n; k++) {
        json_t *o = new_item(list);
        json_object_set_new(o, "attempt", json_integer(choices.v[k].attempt_id));
        json_object_set_new(o, "step", json_integer(choices.v[k].step + 1));
        json_object_set_new(o, "choice", json_integer(choices.v[k].choice));
        set_text(o, "led_to", choices.v[k].target);
        set_time(a, o, "at", choices.v[k].at);
    }
    list = new_list(into, "exercise_reasons");
    for (size_t k = 0; k < reasons.n; k++) {
        json_t *o = new_item(list);
        json_object_set_new(o, "attempt", json_integer(reasons.v[k].attempt_id));
        json_object_set_new(o, "step", json_integer(reasons.v[k].step + 1));
        set_text(o, "framework", reasons.v[k].framework);
        set_text(o, "stakeholders", reasons.v[k].stakeholders);
        set_text(o, "weighed", reasons.v[k].weighed);
        set_text(o, "because", reasons.v[k].because);
    }
    return RC_OK;
}

enum rc practice_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_practice_export_written written;
    struct rows_practice_export_ratings ratings;
    TRY(export_attempts(db, a, person, into));
    TRY(sql_practice_export_written(db, a, person, &written));
    json_t *list = new_list(into, "exercises_published");
    for (size_t k = 0; k < written.n; k++) {
        json_t *o = new_item(list);
        set_text(o, "exercise", written.v[k].code);
        set_text(o, "language", written.v[k].language);
        json_object_set_new(o, "version", json_integer(written.v[k].number));
        set_time(a, o, "at", written.v[k].published_at);
    }
    TRY(sql_practice_export_ratings(db, a, person, &ratings));
    list = new_list(into, "exercise_ratings");
    for (size_t k = 0; k < ratings.n; k++) {
        json_t *o = new_item(list);
        json_object_set_new(o, "rating", json_integer(ratings.v[k].id));
        json_object_set_new(o, ratings.v[k].person_id == person ? "by" : "about",
                            json_integer(ratings.v[k].person_id == person ? ratings.v[k].rater_id : ratings.v[k].person_id));
        json_object_set_new(o, "item", json_integer(ratings.v[k].item_id));
        if (!ratings.v[k].point_null)
            json_object_set_new(o, "point", json_integer(ratings.v[k].point));
        set_text(o, "words", ratings.v[k].words);
        set_time(a, o, "at", ratings.v[k].at);
    }
    return RC_OK;
}

enum rc practice_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_practice_erase_reasons(tx, person));
    TRY(sql_practice_erase_rating_words(tx, person));
    TRY(sql_practice_erase_author(tx, person));
    TRY(sql_practice_erase_publisher(tx, person));
    return sql_practice_erase_drafter(tx, person);
}

static enum rc drop_attempt(struct db *tx, int64_t attempt)
{
    TRY(sql_practice_drop_rating_answers(tx, attempt));
    TRY(sql_practice_drop_ratings(tx, attempt));
    TRY(sql_practice_drop_choices(tx, attempt));
    TRY(sql_practice_drop_reasons(tx, attempt));
    return sql_practice_drop_attempt(tx, attempt);
}

enum rc practice_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq_z(kind, "practice"))
        return RC_OK;
    struct arena *a = arena_new(0);
    struct rows_practice_old rows = {0};
    enum rc rc = sql_practice_old(tx, a, before, RETAIN_MOST, &rows);
    for (size_t k = 0; k < rows.n && rc == RC_OK; k++)
        rc = drop_attempt(tx, rows.v[k].id);
    *more = rows.n == RETAIN_MOST;
    arena_free(a);
    return rc;
}
