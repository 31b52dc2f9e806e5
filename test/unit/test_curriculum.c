/* The curriculum's rules on a real database, on both engines: loading content, offering and joining, what completes a
 * session, the evidence of it, attendance. */
#include "curriculum_site.h"

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static void test_loading_twice_changes_nothing(void **state)
{
    (void)state;
    struct course *c = open_course();
    assert_int_equal(c->counts.courses_added, 1);
    assert_int_equal(c->counts.sessions, 2);
    assert_int_equal(c->counts.questions, 2);
    struct row_course_find before, after;
    assert_int_equal(sql_course_find(c->s->db, c->s->a, c->course, &before), RC_OK);
    must(c, load);
    assert_int_equal(c->counts.courses_unchanged, 1);
    assert_int_equal(c->counts.courses_added + c->counts.courses_changed + c->counts.sessions + c->counts.questions, 0);
    assert_int_equal(sql_course_find(c->s->db, c->s->a, c->course, &after), RC_OK);
    assert_int_equal(before.version, after.version);
    site_shut(c->s);
}

static enum rc take_quiz(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct arena *a = c->s->a;
    struct quiz_question *q;
    size_t n;
    (void)e;
    TRY(quiz_load(tx, a, c->one, &q, &n));
    struct quiz_answer answers[4];
    bool right[4];
    for (size_t i = 0; i < n; i++) {
        struct str given = str_from(c->answers[i]);
        if (q[i].kind == QUESTION_SINGLE)
            for (size_t k = 0; k < q[i].option_count; k++)
                if (str_eq(q[i].options[k].text, given))
                    given = str_printf(a, "%" PRId64, q[i].options[k].id);
        quiz_answer_read(a, &q[i], given, &answers[i]);
        right[i] = quiz_mark(a, &q[i], &answers[i]);
    }
    return learning_keep_attempt(tx, a, c->person, c->one, q, answers, right, n, c->now, &c->attempt);
}

static void answer(struct course *c, const char *first, const char *second)
{
    c->answers[0] = first;
    c->answers[1] = second;
    c->now += MS_PER_HOUR;
    must(c, take_quiz);
}

static void test_an_edited_question_is_a_new_one(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct quiz_question *before, *after;
    struct quiz_result *results;
    size_t n, m;
    must(c, offer);
    answer(c, "yes", "B");
    assert_int_equal(quiz_load(c->s->db, c->s->a, c->one, &before, &n), RC_OK);
    assert_int_equal(n, 2);
    c->files[1].bytes = S("title: One\nminutes: 31\nsummary: First.\n\n## Aims\na\n## Reading\nr\n## Quiz\n"
                          "? single: Which?\n- [x] A\n- [ ] B\n? short: Word now?\n= yes\n");
    must(c, load);
    assert_int_equal(c->counts.courses_changed, 1);
    assert_int_equal(c->counts.sessions, 1);
    assert_int_equal(c->counts.questions, 3); /* one moved, one new, one gone */
    assert_int_equal(quiz_load(c->s->db, c->s->a, c->one, &after, &m), RC_OK);
    assert_int_equal(m, 2);
    assert_int_equal(after[0].id, before[1].id);
    assert_int_not_equal(after[1].id, before[0].id);
    /* the attempt still shows the question that was asked */
    assert_int_equal(quiz_load_attempt(c->s->db, c->s->a, c->attempt, &results, &m), RC_OK);
    assert_int_equal(m, 2);
    assert_true(str_eq(results[0].question.text, S("Word?")) || str_eq(results[1].question.text, S("Word?")));
    struct rows_session_tags tags;
    assert_int_equal(sql_session_tags(c->s->db, c->s->a, c->one, &tags), RC_OK);
    assert_int_equal(tags.n, 0);
    site_shut(c->s);
}

