/* The pages of the key: setting up in plain words, unlocking and locking, another passphrase, another code, recovery, beginning anew,
 * and what the law may require. A passphrase is read from its form and goes nowhere but into the key's derivation. */
#include "gen/programme/reflect/reflect_code_view.h"
#include "gen/programme/reflect/reflect_protection_view.h"
#include "gen/programme/reflect/reflect_setup_view.h"
#include "programme/programme/programme.h"
#include "programme/reflect/inside.h"
#include "view/markdown.h"

#define NOTICE_MOST 5000

/* ---- the notice --------------------------------------------------------------------------------------------------------------------- */

/* In the words of the programme that she works in, else in ours. edit: where it is changed, for who may. */
static enum rc notice_here(struct ctx *c, struct html *out, struct str *edit)
{
    struct programme here;
    struct row_reflect_notice_find row = {0};
    *edit = STR_NONE;
    enum rc rc = programme_current(c, &here);
    if (rc == RC_OK) {
        struct target t = {.programme = here.id};
        if (access_allows(c, P_PROGRAMME_CHANGE, &t))
            *edit = str_printf(c->a, "/programmes/%" PRId64 "/reflections", here.id);
        rc = sql_reflect_notice_find(c->db, c->a, here.id, &row);
    }
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = markdown_render(c->a, row.words.n != 0 ? row.words : tr(c, M_reflect_notice), (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    return RC_OK;
}

struct noticing {
    int64_t programme, version, by, now;
    struct str words;
};

static enum rc save_notice(struct db *tx, void *arg, struct err *e)
{
    const struct noticing *s = arg;
    if (s->version == 0)
        TRY(sql_reflect_notice_add(tx, s->programme, s->words));
    else
        TRY(sql_reflect_notice_change(tx, s->programme, s->version, s->words));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_reflect_notice_changed, NULL);
    return audit_note(tx, s->now, s->by, "reflect_notice_change", 0, "programme", s->programme);
}

enum rc reflect_handle_notice(struct ctx *c)
{
    struct programme p;
    struct row_reflect_notice_find old = {0};
    struct noticing s = {.by = c->who->person, .now = c->now};
    TRY(request_id(c->rq, 0, &s.programme));
    struct target t = {.programme = s.programme};
    TRY(access_require(c, P_PROGRAMME_CHANGE, &t));
    TRY(programme_find(c->db, c->a, s.programme, &p));
    enum rc rc = sql_reflect_notice_find(c->db, c->a, p.id, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/reflections", p.id), M_reflect_notice_save);
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_reflect_notice_words, .hint = M_reflect_notice_hint, .required = true, .max = NOTICE_MOST,
                               .value = old.words.n != 0 ? old.words : tr(c, M_reflect_notice)});
    form_add_version(f, old.version);
    f->cancel = str_printf(c->a, "/programmes/%" PRId64, p.id);
    f->draft = str_printf(c->a, "reflect-notice-%" PRId64, p.id);
    struct crumb crumb = {p.title, f->cancel};
    struct page page = {.title = tr(c, M_reflect_notice_title), .section = "/programmes", .crumbs = &crumb, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, tr(c, M_reflect_notice_note), false, f);
    s.version = form_int(f, "version", 0);
    s.words = form_text(f, "words");
    rc = ctx_write(c, save_notice, &s);
    if (page_form_failed(c, f, rc, &page.status)) {
        form_field(f, "version")->value = str_printf(c->a, "%" PRId64, old.version);
        return reflect_send_form(c, &page, tr(c, M_reflect_notice_note), false, f);
    }
    TRY(rc);
    return page_redirect(c, f->cancel, M_reflect_notice_saved);
}

/* ---- setting up --------------------------------------------------------------------------------------------------------------------- */

