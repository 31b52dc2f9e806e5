/* The text of a passage: what is shown as it stands, links in their forms, variables that are named in the text, comments, and
 * what Cadre adds in comments, `<!-- cadre timer 60: Too late -->`, so that other tools show nothing of it. */
#include "engine/story/body.h"

/* ---- operations ------------------------------------------------------------------------------------------------------ */
struct op *body_emit(struct body *b, enum op_kind kind)
{
    struct op *op = PUSH(b->s->a, b->s->ops, b->s->op_count, b->s->op_room);
    *op = (struct op){.kind = kind, .line = b->at.line, .x = STORY_NONE};
    return op;
}

void body_text(struct body *b, struct str text)
{
    if (b->silent == 0 && text.n != 0)
        body_emit(b, OP_TEXT)->text = text;
}

void body_flush(struct body *b, size_t to)
{
    if (to > b->kept)
        body_text(b, str_sub(b->text, b->kept, to - b->kept));
    b->kept = to;
}

uint32_t body_line(struct body *b, size_t at)
{
    while (b->counted < at) {
        const char *c = memchr(b->text.p + b->counted, '\n', at - b->counted);
        b->at.line += c != NULL;
        b->counted = c != NULL ? (size_t)(c - b->text.p) + 1 : at; /* never looked at twice */
    }
    return b->at.line;
}

/* ---- links ----------------------------------------------------------------------------------------------------------- */
static bool is_address(struct str s)
{
    return str_starts(s, S("https://")) || str_starts(s, S("http://")) || str_starts(s, S("mailto:"));
}

/* The text without the marks that stand in pairs around words. A mark opens before a word and behind none, and closes the other way round. */
static struct str without(struct arena *a, struct str text, struct str mark)
{
    size_t from = 0, open = text.n;
    struct buf out = {0};
    for (size_t i = 0; i < text.n; i++) {
        size_t run = i;
        while (run < text.n && text.p[run] == mark.p[0])
            run++;
        if (run - i != mark.n) { /* a longer one is another mark */
            i = run > i ? run - 1 : i;
            continue;
        }
        bool word_before = i != 0 && text.p[i - 1] != ' ', word_behind = i + mark.n < text.n && text.p[i + mark.n] != ' ';
        if (open != text.n && word_before && i > open + mark.n) {
            if (out.p == NULL)
                out = buf_new(a, text.n);
            buf_str(&out, str_sub(text, from, open - from));
            buf_str(&out, str_sub(text, open + mark.n, i - open - mark.n));
            from = i + mark.n;
            open = text.n;
        } else if (open == text.n && word_behind && (i == 0 || !(story_name_byte(text.p[i - 1]) || text.p[i - 1] == ':'))) {
            open = i;
        }
        i += mark.n - 1;
    }
    if (out.p == NULL)
        return text;
    buf_str(&out, str_sub(text, from, text.n - from));
    return buf_text(&out);
}

/* A choice stands on a button, and in lists of what was chosen: as words, without marks. */
static struct str plain_words(const struct body *b, struct str text)
{
    text = without(b->s->a, without(b->s->a, text, S("**")), S("*"));
    return b->format == STORY_EITHER ? text : without(b->s->a, without(b->s->a, text, S("''")), S("//"));
}

void body_link(struct body *b, struct str text, struct str target)
{
    struct story *s = b->s;
    if (is_address(target)) {
        body_text(b, str_printf(s->a, "[%.*s](<%.*s>)", STR_ARG(text), STR_ARG(target)));
        return;
    }
    if (s->link_count == UINT32_MAX - 1)
        return;
    body_emit(b, OP_LINK)->x = (uint32_t)s->link_count;
    *PUSH(s->a, s->links, s->link_count, s->link_room) =
        (struct link){.text = plain_words(b, text), .target = target, .line = b->at.line, .from = b->passage, .to = STORY_NONE};
}

/* Where the separator of a link stands: the last ->, else the first <-, else the first |. */
static bool split(struct str s, struct str *text, struct str *target)
{
    size_t at;
    for (size_t k = s.n; k >= 2; k--)
        if (s.p[k - 2] == '-' && s.p[k - 1] == '>') {
            *text = str_sub(s, 0, k - 2);
            *target = str_sub(s, k, s.n);
            return true;
        }
    if (str_find(s, S("<-"), &at)) {
        *target = str_sub(s, 0, at);
        *text = str_sub(s, at + 2, s.n);
        return true;
    }
    if (str_find(s, S("|"), &at)) {
        *text = str_sub(s, 0, at);
        *target = str_sub(s, at + 1, s.n);
        return true;
    }
    *text = *target = s;
    return true;
}

