/* Duties towards people, on both engines: the export holds everything, erasure leaves a number, the audit and the evidence only
 * grow, retention deletes what is old, jobs run once and survive their server. */
#include "framework_site.h"

#include "auth/session.h"
#include "base/clock.h"
#include "gen/auth/auth_sql.h"
#include "gen/programme/privacy/privacy_sql.h"
#include "out/job.h"
#include "programme/privacy/privacy.h"

#define NOW INT64_C(1700000000000)

static const struct capability *const capabilities[] = {&evidence_capability, &people_capability, &programme_capability, &privacy_capability};

struct work {
    struct site *s;
    int64_t now, id;
    const char *kind;
    int runs;
};

static void open_work(struct work *w)
{
    privacy_set_sources(capabilities, COUNT_OF(capabilities));
    evidence_set_sources(capabilities, COUNT_OF(capabilities));
    *w = (struct work){.s = site_open(), .now = NOW};
}

static enum rc name_person(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    struct person_details d = {.given_name = S("Zebedee"), .family_name = S("Quillfeather"), .display_name = S(""), .email = S("zq@example.org")};
    bool changed;
    TRY(people_set_source(tx, S("roster"), S("S-4711"), w->s->person));
    TRY(audit_note(tx, w->now, 0, "evidence_view", w->s->person, NULL, 0));
    return people_change(tx, w->s->a, w->s->person, &d, &changed, e);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    return privacy_erase(tx, w->s->a, w->s->person, 0, w->now, e);
}

static void must(struct work *w, write_fn *fn)
{
    if (store_write(w->s->db, fn, w, &w->s->err) != RC_OK)
        fail_msg("%s %s", w->s->err.field, w->s->err.detail);
}

static void test_the_export_holds_what_is_known(void **state)
{
    struct work w;
    struct str json;
    (void)state;
    open_work(&w);
    must(&w, name_person);
    assert_int_equal(privacy_export(w.s->db, w.s->a, w.s->person, NOW, &json, &w.s->err), RC_OK);
    assert_true(str_find(json, S("Quillfeather"), NULL));
    assert_true(str_find(json, S("zq@example.org"), NULL));
    assert_true(str_find(json, S("S-4711"), NULL));
    assert_true(str_find(json, S("evidence_view"), NULL));
    json_error_t error;
    json_t *whole = json_loadb(json.p, json.n, 0, &error);
    assert_non_null(whole);
    for (size_t i = 0; i < COUNT_OF(capabilities); i++)
        assert_int_equal(json_object_get(whole, capabilities[i]->name) != NULL, capabilities[i]->export_person != NULL);
    json_decref(whole);
    assert_int_equal(privacy_export(w.s->db, w.s->a, 12345, NOW, &json, &w.s->err), RC_NOT_FOUND);
    site_shut(w.s);
}

/* Every text and blob of every table: the name must be in none. */
static void count_mentions(void *arg, struct str text)
{
    int *n = arg;
    *n += str_find(text, S("Quillfeather"), NULL) || str_find(text, S("zq@example.org"), NULL);
}

static void test_erasure_leaves_a_number(void **state)
{
    struct work w;
    struct str json, name;
    int64_t person;
    (void)state;
    open_work(&w);
    must(&w, name_person);
    site_evidence(w.s, 0);
    must(&w, erase);
    assert_int_equal(people_name(w.s->db, w.s->a, w.s->person, &name), RC_NOT_FOUND);
    assert_int_equal(people_by_email(w.s->db, w.s->a, S("zq@example.org"), &person), RC_NOT_FOUND);
    assert_int_equal(people_by_source(w.s->db, w.s->a, S("roster"), S("S-4711"), &person), RC_NOT_FOUND);
    assert_int_equal(privacy_export(w.s->db, w.s->a, w.s->person, NOW, &json, &w.s->err), RC_OK);
    int mentions = 0;
    count_mentions(&mentions, json);
    assert_int_equal(mentions, 0);
    assert_true(str_find(json, S("quiz_passed"), NULL)); /* what was counted stays */
    assert_int_equal(store_write(w.s->db, erase, &w, &w.s->err), RC_GONE);
    site_shut(w.s);
}

