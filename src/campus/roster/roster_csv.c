/* The plain table: see roster_csv.h. */
#include "campus/roster/roster_csv.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_roster.h"

#define MAX_TEXT 200  /* characters of a name, cohort, group */
#define MAX_GROUPS 20 /* in one field */
#define MAX_ROOM 200000 /* rows; more make room as they come */

enum {
    COL_ID,
    COL_GIVEN,
    COL_FAMILY,
    COL_EMAIL,
    COL_ROLE,
    COL_COHORT,
    COL_STAGE,
    COL_GROUP,
    COL_START,
    COL_END,
    COL_LANGUAGE,
    COL_PROFESSION,
    COL_COUNT
};

static const char *const column_names[COL_COUNT][8] = {
    [COL_ID] = {"id", "person_id", "student_id", "institution_id", "external_id", "matriculation_number", "sourcedid"},
    [COL_GIVEN] = {"given_name", "first_name", "forename", "givenname", "firstname", "given_names"},
    [COL_FAMILY] = {"family_name", "last_name", "surname", "familyname", "lastname"},
    [COL_EMAIL] = {"email", "e_mail", "mail", "email_address", "e_mail_address"},
    [COL_ROLE] = {"role"},
    [COL_COHORT] = {"cohort", "intake", "class_of"},
    [COL_STAGE] = {"stage", "year", "level", "grade"},
    [COL_GROUP] = {"group", "groups", "team"},
    [COL_START] = {"start", "start_date", "start_day", "begin_date", "from"},
    [COL_END] = {"end", "end_date", "end_day", "until"},
    [COL_LANGUAGE] = {"language", "lang", "locale"},
    [COL_PROFESSION] = {"profession", "occupation", "discipline"},
};

struct reader {
    struct arena *a;
    struct csv *csv;
    struct csv_row row;
    int columns[COL_COUNT];
    struct roster *roster;
    size_t people_cap;
    struct strmap by_id;
    /* memberships in the file's order with the person each belongs to; handed out to the people at the end */
    struct roster_membership *memberships;
    size_t *owners;
    size_t membership_cap;
};

/* "Given-Name" and "given name" are given_name. */
static struct str plain_name(struct arena *a, struct str name)
{
    struct str s = str_dup(a, name);
    char *p = (char *)(uintptr_t)s.p; /* our own copy */
    for (size_t i = 0; i < s.n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + ('a' - 'A'));
        else if (p[i] == ' ' || p[i] == '-')
            p[i] = '_';
    }
    return s;
}

static int known_column(struct str name)
{
    for (int c = 0; c < COL_COUNT; c++)
        for (size_t k = 0; k < COUNT_OF(column_names[c]) && column_names[c][k] != NULL; k++)
            if (str_eq_z(name, column_names[c][k]))
                return c;
    return -1;
}

static void missing(struct reader *r, int column)
{
    problems_add(csv_problems(r->csv), csv_file(r->csv), 1, str_from(column_names[column][0]), M_roster_column_missing,
                 "%s", column_names[column][0]);
}

static bool map_columns(struct reader *r)
{
    size_t count, others = 0;
    const struct str *names = csv_columns(r->csv, &count);
    struct buf unread = buf_new(r->a, 64);
    for (int c = 0; c < COL_COUNT; c++)
        r->columns[c] = -1;
    for (size_t i = 0; i < count; i++) {
        int c = known_column(plain_name(r->a, names[i]));
        if (c >= 0 && r->columns[c] >= 0) {
            problems_add(csv_problems(r->csv), csv_file(r->csv), 1, names[i], M_roster_column_twice, "%s",
                         column_names[c][0]);
        } else if (c >= 0) {
            r->columns[c] = (int)i;
        } else if (!str_empty(names[i])) {
            buf_printf(&unread, "%s%.*s", others++ != 0 ? ", " : "", STR_ARG(names[i]));
        }
    }
    if (count == 0)
        return false;
    if (r->columns[COL_ID] < 0)
        missing(r, COL_ID);
    if (r->columns[COL_EMAIL] < 0)
        missing(r, COL_EMAIL);
    if (r->columns[COL_GIVEN] < 0 && r->columns[COL_FAMILY] < 0)
        missing(r, COL_GIVEN);
    if (others != 0)
        problems_warn(csv_problems(r->csv), csv_file(r->csv), 1, S(""), M_roster_columns_unread, "%.*s",
                      STR_ARG(buf_text(&unread)));
    return r->columns[COL_ID] >= 0;
}

