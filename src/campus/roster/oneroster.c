/* The bundle as a whole: the zip, the manifest, which tables are read. See oneroster.h. */
#include "campus/roster/oneroster.h"

#include "base/csv.h"
#include "base/zip.h"
#include "campus/roster/oneroster_tables.h"
#include "gen/msg_roster.h"

static const struct str manifest_name = S_INIT("manifest.csv");

struct bundle {
    struct arena *a;
    struct unzip *zip;
    struct str folder; /* "" or "export/": some tools zip the folder, not the files */
    struct oneroster *o;
    struct problems *p;
    bool version_said;
};

/* The name inside the bundle's folder; no value for what lies elsewhere. */
static struct str inner_name(const struct bundle *b, struct str name)
{
    if (!str_starts(name, b->folder))
        return STR_NONE;
    struct str inner = str_sub(name, b->folder.n, name.n);
    return memchr(inner.p, '/', inner.n) != NULL ? STR_NONE : inner;
}

static const struct unzip_entry *find_entry(const struct bundle *b, struct str name)
{
    for (size_t i = 0; i < b->zip->count; i++) {
        struct str inner = inner_name(b, b->zip->entries[i].name);
        if (inner.p != NULL && str_eq_nocase(inner, name))
            return &b->zip->entries[i];
    }
    return NULL;
}

/* Where the files are: beside the manifest, else beside users.csv, else at the top. */
static void find_folder(struct bundle *b)
{
    const struct str marks[] = {manifest_name, oneroster_file_name(ONEROSTER_USERS)};
    b->folder = S("");
    for (size_t m = 0; m < COUNT_OF(marks); m++) {
        for (size_t i = 0; i < b->zip->count; i++) {
            struct str name = b->zip->entries[i].name;
            const char *slash = memrchr(name.p, '/', name.n);
            size_t n = slash != NULL ? (size_t)(slash - name.p) + 1 : 0;
            bool resource_fork = str_starts(name, S("__MACOSX/"));
            if (!resource_fork && str_eq_nocase(str_sub(name, n, name.n), marks[m])) {
                b->folder = str_sub(name, 0, n);
                return;
            }
        }
    }
}

static void read_version(struct bundle *b, const struct csv *csv, const struct csv_row *row, struct str value)
{
    b->version_said = true;
    if (str_starts(value, S("v")) || str_starts(value, S("V")))
        value = str_sub(value, 1, value.n);
    if (str_starts(value, S("1.1")))
        b->o->format = ROSTER_ONEROSTER_1_1;
    else if (str_starts(value, S("1.2")))
        b->o->format = ROSTER_ONEROSTER_1_2;
    else
        problems_add(b->p, csv_file(csv), row->line, S("oneroster.version"), M_roster_version, "%.*s", STR_ARG(value));
}

static void read_mode(struct bundle *b, const struct csv *csv, const struct csv_row *row, struct str name,
                      struct str value)
{
    enum oneroster_mode mode = ONEROSTER_ABSENT;
    if (str_eq_nocase(value, S("bulk")))
        mode = ONEROSTER_BULK;
    else if (str_eq_nocase(value, S("delta")))
        mode = ONEROSTER_DELTA;
    else if (!str_eq_nocase(value, S("absent")))
        problems_add(b->p, csv_file(csv), row->line, name, M_roster_bad_mode, "%.*s", STR_ARG(value));
    struct str file = str_sub(name, 5, name.n); /* behind "file." */
    for (int f = 0; f < ONEROSTER_FILES; f++) {
        struct str known = oneroster_file_name((enum oneroster_file)f);
        if (str_eq_nocase(file, str_sub(known, 0, known.n - 4)))
            b->o->modes[f] = mode;
    }
}

