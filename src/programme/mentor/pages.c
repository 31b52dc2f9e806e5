/* The capability of mentorship, and what its pages share. */
#include "programme/mentor/inside.h"
#include "view/markdown.h"

/* Tags with the languages' own names, so that they need no translation. */
static const struct choice languages[] = {
    {.value = S_INIT("ar"), .label = S_INIT("العربية")},   {.value = S_INIT("de"), .label = S_INIT("Deutsch")},
    {.value = S_INIT("en"), .label = S_INIT("English")},   {.value = S_INIT("es"), .label = S_INIT("Español")},
    {.value = S_INIT("fa"), .label = S_INIT("فارسی")},     {.value = S_INIT("fr"), .label = S_INIT("Français")},
    {.value = S_INIT("hi"), .label = S_INIT("हिन्दी")},       {.value = S_INIT("it"), .label = S_INIT("Italiano")},
    {.value = S_INIT("nl"), .label = S_INIT("Nederlands")}, {.value = S_INIT("pl"), .label = S_INIT("Polski")},
    {.value = S_INIT("pt"), .label = S_INIT("Português")}, {.value = S_INIT("ru"), .label = S_INIT("Русский")},
    {.value = S_INIT("tr"), .label = S_INIT("Türkçe")},    {.value = S_INIT("uk"), .label = S_INIT("Українська")},
    {.value = S_INIT("zh"), .label = S_INIT("中文")},
};

size_t mentor_languages(const struct choice **out)
{
    *out = languages;
    return COUNT_OF(languages);
}

struct str mentor_languages_text(struct arena *a, struct str tags)
{
    struct buf b = buf_new(a, 64);
    for (size_t i = 0; i < COUNT_OF(languages); i++)
        if (str_find(tags, str_printf(a, " %.*s ", STR_ARG(languages[i].value)), NULL)) {
            buf_z(&b, b.n != 0 ? ", " : "");
            buf_str(&b, languages[i].label);
        }
    return buf_text(&b);
}

enum rc mentor_require_pair(struct ctx *c, struct row_mentor_pair_find *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_mentor_pair_find(c->db, c->a, id, p));
    int64_t me = c->who->person;
    struct target t = {.holder = me == p->mentor_id || me == p->mentee_id ? me : 0};
    return access_require(c, P_MENTOR_PAIR, &t);
}

bool mentor_is_mentee(const struct ctx *c, const struct row_mentor_pair_find *p)
{
    return c->who->person == p->mentee_id;
}

struct str mentor_other_name(const struct ctx *c, const struct row_mentor_pair_find *p)
{
    struct str name = mentor_is_mentee(c, p) ? p->mentor : p->mentee;
    return name.p != NULL ? name : tr(c, M_mentor_gone);
}

struct str mentor_path(const struct ctx *c, const char *start, int64_t id)
{
    return str_printf(c->a, "%s%" PRId64, start, id);
}

static const struct {
    const char *state;
    msg_id word;
} states[] = {
    {"proposed", M_mentor_state_proposed},   {"accepted", M_mentor_state_accepted},   {"active", M_mentor_state_active},
    {"paused", M_mentor_state_paused},       {"completed", M_mentor_state_completed}, {"concluded", M_mentor_state_concluded},
    {"declined", M_mentor_state_declined},   {"withdrawn", M_mentor_state_withdrawn},
};

struct str mentor_state_word(const struct ctx *c, struct str state)
{
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (str_eq_z(state, states[i].state))
            return tr(c, states[i].word);
    return state;
}

struct page mentor_pair_page(struct ctx *c, const struct row_mentor_pair_find *p, struct str title, int status)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_mentor_mine), S("/pairs")};
    crumbs[1] = (struct crumb){mentor_other_name(c, p), mentor_path(c, "/pairs/", p->id)};
    return (struct page){.title = title, .section = "/mentors", .crumbs = crumbs, .crumb_count = 2, .status = status};
}

