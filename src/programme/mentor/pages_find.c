/* Finding a mentor: the list, a profile, one's own profile, what one looks for, asking. */
#include "base/utf8.h"
#include "gen/programme/mentor/mentor_list_view.h"
#include "gen/programme/mentor/mentor_profile_view.h"
#include "programme/framework/framework.h"
#include "programme/mentor/inside.h"

#define PAGE_ROWS 50
#define SEARCH_WORDS 3
#define COMMENDATIONS_MOST 5

/* "%word%" with what LIKE reads otherwise taken back. */
static struct str pattern(struct arena *a, struct str word)
{
    struct buf b = buf_new(a, word.n + 8);
    buf_z(&b, "%");
    for (size_t i = 0; i < word.n; i++) {
        if (strchr("\\%_", word.p[i]) != NULL)
            buf_z(&b, "\\");
        buf_str(&b, (struct str){word.p + i, 1});
    }
    buf_z(&b, "%");
    return buf_text(&b);
}

static void search_patterns(struct arena *a, struct str text, struct str out[SEARCH_WORDS])
{
    struct str rest = utf8_fold(a, text), word;
    size_t n = 0;
    while (n < SEARCH_WORDS && rest.p != NULL && str_cut(&rest, ' ', &word))
        if (word.n != 0)
            out[n++] = pattern(a, word);
    while (n < SEARCH_WORDS)
        out[n++] = S("%");
}

static struct programme current(struct ctx *c, enum rc *rc)
{
    struct programme p = {0};
    *rc = programme_current(c, &p);
    return p;
}

/* The programme that who asks works in, when she holds the permission there. */
static enum rc require_here(struct ctx *c, enum permission may, struct programme *p)
{
    enum rc rc;
    *p = current(c, &rc);
    struct target t = {.programme = p->id};
    TRY(access_require(c, may, &t));
    return rc;
}

static bool is_away(const struct ctx *c, bool none, int64_t until)
{
    return !none && until >= c->today;
}

static int64_t seats_left(int64_t capacity, int64_t taken)
{
    return capacity > taken ? capacity - taken : 0;
}

static void fill_languages(struct ctx *c, struct str chosen, struct view_mentor_list *v)
{
    const struct choice *all;
    v->languages_count = mentor_languages(&all);
    struct view_mentor_list_languages *list = ARENA_ARRAY(c->a, v->languages_count, struct view_mentor_list_languages);
    for (size_t i = 0; i < v->languages_count; i++)
        list[i] = (struct view_mentor_list_languages){all[i].value, all[i].label, str_eq(all[i].value, chosen)};
    v->languages = list;
}

static void fill_mentors(struct ctx *c, const struct rows_mentor_profile_list *rows, struct str language, struct view_mentor_list *v)
{
    size_t n = rows->n < PAGE_ROWS ? rows->n : PAGE_ROWS;
    struct view_mentor_list_mentors *list = ARENA_ARRAY(c->a, n, struct view_mentor_list_mentors);
    for (size_t i = 0; i < n; i++) {
        const struct row_mentor_profile_list *r = &rows->v[i];
        list[i] = (struct view_mentor_list_mentors){.id = r->id,
                                                    .name = r->display_name,
                                                    .href = mentor_path(c, "/mentors/", r->id),
                                                    .interests = utf8_truncate(r->interests, 200),
                                                    .languages = mentor_languages_text(c->a, r->languages),
                                                    .capacity = r->capacity,
                                                    .taken = r->taken,
                                                    .left = seats_left(r->capacity, r->taken),
                                                    .away = is_away(c, r->away_until_day_null, r->away_until_day)};
    }
    v->mentors = list;
    v->mentors_count = n;
    if (rows->n == n)
        return;
    struct buf b = buf_new(c->a, 128);
    buf_z(&b, "/mentors?q=");
    buf_url(&b, v->search);
    buf_z(&b, "&language=");
    buf_url(&b, language);
    buf_z(&b, v->free ? "&free=1&after=" : "&after=");
    buf_url(&b, rows->v[n - 1].sort_key);
    buf_printf(&b, "&id=%" PRId64, rows->v[n - 1].id);
    v->more = buf_text(&b);
}

