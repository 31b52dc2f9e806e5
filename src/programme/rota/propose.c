/* Proposals of a rota: having one made, looking at it, publishing it. */
#include "gen/programme/rota/alloc_sql.h"
#include "gen/programme/rota/rota_proposal_view.h"
#include "out/job.h"
#include "programme/rota/alloc.h"
#include "programme/rota/inside.h"

#define SHORT_MOST 60

/* ---- having one made ------------------------------------------------------------------------------------------------------------------- */

struct asking {
    struct arena *a;
    int64_t term, person, now, id;
};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct asking *s = arg;
    int64_t job;
    (void)e;
    s->id = db_new_id(tx);
    TRY(job_add(tx, "rota_propose", str_printf(s->a, "%" PRId64, s->id), s->person, s->now, &job));
    TRY(sql_rota_allocation_add(tx, s->id, s->term, s->person, s->now, &job));
    return audit_note(tx, s->now, s->person, "rota_allocate", 0, "rota_term", s->term);
}

struct failing {
    int64_t id;
    struct str problem;
};

static enum rc fail(struct db *tx, void *arg, struct err *e)
{
    const struct failing *f = arg;
    (void)e;
    return sql_rota_allocation_done(tx, f->id, S("failed"), f->problem, 0, 0, 0, 0, 0);
}

enum rc rota_propose_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    int64_t id;
    if (!str_to_int(args, &id))
        return RC_INVALID;
    TRY(job_progress(db, job, 0, ROTA_PROPOSE_STEPS));
    enum rc rc = rota_propose(db, a, id, clock_now(), e);
    if (rc == RC_CONFLICT || rc == RC_NOT_FOUND)
        return RC_OK; /* it was made by an earlier run of this job */
    if (rc != RC_OK) {
        struct failing f = {id, e->detail[0] != '\0' ? str_from(e->detail) : S("?")};
        TRY(store_write(db, fail, &f, NULL));
        return rc;
    }
    return job_progress(db, job, ROTA_PROPOSE_STEPS, ROTA_PROPOSE_STEPS);
}

enum rc rota_handle_propose(struct ctx *c)
{
    struct row_rota_term_find t;
    struct row_rota_wishers_count n;
    TRY(rota_term_to_manage(c, &t));
    TRY(sql_rota_wishers_count(c->db, c->a, t.id, &n));
    struct form *f = form_new(c->a, c->lang, c->zone, rota_term_path(c, t.id, "/proposals"), M_placement_propose);
    f->cancel = rota_term_path(c, t.id, "");
    const struct crumb crumbs[] = {{tr(c, M_placement_terms), S("/terms")}, {t.title, f->cancel}};
    struct page page = rota_page(c, tr(c, M_placement_propose), crumbs, 2);
    struct msg_arg count = MSG_NUM("n", n.n);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, tr_args(c, M_placement_propose_note, &count, 1), f);
    struct asking s = {.a = c->a, .term = t.id, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, ask, &s));
    return page_redirect(c, str_printf(c->a, "/proposals/%" PRId64, s.id), 0);
}

/* ---- looking at it --------------------------------------------------------------------------------------------------------------------- */

static enum rc open_proposal(struct ctx *c, struct row_rota_allocation_find *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_allocation_find(c->db, c->a, id, r));
    struct target of = {.programme = r->programme_id};
    return access_require(c, P_PLACEMENT_MANAGE, &of);
}

static struct str seat_name(struct ctx *c, const struct row_rota_shortages *r)
{
    const struct msg_arg args[] = {MSG_TEXT("title", r->title), MSG_TEXT("when", rota_when(c, r->starts_at, r->ends_at)), MSG_TEXT("role", r->role)};
    return tr_args(c, M_placement_seat_name, args, COUNT_OF(args));
}

/* The minimum cut in words: what is short, who else needs the same people, and what there is. */
static struct str shortage_line(struct ctx *c, const struct row_rota_shortages *r)
{
    struct msg_arg args[4] = {MSG_NUM("n", r->least), MSG_NUM("can", r->can)};
    if (r->title.p != NULL && r->role.p != NULL)
        args[2] = MSG_TEXT("seat", seat_name(c, r));
    if (str_eq_z(r->what, "short"))
        return tr_args(c, M_placement_short, args, 3);
    if (str_eq_z(r->what, "also"))
        return tr_args(c, M_placement_short_also, args, 3);
    if (str_eq_z(r->what, "full"))
        return tr_args(c, M_placement_short_full, args, r->role.p != NULL ? 3 : 2);
    if (str_eq_z(r->what, "more"))
        return tr_args(c, M_placement_short_more, args, 2);
    args[2] = MSG_TEXT("name", rota_or_gone(c, r->name));
    return tr_args(c, M_placement_short_person, args, 3);
}

static enum rc fill_shortages(struct ctx *c, int64_t id, struct view_rota_proposal *v)
{
    struct rows_rota_shortages rows;
    TRY(sql_rota_shortages(c->db, c->a, id, &rows));
    struct view_rota_proposal_shortages *list = ARENA_ARRAY(c->a, SHORT_MOST, struct view_rota_proposal_shortages);
    for (size_t k = 0, end; k < rows.n && v->shortages_count < SHORT_MOST; k = end) {
        for (end = k + 1; end < rows.n && rows.v[end].number == rows.v[k].number; end++)
            ;
        struct view_rota_proposal_shortages_lines *lines = ARENA_ARRAY(c->a, end - k, struct view_rota_proposal_shortages_lines);
        struct view_rota_proposal_shortages *s = &list[v->shortages_count++];
        *s = (struct view_rota_proposal_shortages){.text = shortage_line(c, &rows.v[k]), .lines = lines};
        for (size_t m = k + 1; m < end; m++)
            lines[s->lines_count++].text = shortage_line(c, &rows.v[m]);
        if (!rows.v[k].shift_id_null)
            s->href = rota_shift_path(c, rows.v[k].shift_id, "");
        s->alone = s->lines_count == 0;
    }
    v->shortages = list;
    return RC_OK;
}

