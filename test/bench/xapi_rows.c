/* For the bench: the rows of many statements, such as xapi.lua sends, put into a database without the program.
 *   bench_xapi_rows fill DB LOGIN COUNT   adds COUNT statements of the client LOGIN; nobody else uses DB
 *   bench_xapi_rows copy URL WRITES GROUP what PostgreSQL alone takes for the same rows: copies of the two tables with their keys, filled from
 *                                         them once, then WRITES statements more by COPY, GROUP in one commit. Prints statements a second, and
 *                                         the mean microseconds of one commit
 * The first statements are checked against what the program itself would write. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <time.h>

#include "base/clock.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/text.h"

#define CHUNK_FIRST 100000 /* statements whose keys are sorted together: pages fill as they do one by one */
#define CHUNK_LATER 1000000
#define CHECKED 50

static uint64_t state = 11;

static unsigned draw(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "bench_xapi_rows: %s: %s\n", what, why);
    exit(1);
}

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------------- */

struct ref {
    int64_t key, seq;
};

struct row {
    int64_t seq;
    unsigned char uuid[16];
    char body[2000];
    int length;
    struct ref refs[16];
    size_t ref_count;
};

static struct arena *scratch;
static int64_t authority_key;
static char padding[12 * 44 + 1];

static void check(const struct row *r, const struct xapi_keys *mine)
{
    struct xapi_facts f;
    json_t *json;
    struct err e = {0};
    struct str text = {(char *)r->body, (size_t)r->length};
    if (xapi_parse(scratch, text, &json, &e) != RC_OK || xapi_check_statement(scratch, json, XAPI_2_0, &f, &e) != RC_OK)
        fail("a statement", e.detail);
    struct xapi_keys k = xapi_keys_of(scratch, &f);
    if (!str_eq(xapi_text_kept(scratch, text, &f, XAPI_2_0, 0), text) || k.n != mine->n || memcmp(k.v, mine->v, k.n * sizeof *k.v) != 0)
        fail("a statement", "the program would keep it in another way");
}

static void make(struct row *r, int64_t number)
{
    static const char said[] = "What was said at the bedside, and by whom. ";
    char who[64], verb[64], activity[64], course[64];
    unsigned v = draw(30) + 1;
    if (padding[0] == '\0')
        for (int i = 0; i < 12; i++)
            memcpy(padding + (size_t)i * (sizeof said - 1), said, sizeof said);
    snprintf(who, sizeof who, "mbox mailto:trainee.%u@example.org", draw(20000) + 1);
    snprintf(verb, sizeof verb, "http://example.org/verbs/v%u", v);
    snprintf(activity, sizeof activity, "http://example.org/activities/x%u", draw(2000) + 1);
    snprintf(course, sizeof course, "http://example.org/courses/c%u", draw(50) + 1);
    r->length = snprintf(r->body, sizeof r->body,
                         "{\"version\":\"2.0.0\",\"actor\":{\"objectType\":\"Agent\",\"mbox\":\"%s\"},\"verb\":{\"id\":\"%s\",\"display\":{\"en-GB\":\"did %u\"}},\"object\":{\"objectType\":\"Activity\","
                         "\"id\":\"%s\"},\"result\":{\"score\":{\"scaled\":0.%u},\"success\":true,\"duration\":\"PT%uM\",\"response\":\"%s\"},\"context\":{\"contextActivities\":{\"parent\":[{\"id\":\"%s\"}]},"
                         "\"platform\":\"Bench\"},\"timestamp\":\"2026-03-01T10:%02u:00Z\"}",
                         who + 5, verb, v, activity, draw(99) + 1, draw(59) + 1, padding, course, draw(60));
    struct xapi_term terms[4] = {{XAPI_AGENT, str_from(who), &terms[1]}, {XAPI_VERB, str_from(verb), &terms[2]}, {XAPI_ACTIVITY, str_from(activity), &terms[3]},
                                 {XAPI_ACTIVITY_RELATED, str_from(course), NULL}};
    struct xapi_facts facts = {.terms = terms, .term_count = 4};
    struct xapi_keys k = xapi_keys_of(scratch, &facts);
    if (number < CHECKED)
        check(r, &k);
    k.v[k.n++] = authority_key;
    r->ref_count = k.n;
    for (size_t i = 0; i < k.n; i++)
        r->refs[i] = (struct ref){k.v[i], r->seq};
    for (int i = 0; i < 16; i++)
        r->uuid[i] = (unsigned char)draw(256);
    r->uuid[6] = (unsigned char)((r->uuid[6] & 0x0f) | 0x40);
    r->uuid[8] = (unsigned char)((r->uuid[8] & 0x3f) | 0x80);
    arena_reset(scratch);
}

static int by_key(const void *x, const void *y)
{
    const struct ref *a = x, *b = y;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->seq > b->seq) - (a->seq < b->seq);
}

