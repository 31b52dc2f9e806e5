/* The levels that working with Cadre fills by itself: quizzes (2b), what others saw (3b), improvement projects (4a and 4b). */
#include "programme/improve/improve.h"
#include "programme/ledger/inside.h"

#define SEEN_SINCE_DAYS 365
#define MEASURES_MOST 4000

static struct str counted(struct arena *a, const char *word, int64_t n)
{
    return str_printf(a, "%s=%" PRId64, word, n);
}

/* ---- 2b: the first and the last try of the same quizzes ---- */

struct quizzes {
    const struct rows_ledger_sessions *sessions;
    struct ledger_sample first, gain;
    size_t cohort;
    int64_t person, session;    /* where the rows are; 0: nowhere yet */
    bool counts;                /* the session is one of the programme's */
    double one, last;           /* of this person and session */
    int64_t tries;
    double sum_first, sum_one, sum_last;
    int64_t firsts, pairs;
};

static bool holds(const struct rows_ledger_sessions *s, int64_t id)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->v[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->n && s->v[low].id == id;
}

static void end_session(struct quizzes *q)
{
    if (q->session == 0 || !q->counts)
        return;
    q->sum_first += q->one;
    q->firsts++;
    if (q->tries > 1) {
        q->sum_one += q->one;
        q->sum_last += q->last;
        q->pairs++;
    }
}

static void end_person(struct quizzes *q)
{
    if (q->firsts != 0)
        ledger_add_point(&q->first, q->cohort, 0, q->sum_first / (double)q->firsts);
    if (q->pairs != 0)
        ledger_add_point(&q->gain, q->cohort, q->sum_one / (double)q->pairs, q->sum_last / (double)q->pairs);
    q->sum_first = q->sum_one = q->sum_last = 0;
    q->firsts = q->pairs = 0;
    q->session = 0;
}

static enum rc take_attempt(void *arg, const struct row_ledger_attempts *row)
{
    struct quizzes *q = arg;
    if (row->person_id != q->person || row->session_id != q->session)
        end_session(q);
    if (row->person_id != q->person)
        end_person(q);
    if (row->person_id != q->person || row->session_id != q->session) {
        q->person = row->person_id;
        q->session = row->session_id;
        q->counts = holds(q->sessions, row->session_id);
        q->one = (double)row->percent;
        q->tries = 0;
    }
    q->last = (double)row->percent;
    q->tries++;
    return RC_OK;
}

enum rc ledger_count_quizzes(struct ledger_counting *k)
{
    struct rows_ledger_sessions sessions;
    struct rows_ledger_members members;
    TRY(sql_ledger_sessions(k->db, k->a, k->programme, &sessions));
    TRY(sql_ledger_members(k->db, k->a, k->programme, k->today, &members));
    struct quizzes q = {.sessions = &sessions, .first = {.a = k->a}, .gain = {.a = k->a}};
    int64_t *people = ARENA_ARRAY(k->a, k->groups.cohort_count + 1, int64_t), *tried = ARENA_ARRAY(k->a, k->groups.cohort_count + 1, int64_t);
    for (size_t i = 0; i < members.n; i++) {
        size_t c = ledger_find_cohort(&k->groups, members.v[i].cohort_id);
        if (c != SIZE_MAX)
            people[c] = members.v[i].n;
    }
    struct arena *reading = arena_new(0);
    enum rc rc = RC_OK;
    for (size_t c = 0; c < k->groups.cohort_count && rc == RC_OK; c++) {
        q.cohort = c;
        rc = sql_ledger_attempts(k->db, reading, k->groups.cohorts[c].id, take_attempt, &q);
        end_session(&q);
        end_person(&q);
        q.person = 0;
        arena_reset(reading);
    }
    arena_free(reading);
    TRY(rc);
    if (q.first.n == 0) {
        ledger_tell_hole(&k->rows, LEDGER_2B, "gain", LEDGER_CHANGE, S("no_quiz"), k->today);
        return RC_OK;
    }
    for (size_t i = 0; i < q.first.n; i++)
        tried[q.first.v[i].cohort]++;
    struct ledger_family gain = {.level = LEDGER_2B, .names = {"gain", "effect"}, .units = {LEDGER_CHANGE, LEDGER_EFFECT}, .sample = &q.gain, .of = tried,
                                 .missing = S("no_pretest"), .notes = S("practice"), .design = LEDGER_DESIGN_PAIRED};
    struct ledger_family first = {.level = LEDGER_2B, .names = {"first"}, .units = {LEDGER_POINTS}, .sample = &q.first, .of = people, .design = LEDGER_DESIGN_AFTER};
    TRY(ledger_tell(k->a, &k->groups, &gain, &k->before, k->today, &k->rows));
    return ledger_tell(k->a, &k->groups, &first, &k->before, k->today, &k->rows);
}

