/* Writing courses on the pages: the rules. What is written here is no longer what stands in content files, so that
 * loading them again leaves the course alone. All inside a closure; each is noted in the audit. RC_CONFLICT with
 * M_curriculum_changed when somebody else changed it since; RC_INVALID with the form's field. */
#ifndef CADRE_PROGRAMME_CURRICULUM_AUTHOR_H
#define CADRE_PROGRAMME_CURRICULUM_AUTHOR_H

#include "programme/curriculum/inside.h"

struct author {
    int64_t person, now;
};

struct course_edit {
    int64_t id; /* 0: a new one, a draft */
    int64_t programme, version;
    int64_t stage; /* 0: none */
    struct str title, summary, description, language, licence;
    bool has_reviewed;
    int64_t reviewed_day;
};
/* *id is the course's, new or not. */
enum rc author_save_course(struct db *tx, struct arena *a, const struct author *who, const struct course_edit *edit,
                           int64_t *id, struct err *e) MUST_CHECK;
/* state: "published" or "retired". A course without a session is not published. */
enum rc author_set_state(struct db *tx, struct arena *a, const struct author *who, int64_t course, struct str state,
                         struct err *e) MUST_CHECK;

struct session_edit {
    int64_t id; /* 0: a new one, the last of its course */
    int64_t course, version;
    int64_t ordinal;
    struct str title, summary;
    int64_t minutes, pass_percent;
    bool need_reading, need_quiz, need_attendance;
    bool has_reviewed;
    int64_t reviewed_day;
    struct str aims, time_plan, reading, exercise, sources;
};
enum rc author_save_session(struct db *tx, struct arena *a, const struct author *who, const struct session_edit *edit,
                            int64_t *id, struct err *e) MUST_CHECK;
/* Takes a session out of its course, or back into it. What people did in it stays. */
enum rc author_set_retired(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                           bool retired) MUST_CHECK;

struct session_tag {
    int64_t competency;
    char use; /* 'I', 'P', 'A' */
};
enum rc author_save_tags(struct db *tx, const struct author *who, int64_t course, int64_t session, int64_t version,
                         const struct session_tag *tags, size_t count, struct err *e) MUST_CHECK;
enum rc author_save_quiz(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                         int64_t version, const struct quiz_question *questions, size_t count,
                         struct err *e) MUST_CHECK;

/* ---- materials --------------------------------------------------------------------------------------------------- */

#define MATERIAL_FILE_MAX 20000000 /* bytes */
#define MATERIALS_MAX 50           /* of a session */

struct material_edit {
    int64_t id; /* 0: a new one, the last */
    int64_t course, session;
    struct str kind; /* "text", "link", "file" */
    struct str title;
    struct str body;     /* Markdown, or an address */
    struct str filename; /* of a new file */
    struct str bytes;
};
enum rc author_save_material(struct db *tx, struct arena *a, const struct author *who, const struct material_edit *edit,
                             struct err *e) MUST_CHECK;
/* up: before the one above it; else behind the one below. */
enum rc author_move_material(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                             int64_t material, bool up) MUST_CHECK;
enum rc author_remove_material(struct db *tx, struct arena *a, const struct author *who, int64_t course,
                               int64_t material) MUST_CHECK;

/* "https://..." or "http://..." with a host and nothing odd in it. */
bool material_link_valid(struct str address);

#endif
