/* `cadre match FILE.json`: students placed on shifts. */
#include "command/match.h"
#include "engine/match/place.h"

static bool choose_aim(const struct command *c, struct place_options *o)
{
    const char *name = command_option(c, "aim", "weight");
    bool generous = strcmp(name, "generous") == 0;
    o->aim = generous ? PLACE_GENEROUS : PLACE_WEIGHT;
    if (generous || strcmp(name, "weight") == 0)
        return true;
    command_say("--aim is weight or generous, not '%s'", name);
    return false;
}

/* In the order of the file's edges: a placement is [student, shift, role]. */
static void print_placements(const struct place *p, const struct place_result *r, struct buf *b)
{
    bool any = false;
    buf_ch(b, '[');
    for (uint32_t k = 0; k < p->edges; k++) {
        if (!r->chosen[k])
            continue;
        const struct place_role *role = &p->role[p->edge[k].role];
        buf_z(b, any ? ",\n[" : "[");
        buf_int(b, p->student[p->edge[k].student].id);
        buf_ch(b, ',');
        buf_int(b, p->shift[role->shift].id);
        buf_ch(b, ',');
        buf_json(b, role->name);
        buf_ch(b, ']');
        any = true;
    }
    buf_ch(b, ']');
}

static void print_result(const struct match_job *job, const struct place *p, const struct place_result *r,
                         struct buf *b)
{
    if (!job->c->json) {
        print_placements(p, r, b);
        buf_ch(b, '\n');
        return;
    }
    buf_z(b, "{\"weight\":");
    match_print_weight(b, r->weight, p->decimals);
    buf_printf(b, ",\"placed\":%" PRIu32 ",\"proven\":%s,\"ranks\":[", r->placed, r->proven ? "true" : "false");
    for (uint32_t k = 0; k < r->profile_count; k++)
        buf_printf(b, "%s%" PRIu32, k != 0 ? "," : "", r->profile[k]);
    buf_z(b, "],\n\"placements\":");
    print_placements(p, r, b);
    buf_z(b, "}\n");
}

static void say_result(const struct match_job *job, const struct place *p, const struct place_result *r, bool generous)
{
    struct buf b = buf_new(job->c->a, 256);
    match_print_weight(&b, r->weight, p->decimals);
    buf_z(&b, !r->proven ? "; the time was over before it was proven that nothing is better"
              : generous ? ", and none has fewer at the worst ranks"
                         : ", and no placement has more");
    command_say("%" PRIu32 " placements, total weight %.*s", r->placed, STR_ARG(buf_text(&b)));
    b.n = 0;
    for (uint32_t k = 0; k < r->profile_count; k++)
        buf_printf(&b, "%s%" PRIu32, k != 0 ? ", " : "", r->profile[k]);
    if (r->profile_count != 0)
        command_say("at first choice, second choice, ...: %.*s", STR_ARG(buf_text(&b)));
    if (r->used_solver)
        command_say("conflicts that a flow cannot say were solved by CBC");
}

int match_job_placement(const struct match_job *job)
{
    struct arena *a = job->c->a;
    struct place_options o = {0};
    struct place_result r;
    struct place *p;
    struct err e = {0};
    int64_t seconds;
    if (!choose_aim(job->c, &o) || !command_number(job->c, "seconds", 60, 1, 86400, &seconds))
        return EXIT_USAGE;
    o.seconds = (unsigned)seconds;
    if (place_read(a, job->text, &p, &e) != RC_OK)
        return match_job_fail(job, &e);
    struct buf why = buf_new(a, 256), b = buf_new(a, 65536);
    enum rc rc = place_solve(p, &o, a, &r, &why, &e);
    if (rc == RC_CONFLICT) {
        command_say("%s: there is no placement", job->path);
        fwrite(why.p, 1, why.n, stderr);
        return EXIT_REFUSED;
    }
    if (rc != RC_OK)
        return match_job_fail(job, &e);
    say_result(job, p, &r, o.aim == PLACE_GENEROUS);
    print_result(job, p, &r, &b);
    return match_job_print(job, &b);
}
