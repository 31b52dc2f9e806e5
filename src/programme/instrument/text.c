/* Reads instruments from plain text; see text.h. Written by hand by teachers: what is wrong is told by file and line in their
 * words, and as much as can be told is told at once. Lines are read one after the other, each by its first character; the head
 * ends at the first empty line, the words about the instrument at the first domain. */
#include "programme/instrument/text.h"

#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_instrument.h"

#define LINE_MAX_CHARS 600
#define CODE_MAX 40
#define COMPETENCIES_MAX 8

enum key { K_TITLE, K_KIND, K_SCALE, K_UNABLE, K_RULE, K_LEAST, K_LICENCE, K_SOURCE, K_LANGUAGE, K_COUNT };

static const struct {
    const char *name;
    bool required, translated; /* translated: what a translation may say */
} keys[K_COUNT] = {
    [K_TITLE] = {"title", true, true},     [K_KIND] = {"kind", true, false},       [K_SCALE] = {"scale", true, false},
    [K_UNABLE] = {"unable", false, false}, [K_RULE] = {"rule", true, false},       [K_LEAST] = {"least", false, false},
    [K_LICENCE] = {"licence", true, false}, [K_SOURCE] = {"source", true, true},   [K_LANGUAGE] = {"language", true, true},
};

struct reader {
    struct arena *a;
    struct problems *p;
    struct str file;
    struct str rest;
    size_t line;              /* of the line read last, from 1 */
    struct str values[K_COUNT];
    size_t at[K_COUNT];       /* its line; 0: not there */
    struct instrument *i;     /* being filled */
    bool translation;
    size_t domain, item;      /* the one whose lines are read now, SIZE_MAX: none */
    struct strmap codes;      /* of items, and of domains behind a '#' */
    struct str *labels;       /* of each point from low */
    struct str **anchors;     /* of each item, NULL: none yet */
    bool *seen_items, *seen_domains; /* in a translation */
};

static void wrong(struct reader *r, size_t line, msg_id msg, struct str detail)
{
    problems_add(r->p, r->file, line, S(""), msg, "%.*s", STR_ARG(utf8_truncate(detail, 80)));
}

/* False when the file is not text. */
static bool begin(struct reader *r)
{
    struct str text, one;
    if (str_starts(r->rest, S("\xEF\xBB\xBF")))
        r->rest = str_sub(r->rest, 3, r->rest.n);
    text = r->rest;
    for (size_t line = 1; str_line(&text, &one); line++)
        if (!utf8_is_text(one)) {
            wrong(r, line, M_instrument_not_text, S(""));
            return false;
        }
    if (str_trim(r->rest).n != 0 && utf8_count(r->rest) <= INSTRUMENT_TEXT_MAX)
        return true;
    wrong(r, 0, str_trim(r->rest).n == 0 ? M_instrument_empty : M_instrument_long, str_printf(r->a, "%d", INSTRUMENT_TEXT_MAX));
    return false;
}

static bool next_line(struct reader *r, struct str *line)
{
    if (!str_line(&r->rest, line))
        return false;
    r->line++;
    if (utf8_count(*line) > LINE_MAX_CHARS)
        wrong(r, r->line, M_instrument_line_long, str_printf(r->a, "%d", LINE_MAX_CHARS));
    *line = str_trim(*line);
    return true;
}

/* ---- the head ---------------------------------------------------------------------------------------------------------- */

static bool parse_point(struct str s, int *point)
{
    int64_t v;
    if (s.n == 0 || s.n > 2 || !str_to_int(s, &v) || v < 0)
        return false;
    *point = (int)v;
    return true;
}

/* "label 3: Often". The scale stands before. */
static void read_label(struct reader *r, struct str name, struct str value)
{
    int point;
    if (r->labels == NULL) {
        wrong(r, r->line, M_instrument_label_first, name);
        return;
    }
    if (!parse_point(str_trim(str_sub(name, strlen("label "), name.n)), &point) || point < r->i->low || point > r->i->high) {
        wrong(r, r->line, M_instrument_point_outside, name);
        return;
    }
    if (value.n == 0)
        wrong(r, r->line, M_instrument_value_empty, name);
    if (r->labels[point - r->i->low].n != 0 && !r->translation)
        wrong(r, r->line, M_instrument_twice, name);
    r->labels[point - r->i->low] = value;
}

