/* What handlers answer with: pages in the layout, redirects, files; and the small things that they ask the context for.
 * See ctx.h. */
#include "http/inside.h"

#include "base/embedded.h"
#include "base/log.h"
#include "base/msg_table.h"
#include "base/utf8.h"
#include "gen/http/layout_view.h"
#include "gen/msg_shell.h"
#include "http/parse.h"

#define FLASH_COOKIE "flash"

struct str tr(const struct ctx *c, msg_id id)
{
    return msg_text(c->lang, id);
}

struct str tr_args(const struct ctx *c, msg_id id, const struct msg_arg *args, size_t count)
{
    return msg_format(c->a, c->lang, id, args, count);
}

/* ---- decisions and changes ------------------------------------------------------------------------------------------- */

enum rc access_require(struct ctx *c, enum permission p, const struct target *t)
{
    c->decided = true;
    if (c->who->person == 0 && p != P_PUBLIC)
        return RC_UNAUTHENTICATED;
    switch (access_decide(c->who, p, t)) {
    case ACCESS_ALLOW:
        return RC_OK;
    case ACCESS_DENY:
        return RC_DENIED;
    case ACCESS_HIDE:
        break;
    }
    return RC_NOT_FOUND;
}

bool access_allows(struct ctx *c, enum permission p, const struct target *t)
{
    c->decided = true;
    return access_decide(c->who, p, t) == ACCESS_ALLOW;
}

enum rc ctx_write(struct ctx *c, write_fn *fn, void *arg)
{
    return store_write(c->db, fn, arg, &c->err);
}

/* ---- cookies --------------------------------------------------------------------------------------------------------- */

void ctx_cookie(struct ctx *c, const char *name, struct str value, int64_t max_age_s)
{
    for (size_t i = 0; i < value.n; i++)
        ASSERT(value.p[i] > ' ' && value.p[i] < 0x7f && strchr("\",;\\", value.p[i]) == NULL);
    response_header(c->rs, "Set-Cookie",
                    str_printf(c->a, "%s=%.*s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Lax%s", name, STR_ARG(value),
                               max_age_s, c->rq->secure ? "; Secure" : ""));
}

/* The cookie is the browser's, so its number is anybody's: only one that is a message is one. */
static msg_id known_message(int64_t id)
{
    int64_t catalog = id >> MSG_CATALOG_SHIFT, at = id & ((1 << MSG_CATALOG_SHIFT) - 1);
    bool known = catalog > 0 && catalog <= msg_catalog_count && at < (int64_t)msg_catalogs[catalog - 1].count;
    return known ? (msg_id)id : 0;
}

msg_id flash_take(struct ctx *c)
{
    struct str value = request_cookie(c->rq, FLASH_COOKIE);
    int64_t id;
    if (value.n == 0 || c->rs->header_count == COUNT_OF(c->rs->headers))
        return 0;
    ctx_cookie(c, FLASH_COOKIE, S(""), 0);
    return str_to_int(value, &id) ? known_message(id) : 0;
}

/* ---- pages ----------------------------------------------------------------------------------------------------------- */

static struct str version_of(const char *path)
{
    const struct embedded *f = embedded_find(str_from(path));
    return f != NULL && f->etag.n > 2 ? str_sub(f->etag, 1, f->etag.n - 2) : S("");
}

static void fill_nav(struct ctx *c, const struct page *p, struct view_layout *layout)
{
    const struct app *app = c->app;
    if (c->who->person == 0 || app->nav_count == 0)
        return;
    struct view_layout_nav *nav = ARENA_ARRAY(c->a, app->nav_count, struct view_layout_nav);
    for (size_t i = 0; i < app->nav_count; i++) {
        const struct nav_item *item = &app->nav[i];
        if (item->may != P_PUBLIC && item->may != P_SIGNED_IN && !access_somewhere(c->who, item->may))
            continue;
        nav[layout->nav_count++] = (struct view_layout_nav){
            .href = str_from(item->href),
            .label = tr(c, item->label),
            .current = p->section != NULL && strcmp(p->section, item->href) == 0,
        };
    }
    layout->nav = nav;
}

