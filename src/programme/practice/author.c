/* Writing exercises in the browser: drafts that two authors do not overwrite each other, with what is wrong by line; trying one without
 * leaving a trace; publishing a version; taking files in and out. */
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/programme/practice/author_sql.h"
#include "gen/programme/practice/practice_edit_view.h"
#include "gen/programme/practice/practice_publish_view.h"
#include "programme/practice/inside.h"
#include "view/write.h"

/* ---- the text at hand ---------------------------------------------------------------------------------------------------------------- */

struct draft {
    struct row_practice_find x;
    struct str language, source;
    int64_t version;  /* of the draft; where there is none: minus the number of what is published, 0 where nothing is */
    struct row_practice_draft row;
    bool written;     /* there is a draft */
};

static enum rc find_draft(struct db *db, struct arena *a, struct draft *d)
{
    struct row_practice_current current;
    struct row_practice_source source;
    enum rc rc = sql_practice_draft(db, a, d->x.id, d->language, &d->row);
    if (rc == RC_OK) {
        d->written = true;
        d->source = d->row.source;
        d->version = d->row.version;
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = sql_practice_current(db, a, d->x.id, d->language, &current);
    if (rc == RC_NOT_FOUND) {
        d->version = 0;
        d->source = S("");
        return RC_OK;
    }
    TRY(rc);
    TRY(sql_practice_source(db, a, current.id, &source));
    d->version = -current.number;
    d->source = source.source;
    return RC_OK;
}

static bool language_valid(struct str tag)
{
    bool good = tag.n >= 2 && tag.n <= 15;
    for (size_t k = 0; k < tag.n; k++)
        good = good && ((tag.p[k] >= 'a' && tag.p[k] <= 'z') || (tag.p[k] >= 'A' && tag.p[k] <= 'Z') || (tag.p[k] == '-' && k >= 2));
    return good;
}

/* The text of the address: in ?language=, else as the exercise is written. */
static enum rc open_draft(struct ctx *c, struct draft *d)
{
    *d = (struct draft){0};
    TRY(practice_open_to_write(c, &d->x));
    d->language = request_query(c->rq, "language");
    if (str_empty(d->language))
        d->language = d->x.language;
    if (!language_valid(d->language) || !str_eq(d->x.kind, practice_kind_word(PRACTICE_CASE)))
        return RC_NOT_FOUND;
    return find_draft(c->db, c->a, d);
}

enum rc practice_open_text(struct ctx *c, struct row_practice_find *x, struct str *language, struct str *source)
{
    struct draft d;
    TRY(open_draft(c, &d));
    *x = d.x;
    *language = d.language;
    *source = d.source;
    return d.version != 0 ? RC_OK : RC_NOT_FOUND;
}

static struct str text_path(const struct ctx *c, const struct draft *d, const char *end)
{
    return str_printf(c->a, "/practice/%" PRId64 "/%s%slanguage=%.*s", d->x.id, end, strchr(end, '?') != NULL ? "&" : "?", STR_ARG(d->language));
}

static struct str language_name(struct str tag)
{
    int lang = lang_find(tag);
    return lang >= 0 && str_eq(lang_tag(lang), tag) ? lang_name(lang) : tag;
}

struct practice_found {
    struct problems problems;
    struct practice_text text;
    int64_t stage, *competencies;
};

/* Everything that is wrong with a text of this exercise. */
static enum rc check(struct ctx *c, const struct draft *d, struct str source, struct practice_found *out)
{
    struct row_practice_source original;
    *out = (struct practice_found){.problems = problems_new(c->a)};
    practice_read_text(c->a, c->lang, PRACTICE_CASE, d->x.code, source, &out->problems, &out->text);
    if (str_eq(d->language, d->x.language))
        return practice_find_named(c->db, c->a, d->x.programme_id, &out->problems, &out->text, &out->stage, &out->competencies);
    if (d->x.own_id_null) {
        problems_add(&out->problems, d->x.code, 0, S(""), M_practice_translates_nothing, NULL);
        return RC_OK;
    }
    TRY(sql_practice_source(c->db, c->a, d->x.own_id, &original));
    practice_check_translation(c->a, PRACTICE_CASE, original.source, d->x.code, source, &out->problems);
    return RC_OK;
}

static struct str finding_text(const struct ctx *c, const struct problem *p)
{
    struct msg_arg detail = MSG_TEXT("detail", p->detail.p != NULL ? p->detail : S(""));
    return tr_args(c, p->msg, &detail, 1);
}

static void fill_findings(struct ctx *c, const struct problems *p, struct view_practice_edit *v)
{
    struct view_practice_edit_findings *list = ARENA_ARRAY(c->a, p->kept, struct view_practice_edit_findings);
    for (size_t k = 0; k < p->kept; k++)
        list[k] = (struct view_practice_edit_findings){p->items[k].severity == PROBLEM_ERROR, (int64_t)p->items[k].row, p->items[k].column,
                                                       finding_text(c, &p->items[k])};
    v->checked = true;
    v->findings = list;
    v->findings_count = p->kept;
    v->errors = (int64_t)p->errors;
    v->warnings = (int64_t)p->warnings;
}

/* ---- saving -------------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    struct draft *d;
    struct str source, title;
    int64_t version, person, now;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    struct draft there = {.x = s->d->x, .language = s->d->language};
    TRY(find_draft(tx, s->a, &there));
    if (there.version != s->version)
        return err_set(e, RC_CONFLICT, M_practice_text_changed, NULL);
    if (there.written)
        TRY(sql_practice_draft_save(tx, there.x.id, there.language, s->version, s->source, s->now, s->person));
    else
        TRY(sql_practice_draft_add(tx, there.x.id, there.language, s->source, s->now, s->person));
    if (str_eq(there.language, there.x.language) && !str_empty(s->title))
        TRY(sql_practice_name_draft(tx, there.x.id, s->title, utf8_fold(s->a, s->title)));
    return audit_note(tx, s->now, s->person, "exercise_write", 0, "exercise", there.x.id);
}

static enum rc fill_languages(struct ctx *c, const struct draft *d, struct view_practice_edit *v)
{
    struct rows_practice_languages rows;
    TRY(sql_practice_languages(c->db, c->a, d->x.id, &rows));
    struct view_practice_edit_languages *list = ARENA_ARRAY(c->a, rows.n + (size_t)lang_count() + 1, struct view_practice_edit_languages);
    for (size_t k = 0; k < rows.n; k++)
        list[v->languages_count++] = (struct view_practice_edit_languages){
            str_printf(c->a, "/practice/%" PRId64 "/edit?language=%.*s", d->x.id, STR_ARG(rows.v[k].language)), language_name(rows.v[k].language),
            str_eq(rows.v[k].language, d->language), tr(c, rows.v[k].draft ? M_practice_state_draft : M_practice_published)};
    for (int lang = 0; lang < lang_count(); lang++) {
        bool there = false;
        for (size_t k = 0; k < rows.n; k++)
            there = there || str_eq(rows.v[k].language, lang_tag(lang));
        if (!there)
            list[v->languages_count++] = (struct view_practice_edit_languages){
                str_printf(c->a, "/practice/%" PRId64 "/edit?language=%.*s", d->x.id, STR_ARG(lang_tag(lang))), lang_name(lang),
                str_eq(lang_tag(lang), d->language), tr(c, M_practice_not_written)};
    }
    v->languages = list;
    return RC_OK;
}

static enum rc send_edit(struct ctx *c, const struct draft *d, struct view_practice_edit *v, struct page *page)
{
    v->language = language_name(d->language);
    v->draft = d->written;
    if (d->written)
        v->saved = SOME_INT(d->row.changed_at);
    v->by = d->row.by;
    if (d->version != 0) {
        v->try = text_path(c, d, "try");
        v->twee = text_path(c, d, "file?format=twee");
        v->html = text_path(c, d, "file?format=html");
    }
    if (d->written)
        v->publish = text_path(c, d, "publish");
    TRY(fill_languages(c, d, v));
    return view_practice_edit_page(c, page, v);
}

enum rc practice_handle_edit(struct ctx *c)
{
    struct draft d;
    struct practice_found found;
    struct row_practice_source original;
    struct view_practice_edit v = {0};
    TRY(open_draft(c, &d));
    struct str first = d.source;
    if (d.version == 0 && !d.x.own_id_null) { /* a translation begins with what is to be translated */
        TRY(sql_practice_source(c->db, c->a, d.x.own_id, &original));
        first = original.source;
    }
    struct form *f = form_new(c->a, c->lang, c->zone, text_path(c, &d, "edit"), M_practice_save);
    f->second = M_practice_check;
    f->draft = str_printf(c->a, "exercise-%" PRId64 "-%.*s", d.x.id, STR_ARG(d.language));
    f->cancel = practice_path(c, d.x.id, "");
    form_add(f, (struct field){.name = "text", .kind = FIELD_LONG_TEXT, .label = M_practice_text, .hint = M_practice_text_hint, .required = true,
                               .rows = 30, .max = PRACTICE_SOURCE_MOST, .value = first});
    form_add_version(f, d.version);
    v.f = f;
    struct page page = practice_page(c, tr(c, M_practice_edit), d.x.title, d.x.id);
    page.wide = true;
    if (c->rq->method != METHOD_POST)
        return send_edit(c, &d, &v, &page);
    if (!form_read(f, c->rq->form, c->rq->form_count)) {
        page.status = 422;
        return send_edit(c, &d, &v, &page);
    }
    struct str source = form_text(f, "text");
    TRY(check(c, &d, source, &found));
    fill_findings(c, &found.problems, &v);
    if (request_form(c->rq, "second").p != NULL)
        return send_edit(c, &d, &v, &page);
    struct saving s = {.a = c->a, .d = &d, .source = source, .title = utf8_truncate(found.text.title, 200), .version = form_int(f, "version", 0),
                       .person = c->who->person, .now = c->now};
    enum rc rc = ctx_write(c, save, &s);
    if (page_edit_failed(c, f, rc, d.version, &page.status))
        return send_edit(c, &d, &v, &page);
    TRY(rc);
    return page_redirect(c, f->action, v.errors != 0 ? M_practice_saved_with_errors : M_practice_saved);
}

