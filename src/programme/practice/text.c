/* What the text of an exercise says of itself: in a text in sections (docs/practice.md) its head; in a case, the passages StoryAbout and
 * StoryPanel, tagged note so that no tool takes them for a part of the way.
 *
 *     :: StoryAbout [note]
 *     summary: A resident speaks of a mistake that nobody else has seen.
 *     minutes: 25
 *     stage: Y4
 *     practises: COM-P.1, CHA-T.2
 *
 *     :: StoryPanel [note]
 *     ? first-call
 *     8: Call the consultant
 *     3: Wait for the round
 *
 * A question of the panel is one that a passage asks (docs/story.md, "panel"); behind a number of experts stands the passage to which
 * their choice leads. */
#include "base/clock.h"
#include "base/utf8.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"

#define TITLE_MOST 200
#define SUMMARY_MOST 400
#define PANEL_MOST 2000
#define EXPERTS_MOST 1000

struct str practice_kind_word(enum practice_kind kind)
{
    static const char *const words[] = {
#define X(id, word) [PRACTICE_##id] = word,
        PRACTICE_KINDS(X)
#undef X
    };
    return str_from(words[kind]);
}

bool practice_find_kind(struct str word, enum practice_kind *kind)
{
    for (enum practice_kind k = 0; k < PRACTICE_KIND_COUNT; k++)
        if (str_eq(word, practice_kind_word(k))) {
            *kind = k;
            return true;
        }
    return false;
}

bool practice_code_valid(struct str code)
{
    bool good = code.n != 0 && code.n <= 60;
    for (size_t k = 0; k < code.n; k++)
        good = good && ((code.p[k] >= 'a' && code.p[k] <= 'z') || (code.p[k] >= '0' && code.p[k] <= '9') || code.p[k] == '-');
    return good;
}

/* ---- StoryAbout ------------------------------------------------------------------------------------------------------------------- */

static void read_competencies(struct arena *a, struct str list, size_t line, struct problems *p, struct practice_text *out)
{
    struct str code;
    out->competency_line = line;
    while (str_cut(&list, ',', &code)) {
        code = str_trim(code);
        if (code.n == 0)
            continue;
        if (out->competency_count == PRACTICE_COMPETENCIES_MAX) {
            problems_add(p, out->file, line, S("practises"), M_practice_too_many_competencies, "%d", PRACTICE_COMPETENCIES_MAX);
            return;
        }
        out->competencies[out->competency_count++] = str_dup(a, code);
    }
}

static void read_short(struct arena *a, struct str key, struct str value, size_t most, size_t line, struct problems *p, struct practice_text *out,
                       struct str *into)
{
    if (value.n == 0 || utf8_count(value) > most)
        problems_add(p, out->file, line, key, M_practice_text_length, "%zu", most);
    *into = str_dup(a, value);
}

static void read_key(struct arena *a, struct str key, struct str value, size_t line, struct problems *p, struct practice_text *out)
{
    int64_t day;
    if (str_eq_z(key, "summary")) {
        read_short(a, key, value, SUMMARY_MOST, line, p, out, &out->summary);
    } else if (str_eq_z(key, "title")) {
        read_short(a, key, value, TITLE_MOST, line, p, out, &out->title);
    } else if (str_eq_z(key, "minutes")) {
        if (!str_to_int(value, &out->minutes) || out->minutes < 1 || out->minutes > PRACTICE_MINUTES_MAX) {
            problems_add(p, out->file, line, key, M_practice_minutes_bad, "%d", PRACTICE_MINUTES_MAX);
            out->minutes = 1;
        }
    } else if (str_eq_z(key, "stage")) {
        out->stage = str_dup(a, value);
        out->stage_line = line;
    } else if (str_eq_z(key, "practises")) {
        read_competencies(a, value, line, p, out);
    } else if (str_eq_z(key, "rubric")) {
        out->rubric = str_dup(a, value);
        out->rubric_line = line;
    } else if (str_eq_z(key, "reviewed")) {
        if (!day_parse(value, &day))
            problems_add(p, out->file, line, key, M_practice_day_bad, "%.*s", STR_ARG(value));
    } else if (!str_eq_z(key, "licence")) {
        problems_warn(p, out->file, line, key, M_practice_key_unknown, "%.*s", STR_ARG(key));
    }
}

