/* A debate in a room: the audience votes, sides are drawn blind from a seed whose hash was told, speeches go by the server's clock, three judges
 * at least score apart on their own ballots, the audience votes again. What always holds: nobody sees another's vote or ballot before the
 * debrief, and a ballot that was handed in stays. */
#include <math.h>
#include <sodium.h>

#include "engine/draw/draw.h"
#include "engine/stats/icc.h"
#include "engine/stats/ordinal.h"
#include "gen/programme/practice/room_debate_view.h"
#include "gen/programme/practice/room_talk_sql.h"
#include "programme/instrument/instrument.h"
#include "programme/practice/room_talk.h"
#include "view/markdown.h"

#define SECRET_BYTES 16
#define SPEAKERS_MOST 12
#define JUDGES_MOST 9
#define AUDIENCE_MOST 50
#define VOTES_LEAST 3 /* of fewer voters the swing would tell who voted what */
#define FIRST_SPEECH 2 /* behind the vote and the preparation */

/* ---- the plan ------------------------------------------------------------------------------------------------------------------------ */

static void read_plan(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out)
{
    struct debate d;
    debate_read(a, s, p, &d);
    struct room_phase *phases = ARENA_ARRAY(a, d.speech_count + 4, struct room_phase);
    size_t n = 0;
    phases[n++] = (struct room_phase){S("before"), S(""), S(""), 180, ROOM_PREPARE};
    phases[n++] = (struct room_phase){S("prepare"), S(""), S(""), d.prepare_seconds, ROOM_PREPARE};
    for (size_t k = 0; k < d.speech_count; k++)
        phases[n++] = (struct room_phase){d.speeches[k].name, d.speeches[k].title, d.speeches[k].text, d.speeches[k].seconds, ROOM_PLAY};
    phases[n++] = (struct room_phase){S("after"), S(""), S(""), 480, ROOM_PLAY};
    phases[n++] = (struct room_phase){S("debrief"), S(""), S(""), 900, ROOM_DEBRIEF};
    struct room_part *parts = ARENA_ARRAY(a, 2, struct room_part);
    parts[0] = (struct room_part){.name = S("speaker"), .seats = SPEAKERS_MOST};
    parts[1] = (struct room_part){.name = S("judge"), .seats = JUDGES_MOST, .apart = true};
    *out = (struct room_plan){.briefing = d.background, .debrief = d.debrief, .guide = S(""), .facilitator = S(""), .parts = parts, .part_count = 2,
                              .observers = AUDIENCE_MOST, .phases = phases, .phase_count = n};
}

static void name_plan(int lang, struct room_plan *plan)
{
    struct room_phase *phases = (struct room_phase *)(uintptr_t)plan->phases; /* ours: read_plan made them */
    plan->parts[0].title = msg_text(lang, M_debate_speaker);
    plan->parts[0].shared = msg_text(lang, M_debate_speaker_shared);
    plan->parts[0].hidden = msg_text(lang, M_debate_speaker_hidden);
    plan->parts[1].title = msg_text(lang, M_debate_judge);
    plan->parts[1].shared = msg_text(lang, M_debate_judge_shared);
    plan->parts[1].hidden = msg_text(lang, M_debate_judge_hidden);
    for (size_t k = 0; k < 2; k++)
        plan->parts[k].debrief = S("");
    phases[0].title = msg_text(lang, M_debate_phase_before);
    phases[0].text = msg_text(lang, M_debate_phase_before_text);
    phases[1].title = msg_text(lang, M_debate_phase_prepare);
    phases[1].text = msg_text(lang, M_debate_phase_prepare_text);
    phases[plan->phase_count - 2].title = msg_text(lang, M_debate_phase_after);
    phases[plan->phase_count - 2].text = msg_text(lang, M_debate_phase_after_text);
    phases[plan->phase_count - 1].title = msg_text(lang, M_debate_phase_debrief);
}

/* ---- what goes with the phases: inside closures --------------------------------------------------------------------------------------- */

static enum rc tell_draw(struct db *tx, struct arena *a, int64_t room)
{
    unsigned char bytes[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    db_draw(tx, bytes, sizeof bytes);
    struct str secret = str_dup(a, str_from(sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes)));
    return sql_room_draw_tell(tx, room, secret, draw_commitment(a, secret));
}

