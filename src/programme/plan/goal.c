/* The rules of the plan itself: strengths and weaknesses, goals and their versions, actions, evidence. See plan.h. */
#include <sodium.h>

#include "programme/evidence/evidence.h"
#include "programme/instrument/instrument.h"
#include "programme/mentor/mentor.h"
#include "programme/plan/inside.h"
#include "view/write.h"

#define NAMES_MOST 8

static const char *const source_words[PLAN_SOURCES] = {
    [PLAN_OWN] = "own", [PLAN_FEEDBACK] = "feedback", [PLAN_OBSERVATION] = "observation", [PLAN_ASSESSMENT] = "assessment", [PLAN_MEETING] = "meeting"};
static const char *const state_words[] = {[PLAN_OPEN] = "open", [PLAN_REACHED] = "reached", [PLAN_DROPPED] = "dropped"};

const char *plan_source_word(enum plan_source s)
{
    ASSERT(s < PLAN_SOURCES);
    return source_words[s];
}

bool plan_find_source(struct str word, enum plan_source *s)
{
    for (int i = 0; i < PLAN_SOURCES; i++)
        if (str_eq_z(word, source_words[i])) {
            *s = (enum plan_source)i;
            return true;
        }
    return false;
}

const char *plan_state_word(enum plan_state s)
{
    ASSERT(s < COUNT_OF(state_words));
    return state_words[s];
}

bool plan_find_state(struct str word, enum plan_state *s)
{
    for (size_t i = 0; i < COUNT_OF(state_words); i++)
        if (str_eq_z(word, state_words[i])) {
            *s = (enum plan_state)i;
            return true;
        }
    return false;
}

struct str plan_new_goal_path(struct arena *a, enum plan_source s, int64_t id)
{
    return str_printf(a, "/plan/goals/new?from=%s&id=%" PRId64, plan_source_word(s), id);
}

struct str plan_new_key(struct db *tx, struct arena *a)
{
    unsigned char bytes[PLAN_KEY / 2];
    char hex[PLAN_KEY + 1];
    db_draw(tx, bytes, sizeof bytes);
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    return str_dup(a, (struct str){hex, PLAN_KEY});
}

enum rc plan_meanwhile(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_plan_changed, NULL);
}

const int64_t *plan_or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

enum rc plan_own_goal(struct db *db, struct arena *a, int64_t person, int64_t goal, struct row_plan_goal_find *g)
{
    TRY(sql_plan_goal_find(db, a, goal, S(""), g));
    return g->person_id == person ? RC_OK : RC_NOT_FOUND;
}

/* ---- what a goal can be taken from -------------------------------------------------------------------------------------------------- */

struct names {
    struct instrument seen[NAMES_MOST];
    size_t count;
};

/* What an observation saw is called as its instrument calls that act. */
static enum rc act_title(struct db *db, struct arena *a, int lang, struct names *n, int64_t instrument, struct str act, struct str *out)
{
    const struct instrument *i = NULL;
    for (size_t k = 0; k < n->count; k++)
        if (n->seen[k].id == instrument)
            i = &n->seen[k];
    if (i == NULL) {
        struct instrument *place = n->count < NAMES_MOST ? &n->seen[n->count++] : ARENA_NEW(a, struct instrument);
        TRY(instrument_find(db, a, instrument, lang_tag(lang), place));
        i = place;
    }
    *out = i->title;
    for (size_t d = 0; d < i->domain_count; d++)
        if (str_eq(i->domains[d].code, act))
            *out = i->domains[d].title;
    return RC_OK;
}

