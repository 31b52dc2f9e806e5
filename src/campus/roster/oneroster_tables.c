/* The columns of each OneRoster table (CSV binding 1.1, section 4; 1.2.1, section 3) and how a field of each kind is
 * read. */
#include "campus/roster/oneroster_tables.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_roster.h"

#define MAX_COLUMNS 20

enum kind { TEXT, LIST, START, END, IGNORED };
enum need { MAY, MUST };

struct column {
    const char *name;
    const char *alias; /* of the drafts before 1.1 that exports still write; NULL: none */
    enum kind kind;
    enum need need;
    size_t offset;
};

struct table {
    const char *name;
    size_t size;         /* of one record */
    size_t array_offset; /* of the array's pointer in struct oneroster */
    struct column columns[MAX_COLUMNS];
};

#define COL(type, name, alias, kind, need, member)                                                                     \
    {                                                                                                                  \
        name, alias, kind, need, offsetof(struct oneroster_##type, member)                                             \
    }
#define SKIP(name)                                                                                                     \
    {                                                                                                                  \
        name, NULL, IGNORED, MAY, 0                                                                                    \
    }
#define TABLE(file, type, array)                                                                                       \
    .name = file, .size = sizeof(struct oneroster_##type), .array_offset = offsetof(struct oneroster, array)

static const struct table tables[ONEROSTER_FILES] = {
    [ONEROSTER_ORGS] = {TABLE("orgs", org, orgs),
                        .columns = {COL(org, "name", NULL, TEXT, MUST, name), COL(org, "type", NULL, TEXT, MAY, type),
                                    COL(org, "identifier", NULL, TEXT, MAY, identifier),
                                    COL(org, "parentSourcedId", NULL, TEXT, MAY, parent)}},
    [ONEROSTER_SESSIONS] = {TABLE("academicSessions", session, sessions),
                            .columns = {COL(session, "title", NULL, TEXT, MUST, title),
                                        COL(session, "type", NULL, TEXT, MUST, type),
                                        COL(session, "startDate", NULL, START, MUST, start_day),
                                        COL(session, "endDate", NULL, END, MUST, end_day),
                                        COL(session, "parentSourcedId", NULL, TEXT, MAY, parent),
                                        COL(session, "schoolYear", NULL, TEXT, MAY, school_year)}},
    [ONEROSTER_COURSES] = {TABLE("courses", course, courses),
                           .columns = {COL(course, "title", NULL, TEXT, MUST, title),
                                       COL(course, "courseCode", NULL, TEXT, MAY, code),
                                       COL(course, "orgSourcedId", NULL, TEXT, MAY, org),
                                       COL(course, "schoolYearSourcedId", "schoolYearId", TEXT, MAY, session),
                                       SKIP("grades"), SKIP("grade"), SKIP("subjects"), SKIP("subjectCodes")}},
    [ONEROSTER_CLASSES] = {TABLE("classes", class, classes),
                           .columns = {COL(class, "title", NULL, TEXT, MUST, title),
                                       COL(class, "classCode", NULL, TEXT, MAY, code),
                                       COL(class, "classType", NULL, TEXT, MAY, type),
                                       COL(class, "courseSourcedId", NULL, TEXT, MAY, course),
                                       COL(class, "schoolSourcedId", NULL, TEXT, MAY, school),
                                       COL(class, "location", NULL, TEXT, MAY, location),
                                       COL(class, "grades", "grade", LIST, MAY, grades),
                                       COL(class, "termSourcedIds", NULL, LIST, MAY, terms), SKIP("subjects"),
                                       SKIP("subjectCodes"), SKIP("periods")}},
    [ONEROSTER_USERS] =
        {TABLE("users", user, users),
         .columns = {COL(user, "enabledUser", NULL, TEXT, MAY, enabled),
                     COL(user, "givenName", NULL, TEXT, MUST, given_name),
                     COL(user, "familyName", NULL, TEXT, MUST, family_name),
                     COL(user, "preferredGivenName", "preferredFirstName", TEXT, MAY, preferred_given_name),
                     COL(user, "preferredFamilyName", "preferredLastName", TEXT, MAY, preferred_family_name),
                     COL(user, "username", NULL, TEXT, MAY, username),
                     COL(user, "identifier", NULL, TEXT, MAY, identifier), COL(user, "email", NULL, TEXT, MAY, email),
                     COL(user, "role", NULL, TEXT, MAY, role), COL(user, "orgSourcedIds", NULL, LIST, MAY, orgs),
                     COL(user, "primaryOrgSourcedId", NULL, TEXT, MAY, primary_org),
                     COL(user, "grades", "grade", LIST, MAY, grades), SKIP("password")}},
    [ONEROSTER_ROLES] = {TABLE("roles", role, roles),
                         .columns = {COL(role, "userSourcedId", NULL, TEXT, MUST, user),
                                     COL(role, "roleType", NULL, TEXT, MAY, type),
                                     COL(role, "role", NULL, TEXT, MUST, role),
                                     COL(role, "beginDate", NULL, START, MAY, start_day),
                                     COL(role, "endDate", NULL, END, MAY, end_day),
                                     COL(role, "orgSourcedId", NULL, TEXT, MAY, org), SKIP("userProfileSourcedId")}},
    [ONEROSTER_ENROLLMENTS] = {TABLE("enrollments", enrollment, enrollments),
                               .columns = {COL(enrollment, "classSourcedId", NULL, TEXT, MUST, class_id),
                                           COL(enrollment, "schoolSourcedId", NULL, TEXT, MAY, school),
                                           COL(enrollment, "userSourcedId", NULL, TEXT, MUST, user),
                                           COL(enrollment, "role", NULL, TEXT, MUST, role),
                                           COL(enrollment, "primary", NULL, TEXT, MAY, primary),
                                           COL(enrollment, "beginDate", NULL, START, MAY, start_day),
                                           COL(enrollment, "endDate", NULL, END, MAY, end_day)}},
};

/* Columns of users.csv that the standard has and Cadre does not want to know. */
static const char *const private_columns[] = {
    "middleName",
    "userIds",
    "userId",
    "sms",
    "phone",
    "agentSourcedIds",
    "agents",
    "userMasterIdentifier",
    "resourceSourcedIds",
    "preferredMiddleName",
    "pronouns",
};

struct reader {
    struct arena *a;
    const struct table *table;
    struct csv *csv;
    struct csv_row row;
    bool delta;
    int id, status, modified;
    int columns[MAX_COLUMNS];
    struct strmap ids;
};

struct str oneroster_file_name(enum oneroster_file file)
{
    static const struct str names[ONEROSTER_FILES] = {
        [ONEROSTER_ORGS] = S_INIT("orgs.csv"),
        [ONEROSTER_SESSIONS] = S_INIT("academicSessions.csv"),
        [ONEROSTER_COURSES] = S_INIT("courses.csv"),
        [ONEROSTER_CLASSES] = S_INIT("classes.csv"),
        [ONEROSTER_USERS] = S_INIT("users.csv"),
        [ONEROSTER_ROLES] = S_INIT("roles.csv"),
        [ONEROSTER_ENROLLMENTS] = S_INIT("enrollments.csv"),
    };
    return names[file];
}

static bool known(const struct table *t, struct str name)
{
    if (str_eq_nocase(name, S("sourcedId")) || str_eq_nocase(name, S("status")) ||
        str_eq_nocase(name, S("dateLastModified")) || str_starts(name, S("metadata.")))
        return true; /* metadata. is where the standard lets extensions stand */
    for (size_t i = 0; i < MAX_COLUMNS && t->columns[i].name != NULL; i++)
        if (str_eq_nocase(name, str_from(t->columns[i].name)) ||
            (t->columns[i].alias != NULL && str_eq_nocase(name, str_from(t->columns[i].alias))))
            return true;
    for (size_t i = 0; t == &tables[ONEROSTER_USERS] && i < COUNT_OF(private_columns); i++)
        if (str_eq_nocase(name, str_from(private_columns[i])))
            return true;
    return false;
}

static void tell_unread(struct reader *r)
{
    size_t count, others = 0;
    const struct str *names = csv_columns(r->csv, &count);
    struct buf list = buf_new(r->a, 64);
    for (size_t i = 0; i < count; i++)
        if (!str_empty(names[i]) && !known(r->table, names[i]))
            buf_printf(&list, "%s%.*s", others++ != 0 ? ", " : "", STR_ARG(names[i]));
    if (others != 0)
        problems_warn(csv_problems(r->csv), csv_file(r->csv), 1, S(""), M_roster_columns_unread, "%.*s",
                      STR_ARG(buf_text(&list)));
}

/* False when a column is missing without which no row can be read. */
static bool map_columns(struct reader *r)
{
    bool all = true;
    r->id = csv_column_required(r->csv, "sourcedId");
    r->status = csv_column(r->csv, "status");
    r->modified = csv_column(r->csv, "dateLastModified");
    for (size_t i = 0; i < MAX_COLUMNS && r->table->columns[i].name != NULL; i++) {
        const struct column *c = &r->table->columns[i];
        r->columns[i] = csv_column(r->csv, c->name);
        if (r->columns[i] < 0 && c->alias != NULL)
            r->columns[i] = csv_column(r->csv, c->alias);
        if (r->columns[i] < 0 && c->need == MUST)
            all = csv_column_required(r->csv, c->name) >= 0 && all;
    }
    if (r->delta && r->status < 0)
        all = csv_column_required(r->csv, "status") >= 0 && all;
    return all && r->id >= 0;
}

static struct str text(struct reader *r, int column)
{
    struct str s = str_trim(csv_field(&r->row, column));
    return s.n == 0 ? S("") : str_dup(r->a, s);
}

static struct oneroster_list list(struct reader *r, int column)
{
    struct str rest = text(r, column), part;
    size_t commas = 0;
    for (size_t i = 0; i < rest.n; i++)
        commas += rest.p[i] == ',';
    struct oneroster_list l = {ARENA_ARRAY(r->a, commas + 1, struct str), 0};
    while (str_cut(&rest, ',', &part)) {
        part = str_trim(part);
        if (!str_empty(part))
            l.items[l.count++] = part;
    }
    return l;
}

/* A day; some exports write an instant. */
static bool read_day(struct str s, int64_t *day)
{
    int64_t ms;
    if (day_parse(s, day))
        return true;
    if (!instant_parse(s, &ms))
        return false;
    *day = day_from_ms(zone_utc(), ms);
    return true;
}

static int64_t day(struct reader *r, int column, enum kind kind)
{
    struct str s = str_trim(csv_field(&r->row, column));
    int64_t otherwise = kind == START ? ROSTER_NO_START : ROSTER_NO_END, d;
    if (str_empty(s))
        return otherwise;
    if (!read_day(s, &d)) {
        csv_error_at(r->csv, &r->row, column, M_roster_bad_day, "%.*s", STR_ARG(s));
        return otherwise;
    }
    return kind == END ? d - 1 : d; /* endDate is the first day after */
}

static void read_status(struct reader *r, struct oneroster_record *record)
{
    struct str s = str_trim(csv_field(&r->row, r->status));
    record->standing = ROSTER_ACTIVE;
    if (str_eq_nocase(s, S("tobedeleted")))
        record->standing = ROSTER_REMOVED;
    else if (str_eq_nocase(s, S("inactive")))
        record->standing = ROSTER_INACTIVE;
    else if (str_empty(s) && r->delta)
        csv_error_at(r->csv, &r->row, r->status, M_roster_no_status, NULL);
    else if (!str_empty(s) && !str_eq_nocase(s, S("active")))
        csv_error_at(r->csv, &r->row, r->status, M_roster_bad_status, "%.*s", STR_ARG(s));
}

static void read_modified(struct reader *r, struct oneroster_record *record)
{
    struct str s = str_trim(csv_field(&r->row, r->modified));
    int64_t d;
    record->modified_at = INT64_MIN;
    if (str_empty(s) || instant_parse(s, &record->modified_at))
        return;
    if (day_parse(s, &d))
        record->modified_at = d * MS_PER_DAY;
    else
        csv_warning_at(r->csv, &r->row, r->modified, M_roster_bad_modified, "%.*s", STR_ARG(s));
}

static void read_record(struct reader *r, char *record)
{
    for (size_t i = 0; i < MAX_COLUMNS && r->table->columns[i].name != NULL; i++) {
        const struct column *c = &r->table->columns[i];
        void *member = record + c->offset;
        switch (c->kind) {
        case TEXT:
            *(struct str *)member = text(r, r->columns[i]);
            break;
        case LIST:
            *(struct oneroster_list *)member = list(r, r->columns[i]);
            break;
        case START:
        case END:
            *(int64_t *)member = day(r, r->columns[i], c->kind);
            break;
        case IGNORED:
            break;
        }
    }
}

/* The sourcedId of the row, when it is there and new. */
static bool read_id(struct reader *r, size_t count, struct oneroster_record *record)
{
    record->row = r->row.line;
    record->sourced_id = text(r, r->id);
    if (str_empty(record->sourced_id)) {
        csv_error_at(r->csv, &r->row, r->id, M_roster_no_id, NULL);
        return false;
    }
    if (strmap_add(&r->ids, record->sourced_id, count) != STRMAP_NONE) {
        csv_error_at(r->csv, &r->row, r->id, M_roster_sourced_id_twice, "%.*s", STR_ARG(record->sourced_id));
        return false;
    }
    return true;
}

/* Passwords have no place in a file that is sent around; that is worth saying once. */
static void tell_password(struct reader *r, int column, bool *told)
{
    if (!*told && !str_empty(csv_field(&r->row, column))) {
        csv_warning_at(r->csv, &r->row, column, M_roster_password, NULL);
        *told = true;
    }
}

void oneroster_table_read(struct arena *a, struct oneroster *o, enum oneroster_file file, struct str bytes,
                          struct problems *p)
{
    struct reader r = {
        .a = a, .table = &tables[file], .delta = o->modes[file] == ONEROSTER_DELTA, .ids = strmap_new(a)};
    r.csv = csv_open(a, oneroster_file_name(file), bytes, NULL, p);
    if (!map_columns(&r))
        return;
    tell_unread(&r);
    const int password = file == ONEROSTER_USERS ? csv_column(r.csv, "password") : -1;
    const size_t size = r.table->size;
    char *records = NULL;
    size_t count = 0, cap = 0;
    bool told = false;
    while (csv_next(r.csv, &r.row)) {
        if (count == cap) {
            size_t more = cap != 0 ? cap * 2 : 64;
            records = arena_grow(a, records, cap * size, more * size);
            cap = more;
        }
        char *record = records + count * size;
        memset(record, 0, size);
        struct oneroster_record *head = (struct oneroster_record *)(void *)record; /* every record begins with it */
        if (!read_id(&r, count, head))
            continue;
        read_status(&r, head);
        read_modified(&r, head);
        read_record(&r, record);
        tell_password(&r, password, &told);
        count++;
    }
    memcpy((char *)o + r.table->array_offset, &records, sizeof records);
    o->counts[file] = count;
}
