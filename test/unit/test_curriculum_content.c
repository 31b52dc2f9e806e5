/* Courses and quizzes as plain text: what is read, what is refused and where it is said to be wrong; marking. */
#include "arena_fixture.h"
#include "files.h"

#include "programme/curriculum/content.h"

#include "base/clock.h"
#include "gen/msg_curriculum.h"

#include <glob.h>

/* ---- the quiz grammar -------------------------------------------------------------------------------------------- */

static const char good_quiz[] = "? single: Which is right?\n"
                                "> Said with every answer.\n"
                                "- [ ] The first\n"
                                "  > Not this one.\n"
                                "  > And here is why.\n"
                                "- [x] The second,\n"
                                "  which goes on\n"
                                "\n"
                                "? multiple: Which of these?\n"
                                "- [x] A\n"
                                "- [X] B\n"
                                "- [ ] C\n"
                                "? short: The word?\n"
                                "= dynamic delegation\n"
                                "= the dynamic delegation\n"
                                "> It moves to and fro.\n"
                                "\n"
                                "? order: In order.\n"
                                "1. one\n"
                                "2. two\n"
                                "3. three\n"
                                "> Like this.\n";

static void parse(const char *text, struct problems *p, struct quiz_question **q, size_t *n)
{
    *p = problems_new(a);
    quiz_parse(a, S("quiz.md"), 10, str_from(text), p, q, n);
}

static void test_quiz_is_read(void **state)
{
    (void)state;
    struct problems p;
    struct quiz_question *q;
    size_t n;
    parse(good_quiz, &p, &q, &n);
    assert_int_equal(p.errors, 0);
    assert_int_equal(n, 4);
    assert_int_equal(q[0].kind, QUESTION_SINGLE);
    assert_int_equal(q[0].line, 10);
    assert_str(q[0].text, "Which is right?");
    assert_str(q[0].feedback, "Said with every answer.");
    assert_int_equal(q[0].option_count, 2);
    assert_str(q[0].options[0].feedback, "Not this one.\nAnd here is why.");
    assert_false(q[0].options[0].correct);
    assert_str(q[0].options[1].text, "The second,\nwhich goes on");
    assert_true(q[0].options[1].correct);
    assert_int_equal(q[1].kind, QUESTION_MULTIPLE);
    assert_true(q[1].options[1].correct);
    assert_int_equal(q[2].kind, QUESTION_SHORT);
    assert_int_equal(q[2].option_count, 2);
    assert_str(q[2].feedback, "It moves to and fro.");
    assert_int_equal(q[3].kind, QUESTION_ORDER);
    assert_int_equal(q[3].option_count, 3);
    assert_str(q[3].options[2].text, "three");
}

static void test_quiz_survives_writing(void **state)
{
    (void)state;
    struct problems p;
    struct quiz_question *q, *again;
    size_t n, m;
    parse(good_quiz, &p, &q, &n);
    struct str text = quiz_write(a, q, n);
    parse(text.p != NULL ? str_z(a, text) : "", &p, &again, &m);
    assert_int_equal(p.errors, 0);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++)
        assert_true(quiz_question_same(&q[i], &again[i]));
    again[1].options[2].feedback = S("other");
    assert_false(quiz_question_same(&q[1], &again[1]));
}

