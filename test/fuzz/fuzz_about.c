/* Any bytes as what a case says of itself (StoryAbout) and of its panel (StoryPanel), within a case whose passages ask one question: no
 * crash, the bounds hold, and what is read is whole when nothing was wrong. A byte 0 parts the one from the other. */
#include "programme/practice/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTES_MOST 4096 /* a case that is small enough to be looked at whole, each time */

static struct str case_of(struct arena *a, struct str about, struct str panel)
{
    return str_printf(a,
                      ":: StoryTitle\nA case\n\n:: Start\n<!-- cadre panel first: What first? -->\n[[A]]\n[[B]]\n\n:: A [ending]\na\n\n:: B [ending]\nb\n\n"
                      ":: " PRACTICE_ABOUT " [note]\n%.*s\n\n:: " PRACTICE_PANEL " [note]\n%.*s\n",
                      STR_ARG(about), STR_ARG(panel));
}

static void check_text(const struct practice_text *t)
{
    ASSERT(t->title.n != 0 && t->summary.n != 0 && t->minutes >= 1 && t->minutes <= PRACTICE_MINUTES_MAX);
    ASSERT(t->competency_count != 0 && t->competency_count <= PRACTICE_COMPETENCIES_MAX);
    for (size_t k = 0; k < t->panel_count; k++) {
        ASSERT(t->panel[k].experts >= 0 && t->panel[k].question.n != 0 && t->panel[k].target.n != 0);
        for (size_t n = 0; n < k; n++)
            ASSERT(!str_eq(t->panel[k].question, t->panel[n].question) || !str_eq(t->panel[k].target, t->panel[n].target));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > BYTES_MOST)
        return -1;
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a), same = problems_new(a);
    struct practice_text text;
    size_t at = size;
    struct str bytes = {(const char *)data, size};
    for (size_t k = 0; k < size && at == size; k++)
        at = data[k] == 0 ? k : at;
    struct str whole = case_of(a, str_sub(bytes, 0, at), str_sub(bytes, at + 1, size));
    practice_read_text(a, 0, PRACTICE_CASE, S("x.twee"), whole, &p, &text);
    if (p.errors == 0)
        check_text(&text);
    practice_check_translation(a, PRACTICE_CASE, whole, S("y.twee"), whole, &same);
    ASSERT(same.errors == 0);
    arena_free(a);
    return 0;
}