void body_link_markup(struct body *b, struct str inside)
{
    struct str setter = STR_NONE, text, target;
    size_t at;
    if (b->format != STORY_HARLOWE && str_find(inside, S("]["), &at)) {
        setter = str_sub(inside, at + 2, inside.n);
        inside = str_sub(inside, 0, at);
    }
    split(inside, &text, &target);
    text = str_trim(text);
    target = str_trim(target);
    if (target.n == 0 || target.p[0] == '$') {
        body_tell(b, STORY_BAD_LINK, inside, "%s",
                  target.n == 0 ? "it names no passage" : "a variable cannot say where a link leads; write one link for each passage");
        return;
    }
    if (text.n == 0)
        text = target;
    if (setter.p == NULL || is_address(target)) {
        body_link(b, text, target);
        return;
    }
    size_t link = b->s->link_count;
    body_link(b, text, target);
    uint32_t jump = (uint32_t)b->s->op_count;
    body_emit(b, OP_JUMP);
    b->s->links[link].first_op = (uint32_t)b->s->op_count;
    body_set(b, setter);
    b->s->links[link].end_op = b->s->ops[jump].x = (uint32_t)b->s->op_count;
}

/* ---- what Cadre adds ------------------------------------------------------------------------------------------------- */
static struct str word_of(struct str *rest)
{
    size_t n = 0;
    *rest = str_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t' && rest->p[n] != '\n' && rest->p[n] != '\r' && rest->p[n] != ':')
        n++;
    struct str word = str_sub(*rest, 0, n);
    *rest = str_trim(str_sub(*rest, n, rest->n));
    return word;
}

/* The rest of a directive behind its colon; told where there is none. */
static bool behind_colon(struct body *b, struct str directive, struct str *rest)
{
    *rest = str_trim(*rest);
    if (rest->n > 1 && rest->p[0] == ':') {
        *rest = str_trim(str_sub(*rest, 1, rest->n));
        if (rest->n != 0)
            return true;
    }
    body_tell(b, STORY_BAD_DIRECTIVE, directive, "a colon and what it is about are missing");
    return false;
}

/* Seconds, also "90s" and "5 min". */
static bool read_seconds(struct str *rest, uint32_t *seconds)
{
    struct str amount = word_of(rest);
    int64_t unit = 1, n;
    if (str_ends(amount, S("min")))
        unit = 60, amount.n -= 3;
    else if (str_ends(amount, S("s")))
        amount.n -= 1;
    if (rest->n != 0 && rest->p[0] != ':') {
        struct str word = word_of(rest);
        if (str_starts(word, S("min")))
            unit = 60;
        else if (!str_starts(word, S("s")))
            return false;
    }
    if (!str_to_int(amount, &n) || n < 1 || n > 86400 || n * unit > 86400)
        return false;
    *seconds = (uint32_t)(n * unit);
    return true;
}

static void timer(struct body *b, struct str rest)
{
    uint32_t seconds;
    if (!read_seconds(&rest, &seconds)) {
        body_tell(b, STORY_BAD_DIRECTIVE, S("timer"), "it takes a time from 1 second to a day, as in: timer 90: Too late");
        return;
    }
    if (!behind_colon(b, S("timer"), &rest))
        return;
    struct op *op = body_emit(b, OP_TIMER);
    op->y = seconds;
    op->text = rest;
}

static void after(struct body *b, struct str rest)
{
    int64_t n;
    struct str amount = word_of(&rest);
    if (str_starts(rest, S("passages")))
        word_of(&rest);
    if (!str_to_int(amount, &n) || n < 1 || n > 1000) {
        body_tell(b, STORY_BAD_DIRECTIVE, S("after"), "it takes a number of passages from 1 to 1000, as in: after 3: The letter");
        return;
    }
    if (!behind_colon(b, S("after"), &rest))
        return;
    struct op *op = body_emit(b, OP_AFTER);
    op->y = (uint32_t)n;
    op->text = rest;
}

static void upon(struct body *b, struct str rest)
{
    struct str tag = word_of(&rest);
    if (tag.n == 0) {
        body_tell(b, STORY_BAD_DIRECTIVE, S("on"), "it takes a tag, as in: on ward: The letter");
        return;
    }
    if (!behind_colon(b, S("on"), &rest))
        return;
    struct op *op = body_emit(b, OP_UPON);
    op->text = tag;
    op->name = rest;
}

