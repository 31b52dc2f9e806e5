/* For the bench: signs trainees in, all at once, and prints what they could mark as read: one line for each, cookie, CSRF
 * token, person and session with tabs between.   bench_people DB COUNT */
#include <sqlite3.h>

#include "auth/session.h"
#include "base/clock.h"

struct pair {
    int64_t person, session;
    struct str cookie, csrf;
};

struct pairs {
    struct arena *a;
    struct pair *v;
    size_t n;
};

/* Those enrolled in a course whose session they have not opened yet, all sessions of one person together. */
static bool find(const char *path, size_t most, struct pairs *out)
{
    static const char sql[] = "SELECT DISTINCT e.person_id, s.id FROM enrolment e JOIN offering o ON o.id = e.offering_id "
                              "JOIN course_session s ON s.course_id = o.course_id AND s.retired = 0 "
                              "LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = s.id "
                              "WHERE e.state = 'enrolled' AND p.person_id IS NULL ORDER BY e.person_id LIMIT ?1";
    sqlite3 *conn;
    sqlite3_stmt *q;
    if (sqlite3_open_v2(path, &conn, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK || sqlite3_prepare_v2(conn, sql, -1, &q, NULL) != SQLITE_OK) {
        fprintf(stderr, "bench_people: %s\n", sqlite3_errmsg(conn));
        return false;
    }
    sqlite3_bind_int64(q, 1, (sqlite3_int64)most);
    out->v = ARENA_ARRAY(out->a, most, struct pair);
    while (out->n < most && sqlite3_step(q) == SQLITE_ROW)
        out->v[out->n++] = (struct pair){.person = sqlite3_column_int64(q, 0), .session = sqlite3_column_int64(q, 1)};
    sqlite3_finalize(q);
    sqlite3_close(conn);
    return true;
}

static enum rc sign_in(struct db *tx, void *arg, struct err *e)
{
    struct pairs *p = arg;
    (void)e;
    for (size_t i = 0; i < p->n; i++) {
        if (i != 0 && p->v[i].person == p->v[i - 1].person) {
            p->v[i].cookie = p->v[i - 1].cookie;
            p->v[i].csrf = p->v[i - 1].csrf;
            continue;
        }
        TRY(session_open(tx, p->a, p->v[i].person, false, S("bench"), clock_now(), &p->v[i].cookie));
        p->v[i].csrf = session_csrf(p->a, p->v[i].cookie);
    }
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct pairs p = {.a = arena_new(0)};
    struct store *store;
    struct db *db;
    struct err e = {0};
    int64_t most;
    if (argc != 3 || !str_to_int(str_from(argv[2]), &most) || most < 1)
        return 2;
    if (!find(argv[1], (size_t)most, &p))
        return 1;
    if (store_open(argv[1], (struct store_options){0}, &store, &e) != RC_OK || store_connect(store, &db, &e) != RC_OK ||
        store_write_bulk(db, sign_in, &p, &e) != RC_OK) {
        fprintf(stderr, "bench_people: %s\n", e.detail);
        return 1;
    }
    /* In an order that has nothing to do with the keys, and the same each time. */
    size_t step = 7919;
    while (p.n != 0 && p.n % step == 0)
        step += 2;
    for (size_t i = 0, at = 0; i < p.n; i++, at = (at + step) % p.n)
        printf("%.*s\t%.*s\t%" PRId64 "\t%" PRId64 "\n", STR_ARG(p.v[at].cookie), STR_ARG(p.v[at].csrf), p.v[at].person, p.v[at].session);
    db_close(db);
    store_close(store);
    arena_free(p.a);
    return 0;
}
