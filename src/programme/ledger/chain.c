/* The chain of the ledger as data: courses, areas of competency, improvement projects and their measures, and what leads from each to the
 * next. Read from what others publish and from the latest edition; nothing is counted here that grows with people. See inside.h. */
#include "engine/disclosure/disclosure.h"
#include "programme/framework/framework.h"
#include "programme/ledger/inside.h"

#define TAGS_MOST 20000
#define ROWS_MOST 2000
#define TEAMS_MOST 20000
#define PROJECTS_MOST ROWS_MOST
#define EXERCISES_MOST 5000
#define LINKS_MOST 8000

const char *ledger_finding_word(enum spc_finding f)
{
    switch (f) {
    case SPC_BETTER:
        return "better";
    case SPC_WORSE:
        return "worse";
    case SPC_CHANGED:
        return "changed";
    case SPC_TOO_FEW:
        return "few";
    case SPC_STEADY:
    case SPC_SINGLE_GOOD:
    case SPC_SINGLE_BAD:
    case SPC_SINGLE:
        break;
    }
    return "steady";
}

static msg_id finding_name(struct str word)
{
    static const struct {
        const char *word;
        msg_id name;
    } names[] = {{"better", M_ledger_chart_better}, {"worse", M_ledger_chart_worse}, {"changed", M_ledger_chart_changed}, {"steady", M_ledger_chart_steady}};
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (str_eq_z(word, names[k].word))
            return names[k].name;
    return M_ledger_chart_few;
}

/* A competency and the area it belongs to: the place of the outline's last item of depth 0 before it. */
struct place {
    int64_t competency;
    size_t area;
};

struct building {
    struct db *db;
    struct arena *a;
    int lang;
    int64_t programme;
    struct place *places;
    size_t place_count;
    int64_t *sessions;          /* of each area */
    int64_t *seen, *people;     /* of each area: assessments; the most people of one competency */
    const struct ledger_groups *groups;
    struct ledger_whom whom;
    struct ledger_chain *out;
};

static int by_competency(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    return a->competency < b->competency ? -1 : a->competency > b->competency;
}

static size_t area_of(const struct building *b, int64_t competency)
{
    const struct place want = {.competency = competency};
    const struct place *hit = b->place_count != 0 ? bsearch(&want, b->places, b->place_count, sizeof want, by_competency) : NULL;
    return hit != NULL ? hit->area : SIZE_MAX;
}

static void add_link(struct building *b, enum ledger_step step, size_t from, size_t to)
{
    struct ledger_chain *c = b->out;
    for (size_t k = c->link_count; k-- > 0 && c->links[k].step == step && (c->links[k].from == from || c->links[k].to == to);) /* rows of one box stand together */
        if (c->links[k].from == from && c->links[k].to == to)
            return;
    if (c->link_count == LINKS_MOST)
        return;
    c->links[c->link_count++] = (struct ledger_link){step, from, to};
    c->box[step + 1][to].before++;
}

static struct ledger_box *add_box(struct building *b, enum ledger_step step, int64_t id, struct str title, struct str href)
{
    struct ledger_box *x = &b->out->box[step][b->out->count[step]++];
    *x = (struct ledger_box){.id = id, .title = title, .detail = S(""), .href = href, .hole = S(""), .state = S("")};
    return x;
}

static enum rc read_areas(struct building *b)
{
    struct competency *all;
    size_t count;
    enum rc rc = framework_outline(b->db, b->a, b->programme, lang_tag(b->lang), true, &all, &count);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* no framework yet */
    TRY(rc);
    b->places = ARENA_ARRAY(b->a, count + 1, struct place);
    for (size_t k = 0; k < count; k++) {
        if (all[k].depth == 0 && b->out->count[LEDGER_AREA] == ROWS_MOST)
            break;
        if (all[k].depth == 0)
            add_box(b, LEDGER_AREA, all[k].competency, all[k].title, framework_competency_path(b->a, all[k].competency));
        if (b->out->count[LEDGER_AREA] != 0)
            b->places[b->place_count++] = (struct place){all[k].competency, b->out->count[LEDGER_AREA] - 1};
    }
    if (b->place_count != 0)
        qsort(b->places, b->place_count, sizeof *b->places, by_competency);
    return RC_OK;
}

static bool of_all(const struct building *b)
{
    return b->whom.stage == 0 && b->whom.cohort == 0;
}

/* Does a cohort belong to those of whom is told. */
static bool is_meant(const struct building *b, int64_t cohort)
{
    size_t at = ledger_find_cohort(b->groups, cohort);
    if (of_all(b) || cohort == b->whom.cohort)
        return true;
    return b->whom.stage != 0 && at != SIZE_MAX && b->groups->stage_of[at] != LEDGER_NO_STAGE && b->groups->stages[b->groups->stage_of[at]].id == b->whom.stage;
}

static bool is_among(const struct rows_ledger_chain_offered *courses, int64_t course)
{
    for (size_t k = 0; k < courses->n; k++)
        if (courses->v[k].course_id == course)
            return true;
    return false;
}

