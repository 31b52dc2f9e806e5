/* The pages of appraisals, and what they tell the rest of the house. Only who is in one sees it; by its code one comes in while it is being
 * written. */
#include "auth/session.h"
#include "gen/programme/practice/appraisal_begin_view.h"
#include "gen/programme/practice/appraisal_page_view.h"
#include "programme/practice/appraisal.h"
#include "view/markdown.h"

#define OWN_MOST 20
#define HOME_MOST 10
#define AHEAD_DAYS 14 /* before the day of review */
#define REVIEW_AHEAD 3660

struct at {
    struct row_appraisal_find r;
    struct rows_appraisal_members members;
    const struct row_appraisal_members *me;
    struct appraisal *text;
    bool chair;
};

static struct str path(const struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/practice/appraisals/%" PRId64 "%s", id, end);
}

static enum rc read_by_id(struct ctx *c, int64_t id, struct at *out)
{
    struct problems p = problems_new(c->a);
    *out = (struct at){.text = ARENA_NEW(c->a, struct appraisal)};
    enum rc rc = sql_appraisal_find(c->db, c->a, id, &out->r);
    if (rc == RC_OK)
        rc = sql_appraisal_members(c->db, c->a, id, &out->members);
    for (size_t k = 0; k < out->members.n; k++)
        if (out->members.v[k].person_id == c->who->person)
            out->me = &out->members.v[k];
    struct target t = {.person = c->who->person, .programme = out->r.programme_id};
    bool may = access_allows(c, P_PRACTICE, &t);
    TRY(rc);
    if (!may || out->me == NULL)
        return RC_NOT_FOUND;
    out->chair = out->r.opened_by == c->who->person;
    struct sections s = sections_read(c->a, S(""), out->r.source, &p);
    appraisal_read(c->a, &s, &p, out->text);
    return RC_OK;
}

static enum rc enter(struct ctx *c, struct at *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return read_by_id(c, id, out);
}

static struct page page_of(struct ctx *c, const struct at *x, struct str title, bool below)
{
    struct page page = practice_page(c, title, x->r.title, x->r.exercise_id);
    if (below) {
        struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
        memcpy(crumbs, page.crumbs, 2 * sizeof *crumbs);
        crumbs[2] = (struct crumb){tr(c, M_appraisal_title), path(c, x->r.id, "")};
        page.crumbs = crumbs;
        page.crumb_count = 3;
    }
    return page;
}

static struct html prose(const struct ctx *c, struct str text)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
}

/* ---- words --------------------------------------------------------------------------------------------------------------------------- */

static const struct {
    struct str word;
    msg_id name;
} decisions[] = {
#define X(word) {S_INIT(#word), M_appraisal_decision_##word},
    APPRAISAL_DECISIONS(X)
#undef X
};
static const struct {
    struct str word;
    msg_id name;
} verdicts[] = {{S_INIT("favour"), M_appraisal_verdict_favour}, {S_INIT("open"), M_appraisal_verdict_open}, {S_INIT("against"), M_appraisal_verdict_against}};

static struct str decision_name(const struct ctx *c, struct str word)
{
    for (size_t k = 0; k < COUNT_OF(decisions); k++)
        if (str_eq(word, decisions[k].word))
            return tr(c, decisions[k].name);
    return S("");
}

static struct str verdict_name(const struct ctx *c, struct str word)
{
    for (size_t k = 0; k < COUNT_OF(verdicts); k++)
        if (str_eq(word, verdicts[k].word))
            return tr(c, verdicts[k].name);
    return S("");
}

static struct field decision_field(struct ctx *c, bool required, struct str value)
{
    struct choice *choices = ARENA_ARRAY(c->a, COUNT_OF(decisions), struct choice);
    for (size_t k = 0; k < COUNT_OF(decisions); k++)
        choices[k] = (struct choice){.value = decisions[k].word, .label = tr(c, decisions[k].name)};
    return (struct field){.name = "decision", .kind = FIELD_CHOICE, .label = M_appraisal_decision, .required = required, .choices = choices,
                          .choice_count = COUNT_OF(decisions), .value = value};
}

/* ---- beginning ----------------------------------------------------------------------------------------------------------------------- */