static void use_client(const char *authority)
{
    json_t *json;
    struct str identifier;
    if (xapi_parse(scratch, str_from(authority), &json, NULL) != RC_OK || xapi_check_agent(scratch, json, &identifier, NULL) != RC_OK)
        fail("the client", authority);
    authority_key = xapi_key(XAPI_AGENT_RELATED, identifier);
}

/* ---- into SQLite ---------------------------------------------------------------------------------------------------------------------- */

static sqlite3 *conn;

static void run(const char *sql)
{
    if (sqlite3_exec(conn, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(conn));
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *q;
    if (sqlite3_prepare_v2(conn, sql, -1, &q, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(conn));
    return q;
}

static void step(sqlite3_stmt *q)
{
    if (sqlite3_step(q) != SQLITE_DONE)
        fail("a row", sqlite3_errmsg(conn));
    sqlite3_reset(q);
}

/* Where numbers begin, so that all of them are of the past. */
static int64_t first_seq(int64_t newest, int64_t count)
{
    int64_t first = (clock_now() - count / 8 - 1000) * XAPI_SEQ_MS;
    return first > newest ? first : newest + 1;
}

static int64_t number_of(const char *sql)
{
    sqlite3_stmt *q = prepare(sql);
    int64_t n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    sqlite3_finalize(q);
    return n;
}

static void fill_sqlite(const char *path, const char *login, int64_t count)
{
    if (sqlite3_open_v2(path, &conn, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail(path, sqlite3_errmsg(conn));
    run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -800000; PRAGMA foreign_keys = OFF");
    sqlite3_stmt *client = prepare("SELECT id, authority FROM xapi_client WHERE login = ?");
    sqlite3_bind_text(client, 1, login, -1, SQLITE_STATIC);
    if (sqlite3_step(client) != SQLITE_ROW)
        fail(login, "no such client");
    int64_t id = sqlite3_column_int64(client, 0), newest = number_of("SELECT coalesce(max(seq), 0) FROM xapi_statement"), there = number_of("SELECT count(*) FROM xapi_statement");
    use_client((const char *)sqlite3_column_text(client, 1));
    state += (uint64_t)newest; /* or a second filling would draw what the first drew */
    sqlite3_finalize(client);
    sqlite3_stmt *statement = prepare("INSERT INTO xapi_statement (seq, uuid, client_id, voided, voiding, body) VALUES (?, ?, ?, 0, 0, ?)");
    sqlite3_stmt *ref = prepare("INSERT OR IGNORE INTO xapi_ref (key, seq, source) VALUES (?, ?, 0)");
    struct ref *refs = malloc((size_t)CHUNK_LATER * 16 * sizeof *refs);
    static struct row r;
    r.seq = first_seq(newest, count);
    for (int64_t done = 0; done < count;) {
        int64_t chunk = there + done < CHUNK_LATER ? CHUNK_FIRST : CHUNK_LATER;
        size_t n = 0;
        run("BEGIN");
        for (int64_t i = 0; i < chunk && done < count; i++, done++, r.seq += 1 + draw(900)) {
            make(&r, done);
            sqlite3_bind_int64(statement, 1, r.seq);
            sqlite3_bind_blob(statement, 2, r.uuid, 16, SQLITE_STATIC);
            sqlite3_bind_int64(statement, 3, id);
            sqlite3_bind_text(statement, 4, r.body, r.length, SQLITE_STATIC);
            step(statement);
            memcpy(refs + n, r.refs, r.ref_count * sizeof *refs);
            n += r.ref_count;
        }
        qsort(refs, n, sizeof *refs, by_key);
        for (size_t i = 0; i < n; i++) {
            sqlite3_bind_int64(ref, 1, refs[i].key);
            sqlite3_bind_int64(ref, 2, refs[i].seq);
            step(ref);
        }
        run("COMMIT");
    }
    free(refs);
    sqlite3_finalize(statement);
    sqlite3_finalize(ref);
    run("PRAGMA journal_mode = WAL");
    sqlite3_close(conn);
}

/* ---- into PostgreSQL ------------------------------------------------------------------------------------------------------------------ */

static PGconn *pg;

static void ask(const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    if (PQresultStatus(res) == PGRES_FATAL_ERROR)
        fail(sql, PQerrorMessage(pg));
    PQclear(res);
}

static int64_t ask_number(const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
        fail(sql, PQerrorMessage(pg));
    int64_t n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    PQclear(res);
    return n;
}

static void copy_begin(const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    if (PQresultStatus(res) != PGRES_COPY_IN)
        fail(sql, PQerrorMessage(pg));
    PQclear(res);
}

static void copy_end(void)
{
    if (PQputCopyEnd(pg, NULL) != 1)
        fail("COPY", PQerrorMessage(pg));
    for (PGresult *res; (res = PQgetResult(pg)) != NULL; PQclear(res))
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            fail("COPY", PQerrorMessage(pg));
}

static void copy_statement(const struct row *r, int64_t client)
{
    char line[2200], uuid[33];
    for (int i = 0; i < 16; i++)
        snprintf(uuid + 2 * i, 3, "%02x", r->uuid[i]);
    int n = snprintf(line, sizeof line, "%" PRId64 "\t\\\\x%s\t%" PRId64 "\t0\t0\t%s\n", r->seq, uuid, client, r->body);
    if (PQputCopyData(pg, line, n) != 1)
        fail("COPY", PQerrorMessage(pg));
}

static void copy_refs(const struct ref *refs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char line[80];
        int n = snprintf(line, sizeof line, "%" PRId64 "\t%" PRId64 "\t0\n", refs[i].key, refs[i].seq);
        if (PQputCopyData(pg, line, n) != 1)
            fail("COPY", PQerrorMessage(pg));
    }
}

static int64_t pg_client(const char *login)
{
    PGresult *res = PQexecParams(pg, "SELECT id, authority FROM xapi_client WHERE login = $1 OR ($1 = '' AND login <> 'cadre') ORDER BY id LIMIT 1", 1, NULL, &login, NULL, NULL, 0);
    if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
        fail(login, "no such client");
    int64_t id = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    use_client(PQgetvalue(res, 0, 1));
    PQclear(res);
    return id;
}

/* COUNT statements, `chunk` in one commit; seconds spent in commits. */
static double copy_rows(const char *statements, const char *refs_sql, int64_t client, int64_t first, int64_t count, double chunk, int64_t *commits)
{
    static struct row r;
    size_t room = (size_t)chunk + 2;
    struct ref *refs = malloc(room * 16 * sizeof *refs);
    double in_commits = 0;
    r.seq = first;
    *commits = 0;
    for (int64_t done = 0; done < count;) {
        size_t n = 0;
        int64_t until = (int64_t)((double)(*commits + 1) * chunk);
        until = until <= done ? done + 1 : until < count ? until : count;
        ask("BEGIN");
        copy_begin(statements);
        for (; done < until; done++, r.seq += 1 + draw(900)) {
            make(&r, done);
            copy_statement(&r, client);
            memcpy(refs + n, r.refs, r.ref_count * sizeof *refs);
            n += r.ref_count;
        }
        copy_end();
        qsort(refs, n, sizeof *refs, by_key);
        copy_begin(refs_sql);
        copy_refs(refs, n);
        copy_end();
        double commit = now_s();
        ask("COMMIT");
        in_commits += now_s() - commit;
        ++*commits;
    }
    free(refs);
    return in_commits;
}

static void fill_postgres(const char *login, int64_t count)
{
    int64_t commits, client = pg_client(login), newest = ask_number("SELECT coalesce(max(seq), 0) FROM xapi_statement");
    state += (uint64_t)newest;
    copy_rows("COPY xapi_statement (seq, uuid, client_id, voided, voiding, body) FROM STDIN", "COPY xapi_ref (key, seq, source) FROM STDIN", client, first_seq(newest, count), count,
              CHUNK_FIRST, &commits);
    ask("ANALYZE xapi_statement");
    ask("ANALYZE xapi_ref");
}

static void copy_alone(int64_t writes, double group)
{
    int64_t commits, client = pg_client("");
    ask("CREATE TABLE IF NOT EXISTS bench_statement (LIKE xapi_statement INCLUDING ALL); CREATE TABLE IF NOT EXISTS bench_ref (LIKE xapi_ref INCLUDING ALL)");
    if (ask_number("SELECT count(*) FROM (SELECT 1 FROM bench_statement LIMIT 1) AS x") == 0)
        ask("INSERT INTO bench_statement SELECT * FROM xapi_statement; INSERT INTO bench_ref SELECT * FROM xapi_ref");
    int64_t newest = ask_number("SELECT coalesce(max(seq), 0) FROM bench_statement");
    state += (uint64_t)newest;
    double from = now_s(), in_commits = copy_rows("COPY bench_statement (seq, uuid, client_id, voided, voiding, body) FROM STDIN", "COPY bench_ref (key, seq, source) FROM STDIN", client,
                                                  newest + 1, writes, group, &commits);
    printf("%.1f %.1f\n", (double)writes / (now_s() - from), in_commits / (double)commits * 1e6);
}

int main(int argc, char **argv)
{
    int64_t n;
    double group = 1;
    scratch = arena_new(0);
    bool fill = argc == 5 && strcmp(argv[1], "fill") == 0, copy = argc == 5 && strcmp(argv[1], "copy") == 0;
    if ((!fill && !copy) || !str_to_int(str_from(argv[fill ? 4 : 3]), &n) || n < 1 ||
        (copy && !str_to_real(str_from(argv[4]), &group)))
        return 2;
    if (strncmp(argv[2], "postgresql:", 11) != 0) {
        fill_sqlite(argv[2], argv[3], n);
        return 0;
    }
    pg = PQconnectdb(argv[2]);
    if (PQstatus(pg) != CONNECTION_OK)
        fail(argv[2], PQerrorMessage(pg));
    if (fill)
        fill_postgres(argv[3], n);
    else
        copy_alone(n, group);
    PQfinish(pg);
    arena_free(scratch);
    return 0;
}