/* A coordinator may do on behalf of a mentor whatever a mentor may, but has no profile unless she is one. */
static enum rc require_mentor(struct ctx *c, int64_t programme)
{
    struct row_mentor_is_mentor row;
    TRY(sql_mentor_is_mentor(c->db, c->a, programme, c->who->person, c->today, &row));
    return row.n != 0 ? RC_OK : RC_DENIED;
}

enum rc mentor_get_list(struct ctx *c)
{
    struct programme p;
    struct rows_mentor_profile_list rows;
    struct str words[SEARCH_WORDS], language = request_query(c->rq, "language"), after = request_query(c->rq, "after");
    int64_t after_id = 0;
    TRY(require_here(c, P_MENTOR_VIEW, &p));
    struct view_mentor_list v = {.search = str_trim(request_query(c->rq, "q")), .free = request_query(c->rq, "free").n != 0};
    (void)str_to_int(request_query(c->rq, "id"), &after_id);
    search_patterns(c->a, v.search, words);
    struct str tag = language.n != 0 ? pattern(c->a, str_printf(c->a, " %.*s ", STR_ARG(language))) : S("%");
    TRY(sql_mentor_profile_list(c->db, c->a, p.id, words[0], words[1], words[2], tag, c->today, v.free, after, after_id, PAGE_ROWS + 1, &rows));
    fill_languages(c, language, &v);
    fill_mentors(c, &rows, language, &v);
    struct target t = {.programme = p.id};
    v.mine = S("/pairs");
    v.wall = S("/mentors/wall");
    if (access_allows(c, P_MENTOR_OFFER, &t) && require_mentor(c, p.id) == RC_OK)
        v.profile = S("/mentors/profile");
    if (access_allows(c, P_MENTOR_ASK, &t))
        v.wish = S("/mentors/wish");
    if (access_allows(c, P_MENTOR_OVERSEE, &t))
        v.programme = str_printf(c->a, "/programmes/%" PRId64 "/mentoring", p.id);
    struct page page = {.title = tr(c, M_mentor_title), .caption = p.title, .section = "/mentors"};
    return view_mentor_list_page(c, &page, &v);
}

/* A profile that is shown, or one's own. */
static enum rc require_profile(struct ctx *c, enum permission may, struct row_mentor_profile_find *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_mentor_profile_find(c->db, c->a, id, p));
    struct target t = {.programme = p->programme_id, .person = p->person_id};
    TRY(access_require(c, may, &t));
    return p->shown || p->person_id == c->who->person ? RC_OK : RC_NOT_FOUND;
}

static struct page below_list(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 1, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_mentor_title), S("/mentors")};
    return (struct page){.title = title, .section = "/mentors", .crumbs = crumbs, .crumb_count = 1};
}

/* A learner who may not mentor yet is shown, and nobody asks her. */
static bool is_ready(struct ctx *c, const struct row_mentor_profile_find *p)
{
    struct err why = {0};
    return mentor_ready(c->db, c->a, p->programme_id, p->person_id, c->today, &why) == RC_OK;
}

static mentor_commendations_fn *commendations;

void mentor_on_commendations(mentor_commendations_fn *fn)
{
    commendations = fn;
}

static enum rc fill_praise(struct ctx *c, const struct row_mentor_profile_find *p, struct view_mentor_profile *v)
{
    struct mentor_commendation *list;
    size_t n;
    if (commendations == NULL)
        return RC_OK;
    TRY(commendations(c, p->programme_id, p->person_id, COMMENDATIONS_MOST, &list, &n));
    struct view_mentor_profile_commendations *out = ARENA_ARRAY(c->a, n, struct view_mentor_profile_commendations);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct view_mentor_profile_commendations){list[i].text, list[i].by, list[i].competency, list[i].day};
    v->commendations = out;
    v->commendations_count = n;
    return RC_OK;
}