static void wrong(struct reader *r, int column, msg_id msg, struct str what)
{
    csv_error_at(r->csv, &r->row, r->columns[column], msg, "%.*s", STR_ARG(what));
}

/* The field, trimmed, in the arena; empty when there is no such column. */
static struct str field(struct reader *r, int column)
{
    struct str s = str_trim(csv_field(&r->row, r->columns[column]));
    if (s.n > MAX_TEXT && utf8_count(s) > MAX_TEXT) {
        wrong(r, column, M_roster_too_long, utf8_truncate(s, 40));
        return S("");
    }
    return s.n == 0 ? S("") : str_dup(r->a, s);
}

static int64_t day_field(struct reader *r, int column, int64_t otherwise)
{
    struct str s = field(r, column);
    int64_t day;
    if (str_empty(s))
        return otherwise;
    if (!day_parse(s, &day)) {
        wrong(r, column, M_roster_bad_day, s);
        return otherwise;
    }
    return day;
}

static bool find_role(struct str word, enum role *role)
{
    static const char *const words[ROLE_COUNT] = {
#define X(id, text) [ROLE_##id] = text,
        ROLES(X)
#undef X
    };
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (i != ROLE_ADMINISTRATOR && str_eq_nocase(word, str_from(words[i]))) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

static void read_person(struct reader *r, struct roster_person *person)
{
    person->given_name = field(r, COL_GIVEN);
    person->family_name = field(r, COL_FAMILY);
    person->email = field(r, COL_EMAIL);
    person->username = S("");
    person->language = field(r, COL_LANGUAGE);
    person->profession = field(r, COL_PROFESSION);
    person->source_role = field(r, COL_ROLE);
    person->row = r->row.line;
    person->has_role = true;
    person->role = ROLE_TRAINEE;
    if (str_empty(person->given_name) && str_empty(person->family_name))
        wrong(r, r->columns[COL_FAMILY] >= 0 ? COL_FAMILY : COL_GIVEN, M_roster_no_name, person->id);
    if (str_empty(person->email)) {
        wrong(r, COL_EMAIL, M_roster_no_email, person->id);
    } else if (!roster_email_ok(person->email)) {
        wrong(r, COL_EMAIL, M_roster_bad_email, person->email);
        person->email = S("");
    }
    if (!str_empty(person->source_role) && !find_role(person->source_role, &person->role))
        wrong(r, COL_ROLE, M_roster_bad_role, person->source_role);
}

static void check_same(struct reader *r, const struct roster_person *known, const struct roster_person *again)
{
    if (!str_eq(known->given_name, again->given_name) || !str_eq(known->family_name, again->family_name) ||
        !str_eq_nocase(known->email, again->email))
        wrong(r, COL_ID, M_roster_id_twice, known->id);
}

static void add_membership(struct reader *r, size_t owner, struct roster_membership m)
{
    size_t n = r->roster->membership_count;
    if (n == r->membership_cap) {
        size_t cap = n != 0 ? n * 2 : 64;
        r->memberships = arena_grow(r->a, r->memberships, n * sizeof m, cap * sizeof m);
        r->owners = arena_grow(r->a, r->owners, n * sizeof *r->owners, cap * sizeof *r->owners);
        r->membership_cap = cap;
    }
    r->memberships[n] = m;
    r->owners[n] = owner;
    r->roster->membership_count++;
}

/* One membership for each group named, one without where none is. */
static void read_memberships(struct reader *r, size_t owner, const struct roster_person *person)
{
    struct str cohort = field(r, COL_COHORT), groups = field(r, COL_GROUP);
    struct roster_membership m = {
        .has_role = true,
        .role = person->role,
        .source_role = person->source_role,
        .cohort = {cohort, cohort},
        .group = {S(""), S("")},
        .course = {S(""), S("")},
        .stage = field(r, COL_STAGE),
        .start_day = day_field(r, COL_START, ROSTER_NO_START),
        .end_day = day_field(r, COL_END, ROSTER_NO_END),
        .source_id = S(""),
        .row = r->row.line,
    };
    if (m.end_day < m.start_day)
        wrong(r, COL_END, M_roster_end_before_start, field(r, COL_END));
    size_t count = 0;
    const char separator = groups.n != 0 && memchr(groups.p, '|', groups.n) != NULL ? '|' : ';';
    for (struct str group; str_cut(&groups, separator, &group);) {
        group = str_trim(group);
        if (str_empty(group))
            continue;
        if (count++ == MAX_GROUPS) {
            wrong(r, COL_GROUP, M_roster_too_long, group);
            return;
        }
        m.group = (struct roster_unit){group, group};
        add_membership(r, owner, m);
    }
    if (count == 0 && (!str_empty(cohort) || !str_empty(m.stage)))
        add_membership(r, owner, m);
}

static void read_row(struct reader *r)
{
    struct roster *roster = r->roster;
    struct roster_person person = {.id = field(r, COL_ID)};
    if (str_empty(person.id)) {
        wrong(r, COL_ID, M_roster_no_id, S(""));
        roster->skipped++;
        return;
    }
    read_person(r, &person);
    size_t owner = strmap_add(&r->by_id, person.id, roster->count);
    if (owner != STRMAP_NONE) {
        check_same(r, &roster->people[owner], &person);
    } else {
        owner = roster->count;
        if (roster->count == r->people_cap) {
            size_t cap = r->people_cap != 0 ? r->people_cap * 2 : 64;
            roster->people = arena_grow(r->a, roster->people, r->people_cap * sizeof person, cap * sizeof person);
            r->people_cap = cap;
        }
        roster->people[roster->count++] = person;
    }
    read_memberships(r, owner, &person);
}

/* Sorts the memberships by their owner (counting sort: stable) and points the people into that. */
static void hand_out(struct reader *r)
{
    struct roster *roster = r->roster;
    struct roster_membership *sorted = ARENA_ARRAY(r->a, roster->membership_count, struct roster_membership);
    for (size_t i = 0; i < roster->membership_count; i++)
        roster->people[r->owners[i]].membership_count++;
    struct roster_membership *at = sorted;
    for (size_t i = 0; i < roster->count; i++) {
        roster->people[i].memberships = at;
        at += roster->people[i].membership_count;
        roster->people[i].membership_count = 0;
    }
    for (size_t i = 0; i < roster->membership_count; i++) {
        struct roster_person *owner = &roster->people[r->owners[i]];
        owner->memberships[owner->membership_count++] = r->memberships[i];
    }
}

/* Room for as many as there are lines, so that large tables are not copied while they grow; what is not used costs nothing. */
static void make_room(struct reader *r, struct str bytes)
{
    size_t lines = 1;
    for (size_t i = 0; i < bytes.n && lines < MAX_ROOM; i++)
        lines += bytes.p[i] == '\n';
    r->people_cap = r->membership_cap = lines;
    r->roster->people = arena_alloc_raw(r->a, lines * sizeof *r->roster->people);
    r->memberships = arena_alloc_raw(r->a, lines * sizeof *r->memberships);
    r->owners = arena_alloc_raw(r->a, lines * sizeof *r->owners);
}

struct roster *roster_csv_read(struct arena *a, struct str file, struct str bytes, struct problems *p)
{
    struct reader r = {.a = a, .by_id = strmap_new(a)};
    r.roster = ARENA_NEW(a, struct roster);
    make_room(&r, bytes);
    r.csv = csv_open(a, file, bytes, NULL, p);
    if (!map_columns(&r))
        return r.roster;
    while (csv_next(r.csv, &r.row))
        read_row(&r);
    if (r.roster->count == 0 && p->errors == 0)
        problems_add(p, file, 0, S(""), M_roster_nobody, NULL);
    hand_out(&r);
    roster_check_emails(r.roster, a, file, true, M_roster_email_twice, p);
    return r.roster;
}
