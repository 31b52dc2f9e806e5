/* Building an instance: lists, links between the two sides, the lottery. See hr.h. */
#include "engine/match/hr.h"

#define SHORT_LIST 24u

struct hr *hr_new(struct arena *a, uint32_t mentees, uint32_t mentors, size_t prefs)
{
    ASSERT(mentees <= HR_MOST && mentors <= HR_MOST && prefs < HR_NONE);
    struct hr *h = ARENA_NEW(a, struct hr);
    h->a = a;
    h->open = HR_NONE;
    h->count[HR_MENTEE] = mentees;
    h->count[HR_MENTOR] = mentors;
    uint32_t larger = mentees > mentors ? mentees : mentors;
    for (int side = 0; side < 2; side++) {
        h->list[side] = ARENA_ARRAY(a, h->count[side], struct hr_list);
        for (uint32_t k = 0; k < h->count[side]; k++)
            h->list[side][k] = (struct hr_list){HR_NONE, HR_NONE};
    }
    h->capacity = ARENA_ARRAY(a, mentors, uint32_t);
    h->seats = ARENA_ARRAY(a, mentors, uint32_t);
    h->mark = ARENA_ARRAY(a, larger, uint32_t);
    h->pref = arena_alloc_raw(a, prefs * sizeof *h->pref);
    h->pref_room = prefs;
    return h;
}

/* mark holds, for each agent of the other side, 1 + the entry where it was seen last; the entries of the open list are
 * the latest, so one comparison tells whether that was in this list. */
bool hr_list_begin(struct hr *h, enum hr_side side, uint32_t agent)
{
    ASSERT(agent < h->count[side]);
    struct hr_list *list = &h->list[side][agent];
    if (list->from != HR_NONE)
        return false;
    *list = (struct hr_list){(uint32_t)h->pref_count, (uint32_t)h->pref_count};
    h->open = agent;
    return true;
}

bool hr_list_add(struct hr *h, enum hr_side side, uint32_t other, bool tied)
{
    struct hr_list *list = &h->list[side][h->open];
    if (other >= h->count[!side])
        return false;
    if (h->mark[other] > list->from && h->mark[other] <= list->to && hr_who(h, h->mark[other] - 1) == other)
        return false;
    ASSERT(h->pref_count < h->pref_room);
    h->pref[h->pref_count++] = (struct hr_pref){other | (tied ? HR_TIED : 0), HR_NONE};
    list->to++;
    h->mark[other] = list->to;
    return true;
}

void hr_exclude(struct hr *h, uint32_t mentee, uint32_t mentor)
{
    ASSERT(mentee < h->count[HR_MENTEE] && mentor < h->count[HR_MENTOR]);
    if (h->excluded_count == h->excluded_room) {
        size_t room = h->excluded_room != 0 ? h->excluded_room * 2 : 64;
        h->excluded = arena_grow(h->a, h->excluded, h->excluded_room * sizeof *h->excluded, room * sizeof *h->excluded);
        h->excluded_room = room;
    }
    h->excluded[h->excluded_count++] = (struct hr_pair){mentee, mentor};
}

bool hr_pin(struct hr *h, uint32_t mentee, uint32_t mentor)
{
    ASSERT(mentee < h->count[HR_MENTEE] && mentor < h->count[HR_MENTOR]);
    if (h->pinned == NULL) {
        h->pinned = ARENA_ARRAY(h->a, h->count[HR_MENTEE], uint32_t);
        memset(h->pinned, 0xff, h->count[HR_MENTEE] * sizeof *h->pinned);
    }
    if (h->pinned[mentee] != HR_NONE)
        return false;
    h->pinned[mentee] = mentor;
    return true;
}

void hr_quota(struct hr *h, uint32_t mentor, uint32_t least)
{
    ASSERT(mentor < h->count[HR_MENTOR]);
    if (h->quota == NULL)
        h->quota = ARENA_ARRAY(h->a, h->count[HR_MENTOR], uint32_t);
    h->quota[mentor] = least;
}

/* ---- links
 * ----------------------------------------------------------------------------------------------------------- */
/* A short list is looked through for each entry of the other side. What is far apart in memory is asked for ahead, so
 * that millions of looks do not wait for each other. */
