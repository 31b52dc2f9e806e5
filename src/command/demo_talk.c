/* The demo's debate, listening and speeches: each as people would have done it, by the rules that their own rooms follow; a handful, whatever
 * the size of the demo. One debate is over, one pair has listened to each other, one speech is rated by a peer and by faculty, another waits for
 * faculty. */
#include "command/demo_room.h"
#include "gen/programme/practice/room_talk_sql.h"
#include "programme/practice/rating.h"
#include "programme/practice/room_speech.h"
#include "programme/practice/room_talk.h"

#define MINUTE INT64_C(60000)
#define PEOPLE_LEAST 14 /* with fewer trainees there is none of it */
#define FROM 4          /* the first trainees are in other rooms */

struct scene {
    struct db *tx;
    struct arena *a;
    const struct demo_rooms *d;
    struct err *e;
    int64_t room, lead, at;
};

static int64_t trainee(const struct scene *s, size_t n)
{
    return s->d->ids[FROM + n];
}

/* Opens a room on an exercise. RC_NOT_FOUND where the programme has none of that code. */
static enum rc open_room(struct scene *s, const char *code, int64_t lead, int64_t at)
{
    struct row_practice_by_code x;
    TRY(sql_practice_by_code(s->tx, s->a, s->d->programme, str_from(code), &x));
    s->lead = lead;
    s->at = at;
    return room_open(s->tx, s->a, x.id, x.language, lead, at, &s->room, s->e);
}

static enum rc sit(struct scene *s, int64_t person, const char *seat)
{
    TRY(room_come_in(s->tx, s->room, person, s->at));
    return room_take(s->tx, s->a, s->room, person, str_from(seat), s->at, s->e);
}

/* Plays the phase that goes on for so many seconds, and begins the next one. */
static enum rc next(struct scene *s, int64_t seconds)
{
    struct room r;
    s->at += seconds * MS_PER_SECOND;
    TRY(room_read(s->tx, s->a, s->room, s->lead, s->at, &r));
    return room_step(s->tx, s->a, s->room, s->lead, ROOM_NEXT, r.r.phase, s->at, s->e);
}

static enum rc begin(struct scene *s)
{
    s->at += 10 * MINUTE;
    return room_step(s->tx, s->a, s->room, s->lead, ROOM_BEGIN, 0, s->at, s->e);
}

/* By which instrument people are judged in it. */
static enum rc rubric_of(struct scene *s, const struct room *r, struct instrument *i)
{
    const struct section_key *k = section_find_key(r->text.head, r->text.head_count, "rubric");
    return k != NULL ? instrument_current(s->tx, s->a, k->value, S("en"), i) : RC_NOT_FOUND;
}

/* ---- a debate ------------------------------------------------------------------------------------------------------------------------ */

#define JUDGES 3
#define VOTERS 5

static enum rc vote(struct scene *s, const char *when, const char *const votes[VOTERS])
{
    for (size_t k = 0; k < VOTERS; k++)
        TRY(sql_room_vote_put(s->tx, s->room, trainee(s, 2 + JUDGES + k), str_from(when), str_from(votes[k])));
    return RC_OK;
}

static enum rc hand_in_ballots(struct scene *s, const struct instrument *i)
{
    static const int64_t more[JUDGES] = {1, 1, 0}; /* points by which each has one side ahead */
    for (size_t j = 0; j < JUDGES; j++)
        for (size_t k = 0; k < i->item_count; k++) {
            int64_t low = i->low + 1 + (int64_t)((k + j) % 2), high = low + more[j];
            if (i->items[k].words)
                continue;
            high = high > i->high ? i->high : high;
            low = j == JUDGES - 1 && k == 0 && low < i->high ? low + 1 : low;
            TRY(sql_room_ballot_add(s->tx, s->room, trainee(s, 2 + j), i->items[k].id, S("for"), &high));
            TRY(sql_room_ballot_add(s->tx, s->room, trainee(s, 2 + j), i->items[k].id, S("against"), &low));
        }
    return RC_OK;
}

static enum rc debate(struct scene *s)
{
    static const char *const before[VOTERS] = {"against", "undecided", "for", "against", "undecided"}, *const after[VOTERS] = {"for", "for", "for", "against", "undecided"};
    struct room r;
    struct instrument i;
    TRY(open_room(s, "debate-doctors-strike", s->d->lead, s->d->now - 13 * MS_PER_DAY));
    for (size_t k = 0; k < 2 + JUDGES + VOTERS; k++)
        TRY(sit(s, trainee(s, k), k < 2 ? "speaker" : k < 2 + JUDGES ? "judge" : "observer"));
    TRY(begin(s));
    TRY(vote(s, "before", before));
    TRY(room_read(s->tx, s->a, s->room, s->lead, s->at, &r));
    for (size_t k = 0; k + 2 < r.plan.phase_count; k++)
        TRY(next(s, r.plan.phases[k].seconds - 10));
    TRY(vote(s, "after", after));
    TRY(rubric_of(s, &r, &i));
    TRY(hand_in_ballots(s, &i));
    TRY(next(s, 400));
    return next(s, 900);
}

/* ---- listening ----------------------------------------------------------------------------------------------------------------------- */

