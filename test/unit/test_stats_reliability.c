/* Intraclass correlations, alpha, kappas, Krippendorff, Kendall: by hand, by text books, and what is degenerate. */
#include "stats_fixture.h"

#include "engine/stats/alpha.h"
#include "engine/stats/icc.h"
#include "engine/stats/kappa.h"
#include "engine/stats/ordinal.h"

#define NA STATS_MISSING

/* ---- intraclass correlations
 * ------------------------------------------------------------------------------------------ */
static void test_icc_by_hand(void **state)
{
    double x[] = {1, 2, 3, 4, 5, 6, NA, 6};
    struct stats_matrix m = {4, 2, x};
    struct icc r;
    (void)state;
    assert_int_equal(icc_shrout_fleiss(a, &m, 0.95, &r, &e), RC_OK);
    assert_int_equal(r.targets, 3);
    assert_int_equal(r.left_out, 1);
    near(r.bms, 8, 1e-12);
    near(r.jms, 1.5, 1e-12);
    near(r.kind[ICC1].value.est, 7.5 / 8.5, 1e-12);
    near(r.kind[ICC2].value.est, 8.0 / 9, 1e-12);
    near(r.kind[ICC3].value.est, 1, 1e-12);
    near(r.kind[ICC3].value.ci.lo, 1, 1e-12); /* no error at all: no doubt either */
    near(r.kind[ICC3K].value.ci.hi, 1, 1e-12);
    assert_true(r.kind[ICC2].value.ci.lo < 8.0 / 9 && r.kind[ICC2].value.ci.hi > 8.0 / 9 &&
                r.kind[ICC2].value.ci.hi < 1);
}

static void test_icc_degenerate(void **state)
{
    double same[] = {2.1, 2.1, 2.1, 2.1, 2.1, 2.1}, perfect[] = {1, 1, 2, 2, 3, 3}, missing[] = {NA, 1, NA, 2, 1, NA};
    struct icc r;
    (void)state;
    assert_int_equal(icc_shrout_fleiss(a, &(struct stats_matrix){3, 2, same}, 0.95, &r, &e), RC_OK);
    for (int k = 0; k < ICC_KINDS; k++)
        assert_true(is_missing(r.kind[k].value.est) && is_missing(r.kind[k].value.ci.lo));
    assert_int_equal(icc_shrout_fleiss(a, &(struct stats_matrix){3, 2, perfect}, 0.95, &r, &e), RC_OK);
    for (int k = 0; k < ICC_KINDS; k++) {
        near(r.kind[k].value.est, 1, 1e-12);
        near(r.kind[k].value.ci.lo, 1, 1e-12);
        near(r.kind[k].value.ci.hi, 1, 1e-12);
    }
    assert_int_equal(icc_shrout_fleiss(a, &(struct stats_matrix){3, 2, missing}, 0.95, &r, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "there are 0"));
    assert_int_equal(icc_shrout_fleiss(a, &(struct stats_matrix){6, 1, same}, 0.95, &r, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "two raters"));
}

/* ---- alpha
 * ------------------------------------------------------------------------------------------------------------ */
static void test_alpha_by_hand(void **state)
{
    /* Variances 1, 1, covariance 1/2: alpha is 2 (1 - 2 / 3) */
    double x[] = {1, 1, 2, 3, 3, 2};
    struct alpha r;
    (void)state;
    assert_int_equal(alpha_of(a, &(struct stats_matrix){3, 2, x}, 0.95, &r, &e), RC_OK);
    near(r.raw, 2.0 / 3, 1e-12);
    near(r.standardized, 2.0 / 3, 1e-12);
    near(r.mean_r, 0.5, 1e-12);
    near(r.item[0].rest_r, 0.5, 1e-12);
    assert_true(is_missing(r.item[0].drop_alpha));
    assert_true(r.feldt.lo < r.raw && r.raw < r.feldt.hi);
}

