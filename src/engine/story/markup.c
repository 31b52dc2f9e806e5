/* How the two story formats mark text, as far as Markdown has it: //italic//, ''bold'', headings and numbered lists of SugarCube, headings
 * of Harlowe. Marks that Markdown has not are told by line and stay as they are. Only in files that name their format: what Cadre's
 * authors write is Markdown as it stands. (SugarCube 2 documentation, "Markup"; Harlowe 3 manual, "Markup".) */
#include "engine/story/body.h"

#define HEADINGS_DEEP 6

struct mark {
    struct str from;
    const char *to;          /* in Markdown; NULL: it has none */
    bool sugarcube, harlowe; /* of which format it is */
};

static const struct mark marks[] = {
    {S_INIT("//"), "*", true, true},   {S_INIT("''"), "**", true, true}, {S_INIT("^^"), NULL, true, true},    {S_INIT("~~"), NULL, true, false},
    {S_INIT("=="), NULL, true, false}, {S_INIT("__"), NULL, true, false}, {S_INIT("@@"), NULL, true, false},
};

static bool stands_at(struct str text, size_t i, struct str mark)
{
    return i + mark.n <= text.n && memcmp(text.p + i, mark.p, mark.n) == 0;
}

static bool is_space(struct str text, size_t i)
{
    return i >= text.n || text.p[i] == ' ' || text.p[i] == '\n' || text.p[i] == '\t' || text.p[i] == '\r';
}

/* As Markdown wants it: before a word, and not behind one or the colon of an address. Small marks stand within words (H~~2~~O). */
static bool may_open(struct str text, size_t i, const struct mark *m)
{
    bool within = m->from.p[0] == '^' || m->from.p[0] == '~';
    bool behind = i != 0 && (story_name_byte(text.p[i - 1]) || (text.p[i - 1] == ':' && m->from.p[0] == '/'));
    return !is_space(text, i + m->from.n) && (within || !behind);
}

/* Where the mark that closes it stands in the same paragraph, behind something: *at. False where none does; *at is then where the
 * paragraph ends. */
static bool find_partner(struct str text, size_t from, struct str mark, size_t *at)
{
    for (*at = from + 1; *at < text.n; ++*at) {
        size_t i = *at;
        if (text.p[i] == '\n' && i + 1 < text.n && text.p[i + 1] == '\n')
            return false;
        if (stands_at(text, i, mark) && !is_space(text, i - 1) && text.p[i - 1] != ':')
            return true;
    }
    return false;
}

static void replace(struct body *b, size_t bytes, struct str by)
{
    body_line(b, b->i);
    body_flush(b, b->i);
    body_text(b, by);
    b->i = b->kept = b->i + bytes;
}

static bool paired(struct body *b, const struct mark *m, size_t *end, size_t *none_before)
{
    if (*end == b->i && *end != 0) { /* the one that closes */
        *end = 0;
        if (m->to == NULL)
            return false;
        replace(b, m->from.n, str_from(m->to));
        return true;
    }
    if (*end > b->i || *none_before > b->i || !may_open(b->text, b->i, m))
        return false;
    size_t partner;
    if (!find_partner(b->text, b->i + m->from.n, m->from, &partner)) {
        *none_before = partner; /* so that a paragraph is searched once, however many open in it */
        return false;
    }
    *end = partner;
    if (m->to == NULL) {
        body_line(b, b->i);
        body_tell(b, STORY_MARK_AS_TEXT, m->from, NULL);
        return false;
    }
    replace(b, m->from.n, str_from(m->to));
    return true;
}

/* "!!Heading" and "##entry" of SugarCube, "##Heading" of Harlowe. */
static bool begins_line(struct body *b, char c)
{
    static const char heading[] = "###### ", indent[] = "               1. ";
    size_t n = 0, most = b->text.n - b->i;
    while (n < most && b->text.p[b->i + n] == c)
        n++;
    char next = n < most ? b->text.p[b->i + n] : '\n';
    if (n > HEADINGS_DEEP || next == '\n' || next == '\r')
        return false;
    if (c == '#' && b->format == STORY_SUGARCUBE) {
        struct str entry = str_from(indent);
        replace(b, n, str_sub(entry, entry.n - 3 - 3 * (n - 1 < 5 ? n - 1 : 5), entry.n));
        return true;
    }
    bool picture = c == '!' && next == '[' && (n + 1 >= most || b->text.p[b->i + n + 1] != '[');
    if (picture || (c == '#' && next == ' '))
        return false;
    replace(b, n, str_sub(str_from(heading), HEADINGS_DEEP - n, sizeof heading - 1));
    return true;
}

bool body_markup(struct body *b)
{
    char c = b->text.p[b->i];
    bool first = b->i == 0 || b->text.p[b->i - 1] == '\n', sugarcube = b->format == STORY_SUGARCUBE;
    if (first && (c == '#' || (c == '!' && sugarcube)))
        return begins_line(b, c);
    for (size_t k = 0; k < COUNT_OF(marks); k++)
        if ((sugarcube ? marks[k].sugarcube : marks[k].harlowe) && stands_at(b->text, b->i, marks[k].from)) {
            bool read = paired(b, &marks[k], &b->mark_ends[k], &b->mark_none[k]);
            if (!read)
                b->i += marks[k].from.n - 1; /* its second byte begins none */
            return read;
        }
    return false;
}
