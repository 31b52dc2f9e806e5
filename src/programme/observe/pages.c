/* The capability of observation, and the small things that its pages share. */
#include "gen/programme/observe/observe_answers_view.h"
#include "gen/programme/observe/observe_form_page_view.h"
#include "programme/observe/inside.h"
#include "view/qr.h"

struct str observe_path(const struct ctx *c, const char *start, int64_t id)
{
    return str_printf(c->a, "%s%" PRId64, start, id);
}

struct str observe_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_observe_somebody_gone);
}

struct str observe_observer(const struct ctx *c, struct str account_name, bool has_account, struct str given)
{
    struct msg_arg name = MSG_TEXT("name", given);
    if (has_account)
        return observe_or_gone(c, account_name);
    return given.n != 0 ? tr_args(c, M_observe_outside_named, &name, 1) : tr(c, M_observe_outside);
}

struct str observe_state_word(const struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "confirmed") ? M_observe_state_confirmed : str_eq_z(state, "void") ? M_observe_state_void : M_observe_state_unconfirmed);
}

enum rc observe_act_name(struct ctx *c, struct observe_names *names, int64_t instrument, struct str act, struct str *out)
{
    const struct instrument *i = NULL;
    for (size_t k = 0; k < names->count; k++)
        if (names->seen[k].id == instrument)
            i = &names->seen[k];
    if (i == NULL) {
        struct instrument *place = names->count < COUNT_OF(names->seen) ? &names->seen[names->count++] : ARENA_NEW(c->a, struct instrument);
        TRY(instrument_find(c->db, c->a, instrument, lang_tag(c->lang), place));
        i = place;
    }
    *out = i->title;
    for (size_t d = 0; d < i->domain_count; d++)
        if (str_eq(i->domains[d].code, act))
            *out = i->domains[d].title;
    return RC_OK;
}

enum rc observe_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_observe_form_page v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_observe_form_page_page(c, page, &v);
}

enum rc observe_require_programme(struct ctx *c, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find(c->db, c->a, id, p));
    struct target t = {.programme = id};
    return access_require(c, P_OBSERVATION_MANAGE, &t);
}

enum rc observe_target(struct ctx *c, int64_t subject, int64_t programme, struct target *t)
{
    return programme_person_target_in(c, subject, programme, t);
}

/* Runs of dark modules in a row are one bar. Error correction of a quarter: posters get creased. */
struct html observe_qr(struct ctx *c, struct str address, double unit)
{
    return qr_svg(c->a, address, unit, tr(c, M_observe_qr));
}

