/* The demo's badges: one for completing a course, one for completing the programme, one given by hand, one that was withdrawn, one draft.
 * So many people have them, whatever the size of the demo; the job gives the others theirs when the server runs. */
#include "command/demo_badge.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "campus/badge/badge.h"
#include "programme/curriculum/curriculum.h"
#include "programme/framework/framework.h"

#define EARNED_MOST 40
#define GIVEN 3

static enum rc make(struct db *tx, struct arena *a, const struct demo_badges *d, struct badge_text t, const char *competency, bool open, int64_t *id, struct err *e)
{
    int64_t about = 0, at = d->now - 90 * MS_PER_DAY;
    enum rc rc = framework_by_code(tx, a, d->programme, str_from(competency), &about);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    t.programme = d->programme;
    t.times = 1;
    t.competencies = &about;
    t.competency_count = rc == RC_OK ? 1 : 0;
    TRY(badge_draft(tx, a, &t, at, id, e));
    return open ? badge_open(tx, *id, 1, at, e) : RC_OK;
}

static enum rc give_earned(struct db *tx, struct arena *a, const struct demo_badges *d, int64_t badge, int64_t days_ago)
{
    int64_t *people;
    size_t count;
    TRY(badge_earned(tx, a, badge, EARNED_MOST, d->today, &people, &count));
    return badge_give_earned(tx, a, badge, people, count, d->now - days_ago * MS_PER_DAY);
}

static enum rc fill(struct db *tx, struct arena *a, const struct demo_badges *d, struct err *e)
{
    struct curriculum_course *courses;
    size_t course_count;
    int64_t id, award = 0;
    TRY(curriculum_courses(tx, a, d->programme, &courses, &course_count));
    if (course_count != 0) {
        TRY(make(tx, a, d, (struct badge_text){.title = str_printf(a, "Completed: %.*s", STR_ARG(utf8_truncate(courses[0].title, 60))), .about = S("Has completed this course of the programme."), .criteria = S("- read each session\n- passed its quizzes\n- took part where a session asks for it"), .earn = BADGE_BY_COURSE, .course = courses[0].id, .symbol = S("book"), .colour = S("teal")}, "CHA-I", true, &id, e));
        TRY(give_earned(tx, a, d, id, 20));
    }
    TRY(make(tx, a, d, (struct badge_text){.title = S("Leads a team in health care"), .about = S("Has completed the whole programme of leadership in medical education."), .criteria = S("All courses, the work on the ward, and a last meeting of the progress panel."), .earn = BADGE_BY_PROGRAMME, .symbol = S("steps"), .colour = S("violet")}, "COM-T", true, &id, e));
    TRY(give_earned(tx, a, d, id, 10));
    TRY(make(tx, a, d, (struct badge_text){.title = S("Speaks up for safety"), .about = S("Has named a danger to a patient when it was not easy to."), .criteria = S("Somebody of the team told the coordinator what happened, and what came of it."), .earn = BADGE_BY_HAND, .months = 24, .symbol = S("lamp"), .colour = S("red")}, "COM-I", true, &id, e));
    for (int64_t i = 0; i < GIVEN && i < d->trainees; i++)
        TRY(badge_give(tx, a, id, d->ids[i], d->coordinator, S("Stopped a transfusion that was meant for the bed beside."), d->now - (5 + i) * MS_PER_DAY, &award, e));
    if (award != 0)
        TRY(badge_withdraw(tx, award, 1, d->coordinator, S("Given to the wrong person by mistake."), d->now - MS_PER_DAY, e));
    return make(tx, a, d, (struct badge_text){.title = S("Hands over well"), .about = S("Others say that a handover by this person leaves no question open."), .criteria = S("Three observed handovers without a missing item."), .earn = BADGE_BY_HAND, .symbol = S("people"), .colour = S("green")}, "COM-T", false, &id, e);
}

enum rc demo_badge(struct db *tx, void *arg, struct err *e)
{
    struct arena *a = arena_new(0);
    enum rc rc = fill(tx, a, arg, e);
    arena_free(a);
    return rc;
}
