/* Who in the file is who in the site, and what the file would change about people: the first half of a plan (see import.h). Everybody
 * is loaded once into tables in memory; there is no statement for a row. Where they belong is compared in places.c. */
#include "auth/session.h"
#include "base/utf8.h"
#include "campus/roster/inside.h"
#include "gen/msg_import.h"

/* ---- problems -------------------------------------------------------------------------------------------------------------- */

struct column_name {
    const char *csv, *file, *column; /* plain table; OneRoster's file and column */
};

static const struct column_name columns[] = {
    [SAID_ID] = {"id", "users.csv", "sourcedId"},
    [SAID_USER] = {"id", "enrollments.csv", "userSourcedId"},
    [SAID_NAME] = {"family_name", "users.csv", "familyName"},
    [SAID_EMAIL] = {"email", "users.csv", "email"},
    [SAID_LANGUAGE] = {"language", "users.csv", ""},
    [SAID_PROFESSION] = {"profession", "users.csv", ""},
    [SAID_MAIN_ROLE] = {"role", "users.csv", "role"},
    [SAID_ROLE] = {"role", "enrollments.csv", "role"},
    [SAID_COHORT] = {"cohort", "enrollments.csv", "classSourcedId"},
    [SAID_STAGE] = {"stage", "enrollments.csv", "userSourcedId"}, /* whose grades, or her class's, say it */
    [SAID_HOME] = {"cohort", "users.csv", "sourcedId"},
    [SAID_GROUP] = {"group", "enrollments.csv", "classSourcedId"},
    [SAID_START] = {"start", "enrollments.csv", "beginDate"},
    [SAID_END] = {"end", "enrollments.csv", "endDate"},
};

static bool plain(const struct comparing *c)
{
    return c->roster->format == ROSTER_PLAIN_CSV;
}

void roster_wrong(struct comparing *c, size_t row, enum said_column column, msg_id msg, struct str detail)
{
    const struct column_name *n = &columns[column];
    problems_add(c->p, plain(c) ? c->file : str_from(n->file), row, str_from(plain(c) ? n->csv : n->column), msg, "%.*s", STR_ARG(detail));
}

void roster_warn(struct comparing *c, size_t row, enum said_column column, msg_id msg, struct str detail)
{
    const struct column_name *n = &columns[column];
    problems_warn(c->p, plain(c) ? c->file : str_from(n->file), row, str_from(plain(c) ? n->csv : n->column), msg, "%.*s",
                  STR_ARG(detail));
}

/* ---- what is there ----------------------------------------------------------------------------------------------------------- */

static void *room(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    size_t more = *cap != 0 ? *cap * 2 : 256;
    v = arena_grow(a, v, *cap * size, more * size);
    *cap = more;
    return v;
}

