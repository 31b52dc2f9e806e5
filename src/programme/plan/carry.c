/* The plan taken along and brought in: writing the file, finding what of one is new here, taking that in. docs/plan.md describes the
 * file, carry_read.c reads it. See plan.h. */
#include "programme/plan/carry.h"

#include <jansson.h>

#include "base/json_set.h"
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/evidence/evidence.h"

#define NAMES_MOST 1000

/* ---- writing ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc write_swot(struct db *db, struct arena *a, int64_t person, json_t *root)
{
    struct rows_plan_swot_all rows;
    json_t *list = json_new_list(root, "swot");
    TRY(sql_plan_swot_all(db, a, person, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_time(a, o, "saved_at", rows.v[i].changed_at);
        json_set_text(o, "strengths", rows.v[i].strengths);
        json_set_text(o, "weaknesses", rows.v[i].weaknesses);
        json_set_text(o, "opportunities", rows.v[i].opportunities);
        json_set_text(o, "threats", rows.v[i].threats);
    }
    return RC_OK;
}

/* All that hangs on goals, in the order of their numbers. */
struct parts {
    struct rows_plan_all_versions versions;
    struct rows_plan_all_actions actions;
    struct rows_plan_all_links links;
    const struct str *titles;
    struct plan_names names;
};

static void write_hanging(struct arena *a, const struct parts *p, const struct row_plan_all_goals *g, json_t *o)
{
    json_t *before = json_new_list(o, "before"), *actions = json_new_list(o, "actions"), *links = json_new_list(o, "evidence");
    for (size_t i = 0; i < p->versions.n; i++) {
        const struct row_plan_all_versions *v = &p->versions.v[i];
        if (v->goal_id != g->id || v->version == g->version)
            continue;
        json_t *x = json_new_item(before);
        json_set_time(a, x, "saved_at", v->changed_at);
        json_set_text(x, "what", v->what);
        json_set_text(x, "measure", v->measure);
        json_set_day(a, x, "by", v->by_day);
        json_set_text(x, "state", v->state);
        json_set_text(x, "outcome", v->outcome);
    }
    for (size_t i = 0; i < p->actions.n; i++) {
        const struct row_plan_all_actions *t = &p->actions.v[i];
        if (t->goal_id != g->id)
            continue;
        json_t *x = json_new_item(actions);
        json_set_text(x, "key", t->own_key);
        json_set_text(x, "what", t->what);
        json_set_day(a, x, "due", t->due_day);
        if (!t->done_at_null)
            json_set_time(a, x, "done_at", t->done_at);
    }
    for (size_t i = 0; i < p->links.n; i++) {
        if (p->links.v[i].goal_id != g->id)
            continue;
        json_t *x = json_new_item(links);
        json_set_text(x, "title", p->titles[i]);
        json_set_day(a, x, "day", p->links.v[i].day);
    }
}

static void write_goal(struct arena *a, const struct parts *p, const struct row_plan_all_goals *g, json_t *o)
{
    struct str title = plan_name_of(&p->names, g->source_kind, g->source_id_null ? 0 : g->source_id);
    json_set_text(o, "key", g->own_key);
    json_set_text(o, "what", g->what);
    json_set_text(o, "measure", g->measure);
    json_set_day(a, o, "by", g->by_day);
    json_set_text(o, "state", g->state);
    json_set_text(o, "outcome", g->outcome);
    if (!g->ended_day_null)
        json_set_day(a, o, "ended", g->ended_day);
    json_set_time(a, o, "created_at", g->created_at);
    json_t *source = json_new_object(o, "source");
    json_set_text(source, "kind", g->source_kind);
    json_set_text(source, "title", title.p != NULL ? title : g->source_words);
    if (g->competency.p != NULL || g->competency_words.n != 0) {
        json_t *k = json_new_object(o, "competency");
        json_set_text(k, "code", g->code);
        json_set_text(k, "title", g->competency.p != NULL ? g->statement : g->competency_words);
    }
    write_hanging(a, p, g, o);
}

static void write_points(json_t *o, const char *key, bool none, int64_t x, int64_t y, int64_t z)
{
    if (!none)
        json_object_set_new(o, key, json_pack("[I,I,I]", (json_int_t)x, (json_int_t)y, (json_int_t)z));
}

