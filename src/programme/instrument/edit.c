/* Writing instruments on pages: the whole text in each language, with a preview; each change is a new version. Retiring one and
 * bringing it back. */
#include "auth/session.h"
#include "gen/programme/instrument/instrument_edit_view.h"
#include "programme/instrument/inside.h"

#define TEXTS_MAX 30

struct editing {
    struct arena *a;
    struct row_instrument_latest before;
    struct str slug;
    const struct instrument *i;
    const struct instrument_body *bodies;
    size_t count;
    int64_t person, now, id;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct editing *s = arg;
    struct row_instrument_latest there;
    if (s->before.id == 0) {
        enum rc rc = sql_instrument_latest(tx, s->a, s->slug, &there);
        if (rc != RC_NOT_FOUND)
            return rc != RC_OK ? rc : err_field(e, RC_CONFLICT, M_instrument_slug_taken, "slug", NULL);
    }
    return instrument_add_version(tx, s->a, &s->before, s->slug, s->i, s->bodies, s->count, s->person, s->now, &s->id, e);
}

static enum rc require_change(struct ctx *c)
{
    const struct target everywhere = {0};
    return access_require(c, P_INSTRUMENT_CHANGE, &everywhere);
}

static const char *text_name(struct arena *a, struct str language)
{
    return language.n == 0 ? "text" : str_z(a, str_concat(a, S("text-"), language));
}

static struct str language_name(struct str tag)
{
    int lang = lang_find(tag);
    return lang >= 0 && str_eq(lang_tag(lang), tag) ? lang_name(lang) : tag;
}

/* The languages of the fields: its own as the empty text, those there are, those of the interface. */
static size_t field_languages(struct ctx *c, const struct rows_instrument_texts *texts, struct str own, struct str *out)
{
    size_t n = 1;
    out[0] = S("");
    for (size_t k = 0; k < texts->n && n < TEXTS_MAX; k++)
        if (!str_eq(texts->v[k].language, own))
            out[n++] = texts->v[k].language;
    for (int lang = 0; lang < lang_count() && n < TEXTS_MAX; lang++) {
        bool there = str_eq(lang_tag(lang), own);
        for (size_t k = 1; k < n; k++)
            there = there || str_eq(out[k], lang_tag(lang));
        if (!there)
            out[n++] = lang_tag(lang);
    }
    (void)c;
    return n;
}

static void add_texts(struct ctx *c, struct form *f, const struct rows_instrument_texts *texts, struct str own, const struct str *languages,
                      size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct str value = STR_NONE, language = k == 0 ? own : languages[k];
        for (size_t t = 0; t < texts->n; t++)
            if (str_eq(texts->v[t].language, language))
                value = texts->v[t].body;
        struct msg_arg name = MSG_TEXT("language", language_name(language));
        form_add(f, (struct field){.name = text_name(c->a, languages[k]),
                                   .kind = FIELD_LONG_TEXT,
                                   .label_text = tr_args(c, k == 0 ? M_instrument_field_text : M_instrument_field_translation, &name, 1),
                                   .required = k == 0,
                                   .max = INSTRUMENT_TEXT_MAX,
                                   .rows = k == 0 ? 24 : 12,
                                   .value = value});
    }
}

static void fill_problems(struct ctx *c, const struct problems *p, struct view_instrument_edit *v)
{
    struct view_instrument_edit_problems *list = ARENA_ARRAY(c->a, p->kept, struct view_instrument_edit_problems);
    for (size_t k = 0; k < p->kept; k++) {
        struct msg_arg detail = MSG_TEXT("detail", p->items[k].detail);
        list[k] = (struct view_instrument_edit_problems){(int64_t)p->items[k].row, p->items[k].file, tr_args(c, p->items[k].msg, &detail, 1)};
    }
    v->problems = list;
    v->problems_count = p->kept;
}

/* What stands in the fields as bodies; translations that were left empty are left out. */
static size_t take_bodies(struct ctx *c, const struct form *f, struct str own, const struct str *languages, size_t count,
                          struct instrument_body *bodies)
{
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        struct str text = form_text(f, text_name(c->a, languages[k]));
        if (k == 0 || text.n != 0)
            bodies[n++] = (struct instrument_body){.language = languages[k], .file = language_name(k == 0 ? own : languages[k]), .bytes = text};
    }
    return n;
}

static enum rc send_edit(struct ctx *c, struct page *page, struct view_instrument_edit *v, struct form *f)
{
    struct crumb crumbs[] = {{tr(c, M_instrument_title), S("/instruments")}};
    page->section = "/instruments";
    page->crumbs = crumbs;
    page->crumb_count = 1;
    v->f = f;
    v->how = true;
    if (page->status == 0 && !form_ok(f))
        page->status = 422;
    return view_instrument_edit_page(c, page, v);
}

