/* The demo's sealed reflections: two people have set up, one of them has written three texts and a draft and shared one. They are few
 * whatever the size of the demo, since every key costs what a passphrase costs. Nothing in the texts points at a patient. */
#include "command/demo_reflect.h"

#include <sodium.h>

#include "base/clock.h"
#include "programme/reflect/reflect.h"

static const struct {
    struct reflect_text text;
    int days_ago;
} written[] = {
    {{.kind = REFLECT_WHAT,
      .title = S_INIT("The night the team went quiet"),
      .answers = {S_INIT("During an emergency on the ward six of us stood round the bed, and nobody spoke. I knew what was missing and waited."),
                  S_INIT("I wait for somebody senior to begin. So did everybody else in the room. Silence is not calm."),
                  S_INIT("Next time I say one sentence: who leads, and what comes first.")}},
     24},
    {{.kind = REFLECT_GIBBS,
      .title = S_INIT("A handover that I rushed"),
      .answers = {S_INIT("I handed over eleven beds in four minutes, because the next team was late."), S_INIT("Proud of being quick; then uneasy all the way home."),
                  S_INIT("The order was good. I did not let anybody ask."), S_INIT("I took speed for order. Questions are where the mistakes come up."),
                  S_INIT("Begin with the two I worry about, and stop after each."), S_INIT("Ask at the end of every handover: what would you have asked me?")}},
     11},
    {{.kind = REFLECT_FREE,
      .title = S_INIT("What I saw in my consultant"),
      .answers = {S_INIT("She said \"I was wrong\" in front of all of us, and went on teaching. Nobody lost respect. I want to be able to do that.")}},
     4},
    {{.kind = REFLECT_FREE, .draft = true, .answers = {S_INIT("Who speaks in our meetings, and who does not. Count next week.")}}, 1},
};

struct filling {
    struct arena *a;
    int64_t trainee, mentor, now;
    unsigned char key[SEAL_KEY];
};

static enum rc write_all(struct db *tx, void *arg, struct err *e)
{
    struct filling *f = arg;
    int64_t shared = 0, at = f->now;
    bool asked;
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        int64_t id = 0;
        TRY(reflect_save(tx, f->a, f->trainee, &id, 0, &written[i].text, f->now - written[i].days_ago * MS_PER_DAY, e));
        if (i == 0) {
            shared = id;
            at = f->now - (written[i].days_ago - 2) * MS_PER_DAY;
        }
    }
    TRY(reflect_share(tx, f->a, shared, f->trainee, f->key, f->mentor, at, &asked, e));
    return reflect_note_reading(tx, shared, f->trainee, f->mentor, at + MS_PER_DAY);
}

enum rc demo_reflect_fill(struct db *db, int64_t trainee, int64_t mentor, int64_t now, struct err *e)
{
    char none[SEAL_CODE_CHARS + 1];
    int64_t wait;
    struct filling f = {.a = arena_new(0), .trainee = trainee, .mentor = mentor, .now = now};
    int64_t began = now - 30 * MS_PER_DAY;
    enum rc rc = reflect_make_key(db, f.a, trainee, S(DEMO_PASSPHRASE), false, began, none, e);
    if (rc == RC_OK)
        rc = reflect_make_key(db, f.a, mentor, S(DEMO_PASSPHRASE), false, began, none, e);
    if (rc == RC_OK)
        rc = reflect_private_key(db, f.a, trainee, S(DEMO_PASSPHRASE), now, f.key, &wait, e);
    if (rc == RC_OK)
        rc = store_write_bulk(db, write_all, &f, e);
    sodium_memzero(f.key, sizeof f.key);
    arena_free(f.a);
    return rc;
}
