/* Reads texts in sections; see sections.h. Two passes: one counts headings and lines that may be keys, the other fills arrays of that size. */
#include "programme/practice/sections.h"

#include "base/utf8.h"
#include "gen/msg_practice.h"

struct reader {
    struct arena *a;
    struct problems *p;
    struct sections *out;
    struct section *list, *parts;
    size_t part_count;
    struct section_key *keys;
    size_t key_count;
    struct section *now;     /* whose text is being read; NULL: the head */
    bool in_keys;
    struct str rest;         /* what follows the line that is read */
    size_t line;
    const char *body, *end;  /* of what is being read */
    char fence;              /* within a fenced block: its character */
    bool full;
};

/* ---- lines ------------------------------------------------------------------------------------------------------------------------ */

static bool is_heading(struct str line, size_t *level, struct str *text)
{
    *level = str_starts(line, S("# ")) ? 1 : str_starts(line, S("## ")) ? 2 : 0;
    *text = str_trim(str_sub(line, *level, line.n));
    return *level != 0;
}

static bool is_key(struct str line, struct section_key *out)
{
    size_t colon;
    if (!str_find(line, S(":"), &colon) || colon == 0 || colon > SECTION_NAME_MOST || (colon + 1 < line.n && line.p[colon + 1] != ' '))
        return false;
    for (size_t k = 0; k < colon; k++) {
        char c = line.p[k];
        if (!((c >= 'a' && c <= 'z') || (k != 0 && ((c >= '0' && c <= '9') || c == ' ' || c == '-'))))
            return false;
    }
    out->key = str_trim(str_sub(line, 0, colon));
    out->value = str_trim(str_sub(line, colon + 1, line.n));
    return true;
}

/* Opens or closes a fenced block. */
static void follow_fence(struct reader *r, struct str line)
{
    struct str text = str_trim(line);
    char mark = str_starts(text, S("```")) ? '`' : str_starts(text, S("~~~")) ? '~' : 0;
    if (mark != 0 && r->fence == 0)
        r->fence = mark;
    else if (mark != 0 && mark == r->fence)
        r->fence = 0;
}

