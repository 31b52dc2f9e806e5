/* The pages of the evidence thread: the timeline of a person, and one item with what led to it and what came of it. Titles come
 * from the capabilities that the evidence came from, asked once for each kind of source on a page. */
#include "auth/session.h"
#include "gen/programme/evidence/evidence_item_view.h"
#include "gen/programme/evidence/evidence_sql.h"
#include "gen/programme/evidence/timeline_view.h"
#include "programme/evidence/inside.h"
#include "programme/framework/framework.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

#define PAGE_ROWS 120
#define THREAD_ROWS 200

static const struct capability *const *capabilities;
static size_t capability_count;

void evidence_set_sources(const struct capability *const *all, size_t count)
{
    capabilities = all;
    capability_count = count;
}

static const struct evidence_source *source_of(struct str kind)
{
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < capabilities[i]->source_count; k++)
            if (str_eq_z(kind, capabilities[i]->sources[k].kind))
                return &capabilities[i]->sources[k];
    return NULL;
}

/* ---- titles of sources: one question for each kind on the page ------------------------------------------------------------ */
struct wanted {
    struct str kind;
    int64_t id;
    struct evidence_label label;
};

static enum rc describe_kind(struct ctx *c, struct wanted *w, size_t count, struct str kind)
{
    int64_t *ids = ARENA_ARRAY(c->a, count, int64_t);
    struct evidence_label *labels = ARENA_ARRAY(c->a, count, struct evidence_label);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (str_eq(w[i].kind, kind))
            ids[n++] = w[i].id;
    const struct evidence_source *source = source_of(kind);
    for (size_t at = 0; source != NULL && at < n; at += EVIDENCE_TOGETHER) {
        int64_t some[EVIDENCE_TOGETHER] = {0};
        size_t m = n - at < EVIDENCE_TOGETHER ? n - at : EVIDENCE_TOGETHER;
        memcpy(some, ids + at, m * sizeof *ids);
        TRY(source->describe(c, some, m, labels + at));
    }
    n = 0;
    for (size_t i = 0; i < count; i++)
        if (str_eq(w[i].kind, kind)) {
            w[i].label = labels[n++];
            if (w[i].label.title.p == NULL)
                w[i].label.title = tr(c, M_evidence_gone);
        }
    return RC_OK;
}

static enum rc describe_all(struct ctx *c, struct wanted *w, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (w[i].label.title.p == NULL)
            TRY(describe_kind(c, w, count, w[i].kind));
    return RC_OK;
}

enum rc evidence_describe(struct ctx *c, const struct evidence_ref *refs, size_t count, struct evidence_label *out)
{
    struct wanted *w = ARENA_ARRAY(c->a, count, struct wanted);
    for (size_t i = 0; i < count; i++)
        w[i] = (struct wanted){.kind = refs[i].kind, .id = refs[i].id};
    TRY(describe_all(c, w, count));
    for (size_t i = 0; i < count; i++)
        out[i] = w[i].label;
    return RC_OK;
}

const struct evidence_kind evidence_kinds[] = {
    {"session_completed", M_evidence_session_completed},
    {"quiz_passed", M_evidence_quiz_passed},
    {"attended", M_evidence_attended},
    {"attendance_withdrawn", M_evidence_attendance_withdrawn},
    {"course_completed", M_evidence_course_completed},
    {"feedback_round", M_evidence_feedback_round},
    {"observed", M_evidence_observed},
    {"hours_verified", M_evidence_hours_verified},
    {"assessed_by_rubric", M_evidence_assessed_by_rubric},
    {"observation_withdrawn", M_evidence_observation_withdrawn},
    {"commended", M_evidence_commended},
    {"project_finished", M_evidence_project_finished},
    {"exercise", M_evidence_exercise},
    {"exercise_rated", M_evidence_exercise_rated},
    {"commendation_removed", M_evidence_commendation_removed},
    {"mentored", M_evidence_mentored},
    {"mentors", M_evidence_mentors},
    {"mentor_reflected", M_evidence_mentor_reflected},
    {"was_mentored", M_evidence_was_mentored},
    {"goal_reached", M_evidence_goal_reached},
    {"goal_reopened", M_evidence_goal_reopened},
    {"outside_done", M_evidence_outside_done},
    {"outside_passed", M_evidence_outside_passed},
    {"outside_assessed", M_evidence_outside_assessed},
    {"outside_withdrawn", M_evidence_outside_withdrawn},
};
const size_t evidence_kind_count = COUNT_OF(evidence_kinds);