/* Speakers are numbered as they came in; the sides are the two groups of a draw (docs/draw.md). */
static enum rc draw_sides(struct db *tx, struct arena *a, const struct room *r, int64_t now)
{
    struct row_room_draw_find draw;
    struct draw_person people[SPEAKERS_MOST] = {0};
    int64_t ids[SPEAKERS_MOST];
    uint32_t into[SPEAKERS_MOST], n = 0;
    TRY(sql_room_draw_find(tx, a, r->r.id, &draw));
    if (!draw.drawn_at_null)
        return RC_OK;
    for (size_t k = 0; k < r->seats.n && n < SPEAKERS_MOST; k++)
        if (str_eq_z(r->seats.v[k].part, "speaker"))
            ids[n++] = r->seats.v[k].person_id;
    draw_groups(a, draw.secret, people, n, 2, into);
    for (uint32_t k = 0; k < n; k++)
        TRY(sql_room_side_add(tx, r->r.id, ids[k], k + 1, into[k] == 0 ? S("for") : S("against")));
    return sql_room_draw_made(tx, r->r.id, now);
}

static size_t judges_in(const struct rows_room_ballots *b)
{
    size_t n = 0;
    for (size_t k = 0; k < b->n; k++)
        n += k == 0 || b->v[k].judge_id != b->v[k - 1].judge_id;
    return n;
}

