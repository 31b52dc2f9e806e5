/* The page that a code opens: who, which act, two lines, one to three behaviours; and the mailed link behind it. It is for a phone
 * on a ward: no account, little to load, all in one page, sent once. The markup is written here because the choice of an act
 * unfolds its behaviours, which no ordinary form does. */
#include "gen/msg_form.h"
#include "gen/programme/observe/observe_confirm_view.h"
#include "gen/programme/observe/observe_form_view.h"
#include "gen/programme/observe/observe_sent_view.h"
#include "programme/observe/inside.h"
#include "view/markdown.h"

#define CHOOSE_MOST 80
#define KEY_MIN 16
#define KEY_MAX 64

struct opened {
    struct row_observe_link_by_hash link;
    struct programme programme;
    const struct zone *zone;
    int64_t today;
    struct observe_setting setting;
    struct instrument instrument;
    struct rows_observe_choose people; /* behind a place's code */
    struct str action;
    int64_t seen_at; /* a shift on which both were: when it began; 0: none */
};

/* ---- opening ------------------------------------------------------------------------------------------------------------------- */

static enum rc check_link(struct ctx *c, const struct row_observe_link_by_hash *l)
{
    bool request = str_eq_z(l->kind, "request");
    if (!l->revoked_at_null)
        return err_set(&c->err, RC_GONE, M_observe_gone_revoked, NULL);
    if (request && !l->used_at_null)
        return err_set(&c->err, RC_GONE, M_observe_gone_used, NULL);
    if (l->expires_at <= c->now)
        return err_set(&c->err, RC_GONE, M_observe_gone_expired, NULL);
    if (!l->person_id_null && (l->subject.p == NULL))
        return err_set(&c->err, RC_GONE, M_observe_gone_revoked, NULL);
    if (!l->person_id_null && l->person_id == c->who->person)
        return err_set(&c->err, RC_DENIED, M_observe_own_code, NULL);
    return RC_OK;
}

static enum rc open_rest(struct ctx *c, struct opened *o)
{
    TRY(programme_find(c->db, c->a, o->link.programme_id, &o->programme));
    o->zone = zone_find(o->programme.zone);
    if (o->zone == NULL)
        o->zone = c->zone;
    o->today = day_from_ms(o->zone, c->now);
    TRY(observe_load_setting(c->db, c->a, o->link.programme_id, &o->setting));
    enum rc rc = instrument_current(c->db, c->a, o->setting.instrument, lang_tag(c->lang), &o->instrument);
    if (rc == RC_NOT_FOUND)
        return err_set(&c->err, RC_GONE, M_observe_no_instrument, NULL);
    TRY(rc);
    if (!o->link.group_id_null) {
        if (!o->setting.choose)
            return err_set(&c->err, RC_GONE, M_observe_gone_choose, NULL);
        TRY(sql_observe_choose(c->db, c->a, o->link.group_id, o->today, CHOOSE_MOST, &o->people));
    }
    return RC_OK;
}

/* By the code in the address; a link that was mailed has a longer one that is not typed. */
static enum rc open_code(struct ctx *c, struct opened *o)
{
    struct str code = c->rq->params[0];
    *o = (struct opened){.action = str_printf(c->a, "/o/%.*s", STR_ARG(code))};
    enum rc rc = sql_observe_link_by_hash(c->db, c->a, observe_hash(c->a, code), &o->link);
    if (rc == RC_NOT_FOUND)
        rc = sql_observe_link_by_hash(c->db, c->a, observe_hash(c->a, observe_clean_code(c->a, code)), &o->link);
    TRY(rc);
    TRY(check_link(c, &o->link));
    return open_rest(c, o);
}

/* A request, for the person with an account who was asked. */
static enum rc open_request(struct ctx *c, struct opened *o)
{
    int64_t id;
    struct row_observe_link_find row;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_observe_link_find(c->db, c->a, id, &row));
    struct target t = {.holder = str_eq_z(row.kind, "request") && !row.to_person_id_null && row.to_person_id == c->who->person ? c->who->person : 0};
    TRY(access_require(c, P_OBSERVATION_VIEW, &t));
    *o = (struct opened){.action = observe_path(c, "/requests/", id)};
    o->link = (struct row_observe_link_by_hash){.id = row.id,
                                                .kind = row.kind,
                                                .programme_id = row.programme_id,
                                                .person_id = row.person_id,
                                                .group_id_null = true,
                                                .words = row.words,
                                                .expires_at = row.expires_at,
                                                .used_at_null = row.used_at_null,
                                                .revoked_at_null = row.revoked_at_null,
                                                .subject = row.subject};
    TRY(check_link(c, &o->link));
    return open_rest(c, o);
}

