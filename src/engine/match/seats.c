/* Augmenting paths over a matching with capacities.
 *
 * Stable paths: an unmatched mentee takes a seat from one the mentor likes no more; who lost the seat goes down its own
 * list as in deferred acceptance, except that among those of equal place it is free who gives way; and so on to a free
 * seat. On the way down nobody passes a mentor that has a free seat or holds somebody it likes less (that pair would
 * block). So mentors only ever get better, every pair that did not block before does not block after, and one more is
 * matched.
 *
 * A phase searches from every unmatched mentee and visits no mentee twice; phases follow until one finds nothing. */
#include "engine/match/seats.h"

struct seats seats_new(const struct hr *h, struct arena *a)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], total = 0;
    struct seats s = {.h = h, .a = a};
    s.first = ARENA_ARRAY(a, BIT_WORDS(h->pref_count), uint64_t);
    s.at = arena_alloc_raw(a, n * sizeof *s.at);
    s.slot = ARENA_ARRAY(a, n, uint32_t);
    s.begin = ARENA_ARRAY(a, m, uint32_t);
    s.taken = ARENA_ARRAY(a, m, uint32_t);
    s.room = ARENA_ARRAY(a, m, uint32_t);
    for (uint32_t j = 0; j < m; j++) {
        uint32_t length = h->list[HR_MENTOR][j].to - h->list[HR_MENTOR][j].from;
        s.begin[j] = total;
        s.room[j] = h->seats[j] < length ? h->seats[j] : length;
        total += s.room[j];
    }
    s.held = arena_alloc_raw(a, total * sizeof *s.held);
    for (size_t e = 0; e < h->pref_count; e++)
        if (!hr_tied(h, e))
            bit_set(s.first, e);
    seats_clear(&s);
    return s;
}

void seats_clear(struct seats *s)
{
    memset(s->at, 0xff, s->h->count[HR_MENTEE] * sizeof *s->at);
    memset(s->taken, 0, s->h->count[HR_MENTOR] * sizeof *s->taken);
}

void seats_write(const struct seats *s, uint32_t *partner)
{
    const struct hr *h = s->h;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        partner[i] = s->at[i] != HR_NONE ? hr_who(h, s->at[i]) : h->pinned != NULL ? h->pinned[i] : HR_NONE;
}

struct search {
    struct seats *s;
    bool stable;
    uint32_t *queue;  /* mentees */
    uint32_t *parent; /* of a visited mentee: the entry of another who wants its seat; HR_NONE at the root */
    uint32_t *limit;  /* of each mentor: entries (tie beginnings) from here on were visited */
    uint32_t *worst;  /* of each mentor: where the tie of the last it holds begins */
    uint64_t *visited;
    uint64_t *bottom; /* bit of each visited mentee: it may stay without a seat, nobody it passed would take it */
    uint64_t looked;  /* entries, the measure of effort */
    uint32_t closed;  /* a mentor whose free seat is not to be taken now, or HR_NONE */
    uint32_t head, tail;
};

/* Puts the mentees whose seats the owner of entry may take into the queue. */
static void visit_mentor(struct search *f, uint32_t entry)
{
    struct seats *s = f->s;
    uint32_t j = seats_mentor(s, entry), place = f->stable ? seats_first(s, s->h->pref[entry].twin) : 0;
    if (place >= f->limit[j])
        return;
    f->limit[j] = place;
    for (uint32_t k = s->begin[j]; k < s->begin[j] + s->taken[j]; k++) {
        uint32_t other = s->held[k];
        if (bit_get(f->visited, other) || (f->stable && seats_first(s, s->h->pref[s->at[other]].twin) < place))
            continue;
        bit_set(f->visited, other);
        f->parent[other] = entry;
        f->queue[f->tail++] = other;
    }
}

static void find_worst(struct search *f, uint32_t j)
{
    struct seats *s = f->s;
    f->worst[j] = 0;
    for (uint32_t k = s->begin[j]; f->stable && k < s->begin[j] + s->taken[j]; k++) {
        uint32_t place = seats_first(s, s->h->pref[s->at[s->held[k]]].twin);
        f->worst[j] = place > f->worst[j] ? place : f->worst[j];
    }
}

static void sit(struct seats *s, uint32_t i, uint32_t slot, uint32_t entry)
{
    s->held[slot] = i;
    s->slot[i] = slot;
    s->at[i] = entry;
}

