/* Writing: which way to reflect, the form, what may point at a patient, two windows, deleting. Nothing typed is kept but sealed, and
 * keeping it needs no unlocked session: a form that was open when the session locked itself is saved all the same. While she types,
 * static/unsaved.js sends the form from time to time with unsaved=1 and takes from the answer what it has to send next; a button does
 * the same without it. */
#include <sodium.h>

#include "base/clock.h"
#include "engine/patient/patient.h"
#include "gen/programme/reflect/reflect_kept_view.h"
#include "gen/programme/reflect/reflect_kinds_view.h"
#include "gen/programme/reflect/reflect_write_view.h"
#include "programme/reflect/inside.h"

#define SIGNS_MOST 40
#define HASH_CHARS 16

/* ---- the questions ------------------------------------------------------------------------------------------------------------------ */

static const struct step {
    const char *name;
    msg_id title, hint;
} steps[REFLECT_KINDS][REFLECT_STEPS_MOST] = {
    [REFLECT_FREE] = {{"text", M_reflect_free, M_reflect_free_hint}},
    [REFLECT_WHAT] = {{"what", M_reflect_what_1, M_reflect_what_1_hint}, {"so", M_reflect_what_2, M_reflect_what_2_hint}, {"now", M_reflect_what_3, M_reflect_what_3_hint}},
    [REFLECT_GIBBS] = {{"event", M_reflect_gibbs_1, M_reflect_gibbs_1_hint}, {"feeling", M_reflect_gibbs_2, M_reflect_gibbs_2_hint}, {"value", M_reflect_gibbs_3, M_reflect_gibbs_3_hint},
                       {"sense", M_reflect_gibbs_4, M_reflect_gibbs_4_hint}, {"else", M_reflect_gibbs_5, M_reflect_gibbs_5_hint}, {"plan", M_reflect_gibbs_6, M_reflect_gibbs_6_hint}}};
/* The most characters of an answer, so that the whole stays within what a form may send whatever the script. */
static const int64_t answer_most[REFLECT_KINDS] = {20000, 6000, 3500};
static const msg_id kind_about[REFLECT_KINDS] = {M_reflect_kind_free_about, M_reflect_kind_what_about, M_reflect_kind_gibbs_about};
static const msg_id kind_source[REFLECT_KINDS] = {0, M_reflect_what_source, M_reflect_gibbs_source};

struct str reflect_step_title(const struct ctx *c, enum reflect_kind kind, size_t step)
{
    return tr(c, steps[kind][step].title);
}

/* ---- what may point at a patient ---------------------------------------------------------------------------------------------------- */

static const struct {
    msg_id name, why;
} sign_words[PATIENT_KINDS] = {
    [PATIENT_NAME] = {M_reflect_sign_name, M_reflect_sign_name_why},
    [PATIENT_BIRTH] = {M_reflect_sign_birth, M_reflect_sign_birth_why},
    [PATIENT_NHS] = {M_reflect_sign_nhs, M_reflect_sign_nhs_why},
    [PATIENT_INSURANCE] = {M_reflect_sign_insurance, M_reflect_sign_insurance_why},
    [PATIENT_RECORD] = {M_reflect_sign_record, M_reflect_sign_record_why},
    [PATIENT_AGE] = {M_reflect_sign_age, M_reflect_sign_age_why},
    [PATIENT_PHONE] = {M_reflect_sign_phone, M_reflect_sign_phone_why},
    [PATIENT_ADDRESS] = {M_reflect_sign_address, M_reflect_sign_address_why},
};

/* What was found that she has not said yet to be no patient, and the hashes of all that was found. */
struct signs {
    struct view_reflect_write_signs *v;
    size_t count;
    struct buf hashes;
};