static void test_a_session_that_goes_is_retired(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct row_session_find s;
    c->file_count = 2;
    must(c, load);
    assert_int_equal(sql_session_find(c->s->db, c->s->a, c->two, &s), RC_OK);
    assert_true(s.retired);
    c->file_count = 3; /* and comes back as the same one */
    must(c, load);
    assert_int_equal(sql_session_find(c->s->db, c->s->a, c->two, &s), RC_OK);
    assert_false(s.retired);
    site_shut(c->s);
}

static void assert_refused(struct course *c, msg_id msg, size_t line)
{
    assert_int_equal(store_write_bulk(c->s->db, load, c, &c->s->err), RC_INVALID);
    assert_int_equal(c->problems.errors, 1);
    assert_int_equal(c->problems.items[0].msg, msg);
    assert_int_equal(c->problems.items[0].row, line);
}

static void test_one_mistake_and_nothing_is_loaded(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct curriculum_course *courses;
    size_t n;
    c->files[3] = (struct content_file){S("course/second/course.txt"),
                                        S("title: X\nstage: Y9\nsummary: S\nlanguage: en\nlicence: L\n")};
    c->files[4] = (struct content_file){S("course/second/01-x.md"),
                                        S("title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n## Reading\nr\n")};
    c->files[1].bytes = S("title: Changed\nminutes: 31\nsummary: First.\n\n## Aims\na\n## Reading\nr\n");
    c->file_count = 5;
    assert_refused(c, M_curriculum_stage_unknown, 2);
    struct row_session_find s;
    assert_int_equal(sql_session_find(c->s->db, c->s->a, c->one, &s), RC_OK);
    assert_true(str_eq(s.title, S("One")));
    c->files[3].bytes = S("title: X\nsummary: S\nlanguage: en\nlicence: L\n");
    c->files[4].bytes = S("title: T\nminutes: 5\nsummary: S\npractises: CHA-P, NO-SUCH\n\n## Aims\na\n## Reading\nr\n");
    assert_refused(c, M_curriculum_tag_unknown, 4);
    c->files[4].bytes = S("title: T\nminutes: 5\nsummary: S\npractises: CHA-P.1\n\n## Aims\na\n## Reading\nr\n");
    must(c, load);
    assert_int_equal(c->counts.courses_added, 1);
    assert_int_equal(c->counts.courses_changed, 1);
    assert_int_equal(curriculum_courses(c->s->db, c->s->a, c->s->programme, &courses, &n), RC_OK);
    assert_int_equal(n, 2);
    site_shut(c->s);
}

static enum rc forget_digest(struct db *tx, void *arg, struct err *e)
{
    const struct course *c = arg;
    (void)e;
    return sql_course_set_digest(tx, c->course, STR_NONE);
}

static void test_what_was_written_on_pages_stays(void **state)
{
    (void)state;
    struct course *c = open_course();
    must(c, forget_digest);
    c->files[1].bytes = S("title: Changed\nminutes: 31\nsummary: First.\n\n## Aims\na\n## Reading\nr\n");
    must(c, load);
    assert_int_equal(c->counts.courses_unchanged, 1);
    assert_int_equal(c->problems.warnings, 1);
    assert_int_equal(c->problems.items[0].msg, M_curriculum_changed_on_pages);
    struct row_session_find s;
    assert_int_equal(sql_session_find(c->s->db, c->s->a, c->one, &s), RC_OK);
    assert_true(str_eq(s.title, S("One")));
    site_shut(c->s);
}

/* ---- offering and joining ---------------------------------------------------------------------------------------- */

static enum rc add_joiner(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct person_details d = {.given_name = S("Ben"), .family_name = S("Late"), .display_name = S(""), .email = S("")};
    int64_t membership;
    TRY(people_add(tx, c->s->a, &d, c->now, &c->person, e));
    return programme_add_member(tx, c->person, c->s->programme, c->cohort, 0, DAY, INT64_MAX, S("test"), c->now,
                                &membership, e);
}

