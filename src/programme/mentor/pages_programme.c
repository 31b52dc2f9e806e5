/* Mentoring as the coordinator and the director see it: that pairs exist, states, days and counts; conflicts of interest; whom to
 * call; and the wall itself, shown to everybody. */
#include "gen/msg_people.h"
#include "gen/programme/mentor/mentor_programme_view.h"
#include "gen/programme/mentor/mentor_wall_view.h"
#include "gen/source.h"
#include "programme/mentor/inside.h"
#include "programme/people/people.h"
#include "programme/privacy/privacy.h"
#include "view/markdown.h"

#define PAGE_ROWS 50
#define LIST_MAX 200

enum rc mentor_require_programme(struct ctx *c, enum permission may, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    struct target t = {.programme = id};
    TRY(access_require(c, may, &t));
    return programme_find(c->db, c->a, id, p);
}

struct str mentor_programme_path(struct ctx *c, int64_t programme, const char *rest)
{
    return str_printf(c->a, "/programmes/%" PRId64 "/mentoring%s", programme, rest);
}

static const struct {
    const char *kind;
    msg_id word;
} conflict_kinds[] = {{"assessor", M_mentor_conflict_assessor},
                      {"line_manager", M_mentor_conflict_line_manager},
                      {"family", M_mentor_conflict_family},
                      {"veto", M_mentor_conflict_veto}};

static int64_t long_silent(const struct ctx *c)
{
    return c->now - (MENTOR_SILENCE_DAYS + MENTOR_SILENCE_MORE_DAYS) * MS_PER_DAY;
}

/* ---- the page ----------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_counts(struct ctx *c, int64_t programme, struct view_mentor_programme *v)
{
    struct rows_mentor_pair_counts rows;
    struct rows_mentor_pair_silent silent;
    TRY(sql_mentor_pair_counts(c->db, c->a, programme, &rows));
    struct view_mentor_programme_counts *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_programme_counts);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_mentor_programme_counts){mentor_state_word(c, rows.v[i].state), rows.v[i].n, rows.v[i].meetings};
    v->counts = list;
    v->counts_count = rows.n;
    TRY(sql_mentor_pair_silent(c->db, c->a, long_silent(c), &silent));
    for (size_t i = 0; i < silent.n; i++)
        if (silent.v[i].programme_id == programme)
            v->silent = silent.v[i].n;
    return RC_OK;
}

static enum rc fill_pairs(struct ctx *c, int64_t programme, struct view_mentor_programme *v)
{
    struct rows_mentor_pair_list rows;
    int64_t after = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_mentor_pair_list(c->db, c->a, programme, after, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_mentor_programme_pairs *list = ARENA_ARRAY(c->a, n, struct view_mentor_programme_pairs);
    for (size_t i = 0; i < n; i++) {
        const struct row_mentor_pair_list *r = &rows.v[i];
        bool running = str_eq_z(r->state, "accepted") || str_eq_z(r->state, "active");
        list[i] = (struct view_mentor_programme_pairs){.mentor = r->mentor.p != NULL ? r->mentor : tr(c, M_mentor_gone),
                                                       .mentee = r->mentee.p != NULL ? r->mentee : tr(c, M_mentor_gone),
                                                       .state = r->state,
                                                       .word = mentor_state_word(c, r->state),
                                                       .proposed = r->proposed_at,
                                                       .active = r->active_at_null ? (struct opt_int){0} : SOME_INT(r->active_at),
                                                       .ended = r->ended_at_null ? (struct opt_int){0} : SOME_INT(r->ended_at),
                                                       .meetings = r->meetings,
                                                       .silent = running && r->touched_at < long_silent(c)};
    }
    v->pairs = list;
    v->pairs_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/programmes/%" PRId64 "/mentoring?after=%" PRId64, programme, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc fill_waiting(struct ctx *c, int64_t programme, struct view_mentor_programme *v)
{
    struct rows_mentor_wish_waiting rows;
    TRY(sql_mentor_wish_waiting(c->db, c->a, programme, LIST_MAX, &rows));
    struct view_mentor_programme_waiting *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_programme_waiting);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_mentor_programme_waiting){rows.v[i].display_name, rows.v[i].wants_at};
    v->waiting = list;
    v->waiting_count = rows.n;
    return RC_OK;
}

/* Why two people must not be a pair is for who notes it, the coordinator. */
static enum rc fill_conflicts(struct ctx *c, int64_t programme, struct view_mentor_programme *v)
{
    struct rows_mentor_conflict_list rows;
    TRY(sql_mentor_conflict_list(c->db, c->a, programme, 0, LIST_MAX, &rows));
    struct view_mentor_programme_conflicts *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_programme_conflicts);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_mentor_conflict_list *r = &rows.v[i];
        list[i] = (struct view_mentor_programme_conflicts){.mentor = r->mentor, .mentee = r->mentee};
        for (size_t k = 0; k < COUNT_OF(conflict_kinds); k++)
            if (str_eq_z(r->kind, conflict_kinds[k].kind))
                list[i].kind = tr(c, conflict_kinds[k].word);
        list[i].remove = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/mentoring/conflicts/%" PRId64 "/remove", programme, r->id), M_mentor_conflict_remove);
    }
    v->conflicts = list;
    v->conflicts_count = rows.n;
    return RC_OK;
}

