/* Scores on their way to a platform (LTI Assignment and Grade Services 2.0). A seat that is due is looked at: when its person has a better result
 * than the platform was told, that is sent; so a score goes out once, however often somebody finishes, and again only when it is better. What
 * fails is tried again later and later. The rows are the outbox: written in the transaction in which somebody finished (lti_finished). */
#include "campus/lti/inside.h"

#include "base/clock.h"
#include "out/fetch.h"

#define AT_ONCE 50
#define LEASE_MS (2 * MS_PER_MINUTE)
#define FIRST_WAIT_MS (5 * MS_PER_SECOND)
#define LONGEST_WAIT_MS (6 * MS_PER_HOUR)
#define MOST_ATTEMPTS 25 /* about four days */
#define OFF_WAIT_MS MS_PER_HOUR
#define COLUMN_PAGES 20
#define SCORE_TYPE "application/vnd.ims.lis.v1.score+json"
#define COLUMN_TYPE "application/vnd.ims.lis.v2.lineitem+json"
#define COLUMNS_TYPE "application/vnd.ims.lis.v2.lineitemcontainer+json"

enum rc lti_finished(struct db *tx, int64_t person, const char *kind, int64_t thing, int64_t now)
{
    bool session = strcmp(kind, lti_kind_words[LTI_SESSION]) == 0;
    struct str of = str_from(kind), too = session ? str_from(lti_kind_words[LTI_QUIZ]) : of;
    struct row_lti_seat_sits seat;
    TRY(sql_lti_seat_sits(tx, NULL, person, of, too, thing, &seat));
    if (!seat.sits)
        return RC_OK;
    TRY(sql_lti_seat_finished(tx, person, of, too, thing, now));
    return db_changes(tx) != 0 ? job_add(tx, LTI_SCORES_JOB, S("{}"), 0, now, NULL) : RC_OK;
}

/* ---- the column ------------------------------------------------------------------------------------------------------------------------ */

struct sending {
    struct db *db;
    struct arena *a;
    struct lti_platform p;
    const struct row_lti_seat_due *seat;
    int64_t now, lease;
    int64_t percent;
    struct str column; /* address */
    struct err *e;
};

/* What the platform granted for this link, so that no token is asked for with more. */
static const char *scopes_of(const struct sending *s)
{
    if (s->seat->may_make)
        return LTI_SCOPE_SCORE " " LTI_SCOPE_LINEITEM;
    return s->seat->may_list ? LTI_SCOPE_SCORE " " LTI_SCOPE_LINEITEM_READ : LTI_SCOPE_SCORE;
}

static enum rc write_column(struct db *tx, void *arg, struct err *e)
{
    const struct sending *s = arg;
    (void)e;
    return sql_lti_link_lineitem(tx, s->seat->link_id, s->column);
}

/* The one of this link: the platform may keep several for it, and the list may ignore what was asked for. */
static struct str matching(struct sending *s, json_t *list)
{
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o) {
        struct str id = lti_member(s->a, o, "id");
        if (str_eq(lti_member(s->a, o, "resourceLinkId"), s->seat->resource) && fetch_address_ok(id))
            return id;
    }
    return S("");
}

static enum rc look_up_column(struct sending *s)
{
    struct buf query = buf_new(s->a, 100);
    buf_z(&query, "limit=100&resource_link_id=");
    buf_url(&query, s->seat->resource);
    struct str url = lti_url_with(s->a, s->seat->lineitems, buf_text(&query));
    for (int page = 0; page < COLUMN_PAGES && url.n != 0; page++) {
        struct fetched got;
        const struct lti_call call = {.url = url, .accept = COLUMNS_TYPE};
        TRY(lti_service(s->db, s->a, &s->p, scopes_of(s), &call, s->now, &got, s->e));
        s->column = matching(s, lti_parse(s->a, got.body));
        if (s->column.n != 0)
            return RC_OK;
        url = lti_next_page(s->a, got.link);
    }
    return RC_OK;
}

static enum rc make_column(struct sending *s)
{
    struct fetched got;
    struct buf b = buf_new(s->a, 256);
    buf_z(&b, "{\"scoreMaximum\":100,\"label\":");
    buf_json(&b, s->seat->title.n != 0 ? s->seat->title : S("Cadre"));
    buf_z(&b, ",\"resourceLinkId\":");
    buf_json(&b, s->seat->resource);
    buf_printf(&b, ",\"resourceId\":\"%.*s/%" PRId64 "\",\"tag\":\"cadre\"}", STR_ARG(s->seat->kind), s->seat->thing);
    const struct lti_call call = {.method = "POST", .url = s->seat->lineitems, .accept = COLUMN_TYPE, .type = COLUMN_TYPE, .body = buf_text(&b)};
    TRY(lti_service(s->db, s->a, &s->p, scopes_of(s), &call, s->now, &got, s->e));
    s->column = lti_member(s->a, lti_parse(s->a, got.body), "id");
    return fetch_address_ok(s->column) ? RC_OK : err_set(s->e, RC_BUSY, M_lti_no_column, NULL);
}

/* What is there is looked up first: a column that was made twice is one too many. */
static enum rc find_column(struct sending *s)
{
    s->column = s->seat->lineitem;
    if (s->column.n != 0)
        return RC_OK;
    if (s->seat->lineitems.n != 0 && s->seat->may_list)
        TRY(look_up_column(s));
    if (s->column.n == 0 && s->seat->lineitems.n != 0 && s->seat->may_make)
        TRY(make_column(s));
    if (s->column.n == 0)
        return err_set(s->e, RC_BUSY, M_lti_no_column, NULL);
    return store_write(s->db, write_column, s, s->e);
}

