/* A case as a whole: reading it in order (passages, what the special ones say, then the text of each), what is asked of
 * it afterwards, and the list of what is wrong. */
#include "engine/story/story.h"

#include "base/utf8.h"
#include "engine/story/inside.h"
#include "gen/msg_story.h"

void *vec_grow(struct arena *a, void *list, size_t *room, size_t size)
{
    size_t more = *room == 0 ? 8 : *room * 2;
    void *grown = arena_grow(a, list, *room * size, more * size);
    *room = more;
    return grown;
}

/* ---- problems -------------------------------------------------------------------------------------------------------- */
static const struct {
    struct str word;
    enum story_severity severity;
    msg_id msg;
} faults[STORY_FAULT_COUNT] = {
#define ERROR STORY_ERROR
#define WARNING STORY_WARNING
#define X(name, word, severity) [STORY_##name] = {S_INIT(#word), severity, M_story_##word},
    STORY_FAULTS(X)
#undef X
};

struct story_problems story_problems_new(struct arena *a)
{
    return (struct story_problems){.a = a};
}

void story_problem_add(struct story_problems *list, struct story_problem problem)
{
    problem.severity = faults[problem.fault].severity;
    if (problem.severity == STORY_ERROR)
        list->errors++;
    else
        list->warnings++;
    if (list->kept < STORY_PROBLEMS_KEPT)
        *PUSH(list->a, list->items, list->kept, list->room) = problem;
}

void story_tell(struct story *s, enum story_fault fault, uint32_t line, struct str passage, struct str name, uint32_t n,
                const char *detail_fmt, ...)
{
    struct str detail = STR_NONE;
    if (detail_fmt != NULL) {
        va_list ap;
        va_start(ap, detail_fmt);
        detail = str_vprintf(s->a, detail_fmt, ap);
        va_end(ap);
    }
    name = utf8_clean(s->a, utf8_clip(name, 200));
    story_problem_add(s->p, (struct story_problem){.fault = fault,
                                                   .file = s->info.file,
                                                   .line = line,
                                                   .passage = passage,
                                                   .name = name,
                                                   .detail = detail,
                                                   .n = n});
}

/* A stable merge sort from below: the list can be long and is mostly sorted already. */
void story_problems_sort(struct story_problems *p)
{
    struct story_problem *from = p->items, *to = ARENA_ARRAY(p->a, p->kept + 1, struct story_problem);
    for (size_t width = 1; width < p->kept; width *= 2) {
        for (size_t lo = 0; lo < p->kept; lo += 2 * width) {
            size_t mid = lo + width < p->kept ? lo + width : p->kept, hi = mid + width < p->kept ? mid + width : p->kept;
            for (size_t i = lo, j = mid, k = lo; k < hi; k++)
                to[k] = i < mid && (j == hi || from[i].line <= from[j].line) ? from[i++] : from[j++];
        }
        struct story_problem *swap = from;
        from = to;
        to = swap;
    }
    p->items = from;
    p->room = p->kept;
}

struct str story_fault_word(enum story_fault fault)
{
    return faults[fault].word;
}

struct str story_problem_text(struct arena *a, int lang, const struct story_problem *p)
{
    struct str detail = str_empty(p->detail) ? S("") : p->detail, name = str_empty(p->name) ? S("") : p->name;
    struct msg_arg args[] = {MSG_TEXT("name", name), MSG_TEXT("detail", detail), MSG_NUM("n", p->n)};
    return msg_format(a, lang, faults[p->fault].msg, args, COUNT_OF(args));
}

/* ---- names ----------------------------------------------------------------------------------------------------------- */
uint32_t story_variable_at(struct story *s, struct str name)
{
    size_t known = strmap_get(&s->variable_names, name);
    if (known != STRMAP_NONE)
        return (uint32_t)known;
    if (s->variable_count == VARIABLES_MOST)
        return STORY_NONE;
    strmap_add(&s->variable_names, name, s->variable_count);
    *PUSH(s->a, s->variables, s->variable_count, s->variable_room) = (struct story_variable){.name = name};
    if (name.p[0] == '_')
        *PUSH(s->a, s->temporary, s->temporary_count, s->temporary_room) = (uint32_t)s->variable_count - 1;
    return (uint32_t)s->variable_count - 1;
}

uint32_t story_tag_at(struct story *s, struct str tag)
{
    size_t known = strmap_add(&s->tag_names, tag, s->tag_count);
    return known == STRMAP_NONE ? (uint32_t)s->tag_count++ : (uint32_t)known;
}

bool story_has_tag(const struct story_passage *p, struct str tag)
{
    struct str rest = p->tags, word;
    while (str_cut(&rest, ' ', &word))
        if (str_eq(word, tag))
            return true;
    return false;
}

