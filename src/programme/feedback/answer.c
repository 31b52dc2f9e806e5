/* What raters answer: links, sheets of points and comments, and how the ties between them are kept out of the database. See
 * feedback.h for what is promised and what is not. */
#include <sodium.h>

#include "programme/feedback/inside.h"

#define TOKEN_BYTES 32
#define HASH_BYTES 32

struct str feedback_token(struct arena *a)
{
    unsigned char bytes[TOKEN_BYTES];
    size_t cap = sodium_base64_encoded_len(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc_raw(a, cap);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, cap, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(out);
}

/* BLAKE2b of a purpose, what it is for and the token, each with its end marked, so that no two purposes give the same. */
struct str feedback_hash(struct arena *a, struct str token, const char *purpose, struct str of)
{
    unsigned char *hash = arena_alloc_raw(a, HASH_BYTES);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)of.p, of.n);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)token.p, token.n);
    crypto_generichash_final(&state, hash, HASH_BYTES);
    return (struct str){(const char *)hash, HASH_BYTES};
}

/* A key of 62 bits of that hash: with millions of answers the chance that two are the same stays under one in a million. */
static int64_t key_of(struct arena *a, struct str token, const char *purpose, struct str of)
{
    struct str hash = feedback_hash(a, token, purpose, of);
    uint64_t n = 0;
    for (size_t k = 0; k < 8; k++)
        n = n << 8 | (unsigned char)hash.p[k];
    return (int64_t)(n >> 2) + 1;
}

static int64_t sheet_key(struct arena *a, struct str token)
{
    return key_of(a, token, "answer", S(""));
}

static int64_t words_key(struct arena *a, struct str token, const struct instrument_item *item)
{
    return key_of(a, token, "words", item->code);
}

/* ---- her own view ----------------------------------------------------------------------------------------------------------------- */

enum rc feedback_load_self(struct db *db, struct arena *a, const struct feedback_round *r, const struct instrument *i, int *answers, struct str *words)
{
    struct row_feedback_sheet_self sheet;
    struct rows_feedback_comment_self rows;
    TRY(sql_feedback_sheet_self(db, a, r->id, &sheet));
    TRY(sql_feedback_comment_self(db, a, r->id, &rows));
    for (size_t k = 0; k < i->item_count; k++)
        words[k] = S("");
    for (size_t k = 0; k < rows.n; k++) {
        size_t item = instrument_item_by_id(i, rows.v[k].item_id);
        if (item != SIZE_MAX)
            words[item] = rows.v[k].words;
    }
    return instrument_read_points(i, sheet.points, answers) ? RC_OK : RC_INTERNAL;
}

/* ---- links ------------------------------------------------------------------------------------------------------------------------- */

struct link {
    struct row_feedback_invitation_by_hash i;
    enum feedback_link_state state;
    int64_t sheet;
};

static enum rc open_link(struct db *db, struct arena *a, struct str token, struct link *l, struct err *e)
{
    struct row_feedback_sheet_find sheet;
    enum rc rc = sql_feedback_invitation_by_hash(db, a, feedback_hash(a, token, "open", S("")), &l->i);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_GONE, M_feedback_link_gone, NULL);
    TRY(rc);
    l->sheet = sheet_key(a, token);
    if (str_eq_z(l->i.round_state, "closed"))
        l->state = FEEDBACK_LINK_STOPPED;
    else if (!str_eq_z(l->i.round_state, "collect") && !str_eq_z(l->i.round_state, "validate"))
        return err_set(e, RC_GONE, M_feedback_link_gone, NULL);
    else if (str_eq_z(l->i.state, "open"))
        l->state = FEEDBACK_LINK_OPEN;
    else if (str_eq_z(l->i.state, "declined"))
        l->state = FEEDBACK_LINK_DECLINED;
    else {
        rc = sql_feedback_sheet_find(db, a, l->sheet, &sheet);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        l->state = rc == RC_OK ? FEEDBACK_LINK_MINE : FEEDBACK_LINK_OTHER;
    }
    return RC_OK;
}

enum rc feedback_open_link(struct db *db, struct arena *a, struct str token, struct feedback_opened *out, struct err *e)
{
    struct link l;
    TRY(open_link(db, a, token, &l, e));
    *out = (struct feedback_opened){l.state, l.i.round_id};
    return RC_OK;
}

