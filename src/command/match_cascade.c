/* `cadre match FILE.json` where FILE holds levels: a cascade, top-down. */
#include "command/match.h"
#include "engine/match/cascade.h"
#include "engine/match/match.h"

static void reach(const struct hr *h, uint32_t *partner)
{
    struct match_reach_result r;
    match_reach(h, partner, &r);
}

static match_solver *choose_solver(const struct command *c)
{
    const char *name = command_option(c, "mode", "fair");
    if (strcmp(name, "fair") == 0)
        return match_fair;
    if (strcmp(name, "mentor") == 0)
        return match_mentor;
    if (strcmp(name, "reach") == 0)
        return reach;
    command_say("--mode is fair, mentor or reach for a cascade, not '%s'", name);
    return NULL;
}

static void print_level(const struct cascade_level *l, const struct match_check *k, struct buf *b)
{
    buf_z(b, "{\"name\":");
    buf_json(b, l->name);
    buf_printf(b,
               ",\"matched\":%" PRIu32 ",\"blocking\":%" PRIu64 ",\"quota_missing\":%" PRIu32 ",\"without_mentor\":[",
               k->matched, k->blocking, k->quota_missing);
    for (uint32_t x = 0; x < l->closed_count; x++) {
        buf_z(b, x != 0 ? "," : "");
        buf_json(b, l->names[HR_MENTOR][l->closed[x]]);
    }
    buf_z(b, "],\"pairs\":[");
    for (uint32_t i = 0; i < l->h->count[HR_MENTEE]; i++) {
        buf_z(b, i != 0 ? ",\n[" : "\n[");
        buf_json(b, l->names[HR_MENTEE][i]);
        buf_ch(b, ',');
        buf_json(b, l->partner[i] != HR_NONE ? l->names[HR_MENTOR][l->partner[i]] : STR_NONE);
        buf_ch(b, ']');
    }
    buf_z(b, "]}");
}

int match_job_cascade(const struct match_job *job)
{
    struct arena *a = job->c->a;
    struct cascade *c;
    struct err e = {0};
    match_solver *solve = choose_solver(job->c);
    if (solve == NULL)
        return EXIT_USAGE;
    if (cascade_read(a, job->text, job->seed, &c, &e) != RC_OK)
        return match_job_fail(job, &e);
    struct buf b = buf_new(a, 4096);
    buf_z(&b, "{\"levels\":[");
    for (uint32_t k = 0; k < c->levels; k++) {
        struct cascade_level *l = &c->level[k];
        struct match_check check;
        cascade_open(c, a, k);
        solve(l->h, l->partner);
        match_check(l->h, a, l->partner, &check);
        command_say("level %.*s: %" PRIu32 " of %" PRIu32 " mentees matched, %" PRIu64 " blocking pairs",
                    STR_ARG(l->name), check.matched, l->h->count[HR_MENTEE], check.blocking);
        if (l->closed_count != 0)
            command_say("%" PRIu32 " of its mentors found no mentor above and do not mentor", l->closed_count);
        if (l->released != 0)
            command_say("%" PRIu32 " pairs fixed beforehand with these do not hold", l->released);
        if (check.quota_missing != 0)
            command_say("lower quotas are %" PRIu32 " mentees short", check.quota_missing);
        buf_z(&b, k != 0 ? ",\n" : "\n");
        print_level(l, &check, &b);
    }
    buf_z(&b, "]}\n");
    return match_job_print(job, &b);
}
