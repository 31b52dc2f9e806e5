/* The rules of rooms: who is in one, its clock and its steps, what people have done in it. See room.h. */
#include "programme/practice/room_speech.h"
#include "programme/practice/room_talk.h"

#include "auth/session.h"

#define CODE_LENGTH 6
#define CODE_TRIES 20
#define PEOPLE_MOST 60

static const struct room_kind *const kinds[] = {&room_role_play, &room_negotiation, &room_debate, &room_listening, &room_speaking};

const struct room_kind *room_kind_of(struct str kind)
{
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        if (str_eq(kind, practice_kind_word(kinds[k]->kind)))
            return kinds[k];
    return NULL;
}

const struct room_kind room_role_play = {.kind = PRACTICE_ROLE_PLAY, .read = role_play_read};

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

bool room_is_open(const struct room *r)
{
    return str_eq_z(r->r.state, "waiting") || str_eq_z(r->r.state, "going");
}

size_t room_find_part(const struct room_plan *plan, struct str name)
{
    for (size_t k = 0; k < plan->part_count; k++)
        if (str_eq(plan->parts[k].name, name))
            return k;
    return SIZE_MAX;
}

size_t room_count_seats(const struct room *r, const char *seat, struct str part)
{
    size_t n = 0;
    for (size_t k = 0; k < r->seats.n; k++)
        n += str_eq_z(r->seats.v[k].seat, seat) && (part.n == 0 || str_eq(r->seats.v[k].part, part));
    return n;
}

/* ms of the phase that are used up. */
static int64_t used(const struct row_room_find *r, int64_t now)
{
    return r->spent + (r->runs_at_null || now < r->runs_at ? 0 : now - r->runs_at);
}

static void read_clock(struct room *out, int64_t now)
{
    const struct row_room_find *r = &out->r;
    if (str_eq_z(r->state, "going") && r->phase >= 0 && (size_t)r->phase < out->plan.phase_count) {
        out->phase = &out->plan.phases[r->phase];
        out->left = out->phase->seconds * 1000 - used(r, now);
        out->runs = !r->runs_at_null;
    }
    out->played = r->played + (out->phase != NULL && out->phase->shows == ROOM_PLAY ? used(r, now) : 0);
    out->revealed = str_eq_z(r->state, "done") || (out->phase != NULL && out->phase->shows == ROOM_DEBRIEF);
}

enum rc room_read(struct db *db, struct arena *a, int64_t id, int64_t person, int64_t now, struct room *out)
{
    struct problems ignored = problems_new(a);
    *out = (struct room){0};
    TRY(sql_room_find(db, a, id, &out->r));
    out->kind = room_kind_of(out->r.kind);
    ASSERT(out->kind != NULL);
    out->text = sections_read(a, S(""), out->r.source, &ignored);
    out->kind->read(a, &out->text, &ignored, &out->plan);
    if (out->kind->name != NULL)
        out->kind->name(lang_find(out->r.language), &out->plan);
    read_clock(out, now);
    TRY(sql_room_seats(db, a, id, &out->seats));
    for (size_t k = 0; k < out->seats.n; k++)
        if (out->seats.v[k].person_id == person)
            out->me = &out->seats.v[k];
    if (out->me != NULL) {
        size_t part = room_find_part(&out->plan, out->me->part);
        out->part = str_eq_z(out->me->seat, "part") && part != SIZE_MAX ? &out->plan.parts[part] : NULL;
        out->leads = out->me->leads != 0;
    }
    return RC_OK;
}

/* ---- opening, coming in, sitting down ------------------------------------------------------------------------------------------------ */

/* Letters and digits that are not taken for each other when they are read aloud or written on a board. */
static struct str draw_code(struct db *tx, struct arena *a)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    unsigned char bytes[CODE_LENGTH];
    char code[CODE_LENGTH + 1] = {0};
    db_draw(tx, bytes, sizeof bytes);
    for (size_t k = 0; k < CODE_LENGTH; k++)
        code[k] = letters[bytes[k] % (sizeof letters - 1)];
    return str_dup(a, str_from(code));
}

enum rc room_open(struct db *tx, struct arena *a, int64_t exercise, struct str language, int64_t person, int64_t now, int64_t *room, struct err *e)
{
    struct row_practice_find x;
    struct row_room_by_code taken;
    struct str code = S("");
    TRY(sql_practice_find(tx, a, exercise, language, &x));
    if (x.version_id_null || !str_eq_z(x.state, "open") || room_kind_of(x.kind) == NULL)
        return err_set(e, RC_NOT_FOUND, 0, NULL);
    for (int k = 0; k < CODE_TRIES && code.n == 0; k++) {
        struct str drawn = draw_code(tx, a);
        enum rc rc = sql_room_by_code(tx, a, drawn, &taken);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        code = rc == RC_NOT_FOUND ? drawn : code;
    }
    ASSERT(code.n != 0);
    *room = db_new_opaque_id(tx);
    TRY(sql_room_add(tx, *room, exercise, x.version_id, code, person, now));
    TRY(sql_room_come_in(tx, *room, person, 1, &now));
    return audit_note(tx, now, person, "room_open", 0, "room", *room);
}

