/* campus/roster: OneRoster bundles and the plain table, from bytes to the common roster. The bundles of other people
 * are used where they are at hand; what matters is in the small bundles made here. */
#include "files.h"
#include "problems_fixture.h"

#include "base/clock.h"
#include "campus/roster/oneroster.h"
#include "campus/roster/roster_csv.h"
#include "gen/msg_file.h"
#include "gen/msg_roster.h"
#include "zip_build.h"

static int64_t day(const char *s)
{
    int64_t d = 0;
    assert_true(day_parse(str_from(s), &d));
    return d;
}

/* How often msg was found at that file, row and column (row 0, column NULL: anywhere). */
static size_t found(msg_id msg, enum severity severity, const char *file, size_t row, const char *column)
{
    size_t n = 0;
    for (size_t i = 0; i < problems.kept; i++) {
        const struct problem *p = &problems.items[i];
        n += p->msg == msg && p->severity == severity && str_eq_z(p->file, file) && (row == 0 || p->row == row) &&
             (column == NULL || str_eq_z(p->column, column));
    }
    return n;
}

static const struct roster_person *person(const struct roster *r, const char *id)
{
    for (size_t i = 0; i < r->count; i++)
        if (str_eq_z(r->people[i].id, id))
            return &r->people[i];
    fail_msg("nobody has the id %s", id);
    return NULL;
}

static struct roster *read_bundle(struct str bytes)
{
    struct oneroster *o;
    struct err e = {0};
    assert_int_equal(oneroster_read(a, bytes, &o, &problems, &e), RC_OK);
    return oneroster_roster(a, o, &problems);
}

/* ---- bundles of other people ---- */

static void test_legertom(void **state)
{
    (void)state;
    struct roster *r = read_bundle(file_shared(a, "oneroster/legertom-generated-11.zip"));
    assert_count(0, 0);
    assert_int_equal(r->format, ROSTER_ONEROSTER_1_1);
    assert_false(r->partial);
    assert_int_equal(r->count, 23);
    assert_int_equal(r->membership_count, 63);
    assert_int_equal(r->skipped, 0);
    const struct roster_person *pinkie = person(r, "09f96a78-f6fe-4311-901a-15d0d41baebc");
    assert_str(pinkie->given_name, "Pinkie");
    assert_str(pinkie->family_name, "Hilpert");
    assert_str(pinkie->email, "pinkie.hilpert.09f96a@school.edu");
    assert_true(pinkie->has_role);
    assert_int_equal(pinkie->role, ROLE_MENTOR);
    assert_int_equal(pinkie->membership_count, 1);
    const struct roster_membership *m = &pinkie->memberships[0];
    assert_str(m->group.code, "b919f28e-bbb5-44cc-ade8-8cabce561907");
    assert_str(m->group.title, "Social Studies - 12th Grade");
    assert_str(m->course.title, "Social Studies");
    assert_str(m->cohort.title, "2025-2026 School Year"); /* above the term */
    assert_str(m->stage, "12");
    assert_int_equal(m->start_day, day("2025-08-01"));
    assert_int_equal(m->end_day, day("2026-07-30")); /* the file's end is exclusive */
    size_t trainees = 0;
    for (size_t i = 0; i < r->count; i++)
        trainees += r->people[i].has_role && r->people[i].role == ROLE_TRAINEE;
    assert_int_equal(trainees, 20);
}

static void test_oat_sa(void **state)
{
    (void)state;
    struct roster *r = read_bundle(file_shared(a, "oneroster/oat-sa-OneRosterv1p1BaseCSV.zip"));
    assert_int_equal(problems.errors, 0);
    assert_int_equal(r->count, 2);
    assert_int_equal(r->membership_count, 3);
    assert_int_equal(r->skipped, 0);
    assert_int_equal(person(r, "user1")->membership_count, 2);
    assert_int_equal(person(r, "user1")->standing, ROSTER_ACTIVE); /* blank status */
    assert_str(person(r, "user2")->memberships[0].group.title, "Class 3 title");
    assert_str(person(r, "user1")->memberships[0].stage, "2"); /* from the old column "grade" */
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "classes.csv", 0, "termSourcedIds"), 3);
    assert_int_equal(found(M_roster_columns_unread, PROBLEM_WARNING, "users.csv", 1, NULL), 1);
    assert_int_equal(found(M_roster_columns_unread, PROBLEM_WARNING, "classes.csv", 1, NULL), 1);
    assert_int_equal(found(M_roster_columns_unread, PROBLEM_WARNING, "orgs.csv", 1, NULL), 1);
    assert_int_equal(found(M_roster_bad_modified, PROBLEM_WARNING, "orgs.csv", 2, "dateLastModified"), 1);
    assert_int_equal(found(M_roster_demographics, PROBLEM_WARNING, "demographics.csv", 0, NULL), 1);
    assert_int_equal(found(M_roster_email_missing, PROBLEM_WARNING, "users.csv", 0, "email"), 2);
    assert_count(0, 10);
}

