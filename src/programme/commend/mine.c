/* What one was commended for and what one gave; one commendation, and what its reader can do with it. */
#include "gen/programme/commend/commend_mine_view.h"
#include "gen/programme/commend/commend_one_view.h"
#include "programme/commend/inside.h"

#define PAGE_ROWS 50
#define GIVEN_SHOWN 50

static struct str path_of(const struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/commendations/%" PRId64 "%s", id, end);
}

/* ---- the lists ------------------------------------------------------------------------------------------------------------------- */

struct seeing {
    struct arena *a;
    int64_t person, now;
};

static enum rc see(struct db *tx, void *arg, struct err *e)
{
    const struct seeing *s = arg;
    (void)e;
    return commend_see(tx, s->a, s->person, s->now);
}

/* What is shown for the first time is seen from now on; the tag says that it is new. */
static enum rc note_seen(struct ctx *c)
{
    struct row_commendation_new_count fresh;
    struct seeing s = {c->a, c->who->person, c->now};
    TRY(sql_commendation_new_count(c->db, c->a, c->who->person, &fresh));
    return fresh.n != 0 ? ctx_write(c, see, &s) : RC_OK;
}

static enum rc fill_given(struct ctx *c, struct view_commend_mine *v)
{
    struct rows_commendation_by_giver rows;
    TRY(sql_commendation_by_giver(c->db, c->a, c->who->person, INT64_MAX, INT64_MAX, GIVEN_SHOWN, lang_tag(c->lang), &rows));
    struct view_commend_mine_given *list = ARENA_ARRAY(c->a, rows.n, struct view_commend_mine_given);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_commend_mine_given){.href = path_of(c, rows.v[k].id, ""),
                                                   .person = commend_or_gone(c, rows.v[k].person),
                                                   .competency = rows.v[k].competency,
                                                   .day = day_from_ms(c->zone, rows.v[k].given_at),
                                                   .seen = !rows.v[k].seen_at_null,
                                                   .gone = str_eq_z(rows.v[k].state, "removed")};
    v->given = list;
    v->given_count = rows.n;
    return RC_OK;
}

enum rc commend_get_mine(struct ctx *c)
{
    struct rows_commendation_of_person rows;
    struct programme p;
    int64_t at, id;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_COMMENDATION_VIEW, &t));
    commend_read_place(c, &at, &id);
    TRY(sql_commendation_of_person(c->db, c->a, c->who->person, at, id, PAGE_ROWS + 1, lang_tag(c->lang), &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_commend_mine_mine *list = ARENA_ARRAY(c->a, n, struct view_commend_mine_mine);
    for (size_t k = 0; k < n; k++) {
        const struct row_commendation_of_person *r = &rows.v[k];
        list[k] = (struct view_commend_mine_mine){.href = path_of(c, r->id, ""),
                                                  .words = r->words,
                                                  .competency = r->competency,
                                                  .by = commend_or_gone(c, r->giver),
                                                  .day = day_from_ms(c->zone, r->given_at),
                                                  .fresh = r->seen_at_null,
                                                  .shown = str_eq_z(r->state, "public"),
                                                  .look = !r->report_at_null && r->looked_at_null};
    }
    struct view_commend_mine v = {.mine = list, .mine_count = n};
    if (rows.n > n)
        v.more = commend_after(c, "/commendations", rows.v[n - 1].given_at, rows.v[n - 1].id);
    TRY(fill_given(c, &v));
    TRY(note_seen(c));
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target here = {.programme = p.id};
    if (rc == RC_OK && access_allows(c, P_COMMEND, &here)) {
        v.give = S("/commendations/new");
        v.shown = S("/commendations/shown");
    }
    struct page page = {.title = tr(c, M_commend_title), .section = "/commendations"};
    return view_commend_mine_page(c, &page, &v);
}

/* ---- one --------------------------------------------------------------------------------------------------------------------------- */

struct reader {
    struct row_commendation_find d;
    bool hers, gave, keeper; /* keeper: she keeps the programme and was asked to look */
};

/* Read by who is commended and by who gave it; by who keeps the programme when she was asked to look at it. */
static enum rc open_one(struct ctx *c, struct reader *r)
{
    struct target t;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_commendation_find(c->db, c->a, id, lang_tag(c->lang), &r->d));
    TRY(programme_person_target_in(c, r->d.person_id, r->d.programme_id, &t));
    t.holder = r->d.giver_id;
    TRY(access_require(c, P_COMMENDATION_VIEW, &t));
    r->hers = r->d.person_id == c->who->person;
    r->gave = r->d.giver_id == c->who->person;
    r->keeper = !r->hers && !r->gave;
    if (r->keeper && r->d.report_at_null)
        return RC_NOT_FOUND;
    return str_eq_z(r->d.state, "removed") && r->hers ? RC_NOT_FOUND : RC_OK;
}

