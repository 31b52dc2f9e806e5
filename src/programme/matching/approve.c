/* Approving a round, and what comes afterwards: the pairs are proposed in one transaction; what was solved is kept as text, so that
 * it can be explained, and solved again when somebody leaves or a mentor gains a seat. */
#include "programme/matching/inside.h"
#include "programme/mentor/mentor.h"

static enum rc mail_result(struct db *tx, struct arena *a, int64_t round, enum hr_side side, uint32_t agent, int64_t now)
{
    return mail_ask(tx, "match_result", str_printf(a, "%" PRId64 " %d %" PRIu32, round, (int)side, agent + 1), now);
}

static enum rc keep_solved(struct db *tx, struct arena *a, const struct match_data *d, const struct match_run *run)
{
    const struct hr *h = run->h;
    enum match_near near = run->how.near && !run->how.none ? d->r.near : MATCH_NEAR_OFF;
    TRY(sql_match_solved_add(tx, d->r.id, match_write_hr(a, h), str_from(match_near_word(near))));
    for (size_t k = 0; k < h->excluded_count; k++) {
        const struct match_apart *x = match_find_apart(d, h->excluded[k].mentee, h->excluded[k].mentor);
        bool again = k > 0 && h->excluded[k - 1].mentee == h->excluded[k].mentee && h->excluded[k - 1].mentor == h->excluded[k].mentor;
        if (x != NULL && !again)
            TRY(sql_match_apart_add(tx, d->r.id, x->mentee + 1, x->mentor + 1, x->why));
    }
    return RC_OK;
}

/* ids: of the pairs, made before the pipeline begins, since making a key may ask the database. */
static enum rc propose_all(struct db *tx, const struct match_data *d, const struct match_run *run, const int64_t *ids, int64_t now)
{
    db_pipeline_begin(tx);
    enum rc rc = RC_OK;
    for (uint32_t i = 0; i < d->count[HR_MENTEE] && rc == RC_OK; i++) {
        uint32_t j = run->partner[i];
        if (j == HR_NONE)
            continue;
        rc = mentor_propose(tx, ids[i], d->r.programme, d->member[HR_MENTOR][j].person, d->member[HR_MENTEE][i].person, now);
        if (rc == RC_OK)
            rc = sql_match_outcome_add(tx, d->r.id, i + 1, j + 1, ids[i], now);
    }
    enum rc sent = db_pipeline_end(tx);
    return rc != RC_OK ? rc : sent;
}