struct str evidence_kind_word(const struct ctx *c, struct str kind)
{
    for (size_t i = 0; i < evidence_kind_count; i++)
        if (str_eq_z(kind, evidence_kinds[i].kind))
            return tr(c, evidence_kinds[i].word);
    return kind;
}

struct str evidence_use_word(const struct ctx *c, struct str use)
{
    if (use.n != 1)
        return STR_NONE;
    return tr(c, use.p[0] == 'I' ? M_evidence_use_I : use.p[0] == 'P' ? M_evidence_use_P : M_evidence_use_A);
}

/* ---- competencies by id ----------------------------------------------------------------------------------------------------- */
struct outline {
    struct competency *v;
    size_t n;
};

static enum rc load_outline(struct ctx *c, int64_t programme, struct outline *o)
{
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), true, &o->v, &o->n);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static const struct competency *competency_of(const struct outline *o, int64_t id)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->v[i].competency == id)
            return &o->v[i];
    return NULL;
}

/* ---- how much of it the reader may see ------------------------------------------------------------------------------------ */

/* Who keeps a programme reads what its people did there, not what they do in another one. */
#define PROGRAMMES_MOST 8
struct view_over {
    bool everywhere;
    int64_t p[PROGRAMMES_MOST];
};
#define OVER(o)                                                                                                                \
    (o)->everywhere, (o)->p[0], (o)->p[1], (o)->p[2], (o)->p[3], (o)->p[4], (o)->p[5], (o)->p[6], (o)->p[7]

static bool sees_programme(const struct view_over *o, int64_t programme)
{
    for (size_t i = 0; i < PROGRAMMES_MOST; i++)
        if (o->p[i] == programme)
            return true;
    return o->everywhere;
}

/* Takes the decision about a person's evidence. */
static enum rc open_evidence(struct ctx *c, int64_t person, struct view_over *over)
{
    struct target target = {.person = person};
    const struct target everywhere = {0};
    size_t n = 0;
    *over = (struct view_over){.everywhere = person == c->who->person};
    if (!over->everywhere)
        TRY(programme_person_target(c, person, &target));
    TRY(access_require(c, P_EVIDENCE_VIEW, &target));
    over->everywhere = over->everywhere || access_allows(c, P_EVIDENCE_VIEW, &everywhere);
    for (size_t i = 0; i < target.place_count && n < PROGRAMMES_MOST; i++) {
        struct target place = {.places = &target.places[i], .place_count = 1};
        if (!sees_programme(over, target.places[i].programme) && access_allows(c, P_EVIDENCE_VIEW, &place))
            over->p[n++] = target.places[i].programme;
    }
    return RC_OK;
}

static enum rc write_reading(struct db *tx, void *arg, struct err *e)
{
    const struct target *t = arg;
    (void)e;
    return audit_note(tx, clock_now(), t->holder, "evidence_view", t->person, NULL, 0);
}

/* Who read it is kept, and the person can see that. */
static enum rc note_reading(struct ctx *c, int64_t person)
{
    struct target note = {.person = person, .holder = c->who->person};
    return person != c->who->person ? ctx_write(c, write_reading, &note) : RC_OK;
}

/* ---- the timeline ------------------------------------------------------------------------------------------------------------- */
struct timeline {
    struct row_evidence_page *rows;
    size_t n;
    bool more;
    int64_t competency;
};

static bool same_act(const struct row_evidence_page *x, const struct row_evidence_page *y)
{
    return x->at == y->at && x->source_id == y->source_id && str_eq(x->source_kind, y->source_kind) && str_eq(x->kind, y->kind);
}

