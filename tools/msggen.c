/* Makes messages out of translations: `msggen OUTDIR LOCALEDIR` reads LOCALEDIR/<lang>/<catalog>.po and writes
 * OUTDIR/msg_<catalog>.h with the ids and OUTDIR/messages.c with the texts. English is the measure: a language that
 * lacks a message, has one too many or names other placeholders is an error. */
#include "tool.h"

#include "base/msg_table.h"

#include <dirent.h>
#include <gettext-po.h>

#define MAX_LANGUAGES 32
#define MAX_CATALOGS 256

struct message {
    struct str name;
    struct str forms[2]; /* the text, or singular and plural */
    bool plural;
    int line;
    bool met; /* seen in the language that is being compared */
};

struct catalog {
    const char *path;
    struct message *messages;
    size_t count, room;
    struct str language_name, number; /* header fields, of the catalog "site" */
};

static struct arena *arena;
static struct str languages[MAX_LANGUAGES];
static size_t language_count;
static struct str names[MAX_CATALOGS];
static size_t catalog_count;
static struct catalog (*catalogs)[MAX_LANGUAGES]; /* [catalog][language] */

/* ---- names of folders and files -------------------------------------------------------------------------------------
 */

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The entries of a folder that end in suffix, without it, sorted. */
static size_t list(const char *folder, const char *suffix, struct str *out, size_t max)
{
    DIR *d = opendir(folder);
    if (d == NULL)
        tool_fail(folder, 0, "cannot be opened: %s", strerror(errno));
    size_t n = 0, cut = strlen(suffix);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        struct str name = str_from(e->d_name);
        if (name.p[0] == '.' || !str_ends(name, str_from(suffix)))
            continue;
        if (n == max)
            tool_fail(folder, 0, "holds more than %zu entries", max);
        out[n++] = str_dup(arena, str_sub(name, 0, name.n - cut));
    }
    closedir(d);
    if (n != 0)
        qsort(out, n, sizeof *out, by_text);
    return n;
}

/* Catalogs are named in small letters and digits; messages may also have capitals and _. */
static bool is_name(struct str s, bool message)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool digit = c >= '0' && c <= '9', small = c >= 'a' && c <= 'z', capital = c >= 'A' && c <= 'Z';
        if (!small && (i == 0 || (!digit && !(message && (capital || c == '_')))))
            return false;
    }
    return s.n != 0;
}

/* ---- reading one file
 * ------------------------------------------------------------------------------------------------ */

/* libgettextpo keeps some of what it reads; a build with the leak checker must not fail for that. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libgettextpo\n";
}
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

static const char *reading; /* the file, for errors that libgettextpo does not place */

static void po_error(int severity, po_message_t m, const char *file, size_t line, size_t column, int multiline,
                     const char *text)
{
    (void)m, (void)column, (void)multiline;
    if (severity != PO_SEVERITY_WARNING)
        tool_fail(file != NULL ? file : reading, line == (size_t)-1 ? 0 : (int)line, "%s", text);
}

static void po_error2(int severity, po_message_t m1, const char *file1, size_t line1, size_t column1, int multiline1,
                      const char *text1, po_message_t m2, const char *file2, size_t line2, size_t column2,
                      int multiline2, const char *text2)
{
    (void)m2, (void)file2, (void)line2, (void)column2, (void)multiline2, (void)text2;
    po_error(severity, m1, file1, line1, column1, multiline1, text1);
}

/* libgettextpo keeps the line of a message to itself; names are plain words, so that they are found in the text. */
static int line_of(struct str text, struct str name)
{
    struct str want = str_printf(arena, "msgid \"%.*s\"", STR_ARG(name)), line;
    for (int n = 1; str_line(&text, &line); n++)
        if (str_eq(str_trim(line), want))
            return n;
    return 0;
}

static struct str header_field(const char *header, const char *field)
{
    char *value = header != NULL ? po_header_field(header, field) : NULL;
    struct str s = value != NULL ? str_dup(arena, str_from(value)) : STR_NONE;
    free(value);
    return s;
}

static struct message *add_message(struct catalog *c)
{
    if (c->count == c->room) {
        size_t room = c->room != 0 ? 2 * c->room : 64;
        c->messages = arena_grow(arena, c->messages, c->room * sizeof *c->messages, room * sizeof *c->messages);
        c->room = room;
    }
    struct message *m = &c->messages[c->count++];
    *m = (struct message){0};
    return m;
}

static struct str copy(const char *z)
{
    return z != NULL ? str_dup(arena, str_from(z)) : S("");
}

