/* From the tables of a OneRoster bundle to the common roster: references are followed and checked, terms become
 * cohorts, classes groups, enrolments memberships. See oneroster.h. */
#include "base/strmap.h"
#include "campus/roster/oneroster.h"
#include "gen/msg_roster.h"

#define MAX_PARENTS 16 /* of an academic session: term, semester, school year, and room for the strange */

struct maker {
    struct arena *a;
    const struct oneroster *o;
    struct problems *p;
    struct roster *roster;
    struct strmap ids[ONEROSTER_FILES];
    struct strmap people;   /* id -> index in roster->people */
    size_t *memberships_of; /* for each enrolment the index of its person, SIZE_MAX: left out */
};

#define FILL(file, array)                                                                                              \
    for (size_t i = 0; i < m->o->counts[file]; i++)                                                                    \
    strmap_add(&m->ids[file], m->o->array[i].record.sourced_id, i)

static void index_tables(struct maker *m)
{
    for (int f = 0; f < ONEROSTER_FILES; f++)
        m->ids[f] = strmap_new(m->a);
    FILL(ONEROSTER_ORGS, orgs);
    FILL(ONEROSTER_SESSIONS, sessions);
    FILL(ONEROSTER_COURSES, courses);
    FILL(ONEROSTER_CLASSES, classes);
    FILL(ONEROSTER_USERS, users);
}

/* Is the record there? What a delta does not hold may have come before; what is not there in bulk is told. */
static bool check(struct maker *m, enum oneroster_file from, size_t row, const char *column, enum oneroster_file to,
                  struct str id)
{
    if (str_empty(id) || strmap_get(&m->ids[to], id) != STRMAP_NONE || m->o->modes[to] == ONEROSTER_DELTA)
        return true;
    bool earlier = m->o->modes[from] == ONEROSTER_DELTA && m->o->modes[to] == ONEROSTER_ABSENT;
    if (earlier)
        return true;
    problems_warn(m->p, oneroster_file_name(from), row, str_from(column), M_roster_dangling, "%.*s", STR_ARG(id));
    return false;
}

static void check_list(struct maker *m, enum oneroster_file from, size_t row, const char *column,
                       enum oneroster_file to, struct oneroster_list ids)
{
    for (size_t i = 0; i < ids.count; i++)
        check(m, from, row, column, to, ids.items[i]);
}

static void check_references(struct maker *m)
{
    const struct oneroster *o = m->o;
    for (size_t i = 0; i < o->counts[ONEROSTER_ORGS]; i++)
        check(m, ONEROSTER_ORGS, o->orgs[i].record.row, "parentSourcedId", ONEROSTER_ORGS, o->orgs[i].parent);
    for (size_t i = 0; i < o->counts[ONEROSTER_SESSIONS]; i++)
        check(m, ONEROSTER_SESSIONS, o->sessions[i].record.row, "parentSourcedId", ONEROSTER_SESSIONS,
              o->sessions[i].parent);
    for (size_t i = 0; i < o->counts[ONEROSTER_COURSES]; i++) {
        const struct oneroster_course *c = &o->courses[i];
        check(m, ONEROSTER_COURSES, c->record.row, "orgSourcedId", ONEROSTER_ORGS, c->org);
        check(m, ONEROSTER_COURSES, c->record.row, "schoolYearSourcedId", ONEROSTER_SESSIONS, c->session);
    }
    for (size_t i = 0; i < o->counts[ONEROSTER_CLASSES]; i++) {
        const struct oneroster_class *c = &o->classes[i];
        check(m, ONEROSTER_CLASSES, c->record.row, "courseSourcedId", ONEROSTER_COURSES, c->course);
        check(m, ONEROSTER_CLASSES, c->record.row, "schoolSourcedId", ONEROSTER_ORGS, c->school);
        check_list(m, ONEROSTER_CLASSES, c->record.row, "termSourcedIds", ONEROSTER_SESSIONS, c->terms);
    }
    for (size_t i = 0; i < o->counts[ONEROSTER_USERS]; i++) {
        const struct oneroster_user *u = &o->users[i];
        check_list(m, ONEROSTER_USERS, u->record.row, "orgSourcedIds", ONEROSTER_ORGS, u->orgs);
        check(m, ONEROSTER_USERS, u->record.row, "primaryOrgSourcedId", ONEROSTER_ORGS, u->primary_org);
    }
}

