/* Brings instruments from content files into the database; see instrument.h. */
#include "programme/framework/framework.h"
#include "programme/instrument/inside.h"

#define LANGUAGES_MAX 30

struct loader {
    struct db *tx;
    struct arena *a;
    struct problems *p;
    struct instrument_counts *counts;
    int64_t now;
};

/* "instrument/<slug>/<name>" with or without "content/" before it. */
static bool split_path(struct str path, struct str *slug, struct str *name)
{
    struct str part;
    if (str_starts(path, S("content/")))
        path = str_sub(path, strlen("content/"), path.n);
    if (!str_cut(&path, '/', &part) || !str_eq_z(part, "instrument") || !str_cut(&path, '/', slug) || path.p == NULL)
        return false;
    *name = path;
    return path.n != 0;
}

/* The language of "instrument.de.txt"; no value for other names, empty for "instrument.txt". */
static struct str file_language(struct str name)
{
    if (str_eq_z(name, "instrument.txt"))
        return S("");
    if (!str_starts(name, S("instrument.")) || !str_ends(name, S(".txt")) || name.n <= strlen("instrument..txt"))
        return STR_NONE;
    return str_sub(name, strlen("instrument."), name.n - strlen("instrument..txt"));
}

/* The bodies of one instrument: its own first. */
static size_t gather(struct loader *l, const struct content_file *files, size_t count, struct str slug, struct instrument_body *bodies)
{
    size_t n = 1;
    bodies[0] = (struct instrument_body){.file = STR_NONE};
    for (size_t k = 0; k < count; k++) {
        struct str other, name, language;
        if (!split_path(files[k].path, &other, &name) || !str_eq(other, slug))
            continue;
        language = file_language(name);
        if (language.p == NULL || (language.n != 0 && n == LANGUAGES_MAX)) {
            problems_warn(l->p, files[k].path, 0, S(""), M_instrument_file_unknown, NULL);
            continue;
        }
        struct instrument_body *b = language.n == 0 ? &bodies[0] : &bodies[n++];
        *b = (struct instrument_body){.language = language, .file = files[k].path, .bytes = files[k].bytes};
    }
    return n;
}

static enum rc same_texts(struct loader *l, int64_t id, struct str own, const struct instrument_body *bodies, size_t count, bool *same)
{
    struct rows_instrument_texts rows;
    size_t found = 0;
    TRY(sql_instrument_texts(l->tx, l->a, id, &rows));
    for (size_t k = 0; k < rows.n; k++)
        for (size_t b = 0; b < count; b++)
            found += str_eq(b == 0 ? own : bodies[b].language, rows.v[k].language) && str_eq(bodies[b].bytes, rows.v[k].body);
    *same = found == rows.n && found == count;
    return RC_OK;
}

struct pending {
    struct str slug;
    struct row_instrument_latest before;
    struct instrument i;
    struct instrument_body bodies[LANGUAGES_MAX];
    size_t count;
};

/* Reads one instrument; *write says whether it differs from what there is. */
static enum rc check_one(struct loader *l, const struct content_file *files, size_t count, struct str slug, struct pending *n, bool *write)
{
    bool same = false;
    *write = false;
    *n = (struct pending){.slug = slug};
    n->count = gather(l, files, count, slug, n->bodies);
    struct str folder = str_concat(l->a, S("instrument/"), slug);
    if (!instrument_slug_valid(slug) || n->bodies[0].file.p == NULL) {
        problems_add(l->p, folder, 0, S(""), n->bodies[0].file.p == NULL ? M_instrument_file_missing : M_instrument_slug_bad, "%.*s", STR_ARG(slug));
        return RC_OK;
    }
    size_t errors = l->p->errors;
    instrument_read_bodies(l->a, n->bodies, n->count, l->p, &n->i);
    if (l->p->errors != errors)
        return RC_OK;
    TRY(instrument_find_competencies(l->tx, l->a, n->bodies[0].file, l->p, &n->i));
    enum rc rc = sql_instrument_latest(l->tx, l->a, slug, &n->before);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK)
        TRY(same_texts(l, n->before.id, n->before.language, n->bodies, n->count, &same));
    else
        n->before = (struct row_instrument_latest){0};
    if (n->before.id != 0 && !same && !n->before.shipped)
        problems_warn(l->p, folder, 0, S(""), M_instrument_written_on_pages, NULL);
    *write = n->before.id == 0 || (!same && n->before.shipped);
    return RC_OK;
}

static bool seen_before(const struct content_file *files, size_t k, struct str slug)
{
    struct str other, name;
    for (size_t j = 0; j < k; j++)
        if (split_path(files[j].path, &other, &name) && str_eq(other, slug))
            return true;
    return false;
}

enum rc instrument_load(struct db *tx, struct arena *a, const struct content_file *files, size_t count, int64_t now,
                        struct problems *problems, struct instrument_counts *counts, struct err *e)
{
    struct loader l = {.tx = tx, .a = a, .p = problems, .counts = counts, .now = now};
    struct str slug, name;
    size_t n = 0, pending = 0;
    *counts = (struct instrument_counts){0};
    for (size_t k = 0; k < count; k++)
        n += split_path(files[k].path, &slug, &name) && !seen_before(files, k, slug);
    struct pending *all = ARENA_ARRAY(a, n, struct pending);
    for (size_t k = 0; k < count; k++) {
        bool write;
        if (!split_path(files[k].path, &slug, &name) || seen_before(files, k, slug))
            continue;
        TRY(check_one(&l, files, count, slug, &all[pending], &write));
        pending += write;
        counts->unchanged += !write;
    }
    TRY(problems_check(problems, e));
    for (size_t k = 0; k < pending; k++) {
        int64_t id;
        TRY(instrument_add_version(tx, a, &all[k].before, all[k].slug, &all[k].i, all[k].bodies, all[k].count, 0, now, &id, e));
        counts->added += all[k].before.id == 0;
        counts->changed += all[k].before.id != 0;
    }
    return RC_OK;
}