enum rc match_approve(struct db *tx, struct arena *a, int64_t round, int64_t version, uint64_t digest, bool tell, int64_t by, int64_t today,
                      int64_t now, int64_t *pairs, struct err *e)
{
    struct match_round r;
    struct match_data d;
    struct match_run run;
    TRY(match_find(tx, a, round, &r));
    if (str_eq_z(r.state, "approved"))
        return err_set(e, RC_CONFLICT, M_matching_approved_already, NULL);
    if (!str_eq_z(r.state, "open"))
        return err_set(e, RC_CONFLICT, M_matching_not_open, NULL);
    if (r.above != 0) {
        struct match_round above;
        enum rc rc = match_find(tx, a, r.above, &above);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (rc == RC_OK && !str_eq_z(above.state, "approved"))
            return err_set(e, RC_CONFLICT, M_matching_above_first, NULL);
    }
    TRY(match_load(tx, a, &r, today, &d));
    TRY(match_load_above(tx, a, today, &d, e));
    struct match_settings s = match_settings_of(&r);
    TRY(match_solve(&d, a, &s, &run, e));
    if (r.version != version || (digest != 0 && digest != run.digest))
        return err_set(e, RC_CONFLICT, M_matching_other_result, NULL);
    TRY(sql_match_round_approve(tx, round, version, by, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_matching_approved_already, NULL);
    TRY(keep_solved(tx, a, &d, &run));
    for (uint32_t j = 0; j < d.count[HR_MENTOR]; j++) /* on leave, or without a mentor in the round above: no seat, also from now on */
        if (d.member[HR_MENTOR][j].in && d.member[HR_MENTOR][j].seats != run.h->capacity[j])
            TRY(sql_match_person_seats_now(tx, round, j + 1, run.h->capacity[j]));
    int64_t *ids = ARENA_ARRAY(a, d.count[HR_MENTEE], int64_t);
    *pairs = 0;
    for (uint32_t i = 0; i < d.count[HR_MENTEE]; i++)
        if (run.partner[i] != HR_NONE) {
            ids[i] = db_new_id(tx);
            ++*pairs;
        }
    TRY(propose_all(tx, &d, &run, ids, now));
    for (enum hr_side side = HR_MENTEE; tell && side <= HR_MENTOR; side++)
        for (uint32_t i = 0; i < d.count[side]; i++)
            if (d.member[side][i].in && (side == HR_MENTEE || run.check.held[i] != 0))
                TRY(mail_result(tx, a, round, side, i, now));
    return RC_OK;
}

/* ---- afterwards ----------------------------------------------------------------------------------------------------------------- */

bool match_has_ended(struct str state)
{
    return !str_eq_z(state, "proposed") && !mentor_is_open(state);
}

/* The text as it was kept, but without the pins of pairs that have ended, and with those pairs excluded. */
static struct str amend(struct arena *a, struct str hr, const struct rows_match_outcome_load *o)
{
    struct buf b = buf_new(a, hr.n + o->n * 24 + 16);
    struct str line;
    while (hr.n != 0 && hr.p[0] != 'P') {
        size_t end;
        size_t n = str_find(hr, S("\nP "), &end) ? end + 1 : hr.n;
        buf_str(&b, str_sub(hr, 0, n));
        hr = str_sub(hr, n, hr.n);
    }
    while (str_line(&hr, &line)) {
        struct str rest = line, kind, mentee;
        int64_t i = 0;
        if (!str_cut(&rest, ' ', &kind) || !str_eq_z(kind, "P") || !str_cut(&rest, ' ', &mentee) || !str_to_int(mentee, &i))
            continue;
        bool ended = false;
        for (size_t k = 0; k < o->n && o->v[k].mentee <= i; k++)
            ended |= o->v[k].mentee == i && match_has_ended(o->v[k].state);
        if (!ended)
            buf_printf(&b, "%.*s\n", STR_ARG(line));
    }
    for (size_t k = 0; k < o->n; k++)
        if (match_has_ended(o->v[k].state))
            buf_printf(&b, "X %" PRId64 " %" PRId64 "\n", o->v[k].mentee, o->v[k].mentor);
    return buf_text(&b);
}

/* What was solved, with the seats and the people of now, and after a change (NULL: none). */
static struct hr *as_now(struct arena *a, const struct match_past *past, const struct match_shift *s)
{
    const struct hr *h = past->h;
    const struct rows_match_person_load *mentors = &past->people[HR_MENTOR], *mentees = &past->people[HR_MENTEE];
    struct match_seats *changes = ARENA_ARRAY(a, mentors->n + 1, struct match_seats);
    bool *out = ARENA_ARRAY(a, h->count[HR_MENTEE], bool);
    size_t n = 0;
    for (size_t k = 0; k < mentors->n; k++) {
        const struct row_match_person_load *m = &mentors->v[k];
        uint32_t j = (uint32_t)m->place - 1, seats = m->takes_part ? (uint32_t)m->seats : 0;
        if (s != NULL && s->side == HR_MENTOR && s->agent == j)
            seats = s->leaves ? 0 : (uint32_t)s->seats;
        if (j < h->count[HR_MENTOR] && seats != h->capacity[j])
            changes[n++] = (struct match_seats){j, seats};
    }
    for (size_t k = 0; k < mentees->n; k++) {
        uint32_t i = (uint32_t)mentees->v[k].place - 1;
        if (i < h->count[HR_MENTEE])
            out[i] = !mentees->v[k].takes_part || (s != NULL && s->side == HR_MENTEE && s->agent == i);
    }
    return match_change_without(match_change_seats(h, a, changes, n), a, out);
}

enum rc match_load_past(struct db *db, struct arena *a, const struct match_round *r, struct match_past *out, struct err *e)
{
    struct row_match_solved_find solved;
    struct rows_match_outcome_load o;
    enum rc rc = sql_match_solved_find(db, a, r->id, &solved);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_GONE, M_matching_forgotten, NULL);
    TRY(rc);
    TRY(sql_match_outcome_load(db, a, r->id, &o));
    TRY(sql_match_apart_load(db, a, r->id, &out->apart));
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++)
        TRY(sql_match_person_load(db, a, r->id, match_side_word(side), &out->people[side]));
    ASSERT(match_find_near(solved.nearest, &out->near));
    TRY(hr_read(a, amend(a, solved.hr, &o), (uint64_t)r->seed, &out->h, e));
    uint32_t n = out->h->count[HR_MENTEE];
    out->partner = ARENA_ARRAY(a, n, uint32_t);
    out->pair = ARENA_ARRAY(a, n, int64_t);
    out->accepted = ARENA_ARRAY(a, n, bool);
    for (uint32_t i = 0; i < n; i++)
        out->partner[i] = HR_NONE;
    for (size_t k = 0; k < o.n; k++) {
        uint32_t i = (uint32_t)o.v[k].mentee - 1;
        if (match_has_ended(o.v[k].state))
            continue;
        out->partner[i] = (uint32_t)o.v[k].mentor - 1;
        out->pair[i] = o.v[k].pair_id;
        out->accepted[i] = mentor_is_open(o.v[k].state);
    }
    out->now = as_now(a, out, NULL);
    return RC_OK;
}

