/* Evaluations on the pages of who keeps or leads a programme: setting one up, seeing whom it will ask before it asks anybody, moving its
 * days, stopping it; whether sessions are asked about. Never what anybody answered. */
#include "gen/programme/ledger/ledger_evaluation_view.h"
#include "gen/programme/ledger/ledger_evaluations_view.h"
#include "programme/ledger/inside.h"

#define LIST_MOST 100
#define DEFAULT_INSTRUMENT "session-feedback"

static msg_id state_name(struct str state)
{
    static const struct {
        const char *word;
        msg_id name;
    } names[] = {{"draft", M_ledger_state_draft}, {"running", M_ledger_state_running}, {"stopped", M_ledger_state_stopped}, {"planned", M_ledger_wave_planned},
                 {"open", M_ledger_wave_open},    {"closed", M_ledger_wave_over},      {"missed", M_ledger_wave_missed}};
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (str_eq_z(state, names[k].word))
            return names[k].name;
    return M_ledger_state_stopped;
}

static struct str level_text(struct ctx *c, struct str level)
{
    return tr(c, str_eq_z(level, "3a") ? M_ledger_level_3a : M_ledger_level_2a);
}

static struct str evaluation_path(const struct ctx *c, int64_t id, const char *rest)
{
    return str_printf(c->a, "/evaluations/%" PRId64 "%s", id, rest);
}

struct open {
    struct row_ledger_evaluation_find e;
    struct programme p;
};

static enum rc open_id(struct ctx *c, int64_t id, struct open *o)
{
    TRY(sql_ledger_evaluation_find(c->db, c->a, id, &o->e));
    struct target t = {.programme = o->e.programme_id};
    TRY(access_require(c, P_EVALUATION_MANAGE, &t));
    return programme_find(c->db, c->a, o->e.programme_id, &o->p);
}

static enum rc open_evaluation(struct ctx *c, struct open *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return open_id(c, id, o);
}

static struct page page_in(struct ctx *c, const struct programme *p, struct str title, const struct row_ledger_evaluation_find *e)
{
    struct page page = ledger_page(c, p, title, tr(c, M_ledger_evaluations), ledger_path(c, p->id, "/evaluations"));
    if (e != NULL) {
        struct crumb *crumbs = ARENA_ARRAY(c->a, page.crumb_count + 1, struct crumb);
        memcpy(crumbs, page.crumbs, page.crumb_count * sizeof *crumbs);
        crumbs[page.crumb_count++] = (struct crumb){e->title, evaluation_path(c, e->id, "")};
        page.crumbs = crumbs;
    }
    return page;
}

/* ---- the list ---------------------------------------------------------------------------------------------------------------------------- */

enum rc ledger_get_evaluations(struct ctx *c)
{
    struct programme p;
    struct rows_ledger_evaluations rows;
    struct row_ledger_session_setting_find setting = {0};
    TRY(ledger_open_programme(c, P_EVALUATION_MANAGE, &p));
    TRY(sql_ledger_evaluations(c->db, c->a, p.id, LIST_MOST, &rows));
    enum rc rc = sql_ledger_session_setting_find(c->db, c->a, p.id, &setting);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_ledger_evaluations_list *list = ARENA_ARRAY(c->a, rows.n + 1, struct view_ledger_evaluations_list);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_ledger_evaluations_list){evaluation_path(c, rows.v[k].id, ""), rows.v[k].title,  level_text(c, rows.v[k].level), rows.v[k].state,
                                                        tr(c, state_name(rows.v[k].state)),   rows.v[k].created_at};
    struct view_ledger_evaluations v = {.list = list, .list_count = rows.n, .sessions = ledger_path(c, p.id, "/evaluations/sessions"), .sessions_on = setting.asks != 0};
    struct page page = ledger_page(c, &p, tr(c, M_ledger_evaluations), tr(c, M_ledger_title), ledger_path(c, p.id, "/ledger"));
    struct crumb action = {tr(c, M_ledger_new), ledger_path(c, p.id, "/evaluations/new")};
    page.actions = &action;
    page.action_count = 1;
    return view_ledger_evaluations_page(c, &page, &v);
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------------------ */

