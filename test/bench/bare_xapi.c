/* For the bench: what SQLite alone takes to keep statements.   bench_bare_xapi DB THERE WRITES GROUP
 * makes DB with a table of statements and three indexes (who, verb, activity) and puts THERE of them in, unless it is there already, then commits
 * WRITES more, GROUP in one commit, from one thread with a prepared statement and the pragmas of Cadre. Prints statements a second, and the mean microseconds of one
 * commit. The statements are those of xapi.lua; nothing of Cadre's is in here. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state = 7;

static unsigned draw(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

static void run(sqlite3 *conn, const char *sql)
{
    if (sqlite3_exec(conn, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "bench_bare_xapi: %s: %s\n", sql, sqlite3_errmsg(conn));
    exit(1);
}

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void put(sqlite3 *conn, sqlite3_stmt *q)
{
    static const char said[] = "What was said at the bedside, and by whom. ";
    static char padding[13 * sizeof said], body[2000];
    char who[64], verb[64], activity[64];
    if (padding[0] == '\0')
        for (int i = 0; i < 12; i++)
            memcpy(padding + (size_t)i * (sizeof said - 1), said, sizeof said);
    unsigned v = draw(30);
    snprintf(who, sizeof who, "mailto:trainee.%u@example.org", draw(20000));
    snprintf(verb, sizeof verb, "http://example.org/verbs/v%u", v);
    snprintf(activity, sizeof activity, "http://example.org/activities/x%u", draw(2000));
    int n = snprintf(body, sizeof body,
                     "{\"actor\":{\"objectType\":\"Agent\",\"mbox\":\"%s\"},\"verb\":{\"id\":\"%s\",\"display\":{\"en-GB\":\"did %u\"}},\"object\":{\"objectType\":\"Activity\",\"id\":\"%s\"},"
                     "\"result\":{\"score\":{\"scaled\":0.%u},\"success\":true,\"duration\":\"PT%uM\",\"response\":\"%s\"},\"context\":{\"contextActivities\":{\"parent\":[{\"id\":"
                     "\"http://example.org/courses/c%u\"}]},\"platform\":\"Bench\"},\"timestamp\":\"2026-03-01T10:%02u:00Z\"}",
                     who, verb, v, activity, draw(99), draw(59), padding, draw(50), draw(60));
    sqlite3_bind_text(q, 1, who, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 2, verb, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 3, activity, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 4, body, n, SQLITE_TRANSIENT);
    if (sqlite3_step(q) != SQLITE_DONE)
        run(conn, "the insert failed");
    sqlite3_reset(q);
}

int main(int argc, char **argv)
{
    sqlite3 *conn;
    sqlite3_stmt *q;
    if (argc != 5 || sqlite3_open(argv[1], &conn) != SQLITE_OK)
        return 2;
    long there = atol(argv[2]), writes = atol(argv[3]), done = 0, commits = 0;
    double group = atof(argv[4]), in_commits = 0;
    run(conn, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA secure_delete = ON;"
              "PRAGMA mmap_size = 0; PRAGMA journal_size_limit = 16777216;"
              "CREATE TABLE IF NOT EXISTS statement (id INTEGER PRIMARY KEY, who TEXT NOT NULL, verb TEXT NOT NULL, activity TEXT NOT NULL, body TEXT NOT NULL);"
              "CREATE INDEX IF NOT EXISTS by_who ON statement (who); CREATE INDEX IF NOT EXISTS by_verb ON statement (verb);"
              "CREATE INDEX IF NOT EXISTS by_activity ON statement (activity)");
    sqlite3_prepare_v2(conn, "SELECT count(*) FROM statement", -1, &q, NULL);
    long present = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    sqlite3_finalize(q);
    sqlite3_prepare_v2(conn, "INSERT INTO statement (who, verb, activity, body) VALUES (?, ?, ?, ?)", -1, &q, NULL);
    state += (uint64_t)present;
    if (present == 0) {
        run(conn, "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
        for (long i = 0; i < there; i++)
            put(conn, q);
        run(conn, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -4096; PRAGMA shrink_memory; PRAGMA synchronous = FULL");
    }
    double from = now_s();
    while (done < writes) {
        run(conn, "BEGIN");
        long until = (long)((double)(commits + 1) * group);
        until = until <= done ? done + 1 : until < writes ? until : writes;
        for (; done < until; done++)
            put(conn, q);
        double commit = now_s();
        run(conn, "COMMIT");
        in_commits += now_s() - commit;
        commits++;
    }
    printf("%.1f %.1f\n", (double)writes / (now_s() - from), in_commits / (double)commits * 1e6);
    sqlite3_finalize(q);
    sqlite3_close(conn);
    return 0;
}
