/* The badges of a programme, for who keeps or leads it: drafting, publishing, taking out of use. */
#include "campus/badge/inside.h"
#include "gen/campus/badge/badge_list_view.h"
#include "gen/campus/badge/badge_one_view.h"
#include "programme/framework/framework.h"
#include "view/markdown.h"

#define PAGE_ROWS 50
#define EARNED_COUNTED 1000 /* so many are counted before a badge is published */
#define TIMES_MOST 100
#define MONTHS_MOST 240

enum rc badge_require(struct ctx *c, struct row_badge_find *b)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_badge_find(c->db, c->a, id, b));
    struct target t = {.programme = b->programme_id};
    return access_require(c, P_BADGE_MANAGE, &t);
}

static enum rc here(struct ctx *c, struct programme *p)
{
    TRY(programme_current(c, p));
    struct target t = {.programme = p->id};
    return access_require(c, P_BADGE_MANAGE, &t);
}

static struct str state_word(const struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "draft") ? M_badge_state_draft : str_eq_z(state, "published") ? M_badge_state_published : M_badge_state_retired);
}

/* ---- the list ----------------------------------------------------------------------------------------------------------------- */

static msg_id earn_short(struct str earn)
{
    static const msg_id words[BADGE_EARN_COUNT] = {M_badge_by_hand, M_badge_by_course, M_badge_by_programme, M_badge_by_role};
    return words[badge_earn_read(earn)];
}

enum rc badge_get_list(struct ctx *c)
{
    struct programme p;
    struct rows_badge_list_of rows;
    int64_t after = 0;
    TRY(here(c, &p));
    struct str key = request_query(c->rq, "after");
    (void)str_to_int(request_query(c->rq, "id"), &after);
    TRY(sql_badge_list_of(c->db, c->a, p.id, key.p != NULL ? key : S(""), after, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_badge_list_list *list = ARENA_ARRAY(c->a, n, struct view_badge_list_list);
    for (size_t i = 0; i < n; i++) {
        const struct row_badge_list_of *r = &rows.v[i];
        list[i] = (struct view_badge_list_list){.href = badge_path(c, "/badges/made/", r->id, ""),
                                                .picture = badge_picture(c, r->id),
                                                .title = r->title,
                                                .earn = tr(c, earn_short(r->earn)),
                                                .state = r->state,
                                                .state_word = state_word(c, r->state),
                                                .given = r->given};
    }
    struct view_badge_list v = {.list = list, .list_count = n};
    if (rows.n > n) {
        struct buf b = buf_new(c->a, 128);
        buf_z(&b, "/badges/made?after=");
        buf_url(&b, rows.v[n - 1].title_key);
        buf_printf(&b, "&id=%" PRId64, rows.v[n - 1].id);
        v.older = buf_text(&b);
    }
    struct crumb actions[] = {{tr(c, M_badge_new), S("/badges/new")}, {tr(c, M_badge_check_title), S("/badges/v")}};
    struct page page = {.title = tr(c, M_badge_made_title), .caption = p.title, .section = "/badges/made", .actions = actions, .action_count = 2};
    return view_badge_list_page(c, &page, &v);
}

/* ---- what it says --------------------------------------------------------------------------------------------------------------- */

/* What earns it, in one choice: "hand", "programme", "course-12", "role-34". */
static enum rc earn_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct rows_badge_courses courses;
    struct rows_badge_roles roles;
    TRY(sql_badge_courses(c->db, c->a, programme, &courses));
    TRY(sql_badge_roles(c->db, c->a, programme, &roles));
    struct choice *list = *out = ARENA_ARRAY(c->a, 2 + courses.n + roles.n, struct choice);
    size_t n = 0;
    list[n++] = (struct choice){.value = S("hand"), .label = tr(c, M_badge_by_hand)};
    list[n++] = (struct choice){.value = S("programme"), .label = tr(c, M_badge_by_programme)};
    for (size_t i = 0; i < courses.n; i++) {
        struct msg_arg title = MSG_TEXT("title", courses.v[i].title);
        list[n++] = (struct choice){.value = badge_path(c, "course-", courses.v[i].id, ""), .label = tr_args(c, M_badge_earn_course, &title, 1)};
    }
    for (size_t i = 0; i < roles.n; i++) {
        const struct msg_arg args[] = {MSG_TEXT("role", roles.v[i].role), MSG_TEXT("title", roles.v[i].title)};
        list[n++] = (struct choice){.value = badge_path(c, "role-", roles.v[i].id, ""), .label = tr_args(c, M_badge_earn_role, args, 2)};
    }
    *count = n;
    return RC_OK;
}

static struct str earn_value(const struct ctx *c, const struct row_badge_find *b)
{
    switch (badge_earn_read(b->earn)) {
    case BADGE_BY_COURSE: return badge_path(c, "course-", b->course_id, "");
    case BADGE_BY_ROLE: return badge_path(c, "role-", b->role_id, "");
    case BADGE_BY_PROGRAMME: return S("programme");
    case BADGE_BY_HAND:
    case BADGE_EARN_COUNT: break;
    }
    return S("hand");
}

static enum rc competency_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct competency *all = NULL;
    size_t n = 0;
    *count = 0;
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), false, &all, &n);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(all[i].kind, "competency"))
            (*out)[(*count)++] = (struct choice){.value = badge_path(c, "", all[i].competency, ""), .label = all[i].title, .hint = all[i].code};
    return RC_OK;
}

