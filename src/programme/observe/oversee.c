/* What the coordinator sees: numbers, patterns in plain words, what people asked her to look at, places and settings. A pattern
 * accuses nobody: it says what was seen and where to look. */
#include "engine/stats/kappa.h"
#include "gen/programme/observe/observe_programme_view.h"
#include "programme/observe/inside.h"

#define SINCE_DAYS 180
#define SHOWN 50
#define PATTERNS 20
#define GROUPS_MOST 500

static enum rc fill_look(struct ctx *c, int64_t programme, struct observe_names *names, struct view_observe_programme *v)
{
    struct rows_observe_to_look rows;
    TRY(sql_observe_to_look(c->db, c->a, programme, SHOWN, &rows));
    struct view_observe_programme_look *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_programme_look);
    for (size_t k = 0; k < rows.n; k++) {
        list[k] = (struct view_observe_programme_look){.href = observe_path(c, "/observations/", rows.v[k].id),
                                                       .subject = observe_or_gone(c, rows.v[k].subject),
                                                       .words = rows.v[k].look_words,
                                                       .since = rows.v[k].look_at};
        TRY(observe_act_name(c, names, rows.v[k].instrument_id, rows.v[k].act, &list[k].act));
    }
    v->look = list;
    v->look_count = rows.n;
    return RC_OK;
}

/* ---- patterns ----------------------------------------------------------------------------------------------------------------- */

struct pattern_list {
    struct view_observe_programme_patterns *v;
    size_t n;
};

static void add_pattern(struct ctx *c, struct pattern_list *list, msg_id text, const struct msg_arg *args, size_t count, int64_t one)
{
    list->v[list->n++] = (struct view_observe_programme_patterns){tr_args(c, text, args, count), observe_path(c, "/observations/", one)};
}

static enum rc fill_patterns(struct ctx *c, int64_t programme, const struct observe_patterns *from, int64_t since, struct view_observe_programme *v)
{
    struct rows_observe_backdated late;
    struct rows_observe_bulk bulk;
    struct rows_observe_one_signs one;
    struct pattern_list list = {.v = ARENA_ARRAY(c->a, 3 * PATTERNS, struct view_observe_programme_patterns)};
    TRY(sql_observe_backdated(c->db, c->a, programme, since, from->late_days, from->late_least, PATTERNS, &late));
    for (size_t k = 0; k < late.n; k++) {
        const struct row_observe_backdated *r = &late.v[k];
        struct msg_arg args[] = {MSG_TEXT("observer", observe_observer(c, r->observer, !r->observer_id_null, r->name)), MSG_NUM("n", r->n),
                                 MSG_NUM("limit", from->late_days), MSG_NUM("latest", r->latest)};
        add_pattern(c, &list, M_observe_pattern_late, args, COUNT_OF(args), r->one);
    }
    TRY(sql_observe_bulk(c->db, c->a, programme, since, from->bulk_minutes * MS_PER_MINUTE, from->bulk_least, PATTERNS, &bulk));
    for (size_t k = 0; k < bulk.n; k++) {
        const struct row_observe_bulk *r = &bulk.v[k];
        struct msg_arg args[] = {MSG_TEXT("observer", observe_observer(c, r->observer, !r->observer_id_null, r->name)), MSG_NUM("n", r->n),
                                 MSG_NUM("minutes", from->bulk_minutes)};
        add_pattern(c, &list, M_observe_pattern_bulk, args, COUNT_OF(args), r->one);
    }
    TRY(sql_observe_one_signs(c->db, c->a, programme, since, from->one_least, from->one_percent, PATTERNS, &one));
    for (size_t k = 0; k < one.n; k++) {
        const struct row_observe_one_signs *r = &one.v[k];
        struct msg_arg args[] = {MSG_TEXT("observer", observe_observer(c, r->observer, !r->observer_id_null, r->name)), MSG_NUM("n", r->n),
                                 MSG_NUM("total", r->all_of), MSG_TEXT("subject", observe_or_gone(c, r->subject))};
        add_pattern(c, &list, M_observe_pattern_one, args, COUNT_OF(args), r->one);
    }
    v->patterns = list.v;
    v->patterns_count = list.n;
    return RC_OK;
}

/* ---- agreement of assessors -------------------------------------------------------------------------------------------------------- */

#define PAIRS_MOST 20000