/* ---- a new one, and one from a file -------------------------------------------------------------------------------------------------- */

struct adding {
    struct arena *a;
    int64_t programme, person, now, id;
    struct str code, title, language, source;
};

static enum rc add(struct db *tx, void *arg, struct err *e)
{
    struct adding *n = arg;
    struct row_practice_by_code there;
    enum rc rc = sql_practice_by_code(tx, n->a, n->programme, n->code, &there);
    if (rc != RC_NOT_FOUND)
        return rc != RC_OK ? rc : err_field(e, RC_CONFLICT, M_practice_code_taken, "code", NULL);
    n->id = db_new_id(tx);
    TRY(sql_practice_add(tx, n->id, n->programme, n->code, practice_kind_word(PRACTICE_CASE), n->language, NULL, n->title, utf8_fold(n->a, n->title), 20,
                         S("draft"), 0, &n->person, n->now));
    TRY(sql_practice_draft_add(tx, n->id, n->language, n->source, n->now, n->person));
    return audit_note(tx, n->now, n->person, "exercise_write", 0, "exercise", n->id);
}

static struct form *new_form(struct ctx *c, const char *action, msg_id submit)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_from(action), submit);
    f->cancel = S("/practice");
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_practice_code, .hint = M_practice_code_hint, .required = true, .max = 60});
    return f;
}

