/* What cairo 1.16 has no call for, put into the file that it wrote: the language of the document, that its title is shown, and what
 * elements of the structure say (ActualText, PDF 32000-1, 14.9.4) where letters are drawn in another order than they are read. Texts
 * are put in behind the first line of an object; the table of objects at the end moves along. */
#include "view/pdf_inside.h"

#include "base/utf8.h"

#define ENTRY 20 /* bytes of an entry in the table of objects */

struct object {
    int64_t number, offset;
};

/* The file as cairo writes it: objects, their table, the trailer. */
struct parts {
    struct str file, table, trailer;
    size_t first;           /* where in the table the entry of object 0 stands */
    struct object *objects; /* in the order of the file */
    size_t count;
};

struct insertion {
    size_t at;
    struct str text;
};

static bool number_after(struct str s, const char *word, int64_t *v)
{
    size_t at, n = 0;
    if (!str_find(s, str_from(word), &at))
        return false;
    struct str rest = str_trim(str_sub(s, at + strlen(word), s.n));
    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
        n++;
    return str_to_int(str_sub(rest, 0, n), v);
}

static int by_offset(const void *x, const void *y)
{
    const struct object *a = x, *b = y;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool take_apart(struct parts *p, struct arena *a, struct str file)
{
    struct str tail = str_sub(file, file.n > 512 ? file.n - 512 : 0, file.n), head = S("xref\n0 ");
    int64_t table;
    size_t at;
    *p = (struct parts){.file = file, .trailer = tail};
    while (str_find(str_sub(p->trailer, 1, p->trailer.n), S("trailer"), &at))
        p->trailer = str_sub(p->trailer, at + 1, p->trailer.n);
    if (!str_starts(p->trailer, S("trailer")) || !number_after(p->trailer, "startxref", &table) || table < 0 || (size_t)table >= file.n)
        return false;
    p->table = str_sub(file, (size_t)table, (size_t)(p->trailer.p - file.p) - (size_t)table);
    if (!str_starts(p->table, head) || !str_find(p->table, S(" f \n"), &at) || at < 16)
        return false;
    p->first = at - 16;
    p->count = (p->table.n - p->first) / ENTRY - 1;
    p->objects = ARENA_ARRAY(a, p->count, struct object);
    for (size_t i = 0; i < p->count; i++) {
        struct object *o = &p->objects[i];
        o->number = (int64_t)i + 1;
        if (!str_to_int(str_sub(p->table, p->first + ENTRY * (i + 1), 10), &o->offset) || o->offset <= 0 || o->offset >= table)
            return false;
    }
    qsort(p->objects, p->count, sizeof *p->objects, by_offset);
    return true;
}

/* Does an object begin so; *at is behind that. */
static bool begins(const struct parts *p, struct arena *a, const struct object *o, const char *with, size_t *at)
{
    struct str start = str_printf(a, "%" PRId64 " 0 obj\n%s", o->number, with);
    *at = (size_t)o->offset + start.n;
    return str_starts(str_sub(p->file, (size_t)o->offset, start.n), start);
}

/* A text string as UTF-16, in hexadecimal. */
static struct str text_string(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, 4 * s.n + 8);
    buf_z(&b, "<FEFF");
    for (uint32_t c; utf8_take(&s, &c);)
        if (c >= 0x10000)
            buf_printf(&b, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
        else
            buf_printf(&b, "%04X", c);
    buf_z(&b, ">");
    return buf_text(&b);
}

/* cairo writes the elements of the structure in the order in which they were begun. */
static bool find_insertions(const struct parts *f, struct arena *a, struct str language, const struct pdf *p, struct insertion *out, size_t *count)
{
    size_t elements = 0, said = 0, at, n = 0;
    bool catalog = false;
    for (size_t i = 0; i < f->count; i++) {
        if (begins(f, a, &f->objects[i], "<< /Type /StructElem\n", &at)) {
            size_t before = said;
            while (said < p->spoken_count && p->spoken[said].tag == elements)
                said++;
            if (said > before)
                out[n++] = (struct insertion){at, str_printf(a, "   /ActualText %.*s\n", STR_ARG(text_string(a, p->spoken[said - 1].text)))};
            elements++;
        } else if (begins(f, a, &f->objects[i], "<< /Type /Catalog\n", &at)) {
            out[n++] = (struct insertion){at, str_printf(a, "   /Lang (%.*s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n", STR_ARG(language))};
            catalog = true;
        }
    }
    *count = n;
    return catalog && elements == p->tags && said == p->spoken_count;
}

static void put_together(struct buf *out, const struct parts *f, const struct insertion *in, size_t count)
{
    size_t done = 0, moved = 0, next = 0, objects = (size_t)(f->table.p - f->file.p);
    for (size_t i = 0; i < count; i++) {
        buf_str(out, str_sub(f->file, done, in[i].at - done));
        buf_str(out, in[i].text);
        done = in[i].at;
    }
    buf_str(out, str_sub(f->file, done, objects - done));
    size_t start = out->n;
    buf_str(out, f->table);
    for (size_t i = 0; i < f->count; i++) {
        char digits[16];
        for (; next < count && in[next].at <= (size_t)f->objects[i].offset; next++)
            moved += in[next].text.n;
        snprintf(digits, sizeof digits, "%010" PRId64, f->objects[i].offset + (int64_t)moved);
        memcpy(out->p + start + f->first + ENTRY * (size_t)f->objects[i].number, digits, 10);
    }
    size_t at = f->trailer.n;
    (void)str_find(f->trailer, S("startxref"), &at);
    buf_str(out, str_sub(f->trailer, 0, at));
    buf_printf(out, "startxref\n%zu\n%%%%EOF\n", start);
}

bool pdf_finish(struct buf *out, struct arena *a, struct str language, const struct pdf *p)
{
    struct parts f;
    size_t count;
    for (size_t i = 0; i < language.n; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", language.p[i]) == NULL)
            return false;
    struct insertion *in = ARENA_ARRAY(a, p->spoken_count + 2, struct insertion);
    if (!take_apart(&f, a, str_dup(a, buf_text(out))) || !find_insertions(&f, a, language, p, in, &count))
        return false;
    out->n = 0;
    put_together(out, &f, in, count);
    return true;
}
