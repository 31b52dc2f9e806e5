/* `cadre disclose FILE...`: which counts of a release may be shown. Reads the files, asks engine/disclosure, prints
 * JSON (or the table as it may be published, as CSV). */
#include <errno.h>

#include "base/buf.h"
#include "command/command.h"
#include "command/verbs.h"
#include "engine/disclosure/labelled.h"

#define SETS_MOST 1000
#define EXACT_SHARE 50 /* percent of the effort for proving that no smaller set exists */
#define EFFORT_MOST 100

/* What is printed, and the engine's cells by the names they have. */
struct answer {
    struct labelled *l;
    struct disclosure *d;
    struct buf *b;
    struct disclosure_result r;
    const struct disclosure_set *sets;
    size_t set_count;
    bool sets_complete;
    uint32_t *by_cell; /* engine's number to index in l->cells */
};

/* ---- JSON
 * ------------------------------------------------------------------------------------------------------------------ */

/* [row, column] of a plain table, counted from 0, the totals last; else an object of names. */
static void print_cell(struct answer *x, uint32_t cell)
{
    const struct labelled *l = x->l;
    const struct labelled_cell *c = &l->cells[x->by_cell[cell]];
    if (l->plain) {
        buf_printf(x->b, "[%zu,%zu]", c->at[0] == 0 ? l->rows : c->at[0] - 1,
                   c->at[1] == 0 ? l->columns : c->at[1] - 1);
        return;
    }
    const char *between = "";
    buf_ch(x->b, '{');
    if (l->snapshot_count > 1) {
        buf_z(x->b, "\"snapshot\":");
        buf_json(x->b, l->snapshots[c->snapshot]);
        between = ",";
    }
    for (size_t k = 0; k < l->dimension_count; k++) {
        buf_z(x->b, between);
        buf_json(x->b, l->dimensions[k].name);
        buf_ch(x->b, ':');
        buf_json(x->b, c->at[k] == 0 ? STR_NONE : labelled_name(l, c, k));
        between = ",";
    }
    if (c->change)
        buf_z(x->b, ",\"change\":true");
    buf_ch(x->b, '}');
}

static void print_list(struct answer *x, const char *key, bool (*wanted)(const struct answer *x, uint32_t cell))
{
    const char *between = "";
    buf_printf(x->b, ",\"%s\":[", key);
    for (uint32_t k = 0; k < x->r.cells; k++)
        if (wanted(x, k)) {
            buf_z(x->b, between);
            print_cell(x, k);
            between = ",";
        }
    buf_ch(x->b, ']');
}

static bool is_open(const struct answer *x, uint32_t cell)
{
    return x->l->cells[x->by_cell[cell]].kind == DISCLOSURE_OPEN;
}

static bool is_primary(const struct answer *x, uint32_t cell)
{
    return is_open(x, cell) && disclosure_sensitive(x->d, cell);
}

static bool is_complementary(const struct answer *x, uint32_t cell)
{
    return is_open(x, cell) && disclosure_hidden(x->d, cell) && !disclosure_sensitive(x->d, cell);
}

static bool is_unprotected(const struct answer *x, uint32_t cell)
{
    return disclosure_sensitive(x->d, cell) && !disclosure_protected(x->d, cell);
}

static void print_interval(struct answer *x, uint32_t cell, const char *between)
{
    struct disclosure_interval i = disclosure_attack(x->d, cell);
    buf_printf(x->b, "%s{\"cell\":", between);
    print_cell(x, cell);
    buf_z(x->b, ",\"lo\":");
    if (i.lo == DISCLOSURE_NO_FLOOR)
        buf_z(x->b, "null");
    else
        buf_int(x->b, i.lo);
    buf_z(x->b, ",\"hi\":");
    if (i.hi == DISCLOSURE_NO_LIMIT)
        buf_z(x->b, "null");
    else
        buf_int(x->b, i.hi);
    buf_ch(x->b, '}');
}

/* What the attack leaves: the sensitive cells first, then those hidden with them. */
static void print_audit(struct answer *x, const char *key)
{
    const char *between = "";
    buf_printf(x->b, ",\"%s\":[", key);
    for (unsigned turn = 0; turn < 2; turn++)
        for (uint32_t k = 0; k < x->r.cells; k++)
            if (disclosure_sensitive(x->d, k) ? turn == 0 : turn == 1 && is_complementary(x, k)) {
                print_interval(x, k, between);
                between = ",";
            }
    buf_ch(x->b, ']');
}

