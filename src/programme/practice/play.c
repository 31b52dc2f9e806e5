/* Taking a case, step by step. A page shows where the attempt stands; what is sent names the step it was about, so that a second click,
 * the way back and a second tab change nothing, and say so where something else was chosen. */
#include "auth/session.h"
#include "gen/programme/practice/practice_step_view.h"
#include "programme/practice/appraisal.h"
#include "programme/practice/room.h"
#include "view/markdown.h"

static struct str attempt_path(const struct ctx *c, int64_t attempt, const char *end)
{
    return str_printf(c->a, "/practice/attempts/%" PRId64 "%s", attempt, end);
}

/* Where an attempt is shown that has no story. */
static enum rc send_elsewhere(struct ctx *c, const struct practice_stand *s)
{
    bool appraised = str_eq(s->r.kind, practice_kind_word(PRACTICE_APPRAISAL));
    return appraised ? appraisal_redirect_attempt(c, s->r.id) : room_redirect_attempt(c, s->r.id);
}

/* One that was made elsewhere, in a room or an appraisal, has no story. */
enum rc practice_open_own(struct ctx *c, struct practice_stand *s)
{
    int64_t id;
    struct row_practice_attempt r;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_practice_attempt(c->db, c->a, id, &r);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.person = c->who->person, .programme = r.programme_id};
    if (rc == RC_NOT_FOUND || r.person_id != c->who->person) {
        (void)access_allows(c, P_PRACTICE, &t);
        return RC_NOT_FOUND;
    }
    TRY(access_require(c, P_PRACTICE, &t));
    if (!str_eq(r.kind, practice_kind_word(PRACTICE_CASE))) {
        *s = (struct practice_stand){.r = r};
        return RC_OK;
    }
    return practice_stand(c->db, c->a, id, s, &c->err);
}

/* ---- the form of a step -------------------------------------------------------------------------------------------------------------- */

static void add_reasons(struct ctx *c, struct form *f, struct str framework)
{
    struct choice *frameworks = ARENA_ARRAY(c->a, 4, struct choice);
    frameworks[0] = (struct choice){.value = S("principles"), .label = tr(c, M_practice_framework_principles)};
    frameworks[1] = (struct choice){.value = S("box"), .label = tr(c, M_practice_framework_box)};
    frameworks[2] = (struct choice){.value = S("cases"), .label = tr(c, M_practice_framework_cases)};
    frameworks[3] = (struct choice){.value = S("other"), .label = tr(c, M_practice_framework_other)};
    struct str suggested = str_eq_z(framework, "four-principles") ? S("principles") : str_eq_z(framework, "four-box") ? S("box") : framework;
    form_add(f, (struct field){.name = "framework", .kind = FIELD_CHOICE, .label = M_practice_framework, .required = true, .choices = frameworks,
                               .choice_count = 4, .value = suggested});
    form_add(f, (struct field){.name = "stakeholders", .kind = FIELD_LONG_TEXT, .label = M_practice_stakeholders, .hint = M_practice_stakeholders_hint,
                               .required = true, .rows = 3, .max = PRACTICE_WORDS});
    form_add(f, (struct field){.name = "weighed", .kind = FIELD_LONG_TEXT, .label = M_practice_weighed, .hint = M_practice_weighed_hint, .required = true,
                               .rows = 4, .max = PRACTICE_WORDS});
}

static struct str question_of(struct ctx *c, const struct story_step *step)
{
    for (size_t k = 0; k < step->block_count; k++)
        if (step->blocks[k].kind == STORY_BLOCK_PANEL)
            return step->blocks[k].text;
    return tr(c, M_practice_what_next);
}

