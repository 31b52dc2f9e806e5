/* `cadre demo`: a programme that looks lived in, of any size. The same --people and --seed give the same demo on the same day, in UTC:
 * all that is in it, with the same keys, whatever the engine and the hour. Apart from that stand only what nobody may guess (tokens,
 * codes, sealed texts) and the order of answers that were untied from those who gave them: these are always drawn anew. */
#include "auth/session.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/problems.h"
#include "base/utf8.h"
#include "command/demo_badge.h"
#include "command/demo_commend.h"
#include "command/demo_dice.h"
#include "command/demo_feedback.h"
#include "command/demo_improve.h"
#include "command/demo_ledger.h"
#include "command/demo_match.h"
#include "command/demo_mentor.h"
#include "command/demo_names.h"
#include "command/demo_observe.h"
#include "command/demo_plan.h"
#include "command/demo_panel.h"
#include "command/demo_placement.h"
#include "command/demo_reflect.h"
#include "command/demo_portfolio.h"
#include "command/demo_practice.h"
#include "command/demo_room.h"
#include "command/files.h"
#include "command/verbs.h"
#include "out/outbox.h"
#include "programme/curriculum/curriculum.h"
#include "programme/evidence/evidence.h"
#include "programme/ledger/ledger.h"
#include "programme/mentor/mentor.h"
#include "programme/people/people.h"
#include "programme/programme/bulk.h"
#include "programme/programme/programme.h"

#define COHORT_SIZE 240      /* trainees in one cohort of a large programme */
#define GROUPS_A_COHORT 6
#define CHUNK 1000           /* people in one transaction */
#define STOOD_AT (16 * MS_PER_HOUR) /* the programme is as it stood yesterday at this hour of the day, in UTC */
#define MOST_COHORTS 4096
#define COPIED 100 /* people from which a demo for PostgreSQL is made in a file first */

/* ---- the plan -------------------------------------------------------------------------------------------------------------------- */
static const struct {
    const char *code, *title;
} stage_plan[] = {
    {"Y1", "Year 1"}, {"Y2", "Year 2"}, {"Y3", "Year 3"}, {"Y4", "Year 4"}, {"Y5", "Year 5"}, {"R1", "Residency 1"}, {"R2", "Residency 2"}, {"R3", "Residency 3"},
};
#define STAGES ((int64_t)COUNT_OF(stage_plan))

struct cohort_plan {
    int64_t id, stage_ordinal, first_start;
    int64_t groups[GROUPS_A_COHORT];
};

struct course_plan {
    int64_t id, stage_ordinal;
    int64_t sessions[64];
    size_t session_count;
};

struct turn;

struct demo {
    struct command *c;
    struct arena *a;
    uint64_t seed;
    int64_t people, trainees;
    int64_t now, today;
    int64_t programme;
    int64_t stages[COUNT_OF(stage_plan)];
    struct cohort_plan *cohorts;
    int64_t cohort_count;
    struct course_plan *courses;
    size_t course_count, session_count;
    int64_t next; /* the person to make, or to record something of, next */
    int64_t *ids; /* of the people made so far */
    struct turn *turns; /* the trainees in the order of their ids */
    unsigned char *stage; /* of each trainee: ordinal of her cohort's */
    bool *is_mentor; /* of each person: is she a mentor of the staff */
    size_t training; /* which course is that for mentors; course_count: none */
};

static int64_t cohorts_a_stage(const struct demo *d)
{
    int64_t n = (d->trainees + STAGES * COHORT_SIZE - 1) / (STAGES * COHORT_SIZE);
    return n < 1 ? 1 : n > MOST_COHORTS / STAGES ? MOST_COHORTS / STAGES : n;
}