/* Rows come instrument by instrument, scale by scale. */
static enum rc fill_agreement(struct ctx *c, int64_t programme, struct view_observe_programme *v)
{
    struct rows_assessment_pairs rows;
    TRY(sql_assessment_pairs(c->db, c->a, programme, PAIRS_MOST, &rows));
    struct view_observe_programme_agreement *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_programme_agreement);
    int *first = ARENA_ARRAY(c->a, rows.n, int), *second = ARENA_ARRAY(c->a, rows.n, int);
    for (size_t from = 0, to; from < rows.n; from = to) {
        struct instrument i;
        for (to = from; to < rows.n && str_eq(rows.v[to].slug, rows.v[from].slug) && rows.v[to].low == rows.v[from].low &&
                        rows.v[to].high == rows.v[from].high;
             to++) {
            first[to - from] = (int)rows.v[to].first_point;
            second[to - from] = (int)rows.v[to].second_point;
        }
        struct agreement g = agreement_of(first, second, to - from);
        struct kappa agreed;
        struct opt_real kappa = {0};
        if (kappa_of_points(c->a, first, second, to - from, (int)rows.v[from].low, (int)rows.v[from].high, &agreed))
            kappa = SOME_REAL(agreed.value.est);
        enum rc rc = instrument_current(c->db, c->a, rows.v[from].slug, lang_tag(c->lang), &i);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        list[v->agreement_count++] = (struct view_observe_programme_agreement){.title = rc == RC_OK ? i.title : rows.v[from].slug,
                                                                               .items = (int64_t)g.items,
                                                                               .exact = (int64_t)(g.exact * 100 / g.items),
                                                                               .within = (int64_t)(g.within_one * 100 / g.items),
                                                                               .kappa = kappa};
    }
    v->agreement = list;
    return RC_OK;
}

static enum rc fill_assessments(struct ctx *c, int64_t programme, struct view_observe_programme *v)
{
    struct rows_assessment_in_programme rows;
    TRY(sql_assessment_in_programme(c->db, c->a, programme, SHOWN, &rows));
    struct view_observe_programme_assessments *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_programme_assessments);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_assessment_in_programme *r = &rows.v[k];
        list[k] = (struct view_observe_programme_assessments){.href = observe_path(c, "/assessments/", r->id),
                                                              .title = r->title,
                                                              .subject = observe_or_gone(c, r->subject),
                                                              .first = observe_or_gone(c, r->first),
                                                              .second = r->second.p != NULL ? r->second : S(""),
                                                              .day = r->day,
                                                              .complete = !r->complete_at_null};
    }
    v->assessments = list;
    v->assessments_count = rows.n;
    return RC_OK;
}

static enum rc fill_places(struct ctx *c, int64_t programme, struct view_observe_programme *v)
{
    struct rows_observe_link_places rows;
    TRY(sql_observe_link_places(c->db, c->a, programme, SHOWN, &rows));
    struct view_observe_programme_places *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_programme_places);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_observe_link_places *r = &rows.v[k];
        bool open = r->revoked_at_null && r->expires_at > c->now;
        list[k] = (struct view_observe_programme_places){.title = r->title,
                                                         .group = r->group_title.p != NULL ? r->group_title : S(""),
                                                         .seen = r->seen,
                                                         .state = open ? S("open") : S("closed"),
                                                         .until = r->expires_at};
        if (open) {
            list[k].poster = str_printf(c->a, "/codes/%" PRId64 "?as=poster", r->id);
            list[k].revoke = str_printf(c->a, "/codes/%" PRId64 "/revoke", r->id);
        }
    }
    v->places = list;
    v->places_count = rows.n;
    return RC_OK;
}

static struct page page_of(struct ctx *c, const struct programme *p, msg_id title, size_t depth)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){p->title, observe_path(c, "/programmes/", p->id)};
    crumbs[1] = (struct crumb){tr(c, M_observe_programme_title), str_printf(c->a, "/programmes/%" PRId64 "/observing", p->id)};
    return (struct page){.title = tr(c, title), .section = "/programmes", .crumbs = crumbs, .crumb_count = depth};
}