static enum rc fill_places(struct ctx *c, int64_t id, struct view_rota_proposal *v)
{
    struct rows_rota_proposals rows;
    int64_t at = 0, seat = 0;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &seat);
    TRY(sql_rota_proposals(c->db, c->a, id, at, seat, ROTA_PAGE + 1, &rows));
    size_t n = rows.n <= ROTA_PAGE ? rows.n : ROTA_PAGE;
    struct view_rota_proposal_places *list = ARENA_ARRAY(c->a, n, struct view_rota_proposal_places);
    for (size_t k = 0; k < n; k++) {
        const struct row_rota_proposals *r = &rows.v[k];
        list[k] = (struct view_rota_proposal_places){rota_shift_path(c, r->shift_id, ""), r->title, rota_when(c, r->starts_at, r->ends_at), r->role, rota_or_gone(c, r->name), r->rank};
    }
    v->places = list;
    v->places_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/proposals/%" PRId64 "?at=%" PRId64 "&id=%" PRId64, id, rows.v[n - 1].starts_at, rows.v[n - 1].seat_id);
    return RC_OK;
}

static enum rc note_view(struct db *tx, void *arg, struct err *e)
{
    const struct asking *s = arg;
    (void)e;
    return audit_note(tx, s->now, s->person, "rota_view", 0, "rota_term", s->term);
}

enum rc rota_get_proposal(struct ctx *c)
{
    struct row_rota_allocation_find r;
    TRY(open_proposal(c, &r));
    bool waits = str_eq_z(r.state, "waiting");
    struct str self = str_printf(c->a, "/proposals/%" PRId64, r.id);
    struct view_rota_proposal v = {.state = r.state, .wishers = r.wishers, .placed = r.placed, .without = r.without, .per_person = r.per_person, .problem = r.problem,
                                   .poll = self, .next = self, .finished = !waits, .done = waits ? 0 : 1, .total = 1};
    if (waits && !r.job_id_null) {
        struct job_state job;
        enum rc rc = job_find(c->db, c->a, r.job_id, &job);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (rc == RC_OK && job.total != 0) {
            v.done = job.done;
            v.total = job.total;
        }
    }
    if (!waits && !str_eq_z(r.state, "failed")) {
        struct asking n = {.term = r.term_id, .person = c->who->person, .now = c->now};
        TRY(fill_shortages(c, r.id, &v));
        TRY(fill_places(c, r.id, &v));
        TRY(ctx_write(c, note_view, &n));
    }
    if (str_eq_z(r.state, "ready"))
        v.publish = str_printf(c->a, "/proposals/%" PRId64 "/publish", r.id);
    const struct crumb crumbs[] = {{tr(c, M_placement_terms), S("/terms")}, {r.title, rota_term_path(c, r.term_id, "")}};
    struct page page = rota_page(c, tr(c, M_placement_proposal), crumbs, 2);
    return view_rota_proposal_page(c, &page, &v);
}

/* ---- publishing ------------------------------------------------------------------------------------------------------------------------ */

struct publishing {
    struct arena *a;
    int64_t id, version, term, person, now, given, left;
    int lang;
    bool drop;
};

static enum rc publish(struct db *tx, void *arg, struct err *e)
{
    struct publishing *s = arg;
    TRY(rota_publish(tx, s->a, s->id, s->version, s->lang, s->now, &s->given, &s->left, e));
    return audit_note(tx, s->now, s->person, "rota_publish", 0, "rota_term", s->term);
}

enum rc rota_handle_publish(struct ctx *c)
{
    struct row_rota_allocation_find r;
    TRY(open_proposal(c, &r));
    if (!str_eq_z(r.state, "ready"))
        return err_set(&c->err, RC_GONE, M_placement_changed, NULL);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/proposals/%" PRId64 "/publish", r.id), M_placement_publish_rota);
    f->cancel = str_printf(c->a, "/proposals/%" PRId64, r.id);
    form_add_version(f, r.version);
    const struct crumb crumbs[] = {{tr(c, M_placement_terms), S("/terms")}, {r.title, rota_term_path(c, r.term_id, "")}};
    struct page page = rota_page(c, tr(c, M_placement_publish_rota), crumbs, 2);
    struct msg_arg n = MSG_NUM("n", r.placed);
    struct str note = tr_args(c, M_placement_publish_rota_note, &n, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, note, f);
    struct publishing s = {.a = c->a, .id = r.id, .version = form_int(f, "version", 0), .term = r.term_id, .person = c->who->person, .now = c->now, .lang = c->lang};
    enum rc rc = store_write_bulk(c->db, publish, &s, &c->err);
    if (page_form_failed(c, f, rc, &page.status))
        return rota_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, rota_term_path(c, r.term_id, ""), s.left != 0 ? M_placement_rota_published_left : M_placement_rota_published);
}