/* Sessions stand together, those of one course too. A course without a stage is for all of them. */
static enum rc read_courses(struct building *b)
{
    struct rows_ledger_chain_tags rows;
    struct rows_ledger_chain_offered offered = {0};
    int64_t course = 0, session = 0, sessions = 0;
    bool *met = ARENA_ARRAY(b->a, ROWS_MOST, bool);
    struct ledger_box *box = NULL;
    TRY(sql_ledger_chain_tags(b->db, b->a, b->programme, TAGS_MOST, &rows));
    if (b->whom.cohort != 0)
        TRY(sql_ledger_chain_offered(b->db, b->a, b->whom.cohort, &offered));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_ledger_chain_tags *t = &rows.v[k];
        if ((b->whom.stage != 0 && !t->stage_id_null && t->stage_id != b->whom.stage) || (b->whom.cohort != 0 && !is_among(&offered, t->course_id)))
            continue;
        if (t->course_id != course) {
            if (b->out->count[LEDGER_COURSE] == ROWS_MOST)
                break;
            course = t->course_id;
            box = add_box(b, LEDGER_COURSE, course, t->course_title, str_printf(b->a, "/courses/%" PRId64, course));
            sessions = 0;
        }
        if (t->session_id != session) {
            session = t->session_id;
            memset(met, 0, ROWS_MOST * sizeof *met);
            const struct msg_arg n = MSG_NUM("n", ++sessions);
            box->detail = msg_format(b->a, b->lang, M_ledger_chain_sessions, &n, 1);
        }
        size_t area = area_of(b, t->competency_id);
        if (area == SIZE_MAX)
            continue;
        add_link(b, LEDGER_COURSE, b->out->count[LEDGER_COURSE] - 1, area);
        b->sessions[area] += !met[area];
        met[area] = true;
    }
    return RC_OK;
}