enum rc match_plan_shift(struct arena *a, const struct match_past *past, const struct match_round *r, const struct match_shift *s,
                         struct match_after *out, struct err *e)
{
    *out = (struct match_after){0};
    if (s->agent >= past->h->count[s->side])
        return err_field(e, RC_INVALID, M_matching_outside, s->side == HR_MENTEE ? "mentee" : "mentor", NULL);
    struct hr *h = as_now(a, past, s);
    uint32_t *after = ARENA_ARRAY(a, h->count[HR_MENTEE], uint32_t);
    struct match_how how;
    if (s->afresh) {
        h = match_change_keep(h, a, past->partner, past->accepted);
        match_apply(r->mode, r->near, h, a, after, &how);
    } else {
        match_fewest_moves(h, past->partner, after, &out->fewest);
    }
    match_moves(h, a, past->partner, after, &out->moves, &out->count);
    out->missing = quota_missing(h, after);
    uint64_t x = UINT64_C(0xcbf29ce484222325);
    for (size_t k = 0; k < out->count; k++)
        x = ((x ^ out->moves[k].mentee) * UINT64_C(0x100000001b3) ^ out->moves[k].to) + out->moves[k].from;
    out->digest = x >> 11;
    return RC_OK;
}

static enum rc move_one(struct db *tx, struct arena *a, const struct match_round *r, const struct match_past *past, const struct match_move *m,
                        int64_t now)
{
    struct row_match_person_find mentee, mentor;
    if (past->pair[m->mentee] != 0)
        TRY(mentor_end_pair(tx, a, past->pair[m->mentee], now));
    TRY(sql_match_outcome_remove(tx, r->id, m->mentee + 1));
    if (m->from != HR_NONE)
        TRY(mail_result(tx, a, r->id, HR_MENTOR, m->from, now));
    if (m->to == HR_NONE)
        return mail_result(tx, a, r->id, HR_MENTEE, m->mentee, now);
    int64_t pair = db_new_id(tx);
    TRY(sql_match_person_find(tx, a, r->id, S("mentee"), m->mentee + 1, &mentee));
    TRY(sql_match_person_find(tx, a, r->id, S("mentor"), m->to + 1, &mentor));
    TRY(mentor_propose(tx, pair, r->programme, mentor.person_id, mentee.person_id, now));
    TRY(sql_match_outcome_add(tx, r->id, m->mentee + 1, m->to + 1, pair, now));
    TRY(mail_result(tx, a, r->id, HR_MENTEE, m->mentee, now));
    return mail_result(tx, a, r->id, HR_MENTOR, m->to, now);
}

enum rc match_apply_shift(struct db *tx, struct arena *a, int64_t round, int64_t version, const struct match_shift *s, uint64_t digest,
                          int64_t now, struct err *e)
{
    struct match_round r;
    struct match_past past;
    struct match_after after;
    TRY(match_find(tx, a, round, &r));
    if (!str_eq_z(r.state, "approved") || r.version != version)
        return err_set(e, RC_CONFLICT, M_matching_changed, NULL);
    TRY(match_load_past(tx, a, &r, &past, e));
    TRY(match_plan_shift(a, &past, &r, s, &after, e));
    if (after.digest != digest)
        return err_set(e, RC_CONFLICT, M_matching_other_result, NULL);
    TRY(sql_match_round_touch(tx, round, version));
    if (s->leaves)
        TRY(sql_match_person_leave(tx, round, match_side_word(s->side), s->agent + 1));
    else
        TRY(sql_match_person_seats_now(tx, round, s->agent + 1, s->seats));
    for (size_t k = 0; k < after.count; k++)
        TRY(move_one(tx, a, &r, &past, &after.moves[k], now));
    return RC_OK;
}
