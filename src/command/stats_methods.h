/* The methods of `cadre stats`: one entry each. --help, the man page, the check of the command line and the choice of
 * the method all come from this table. X(function, name, files, what it does); files is the number of CSV files. */
#ifndef CADRE_COMMAND_STATS_METHODS_H
#define CADRE_COMMAND_STATS_METHODS_H

#define STATS_METHODS(X)                                                                                                \
    X(icc, "icc", 1,                                                                                                   \
      "six intraclass correlations (Shrout, Fleiss 1979) with intervals; a row is a person, a column a rater")             \
    X(alpha, "alpha", 1, "Cronbach's alpha with Feldt's interval, alpha without each item; a column is an item")       \
    X(kappa, "kappa", 1,                                                                                               \
      "Cohen's kappa, unweighted and weighted; two columns of ratings, and a third with counts where there is one")     \
    X(fleiss, "fleiss", 1, "Fleiss' kappa; a row is what was rated, a column a rater")                                 \
    X(krippendorff, "krippendorff", 1, "Krippendorff's alpha and Kendall's W; rows and columns as for fleiss")     \
    X(icc_reml, "icc-reml", 1, "ICC(2,1) and ICC(3,1) by REML, with missing ratings; rows and columns as for icc")      \
    X(gstudy, "gstudy", 1,                                                                                             \
      "generalizability study of one score a row: components by Henderson 1 and REML, G, Phi, SEM, numbers needed")    \
    X(gstudy_mv, "gstudy-mv", 1,                                                                                       \
      "generalizability of a weighted composite of strata; columns p, stratum, i (within the stratum) and y")    \
    X(mfrm, "mfrm", 1,                                                                                                 \
      "many-facet rating scale; columns person, rater, item, y, or person, rater and one column for each item")          \
    X(interval, "interval", 1,                                                                                         \
      "intervals of each row: columns x and n, or x1, n1, x2 and n2, or count and exposure")                             \
    X(groups, "groups", 1, "two groups compared: effect sizes with intervals, t tests, Cliff's delta; columns group and y") \
    X(pairs, "pairs", 1,                                                                                               \
      "one group measured twice: effect sizes with intervals, paired t test, Wilcoxon; columns pre and post")            \
    X(mcnemar, "mcnemar", 1, "McNemar's test; a column before, one after, and a third with counts where there is one")    \
    X(agreement, "agreement", 1, "Bland and Altman's limits of agreement, Lin's concordance; columns a and b")            \
    X(ancova, "ancova", 1, "groups compared at the same start; columns group, pre and post")                               \
    X(growth, "growth", 1, "growth over time with random intercepts and slopes by REML; columns id, time and y") \
    X(its, "its", 1,                                                                                                   \
      "interrupted time series: what changed after --from, by several methods side by side, against what would have been")

#endif