static void find_signs_in(struct ctx *c, struct str text, struct str where, struct str known, struct signs *out)
{
    struct patient_sign found[SIGNS_MOST];
    size_t n = patient_find(text, civil_from_day(c->today).year, found, SIGNS_MOST);
    for (size_t i = 0; i < n; i++) {
        struct str words = str_sub(text, found[i].at, found[i].n);
        struct str hash = str_printf(c->a, "%0*" PRIx64, HASH_CHARS, str_hash(words));
        bool seen = str_find(known, hash, NULL);
        if (str_find(buf_text(&out->hashes), hash, NULL))
            continue; /* once, however often it stands there */
        buf_z(&out->hashes, out->hashes.n != 0 ? " " : "");
        buf_str(&out->hashes, hash);
        if (!seen && out->count < SIGNS_MOST)
            out->v[out->count++] = (struct view_reflect_write_signs){where, tr(c, sign_words[found[i].kind].name), words, tr(c, sign_words[found[i].kind].why)};
    }
}

static void find_signs(struct ctx *c, const struct reflect_text *t, struct str known, struct signs *out)
{
    *out = (struct signs){.v = ARENA_ARRAY(c->a, SIGNS_MOST, struct view_reflect_write_signs), .hashes = buf_new(c->a, 256)};
    find_signs_in(c, t->title, tr(c, M_reflect_field_title), known, out);
    for (size_t i = 0; i < reflect_steps(t->kind); i++)
        find_signs_in(c, t->answers[i], reflect_step_title(c, t->kind, i), known, out);
}

/* ---- the form ----------------------------------------------------------------------------------------------------------------------- */

struct writing {
    struct str action;
    struct reflect_unsaved at; /* id 0: a new one */
    bool shared;
    struct reflect_text text;
};

static enum rc make_form(struct ctx *c, const struct writing *w, struct form **out)
{
    const struct reflect_text *t = &w->text;
    struct form *f = form_new(c->a, c->lang, c->zone, w->action, M_reflect_save);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_reflect_field_title, .hint = M_reflect_field_title_hint, .max = REFLECT_TITLE_MOST, .no_draft = true, .autocomplete = "off", .value = t->title});
    for (size_t i = 0; i < reflect_steps(t->kind); i++)
        form_add(f, (struct field){.name = steps[t->kind][i].name, .kind = FIELD_LONG_TEXT, .label = steps[t->kind][i].title, .hint = steps[t->kind][i].hint, .max = answer_most[t->kind], .no_draft = true, .value = t->answers[i]});
    TRY(reflect_add_ties(c, f, t));
    form_add_version(f, w->at.version);
    form_add(f, (struct field){.name = "kept", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, w->at.kept)});
    form_add(f, (struct field){.name = "kept_version", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, w->at.kept_version)});
    form_add(f, (struct field){.name = "seen", .kind = FIELD_HIDDEN, .max = 4000});
    form_add(f, (struct field){.name = "apart", .kind = FIELD_HIDDEN});
    f->second = M_reflect_save_on;
    f->cancel = w->at.id != 0 ? reflect_path(c, w->at.id, "") : S("/reflections");
    *out = f;
    return RC_OK;
}

static void read_text(const struct form *f, struct reflect_text *t)
{
    t->title = form_text(f, "title");
    for (size_t i = 0; i < reflect_steps(t->kind); i++)
        t->answers[i] = form_text(f, steps[t->kind][i].name);
    reflect_read_ties(f, t);
}

static bool says_nothing(const struct reflect_text *t)
{
    for (size_t i = 0; i < reflect_steps(t->kind); i++)
        if (t->answers[i].n != 0)
            return false;
    return true;
}