enum rc observe_get_programme(struct ctx *c)
{
    struct programme p;
    struct observe_setting setting;
    struct row_observe_counts n;
    struct instrument i;
    struct observe_names *names = ARENA_NEW(c->a, struct observe_names);
    int64_t since = c->now - SINCE_DAYS * MS_PER_DAY;
    TRY(observe_require_programme(c, &p));
    TRY(observe_load_setting(c->db, c->a, p.id, &setting));
    TRY(sql_observe_counts(c->db, c->a, p.id, since, &n));
    struct view_observe_programme v = {.confirmed = n.confirmed,
                                       .unconfirmed = n.unconfirmed,
                                       .taken_back = n.taken_back,
                                       .people = n.people,
                                       .observers = n.observers,
                                       .outside = n.outside,
                                       .days = SINCE_DAYS,
                                       .choose = setting.choose,
                                       .settings = str_printf(c->a, "/programmes/%" PRId64 "/observing/settings", p.id)};
    if (setting.choose)
        v.place_new = str_printf(c->a, "/programmes/%" PRId64 "/observing/places/new", p.id);
    enum rc rc = instrument_current(c->db, c->a, setting.instrument, lang_tag(c->lang), &i);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    v.instrument = rc == RC_OK ? i.title : tr(c, M_observe_no_instrument);
    TRY(fill_look(c, p.id, names, &v));
    TRY(fill_patterns(c, p.id, &setting.patterns, since, &v));
    TRY(fill_places(c, p.id, &v));
    TRY(fill_agreement(c, p.id, &v));
    TRY(fill_assessments(c, p.id, &v));
    struct page page = page_of(c, &p, M_observe_programme_title, 1);
    return view_observe_programme_page(c, &page, &v);
}

/* ---- settings and places --------------------------------------------------------------------------------------------------------------- */

static enum rc write_setting(struct db *tx, void *arg, struct err *e)
{
    return observe_save_setting(tx, arg, e);
}

/* The numbers from which on a pattern is shown. */
static const struct {
    const char *name;
    msg_id label;
    int64_t min, max;
    size_t at;
} numbers[] = {{"late_days", M_observe_set_late_days, 2, OBSERVE_BACK_DAYS, offsetof(struct observe_patterns, late_days)},
               {"late_least", M_observe_set_late_least, 2, 100, offsetof(struct observe_patterns, late_least)},
               {"bulk_minutes", M_observe_set_bulk_minutes, 1, 1440, offsetof(struct observe_patterns, bulk_minutes)},
               {"bulk_least", M_observe_set_bulk_least, 2, 100, offsetof(struct observe_patterns, bulk_least)},
               {"one_least", M_observe_set_one_least, 2, 100, offsetof(struct observe_patterns, one_least)},
               {"one_percent", M_observe_set_one_percent, 51, 100, offsetof(struct observe_patterns, one_percent)}};

static int64_t *number_of(struct observe_patterns *p, size_t k)
{
    return (int64_t *)(void *)((char *)p + numbers[k].at);
}

static void add_numbers(struct ctx *c, struct form *f, struct observe_patterns *p)
{
    for (size_t k = 0; k < COUNT_OF(numbers); k++)
        form_add(f, (struct field){.name = numbers[k].name, .kind = FIELD_INT, .label = numbers[k].label, .required = true, .min = numbers[k].min, .max = numbers[k].max,
                                   .value = str_printf(c->a, "%" PRId64, *number_of(p, k))});
}