static void test_an_offering_spreads_its_days_and_enrols(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct rows_learning_classes rows;
    assert_false(standing(c, c->s->person, c->one).enrolled);
    must(c, offer);
    assert_true(standing(c, c->s->person, c->one).enrolled);
    assert_int_equal(sql_learning_classes(c->s->db, c->s->a, c->s->person, c->course, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.v[0].session_id, c->one);
    assert_int_equal(rows.v[0].due_day, DAY + 50);
    assert_int_equal(rows.v[1].due_day, DAY + 100);
    must(c, add_joiner);
    assert_true(standing(c, c->person, c->two).enrolled);
    site_shut(c->s);
}

static enum rc offer_backwards(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    return curriculum_offer(tx, c->s->a, c->course, c->cohort, 0, DAY, DAY - 1, c->now, NULL, e);
}

static enum rc offer_to_nobody(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    return curriculum_offer(tx, c->s->a, c->course, 0, 0, DAY, DAY, c->now, NULL, e);
}

static enum rc retire(struct db *tx, void *arg, struct err *e)
{
    const struct course *c = arg;
    (void)e;
    return sql_course_set_state(tx, c->course, S("retired"));
}

static void test_what_cannot_be_offered(void **state)
{
    (void)state;
    struct course *c = open_course();
    assert_int_equal(store_write(c->s->db, offer_backwards, c, &c->s->err), RC_INVALID);
    assert_string_equal(c->s->err.field, "end_day");
    assert_int_equal(store_write(c->s->db, offer_to_nobody, c, &c->s->err), RC_INVALID);
    assert_string_equal(c->s->err.field, "audience");
    must(c, retire);
    assert_int_equal(store_write(c->s->db, offer, c, &c->s->err), RC_INVALID);
    assert_int_equal(c->s->err.msg, M_curriculum_offer_unpublished);
    site_shut(c->s);
}

/* ---- learning ---------------------------------------------------------------------------------------------------- */

static enum rc read_one(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    (void)e;
    return learning_mark_read(tx, c->s->a, c->person, c->one, c->now);
}

static void test_only_who_is_enrolled_makes_progress(void **state)
{
    (void)state;
    struct course *c = open_course();
    assert_int_equal(store_write(c->s->db, read_one, c, &c->s->err), RC_DENIED);
    assert_int_equal(standing(c, c->person, c->one).opened_at, 0);
    site_shut(c->s);
}

static void test_reading_and_quiz_complete_once(void **state)
{
    (void)state;
    struct course *c = open_course();
    int64_t cause;
    must(c, offer);
    answer(c, "no", "B");
    struct standing st = standing(c, c->person, c->one);
    assert_int_equal(st.best_percent, 0);
    assert_int_equal(st.quiz_passed_at, 0);
    assert_int_equal(evidence(c, c->person, "quiz_passed", NULL), 0);
    answer(c, "Yes!", "B"); /* half of it: the pass mark */
    st = standing(c, c->person, c->one);
    assert_int_equal(st.best_percent, 50);
    assert_int_not_equal(st.quiz_passed_at, 0);
    assert_int_equal(evidence(c, c->person, "quiz_passed", NULL), 2); /* CHA-P, COM-P assessed */
    assert_int_equal(st.completed_at, 0);
    answer(c, "yes", "A");
    answer(c, "no", "B");
    assert_int_equal(standing(c, c->person, c->one).best_percent, 100);
    assert_int_equal(standing(c, c->person, c->one).quiz_passed_at, st.quiz_passed_at);
    assert_int_equal(evidence(c, c->person, "quiz_passed", &cause), 2);
    must(c, read_one);
    st = standing(c, c->person, c->one);
    assert_int_equal(st.completed_at, c->now);
    assert_int_equal(evidence(c, c->person, "session_completed", NULL), 2); /* CHA-P introduced, CMP-P practised */
    c->now += MS_PER_DAY;
    must(c, read_one);
    answer(c, "yes", "A");
    assert_int_equal(standing(c, c->person, c->one).completed_at, st.completed_at);
    assert_int_equal(evidence(c, c->person, "session_completed", NULL), 2);
    assert_int_equal(evidence(c, c->person, "course_completed", NULL), 0);
    site_shut(c->s);
}

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct rows_class_of_person classes;
    (void)e;
    TRY(sql_class_of_person(tx, c->s->a, c->person, c->two, &classes));
    assert_int_equal(classes.n, 1);
    struct class_given given = {.id = classes.v[0].id, .session = c->two, .programme = c->s->programme, .at = c->now};
    return attendance_note(tx, c->s->a, &given, c->person, c->state, c->s->person, c->now);
}

