/* Appraisals: the rules; see appraisal.h. What always holds: nobody reads what another member wrote before all is shown, and what was handed
 * in does not change. */
#include "auth/session.h"
#include "base/json_set.h"
#include "programme/practice/appraisal.h"

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

/* Letters and digits that are told apart when read aloud. */
static struct str new_code(struct db *tx, struct arena *a)
{
    static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    unsigned char drawn[APPRAISAL_CODE_LETTERS];
    char code[APPRAISAL_CODE_LETTERS];
    db_draw(tx, drawn, sizeof drawn);
    for (size_t k = 0; k < sizeof drawn; k++)
        code[k] = letters[drawn[k] % (sizeof letters - 1)];
    return str_dup(a, (struct str){code, sizeof code});
}

enum rc appraisal_open(struct db *tx, struct arena *a, int64_t exercise, struct str language, bool panel, int64_t person, int64_t now, int64_t *id,
                       struct err *e)
{
    struct row_practice_find x;
    struct row_practice_source source;
    struct row_appraisal_going going;
    TRY(sql_practice_find(tx, a, exercise, language, &x));
    if (x.version_id_null || !str_eq_z(x.state, "open"))
        return err_set(e, RC_NOT_FOUND, 0, NULL);
    enum rc rc = sql_appraisal_going(tx, a, person, exercise, panel, &going);
    *id = rc == RC_OK ? going.id : 0;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_practice_source(tx, a, x.version_id, &source));
    struct problems p = problems_new(a);
    struct sections s = sections_read(a, S(""), source.source, &p);
    struct appraisal *text = ARENA_NEW(a, struct appraisal);
    appraisal_read(a, &s, &p, text);
    *id = db_new_opaque_id(tx);
    TRY(sql_appraisal_add(tx, *id, exercise, x.version_id, panel, new_code(tx, a), person, now));
    TRY(sql_appraisal_join(tx, *id, person, now));
    for (size_t k = 0; k < text->source_count; k++) {
        const struct appraisal_source *from = &text->sources[k];
        TRY(sql_appraisal_source_add(tx, db_new_opaque_id(tx), *id, from->title, from->link, from->says, from->review_day, NULL));
    }
    return RC_OK;
}

enum rc appraisal_come_in(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t now, struct err *e)
{
    struct row_appraisal_find r;
    struct rows_appraisal_members members;
    TRY(sql_appraisal_find(tx, a, id, &r));
    TRY(sql_appraisal_members(tx, a, id, &members));
    for (size_t k = 0; k < members.n; k++)
        if (members.v[k].person_id == person)
            return RC_OK;
    if (!str_eq_z(r.state, "writing"))
        return err_field(e, RC_CONFLICT, M_appraisal_shown_already, "code", NULL);
    if (members.n >= APPRAISAL_PANEL_MOST)
        return err_field(e, RC_CONFLICT, M_appraisal_full, "code", "%d", APPRAISAL_PANEL_MOST);
    return sql_appraisal_join(tx, id, person, now);
}

/* ---- what comes of it ---------------------------------------------------------------------------------------------------------------- */

static enum rc add_attempt(struct db *tx, struct arena *a, const struct row_appraisal_find *r, int64_t person, struct str ending, int64_t now)
{
    struct row_practice_turns turns;
    int64_t attempt = db_new_opaque_id(tx), evidence;
    TRY(practice_add_evidence(tx, a, person, r->programme_id, r->exercise_id, attempt, -1, now, &evidence));
    TRY(sql_practice_turns(tx, a, person, r->exercise_id, &turns));
    TRY(sql_appraisal_attempt_add(tx, attempt, person, r->exercise_id, r->version_id, turns.n + 1, r->opened_at, now, ending));
    if (evidence != 0)
        TRY(sql_appraisal_attempt_evidence(tx, attempt, evidence));
    return sql_appraisal_member_attempt(tx, r->id, person, attempt);
}

static enum rc changed_once(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_appraisal_changed, NULL);
}

/* Everybody who handed in has done it. */
static enum rc finish(struct db *tx, struct arena *a, const struct row_appraisal_find *r, struct str from, int64_t version, int64_t now, struct err *e)
{
    struct rows_appraisal_members members;
    TRY(sql_appraisal_state(tx, r->id, version, from, S("done"), now, &now));
    TRY(changed_once(tx, e));
    TRY(sql_appraisal_members(tx, a, r->id, &members));
    for (size_t k = 0; k < members.n; k++)
        if (str_eq_z(members.v[k].state, "in"))
            TRY(add_attempt(tx, a, r, members.v[k].person_id, S(""), now));
    return RC_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static enum rc check_whole(struct arena *a, const struct appraisal_writing *w, struct err *e)
{
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        if (w->verdict[k].n == 0)
            return err_field(e, RC_INVALID, M_appraisal_verdict_missing, str_z(a, str_concat(a, S("v-"), appraisal_aspect_word(k))), NULL);
        if (w->words[k].n == 0)
            return err_field(e, RC_INVALID, M_appraisal_words_missing, str_z(a, str_concat(a, S("w-"), appraisal_aspect_word(k))), NULL);
    }
    if (w->decision.n == 0)
        return err_field(e, RC_INVALID, M_appraisal_decision_missing, "decision", NULL);
    if (w->because.n == 0)
        return err_field(e, RC_INVALID, M_appraisal_because_missing, "because", NULL);
    return RC_OK;
}

