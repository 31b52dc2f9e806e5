/* The capability of evidence packs: its routes, the list, one pack, two compared; what is held about a person. */
#include "base/json_set.h"
#include "gen/programme/pack/pack_compare_view.h"
#include "gen/programme/pack/pack_form_view.h"
#include "gen/programme/pack/pack_list_view.h"
#include "gen/programme/pack/pack_one_view.h"
#include "programme/pack/inside.h"

#define PAGE_ROWS 50
#define COMPARE_MOST 20

struct str pack_path(const struct ctx *c, const char *start, int64_t id, const char *end)
{
    return str_printf(c->a, "%s%" PRId64 "%s", start, id, end);
}

struct page pack_page(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 1, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_pack_title), S("/packs")};
    return (struct page){.title = title, .section = "/packs", .crumbs = crumbs, .crumb_count = 1};
}

enum rc pack_send_form(struct ctx *c, struct page *page, struct str note, const struct problems *problems, struct form *f)
{
    size_t n = problems != NULL ? problems->kept : 0;
    struct view_pack_form_problems *list = ARENA_ARRAY(c->a, n, struct view_pack_form_problems);
    for (size_t k = 0; k < n; k++) {
        struct msg_arg detail = MSG_TEXT("detail", problems->items[k].detail);
        list[k] = (struct view_pack_form_problems){(int64_t)problems->items[k].row, tr_args(c, problems->items[k].msg, &detail, 1)};
    }
    struct view_pack_form v = {.note = note, .problems = list, .problems_count = n, .f = f};
    if ((!form_ok(f) || (problems != NULL && problems->errors != 0)) && page->status == 0)
        page->status = 422;
    return view_pack_form_page(c, page, &v);
}

enum rc pack_require_here(struct ctx *c, struct programme *out)
{
    enum rc rc = programme_current(c, out);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? out->id : 0};
    TRY(access_require(c, P_PACK_MAKE, &t));
    return rc;
}

enum rc pack_require_in(struct ctx *c, int64_t programme)
{
    struct target t = {.programme = programme};
    return access_require(c, P_PACK_MAKE, &t);
}

static enum rc open_pack(struct ctx *c, size_t param, struct row_pack_find *out)
{
    int64_t id;
    TRY(request_id(c->rq, param, &id));
    TRY(sql_pack_find(c->db, c->a, id, out));
    return pack_require_in(c, out->programme_id);
}

/* ---- the list -------------------------------------------------------------------------------------------------------------------------- */

static enum rc get_list(struct ctx *c)
{
    struct programme p;
    struct rows_pack_list rows;
    int64_t at = INT64_MAX, id = INT64_MAX;
    TRY(pack_require_here(c, &p));
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_pack_list(c->db, c->a, p.id, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_pack_list_list *list = ARENA_ARRAY(c->a, n, struct view_pack_list_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_pack_list_list){.href = pack_path(c, "/packs/", rows.v[k].id, ""), .title = rows.v[k].title, .from = rows.v[k].from_day, .until = rows.v[k].until_day,
                                               .made = rows.v[k].made_at, .figures = rows.v[k].figures, .held = rows.v[k].held};
    struct view_pack_list v = {.list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/packs?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].made_at, rows.v[n - 1].id);
    struct crumb actions[] = {{tr(c, M_pack_new), S("/packs/new")}, {tr(c, M_pack_templates), S("/pack-templates")}, {tr(c, M_pack_keys), S("/pack-keys")}};
    struct page page = {.title = tr(c, M_pack_title), .caption = p.title, .section = "/packs", .actions = actions, .action_count = COUNT_OF(actions)};
    return view_pack_list_page(c, &page, &v);
}

/* ---- one pack -------------------------------------------------------------------------------------------------------------------------- */

static struct str again_path(struct ctx *c, const struct row_pack_find *p)
{
    struct row_pack_template_current now;
    int64_t template = p->template_id;
    if (sql_pack_template_current(c->db, c->a, p->programme_id, p->code, p->language, &now) == RC_OK)
        template = now.id;
    struct buf b = buf_new(c->a, 100);
    buf_printf(&b, "/packs/preview?template=%" PRId64 "&from=", template);
    day_format(&b, p->from_day);
    buf_z(&b, "&until=");
    day_format(&b, p->until_day);
    return buf_text(&b);
}

