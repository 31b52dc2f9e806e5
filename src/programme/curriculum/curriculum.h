/* Courses, sessions, quizzes, offerings, attendance, completion, and the coverage map. */
#ifndef CADRE_PROGRAMME_CURRICULUM_CURRICULUM_H
#define CADRE_PROGRAMME_CURRICULUM_CURRICULUM_H

#include "programme/framework/framework.h"

extern const struct capability curriculum_capability;


/* Loads courses from content files ("course/<slug>/course.txt", "course/<slug>/NN-slug.md") into a programme: all or
 * nothing; problems by file and line. A second load changes only what changed and never touches answers given. Inside a
 * bulk closure. */
struct content_counts {
    int64_t courses_added, courses_changed, courses_unchanged, sessions, questions;
};
enum rc curriculum_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files,
                        size_t count, int64_t now, struct problems *problems, struct content_counts *counts,
                        struct err *e) MUST_CHECK;

/* Inside a closure. Offers a course to a cohort (group 0: the whole of it) and enrols its members; sessions fall due
 * evenly between the two days. */
enum rc curriculum_offer(struct db *tx, struct arena *a, int64_t course, int64_t cohort, int64_t group,
                         int64_t start_day, int64_t end_day, int64_t now, int64_t *offering, struct err *e) MUST_CHECK;
/* Enrols a person who joins a cohort or group in what is offered to it now: programme_on_joined. */
enum rc curriculum_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now) MUST_CHECK;

/* Called inside the closure in which somebody completes a session or finishes its quiz; registered by main.c. */
typedef enum rc curriculum_finished_fn(struct db *tx, int64_t person, int64_t session, int64_t now);
void curriculum_on_finished(curriculum_finished_fn *fn);

/* Withdraws a person's open enrolments in what is offered to cohorts and groups of a programme that she is no longer in:
 * programme_on_left, and once a day for ends that pass by themselves. What is completed stays; joining again enrols again. */
enum rc curriculum_left(struct db *tx, int64_t person, int64_t programme, int64_t now) MUST_CHECK;

/* The published courses of a programme with their sessions in order. stage 0: none. */
struct curriculum_course {
    int64_t id, stage;
    struct str slug, title;
    const int64_t *sessions;
    size_t session_count;
};
enum rc curriculum_courses(struct db *db, struct arena *a, int64_t programme, struct curriculum_course **out,
                           size_t *count) MUST_CHECK;

/* Records of earlier times, as the demo or records brought from elsewhere tell them: the reading done, a quiz result,
 * attendance where the session was given to her and nothing was noted yet. Completion and evidence follow as if it had
 * happened here, dated at; the evidence says that it was written down at recorded_at. For many people at once: what the
 * sessions of a programme ask for is read once, into the arena, and holds for the closure in which it was read. */
struct curriculum_history;
struct curriculum_past {
    int64_t session, at, recorded_at;
    int percent; /* of the quiz; -1: none */
    bool attended;
};
enum rc curriculum_history_open(struct db *tx, struct arena *a, int64_t programme, struct curriculum_history **out) MUST_CHECK;
/* All of one person's, in the order it happened. RC_DENIED when she is not enrolled in one of them. */
enum rc curriculum_record(struct db *tx, struct arena *a, const struct curriculum_history *h, int64_t person,
                          const struct curriculum_past *past, size_t count) MUST_CHECK;

/* The type of a file by its name, when its bytes are of that type too; NULL for what is not taken. */
const char *material_file_type(struct str filename, struct str bytes);

#endif
