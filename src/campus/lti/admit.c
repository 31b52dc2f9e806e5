/* Who comes by a launch, and what she may here. A person is (platform, subject): an address alone is never enough, and none is taken over. The
 * first launch finds her by the institution's id, where the administrator says that the platform knows it, or adds her, where the administrator
 * allows that for the course. What she may is what the administrator's mapping has for her part in the course, and no role that she holds
 * besides: whoever runs the platform could be anybody there. */
#include "campus/lti/inside.h"

#include "auth/session.h"
#include "campus/roster/import.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

struct admitting {
    struct db *tx;
    struct arena *a;
    const struct lti_platform *p;
    const struct lti_launch *l;
    int64_t now, today;
    struct row_lti_context_find course;
    bool coming; /* she is here herself: a launch */
    struct lti_admitted *out;
    struct err *e;
};

static enum rc refuse(struct admitting *m, msg_id why, const char *to_whom, struct str detail)
{
    m->out->refused = why;
    m->out->to_whom = to_whom;
    m->out->detail = detail;
    return RC_OK;
}

/* ---- where ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc note_course(struct admitting *m)
{
    const struct lti_launch *l = m->l;
    struct str title = l->context_title.n != 0 ? l->context_title : l->context;
    TRY(sql_lti_context_put(m->tx, db_new_id(m->tx), m->p->id, l->deployment, l->context, title, l->members_url, m->now));
    TRY(sql_lti_context_find(m->tx, m->a, m->p->id, l->deployment, l->context, &m->course));
    m->out->context = m->course.id;
    m->out->programme = m->course.programme_id_null ? 0 : m->course.programme_id;
    return m->course.programme_id_null ? refuse(m, M_lti_no_mapping, "administrator", title) : RC_OK;
}

/* What her part in the course is good for here. */
static enum rc choose_roles(struct admitting *m)
{
    struct buf b = buf_new(m->a, 40);
    if (!m->l->learner && !m->l->instructor)
        return refuse(m, M_lti_no_role, "administrator", S(""));
    if (m->l->instructor)
        buf_str(&b, m->course.instructor);
    if (m->l->learner)
        buf_printf(&b, "%strainee", b.n != 0 ? " " : "");
    m->out->roles = buf_text(&b);
    if (m->out->roles.n == 0 || (m->l->message == LTI_DEEP_LINKING && (!m->l->instructor || m->course.instructor.n == 0)))
        return refuse(m, m->l->instructor ? M_lti_no_instructors : M_lti_not_yours, "administrator", m->course.title);
    return RC_OK;
}

/* ---- who --------------------------------------------------------------------------------------------------------------------------------- */

/* Somebody whom the roster knows, unless another account of the platform is she already. */
static enum rc find_rostered(struct admitting *m)
{
    struct row_lti_person_subject other;
    int64_t person;
    if (!m->p->by_roster || m->l->roster_id.n == 0)
        return RC_OK;
    enum rc rc = people_by_source(m->tx, m->a, ROSTER_SOURCE, m->l->roster_id, &person);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    rc = sql_lti_person_subject(m->tx, m->a, m->p->id, person, &other);
    if (rc == RC_OK)
        return refuse(m, M_lti_other_account, "administrator", m->l->roster_id);
    m->out->person = rc == RC_NOT_FOUND ? person : 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_account(struct admitting *m)
{
    struct row_lti_account account;
    enum rc rc = sql_lti_account(m->tx, m->a, m->out->person, &account);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || account.disabled != 0 || account.display_name.p == NULL)
        return refuse(m, M_lti_disabled, "coordinator", S(""));
    m->out->name = account.display_name;
    return RC_OK;
}

/* May she be added? The one name that a platform may send stands for both. */
static enum rc check_new(struct admitting *m, struct person_details *d)
{
    const struct lti_launch *l = m->l;
    *d = (struct person_details){.given_name = l->given, .family_name = l->family, .display_name = l->name};
    if (!m->course.may_add)
        return refuse(m, M_lti_unknown_person, "coordinator", l->name);
    if (d->given_name.n == 0 && d->family_name.n == 0) {
        struct str last = l->name, word;
        while (str_find(last, S(" "), NULL) && str_cut(&last, ' ', &word))
            ;
        d->family_name = str_trim(last);
        d->given_name = str_trim(str_sub(l->name, 0, l->name.n - last.n));
    }
    if (d->given_name.n == 0 && d->family_name.n == 0)
        return refuse(m, M_lti_no_name, "administrator", S(""));
    d->given_name = d->given_name.n != 0 ? d->given_name : d->family_name;
    d->family_name = d->family_name.n != 0 ? d->family_name : d->given_name;
    struct err wrong = {0};
    if (people_check(m->a, d, &wrong) != RC_OK)
        return refuse(m, M_lti_no_name, "administrator", S(""));
    m->out->name = d->display_name.n != 0 ? d->display_name : people_full_name(m->a, d->given_name, d->family_name);
    return RC_OK;
}