/* A colleague with whom she was on a shift, once it has begun: she saw it herself, so neither code nor request is asked for. */
static enum rc open_shift(struct ctx *c, struct opened *o)
{
    int64_t shift, person;
    struct row_observe_together row;
    TRY(request_id(c->rq, 0, &shift));
    TRY(request_id(c->rq, 1, &person));
    TRY(sql_observe_together(c->db, c->a, shift, person, c->who->person, &row));
    struct target t = {.holder = row.there != 0 && person != c->who->person && row.starts_at <= c->now ? c->who->person : 0};
    TRY(access_require(c, P_OBSERVATION_VIEW, &t));
    *o = (struct opened){.action = str_printf(c->a, "/shifts/%" PRId64 "/seen/%" PRId64, shift, person), .seen_at = row.starts_at};
    o->link = (struct row_observe_link_by_hash){.kind = S("shift"), .programme_id = row.programme_id, .person_id = person, .group_id_null = true, .words = S(""),
                                                .expires_at = INT64_MAX, .used_at_null = true, .revoked_at_null = true, .subject = row.subject};
    TRY(check_link(c, &o->link));
    return open_rest(c, o);
}

/* ---- the fields ------------------------------------------------------------------------------------------------------------------ */

static struct choice *act_choices(struct ctx *c, const struct instrument *i)
{
    struct choice *out = ARENA_ARRAY(c->a, i->domain_count, struct choice);
    for (size_t d = 0; d < i->domain_count; d++)
        out[d] = (struct choice){.value = i->domains[d].code, .label = i->domains[d].title};
    return out;
}

static struct choice *people_choices(struct ctx *c, const struct opened *o, size_t *count)
{
    struct choice *out = ARENA_ARRAY(c->a, o->people.n, struct choice);
    *count = 0;
    for (size_t k = 0; k < o->people.n; k++)
        if (o->people.v[k].person_id != c->who->person)
            out[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, o->people.v[k].person_id), .label = o->people.v[k].display_name};
    return out;
}

static struct form *fields_of(struct ctx *c, const struct opened *o)
{
    struct form *f = form_new(c->a, c->lang, o->zone, o->action, M_observe_send);
    size_t people;
    struct choice *choices = people_choices(c, o, &people);
    if (!o->link.group_id_null)
        form_add(f, (struct field){.name = "subject", .kind = FIELD_CHOICE, .label = M_observe_who, .required = true, .choices = choices, .choice_count = people});
    form_add(f, (struct field){.name = "act", .kind = FIELD_CHOICE, .label = M_observe_act, .required = true, .choices = act_choices(c, &o->instrument), .choice_count = o->instrument.domain_count});
    for (size_t k = 0; k < o->instrument.item_count; k++)
        instrument_add_field(c, f, &o->instrument, k, false, INSTRUMENT_MISSING, STR_NONE);
    form_add(f, (struct field){.name = "narrative", .kind = FIELD_LONG_TEXT, .label = M_observe_narrative, .required = true, .max = OBSERVE_NARRATIVE_MAX});
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_observe_day, .required = true, .value = form_day_value(f, o->seen_at != 0 ? day_from_ms(o->zone, o->seen_at) : o->today)});
    if (c->who->person == 0) {
        form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_observe_name, .required = true, .max = 100});
        form_add(f, (struct field){.name = "address", .kind = FIELD_EMAIL, .label = M_observe_address, .required = true});
    }
    form_add(f, (struct field){.name = "key", .kind = FIELD_HIDDEN, .value = observe_new_token(c->a)});
    return f;
}

static void take(struct form *f, const char *name, struct str *value, struct str *error)
{
    struct field *fd = form_field(f, name);
    if (fd == NULL)
        return;
    *value = fd->value.p != NULL ? fd->value : S("");
    *error = fd->error;
}

static void fill_item(struct ctx *c, const struct opened *o, struct form *f, size_t item, struct view_observe_form_acts_items *v)
{
    const struct instrument_item *it = &o->instrument.items[item];
    const char *name = instrument_field_name(c->a, &o->instrument, item);
    struct field *fd = form_field(f, name);
    *v = (struct view_observe_form_acts_items){.name = str_from(name), .text = it->text, .hint = it->hint, .error = fd->error};
    struct view_observe_form_acts_items_choices *list = ARENA_ARRAY(c->a, fd->choice_count, struct view_observe_form_acts_items_choices);
    for (size_t k = 0; k < fd->choice_count; k++)
        list[k] = (struct view_observe_form_acts_items_choices){fd->choices[k].value, fd->choices[k].label, fd->choices[k].hint, str_eq(fd->choices[k].value, fd->value)};
    v->choices = list;
    v->choices_count = fd->choice_count;
}