/* What a listener answers of a story: right, but for the last question; and two of the points that she gives back are heard. */
static enum rc answer(struct scene *s, const struct listening_story *story, int64_t listener)
{
    for (size_t k = 0; k < story->item_count; k++) {
        const struct listening_item *item = &story->items[k];
        int64_t choice = 0;
        for (size_t o = 0; o < item->option_count; o++)
            if (!item->reflect && item->options[o].right == (k != 3))
                choice = (int64_t)o;
        TRY(sql_room_heard_add(s->tx, s->room, listener, item->name, item->reflect ? NULL : &choice,
                               item->reflect ? S("You say that it is fine, and I heard how tired you are, and that nobody asks.") : S("")));
        if (item->reflect)
            TRY(sql_room_heard_points(s->tx, s->room, listener, item->name, item->option_count > 1 ? S("1,2") : S("1")));
    }
    return RC_OK;
}

static enum rc listen(struct scene *s)
{
    struct problems ignored = problems_new(s->a);
    struct room r;
    struct listening *l = ARENA_NEW(s->a, struct listening);
    TRY(open_room(s, "listening-it-is-all-fine", trainee(s, 0), s->d->now - 9 * MS_PER_DAY));
    TRY(sit(s, trainee(s, 0), "teller"));
    TRY(sit(s, trainee(s, 1), "listener"));
    TRY(begin(s));
    TRY(room_read(s->tx, s->a, s->room, s->lead, s->at, &r));
    listening_read(s->a, &r.text, &ignored, l);
    size_t each = (r.plan.phase_count - 1) / (l->story_count != 0 ? l->story_count : 1);
    for (size_t k = 0; k < r.plan.phase_count; k++) {
        if (k + 1 < r.plan.phase_count && k % each == 2)
            TRY(answer(s, &l->stories[k / each], trainee(s, k / each == 0 ? 1 : 0)));
        TRY(next(s, r.plan.phases[k].seconds * 3 / 4));
    }
    return RC_OK;
}

/* ---- speeches ------------------------------------------------------------------------------------------------------------------------ */

static enum rc rate(struct scene *s, const struct room *r, const struct instrument *i, int64_t speaker, int64_t rater, int more)
{
    int *answers = ARENA_ARRAY(s->a, i->item_count, int);
    struct str *words = ARENA_ARRAY(s->a, i->item_count, struct str);
    for (size_t k = 0; k < i->item_count; k++) {
        answers[k] = i->items[k].words ? INSTRUMENT_MISSING : i->low + 1 + (int)((k + (size_t)more) % 3 != 0) + (k == 2 ? more : 0);
        words[k] = i->items[k].words ? S("The sentence about the last bus: I could see it.") : S("");
    }
    struct practice_rating_new n = {.version = r->r.version_id, .attempt = 0, .person = speaker, .rater = rater, .instrument = i, .answers = answers, .words = words};
    for (size_t k = 0; k < r->seats.n; k++)
        if (r->seats.v[k].person_id == speaker)
            n.attempt = r->seats.v[k].attempt_id;
    return room_rate(s->tx, s->a, r, &n, s->at, s->e);
}

static enum rc speak(struct scene *s, const char *code, size_t who, int64_t days, bool rated)
{
    struct room r;
    struct instrument i;
    int64_t speaker = trainee(s, who), peer = trainee(s, who + 1);
    TRY(open_room(s, code, speaker, s->d->now - days * MS_PER_DAY));
    TRY(sit(s, speaker, "speaker"));
    TRY(sit(s, peer, "observer"));
    TRY(sql_speech_claim(s->tx, s->room, speaker));
    TRY(sql_speech_set_outline(s->tx, s->room, S("First: why we are here.\n\n1. What changes\n2. What stays\n3. What I ask of you\n\nLast: the last bus.")));
    TRY(begin(s));
    TRY(next(s, 480));
    TRY(next(s, 130));
    TRY(sql_speech_set_after(s->tx, s->room, 2,
                             S("Good evening. Um, I am glad that so many of you came. From May the clinic will open at seven, and it will close at three on Fridays. "
                               "You know, for most of you nothing changes at all. For those who come by the last bus it does, and that is why I asked to speak to you "
                               "tonight, before it is decided and not, like so often, afterwards. We have, um, two ways to go on. I will tell you both, and then I would "
                               "like to hear which of them you could live with."),
                             40, S("Say the request before the reasons.")));
    TRY(speech_ask(s->tx, s->a, s->room, speaker, s->d->mentor, s->at, s->e));
    TRY(room_read(s->tx, s->a, s->room, speaker, s->at, &r));
    TRY(rubric_of(s, &r, &i));
    TRY(rate(s, &r, &i, speaker, peer, 0));
    if (rated)
        TRY(rate(s, &r, &i, speaker, s->d->mentor, 1));
    return next(s, 600);
}

enum rc demo_talk(struct db *tx, void *arg, struct err *e)
{
    struct scene s = {.tx = tx, .a = arena_new(0), .d = arg, .e = e};
    enum rc rc = RC_OK;
    if (s.d->trainees >= PEOPLE_LEAST) {
        rc = debate(&s);
        rc = rc == RC_OK ? listen(&s) : rc;
        rc = rc == RC_OK ? speak(&s, "speaking-in-the-parish-hall", 0, 12, true) : rc;
        rc = rc == RC_OK ? speak(&s, "speaking-one-minute-before-the-committee", 2, 3, false) : rc;
        rc = rc == RC_NOT_FOUND ? RC_OK : rc; /* a programme without these exercises */
    }
    arena_free(s.a);
    return rc;
}
