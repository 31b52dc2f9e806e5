/* Reading the text of a template: see template.h. */
#include "programme/pack/template.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/msg_pack.h"
#include "programme/pack/figures.h"
#include "programme/practice/practice.h"

#define TITLE_MOST 200

static const struct section_rule rules[] = {
    {"Standard", 1, PACK_STANDARDS_MOST, true, "number|source|checked|figures|competencies|records", NULL},
};

/* Keys of the head, in the order of the struct. */
static const struct {
    const char *key;
    bool needed;
} head[] = {{"title", true}, {"summary", true}, {"language", true}, {"body", true}, {"document", true}, {"edition", true}, {"source", true}, {"reviewed", true}, {"licence", true}};

bool pack_asks(struct str asked, struct str code)
{
    return str_ends(asked, S(".*")) ? str_starts(code, str_sub(asked, 0, asked.n - 1)) : str_eq(asked, code);
}

bool pack_knows(struct str asked)
{
    if (str_starts(asked, S("ledger.")))
        return asked.n > strlen("ledger.");
    for (size_t k = 0; k < pack_figure_kind_count; k++)
        if (pack_asks(asked, str_from(pack_figure_kinds[k].code)))
            return true;
    return false;
}

static void wrong(const struct sections *s, struct problems *p, size_t line, struct str column, msg_id msg, struct str detail)
{
    problems_add(p, s->file, line, column, msg, "%.*s", STR_ARG(utf8_clip(detail, PROBLEM_DETAIL_MAX)));
}

/* A day of a key; false where it is missing or wrong, which is told. */
static bool read_day(const struct sections *s, const struct section_key *k, struct problems *p, int64_t *day)
{
    if (k == NULL || day_parse(k->value, day))
        return k != NULL;
    wrong(s, p, k->line, k->key, M_pack_day_bad, k->value);
    return false;
}

static bool is_source(struct str s)
{
    return str_starts(s, S("https://")) || str_starts(s, S("http://"));
}

static void read_head(const struct sections *s, struct problems *p, struct pack_template *t)
{
    struct str *into[] = {&t->title, &t->summary, &t->language, &t->body, &t->document, &t->edition, &t->source};
    for (size_t k = 0; k < s->head_count; k++) {
        bool known = false;
        for (size_t h = 0; h < COUNT_OF(head); h++)
            known = known || str_eq_z(s->head[k].key, head[h].key);
        if (!known)
            wrong(s, p, s->head[k].line, S(""), M_pack_key_unknown, s->head[k].key);
    }
    for (size_t h = 0; h < COUNT_OF(head); h++) {
        const struct section_key *k = section_find_key(s->head, s->head_count, head[h].key);
        if (k == NULL || k->value.n == 0)
            wrong(s, p, 0, S(""), M_pack_key_missing, str_from(head[h].key));
        else if (h < COUNT_OF(into))
            *into[h] = k->value;
        if (k != NULL && utf8_count(k->value) > 4 * TITLE_MOST)
            wrong(s, p, k->line, k->key, M_pack_line_long, S("800"));
    }
    const struct section_key *title = section_find_key(s->head, s->head_count, "title"), *source = section_find_key(s->head, s->head_count, "source"),
                             *language = section_find_key(s->head, s->head_count, "language");
    if (title != NULL && utf8_count(title->value) > TITLE_MOST)
        wrong(s, p, title->line, title->key, M_pack_line_long, S("200"));
    if (source != NULL && source->value.n != 0 && !is_source(source->value))
        wrong(s, p, source->line, source->key, M_pack_source_bad, source->value);
    if (language != NULL && !str_eq(lang_tag(lang_find(language->value)), language->value))
        wrong(s, p, language->line, language->key, M_pack_language_bad, language->value);
    (void)read_day(s, section_find_key(s->head, s->head_count, "reviewed"), p, &t->reviewed);
}

/* "a, b, c" of a key as a list. */
static size_t read_list(struct arena *a, const struct sections *s, const struct section_key *k, struct problems *p, const struct str **out)
{
    struct str rest = k != NULL ? k->value : STR_NONE, one, *list = ARENA_ARRAY(a, PACK_ASKED_MOST, struct str);
    size_t n = 0;
    *out = list;
    while (str_cut(&rest, ',', &one)) {
        one = str_trim(one);
        if (one.n == 0)
            continue;
        if (n == PACK_ASKED_MOST) {
            wrong(s, p, k->line, k->key, M_pack_list_long, S("60"));
            break;
        }
        list[n++] = one;
    }
    return n;
}

static void read_records(const struct sections *s, const struct section_key *k, struct problems *p, struct arena *a, struct pack_standard *x)
{
    const struct str *list;
    size_t n = read_list(a, s, k, p, &list);
    for (size_t i = 0; i < n; i++) {
        if (str_eq_z(list[i], "courses"))
            x->courses = true;
        else if (str_eq_z(list[i], "competencies"))
            x->competency_list = true;
        else if (str_eq_z(list[i], "projects"))
            x->projects = true;
        else
            wrong(s, p, k->line, k->key, M_pack_record_unknown, list[i]);
    }
}

static const struct section_key *key_of(const struct section *of, const char *key)
{
    return section_find_key(of->keys, of->key_count, key);
}

static struct str value_of(const struct section *of, const char *key)
{
    struct str v = section_value(of, key);
    return v.p != NULL ? v : S("");
}

static void read_standard(struct arena *a, const struct sections *s, const struct section *of, struct problems *p, struct pack_standard *x)
{
    *x = (struct pack_standard){.code = of->name, .title = of->title, .number = value_of(of, "number"), .source = value_of(of, "source"), .words = of->body};
    x->checked = read_day(s, key_of(of, "checked"), p, &x->checked_day);
    if (x->checked && (x->number.n == 0 || x->source.n == 0))
        wrong(s, p, of->line, S("checked"), M_pack_checked_what, x->code);
    if (x->source.n != 0 && !is_source(x->source))
        wrong(s, p, key_of(of, "source")->line, S("source"), M_pack_source_bad, x->source);
    if (of->body.n == 0)
        wrong(s, p, of->line, S(""), M_pack_standard_empty, x->code);
    x->figure_count = read_list(a, s, key_of(of, "figures"), p, &x->figures);
    for (size_t k = 0; k < x->figure_count; k++)
        if (!pack_knows(x->figures[k]))
            wrong(s, p, key_of(of, "figures")->line, S("figures"), M_pack_figure_unknown, x->figures[k]);
    x->competency_count = read_list(a, s, key_of(of, "competencies"), p, &x->competencies);
    read_records(s, key_of(of, "records"), p, a, x);
}

void pack_template_read(struct arena *a, struct str file, struct str bytes, struct problems *p, struct pack_template *out)
{
    struct str none = S("");
    size_t at = 0, n = 0;
    *out = (struct pack_template){none, none, none, none, none, none, none, 0, NULL, 0};
    struct sections s = sections_read(a, file, bytes, p);
    sections_check(&s, rules, COUNT_OF(rules), p);
    read_head(&s, p, out);
    struct pack_standard *list = ARENA_ARRAY(a, s.count, struct pack_standard);
    for (const struct section *of; (of = sections_next(&s, "Standard", &at)) != NULL;)
        read_standard(a, &s, of, p, &list[n++]);
    out->standards = list;
    out->standard_count = n;
}