static void add_picture(struct ctx *c, struct form *f, const struct row_badge_find *b)
{
    static const msg_id symbols[EMBLEM_SYMBOL_COUNT] = {M_badge_symbol_star, M_badge_symbol_book, M_badge_symbol_people, M_badge_symbol_heart, M_badge_symbol_compass, M_badge_symbol_steps, M_badge_symbol_lamp, M_badge_symbol_scales};
    static const msg_id colours[EMBLEM_COLOUR_COUNT] = {M_badge_colour_teal, M_badge_colour_blue, M_badge_colour_green, M_badge_colour_amber, M_badge_colour_red, M_badge_colour_violet};
    struct choice *s = ARENA_ARRAY(c->a, EMBLEM_SYMBOL_COUNT, struct choice), *k = ARENA_ARRAY(c->a, EMBLEM_COLOUR_COUNT, struct choice);
    for (int i = 0; i < EMBLEM_SYMBOL_COUNT; i++)
        s[i] = (struct choice){.value = str_from(emblem_symbol_word((enum emblem_symbol)i)), .label = tr(c, symbols[i])};
    for (int i = 0; i < EMBLEM_COLOUR_COUNT; i++)
        k[i] = (struct choice){.value = str_from(emblem_colour_word((enum emblem_colour)i)), .label = tr(c, colours[i])};
    form_add(f, (struct field){.name = "symbol", .kind = FIELD_CHOICE, .label = M_badge_field_symbol, .required = true, .choices = s, .choice_count = EMBLEM_SYMBOL_COUNT, .value = b->symbol});
    form_add(f, (struct field){.name = "colour", .kind = FIELD_CHOICE, .label = M_badge_field_colour, .required = true, .choices = k, .choice_count = EMBLEM_COLOUR_COUNT, .value = b->colour});
}

static enum rc text_form(struct ctx *c, struct str action, const struct row_badge_find *b, struct form **out)
{
    struct choice *earns, *competencies = NULL;
    struct rows_badge_competencies has;
    size_t earn_count, competency_count;
    TRY(earn_choices(c, b->programme_id, &earns, &earn_count));
    TRY(competency_choices(c, b->programme_id, &competencies, &competency_count));
    TRY(sql_badge_competencies(c->db, c->a, b->id, &has));
    struct form *f = *out = form_new(c->a, c->lang, c->zone, action, M_badge_save);
    f->draft = badge_path(c, "badge-", b->id, "");
    form_add_version(f, b->version);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_badge_field_title, .required = true, .max = BADGE_TITLE_MOST, .value = b->title});
    form_add(f, (struct field){.name = "about", .kind = FIELD_LONG_TEXT, .label = M_badge_field_about, .hint = M_badge_field_about_hint, .required = true, .max = 600, .rows = 3, .value = b->about});
    form_add(f, (struct field){.name = "criteria", .kind = FIELD_LONG_TEXT, .label = M_badge_field_criteria, .hint = M_badge_field_criteria_hint, .required = true, .max = 3000, .rows = 6, .value = b->criteria});
    form_add(f, (struct field){.name = "earn", .kind = FIELD_CHOICE, .label = M_badge_field_earn, .hint = M_badge_field_earn_hint, .required = true, .choices = earns, .choice_count = earn_count, .value = earn_value(c, b)});
    form_add(f, (struct field){.name = "times", .kind = FIELD_INT, .label = M_badge_field_times, .hint = M_badge_field_times_hint, .required = true, .min = 1, .max = TIMES_MOST, .value = badge_path(c, "", b->times, "")});
    form_add(f, (struct field){.name = "months", .kind = FIELD_INT, .label = M_badge_field_months, .hint = M_badge_field_months_hint, .min = 1, .max = MONTHS_MOST, .value = b->months_null ? STR_NONE : badge_path(c, "", b->months, "")});
    struct field *field = form_add(f, (struct field){.name = "competencies", .kind = FIELD_MANY, .label = M_badge_field_competencies, .hint = M_badge_field_competencies_hint, .choices = competencies, .choice_count = competency_count});
    field->values = ARENA_ARRAY(c->a, has.n, struct str);
    for (size_t i = 0; i < has.n; i++)
        field->values[field->value_count++] = badge_path(c, "", has.v[i].competency_id, "");
    add_picture(c, f, b);
    return RC_OK;
}