static void add_new_passphrase(struct form *f)
{
    form_add(f, (struct field){.name = "passphrase", .kind = FIELD_PASSWORD, .label = M_reflect_new_passphrase, .hint = M_reflect_new_passphrase_hint, .required = true, .autocomplete = "off", .max = 200});
    form_add(f, (struct field){.name = "again", .kind = FIELD_PASSWORD, .label = M_reflect_again, .required = true, .autocomplete = "off", .max = 200});
}

/* Both fields alike, or an error at the second. */
static bool read_new_passphrase(struct form *f, struct str *passphrase)
{
    *passphrase = form_text(f, "passphrase");
    if (str_eq(*passphrase, form_text(f, "again")))
        return true;
    form_error(f, "again", M_reflect_again_differs, NULL);
    return false;
}

static void add_code_choice(struct ctx *c, struct form *f, bool has)
{
    struct choice *choices = ARENA_ARRAY(c->a, 2, struct choice);
    choices[0] = (struct choice){S("code"), tr(c, has ? M_reflect_code_new : M_reflect_code_want), tr(c, M_reflect_code_want_hint)};
    choices[1] = (struct choice){S("none"), tr(c, M_reflect_code_none), tr(c, M_reflect_code_none_hint)};
    form_add(f, (struct field){.name = "code", .kind = FIELD_CHOICE, .label = M_reflect_code_choice, .required = true, .choices = choices, .choice_count = 2, .boxed = true});
}

static enum rc show_code(struct ctx *c, const char *code, bool recovered)
{
    struct view_reflect_code v = {.code = str_dup(c->a, str_from(code)), .recovered = recovered};
    struct page page = reflect_page(c, tr(c, M_reflect_code));
    return view_reflect_code_page(c, &page, &v);
}

static enum rc send_setup(struct ctx *c, struct page *page, const struct form *f)
{
    struct view_reflect_setup v = {.f = f};
    struct str edit;
    TRY(notice_here(c, &v.notice, &edit));
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_reflect_setup_page(c, page, &v);
}

static enum rc unlock_here(struct ctx *c, struct str passphrase, int64_t *wait)
{
    return reflect_unlock(c->db, c->a, c->who->person, c->session->id, c->session->token, passphrase, c->now, wait, &c->err);
}

/* With a passphrase that was just chosen. Where that fails (she guessed too often before), the session stays locked, and a new code is
 * shown all the same. */
static void try_unlock(struct ctx *c, struct str passphrase)
{
    int64_t wait;
    if (unlock_here(c, passphrase, &wait) != RC_OK)
        c->err = (struct err){0};
}

enum rc reflect_handle_setup(struct ctx *c)
{
    bool has;
    int64_t wait = 0;
    char code[SEAL_CODE_CHARS + 1];
    struct str passphrase;
    TRY(reflect_require_own(c));
    TRY(reflect_has_key(c->db, c->a, c->who->person, &has, NULL));
    if (has)
        return page_redirect(c, S("/reflections"), M_reflect_has_key);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/setup"), M_reflect_setup_button);
    add_new_passphrase(f);
    add_code_choice(c, f, false);
    form_add(f, (struct field){.name = "understood", .kind = FIELD_BOOL, .label = M_reflect_understood, .required = true});
    f->cancel = S("/reflections");
    struct page page = reflect_page(c, tr(c, M_reflect_setup));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_new_passphrase(f, &passphrase))
        return send_setup(c, &page, f);
    bool with_code = str_eq_z(form_text(f, "code"), "code");
    enum rc rc = reflect_make_key(c->db, c->a, c->who->person, passphrase, with_code, c->now, code, &c->err);
    if (reflect_form_failed(c, f, rc, wait, &page))
        return send_setup(c, &page, f);
    TRY(rc);
    try_unlock(c, passphrase);
    return with_code ? show_code(c, code, false) : page_redirect(c, S("/reflections"), M_reflect_is_set_up);
}

/* ---- unlocking and locking ---------------------------------------------------------------------------------------------------------- */

/* Within reflections alone. */
static struct str way_back(struct str back)
{
    return str_eq_z(back, "/reflections") || str_starts(back, S("/reflections/")) ? back : S("/reflections");
}

