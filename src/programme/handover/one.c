/* A pack as it is read, accepted line by line, and asked about; the list of packs. See handover.h. */
#include "gen/programme/handover/handover_list_view.h"
#include "gen/programme/handover/handover_one_view.h"
#include "programme/handover/inside.h"

#define MINE_MOST 50
#define PAGE_ROWS 50

static struct str state_name(const struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "draft") ? M_handover_state_draft : str_eq_z(state, "offered") ? M_handover_state_offered : str_eq_z(state, "accepted") ? M_handover_state_accepted : M_handover_state_withdrawn);
}

/* ---- the list -------------------------------------------------------------------------------------------------------------------------- */

static struct view_handover_list_list list_row(const struct ctx *c, int64_t id, struct str title, int64_t from, int64_t to, struct str state, int64_t open, int64_t declined, int64_t last)
{
    bool offered = str_eq_z(state, "offered");
    return (struct view_handover_list_list){.href = handover_path(c, id, ""), .title = title, .from = from == c->who->person, .to = to == c->who->person, .state = state_name(c, state),
                                            .done = str_eq_z(state, "accepted"), .open = offered ? open : 0, .declined = declined, .last = last};
}

static enum rc list_programme(struct ctx *c, const struct programme *p)
{
    struct rows_handover_of_programme rows;
    int64_t at = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_handover_of_programme(c->db, c->a, p->id, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_handover_list_list *list = ARENA_ARRAY(c->a, n, struct view_handover_list_list);
    for (size_t k = 0; k < n; k++)
        list[k] = list_row(c, rows.v[k].id, rows.v[k].title, rows.v[k].from_id, rows.v[k].to_id, rows.v[k].state, rows.v[k].open, rows.v[k].declined, rows.v[k].last_day);
    struct view_handover_list v = {.programme = true, .list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/handovers?of=programme&at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].created_at, rows.v[n - 1].id);
    struct page page = handover_page(c, NULL, tr(c, M_handover_of_programme));
    page.caption = p->title;
    return view_handover_list_page(c, &page, &v);
}

enum rc handover_get_list(struct ctx *c)
{
    struct rows_handover_mine rows;
    struct programme p;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_HANDOVER_VIEW, &t));
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target here = {.programme = p.id};
    bool keeps = rc == RC_OK && access_allows(c, P_HANDOVER_VIEW, &here);
    if (keeps && str_eq_z(request_query(c->rq, "of"), "programme"))
        return list_programme(c, &p);
    TRY(sql_handover_mine(c->db, c->a, c->who->person, MINE_MOST, &rows));
    struct view_handover_list_list *list = ARENA_ARRAY(c->a, rows.n, struct view_handover_list_list);
    struct view_handover_list v = {.list = list, .all = keeps ? S("/handovers?of=programme") : S("")};
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].from_id == c->who->person || !str_eq_z(rows.v[k].state, "draft")) /* what is being written is not hers yet */
            list[v.list_count++] = list_row(c, rows.v[k].id, rows.v[k].title, rows.v[k].from_id, rows.v[k].to_id, rows.v[k].state, rows.v[k].open, rows.v[k].declined, rows.v[k].last_day);
    struct page page = {.title = tr(c, M_handover_title), .section = "/handovers"};
    return view_handover_list_page(c, &page, &v);
}

/* ---- one --------------------------------------------------------------------------------------------------------------------------------- */

struct pack {
    struct row_handover_find h;
    struct rows_handover_lines lines;
    struct handover_line *records; /* of a draft: what the records say now */
    size_t record_count;
};

static enum rc read_pack(struct ctx *c, enum permission p, struct pack *x)
{
    TRY(handover_open(c, p, &x->h));
    TRY(sql_handover_lines(c->db, c->a, x->h.id, HANDOVER_LINES_MOST * 2, &x->lines));
    return str_eq_z(x->h.state, "draft") ? handover_build(c, &x->h, &x->records, &x->record_count) : RC_OK;
}

