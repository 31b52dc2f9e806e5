/* The pages on privacy: what is held about a person, erasure, the audit, retention, and the progress of a job. */
#include "auth/session.h"
#include "gen/programme/privacy/audit_view.h"
#include "gen/programme/privacy/erase_view.h"
#include "gen/programme/privacy/job_view.h"
#include "gen/programme/privacy/person_data_view.h"
#include "gen/programme/privacy/retention_view.h"
#include "programme/people/people.h"
#include "programme/privacy/inside.h"
#include "programme/programme/programme.h"

#define READINGS 50
#define AUDIT_ROWS 100

/* ---- words ---------------------------------------------------------------------------------------------------------------------- */
/* What audit_note is called with anywhere; test/house/run.mjs sees to it that none is missing. */
#define ACTIONS(X) \
    X(draw_drop) X(draw_keep) X(draw_make) X(draw_tell) \
    X(hours_refuse) X(hours_verify) X(credential_confirm) X(credential_refuse) X(credential_view) X(placement_change) X(placement_state) X(rota_allocate) X(rota_change) X(rota_give) \
    X(rota_publish) X(rota_swap) X(rota_take_away) X(rota_view) \
    X(improve_join) X(improve_leave) X(handover_accept) X(handover_lead) X(handover_start) X(handover_withdraw) \
    X(evaluation_change) X(evaluation_start) X(evaluation_stop) X(ledger_count) \
    X(scim_group_map) X(scim_group_put) \
    X(lti_course_place) X(lti_launch) X(lti_members_read) X(lti_person_link) X(lti_pick) X(lti_platform_add) X(lti_platform_change) X(lti_platform_off) X(lti_platform_on) X(lti_register_open) \
    X(xapi_client_end) X(xapi_client_make) X(xapi_settings) X(signing_key_make) \
    X(sign_on_add) X(sign_on_change) X(sign_on_link) X(sign_on_turn_off) X(sign_on_turn_on) X(sign_on_unlink) \
    X(xapi_rule_change) X(xapi_rule_make) X(xapi_rule_off) X(xapi_rule_on) X(xapi_rule_remove) \
    X(xapi_forward_change) X(xapi_forward_make) X(xapi_forward_remove) \
    X(pack_fetch) X(pack_key_make) X(pack_make) X(pack_template_version) \
    X(exercise_assign) X(exercise_expert_ask) X(exercise_expert_drop) X(exercise_hand_in) X(exercise_panel_least) X(exercise_publish) X(exercise_rate) X(exercise_take_back) X(exercise_state) X(exercise_unassign) X(exercise_write) \
    X(room_open) X(room_seat) X(room_end) X(room_rate) X(room_ask) X(room_recording_view) \
    X(feedback_manage) X(feedback_name) X(feedback_run) X(feedback_setting_change) X(feedback_view) \
    X(panel_add) X(panel_begin) X(panel_case_view) X(panel_change) X(panel_close) X(panel_cohort_add) X(panel_condition_meet) X(panel_decide) \
    X(panel_member_add) X(panel_member_drop) X(panel_open) X(panel_recuse) X(panel_reverse) X(panel_setting_change) X(panel_view) \
    X(reflect_anew) X(reflect_key_change) X(reflect_key_make) X(reflect_notice_change) X(reflection_read) X(reflection_share) X(reflection_withdraw) \
    X(commendation_keep) X(commendation_remove) X(commendation_view) \
    X(feedback_comment_hold) X(feedback_comment_show) X(feedback_report_view) \
    X(portfolio_revoke) X(portfolio_share) \
    X(badge_give) X(badge_hide) X(badge_publish) X(badge_retire) X(badge_share) X(badge_withdraw) X(badge_write) \
    X(assessment_view) X(observation_keep) X(observation_view) X(observation_void) \
    X(account_change) X(account_close) X(account_open) X(attendance_note) X(class_change) X(cohort_add) X(cohort_change) \
    X(cohort_next_stage) X(crosswalk_add) X(crosswalk_change) X(crosswalk_remove) X(evidence_view) X(export_fetch) \
    X(framework_choose) X(framework_default) X(framework_drop) X(framework_import) X(framework_publish) X(framework_retire) \
    X(group_add) X(group_change) X(group_join) X(group_leave) X(instrument_retire) X(instrument_return) X(instrument_version) X(membership_add) X(membership_complete) X(membership_correct) \
    X(membership_deferral) X(membership_leave) X(membership_return) X(membership_transfer) X(membership_withdraw) \
    X(match_list_export) X(match_list_import) X(match_list_view) X(match_remind) X(match_round_add) X(match_round_approve) \
    X(match_round_change) X(match_round_drop) X(match_round_open) X(match_rule_change) X(match_seats) X(match_shift) \
    X(match_take_in) X(match_take_out) \
    X(mentor_conflict_add) X(mentor_conflict_remove) X(mentor_help_change) X(mentor_log_read) X(mentor_pair_propose) X(mentor_setting_change) \
    X(mentor_supervision_change) X(offering_add) X(offering_change) X(password_change) X(person_add) X(person_change) X(person_erase) X(person_export) \
    X(person_view) X(plan_setting_change) X(plan_view) X(programme_add) X(programme_change) X(retention_change) X(role_end) X(role_grant) X(roster_import) \
    X(calendar_address_end) X(calendar_address_make) X(sign_in) X(sign_in_end) X(sign_in_link_make) X(stage_add) X(stage_change) X(token_make) X(token_revoke)