static enum rc send_write(struct ctx *c, const struct writing *w, const struct form *f, const struct signs *s, bool changed, int status)
{
    unsigned char key[SEAL_KEY];
    struct view_reflect_write v = {.f = f, .shared = w->shared, .lead = tr(c, kind_about[w->text.kind])};
    enum rc rc = reflect_key_here(c, key, NULL);
    sodium_memzero(key, sizeof key);
    v.locked = rc == RC_NOT_FOUND && w->at.id != 0;
    if (w->at.kept != 0) {
        v.unsaved = true;
        v.drop = reflect_path(c, w->at.kept, "/delete");
    }
    if (kind_source[w->text.kind] != 0)
        v.source = tr(c, kind_source[w->text.kind]);
    if (s != NULL) {
        v.signs = s->v;
        v.signs_count = s->count;
    }
    if (changed)
        v.changed = reflect_path(c, w->at.id, "");
    struct page page = reflect_page(c, w->at.id != 0 ? tr(c, M_reflect_edit) : reflect_kind_name(c, w->text.kind));
    page.status = status != 0 ? status : form_ok(f) ? 200 : 422;
    return view_reflect_write_page(c, &page, &v);
}

/* ---- saving ------------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    int64_t author, now;
    bool keep;                  /* only kept, not saved */
    struct reflect_unsaved at, saved;
    struct reflect_text text;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    s->saved = s->at;
    return (s->keep ? reflect_keep : reflect_finish)(tx, s->a, s->author, &s->saved, &s->text, s->now, e);
}

/* The form goes on from what was kept. */
static enum rc send_kept(struct ctx *c, const struct writing *w, const struct reflect_unsaved *at)
{
    struct view_reflect_kept v = {.action = at->id != 0 ? reflect_path(c, at->id, "/edit") : w->action, .version = at->version, .kept = at->kept, .kept_version = at->kept_version};
    struct page page = reflect_page(c, tr(c, M_reflect_edit));
    return view_reflect_kept_page(c, &page, &v);
}

/* While she writes: whatever stands there, also half a word, but for nothing at all. */
static enum rc keep_unsaved(struct ctx *c, const struct writing *w, struct saving *s)
{
    if (s->at.id == 0 && says_nothing(&s->text) && s->text.title.n == 0)
        return send_kept(c, w, &s->at);
    s->keep = true;
    s->text.not_patients = w->text.not_patients;
    TRY(ctx_write(c, save, s));
    return send_kept(c, w, &s->saved);
}

/* Something may point at a patient: the form comes back with what and why, and a tick that it is none. */
static enum rc ask_about_signs(struct ctx *c, const struct writing *w, struct form *f, const struct signs *s)
{
    form_field(f, "seen")->value = buf_text(&s->hashes);
    form_add(f, (struct field){.name = "not_patient", .kind = FIELD_BOOL, .label = M_reflect_not_patient, .hint = M_reflect_not_patient_hint, .no_draft = true});
    form_error(f, "not_patient", M_reflect_signs_look, NULL);
    return send_write(c, w, f, s, false, 422);
}

/* Another window has saved since: what was typed stands in the form, and goes over that or beside it, as she decides. */
static enum rc ask_about_versions(struct ctx *c, const struct writing *w, struct form *f, struct str hashes)
{
    struct row_reflection_find now;
    TRY(sql_reflection_find(c->db, c->a, w->at.id, c->who->person, &now));
    form_field(f, "version")->value = str_printf(c->a, "%" PRId64, now.version);
    form_field(f, "apart")->value = S("1");
    form_field(f, "seen")->value = hashes;
    f->submit = M_reflect_save_over;
    f->second = M_reflect_save_apart;
    form_error(f, "", M_reflect_changed, NULL);
    return send_write(c, w, f, NULL, true, 409);
}

