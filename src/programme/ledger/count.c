/* Makes an edition: reads the records, tells the figures, writes them in one closure. A job does it once a week, and at once when it is
 * asked for. Whoever counts twice at the same time makes two editions that say the same. */
#include "base/clock.h"
#include "programme/ledger/inside.h"

#define WEEK_MS (7 * MS_PER_DAY)

static enum ledger_level level_find(struct str word)
{
    for (int k = 0; k < LEDGER_LEVEL_COUNT; k++)
        if (str_eq_z(word, ledger_level_word((enum ledger_level)k)))
            return (enum ledger_level)k;
    return LEDGER_1;
}

static enum ledger_unit unit_find(struct str word)
{
    for (int k = 0; k <= LEDGER_APART; k++)
        if (str_eq_z(word, ledger_unit_word((enum ledger_unit)k)))
            return (enum ledger_unit)k;
    return LEDGER_SHARE;
}

static const char *const design_words[LEDGER_DESIGN_COUNT] = {
#define X(id, word, points) [LEDGER_DESIGN_##id] = word,
    LEDGER_DESIGNS(X)
#undef X
};

static enum ledger_design design_find(struct str word)
{
    for (int k = 0; k < LEDGER_DESIGN_COUNT; k++)
        if (str_eq_z(word, design_words[k]))
            return (enum ledger_design)k;
    return LEDGER_DESIGN_NONE;
}

static struct ledger_row row_of(const struct row_ledger_figures_of *r)
{
    return (struct ledger_row){.code = r->code, .level = level_find(r->level), .unit = unit_find(r->unit), .about = r->about_id,
                               .cohort = r->cohort_id_null ? 0 : r->cohort_id, .stage = r->stage_id_null ? 0 : r->stage_id,
                               .value = r->value_null ? STATS_MISSING : r->value, .low = r->low_null ? STATS_MISSING : r->low,
                               .high = r->high_null ? STATS_MISSING : r->high, .n = r->n, .of = r->of_n, .held = r->held != 0,
                               .missing = r->missing, .notes = r->notes, .design = design_find(r->design), .day = r->day};
}

enum rc ledger_load_earlier(struct db *db, struct arena *a, int64_t programme, const struct ledger_row *like, int64_t most, struct ledger_rows *out)
{
    struct rows_ledger_earlier rows;
    *out = (struct ledger_rows){.a = a};
    TRY(sql_ledger_earlier(db, a, programme, like->code, like->about, like->cohort, like->stage, like->day, most, &rows));
    for (size_t k = 0; k < rows.n; k++) { /* the two statements give the same columns */
        const struct row_ledger_earlier *r = &rows.v[k];
        const struct row_ledger_figures_of same = {.code = r->code, .level = r->level, .unit = r->unit, .about_id = r->about_id, .cohort_id = r->cohort_id, .cohort_id_null = r->cohort_id_null,
                                                   .stage_id = r->stage_id, .stage_id_null = r->stage_id_null, .value = r->value, .value_null = r->value_null, .low = r->low,
                                                   .low_null = r->low_null, .high = r->high, .high_null = r->high_null, .n = r->n, .of_n = r->of_n, .held = r->held, .missing = r->missing,
                                                   .notes = r->notes, .design = r->design, .day = r->day};
        *ledger_add_row(out) = row_of(&same);
    }
    return RC_OK;
}

enum rc ledger_load_rows(struct db *db, struct arena *a, int64_t programme, bool parts, struct ledger_rows *out, int64_t *number, int64_t *day)
{
    struct row_ledger_edition_latest e;
    struct rows_ledger_figures_of rows;
    *out = (struct ledger_rows){.a = a};
    *number = *day = 0;
    enum rc rc = sql_ledger_edition_latest(db, a, programme, &e);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(sql_ledger_figures_of(db, a, e.id, parts, &rows));
    for (size_t k = 0; k < rows.n; k++)
        *ledger_add_row(out) = row_of(&rows.v[k]);
    *number = e.number;
    *day = e.made_day;
    return RC_OK;
}

static const double *real_or_null(const double *x)
{
    return is_missing(*x) ? NULL : x;
}

static const int64_t *id_or_null(const int64_t *x)
{
    return *x != 0 ? x : NULL;
}