static struct known *known_of(const struct comparing *c, int64_t person)
{
    size_t from = 0, to = c->known_count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (c->known[at]->person == person)
            return c->known[at];
        if (c->known[at]->person < person)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static bool was_brought(const struct comparing *c, int64_t person)
{
    return c->brought_count != 0 && bsearch(&person, c->brought, c->brought_count, sizeof person, by_number) != NULL;
}

static struct str keep(struct arena *a, struct str s)
{
    return s.p != NULL ? str_dup(a, s) : STR_NONE;
}

static struct known *add_known(struct comparing *c, const struct person_known *p)
{
    struct known *k = ARENA_NEW(c->a, struct known);
    *k = (struct known){.person = p->person,
                        .sourced_id = keep(c->a, p->sourced_id),
                        .d = {.given_name = keep(c->a, p->given_name),
                              .family_name = keep(c->a, p->family_name),
                              .display_name = keep(c->a, p->display_name),
                              .email = keep(c->a, p->email),
                              .language = keep(c->a, p->language),
                              .zone = keep(c->a, p->zone),
                              .profession = keep(c->a, p->profession)}};
    c->known = room(c->a, c->known, c->known_count, &c->known_cap, sizeof *c->known);
    c->known[c->known_count++] = k;
    return k;
}

/* Most of the people of a large site are not in the file: they cost two looks into its tables and no memory. They come by number,
 * once for each id. */
static enum rc take_known(void *arg, const struct person_known *p)
{
    struct comparing *c = arg;
    size_t by_id = p->sourced_id.p != NULL ? strmap_get(&c->ids, p->sourced_id) : STRMAP_NONE;
    size_t by_email = p->email_key.p != NULL ? strmap_get(&c->emails, p->email_key) : STRMAP_NONE;
    struct known *k = c->known_count != 0 ? c->known[c->known_count - 1] : NULL;
    bool again = k != NULL && k->person == p->person;
    if (by_id == STRMAP_NONE && by_email == STRMAP_NONE && (again || !was_brought(c, p->person)))
        return RC_OK;
    if (!again)
        k = add_known(c, p);
    k->missing = by_id == STRMAP_NONE && by_email == STRMAP_NONE;
    if (by_id != STRMAP_NONE)
        c->of_id[by_id] = k;
    if (by_email != STRMAP_NONE)
        c->of_email[by_email] = k;
    return RC_OK;
}

static void take_other(void *arg, int64_t person, const struct grant *g)
{
    struct comparing *c = arg;
    struct known *k = known_of(c, person);
    if (k == NULL)
        return;
    c->others = room(c->a, c->others, c->other_count, &c->other_cap, sizeof *c->others);
    c->others[c->other_count] = (struct other_grant){*g, k->other};
    k->other = (uint32_t)++c->other_count;
}

/* Each person's rows of the roll, as chains. */
static void chain_roll(struct comparing *c)
{
    struct programme_roll *r = &c->roll;
    struct known *k;
    c->member_next = ARENA_ARRAY(c->a, r->member_count, uint32_t);
    c->seat_next = ARENA_ARRAY(c->a, r->group_member_count, uint32_t);
    c->grant_next = ARENA_ARRAY(c->a, r->grant_count, uint32_t);
    for (size_t i = 0; i < r->member_count; i++)
        if ((k = known_of(c, r->members[i].person)) != NULL) {
            c->member_next[i] = k->member;
            k->member = (uint32_t)i + 1;
        }
    for (size_t i = 0; i < r->group_member_count; i++)
        if ((k = known_of(c, r->group_members[i].person)) != NULL) {
            c->seat_next[i] = k->seat;
            k->seat = (uint32_t)i + 1;
        }
    for (size_t i = 0; i < r->grant_count; i++)
        if ((k = known_of(c, r->grants[i].person)) != NULL) {
            c->grant_next[i] = k->grant;
            k->grant = (uint32_t)i + 1;
        }
}

static void list_brought(struct comparing *c)
{
    const struct programme_roll *r = &c->roll;
    c->brought = ARENA_ARRAY(c->a, r->member_count, int64_t);
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].of_source && !r->members[i].closed && r->members[i].end_day > c->o->today)
            c->brought[c->brought_count++] = r->members[i].person;
    if (c->brought_count != 0)
        qsort(c->brought, c->brought_count, sizeof *c->brought, by_number);
}

static void list_said(struct comparing *c)
{
    const struct roster *r = c->roster;
    c->of_id = ARENA_ARRAY(c->a, r->count, struct known *);
    c->of_email = ARENA_ARRAY(c->a, r->count, struct known *);
    for (size_t i = 0; i < r->count; i++) {
        strmap_add(&c->ids, r->people[i].id, i);
        if (!str_empty(r->people[i].email))
            strmap_add(&c->emails, email_key(c->a, r->people[i].email), i);
    }
}

static enum rc load(struct comparing *c)
{
    list_said(c);
    TRY(programme_roll(c->db, c->a, c->programme, ROSTER_SOURCE, &c->roll));
    if (!c->roster->partial)
        list_brought(c);
    TRY(people_each(c->db, c->a, ROSTER_SOURCE, take_known, c));
    chain_roll(c);
    if (c->o->who != NULL)
        TRY(programme_each_other_grant(c->db, c->a, c->programme, c->o->today, take_other, c));
    return RC_OK;
}

/* ---- people -------------------------------------------------------------------------------------------------------------------- */