/* "1-4" */
static void read_scale(struct reader *r, struct str value)
{
    int low, high;
    struct str part = STR_NONE;
    str_cut(&value, '-', &part);
    if (!parse_point(str_trim(part), &low) || !parse_point(str_trim(value), &high) || high <= low || high - low >= INSTRUMENT_POINTS_MAX) {
        wrong(r, r->line, M_instrument_scale_bad, part);
        return;
    }
    r->i->low = low;
    r->i->high = high;
    r->labels = ARENA_ARRAY(r->a, (size_t)(high - low) + 1, struct str);
}

static void read_key(struct reader *r, struct str line)
{
    struct str value = line, name = STR_NONE;
    str_cut(&value, ':', &name);
    name = str_trim(name);
    if (value.p == NULL || name.n == 0) {
        wrong(r, r->line, M_instrument_head_line, line);
        return;
    }
    value = str_trim(value);
    if (str_starts(name, S("label "))) {
        read_label(r, name, value);
        return;
    }
    for (size_t k = 0; k < K_COUNT; k++) {
        if (!str_eq_z(name, keys[k].name))
            continue;
        if (r->translation && !keys[k].translated)
            wrong(r, r->line, M_instrument_not_translated_key, name);
        if (r->at[k] != 0)
            wrong(r, r->line, M_instrument_twice, name);
        if (value.n == 0)
            wrong(r, r->line, M_instrument_value_empty, name);
        r->values[k] = value;
        r->at[k] = r->line;
        if (k == K_SCALE && !r->translation)
            read_scale(r, value);
        return;
    }
    wrong(r, r->line, M_instrument_key_unknown, name);
}

static bool language_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(i > 1 && c == '-'))
            return false;
    }
    return s.n >= 2 && s.n <= 35;
}

static const char *const rule_words[] = {
    [RULE_NONE] = "none", [RULE_DOMAIN_MEANS] = "domain means", [RULE_MEAN] = "mean", [RULE_SUM] = "sum"};

static struct str words_of(struct arena *a, const char *const *words, size_t count)
{
    struct buf b = buf_new(a, 96);
    for (size_t k = 0; k < count; k++) {
        buf_z(&b, k != 0 ? ", " : "");
        buf_z(&b, words[k]);
    }
    return buf_text(&b);
}

static void take_kind(struct reader *r)
{
    const char *words[INSTRUMENT_KIND_COUNT];
    for (int k = 0; k < INSTRUMENT_KIND_COUNT; k++)
        words[k] = instrument_kind_word((enum instrument_kind)k);
    if (r->at[K_KIND] != 0 && !instrument_find_kind(r->values[K_KIND], &r->i->kind))
        wrong(r, r->at[K_KIND], M_instrument_one_of, words_of(r->a, words, COUNT_OF(words)));
}

static void take_rule(struct reader *r)
{
    for (size_t k = 0; k < COUNT_OF(rule_words); k++)
        if (str_eq_z(r->values[K_RULE], rule_words[k])) {
            r->i->rule = (enum instrument_rule)k;
            return;
        }
    if (r->at[K_RULE] != 0)
        wrong(r, r->at[K_RULE], M_instrument_one_of, words_of(r->a, rule_words, COUNT_OF(rule_words)));
}

static void take_head(struct reader *r)
{
    static const char *const yes_no[] = {"yes", "no"};
    struct instrument *i = r->i;
    int64_t least = 50;
    for (size_t k = 0; k < K_COUNT; k++)
        if (keys[k].required && r->at[k] == 0 && (!r->translation || k == K_TITLE || k == K_LANGUAGE))
            wrong(r, 1, M_instrument_key_missing, str_from(keys[k].name));
    if (r->at[K_LANGUAGE] != 0 && !language_valid(r->values[K_LANGUAGE]))
        wrong(r, r->at[K_LANGUAGE], M_instrument_language_bad, r->values[K_LANGUAGE]);
    if (r->at[K_TITLE] != 0)
        i->title = r->values[K_TITLE];
    if (r->at[K_SOURCE] != 0)
        i->source = r->values[K_SOURCE];
    if (utf8_count(i->title) > 200)
        wrong(r, r->at[K_TITLE], M_instrument_line_long, S("200"));
    if (r->translation)
        return;
    take_kind(r);
    take_rule(r);
    i->licence = r->values[K_LICENCE];
    i->language = r->values[K_LANGUAGE];
    i->unable = !str_eq_z(r->values[K_UNABLE], "no");
    if (r->at[K_UNABLE] != 0 && i->unable && !str_eq_z(r->values[K_UNABLE], "yes"))
        wrong(r, r->at[K_UNABLE], M_instrument_one_of, words_of(r->a, yes_no, 2));
    if (r->at[K_LEAST] != 0 && (!str_to_int(r->values[K_LEAST], &least) || least < 1 || least > 100))
        wrong(r, r->at[K_LEAST], M_instrument_least_bad, r->values[K_LEAST]);
    i->least_percent = (int)least;
}