struct saving {
    struct arena *a;
    int64_t id, version, by, now;
    struct badge_text t;
    int64_t saved; /* out */
};

static bool read_text(struct ctx *c, struct form *f, int64_t programme, struct saving *s)
{
    int64_t *list = ARENA_ARRAY(c->a, BADGE_COMPETENCIES_MOST, int64_t);
    const struct field *chosen = form_field(f, "competencies");
    struct str earn = form_text(f, "earn"), word = earn;
    s->t = (struct badge_text){.programme = programme, .title = form_text(f, "title"), .about = form_text(f, "about"), .criteria = form_text(f, "criteria"), .times = form_int(f, "times", 1), .months = form_int(f, "months", 0), .symbol = form_text(f, "symbol"), .colour = form_text(f, "colour"), .competencies = list};
    (void)str_cut(&earn, '-', &word);
    s->t.earn = badge_earn_read(word);
    if (s->t.earn == BADGE_BY_COURSE)
        (void)str_to_int(earn, &s->t.course);
    else if (s->t.earn == BADGE_BY_ROLE)
        (void)str_to_int(earn, &s->t.role);
    if (chosen->value_count > BADGE_COMPETENCIES_MOST) {
        form_error(f, "competencies", M_badge_competencies_too_many, NULL);
        return false;
    }
    for (size_t i = 0; i < chosen->value_count; i++)
        if (str_to_int(chosen->values[i], &list[s->t.competency_count]))
            s->t.competency_count++;
    return true;
}

static enum rc save_new(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    TRY(badge_draft(tx, s->a, &s->t, s->now, &s->saved, e));
    return audit_note(tx, s->now, s->by, "badge_write", 0, "badge", s->saved);
}

static enum rc save_text(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    TRY(badge_rewrite(tx, s->a, s->id, s->version, &s->t, e));
    return audit_note(tx, s->now, s->by, "badge_write", 0, "badge", s->id);
}

enum rc badge_handle_new(struct ctx *c)
{
    struct programme p;
    struct form *f;
    TRY(here(c, &p));
    struct row_badge_find none = {.programme_id = p.id, .title = S(""), .about = S(""), .criteria = S(""), .earn = S("hand"), .times = 1, .months_null = true, .symbol = S("star"), .colour = S("teal")};
    TRY(text_form(c, S("/badges/new"), &none, &f));
    f->cancel = S("/badges/made");
    struct page page = badge_page(c, "/badges/made", M_badge_made_title, tr(c, M_badge_new));
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_text(c, f, p.id, &s))
        return badge_send_form(c, &page, tr(c, M_badge_new_note), f);
    enum rc rc = ctx_write(c, save_new, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return badge_send_form(c, &page, tr(c, M_badge_new_note), f);
    TRY(rc);
    return page_redirect(c, badge_path(c, "/badges/made/", s.saved, ""), M_badge_saved);
}

static struct page page_of(struct ctx *c, const struct row_badge_find *b, msg_id title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_badge_made_title), S("/badges/made")};
    crumbs[1] = (struct crumb){b->title, badge_path(c, "/badges/made/", b->id, "")};
    return (struct page){.title = tr(c, title), .section = "/badges/made", .crumbs = crumbs, .crumb_count = 2};
}

