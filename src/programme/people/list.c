/* The list of people: found by the beginning of any word of a name, an e-mail address or a number, filtered by cohort, stage
 * and role, paged by name. With 100,000 people a page reads about as much as it shows. */
#include "gen/programme/people/people_list_view.h"
#include "programme/people/inside.h"

#define PAGE_ROWS 50
#define FEW 2000 /* so many are sorted for a page; of more, a page is soon found by going through all by name */

static const msg_id role_names[ROLE_COUNT] = {
    [ROLE_TRAINEE] = M_people_role_trainee,         [ROLE_MENTOR] = M_people_role_mentor, [ROLE_ASSESSOR] = M_people_role_assessor,
    [ROLE_COORDINATOR] = M_people_role_coordinator, [ROLE_AUTHOR] = M_people_role_author, [ROLE_DIRECTOR] = M_people_role_director,
    [ROLE_ADMINISTRATOR] = M_people_role_administrator,
};

struct str people_role_name(const struct ctx *c, enum role role)
{
    return tr(c, role_names[role]);
}

/* The statements give bit 1 << role for each role in force. */
static struct str roles_text(const struct ctx *c, int64_t bits)
{
    struct buf b = buf_new(c->a, 64);
    for (int r = 0; r < ROLE_COUNT; r++)
        if ((bits >> r & 1) != 0) {
            buf_z(&b, b.n != 0 ? ", " : "");
            buf_str(&b, tr(c, role_names[r]));
        }
    return buf_text(&b);
}

/* ---- what is asked for --------------------------------------------------------------------------------------------------------- */

struct query {
    struct str text; /* as typed */
    int64_t programme, cohort, stage;
    struct str role; /* a word of auth/access.h, or empty */
    bool past;
    struct str after_key;
    int64_t after_id;
    struct programme *programmes; /* those whose people may be listed */
    size_t programme_count;
    bool everywhere; /* the whole site may be listed */
    struct cohort *cohorts; /* of the programme, those that may be listed */
    size_t cohort_count;
    struct stage *stages;
    size_t stage_count;
};

static int64_t query_number(const struct ctx *c, const char *name)
{
    int64_t v = 0;
    return str_to_int(request_query(c->rq, name), &v) && v > 0 ? v : 0;
}

static bool may_list(struct ctx *c, int64_t programme, int64_t cohort)
{
    struct target t = {.programme = programme, .cohort = cohort};
    return access_allows(c, P_PERSON_LIST, &t);
}

/* A role in some cohort of a programme opens the list of that cohort. */
static int64_t own_cohort(struct ctx *c, int64_t programme)
{
    for (size_t i = 0; i < c->who->grant_count; i++) {
        const struct grant *g = &c->who->grants[i];
        if (g->programme == programme && g->cohort != 0 && may_list(c, programme, g->cohort))
            return g->cohort;
    }
    return 0;
}

static enum rc load_programmes(struct ctx *c, struct query *q)
{
    struct programme *all;
    size_t count;
    TRY(programme_list(c->db, c->a, &all, &count));
    q->programmes = all;
    for (size_t i = 0; i < count; i++)
        if (may_list(c, all[i].id, 0) || own_cohort(c, all[i].id) != 0)
            all[q->programme_count++] = all[i];
    q->everywhere = may_list(c, 0, 0);
    return RC_OK;
}

static enum rc choose_programme(struct ctx *c, struct query *q)
{
    struct programme current;
    if (q->programme != 0 || q->everywhere)
        return RC_OK;
    enum rc rc = programme_current(c, &current);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    for (size_t i = 0; i < q->programme_count; i++)
        if (q->programme == 0 || (rc == RC_OK && q->programmes[i].id == current.id))
            q->programme = q->programmes[i].id;
    return RC_OK;
}

