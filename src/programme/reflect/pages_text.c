/* One reflection: read by its author or by one with whom it is shared, shared, finished sharing, withdrawn. Whoever opens another one's
 * reflection is noted before he sees it. */
#include <sodium.h>

#include "gen/programme/reflect/reflect_text_view.h"
#include "programme/people/people.h"
#include "programme/reflect/inside.h"
#include "view/markdown.h"

#define PAGE_ROWS 50
#define NEAR_MOST 50

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

struct noting {
    int64_t id, author, reader, now;
};

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *s = arg;
    (void)e;
    return reflect_note_reading(tx, s->id, s->author, s->reader, s->now);
}

static enum rc fill_readers(struct ctx *c, const struct reflection *r, struct view_reflect_text *v)
{
    struct rows_reflection_readers rows;
    TRY(sql_reflection_readers(c->db, c->a, r->id, &rows));
    struct view_reflect_text_readers *list = ARENA_ARRAY(c->a, rows.n, struct view_reflect_text_readers);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_reflection_readers *x = &rows.v[i];
        bool ready = x->asked && x->public_key.p != NULL;
        list[i] = (struct view_reflect_text_readers){.name = reflect_name(c, x->name), .since = x->shared_at, .asked = x->asked != 0, .ready = ready,
                                                     .first = x->read_at_null ? (struct opt_int){0} : SOME_INT(x->read_at),
                                                     .withdraw = str_printf(c->a, "/reflections/%" PRId64 "/readers/%" PRId64 "/withdraw", r->id, x->person_id)};
        if (ready)
            list[i].finish = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/reflections/%" PRId64 "/readers/%" PRId64 "/finish", r->id, x->person_id), M_reflect_finish);
    }
    v->readers = list;
    v->readers_count = rows.n;
    return RC_OK;
}