/* ---- 3b: reports of 360 feedback, one after the other; who was observed at all ---- */

struct reports {
    const struct ledger_groups *groups;
    struct ledger_sample growth;
    int64_t *some;              /* people of each cohort with a report */
    int64_t person, done, instrument; /* done: one form of hers is enough */
    char slug[128];
    double first, last;
    int64_t n;
    size_t cohort;
    bool changed, any_changed;
};

static void end_reports(struct reports *r)
{
    if (r->n > 1 && r->cohort != SIZE_MAX) {
        ledger_add_point(&r->growth, r->cohort, r->first, r->last);
        r->any_changed = r->any_changed || r->changed;
        r->done = r->person;
    }
    r->n = 0;
}

static enum rc take_report(void *arg, const struct row_ledger_reports *row)
{
    struct reports *r = arg;
    bool same = r->n != 0 && row->subject_id == r->person && str_eq_z(row->slug, r->slug);
    if (!same) {
        end_reports(r);
        if (row->subject_id == r->done)
            return RC_OK;
        bool new_person = row->subject_id != r->person;
        r->person = row->subject_id;
        snprintf(r->slug, sizeof r->slug, "%.*s", STR_ARG(row->slug));
        r->cohort = ledger_find_cohort(r->groups, row->cohort_id);
        r->first = row->whole_mean;
        r->instrument = row->instrument_id;
        r->changed = false;
        if (new_person && r->cohort != SIZE_MAX)
            r->some[r->cohort]++;
    }
    r->changed = r->changed || row->instrument_id != r->instrument;
    r->last = row->whole_mean;
    r->n++;
    return RC_OK;
}

static enum rc count_growth(struct ledger_counting *k)
{
    struct reports r = {.groups = &k->groups, .growth = {.a = k->a}, .some = ARENA_ARRAY(k->a, k->groups.cohort_count + 1, int64_t)};
    int64_t total = 0;
    TRY(sql_ledger_reports(k->db, k->a, k->programme, take_report, &r));
    end_reports(&r);
    for (size_t c = 0; c < k->groups.cohort_count; c++)
        total += r.some[c];
    if (total == 0) {
        ledger_tell_hole(&k->rows, LEDGER_3B, "growth", LEDGER_CHANGE, S("no_report"), k->today);
        return RC_OK;
    }
    struct ledger_family f = {.level = LEDGER_3B, .names = {"growth", "effect"}, .units = {LEDGER_CHANGE, LEDGER_EFFECT}, .sample = &r.growth, .of = r.some, .secret = true,
                              .missing = r.growth.n == 0 ? S("one_report") : S(""), .notes = r.any_changed ? S("changed") : S(""), .design = LEDGER_DESIGN_PAIRED};
    return ledger_tell(k->a, &k->groups, &f, &k->before, k->today, &k->rows);
}

struct seen {
    struct ledger_sample s;
    size_t cohort;
};