/* Fills the filters and takes the access decision about what they name. */
static enum rc read_query(struct ctx *c, struct query *q)
{
    enum role role;
    *q = (struct query){.text = str_trim(request_query(c->rq, "q")),
                        .programme = query_number(c, "programme"),
                        .cohort = query_number(c, "cohort"),
                        .stage = query_number(c, "stage"),
                        .role = request_query(c->rq, "role"),
                        .past = request_query(c->rq, "past").n != 0,
                        .after_key = request_query(c->rq, "after"),
                        .after_id = query_number(c, "id")};
    if (!role_find(q->role, &role))
        q->role = S("");
    if (q->after_key.p == NULL)
        q->after_key = S("");
    TRY(load_programmes(c, q));
    TRY(choose_programme(c, q));
    if (q->programme != 0 && q->cohort == 0 && !may_list(c, q->programme, 0))
        q->cohort = own_cohort(c, q->programme);
    struct target t = {.programme = q->programme, .cohort = q->cohort};
    TRY(access_require(c, P_PERSON_LIST, &t));
    if (q->programme == 0)
        return RC_OK;
    struct cohort *cohorts;
    size_t count;
    TRY(programme_cohorts(c->db, c->a, q->programme, &cohorts, &count));
    q->cohorts = cohorts;
    for (size_t i = 0; i < count; i++)
        if (may_list(c, q->programme, cohorts[i].id))
            cohorts[q->cohort_count++] = cohorts[i];
    return programme_stages(c->db, c->a, q->programme, &q->stages, &q->stage_count);
}

/* ---- finding --------------------------------------------------------------------------------------------------------------------- */

struct search {
    struct words_wanted from;
    struct str to[WORDS_WANTED];
    int64_t person;
};

static void search_read(struct arena *a, struct str text, struct search *s)
{
    *s = (struct search){0};
    (void)str_to_int(str_trim(text), &s->person);
    people_search_words(a, text, &s->from);
    for (size_t i = 0; i < WORDS_WANTED; i++) {
        if (i >= s->from.n)
            s->from.v[i] = S("");
        s->to[i] = people_behind_all(a, s->from.v[i]);
    }
}

enum among { AMONG_WORDS = 1, AMONG_PROGRAMME = 2, AMONG_ROLE = 3 };

/* Among whom to look, and whether they are few: then they are sorted, else all people are gone through by name until the page
 * is full. */
static enum rc choose_way(struct ctx *c, const struct query *q, const struct search *s, enum among *among, bool *few)
{
    struct row_people_at_most row;
    *among = AMONG_PROGRAMME;
    *few = false;
    if (s->from.n != 0)
        *among = AMONG_WORDS;
    else if (q->cohort == 0 && q->role.n != 0 && !str_eq_z(q->role, role_word(ROLE_TRAINEE)))
        *among = AMONG_ROLE;
    else if (q->programme == 0)
        return RC_OK; /* everybody */
    TRY(sql_people_at_most(c->db, c->a, *among, s->from.v[0], s->to[0], q->programme, q->cohort,
                           q->cohort != 0 ? q->cohort : INT64_MAX, q->role, FEW + 1, &row));
    *few = row.n <= FEW;
    return RC_OK;
}