static enum rc get_one(struct ctx *c)
{
    struct row_pack_find p;
    struct rows_pack_list others;
    TRY(open_pack(c, 0, &p));
    TRY(sql_pack_list(c->db, c->a, p.programme_id, INT64_MAX, INT64_MAX, COMPARE_MOST + 1, &others));
    struct view_pack_one v = {.programme = p.programme_id, .from = p.from_day, .until = p.until_day, .code = p.code, .version = p.version, .hash = p.hash, .size = p.size,
                              .figures = p.figures, .held = p.held, .software = p.software, .maker = p.maker, .made = p.made_at, .zip = pack_path(c, "/packs/", p.id, "/zip"),
                              .again = again_path(c, &p), .fingerprint = pack_fingerprint(c->a, (const unsigned char *)p.public_key.p)};
    struct view_pack_one_others *list = ARENA_ARRAY(c->a, others.n, struct view_pack_one_others);
    for (size_t k = 0; k < others.n; k++) {
        const struct row_pack_list *o = &others.v[k];
        if (o->id != p.id)
            list[v.others_count++] = (struct view_pack_one_others){.href = str_printf(c->a, "/packs/%" PRId64 "/compare/%" PRId64, o->made_at <= p.made_at ? o->id : p.id, o->made_at <= p.made_at ? p.id : o->id),
                                                                   .title = o->title, .from = o->from_day, .until = o->until_day, .made = o->made_at};
    }
    v.others = list;
    struct page page = pack_page(c, p.title);
    return view_pack_one_page(c, &page, &v);
}

struct fetching {
    int64_t pack, person, now;
};

static enum rc note_fetch(struct db *tx, void *arg, struct err *e)
{
    const struct fetching *f = arg;
    (void)e;
    return audit_note(tx, f->now, f->person, "pack_fetch", 0, "pack", f->pack);
}

static enum rc get_zip(struct ctx *c)
{
    struct row_pack_find p;
    struct row_pack_bytes file;
    TRY(open_pack(c, 0, &p));
    TRY(sql_pack_bytes(c->db, c->a, p.id, &file));
    struct fetching f = {p.id, c->who->person, c->now};
    TRY(ctx_write(c, note_fetch, &f));
    struct buf name = buf_new(c->a, 80);
    buf_str(&name, p.code);
    buf_ch(&name, '-');
    day_format(&name, p.from_day);
    buf_ch(&name, '-');
    day_format(&name, p.until_day);
    buf_z(&name, ".zip");
    return page_download(c, "application/zip", buf_text(&name), file.bytes);
}

/* ---- two packs ------------------------------------------------------------------------------------------------------------------------- */

static enum rc data_of(struct ctx *c, int64_t id, struct str *data)
{
    struct row_pack_bytes file;
    struct problems problems = problems_new(c->a);
    struct pack p;
    TRY(sql_pack_bytes(c->db, c->a, id, &file));
    pack_read(c->a, file.bytes, NULL, &problems, &p);
    TRY(problems_check(&problems, &c->err)); /* somebody changed the database by hand */
    *data = pack_file(&p, PACK_DATA);
    return RC_OK;
}

static struct str about_word(struct ctx *c, struct str code)
{
    static const struct {
        const char *code;
        msg_id word;
    } words[] = {{"programme", M_pack_programme}, {"from", M_pack_from}, {"until", M_pack_until}, {"as_of", M_pack_as_of}, {"template", M_pack_template}, {"language", M_pack_language}, {"software", M_pack_software}};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_eq_z(code, words[k].code))
            return tr(c, words[k].word);
    return code;
}

static struct view_pack_compare_changes *changes_of(struct ctx *c, const struct pack_change *v, size_t count, bool about)
{
    static const msg_id kinds[] = {[PACK_CHANGED] = M_pack_kind_changed, [PACK_APPEARED] = M_pack_kind_appeared, [PACK_GONE] = M_pack_kind_gone};
    struct view_pack_compare_changes *list = ARENA_ARRAY(c->a, count, struct view_pack_compare_changes);
    for (size_t k = 0; k < count; k++)
        list[k] = (struct view_pack_compare_changes){.code = v[k].code, .label = about ? about_word(c, v[k].code) : v[k].label, .group = v[k].group, .kind = tr(c, kinds[v[k].kind]), .from = v[k].from, .to = v[k].to};
    return list;
}