static enum rc make_frame(struct db *tx, void *arg, struct err *e)
{
    struct demo *d = arg;
    struct civil today = civil_from_day(d->today);
    int year = today.month >= 8 ? today.year : today.year - 1; /* the academic year begins in August */
    TRY(site_mark_demo(tx, d->now));
    TRY(programme_add(tx, S("LEAD"), S("Leading Care"), S("Europe/London"), S("en"), d->now, &d->programme, e));
    for (int64_t i = 0; i < STAGES; i++)
        TRY(programme_add_stage(tx, d->programme, i + 1, str_from(stage_plan[i].code), str_from(stage_plan[i].title), &d->stages[i], e));
    int64_t each = cohorts_a_stage(d);
    d->cohort_count = 0;
    for (int64_t s = 0; s < STAGES; s++)
        for (int64_t k = 0; k < each; k++) {
            struct cohort_plan *c = &d->cohorts[d->cohort_count++];
            bool resident = stage_plan[s].code[0] == 'R';
            int64_t entry = year - (resident ? s - 5 : s);
            struct str site = each > 1 ? str_printf(d->a, " %" PRId64, k + 1) : S("");
            struct str code = str_printf(d->a, "%s%" PRId64 "%s%.*s", resident ? "RES" : "MED", entry, each > 1 ? "-" : "", (int)(site.n > 0 ? site.n - 1 : 0), site.p + (site.n > 0));
            struct str title = str_printf(d->a, "%s %" PRId64 "%.*s", resident ? "Residents" : "Entry", entry, STR_ARG(site));
            c->stage_ordinal = s;
            c->first_start = day_from_civil((int)entry, 8, 15);
            TRY(programme_add_cohort(tx, d->programme, code, title, d->stages[s], &c->id, e));
            for (int g = 0; g < GROUPS_A_COHORT; g++)
                TRY(programme_add_group(tx, d->programme, c->id, str_printf(d->a, "%.*s-%c", STR_ARG(code), 'A' + g),
                                        str_printf(d->a, "%.*s, group %c", STR_ARG(title), 'A' + g), &c->groups[g], e));
        }
    return RC_OK;
}

/* How many years ago a cohort had a course; -1: not yet. Whatever it has reached last runs now, so that everybody has something to
 * do; what belongs to earlier stages ran in the years before. */
static int64_t years_ago(const struct demo *d, const struct cohort_plan *cohort, const struct course_plan *course)
{
    int64_t latest = course->stage_ordinal;
    if (course->stage_ordinal > cohort->stage_ordinal)
        return -1;
    for (size_t k = 0; k < d->course_count; k++)
        if (d->courses[k].stage_ordinal <= cohort->stage_ordinal && d->courses[k].stage_ordinal > latest)
            latest = d->courses[k].stage_ordinal;
    return latest - course->stage_ordinal;
}

#define COURSE_DAYS 120
#define BEGAN_DAYS 70 /* before today */
#define FRESH_DAYS 7  /* what has been due for longer is done, but by a few */

static enum rc make_offerings(struct db *tx, void *arg, struct err *e)
{
    struct demo *d = arg;
    for (size_t k = 0; k < d->course_count; k++)
        for (int64_t i = 0; i < d->cohort_count; i++) {
            int64_t behind = years_ago(d, &d->cohorts[i], &d->courses[k]), offering;
            if (behind < 0)
                continue;
            int64_t start = d->today - BEGAN_DAYS + (int64_t)k % 3 * 7 - behind * 365, end = start + COURSE_DAYS;
            TRY(curriculum_offer(tx, d->a, d->courses[k].id, d->cohorts[i].id, 0, start, end, d->now, &offering, e));
        }
    return RC_OK;
}

/* ---- people ------------------------------------------------------------------------------------------------------------------------ */
static struct str ascii_word(struct arena *a, struct str name)
{
    struct str folded = utf8_fold(a, name);
    struct buf b = buf_new(a, folded.n + 1);
    for (size_t i = 0; i < folded.n; i++)
        if ((folded.p[i] >= 'a' && folded.p[i] <= 'z') || (folded.p[i] >= '0' && folded.p[i] <= '9'))
            buf_ch(&b, folded.p[i]);
    if (b.n == 0)
        buf_z(&b, "person");
    return buf_text(&b);
}