/* The kinds of records that audit_note names. */
#define KINDS(X) \
    X(badge) \
    X(draw) \
    X(opportunity) X(rota_shift) X(rota_term) \
    X(improve) X(handover) X(pack) X(pack_key) X(pack_template) \
    X(evaluation) \
    X(scim_group) \
    X(xapi_client) X(signing_key) \
    X(sign_on_provider) \
    X(lti_context) X(lti_platform) \
    X(xapi_rule) X(xapi_forward) \
    X(exercise) X(exercise_attempt) X(panel) X(panel_case) X(room) \
    X(reflection) \
    X(commendation) \
    X(assessment) X(feedback_round) X(observation) \
    X(cohort) X(crosswalk) X(framework) X(group) X(instrument) X(match_round) X(material) X(membership) X(offering) X(offering_session) X(programme) \
    X(assessment) X(observation) \
    X(cohort) X(crosswalk) X(framework) X(group) X(instrument) X(match_round) X(material) X(membership) X(offering) X(offering_session) X(portfolio) X(programme) \
    X(stage)

struct word {
    const char *code;
    msg_id id;
};

static msg_id find_word(const struct word *words, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(code, words[i].code))
            return words[i].id;
    return 0;
}

static struct str action_word(const struct ctx *c, struct str action)
{
#define X(code) {#code, M_privacy_did_##code},
    static const struct word words[] = {ACTIONS(X)};
#undef X
    msg_id id = find_word(words, COUNT_OF(words), action);
    return id != 0 ? tr(c, id) : action;
}

/* "Cohort 268435494" */
static struct str object_word(const struct ctx *c, struct str kind, int64_t object)
{
#define X(code) {#code, M_privacy_object_##code},
    static const struct word words[] = {KINDS(X)};
#undef X
    struct str number = str_printf(c->a, "%" PRId64, object);
    const struct msg_arg detail = MSG_TEXT("detail", number);
    msg_id id = find_word(words, COUNT_OF(words), kind);
    return id != 0 ? tr_args(c, id, &detail, 1) : str_printf(c->a, "%.*s %.*s", STR_ARG(kind), STR_ARG(number));
}

static struct str name_or(const struct ctx *c, struct str name, bool absent, msg_id otherwise)
{
    if (name.p != NULL)
        return name;
    return tr(c, absent ? otherwise : M_privacy_erased_person);
}

