/* Preparing a pack: who comes next, the lines that no record knows, offering it, taking it back. See handover.h. */
#include "base/utf8.h"
#include "programme/handover/inside.h"
#include "programme/people/people.h"

/* Whom a form names, of this programme; 0: the form comes back. */
static enum rc read_person(struct ctx *c, struct form *f, const char *name, int64_t programme, int64_t *person)
{
    struct grant *places;
    size_t n;
    bool here = false;
    TRY(people_read_person(c, f, name, programme, person));
    if (*person == 0)
        return RC_OK;
    TRY(programme_places(c->db, c->a, *person, &places, &n));
    for (size_t k = 0; k < n; k++)
        here = here || places[k].programme == programme;
    if (!here) {
        form_error(f, name, M_handover_not_here, NULL);
        *person = 0;
    }
    return RC_OK;
}

/* ---- starting one --------------------------------------------------------------------------------------------------------------------- */
struct starting {
    struct arena *a;
    struct handover_new n;
    int64_t by, now, id;
};

static enum rc start(struct db *tx, void *arg, struct err *e)
{
    struct starting *x = arg;
    return handover_start(tx, x->a, &x->n, x->by, x->now, &x->id, e);
}

/* What is handed over, and by whom. */
struct subject {
    struct handover_new n;
    struct str title, path;
};

static enum rc handle_start(struct ctx *c, const struct subject *s)
{
    struct page page = handover_page(c, NULL, tr(c, M_handover_start));
    page.caption = s->title;
    struct form *f = form_new(c->a, c->lang, c->zone, str_concat(c->a, s->path, S("/handover")), M_handover_start);
    f->cancel = s->path;
    form_add(f, (struct field){.name = "to", .kind = FIELD_TEXT, .label = M_handover_to, .hint = M_handover_to_hint, .required = true});
    form_add(f, (struct field){.name = "last", .kind = FIELD_DAY, .label = M_handover_last_day, .hint = M_handover_last_day_hint, .required = true, .min = c->today, .max = c->today + 730});
    if (s->n.project != 0)
        form_add(f, (struct field){.name = "stays", .kind = FIELD_BOOL, .label = M_handover_stays});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, tr(c, M_handover_start_note), f);
    struct starting x = {.a = c->a, .n = s->n, .by = c->who->person, .now = c->now};
    TRY(read_person(c, f, "to", s->n.programme, &x.n.to));
    if (x.n.to == 0)
        return handover_send_form(c, &page, S(""), f);
    (void)form_day(f, "last", &x.n.last_day);
    x.n.stays = s->n.project != 0 && form_bool(f, "stays");
    enum rc rc = ctx_write(c, start, &x);
    if (page_form_failed(c, f, rc, &page.status))
        return handover_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, handover_path(c, x.id, ""), M_handover_started);
}

enum rc handover_handle_project(struct ctx *c)
{
    struct row_handover_project p;
    struct row_handover_of_project there;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_handover_project(c->db, c->a, id, c->who->person, &p));
    struct target t = {.programme = p.programme_id, .holder = p.mine != 0 ? c->who->person : 0};
    TRY(access_require(c, P_HANDOVER_CHANGE, &t));
    enum rc rc = sql_handover_of_project(c->db, c->a, id, &there);
    if (rc == RC_OK && c->rq->method != METHOD_POST)
        return page_redirect(c, handover_path(c, there.id, ""), 0);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (!str_eq_z(p.state, "running"))
        return err_set(&c->err, RC_CONFLICT, M_handover_ended, NULL);
    struct subject s = {.n = {.programme = p.programme_id, .project = id, .from = p.mine != 0 || p.lead_id_null ? c->who->person : p.lead_id}, .title = p.title,
                        .path = str_printf(c->a, "/projects/%" PRId64, id)};
    return handle_start(c, &s);
}

