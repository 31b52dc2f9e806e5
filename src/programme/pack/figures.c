/* Counting what a pack asks for: see figures.h. A share of people is shown where neither those who did nor those who did not are few; a count of
 * records where the people behind them are not. */
#include "programme/pack/figures.h"

#include "engine/disclosure/disclosure.h"
#include "gen/msg_pack.h"
#include "gen/programme/pack/pack_sql.h"
#include "programme/framework/framework.h"
#include "programme/ledger/ledger.h"
#include "programme/people/people.h"

#define FIGURES_MOST 2000
#define RECORDS_MOST 5000
#define GROUPS_MOST 60

#define KIND(code, name, from) {code, M_pack_##name, M_pack_##name##_def, M_pack_from_##from, false}
#define KIND_NOW(code, name, from) {code, M_pack_##name, M_pack_##name##_def, M_pack_from_##from, true}
const struct pack_figure_kind pack_figure_kinds[] = {
    KIND("people.learners", f_learners, members),
    KIND("people.professions", f_professions, members),
    KIND_NOW("curriculum.competencies", f_covered, map),
    KIND_NOW("curriculum.assessed", f_assessed, map),
    KIND("class.sessions", f_sessions, attendance),
    KIND("class.attendance", f_attendance, attendance),
    KIND("learning.people", f_learned, learning),
    KIND("practice.people", f_practised, practice),
    KIND("observe.people", f_observed, observations),
    KIND("observe.count", f_observations, observations),
    KIND("observe.observers", f_observers, observations),
    KIND("assess.count", f_assessments, assessments),
    KIND("feedback.people", f_rounds, feedback),
    KIND("mentor.people", f_mentored, mentoring),
    KIND("placement.people", f_placed, hours),
    KIND("placement.hours", f_hours, hours),
    KIND("project.running", f_running, projects),
    KIND("project.finished", f_finished, projects),
    KIND("project.improved", f_improved, projects),
    KIND("project.stopped", f_stopped, projects),
};
const size_t pack_figure_kind_count = COUNT_OF(pack_figure_kinds);

struct gathering {
    struct db *db;
    struct arena *a;
    const struct pack_scope *s;
    const struct pack_template *t;
    struct pack_figure *figures;
    size_t figure_count;
    struct pack_record *records;
    size_t record_count;
};

/* ---- one figure ---------------------------------------------------------------------------------------------------------------------- */

static struct str say(struct gathering *g, msg_id id, const struct msg_arg *args, size_t count)
{
    return msg_format(g->a, g->s->lang, id, args, count);
}

static bool asked(const struct gathering *g, struct str code)
{
    for (size_t k = 0; k < g->t->standard_count; k++)
        for (size_t f = 0; f < g->t->standards[k].figure_count; f++)
            if (pack_asks(g->t->standards[k].figures[f], code))
                return true;
    return false;
}

static bool asks_ledger(const struct pack_template *t)
{
    for (size_t k = 0; k < t->standard_count; k++)
        for (size_t f = 0; f < t->standards[k].figure_count; f++)
            if (str_starts(t->standards[k].figures[f], S("ledger.")))
                return true;
    return false;
}

/* A new figure of that kind, or NULL when no standard asks for it. */
static struct pack_figure *add(struct gathering *g, const char *code, struct str group)
{
    if (!asked(g, str_from(code)) || g->figure_count == FIGURES_MOST)
        return NULL;
    struct pack_figure *f = &g->figures[g->figure_count++];
    for (size_t k = 0; k < pack_figure_kind_count; k++) {
        const struct pack_figure_kind *kind = &pack_figure_kinds[k];
        if (strcmp(kind->code, code) == 0)
            *f = (struct pack_figure){.code = str_from(kind->code), .group = group, .label = say(g, kind->label, NULL, 0), .limits = S(""), .definition = say(g, kind->definition, NULL, 0),
                                      .source = say(g, kind->source, NULL, 0), .day = kind->now ? (struct opt_int){0} : SOME_INT(g->s->until_day)};
    }
    return f;
}

static void hold(struct gathering *g, struct pack_figure *f)
{
    f->held = true;
    f->text = say(g, M_pack_held_back, NULL, 0);
}

static void put_count(struct gathering *g, struct pack_figure *f, int64_t n)
{
    struct buf b = buf_new(g->a, 24);
    lang_int(&b, g->s->lang, n);
    f->n = SOME_INT(n);
    f->value = SOME_REAL((double)n);
    f->text = buf_text(&b);
}