static void fill_acts(struct ctx *c, const struct opened *o, struct form *f, struct view_observe_form *v)
{
    struct view_observe_form_acts *acts = ARENA_ARRAY(c->a, o->instrument.domain_count, struct view_observe_form_acts);
    struct str chosen = S("");
    take(f, "act", &chosen, &v->act_error);
    for (size_t d = 0; d < o->instrument.domain_count; d++) {
        const struct instrument_domain *from = &o->instrument.domains[d];
        struct view_observe_form_acts_items *items = ARENA_ARRAY(c->a, from->count, struct view_observe_form_acts_items);
        acts[d] = (struct view_observe_form_acts){.code = from->code, .title = from->title, .chosen = str_eq(from->code, chosen), .items = items};
        for (size_t k = from->first; k < from->first + from->count; k++)
            if (!o->instrument.items[k].words)
                fill_item(c, o, f, k, &items[acts[d].items_count++]);
    }
    v->acts = acts;
    v->acts_count = o->instrument.domain_count;
}

static void fill_people(struct ctx *c, struct form *f, struct view_observe_form *v)
{
    struct field *fd = form_field(f, "subject");
    if (fd == NULL)
        return;
    struct view_observe_form_people *list = ARENA_ARRAY(c->a, fd->choice_count, struct view_observe_form_people);
    for (size_t k = 0; k < fd->choice_count; k++)
        list[k] = (struct view_observe_form_people){fd->choices[k].value, fd->choices[k].label, str_eq(fd->choices[k].value, fd->value)};
    v->people = list;
    v->people_count = fd->choice_count;
    v->people_error = fd->error;
}

static void fill_errors(struct ctx *c, const struct form *f, struct view_observe_form *v)
{
    struct view_observe_form_errors *list = ARENA_ARRAY(c->a, f->count, struct view_observe_form_errors);
    for (size_t k = 0; k < f->count; k++)
        if (!str_empty(f->fields[k].error))
            list[v->errors_count++] = (struct view_observe_form_errors){str_printf(c->a, "#f-%s", f->fields[k].name), f->fields[k].error};
    v->errors = list;
    v->problem = f->error;
}

static enum rc send(struct ctx *c, const struct opened *o, struct form *f, int status)
{
    struct str unused;
    struct view_observe_form v = {.subject = o->link.subject.p != NULL ? o->link.subject : S(""),
                                  .request = o->link.words,
                                  .observer = c->who->person != 0 ? c->who->name : S(""),
                                  .about = markdown_render(c->a, o->instrument.about, (struct markdown_options){.lang = c->lang, .heading_shift = 2}),
                                  .action = o->action,
                                  .narrative_most = OBSERVE_NARRATIVE_MAX,
                                  .day_first = form_day_value(f, o->today - OBSERVE_BACK_DAYS),
                                  .day_last = form_day_value(f, o->today)};
    v.csrf = c->session != NULL ? session_csrf(c->a, c->session->token) : S("");
    take(f, "key", &v.key, &unused);
    take(f, "narrative", &v.narrative, &v.narrative_error);
    take(f, "day", &v.day, &v.day_error);
    take(f, "name", &v.name, &v.name_error);
    take(f, "address", &v.address, &v.address_error);
    fill_people(c, f, &v);
    fill_acts(c, o, f, &v);
    fill_errors(c, f, &v);
    struct msg_arg name = MSG_TEXT("name", v.subject);
    struct page page = {.title = v.subject.n != 0 ? tr_args(c, M_observe_form_title, &name, 1) : o->link.title,
                        .caption = o->programme.title,
                        .narrow = true,
                        .status = status};
    TRY(view_observe_form_page(c, &page, &v));
    page_compress(c);
    return RC_OK;
}

/* ---- taking it ----------------------------------------------------------------------------------------------------------------------- */

struct keeping {
    struct arena *a;
    struct observe_sent sent;
    int64_t link, now, id;
    enum observe_outcome outcome;
};

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    struct keeping *k = arg;
    struct row_observe_link_find link;
    struct row_observation_by_send_key before;
    enum rc rc = sql_observation_by_send_key(tx, k->a, k->sent.key, &before);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (k->link == 0)
        return observe_keep(tx, k->a, &k->sent, k->now, &k->id, &k->outcome, e);
    TRY(sql_observe_link_find(tx, k->a, k->link, &link)); /* it may have been revoked since */
    if (rc == RC_NOT_FOUND && (!link.revoked_at_null || (str_eq_z(link.kind, "request") && !link.used_at_null)))
        return err_set(e, RC_GONE, link.revoked_at_null ? M_observe_gone_used : M_observe_gone_revoked, NULL);
    return observe_keep(tx, k->a, &k->sent, k->now, &k->id, &k->outcome, e);
}

