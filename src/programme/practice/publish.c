/* How a text becomes the version that is current, from files and from pages. */
#include <sodium.h>

#include "base/utf8.h"
#include "programme/framework/framework.h"
#include "programme/practice/inside.h"

struct str practice_digest(struct arena *a, struct str source)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[2 * sizeof hash + 1];
    crypto_hash_sha256(hash, (const unsigned char *)(source.p != NULL ? source.p : ""), source.n);
    return str_dup(a, str_from(sodium_bin2hex(text, sizeof text, hash, sizeof hash)));
}

/* ---- what the text names ---------------------------------------------------------------------------------------------------------- */

static enum rc find_stage(struct db *db, struct arena *a, int64_t programme, struct problems *p, const struct practice_text *text, int64_t *stage)
{
    struct stage *stages;
    size_t count;
    *stage = 0;
    if (str_empty(text->stage))
        return RC_OK;
    TRY(programme_stages(db, a, programme, &stages, &count));
    struct buf known = buf_new(a, 64);
    for (size_t k = 0; k < count; k++) {
        if (str_eq(stages[k].code, text->stage))
            *stage = stages[k].id;
        buf_printf(&known, "%s%.*s", k != 0 ? ", " : "", STR_ARG(stages[k].code));
    }
    if (*stage == 0)
        problems_add(p, text->file, text->stage_line, S("stage"), M_practice_stage_unknown, "%.*s (%.*s)", STR_ARG(text->stage), STR_ARG(buf_text(&known)));
    return RC_OK;
}

