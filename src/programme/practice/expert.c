/* A programme's own panel: who keeps an exercise asks experts to take it once. From so many answers to a question on, what they chose
 * takes the place of what the authors expect (script concordance: ten to twenty experts, Fournier, Demeester, Charlin 2008). A new version
 * keeps the answers to the questions that it asks as before. Nobody is shown who chose what; credit that was given stays as it was given. */
#include "auth/session.h"
#include "gen/msg_cases.h"
#include "gen/programme/practice/expert_sql.h"
#include "gen/programme/practice/practice_panel_view.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/people/people.h"
#include "programme/practice/inside.h"

#define LEAST_MIN 5
#define LEAST_MAX 100

static enum rc story_of(struct db *tx, struct arena *a, int64_t family, const struct story **out)
{
    struct row_practice_version version;
    TRY(sql_practice_version(tx, a, family, &version));
    return practice_story(tx, a, version.id, version.digest, out);
}

/* Of what was chosen, what still answers the question as this version asks it: the others get no experts. */
static enum rc keep_same(struct db *tx, struct arena *a, int64_t family, struct rows_expert_chosen *rows)
{
    const struct story *now = NULL, *then = NULL;
    int64_t read = 0;
    for (size_t k = 0; k < rows->n; k++) {
        struct row_expert_chosen *r = &rows->v[k];
        if (r->family == family)
            continue;
        if (now == NULL)
            TRY(story_of(tx, a, family, &now));
        if (read != r->family)
            TRY(story_of(tx, a, r->family, &then));
        read = r->family;
        if (!practice_same_question(then, now, r->question))
            r->experts = 0;
    }
    return RC_OK;
}

enum rc practice_count_panel(struct db *tx, struct arena *a, int64_t exercise, int64_t family)
{
    struct rows_expert_chosen rows;
    struct row_expert_least setting;
    TRY(sql_expert_least(tx, a, exercise, &setting));
    TRY(sql_expert_chosen(tx, a, exercise, &rows));
    TRY(keep_same(tx, a, family, &rows));
    TRY(sql_expert_own_clear(tx, family));
    for (size_t from = 0, to; from < rows.n; from = to) {
        int64_t answers = 0, experts = 0;
        for (to = from; to < rows.n && str_eq(rows.v[to].question, rows.v[from].question); to++)
            answers += rows.v[to].experts;
        for (size_t k = from; k < to && answers >= setting.panel_least; k++) {
            experts += rows.v[k].experts;
            if (k + 1 < to && str_eq(rows.v[k].target, rows.v[k + 1].target))
                continue; /* the same, in another version */
            if (experts != 0)
                TRY(sql_expert_own_add(tx, family, rows.v[k].question, rows.v[k].target, experts));
            experts = 0;
        }
    }
    return RC_OK;
}

struct change {
    struct arena *a;
    int64_t exercise, family, person, by, least, version, now;
};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    const struct change *n = arg;
    (void)e;
    TRY(sql_expert_ask(tx, n->exercise, n->person, n->by, n->now));
    return audit_note(tx, n->now, n->by, "exercise_expert_ask", n->person, "exercise", n->exercise);
}

static enum rc drop(struct db *tx, void *arg, struct err *e)
{
    const struct change *n = arg;
    TRY(sql_expert_drop(tx, n->exercise, n->person));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_cases_panel_begun, NULL);
    return audit_note(tx, n->now, n->by, "exercise_expert_drop", n->person, "exercise", n->exercise);
}

static enum rc set_least(struct db *tx, void *arg, struct err *e)
{
    const struct change *n = arg;
    TRY(sql_expert_set_least(tx, n->exercise, n->version, n->least));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_practice_text_changed, NULL);
    TRY(practice_count_panel(tx, n->a, n->exercise, n->family));
    return audit_note(tx, n->now, n->by, "exercise_panel_least", 0, "exercise", n->exercise);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

static struct form *small_form(struct ctx *c, int64_t exercise, msg_id submit, const char *what)
{
    struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, exercise, "/panel"), submit);
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = str_from(what)});
    f->quiet = f->no_warn = true;
    return f;
}

static struct form *ask_form(struct ctx *c, int64_t exercise)
{
    struct form *f = small_form(c, exercise, M_cases_panel_ask, "ask");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_cases_panel_person, .hint = M_cases_panel_person_hint, .required = true, .max = 120});
    f->quiet = false;
    return f;
}

static struct form *least_form(struct ctx *c, int64_t exercise, const struct row_expert_least *r)
{
    struct form *f = small_form(c, exercise, M_cases_panel_save, "least");
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_cases_panel_least, .hint = M_cases_panel_least_hint, .required = true,
                               .min = LEAST_MIN, .max = LEAST_MAX, .value = str_printf(c->a, "%" PRId64, r->panel_least)});
    form_add_version(f, r->version);
    return f;
}