static enum rc add_person(struct db *tx, struct arena *a, struct demo *d, int64_t index, struct dice *dice, int64_t *person, struct err *e)
{
    struct str given = str_from(demo_given_names[below(dice, (int64_t)demo_given_name_count)]);
    struct str family = str_from(demo_family_names[below(dice, (int64_t)demo_family_name_count)]);
    struct person_details p = {
        .given_name = given,
        .family_name = family,
        .email = str_printf(a, "%.*s.%.*s.%" PRId64 "@example.org", STR_ARG(ascii_word(a, given)), STR_ARG(ascii_word(a, family)), index + 1),
    };
    static const char *const professions[] = {"medicine", "medicine", "medicine", "medicine", "nursing", "nursing", "pharmacy", "physiotherapy", "midwifery"};
    p.profession = str_from(professions[splitmix_of((uint64_t)index) % COUNT_OF(professions)]);
    d->ids[index] = *person = db_new_opaque_id(tx);
    return people_add_known(tx, a, &p, STR_NONE, STR_NONE, *person, db_new_id(tx), d->now - d->people + index, e);
}

/* When it was written down: all of a day at once, so that the index by that time grows at few places, however many people. */
static int64_t evening_of(int64_t at)
{
    return at - at % MS_PER_DAY + 22 * MS_PER_HOUR;
}

static enum rc add_progress(struct db *tx, struct arena *a, const struct demo *d, const struct curriculum_history *history, const struct cohort_plan *c, int64_t person,
                            struct dice *dice)
{
    int keen = 40 + (int)below(dice, 60);
    struct curriculum_past *past = ARENA_ARRAY(a, d->session_count, struct curriculum_past);
    size_t n = 0;
    for (size_t k = 0; k < d->course_count; k++) {
        const struct course_plan *course = &d->courses[k];
        int64_t behind = years_ago(d, c, course), start = d->today - BEGAN_DAYS + (int64_t)k % 3 * 7 - behind * 365;
        if (behind < 0)
            continue;
        for (size_t s = 0; s < course->session_count; s++) {
            int64_t due = start + COURSE_DAYS * (int64_t)(s + 1) / (int64_t)course->session_count;
            int64_t at = (due - below(dice, 25)) * MS_PER_DAY + 8 * MS_PER_HOUR + below(dice, 12 * 60) * MS_PER_MINUTE;
            bool gone = at < d->now - MS_PER_DAY;
            bool done = due < d->today - FRESH_DAYS;
            if (!gone || !chance(dice, behind > 0 ? 100 : done ? 96 : keen))
                continue;
            int percent = done ? 80 + 10 * (int)below(dice, 3) : chance(dice, 90) ? 50 + 10 * (int)below(dice, 6) : -1;
            past[n++] = (struct curriculum_past){course->sessions[s], at, evening_of(at), percent, done || chance(dice, 70)};
        }
    }
    return curriculum_record(tx, a, history, person, past, n);
}

static const struct cohort_plan *cohort_of(const struct demo *d, int64_t index)
{
    return &d->cohorts[index * d->cohort_count / d->trainees];
}

static enum rc add_trainee(struct db *tx, struct arena *a, struct demo *d, int64_t index, struct dice *dice, struct err *e)
{
    int64_t person;
    const struct cohort_plan *c = cohort_of(d, index);
    TRY(add_person(tx, a, d, index, dice, &person, e));
    d->stage[index] = (unsigned char)c->stage_ordinal;
    TRY(programme_add_member_known(tx, db_new_id(tx), person, d->programme, c->id, 0, c->first_start, INT64_MAX, S("demo")));
    return programme_add_group_member_known(tx, c->groups[index % GROUPS_A_COHORT], person, c->first_start, INT64_MAX);
}