/* The role for a word; an unknown word is told and gives none. */
static bool map_role(struct maker *m, enum oneroster_file file, size_t row, struct str word, bool *has_role,
                     enum role *role)
{
    *has_role = false;
    if (str_empty(word) || roster_role_from_oneroster(word, has_role, role))
        return true;
    problems_warn(m->p, oneroster_file_name(file), row, S("role"), M_roster_unknown_role, "%.*s", STR_ARG(word));
    return false;
}

static void add_person(struct maker *m, struct roster_person person)
{
    strmap_add(&m->people, person.id, m->roster->count);
    m->roster->people[m->roster->count++] = person;
}

static struct str first_said(struct str preferred, struct str otherwise)
{
    return str_empty(preferred) ? otherwise : preferred;
}

static void make_person(struct maker *m, const struct oneroster_user *u)
{
    const struct str file = oneroster_file_name(ONEROSTER_USERS);
    struct roster_person person = {
        .id = u->record.sourced_id,
        .given_name = first_said(u->preferred_given_name, u->given_name),
        .family_name = first_said(u->preferred_family_name, u->family_name),
        .email = u->email,
        .username = u->username,
        .language = S(""),
        .profession = S(""),
        .source_role = u->role,
        .standing = u->record.standing,
        .row = u->record.row,
    };
    if (person.standing == ROSTER_ACTIVE && str_eq_nocase(u->enabled, S("false")))
        person.standing = ROSTER_INACTIVE;
    map_role(m, ONEROSTER_USERS, u->record.row, u->role, &person.has_role, &person.role);
    if (person.standing != ROSTER_REMOVED && str_empty(person.given_name) && str_empty(person.family_name))
        problems_add(m->p, file, u->record.row, S("familyName"), M_roster_no_name, "%.*s", STR_ARG(person.id));
    if (!str_empty(person.email) && !roster_email_ok(person.email)) {
        problems_warn(m->p, file, u->record.row, S("email"), M_roster_email_dropped, "%.*s", STR_ARG(person.email));
        person.email = S("");
    } else if (str_empty(person.email) && person.standing == ROSTER_ACTIVE) {
        problems_warn(m->p, file, u->record.row, S("email"), M_roster_email_missing, "%.*s", STR_ARG(person.id));
    }
    add_person(m, person);
}

/* Roles of 1.2 stand in a table of their own; the primary one is the person's, else the first that is active. */
static void apply_roles(struct maker *m)
{
    const struct oneroster *o = m->o;
    bool *has_primary = ARENA_ARRAY(m->a, m->roster->count, bool);
    for (size_t i = 0; i < o->counts[ONEROSTER_ROLES]; i++) {
        const struct oneroster_role *r = &o->roles[i];
        check(m, ONEROSTER_ROLES, r->record.row, "orgSourcedId", ONEROSTER_ORGS, r->org);
        if (!check(m, ONEROSTER_ROLES, r->record.row, "userSourcedId", ONEROSTER_USERS, r->user)) {
            m->roster->skipped++;
            continue;
        }
        size_t owner = strmap_get(&m->people, r->user);
        bool has_role, primary = str_eq_nocase(r->type, S("primary"));
        enum role role = ROLE_TRAINEE;
        if (!map_role(m, ONEROSTER_ROLES, r->record.row, r->role, &has_role, &role) || owner == STRMAP_NONE ||
            r->record.standing != ROSTER_ACTIVE)
            continue;
        struct roster_person *person = &m->roster->people[owner];
        if (!str_empty(person->source_role) && (!primary || has_primary[owner]))
            continue;
        person->source_role = r->role;
        person->has_role = has_role;
        person->role = role;
        has_primary[owner] = has_primary[owner] || primary;
    }
}

