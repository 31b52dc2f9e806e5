/* What came of a round for one person, and why, in plain words. A mentee reads her own places and the cutoffs; a mentor reads nothing
 * of what a mentee wished. Never another's name beside a rank, never who else was placed where. */
#include "gen/programme/matching/match_result_view.h"
#include "programme/matching/inside.h"
#include "programme/mentor/mentor.h"

static struct str name_at(struct ctx *c, const struct rows_match_person_names *names, uint32_t j)
{
    return j < names->n && names->v[j].name.p != NULL ? names->v[j].name : tr(c, M_matching_gone);
}

/* ---- to a mentee ------------------------------------------------------------------------------------------------------------------ */

static struct str apart_text(struct ctx *c, const struct match_past *past, uint32_t mentee, uint32_t mentor)
{
    static const struct {
        const char *why;
        msg_id text;
    } words[] = {{"assessor", M_matching_why_assessor}, {"conflict", M_matching_why_conflict}, {"together", M_matching_why_together}, {"oneself", M_matching_why_oneself}};
    for (size_t k = 0; k < past->apart.n; k++) {
        const struct row_match_apart_load *x = &past->apart.v[k];
        if (x->mentee != mentee + 1 || x->mentor != mentor + 1)
            continue;
        for (size_t i = 0; i < COUNT_OF(words); i++)
            if (str_eq_z(x->why, words[i].why))
                return tr(c, words[i].text);
        struct msg_arg name = MSG_TEXT("detail", x->why);
        return tr_args(c, M_matching_why_rule, &name, 1);
    }
    return tr(c, M_matching_why_ended);
}

static const struct {
    const char *kind;
    msg_id text;
} whys[] = {
    [WHY_MATCHED] = {"matched", M_matching_why_matched},   [WHY_PINNED] = {"pinned", M_matching_why_pinned},
    [WHY_EXCLUDED] = {"excluded", M_matching_why_ended},   [WHY_NOT_LISTED] = {"private", M_matching_why_private},
    [WHY_NOT_ANSWERED] = {"private", M_matching_why_private}, [WHY_BETTER] = {"better", M_matching_why_better},
    [WHY_EQUAL] = {"equal", M_matching_why_equal},         [WHY_NO_SEATS] = {"no_seats", M_matching_why_no_seats},
    [WHY_FULL] = {"full", M_matching_why_full},            [WHY_LOTTERY] = {"lottery", M_matching_why_lottery},
    [WHY_THEIRS] = {"private", M_matching_why_private},    [WHY_TIE] = {"tie", M_matching_why_tie},
    [WHY_QUOTA] = {"quota", M_matching_why_quota},
};

static struct opt_int some(uint32_t n)
{
    return n != 0 ? SOME_INT(n) : (struct opt_int){0};
}

static struct view_match_result_mentee_reasons mentee_reason(struct ctx *c, const struct match_past *past, const struct rows_match_person_names *mentors,
                                                             uint32_t me, const struct match_reason *r)
{
    const struct msg_arg args[] = {MSG_NUM("place", r->place), MSG_NUM("cutoff", r->cutoff)};
    struct view_match_result_mentee_reasons out = {.name = name_at(c, mentors, r->other), .kind = str_from(whys[r->why].kind), .place = some(r->place), .cutoff = some(r->cutoff), .seats_needed = some(r->seats_needed), .place_needed = some(r->place_needed)};
    out.text = r->why == WHY_EXCLUDED ? apart_text(c, past, me, r->other) : tr_args(c, whys[r->why].text, args, COUNT_OF(args));
    if (r->why == WHY_NOT_ANSWERED || r->why == WHY_NOT_LISTED)
        out.place = (struct opt_int){0};
    const struct msg_arg needed[] = {MSG_NUM("n", r->seats_needed), MSG_NUM("place", r->place_needed)};
    if (r->seats_needed != 0)
        out.change = tr_args(c, r->place_needed != 0 ? M_matching_change_both : M_matching_change_seats, needed, COUNT_OF(needed));
    else if (r->place_needed != 0)
        out.change = tr_args(c, M_matching_change_place, needed, COUNT_OF(needed));
    return out;
}

static enum rc fill_mentee(struct ctx *c, const struct match_round *r, const struct match_past *past, uint32_t me, struct view_match_result *v)
{
    struct rows_match_person_names mentors;
    struct match_reason *reasons;
    size_t count;
    if (me >= past->h->count[HR_MENTEE])
        return RC_OK;
    TRY(sql_match_person_names(c->db, c->a, r->id, S("mentor"), &mentors));
    struct view_match_result_mentee *m = ARENA_NEW(c->a, struct view_match_result_mentee);
    uint32_t mine = past->partner[me];
    v->mentee = m;
    m->matched = mine != HR_NONE;
    /* where least numbers were met beyond the mode, no smallest change is told: the mode alone does not give this result */
    match_solver *solve = past->near == MATCH_NEAR_OFF ? match_solver_of(r->mode) : NULL;
    match_explain(past->now, c->a, past->partner, HR_MENTEE, me, solve, &reasons, &count);
    struct view_match_result_mentee_reasons *list = ARENA_ARRAY(c->a, count, struct view_match_result_mentee_reasons);
    for (size_t k = 0; k < count; k++) {
        if (reasons[k].other == mine) {
            const struct msg_arg at = MSG_NUM("n", (int64_t)(hr_tie_first(past->now, past->now->list[HR_MENTEE][me], hr_entry(past->now, HR_MENTEE, me, mine)) - past->now->list[HR_MENTEE][me].from + 1));
            m->why = reasons[k].why == WHY_PINNED ? tr(c, M_matching_why_pinned) : tr_args(c, r->way == MATCH_RANKS ? M_matching_why_yours : M_matching_why_best, &at, 1);
            continue;
        }
        list[m->reasons_count++] = mentee_reason(c, past, &mentors, me, &reasons[k]);
    }
    m->reasons = list;
    if (m->matched) {
        m->mentor = name_at(c, &mentors, mine);
        m->pair = str_printf(c->a, "/pairs/%" PRId64, past->pair[me]);
        if (str_empty(m->why))
            m->why = tr(c, M_matching_why_pinned);
    }
    return RC_OK;
}