struct doing {
    struct arena *a;
    int64_t id, version, by, subject, now;
    bool yes;
    struct str words;
};

static enum rc show(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    return commend_show(tx, d->id, d->version, d->yes, e);
}

static enum rc note_reading(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    (void)e;
    return audit_note(tx, d->now, d->by, "commendation_view", d->subject, "commendation", d->id);
}

static struct form *show_form(struct ctx *c, const struct row_commendation_find *d)
{
    struct choice *choices = ARENA_ARRAY(c->a, 2, struct choice);
    choices[0] = (struct choice){.value = S("own"), .label = tr(c, M_commend_show_no), .hint = tr(c, M_commend_show_no_hint)};
    choices[1] = (struct choice){.value = S("public"), .label = tr(c, M_commend_show_yes), .hint = tr(c, M_commend_show_yes_hint)};
    struct form *f = form_new(c->a, c->lang, c->zone, path_of(c, d->id, ""), M_commend_show_save);
    form_add(f, (struct field){.name = "show", .kind = FIELD_CHOICE, .label = M_commend_show, .required = true, .choices = choices, .choice_count = 2, .value = d->state});
    form_add_version(f, d->version);
    return f;
}

static enum rc send_one(struct ctx *c, const struct reader *r, struct form *f, struct page *page)
{
    const struct row_commendation_find *d = &r->d;
    struct view_commend_one v = {.person = commend_or_gone(c, d->person),
                                 .by = commend_or_gone(c, d->giver),
                                 .words = d->words,
                                 .competency = d->competency,
                                 .day = day_from_ms(c->zone, d->given_at),
                                 .hers = r->hers,
                                 .seen = !d->seen_at_null,
                                 .gone = str_eq_z(d->state, "removed"),
                                 .f = f};
    if (r->hers || (r->gave && d->seen_at_null && !v.gone))
        v.remove = path_of(c, d->id, "/remove");
    if (r->hers && d->report_at_null)
        v.report = path_of(c, d->id, "/report");
    if (r->keeper && d->looked_at_null)
        v.look = path_of(c, d->id, "/look");
    if (!r->gave) {
        v.report_words = d->report_words;
        v.look_answer = d->look_answer;
        v.looked = !d->looked_at_null;
    }
    return view_commend_one_page(c, page, &v);
}

enum rc commend_handle_one(struct ctx *c)
{
    struct reader r;
    TRY(open_one(c, &r));
    struct doing d = {.a = c->a, .id = r.d.id, .by = c->who->person, .subject = r.d.person_id, .now = c->now};
    if (r.hers)
        TRY(note_seen(c));
    if (r.hers && r.d.seen_at_null) /* seeing it was a change of its own */
        TRY(sql_commendation_find(c->db, c->a, d.id, lang_tag(c->lang), &r.d));
    struct form *f = r.hers ? show_form(c, &r.d) : NULL;
    struct page page = commend_page(c, tr(c, M_commend_one));
    if (r.keeper)
        TRY(ctx_write(c, note_reading, &d));
    if (c->rq->method != METHOD_POST)
        return send_one(c, &r, f, &page);
    if (!r.hers)
        return RC_NOT_FOUND; /* it is hers to decide */
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_one(c, &r, f, &page);
    d.version = form_int(f, "version", 0);
    d.yes = str_eq_z(form_text(f, "show"), "public");
    enum rc rc = ctx_write(c, show, &d);
    if (page_edit_failed(c, f, rc, r.d.version, &page.status))
        return send_one(c, &r, f, &page);
    TRY(rc);
    return page_redirect(c, S("/commendations"), d.yes ? M_commend_now_shown : M_commend_now_own);
}

/* ---- removing, taking back ------------------------------------------------------------------------------------------------------------ */

static enum rc remove_one(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    return d->yes ? commend_remove(tx, d->a, d->id, d->version, d->by, d->now, e) : commend_take_back(tx, d->id, d->by, e);
}

