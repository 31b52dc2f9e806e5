/* The levels that people are asked for: after sessions (1), and in the waves of evaluations (2a and 3a). Later is held against before of the
 * same people, those who stayed against those who did not answer again, and the programme's cohorts against those that compare. */
#include "programme/ledger/inside.h"

#define EVALUATIONS_MOST 50
#define CEILING_PERCENT 15 /* of people at the highest value: Terwee et al. 2007, J Clin Epidemiol 60:34 */
#define CEILING_LEAST 10   /* people; of fewer it would tell what one of them said */

/* ---- 1: after sessions --------------------------------------------------------------------------------------------------------------- */

struct sessions {
    struct ledger_sample points, asked;
    size_t cohort;
    int64_t *done;
};

static enum rc take_session(void *arg, const struct row_ledger_session_scores *row)
{
    struct sessions *s = arg;
    if (!row->score_null)
        ledger_add_point(&s->points, s->cohort, 0, row->score);
    if (row->done != 0 || !row->score_null) {
        ledger_add_point(&s->asked, s->cohort, 0, !row->score_null);
        s->done[s->cohort]++;
    }
    return RC_OK;
}

enum rc ledger_count_sessions(struct ledger_counting *k)
{
    struct row_ledger_session_setting_find setting;
    struct sessions s = {.points = {.a = k->a}, .asked = {.a = k->a}, .done = ARENA_ARRAY(k->a, k->groups.cohort_count + 1, int64_t)};
    enum rc rc = sql_ledger_session_setting_find(k->db, k->a, k->programme, &setting);
    if (rc == RC_NOT_FOUND) {
        ledger_tell_hole(&k->rows, LEDGER_1, "session", LEDGER_POINTS, S("no_feedback"), k->today);
        return RC_OK;
    }
    TRY(rc);
    for (s.cohort = 0; s.cohort < k->groups.cohort_count; s.cohort++)
        TRY(sql_ledger_session_scores(k->db, k->a, k->groups.cohorts[s.cohort].id, k->programme, setting.since_day * MS_PER_DAY, take_session, &s));
    if (s.asked.n == 0) {
        ledger_tell_hole(&k->rows, LEDGER_1, "session", LEDGER_POINTS, S("no_session"), k->today);
        return RC_OK;
    }
    struct ledger_family points = {.level = LEDGER_1, .names = {"session"}, .units = {LEDGER_POINTS}, .sample = &s.points, .of = s.done, .secret = true, .design = LEDGER_DESIGN_AFTER};
    struct ledger_family asked = {.level = LEDGER_1, .names = {"asked"}, .units = {LEDGER_SHARE}, .sample = &s.asked, .open = true, .design = LEDGER_DESIGN_NONE};
    TRY(ledger_tell(k->a, &k->groups, &points, &k->before, k->today, &k->rows));
    return ledger_tell(k->a, &k->groups, &asked, &k->before, k->today, &k->rows);
}

/* ---- 2a, 3a: waves --------------------------------------------------------------------------------------------------------------------- */

/* What one person said at each moment. */
struct said {
    bool asked[LEDGER_MOMENT_COUNT], some[LEDGER_MOMENT_COUNT];
    double score[LEDGER_MOMENT_COUNT];
    int64_t instrument[LEDGER_MOMENT_COUNT];
};

struct moment {
    struct ledger_sample asked, mean, pairs, kept, left, compared;
    int64_t silent, unpaired;
    int64_t first_day;          /* of those still to be sent; 0: none */
    bool sent, changed, incomparable, some_compare;
};

struct scale {
    int64_t instrument;
    int low, high;
};

struct wave_count {
    struct ledger_counting *k;
    enum ledger_level level;
    int64_t evaluation;
    size_t cohort;              /* of the person */
    int64_t cohort_id, person;
    bool compares, any_baseline;
    struct said said;
    const struct rows_ledger_arms *arms;
    struct scale scales[LEDGER_MOMENT_COUNT * LEDGER_COHORTS_MOST];
    size_t scale_count;
    int64_t high_before, low_before, before;
    struct moment at[LEDGER_MOMENT_COUNT];
};