static void read_answers(struct ctx *c, const struct opened *o, struct form *f, struct keeping *k)
{
    int *answers = ARENA_ARRAY(c->a, o->instrument.item_count, int);
    struct str act = form_text(f, "act");
    k->sent.domain = SIZE_MAX;
    for (size_t d = 0; d < o->instrument.domain_count; d++)
        if (str_eq(o->instrument.domains[d].code, act))
            k->sent.domain = d;
    for (size_t n = 0; n < o->instrument.item_count; n++) {
        answers[n] = instrument_read_field(f, &o->instrument, n);
        const struct instrument_item *it = &o->instrument.items[n];
        if (it->domain == k->sent.domain && !it->words && answers[n] == INSTRUMENT_MISSING)
            form_error(f, instrument_field_name(c->a, &o->instrument, n), M_observe_answer_missing, NULL);
    }
    k->sent.answers = answers;
}

/* The key came before with another content: this is another observation, under a key of its own. */
static void renew_key(struct ctx *c, struct form *f)
{
    struct field *key = form_field(f, "key");
    key->value = observe_new_token(c->a);
}

static enum rc post(struct ctx *c, const struct opened *o)
{
    struct form *f = fields_of(c, o);
    struct keeping k = {.a = c->a, .link = o->link.id, .now = c->now};
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    read_answers(c, o, f, &k);
    struct str key = form_text(f, "key");
    if (key.n < KEY_MIN || key.n > KEY_MAX)
        renew_key(c, f);
    if (!read || !form_ok(f))
        return send(c, o, f, 422);
    k.sent.programme = o->link.programme_id;
    k.sent.subject = o->link.person_id_null ? form_int(f, "subject", 0) : o->link.person_id;
    k.sent.link = o->link.id;
    k.sent.instrument = &o->instrument;
    k.sent.narrative = form_text(f, "narrative");
    k.sent.today = o->today;
    form_day(f, "day", &k.sent.day);
    k.sent.observer = c->who->person;
    k.sent.name = c->who->person == 0 ? form_text(f, "name") : S("");
    k.sent.address = c->who->person == 0 ? form_text(f, "address") : S("");
    k.sent.language = lang_tag(c->lang);
    k.sent.key = form_text(f, "key");
    enum rc rc = ctx_write(c, keep, &k);
    if (rc == RC_INVALID || rc == RC_CONFLICT || rc == RC_RATE_LIMITED) {
        form_fail(f, &c->err);
        if (rc == RC_CONFLICT)
            renew_key(c, f);
        return send(c, o, f, rc == RC_INVALID ? 422 : rc == RC_CONFLICT ? 409 : 429);
    }
    TRY(rc);
    if (o->seen_at != 0)
        return page_redirect(c, str_printf(c->a, "/o/sent?as=counts&shift=%.*s", STR_ARG(c->rq->params[0])), 0);
    return page_redirect(c, c->who->person == 0 ? S("/o/sent?as=mail") : S("/o/sent?as=counts"), 0);
}