static enum rc require_write(struct ctx *c, struct adding *n)
{
    struct programme p;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    *n = (struct adding){.a = c->a, .programme = p.id, .person = c->who->person, .now = c->now, .language = lang_tag(c->lang)};
    return access_require(c, P_PRACTICE_WRITE, &t);
}

/* Writes it and goes to its text; or shows the form again. */
static enum rc add_and_go(struct ctx *c, struct adding *n, struct form *f, struct page *page, struct str note)
{
    n->code = form_text(f, "code");
    if (!practice_code_valid(n->code)) {
        form_error(f, "code", M_practice_code_bad, str_z(c->a, n->code));
        return practice_send_form(c, page, note, f);
    }
    enum rc rc = ctx_write(c, add, n);
    if (page_form_failed(c, f, rc, &page->status))
        return practice_send_form(c, page, note, f);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/practice/%" PRId64 "/edit", n->id), M_practice_added);
}

enum rc practice_handle_new(struct ctx *c)
{
    struct adding n;
    TRY(require_write(c, &n));
    struct form *f = new_form(c, "/practice/new", M_practice_add);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_practice_field_title, .required = true, .max = 200});
    struct page page = practice_page(c, tr(c, M_practice_new), STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_practice_new_note), f);
    n.title = form_text(f, "title");
    n.source = str_printf(c->a,
                          ":: StoryTitle\n%.*s\n\n:: StoryData\n{\"format\": \"Cadre\", \"start\": \"Start\", \"language\": \"%.*s\"}\n\n"
                          ":: StoryAbout [note]\nsummary: \nminutes: 20\npractises: \n\n:: Start\n\n[[->End]]\n\n:: End [ending]\n",
                          STR_ARG(n.title), STR_ARG(n.language));
    return add_and_go(c, &n, f, &page, tr(c, M_practice_new_note));
}