enum rc mentor_get_programme(struct ctx *c)
{
    struct programme p;
    struct row_mentor_help_find h;
    struct view_mentor_programme v = {.wall = S("/mentors/wall")};
    TRY(mentor_require_programme(c, P_MENTOR_OVERSEE, &p));
    v.means = mentor_programme_path(c, p.id, "/evaluation");
    TRY(fill_counts(c, p.id, &v));
    TRY(fill_pairs(c, p.id, &v));
    TRY(fill_waiting(c, p.id, &v));
    struct target t = {.programme = p.id};
    if (access_allows(c, P_MENTOR_MANAGE, &t)) {
        TRY(fill_conflicts(c, p.id, &v));
        v.conflict_new = mentor_programme_path(c, p.id, "/conflicts/new");
        v.help_edit = mentor_programme_path(c, p.id, "/help");
        v.propose = mentor_programme_path(c, p.id, "/propose");
        v.settings = mentor_programme_path(c, p.id, "/settings");
        v.students = mentor_programme_path(c, p.id, "/students");
        struct row_mentor_students_alone alone;
        TRY(sql_mentor_students_alone(c->db, c->a, p.id, c->today, &alone));
        v.alone = alone.n;
    }
    enum rc rc = sql_mentor_help_find(c->db, c->a, p.id, &h);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (h.words.n != 0)
        v.help = markdown_render(c->a, h.words, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    struct page page = {.title = tr(c, M_mentor_programme_link), .caption = p.title, .section = "/mentors"};
    return view_mentor_programme_page(c, &page, &v);
}

struct page mentor_below_programme(struct ctx *c, int64_t programme, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 1, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_mentor_programme_link), mentor_programme_path(c, programme, "")};
    return (struct page){.title = title, .section = "/mentors", .crumbs = crumbs, .crumb_count = 1};
}

/* ---- conflicts ---------------------------------------------------------------------------------------------------------------------- */

struct conflicting {
    struct arena *a;
    int64_t programme, mentor, mentee, id, by, today, now;
    struct str kind;
};

static enum rc add_conflict(struct db *tx, void *arg, struct err *e)
{
    struct conflicting *s = arg;
    TRY(mentor_add_conflict(tx, s->a, s->programme, s->mentor, s->mentee, s->kind, s->today, &s->id, e));
    return audit_note(tx, s->now, s->by, "mentor_conflict_add", s->mentee, "programme", s->programme);
}

enum rc mentor_read_two(struct ctx *c, struct form *f, int64_t programme, int64_t *mentor, int64_t *mentee, bool *both)
{
    *both = false;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return RC_OK;
    TRY(people_read_person(c, f, "mentor", programme, mentor));
    TRY(people_read_person(c, f, "mentee", programme, mentee));
    *both = *mentor != 0 && *mentee != 0;
    return RC_OK;
}

enum rc mentor_new_conflict(struct ctx *c)
{
    struct programme p;
    struct choice kinds[COUNT_OF(conflict_kinds)];
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        kinds[i] = (struct choice){.value = str_from(conflict_kinds[i].kind), .label = tr(c, conflict_kinds[i].word)};
    struct form *f = form_new(c->a, c->lang, c->zone, mentor_programme_path(c, p.id, "/conflicts/new"), M_mentor_conflict_save);
    form_add(f, (struct field){.name = "mentor", .kind = FIELD_TEXT, .label = M_mentor_mentor, .hint = M_people_named_hint, .required = true});
    form_add(f, (struct field){.name = "mentee", .kind = FIELD_TEXT, .label = M_mentor_mentee, .hint = M_people_named_hint, .required = true});
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_mentor_conflict_kind, .required = true, .choices = kinds, .choice_count = COUNT_OF(kinds)});
    f->cancel = mentor_programme_path(c, p.id, "");
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_conflict_new));
    struct str note = tr(c, M_mentor_conflict_note);
    struct conflicting s = {.a = c->a, .programme = p.id, .by = c->who->person, .today = c->today, .now = c->now};
    bool both;
    TRY(mentor_read_two(c, f, p.id, &s.mentor, &s.mentee, &both));
    if (!both)
        return mentor_send_form(c, &page, NULL, note, f);
    s.kind = form_text(f, "kind");
    enum rc rc = ctx_write(c, add_conflict, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, mentor_programme_path(c, p.id, ""), M_mentor_conflict_saved);
}