static bool body_begins(struct str rest)
{
    return str_starts(rest, S("#")) || str_starts(rest, S("? ")) || str_starts(rest, S("! "));
}

/* The lines up to the first empty one, then the words about it up to the first domain. */
static void read_head(struct reader *r)
{
    struct str line = S("");
    bool any = false;
    while (!body_begins(r->rest) && next_line(r, &line)) {
        if (line.n == 0 && any)
            break;
        if (line.n != 0)
            read_key(r, line);
        any = any || line.n != 0;
    }
    take_head(r);
    const char *from = r->rest.p;
    while (r->rest.p != NULL && r->rest.n != 0 && !body_begins(r->rest))
        next_line(r, &line);
    if (from != NULL && r->rest.p >= from) {
        struct str about = str_trim((struct str){from, (size_t)(r->rest.p - from)});
        r->i->about = about.n != 0 || !r->translation ? about : r->i->about;
    }
}

/* ---- domains and items --------------------------------------------------------------------------------------------------- */

static bool code_valid(struct str s)
{
    for (size_t k = 0; k < s.n; k++) {
        char c = s.p[k];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c == '-' && k != 0))
            return false;
    }
    return s.n != 0 && s.n <= CODE_MAX;
}

/* "# code: title" or "? code ...: text" without its mark: what stands before the colon, and the text. */
static bool split(struct reader *r, struct str line, struct str *before, struct str *text)
{
    *text = str_sub(line, 1, line.n);
    str_cut(text, ':', before);
    *before = str_trim(*before);
    if (text->p == NULL) {
        wrong(r, r->line, M_instrument_no_colon, line);
        return false;
    }
    *text = str_trim(*text);
    if (text->n == 0)
        wrong(r, r->line, M_instrument_no_words, *before);
    return true;
}

static void read_domain(struct reader *r, struct str line)
{
    struct str code, title;
    r->item = r->domain = SIZE_MAX;
    if (!split(r, line, &code, &title))
        return;
    struct str key = str_concat(r->a, S("#"), code);
    size_t known = strmap_get(&r->codes, key);
    if (r->translation) {
        if (known == STRMAP_NONE) {
            wrong(r, r->line, M_instrument_code_unknown, code);
            return;
        }
        r->domain = known;
        r->i->domains[known].title = title;
        r->seen_domains[known] = true;
        return;
    }
    if (!code_valid(code))
        wrong(r, r->line, M_instrument_code_bad, code);
    if (r->i->domain_count == INSTRUMENT_DOMAINS_MAX) {
        wrong(r, r->line, M_instrument_too_many_domains, str_printf(r->a, "%d", INSTRUMENT_DOMAINS_MAX));
        return;
    }
    r->domain = r->i->domain_count++;
    if (strmap_add(&r->codes, key, r->domain) != STRMAP_NONE)
        wrong(r, r->line, M_instrument_twice, code);
    r->i->domains[r->domain] = (struct instrument_domain){.code = code, .title = title, .first = r->i->item_count};
}

/* "code reversed [COM-T.1, COM-T.2]": takes the marks off. */
static void read_marks(struct reader *r, struct str *code, struct instrument_item *it)
{
    size_t at;
    if (str_find(*code, S("["), &at) && str_ends(*code, S("]"))) {
        struct str list = str_sub(*code, at + 1, code->n - at - 2), one;
        struct str *codes = ARENA_ARRAY(r->a, COMPETENCIES_MAX, struct str);
        *code = str_trim(str_sub(*code, 0, at));
        while (str_cut(&list, ',', &one)) {
            one = str_trim(one);
            if (it->competency_count == COMPETENCIES_MAX) {
                wrong(r, r->line, M_instrument_too_many_competencies, str_printf(r->a, "%d", COMPETENCIES_MAX));
                break;
            }
            for (size_t k = 0; k < it->competency_count; k++)
                if (str_eq(codes[k], one))
                    wrong(r, r->line, M_instrument_twice, one);
            if (one.n != 0)
                codes[it->competency_count++] = one;
        }
        it->competency_codes = codes;
    }
    if (str_ends(*code, S(" reversed"))) {
        it->reversed = true;
        *code = str_trim(str_sub(*code, 0, code->n - strlen(" reversed")));
    }
}

