/* `cadre content load` and `cadre content check`: the starter programme, or a folder of one's own in the same form. */
#include "base/clock.h"
#include "base/problems.h"
#include "command/files.h"
#include "command/verbs.h"
#include "programme/curriculum/curriculum.h"
#include "programme/guide/guide.h"
#include "programme/instrument/instrument.h"
#include "programme/pack/pack.h"
#include "programme/practice/practice.h"
#include "programme/programme/programme.h"

struct loading {
    struct arena *a;
    int64_t programme, now;
    const struct content_file *files;
    size_t count;
    bool apply;
    struct problems *problems;
    struct content_counts counts;
    int64_t frameworks;
    struct instrument_counts instruments;
    struct practice_counts exercises;
    struct pack_counts packs;
};

/* Each folder of framework/ is one framework. */
static enum rc load_frameworks(struct db *tx, struct loading *l, struct err *e)
{
    size_t n, used = 0;
    struct content_file *all = files_under(l->a, l->files, l->count, S("framework/"), &n);
    while (used < n) {
        size_t slash, count;
        if (!str_find(all[used].path, S("/"), &slash)) {
            used++;
            continue;
        }
        struct str folder = str_sub(all[used].path, 0, slash + 1);
        struct content_file *files = files_under(l->a, all, n, folder, &count);
        int64_t framework;
        TRY(framework_load(tx, l->a, files, count, l->now, l->problems, &framework, e));
        l->frameworks++;
        used += count;
    }
    return RC_OK;
}

/* Guides are part of the program and are loaded nowhere: what is wrong in them is told. */
static void check_guides(const struct loading *l)
{
    size_t n;
    const struct content_file *files = files_under(l->a, l->files, l->count, S("guides/"), &n);
    struct guide ignored;
    for (size_t k = 0; k < n; k++)
        (void)guide_read(l->a, str_printf(l->a, "guides/%.*s", STR_ARG(files[k].path)), files[k].bytes, &ignored, l->problems);
}

static enum rc load(struct db *tx, void *arg, struct err *e)
{
    struct loading *l = arg;
    l->counts = (struct content_counts){0};
    l->frameworks = 0;
    TRY(load_frameworks(tx, l, e));
    enum rc rc = instrument_load(tx, l->a, l->files, l->count, l->now, l->problems, &l->instruments, e);
    if (rc != RC_OK && rc != RC_INVALID) /* what is wrong with the courses is told in the same run */
        return rc;
    rc = practice_load(tx, l->a, l->programme, l->files, l->count, l->now, l->problems, &l->exercises, e);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    rc = pack_load(tx, l->a, l->programme, l->files, l->count, l->now, l->problems, &l->packs, e);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    TRY(curriculum_load(tx, l->a, l->programme, l->files, l->count, l->now, l->problems, &l->counts, e));
    check_guides(l);
    if (l->problems->errors != 0)
        return RC_INVALID;
    return l->apply ? RC_OK : RC_GONE; /* a dry run is a load that is undone */
}

static void print_counts(const struct command *c, const struct loading *l)
{
    const struct content_counts *n = &l->counts;
    const struct instrument_counts *m = &l->instruments;
    const struct practice_counts *x = &l->exercises;
    const struct pack_counts *y = &l->packs;
    if (c->json)
        printf("{\"frameworks\":%" PRId64 ",\"instruments_added\":%" PRId64 ",\"instruments_changed\":%" PRId64
               ",\"instruments_unchanged\":%" PRId64 ",\"courses_added\":%" PRId64 ",\"courses_changed\":%" PRId64 ",\"courses_unchanged\":%" PRId64
               ",\"sessions\":%" PRId64 ",\"questions\":%" PRId64 ",\"exercises_added\":%" PRId64 ",\"exercises_changed\":%" PRId64
               ",\"exercises_unchanged\":%" PRId64 ",\"packs_added\":%" PRId64 ",\"packs_changed\":%" PRId64 ",\"packs_unchanged\":%" PRId64
               ",\"applied\":%s}\n",
               l->frameworks, m->added, m->changed, m->unchanged, n->courses_added, n->courses_changed, n->courses_unchanged, n->sessions,
               n->questions, x->added, x->changed, x->unchanged, y->added, y->changed, y->unchanged, l->apply ? "true" : "false");
    else
        printf("%s: %" PRId64 " courses added, %" PRId64 " changed, %" PRId64 " unchanged; %" PRId64 " sessions, %" PRId64 " questions; %" PRId64
               " instruments added, %" PRId64 " changed, %" PRId64 " unchanged; %" PRId64 " exercises added, %" PRId64 " changed, %" PRId64 " unchanged; %" PRId64
               " templates of packs added, %" PRId64 " changed, %" PRId64 " unchanged\n",
               l->apply ? "loaded" : "in order", n->courses_added, n->courses_changed, n->courses_unchanged, n->sessions, n->questions,
               m->added, m->changed, m->unchanged, x->added, x->changed, x->unchanged, y->added, y->changed, y->unchanged);
}