static void put_share(struct gathering *g, struct pack_figure *f, int64_t n, int64_t of)
{
    struct buf b = buf_new(g->a, 24);
    lang_real(&b, g->s->lang, 100.0 * (double)n / (double)of, 0);
    const struct msg_arg args[] = {MSG_TEXT("percent", buf_text(&b)), MSG_NUM("n", n), MSG_NUM("of", of)};
    f->n = SOME_INT(n);
    f->of = SOME_INT(of);
    f->value = SOME_REAL((double)n / (double)of);
    f->text = say(g, M_pack_share, args, COUNT_OF(args));
}

/* A share of people: those who did and those who did not are two groups of a total that is shown. */
static void add_people(struct gathering *g, const char *code, int64_t n, int64_t of)
{
    const int64_t both[2] = {n, of - n};
    bool shown[2];
    struct pack_figure *f = add(g, code, S(""));
    if (f == NULL)
        return;
    if (of == 0)
        f->text = say(g, M_pack_nobody, NULL, 0);
    else if (!disclosure_show_groups(g->a, disclosure_default, both, 2, true, shown) || !shown[0])
        hold(g, f);
    else
        put_share(g, f, n, of);
}

/* A count of records of so many people. */
static void add_records(struct gathering *g, const char *code, int64_t n, int64_t people)
{
    struct pack_figure *f = add(g, code, S(""));
    if (f == NULL)
        return;
    if (people > 0 && people < disclosure_default.threshold)
        hold(g, f);
    else
        put_count(g, f, n);
}

/* The whole and its groups, of people. */
static void add_groups(struct gathering *g, const char *code, const struct str *names, const int64_t *counts, size_t count, int64_t whole)
{
    bool shown[GROUPS_MOST] = {false};
    int64_t total = 0;
    for (size_t k = 0; k < count; k++)
        total += counts[k];
    struct pack_figure *f = add(g, code, S(""));
    if (f == NULL)
        return;
    bool all = total == 0 || disclosure_show_groups(g->a, disclosure_default, counts, count, true, shown);
    if (total > 0 && total < disclosure_default.threshold)
        hold(g, f);
    else
        put_count(g, f, whole);
    for (size_t k = 0; k < count; k++) {
        struct pack_figure *part = names[k].n != 0 ? add(g, code, names[k]) : NULL;
        if (part != NULL && (!all || !shown[k]))
            hold(g, part);
        else if (part != NULL)
            put_count(g, part, counts[k]);
    }
}

/* ---- what is counted ------------------------------------------------------------------------------------------------------------------ */

static enum rc count_people(struct gathering *g)
{
    struct rows_pack_learners stages;
    struct rows_pack_professions professions;
    struct str names[GROUPS_MOST];
    int64_t counts[GROUPS_MOST], all = 0, kinds = 0;
    size_t n = 0;
    TRY(sql_pack_learners(g->db, g->a, g->s->programme, g->s->from_day, g->s->until_day, &stages));
    for (size_t k = 0; k < stages.n && n < GROUPS_MOST; k++, n++) {
        names[n] = stages.v[k].stage;
        counts[n] = stages.v[k].n;
        all += counts[n];
    }
    add_groups(g, "people.learners", names, counts, n, all);
    TRY(sql_pack_professions(g->db, g->a, g->s->programme, g->s->from_day, g->s->until_day, &professions));
    n = 0;
    for (size_t k = 0; k < professions.n && n < GROUPS_MOST; k++, n++) {
        struct str word = professions.v[k].profession;
        names[n] = word.n != 0 ? people_profession_name(g->s->lang, word) : say(g, M_pack_profession_unsaid, NULL, 0);
        counts[n] = professions.v[k].n;
        kinds += word.n != 0;
    }
    add_groups(g, "people.professions", names, counts, n, kinds);
    return RC_OK;
}

/* Itself, or a behaviour below it. */
static bool is_worked_on(const struct rows_pack_competencies *tagged, struct str code, bool assessed)
{
    for (size_t k = 0; k < tagged->n; k++) {
        struct str c = tagged->v[k].code;
        bool below = c.n > code.n && c.p[code.n] == '.';
        if (str_starts(c, code) && (c.n == code.n || below) && (!assessed || tagged->v[k].assessed != 0))
            return true;
    }
    return false;
}

