/* The lists: what she wrote, what others share with her; and all she wrote as a file to take away. Titles are opened only while the
 * session is unlocked; the file exists only in the answer. */
#include <sodium.h>

#include "gen/programme/reflect/reflect_file_view.h"
#include "gen/programme/reflect/reflect_list_view.h"
#include "gen/programme/reflect/reflect_shared_view.h"
#include "gen/programme/reflect/reflect_take_view.h"
#include "programme/reflect/inside.h"
#include "view/markdown.h"

#define PAGE_ROWS 50

static void read_place(struct ctx *c, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), at);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

/* "14:30" in the reader's zone. */
static struct str clock_text(struct ctx *c, int64_t ms)
{
    struct civil at = civil_from_ms(c->zone, ms);
    return str_printf(c->a, "%02d:%02d", at.hour, at.minute);
}

/* Her public and, while unlocked, her private key. */
struct reader {
    struct str public_key;
    unsigned char private_key[SEAL_KEY];
    bool has, open;
    int64_t until;
};

static enum rc load_reader(struct ctx *c, struct reader *r)
{
    struct row_reflect_key_find k;
    enum rc rc = sql_reflect_key_find(c->db, c->a, c->who->person, &k);
    r->has = rc == RC_OK && k.public_key.n == SEAL_KEY;
    r->open = false;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    r->public_key = k.public_key;
    rc = reflect_key_here(c, r->private_key, &r->until);
    r->open = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static struct str title_of(struct ctx *c, const struct reader *k, int64_t id, int64_t author, int64_t version, struct str sealed, struct str title)
{
    if (!k->open || sealed.p == NULL)
        return STR_NONE;
    return reflect_open_title(c->a, (const unsigned char *)k->public_key.p, k->private_key, id, author, c->who->person, version, sealed, title);
}

static struct form *unlock_form(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/reflections/unlock"), M_reflect_unlock);
    form_add(f, (struct field){.name = "passphrase", .kind = FIELD_PASSWORD, .label = M_reflect_passphrase, .hint = M_reflect_unlock_hint, .required = true, .autocomplete = "off", .max = 200});
    f->no_warn = true;
    return f;
}

/* ---- one's own ---------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_list(struct ctx *c, const struct reader *k, struct view_reflect_list *v)
{
    struct rows_reflection_list rows;
    int64_t at, id;
    read_place(c, &at, &id);
    TRY(sql_reflection_list(c->db, c->a, c->who->person, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_reflect_list_items *list = ARENA_ARRAY(c->a, n, struct view_reflect_list_items);
    for (size_t i = 0; i < n; i++) {
        const struct row_reflection_list *r = &rows.v[i];
        enum reflect_kind kind = REFLECT_FREE;
        (void)reflect_find_kind(r->kind, &kind);
        struct str title = title_of(c, k, r->id, c->who->person, r->version, r->sealed, r->title);
        list[i] = (struct view_reflect_list_items){.id = r->id, .href = reflect_path(c, r->id, ""), .title = title.p != NULL ? title : S(""), .kind = reflect_kind_name(c, kind),
                                                   .written = day_from_ms(c->zone, r->written_at), .draft = r->draft != 0, .closed = k->open && title.p == NULL, .readers = r->readers, .unsaved = r->unsaved != 0};
    }
    v->items = list;
    v->items_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/reflections?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].written_at, rows.v[n - 1].id);
    return RC_OK;
}

enum rc reflect_get_list(struct ctx *c)
{
    struct reader k;
    struct row_reflection_shared_count shared;
    struct view_reflect_list v = {0};
    TRY(reflect_require_own(c));
    TRY(load_reader(c, &k));
    enum rc rc = fill_list(c, &k, &v);
    sodium_memzero(k.private_key, sizeof k.private_key);
    TRY(rc);
    TRY(sql_reflection_shared_count(c->db, c->a, c->who->person, &shared));
    v.shared = shared.n;
    v.has_key = k.has;
    v.open = k.open;
    if (k.open) {
        v.until = clock_text(c, k.until);
        v.lock = form_new(c->a, c->lang, c->zone, S("/reflections/lock"), M_reflect_lock);
    } else if (k.has) {
        v.unlock = unlock_form(c);
    }
    struct crumb write = {tr(c, M_reflect_write), S("/reflections/new")};
    struct page page = {.title = tr(c, M_reflect_title), .section = "/reflections", .actions = &write, .action_count = k.has};
    return view_reflect_list_page(c, &page, &v);
}

/* ---- what others share -------------------------------------------------------------------------------------------------------------- */

static enum rc fill_shared(struct ctx *c, const struct reader *k, struct view_reflect_shared *v)
{
    struct rows_reflection_shared_list rows;
    int64_t at, id;
    read_place(c, &at, &id);
    TRY(sql_reflection_shared_list(c->db, c->a, c->who->person, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_reflect_shared_items *list = ARENA_ARRAY(c->a, n, struct view_reflect_shared_items);
    for (size_t i = 0; i < n; i++) {
        const struct row_reflection_shared_list *r = &rows.v[i];
        bool asked = r->sealed.p == NULL;
        struct str title = title_of(c, k, r->id, r->author_id, r->version, r->sealed, r->title);
        list[i] = (struct view_reflect_shared_items){.href = asked ? STR_NONE : reflect_path(c, r->id, ""), .author = reflect_name(c, r->author), .title = title.p != NULL ? title : S(""),
                                                     .shared = day_from_ms(c->zone, r->shared_at), .fresh = r->read_at_null, .asked = asked};
    }
    v->items = list;
    v->items_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/reflections/shared?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].shared_at, rows.v[n - 1].id);
    return RC_OK;
}

enum rc reflect_get_shared(struct ctx *c)
{
    struct reader k;
    struct view_reflect_shared v = {0};
    TRY(reflect_require_own(c));
    TRY(load_reader(c, &k));
    enum rc rc = fill_shared(c, &k, &v);
    sodium_memzero(k.private_key, sizeof k.private_key);
    TRY(rc);
    v.has_key = k.has;
    v.open = k.open;
    struct page page = reflect_page(c, tr(c, M_reflect_shared));
    return view_reflect_shared_page(c, &page, &v);
}

/* ---- taking them along -------------------------------------------------------------------------------------------------------------- */

enum rc reflect_get_take(struct ctx *c)
{
    struct row_reflection_count count;
    TRY(reflect_require_own(c));
    TRY(sql_reflection_count(c->db, c->a, c->who->person, &count));
    struct view_reflect_take v = {.count = count.n};
    struct page page = reflect_page(c, tr(c, M_reflect_take));
    return view_reflect_take_page(c, &page, &v);
}

static enum rc fill_item(struct ctx *c, const struct reflection *r, struct view_reflect_file_items *out)
{
    struct reflect_tie ties[3];
    size_t tie_count, steps = reflect_steps(r->text.kind), n = 0;
    struct view_reflect_file_items_answers *answers = ARENA_ARRAY(c->a, steps, struct view_reflect_file_items_answers);
    TRY(reflect_tie_list(c, &r->text, r->author, ties, &tie_count));
    struct view_reflect_file_items_ties *shown = ARENA_ARRAY(c->a, tie_count, struct view_reflect_file_items_ties);
    for (size_t i = 0; i < tie_count; i++)
        shown[i].label = ties[i].label;
    for (size_t i = 0; i < steps; i++)
        if (r->text.answers[i].n != 0)
            answers[n++] = (struct view_reflect_file_items_answers){reflect_step_title(c, r->text.kind, i), markdown_render(c->a, r->text.answers[i], (struct markdown_options){.lang = c->lang, .heading_shift = 3})};
    *out = (struct view_reflect_file_items){.title = r->text.title, .kind = reflect_kind_name(c, r->text.kind), .draft = r->text.draft, .written = r->written_at,
                                            .changed = r->changed_at != r->written_at ? SOME_INT(r->changed_at) : (struct opt_int){0},
                                            .ties = shown, .ties_count = tie_count, .answers = answers, .answers_count = n};
    return RC_OK;
}

static enum rc html_file(struct ctx *c, const struct reflection *all, size_t count, int64_t closed)
{
    struct view_reflect_file_items *items = ARENA_ARRAY(c->a, count, struct view_reflect_file_items);
    for (size_t i = 0; i < count; i++)
        TRY(fill_item(c, &all[i], &items[i]));
    struct view_reflect_file v = {.lang = lang_tag(c->lang), .name = c->who->name, .made = c->now, .closed = closed, .items = items, .items_count = count};
    struct buf b = buf_new(c->a, 65536);
    struct view_env env = {.out = &b, .a = c->a, .lang = c->lang, .zone = c->zone};
    view_reflect_file_def.html(&env, &v);
    return page_download(c, "text/html; charset=utf-8", S("reflections.html"), buf_text(&b));
}

static void write_time(struct buf *b, const char *name, int64_t ms)
{
    buf_printf(b, ",\"%s\":\"", name);
    instant_format(b, ms);
    buf_ch(b, '"');
}

static enum rc json_file(struct ctx *c, const struct reflection *all, size_t count, int64_t closed)
{
    struct buf b = buf_new(c->a, 65536);
    buf_printf(&b, "{\"format\":\"cadre reflections 1\",\"not_opened\":%" PRId64 ",\"reflections\":[", closed);
    for (size_t i = 0; i < count; i++) {
        const struct reflection *r = &all[i];
        buf_printf(&b, "%s\n{\"id\":%" PRId64 ",\"kind\":\"%s\",\"draft\":%s", i != 0 ? "," : "", r->id, reflect_kind_word(r->text.kind), r->text.draft ? "true" : "false");
        write_time(&b, "written", r->written_at);
        write_time(&b, "changed", r->changed_at);
        buf_z(&b, ",\"title\":");
        buf_json(&b, r->text.title);
        buf_z(&b, ",\"answers\":[");
        for (size_t k = 0; k < reflect_steps(r->text.kind); k++) {
            buf_z(&b, k != 0 ? ",{\"question\":" : "{\"question\":");
            buf_json(&b, reflect_step_title(c, r->text.kind, k));
            buf_z(&b, ",\"text\":");
            buf_json(&b, r->text.answers[k]);
            buf_ch(&b, '}');
        }
        buf_printf(&b, "],\"competency\":%" PRId64 ",\"evidence\":%" PRId64 ",\"meeting\":%" PRId64 "}", r->text.competency, r->text.evidence, r->text.meeting);
    }
    buf_z(&b, "\n]}\n");
    return page_download(c, "application/json", S("reflections.json"), buf_text(&b));
}

enum rc reflect_get_file(struct ctx *c)
{
    unsigned char key[SEAL_KEY];
    struct reflection *all;
    size_t count;
    int64_t closed;
    bool html = str_eq_z(c->rq->params[0], "html");
    TRY(reflect_require_own(c));
    if (!html && !str_eq_z(c->rq->params[0], "json"))
        return RC_NOT_FOUND;
    enum rc rc = reflect_key_here(c, key, NULL);
    if (rc == RC_NOT_FOUND)
        return reflect_go_unlock(c);
    if (rc == RC_OK)
        rc = reflect_open_all(c->db, c->a, c->who->person, key, &all, &count, &closed);
    sodium_memzero(key, sizeof key);
    TRY(rc);
    return html ? html_file(c, all, count, closed) : json_file(c, all, count, closed);
}