/* The two statements have the same columns. */
static enum rc find_people(struct ctx *c, const struct query *q, struct rows_people_page_among *rows)
{
    struct search s;
    enum among among;
    bool few;
    search_read(c->a, q->text, &s);
    if (q->text.n != 0 && s.from.n == 0) { /* nothing to look for */
        *rows = (struct rows_people_page_among){0};
        return RC_OK;
    }
    TRY(choose_way(c, q, &s, &among, &few));
    if (few)
        return sql_people_page_among(c->db, c->a, q->after_key, q->after_id, PAGE_ROWS + 1, c->today, q->programme, q->cohort,
                                     q->stage, q->role, q->past, among, s.from.v[0], s.to[0], s.person, q->cohort,
                                     q->cohort != 0 ? q->cohort : INT64_MAX, s.from.v[1], s.to[1], s.from.v[2], s.to[2], rows);
    struct rows_people_page_walk walk;
    TRY(sql_people_page_walk(c->db, c->a, q->after_key, q->after_id, PAGE_ROWS + 1, c->today, q->programme, q->cohort, q->stage,
                             q->role, q->past, s.from.v[0], s.to[0], s.from.v[1], s.to[1], s.from.v[2], s.to[2], &walk));
    _Static_assert(sizeof(struct row_people_page_walk) == sizeof(struct row_people_page_among), "the same columns");
    rows->v = (struct row_people_page_among *)(void *)walk.v;
    rows->n = walk.n;
    return RC_OK;
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------------ */

static void fill_filters(struct ctx *c, const struct query *q, struct view_people_list *v)
{
    struct view_people_list_programmes *programmes = ARENA_ARRAY(c->a, q->programme_count, struct view_people_list_programmes);
    for (size_t i = 0; i < q->programme_count; i++)
        programmes[i] = (struct view_people_list_programmes){
            .id = q->programmes[i].id, .title = q->programmes[i].title, .chosen = q->programmes[i].id == q->programme};
    struct view_people_list_cohorts *cohorts = ARENA_ARRAY(c->a, q->cohort_count, struct view_people_list_cohorts);
    for (size_t i = 0; i < q->cohort_count; i++)
        cohorts[i] = (struct view_people_list_cohorts){
            .id = q->cohorts[i].id, .title = q->cohorts[i].title, .chosen = q->cohorts[i].id == q->cohort};
    struct view_people_list_stages *stages = ARENA_ARRAY(c->a, q->stage_count, struct view_people_list_stages);
    for (size_t i = 0; i < q->stage_count; i++)
        stages[i] = (struct view_people_list_stages){
            .id = q->stages[i].id, .title = q->stages[i].title, .chosen = q->stages[i].id == q->stage};
    struct view_people_list_roles *roles = ARENA_ARRAY(c->a, ROLE_COUNT, struct view_people_list_roles);
    for (int r = 0; r < ROLE_COUNT; r++)
        roles[r] = (struct view_people_list_roles){
            .word = str_from(role_word((enum role)r)), .name = tr(c, role_names[r]), .chosen = str_eq_z(q->role, role_word((enum role)r))};
    v->programmes = programmes;
    v->programmes_count = q->programme_count + q->everywhere > 1 ? q->programme_count : 0;
    v->programme = q->programme;
    v->everywhere = q->everywhere;
    v->cohorts = cohorts;
    v->cohorts_count = q->cohort_count;
    v->stages = stages;
    v->stages_count = q->stage_count;
    v->roles = roles;
    v->roles_count = ROLE_COUNT;
    v->search = q->text;
    v->past = q->past;
}

static struct str more_href(struct ctx *c, const struct query *q, const struct row_people_page_among *last)
{
    struct buf b = buf_new(c->a, 256);
    buf_z(&b, "/people?q=");
    buf_url(&b, q->text);
    buf_printf(&b, "&programme=%" PRId64 "&cohort=%" PRId64 "&stage=%" PRId64 "&role=%.*s%s&after=", q->programme, q->cohort, q->stage,
               STR_ARG(q->role), q->past ? "&past=1" : "");
    buf_url(&b, last->sort_key);
    buf_printf(&b, "&id=%" PRId64, last->person_id);
    return buf_text(&b);
}

static void fill_people(struct ctx *c, const struct query *q, const struct rows_people_page_among *rows, struct view_people_list *v)
{
    size_t n = rows->n < PAGE_ROWS ? rows->n : PAGE_ROWS;
    struct view_people_list_people *people = ARENA_ARRAY(c->a, n, struct view_people_list_people);
    for (size_t i = 0; i < n; i++) {
        const struct row_people_page_among *r = &rows->v[i];
        people[i] = (struct view_people_list_people){.id = r->person_id,
                                                     .name = r->display_name,
                                                     .href = str_printf(c->a, "/people/%" PRId64, r->person_id),
                                                     .email = v->addresses ? r->email : STR_NONE,
                                                     .cohort = r->cohort_title,
                                                     .stage = r->stage_title,
                                                     .roles = roles_text(c, r->roles)};
    }
    v->people = people;
    v->people_count = n;
    if (rows->n > n)
        v->more = more_href(c, q, &rows->v[n - 1]);
}

enum rc people_get_list(struct ctx *c)
{
    struct query q;
    struct rows_people_page_among rows;
    TRY(read_query(c, &q));
    TRY(find_people(c, &q, &rows));
    struct view_people_list v = {0};
    struct target t = {.programme = q.programme, .cohort = q.cohort};
    v.addresses = access_allows(c, P_PERSON_CHANGE, &t);
    fill_filters(c, &q, &v);
    fill_people(c, &q, &rows, &v);
    if (v.addresses)
        v.add = str_printf(c->a, "/people/new?programme=%" PRId64 "&cohort=%" PRId64, q.programme, q.cohort);
    t.cohort = 0;
    if (q.programme != 0 && access_allows(c, P_ROSTER_IMPORT, &t))
        v.import = str_printf(c->a, "/programmes/%" PRId64 "/import", q.programme);
    if (q.after_id != 0)
        v.first = S("/people");
    struct page page = {.title = tr(c, M_people_list_title), .section = "/people"};
    return view_people_list_page(c, &page, &v);
}