/* ---- to a mentor ------------------------------------------------------------------------------------------------------------------ */

/* What is told follows from her own list and whom she got alone, so that it says nothing of what a mentee wished. */
static msg_id mentor_why(int64_t rank, int64_t worst, bool full, const char **kind)
{
    if (full && rank > worst) {
        *kind = "full";
        return M_matching_mentor_full;
    }
    if (full && rank == worst) {
        *kind = "equal";
        return M_matching_mentor_equal;
    }
    *kind = "elsewhere";
    return M_matching_mentor_elsewhere;
}

static enum rc fill_mentor(struct ctx *c, const struct match_round *r, const struct match_past *past, int64_t place, struct view_match_result *v)
{
    struct rows_match_choice_of mine;
    struct rows_match_person_names mentees;
    uint32_t me = (uint32_t)place - 1, held = 0;
    if (me >= past->h->count[HR_MENTOR])
        return RC_OK;
    TRY(sql_match_choice_of(c->db, c->a, r->id, S("mentor"), place, &mine));
    TRY(sql_match_person_names(c->db, c->a, r->id, S("mentee"), &mentees));
    struct view_match_result_mentor *m = ARENA_NEW(c->a, struct view_match_result_mentor);
    struct view_match_result_mentor_held *got = ARENA_ARRAY(c->a, past->h->count[HR_MENTEE], struct view_match_result_mentor_held);
    struct view_match_result_mentor_reasons *list = ARENA_ARRAY(c->a, mine.n, struct view_match_result_mentor_reasons);
    int64_t worst = 0, ranked_held = 0;
    for (uint32_t i = 0; i < past->h->count[HR_MENTEE]; i++)
        if (past->partner[i] == me) {
            got[held++] = (struct view_match_result_mentor_held){name_at(c, &mentees, i), str_printf(c->a, "/pairs/%" PRId64, past->pair[i])};
            for (size_t k = 0; k < mine.n; k++)
                if (mine.v[k].other == i + 1 && mine.v[k].rank > 0) {
                    ranked_held++;
                    worst = mine.v[k].rank > worst ? mine.v[k].rank : worst;
                }
        }
    if (ranked_held < held)
        worst = INT64_MAX; /* somebody she did not rank stands behind all she did */
    bool full = held >= past->now->capacity[me] && held != 0;
    for (size_t k = 0; k < mine.n; k++) {
        uint32_t i = (uint32_t)mine.v[k].other - 1;
        const char *kind;
        if (mine.v[k].rank == 0 || i >= past->h->count[HR_MENTEE] || past->partner[i] == me)
            continue;
        struct str text = tr(c, mentor_why(mine.v[k].rank, worst, full, &kind));
        list[m->reasons_count++] = (struct view_match_result_mentor_reasons){name_at(c, &mentees, i), text, str_from(kind)};
    }
    m->held = got;
    m->held_count = held;
    m->seats = past->now->capacity[me];
    m->reasons = list;
    v->mentor = m;
    return RC_OK;
}

enum rc match_get_result(struct ctx *c)
{
    int64_t id;
    struct match_round r;
    struct row_match_person_of as[2];
    bool is[2];
    TRY(request_id(c->rq, 0, &id));
    TRY(match_find(c->db, c->a, id, &r));
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++) {
        enum rc rc = sql_match_person_of(c->db, c->a, id, match_side_word(side), c->who->person, &as[side]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        is[side] = rc == RC_OK && as[side].takes_part;
    }
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_MATCH_OWN, &t));
    if ((!is[HR_MENTEE] && !is[HR_MENTOR]) || str_eq_z(r.state, "draft"))
        return RC_NOT_FOUND;
    struct view_match_result v = {.decided = str_eq_z(r.state, "approved"), .mode = match_mode_name(c, r.mode), .price = match_mode_price(c, r.mode), .seed = str_printf(c->a, "%" PRId64, r.seed), .find = S("/mentors")};
    if (v.decided) {
        struct match_past past;
        TRY(match_load_past(c->db, c->a, &r, &past, &c->err));
        if (is[HR_MENTEE])
            TRY(fill_mentee(c, &r, &past, (uint32_t)as[HR_MENTEE].place - 1, &v));
        if (is[HR_MENTOR])
            TRY(fill_mentor(c, &r, &past, as[HR_MENTOR].place, &v));
    }
    struct crumb up = {tr(c, M_matching_title), S("/rounds")};
    struct page page = {.title = tr(c, M_matching_result), .caption = r.title, .section = "/rounds", .crumbs = &up, .crumb_count = 1};
    return view_match_result_page(c, &page, &v);
}
