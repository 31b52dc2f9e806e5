/* Taking a quiz: the questions, what was answered, what came of it. Answers of who is enrolled are kept as an attempt;
 * all others may try the quiz and see the result. */
#include "base/utf8.h"
#include "gen/msg_form.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/quiz_result_view.h"
#include "gen/programme/curriculum/quiz_view.h"
#include "programme/curriculum/pages.h"

#define ANSWER_MAX 500 /* characters of a short answer */
#define ATTEMPTS_SHOWN 20

/* A quiz that is being answered. Arrays go with the questions. */
struct sitting {
    struct session_page s;
    struct quiz_question *questions;
    size_t count;
    struct quiz_answer *answers;
    struct str *errors;  /* empty: answered well enough to be marked */
    struct str **places; /* order questions: what was typed for each option */
    bool *right;
};

static enum rc open_sitting(struct ctx *c, struct sitting *q)
{
    *q = (struct sitting){0};
    TRY(page_session(c, &q->s));
    TRY(access_require(c, P_QUIZ_TAKE, &(struct target){.programme = q->s.row.programme_id}));
    TRY(quiz_load(c->db, c->a, q->s.row.id, &q->questions, &q->count));
    if (q->count == 0)
        return RC_NOT_FOUND;
    q->answers = ARENA_ARRAY(c->a, q->count, struct quiz_answer);
    q->errors = ARENA_ARRAY(c->a, q->count, struct str);
    q->places = ARENA_ARRAY(c->a, q->count, struct str *);
    q->right = ARENA_ARRAY(c->a, q->count, bool);
    return RC_OK;
}

/* ---- reading what was sent --------------------------------------------------------------------------------------- */

static const char *field_name(struct ctx *c, char kind, int64_t id)
{
    return str_printf(c->a, "%c%" PRId64, kind, id).p;
}

static bool has_option(const struct quiz_question *q, int64_t id)
{
    for (size_t i = 0; i < q->option_count; i++)
        if (q->options[i].id == id)
            return true;
    return false;
}

static void read_choice(struct ctx *c, const struct quiz_question *q, struct quiz_answer *answer)
{
    const char *name = field_name(c, 'q', q->id);
    answer->options = ARENA_ARRAY(c->a, q->option_count, int64_t);
    for (size_t i = 0; i < c->rq->form_count && answer->option_count < q->option_count; i++) {
        int64_t id;
        if (str_eq_z(c->rq->form[i].name, name) && str_to_int(c->rq->form[i].value, &id) && has_option(q, id))
            answer->options[answer->option_count++] = id;
    }
}

/* Each step has a box for its place. Only when every place from 1 on is given once is it an answer. */
static msg_id read_order(struct ctx *c, const struct quiz_question *q, struct quiz_answer *answer, struct str **places)
{
    size_t n = q->option_count, given = 0;
    int64_t *at = ARENA_ARRAY(c->a, n, int64_t);
    *places = ARENA_ARRAY(c->a, n, struct str);
    bool clash = false;
    for (size_t i = 0; i < n; i++) {
        struct str typed = str_trim(request_form(c->rq, field_name(c, 'o', q->options[i].id)));
        (*places)[i] = typed.p != NULL ? utf8_truncate(typed, 10) : S("");
        int64_t place;
        if (str_empty(typed))
            continue;
        given++;
        if (!str_to_int(typed, &place) || place < 1 || place > (int64_t)n || at[place - 1] != 0)
            clash = true;
        else
            at[place - 1] = q->options[i].id;
    }
    if (given == n && !clash) {
        answer->options = at;
        answer->option_count = n;
        return 0;
    }
    return given == 0 ? M_curriculum_unanswered : M_curriculum_order_incomplete;
}

static msg_id read_one(struct ctx *c, const struct quiz_question *q, struct quiz_answer *answer, struct str **places)
{
    *answer = (struct quiz_answer){.text = S("")};
    if (q->kind == QUESTION_ORDER)
        return read_order(c, q, answer, places);
    if (q->kind == QUESTION_SHORT) {
        struct str typed = str_trim(request_form(c->rq, field_name(c, 'q', q->id)));
        answer->text = typed.p != NULL ? typed : S("");
        if (utf8_count(answer->text) > ANSWER_MAX)
            return M_curriculum_answer_long;
    } else {
        read_choice(c, q, answer);
    }
    return quiz_answered(q, answer) ? 0 : M_curriculum_unanswered;
}

static bool read_answers(struct ctx *c, struct sitting *q)
{
    bool all = true;
    for (size_t i = 0; i < q->count; i++) {
        msg_id wrong = read_one(c, &q->questions[i], &q->answers[i], &q->places[i]);
        const struct msg_arg args[] = {MSG_NUM("n", (int64_t)i + 1)};
        q->errors[i] = wrong != 0 ? tr_args(c, wrong, args, COUNT_OF(args)) : S("");
        all = all && wrong == 0;
    }
    return all;
}