static enum rc enter(struct db *tx, struct arena *a, const struct room *r, int64_t phase, int64_t now, struct err *e)
{
    struct rows_room_ballots ballots;
    struct row_room_term_find of;
    enum rc rc = phase < 2 ? sql_room_term_find(tx, a, r->r.id, &of) : RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool term = rc == RC_OK;
    if (phase == 0) {
        size_t judges = room_count_seats(r, "part", S("judge"));
        if (judges < DEBATE_JUDGES_LEAST)
            return err_set(e, RC_INVALID, M_debate_judges_few, "%zu", judges);
        if (room_count_seats(r, "part", S("speaker")) < 2)
            return err_set(e, RC_INVALID, M_debate_speakers_few, NULL);
        return term ? room_term_settle(tx, a, r, false, e) : tell_draw(tx, a, r->r.id);
    }
    if (phase == 1)
        return term ? room_term_settle(tx, a, r, true, e) : draw_sides(tx, a, r, now);
    if (phase + 1 != (int64_t)r->plan.phase_count)
        return RC_OK;
    TRY(sql_room_ballots(tx, a, r->r.id, &ballots));
    return judges_in(&ballots) >= DEBATE_JUDGES_LEAST ? RC_OK : err_set(e, RC_INVALID, M_debate_ballots_few, "%zu", judges_in(&ballots));
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

struct floor {
    struct debate d;
    struct rows_room_sides sides;
    struct row_room_draw_find draw;
    struct row_room_term_find term;
    bool told, drawn, of_term;   /* of_term: a term's draw gave the sides, so both prepare as soon as there is a room */
    struct str mine;             /* her side; empty: none */
    const struct debate_speech *speech;
    int64_t second;              /* of the speech that is going on */
    bool before, after;          /* the audience may vote */
};

static enum rc read_floor(struct db *db, struct arena *a, const struct room *r, int64_t person, struct floor *f)
{
    struct problems ignored = problems_new(a);
    *f = (struct floor){.mine = S("")};
    debate_read(a, &r->text, &ignored, &f->d);
    TRY(sql_room_sides(db, a, r->r.id, &f->sides));
    enum rc rc = sql_room_draw_find(db, a, r->r.id, &f->draw);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    f->told = rc == RC_OK;
    rc = sql_room_term_find(db, a, r->r.id, &f->term);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    f->of_term = rc == RC_OK;
    f->drawn = f->of_term || (f->told && !f->draw.drawn_at_null);
    for (size_t k = 0; k < f->sides.n; k++)
        if (f->sides.v[k].person_id == person)
            f->mine = f->sides.v[k].side;
    if (r->phase == NULL)
        return RC_OK;
    size_t at = (size_t)r->r.phase;
    if (at >= FIRST_SPEECH && at < FIRST_SPEECH + f->d.speech_count)
        f->speech = &f->d.speeches[at - FIRST_SPEECH];
    f->second = (r->phase->seconds * 1000 - r->left) / 1000;
    f->before = at == 0;
    f->after = at == FIRST_SPEECH + f->d.speech_count;
    return RC_OK;
}

static bool audience(const struct room *r)
{
    return r->me != NULL && r->part == NULL;
}

static bool judge(const struct room *r)
{
    return r->part != NULL && str_eq_z(r->part->name, "judge");
}

static enum rc rubric_of(struct db *db, struct arena *a, const struct room *r, int lang, struct instrument *i)
{
    const struct section_key *k = section_find_key(r->text.head, r->text.head_count, "rubric");
    struct rows_room_ballots ballots;
    TRY(sql_room_ballots(db, a, r->r.id, &ballots));
    if (ballots.n != 0) /* a debate stays with the version its first judge had */
        return instrument_find(db, a, ballots.v[0].instrument_id, lang_tag(lang), i);
    return k != NULL ? instrument_current(db, a, k->value, lang_tag(lang), i) : RC_NOT_FOUND;
}

/* ---- forms --------------------------------------------------------------------------------------------------------------------------- */

static struct form *vote_form(struct ctx *c, const struct room *r, struct str now)
{
    struct choice *choices = ARENA_ARRAY(c->a, 3, struct choice);
    choices[0] = (struct choice){.value = S("for"), .label = tr(c, M_debate_vote_for)};
    choices[1] = (struct choice){.value = S("against"), .label = tr(c, M_debate_vote_against)};
    choices[2] = (struct choice){.value = S("undecided"), .label = tr(c, M_debate_vote_undecided)};
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/vote"), now.n != 0 ? M_debate_vote_again : M_debate_vote);
    form_add(f, (struct field){.name = "vote", .kind = FIELD_CHOICE, .label = M_debate_vote_label, .required = true, .boxed = true, .choices = choices,
                               .choice_count = 3, .value = now});
    f->no_warn = true;
    return f;
}

static const char *ballot_field(struct arena *a, const char *side, size_t item)
{
    return str_z(a, str_printf(a, "%s-%zu", side, item));
}

static void add_side(struct ctx *c, struct form *f, const struct instrument *i, const char *side, msg_id label)
{
    for (size_t k = 0; k < i->item_count; k++) {
        if (i->items[k].words)
            continue;
        struct msg_arg arg = MSG_TEXT("title", i->items[k].text);
        struct field *x = instrument_add_field(c, f, i, k, true, INSTRUMENT_MISSING, STR_NONE);
        x->name = ballot_field(c->a, side, k);
        x->label_text = tr_args(c, label, &arg, 1);
    }
}

static struct form *ballot_form(struct ctx *c, const struct room *r, const struct instrument *i)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/ballot"), M_debate_ballot_send);
    add_side(c, f, i, "for", M_debate_ballot_for);
    add_side(c, f, i, "against", M_debate_ballot_against);
    f->draft = str_printf(c->a, "ballot-%" PRId64, r->r.id);
    f->cancel = room_path(c, r->r.id, "");
    return f;
}

/* ---- what came of it ----------------------------------------------------------------------------------------------------------------- */

static struct str vote_of(const struct rows_room_votes *votes, int64_t person, const char *stage)
{
    for (size_t k = 0; k < votes->n; k++)
        if (votes->v[k].person_id == person && str_eq_z(votes->v[k].stage, stage))
            return votes->v[k].vote;
    return S("");
}

/* Of those who voted twice. */
static void fill_votes(struct ctx *c, const struct room *r, const struct rows_room_votes *votes, struct view_room_debate *v, int64_t *swing)
{
    static const char *const words[] = {"for", "against", "undecided"};
    static const msg_id names[] = {M_debate_vote_for, M_debate_vote_against, M_debate_vote_undecided};
    int64_t count[3][2] = {{0}}, both = 0;
    for (size_t k = 0; k < r->seats.n; k++) {
        struct str before = vote_of(votes, r->seats.v[k].person_id, "before"), after = vote_of(votes, r->seats.v[k].person_id, "after");
        if (before.n == 0 || after.n == 0)
            continue;
        both++;
        for (size_t w = 0; w < 3; w++) {
            count[w][0] += str_eq_z(before, words[w]);
            count[w][1] += str_eq_z(after, words[w]);
        }
    }
    *swing = (count[0][1] - count[0][0]) - (count[1][1] - count[1][0]);
    v->voters = both;
    v->votes_hidden = both < VOTES_LEAST;
    if (v->votes_hidden) {
        *swing = 0;
        return;
    }
    struct view_room_debate_votes *list = ARENA_ARRAY(c->a, 3, struct view_room_debate_votes);
    for (size_t w = 0; w < 3; w++)
        list[w] = (struct view_room_debate_votes){tr(c, names[w]), count[w][0], count[w][1]};
    v->votes = list;
    v->votes_count = 3;
    v->swing = *swing > 0 ? S("for") : *swing < 0 ? S("against") : S("none");
    v->swing_votes = *swing < 0 ? -*swing : *swing;
}