static enum rc forget_evidence(struct db *tx, void *arg, struct err *e)
{
    const struct work *w = arg;
    (void)e;
    return sql_retain_audit(tx, w->now + 1, 10); /* without the gate */
}

static void test_the_audit_only_grows(void **state)
{
    struct work w;
    struct rows_audit_page before, after;
    int64_t rules;
    (void)state;
    open_work(&w);
    must(&w, name_person);
    assert_int_equal(sql_audit_page(w.s->db, w.s->a, INT64_MAX, INT64_MAX, 10, &before), RC_OK);
    assert_int_equal(before.n, 1);
    assert_int_equal(store_write(w.s->db, forget_evidence, &w, &w.s->err), RC_CONFLICT);
    assert_int_equal(sql_audit_page(w.s->db, w.s->a, INT64_MAX, INT64_MAX, 10, &after), RC_OK);
    assert_int_equal(after.n, 1);
    /* retention opens the gate for what is older than its rule, and only that */
    assert_int_equal(privacy_retain(w.s->db, NOW + 2554 * MS_PER_DAY, &rules, &w.s->err), RC_OK);
    assert_int_equal(sql_audit_page(w.s->db, w.s->a, INT64_MAX, INT64_MAX, 10, &after), RC_OK);
    assert_int_equal(after.n, 1);
    assert_int_equal(privacy_retain(w.s->db, NOW + 2556 * MS_PER_DAY, &rules, &w.s->err), RC_OK);
    assert_int_equal(sql_audit_page(w.s->db, w.s->a, INT64_MAX, INT64_MAX, 10, &after), RC_OK);
    assert_int_equal(after.n, 0);
    must(&w, name_person);
    assert_int_equal(store_write(w.s->db, forget_evidence, &w, &w.s->err), RC_CONFLICT); /* the gate is shut again */
    site_shut(w.s);
}

static enum rc open_old_session(struct db *tx, void *arg, struct err *e)
{
    const struct work *w = arg;
    struct str token;
    (void)e;
    TRY(session_open(tx, w->s->a, w->s->person, false, S("x"), NOW - 100 * MS_PER_DAY, &token));
    return session_open(tx, w->s->a, w->s->person, false, S("x"), NOW, &token);
}

static void test_old_sign_ins_go(void **state)
{
    struct work w;
    int64_t rules;
    (void)state;
    open_work(&w);
    must(&w, open_old_session);
    assert_int_equal(privacy_retain(w.s->db, NOW, &rules, &w.s->err), RC_OK);
    struct rows_sign_in_list left;
    assert_int_equal(sql_sign_in_list(w.s->db, w.s->a, w.s->person, 0, &left), RC_OK);
    assert_int_equal(left.n, 1);
    assert_true(left.v[0].expires_at > NOW);
    site_shut(w.s);
}

/* ---- jobs -------------------------------------------------------------------------------------------------------------------- */
static int ran;

static enum rc run_well(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)e;
    assert_true(str_eq(args, S("{\"n\":1}")));
    ran++;
    return job_progress(db, job, 1, 2);
}

static enum rc run_badly(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)db;
    (void)a;
    (void)job;
    (void)args;
    ran++;
    return err_set(e, RC_INVALID, 0, NULL);
}

static const struct job_handler handlers[] = {{.kind = "well", .run = run_well}, {.kind = "badly", .run = run_badly}};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return job_add(tx, w->kind, S("{\"n\":1}"), w->s->person, w->now, &w->id);
}

