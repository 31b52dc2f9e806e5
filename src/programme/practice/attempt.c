/* One person's way through a case: begun, taken on choice by choice, ended. What is stored is the version, the seed and the choices; where
 * she stands is found by playing these again. A step is taken once: whoever sends it again, from a second tab or by a second click,
 * changes nothing. */
#include <sodium.h>

#include "gen/programme/practice/expert_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/practice/inside.h"

/* ---- where an attempt stands --------------------------------------------------------------------------------------------------------- */

static enum rc play_again(struct db *db, struct arena *a, struct practice_stand *out, struct err *e)
{
    struct rows_practice_choices rows;
    struct err why = {0};
    TRY(sql_practice_choices(db, a, out->r.id, &rows));
    uint32_t *choices = ARENA_ARRAY(a, rows.n + 1, uint32_t);
    for (size_t k = 0; k < rows.n; k++)
        choices[k] = (uint32_t)rows.v[k].choice;
    if (story_replay(a, out->story, (uint64_t)out->r.seed, choices, rows.n, &out->t, &why) != RC_OK)
        return err_set(e, RC_CONFLICT, M_practice_cannot_replay, "%s", why.detail);
    out->step = story_now(out->t);
    return RC_OK;
}

enum rc practice_stand(struct db *db, struct arena *a, int64_t attempt, struct practice_stand *out, struct err *e)
{
    *out = (struct practice_stand){0};
    TRY(sql_practice_attempt(db, a, attempt, &out->r));
    TRY(practice_story(db, a, out->r.version_id, out->r.digest, &out->story));
    return play_again(db, a, out, e);
}

static const struct story_block *block_of(const struct story_step *step, enum story_block_kind kind)
{
    for (size_t k = 0; k < step->block_count; k++)
        if (step->blocks[k].kind == kind)
            return &step->blocks[k];
    return NULL;
}

struct str practice_reason_asked(const struct story_step *step, struct str *framework)
{
    const struct story_block *b = block_of(step, STORY_BLOCK_REASONING);
    *framework = b != NULL ? b->name : S("");
    return b != NULL ? b->text : STR_NONE;
}

bool practice_too_late(const struct row_practice_attempt *r, int64_t now)
{
    return !r->deadline_at_null && now >= r->deadline_at;
}

/* ---- starting ------------------------------------------------------------------------------------------------------------------------ */

static const int64_t *deadline_of(const struct story_step *step, int64_t now, int64_t *at)
{
    *at = now + (int64_t)step->timer.seconds * MS_PER_SECOND;
    return step->timer.seconds != 0 ? at : NULL;
}

enum rc practice_start(struct db *tx, struct arena *a, int64_t person, int64_t exercise, struct str language, uint64_t seed, int64_t now,
                       int64_t *attempt, struct err *e)
{
    struct row_practice_find x;
    struct row_practice_going going;
    struct row_practice_turns turns;
    struct row_practice_version v;
    struct row_practice_is_expert expert;
    const struct story *story;
    int64_t deadline;
    enum rc rc = sql_practice_going(tx, a, person, exercise, &going);
    if (rc != RC_NOT_FOUND) {
        *attempt = going.id;
        return rc;
    }
    TRY(sql_practice_find(tx, a, exercise, language, &x));
    if (x.version_id_null || !str_eq_z(x.state, "open") || !str_eq(x.kind, practice_kind_word(PRACTICE_CASE)))
        return err_set(e, RC_NOT_FOUND, 0, NULL);
    TRY(sql_practice_version(tx, a, x.version_id, &v));
    TRY(practice_story(tx, a, v.id, v.digest, &story));
    TRY(sql_practice_turns(tx, a, person, exercise, &turns));
    TRY(sql_practice_is_expert(tx, a, exercise, person, &expert));
    if (seed == 0)
        seed = 1 + (uint64_t)randombytes_random();
    *attempt = db_new_opaque_id(tx);
    const struct story_step *step = story_now(story_start(a, story, seed));
    return sql_practice_attempt_add(tx, *attempt, person, exercise, v.id, turns.n + 1, (int64_t)seed, now, deadline_of(step, now, &deadline), expert.n != 0);
}

/* ---- ending -------------------------------------------------------------------------------------------------------------------------- */

bool practice_credit(const struct rows_practice_panel *panel, struct str question, struct str target, int64_t *credit)
{
    int64_t most = 0, same = 0;
    for (size_t k = 0; k < panel->n; k++) {
        if (!str_eq(panel->v[k].question, question))
            continue;
        if (panel->v[k].experts > most)
            most = panel->v[k].experts;
        if (str_eq(panel->v[k].target, target))
            same = panel->v[k].experts;
    }
    *credit = most != 0 ? (same * 1000 + most / 2) / most : 0;
    return most != 0;
}

/* The mean over the questions that have a panel, in percent. */
static enum rc credit_in_all(struct db *tx, struct arena *a, int64_t attempt, int64_t *percent, bool *some)
{
    struct rows_practice_choices rows;
    int64_t sum = 0, count = 0;
    TRY(sql_practice_choices(tx, a, attempt, &rows));
    for (size_t k = 0; k < rows.n; k++)
        if (!rows.v[k].credit_null) {
            sum += rows.v[k].credit;
            count++;
        }
    *some = count != 0;
    *percent = count != 0 ? (sum + count * 5) / (count * 10) : 0;
    return RC_OK;
}

static practice_finished_fn *on_finished;

void practice_on_finished(practice_finished_fn *fn)
{
    on_finished = fn;
}

