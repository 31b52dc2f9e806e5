/* `cadre match FILE.hr`: solve, check, print; or explain one person's result. */
#include "command/match.h"
#include "engine/match/match.h"

enum mode { MODE_FAIR, MODE_MENTOR, MODE_REACH, MODE_COUNT };
static const char *const mode_names[MODE_COUNT] = {"fair", "mentor", "reach"};

struct outcome {
    const struct hr *h;
    enum mode mode;
    uint32_t *partner;
    struct match_check check;
    struct match_reach_result reach;
};

static bool choose_mode(const struct command *c, enum mode *mode)
{
    const char *name = command_option(c, "mode", "fair");
    for (*mode = MODE_FAIR; *mode < MODE_COUNT; (*mode)++)
        if (strcmp(name, mode_names[*mode]) == 0)
            return true;
    command_say("--mode is fair, mentor or reach, not '%s'", name);
    return false;
}

/* ---- the result
 * ------------------------------------------------------------------------------------------------------- */
static void print_pairs(const struct outcome *o, struct buf *b)
{
    for (uint32_t i = 0; i < o->h->count[HR_MENTEE]; i++) {
        buf_int(b, (int64_t)i + 1);
        buf_ch(b, ' ');
        buf_int(b, o->partner[i] != HR_NONE ? (int64_t)o->partner[i] + 1 : 0);
        buf_ch(b, '\n');
    }
}

static void print_json_certificate(const struct outcome *o, struct buf *b)
{
    const struct match_check *k = &o->check;
    buf_printf(b,
               "\"certificate\":{\"matched\":%" PRIu32 ",\"unmatched\":%" PRIu32 ",\"blocking\":%" PRIu64
               ",\"envy\":%" PRIu64 ",\"quota_missing\":%" PRIu32 ",\"one_sided\":%zu,\"ranks\":[",
               k->matched, o->h->count[HR_MENTEE] - k->matched, k->blocking, k->envy, k->quota_missing,
               o->h->one_sided);
    for (uint32_t r = 0; r < k->profile_count; r++)
        buf_printf(b, "%s%" PRIu32, r != 0 ? "," : "", k->profile[r]);
    buf_z(b, "]");
    if (o->mode == MODE_REACH)
        buf_printf(b, ",\"bound\":%" PRIu32 ",\"attempts\":%" PRIu32, o->reach.bound, o->reach.attempts);
    buf_z(b, "}");
}

static void print_json_mentors(const struct outcome *o, struct buf *b)
{
    const struct hr *h = o->h;
    buf_z(b, "\"mentors\":[");
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        buf_printf(b, "%s\n{\"mentor\":%" PRIu32 ",\"capacity\":%" PRIu32 ",\"held\":%" PRIu32 ",\"cutoff\":",
                   j != 0 ? "," : "", j + 1, h->capacity[j], o->check.held[j]);
        uint32_t last = o->check.cutoff[j];
        if (last == HR_NONE)
            buf_z(b, "null}");
        else
            buf_printf(b, "%" PRIu32 "}",
                       hr_tie_first(h, h->list[HR_MENTOR][j], last) - h->list[HR_MENTOR][j].from + 1);
    }
    buf_z(b, "]");
}

static void print_json(const struct outcome *o, struct buf *b)
{
    buf_printf(b, "{\"mode\":\"%s\",\"seed\":%" PRIu64 ",\"pairs\":[", mode_names[o->mode], o->h->seed);
    for (uint32_t i = 0; i < o->h->count[HR_MENTEE]; i++)
        buf_printf(b, "%s[%" PRIu32 ",%" PRIu32 "]", i != 0 ? "," : "", i + 1,
                   o->partner[i] != HR_NONE ? o->partner[i] + 1 : 0);
    buf_z(b, "],\n");
    print_json_certificate(o, b);
    buf_z(b, ",\n");
    print_json_mentors(o, b);
    buf_z(b, "}\n");
}