static uint32_t add_person(struct comparing *c, const struct known *k, const struct roster_person *said)
{
    struct roster_plan *plan = c->plan;
    struct roster_person_plan *p = &plan->people[plan->people_count];
    *p = (struct roster_person_plan){.sourced_id = said != NULL ? said->id : S(""), .row = said != NULL ? said->row : 0};
    if (k != NULL) {
        p->id = k->person;
        p->before = &k->d;
        p->name = k->d.display_name;
    }
    return (uint32_t)plan->people_count++;
}

struct roster_step *roster_step_add(struct comparing *c, enum roster_act act, uint32_t person, size_t row)
{
    struct roster_plan *plan = c->plan;
    plan->steps = room(c->a, plan->steps, plan->step_count, &c->step_cap, sizeof *plan->steps);
    struct roster_step *s = &plan->steps[plan->step_count++];
    *s = (struct roster_step){.act = act, .person = person, .row = row, .unit = ROSTER_NONE, .from = ROSTER_NONE};
    plan->counts[act]++;
    return s;
}

/* The language as Cadre writes it; one that it does not speak is told once and left out. */
static struct str language_of(struct comparing *c, const struct roster_person *said)
{
    if (str_empty(said->language))
        return STR_NONE;
    struct str tag = lang_tag(lang_find(said->language));
    if (str_eq_nocase(tag, said->language))
        return tag;
    if (strmap_add(&c->languages_told, said->language, 0) == STRMAP_NONE)
        roster_warn(c, said->row, SAID_LANGUAGE, M_import_language_unknown, said->language);
    return STR_NONE;
}

/* The same for the profession. */
static struct str profession_of(struct comparing *c, const struct roster_person *said)
{
    struct str word;
    if (str_empty(said->profession))
        return STR_NONE;
    if (people_find_profession(c->scratch, said->profession, &word))
        return word;
    if (strmap_add(&c->professions_told, said->profession, 0) == STRMAP_NONE)
        roster_warn(c, said->row, SAID_PROFESSION, M_import_profession_unknown, said->profession);
    return STR_NONE;
}

/* Another address is where her sign-in links go from now on: only from whom she could have got no more than he may himself. */
static bool may_change_email(struct comparing *c, const struct known *k)
{
    if (c->o->who == NULL)
        return true;
    size_t n = 0;
    for (uint32_t i = k->other; i != 0; i = c->others[i - 1].next)
        n++;
    struct grant *grants = ARENA_ARRAY(c->scratch, n, struct grant);
    n = 0;
    for (uint32_t i = k->other; i != 0; i = c->others[i - 1].next)
        grants[n++] = c->others[i - 1].g;
    return people_covers(c->o->who, grants, n);
}

static bool differs(struct str said, struct str is)
{
    return !str_empty(said) && !str_eq(said, is);
}

/* Makes of what is known (*d, empty for somebody new) what the file says; gives the fields that change. */
static unsigned compare_details(struct comparing *c, const struct roster_person *said, const struct known *k, struct person_details *d)
{
    struct str language = language_of(c, said), profession = profession_of(c, said);
    unsigned fields = 0;
    bool names = !str_empty(said->given_name) || !str_empty(said->family_name);
    bool own_display = k != NULL && !str_eq(d->display_name, people_full_name(c->scratch, d->given_name, d->family_name));
    if (names && !str_eq(said->given_name, d->given_name))
        fields |= ROSTER_GIVEN_NAME;
    if (names && !str_eq(said->family_name, d->family_name))
        fields |= ROSTER_FAMILY_NAME;
    if (fields != 0 || k == NULL) {
        d->given_name = said->given_name;
        d->family_name = said->family_name;
        if (!own_display)
            d->display_name = S("");
    }
    if (differs(said->email, d->email)) {
        if (k == NULL || may_change_email(c, k)) {
            d->email = said->email;
            fields |= ROSTER_EMAIL;
        } else {
            roster_warn(c, said->row, SAID_EMAIL, M_import_email_kept, k->d.display_name);
        }
    }
    if (differs(language, d->language)) {
        d->language = language;
        fields |= ROSTER_LANGUAGE;
    }
    if (differs(profession, d->profession)) {
        d->profession = profession;
        fields |= ROSTER_PROFESSION;
    }
    return fields;
}