#define COORDINATOR_AT 2 /* of the staff */
#define AUTHOR_AT 3
#define MENTOR_AT 4
#define ASSESSOR_AT 5

/* The first of the staff hold one role each, so that every role has somebody; the others are mentors, assessors, authors. */
static enum role staff_role(int64_t k, struct dice *dice)
{
    static const enum role first[] = {ROLE_ADMINISTRATOR, ROLE_DIRECTOR, ROLE_COORDINATOR, ROLE_AUTHOR, ROLE_MENTOR, ROLE_ASSESSOR};
    if (k < (int64_t)COUNT_OF(first))
        return first[k];
    int64_t r = below(dice, 100);
    return r < 70 ? ROLE_MENTOR : r < 88 ? ROLE_ASSESSOR : r < 95 ? ROLE_AUTHOR : ROLE_COORDINATOR;
}

static enum rc add_staff(struct db *tx, struct arena *a, struct demo *d, int64_t index, struct dice *dice, struct err *e)
{
    int64_t person;
    enum role role = staff_role(index - d->trainees, dice);
    bool site = role == ROLE_ADMINISTRATOR;
    TRY(add_person(tx, a, d, index, dice, &person, e));
    d->is_mentor[index] = role == ROLE_MENTOR;
    return programme_grant_role_known(tx, db_new_id(tx), person, role, site ? 0 : d->programme, 0, d->today - 400, INT64_MAX, S("demo"));
}

/* Each person has dice of her own, and another stream of them for each step, so that chunks do not matter. */
enum step_salt { SALT_PERSON, SALT_PROGRESS };

/* All are new and nothing is offered yet: nothing is asked, and nobody is told that somebody joined. */
static enum rc people_chunk(struct db *tx, void *arg, struct err *e)
{
    struct demo *d = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    int64_t until = d->next + CHUNK < d->people ? d->next + CHUNK : d->people;
    db_pipeline_begin(tx);
    for (int64_t i = d->next; i < until && rc == RC_OK; i++) {
        struct dice dice = dice_of(d->seed, SALT_PERSON, i);
        rc = i < d->trainees ? add_trainee(tx, a, d, i, &dice, e) : add_staff(tx, a, d, i, &dice, e);
        arena_reset(a);
    }
    arena_free(a);
    enum rc sent = db_pipeline_end(tx);
    return rc != RC_OK ? rc : sent;
}

/* Rows about a person stand under her id in most indexes: in the order of the ids each chunk touches few pages, however large
 * the database has become. */
struct turn {
    int64_t id, index;
};

static int by_id(const void *x, const void *y)
{
    const struct turn *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static void plan_turns(struct demo *d)
{
    d->turns = ARENA_ARRAY(d->a, (size_t)d->trainees, struct turn);
    for (int64_t i = 0; i < d->trainees; i++)
        d->turns[i] = (struct turn){d->ids[i], i};
    qsort(d->turns, (size_t)d->trainees, sizeof *d->turns, by_id);
}

static enum rc progress_chunk(struct db *tx, void *arg, struct err *e)
{
    struct demo *d = arg;
    struct arena *a = arena_new(0), *kept = arena_new(0);
    struct curriculum_history *history = NULL;
    enum rc rc = curriculum_history_open(tx, kept, d->programme, &history);
    int64_t until = d->next + CHUNK < d->trainees ? d->next + CHUNK : d->trainees;
    (void)e;
    for (int64_t k = d->next; k < until && rc == RC_OK; k++) {
        const struct turn *t = &d->turns[k];
        struct dice dice = dice_of(d->seed, SALT_PROGRESS, t->index);
        rc = add_progress(tx, a, d, history, cohort_of(d, t->index), t->id, &dice);
        arena_reset(a);
    }
    arena_free(a);
    arena_free(kept);
    return rc;
}

/* ---- the verb ------------------------------------------------------------------------------------------------------------------------ */
static enum rc load_content(struct command *c, struct demo *d, struct err *e)
{
    struct content_file *files;
    size_t count;
    struct problems problems = problems_new(c->a);
    bool json = c->json;
    if (!files_gather(c, NULL, &files, &count))
        return RC_INTERNAL;
    c->json = false;
    TRY(content_load_all(c, d->programme, files, count, true, d->now, &problems, e));
    c->json = json;
    struct curriculum_course *courses;
    size_t n;
    TRY(curriculum_courses(c->db, c->a, d->programme, &courses, &n));
    d->courses = ARENA_ARRAY(c->a, n, struct course_plan);
    d->training = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        if (str_ends(courses[i].slug, S("-de")))
            continue; /* the demo's people learn in English */
        if (str_eq_z(courses[i].slug, MENTOR_TRAINING))
            d->training = d->course_count;
        struct course_plan *p = &d->courses[d->course_count++];
        p->id = courses[i].id;
        for (int64_t s = 0; s < STAGES; s++)
            if (d->stages[s] == courses[i].stage)
                p->stage_ordinal = s;
        p->session_count = courses[i].session_count < COUNT_OF(p->sessions) ? courses[i].session_count : COUNT_OF(p->sessions);
        for (size_t s = 0; s < p->session_count; s++)
            p->sessions[s] = courses[i].sessions[s];
        d->session_count += p->session_count;
    }
    return RC_OK;
}