static enum rc count_curriculum(struct gathering *g, const struct rows_pack_competencies *tagged)
{
    struct row_pack_attendance x;
    struct competency *outline;
    size_t n = 0;
    int64_t all = 0, counts[2] = {0, 0};
    enum rc rc = framework_outline(g->db, g->a, g->s->programme, lang_tag(g->s->lang), false, &outline, &n);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    for (size_t k = 0; rc == RC_OK && k < n; k++)
        if (outline[k].depth != 0) {
            all++;
            counts[0] += is_worked_on(tagged, outline[k].code, false);
            counts[1] += is_worked_on(tagged, outline[k].code, true);
        }
    static const char *const codes[2] = {"curriculum.competencies", "curriculum.assessed"};
    for (size_t k = 0; k < 2; k++) {
        struct pack_figure *f = add(g, codes[k], S(""));
        if (f != NULL && all != 0)
            put_share(g, f, counts[k], all);
        else if (f != NULL)
            f->text = say(g, M_pack_no_framework, NULL, 0);
    }
    TRY(sql_pack_attendance(g->db, g->a, g->s->programme, g->s->from_at, g->s->until_at, &x));
    add_records(g, "class.sessions", x.sessions, 0);
    struct pack_figure *f = add(g, "class.attendance", S(""));
    if (f != NULL && x.noted == 0)
        f->text = say(g, M_pack_nobody, NULL, 0);
    else if (f != NULL && x.people < disclosure_default.threshold)
        hold(g, f);
    else if (f != NULL)
        put_share(g, f, x.present, x.noted);
    return RC_OK;
}

static enum rc count_work(struct gathering *g)
{
    const struct pack_scope *s = g->s;
    struct row_pack_shares x;
    struct row_pack_observations seen;
    struct row_pack_assessments judged;
    struct row_pack_hours hours;
    struct row_pack_projects projects;
    TRY(sql_pack_shares(g->db, g->a, s->programme, s->from_day, s->until_day, s->from_at, s->until_at, &x));
    TRY(sql_pack_observations(g->db, g->a, s->programme, s->from_at, s->until_at, &seen));
    TRY(sql_pack_assessments(g->db, g->a, s->programme, s->from_at, s->until_at, &judged));
    TRY(sql_pack_hours(g->db, g->a, s->programme, s->from_day, s->until_day, &hours));
    TRY(sql_pack_projects(g->db, g->a, s->programme, s->from_at, s->until_at, &projects));
    add_people(g, "learning.people", x.learned, x.people);
    add_people(g, "practice.people", x.practised, x.people);
    add_people(g, "observe.people", x.observed, x.people);
    add_records(g, "observe.count", seen.n, seen.people);
    add_records(g, "observe.observers", seen.observers, seen.observers);
    add_records(g, "assess.count", judged.n, judged.people);
    add_people(g, "feedback.people", x.rounds, x.people);
    add_people(g, "mentor.people", x.mentored, x.people);
    add_people(g, "placement.people", x.placed, x.people);
    add_records(g, "placement.hours", hours.minutes / 60, hours.people);
    add_records(g, "project.running", projects.running, 0);
    add_records(g, "project.finished", projects.finished, 0);
    add_records(g, "project.improved", projects.improved, 0);
    add_records(g, "project.stopped", projects.stopped, 0);
    return RC_OK;
}

/* The whole programme's figures of the ledger's latest edition, whose release was decided there (ledger.h). */
/* What is missing stands as the value where there is none. */
static struct str limits_of(struct gathering *g, const struct ledger_figure *x)
{
    struct buf b = buf_new(g->a, 128);
    const struct str parts[] = {x->design_points > 0 ? str_concat(g->a, x->design, S(".")) : S(""), x->value.some ? x->missing : S(""), x->notes};
    for (size_t k = 0; k < COUNT_OF(parts); k++) {
        if (parts[k].n != 0 && buf_text(&b).n != 0)
            buf_ch(&b, ' ');
        buf_str(&b, parts[k]);
    }
    return buf_text(&b);
}

static enum rc take_ledger(struct gathering *g)
{
    struct ledger_figure *all;
    size_t count;
    int64_t edition;
    if (!asks_ledger(g->t))
        return RC_OK;
    TRY(ledger_figures(g->db, g->a, g->s->lang, g->s->programme, false, &all, &count, &edition));
    for (size_t k = 0; k < count && g->figure_count < FIGURES_MOST; k++) {
        const struct ledger_figure *x = &all[k];
        struct str code = str_concat(g->a, S("ledger."), x->code);
        if (!asked(g, code))
            continue;
        struct pack_figure *f = &g->figures[g->figure_count++];
        *f = (struct pack_figure){.code = code, .group = x->about, .label = x->label, .text = x->text, .value = x->value, .n = x->n, .of = x->of, .definition = x->definition, .source = x->source};
        f->limits = limits_of(g, x);
        if (edition != 0)
            f->day = SOME_INT(x->day);
        if (x->held_back)
            hold(g, f);
        else if (!x->value.some)
            f->text = x->missing.n != 0 ? x->missing : say(g, M_pack_nobody, NULL, 0);
    }
    return RC_OK;
}

