/* What comes after a case: its last words, the debrief, one's own way beside the panel's and that of the others, and the reasons given.
 * Of the others is told what tally.h lets be told. */
#include "gen/programme/practice/practice_end_view.h"
#include "gen/programme/practice/practice_ratings_view.h"
#include "gen/programme/practice/practice_way_view.h"
#include "programme/practice/inside.h"
#include "view/markdown.h"
#include "view/story_graph.h"

#define WAYS_MOST 40 /* of one question */

struct ending {
    struct ctx *c;
    const struct practice_stand *s;
    struct rows_practice_choices choices;
    struct rows_practice_panel panel;
    struct practice_question_tally *tally;
    size_t tally_count;
    struct view_practice_end_questions *questions;
    struct view_practice_end *v;
    uint32_t *passages; /* of the way */
};

static struct html prose(const struct ctx *c, struct str text, int shift)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = shift});
}

static void fill_said(struct ctx *c, const struct story_step *step, struct view_practice_end *v)
{
    struct view_practice_end_said *list = ARENA_ARRAY(c->a, step->block_count, struct view_practice_end_said);
    for (size_t k = 0; k < step->block_count; k++)
        if (step->blocks[k].kind == STORY_BLOCK_TEXT || step->blocks[k].kind == STORY_BLOCK_CONSEQUENCE)
            list[v->said_count++] = (struct view_practice_end_said){.kind = S("text"), .text = step->blocks[k].text, .html = prose(c, step->blocks[k].text, 1)};
    v->said = list;
    struct view_practice_end_scores *scores = ARENA_ARRAY(c->a, step->score_count, struct view_practice_end_scores);
    for (size_t k = 0; k < step->score_count; k++)
        scores[k] = (struct view_practice_end_scores){practice_score_label(&step->scores[k]), practice_value_text(c, step->scores[k].value.number),
                                                      step->scores[k].ranged ? practice_value_text(c, step->scores[k].most) : STR_NONE};
    v->scores = scores;
    v->scores_count = step->score_count;
}

/* ---- one question beside the panel --------------------------------------------------------------------------------------------------- */

/* What a choice that leads there is called at this step; the passage's title where it was not offered. */
static struct str choice_text(const struct practice_stand *s, const struct story_step *step, struct str target)
{
    for (size_t k = 0; k < step->choice_count; k++)
        if (step->choices[k].passage != STORY_NONE && str_eq(story_passage(s->story, step->choices[k].passage)->title, target))
            return step->choices[k].text;
    return target;
}

/* The ways of a question: those of the panel, most chosen first, then what others took beside. */
static size_t gather_ways(struct ending *n, const struct practice_question_tally *tally, struct str question, struct str mine, struct str *targets,
                          int64_t *experts, const struct practice_counted **peers)
{
    size_t count = 0, others = tally != NULL ? tally->count : 0;
    for (size_t k = 0; k < n->panel.n && count < WAYS_MOST; k++)
        if (str_eq(n->panel.v[k].question, question)) {
            targets[count] = n->panel.v[k].target;
            experts[count++] = n->panel.v[k].experts;
        }
    for (size_t k = 0; k <= others && count < WAYS_MOST; k++) {
        struct str target = k < others ? tally->ways[k].target : mine;
        size_t at = 0;
        while (at < count && !str_eq(targets[at], target))
            at++;
        if (at == count) {
            targets[count] = target;
            experts[count++] = 0;
        }
        if (k < others)
            peers[at] = &tally->ways[k];
    }
    return count;
}