/* ---- bundles made here ---- */

#define MANIFEST_11                                                                                                    \
    "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.academicSessions,bulk\nfile.courses,bulk\n"       \
    "file.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\nfile.demographics,absent\n"
#define ORGS "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,,,School,school,,\n"
#define SESSIONS                                                                                                       \
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"                      \
    "y1,,,Year 2026,schoolYear,2026-09-01,2027-09-01,,2027\nt1,,,Autumn,term,2026-09-01,2027-01-01,y1,2027\n"          \
    "t2,,,Spring,term,2027-01-01,2027-06-01,y1,2027\n"
#define COURSES "sourcedId,status,dateLastModified,title,orgSourcedId,schoolYearSourcedId\nc1,,,Leading,o1,y1\n"
#define CLASSES                                                                                                        \
    "sourcedId,status,dateLastModified,title,courseSourcedId,classCode,classType,schoolSourcedId,termSourcedIds,"      \
    "grades\n"                                                                                                         \
    "k1,,,Leading A,c1,LA,scheduled,o1,\"t1, t2\",\"PGY1,PGY2\"\n"
#define USERS_HEAD                                                                                                     \
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,password\n"
#define USERS                                                                                                          \
    USERS_HEAD "u1,,,true,o1,student,ann,Ann,Arbor,ann@example.org,\nu2,,,TRUE,o1,teacher,bo,Bo,Berg,bo@example.org,"  \
               "\n"
#define ENROLLMENTS_HEAD                                                                                               \
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
#define ENROLLMENTS ENROLLMENTS_HEAD "e1,,,k1,o1,u1,student,false,,\ne2,,,k1,o1,u2,teacher,true,2026-10-01,2026-11-01\n"

enum { F_MANIFEST, F_ORGS, F_SESSIONS, F_COURSES, F_CLASSES, F_USERS, F_ENROLLMENTS, F_MORE, F_COUNT };

static struct zip_part parts[F_COUNT];

/* A bundle that is right, to be spoilt in one place. F_MORE is left out while it has no name. */
static void right_bundle(void)
{
    const struct zip_part right[F_COUNT] = {
        [F_MANIFEST] = {.name = "manifest.csv", .data = S(MANIFEST_11)},
        [F_ORGS] = {.name = "orgs.csv", .data = S(ORGS)},
        [F_SESSIONS] = {.name = "academicSessions.csv", .data = S(SESSIONS)},
        [F_COURSES] = {.name = "courses.csv", .data = S(COURSES)},
        [F_CLASSES] = {.name = "classes.csv", .data = S(CLASSES)},
        [F_USERS] = {.name = "users.csv", .data = S(USERS)},
        [F_ENROLLMENTS] = {.name = "enrollments.csv", .data = S(ENROLLMENTS)},
    };
    memcpy(parts, right, sizeof parts);
}

static struct str pack(void)
{
    return zip_build(a, parts, parts[F_MORE].name != NULL ? F_COUNT : F_MORE);
}

static void test_right(void **state)
{
    (void)state;
    right_bundle();
    struct roster *r = read_bundle(pack());
    assert_count(0, 0);
    assert_int_equal(r->count, 2);
    const struct roster_membership *m = &person(r, "u1")->memberships[0];
    assert_int_equal(m->role, ROLE_TRAINEE);
    assert_str(m->cohort.code, "y1");
    assert_str(m->cohort.title, "Year 2026");
    assert_str(m->course.title, "Leading");
    assert_str(m->stage, "PGY1");
    assert_int_equal(m->start_day, day("2026-09-01")); /* no days of its own: the terms' */
    assert_int_equal(m->end_day, day("2027-05-31"));
    m = &person(r, "u2")->memberships[0];
    assert_int_equal(m->role, ROLE_MENTOR);
    assert_int_equal(m->start_day, day("2026-10-01"));
    assert_int_equal(m->end_day, day("2026-10-31"));
    assert_str(m->source_id, "e2");
}

