/* Listening in a room: one tells, one listens; the listener answers what was said and gives back in her own words; the teller says which points
 * she heard; then the two change places, where the text has a second story. Who listens alone reads the story once, then it is put away. What
 * always holds: who listens never sees the story before the debrief unless she is alone, and nothing that was sent is changed. */
#include "gen/programme/practice/room_listening_view.h"
#include "gen/programme/practice/room_talk_sql.h"
#include "programme/practice/room_talk.h"
#include "view/markdown.h"

#define WORDS_MOST 2000
#define STEPS 4 /* phases of one story: read, tell, answer, hear */
#define OBSERVERS 6

enum { STEP_READ, STEP_TELL, STEP_ANSWER, STEP_HEAR };

/* ---- the plan ------------------------------------------------------------------------------------------------------------------------ */

static void read_plan(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out)
{
    struct listening *l = ARENA_NEW(a, struct listening);
    listening_read(a, s, p, l);
    struct room_phase *phases = ARENA_ARRAY(a, STEPS * l->story_count + 1, struct room_phase);
    size_t n = 0;
    for (size_t k = 0; k < l->story_count; k++) {
        enum room_shows first = k == 0 ? ROOM_PREPARE : ROOM_PLAY; /* phases only go on */
        phases[n++] = (struct room_phase){S("read"), l->stories[k].title, S(""), 180, first};
        phases[n++] = (struct room_phase){S("tell"), l->stories[k].title, S(""), l->stories[k].seconds, ROOM_PLAY};
        phases[n++] = (struct room_phase){S("answer"), l->stories[k].title, S(""), 480, ROOM_PLAY};
        phases[n++] = (struct room_phase){S("hear"), l->stories[k].title, S(""), 240, ROOM_PLAY};
    }
    phases[n++] = (struct room_phase){S("debrief"), S(""), S(""), 600, ROOM_DEBRIEF};
    struct room_part *parts = ARENA_ARRAY(a, 2, struct room_part);
    parts[0] = (struct room_part){.name = S("listener"), .seats = 1};
    parts[1] = (struct room_part){.name = S("teller"), .seats = 1, .optional = true};
    *out = (struct room_plan){.anybody = true, .briefing = l->briefing, .debrief = l->debrief, .guide = S(""), .facilitator = S(""), .parts = parts,
                              .part_count = 2, .observers = OBSERVERS, .phases = phases, .phase_count = n};
}