static struct view_ledger_evaluation_cohorts_waves wave_row(struct ctx *c, const struct row_ledger_waves_of *w, bool may_move)
{
    return (struct view_ledger_evaluation_cohorts_waves){.moment = ledger_moment_name(c->lang, w->moment), .day = w->day_null ? (struct opt_int){0} : SOME_INT(w->day),
                                                         .until = w->until_day_null ? (struct opt_int){0} : SOME_INT(w->until_day), .state = w->state,
                                                         .state_name = tr(c, state_name(w->state)), .asked = w->asked, .answered = w->answered,
                                                         .move = may_move && w->instrument_id_null ? str_printf(c->a, "/ledger-waves/%" PRId64, w->id) : S("")};
}

static enum rc fill_cohorts(struct ctx *c, const struct row_ledger_evaluation_find *e, struct view_ledger_evaluation *v)
{
    struct rows_ledger_arms arms;
    struct rows_ledger_waves_of waves;
    TRY(sql_ledger_arms(c->db, c->a, e->id, &arms));
    TRY(sql_ledger_waves_of(c->db, c->a, e->id, &waves));
    struct view_ledger_evaluation_cohorts *list = ARENA_ARRAY(c->a, arms.n + 1, struct view_ledger_evaluation_cohorts);
    for (size_t k = 0; k < arms.n; k++) {
        struct view_ledger_evaluation_cohorts_waves *rows = ARENA_ARRAY(c->a, LEDGER_MOMENT_COUNT, struct view_ledger_evaluation_cohorts_waves);
        size_t n = 0;
        for (int m = 0; m < LEDGER_MOMENT_COUNT; m++)
            for (size_t i = 0; i < waves.n && n < LEDGER_MOMENT_COUNT; i++)
                if (waves.v[i].cohort_id == arms.v[k].cohort_id && str_eq_z(waves.v[i].moment, ledger_moment_word((enum ledger_moment)m)))
                    rows[n++] = wave_row(c, &waves.v[i], !str_eq_z(e->state, "stopped"));
        list[k] = (struct view_ledger_evaluation_cohorts){.title = arms.v[k].title, .compares = arms.v[k].compares != 0, .waves = rows, .waves_count = n};
    }
    v->cohorts = list;
    v->cohorts_count = arms.n;
    return RC_OK;
}

enum rc ledger_get_evaluation(struct ctx *c)
{
    struct open o;
    struct instrument in;
    struct crumb actions[3];
    TRY(open_evaluation(c, &o));
    struct view_ledger_evaluation v = {.state = o.e.state, .level = level_text(c, o.e.level), .days = o.e.days, .instrument = o.e.instrument};
    enum rc rc = instrument_current(c->db, c->a, o.e.instrument, lang_tag(c->lang), &in);
    if (rc == RC_OK) {
        v.instrument = in.title;
        v.instrument_href = str_printf(c->a, "/instruments/%" PRId64, in.id);
    } else if (rc != RC_NOT_FOUND)
        return rc;
    TRY(fill_cohorts(c, &o.e, &v));
    struct page page = page_in(c, &o.p, o.e.title, NULL);
    page.actions = actions;
    if (!str_eq_z(o.e.state, "running"))
        actions[page.action_count++] = (struct crumb){tr(c, str_eq_z(o.e.state, "draft") ? M_ledger_start : M_ledger_start_again), evaluation_path(c, o.e.id, "/step/start")};
    actions[page.action_count++] = (struct crumb){tr(c, M_ledger_edit), evaluation_path(c, o.e.id, "/edit")};
    if (str_eq_z(o.e.state, "running"))
        actions[page.action_count++] = (struct crumb){tr(c, M_ledger_stop), evaluation_path(c, o.e.id, "/step/stop")};
    return view_ledger_evaluation_page(c, &page, &v);
}

/* ---- setting one up ----------------------------------------------------------------------------------------------------------------------- */

static enum rc instrument_choices(struct ctx *c, struct choice **out, size_t *count)
{
    struct instrument_entry *list;
    TRY(instrument_list(c->db, c->a, INSTRUMENT_EVALUATION, lang_tag(c->lang), &list, count));
    *out = ARENA_ARRAY(c->a, *count + 1, struct choice);
    for (size_t k = 0; k < *count; k++)
        (*out)[k] = (struct choice){.value = list[k].slug, .label = list[k].title};
    return RC_OK;
}