static enum rc handle_write(struct ctx *c, struct writing *w)
{
    struct form *f;
    struct signs signs;
    struct str stored = w->text.not_patients;
    TRY(make_form(c, w, &f));
    if (c->rq->method != METHOD_POST)
        return send_write(c, w, f, NULL, false, 0);
    bool unsaved = request_form(c->rq, "unsaved").n != 0;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return unsaved ? err_set(&c->err, RC_INVALID, M_reflect_unsaved_wrong, NULL) : send_write(c, w, f, NULL, false, 422);
    struct saving s = {.a = c->a, .author = c->who->person, .now = c->now, .text = w->text};
    s.at = (struct reflect_unsaved){w->at.id, form_int(f, "version", 0), form_int(f, "kept", 0), form_int(f, "kept_version", 0)};
    read_text(f, &s.text);
    if (unsaved)
        return keep_unsaved(c, w, &s);
    bool second = request_form(c->rq, "second").n != 0, apart = second && str_eq_z(form_text(f, "apart"), "1");
    s.keep = second && !apart;
    s.text.draft = false;
    if (says_nothing(&s.text)) {
        form_error(f, steps[w->text.kind][0].name, M_reflect_empty, NULL);
        return send_write(c, w, f, NULL, false, 422);
    }
    bool said = str_eq_z(request_form(c->rq, "not_patient"), "1") || form_text(f, "apart").n != 0; /* asked about versions after she said it */
    find_signs(c, &s.text, str_printf(c->a, "%.*s %.*s", STR_ARG(stored), STR_ARG(said ? form_text(f, "seen") : S(""))), &signs);
    if (signs.count != 0)
        return ask_about_signs(c, w, f, &signs);
    s.text.not_patients = buf_text(&signs.hashes);
    if (apart)
        s.at = (struct reflect_unsaved){0};
    enum rc rc = ctx_write(c, save, &s);
    if (rc == RC_CONFLICT && c->err.msg == M_reflect_changed)
        return ask_about_versions(c, w, f, s.text.not_patients);
    TRY(rc);
    return page_redirect(c, reflect_path(c, s.saved.id, s.keep ? "/edit" : ""), s.keep ? M_reflect_saved_draft : M_reflect_saved);
}

/* ---- the pages ---------------------------------------------------------------------------------------------------------------------- */

/* Has she set up; who has not is sent there. */
static enum rc require_set_up(struct ctx *c, bool *has)
{
    TRY(reflect_require_own(c));
    return reflect_has_key(c->db, c->a, c->who->person, has, NULL);
}

enum rc reflect_get_kinds(struct ctx *c)
{
    bool has;
    TRY(require_set_up(c, &has));
    if (!has)
        return page_redirect(c, S("/reflections/setup"), 0);
    struct view_reflect_kinds_kinds list[REFLECT_KINDS];
    for (int i = 0; i < REFLECT_KINDS; i++) {
        enum reflect_kind kind = (enum reflect_kind)i;
        struct str query = request_query(c->rq, "evidence");
        struct buf href = buf_new(c->a, 64);
        buf_printf(&href, "/reflections/new/%s", reflect_kind_word(kind));
        if (query.n != 0) {
            buf_z(&href, "?evidence=");
            buf_url(&href, query);
        }
        list[i] = (struct view_reflect_kinds_kinds){reflect_kind_name(c, kind), tr(c, kind_about[i]), buf_text(&href)};
    }
    struct view_reflect_kinds v = {.kinds = list, .kinds_count = REFLECT_KINDS};
    struct page page = reflect_page(c, tr(c, M_reflect_write));
    return view_reflect_kinds_page(c, &page, &v);
}

enum rc reflect_handle_new(struct ctx *c)
{
    bool has;
    struct writing w = {0};
    TRY(require_set_up(c, &has));
    if (!reflect_find_kind(c->rq->params[0], &w.text.kind))
        return RC_NOT_FOUND;
    if (!has)
        return c->rq->method == METHOD_POST ? err_set(&c->err, RC_CONFLICT, M_reflect_no_key, NULL) : page_redirect(c, S("/reflections/setup"), 0);
    w.action = str_printf(c->a, "/reflections/new/%s", reflect_kind_word(w.text.kind));
    (void)str_to_int(request_query(c->rq, "evidence"), &w.text.evidence);
    return handle_write(c, &w);
}

