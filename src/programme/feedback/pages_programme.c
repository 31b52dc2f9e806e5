/* What the coordinator does with rounds of a programme: settings, the list by state, starting rounds for a cohort. */
#include "gen/programme/feedback/feedback_cohort_view.h"
#include "gen/programme/feedback/feedback_programme_view.h"
#include "programme/feedback/inside.h"
#include "programme/people/people.h"

#define PAGE_ROWS 50
#define COHORT_MOST 500  /* rounds that start at once */
#define NAMES_MOST 100   /* shown one by one before they start */
#define FACULTY_MOST 300

static enum rc require(struct ctx *c, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find(c->db, c->a, id, p));
    struct target t = {.programme = id};
    return access_require(c, P_FEEDBACK_MANAGE, &t);
}

static struct str path_of(struct ctx *c, int64_t programme, const char *rest)
{
    return str_printf(c->a, "/programmes/%" PRId64 "/feedback%s", programme, rest);
}

static struct page page_of(struct ctx *c, const struct programme *p, msg_id title, size_t depth)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){p->title, str_printf(c->a, "/programmes/%" PRId64, p->id)};
    crumbs[1] = (struct crumb){tr(c, M_feedback_title), path_of(c, p->id, "")};
    return (struct page){.title = tr(c, title), .section = "/programmes", .crumbs = crumbs, .crumb_count = depth};
}

/* ---- the list --------------------------------------------------------------------------------------------------------------------- */

static bool find_state(struct str word, enum feedback_state *s)
{
    for (size_t k = 0; k < FEEDBACK_STATE_COUNT; k++)
        if (str_eq_z(word, feedback_state_word((enum feedback_state)k))) {
            *s = (enum feedback_state)k;
            return true;
        }
    return false;
}

/* The states in their order, with how many rounds are there. Without a choice the first that has some is shown. */
static enum rc fill_counts(struct ctx *c, int64_t programme, enum feedback_state *chosen, struct view_feedback_programme *v)
{
    struct rows_feedback_round_counts rows;
    int64_t n[FEEDBACK_STATE_COUNT] = {0};
    enum feedback_state s;
    TRY(sql_feedback_round_counts(c->db, c->a, programme, &rows));
    for (size_t k = 0; k < rows.n; k++)
        if (find_state(rows.v[k].state, &s))
            n[s] = rows.v[k].n;
    if (!find_state(request_query(c->rq, "state"), chosen))
        for (*chosen = FEEDBACK_DRAFT; *chosen < FEEDBACK_CLOSED && n[*chosen] == 0;)
            *chosen = (enum feedback_state)(*chosen + 1);
    struct view_feedback_programme_counts *list = ARENA_ARRAY(c->a, FEEDBACK_STATE_COUNT, struct view_feedback_programme_counts);
    for (size_t k = 0; k < FEEDBACK_STATE_COUNT && rows.n != 0; k++)
        list[v->counts_count++] = (struct view_feedback_programme_counts){str_printf(c->a, "/programmes/%" PRId64 "/feedback?state=%s", programme, feedback_state_word((enum feedback_state)k)),
                                                                          feedback_state_name(c, (enum feedback_state)k), n[k], k == *chosen};
    v->counts = list;
    v->alone = n[FEEDBACK_DRAFT];
    return RC_OK;
}

static enum rc fill_rounds(struct ctx *c, int64_t programme, enum feedback_state chosen, struct view_feedback_programme *v)
{
    struct rows_feedback_round_of_programme rows;
    int64_t before = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "before"), &before);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_feedback_round_of_programme(c->db, c->a, programme, str_from(feedback_state_word(chosen)), before, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_feedback_programme_rounds *list = ARENA_ARRAY(c->a, n, struct view_feedback_programme_rounds);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_feedback_programme_rounds){.href = feedback_path(c, rows.v[k].id, ""), .subject = feedback_or_gone(c, rows.v[k].subject),
                                                          .facilitator = rows.v[k].facilitator.p != NULL ? rows.v[k].facilitator : S(""),
                                                          .due = rows.v[k].due_day_null ? (struct opt_int){0} : SOME_INT(rows.v[k].due_day), .started = rows.v[k].created_at};
    v->rounds = list;
    v->rounds_count = n;
    v->chosen = feedback_state_name(c, chosen);
    if (rows.n > n)
        v->more = str_printf(c->a, "/programmes/%" PRId64 "/feedback?state=%s&before=%" PRId64 "&id=%" PRId64, programme, feedback_state_word(chosen), rows.v[n - 1].created_at, rows.v[n - 1].id);
    return RC_OK;
}