struct writing {
    struct arena *a;
    int64_t id, person, now, version, exercise;
    bool panel, hand_in, agrees;
    struct str language, words, decision, because;
    struct appraisal_writing w;
};

static enum rc open_one(struct db *tx, void *arg, struct err *e)
{
    struct writing *n = arg;
    return appraisal_open(tx, n->a, n->exercise, n->language, n->panel, n->person, n->now, &n->id, e);
}

enum rc appraisal_handle_begin(struct ctx *c)
{
    struct row_practice_find x;
    struct rows_appraisal_mine own;
    bool writes;
    TRY(practice_open(c, &x, &writes));
    if (!str_eq(x.kind, practice_kind_word(PRACTICE_APPRAISAL)) || !str_eq_z(x.state, "open"))
        return RC_NOT_FOUND;
    struct choice how[] = {{.value = S("alone"), .label = tr(c, M_appraisal_alone), .hint = tr(c, M_appraisal_alone_hint)},
                           {.value = S("panel"), .label = tr(c, M_appraisal_panel), .hint = tr(c, M_appraisal_panel_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, x.id, "/appraise"), M_appraisal_begin);
    form_add(f, (struct field){.name = "how", .kind = FIELD_CHOICE, .label = M_appraisal_how, .required = true, .boxed = true, .choices = how,
                               .choice_count = COUNT_OF(how), .value = S("alone")});
    f->no_warn = true;
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct writing n = {.a = c->a, .exercise = x.id, .person = c->who->person, .now = c->now, .language = lang_tag(c->lang),
                            .panel = str_eq_z(form_text(f, "how"), "panel")};
        TRY(ctx_write(c, open_one, &n));
        return page_redirect(c, path(c, n.id, ""), 0);
    }
    TRY(sql_appraisal_mine(c->db, c->a, c->who->person, x.id, OWN_MOST, &own));
    struct view_appraisal_begin v = {.f = f, .join = S("/practice/appraisals/join"), .own_count = own.n};
    struct view_appraisal_begin_own *list = ARENA_ARRAY(c->a, own.n, struct view_appraisal_begin_own);
    for (size_t k = 0; k < own.n; k++)
        list[k] = (struct view_appraisal_begin_own){path(c, own.v[k].id, ""), own.v[k].panel != 0, own.v[k].state, own.v[k].opened_at};
    v.own = list;
    struct page page = practice_page(c, tr(c, M_appraisal_title), x.version_title, x.id);
    page.status = form_ok(f) ? 0 : 422;
    return view_appraisal_begin_page(c, &page, &v);
}

static enum rc come_in(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_come_in(tx, n->a, n->id, n->person, n->now, e);
}

/* A code as people type it: small letters and spaces do no harm. */
static struct str plain_code(struct arena *a, struct str typed)
{
    struct buf b = buf_new(a, 16);
    for (size_t k = 0; k < typed.n && b.n <= APPRAISAL_CODE_LETTERS; k++) {
        char ch = typed.p[k];
        if (ch != ' ' && ch != '-')
            buf_ch(&b, ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch);
    }
    return buf_text(&b);
}

enum rc appraisal_handle_join(struct ctx *c)
{
    struct row_appraisal_by_code row;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/practice/appraisals/join"), M_appraisal_join);
    struct page page = practice_page(c, tr(c, M_appraisal_join_title), STR_NONE, 0);
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_appraisal_code, .required = true, .max = 20});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count)) {
        (void)access_allows(c, P_PRACTICE, &(struct target){.person = c->who->person});
        return practice_send_form(c, &page, tr(c, M_appraisal_join_note), f);
    }
    enum rc rc = sql_appraisal_by_code(c->db, c->a, plain_code(c->a, form_text(f, "code")), &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.person = 0, .programme = rc == RC_OK ? row.programme_id : 0};
    if (!access_allows(c, P_PRACTICE, &t) || rc == RC_NOT_FOUND) {
        form_error(f, "code", M_appraisal_code_unknown, NULL);
        return practice_send_form(c, &page, tr(c, M_appraisal_join_note), f);
    }
    struct writing n = {.a = c->a, .id = row.id, .person = c->who->person, .now = c->now};
    rc = ctx_write(c, come_in, &n);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, tr(c, M_appraisal_join_note), f);
    TRY(rc);
    return page_redirect(c, path(c, row.id, ""), 0);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