/* What a file lost on the way stays with the text, in a passage that is no part of it, until the author takes it out. */
static void note_losses(struct ctx *c, const struct story_problems *p, struct buf *b)
{
    if (p->kept == 0)
        return;
    buf_z(b, "\n:: ");
    buf_str(b, tr(c, M_practice_losses_title));
    buf_z(b, " [note]\n");
    for (size_t k = 0; k < p->kept && k < 500; k++)
        buf_printf(b, "%" PRIu32 ", %.*s: %.*s\n", p->items[k].line, STR_ARG(p->items[k].passage), STR_ARG(story_problem_text(c->a, c->lang, &p->items[k])));
}

enum rc practice_handle_import(struct ctx *c)
{
    struct adding n;
    TRY(require_write(c, &n));
    struct form *f = new_form(c, "/practice/import", M_practice_import);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_practice_file, .hint = M_practice_file_hint, .required = true, .max = 16 << 20});
    struct page page = practice_page(c, tr(c, M_practice_import), STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_practice_import_note), f);
    const struct field *file = form_field(f, "file");
    struct story_problems found = story_problems_new(c->a);
    const struct story *s = story_parse(c->a, S("file"), file->value, &found);
    story_problems_sort(&found);
    const struct story_info *info = story_info(s);
    if (info->passages == 0) {
        struct str why = found.kept != 0 ? story_problem_text(c->a, c->lang, &found.items[0]) : S("");
        form_error(f, "file", M_practice_finding, str_z(c->a, why));
        return practice_send_form(c, &page, tr(c, M_practice_import_note), f);
    }
    struct buf b = buf_new(c->a, file->value.n + 1024);
    if (info->html)
        story_write_twee(&b, s);
    else
        buf_str(&b, utf8_clean(c->a, file->value));
    buf_ch(&b, '\n');
    note_losses(c, &found, &b);
    n.source = buf_text(&b);
    n.title = str_empty(info->title) ? tr(c, M_practice_untitled) : utf8_truncate(info->title, 200);
    if (language_valid(info->language))
        n.language = info->language;
    return add_and_go(c, &n, f, &page, tr(c, M_practice_import_note));
}

/* ---- taking it out ------------------------------------------------------------------------------------------------------------------- */

enum rc practice_get_file(struct ctx *c)
{
    struct draft d;
    TRY(open_draft(c, &d));
    bool html = str_eq_z(request_query(c->rq, "format"), "html");
    if (d.version == 0 || !(html || str_eq_z(request_query(c->rq, "format"), "twee")))
        return RC_NOT_FOUND;
    struct str name = str_printf(c->a, "%.*s.%.*s.%s", STR_ARG(d.x.code), STR_ARG(d.language), html ? "html" : "twee");
    if (!html)
        return page_download(c, "text/plain; charset=utf-8", name, d.source);
    struct story_problems ignored = story_problems_new(c->a);
    struct buf b = buf_new(c->a, d.source.n * 2);
    story_write_html(&b, story_parse(c->a, d.x.code, d.source, &ignored));
    return page_download(c, "text/html; charset=utf-8", name, buf_text(&b));
}

/* ---- publishing ---------------------------------------------------------------------------------------------------------------------- */

struct releasing {
    struct arena *a;
    struct draft *d;
    const struct practice_found *found;
    int64_t version, person, now;
};