enum rc observe_fill_answers(struct ctx *c, const struct instrument *i, int64_t observation, struct view_observe_answers *v)
{
    struct rows_observation_answers rows;
    TRY(sql_observation_answers(c->db, c->a, observation, &rows));
    struct view_observe_answers_items *list = ARENA_ARRAY(c->a, rows.n, struct view_observe_answers_items);
    for (size_t k = 0; k < i->item_count; k++)
        for (size_t r = 0; r < rows.n; r++) {
            if (rows.v[r].item_id != i->items[k].id)
                continue;
            bool words = i->items[k].words, unable = rows.v[r].point_null;
            int point = unable ? INSTRUMENT_UNABLE : (int)rows.v[r].point;
            list[v->items_count++] = (struct view_observe_answers_items){.text = i->items[k].text,
                                                                         .words = words,
                                                                         .point = words || unable ? (struct opt_int){0} : SOME_INT(point),
                                                                         .answer = words ? rows.v[r].words : instrument_answer_word(c, i, k, point)};
        }
    v->items = list;
    return RC_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/o", P_PUBLIC, BODY_NONE, RATE_PUBLIC, observe_get_code},
    {METHOD_GET, "/o/sent", P_PUBLIC, BODY_NONE, RATE_PUBLIC, observe_get_sent},
    {METHOD_GET, "/o/{observe_code}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, observe_get_form},
    {METHOD_POST, "/o/{observe_code}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, observe_post_form},
    {METHOD_GET, "/o/confirm/{token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, observe_get_confirm},
    {METHOD_POST, "/o/confirm/{token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, observe_post_confirm},
    {METHOD_GET, "/requests/{id}", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_get_request},
    {METHOD_POST, "/requests/{id}", P_OBSERVATION_VIEW, BODY_FORM, RATE_WRITE, observe_post_request},
    {METHOD_GET, "/shifts/{rota_shift}/seen/{person}", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_handle_seen},
    {METHOD_POST, "/shifts/{rota_shift}/seen/{person}", P_OBSERVATION_VIEW, BODY_FORM, RATE_WRITE, observe_handle_seen},
    {METHOD_GET, "/observations", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_get_mine},
    {METHOD_GET, "/people/{id}/observations", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_get_mine},
    {METHOD_GET, "/observations/given", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_get_given},
    {METHOD_GET, "/observations/code", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_get_code_page},
    {METHOD_POST, "/observations/code", P_OBSERVATION_ASK, BODY_FORM, RATE_WRITE, observe_post_code},
    {METHOD_GET, "/observations/ask", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_handle_ask},
    {METHOD_POST, "/observations/ask", P_OBSERVATION_ASK, BODY_FORM, RATE_WRITE, observe_handle_ask},
    {METHOD_GET, "/observations/{id}", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_get_one},
    {METHOD_GET, "/observations/{id}/look", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_handle_look},
    {METHOD_POST, "/observations/{id}/look", P_OBSERVATION_ASK, BODY_FORM, RATE_WRITE, observe_handle_look},
    {METHOD_GET, "/observations/{id}/mail", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_handle_mail},
    {METHOD_POST, "/observations/{id}/mail", P_OBSERVATION_ASK, BODY_FORM, RATE_WRITE, observe_handle_mail},
    {METHOD_GET, "/observations/{id}/decide", P_OBSERVATION_MANAGE, BODY_NONE, RATE_PAGE, observe_handle_looked},
    {METHOD_POST, "/observations/{id}/decide", P_OBSERVATION_MANAGE, BODY_FORM, RATE_WRITE, observe_handle_looked},
    {METHOD_GET, "/codes/{id}", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_get_print},
    {METHOD_GET, "/codes/{id}/revoke", P_OBSERVATION_ASK, BODY_NONE, RATE_PAGE, observe_handle_revoke},
    {METHOD_POST, "/codes/{id}/revoke", P_OBSERVATION_ASK, BODY_FORM, RATE_WRITE, observe_handle_revoke},
    {METHOD_GET, "/programmes/{id}/observing", P_OBSERVATION_MANAGE, BODY_NONE, RATE_PAGE, observe_get_programme},
    {METHOD_GET, "/programmes/{id}/observing/settings", P_OBSERVATION_MANAGE, BODY_NONE, RATE_PAGE, observe_handle_setting},
    {METHOD_POST, "/programmes/{id}/observing/settings", P_OBSERVATION_MANAGE, BODY_FORM, RATE_WRITE, observe_handle_setting},
    {METHOD_GET, "/programmes/{id}/observing/places/new", P_OBSERVATION_MANAGE, BODY_NONE, RATE_PAGE, observe_handle_place},
    {METHOD_POST, "/programmes/{id}/observing/places/new", P_OBSERVATION_MANAGE, BODY_FORM, RATE_WRITE, observe_handle_place},
    {METHOD_GET, "/assessments", P_ASSESSMENT_GIVE, BODY_NONE, RATE_PAGE, observe_get_assessments},
    {METHOD_GET, "/assessments/new", P_ASSESSMENT_GIVE, BODY_NONE, RATE_PAGE, observe_get_find},
    {METHOD_GET, "/people/{id}/assess", P_ASSESSMENT_GIVE, BODY_NONE, RATE_PAGE, observe_handle_assess},
    {METHOD_POST, "/people/{id}/assess", P_ASSESSMENT_GIVE, BODY_FORM, RATE_WRITE, observe_handle_assess},
    {METHOD_GET, "/assessments/{id}", P_OBSERVATION_VIEW, BODY_NONE, RATE_PAGE, observe_handle_assessment},
    {METHOD_POST, "/assessments/{id}", P_OBSERVATION_VIEW, BODY_FORM, RATE_WRITE, observe_handle_assessment},
};

static const struct nav_entry nav[] = {{.href = "/observations", .label = M_observe_nav, .may = P_OBSERVATION_VIEW, .group = NAV_FEEDBACK, .order = 0}};

static const struct evidence_source sources[] = {{.kind = "observation", .describe = observe_describe}};

static const struct mail_kind mails[] = {{"observe_confirm", observe_write_confirm_mail, MAIL_owed}, {"observe_request", observe_write_request_mail, MAIL_feedback}};

const struct capability observe_capability = {
    .name = "observe",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .home = observe_home,
    .calendar = observe_calendar,
    .export_person = observe_export,
    .erase_person = observe_erase,
    .retain = observe_retain,
};