enum rc badge_handle_text(struct ctx *c)
{
    struct row_badge_find b;
    struct form *f;
    TRY(badge_require(c, &b));
    if (!str_eq_z(b.state, "draft"))
        return err_set(&c->err, RC_CONFLICT, M_badge_text_fixed, NULL);
    TRY(text_form(c, badge_path(c, "/badges/made/", b.id, "/text"), &b, &f));
    f->cancel = badge_path(c, "/badges/made/", b.id, "");
    struct page page = page_of(c, &b, M_badge_change);
    struct saving s = {.a = c->a, .id = b.id, .by = c->who->person, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_text(c, f, b.programme_id, &s))
        return badge_send_form(c, &page, tr(c, M_badge_new_note), f);
    s.version = form_int(f, "version", 0);
    enum rc rc = ctx_write(c, save_text, &s);
    if (page_edit_failed(c, f, rc, b.version, &page.status))
        return badge_send_form(c, &page, tr(c, M_badge_new_note), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_badge_saved);
}

/* ---- publishing, taking out of use, throwing away ------------------------------------------------------------------------------- */

struct step {
    int64_t id, version, by, now;
    int64_t job;
};

static enum rc write_publish(struct db *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    TRY(badge_open(tx, s->id, s->version, s->now, e));
    TRY(audit_note(tx, s->now, s->by, "badge_publish", 0, "badge", s->id));
    return job_add(tx, "badge_give", S("{}"), s->by, s->now, &s->job);
}

static enum rc write_retire(struct db *tx, void *arg, struct err *e)
{
    const struct step *s = arg;
    TRY(badge_close(tx, s->id, s->version, e));
    return audit_note(tx, s->now, s->by, "badge_retire", 0, "badge", s->id);
}

static enum rc write_drop(struct db *tx, void *arg, struct err *e)
{
    const struct step *s = arg;
    return badge_throw_away(tx, s->id, s->version, e);
}

static enum rc take_step(struct ctx *c, const struct row_badge_find *b, msg_id title, const char *rest, struct str note, bool danger, write_fn *fn, struct str back, msg_id done)
{
    struct page page = page_of(c, b, title);
    struct form *f = form_new(c->a, c->lang, c->zone, badge_path(c, "/badges/made/", b->id, rest), title);
    f->danger = danger;
    f->cancel = badge_path(c, "/badges/made/", b->id, "");
    form_add_version(f, b->version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return badge_send_form(c, &page, note, f);
    struct step s = {.id = b->id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now};
    enum rc rc = ctx_write(c, fn, &s);
    if (page_edit_failed(c, f, rc, b->version, &page.status))
        return badge_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, done);
}

enum rc badge_handle_publish(struct ctx *c)
{
    struct row_badge_find b;
    int64_t *people;
    size_t n;
    TRY(badge_require(c, &b));
    TRY(badge_earned(c->db, c->a, b.id, EARNED_COUNTED, c->today, &people, &n));
    struct msg_arg count = MSG_NUM("n", (int64_t)n);
    bool by_hand = badge_earn_read(b.earn) == BADGE_BY_HAND;
    struct str note = by_hand ? tr(c, M_badge_publish_by_hand) : tr_args(c, n == EARNED_COUNTED ? M_badge_publish_many : M_badge_publish_note, &count, 1);
    return take_step(c, &b, M_badge_publish, "/publish", note, false, write_publish, badge_path(c, "/badges/made/", b.id, ""), M_badge_published);
}

enum rc badge_handle_retire(struct ctx *c)
{
    struct row_badge_find b;
    TRY(badge_require(c, &b));
    return take_step(c, &b, M_badge_retire, "/retire", tr(c, M_badge_retire_note), false, write_retire, badge_path(c, "/badges/made/", b.id, ""), M_badge_retired);
}

enum rc badge_handle_drop(struct ctx *c)
{
    struct row_badge_find b;
    TRY(badge_require(c, &b));
    return take_step(c, &b, M_badge_drop, "/drop", tr(c, M_badge_drop_note), true, write_drop, S("/badges/made"), M_badge_dropped);
}

/* ---- one of them, and who has it --------------------------------------------------------------------------------------------------- */