/* ---- one score ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc post_score(struct sending *s)
{
    struct row_lti_person_subject who;
    struct fetched got;
    struct buf b = buf_new(s->a, 256);
    enum rc rc = sql_lti_person_subject(s->db, s->a, s->p.id, s->seat->person_id, &who);
    if (rc == RC_NOT_FOUND)
        return err_set(s->e, RC_BUSY, M_lti_nobody, NULL);
    TRY(rc);
    TRY(find_column(s));
    buf_z(&b, "{\"userId\":");
    buf_json(&b, who.subject);
    buf_printf(&b, ",\"scoreGiven\":%" PRId64 ",\"scoreMaximum\":100,\"activityProgress\":\"Completed\",\"gradingProgress\":\"FullyGraded\",\"timestamp\":\"", s->percent);
    instant_format(&b, s->now);
    buf_z(&b, "\"}");
    const struct lti_call call = {.method = "POST", .url = lti_url_under(s->a, s->column, "scores"), .type = SCORE_TYPE, .body = buf_text(&b)};
    rc = lti_service(s->db, s->a, &s->p, scopes_of(s), &call, s->now, &got, s->e);
    if (rc == RC_NOT_FOUND && s->seat->lineitems.n != 0) { /* the column is gone: look for it the next time */
        s->column = S("");
        TRY(store_write(s->db, write_column, s, NULL));
    }
    return rc;
}

static enum rc best_result(struct sending *s, bool *some)
{
    struct row_lti_result_session a;
    struct row_lti_result_quiz b;
    struct row_lti_result_exercise c;
    const struct row_lti_seat_due *seat = s->seat;
    if (str_eq_z(seat->kind, lti_kind_words[LTI_SESSION])) {
        TRY(sql_lti_result_session(s->db, s->a, seat->person_id, seat->thing, &a));
        *some = !a.percent_null;
        s->percent = a.percent;
    } else if (str_eq_z(seat->kind, lti_kind_words[LTI_QUIZ])) {
        TRY(sql_lti_result_quiz(s->db, s->a, seat->person_id, seat->thing, &b));
        *some = !b.percent_null;
        s->percent = b.percent;
    } else {
        TRY(sql_lti_result_exercise(s->db, s->a, seat->person_id, seat->thing, &c));
        *some = !c.percent_null;
        s->percent = c.percent;
    }
    *some = *some && (seat->sent_null || s->percent > seat->sent);
    return RC_OK;
}

struct noting {
    const struct row_lti_seat_due *seat;
    int64_t now, lease, due_at;
    const int64_t *percent;
    struct str failed; /* empty: it went well */
    bool taken, again;
};

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    struct noting *n = arg;
    (void)e;
    TRY(sql_lti_seat_take(tx, n->seat->link_id, n->seat->person_id, n->seat->due_at, n->lease));
    n->taken = db_changes(tx) == 1;
    return RC_OK;
}

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct noting *n = arg;
    (void)e;
    if (n->failed.n == 0)
        return sql_lti_seat_sent(tx, n->seat->link_id, n->seat->person_id, n->percent, n->now, n->lease);
    TRY(sql_lti_seat_failed(tx, n->seat->link_id, n->seat->person_id, n->failed, n->lease, n->again ? &n->due_at : NULL));
    return n->again ? job_add(tx, LTI_SCORES_JOB, S("{}"), 0, n->due_at, NULL) : RC_OK;
}

static int64_t wait_after(int64_t attempts)
{
    int64_t wait = FIRST_WAIT_MS;
    for (int64_t i = 0; i < attempts && wait < LONGEST_WAIT_MS; i++)
        wait *= 2;
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

static enum rc send_one(struct db *db, struct arena *a, const struct row_lti_seat_due *seat, int64_t now)
{
    struct err why = {0};
    struct sending s = {.db = db, .a = a, .seat = seat, .now = now, .e = &why};
    struct noting n = {.seat = seat, .now = now, .lease = now + LEASE_MS};
    bool some;
    if (!str_eq(seat->state, S("on")))
        n.lease = now + OFF_WAIT_MS;
    TRY(store_write(db, take, &n, NULL));
    if (!n.taken || !str_eq(seat->state, S("on")))
        return RC_OK;
    TRY(lti_platform_load(db, a, seat->platform_id, &s.p));
    TRY(best_result(&s, &some));
    enum rc rc = some ? post_score(&s) : RC_OK;
    n.percent = some ? &s.percent : NULL;
    if (rc != RC_OK) {
        TRY(lti_note_failure(db, s.p.id, &why, now));
        n.failed = why.msg != 0 ? msg_name(why.msg) : S("error_internal");
        n.again = seat->attempts + 1 < MOST_ATTEMPTS;
        n.due_at = now + wait_after(seat->attempts);
    }
    return store_write(db, note, &n, NULL);
}

enum rc lti_scores_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_lti_seat_due due;
    struct arena *each = arena_new(0);
    enum rc rc = RC_OK;
    (void)args;
    (void)e;
    do {
        rc = sql_lti_seat_due(db, a, clock_now(), AT_ONCE, &due);
        for (size_t i = 0; rc == RC_OK && i < due.n; i++) {
            rc = send_one(db, each, &due.v[i], clock_now());
            arena_reset(each);
            if (rc == RC_OK)
                rc = job_progress(db, job, (int64_t)i, (int64_t)due.n);
        }
    } while (rc == RC_OK && due.n == AT_ONCE);
    arena_free(each);
    return rc;
}