static struct str person_href(const struct ctx *c, struct str name, int64_t person)
{
    return name.p != NULL ? str_printf(c->a, "/people/%" PRId64, person) : STR_NONE;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------- */
static enum rc fill_data(struct ctx *c, int64_t person, struct view_person_data *v)
{
    struct rows_export_list files;
    struct rows_audit_page_about audit;
    TRY(sql_export_list(c->db, c->a, person, &files));
    TRY(sql_audit_page_about(c->db, c->a, INT64_MAX, INT64_MAX, READINGS, person, &audit));
    struct view_person_data_exports *exports = ARENA_ARRAY(c->a, files.n, struct view_person_data_exports);
    for (size_t i = 0; i < files.n; i++)
        exports[i] = (struct view_person_data_exports){.made = files.v[i].created_at,
                                                       .kilobytes = (files.v[i].size + 1023) / 1024,
                                                       .href = str_printf(c->a, "/exports/%" PRId64, files.v[i].id)};
    struct view_person_data_readings *readings = ARENA_ARRAY(c->a, audit.n, struct view_person_data_readings);
    for (size_t i = 0; i < audit.n; i++) {
        const struct row_audit_page_about *r = &audit.v[i];
        readings[i] = (struct view_person_data_readings){.when = r->at,
                                                         .action = action_word(c, r->action),
                                                         .by = name_or(c, r->actor_name, r->actor_id_null, M_privacy_by_cadre)};
    }
    v->exports = exports;
    v->exports_count = files.n;
    v->readings = readings;
    v->readings_count = audit.n;
    v->own = person == c->who->person;
    struct str action = v->own ? S("/account/data") : str_printf(c->a, "/people/%" PRId64 "/data", person);
    v->ask = form_new(c->a, c->lang, c->zone, action, M_privacy_ask_export);
    struct target target = {.person = person};
    if (!v->own && access_allows(c, P_PERSON_ERASE, &target)) /* nobody erases herself */
        v->erase = str_printf(c->a, "/people/%" PRId64 "/erase", person);
    return RC_OK;
}

static enum rc send_data(struct ctx *c, int64_t person)
{
    struct target target = {.person = person};
    TRY(access_require(c, P_PERSON_EXPORT, &target));
    struct view_person_data v = {0};
    struct str name;
    TRY(people_name(c->db, c->a, person, &name));
    TRY(fill_data(c, person, &v));
    struct crumb crumbs[] = {{name, v.own ? S("/account") : str_printf(c->a, "/people/%" PRId64, person)}};
    struct page page = {.title = tr(c, v.own ? M_privacy_data_own : M_privacy_data_other),
                        .caption = name,
                        .section = v.own ? "/account" : "/people",
                        .crumbs = crumbs,
                        .crumb_count = 1};
    return view_person_data_page(c, &page, &v);
}

struct asking {
    struct arena *a;
    int64_t person, by, now, job;
};

static enum rc ask_export(struct db *tx, void *arg, struct err *e)
{
    struct asking *ask = arg;
    (void)e;
    TRY(job_add(tx, EXPORT_JOB, str_printf(ask->a, "%" PRId64, ask->person), ask->by, ask->now, &ask->job));
    return audit_note(tx, ask->now, ask->by, "person_export", ask->person, NULL, 0);
}

static enum rc post_data(struct ctx *c, int64_t person)
{
    struct target target = {.person = person};
    struct str name;
    TRY(access_require(c, P_PERSON_EXPORT, &target));
    TRY(people_name(c->db, c->a, person, &name));
    struct asking ask = {.a = c->a, .person = person, .by = c->who->person, .now = c->now};
    TRY(ctx_write(c, ask_export, &ask));
    return page_redirect(c, str_printf(c->a, "/jobs/%" PRId64, ask.job), 0);
}

static enum rc get_own_data(struct ctx *c)
{
    return send_data(c, c->who->person);
}

static enum rc post_own_data(struct ctx *c)
{
    return post_data(c, c->who->person);
}

static enum rc get_person_data(struct ctx *c)
{
    int64_t person;
    TRY(request_id(c->rq, 0, &person));
    return send_data(c, person);
}

static enum rc post_person_data(struct ctx *c)
{
    int64_t person;
    TRY(request_id(c->rq, 0, &person));
    return post_data(c, person);
}

struct fetching {
    int64_t person, by, now;
};

static enum rc note_fetch(struct db *tx, void *arg, struct err *e)
{
    const struct fetching *f = arg;
    (void)e;
    return audit_note(tx, f->now, f->by, "export_fetch", f->person, NULL, 0);
}

static enum rc get_export(struct ctx *c)
{
    int64_t id;
    struct row_export_find file;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_export_find(c->db, c->a, id, &file));
    struct target target = {.person = file.person_id};
    TRY(access_require(c, P_PERSON_EXPORT, &target));
    struct fetching f = {.person = file.person_id, .by = c->who->person, .now = c->now};
    if (f.person != f.by && c->rq->method != METHOD_HEAD)
        TRY(ctx_write(c, note_fetch, &f));
    struct buf name = buf_new(c->a, 64);
    buf_z(&name, "cadre-");
    day_format(&name, day_from_ms(c->zone, file.created_at));
    buf_z(&name, ".json");
    return page_download(c, "application/json", buf_text(&name), file.bytes);
}