static void fill_question(struct ending *n, const struct row_practice_choices *r, const struct story_step *step, struct str text)
{
    struct ctx *c = n->c;
    struct str targets[WAYS_MOST];
    int64_t experts[WAYS_MOST] = {0};
    const struct practice_counted *peers[WAYS_MOST] = {NULL};
    const struct practice_question_tally *tally = practice_find_tally(n->tally, n->tally_count, r->question);
    struct view_practice_end_questions *q = &n->questions[n->v->questions_count++];
    size_t count = gather_ways(n, tally, r->question, r->target, targets, experts, peers);
    struct view_practice_end_questions_ways *ways = ARENA_ARRAY(c->a, count, struct view_practice_end_questions_ways);
    *q = (struct view_practice_end_questions){.question = text, .ways = ways, .ways_count = count, .yours = choice_text(n->s, step, r->target)};
    if (!r->credit_null)
        q->credit = SOME_INT((r->credit + 5) / 10);
    for (size_t k = 0; k < count; k++)
        q->experts += experts[k];
    for (size_t k = 0; k < n->panel.n; k++)
        if (str_eq(n->panel.v[k].question, r->question))
            q->own = n->panel.v[k].own != 0;
    if (tally != NULL && tally->shown && tally->people != 0)
        q->people = SOME_INT(tally->people);
    for (size_t k = 0; k < count; k++) {
        ways[k] = (struct view_practice_end_questions_ways){.text = choice_text(n->s, step, targets[k]), .experts = experts[k],
                                                            .experts_percent = q->experts != 0 ? (experts[k] * 100 + q->experts / 2) / q->experts : 0,
                                                            .mine = str_eq(targets[k], r->target)};
        if (q->people.some && peers[k] != NULL && peers[k]->shown)
            ways[k].peers_percent = SOME_INT((peers[k]->people * 100 + q->people.v / 2) / q->people.v);
    }
}

/* ---- the way ------------------------------------------------------------------------------------------------------------------------- */

static void fill_panel(struct ending *n, const struct row_practice_choices *r, const struct story_step *step)
{
    for (size_t k = 0; k < step->block_count; k++)
        if (step->blocks[k].kind == STORY_BLOCK_PANEL && r->target.p != NULL && str_eq(r->question, step->blocks[k].name))
            fill_question(n, r, step, step->blocks[k].text);
}

static enum rc walk(struct ending *n)
{
    struct story_attempt *t = story_start(n->c->a, n->s->story, (uint64_t)n->s->r.seed);
    n->questions = ARENA_ARRAY(n->c->a, n->choices.n, struct view_practice_end_questions);
    n->passages = ARENA_ARRAY(n->c->a, n->choices.n + 1, uint32_t);
    for (size_t k = 0; k < n->choices.n; k++) {
        n->passages[k] = story_now(t)->passage;
        fill_panel(n, &n->choices.v[k], story_now(t));
        TRY(story_choose(t, (uint32_t)n->choices.v[k].choice, &n->c->err));
    }
    n->passages[n->choices.n] = story_now(t)->passage;
    n->v->questions = n->questions;
    return RC_OK;
}

/* Her way on the whole case, with how many went where. */
static enum rc fill_graph(struct ending *n)
{
    struct practice_traffic traffic;
    TRY(practice_read_traffic(n->c->db, n->c->a, n->s->r.family_id, n->s->story, &traffic));
    n->v->graph = story_graph(n->c->a, n->s->story,
                              (struct story_graph_options){.lang = n->c->lang, .id = "way", .traffic = traffic.people != 0 ? traffic.links : NULL,
                                                           .way = n->passages, .way_count = n->choices.n + 1});
    n->v->others = traffic.people;
    return RC_OK;
}

enum rc practice_send_end(struct ctx *c, const struct practice_stand *s)
{
    struct view_practice_end v = {.left = str_eq_z(s->r.state, "left"), .ending = s->r.ending, .counts = !s->r.evidence_id_null,
                                  .back = practice_path(c, s->r.exercise_id, "")};
    struct ending n = {.c = c, .s = s, .v = &v};
    TRY(sql_practice_choices(c->db, c->a, s->r.id, &n.choices));
    TRY(sql_practice_panel(c->db, c->a, s->r.family_id, &n.panel));
    TRY(practice_read_tally(c->db, c->a, s->r.family_id, &n.tally, &n.tally_count));
    TRY(walk(&n));
    TRY(practice_fill_way(c, s, true, &v.way));
    v.some_way = v.way.steps_count != 0;
    if (!v.left) {
        fill_said(c, s->step, &v);
        TRY(fill_graph(&n));
        TRY(practice_fill_hand_in(c, s, &v));
        v.debrief_text = story_info(s->story)->debrief;
        v.debrief = prose(c, v.debrief_text, 2);
        if (!s->r.credit_null)
            v.credit = SOME_INT(s->r.credit);
    } else {
        v.questions_count = 0; /* who leaves has not seen what the others said, and may take it again */
    }
    struct page page = practice_page(c, s->r.title, s->r.title, s->r.exercise_id);
    page.caption = tr(c, v.left ? M_practice_state_left : M_practice_state_done);
    return view_practice_end_page(c, &page, &v);
}
