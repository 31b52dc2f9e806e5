/* One's own list in a round: a mentee ranks mentors, a mentor ranks mentees. Every button saves; the page works without scripts. */
#include "base/utf8.h"
#include "gen/programme/matching/match_own_view.h"
#include "programme/matching/inside.h"

struct own {
    struct match_round r;
    enum hr_side side;
    struct row_match_person_of p;
    struct str path;
};

static enum rc require_own(struct ctx *c, enum hr_side side, struct own *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(match_find(c->db, c->a, id, &o->r));
    TRY(sql_match_person_of(c->db, c->a, id, match_side_word(side), c->who->person, &o->p));
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_MATCH_OWN, &t));
    o->side = side;
    o->path = match_path(c, id, side == HR_MENTEE ? "/mentors" : "/mentees");
    return o->p.takes_part && !str_eq_z(o->r.state, "draft") ? RC_OK : RC_NOT_FOUND;
}

/* "%words%" with what LIKE reads otherwise taken back. */
static struct str pattern_of(struct arena *a, struct str text)
{
    struct str folded = utf8_fold(a, text);
    struct buf b = buf_new(a, folded.n * 2 + 2);
    buf_ch(&b, '%');
    for (size_t i = 0; i < folded.n; i++) {
        if (strchr("\\%_", folded.p[i]) != NULL)
            buf_ch(&b, '\\');
        buf_ch(&b, folded.p[i]);
    }
    if (folded.n != 0)
        buf_ch(&b, '%');
    return buf_text(&b);
}

static struct str profile_path(const struct ctx *c, bool none, int64_t profile)
{
    return none ? S("") : str_printf(c->a, "/mentors/%" PRId64, profile);
}

static enum rc fill_list(struct ctx *c, const struct own *o, struct view_match_own *v, struct rows_match_choice_names *rows)
{
    TRY(sql_match_choice_names(c->db, c->a, o->r.id, match_side_word(o->side), o->p.place, match_side_word(o->side == HR_MENTEE ? HR_MENTOR : HR_MENTEE), o->r.programme, rows));
    struct view_match_own_list *list = ARENA_ARRAY(c->a, rows->n, struct view_match_own_list);
    struct view_match_own_out *out = ARENA_ARRAY(c->a, rows->n, struct view_match_own_out);
    int64_t before = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_match_choice_names *x = &rows->v[i];
        struct str name = x->name.p != NULL ? x->name : tr(c, M_matching_gone);
        if (x->rank == 0) {
            out[v->out_count++] = (struct view_match_own_out){x->other, name};
            continue;
        }
        list[v->list_count] = (struct view_match_own_list){.place = x->other,
                                                           .rank = x->rank,
                                                           .name = name,
                                                           .href = o->side == HR_MENTEE ? profile_path(c, x->profile_null, x->profile) : S(""),
                                                           .tied = x->rank == before,
                                                           .first = v->list_count == 0,
                                                           .gone = !x->takes_part,
                                                           .away = o->side == HR_MENTEE && !x->away_until_day_null && x->away_until_day >= c->today};
        v->list_count++;
        before = x->rank;
    }
    if (v->list_count != 0)
        list[v->list_count - 1].last = v->list_count < 2 || !list[v->list_count - 1].tied;
    v->list = list;
    v->out = out;
    return RC_OK;
}

static bool is_on(const struct rows_match_choice_names *rows, int64_t place)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->v[i].other == place)
            return true;
    return false;
}

static struct str more_path(struct ctx *c, const struct own *o, struct str search, struct str key, int64_t place)
{
    struct buf b = buf_new(c->a, 128);
    buf_str(&b, o->path);
    buf_z(&b, "?q=");
    buf_url(&b, search);
    buf_z(&b, "&after=");
    buf_url(&b, key);
    buf_printf(&b, "&place=%" PRId64 "#others", place);
    return buf_text(&b);
}

