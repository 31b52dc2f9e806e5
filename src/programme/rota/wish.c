/* Handing in wishes: the rules and the page. */
#include "gen/programme/rota/alloc_sql.h"
#include "programme/rota/alloc.h"
#include "programme/rota/inside.h"

#define CHOICES_MOST ROTA_RANKED_MOST
#define CHOICES_FIRST 8 /* shown at first: each lists every shift, so a phone gets no more than are used */
#define CHOICES_MORE 4  /* behind those that are filled */
#define SHIFTS_MOST 400

/* ---- the rules ------------------------------------------------------------------------------------------------------------------------ */

static enum rc check(struct db *tx, struct arena *a, const struct rota_wishes *w, int64_t today, int64_t now, struct err *e)
{
    struct row_rota_term_find t;
    TRY(sql_rota_term_find(tx, a, w->term, &t));
    if (!str_eq_z(t.state, "wishing") || t.wish_until_day < today)
        return err_set(e, RC_INVALID, M_placement_wishes_closed, NULL);
    if (w->most > t.most)
        return err_field(e, RC_INVALID, M_placement_enough, "most", "%" PRId64, t.most);
    for (int k = 0; k < 7; k++)
        if (w->never[k] && w->gladly[k])
            return err_field(e, RC_INVALID, M_placement_both_days, "gladly", NULL);
    for (size_t k = 0; k < w->count; k++) {
        struct row_rota_shift_in_term in;
        for (size_t m = 0; m < k; m++)
            if (w->shifts[m] == w->shifts[k])
                return err_field(e, RC_INVALID, M_placement_ranked_twice, "c1", "%zu", k + 1);
        TRY(sql_rota_shift_in_term(tx, a, w->shifts[k], w->term, now, &in));
        if (in.n == 0)
            return err_field(e, RC_INVALID, M_placement_shift_cancelled, "c1", NULL);
    }
    return RC_OK;
}

enum rc rota_hand_in(struct db *tx, struct arena *a, const struct rota_wishes *w, int64_t today, int64_t now, struct err *e)
{
    TRY(check(tx, a, w, today, now, e));
    if (w->version == 0)
        TRY(sql_rota_wisher_add(tx, w->term, w->person, w->most, now));
    else
        TRY(sql_rota_wisher_change(tx, w->term, w->person, w->version, w->most, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_placement_changed, NULL);
    TRY(sql_rota_wish_clear(tx, w->term, w->person));
    TRY(sql_rota_wish_days_clear(tx, w->term, w->person));
    for (size_t k = 0; k < w->count; k++)
        TRY(sql_rota_wish_add(tx, w->term, w->person, w->shifts[k], (int64_t)k + 1));
    for (int k = 0; k < 7; k++)
        if (w->never[k] || w->gladly[k])
            TRY(sql_rota_wish_day_add(tx, w->term, w->person, k, w->never[k] ? S("never") : S("gladly")));
    return RC_OK;
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------- */

struct handing {
    struct arena *a;
    struct rota_wishes w;
    int64_t today, now;
};

static enum rc hand_in(struct db *tx, void *arg, struct err *e)
{
    const struct handing *h = arg;
    return rota_hand_in(tx, h->a, &h->w, h->today, h->now, e);
}

static void add_days(struct ctx *c, struct form *f, const char *name, msg_id label, msg_id hint, const struct rows_rota_wish_days_of *days, const char *kind)
{
    struct choice *choices = ARENA_ARRAY(c->a, 7, struct choice);
    struct str *values = ARENA_ARRAY(c->a, 7, struct str);
    size_t n = 0;
    for (int k = 0; k < 7; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%d", k), .label = rota_weekday(c, k)};
    for (size_t k = 0; k < days->n; k++)
        if (str_eq_z(days->v[k].kind, kind))
            values[n++] = choices[days->v[k].weekday].value;
    form_add(f, (struct field){.name = name, .kind = FIELD_MANY, .label = label, .hint = hint, .choices = choices, .choice_count = 7, .values = values, .value_count = n});
}

/* Names of the selects; static, since a field keeps a pointer to its name. */
static const char *const choice_names[CHOICES_MOST] = {"c1",  "c2",  "c3",  "c4",  "c5",  "c6",  "c7",  "c8",  "c9",  "c10",
                                                       "c11", "c12", "c13", "c14", "c15", "c16", "c17", "c18", "c19", "c20"};

/* How many the page has: some behind those kept; of a page that comes back, as many as it had. */
static size_t choices_shown(const struct request *rq, size_t kept)
{
    size_t n = kept + CHOICES_MORE;
    if (rq->method == METHOD_POST)
        for (n = 0; n < CHOICES_MOST && request_form(rq, choice_names[n]).p != NULL;)
            n++;
    return n < CHOICES_FIRST ? CHOICES_FIRST : n < CHOICES_MOST ? n : CHOICES_MOST;
}

static enum rc make_form(struct ctx *c, const struct row_rota_term_find *t, struct form **out, int64_t *version)
{
    struct rows_rota_wish_choice shifts;
    struct rows_rota_wishes_of wishes;
    struct rows_rota_wish_days_of days;
    struct row_rota_wisher_find w;
    enum rc rc = sql_rota_wisher_find(c->db, c->a, t->id, c->who->person, &w);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *version = rc == RC_OK ? w.version : 0;
    TRY(sql_rota_wish_choice(c->db, c->a, t->id, c->now, SHIFTS_MOST, &shifts));
    TRY(sql_rota_wishes_of(c->db, c->a, t->id, c->who->person, &wishes));
    TRY(sql_rota_wish_days_of(c->db, c->a, t->id, c->who->person, &days));
    struct choice *choices = ARENA_ARRAY(c->a, shifts.n + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_placement_no_choice)};
    for (size_t k = 0; k < shifts.n; k++)
        choices[k + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, shifts.v[k].id),
                                         .label = str_printf(c->a, "%.*s, %.*s", STR_ARG(rota_when(c, shifts.v[k].starts_at, shifts.v[k].ends_at)), STR_ARG(shifts.v[k].title))};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, rota_term_path(c, t->id, "/wishes"), M_placement_hand_in);
    f->cancel = S("/shifts");
    f->draft = str_printf(c->a, "wishes-%" PRId64, t->id);
    form_add_version(f, *version);
    form_add(f, (struct field){.name = "most", .kind = FIELD_INT, .label = M_placement_wish_most, .required = true, .min = 1, .max = t->most, .value = str_printf(c->a, "%" PRId64, *version != 0 ? w.most : t->most)});
    size_t shown = choices_shown(c->rq, wishes.n);
    for (size_t k = 0; k < shown; k++) {
        struct msg_arg n = MSG_NUM("n", (int64_t)k + 1);
        form_add(f, (struct field){.name = choice_names[k], .kind = FIELD_CHOICE, .label_text = tr_args(c, M_placement_wish_rank, &n, 1), .choices = choices, .choice_count = shifts.n + 1,
                                   .hint = k + 1 == shown && shown < CHOICES_MOST ? M_placement_wish_more : 0,
                                   .value = k < wishes.n ? str_printf(c->a, "%" PRId64, wishes.v[k].shift_id) : S("0")});
    }
    add_days(c, f, "gladly", M_placement_wish_gladly, M_placement_wish_gladly_hint, &days, "gladly");
    add_days(c, f, "never", M_placement_wish_never, 0, &days, "never");
    return RC_OK;
}