/* ---- her place ---------------------------------------------------------------------------------------------------------------------------- */

/* A learner belongs to the programme, or the mapping has a cohort for her. Whose membership there was ended stays out: somebody decided that. */
static enum rc check_membership(struct admitting *m, bool *join)
{
    struct row_lti_memberships r = {0};
    int64_t cohort = m->course.cohort_id_null ? 0 : m->course.cohort_id;
    *join = false;
    if (!m->l->learner)
        return RC_OK;
    if (m->out->person != 0)
        TRY(sql_lti_memberships(m->tx, m->a, m->out->person, m->out->programme, cohort, m->today, &r));
    if (r.held != 0)
        return RC_OK;
    if (cohort == 0)
        return refuse(m, M_lti_no_cohort, "administrator", m->course.title);
    if (r.ever != 0)
        return refuse(m, M_lti_over, "coordinator", m->course.title);
    *join = true;
    return RC_OK;
}

static enum rc check_role(struct admitting *m, bool *give)
{
    struct row_lti_role_held held = {0};
    int64_t cohort = m->course.cohort_id_null ? 0 : m->course.cohort_id;
    *give = m->l->instructor && m->course.instructor.n != 0;
    if (*give && m->out->person != 0)
        TRY(sql_lti_role_held(m->tx, m->a, m->out->person, m->course.instructor, m->out->programme, cohort, m->today, &held));
    *give = *give && held.n == 0;
    return RC_OK;
}

static enum rc give_role(struct admitting *m)
{
    enum role role;
    int64_t cohort = m->course.cohort_id_null ? 0 : m->course.cohort_id;
    if (!role_find(m->course.instructor, &role))
        return RC_OK;
    return programme_grant_role(m->tx, m->out->person, role, m->out->programme, cohort, m->today, DAY_OPEN, S("lti"), m->e);
}

static enum rc settle_person(struct admitting *m, const struct person_details *d)
{
    const struct lti_launch *l = m->l;
    if (m->out->person == 0) {
        TRY(people_add(m->tx, m->a, d, m->now, &m->out->person, m->e));
        if (m->p->by_roster && l->roster_id.n != 0)
            TRY(people_set_source(m->tx, ROSTER_SOURCE, l->roster_id, m->out->person));
    }
    if (m->out->does & (LTI_LINKS | LTI_ADDS)) {
        TRY(sql_lti_person_add(m->tx, m->p->id, l->subject, m->out->person, m->now));
        TRY(audit_note(m->tx, m->now, 0, "lti_person_link", m->out->person, "lti_platform", m->p->id));
    } else if (m->coming) {
        TRY(sql_lti_person_launched(m->tx, m->p->id, l->subject, m->now));
    }
    if (m->out->does & LTI_JOINS)
        TRY(programme_add_member(m->tx, m->out->person, m->out->programme, m->course.cohort_id, 0, m->today, DAY_OPEN, S("lti"), m->now, NULL, m->e));
    return m->out->does & LTI_TEACHES ? give_role(m) : RC_OK;
}

/* What a launch of hers would find and do: everything but the link. Writes nothing. */
static enum rc consider(struct admitting *m, struct person_details *d)
{
    struct row_lti_person_find known;
    struct programme programme;
    bool join = false, give = false;
    TRY(programme_find(m->tx, m->a, m->out->programme, &programme));
    m->today = roster_today(&programme, m->now);
    TRY(choose_roles(m));
    enum rc rc = sql_lti_person_find(m->tx, m->a, m->p->id, m->l->subject, &known);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    m->out->person = rc == RC_OK ? known.person_id : 0;
    if (m->out->person == 0 && m->out->refused == 0)
        TRY(find_rostered(m));
    m->out->does = rc == RC_OK ? 0 : m->out->person != 0 ? LTI_LINKS : LTI_ADDS;
    if (m->out->refused == 0)
        TRY(m->out->person != 0 ? check_account(m) : check_new(m, d));
    if (m->out->refused == 0)
        TRY(check_membership(m, &join));
    if (m->out->refused == 0)
        TRY(check_role(m, &give));
    m->out->does |= (join ? LTI_JOINS : 0) | (give ? LTI_TEACHES : 0);
    return RC_OK;
}