enum rc content_load_all(struct command *c, int64_t programme, const struct content_file *files, size_t count, bool apply,
                         int64_t now, struct problems *problems, struct err *e)
{
    struct loading l = {.a = c->a, .programme = programme, .now = now, .files = files, .count = count, .apply = apply,
                        .problems = problems};
    enum rc rc = store_write_bulk(c->db, load, &l, e);
    if (rc == RC_GONE && !apply)
        rc = RC_OK;
    if (problems->kept != 0 && (!c->json || rc != RC_OK))
        print_problems(c, problems);
    if (rc == RC_OK)
        print_counts(c, &l);
    return rc;
}

static int run(struct command *c, bool apply)
{
    struct err e = {0};
    struct content_file *files;
    size_t count;
    struct problems problems = problems_new(c->a);
    const char *code = command_option(c, "programme", NULL);
    if (!files_gather(c, c->arg_count != 0 ? c->args[0] : NULL, &files, &count))
        return EXIT_REFUSED;
    if (!command_open(c, false))
        return EXIT_REFUSED;
    struct programme *all, *programme = NULL;
    size_t n;
    enum rc rc = programme_list(c->db, c->a, &all, &n);
    if (rc != RC_OK)
        return command_fail(c, rc, NULL);
    for (size_t i = 0; i < n; i++)
        if (code != NULL ? str_eq_z(all[i].code, code) : n == 1)
            programme = &all[i];
    if (programme == NULL) {
        command_say(code != NULL ? "there is no programme '%s'" : "say which programme: --programme CODE", code);
        return code != NULL ? EXIT_REFUSED : EXIT_USAGE;
    }
    rc = content_load_all(c, programme->id, files, count, apply, clock_now(), &problems, &e);
    if (rc == RC_INVALID && problems.errors != 0)
        return EXIT_REFUSED;
    return rc == RC_OK ? EXIT_DONE : command_fail(c, rc, &e);
}

static int run_load(struct command *c)
{
    return run(c, true);
}

static int run_check(struct command *c)
{
    return run(c, false);
}

static const struct option_def options[] = {
    DB_OPTION,
    {"programme", "CODE", "which programme (may be left out where there is one)"},
    JSON_OPTION,
};

#define FOLDER_WORDS                                                                                                                  \
    "DIR is a folder with framework/, instrument/, exercises/, packs/ and course/ in the form that docs/content.md describes; without it, the starter content that "  \
    "is part of this program is taken. Problems are told by file and line; with any error nothing is changed."

const struct verb verb_content_load = {
    .name = "content load",
    .arguments = "[DIR]",
    .summary = "Load courses, frameworks, instruments, exercises and templates of packs from plain text",
    .details = FOLDER_WORDS " A second load changes only what changed, and answers that people gave stay.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run_load,
};

const struct verb verb_content_check = {
    .name = "content check",
    .arguments = "[DIR]",
    .summary = "Check courses, frameworks, instruments, exercises and templates of packs without loading them",
    .details = FOLDER_WORDS,
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run_check,
};