static void reasoning(struct body *b, struct str rest)
{
    static const char *const frameworks[] = {"four-principles", "four-box", "cases"};
    struct str framework = word_of(&rest);
    bool known = framework.n == 0;
    for (size_t k = 0; k < COUNT_OF(frameworks); k++)
        known = known || str_eq_z(framework, frameworks[k]);
    if (!known) {
        body_tell(b, STORY_BAD_DIRECTIVE, S("reasoning"), "the framework is four-principles, four-box or cases, or none; a colon comes before the question");
        return;
    }
    if (!behind_colon(b, S("reasoning"), &rest))
        return;
    struct op *op = body_emit(b, OP_REASON);
    op->text = rest;
    op->name = framework;
}

static void panel(struct body *b, struct str rest)
{
    struct str key = word_of(&rest);
    if (!behind_colon(b, S("panel"), &rest))
        return;
    struct op *op = body_emit(b, OP_PANEL);
    op->text = rest;
    op->name = key.n != 0 ? key : b->at.passage;
}

void body_directive(struct body *b, struct str text)
{
    static const struct {
        struct str word;
        void (*read)(struct body *b, struct str rest);
    } directives[] = {{S_INIT("timer"), timer}, {S_INIT("after"), after}, {S_INIT("on"), upon},
                      {S_INIT("reasoning"), reasoning}, {S_INIT("panel"), panel}};
    struct str rest = text, word = word_of(&rest);
    for (size_t k = 0; k < COUNT_OF(directives); k++)
        if (str_eq(word, directives[k].word)) {
            directives[k].read(b, rest);
            return;
        }
    body_tell(b, STORY_UNKNOWN_DIRECTIVE, word, NULL);
}

/* ---- reading along --------------------------------------------------------------------------------------------------- */
/* How many bytes up to the next that may begin something. */
static size_t plain_bytes(const char *p, size_t n, bool marked)
{
    enum { SPECIAL = 1, MARK = 2 };
    static const unsigned char begins[256] = {['<'] = SPECIAL, ['/'] = SPECIAL, ['['] = SPECIAL, [']'] = SPECIAL, ['('] = SPECIAL, ['$'] = SPECIAL,
                                              ['\''] = MARK,   ['^'] = MARK,    ['~'] = MARK,    ['='] = MARK,    ['_'] = MARK,    ['@'] = MARK,
                                              ['!'] = MARK,    ['#'] = MARK};
    const unsigned char which = marked ? SPECIAL | MARK : SPECIAL;
    size_t k = 0;
    while (k < n && (begins[(unsigned char)p[k]] & which) == 0)
        k++;
    return k;
}

static bool at_z(const struct body *b, struct str z)
{
    return b->i + z.n <= b->text.n && memcmp(b->text.p + b->i, z.p, z.n) == 0;
}

/* Where z begins, at or behind from; the text's end where it does not. */
static size_t find_from(const struct body *b, size_t from, struct str z)
{
    size_t at;
    return str_find(str_sub(b->text, from, b->text.n), z, &at) ? from + at : b->text.n;
}

/* What `end` ends is taken away from the text; false, told, where nothing ends it: then it is text. */
static bool take(struct body *b, struct str begin, struct str end, struct str *inside)
{
    size_t from = b->i + begin.n, close = find_from(b, from, end);
    body_line(b, b->i);
    if (close == b->text.n) {
        body_tell(b, STORY_UNCLOSED, begin, NULL);
        return false;
    }
    body_flush(b, b->i);
    *inside = str_sub(b->text, from, close - from);
    b->i = b->kept = close + end.n;
    return true;
}

static bool comment(struct body *b)
{
    struct str inside;
    if (!take(b, S("<!--"), S("-->"), &inside))
        return false;
    struct str rest = str_trim(inside);
    if (str_starts(rest, S("cadre")) && (rest.n == 5 || rest.p[5] == ' ' || rest.p[5] == '\n' || rest.p[5] == '\t'))
        body_directive(b, str_sub(rest, 5, rest.n));
    return true;
}

/* $name in the text shows its value; $$ is a dollar sign. */
static bool named_variable(struct body *b)
{
    size_t end = b->i + 1;
    if (b->format != STORY_HARLOWE && end < b->text.n && b->text.p[end] == '$') {
        body_flush(b, end);
        b->i = b->kept = end + 1;
        return true;
    }
    if (end == b->text.n || !story_name_byte(b->text.p[end]) || (b->text.p[end] >= '0' && b->text.p[end] <= '9'))
        return false;
    while (end < b->text.n && story_name_byte(b->text.p[end]))
        end++;
    body_line(b, b->i);
    body_flush(b, b->i);
    struct expression e;
    struct str name = str_sub(b->text, b->i, end - b->i);
    b->i = b->kept = end;
    if (b->silent == 0 && story_expression(&b->at, name, STORY_NONE, &e))
        body_emit(b, OP_PRINT)->e = e;
    return true;
}