static enum rc add_mentoring(struct command *c, struct demo *d, struct err *e)
{
    const struct course_plan *training = d->training < d->course_count ? &d->courses[d->training] : NULL;
    struct demo_mentoring m = {.a = d->a, .seed = d->seed, .now = d->now, .today = d->today, .programme = d->programme, .people = d->people, .trainees = d->trainees, .ids = d->ids, .stage = d->stage, .is_mentor = d->is_mentor};
    m.senior_stage = d->stages[3];
    if (training != NULL) {
        m.sessions = training->sessions;
        m.session_count = training->session_count;
    }
    return demo_mentor_fill(c->db, &m, e);
}

static enum rc add_evaluations(struct command *c, struct demo *d, struct err *e)
{
    int64_t *cohorts = ARENA_ARRAY(c->a, (size_t)d->cohort_count, int64_t), *starts = ARENA_ARRAY(c->a, (size_t)d->cohort_count, int64_t);
    for (int64_t i = 0; i < d->cohort_count; i++) {
        cohorts[i] = d->cohorts[i].id;
        starts[i] = d->cohorts[i].first_start;
    }
    struct demo_evaluating v = {d->programme, d->now, d->today, d->ids, d->trainees, d->cohort_count, cohorts, starts, cohorts_a_stage(d), d->ids[d->trainees + COORDINATOR_AT], d->seed};
    TRY(store_write_bulk(c->db, demo_evaluate, &v, e));
    return ledger_count(c->db, d->programme, d->now, e);
}

#define TOLD 60 /* rows of evidence that become statements of the record store when the demo is first served */

/* A past of a hundred rows for each person is not told of: it would double the demo. */
static enum rc keep_quiet(struct db *tx, void *arg, struct err *e)
{
    const struct demo *d = arg;
    (void)e;
    return outbox_switch(tx, EVIDENCE_TOPIC, false, d->now);
}

static enum rc tell_newest(struct db *tx, void *arg, struct err *e)
{
    const struct demo *d = arg;
    (void)e;
    TRY(outbox_switch(tx, EVIDENCE_TOPIC, true, d->now));
    return evidence_tell_newest(tx, d->a, TOLD, d->now);
}

