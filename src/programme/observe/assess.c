/* Assessments by faculty: finding whom to assess, the sheet, and what two who scored apart gave, once both are in. */
#include "base/utf8.h"
#include "gen/programme/observe/assessment_find_view.h"
#include "gen/programme/observe/assessment_page_view.h"
#include "gen/programme/observe/assessments_view.h"
#include "programme/observe/inside.h"
#include "programme/people/people.h"
#include "view/markdown.h"

#define SHOWN 50
#define FOUND_MOST 50
#define FACULTY_MOST 100 /* of more, the second is typed */

static struct page page_below(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_observe_title), S("/observations")};
    crumbs[1] = (struct crumb){tr(c, M_observe_assessments), S("/assessments")};
    return (struct page){.title = title, .section = "/observations", .crumbs = crumbs, .crumb_count = 2};
}

enum rc observe_get_assessments(struct ctx *c)
{
    struct rows_assessment_waiting waiting;
    struct rows_assessment_of_assessor rows;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_ASSESSMENT_GIVE, &t));
    TRY(sql_assessment_waiting(c->db, c->a, c->who->person, SHOWN, &waiting));
    TRY(sql_assessment_of_assessor(c->db, c->a, c->who->person, SHOWN, &rows));
    struct view_assessments_waiting *due = ARENA_ARRAY(c->a, waiting.n, struct view_assessments_waiting);
    struct view_assessments_list *list = ARENA_ARRAY(c->a, rows.n, struct view_assessments_list);
    struct view_assessments v = {.waiting = due, .waiting_count = waiting.n, .list = list};
    for (size_t k = 0; k < waiting.n; k++)
        due[k] = (struct view_assessments_waiting){observe_path(c, "/assessments/", waiting.v[k].id), waiting.v[k].title,
                                                    observe_or_gone(c, waiting.v[k].subject), waiting.v[k].day};
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].sent != 0)
            list[v.list_count++] = (struct view_assessments_list){observe_path(c, "/assessments/", rows.v[k].id), rows.v[k].title,
                                                                  observe_or_gone(c, rows.v[k].subject), rows.v[k].day, !rows.v[k].complete_at_null};
    struct crumb actions[] = {{tr(c, M_observe_assess_new), S("/assessments/new")}};
    struct programme p;
    struct page page = page_below(c, tr(c, M_observe_assessments));
    page.crumb_count = 1;
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target here = {.programme = p.id};
    page.actions = actions;
    page.action_count = rc == RC_OK && access_allows(c, P_ASSESSMENT_GIVE, &here);
    return view_assessments_page(c, &page, &v);
}

/* ---- finding whom to assess -------------------------------------------------------------------------------------------------------- */

enum rc observe_get_find(struct ctx *c)
{
    struct programme p;
    struct rows_observe_find_people rows = {0};
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_ASSESSMENT_GIVE, &t));
    struct view_assessment_find v = {.search = str_trim(request_query(c->rq, "q"))};
    struct str rest = utf8_fold(c->a, v.search), word = S("");
    if (v.search.n != 0)
        str_cut(&rest, ' ', &word);
    v.asked = word.n != 0;
    if (v.asked) /* words that begin so: up to the first that begins otherwise */
        TRY(sql_observe_find_people(c->db, c->a, p.id, word, str_concat(c->a, word, S("\xf4\x8f\xbf\xbf")), c->today, FOUND_MOST, &rows));
    struct view_assessment_find_people *list = ARENA_ARRAY(c->a, rows.n, struct view_assessment_find_people);
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person)
            list[v.people_count++] = (struct view_assessment_find_people){str_printf(c->a, "/people/%" PRId64 "/assess", rows.v[k].person_id), rows.v[k].display_name};
    v.people = list;
    struct page page = page_below(c, tr(c, M_observe_assess_new));
    return view_assessment_find_page(c, &page, &v);
}

/* ---- beginning one -------------------------------------------------------------------------------------------------------------------- */

struct beginning {
    struct arena *a;
    struct assessment_new n;
    int64_t today, now, id;
};

static enum rc begin(struct db *tx, void *arg, struct err *e)
{
    struct beginning *s = arg;
    return assessment_add(tx, s->a, &s->n, s->today, s->now, &s->id, e);
}

static enum rc instrument_choices(struct ctx *c, struct choice **out, size_t *count)
{
    struct instrument_entry *all;
    size_t n;
    TRY(instrument_list(c->db, c->a, INSTRUMENT_KIND_COUNT, lang_tag(c->lang), &all, &n));
    *out = ARENA_ARRAY(c->a, n, struct choice);
    *count = 0;
    for (size_t k = 0; k < n; k++)
        if (all[k].kind == INSTRUMENT_RUBRIC || all[k].kind == INSTRUMENT_PANEL || all[k].kind == INSTRUMENT_TEAM)
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[k].id), .label = all[k].title};
    return RC_OK;
}