static void fill_section(struct ctx *c, const struct pack *x, int s, bool changes, struct view_handover_one_sections *out)
{
    static const msg_id hints[] = {M_handover_none_risk, M_handover_none_task, M_handover_none_contact, M_handover_none_key, M_handover_none_account, M_handover_none_measure, M_handover_none_learned};
    struct str word = str_from(handover_section_word((enum handover_section)s));
    struct view_handover_one_sections_lines *lines = ARENA_ARRAY(c->a, x->lines.n + x->record_count, struct view_handover_one_sections_lines);
    *out = (struct view_handover_one_sections){.word = word, .title = handover_section_name(c, word), .hint = tr(c, hints[s]), .lines = lines};
    for (size_t k = 0; k < x->lines.n; k++) {
        const struct row_handover_lines *l = &x->lines.v[k];
        if (!str_eq(l->section, word))
            continue;
        struct view_handover_one_sections_lines *line = &lines[out->lines_count++];
        *line = (struct view_handover_one_sections_lines){.text = handover_line_text(c, !l->person_id_null, l->name, l->text), .typed = l->typed == 1, .state = changes ? S("") : l->state,
                                                          .question = l->question, .answer = l->answer, .reason = str_eq_z(l->state, "declined") ? l->reason : S("")};
        if (changes && l->typed == 1) {
            line->edit = str_printf(c->a, "/handover-lines/%" PRId64, l->id);
            line->remove = str_printf(c->a, "/handover-lines/%" PRId64 "/remove", l->id);
        }
    }
    for (size_t k = 0; k < x->record_count; k++)
        if ((int)x->records[k].section == s)
            lines[out->lines_count++].text = handover_line_text(c, x->records[k].person != 0, x->records[k].name, x->records[k].text);
    if (changes)
        out->add = str_concat(c->a, handover_path(c, x->h.id, "/lines/new?section="), word);
}

enum rc handover_get_one(struct ctx *c)
{
    struct pack x = {0};
    TRY(read_pack(c, P_HANDOVER_VIEW, &x));
    const struct row_handover_find *h = &x.h;
    struct target t = {.programme = h->programme_id, .holder = h->from_id == c->who->person ? c->who->person : 0};
    bool may = access_allows(c, P_HANDOVER_CHANGE, &t), draft = str_eq_z(h->state, "draft"), offered = str_eq_z(h->state, "offered");
    struct view_handover_one v = {.state = h->state, .state_text = state_name(c, h->state), .giver = h->from_name.p != NULL ? h->from_name : tr(c, M_handover_somebody),
                                  .taker = h->to_name.p != NULL ? h->to_name : tr(c, M_handover_somebody), .last = h->last_day, .stays = h->stays == 1, .project = !h->project_id_null,
                                  .preview = draft, .made_up = h->made_up == 1, .thing_title = h->title, .pdf = handover_path(c, h->id, "/pdf"), .csv = handover_path(c, h->id, "/csv")};
    v.thing = h->project_id_null ? str_printf(c->a, "/placements/%" PRId64, h->opportunity_id) : str_printf(c->a, "/projects/%" PRId64, h->project_id);
    if (!h->offered_at_null)
        v.offered = SOME_INT(h->offered_at);
    if (!h->ended_at_null)
        v.ended = SOME_INT(h->ended_at);
    for (size_t k = 0; k < x.lines.n; k++) {
        v.accepted += str_eq_z(x.lines.v[k].state, "accepted");
        v.asked += str_eq_z(x.lines.v[k].state, "asked");
        v.waiting += str_eq_z(x.lines.v[k].state, "open");
        v.declined += str_eq_z(x.lines.v[k].state, "declined");
    }
    if (draft && may) {
        v.add = handover_path(c, h->id, "/lines/new");
        v.offer = handover_path(c, h->id, "/offer");
    }
    if (may && (draft || offered))
        v.withdraw = handover_path(c, h->id, "/withdraw");
    if (offered && may && v.asked != 0)
        v.answer = handover_path(c, h->id, "/answer");
    if (offered && h->to_id == c->who->person && v.waiting != 0)
        v.accept = handover_path(c, h->id, "/accept");
    if (str_eq_z(h->state, "accepted") && h->to_id == c->who->person && v.declined != 0)
        v.take = handover_path(c, h->id, "/accept");
    struct view_handover_one_sections *sections = ARENA_ARRAY(c->a, HANDOVER_SECTION_COUNT, struct view_handover_one_sections);
    for (int s = 0; s < HANDOVER_SECTION_COUNT; s++)
        fill_section(c, &x, s, draft && may, &sections[s]);
    v.sections = sections;
    v.sections_count = HANDOVER_SECTION_COUNT;
    struct page page = handover_page(c, NULL, tr(c, M_handover_pack));
    page.caption = h->title;
    return view_handover_one_page(c, &page, &v);
}