static bool starts_nocase(const struct body *b, struct str z)
{
    return str_eq_nocase(str_sub(b->text, b->i, z.n), z);
}

/* A tag of HTML: scripts and style sheets are left out, others are shown as text; both are told. */
static bool html(struct body *b)
{
    static const struct str left_out[][2] = {{S_INIT("<script"), S_INIT("</script>")}, {S_INIT("<style"), S_INIT("</style>")}};
    char c = b->i + 1 < b->text.n ? b->text.p[b->i + 1] : '\0';
    if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '/')
        return false;
    size_t end = b->i + 1 + (c == '/');
    while (end < b->text.n && (story_name_byte(b->text.p[end]) || b->text.p[end] == '-'))
        end++;
    if (find_from(b, end, S(">")) == b->text.n)
        return false;
    body_line(b, b->i);
    for (size_t k = 0; k < COUNT_OF(left_out); k++)
        if (starts_nocase(b, left_out[k][0])) {
            size_t close = b->i;
            body_flush(b, b->i);
            while (close < b->text.n && !str_eq_nocase(str_sub(b->text, close, left_out[k][1].n), left_out[k][1]))
                close++;
            body_tell(b, STORY_NOT_CARRIED, left_out[k][0], NULL);
            b->i = b->kept = close + left_out[k][1].n < b->text.n ? close + left_out[k][1].n : b->text.n;
            return true;
        }
    if (!b->html_told)
        body_tell(b, STORY_HTML_AS_TEXT, str_sub(b->text, b->i, end - b->i), NULL);
    b->html_told = true;
    return false;
}

/* At a byte that may begin something. True: it did, and was read. */
static bool special(struct body *b)
{
    struct str inside;
    bool sugarcube = b->format != STORY_HARLOWE, harlowe = b->format != STORY_SUGARCUBE;
    switch (b->text.p[b->i]) {
    case '<':
        if (at_z(b, S("<!--")))
            return comment(b);
        if (sugarcube && at_z(b, S("<<"))) {
            body_line(b, b->i);
            return body_sugarcube(b);
        }
        return html(b);
    case '/':
        if (sugarcube && at_z(b, S("/*")))
            return take(b, S("/*"), S("*/"), &inside);
        if (sugarcube && at_z(b, S("/%")))
            return take(b, S("/%"), S("%/"), &inside);
        return b->format != STORY_EITHER && body_markup(b);
    case '[':
        if (at_z(b, S("[["))) {
            if (!take(b, S("[["), S("]]"), &inside))
                return false;
            body_link_markup(b, inside);
            return true;
        }
        if (sugarcube && (at_z(b, S("[img[")) || at_z(b, S("[<img[")) || at_z(b, S("[>img[")))) {
            if (!take(b, S("["), S("]]"), &inside))
                return false;
            body_tell(b, STORY_NOT_CARRIED, S("[img["), NULL);
            return true;
        }
        return harlowe && (body_line(b, b->i), body_harlowe(b));
    case ']':
        return harlowe && (body_line(b, b->i), body_harlowe(b));
    case '(':
        return harlowe && (body_line(b, b->i), body_harlowe(b));
    case '$':
        return named_variable(b);
    default:
        return b->format != STORY_EITHER && body_markup(b);
    }
}

void story_compile(struct story *s, uint32_t passage)
{
    struct passage *p = &s->passages[passage];
    p->first_op = p->end_op = (uint32_t)s->op_count;
    bool init = str_eq(p->shown.title, S("StoryInit")) || story_has_tag(&p->shown, S("startup"));
    if ((p->shown.special && !init) || s->op_count > UINT32_MAX / 2)
        return;
    struct body b = {.at = {.s = s, .passage = p->shown.title, .line = p->body_line},
                     .s = s,
                     .text = p->shown.source,
                     .passage = passage,
                     .format = s->info.format};
    while (b.i < b.text.n) {
        b.i += plain_bytes(b.text.p + b.i, b.text.n - b.i, b.format != STORY_EITHER);
        if (b.i < b.text.n && !special(&b))
            b.i++;
    }
    body_flush(&b, b.text.n);
    while (b.block_count != 0) {
        struct block *open = &b.blocks[b.block_count - 1];
        if (!open->to_the_end && open->kind != BLOCK_PLAIN)
            story_tell(s, STORY_UNCLOSED, open->line, p->shown.title, open->name, 0, NULL);
        body_close(&b);
    }
    p = &s->passages[passage];
    p->end_op = (uint32_t)s->op_count;
    if (init)
        *PUSH(s->a, s->before, s->before_count, s->before_room) = passage;
}