/* ---- the form ---------------------------------------------------------------------------------------------------- */

static bool ticked(const struct quiz_answer *answer, int64_t option)
{
    for (size_t i = 0; i < answer->option_count; i++)
        if (answer->options[i] == option)
            return true;
    return false;
}

static void fill_options(struct ctx *c, const struct quiz_question *q, const struct quiz_answer *answer,
                         const struct str *places, struct view_quiz_questions *out)
{
    if (q->kind == QUESTION_SHORT) /* its options are the accepted answers */
        return;
    struct view_quiz_questions_options *options =
        ARENA_ARRAY(c->a, q->option_count, struct view_quiz_questions_options);
    size_t *shown = ARENA_ARRAY(c->a, q->option_count, size_t);
    for (size_t i = 0; i < q->option_count; i++)
        shown[i] = i;
    if (q->kind == QUESTION_ORDER)
        quiz_shuffle(q, c->who->person, shown);
    for (size_t i = 0; i < q->option_count; i++) {
        const struct quiz_option *o = &q->options[shown[i]];
        options[i] = (struct view_quiz_questions_options){
            .id = o->id,
            .text = o->text,
            .first = i == 0,
            .checked = ticked(answer, o->id),
            .place = places != NULL ? places[shown[i]] : S(""),
        };
    }
    out->options = options;
    out->options_count = q->option_count;
}

static enum rc show_form(struct ctx *c, struct sitting *q, bool failed)
{
    const struct standing *st = &q->s.standing;
    struct view_quiz_questions *list = ARENA_ARRAY(c->a, q->count, struct view_quiz_questions);
    struct view_quiz_errors *errors = ARENA_ARRAY(c->a, q->count, struct view_quiz_errors);
    struct view_quiz v = {
        .csrf = page_csrf(c),
        .action = page_path(c, "/sessions/%" PRId64 "/quiz", q->s.row.id),
        .draft = page_path(c, "quiz-%" PRId64, q->s.row.id),
        .back = page_path(c, "/sessions/%" PRId64, q->s.row.id),
        .counts = st->enrolled,
        .pass = st->pass_percent,
        .best = st->best_percent >= 0 ? SOME_INT(st->best_percent) : (struct opt_int){0},
        .questions = list,
        .questions_count = q->count,
        .total = (int64_t)q->count,
        .errors = errors,
    };
    for (size_t i = 0; i < q->count; i++) {
        const struct quiz_question *one = &q->questions[i];
        list[i] = (struct view_quiz_questions){
            .id = one->id,
            .number = (int64_t)i + 1,
            .kind = str_from(question_kind_word(one->kind)),
            .text = one->text,
            .error = q->errors[i],
            .value = q->answers[i].text,
            .steps = (int64_t)one->option_count,
        };
        fill_options(c, one, &q->answers[i], q->places[i], &list[i]);
        if (!str_empty(q->errors[i]))
            errors[v.errors_count++] = (struct view_quiz_errors){page_path(c, "f-q%" PRId64, one->id), q->errors[i]};
    }
    struct crumb crumbs[] = {{q->s.row.course_title, page_path(c, "/courses/%" PRId64, q->s.row.course_id)},
                             {q->s.row.title, page_path(c, "/sessions/%" PRId64, q->s.row.id)}};
    struct page p = {.title = tr(c, M_curriculum_quiz),
                     .section = "/learning",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs),
                     .status = failed ? 422 : 0};
    return view_quiz_page(c, &p, &v);
}

enum rc get_quiz(struct ctx *c)
{
    struct sitting q;
    TRY(open_sitting(c, &q));
    for (size_t i = 0; i < q.count; i++) {
        q.errors[i] = S("");
        q.answers[i].text = S("");
    }
    return show_form(c, &q, false);
}

/* ---- the result -------------------------------------------------------------------------------------------------- */

static void fill_result(struct ctx *c, const struct quiz_result *r, bool reveal, struct view_quiz_result_questions *out)
{
    const struct quiz_question *q = &r->question;
    out->text = q->text;
    out->correct = r->correct;
    out->kind = str_from(question_kind_word(q->kind));
    out->given = r->answer.text;
    out->feedback = q->feedback;
    if (q->kind == QUESTION_SHORT)
        return;
    size_t n = q->kind == QUESTION_ORDER ? r->answer.option_count : q->option_count;
    struct view_quiz_result_questions_options *options =
        ARENA_ARRAY(c->a, n, struct view_quiz_result_questions_options);
    for (size_t i = 0; i < n; i++) {
        const struct quiz_option *o = &q->options[i];
        for (size_t k = 0; q->kind == QUESTION_ORDER && k < q->option_count; k++) /* as they were put */
            if (q->options[k].id == r->answer.options[i])
                o = &q->options[k];
        bool chosen = ticked(&r->answer, o->id), right = o->correct && (reveal || r->correct || chosen);
        struct str feedback = chosen || reveal ? o->feedback : S("");
        options[i] = (struct view_quiz_result_questions_options){
            .text = o->text,
            .chosen = chosen,
            .right = right,
            .feedback = feedback,
            .explain = chosen || right || !str_empty(feedback),
        };
    }
    out->options = options;
    out->options_count = n;
}