static enum rc open_opportunity(struct ctx *c, struct row_handover_opportunity *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_handover_opportunity(c->db, c->a, id, o));
    struct target t = {.programme = o->programme_id, .holder = !o->lead_id_null && o->lead_id == c->who->person ? c->who->person : 0};
    return access_require(c, P_HANDOVER_CHANGE, &t);
}

static struct str placement_path(const struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/placements/%" PRId64 "%s", id, end);
}

enum rc handover_handle_placement(struct ctx *c)
{
    struct row_handover_opportunity o;
    struct row_handover_of_opportunity there;
    TRY(open_opportunity(c, &o));
    if (o.lead_id_null)
        return page_redirect(c, placement_path(c, o.id, "/leader"), M_handover_leader_first);
    enum rc rc = sql_handover_of_opportunity(c->db, c->a, o.id, &there);
    if (rc == RC_OK && c->rq->method != METHOD_POST)
        return page_redirect(c, handover_path(c, there.id, ""), 0);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (str_eq_z(o.state, "closed"))
        return err_set(&c->err, RC_CONFLICT, M_handover_ended, NULL);
    struct subject s = {.n = {.programme = o.programme_id, .opportunity = o.id, .from = o.lead_id}, .title = o.title, .path = placement_path(c, o.id, "")};
    return handle_start(c, &s);
}

/* ---- who leads a clinic ------------------------------------------------------------------------------------------------------------------ */
struct naming {
    struct arena *a;
    int64_t opportunity, person, by, today, now;
};

static enum rc name_leader(struct db *tx, void *arg, struct err *e)
{
    const struct naming *x = arg;
    return handover_name_leader(tx, x->a, x->opportunity, x->person, x->by, x->today, x->now, e);
}

enum rc handover_handle_leader(struct ctx *c)
{
    struct row_handover_opportunity o;
    TRY(open_opportunity(c, &o));
    if (!o.lead_id_null)
        return page_redirect(c, placement_path(c, o.id, "/handover"), 0);
    struct page page = handover_page(c, NULL, tr(c, M_handover_name_leader));
    page.caption = o.title;
    struct form *f = form_new(c->a, c->lang, c->zone, placement_path(c, o.id, "/leader"), M_handover_name_leader);
    f->cancel = placement_path(c, o.id, "");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_handover_leader, .hint = M_handover_to_hint, .required = true});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, tr(c, M_handover_leader_note), f);
    struct naming x = {.a = c->a, .opportunity = o.id, .by = c->who->person, .today = c->today, .now = c->now};
    TRY(read_person(c, f, "person", o.programme_id, &x.person));
    if (x.person == 0)
        return handover_send_form(c, &page, S(""), f);
    enum rc rc = ctx_write(c, name_leader, &x);
    if (page_form_failed(c, f, rc, &page.status))
        return handover_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_handover_saved);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------------------- */
struct lining {
    struct handover_line line;
    int64_t pack, id, version;
};

static enum rc put_line(struct db *tx, void *arg, struct err *e)
{
    const struct lining *x = arg;
    return handover_put_line(tx, x->pack, x->id, x->version, &x->line, e);
}

static enum rc drop_line(struct db *tx, void *arg, struct err *e)
{
    const struct lining *x = arg;
    (void)e;
    return sql_handover_line_drop(tx, x->id, x->pack);
}

static enum rc require_draft(struct ctx *c, const struct row_handover_find *h)
{
    return str_eq_z(h->state, "draft") ? RC_OK : err_set(&c->err, RC_CONFLICT, M_handover_not_draft, NULL);
}

