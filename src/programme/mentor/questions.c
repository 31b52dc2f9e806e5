/* Reading the questions about the relationship: see questions.h. */
#include "programme/mentor/questions.h"

#include "base/embedded.h"
#include "base/utf8.h"

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
    return s.n != 0 && s.n <= 30 && !str_eq_z(s, "words"); /* which is how what somebody writes is kept */
}

static bool is_whole(const struct mentor_question *item)
{
    return item->anchors[1].p != NULL && item->anchors[QUESTION_CHOICES].p != NULL;
}

static bool is_known(const struct mentor_questions *in, struct str name)
{
    for (size_t i = 0; i < in->count; i++)
        if (str_eq(in->items[i].name, name))
            return true;
    return false;
}

/* "openness both: How openly ..." */
static bool read_question(struct mentor_questions *in, struct str line)
{
    struct str name, who;
    if (in->count == QUESTIONS_MAX || !str_cut(&line, ' ', &name) || !str_cut(&line, ':', &who) || line.p == NULL)
        return false;
    struct mentor_question item = {.name = name, .text = str_trim(line)};
    item.mentee = str_eq_z(who, "both") || str_eq_z(who, "mentee");
    item.mentor = str_eq_z(who, "both") || str_eq_z(who, "mentor");
    if (!is_name(name) || is_known(in, name) || !(item.mentee || item.mentor) || item.text.n == 0)
        return false;
    in->items[in->count++] = item;
    return true;
}

static bool read_anchor(struct mentor_questions *in, struct str line)
{
    int choice = line.p[0] - '0';
    struct str text = str_trim(str_sub(line, 2, line.n));
    if (in->count == 0 || line.n < 2 || line.p[1] != ':' || choice < 1 || choice > QUESTION_CHOICES || text.n == 0)
        return false;
    struct str *anchor = &in->items[in->count - 1].anchors[choice];
    if (anchor->p != NULL)
        return false;
    *anchor = text;
    return true;
}

static bool read_line(struct mentor_questions *in, struct str line)
{
    if (line.n == 0)
        return true;
    if (str_starts(line, S("? ")))
        return (in->count == 0 || is_whole(&in->items[in->count - 1])) && read_question(in, str_sub(line, 2, line.n));
    if (line.p[0] >= '0' && line.p[0] <= '9')
        return read_anchor(in, line);
    if (str_starts(line, S("title:")) && in->title.n == 0)
        in->title = str_trim(str_sub(line, strlen("title:"), line.n));
    else if (!str_starts(line, S("language:")) && !str_starts(line, S("licence:")) && !str_starts(line, S("reviewed:")))
        return false;
    return in->count == 0;
}

bool mentor_questions_read(struct str text, struct mentor_questions *out, int *line)
{
    struct str part;
    *out = (struct mentor_questions){0};
    *line = 1;
    if (!utf8_is_text(text))
        return false;
    for (; str_line(&text, &part); ++*line)
        if (!read_line(out, str_trim(part)))
            return false;
    return out->title.n != 0 && out->count != 0 && is_whole(&out->items[out->count - 1]);
}

const struct mentor_questions *mentor_questions_shipped(struct arena *a, const char *language)
{
    struct mentor_questions *in = ARENA_NEW(a, struct mentor_questions);
    int line;
    const struct embedded *file = embedded_find(str_printf(a, "content/mentoring/evaluation.%s.txt", language));
    if (file == NULL)
        file = embedded_find(S("content/mentoring/evaluation.txt"));
    ASSERT(file != NULL && mentor_questions_read(file->bytes, in, &line));
    return in;
}