/* How many others have or were asked for the key of a reflection. */
static enum rc is_shared(struct ctx *c, int64_t id, bool *shared)
{
    struct rows_reflection_readers rows;
    TRY(sql_reflection_readers(c->db, c->a, id, &rows));
    *shared = rows.n != 0;
    return RC_OK;
}

/* What stands in the form: the text, or the change of it that was kept and not saved, which begins from the version it began with. */
static enum rc open_writing(struct ctx *c, const struct row_reflection_find *r, const unsigned char key[SEAL_KEY], struct writing *w)
{
    struct reflection text;
    struct row_reflection_unsaved_of u;
    struct row_reflection_find kept;
    TRY(reflect_open(c->db, c->a, r->id, c->who->person, key, &text, &c->err));
    w->text = text.text;
    enum rc rc = c->rq->method == METHOD_POST ? RC_NOT_FOUND : sql_reflection_unsaved_of(c->db, c->a, r->id, c->who->person, &u);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(sql_reflection_find(c->db, c->a, u.id, c->who->person, &kept));
    TRY(reflect_open(c->db, c->a, u.id, c->who->person, key, &text, &c->err));
    w->text = text.text;
    w->at = (struct reflect_unsaved){r->id, kept.of_version, u.id, u.version};
    return RC_OK;
}

enum rc reflect_handle_edit(struct ctx *c)
{
    struct row_reflection_find r;
    unsigned char key[SEAL_KEY];
    TRY(reflect_require_text(c, &r));
    if (!r.of_id_null)
        return page_redirect(c, reflect_path(c, r.of_id, "/edit"), 0);
    struct writing w = {.action = reflect_path(c, r.id, "/edit"), .at = {.id = r.id, .version = r.version}};
    enum rc rc = reflect_key_here(c, key, NULL);
    if (rc == RC_OK)
        rc = open_writing(c, &r, key, &w);
    else if (rc == RC_NOT_FOUND && c->rq->method != METHOD_POST)
        return reflect_go_unlock(c);
    else if (rc == RC_NOT_FOUND && reflect_find_kind(r.kind, &w.text.kind))
        rc = RC_OK; /* what was typed is saved, though what it replaces cannot be read now */
    sodium_memzero(key, sizeof key);
    TRY(rc);
    TRY(is_shared(c, r.id, &w.shared));
    return handle_write(c, &w);
}

struct deleting {
    struct arena *a;
    int64_t id, author, version;
};

static enum rc delete(struct db *tx, void *arg, struct err *e)
{
    const struct deleting *s = arg;
    return reflect_delete(tx, s->a, s->id, s->author, s->version, e);
}

enum rc reflect_handle_delete(struct ctx *c)
{
    struct row_reflection_find r;
    TRY(reflect_require_text(c, &r));
    struct form *f = form_new(c->a, c->lang, c->zone, reflect_path(c, r.id, "/delete"), r.of_id_null ? M_reflect_delete_button : M_reflect_unsaved_drop);
    form_add_version(f, r.version);
    f->danger = true;
    f->cancel = reflect_path(c, r.of_id_null ? r.id : r.of_id, "");
    bool change = !r.of_id_null; /* that was kept: the text itself stays */
    struct page page = reflect_page(c, tr(c, change ? M_reflect_unsaved_drop : M_reflect_delete));
    struct str note = tr(c, change ? M_reflect_unsaved_drop_note : M_reflect_delete_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return reflect_send_form(c, &page, note, false, f);
    struct deleting s = {c->a, r.id, c->who->person, form_int(f, "version", 0)};
    enum rc rc = ctx_write(c, delete, &s);
    if (page_form_failed(c, f, rc, &page.status)) {
        form_field(f, "version")->value = str_printf(c->a, "%" PRId64, r.version);
        return reflect_send_form(c, &page, note, false, f);
    }
    TRY(rc);
    return change ? page_redirect(c, reflect_path(c, r.of_id, ""), M_reflect_unsaved_dropped) : page_redirect(c, S("/reflections"), M_reflect_deleted);
}