static enum rc take_seen(void *arg, const struct row_ledger_seen *row)
{
    struct seen *s = arg;
    ledger_add_point(&s->s, s->cohort, 0, row->n != 0 ? 1 : 0);
    return RC_OK;
}

static enum rc count_observed(struct ledger_counting *k)
{
    struct seen s = {.s = {.a = k->a}};
    for (s.cohort = 0; s.cohort < k->groups.cohort_count; s.cohort++)
        TRY(sql_ledger_seen(k->db, k->a, k->groups.cohorts[s.cohort].id, k->programme, k->today - SEEN_SINCE_DAYS, k->today, take_seen, &s));
    if (s.s.n == 0) {
        ledger_tell_hole(&k->rows, LEDGER_3B, "observed", LEDGER_SHARE, S("no_member"), k->today);
        return RC_OK;
    }
    struct ledger_family f = {.level = LEDGER_3B, .names = {"observed"}, .units = {LEDGER_SHARE}, .sample = &s.s, .design = LEDGER_DESIGN_NONE};
    return ledger_tell(k->a, &k->groups, &f, &k->before, k->today, &k->rows);
}

enum rc ledger_count_seen(struct ledger_counting *k)
{
    TRY(count_growth(k));
    return count_observed(k);
}

/* ---- 4a, 4b: ended projects whose charts carry that care got better ---- */

struct carried {
    int64_t measured, better;   /* projects with such a measure; of those where a chart says so */
};

/* The measures of one project stand together. */
static struct carried count_kind(const struct ledger_counting *k, const char *kind)
{
    int64_t measured = 0, better = 0;
    struct carried out = {0};
    for (size_t i = 0; i < k->finding_count; i++) {
        const struct ledger_finding *f = &k->findings[i];
        if (!str_eq_z(f->kind, kind))
            continue;
        out.measured += f->project != measured;
        measured = f->project;
        if (f->finding == SPC_BETTER && f->project != better) {
            better = f->project;
            out.better++;
        }
    }
    return out;
}

static enum rc read_findings(struct ledger_counting *k)
{
    struct rows_ledger_measures m;
    TRY(sql_ledger_measures(k->db, k->a, k->programme, MEASURES_MOST, &m));
    k->findings = ARENA_ARRAY(k->a, m.n + 1, struct ledger_finding);
    for (size_t i = 0; i < m.n; i++) {
        k->findings[i] = (struct ledger_finding){.measure = m.v[i].measure_id, .project = m.v[i].project_id, .kind = m.v[i].kind};
        TRY(improve_measure_finding(k->db, k->a, m.v[i].measure_id, &k->findings[i].finding));
    }
    k->finding_count = m.n;
    return RC_OK;
}

static void tell_projects(struct ledger_counting *k, enum ledger_level level, const char *name, const char *kind, const struct row_ledger_project_counts *n)
{
    struct carried c = count_kind(k, kind);
    if (c.measured != 0)
        ledger_tell_things(&k->rows, level, name, c.better, c.measured, n->ended > c.measured ? counted(k->a, "no_measure", n->ended - c.measured) : S(""),
                           n->running != 0 ? counted(k->a, "running", n->running) : S(""), LEDGER_DESIGN_PAIRED, k->today);
    else
        ledger_tell_hole(&k->rows, level, name, LEDGER_SHARE, n->ended != 0 ? counted(k->a, "no_measure", n->ended) : n->running != 0 ? counted(k->a, "projects_run", n->running) : S("no_project"),
                         k->today);
}

enum rc ledger_count_projects(struct ledger_counting *k)
{
    struct row_ledger_project_counts n;
    TRY(sql_ledger_project_counts(k->db, k->a, k->programme, &n));
    TRY(read_findings(k));
    tell_projects(k, LEDGER_4A, "practice", "process", &n);
    tell_projects(k, LEDGER_4B, "benefit", "outcome", &n);
    return RC_OK;
}