/* Each judge's means of both sides, the judges' points as a table (criteria of both sides by judges), and who is ahead with how many. */
static enum rc fill_ballots(struct ctx *c, const struct room *r, const struct instrument *i, const struct rows_room_ballots *rows, int64_t swing,
                            enum debate_tie tie, struct view_room_debate *v)
{
    size_t judges = judges_in(rows), at = 0, ahead[2] = {0};
    struct view_room_debate_ballots *list = ARENA_ARRAY(c->a, judges, struct view_room_debate_ballots);
    struct stats_matrix x = {.rows = 2 * i->item_count, .columns = judges};
    double *points = ARENA_ARRAY(c->a, 2 * i->item_count * judges + 1, double);
    for (size_t k = 0; k < 2 * i->item_count * judges; k++)
        points[k] = (double)NAN;
    for (size_t k = 0; k < rows->n;) {
        int64_t judge_id = rows->v[k].judge_id;
        int *answers[2] = {ARENA_ARRAY(c->a, i->item_count, int), ARENA_ARRAY(c->a, i->item_count, int)};
        struct instrument_score *domains = ARENA_ARRAY(c->a, i->domain_count, struct instrument_score), whole[2];
        for (size_t n = 0; n < i->item_count; n++)
            answers[0][n] = answers[1][n] = INSTRUMENT_MISSING;
        for (; k < rows->n && rows->v[k].judge_id == judge_id; k++) {
            size_t item = instrument_item_by_id(i, rows->v[k].item_id), side = str_eq_z(rows->v[k].side, "against");
            if (item == SIZE_MAX)
                continue;
            answers[side][item] = rows->v[k].point_null ? INSTRUMENT_UNABLE : (int)rows->v[k].point;
            if (!rows->v[k].point_null)
                points[(side * i->item_count + item) * judges + at] = (double)rows->v[k].point;
        }
        for (size_t side = 0; side < 2; side++)
            instrument_score(i, answers[side], domains, &whole[side]);
        int lead = whole[0].some && whole[1].some ? (whole[0].value > whole[1].value) - (whole[0].value < whole[1].value) : 0;
        ahead[0] += lead > 0;
        ahead[1] += lead < 0;
        list[at] = (struct view_room_debate_ballots){.name = S(""), .in_favour = whole[0].value, .against = whole[1].value,
                                                     .decides = lead > 0 ? S("for") : lead < 0 ? S("against") : S("none")};
        for (size_t n = 0; n < r->seats.n; n++)
            if (r->seats.v[n].person_id == judge_id)
                list[at].name = r->seats.v[n].name;
        at++;
    }
    v->ballots = list;
    v->ballots_count = judges;
    v->judges_for = (int64_t)ahead[0];
    v->judges_against = (int64_t)ahead[1];
    v->tied = ahead[0] == ahead[1];
    v->result = debate_result(judges, ahead[0], ahead[1], tie, swing);
    x.at = points;
    struct icc icc;
    struct kendall w;
    struct err ignored = {0};
    if (judges >= 2 && kendall_w(c->a, &x, &w, &ignored) == RC_OK && isfinite(w.w)) {
        v->agreement = true;
        v->kendall = w.w;
        if (icc_shrout_fleiss(c->a, &x, 0.95, &icc, &ignored) == RC_OK && isfinite(icc.kind[ICC2].value.est))
            v->icc = SOME_REAL(icc.kind[ICC2].value.est);
    }
    return RC_OK;
}

/* ---- the panel ----------------------------------------------------------------------------------------------------------------------- */

