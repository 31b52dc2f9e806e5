/* The pages of swaps: offering a place, and one swap as each of those who have part in it sees it; what waits on Home; the mails. Whoever is
 * a member of the programme sees what is offered to all; a swap between two is seen by them and by who approves. */
#include "gen/programme/rota/rota_swap_view.h"
#include "out/mail.h"
#include "programme/people/people.h"
#include "programme/rota/inside.h"
#include "view/write.h"

#define HOME_MOST 10

static struct str swap_path(const struct ctx *c, int64_t id)
{
    return str_printf(c->a, "/swaps/%" PRId64, id);
}

/* ---- offering ------------------------------------------------------------------------------------------------------------------------- */

struct offering {
    struct arena *a;
    struct rota_offer o;
    int64_t now, id;
};

static enum rc offer(struct db *tx, void *arg, struct err *e)
{
    struct offering *s = arg;
    return rota_swap_offer(tx, s->a, &s->o, s->now, &s->id, e);
}

static struct form *offer_form(struct ctx *c, int64_t place, int64_t shift)
{
    struct choice *whom = ARENA_ARRAY(c->a, 2, struct choice), *what = ARENA_ARRAY(c->a, 2, struct choice);
    whom[0] = (struct choice){S("all"), tr(c, M_placement_swap_to_all), tr(c, M_placement_swap_to_all_hint)};
    whom[1] = (struct choice){S("one"), tr(c, M_placement_swap_to_one), STR_NONE};
    what[0] = (struct choice){S("give"), tr(c, M_placement_swap_give), STR_NONE};
    what[1] = (struct choice){S("exchange"), tr(c, M_placement_swap_exchange), tr(c, M_placement_swap_exchange_hint)};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/places/%" PRId64 "/swap", place), M_placement_swap_offer);
    f->cancel = rota_shift_path(c, shift, "");
    form_add(f, (struct field){.name = "whom", .kind = FIELD_CHOICE, .label = M_placement_swap_to, .required = true, .choices = whom, .choice_count = 2, .value = S("all")});
    form_add(f, (struct field){.name = "to", .kind = FIELD_EMAIL, .label = M_placement_swap_address, .hint = M_placement_swap_address_hint});
    form_add(f, (struct field){.name = "what", .kind = FIELD_CHOICE, .label = M_placement_swap_return, .required = true, .choices = what, .choice_count = 2, .value = S("give")});
    form_add(f, (struct field){.name = "words", .kind = FIELD_TEXT, .label = M_placement_swap_words, .max = 400});
    return f;
}

/* Whom she offers it to: by address alone, since people of a programme do not search each other by name. */
static enum rc read_whom(struct ctx *c, struct form *f, int64_t *to)
{
    *to = 0;
    if (str_eq_z(form_text(f, "whom"), "all"))
        return RC_OK;
    enum rc rc = form_text(f, "to").n != 0 ? people_by_email(c->db, c->a, form_text(f, "to"), to) : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND)
        form_error(f, "to", M_placement_swap_nobody, NULL);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc rota_handle_offer(struct ctx *c)
{
    int64_t id;
    struct row_rota_place_find p;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_place_find(c->db, c->a, id, &p));
    struct target t = {.person = p.person_id};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    if (p.person_id != c->who->person)
        return RC_NOT_FOUND;
    if (!str_eq_z(p.state, "held"))
        return err_set(&c->err, RC_GONE, M_placement_not_held, NULL);
    struct form *f = offer_form(c, id, p.shift_id);
    const struct crumb crumbs[] = {{p.title, f->cancel}};
    struct page page = rota_page(c, tr(c, M_placement_swap_offer), crumbs, 1);
    const struct msg_arg args[] = {MSG_TEXT("role", p.role), MSG_TEXT("when", rota_when(c, p.starts_at, p.ends_at)), MSG_NUM("n", p.notice_days)};
    struct str note = tr_args(c, M_placement_swap_note, args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, note, f);
    struct offering s = {.a = c->a, .now = c->now, .o = {.place = id, .person = c->who->person, .exchange = str_eq_z(form_text(f, "what"), "exchange"),
                                                         .words = form_text(f, "words"), .lang = c->lang}};
    TRY(read_whom(c, f, &s.o.to));
    enum rc rc = form_ok(f) ? ctx_write(c, offer, &s) : RC_OK;
    if (page_form_failed(c, f, rc, &page.status) || !form_ok(f))
        return rota_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, swap_path(c, s.id), M_placement_swap_offered);
}

