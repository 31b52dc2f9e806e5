/* From what people wish to who is with whom: builds the instance of engine/match, runs a mode, and tells what is to be known about
 * the result. No database. */
#include "programme/matching/inside.h"

#define UNRANKED (INT64_C(1) << 40) /* behind every rank; less the points where criteria count */

struct match_settings match_settings_of(const struct match_round *r)
{
    return (struct match_settings){.mode = r->mode, .seed = (uint64_t)r->seed, .weights = r->weights, .mentor = HR_NONE, .least = r->least, .near = r->near};
}

struct building {
    const struct match_data *d;
    const struct match_settings *s;
    struct arena *a;
    uint32_t *seats;   /* of each mentor */
    uint32_t *from;    /* of each mentee: where her entries begin */
    uint32_t *mentor;  /* of each entry */
    int64_t *key;      /* of each entry: small is better; equal is a tie */
    size_t n, room;
    bool *pinned;
    int64_t *points;   /* scratch, of each mentor */
    struct best *best; /* scratch */
    uint32_t *open;    /* the mentors with seats: the second time, with seats that the first left */
    size_t open_count;
    uint64_t *ticket[2]; /* of each agent: how the instance draws among equals */
    uint8_t *mark;     /* scratch, of each mentor: already on the list, or ruled out */
};

static void add_entry(struct building *b, uint32_t mentor, int64_t key)
{
    if (b->n == b->room) {
        size_t room = b->room * 2 + 4096;
        b->mentor = arena_grow(b->a, b->mentor, b->room * sizeof *b->mentor, room * sizeof *b->mentor);
        b->key = arena_grow(b->a, b->key, b->room * sizeof *b->key, room * sizeof *b->key);
        b->room = room;
    }
    b->mentor[b->n] = mentor;
    b->key[b->n++] = key;
}

static uint32_t seats_of(const struct building *b, uint32_t j)
{
    const struct match_member *m = &b->d->member[HR_MENTOR][j];
    if (!m->in || b->d->away[j] || b->d->closed[j])
        return 0;
    return b->s->mentor == j ? b->s->seats : (uint32_t)m->seats;
}

/* The best by points that are not on the list yet. Among equals a lottery of each mentee's own says who comes on her list: else all
 * lists would name the same few mentors, and most mentees find nobody. A heap of at most MATCH_BEST, the worst on top. */
struct candidate {
    int64_t points;
    uint64_t ticket;
    uint32_t mentor;
};
struct best {
    struct candidate v[MATCH_BEST];
    size_t n, most;
    uint64_t seed;
};

static bool is_worse(const struct candidate *x, const struct candidate *y)
{
    return x->points != y->points ? x->points < y->points : x->ticket > y->ticket;
}

static void swap_best(struct best *h, size_t x, size_t y)
{
    struct candidate kept = h->v[x];
    h->v[x] = h->v[y];
    h->v[y] = kept;
}

static void sink(struct best *h)
{
    for (size_t at = 0;;) {
        size_t child = 2 * at + 1;
        if (child >= h->n)
            return;
        if (child + 1 < h->n && is_worse(&h->v[child + 1], &h->v[child]))
            child++;
        if (!is_worse(&h->v[child], &h->v[at]))
            return;
        swap_best(h, at, child);
        at = child;
    }
}

static void offer_best(struct best *h, uint32_t mentor, int64_t points)
{
    if (h->n == h->most && points < h->v[0].points)
        return;
    struct candidate new = {points, hr_ticket(h->seed, HR_MENTOR, mentor), mentor};
    if (h->n == h->most) {
        if (is_worse(&new, &h->v[0]))
            return;
        h->v[0] = new;
        sink(h);
        return;
    }
    size_t at = h->n++;
    h->v[at] = new;
    for (; at > 0 && is_worse(&h->v[at], &h->v[(at - 1) / 2]); at = (at - 1) / 2)
        swap_best(h, at, (at - 1) / 2);
}