static enum rc assess_form(struct ctx *c, int64_t programme, int64_t subject, bool *typed, struct form **out)
{
    struct choice *instruments;
    size_t count;
    struct rows_observe_faculty rows;
    TRY(instrument_choices(c, &instruments, &count));
    TRY(sql_observe_faculty(c->db, c->a, programme, c->today, FACULTY_MOST + 1, &rows));
    *typed = rows.n > FACULTY_MOST;
    struct choice *others = ARENA_ARRAY(c->a, rows.n, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person && rows.v[k].person_id != subject)
            others[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].person_id), .label = rows.v[k].display_name};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/people/%" PRId64 "/assess", subject), M_observe_assess_begin);
    f->cancel = S("/assessments");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_observe_assess_title, .hint = M_observe_assess_title_hint, .required = true, .max = 120});
    form_add(f, (struct field){.name = "instrument", .kind = FIELD_CHOICE, .label = M_observe_instrument, .required = true, .choices = instruments, .choice_count = count});
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_observe_day, .required = true, .value = form_day_value(f, c->today), .min = c->today - OBSERVE_BACK_DAYS, .max = c->today});
    if (*typed)
        form_add(f, (struct field){.name = "second", .kind = FIELD_TEXT, .label = M_observe_second, .hint = M_observe_second_typed_hint, .max = 120});
    else if (n != 0)
        form_add(f, (struct field){.name = "second", .kind = FIELD_CHOICE, .label = M_observe_second, .hint = M_observe_second_hint, .choices = others, .choice_count = n});
    *out = f;
    return RC_OK;
}

/* Who scores apart from her; 0: nobody, or the form must come back. */
static enum rc read_second(struct ctx *c, struct form *f, int64_t programme, bool typed, int64_t *second)
{
    *second = typed ? 0 : form_int(f, "second", 0);
    return typed && form_text(f, "second").n != 0 ? people_read_person(c, f, "second", programme, second) : RC_OK;
}

enum rc observe_handle_assess(struct ctx *c)
{
    struct programme p;
    struct target t;
    struct row_observe_member member;
    struct form *f;
    struct str name;
    int64_t subject, second;
    bool typed;
    TRY(request_id(c->rq, 0, &subject));
    TRY(programme_current(c, &p));
    TRY(observe_target(c, subject, p.id, &t));
    TRY(access_require(c, P_ASSESSMENT_GIVE, &t));
    TRY(sql_observe_member(c->db, c->a, p.id, subject, c->today, &member));
    if (member.n == 0 || subject == c->who->person)
        return RC_NOT_FOUND;
    TRY(people_name(c->db, c->a, subject, &name));
    TRY(assess_form(c, p.id, subject, &typed, &f));
    struct msg_arg arg = MSG_TEXT("name", name);
    struct page page = page_below(c, tr_args(c, M_observe_assess_of, &arg, 1));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return observe_send_form(c, &page, STR_NONE, f);
    TRY(read_second(c, f, p.id, typed, &second));
    if (!form_ok(f))
        return observe_send_form(c, &page, STR_NONE, f);
    struct beginning s = {.a = c->a, .today = c->today, .now = c->now};
    s.n = (struct assessment_new){p.id, subject, form_int(f, "instrument", 0), form_text(f, "title"), c->today, c->who->person, second};
    form_day(f, "day", &s.n.day);
    enum rc rc = ctx_write(c, begin, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return observe_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, observe_path(c, "/assessments/", s.id), 0);
}

/* ---- the sheet --------------------------------------------------------------------------------------------------------------------------- */

struct scoring {
    struct arena *a;
    struct observe_sent sent;
    int64_t now, id;
    enum observe_outcome outcome;
};

static enum rc score(struct db *tx, void *arg, struct err *e)
{
    struct scoring *s = arg;
    struct row_observation_by_send_key before;
    struct rows_assessment_sheets sheets;
    enum rc rc = sql_observation_by_send_key(tx, s->a, s->sent.key, &before);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_assessment_sheets(tx, s->a, s->sent.assessment, &sheets));
    for (size_t k = 0; rc == RC_NOT_FOUND && k < sheets.n; k++)
        if (!sheets.v[k].observer_id_null && sheets.v[k].observer_id == s->sent.observer)
            return err_set(e, RC_CONFLICT, M_observe_sheet_there, NULL);
    return observe_keep(tx, s->a, &s->sent, s->now, &s->id, &s->outcome, e);
}