enum rc room_come_in(struct db *tx, int64_t room, int64_t person, int64_t now)
{
    TRY(sql_room_come_in(tx, room, person, 0, &now));
    return sql_room_touch(tx, room, now);
}

enum rc room_take(struct db *tx, struct arena *a, int64_t room, int64_t person, struct str seat, int64_t now, struct err *e)
{
    struct room r;
    TRY(room_read(tx, a, room, person, now, &r));
    if (r.me == NULL || !room_is_open(&r) || r.revealed)
        return err_set(e, RC_CONFLICT, M_room_seats_closed, NULL);
    bool observer = str_eq_z(seat, "observer");
    size_t part = observer || seat.n == 0 ? SIZE_MAX : room_find_part(&r.plan, seat);
    if (seat.n != 0 && !observer && part == SIZE_MAX)
        return err_field(e, RC_INVALID, M_room_seat_unknown, "seat", NULL);
    bool has = observer ? str_eq_z(r.me->seat, "observer") : str_eq(r.me->part, seat) && !str_eq_z(r.me->seat, "observer");
    if (has)
        return RC_OK;
    int64_t seats = observer ? r.plan.observers : part != SIZE_MAX ? r.plan.parts[part].seats : PEOPLE_MOST;
    if (seat.n != 0 && (int64_t)room_count_seats(&r, observer ? "observer" : "part", observer ? S("") : seat) >= seats)
        return err_field(e, RC_CONFLICT, M_room_seat_taken, "seat", NULL);
    TRY(sql_room_take(tx, room, person, seat.n == 0 ? S("none") : observer ? S("observer") : S("part"), observer ? S("") : seat));
    return sql_room_touch(tx, room, now);
}

/* ---- what was done becomes an attempt ------------------------------------------------------------------------------------------------ */

static enum rc add_attempt(struct db *tx, struct arena *a, const struct room *r, int64_t person, struct str ending, int64_t now)
{
    struct row_practice_turns turns;
    int64_t attempt = db_new_opaque_id(tx), evidence;
    TRY(sql_practice_turns(tx, a, person, r->r.exercise_id, &turns));
    TRY(practice_add_evidence(tx, a, person, r->r.programme_id, r->r.exercise_id, attempt, -1, now, &evidence));
    TRY(sql_room_attempt_add(tx, attempt, person, r->r.exercise_id, r->r.version_id, turns.n + 1, r->r.started_at, now, ending,
                             evidence != 0 ? &evidence : NULL));
    return sql_room_set_attempt(tx, r->r.id, person, attempt);
}

static bool plays(const struct room *r, const struct row_room_seats *s)
{
    size_t part = str_eq_z(s->seat, "part") ? room_find_part(&r->plan, s->part) : SIZE_MAX;
    return str_eq_z(s->seat, "part") && (part == SIZE_MAX || !r->plan.parts[part].apart);
}

/* The play is over: each who had a part has done the exercise. Whoever observed has done something else. */
static enum rc add_attempts(struct db *tx, struct arena *a, const struct room *r, int64_t now)
{
    struct str ending = S("");
    if (r->kind->ending != NULL)
        TRY(r->kind->ending(tx, a, r, &ending));
    for (size_t k = 0; k < r->seats.n; k++)
        if (plays(r, &r->seats.v[k]) && r->seats.v[k].attempt_id_null)
            TRY(add_attempt(tx, a, r, r->seats.v[k].person_id, ending, now));
    return RC_OK;
}

/* ---- steps -------------------------------------------------------------------------------------------------------------------------- */

bool room_find_step(struct str word, enum room_step *step)
{
    static const char *const words[] = {
#define X(id, word) word,
        ROOM_STEPS(X)
#undef X
    };
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_eq_z(word, words[k])) {
            *step = (enum room_step)k;
            return true;
        }
    return false;
}

static void stop_clock(struct row_room_find *r, int64_t now)
{
    r->spent = used(r, now);
    r->runs_at_null = true;
}

static void start_clock(struct row_room_find *r, int64_t now)
{
    r->runs_at = now;
    r->runs_at_null = false;
    r->stopped = S("");
    r->stopped_by_null = true;
}

/* Into another phase; what was played is added up. */
static void enter_phase(struct room *r, int64_t phase, int64_t now)
{
    if (r->phase != NULL && r->phase->shows == ROOM_PLAY)
        r->r.played += used(&r->r, now);
    r->r.phase = phase;
    r->r.phase_at = now;
    r->r.phase_at_null = false;
    r->r.spent = 0;
    start_clock(&r->r, now);
}