static struct html prose(struct ctx *c, struct str text)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
}

static void fill_sides(struct ctx *c, const struct room *r, const struct floor *f, struct view_room_debate *v)
{
    struct view_room_debate_sides *list = ARENA_ARRAY(c->a, f->sides.n, struct view_room_debate_sides);
    for (size_t k = 0; k < f->sides.n; k++)
        list[k] = (struct view_room_debate_sides){f->sides.v[k].name.p != NULL ? f->sides.v[k].name : S("?"), f->sides.v[k].side, f->sides.v[k].number};
    v->sides = list;
    v->sides_count = f->sides.n;
    v->commitment = f->told ? f->draw.commitment : S("");
    v->seed = f->told && f->drawn ? f->draw.secret : S("");
    if (!f->of_term)
        return;
    v->term = f->term.title;
    v->term_round = f->term.round;
    v->term_href = str_printf(c->a, "/draws/%" PRId64, f->term.draw_id);
    v->to_come = r->phase == NULL && room_is_open(r);
}

static struct form *point_form(struct ctx *c, const struct room *r, const char *what, int64_t point, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/point"), label);
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = str_from(what)});
    form_add(f, (struct field){.name = "point", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, point)});
    form_add(f, (struct field){.name = "phase", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, r->r.phase)});
    f->no_warn = f->quiet = true;
    return f;
}

static struct str minute_text(struct ctx *c, int64_t second)
{
    return str_printf(c->a, "%" PRId64 ":%02" PRId64, second / 60, second % 60);
}

static enum rc fill_speech(struct ctx *c, const struct room *r, const struct floor *f, struct view_room_debate *v)
{
    struct rows_room_points rows;
    const struct debate_speech *s = f->speech;
    bool other = f->mine.n != 0 && str_eq_z(f->mine, "against") != s->against, own = f->mine.n != 0 && !other;
    v->speaking = s->against ? S("against") : S("for");
    if (s->points_until != 0) {
        v->points_from = minute_text(c, s->points_from);
        v->points_until = minute_text(c, s->points_until);
        if (other)
            v->offer = point_form(c, r, "offer", 0, M_debate_point_offer);
    }
    TRY(sql_room_points(c->db, c->a, r->r.id, &rows));
    struct view_room_debate_points *list = ARENA_ARRAY(c->a, rows.n, struct view_room_debate_points);
    for (size_t k = 0; k < rows.n; k++) {
        if (rows.v[k].phase != r->r.phase)
            continue;
        struct view_room_debate_points *o = &list[v->points_count++];
        *o = (struct view_room_debate_points){.name = rows.v[k].name, .at = minute_text(c, rows.v[k].second), .state = rows.v[k].state};
        if (own && str_eq_z(rows.v[k].state, "offered")) {
            o->take = point_form(c, r, "take", rows.v[k].id, M_debate_point_take);
            o->decline = point_form(c, r, "decline", rows.v[k].id, M_debate_point_decline);
        }
    }
    v->points = list;
    return RC_OK;
}