/* ---- erasure ------------------------------------------------------------------------------------------------------------------------ */
struct erasing {
    struct arena *a;
    int64_t person, by, now, today;
};

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    const struct erasing *er = arg;
    TRY(programme_leaves_administrator(tx, er->person, er->today, e));
    return privacy_erase(tx, er->a, er->person, er->by, er->now, e);
}

static enum rc send_erase(struct ctx *c, struct form *f, struct str name, int status)
{
    struct view_erase v = {.name = name, .f = f};
    struct page page = {.title = tr(c, M_privacy_erase), .caption = name, .section = "/people", .narrow = true, .status = status};
    return view_erase_page(c, &page, &v);
}

static enum rc handle_erase(struct ctx *c)
{
    struct erasing er = {.a = c->a, .by = c->who->person, .now = c->now, .today = c->today};
    TRY(request_id(c->rq, 0, &er.person));
    struct target target = {.person = er.person};
    TRY(access_require(c, P_PERSON_ERASE, &target));
    struct str name;
    TRY(people_name(c->db, c->a, er.person, &name));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/people/%" PRId64 "/erase", er.person), M_privacy_erase_do);
    f->danger = true;
    f->cancel = str_printf(c->a, "/people/%" PRId64, er.person);
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_privacy_erase_type, .hint = M_privacy_erase_hint,
                               .required = true});
    if (c->rq->method != METHOD_POST)
        return send_erase(c, f, name, 0);
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    if (read && !str_eq(form_text(f, "name"), str_trim(name)))
        form_error(f, "name", M_privacy_erase_differs, NULL);
    if (read && er.person == c->who->person)
        form_error(f, "", M_privacy_erase_self, NULL);
    if (!form_ok(f))
        return send_erase(c, f, name, 422);
    enum rc rc = ctx_write(c, erase, &er);
    int status;
    if (page_form_failed(c, f, rc, &status))
        return send_erase(c, f, name, status);
    TRY(rc);
    return page_redirect(c, S("/people"), M_privacy_erase_done);
}

/* ---- the audit ------------------------------------------------------------------------------------------------------------------------ */
static enum rc load_audit(struct ctx *c, int64_t person, struct rows_audit_page *rows)
{
    int64_t at = INT64_MAX, id = INT64_MAX;
    struct str before = request_query(c->rq, "before"), part = STR_NONE;
    if (before.p != NULL && (!str_cut(&before, '-', &part) || !str_to_int(part, &at) || !str_to_int(before, &id)))
        return err_field(&c->err, RC_MALFORMED, 0, "before", "not a place in the audit");
    if (person == 0)
        return sql_audit_page(c->db, c->a, at, id, AUDIT_ROWS + 1, rows);
    struct rows_audit_page_about about;
    TRY(sql_audit_page_about(c->db, c->a, at, id, AUDIT_ROWS + 1, person, &about));
    _Static_assert(sizeof(struct row_audit_page) == sizeof(struct row_audit_page_about), "same columns");
    *rows = (struct rows_audit_page){.v = (struct row_audit_page *)(void *)about.v, .n = about.n};
    return RC_OK;
}