static enum rc write_reviews(struct db *db, struct arena *a, int64_t person, json_t *root)
{
    struct rows_plan_all_reviews rows;
    struct rows_plan_all_scores scores;
    json_t *list = json_new_list(root, "reviews");
    TRY(sql_plan_all_reviews(db, a, person, &rows));
    TRY(sql_plan_all_scores(db, a, person, &scores));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_plan_all_reviews *r = &rows.v[i];
        json_t *o = json_new_item(list);
        json_set_text(o, "key", r->own_key);
        json_set_time(a, o, "opened_at", r->opened_at);
        json_set_time(a, o, "closed_at", r->closed_at);
        json_set_bool(o, "with_mentor", !r->mentor_at_null);
        json_set_text(o, "owner_words", r->owner_words);
        json_set_text(o, "mentor_said", r->mentor_said);
        json_t *goals = json_new_list(o, "goals");
        for (size_t k = 0; k < scores.n; k++) {
            const struct row_plan_all_scores *s = &scores.v[k];
            if (s->review_id != r->id)
                continue;
            json_t *x = json_new_item(goals);
            json_set_text(x, "goal", s->own_key);
            json_set_int(x, "version", s->version);
            write_points(x, "owner", s->owner_specificity_null, s->owner_specificity, s->owner_plan, s->owner_outcome);
            write_points(x, "mentor", s->mentor_specificity_null, s->mentor_specificity, s->mentor_plan, s->mentor_outcome);
        }
    }
    return RC_OK;
}

static enum rc write_checkins(struct db *db, struct arena *a, int64_t person, json_t *root)
{
    struct rows_plan_all_checkins rows;
    json_t *list = json_new_list(root, "check_ins");
    TRY(sql_plan_all_checkins(db, a, person, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "key", rows.v[i].own_key);
        json_set_day(a, o, "day", rows.v[i].day);
        json_set_bool(o, "with_mentor", rows.v[i].with_mentor != 0);
        json_set_text(o, "going", rows.v[i].going);
        json_set_text(o, "words", rows.v[i].words);
        json_set_day(a, o, "next", rows.v[i].next_day);
    }
    return RC_OK;
}

static enum rc write_all(struct db *db, struct arena *a, int lang, int64_t person, const struct rows_plan_all_links *links, const struct str *titles,
                         json_t *root)
{
    struct rows_plan_all_goals goals;
    struct parts p = {.links = *links, .titles = titles};
    json_t *list = json_new_list(root, "goals");
    TRY(write_swot(db, a, person, root));
    TRY(sql_plan_all_goals(db, a, person, lang_tag(lang), &goals));
    TRY(sql_plan_all_versions(db, a, person, &p.versions));
    TRY(sql_plan_all_actions(db, a, person, &p.actions));
    TRY(plan_load_names(db, a, lang, person, NAMES_MOST, &p.names));
    for (size_t i = 0; i < goals.n; i++)
        write_goal(a, &p, &goals.v[i], json_new_item(list));
    TRY(write_checkins(db, a, person, root));
    return write_reviews(db, a, person, root);
}

enum rc plan_export(struct db *db, struct arena *a, int lang, int64_t person, int64_t now, plan_titles_fn *titles_of, void *arg, struct str *json)
{
    struct rows_plan_all_links links;
    TRY(sql_plan_all_links(db, a, person, &links));
    struct evidence_ref *refs = ARENA_ARRAY(a, links.n, struct evidence_ref);
    struct str *titles = ARENA_ARRAY(a, links.n, struct str);
    for (size_t i = 0; i < links.n; i++) {
        refs[i] = (struct evidence_ref){links.v[i].source_kind, links.v[i].source_id};
        titles[i] = links.v[i].title;
    }
    TRY(titles_of(arg, refs, titles, links.n));
    json_t *root = json_object();
    json_set_text(root, "format", S(PLAN_FORMAT));
    json_set_int(root, "version", PLAN_FORMAT_VERSION);
    json_set_time(a, root, "exported_at", now);
    enum rc rc = write_all(db, a, lang, person, &links, titles, root);
    char *text = rc == RC_OK ? json_dumps(root, JSON_INDENT(1)) : NULL;
    *json = str_dup(a, str_from(text));
    free(text);
    json_decref(root);
    return rc;
}

/* ---- what of a file is new here ------------------------------------------------------------------------------------------------------------ */

