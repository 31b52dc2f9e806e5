/* For the bench: what SQLite alone takes to commit the rows that Cadre committed.   bench_bare_sqlite DB AFTER WRITES GROUP
 * finds the rows that AFTER (a database of Cadre's, which may be in use) has and DB (a copy from before) has not, and inserts
 * them into DB from one thread with prepared statements, in the order they were written, with the same pragmas, GROUP of the
 * WRITES changes in one commit. Prints changes a second, rows inserted, commits, and the mean microseconds of one commit.
 * Nothing of Cadre's is in here. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TABLES_MAX 200
#define COLUMNS_MAX 60

struct table {
    char name[128];
    int columns;
    sqlite3_value **values; /* rows * columns */
    size_t rows, room;
    sqlite3_stmt *insert;
};

static struct table tables[TABLES_MAX];
static size_t table_count;

static void die(sqlite3 *conn, const char *what)
{
    fprintf(stderr, "bench_bare_sqlite: %s: %s\n", what, sqlite3_errmsg(conn));
    exit(1);
}

static void run(sqlite3 *conn, const char *sql)
{
    if (sqlite3_exec(conn, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(conn, sql);
}

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static sqlite3 *open_db(const char *path)
{
    sqlite3 *conn;
    if (sqlite3_open_v2(path, &conn, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(conn, path);
    /* those of src/store, which the program reads and writes with */
    run(conn, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
              "PRAGMA cache_size = -4096; PRAGMA secure_delete = ON; PRAGMA mmap_size = 0; PRAGMA journal_size_limit = 16777216");
    return conn;
}

static void list_tables(sqlite3 *conn)
{
    sqlite3_stmt *q;
    if (sqlite3_prepare_v2(conn, "SELECT name, ncol FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0 "
                                 "AND name NOT LIKE 'sqlite%'", -1, &q, NULL) != SQLITE_OK)
        die(conn, "tables");
    while (table_count < TABLES_MAX && sqlite3_step(q) == SQLITE_ROW) {
        struct table *t = &tables[table_count++];
        snprintf(t->name, sizeof t->name, "%s", (const char *)sqlite3_column_text(q, 0));
        t->columns = sqlite3_column_int(q, 1);
        if (t->columns > COLUMNS_MAX)
            exit(1);
    }
    sqlite3_finalize(q);
}

/* The rows added behind the last one that the copy has. */
static void gather(sqlite3 *conn, struct table *t)
{
    sqlite3_stmt *q;
    char *sql = sqlite3_mprintf("SELECT * FROM after.%Q WHERE rowid > (SELECT coalesce(max(rowid), 0) FROM main.%Q) ORDER BY rowid", t->name, t->name);
    if (sql == NULL || sqlite3_prepare_v2(conn, sql, -1, &q, NULL) != SQLITE_OK)
        die(conn, sql);
    sqlite3_free(sql);
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (t->rows == t->room) {
            t->room = t->room == 0 ? 1024 : 2 * t->room;
            t->values = realloc(t->values, t->room * (size_t)t->columns * sizeof *t->values);
            if (t->values == NULL)
                exit(1);
        }
        for (int i = 0; i < t->columns; i++)
            t->values[t->rows * (size_t)t->columns + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(q, i));
        t->rows++;
    }
    sqlite3_finalize(q);
}

static void prepare(sqlite3 *conn, struct table *t)
{
    char sql[1024];
    int n = snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", t->name);
    for (int i = 1; i < t->columns; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    if (sqlite3_prepare_v2(conn, sql, -1, &t->insert, NULL) != SQLITE_OK)
        die(conn, sql);
}

/* The rows of change i of all: its share of each table. */
static void change(sqlite3 *conn, size_t i, size_t all)
{
    for (size_t k = 0; k < table_count; k++) {
        struct table *t = &tables[k];
        for (size_t r = t->rows * i / all; r < t->rows * (i + 1) / all; r++) {
            for (int c = 0; c < t->columns; c++)
                sqlite3_bind_value(t->insert, c + 1, t->values[r * (size_t)t->columns + (size_t)c]);
            sqlite3_step(t->insert);
            if (sqlite3_reset(t->insert) != SQLITE_OK)
                die(conn, t->name);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    size_t writes = strtoul(argv[3], NULL, 10), rows = 0, commits = 0;
    double group = strtod(argv[4], NULL);
    if (writes == 0 || group < 1)
        return 2;
    sqlite3 *conn = open_db(argv[1]);
    char *attach = sqlite3_mprintf("ATTACH %Q AS after", argv[2]);
    if (attach == NULL)
        return 1;
    run(conn, attach);
    sqlite3_free(attach);
    list_tables(conn);
    for (size_t k = 0; k < table_count; k++) {
        gather(conn, &tables[k]);
        rows += tables[k].rows;
    }
    run(conn, "DETACH after");
    for (size_t k = 0; k < table_count; k++)
        prepare(conn, &tables[k]);
    /* A log that has been in use: a file that still grows is slower to make durable. */
    run(conn, "CREATE TABLE bench_warm (b); INSERT INTO bench_warm VALUES (zeroblob(8388608)); DROP TABLE bench_warm;"
              "PRAGMA wal_checkpoint(RESTART)");
    double start = now_s(), committing = 0;
    for (size_t i = 0; i < writes; commits++) {
        size_t until = (size_t)((double)(commits + 1) * group);
        run(conn, "BEGIN IMMEDIATE");
        for (; i < writes && i < until; i++)
            change(conn, i, writes);
        double from = now_s();
        run(conn, "COMMIT");
        committing += now_s() - from;
    }
    double s = now_s() - start;
    printf("%.1f %zu %zu %.1f\n", (double)writes / s, rows, commits, committing * 1e6 / (double)commits);
    for (size_t k = 0; k < table_count; k++)
        sqlite3_finalize(tables[k].insert);
    sqlite3_close(conn);
    return 0;
}