static void read_manifest(struct bundle *b, struct str bytes)
{
    struct csv *csv = csv_open(b->a, manifest_name, bytes, NULL, b->p);
    int name_column = csv_column_required(csv, "propertyName"), value_column = csv_column_required(csv, "value");
    if (name_column < 0 || value_column < 0)
        return;
    for (struct csv_row row; csv_next(csv, &row);) {
        struct str name = str_trim(csv_field(&row, name_column)), value = str_trim(csv_field(&row, value_column));
        if (str_eq_nocase(name, S("oneroster.version")))
            read_version(b, csv, &row, value);
        else if (name.n > 5 && str_eq_nocase(str_sub(name, 0, 5), S("file.")))
            read_mode(b, csv, &row, name, value);
    }
}

/* Without a manifest every file that is there is taken whole, and roles.csv tells the version. */
static void guess_manifest(struct bundle *b)
{
    problems_warn(b->p, manifest_name, 0, S(""), M_roster_no_manifest, NULL);
    for (int f = 0; f < ONEROSTER_FILES; f++)
        if (find_entry(b, oneroster_file_name((enum oneroster_file)f)) != NULL)
            b->o->modes[f] = ONEROSTER_BULK;
}

/* Names the tables that are there and are not read. */
static void tell_unread(struct bundle *b)
{
    for (size_t i = 0; i < b->zip->count; i++) {
        struct str name = inner_name(b, b->zip->entries[i].name);
        bool read = name.p == NULL || str_eq_nocase(name, manifest_name) || name.n < 4 ||
                    !str_eq_nocase(str_sub(name, name.n - 4, 4), S(".csv"));
        for (int f = 0; f < ONEROSTER_FILES && !read; f++)
            read =
                str_eq_nocase(name, oneroster_file_name((enum oneroster_file)f)) && b->o->modes[f] != ONEROSTER_ABSENT;
        if (!read)
            problems_warn(b->p, name, 0, S(""),
                          str_eq_nocase(name, S("demographics.csv")) ? M_roster_demographics : M_roster_file_unread,
                          "%.*s", STR_ARG(name));
    }
}

static enum rc read_tables(struct bundle *b, struct err *e)
{
    for (int f = 0; f < ONEROSTER_FILES; f++) {
        enum oneroster_file file = (enum oneroster_file)f;
        struct str name = oneroster_file_name(file), bytes;
        const struct unzip_entry *entry = find_entry(b, name);
        if (b->o->modes[f] == ONEROSTER_ABSENT)
            continue;
        if (entry == NULL) {
            problems_add(b->p, name, 0, S(""), M_roster_file_missing, "%.*s", STR_ARG(name));
            continue;
        }
        TRY(unzip_read(b->zip, entry, &bytes, e));
        oneroster_table_read(b->a, b->o, file, bytes, b->p);
    }
    return RC_OK;
}

enum rc oneroster_read(struct arena *a, struct str bytes, struct oneroster **out, struct problems *p, struct err *e)
{
    struct bundle b = {.a = a, .p = p, .o = ARENA_NEW(a, struct oneroster)};
    *out = NULL;
    TRY(unzip_open(a, bytes, NULL, &b.zip, e));
    find_folder(&b);
    b.o->format = ROSTER_ONEROSTER_1_1;
    const struct unzip_entry *manifest = find_entry(&b, manifest_name);
    if (manifest != NULL) {
        struct str text;
        TRY(unzip_read(b.zip, manifest, &text, e));
        read_manifest(&b, text);
    } else {
        guess_manifest(&b);
    }
    if (!b.version_said && b.o->modes[ONEROSTER_ROLES] != ONEROSTER_ABSENT)
        b.o->format = ROSTER_ONEROSTER_1_2;
    bool speaks_of_people =
        b.o->modes[ONEROSTER_USERS] != ONEROSTER_ABSENT || b.o->modes[ONEROSTER_ENROLLMENTS] == ONEROSTER_DELTA;
    if (!speaks_of_people)
        problems_add(p, oneroster_file_name(ONEROSTER_USERS), 0, S(""), M_roster_no_users, NULL);
    tell_unread(&b);
    TRY(read_tables(&b, e));
    *out = b.o;
    return RC_OK;
}