static void read_message(struct catalog *c, struct str text, po_message_t po)
{
    struct message *m = add_message(c);
    m->name = copy(po_message_msgid(po));
    m->line = line_of(text, m->name);
    m->plural = po_message_msgid_plural(po) != NULL;
    m->forms[0] = copy(m->plural ? po_message_msgstr_plural(po, 0) : po_message_msgstr(po));
    m->forms[1] = m->plural ? copy(po_message_msgstr_plural(po, 1)) : STR_NONE;
    if (!is_name(m->name, true))
        tool_fail(c->path, m->line, "a msgid is a short name (letters, digits, _), not \"%.*s\"", STR_ARG(m->name));
    if (po_message_msgctxt(po) != NULL)
        tool_fail(c->path, m->line, "msgctxt is not used: give \"%.*s\" another name", STR_ARG(m->name));
    if (po_message_is_fuzzy(po))
        tool_fail(c->path, m->line, "\"%.*s\" is marked fuzzy: check it and take the mark off", STR_ARG(m->name));
    if (m->forms[0].n == 0 || (m->plural && m->forms[1].n == 0))
        tool_fail(c->path, m->line, "\"%.*s\" has no text", STR_ARG(m->name));
    if (m->plural && po_message_msgstr_plural(po, 2) != NULL)
        tool_fail(c->path, m->line, "\"%.*s\" has more than two plural forms", STR_ARG(m->name));
}

static void read_catalog(struct catalog *c, const char *path)
{
    static const struct po_xerror_handler handler = {po_error, po_error2};
    struct str text = tool_read(arena, path);
    c->path = reading = path;
    po_file_t file = po_file_read(path, &handler);
    if (file == NULL)
        tool_fail(path, 0, "cannot be read");
    const char *header = po_file_domain_header(file, NULL);
    c->language_name = header_field(header, "X-Language-Name");
    c->number = header_field(header, "X-Number");
    po_message_iterator_t it = po_message_iterator(file, NULL);
    for (po_message_t po; (po = po_next_message(it)) != NULL;)
        if (po_message_msgid(po)[0] != '\0' && !po_message_is_obsolete(po))
            read_message(c, text, po);
    po_message_iterator_free(it);
    po_file_free(file);
    if (c->count >= (size_t)1 << MSG_CATALOG_SHIFT)
        tool_fail(path, 0, "has more than %d messages", (1 << MSG_CATALOG_SHIFT) - 1);
}

/* ---- checking a language against English
 * ----------------------------------------------------------------------------- */

/* The next {name}; false when there is none left. */
static bool next_placeholder(const struct catalog *c, const struct message *m, struct str *rest, struct str *name)
{
    struct str before;
    if (!str_cut(rest, '{', &before) || rest->p == NULL)
        return false;
    if (!str_cut(rest, '}', name) || !is_name(*name, true) || rest->p == NULL)
        tool_fail(c->path, m->line, "\"%.*s\": { starts a placeholder {name}", STR_ARG(m->name));
    return true;
}

static bool has_placeholder(const struct catalog *c, const struct message *m, struct str text, struct str want)
{
    struct str name;
    while (next_placeholder(c, m, &text, &name))
        if (str_eq(name, want))
            return true;
    return false;
}

/* Every placeholder of one form stands in the other. {n} may go unsaid in one of two plural forms ("one person"). */
static void check_form(const struct catalog *from, const struct message *f, struct str form, const struct catalog *to,
                       const struct message *t, struct str other)
{
    struct str rest = form, name;
    while (next_placeholder(from, f, &rest, &name))
        if (!(f->plural && str_eq(name, S("n"))) && !has_placeholder(to, t, other, name))
            tool_fail(to->path, t->line, "\"%.*s\" lacks the placeholder {%.*s} of %s:%d", STR_ARG(t->name),
                      STR_ARG(name), from->path, f->line);
}

static struct message *find(struct catalog *c, struct str name)
{
    for (size_t i = 0; i < c->count; i++)
        if (str_eq(c->messages[i].name, name))
            return &c->messages[i];
    return NULL;
}

static void check_pair(const struct catalog *ec, const struct message *e, const struct catalog *c,
                       const struct message *m)
{
    if (e->plural != m->plural)
        tool_fail(c->path, m->line, "\"%.*s\" has a plural in one language and not in the other", STR_ARG(m->name));
    for (size_t i = 0; i <= (size_t)e->plural; i++) {
        check_form(ec, e, e->forms[i], c, m, m->forms[i]);
        check_form(c, m, m->forms[i], ec, e, e->forms[i]);
    }
    if (e->plural)
        check_form(ec, e, e->forms[0], ec, e, e->forms[1]);
}

