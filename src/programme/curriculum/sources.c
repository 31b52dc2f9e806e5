/* What the curriculum tells the rest of the house: what waits for a person, how the sources of evidence are called,
 * what is held about a person, and what erasing her means here. */
#include "base/json_set.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/pages.h"

#define DUE_AHEAD 28                 /* days */
#define LISTS_BACK (60 * MS_PER_DAY) /* attendance lists older than this are given up */
#define WAITING_MAX 50

/* ---- Home -------------------------------------------------------------------------------------------------------- */

enum rc curriculum_home(struct ctx *c, struct home_list *list)
{
    struct rows_home_due due;
    struct rows_home_attendance lists;
    TRY(sql_home_due(c->db, c->a, c->who->person, c->today, c->today + DUE_AHEAD, &due));
    for (size_t i = 0; i < due.n; i++) {
        const struct row_home_due *r = &due.v[i];
        bool quiz_left = !r->read_at_null && r->asks != 0 && r->quiz_passed_at_null;
        if (i > 0 && due.v[i - 1].id == r->id)
            continue;
        home_add(list, (struct home_item){
                           .title = r->title,
                           .href = page_path(c, quiz_left ? "/sessions/%" PRId64 "/quiz" : "/sessions/%" PRId64, r->id),
                           .detail = r->course_title,
                           .kind = tr(c, quiz_left ? M_curriculum_quiz : M_curriculum_session),
                           .has_due = true,
                           .due_day = r->due_day,
                           .weight = 10,
                       });
    }
    TRY(sql_home_attendance(c->db, c->a, c->who->person, c->now - LISTS_BACK, c->now, WAITING_MAX, &lists));
    for (size_t i = 0; i < lists.n; i++)
        home_add(list, (struct home_item){
                           .title = lists.v[i].title,
                           .href = page_path(c, "/classes/%" PRId64 "/attendance", lists.v[i].id),
                           .detail = lists.v[i].course_title,
                           .kind = tr(c, M_curriculum_attendance_list),
                           .has_due = true,
                           .due_day = day_from_ms(c->zone, lists.v[i].starts_at),
                           .weight = 5,
                       });
    return RC_OK;
}

/* ---- calendar ---------------------------------------------------------------------------------------------------- */

enum rc curriculum_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_calendar_classes classes;
    struct rows_calendar_due due;
    struct target t = {.holder = c->who->person}; /* who is enrolled or teaches holds the course */
    bool takes = access_allows(c, P_COURSE_VIEW, &t), gives = access_allows(c, P_ATTENDANCE_TAKE, &t);
    TRY(sql_calendar_classes(c->db, c->a, c->who->person, from, until, CALENDAR_MOST, &classes));
    for (size_t i = 0; i < classes.n; i++) {
        const struct row_calendar_classes *r = &classes.v[i];
        if (r->teaches ? !gives : !takes)
            continue;
        calendar_add(list, (struct calendar_entry){
                               .what = r->teaches ? S("class-given") : S("class"),
                               .id = r->id,
                               .sort = r->teaches ? CALENDAR_GIVES : CALENDAR_EVENT,
                               .starts_at = r->starts_at,
                               .minutes = r->ends_at_null ? 0 : (r->ends_at - r->starts_at) / MS_PER_MINUTE,
                               .title = r->title,
                               .href = r->teaches ? page_path(c, "/classes/%" PRId64 "/attendance", r->id) : page_path(c, "/sessions/%" PRId64, r->session_id),
                               .detail = r->course_title,
                               .place = r->place,
                           });
    }
    if (!takes)
        return RC_OK;
    TRY(sql_calendar_due(c->db, c->a, c->who->person, day_from_ms(c->zone, from), day_from_ms(c->zone, until - 1), CALENDAR_MOST, &due));
    for (size_t i = 0; i < due.n; i++) {
        const struct row_calendar_due *r = &due.v[i];
        calendar_add(list, (struct calendar_entry){
                               .what = S("session-due"),
                               .id = r->id,
                               .sort = r->completed_at_null ? CALENDAR_DUE : CALENDAR_DONE,
                               .all_day = true,
                               .day = r->due_day,
                               .title = r->title,
                               .href = page_path(c, "/sessions/%" PRId64, r->session_id),
                               .detail = r->course_title,
                           });
    }
    return RC_OK;
}

/* ---- evidence ---------------------------------------------------------------------------------------------------- */

