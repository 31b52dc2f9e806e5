/* `cadre match FILE.asg`: the matching of the largest total weight. */
#include "command/match.h"
#include "engine/match/score.h"

static void print_result(const struct match_job *job, const struct score *g, const uint32_t *partner,
                         const struct score_result *r, struct buf *b)
{
    bool json = job->c->json;
    if (json) {
        buf_z(b, "{\"weight\":");
        match_print_weight(b, r->weight, g->decimals);
        buf_z(b, ",\"bound\":");
        match_print_weight(b, r->bound, g->decimals);
        buf_printf(b, ",\"matched\":%" PRIu32 ",\"pairs\":[", r->matched);
    }
    for (uint32_t i = 0; i < g->n; i++)
        buf_printf(b, json ? "%s[%" PRIu32 ",%" PRIu32 "]" : "%s%" PRIu32 " %" PRIu32 "\n", json && i != 0 ? "," : "",
                   i + 1, partner[i] != SCORE_NONE ? partner[i] + 1 : 0);
    if (json)
        buf_z(b, "]}\n");
}

int match_job_scores(const struct match_job *job)
{
    struct arena *a = job->c->a;
    struct score *g;
    struct score_result r;
    struct err e = {0};
    if (score_read(a, job->text, &g, &e) != RC_OK)
        return match_job_fail(job, &e);
    uint32_t *partner = arena_alloc_raw(a, g->n * sizeof *partner);
    if (score_solve(g, partner, &r, &e) != RC_OK)
        return match_job_fail(job, &e);
    struct buf said = buf_new(a, 128), b = buf_new(a, (size_t)g->n * 12 + 256);
    match_print_weight(&said, r.weight, g->decimals);
    command_say("%" PRIu32 " of %" PRIu32 " mentees matched, total weight %.*s%s", r.matched, g->n,
                STR_ARG(buf_text(&said)), r.weight == r.bound ? ", and no matching has more" : "");
    print_result(job, g, partner, &r, &b);
    return match_job_print(job, &b);
}