static struct form *sheet_form(struct ctx *c, const struct row_assessment_find *row, const struct instrument *i)
{
    struct form *f = form_new(c->a, c->lang, c->zone, observe_path(c, "/assessments/", row->id), M_observe_sheet_send);
    f->draft = str_printf(c->a, "assessment-%" PRId64, row->id);
    f->cancel = S("/assessments");
    for (size_t k = 0; k < i->item_count; k++)
        instrument_add_field(c, f, i, k, true, INSTRUMENT_MISSING, STR_NONE);
    form_add(f, (struct field){.name = "key", .kind = FIELD_HIDDEN, .value = observe_new_token(c->a)});
    return f;
}

static enum rc send_sheet(struct ctx *c, const struct row_assessment_find *row, const struct instrument *i, struct form *f, int status,
                          struct view_assessment_page *v)
{
    v->state = S("score");
    v->f = f;
    v->about = markdown_render(c->a, i->about, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    struct page page = page_below(c, row->title);
    page.status = status;
    return view_assessment_page_page(c, &page, v);
}

static enum rc take_sheet(struct ctx *c, const struct row_assessment_find *row, const struct instrument *i, struct view_assessment_page *v)
{
    struct form *f = sheet_form(c, row, i);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_sheet(c, row, i, f, form_ok(f) ? 0 : 422, v);
    int *answers = ARENA_ARRAY(c->a, i->item_count, int);
    struct str *words = ARENA_ARRAY(c->a, i->item_count, struct str);
    for (size_t k = 0; k < i->item_count; k++) {
        answers[k] = i->items[k].words ? INSTRUMENT_MISSING : instrument_read_field(f, i, k);
        words[k] = i->items[k].words ? form_text(f, instrument_field_name(c->a, i, k)) : S("");
    }
    struct scoring s = {.a = c->a, .now = c->now};
    s.sent = (struct observe_sent){.programme = row->programme_id,
                                   .subject = row->subject_id,
                                   .assessment = row->id,
                                   .instrument = i,
                                   .domain = SIZE_MAX,
                                   .answers = answers,
                                   .words = words,
                                   .narrative = S(""),
                                   .day = row->day,
                                   .today = row->day, /* that it lies back is known since the assessment began */
                                   .observer = c->who->person,
                                   .name = S(""),
                                   .address = S(""),
                                   .language = lang_tag(c->lang),
                                   .key = form_text(f, "key")};
    enum rc rc = ctx_write(c, score, &s);
    int status = 0;
    if (page_form_failed(c, f, rc, &status))
        return send_sheet(c, row, i, f, status, v);
    TRY(rc);
    return page_redirect(c, observe_path(c, "/assessments/", row->id), M_observe_sheet_sent);
}

/* ---- what came of it ------------------------------------------------------------------------------------------------------------------------ */

/* The answers of one sheet by item, and its words into the view. */
static enum rc read_sheet(struct ctx *c, const struct instrument *i, int64_t sheet, struct str by, int *answers, struct view_assessment_page *v)
{
    struct rows_observation_answers rows;
    TRY(sql_observation_answers(c->db, c->a, sheet, &rows));
    for (size_t k = 0; k < i->item_count; k++)
        answers[k] = INSTRUMENT_MISSING;
    for (size_t r = 0; r < rows.n; r++) {
        size_t k = instrument_item_by_id(i, rows.v[r].item_id);
        if (k == SIZE_MAX)
            continue;
        if (i->items[k].words)
            ((struct view_assessment_page_words *)v->words)[v->words_count++] = (struct view_assessment_page_words){i->items[k].text, by, rows.v[r].words};
        else
            answers[k] = rows.v[r].point_null ? INSTRUMENT_UNABLE : (int)rows.v[r].point;
    }
    return RC_OK;
}

static struct opt_int point_of(int answer)
{
    return answer >= 0 ? SOME_INT(answer) : (struct opt_int){0};
}

static void fill_result(struct ctx *c, const struct instrument *i, const int *first, const int *second, struct view_assessment_page *v)
{
    struct view_assessment_page_items *items = ARENA_ARRAY(c->a, i->item_count, struct view_assessment_page_items);
    struct view_assessment_page_domains *domains = ARENA_ARRAY(c->a, i->domain_count, struct view_assessment_page_domains);
    struct instrument_score *x = ARENA_ARRAY(c->a, i->domain_count, struct instrument_score), *y = ARENA_ARRAY(c->a, i->domain_count, struct instrument_score), whole;
    for (size_t k = 0; k < i->item_count; k++) {
        if (i->items[k].words)
            continue;
        int apart = second != NULL && first[k] >= 0 && second[k] >= 0 ? abs(first[k] - second[k]) : 0;
        struct view_assessment_page_items *v_item = &items[v->items_count++];
        *v_item = (struct view_assessment_page_items){.text = i->items[k].text, .first = instrument_answer_word(c, i, k, first[k]), .first_point = point_of(first[k])};
        if (second != NULL) {
            v_item->second = instrument_answer_word(c, i, k, second[k]);
            v_item->second_point = point_of(second[k]);
            v_item->apart = apart != 0 ? SOME_INT(apart) : (struct opt_int){0};
        }
    }
    v->items = items;
    instrument_score(i, first, x, &whole);
    if (second != NULL)
        instrument_score(i, second, y, &whole);
    for (size_t d = 0; d < i->domain_count; d++)
        if (x[d].of != 0)
            domains[v->domains_count++] = (struct view_assessment_page_domains){.title = i->domains[d].title,
                                                                                .first = {x[d].some, x[d].value},
                                                                                .second = {second != NULL && y[d].some, y[d].value}};
    v->domains = domains;
    if (second == NULL)
        return;
    struct agreement g = agreement_of(first, second, i->item_count);
    if (g.items != 0) {
        struct view_assessment_page_agreement *a = ARENA_NEW(c->a, struct view_assessment_page_agreement);
        *a = (struct view_assessment_page_agreement){(int64_t)g.items, (int64_t)g.exact, (int64_t)g.within_one};
        v->agreement = a;
    }
}

static enum rc show_result(struct ctx *c, const struct row_assessment_find *row, const struct instrument *i, const struct rows_assessment_sheets *sheets,
                           struct view_assessment_page *v)
{
    int *first = ARENA_ARRAY(c->a, i->item_count, int), *second = NULL;
    v->state = S("done");
    v->words = ARENA_ARRAY(c->a, 2 * i->item_count, struct view_assessment_page_words);
    for (size_t k = 0; k < sheets->n; k++) {
        bool is_first = !sheets->v[k].observer_id_null && sheets->v[k].observer_id == row->first_id;
        if (!is_first)
            second = ARENA_ARRAY(c->a, i->item_count, int);
        TRY(read_sheet(c, i, sheets->v[k].id, is_first ? v->first : v->second, is_first ? first : second, v));
    }
    fill_result(c, i, first, second, v);
    struct page page = page_below(c, row->title);
    return view_assessment_page_page(c, &page, v);
}

struct noting {
    int64_t actor, subject, object, now;
};

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, "assessment_view", n->subject, "assessment", n->object);
}