enum rc feedback_get_programme(struct ctx *c)
{
    struct programme p;
    struct feedback_setting s;
    struct instrument i;
    enum feedback_state chosen;
    TRY(require(c, &p));
    TRY(feedback_load_setting(c->db, c->a, p.id, &s));
    enum rc rc = instrument_current(c->db, c->a, s.instrument, lang_tag(c->lang), &i);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_feedback_programme v = {.start = path_of(c, p.id, "/start"), .settings = path_of(c, p.id, "/settings"), .days = s.days, .named = s.named_total, .valid = s.valid_total,
                                        .instrument = rc == RC_OK ? i.title : tr(c, M_feedback_no_instrument)};
    TRY(fill_counts(c, p.id, &chosen, &v));
    TRY(fill_rounds(c, p.id, chosen, &v));
    struct page page = page_of(c, &p, M_feedback_title, 1);
    return view_feedback_programme_page(c, &page, &v);
}

/* ---- settings ---------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    struct feedback_setting s;
    int64_t by, now;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    TRY(feedback_save_setting(tx, s->a, &s->s, e));
    return audit_note(tx, s->now, s->by, "feedback_setting_change", 0, "programme", s->s.programme);
}

static struct str number(struct ctx *c, int64_t n)
{
    return str_printf(c->a, "%" PRId64, n);
}

/* The groups stand one below the other: asked or not, its name, how many to name, how many answers. */
static void add_groups(struct ctx *c, struct form *f, const struct feedback_setting *s)
{
    for (size_t g = 0; g < FEEDBACK_GROUP_COUNT; g++) {
        const char *word = feedback_group_word((enum feedback_group_code)g);
        struct feedback_quota q = {.title = S("")};
        bool asked = false;
        for (size_t k = 0; k < s->group_count; k++)
            if (s->groups[k].code == g) {
                q = s->groups[k];
                asked = true;
            }
        struct str name = feedback_group_name(c, (enum feedback_group_code)g, S(""));
        struct msg_arg group = MSG_TEXT("group", name);
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "ask-%s", word)), .kind = FIELD_BOOL, .label_text = tr_args(c, M_feedback_set_ask, &group, 1), .value = asked ? S("1") : S("")});
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "title-%s", word)), .kind = FIELD_TEXT, .label_text = tr_args(c, M_feedback_set_title, &group, 1), .max = 60, .value = q.title});
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "named-%s", word)), .kind = FIELD_INT, .label_text = tr_args(c, M_feedback_set_named_group, &group, 1), .min = 0, .max = 30, .value = number(c, q.named)});
        form_add(f, (struct field){.name = str_z(c->a, str_printf(c->a, "valid-%s", word)), .kind = FIELD_INT, .label_text = tr_args(c, M_feedback_set_valid_group, &group, 1), .min = 0, .max = 30, .value = number(c, q.valid)});
    }
}

