/* Writing courses and sessions on the pages; see author.h. Materials are in material.c. */
#include "programme/curriculum/author.h"

#include "auth/session.h"
#include "base/utf8.h"
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/author_sql.h"
#include "gen/programme/curriculum/curriculum_sql.h"

/* The course is no longer what its files say, and what completes it may be another. */
static enum rc settle(struct db *tx, struct arena *a, const struct author *who, int64_t course)
{
    struct row_course_find c;
    TRY(sql_course_find(tx, a, course, &c));
    TRY(sql_course_set_digest(tx, course, STR_NONE));
    return learning_settle_course(tx, a, course, c.programme_id, who->now);
}

static enum rc note(struct db *tx, const struct author *who, const char *action, const char *kind, int64_t id)
{
    return audit_note(tx, who->now, who->person, action, 0, kind, id);
}

static enum rc changed_or_conflict(struct db *tx, struct err *e)
{
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_curriculum_changed, NULL);
}

/* ---- slugs ------------------------------------------------------------------------------------------------------- */

/* "Führen im Team!" gives "fuhren-im-team"; what leaves nothing gives otherwise. */
static struct str slug_of(struct arena *a, struct str title, const char *otherwise)
{
    struct str key = utf8_fold(a, title);
    struct buf b = buf_new(a, 64);
    for (size_t i = 0; i < key.n && b.n < 48; i++) {
        char c = key.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_ch(&b, c);
        else if (b.n != 0 && b.p[b.n - 1] != '-')
            buf_ch(&b, '-');
    }
    while (b.n != 0 && b.p[b.n - 1] == '-')
        b.n--;
    return b.n != 0 ? buf_text(&b) : str_from(otherwise);
}

/* The slug, with a number behind it where it is taken. taken(i) is one of count. */
static struct str free_slug(struct arena *a, struct str slug, const struct str *taken, size_t count)
{
    for (int64_t n = 1;; n++) {
        struct str tried = n == 1 ? slug : str_printf(a, "%.*s-%" PRId64, STR_ARG(slug), n);
        size_t i = 0;
        while (i < count && !str_eq(taken[i], tried))
            i++;
        if (i == count)
            return tried;
    }
}

static enum rc course_slug(struct db *tx, struct arena *a, int64_t programme, struct str title, struct str *slug)
{
    struct rows_course_slugs rows;
    TRY(sql_course_slugs(tx, a, programme, &rows));
    struct str *taken = ARENA_ARRAY(a, rows.n, struct str);
    for (size_t i = 0; i < rows.n; i++)
        taken[i] = rows.v[i].slug;
    *slug = free_slug(a, slug_of(a, title, "course"), taken, rows.n);
    return RC_OK;
}

static enum rc session_slug(struct db *tx, struct arena *a, int64_t course, struct str title, struct str *slug)
{
    struct rows_session_slugs rows;
    TRY(sql_session_slugs(tx, a, course, &rows));
    struct str *taken = ARENA_ARRAY(a, rows.n, struct str);
    for (size_t i = 0; i < rows.n; i++)
        taken[i] = rows.v[i].slug;
    *slug = free_slug(a, slug_of(a, title, "session"), taken, rows.n);
    return RC_OK;
}

/* ---- courses ----------------------------------------------------------------------------------------------------- */

static bool language_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i < 2 || (c != '-' && !(c >= '0' && c <= '9'))))
            return false;
    }
    return s.n >= 2 && s.n <= 35;
}

enum rc author_save_course(struct db *tx, struct arena *a, const struct author *who, const struct course_edit *edit,
                           int64_t *id, struct err *e)
{
    const int64_t *stage = edit->stage != 0 ? &edit->stage : NULL,
                  *reviewed = edit->has_reviewed ? &edit->reviewed_day : NULL;
    struct str key = curriculum_search_key(a, edit->title, edit->summary), slug;
    if (!language_valid(edit->language))
        return err_field(e, RC_INVALID, M_curriculum_header_language, "language", "%.*s", STR_ARG(edit->language));
    *id = edit->id;
    if (edit->id != 0) {
        TRY(sql_course_change(tx, edit->id, edit->version, stage, edit->title, edit->summary, edit->description,
                              edit->language, edit->licence, reviewed, STR_NONE, key));
        TRY(changed_or_conflict(tx, e));
        return note(tx, who, "course_change", "course", edit->id);
    }
    struct row_course_next_ordinal next;
    TRY(sql_course_next_ordinal(tx, a, edit->programme, &next));
    TRY(course_slug(tx, a, edit->programme, edit->title, &slug));
    *id = db_new_id(tx);
    TRY(sql_course_add(tx, *id, edit->programme, slug, stage, next.ordinal, edit->title, edit->summary,
                       edit->description, edit->language, edit->licence, reviewed, S("draft"), STR_NONE, key));
    return note(tx, who, "course_add", "course", *id);
}

