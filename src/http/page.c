/* What handlers answer with: pages in the layout, redirects, files; and the small things that they ask the context for.
 * See ctx.h. */
#include "http/inside.h"

#include "base/embedded.h"
#include "base/log.h"
#include "base/msg_table.h"
#include "base/utf8.h"
#include "gen/http/layout_view.h"
#include "gen/msg_error.h"
#include "gen/msg_shell.h"
#include "http/parse.h"
#include "view/document.h"

#include <zlib.h>

#define FLASH_COOKIE "flash"

struct str tr(const struct ctx *c, msg_id id)
{
    return msg_text(c->lang, id);
}

struct str tr_args(const struct ctx *c, msg_id id, const struct msg_arg *args, size_t count)
{
    return msg_format(c->a, c->lang, id, args, count);
}

/* ---- decisions and changes
 * ------------------------------------------------------------------------------------------- */

enum rc access_require(struct ctx *c, enum permission p, const struct target *t)
{
    c->decided = true;
    if (c->who->person == 0 && p != P_PUBLIC)
        return RC_UNAUTHENTICATED;
    switch (access_decide(c->who, p, t)) {
    case ACCESS_ALLOW:
        c->lent_shown = c->lent_shown || (c->who->lent && access_private(p));
        return RC_OK;
    case ACCESS_DENY:
        return RC_DENIED;
    case ACCESS_LENT:
        return err_set(&c->err, RC_DENIED, M_error_lent_more, NULL);
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

/* ---- cookies
 * --------------------------------------------------------------------------------------------------------- */

void ctx_cookie(struct ctx *c, const char *name, struct str value, int64_t max_age_s)
{
    for (size_t i = 0; i < value.n; i++)
        ASSERT(value.p[i] > ' ' && value.p[i] < 0x7f && strchr("\",;\\", value.p[i]) == NULL);
    const char *where = !c->rq->secure ? "Lax" : c->framed_by.n != 0 ? "None; Secure; Partitioned" : "Lax; Secure";
    response_header(c->rs, "Set-Cookie",
                    str_printf(c->a, "%s=%.*s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=%s", name, STR_ARG(value), max_age_s, where));
}

void page_frame(struct ctx *c, struct str framed_by, struct str posts_to)
{
    c->framed_by = framed_by;
    c->posts_to = posts_to;
}

/* The cookie is the browser's, so its number is anybody's: only one that is a message is one. */
static msg_id known_message(int64_t id)
{
    size_t at;
    return msg_catalog_find(id, &at) != NULL ? (msg_id)id : 0;
}

/* What the last answer left for this page. */
struct flash {
    bool saved; /* it came after a change that succeeded */
    msg_id msg;
};

static struct flash flash_take(struct ctx *c)
{
    struct str value = request_cookie(c->rq, FLASH_COOKIE);
    int64_t id;
    if (value.n == 0 || c->rs->header_count == COUNT_OF(c->rs->headers))
        return (struct flash){0};
    ctx_cookie(c, FLASH_COOKIE, S(""), 0);
    return (struct flash){.saved = true, .msg = str_to_int(value, &id) ? known_message(id) : 0};
}

/* ---- pages
 * ----------------------------------------------------------------------------------------------------------- */

static struct str version_of(const char *path)
{
    const struct embedded *f = embedded_find(str_from(path));
    return f != NULL && f->etag.n > 2 ? str_sub(f->etag, 1, f->etag.n - 2) : S("");
}

/* What the person may see, in its groups; items come sorted by group. */
static void fill_nav(struct ctx *c, const struct page *p, struct view_layout *layout)
{
    static const msg_id names[NAV_GROUP_COUNT] = {
        [NAV_HOME] = M_shell_nav,
        [NAV_LEARNING] = M_shell_nav_learning,
        [NAV_FEEDBACK] = M_shell_nav_feedback,
        [NAV_PROGRESS] = M_shell_nav_progress,
        [NAV_MENTORING] = M_shell_nav_mentoring,
        [NAV_PROGRAMME] = M_shell_nav_programme,
        [NAV_SITE] = M_shell_nav_site,
    };
    const struct app *app = c->app;
    if (c->who->person == 0 || app->nav_count == 0)
        return;
    struct view_layout_nav *groups = ARENA_ARRAY(c->a, NAV_GROUP_COUNT, struct view_layout_nav), *group = NULL;
    struct view_layout_nav_entries *entries = ARENA_ARRAY(c->a, app->nav_count, struct view_layout_nav_entries);
    enum nav_group of = NAV_HOME;
    size_t n = 0;
    for (size_t i = 0; i < app->nav_count; i++) {
        const struct nav_item *item = &app->nav[i];
        if (item->may != P_PUBLIC && !access_of_any_account(item->may) && !access_somewhere(c->who, item->may))
            continue;
        struct view_layout_nav_entries *entry = &entries[n++];
        *entry = (struct view_layout_nav_entries){.href = str_from(item->href),
                                                  .label = tr(c, item->label),
                                                  .current = p->section != NULL && strcmp(p->section, item->href) == 0};
        if (group == NULL || item->group != of) {
            group = &groups[layout->nav_count++];
            *group = (struct view_layout_nav){.href = entry->href, .label = entry->label, .entries = entry};
            of = item->group;
        } else {
            group->label = tr(c, names[of]);
        }
        group->entries_count++;
        group->current |= entry->current;
    }
    layout->nav = groups;
}

static void fill_crumbs(struct ctx *c, const struct page *p, struct view_layout *layout)
{
    struct view_layout_crumbs *crumbs = ARENA_ARRAY(c->a, p->crumb_count, struct view_layout_crumbs);
    for (size_t i = 0; i < p->crumb_count; i++)
        crumbs[i] = (struct view_layout_crumbs){.href = p->crumbs[i].href, .label = p->crumbs[i].label};
    layout->crumbs = crumbs;
    layout->crumbs_count = p->crumb_count;
}

static void fill_actions(struct ctx *c, const struct page *p, struct view_layout *layout)
{
    struct view_layout_actions *actions = ARENA_ARRAY(c->a, p->action_count, struct view_layout_actions);
    for (size_t i = 0; i < p->action_count; i++)
        actions[i] =
            (struct view_layout_actions){.href = p->actions[i].href, .label = p->actions[i].label, .main = i == 0};
    layout->actions = actions;
    layout->actions_count = p->action_count;
}

/* Who is signed in chooses a language in the account. */
static void fill_tongues(struct ctx *c, struct view_layout *layout)
{
    int count = lang_count();
    if (c->who->person != 0 || count < 2)
        return;
    bool back = (c->rq->method == METHOD_GET || c->rq->method == METHOD_HEAD) && is_local_address(c->rq->target);
    struct view_layout_tongues *tongues = ARENA_ARRAY(c->a, (size_t)count, struct view_layout_tongues);
    for (int lang = 0; lang < count; lang++) {
        if (lang == c->lang)
            continue;
        struct buf to = buf_new(c->a, 128);
        buf_z(&to, "/language/");
        buf_str(&to, lang_tag(lang));
        if (back) {
            buf_z(&to, "?back=");
            buf_url(&to, c->rq->target);
        }
        tongues[layout->tongues_count++] =
            (struct view_layout_tongues){.href = buf_text(&to), .tag = lang_tag(lang), .label = lang_name(lang)};
    }
    layout->tongues = tongues;
    layout->tongue = lang_name(c->lang);
}

static struct str csrf_of(struct ctx *c)
{
    return c->session != NULL && c->app->hooks->csrf != NULL ? c->app->hooks->csrf(c) : S("");
}

void page_write(struct ctx *c, const struct page *p, const struct view *v, const void *data, struct buf *out)
{
    struct flash flash = p->status < 400 ? flash_take(c) : (struct flash){0};
    struct view_env env = {.out = out, .a = c->a, .lang = c->lang, .zone = c->zone, .csrf = csrf_of(c)};
    struct view_layout layout = {
        .lang = lang_tag(c->lang),
        .dir = document_direction(lang_tag(c->lang)),
        .title = p->title,
        .caption = p->caption,
        .wrong = p->status == 422,
        .narrow = p->narrow,
        .wide = p->wide,
        .css = version_of("static/cadre.css"),
        .js = version_of("static/cadre.js"),
        .person = {.some = c->who->person != 0, .v = c->who->person},
        .drafts = p->drafts,
        .name = c->who->name,
        .csrf = env.csrf,
        .saved = flash.saved,
        .flash = tr(c, flash.msg),
        .lent = c->lent_shown,
        .content = {.view = v, .data = data},
    };
    fill_nav(c, p, &layout);
    fill_crumbs(c, p, &layout);
    fill_actions(c, p, &layout);
    fill_tongues(c, &layout);
    view_layout_def.html(&env, &layout);
}

enum rc page_send(struct ctx *c, const struct page *p, const struct view *v, const void *data)
{
    struct response *rs = c->rs;
    rs->status = p->status != 0 ? p->status : 200;
    rs->body = buf_new(c->a, 8192);
    if (!c->rq->wants_json) {
        page_write(c, p, v, data, &rs->body);
        return RC_OK;
    }
    if (rs->status >= 400) {
        problem_of_page(c, p, v, data);
        return RC_OK;
    }
    struct view_env env = {.out = &rs->body, .a = c->a, .lang = c->lang, .zone = c->zone};
    rs->type = "application/json";
    v->json(&env, data);
    return RC_OK;
}

void page_compress(struct ctx *c)
{
    struct response *rs = c->rs;
    z_stream z = {0};
    if (c->session != NULL || rs->body.n == 0 || rs->header_count + 2 > COUNT_OF(rs->headers))
        return;
    response_header(rs, "Vary", S("Accept-Encoding"));
    if (!accept_gzip(request_header(c->rq, "Accept-Encoding")))
        return;
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return; /* it goes out as it is */
    uLong most = deflateBound(&z, rs->body.n);
    struct buf out = buf_new(c->a, most);
    out.p = arena_alloc_raw(c->a, most);
    out.cap = most;
    z.next_in = (Bytef *)rs->body.p;
    z.avail_in = (uInt)rs->body.n;
    z.next_out = (Bytef *)out.p;
    z.avail_out = (uInt)most;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
        out.n = z.total_out;
        rs->body = out;
        response_header(rs, "Content-Encoding", S("gzip"));
    }
    deflateEnd(&z);
}

bool page_form_failed(struct ctx *c, struct form *f, enum rc rc, int *status)
{
    if (rc != RC_INVALID && rc != RC_CONFLICT)
        return false;
    form_fail(f, &c->err);
    *status = rc == RC_CONFLICT ? 409 : 422;
    return true;
}

bool page_edit_failed(struct ctx *c, struct form *f, enum rc rc, int64_t version, int *status)
{
    if (rc == RC_CONFLICT)
        form_set_version(f, version);
    return page_form_failed(c, f, rc, status);
}

enum rc page_stream(struct ctx *c, int64_t thing)
{
    c->rs->type = "text/event-stream; charset=utf-8";
    if (c->rq->method == METHOD_HEAD || !str_find(request_header(c->rq, "Accept"), S("text/event-stream"), NULL)) {
        c->rs->fixed = S("retry: 3000\n\n"); /* who did not ask for a stream is not kept waiting */
        return RC_OK;
    }
    c->rs->stream = thing;
    response_header(c->rs, "X-Accel-Buffering", S("no")); /* a proxy hands on each event as it comes */
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
    bool changed = c->rq->method != METHOD_GET && c->rq->method != METHOD_HEAD;
    if (flash != 0 || changed) /* without a message too: the next page tells the browser to forget its draft */
        ctx_cookie(c, FLASH_COOKIE, str_printf(c->a, "%d", flash), 60);
    return RC_OK;
}

/* GET /language/{tag}?back=: for who is not signed in. */
static enum rc choose_language(struct ctx *c)
{
    struct str tag = c->rq->params[0], back = request_query(c->rq, "back");
    int lang = lang_find(tag);
    if (!str_eq_nocase(lang_tag(lang), tag))
        return RC_NOT_FOUND;
    ctx_cookie(c, "lang", lang_tag(lang), 365 * 24 * 3600);
    return page_redirect(c, is_local_address(back) ? back : S("/"), 0);
}

static const struct route own_routes[] = {
    {METHOD_GET, "/language/{tag}", P_PUBLIC, BODY_NONE, RATE_PAGE, choose_language},
};
const struct route_set page_routes = {own_routes, COUNT_OF(own_routes)};

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