static void say_certificate(const struct outcome *o)
{
    const struct match_check *k = &o->check;
    if (o->h->one_sided != 0)
        command_say("%zu entries are one-sided (the other side does not list back) and were dropped", o->h->one_sided);
    command_say("%" PRIu32 " of %" PRIu32 " mentees matched, %" PRIu64 " blocking pairs", k->matched,
                o->h->count[HR_MENTEE], k->blocking);
    if (o->mode == MODE_REACH)
        command_say("no matching has more than %" PRIu32 " pairs; in this mode mentees can gain by untrue lists",
                    o->reach.bound);
}

/* ---- explanation
 * -------------------------------------------------------------------------------------------------------- */
static const char *const why_names[] = {[WHY_MATCHED] = "matched",
                                        [WHY_PINNED] = "pinned",
                                        [WHY_EXCLUDED] = "excluded",
                                        [WHY_NOT_LISTED] = "not-listed",
                                        [WHY_NOT_ANSWERED] = "not-answered",
                                        [WHY_BETTER] = "got-better",
                                        [WHY_EQUAL] = "got-equal",
                                        [WHY_NO_SEATS] = "no-seats",
                                        [WHY_FULL] = "full",
                                        [WHY_LOTTERY] = "lottery",
                                        [WHY_THEIRS] = "got-other",
                                        [WHY_TIE] = "tie",
                                        [WHY_QUOTA] = "quota"};

static void say_why(struct buf *b, enum hr_side side, const struct match_reason *r)
{
    bool mentee = side == HR_MENTEE;
    switch (r->why) {
    case WHY_MATCHED:
        buf_z(b, "matched");
        break;
    case WHY_PINNED:
        buf_z(b, "fixed beforehand");
        break;
    case WHY_EXCLUDED:
        buf_z(b, "excluded by a rule (conflict of interest or veto)");
        break;
    case WHY_NOT_LISTED:
        buf_z(b, "is not on your list");
        break;
    case WHY_NOT_ANSWERED:
        buf_printf(b, "this %s did not list you", mentee ? "mentor" : "mentee");
        break;
    case WHY_BETTER:
        buf_z(b, "you got a mentor you prefer");
        break;
    case WHY_EQUAL:
        buf_z(b, "you got a mentor you like as much");
        break;
    case WHY_THEIRS:
        buf_z(b, "got a mentor they prefer, or like as much");
        break;
    case WHY_NO_SEATS:
        buf_z(b, "had no free seats");
        break;
    case WHY_FULL:
        buf_z(b, mentee ? "was full, and your place was below the cutoff" : "you were full with mentees you prefer");
        break;
    case WHY_LOTTERY:
        buf_z(b, mentee ? "was full; at the cutoff places were equal, and the lottery decided"
                        : "you were full; the lottery decided");
        break;
    case WHY_TIE:
        buf_z(b, "the seat went to somebody with the same place, so that more people are matched");
        break;
    case WHY_QUOTA:
        buf_z(b, "the seat was not given, so that every mentor has the least number asked for");
        break;
    }
    if (r->cutoff != 0 && mentee)
        buf_printf(b, " (your place %" PRIu32 ", cutoff %" PRIu32 ")", r->place, r->cutoff);
    if (r->seats_needed != 0)
        buf_printf(b, "; %" PRIu32 " more seat%s there would have done it", r->seats_needed,
                   r->seats_needed == 1 ? "" : "s");
    if (r->place_needed != 0)
        buf_printf(b, "; place %" PRIu32 " would have done it", r->place_needed);
}