/* The people of one competency, added up over the cohorts that are meant: nobody is in two of them. */
static enum rc read_assessed(struct building *b)
{
    struct row_ledger_edition_latest edition;
    struct rows_ledger_chain_assessed rows;
    int64_t *people = ARENA_ARRAY(b->a, b->place_count + 1, int64_t);
    enum rc rc = sql_ledger_edition_latest(b->db, b->a, b->programme, &edition);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(sql_ledger_chain_assessed(b->db, b->a, edition.id, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct place want = {.competency = rows.v[k].competency_id};
        const struct place *hit = b->place_count != 0 ? bsearch(&want, b->places, b->place_count, sizeof want, by_competency) : NULL;
        if (hit == NULL || !is_meant(b, rows.v[k].cohort_id))
            continue;
        int64_t sum = people[hit - b->places] += rows.v[k].people;
        if (sum > b->people[hit->area])
            b->people[hit->area] = sum;
    }
    return RC_OK;
}

static enum rc read_seen(struct building *b)
{
    struct rows_ledger_chain_seen rows;
    if (!of_all(b))
        return read_assessed(b);
    TRY(sql_ledger_chain_seen(b->db, b->a, b->programme, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        size_t area = area_of(b, rows.v[k].competency_id);
        if (area == SIZE_MAX)
            continue;
        b->seen[area] += rows.v[k].items;
        if (rows.v[k].people > b->people[area])
            b->people[area] = rows.v[k].people;
    }
    return RC_OK;
}

static size_t find_box(const struct ledger_chain *c, enum ledger_step step, int64_t id)
{
    for (size_t k = 0; k < c->count[step]; k++)
        if (c->box[step][k].id == id)
            return k;
    return SIZE_MAX;
}

static bool works_in(const struct building *b, const struct rows_ledger_chain_teams *teams, int64_t project)
{
    for (size_t k = 0; k < teams->n; k++)
        if (teams->v[k].id == project && is_meant(b, teams->v[k].cohort_id))
            return true;
    return false;
}

static enum rc read_projects(struct building *b)
{
    struct rows_ledger_chain_projects rows;
    struct rows_ledger_chain_exercises exercises;
    struct rows_ledger_chain_teams teams = {0};
    if (!of_all(b))
        TRY(sql_ledger_chain_teams(b->db, b->a, b->programme, TEAMS_MOST, &teams));
    TRY(sql_ledger_chain_projects(b->db, b->a, b->programme, PROJECTS_MOST, &rows));
    TRY(sql_ledger_chain_exercises(b->db, b->a, b->programme, EXERCISES_MOST, &exercises));
    for (size_t k = 0; k < rows.n; k++) {
        if (!of_all(b) && !works_in(b, &teams, rows.v[k].id))
            continue;
        bool runs = str_eq_z(rows.v[k].state, "running"), finished = str_eq_z(rows.v[k].state, "finished");
        struct ledger_box *x = add_box(b, LEDGER_PROJECT, rows.v[k].id, rows.v[k].title, str_printf(b->a, "/projects/%" PRId64, rows.v[k].id));
        x->detail = msg_text(b->lang, runs ? M_ledger_chain_runs : finished ? M_ledger_chain_finished : M_ledger_chain_stopped);
    }
    for (size_t k = 0; k < exercises.n; k++) {
        size_t project = find_box(b->out, LEDGER_PROJECT, exercises.v[k].project_id), area = area_of(b, exercises.v[k].competency_id);
        if (project != SIZE_MAX && area != SIZE_MAX)
            add_link(b, LEDGER_AREA, area, project);
    }
    return RC_OK;
}

static enum rc read_measures(struct building *b)
{
    struct row_ledger_edition_latest edition;
    struct rows_ledger_chain_measures rows;
    enum rc rc = sql_ledger_edition_latest(b->db, b->a, b->programme, &edition);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    b->out->day = edition.made_day;
    TRY(sql_ledger_chain_measures(b->db, b->a, edition.id, ROWS_MOST * 4, &rows));
    for (size_t k = 0; k < rows.n && b->out->count[LEDGER_MEASURE] < ROWS_MOST; k++) {
        size_t project = find_box(b->out, LEDGER_PROJECT, rows.v[k].project_id);
        if (project == SIZE_MAX)
            continue;
        struct ledger_box *x = add_box(b, LEDGER_MEASURE, rows.v[k].measure_id, rows.v[k].name, str_printf(b->a, "/measures/%" PRId64, rows.v[k].measure_id));
        x->state = rows.v[k].finding;
        x->detail = msg_text(b->lang, finding_name(x->state));
        add_link(b, LEDGER_PROJECT, project, b->out->count[LEDGER_MEASURE] - 1);
    }
    return RC_OK;
}

static bool leads_on(const struct ledger_chain *c, enum ledger_step step, size_t at)
{
    for (size_t k = 0; k < c->link_count; k++)
        if (c->links[k].step == step && c->links[k].from == at)
            return true;
    return false;
}

static void add_hole(struct building *b, struct ledger_box *x, msg_id text)
{
    struct str words = msg_text(b->lang, text);
    x->hole = x->hole.n == 0 ? words : str_printf(b->a, "%.*s %.*s", STR_ARG(x->hole), STR_ARG(words));
}

static void tell(struct building *b)
{
    struct ledger_chain *c = b->out;
    for (size_t k = 0; k < c->count[LEDGER_AREA]; k++) {
        struct ledger_box *x = &c->box[LEDGER_AREA][k];
        const struct msg_arg n = MSG_NUM("n", b->seen[k]);
        bool shown = b->people[k] >= disclosure_default.threshold;
        x->detail = of_all(b) ? msg_format(b->a, b->lang, shown ? M_ledger_chain_seen : M_ledger_chain_few, &n, 1) : msg_text(b->lang, shown ? M_ledger_chain_some : M_ledger_chain_few);
        if (b->sessions[k] == 0)
            add_hole(b, x, M_ledger_chain_not_taught);
        if (of_all(b) && b->seen[k] == 0)
            add_hole(b, x, M_ledger_chain_not_seen);
        if (!leads_on(c, LEDGER_AREA, k))
            add_hole(b, x, M_ledger_chain_no_project);
    }
    for (size_t k = 0; k < c->count[LEDGER_COURSE]; k++)
        if (!leads_on(c, LEDGER_COURSE, k))
            add_hole(b, &c->box[LEDGER_COURSE][k], M_ledger_chain_no_area);
    for (size_t k = 0; k < c->count[LEDGER_PROJECT]; k++) {
        if (c->box[LEDGER_PROJECT][k].before == 0)
            add_hole(b, &c->box[LEDGER_PROJECT][k], M_ledger_chain_no_area);
        if (!leads_on(c, LEDGER_PROJECT, k))
            add_hole(b, &c->box[LEDGER_PROJECT][k], M_ledger_chain_no_measure);
    }
}

enum rc ledger_read_chain(struct db *db, struct arena *a, int lang, int64_t programme, const struct ledger_groups *g, const struct ledger_whom *w, struct ledger_chain *out)
{
    struct building b = {.db = db, .a = a, .lang = lang, .programme = programme, .out = out, .groups = g, .whom = *w};
    *out = (struct ledger_chain){.links = ARENA_ARRAY(a, LINKS_MOST, struct ledger_link)};
    for (int s = 0; s < LEDGER_STEP_COUNT; s++)
        out->box[s] = ARENA_ARRAY(a, ROWS_MOST, struct ledger_box);
    b.sessions = ARENA_ARRAY(a, ROWS_MOST, int64_t);
    b.seen = ARENA_ARRAY(a, ROWS_MOST, int64_t);
    b.people = ARENA_ARRAY(a, ROWS_MOST, int64_t);
    TRY(read_areas(&b));
    TRY(read_courses(&b));
    TRY(read_seen(&b));
    TRY(read_projects(&b));
    TRY(read_measures(&b));
    tell(&b);
    return RC_OK;
}
