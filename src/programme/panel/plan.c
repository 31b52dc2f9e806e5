/* Planning a panel, by who keeps the programme: when it meets, who is before it, who sits on it, its steps; and how a programme
 * holds its panels. */
#include "base/utf8.h"
#include "gen/programme/panel/panel_members_view.h"
#include "programme/panel/inside.h"
#include "programme/people/people.h"

#define FOUND_MOST 50
#define MEMBERS_MOST 100
#define AHEAD_DAYS 730

/* ---- when it meets -------------------------------------------------------------------------------------------------------------- */

struct planning {
    struct arena *a;
    struct panel_plan plan;
    int64_t by, today, now;
    bool is_new;
};

static enum rc save_plan(struct db *tx, void *arg, struct err *e)
{
    struct planning *p = arg;
    if (p->is_new)
        p->plan.id = 0; /* a closure may run again */
    TRY(panel_save(tx, &p->plan, p->by, p->today, p->now, e));
    return audit_note(tx, p->now, p->by, p->is_new ? "panel_add" : "panel_change", 0, "panel", p->plan.id);
}

static enum rc plan_page(struct ctx *c, struct panel_plan old, struct page *page)
{
    bool is_new = old.id == 0;
    struct form *f = form_new(c->a, c->lang, c->zone, is_new ? S("/panels/new") : panel_path(c, old.id, "/change"), is_new ? M_panel_add : M_panel_change_save);
    f->cancel = is_new ? S("/panels") : panel_path(c, old.id, "");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_panel_name, .hint = M_panel_name_hint, .required = true, .max = 120, .value = old.title});
    form_add(f, (struct field){.name = "meets", .kind = FIELD_DAY, .label = M_panel_meets, .required = true, .max = c->today + AHEAD_DAYS, .min = c->today, .value = is_new ? S("") : form_day_value(f, old.meets_day)});
    form_add(f, (struct field){.name = "summary", .kind = FIELD_DAY, .label = M_panel_summary_day, .hint = M_panel_summary_day_hint, .required = true, .value = is_new ? S("") : form_day_value(f, old.summary_day)});
    form_add_version(f, old.version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, page, STR_NONE, f);
    struct planning p = {.a = c->a, .plan = old, .by = c->who->person, .today = c->today, .now = c->now, .is_new = is_new};
    p.plan.title = form_text(f, "title");
    p.plan.version = form_int(f, "version", 0);
    (void)form_day(f, "meets", &p.plan.meets_day);
    (void)form_day(f, "summary", &p.plan.summary_day);
    enum rc rc = ctx_write(c, save_plan, &p);
    if (page_edit_failed(c, f, rc, old.version, &page->status))
        return panel_send_form(c, page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, panel_path(c, p.plan.id, ""), is_new ? M_panel_added : M_panel_saved);
}

enum rc panel_handle_new(struct ctx *c)
{
    struct programme p;
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? p.id : 0};
    TRY(access_require(c, P_PANEL_MANAGE, &t));
    TRY(rc);
    struct page page = panel_page(c, tr(c, M_panel_new), 0, STR_NONE);
    page.caption = p.title;
    return plan_page(c, (struct panel_plan){.programme = p.id, .title = S("")}, &page);
}

enum rc panel_handle_change(struct ctx *c)
{
    struct panel_reader r;
    TRY(panel_open_one(c, true, &r));
    struct page page = panel_page(c, tr(c, M_panel_change), r.p.id, r.p.title);
    return plan_page(c, (struct panel_plan){r.p.id, r.p.programme_id, r.p.version, r.p.title, r.p.meets_day, r.p.summary_day}, &page);
}

/* ---- who sits on it ---------------------------------------------------------------------------------------------------------------- */

enum rc panel_get_members(struct ctx *c)
{
    struct panel_reader r;
    struct rows_panel_members rows;
    struct rows_panel_find_people found = {0};
    TRY(panel_open_one(c, true, &r));
    TRY(sql_panel_members(c->db, c->a, r.p.id, MEMBERS_MOST, &rows));
    struct view_panel_members v = {.action = panel_path(c, r.p.id, "/members"), .back = panel_path(c, r.p.id, ""), .search = str_trim(request_query(c->rq, "q"))};
    struct view_panel_members_members *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_members_members);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_members_members){panel_or_gone(c, rows.v[k].name), rows.v[k].apart,
                                                      str_printf(c->a, "/panels/%" PRId64 "/members/%" PRId64, r.p.id, rows.v[k].person_id)};
    v.members = list;
    v.members_count = rows.n;
    struct str rest = utf8_fold(c->a, v.search), word = S("");
    if (v.search.n != 0)
        str_cut(&rest, ' ', &word);
    v.asked = word.n != 0;
    if (v.asked) /* words that begin so: up to the first that begins otherwise */
        TRY(sql_panel_find_people(c->db, c->a, r.p.programme_id, word, str_concat(c->a, word, S("\xf4\x8f\xbf\xbf")), c->today, FOUND_MOST, &found));
    struct view_panel_members_found *people = ARENA_ARRAY(c->a, found.n, struct view_panel_members_found);
    for (size_t k = 0; k < found.n; k++) {
        bool sits = false;
        for (size_t m = 0; m < rows.n; m++)
            sits = sits || rows.v[m].person_id == found.v[k].person_id;
        if (!sits)
            people[v.found_count++] = (struct view_panel_members_found){found.v[k].display_name, str_printf(c->a, "/panels/%" PRId64 "/members/%" PRId64, r.p.id, found.v[k].person_id)};
    }
    v.found = people;
    struct page page = panel_page(c, tr(c, M_panel_members), r.p.id, r.p.title);
    return view_panel_members_page(c, &page, &v);
}

