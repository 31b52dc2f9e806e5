/* Public speaking in a room, which may have one person in it: who speaks goes by signals from the server's clock; afterwards peers and faculty
 * whom she asked rate her by the rubric, apart; she may keep a recording, and count in what she said. The kind and the rules stand in
 * room_speaking.c, its pages in room_speech.c. */
#ifndef CADRE_PROGRAMME_PRACTICE_ROOM_SPEECH_H
#define CADRE_PROGRAMME_PRACTICE_ROOM_SPEECH_H

#include "gen/msg_speaking.h"
#include "gen/programme/practice/speech_sql.h"
#include "programme/practice/room.h"
#include "programme/practice/speech_count.h"
#include "programme/practice/talk_text.h"

extern const struct room_kind room_speaking;

#define SPEECH_RECORDING_MOST (20 << 20) /* bytes */
#define SPEECH_OUTLINE_MOST 2000         /* characters */
#define SPEECH_TRANSCRIPT_MOST 20000
#define SPEECH_REFLECTION_MOST 500
#define SPEECH_SECONDS_MOST 7200

enum speech_signal { SPEECH_NOT_YET, SPEECH_GO, SPEECH_GREEN, SPEECH_AMBER, SPEECH_RED };
/* Which signal a speech of so many seconds is shown. */
enum speech_signal speech_signal_at(const struct speaking *s, int64_t second);

/* A speech as it stands. */
struct speech {
    struct speaking text;
    const struct row_room_seats *speaker; /* NULL: nobody has the seat */
    struct row_speech_find kept;          /* zeroed but for its texts where nothing is kept */
    int64_t second;                       /* of the phase, while she speaks */
    enum speech_signal signal;
    struct rows_room_ratings given;
    struct rows_speech_faculty faculty;
    size_t by_peers, by_faculty, owing;   /* owing: asked, or watched, and has not rated */
    bool shown;                           /* the ratings */
};
enum rc speech_read(struct db *db, struct arena *a, const struct room *r, int64_t now, struct speech *out) MUST_CHECK;
bool speech_is_faculty(const struct speech *s, int64_t person);
bool speech_has_rated(const struct speech *s, int64_t person);
/* Who rates: has watched or was asked, or leads without playing and has rated. */
bool speech_rates(const struct speech *s, const struct row_room_seats *who);

/* ---- inside closures ---------------------------------------------------------------------------------------------------------------- */

/* Asks somebody to rate, as an observer: she finds the room on Home. Not any more once the ratings are shown. */
enum rc speech_ask(struct db *tx, struct arena *a, int64_t room, int64_t speaker, int64_t rater, int64_t now, struct err *e) MUST_CHECK;
/* The speaker waits for nobody else: what was given is shown and becomes evidence; who has not rated is let go. */
enum rc speech_show(struct db *tx, struct arena *a, int64_t room, int64_t speaker, int64_t now, struct err *e) MUST_CHECK;

/* What she writes for herself: her outline before she speaks, what she said and her own line afterwards. */
struct form *speech_own_form(struct ctx *c, const struct room *r, const struct speech *s);

/* For room.h. */
enum rc speech_export(struct db *db, struct arena *a, int64_t person, json_t *into) MUST_CHECK;
enum rc speech_erase(struct db *tx, int64_t person) MUST_CHECK;
enum rc speech_drop(struct db *tx, int64_t room) MUST_CHECK;
enum rc speech_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more) MUST_CHECK;

enum rc room_post_speech(struct ctx *c);
enum rc room_handle_recording(struct ctx *c);
enum rc room_get_recording(struct ctx *c);
enum rc room_handle_raters(struct ctx *c);
enum rc room_handle_shown(struct ctx *c);

#endif