static enum rc handle_line(struct ctx *c, const struct row_handover_find *h, const struct row_handover_line_find *l)
{
    struct choice sections[HANDOVER_SECTION_COUNT];
    struct str asked = request_query(c->rq, "section");
    for (int s = 0; s < HANDOVER_SECTION_COUNT; s++) {
        struct str word = str_from(handover_section_word((enum handover_section)s));
        sections[s] = (struct choice){.value = word, .label = handover_section_name(c, word)};
    }
    struct page page = handover_page(c, h, tr(c, l->id == 0 ? M_handover_line_new : M_handover_line_edit));
    struct form *f = form_new(c->a, c->lang, c->zone, l->id == 0 ? handover_path(c, h->id, "/lines/new") : str_printf(c->a, "/handover-lines/%" PRId64, l->id), M_handover_line_save);
    f->cancel = handover_path(c, h->id, "");
    form_add(f, (struct field){.name = "section", .kind = FIELD_CHOICE, .label = M_handover_section, .required = true, .choices = sections, .choice_count = HANDOVER_SECTION_COUNT,
                               .value = l->id != 0 ? l->section : handover_section_find(asked) >= 0 ? asked : S("key")});
    form_add(f, (struct field){.name = "text", .kind = FIELD_LONG_TEXT, .label = M_handover_line_text, .hint = M_handover_line_hint, .required = true, .rows = 3, .max = HANDOVER_TEXT_MOST, .value = l->text});
    form_add_version(f, l->version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, tr(c, M_handover_line_note), f);
    int section = handover_section_find(form_text(f, "section"));
    struct lining x = {.line = {.section = (enum handover_section)section, .text = form_text(f, "text")}, .pack = h->id, .id = l->id, .version = form_int(f, "version", 0)};
    enum rc rc = ctx_write(c, put_line, &x);
    if (page_edit_failed(c, f, rc, l->version, &page.status))
        return handover_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_handover_saved);
}

enum rc handover_handle_line_new(struct ctx *c)
{
    struct row_handover_find h;
    struct row_handover_line_counts counts;
    TRY(handover_open(c, P_HANDOVER_CHANGE, &h));
    TRY(require_draft(c, &h));
    TRY(sql_handover_line_counts(c->db, c->a, h.id, &counts));
    if (counts.n >= HANDOVER_LINES_MOST)
        return err_set(&c->err, RC_INVALID, M_handover_full, "%d", HANDOVER_LINES_MOST);
    return handle_line(c, &h, &(struct row_handover_line_find){.version = 1});
}

static enum rc open_line(struct ctx *c, struct row_handover_find *h, struct row_handover_line_find *l)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_handover_line_find(c->db, c->a, id, l));
    TRY(handover_open_id(c, P_HANDOVER_CHANGE, l->handover_id, h));
    return require_draft(c, h);
}

enum rc handover_handle_line(struct ctx *c)
{
    struct row_handover_find h;
    struct row_handover_line_find l;
    TRY(open_line(c, &h, &l));
    return handle_line(c, &h, &l);
}

enum rc handover_handle_line_remove(struct ctx *c)
{
    struct row_handover_find h;
    struct row_handover_line_find l;
    TRY(open_line(c, &h, &l));
    struct page page = handover_page(c, &h, tr(c, M_handover_line_remove));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/handover-lines/%" PRId64 "/remove", l.id), M_handover_line_remove);
    f->cancel = handover_path(c, h.id, "");
    f->danger = true;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, l.text, f);
    struct lining x = {.pack = h.id, .id = l.id};
    TRY(ctx_write(c, drop_line, &x));
    return page_redirect(c, f->cancel, M_handover_saved);
}

/* ---- offering --------------------------------------------------------------------------------------------------------------------------- */

/* What no record can know: of each something is typed, or it is said that there is nothing. */
static const struct {
    enum handover_section section;
    const char *field;
    msg_id label, nothing;
} unknown[] = {{HANDOVER_key, "no_key", M_handover_no_keys, M_handover_nothing_keys},
               {HANDOVER_account, "no_account", M_handover_no_accounts, M_handover_nothing_accounts},
               {HANDOVER_learned, "no_learned", M_handover_no_learned, M_handover_nothing_learned}};

struct offering {
    struct handover_line *lines, *said;
    size_t count, said_count;
    int64_t pack, version, now;
};