static void test_alpha_degenerate(void **state)
{
    double constant[] = {2, 1, 2, 2, 2, 3}, cancel[] = {1, 3, 2, 2, 3, 1}, same[] = {4, 4, 4, 4}, one[] = {1, 2, 3};
    struct alpha r;
    (void)state;
    assert_int_equal(alpha_of(a, &(struct stats_matrix){3, 2, constant}, 0.95, &r, &e), RC_OK);
    near(r.raw, 0, 1e-12); /* a constant item stays in */
    assert_true(is_missing(r.item[0].rest_r) && is_missing(r.standardized) && is_missing(r.guttman_l6));
    assert_int_equal(alpha_of(a, &(struct stats_matrix){3, 2, cancel}, 0.95, &r, &e), RC_OK);
    assert_true(is_missing(r.raw) && is_missing(r.feldt.lo)); /* the sum is the same for everybody */
    assert_int_equal(alpha_of(a, &(struct stats_matrix){2, 2, same}, 0.95, &r, &e), RC_OK);
    assert_true(is_missing(r.raw));
    assert_int_equal(alpha_of(a, &(struct stats_matrix){3, 1, one}, 0.95, &r, &e), RC_INVALID);
    assert_int_equal(alpha_of(a, &(struct stats_matrix){1, 2, one}, 0.95, &r, &e), RC_INVALID);
    double missing[] = {NA, 1, 1, NA};
    assert_int_equal(alpha_of(a, &(struct stats_matrix){2, 2, missing}, 0.95, &r, &e), RC_INVALID);
}

/* ---- kappa
 * ------------------------------------------------------------------------------------------------------------ */
static void test_cohen_by_hand(void **state)
{
    /* 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed .7, chance .5 */
    double counts[] = {20, 5, 10, 15};
    struct kappa r, linear;
    (void)state;
    assert_int_equal(kappa_cohen(a, counts, 2, KAPPA_UNWEIGHTED, NULL, 0.95, &r, &e), RC_OK);
    near(r.observed, 0.7, 1e-12);
    near(r.chance, 0.5, 1e-12);
    near(r.value.est, 0.4, 1e-12);
    assert_int_equal(kappa_cohen(a, counts, 2, KAPPA_LINEAR, NULL, 0.95, &linear, &e), RC_OK);
    near(linear.value.est, 0.4, 1e-12); /* of two levels every weighting is the same */
    near(linear.ase, r.ase, 1e-12);
    double d[] = {0, 7, 7, 0};
    assert_int_equal(kappa_cohen(a, counts, 2, KAPPA_CUSTOM, d, 0.95, &linear, &e), RC_OK);
    near(linear.value.est, 0.4, 1e-12);
    uint32_t x[] = {0, 1, STATS_NONE, 1}, y[] = {0, 0, 1, STATS_NONE};
    assert_int_equal(kappa_count(x, y, 4, 2, counts), 2);
    assert_true(counts[0] == 1 && counts[2] == 1 && counts[1] == 0 && counts[3] == 0);
}

static void test_cohen_degenerate(void **state)
{
    double one[] = {9, 0, 0, 0}, none[4] = {0}, perfect[] = {5, 0, 0, 5};
    struct kappa r;
    (void)state;
    assert_int_equal(kappa_cohen(a, one, 2, KAPPA_QUADRATIC, NULL, 0.95, &r, &e), RC_OK);
    assert_true(is_missing(r.value.est) && is_missing(r.ase) && is_missing(r.p));
    assert_int_equal(kappa_cohen(a, one, 1, KAPPA_LINEAR, NULL, 0.95, &r, &e), RC_OK);
    assert_true(is_missing(r.value.est));
    assert_int_equal(kappa_cohen(a, none, 2, KAPPA_UNWEIGHTED, NULL, 0.95, &r, &e), RC_INVALID);
    assert_int_equal(kappa_cohen(a, perfect, 2, KAPPA_UNWEIGHTED, NULL, 0.95, &r, &e), RC_OK);
    near(r.value.est, 1, 1e-12);
    near(r.ase, 0, 1e-9);
    static const double wrong[][4] = {{0, -1, 1, 0}, {1, 1, 1, 0}, {0, 0, 0, 0}, {0, INFINITY, 1, 0}, {0, NAN, 1, 0}};
    for (size_t k = 0; k < COUNT_OF(wrong); k++)
        assert_int_equal(kappa_cohen(a, perfect, 2, KAPPA_CUSTOM, wrong[k], 0.95, &r, &e), RC_INVALID);
}