static void check_language(struct catalog *english, struct catalog *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct message *m = &c->messages[i], *e = find(english, m->name);
        if (e == NULL)
            tool_fail(c->path, m->line, "\"%.*s\" is not in %s", STR_ARG(m->name), english->path);
        check_pair(english, e, c, m);
        e->met = true;
    }
    for (size_t i = 0; i < english->count; i++) {
        struct message *e = &english->messages[i];
        if (!e->met)
            tool_fail(c->path, 0, "lacks \"%.*s\" (%s:%d: \"%.*s\")", STR_ARG(e->name), english->path, e->line,
                      STR_ARG(e->forms[e->plural]));
        e->met = false;
    }
}

/* ---- writing
 * --------------------------------------------------------------------------------------------------------- */

static void write_str(struct buf *b, struct str s)
{
    if (s.p == NULL) {
        buf_z(b, "{NULL, 0}");
        return;
    }
    buf_z(b, "S_INIT(\"");
    tool_quote(b, s);
    buf_z(b, "\")");
}

/* From the name alone (FNV-1a, folded to 16 bits). Two catalogs of one number are told, and one gets another name. */
static size_t catalog_number(struct str name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 16777619u;
    h = (h >> 16) ^ (h & 0xffff);
    return h != 0 ? h : 1;
}

static void write_header(const char *outdir, size_t k)
{
    const struct catalog *c = &catalogs[k][0];
    struct buf b = buf_new(arena, 4096);
    struct str guard = tool_guard(arena, names[k]);
    buf_printf(&b,
               "/* Made by tools/msggen from locale/en/%.*s.po: do not edit. */\n#ifndef GEN_MSG_%.*s_H\n#define "
               "GEN_MSG_%.*s_H\n\n",
               STR_ARG(names[k]), STR_ARG(guard), STR_ARG(guard));
    for (size_t i = 0; i < c->count; i++)
        buf_printf(&b, "#define M_%.*s_%.*s %zu\n", STR_ARG(names[k]), STR_ARG(c->messages[i].name),
                   (catalog_number(names[k]) << MSG_CATALOG_SHIFT) + i);
    buf_z(&b, "\n#endif\n");
    tool_write(arena, str_printf(arena, "%s/msg_%.*s.h", outdir, STR_ARG(names[k])).p, buf_text(&b));
}

static void write_catalog(struct buf *b, size_t k)
{
    struct catalog *english = &catalogs[k][0];
    buf_printf(b, "\nstatic const struct str names_%.*s[] = {\n", STR_ARG(names[k]));
    for (size_t i = 0; i < english->count; i++)
        buf_printf(b, "    S_INIT(\"%.*s_%.*s\"),\n", STR_ARG(names[k]), STR_ARG(english->messages[i].name));
    buf_z(b, "    {NULL, 0}};\n");
    for (size_t l = 0; l < language_count; l++) {
        buf_printf(b, "static const struct msg_forms forms_%.*s_%zu[] = { /* %.*s */\n", STR_ARG(names[k]), l,
                   STR_ARG(languages[l]));
        for (size_t i = 0; i < english->count; i++) {
            const struct message *m = find(&catalogs[k][l], english->messages[i].name);
            buf_z(b, "    {");
            write_str(b, m->forms[m->plural]);
            buf_z(b, ", ");
            write_str(b, m->plural ? m->forms[0] : STR_NONE);
            buf_z(b, "},\n");
        }
        buf_z(b, "    {{NULL, 0}, {NULL, 0}}};\n");
    }
    buf_printf(b, "static const struct msg_forms *const forms_%.*s[] = {", STR_ARG(names[k]));
    for (size_t l = 0; l < language_count; l++)
        buf_printf(b, "%sforms_%.*s_%zu", l != 0 ? ", " : "", STR_ARG(names[k]), l);
    buf_z(b, "};\n");
}

/* "1,234.5" shows both signs: what stands between 1 and 234, and between 234 and 5. */
static void write_language(struct buf *b, size_t l, const struct catalog *site)
{
    size_t at, end;
    struct str n = site->number;
    if (str_empty(site->language_name))
        tool_fail(site->path, 0, "the header lacks X-Language-Name, the language's own name");
    if (!str_starts(n, S("1")) || !str_ends(n, S("5")) || !str_find(n, S("234"), &at) || at == 1 || at + 4 >= n.n)
        tool_fail(site->path, 0, "the header lacks X-Number, the number 1,234.5 as this language writes it");
    end = at + 3;
    buf_z(b, "    {");
    write_str(b, languages[l]);
    buf_z(b, ", ");
    write_str(b, site->language_name);
    buf_z(b, ", ");
    write_str(b, str_sub(n, 1, at - 1));
    buf_z(b, ", ");
    write_str(b, str_sub(n, end, n.n - end - 1));
    buf_z(b, "},\n");
}