/* Offers all open mentors who are not on the list and fit at all; drawn: by the lottery alone. */
static void offer_all(struct building *b, size_t most, bool drawn)
{
    b->best->most = most;
    b->best->n = 0;
    for (size_t k = 0; k < b->open_count; k++) {
        uint32_t j = b->open[k];
        if (!b->mark[j] && b->points[j] > 0)
            offer_best(b->best, j, drawn ? 0 : b->points[j]);
    }
}

/* Puts them behind what is on the list: by points, and equals as the instance will draw them, which then has nothing to do. */
static void take_best(struct building *b)
{
    const struct best *h = b->best;
    size_t first = b->n;
    for (size_t k = 0; k < h->n; k++) {
        uint32_t j = h->v[k].mentor;
        int64_t key = UNRANKED - b->points[j];
        add_entry(b, j, key);
        size_t at = b->n - 1;
        for (; at > first && (b->key[at - 1] > key || (b->key[at - 1] == key && b->ticket[HR_MENTOR][b->mentor[at - 1]] > b->ticket[HR_MENTOR][j])); at--) {
            b->key[at] = b->key[at - 1];
            b->mentor[at] = b->mentor[at - 1];
        }
        b->key[at] = key;
        b->mentor[at] = j;
        b->mark[j] = 1;
    }
}

/* Marks who is on the list of a mentee already, and who must not come there by criteria: the ruled out and the kept apart. */
static void mark_taken(struct building *b, uint32_t i)
{
    const struct match_data *d = b->d;
    memset(b->mark, 0, d->count[HR_MENTOR]);
    for (size_t k = b->from[i]; k < b->n; k++)
        b->mark[b->mentor[k]] = 1;
    for (uint32_t k = d->from[HR_MENTEE][i]; k < d->from[HR_MENTEE][i + 1]; k++)
        if (d->choice[HR_MENTEE][k].rank == 0)
            b->mark[d->choice[HR_MENTEE][k].other] = 1;
    size_t low = 0, high = d->apart_count; /* where the run of this mentee begins */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->apart[middle].mentee < i)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < d->apart_count && d->apart[low].mentee == i; low++)
        b->mark[d->apart[low].mentor] = 1;
}

static void begin_best(struct building *b, uint32_t i)
{
    mark_taken(b, i);
    b->best->seed = hr_ticket(b->s->seed, HR_MENTEE, i);
    match_points_of(b->d->facts, &b->s->weights, i, b->points);
}

/* What one mentee wishes: those she ranked, then the best by the criteria. Who is kept apart by a rule stays on the list, so that
 * it can be explained; the criteria put nobody there who is. */
static void add_mentee(struct building *b, uint32_t i)
{
    const struct match_data *d = b->d;
    b->from[i] = (uint32_t)b->n;
    if (!d->member[HR_MENTEE][i].in || b->pinned[i])
        return;
    for (uint32_t k = d->from[HR_MENTEE][i]; d->r.way != MATCH_CRITERIA && k < d->from[HR_MENTEE][i + 1]; k++) {
        struct match_choice c = d->choice[HR_MENTEE][k];
        if (c.rank != 0 && d->member[HR_MENTOR][c.other].in)
            add_entry(b, c.other, c.rank);
    }
    if (d->r.way == MATCH_RANKS)
        return;
    begin_best(b, i);
    offer_all(b, MATCH_BEST, false);
    take_best(b);
}

/* For whom that gave nobody, also some of those who had seats left: half of them the best, which are the same for many, half of them
 * drawn, so that nobody stays alone for the length of a list. */
static void add_more(struct building *b, uint32_t i)
{
    begin_best(b, i);
    offer_all(b, MATCH_BEST / 2, false);
    take_best(b);
    offer_all(b, MATCH_BEST / 2, true);
    take_best(b);
}

/* ---- the mentors' side: who has them, in the order they said ---------------------------------------------------------------------- */

struct keyed {
    int64_t key;
    uint64_t ticket; /* how the instance draws among equals */
    uint32_t mentee;
};

