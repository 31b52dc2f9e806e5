/* The quiz grammar: reading and writing; see quiz.h. Marking is in quiz_mark.c. */
#include "programme/curriculum/quiz.h"

#include "base/utf8.h"
#include "gen/msg_curriculum.h"

static const char *const kind_words[] = {[QUESTION_SINGLE] = "single",
                                         [QUESTION_MULTIPLE] = "multiple",
                                         [QUESTION_SHORT] = "short",
                                         [QUESTION_ORDER] = "order"};

const char *question_kind_word(enum question_kind kind)
{
    return kind_words[kind];
}

bool question_kind_find(struct str word, enum question_kind *kind)
{
    for (size_t i = 0; i < COUNT_OF(kind_words); i++)
        if (str_eq_z(word, kind_words[i])) {
            *kind = (enum question_kind)i;
            return true;
        }
    return false;
}

struct reader {
    struct arena *a;
    struct problems *p;
    struct str file;
    size_t line;
    struct quiz_question *items;
    size_t count;
    struct quiz_question *q; /* the one being read; NULL before the first and after one that cannot be read */
    struct str *open;        /* the text that a plain line goes on with; NULL after an empty line */
    struct str *joined;      /* the text that stands in room; NULL: none */
    struct buf room;         /* grows with a text of many lines */
    bool seen;               /* a question was begun, readable or not */
};

static void problem(struct reader *r, size_t line, msg_id msg, struct str detail)
{
    problems_add(r->p, r->file, line, S(""), msg, "%.*s", STR_ARG(utf8_truncate(detail, 60)));
}

static void join_line(struct reader *r, struct str *to, struct str line)
{
    if (str_empty(*to)) {
        *to = line;
        return;
    }
    if (r->joined != to) {
        r->room = buf_new(r->a, 2 * (to->n + line.n));
        buf_str(&r->room, *to);
        r->joined = to;
    }
    buf_ch(&r->room, '\n');
    buf_str(&r->room, line);
    *to = buf_text(&r->room);
}

/* "12. text": the number, and the text behind it. */
static bool numbered(struct str line, int64_t *number, struct str *text)
{
    size_t n = 0;
    while (n < line.n && n < 4 && line.p[n] >= '0' && line.p[n] <= '9')
        n++;
    if (n == 0 || n == line.n || line.p[n] != '.' || !str_to_int(str_sub(line, 0, n), number))
        return false;
    *text = str_trim(str_sub(line, n + 1, line.n));
    return true;
}

static bool boxed(struct str line, bool *ticked, struct str *text)
{
    if (line.n < 5 || !str_starts(line, S("- [")) || line.p[4] != ']')
        return false;
    *ticked = line.p[3] == 'x' || line.p[3] == 'X';
    *text = str_trim(str_sub(line, 5, line.n));
    return *ticked || line.p[3] == ' ';
}

static void add_option(struct reader *r, struct str text, bool correct)
{
    struct quiz_question *q = r->q;
    if (q->option_count == QUIZ_OPTIONS_MAX) {
        problem(r, r->line, M_curriculum_quiz_many_options, str_printf(r->a, "%d", QUIZ_OPTIONS_MAX));
        return;
    }
    if (text.n == 0)
        problem(r, r->line, M_curriculum_quiz_option_empty, S(""));
    q->options[q->option_count] = (struct quiz_option){.text = text, .feedback = S(""), .correct = correct};
    r->open = &q->options[q->option_count++].text;
}