static enum rc find_goals(struct db *db, struct arena *a, int64_t person, struct plan_import *i, struct problems *problems)
{
    struct row_plan_goal_counts counts;
    int64_t open = 0;
    TRY(sql_plan_goal_counts(db, a, person, &counts));
    for (size_t k = 0; k < i->goal_count; k++) {
        struct carry_goal *g = &i->goals[k];
        struct row_plan_goal_by_key here;
        struct row_plan_competency_by_name competency;
        enum rc rc = sql_plan_goal_by_key(db, a, person, g->key, &here);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        g->there = rc == RC_OK;
        if (g->there)
            continue;
        open += g->state == PLAN_OPEN;
        if (g->competency.n == 0)
            continue;
        TRY(sql_plan_competency_by_name(db, a, g->code, g->competency, &competency));
        g->competency_id = competency.id_null ? 0 : competency.id;
        if (g->competency_id == 0)
            problems_warn(problems, S(""), 0, str_printf(a, "goals[%zu].competency", k), M_plan_in_no_competency, "%.*s", STR_ARG(g->competency));
    }
    if (open != 0 && counts.open_goals + open > PLAN_OPEN_MOST)
        problems_add(problems, S(""), 0, S("goals"), M_plan_in_too_many_open, "%d", PLAN_OPEN_MOST);
    return RC_OK;
}

static enum rc find_rest(struct db *db, struct arena *a, int64_t person, struct plan_import *i, struct problems *problems)
{
    struct row_plan_swot_find swot;
    enum rc rc = sql_plan_swot_find(db, a, person, &swot);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    i->swot_there = rc == RC_OK;
    if (i->swot_there && i->swot_count != 0) {
        const struct plan_swot *s = &i->swot[i->swot_count - 1].s;
        if (!str_eq(s->strengths, swot.strengths) || !str_eq(s->weaknesses, swot.weaknesses) || !str_eq(s->opportunities, swot.opportunities) ||
            !str_eq(s->threats, swot.threats))
            problems_warn(problems, S(""), 0, S("swot"), M_plan_in_swot_there, NULL);
    }
    for (size_t k = 0; k < i->checkin_count; k++) {
        struct row_plan_checkin_by_key here;
        rc = sql_plan_checkin_by_key(db, a, person, i->checkins[k].key, &here);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        i->checkins[k].there = rc == RC_OK;
    }
    for (size_t k = 0; k < i->review_count; k++) {
        struct row_plan_review_by_key here;
        rc = sql_plan_review_by_key(db, a, person, i->reviews[k].key, &here);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        i->reviews[k].there = rc == RC_OK;
    }
    return RC_OK;
}

enum rc plan_read(struct db *db, struct arena *a, int64_t person, struct str file, struct problems *problems, struct plan_import **out, struct err *e)
{
    plan_parse(a, file, problems, out);
    if (problems->errors == 0) {
        TRY(find_goals(db, a, person, *out, problems));
        TRY(find_rest(db, a, person, *out, problems));
    }
    return problems_check(problems, e);
}

struct plan_counts plan_counts(const struct plan_import *i)
{
    struct plan_counts n = {0};
    for (size_t k = 0; k < i->goal_count; k++) {
        n.there += i->goals[k].there;
        if (i->goals[k].there)
            continue;
        n.goals++;
        n.actions += i->goals[k].action_count;
        n.links += i->goals[k].link_count;
    }
    for (size_t k = 0; k < i->checkin_count; k++)
        *(i->checkins[k].there ? &n.there : &n.checkins) += 1;
    for (size_t k = 0; k < i->review_count; k++)
        *(i->reviews[k].there ? &n.there : &n.reviews) += 1;
    n.swot = i->swot_there ? 0 : i->swot_count != 0;
    n.there += i->swot_there && i->swot_count != 0;
    return n;
}