static enum rc load_rows(struct ctx *c, int64_t person, const struct view_over *over, struct timeline *t)
{
    int64_t at = INT64_MAX, id = INT64_MAX;
    struct str before = request_query(c->rq, "before"), part = STR_NONE;
    if (before.p != NULL && (!str_cut(&before, '-', &part) || !str_to_int(part, &at) || !str_to_int(before, &id)))
        return err_field(&c->err, RC_MALFORMED, 0, "before", "not a place in the timeline");
    struct str competency = request_query(c->rq, "competency");
    if (competency.n != 0 && !str_to_int(competency, &t->competency))
        return err_field(&c->err, RC_MALFORMED, 0, "competency", "not a number");
    if (t->competency != 0) {
        /* the two statements differ in their WHERE alone, so their rows have one shape */
        struct rows_evidence_page_of_competency rows;
        TRY(sql_evidence_page_of_competency(c->db, c->a, person, at, id, PAGE_ROWS + 1, t->competency, OVER(over), lang_tag(c->lang), &rows));
        _Static_assert(sizeof(struct row_evidence_page) == sizeof(struct row_evidence_page_of_competency), "same columns");
        t->rows = (struct row_evidence_page *)(void *)rows.v;
        t->n = rows.n;
    } else {
        struct rows_evidence_page rows;
        TRY(sql_evidence_page(c->db, c->a, person, at, id, PAGE_ROWS + 1, OVER(over), lang_tag(c->lang), &rows));
        t->rows = rows.v;
        t->n = rows.n;
    }
    t->more = t->n > PAGE_ROWS;
    if (!t->more)
        return RC_OK;
    /* An act is one entry however many competencies it speaks for: do not cut one in two. */
    size_t keep = PAGE_ROWS;
    while (keep > 1 && same_act(&t->rows[keep - 1], &t->rows[keep]))
        keep--;
    t->n = keep > 1 ? keep : PAGE_ROWS;
    return RC_OK;
}

/* A competency that the present version of the framework no longer has keeps the name it had: evidence survives a new version. */
static struct str last_title(const struct ctx *c, struct str title)
{
    return title.p != NULL ? title : tr(c, M_evidence_competency);
}

static struct str full_title(const struct ctx *c, struct str code, struct str title)
{
    return code.n != 0 ? str_printf(c->a, "%.*s %.*s", STR_ARG(code), STR_ARG(title)) : title;
}

static void fill_mark(struct ctx *c, const struct outline *o, struct str base, const struct row_evidence_page *r,
                      struct view_timeline_items_marks *m)
{
    const struct competency *k = competency_of(o, r->competency_id);
    m->code = k != NULL ? k->code : r->competency_code;
    m->title = k != NULL ? k->title : last_title(c, r->competency_title);
    m->use = r->use;
    m->use_word = evidence_use_word(c, r->use);
    m->level = r->level_null ? (struct opt_int){0} : SOME_INT(r->level);
    m->href = str_printf(c->a, "%.*s?competency=%" PRId64, STR_ARG(base), r->competency_id);
}

static enum rc fill_items(struct ctx *c, const struct timeline *t, const struct outline *o, struct str base, struct view_timeline *v)
{
    struct view_timeline_items *items = ARENA_ARRAY(c->a, t->n, struct view_timeline_items);
    struct wanted *wanted = ARENA_ARRAY(c->a, t->n, struct wanted);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct row_evidence_page *r = &t->rows[i];
        bool fresh = i == 0 || !same_act(r, &t->rows[i - 1]);
        if (fresh) {
            size_t len = 1;
            while (i + len < t->n && same_act(r, &t->rows[i + len]))
                len++;
            wanted[n] = (struct wanted){.kind = r->source_kind, .id = r->source_id};
            items[n] = (struct view_timeline_items){
                .id = r->id,
                .when = day_from_ms(c->zone, r->at),
                .kind = evidence_kind_word(c, r->kind),
                .thread = str_printf(c->a, "/evidence/%" PRId64, r->id),
                .by = r->by_name,
                .percent = r->percent_null ? (struct opt_int){0} : SOME_INT(r->percent),
                .late = day_from_ms(c->zone, r->recorded_at) > day_from_ms(c->zone, r->at),
                .marks = ARENA_ARRAY(c->a, len, struct view_timeline_items_marks),
            };
            n++;
        }
        if (!r->competency_id_null) {
            struct view_timeline_items *item = &items[n - 1];
            fill_mark(c, o, base, r, (struct view_timeline_items_marks *)&item->marks[item->marks_count++]);
        }
    }
    TRY(describe_all(c, wanted, n));
    for (size_t i = 0; i < n; i++) {
        items[i].title = wanted[i].label.title;
        items[i].href = wanted[i].label.href;
    }
    v->items = items;
    v->items_count = n;
    v->total_shown = (int64_t)n;
    return RC_OK;
}

