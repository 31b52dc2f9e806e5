/* The program's verbs. A verb is data: name, arguments, options and a function; the help, the man page and the check of the
 * command line come from that one description. Exit status: 0 done, 1 refused or found something, 2 used wrongly. Results go
 * to standard output, messages to standard error. */
#ifndef CADRE_COMMAND_COMMAND_H
#define CADRE_COMMAND_COMMAND_H

#include "base/err.h"
#include "store/store.h"

enum exit_status { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct option_def {
    const char *name;     /* without the dashes */
    const char *argument; /* "FILE"; NULL: a flag */
    const char *help;
};

struct command;

struct verb {
    const char *name;      /* "serve", "import roster" */
    const char *arguments; /* positional ones, "FILE"; "" for none; "[FILE]" may be left out */
    const char *summary;   /* one line, with a capital and no full stop */
    const char *details;   /* for --help and the man page; paragraphs with empty lines between; may be NULL */
    const struct option_def *options;
    size_t option_count;
    int (*run)(struct command *c);
};

/* One run of a verb: the parsed command line and what most verbs need. */
struct command {
    const struct verb *verb;
    struct arena *a;
    const char *args[8]; /* positional */
    size_t arg_count;
    const char *values[48]; /* one for each of verb->options; "" for a flag that is set, NULL when absent */
    const char *db_url;
    bool json;
    struct store *store; /* after command_open */
    struct db *db;
};

/* Value of an option: command line, else environment (CADRE_NAME), else configuration file, else otherwise (may be NULL). */
const char *command_option(const struct command *c, const char *name, const char *otherwise);
bool command_flag(const struct command *c, const char *name);
/* The same for a flag that is a setting too: environment or configuration file say yes or no. Prints what is wrong and returns
 * false when they say something else. */
bool command_switch(const struct command *c, const char *name, bool *on);
/* A whole number within a range; prints what is wrong and returns false otherwise. */
bool command_number(const struct command *c, const char *name, int64_t otherwise, int64_t least, int64_t most, int64_t *out);

/* Opens --db, migrates it, and gives a connection. Prints the reason when it cannot; the verb then returns EXIT_REFUSED. */
bool command_open(struct command *c, bool create);
/* The same without changing the schema. */
bool command_open_as_is(struct command *c, bool create);
void command_close(struct command *c);

/* Prints an error in English on standard error and gives the exit status that goes with it. */
int command_fail(const struct command *c, enum rc rc, const struct err *e);
void command_say(const char *fmt, ...) PRINTF_LIKE(1, 2); /* a message for the person, on standard error */

/* Whole file into the arena; "-" is standard input. Prints why not. most: bytes it may hold. */
bool command_read_file(struct command *c, const char *path, size_t most, struct str *out);

/* A progress bar on a terminal once the work has taken more than a second; nothing elsewhere. */
void progress_show(void *arg, int64_t done, int64_t total);
void progress_end(void);

#define DB_OPTION {"db", "URL", "database: a file, or postgresql://... (CADRE_DB; default cadre.db)"}
#define JSON_OPTION {"json", NULL, "print the result as JSON"}

extern const struct verb *const all_verbs[];
extern const size_t verb_count;

int command_main(int argc, char **argv);

#endif