static enum rc get_audit(struct ctx *c)
{
    struct target target = {0};
    TRY(access_require(c, P_AUDIT_VIEW, &target));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/audit"), M_privacy_audit_search);
    f->get = true;
    form_add(f, (struct field){.name = "person", .kind = FIELD_INT, .label = M_privacy_audit_person, .hint = M_privacy_audit_person_hint,
                               .min = 1, .max = INT64_C(1) << 53});
    (void)form_read(f, c->rq->query, c->rq->query_count);
    int64_t person = form_ok(f) ? form_int(f, "person", 0) : 0;
    struct rows_audit_page rows;
    TRY(load_audit(c, person, &rows));
    size_t shown = rows.n > AUDIT_ROWS ? AUDIT_ROWS : rows.n;
    struct view_audit_entries *entries = ARENA_ARRAY(c->a, shown, struct view_audit_entries);
    for (size_t i = 0; i < shown; i++) {
        const struct row_audit_page *r = &rows.v[i];
        entries[i] = (struct view_audit_entries){
            .id = r->id,
            .at = r->at,
            .action = r->action,
            .action_word = action_word(c, r->action),
            .actor = name_or(c, r->actor_name, r->actor_id_null, M_privacy_by_cadre),
            .actor_href = person_href(c, r->actor_name, r->actor_id),
            .subject = r->subject_id_null ? S("") : name_or(c, r->subject_name, false, 0),
            .subject_href = person_href(c, r->subject_name, r->subject_id),
            .object = r->object_kind.p != NULL ? object_word(c, r->object_kind, r->object_id) : S(""),
        };
    }
    struct view_audit v = {.search = f, .entries = entries, .entries_count = shown};
    if (rows.n > shown) {
        v.older = str_printf(c->a, "/audit?before=%" PRId64 "-%" PRId64, entries[shown - 1].at, entries[shown - 1].id);
        if (person != 0)
            v.older = str_printf(c->a, "%.*s&person=%" PRId64, STR_ARG(v.older), person);
    }
    struct page page = {.title = tr(c, M_privacy_audit), .section = "/audit", .status = form_ok(f) ? 0 : 422};
    return view_audit_page(c, &page, &v);
}

/* ---- retention -------------------------------------------------------------------------------------------------------------------------- */
struct rule_change {
    const struct form *f;
    const struct rows_retention_list *rules;
    struct arena *a;
    int64_t by, now;
};

static enum rc change_rules(struct db *tx, void *arg, struct err *e)
{
    const struct rule_change *ch = arg;
    int64_t changed = 0;
    (void)e;
    for (size_t i = 0; i < ch->rules->n; i++) {
        struct str kind = ch->rules->v[i].kind;
        TRY(sql_retention_set(tx, kind, form_int(ch->f, str_z(ch->a, kind), ch->rules->v[i].keep_days), ch->now));
        changed += db_changes(tx);
    }
    return changed != 0 ? audit_note(tx, ch->now, ch->by, "retention_change", 0, NULL, 0) : RC_OK;
}

static msg_id rule_label(struct str kind)
{
    static const struct {
        const char *kind;
        msg_id label;
    } labels[] = {{"portfolio_link", M_privacy_keep_portfolio_link},
                  {"reflection_reading", M_privacy_keep_reflection_reading}, {"audit", M_privacy_keep_audit},         {"sign_in", M_privacy_keep_sign_in},
                  {"sign_in_link", M_privacy_keep_link},   {"job", M_privacy_keep_job},
                  {"outbox", M_privacy_keep_outbox},       {"export", M_privacy_keep_export},
                  {"api_token", M_privacy_keep_api_token},     {"sign_in_failure", M_privacy_keep_failure},
                  {"observation_unconfirmed", M_privacy_keep_observation_unconfirmed}, {"observe_link", M_privacy_keep_observe_link},
                  {"panel", M_privacy_keep_panel},             {"practice", M_privacy_keep_practice},
                  {"draw", M_privacy_keep_draw}, {"speech_recording", M_privacy_keep_speech_recording},
                  {"rota_wish", M_privacy_keep_rota_wish}, {"rota_allocation", M_privacy_keep_rota_allocation},
                  {"feedback_rater", M_privacy_keep_feedback_rater}, {"feedback_stopped", M_privacy_keep_feedback_stopped},
                  {"feedback_answers", M_privacy_keep_feedback_answers},
                  {"framework_upload", M_privacy_keep_upload}, {"mentor_words", M_privacy_keep_mentor_words},
                  {"match_wishes", M_privacy_keep_match_wishes}, {"match_upload", M_privacy_keep_match_upload},
                  {"plan_upload", M_privacy_keep_plan_upload}, {"ledger_edition", M_privacy_keep_ledger_edition}, {"ledger_answer", M_privacy_keep_ledger_answer}};
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq_z(kind, labels[i].kind))
            return labels[i].label;
    return 0;
}