static void translate_item(struct reader *r, struct str code, struct str text, bool words)
{
    size_t known = strmap_get(&r->codes, code);
    if (known == STRMAP_NONE || r->i->items[known].words != words) {
        wrong(r, r->line, M_instrument_code_unknown, code);
        return;
    }
    if (r->seen_items[known])
        wrong(r, r->line, M_instrument_twice, code);
    r->item = known;
    r->seen_items[known] = true;
    r->i->items[known].text = text;
    r->i->items[known].hint = S("");
}

static void read_item(struct reader *r, struct str line)
{
    struct instrument_item it = {.words = line.p[0] == '!', .domain = r->domain, .hint = S(""), .line = r->line};
    struct str code, text;
    r->item = SIZE_MAX;
    if (!split(r, line, &code, &text))
        return;
    read_marks(r, &code, &it);
    if (r->translation) {
        translate_item(r, code, text, it.words);
        return;
    }
    if (r->domain == SIZE_MAX)
        wrong(r, r->line, M_instrument_no_domain, code);
    if (!code_valid(code))
        wrong(r, r->line, M_instrument_code_bad, code);
    if (r->domain == SIZE_MAX || r->i->item_count == INSTRUMENT_ITEMS_MAX) {
        if (r->domain != SIZE_MAX)
            wrong(r, r->line, M_instrument_too_many_items, str_printf(r->a, "%d", INSTRUMENT_ITEMS_MAX));
        return;
    }
    r->item = r->i->item_count++;
    if (strmap_add(&r->codes, code, r->item) != STRMAP_NONE)
        wrong(r, r->line, M_instrument_twice, code);
    it.code = code;
    it.text = text;
    r->i->items[r->item] = it;
    r->i->domains[r->domain].count++;
}

/* "3: what one sees", below an item. */
static void read_anchor(struct reader *r, struct str line)
{
    struct str text = line, number = STR_NONE;
    int point;
    str_cut(&text, ':', &number);
    if (text.p == NULL || !parse_point(str_trim(number), &point)) {
        wrong(r, r->line, M_instrument_line_unknown, line);
        return;
    }
    if (r->item == SIZE_MAX)
        return; /* what stands above was told */
    const struct instrument *i = r->i;
    if (i->items[r->item].words) {
        wrong(r, r->line, M_instrument_anchor_words, line);
        return;
    }
    if (r->labels == NULL && !r->translation)
        return; /* the scale itself is wrong, which was told */
    if (point < i->low || point > i->high) {
        wrong(r, r->line, M_instrument_point_outside, number);
        return;
    }
    size_t points = (size_t)(i->high - i->low) + 1;
    if (r->anchors[r->item] == NULL)
        r->anchors[r->item] = ARENA_ARRAY(r->a, points, struct str);
    struct str *anchor = &r->anchors[r->item][point - i->low];
    if (anchor->n != 0)
        wrong(r, r->line, M_instrument_twice, number);
    text = str_trim(text);
    if (text.n == 0)
        wrong(r, r->line, M_instrument_no_words, number);
    *anchor = text;
}

static void read_hint(struct reader *r, struct str line)
{
    if (r->item == SIZE_MAX)
        return;
    struct str *hint = &r->i->items[r->item].hint, more = str_trim(str_sub(line, 1, line.n));
    *hint = hint->n == 0 ? more : str_printf(r->a, "%.*s %.*s", STR_ARG(*hint), STR_ARG(more));
}

static void read_body(struct reader *r)
{
    struct str line;
    r->domain = r->item = SIZE_MAX;
    while (next_line(r, &line)) {
        if (line.n == 0)
            continue;
        switch (line.p[0]) {
        case '#': read_domain(r, line); break;
        case '?':
        case '!': read_item(r, line); break;
        case '>': read_hint(r, line); break;
        default: read_anchor(r, line);
        }
    }
}

/* ---- what must fit together ------------------------------------------------------------------------------------------------ */

/* All points of a scale have a text, or none. */
static bool all_or_none(const struct str *texts, size_t points, bool *all)
{
    size_t there = 0;
    for (size_t k = 0; texts != NULL && k < points; k++)
        there += texts[k].n != 0;
    *all = there == points;
    return there == 0 || *all;
}