/* ---- passages -------------------------------------------------------------------------------------------------------- */
/* Passages that tools and story formats keep for themselves (Twee 3 Specification; SugarCube's documentation). */
static const char *const special_titles[] = {
    "StoryTitle",    "StoryData",      "StoryInit",     "StoryVariables",    "StoryBriefing",  "StoryDebrief",
    "StoryAuthor",   "StoryBanner",    "StoryCaption",  "StoryDisplayTitle", "StoryInterface", "StoryMenu",
    "StorySettings", "StoryShare",     "StorySubtitle", "StoryIncludes",     "PassageReady",   "PassageDone",
    "PassageHeader", "PassageFooter",  "StoryStylesheet", "StoryJavaScript", "StoryMetadata",
};
static const char *const special_tags[] = {"script", "stylesheet", "widget", "startup", "header", "footer", "note", "init",
                                           "Twine.image", "Twine.private", "debug-startup", "debug-header", "debug-footer"};
/* Those whose content says something that is read, or nothing that could be missed. */
static const char *const read_titles[] = {"StoryTitle",    "StoryData",   "StoryInit",     "StoryVariables",
                                          "StoryBriefing", "StoryDebrief", "StoryAuthor",  "StorySubtitle"};

static bool one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (str_eq_z(word, list[k]))
            return true;
    return false;
}