static void check_options(struct reader *r, const struct quiz_question *q)
{
    size_t right = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        const struct quiz_option *o = &q->options[i];
        right += o->correct;
        if (utf8_count(o->text) > QUIZ_TEXT_MAX || utf8_count(o->feedback) > QUIZ_TEXT_MAX)
            problem(r, q->line, M_curriculum_quiz_long, o->text);
        for (size_t j = 0; j < i; j++)
            if (str_eq(o->text, q->options[j].text))
                problem(r, q->line, M_curriculum_quiz_option_twice, o->text);
    }
    if (q->kind == QUESTION_SHORT) {
        if (q->option_count == 0)
            problem(r, q->line, M_curriculum_quiz_no_accepted, q->text);
        return;
    }
    if (q->option_count < 2)
        problem(r, q->line, q->kind == QUESTION_ORDER ? M_curriculum_quiz_few_steps : M_curriculum_quiz_few_options,
                q->text);
    else if (q->kind == QUESTION_SINGLE && right != 1)
        problem(r, q->line, M_curriculum_quiz_single_right, str_printf(r->a, "%zu", right));
    else if (q->kind == QUESTION_MULTIPLE && right == 0)
        problem(r, q->line, M_curriculum_quiz_multiple_right, q->text);
}

/* A short answer that is all punctuation would accept everything that is. */
static void check_accepted(struct reader *r, const struct quiz_question *q)
{
    for (size_t i = 0; q->kind == QUESTION_SHORT && i < q->option_count; i++) {
        struct quiz_answer nothing = {.text = S("")};
        struct quiz_question one = {.kind = QUESTION_SHORT, .options = &q->options[i], .option_count = 1};
        if (q->options[i].text.n != 0 && quiz_mark(r->a, &one, &nothing))
            problem(r, q->line, M_curriculum_quiz_accepted_empty, q->options[i].text);
    }
}

static void end_question(struct reader *r)
{
    struct quiz_question *q = r->q;
    r->q = NULL;
    r->open = NULL;
    if (q == NULL)
        return;
    q->feedback = str_trim(q->feedback); /* an empty ">" stands between paragraphs, not at the end */
    for (size_t i = 0; i < q->option_count; i++)
        q->options[i].feedback = str_trim(q->options[i].feedback);
    if (q->text.n == 0)
        problem(r, q->line, M_curriculum_quiz_text_empty, S(""));
    else if (utf8_count(q->text) > QUIZ_TEXT_MAX || utf8_count(q->feedback) > QUIZ_TEXT_MAX)
        problem(r, q->line, M_curriculum_quiz_long, q->text);
    check_options(r, q);
    check_accepted(r, q);
}

/* "? single: text" */
static void begin_question(struct reader *r, struct str line)
{
    end_question(r);
    r->seen = true;
    struct str rest = str_sub(line, 1, line.n), word;
    enum question_kind kind;
    if (!str_cut(&rest, ':', &word) || rest.p == NULL || !question_kind_find(str_trim(word), &kind)) {
        problem(r, r->line, M_curriculum_quiz_kind, line);
        return;
    }
    if (r->count == QUIZ_QUESTIONS_MAX) {
        problem(r, r->line, M_curriculum_quiz_many_questions, str_printf(r->a, "%d", QUIZ_QUESTIONS_MAX));
        return;
    }
    if (r->items == NULL)
        r->items = ARENA_ARRAY(r->a, QUIZ_QUESTIONS_MAX, struct quiz_question);
    r->q = &r->items[r->count++];
    *r->q = (struct quiz_question){.kind = kind, .text = str_trim(rest), .feedback = S(""), .line = r->line};
    r->q->options = ARENA_ARRAY(r->a, QUIZ_OPTIONS_MAX, struct quiz_option);
    r->open = &r->q->text;
}

static void read_feedback(struct reader *r, struct str text)
{
    struct quiz_question *q = r->q;
    bool of_option = (q->kind == QUESTION_SINGLE || q->kind == QUESTION_MULTIPLE) && q->option_count != 0;
    struct str *to = of_option ? &q->options[q->option_count - 1].feedback : &q->feedback;
    join_line(r, to, text);
    r->open = to;
}