static struct form *step_form(struct ctx *c, const struct practice_stand *s, bool late)
{
    const struct story_step *step = s->step;
    struct str framework, question = practice_reason_asked(step, &framework);
    struct form *f = form_new(c->a, c->lang, c->zone, attempt_path(c, s->r.id, ""), M_practice_next);
    form_add(f, (struct field){.name = "step", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, s->r.steps)});
    f->no_warn = true;
    if (late)
        return f;
    if (question.p != NULL) {
        add_reasons(c, f, framework);
        f->no_warn = false;
        f->draft = str_printf(c->a, "practice-%" PRId64 "-%" PRId64, s->r.id, s->r.steps);
    }
    struct choice *choices = ARENA_ARRAY(c->a, step->choice_count + 1, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < step->choice_count; k++)
        if (step->choices[k].enabled)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRIu32, step->choices[k].number), .label = step->choices[k].text};
    form_add(f, (struct field){.name = "choice", .kind = FIELD_CHOICE, .label_text = question_of(c, step), .required = true, .boxed = true,
                               .choices = choices, .choice_count = n, .value = n == 1 ? choices[0].value : STR_NONE});
    if (question.p != NULL)
        form_add(f, (struct field){.name = "because", .kind = FIELD_LONG_TEXT, .label = M_practice_because, .required = true, .rows = 3, .max = PRACTICE_WORDS});
    return f;
}

/* ---- the page of a step -------------------------------------------------------------------------------------------------------------- */

static void fill_said(struct ctx *c, const struct story_step *step, struct view_practice_step *v)
{
    static const char *const kinds[] = {[STORY_BLOCK_TEXT] = "text", [STORY_BLOCK_CONSEQUENCE] = "consequence", [STORY_BLOCK_REASONING] = "reasoning",
                                        [STORY_BLOCK_PANEL] = "panel"};
    struct view_practice_step_said *list = ARENA_ARRAY(c->a, step->block_count, struct view_practice_step_said);
    for (size_t k = 0; k < step->block_count; k++) {
        const struct story_block *b = &step->blocks[k];
        list[k] = (struct view_practice_step_said){.kind = str_from(kinds[b->kind]), .text = b->text,
                                                   .html = markdown_render(c->a, b->text, (struct markdown_options){.lang = c->lang, .heading_shift = 1})};
    }
    v->said = list;
    v->said_count = step->block_count;
}

struct str practice_score_label(const struct story_score *s)
{
    return s->label.n != 0 ? s->label : str_sub(s->name, 1, s->name.n);
}

struct str practice_value_text(const struct ctx *c, double value)
{
    struct buf b = buf_new(c->a, 32);
    lang_real(&b, c->lang, value, value == (double)(int64_t)value ? 0 : 1);
    return buf_text(&b);
}

static void fill_scores(struct ctx *c, const struct story_step *step, struct view_practice_step *v)
{
    struct view_practice_step_scores *list = ARENA_ARRAY(c->a, step->score_count, struct view_practice_step_scores);
    for (size_t k = 0; k < step->score_count; k++) {
        const struct story_score *s = &step->scores[k];
        list[k] = (struct view_practice_step_scores){practice_score_label(s), practice_value_text(c, s->value.number),
                                                     s->ranged ? practice_value_text(c, s->most) : STR_NONE};
    }
    v->scores = list;
    v->scores_count = step->score_count;
}

static enum rc send_step(struct ctx *c, const struct practice_stand *s, struct form *f, int status)
{
    struct str framework;
    struct view_practice_step v = {.step = s->r.steps + 1, .wrong = s->step->fault, .f = f, .leave = attempt_path(c, s->r.id, "/leave")};
    fill_said(c, s->step, &v);
    fill_scores(c, s->step, &v);
    v.late = practice_too_late(&s->r, c->now);
    v.frameworks = !v.late && practice_reason_asked(s->step, &framework).p != NULL;
    if (!s->r.deadline_at_null && !v.late) {
        struct civil at = civil_from_ms(c->zone, s->r.deadline_at);
        v.timed = true;
        v.seconds = s->step->timer.seconds;
        v.until = str_printf(c->a, "%02d:%02d:%02d", at.hour, at.minute, at.second);
        v.left = (s->r.deadline_at - c->now + MS_PER_SECOND - 1) / MS_PER_SECOND;
        v.left_text = practice_clock_text(c, v.left);
    }
    struct msg_arg n = MSG_NUM("n", v.step);
    struct page page = practice_page(c, s->r.title, s->r.title, s->r.exercise_id);
    page.caption = tr_args(c, M_practice_step_n, &n, 1);
    page.narrow = false;
    page.status = status;
    return view_practice_step_page(c, &page, &v);
}