static const struct oneroster_session *find_session(const struct maker *m, struct str id)
{
    size_t i = strmap_get(&m->ids[ONEROSTER_SESSIONS], id);
    return i != STRMAP_NONE ? &m->o->sessions[i] : NULL;
}

/* The school year above the class's first known term, the course's where the class has none. */
static struct roster_unit school_year(const struct maker *m, const struct oneroster_class *c,
                                      const struct oneroster_course *course)
{
    const struct oneroster_session *s = NULL;
    for (size_t i = 0; i < c->terms.count && s == NULL; i++)
        s = find_session(m, c->terms.items[i]);
    if (s == NULL && course != NULL)
        s = find_session(m, course->session);
    for (int up = 0; s != NULL && up < MAX_PARENTS && !str_eq_nocase(s->type, S("schoolYear")); up++) {
        const struct oneroster_session *parent = find_session(m, s->parent);
        if (parent == NULL)
            break;
        s = parent;
    }
    return s != NULL ? (struct roster_unit){s->record.sourced_id, s->title} : (struct roster_unit){S(""), S("")};
}

/* Days of an enrolment that says none: from the first term's first day to the last term's last. */
static void term_days(const struct maker *m, const struct oneroster_class *c, int64_t *start, int64_t *end)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < c->terms.count; i++) {
        const struct oneroster_session *s = find_session(m, c->terms.items[i]);
        if (s == NULL)
            continue;
        if (s->start_day != ROSTER_NO_START && s->start_day < first)
            first = s->start_day;
        if (s->end_day > last)
            last = s->end_day;
    }
    if (*start == ROSTER_NO_START && first != INT64_MAX)
        *start = first;
    if (*end == ROSTER_NO_END && last != INT64_MIN)
        *end = last;
}

static struct str first_of(struct oneroster_list l)
{
    return l.count != 0 ? l.items[0] : S("");
}

static struct roster_membership make_membership(struct maker *m, const struct oneroster_enrollment *e)
{
    struct roster_membership x = {
        .source_role = e->role,
        .cohort = {S(""), S("")},
        .group = {e->class_id, S("")},
        .course = {S(""), S("")},
        .stage = S(""),
        .start_day = e->start_day,
        .end_day = e->end_day,
        .standing = e->record.standing,
        .source_id = e->record.sourced_id,
        .row = e->record.row,
    };
    map_role(m, ONEROSTER_ENROLLMENTS, e->record.row, e->role, &x.has_role, &x.role);
    size_t at = strmap_get(&m->ids[ONEROSTER_CLASSES], e->class_id);
    if (at != STRMAP_NONE) {
        const struct oneroster_class *c = &m->o->classes[at];
        size_t course_at = strmap_get(&m->ids[ONEROSTER_COURSES], c->course);
        const struct oneroster_course *course = course_at != STRMAP_NONE ? &m->o->courses[course_at] : NULL;
        x.group = (struct roster_unit){c->record.sourced_id, c->title};
        if (course != NULL)
            x.course = (struct roster_unit){course->record.sourced_id, course->title};
        x.cohort = school_year(m, c, course);
        x.stage = first_of(c->grades);
        term_days(m, c, &x.start_day, &x.end_day);
        if (x.standing == ROSTER_ACTIVE && c->record.standing != ROSTER_ACTIVE)
            x.standing = c->record.standing;
    }
    size_t user = strmap_get(&m->ids[ONEROSTER_USERS], e->user);
    if (user != STRMAP_NONE && m->o->users[user].grades.count != 0)
        x.stage = m->o->users[user].grades.items[0];
    if (x.end_day < x.start_day) {
        if (x.end_day < x.start_day - 1)
            problems_add(m->p, oneroster_file_name(ONEROSTER_ENROLLMENTS), e->record.row, S("endDate"),
                         M_roster_end_before_start, NULL);
        x.end_day = x.start_day; /* an exclusive end on the first day: one day */
    }
    return x;
}