/* ---- line by line ------------------------------------------------------------------------------------------------------------------------ */
struct deciding {
    struct arena *a;
    struct handover_decision *d;
    size_t count;
    int64_t pack, today, now;
    bool done;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    struct deciding *x = arg;
    return handover_decide(tx, x->a, x->pack, x->d, x->count, x->today, x->now, &x->done, e);
}

static const char *field_name(const struct ctx *c, const char *what, int64_t line)
{
    return str_z(c->a, str_printf(c->a, "%s-%" PRId64, what, line));
}

/* A line under which it is decided: where it stands, what it says, what was asked and answered. */
static struct str line_label(const struct ctx *c, const struct row_handover_lines *l)
{
    const struct msg_arg args[] = {MSG_TEXT("section", handover_section_name(c, l->section)), MSG_TEXT("text", handover_line_text(c, !l->person_id_null, l->name, l->text)), MSG_TEXT("answer", l->answer)};
    return tr_args(c, l->answer.n != 0 ? M_handover_line_label_answered : M_handover_line_label, args, COUNT_OF(args));
}

static bool to_decide(const struct row_handover_lines *l)
{
    return str_eq_z(l->state, "open") || str_eq_z(l->state, "declined");
}

static struct form *accept_form(struct ctx *c, const struct pack *x)
{
    bool offered = str_eq_z(x->h.state, "offered");
    struct choice *choices = ARENA_ARRAY(c->a, 3, struct choice);
    struct form *f = form_new(c->a, c->lang, c->zone, handover_path(c, x->h.id, "/accept"), M_handover_accept_save);
    choices[0] = (struct choice){.value = S("accept"), .label = tr(c, M_handover_i_accept)};
    choices[1] = (struct choice){.value = S("ask"), .label = tr(c, M_handover_i_ask)};
    choices[2] = (struct choice){.value = S("decline"), .label = tr(c, M_handover_i_decline)};
    f->cancel = handover_path(c, x->h.id, "");
    f->draft = str_printf(c->a, "handover-%" PRId64, x->h.id);
    for (size_t k = 0; k < x->lines.n; k++) {
        const struct row_handover_lines *l = &x->lines.v[k];
        if (!to_decide(l))
            continue;
        form_add(f, (struct field){.name = field_name(c, "line", l->id), .kind = FIELD_CHOICE, .label_text = line_label(c, l), .choices = choices, .choice_count = offered ? 3 : 1});
        if (offered)
            form_add(f, (struct field){.name = field_name(c, "ask", l->id), .kind = FIELD_TEXT, .label = M_handover_your_words, .max = 300});
        form_add(f, (struct field){.name = field_name(c, "version", l->id), .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, l->version)});
    }
    return f;
}

/* What was decided; asking and declining without words are errors of the form. */
static void read_decisions(struct ctx *c, const struct pack *x, struct form *f, struct deciding *out)
{
    out->d = ARENA_ARRAY(c->a, x->lines.n, struct handover_decision);
    for (size_t k = 0; k < x->lines.n; k++) {
        int64_t line = x->lines.v[k].id;
        const char *ask = field_name(c, "ask", line);
        if (!to_decide(&x->lines.v[k]))
            continue;
        struct str choice = form_text(f, field_name(c, "line", line)), words = str_eq_z(x->h.state, "offered") ? form_text(f, ask) : S("");
        enum handover_word word = str_eq_z(choice, "accept") ? HANDOVER_ACCEPT : str_eq_z(choice, "decline") ? HANDOVER_DECLINE : HANDOVER_ASK;
        if (choice.n == 0 && words.n == 0)
            continue;
        if (word != HANDOVER_ACCEPT && words.n == 0)
            form_error(f, ask, word == HANDOVER_ASK ? M_handover_question_missing : M_handover_reason_missing, NULL);
        if (word == HANDOVER_ACCEPT && words.n != 0)
            form_error(f, ask, M_handover_question_and_yes, NULL);
        out->d[out->count++] = (struct handover_decision){line, form_int(f, field_name(c, "version", line), 0), word, words};
    }
}

