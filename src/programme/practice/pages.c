/* The capability of practice, and what its pages share. */
#include "gen/programme/practice/practice_form_view.h"
#include "programme/practice/room_speech.h"
#include "programme/practice/room_talk.h"

struct str practice_path(const struct ctx *c, int64_t exercise, const char *end)
{
    return str_printf(c->a, "/practice/%" PRId64 "%s", exercise, end);
}

struct str practice_kind_name(const struct ctx *c, struct str kind)
{
    static const msg_id names[] = {
        [PRACTICE_CASE] = M_practice_kind_case,           [PRACTICE_ROLE_PLAY] = M_practice_kind_role_play,
        [PRACTICE_NEGOTIATION] = M_practice_kind_negotiation, [PRACTICE_LISTENING] = M_practice_kind_listening,
        [PRACTICE_DEBATE] = M_practice_kind_debate,       [PRACTICE_SPEAKING] = M_practice_kind_speaking,
        [PRACTICE_APPRAISAL] = M_practice_kind_appraisal,
    };
    enum practice_kind k;
    return practice_find_kind(kind, &k) ? tr(c, names[k]) : kind;
}

struct page practice_page(struct ctx *c, struct str title, struct str exercise_title, int64_t exercise)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_practice_title), S("/practice")};
    if (exercise != 0)
        crumbs[1] = (struct crumb){exercise_title, practice_path(c, exercise, "")};
    return (struct page){.title = title, .section = "/practice", .crumbs = crumbs, .crumb_count = exercise != 0 ? 2 : 1};
}

enum rc practice_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_practice_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_practice_form_page(c, page, &v);
}

enum rc practice_open(struct ctx *c, struct row_practice_find *x, bool *writes)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_practice_find(c->db, c->a, id, lang_tag(c->lang), x);
    struct target t = {.programme = x->programme_id};
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *writes = access_allows(c, P_PRACTICE_WRITE, &t);
    if (rc == RC_NOT_FOUND)
        return rc;
    TRY(access_require(c, P_PRACTICE, &t));
    return *writes || !str_eq_z(x->state, "draft") ? RC_OK : RC_NOT_FOUND;
}

enum rc practice_open_to_write(struct ctx *c, struct row_practice_find *x)
{
    bool writes;
    TRY(practice_open(c, x, &writes));
    struct target t = {.programme = x->programme_id};
    return access_require(c, P_PRACTICE_WRITE, &t);
}

struct str practice_clock_text(const struct ctx *c, int64_t seconds)
{
    int64_t n = seconds < 0 ? -seconds : seconds;
    return str_printf(c->a, "%s%" PRId64 ":%02" PRId64, seconds < 0 ? "\u2212" : "", n / 60, n % 60);
}