/* What stands behind a profile: the course for mentors, competencies with her own evidence, what others praise. */
static enum rc fill_standing(struct ctx *c, const struct row_mentor_profile_find *p, struct view_mentor_profile *v)
{
    struct rows_mentor_known_list rows;
    struct mentor_choice chosen;
    struct target t = {.programme = p->programme_id};
    TRY(mentor_trained(c->db, c->a, p->programme_id, p->person_id, &v->trained, NULL));
    TRY(sql_mentor_known_list(c->db, c->a, p->programme_id, p->person_id, &rows));
    struct view_mentor_profile_known *known = ARENA_ARRAY(c->a, rows.n, struct view_mentor_profile_known);
    for (size_t i = 0; i < rows.n; i++)
        known[i] = (struct view_mentor_profile_known){rows.v[i].title, framework_competency_path(c->a, rows.v[i].competency_id), rows.v[i].items};
    v->known = known;
    v->known_count = rows.n;
    TRY(mentor_choice_of(c->db, c->a, p->person_id, &chosen));
    if ((p->shown && chosen.in_lineage) || p->person_id == c->who->person || access_allows(c, P_MENTOR_OVERSEE, &t))
        v->lineage = str_printf(c->a, "/mentors/%" PRId64 "/lineage", p->id);
    return fill_praise(c, p, v);
}

enum rc mentor_get_profile(struct ctx *c)
{
    struct row_mentor_profile_find p;
    struct row_mentor_pair_open_between pair;
    TRY(require_profile(c, P_MENTOR_VIEW, &p));
    bool own = p.person_id == c->who->person;
    struct view_mentor_profile v = {.id = p.id,
                                    .name = p.display_name,
                                    .offers = p.offers,
                                    .interests = p.interests,
                                    .availability = p.availability,
                                    .languages = mentor_languages_text(c->a, p.languages),
                                    .capacity = p.capacity,
                                    .taken = p.taken,
                                    .left = seats_left(p.capacity, p.taken),
                                    .away = is_away(c, p.away_until_day_null, p.away_until_day),
                                    .shown = p.shown};
    if (v.away)
        v.away_until = SOME_INT(p.away_until_day);
    if (own)
        v.edit = S("/mentors/profile");
    TRY(fill_standing(c, &p, &v));
    struct target t = {.programme = p.programme_id};
    enum rc rc = sql_mentor_pair_open_between(c->db, c->a, p.programme_id, p.person_id, c->who->person, &pair);
    if (rc == RC_OK)
        v.pair = mentor_path(c, "/pairs/", pair.id);
    else if (rc != RC_NOT_FOUND)
        return rc;
    else if (!own && !v.away && v.left > 0 && access_allows(c, P_MENTOR_ASK, &t) && is_ready(c, &p))
        v.ask = str_printf(c->a, "/mentors/%" PRId64 "/ask", p.id);
    struct page page = below_list(c, p.display_name);
    return view_mentor_profile_page(c, &page, &v);
}

/* ---- one's own profile ----------------------------------------------------------------------------------------------------------- */

