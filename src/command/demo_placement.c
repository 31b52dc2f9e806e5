/* The demo's placements: two clinics with roles, credentials, a term of weekly shifts, half of it behind us, and the next one, which takes wishes. They
 * concern the first trainees alone, so they are small in a demo of any size. */
#include "command/demo_placement.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "programme/handover/handover.h"
#include "programme/hours/hours.h"
#include "programme/placement/placement.h"
#include "programme/programme/programme.h"
#include "programme/rota/alloc.h"
#include "programme/rota/rota.h"

#define OFFERED_DAYS 7       /* a place that is offered to others is further ahead */
#define FEWEST 12           /* trainees: with fewer there is nobody to be on a rota */
#define TAKE_PART 48        /* of the first trainees */
#define BACK_DAYS 45
#define AHEAD_DAYS 75
#define NEXT_DAYS 42         /* the next term is so long, and takes wishes now */
#define WISH_DAYS 12         /* so much longer */
#define SALT 77

struct clinic {
    const char *title, *place, *population, *partners, *about;
    int64_t weekday, weeks, start_minute, minutes, ratio;
};
static const struct clinic clinics[] = {
    {"Night Light clinic", "12 Canal Street, ground floor", "People without a fixed address", "City shelter, St Anne's parish",
     "We open the door in the evening, listen, look at wounds, and know where to go next.\n\nBring a pen and comfortable shoes. Supper is there.", 3, 1, 18 * 60, 180, 4},
    {"Harbour health afternoon", "Harbour hall, room 2", "Families who arrived lately", "School of nursing, interpreters' pool",
     "Blood pressure, vaccination records, and questions about the health system, together with nursing and pharmacy students.", 5, 2, 14 * 60, 150, 5},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_placements *d;
    struct err *e;
    const struct zone *zone;
    int64_t keeper, hygiene, arabic, term;
    int64_t leader[COUNT_OF(clinics)], intake[COUNT_OF(clinics)], interpreter[COUNT_OF(clinics)], opportunity[COUNT_OF(clinics)];
    int64_t taking_part;
    bool offered; /* a swap */
};

static enum rc add_credentials(struct work *w)
{
    const struct demo_placements *d = w->d;
    int64_t id;
    TRY(credential_add_kind(w->tx, w->a, d->programme, S("training"), S("Hand hygiene training"), 24, &w->hygiene, w->e));
    TRY(credential_add_kind(w->tx, w->a, d->programme, S("language"), S("Arabic, spoken"), 0, &w->arabic, w->e));
    for (int64_t k = 0; k < w->taking_part; k++) {
        struct dice dice = dice_of(d->seed, SALT, k);
        int64_t age = below(&dice, 600);
        struct credential_new n = {.kind = w->hygiene, .person = d->ids[k], .issued_day = d->today - (k == 0 ? 715 : age), .reference = S("Skills centre"), .by = k % 9 == 8 ? 0 : w->keeper};
        TRY(credential_state(w->tx, w->a, &n, d->today, d->now, &id, w->e));
        if (k % 5 == 0) {
            n = (struct credential_new){.kind = w->arabic, .person = d->ids[k], .issued_day = d->today - 300, .reference = S("Interview with the interpreters' pool"), .by = w->keeper};
            TRY(credential_state(w->tx, w->a, &n, d->today, d->now, &id, w->e));
        }
    }
    return RC_OK;
}

static enum rc add_role(struct work *w, int64_t opportunity, const char *title, bool leads, int64_t least, int64_t most, int64_t credential, int64_t *id)
{
    struct placement_role r = {.opportunity = opportunity, .title = str_from(title), .leads = leads, .least = least, .most = most};
    TRY(placement_save_role(w->tx, &r, w->e));
    *id = r.id;
    return credential != 0 ? placement_add_need(w->tx, r.id, PLACEMENT_CREDENTIAL, credential) : RC_OK;
}