static void print_reason(const struct command *c, struct buf *b, enum hr_side side, const struct match_reason *r)
{
    if (!c->json) {
        buf_printf(b, "%s %" PRIu32 ": ", side == HR_MENTEE ? "mentor" : "mentee", r->other + 1);
        say_why(b, side, r);
        buf_ch(b, '\n');
        return;
    }
    struct buf words = buf_new(c->a, 0);
    say_why(&words, side, r);
    buf_printf(b, "{\"%s\":%" PRIu32 ",\"why\":\"%s\",\"words\":", side == HR_MENTEE ? "mentor" : "mentee",
               r->other + 1, why_names[r->why]);
    buf_json(b, buf_text(&words));
    const struct {
        const char *name;
        uint32_t value;
    } numbers[] = {{"place", r->place},
                   {"cutoff", r->cutoff},
                   {"seats_needed", r->seats_needed},
                   {"place_needed", r->place_needed}};
    for (size_t k = 0; k < COUNT_OF(numbers); k++)
        if (numbers[k].value != 0)
            buf_printf(b, ",\"%s\":%" PRIu32, numbers[k].name, numbers[k].value);
    buf_z(b, "}");
}

static int explain(const struct match_job *job, const struct outcome *o, const char *id)
{
    static match_solver *const again[MODE_COUNT] = {match_fair, match_mentor, NULL};
    enum hr_side side = id[0] == 'm' ? HR_MENTOR : HR_MENTEE;
    int64_t agent;
    if (!str_to_int(str_from(id + (side == HR_MENTOR)), &agent) || agent < 1 || agent > o->h->count[side]) {
        command_say("--explain takes the number of a mentee (7) or of a mentor (m7) in the file, not '%s'", id);
        return EXIT_USAGE;
    }
    struct match_reason *reasons;
    size_t count;
    struct buf b = buf_new(job->c->a, 4096);
    match_explain(o->h, job->c->a, o->partner, side, (uint32_t)agent - 1, again[o->mode], &reasons, &count);
    if (job->c->json)
        buf_printf(&b, "{\"%s\":%" PRId64 ",\"reasons\":[", side == HR_MENTEE ? "mentee" : "mentor", agent);
    else if (side == HR_MENTEE && o->partner[agent - 1] == HR_NONE)
        buf_printf(&b, "mentee %" PRId64 " is unmatched%s\n", agent, count == 0 ? ": the list is empty" : "");
    else if (side == HR_MENTEE)
        buf_printf(&b, "mentee %" PRId64 " has mentor %" PRIu32 "\n", agent, o->partner[agent - 1] + 1);
    else
        buf_printf(&b, "mentor %" PRId64 " has %" PRIu32 " mentees for %" PRIu32 " seats\n", agent,
                   o->check.held[agent - 1], o->h->capacity[agent - 1]);
    for (size_t k = 0; k < count; k++) {
        if (job->c->json)
            buf_z(&b, k != 0 ? ",\n" : "\n");
        print_reason(job->c, &b, side, &reasons[k]);
    }
    if (job->c->json)
        buf_z(&b, "]}\n");
    return match_job_print(job, &b);
}

static void solve(struct outcome *o)
{
    if (o->mode == MODE_REACH)
        match_reach(o->h, o->partner, &o->reach);
    else if (o->mode == MODE_MENTOR)
        match_mentor(o->h, o->partner);
    else
        match_fair(o->h, o->partner);
}

int match_job_preferences(const struct match_job *job)
{
    struct arena *a = job->c->a;
    struct outcome o = {0};
    struct hr *h;
    struct err e = {0};
    const char *id = command_option(job->c, "explain", NULL);
    if (!choose_mode(job->c, &o.mode))
        return EXIT_USAGE;
    if (hr_read(a, job->text, job->seed, &h, &e) != RC_OK)
        return match_job_fail(job, &e);
    o.h = h;
    o.partner = arena_alloc_raw(a, h->count[HR_MENTEE] * sizeof *o.partner);
    solve(&o);
    match_check(h, a, o.partner, &o.check);
    if (id != NULL)
        return explain(job, &o, id);
    say_certificate(&o);
    struct buf b = buf_new(a, (size_t)h->count[HR_MENTEE] * 12 + 4096);
    if (job->c->json)
        print_json(&o, &b);
    else
        print_pairs(&o, &b);
    return match_job_print(job, &b);
}