/* ---- answering --------------------------------------------------------------------------------------------------------------------- */

/* Marks of the engine on when a row was written become the same for the whole round. */
static enum rc stir(struct db *tx, int64_t round)
{
    TRY(sql_feedback_invitation_stir(tx, round));
    TRY(sql_feedback_sheet_stir(tx, round));
    return sql_feedback_comment_stir(tx, round);
}

enum rc feedback_check_said(struct arena *a, const struct feedback_said *said, struct err *e)
{
    for (size_t k = 0; k < said->instrument->item_count; k++)
        if (!said->instrument->items[k].words && !instrument_answer_valid(said->instrument, said->answers[k]))
            return err_field(e, RC_INVALID, M_feedback_answer_missing, instrument_field_name(a, said->instrument, k), NULL);
    return RC_OK;
}

enum rc feedback_load_own(struct db *db, struct arena *a, struct str token, const struct instrument *i, int *answers, struct str *words)
{
    struct row_feedback_sheet_find sheet;
    TRY(sql_feedback_sheet_find(db, a, sheet_key(a, token), &sheet));
    for (size_t k = 0; k < i->item_count; k++) {
        struct row_feedback_comment_find row;
        words[k] = S("");
        if (!i->items[k].words)
            continue;
        enum rc rc = sql_feedback_comment_find(db, a, words_key(a, token, &i->items[k]), &row);
        if (rc == RC_OK)
            words[k] = row.words;
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return instrument_read_points(i, sheet.points, answers) ? RC_OK : RC_INTERNAL;
}

static enum rc write_words(struct db *tx, struct arena *a, struct str token, int64_t round, const struct feedback_said *said)
{
    for (size_t k = 0; k < said->instrument->item_count; k++) {
        const struct instrument_item *item = &said->instrument->items[k];
        if (item->words && said->words[k].n != 0)
            TRY(sql_feedback_comment_add(tx, words_key(a, token, item), round, item->id, 0, said->words[k]));
    }
    return RC_OK;
}

static enum rc drop_words(struct db *tx, struct arena *a, struct str token, const struct instrument *i)
{
    for (size_t k = 0; k < i->item_count; k++)
        if (i->items[k].words)
            TRY(sql_feedback_comment_drop(tx, words_key(a, token, &i->items[k])));
    return RC_OK;
}

static enum rc same_again(struct db *tx, struct arena *a, struct str token, const struct feedback_said *said, bool *same)
{
    size_t n = said->instrument->item_count;
    int *answers = ARENA_ARRAY(a, n, int);
    struct str *words = ARENA_ARRAY(a, n, struct str);
    TRY(feedback_load_own(tx, a, token, said->instrument, answers, words));
    *same = true;
    for (size_t k = 0; k < n; k++)
        *same = *same && (said->instrument->items[k].words ? str_eq(words[k], said->words[k]) : answers[k] == said->answers[k]);
    return RC_OK;
}

static enum rc replace_answer(struct db *tx, struct arena *a, struct str token, const struct link *l, const struct feedback_said *said)
{
    TRY(sql_feedback_sheet_renew(tx, l->sheet, instrument_write_points(a, said->instrument, said->answers)));
    TRY(drop_words(tx, a, token, said->instrument));
    TRY(write_words(tx, a, token, l->i.round_id, said));
    return stir(tx, l->i.round_id);
}

static enum rc add_answer(struct db *tx, struct arena *a, struct str token, const struct link *l, const struct feedback_said *said)
{
    struct row_feedback_nomination_of_invitation n;
    TRY(sql_feedback_nomination_of_invitation(tx, a, l->i.id, &n));
    TRY(sql_feedback_sheet_add(tx, l->sheet, l->i.round_id, n.group_code, instrument_write_points(a, said->instrument, said->answers)));
    TRY(write_words(tx, a, token, l->i.round_id, said));
    TRY(sql_feedback_invitation_state(tx, l->i.id, S("answered")));
    return stir(tx, l->i.round_id);
}

enum rc feedback_answer(struct db *tx, struct arena *a, struct str token, const struct feedback_said *said, bool replace, struct err *e)
{
    struct link l;
    bool same;
    TRY(open_link(tx, a, token, &l, e));
    TRY(feedback_check_said(a, said, e));
    switch (l.state) {
    case FEEDBACK_LINK_OPEN:
    case FEEDBACK_LINK_DECLINED:
        return add_answer(tx, a, token, &l, said);
    case FEEDBACK_LINK_MINE:
        TRY(same_again(tx, a, token, said, &same));
        if (same)
            return RC_OK;
        return replace ? replace_answer(tx, a, token, &l, said) : err_set(e, RC_CONFLICT, M_feedback_answered, NULL);
    case FEEDBACK_LINK_OTHER:
        return err_set(e, RC_CONFLICT, M_feedback_answered_other, NULL);
    case FEEDBACK_LINK_STOPPED:
        break;
    }
    return err_set(e, RC_GONE, M_feedback_link_stopped, NULL);
}

enum rc feedback_take_back(struct db *tx, struct arena *a, struct str token, struct err *e)
{
    struct link l;
    struct feedback_round r;
    struct instrument i;
    TRY(open_link(tx, a, token, &l, e));
    if (l.state != FEEDBACK_LINK_MINE)
        return err_set(e, RC_CONFLICT, M_feedback_nothing_of_link, NULL);
    TRY(feedback_find(tx, a, l.i.round_id, &r));
    TRY(instrument_find(tx, a, r.instrument, S("en"), &i));
    TRY(sql_feedback_sheet_drop(tx, l.sheet));
    TRY(drop_words(tx, a, token, &i));
    TRY(sql_feedback_invitation_state(tx, l.i.id, S("open")));
    return stir(tx, r.id);
}

enum rc feedback_decline(struct db *tx, struct arena *a, struct str token, bool declines, struct err *e)
{
    struct link l;
    TRY(open_link(tx, a, token, &l, e));
    if (l.state != FEEDBACK_LINK_OPEN && l.state != FEEDBACK_LINK_DECLINED)
        return err_set(e, RC_CONFLICT, M_feedback_take_back_first, NULL);
    TRY(sql_feedback_invitation_state(tx, l.i.id, declines ? S("declined") : S("open")));
    return stir(tx, l.i.round_id);
}

/* ---- untying ------------------------------------------------------------------------------------------------------------------------ */

/* Fisher and Yates, as Durstenfeld (1964) wrote it. */
static void shuffle(uint32_t *order, size_t n)
{
    for (size_t k = 0; k < n; k++)
        order[k] = (uint32_t)k;
    for (size_t k = n; k > 1; k--) {
        size_t other = randombytes_uniform((uint32_t)k);
        uint32_t kept = order[k - 1];
        order[k - 1] = order[other];
        order[other] = kept;
    }
}

enum rc feedback_unlink(struct db *tx, struct arena *a, int64_t round)
{
    struct rows_feedback_sheets sheets;
    struct rows_feedback_comments comments;
    TRY(sql_feedback_sheets(tx, a, round, &sheets));
    TRY(sql_feedback_comments(tx, a, round, &comments));
    TRY(feedback_drop_answers(tx, round));
    uint32_t *order = ARENA_ARRAY(a, sheets.n + comments.n, uint32_t);
    shuffle(order, sheets.n);
    for (size_t k = 0; k < sheets.n; k++) {
        const struct row_feedback_sheets *s = &sheets.v[order[k]];
        TRY(sql_feedback_sheet_add(tx, db_new_opaque_id(tx), round, s->group_code, s->points));
    }
    shuffle(order, comments.n);
    for (size_t k = 0; k < comments.n; k++) {
        const struct row_feedback_comments *w = &comments.v[order[k]];
        TRY(sql_feedback_comment_add(tx, db_new_opaque_id(tx), round, w->item_id, w->self, w->words));
    }
    return RC_OK;
}

enum rc feedback_drop_answers(struct db *tx, int64_t round)
{
    TRY(sql_feedback_sheet_drop_all(tx, round));
    TRY(sql_feedback_comment_drop_all(tx, round));
    TRY(sql_feedback_link_drop(tx, round));
    return sql_feedback_invitation_drop(tx, round);
}
