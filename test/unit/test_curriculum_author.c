/* Writing courses on the pages: what is saved, what is refused, who was faster; materials and what files are taken. */
#include "curriculum_site.h"

#include "gen/programme/curriculum/author_sql.h"
#include "programme/curriculum/author.h"

struct writing {
    struct course *c;
    struct author who;
    struct course_edit course;
    struct session_edit session;
    struct material_edit material;
    const struct session_tag *tags;
    size_t tag_count;
    const char *quiz;
    int64_t version;
    struct str state;
    int64_t id;
    bool up, retired;
};

static struct writing open_writing(void)
{
    struct course *c = open_course();
    return (struct writing){
        .c = c,
        .who = {c->s->person, c->now},
        .course = {.programme = c->s->programme,
                   .title = S("Größe & Maß"),
                   .summary = S("s"),
                   .description = S(""),
                   .language = S("de"),
                   .licence = S("l")},
        .session = {.course = c->course,
                    .ordinal = 1,
                    .title = S("One"),
                    .summary = S("s"),
                    .minutes = 5,
                    .pass_percent = 60,
                    .need_reading = true,
                    .aims = S("a"),
                    .time_plan = S(""),
                    .reading = S("r"),
                    .exercise = S(""),
                    .sources = S("")},
        .material = {.course = c->course, .session = c->one, .kind = S("text"), .title = S("T"), .body = S("b")}};
}

static enum rc save_course(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return author_save_course(tx, w->c->s->a, &w->who, &w->course, &w->id, e);
}

static enum rc save_session(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return author_save_session(tx, w->c->s->a, &w->who, &w->session, &w->id, e);
}

static enum rc set_state(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return author_set_state(tx, w->c->s->a, &w->who, w->id, w->state, e);
}

static enum rc set_retired(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    (void)e;
    return author_set_retired(tx, w->c->s->a, &w->who, w->c->course, w->id, w->retired);
}

static enum rc save_tags(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return author_save_tags(tx, &w->who, w->c->course, w->c->one, w->version, w->tags, w->tag_count, e);
}

static enum rc save_quiz(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    struct problems p = problems_new(w->c->s->a);
    struct quiz_question *q;
    size_t n;
    quiz_parse(w->c->s->a, S(""), 1, str_from(w->quiz), &p, &q, &n);
    return author_save_quiz(tx, w->c->s->a, &w->who, w->c->course, w->c->one, w->version, q, n, e);
}

static enum rc save_material(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return author_save_material(tx, w->c->s->a, &w->who, &w->material, e);
}

static enum rc move_material(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    (void)e;
    return author_move_material(tx, w->c->s->a, &w->who, w->c->course, w->c->one, w->id, w->up);
}

static enum rc remove_material(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    (void)e;
    return author_remove_material(tx, w->c->s->a, &w->who, w->c->course, w->id);
}

static void done(struct writing *w, write_fn *fn)
{
    if (store_write(w->c->s->db, fn, w, &w->c->s->err) != RC_OK)
        fail_msg("%.*s %s", STR_ARG(msg_name(w->c->s->err.msg)), w->c->s->err.field);
}

static void refused(struct writing *w, write_fn *fn, enum rc rc, msg_id msg)
{
    w->c->s->err = (struct err){0};
    assert_int_equal(store_write(w->c->s->db, fn, w, &w->c->s->err), rc);
    assert_int_equal(w->c->s->err.msg, msg);
}

static struct row_session_find session(struct writing *w, int64_t id)
{
    struct row_session_find s;
    assert_int_equal(sql_session_find(w->c->s->db, w->c->s->a, id, &s), RC_OK);
    return s;
}

/* ---- courses ----------------------------------------------------------------------------------------------------- */

static void test_a_new_course_is_a_draft(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct site *s = w.c->s;
    struct row_course_by_slug r;
    struct row_course_count n;
    done(&w, save_course);
    assert_int_equal(sql_course_by_slug(s->db, s->a, s->programme, S("grosse-mass"), &r), RC_OK);
    assert_true(str_eq(r.state, S("draft")));
    done(&w, save_course); /* another of the same name */
    assert_int_equal(sql_course_by_slug(s->db, s->a, s->programme, S("grosse-mass-2"), &r), RC_OK);
    assert_int_equal(sql_course_count(s->db, s->a, s->programme, 0, S(""), &n), RC_OK);
    assert_int_equal(n.n, 1); /* drafts are for authors */
    assert_int_equal(sql_course_count(s->db, s->a, s->programme, 1, S("%grosse%"), &n), RC_OK);
    assert_int_equal(n.n, 2);
    w.state = S("published");
    refused(&w, set_state, RC_INVALID, M_curriculum_publish_empty);
    w.session.course = w.id;
    int64_t course = w.id;
    done(&w, save_session);
    w.id = course;
    done(&w, set_state);
    assert_int_equal(sql_course_by_slug(s->db, s->a, s->programme, S("grosse-mass-2"), &r), RC_OK);
    assert_true(str_eq(r.state, S("published")));
    w.course.title = S("***");
    done(&w, save_course);
    assert_int_equal(sql_course_by_slug(s->db, s->a, s->programme, S("course"), &r), RC_OK);
    w.course.language = S("d");
    refused(&w, save_course, RC_INVALID, M_curriculum_header_language);
    site_shut(s);
}