static void note_state(struct course *c, const char *state)
{
    c->state = str_from(state);
    c->now += MS_PER_HOUR;
    must(c, note);
}

static void test_attendance_completes_and_can_be_withdrawn(void **state)
{
    (void)state;
    struct course *c = open_course();
    must(c, offer);
    note_state(c, "absent");
    assert_int_equal(evidence(c, c->person, "attended", NULL), 0);
    assert_int_equal(standing(c, c->person, c->two).completed_at, 0);
    note_state(c, "late");
    assert_int_equal(evidence(c, c->person, "attended", NULL), 1);
    assert_int_not_equal(standing(c, c->person, c->two).completed_at, 0);
    note_state(c, "present");
    note_state(c, "present");
    assert_int_equal(evidence(c, c->person, "attended", NULL), 1);
    note_state(c, "excused"); /* the one is replaced by the other */
    assert_int_equal(evidence(c, c->person, "attended", NULL), 0);
    assert_int_equal(evidence(c, c->person, "attendance_withdrawn", NULL), 1);
    note_state(c, "present");
    assert_int_equal(evidence(c, c->person, "attended", NULL), 1);
    site_shut(c->s);
}

static enum rc record(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct curriculum_history *h;
    const struct curriculum_past past[] = {{c->one, c->now, c->now, c->percent, c->there}, {c->two, c->now, c->now, c->percent, c->there}};
    (void)e;
    TRY(curriculum_history_open(tx, c->s->a, c->s->programme, &h));
    return curriculum_record(tx, c->s->a, h, c->person, past, COUNT_OF(past));
}

static enum rc offer_next_year(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    return curriculum_offer(tx, c->s->a, c->course, c->cohort, 0, DAY + 365, DAY + 465, c->now, NULL, e);
}

static void test_earlier_records_complete_the_course(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct rows_learning_courses courses;
    must(c, offer);
    c->percent = 40;
    must(c, record);
    assert_int_equal(standing(c, c->person, c->one).completed_at, 0);
    c->percent = 90;
    c->there = true;
    must(c, record);
    must(c, record);
    assert_int_equal(standing(c, c->person, c->one).completed_at, c->now);
    assert_int_equal(standing(c, c->person, c->one).best_percent, 90);
    assert_int_equal(evidence(c, c->person, "quiz_passed", NULL), 2);
    assert_int_equal(evidence(c, c->person, "attended", NULL), 2);
    assert_int_equal(evidence(c, c->person, "course_completed", NULL), 1);
    assert_int_equal(sql_learning_courses(c->s->db, c->s->a, c->person, 10, 0, &courses), RC_OK);
    assert_int_equal(courses.n, 1);
    assert_true(str_eq(courses.v[0].state, S("completed")));
    assert_int_equal(courses.v[0].completed, 2);
    /* who has done it all is done at once when it is offered again */
    must(c, offer_next_year);
    assert_int_equal(store_write(c->s->db, offer, c, &c->s->err), RC_CONFLICT); /* the same days: a form sent twice */
    assert_int_equal(sql_learning_courses(c->s->db, c->s->a, c->person, 10, 0, &courses), RC_OK);
    assert_int_equal(courses.n, 2);
    assert_true(str_eq(courses.v[1].state, S("completed")));
    site_shut(c->s);
}

