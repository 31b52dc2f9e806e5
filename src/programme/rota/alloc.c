/* Proposing a rota: from wishes, seats and supervisors to the placement engine and back, and publishing what came of it. See alloc.h. */
#include "programme/rota/alloc.h"

#include "base/splitmix.h"
#include "engine/match/place.h"
#include "gen/programme/rota/alloc_sql.h"
#include "out/job.h"
#include "programme/rota/inside.h"

#define PLACE_POINTS 1000   /* a place more is worth more than any wish */
#define TENTHS 10           /* of a point, for the lottery */
#define EVEN_EDGES 200000   /* up to so many the fewest shifts for each person are searched */
#define TRIES_MOST 40
#define SHORT_LINES_MOST 500

struct alloc {
    struct db *db;
    struct arena *a;
    int64_t id, term, now;
    struct row_rota_term_find t;
    struct rows_rota_alloc_shifts shifts;
    struct rows_rota_alloc_roles roles;
    struct rows_rota_alloc_seats seats;
    struct rows_rota_alloc_wishers wishers;
    struct rows_rota_alloc_edges edges;
    struct place_student *student;
    struct place_shift *shift;
    struct place_role *role;
    struct place_edge *edge;
    int64_t *rank; /* of each edge */
    struct place p;
    struct place_cut cut;
    struct place_result result;
    int32_t per_person;
    int64_t micros;
};

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc read_all(struct alloc *x)
{
    TRY(sql_rota_alloc_shifts(x->db, x->a, x->term, x->now, &x->shifts));
    TRY(sql_rota_alloc_roles(x->db, x->a, x->term, x->now, &x->roles));
    TRY(sql_rota_alloc_seats(x->db, x->a, x->term, x->now, &x->seats));
    TRY(sql_rota_alloc_wishers(x->db, x->a, x->term, &x->wishers));
    return sql_rota_alloc_edges(x->db, x->a, x->term, x->now, ROTA_EDGES_MOST + 1, &x->edges);
}