static void fill_crumbs(struct ctx *c, const struct page *p, struct view_layout *layout)
{
    struct view_layout_crumbs *crumbs = ARENA_ARRAY(c->a, p->crumb_count, struct view_layout_crumbs);
    for (size_t i = 0; i < p->crumb_count; i++)
        crumbs[i] = (struct view_layout_crumbs){.href = p->crumbs[i].href, .label = p->crumbs[i].label};
    layout->crumbs = crumbs;
    layout->crumbs_count = p->crumb_count;
}

static struct str csrf_of(struct ctx *c)
{
    return c->session != NULL && c->app->hooks->csrf != NULL ? c->app->hooks->csrf(c) : S("");
}

void page_write(struct ctx *c, const struct page *p, const struct view *v, const void *data, struct buf *out)
{
    msg_id flash = flash_take(c);
    struct view_env env = {.out = out, .a = c->a, .lang = c->lang, .zone = c->zone, .csrf = csrf_of(c)};
    struct view_layout layout = {
        .lang = lang_tag(c->lang),
        .title = p->title,
        .caption = p->caption,
        .narrow = p->narrow,
        .css = version_of("static/cadre.css"),
        .js = version_of("static/cadre.js"),
        .person = {.some = c->who->person != 0, .v = c->who->person},
        .name = c->who->name,
        .csrf = env.csrf,
        .flash = flash != 0 ? tr(c, flash) : S(""),
        .content = {.view = v, .data = data},
    };
    fill_nav(c, p, &layout);
    fill_crumbs(c, p, &layout);
    view_layout_def.html(&env, &layout);
}

enum rc page_send(struct ctx *c, const struct page *p, const struct view *v, const void *data)
{
    struct response *rs = c->rs;
    rs->status = p->status != 0 ? p->status : 200;
    rs->body = buf_new(c->a, 16384);
    if (!c->rq->wants_json) {
        page_write(c, p, v, data, &rs->body);
        return RC_OK;
    }
    struct view_env env = {.out = &rs->body, .a = c->a, .lang = c->lang, .zone = c->zone};
    rs->type = "application/json";
    v->json(&env, data);
    return RC_OK;
}

enum rc page_redirect(struct ctx *c, struct str to, msg_id flash)
{
    struct response *rs = c->rs;
    if (!is_local_address(to)) { /* built from something that somebody sent */
        log_event(LOG_WARN, "http.redirect", "id=%016" PRIx64, c->rq->id);
        to = S("/");
    }
    if (c->rq->wants_json) {
        rs->status = 200;
        rs->type = "application/json";
        rs->body = buf_new(c->a, 256);
        buf_z(&rs->body, "{\"location\":");
        buf_json(&rs->body, to);
        buf_z(&rs->body, "}");
        return RC_OK;
    }
    rs->status = 303;
    response_header(rs, "Location", to);
    if (flash != 0)
        ctx_cookie(c, FLASH_COOKIE, str_printf(c->a, "%d", flash), 60);
    return RC_OK;
}

/* RFC 6266: a plain name for all, and the real one in UTF-8. Nothing of it can leave the header or name a folder. */
static struct str disposition(struct arena *a, struct str name)
{
    name = utf8_clip(utf8_clean(a, name), 150);
    struct buf plain = buf_new(a, 200), real = buf_new(a, 200), b = buf_new(a, 400);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr("-_. ()", c) != NULL);
        bool path = c == '/' || c == '\\' || (i == 0 && c == '.');
        buf_ch(&plain, good && !path ? c : '_');
        buf_ch(&real, path ? '_' : c);
    }
    buf_z(&b, "attachment; filename=\"");
    buf_str(&b, plain.n != 0 ? buf_text(&plain) : S("file"));
    buf_z(&b, "\"; filename*=UTF-8''");
    if (real.n != 0)
        buf_url(&b, buf_text(&real));
    else
        buf_z(&b, "file");
    return buf_text(&b);
}

enum rc page_download(struct ctx *c, const char *type, struct str filename, struct str bytes)
{
    struct response *rs = c->rs;
    rs->status = 200;
    rs->type = type;
    rs->fixed = bytes.p != NULL ? bytes : S("");
    response_header(rs, "Content-Disposition", disposition(c->a, filename));
    return RC_OK;
}