static void check_about(size_t line, struct problems *p, struct practice_text *out)
{
    out->about_line = line;
    if (out->summary.n == 0)
        problems_add(p, out->file, line, S("summary"), M_practice_key_missing, "summary");
    if (out->minutes == 0)
        problems_add(p, out->file, line, S("minutes"), M_practice_key_missing, "minutes");
    if (out->competency_count == 0)
        problems_add(p, out->file, line, S("practises"), M_practice_key_missing, "practises");
}

void practice_read_about(struct arena *a, struct str lines, size_t first_line, struct problems *p, struct practice_text *out)
{
    struct str line;
    size_t at, number = first_line, errors = p->errors;
    for (; str_line(&lines, &line); number++) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (str_find(line, S(":"), &at))
            read_key(a, str_trim(str_sub(line, 0, at)), str_trim(str_sub(line, at + 1, line.n)), number, p, out);
        else
            problems_add(p, out->file, number, S(""), M_practice_not_a_key, NULL);
    }
    if (errors == p->errors)
        check_about(first_line, p, out);
}

/* ---- the panel -------------------------------------------------------------------------------------------------------------------- */

static struct str next_word(struct str *rest)
{
    size_t n = 0;
    *rest = str_trim(*rest);
    while (n < rest->n && strchr(" \t\r\n:", rest->p[n]) == NULL)
        n++;
    struct str word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return word;
}

/* The next question of the panel in a passage's text: its name (empty: the passage's title) and its words. False: no more. */
static bool next_question(struct str *rest, struct str *name, struct str *words)
{
    for (size_t at; str_find(*rest, S("<!--"), &at);) {
        *rest = str_sub(*rest, at + 4, rest->n);
        struct str inside = str_sub(*rest, 0, str_find(*rest, S("-->"), &at) ? at : rest->n);
        if (!str_eq_z(next_word(&inside), "cadre") || !str_eq_z(next_word(&inside), "panel"))
            continue;
        *name = next_word(&inside);
        *words = str_find(inside, S(":"), &at) ? str_trim(str_sub(inside, at + 1, inside.n)) : S("");
        return true;
    }
    return false;
}

/* The words in which a passage asks it; false where it does not. */
static bool asks(const struct story_passage *p, struct str question, struct str *words)
{
    struct str rest = p->source, name;
    while (next_question(&rest, &name, words))
        if (str_eq(name.n != 0 ? name : p->title, question))
            return true;
    return false;
}

bool practice_asks(const struct story_passage *p, struct str question)
{
    struct str words;
    return asks(p, question, &words);
}

/* The passage that asks it, with its words; STORY_NONE where none does. */
static uint32_t find_asking(const struct story *s, struct str question, struct str *words)
{
    for (uint32_t k = 0; k < story_info(s)->passages; k++)
        if (!story_passage(s, k)->special && asks(story_passage(s, k), question, words))
            return k;
    return STORY_NONE;
}

struct str practice_question_text(struct arena *a, const struct story *s, struct str question)
{
    struct str words;
    return find_asking(s, question, &words) != STORY_NONE ? str_dup(a, words) : S("");
}

/* Does each choice of the passage lead where one of the other's leads. */
static bool choices_within(const struct story *s, uint32_t passage, const struct story *other, uint32_t other_passage)
{
    for (uint32_t k = 0; k < story_link_count(s); k++) {
        struct story_link l = story_link_at(s, k);
        if (l.from != passage || l.to == STORY_NONE)
            continue;
        uint32_t to = story_find(other, story_passage(s, l.to)->title);
        if (to == STORY_NONE || story_find_link(other, other_passage, to) == STORY_NONE)
            return false;
    }
    return true;
}

bool practice_same_question(const struct story *x, const struct story *y, struct str question)
{
    struct str one, other;
    uint32_t p = find_asking(x, question, &one), q = find_asking(y, question, &other);
    return p != STORY_NONE && q != STORY_NONE && str_eq(one, other) && choices_within(x, p, y, q) && choices_within(y, q, x, p);
}

struct panel_reader {
    struct arena *a;
    const struct story *s;
    struct problems *p;
    struct practice_text *out;
    struct practice_expert *list;
    struct str question;
};

static bool asked_somewhere(const struct panel_reader *r, struct str question)
{
    for (uint32_t k = 0; k < story_info(r->s)->passages; k++)
        if (!story_passage(r->s, k)->special && practice_asks(story_passage(r->s, k), question))
            return true;
    return false;
}