static enum rc fields_of(struct ctx *c, int64_t programme, const struct row_ledger_evaluation_find *e, struct str path, struct form **out)
{
    struct cohort *cohorts;
    struct choice *instruments;
    struct rows_ledger_arms arms = {0};
    size_t count, instrument_count;
    TRY(programme_cohorts(c->db, c->a, programme, &cohorts, &count));
    TRY(instrument_choices(c, &instruments, &instrument_count));
    if (e != NULL)
        TRY(sql_ledger_arms(c->db, c->a, e->id, &arms));
    struct choice *choices = ARENA_ARRAY(c->a, count + 1, struct choice);
    struct str *asked = ARENA_ARRAY(c->a, count + 1, struct str), *compared = ARENA_ARRAY(c->a, count + 1, struct str);
    size_t n[2] = {0};
    for (size_t k = 0; k < count; k++) {
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, cohorts[k].id), .label = cohorts[k].title};
        for (size_t i = 0; i < arms.n; i++)
            if (arms.v[i].cohort_id == cohorts[k].id)
                *(arms.v[i].compares != 0 ? &compared[n[1]++] : &asked[n[0]++]) = choices[k].value;
    }
    static const msg_id levels[] = {M_ledger_level_2a, M_ledger_level_3a};
    struct choice *level = ARENA_ARRAY(c->a, 2, struct choice);
    for (size_t k = 0; k < 2; k++)
        level[k] = (struct choice){.value = str_from(k == 0 ? "2a" : "3a"), .label = tr(c, levels[k])};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, path, M_ledger_save);
    f->draft = S("evaluation");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_ledger_name, .hint = M_ledger_name_hint, .required = true, .max = 120, .value = e != NULL ? e->title : S("")});
    form_add(f, (struct field){.name = "level", .kind = FIELD_CHOICE, .label = M_ledger_asks_for, .required = true, .choices = level, .choice_count = 2, .value = e != NULL ? e->level : S("2a")});
    form_add(f, (struct field){.name = "instrument", .kind = FIELD_CHOICE, .label = M_ledger_instrument, .hint = M_ledger_instrument_hint, .required = true, .choices = instruments,
                               .choice_count = instrument_count, .value = e != NULL ? e->instrument : S("self-efficacy")});
    form_add(f, (struct field){.name = "cohorts", .kind = FIELD_MANY, .label = M_ledger_cohorts, .hint = M_ledger_cohorts_hint, .choices = choices, .choice_count = count, .values = asked, .value_count = n[0]});
    form_add(f, (struct field){.name = "compare", .kind = FIELD_MANY, .label = M_ledger_compare, .hint = M_ledger_compare_hint, .choices = choices, .choice_count = count, .values = compared, .value_count = n[1]});
    form_add(f, (struct field){.name = "days", .kind = FIELD_INT, .label = M_ledger_days, .hint = M_ledger_days_hint, .required = true, .min = 3, .max = 90,
                               .value = str_printf(c->a, "%" PRId64, e != NULL ? e->days : LEDGER_DAYS)});
    form_add_version(f, e != NULL ? e->version : 0);
    return RC_OK;
}

struct saving {
    struct arena *a;
    struct ledger_evaluation v;
    int64_t by, now, today, wave, version, day;
    bool starts;
    struct row_ledger_session_setting_find setting;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct ledger_evaluation v = s->v;
    TRY(ledger_evaluation_save(tx, s->a, &v, s->by, s->now, e));
    s->wave = v.id; /* where to go */
    return audit_note(tx, s->now, s->by, "evaluation_change", 0, "evaluation", v.id);
}

/* A cohort cannot be held against itself. */
static void read_arms(struct ctx *c, struct form *f, struct ledger_evaluation *v)
{
    const struct field *cohorts = form_field(f, "cohorts");
    struct ledger_arm *arms = ARENA_ARRAY(c->a, 2 * cohorts->choice_count + 1, struct ledger_arm);
    for (size_t k = 0; k < cohorts->choice_count; k++) {
        struct str value = cohorts->choices[k].value;
        bool asked = form_has(f, "cohorts", value), compared = form_has(f, "compare", value);
        int64_t id = 0;
        if (asked && compared)
            form_error(f, "compare", M_ledger_both, NULL);
        if ((asked || compared) && str_to_int(value, &id))
            arms[v->arm_count++] = (struct ledger_arm){id, compared};
    }
    v->arms = arms;
}