/* Whom the row speaks of: false where that is a problem. *k NULL: somebody new. */
static bool find_person(struct comparing *c, size_t at, struct known **k, bool *linked)
{
    const struct roster_person *said = &c->roster->people[at];
    struct known *by_id = c->of_id[at], *by_email = c->of_email[at];
    *linked = by_id == NULL && by_email != NULL;
    *k = by_id != NULL ? by_id : by_email;
    if (by_email != NULL && by_email != by_id && (by_id != NULL || !str_empty(by_email->sourced_id))) {
        roster_wrong(c, said->row, SAID_EMAIL, M_import_email_of_other,
                     str_empty(by_email->sourced_id) ? by_email->d.display_name : by_email->sourced_id);
        return false;
    }
    if (*k != NULL && (*k)->said) {
        roster_wrong(c, said->row, SAID_ID, M_import_same_person, (*k)->d.display_name);
        return false;
    }
    if (*k == NULL && said->reference) {
        roster_wrong(c, said->row, SAID_USER, M_import_reference_unknown, said->id);
        return false;
    }
    return true;
}

/* What people_check has against the details, with its column. */
static bool check_details(struct comparing *c, const struct roster_person *said, const struct person_details *d)
{
    struct err e = {0};
    if (people_check(c->scratch, d, &e) == RC_OK)
        return true;
    enum said_column column = strcmp(e.field, "email") == 0 ? SAID_EMAIL : strcmp(e.field, "language") == 0 ? SAID_LANGUAGE : SAID_NAME;
    roster_wrong(c, said->row, column, e.msg, S(""));
    return false;
}

/* Which of the four she is, by the steps that were made since. */
static void sum_up(struct comparing *c, bool is_new, size_t from)
{
    struct roster_plan *plan = c->plan;
    bool ended = false;
    for (size_t i = from; i < plan->step_count; i++)
        ended = ended || plan->steps[i].act == ROSTER_MEMBER_END;
    if (is_new)
        plan->added++;
    else if (ended)
        plan->ended++;
    else if (plan->step_count != from)
        plan->changed++;
    else
        plan->unchanged++;
}

static void compare_active(struct comparing *c, const struct roster_person *said, const struct known *k, bool linked, uint32_t at, size_t said_at)
{
    struct roster_person_plan *p = &c->plan->people[at];
    struct person_details d = k != NULL ? k->d : (struct person_details){0};
    unsigned fields = compare_details(c, said, k, &d);
    if (k == NULL || fields != 0) {
        if (!check_details(c, said, &d))
            return;
        if (str_empty(d.display_name))
            p->name = str_dup(c->a, people_full_name(c->scratch, d.given_name, d.family_name));
        p->after = ARENA_NEW(c->a, struct person_details);
        *p->after = d;
    }
    if (k == NULL)
        roster_step_add(c, ROSTER_PERSON_ADD, at, said->row);
    if (linked)
        roster_step_add(c, ROSTER_PERSON_LINK, at, said->row);
    if (k != NULL && fields != 0)
        roster_step_add(c, ROSTER_PERSON_CHANGE, at, said->row)->fields = fields;
    roster_compare_places(c, said, k, at, said_at);
}

static void compare_person(struct comparing *c, size_t person, size_t said_at)
{
    const struct roster_person *said = &c->roster->people[person];
    struct known *k;
    bool linked;
    if (!find_person(c, person, &k, &linked))
        return;
    if (k != NULL)
        k->said = true;
    if (k == NULL && said->standing != ROSTER_ACTIVE)
        return; /* gone before she came */
    size_t from = c->plan->step_count;
    uint32_t at = add_person(c, k, said);
    if (said->standing == ROSTER_ACTIVE)
        compare_active(c, said, k, linked, at, said_at);
    else
        roster_end_places(c, k, at, said->row, false);
    sum_up(c, k == NULL, from);
}