static enum rc fill(struct command *c, struct demo *d, struct err *e)
{
    TRY(store_write_bulk(c->db, keep_quiet, d, e));
    TRY(store_write_bulk(c->db, make_frame, d, e));
    TRY(load_content(c, d, e));
    for (d->next = 0; d->next < d->people; d->next += CHUNK) {
        progress_show(NULL, d->next, d->people * 2);
        TRY(store_write_bulk(c->db, people_chunk, d, e));
    }
    TRY(store_write_bulk(c->db, make_offerings, d, e));
    plan_turns(d);
    for (d->next = 0; d->next < d->trainees; d->next += CHUNK) {
        progress_show(NULL, d->people + d->next, d->people * 2);
        TRY(store_write_bulk(c->db, progress_chunk, d, e));
    }
    struct demo_observing o = {d->programme, d->now, d->today, d->ids, d->trainees, d->people, d->cohorts[0].groups[0], d->seed, 0, 0};
    for (o.from = 0; o.from < d->trainees; o.from = o.until) {
        o.until = o.from + CHUNK < d->trainees ? o.from + CHUNK : d->trainees;
        TRY(store_write_bulk(c->db, demo_observe, &o, e));
    }
    struct demo_commending k = {d->programme, d->now, d->today, d->ids, d->trainees, d->people, d->seed};
    TRY(store_write_bulk(c->db, demo_commend, &k, e));
    struct demo_improving projects = {d->programme, d->now, d->today, d->ids, d->trainees};
    TRY(store_write_bulk(c->db, demo_improve, &projects, e));
    struct demo_practising practice = {d->programme, d->now, d->today, d->ids, d->trainees, d->people, d->seed};
    TRY(store_write_bulk(c->db, demo_practice, &practice, e));
    struct demo_panels b = {d->programme, d->now, d->today, d->ids, d->trainees, {d->cohorts[0].id, d->cohorts[1].id}, d->cohort_count, 0};
    for (int64_t i = 0; i < d->trainees && cohort_of(d, i) == &d->cohorts[0]; i++)
        b.first++; /* the trainees of the first cohort come first */
    TRY(store_write_bulk(c->db, demo_panel, &b, e));
    struct demo_placements places = {d->programme, d->now, d->today, d->ids, d->trainees, d->people, d->seed};
    TRY(store_write_bulk(c->db, demo_placement, &places, e));
    progress_show(NULL, d->people * 2, d->people * 2);
    progress_end();
    TRY(add_mentoring(c, d, e));
    struct demo_planning plans = {d->programme, d->now, d->today, d->ids, d->trainees, d->seed};
    TRY(store_write_bulk(c->db, demo_plan, &plans, e));
    struct demo_feedback f = {d->programme, d->now, d->today, d->ids, d->trainees, d->people, d->ids[d->trainees + COORDINATOR_AT], d->ids[d->trainees + MENTOR_AT], d->seed};
    TRY(demo_feedback_fill(c->db, &f, e));
    TRY(demo_reflect_fill(c->db, d->ids[0], d->ids[d->trainees + MENTOR_AT], d->now, e));
    TRY(demo_match_fill(c->db, d->programme, d->ids[d->trainees + COORDINATOR_AT], d->seed, d->today, d->now, e));
    struct demo_portfolios p = {d->now, d->ids, d->trainees};
    TRY(store_write_bulk(c->db, demo_portfolio, &p, e));
    struct demo_badges badges = {d->programme, d->now, d->today, d->ids, d->trainees, d->ids[d->trainees + COORDINATOR_AT]};
    TRY(store_write_bulk(c->db, demo_badge, &badges, e));
    struct demo_rooms rooms = {d->programme, d->now, d->ids[d->trainees + COORDINATOR_AT], d->ids, d->trainees, d->today,
                               d->ids[d->trainees + MENTOR_AT], d->ids[d->trainees + ASSESSOR_AT], d->ids[d->trainees + AUTHOR_AT], d->cohorts[0].id};
    TRY(store_write_bulk(c->db, demo_room, &rooms, e));
    TRY(store_write_bulk(c->db, demo_talk, &rooms, e));
    TRY(store_write_bulk(c->db, demo_judge, &rooms, e));
    TRY(add_evaluations(c, d, e));
    TRY(store_write_bulk(c->db, tell_newest, d, e));
    return evidence_count_tally(c->db, c->a, d->now, e);
}