static void test_folder(void **state)
{
    (void)state;
    right_bundle();
    static const char *const names[] = {"export/manifest.csv",   "export/orgs.csv",    "export/academicSessions.csv",
                                        "export/courses.csv",    "export/classes.csv", "export/users.csv",
                                        "export/enrollments.csv"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        parts[i].name = names[i];
    parts[F_MORE] = (struct zip_part){.name = "__MACOSX/export/._users.csv", .data = S("x")};
    struct roster *r = read_bundle(pack());
    assert_count(0, 0);
    assert_int_equal(r->count, 2);
}

static void test_not_a_bundle(void **state)
{
    (void)state;
    struct oneroster *o;
    struct err e = {0};
    assert_int_equal(oneroster_read(a, S("id,name\n"), &o, &problems, &e), RC_UNSUPPORTED);
    assert_int_equal(e.msg, M_file_zip_not);
    const struct zip_part part = {.name = "readme.txt", .data = S("x")};
    read_bundle(zip_build(a, &part, 1));
    assert_int_equal(found(M_roster_no_users, PROBLEM_ERROR, "users.csv", 0, NULL), 1);
}

static void test_manifest(void **state)
{
    (void)state;
    right_bundle();
    parts[F_MANIFEST].name = "other.txt";
    struct roster *r = read_bundle(pack());
    assert_count(0, 1);
    assert_int_equal(found(M_roster_no_manifest, PROBLEM_WARNING, "manifest.csv", 0, NULL), 1);
    assert_int_equal(r->membership_count, 2);

    right_bundle();
    problems = problems_new(a);
    parts[F_CLASSES].name = "classes.txt";
    read_bundle(pack());
    assert_int_equal(found(M_roster_file_missing, PROBLEM_ERROR, "classes.csv", 0, NULL), 1);

    right_bundle();
    problems = problems_new(a);
    parts[F_MANIFEST].data = S("propertyName,value\noneroster.version,2.0\nfile.users,whole\n");
    read_bundle(pack());
    assert_int_equal(found(M_roster_version, PROBLEM_ERROR, "manifest.csv", 2, "oneroster.version"), 1);
    assert_int_equal(found(M_roster_bad_mode, PROBLEM_ERROR, "manifest.csv", 3, "file.users"), 1);
    assert_int_equal(found(M_roster_file_unread, PROBLEM_WARNING, "orgs.csv", 0, NULL),
                     1); /* the manifest is silent about it */
}

static void test_users_wrong(void **state)
{
    (void)state;
    right_bundle();
    parts[F_USERS].data = S(USERS_HEAD "u1,,,true,o1,student,a,Ann,Arbor,ann@example.org,secret\n" /* 2 */
                                       "u1,,,true,o1,student,a,Ann,Other,x@example.org,secret\n"   /* 3 */
                                       ",,,true,o1,student,a,Ann,Nobody,y@example.org,\n"          /* 4 */
                                       "u2,gone,,true,o1,student,a,Bo,Berg,bo@example,\n"          /* 5 */
                                       "u3,,tuesday,true,o9,wizard,a,Cy,Coe,ANN@example.org,\n"    /* 6 */
                                       "u4,,,FALSE,o1,parent,a,,,dee@example.org,\n");             /* 7 */
    struct roster *r = read_bundle(pack());
    assert_int_equal(found(M_roster_sourced_id_twice, PROBLEM_ERROR, "users.csv", 3, "sourcedId"), 1);
    assert_int_equal(found(M_roster_no_id, PROBLEM_ERROR, "users.csv", 4, "sourcedId"), 1);
    assert_int_equal(found(M_roster_bad_status, PROBLEM_ERROR, "users.csv", 5, "status"), 1);
    assert_int_equal(found(M_roster_email_dropped, PROBLEM_WARNING, "users.csv", 5, "email"), 1);
    assert_int_equal(found(M_roster_bad_modified, PROBLEM_WARNING, "users.csv", 6, "dateLastModified"), 1);
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "users.csv", 6, "orgSourcedIds"), 1);
    assert_int_equal(found(M_roster_unknown_role, PROBLEM_WARNING, "users.csv", 6, "role"), 1);
    assert_int_equal(found(M_roster_email_shared, PROBLEM_WARNING, "users.csv", 6, "email"), 1);
    assert_int_equal(found(M_roster_no_name, PROBLEM_ERROR, "users.csv", 7, "familyName"), 1);
    assert_int_equal(found(M_roster_password, PROBLEM_WARNING, "users.csv", 2, "password"), 1); /* told once */
    assert_count(4, 6);
    assert_str(person(r, "u3")->email, "");
    assert_false(person(r, "u4")->has_role);
    assert_int_equal(person(r, "u4")->standing, ROSTER_INACTIVE);
}