enum rc author_set_state(struct db *tx, struct arena *a, const struct author *who, int64_t course, struct str state,
                         struct err *e)
{
    struct rows_session_list sessions;
    bool publish = str_eq(state, S("published"));
    TRY(sql_session_list(tx, a, course, &sessions));
    size_t live = 0;
    for (size_t i = 0; i < sessions.n; i++)
        live += !sessions.v[i].retired;
    if (publish && live == 0)
        return err_set(e, RC_INVALID, M_curriculum_publish_empty, NULL);
    TRY(sql_course_set_state(tx, course, state));
    return note(tx, who, publish ? "course_publish" : "course_retire", "course", course);
}

/* ---- sessions ---------------------------------------------------------------------------------------------------- */

static enum rc add_session(struct db *tx, struct arena *a, const struct session_edit *edit, int64_t now, int64_t *id)
{
    const int64_t *reviewed = edit->has_reviewed ? &edit->reviewed_day : NULL;
    struct row_session_next_ordinal next;
    struct str slug;
    TRY(sql_session_next_ordinal(tx, a, edit->course, &next));
    TRY(session_slug(tx, a, edit->course, edit->title, &slug));
    *id = db_new_id(tx);
    TRY(sql_session_add(tx, *id, edit->course, slug, next.ordinal, edit->title, edit->summary, edit->minutes,
                        edit->aims, edit->time_plan, edit->reading, edit->exercise, edit->sources, edit->pass_percent,
                        edit->need_reading, edit->need_quiz, edit->need_attendance, reviewed));
    return curriculum_offer_new_sessions(tx, a, edit->course, now);
}

enum rc author_save_session(struct db *tx, struct arena *a, const struct author *who, const struct session_edit *edit,
                            int64_t *id, struct err *e)
{
    const int64_t *reviewed = edit->has_reviewed ? &edit->reviewed_day : NULL;
    if (!edit->need_reading && !edit->need_quiz && !edit->need_attendance)
        return err_field(e, RC_INVALID, M_curriculum_needs_nothing, "needs", NULL);
    *id = edit->id;
    if (edit->id == 0) {
        TRY(add_session(tx, a, edit, who->now, id));
    } else {
        TRY(sql_session_change(tx, edit->id, edit->version, edit->ordinal, edit->title, edit->summary, edit->minutes,
                               edit->aims, edit->time_plan, edit->reading, edit->exercise, edit->sources,
                               edit->pass_percent, edit->need_reading, edit->need_quiz, edit->need_attendance,
                               reviewed));
        TRY(changed_or_conflict(tx, e));
    }
    TRY(settle(tx, a, who, edit->course));
    return note(tx, who, edit->id == 0 ? "session_add" : "session_change", "course_session", *id);
}

enum rc author_set_retired(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                           bool retired)
{
    TRY(sql_session_set_retired(tx, session, retired));
    if (!retired)
        TRY(curriculum_offer_new_sessions(tx, a, course, who->now));
    TRY(settle(tx, a, who, course));
    return note(tx, who, retired ? "session_retire" : "session_restore", "course_session", session);
}

enum rc author_save_tags(struct db *tx, const struct author *who, int64_t course, int64_t session, int64_t version,
                         const struct session_tag *tags, size_t count, struct err *e)
{
    TRY(sql_session_touch(tx, session, version));
    TRY(changed_or_conflict(tx, e));
    TRY(sql_session_tags_clear(tx, session));
    for (size_t i = 0; i < count; i++)
        TRY(sql_session_tag_add(tx, session, tags[i].competency, (struct str){&tags[i].use, 1}));
    TRY(sql_course_set_digest(tx, course, STR_NONE));
    return note(tx, who, "session_change", "course_session", session);
}

enum rc author_save_quiz(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                         int64_t version, const struct quiz_question *questions, size_t count, struct err *e)
{
    TRY(sql_session_touch(tx, session, version));
    TRY(changed_or_conflict(tx, e));
    TRY(quiz_store(tx, a, session, questions, count, NULL));
    TRY(settle(tx, a, who, course));
    return note(tx, who, "quiz_change", "course_session", session);
}