enum rc commend_handle_remove(struct ctx *c)
{
    struct reader r;
    TRY(open_one(c, &r));
    if (r.keeper || (r.gave && str_eq_z(r.d.state, "removed")))
        return RC_NOT_FOUND;
    if (r.gave && !r.d.seen_at_null)
        return err_set(&c->err, RC_CONFLICT, M_commend_seen_meanwhile, NULL);
    struct form *f = form_new(c->a, c->lang, c->zone, path_of(c, r.d.id, "/remove"), r.hers ? M_commend_remove : M_commend_take_back);
    f->danger = true;
    f->cancel = path_of(c, r.d.id, "");
    form_add_version(f, r.d.version);
    struct page page = commend_page(c, tr(c, r.hers ? M_commend_remove : M_commend_take_back));
    struct str note = tr(c, r.hers ? M_commend_remove_note : M_commend_take_back_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return commend_send_form(c, &page, note, f);
    struct doing d = {.a = c->a, .id = r.d.id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .yes = r.hers};
    enum rc rc = ctx_write(c, remove_one, &d);
    if (page_edit_failed(c, f, rc, r.d.version, &page.status))
        return commend_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, S("/commendations"), r.hers ? M_commend_removed : M_commend_taken_back);
}

/* ---- asking the coordinator to look, and looking ------------------------------------------------------------------------------------- */

static enum rc report(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    return commend_report(tx, d->id, d->version, d->words, d->now, e);
}

enum rc commend_handle_report(struct ctx *c)
{
    struct reader r;
    TRY(open_one(c, &r));
    if (!r.hers || !r.d.report_at_null)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, path_of(c, r.d.id, "/report"), M_commend_report_send);
    f->cancel = path_of(c, r.d.id, "");
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_commend_report_words, .required = true, .rows = 4, .max = 1000});
    form_add_version(f, r.d.version);
    struct page page = commend_page(c, tr(c, M_commend_report));
    struct str note = tr(c, M_commend_report_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return commend_send_form(c, &page, note, f);
    struct doing d = {.id = r.d.id, .version = form_int(f, "version", 0), .now = c->now, .words = form_text(f, "words")};
    enum rc rc = ctx_write(c, report, &d);
    if (page_edit_failed(c, f, rc, r.d.version, &page.status))
        return commend_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, path_of(c, r.d.id, ""), M_commend_reported);
}

static enum rc look(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    TRY(commend_look(tx, d->a, d->id, d->version, d->yes, d->words, d->by, d->now, e));
    return audit_note(tx, d->now, d->by, d->yes ? "commendation_remove" : "commendation_keep", d->subject, "commendation", d->id);
}

enum rc commend_handle_look(struct ctx *c)
{
    struct reader r;
    TRY(open_one(c, &r));
    if (!r.keeper || !r.d.looked_at_null)
        return RC_NOT_FOUND;
    struct choice choices[] = {{.value = S("keep"), .label = tr(c, M_commend_look_keep)},
                               {.value = S("remove"), .label = tr(c, M_commend_look_remove), .hint = tr(c, M_commend_look_remove_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, path_of(c, r.d.id, "/look"), M_commend_look_save);
    f->cancel = path_of(c, r.d.id, "");
    form_add(f, (struct field){.name = "decision", .kind = FIELD_CHOICE, .label = M_commend_look_decision, .required = true, .choices = choices, .choice_count = COUNT_OF(choices)});
    form_add(f, (struct field){.name = "answer", .kind = FIELD_LONG_TEXT, .label = M_commend_look_answer, .hint = M_commend_look_answer_hint, .required = true, .rows = 4, .max = 1000});
    form_add_version(f, r.d.version);
    struct page page = commend_page(c, tr(c, M_commend_look));
    struct doing d = {.a = c->a, .id = r.d.id, .by = c->who->person, .subject = r.d.person_id, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return commend_send_form(c, &page, r.d.report_words, f);
    d.version = form_int(f, "version", 0);
    d.yes = str_eq_z(form_text(f, "decision"), "remove");
    d.words = form_text(f, "answer");
    enum rc rc = ctx_write(c, look, &d);
    if (page_edit_failed(c, f, rc, r.d.version, &page.status))
        return commend_send_form(c, &page, r.d.report_words, f);
    TRY(rc);
    return page_redirect(c, S("/home"), M_commend_look_done);
}