/* ---- one step on --------------------------------------------------------------------------------------------------------------------- */

struct choosing {
    struct arena *a;
    int64_t attempt, step, now;
    uint32_t choice;
    const struct practice_reason *why;
    enum practice_went went;
};

static enum rc choose(struct db *tx, void *arg, struct err *e)
{
    struct choosing *h = arg;
    return practice_choose(tx, h->a, h->attempt, h->step, h->choice, h->why, h->now, &h->went, e);
}

/* Whether what was sent again is what was taken then: a second click needs no word. */
static enum rc sent_twice(struct ctx *c, const struct practice_stand *s, int64_t step, bool *same)
{
    struct rows_practice_choices rows;
    int64_t choice = -1;
    TRY(sql_practice_choices(c->db, c->a, s->r.id, &rows));
    (void)str_to_int(request_form(c->rq, "choice"), &choice);
    *same = step >= 0 && (size_t)step + 1 == rows.n && rows.v[step].choice == choice;
    return RC_OK;
}

static enum rc post_step(struct ctx *c, const struct practice_stand *s)
{
    bool late = practice_too_late(&s->r, c->now), same;
    int64_t step = 0;
    struct form *f = step_form(c, s, late);
    struct str here = attempt_path(c, s->r.id, "");
    (void)str_to_int(request_form(c->rq, "step"), &step);
    if (!str_eq_z(s->r.state, "going") || step != s->r.steps) {
        TRY(sent_twice(c, s, step, &same));
        return page_redirect(c, here, same ? 0 : M_practice_already_on);
    }
    struct choosing h = {.a = c->a, .attempt = s->r.id, .step = step, .now = c->now, .choice = STORY_TIME_UP};
    struct practice_reason why;
    if (!late) {
        if (!form_read(f, c->rq->form, c->rq->form_count))
            return send_step(c, s, f, 422);
        h.choice = (uint32_t)form_int(f, "choice", 0);
        why = (struct practice_reason){form_text(f, "framework"), form_text(f, "stakeholders"), form_text(f, "weighed"), form_text(f, "because")};
        h.why = why.because.n != 0 ? &why : NULL;
    }
    enum rc rc = ctx_write(c, choose, &h);
    int status = 0;
    if (page_form_failed(c, f, rc, &status))
        return send_step(c, s, f, status);
    TRY(rc);
    return page_redirect(c, here, h.went == PRACTICE_TIME_UP ? M_practice_time_was_up : h.went == PRACTICE_ALREADY ? M_practice_already_on : 0);
}

enum rc practice_handle_attempt(struct ctx *c)
{
    struct practice_stand s;
    TRY(practice_open_own(c, &s));
    if (s.story == NULL)
        return send_elsewhere(c, &s);
    if (c->rq->method == METHOD_POST)
        return post_step(c, &s);
    if (!str_eq_z(s.r.state, "going"))
        return practice_send_end(c, &s);
    return send_step(c, &s, step_form(c, &s, practice_too_late(&s.r, c->now)), 0);
}

/* ---- leaving it ---------------------------------------------------------------------------------------------------------------------- */

static enum rc leave(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *h = arg;
    return practice_leave(tx, h->attempt, h->now, e);
}

enum rc practice_handle_leave(struct ctx *c)
{
    struct practice_stand s;
    TRY(practice_open_own(c, &s));
    if (s.story == NULL)
        return send_elsewhere(c, &s);
    if (!str_eq_z(s.r.state, "going"))
        return page_redirect(c, attempt_path(c, s.r.id, ""), M_practice_already_ended);
    struct form *f = form_new(c->a, c->lang, c->zone, attempt_path(c, s.r.id, "/leave"), M_practice_leave);
    f->danger = true;
    f->cancel = attempt_path(c, s.r.id, "");
    struct page page = practice_page(c, tr(c, M_practice_leave_title), s.r.title, s.r.exercise_id);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_practice_leave_note), f);
    struct choosing h = {.attempt = s.r.id, .now = c->now};
    TRY(ctx_write(c, leave, &h));
    return page_redirect(c, practice_path(c, s.r.exercise_id, ""), M_practice_left);
}