static void check_points(struct reader *r)
{
    struct instrument *i = r->i;
    bool labelled, anchored;
    if (r->labels == NULL)
        return;
    size_t points = (size_t)(i->high - i->low) + 1;
    if (!all_or_none(r->labels, points, &labelled))
        wrong(r, r->at[K_SCALE], M_instrument_labels_some, S(""));
    i->labels = labelled ? r->labels : NULL;
    for (size_t k = 0; k < i->item_count; k++) {
        struct instrument_item *it = &i->items[k];
        if (!all_or_none(r->anchors[k], points, &anchored))
            wrong(r, it->line, M_instrument_anchors_some, it->code);
        else if (!anchored && !labelled && !it->words)
            wrong(r, it->line, M_instrument_anchors_none, it->code);
        it->anchors = anchored ? r->anchors[k] : NULL;
    }
}

void instrument_text_read(struct arena *a, struct str file, struct str bytes, struct problems *p, struct instrument *out)
{
    struct reader r = {.a = a, .p = p, .file = file, .rest = bytes, .i = out, .codes = strmap_new(a)};
    *out = (struct instrument){.title = S(""), .about = S(""), .licence = S(""), .source = S(""), .language = S(""), .slug = S("")};
    if (!begin(&r))
        return;
    out->domains = ARENA_ARRAY(a, INSTRUMENT_DOMAINS_MAX, struct instrument_domain);
    out->items = ARENA_ARRAY(a, INSTRUMENT_ITEMS_MAX, struct instrument_item);
    r.anchors = ARENA_ARRAY(a, INSTRUMENT_ITEMS_MAX, struct str *);
    read_head(&r);
    read_body(&r);
    check_points(&r);
    for (size_t d = 0; d < out->domain_count; d++)
        if (out->domains[d].count == 0)
            wrong(&r, 0, M_instrument_domain_empty, out->domains[d].code);
    if (out->item_count == 0)
        wrong(&r, 0, M_instrument_no_items, S(""));
}

/* ---- a translation --------------------------------------------------------------------------------------------------------- */

static void warn_missing(struct reader *r, struct str code)
{
    problems_warn(r->p, r->file, 0, S(""), M_instrument_not_translated, "%.*s", STR_ARG(code));
}

static void take_translation(struct reader *r, size_t points)
{
    struct instrument *i = r->i;
    bool all;
    if (i->labels != NULL) {
        if (!all_or_none(r->labels, points, &all))
            wrong(r, 1, M_instrument_labels_some, S(""));
        if (all)
            i->labels = r->labels;
        else
            warn_missing(r, S("label"));
    }
    for (size_t d = 0; d < i->domain_count; d++)
        if (!r->seen_domains[d])
            warn_missing(r, i->domains[d].code);
    for (size_t k = 0; k < i->item_count; k++) {
        struct instrument_item *it = &i->items[k];
        if (!all_or_none(r->anchors[k], points, &all))
            wrong(r, 0, M_instrument_anchors_some, it->code);
        if (!r->seen_items[k] || (it->anchors != NULL && !all))
            warn_missing(r, it->code);
        if (all && it->anchors != NULL)
            it->anchors = r->anchors[k];
    }
}

void instrument_text_translate(struct arena *a, struct str file, struct str bytes, struct str language, struct problems *p,
                               struct instrument *i)
{
    struct reader r = {.a = a, .p = p, .file = file, .rest = bytes, .i = i, .codes = strmap_new(a), .translation = true};
    size_t points = (size_t)(i->high - i->low) + 1;
    if (!begin(&r))
        return;
    for (size_t d = 0; d < i->domain_count; d++)
        strmap_add(&r.codes, str_concat(a, S("#"), i->domains[d].code), d);
    for (size_t k = 0; k < i->item_count; k++)
        strmap_add(&r.codes, i->items[k].code, k);
    r.anchors = ARENA_ARRAY(a, i->item_count, struct str *);
    r.seen_items = ARENA_ARRAY(a, i->item_count, bool);
    r.seen_domains = ARENA_ARRAY(a, i->domain_count, bool);
    r.labels = ARENA_ARRAY(a, points, struct str);
    read_head(&r);
    if (r.at[K_LANGUAGE] != 0 && !str_eq(r.values[K_LANGUAGE], language))
        wrong(&r, r.at[K_LANGUAGE], M_instrument_language_other, language);
    read_body(&r);
    take_translation(&r, points);
}