static enum rc release(struct db *tx, void *arg, struct err *e)
{
    const struct releasing *r = arg;
    struct draft there = {.x = r->d->x, .language = r->d->language};
    int64_t version;
    TRY(find_draft(tx, r->a, &there));
    if (!there.written || there.version != r->version || there.version != r->d->version)
        return err_set(e, RC_CONFLICT, M_practice_text_changed, NULL);
    struct practice_publishing n = {.programme = there.x.programme_id, .exercise = there.x.id, .code = there.x.code, .language = there.language,
                                    .own = str_eq(there.language, there.x.language), .text = &r->found->text, .source = there.source,
                                    .person = r->person, .stage = r->found->stage, .competencies = r->found->competencies};
    TRY(practice_publish(tx, r->a, &n, r->now, &version, e));
    TRY(sql_practice_draft_drop(tx, there.x.id, there.language, there.version));
    return audit_note(tx, r->now, r->person, "exercise_publish", 0, "exercise", there.x.id);
}

enum rc practice_handle_publish(struct ctx *c)
{
    struct draft d;
    struct practice_found found;
    struct row_practice_last_number last;
    struct row_practice_going_count going;
    struct view_practice_publish v = {0};
    TRY(open_draft(c, &d));
    if (!d.written)
        return page_redirect(c, text_path(c, &d, "edit"), M_practice_published_already);
    TRY(check(c, &d, d.source, &found));
    TRY(sql_practice_last_number(c->db, c->a, d.x.id, d.language, &last));
    TRY(sql_practice_going_count(c->db, c->a, d.x.id, d.language, &going));
    struct view_practice_publish_findings *list = ARENA_ARRAY(c->a, found.problems.kept, struct view_practice_publish_findings);
    for (size_t k = 0; k < found.problems.kept; k++) {
        const struct problem *p = &found.problems.items[k];
        list[k] = (struct view_practice_publish_findings){p->severity == PROBLEM_ERROR, (int64_t)p->row, p->column, finding_text(c, p)};
    }
    v.findings = list;
    v.findings_count = found.problems.kept;
    v.errors = (int64_t)found.problems.errors;
    v.number = last.n + 1;
    v.going = going.n;
    v.back = text_path(c, &d, "edit");
    struct form *f = form_new(c->a, c->lang, c->zone, text_path(c, &d, "publish"), M_practice_publish);
    form_add_version(f, d.version);
    f->cancel = v.back;
    if (v.errors == 0)
        v.f = f;
    struct page page = practice_page(c, tr(c, M_practice_publish), d.x.title, d.x.id);
    if (c->rq->method != METHOD_POST)
        return view_practice_publish_page(c, &page, &v);
    page.status = 422;
    if (v.errors != 0 || !form_read(f, c->rq->form, c->rq->form_count))
        return view_practice_publish_page(c, &page, &v);
    struct releasing r = {.a = c->a, .d = &d, .found = &found, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now};
    enum rc rc = ctx_write(c, release, &r);
    if (page_edit_failed(c, f, rc, d.version, &page.status))
        return view_practice_publish_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, practice_path(c, d.x.id, ""), M_practice_now_published);
}

/* ---- retiring one, and bringing it back ----------------------------------------------------------------------------------------------- */

struct retiring {
    const struct row_practice_find *x;
    struct str state;
    int64_t version, person, now;
};

static enum rc set_state(struct db *tx, void *arg, struct err *e)
{
    const struct retiring *r = arg;
    TRY(sql_practice_set_state(tx, r->x->id, r->version, r->state));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_practice_text_changed, NULL);
    return audit_note(tx, r->now, r->person, "exercise_state", 0, "exercise", r->x->id);
}

enum rc practice_handle_state(struct ctx *c)
{
    struct row_practice_find x;
    TRY(practice_open_to_write(c, &x));
    if (str_eq_z(x.state, "draft"))
        return RC_NOT_FOUND;
    bool retired = str_eq_z(x.state, "retired");
    struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, x.id, "/state"), retired ? M_practice_bring_back : M_practice_retire);
    f->danger = !retired;
    f->cancel = practice_path(c, x.id, "");
    form_add_version(f, x.version);
    struct page page = practice_page(c, tr(c, retired ? M_practice_bring_back : M_practice_retire), x.title, x.id);
    struct str note = tr(c, retired ? M_practice_bring_back_note : M_practice_retire_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, note, f);
    struct retiring r = {&x, retired ? S("open") : S("retired"), form_int(f, "version", 0), c->who->person, c->now};
    enum rc rc = ctx_write(c, set_state, &r);
    if (page_edit_failed(c, f, rc, x.version, &page.status))
        return practice_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_practice_saved);
}