static struct form *profile_form(struct ctx *c, const struct row_mentor_profile_of *p, bool is_new)
{
    const struct choice *all;
    size_t count = mentor_languages(&all), n = 0;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/mentors/profile"), M_mentor_profile_save);
    struct str *chosen = ARENA_ARRAY(c->a, count, struct str);
    for (size_t i = 0; i < count; i++)
        if (p->languages.p != NULL && str_find(p->languages, str_printf(c->a, " %.*s ", STR_ARG(all[i].value)), NULL))
            chosen[n++] = all[i].value;
    form_add(f, (struct field){.name = "offers", .kind = FIELD_LONG_TEXT, .label = M_mentor_offers, .hint = M_mentor_offers_hint, .required = true, .max = 2000, .value = p->offers});
    form_add(f, (struct field){.name = "interests", .kind = FIELD_TEXT, .label = M_mentor_interests, .hint = M_mentor_interests_hint, .required = true, .max = 500, .value = p->interests});
    form_add(f, (struct field){.name = "languages", .kind = FIELD_MANY, .label = M_mentor_languages, .required = true, .choices = all, .choice_count = count, .values = chosen, .value_count = n});
    form_add(f, (struct field){.name = "availability", .kind = FIELD_TEXT, .label = M_mentor_availability, .hint = M_mentor_availability_hint, .max = 500, .value = p->availability});
    form_add(f, (struct field){.name = "capacity", .kind = FIELD_INT, .label = M_mentor_capacity, .hint = M_mentor_capacity_hint, .required = true, .min = 0, .max = MENTOR_CAPACITY_MAX, .value = str_printf(c->a, "%" PRId64, is_new ? 2 : p->capacity)});
    form_add(f, (struct field){.name = "away_until", .kind = FIELD_DAY, .label = M_mentor_away_field, .hint = M_mentor_away_hint, .value = is_away(c, is_new || p->away_until_day_null, p->away_until_day) ? form_day_value(f, p->away_until_day) : STR_NONE});
    form_add(f, (struct field){.name = "shown", .kind = FIELD_BOOL, .label = M_mentor_shown, .value = is_new || p->shown ? S("1") : STR_NONE});
    form_add_version(f, p->version);
    f->cancel = S("/mentors");
    return f;
}

static enum rc add_known(struct ctx *c, struct form *f, int64_t programme)
{
    struct choice *all;
    size_t count;
    struct rows_mentor_known_list rows;
    TRY(mentor_competency_choices(c, programme, &all, &count));
    TRY(sql_mentor_known_list(c->db, c->a, programme, c->who->person, &rows));
    struct str *chosen = ARENA_ARRAY(c->a, rows.n, struct str);
    for (size_t i = 0; i < rows.n; i++)
        chosen[i] = str_printf(c->a, "%" PRId64, rows.v[i].competency_id);
    if (count > 1) /* the first choice is "none" */
        form_add(f, (struct field){.name = "known", .kind = FIELD_MANY, .label = M_mentor_known_field, .hint = M_mentor_known_hint, .choices = all + 1, .choice_count = count - 1, .values = chosen, .value_count = rows.n});
    return RC_OK;
}

struct saving_profile {
    struct mentor_profile p;
    struct arena *a;
    int64_t today;
    int64_t *known;
    size_t known_count;
};

static enum rc save_profile(struct db *tx, void *arg, struct err *e)
{
    const struct saving_profile *s = arg;
    TRY(mentor_save_profile(tx, s->a, &s->p, s->today, e));
    return mentor_save_known(tx, s->p.programme, s->p.person, s->known, s->known_count, e);
}

enum rc mentor_own_profile(struct ctx *c)
{
    struct programme here;
    struct row_mentor_profile_of old;
    TRY(require_here(c, P_MENTOR_OFFER, &here));
    TRY(require_mentor(c, here.id));
    enum rc rc = sql_mentor_profile_of(c->db, c->a, here.id, c->who->person, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = profile_form(c, &old, rc == RC_NOT_FOUND);
    TRY(add_known(c, f, here.id));
    struct page page = below_list(c, tr(c, M_mentor_my_profile));
    struct str note = tr(c, M_mentor_profile_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, note, f);
    struct buf tags = buf_new(c->a, 64);
    const struct field *many = form_field(f, "languages");
    buf_z(&tags, " ");
    for (size_t i = 0; i < many->value_count; i++)
        buf_printf(&tags, "%.*s ", STR_ARG(many->values[i]));
    struct saving_profile s = {.a = c->a, .today = c->today};
    s.p = (struct mentor_profile){.programme = here.id, .person = c->who->person, .offers = form_text(f, "offers"), .interests = form_text(f, "interests"), .availability = form_text(f, "availability"), .languages = buf_text(&tags), .capacity = form_int(f, "capacity", 0), .away_until = INT64_MIN, .shown = form_bool(f, "shown"), .version = form_int(f, "version", 0)};
    (void)form_day(f, "away_until", &s.p.away_until);
    const struct field *known = form_field(f, "known");
    s.known_count = known != NULL ? known->value_count : 0;
    s.known = ARENA_ARRAY(c->a, s.known_count, int64_t);
    for (size_t i = 0; i < s.known_count; i++)
        (void)str_to_int(known->values[i], &s.known[i]);
    rc = ctx_write(c, save_profile, &s);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, S("/mentors"), M_mentor_profile_saved);
}