static bool name_good(struct str name)
{
    if (name.n == 0 || name.n > SECTION_NAME_MOST)
        return false;
    for (size_t k = 0; k < name.n; k++) {
        char c = name.p[k];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return true;
}

static void read_heading(struct reader *r, struct str text, struct section *s)
{
    size_t at;
    *s = (struct section){.word = text, .name = S(""), .line = r->line, .keys = r->keys + r->key_count};
    struct str argument = S("");
    if (str_find(text, S(":"), &at)) {
        s->word = str_trim(str_sub(text, 0, at));
        argument = str_trim(str_sub(text, at + 1, text.n));
    }
    s->title = argument.n != 0 ? argument : s->word;
    if (str_find(argument, S("|"), &at)) {
        s->name = str_trim(str_sub(argument, 0, at));
        s->title = str_trim(str_sub(argument, at + 1, argument.n));
        if (!name_good(s->name))
            problems_add(r->p, r->out->file, r->line, s->word, M_practice_section_name_bad, "%.*s", STR_ARG(s->name));
    } else if (name_good(argument)) {
        s->name = argument;
    }
    if (s->title.n == 0 || utf8_count(s->title) > SECTION_TITLE_MOST)
        problems_add(r->p, r->out->file, r->line, s->word, M_practice_text_length, "%d", SECTION_TITLE_MOST);
}

/* ---- the file --------------------------------------------------------------------------------------------------------------------- */

static void close_body(struct reader *r)
{
    if (r->now != NULL && r->body != NULL)
        r->now->body = (struct str){r->body, (size_t)(r->end - r->body)};
    r->body = NULL;
}

static void open_section(struct reader *r, size_t level, struct str text)
{
    close_body(r);
    r->in_keys = true;
    if (r->out->count + r->part_count == SECTIONS_MOST) {
        if (!r->full)
            problems_add(r->p, r->out->file, r->line, S(""), M_practice_sections_most, "%d", SECTIONS_MOST);
        r->full = true;
        return;
    }
    if (level == 2 && r->out->count == 0) {
        problems_add(r->p, r->out->file, r->line, text, M_practice_part_alone, NULL);
        return;
    }
    r->now = level == 1 ? &r->list[r->out->count++] : &r->parts[r->part_count++];
    read_heading(r, text, r->now);
    if (level == 1) {
        r->now->parts = r->parts + r->part_count;
    } else {
        r->list[r->out->count - 1].part_count++;
    }
}

static void read_line(struct reader *r, struct str line)
{
    struct section_key key;
    struct str text;
    size_t level;
    if (r->fence == 0 && is_heading(line, &level, &text)) {
        open_section(r, level, text);
        return;
    }
    if (r->in_keys && is_key(line, &key)) {
        key.line = r->line;
        r->keys[r->key_count++] = key;
        *(r->now != NULL ? &r->now->key_count : &r->out->head_count) += 1;
        return;
    }
    bool empty = str_trim(line).n == 0;
    if (r->now == NULL) {
        if (!empty && !r->full)
            problems_add(r->p, r->out->file, r->line, S(""), M_practice_not_a_key, NULL);
        return;
    }
    r->in_keys = false;
    if (!empty && r->body == NULL) {
        r->body = line.p;
        r->now->body_line = r->line;
    }
    if (!empty)
        r->end = line.p + line.n;
    follow_fence(r, line);
}

static void count_lines(struct str bytes, size_t *headings, size_t *keys)
{
    struct str line, text;
    struct section_key key;
    size_t level;
    *headings = *keys = 0;
    while (str_line(&bytes, &line)) {
        *headings += is_heading(line, &level, &text);
        *keys += is_key(line, &key);
    }
    *headings = *headings < SECTIONS_MOST ? *headings : SECTIONS_MOST;
}

static bool bytes_good(struct str file, struct str bytes, struct problems *p)
{
    if (bytes.n > SECTIONS_BYTES_MOST) {
        problems_add(p, file, 0, S(""), M_practice_bytes_most, "%d", SECTIONS_BYTES_MOST);
        return false;
    }
    struct str line;
    for (size_t n = 1; str_line(&bytes, &line); n++)
        if (!utf8_is_text(line)) {
            problems_add(p, file, n, S(""), M_practice_not_text, NULL);
            return false;
        }
    return true;
}

struct sections sections_read(struct arena *a, struct str file, struct str bytes, struct problems *p)
{
    struct sections s = {.file = file};
    struct reader r = {.a = a, .p = p, .out = &s, .in_keys = true, .rest = bytes};
    struct str line;
    size_t headings, keys;
    if (!bytes_good(file, bytes, p))
        return s;
    if (str_starts(r.rest, S("\xef\xbb\xbf")))
        r.rest = str_sub(r.rest, 3, r.rest.n);
    count_lines(r.rest, &headings, &keys);
    s.list = r.list = ARENA_ARRAY(a, headings, struct section);
    r.parts = ARENA_ARRAY(a, headings, struct section);
    s.head = r.keys = ARENA_ARRAY(a, keys, struct section_key);
    while (str_line(&r.rest, &line)) {
        r.line++;
        read_line(&r, line);
    }
    close_body(&r);
    return s;
}

/* ---- what a kind wants -------------------------------------------------------------------------------------------------------------- */

static bool in_words(const char *words, struct str word, int *index)
{
    struct str rest = str_from(words), one;
    for (int k = 0; str_cut(&rest, '|', &one); k++)
        if (str_eq(one, word)) {
            *index = k;
            return true;
        }
    return false;
}

bool section_in_words(const char *words, struct str word)
{
    int ignored;
    return in_words(words, word, &ignored);
}

static void check_keys(const struct sections *s, const struct section_rule *rule, const struct section *x, bool part, struct problems *p)
{
    for (size_t k = 0; k < x->key_count; k++) {
        struct str key = x->keys[k].key;
        if (part || !section_in_words(rule->keys, key))
            problems_add(p, s->file, x->keys[k].line, key, M_practice_section_key_unknown, "%.*s", STR_ARG(key));
        else if (section_find_key(x->keys, k, str_z(p->a, key)) != NULL)
            problems_add(p, s->file, x->keys[k].line, key, M_practice_section_twice, "%.*s", STR_ARG(key));
    }
}

static void check_section(const struct sections *s, const struct section_rule *rule, const struct section *x, struct problems *p)
{
    if (rule->named && x->name.n == 0)
        problems_add(p, s->file, x->line, x->word, M_practice_section_name_missing, "%s", rule->word);
    if (rule->named && x->name.n != 0 && sections_find(s, rule->word, x->name) != x)
        problems_add(p, s->file, x->line, x->word, M_practice_section_twice, "%.*s", STR_ARG(x->name));
    check_keys(s, rule, x, false, p);
    for (size_t k = 0; k < x->part_count; k++) {
        const struct section *part = &x->parts[k];
        if (!section_in_words(rule->parts, part->word))
            problems_add(p, s->file, part->line, x->word, M_practice_part_unknown, "%.*s", STR_ARG(part->word));
        else if (section_part(x, str_z(p->a, part->word)) != part)
            problems_add(p, s->file, part->line, x->word, M_practice_section_twice, "%.*s", STR_ARG(part->word));
        check_keys(s, rule, part, true, p);
    }
}

void sections_check(const struct sections *s, const struct section_rule *rules, size_t count, struct problems *p)
{
    for (size_t k = 0; k < s->count; k++) {
        const struct section_rule *rule = NULL;
        for (size_t n = 0; n < count && rule == NULL; n++)
            rule = str_eq_z(s->list[k].word, rules[n].word) ? &rules[n] : NULL;
        if (rule == NULL)
            problems_add(p, s->file, s->list[k].line, S(""), M_practice_section_unknown, "%.*s", STR_ARG(s->list[k].word));
        else
            check_section(s, rule, &s->list[k], p);
    }
    for (size_t n = 0; n < count; n++) {
        size_t at = 0;
        unsigned found = 0;
        for (const struct section *x; (x = sections_next(s, rules[n].word, &at)) != NULL;)
            if (++found == rules[n].most + 1)
                problems_add(p, s->file, x->line, S(""), M_practice_section_too_many, "%s: %u", rules[n].word, rules[n].most);
        if (found < rules[n].least)
            problems_add(p, s->file, 0, S(""), M_practice_section_missing, "%s: %u", rules[n].word, rules[n].least);
    }
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------------ */

const struct section *sections_next(const struct sections *s, const char *word, size_t *at)
{
    while (*at < s->count) {
        const struct section *x = &s->list[(*at)++];
        if (str_eq_z(x->word, word))
            return x;
    }
    return NULL;
}

const struct section *sections_find(const struct sections *s, const char *word, struct str name)
{
    size_t at = 0;
    const struct section *x;
    do
        x = sections_next(s, word, &at);
    while (x != NULL && name.n != 0 && !str_eq(x->name, name));
    return x;
}

const struct section *section_part(const struct section *s, const char *word)
{
    for (size_t k = 0; k < s->part_count; k++)
        if (str_eq_z(s->parts[k].word, word))
            return &s->parts[k];
    return NULL;
}

const struct section_key *section_find_key(const struct section_key *keys, size_t count, const char *key)
{
    for (size_t k = 0; k < count; k++)
        if (str_eq_z(keys[k].key, key))
            return &keys[k];
    return NULL;
}

struct str section_value(const struct section *s, const char *key)
{
    const struct section_key *k = section_find_key(s->keys, s->key_count, key);
    return k != NULL ? k->value : STR_NONE;
}

void section_read_int(const struct sections *s, const struct section *of, const char *key, int64_t least, int64_t most, bool needed,
                      struct problems *p, int64_t *out)
{
    const struct section_key *k = section_find_key(of->keys, of->key_count, key);
    int64_t value;
    if (k == NULL && needed)
        problems_add(p, s->file, of->line, of->word, M_practice_key_missing, "%s", key);
    if (k == NULL)
        return;
    if (!str_to_int(k->value, &value) || value < least || value > most)
        problems_add(p, s->file, k->line, k->key, M_practice_number_bad, "%s: %" PRId64 " ... %" PRId64, key, least, most);
    else
        *out = value;
}

int section_read_word(const struct sections *s, const struct section *of, const char *key, const char *words, bool needed, struct problems *p)
{
    const struct section_key *k = section_find_key(of->keys, of->key_count, key);
    int index = -1;
    if (k == NULL && needed)
        problems_add(p, s->file, of->line, of->word, M_practice_key_missing, "%s", key);
    if (k != NULL && !in_words(words, k->value, &index))
        problems_add(p, s->file, k->line, k->key, M_practice_word_bad, "%s: %s", key, words);
    return index;
}