enum rc reflect_handle_unlock(struct ctx *c)
{
    bool has;
    int64_t wait = 0;
    TRY(reflect_require_own(c));
    TRY(reflect_has_key(c->db, c->a, c->who->person, &has, NULL));
    if (!has)
        return page_redirect(c, S("/reflections/setup"), 0);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/unlock"), M_reflect_unlock);
    form_add(f, (struct field){.name = "passphrase", .kind = FIELD_PASSWORD, .label = M_reflect_passphrase, .hint = M_reflect_unlock_hint, .required = true, .autocomplete = "off", .max = 200});
    form_add(f, (struct field){.name = "back", .kind = FIELD_HIDDEN, .value = way_back(request_query(c->rq, "back"))});
    f->no_warn = true;
    f->cancel = S("/reflections");
    struct page page = reflect_page(c, tr(c, M_reflect_unlock_title));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, tr(c, M_reflect_unlock_note), false, f);
    enum rc rc = unlock_here(c, form_text(f, "passphrase"), &wait);
    if (reflect_form_failed(c, f, rc, wait, &page))
        return reflect_send_form(c, &page, tr(c, M_reflect_unlock_forgot), false, f);
    TRY(rc);
    return page_redirect(c, way_back(form_text(f, "back")), M_reflect_unlocked);
}

static enum rc lock(struct db *tx, void *arg, struct err *e)
{
    const int64_t *sign_in = arg;
    (void)e;
    return reflect_lock(tx, *sign_in);
}

enum rc reflect_post_lock(struct ctx *c)
{
    TRY(reflect_require_own(c));
    int64_t sign_in = c->session->id;
    TRY(ctx_write(c, lock, &sign_in));
    return page_redirect(c, S("/reflections"), M_reflect_locked);
}

/* ---- another passphrase, another code ----------------------------------------------------------------------------------------------- */

enum rc reflect_get_protection(struct ctx *c)
{
    struct row_reflect_key_find k;
    struct view_reflect_protection v = {0};
    TRY(reflect_require_own(c));
    enum rc rc = sql_reflect_key_find(c->db, c->a, c->who->person, &k);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK) {
        v.has_key = true;
        v.has_code = k.by_code.p != NULL;
        v.since = SOME_INT(k.made_at);
    }
    TRY(notice_here(c, &v.notice, &v.notice_edit));
    struct page page = reflect_page(c, tr(c, M_reflect_protection));
    return view_reflect_protection_page(c, &page, &v);
}

/* A page about the key of somebody who has one. */
static enum rc require_key(struct ctx *c, bool *has_code)
{
    bool has;
    TRY(reflect_require_own(c));
    TRY(reflect_has_key(c->db, c->a, c->who->person, &has, has_code));
    return has ? RC_OK : err_set(&c->err, RC_NOT_FOUND, M_reflect_no_key, NULL);
}

enum rc reflect_handle_passphrase(struct ctx *c)
{
    bool has_code;
    int64_t wait = 0;
    struct str passphrase;
    TRY(require_key(c, &has_code));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/passphrase"), M_reflect_passphrase_save);
    form_add(f, (struct field){.name = "old", .kind = FIELD_PASSWORD, .label = M_reflect_old, .required = true, .autocomplete = "off", .max = 200});
    add_new_passphrase(f);
    f->cancel = S("/reflections/protection");
    struct page page = reflect_page(c, tr(c, M_reflect_passphrase_title));
    struct str note = tr(c, M_reflect_passphrase_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_new_passphrase(f, &passphrase))
        return reflect_send_form(c, &page, note, false, f);
    enum rc rc = reflect_change_passphrase(c->db, c->a, c->who->person, form_text(f, "old"), passphrase, c->session->id, c->now, &wait, &c->err);
    if (reflect_form_failed(c, f, rc, wait, &page))
        return reflect_send_form(c, &page, note, false, f);
    TRY(rc);
    return page_redirect(c, S("/reflections/protection"), M_reflect_passphrase_saved);
}