static void test_enrollments_wrong(void **state)
{
    (void)state;
    right_bundle();
    parts[F_ENROLLMENTS].data = S(ENROLLMENTS_HEAD "e1,,,k9,o1,u1,student,,,\n"           /* 2: no such class */
                                                   "e2,,,k1,o1,u9,student,,,\n"           /* 3: no such user */
                                                   "e3,,,k1,o9,u1,student,,,\n"           /* 4: school only told */
                                                   "e4,,,k1,o1,u2,student,,2026-13-01,\n" /* 5 */
                                                   "e5,,,k1,o1,u2,teacher,,2026-12-01,2026-10-01\n"              /* 6 */
                                                   "e6,tobedeleted,,k1,o1,u2,teacher,,2026-10-01,2026-10-01\n"); /* 7 */
    struct roster *r = read_bundle(pack());
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "enrollments.csv", 2, "classSourcedId"), 1);
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "enrollments.csv", 3, "userSourcedId"), 1);
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "enrollments.csv", 4, "schoolSourcedId"), 1);
    assert_int_equal(found(M_roster_bad_day, PROBLEM_ERROR, "enrollments.csv", 5, "beginDate"), 1);
    assert_int_equal(found(M_roster_end_before_start, PROBLEM_ERROR, "enrollments.csv", 6, "endDate"), 1);
    assert_count(2, 3);
    assert_int_equal(r->skipped, 2);
    assert_int_equal(r->membership_count, 4);
    assert_int_equal(person(r, "u1")->membership_count, 1);
    const struct roster_membership *last = &person(r, "u2")->memberships[2];
    assert_int_equal(last->standing, ROSTER_REMOVED);
    assert_int_equal(last->end_day, day("2026-10-01"));
}

static void test_columns_missing(void **state)
{
    (void)state;
    right_bundle();
    parts[F_USERS].data = S("sourcedId,givenName,email\nu1,Ann,a@example.org\n");
    struct roster *r = read_bundle(pack());
    assert_int_equal(found(M_file_csv_column_missing, PROBLEM_ERROR, "users.csv", 1, "familyName"), 1);
    assert_int_equal(r->count, 0);
}

static void test_session_cycle(void **state)
{
    (void)state;
    right_bundle();
    parts[F_SESSIONS].data =
        S("sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
          "t1,,,Autumn,term,2026-09-01,2027-01-01,t2,\nt2,,,Spring,term,2027-01-01,2027-06-01,t1,\n");
    struct roster *r = read_bundle(pack()); /* ends */
    assert_int_equal(r->membership_count, 2);
}

static void test_delta(void **state)
{
    (void)state;
    right_bundle();
    parts[F_MANIFEST].data = S("propertyName,value\noneroster.version,1.1\nfile.users,delta\nfile.enrollments,delta\n");
    parts[F_USERS].data =
        S(USERS_HEAD "u1,tobedeleted,2026-09-01T00:00:00Z,,,,,,,,\nu2,,,true,,student,b,Bo,Berg,b@example.org,\n");
    parts[F_ENROLLMENTS].data = S(ENROLLMENTS_HEAD "e9,active,2026-09-01,k7,o1,u7,student,,2026-09-01,\n");
    static const int kept[] = {F_MANIFEST, F_USERS, F_ENROLLMENTS};
    struct zip_part three[3];
    for (int i = 0; i < 3; i++)
        three[i] = parts[kept[i]];
    struct roster *r = read_bundle(zip_build(a, three, 3));
    assert_int_equal(found(M_roster_no_status, PROBLEM_ERROR, "users.csv", 3, "status"), 1);
    assert_count(1, 0);
    assert_true(r->partial);
    assert_int_equal(person(r, "u1")->standing, ROSTER_REMOVED);
    assert_true(person(r, "u7")->reference); /* known from before */
    assert_str(person(r, "u7")->memberships[0].group.code, "k7");
    assert_int_equal(person(r, "u7")->memberships[0].end_day, ROSTER_NO_END);
}