enum rc handover_handle_accept(struct ctx *c)
{
    struct pack x = {0};
    TRY(read_pack(c, P_HANDOVER_TAKE, &x));
    bool offered = str_eq_z(x.h.state, "offered");
    if (!offered && !str_eq_z(x.h.state, "accepted"))
        return page_redirect(c, handover_path(c, x.h.id, ""), 0);
    struct page page = handover_page(c, &x.h, tr(c, offered ? M_handover_accept : M_handover_take));
    struct str note = tr(c, offered ? M_handover_accept_note : M_handover_take_note);
    page.caption = x.h.title;
    struct form *f = accept_form(c, &x);
    struct deciding d = {.a = c->a, .pack = x.h.id, .today = c->today, .now = c->now};
    if (f->count == 0)
        return page_redirect(c, handover_path(c, x.h.id, ""), 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, note, f);
    read_decisions(c, &x, f, &d);
    if (form_ok(f) && d.count == 0)
        f->error = tr(c, M_handover_nothing_decided);
    if (!form_ok(f))
        return handover_send_form(c, &page, note, f);
    enum rc rc = ctx_write(c, decide, &d);
    if (page_form_failed(c, f, rc, &page.status))
        return handover_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, handover_path(c, x.h.id, ""), d.done ? M_handover_done : M_handover_saved);
}

/* ---- answers ----------------------------------------------------------------------------------------------------------------------------- */
struct answering {
    const struct handover_decision *d; /* said: the answer */
    size_t count;
    int64_t pack;
};

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct answering *x = arg;
    for (size_t k = 0; k < x->count; k++)
        TRY(handover_answer(tx, x->pack, x->d[k].line, x->d[k].version, x->d[k].said, e));
    return RC_OK;
}

enum rc handover_handle_answer(struct ctx *c)
{
    struct pack x = {0};
    TRY(read_pack(c, P_HANDOVER_CHANGE, &x));
    struct page page = handover_page(c, &x.h, tr(c, M_handover_answer));
    struct form *f = form_new(c->a, c->lang, c->zone, handover_path(c, x.h.id, "/answer"), M_handover_answer);
    f->cancel = handover_path(c, x.h.id, "");
    for (size_t k = 0; k < x.lines.n; k++) {
        const struct row_handover_lines *l = &x.lines.v[k];
        if (!str_eq_z(l->state, "asked"))
            continue;
        const struct msg_arg args[] = {MSG_TEXT("text", handover_line_text(c, !l->person_id_null, l->name, l->text)), MSG_TEXT("question", l->question)};
        form_add(f, (struct field){.name = field_name(c, "answer", l->id), .kind = FIELD_LONG_TEXT, .label_text = tr_args(c, M_handover_answer_label, args, 2), .rows = 2, .max = HANDOVER_TEXT_MOST});
        form_add(f, (struct field){.name = field_name(c, "version", l->id), .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, l->version)});
    }
    if (f->count == 0 || !str_eq_z(x.h.state, "offered"))
        return page_redirect(c, f->cancel, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, tr(c, M_handover_answer_note), f);
    struct handover_decision *d = ARENA_ARRAY(c->a, x.lines.n, struct handover_decision);
    struct answering given = {.d = d, .pack = x.h.id};
    for (size_t k = 0; k < x.lines.n; k++) {
        int64_t line = x.lines.v[k].id;
        if (str_eq_z(x.lines.v[k].state, "asked") && form_text(f, field_name(c, "answer", line)).n != 0)
            d[given.count++] = (struct handover_decision){.line = line, .version = form_int(f, field_name(c, "version", line), 0), .said = form_text(f, field_name(c, "answer", line))};
    }
    enum rc rc = ctx_write(c, answer, &given);
    if (page_form_failed(c, f, rc, &page.status))
        return handover_send_form(c, &page, tr(c, M_handover_answer_note), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_handover_saved);
}