/* The place of a shift in the list, which is in the order of ids; SIZE_MAX: it is not there. */
static size_t shift_at(const struct alloc *x, int64_t id)
{
    size_t low = 0, high = x->shifts.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->shifts.v[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->shifts.n && x->shifts.v[low].id == id ? low : SIZE_MAX;
}

static size_t role_at(const struct alloc *x, int64_t shift, int64_t role)
{
    size_t low = 0, high = x->roles.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row_rota_alloc_roles *r = &x->roles.v[middle];
        if (r->shift_id < shift || (r->shift_id == shift && r->role_id < role))
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->roles.n && x->roles.v[low].shift_id == shift && x->roles.v[low].role_id == role ? low : SIZE_MAX;
}

static int32_t at_least_none(int64_t v)
{
    return v < 0 ? 0 : v > PLACE_MOST ? PLACE_MOST : (int32_t)v;
}

/* Shifts whose supervisors are enough for nobody take nobody and need nobody; where they are enough for fewer than the roles need, the
 * first roles come first. */
static void make_shifts(struct alloc *x)
{
    uint32_t days = 0;
    x->shift = ARENA_ARRAY(x->a, x->shifts.n, struct place_shift);
    x->role = ARENA_ARRAY(x->a, x->roles.n, struct place_role);
    for (size_t k = 0; k < x->shifts.n; k++) {
        days = (uint32_t)(x->shifts.v[k].day - x->t.start_day);
        x->shift[k] = (struct place_shift){.id = (int64_t)k, .day = days, .most = at_least_none(x->shifts.v[k].room)};
    }
    for (size_t k = 0; k < x->roles.n; k++) {
        const struct row_rota_alloc_roles *r = &x->roles.v[k];
        size_t s = shift_at(x, r->shift_id);
        int32_t needed = 0, most = at_least_none(r->most - r->held);
        for (size_t m = k; m > 0 && x->roles.v[m - 1].shift_id == r->shift_id; m--)
            needed += x->role[m - 1].least;
        int32_t room = s != SIZE_MAX ? x->shift[s].most - needed : 0, least = at_least_none(r->least - r->held);
        x->role[k] = (struct place_role){.shift = s != SIZE_MAX ? (uint32_t)s : 0, .most = s != SIZE_MAX ? most : 0};
        x->role[k].least = least < room ? least : room > 0 ? room : 0;
        if (x->role[k].least > x->role[k].most)
            x->role[k].least = x->role[k].most;
    }
}

static int64_t points(const struct alloc *x, const struct row_rota_alloc_wishers *w, const struct row_rota_alloc_edges *e, bool leads)
{
    int64_t wish = e->rank == 0 ? 15 : 100 - 4 * (e->rank - 1), before = 4 * w->before, lead = leads ? 60 - 20 * w->led : 0;
    uint64_t draw = (uint64_t)x->id * SPLITMIX_STEP + (uint64_t)e->person_id * 31 + (uint64_t)e->shift_id;
    wish = wish < 20 && e->rank != 0 ? 20 : wish;
    before = before > 40 ? 40 : before;
    lead = lead < -60 ? -60 : lead;
    return (PLACE_POINTS + wish - before + lead) * TENTHS + (int64_t)(splitmix_next(&draw) % TENTHS);
}

static void make_edges(struct alloc *x)
{
    size_t at = 0, n = 0;
    x->student = ARENA_ARRAY(x->a, x->wishers.n, struct place_student);
    x->edge = ARENA_ARRAY(x->a, x->edges.n, struct place_edge);
    x->rank = ARENA_ARRAY(x->a, x->edges.n, int64_t);
    for (size_t k = 0; k < x->wishers.n; k++) {
        const struct row_rota_alloc_wishers *w = &x->wishers.v[k];
        int64_t most = w->most < x->t.most - w->has ? w->most : x->t.most - w->has;
        x->student[k] = (struct place_student){.id = (int64_t)k, .most = at_least_none(most)};
    }
    for (size_t k = 0; k < x->edges.n; k++) { /* by person, as the wishers are */
        const struct row_rota_alloc_edges *e = &x->edges.v[k];
        while (at < x->wishers.n && x->wishers.v[at].person_id < e->person_id)
            at++;
        size_t role = role_at(x, e->shift_id, e->role_id);
        if (at == x->wishers.n || role == SIZE_MAX || x->role[role].most == 0)
            continue;
        x->rank[n] = e->rank;
        x->edge[n++] = (struct place_edge){(uint32_t)at, (uint32_t)role, points(x, &x->wishers.v[at], e, x->roles.v[role].leads != 0)};
    }
    x->p = (struct place){.student = x->student, .shift = x->shift, .role = x->role, .edge = x->edge, .students = (uint32_t)x->wishers.n,
                          .shifts = (uint32_t)x->shifts.n, .roles = (uint32_t)x->roles.n, .edges = (uint32_t)n};
}

/* ---- solving ----------------------------------------------------------------------------------------------------------------------------- */

/* What cannot be filled is told once and asked for no longer, so that the rest is as good as it can be. */
static enum rc solve(struct alloc *x, struct err *e)
{
    struct place_options o = {.aim = PLACE_WEIGHT};
    for (int tries = 0; tries < TRIES_MOST; tries++) {
        struct buf why = buf_new(x->a, 256);
        size_t from = x->cut.n;
        o.cut = &x->cut;
        enum rc rc = place_solve(&x->p, &o, x->a, &x->result, &why, e);
        if (rc != RC_CONFLICT)
            return rc;
        for (size_t k = from; k < x->cut.n; k++)
            if (x->cut.v[k].what == PLACE_CUT_SHORT && x->cut.v[k].role != PLACE_CUT_NONE)
                x->role[x->cut.v[k].role].least = at_least_none(x->cut.v[k].can);
    }
    struct buf why = buf_new(x->a, 256);
    for (size_t k = 0; k < x->roles.n; k++)
        x->role[k].least = 0;
    o.cut = NULL;
    return place_solve(&x->p, &o, x->a, &x->result, &why, e);
}

static void cap_students(struct alloc *x, const int32_t *own, int32_t most)
{
    for (size_t k = 0; k < x->wishers.n; k++)
        x->student[k].most = own[k] < most ? own[k] : most;
}

/* Shifts that people could have in all, if nobody had more than that. */
static int64_t could_have(const struct alloc *x, const int32_t *own, int32_t most)
{
    int64_t sum = 0;
    for (size_t k = 0; k < x->wishers.n; k++)
        sum += own[k] < most ? own[k] : most;
    return sum;
}

/* The fewest shifts for each person with which as many places are filled. */
static enum rc even_out(struct alloc *x, struct err *e)
{
    int32_t *own = ARENA_ARRAY(x->a, x->wishers.n, int32_t), low = 1, high = 0;
    uint32_t placed = x->result.placed;
    for (size_t k = 0; k < x->wishers.n; k++) {
        own[k] = x->student[k].most;
        high = own[k] > high ? own[k] : high;
    }
    x->per_person = high;
    if (x->p.edges > EVEN_EDGES)
        return RC_OK;
    while (low < high && could_have(x, own, low) < placed)
        low++;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        struct place_options o = {.aim = PLACE_WEIGHT};
        struct place_result r;
        struct buf why = buf_new(x->a, 256);
        cap_students(x, own, middle);
        enum rc rc = place_solve(&x->p, &o, x->a, &r, &why, e);
        if (rc != RC_OK && rc != RC_CONFLICT)
            return rc;
        if (rc == RC_OK && r.placed == placed) {
            x->result = r;
            x->per_person = high = middle;
        } else {
            low = middle + 1;
        }
    }
    cap_students(x, own, x->per_person);
    return RC_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc write_shortages(struct db *tx, const struct alloc *x)
{
    int64_t number = 0, line = 0;
    static const char *const words[] = {"short", "also", "person", "full", "more"};
    for (size_t k = 0; k < x->cut.n && k < SHORT_LINES_MOST; k++) {
        const struct place_cut_line *c = &x->cut.v[k];
        int64_t shift = c->shift != PLACE_CUT_NONE ? x->shifts.v[c->shift].id : 0, role = c->role != PLACE_CUT_NONE ? x->roles.v[c->role].role_id : 0;
        int64_t person = c->student != PLACE_CUT_NONE ? x->wishers.v[c->student].person_id : 0;
        number += c->what == PLACE_CUT_SHORT;
        line = c->what == PLACE_CUT_SHORT ? 0 : line + 1;
        TRY(sql_rota_shortage_add(tx, x->id, number, line, str_from(words[c->what]), shift != 0 ? &shift : NULL, role != 0 ? &role : NULL,
                                  person != 0 ? &person : NULL, c->least, c->can));
    }
    return RC_OK;
}

static enum rc write_result(struct db *tx, void *arg, struct err *e)
{
    const struct alloc *x = arg;
    struct arena *own = arena_new(0);
    bool *got = ARENA_ARRAY(own, x->wishers.n, bool);
    size_t *next = ARENA_ARRAY(own, x->roles.n, size_t), seat = 0;
    int64_t without = 0;
    enum rc rc = RC_OK;
    for (size_t k = 0; k < x->roles.n; k++) { /* both in the order of shift and role */
        while (seat < x->seats.n && (x->seats.v[seat].shift_id < x->roles.v[k].shift_id ||
                                     (x->seats.v[seat].shift_id == x->roles.v[k].shift_id && x->seats.v[seat].role_id < x->roles.v[k].role_id)))
            seat++;
        next[k] = seat;
    }
    for (uint32_t k = 0; k < x->p.edges && rc == RC_OK; k++) {
        if (!x->result.chosen[k])
            continue;
        size_t at = next[x->edge[k].role]++;
        got[x->edge[k].student] = true;
        rc = sql_rota_proposal_add(tx, x->id, x->seats.v[at].id, x->wishers.v[x->edge[k].student].person_id, x->rank[k]);
    }
    for (size_t k = 0; k < x->wishers.n; k++)
        without += !got[k];
    arena_free(own);
    TRY(rc);
    TRY(write_shortages(tx, x));
    TRY(sql_rota_allocation_done(tx, x->id, S("ready"), S(""), (int64_t)x->wishers.n, x->result.placed, without, x->per_person, x->micros));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

/* For the bar on the page: read, solved, evened out; the last step is writing. */
static enum rc step(const struct alloc *x, const struct row_rota_allocation_find *row, int64_t done)
{
    return row->job_id_null ? RC_OK : job_progress(x->db, row->job_id, done, ROTA_PROPOSE_STEPS);
}

enum rc rota_propose(struct db *db, struct arena *a, int64_t id, int64_t now, struct err *e)
{
    struct row_rota_allocation_find row;
    TRY(sql_rota_allocation_find(db, a, id, &row));
    if (!str_eq_z(row.state, "waiting"))
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    struct alloc *x = ARENA_NEW(a, struct alloc);
    *x = (struct alloc){.db = db, .a = a, .id = id, .term = row.term_id, .now = now, .cut = {.a = a}};
    TRY(sql_rota_term_find(db, a, row.term_id, &x->t));
    TRY(read_all(x));
    if (x->edges.n > ROTA_EDGES_MOST)
        return err_set(e, RC_TOO_LARGE, M_placement_too_many_wishes, "%d", ROTA_EDGES_MOST);
    TRY(step(x, &row, 1));
    make_shifts(x);
    make_edges(x);
    uint64_t began = clock_steady_us();
    TRY(solve(x, e));
    TRY(step(x, &row, 2));
    TRY(even_out(x, e));
    TRY(step(x, &row, 3));
    x->micros = (int64_t)(clock_steady_us() - began);
    return store_write_bulk(db, write_result, x, e);
}

/* ---- publishing ---------------------------------------------------------------------------------------------------------------------------- */

enum rc rota_publish(struct db *tx, struct arena *a, int64_t id, int64_t version, int lang, int64_t now, int64_t *given, int64_t *left, struct err *e)
{
    struct row_rota_allocation_find row;
    struct row_rota_term_find t;
    struct rows_rota_proposals_all rows;
    *given = *left = 0;
    TRY(sql_rota_allocation_find(tx, a, id, &row));
    TRY(sql_rota_allocation_set_state(tx, id, version, S("published")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    TRY(sql_rota_proposals_all(tx, a, id, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        int64_t place;
        const struct rota_take take = {.shift = rows.v[k].shift_id, .role = rows.v[k].role_id, .person = rows.v[k].person_id, .how = ROTA_ALLOCATED, .lang = lang};
        enum rc rc = rota_take(tx, a, &take, now, &place, NULL);
        if (rc != RC_OK && rc != RC_INVALID && rc != RC_CONFLICT)
            return rc;
        *given += rc == RC_OK;
        *left += rc != RC_OK;
    }
    TRY(sql_rota_term_find(tx, a, row.term_id, &t));
    return str_eq_z(t.state, "published") ? RC_OK : rota_set_term_state(tx, t.id, t.version, S("published"), e);
}