static enum rc fill_attempts(struct ctx *c, int64_t session, struct view_quiz_result *v)
{
    struct rows_attempt_list rows;
    TRY(sql_attempt_list(c->db, c->a, c->who->person, session, ATTEMPTS_SHOWN, &rows));
    struct view_quiz_result_attempts *list = ARENA_ARRAY(c->a, rows.n, struct view_quiz_result_attempts);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_quiz_result_attempts){.when = rows.v[i].finished_at,
                                                     .percent = rows.v[i].percent,
                                                     .passed = rows.v[i].passed != 0,
                                                     .href = page_path(c, "/quiz-attempts/%" PRId64, rows.v[i].id)};
    v->attempts = list;
    v->attempts_count = rows.n > 1 ? rows.n : 0; /* one attempt is the page itself */
    return RC_OK;
}

static enum rc show_result(struct ctx *c, const struct row_session_find *s, const struct quiz_result *results,
                           size_t count, struct view_quiz_result *v)
{
    struct view_quiz_result_questions *list = ARENA_ARRAY(c->a, count, struct view_quiz_result_questions);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct view_quiz_result_questions){.number = (int64_t)i + 1};
        fill_result(c, &results[i], v->passed, &list[i]);
    }
    v->questions = list;
    v->questions_count = count;
    v->again = page_path(c, "/sessions/%" PRId64 "/quiz", s->id);
    v->back = page_path(c, "/sessions/%" PRId64, s->id);
    struct crumb crumbs[] = {{s->course_title, page_path(c, "/courses/%" PRId64, s->course_id)},
                             {s->title, page_path(c, "/sessions/%" PRId64, s->id)}};
    struct page p = {.title = tr(c, M_curriculum_result_title),
                     .section = "/learning",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs)};
    return view_quiz_result_page(c, &p, v);
}

/* Of who is not enrolled: shown once, kept nowhere. */
static enum rc show_practice(struct ctx *c, const struct sitting *q)
{
    struct quiz_result *results = ARENA_ARRAY(c->a, q->count, struct quiz_result);
    size_t right = 0;
    for (size_t i = 0; i < q->count; i++) {
        results[i] = (struct quiz_result){q->questions[i], q->answers[i], q->right[i]};
        right += q->right[i];
    }
    int percent = quiz_percent(right, q->count);
    struct view_quiz_result v = {.passed = percent >= q->s.row.pass_percent,
                                 .right = (int64_t)right,
                                 .total = (int64_t)q->count,
                                 .percent = percent,
                                 .pass = q->s.row.pass_percent};
    return show_result(c, &q->s.row, results, q->count, &v);
}

enum rc get_quiz_attempt(struct ctx *c)
{
    int64_t id;
    struct row_attempt_find t;
    struct row_session_find s;
    struct standing st;
    struct quiz_result *results;
    size_t count;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_attempt_find(c->db, c->a, id, &t));
    c->decided = true;
    if (t.person_id != c->who->person) /* what somebody answered is for nobody else */
        return RC_NOT_FOUND;
    TRY(sql_session_find(c->db, c->a, t.session_id, &s));
    TRY(learning_standing(c->db, c->a, c->who->person, t.session_id, &st));
    TRY(quiz_load_attempt(c->db, c->a, id, &results, &count));
    struct view_quiz_result v = {.counts = true,
                                 .passed = t.passed != 0,
                                 .right = t.right_count,
                                 .total = t.question_count,
                                 .percent = t.percent,
                                 .pass = st.pass_percent,
                                 .session_done = st.completed_at != 0};
    TRY(fill_attempts(c, t.session_id, &v));
    return show_result(c, &s, results, count, &v);
}

struct keep {
    const struct sitting *q;
    int64_t person, now, attempt;
};

static enum rc write_attempt(struct db *tx, void *arg, struct err *e)
{
    struct keep *k = arg;
    const struct sitting *q = k->q;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = learning_keep_attempt(tx, a, k->person, q->s.row.id, q->questions, q->answers, q->right, q->count,
                                       k->now, &k->attempt);
    arena_free(a);
    return rc;
}

enum rc post_quiz(struct ctx *c)
{
    struct sitting q;
    TRY(open_sitting(c, &q));
    if (!read_answers(c, &q))
        return show_form(c, &q, true);
    for (size_t i = 0; i < q.count; i++)
        q.right[i] = quiz_mark(c->a, &q.questions[i], &q.answers[i]);
    if (!q.s.standing.enrolled)
        return show_practice(c, &q);
    struct keep k = {.q = &q, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, write_attempt, &k));
    return page_redirect(c, page_path(c, "/quiz-attempts/%" PRId64, k.attempt), M_curriculum_quiz_kept);
}