static enum rc fill_summary(struct ctx *c, int64_t person, const struct view_over *over, const struct outline *o, struct str base,
                            struct view_timeline *v)
{
    struct rows_evidence_summary rows;
    TRY(sql_evidence_summary(c->db, c->a, person, OVER(over), &rows));
    struct view_timeline_competencies *list = ARENA_ARRAY(c->a, o->n, struct view_timeline_competencies);
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++) {
        struct view_timeline_competencies s = {.code = o->v[i].code, .title = o->v[i].title};
        for (size_t k = 0; k < rows.n; k++) {
            if (rows.v[k].competency_id != o->v[i].competency || rows.v[k].use.n != 1)
                continue;
            char use = rows.v[k].use.p[0];
            *(use == 'I' ? &s.introduced : use == 'P' ? &s.practised : &s.assessed) += rows.v[k].items;
        }
        if (s.introduced + s.practised + s.assessed == 0)
            continue;
        s.href = str_printf(c->a, "%.*s?competency=%" PRId64, STR_ARG(base), o->v[i].competency);
        list[n++] = s;
    }
    v->competencies = list;
    v->competencies_count = n;
    return RC_OK;
}

static enum rc send_timeline(struct ctx *c, int64_t person)
{
    bool own = person == c->who->person;
    struct view_over over;
    TRY(open_evidence(c, person, &over));
    struct view_timeline v = {.own = own};
    TRY(people_name(c->db, c->a, person, &v.name));
    TRY(note_reading(c, person));
    struct timeline t = {0};
    TRY(load_rows(c, person, &over, &t));
    struct str base = own ? S("/evidence") : str_printf(c->a, "/people/%" PRId64 "/evidence", person);
    struct outline o = {0};
    TRY(load_outline(c, t.n != 0 && !t.rows[0].programme_id_null ? t.rows[0].programme_id : 0, &o));
    TRY(fill_items(c, &t, &o, base, &v));
    if (t.competency != 0) {
        const struct competency *k = competency_of(&o, t.competency);
        v.filter_code = k != NULL ? full_title(c, k->code, k->title)
                        : t.n != 0 ? full_title(c, t.rows[0].competency_code, last_title(c, t.rows[0].competency_title))
                                   : tr(c, M_evidence_competency);
        v.filter_clear = base;
    } else if (request_query(c->rq, "before").p == NULL) {
        TRY(fill_summary(c, person, &over, &o, base, &v));
    }
    if (t.more) {
        const struct row_evidence_page *last = &t.rows[t.n - 1];
        v.more = str_printf(c->a, "%.*s?before=%" PRId64 "-%" PRId64, STR_ARG(base), last->at, last->id);
        if (t.competency != 0)
            v.more = str_printf(c->a, "%.*s&competency=%" PRId64, STR_ARG(v.more), t.competency);
    }
    struct msg_arg name = MSG_TEXT("name", v.name);
    struct crumb crumbs[] = {{v.name, str_printf(c->a, "/people/%" PRId64, person)}};
    struct page page = {.title = own ? tr(c, M_evidence_title_own) : tr_args(c, M_evidence_title_other, &name, 1),
                        .section = own ? "/evidence" : "/people",
                        .crumbs = crumbs,
                        .crumb_count = own ? 0 : 1};
    return view_timeline_page(c, &page, &v);
}

static enum rc get_own(struct ctx *c)
{
    return send_timeline(c, c->who->person);
}

static enum rc get_of_person(struct ctx *c)
{
    int64_t person;
    TRY(request_id(c->rq, 0, &person));
    return send_timeline(c, person);
}