static const struct {
    const char *text;
    msg_id msg;
    size_t line;
} bad_quizzes[] = {
    {"Which is right?\n- [x] A\n", M_curriculum_quiz_begin, 10},
    {"? sinlge: What?\n- [x] A\n- [ ] B\n", M_curriculum_quiz_kind, 10},
    {"? What?\n", M_curriculum_quiz_kind, 10},
    {"? single:\n- [x] A\n- [ ] B\n", M_curriculum_quiz_text_empty, 10},
    {"? single: What?\n- [x] A\n", M_curriculum_quiz_few_options, 10},
    {"? single: What?\n- [ ] A\n- [ ] B\n", M_curriculum_quiz_single_right, 10},
    {"? single: What?\n- [x] A\n- [x] B\n", M_curriculum_quiz_single_right, 10},
    {"? multiple: What?\n- [ ] A\n- [ ] B\n", M_curriculum_quiz_multiple_right, 10},
    {"? single: What?\n- [x] A\n- [ ]\n", M_curriculum_quiz_option_empty, 12},
    {"? single: What?\n- [x] A\n- [ ] A\n", M_curriculum_quiz_option_twice, 10},
    {"? single: What?\n- [x] A\n- B\n- [ ] C\n", M_curriculum_quiz_box, 12},
    {"? single: What?\n- [x] A\n- [y] B\n- [ ] C\n", M_curriculum_quiz_box, 12},
    {"? short: What?\n- [x] A\n= a\n", M_curriculum_quiz_box_place, 11},
    {"? short: What?\n", M_curriculum_quiz_no_accepted, 10},
    {"? short: What?\n= ?!\n", M_curriculum_quiz_accepted_empty, 10},
    {"? order: What?\n1. A\n", M_curriculum_quiz_few_steps, 10},
    {"? order: What?\n1. A\n3. B\n", M_curriculum_quiz_number, 12},
    {"? single: What?\n- [x] A\n- [ ] B\n\nstray words\n", M_curriculum_quiz_stray, 14},
};

static void test_quiz_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad_quizzes); i++) {
        struct problems p;
        struct quiz_question *q;
        size_t n;
        parse(bad_quizzes[i].text, &p, &q, &n);
        if (p.errors != 1)
            fail_msg("quiz %zu: %zu errors", i, p.errors);
        assert_str(p.items[0].file, "quiz.md");
        if (p.items[0].msg != bad_quizzes[i].msg || p.items[0].row != bad_quizzes[i].line)
            fail_msg("quiz %zu: %.*s in line %zu", i, STR_ARG(msg_name(p.items[0].msg)), p.items[0].row);
    }
}

static void test_quiz_limits(void **state)
{
    (void)state;
    struct problems p;
    struct quiz_question *q;
    size_t n;
    struct buf b = buf_new(a, 65536);
    for (int i = 0; i <= QUIZ_QUESTIONS_MAX; i++)
        buf_printf(&b, "? short: Question %d\n= answer\n", i);
    parse(str_z(a, buf_text(&b)), &p, &q, &n);
    assert_int_equal(n, QUIZ_QUESTIONS_MAX);
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_curriculum_quiz_many_questions);
    b = buf_new(a, 65536);
    buf_z(&b, "? single: What?\n- [x] right\n");
    for (int i = 0; i < QUIZ_OPTIONS_MAX; i++)
        buf_printf(&b, "- [ ] wrong %d\n", i);
    parse(str_z(a, buf_text(&b)), &p, &q, &n);
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_curriculum_quiz_many_options);
    b = buf_new(a, 65536);
    buf_z(&b, "? short: ");
    for (int i = 0; i <= QUIZ_TEXT_MAX; i++)
        buf_ch(&b, 'a');
    buf_z(&b, "\n= b\n");
    parse(str_z(a, buf_text(&b)), &p, &q, &n);
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_curriculum_quiz_long);
}

/* ---- marking ----------------------------------------------------------------------------------------------------- */

static struct quiz_question one_question(enum question_kind kind, const char *const *texts, const char *correct)
{
    struct quiz_question q = {.id = 7, .kind = kind, .option_count = strlen(correct)};
    q.options = ARENA_ARRAY(a, q.option_count, struct quiz_option);
    for (size_t i = 0; i < q.option_count; i++)
        q.options[i] =
            (struct quiz_option){.id = (int64_t)(100 + i), .text = str_from(texts[i]), .correct = correct[i] == 'x'};
    return q;
}

