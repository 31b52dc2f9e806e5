/* Quizzes in the database: reading the questions of a session or of an attempt, and storing an edited quiz so that
 * answers given stay with the question that was asked. See inside.h. */
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "programme/curriculum/inside.h"

/* Rows of options come sorted by question; questions come in another order, so each looks its own up. */
static size_t first_of(const struct row_question_options *v, size_t n, int64_t question)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (v[mid].question_id < question)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void take_options(struct arena *a, struct quiz_question *q, const struct row_question_options *v, size_t n)
{
    size_t first = first_of(v, n, q->id), end = first;
    while (end < n && v[end].question_id == q->id)
        end++;
    q->option_count = end - first;
    q->options = ARENA_ARRAY(a, q->option_count, struct quiz_option);
    for (size_t i = 0; i < q->option_count; i++) {
        const struct row_question_options *r = &v[first + i];
        q->options[i] =
            (struct quiz_option){.id = r->id, .text = r->text, .feedback = r->feedback, .correct = r->correct != 0};
    }
}

static enum question_kind kind_of(struct str word)
{
    enum question_kind kind = QUESTION_SINGLE;
    ASSERT(question_kind_find(word, &kind)); /* the schema allows no other */
    return kind;
}

enum rc quiz_load(struct db *db, struct arena *a, int64_t session, struct quiz_question **out, size_t *count)
{
    struct rows_question_list rows;
    struct rows_question_options options;
    TRY(sql_question_list(db, a, session, &rows));
    TRY(sql_question_options(db, a, session, &options));
    *out = ARENA_ARRAY(a, rows.n, struct quiz_question);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_question_list *r = &rows.v[i];
        (*out)[i] =
            (struct quiz_question){.id = r->id, .kind = kind_of(r->kind), .text = r->text, .feedback = r->feedback};
        take_options(a, &(*out)[i], options.v, options.n);
    }
    return RC_OK;
}

enum rc quiz_load_attempt(struct db *db, struct arena *a, int64_t attempt, struct quiz_result **out, size_t *count)
{
    struct rows_attempt_answers rows;
    struct rows_attempt_options options;
    TRY(sql_attempt_answers(db, a, attempt, &rows));
    TRY(sql_attempt_options(db, a, attempt, &options));
    struct row_question_options *same = ARENA_ARRAY(a, options.n, struct row_question_options);
    for (size_t i = 0; i < options.n; i++) {
        const struct row_attempt_options *r = &options.v[i];
        same[i] = (struct row_question_options){.question_id = r->question_id,
                                                .id = r->id,
                                                .text = r->text,
                                                .correct = r->correct,
                                                .feedback = r->feedback};
    }
    *out = ARENA_ARRAY(a, rows.n, struct quiz_result);
    *count = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_attempt_answers *r = &rows.v[i];
        struct quiz_result *result = &(*out)[i];
        result->question =
            (struct quiz_question){.id = r->id, .kind = kind_of(r->kind), .text = r->text, .feedback = r->feedback};
        take_options(a, &result->question, same, options.n);
        quiz_answer_read(a, &result->question, r->answer, &result->answer);
        result->correct = r->correct != 0;
    }
    return RC_OK;
}

static enum rc add_question(struct db *tx, int64_t session, int64_t ordinal, const struct quiz_question *q)
{
    int64_t id = db_new_id(tx);
    TRY(sql_question_add(tx, id, session, ordinal, str_from(question_kind_word(q->kind)), q->text, q->feedback));
    for (size_t i = 0; i < q->option_count; i++) {
        const struct quiz_option *o = &q->options[i];
        TRY(sql_question_option_add(tx, db_new_id(tx), id, (int64_t)i + 1, o->text, o->correct, o->feedback));
    }
    return RC_OK;
}

enum rc quiz_store(struct db *tx, struct arena *a, int64_t session, const struct quiz_question *questions, size_t count,
                   int64_t *changed)
{
    struct quiz_question *old;
    size_t old_count;
    int64_t n = 0;
    TRY(quiz_load(tx, a, session, &old, &old_count));
    bool *kept = ARENA_ARRAY(a, old_count, bool);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < old_count && (kept[k] || !quiz_question_same(&old[k], &questions[i])))
            k++;
        if (k == old_count) {
            TRY(add_question(tx, session, (int64_t)i + 1, &questions[i]));
            n++;
            continue;
        }
        kept[k] = true;
        TRY(sql_question_place(tx, old[k].id, (int64_t)i + 1));
        n += db_changes(tx);
    }
    for (size_t k = 0; k < old_count; k++)
        if (!kept[k]) {
            TRY(sql_question_retire(tx, old[k].id));
            n++;
        }
    if (changed != NULL)
        *changed = n;
    return RC_OK;
}
