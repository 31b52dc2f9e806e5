/* Home: asks every capability what waits for the person, orders it by date, shows it. See home.h. */
#include "programme/home/home.h"

#include "gen/msg_home.h"
#include "gen/programme/home/home_view.h"

#define SOON_DAYS 7
#define FIRST_ITEMS 25
#define ALWAYS_MOST 4

struct home_list {
    struct arena *a;
    struct home_item *v;
    size_t n, cap;
    struct view_home_always always[ALWAYS_MOST];
    size_t always_count;
};

static const struct capability *const *capabilities;
static size_t capability_count;

void home_set_sources(const struct capability *const *all, size_t count)
{
    capabilities = all;
    capability_count = count;
}

void home_add(struct home_list *list, struct home_item item)
{
    if (list->n == list->cap) {
        size_t cap = list->cap != 0 ? list->cap * 2 : 16;
        list->v = arena_grow(list->a, list->v, list->cap * sizeof *list->v, cap * sizeof *list->v);
        list->cap = cap;
    }
    list->v[list->n++] = item;
}

void home_always(struct home_list *list, struct str title, struct str href)
{
    for (size_t i = 0; i < list->always_count; i++)
        if (str_eq(list->always[i].title, title))
            return;
    if (list->always_count < ALWAYS_MOST)
        list->always[list->always_count++] = (struct view_home_always){title, href};
}

static int by_due(const void *x, const void *y)
{
    const struct home_item *a = x, *b = y;
    if (a->has_due != b->has_due)
        return a->has_due ? -1 : 1;
    if (a->has_due && a->due_day != b->due_day)
        return a->due_day < b->due_day ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight < b->weight ? -1 : 1;
    return str_cmp(a->title, b->title);
}

static bool is_later(const struct ctx *c, const struct home_item *i)
{
    return i->has_due && i->due_day > c->today + SOON_DAYS;
}

static void fill(struct ctx *c, const struct home_list *list, struct view_home *v)
{
    struct view_home_items *now = ARENA_ARRAY(c->a, list->n, struct view_home_items);
    struct view_home_later *later = ARENA_ARRAY(c->a, list->n, struct view_home_later);
    bool all = request_query(c->rq, "all").p != NULL;
    for (size_t i = 0; i < list->n; i++) {
        const struct home_item *h = &list->v[i];
        struct opt_int due = h->has_due ? SOME_INT(h->due_day) : (struct opt_int){0};
        if (is_later(c, h)) {
            later[v->later_count++] = (struct view_home_later){h->title, h->href, h->detail, h->kind, due};
            continue;
        }
        bool overdue = h->has_due && h->due_day < c->today, today = h->has_due && h->due_day == c->today;
        v->items_total++;
        v->overdue += overdue;
        v->soon += !overdue;
        if (v->items_count == FIRST_ITEMS && !all) {
            v->hidden++;
            continue;
        }
        now[v->items_count++] = (struct view_home_items){
            .title = h->title, .href = h->href, .detail = h->detail, .kind = h->kind, .due = due, .overdue = overdue, .today = today,
            .soon = h->has_due && !overdue && !today};
    }
    v->items = now;
    v->later = later;
    v->all = S("/home?all=1");
}

static enum rc get_home(struct ctx *c)
{
    struct home_list list = {.a = c->a};
    for (size_t i = 0; i < capability_count; i++)
        if (capabilities[i]->home != NULL)
            TRY(capabilities[i]->home(c, &list));
    if (list.n != 0)
        qsort(list.v, list.n, sizeof *list.v, by_due);
    struct view_home v = {.name = c->who->name, .always = list.always, .always_count = list.always_count};
    fill(c, &list, &v);
    struct msg_arg name = MSG_TEXT("name", c->who->name);
    struct page page = {.title = tr(c, M_home_title), .caption = tr_args(c, M_home_hello, &name, 1), .section = "/home"};
    return view_home_page(c, &page, &v);
}

static enum rc get_root(struct ctx *c)
{
    return page_redirect(c, c->who->person != 0 ? S("/home") : S("/sign-in"), 0);
}

static const struct route routes[] = {
    {METHOD_GET, "/", P_PUBLIC, BODY_NONE, RATE_PAGE, get_root},
    {METHOD_GET, "/home", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_home},
};

static const struct nav_entry nav[] = {{.href = "/home", .label = M_home_nav, .may = P_SIGNED_IN, .group = NAV_HOME, .order = 0}};

const struct capability home_capability = {
    .name = "home", .routes = routes, .route_count = COUNT_OF(routes), .nav = nav, .nav_count = COUNT_OF(nav)};