/* ---- one swap --------------------------------------------------------------------------------------------------------------------------- */

struct seen {
    struct row_rota_swap_find w;
    bool mine, taker, asked, approves; /* asked: it is hers to take */
    bool stranger;                     /* has no part in it: came second */
};

static enum rc supervises_one(struct ctx *c, const struct row_rota_swap_find *w, bool *yes)
{
    struct row_rota_supervises here, there = {0};
    TRY(sql_rota_supervises(c->db, c->a, w->shift_id, c->who->person, &here));
    if (!w->other_shift_null)
        TRY(sql_rota_supervises(c->db, c->a, w->other_shift, c->who->person, &there));
    *yes = here.n + there.n != 0;
    return RC_OK;
}

static enum rc open_swap(struct ctx *c, struct seen *s)
{
    int64_t id;
    struct row_rota_member member;
    bool supervises;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_swap_find(c->db, c->a, id, &s->w));
    struct target t = {.programme = s->w.programme_id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &t));
    int64_t me = c->who->person;
    TRY(supervises_one(c, &s->w, &supervises));
    TRY(sql_rota_member(c->db, c->a, s->w.programme_id, me, s->w.day, &member));
    t.holder = supervises ? me : 0;
    s->mine = s->w.person_id == me;
    s->taker = !s->w.taker_id_null && s->w.taker_id == me;
    bool to_me = !s->w.to_person_id_null && s->w.to_person_id == me, to_all = s->w.to_person_id_null && member.member != 0 && str_eq_z(s->w.state, "asked");
    /* Whoever comes second is told so; nobody else is shown what has become of it. */
    bool second = c->rq->method == METHOD_POST && s->w.to_person_id_null && member.member != 0;
    s->asked = !s->mine && str_eq_z(s->w.state, "asked") && (to_me || to_all);
    s->approves = !s->mine && !s->taker && access_allows(c, P_SHIFT_RUN, &t);
    s->stranger = !s->mine && !s->taker && !to_me && !to_all && !s->approves;
    return !s->stranger || second ? RC_OK : RC_NOT_FOUND;
}

static struct form *step_form(struct ctx *c, const struct seen *s, const char *what, msg_id label, bool quiet)
{
    struct form *f = form_new(c->a, c->lang, c->zone, swap_path(c, s->w.id), label);
    f->no_warn = true;
    f->quiet = quiet;
    form_add_version(f, s->w.version);
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = str_from(what)});
    return f;
}

static struct form *refuse_form(struct ctx *c, const struct seen *s)
{
    struct form *f = step_form(c, s, "refuse", M_placement_swap_refuse, true);
    f->no_warn = false;
    form_add(f, (struct field){.name = "words", .kind = FIELD_TEXT, .label = M_placement_swap_why, .required = true, .max = 400});
    return f;
}

/* With what she can give in return, where that is wanted; NULL when she has nothing. */
static enum rc accept_form(struct ctx *c, const struct seen *s, const struct form **out)
{
    struct rows_rota_swap_givable rows;
    struct form *f = step_form(c, s, "accept", M_placement_swap_accept, false);
    *out = f;
    if (!s->w.exchange)
        return RC_OK;
    TRY(sql_rota_swap_givable(c->db, c->a, c->who->person, s->w.programme_id, c->now, ROTA_PAGE, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < rows.n; k++)
        if (c->today <= rows.v[k].day - rows.v[k].notice_days)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].id), .label = rota_when(c, rows.v[k].starts_at, rows.v[k].ends_at),
                                           .hint = str_printf(c->a, "%.*s: %.*s", STR_ARG(rows.v[k].title), STR_ARG(rows.v[k].role))};
    form_add(f, (struct field){.name = "other", .kind = FIELD_CHOICE, .label = M_placement_swap_give_which, .required = true, .choices = choices, .choice_count = n});
    if (n == 0)
        *out = NULL;
    return RC_OK;
}

