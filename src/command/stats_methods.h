/* The methods of `cadre stats`: one entry each. --help, the man page, the check of the command line and the choice of
 * the method all come from this table. X(function, name, files, what it does); files is the number of CSV files. */
#ifndef CADRE_COMMAND_STATS_METHODS_H
#define CADRE_COMMAND_STATS_METHODS_H

#define STATS_METHODS(X)                                                                                                \
    X(icc, "icc", 1,                                                                                                   \
      "six intraclass correlations (Shrout, Fleiss 1979) with intervals; a row is a person, a column a rater")

#endif
