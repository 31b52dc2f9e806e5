/* The text of a listening exercise; see talk_text.h and docs/practice.md. */
#include "gen/msg_practice.h"
#include "gen/msg_talk.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"
#include "programme/practice/talk_text.h"

#define SECONDS_MOST 1800

static const struct section_rule rules[] = {
    {"Briefing", 1, 1, false, NULL, NULL},
    {"Story", 1, LISTENING_STORIES_MOST, true, "seconds", "Teller"},
    {"Recall", 1, LISTENING_STORIES_MOST * LISTENING_ITEMS_MOST, true, "story", NULL},
    {"Reflect", 1, LISTENING_STORIES_MOST * LISTENING_ITEMS_MOST, true, "story", NULL},
    {"Debrief", 1, 1, false, NULL, NULL},
    {"Sources", 0, 1, false, NULL, NULL},
};

/* "[x] Right | why", "[ ] Wrong | why"; of reflecting "what may have been heard". */
static void read_option(const struct sections *s, const struct section_entry *e, bool reflect, struct problems *p, struct listening_option *o)
{
    struct str text = e->text;
    size_t bar;
    if (!reflect) {
        o->right = str_starts(text, S("[x]"));
        if (!o->right && !str_starts(text, S("[ ]")))
            problems_add(p, s->file, e->line, S(""), M_talk_option_bad, NULL);
        text = str_sub(text, 3, text.n);
    }
    o->why = S("");
    if (str_find(text, S(" | "), &bar)) {
        o->why = str_trim(str_sub(text, bar + 3, text.n));
        text = str_sub(text, 0, bar);
    }
    o->text = str_trim(text);
    if (o->text.n == 0)
        problems_add(p, s->file, e->line, S(""), M_talk_option_bad, NULL);
}

static void read_options(struct arena *a, const struct sections *s, const struct section *x, struct problems *p, struct listening_item *item)
{
    const struct section_entry *list;
    size_t n = section_read_list(a, x, &list), right = 0;
    for (size_t k = 0; k < n && k < LISTENING_OPTIONS_MOST; k++) {
        read_option(s, &list[k], item->reflect, p, &item->options[k]);
        right += item->options[k].right;
        item->option_count++;
    }
    if (n > LISTENING_OPTIONS_MOST || n < (item->reflect ? 1u : 2u))
        problems_add(p, s->file, x->line, x->title, M_talk_options_count, "%d", LISTENING_OPTIONS_MOST);
    if (!item->reflect && right != 1)
        problems_add(p, s->file, x->line, x->title, M_talk_one_right, NULL);
}

static struct listening_story *story_of(struct listening *l, const struct sections *s, const struct section *x, struct problems *p)
{
    struct str name = section_value(x, "story");
    if (str_empty(name) && l->story_count == 1)
        return &l->stories[0];
    for (size_t k = 0; k < l->story_count; k++)
        if (str_eq(l->stories[k].name, name))
            return &l->stories[k];
    problems_add(p, s->file, x->line, S("story"), M_talk_story_unknown, "%.*s", STR_ARG(name));
    return NULL;
}

static void read_items(struct arena *a, const struct sections *s, bool reflect, struct problems *p, struct listening *out)
{
    const struct section *x;
    size_t at = 0;
    while ((x = sections_next(s, reflect ? "Reflect" : "Recall", &at)) != NULL) {
        struct listening_story *story = story_of(out, s, x, p);
        if (story == NULL)
            continue;
        if (story->item_count == LISTENING_ITEMS_MOST) {
            problems_add(p, s->file, x->line, x->title, M_talk_items_count, "%d", LISTENING_ITEMS_MOST);
            continue;
        }
        struct listening_item *item = &story->items[story->item_count++];
        *item = (struct listening_item){.name = x->name, .question = x->title, .reflect = reflect, .guide = S("")};
        read_options(a, s, x, p, item);
    }
}

void listening_read(struct arena *a, const struct sections *s, struct problems *p, struct listening *out)
{
    const struct section *x;
    size_t at = 0;
    *out = (struct listening){.briefing = room_read_body(s, "Briefing"), .debrief = room_read_body(s, "Debrief")};
    while ((x = sections_next(s, "Story", &at)) != NULL && out->story_count < LISTENING_STORIES_MOST) {
        struct listening_story *story = &out->stories[out->story_count++];
        const struct section *teller = section_part(x, "Teller");
        *story = (struct listening_story){.name = x->name, .title = x->title, .told = x->body, .teller = teller != NULL ? teller->body : S(""), .seconds = 120};
        section_read_int(s, x, "seconds", 20, SECONDS_MOST, true, p, &story->seconds);
        if (x->body.n == 0)
            problems_add(p, s->file, x->line, x->title, M_practice_section_empty, "Story");
    }
    read_items(a, s, false, p, out);
    read_items(a, s, true, p, out);
    for (size_t k = 0; k < out->story_count; k++)
        if (out->stories[k].item_count == 0)
            problems_add(p, s->file, 0, out->stories[k].title, M_talk_story_bare, NULL);
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    sections_check(s, rules, COUNT_OF(rules), p);
    listening_read(a, s, p, ARENA_NEW(a, struct listening));
}

static const char begin[] =
    "# Briefing\n\n\n# Story: first | \nseconds: 240\n\n\n## Teller\n\n\n# Recall: what | \nstory: first\n\n- [x]  | \n- [ ]  | \n\n"
    "# Reflect: feeling | \nstory: first\n\n- \n\n# Debrief\n";

const struct practice_reader practice_read_listening = {
    .keys = NULL, .rubric = true, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};
