/* Any bytes as the text of an exercise in sections: no crash, the bounds hold, what is read lies within what was given, what a kind reads
 * keeps its promises when nothing was wrong, and a text is a translation of itself. */
#include "programme/practice/practice.h"
#include "programme/practice/room_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct str bytes, struct str s)
{
    ASSERT(s.n == 0 || (s.p >= bytes.p && s.p + s.n <= bytes.p + bytes.n));
}

static void check_section(struct arena *a, const struct sections *all, struct str bytes, const struct section *s)
{
    struct problems p = problems_new(a);
    struct section_table t;
    const struct section_entry *list;
    check_within(bytes, s->word);
    check_within(bytes, s->title);
    check_within(bytes, s->body);
    ASSERT(s->line != 0 && (s->body.n == 0 || s->body_line > s->line));
    for (size_t k = 0; k < s->key_count; k++)
        check_within(bytes, s->keys[k].value);
    if (section_read_table(a, all, s, &p, &t)) {
        ASSERT(t.width <= SECTION_CELLS_MOST && t.count <= SECTION_ROWS_MOST && t.line >= s->body_line);
        ASSERT(t.width == 0 || section_column(&t, str_z(a, t.headings[0])) == 0);
    }
    size_t n = section_read_list(a, s, &list);
    for (size_t k = 0; k < n; k++)
        ASSERT(list[k].line >= s->body_line);
}

static void check_kinds(struct arena *a, const struct sections *s, struct str bytes)
{
    for (enum practice_kind kind = PRACTICE_ROLE_PLAY; kind < PRACTICE_KIND_COUNT; kind++) {
        struct problems p = problems_new(a);
        struct practice_text text;
        practice_read_text(a, 0, kind, S("x.md"), bytes, &p, &text);
        if (p.errors != 0)
            continue;
        ASSERT(text.title.n != 0 && text.summary.n != 0 && text.minutes > 0 && text.competency_count != 0);
        if (kind == PRACTICE_NEGOTIATION) {
            struct negotiation *n = ARENA_NEW(a, struct negotiation);
            negotiation_read(a, s, &p, n);
            ASSERT(n->plan.part_count >= 2 && n->issue_count >= 1 && n->plan.phase_count >= 1);
            for (size_t k = 0; k < n->issue_count; k++)
                ASSERT(n->issues[k].option_count >= 2);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a), same = problems_new(a);
    struct str bytes = {(const char *)data, size};
    struct sections s = sections_read(a, S("x.md"), bytes, &p);
    size_t parts = 0;
    for (size_t k = 0; k < s.count; k++) {
        check_section(a, &s, bytes, &s.list[k]);
        for (size_t n = 0; n < s.list[k].part_count; n++, parts++)
            check_section(a, &s, bytes, &s.list[k].parts[n]);
    }
    ASSERT(s.count + parts <= SECTIONS_MOST);
    if (p.errors == 0)
        sections_compare(a, &s, &s, &same);
    ASSERT(same.errors == 0);
    check_kinds(a, &s, bytes);
    arena_free(a);
    return 0;
}
