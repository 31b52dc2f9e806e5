/* Putting the capabilities together: see site.h. */
#include "command/site.h"

#include "auth/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "gen/command/site_sql.h"
#include "programme/practice/practice.h"
#include "programme/programme/programme.h"

static enum rc touch(struct db *tx, void *arg, struct err *e)
{
    const struct session *s = arg;
    (void)e;
    return session_touch(tx, s->id, clock_now());
}

static enum rc hook_session(struct ctx *c, struct str cookie, struct visitor *v)
{
    struct session *s = ARENA_NEW(c->a, struct session);
    TRY(session_load(c->db, c->a, cookie, c->now, &v->who, s));
    if (session_is_stale(s, c->now) && store_write(c->db, touch, s, NULL) != RC_OK)
        log_event(LOG_WARN, "session.touch", "failed");
    v->session = s;
    v->lang = s->language;
    v->zone = s->zone;
    v->framed_by = s->framed_by;
    return RC_OK;
}

static enum rc mark(struct db *tx, void *arg, struct err *e)
{
    const int64_t *token = arg;
    (void)e;
    return token_mark(tx, *token, clock_now());
}

/* Whose key it is sees on what day it was last used: a key that was stolen shows itself. */
static enum rc hook_token(struct ctx *c, struct str bearer, struct visitor *v)
{
    int64_t unmarked;
    TRY(token_load(c->db, c->a, bearer, c->now, &v->who, &unmarked));
    if (unmarked != 0 && store_write(c->db, mark, &unmarked, NULL) != RC_OK)
        log_event(LOG_WARN, "token.mark", "failed");
    return RC_OK;
}

static struct str hook_csrf(struct ctx *c)
{
    return session_csrf(c->a, c->session->token);
}

static enum rc hook_check(struct db *db)
{
    struct arena *a = arena_new(1024);
    struct visitor v = {0};
    struct session s;
    /* a look-up of a session that cannot be there: reads one index page */
    enum rc rc = session_load(db, a, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), clock_now(), &v.who, &s);
    arena_free(a);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool hook_problem(struct ctx *c, int status, struct str text)
{
    for (size_t i = 0; i < capability_count; i++) {
        const struct capability *k = all_capabilities[i];
        if (k->protocol != NULL && str_starts(c->rq->path, str_from(k->protocol)))
            return k->problem(c, status, text);
    }
    return false;
}

static const struct server_hooks hooks = {.session = hook_session,
                                          .token = hook_token,
                                          .csrf = hook_csrf,
                                          .versions = practice_versions,
                                          .problem = hook_problem,
                                          .check = hook_check};

static int by_order(const void *x, const void *y)
{
    const struct nav_entry *a = *(const struct nav_entry *const *)x, *b = *(const struct nav_entry *const *)y;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->order != b->order ? (a->order < b->order ? -1 : 1) : strcmp(a->href, b->href);
}

static void fill_nav(struct app *app, struct arena *a)
{
    size_t total = 0, n = 0;
    for (size_t i = 0; i < capability_count; i++)
        total += all_capabilities[i]->nav_count;
    const struct nav_entry **entries = ARENA_ARRAY(a, total, const struct nav_entry *);
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < all_capabilities[i]->nav_count; k++)
            entries[n++] = &all_capabilities[i]->nav[k];
    if (n != 0)
        qsort(entries, n, sizeof *entries, by_order);
    struct nav_item *items = ARENA_ARRAY(a, n, struct nav_item);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct nav_item){entries[i]->href, entries[i]->label, entries[i]->may, entries[i]->group};
    app->nav = items;
    app->nav_count = n;
}

void site_fill(struct app *app, struct arena *a)
{
    struct route_set *sets = ARENA_ARRAY(a, capability_count, struct route_set);
    for (size_t i = 0; i < capability_count; i++)
        sets[i] = (struct route_set){all_capabilities[i]->routes, all_capabilities[i]->route_count};
    app->routes = sets;
    app->route_count = capability_count;
    app->hooks = &hooks;
    app->session_cookie = SESSION_COOKIE;
    app->frame_cookie = FRAME_COOKIE;
    fill_nav(app, a);
}

const struct job_handler *site_jobs(struct arena *a, size_t *count)
{
    size_t total = 0;
    for (size_t i = 0; i < capability_count; i++)
        total += all_capabilities[i]->job_count;
    struct job_handler *all = ARENA_ARRAY(a, total, struct job_handler);
    *count = 0;
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < all_capabilities[i]->job_count; k++)
            all[(*count)++] = all_capabilities[i]->jobs[k];
    return all;
}

const struct mail_kind *site_mails(struct arena *a, size_t *count)
{
    size_t total = 0;
    for (size_t i = 0; i < capability_count; i++)
        total += all_capabilities[i]->mail_count;
    struct mail_kind *all = ARENA_ARRAY(a, total, struct mail_kind);
    *count = 0;
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < all_capabilities[i]->mail_count; k++)
            all[(*count)++] = all_capabilities[i]->mails[k];
    return all;
}

/* ---- the address -------------------------------------------------------------------------------------------------------- */

bool site_find_programme(struct command *c, struct programme *out)
{
    const char *code = command_option(c, "programme", NULL);
    struct programme *all;
    size_t n;
    if (programme_list(c->db, c->a, &all, &n) != RC_OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        if (code != NULL ? str_eq_z(all[i].code, code) : n == 1) {
            *out = all[i];
            return true;
        }
    if (code != NULL)
        command_say("there is no programme '%s'", code);
    else
        command_say("say which programme: --programme CODE");
    return false;
}

struct str site_address(struct command *c)
{
    struct row_site_served_at row;
    const char *set = command_option(c, "base-url", NULL);
    struct str base = set != NULL ? str_from(set) : S("http://127.0.0.1:8080");
    if (set == NULL && sql_site_served_at(c->db, c->a, &row) == RC_OK)
        base = row.value;
    while (str_ends(base, S("/")))
        base.n--;
    return base;
}

static enum rc write_address(struct db *tx, void *arg, struct err *e)
{
    const struct str *address = arg;
    (void)e;
    return sql_site_served_at_set(tx, *address, clock_now());
}

enum rc site_note_address(struct command *c, struct str address, struct err *e)
{
    return store_write(c->db, write_address, &address, e);
}