static enum rc describe_sessions(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_describe_sessions rows;
    TRY(sql_describe_sessions(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < rows.n; i++)
        evidence_put(ids, count, rows.v[i].id, (struct evidence_label){rows.v[i].title, page_path(c, "/sessions/%" PRId64, rows.v[i].id)}, out);
    return RC_OK;
}

/* Her own attempt leads to the answers; to others they are closed, so it leads to the session. */
static enum rc describe_attempts(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_describe_attempts rows;
    TRY(sql_describe_attempts(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_describe_attempts *r = &rows.v[i];
        bool own = r->person_id == c->who->person;
        struct str href = own ? page_path(c, "/quiz-attempts/%" PRId64, r->id) : page_path(c, "/sessions/%" PRId64, r->session_id);
        evidence_put(ids, count, r->id, (struct evidence_label){r->title, href}, out);
    }
    return RC_OK;
}

static enum rc describe_classes(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_describe_classes rows;
    TRY(sql_describe_classes(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < rows.n; i++)
        evidence_put(ids, count, rows.v[i].id, (struct evidence_label){rows.v[i].title, page_path(c, "/sessions/%" PRId64, rows.v[i].session_id)}, out);
    return RC_OK;
}

static enum rc describe_offerings(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_describe_offerings rows;
    TRY(sql_describe_offerings(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < rows.n; i++)
        evidence_put(ids, count, rows.v[i].id, (struct evidence_label){rows.v[i].title, page_path(c, "/courses/%" PRId64, rows.v[i].course_id)}, out);
    return RC_OK;
}

const struct evidence_source curriculum_sources[CURRICULUM_SOURCE_COUNT] = {
    {.kind = "course_session", .describe = describe_sessions},
    {.kind = "quiz_attempt", .describe = describe_attempts},
    {.kind = "offering_session", .describe = describe_classes},
    {.kind = "offering", .describe = describe_offerings},
};

/* ---- what is held about a person --------------------------------------------------------------------------------- */

static enum rc export_enrolments(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_export_enrolments rows;
    TRY(sql_export_enrolments(db, a, person, &rows));
    json_t *list = json_new_list(into, "courses");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "course", rows.v[i].title);
        json_set_text(o, "state", rows.v[i].state);
        json_set_time(a, o, "enrolled_at", rows.v[i].enrolled_at);
        json_set_time_unless(a, o, "completed_at", rows.v[i].completed_at_null, rows.v[i].completed_at);
    }
    return RC_OK;
}

static enum rc export_progress(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_export_progress rows;
    TRY(sql_export_progress(db, a, person, &rows));
    json_t *list = json_new_list(into, "sessions");
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_export_progress *r = &rows.v[i];
        json_t *o = json_new_item(list);
        json_set_text(o, "session", r->title);
        json_set_time(a, o, "opened_at", r->opened_at);
        json_set_time_unless(a, o, "read_at", r->read_at_null, r->read_at);
        json_set_time_unless(a, o, "quiz_passed_at", r->quiz_passed_at_null, r->quiz_passed_at);
        if (!r->best_percent_null)
            json_set_int(o, "best_percent", r->best_percent);
        json_set_time_unless(a, o, "completed_at", r->completed_at_null, r->completed_at);
    }
    return RC_OK;
}

/* Choices are told by the texts of the options, which one can read without the database. */
static enum rc export_answers(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_export_attempts rows;
    TRY(sql_export_attempts(db, a, person, &rows));
    json_t *list = json_new_list(into, "quizzes");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        struct quiz_result *results;
        size_t count;
        json_set_text(o, "session", rows.v[i].title);
        json_set_time(a, o, "finished_at", rows.v[i].finished_at);
        json_set_int(o, "percent", rows.v[i].percent);
        json_set_bool(o, "passed", rows.v[i].passed);
        TRY(quiz_load_attempt(db, a, rows.v[i].id, &results, &count));
        json_t *answers = json_new_list(o, "answers");
        for (size_t k = 0; k < count; k++) {
            json_t *one = json_new_item(answers);
            const struct quiz_result *r = &results[k];
            json_set_text(one, "question", r->question.text);
            json_t *given = json_new_list(one, "answer");
            if (r->question.kind == QUESTION_SHORT)
                json_array_append_new(given, json_stringn(r->answer.text.p, r->answer.text.n));
            for (size_t n = 0; n < r->answer.option_count; n++)
                for (size_t m = 0; m < r->question.option_count; m++)
                    if (r->question.options[m].id == r->answer.options[n])
                        json_array_append_new(
                            given, json_stringn(r->question.options[m].text.p, r->question.options[m].text.n));
            json_set_bool(one, "correct", r->correct);
        }
    }
    return RC_OK;
}

static enum rc export_attendance(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_export_attendance rows;
    TRY(sql_export_attendance(db, a, person, &rows));
    json_t *list = json_new_list(into, "attendance");
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "session", rows.v[i].title);
        json_set_text(o, "state", rows.v[i].state);
        json_set_time_unless(a, o, "starts_at", rows.v[i].starts_at_null, rows.v[i].starts_at);
        json_set_time(a, o, "noted_at", rows.v[i].at);
    }
    return RC_OK;
}

enum rc curriculum_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    TRY(export_enrolments(db, a, person, into));
    TRY(export_progress(db, a, person, into));
    TRY(export_answers(db, a, person, into));
    return export_attendance(db, a, person, into);
}

/* What she typed as short answers could name her; it goes, and with it all single answers. Marks, attendance and
 * progress hold a number without a name from now on and stay in the counts. Courses and files belong to the programme:
 * who wrote them is not kept. */
enum rc curriculum_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_erase_answers(tx, person));
    return sql_erase_enrolments(tx, person);
}