static enum rc handle_retention(struct ctx *c)
{
    struct target target = {0};
    struct rows_retention_list rules;
    TRY(access_require(c, P_SITE_CHANGE, &target));
    TRY(sql_retention_list(c->db, c->a, &rules));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/site/retention"), M_privacy_retention_save);
    struct view_retention_rules *shown = ARENA_ARRAY(c->a, rules.n, struct view_retention_rules);
    for (size_t i = 0; i < rules.n; i++) {
        const struct row_retention_list *r = &rules.v[i];
        shown[i] = (struct view_retention_rules){r->kind, r->keep_days, r->changed_at != 0 ? SOME_INT(r->changed_at) : (struct opt_int){0}};
        form_add(f, (struct field){.name = str_z(c->a, r->kind), .kind = FIELD_INT, .label = rule_label(r->kind),
                                   .required = true, .min = str_eq(r->kind, S("audit")) ? 365 : 1, .max = 36500,
                                   .value = str_printf(c->a, "%" PRId64, r->keep_days)});
    }
    struct view_retention v = {.rules = shown, .rules_count = rules.n, .f = f};
    struct page page = {.title = tr(c, M_privacy_retention), .section = "/site/retention", .narrow = true};
    if (c->rq->method == METHOD_POST) {
        if (form_read(f, c->rq->form, c->rq->form_count)) {
            struct rule_change ch = {.f = f, .rules = &rules, .a = c->a, .by = c->who->person, .now = c->now};
            TRY(ctx_write(c, change_rules, &ch));
            return page_redirect(c, S("/site/retention"), M_privacy_retention_saved);
        }
        page.status = 422;
    }
    return view_retention_page(c, &page, &v);
}

/* ---- the progress of a job ---------------------------------------------------------------------------------------------------------------- */
static enum rc get_job(struct ctx *c)
{
    int64_t id;
    struct job_state job;
    TRY(request_id(c->rq, 0, &id));
    TRY(job_find(c->db, c->a, id, &job));
    if (job.person == 0 || job.person != c->who->person)
        return err_set(&c->err, RC_NOT_FOUND, 0, NULL); /* a job is its asker's alone */
    struct view_job v = {.state = job.state,
                         .done = job.done,
                         .total = job.total > 0 ? job.total : 1,
                         .finished = str_eq(job.state, S("done")) || str_eq(job.state, S("failed")),
                         .failed = str_eq(job.state, S("failed")),
                         .poll = str_printf(c->a, "/jobs/%" PRId64, id)};
    v.state_word = tr(c, v.failed ? M_privacy_job_failed : v.finished ? M_privacy_job_done : M_privacy_job_running);
    if (v.failed)
        v.problem = tr(c, M_privacy_job_failed_more);
    struct row_export_of_job made;
    if (v.finished && !v.failed && sql_export_of_job(c->db, c->a, id, &made) == RC_OK)
        v.next = str_printf(c->a, "/exports/%" PRId64, made.id);
    struct page page = {.title = tr(c, M_privacy_job_title), .section = "/account", .narrow = true};
    return view_job_page(c, &page, &v);
}

const struct route privacy_routes[PRIVACY_ROUTE_COUNT] = {
    {METHOD_GET, "/account/data", P_ACCOUNT, BODY_NONE, RATE_PAGE, get_own_data},
    {METHOD_POST, "/account/data", P_ACCOUNT, BODY_FORM, RATE_WRITE, post_own_data},
    {METHOD_GET, "/exports/{id}", P_PERSON_EXPORT, BODY_NONE, RATE_PAGE, get_export},
    {METHOD_GET, "/people/{id}/data", P_PERSON_EXPORT, BODY_NONE, RATE_PAGE, get_person_data},
    {METHOD_POST, "/people/{id}/data", P_PERSON_EXPORT, BODY_FORM, RATE_WRITE, post_person_data},
    {METHOD_GET, "/people/{id}/erase", P_PERSON_ERASE, BODY_NONE, RATE_PAGE, handle_erase},
    {METHOD_POST, "/people/{id}/erase", P_PERSON_ERASE, BODY_FORM, RATE_WRITE, handle_erase},
    {METHOD_GET, "/audit", P_AUDIT_VIEW, BODY_NONE, RATE_PAGE, get_audit},
    {METHOD_GET, "/site/retention", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, handle_retention},
    {METHOD_POST, "/site/retention", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, handle_retention},
    {METHOD_GET, "/jobs/{id}", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_job},
};