static enum rc write_edition(struct db *tx, void *arg, struct err *e)
{
    const struct ledger_counting *k = arg;
    struct row_ledger_edition_latest latest;
    struct arena *a = arena_new(0);
    int64_t id = db_new_id(tx);
    enum rc rc = sql_ledger_edition_latest(tx, a, k->programme, &latest);
    (void)e;
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = sql_ledger_edition_add(tx, id, k->programme, rc == RC_OK ? latest.number + 1 : 1, k->now, k->today);
    arena_free(a);
    TRY(rc);
    db_pipeline_begin(tx);
    for (size_t i = 0; i < k->rows.n && rc == RC_OK; i++) {
        const struct ledger_row *r = &k->rows.v[i];
        rc = sql_ledger_figure_add(tx, id, (int64_t)i, r->code, str_from(ledger_level_word(r->level)), str_from(ledger_unit_word(r->unit)), r->about, id_or_null(&r->cohort),
                                   id_or_null(&r->stage), real_or_null(&r->value), real_or_null(&r->low), real_or_null(&r->high), r->n, r->of, r->held, r->missing, r->notes,
                                   str_from(design_words[r->design]), r->day);
    }
    for (size_t i = 0; i < k->seen_count && rc == RC_OK; i++)
        rc = sql_ledger_seen_add(tx, id, k->seen[i].cohort, k->seen[i].competency, k->seen[i].people);
    for (size_t i = 0; i < k->finding_count && rc == RC_OK; i++)
        rc = sql_ledger_finding_add(tx, id, k->findings[i].measure, k->findings[i].project, k->findings[i].kind, str_from(ledger_finding_word(k->findings[i].finding)));
    enum rc end = db_pipeline_end(tx);
    return rc != RC_OK ? rc : end;
}

/* For the chain by stage and cohort: of how many people there is an assessment. */
static enum rc count_assessed(struct ledger_counting *k)
{
    struct rows_ledger_assessed *of = ARENA_ARRAY(k->a, k->groups.cohort_count + 1, struct rows_ledger_assessed);
    size_t all = 0;
    for (size_t g = 0; g < k->groups.cohort_count; g++) {
        TRY(sql_ledger_assessed(k->db, k->a, k->groups.cohorts[g].id, k->programme, &of[g]));
        all += of[g].n;
    }
    k->seen = ARENA_ARRAY(k->a, all + 1, struct ledger_seen);
    for (size_t g = 0; g < k->groups.cohort_count; g++)
        for (size_t i = 0; i < of[g].n; i++)
            k->seen[k->seen_count++] = (struct ledger_seen){k->groups.cohorts[g].id, of[g].v[i].competency_id, of[g].v[i].people};
    return RC_OK;
}

static enum rc count_all(struct ledger_counting *k)
{
    int64_t number, day;
    TRY(ledger_load_groups(k->db, k->a, k->programme, &k->groups));
    TRY(ledger_load_rows(k->db, k->a, k->programme, true, &k->before, &number, &day));
    k->rows.a = k->a;
    TRY(ledger_count_sessions(k));
    TRY(ledger_count_waves(k));
    TRY(ledger_count_quizzes(k));
    TRY(ledger_count_seen(k));
    TRY(count_assessed(k));
    return ledger_count_projects(k);
}

enum rc ledger_count(struct db *db, int64_t programme, int64_t now, struct err *e)
{
    struct arena *a = arena_new(0);
    struct ledger_counting k = {.db = db, .a = a, .programme = programme, .now = now};
    struct programme p;
    enum rc rc = programme_find(db, a, programme, &p);
    if (rc == RC_OK) {
        const struct zone *zone = zone_find(p.zone);
        k.today = day_from_ms(zone != NULL ? zone : zone_utc(), now);
        rc = count_all(&k);
    }
    if (rc == RC_OK)
        rc = store_write_bulk(db, write_edition, &k, e);
    arena_free(a);
    return rc;
}

enum rc ledger_run_count(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    int64_t programme;
    (void)a;
    (void)job;
    return str_to_int(args, &programme) ? ledger_count(db, programme, clock_now(), e) : RC_INVALID;
}

enum rc ledger_run_weekly(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_ledger_programmes_due due;
    int64_t now = clock_now();
    (void)job;
    (void)args;
    TRY(sql_ledger_programmes_due(db, a, now - WEEK_MS, &due));
    for (size_t k = 0; k < due.n; k++)
        TRY(ledger_count(db, due.v[k].id, now, e));
    return RC_OK;
}