static enum rc observations(struct db *db, struct arena *a, int lang, int64_t person, int64_t id, size_t most, struct plan_origin **out, size_t *count)
{
    struct rows_plan_observations rows;
    struct names *names = ARENA_NEW(a, struct names);
    TRY(sql_plan_observations(db, a, person, id, (int64_t)most, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct plan_origin);
    for (size_t i = 0; i < rows.n; i++) {
        (*out)[i] = (struct plan_origin){.id = rows.v[i].id, .day = rows.v[i].day};
        TRY(act_title(db, a, lang, names, rows.v[i].instrument_id, rows.v[i].act, &(*out)[i].title));
    }
    *count = rows.n;
    return RC_OK;
}

static enum rc assessments(struct db *db, struct arena *a, int64_t person, int64_t id, size_t most, struct plan_origin **out, size_t *count)
{
    struct rows_plan_assessments rows;
    TRY(sql_plan_assessments(db, a, person, id, (int64_t)most, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct plan_origin);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct plan_origin){rows.v[i].id, rows.v[i].day, rows.v[i].title};
    *count = rows.n;
    return RC_OK;
}

/* A round has no title: its day tells which one it was. */
static enum rc rounds(struct db *db, struct arena *a, int lang, int64_t person, int64_t id, size_t most, struct plan_origin **out, size_t *count)
{
    struct rows_plan_rounds rows;
    TRY(sql_plan_rounds(db, a, person, id, (int64_t)most, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct plan_origin);
    for (size_t i = 0; i < rows.n; i++) {
        int64_t day = day_from_ms(zone_utc(), rows.v[i].released_at);
        (*out)[i] = (struct plan_origin){rows.v[i].id, day, view_day_str(a, lang, day)};
    }
    *count = rows.n;
    return RC_OK;
}

static enum rc meetings(struct db *db, struct arena *a, int64_t person, int64_t id, size_t most, struct plan_origin **out, size_t *count)
{
    struct mentor_met *met;
    TRY(mentor_met(db, a, person, id, most, &met, count));
    *out = ARENA_ARRAY(a, *count, struct plan_origin);
    for (size_t i = 0; i < *count; i++)
        (*out)[i] = (struct plan_origin){met[i].id, day_from_ms(zone_utc(), met[i].at), met[i].mentor.p != NULL ? met[i].mentor : S("")};
    return RC_OK;
}

enum rc plan_origins(struct db *db, struct arena *a, int lang, int64_t person, enum plan_source s, int64_t id, size_t most, struct plan_origin **out,
                     size_t *count)
{
    *out = NULL;
    *count = 0;
    switch (s) {
    case PLAN_FEEDBACK:
        return rounds(db, a, lang, person, id, most, out, count);
    case PLAN_OBSERVATION:
        return observations(db, a, lang, person, id, most, out, count);
    case PLAN_ASSESSMENT:
        return assessments(db, a, person, id, most, out, count);
    case PLAN_MEETING:
        return meetings(db, a, person, id, most, out, count);
    default:
        return RC_OK;
    }
}

enum rc plan_load_names(struct db *db, struct arena *a, int lang, int64_t person, size_t most, struct plan_names *out)
{
    *out = (struct plan_names){0};
    for (int k = PLAN_OWN + 1; k < PLAN_SOURCES; k++)
        TRY(plan_origins(db, a, lang, person, (enum plan_source)k, 0, most, &out->of[k], &out->count[k]));
    return RC_OK;
}

struct str plan_name_of(const struct plan_names *n, struct str kind, int64_t id)
{
    enum plan_source s;
    if (plan_find_source(kind, &s))
        for (size_t i = 0; i < n->count[s]; i++)
            if (n->of[s][i].id == id)
                return n->of[s][i].title;
    return STR_NONE;
}

static enum rc check_source(struct db *tx, struct arena *a, int64_t person, const struct plan_goal *g, const struct row_plan_goal_find *old, struct err *e)
{
    struct plan_origin *list;
    size_t count = 0;
    bool same = old != NULL && str_eq_z(old->source_kind, source_words[g->source]) && (old->source_id_null ? 0 : old->source_id) == g->source_id;
    if (same || (g->source == PLAN_OWN && g->source_id == 0))
        return RC_OK;
    if (g->source != PLAN_OWN && g->source_id > 0)
        TRY(plan_origins(tx, a, 0, person, g->source, g->source_id, 1, &list, &count));
    return count == 1 ? RC_OK : err_field(e, RC_INVALID, M_plan_source_bad, "source", NULL);
}

/* ---- strengths, weaknesses, opportunities, threats -------------------------------------------------------------------------------- */

static bool same_swot(const struct plan_swot *s, const struct row_plan_swot_find *old)
{
    return str_eq(s->strengths, old->strengths) && str_eq(s->weaknesses, old->weaknesses) && str_eq(s->opportunities, old->opportunities) &&
           str_eq(s->threats, old->threats);
}

enum rc plan_save_swot(struct db *tx, struct arena *a, int64_t person, const struct plan_swot *s, int64_t now, struct err *e)
{
    struct row_plan_swot_find old;
    enum rc rc = sql_plan_swot_find(tx, a, person, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && s->version == old.version && same_swot(s, &old))
        return RC_OK;
    if (s->version == 0)
        TRY(sql_plan_swot_add(tx, person, s->strengths, s->weaknesses, s->opportunities, s->threats, now));
    else
        TRY(sql_plan_swot_change(tx, person, s->version, s->strengths, s->weaknesses, s->opportunities, s->threats, now));
    TRY(plan_meanwhile(tx, e));
    return sql_plan_swot_keep(tx, person);
}

/* ---- goals ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc check_goal(const struct plan_goal *g, const struct row_plan_goal_find *old, int64_t today, struct err *e)
{
    if (g->what.n == 0)
        return err_field(e, RC_INVALID, M_plan_what_missing, "what", NULL);
    if (g->measure.n == 0)
        return err_field(e, RC_INVALID, M_plan_measure_missing, "measure", NULL);
    if (old != NULL && old->by_day == g->by_day)
        return RC_OK;
    if (g->by_day < today)
        return err_field(e, RC_INVALID, M_plan_day_past, "by", NULL);
    if (g->by_day > today + PLAN_YEARS_MOST * 366)
        return err_field(e, RC_INVALID, M_plan_day_far, "by", NULL);
    return RC_OK;
}

static bool same_goal(const struct plan_goal *g, const struct row_plan_goal_find *old)
{
    return str_eq(g->what, old->what) && str_eq(g->measure, old->measure) && g->by_day == old->by_day &&
           str_eq_z(old->source_kind, source_words[g->source]) && (old->source_id_null ? 0 : old->source_id) == g->source_id &&
           (old->competency_id_null ? 0 : old->competency_id) == g->competency;
}

static enum rc add_goal(struct db *tx, struct arena *a, int64_t person, struct plan_goal *g, int64_t now, struct err *e)
{
    struct row_plan_goal_counts counts;
    TRY(sql_plan_goal_counts(tx, a, person, &counts));
    if (counts.open_goals >= PLAN_OPEN_MOST)
        return err_set(e, RC_INVALID, M_plan_too_many, "%d", PLAN_OPEN_MOST);
    g->id = db_new_id(tx);
    TRY(sql_plan_goal_add(tx, g->id, person, plan_new_key(tx, a), g->what, g->measure, g->by_day, str_from(source_words[g->source]),
                          plan_or_null(&g->source_id), S(""), plan_or_null(&g->competency), S(""), S("open"), S(""), NULL, now, now));
    return sql_plan_goal_keep(tx, g->id);
}

enum rc plan_save_goal(struct db *tx, struct arena *a, int64_t person, struct plan_goal *g, int64_t today, int64_t now, struct err *e)
{
    struct row_plan_goal_find old;
    if (g->id != 0)
        TRY(plan_own_goal(tx, a, person, g->id, &old));
    TRY(check_goal(g, g->id != 0 ? &old : NULL, today, e));
    TRY(check_source(tx, a, person, g, g->id != 0 ? &old : NULL, e));
    if (g->id == 0)
        return add_goal(tx, a, person, g, now, e);
    if (g->version == old.version && same_goal(g, &old))
        return RC_OK;
    /* what it was called elsewhere holds as long as nothing of here takes its place */
    bool brought = g->source_id == 0 && str_eq_z(old.source_kind, source_words[g->source]);
    TRY(sql_plan_goal_change(tx, g->id, person, g->version, g->what, g->measure, g->by_day, str_from(source_words[g->source]), plan_or_null(&g->source_id),
                             brought ? old.source_words : S(""), plan_or_null(&g->competency), g->competency == 0 ? old.competency_words : S(""), now));
    TRY(plan_meanwhile(tx, e));
    return sql_plan_goal_keep(tx, g->id);
}

/* The evidence that a goal was reached names the competency, and what the goal was taken from as its cause. */
static enum rc tell_reached(struct db *tx, struct arena *a, const struct row_plan_goal_find *g, int64_t now, int64_t *evidence)
{
    struct row_plan_observation_evidence cause = {.id_null = true};
    if (!g->source_id_null && (str_eq_z(g->source_kind, "observation") || str_eq_z(g->source_kind, "assessment")))
        TRY(sql_plan_observation_evidence(tx, a, g->source_id, g->person_id, &cause));
    const struct evidence_new n = {.person = g->person_id,
                                   .kind = "goal_reached",
                                   .competency = g->competency_id_null ? 0 : g->competency_id,
                                   .use = g->competency_id_null ? EVIDENCE_NO_USE : EVIDENCE_PRACTISED,
                                   .percent = -1,
                                   .source_kind = "plan_goal",
                                   .source_id = g->id,
                                   .cause = cause.id_null ? 0 : cause.id,
                                   .by_person = g->person_id,
                                   .at = now};
    return evidence_add(tx, &n, now, evidence);
}

static enum rc take_back(struct db *tx, const struct row_plan_goal_find *g, int64_t now)
{
    const struct evidence_new n = {.person = g->person_id,
                                   .kind = "goal_reopened",
                                   .percent = -1,
                                   .source_kind = "plan_goal",
                                   .source_id = g->id,
                                   .replaces = g->evidence_id,
                                   .by_person = g->person_id,
                                   .at = now};
    return evidence_add(tx, &n, now, NULL);
}

enum rc plan_end_goal(struct db *tx, struct arena *a, int64_t person, const struct plan_end *end, int64_t today, int64_t now, struct err *e)
{
    struct row_plan_goal_find g;
    struct row_plan_goal_counts counts;
    int64_t evidence = 0;
    TRY(plan_own_goal(tx, a, person, end->goal, &g));
    if (g.version != end->version)
        return err_set(e, RC_CONFLICT, M_plan_changed, NULL);
    if (end->state == PLAN_REACHED && end->outcome.n == 0)
        return err_field(e, RC_INVALID, M_plan_outcome_missing, "outcome", NULL);
    TRY(sql_plan_goal_counts(tx, a, person, &counts));
    if (end->state == PLAN_OPEN && counts.open_goals >= PLAN_OPEN_MOST)
        return err_set(e, RC_INVALID, M_plan_too_many, "%d", PLAN_OPEN_MOST);
    bool tell = end->state == PLAN_REACHED && end->tell, told = !g.evidence_id_null;
    if (told && !tell)
        TRY(take_back(tx, &g, now));
    if (told && tell)
        evidence = g.evidence_id;
    if (tell && !told)
        TRY(tell_reached(tx, a, &g, now, &evidence));
    TRY(sql_plan_goal_end(tx, g.id, person, end->version, str_from(plan_state_word(end->state)), end->outcome, end->state != PLAN_OPEN ? &today : NULL,
                          plan_or_null(&evidence), now));
    TRY(plan_meanwhile(tx, e));
    return sql_plan_goal_keep(tx, g.id);
}

enum rc plan_remove_goal(struct db *tx, struct arena *a, int64_t person, int64_t goal, int64_t version, struct err *e)
{
    struct row_plan_goal_find g;
    TRY(plan_own_goal(tx, a, person, goal, &g));
    TRY(sql_plan_remove_judged(tx, goal));
    TRY(sql_plan_remove_links(tx, goal));
    TRY(sql_plan_remove_actions(tx, goal));
    TRY(sql_plan_remove_versions(tx, goal));
    TRY(sql_plan_remove_goal(tx, goal, person, version));
    return plan_meanwhile(tx, e);
}

/* ---- actions ------------------------------------------------------------------------------------------------------------------------- */

static enum rc check_action(const struct plan_action *t, const int64_t *old_day, int64_t today, struct err *e)
{
    if (t->what.n == 0)
        return err_field(e, RC_INVALID, M_plan_action_missing, "what", NULL);
    if (old_day != NULL && *old_day == t->due_day)
        return RC_OK;
    if (t->due_day < today)
        return err_field(e, RC_INVALID, M_plan_day_past, "due", NULL);
    return t->due_day <= today + PLAN_YEARS_MOST * 366 ? RC_OK : err_field(e, RC_INVALID, M_plan_day_far, "due", NULL);
}

enum rc plan_save_action(struct db *tx, struct arena *a, int64_t person, struct plan_action *t, int64_t today, int64_t now, struct err *e)
{
    struct row_plan_action_find old;
    struct row_plan_goal_find g;
    struct row_plan_action_count n;
    if (t->id != 0) {
        TRY(sql_plan_action_find(tx, a, t->id, person, &old));
        TRY(check_action(t, &old.due_day, today, e));
        TRY(sql_plan_action_change(tx, t->id, person, t->version, t->what, t->due_day));
        return plan_meanwhile(tx, e);
    }
    TRY(plan_own_goal(tx, a, person, t->goal, &g));
    TRY(check_action(t, NULL, today, e));
    TRY(sql_plan_action_count(tx, a, t->goal, &n));
    if (n.n >= PLAN_ACTIONS_MOST)
        return err_set(e, RC_INVALID, M_plan_too_many_actions, "%d", PLAN_ACTIONS_MOST);
    t->id = db_new_id(tx);
    return sql_plan_action_add(tx, t->id, t->goal, person, plan_new_key(tx, a), t->what, t->due_day, NULL, now);
}

enum rc plan_tick_action(struct db *tx, struct arena *a, int64_t person, int64_t action, bool done, int64_t now)
{
    struct row_plan_action_find old;
    TRY(sql_plan_action_find(tx, a, action, person, &old));
    return sql_plan_action_tick(tx, action, person, done ? &now : NULL);
}

enum rc plan_remove_action(struct db *tx, struct arena *a, int64_t person, int64_t action, int64_t version, struct err *e)
{
    struct row_plan_action_find old;
    TRY(sql_plan_action_find(tx, a, action, person, &old));
    TRY(sql_plan_action_remove(tx, action, person, version));
    return plan_meanwhile(tx, e);
}

/* ---- evidence ------------------------------------------------------------------------------------------------------------------------ */

enum rc plan_link_evidence(struct db *tx, struct arena *a, int64_t person, int64_t goal, const int64_t *evidence, size_t count, struct err *e)
{
    struct row_plan_goal_find g;
    struct row_plan_link_count n;
    struct row_plan_link_own own;
    TRY(plan_own_goal(tx, a, person, goal, &g));
    TRY(sql_plan_link_count(tx, a, goal, &n));
    if (n.n + (int64_t)count > PLAN_ACTIONS_MOST)
        return err_set(e, RC_INVALID, M_plan_too_many_links, "%d", PLAN_ACTIONS_MOST);
    for (size_t i = 0; i < count; i++) {
        enum rc rc = sql_plan_link_own(tx, a, evidence[i], person, &own);
        if (rc == RC_NOT_FOUND)
            return err_field(e, RC_INVALID, M_plan_evidence_bad, "evidence", NULL);
        TRY(rc);
        TRY(sql_plan_link_add(tx, db_new_id(tx), goal, &evidence[i], S(""), day_from_ms(zone_utc(), own.at)));
    }
    return RC_OK;
}

enum rc plan_unlink(struct db *tx, struct arena *a, int64_t person, int64_t goal, int64_t link)
{
    struct row_plan_goal_find g;
    TRY(plan_own_goal(tx, a, person, goal, &g));
    return sql_plan_link_remove(tx, link, goal);
}

/* ---- for pages of others that the owner chooses goals for ---------------------------------------------------------------------------- */

enum rc plan_goals_shown(struct db *db, struct arena *a, int64_t person, struct plan_shown **out, size_t *count)
{
    struct rows_plan_goal_shown rows;
    TRY(sql_plan_goal_shown(db, a, person, PLAN_SHOWN_MOST, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct plan_shown);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++)
        (*out)[k] = (struct plan_shown){rows.v[k].id, rows.v[k].by_day, rows.v[k].created_at, str_eq_z(rows.v[k].state, "open"), rows.v[k].what};
    return RC_OK;
}
