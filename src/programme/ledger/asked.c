/* Answering: behind a link without an account, or signed in; what is kept of it. See waves.h. */
#include "programme/ledger/inside.h"

/* "unable" or a point for each item that is rated. */
enum rc ledger_check_answers(struct arena *a, const struct instrument *i, const int *answers, struct err *e)
{
    for (size_t k = 0; k < i->item_count; k++)
        if (!i->items[k].words && !instrument_answer_valid(i, answers[k]))
            return err_field(e, RC_INVALID, M_ledger_answer_missing, instrument_field_name(a, i, k), NULL);
    return RC_OK;
}

static enum ledger_ask_state state_of(const struct row_ledger_wave_find *w, struct str ask)
{
    if (!str_eq_z(w->state, "open"))
        return LEDGER_ASK_CLOSED;
    return str_eq_z(ask, "answered") ? LEDGER_ASK_ANSWERED : str_eq_z(ask, "declined") ? LEDGER_ASK_DECLINED : LEDGER_ASK_OPEN;
}

enum rc ledger_open_asked(struct db *db, struct arena *a, int64_t wave, int64_t person, struct str language, struct ledger_asked *out)
{
    struct row_ledger_wave_find w;
    struct row_ledger_ask_find ask;
    struct row_ledger_answer_find answer;
    TRY(sql_ledger_ask_find(db, a, wave, person, &ask));
    TRY(sql_ledger_wave_find(db, a, wave, &w));
    if (w.instrument_id_null || str_eq_z(ask.state, "erased"))
        return RC_NOT_FOUND;
    *out = (struct ledger_asked){.wave = wave, .person = person, .programme = w.programme_id, .until_day = w.until_day, .title = w.title, .state = state_of(&w, ask.state)};
    TRY(instrument_find(db, a, w.instrument_id, language, &out->instrument));
    out->answers = ARENA_ARRAY(a, out->instrument.item_count, int);
    for (size_t k = 0; k < out->instrument.item_count; k++)
        out->answers[k] = INSTRUMENT_MISSING;
    enum rc rc = sql_ledger_answer_find(db, a, wave, person, &answer);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return instrument_read_points(&out->instrument, answer.points, out->answers) ? RC_OK : RC_INTERNAL;
}

enum rc ledger_open_link(struct db *db, struct arena *a, struct str token, struct str language, struct ledger_asked *out, struct err *e)
{
    struct row_ledger_link_find link;
    enum rc rc = sql_ledger_link_find(db, a, link_token_hash(a, token), &link);
    if (rc == RC_OK)
        rc = ledger_open_asked(db, a, link.wave_id, link.person_id, language, out);
    return rc == RC_NOT_FOUND ? err_set(e, RC_GONE, M_ledger_link_gone, NULL) : rc;
}

/* The mean of the whole form, or NULL where too little was judged. */
static const double *score_of(struct arena *a, const struct instrument *i, const int *answers, double *value)
{
    struct instrument_score whole, *domains = ARENA_ARRAY(a, i->domain_count + 1, struct instrument_score);
    instrument_score(i, answers, domains, &whole);
    *value = whole.value;
    return whole.some ? value : NULL;
}

enum rc ledger_answer(struct db *tx, struct arena *a, int64_t wave, int64_t person, const int *answers, int64_t today, struct err *e)
{
    struct ledger_asked q;
    double value;
    TRY(ledger_open_asked(tx, a, wave, person, S("en"), &q));
    if (q.state == LEDGER_ASK_CLOSED)
        return err_set(e, RC_GONE, M_ledger_wave_closed, NULL);
    TRY(ledger_check_answers(a, &q.instrument, answers, e));
    TRY(sql_ledger_answer_put(tx, wave, person, instrument_write_points(a, &q.instrument, answers), score_of(a, &q.instrument, answers, &value), today));
    return sql_ledger_ask_state(tx, wave, person, S("answered"));
}

enum rc ledger_decline(struct db *tx, struct arena *a, int64_t wave, int64_t person, struct err *e)
{
    struct ledger_asked q;
    TRY(ledger_open_asked(tx, a, wave, person, S("en"), &q));
    if (q.state == LEDGER_ASK_CLOSED)
        return err_set(e, RC_GONE, M_ledger_wave_closed, NULL);
    TRY(sql_ledger_answer_drop(tx, wave, person));
    return sql_ledger_ask_state(tx, wave, person, S("declined"));
}

enum rc ledger_session_answer(struct db *tx, struct arena *a, int64_t session, int64_t person, const int *answers, int64_t today, struct err *e)
{
    struct row_ledger_session_open s;
    struct instrument i;
    double value;
    TRY(sql_ledger_session_open(tx, a, person, session, &s));
    TRY(instrument_current(tx, a, s.instrument, S("en"), &i));
    TRY(ledger_check_answers(a, &i, answers, e));
    return sql_ledger_session_answer_put(tx, person, session, s.programme_id, i.id, instrument_write_points(a, &i, answers), score_of(a, &i, answers, &value), today);
}