/* A request that was sent already: the same sheet comes again after a lost answer. */
static enum rc sent_again(struct ctx *c, bool *again)
{
    struct row_observation_by_send_key before;
    enum rc rc = sql_observation_by_send_key(c->db, c->a, request_form(c->rq, "key"), &before);
    *again = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc post_opened(struct ctx *c, enum rc rc, const struct opened *o)
{
    bool again = false;
    if (rc != RC_GONE)
        return rc != RC_OK ? rc : post(c, o);
    TRY(sent_again(c, &again));
    return again ? page_redirect(c, c->who->person == 0 ? S("/o/sent?as=mail") : S("/o/sent?as=counts"), 0) : RC_GONE;
}

enum rc observe_get_form(struct ctx *c)
{
    struct opened o;
    TRY(open_code(c, &o));
    return send(c, &o, fields_of(c, &o), 0);
}

enum rc observe_post_form(struct ctx *c)
{
    struct opened o;
    enum rc rc = open_code(c, &o);
    return post_opened(c, rc, &o);
}

enum rc observe_get_request(struct ctx *c)
{
    struct opened o;
    TRY(open_request(c, &o));
    return send(c, &o, fields_of(c, &o), 0);
}

enum rc observe_post_request(struct ctx *c)
{
    struct opened o;
    enum rc rc = open_request(c, &o);
    return post_opened(c, rc, &o);
}

enum rc observe_handle_seen(struct ctx *c)
{
    struct opened o;
    TRY(open_shift(c, &o));
    return c->rq->method == METHOD_POST ? post(c, &o) : send(c, &o, fields_of(c, &o), 0);
}

enum rc observe_get_sent(struct ctx *c)
{
    struct str as = request_query(c->rq, "as");
    struct view_observe_sent v = {.how = str_eq_z(as, "mail") || str_eq_z(as, "confirmed") ? as : S("counts"), .days = OBSERVE_CONFIRM_DAYS};
    int64_t shift;
    if (str_to_int(request_query(c->rq, "shift"), &shift))
        v.back = str_printf(c->a, "/shifts/%" PRId64, shift);
    struct page page = {.title = tr(c, M_observe_thanks), .narrow = true};
    TRY(view_observe_sent_page(c, &page, &v));
    page_compress(c);
    return RC_OK;
}

/* Somebody types a code that she reads from a poster. */
enum rc observe_get_code(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/o"), M_observe_open);
    f->get = true;
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_observe_code_typed, .hint = M_observe_code_typed_hint, .max = 40, .autocomplete = "off"});
    struct str typed = observe_clean_code(c->a, request_query(c->rq, "code"));
    if (typed.n != 0) {
        struct row_observe_link_by_hash row;
        enum rc rc = sql_observe_link_by_hash(c->db, c->a, observe_hash(c->a, typed), &row);
        if (rc == RC_OK)
            return page_redirect(c, str_printf(c->a, "/o/%.*s", STR_ARG(typed)), 0);
        if (rc != RC_NOT_FOUND)
            return rc;
        form_field(f, "code")->value = request_query(c->rq, "code");
        form_error(f, "code", M_observe_code_unknown, NULL);
    }
    struct page page = {.title = tr(c, M_observe_code_title), .narrow = true, .status = form_ok(f) ? 200 : 422};
    return observe_send_form(c, &page, STR_NONE, f);
}

/* ---- confirming --------------------------------------------------------------------------------------------------------------------------- */

enum rc observe_get_confirm(struct ctx *c)
{
    struct row_observation_by_confirm_hash row;
    struct row_observation_find o;
    struct instrument i;
    struct observe_names names = {0};
    TRY(sql_observation_by_confirm_hash(c->db, c->a, observe_hash(c->a, c->rq->params[0]), &row));
    bool done = str_eq_z(row.state, "confirmed");
    if (!done && (str_eq_z(row.state, "void") || row.confirm_until_null || row.confirm_until < c->now))
        return err_set(&c->err, RC_GONE, M_observe_confirm_late, NULL);
    TRY(sql_observation_find(c->db, c->a, row.id, &o));
    if (o.subject_id == c->who->person)
        return err_set(&c->err, RC_DENIED, M_observe_yourself, NULL);
    TRY(instrument_find(c->db, c->a, o.instrument_id, lang_tag(c->lang), &i));
    struct view_observe_confirm v = {.subject = observe_or_gone(c, o.subject), .day = o.day, .narrative = o.narrative, .done = done};
    TRY(observe_act_name(c, &names, o.instrument_id, o.act, &v.act));
    TRY(observe_fill_answers(c, &i, o.id, &v.answers));
    v.f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/o/confirm/%.*s", STR_ARG(c->rq->params[0])), M_observe_confirm);
    struct page page = {.title = tr(c, M_observe_confirm_title), .narrow = true};
    return view_observe_confirm_page(c, &page, &v);
}

struct confirming {
    struct arena *a;
    struct str token;
    int64_t by, now, id;
    bool again;
};

static enum rc confirm(struct db *tx, void *arg, struct err *e)
{
    struct confirming *s = arg;
    struct row_observation_find o;
    TRY(observe_confirm(tx, s->a, s->token, s->now, &s->id, &s->again, e));
    TRY(sql_observation_find(tx, s->a, s->id, &o));
    return o.subject_id != s->by ? RC_OK : err_set(e, RC_DENIED, M_observe_yourself, NULL); /* and nothing is written */
}

enum rc observe_post_confirm(struct ctx *c)
{
    struct confirming s = {.a = c->a, .token = c->rq->params[0], .by = c->who->person, .now = c->now};
    TRY(ctx_write(c, confirm, &s));
    return page_redirect(c, S("/o/sent?as=confirmed"), 0);
}