static void test_fleiss(void **state)
{
    uint32_t agree[] = {0, 0, 1, 1, 2, 2, 0, STATS_NONE}, same[] = {1, 1, 1, 1};
    struct kappa_fleiss r;
    (void)state;
    assert_int_equal(kappa_fleiss(a, agree, 4, 2, 3, &r, &e), RC_OK);
    assert_int_equal(r.left_out, 1);
    near(r.kappa, 1, 1e-12);
    near(r.category_kappa[2], 1, 1e-12);
    assert_int_equal(kappa_fleiss(a, same, 2, 2, 3, &r, &e), RC_OK);
    assert_true(is_missing(r.kappa) && is_missing(r.z) && is_missing(r.category_kappa[0]));
    assert_int_equal(kappa_fleiss(a, same, 4, 1, 3, &r, &e), RC_INVALID);
    uint32_t none[] = {0, STATS_NONE};
    assert_int_equal(kappa_fleiss(a, none, 1, 2, 1, &r, &e), RC_INVALID);
}

/* ---- any number of raters
 * --------------------------------------------------------------------------------------------- */
/* Krippendorff 2011, "Computing Krippendorff's alpha-reliability", D: 12 units, 4 observers, missing values. */
static void test_krippendorff_text_book(void **state)
{
    double x[] = {1, 1, NA, 1, 2, 2, 3, 2, 3, 3, 3, 3, 3,  3, 3, 3, 2,  2,  2, 2, 1,  2, 3,  4,
                  4, 4, 4,  4, 1, 1, 2, 1, 2, 2, 2, 2, NA, 5, 5, 5, NA, NA, 1, 1, NA, 3, NA, NA};
    struct krippendorff r;
    (void)state;
    assert_int_equal(krippendorff_alpha(a, &(struct stats_matrix){12, 4, x}, &r, &e), RC_OK);
    assert_int_equal(r.units, 11);
    assert_int_equal(r.values, 40);
    near(r.nominal, 0.743, 0.0005);
    near(r.ordinal, 0.815, 0.0005);
    near(r.interval, 0.849, 0.0005);
    assert_true(r.irr_factor == 1);
}

static void test_krippendorff_degenerate(void **state)
{
    double same[] = {2.1, 2.1, 2.1, 2.1, 2.1, 2.1}, single[] = {1, NA, NA, 2};
    struct krippendorff r;
    (void)state;
    assert_int_equal(krippendorff_alpha(a, &(struct stats_matrix){3, 2, same}, &r, &e), RC_OK);
    assert_true(is_missing(r.nominal) && is_missing(r.ordinal) && is_missing(r.interval));
    assert_int_equal(krippendorff_alpha(a, &(struct stats_matrix){2, 2, single}, &r, &e), RC_INVALID);
}

static void test_kendall(void **state)
{
    double agree[] = {1, 10, 2, 20, 3, 30}, oppose[] = {1, 3, 2, 2, 3, 1}, tied[] = {1, 1, 1, 1, 1, 1};
    struct kendall r;
    (void)state;
    assert_int_equal(kendall_w(a, &(struct stats_matrix){3, 2, agree}, &r, &e), RC_OK);
    near(r.w, 1, 1e-12);
    near(r.chisq, 4, 1e-12);
    assert_int_equal(kendall_w(a, &(struct stats_matrix){3, 2, oppose}, &r, &e), RC_OK);
    near(r.w, 0, 1e-12);
    assert_int_equal(kendall_w(a, &(struct stats_matrix){3, 2, tied}, &r, &e), RC_OK);
    assert_true(is_missing(r.w) && is_missing(r.p));
    assert_int_equal(kendall_w(a, &(struct stats_matrix){6, 1, tied}, &r, &e), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_icc_by_hand),
        STATS_TEST(test_icc_degenerate),
        STATS_TEST(test_alpha_by_hand),
        STATS_TEST(test_alpha_degenerate),
        STATS_TEST(test_cohen_by_hand),
        STATS_TEST(test_cohen_degenerate),
        STATS_TEST(test_fleiss),
        STATS_TEST(test_krippendorff_text_book),
        STATS_TEST(test_krippendorff_degenerate),
        STATS_TEST(test_kendall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
