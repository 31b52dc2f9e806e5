/* Commending somebody: finding the person, saying what is worth following, and what people chose to show of it. */
#include "base/utf8.h"
#include "gen/programme/commend/commend_find_view.h"
#include "gen/programme/commend/commend_shown_view.h"
#include "programme/commend/inside.h"
#include "programme/framework/framework.h"
#include "programme/mentor/mentor.h"
#include "programme/people/people.h"

#define PAGE_ROWS 50
#define FOUND_MOST 50

/* The programme that who asks works in. */
static enum rc require_here(struct ctx *c, struct programme *p)
{
    enum rc rc = programme_current(c, p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? p->id : 0};
    TRY(access_require(c, P_COMMEND, &t));
    return rc;
}

enum rc commend_get_find(struct ctx *c)
{
    struct programme p;
    struct rows_commendation_find_people rows = {0};
    TRY(require_here(c, &p));
    struct view_commend_find v = {.search = str_trim(request_query(c->rq, "q"))};
    struct str rest = utf8_fold(c->a, v.search), word = S("");
    if (v.search.n != 0)
        str_cut(&rest, ' ', &word);
    v.asked = word.n != 0;
    if (v.asked) /* words that begin so: up to the first that begins otherwise */
        TRY(sql_commendation_find_people(c->db, c->a, p.id, word, str_concat(c->a, word, S("\xf4\x8f\xbf\xbf")), c->today, FOUND_MOST, &rows));
    struct view_commend_find_people *list = ARENA_ARRAY(c->a, rows.n, struct view_commend_find_people);
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person)
            list[v.people_count++] = (struct view_commend_find_people){str_printf(c->a, "/people/%" PRId64 "/commend", rows.v[k].person_id), rows.v[k].display_name};
    v.people = list;
    v.many = rows.n == FOUND_MOST;
    struct page page = commend_page(c, tr(c, M_commend_give));
    return view_commend_find_page(c, &page, &v);
}

/* ---- saying it ------------------------------------------------------------------------------------------------------------------- */

static enum rc competency_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct competency *all;
    size_t n;
    *count = 0;
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), false, &all, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *out = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t k = 0; k < n; k++)
        if (!str_eq_z(all[k].kind, "domain"))
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[k].competency), .label = all[k].title};
    return RC_OK;
}

struct giving {
    struct arena *a;
    struct commend_new n;
    int64_t now, id;
};

static enum rc give(struct db *tx, void *arg, struct err *e)
{
    struct giving *g = arg;
    return commend_give(tx, g->a, &g->n, g->now, &g->id, e);
}

enum rc commend_handle_give(struct ctx *c)
{
    struct programme p;
    struct row_commendation_here here;
    struct choice *competencies = NULL;
    struct str name;
    int64_t person;
    size_t count;
    TRY(request_id(c->rq, 0, &person));
    TRY(require_here(c, &p));
    TRY(sql_commendation_here(c->db, c->a, p.id, person, c->today, &here));
    if (here.n == 0)
        return RC_NOT_FOUND;
    TRY(people_name(c->db, c->a, person, &name));
    TRY(competency_choices(c, p.id, &competencies, &count));
    const struct msg_arg arg = MSG_TEXT("name", name);
    struct page page = commend_page(c, tr_args(c, M_commend_give_to, &arg, 1));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/people/%" PRId64 "/commend", person), M_commend_send);
    f->cancel = S("/commendations");
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_commend_words, .hint = M_commend_words_hint, .required = true, .rows = 4, .max = COMMEND_WORDS_MOST});
    form_add(f, (struct field){.name = "competency", .kind = FIELD_CHOICE, .label = M_commend_competency, .hint = M_commend_competency_hint, .required = true, .choices = competencies, .choice_count = count});
    struct str note = tr_args(c, M_commend_note, &arg, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return commend_send_form(c, &page, note, f);
    struct giving g = {.a = c->a, .n = {p.id, person, c->who->person, 0, form_text(f, "words"), c->today}, .now = c->now};
    (void)str_to_int(form_text(f, "competency"), &g.n.competency);
    enum rc rc = ctx_write(c, give, &g);
    if (page_form_failed(c, f, rc, &page.status))
        return commend_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, S("/commendations#given"), M_commend_sent);
}

/* ---- what people chose to show ------------------------------------------------------------------------------------------------------ */

enum rc commend_get_shown(struct ctx *c)
{
    struct programme p;
    struct rows_commendation_shown rows;
    struct choice *competencies = NULL;
    int64_t at, id, competency = 0;
    size_t count;
    TRY(require_here(c, &p));
    commend_read_place(c, &at, &id);
    (void)str_to_int(request_query(c->rq, "competency"), &competency);
    TRY(competency_choices(c, p.id, &competencies, &count));
    TRY(sql_commendation_shown(c->db, c->a, p.id, competency, at, id, PAGE_ROWS + 1, lang_tag(c->lang), &rows));
    struct view_commend_shown v = {.give = S("/commendations/new")};
    struct view_commend_shown_competencies *choices = ARENA_ARRAY(c->a, count, struct view_commend_shown_competencies);
    for (size_t k = 0; k < count; k++) {
        int64_t one = 0;
        (void)str_to_int(competencies[k].value, &one);
        choices[k] = (struct view_commend_shown_competencies){competencies[k].value, competencies[k].label, one == competency};
    }
    v.competencies = choices;
    v.competencies_count = count;
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_commend_shown_list *list = ARENA_ARRAY(c->a, n, struct view_commend_shown_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_commend_shown_list){.person = commend_or_gone(c, rows.v[k].person),
                                                   .words = rows.v[k].words,
                                                   .competency = rows.v[k].competency,
                                                   .by = commend_or_gone(c, rows.v[k].giver),
                                                   .day = day_from_ms(c->zone, rows.v[k].given_at)};
    v.list = list;
    v.list_count = n;
    if (rows.n > n)
        v.more = commend_after(c, str_z(c->a, str_printf(c->a, "/commendations/shown?competency=%" PRId64, competency)), rows.v[n - 1].given_at, rows.v[n - 1].id);
    struct page page = commend_page(c, tr(c, M_commend_shown));
    page.caption = p.title;
    return view_commend_shown_page(c, &page, &v);
}

enum rc commend_of_mentor(struct ctx *c, int64_t programme, int64_t person, size_t most, struct mentor_commendation **out, size_t *count)
{
    struct rows_commendation_shown_by rows;
    TRY(sql_commendation_shown_by(c->db, c->a, programme, person, (int64_t)most, lang_tag(c->lang), &rows));
    *out = ARENA_ARRAY(c->a, rows.n, struct mentor_commendation);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++)
        (*out)[k] = (struct mentor_commendation){.text = rows.v[k].words,
                                                 .by = commend_or_gone(c, rows.v[k].giver),
                                                 .competency = rows.v[k].competency,
                                                 .day = day_from_ms(c->zone, rows.v[k].given_at)};
    return RC_OK;
}