struct seating {
    struct arena *a;
    int64_t panel, person, by, today, now;
    bool sits, meets;
};

static enum rc seat(struct db *tx, void *arg, struct err *e)
{
    const struct seating *s = arg;
    TRY(panel_set_member(tx, s->a, s->panel, s->person, s->sits, s->today, s->now, e));
    if (s->sits && s->meets)
        TRY(panel_mail_member(tx, s->a, s->panel, s->person, s->now));
    return audit_note(tx, s->now, s->by, s->sits ? "panel_member_add" : "panel_member_drop", s->person, "panel", s->panel);
}

enum rc panel_handle_member(struct ctx *c)
{
    struct panel_reader r;
    struct row_panel_member_is member;
    struct row_panel_has_role role;
    struct str name;
    int64_t person;
    TRY(panel_open_one(c, true, &r));
    TRY(request_id(c->rq, 1, &person));
    TRY(people_name(c->db, c->a, person, &name));
    TRY(sql_panel_member_is(c->db, c->a, r.p.id, person, &member));
    TRY(sql_panel_has_role(c->db, c->a, r.p.programme_id, person, c->today, &role));
    if (member.n == 0 && role.n == 0)
        return RC_NOT_FOUND;
    bool sits = member.n != 0;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/panels/%" PRId64 "/members/%" PRId64, r.p.id, person), sits ? M_panel_member_drop : M_panel_member_add);
    f->cancel = panel_path(c, r.p.id, "/members");
    form_add_version(f, sits);
    struct page page = panel_page(c, name, r.p.id, r.p.title);
    struct str note = tr(c, sits ? M_panel_member_drop_note : M_panel_member_add_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, note, f);
    struct seating s = {c->a, r.p.id, person, c->who->person, c->today, c->now, form_int(f, "version", 0) == 0, str_eq_z(r.p.state, "meeting")};
    enum rc rc = ctx_write(c, seat, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return panel_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, panel_path(c, r.p.id, "/members"), s.sits ? M_panel_member_added : M_panel_member_dropped);
}

/* ---- who is before it ------------------------------------------------------------------------------------------------------------------ */

struct calling {
    struct arena *a;
    int64_t panel, cohort, by, today, now, added;
};

static enum rc call(struct db *tx, void *arg, struct err *e)
{
    struct calling *s = arg;
    TRY(panel_add_cohort(tx, s->a, s->panel, s->cohort, s->today, &s->added, e));
    return audit_note(tx, s->now, s->by, "panel_cohort_add", 0, "panel", s->panel);
}

/* Asked twice: first it says how many would come, then it is done. */
enum rc panel_handle_cohort(struct ctx *c)
{
    struct panel_reader r;
    struct cohort *all;
    size_t count;
    struct rows_panel_new_cases people;
    int64_t cohort = 0, seen = 0;
    TRY(panel_open_one(c, true, &r));
    TRY(programme_cohorts(c->db, c->a, r.p.programme_id, &all, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    for (size_t k = 0; k < count; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[k].id), .label = all[k].title};
    struct form *f = form_new(c->a, c->lang, c->zone, panel_path(c, r.p.id, "/cohort"), M_panel_cohort_show);
    f->cancel = panel_path(c, r.p.id, "");
    form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_panel_cohort, .hint = M_panel_cohort_hint, .required = true, .choices = choices, .choice_count = count});
    form_add(f, (struct field){.name = "seen", .kind = FIELD_HIDDEN, .value = S("0")});
    struct page page = panel_page(c, tr(c, M_panel_cohort_add), r.p.id, r.p.title);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, STR_NONE, f);
    (void)str_to_int(form_text(f, "cohort"), &cohort);
    (void)str_to_int(form_text(f, "seen"), &seen);
    TRY(sql_panel_new_cases(c->db, c->a, r.p.id, cohort, c->today, &people));
    if (seen != cohort) { /* what would happen was not shown for this one */
        struct msg_arg n = MSG_NUM("n", (int64_t)people.n);
        form_field(f, "seen")->value = str_printf(c->a, "%" PRId64, cohort);
        f->submit = people.n != 0 ? M_panel_cohort_add : M_panel_cohort_show;
        return panel_send_form(c, &page, tr_args(c, M_panel_cohort_would, &n, 1), f);
    }
    struct calling s = {c->a, r.p.id, cohort, c->who->person, c->today, c->now, 0};
    enum rc rc = ctx_write(c, call, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return panel_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, panel_path(c, r.p.id, ""), M_panel_cohort_added);
}

