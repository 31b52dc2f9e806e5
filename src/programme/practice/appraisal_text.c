/* The text of a technology appraisal; see talk_text.h and docs/practice.md. */
#include "base/clock.h"
#include "gen/msg_practice.h"
#include "gen/msg_talk.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"
#include "programme/practice/talk_text.h"

static const struct section_rule rules[] = {
    {"Tool", 1, 1, false, NULL, NULL},
    {"Setting", 0, 1, false, NULL, NULL},
    {"Aspect", APPRAISAL_ASPECT_COUNT, APPRAISAL_ASPECT_COUNT, true, NULL, NULL},
    {"Source", 1, APPRAISAL_SOURCES_MOST, true, "link|review", NULL},
    {"Debrief", 1, 1, false, NULL, NULL},
};

struct str appraisal_aspect_word(enum appraisal_aspect aspect)
{
    static const char *const words[] = {
#define X(word) #word,
        APPRAISAL_ASPECTS(X)
#undef X
    };
    return str_from(words[aspect]);
}

static void read_source(const struct sections *s, const struct section *x, struct problems *p, struct appraisal_source *out)
{
    struct str review = section_value(x, "review"), link = section_value(x, "link");
    *out = (struct appraisal_source){.name = x->name, .title = x->title, .link = str_empty(link) ? S("") : link, .says = x->body};
    if (!day_parse(str_empty(review) ? S("") : review, &out->review_day))
        problems_add(p, s->file, x->line, S("review"), M_practice_day_bad, "%.*s", STR_ARG(review));
    if (link.n != 0 && !str_starts(link, S("https://")) && !str_starts(link, S("http://")))
        problems_add(p, s->file, x->line, S("link"), M_talk_link_bad, "%.*s", STR_ARG(link));
}

void appraisal_read(struct arena *a, const struct sections *s, struct problems *p, struct appraisal *out)
{
    const struct section *x;
    size_t at = 0;
    (void)a;
    *out = (struct appraisal){.tool = room_read_body(s, "Tool"), .setting = room_read_body(s, "Setting"), .debrief = room_read_body(s, "Debrief")};
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        x = sections_find(s, "Aspect", appraisal_aspect_word(k));
        out->aspects[k].title = x != NULL ? x->title : S("");
        out->aspects[k].guide = x != NULL ? x->body : S("");
        if (x == NULL)
            problems_add(p, s->file, 0, S("Aspect"), M_talk_aspect_missing, "%.*s", STR_ARG(appraisal_aspect_word(k)));
    }
    while ((x = sections_next(s, "Source", &at)) != NULL && out->source_count < APPRAISAL_SOURCES_MOST)
        read_source(s, x, p, &out->sources[out->source_count++]);
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    sections_check(s, rules, COUNT_OF(rules), p);
    appraisal_read(a, s, p, ARENA_NEW(a, struct appraisal));
}

static const char begin[] =
    "# Tool\n\n\n# Setting\n\n\n# Aspect: need | \n\n\n# Aspect: evidence | \n\n\n# Aspect: safety | \n\n\n# Aspect: equity | \n\n\n"
    "# Aspect: privacy | \n\n\n# Aspect: cost | \n\n\n# Source: first | \nreview: \n\n\n# Debrief\n";

const struct practice_reader practice_read_appraisal = {
    .keys = NULL, .rubric = false, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};
