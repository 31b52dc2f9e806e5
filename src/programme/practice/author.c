/* Writing exercises of every kind in the browser: drafts that two authors do not overwrite each other, with what is wrong by line, also
 * while one types (static/live.js asks for the same page without its form); publishing a version; retiring an exercise. */
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/programme/practice/practice_edit_view.h"
#include "gen/programme/practice/practice_publish_view.h"
#include "programme/practice/author.h"
#include "view/write.h"

#define QUOTED_MOST 100 /* characters of a line that is told about */

/* ---- the text at hand ---------------------------------------------------------------------------------------------------------------- */

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

bool practice_language_valid(struct str tag)
{
    bool good = tag.n >= 2 && tag.n <= 15;
    for (size_t k = 0; k < tag.n; k++)
        good = good && ((tag.p[k] >= 'a' && tag.p[k] <= 'z') || (tag.p[k] >= 'A' && tag.p[k] <= 'Z') || (tag.p[k] == '-' && k >= 2));
    return good;
}

enum rc practice_open_draft(struct ctx *c, struct draft *d)
{
    *d = (struct draft){0};
    TRY(practice_open_to_write(c, &d->x));
    d->language = request_query(c->rq, "language");
    if (str_empty(d->language))
        d->language = d->x.language;
    if (!practice_language_valid(d->language) || !practice_find_kind(d->x.kind, &d->kind))
        return RC_NOT_FOUND;
    return find_draft(c->db, c->a, d);
}

enum rc practice_open_text(struct ctx *c, struct draft *d)
{
    TRY(practice_open_draft(c, d));
    return d->version != 0 ? RC_OK : RC_NOT_FOUND;
}

struct str practice_text_path(const struct ctx *c, const struct draft *d, const char *end)
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

/* The head of a text in sections says of which kind it is, and that does not change. */
static void check_kind(const struct draft *d, struct str source, struct problems *p)
{
    enum practice_kind kind;
    struct str word;
    if (d->kind != PRACTICE_CASE && (!practice_find_kind_in(source, &kind, &word) || kind != d->kind))
        problems_add(p, d->x.code, 1, S("kind"), M_practice_kind_stays, "%.*s", STR_ARG(practice_kind_word(d->kind)));
}

/* Everything that is wrong with a text of this exercise. */
static enum rc check(struct ctx *c, const struct draft *d, struct str source, struct practice_found *out)
{
    struct row_practice_source original;
    *out = (struct practice_found){.problems = problems_new(c->a)};
    check_kind(d, source, &out->problems);
    practice_read_text(c->a, c->lang, d->kind, d->x.code, source, &out->problems, &out->text);
    if (str_eq(d->language, d->x.language))
        return practice_find_named(c->db, c->a, d->x.programme_id, &out->problems, &out->text, &out->stage, &out->competencies);
    if (d->x.own_id_null) {
        problems_add(&out->problems, d->x.code, 0, S(""), M_practice_translates_nothing, NULL);
        return RC_OK;
    }
    TRY(sql_practice_source(c->db, c->a, d->x.own_id, &original));
    practice_check_translation(c->a, d->kind, original.source, d->x.code, source, &out->problems);
    return RC_OK;
}

static struct str finding_text(const struct ctx *c, const struct problem *p)
{
    struct msg_arg detail = MSG_TEXT("detail", p->detail.p != NULL ? p->detail : S(""));
    return tr_args(c, p->msg, &detail, 1);
}

static int by_line(const void *x, const void *y)
{
    const struct problem *a = *(const struct problem *const *)x, *b = *(const struct problem *const *)y;
    return a->row != b->row ? (a->row > b->row) - (a->row < b->row) : (a > b) - (a < b);
}