static enum rc fill_judging(struct ctx *c, const struct room *r, const struct floor *f, const struct rows_room_votes *votes, struct view_room_debate *v)
{
    struct rows_room_ballots ballots;
    struct instrument i;
    int64_t swing = 0;
    bool mine = false;
    TRY(sql_room_ballots(c->db, c->a, r->r.id, &ballots));
    for (size_t k = 0; k < ballots.n; k++)
        mine = mine || ballots.v[k].judge_id == c->who->person;
    v->ballots_in = (int64_t)judges_in(&ballots);
    v->judges = (int64_t)room_count_seats(r, "part", S("judge"));
    v->ballot_mine = mine;
    if (judge(r) && f->after && !mine)
        v->ballot = room_path(c, r->r.id, "/ballot");
    if (!r->revealed)
        return RC_OK;
    fill_votes(c, r, votes, v, &swing);
    v->revealed = true;
    enum rc rc = rubric_of(c->db, c->a, r, c->lang, &i);
    return rc == RC_OK ? fill_ballots(c, r, &i, &ballots, swing, f->d.tie, v) : rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc panel(struct ctx *c, const struct room *r, struct view_any *out)
{
    static const msg_id ties[] = {M_debate_tie_shared, M_debate_tie_swing, M_debate_tie_against};
    struct floor f;
    struct rows_room_votes votes;
    struct view_room_debate *v = ARENA_NEW(c->a, struct view_room_debate);
    TRY(read_floor(c->db, c->a, r, c->who->person, &f));
    TRY(sql_room_votes(c->db, c->a, r->r.id, &votes));
    bool all = r->revealed || judge(r) || room_sees_all(c, r);
    *v = (struct view_room_debate){.motion = f.d.motion, .tie = tr(c, ties[f.d.tie]), .mine = f.mine};
    fill_sides(c, r, &f, v);
    if (f.drawn && (str_eq_z(f.mine, "for") || all)) {
        v->in_favour_text = f.d.in_favour;
        v->in_favour = prose(c, f.d.in_favour);
    }
    if (f.drawn && (str_eq_z(f.mine, "against") || all)) {
        v->against_text = f.d.against;
        v->against = prose(c, f.d.against);
    }
    if (audience(r) && (f.before || f.after)) {
        struct str mine = vote_of(&votes, c->who->person, f.before ? "before" : "after");
        v->vote = vote_form(c, r, mine);
        v->voted = mine.n != 0;
    }
    for (size_t k = 0; k < votes.n; k++) {
        v->voted_before += str_eq_z(votes.v[k].stage, "before");
        v->voted_after += str_eq_z(votes.v[k].stage, "after");
    }
    v->voting = f.before || f.after;
    v->voting_after = f.after;
    if (f.speech != NULL)
        TRY(fill_speech(c, r, &f, v));
    TRY(fill_judging(c, r, &f, &votes, v));
    *out = (struct view_any){&view_room_debate_def, v};
    return RC_OK;
}

static enum rc ending(struct db *tx, struct arena *a, const struct room *r, struct str *words)
{
    struct floor f;
    TRY(read_floor(tx, a, r, 0, &f));
    *words = f.d.motion.n <= 120 ? f.d.motion : S("");
    return RC_OK;
}

const struct room_kind room_debate = {.kind = PRACTICE_DEBATE, .read = read_plan, .name = name_plan, .enter = enter, .panel = panel, .ending = ending};

/* ---- what is sent --------------------------------------------------------------------------------------------------------------------- */

struct saying {
    struct arena *a;
    int64_t room, person, point, phase, now;
    struct str what;
    const struct instrument *i;
    const int *points[2];
};

static enum rc open_debate(struct ctx *c, struct room *r, struct floor *f)
{
    TRY(room_enter(c, r));
    return r->kind == &room_debate ? read_floor(c->db, c->a, r, c->who->person, f) : RC_NOT_FOUND;
}

/* Decided by the clock inside the closure, since it may have gone on. */
static enum rc vote(struct db *tx, void *arg, struct err *e)
{
    const struct saying *n = arg;
    struct room r;
    struct floor f;
    TRY(room_read(tx, n->a, n->room, n->person, n->now, &r));
    TRY(read_floor(tx, n->a, &r, n->person, &f));
    if (!audience(&r) || (!f.before && !f.after))
        return err_set(e, RC_CONFLICT, M_debate_no_vote_now, NULL);
    TRY(sql_room_vote_put(tx, n->room, n->person, f.before ? S("before") : S("after"), n->what));
    return sql_room_touch(tx, n->room, n->now);
}

enum rc room_post_vote(struct ctx *c)
{
    struct room r;
    struct floor f;
    TRY(open_debate(c, &r, &f));
    struct form *form = vote_form(c, &r, S(""));
    struct page page = room_page(c, &r, tr(c, M_debate_vote), true);
    form->cancel = room_path(c, r.r.id, "");
    if (!form_read(form, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, f.d.motion, form);
    struct saying n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .what = form_text(form, "vote")};
    enum rc rc = ctx_write(c, vote, &n);
    if (page_form_failed(c, form, rc, &page.status))
        return practice_send_form(c, &page, f.d.motion, form);
    TRY(rc);
    return page_redirect(c, form->cancel, M_debate_voted);
}

static enum rc hand_in(struct db *tx, void *arg, struct err *e)
{
    const struct saying *n = arg;
    struct room r;
    struct floor f;
    struct rows_room_ballots there;
    TRY(room_read(tx, n->a, n->room, n->person, n->now, &r));
    TRY(read_floor(tx, n->a, &r, n->person, &f));
    if (!judge(&r) || !f.after)
        return err_set(e, RC_CONFLICT, M_debate_no_ballot_now, NULL);
    TRY(sql_room_ballots(tx, n->a, n->room, &there));
    for (size_t k = 0; k < there.n; k++)
        if (there.v[k].judge_id == n->person)
            return err_set(e, RC_CONFLICT, M_debate_ballot_there, NULL);
    for (size_t side = 0; side < 2; side++)
        for (size_t k = 0; k < n->i->item_count; k++) {
            int64_t point = n->points[side][k];
            if (!n->i->items[k].words)
                TRY(sql_room_ballot_add(tx, n->room, n->person, n->i->items[k].id, side == 0 ? S("for") : S("against"), point >= 0 ? &point : NULL));
        }
    return sql_room_touch(tx, n->room, n->now);
}

static const int *read_points(struct ctx *c, const struct form *f, const struct instrument *i, const char *side)
{
    int *points = ARENA_ARRAY(c->a, i->item_count, int);
    for (size_t k = 0; k < i->item_count; k++)
        points[k] = (int)form_int(f, ballot_field(c->a, side, k), INSTRUMENT_UNABLE);
    return points;
}

enum rc room_handle_ballot(struct ctx *c)
{
    struct room r;
    struct floor f;
    struct instrument i;
    TRY(open_debate(c, &r, &f));
    if (!judge(&r))
        return RC_NOT_FOUND;
    if (!f.after)
        return page_redirect(c, room_path(c, r.r.id, ""), M_debate_no_ballot_now);
    TRY(rubric_of(c->db, c->a, &r, c->lang, &i));
    struct form *form = ballot_form(c, &r, &i);
    struct page page = room_page(c, &r, tr(c, M_debate_ballot), true);
    if (c->rq->method != METHOD_POST || !form_read(form, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_debate_ballot_note), form);
    struct saying n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .i = &i,
                       .points = {read_points(c, form, &i, "for"), read_points(c, form, &i, "against")}};
    enum rc rc = ctx_write(c, hand_in, &n);
    if (page_form_failed(c, form, rc, &page.status))
        return practice_send_form(c, &page, tr(c, M_debate_ballot_note), form);
    TRY(rc);
    return page_redirect(c, form->cancel, M_debate_ballot_in);
}

