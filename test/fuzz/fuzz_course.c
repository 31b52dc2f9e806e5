/* Any bytes as the files of a course, each beginning after a line "=== path", and as a quiz: no crash; what is read without
 * problems keeps its promises, and a quiz that is written is read as the same quiz. */
#include "base/utf8.h"
#include "programme/curriculum/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES_MAX 8

static size_t files_of(struct str s, struct content_file *files)
{
    size_t count = 0;
    struct str line;
    const char *begin = NULL;
    while (str_line(&s, &line)) {
        if (!str_starts(line, S("=== ")))
            continue;
        if (count > 0)
            files[count - 1].bytes.n = (size_t)(line.p - begin);
        if (count == FILES_MAX)
            return count;
        begin = s.p != NULL ? s.p : line.p + line.n;
        files[count++] = (struct content_file){.path = str_sub(line, 4, line.n), .bytes = {begin, s.n}};
    }
    return count;
}

static void question_right(const struct quiz_question *q)
{
    size_t correct = 0;
    ASSERT(utf8_is_text(q->text) && q->text.n > 0 && q->option_count <= QUIZ_OPTIONS_MAX && q->option_count > 0);
    for (size_t i = 0; i < q->option_count; i++)
        correct += q->options[i].correct;
    ASSERT(q->kind != QUESTION_SINGLE || correct == 1);
}

static void course(struct arena *a, const struct content_folder *folder)
{
    struct problems p = problems_new(a);
    struct content_course c = {0};
    content_read(a, folder, &p, &c);
    if (p.errors != 0)
        return;
    ASSERT(content_slug_valid(c.slug) && utf8_is_text(c.title) && c.title.n > 0);
    for (size_t i = 0; i < c.session_count; i++) {
        const struct content_session *s = &c.sessions[i];
        ASSERT(content_slug_valid(s->slug) && utf8_is_text(s->reading) && s->question_count <= QUIZ_QUESTIONS_MAX);
        ASSERT(i == 0 || s->ordinal > c.sessions[i - 1].ordinal);
        for (size_t k = 0; k < s->question_count; k++)
            question_right(&s->questions[k]);
        for (size_t k = 0; k < s->tag_count; k++)
            ASSERT(strchr("IPA", s->tags[k].use) != NULL);
    }
}

static void quiz(struct arena *a, struct str s)
{
    struct problems p = problems_new(a);
    struct quiz_question *q, *again;
    size_t n, m, places[QUIZ_OPTIONS_MAX];
    quiz_parse(a, S("f.md"), 1, s, &p, &q, &n);
    if (p.errors != 0)
        return;
    ASSERT(n <= QUIZ_QUESTIONS_MAX);
    quiz_parse(a, S("f.md"), 1, quiz_write(a, q, n), &p, &again, &m);
    ASSERT(p.errors == 0 && m == n);
    for (size_t i = 0; i < n; i++) {
        question_right(&q[i]);
        ASSERT(quiz_question_same(&q[i], &again[i]));
        if (q[i].kind == QUESTION_ORDER)
            quiz_shuffle(&q[i], 7, places);
        struct quiz_answer answer = {.text = q[i].options[0].text};
        quiz_answer_read(a, &q[i], s, &answer);
        quiz_mark(a, &q[i], &answer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str s = {(const char *)data, size};
    struct content_file files[FILES_MAX];
    struct problems p = problems_new(a);
    struct content_folder *folders;
    size_t count = files_of(s, files), folder_count;
    content_folders(a, files, count, &p, &folders, &folder_count);
    for (size_t i = 0; i < folder_count; i++)
        course(a, &folders[i]);
    if (count == 0 && utf8_is_text(s)) /* who calls has checked that */
        quiz(a, s);
    arena_free(a);
    return 0;
}