/* As fill, in a store of its own, which is closed at the end. */
static enum rc fill_file(struct command *c, struct demo *d, const char *path, struct err *e)
{
    struct store *store;
    struct db *db = NULL, *target = c->db;
    TRY(store_open(path, (struct store_options){.create = true}, &store, e));
    enum rc rc = store_migrate(store, NULL, NULL, e);
    if (rc == RC_OK)
        rc = store_connect(store, &db, e);
    if (rc == RC_OK) {
        store_draw_from(store, d->seed);
        c->db = db;
        rc = fill(c, d, e);
        c->db = target;
        db_close(db);
    }
    store_close(store);
    return rc;
}

/* A person has a hundred rows and more, which PostgreSQL takes one by one, with their keys and indexes, ten times slower than as a
 * copy of tables. With the keys drawn from the seed both ways lead to the same demo. */
static enum rc fill_by_copy(struct command *c, struct demo *d, struct err *e)
{
    struct str folder = child_folder(c->a);
    if (folder.p == NULL)
        return err_set(e, RC_BUSY, 0, "no folder for temporary files can be made");
    const char *path = str_z(c->a, str_printf(c->a, "%.*s/demo.db", STR_ARG(folder)));
    TRY(fill_file(c, d, path, e));
    enum rc rc = store_restore(db_store(c->db), path, progress_show, NULL, e);
    progress_end();
    return rc;
}

static int run(struct command *c)
{
    struct err e = {0};
    struct programme *programmes;
    size_t n;
    struct demo d = {.c = c, .a = c->a};
    int64_t seed, now = clock_now();
    d.now = now - now % MS_PER_DAY - MS_PER_DAY + STOOD_AT; /* so nothing in it hangs on the hour, or is still to happen */
    if (!command_number(c, "people", 200, 10, 2000000, &d.people) || !command_number(c, "seed", 1, 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    if (!command_open(c, true))
        return EXIT_REFUSED;
    enum rc rc = programme_list(c->db, c->a, &programmes, &n);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    if (n != 0) {
        command_say("%s already holds a programme; the demo goes into a new database", c->db_url);
        return EXIT_REFUSED;
    }
    d.seed = (uint64_t)seed;
    store_draw_from(db_store(c->db), d.seed);
    int64_t staff = d.people / 16;
    d.trainees = d.people - (staff < 6 ? 6 : staff);
    d.today = day_from_ms(zone_find(S("Europe/London")), d.now);
    d.ids = ARENA_ARRAY(c->a, (size_t)d.people, int64_t);
    d.stage = ARENA_ARRAY(c->a, (size_t)d.people, unsigned char);
    d.is_mentor = ARENA_ARRAY(c->a, (size_t)d.people, bool);
    d.cohorts = ARENA_ARRAY(c->a, MOST_COHORTS, struct cohort_plan);
    bool copied = d.people >= COPIED && store_engine(db_store(c->db)) == ENGINE_POSTGRES;
    rc = copied ? fill_by_copy(c, &d, &e) : fill(c, &d, &e);
    if (rc != RC_OK)
        return command_fail(c, rc, &e);
    printf("%" PRId64 " people in %" PRId64 " cohorts\n", d.people, d.cohort_count);
    return EXIT_DONE;
}

static const struct option_def options[] = {
    DB_OPTION,
    {"people", "N", "how many people (default 200)"},
    {"seed", "S", "which of the possible demos (default 1)"},
};

const struct verb verb_demo = {
    .name = "demo",
    .arguments = "",
    .summary = "Make a database with a demo programme",
    .details = "Creates the database when it is not there and fills it with the starter content, cohorts from the first year to residency, "
               "and people who have done part of what is due. The same number and seed give the same demo on the same day. A database "
               "that already holds a programme is refused. A large demo for PostgreSQL is made in a file below TMPDIR first, 30 kB for each "
               "person.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