/* By line, each with what stands there. */
static void fill_findings(struct ctx *c, const struct problems *p, struct str source, struct view_practice_edit *v)
{
    struct view_practice_edit_findings *list = ARENA_ARRAY(c->a, p->kept, struct view_practice_edit_findings);
    const struct problem **sorted = ARENA_ARRAY(c->a, p->kept, const struct problem *);
    struct str line = S("");
    size_t number = 0;
    for (size_t k = 0; k < p->kept; k++)
        sorted[k] = &p->items[k];
    qsort(sorted, p->kept, sizeof *sorted, by_line);
    for (size_t k = 0; k < p->kept; k++) {
        while (number < sorted[k]->row && str_line(&source, &line))
            number++;
        list[k] = (struct view_practice_edit_findings){sorted[k]->severity == PROBLEM_ERROR, (int64_t)sorted[k]->row, sorted[k]->column,
                                                       finding_text(c, sorted[k]),
                                                       number == sorted[k]->row ? utf8_truncate(str_trim(line), QUOTED_MOST) : S("")};
    }
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

static struct str bars_to_commas(struct arena *a, const char *words)
{
    struct buf b = buf_new(a, 64);
    for (const char *p = words != NULL ? words : ""; *p != '\0'; p++)
        buf_z(&b, *p == '|' ? ", " : (char[]){*p, '\0'});
    return buf_text(&b);
}

/* Which sections a text of the kind has. */
static void fill_sections(struct ctx *c, const struct draft *d, struct view_practice_edit *v)
{
    const struct practice_reader *reader = practice_reader_of(d->kind);
    size_t count = reader != NULL ? reader->rule_count : 0;
    struct view_practice_edit_sections *list = ARENA_ARRAY(c->a, count, struct view_practice_edit_sections);
    for (size_t k = 0; k < count; k++) {
        const struct section_rule *r = &reader->rules[k];
        list[k] = (struct view_practice_edit_sections){str_from(r->word), r->named, r->least != r->most, r->least, r->most, bars_to_commas(c->a, r->keys),
                                                       bars_to_commas(c->a, r->parts)};
    }
    v->sections = list;
    v->sections_count = count;
}

static enum rc send_edit(struct ctx *c, const struct draft *d, struct view_practice_edit *v, struct page *page)
{
    v->language = language_name(d->language);
    v->draft = d->written;
    if (d->written)
        v->saved = SOME_INT(d->row.changed_at);
    v->by = d->row.by;
    v->is_case = d->kind == PRACTICE_CASE;
    v->check = practice_text_path(c, d, "check");
    if (d->version != 0) {
        v->try = practice_text_path(c, d, "try");
        v->file = practice_text_path(c, d, v->is_case ? "file?format=twee" : "file?format=md");
        v->html = v->is_case ? practice_text_path(c, d, "file?format=html") : S("");
    }
    if (d->written)
        v->publish = practice_text_path(c, d, "publish");
    fill_sections(c, d, v);
    TRY(fill_languages(c, d, v));
    return view_practice_edit_page(c, page, v);
}

/* A text that is too long for a page is edited elsewhere and brought back as a file. */
static enum rc edit_form(struct ctx *c, const struct draft *d, struct view_practice_edit *v, struct form **out)
{
    struct row_practice_source original;
    struct str first = d->source;
    if (d->version == 0 && !d->x.own_id_null) { /* a translation begins with what is to be translated */
        TRY(sql_practice_source(c->db, c->a, d->x.own_id, &original));
        first = original.source;
    }
    v->too_long = utf8_count(first) > PRACTICE_SOURCE_MOST;
    struct form *f = *out = form_new(c->a, c->lang, c->zone, practice_text_path(c, d, "edit"), M_practice_save);
    f->cancel = practice_path(c, d->x.id, "");
    v->f = f;
    if (!v->too_long) {
        f->second = M_practice_check;
        f->draft = str_printf(c->a, "exercise-%" PRId64 "-%.*s", d->x.id, STR_ARG(d->language));
        form_add(f, (struct field){.name = "text", .kind = FIELD_LONG_TEXT, .label = d->kind == PRACTICE_CASE ? M_practice_text : M_practice_text_sections,
                                   .hint = d->kind == PRACTICE_CASE ? M_practice_text_hint : M_practice_text_sections_hint, .rows = 30,
                                   .required = true, .max = PRACTICE_SOURCE_MOST, .value = first});
    }
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_practice_text_file, .hint = M_practice_file_hint, .required = v->too_long,
                               .max = (int64_t)STORY_BYTES_MOST});
    form_add_version(f, d->version);
    return RC_OK;
}

/* What was sent: a file takes the place of what stands in the form. False: told in the form. */
static bool read_source(struct ctx *c, const struct draft *d, struct form *f, struct str *source)
{
    struct practice_taken taken;
    const struct part *sent = request_part(c->rq, "file");
    if (sent != NULL && sent->value.n != 0 && form_field(f, "text") != NULL)
        form_field(f, "text")->required = false;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return false;
    struct str file = form_field(f, "file")->value;
    *source = form_field(f, "text") != NULL ? form_text(f, "text") : S("");
    if (file.n == 0)
        return true;
    if (!practice_take_file(c, file, &taken))
        form_error(f, "file", M_practice_finding, str_z(c->a, taken.why));
    else if (taken.kind != d->kind)
        form_error(f, "file", M_practice_kind_stays, str_z(c->a, practice_kind_word(d->kind)));
    *source = taken.source;
    return form_ok(f);
}

/* typing: the answer while one types: what is wrong, and whether somebody else was quicker, without the form; nothing is written. */
static enum rc edit(struct ctx *c, bool typing)
{
    struct draft d;
    struct practice_found found;
    struct str source;
    struct form *f;
    struct view_practice_edit v = {0};
    TRY(practice_open_draft(c, &d));
    TRY(edit_form(c, &d, &v, &f));
    struct page page = practice_page(c, tr(c, M_practice_edit), d.x.title, d.x.id);
    page.wide = true;
    if (c->rq->method != METHOD_POST)
        return send_edit(c, &d, &v, &page);
    if (!read_source(c, &d, f, &source)) {
        page.status = 422;
        return send_edit(c, &d, &v, &page);
    }
    TRY(check(c, &d, source, &found));
    fill_findings(c, &found.problems, source, &v);
    if (typing || request_form(c->rq, "second").p != NULL) {
        v.changed = form_int(f, "version", 0) != d.version;
        v.f = typing ? NULL : f;
        return send_edit(c, &d, &v, &page);
    }
    struct saving s = {.a = c->a, .d = &d, .source = source, .title = utf8_truncate(found.text.title, 200), .version = form_int(f, "version", 0),
                       .person = c->who->person, .now = c->now};
    enum rc rc = ctx_write(c, save, &s);
    if (page_edit_failed(c, f, rc, d.version, &page.status))
        return send_edit(c, &d, &v, &page);
    TRY(rc);
    return page_redirect(c, f->action, v.errors != 0 ? M_practice_saved_with_errors : M_practice_saved);
}

enum rc practice_handle_edit(struct ctx *c)
{
    return edit(c, false);
}

enum rc practice_post_check(struct ctx *c)
{
    return edit(c, true);
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
    TRY(practice_open_draft(c, &d));
    if (!d.written)
        return page_redirect(c, practice_text_path(c, &d, "edit"), M_practice_published_already);
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
    v.back = practice_text_path(c, &d, "edit");
    struct form *f = form_new(c->a, c->lang, c->zone, practice_text_path(c, &d, "publish"), M_practice_publish);
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
