/* `cadre match FILE.hr`: solve, check, print; or explain one person's result. */
#include "command/match.h"
#include "engine/match/change.h"
#include "engine/match/match.h"
#include "engine/match/quota.h"

#define LOOKS UINT64_C(1000000) /* --looks counts millions */

enum mode { MODE_FAIR, MODE_MENTOR, MODE_REACH, MODE_FEWEST, MODE_COUNT };
static const char *const mode_names[MODE_COUNT] = {"fair", "mentor", "reach", "fewest"};

struct outcome {
    const struct hr *h;
    enum mode mode;
    uint32_t *partner;
    struct match_check check;
    struct match_reach_result reach;
    uint32_t *before; /* what stood, with --since; else NULL */
    struct match_move *move;
    size_t moves;
    struct match_fewest fewest;
    bool near; /* lower quotas were met by quota */
    enum quota_way way;
    uint64_t effort; /* looks at entries that meeting them may take */
    struct quota_result quota;
};

static bool choose_mode(const struct command *c, enum mode *mode)
{
    const char *name = command_option(c, "mode", "fair");
    for (*mode = MODE_FAIR; *mode < MODE_COUNT; (*mode)++)
        if (strcmp(name, mode_names[*mode]) == 0)
            return true;
    command_say("--mode is fair, mentor, reach or fewest, not '%s'", name);
    return false;
}

/* off: false in *use. */
static bool choose_way(const struct command *c, enum quota_way *way, bool *use)
{
    const char *name = command_option(c, "quotas", "blocking");
    *way = strcmp(name, "envy-free") == 0 ? QUOTA_ENVY_FREE : QUOTA_BLOCKING;
    *use = strcmp(name, "off") != 0;
    if (!*use || *way == QUOTA_ENVY_FREE || strcmp(name, "blocking") == 0)
        return true;
    command_say("--quotas is blocking, envy-free or off, not '%s'", name);
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
    if (o->near)
        buf_printf(b,
                   ",\"quotas\":{\"way\":\"%s\",\"stable\":%s,\"exact\":%s,\"blocking_at_least\":%" PRIu64
                   ",\"worse\":%" PRIu32 ",\"better\":%" PRIu32 ",\"stable_matched\":%" PRIu32
                   ",\"stable_missing\":%" PRIu32 "}",
                   o->way == QUOTA_BLOCKING ? "blocking" : "envy-free", o->quota.stable ? "true" : "false",
                   o->quota.exact ? "true" : "false", o->quota.at_least, o->quota.worse, o->quota.better,
                   o->quota.stable_matched, o->quota.stable_missing);
    buf_z(b, "}");
}