static void print_sets(struct answer *x)
{
    buf_printf(x->b, ",\"min_complementary\":%zu,\"minimal_sets_complete\":%s,\"minimal_sets\":[",
               x->set_count != 0 ? x->sets[0].count : x->r.complementary, x->sets_complete ? "true" : "false");
    for (size_t s = 0; s < x->set_count; s++) {
        buf_z(x->b, s == 0 ? "[" : ",[");
        for (size_t k = 0; k < x->sets[s].count; k++) {
            if (k != 0)
                buf_ch(x->b, ',');
            print_cell(x, x->sets[s].cells[k]);
        }
        buf_ch(x->b, ']');
    }
    buf_ch(x->b, ']');
}

/* What may be published: a table with its totals, null where hidden, or a list of cells. */
static void print_shown(struct answer *x)
{
    struct labelled *l = x->l;
    const char *between = "";
    buf_z(x->b, ",\"shown\":[");
    if (l->plain) {
        int64_t *at = ARENA_ARRAY(l->a, (l->rows + 1) * (l->columns + 1) + 1, int64_t);
        for (size_t k = 0; k < l->count; k++) {
            const struct labelled_cell *c = &l->cells[k];
            size_t row = c->at[0] == 0 ? l->rows : c->at[0] - 1, column = c->at[1] == 0 ? l->columns : c->at[1] - 1;
            at[row * (l->columns + 1) + column] = disclosure_hidden(x->d, c->cell) ? -1 : c->count;
        }
        for (size_t r = 0; r <= l->rows; r++)
            for (size_t c = 0; c <= l->columns; c++) {
                int64_t v = at[r * (l->columns + 1) + c];
                buf_z(x->b, c != 0 ? "," : r == 0 ? "[" : "],[");
                if (v < 0)
                    buf_z(x->b, "null");
                else
                    buf_int(x->b, v);
            }
        buf_z(x->b, "]]");
        return;
    }
    for (uint32_t k = 0; k < x->r.cells; k++) {
        if (!is_open(x, k))
            continue;
        buf_printf(x->b, "%s{\"cell\":", between);
        print_cell(x, k);
        buf_z(x->b, ",\"count\":");
        if (disclosure_hidden(x->d, k))
            buf_z(x->b, "null");
        else
            buf_int(x->b, l->cells[x->by_cell[k]].count);
        buf_ch(x->b, '}');
        between = ",";
    }
    buf_ch(x->b, ']');
}

static void print_exposed(struct answer *x)
{
    buf_z(x->b, ",\"exposed\":[");
    for (size_t k = 0; k < x->r.exposed_count; k++) {
        if (k != 0)
            buf_ch(x->b, ',');
        print_cell(x, x->r.exposed[k]);
    }
    buf_ch(x->b, ']');
}

/* ---- the CSV that may be published
 * ------------------------------------------------------------------------------------------------ */

static void print_csv(struct answer *x)
{
    struct labelled *l = x->l;
    for (size_t k = 0; k < l->dimension_count; k++) {
        buf_csv(x->b, l->dimensions[k].name);
        buf_ch(x->b, ',');
    }
    buf_z(x->b, "count\n");
    for (uint32_t k = 0; k < x->r.cells; k++) {
        const struct labelled_cell *c = &l->cells[x->by_cell[k]];
        if (!is_open(x, k))
            continue;
        for (size_t n = 0; n < l->dimension_count; n++) {
            buf_csv(x->b, c->at[n] == 0 ? S("Total") : labelled_name(l, c, n));
            buf_ch(x->b, ',');
        }
        if (!disclosure_hidden(x->d, k))
            buf_int(x->b, c->count);
        buf_ch(x->b, '\n');
    }
}

/* ---- the verb
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void hide(struct answer *x, bool (*hidden)(const struct answer *x, uint32_t cell))
{
    bool *now = ARENA_ARRAY(x->l->a, x->r.cells + 1, bool);
    for (uint32_t k = 0; k < x->r.cells; k++)
        now[k] = hidden(x, k);
    disclosure_hide_exactly(x->d, now);
}

static bool is_withheld(const struct answer *x, uint32_t cell)
{
    return x->l->cells[x->by_cell[cell]].withheld;
}

static void print_rule(struct answer *x, bool safe)
{
    buf_printf(x->b, "{\"threshold\":%" PRId64 ",\"min_width\":%" PRId64 ",\"safe\":%s", x->l->rule.threshold,
               x->l->rule.min_width, safe ? "true" : "false");
}

/* The intervals of what the file hides, and whether they are wide enough. */
static int check(struct answer *x)
{
    bool safe = true;
    x->r.cells = x->l->count;
    hide(x, is_withheld);
    for (uint32_t k = 0; k < x->r.cells; k++)
        safe = safe && !is_unprotected(x, k);
    print_rule(x, safe);
    print_audit(x, "audit");
    print_list(x, "broken", is_unprotected);
    buf_z(x->b, "}\n");
    return safe ? EXIT_DONE : EXIT_REFUSED;
}