static enum rc offer(struct db *tx, void *arg, struct err *e)
{
    const struct offering *x = arg;
    TRY(handover_offer(tx, x->pack, x->version, x->lines, x->count, x->now, e));
    for (size_t k = 0; k < x->said_count; k++)
        TRY(handover_put_line(tx, x->pack, 0, 0, &x->said[k], e));
    return RC_OK;
}

enum rc handover_handle_offer(struct ctx *c)
{
    struct row_handover_find h;
    struct rows_handover_lines typed;
    struct handover_line said[COUNT_OF(unknown)];
    struct offering x = {.said = said, .now = c->now};
    bool missing[COUNT_OF(unknown)];
    TRY(handover_open(c, P_HANDOVER_CHANGE, &h));
    TRY(require_draft(c, &h));
    TRY(sql_handover_lines(c->db, c->a, h.id, HANDOVER_LINES_MOST, &typed));
    TRY(handover_build(c, &h, &x.lines, &x.count));
    const struct msg_arg args[] = {MSG_TEXT("name", h.to_name.p != NULL ? h.to_name : tr(c, M_handover_somebody)), MSG_NUM("n", (int64_t)(x.count + typed.n))};
    struct str note = tr_args(c, M_handover_offer_note, args, COUNT_OF(args));
    struct page page = handover_page(c, &h, tr(c, M_handover_offer));
    struct form *f = form_new(c->a, c->lang, c->zone, handover_path(c, h.id, "/offer"), M_handover_offer);
    f->cancel = handover_path(c, h.id, "");
    for (size_t k = 0; k < COUNT_OF(unknown); k++) {
        missing[k] = true;
        for (size_t i = 0; i < typed.n; i++)
            missing[k] = missing[k] && handover_section_find(typed.v[i].section) != (int)unknown[k].section;
        if (missing[k])
            form_add(f, (struct field){.name = unknown[k].field, .kind = FIELD_BOOL, .label = unknown[k].label});
    }
    form_add_version(f, h.version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, note, f);
    for (size_t k = 0; k < COUNT_OF(unknown); k++)
        if (missing[k] && !form_bool(f, unknown[k].field))
            form_error(f, unknown[k].field, M_handover_say_or_nothing, NULL);
        else if (missing[k])
            said[x.said_count++] = (struct handover_line){.section = unknown[k].section, .text = tr(c, unknown[k].nothing)};
    if (!form_ok(f))
        return handover_send_form(c, &page, note, f);
    x.pack = h.id;
    x.version = form_int(f, "version", 0);
    enum rc rc = ctx_write(c, offer, &x);
    if (page_edit_failed(c, f, rc, h.version, &page.status))
        return handover_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_handover_offered);
}

/* ---- taking it back ---------------------------------------------------------------------------------------------------------------------- */
struct withdrawing {
    int64_t pack, version, by, now;
};

static enum rc withdraw(struct db *tx, void *arg, struct err *e)
{
    const struct withdrawing *x = arg;
    return handover_withdraw(tx, x->pack, x->version, x->by, x->now, e);
}

enum rc handover_handle_withdraw(struct ctx *c)
{
    struct row_handover_find h;
    TRY(handover_open(c, P_HANDOVER_CHANGE, &h));
    if (!str_eq_z(h.state, "draft") && !str_eq_z(h.state, "offered"))
        return err_set(&c->err, RC_CONFLICT, M_handover_not_draft, NULL);
    struct page page = handover_page(c, &h, tr(c, M_handover_withdraw));
    struct form *f = form_new(c->a, c->lang, c->zone, handover_path(c, h.id, "/withdraw"), M_handover_withdraw);
    f->cancel = handover_path(c, h.id, "");
    f->danger = true;
    form_add_version(f, h.version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return handover_send_form(c, &page, tr(c, M_handover_withdraw_note), f);
    struct withdrawing x = {h.id, form_int(f, "version", 0), c->who->person, c->now};
    enum rc rc = ctx_write(c, withdraw, &x);
    if (page_edit_failed(c, f, rc, h.version, &page.status))
        return handover_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, S("/handovers"), M_handover_withdrawn);
}