static void test_version_12(void **state)
{
    (void)state;
    right_bundle();
    parts[F_MANIFEST].data = S(
        "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\nfile.academicSessions,bulk\n"
        "file.courses,bulk\nfile.classes,bulk\nfile.users,bulk\nfile.roles,bulk\nfile.enrollments,bulk\n");
    parts[F_USERS].data =
        S("sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
          "email,"
          "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
          "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
          "u1,,,true,ann,,Anna,Arbor,,,ann@example.org,,,,PGY3,,,,Ann,,,o1,she\n"
          "u2,,,true,bo,,Bo,Berg,,,bo@example.org,,,,,,,,,,,o1,\n");
    parts[F_MORE] = (struct zip_part){.name = "roles.csv",
                                      .data = S("sourcedId,status,dateLastModified,userSourcedId,roleType,role,"
                                                "beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
                                                "r1,,,u1,secondary,proctor,,,o1,\nr2,,,u1,primary,student,,,o1,\nr3,,,"
                                                "u2,primary,ext:nurse,,,o1,\nr4,,,u9,primary,student,,,o1,\n")};
    struct roster *r = read_bundle(pack());
    assert_int_equal(found(M_roster_dangling, PROBLEM_WARNING, "roles.csv", 5, "userSourcedId"), 1);
    assert_count(0, 1);
    assert_int_equal(r->format, ROSTER_ONEROSTER_1_2);
    assert_str(person(r, "u1")->given_name, "Ann"); /* as preferred */
    assert_str(person(r, "u1")->family_name, "Arbor");
    assert_int_equal(person(r, "u1")->role, ROLE_TRAINEE); /* the primary role, though it comes later */
    assert_str(person(r, "u1")->memberships[0].stage, "PGY3");
    assert_false(person(r, "u2")->has_role);
    assert_str(person(r, "u2")->source_role, "ext:nurse");
}

/* ---- the plain table ---- */

static struct roster *read_plain(const char *text)
{
    return roster_csv_read(a, S("people.csv"), str_from(text), &problems);
}

static void test_plain(void **state)
{
    (void)state;
    struct roster *r =
        read_plain("ID;First Name;Surname;E-Mail;Role;Cohort;Year;Groups;Start-Date;End_Date;Language\r\n"
                   "7; Ann ;Arbor;ann@example.org;;2026;PGY1;Blue;2026-09-01;2027-08-31;de\r\n"
                   "8;Bo;Berg;bo@example.org;Mentor;2026;;\"Blue;Red\";;;\r\n"
                   "7;Ann;Arbor;ANN@example.org;;2027;PGY2;;2027-09-01;;de\r\n"
                   "9;Cy;;cy@example.org;director;;;;;;\r\n");
    assert_count(0, 0);
    assert_false(r->partial);
    assert_int_equal(r->count, 3);
    assert_int_equal(r->membership_count, 4);
    const struct roster_person *ann = person(r, "7");
    assert_str(ann->given_name, "Ann");
    assert_str(ann->language, "de");
    assert_int_equal(ann->role, ROLE_TRAINEE);
    assert_int_equal(ann->membership_count, 2);
    assert_str(ann->memberships[0].cohort.title, "2026");
    assert_str(ann->memberships[0].group.title, "Blue");
    assert_int_equal(ann->memberships[0].end_day, day("2027-08-31")); /* here the last day is the last day */
    assert_str(ann->memberships[1].cohort.code, "2027");
    assert_str(ann->memberships[1].stage, "PGY2");
    assert_int_equal(ann->memberships[1].end_day, ROSTER_NO_END);
    const struct roster_person *bo = person(r, "8");
    assert_int_equal(bo->role, ROLE_MENTOR);
    assert_int_equal(bo->membership_count, 2);
    assert_str(bo->memberships[1].group.code, "Red");
    assert_int_equal(bo->memberships[1].start_day, ROSTER_NO_START);
    assert_int_equal(person(r, "9")->role, ROLE_DIRECTOR);
    assert_int_equal(person(r, "9")->membership_count, 0);
}