static enum rc fill_steps(struct ctx *c, const struct seen *s, struct form *failed, struct view_rota_swap *v)
{
    bool answered = str_eq_z(s->w.state, "answered"), agreed = str_eq_z(s->w.state, "agreed");
    if (s->asked) {
        TRY(accept_form(c, s, &v->accept));
        v->none_to_give = v->accept == NULL;
        if (!s->w.to_person_id_null)
            v->decline = step_form(c, s, "decline", M_placement_swap_decline, true);
    } else if (s->mine) {
        if (answered) {
            v->confirm = step_form(c, s, "confirm", M_placement_swap_confirm, false);
            v->reject = step_form(c, s, "reject", M_placement_swap_reject, true);
        }
        v->withdraw = step_form(c, s, "withdraw", M_placement_swap_withdraw, true);
    } else if (s->taker) {
        v->decline = step_form(c, s, "decline", M_placement_swap_back, true);
    }
    if (s->approves && agreed) {
        v->approve = step_form(c, s, "approve", M_placement_swap_approve, false);
        v->refuse = failed != NULL ? failed : refuse_form(c, s);
    }
    return RC_OK;
}

static enum rc send_swap(struct ctx *c, const struct seen *s, struct str problem, struct form *failed, int status)
{
    const struct row_rota_swap_find *w = &s->w;
    bool open = str_eq_z(w->state, "asked") || str_eq_z(w->state, "answered") || str_eq_z(w->state, "agreed"), over = open && w->expires_at <= c->now;
    struct view_rota_swap v = {.problem = problem, .state = over ? S("expired") : w->state, .mine = s->mine, .approves = s->approves,
                               .person = rota_or_gone(c, w->person), .shift = rota_shift_path(c, w->shift_id, ""), .when = rota_when(c, w->starts_at, w->ends_at),
                               .title = w->title, .place = w->place, .role = w->role, .exchange = w->exchange, .words = w->words, .why = w->why, .until = w->expires_at,
                               .open = open && !over};
    struct view_rota_swap_other other = {0};
    if (!w->to_person_id_null)
        v.to = rota_or_gone(c, w->to_person);
    if (!w->taker_id_null)
        v.taker = rota_or_gone(c, w->taker);
    if (!w->other_shift_null) {
        other = (struct view_rota_swap_other){rota_shift_path(c, w->other_shift, ""), rota_when(c, w->other_starts, w->other_ends), w->other_title, w->other_role};
        v.other = &other;
    }
    if (v.open)
        TRY(fill_steps(c, s, failed, &v));
    const struct crumb crumbs[] = {{tr(c, M_placement_my_shifts), S("/shifts")}};
    struct page page = rota_page(c, tr(c, M_placement_swap), crumbs, 1);
    page.status = status;
    return view_rota_swap_page(c, &page, &v);
}

struct acting {
    struct arena *a;
    struct rota_swap_act s;
    int64_t now, person, shift;
};

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    const struct acting *w = arg;
    TRY(rota_swap_do(tx, w->a, &w->s, w->now, e));
    bool decides = w->s.step == ROTA_SWAP_APPROVE || w->s.step == ROTA_SWAP_REFUSE;
    return decides ? audit_note(tx, w->now, w->s.by, "rota_swap", w->person, "rota_shift", w->shift) : RC_OK;
}