/* Each year another one leads: the pack is offered, gone through, and taken over line by line. */
static enum rc hand_on(struct work *w, int64_t opportunity, int64_t from, int64_t to, int64_t days_ago)
{
    const struct demo_placements *d = w->d;
    int64_t at = d->now - days_ago * MS_PER_DAY, id;
    bool done = false;
    const struct handover_new n = {.programme = d->programme, .opportunity = opportunity, .from = from, .to = to, .last_day = d->today - days_ago + 14};
    const struct handover_line typed[] = {{.section = HANDOVER_key, .text = S("The key of the cupboard: the shelter's office, against a signature")},
                                          {.section = HANDOVER_account, .text = S("The clinic's telephone: its code is with the coordinator")},
                                          {.section = HANDOVER_learned, .text = S("Ask the interpreters a week before. On the day nobody is free.")}};
    const struct handover_line found[] = {{.section = HANDOVER_contact, .person = w->keeper, .text = S("sees to the rota")}};
    struct handover_waiting *lines;
    size_t count;
    TRY(handover_start(w->tx, w->a, &n, from, at - 10 * MS_PER_DAY, &id, w->e));
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        TRY(handover_put_line(w->tx, id, 0, 0, &typed[i], w->e));
    TRY(handover_offer(w->tx, id, 1, found, COUNT_OF(found), at - 7 * MS_PER_DAY, w->e));
    TRY(handover_read_waiting(w->tx, w->a, id, &lines, &count));
    struct handover_decision *all = ARENA_ARRAY(w->a, count, struct handover_decision);
    for (size_t i = 0; i < count; i++)
        all[i] = (struct handover_decision){lines[i].id, lines[i].version, HANDOVER_ACCEPT, S("")};
    return handover_decide(w->tx, w->a, id, all, count, d->today - days_ago, at, &done, w->e);
}

static enum rc add_clinic(struct work *w, size_t k)
{
    const struct clinic *c = &clinics[k];
    const struct demo_placements *d = w->d;
    struct placement_opportunity o = {.programme = d->programme, .kind = S("clinic"), .title = str_from(c->title), .place = str_from(c->place),
                                      .population = str_from(c->population), .partners = str_from(c->partners), .about = str_from(c->about), .ratio = c->ratio, .notice_days = 3};
    TRY(placement_save(w->tx, w->a, &o, d->now, w->e));
    TRY(add_role(w, o.id, "Leader of the day", true, 1, 1, w->hygiene, &w->leader[k]));
    TRY(add_role(w, o.id, "Intake", false, 1, 2, w->hygiene, &w->intake[k]));
    TRY(add_role(w, o.id, "Interpreter", false, 0, 1, w->arabic, &w->interpreter[k]));
    w->opportunity[k] = o.id;
    const int64_t leaders[] = {d->ids[k + 4], d->ids[k + 2], d->ids[k]}; /* of the year before last, of the last, and now */
    TRY(handover_name_leader(w->tx, w->a, o.id, leaders[0], w->keeper, d->today - 930, d->now - 930 * MS_PER_DAY, w->e));
    TRY(hand_on(w, o.id, leaders[0], leaders[1], 565));
    TRY(hand_on(w, o.id, leaders[1], leaders[2], 200));
    return placement_set_state(w->tx, w->a, o.id, 1, S("open"), S(""), d->today, w->e);
}

/* Whoever was there has hours, which the supervisor verified. */
static enum rc add_hours(struct work *w, size_t clinic, const struct rota_dated *s, int64_t place, int64_t person)
{
    int64_t id, supervisor = w->d->ids[w->d->trainees + (clinic == 0 ? 4 : 5)];
    const struct hours_new n = {.programme = w->d->programme, .person = person, .place = place, .opportunity = w->opportunity[clinic], .day = s->day,
                                .minutes = (s->ends_at - s->starts_at) / MS_PER_MINUTE, .supervisor = supervisor, .what = S("")};
    TRY(hours_hand_in(w->tx, w->a, &n, w->d->today, w->d->now, &id, w->e));
    return hours_decide(w->tx, w->a, id, true, S(""), supervisor, s->ends_at + MS_PER_DAY < w->d->now ? s->ends_at + MS_PER_DAY : w->d->now, w->e);
}