/* Mentor j has one less; the last it holds moves up into the slot. */
static void vacate(struct seats *s, uint32_t j, uint32_t slot)
{
    uint32_t moved = s->held[s->begin[j] + --s->taken[j]];
    s->held[slot] = moved;
    s->slot[moved] = slot;
}

/* Moves everybody on the path that ends with entry: its owner into the slot, the one before into the seat left by that,
 * and so on. */
static void shift(struct search *f, uint32_t entry, uint32_t slot)
{
    struct seats *s = f->s;
    for (uint32_t e = entry; e != HR_NONE;) {
        uint32_t i = hr_who(s->h, s->h->pref[e].twin), left = s->slot[i];
        sit(s, i, slot, e);
        slot = left;
        e = f->parent[i];
    }
    for (uint32_t e = entry; e != HR_NONE; e = f->parent[hr_who(s->h, s->h->pref[e].twin)])
        find_worst(f, seats_mentor(s, e));
}

/* Looks at the mentors a mentee could go to. The entry of one with a free seat, or HR_NONE. */
static uint32_t look_down(struct search *f, uint32_t i)
{
    struct seats *s = f->s;
    const struct hr *h = s->h;
    struct hr_list list = h->list[HR_MENTEE][i];
    bool stop = false;
    for (uint32_t e = list.from; e < list.to && !(stop && !hr_tied(h, e)); e++) {
        uint32_t twin = h->pref[e].twin, j = seats_mentor(s, e);
        if (twin == HR_NONE || s->room[j] == 0)
            continue;
        if (f->stable && seats_first(s, twin) < f->worst[j])
            stop = true;
        if (e == s->at[i] || j == f->closed)
            continue;
        if (s->taken[j] < s->room[j])
            return e;
        visit_mentor(f, e);
    }
    f->looked += list.to - list.from + 1;
    if (!stop)
        bit_set(f->bottom, i);
    return HR_NONE;
}

static bool search_from(struct search *f, uint32_t root)
{
    f->parent[root] = HR_NONE;
    f->head = 0;
    f->tail = 1;
    f->queue[0] = root;
    while (f->head < f->tail) {
        uint32_t entry = look_down(f, f->queue[f->head++]);
        if (entry == HR_NONE)
            continue;
        uint32_t j = seats_mentor(f->s, entry);
        shift(f, entry, f->s->begin[j] + f->s->taken[j]++);
        return true;
    }
    return false;
}

static struct search search_new(struct seats *s, bool stable, struct arena *a)
{
    uint32_t n = s->h->count[HR_MENTEE], m = s->h->count[HR_MENTOR];
    uint32_t most = n > m ? n : m;
    struct search f = {.s = s, .stable = stable, .closed = HR_NONE};
    f.queue = arena_alloc_raw(a, most * sizeof(uint32_t));
    f.parent = arena_alloc_raw(a, most * sizeof(uint32_t));
    f.limit = arena_alloc_raw(a, m * sizeof(uint32_t));
    f.worst = arena_alloc_raw(a, m * sizeof(uint32_t));
    f.visited = arena_alloc_raw(a, BIT_WORDS(most) * sizeof(uint64_t));
    f.bottom = arena_alloc_raw(a, BIT_WORDS(most) * sizeof(uint64_t));
    for (uint32_t j = 0; j < m; j++)
        find_worst(&f, j);
    return f;
}

static void search_begin(struct search *f)
{
    uint32_t n = f->s->h->count[HR_MENTEE], m = f->s->h->count[HR_MENTOR], most = n > m ? n : m;
    memset(f->limit, 0xff, m * sizeof(uint32_t));
    memset(f->visited, 0, BIT_WORDS(most) * sizeof(uint64_t));
    memset(f->bottom, 0, BIT_WORDS(most) * sizeof(uint64_t));
    f->looked += m / 16 + n / 64 + 1;
}

uint32_t seats_augment(struct seats *s, bool stable)
{
    uint32_t n = s->h->count[HR_MENTEE], gained = 0, before;
    struct arena *own = arena_new(0);
    struct search f = search_new(s, stable, own);
    do {
        before = gained;
        search_begin(&f);
        for (uint32_t i = 0; i < n; i++)
            if (s->at[i] == HR_NONE)
                gained += search_from(&f, i);
    } while (gained != before);
    arena_free(own);
    return gained;
}