static enum rc record_both(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct curriculum_history *h;
    const struct curriculum_past past[] = {{c->one, c->now, c->now + MS_PER_HOUR, 100, false}, {c->two, c->now, c->now + MS_PER_HOUR, 100, true}};
    (void)e;
    TRY(curriculum_history_open(tx, c->s->a, c->s->programme, &h));
    return curriculum_record(tx, c->s->a, h, c->person, past, COUNT_OF(past));
}

static void all_evidence(struct course *c, int64_t person, struct rows_evidence_page *rows)
{
    assert_int_equal(sql_evidence_page(c->s->db, c->s->a, person, INT64_MAX, INT64_MAX, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 0, S("en"), rows), RC_OK);
}

static bool speaks_alike(const struct row_evidence_page *x, const struct row_evidence_page *y)
{
    return str_eq(x->kind, y->kind) && x->competency_id == y->competency_id && str_eq(x->use, y->use) && x->percent == y->percent &&
           str_eq(x->source_kind, y->source_kind);
}

/* What is told later leaves the same evidence as what was done click by click. */
static void test_a_record_says_the_same_as_doing_it(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct rows_evidence_page done, told;
    int64_t first = c->person;
    must(c, offer);
    must(c, add_joiner);
    assert_int_not_equal(c->person, first);
    must(c, record_both);
    all_evidence(c, c->person, &told);
    c->person = first;
    answer(c, "yes", "A");
    must(c, read_one);
    note_state(c, "present");
    assert_int_not_equal(standing(c, first, c->two).completed_at, 0);
    all_evidence(c, first, &done);
    assert_int_equal(done.n, told.n);
    for (size_t i = 0; i < done.n; i++) { /* the times differ, and with them the order */
        size_t same[2] = {0};
        for (size_t k = 0; k < done.n; k++) {
            same[0] += speaks_alike(&done.v[i], &done.v[k]);
            same[1] += speaks_alike(&done.v[i], &told.v[k]);
        }
        assert_int_equal(same[0], same[1]);
    }
    site_shut(c->s);
}

static enum rc record_elsewhere(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct curriculum_history *h;
    (void)e;
    TRY(curriculum_history_open(tx, c->s->a, c->s->programme, &h));
    return curriculum_record(tx, c->s->a, h, c->person, &(struct curriculum_past){c->one, c->now, c->now, 100, true}, 1);
}

static void test_a_record_of_who_is_not_enrolled_is_refused(void **state)
{
    (void)state;
    struct course *c = open_course();
    assert_int_equal(store_write_bulk(c->s->db, record_elsewhere, c, &c->s->err), RC_DENIED);
    assert_int_equal(standing(c, c->person, c->one).opened_at, 0);
    site_shut(c->s);
}

/* ---- when and where ---------------------------------------------------------------------------------------------- */

struct teaching {
    struct course *c;
    struct class_edit edit;
    int64_t version, end_day;
    bool again;
};

static enum rc edit_class(struct db *tx, void *arg, struct err *e)
{
    struct teaching *t = arg;
    return class_change(tx, &t->edit, zone_find(S("Asia/Tokyo")), e);
}

static enum rc edit_days(struct db *tx, void *arg, struct err *e)
{
    struct teaching *t = arg;
    return offering_change_days(tx, t->c->s->a, t->c->offering, t->version, DAY, t->end_day, t->again, e);
}

static void refuse_class(struct teaching *t, msg_id msg, const char *field)
{
    struct err *e = &t->c->s->err;
    assert_int_not_equal(store_write(t->c->s->db, edit_class, t, e), RC_OK);
    assert_int_equal(e->msg, msg);
    assert_string_equal(e->field, field);
}