static struct str note_of(const struct rows_appraisal_notes *notes, int64_t person, struct str aspect, struct str *verdict)
{
    *verdict = S("");
    for (size_t k = 0; k < notes->n; k++)
        if (notes->v[k].person_id == person && str_eq(notes->v[k].aspect, aspect)) {
            *verdict = notes->v[k].verdict;
            return notes->v[k].words;
        }
    return S("");
}

static struct form *writing_form(struct ctx *c, const struct at *x, const struct rows_appraisal_notes *notes)
{
    struct form *f = form_new(c->a, c->lang, c->zone, path(c, x->r.id, ""), M_appraisal_hand_in);
    struct choice *choices = ARENA_ARRAY(c->a, COUNT_OF(verdicts), struct choice);
    for (size_t k = 0; k < COUNT_OF(verdicts); k++)
        choices[k] = (struct choice){.value = verdicts[k].word, .label = tr(c, verdicts[k].name)};
    f->second = M_appraisal_keep;
    f->draft = str_printf(c->a, "appraisal-%" PRId64, x->r.id);
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        struct str word = appraisal_aspect_word(k), verdict, words = note_of(notes, c->who->person, word, &verdict);
        struct msg_arg title = MSG_TEXT("title", x->text->aspects[k].title);
        form_add(f, (struct field){.name = str_z(c->a, str_concat(c->a, S("v-"), word)), .kind = FIELD_CHOICE, .label_text = x->text->aspects[k].title,
                                   .choices = choices, .choice_count = COUNT_OF(verdicts), .value = verdict});
        form_add(f, (struct field){.name = str_z(c->a, str_concat(c->a, S("w-"), word)), .kind = FIELD_LONG_TEXT,
                                   .label_text = tr_args(c, M_appraisal_why, &title, 1), .max = APPRAISAL_WORDS, .rows = 4, .value = words});
    }
    form_add(f, decision_field(c, false, x->me->decision));
    form_add(f, (struct field){.name = "because", .kind = FIELD_LONG_TEXT, .label = M_appraisal_because, .max = APPRAISAL_WORDS, .value = x->me->because});
    return f;
}

static void fill_notes(struct ctx *c, const struct at *x, const struct rows_appraisal_notes *notes, struct view_appraisal_page *v)
{
    struct view_appraisal_page_aspects *list = ARENA_ARRAY(c->a, APPRAISAL_ASPECT_COUNT, struct view_appraisal_page_aspects);
    struct view_appraisal_page_votes *votes = ARENA_ARRAY(c->a, x->members.n, struct view_appraisal_page_votes);
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        struct view_appraisal_page_aspects_notes *said = ARENA_ARRAY(c->a, x->members.n, struct view_appraisal_page_aspects_notes);
        list[k].title = x->text->aspects[k].title;
        for (size_t m = 0; m < x->members.n; m++) {
            struct str verdict, words = note_of(notes, x->members.v[m].person_id, appraisal_aspect_word(k), &verdict);
            if (str_eq_z(x->members.v[m].state, "in"))
                said[list[k].notes_count++] = (struct view_appraisal_page_aspects_notes){x->members.v[m].name, verdict, verdict_name(c, verdict), words};
        }
        list[k].notes = said;
    }
    for (size_t m = 0; m < x->members.n; m++)
        if (str_eq_z(x->members.v[m].state, "in"))
            votes[v->votes_count++] = (struct view_appraisal_page_votes){x->members.v[m].name, decision_name(c, x->members.v[m].decision), x->members.v[m].because};
    v->aspects = list;
    v->aspects_count = APPRAISAL_ASPECT_COUNT;
    v->votes = votes;
}

static void fill_guides(struct ctx *c, const struct at *x, struct view_appraisal_page *v)
{
    struct buf b = buf_new(c->a, 1024);
    buf_str(&b, x->text->tool);
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++)
        if (x->text->aspects[k].guide.n != 0)
            buf_printf(&b, "\n\n### %.*s\n\n%.*s", STR_ARG(x->text->aspects[k].title), STR_ARG(x->text->aspects[k].guide));
    v->tool_text = buf_text(&b);
    v->tool = prose(c, v->tool_text);
    v->setting_text = x->text->setting;
    v->setting = prose(c, v->setting_text);
}