/* One place is on offer to all. */
static enum rc offer(struct work *w, int64_t place, int64_t person)
{
    int64_t id;
    const struct rota_offer o = {.place = place, .person = person, .words = S("I sit an examination the next morning.")};
    w->offered = true;
    return rota_swap_offer(w->tx, w->a, &o, w->d->now, &id, w->e);
}

/* Somebody who may and is free: from a place that the dice say, onwards. */
static enum rc fill_seat(struct work *w, size_t clinic, const struct rota_dated *s, int64_t role, int64_t from)
{
    for (int64_t k = 0; k < w->taking_part; k++) {
        int64_t place;
        struct rota_take t = {.shift = s->id, .role = role, .person = w->d->ids[(from + k) % w->taking_part], .how = ROTA_GIVEN};
        enum rc rc = rota_take(w->tx, w->a, &t, w->d->now, &place, NULL);
        if (rc == RC_OK && s->ends_at < w->d->now)
            return add_hours(w, clinic, s, place, t.person);
        if (rc == RC_OK && !w->offered && s->day > w->d->today + OFFERED_DAYS)
            return offer(w, place, t.person);
        if (rc != RC_INVALID)
            return rc == RC_CONFLICT ? RC_OK : rc;
    }
    return RC_OK;
}

static enum rc add_debrief(struct work *w, size_t clinic, const struct rota_dated *s, size_t number)
{
    static const char *const well[] = {"Everybody knew who leads before the door opened.", "The interpreter sat with the patient, not behind us.", "We handed over in a fixed order."};
    static const char *const risky[] = {"Two patients with the same first name.", "No thermometer in room 2.", "The leader was called away, and nobody took over."};
    static const char *const change[] = {"Say both names at every handover.", "A box for each room, checked at the start.", "Name a second leader at the start."};
    const struct hours_debrief b = {.shift = s->id, .programme = w->d->programme, .opportunity = w->opportunity[clinic], .person = w->d->ids[w->d->trainees + (clinic == 0 ? 4 : 5)],
                                    .well = str_from(well[number % 3]), .risky = str_from(risky[number % 3]), .change = str_from(change[number % 3])};
    return hours_debrief(w->tx, &b, s->ends_at, w->e);
}

static enum rc fill_shift(struct work *w, size_t clinic, const struct rota_dated *s, size_t number, size_t count)
{
    const struct demo_placements *d = w->d;
    struct dice dice = dice_of(d->seed, SALT + 1, (int64_t)(number * COUNT_OF(clinics) + clinic));
    int64_t from = below(&dice, w->taking_part);
    if (number + 2 >= count)
        return RC_OK; /* the last ones have nobody yet */
    TRY(rota_add_supervisor(w->tx, w->a, s->id, d->ids[d->trainees + (clinic == 0 ? 4 : 5)], d->now, w->e));
    TRY(rota_open_shift(w->tx, w->a, s->id, 1, w->e));
    TRY(fill_seat(w, clinic, s, w->leader[clinic], from));
    TRY(fill_seat(w, clinic, s, w->intake[clinic], from + 1));
    if (s->ends_at < d->now)
        TRY(add_debrief(w, clinic, s, number));
    else if (chance(&dice, 50))
        return RC_OK;
    TRY(fill_seat(w, clinic, s, w->intake[clinic], from + 2));
    return fill_seat(w, clinic, s, w->interpreter[clinic], from + 3);
}

static enum rc add_shifts(struct work *w, size_t clinic)
{
    const struct clinic *c = &clinics[clinic];
    const struct demo_placements *d = w->d;
    struct rota_dated *shifts;
    size_t made, count;
    const struct rota_series s = {.opportunity = w->opportunity[clinic], .term = w->term, .weekday = c->weekday, .weeks = c->weeks, .start_minute = c->start_minute,
                                  .minutes = c->minutes, .first_day = d->today - BACK_DAYS, .last_day = d->today + AHEAD_DAYS, .person = w->keeper};
    TRY(rota_add_series(w->tx, w->a, w->zone, &s, d->now, &made, w->e));
    TRY(rota_dated(w->tx, w->a, s.opportunity, s.first_day, &shifts, &count));
    for (size_t k = 0; k < count; k++)
        TRY(fill_shift(w, clinic, &shifts[k], k, count));
    return RC_OK;
}