static size_t link_short_lists(struct hr *h)
{
    const struct hr_list *list = h->list[HR_MENTEE];
    size_t linked = 0;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        struct hr_list mine = h->list[HR_MENTOR][j];
        for (uint32_t p = mine.from; p < mine.to; p++) {
            if (p + 32 < mine.to)
                __builtin_prefetch(&list[hr_who(h, p + 32)]);
            if (p + 12 < mine.to)
                __builtin_prefetch(&h->pref[list[hr_who(h, p + 12)].from], 1);
            struct hr_list theirs = list[hr_who(h, p)];
            uint32_t e = theirs.to - theirs.from <= SHORT_LIST ? theirs.from : theirs.to;
            while (e < theirs.to && hr_who(h, e) != j)
                e++;
            if (e == theirs.to)
                continue;
            h->pref[e].twin = p;
            h->pref[p].twin = e;
            linked += 2;
        }
    }
    return linked;
}

/* Of the long lists, the entries for each mentor are threaded through their twin fields, with the owner's index in who;
 * walking the thread of a mentor then needs no further memory, and puts both fields right. */
static void thread_mentees(struct hr *h, uint32_t *head)
{
    memset(head, 0xff, h->count[HR_MENTOR] * sizeof *head);
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        struct hr_list list = h->list[HR_MENTEE][i];
        for (uint32_t e = list.from; list.to - list.from > SHORT_LIST && e < list.to; e++) {
            uint32_t mentor = hr_who(h, e);
            h->pref[e].twin = head[mentor];
            h->pref[e].who = i | (h->pref[e].who & HR_TIED);
            head[mentor] = e;
        }
    }
}

static void link_lists(struct hr *h)
{
    uint32_t *head = h->seats; /* not needed until the pins are counted */
    size_t linked = link_short_lists(h);
    thread_mentees(h, head);
    memset(h->mark, 0xff, h->count[HR_MENTEE] * sizeof *h->mark);
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        struct hr_list list = h->list[HR_MENTOR][j];
        for (uint32_t p = list.from; head[j] != HR_NONE && p < list.to; p++)
            h->mark[hr_who(h, p)] = p;
        for (uint32_t e = head[j], next; e != HR_NONE; e = next) {
            uint32_t i = hr_who(h, e), p = h->mark[i];
            next = h->pref[e].twin;
            bool mutual = p >= list.from && p < list.to && hr_who(h, p) == i;
            h->pref[e] = (struct hr_pref){j | (h->pref[e].who & HR_TIED), mutual ? p : HR_NONE};
            if (mutual) {
                h->pref[p].twin = e;
                linked += 2;
            }
        }
    }
    h->one_sided = h->pref_count - linked;
}

static void unlink_entry(struct hr *h, uint32_t entry)
{
    uint32_t twin = h->pref[entry].twin;
    h->pref[entry].twin = HR_NONE;
    if (twin != HR_NONE)
        h->pref[twin].twin = HR_NONE;
}

/* ---- ties
 * ------------------------------------------------------------------------------------------------------------- */
