/* The passage StoryVariables: what kind a variable is, its range, how it begins and whether it is a score. One line each:
 *
 *     $trust: score 0 to 10 = 5 "Trust of the team"
 *     $minutes: number
 *     $told: yes/no = no
 *     $mood: one of calm, tense, angry = calm
 *     $name: text = "Sam"
 *
 * A line that begins with // says something to authors. */
#include "engine/story/inside.h"

struct line {
    struct story *s;
    struct str passage;
    uint32_t number;
    struct str rest;
    struct story_variable *v;
};

static bool wrong(struct line *l, const char *why)
{
    story_tell(l->s, STORY_BAD_DECLARATION, l->number, l->passage, l->v != NULL ? l->v->name : l->rest, 0, "%s", why);
    return false;
}

static struct str next_word(struct line *l)
{
    size_t n = 0;
    l->rest = str_trim(l->rest);
    while (n < l->rest.n && l->rest.p[n] != ' ' && l->rest.p[n] != '\t' && l->rest.p[n] != '=' && l->rest.p[n] != ',' &&
           l->rest.p[n] != '"')
        n++;
    struct str word = str_sub(l->rest, 0, n);
    l->rest = str_trim(str_sub(l->rest, n, l->rest.n));
    return word;
}

/* "0 to 10", "0..10"; nothing where no number stands. */
static bool read_range(struct line *l)
{
    struct line ahead = *l;
    struct str word = next_word(&ahead), second;
    size_t dots;
    if (word.n == 0)
        return true;
    if (str_find(word, S(".."), &dots)) {
        second = str_sub(word, dots + 2, word.n);
        word = str_sub(word, 0, dots);
    } else {
        if (!str_eq_nocase(next_word(&ahead), S("to")))
            return wrong(l, "a range is written: 0 to 10");
        second = next_word(&ahead);
    }
    if (!str_to_real(word, &l->v->least) || !str_to_real(second, &l->v->most) || l->v->least > l->v->most)
        return wrong(l, "a range is written: 0 to 10, the smaller number first");
    l->v->ranged = true;
    l->rest = ahead.rest;
    return true;
}

static bool read_words(struct line *l)
{
    struct str *words = NULL;
    size_t count = 0, room = 0;
    if (!str_eq_nocase(next_word(l), S("of")))
        return wrong(l, "it is written: one of calm, tense, angry");
    do {
        if (l->rest.n != 0 && l->rest.p[0] == ',')
            l->rest = str_sub(l->rest, 1, l->rest.n);
        struct str word = next_word(l);
        if (word.n == 0)
            return wrong(l, "it is written: one of calm, tense, angry");
        *PUSH(l->s->a, words, count, room) = word;
    } while (l->rest.n != 0 && l->rest.p[0] == ',');
    l->v->words = words;
    l->v->word_count = count;
    return true;
}

static bool read_kind(struct line *l)
{
    struct str kind = next_word(l);
    if (str_eq_nocase(kind, S("score")) || str_eq_nocase(kind, S("number"))) {
        l->v->kind = STORY_NUMBER;
        l->v->score = str_eq_nocase(kind, S("score"));
        return read_range(l);
    }
    if (str_eq_nocase(kind, S("yes/no")) || str_eq_nocase(kind, S("truth")) || str_eq_nocase(kind, S("boolean"))) {
        l->v->kind = STORY_TRUTH;
        return true;
    }
    l->v->kind = STORY_TEXT;
    if (str_eq_nocase(kind, S("one")))
        return read_words(l);
    return str_eq_nocase(kind, S("text")) || str_eq_nocase(kind, S("string")) ||
           wrong(l, "the kind is number, score, yes/no, text or one of");
}

bool story_word_of(const struct story_variable *v, struct str text)
{
    for (size_t k = 0; k < v->word_count; k++)
        if (str_eq(v->words[k], text))
            return true;
    return v->words == NULL;
}

static bool read_first(struct line *l)
{
    l->rest = str_trim(str_sub(l->rest, 1, l->rest.n));
    struct story_value *first = &l->v->first;
    first->kind = l->v->kind;
    if (l->v->kind == STORY_TEXT && l->rest.n != 0 && (l->rest.p[0] == '"' || l->rest.p[0] == '\'')) {
        const char *end = memchr(l->rest.p + 1, l->rest.p[0], l->rest.n - 1);
        if (end == NULL)
            return wrong(l, "a quotation mark is not closed");
        first->text = str_sub(l->rest, 1, (size_t)(end - l->rest.p) - 1);
        l->rest = str_trim(str_sub(l->rest, first->text.n + 2, l->rest.n));
    } else {
        struct str word = next_word(l);
        bool yes = str_eq_nocase(word, S("yes")) || str_eq_nocase(word, S("true"));
        first->text = word;
        if (l->v->kind == STORY_TRUTH && !yes && !str_eq_nocase(word, S("no")) && !str_eq_nocase(word, S("false")))
            return wrong(l, "it begins with yes or no");
        first->number = yes;
        if (l->v->kind == STORY_NUMBER && !str_to_real(word, &first->number))
            return wrong(l, "it begins with a number");
    }
    if (l->v->ranged && (first->number < l->v->least || first->number > l->v->most))
        return wrong(l, "it begins outside of its range");
    return story_word_of(l->v, first->text) || l->v->kind != STORY_TEXT || wrong(l, "it begins with a word that is not in its list");
}

static bool read_line(struct line *l)
{
    size_t colon;
    struct str name;
    if (!str_find(l->rest, S(":"), &colon))
        return wrong(l, "it is written: $trust: score 0 to 10 = 5");
    name = str_trim(str_sub(l->rest, 0, colon));
    bool good = name.n > 1 && name.p[0] == '$' && (name.p[1] < '0' || name.p[1] > '9');
    for (size_t k = 1; k < name.n; k++)
        good = good && story_name_byte(name.p[k]);
    if (!good)
        return wrong(l, "a variable is $ and letters, figures or _, and a colon follows");
    uint32_t v = story_variable_at(l->s, name);
    if (v == STORY_NONE)
        return wrong(l, "there are too many variables");
    l->v = &l->s->variables[v];
    l->rest = str_sub(l->rest, colon + 1, l->rest.n);
    if (l->v->line != 0)
        return wrong(l, "it is declared twice");
    l->v->line = l->number;
    if (!read_kind(l))
        return false;
    if (l->rest.n != 0 && l->rest.p[0] == '=' && !read_first(l)) {
        l->v->first = (struct story_value){0};
        return false;
    }
    if (l->rest.n >= 2 && l->rest.p[0] == '"' && l->rest.p[l->rest.n - 1] == '"') {
        l->v->label = str_sub(l->rest, 1, l->rest.n - 2);
        l->rest = S("");
    }
    return l->rest.n == 0 || wrong(l, "something stands behind it that means nothing here");
}

void story_read_variables(struct story *s, const struct passage *p)
{
    struct str rest = p->shown.source, text;
    for (uint32_t number = p->body_line; str_line(&rest, &text); number++) {
        text = str_trim(text);
        if (text.n == 0 || str_starts(text, S("//")))
            continue;
        struct line l = {.s = s, .passage = p->shown.title, .number = number, .rest = text};
        (void)read_line(&l);
    }
}