static enum rc handle(struct ctx *c, const struct programme *p, const struct row_ledger_evaluation_find *e)
{
    struct form *f;
    TRY(fields_of(c, p->id, e, e != NULL ? evaluation_path(c, e->id, "/edit") : ledger_path(c, p->id, "/evaluations/new"), &f));
    f->cancel = e != NULL ? evaluation_path(c, e->id, "") : ledger_path(c, p->id, "/evaluations");
    struct page page = page_in(c, p, tr(c, e != NULL ? M_ledger_edit : M_ledger_new), e);
    struct str note = tr(c, M_ledger_new_note);
    if (c->rq->method != METHOD_POST)
        return ledger_send_form(c, &page, note, f);
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now,
                       .v = {.id = e != NULL ? e->id : 0, .programme = p->id, .version = form_int(f, "version", 0), .title = form_text(f, "title"), .instrument = form_text(f, "instrument"),
                             .level = form_text(f, "level"), .days = form_int(f, "days", LEDGER_DAYS)}};
    read_arms(c, f, &s.v);
    if (e != NULL && s.v.version == 0)
        s.v.version = -1; /* an edited page always had one */
    if (!read || !form_ok(f))
        return ledger_send_form(c, &page, note, f);
    enum rc rc = ctx_write(c, save, &s);
    if (page_edit_failed(c, f, rc, e != NULL ? e->version : 0, &page.status))
        return ledger_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, evaluation_path(c, s.wave, ""), M_ledger_saved);
}

enum rc ledger_handle_new(struct ctx *c)
{
    struct programme p;
    TRY(ledger_open_programme(c, P_EVALUATION_MANAGE, &p));
    return handle(c, &p, NULL);
}

enum rc ledger_handle_edit(struct ctx *c)
{
    struct open o;
    TRY(open_evaluation(c, &o));
    return handle(c, &o.p, &o.e);
}

/* ---- starting and stopping: first what will happen --------------------------------------------------------------------------------------- */

static enum rc step(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    if (s->starts)
        TRY(ledger_evaluation_start(tx, s->a, s->v.id, s->v.version, s->today, e));
    else
        TRY(ledger_evaluation_stop(tx, s->a, s->v.id, s->v.version, e));
    return audit_note(tx, s->now, s->by, s->starts ? "evaluation_start" : "evaluation_stop", 0, "evaluation", s->v.id);
}

enum rc ledger_handle_step(struct ctx *c)
{
    struct open o;
    struct row_ledger_reach reach;
    TRY(open_evaluation(c, &o));
    bool starts = str_eq_z(c->rq->params[1], "start");
    if (!starts && !str_eq_z(c->rq->params[1], "stop"))
        return RC_NOT_FOUND;
    TRY(sql_ledger_reach(c->db, c->a, o.e.id, c->today, &reach));
    struct form *f = form_new(c->a, c->lang, c->zone, evaluation_path(c, o.e.id, starts ? "/step/start" : "/step/stop"), starts ? M_ledger_start : M_ledger_stop);
    f->cancel = evaluation_path(c, o.e.id, "");
    f->danger = !starts;
    f->no_warn = true;
    form_add_version(f, o.e.version);
    const struct msg_arg args[] = {MSG_NUM("n", reach.people), MSG_NUM("waves", reach.ahead)};
    struct str note = tr_args(c, starts ? M_ledger_start_note : M_ledger_stop_note, args, COUNT_OF(args));
    const struct msg_arg past = MSG_NUM("n", reach.past);
    if (starts && reach.past != 0)
        note = str_printf(c->a, "%.*s %.*s", STR_ARG(note), STR_ARG(tr_args(c, M_ledger_start_past, &past, 1)));
    struct page page = page_in(c, &o.p, tr(c, starts ? M_ledger_start : M_ledger_stop), &o.e);
    if (c->rq->method != METHOD_POST)
        return ledger_send_form(c, &page, note, f);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return ledger_send_form(c, &page, note, f);
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now, .today = c->today, .starts = starts, .v = {.id = o.e.id, .version = form_int(f, "version", 0)}};
    enum rc rc = ctx_write(c, step, &s);
    if (page_edit_failed(c, f, rc, o.e.version, &page.status))
        return ledger_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, evaluation_path(c, o.e.id, ""), starts ? M_ledger_started : M_ledger_stopped);
}