static bool mark(const struct quiz_question *q, const char *stored)
{
    struct quiz_answer answer;
    quiz_answer_read(a, q, str_from(stored), &answer);
    assert_str(quiz_answer_write(a, q, &answer), stored);
    return quiz_mark(a, q, &answer);
}

static void test_choices_are_marked(void **state)
{
    (void)state;
    const char *const texts[] = {"A", "B", "C"};
    struct quiz_question single = one_question(QUESTION_SINGLE, texts, ".x.");
    assert_true(mark(&single, "101"));
    assert_false(mark(&single, "100"));
    assert_false(mark(&single, "101 100"));
    assert_false(mark(&single, ""));
    struct quiz_question multiple = one_question(QUESTION_MULTIPLE, texts, "x.x");
    assert_true(mark(&multiple, "100 102"));
    assert_true(mark(&multiple, "102 100"));
    assert_false(mark(&multiple, "100"));
    assert_false(mark(&multiple, "100 101 102"));
    assert_false(mark(&multiple, ""));
    struct quiz_question order = one_question(QUESTION_ORDER, texts, "xxx");
    assert_true(mark(&order, "100 101 102"));
    assert_false(mark(&order, "101 100 102"));
    assert_false(mark(&order, "100 101"));
}

static void test_short_answers_are_marked(void **state)
{
    (void)state;
    const char *const texts[] = {"dynamic delegation", "Überleitung (Übergabe)"};
    struct quiz_question q = one_question(QUESTION_SHORT, texts, "xx");
    assert_true(mark(&q, "dynamic delegation"));
    static const char *const right[] = {"Dynamic delegation!", "DYNAMIC-DELEGATION", "\"dynamic delegation\"",
                                        "uberleitung, ubergabe", "Überleitung Übergabe"};
    static const char *const wrong[] = {"", "dynamic", "dynamicdelegation", "delegation dynamic", "dynamic delegations",
                                        "?"};
    for (size_t i = 0; i < COUNT_OF(right); i++)
        if (!mark(&q, right[i]))
            fail_msg("'%s' is not accepted", right[i]);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (mark(&q, wrong[i]))
            fail_msg("'%s' is accepted", wrong[i]);
}

static void test_percent_is_never_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(quiz_percent(2, 3), 66);
    assert_int_equal(quiz_percent(3, 3), 100);
    assert_int_equal(quiz_percent(0, 0), 0);
    assert_int_equal(quiz_percent(199, 200), 99);
}

static void test_steps_are_never_shown_in_order(void **state)
{
    (void)state;
    const char *const texts[] = {"A", "B", "C", "D"};
    for (size_t n = 2; n <= 4; n++) {
        struct quiz_question q = one_question(QUESTION_ORDER, texts, n == 2 ? "xx" : n == 3 ? "xxx" : "xxxx");
        for (int64_t person = 1; person < 200; person++) {
            size_t places[4], again[4], seen = 0, fixed = 0;
            quiz_shuffle(&q, person, places);
            quiz_shuffle(&q, person, again);
            assert_memory_equal(places, again, n * sizeof *places);
            for (size_t i = 0; i < n; i++) {
                seen |= (size_t)1 << places[i];
                fixed += places[i] == i;
            }
            assert_int_equal(seen, ((size_t)1 << n) - 1);
            assert_int_not_equal(fixed, n);
        }
    }
}

/* ---- course files ------------------------------------------------------------------------------------------------ */