/* ---- records -------------------------------------------------------------------------------------------------------------------------- */

bool pack_wants_record(const struct pack_standard *x, const struct pack_record *r)
{
    if (str_eq_z(r->code, "course"))
        return x->courses;
    if (str_eq_z(r->code, "project"))
        return x->projects;
    bool any = x->competency_count == 0;
    for (size_t k = 0; k < x->competency_count; k++)
        any = any || str_starts(r->name, x->competencies[k]);
    return x->competency_list && any;
}

static void add_record(struct gathering *g, struct pack_record r)
{
    bool wanted = false;
    for (size_t k = 0; k < g->t->standard_count; k++)
        wanted = wanted || pack_wants_record(&g->t->standards[k], &r);
    if (wanted && g->record_count < RECORDS_MOST)
        g->records[g->record_count++] = r;
}

static enum rc list_courses(struct gathering *g)
{
    struct rows_pack_courses rows;
    TRY(sql_pack_courses(g->db, g->a, g->s->programme, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct msg_arg args[] = {MSG_NUM("n", rows.v[k].sessions), MSG_NUM("introduced", rows.v[k].introduced), MSG_NUM("practised", rows.v[k].practised),
                                       MSG_NUM("assessed", rows.v[k].assessed)};
        add_record(g, (struct pack_record){S("course"), rows.v[k].slug, rows.v[k].title, say(g, M_pack_course_text, args, COUNT_OF(args))});
    }
    return RC_OK;
}

static void list_competencies(struct gathering *g, const struct rows_pack_competencies *rows)
{
    for (size_t k = 0; k < rows->n; k++) {
        const struct row_pack_competencies *r = &rows->v[k];
        const struct msg_arg args[] = {MSG_NUM("introduced", r->introduced), MSG_NUM("practised", r->practised), MSG_NUM("assessed", r->assessed)};
        add_record(g, (struct pack_record){S("competency"), r->code, str_printf(g->a, "%.*s %.*s", STR_ARG(r->code), STR_ARG(r->title)), say(g, M_pack_competency_text, args, COUNT_OF(args))});
    }
}

static msg_id claim_text(struct str claim)
{
    static const struct {
        const char *word;
        msg_id text;
    } words[] = {{"improved", M_pack_claim_improved}, {"changed", M_pack_claim_changed}, {"same", M_pack_claim_same}, {"worse", M_pack_claim_worse}};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_eq_z(claim, words[k].word))
            return words[k].text;
    return M_pack_claim_unknown;
}

static enum rc list_projects(struct gathering *g)
{
    struct rows_pack_shown_projects rows;
    TRY(sql_pack_shown_projects(g->db, g->a, g->s->programme, g->s->from_at, g->s->until_at, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct str text = say(g, claim_text(rows.v[k].claim), NULL, 0);
        if (rows.v[k].made_up)
            text = str_printf(g->a, "%.*s %.*s", STR_ARG(text), STR_ARG(say(g, M_pack_made_up, NULL, 0)));
        add_record(g, (struct pack_record){S("project"), str_printf(g->a, "%" PRId64, rows.v[k].id), rows.v[k].title, text});
    }
    return RC_OK;
}

enum rc pack_gather(struct db *db, struct arena *a, const struct pack_scope *s, const struct pack_template *t, struct pack_content *out)
{
    struct gathering g = {.db = db, .a = a, .s = s, .t = t, .figures = ARENA_ARRAY(a, FIGURES_MOST, struct pack_figure), .records = ARENA_ARRAY(a, RECORDS_MOST, struct pack_record)};
    struct rows_pack_competencies tagged;
    TRY(sql_pack_competencies(db, a, s->programme, lang_tag(s->lang), &tagged));
    TRY(count_people(&g));
    TRY(count_curriculum(&g, &tagged));
    TRY(count_work(&g));
    TRY(take_ledger(&g));
    TRY(list_courses(&g));
    list_competencies(&g, &tagged);
    TRY(list_projects(&g));
    *out = (struct pack_content){.figures = g.figures, .figure_count = g.figure_count, .records = g.records, .record_count = g.record_count};
    for (size_t k = 0; k < g.figure_count; k++)
        out->held += g.figures[k].held;
    return RC_OK;
}
