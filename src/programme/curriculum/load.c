/* Brings courses from content files into a programme; see curriculum.h. Every changed course is read and checked before
 * anything is written, so that a mistake in one leaves all as it was. */
#include "base/utf8.h"
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/curriculum_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/programme/programme.h"

struct loader {
    struct db *tx;
    struct arena *a;
    int64_t programme;
    struct problems *p;
    struct content_counts *counts;
    struct stage *stages;
    size_t stage_count;
    struct competency *competencies;
    size_t competency_count;
};

/* A course that differs from what is in the database. */
struct change {
    struct content_course course;
    const struct content_folder *folder;
    struct row_course_by_slug old; /* id 0: there is none */
    int64_t stage;                 /* 0: none */
    int64_t **tags;                /* of each session: the competencies of its tags */
};

struct str curriculum_search_key(struct arena *a, struct str title, struct str summary)
{
    return utf8_fold(a, str_printf(a, "%.*s %.*s", STR_ARG(title), STR_ARG(summary)));
}

/* ---- what the files name must be there --------------------------------------------------------------------------- */

static void find_stage(struct loader *l, struct change *ch)
{
    const struct content_course *c = &ch->course;
    if (str_empty(c->stage))
        return;
    struct buf known = buf_new(l->a, 64);
    for (size_t i = 0; i < l->stage_count; i++) {
        if (str_eq(l->stages[i].code, c->stage))
            ch->stage = l->stages[i].id;
        if (i != 0)
            buf_z(&known, ", ");
        buf_str(&known, l->stages[i].code);
    }
    if (ch->stage == 0)
        problems_add(l->p, c->path, c->stage_line, S("stage"), M_curriculum_stage_unknown, "%.*s (%.*s)",
                     STR_ARG(c->stage), STR_ARG(buf_text(&known)));
}

static int64_t find_competency(const struct loader *l, struct str code)
{
    for (size_t i = 0; i < l->competency_count; i++)
        if (str_eq(l->competencies[i].code, code))
            return l->competencies[i].competency;
    return 0;
}