static void test_shipped_courses_are_read(void **state)
{
    (void)state;
    glob_t g;
    assert_int_equal(glob(CADRE_SOURCE_DIR "/content/course/*/*", 0, NULL, &g), 0);
    struct content_file *files = ARENA_ARRAY(a, g.gl_pathc, struct content_file);
    for (size_t i = 0; i < g.gl_pathc; i++)
        files[i] = (struct content_file){str_dup(a, str_from(g.gl_pathv[i] + strlen(CADRE_SOURCE_DIR "/"))),
                                         file_read(a, g.gl_pathv[i])};
    struct problems p = problems_new(a);
    struct content_folder *folders;
    size_t n;
    content_folders(a, files, g.gl_pathc, &p, &folders, &n);
    globfree(&g);
    assert_true(n >= 3);
    for (size_t i = 0; i < n; i++) {
        struct content_course c;
        content_read(a, &folders[i], &p, &c);
        for (size_t k = 0; k < p.kept; k++)
            print_message("%.*s: %.*s\n", STR_ARG(problem_place(a, &p.items[k])), STR_ARG(msg_name(p.items[k].msg)));
        assert_int_equal(p.errors + p.warnings, 0);
        assert_true(c.session_count >= 2);
        for (size_t k = 0; k < c.session_count; k++) {
            assert_true(c.sessions[k].question_count >= 5);
            assert_true(c.sessions[k].need_quiz && c.sessions[k].need_reading && !c.sessions[k].need_attendance);
            assert_true(c.sessions[k].tag_count != 0);
            assert_true(c.sessions[k].time_plan.n > 100 && c.sessions[k].sources.n > 100);
        }
    }
}

static const char good_course[] =
    "title: A course\nstage: Y1\nsummary: What it is.\nlanguage: en\nlicence: CC-BY-4.0\n\nAbout it.\n";
static const char good_session[] =
    "title: A session\nminutes: 45\nsummary: What it is.\nintroduces: CHA-P, CMP-P\nassesses: CHA-P\n\n"
    "## Aims\n- An aim\n\n## Reading\n### A heading\n```\n## not a heading\n```\nText.\r\n\n"
    "## Quiz\n? short: What?\n= that\n";

static void read_one(const char *course, const char *name, const char *session, struct problems *p,
                     struct content_course *out)
{
    struct content_file files[2] = {{S("course/a-course/course.txt"), str_from(course)},
                                    {str_printf(a, "course/a-course/%s", name), str_from(session)}};
    struct content_folder *folders;
    size_t n;
    *p = problems_new(a);
    content_folders(a, files, 2, p, &folders, &n);
    assert_int_equal(n, 1);
    content_read(a, &folders[0], p, out);
}

static void test_a_course_is_read(void **state)
{
    (void)state;
    struct problems p;
    struct content_course c;
    read_one(good_course, "07-a-session.md", good_session, &p, &c);
    assert_int_equal(p.errors, 0);
    assert_str(c.slug, "a-course");
    assert_str(c.title, "A course");
    assert_str(c.stage, "Y1");
    assert_str(c.description, "About it.");
    assert_false(c.has_reviewed);
    assert_int_equal(c.session_count, 1);
    const struct content_session *s = &c.sessions[0];
    assert_str(s->slug, "a-session");
    assert_int_equal(s->ordinal, 7);
    assert_int_equal(s->minutes, 45);
    assert_int_equal(s->pass_percent, 60);
    assert_str(s->aims, "- An aim");
    assert_str(s->reading, "### A heading\n```\n## not a heading\n```\nText.");
    assert_str(s->exercise, "");
    assert_int_equal(s->tag_count, 3);
    assert_str(s->tags[1].code, "CMP-P");
    assert_int_equal(s->tags[2].use, 'A');
    assert_int_equal(s->question_count, 1);
    assert_int_equal(s->questions[0].line, 18);
}