/* ---- what for -------------------------------------------------------------------------------------------------------------------------------- */

struct aim {
    enum lti_kind kind;
    int64_t thing;
};

/* What the link opens must be of the programme that the course is mapped to. */
static enum rc find_aim(struct admitting *m, struct aim *aim)
{
    const struct lti_goal *g = &m->l->goal;
    struct row_lti_session session;
    struct row_lti_exercise exercise;
    struct row_lti_exercise_by_code coded;
    enum rc rc = RC_OK;
    int64_t programme = m->out->programme;
    *aim = (struct aim){.kind = g->kind, .thing = g->id};
    if (g->kind == LTI_SESSION || g->kind == LTI_QUIZ) {
        rc = sql_lti_session(m->tx, m->a, g->id, &session);
        programme = session.programme_id;
    } else if (g->kind == LTI_EXERCISE && g->id != 0) {
        rc = sql_lti_exercise(m->tx, m->a, g->id, &exercise);
        programme = exercise.programme_id;
    } else if (g->kind == LTI_EXERCISE) {
        rc = sql_lti_exercise_by_code(m->tx, m->a, programme, g->code, &coded);
        aim->thing = coded.id;
    }
    if (rc == RC_NOT_FOUND || (rc == RC_OK && programme != m->out->programme))
        return refuse(m, M_lti_no_thing, "administrator", m->l->resource_title);
    return rc;
}

static struct str path_of(struct arena *a, struct str kind, int64_t thing)
{
    if (str_eq_z(kind, lti_kind_words[LTI_SESSION]))
        return str_printf(a, "/sessions/%" PRId64, thing);
    if (str_eq_z(kind, lti_kind_words[LTI_QUIZ]))
        return str_printf(a, "/sessions/%" PRId64 "/quiz", thing);
    return str_eq_z(kind, lti_kind_words[LTI_EXERCISE]) ? str_printf(a, "/practice/%" PRId64, thing) : S("/home");
}

static enum rc note_link(struct admitting *m, const struct aim *aim)
{
    const struct lti_launch *l = m->l;
    struct row_lti_link_find link;
    if (l->message != LTI_RESOURCE_LINK)
        return RC_OK;
    TRY(sql_lti_link_put(m->tx, db_new_id(m->tx), m->out->context, l->resource, l->resource_title, str_from(lti_kind_words[aim->kind]), aim->thing, l->lineitem,
                         l->lineitems, l->may_score, l->may_list, l->may_make));
    TRY(sql_lti_link_find(m->tx, m->a, m->out->context, l->resource, &link));
    m->out->goal = path_of(m->a, link.kind, link.thing);
    bool scored = link.may_score && (link.lineitem.n != 0 || link.lineitems.n != 0);
    if (!l->learner || !scored || link.thing == 0)
        return RC_OK;
    return sql_lti_seat_put(m->tx, link.id, m->out->person, link.kind, link.thing, m->now, &m->now);
}

enum rc lti_admit(struct db *tx, struct arena *a, const struct lti_platform *p, const struct lti_launch *l, int64_t now, struct lti_admitted *out,
                  struct err *e)
{
    struct admitting m = {.tx = tx, .a = a, .p = p, .l = l, .now = now, .coming = true, .out = out, .e = e};
    struct person_details details = {0};
    struct aim aim;
    *out = (struct lti_admitted){.goal = S("/home")};
    TRY(note_course(&m));
    if (out->refused == 0)
        TRY(consider(&m, &details));
    if (out->refused == 0)
        TRY(find_aim(&m, &aim));
    if (out->refused != 0)
        return RC_OK;
    TRY(settle_person(&m, &details));
    TRY(sql_lti_platform_launched(tx, p->id, now));
    return note_link(&m, &aim);
}

enum rc lti_admit_member(struct db *db, struct arena *a, const struct lti_platform *p, const struct row_lti_context_get *course, const struct lti_launch *l,
                         bool dry, int64_t now, struct lti_admitted *out, struct err *e)
{
    struct admitting m = {.tx = db, .a = a, .p = p, .l = l, .now = now, .out = out, .e = e};
    struct person_details details = {0};
    *out = (struct lti_admitted){.context = course->id, .programme = course->programme_id};
    TRY(sql_lti_context_find(db, a, p->id, course->deployment, course->context, &m.course));
    TRY(consider(&m, &details));
    return out->refused != 0 || dry ? RC_OK : settle_person(&m, &details);
}