static enum rc setting_form(struct ctx *c, const struct feedback_setting *s, struct form **out)
{
    struct instrument_entry *all;
    size_t count;
    TRY(instrument_list(c->db, c->a, INSTRUMENT_MULTISOURCE, lang_tag(c->lang), &all, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    for (size_t k = 0; k < count; k++)
        choices[k] = (struct choice){.value = all[k].slug, .label = all[k].title};
    struct choice *who = ARENA_ARRAY(c->a, 2, struct choice);
    who[0] = (struct choice){.value = S("mentor"), .label = tr(c, M_feedback_set_mentor)};
    who[1] = (struct choice){.value = S("faculty"), .label = tr(c, M_feedback_set_faculty)};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, path_of(c, s->programme, "/settings"), M_feedback_settings_save);
    f->cancel = path_of(c, s->programme, "");
    form_add(f, (struct field){.name = "instrument", .kind = FIELD_CHOICE, .label = M_feedback_set_instrument, .required = true, .choices = choices, .choice_count = count, .value = s->instrument});
    form_add(f, (struct field){.name = "facilitator", .kind = FIELD_CHOICE, .label = M_feedback_set_facilitator, .required = true, .choices = who, .choice_count = 2, .value = s->by_mentor ? S("mentor") : S("faculty")});
    form_add(f, (struct field){.name = "days", .kind = FIELD_INT, .label = M_feedback_set_days, .required = true, .min = 1, .max = FEEDBACK_DAYS_MOST, .value = number(c, s->days)});
    form_add(f, (struct field){.name = "remind", .kind = FIELD_TEXT, .label = M_feedback_set_remind, .hint = M_feedback_set_remind_hint, .max = 40, .value = s->remind});
    form_add(f, (struct field){.name = "named", .kind = FIELD_INT, .label = M_feedback_set_named, .required = true, .min = FEEDBACK_LEAST_MIN, .max = FEEDBACK_NAMED_MOST, .value = number(c, s->named_total)});
    form_add(f, (struct field){.name = "valid", .kind = FIELD_INT, .label = M_feedback_set_valid, .required = true, .min = FEEDBACK_LEAST_MIN, .max = FEEDBACK_NAMED_MOST, .value = number(c, s->valid_total)});
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_feedback_set_least, .hint = M_feedback_set_least_hint, .required = true, .min = FEEDBACK_LEAST_MIN, .max = 10, .value = number(c, s->least)});
    add_groups(c, f, s);
    form_add_version(f, s->version);
    return RC_OK;
}

static void read_setting(struct ctx *c, const struct form *f, struct feedback_setting *s)
{
    *s = (struct feedback_setting){s->programme, form_text(f, "instrument"), str_eq_z(form_text(f, "facilitator"), "mentor"), form_int(f, "named", 0), form_int(f, "valid", 0),
                                   form_int(f, "least", 0), form_int(f, "days", 0), form_text(f, "remind"), .version = form_int(f, "version", 0)};
    for (size_t g = 0; g < FEEDBACK_GROUP_COUNT; g++) {
        const char *word = feedback_group_word((enum feedback_group_code)g);
        if (form_bool(f, str_z(c->a, str_printf(c->a, "ask-%s", word))))
            s->groups[s->group_count++] = (struct feedback_quota){(enum feedback_group_code)g, form_text(f, str_z(c->a, str_printf(c->a, "title-%s", word))),
                                                                  form_int(f, str_z(c->a, str_printf(c->a, "named-%s", word)), 0), form_int(f, str_z(c->a, str_printf(c->a, "valid-%s", word)), 0)};
    }
}