static void read_question(struct panel_reader *r, struct str question, size_t line)
{
    r->question = str_dup(r->a, question);
    if (!asked_somewhere(r, question))
        problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_not_asked, "%.*s", STR_ARG(question));
    for (size_t k = 0; k < r->out->panel_count; k++)
        if (str_eq(r->list[k].question, question)) {
            problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_twice, "%.*s", STR_ARG(question));
            return;
        }
}

static void read_experts(struct panel_reader *r, struct str text, size_t line)
{
    struct practice_expert x = {.question = r->question, .line = line};
    size_t colon;
    bool good = r->question.p != NULL && str_find(text, S(":"), &colon) && str_to_int(str_trim(str_sub(text, 0, colon)), &x.experts) &&
                x.experts >= 0 && x.experts <= EXPERTS_MOST;
    if (!good) {
        problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_line, NULL);
        return;
    }
    x.target = str_dup(r->a, str_trim(str_sub(text, colon + 1, text.n)));
    if (story_find(r->s, x.target) == STORY_NONE)
        problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_nowhere, "%.*s", STR_ARG(x.target));
    for (size_t k = 0; k < r->out->panel_count; k++)
        if (str_eq(r->list[k].question, x.question) && str_eq(r->list[k].target, x.target)) {
            problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_twice, "%.*s", STR_ARG(x.target));
            return;
        }
    if (r->out->panel_count == PANEL_MOST)
        problems_add(r->p, r->out->file, line, S(PRACTICE_PANEL), M_practice_panel_too_long, "%d", PANEL_MOST);
    else
        r->list[r->out->panel_count++] = x;
}

static void read_panel(struct panel_reader *r, const struct story_passage *passage)
{
    struct str rest = passage->source, line;
    r->list = ARENA_ARRAY(r->a, PANEL_MOST, struct practice_expert);
    r->out->panel = r->list;
    for (size_t number = passage->line + 1; str_line(&rest, &line); number++) {
        line = str_trim(line);
        if (line.n != 0 && line.p[0] == '?')
            read_question(r, str_trim(str_sub(line, 1, line.n)), number);
        else if (line.n != 0)
            read_experts(r, line, number);
    }
}

/* ---- the kinds -------------------------------------------------------------------------------------------------------------------- */

static void read_case(struct arena *a, int lang, struct str bytes, struct problems *p, struct practice_text *out)
{
    struct story_problems found = story_problems_new(a);
    const struct story *s = story_parse(a, out->file, bytes, &found);
    struct story_checked checked = story_check(a, s, 0, &found);
    (void)checked.complete; /* a case too large to be looked at whole is none the worse */
    for (size_t k = 0; k < found.kept; k++) {
        const struct story_problem *q = &found.items[k];
        struct str text = story_problem_text(a, lang, q);
        (q->severity == STORY_ERROR ? problems_add : problems_warn)(p, out->file, q->line, q->passage, M_practice_finding, "%.*s", STR_ARG(text));
    }
    const struct story_info *info = story_info(s);
    out->language = info->language;
    if (info->passages == 0)
        return;
    uint32_t about = story_find(s, S(PRACTICE_ABOUT)), panel = story_find(s, S(PRACTICE_PANEL));
    if (about == STORY_NONE)
        problems_add(p, out->file, 1, S(PRACTICE_ABOUT), M_practice_about_missing, NULL);
    else
        practice_read_about(a, story_passage(s, about)->source, story_passage(s, about)->line + 1, p, out);
    if (!str_empty(info->title))
        out->title = info->title;
    if (str_empty(out->title) || utf8_count(out->title) > TITLE_MOST)
        problems_add(p, out->file, 1, S("StoryTitle"), M_practice_text_length, "%d", TITLE_MOST);
    struct panel_reader r = {.a = a, .s = s, .p = p, .out = out};
    if (panel != STORY_NONE)
        read_panel(&r, story_passage(s, panel));
}

/* ---- texts in sections ---------------------------------------------------------------------------------------------------------------- */

bool practice_find_kind_in(struct str bytes, enum practice_kind *kind, struct str *word)
{
    struct str line;
    *word = S("");
    while (str_line(&bytes, &line) && !str_starts(line, S("#")))
        if (str_starts(line, S("kind:"))) {
            *word = str_trim(str_sub(line, strlen("kind:"), line.n));
            return practice_find_kind(*word, kind) && *kind != PRACTICE_CASE;
        }
    return false;
}