static int by_key(const void *x, const void *y)
{
    const struct keyed *p = x, *q = y;
    if (p->key != q->key)
        return p->key < q->key ? -1 : 1;
    return p->ticket < q->ticket ? -1 : p->ticket > q->ticket;
}

/* list: the mentees who have her, with the key that they give her, which tells the points where it is no rank. */
static void add_mentor(const struct building *b, struct hr *h, uint32_t j, struct keyed *list, size_t n, int64_t *rank)
{
    const struct match_data *d = b->d;
    const struct match_member *me = &d->member[HR_MENTOR][j];
    const struct match_choice *c = d->choice[HR_MENTOR];
    uint32_t from = d->from[HR_MENTOR][j], to = d->from[HR_MENTOR][j + 1];
    for (uint32_t k = from; k < to; k++)
        rank[c[k].other] = c[k].rank == 0 ? -1 : d->r.way == MATCH_CRITERIA ? 0 : (int64_t)c[k].rank;
    size_t kept = 0;
    for (size_t k = 0; k < n; k++) {
        int64_t r = rank[list[k].mentee];
        if (r < 0 || (r == 0 && !me->others && d->r.way != MATCH_CRITERIA))
            continue; /* ruled out, or none but those she ranked */
        int64_t key = r > 0 ? r : UNRANKED;
        if (r == 0 && list[k].key > HR_NONE)
            key = list[k].key;
        else if (r == 0 && d->r.way != MATCH_RANKS)
            key -= match_points(d->facts, &b->s->weights, list[k].mentee, j);
        list[kept++] = (struct keyed){key, b->ticket[HR_MENTEE][list[k].mentee], list[k].mentee};
    }
    if (kept > 1)
        qsort(list, kept, sizeof *list, by_key);
    bool ok = hr_list_begin(h, HR_MENTOR, j);
    for (size_t k = 0; k < kept; k++)
        ok = ok && hr_list_add(h, HR_MENTOR, list[k].mentee, k > 0 && list[k].key == list[k - 1].key);
    ASSERT(ok);
    for (uint32_t k = from; k < to; k++)
        rank[c[k].other] = 0;
}

static void add_mentors(const struct building *b, struct hr *h)
{
    uint32_t n = b->d->count[HR_MENTEE], m = b->d->count[HR_MENTOR];
    uint32_t *begin = ARENA_ARRAY(b->a, (size_t)m + 2, uint32_t);
    struct keyed *all = ARENA_ARRAY(b->a, b->n, struct keyed);
    int64_t *rank = ARENA_ARRAY(b->a, n, int64_t);
    for (size_t k = 0; k < b->n; k++)
        begin[b->mentor[k] + 2]++;
    for (uint32_t j = 2; j < m + 2; j++)
        begin[j] += begin[j - 1];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = b->from[i]; k < b->from[i + 1]; k++)
            all[begin[b->mentor[k] + 1]++] = (struct keyed){.key = b->key[k], .mentee = i};
    for (uint32_t j = 0; j < m; j++) {
        add_mentor(b, h, j, all + begin[j], begin[j + 1] - begin[j], rank);
        h->capacity[j] = b->seats[j];
        int64_t least = b->d->member[HR_MENTOR][j].least;
        least = least >= 0 ? least : b->s->least;
        if (least > 0 && b->seats[j] > 0)
            hr_quota(h, j, least < b->seats[j] ? (uint32_t)least : b->seats[j]);
    }
}

static void add_mentees(const struct building *b, struct hr *h)
{
    for (uint32_t i = 0; i < b->d->count[HR_MENTEE]; i++) {
        bool ok = hr_list_begin(h, HR_MENTEE, i);
        for (uint32_t k = b->from[i]; k < b->from[i + 1]; k++) {
            uint32_t j = b->mentor[k];
            ok = ok && hr_list_add(h, HR_MENTEE, j, k > b->from[i] && b->key[k] == b->key[k - 1]);
            if (match_find_apart(b->d, i, j) != NULL)
                hr_exclude(h, i, j);
        }
        ASSERT(ok);
    }
}