static enum rc point(struct db *tx, void *arg, struct err *e)
{
    const struct saying *n = arg;
    struct room r;
    struct floor f;
    TRY(room_read(tx, n->a, n->room, n->person, n->now, &r));
    TRY(read_floor(tx, n->a, &r, n->person, &f));
    if (f.speech == NULL || f.mine.n == 0 || n->phase != r.r.phase)
        return err_set(e, RC_CONFLICT, M_debate_point_late, NULL);
    bool other = str_eq_z(f.mine, "against") != f.speech->against, offers = str_eq_z(n->what, "offer");
    if (offers != other)
        return err_set(e, RC_DENIED, 0, NULL);
    if (offers && (f.second < f.speech->points_from || f.second > f.speech->points_until || !r.runs))
        return err_set(e, RC_CONFLICT, M_debate_point_closed, NULL);
    if (offers)
        TRY(sql_room_point_add(tx, db_new_id(tx), n->room, n->phase, n->person, f.second));
    else
        TRY(sql_room_point_answer(tx, n->point, n->room, n->phase, str_eq_z(n->what, "take") ? S("taken") : S("declined")));
    return sql_room_touch(tx, n->room, n->now);
}

enum rc room_post_point(struct ctx *c)
{
    struct room r;
    struct floor f;
    struct saying n = {.a = c->a, .person = c->who->person, .now = c->now, .what = request_form(c->rq, "what"), .phase = -1};
    TRY(open_debate(c, &r, &f));
    n.room = r.r.id;
    (void)str_to_int(request_form(c->rq, "point"), &n.point);
    (void)str_to_int(request_form(c->rq, "phase"), &n.phase);
    enum rc rc = ctx_write(c, point, &n);
    if (rc == RC_CONFLICT)
        return page_redirect(c, room_path(c, r.r.id, ""), c->err.msg);
    TRY(rc);
    return page_redirect(c, room_path(c, r.r.id, ""), 0);
}
