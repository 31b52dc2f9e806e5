/* Trying what one writes: the way stands in the address, so nothing is kept and every step can be sent to a colleague. */
#include "gen/programme/practice/practice_try_view.h"
#include "programme/practice/author.h"
#include "view/markdown.h"

#define TRY_STEPS_MOST 300 /* an address has its bounds */

struct trying {
    struct ctx *c;
    struct draft d;
    struct str way;
};

static struct str step_path(const struct trying *t, const char *more)
{
    struct str here = practice_text_path(t->c, &t->d, "try");
    return str_printf(t->c->a, "%.*s&way=%.*s%s%s", STR_ARG(here), STR_ARG(t->way), t->way.n != 0 && *more != '\0' ? "," : "", more);
}

static void fill_said(struct ctx *c, const struct story_step *step, struct view_practice_try *v)
{
    static const char *const kinds[] = {[STORY_BLOCK_TEXT] = "text", [STORY_BLOCK_CONSEQUENCE] = "consequence", [STORY_BLOCK_REASONING] = "reasoning",
                                        [STORY_BLOCK_PANEL] = "panel"};
    struct view_practice_try_said *list = ARENA_ARRAY(c->a, step->block_count, struct view_practice_try_said);
    for (size_t k = 0; k < step->block_count; k++)
        list[k] = (struct view_practice_try_said){.kind = str_from(kinds[step->blocks[k].kind]), .text = step->blocks[k].text,
                                                  .html = markdown_render(c->a, step->blocks[k].text, (struct markdown_options){.lang = c->lang, .heading_shift = 2})};
    v->said = list;
    v->said_count = step->block_count;
    struct view_practice_try_scores *scores = ARENA_ARRAY(c->a, step->score_count, struct view_practice_try_scores);
    for (size_t k = 0; k < step->score_count; k++)
        scores[k] = (struct view_practice_try_scores){practice_score_label(&step->scores[k]), practice_value_text(c, step->scores[k].value.number)};
    v->scores = scores;
    v->scores_count = step->score_count;
}

static void fill_choices(const struct trying *t, const struct story *s, const struct story_step *step, bool more, struct view_practice_try *v)
{
    struct view_practice_try_choices *list = ARENA_ARRAY(t->c->a, step->choice_count, struct view_practice_try_choices);
    for (size_t k = 0; k < step->choice_count; k++) {
        const struct story_choice *h = &step->choices[k];
        list[k] = (struct view_practice_try_choices){.text = h->text, .to = h->passage != STORY_NONE ? story_passage(s, h->passage)->title : S("")};
        if (h->enabled && more)
            list[k].href = step_path(t, str_printf(t->c->a, "%" PRIu32, h->number).p);
    }
    v->choices = list;
    v->choices_count = step->choice_count;
    if (step->timer.seconds != 0 && more) {
        v->seconds = step->timer.seconds;
        v->time_up = step_path(t, "0");
    }
}

enum rc practice_get_try(struct ctx *c)
{
    struct trying t = {.c = c};
    uint32_t *choices;
    size_t count;
    struct story_attempt *attempt;
    struct err why = {0};
    TRY(practice_open_text(c, &t.d));
    if (t.d.kind != PRACTICE_CASE)
        return practice_send_preview(c, &t.d);
    t.way = request_query(c->rq, "way");
    if (t.way.p == NULL || !story_choices_read(c->a, t.way, &choices, &count) || count > TRY_STEPS_MOST) {
        t.way = S("");
        count = 0;
        choices = NULL;
    }
    struct story_problems ignored = story_problems_new(c->a);
    const struct story *s = story_parse(c->a, t.d.x.code, t.d.source, &ignored);
    if (story_info(s)->start == STORY_NONE)
        return err_set(&c->err, RC_CONFLICT, M_practice_try_no_start, NULL);
    if (story_replay(c->a, s, 1, choices, count, &attempt, &why) != RC_OK) /* the text has changed under this way */
        return page_redirect(c, practice_text_path(c, &t.d, "try"), M_practice_try_changed);
    const struct story_step *step = story_now(attempt);
    struct view_practice_try v = {.passage = step->title, .tags = step->tags, .step = step->number + 1, .wrong = step->fault, .line = step->fault_line,
                                  .ended = step->ended, .back = practice_text_path(c, &t.d, "edit")};
    fill_said(c, step, &v);
    fill_choices(&t, s, step, count < TRY_STEPS_MOST, &v);
    t.way = S("");
    v.again = step_path(&t, "");
    struct page page = practice_page(c, tr(c, M_practice_try), t.d.x.title, t.d.x.id);
    return view_practice_try_page(c, &page, &v);
}