static void test_a_class_is_changed_with_care(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct rows_offering_classes rows;
    struct teaching t = {.c = c, .version = 1};
    must(c, offer);
    assert_int_equal(sql_offering_classes(c->s->db, c->s->a, c->offering, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    t.edit =
        (struct class_edit){.id = rows.v[0].id, .version = 1, .place = S("Room 1"), .has_end = true, .ends_at = c->now};
    refuse_class(&t, M_curriculum_class_start_missing, "starts");
    t.edit.has_start = true;
    t.edit.starts_at = c->now + 1;
    refuse_class(&t, M_curriculum_class_end_early, "ends");
    t.edit.starts_at = c->now - 25 * MS_PER_HOUR;
    refuse_class(&t, M_curriculum_class_long, "ends");
    t.edit.has_start = t.edit.has_end = false;
    refuse_class(&t, M_curriculum_due_missing, "due");
    t.edit.has_start = true; /* 20:00 UTC is the next day in Tokyo */
    t.edit.starts_at = DAY * MS_PER_DAY + 20 * MS_PER_HOUR;
    assert_int_equal(store_write(c->s->db, edit_class, &t, &c->s->err), RC_OK);
    assert_int_equal(sql_offering_classes(c->s->db, c->s->a, c->offering, &rows), RC_OK);
    assert_int_equal(rows.v[0].due_day, DAY + 1);
    refuse_class(&t, M_curriculum_changed, ""); /* opened before that change */
    /* the day of a session with a time stays, that of the other one moves */
    t.end_day = DAY + 200;
    t.again = true;
    assert_int_equal(store_write(c->s->db, edit_days, &t, &c->s->err), RC_OK);
    assert_int_equal(sql_offering_classes(c->s->db, c->s->a, c->offering, &rows), RC_OK);
    assert_int_equal(rows.v[0].due_day, DAY + 1);
    assert_int_equal(rows.v[1].due_day, DAY + 200);
    assert_int_equal(store_write(c->s->db, edit_days, &t, &c->s->err), RC_CONFLICT);
    t.version = 2;
    t.end_day = DAY - 1;
    assert_int_equal(store_write(c->s->db, edit_days, &t, &c->s->err), RC_INVALID);
    site_shut(c->s);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    (void)e;
    return curriculum_capability.erase_person(tx, c->s->a, c->person, c->now);
}

static void test_what_is_held_is_told_and_erased(void **state)
{
    (void)state;
    struct course *c = open_course();
    struct quiz_result *results;
    size_t n;
    must(c, offer);
    answer(c, "my own words", "B");
    must(c, read_one);
    json_t *o = json_object();
    assert_int_equal(curriculum_capability.export_person(c->s->db, c->s->a, c->person, o), RC_OK);
    char *text = json_dumps(o, JSON_COMPACT);
    assert_non_null(strstr(text, "my own words"));
    assert_non_null(strstr(text, "Leading"));
    free(text);
    json_decref(o);
    must(c, erase);
    assert_int_equal(quiz_load_attempt(c->s->db, c->s->a, c->attempt, &results, &n), RC_OK);
    assert_int_equal(n, 0);
    assert_false(standing(c, c->person, c->one).enrolled);
    assert_int_not_equal(standing(c, c->person, c->one).read_at, 0);
    site_shut(c->s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loading_twice_changes_nothing),
        cmocka_unit_test(test_an_edited_question_is_a_new_one),
        cmocka_unit_test(test_a_session_that_goes_is_retired),
        cmocka_unit_test(test_one_mistake_and_nothing_is_loaded),
        cmocka_unit_test(test_what_was_written_on_pages_stays),
        cmocka_unit_test(test_an_offering_spreads_its_days_and_enrols),
        cmocka_unit_test(test_what_cannot_be_offered),
        cmocka_unit_test(test_only_who_is_enrolled_makes_progress),
        cmocka_unit_test(test_reading_and_quiz_complete_once),
        cmocka_unit_test(test_attendance_completes_and_can_be_withdrawn),
        cmocka_unit_test(test_earlier_records_complete_the_course),
        cmocka_unit_test(test_a_record_says_the_same_as_doing_it),
        cmocka_unit_test(test_a_record_of_who_is_not_enrolled_is_refused),
        cmocka_unit_test(test_a_class_is_changed_with_care),
        cmocka_unit_test(test_what_is_held_is_told_and_erased),
    };
    return site_run(tests, COUNT_OF(tests));
}