/* ---- one item --------------------------------------------------------------------------------------------------------------------- */
static enum rc fill_thread(struct ctx *c, const struct row_evidence_find *r, const struct view_over *over, struct view_evidence_item *v)
{
    struct rows_evidence_thread rows;
    TRY(sql_evidence_thread(c->db, c->a, r->id, r->cause_id_null ? 0 : r->cause_id, THREAD_ROWS, r->person_id, OVER(over),
                            &rows));
    struct wanted *wanted = ARENA_ARRAY(c->a, rows.n + 1, struct wanted);
    for (size_t i = 0; i < rows.n; i++)
        wanted[i] = (struct wanted){.kind = rows.v[i].source_kind, .id = rows.v[i].source_id};
    wanted[rows.n] = (struct wanted){.kind = r->source_kind, .id = r->source_id};
    TRY(describe_all(c, wanted, rows.n + 1));
    v->title = wanted[rows.n].label.title;
    v->href = wanted[rows.n].label.href;
    struct view_evidence_item_causes *causes = ARENA_ARRAY(c->a, rows.n, struct view_evidence_item_causes);
    struct view_evidence_item_effects *effects = ARENA_ARRAY(c->a, rows.n, struct view_evidence_item_effects);
    for (size_t i = 0; i < rows.n; i++) {
        struct str title = wanted[i].label.title, kind = evidence_kind_word(c, rows.v[i].kind);
        struct str href = str_printf(c->a, "/evidence/%" PRId64, rows.v[i].id);
        int64_t when = day_from_ms(c->zone, rows.v[i].at);
        if (str_eq(rows.v[i].relation, S("cause")))
            causes[v->causes_count++] = (struct view_evidence_item_causes){title, kind, href, when};
        else
            effects[v->effects_count++] = (struct view_evidence_item_effects){title, kind, href, when};
    }
    v->causes = causes;
    v->effects = effects;
    return RC_OK;
}

static enum rc get_item(struct ctx *c)
{
    int64_t id;
    struct row_evidence_find r;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_evidence_find(c->db, c->a, id, lang_tag(c->lang), &r));
    struct view_over over;
    TRY(open_evidence(c, r.person_id, &over));
    if (!r.programme_id_null && !sees_programme(&over, r.programme_id))
        return RC_NOT_FOUND;
    TRY(note_reading(c, r.person_id));
    struct outline o = {0};
    TRY(load_outline(c, r.programme_id_null ? 0 : r.programme_id, &o));
    const struct competency *k = r.competency_id_null ? NULL : competency_of(&o, r.competency_id);
    bool own = r.person_id == c->who->person;
    struct view_evidence_item v = {
        .person_href = own ? S("/evidence") : str_printf(c->a, "/people/%" PRId64 "/evidence", r.person_id),
        .reflect = own && c->session != NULL ? str_printf(c->a, "/reflections/new?evidence=%" PRId64, r.id) : STR_NONE,
        .kind = evidence_kind_word(c, r.kind),
        .when = day_from_ms(c->zone, r.at),
        .recorded = r.recorded_at,
        .late = day_from_ms(c->zone, r.recorded_at) > day_from_ms(c->zone, r.at),
        .by = r.by_name,
        .competency = k != NULL                  ? full_title(c, k->code, k->title)
                      : r.competency_id_null ? STR_NONE
                                             : full_title(c, r.competency_code, last_title(c, r.competency_title)),
        .use = evidence_use_word(c, r.use),
        .level = r.level_null ? (struct opt_int){0} : SOME_INT(r.level),
        .percent = r.percent_null ? (struct opt_int){0} : SOME_INT(r.percent),
    };
    TRY(fill_thread(c, &r, &over, &v));
    struct crumb crumbs[] = {{tr(c, M_evidence_nav), v.person_href}};
    struct page page = {.title = v.title, .caption = tr(c, M_evidence_item_title), .section = "/evidence", .crumbs = crumbs, .crumb_count = 1};
    return view_evidence_item_page(c, &page, &v);
}

const struct route evidence_routes[EVIDENCE_ROUTE_COUNT] = {
    {METHOD_GET, "/evidence", P_EVIDENCE_VIEW, BODY_NONE, RATE_PAGE, get_own},
    {METHOD_GET, "/people/{id}/evidence", P_EVIDENCE_VIEW, BODY_NONE, RATE_PAGE, get_of_person},
    {METHOD_GET, "/evidence/{id}", P_EVIDENCE_VIEW, BODY_NONE, RATE_PAGE, get_item},
};