static const struct route routes[] = {
    {METHOD_GET, "/practice", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_get_list},
    {METHOD_GET, "/practice/new", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_handle_new},
    {METHOD_POST, "/practice/new", P_PRACTICE_WRITE, BODY_FORM, RATE_WRITE, practice_handle_new},
    {METHOD_GET, "/practice/import", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_handle_import},
    {METHOD_POST, "/practice/import", P_PRACTICE_WRITE, BODY_UPLOAD, RATE_WRITE, practice_handle_import},
    {METHOD_GET, "/practice/{exercise}/edit", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_handle_edit},
    {METHOD_POST, "/practice/{exercise}/edit", P_PRACTICE_WRITE, BODY_UPLOAD, RATE_WRITE, practice_handle_edit},
    {METHOD_POST, "/practice/{exercise}/check", P_PRACTICE_WRITE, BODY_UPLOAD, RATE_PAGE, practice_post_check},
    {METHOD_GET, "/practice/{exercise}/try", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_get_try},
    {METHOD_GET, "/practice/{exercise}/file", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_get_file},
    {METHOD_GET, "/practice/{exercise}/panel", P_PRACTICE_OVERSEE, BODY_NONE, RATE_PAGE, practice_handle_panel},
    {METHOD_POST, "/practice/{exercise}/panel", P_PRACTICE_OVERSEE, BODY_FORM, RATE_WRITE, practice_handle_panel},
    {METHOD_GET, "/practice/{exercise}/figures", P_PRACTICE_OVERSEE, BODY_NONE, RATE_PAGE, practice_get_figures},
    {METHOD_GET, "/practice/{exercise}/figures/file", P_PRACTICE_OVERSEE, BODY_NONE, RATE_PAGE, practice_get_figures_file},
    {METHOD_GET, "/practice/{exercise}/publish", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_handle_publish},
    {METHOD_POST, "/practice/{exercise}/publish", P_PRACTICE_WRITE, BODY_FORM, RATE_WRITE, practice_handle_publish},
    {METHOD_GET, "/practice/{exercise}/state", P_PRACTICE_WRITE, BODY_NONE, RATE_PAGE, practice_handle_state},
    {METHOD_POST, "/practice/{exercise}/state", P_PRACTICE_WRITE, BODY_FORM, RATE_WRITE, practice_handle_state},
    {METHOD_GET, "/practice/{exercise}/assign", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_handle_assign},
    {METHOD_POST, "/practice/{exercise}/assign", P_PRACTICE, BODY_FORM, RATE_WRITE, practice_handle_assign},
    {METHOD_POST, "/practice/{exercise}/sessions", P_PRACTICE_WRITE, BODY_FORM, RATE_WRITE, practice_post_session},
    {METHOD_GET, "/practice/assignments/{exercise_assignment}/drop", P_PRACTICE_ASSIGN, BODY_NONE, RATE_PAGE, practice_handle_unassign},
    {METHOD_POST, "/practice/assignments/{exercise_assignment}/drop", P_PRACTICE_ASSIGN, BODY_FORM, RATE_WRITE, practice_handle_unassign},
    {METHOD_POST, "/practice/{exercise}/room", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_open},
    {METHOD_GET, "/practice/join", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_join},
    {METHOD_POST, "/practice/join", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_join},
    {METHOD_GET, "/practice/rooms/{room}", P_PRACTICE, BODY_NONE, RATE_PAGE, room_get},
    {METHOD_GET, "/practice/rooms/{room}/live", P_PRACTICE, BODY_NONE, RATE_PAGE, room_get_live},
    {METHOD_POST, "/practice/rooms/{room}/seat", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_seat},
    {METHOD_POST, "/practice/rooms/{room}/step", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_step},
    {METHOD_GET, "/practice/rooms/{room}/end", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_end},
    {METHOD_POST, "/practice/rooms/{room}/end", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_end},
    {METHOD_GET, "/practice/rooms/{room}/seats", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_seats},
    {METHOD_POST, "/practice/rooms/{room}/seats", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_seats},
    {METHOD_GET, "/practice/rooms/{room}/invite", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_seats},
    {METHOD_POST, "/practice/rooms/{room}/invite", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_seats},
    {METHOD_GET, "/practice/rooms/{room}/rate/{person}", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_rate},
    {METHOD_POST, "/practice/rooms/{room}/rate/{person}", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_rate},
    {METHOD_GET, "/practice/rooms/{room}/ratings", P_PRACTICE, BODY_NONE, RATE_PAGE, room_get_ratings},
    {METHOD_POST, "/practice/rooms/{room}/vote", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_vote},
    {METHOD_GET, "/practice/rooms/{room}/ballot", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_ballot},
    {METHOD_POST, "/practice/rooms/{room}/ballot", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_ballot},
    {METHOD_POST, "/practice/rooms/{room}/point", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_point},
    {METHOD_POST, "/practice/rooms/{room}/heard", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_heard},
    {METHOD_POST, "/practice/rooms/{room}/speech", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_speech},
    {METHOD_GET, "/practice/rooms/{room}/recording", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_recording},
    {METHOD_POST, "/practice/rooms/{room}/recording", P_PRACTICE, BODY_UPLOAD, RATE_WRITE, room_handle_recording},
    {METHOD_GET, "/practice/rooms/{room}/recording/file", P_PRACTICE, BODY_NONE, RATE_PAGE, room_get_recording},
    {METHOD_GET, "/practice/rooms/{room}/raters", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_raters},
    {METHOD_POST, "/practice/rooms/{room}/raters", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_raters},
    {METHOD_GET, "/practice/rooms/{room}/shown", P_PRACTICE, BODY_NONE, RATE_PAGE, room_handle_shown},
    {METHOD_POST, "/practice/rooms/{room}/shown", P_PRACTICE, BODY_FORM, RATE_WRITE, room_handle_shown},
    {METHOD_POST, "/practice/rooms/{room}/offers", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_offer},
    {METHOD_POST, "/practice/rooms/{room}/offers/{room_offer}", P_PRACTICE, BODY_FORM, RATE_WRITE, room_post_answer},
    {METHOD_GET, "/practice/{exercise}", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_get_exercise},
    {METHOD_POST, "/practice/{exercise}/start", P_PRACTICE, BODY_FORM, RATE_WRITE, practice_post_start},
    {METHOD_GET, "/practice/attempts/{practice_attempt}", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_handle_attempt},
    {METHOD_POST, "/practice/attempts/{practice_attempt}", P_PRACTICE, BODY_FORM, RATE_WRITE, practice_handle_attempt},
    {METHOD_GET, "/practice/attempts/{practice_attempt}/hand-in", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_handle_hand_in},
    {METHOD_POST, "/practice/attempts/{practice_attempt}/hand-in", P_PRACTICE, BODY_FORM, RATE_WRITE, practice_handle_hand_in},
    {METHOD_GET, "/practice/attempts/{practice_attempt}/rate", P_ASSESSMENT_GIVE, BODY_NONE, RATE_PAGE, practice_handle_rate},
    {METHOD_POST, "/practice/attempts/{practice_attempt}/rate", P_ASSESSMENT_GIVE, BODY_FORM, RATE_WRITE, practice_handle_rate},
    {METHOD_GET, "/practice/attempts/{practice_attempt}/leave", P_PRACTICE, BODY_NONE, RATE_PAGE, practice_handle_leave},
    {METHOD_POST, "/practice/attempts/{practice_attempt}/leave", P_PRACTICE, BODY_FORM, RATE_WRITE, practice_handle_leave},
};

static const struct nav_entry nav[] = {{.href = "/practice", .label = M_practice_nav, .may = P_PRACTICE, .group = NAV_LEARNING, .order = 5}};

static const struct evidence_source sources[] = {{.kind = "practice_attempt", .describe = practice_describe},
                                                 {.kind = "practice_rating", .describe = practice_describe_rating}};

const struct capability practice_capability = {
    .name = "practice",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .home = practice_home,
    .calendar = practice_calendar,
    .export_person = practice_export_person,
    .erase_person = practice_erase_person,
    .retain = practice_retain,
};