enum rc feedback_handle_setting(struct ctx *c)
{
    struct programme p;
    struct saving s = {.a = c->a, .by = c->who->person, .now = c->now};
    struct form *f;
    TRY(require(c, &p));
    TRY(feedback_load_setting(c->db, c->a, p.id, &s.s));
    TRY(setting_form(c, &s.s, &f));
    struct page page = page_of(c, &p, M_feedback_settings, 2);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return feedback_send_form(c, NULL, &page, tr(c, M_feedback_settings_note), f);
    read_setting(c, f, &s.s);
    enum rc rc = ctx_write(c, save, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return feedback_send_form(c, NULL, &page, tr(c, M_feedback_settings_note), f);
    TRY(rc);
    return page_redirect(c, path_of(c, p.id, ""), M_feedback_settings_saved);
}

/* ---- a cohort ------------------------------------------------------------------------------------------------------------------------ */

struct group_start {
    struct arena *a;
    int64_t programme, cohort, facilitator, by, today, now, started;
    bool by_mentor;
};

/* Starts the rounds of all who have none open. Run again, it starts only those that are still missing. */
static enum rc start_all(struct db *tx, void *arg, struct err *e)
{
    struct group_start *s = arg;
    struct rows_feedback_cohort_start rows;
    s->started = 0;
    TRY(sql_feedback_cohort_start(tx, s->a, s->programme, s->cohort, s->today, 0, COHORT_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        int64_t id, facilitator = rows.v[k].person_id != s->facilitator ? s->facilitator : 0;
        if (rows.v[k].open != 0)
            continue;
        TRY(feedback_start(tx, s->a, s->programme, rows.v[k].person_id, facilitator, s->by, s->today, s->now, &id, e));
        TRY(audit_note(tx, s->now, s->by, "feedback_manage", rows.v[k].person_id, "feedback_round", id));
        s->started++;
    }
    return RC_OK;
}

static enum rc fill_preview(struct ctx *c, const struct group_start *s, struct view_feedback_cohort *v)
{
    struct rows_feedback_cohort_start rows;
    TRY(sql_feedback_cohort_start(c->db, c->a, s->programme, s->cohort, s->today, 0, COHORT_MOST + 1, &rows));
    struct view_feedback_cohort_people *list = ARENA_ARRAY(c->a, NAMES_MOST, struct view_feedback_cohort_people);
    size_t n = rows.n < COHORT_MOST ? rows.n : COHORT_MOST;
    for (size_t k = 0; k < n; k++) {
        bool open = rows.v[k].open != 0, with = s->facilitator != 0 ? s->facilitator != rows.v[k].person_id : s->by_mentor && !rows.v[k].mentor_null;
        v->open += open;
        v->starts += !open;
        v->with += !open && with;
        v->without += !open && !with;
        if (v->people_count < NAMES_MOST)
            list[v->people_count++] = (struct view_feedback_cohort_people){feedback_or_gone(c, rows.v[k].name), tr(c, open ? M_feedback_cohort_has : with ? M_feedback_cohort_begins : M_feedback_cohort_waits)};
    }
    v->preview = true;
    v->left_out = rows.n > n;
    v->people = list;
    return RC_OK;
}

static enum rc cohort_form(struct ctx *c, const struct programme *p, const struct feedback_setting *setting, struct form **out)
{
    struct cohort *cohorts;
    size_t count;
    struct rows_feedback_faculty rows;
    TRY(programme_cohorts(c->db, c->a, p->id, &cohorts, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        struct target t = {.programme = p->id, .cohort = cohorts[k].id};
        if (access_allows(c, P_FEEDBACK_MANAGE, &t))
            choices[n++] = (struct choice){.value = number(c, cohorts[k].id), .label = cohorts[k].title};
    }
    struct form *f = *out = form_new(c->a, c->lang, c->zone, path_of(c, p->id, "/start"), M_feedback_cohort_see);
    f->cancel = path_of(c, p->id, "");
    form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_feedback_cohort, .required = true, .choices = choices, .choice_count = n});
    if (!setting->by_mentor) {
        TRY(sql_feedback_faculty(c->db, c->a, p->id, c->today, FACULTY_MOST, &rows));
        struct choice *people = ARENA_ARRAY(c->a, rows.n, struct choice);
        for (size_t k = 0; k < rows.n; k++)
            people[k] = (struct choice){.value = number(c, rows.v[k].person_id), .label = rows.v[k].display_name};
        form_add(f, (struct field){.name = "facilitator", .kind = FIELD_CHOICE, .label = M_feedback_cohort_facilitator, .hint = M_feedback_cohort_facilitator_hint, .choices = people, .choice_count = rows.n});
    }
    form_add(f, (struct field){.name = "sure", .kind = FIELD_HIDDEN, .value = S("")});
    return RC_OK;
}

enum rc feedback_handle_cohort(struct ctx *c)
{
    struct programme p;
    struct feedback_setting setting;
    struct form *f;
    struct view_feedback_cohort v = {0};
    TRY(require(c, &p));
    TRY(feedback_load_setting(c->db, c->a, p.id, &setting));
    TRY(cohort_form(c, &p, &setting, &f));
    v.f = f;
    struct page page = page_of(c, &p, M_feedback_cohort_link, 2);
    if (c->rq->method != METHOD_POST)
        return view_feedback_cohort_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count)) {
        page.status = 422;
        return view_feedback_cohort_page(c, &page, &v);
    }
    struct group_start s = {.a = c->a, .programme = p.id, .cohort = form_int(f, "cohort", 0), .facilitator = form_int(f, "facilitator", 0), .by = c->who->person,
                            .today = c->today, .now = c->now, .by_mentor = setting.by_mentor};
    /* Sure of what was shown, and of nothing else. */
    struct str what = str_printf(c->a, "%" PRId64 "-%" PRId64, s.cohort, s.facilitator);
    if (!str_eq(form_text(f, "sure"), what)) {
        TRY(fill_preview(c, &s, &v));
        form_field(f, "sure")->value = what;
        f->submit = M_feedback_cohort_start;
        return view_feedback_cohort_page(c, &page, &v);
    }
    TRY(ctx_write(c, start_all, &s));
    return page_redirect(c, path_of(c, p.id, ""), M_feedback_cohort_started);
}