static void name_plan(int lang, struct room_plan *plan)
{
    static const msg_id texts[] = {M_listening_read_text, M_listening_tell_text, M_listening_answer_text, M_listening_hear_text};
    static const msg_id titles[] = {M_listening_read, M_listening_tell, M_listening_answer, M_listening_hear};
    struct room_phase *phases = (struct room_phase *)(uintptr_t)plan->phases; /* ours: read_plan made them */
    plan->parts[0].title = msg_text(lang, M_listening_listener);
    plan->parts[0].shared = msg_text(lang, M_listening_listener_shared);
    plan->parts[0].hidden = msg_text(lang, M_listening_listener_hidden);
    plan->parts[1].title = msg_text(lang, M_listening_teller);
    plan->parts[1].shared = msg_text(lang, M_listening_teller_shared);
    plan->parts[1].hidden = msg_text(lang, M_listening_teller_hidden);
    for (size_t k = 0; k < 2; k++)
        plan->parts[k].debrief = S("");
    for (size_t k = 0; k + 1 < plan->phase_count; k++) {
        phases[k].title = msg_text(lang, titles[k % STEPS]);
        phases[k].text = msg_text(lang, texts[k % STEPS]);
    }
    phases[plan->phase_count - 1].title = msg_text(lang, M_listening_debrief);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

struct hearing {
    struct listening *l;
    const struct listening_story *story; /* NULL: none is going on */
    int step;
    bool alone;                          /* nobody tells */
    int64_t listens, tells;              /* who does now; 0: nobody */
    struct rows_room_heard_all heard;
};

static int64_t seated(const struct room *r, const char *part)
{
    for (size_t k = 0; k < r->seats.n; k++)
        if (str_eq_z(r->seats.v[k].seat, "part") && str_eq_z(r->seats.v[k].part, part))
            return r->seats.v[k].person_id;
    return 0;
}

/* With the second story the two have changed places. */
static void places(const struct room *r, size_t story, struct hearing *h)
{
    int64_t one = seated(r, "listener"), other = seated(r, "teller");
    h->alone = other == 0;
    h->listens = story == 0 || h->alone ? one : other;
    h->tells = story == 0 ? other : h->alone ? 0 : one;
}

static enum rc read_hearing(struct db *db, struct arena *a, const struct room *r, struct hearing *h)
{
    struct problems ignored = problems_new(a);
    *h = (struct hearing){.l = ARENA_NEW(a, struct listening)};
    listening_read(a, &r->text, &ignored, h->l);
    TRY(sql_room_heard_all(db, a, r->r.id, &h->heard));
    places(r, 0, h);
    size_t at = r->phase != NULL ? (size_t)r->r.phase : SIZE_MAX;
    if (at < STEPS * h->l->story_count) {
        h->story = &h->l->stories[at / STEPS];
        h->step = (int)(at % STEPS);
        places(r, at / STEPS, h);
    }
    return RC_OK;
}

static const struct row_room_heard_all *answer_of(const struct hearing *h, int64_t person, struct str item)
{
    for (size_t k = 0; k < h->heard.n; k++)
        if (h->heard.v[k].person_id == person && str_eq(h->heard.v[k].item, item))
            return &h->heard.v[k];
    return NULL;
}

/* Is the number, from 1, in "1,3". */
static bool has_number(struct str list, size_t number)
{
    struct str one;
    int64_t n;
    while (str_cut(&list, ',', &one))
        if (str_to_int(one, &n) && n == (int64_t)number)
            return true;
    return false;
}

/* ---- forms --------------------------------------------------------------------------------------------------------------------------- */

static const char *field_name(struct arena *a, const struct listening_item *item)
{
    return str_z(a, str_concat(a, S("i-"), item->name));
}

static struct form *answer_form(struct ctx *c, const struct room *r, const struct listening_story *story)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/heard"), M_listening_send);
    f->draft = str_printf(c->a, "heard-%" PRId64 "-%.*s", r->r.id, STR_ARG(story->name));
    for (size_t k = 0; k < story->item_count; k++) {
        const struct listening_item *item = &story->items[k];
        if (item->reflect) {
            form_add(f, (struct field){.name = field_name(c->a, item), .kind = FIELD_LONG_TEXT, .label_text = item->question, .required = true, .max = WORDS_MOST});
            continue;
        }
        struct choice *choices = ARENA_ARRAY(c->a, item->option_count, struct choice);
        for (size_t o = 0; o < item->option_count; o++)
            choices[o] = (struct choice){.value = str_printf(c->a, "%zu", o), .label = item->options[o].text};
        form_add(f, (struct field){.name = field_name(c->a, item), .kind = FIELD_CHOICE, .label_text = item->question, .required = true, .boxed = true,
                                   .choices = choices, .choice_count = item->option_count});
    }
    return f;
}

static struct form *hear_form(struct ctx *c, const struct room *r, const struct hearing *h)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/heard"), M_listening_hear_send);
    for (size_t k = 0; k < h->story->item_count; k++) {
        const struct listening_item *item = &h->story->items[k];
        const struct row_room_heard_all *answer = answer_of(h, h->listens, item->name);
        if (!item->reflect || answer == NULL)
            continue;
        struct choice *choices = ARENA_ARRAY(c->a, item->option_count, struct choice);
        for (size_t o = 0; o < item->option_count; o++)
            choices[o] = (struct choice){.value = str_printf(c->a, "%zu", o + 1), .label = item->options[o].text};
        struct msg_arg words = MSG_TEXT("words", answer->words);
        form_add(f, (struct field){.name = field_name(c->a, item), .kind = FIELD_MANY, .label_text = tr_args(c, M_listening_heard_in, &words, 1),
                                   .choices = choices, .choice_count = item->option_count});
    }
    return f->count != 0 ? f : NULL;
}

/* Has everything of the story been answered; has the teller said what she heard. */
static bool answered(const struct hearing *h, const struct listening_story *story, int64_t person)
{
    return answer_of(h, person, story->items[0].name) != NULL;
}

static bool marked(const struct hearing *h)
{
    for (size_t k = 0; k < h->story->item_count; k++) {
        const struct row_room_heard_all *x = answer_of(h, h->listens, h->story->items[k].name);
        if (h->story->items[k].reflect && x != NULL && x->points.p == NULL)
            return false;
    }
    return true;
}