uint64_t hr_ticket(uint64_t seed, enum hr_side side, uint32_t agent)
{
    uint64_t z =
        seed * UINT64_C(0xd1342543de82ef95) + ((uint64_t)agent * 2 + (uint64_t)side + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct sift {
    const struct hr *h;
    struct hr_pref *p;
    enum hr_side other;
    uint32_t owner;
    hr_early *early;
    const void *arg;
};

/* Does x come after y? */
static bool is_later(const struct sift *s, size_t x, size_t y)
{
    uint32_t agent[2] = {s->p[x].who & ~HR_TIED, s->p[y].who & ~HR_TIED};
    if (s->early != NULL) {
        bool mentors = s->other == HR_MENTOR;
        bool first = mentors ? s->early(s->arg, s->owner, agent[0]) : s->early(s->arg, agent[0], s->owner);
        bool second = mentors ? s->early(s->arg, s->owner, agent[1]) : s->early(s->arg, agent[1], s->owner);
        if (first != second)
            return second;
    }
    return hr_ticket(s->h->seed, s->other, agent[0]) > hr_ticket(s->h->seed, s->other, agent[1]);
}

static void sift_down(const struct sift *s, size_t k, size_t n)
{
    for (;;) {
        size_t child = 2 * k + 1;
        if (child >= n)
            return;
        if (child + 1 < n && is_later(s, child + 1, child))
            child++;
        if (!is_later(s, child, k))
            return;
        struct hr_pref t = s->p[k];
        s->p[k] = s->p[child];
        s->p[child] = t;
        k = child;
    }
}

/* Orders the n entries of one tie by their tickets: heapsort, as a tie may be as long as the file. */
static void draw_tie(struct hr *h, struct sift s, uint32_t from, uint32_t n)
{
    s.p = h->pref + from;
    uint32_t drawn = 1; /* how many from the first are in order already: all, where the lists were written so */
    while (drawn < n && is_later(&s, drawn, drawn - 1))
        drawn++;
    if (drawn == n)
        return;
    for (size_t k = n / 2; k-- > 0;)
        sift_down(&s, k, n);
    for (size_t k = n; k-- > 1;) {
        struct hr_pref t = s.p[0];
        s.p[0] = s.p[k];
        s.p[k] = t;
        sift_down(&s, 0, k);
    }
    for (uint32_t k = 0; k < n; k++) {
        struct hr_pref *p = &s.p[k];
        p->who = (p->who & ~HR_TIED) | (k != 0 ? HR_TIED : 0);
        if (p->twin != HR_NONE)
            h->pref[p->twin].twin = from + k;
    }
}

static void draw_ties(struct hr *h, enum hr_side side, hr_early *early, const void *arg)
{
    for (uint32_t k = 0; k < h->count[side]; k++) {
        struct hr_list list = h->list[side][k];
        for (uint32_t e = list.from, to; e < list.to; e = to) {
            to = hr_tie_last(h, list, e) + 1;
            if (to - e > 1)
                draw_tie(h, (struct sift){h, NULL, !side, k, early, arg}, e, to - e);
        }
    }
}

void hr_redraw(struct hr *h, uint64_t seed, hr_early *early, const void *arg)
{
    h->seed = seed;
    draw_ties(h, HR_MENTEE, early, arg);
    draw_ties(h, HR_MENTOR, early, arg);
}

uint32_t hr_tie_first(const struct hr *h, struct hr_list list, uint32_t entry)
{
    while (entry > list.from && hr_tied(h, entry))
        entry--;
    return entry;
}

uint32_t hr_tie_last(const struct hr *h, struct hr_list list, uint32_t entry)
{
    while (entry + 1 < list.to && hr_tied(h, entry + 1))
        entry++;
    return entry;
}

bool hr_has_ties(const struct hr *h)
{
    for (size_t e = 0; e < h->pref_count; e++)
        if (hr_tied(h, e))
            return true;
    return false;
}

/* ---- exclusions and pins
 * ----------------------------------------------------------------------------------------------- */
static int compare_pairs(const void *x, const void *y)
{
    const struct hr_pair *a = x, *b = y;
    if (a->mentee != b->mentee)
        return a->mentee < b->mentee ? -1 : 1;
    return (a->mentor > b->mentor) - (a->mentor < b->mentor);
}

bool hr_is_excluded(const struct hr *h, uint32_t mentee, uint32_t mentor)
{
    struct hr_pair key = {mentee, mentor};
    return h->excluded_count != 0 && bsearch(&key, h->excluded, h->excluded_count, sizeof key, compare_pairs) != NULL;
}

uint32_t hr_entry(const struct hr *h, enum hr_side side, uint32_t agent, uint32_t other)
{
    struct hr_list list = h->list[side][agent];
    for (uint32_t e = list.from; e < list.to; e++)
        if (hr_who(h, e) == other)
            return e;
    return HR_NONE;
}

static void take_out_excluded(struct hr *h)
{
    if (h->excluded_count == 0)
        return;
    qsort(h->excluded, h->excluded_count, sizeof *h->excluded, compare_pairs);
    size_t x = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        size_t upto = x;
        while (upto < h->excluded_count && h->excluded[upto].mentee == i)
            upto++;
        struct hr_list list = h->list[HR_MENTEE][i];
        for (uint32_t e = list.from; upto != x && e < list.to; e++)
            if (hr_is_excluded(h, i, hr_who(h, e)))
                unlink_entry(h, e);
        x = upto;
    }
}

static enum rc take_out_pinned(struct hr *h, struct err *e)
{
    for (uint32_t i = 0; h->pinned != NULL && i < h->count[HR_MENTEE]; i++) {
        uint32_t j = h->pinned[i];
        if (j == HR_NONE)
            continue;
        if (hr_is_excluded(h, i, j))
            return err_set(e, RC_INVALID, 0,
                           "mentee %" PRIu32 " is pinned to mentor %" PRIu32 ", but the pair is excluded", i + 1,
                           j + 1);
        if (h->seats[j] == 0)
            return err_set(e, RC_INVALID, 0,
                           "more mentees are pinned to mentor %" PRIu32 " than the %" PRIu32 " seats there are", j + 1,
                           h->capacity[j]);
        h->seats[j]--;
        for (uint32_t k = h->list[HR_MENTEE][i].from; k < h->list[HR_MENTEE][i].to; k++)
            unlink_entry(h, k);
    }
    return RC_OK;
}

enum rc hr_finish(struct hr *h, uint64_t seed, struct err *e)
{
    for (int side = 0; side < 2; side++)
        for (uint32_t k = 0; k < h->count[side]; k++)
            if (h->list[side][k].from == HR_NONE)
                h->list[side][k] = (struct hr_list){0, 0};
    link_lists(h);
    hr_redraw(h, seed, NULL, NULL);
    take_out_excluded(h);
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        h->seats[j] = h->capacity[j];
        if (h->quota != NULL && h->quota[j] > h->capacity[j])
            return err_set(e, RC_INVALID, 0,
                           "mentor %" PRIu32 " must have at least %" PRIu32 " mentees, but has %" PRIu32 " seats",
                           j + 1, h->quota[j], h->capacity[j]);
    }
    return take_out_pinned(h, e);
}