/* ---- what a mentee looks for ---------------------------------------------------------------------------------------------------- */

struct saving_wish {
    int64_t programme, person, version, now;
    struct str looks_for;
    bool wants;
};

static enum rc save_wish(struct db *tx, void *arg, struct err *e)
{
    const struct saving_wish *s = arg;
    return mentor_save_wish(tx, s->programme, s->person, s->version, s->looks_for, s->wants, s->now, e);
}

enum rc mentor_own_wish(struct ctx *c)
{
    struct programme here;
    struct row_mentor_wish_find old;
    TRY(require_here(c, P_MENTOR_ASK, &here));
    struct target own = {.holder = c->who->person};
    TRY(access_require(c, P_MENTOR_PAIR, &own)); /* what she looks for is read by the mentors she asks, and by her */
    enum rc rc = sql_mentor_wish_find(c->db, c->a, here.id, c->who->person, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/mentors/wish"), M_mentor_wish_save);
    form_add(f, (struct field){.name = "looks_for", .kind = FIELD_LONG_TEXT, .label = M_mentor_looks_for, .hint = M_mentor_looks_for_hint, .max = 2000, .value = old.looks_for});
    form_add(f, (struct field){.name = "wants", .kind = FIELD_BOOL, .label = M_mentor_wants, .hint = M_mentor_wants_hint, .value = rc == RC_OK && !old.wants_at_null ? S("1") : STR_NONE});
    form_add_version(f, old.version);
    f->cancel = S("/mentors");
    struct page page = below_list(c, tr(c, M_mentor_my_wish));
    struct str note = tr(c, M_mentor_wish_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, note, f);
    struct saving_wish s = {here.id, c->who->person, form_int(f, "version", 0), c->now, form_text(f, "looks_for"), form_bool(f, "wants")};
    rc = ctx_write(c, save_wish, &s);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, S("/mentors"), M_mentor_wish_saved);
}

/* ---- asking ----------------------------------------------------------------------------------------------------------------------- */

struct asking {
    struct arena *a;
    int64_t profile, mentee, today, now, pair;
    struct str words;
};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct asking *s = arg;
    return mentor_ask(tx, s->a, s->profile, s->mentee, s->words, s->today, s->now, &s->pair, e);
}

enum rc mentor_handle_ask(struct ctx *c)
{
    struct row_mentor_profile_find p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_mentor_profile_find(c->db, c->a, id, &p));
    struct target t = {.programme = p.programme_id};
    TRY(access_require(c, P_MENTOR_ASK, &t));
    if (!p.shown)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/mentors/%" PRId64 "/ask", p.id), M_mentor_ask_button);
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_mentor_ask_words, .hint = M_mentor_ask_hint, .required = true, .max = 2000, .no_draft = true});
    f->cancel = mentor_path(c, "/mentors/", p.id);
    struct msg_arg name = MSG_TEXT("name", p.display_name);
    struct page page = below_list(c, tr_args(c, M_mentor_ask_title, &name, 1));
    struct str note = tr(c, M_mentor_ask_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, note, f);
    struct asking s = {.a = c->a, .profile = p.id, .mentee = c->who->person, .today = c->today, .now = c->now, .words = form_text(f, "words")};
    enum rc rc = ctx_write(c, ask, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, mentor_path(c, "/pairs/", s.pair), M_mentor_asked);
}