static void test_plain_wrong(void **state)
{
    (void)state;
    struct roster *r = read_plain("id,given_name,family_name,email,role,start,end,birth_date\n"
                                  ",Ann,Arbor,a@example.org,,,,1999-01-01\n"         /* 2 */
                                  "1,,,b@example.org,,,,\n"                          /* 3 */
                                  "2,Bo,Berg,,,,,\n"                                 /* 4 */
                                  "3,Cy,Coe,c@@example.org,,,,\n"                    /* 5 */
                                  "4,Di,Dow,d@example.org,administrator,,,\n"        /* 6 */
                                  "5,Ed,Eng,D@example.org,,2026-02-30,,\n"           /* 7 */
                                  "6,Fi,Foe,f@example.org,,2026-02-02,2026-02-01,\n" /* 8 */
                                  "6,Fritz,Foe,f@example.org,,,,\n");                /* 9 */
    assert_int_equal(found(M_roster_no_id, PROBLEM_ERROR, "people.csv", 2, "id"), 1);
    assert_int_equal(found(M_roster_no_name, PROBLEM_ERROR, "people.csv", 3, "family_name"), 1);
    assert_int_equal(found(M_roster_no_email, PROBLEM_ERROR, "people.csv", 4, "email"), 1);
    assert_int_equal(found(M_roster_bad_email, PROBLEM_ERROR, "people.csv", 5, "email"), 1);
    assert_int_equal(found(M_roster_bad_role, PROBLEM_ERROR, "people.csv", 6, "role"), 1); /* never from a file */
    assert_int_equal(found(M_roster_email_twice, PROBLEM_ERROR, "people.csv", 7, "email"), 1);
    assert_int_equal(found(M_roster_bad_day, PROBLEM_ERROR, "people.csv", 7, "start"), 1);
    assert_int_equal(found(M_roster_end_before_start, PROBLEM_ERROR, "people.csv", 8, "end"), 1);
    assert_int_equal(found(M_roster_id_twice, PROBLEM_ERROR, "people.csv", 9, "id"), 1);
    assert_int_equal(found(M_roster_columns_unread, PROBLEM_WARNING, "people.csv", 1, NULL), 1);
    assert_count(9, 1);
    assert_int_equal(r->skipped, 1);
}

static void test_plain_columns(void **state)
{
    (void)state;
    read_plain("name,mail\nAnn,a@example.org\n");
    assert_int_equal(found(M_roster_column_missing, PROBLEM_ERROR, "people.csv", 1, "id"), 1);
    assert_int_equal(found(M_roster_column_missing, PROBLEM_ERROR, "people.csv", 1, "given_name"), 1);
    read_plain("id,Student ID,given_name,email\n1,1,Ann,a@example.org\n");
    assert_int_equal(found(M_roster_column_twice, PROBLEM_ERROR, "people.csv", 1, "Student ID"), 1);
    problems = problems_new(a);
    read_plain("id,given_name,email\n");
    assert_int_equal(found(M_roster_nobody, PROBLEM_ERROR, "people.csv", 0, NULL), 1);
    problems = problems_new(a);
    read_plain("");
    assert_count(1, 0);
}

static void test_email(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b.c", "first.last+tag@sub.example.org", "o'neill@example.ie",
                                       "müller@bücher.example"};
    static const char *const bad[] = {"",        "a",        "@b.c",        "a@",          "a@b",
                                      "a b@c.d", "a@b@c.d",  "a@-b.c",      "a@b..c",      ".a@b.c",
                                      "a.@b.c",  "a..b@c.d", "Ann <a@b.c>", "a@b.c,d@e.f", "a@b.c\n"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!roster_email_ok(str_from(good[i])))
            fail_msg("%s is right", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (roster_email_ok(str_from(bad[i])))
            fail_msg("%s is wrong", bad[i]);
}

int main(void)
{
#define T WITH_PROBLEMS
    const struct CMUnitTest tests[] = {
        T(test_legertom),        T(test_oat_sa),        T(test_right),         T(test_folder),
        T(test_not_a_bundle),    T(test_manifest),      T(test_users_wrong),   T(test_enrollments_wrong),
        T(test_columns_missing), T(test_session_cycle), T(test_delta),         T(test_version_12),
        T(test_plain),           T(test_plain_wrong),   T(test_plain_columns), T(test_email),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