enum rc observe_handle_setting(struct ctx *c)
{
    struct programme p;
    struct observe_setting s;
    struct instrument_entry *all;
    size_t count;
    TRY(observe_require_programme(c, &p));
    TRY(observe_load_setting(c->db, c->a, p.id, &s));
    TRY(instrument_list(c->db, c->a, INSTRUMENT_MOMENT, lang_tag(c->lang), &all, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    for (size_t k = 0; k < count; k++)
        choices[k] = (struct choice){.value = all[k].slug, .label = all[k].title};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/observing/settings", p.id), M_observe_settings_save);
    f->cancel = str_printf(c->a, "/programmes/%" PRId64 "/observing", p.id);
    form_add(f, (struct field){.name = "instrument", .kind = FIELD_CHOICE, .label = M_observe_instrument, .required = true, .choices = choices, .choice_count = count, .value = s.instrument});
    form_add(f, (struct field){.name = "choose", .kind = FIELD_BOOL, .label = M_observe_choose_allow, .hint = M_observe_choose_hint, .value = s.choose ? S("1") : S("")});
    form_add(f, (struct field){.name = "days", .kind = FIELD_INT, .label = M_observe_code_days, .required = true, .min = 1, .max = 730, .value = str_printf(c->a, "%" PRId64, s.code_days)});
    add_numbers(c, f, &s.patterns);
    form_add_version(f, s.version);
    struct page page = page_of(c, &p, M_observe_settings, 2);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, STR_NONE, f);
    s = (struct observe_setting){p.id, form_text(f, "instrument"), form_bool(f, "choose"), form_int(f, "days", OBSERVE_CODE_DAYS), OBSERVE_PATTERNS, form_int(f, "version", 0)};
    for (size_t k = 0; k < COUNT_OF(numbers); k++)
        *number_of(&s.patterns, k) = form_int(f, numbers[k].name, *number_of(&s.patterns, k));
    enum rc rc = ctx_write(c, write_setting, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/programmes/%" PRId64 "/observing", p.id), M_observe_settings_saved);
}

struct placing {
    struct arena *a;
    int64_t programme, group, now, link;
    struct str title;
};

static enum rc place(struct db *tx, void *arg, struct err *e)
{
    struct placing *s = arg;
    (void)e;
    return observe_add_place(tx, s->a, s->programme, s->group, s->title, s->now, &s->link);
}

enum rc observe_handle_place(struct ctx *c)
{
    struct programme p;
    struct rows_observe_groups groups;
    struct observe_setting setting;
    TRY(observe_require_programme(c, &p));
    TRY(observe_load_setting(c->db, c->a, p.id, &setting));
    if (!setting.choose)
        return err_set(&c->err, RC_CONFLICT, M_observe_places_off, NULL);
    TRY(sql_observe_groups(c->db, c->a, p.id, GROUPS_MOST, &groups));
    struct choice *choices = ARENA_ARRAY(c->a, groups.n, struct choice);
    for (size_t k = 0; k < groups.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, groups.v[k].id), .label = groups.v[k].title};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/observing/places/new", p.id), M_observe_place_new);
    f->cancel = str_printf(c->a, "/programmes/%" PRId64 "/observing", p.id);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_observe_place_title, .hint = M_observe_place_title_hint, .required = true, .max = 80});
    form_add(f, (struct field){.name = "group", .kind = FIELD_CHOICE, .label = M_observe_place_group, .required = true, .choices = choices, .choice_count = groups.n});
    struct page page = page_of(c, &p, M_observe_place_new, 2);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, STR_NONE, f);
    struct placing s = {.a = c->a, .programme = p.id, .group = form_int(f, "group", 0), .now = c->now, .title = form_text(f, "title")};
    TRY(ctx_write(c, place, &s));
    return page_redirect(c, str_printf(c->a, "/codes/%" PRId64 "?as=poster", s.link), M_observe_place_made);
}

/* ---- having looked --------------------------------------------------------------------------------------------------------------------- */

struct deciding {
    struct arena *a;
    int64_t id, version, by, now, subject;
    bool takes_back;
    struct str answer;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct deciding *s = arg;
    TRY(observe_look(tx, s->a, s->id, s->version, s->takes_back, s->answer, s->by, s->now, e));
    return audit_note(tx, s->now, s->by, s->takes_back ? "observation_void" : "observation_keep", s->subject, "observation", s->id);
}

enum rc observe_handle_looked(struct ctx *c)
{
    int64_t id;
    struct row_observation_find o;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_observation_find(c->db, c->a, id, &o));
    struct target t = {.programme = o.programme_id};
    TRY(access_require(c, P_OBSERVATION_MANAGE, &t));
    if (o.look_at_null || !o.looked_at_null || o.subject_id == c->who->person)
        return RC_NOT_FOUND;
    struct choice choices[] = {{.value = S("keep"), .label = tr(c, M_observe_decide_keep)},
                               {.value = S("void"), .label = tr(c, M_observe_decide_void), .hint = tr(c, M_observe_decide_void_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/observations/%" PRId64 "/decide", o.id), M_observe_decide_send);
    f->cancel = observe_path(c, "/observations/", o.id);
    form_add(f, (struct field){.name = "outcome", .kind = FIELD_CHOICE, .label = M_observe_decide, .required = true, .choices = choices, .choice_count = 2});
    form_add(f, (struct field){.name = "answer", .kind = FIELD_LONG_TEXT, .label = M_observe_look_answer, .hint = M_observe_decide_hint, .required = true, .max = 1000});
    form_add_version(f, o.version);
    struct crumb crumbs[] = {{observe_or_gone(c, o.subject), observe_path(c, "/observations/", o.id)}};
    struct page page = {.title = tr(c, M_observe_decide), .section = "/programmes", .crumbs = crumbs, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, o.look_words, f);
    struct deciding s = {c->a, o.id, form_int(f, "version", 0), c->who->person, c->now, o.subject_id, str_eq_z(form_text(f, "outcome"), "void"), form_text(f, "answer")};
    enum rc rc = ctx_write(c, decide, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, o.look_words, f);
    TRY(rc);
    return page_redirect(c, observe_path(c, "/observations/", o.id), M_observe_decided);
}