struct passage *story_add_passage(struct story *s, struct str title, struct str tags, struct str metadata, struct str source,
                                  uint32_t line, uint32_t body_line)
{
    size_t index = s->passage_count;
    if (index == STORY_PASSAGES_MOST)
        return NULL;
    struct passage *p = PUSH(s->a, s->passages, s->passage_count, s->passage_room);
    *p = (struct passage){.shown = {.title = title, .tags = tags, .metadata = metadata, .source = source, .line = line},
                          .body_line = body_line};
    size_t room = 0;
    bool carried = true;
    struct str rest = tags, word;
    p->shown.special = one_of(title, special_titles, COUNT_OF(special_titles));
    while (str_cut(&rest, ' ', &word)) {
        if (word.n == 0)
            continue;
        *PUSH(s->a, p->tags, p->tag_count, room) = story_tag_at(s, word);
        p->shown.ending = p->shown.ending || str_eq(word, S("ending"));
        if (one_of(word, special_tags, COUNT_OF(special_tags))) {
            p->shown.special = true;
            carried = str_eq(word, S("note")) || str_eq(word, S("startup")) || str_eq(word, S("init"));
        }
    }
    carried = carried && (!p->shown.special || p->tag_count != 0 || one_of(title, read_titles, COUNT_OF(read_titles)));
    size_t first = strmap_add(&s->titles, title, index);
    if (first != STRMAP_NONE)
        story_tell(s, STORY_DUPLICATE, line, title, title, s->passages[first].shown.line, NULL);
    else if (!carried && str_trim(source).n != 0)
        story_tell(s, STORY_NOT_CARRIED, line, title, title, 0, NULL);
    return p;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */
static enum story_format format_of(struct story *s)
{
    struct str name = s->info.format_name;
    if (str_eq_nocase(name, S("SugarCube")))
        return STORY_SUGARCUBE;
    if (str_eq_nocase(name, S("Harlowe")))
        return STORY_HARLOWE;
    if (!str_empty(name) && !str_eq_nocase(name, S("Cadre")))
        story_tell(s, STORY_OTHER_FORMAT, s->data_line, S("StoryData"), name, 0, NULL);
    return STORY_EITHER;
}

static struct str source_of(const struct story *s, struct str title)
{
    uint32_t k = story_find(s, title);
    return k == STORY_NONE ? STR_NONE : str_trim(s->passages[k].shown.source);
}

static void find_start(struct story *s)
{
    struct str name = str_empty(s->start_name) ? S("Start") : s->start_name;
    s->info.start = story_find(s, name);
    if (s->info.start != STORY_NONE && s->passages[s->info.start].shown.special)
        s->info.start = STORY_NONE;
    if (s->info.start == STORY_NONE)
        story_tell(s, STORY_NO_START, s->data_line != 0 && !str_empty(s->start_name) ? s->data_line : 1,
                   str_empty(s->start_name) ? S("Start") : s->start_name, name, 0, NULL);
}

/* What the special passages say. StoryData comes first: it names the format. */
static void read_special(struct story *s)
{
    uint32_t data = story_find(s, S("StoryData")), variables = story_find(s, S("StoryVariables"));
    if (data != STORY_NONE)
        story_read_data(s, s->passages[data].shown.source, s->passages[data].shown.line);
    if (str_empty(s->info.title))
        s->info.title = source_of(s, S("StoryTitle"));
    s->info.format = format_of(s);
    s->info.briefing = source_of(s, S("StoryBriefing"));
    s->info.debrief = source_of(s, S("StoryDebrief"));
    if (variables != STORY_NONE)
        story_read_variables(s, &s->passages[variables]);
}

/* Passages that are named by number once all of them are known. */
static void resolve(struct story *s)
{
    for (size_t k = 0; k < s->link_count; k++) {
        struct link *l = &s->links[k];
        l->to = story_find(s, l->target);
        if (l->to != STORY_NONE && s->passages[l->to].shown.special)
            l->to = STORY_NONE;
        if (l->to == STORY_NONE)
            story_tell(s, STORY_LINK_TO_NOWHERE, l->line, s->passages[l->from].shown.title, l->target, 0, NULL);
    }
    for (size_t k = 0, at = 0; k < s->passage_count; k++)
        for (at = s->passages[k].first_op; at < s->passages[k].end_op; at++) {
            struct op *op = &s->ops[at];
            if (op->kind != OP_INCLUDE && op->kind != OP_GOTO && op->kind != OP_AFTER && op->kind != OP_UPON &&
                op->kind != OP_TIMER)
                continue;
            struct str name = op->kind == OP_UPON ? op->name : op->text;
            op->x = story_find(s, name);
            if (op->x == STORY_NONE)
                story_tell(s,
                           op->kind == OP_INCLUDE                        ? STORY_INCLUDE_OF_NOTHING
                           : op->kind == OP_GOTO || op->kind == OP_TIMER ? STORY_LINK_TO_NOWHERE
                                                                         : STORY_NO_SUCH_PASSAGE,
                           op->line, s->passages[k].shown.title, name, 0, NULL);
            else if (op->kind != OP_GOTO && op->kind != OP_TIMER)
                s->passages[op->x].included = true;
            if (op->kind == OP_UPON && strmap_get(&s->tag_names, op->text) == STRMAP_NONE)
                story_tell(s, STORY_NO_SUCH_TAG, op->line, s->passages[k].shown.title, op->text, 0, NULL);
            if (op->kind == OP_UPON)
                op->y = story_tag_at(s, op->text);
        }
}

uint32_t story_leads_to(const struct story *s, const struct op *op)
{
    switch (op->kind) {
    case OP_LINK:
        return s->links[op->x].to;
    case OP_INCLUDE:
    case OP_GOTO:
    case OP_AFTER:
    case OP_UPON:
    case OP_TIMER:
        return op->x;
    default:
        return STORY_NONE;
    }
}

/* UTF-8 without control characters; what is not is told with its first line and replaced. A mark is taken off the front. */
static struct str clean_text(struct story *s, struct str bytes)
{
    if (str_starts(bytes, S("\xef\xbb\xbf")))
        bytes = str_sub(bytes, 3, bytes.n);
    if (utf8_is_text(bytes))
        return bytes;
    size_t good = utf8_valid_prefix(bytes);
    uint32_t line = 1;
    for (size_t k = 0; k < good; k++) {
        unsigned char c = (unsigned char)bytes.p[k];
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r')
            break;
        line += c == '\n';
    }
    story_tell(s, STORY_NOT_TEXT, line, STR_NONE, STR_NONE, 0, NULL);
    return utf8_clean(s->a, bytes);
}

struct story *story_parse(struct arena *a, struct str file, struct str bytes, struct story_problems *p)
{
    struct story *s = ARENA_NEW(a, struct story);
    *s = (struct story){.a = a, .p = p, .titles = strmap_new(a), .tag_names = strmap_new(a), .variable_names = strmap_new(a),
                        .info = {.file = str_dup(a, file), .start = STORY_NONE}};
    if (bytes.n > STORY_BYTES_MOST) {
        story_tell(s, STORY_TOO_LARGE, 1, STR_NONE, STR_NONE, (uint32_t)(STORY_BYTES_MOST >> 20), NULL);
        return s;
    }
    struct str text = clean_text(s, bytes);
    s->info.html = story_is_html(text);
    if (s->info.html)
        story_read_html(s, text);
    else
        story_read_twee(s, text);
    s->info.passages = s->passage_count;
    if (s->passage_count == 0) {
        if (p->errors == 0)
            story_tell(s, STORY_NO_PASSAGES, 1, STR_NONE, STR_NONE, 0, NULL);
        return s;
    }
    read_special(s);
    find_start(s);
    for (uint32_t k = 0; k < s->passage_count; k++) {
        story_compile(s, k);
        s->info.endings += s->passages[k].shown.ending;
    }
    resolve(s);
    return s;
}

const struct story_info *story_info(const struct story *s)
{
    return &s->info;
}

const struct story_passage *story_passage(const struct story *s, uint32_t passage)
{
    ASSERT(passage < s->passage_count);
    return &s->passages[passage].shown;
}

uint32_t story_find(const struct story *s, struct str title)
{
    size_t k = strmap_get(&s->titles, title);
    return k == STRMAP_NONE ? STORY_NONE : (uint32_t)k;
}

const struct story_variable *story_variables(const struct story *s, size_t *count)
{
    *count = s->variable_count;
    return s->variables;
}

size_t story_link_count(const struct story *s)
{
    return s->link_count;
}

/* Links stand in the order of their passages. */
uint32_t story_find_link(const struct story *s, uint32_t from, uint32_t to)
{
    size_t low = 0, high = s->link_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->links[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; to != STORY_NONE && low < s->link_count && s->links[low].from == from; low++)
        if (s->links[low].to == to)
            return (uint32_t)low;
    return STORY_NONE;
}

struct story_link story_link_at(const struct story *s, uint32_t link)
{
    ASSERT(link < s->link_count);
    return (struct story_link){s->links[link].from, s->links[link].to, s->links[link].text};
}