/* Those who are not on the list, by name, 50 a page. */
static enum rc fill_others(struct ctx *c, const struct own *o, const struct rows_match_choice_names *mine, struct view_match_own *v)
{
    struct str word = pattern_of(c->a, v->search), key = request_query(c->rq, "after");
    int64_t place = 0;
    (void)str_to_int(request_query(c->rq, "place"), &place);
    struct view_match_own_others *list = ARENA_ARRAY(c->a, MATCH_ROWS, struct view_match_own_others);
    v->others = list;
    if (o->side == HR_MENTOR) {
        struct rows_match_mentee_list rows;
        TRY(sql_match_mentee_list(c->db, c->a, o->r.id, word, key, place, MATCH_ROWS + 1, &rows));
        size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
        for (size_t i = 0; i < n; i++)
            if (!is_on(mine, rows.v[i].place))
                list[v->others_count++] = (struct view_match_own_others){.place = rows.v[i].place, .name = rows.v[i].display_name};
        if (rows.n > n)
            v->more = more_path(c, o, v->search, rows.v[n - 1].sort_key, rows.v[n - 1].place);
        return RC_OK;
    }
    struct rows_match_mentor_list rows;
    TRY(sql_match_mentor_list(c->db, c->a, o->r.id, o->r.programme, word, key, place, MATCH_ROWS + 1, &rows));
    size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
    for (size_t i = 0; i < n; i++) {
        const struct row_match_mentor_list *x = &rows.v[i];
        if (!is_on(mine, x->place))
            list[v->others_count++] = (struct view_match_own_others){.place = x->place,
                                                                     .name = x->display_name,
                                                                     .href = profile_path(c, x->profile_null, x->profile),
                                                                     .interests = utf8_truncate(x->interests, 160),
                                                                     .seats = x->seats,
                                                                     .away = !x->away_until_day_null && x->away_until_day >= c->today};
    }
    if (rows.n > n)
        v->more = more_path(c, o, v->search, rows.v[n - 1].sort_key, rows.v[n - 1].place);
    return RC_OK;
}

static enum rc send_own(struct ctx *c, const struct own *o, struct str problem, int status)
{
    struct rows_match_choice_names mine;
    struct view_match_own v = {.csrf = match_csrf(c),
                               .action = o->path,
                               .version = o->p.version,
                               .mentee = o->side == HR_MENTEE,
                               .ranks = o->r.way != MATCH_CRITERIA,
                               .open = str_eq_z(o->r.state, "open") && o->r.by[o->side] >= c->now,
                               .until = o->r.by[o->side],
                               .problem = problem,
                               .mode = match_mode_name(c, o->r.mode),
                               .price = match_mode_price(c, o->r.mode),
                               .seed = str_printf(c->a, "%" PRId64, o->r.seed),
                               .search = str_trim(request_query(c->rq, "q")),
                               .any_other = o->p.others != 0};
    if (!o->p.answered_at_null)
        v.answered = SOME_INT(o->p.answered_at);
    TRY(fill_list(c, o, &v, &mine));
    if (v.open)
        TRY(fill_others(c, o, &mine, &v));
    struct crumb *up = ARENA_NEW(c->a, struct crumb);
    *up = (struct crumb){tr(c, M_matching_title), S("/rounds")};
    struct page page = {.title = tr(c, o->side == HR_MENTEE ? M_matching_rank_mentors : M_matching_rank_mentees), .caption = o->r.title, .section = "/rounds", .crumbs = up, .crumb_count = 1, .status = status};
    return view_match_own_page(c, &page, &v);
}

/* ---- steps ---------------------------------------------------------------------------------------------------------------------- */

struct stepping {
    struct arena *a;
    int64_t round, person, version, other, now;
    enum hr_side side;
    enum match_step step;
    bool done, others;
};

static enum rc take_step(struct db *tx, void *arg, struct err *e)
{
    const struct stepping *s = arg;
    if (s->done)
        return match_hand_in(tx, s->a, s->round, s->side, s->person, s->version, s->others, s->now, e);
    return match_change_list(tx, s->a, s->round, s->side, s->person, s->version, s->step, s->other, s->now, e);
}

static enum rc handle_own(struct ctx *c, enum hr_side side)
{
    struct own o;
    TRY(require_own(c, side, &o));
    if (c->rq->method != METHOD_POST)
        return send_own(c, &o, STR_NONE, 0);
    struct str word = request_form(c->rq, "step"), others = request_form(c->rq, "others");
    struct stepping s = {.a = c->a, .round = o.r.id, .person = c->who->person, .now = c->now, .side = side, .done = str_eq_z(word, "done")};
    s.others = side == HR_MENTEE || others.p == NULL ? o.p.others != 0 : str_eq_z(others, "1");
    if (!str_to_int(request_form(c->rq, "version"), &s.version) || (!s.done && (!match_find_step(word, &s.step) || !str_to_int(request_form(c->rq, "other"), &s.other))))
        return RC_MALFORMED;
    enum rc rc = ctx_write(c, take_step, &s);
    if (rc == RC_INVALID || rc == RC_CONFLICT) {
        struct msg_arg detail = MSG_TEXT("detail", str_from(c->err.detail));
        TRY(require_own(c, side, &o)); /* as it stands now */
        return send_own(c, &o, tr_args(c, c->err.msg, &detail, 1), rc == RC_INVALID ? 422 : 409);
    }
    TRY(rc);
    return page_redirect(c, s.done ? S("/rounds") : o.path, s.done ? M_matching_handed_in_flash : 0);
}

enum rc match_own_mentors(struct ctx *c)
{
    return handle_own(c, HR_MENTEE);
}

enum rc match_own_mentees(struct ctx *c)
{
    return handle_own(c, HR_MENTOR);
}