/* ---- steps ----------------------------------------------------------------------------------------------------------------------------- */

struct stepping {
    struct arena *a;
    int64_t panel, version, by, now;
    enum panel_step step;
};

static enum rc take_step(struct db *tx, void *arg, struct err *e)
{
    static const char *const actions[PANEL_STEPS] = {"panel_open", "panel_begin", "panel_close"};
    const struct stepping *s = arg;
    TRY(panel_take_step(tx, s->a, s->panel, s->version, s->step, s->now, e));
    TRY(panel_mail_step(tx, s->a, s->panel, s->step, s->now));
    const char *action = actions[s->step];
    return audit_note(tx, s->now, s->by, action, 0, "panel", s->panel);
}

enum rc panel_handle_step(struct ctx *c)
{
    static const msg_id titles[PANEL_STEPS] = {M_panel_open, M_panel_begin, M_panel_close}, notes[PANEL_STEPS] = {M_panel_open_note, M_panel_begin_note, M_panel_close_note},
                        done[PANEL_STEPS] = {M_panel_opened, M_panel_begun, M_panel_closed};
    struct panel_reader r;
    struct row_panel_counts n;
    enum panel_step step;
    TRY(panel_open_one(c, true, &r));
    if (!panel_find_step(c->rq->params[1], &step))
        return RC_NOT_FOUND;
    TRY(sql_panel_counts(c->db, c->a, r.p.id, &n));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/panels/%" PRId64 "/step/%.*s", r.p.id, STR_ARG(c->rq->params[1])), titles[step]);
    f->cancel = panel_path(c, r.p.id, "");
    form_add_version(f, r.p.version);
    struct page page = panel_page(c, tr(c, titles[step]), r.p.id, r.p.title);
    const struct msg_arg args[] = {MSG_NUM("n", n.cases), MSG_NUM("members", n.members), MSG_NUM("sent", n.sent), MSG_NUM("drafts", n.drafts), MSG_NUM("left", n.cases - n.decided)};
    struct str note = tr_args(c, notes[step], args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, note, f);
    struct stepping s = {c->a, r.p.id, form_int(f, "version", 0), c->who->person, c->now, step};
    enum rc rc = ctx_write(c, take_step, &s);
    if (page_edit_failed(c, f, rc, r.p.version, &page.status))
        return panel_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, panel_path(c, r.p.id, ""), done[step]);
}

/* ---- how a programme holds its panels --------------------------------------------------------------------------------------------------- */

struct setting_up {
    struct arena *a;
    struct panel_setting s;
    int64_t by, now;
};

static enum rc save_setting(struct db *tx, void *arg, struct err *e)
{
    struct setting_up *s = arg;
    TRY(panel_save_setting(tx, s->a, &s->s, e));
    return audit_note(tx, s->now, s->by, "panel_setting_change", 0, "programme", s->s.programme);
}

enum rc panel_handle_setting(struct ctx *c)
{
    static const char *const names[PANEL_OUTCOMES] = {"progress", "conditions", "not_yet"};
    static const msg_id labels[PANEL_OUTCOMES] = {M_panel_word_progress, M_panel_word_conditions, M_panel_word_not_yet};
    struct panel_setting old;
    struct programme p;
    int64_t programme;
    TRY(request_id(c->rq, 0, &programme));
    TRY(programme_find(c->db, c->a, programme, &p));
    struct target t = {.programme = programme};
    TRY(access_require(c, P_PANEL_MANAGE, &t));
    TRY(panel_setting_of(c->db, c->a, programme, &old));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/panels/settings", programme), M_panel_change_save);
    f->cancel = S("/panels");
    form_add(f, (struct field){.name = "months", .kind = FIELD_TEXT, .label = M_panel_months, .hint = M_panel_months_hint, .required = true, .max = 40, .value = old.months});
    for (int k = 0; k < PANEL_OUTCOMES; k++)
        form_add(f, (struct field){.name = names[k], .kind = FIELD_TEXT, .label = labels[k], .hint = k == 0 ? M_panel_word_hint : 0, .max = 60, .value = old.words[k]});
    form_add_version(f, old.version);
    struct page page = panel_page(c, tr(c, M_panel_settings), 0, STR_NONE);
    page.caption = p.title;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return panel_send_form(c, &page, STR_NONE, f);
    struct setting_up s = {.a = c->a, .s = {.programme = programme, .months = form_text(f, "months"), .version = form_int(f, "version", 0)}, .by = c->who->person, .now = c->now};
    for (int k = 0; k < PANEL_OUTCOMES; k++)
        s.s.words[k] = form_text(f, names[k]);
    enum rc rc = ctx_write(c, save_setting, &s);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return panel_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, S("/panels"), M_panel_saved);
}