enum rc mentor_send_form(struct ctx *c, struct page *page, const struct row_mentor_pair_find *pair, struct str note, const struct form *f)
{
    struct view_mentor_form v = {.note = note, .f = f};
    if (pair != NULL) {
        v.private = true;
        TRY(mentor_fill_call(c, pair, &v.call));
    }
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_mentor_form_page(c, page, &v);
}

enum rc mentor_fill_call(struct ctx *c, const struct row_mentor_pair_find *p, const struct view_mentor_call **out)
{
    struct row_mentor_help_find h;
    enum rc rc = sql_mentor_help_find(c->db, c->a, p->programme_id, &h);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_mentor_call *v = ARENA_NEW(c->a, struct view_mentor_call);
    v->page = str_printf(c->a, "/pairs/%" PRId64 "/help", p->id);
    if (h.words.n != 0)
        v->words = markdown_render(c->a, h.words, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    *out = v;
    return RC_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/mentors", P_MENTOR_VIEW, BODY_NONE, RATE_PAGE, mentor_get_list},
    {METHOD_GET, "/mentors/profile", P_MENTOR_OFFER, BODY_NONE, RATE_PAGE, mentor_own_profile},
    {METHOD_POST, "/mentors/profile", P_MENTOR_OFFER, BODY_FORM, RATE_WRITE, mentor_own_profile},
    {METHOD_GET, "/mentors/wish", P_MENTOR_ASK, BODY_NONE, RATE_PAGE, mentor_own_wish},
    {METHOD_POST, "/mentors/wish", P_MENTOR_ASK, BODY_FORM, RATE_WRITE, mentor_own_wish},
    {METHOD_GET, "/mentors/wall", P_SIGNED_IN, BODY_NONE, RATE_PAGE, mentor_get_wall},
    {METHOD_GET, "/mentors/help", P_SIGNED_IN, BODY_NONE, RATE_PAGE, mentor_get_help_here},
    {METHOD_GET, "/mentors/log", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_log},
    {METHOD_GET, "/mentors/log/new", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_new_log},
    {METHOD_POST, "/mentors/log/new", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_new_log},
    {METHOD_GET, "/mentors/log/of/{person}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_shared_log},
    {METHOD_GET, "/mentors/log/{mentor_log}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_change_log},
    {METHOD_POST, "/mentors/log/{mentor_log}", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_change_log},
    {METHOD_POST, "/mentors/log/{mentor_log}/share", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_post_share},
    {METHOD_GET, "/mentors/log/{mentor_log}/remove", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_remove_log},
    {METHOD_POST, "/mentors/log/{mentor_log}/remove", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_remove_log},
    {METHOD_GET, "/mentors/lineage", P_SIGNED_IN, BODY_NONE, RATE_PAGE, mentor_get_own_lineage},
    {METHOD_GET, "/mentors/choices", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_choices},
    {METHOD_POST, "/mentors/choices", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_choices},
    {METHOD_GET, "/mentors/{id}", P_MENTOR_VIEW, BODY_NONE, RATE_PAGE, mentor_get_profile},
    {METHOD_GET, "/mentors/{id}/lineage", P_MENTOR_VIEW, BODY_NONE, RATE_PAGE, mentor_get_lineage},
    {METHOD_GET, "/mentors/{id}/ask", P_MENTOR_ASK, BODY_NONE, RATE_PAGE, mentor_handle_ask},
    {METHOD_POST, "/mentors/{id}/ask", P_MENTOR_ASK, BODY_FORM, RATE_WRITE, mentor_handle_ask},
    {METHOD_GET, "/pairs", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_pairs},
    {METHOD_GET, "/pairs/written", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_written},
    {METHOD_GET, "/pairs/{id}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_pair},
    {METHOD_GET, "/pairs/{id}/answer", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_answer},
    {METHOD_POST, "/pairs/{id}/answer", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_answer},
    {METHOD_GET, "/pairs/{id}/steps/{mentor_step}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_step},
    {METHOD_POST, "/pairs/{id}/steps/{mentor_step}", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_step},
    {METHOD_GET, "/pairs/{id}/help", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_help},
    {METHOD_GET, "/pairs/{id}/agreement", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_agreement},
    {METHOD_POST, "/pairs/{id}/agreement", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_agreement},
    {METHOD_POST, "/pairs/{id}/sign", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_post_sign},
    {METHOD_GET, "/pairs/{id}/meetings/new", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_new_meeting},
    {METHOD_POST, "/pairs/{id}/meetings/new", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_new_meeting},
    {METHOD_GET, "/pairs/{id}/meetings/{mentor_meeting}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_meeting},
    {METHOD_POST, "/pairs/{id}/meetings/{mentor_meeting}", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_meeting},
    {METHOD_GET, "/pairs/{id}/meetings/{mentor_meeting}/edit", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_change_meeting},
    {METHOD_POST, "/pairs/{id}/meetings/{mentor_meeting}/edit", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_change_meeting},
    {METHOD_GET, "/pairs/{id}/meetings/{mentor_meeting}/calendar", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_get_ics},
    {METHOD_GET, "/pairs/{id}/evaluations/{mentor_month}", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_handle_evaluation},
    {METHOD_POST, "/pairs/{id}/evaluations/{mentor_month}", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_evaluation},
    {METHOD_POST, "/pairs/{id}/write", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_handle_write},
    {METHOD_GET, "/pairs/{id}/actions/new", P_MENTOR_PAIR, BODY_NONE, RATE_PAGE, mentor_new_action},
    {METHOD_POST, "/pairs/{id}/actions/new", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_new_action},
    {METHOD_POST, "/pairs/{id}/actions/{mentor_action}/done", P_MENTOR_PAIR, BODY_FORM, RATE_WRITE, mentor_post_done},
    {METHOD_GET, "/programmes/{id}/mentoring", P_MENTOR_OVERSEE, BODY_NONE, RATE_PAGE, mentor_get_programme},
    {METHOD_GET, "/programmes/{id}/mentoring/conflicts/new", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_new_conflict},
    {METHOD_POST, "/programmes/{id}/mentoring/conflicts/new", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_new_conflict},
    {METHOD_POST, "/programmes/{id}/mentoring/conflicts/{conflict}/remove", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_remove_conflict},
    {METHOD_GET, "/programmes/{id}/mentoring/evaluation", P_MENTOR_OVERSEE, BODY_NONE, RATE_PAGE, mentor_get_means},
    {METHOD_GET, "/programmes/{id}/mentoring/settings", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_edit_settings},
    {METHOD_POST, "/programmes/{id}/mentoring/settings", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_edit_settings},
    {METHOD_GET, "/programmes/{id}/mentoring/propose", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_handle_propose},
    {METHOD_POST, "/programmes/{id}/mentoring/propose", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_handle_propose},
    {METHOD_GET, "/programmes/{id}/mentoring/students", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_get_students},
    {METHOD_GET, "/programmes/{id}/mentoring/students/{person}", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_edit_supervision},
    {METHOD_POST, "/programmes/{id}/mentoring/students/{person}", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_edit_supervision},
    {METHOD_GET, "/programmes/{id}/mentoring/help", P_MENTOR_MANAGE, BODY_NONE, RATE_PAGE, mentor_edit_help},
    {METHOD_POST, "/programmes/{id}/mentoring/help", P_MENTOR_MANAGE, BODY_FORM, RATE_WRITE, mentor_edit_help},
};

static const struct nav_entry nav[] = {{.href = "/mentors", .label = M_mentor_nav, .may = P_MENTOR_VIEW, .group = NAV_MENTORING, .order = 0}};

static const struct evidence_source sources[] = {{.kind = "mentor_pair", .describe = mentor_describe}, {.kind = "mentor_log", .describe = mentor_describe_log}};

const struct capability mentor_capability = {
    .name = "mentor",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .jobs = mentor_jobs,
    .job_count = MENTOR_JOBS,
    .mails = mentor_mails,
    .mail_count = MENTOR_MAILS,
    .calendar = mentor_calendar,
    .home = mentor_home,
    .export_person = mentor_export,
    .erase_person = mentor_erase,
    .retain = mentor_retain,
};