/* Only the first time through becomes evidence: taking a case again until it says what one wants is practice, and nothing to show. */
enum rc practice_add_evidence(struct db *tx, struct arena *a, int64_t person, int64_t programme, int64_t exercise, int64_t attempt, int64_t percent,
                              int64_t now, int64_t *first)
{
    struct rows_practice_competencies of;
    struct row_practice_done_before before;
    *first = 0;
    if (on_finished != NULL)
        TRY(on_finished(tx, person, exercise, now));
    TRY(sql_practice_done_before(tx, a, person, exercise, &before));
    if (before.n != 0)
        return RC_OK;
    TRY(sql_practice_competencies(tx, a, exercise, S("en"), &of));
    for (size_t k = 0; k < of.n || k == 0; k++) {
        const struct evidence_new n = {.person = person,
                                       .programme = programme,
                                       .kind = "exercise",
                                       .competency = k < of.n ? of.v[k].competency_id : 0,
                                       .use = k < of.n ? EVIDENCE_PRACTISED : EVIDENCE_NO_USE,
                                       .percent = (int)percent,
                                       .source_kind = "practice_attempt",
                                       .source_id = attempt,
                                       .at = now};
        int64_t id;
        TRY(evidence_add(tx, &n, now, &id));
        *first = k == 0 ? id : *first;
    }
    return RC_OK;
}

/* What an expert chose is counted in the panel, and is nobody's evidence. */
static enum rc finish(struct db *tx, struct arena *a, const struct practice_stand *s, int64_t now)
{
    int64_t percent, evidence = 0;
    bool some;
    TRY(credit_in_all(tx, a, s->r.id, &percent, &some));
    if (!s->r.expert)
        TRY(practice_add_evidence(tx, a, s->r.person_id, s->r.programme_id, s->r.exercise_id, s->r.id, some ? percent : -1, now, &evidence));
    TRY(sql_practice_finish(tx, s->r.id, S("done"), now, s->step->title, some ? &percent : NULL, evidence != 0 ? &evidence : NULL));
    if (s->r.expert)
        return practice_count_panel(tx, a, s->r.exercise_id, s->r.family_id);
    return s->r.turn == 1 ? practice_count_again(tx, a, s->r.family_id, now) : RC_OK;
}

enum rc practice_leave(struct db *tx, int64_t attempt, int64_t now, struct err *e)
{
    TRY(sql_practice_finish(tx, attempt, S("left"), now, S(""), NULL, NULL));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_practice_ended_meanwhile, NULL);
}

/* ---- one step ------------------------------------------------------------------------------------------------------------------------ */

/* What is kept of a choice, before it is made. */
static enum rc note_choice(struct db *tx, struct arena *a, const struct practice_stand *s, uint32_t choice, int64_t now)
{
    const struct story_step *step = s->step;
    const struct story_block *asked = block_of(step, STORY_BLOCK_PANEL);
    uint32_t passage = step->timer.passage;
    const int64_t *link = NULL;
    int64_t number, credit;
    struct rows_practice_panel panel;
    bool some = false;
    for (size_t k = 0; k < step->choice_count; k++)
        if (choice != STORY_TIME_UP && step->choices[k].number == choice) {
            passage = step->choices[k].passage;
            number = step->choices[k].link;
            link = &number;
        }
    struct str target = passage != STORY_NONE ? story_passage(s->story, passage)->title : STR_NONE;
    if (asked != NULL) {
        TRY(sql_practice_panel(tx, a, s->r.family_id, &panel));
        some = practice_credit(&panel, asked->name, target, &credit);
    }
    return sql_practice_choice_add(tx, s->r.id, step->number, choice, step->passage, link, now, asked != NULL ? asked->name : STR_NONE, target,
                                   some ? &credit : NULL);
}

static bool offered(const struct story_step *step, uint32_t choice)
{
    for (size_t k = 0; k < step->choice_count; k++)
        if (step->choices[k].number == choice && step->choices[k].enabled)
            return true;
    return false;
}

static enum rc note_reason(struct db *tx, const struct practice_stand *s, const struct practice_reason *why, int64_t now)
{
    return sql_practice_reason_add(tx, s->r.id, s->step->number, why->framework, why->stakeholders, why->weighed, why->because, now);
}

enum rc practice_choose(struct db *tx, struct arena *a, int64_t attempt, int64_t step, uint32_t choice, const struct practice_reason *why,
                        int64_t now, enum practice_went *went, struct err *e)
{
    struct practice_stand s;
    struct str framework;
    int64_t deadline;
    *went = PRACTICE_ALREADY;
    TRY(practice_stand(tx, a, attempt, &s, e));
    if (!str_eq_z(s.r.state, "going") || step < s.r.steps)
        return RC_OK;
    bool late = practice_too_late(&s.r, now);
    if (late)
        choice = STORY_TIME_UP;
    else if (step > s.r.steps || !offered(s.step, choice))
        return err_field(e, RC_INVALID, M_practice_no_such_choice, "choice", NULL);
    if (!late && practice_reason_asked(s.step, &framework).p != NULL) {
        if (why == NULL)
            return err_field(e, RC_INVALID, M_practice_reason_needed, "because", NULL);
        TRY(note_reason(tx, &s, why, now));
    }
    TRY(note_choice(tx, a, &s, choice, now));
    int64_t before = s.r.steps;
    TRY(story_choose(s.t, choice, e));
    s.step = story_now(s.t);
    TRY(sql_practice_step(tx, attempt, before, now, deadline_of(s.step, now, &deadline)));
    *went = late ? PRACTICE_TIME_UP : PRACTICE_WENT;
    return s.step->ended ? finish(tx, a, &s, now) : RC_OK;
}