static void test_what_completes_a_session(void **state)
{
    (void)state;
    struct problems p;
    struct content_course c;
    read_one(good_course, "01-x.md",
             "title: T\nminutes: 5\nsummary: S\nneeds: attendance, reading\n\n## Aims\na\n## Reading\nr\n", &p, &c);
    assert_int_equal(p.errors, 0);
    assert_true(c.sessions[0].need_reading && c.sessions[0].need_attendance && !c.sessions[0].need_quiz);
    read_one(good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n## Reading\nr\n", &p, &c);
    assert_true(c.sessions[0].need_reading && !c.sessions[0].need_attendance && !c.sessions[0].need_quiz);
}

static const struct {
    const char *course, *name, *session;
    msg_id msg;
    const char *file;
    size_t line;
} bad_courses[] = {
    {"", "01-x.md", good_session, M_curriculum_file_empty, "course/a-course/course.txt", 0},
    {good_course, "01-x.md", "", M_curriculum_file_empty, "course/a-course/01-x.md", 0},
    {good_course, "01-x.md", "title: T\n\xff\n", M_curriculum_file_not_text, "course/a-course/01-x.md", 2},
    {good_course, "1-x.md", good_session, M_curriculum_file_name, "course/a-course/1-x.md", 0},
    {good_course, "00-x.md", good_session, M_curriculum_file_name, "course/a-course/00-x.md", 0},
    {good_course, "01-X.md", good_session, M_curriculum_file_name, "course/a-course/01-X.md", 0},
    {good_course, "01-x--y.md", good_session, M_curriculum_file_name, "course/a-course/01-x--y.md", 0},
    {"title: T\nsummary: S\nlanguage: en\nlicence: L\ntitel: x\n", "01-x.md", good_session, M_curriculum_header_unknown,
     "course/a-course/course.txt", 5},
    {"title: T\nsummary: S\nlanguage: en\nlicence: L\nno colon here\n", "01-x.md", good_session,
     M_curriculum_header_line, "course/a-course/course.txt", 5},
    {"title: T\ntitle: U\nsummary: S\nlanguage: en\nlicence: L\n", "01-x.md", good_session, M_curriculum_header_twice,
     "course/a-course/course.txt", 2},
    {"title:\nsummary: S\nlanguage: en\nlicence: L\n", "01-x.md", good_session, M_curriculum_header_empty,
     "course/a-course/course.txt", 1},
    {"title: T\nsummary: S\nlanguage: en\n", "01-x.md", good_session, M_curriculum_header_missing,
     "course/a-course/course.txt", 1},
    {"title: T\nsummary: S\nlanguage: English!\nlicence: L\n", "01-x.md", good_session, M_curriculum_header_language,
     "course/a-course/course.txt", 3},
    {"title: T\nsummary: S\nlanguage: en\nlicence: L\nreviewed: 2026-02-30\n", "01-x.md", good_session,
     M_curriculum_header_day, "course/a-course/course.txt", 5},
    {good_course, "01-x.md", "title: T\nminutes: many\nsummary: S\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_header_number, "course/a-course/01-x.md", 2},
    {good_course, "01-x.md", "title: T\nminutes: 5\npass: 101\nsummary: S\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_header_number, "course/a-course/01-x.md", 3},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\nHello.\n## Aims\na\n## Reading\nr\n",
     M_curriculum_section_none, "course/a-course/01-x.md", 5},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n## Readings\nr\n## Reading\nr\n",
     M_curriculum_section_unknown, "course/a-course/01-x.md", 7},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n## Reading\nr\n## Aims\na\n",
     M_curriculum_section_twice, "course/a-course/01-x.md", 9},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n", M_curriculum_section_missing,
     "course/a-course/01-x.md", 0},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\nintroduces: A,,B\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_tag_empty, "course/a-course/01-x.md", 4},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\nintroduces: A, A\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_tag_twice, "course/a-course/01-x.md", 4},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\nneeds: prayer\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_needs_unknown, "course/a-course/01-x.md", 4},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\nneeds: quiz\n\n## Aims\na\n## Reading\nr\n",
     M_curriculum_needs_no_quiz, "course/a-course/01-x.md", 4},
    {good_course, "01-x.md", "title: T\nminutes: 5\nsummary: S\n\n## Aims\na\n## Reading\nr\n## Quiz\n\n? what\n",
     M_curriculum_quiz_kind, "course/a-course/01-x.md", 11},
};