/* A pin that cannot be kept is told by what stands in its way. */
static enum rc check_pins(const struct building *b, struct err *e)
{
    const struct match_data *d = b->d;
    uint32_t *held = ARENA_ARRAY(b->a, d->count[HR_MENTOR], uint32_t);
    for (size_t k = 0; k < d->pin_count; k++) {
        uint32_t i = d->pin[k].mentee, j = d->pin[k].mentor;
        if (d->closed[j])
            continue; /* does not hold */
        if (d->away[j])
            return err_set(e, RC_INVALID, M_matching_pin_broken_leave, NULL);
        if (match_find_apart(d, i, j) != NULL || match_rank_of(d, HR_MENTEE, i, j) == 0 || match_rank_of(d, HR_MENTOR, j, i) == 0)
            return err_set(e, RC_INVALID, M_matching_pin_broken_apart, NULL);
        if (++held[j] > b->seats[j])
            return err_set(e, RC_INVALID, M_matching_pin_broken_seats, NULL);
    }
    return RC_OK;
}

static uint64_t digest_of(const struct hr *h, const uint32_t *partner)
{
    uint64_t x = UINT64_C(0xcbf29ce484222325);
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        x = (x ^ partner[i]) * UINT64_C(0x100000001b3) + i;
    return x >> 11; /* fits a form's number */
}

match_solver *match_solver_of(enum match_mode mode)
{
    return mode == MATCH_FAIR ? match_fair : mode == MATCH_MENTOR ? match_mentor : NULL;
}

void match_apply(enum match_mode mode, enum match_near near, const struct hr *h, struct arena *a, uint32_t *partner, struct match_how *how)
{
    uint32_t n = h->count[HR_MENTEE];
    *how = (struct match_how){0};
    if (mode == MATCH_REACH)
        match_reach(h, partner, &how->reach);
    else
        match_solver_of(mode)(h, partner);
    how->near = near != MATCH_NEAR_OFF && h->quota != NULL && quota_missing(h, partner) != 0;
    if (!how->near)
        return;
    uint32_t *other = ARENA_ARRAY(a, n, uint32_t);
    struct buf why = buf_new(a, 256); /* for the command line: here the numbers are told */
    how->none = quota_match(h, near == MATCH_NEAR_ENVY_FREE ? QUOTA_ENVY_FREE : QUOTA_BLOCKING, MATCH_LOOKS, other, &how->quota, &why) != RC_OK;
    if (!how->none && n != 0)
        memcpy(partner, other, n * sizeof *partner);
}

/* The instance of the lists as they stand. */
static struct hr *build(const struct building *b, uint32_t *released)
{
    const struct match_data *d = b->d;
    struct hr *h = hr_new(b->a, d->count[HR_MENTEE], d->count[HR_MENTOR], b->n * 2);
    add_mentees(b, h);
    add_mentors(b, h);
    *released = 0;
    for (size_t k = 0; k < d->pin_count; k++) {
        if (d->closed[d->pin[k].mentor]) {
            ++*released;
            continue;
        }
        bool once = hr_pin(h, d->pin[k].mentee, d->pin[k].mentor);
        ASSERT(once);
    }
    struct err e = {0};
    enum rc rc = hr_finish(h, b->s->seed, &e);
    ASSERT(rc == RC_OK); /* what it refuses was looked at by check_pins */
    return h;
}

/* Somebody stayed alone while seats were left: lists that criteria filled can be made longer. Leaves the mentors with such seats open. */
static bool find_left(struct building *b, const struct hr *h, const uint32_t *partner)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], *left = ARENA_ARRAY(b->a, m, uint32_t);
    bool alone = false;
    if (m != 0)
        memcpy(left, h->capacity, m * sizeof *left);
    for (uint32_t i = 0; i < n; i++) {
        if (partner[i] != HR_NONE)
            left[partner[i]]--;
        else
            alone |= b->d->member[HR_MENTEE][i].in;
    }
    b->open_count = 0;
    for (uint32_t j = 0; j < m; j++)
        if (left[j] != 0)
            b->open[b->open_count++] = j;
    return alone && b->open_count != 0;
}