enum rc appraisal_keep(struct db *tx, struct arena *a, int64_t id, int64_t person, const struct appraisal_writing *w, bool hand_in, int64_t now,
                       struct err *e)
{
    struct row_appraisal_find r;
    TRY(sql_appraisal_find(tx, a, id, &r));
    if (!str_eq_z(r.state, "writing"))
        return err_set(e, RC_CONFLICT, M_appraisal_shown_already, NULL);
    if (hand_in)
        TRY(check_whole(a, w, e));
    TRY(sql_appraisal_write(tx, id, person, w->decision, w->because, hand_in ? S("in") : S("writing")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_appraisal_in_already, NULL);
    for (enum appraisal_aspect k = 0; k < APPRAISAL_ASPECT_COUNT; k++)
        TRY(sql_appraisal_note_put(tx, id, person, appraisal_aspect_word(k), w->verdict[k], w->words[k]));
    if (hand_in && !r.panel) {
        TRY(sql_appraisal_decide(tx, id, r.version, w->decision, w->because, now));
        return finish(tx, a, &r, S("writing"), r.version + 1, now, e);
    }
    TRY(sql_appraisal_touch(tx, id, r.version, now));
    return RC_OK;
}

/* ---- together ------------------------------------------------------------------------------------------------------------------------ */

enum rc appraisal_show(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e)
{
    struct rows_appraisal_members members;
    size_t in = 0;
    TRY(sql_appraisal_members(tx, a, id, &members));
    for (size_t k = 0; k < members.n; k++)
        in += str_eq_z(members.v[k].state, "in");
    if (in < 2)
        return err_set(e, RC_INVALID, M_appraisal_too_few_in, NULL);
    TRY(sql_appraisal_state(tx, id, version, S("writing"), S("seen"), now, NULL));
    TRY(changed_once(tx, e));
    return sql_appraisal_put_out(tx, id);
}

enum rc appraisal_decide(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str decision, struct str because, int64_t now, struct err *e)
{
    struct row_appraisal_find r;
    TRY(sql_appraisal_find(tx, a, id, &r));
    if (!str_eq_z(r.state, "seen"))
        return err_set(e, RC_CONFLICT, M_appraisal_changed, NULL);
    TRY(sql_appraisal_decide(tx, id, version, decision, because, now));
    TRY(changed_once(tx, e));
    TRY(sql_appraisal_answers_clear(tx, id));
    return sql_appraisal_answer(tx, id, r.opened_by, S("agrees"), S(""));
}

enum rc appraisal_answer(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t decided, bool agrees, struct str dissent, struct err *e)
{
    struct row_appraisal_find r;
    TRY(sql_appraisal_find(tx, a, id, &r));
    if (!str_eq_z(r.state, "seen") || r.decision.n == 0 || r.version != decided)
        return err_set(e, RC_CONFLICT, M_appraisal_changed, NULL);
    if (!agrees && dissent.n == 0)
        return err_field(e, RC_INVALID, M_appraisal_dissent_missing, "dissent", NULL);
    TRY(sql_appraisal_answer(tx, id, person, agrees ? S("agrees") : S("dissents"), agrees ? S("") : dissent));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_appraisal_changed, NULL);
}

enum rc appraisal_close(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e)
{
    struct row_appraisal_find r;
    TRY(sql_appraisal_find(tx, a, id, &r));
    if (r.decision.n == 0)
        return err_set(e, RC_INVALID, M_appraisal_decide_first, NULL);
    return finish(tx, a, &r, S("seen"), version, now, e);
}

/* ---- what is held about a person ----------------------------------------------------------------------------------------------------- */

enum rc appraisal_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_appraisal_export rows;
    struct rows_appraisal_export_notes notes;
    TRY(sql_appraisal_export(db, a, person, &rows));
    TRY(sql_appraisal_export_notes(db, a, person, &notes));
    json_t *list = json_new_list(into, "appraisals");
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_appraisal_export *r = &rows.v[k];
        json_t *o = json_new_item(list), *said = json_new_list(o, "aspects");
        json_set_text(o, "tool", r->title);
        json_set_time(a, o, "opened", r->opened_at);
        json_set_text(o, "state", r->state);
        json_set_text(o, "own_part", r->hers);
        json_set_words(o, "decision", r->decision);
        json_set_words(o, "because", r->because);
        json_set_words(o, "answer_to_the_joint_decision", r->answer);
        json_set_words(o, "dissent", r->dissent);
        for (size_t n = 0; n < notes.n; n++)
            if (notes.v[n].appraisal_id == r->id) {
                json_t *one = json_new_item(said);
                json_set_text(one, "aspect", notes.v[n].aspect);
                json_set_words(one, "verdict", notes.v[n].verdict);
                json_set_words(one, "words", notes.v[n].words);
            }
    }
    return RC_OK;
}

enum rc appraisal_erase_person(struct db *tx, int64_t person)
{
    TRY(sql_appraisal_erase_notes(tx, person));
    TRY(sql_appraisal_erase_member(tx, person));
    TRY(sql_appraisal_erase_joint(tx, person));
    return sql_appraisal_erase_looked(tx, person);
}

enum rc appraisal_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more)
{
    struct rows_appraisal_old rows;
    TRY(sql_appraisal_old(tx, a, before, most, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(sql_appraisal_drop_notes(tx, rows.v[k].id));
        TRY(sql_appraisal_drop_sources(tx, rows.v[k].id));
        TRY(sql_appraisal_drop_members(tx, rows.v[k].id));
        TRY(sql_appraisal_drop(tx, rows.v[k].id));
    }
    *more = *more || (int64_t)rows.n == most;
    return RC_OK;
}