/* ---- the panel ----------------------------------------------------------------------------------------------------------------------- */

static struct html prose(struct ctx *c, struct str text)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
}

static void fill_item(struct ctx *c, const struct listening_item *item, const struct row_room_heard_all *x, struct view_room_listening_results_items *o,
                      struct view_room_listening_results *sum)
{
    *o = (struct view_room_listening_results_items){.question = item->question, .reflect = item->reflect};
    if (item->reflect) {
        struct view_room_listening_results_items_points *points = ARENA_ARRAY(c->a, item->option_count, struct view_room_listening_results_items_points);
        for (size_t k = 0; k < item->option_count; k++) {
            points[k] = (struct view_room_listening_results_items_points){item->options[k].text, x->points.p != NULL && has_number(x->points, k + 1)};
            sum->points += points[k].heard;
        }
        sum->of_points += (int64_t)item->option_count;
        o->said = x->words;
        o->points = points;
        o->points_count = item->option_count;
        return;
    }
    size_t chosen = !x->choice_null && x->choice >= 0 && (size_t)x->choice < item->option_count ? (size_t)x->choice : 0;
    o->said = item->options[chosen].text;
    o->right = item->options[chosen].right;
    o->why = item->options[chosen].why;
    for (size_t k = 0; k < item->option_count; k++)
        if (item->options[k].right && k != chosen)
            o->better = item->options[k].text;
    sum->recalled += o->right;
    sum->questions++;
}

static void fill_results(struct ctx *c, const struct room *r, struct hearing *h, struct view_room_listening *v)
{
    struct view_room_listening_results *list = ARENA_ARRAY(c->a, h->l->story_count, struct view_room_listening_results);
    for (size_t k = 0; k < h->l->story_count; k++) {
        const struct listening_story *story = &h->l->stories[k];
        places(r, k, h);
        if (h->listens == 0 || !answered(h, story, h->listens))
            continue;
        struct view_room_listening_results *o = &list[v->results_count++];
        struct view_room_listening_results_items *items = ARENA_ARRAY(c->a, story->item_count, struct view_room_listening_results_items);
        *o = (struct view_room_listening_results){.title = story->title, .story = prose(c, story->told), .story_text = story->told, .items = items};
        for (size_t n = 0; n < r->seats.n; n++)
            if (r->seats.v[n].person_id == h->listens)
                o->name = r->seats.v[n].name;
        for (size_t n = 0; n < story->item_count; n++) {
            const struct row_room_heard_all *x = answer_of(h, h->listens, story->items[n].name);
            if (x != NULL)
                fill_item(c, &story->items[n], x, &items[o->items_count++], o);
        }
    }
    v->results = list;
}

static enum rc panel(struct ctx *c, const struct room *r, struct view_any *out)
{
    struct hearing h;
    struct view_room_listening *v = ARENA_NEW(c->a, struct view_room_listening);
    TRY(read_hearing(c->db, c->a, r, &h));
    *v = (struct view_room_listening){0};
    if (h.story != NULL) {
        bool listens = c->who->person == h.listens, tells = c->who->person == h.tells;
        v->title = h.story->title;
        v->tells = tells;
        v->listens = listens;
        if ((tells && h.step <= STEP_TELL) || (h.alone && listens && h.step == STEP_TELL) || room_sees_all(c, r)) {
            v->story_text = h.story->told;
            v->story = prose(c, v->story_text);
            v->teller_text = tells ? h.story->teller : S("");
            v->teller = prose(c, v->teller_text);
        }
        bool done = answered(&h, h.story, h.listens);
        if (listens && h.step == STEP_ANSWER && !done)
            v->f = answer_form(c, r, h.story);
        v->sent = listens && h.step == STEP_ANSWER && done;
        if ((tells || (h.alone && listens)) && h.step == STEP_HEAR && !marked(&h))
            v->f = hear_form(c, r, &h);
        v->marked = (tells || (h.alone && listens)) && h.step == STEP_HEAR && done && marked(&h);
    }
    if (r->revealed)
        fill_results(c, r, &h, v);
    *out = (struct view_any){&view_room_listening_def, v};
    return RC_OK;
}