static enum rc fill_readings(struct ctx *c, const struct reflection *r, struct view_reflect_text *v)
{
    struct rows_reflection_readings rows;
    int64_t at = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_reflection_readings(c->db, c->a, r->id, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_reflect_text_readings *list = ARENA_ARRAY(c->a, n, struct view_reflect_text_readings);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct view_reflect_text_readings){reflect_name(c, rows.v[i].name), rows.v[i].at};
    v->readings = list;
    v->readings_count = n;
    if (rows.n > n)
        v->readings_more = str_printf(c->a, "/reflections/%" PRId64 "?at=%" PRId64 "&id=%" PRId64 "#readings", r->id, rows.v[n - 1].at, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc fill_text(struct ctx *c, const struct reflection *r, struct view_reflect_text *v)
{
    struct reflect_tie ties[3];
    size_t steps = reflect_steps(r->text.kind), n = 0;
    struct view_reflect_text_answers *answers = ARENA_ARRAY(c->a, steps, struct view_reflect_text_answers);
    TRY(reflect_tie_list(c, &r->text, r->author, ties, &v->ties_count));
    struct view_reflect_text_ties *shown = ARENA_ARRAY(c->a, v->ties_count, struct view_reflect_text_ties);
    for (size_t i = 0; i < v->ties_count; i++)
        shown[i] = (struct view_reflect_text_ties){ties[i].label, ties[i].href};
    for (size_t i = 0; i < steps; i++)
        if (r->text.answers[i].n != 0)
            answers[n++] = (struct view_reflect_text_answers){reflect_step_title(c, r->text.kind, i), markdown_render(c->a, r->text.answers[i], (struct markdown_options){.lang = c->lang, .heading_shift = 2})};
    v->ties = shown;
    v->answers = answers;
    v->answers_count = n;
    return RC_OK;
}

static enum rc send_text(struct ctx *c, const struct reflection *r)
{
    struct view_reflect_text v = {.mine = r->mine, .author = reflect_name(c, r->author_name), .title = r->text.title, .kind = reflect_kind_name(c, r->text.kind), .draft = r->text.draft,
                                  .written = r->written_at, .changed = r->changed_at != r->written_at ? SOME_INT(r->changed_at) : (struct opt_int){0}};
    TRY(fill_text(c, r, &v));
    struct page page = reflect_page(c, r->text.title.n != 0 ? r->text.title : tr(c, M_reflect_untitled));
    if (!r->mine) {
        v.shared_at = SOME_INT(r->shared_at);
        page.caption = v.author;
        page.crumbs = &(struct crumb){tr(c, M_reflect_shared), S("/reflections/shared")};
        return view_reflect_text_page(c, &page, &v);
    }
    v.edit = reflect_path(c, r->id, "/edit");
    v.delete = reflect_path(c, r->id, "/delete");
    struct row_reflection_unsaved_of u;
    enum rc rc = sql_reflection_unsaved_of(c->db, c->a, r->id, r->author, &u);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    v.unsaved = rc == RC_OK;
    if (!r->text.draft)
        v.share = reflect_path(c, r->id, "/share");
    TRY(fill_readers(c, r, &v));
    TRY(fill_readings(c, r, &v));
    return view_reflect_text_page(c, &page, &v);
}

enum rc reflect_get_text(struct ctx *c)
{
    struct row_reflection_find row;
    struct reflection r;
    unsigned char key[SEAL_KEY];
    int64_t id, me = c->who->person;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_reflection_find(c->db, c->a, id, me, &row));
    bool shared = !row.mine_null && row.sealed.p != NULL && !row.draft;
    struct target t = {.person = row.author_id, .holder = shared ? me : 0};
    TRY(access_require(c, P_REFLECTION, &t));
    if (!row.of_id_null)
        return page_redirect(c, reflect_path(c, row.of_id, ""), 0);
    enum rc rc = reflect_key_here(c, key, NULL);
    if (rc == RC_NOT_FOUND)
        return reflect_go_unlock(c);
    if (rc == RC_OK)
        rc = reflect_open(c->db, c->a, id, me, key, &r, &c->err);
    sodium_memzero(key, sizeof key);
    TRY(rc);
    if (!r.mine) {
        struct noting s = {r.id, r.author, me, c->now};
        TRY(ctx_write(c, note, &s));
    }
    return send_text(c, &r);
}

/* ---- sharing ------------------------------------------------------------------------------------------------------------------------ */

struct sharing {
    struct arena *a;
    int64_t id, author, reader, now;
    unsigned char key[SEAL_KEY];
    bool asked;
};

static enum rc share(struct db *tx, void *arg, struct err *e)
{
    struct sharing *s = arg;
    return reflect_share(tx, s->a, s->id, s->author, s->key, s->reader, s->now, &s->asked, e);
}

/* Shares while the session is unlocked. RC_NOT_FOUND with locked set when it is not. */
static enum rc share_with(struct ctx *c, struct sharing *s, bool *locked)
{
    enum rc rc = reflect_key_here(c, s->key, NULL);
    *locked = rc == RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = ctx_write(c, share, s);
    sodium_memzero(s->key, sizeof s->key);
    return rc;
}

/* Somebody of her own programmes, by the address that she knows; whether there is anybody else of that address is not told. */
static enum rc find_by_address(struct ctx *c, struct str address, int64_t *person)
{
    struct row_reflect_together together;
    TRY(people_by_email(c->db, c->a, address, person));
    TRY(sql_reflect_together(c->db, c->a, c->who->person, *person, &together));
    return together.n != 0 || *person == c->who->person ? RC_OK : RC_NOT_FOUND;
}

/* Who is chosen: one of those near her, or an address. False with an error in the form. */
static enum rc read_reader(struct ctx *c, struct form *f, bool near, int64_t *person, bool *good)
{
    int64_t chosen = 0;
    struct str address = form_text(f, "address");
    if (near)
        (void)str_to_int(form_text(f, "person"), &chosen);
    *good = false;
    if ((chosen != 0) == (address.n != 0)) {
        form_error(f, near ? "person" : "address", chosen != 0 ? M_reflect_share_both : M_reflect_share_nobody, NULL);
        return RC_OK;
    }
    *person = chosen;
    enum rc rc = chosen != 0 ? RC_OK : find_by_address(c, address, person);
    *good = rc == RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    form_error(f, "address", M_reflect_share_unknown, NULL);
    return RC_OK;
}

static enum rc share_form(struct ctx *c, int64_t id, struct form **out, bool *near)
{
    struct rows_reflect_near rows;
    struct form *f = form_new(c->a, c->lang, c->zone, reflect_path(c, id, "/share"), M_reflect_share_button);
    TRY(sql_reflect_near(c->db, c->a, c->who->person, NEAR_MOST, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    *near = rows.n != 0;
    for (size_t i = 0; i < rows.n; i++)
        choices[i] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].person_id), .label = rows.v[i].display_name};
    choices[rows.n] = (struct choice){.value = S("0"), .label = tr(c, M_reflect_share_other)};
    if (*near)
        form_add(f, (struct field){.name = "person", .kind = FIELD_CHOICE, .label = M_reflect_share_whom, .choices = choices, .choice_count = rows.n + 1, .required = true});
    form_add(f, (struct field){.name = "address", .kind = FIELD_EMAIL, .label = M_reflect_share_address, .hint = M_reflect_share_address_hint, .no_draft = true});
    f->cancel = reflect_path(c, id, "");
    *out = f;
    return RC_OK;
}

