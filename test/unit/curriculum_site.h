/* For the tests of the curriculum: a programme with a framework, a stage, a cohort of one person, and one course of two
 * sessions, loaded from content. */
#ifndef CADRE_TEST_CURRICULUM_SITE_H
#define CADRE_TEST_CURRICULUM_SITE_H

#include "framework_site.h"

#include "base/problems.h"
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"

#define DAY 20000 /* today */

static const char course_text[] =
    "title: Leading\nstage: Y1\nsummary: About it.\nlanguage: en\nlicence: CC-BY-4.0\n\nWords.\n";
static const char session_one[] = "title: One\nminutes: 30\nsummary: First.\nintroduces: CHA-P\npractises: "
                                  "CMP-P\nassesses: CHA-P, COM-P\npass: 50\n\n"
                                  "## Aims\na\n## Time plan\nplan\n## Reading\nr\n## Quiz\n? short: Word?\n= yes\n\n"
                                  "? single: Which?\n- [x] A\n- [ ] B\n";
static const char session_two[] =
    "title: Two\nminutes: 30\nsummary: Second.\nneeds: attendance\n\n## Aims\na\n## Reading\nr\n";

struct course {
    struct site *s;
    struct content_file files[8];
    size_t file_count;
    struct problems problems;
    struct content_counts counts;
    int64_t course, one, two; /* sessions */
    int64_t stage, cohort, offering;
    int64_t person; /* for the closures below */
    int64_t attempt;
    int64_t now;
    const char *answers[2];
    struct str state;
    int percent;
    bool there;
};

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    struct site *s = c->s;
    struct problems p = problems_new(s->a);
    struct content_file framework[] = {
        {S("framework.txt"), site_file(s, "content/framework/cadre-leadership/framework.txt")},
        {S("items.csv"), site_file(s, "content/framework/cadre-leadership/items.csv")},
    };
    int64_t id, membership;
    TRY(framework_load(tx, s->a, framework, COUNT_OF(framework), 1, &p, &id, e));
    TRY(programme_add_stage(tx, s->programme, 1, S("Y1"), S("Year 1"), &c->stage, e));
    TRY(programme_add_cohort(tx, s->programme, S("C1"), S("Cohort 1"), c->stage, &c->cohort, e));
    return programme_add_member(tx, s->person, s->programme, c->cohort, 0, DAY - 10, INT64_MAX, S("test"), c->now,
                                &membership, e);
}

static enum rc load(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    c->problems = problems_new(c->s->a);
    return curriculum_load(tx, c->s->a, c->s->programme, c->files, c->file_count, c->now, &c->problems, &c->counts, e);
}

__attribute__((unused)) static enum rc offer(struct db *tx, void *arg, struct err *e)
{
    struct course *c = arg;
    return curriculum_offer(tx, c->s->a, c->course, c->cohort, 0, DAY, DAY + 100, c->now, &c->offering, e);
}

static void must(struct course *c, write_fn *fn)
{
    if (store_write_bulk(c->s->db, fn, c, &c->s->err) != RC_OK)
        fail_msg("%.*s %s %s", STR_ARG(msg_name(c->s->err.msg)), c->s->err.field, c->s->err.detail);
}

static struct course *open_course(void)
{
    struct site *s = site_open();
    struct course *c = ARENA_NEW(s->a, struct course);
    struct curriculum_course *courses;
    size_t n;
    *c = (struct course){.s = s,
                         .files = {{S("course/leading/course.txt"), {course_text, sizeof course_text - 1}},
                                   {S("course/leading/01-one.md"), {session_one, sizeof session_one - 1}},
                                   {S("course/leading/02-two.md"), {session_two, sizeof session_two - 1}}},
                         .file_count = 3,
                         .person = s->person,
                         .now = DAY * MS_PER_DAY};
    programme_on_joined(curriculum_joined);
    must(c, fill);
    must(c, load);
    assert_int_equal(curriculum_courses(s->db, s->a, s->programme, &courses, &n), RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(courses[0].session_count, 2);
    c->course = courses[0].id;
    c->one = courses[0].sessions[0];
    c->two = courses[0].sessions[1];
    return c;
}

__attribute__((unused)) static size_t evidence(struct course *c, int64_t person, const char *kind, int64_t *first)
{
    struct rows_evidence_page rows;
    assert_int_equal(
        sql_evidence_page(c->s->db, c->s->a, person, INT64_MAX, INT64_MAX, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 0, S("en"), &rows),
        RC_OK);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq_z(rows.v[i].kind, kind)) {
            if (first != NULL)
                *first = rows.v[i].id;
            n++;
        }
    return n;
}

__attribute__((unused)) static struct standing standing(struct course *c, int64_t person, int64_t session)
{
    struct standing st;
    assert_int_equal(learning_standing(c->s->db, c->s->a, person, session, &st), RC_OK);
    return st;
}

#endif