static const struct {
    const char *word;
    enum rota_swap_step step;
    msg_id done;
} steps[] = {
    {"accept", ROTA_SWAP_ACCEPT, M_placement_swap_said_yes},     {"decline", ROTA_SWAP_DECLINE, M_placement_swap_said_no},
    {"confirm", ROTA_SWAP_CONFIRM, M_placement_swap_said_yes},   {"reject", ROTA_SWAP_REJECT, M_placement_swap_said_no},
    {"withdraw", ROTA_SWAP_WITHDRAW, M_placement_swap_is_withdrawn}, {"approve", ROTA_SWAP_APPROVE, M_placement_swap_approved},
    {"refuse", ROTA_SWAP_REFUSE, M_placement_swap_is_refused},
};

enum rc rota_handle_swap(struct ctx *c)
{
    struct seen s;
    size_t k = 0;
    TRY(open_swap(c, &s));
    if (c->rq->method != METHOD_POST)
        return send_swap(c, &s, STR_NONE, NULL, 0);
    while (k < COUNT_OF(steps) && !str_eq_z(request_form(c->rq, "what"), steps[k].word))
        k++;
    if (k == COUNT_OF(steps) || ((steps[k].step == ROTA_SWAP_APPROVE || steps[k].step == ROTA_SWAP_REFUSE) && !s.approves))
        return RC_NOT_FOUND;
    struct acting w = {.a = c->a, .now = c->now, .person = s.w.person_id, .shift = s.w.shift_id,
                       .s = {.swap = s.w.id, .by = c->who->person, .step = steps[k].step, .approves = s.approves, .lang = c->lang}};
    (void)str_to_int(request_form(c->rq, "version"), &w.s.version);
    (void)str_to_int(request_form(c->rq, "other"), &w.s.other);
    struct form *f = refuse_form(c, &s);
    if (w.s.step == ROTA_SWAP_REFUSE) {
        if (!form_read(f, c->rq->form, c->rq->form_count))
            return send_swap(c, &s, STR_NONE, f, 422);
        w.s.words = form_text(f, "words");
    }
    enum rc rc = ctx_write(c, act, &w);
    if (rc == RC_INVALID || rc == RC_CONFLICT) {
        const struct msg_arg detail = MSG_TEXT("detail", str_from(c->err.detail));
        struct str problem = tr_args(c, c->err.msg, &detail, 1);
        TRY(open_swap(c, &s));
        if (s.stranger)
            return rc;
        return send_swap(c, &s, problem, NULL, rc == RC_INVALID ? 422 : 409);
    }
    TRY(rc);
    /* Whoever turned down what is offered to others is a stranger to it now. */
    bool stays = s.mine || s.approves || w.s.step == ROTA_SWAP_ACCEPT || (!s.w.to_person_id_null && s.w.to_person_id == c->who->person);
    return page_redirect(c, stays ? swap_path(c, s.w.id) : S("/shifts"), steps[k].done);
}

/* ---- Home, mails ------------------------------------------------------------------------------------------------------------------------ */

static void add_item(struct ctx *c, struct home_list *list, msg_id text, struct str title, int64_t id, int64_t starts_at, int64_t ends_at)
{
    const struct msg_arg arg = MSG_TEXT("title", title);
    home_add(list, (struct home_item){.title = tr_args(c, text, &arg, 1), .href = swap_path(c, id), .detail = rota_when(c, starts_at, ends_at),
                                      .kind = tr(c, M_placement_swap), .weight = 11});
}

