/* The methods of `cadre stats` on agreement and reliability: see stats_methods.h. */
#include "command/stats.h"
#include "engine/stats/icc.h"

int stats_run_icc(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_matrix x;
    struct icc r;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (stats_table_matrix(&t, -1, &x, &e) != RC_OK || icc_shrout_fleiss(job->a, &x, job->level, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *out = json_pack("{s:I,s:I,s:I}", "targets", (json_int_t)r.targets, "raters", (json_int_t)r.raters, "left_out",
                            (json_int_t)r.left_out);
    for (int k = 0; k < ICC_KINDS; k++) {
        json_t *one = stats_json_estimate(r.kind[k].value);
        json_object_set_new(one, "F", stats_json(r.kind[k].f));
        json_object_set_new(one, "df1", stats_json(r.kind[k].df1));
        json_object_set_new(one, "df2", stats_json(r.kind[k].df2));
        json_object_set_new(one, "p", stats_json(r.kind[k].p));
        json_object_set_new(out, icc_name[k], one);
    }
    json_object_set_new(out, "mean_squares",
                        json_pack("{s:o,s:o,s:o,s:o}", "BMS", stats_json(r.bms), "JMS", stats_json(r.jms), "WMS",
                                  stats_json(r.wms), "EMS", stats_json(r.ems)));
    return stats_print(job, out);
}