static const struct scale *scale_of(const struct wave_count *w, int64_t instrument)
{
    for (size_t i = 0; i < w->scale_count; i++)
        if (w->scales[i].instrument == instrument)
            return &w->scales[i];
    return NULL;
}

/* One version held against another: its points mean the same where the scale is the same. */
static bool comparable(const struct wave_count *w, int64_t one, int64_t other)
{
    const struct scale *a = scale_of(w, one), *b = scale_of(w, other);
    return a != NULL && b != NULL && a->low == b->low && a->high == b->high;
}

static void take_pair(struct wave_count *w, struct moment *at, enum ledger_moment m)
{
    const struct said *s = &w->said;
    double before = s->score[LEDGER_BASELINE], after = s->score[m];
    bool same = s->instrument[LEDGER_BASELINE] == s->instrument[m];
    if (!same && !comparable(w, s->instrument[LEDGER_BASELINE], s->instrument[m])) {
        at->incomparable = true;
        return;
    }
    at->changed = at->changed || !same;
    at->some_compare = at->some_compare || w->compares;
    ledger_add_point(&at->compared, w->cohort, w->compares ? 0 : 1, after - before);
    if (!w->compares)
        ledger_add_point(&at->pairs, w->cohort, before, after);
}

static void take_later(struct wave_count *w, enum ledger_moment m)
{
    struct moment *at = &w->at[m];
    const struct said *s = &w->said;
    bool before = s->some[LEDGER_BASELINE], after = s->some[m];
    if (before && after)
        take_pair(w, at, m);
    if (w->compares || !s->asked[m])
        return;
    at->unpaired += after && !before;
    if (after)
        ledger_add_point(&at->mean, w->cohort, 0, s->score[m]);
    if (before) {
        ledger_add_point(&at->kept, w->cohort, 0, after);
        ledger_add_point(&at->left, w->cohort, after, s->score[LEDGER_BASELINE]);
    }
}

static void end_person(struct wave_count *w)
{
    const struct said *s = &w->said;
    if (w->person == 0 || w->cohort == SIZE_MAX)
        return;
    for (int m = 0; m < LEDGER_MOMENT_COUNT; m++)
        if (s->asked[m] && !w->compares) {
            ledger_add_point(&w->at[m].asked, w->cohort, 0, s->some[m]);
            w->at[m].silent += !s->some[m];
        }
    if (s->some[LEDGER_BASELINE] && !w->compares) {
        const struct scale *scale = scale_of(w, s->instrument[LEDGER_BASELINE]);
        w->any_baseline = true;
        w->before++;
        w->high_before += scale != NULL && s->score[LEDGER_BASELINE] >= scale->high;
        w->low_before += scale != NULL && s->score[LEDGER_BASELINE] <= scale->low;
    }
    for (int m = LEDGER_END; m < LEDGER_MOMENT_COUNT; m++)
        take_later(w, (enum ledger_moment)m);
}

static enum rc take_answer(void *arg, const struct row_ledger_wave_answers *row)
{
    struct wave_count *w = arg;
    enum ledger_moment m;
    if (row->person_id != w->person || row->cohort_id != w->cohort_id) {
        end_person(w);
        w->said = (struct said){0};
        w->person = row->person_id;
        w->cohort_id = row->cohort_id;
        w->cohort = ledger_find_cohort(&w->k->groups, row->cohort_id);
        w->compares = false;
        for (size_t i = 0; i < w->arms->n; i++)
            w->compares = w->compares || (w->arms->v[i].cohort_id == row->cohort_id && w->arms->v[i].compares != 0);
    }
    if (!ledger_moment_find(row->moment, &m) || str_eq_z(row->state, "erased"))
        return RC_OK;
    w->said.asked[m] = true;
    w->said.some[m] = !row->score_null;
    w->said.score[m] = row->score_null ? STATS_MISSING : row->score;
    w->said.instrument[m] = row->instrument_id_null ? 0 : row->instrument_id;
    return RC_OK;
}