static void test_who_was_slower_is_told(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct site *s = w.c->s;
    struct row_course_find r;
    const struct session_tag tag = {.competency = 0, .use = 'I'};
    assert_int_equal(sql_course_find(s->db, s->a, w.c->course, &r), RC_OK);
    w.course.id = r.id;
    w.course.version = r.version;
    done(&w, save_course);
    refused(&w, save_course, RC_CONFLICT, M_curriculum_changed);
    w.session.id = w.c->one;
    w.session.version = session(&w, w.c->one).version;
    done(&w, save_session);
    refused(&w, save_session, RC_CONFLICT, M_curriculum_changed);
    w.version = w.session.version;
    w.tags = &tag;
    refused(&w, save_tags, RC_CONFLICT, M_curriculum_changed);
    w.quiz = "? short: What?\n= that\n";
    refused(&w, save_quiz, RC_CONFLICT, M_curriculum_changed);
    w.version = session(&w, w.c->one).version;
    done(&w, save_quiz);
    /* what was written here is not written over by the files */
    w.c->files[1].bytes = S("title: From file\nminutes: 5\nsummary: S\n\n## Aims\na\n## Reading\nr\n");
    must(w.c, load);
    assert_int_equal(w.c->problems.warnings, 1);
    assert_true(str_eq(session(&w, w.c->one).title, S("One")));
    site_shut(s);
}

static void test_sessions_come_and_go(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct course *c = w.c;
    struct rows_learning_classes classes;
    must(c, offer);
    w.session.need_reading = false;
    refused(&w, save_session, RC_INVALID, M_curriculum_needs_nothing);
    assert_string_equal(c->s->err.field, "needs");
    w.session.need_reading = true;
    done(&w, save_session); /* the third of its course, also where it is offered already */
    assert_int_equal(session(&w, w.id).ordinal, 3);
    assert_int_equal(sql_learning_classes(c->s->db, c->s->a, c->s->person, c->course, &classes), RC_OK);
    assert_int_equal(classes.n, 3);
    assert_int_equal(classes.v[2].due_day, DAY + 100);
    w.retired = true;
    done(&w, set_retired);
    assert_true(session(&w, w.id).retired);
    w.retired = false;
    done(&w, set_retired);
    assert_false(session(&w, w.id).retired);
    assert_int_equal(sql_learning_classes(c->s->db, c->s->a, c->s->person, c->course, &classes), RC_OK);
    assert_int_equal(classes.n, 3);
    site_shut(c->s);
}