/* How much of the first story was recalled, and of the points given back: numbers alone. */
static enum rc ending(struct db *tx, struct arena *a, const struct room *r, struct str *words)
{
    struct hearing h;
    int64_t right = 0, of = 0;
    TRY(read_hearing(tx, a, r, &h));
    for (size_t k = 0; k < h.heard.n; k++)
        for (size_t s = 0; s < h.l->story_count; s++)
            for (size_t i = 0; i < h.l->stories[s].item_count; i++) {
                const struct listening_item *item = &h.l->stories[s].items[i];
                const struct row_room_heard_all *x = &h.heard.v[k];
                if (!str_eq(x->item, item->name) || item->reflect || x->choice_null || x->choice < 0 || (size_t)x->choice >= item->option_count)
                    continue;
                right += item->options[x->choice].right;
                of++;
            }
    *words = of != 0 ? str_printf(a, "%" PRId64 " : %" PRId64, right, of) : S("");
    return RC_OK;
}

const struct room_kind room_listening = {.kind = PRACTICE_LISTENING, .read = read_plan, .name = name_plan, .panel = panel, .ending = ending};

/* ---- what is sent --------------------------------------------------------------------------------------------------------------------- */

struct sending {
    struct arena *a;
    int64_t room, person, now, phase;
    struct form *f;
};

static enum rc keep_answers(struct db *tx, const struct sending *n, const struct hearing *h, struct err *e)
{
    if (answered(h, h->story, n->person))
        return err_set(e, RC_CONFLICT, M_listening_sent_already, NULL);
    for (size_t k = 0; k < h->story->item_count; k++) {
        const struct listening_item *item = &h->story->items[k];
        const char *name = field_name(n->a, item);
        int64_t choice = form_int(n->f, name, 0);
        TRY(sql_room_heard_add(tx, n->room, n->person, item->name, item->reflect ? NULL : &choice, item->reflect ? form_text(n->f, name) : S("")));
    }
    return RC_OK;
}

static enum rc keep_points(struct db *tx, const struct sending *n, const struct hearing *h)
{
    for (size_t k = 0; k < h->story->item_count; k++) {
        const struct field *f = form_field(n->f, field_name(n->a, &h->story->items[k]));
        struct buf points = buf_new(n->a, 16);
        if (!h->story->items[k].reflect || f == NULL)
            continue;
        for (size_t v = 0; v < f->value_count; v++)
            buf_printf(&points, "%s%.*s", v != 0 ? "," : "", STR_ARG(f->values[v]));
        TRY(sql_room_heard_points(tx, n->room, h->listens, h->story->items[k].name, points.n != 0 ? buf_text(&points) : S("")));
    }
    return RC_OK;
}

static enum rc send_heard(struct db *tx, void *arg, struct err *e)
{
    const struct sending *n = arg;
    struct room r;
    struct hearing h;
    TRY(room_read(tx, n->a, n->room, n->person, n->now, &r));
    TRY(read_hearing(tx, n->a, &r, &h));
    if (h.story == NULL || r.r.phase != n->phase)
        return err_set(e, RC_CONFLICT, M_listening_moved_on, NULL);
    if (h.step == STEP_ANSWER)
        TRY(keep_answers(tx, n, &h, e));
    else
        TRY(keep_points(tx, n, &h));
    return sql_room_touch(tx, n->room, n->now);
}

enum rc room_post_heard(struct ctx *c)
{
    struct room r;
    struct hearing h;
    struct form *f = NULL;
    TRY(room_enter(c, &r));
    if (r.kind != &room_listening)
        return RC_NOT_FOUND;
    TRY(read_hearing(c->db, c->a, &r, &h));
    bool listens = c->who->person == h.listens, hears = c->who->person == h.tells || (h.alone && listens);
    if (h.story != NULL && h.step == STEP_ANSWER && listens)
        f = answer_form(c, &r, h.story);
    else if (h.story != NULL && h.step == STEP_HEAR && hears)
        f = hear_form(c, &r, &h);
    if (f == NULL)
        return page_redirect(c, room_path(c, r.r.id, ""), M_listening_moved_on);
    struct page page = room_page(c, &r, r.phase->title, true);
    f->cancel = room_path(c, r.r.id, "");
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, STR_NONE, f);
    struct sending n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .phase = r.r.phase, .f = f};
    enum rc rc = ctx_write(c, send_heard, &n);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_listening_now_sent);
}