/* A key of the head that only texts in sections have. */
static bool read_head_key(struct arena *a, const struct section_key *k, struct practice_text *out)
{
    if (str_eq_z(k->key, "language")) {
        out->language = str_dup(a, k->value);
    } else {
        return str_eq_z(k->key, "kind");
    }
    return true;
}

static void read_head(struct arena *a, const struct sections *s, const struct practice_reader *reader, struct problems *p, struct practice_text *out)
{
    size_t errors = p->errors;
    for (size_t k = 0; k < s->head_count; k++) {
        const struct section_key *key = &s->head[k];
        if (section_find_key(s->head, k, str_z(a, key->key)) != NULL)
            problems_add(p, s->file, key->line, key->key, M_practice_section_twice, "%.*s", STR_ARG(key->key));
        else if (!read_head_key(a, key, out) && !section_in_words(reader->keys, key->key))
            read_key(a, key->key, key->value, key->line, p, out);
    }
    if (errors == p->errors)
        check_about(1, p, out);
    if (out->title.n == 0 && errors == p->errors)
        problems_add(p, s->file, 1, S("title"), M_practice_key_missing, "title");
    if (out->rubric.n == 0 && reader->rubric)
        problems_add(p, s->file, 1, S("rubric"), M_practice_key_missing, "rubric");
}

/* The kinds whose texts stand in sections: each reads its own in a file of its own. */
static const struct practice_reader *const readers[PRACTICE_KIND_COUNT] = {
    [PRACTICE_ROLE_PLAY] = &practice_read_role_play,
    [PRACTICE_NEGOTIATION] = &practice_read_negotiation,
    [PRACTICE_LISTENING] = &practice_read_listening,
    [PRACTICE_DEBATE] = &practice_read_debate,
    [PRACTICE_SPEAKING] = &practice_read_speaking,
    [PRACTICE_APPRAISAL] = &practice_read_appraisal,
};

const struct practice_reader *practice_reader_of(enum practice_kind kind)
{
    return readers[kind];
}

struct str practice_begin_text(struct arena *a, enum practice_kind kind, struct str title, struct str language)
{
    const struct practice_reader *reader = readers[kind];
    struct buf b = buf_new(a, 2048);
    if (reader == NULL) {
        buf_printf(&b,
                   ":: StoryTitle\n%.*s\n\n:: StoryData\n{\"format\": \"Cadre\", \"start\": \"Start\", \"language\": \"%.*s\"}\n\n"
                   ":: " PRACTICE_ABOUT " [note]\nsummary: \nminutes: 20\npractises: \n\n:: Start\n\n[[->End]]\n\n:: End [ending]\n",
                   STR_ARG(title), STR_ARG(language));
        return buf_text(&b);
    }
    struct str word = practice_kind_word(kind);
    buf_printf(&b, "kind: %.*s\ntitle: %.*s\nsummary: \nminutes: 45\npractises: \nrubric: ", STR_ARG(word), STR_ARG(title));
    for (size_t k = 0; k < word.n; k++)
        buf_ch(&b, word.p[k] == '_' ? '-' : word.p[k]);
    buf_printf(&b, "-rubric\nlanguage: %.*s\n%s\n%s", STR_ARG(language),
               section_in_words(reader->keys, S(ROOM_HEAD_KEYS)) ? ROOM_HEAD_KEYS ": facilitators\n" : "", reader->begin);
    return buf_text(&b);
}

void practice_read_text(struct arena *a, int lang, enum practice_kind kind, struct str file, struct str bytes, struct problems *p,
                        struct practice_text *out)
{
    *out = (struct practice_text){.kind = kind, .file = file};
    if (kind == PRACTICE_CASE) {
        read_case(a, lang, bytes, p, out);
    } else if (readers[kind] == NULL) {
        problems_add(p, file, 0, S(""), M_practice_kind_unread, "%.*s", STR_ARG(practice_kind_word(kind)));
    } else {
        size_t errors = p->errors;
        struct sections s = sections_read(a, file, bytes, p);
        if (s.head_count == 0 && errors != p->errors)
            return; /* not a text at all: what is missing in it says nothing more */
        read_head(a, &s, readers[kind], p, out);
        readers[kind]->read(a, &s, p);
    }
}