static enum rc drop_conflict(struct db *tx, void *arg, struct err *e)
{
    const struct conflicting *s = arg;
    (void)e;
    TRY(sql_mentor_conflict_remove(tx, s->id));
    return audit_note(tx, s->now, s->by, "mentor_conflict_remove", s->mentee, "programme", s->programme);
}

enum rc mentor_remove_conflict(struct ctx *c)
{
    struct programme p;
    struct row_mentor_conflict_find row;
    struct conflicting s = {.by = c->who->person, .now = c->now};
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    TRY(request_id(c->rq, 1, &s.id));
    TRY(sql_mentor_conflict_find(c->db, c->a, s.id, &row));
    if (row.programme_id != p.id)
        return RC_NOT_FOUND;
    s.programme = p.id;
    s.mentee = row.mentee_id;
    TRY(ctx_write(c, drop_conflict, &s));
    return page_redirect(c, mentor_programme_path(c, p.id, ""), M_mentor_conflict_removed);
}

/* ---- whom to call ------------------------------------------------------------------------------------------------------------------- */

struct helping {
    int64_t programme, version, by, now;
    struct str words;
};

static enum rc save_help(struct db *tx, void *arg, struct err *e)
{
    const struct helping *s = arg;
    TRY(mentor_save_help(tx, s->programme, s->version, s->words, e));
    return audit_note(tx, s->now, s->by, "mentor_help_change", 0, "programme", s->programme);
}

enum rc mentor_edit_help(struct ctx *c)
{
    struct programme p;
    struct row_mentor_help_find old;
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    enum rc rc = sql_mentor_help_find(c->db, c->a, p.id, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, mentor_programme_path(c, p.id, "/help"), M_mentor_help_save);
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_mentor_help_words, .hint = M_mentor_help_words_hint, .required = true, .max = 8000, .rows = 12, .value = old.words});
    form_add_version(f, old.version);
    f->cancel = mentor_programme_path(c, p.id, "");
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_help_edit));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, STR_NONE, f);
    struct helping s = {p.id, form_int(f, "version", 0), c->who->person, c->now, form_text(f, "words")};
    rc = ctx_write(c, save_help, &s);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return mentor_send_form(c, &page, NULL, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, mentor_programme_path(c, p.id, ""), M_mentor_help_saved);
}

/* ---- the wall ------------------------------------------------------------------------------------------------------------------------ */

enum rc mentor_get_wall(struct ctx *c)
{
    static const msg_id role_words[ROLE_COUNT] = {
        [ROLE_TRAINEE] = M_mentor_role_trainee,         [ROLE_MENTOR] = M_mentor_role_mentor, [ROLE_ASSESSOR] = M_mentor_role_assessor,
        [ROLE_COORDINATOR] = M_mentor_role_coordinator, [ROLE_AUTHOR] = M_mentor_role_author, [ROLE_DIRECTOR] = M_mentor_role_director,
        [ROLE_ADMINISTRATOR] = M_mentor_role_administrator,
    };
    struct view_mentor_wall_roles *roles = ARENA_ARRAY(c->a, ROLE_COUNT, struct view_mentor_wall_roles);
    struct view_mentor_wall v = {.permission = str_from(permission_word(P_MENTOR_PAIR)), .roles = roles, .roles_count = ROLE_COUNT, .commit = S(CADRE_SOURCE_COMMIT), .source = sizeof CADRE_SOURCE_COMMIT > 1 ? SOME_INT(CADRE_SOURCE_DAY) : (struct opt_int){0}, .changed = CADRE_SOURCE_CHANGED != 0};
    for (int r = 0; r < ROLE_COUNT; r++) {
        bool reaches = access_reach((enum role)r, P_MENTOR_PAIR) != REACH_NONE;
        roles[r] = (struct view_mentor_wall_roles){tr(c, role_words[r]), reaches, access_reach((enum role)r, P_MENTOR_OVERSEE) != REACH_NONE};
        v.people += reaches;
    }
    TRY(privacy_keep_days(c->db, c->a, MENTOR_KEPT, &v.keep_days));
    struct page page = {.title = tr(c, M_mentor_wall_title), .section = "/mentors"};
    return view_mentor_wall_page(c, &page, &v);
}