/* ---- walking on a plateau
 * ----------------------------------------------------------------------------------------------- */
static uint32_t pick(uint64_t *state, uint32_t below)
{
    *state += 1;
    return (uint32_t)(hr_ticket(*state, HR_MENTEE, 0) % below);
}

/* A mentee gets a seat along the path that the search found to another, who goes without. */
static void swap_mentees(struct search *f, uint32_t out)
{
    f->s->at[out] = HR_NONE;
    shift(f, f->parent[out], f->s->slot[out]);
}

/* The mirror image: a free seat is taken by a mentee who likes it as much as its own, whose seat goes down its mentor's
 * list, and so on. Mentees only get better here. parent[j] is the entry of the mentee who leaves j. */
static void fill_back(struct search *f, uint32_t j, uint32_t entry)
{
    struct seats *s = f->s;
    for (;;) {
        uint32_t i = hr_who(s->h, s->h->pref[entry].twin), leaving = f->parent[j];
        uint32_t slot =
            leaving != HR_NONE ? s->slot[hr_who(s->h, s->h->pref[leaving].twin)] : s->begin[j] + s->taken[j]++;
        sit(s, i, slot, entry);
        find_worst(f, j);
        if (leaving == HR_NONE)
            return;
        entry = leaving;
        j = seats_mentor(s, entry);
    }
}

static void free_seat(struct search *f, uint32_t j)
{
    struct seats *s = f->s;
    uint32_t entry = f->parent[j];
    vacate(s, j, s->slot[hr_who(s->h, s->h->pref[entry].twin)]);
    fill_back(f, seats_mentor(s, entry), entry);
    find_worst(f, j);
}

/* Mentees who would come to a free seat of j. The entry of an unmatched one, or HR_NONE. */
static uint32_t look_for_comers(struct search *f, uint32_t j)
{
    struct seats *s = f->s;
    const struct hr *h = s->h;
    struct hr_list list = h->list[HR_MENTOR][j];
    bool stop = false;
    for (uint32_t p = list.from; p < list.to && !(stop && !hr_tied(h, p)); p++) {
        uint32_t e = h->pref[p].twin, i = hr_who(h, p);
        if (e == HR_NONE || s->at[i] == e)
            continue;
        if (s->at[i] == HR_NONE)
            return e;
        uint32_t mine = seats_first(s, s->at[i]), other = seats_mentor(s, s->at[i]);
        if (seats_first(s, e) > mine)
            continue;
        stop |= seats_first(s, e) < mine;
        if (bit_get(f->visited, other))
            continue;
        bit_set(f->visited, other);
        f->parent[other] = e;
        f->queue[f->tail++] = other;
    }
    f->looked += list.to - list.from + 1;
    if (!stop)
        bit_set(f->bottom, j);
    return HR_NONE;
}

/* A mentee who would like another mentor as much or more, where it stands equal to the last, goes there. Its seat and
 * the one who lost the other are then settled by a step from either side. False where no such exchange offers itself.
 */
static bool split(struct search *f, uint32_t i, uint64_t *state, uint32_t *vacant, uint32_t *homeless)
{
    struct seats *s = f->s;
    const struct hr *h = s->h;
    uint32_t from = s->at[i], first = h->list[HR_MENTEE][i].from,
             until = hr_tie_last(h, h->list[HR_MENTEE][i], from) + 1;
    uint32_t e = first + pick(state, until - first), j = seats_mentor(s, e), found = HR_NONE;
    if (e == from || h->pref[e].twin == HR_NONE || s->taken[j] == 0 || s->taken[j] < s->room[j] ||
        seats_first(s, h->pref[e].twin) > f->worst[j])
        return false;
    for (uint32_t k = s->begin[j], offset = pick(state, s->taken[j]), turn = 0; found == HR_NONE && turn < s->taken[j];
         turn++) {
        uint32_t other = s->held[k + (turn + offset) % s->taken[j]];
        if (other != i && seats_first(s, h->pref[s->at[other]].twin) == f->worst[j])
            found = other;
    }
    if (found == HR_NONE)
        return false;
    *vacant = seats_mentor(s, from);
    *homeless = found;
    vacate(s, *vacant, s->slot[i]);
    sit(s, i, s->slot[found], e);
    s->at[found] = HR_NONE;
    find_worst(f, *vacant);
    find_worst(f, j);
    return true;
}