/* When waves are still to be sent, and the scales of the forms that were. */
static enum rc look_at_waves(struct wave_count *w, const struct rows_ledger_waves_of *waves, bool running)
{
    for (size_t i = 0; i < waves->n; i++) {
        const struct row_ledger_waves_of *v = &waves->v[i];
        enum ledger_moment m;
        if (!ledger_moment_find(v->moment, &m))
            continue;
        struct moment *at = &w->at[m];
        at->sent = at->sent || str_eq_z(v->state, "open") || str_eq_z(v->state, "closed");
        if (running && str_eq_z(v->state, "planned") && !v->day_null && (at->first_day == 0 || v->day < at->first_day))
            at->first_day = v->day;
        if (v->instrument_id_null || scale_of(w, v->instrument_id) != NULL || w->scale_count == COUNT_OF(w->scales))
            continue;
        struct instrument in;
        TRY(instrument_find(w->k->db, w->k->a, v->instrument_id, S("en"), &in));
        w->scales[w->scale_count++] = (struct scale){v->instrument_id, in.low, in.high};
    }
    return RC_OK;
}

static struct str notes_of(const struct wave_count *w, const struct moment *at)
{
    struct buf b = buf_new(w->k->a, 64);
    if (100 * w->high_before >= CEILING_PERCENT * w->before && w->before >= CEILING_LEAST)
        buf_z(&b, "ceiling ");
    if (100 * w->low_before >= CEILING_PERCENT * w->before && w->before >= CEILING_LEAST)
        buf_z(&b, "floor ");
    if (at->changed)
        buf_z(&b, "changed ");
    if (at->incomparable)
        buf_z(&b, "incomparable ");
    if (at->unpaired != 0)
        buf_printf(&b, "unpaired=%" PRId64, at->unpaired);
    return str_trim(buf_text(&b));
}

static struct str missing_of(const struct wave_count *w, const struct moment *at)
{
    struct buf b = buf_new(w->k->a, 64);
    if (at->pairs.n == 0)
        buf_z(&b, "no_pairs ");
    if (at->silent != 0)
        buf_printf(&b, "silent=%" PRId64 " ", at->silent);
    if (!at->some_compare)
        buf_z(&b, "no_comparison");
    return str_trim(buf_text(&b));
}

static enum rc tell(const struct wave_count *w, struct ledger_family f, const char *name, enum ledger_unit unit, enum ledger_moment m, struct ledger_sample *s)
{
    f.level = w->level;
    f.about = w->evaluation;
    f.moment = str_from(ledger_moment_word(m));
    f.names[0] = name;
    f.units[0] = unit;
    f.sample = s;
    return ledger_tell(w->k->a, &w->k->groups, &f, &w->k->before, w->k->today, &w->k->rows);
}

static void tell_hole(const struct wave_count *w, const char *name, enum ledger_moment m, struct str missing)
{
    struct ledger_counting *k = w->k;
    ledger_tell_hole(&k->rows, w->level, str_z(k->a, str_printf(k->a, "%s.%s", name, ledger_moment_word(m))), LEDGER_EFFECT, missing, k->today);
    k->rows.v[k->rows.n - 1].about = w->evaluation;
}