enum rc rota_swap_home(struct ctx *c, struct home_list *list)
{
    struct rows_rota_swaps_of mine;
    struct row_rota_swaps_for_all_count all;
    struct rows_rota_swaps_to_approve_by sees;
    TRY(sql_rota_swaps_of(c->db, c->a, c->who->person, c->now, &mine));
    for (size_t k = 0; k < mine.n && k < HOME_MOST; k++) {
        bool own = mine.v[k].person_id == c->who->person;
        if (!own && str_eq_z(mine.v[k].state, "asked"))
            add_item(c, list, M_placement_home_swap_asked, mine.v[k].title, mine.v[k].id, mine.v[k].starts_at, mine.v[k].ends_at);
        else if (own && str_eq_z(mine.v[k].state, "answered"))
            add_item(c, list, M_placement_home_swap_answered, mine.v[k].title, mine.v[k].id, mine.v[k].starts_at, mine.v[k].ends_at);
    }
    TRY(sql_rota_swaps_for_all_count(c->db, c->a, c->who->person, c->today, c->now, HOME_MOST, &all));
    if (all.n != 0) {
        const struct msg_arg n = MSG_NUM("n", all.n);
        home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_swaps_all, &n, 1), .href = S("/shifts"), .kind = tr(c, M_placement_swap), .weight = 18});
    }
    TRY(sql_rota_swaps_to_approve_by(c->db, c->a, c->who->person, c->now, &sees));
    for (size_t k = 0; k < sees.n && k < HOME_MOST; k++)
        add_item(c, list, M_placement_home_swap_approve, sees.v[k].title, sees.v[k].id, sees.v[k].starts_at, sees.v[k].ends_at);
    for (size_t g = 0; g < c->who->grant_count; g++) {
        struct rows_rota_swaps_to_approve rows;
        struct target t = {.programme = c->who->grants[g].programme};
        if (t.programme == 0 || !access_allows(c, P_PLACEMENT_MANAGE, &t))
            continue;
        TRY(sql_rota_swaps_to_approve(c->db, c->a, t.programme, c->now, HOME_MOST, &rows));
        for (size_t k = 0; k < rows.n; k++)
            add_item(c, list, M_placement_home_swap_approve, rows.v[k].title, rows.v[k].id, rows.v[k].starts_at, rows.v[k].ends_at);
    }
    return RC_OK;
}

/* What is said to somebody about a swap in its present state: the sentence. 0: nothing, it has moved on. */
static msg_id said_to(const struct row_rota_swap_find *w, int64_t person)
{
    bool mine = w->person_id == person, taker = !w->taker_id_null && w->taker_id == person, to = !w->to_person_id_null && w->to_person_id == person;
    if (str_eq_z(w->state, "asked"))
        return mine ? M_placement_mail_swap_again : to ? M_placement_mail_swap_asked : M_placement_mail_swap_not_taken;
    if (str_eq_z(w->state, "answered"))
        return mine ? M_placement_mail_swap_answered : 0;
    if (str_eq_z(w->state, "agreed"))
        return mine || taker ? 0 : M_placement_mail_swap_approve;
    if (str_eq_z(w->state, "done"))
        return taker ? M_placement_mail_swap_yours : mine ? M_placement_mail_swap_done : 0;
    return mine || taker ? M_placement_mail_swap_over : 0;
}

enum rc rota_write_swap_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct str rest = about, first;
    struct row_rota_swap_find w;
    struct person_details d = {.language = STR_NONE};
    struct programme of;
    int64_t id, person;
    (void)now;
    if (!str_cut(&rest, ' ', &first) || !str_to_int(first, &id) || !str_to_int(rest, &person))
        return RC_NOT_FOUND;
    TRY(sql_rota_swap_find(tx, a, id, &w));
    TRY(people_find(tx, a, person, &d, NULL));
    TRY(programme_find(tx, a, w.programme_id, &of));
    msg_id said = said_to(&w, person);
    if (d.email.n == 0 || said == 0)
        return RC_NOT_FOUND; /* it stands among her shifts, or has moved on */
    const struct zone *zone = zone_find(of.zone);
    int lang = lang_find(d.language.p != NULL ? d.language : of.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_TEXT("title", w.title), MSG_TEXT("role", w.role), MSG_TEXT("place", w.place),
                                   MSG_TEXT("when", view_time_str(a, lang, zone != NULL ? zone : zone_utc(), w.starts_at)),
                                   MSG_TEXT("said", msg_format(a, lang, said, NULL, 0)), MSG_TEXT("link", mail_link(a, str_printf(a, "/swaps/%" PRId64, id)))};
    *out = (struct mail){.to = d.email, .subject = msg_format(a, lang, M_placement_mail_swap_subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, M_placement_mail_swap_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_placement_mail_swap_line, args, COUNT_OF(args))};
    return RC_OK;
}
