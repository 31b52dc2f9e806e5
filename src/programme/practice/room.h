/* Rooms: one run of an exercise by several people, each with her own device, in one place or in a call. A room has the phases of its text
 * and one clock, the server's; people have seats; what they are shown follows from these, and every device learns of a change by a stream
 * (http/ctx.h, page_stream). What is the same for every kind stands here; a kind adds what it shows in `struct room_kind`. */
#ifndef CADRE_PROGRAMME_PRACTICE_ROOM_H
#define CADRE_PROGRAMME_PRACTICE_ROOM_H

#include "gen/msg_room.h"
#include "gen/programme/practice/room_sql.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"

struct room_kind;
#define ROOM_TURNS 3

/* A room as it stands, for who asks. */
struct room {
    struct row_room_find r;
    const struct room_kind *kind;
    struct room_plan plan;
    struct sections text;
    const struct room_phase *phase;      /* NULL unless it is going */
    int64_t left, played;                /* ms: of the phase, below 0 when it is late; of play in all */
    bool runs;                           /* its clock */
    struct rows_room_seats seats;
    const struct row_room_seats *me;     /* NULL: she is not in it */
    const struct room_part *part;        /* that she is; NULL: none */
    bool leads;
    bool revealed;                       /* the debrief has come: cards are for all */
};

struct room_kind {
    enum practice_kind kind;
    bool brief;      /* in play its panel is what matters: cards and people are folded */
    void (*read)(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out);
    /* What it shows beside the rest, for c->who: out->view stays NULL for nothing. May be NULL. */
    enum rc (*panel)(struct ctx *c, const struct room *r, struct view_any *out);
    /* When, in ms of play, time alone changes what is shown: in their order, 0 after the last. May be NULL: never. */
    void (*turns)(struct arena *a, const struct room *r, int64_t out[ROOM_TURNS]);
    /* How it ended for all, in few words that are kept with each attempt. Inside a closure. May be NULL: nothing to say. */
    enum rc (*ending)(struct db *tx, struct arena *a, const struct room *r, struct str *words);
    /* Names the parts and phases that the kind makes itself, in a language (an index). May be NULL: the text names them all. */
    void (*name)(int lang, struct room_plan *plan);
    /* Before a phase begins: what must be there first (a refusal is told to who leads), what is made with it. Inside a closure. May be NULL. */
    enum rc (*enter)(struct db *tx, struct arena *a, const struct room *r, int64_t phase, int64_t now, struct err *e);
    /* Ratings that raters give apart: may they be seen. NULL: each is as soon as it is given. */
    enum rc (*shown)(struct db *db, struct arena *a, const struct room *r, bool *shown);
    /* With shown: one more was given; it becomes evidence when it may be seen, and that is for the kind. Inside a closure. */
    enum rc (*rated)(struct db *tx, struct arena *a, const struct room *r, int64_t now, struct err *e);
};
extern const struct room_kind room_role_play, room_negotiation;
/* NULL: exercises of this kind are not done in rooms. */
const struct room_kind *room_kind_of(struct str kind);

/* Reads it as it stands at that time for that person (0: nobody). RC_NOT_FOUND. */
enum rc room_read(struct db *db, struct arena *a, int64_t id, int64_t person, int64_t now, struct room *out) MUST_CHECK;
bool room_is_open(const struct room *r); /* waiting or going */
/* Whose part it is: the index in plan.parts, SIZE_MAX when there is none of that name. */
size_t room_find_part(const struct room_plan *plan, struct str name);
size_t room_count_seats(const struct room *r, const char *seat, struct str part);

/* ---- inside closures ---------------------------------------------------------------------------------------------------------------- */

/* Opens one on what is current of the exercise in that language. Whoever opens leads it. */
enum rc room_open(struct db *tx, struct arena *a, int64_t exercise, struct str language, int64_t person, int64_t now, int64_t *room, struct err *e) MUST_CHECK;
/* Comes in; who is in already stays as she is. */
enum rc room_come_in(struct db *tx, int64_t room, int64_t person, int64_t now) MUST_CHECK;
/* Takes a seat: the name of a part, "observer", or "" for none; free, and before the debrief. */
enum rc room_take(struct db *tx, struct arena *a, int64_t room, int64_t person, struct str seat, int64_t now, struct err *e) MUST_CHECK;

#define ROOM_STEPS(X) X(BEGIN, "begin") X(PAUSE, "pause") X(TIMEOUT, "timeout") X(GO_ON, "go-on") X(NEXT, "next") X(BACK, "back") X(END, "end")
enum room_step {
#define X(id, word) ROOM_##id,
    ROOM_STEPS(X)
#undef X
        ROOM_STEP_COUNT
};
bool room_find_step(struct str word, enum room_step *step);
/* One step. phase: the one she saw; where another has begun since, next and back are refused (RC_CONFLICT). What holds already is done
 * again without harm. A time-out is for anybody in the room, the rest for who leads: the caller asks. */
enum rc room_step(struct db *tx, struct arena *a, int64_t room, int64_t person, enum room_step step, int64_t phase, int64_t now, struct err *e) MUST_CHECK;

struct practice_rating_new;
/* Somebody in it judges somebody who had a part: once. RC_CONFLICT the second time. */
enum rc room_rate(struct db *tx, struct arena *a, const struct room *r, const struct practice_rating_new *n, int64_t now, struct err *e) MUST_CHECK;

/* ---- what the pages share ------------------------------------------------------------------------------------------------------------ */

/* The room of the address, for who is in it; RC_NOT_FOUND for everybody else. */
enum rc room_enter(struct ctx *c, struct room *out) MUST_CHECK;
struct str room_path(const struct ctx *c, int64_t room, const char *end);
/* Does she see the cards of all: who leads without playing, and may lead in the programme anyway. */
bool room_sees_all(struct ctx *c, const struct room *r);
/* May a person read that rating of a room: it is about her; where raters rate apart, she has rated the same. */
bool room_rating_is_for(const struct room *r, const struct rows_room_ratings *given, size_t rating, int64_t person);
struct page room_page(struct ctx *c, const struct room *r, struct str title, bool below);

/* For practice.h's capability. */
enum rc room_home(struct ctx *c, struct home_list *list) MUST_CHECK;
enum rc room_export(struct db *db, struct arena *a, int64_t person, json_t *into) MUST_CHECK;
enum rc room_erase(struct db *tx, int64_t person) MUST_CHECK;
enum rc room_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more) MUST_CHECK;
/* On the page of an exercise: a form that opens a room, for who may; her rooms. */
enum rc room_fill_exercise(struct ctx *c, const struct row_practice_find *x, const struct form **open, struct view_any *rooms) MUST_CHECK;
/* An attempt that was made in a room: goes there. RC_NOT_FOUND. */
enum rc room_redirect_attempt(struct ctx *c, int64_t attempt) MUST_CHECK;

enum rc room_post_open(struct ctx *c);
enum rc room_handle_join(struct ctx *c);
enum rc room_get(struct ctx *c);
enum rc room_get_live(struct ctx *c);
enum rc room_post_seat(struct ctx *c);
enum rc room_post_step(struct ctx *c);
enum rc room_handle_end(struct ctx *c);
enum rc room_handle_seats(struct ctx *c);
enum rc room_handle_rate(struct ctx *c);
enum rc room_get_ratings(struct ctx *c);
enum rc room_post_offer(struct ctx *c);
enum rc room_post_answer(struct ctx *c);

#endif