static enum rc fill_sources(struct ctx *c, const struct at *x, struct view_appraisal_page *v)
{
    struct rows_appraisal_sources rows;
    TRY(sql_appraisal_sources(c->db, c->a, x->r.id, &rows));
    struct view_appraisal_page_sources *list = ARENA_ARRAY(c->a, rows.n, struct view_appraisal_page_sources);
    bool done = str_eq_z(x->r.state, "done"), in = str_eq_z(x->me->state, "in");
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_appraisal_sources *s = &rows.v[k];
        list[k] = (struct view_appraisal_page_sources){.title = s->title, .link = s->link, .review = s->review_day, .overdue = s->review_day < c->today,
                                                       .closed = str_eq_z(s->state, "closed"), .says = prose(c, s->says), .says_text = s->says, .note = s->note};
        if (done && in && !list[k].closed)
            list[k].href = str_printf(c->a, "/practice/appraisal-sources/%" PRId64, s->id);
    }
    v->sources = list;
    v->sources_count = rows.n;
    if (!str_eq_z(x->r.state, "left") && !str_eq_z(x->me->state, "out"))
        v->add = path(c, x->r.id, "/sources/new");
    return RC_OK;
}

static struct form *answer_form(struct ctx *c, const struct at *x)
{
    struct choice choices[] = {{.value = S("agrees"), .label = tr(c, M_appraisal_agree)}, {.value = S("dissents"), .label = tr(c, M_appraisal_dissent)}};
    struct form *f = form_new(c->a, c->lang, c->zone, path(c, x->r.id, "/answer"), M_appraisal_say);
    struct choice *kept = ARENA_ARRAY(c->a, COUNT_OF(choices), struct choice);
    memcpy(kept, choices, sizeof choices);
    form_add(f, (struct field){.name = "answer", .kind = FIELD_CHOICE, .label = M_appraisal_answer_label, .required = true, .choices = kept,
                               .choice_count = COUNT_OF(choices), .value = x->me->answer});
    form_add(f, (struct field){.name = "dissent", .kind = FIELD_LONG_TEXT, .label = M_appraisal_dissent_words, .hint = M_appraisal_dissent_hint,
                               .max = APPRAISAL_WORDS, .rows = 3, .value = x->me->dissent});
    form_add_version(f, x->r.version);
    return f;
}

static struct form *decide_form(struct ctx *c, const struct at *x)
{
    struct form *f = form_new(c->a, c->lang, c->zone, path(c, x->r.id, "/decide"), M_appraisal_decide);
    form_add(f, decision_field(c, true, x->r.decision));
    form_add(f, (struct field){.name = "because", .kind = FIELD_LONG_TEXT, .label = M_appraisal_because, .required = true, .max = APPRAISAL_WORDS, .value = x->r.because});
    form_add_version(f, x->r.version);
    return f;
}

static void fill_members(struct ctx *c, const struct at *x, struct view_appraisal_page *v)
{
    struct view_appraisal_page_members *list = ARENA_ARRAY(c->a, x->members.n, struct view_appraisal_page_members);
    struct view_appraisal_page_answers *answers = ARENA_ARRAY(c->a, x->members.n, struct view_appraisal_page_answers);
    size_t in = 0;
    for (size_t k = 0; k < x->members.n; k++) {
        const struct row_appraisal_members *m = &x->members.v[k];
        list[k] = (struct view_appraisal_page_members){m->name.p != NULL ? m->name : tr(c, M_appraisal_somebody), m->state, m == x->me};
        if (str_eq_z(m->state, "in")) {
            in++;
            answers[v->answers_count++] = (struct view_appraisal_page_answers){list[k].name, m->answer, m->dissent};
        }
    }
    v->members = list;
    v->members_count = x->members.n;
    v->answers = answers;
    if (!v->panel || x->r.decision.n == 0)
        v->answers_count = 0;
    if (x->chair && v->panel && in >= 2 && str_eq_z(x->r.state, "writing"))
        v->reveal = path(c, x->r.id, "/show");
}

