/* Twee 3 (iftechfoundation, Twee 3 Specification 1.0.0): a file is headers `:: Title [tags] {metadata}`, each with the
 * lines that follow it. Here too: what StoryData says, which the HTML has as attributes. */
#include <jansson.h>

#include "base/json_shape.h"
#include "base/utf8.h"
#include "engine/story/inside.h"

/* ---- headers --------------------------------------------------------------------------------------------------------- */
/* Up to the first of the stops that no backslash stands before. */
static size_t until(struct str s, size_t from, const char *stops)
{
    while (from < s.n && strchr(stops, s.p[from]) == NULL)
        from += s.p[from] == '\\' && from + 1 < s.n ? 2 : 1;
    return from;
}

/* Without the backslashes: `\q` is q. */
static struct str unescaped(struct arena *a, struct str s)
{
    if (s.n == 0 || memchr(s.p, '\\', s.n) == NULL)
        return s;
    struct buf b = buf_new(a, s.n);
    for (size_t k = 0; k < s.n; k++) {
        k += s.p[k] == '\\' && k + 1 < s.n;
        buf_ch(&b, s.p[k]);
    }
    return buf_text(&b);
}

/* Tags with one space between. */
static struct str tidy_tags(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + 1);
    for (size_t k = 0; k < s.n;) {
        size_t from = k;
        while (k < s.n && s.p[k] != ' ' && s.p[k] != '\t' && s.p[k] != '\r' && s.p[k] != '\n')
            k++;
        if (k > from && b.n != 0)
            buf_ch(&b, ' ');
        buf_add(&b, s.p + from, k - from);
        k += k < s.n;
    }
    return buf_text(&b);
}

struct header {
    struct str title, tags, metadata;
    const char *wrong;
};

static bool is_object(struct str text)
{
    json_error_t why;
    struct json_shape shape = json_shape(text);
    json_t *j = shape.depth <= 8 && shape.values <= 10000 ? json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why) : NULL;
    bool object = json_is_object(j);
    json_decref(j);
    return object;
}

static struct header read_header(struct arena *a, struct str line)
{
    struct header h = {0};
    size_t end = until(line, 2, "[{]}");
    h.title = unescaped(a, str_trim(str_sub(line, 2, end - 2)));
    if (end < line.n && (line.p[end] == ']' || line.p[end] == '}'))
        h.wrong = "a closing bracket without an opening one; write a backslash before it if it belongs to the title";
    if (end < line.n && line.p[end] == '[') {
        size_t close = until(line, end + 1, "]");
        h.tags = tidy_tags(a, unescaped(a, str_sub(line, end + 1, (close < line.n ? close : line.n) - end - 1)));
        if (close == line.n)
            h.wrong = "the tags have no closing ]";
        end = close + (close < line.n);
    }
    struct str rest = str_trim(str_sub(line, end, line.n));
    if (rest.n != 0 && rest.p[0] == '{')
        h.metadata = rest;
    else if (rest.n != 0 && h.wrong == NULL)
        h.wrong = "something stands behind the tags";
    return h;
}

static bool is_header(struct str line)
{
    return line.n >= 2 && line.p[0] == ':' && line.p[1] == ':';
}

static struct str without_blank_end(struct str s)
{
    while (s.n != 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static bool add(struct story *s, struct str head, uint32_t line, struct str body)
{
    struct header h = read_header(s->a, head);
    if (h.wrong != NULL)
        story_tell(s, STORY_BAD_HEADER, line, h.title, STR_NONE, 0, "%s", h.wrong);
    if (h.title.n == 0) {
        story_tell(s, STORY_NO_TITLE, line, STR_NONE, STR_NONE, 0, NULL);
        return true;
    }
    if (h.metadata.n != 0 && !is_object(h.metadata)) {
        story_tell(s, STORY_BAD_METADATA, line, h.title, STR_NONE, 0, NULL);
        h.metadata = STR_NONE;
    }
    if (story_add_passage(s, h.title, h.tags, h.metadata, without_blank_end(body), line, line + 1) != NULL)
        return true;
    story_tell(s, STORY_TOO_MANY, line, h.title, S("passages"), STORY_PASSAGES_MOST, NULL);
    return false;
}

void story_read_twee(struct story *s, struct str text)
{
    struct str rest = text, line, head = STR_NONE;
    const char *body = text.p;
    uint32_t number = 0, head_line = 0;
    while (str_line(&rest, &line)) {
        number++;
        if (!is_header(line)) {
            if (head.p == NULL && head_line == 0 && str_trim(line).n != 0) {
                story_tell(s, STORY_STRAY_TEXT, number, STR_NONE, STR_NONE, 0, NULL);
                head_line = number; /* told once */
            }
            continue;
        }
        if (head.p != NULL && !add(s, head, head_line, (struct str){body, (size_t)(line.p - body)}))
            return;
        head = line;
        head_line = number;
        body = rest.p != NULL ? rest.p : text.p + text.n;
    }
    if (head.p != NULL)
        add(s, head, head_line, (struct str){body, (size_t)(text.p + text.n - body)});
}

/* ---- StoryData ------------------------------------------------------------------------------------------------------- */
static struct str member(struct arena *a, const json_t *j, const char *key)
{
    const json_t *v = json_object_get(j, key);
    return json_is_string(v) ? str_dup(a, (struct str){json_string_value(v), json_string_length(v)}) : STR_NONE;
}

void story_read_data(struct story *s, struct str json, uint32_t line)
{
    json_error_t why = {.line = 1};
    struct json_shape shape = json_shape(json);
    json_t *j = NULL;
    s->data_line = line;
    if (shape.depth <= 8 && shape.values <= 10000)
        j = json_loadb(json.p != NULL ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(j)) {
        story_tell(s, STORY_BAD_STORY_DATA, line + (uint32_t)(why.line > 0 ? why.line : 1), S("StoryData"), STR_NONE, 0, "%s",
                   j != NULL ? "it is not an object" : why.text[0] != '\0' ? why.text : "it is nested too deep");
        json_decref(j);
        return;
    }
    s->info.ifid = member(s->a, j, "ifid");
    s->info.format_name = member(s->a, j, "format");
    s->info.format_version = member(s->a, j, "format-version");
    s->info.language = member(s->a, j, "language");
    s->start_name = member(s->a, j, "start");
    const json_t *zoom = json_object_get(j, "zoom");
    if (json_is_number(zoom)) {
        struct buf b = buf_new(s->a, 32);
        buf_real(&b, json_number_value(zoom));
        s->zoom = buf_text(&b);
    }
    const char *tag;
    json_t *colors = json_object_get(j, "tag-colors"), *each;
    json_object_foreach(colors, tag, each)
        if (json_is_string(each))
            *PUSH(s->a, s->colors, s->color_count, s->color_room) =
                (struct tag_color){str_dup(s->a, str_from(tag)), str_dup(s->a, str_from(json_string_value(each)))};
    json_decref(j);
}