enum rc reflect_handle_share(struct ctx *c)
{
    struct row_reflection_find r;
    struct form *f;
    bool near, good, locked;
    TRY(reflect_require_text(c, &r));
    if (r.draft)
        return err_set(&c->err, RC_CONFLICT, M_reflect_share_draft, NULL);
    TRY(share_form(c, r.id, &f, &near));
    struct page page = reflect_page(c, tr(c, M_reflect_share));
    struct str about = tr(c, M_reflect_share_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, about, false, f);
    struct sharing s = {.a = c->a, .id = r.id, .author = c->who->person, .now = c->now};
    TRY(read_reader(c, f, near, &s.reader, &good));
    if (!good)
        return reflect_send_form(c, &page, about, false, f);
    enum rc rc = share_with(c, &s, &locked);
    if (locked)
        return reflect_go_unlock(c);
    if (page_form_failed(c, f, rc, &page.status))
        return reflect_send_form(c, &page, about, false, f);
    TRY(rc);
    return page_redirect(c, reflect_path(c, r.id, "#readers"), s.asked ? M_reflect_asked : M_reflect_shared_now);
}

/* The reader of the address, when this reflection was shared with him or he was asked. */
static enum rc require_reader(struct ctx *c, const struct row_reflection_find *r, struct row_reflection_readers *out)
{
    struct rows_reflection_readers rows;
    int64_t person;
    TRY(request_id(c->rq, 1, &person));
    TRY(sql_reflection_readers(c->db, c->a, r->id, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].person_id == person) {
            *out = rows.v[i];
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

enum rc reflect_post_finish(struct ctx *c)
{
    struct row_reflection_find r;
    struct row_reflection_readers reader;
    bool locked;
    TRY(reflect_require_text(c, &r));
    TRY(require_reader(c, &r, &reader));
    struct sharing s = {.a = c->a, .id = r.id, .author = c->who->person, .reader = reader.person_id, .now = c->now};
    enum rc rc = share_with(c, &s, &locked);
    if (locked)
        return reflect_go_unlock(c);
    TRY(rc);
    return page_redirect(c, reflect_path(c, r.id, "#readers"), s.asked ? M_reflect_asked : M_reflect_shared_now);
}

static enum rc withdraw(struct db *tx, void *arg, struct err *e)
{
    const struct sharing *s = arg;
    (void)e;
    return reflect_withdraw(tx, s->a, s->id, s->author, s->reader, s->now);
}

enum rc reflect_handle_withdraw(struct ctx *c)
{
    struct row_reflection_find r;
    struct row_reflection_readers reader;
    TRY(reflect_require_text(c, &r));
    TRY(require_reader(c, &r, &reader));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/reflections/%" PRId64 "/readers/%" PRId64 "/withdraw", r.id, reader.person_id), M_reflect_withdraw_button);
    f->danger = true;
    f->cancel = reflect_path(c, r.id, "");
    struct page page = reflect_page(c, tr(c, M_reflect_withdraw_title));
    struct msg_arg name = MSG_TEXT("name", reflect_name(c, reader.name));
    struct str about = tr_args(c, reader.read_at_null ? M_reflect_withdraw_unread : M_reflect_withdraw_read, &name, 1);
    if (c->rq->method != METHOD_POST)
        return reflect_send_form(c, &page, about, false, f);
    struct sharing s = {.a = c->a, .id = r.id, .author = c->who->person, .reader = reader.person_id, .now = c->now};
    TRY(ctx_write(c, withdraw, &s));
    return page_redirect(c, reflect_path(c, r.id, "#readers"), M_reflect_withdrawn);
}