enum rc rota_handle_wishes(struct ctx *c)
{
    int64_t id, version;
    struct row_rota_term_find t;
    struct row_rota_member member;
    struct form *f;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_term_find(c->db, c->a, id, &t));
    struct target of = {.programme = t.programme_id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &of));
    TRY(sql_rota_member(c->db, c->a, t.programme_id, c->who->person, c->today, &member));
    if (member.member == 0 || str_eq_z(t.state, "planned"))
        return RC_NOT_FOUND;
    if (!str_eq_z(t.state, "wishing") || t.wish_until_day < c->today)
        return err_set(&c->err, RC_GONE, M_placement_wishes_closed, NULL);
    TRY(make_form(c, &t, &f, &version));
    const struct crumb crumbs[] = {{tr(c, M_placement_my_shifts), S("/shifts")}};
    struct page page = rota_page(c, tr(c, M_placement_wishes), crumbs, 1);
    page.caption = t.title;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, tr(c, M_placement_wishes_note), f);
    struct handing h = {.a = c->a, .today = c->today, .now = c->now};
    int64_t *shifts = ARENA_ARRAY(c->a, CHOICES_MOST, int64_t);
    h.w = (struct rota_wishes){.term = id, .person = c->who->person, .version = form_int(f, "version", 0), .most = form_int(f, "most", 1), .shifts = shifts};
    for (size_t k = 0; k < choices_shown(c->rq, 0); k++) {
        int64_t shift = form_int(f, choice_names[k], 0);
        if (shift != 0)
            shifts[h.w.count++] = shift;
    }
    for (int k = 0; k < 7; k++) {
        struct str day = str_printf(c->a, "%d", k);
        h.w.never[k] = form_has(f, "never", day);
        h.w.gladly[k] = form_has(f, "gladly", day);
    }
    enum rc rc = ctx_write(c, hand_in, &h);
    if (page_edit_failed(c, f, rc, version, &page.status))
        return rota_send_form(c, &page, tr(c, M_placement_wishes_note), f);
    TRY(rc);
    return page_redirect(c, S("/shifts"), M_placement_wishes_kept);
}