static enum rc fill_experts(struct ctx *c, int64_t exercise, struct view_practice_panel *v)
{
    struct rows_expert_list rows;
    TRY(sql_expert_list(c->db, c->a, exercise, &rows));
    struct view_practice_panel_experts *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_panel_experts);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_expert_list *r = &rows.v[k];
        list[k] = (struct view_practice_panel_experts){.name = r->name.p != NULL ? r->name : str_printf(c->a, "%" PRId64, r->person_id),
                                                       .state = r->done != 0 ? S("done") : r->going != 0 ? S("going") : S("asked")};
        v->done += r->done != 0;
        if (r->done == 0 && r->going == 0) {
            list[k].drop = small_form(c, exercise, M_cases_panel_drop, "drop");
            form_add((struct form *)list[k].drop, (struct field){.name = "expert", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, r->person_id)});
        }
    }
    v->experts = list;
    v->experts_count = rows.n;
    return RC_OK;
}

static enum rc fill_questions(struct ctx *c, const struct row_practice_find *x, struct view_practice_panel *v)
{
    struct rows_practice_panel panel;
    struct row_practice_version version;
    const struct story *s;
    TRY(sql_practice_version(c->db, c->a, x->own_id, &version));
    TRY(practice_story(c->db, c->a, version.id, version.digest, &s));
    TRY(sql_practice_panel(c->db, c->a, x->own_id, &panel));
    struct view_practice_panel_questions *list = ARENA_ARRAY(c->a, panel.n, struct view_practice_panel_questions);
    for (size_t k = 0; k < panel.n; k++) {
        if (k == 0 || !str_eq(panel.v[k].question, panel.v[k - 1].question)) {
            struct str text = practice_question_text(c->a, s, panel.v[k].question);
            list[v->questions_count++] = (struct view_practice_panel_questions){.question = text.n != 0 ? text : panel.v[k].question, .own = panel.v[k].own != 0};
        }
        list[v->questions_count - 1].experts += panel.v[k].experts;
    }
    v->questions = list;
    return RC_OK;
}

static enum rc send_panel(struct ctx *c, const struct row_practice_find *x, struct form *ask_f, struct form *least_f, int64_t least, int status)
{
    struct view_practice_panel v = {.ask = ask_f, .setting = least_f, .least = least, .back = practice_path(c, x->id, "")};
    TRY(fill_experts(c, x->id, &v));
    TRY(fill_questions(c, x, &v));
    struct page page = practice_page(c, tr(c, M_cases_panel), x->title, x->id);
    page.status = status;
    return view_practice_panel_page(c, &page, &v);
}

/* Only who teaches or leads in the programme can be asked: learners are compared with the panel. */
static enum rc read_expert(struct ctx *c, struct form *f, int64_t programme, int64_t *person)
{
    struct row_hand_in_is_faculty is;
    TRY(people_read_person(c, f, "person", programme, person));
    if (*person == 0)
        return RC_OK;
    TRY(sql_hand_in_is_faculty(c->db, c->a, programme, *person, c->today, &is));
    if (is.n == 0)
        form_error(f, "person", M_cases_panel_not_faculty, NULL);
    return RC_OK;
}

enum rc practice_handle_panel(struct ctx *c)
{
    struct row_practice_find x;
    struct row_expert_least setting;
    bool writes;
    TRY(practice_open(c, &x, &writes));
    struct target t = {.programme = x.programme_id};
    TRY(access_require(c, P_PRACTICE_OVERSEE, &t));
    if (x.own_id_null || !str_eq(x.kind, practice_kind_word(PRACTICE_CASE)))
        return RC_NOT_FOUND;
    TRY(sql_expert_least(c->db, c->a, x.id, &setting));
    struct form *ask_f = ask_form(c, x.id), *least_f = least_form(c, x.id, &setting);
    struct change n = {.a = c->a, .exercise = x.id, .family = x.own_id, .by = c->who->person, .now = c->now};
    if (c->rq->method != METHOD_POST)
        return send_panel(c, &x, ask_f, least_f, setting.panel_least, 0);
    struct str what = request_form(c->rq, "what");
    struct form *f = str_eq_z(what, "least") ? least_f : ask_f;
    enum rc rc = RC_OK;
    int status = 0;
    if (str_eq_z(what, "drop")) {
        (void)str_to_int(request_form(c->rq, "expert"), &n.person);
        TRY(ctx_write(c, drop, &n));
        return page_redirect(c, f->action, M_practice_saved);
    }
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_panel(c, &x, ask_f, least_f, setting.panel_least, 422);
    if (f == ask_f)
        TRY(read_expert(c, f, x.programme_id, &n.person));
    if (f == ask_f && (!form_ok(f) || n.person == 0))
        return send_panel(c, &x, ask_f, least_f, setting.panel_least, 422);
    n.least = form_int(least_f, "least", setting.panel_least);
    n.version = form_int(least_f, "version", 0);
    rc = ctx_write(c, f == ask_f ? ask : set_least, &n);
    if (page_edit_failed(c, f, rc, setting.version, &status))
        return send_panel(c, &x, ask_f, least_f, setting.panel_least, status);
    TRY(rc);
    return page_redirect(c, f->action, f == ask_f ? M_cases_panel_now_asked : M_practice_saved);
}