/* Makes the lists of those who got nobody longer; all others stay as they are. */
static void extend(struct building *b, const uint32_t *partner)
{
    struct building old = *b;
    uint32_t n = b->d->count[HR_MENTEE];
    b->from = ARENA_ARRAY(b->a, (size_t)n + 1, uint32_t);
    b->mentor = NULL;
    b->key = NULL;
    b->n = b->room = 0;
    for (uint32_t i = 0; i < n; i++) {
        b->from[i] = (uint32_t)b->n;
        for (uint32_t k = old.from[i]; k < old.from[i + 1]; k++)
            add_entry(b, old.mentor[k], old.key[k]);
        if (partner[i] == HR_NONE && b->d->member[HR_MENTEE][i].in)
            add_more(b, i);
    }
    b->from[n] = (uint32_t)b->n;
}

enum rc match_solve(const struct match_data *d, struct arena *a, const struct match_settings *s, struct match_run *out, struct err *e)
{
    uint32_t n = d->count[HR_MENTEE], m = d->count[HR_MENTOR];
    struct building b = {.d = d, .s = s, .a = a};
    b.seats = ARENA_ARRAY(a, m, uint32_t);
    b.from = ARENA_ARRAY(a, (size_t)n + 1, uint32_t);
    b.pinned = ARENA_ARRAY(a, n, bool);
    b.points = ARENA_ARRAY(a, m, int64_t);
    b.best = ARENA_NEW(a, struct best);
    b.mark = ARENA_ARRAY(a, m, uint8_t);
    b.open = ARENA_ARRAY(a, m, uint32_t);
    for (uint32_t j = 0; j < m; j++) {
        b.seats[j] = seats_of(&b, j);
        if (b.seats[j] != 0)
            b.open[b.open_count++] = j;
    }
    for (int side = 0; side < 2; side++) {
        b.ticket[side] = ARENA_ARRAY(a, d->count[side], uint64_t);
        for (uint32_t k = 0; k < d->count[side]; k++)
            b.ticket[side][k] = hr_ticket(s->seed, (enum hr_side)side, k);
    }
    for (size_t k = 0; k < d->pin_count; k++)
        if (!d->closed[d->pin[k].mentor])
            b.pinned[d->pin[k].mentee] = true;
    TRY(check_pins(&b, e));
    for (uint32_t i = 0; i < n; i++)
        add_mentee(&b, i);
    b.from[n] = (uint32_t)b.n;
    uint32_t released, *partner = ARENA_ARRAY(a, n, uint32_t);
    struct hr *h = build(&b, &released);
    if (d->r.way != MATCH_RANKS && m > MATCH_BEST) {
        match_fair(h, partner);
        if (find_left(&b, h, partner)) {
            extend(&b, partner);
            h = build(&b, &released);
        }
    }
    *out = (struct match_run){.h = h, .released = released, .partner = ARENA_ARRAY(a, n, uint32_t)};
    match_apply(s->mode, s->near, h, a, out->partner, &out->how);
    match_check(h, a, out->partner, &out->check);
    out->digest = digest_of(h, out->partner);
    return RC_OK;
}

/* ---- what is told ----------------------------------------------------------------------------------------------------------------- */

static void write_list(struct buf *b, const struct hr *h, enum hr_side side, uint32_t agent)
{
    struct hr_list list = h->list[side][agent];
    for (uint32_t k = list.from; k < list.to; k++) {
        bool tied = hr_tied(h, k) && k > list.from, opens = k + 1 < list.to && hr_tied(h, k + 1) && !tied;
        bool closes = tied && !(k + 1 < list.to && hr_tied(h, k + 1));
        buf_z(b, opens ? " (" : " ");
        buf_int(b, (int64_t)hr_who(h, k) + 1);
        buf_z(b, closes ? ")" : "");
    }
    buf_ch(b, '\n');
}