static void find_tags(struct loader *l, struct change *ch)
{
    ch->tags = ARENA_ARRAY(l->a, ch->course.session_count, int64_t *);
    for (size_t i = 0; i < ch->course.session_count; i++) {
        const struct content_session *s = &ch->course.sessions[i];
        ch->tags[i] = ARENA_ARRAY(l->a, s->tag_count, int64_t);
        for (size_t k = 0; k < s->tag_count; k++) {
            ch->tags[i][k] = find_competency(l, s->tags[k].code);
            if (ch->tags[i][k] == 0)
                problems_add(l->p, s->path, s->tags[k].line, S(""), M_curriculum_tag_unknown, "%.*s",
                             STR_ARG(s->tags[k].code));
        }
    }
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static enum rc write_tags(struct loader *l, int64_t session, const struct content_session *s,
                          const int64_t *competencies)
{
    TRY(sql_session_tags_clear(l->tx, session));
    for (size_t i = 0; i < s->tag_count; i++) {
        const char use[] = {s->tags[i].use};
        TRY(sql_session_tag_add(l->tx, session, competencies[i], (struct str){use, 1}));
    }
    return RC_OK;
}

static enum rc same_tags(struct loader *l, int64_t session, const struct content_session *s,
                         const int64_t *competencies, bool *same)
{
    struct rows_session_tags rows;
    TRY(sql_session_tags(l->tx, l->a, session, &rows));
    size_t found = 0;
    for (size_t i = 0; i < rows.n; i++)
        for (size_t k = 0; k < s->tag_count; k++)
            found += rows.v[i].competency_id == competencies[k] && rows.v[i].use.p[0] == s->tags[k].use;
    *same = found == rows.n && found == s->tag_count;
    return RC_OK;
}

static bool same_session(const struct row_session_list *r, const struct content_session *s)
{
    bool same_day =
        s->has_reviewed ? !r->reviewed_day_null && r->reviewed_day == s->reviewed_day : r->reviewed_day_null;
    return !r->retired && same_day && r->ordinal == s->ordinal && r->minutes == s->minutes &&
           r->pass_percent == s->pass_percent && r->need_reading == s->need_reading && r->need_quiz == s->need_quiz &&
           r->need_attendance == s->need_attendance && str_eq(r->title, s->title) && str_eq(r->summary, s->summary) &&
           str_eq(r->aims, s->aims) && str_eq(r->time_plan, s->time_plan) && str_eq(r->reading, s->reading) &&
           str_eq(r->exercise, s->exercise) && str_eq(r->sources, s->sources);
}

static enum rc write_session(struct loader *l, int64_t course, const struct row_session_list *old,
                             const struct content_session *s, const int64_t *competencies)
{
    const int64_t *reviewed = s->has_reviewed ? &s->reviewed_day : NULL;
    int64_t id, questions = 0;
    bool tags_same = false, changed = true;
    if (old == NULL) {
        id = db_new_id(l->tx);
        TRY(sql_session_add(l->tx, id, course, s->slug, s->ordinal, s->title, s->summary, s->minutes, s->aims,
                            s->time_plan, s->reading, s->exercise, s->sources, s->pass_percent, s->need_reading,
                            s->need_quiz, s->need_attendance, reviewed));
    } else {
        id = old->id;
        changed = !same_session(old, s);
        if (changed)
            TRY(sql_session_change(l->tx, id, old->version, s->ordinal, s->title, s->summary, s->minutes, s->aims,
                                   s->time_plan, s->reading, s->exercise, s->sources, s->pass_percent, s->need_reading,
                                   s->need_quiz, s->need_attendance, reviewed));
        TRY(same_tags(l, id, s, competencies, &tags_same));
    }
    if (!tags_same)
        TRY(write_tags(l, id, s, competencies));
    TRY(quiz_store(l->tx, l->a, id, s->questions, s->question_count, &questions));
    l->counts->sessions += changed || !tags_same || questions != 0;
    l->counts->questions += questions;
    return RC_OK;
}

static enum rc write_sessions(struct loader *l, int64_t course, const struct change *ch)
{
    struct rows_session_list old;
    TRY(sql_session_list(l->tx, l->a, course, &old));
    bool *kept = ARENA_ARRAY(l->a, old.n, bool);
    for (size_t i = 0; i < ch->course.session_count; i++) {
        const struct content_session *s = &ch->course.sessions[i];
        size_t k = 0;
        while (k < old.n && !str_eq(old.v[k].slug, s->slug))
            k++;
        if (k < old.n)
            kept[k] = true;
        TRY(write_session(l, course, k < old.n ? &old.v[k] : NULL, s, ch->tags[i]));
    }
    for (size_t k = 0; k < old.n; k++)
        if (!kept[k]) {
            TRY(sql_session_set_retired(l->tx, old.v[k].id, true));
            l->counts->sessions += db_changes(l->tx);
        }
    return RC_OK;
}

static enum rc write_course(struct loader *l, const struct change *ch, int64_t now)
{
    const struct content_course *c = &ch->course;
    const int64_t *reviewed = c->has_reviewed ? &c->reviewed_day : NULL, *stage = ch->stage != 0 ? &ch->stage : NULL;
    struct str key = curriculum_search_key(l->a, c->title, c->summary);
    int64_t id = ch->old.id;
    if (id == 0) {
        struct row_course_next_ordinal next;
        TRY(sql_course_next_ordinal(l->tx, l->a, l->programme, &next));
        id = db_new_id(l->tx);
        TRY(sql_course_add(l->tx, id, l->programme, c->slug, stage, next.ordinal, c->title, c->summary, c->description,
                           c->language, c->licence, reviewed, S("published"), ch->folder->digest, key));
        l->counts->courses_added++;
    } else {
        TRY(sql_course_change(l->tx, id, ch->old.version, stage, c->title, c->summary, c->description, c->language,
                              c->licence, reviewed, ch->folder->digest, key));
        l->counts->courses_changed++;
    }
    TRY(write_sessions(l, id, ch));
    TRY(curriculum_offer_new_sessions(l->tx, l->a, id, now));
    return learning_settle_course(l->tx, l->a, id, l->programme, now);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

/* Reads and checks one folder. False when there is nothing to write for it. */
static enum rc check_folder(struct loader *l, const struct content_folder *f, struct change *ch, bool *write)
{
    *ch = (struct change){.folder = f};
    *write = false;
    enum rc rc = sql_course_by_slug(l->tx, l->a, l->programme, f->slug, &ch->old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND) {
        ch->old = (struct row_course_by_slug){0};
    } else if (str_empty(ch->old.content_digest)) { /* what people wrote on the pages is not written over */
        problems_warn(l->p, str_printf(l->a, "course/%.*s", STR_ARG(f->slug)), 0, S(""), M_curriculum_changed_on_pages,
                      NULL);
        l->counts->courses_unchanged++;
        return RC_OK;
    } else if (str_eq(ch->old.content_digest, f->digest)) {
        l->counts->courses_unchanged++;
        return RC_OK;
    }
    content_read(l->a, f, l->p, &ch->course);
    find_stage(l, ch);
    find_tags(l, ch);
    *write = true;
    return RC_OK;
}

enum rc curriculum_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files,
                        size_t count, int64_t now, struct problems *problems, struct content_counts *counts,
                        struct err *e)
{
    struct loader l = {.tx = tx, .a = a, .programme = programme, .p = problems, .counts = counts};
    struct content_folder *folders;
    size_t folder_count, change_count = 0;
    *counts = (struct content_counts){0};
    content_folders(a, files, count, problems, &folders, &folder_count);
    TRY(programme_stages(tx, a, programme, &l.stages, &l.stage_count));
    enum rc rc = framework_outline(tx, a, programme, S("en"), true, &l.competencies, &l.competency_count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct change *changes = ARENA_ARRAY(a, folder_count, struct change);
    for (size_t i = 0; i < folder_count; i++) {
        bool write;
        TRY(check_folder(&l, &folders[i], &changes[change_count], &write));
        change_count += write;
    }
    TRY(problems_check(problems, e));
    for (size_t i = 0; i < change_count; i++)
        TRY(write_course(&l, &changes[i], now));
    return RC_OK;
}