/* ---- finished instances, changed
 * ------------------------------------------------------------------------------------------------------ */
static uint32_t *copy_of(struct arena *a, const uint32_t *from, uint32_t count)
{
    uint32_t *to = from != NULL ? arena_alloc_raw(a, count * sizeof *to) : NULL;
    if (to != NULL && count != 0)
        memcpy(to, from, count * sizeof *to);
    return to;
}

struct hr *hr_copy(const struct hr *h, struct arena *a)
{
    struct hr *c = ARENA_NEW(a, struct hr);
    *c = *h;
    c->a = a;
    c->pref = arena_alloc_raw(a, h->pref_count * sizeof *c->pref);
    if (h->pref_count != 0)
        memcpy(c->pref, h->pref, h->pref_count * sizeof *c->pref);
    c->capacity = copy_of(a, h->capacity, h->count[HR_MENTOR]);
    c->seats = copy_of(a, h->seats, h->count[HR_MENTOR]);
    c->quota = copy_of(a, h->quota, h->count[HR_MENTOR]);
    c->pinned = copy_of(a, h->pinned, h->count[HR_MENTEE]);
    return c;
}

void hr_take_out(struct hr *h, uint32_t entry)
{
    unlink_entry(h, entry);
}

void hr_pin_now(struct hr *h, uint32_t mentee, uint32_t mentor)
{
    ASSERT(h->seats[mentor] > 0 && hr_pin(h, mentee, mentor));
    h->seats[mentor]--;
    for (uint32_t e = h->list[HR_MENTEE][mentee].from; e < h->list[HR_MENTEE][mentee].to; e++)
        unlink_entry(h, e);
}

void hr_unpin(struct hr *h, uint32_t mentee)
{
    struct hr_list list = h->list[HR_MENTEE][mentee];
    h->seats[h->pinned[mentee]]++;
    h->pinned[mentee] = HR_NONE;
    for (uint32_t e = list.from; e < list.to; e++) {
        uint32_t twin = hr_entry(h, HR_MENTOR, hr_who(h, e), mentee);
        if (twin == HR_NONE || hr_is_excluded(h, mentee, hr_who(h, e)))
            continue;
        h->pref[e].twin = twin;
        h->pref[twin].twin = e;
    }
}