struct str match_write_hr(struct arena *a, const struct hr *h)
{
    struct buf b = buf_new(a, h->pref_count * 7 + 256);
    buf_printf(&b, "%" PRIu32 " %" PRIu32 "\n", h->count[HR_MENTEE], h->count[HR_MENTOR]);
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        buf_printf(&b, "%" PRIu32, i + 1);
        write_list(&b, h, HR_MENTEE, i);
    }
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        buf_printf(&b, "%" PRIu32 " %" PRIu32, j + 1, h->capacity[j]);
        write_list(&b, h, HR_MENTOR, j);
    }
    for (size_t k = 0; k < h->excluded_count; k++)
        buf_printf(&b, "X %" PRIu32 " %" PRIu32 "\n", h->excluded[k].mentee + 1, h->excluded[k].mentor + 1);
    for (uint32_t j = 0; h->quota != NULL && j < h->count[HR_MENTOR]; j++)
        if (h->quota[j] != 0)
            buf_printf(&b, "Q %" PRIu32 " %" PRIu32 "\n", j + 1, h->quota[j]);
    for (uint32_t i = 0; h->pinned != NULL && i < h->count[HR_MENTEE]; i++)
        if (h->pinned[i] != HR_NONE)
            buf_printf(&b, "P %" PRIu32 " %" PRIu32 "\n", i + 1, h->pinned[i] + 1);
    return buf_text(&b);
}

enum match_lack match_why_none(const struct match_data *d, const struct match_run *run, uint32_t mentee)
{
    struct hr_list list = run->h->list[HR_MENTEE][mentee];
    bool free_one = false, apart = false, seat = false;
    for (uint32_t k = list.from; k < list.to; k++) {
        bool linked = run->h->pref[k].twin != HR_NONE;
        free_one |= linked;
        seat |= linked && run->h->seats[hr_who(run->h, k)] != 0;
        apart |= !linked && hr_is_excluded(run->h, mentee, hr_who(run->h, k));
    }
    if (list.from == list.to)
        return d->from[HR_MENTEE][mentee] == d->from[HR_MENTEE][mentee + 1] ? LACK_NO_LIST : LACK_RULED_OUT;
    return seat ? LACK_FULL : free_one ? LACK_NO_SEATS : apart ? LACK_APART : LACK_NOT_FREE;
}

/* ---- small counts ----------------------------------------------------------------------------------------------------------------- */

static bool is_small(int64_t n, int64_t of)
{
    return (n > 0 && n < MATCH_SMALL) || (of - n > 0 && of - n < MATCH_SMALL);
}

/* With one cell of a column hidden it follows from the sum: the next smallest goes too. offset: which cell. */
static void suppress_column(struct match_count *rows, size_t count, bool of_matched)
{
    size_t hidden = 0, least = count;
    for (size_t i = 0; i < count; i++) {
        struct match_count *r = &rows[i];
        int64_t v = of_matched ? r->matched : r->first;
        bool *hide = of_matched ? &r->hide_matched : &r->hide_first;
        *hide = r->hidden || is_small(v, r->n);
        hidden += *hide;
        if (!*hide && (least == count || r->n < rows[least].n))
            least = i;
    }
    if (hidden == 1 && least < count) {
        bool *hide = of_matched ? &rows[least].hide_matched : &rows[least].hide_first;
        *hide = true;
    }
}

void match_suppress(struct match_count *rows, size_t count)
{
    size_t hidden = 0, least = count;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        rows[i].hidden = rows[i].n < MATCH_SMALL;
        hidden += rows[i].hidden;
        sum += rows[i].hidden ? rows[i].n : 0;
        if (!rows[i].hidden && (least == count || rows[i].n < rows[least].n))
            least = i;
    }
    if (hidden != 0 && (hidden == 1 || sum < MATCH_SMALL) && least < count)
        rows[least].hidden = true;
    suppress_column(rows, count, true);
    suppress_column(rows, count, false);
}
