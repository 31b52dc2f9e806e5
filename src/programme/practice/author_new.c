/* Exercises that begin: with the parts that every one of its kind has, or from a file; and what takes them out as files. What is written
 * in Twine comes in with the list of what could not be taken over. */
#include "auth/session.h"
#include "base/utf8.h"
#include "programme/practice/author.h"

#define LOSSES_MOST 500 /* listed at the end of a text that was taken over */

/* ---- files ---------------------------------------------------------------------------------------------------------------------------- */

/* What a file lost on the way stays with the text, in a passage that is no part of it, until the author takes it out. */
static void note_losses(struct ctx *c, const struct story_problems *p, struct buf *b)
{
    if (p->kept == 0)
        return;
    buf_z(b, "\n:: ");
    buf_str(b, tr(c, M_practice_losses_title));
    buf_z(b, " [note]\n");
    for (size_t k = 0; k < p->kept && k < LOSSES_MOST; k++)
        buf_printf(b, "%" PRIu32 ", %.*s: %.*s\n", p->items[k].line, STR_ARG(p->items[k].passage), STR_ARG(story_problem_text(c->a, c->lang, &p->items[k])));
}

static bool take_case(struct ctx *c, struct str bytes, struct practice_taken *out)
{
    struct story_problems found = story_problems_new(c->a);
    const struct story *s = story_parse(c->a, S("file"), bytes, &found);
    const struct story_info *info = story_info(s);
    story_problems_sort(&found);
    if (info->passages == 0) {
        out->why = found.kept != 0 ? story_problem_text(c->a, c->lang, &found.items[0]) : S("");
        return false;
    }
    struct buf b = buf_new(c->a, bytes.n + 1024);
    if (info->html)
        story_write_twee(&b, s);
    else
        buf_str(&b, utf8_clean(c->a, bytes));
    buf_ch(&b, '\n');
    note_losses(c, &found, &b);
    out->source = buf_text(&b);
    out->title = info->title;
    out->language = info->language;
    return true;
}

bool practice_take_file(struct ctx *c, struct str bytes, struct practice_taken *out)
{
    struct str word;
    *out = (struct practice_taken){.kind = PRACTICE_CASE, .why = S("")};
    if (str_starts(bytes, S("\xef\xbb\xbf")))
        bytes = str_sub(bytes, 3, bytes.n);
    if (!practice_find_kind_in(bytes, &out->kind, &word)) {
        out->kind = PRACTICE_CASE;
        return take_case(c, bytes, out);
    }
    struct problems found = problems_new(c->a);
    struct sections s = sections_read(c->a, S("file"), bytes, &found);
    if (s.head_count == 0 || bytes.n > SECTIONS_BYTES_MOST) {
        struct msg_arg detail = MSG_TEXT("detail", found.kept != 0 ? found.items[0].detail : S(""));
        out->why = found.kept != 0 ? tr_args(c, found.items[0].msg, &detail, 1) : S("");
        return false;
    }
    const struct section_key *title = section_find_key(s.head, s.head_count, "title"), *language = section_find_key(s.head, s.head_count, "language");
    out->source = utf8_clean(c->a, bytes);
    out->title = title != NULL ? title->value : S("");
    out->language = language != NULL ? language->value : S("");
    return true;
}

enum rc practice_get_file(struct ctx *c)
{
    struct draft d;
    TRY(practice_open_text(c, &d));
    bool is_case = d.kind == PRACTICE_CASE, html = is_case && str_eq_z(request_query(c->rq, "format"), "html");
    if (!html && !str_eq_z(request_query(c->rq, "format"), is_case ? "twee" : "md"))
        return RC_NOT_FOUND;
    struct str name = str_printf(c->a, "%.*s.%.*s.%s", STR_ARG(d.x.code), STR_ARG(d.language), html ? "html" : is_case ? "twee" : "md");
    if (!html)
        return page_download(c, "text/plain; charset=utf-8", name, d.source);
    struct story_problems ignored = story_problems_new(c->a);
    struct buf b = buf_new(c->a, d.source.n * 2);
    story_write_html(&b, story_parse(c->a, d.x.code, d.source, &ignored));
    return page_download(c, "text/html; charset=utf-8", name, buf_text(&b));
}

/* ---- a new one, and one from a file -------------------------------------------------------------------------------------------------- */

struct adding {
    struct arena *a;
    enum practice_kind kind;
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
    TRY(sql_practice_add(tx, n->id, n->programme, n->code, practice_kind_word(n->kind), n->language, NULL, n->title, utf8_fold(n->a, n->title), 20,
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
    struct choice *kinds = ARENA_ARRAY(c->a, PRACTICE_KIND_COUNT, struct choice);
    for (enum practice_kind k = 0; k < PRACTICE_KIND_COUNT; k++)
        kinds[k] = (struct choice){.value = practice_kind_word(k), .label = practice_kind_name(c, practice_kind_word(k))};
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_practice_filter_kind, .required = true, .choices = kinds,
                               .choice_count = PRACTICE_KIND_COUNT, .value = kinds[PRACTICE_CASE].value});
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_practice_field_title, .required = true, .max = 200});
    struct page page = practice_page(c, tr(c, M_practice_new), STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !practice_find_kind(form_text(f, "kind"), &n.kind))
        return practice_send_form(c, &page, tr(c, M_practice_new_note), f);
    n.title = form_text(f, "title");
    n.source = practice_begin_text(c->a, n.kind, n.title, n.language);
    return add_and_go(c, &n, f, &page, tr(c, M_practice_new_note));
}

enum rc practice_handle_import(struct ctx *c)
{
    struct adding n;
    struct practice_taken taken;
    TRY(require_write(c, &n));
    struct form *f = new_form(c, "/practice/import", M_practice_import);
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_practice_file, .hint = M_practice_file_hint, .required = true,
                               .max = (int64_t)STORY_BYTES_MOST});
    struct page page = practice_page(c, tr(c, M_practice_import), STR_NONE, 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_practice_import_note), f);
    if (!practice_take_file(c, form_field(f, "file")->value, &taken)) {
        form_error(f, "file", M_practice_finding, str_z(c->a, taken.why));
        return practice_send_form(c, &page, tr(c, M_practice_import_note), f);
    }
    n.kind = taken.kind;
    n.source = taken.source;
    n.title = str_empty(taken.title) ? tr(c, M_practice_untitled) : utf8_truncate(taken.title, 200);
    if (practice_language_valid(taken.language))
        n.language = taken.language;
    return add_and_go(c, &n, f, &page, tr(c, M_practice_import_note));
}