static void test_competencies_are_chosen(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct site *s = w.c->s;
    struct rows_session_tags rows;
    struct session_tag tags[2];
    assert_int_equal(framework_by_code(s->db, s->a, s->programme, S("CTX-T"), &tags[0].competency), RC_OK);
    tags[0].use = 'I';
    tags[1] = (struct session_tag){tags[0].competency, 'A'};
    w.tags = tags;
    w.tag_count = 2;
    w.version = session(&w, w.c->one).version;
    done(&w, save_tags);
    assert_int_equal(sql_session_tags(s->db, s->a, w.c->one, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.v[0].competency_id, tags[0].competency);
    w.tag_count = 0;
    w.version++;
    done(&w, save_tags);
    assert_int_equal(sql_session_tags(s->db, s->a, w.c->one, &rows), RC_OK);
    assert_int_equal(rows.n, 0);
    site_shut(s);
}

static enum rc read_session(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    (void)e;
    return learning_mark_read(tx, w->c->s->a, w->c->person, w->c->one, w->c->now);
}

static void test_nobody_is_left_with_all_done(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct course *c = w.c;
    must(c, offer);
    done(&w, read_session);
    assert_int_equal(standing(c, c->person, c->one).completed_at, 0); /* the quiz is open */
    w.session.id = c->one;
    w.session.version = session(&w, c->one).version;
    done(&w, save_session); /* the quiz is not needed any more */
    assert_int_not_equal(standing(c, c->person, c->one).completed_at, 0);
    assert_int_equal(evidence(c, c->person, "session_completed", NULL), 2);
    assert_int_equal(evidence(c, c->person, "course_completed", NULL), 0);
    w.id = c->two;
    w.retired = true;
    done(&w, set_retired); /* that was the only one left */
    assert_int_equal(evidence(c, c->person, "course_completed", NULL), 1);
    w.version = session(&w, c->one).version;
    w.quiz = "? short: What?\n= that\n";
    done(&w, save_quiz);
    assert_int_equal(evidence(c, c->person, "session_completed", NULL), 2);
    assert_int_equal(evidence(c, c->person, "course_completed", NULL), 1);
    site_shut(c->s);
}

/* ---- materials --------------------------------------------------------------------------------------------------- */

static struct rows_material_list materials(struct writing *w)
{
    struct rows_material_list rows;
    assert_int_equal(sql_material_list(w->c->s->db, w->c->s->a, w->c->one, &rows), RC_OK);
    return rows;
}

static void test_materials(void **state)
{
    (void)state;
    struct writing w = open_writing();
    struct site *s = w.c->s;
    struct row_file_find f;
    done(&w, save_material);
    w.material.kind = S("link");
    refused(&w, save_material, RC_INVALID, M_curriculum_link_invalid);
    w.material.body = S("https://example.org/");
    done(&w, save_material);
    w.material.kind = S("file");
    w.material.filename = S("plan.pdf");
    w.material.bytes = S("");
    refused(&w, save_material, RC_INVALID, M_curriculum_file_missing);
    w.material.bytes = S("no pdf");
    refused(&w, save_material, RC_UNSUPPORTED, M_curriculum_file_type);
    w.material.bytes = S("%PDF-1.7 \0 bytes");
    done(&w, save_material);
    struct rows_material_list rows = materials(&w);
    assert_int_equal(rows.n, 3);
    assert_true(str_eq(rows.v[2].kind, S("file")) && str_eq(rows.v[2].file_name, S("plan.pdf")));
    struct row_material_find m;
    assert_int_equal(sql_material_find(s->db, s->a, rows.v[2].id, &m), RC_OK);
    assert_int_equal(sql_file_find(s->db, s->a, m.file_id, &f), RC_OK);
    assert_true(str_eq(f.bytes, S("%PDF-1.7 \0 bytes")) && str_eq(f.type, S("application/pdf")));
    w.id = rows.v[2].id;
    w.up = true;
    done(&w, move_material);
    done(&w, move_material);
    done(&w, move_material); /* already the first */
    rows = materials(&w);
    assert_true(rows.v[0].id == w.id && str_eq(rows.v[1].kind, S("text")) && str_eq(rows.v[2].kind, S("link")));
    w.up = false;
    done(&w, move_material);
    assert_int_equal(materials(&w).v[1].id, w.id);
    done(&w, remove_material);
    assert_int_equal(materials(&w).n, 2);
    assert_int_equal(sql_file_find(s->db, s->a, m.file_id, &f), RC_NOT_FOUND);
    assert_int_equal(store_write(s->db, remove_material, &w, &s->err), RC_NOT_FOUND);
    site_shut(s);
}

static void test_what_files_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct str bytes;
        const char *type;
    } files[] = {
        {"a.pdf", S_INIT("%PDF-1"), "application/pdf"},
        {"A.PDF", S_INIT("%PDF-1"), "application/pdf"},
        {"a.pdf", S_INIT("<html>"), NULL},
        {"a.html", S_INIT("<html>"), NULL},
        {"a.svg", S_INIT("<svg>"), NULL},
        {"a.pdf.exe", S_INIT("%PDF-1"), NULL},
        {"pdf", S_INIT("%PDF-1"), NULL},
        {".pdf", S_INIT("%PDF-1"), NULL},
        {"a.png", S_INIT("\x89PNG\r\n\x1a\nxx"), "image/png"},
        {"a.webp", S_INIT("RIFF....WEBPxx"), "image/webp"},
        {"a.webp", S_INIT("RIFF"), NULL},
        {"a.mp4",
         S_INIT("\0\0\0\x18"
                "ftypmp42"),
         "video/mp4"},
        {"a.txt", S_INIT("text \xc3\xa9"), "text/plain; charset=utf-8"},
        {"a.txt", S_INIT("text \xff"), NULL},
        {"a.csv", S_INIT("a\0b"), NULL},
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const char *type = material_file_type(str_from(files[i].name), files[i].bytes);
        if ((type == NULL) != (files[i].type == NULL) || (type != NULL && strcmp(type, files[i].type) != 0))
            fail_msg("%zu %s: %s", i, files[i].name, type != NULL ? type : "none");
    }
}

static void test_what_links_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"https://example.org", "http://example.org/a?b=c#d",
                                       "https://example.org:8080/x_(y)"};
    static const char *const bad[] = {"",
                                      "example.org",
                                      "javascript:alert(1)",
                                      "https://",
                                      "https:///path",
                                      "//e.org/",
                                      "https://a@example.org",
                                      "https://e.org/a b",
                                      "https://e.org/\"x\"",
                                      "ftp://example.org"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!material_link_valid(str_from(good[i])))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (material_link_valid(str_from(bad[i])))
            fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_course_is_a_draft),      cmocka_unit_test(test_who_was_slower_is_told),
        cmocka_unit_test(test_sessions_come_and_go),         cmocka_unit_test(test_competencies_are_chosen),
        cmocka_unit_test(test_nobody_is_left_with_all_done), cmocka_unit_test(test_materials),
        cmocka_unit_test(test_what_files_are_taken),         cmocka_unit_test(test_what_links_are_taken),
    };
    return site_run(tests, COUNT_OF(tests));
}
