/* The dialect: see dialect.h. Three steps: lines of the other engine's blocks are blanked (so that line numbers stay),
 * the tokens are cut into statements, and each statement is written again with the engine's types. */
#include "store/dialect.h"

#include "base/buf.h"

/* ---- lexer ----------------------------------------------------------------------------------------------------------
 */

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_part(char c)
{
    return is_word_start(c) || is_digit(c);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sql_lexer sql_lexer(enum engine engine, struct str text)
{
    return (struct sql_lexer){.engine = engine, .rest = text, .line = 1};
}

/* Each scanner returns the length of its token, 0 when it never ends. */
static size_t scan_quoted(struct str s, size_t from, char quote, bool backslash)
{
    for (size_t i = from; i < s.n; i++) {
        if (backslash && s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote && i + 1 < s.n && s.p[i + 1] == quote)
            i++;
        else if (s.p[i] == quote)
            return i + 1;
    }
    return 0;
}

static size_t scan_line_comment(struct str s)
{
    const char *end = memchr(s.p, '\n', s.n);
    return end != NULL ? (size_t)(end - s.p) : s.n;
}

/* PostgreSQL nests these, SQLite does not; a nested one is refused by never ending on SQLite's terms, which is safe. */
static size_t scan_block_comment(struct str s)
{
    size_t at;
    return str_find(str_sub(s, 2, s.n), S("*/"), &at) ? at + 4 : 0;
}

/* The length of $tag$ at the start of s, 0 when there is none. */
static size_t dollar_tag(struct str s)
{
    size_t i = 1;
    if (i < s.n && is_digit(s.p[i]))
        return 0;
    while (i < s.n && is_word_part(s.p[i]))
        i++;
    return i < s.n && s.p[i] == '$' ? i + 1 : 0;
}

static size_t scan_dollar(struct str s, size_t tag)
{
    size_t at;
    return str_find(str_sub(s, tag, s.n), str_sub(s, 0, tag), &at) ? at + 2 * tag : 0;
}

static size_t scan_number(struct str s)
{
    size_t i = 1;
    while (i < s.n && (is_word_part(s.p[i]) || s.p[i] == '.' ||
                       ((s.p[i] == '-' || s.p[i] == '+') && (s.p[i - 1] == 'e' || s.p[i - 1] == 'E'))))
        i++;
    return i;
}

static size_t scan_word(struct str s, enum engine engine, enum sql_kind *kind)
{
    size_t i = 1;
    while (i < s.n && is_word_part(s.p[i]))
        i++;
    if (i == 1 && s.n > 1 && s.p[1] == '\'' && strchr("eExXbB", s.p[0]) != NULL) {
        *kind = SQL_STRING;
        return scan_quoted(s, 2, '\'', engine == ENGINE_POSTGRES && (s.p[0] == 'e' || s.p[0] == 'E'));
    }
    *kind = SQL_WORD;
    return i;
}

static size_t scan(struct str s, enum engine engine, enum sql_kind *kind)
{
    char c = s.p[0], next = s.n > 1 ? s.p[1] : '\0';
    size_t n = 1;
    *kind = SQL_PUNCT;
    if (is_blank(c)) {
        *kind = SQL_SPACE;
        while (n < s.n && is_blank(s.p[n]))
            n++;
    } else if (c == '-' && next == '-') {
        *kind = SQL_COMMENT;
        n = scan_line_comment(s);
    } else if (c == '/' && next == '*') {
        *kind = SQL_COMMENT;
        n = scan_block_comment(s);
    } else if (c == '\'') {
        *kind = SQL_STRING;
        n = scan_quoted(s, 1, '\'', false);
    } else if (c == '"') {
        *kind = SQL_QUOTED;
        n = scan_quoted(s, 1, '"', false);
    } else if (c == '$' && is_digit(next)) {
        *kind = SQL_PARAM;
        while (n < s.n && is_digit(s.p[n]))
            n++;
    } else if (c == '$' && engine == ENGINE_POSTGRES && dollar_tag(s) != 0) {
        *kind = SQL_STRING;
        n = scan_dollar(s, dollar_tag(s));
    } else if (is_digit(c) || (c == '.' && is_digit(next))) {
        *kind = SQL_NUMBER;
        n = scan_number(s);
    } else if (is_word_start(c)) {
        n = scan_word(s, engine, kind);
    } else if (c == ':' && next == ':') {
        n = 2;
    }
    return n;
}

bool sql_next(struct sql_lexer *lx, struct sql_token *t)
{
    if (lx->rest.n == 0)
        return false;
    enum sql_kind kind;
    size_t n = scan(lx->rest, lx->engine, &kind);
    if (n == 0) {
        kind = SQL_BROKEN;
        n = lx->rest.n;
    }
    *t = (struct sql_token){.kind = kind, .text = str_sub(lx->rest, 0, n), .line = lx->line};
    for (size_t i = 0; i < n; i++)
        lx->line += t->text.p[i] == '\n';
    lx->rest = str_sub(lx->rest, n, lx->rest.n);
    return true;
}

bool sql_is_word(const struct sql_token *t, const char *word)
{
    return t->kind == SQL_WORD && str_eq_nocase(t->text, str_from(word));
}

bool sql_is_punct(const struct sql_token *t, char c)
{
    return t->kind == SQL_PUNCT && t->text.n == 1 && t->text.p[0] == c;
}

/* ---- engine blocks --------------------------------------------------------------------------------------------------
 */

/* Copies the script with the other engine's lines left empty. */
static enum rc keep_engine(struct arena *a, enum engine engine, struct str script, struct str *out, struct err *e)
{
    struct buf b = buf_new(a, script.n + 1);
    struct str line;
    bool keep = true;
    int number = 0;
    while (str_line(&script, &line)) {
        struct str word = str_trim(line);
        number++;
        if (str_starts(word, S("-- engine:"))) {
            word = str_trim(str_sub(word, strlen("-- engine:"), word.n));
            bool all = str_eq(word, S("all")), lite = str_eq(word, S("sqlite")), pg = str_eq(word, S("postgres"));
            if (!all && !lite && !pg)
                return err_set(e, RC_MALFORMED, 0, "line %d: engine is all, sqlite or postgres, not \"%.*s\"", number,
                               STR_ARG(word));
            keep = all || (lite && engine == ENGINE_SQLITE) || (pg && engine == ENGINE_POSTGRES);
        } else if (keep) {
            buf_str(&b, line);
        }
        buf_ch(&b, '\n');
    }
    *out = buf_text(&b);
    return RC_OK;
}

/* ---- writing a statement in the engine's words ----------------------------------------------------------------------
 */

#define MAX_DEPTH 64
#define MAX_LIST 64 /* of values that a CHECK allows */

/* What the writer knows while it walks the tokens of one statement. */
struct writer {
    enum engine engine;
    struct buf out;
    struct sql_token words[3]; /* the first three words */
    int word_count;
    bool table;            /* CREATE TABLE */
    bool alter;            /* ALTER TABLE */
    bool select;           /* CREATE TABLE ... AS SELECT: columns are not declared here */
    bool rowid;            /* WITHOUT ROWID was said */
    int depth;             /* of parentheses */
    bool cast[MAX_DEPTH];  /* the parenthesis at this depth belongs to CAST */
    int item;              /* words and names since the column definition began */
    struct sql_token last; /* the last token that was neither space nor comment */
    /* CREATE TRIGGER on SQLite ends with the END that follows a semicolon. */
    bool trigger;
    bool after_semicolon, after_end;
    int line;
};

static const char *postgres_type(const struct sql_token *t)
{
    static const struct {
        const char *portable, *postgres;
    } types[] = {
        {"INTEGER", "BIGINT"},
        {"TEXT", "TEXT COLLATE \"C\""},
        {"BLOB", "BYTEA"},
        {"REAL", "DOUBLE PRECISION"},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (sql_is_word(t, types[i].portable))
            return types[i].postgres;
    return NULL;
}

/* Is this word the type of a column (or of a CAST), and not something else that reads the same? */
static bool is_type_place(const struct writer *w, const struct sql_token *t)
{
    if (postgres_type(t) == NULL)
        return false;
    if (w->depth > 0 && w->cast[w->depth])
        return sql_is_word(&w->last, "AS");
    if (w->table && !w->select && w->depth == 1)
        return w->item == 1;
    /* ALTER TABLE t ADD [COLUMN] name TYPE, ALTER TABLE t ALTER COLUMN name TYPE type */
    return w->alter && w->depth == 0 && w->item == 1;
}

static void note_word(struct writer *w, const struct sql_token *t)
{
    if (w->word_count < (int)COUNT_OF(w->words))
        w->words[w->word_count] = *t;
    w->word_count++;
    if (w->word_count == 2) {
        w->table = sql_is_word(&w->words[0], "CREATE") && sql_is_word(t, "TABLE");
        w->alter = sql_is_word(&w->words[0], "ALTER") && sql_is_word(t, "TABLE");
    }
    if (w->word_count <= 3 && sql_is_word(&w->words[0], "CREATE") && sql_is_word(t, "TRIGGER"))
        w->trigger = w->engine == ENGINE_SQLITE;
    if (w->table && w->depth == 0 && sql_is_word(t, "AS"))
        w->select = true;
    if (w->alter && (sql_is_word(t, "ADD") || sql_is_word(t, "COLUMN")))
        w->item = -1; /* this word becomes item 0, the name 1 */
    if (w->alter && sql_is_word(t, "TYPE"))
        w->item = 0;
}

static bool open_paren(struct writer *w)
{
    if (++w->depth >= MAX_DEPTH)
        return false;
    w->cast[w->depth] = sql_is_word(&w->last, "CAST");
    if (w->depth == 1)
        w->item = 0;
    return true;
}

/* Writes one token that is part of the statement. */
static bool put(struct writer *w, const struct sql_token *t)
{
    bool name = t->kind == SQL_WORD || t->kind == SQL_QUOTED;
    if (t->kind == SQL_SPACE || t->kind == SQL_COMMENT) {
        if (w->out.n != 0)
            buf_str(&w->out, t->text);
        return true;
    }
    if (w->out.n == 0)
        w->line = t->line;
    if (t->kind == SQL_WORD)
        note_word(w, t);
    if (w->table && w->depth == 0 && sql_is_word(t, "WITHOUT")) {
        w->rowid = true; /* said again at the end, where the engine knows it */
    } else if (w->rowid && w->depth == 0 && sql_is_word(t, "ROWID")) {
        /* nothing */
    } else if (w->engine == ENGINE_POSTGRES && is_type_place(w, t)) {
        bool in_cast = w->depth > 0 && w->cast[w->depth];
        buf_z(&w->out, in_cast && sql_is_word(t, "TEXT") ? "TEXT" : postgres_type(t));
    } else {
        buf_str(&w->out, t->text);
    }
    if (sql_is_punct(t, '(') && !open_paren(w))
        return false;
    if (sql_is_punct(t, ')')) {
        if (w->engine == ENGINE_POSTGRES && w->depth > 0 && w->cast[w->depth] && sql_is_word(&w->last, "TEXT"))
            buf_z(&w->out, " COLLATE \"C\"");
        w->depth -= w->depth > 0;
    }
    if (sql_is_punct(t, ',') && w->depth == 1)
        w->item = 0;
    else if (name)
        w->item++;
    else if (t->kind != SQL_PUNCT)
        w->item += 2; /* a literal: a type cannot follow any more */
    w->last = *t;
    return true;
}

/* Does this semicolon end the statement? */
static bool ends_statement(struct writer *w)
{
    if (w->trigger)
        return w->after_end;
    return w->depth == 0;
}

static void watch_trigger(struct writer *w, const struct sql_token *t)
{
    if (t->kind == SQL_SPACE || t->kind == SQL_COMMENT)
        return;
    w->after_end = w->after_semicolon && sql_is_word(t, "END");
    w->after_semicolon = sql_is_punct(t, ';');
}

static void writer_reset(struct writer *w, struct arena *a)
{
    *w = (struct writer){.engine = w->engine, .out = buf_new(a, 256)};
}

/* Cuts what trails (spaces, comments are kept inside only) and adds what the engine needs at the end. */
static struct str finish(struct writer *w)
{
    struct str text = str_trim(buf_text(&w->out));
    w->out.n = text.n;
    bool lite = w->engine == ENGINE_SQLITE;
    if (lite && w->table && !w->select)
        buf_z(&w->out, w->rowid ? "\nSTRICT, WITHOUT ROWID" : "\nSTRICT");
    buf_ch(&w->out, '\0');
    return (struct str){w->out.p, w->out.n - 1};
}

static void append(struct arena *a, struct sql_statement **v, size_t *n, struct sql_statement st)
{
    if ((*n & (*n - 1)) == 0) { /* grows at powers of two */
        size_t cap = *n == 0 ? 1 : *n * 2;
        *v = arena_grow(a, *v, *n * sizeof **v, cap * sizeof **v);
    }
    (*v)[(*n)++] = st;
}

/* In a table of SQLite's, `name IN ('a', 'b', 'c')` becomes `(name = 'a' OR name = 'b' OR name = 'c')`: for a list of three or
 * more SQLite makes a temporary b-tree each time a CHECK is looked at, which takes longer than writing the row. lx stands
 * behind the name, which was put at from; true when it was a list, which is then behind lx. */
static bool put_list(struct writer *w, struct sql_lexer *lx, size_t from)
{
    struct sql_lexer ahead = *lx;
    struct sql_token t, items[MAX_LIST], name = w->last;
    size_t n = 0, place = 0; /* IN, (, item, comma, item, ... */
    while (sql_next(&ahead, &t)) {
        if (t.kind == SQL_SPACE)
            continue;
        bool item = place >= 2 && place % 2 == 0;
        if (item && (t.kind == SQL_STRING || t.kind == SQL_NUMBER) && n < COUNT_OF(items))
            items[n++] = t;
        else if (place > 2 && !item && sql_is_punct(&t, ')'))
            break;
        else if (!(place == 0 && sql_is_word(&t, "IN")) && !(place == 1 && sql_is_punct(&t, '(')) && !(place > 2 && !item && sql_is_punct(&t, ',')))
            return false;
        place++;
    }
    if (n < 3)
        return false;
    w->out.n = from;
    for (size_t i = 0; i < n; i++) {
        buf_z(&w->out, i == 0 ? "(" : " OR ");
        buf_str(&w->out, name.text);
        buf_z(&w->out, " = ");
        buf_str(&w->out, items[i].text);
    }
    buf_ch(&w->out, ')');
    w->last = t;
    *lx = ahead;
    return true;
}

enum rc dialect_script(struct arena *a, enum engine engine, struct str script, struct sql_statement **out,
                       size_t *count, struct err *e)
{
    struct str text;
    *out = NULL;
    *count = 0;
    TRY(keep_engine(a, engine, script, &text, e));
    struct sql_lexer lx = sql_lexer(engine, text);
    struct sql_token t;
    struct writer w = {.engine = engine};
    writer_reset(&w, a);
    while (sql_next(&lx, &t)) {
        if (t.kind == SQL_BROKEN)
            return err_set(e, RC_MALFORMED, 0, "line %d: what begins here has no end", t.line);
        if (sql_is_punct(&t, ';') && ends_statement(&w)) {
            if (w.out.n != 0)
                append(a, out, count, (struct sql_statement){finish(&w), w.line});
            writer_reset(&w, a);
            continue;
        }
        watch_trigger(&w, &t);
        size_t from = w.out.n;
        bool qualified = sql_is_punct(&w.last, '.');
        if (!put(&w, &t))
            return err_set(e, RC_MALFORMED, 0, "line %d: parentheses are nested too deeply", t.line);
        if (engine == ENGINE_SQLITE && w.table && !w.select && w.depth > 1 && t.kind == SQL_WORD && !qualified && !sql_is_word(&t, "NOT"))
            (void)put_list(&w, &lx, from);
    }
    if (w.out.n != 0)
        return err_set(e, RC_MALFORMED, 0, "line %d: the statement that begins here has no semicolon", w.line);
    return RC_OK;
}