static void test_a_job_runs_once_when_it_is_due(void **state)
{
    struct work w;
    struct job_state job;
    (void)state;
    open_work(&w);
    ran = 0;
    w.kind = "well";
    w.now = clock_now() + MS_PER_HOUR;
    must(&w, ask);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), w.now - 1, &w.s->err), RC_OK);
    assert_int_equal(ran, 0);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), w.now, &w.s->err), RC_OK);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), w.now + 1, &w.s->err), RC_OK);
    assert_int_equal(ran, 1);
    assert_int_equal(job_find(w.s->db, w.s->a, w.id, &job), RC_OK);
    assert_true(str_eq(job.state, S("done")));
    assert_int_equal(job.done, job.total);
    w.kind = "badly";
    must(&w, ask);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), w.now, &w.s->err), RC_OK);
    assert_int_equal(job_find(w.s->db, w.s->a, w.id, &job), RC_OK);
    assert_true(str_eq(job.state, S("failed")));
    w.kind = "unknown";
    must(&w, ask);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), w.now, &w.s->err), RC_OK);
    assert_int_equal(job_find(w.s->db, w.s->a, w.id, &job), RC_OK);
    assert_true(str_eq(job.state, S("failed")));
    site_shut(w.s);
}

/* Asked for an hour from now; then the clock is set back by a month. */
static void test_a_job_does_not_wait_for_a_clock_that_was_set_back(void **state)
{
    struct work w;
    (void)state;
    open_work(&w);
    ran = 0;
    w.kind = "well";
    w.now = clock_now() + MS_PER_HOUR;
    must(&w, ask);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), clock_now(), &w.s->err), RC_OK);
    assert_int_equal(ran, 0);
    assert_int_equal(jobs_run_due(w.s->db, handlers, COUNT_OF(handlers), clock_now() - 30 * MS_PER_DAY, &w.s->err), RC_OK);
    assert_int_equal(ran, 1);
    site_shut(w.s);
}

static enum rc ask_export(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return job_add(tx, "person_export", str_printf(w->s->a, "%" PRId64, w->s->person), w->s->person, w->now, &w->id);
}

static size_t exports_kept(struct work *w)
{
    struct rows_export_list files;
    assert_int_equal(sql_export_list(w->s->db, w->s->a, w->s->person, &files), RC_OK);
    return files.n;
}

/* An export that was asked for and not yet made would bring back what an erasure has just taken away. */
static void test_no_export_of_the_erased_is_kept(void **state)
{
    struct work w;
    (void)state;
    open_work(&w);
    must(&w, name_person);
    must(&w, ask_export);
    assert_int_equal(jobs_run_due(w.s->db, privacy_capability.jobs, privacy_capability.job_count, NOW, &w.s->err), RC_OK);
    assert_int_equal(exports_kept(&w), 1);
    must(&w, ask_export);
    must(&w, erase);
    assert_int_equal(exports_kept(&w), 0);
    assert_int_equal(jobs_run_due(w.s->db, privacy_capability.jobs, privacy_capability.job_count, NOW, &w.s->err), RC_OK);
    assert_int_equal(exports_kept(&w), 0);
    site_shut(w.s);
}

static void test_the_tally_counts_people_and_items(void **state)
{
    struct work w;
    (void)state;
    open_work(&w);
    site_evidence(w.s, 0);
    assert_int_equal(evidence_count_tally(w.s->db, w.s->a, NOW, &w.s->err), RC_OK);
    assert_int_equal(evidence_count_tally(w.s->db, w.s->a, NOW, &w.s->err), RC_OK); /* nothing new: no work */
    site_shut(w.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_export_holds_what_is_known), cmocka_unit_test(test_erasure_leaves_a_number),
        cmocka_unit_test(test_the_audit_only_grows),           cmocka_unit_test(test_old_sign_ins_go),
        cmocka_unit_test(test_a_job_runs_once_when_it_is_due),
        cmocka_unit_test(test_a_job_does_not_wait_for_a_clock_that_was_set_back), cmocka_unit_test(test_the_tally_counts_people_and_items),
        cmocka_unit_test(test_no_export_of_the_erased_is_kept),
    };
    return site_run(tests, COUNT_OF(tests));
}
