/* Making a pack: choosing a template and a period, seeing what would go in and what is held back, and making it. */
#include <sodium.h>

#include "gen/programme/pack/pack_preview_view.h"
#include "programme/pack/inside.h"

#define PERIOD_DAYS_MOST 3660

struct wanted {
    int64_t template, from, until;
};

static struct str preview_path(struct ctx *c, const struct wanted *w)
{
    struct buf b = buf_new(c->a, 100);
    buf_printf(&b, "/packs/preview?template=%" PRId64 "&from=", w->template);
    day_format(&b, w->from);
    buf_z(&b, "&until=");
    day_format(&b, w->until);
    return buf_text(&b);
}

static bool period_good(const struct ctx *c, const struct wanted *w)
{
    return w->from <= w->until && w->until <= c->today && w->until - w->from < PERIOD_DAYS_MOST;
}

static struct str language_word(struct str tag)
{
    return lang_name(lang_find(tag));
}

enum rc pack_handle_new(struct ctx *c)
{
    struct programme p;
    struct rows_pack_templates rows;
    TRY(pack_require_here(c, &p));
    TRY(sql_pack_templates(c->db, c->a, p.id, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    for (size_t k = 0; k < rows.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].id),
                                     .label = str_printf(c->a, "%.*s (%.*s)", STR_ARG(rows.v[k].title), STR_ARG(language_word(rows.v[k].language)))};
    struct page page = pack_page(c, tr(c, M_pack_new));
    page.caption = p.title;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/packs/new"), M_pack_show_first);
    f->cancel = S("/packs");
    struct civil now = civil_from_day(c->today);
    form_add(f, (struct field){.name = "template", .kind = FIELD_CHOICE, .label = M_pack_template, .required = true, .choices = choices, .choice_count = rows.n});
    form_add(f, (struct field){.name = "from", .kind = FIELD_DAY, .label = M_pack_from, .required = true, .value = form_day_value(f, day_from_civil(now.year, 1, 1))});
    form_add(f, (struct field){.name = "until", .kind = FIELD_DAY, .label = M_pack_until, .hint = M_pack_until_hint, .required = true, .value = form_day_value(f, c->today - 1)});
    if (rows.n == 0)
        return pack_send_form(c, &page, tr(c, M_pack_no_templates), NULL, f);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return pack_send_form(c, &page, tr(c, M_pack_new_note), NULL, f);
    struct wanted w = {.template = form_int(f, "template", 0)};
    (void)str_to_int(form_text(f, "template"), &w.template);
    (void)form_day(f, "from", &w.from);
    (void)form_day(f, "until", &w.until);
    if (w.until > c->today)
        form_error(f, "until", M_pack_until_ahead, "");
    else if (!period_good(c, &w))
        form_error(f, "from", M_pack_period_bad, "");
    if (!form_ok(f))
        return pack_send_form(c, &page, tr(c, M_pack_new_note), NULL, f);
    return page_redirect(c, preview_path(c, &w), 0);
}

/* ---- what would go in --------------------------------------------------------------------------------------------------------------------- */

static enum rc send_preview(struct ctx *c, const struct pack_built *b, struct str note, int status)
{
    struct row_pack_by_digest same;
    struct view_pack_preview v = {.report = b->report};
    struct view_pack_preview_held *held = ARENA_ARRAY(c->a, b->content.held, struct view_pack_preview_held);
    for (size_t k = 0; k < b->content.figure_count; k++)
        if (b->content.figures[k].held)
            held[v.held_count++] = (struct view_pack_preview_held){b->content.figures[k].label, b->content.figures[k].group};
    v.held = held;
    enum rc rc = sql_pack_by_digest(c->db, c->a, b->scope.programme, b->digest, &same);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK)
        v.same = pack_path(c, "/packs/", same.id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, S("/packs/make"), M_pack_make);
    f->cancel = S("/packs/new");
    f->error = note;
    form_add(f, (struct field){.name = "template", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, b->row.id)});
    form_add(f, (struct field){.name = "from", .kind = FIELD_HIDDEN, .value = form_day_value(f, b->scope.from_day)});
    form_add(f, (struct field){.name = "until", .kind = FIELD_HIDDEN, .value = form_day_value(f, b->scope.until_day)});
    form_add(f, (struct field){.name = "digest", .kind = FIELD_HIDDEN, .value = b->digest});
    v.f = f;
    struct page page = pack_page(c, b->t.title);
    page.caption = b->programme.title;
    page.status = status;
    return view_pack_preview_page(c, &page, &v);
}

/* The template and period of an address or a form, for who may make packs of that programme. */
static enum rc build_wanted(struct ctx *c, struct str template, struct str from, struct str until, struct pack_built *b)
{
    struct row_pack_template_find row;
    struct wanted w;
    if (!str_to_int(template, &w.template) || !day_parse(from, &w.from) || !day_parse(until, &w.until))
        return RC_NOT_FOUND;
    TRY(sql_pack_template_find(c->db, c->a, w.template, &row));
    TRY(pack_require_in(c, row.programme_id));
    if (!period_good(c, &w))
        return err_set(&c->err, RC_INVALID, M_pack_period_bad, NULL);
    return pack_build(c, w.template, w.from, w.until, b);
}

enum rc pack_get_preview(struct ctx *c)
{
    struct pack_built b;
    struct programme here;
    if (request_query(c->rq, "template").n == 0) {
        TRY(pack_require_here(c, &here));
        return page_redirect(c, S("/packs/new"), 0);
    }
    TRY(build_wanted(c, request_query(c->rq, "template"), request_query(c->rq, "from"), request_query(c->rq, "until"), &b));
    return send_preview(c, &b, S(""), 0);
}

/* ---- making it ---------------------------------------------------------------------------------------------------------------------------- */

struct making {
    struct arena *a;
    const struct pack_built *b;
    struct str zip, hash;
    int64_t key, person, now, id;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    const struct pack_built *b = m->b;
    struct row_pack_by_hash there;
    (void)e;
    enum rc rc = sql_pack_by_hash(tx, m->a, b->scope.programme, m->hash, &there);
    if (rc != RC_NOT_FOUND) {
        m->id = there.id;
        return rc;
    }
    m->id = db_new_id(tx);
    TRY(sql_pack_add(tx, m->id, b->scope.programme, b->row.id, m->key, b->scope.from_day, b->scope.until_day, m->hash, b->digest, (int64_t)m->zip.n,
                     (int64_t)b->content.figure_count, (int64_t)b->content.held, b->report.software, m->person, m->now));
    TRY(sql_pack_file_add(tx, m->id, m->zip));
    return audit_note(tx, m->now, m->person, "pack_make", 0, "pack", m->id);
}

enum rc pack_post_make(struct ctx *c)
{
    struct pack_built b;
    struct pack_key key;
    struct making m = {.a = c->a, .b = &b, .person = c->who->person, .now = c->now};
    TRY(build_wanted(c, request_form(c->rq, "template"), request_form(c->rq, "from"), request_form(c->rq, "until"), &b));
    if (!str_eq(request_form(c->rq, "digest"), b.digest))
        return send_preview(c, &b, tr(c, M_pack_data_changed), 409);
    TRY(pack_key_ready(c, &key, &m.key));
    m.zip = pack_seal(c, &b, &key);
    sodium_memzero(key.seed, sizeof key.seed);
    m.hash = pack_hash(c->a, m.zip);
    TRY(ctx_write(c, make, &m));
    return page_redirect(c, pack_path(c, "/packs/", m.id, ""), M_pack_was_made);
}