/* An assessment that is not complete exists for those who assess alone. */
enum rc observe_handle_assessment(struct ctx *c)
{
    int64_t id, me = c->who->person;
    struct row_assessment_find row;
    struct rows_assessment_sheets sheets;
    struct instrument i;
    struct target t;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_assessment_find(c->db, c->a, id, &row));
    TRY(observe_target(c, row.subject_id, row.programme_id, &t));
    bool assesses = me == row.first_id || (!row.second_id_null && me == row.second_id), sent = false;
    t.holder = assesses ? me : 0;
    TRY(access_require(c, P_OBSERVATION_VIEW, &t));
    TRY(sql_assessment_sheets(c->db, c->a, id, &sheets));
    for (size_t k = 0; k < sheets.n; k++)
        sent = sent || (!sheets.v[k].observer_id_null && sheets.v[k].observer_id == me);
    if (row.complete_at_null && !assesses)
        return RC_NOT_FOUND;
    TRY(instrument_find(c->db, c->a, row.instrument_id, lang_tag(c->lang), &i));
    struct view_assessment_page v = {.subject = observe_or_gone(c, row.subject),
                                     .instrument = i.title,
                                     .day = row.day,
                                     .first = observe_or_gone(c, row.first),
                                     .second = row.second_id_null ? S("") : observe_or_gone(c, row.second)};
    if (assesses && (!sent || c->rq->method == METHOD_POST))
        return take_sheet(c, &row, &i, &v);
    if (c->rq->method == METHOD_POST)
        return RC_DENIED;
    if (!row.complete_at_null) {
        struct noting n = {me, row.subject_id, id, c->now};
        if (!assesses && me != row.subject_id)
            TRY(ctx_write(c, note, &n));
        if (me == row.subject_id)
            v.goal = observe_path(c, "/plan/goals/new?from=assessment&id=", id);
        return show_result(c, &row, &i, &sheets, &v);
    }
    v.state = S("wait");
    struct page page = page_below(c, row.title);
    return view_assessment_page_page(c, &page, &v);
}