static int decide(struct answer *x, uint64_t effort, bool csv)
{
    disclosure_protect(x->d, effort, EXACT_SHARE, &x->r);
    x->r.cells = x->l->count; /* without those of a finer table, which have no name */
    bool safe = x->r.exposed_count == 0;
    x->sets_complete = x->r.complementary == 0;
    if (x->r.smallest && x->r.complementary != 0)
        x->set_count = disclosure_smallest_sets(x->d, effort / 4, SETS_MOST, &x->sets, &x->sets_complete);
    if (!safe)
        command_say("%zu small counts can be worked out whatever is hidden: publish nothing of this",
                    x->r.exposed_count);
    if (x->r.withheld)
        command_say("too large to be decided with this effort: all of it is hidden");
    if (csv) {
        if (safe)
            print_csv(x);
        return safe ? EXIT_DONE : EXIT_REFUSED;
    }
    print_rule(x, safe);
    buf_printf(x->b, ",\"cells\":%zu,\"hidden\":%zu,\"withheld\":%s,\"smallest\":%s", x->r.cells,
               x->r.primary + x->r.complementary, x->r.withheld ? "true" : "false", x->r.smallest ? "true" : "false");
    print_list(x, "primary", is_primary);
    print_list(x, "complementary", is_complementary);
    if (x->r.smallest)
        print_sets(x);
    print_audit(x, "audit_first");
    print_exposed(x);
    print_shown(x);
    hide(x, is_primary);
    print_audit(x, "primary_only_audit");
    buf_z(x->b, "}\n");
    return safe ? EXIT_DONE : EXIT_REFUSED;
}

static bool read_files(struct command *c, struct labelled *l, bool audit)
{
    struct err e = {0};
    enum rc rc = RC_OK;
    for (size_t k = 0; k < c->arg_count && rc == RC_OK; k++) {
        struct str bytes;
        if (!command_read_file(c, c->args[k], LABELLED_FILE_MOST, &bytes))
            return false;
        rc = labelled_read(l, str_from(c->args[k]), bytes, &e);
    }
    if (rc == RC_OK)
        rc = labelled_finish(l, audit, &e);
    if (rc != RC_OK)
        command_say("%s", e.detail[0] != '\0' ? e.detail : "the release cannot be read");
    return rc == RC_OK;
}

static int run(struct command *c)
{
    int64_t effort;
    struct disclosure_rule rule = disclosure_default;
    struct buf b = buf_new(c->a, 4096);
    struct answer x = {.b = &b};
    if (!command_number(c, "threshold", rule.threshold, 1, 1000000, &rule.threshold) ||
        !command_number(c, "min-width", rule.threshold, 1, 1000000, &rule.min_width) ||
        !command_number(c, "effort", 10, 1, EFFORT_MOST, &effort))
        return EXIT_USAGE;
    x.l = labelled_new(c->a, rule);
    x.l->totals = !command_flag(c, "no-totals");
    bool audit = command_flag(c, "check");
    if (audit && command_flag(c, "csv")) {
        command_say("--check and --csv do not go together");
        return EXIT_USAGE;
    }
    if (!read_files(c, x.l, audit))
        return EXIT_REFUSED;
    x.d = x.l->release;
    x.by_cell = ARENA_ARRAY(c->a, x.l->count + 1, uint32_t);
    for (uint32_t k = 0; k < x.l->count; k++)
        x.by_cell[x.l->cells[k].cell] = k;
    int status = audit ? check(&x) : decide(&x, DISCLOSURE_EFFORT_FULL / 10 * (uint64_t)effort, command_flag(c, "csv"));
    if (fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0)
        return status;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

static const struct option_def options[] = {
    {"threshold", "N", "counts above 0 and below this are small (default 5)"},
    {"min-width", "N", "how wide the interval that is left for a small count must be (default: the threshold)"},
    {"no-totals", NULL, "totals that the files do not list are not published"},
    {"check", NULL, "decide nothing: attack what the file hides (shown: no)"},
    {"csv", NULL, "print the release as it may be published, hidden counts empty"},
    {"effort", "N", "1 to 100; 10 is a few seconds at most (default 10)"},
};

const struct verb verb_disclose = {
    .name = "disclose",
    .arguments = "FILE...",
    .summary = "Decide which counts of a release may be shown",
    .details =
        "Hides every small count, and as few others as are needed so that nobody can work the small ones out from "
        "totals, subgroups, tables that belong together and earlier snapshots. Files are CSV (a column count, the "
        "other columns are dimensions) or JSON; several files are one release.\n\n"
        "Whether a count is protected is decided by an attack on the whole release: what is left for it, knowing "
        "all that is shown, must be an interval of at least --min-width. The result tells this interval for every "
        "hidden count; it is for those who may see the counts, never for publication. --csv prints what may be "
        "published.\n\n"
        "Exit status 1: something can be worked out whatever is hidden, or with --check, as it is hidden now. "
        "docs/disclosure.md tells the formats and the method.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