struct settled {
    bool stable, won;
};

static struct settled settle_mentee(struct search *f, uint32_t root, uint64_t *state)
{
    search_begin(f);
    bit_set(f->visited, root);
    if (search_from(f, root))
        return (struct settled){true, true};
    for (uint32_t tries = 0, at = pick(state, f->tail); tries < f->tail; tries++, at = at + 1 < f->tail ? at + 1 : 0) {
        uint32_t out = f->queue[at];
        if (!bit_get(f->bottom, out))
            continue;
        if (out != root)
            swap_mentees(f, out);
        return (struct settled){true, false};
    }
    return (struct settled){false, false};
}

static struct settled settle_mentor(struct search *f, uint32_t root, uint64_t *state)
{
    search_begin(f);
    bit_set(f->visited, root);
    f->parent[root] = HR_NONE;
    f->queue[0] = root;
    for (f->head = 0, f->tail = 1; f->head < f->tail; f->head++) {
        uint32_t e = look_for_comers(f, f->queue[f->head]);
        if (e != HR_NONE) {
            fill_back(f, f->queue[f->head], e);
            return (struct settled){true, true};
        }
    }
    for (uint32_t tries = 0, at = pick(state, f->tail); tries < f->tail; tries++, at = at + 1 < f->tail ? at + 1 : 0) {
        uint32_t out = f->queue[at];
        if (!bit_get(f->bottom, out))
            continue;
        if (out != root)
            free_seat(f, out);
        return (struct settled){true, false};
    }
    return (struct settled){false, false};
}

struct snapshot {
    uint32_t *at, *slot, *held, *taken, *worst;
    uint32_t held_count;
};

static void copy_state(struct search *f, struct snapshot *shot, bool back)
{
    struct seats *s = f->s;
    uint32_t n = s->h->count[HR_MENTEE], m = s->h->count[HR_MENTOR];
    struct {
        uint32_t *here, *there;
        uint32_t count;
    } parts[] = {{s->at, shot->at, n},
                 {s->slot, shot->slot, n},
                 {s->held, shot->held, shot->held_count},
                 {s->taken, shot->taken, m},
                 {f->worst, shot->worst, m}};
    for (size_t k = 0; k < COUNT_OF(parts); k++)
        memcpy(back ? parts[k].here : parts[k].there, back ? parts[k].there : parts[k].here,
               parts[k].count * sizeof(uint32_t));
}

uint32_t seats_walk(struct seats *s, uint64_t seed, uint32_t wanted, uint64_t effort)
{
    uint32_t n = s->h->count[HR_MENTEE], m = s->h->count[HR_MENTOR], gained = 0;
    struct arena *own = arena_new(0);
    struct search f = search_new(s, true, own);
    struct snapshot shot = {.held_count = s->begin[m - 1] + s->room[m - 1]};
    shot.at = arena_alloc_raw(own, n * sizeof(uint32_t));
    shot.slot = arena_alloc_raw(own, n * sizeof(uint32_t));
    shot.held = arena_alloc_raw(own, shot.held_count * sizeof(uint32_t));
    shot.taken = arena_alloc_raw(own, m * sizeof(uint32_t));
    shot.worst = arena_alloc_raw(own, m * sizeof(uint32_t));
    uint64_t state = seed;
    copy_state(&f, &shot, false);
    while (gained < wanted && f.looked < effort) {
        uint32_t i = pick(&state, n), vacant, homeless;
        f.looked++;
        if (s->at[i] == HR_NONE) {
            gained += settle_mentee(&f, i, &state).won;
            copy_state(&f, &shot, false);
            continue;
        }
        if (!split(&f, i, &state, &vacant, &homeless))
            continue;
        f.closed = s->taken[vacant] + 1 == s->room[vacant] ? vacant : HR_NONE;
        struct settled x = settle_mentee(&f, homeless, &state), y = {0};
        f.closed = HR_NONE;
        if (x.stable)
            y = s->taken[vacant] < s->room[vacant] ? settle_mentor(&f, vacant, &state) : (struct settled){true, false};
        if (!x.stable || !y.stable || (!x.won && !y.won)) {
            copy_state(&f, &shot, true);
        } else {
            gained += x.won && y.won;
            copy_state(&f, &shot, false);
        }
    }
    arena_free(own);
    return gained;
}