/* Reads, checks, shows or writes what stands in the form. s: what is changed. */
static enum rc edit(struct ctx *c, struct editing *s, struct form *f, const struct rows_instrument_texts *texts, struct str own,
                    struct page *page, struct view_instrument_edit *v)
{
    struct str languages[TEXTS_MAX];
    struct instrument_body bodies[TEXTS_MAX];
    struct instrument i = {0};
    struct problems problems = problems_new(c->a);
    size_t count = field_languages(c, texts, own, languages);
    add_texts(c, f, texts, own, languages, count);
    form_add(f, (struct field){.name = "revision", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, s->before.revision)});
    f->second = M_instrument_preview;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_edit(c, page, v, f);
    s->bodies = bodies;
    s->count = take_bodies(c, f, own, languages, count, bodies);
    s->before.revision = form_int(f, "revision", 0);
    if (s->before.id == 0)
        s->slug = form_text(f, "slug");
    instrument_read_bodies(c->a, bodies, s->count, &problems, &i);
    if (problems.errors == 0)
        TRY(instrument_find_competencies(c->db, c->a, bodies[0].file, &problems, &i));
    fill_problems(c, &problems, v);
    if (s->before.id == 0 && !instrument_slug_valid(s->slug))
        form_error(f, "slug", M_instrument_slug_bad, "");
    if (problems.errors != 0 || !form_ok(f)) {
        page->status = 422;
        return send_edit(c, page, v, f);
    }
    if (!str_empty(request_form(c->rq, "second"))) {
        struct view_instrument_show *show = ARENA_NEW(c->a, struct view_instrument_show);
        TRY(instrument_fill_show(c, &i, show));
        v->preview = show;
        return send_edit(c, page, v, f);
    }
    s->i = &i;
    enum rc rc = ctx_write(c, save, s);
    if (page_form_failed(c, f, rc, &page->status))
        return send_edit(c, page, v, f);
    TRY(rc);
    return page_redirect(c, instrument_path(c->a, s->id), M_instrument_saved);
}

/* The version in use of the instrument of the address. What is sent is about the version that its form showed: when another one
 * came meanwhile, writing tells the conflict. */
static enum rc open_latest(struct ctx *c, struct row_instrument_latest *row)
{
    int64_t id;
    struct row_instrument_row asked;
    TRY(require_change(c));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_instrument_row(c->db, c->a, id, &asked));
    if (c->rq->method != METHOD_POST)
        return sql_instrument_latest(c->db, c->a, asked.slug, row);
    _Static_assert(sizeof *row == sizeof asked, "same columns");
    memcpy(row, &asked, sizeof asked);
    return RC_OK;
}

enum rc instrument_handle_edit(struct ctx *c)
{
    struct editing s = {.a = c->a, .person = c->who->person, .now = c->now};
    struct rows_instrument_texts texts;
    TRY(open_latest(c, &s.before));
    TRY(sql_instrument_texts(c->db, c->a, s.before.id, &texts));
    s.slug = s.before.slug;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/instruments/%" PRId64 "/edit", s.before.id), M_instrument_save);
    f->draft = str_printf(c->a, "instrument-%" PRId64, s.before.id);
    f->cancel = instrument_path(c->a, s.before.id);
    struct msg_arg version = MSG_NUM("version", s.before.version + 1);
    struct view_instrument_edit v = {.note = tr_args(c, M_instrument_edit_note, &version, 1)};
    struct page page = {.title = tr(c, M_instrument_edit), .caption = s.slug};
    return edit(c, &s, f, &texts, s.before.language, &page, &v);
}

enum rc instrument_handle_new(struct ctx *c)
{
    struct editing s = {.a = c->a, .person = c->who->person, .now = c->now};
    struct rows_instrument_texts none = {0};
    TRY(require_change(c));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/instruments/new"), M_instrument_save);
    f->draft = S("instrument-new");
    f->cancel = S("/instruments");
    form_add(f, (struct field){.name = "slug", .kind = FIELD_TEXT, .label = M_instrument_field_slug, .hint = M_instrument_field_slug_hint, .required = true, .max = 60});
    struct view_instrument_edit v = {.note = tr(c, M_instrument_new_note)};
    struct page page = {.title = tr(c, M_instrument_new)};
    return edit(c, &s, f, &none, lang_tag(c->lang), &page, &v);
}

/* ---- retiring ----------------------------------------------------------------------------------------------------------------- */

struct changing {
    int64_t id, revision, person, now;
    bool retire;
};

static enum rc change_state(struct db *tx, void *arg, struct err *e)
{
    const struct changing *s = arg;
    TRY(sql_instrument_set_state(tx, s->id, s->revision, s->retire ? S("retired") : S("current")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_instrument_changed, NULL);
    return audit_note(tx, s->now, s->person, s->retire ? "instrument_retire" : "instrument_return", 0, "instrument", s->id);
}

enum rc instrument_handle_state(struct ctx *c)
{
    struct row_instrument_latest row;
    TRY(open_latest(c, &row));
    struct changing s = {.id = row.id, .person = c->who->person, .now = c->now, .retire = str_eq_z(row.state, "current")};
    msg_id word = s.retire ? M_instrument_retire : M_instrument_bring_back;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/instruments/%" PRId64 "/state", row.id), word);
    f->danger = s.retire;
    f->cancel = instrument_path(c->a, row.id);
    form_add(f, (struct field){.name = "revision", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, row.revision)});
    struct crumb crumbs[] = {{tr(c, M_instrument_title), S("/instruments")}};
    struct view_instrument_edit v = {.note = tr(c, s.retire ? M_instrument_retire_note : M_instrument_bring_back_note), .f = f};
    struct page page = {.title = tr(c, word), .caption = row.slug, .section = "/instruments", .crumbs = crumbs, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return view_instrument_edit_page(c, &page, &v);
    s.revision = form_int(f, "revision", 0);
    enum rc rc = ctx_write(c, change_state, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return view_instrument_edit_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, instrument_path(c->a, row.id), s.retire ? M_instrument_retired_done : M_instrument_back_done);
}