/* Whom an earlier roster brought, who is in the programme still, and whom this whole one does not name. */
static void compare_missing(struct comparing *c)
{
    for (size_t i = 0; i < c->known_count; i++) {
        const struct known *k = c->known[i];
        if (!k->missing)
            continue;
        c->plan->missing++;
        if (c->o->end_missing) {
            size_t from = c->plan->step_count;
            roster_end_places(c, k, add_person(c, k, NULL), 0, true);
            sum_up(c, false, from);
        }
    }
}

/* ---- the plan ------------------------------------------------------------------------------------------------------------------- */

/* Only units that something happens in are made. */
static void mark_used(struct roster_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct roster_step *s = &plan->steps[i];
        bool group = s->act == ROSTER_GROUP_JOIN || s->act == ROSTER_GROUP_CHANGE || s->act == ROSTER_GROUP_LEAVE;
        if (s->unit == ROSTER_NONE)
            continue;
        uint32_t cohort = group ? plan->groups[s->unit].cohort : s->unit;
        if (group)
            plan->groups[s->unit].used = true;
        if (cohort != ROSTER_NONE)
            plan->cohorts[cohort].used = true;
    }
    for (size_t i = 0; i < plan->cohort_count; i++)
        plan->cohorts_new += plan->cohorts[i].id == 0 && plan->cohorts[i].used;
    for (size_t i = 0; i < plan->group_count; i++)
        plan->groups_new += plan->groups[i].id == 0 && plan->groups[i].used;
}

static void compare(struct comparing *c)
{
    const struct roster *r = c->roster;
    size_t said_at = 0;
    size_t people = r->count + (c->o->end_missing ? c->brought_count : 0);
    c->step_cap = people * 3; /* memory that is not used costs nothing */
    c->plan->steps = arena_alloc_raw(c->a, c->step_cap * sizeof *c->plan->steps);
    c->plan->people = arena_alloc_raw(c->a, people * sizeof *c->plan->people);
    roster_units_known(c);
    roster_units_said(c);
    for (size_t i = 0; i < r->count; i++) {
        compare_person(c, i, said_at);
        said_at += r->people[i].membership_count;
        arena_reset(c->scratch);
    }
    if (!r->partial)
        compare_missing(c);
    else if (c->o->end_missing)
        roster_warn(c, 0, SAID_ID, M_import_partial, S(""));
    if (c->homeless != 0)
        roster_warn(c, c->homeless_row, SAID_HOME, M_import_homeless, str_printf(c->scratch, "%zu", c->homeless));
    mark_used(c->plan);
}

/* Units are looked at before people: by row again, where there is one file. */
static void order_problems(struct problems *p)
{
    for (size_t i = 1; i < p->kept; i++) {
        struct problem x = p->items[i];
        size_t k = i;
        for (; k > 0 && p->items[k - 1].row > x.row; k--)
            p->items[k] = p->items[k - 1];
        p->items[k] = x;
    }
}

enum rc roster_plan_make(struct db *db, struct arena *a, int64_t programme, struct str file, struct str bytes,
                         const struct roster_options *o, struct roster_plan *plan, struct problems *p, struct err *e)
{
    struct roster *roster = NULL;
    *plan = (struct roster_plan){0};
    TRY(roster_read(a, file, bytes, &roster, p, e));
    if (p->errors != 0 || roster == NULL)
        return RC_OK;
    struct comparing c = {.a = a,
                          .db = db,
                          .programme = programme,
                          .file = file,
                          .o = o,
                          .p = p,
                          .roster = roster,
                          .plan = plan,
                          .ids = strmap_new(a),
                          .emails = strmap_new(a),
                          .languages_told = strmap_new(a),
                          .professions_told = strmap_new(a),
                          .grants_all = o->who == NULL || access_in_programme(o->who, P_ROLE_GRANT, programme)};
    plan->format = roster->format;
    plan->partial = roster->partial;
    enum rc rc = load(&c);
    if (rc != RC_OK)
        return rc;
    c.scratch = arena_new(0);
    compare(&c);
    arena_free(c.scratch);
    if (roster->format == ROSTER_PLAIN_CSV)
        order_problems(p);
    return RC_OK;
}
