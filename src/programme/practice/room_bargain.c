/* The rules of bargaining in a room; see room_bargain.h. */
#include "programme/practice/room_bargain.h"

static void make_game(struct arena *a, struct bargain *b)
{
    const struct negotiation *n = &b->n;
    size_t parties = n->plan.part_count;
    size_t *options = ARENA_ARRAY(a, n->issue_count, size_t);
    const int64_t **points = ARENA_ARRAY(a, n->issue_count, const int64_t *);
    for (size_t k = 0; k < n->issue_count; k++) {
        options[k] = n->issues[k].option_count;
        int64_t *row = ARENA_ARRAY(a, options[k] * parties, int64_t);
        for (size_t o = 0; o < options[k]; o++)
            for (size_t p = 0; p < parties; p++)
                row[o * parties + p] = n->issues[k].points[o][p];
        points[k] = row;
    }
    b->game = (struct negotiation_game){parties, n->issue_count, options, points, n->best};
}

/* The first deadline of a party that is there: who is not cannot leave. */
static int64_t first_deadline(const struct room *r, const struct negotiation *n)
{
    int64_t first = 0;
    for (size_t k = 0; k < n->plan.part_count; k++)
        if (n->deadline[k] != 0 && (first == 0 || n->deadline[k] < first) && room_count_seats(r, "part", n->plan.parts[k].name) != 0)
            first = n->deadline[k];
    return first;
}

enum rc bargain_read(struct db *db, struct arena *a, const struct room *r, struct bargain *out)
{
    struct problems ignored = problems_new(a);
    *out = (struct bargain){0};
    negotiation_read(a, &r->text, &ignored, &out->n);
    make_game(a, out);
    TRY(sql_room_offers(db, a, r->r.id, &out->offers));
    TRY(sql_room_agreements(db, a, r->r.id, &out->agreements));
    for (size_t k = 0; k < out->offers.n; k++)
        if (str_eq_z(out->offers.v[k].state, "signed"))
            out->deal = &out->offers.v[k];
    out->deadline = first_deadline(r, &out->n);
    out->closed = out->deal == NULL && out->deadline != 0 && r->played >= out->deadline;
    return RC_OK;
}

bool bargain_choices(const struct bargain *b, struct str options, uint16_t *choices)
{
    struct str part;
    size_t n = 0;
    int64_t option;
    for (; str_cut(&options, ',', &part); n++) {
        if (n == b->n.issue_count || !str_to_int(part, &option) || option < 1 || option > (int64_t)b->n.issues[n].option_count)
            return false;
        choices[n] = (uint16_t)(option - 1);
    }
    return n == b->n.issue_count;
}

bool bargain_agreed(const struct bargain *b, int64_t offer, struct str party)
{
    for (size_t k = 0; k < b->agreements.n; k++)
        if (b->agreements.v[k].offer_id == offer && str_eq(b->agreements.v[k].party, party))
            return true;
    return false;
}

/* Offers and answers are for parties, while they bargain. */
static enum rc check_open(const struct room *r, const struct bargain *b, struct err *e)
{
    if (r->part == NULL)
        return err_set(e, RC_DENIED, 0, NULL);
    if (b->deal != NULL)
        return err_set(e, RC_CONFLICT, M_room_signed_already, NULL);
    if (b->closed)
        return err_set(e, RC_CONFLICT, M_room_too_late, NULL);
    if (r->phase == NULL || r->phase->shows != ROOM_PLAY || !r->runs)
        return err_set(e, RC_CONFLICT, M_room_not_bargaining, NULL);
    return RC_OK;
}

enum rc bargain_offer(struct db *tx, struct arena *a, int64_t room, int64_t person, struct str options, struct str words, int64_t now, struct err *e)
{
    struct room r;
    struct bargain b;
    uint16_t choices[NEGOTIATION_ISSUES_MOST];
    TRY(room_read(tx, a, room, person, now, &r));
    TRY(bargain_read(tx, a, &r, &b));
    TRY(check_open(&r, &b, e));
    if (!bargain_choices(&b, options, choices))
        return err_set(e, RC_INVALID, M_room_offer_bad, NULL);
    if (b.offers.n >= BARGAIN_OFFERS_MOST)
        return err_set(e, RC_CONFLICT, M_room_offers_most, "%d", BARGAIN_OFFERS_MOST);
    int64_t id = db_new_id(tx), number = b.offers.n != 0 ? b.offers.v[0].number + 1 : 1;
    TRY(sql_room_offer_add(tx, id, room, number, r.part->name, person, options, words, now));
    TRY(sql_room_agree(tx, id, r.part->name, person, now));
    return sql_room_touch(tx, room, now);
}

static const struct row_room_offers *find_offer(const struct bargain *b, int64_t id)
{
    for (size_t k = 0; k < b->offers.n; k++)
        if (b->offers.v[k].id == id)
            return &b->offers.v[k];
    return NULL;
}

/* Has every party that has people agreed, once this one has. */
static bool all_agree(const struct room *r, const struct bargain *b, int64_t offer)
{
    for (size_t k = 0; k < r->plan.part_count; k++) {
        struct str name = r->plan.parts[k].name;
        if (room_count_seats(r, "part", name) != 0 && !str_eq(name, r->part->name) && !bargain_agreed(b, offer, name))
            return false;
    }
    return true;
}

enum rc bargain_answer(struct db *tx, struct arena *a, int64_t room, int64_t person, int64_t offer, bool agree, int64_t now, bool *deal, struct err *e)
{
    struct room r;
    struct bargain b;
    *deal = false;
    TRY(room_read(tx, a, room, person, now, &r));
    TRY(bargain_read(tx, a, &r, &b));
    const struct row_room_offers *o = find_offer(&b, offer);
    if (o == NULL)
        return err_set(e, RC_NOT_FOUND, 0, NULL);
    if (b.deal == o && agree) {
        *deal = true;
        return RC_OK;
    }
    TRY(check_open(&r, &b, e));
    if (!str_eq_z(o->state, "open"))
        return err_set(e, RC_CONFLICT, M_room_offer_gone, NULL);
    if (!agree && !str_eq(o->party, r.part->name))
        return err_set(e, RC_DENIED, 0, NULL);
    if (agree) {
        TRY(sql_room_agree(tx, offer, r.part->name, person, now));
        *deal = all_agree(&r, &b, offer);
    }
    if (!agree || *deal)
        TRY(sql_room_offer_set(tx, offer, agree ? S("signed") : S("withdrawn")));
    return sql_room_touch(tx, room, now);
}