/* ---- taking it in ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc take_goal(struct db *tx, struct arena *a, int64_t person, const struct carry_goal *g, int64_t now, bool *added)
{
    int64_t id = db_new_id(tx), version = (int64_t)g->before_count + 1;
    (void)a;
    TRY(sql_plan_goal_add(tx, id, person, g->key, g->what, g->measure, g->by_day, str_from(plan_source_word(g->source)), NULL, g->source_title,
                          plan_or_null(&g->competency_id), g->competency_id == 0 ? g->competency : S(""), str_from(plan_state_word(g->state)), g->outcome,
                          g->state != PLAN_OPEN ? &g->ended_day : NULL, g->created_at, now));
    *added = db_changes(tx) == 1;
    if (!*added)
        return RC_OK;
    for (size_t i = 0; i < g->before_count; i++) {
        const struct carry_state *b = &g->before[i];
        TRY(sql_plan_version_bring(tx, id, (int64_t)i + 1, b->what, b->measure, b->by_day, str_from(plan_source_word(g->source)), g->source_title, g->competency,
                                   str_from(plan_state_word(b->state)), b->outcome, b->saved_at));
    }
    TRY(sql_plan_goal_number(tx, id, version));
    TRY(sql_plan_goal_keep(tx, id));
    for (size_t i = 0; i < g->action_count; i++) {
        const struct carry_action *t = &g->actions[i];
        TRY(sql_plan_action_add(tx, db_new_id(tx), id, person, t->key, t->what, t->due_day, plan_or_null(&t->done_at), now));
    }
    for (size_t i = 0; i < g->link_count; i++)
        TRY(sql_plan_link_add(tx, db_new_id(tx), id, NULL, g->links[i].title, g->links[i].day));
    return RC_OK;
}

static const int64_t *point(const int64_t *v)
{
    return *v >= 0 ? v : NULL;
}

static enum rc take_review(struct db *tx, struct arena *a, int64_t person, const struct carry_review *r, bool *added)
{
    int64_t id = db_new_id(tx);
    TRY(sql_plan_review_add(tx, id, person, NULL, NULL, r->key, 1, r->opened_at, &r->closed_at, r->with_mentor ? &r->closed_at : NULL, &r->closed_at,
                            r->owner_words, r->mentor_said));
    *added = db_changes(tx) == 1;
    for (size_t i = 0; *added && i < r->judged_count; i++) {
        const struct carry_judged *j = &r->judged[i];
        struct row_plan_goal_by_key g;
        enum rc rc = sql_plan_goal_by_key(tx, a, person, j->goal, &g);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && g.version < j->version))
            continue; /* it is another state of that goal that is here */
        TRY(rc);
        TRY(sql_plan_review_score_bring(tx, id, g.id, j->version, point(&j->owner[0]), point(&j->owner[1]), point(&j->owner[2]), point(&j->mentor[0]),
                                        point(&j->mentor[1]), point(&j->mentor[2])));
    }
    return RC_OK;
}

static enum rc take_swot(struct db *tx, int64_t person, const struct plan_import *i, size_t *added)
{
    for (size_t k = 0; k < i->swot_count; k++) {
        const struct carry_swot *x = &i->swot[k];
        if (k == 0)
            TRY(sql_plan_swot_add(tx, person, x->s.strengths, x->s.weaknesses, x->s.opportunities, x->s.threats, x->saved_at));
        else
            TRY(sql_plan_swot_change(tx, person, (int64_t)k, x->s.strengths, x->s.weaknesses, x->s.opportunities, x->s.threats, x->saved_at));
        if (db_changes(tx) != 1)
            return RC_OK; /* something was written here meanwhile */
        TRY(sql_plan_swot_keep(tx, person));
    }
    *added = i->swot_count != 0;
    return RC_OK;
}

enum rc plan_take(struct db *tx, struct arena *a, int64_t person, const struct plan_import *i, int64_t now, struct plan_counts *counts, struct err *e)
{
    struct row_plan_goal_counts here;
    bool added;
    *counts = (struct plan_counts){0};
    for (size_t k = 0; k < i->goal_count; k++) {
        const struct carry_goal *g = &i->goals[k];
        TRY(take_goal(tx, a, person, g, now, &added));
        *(added ? &counts->goals : &counts->there) += 1;
        counts->actions += added ? g->action_count : 0;
        counts->links += added ? g->link_count : 0;
    }
    TRY(sql_plan_goal_counts(tx, a, person, &here));
    if (counts->goals != 0 && here.open_goals > PLAN_OPEN_MOST)
        return err_set(e, RC_INVALID, M_plan_in_too_many_open, "%d", PLAN_OPEN_MOST);
    for (size_t k = 0; k < i->checkin_count; k++) {
        const struct carry_checkin *x = &i->checkins[k];
        TRY(sql_plan_checkin_add(tx, db_new_id(tx), person, x->key, x->day, x->with_mentor, str_from(plan_going_word(x->going)), x->words, x->next_day, now));
        *(db_changes(tx) == 1 ? &counts->checkins : &counts->there) += 1;
    }
    for (size_t k = 0; k < i->review_count; k++) {
        TRY(take_review(tx, a, person, &i->reviews[k], &added));
        *(added ? &counts->reviews : &counts->there) += 1;
    }
    if (!i->swot_there)
        TRY(take_swot(tx, person, i, &counts->swot));
    TRY(sql_plan_upload_remove(tx, person));
    return RC_OK;
}