static enum rc find_rubric(struct db *db, struct arena *a, struct problems *p, const struct practice_text *text)
{
    struct row_practice_rubric row;
    if (str_empty(text->rubric))
        return RC_OK;
    enum rc rc = sql_practice_rubric(db, a, text->rubric, &row);
    if (rc == RC_NOT_FOUND)
        problems_add(p, text->file, text->rubric_line, S("rubric"), M_practice_rubric_unknown, "%.*s", STR_ARG(text->rubric));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc practice_find_named(struct db *db, struct arena *a, int64_t programme, struct problems *p, const struct practice_text *text, int64_t *stage,
                            int64_t **competencies)
{
    struct competency *all = NULL;
    size_t count = 0;
    TRY(find_stage(db, a, programme, p, text, stage));
    TRY(find_rubric(db, a, p, text));
    enum rc rc = framework_outline(db, a, programme, S("en"), true, &all, &count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    int64_t *ids = *competencies = ARENA_ARRAY(a, PRACTICE_COMPETENCIES_MAX, int64_t);
    for (size_t n = 0; n < text->competency_count; n++) {
        for (size_t k = 0; k < count && ids[n] == 0; k++)
            if (str_eq(all[k].code, text->competencies[n]))
                ids[n] = all[k].competency;
        if (ids[n] == 0)
            problems_add(p, text->file, text->competency_line, S("practises"), M_practice_competency_unknown, "%.*s", STR_ARG(text->competencies[n]));
    }
    return RC_OK;
}

/* ---- translations ------------------------------------------------------------------------------------------------------------------- */

/* What decides how links are numbered, counted in a passage. */
static size_t count_in(struct str source, struct str word)
{
    size_t n = 0, at;
    while (str_find(source, word, &at)) {
        n++;
        source = str_sub(source, at + word.n, source.n);
    }
    return n;
}

static bool same_shape(const struct story_passage *x, const struct story_passage *y)
{
    static const struct str marks[] = {S_INIT("[["), S_INIT("<<"), S_INIT("(link"), S_INIT("<!-- cadre")};
    bool same = str_eq(x->title, y->title) && str_eq(x->tags, y->tags);
    for (size_t k = 0; same && k < COUNT_OF(marks); k++)
        same = count_in(x->source, marks[k]) == count_in(y->source, marks[k]);
    return same;
}

/* The next passage of the way. */
static const struct story_passage *next_passage(const struct story *s, uint32_t *at)
{
    while (*at < story_info(s)->passages) {
        const struct story_passage *p = story_passage(s, (*at)++);
        if (!p->special)
            return p;
    }
    return NULL;
}

static void check_case(struct arena *a, struct str original, struct str file, struct str bytes, struct problems *p)
{
    struct story_problems ignored = story_problems_new(a);
    const struct story *x = story_parse(a, S(""), original, &ignored), *y = story_parse(a, file, bytes, &ignored);
    uint32_t at_x = 0, at_y = 0;
    for (;;) {
        const struct story_passage *one = next_passage(x, &at_x), *other = next_passage(y, &at_y);
        if (one == NULL && other == NULL)
            return;
        if (one == NULL || other == NULL || !same_shape(one, other)) {
            problems_add(p, file, other != NULL ? other->line : 1, other != NULL ? other->title : S(""), M_practice_translation_differs, "%.*s",
                         STR_ARG(one != NULL ? one->title : other->title));
            return; /* what follows one that differs is told only when that is right */
        }
    }
}

void practice_check_translation(struct arena *a, enum practice_kind kind, struct str original, struct str file, struct str bytes, struct problems *p)
{
    if (kind == PRACTICE_CASE) {
        check_case(a, original, file, bytes, p);
        return;
    }
    struct problems ignored = problems_new(a);
    struct sections x = sections_read(a, S(""), original, &ignored), y = sections_read(a, file, bytes, &ignored);
    sections_compare(a, &x, &y, p);
}

/* ---- writing ---------------------------------------------------------------------------------------------------------------------- */

static enum rc describe(struct db *tx, struct arena *a, struct practice_publishing *n, int64_t now)
{
    const struct practice_text *t = n->text;
    const int64_t *stage = n->stage != 0 ? &n->stage : NULL, *person = n->person != 0 ? &n->person : NULL;
    struct str key = utf8_fold(a, t->title);
    if (n->exercise == 0) {
        n->exercise = db_new_id(tx);
        TRY(sql_practice_add(tx, n->exercise, n->programme, n->code, practice_kind_word(t->kind), n->language, stage, t->title, key, t->minutes,
                             S("open"), n->person == 0, person, now));
    } else {
        TRY(sql_practice_describe_exercise(tx, n->exercise, stage, t->title, key, t->minutes, n->person == 0));
    }
    TRY(sql_practice_competencies_clear(tx, n->exercise));
    for (size_t k = 0; k < t->competency_count; k++)
        TRY(sql_practice_competency_add(tx, n->exercise, n->competencies[k], (int64_t)k));
    return RC_OK;
}

static enum rc add_version(struct db *tx, struct arena *a, const struct practice_publishing *n, const int64_t *translates, int64_t now, int64_t *version)
{
    const struct practice_text *t = n->text;
    const int64_t *person = n->person != 0 ? &n->person : NULL;
    struct row_practice_last_number last;
    TRY(sql_practice_last_number(tx, a, n->exercise, n->language, &last));
    *version = db_new_id(tx);
    TRY(sql_practice_version_replace(tx, n->exercise, n->language));
    TRY(sql_practice_version_add(tx, *version, n->exercise, n->language, last.n + 1, translates, t->title, t->summary, n->source,
                                 practice_digest(a, n->source), now, person, t->rubric.p != NULL ? t->rubric : S("")));
    for (size_t k = 0; k < t->panel_count; k++)
        TRY(sql_practice_panel_add(tx, *version, t->panel[k].question, t->panel[k].target, t->panel[k].experts));
    return translates == NULL ? practice_count_panel(tx, a, n->exercise, *version) : RC_OK;
}

enum rc practice_publish(struct db *tx, struct arena *a, struct practice_publishing *n, int64_t now, int64_t *version, struct err *e)
{
    struct row_practice_current there, own;
    struct row_practice_find x;
    const int64_t *translates = NULL;
    *version = 0;
    if (!n->own) {
        TRY(sql_practice_find(tx, a, n->exercise, n->language, &x));
        if (sql_practice_current(tx, a, n->exercise, x.language, &own) != RC_OK)
            return err_set(e, RC_INVALID, M_practice_translates_nothing, NULL);
        translates = &own.id;
    }
    enum rc rc = n->exercise != 0 ? sql_practice_current(tx, a, n->exercise, n->language, &there) : RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && str_eq(there.digest, practice_digest(a, n->source)) && (translates == NULL || there.translates_id == *translates))
        return RC_OK;
    if (n->own)
        TRY(describe(tx, a, n, now));
    return add_version(tx, a, n, translates, now, version);
}