/* ---- another day for a wave ----------------------------------------------------------------------------------------------------------------- */

static enum rc move(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    TRY(ledger_wave_move(tx, s->a, s->wave, s->version, s->day, s->today, e));
    return audit_note(tx, s->now, s->by, "evaluation_change", 0, "evaluation", s->v.id);
}

enum rc ledger_handle_wave(struct ctx *c)
{
    struct row_ledger_wave_find w;
    struct open o;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_ledger_wave_find(c->db, c->a, id, &w));
    TRY(open_id(c, w.evaluation_id, &o));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/ledger-waves/%" PRId64, id), M_ledger_save);
    f->cancel = evaluation_path(c, o.e.id, "");
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_ledger_day, .hint = M_ledger_day_hint, .value = w.day_null ? S("") : form_day_value(f, w.day)});
    form_add_version(f, w.version);
    struct page page = page_in(c, &o.p, ledger_moment_name(c->lang, w.moment), &o.e);
    if (c->rq->method != METHOD_POST)
        return ledger_send_form(c, &page, S(""), f);
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now, .today = c->today, .wave = id, .v.id = o.e.id};
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return ledger_send_form(c, &page, S(""), f);
    s.version = form_int(f, "version", 0);
    if (!form_day(f, "day", &s.day))
        s.day = LEDGER_NO_DAY;
    enum rc rc = ctx_write(c, move, &s);
    if (page_edit_failed(c, f, rc, w.version, &page.status))
        return ledger_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, evaluation_path(c, o.e.id, ""), M_ledger_saved);
}

/* ---- after sessions ------------------------------------------------------------------------------------------------------------------------- */

static enum rc save_setting(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    TRY(sql_ledger_session_setting_put(tx, s->v.programme, s->setting.asks, s->setting.instrument, s->setting.since_day, s->version));
    if (db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_ledger_changed_meanwhile, NULL);
    return audit_note(tx, s->now, s->by, "evaluation_change", 0, "programme", s->v.programme);
}

enum rc ledger_handle_sessions(struct ctx *c)
{
    struct programme p;
    struct choice *instruments;
    size_t count;
    TRY(ledger_open_programme(c, P_EVALUATION_MANAGE, &p));
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now, .v.programme = p.id, .setting = {.instrument = S(DEFAULT_INSTRUMENT), .since_day = c->today}};
    enum rc rc = sql_ledger_session_setting_find(c->db, c->a, p.id, &s.setting);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(instrument_choices(c, &instruments, &count));
    struct form *f = form_new(c->a, c->lang, c->zone, ledger_path(c, p.id, "/evaluations/sessions"), M_ledger_save);
    f->cancel = ledger_path(c, p.id, "/evaluations");
    form_add(f, (struct field){.name = "asks", .kind = FIELD_BOOL, .label = M_ledger_sessions_ask, .value = s.setting.asks != 0 ? S("1") : S("")});
    form_add(f, (struct field){.name = "instrument", .kind = FIELD_CHOICE, .label = M_ledger_instrument, .required = true, .choices = instruments, .choice_count = count,
                               .value = s.setting.instrument});
    form_add_version(f, s.setting.version);
    struct page page = page_in(c, &p, tr(c, M_ledger_after_sessions), NULL);
    struct str note = tr(c, M_ledger_sessions_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return ledger_send_form(c, &page, note, f);
    int64_t version = s.setting.version;
    bool asked = s.setting.asks != 0;
    s.version = form_int(f, "version", 0);
    s.setting.asks = form_bool(f, "asks");
    s.setting.instrument = form_text(f, "instrument");
    if (!asked)
        s.setting.since_day = c->today;
    rc = ctx_write(c, save_setting, &s);
    if (page_edit_failed(c, f, rc, version, &page.status))
        return ledger_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, ledger_path(c, p.id, "/evaluations"), M_ledger_saved);
}