static enum rc fill_awards(struct ctx *c, const struct row_badge_find *b, struct view_badge_one *v)
{
    struct rows_badge_awards_of_badge rows;
    int64_t at, id;
    badge_read_place(c, &at, &id);
    TRY(sql_badge_awards_of_badge(c->db, c->a, b->id, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_badge_one_awards *list = ARENA_ARRAY(c->a, n, struct view_badge_one_awards);
    for (size_t i = 0; i < n; i++) {
        const struct row_badge_awards_of_badge *r = &rows.v[i];
        bool revoked = !r->revoked_at_null;
        list[i] = (struct view_badge_one_awards){.name = r->name.p != NULL ? r->name : tr(c, M_badge_somebody_gone),
                                                 .at = r->awarded_at,
                                                 .until = r->until_at_null ? (struct opt_int){0} : SOME_INT(r->until_at),
                                                 .reason = r->reason,
                                                 .withdrawn = revoked,
                                                 .expired = !revoked && !r->until_at_null && r->until_at <= c->now,
                                                 .why = r->revoked_why,
                                                 .withdraw = revoked ? STR_NONE : badge_path(c, "/badges/given/", r->id, "/withdraw")};
    }
    v->awards = list;
    v->awards_count = n;
    if (rows.n > n)
        v->older = badge_after(c, badge_path(c, "/badges/made/", b->id, ""), rows.v[n - 1].awarded_at, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc earn_text(struct ctx *c, const struct row_badge_find *b, struct str *out)
{
    struct row_badge_course_title course;
    struct row_badge_role_title role;
    *out = tr(c, earn_short(b->earn));
    if (badge_earn_read(b->earn) == BADGE_BY_COURSE) {
        TRY(sql_badge_course_title(c->db, c->a, b->course_id, &course));
        struct msg_arg title = MSG_TEXT("title", course.title);
        *out = tr_args(c, M_badge_earn_course, &title, 1);
    } else if (badge_earn_read(b->earn) == BADGE_BY_ROLE) {
        TRY(sql_badge_role_title(c->db, c->a, b->role_id, &role));
        const struct msg_arg args[] = {MSG_TEXT("role", role.role), MSG_TEXT("title", role.title), MSG_NUM("n", b->times)};
        *out = tr_args(c, M_badge_earn_role_times, args, 3);
    }
    return RC_OK;
}

enum rc badge_get_one(struct ctx *c)
{
    struct row_badge_find b;
    struct rows_badge_competencies has;
    TRY(badge_require(c, &b));
    TRY(sql_badge_competencies(c->db, c->a, b.id, &has));
    struct view_badge_one v = {.picture = badge_picture(c, b.id),
                               .about = b.about,
                               .criteria = markdown_render(c->a, b.criteria, (struct markdown_options){.lang = c->lang, .heading_shift = 2}),
                               .state = b.state,
                               .state_word = state_word(c, b.state),
                               .months = b.months_null ? (struct opt_int){0} : SOME_INT(b.months)};
    struct view_badge_one_competencies *list = ARENA_ARRAY(c->a, has.n, struct view_badge_one_competencies);
    for (size_t i = 0; i < has.n; i++)
        list[i] = (struct view_badge_one_competencies){has.v[i].code, has.v[i].title, framework_competency_path(c->a, has.v[i].competency_id)};
    v.competencies = list;
    v.competencies_count = has.n;
    TRY(earn_text(c, &b, &v.earn));
    struct page page = badge_page(c, "/badges/made", M_badge_made_title, b.title);
    struct crumb actions[3] = {0};
    if (str_eq_z(b.state, "draft")) {
        actions[page.action_count++] = (struct crumb){tr(c, M_badge_publish), badge_path(c, "/badges/made/", b.id, "/publish")};
        actions[page.action_count++] = (struct crumb){tr(c, M_badge_change), badge_path(c, "/badges/made/", b.id, "/text")};
        actions[page.action_count++] = (struct crumb){tr(c, M_badge_drop), badge_path(c, "/badges/made/", b.id, "/drop")};
    } else {
        TRY(fill_awards(c, &b, &v));
        v.public_page = badge_path(c, "/badges/a/", b.id, "");
        v.shows_awards = true;
        if (str_eq_z(b.state, "published")) {
            actions[page.action_count++] = (struct crumb){tr(c, M_badge_give), badge_path(c, "/badges/made/", b.id, "/give")};
            actions[page.action_count++] = (struct crumb){tr(c, M_badge_retire), badge_path(c, "/badges/made/", b.id, "/retire")};
        }
    }
    page.actions = actions;
    return view_badge_one_page(c, &page, &v);
}