static enum rc get_compare(struct ctx *c)
{
    struct row_pack_find p, q;
    struct str from, to;
    struct pack_difference d;
    TRY(open_pack(c, 0, &p));
    TRY(open_pack(c, 1, &q));
    TRY(data_of(c, p.id, &from));
    TRY(data_of(c, q.id, &to));
    TRY(pack_compare(c->a, from, to, &d, &c->err));
    struct view_pack_compare_changes *about = changes_of(c, d.about, d.about_count, true), *figures = changes_of(c, d.figures, d.figure_count, false);
    size_t n = d.about_count + d.figure_count;
    struct view_pack_compare_changes *all = ARENA_ARRAY(c->a, n, struct view_pack_compare_changes);
    for (size_t k = 0; k < n; k++)
        all[k] = k < d.about_count ? about[k] : figures[k - d.about_count];
    struct view_pack_compare v = {.from = pack_path(c, "/packs/", p.id, ""), .from_title = p.title, .from_made = p.made_at, .to = pack_path(c, "/packs/", q.id, ""), .to_title = q.title,
                                  .to_made = q.made_at, .same = (int64_t)d.same, .differ = (int64_t)d.figure_count, .changes = all, .changes_count = n};
    struct page page = pack_page(c, tr(c, M_pack_compare));
    return view_pack_compare_page(c, &page, &v);
}

/* ---- what is held about a person -------------------------------------------------------------------------------------------------------- */

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_pack_made_by packs;
    struct rows_pack_templates_by templates;
    TRY(sql_pack_made_by(db, a, person, &packs));
    TRY(sql_pack_templates_by(db, a, person, &templates));
    json_t *list = json_new_list(into, "evidence_packs_made");
    for (size_t k = 0; k < packs.n; k++) {
        json_t *o = json_new_item(list);
        json_set_day(a, o, "from", packs.v[k].from_day);
        json_set_day(a, o, "until", packs.v[k].until_day);
        json_set_text(o, "sha256", packs.v[k].hash);
        json_set_time(a, o, "at", packs.v[k].made_at);
    }
    list = json_new_list(into, "pack_templates_written");
    for (size_t k = 0; k < templates.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "template", templates.v[k].code);
        json_set_text(o, "language", templates.v[k].language);
        json_set_int(o, "version", templates.v[k].version);
        json_set_time(a, o, "at", templates.v[k].created_at);
    }
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_pack_forget_maker(tx, person));
    return sql_pack_forget_author(tx, person);
}

static const struct route routes[] = {
    {METHOD_GET, "/packs", P_PACK_MAKE, BODY_NONE, RATE_PAGE, get_list},
    {METHOD_GET, "/packs/new", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_handle_new},
    {METHOD_POST, "/packs/new", P_PACK_MAKE, BODY_FORM, RATE_WRITE, pack_handle_new},
    {METHOD_GET, "/packs/preview", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_get_preview},
    {METHOD_POST, "/packs/make", P_PACK_MAKE, BODY_FORM, RATE_WRITE, pack_post_make},
    {METHOD_GET, "/packs/{pack}", P_PACK_MAKE, BODY_NONE, RATE_PAGE, get_one},
    {METHOD_GET, "/packs/{pack}/zip", P_PACK_MAKE, BODY_NONE, RATE_PAGE, get_zip},
    {METHOD_GET, "/packs/{pack}/compare/{pack_other}", P_PACK_MAKE, BODY_NONE, RATE_PAGE, get_compare},
    {METHOD_GET, "/pack-templates", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_get_templates},
    {METHOD_GET, "/pack-templates/new", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_handle_template_new},
    {METHOD_POST, "/pack-templates/new", P_PACK_MAKE, BODY_FORM, RATE_WRITE, pack_handle_template_new},
    {METHOD_GET, "/pack-templates/{pack_template}", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_get_template},
    {METHOD_GET, "/pack-templates/{pack_template}/text", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_get_template_text},
    {METHOD_GET, "/pack-templates/{pack_template}/edit", P_PACK_MAKE, BODY_NONE, RATE_PAGE, pack_handle_template_edit},
    {METHOD_POST, "/pack-templates/{pack_template}/edit", P_PACK_MAKE, BODY_FORM, RATE_WRITE, pack_handle_template_edit},
    {METHOD_GET, "/pack-keys", P_PUBLIC, BODY_NONE, RATE_PUBLIC, pack_get_keys},
    {METHOD_GET, "/pack-keys/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, pack_handle_key_new},
    {METHOD_POST, "/pack-keys/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, pack_handle_key_new},
    {METHOD_GET, "/pack-keys/{pack_key}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, pack_get_key},
};

static const struct nav_entry nav[] = {{.href = "/packs", .label = M_pack_nav, .may = P_PACK_MAKE, .group = NAV_PROGRAMME, .order = 80}};

const struct capability pack_capability = {
    .name = "pack",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = export_person,
    .erase_person = erase_person,
};