/* Three of four have said which shifts of the next term they like, each in an order of her own. */
static enum rc add_wishes(struct work *w, int64_t term, const struct rota_dated *shifts, size_t count)
{
    const struct demo_placements *d = w->d;
    int64_t ids[4];
    for (int64_t k = 0; k < w->taking_part; k++) {
        struct dice dice = dice_of(d->seed, SALT + 2, k);
        int64_t at = below(&dice, (int64_t)count), step = chance(&dice, 50) ? 1 : (int64_t)count - 1, most = 1 + below(&dice, 2), never = below(&dice, 7);
        struct rota_wishes r = {.term = term, .person = d->ids[k], .most = most, .shifts = ids, .count = count < COUNT_OF(ids) ? count : COUNT_OF(ids)};
        for (size_t n = 0; n < r.count; n++)
            ids[n] = shifts[((size_t)at + n * (size_t)step) % count].id;
        r.never[never] = never != clinics[0].weekday;
        if (k % 4 != 3)
            TRY(rota_hand_in(w->tx, w->a, &r, d->today, d->now, w->e));
    }
    return RC_OK;
}

/* The term that follows takes wishes: whoever keeps the rota can have one proposed. */
static enum rc add_next_term(struct work *w)
{
    const struct demo_placements *d = w->d;
    const struct clinic *c = &clinics[0];
    struct rota_term t = {.programme = d->programme, .title = S("Next term"), .start_day = d->today + AHEAD_DAYS + 1, .end_day = d->today + AHEAD_DAYS + NEXT_DAYS,
                          .wish_until_day = d->today + WISH_DAYS, .most = 3};
    struct rota_series s = {.opportunity = w->opportunity[0], .weekday = c->weekday, .weeks = 1, .start_minute = c->start_minute, .minutes = c->minutes,
                            .first_day = t.start_day, .last_day = t.end_day, .person = w->keeper};
    struct rota_dated *shifts;
    size_t made, count;
    TRY(rota_save_term(w->tx, w->a, &t, d->now, w->e));
    s.term = t.id;
    TRY(rota_add_series(w->tx, w->a, w->zone, &s, d->now, &made, w->e));
    TRY(rota_dated(w->tx, w->a, s.opportunity, s.first_day, &shifts, &count));
    for (size_t k = 0; k < count; k++) {
        TRY(rota_add_supervisor(w->tx, w->a, shifts[k].id, d->ids[d->trainees + 4], d->now, w->e));
        TRY(rota_open_shift(w->tx, w->a, shifts[k].id, 1, w->e));
    }
    TRY(rota_set_term_state(w->tx, t.id, 1, S("wishing"), w->e));
    return add_wishes(w, t.id, shifts, count);
}

static enum rc all(struct work *w)
{
    const struct demo_placements *d = w->d;
    struct rota_term t = {.programme = d->programme, .title = S("This term"), .start_day = d->today - BACK_DAYS, .end_day = d->today + AHEAD_DAYS,
                          .wish_until_day = d->today - BACK_DAYS, .most = 6};
    struct programme p;
    TRY(programme_find(w->tx, w->a, d->programme, &p));
    w->zone = zone_find(p.zone);
    TRY(add_credentials(w));
    TRY(rota_save_term(w->tx, w->a, &t, d->now, w->e));
    w->term = t.id;
    TRY(rota_set_term_state(w->tx, t.id, 1, S("published"), w->e));
    for (size_t k = 0; k < COUNT_OF(clinics); k++) {
        TRY(add_clinic(w, k));
        TRY(add_shifts(w, k));
    }
    return add_next_term(w);
}

enum rc demo_placement(struct db *tx, void *arg, struct err *e)
{
    const struct demo_placements *d = arg;
    if (d->trainees < FEWEST || d->people - d->trainees < 6)
        return RC_OK;
    struct work w = {.tx = tx, .a = arena_new(0), .d = d, .e = e, .keeper = d->ids[d->trainees + 2], .taking_part = d->trainees < TAKE_PART ? d->trainees : TAKE_PART};
    enum rc rc = all(&w);
    arena_free(w.a);
    return rc;
}