/* Forms that came back with an error stand in place of fresh ones. */
static enum rc send(struct ctx *c, const struct at *x, struct form *f, struct form *decide, struct form *answer, int status)
{
    struct rows_appraisal_notes notes;
    bool writing = str_eq_z(x->r.state, "writing"), seen = str_eq_z(x->r.state, "seen"), done = str_eq_z(x->r.state, "done");
    struct view_appraisal_page v = {.state = x->r.state, .panel = x->r.panel != 0, .code = writing && x->chair ? x->r.code : S("")};
    TRY(sql_appraisal_notes(c->db, c->a, x->r.id, &notes));
    fill_guides(c, x, &v);
    fill_members(c, x, &v);
    TRY(fill_sources(c, x, &v));
    if (writing && str_eq_z(x->me->state, "writing")) {
        f = f != NULL ? f : writing_form(c, x, &notes);
        for (size_t k = 0; k < f->count; k++)
            f->fields[k].required = true; /* to hand it in; what is kept may lack something, so it is read without */
        v.f = f;
    }
    if ((seen || done) && !str_eq_z(x->me->state, "out"))
        fill_notes(c, x, &notes, &v);
    if (seen || done) {
        v.decision = decision_name(c, x->r.decision);
        v.because = x->r.because;
    }
    if (seen && x->chair)
        v.decide = decide != NULL ? decide : decide_form(c, x);
    else if (seen && x->r.decision.n != 0 && str_eq_z(x->me->state, "in"))
        v.answer = answer != NULL ? answer : answer_form(c, x);
    if (seen && x->chair && x->r.decision.n != 0)
        v.close = path(c, x->r.id, "/close");
    if (done) {
        v.debrief_text = x->text->debrief;
        v.debrief = prose(c, v.debrief_text);
    }
    struct page page = page_of(c, x, x->r.title, false);
    page.status = status;
    return view_appraisal_page_page(c, &page, &v);
}

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_keep(tx, n->a, n->id, n->person, &n->w, n->hand_in, n->now, e);
}

enum rc appraisal_handle(struct ctx *c)
{
    struct at x;
    struct rows_appraisal_notes notes;
    int status = 0;
    TRY(enter(c, &x));
    if (c->rq->method != METHOD_POST)
        return send(c, &x, NULL, NULL, NULL, 0);
    TRY(sql_appraisal_notes(c->db, c->a, x.r.id, &notes));
    struct form *f = writing_form(c, &x, &notes);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send(c, &x, f, NULL, NULL, 422);
    struct writing n = {.a = c->a, .id = x.r.id, .person = c->who->person, .now = c->now, .hand_in = !str_eq_z(request_form(c->rq, "second"), "1")};
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        n.w.verdict[k] = form_text(f, str_z(c->a, str_concat(c->a, S("v-"), appraisal_aspect_word(k))));
        n.w.words[k] = form_text(f, str_z(c->a, str_concat(c->a, S("w-"), appraisal_aspect_word(k))));
    }
    n.w.decision = form_text(f, "decision");
    n.w.because = form_text(f, "because");
    enum rc rc = ctx_write(c, keep, &n);
    if (page_form_failed(c, f, rc, &status)) {
        TRY(read_by_id(c, x.r.id, &x));
        return send(c, &x, f, NULL, NULL, status);
    }
    TRY(rc);
    return page_redirect(c, path(c, x.r.id, ""), n.hand_in ? M_appraisal_handed_in : M_appraisal_kept);
}

/* ---- the chair's steps --------------------------------------------------------------------------------------------------------------- */

static enum rc show(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_show(tx, n->a, n->id, n->version, n->now, e);
}

static enum rc close_it(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_close(tx, n->a, n->id, n->version, n->now, e);
}