static int by_number(const void *a, const void *b)
{
    size_t x = catalog_number(names[*(const size_t *)a]), y = catalog_number(names[*(const size_t *)b]);
    return (x > y) - (x < y);
}

static void write_numbers(struct buf *b)
{
    size_t order[MAX_CATALOGS];
    for (size_t k = 0; k < catalog_count; k++)
        order[k] = k;
    qsort(order, catalog_count, sizeof *order, by_number);
    buf_z(b, "\nconst struct msg_catalog msg_catalogs[] = {\n");
    for (size_t i = 0; i < catalog_count; i++) {
        struct str name = names[order[i]];
        size_t number = catalog_number(name);
        if (i > 0 && catalog_number(names[order[i - 1]]) == number)
            tool_fail(str_printf(arena, "locale/en/%.*s.po", STR_ARG(name)).p, 0, "has the number of %.*s.po: give it another name",
                      STR_ARG(names[order[i - 1]]));
        buf_printf(b, "    {%zu, %zu, names_%.*s, forms_%.*s},\n", number, catalogs[order[i]][0].count, STR_ARG(name), STR_ARG(name));
    }
}

static void write_messages(const char *outdir)
{
    struct buf b = buf_new(arena, 1 << 16);
    size_t site = catalog_count;
    buf_z(&b, "/* Made by tools/msggen from locale/: do not edit. */\n#include \"base/msg_table.h\"\n");
    for (size_t k = 0; k < catalog_count; k++) {
        write_catalog(&b, k);
        if (str_eq(names[k], S("site")))
            site = k;
    }
    if (site == catalog_count)
        tool_fail("locale/en/site.po", 0, "is missing: its header names the language");
    write_numbers(&b);
    buf_printf(&b, "};\nconst int msg_catalog_count = %zu;\n\nconst struct msg_language msg_languages[] = {\n",
               catalog_count);
    for (size_t l = 0; l < language_count; l++)
        write_language(&b, l, &catalogs[site][l]);
    buf_printf(&b, "};\nconst int msg_language_count = %zu;\n", language_count);
    tool_write(arena, str_printf(arena, "%s/messages.c", outdir).p, buf_text(&b));
}

/* English comes first, so that language 0 is what everything falls back to. */
static void find_languages(const char *locale)
{
    language_count = list(locale, "", languages, MAX_LANGUAGES);
    size_t en = 0;
    while (en < language_count && !str_eq(languages[en], S("en")))
        en++;
    if (en == language_count)
        tool_fail(locale, 0, "has no folder en");
    memmove(languages + 1, languages, en * sizeof *languages);
    languages[0] = S("en");
}

/* A file of another language that English does not have would never be read: say so. */
static void check_files(const char *locale, size_t l)
{
    struct str found[MAX_CATALOGS];
    size_t n = list(str_printf(arena, "%s/%.*s", locale, STR_ARG(languages[l])).p, ".po", found, MAX_CATALOGS);
    for (size_t i = 0; i < n; i++)
        if (bsearch(&found[i], names, catalog_count, sizeof *names, by_text) == NULL)
            tool_fail(str_printf(arena, "%s/%.*s/%.*s.po", locale, STR_ARG(languages[l]), STR_ARG(found[i])).p, 0,
                      "has no counterpart in en");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: msggen OUTDIR LOCALEDIR\n");
        return 2;
    }
    arena = arena_new(1 << 20);
    find_languages(argv[2]);
    catalog_count = list(str_printf(arena, "%s/en", argv[2]).p, ".po", names, MAX_CATALOGS);
    catalogs = arena_array(arena, MAX_CATALOGS, sizeof *catalogs);
    for (size_t k = 0; k < catalog_count; k++) {
        if (!is_name(names[k], false))
            tool_fail(str_printf(arena, "%s/en/%.*s.po", argv[2], STR_ARG(names[k])).p, 0,
                      "a catalog's name has only a-z and 0-9");
        for (size_t l = 0; l < language_count; l++) {
            read_catalog(&catalogs[k][l],
                         str_printf(arena, "%s/%.*s/%.*s.po", argv[2], STR_ARG(languages[l]), STR_ARG(names[k])).p);
            check_language(&catalogs[k][0], &catalogs[k][l]);
        }
    }
    for (size_t l = 1; l < language_count; l++)
        check_files(argv[2], l);
    for (size_t k = 0; k < catalog_count; k++)
        write_header(argv[1], k);
    write_messages(argv[1]);
    arena_free(arena);
    return 0;
}