static void print_json_moves(const struct outcome *o, struct buf *b)
{
    buf_z(b, ",\n\"moves\":[");
    for (size_t k = 0; k < o->moves; k++)
        buf_printf(b, "%s[%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]", k != 0 ? "," : "", o->move[k].mentee + 1,
                   o->move[k].from != HR_NONE ? o->move[k].from + 1 : 0,
                   o->move[k].to != HR_NONE ? o->move[k].to + 1 : 0);
    buf_z(b, "]");
    if (o->mode == MODE_FEWEST)
        buf_printf(b, ",\"moves_at_least\":%" PRIu32 ",\"moves_exact\":%s", o->fewest.at_least,
                   o->fewest.exact ? "true" : "false");
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
    if (o->before != NULL)
        print_json_moves(o, b);
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

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

/* What it took to meet the lower quotas. */
static void say_quotas(const struct outcome *o)
{
    const struct quota_result *q = &o->quota;
    if (o->h->quota == NULL)
        return;
    if (!o->near) {
        if (o->check.quota_missing != 0)
            command_say("lower quotas are %" PRIu32 " mentee%s short", o->check.quota_missing,
                        plural(o->check.quota_missing));
        return;
    }
    command_say("a stable matching leaves lower quotas %" PRIu32 " mentee%s short%s", q->stable_missing,
                plural(q->stable_missing),
                hr_has_ties(o->h) ? "" : ", and every other one the same (rural hospitals theorem)");
    if (q->stable)
        command_say("another order within ties meets them, and is stable");
    else if (o->way == QUOTA_ENVY_FREE)
        command_say("they are met without envy: seats that somebody would prefer stay empty, %" PRIu64 " times",
                    q->blocking);
    else if (q->exact)
        command_say("they are met with %" PRIu64 " blocking pairs, and cannot be with fewer", q->blocking);
    else
        command_say("they are met with %" PRIu64 " blocking pairs, by a heuristic; fewer than %" PRIu64
                    " are impossible",
                    q->blocking, q->at_least);
    command_say("compared to a stable matching %" PRIu32 " mentee%s with less and %" PRIu32 " with more; %" PRIu32
                " matched instead of %" PRIu32,
                q->worse, plural(q->worse), q->better, q->matched, q->stable_matched);
}

static void say_moves(const struct match_job *job, const struct outcome *o)
{
    if (o->before == NULL)
        return;
    if (o->mode == MODE_FEWEST && !o->near)
        command_say(o->fewest.exact ? "no stable matching moves fewer than %" PRIu32
                                    : "the fewest that were found (ties make it hard); fewer than %" PRIu32
                                      " are impossible",
                    o->fewest.at_least);
    match_say_moves(job, o->move, o->moves);
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
    static match_solver *const again[MODE_COUNT] = {match_fair, match_mentor, NULL, NULL};
    enum hr_side side = id[0] == 'm' ? HR_MENTOR : HR_MENTEE;
    int64_t agent;
    if (!str_to_int(str_from(id + (side == HR_MENTOR)), &agent) || agent < 1 || agent > o->h->count[side]) {
        command_say("--explain takes the number of a mentee (7) or of a mentor (m7) in the file, not '%s'", id);
        return EXIT_USAGE;
    }
    struct match_reason *reasons;
    size_t count;
    struct buf b = buf_new(job->c->a, 4096);
    match_explain(o->h, job->c->a, o->partner, side, (uint32_t)agent - 1, o->near ? NULL : again[o->mode], &reasons,
                  &count);
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

/* What stood, what changed: --since, --seats, --keep. EXIT_DONE, or said why not. */
static int take_changes(const struct match_job *job, struct outcome *o, struct hr **h)
{
    struct arena *a = job->c->a;
    const char *since = command_option(job->c, "since", NULL), *seats = command_option(job->c, "seats", NULL);
    bool keep = command_flag(job->c, "keep");
    uint32_t n = (*h)->count[HR_MENTEE];
    if (since == NULL && (keep || o->mode == MODE_FEWEST)) {
        command_say("%s needs --since with the result that stood", keep ? "--keep" : "--mode fewest");
        return EXIT_USAGE;
    }
    if (seats != NULL) {
        struct match_seats *change;
        size_t count;
        if (!match_read_seats(job, *h, seats, &change, &count))
            return EXIT_USAGE;
        *h = match_change_seats(*h, a, change, count);
    }
    if (since == NULL)
        return EXIT_DONE;
    o->before = arena_alloc_raw(a, n * sizeof *o->before);
    if (!match_read_result(job, since, *h, o->before))
        return EXIT_REFUSED;
    if (keep) {
        bool *all = arena_alloc_raw(a, n);
        memset(all, true, n);
        *h = match_change_keep(*h, a, o->before, all);
    }
    return EXIT_DONE;
}

static void solve(struct outcome *o)
{
    if (o->mode == MODE_REACH)
        match_reach(o->h, o->partner, &o->reach);
    else if (o->mode == MODE_MENTOR)
        match_mentor(o->h, o->partner);
    else if (o->mode == MODE_FEWEST)
        match_fewest_moves(o->h, o->before, o->partner, &o->fewest);
    else
        match_fair(o->h, o->partner);
}

/* Where the mode's own result leaves a lower quota short. */
static bool meet_quotas(const struct match_job *job, struct outcome *o)
{
    struct buf why = buf_new(job->c->a, 256);
    if (o->h->quota == NULL || quota_missing(o->h, o->partner) == 0)
        return true;
    o->near = true;
    if (quota_match(o->h, o->way, o->effort, o->partner, &o->quota, &why) == RC_OK)
        return true;
    command_say("%s: the lower quotas cannot be met: %.*s", job->path, (int)why.n - 1, why.p);
    return false;
}

int match_job_preferences(const struct match_job *job)
{
    struct arena *a = job->c->a;
    struct outcome o = {0};
    struct hr *h;
    struct err e = {0};
    bool quotas;
    const char *id = command_option(job->c, "explain", NULL);
    int64_t looks;
    if (!choose_mode(job->c, &o.mode) || !choose_way(job->c, &o.way, &quotas) ||
        !command_number(job->c, "looks", (int64_t)(QUOTA_EFFORT / LOOKS), 1, 100000, &looks))
        return EXIT_USAGE;
    o.effort = (uint64_t)looks * LOOKS;
    if (hr_read(a, job->text, job->seed, &h, &e) != RC_OK)
        return match_job_fail(job, &e);
    int status = take_changes(job, &o, &h);
    if (status != EXIT_DONE)
        return status;
    o.h = h;
    o.partner = arena_alloc_raw(a, h->count[HR_MENTEE] * sizeof *o.partner);
    solve(&o);
    if (quotas && !meet_quotas(job, &o))
        return EXIT_REFUSED;
    match_check(h, a, o.partner, &o.check);
    if (id != NULL)
        return explain(job, &o, id);
    if (o.before != NULL)
        match_moves(h, a, o.before, o.partner, &o.move, &o.moves);
    say_certificate(&o);
    say_quotas(&o);
    say_moves(job, &o);
    struct buf b = buf_new(a, (size_t)h->count[HR_MENTEE] * 12 + 4096);
    if (job->c->json)
        print_json(&o, &b);
    else
        print_pairs(&o, &b);
    return match_job_print(job, &b);
}
