/* Figures of a programme over many released reports; see report.h. An edition is frozen as a report is: the next one is made when
 * REPORT_NORM_PEOPLE more people have come, so that nobody's report follows from two of them. */
#include <math.h>

#include "gen/programme/feedback/report_sql.h"
#include "programme/feedback/report_inside.h"

/* Variance between people and between raters of one. The method takes scores; of those it uses how many there are, their mean and
 * their sum of squares, so scores with the same three stand for them. */
static bool fit(struct arena *a, const struct rows_feedback_norm_wholes *rows, double target, struct reliability *out)
{
    size_t total = 0, n = 0;
    struct err e = {0};
    for (size_t k = 0; k < rows->n; k++)
        total += (size_t)rows->v[k].whole_n;
    uint32_t *person = ARENA_ARRAY(a, total, uint32_t);
    double *score = ARENA_ARRAY(a, total, double);
    for (size_t k = 0; k < rows->n; k++) {
        double off = sqrt(rows->v[k].whole_ss / 2);
        for (int64_t s = 0; s < rows->v[k].whole_n; s++) {
            person[n] = (uint32_t)k;
            score[n++] = rows->v[k].whole_mean + (rows->v[k].whole_n < 2 || s > 1 ? 0 : s == 0 ? off : -off);
        }
    }
    return reliability_of_raters(a, person, (uint32_t)rows->n, score, n, target, out, &e) == RC_OK && !is_missing(out->single);
}

/* Mean and spread over people of one domain; rows from..to. */
static enum rc write_domain(struct db *tx, int64_t norm, const struct rows_feedback_norm_means *rows, size_t from, size_t to, const struct instrument *i)
{
    double n = (double)(to - from), sum = 0, ss = 0;
    int64_t ordinal = (int64_t)i->domain_count;
    for (size_t k = from; k < to; k++)
        sum += (double)rows->v[k].mean / 10;
    for (size_t k = from; k < to; k++)
        ss += pow((double)rows->v[k].mean / 10 - sum / n, 2);
    for (size_t d = 0; d < i->domain_count; d++)
        if (str_eq(i->domains[d].code, rows->v[from].domain))
            ordinal = (int64_t)d;
    return sql_feedback_norm_domain_add(tx, norm, rows->v[from].domain, ordinal, (int64_t)(to - from), sum / n, sqrt(ss / (n - 1)));
}

/* A domain that few more people have figures in than in the last edition keeps what that one said. */
static enum rc write_domains(struct db *tx, struct arena *a, int64_t norm, int64_t before, int64_t programme, struct str slug, const struct instrument *i)
{
    struct rows_feedback_norm_means rows;
    struct rows_feedback_norm_domains old = {0};
    TRY(sql_feedback_norm_means(tx, a, programme, slug, &rows));
    if (before != 0)
        TRY(sql_feedback_norm_domains(tx, a, before, &old));
    for (size_t from = 0, to; from < rows.n; from = to) {
        const struct row_feedback_norm_domains *was = NULL;
        for (to = from; to < rows.n && str_eq(rows.v[to].domain, rows.v[from].domain);)
            to++;
        for (size_t k = 0; k < old.n; k++)
            if (str_eq(old.v[k].domain, rows.v[from].domain))
                was = &old.v[k];
        if (was != NULL && (int64_t)(to - from) - was->people < REPORT_NORM_PEOPLE)
            TRY(sql_feedback_norm_domain_add(tx, norm, was->domain, was->ordinal, was->people, was->mean, was->spread));
        else if (to - from >= REPORT_NORM_PEOPLE)
            TRY(write_domain(tx, norm, &rows, from, to, i));
    }
    return RC_OK;
}

enum rc report_renew_norm(struct db *tx, struct arena *a, int64_t programme, struct str slug, const struct instrument *i, int64_t now, struct err *e)
{
    struct row_feedback_norm_last last;
    struct row_feedback_norm_count count;
    struct rows_feedback_norm_wholes wholes;
    struct reliability r;
    (void)e;
    enum rc rc = sql_feedback_norm_last(tx, a, programme, slug, &last);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_feedback_norm_count(tx, a, programme, slug, &count));
    if (count.n - last.people < REPORT_NORM_PEOPLE)
        return RC_OK;
    TRY(sql_feedback_norm_wholes(tx, a, programme, slug, &wholes));
    int64_t id = db_new_id(tx);
    bool known = count.n >= REPORT_NORM_LEAST && fit(a, &wholes, 0.8, &r);
    TRY(sql_feedback_norm_add(tx, id, programme, slug, last.edition + 1, count.n, known ? &r.single : NULL, known ? &r.between : NULL, known ? &r.within : NULL, now));
    return write_domains(tx, a, id, last.id, programme, slug, i);
}

enum rc report_load_norm(struct db *db, struct arena *a, int64_t programme, struct str slug, double target, struct report_norm *out)
{
    struct row_feedback_norm_last last;
    *out = (struct report_norm){0};
    enum rc rc = sql_feedback_norm_last(db, a, programme, slug, &last);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    out->people = last.people;
    out->known = !last.single_null && last.var_people > 0;
    if (!out->known)
        return RC_OK;
    /* n raters: between / (between + within / n); the n that reaches the target (Spearman, Brown 1910) */
    out->r = (struct reliability){.persons = (size_t)last.people, .between = last.var_people, .within = last.var_raters, .single = last.single,
                                  .needed = target / (1 - target) * last.var_raters / last.var_people};
    return RC_OK;
}