static enum rc confirm(struct ctx *c, const char *end, const char *state, msg_id title, msg_id note, write_fn *fn)
{
    struct at x;
    TRY(enter(c, &x));
    if (!x.chair || !x.r.panel)
        return RC_NOT_FOUND;
    if (!str_eq_z(x.r.state, state))
        return page_redirect(c, path(c, x.r.id, ""), M_appraisal_changed);
    struct form *f = form_new(c->a, c->lang, c->zone, path(c, x.r.id, end), title);
    f->cancel = path(c, x.r.id, "");
    form_add_version(f, x.r.version);
    struct page page = page_of(c, &x, tr(c, title), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, note), f);
    struct writing n = {.a = c->a, .id = x.r.id, .version = form_int(f, "version", 0), .now = c->now};
    enum rc rc = ctx_write(c, fn, &n);
    if (page_edit_failed(c, f, rc, x.r.version, &page.status))
        return practice_send_form(c, &page, tr(c, note), f);
    TRY(rc);
    return page_redirect(c, f->cancel, 0);
}

enum rc appraisal_handle_show(struct ctx *c)
{
    return confirm(c, "/show", "writing", M_appraisal_show, M_appraisal_show_note, show);
}

enum rc appraisal_handle_close(struct ctx *c)
{
    return confirm(c, "/close", "seen", M_appraisal_close, M_appraisal_close_note, close_it);
}

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_decide(tx, n->a, n->id, n->version, n->decision, n->because, n->now, e);
}

enum rc appraisal_post_decide(struct ctx *c)
{
    struct at x;
    int status = 0;
    TRY(enter(c, &x));
    if (!x.chair || !str_eq_z(x.r.state, "seen"))
        return RC_NOT_FOUND;
    struct form *f = decide_form(c, &x);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send(c, &x, NULL, f, NULL, 422);
    struct writing n = {.a = c->a, .id = x.r.id, .version = form_int(f, "version", 0), .now = c->now, .decision = form_text(f, "decision"), .because = form_text(f, "because")};
    enum rc rc = ctx_write(c, decide, &n);
    if (page_edit_failed(c, f, rc, x.r.version, &status))
        return send(c, &x, NULL, f, NULL, status);
    TRY(rc);
    return page_redirect(c, path(c, x.r.id, ""), M_appraisal_decided);
}

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct writing *n = arg;
    return appraisal_answer(tx, n->a, n->id, n->person, n->version, n->agrees, n->words, e);
}

enum rc appraisal_post_answer(struct ctx *c)
{
    struct at x;
    int status = 0;
    TRY(enter(c, &x));
    if (x.chair || !str_eq_z(x.r.state, "seen") || !str_eq_z(x.me->state, "in"))
        return RC_NOT_FOUND;
    struct form *f = answer_form(c, &x);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send(c, &x, NULL, NULL, f, 422);
    struct writing n = {.a = c->a, .id = x.r.id, .person = c->who->person, .version = form_int(f, "version", 0),
                        .agrees = str_eq_z(form_text(f, "answer"), "agrees"), .words = form_text(f, "dissent")};
    enum rc rc = ctx_write(c, answer, &n);
    if (page_edit_failed(c, f, rc, x.r.version, &status))
        return send(c, &x, NULL, NULL, f, status);
    TRY(rc);
    return page_redirect(c, path(c, x.r.id, ""), M_appraisal_answered);
}

/* ---- what it rests on ---------------------------------------------------------------------------------------------------------------- */

struct looking {
    int64_t id, appraisal, version, review, person, now;
    struct str title, link, says, note, state;
};

static enum rc add_source(struct db *tx, void *arg, struct err *e)
{
    const struct looking *n = arg;
    (void)e;
    return sql_appraisal_source_add(tx, db_new_opaque_id(tx), n->appraisal, n->title, n->link, n->says, n->review, &n->person);
}

enum rc appraisal_handle_source_new(struct ctx *c)
{
    struct at x;
    TRY(enter(c, &x));
    if (str_eq_z(x.me->state, "out"))
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, path(c, x.r.id, "/sources/new"), M_appraisal_source_add);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_appraisal_source_title, .required = true});
    form_add(f, (struct field){.name = "link", .kind = FIELD_TEXT, .label = M_appraisal_source_link, .max = 1000});
    form_add(f, (struct field){.name = "says", .kind = FIELD_LONG_TEXT, .label = M_appraisal_source_says, .max = APPRAISAL_WORDS});
    form_add(f, (struct field){.name = "review", .kind = FIELD_DAY, .label = M_appraisal_source_review, .hint = M_appraisal_source_review_hint, .required = true,
                               .min = c->today, .max = c->today + REVIEW_AHEAD});
    f->cancel = path(c, x.r.id, "");
    struct page page = page_of(c, &x, tr(c, M_appraisal_source_add), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, STR_NONE, f);
    struct looking n = {.appraisal = x.r.id, .person = c->who->person, .title = form_text(f, "title"), .link = form_text(f, "link"), .says = form_text(f, "says")};
    (void)form_day(f, "review", &n.review);
    if (n.link.n != 0 && !str_starts(n.link, S("https://")) && !str_starts(n.link, S("http://"))) {
        form_error(f, "link", M_appraisal_link_bad, NULL);
        return practice_send_form(c, &page, STR_NONE, f);
    }
    TRY(ctx_write(c, add_source, &n));
    return page_redirect(c, f->cancel, M_appraisal_source_added);
}

