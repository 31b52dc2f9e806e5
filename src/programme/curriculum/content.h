/* Courses as plain text: what stands in content/course, read without a database. load.c brings it into one. */
#ifndef CADRE_PROGRAMME_CURRICULUM_CONTENT_H
#define CADRE_PROGRAMME_CURRICULUM_CONTENT_H

#include "programme/curriculum/quiz.h"
#include "programme/framework/framework.h"

#define CONTENT_TITLE_MAX 200 /* characters */
#define CONTENT_SUMMARY_MAX 1000
#define CONTENT_TEXT_MAX 100000

struct content_tag {
    struct str code; /* of a competency */
    char use;        /* 'I', 'P', 'A' */
    size_t line;
};

/* A lesson of a course: one file NN-slug.md. */
struct content_session {
    struct str path;
    struct str slug;
    int64_t ordinal;
    struct str title, summary;
    int64_t minutes, pass_percent;
    bool need_reading, need_quiz, need_attendance;
    bool has_reviewed;
    int64_t reviewed_day;
    struct str aims, time_plan, reading, exercise, sources; /* Markdown; empty where left out */
    struct content_tag *tags;
    size_t tag_count;
    struct quiz_question *questions;
    size_t question_count;
};

struct content_course {
    struct str path; /* of its course.txt */
    struct str slug;
    struct str title, summary, description, language, licence;
    struct str stage; /* a stage's code; empty: none */
    size_t stage_line;
    bool has_reviewed;
    int64_t reviewed_day;
    struct content_session *sessions; /* by ordinal */
    size_t session_count;
};

/* The files of one course. */
struct content_folder {
    struct str slug;
    struct content_file *files; /* by path; path is that from "course/" on */
    size_t count;
    struct str digest; /* of names and bytes: the same digest, the same course */
};

/* Sorts files into the courses they belong to. Files outside "course/" (with or without "content/" before it) are left
 * out; a file that belongs to no course is a warning. */
void content_folders(struct arena *a, const struct content_file *files, size_t count, struct problems *p,
                     struct content_folder **out, size_t *out_count);

/* Reads one course. *out is complete only when no error was added. */
void content_read(struct arena *a, const struct content_folder *folder, struct problems *p, struct content_course *out);

/* a-z, 0-9 and hyphens between, at most 64: what stands in addresses and file names. */
bool content_slug_valid(struct str slug);

#endif