static enum rc tell_later(struct wave_count *w, enum ledger_moment m)
{
    struct moment *at = &w->at[m];
    if (!at->sent) {
        tell_hole(w, "effect", m, at->first_day != 0 ? str_printf(w->k->a, "not_yet=%" PRId64, at->first_day) : S("not_asked"));
        return RC_OK;
    }
    if (!w->any_baseline) {
        struct ledger_family mean = {.secret = true, .missing = S("no_baseline"), .design = LEDGER_DESIGN_AFTER};
        return tell(w, mean, "mean", LEDGER_POINTS, m, &at->mean);
    }
    struct ledger_family change = {.secret = true, .missing = missing_of(w, at), .notes = notes_of(w, at), .design = LEDGER_DESIGN_PAIRED, .names = {NULL, "effect"}, .units = {0, LEDGER_EFFECT}};
    int64_t *before = ARENA_ARRAY(w->k->a, w->k->groups.cohort_count + 1, int64_t);
    for (size_t i = 0; i < at->kept.n; i++)
        before[at->kept.v[i].cohort]++;
    change.of = before;
    TRY(tell(w, change, "change", LEDGER_CHANGE, m, &at->pairs));
    TRY(tell(w, (struct ledger_family){.open = true}, "kept", LEDGER_SHARE, m, &at->kept));
    TRY(tell(w, (struct ledger_family){.whole = true, .secret = true}, "left", LEDGER_APART, m, &at->left));
    return at->some_compare ? tell(w, (struct ledger_family){.whole = true, .secret = true, .design = LEDGER_DESIGN_COMPARED}, "compared", LEDGER_APART, m, &at->compared) : RC_OK;
}

static enum rc count_evaluation(struct ledger_counting *k, const struct row_ledger_evaluations *e)
{
    struct rows_ledger_arms arms;
    struct rows_ledger_waves_of waves;
    struct wave_count *w = ARENA_NEW(k->a, struct wave_count);
    TRY(sql_ledger_arms(k->db, k->a, e->id, &arms));
    TRY(sql_ledger_waves_of(k->db, k->a, e->id, &waves));
    w->k = k;
    w->level = str_eq_z(e->level, "3a") ? LEDGER_3A : LEDGER_2A;
    w->evaluation = e->id;
    w->arms = &arms;
    for (int m = 0; m < LEDGER_MOMENT_COUNT; m++) {
        struct moment *at = &w->at[m];
        at->asked.a = at->mean.a = at->pairs.a = at->kept.a = at->left.a = at->compared.a = k->a;
    }
    TRY(look_at_waves(w, &waves, str_eq_z(e->state, "running")));
    TRY(sql_ledger_wave_answers(k->db, k->a, e->id, take_answer, w));
    end_person(w);
    for (int m = 0; m < LEDGER_MOMENT_COUNT; m++)
        if (w->at[m].sent)
            TRY(tell(w, (struct ledger_family){.open = true}, "asked", LEDGER_SHARE, (enum ledger_moment)m, &w->at[m].asked));
    for (int m = LEDGER_END; m < LEDGER_MOMENT_COUNT; m++)
        TRY(tell_later(w, (enum ledger_moment)m));
    return RC_OK;
}

enum rc ledger_count_waves(struct ledger_counting *k)
{
    struct rows_ledger_evaluations rows;
    bool some[LEDGER_LEVEL_COUNT] = {false};
    TRY(sql_ledger_evaluations(k->db, k->a, k->programme, EVALUATIONS_MOST, &rows));
    for (size_t i = rows.n; i-- > 0;) {
        if (str_eq_z(rows.v[i].state, "draft"))
            continue;
        some[str_eq_z(rows.v[i].level, "3a") ? LEDGER_3A : LEDGER_2A] = true;
        TRY(count_evaluation(k, &rows.v[i]));
    }
    if (!some[LEDGER_2A])
        ledger_tell_hole(&k->rows, LEDGER_2A, "effect", LEDGER_EFFECT, S("no_evaluation"), k->today);
    if (!some[LEDGER_3A])
        ledger_tell_hole(&k->rows, LEDGER_3A, "effect", LEDGER_EFFECT, S("no_evaluation"), k->today);
    return RC_OK;
}