static void test_course_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad_courses); i++) {
        struct problems p;
        struct content_course c;
        read_one(bad_courses[i].course, bad_courses[i].name, bad_courses[i].session, &p, &c);
        if (p.errors == 0)
            fail_msg("course %zu: no error", i);
        const struct problem *first = &p.items[0];
        if (first->msg != bad_courses[i].msg || first->row != bad_courses[i].line ||
            !str_eq_z(first->file, bad_courses[i].file))
            fail_msg("course %zu: %.*s: %.*s", i, STR_ARG(problem_place(a, first)), STR_ARG(msg_name(first->msg)));
    }
}

static void test_long_values_are_told(void **state)
{
    (void)state;
    struct problems p;
    struct content_course c;
    char *long_title = arena_alloc(a, CONTENT_TITLE_MAX + 2);
    memset(long_title, 'a', CONTENT_TITLE_MAX + 1);
    struct str course = str_printf(a, "title: %s\nsummary: S\nlanguage: en\nlicence: L\n", long_title);
    read_one(course.p, "01-x.md", good_session, &p, &c);
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_curriculum_header_long);
}

static void test_folders(void **state)
{
    (void)state;
    struct problems p = problems_new(a);
    struct content_folder *folders;
    size_t n;
    const struct content_file files[] = {
        {S("content/course/b/course.txt"), S("b")},
        {S("course/a/01-x.md"), S("x")},
        {S("course/a/02-y.md"), S("y")},
        {S("framework/f/items.csv"), S("f")},
        {S("course/a/picture.png"), S("png")},
        {S("course/README.md"), S("r")},
    };
    content_folders(a, files, COUNT_OF(files), &p, &folders, &n);
    assert_int_equal(n, 2);
    assert_int_equal(p.errors, 0);
    assert_int_equal(p.warnings, 2); /* the picture and the README */
    assert_str(folders[0].slug, "a");
    assert_int_equal(folders[0].count, 2);
    assert_str(folders[1].files[0].path, "course/b/course.txt");
    struct str before = folders[0].digest;
    struct content_file changed[COUNT_OF(files)];
    memcpy(changed, files, sizeof files);
    changed[2].bytes = S("z");
    content_folders(a, changed, COUNT_OF(changed), &p, &folders, &n);
    assert_false(str_eq(before, folders[0].digest));
    struct content_course c;
    p = problems_new(a);
    content_read(a, &folders[0], &p, &c); /* no course.txt; the sessions are wrong too */
    assert_int_equal(p.items[p.kept - 1].msg, M_curriculum_folder_no_course);
    content_read(a, &folders[1], &p, &c);
    assert_int_equal(p.items[p.kept - 1].msg, M_curriculum_folder_empty);
    const struct content_file twice[] = {{S("course/a/course.txt"), str_from(good_course)},
                                         {S("course/a/01-x.md"), str_from(good_session)},
                                         {S("course/a/01-y.md"), str_from(good_session)}};
    p = problems_new(a);
    content_folders(a, twice, COUNT_OF(twice), &p, &folders, &n);
    content_read(a, &folders[0], &p, &c);
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_curriculum_file_twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(test_quiz_is_read),
        IN_ARENA(test_quiz_survives_writing),
        IN_ARENA(test_quiz_errors),
        IN_ARENA(test_quiz_limits),
        IN_ARENA(test_choices_are_marked),
        IN_ARENA(test_short_answers_are_marked),
        cmocka_unit_test(test_percent_is_never_rounded_up),
        IN_ARENA(test_steps_are_never_shown_in_order),
        IN_ARENA(test_shipped_courses_are_read),
        IN_ARENA(test_a_course_is_read),
        IN_ARENA(test_what_completes_a_session),
        IN_ARENA(test_course_errors),
        IN_ARENA(test_long_values_are_told),
        IN_ARENA(test_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
