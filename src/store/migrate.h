/* Migrations: bringing a database's schema to this binary's. The list is the embedded migrations/NNNN_name.sql; tests
 * give their own. Applied ones stand in schema_version with a digest of their text: a text that changed afterwards is
 * refused, and so is a database that knows more than the binary. */
#ifndef CADRE_STORE_MIGRATE_H
#define CADRE_STORE_MIGRATE_H

#include "store/store.h"

struct migration {
    int version;     /* 1, 2, ...: the number its file name begins with */
    struct str name; /* "0001_ground.sql" */
    struct str text;
};

/* Uses this list (kept by the caller, in order of version) instead of the embedded one. Before store_migrate. */
void migrate_use(struct store *s, const struct migration *list, size_t count);

/* Applies the list up to and with version `last` (0: all). */
enum rc migrate_to(struct store *s, int last, int *from, int *to, struct err *e) MUST_CHECK;

/* Runs the list's statements up to version `last`, in SQLite's words and without recording them. rows: also those that
 * insert or change rows; without them the result is the bare schema. exec runs one statement. */
enum rc migrate_script(const struct store *s, int last, bool rows,
                       enum rc (*exec)(void *arg, const char *sql, struct err *e), void *arg, struct err *e) MUST_CHECK;

/* Is what schema_version says (version and digest, row by row) part of this binary's list? RC_CONFLICT when not. */
struct applied {
    int version;
    char digest[65];
};
enum rc migrate_judge(const struct store *s, const struct applied *rows, size_t count, struct err *e) MUST_CHECK;

/* The database's version without judging it; 0 when it was never migrated. */
enum rc migrate_version(struct store *s, int *version, struct err *e) MUST_CHECK;

#endif