/* A line that marks an answer. False when it does not. */
static bool read_answer(struct reader *r, struct str line)
{
    bool ticked, choice = r->q->kind == QUESTION_SINGLE || r->q->kind == QUESTION_MULTIPLE;
    int64_t number;
    struct str text;
    if (boxed(line, &ticked, &text)) {
        if (choice)
            add_option(r, text, ticked);
        else
            problem(r, r->line, M_curriculum_quiz_box_place, line);
    } else if (str_starts(line, S("- [")) || (choice && (str_starts(line, S("- ")) || str_starts(line, S("* "))))) {
        problem(r, r->line, M_curriculum_quiz_box, line);
    } else if (str_starts(line, S("=")) && r->q->kind == QUESTION_SHORT) {
        add_option(r, str_trim(str_sub(line, 1, line.n)), true);
    } else if (r->q->kind == QUESTION_ORDER && numbered(line, &number, &text)) {
        if (number != (int64_t)r->q->option_count + 1)
            problem(r, r->line, M_curriculum_quiz_number, str_printf(r->a, "%zu", r->q->option_count + 1));
        add_option(r, text, true);
    } else {
        return false;
    }
    return true;
}

static void read_line(struct reader *r, struct str raw)
{
    struct str line = str_trim(raw);
    if (line.n == 0) {
        r->open = NULL;
    } else if (line.p[0] == '?') {
        begin_question(r, line);
    } else if (r->q == NULL) {
        if (!r->seen) /* what follows an unreadable question was told with it */
            problem(r, r->line, M_curriculum_quiz_begin, line);
        r->seen = true;
    } else if (line.p[0] == '>') {
        read_feedback(r, str_trim(str_sub(line, 1, line.n)));
    } else if (read_answer(r, line)) {
        return;
    } else if (r->open != NULL) {
        join_line(r, r->open, line);
    } else {
        problem(r, r->line, M_curriculum_quiz_stray, line);
    }
}

void quiz_parse(struct arena *a, struct str file, size_t first_line, struct str text, struct problems *p,
                struct quiz_question **out, size_t *count)
{
    struct reader r = {.a = a, .p = p, .file = file, .line = first_line};
    struct str line;
    for (; str_line(&text, &line); r.line++)
        read_line(&r, line);
    end_question(&r);
    *out = r.items;
    *count = r.count;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void write_lines(struct buf *b, const char *first, const char *further, struct str text)
{
    struct str line;
    for (const char *before = first; str_line(&text, &line); before = further) {
        buf_z(b, before);
        buf_str(b, line);
        buf_ch(b, '\n');
    }
}

static void write_question(struct arena *a, struct buf *b, const struct quiz_question *q)
{
    bool choice = q->kind == QUESTION_SINGLE || q->kind == QUESTION_MULTIPLE;
    write_lines(b, str_z(a, str_printf(a, "? %s: ", question_kind_word(q->kind))), "  ", q->text);
    if (choice)
        write_lines(b, "> ", "> ", q->feedback);
    for (size_t i = 0; i < q->option_count; i++) {
        const struct quiz_option *o = &q->options[i];
        struct str mark = choice                      ? (o->correct ? S("- [x] ") : S("- [ ] "))
                          : q->kind == QUESTION_SHORT ? S("= ")
                                                      : str_printf(a, "%zu. ", i + 1);
        write_lines(b, str_z(a, mark), "  ", o->text);
        write_lines(b, "  > ", "  > ", o->feedback);
    }
    if (!choice)
        write_lines(b, "> ", "> ", q->feedback);
}

struct str quiz_write(struct arena *a, const struct quiz_question *questions, size_t count)
{
    struct buf b = buf_new(a, 4096);
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            buf_ch(&b, '\n');
        write_question(a, &b, &questions[i]);
    }
    return buf_text(&b);
}

bool quiz_question_same(const struct quiz_question *x, const struct quiz_question *y)
{
    if (x->kind != y->kind || x->option_count != y->option_count || !str_eq(x->text, y->text) ||
        !str_eq(x->feedback, y->feedback))
        return false;
    for (size_t i = 0; i < x->option_count; i++) {
        const struct quiz_option *s = &x->options[i], *t = &y->options[i];
        if (s->correct != t->correct || !str_eq(s->text, t->text) || !str_eq(s->feedback, t->feedback))
            return false;
    }
    return true;
}