enum rc reflect_handle_code(struct ctx *c)
{
    bool has_code;
    int64_t wait = 0;
    char code[SEAL_CODE_CHARS + 1];
    TRY(require_key(c, &has_code));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/code"), M_reflect_code_save);
    add_code_choice(c, f, has_code);
    form_add(f, (struct field){.name = "passphrase", .kind = FIELD_PASSWORD, .label = M_reflect_passphrase, .required = true, .autocomplete = "off", .max = 200});
    f->cancel = S("/reflections/protection");
    struct page page = reflect_page(c, tr(c, M_reflect_code));
    struct str note = tr(c, has_code ? M_reflect_code_note : M_reflect_code_note_none);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, note, false, f);
    bool with_code = str_eq_z(form_text(f, "code"), "code");
    enum rc rc = reflect_change_code(c->db, c->a, c->who->person, form_text(f, "passphrase"), with_code, c->now, code, &wait, &c->err);
    if (reflect_form_failed(c, f, rc, wait, &page))
        return reflect_send_form(c, &page, note, false, f);
    TRY(rc);
    return with_code ? show_code(c, code, false) : page_redirect(c, S("/reflections/protection"), M_reflect_code_gone);
}

/* ---- recovery ----------------------------------------------------------------------------------------------------------------------- */

enum rc reflect_handle_recover(struct ctx *c)
{
    bool has_code;
    int64_t wait = 0;
    char code[SEAL_CODE_CHARS + 1];
    struct str passphrase;
    TRY(require_key(c, &has_code));
    if (!has_code)
        return page_redirect(c, S("/reflections/anew"), 0);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/recover"), M_reflect_recover_button);
    form_add(f, (struct field){.name = "code", .kind = FIELD_PASSWORD, .label = M_reflect_code, .hint = M_reflect_recover_hint, .required = true, .autocomplete = "off", .max = 100});
    add_new_passphrase(f);
    f->cancel = S("/reflections");
    struct page page = reflect_page(c, tr(c, M_reflect_recover));
    struct str note = tr(c, M_reflect_recover_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_new_passphrase(f, &passphrase))
        return reflect_send_form(c, &page, note, false, f);
    enum rc rc = reflect_recover(c->db, c->a, c->who->person, form_text(f, "code"), passphrase, c->now, code, &wait, &c->err);
    if (reflect_form_failed(c, f, rc, wait, &page))
        return reflect_send_form(c, &page, note, false, f);
    TRY(rc);
    try_unlock(c, passphrase);
    return show_code(c, code, true);
}

struct beginning {
    int64_t person, now;
};

static enum rc begin_anew(struct db *tx, void *arg, struct err *e)
{
    const struct beginning *s = arg;
    (void)e;
    TRY(reflect_begin_anew(tx, s->person));
    return audit_note(tx, s->now, s->person, "reflect_anew", s->person, NULL, 0);
}

enum rc reflect_handle_anew(struct ctx *c)
{
    bool has_code;
    struct row_reflection_count count;
    TRY(require_key(c, &has_code));
    TRY(sql_reflection_count(c->db, c->a, c->who->person, &count));
    struct msg_arg n = MSG_NUM("n", count.n);
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/anew"), M_reflect_anew_button);
    form_add(f, (struct field){.name = "sure", .kind = FIELD_BOOL, .label_text = tr_args(c, M_reflect_anew_sure, &n, 1), .required = true});
    f->danger = true;
    f->cancel = S("/reflections");
    struct page page = reflect_page(c, tr(c, M_reflect_anew));
    struct str note = tr_args(c, has_code ? M_reflect_anew_note_code : M_reflect_anew_note, &n, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, note, false, f);
    struct beginning s = {c->who->person, c->now};
    TRY(ctx_write(c, begin_anew, &s));
    return page_redirect(c, S("/reflections/setup"), M_reflect_anew_done);
}