/* Whom each enrolment belongs to. Enrolments that point nowhere are told and left out. */
static void find_owners(struct maker *m)
{
    const struct oneroster *o = m->o;
    for (size_t i = 0; i < o->counts[ONEROSTER_ENROLLMENTS]; i++) {
        const struct oneroster_enrollment *e = &o->enrollments[i];
        m->memberships_of[i] = SIZE_MAX;
        if (str_empty(e->user) || str_empty(e->class_id)) {
            problems_warn(m->p, oneroster_file_name(ONEROSTER_ENROLLMENTS), e->record.row,
                          str_empty(e->user) ? S("userSourcedId") : S("classSourcedId"), M_roster_dangling, NULL);
            m->roster->skipped++;
            continue;
        }
        check(m, ONEROSTER_ENROLLMENTS, e->record.row, "schoolSourcedId", ONEROSTER_ORGS, e->school);
        bool user_there = check(m, ONEROSTER_ENROLLMENTS, e->record.row, "userSourcedId", ONEROSTER_USERS, e->user);
        bool class_there =
            check(m, ONEROSTER_ENROLLMENTS, e->record.row, "classSourcedId", ONEROSTER_CLASSES, e->class_id);
        if (!user_there || !class_there) {
            m->roster->skipped++;
            continue;
        }
        if (strmap_get(&m->people, e->user) == STRMAP_NONE)
            add_person(m, (struct roster_person){.id = e->user,
                                                 .given_name = S(""),
                                                 .family_name = S(""),
                                                 .email = S(""),
                                                 .username = S(""),
                                                 .language = S(""),
                                                 .profession = S(""),
                                                 .source_role = S(""),
                                                 .reference = true,
                                                 .row = e->record.row});
        m->memberships_of[i] = strmap_get(&m->people, e->user);
        m->roster->people[m->memberships_of[i]].membership_count++;
        m->roster->membership_count++;
    }
}

static void make_memberships(struct maker *m)
{
    struct roster_membership *at = ARENA_ARRAY(m->a, m->roster->membership_count, struct roster_membership);
    for (size_t i = 0; i < m->roster->count; i++) {
        struct roster_person *person = &m->roster->people[i];
        person->memberships = at;
        at += person->membership_count;
        person->membership_count = 0;
    }
    for (size_t i = 0; i < m->o->counts[ONEROSTER_ENROLLMENTS]; i++) {
        if (m->memberships_of[i] == SIZE_MAX)
            continue;
        struct roster_person *person = &m->roster->people[m->memberships_of[i]];
        person->memberships[person->membership_count++] = make_membership(m, &m->o->enrollments[i]);
    }
}

struct roster *oneroster_roster(struct arena *a, const struct oneroster *o, struct problems *p)
{
    struct maker m = {.a = a, .o = o, .p = p, .roster = ARENA_NEW(a, struct roster), .people = strmap_new(a)};
    size_t enrollments = o->counts[ONEROSTER_ENROLLMENTS], users = o->counts[ONEROSTER_USERS];
    m.roster->format = o->format;
    m.roster->partial =
        o->modes[ONEROSTER_USERS] != ONEROSTER_BULK || o->modes[ONEROSTER_ENROLLMENTS] == ONEROSTER_DELTA;
    m.roster->people = ARENA_ARRAY(a, users + enrollments, struct roster_person);
    m.memberships_of = ARENA_ARRAY(a, enrollments, size_t);
    index_tables(&m);
    check_references(&m);
    for (size_t i = 0; i < users; i++)
        make_person(&m, &o->users[i]);
    roster_check_emails(m.roster, a, oneroster_file_name(ONEROSTER_USERS), false, M_roster_email_shared, p);
    apply_roles(&m);
    find_owners(&m);
    make_memberships(&m);
    return m.roster;
}