static enum rc begin(struct db *tx, struct arena *a, struct room *r, int64_t now, struct err *e)
{
    if (!str_eq_z(r->r.state, "waiting"))
        return RC_OK;
    for (size_t k = 0; k < r->plan.part_count; k++)
        if (!r->plan.parts[k].optional && room_count_seats(r, "part", r->plan.parts[k].name) == 0)
            return err_set(e, RC_INVALID, M_room_seat_empty, "%.*s", STR_ARG(r->plan.parts[k].title));
    if (r->kind->enter != NULL)
        TRY(r->kind->enter(tx, a, r, 0, now, e));
    r->r.state = S("going");
    r->r.started_at = now;
    r->r.started_at_null = false;
    enter_phase(r, 0, now);
    return RC_OK;
}

static enum rc end(struct db *tx, struct arena *a, struct room *r, int64_t person, int64_t now)
{
    bool played = r->phase != NULL && r->phase->shows != ROOM_PREPARE;
    if (!room_is_open(r))
        return RC_OK;
    if (played)
        TRY(add_attempts(tx, a, r, now));
    if (r->phase != NULL && r->phase->shows == ROOM_PLAY)
        r->r.played += used(&r->r, now);
    stop_clock(&r->r, now);
    r->r.state = played ? S("done") : S("left");
    r->r.ended_at = now;
    r->r.ended_at_null = false;
    return audit_note(tx, now, person, "room_end", 0, "room", r->r.id);
}

static enum rc move(struct db *tx, struct arena *a, struct room *r, int64_t person, bool next, int64_t now, struct err *e)
{
    int64_t to = r->r.phase + (next ? 1 : -1);
    if (r->phase == NULL || to < 0)
        return RC_OK;
    if (to == (int64_t)r->plan.phase_count)
        return end(tx, a, r, person, now);
    if (r->phase->shows == ROOM_DEBRIEF && r->plan.phases[to].shows != ROOM_DEBRIEF)
        return err_set(e, RC_CONFLICT, M_room_no_way_back, NULL); /* what was hidden has been read */
    if (next && r->kind->enter != NULL)
        TRY(r->kind->enter(tx, a, r, to, now, e));
    if (r->plan.phases[to].shows == ROOM_DEBRIEF)
        TRY(add_attempts(tx, a, r, now));
    enter_phase(r, to, now);
    return RC_OK;
}

static void pause_clock(struct room *r, int64_t person, const char *why, int64_t now)
{
    if (r->phase == NULL || !r->runs)
        return;
    stop_clock(&r->r, now);
    r->r.stopped = str_from(why);
    r->r.stopped_by = person;
    r->r.stopped_by_null = false;
}

/* When time alone will change what is shown: while the clock goes in a phase of play. How many times. */
static size_t turns_at(struct arena *a, struct room *r, int64_t now, int64_t at[ROOM_TURNS])
{
    int64_t turns[ROOM_TURNS] = {0};
    size_t n = 0;
    read_clock(r, now);
    if (r->kind->turns != NULL && r->phase != NULL && r->phase->shows == ROOM_PLAY && r->runs)
        r->kind->turns(a, r, turns);
    for (size_t k = 0; k < ROOM_TURNS; k++)
        if (turns[k] > r->played)
            at[n++] = now + turns[k] - r->played;
    return n;
}

static enum rc keep(struct db *tx, struct arena *a, struct room *r, int64_t now)
{
    const struct row_room_find *x = &r->r;
    int64_t at[ROOM_TURNS];
    r->phase = NULL;
    size_t turns = turns_at(a, r, now, at);
    return sql_room_set(tx, x->id, x->state, x->phase, x->phase_at_null ? NULL : &x->phase_at, x->spent, x->runs_at_null ? NULL : &x->runs_at, x->played,
                        x->stopped, x->stopped_by_null ? NULL : &x->stopped_by, turns > 0 ? &at[0] : NULL, turns > 1 ? &at[1] : NULL, turns > 2 ? &at[2] : NULL,
                        x->started_at_null ? NULL : &x->started_at, x->ended_at_null ? NULL : &x->ended_at, now);
}

enum rc room_step(struct db *tx, struct arena *a, int64_t room, int64_t person, enum room_step step, int64_t phase, int64_t now, struct err *e)
{
    struct room r;
    TRY(room_read(tx, a, room, person, now, &r));
    if (!room_is_open(&r))
        return err_set(e, RC_CONFLICT, M_room_over, NULL);
    if ((step == ROOM_NEXT || step == ROOM_BACK) && phase != r.r.phase)
        return err_set(e, RC_CONFLICT, M_room_moved_on, NULL);
    switch (step) {
    case ROOM_BEGIN:
        TRY(begin(tx, a, &r, now, e));
        break;
    case ROOM_PAUSE:
    case ROOM_TIMEOUT:
        pause_clock(&r, person, step == ROOM_PAUSE ? "pause" : "timeout", now);
        break;
    case ROOM_GO_ON:
        if (r.phase != NULL && !r.runs)
            start_clock(&r.r, now);
        break;
    case ROOM_NEXT:
    case ROOM_BACK:
        TRY(move(tx, a, &r, person, step == ROOM_NEXT, now, e));
        break;
    case ROOM_END:
        TRY(end(tx, a, &r, person, now));
        break;
    case ROOM_STEP_COUNT:
        break;
    }
    return keep(tx, a, &r, now);
}