static enum rc look(struct db *tx, void *arg, struct err *e)
{
    const struct looking *n = arg;
    TRY(sql_appraisal_source_look(tx, n->id, n->version, n->state, n->review, n->note, n->person, n->now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_appraisal_changed, NULL);
}

static struct form *look_form(struct ctx *c, const struct row_appraisal_source_find *s)
{
    struct choice *choices = ARENA_ARRAY(c->a, 3, struct choice);
    choices[0] = (struct choice){.value = S("holds"), .label = tr(c, M_appraisal_look_holds)};
    choices[1] = (struct choice){.value = S("changed"), .label = tr(c, M_appraisal_look_changed)};
    choices[2] = (struct choice){.value = S("closed"), .label = tr(c, M_appraisal_look_closed)};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/practice/appraisal-sources/%" PRId64, s->id), M_appraisal_look_save);
    form_add(f, (struct field){.name = "found", .kind = FIELD_CHOICE, .label = M_appraisal_look_found, .required = true, .choices = choices, .choice_count = 3});
    form_add(f, (struct field){.name = "note", .kind = FIELD_LONG_TEXT, .label = M_appraisal_look_note, .required = true, .max = APPRAISAL_WORDS, .value = s->note});
    form_add(f, (struct field){.name = "review", .kind = FIELD_DAY, .label = M_appraisal_look_next, .hint = M_appraisal_look_next_hint, .min = c->today + 1,
                               .max = c->today + REVIEW_AHEAD});
    form_add_version(f, s->version);
    return f;
}

enum rc appraisal_handle_source(struct ctx *c)
{
    struct row_appraisal_source_find s;
    struct at x;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_appraisal_source_find(c->db, c->a, id, &s);
    (void)access_allows(c, P_PRACTICE, &(struct target){.person = c->who->person});
    TRY(rc);
    TRY(read_by_id(c, s.appraisal_id, &x));
    if (!str_eq_z(x.r.state, "done") || !str_eq_z(x.me->state, "in"))
        return RC_NOT_FOUND;
    struct form *f = look_form(c, &s);
    f->cancel = path(c, x.r.id, "");
    struct page page = page_of(c, &x, s.title, true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, s.says, f);
    struct looking n = {.id = id, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now, .review = s.review_day, .note = form_text(f, "note"),
                        .state = str_eq_z(form_text(f, "found"), "closed") ? S("closed") : S("open")};
    if (!form_day(f, "review", &n.review) && str_eq_z(n.state, "open")) {
        form_error(f, "review", M_appraisal_look_day_missing, NULL);
        return practice_send_form(c, &page, s.says, f);
    }
    rc = ctx_write(c, look, &n);
    if (page_edit_failed(c, f, rc, s.version, &page.status))
        return practice_send_form(c, &page, s.says, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_appraisal_looked);
}

/* ---- the rest of the house ----------------------------------------------------------------------------------------------------------- */

enum rc appraisal_redirect_attempt(struct ctx *c, int64_t attempt)
{
    struct row_appraisal_of_attempt row;
    TRY(sql_appraisal_of_attempt(c->db, c->a, attempt, &row));
    return page_redirect(c, path(c, row.appraisal_id, ""), 0);
}

static enum rc home(struct ctx *c, struct home_list *list)
{
    struct rows_appraisal_home rows;
    struct rows_appraisal_sources_due due;
    TRY(sql_appraisal_home(c->db, c->a, c->who->person, &rows));
    for (size_t k = 0; k < rows.n && k < HOME_MOST; k++) {
        struct msg_arg title = MSG_TEXT("title", rows.v[k].title);
        home_add(list, (struct home_item){.title = tr_args(c, str_eq_z(rows.v[k].state, "seen") ? M_appraisal_home_answer : M_appraisal_home_write, &title, 1),
                                          .href = path(c, rows.v[k].id, ""), .kind = tr(c, M_appraisal_title), .weight = 40});
    }
    TRY(sql_appraisal_sources_due(c->db, c->a, c->who->person, c->today + AHEAD_DAYS, &due));
    for (size_t k = 0; k < due.n && k < HOME_MOST; k++) {
        struct msg_arg title = MSG_TEXT("title", due.v[k].title), tool = MSG_TEXT("title", due.v[k].tool);
        home_add(list, (struct home_item){.title = tr_args(c, M_appraisal_home_source, &title, 1), .detail = tr_args(c, M_appraisal_home_rests, &tool, 1),
                                          .href = str_printf(c->a, "/practice/appraisal-sources/%" PRId64, due.v[k].id), .kind = tr(c, M_appraisal_title),
                                          .has_due = true, .due_day = due.v[k].review_day, .weight = 45});
    }
    return RC_OK;
}

static enum rc calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_appraisal_sources_due due;
    (void)from;
    if (!access_somewhere(c->who, P_PRACTICE))
        return RC_OK;
    TRY(sql_appraisal_sources_due(c->db, c->a, c->who->person, day_from_ms(c->zone, until - 1), &due));
    for (size_t k = 0; k < due.n; k++) {
        struct msg_arg title = MSG_TEXT("title", due.v[k].title);
        calendar_add(list, (struct calendar_entry){.what = S("appraisal-source"), .id = due.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = due.v[k].review_day,
                                                   .title = tr_args(c, M_appraisal_home_source, &title, 1), .href = str_printf(c->a, "/practice/appraisal-sources/%" PRId64, due.v[k].id),
                                                   .detail = due.v[k].tool});
    }
    return RC_OK;
}

static enum rc erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return appraisal_erase_person(tx, person);
}

static enum rc retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    *more = false;
    if (!str_eq_z(kind, "practice"))
        return RC_OK;
    struct arena *a = arena_new(0);
    enum rc rc = appraisal_retain(tx, a, before, 200, more);
    arena_free(a);
    return rc;
}

static const struct route routes[] = {
    {METHOD_GET, "/practice/{exercise}/appraise", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_begin},
    {METHOD_POST, "/practice/{exercise}/appraise", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_begin},
    {METHOD_GET, "/practice/appraisals/join", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_join},
    {METHOD_POST, "/practice/appraisals/join", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_join},
    {METHOD_GET, "/practice/appraisals/{appraisal}", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle},
    {METHOD_POST, "/practice/appraisals/{appraisal}", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle},
    {METHOD_GET, "/practice/appraisals/{appraisal}/show", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_show},
    {METHOD_POST, "/practice/appraisals/{appraisal}/show", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_show},
    {METHOD_POST, "/practice/appraisals/{appraisal}/decide", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_post_decide},
    {METHOD_POST, "/practice/appraisals/{appraisal}/answer", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_post_answer},
    {METHOD_GET, "/practice/appraisals/{appraisal}/close", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_close},
    {METHOD_POST, "/practice/appraisals/{appraisal}/close", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_close},
    {METHOD_GET, "/practice/appraisals/{appraisal}/sources/new", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_source_new},
    {METHOD_POST, "/practice/appraisals/{appraisal}/sources/new", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_source_new},
    {METHOD_GET, "/practice/appraisal-sources/{appraisal_source}", P_PRACTICE, BODY_NONE, RATE_PAGE, appraisal_handle_source},
    {METHOD_POST, "/practice/appraisal-sources/{appraisal_source}", P_PRACTICE, BODY_FORM, RATE_WRITE, appraisal_handle_source},
};

const struct capability appraisal_capability = {
    .name = "appraisal",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .home = home,
    .calendar = calendar,
    .export_person = appraisal_export_person,
    .erase_person = erase,
    .retain = retain,
};
