/* A case in other forms: Twee 3, the HTML that Twine 2 opens, JSON. Nothing of a passage is changed: it is written as its author
 * wrote it, escaped for where it stands. The HTML holds no script; it shows every passage under its title. */
#include "engine/story/inside.h"
#include "engine/story/layout.h"

#define BOX_APART 150.0 /* pixels between boxes of 100 in Twine */
#define BOXES_A_ROW 10

static bool told_by_data(const struct story_passage *p)
{
    return str_eq(p->title, S("StoryData")) || str_eq(p->title, S("StoryTitle"));
}

static const struct story_passage *start_of(const struct story *s)
{
    return s->info.start != STORY_NONE ? &s->passages[s->info.start].shown : NULL;
}

/* ---- Twee 3 ---------------------------------------------------------------------------------------------------------- */
static void escaped(struct buf *b, struct str s)
{
    for (size_t k = 0; k < s.n; k++) {
        if (strchr("[]{}\\", s.p[k]) != NULL)
            buf_ch(b, '\\');
        buf_ch(b, s.p[k]);
    }
}

static void member(struct buf *b, const char *name, struct str value, bool text)
{
    if (str_empty(value))
        return;
    buf_z(b, b->p[b->n - 1] == '{' ? "\n  " : ",\n  ");
    buf_json(b, str_from(name));
    buf_z(b, ": ");
    if (text)
        buf_json(b, value);
    else
        buf_str(b, value);
}

static void data(struct buf *b, const struct story *s)
{
    buf_ch(b, '{');
    member(b, "ifid", s->info.ifid, true);
    member(b, "format", s->info.format_name, true);
    member(b, "format-version", s->info.format_version, true);
    member(b, "language", s->info.language, true);
    if (start_of(s) != NULL)
        member(b, "start", start_of(s)->title, true);
    if (s->color_count != 0) {
        struct buf colors = buf_new(s->a, 256);
        for (size_t k = 0; k < s->color_count; k++) {
            buf_z(&colors, k == 0 ? "{" : ", ");
            buf_json(&colors, s->colors[k].tag);
            buf_z(&colors, ": ");
            buf_json(&colors, s->colors[k].color);
        }
        buf_ch(&colors, '}');
        member(b, "tag-colors", buf_text(&colors), false);
    }
    double zoom;
    if (str_to_real(s->zoom, &zoom))
        member(b, "zoom", s->zoom, false);
    buf_z(b, "\n}\n");
}

/* A line of the text that begins with :: would be taken for a header. */
static void body(struct buf *b, struct str source)
{
    struct str line;
    while (source.n != 0 && str_line(&source, &line)) {
        if (str_starts(line, S("::")))
            buf_ch(b, ' ');
        buf_str(b, line);
        buf_ch(b, '\n');
    }
}

void story_write_twee(struct buf *b, const struct story *s)
{
    if (!str_empty(s->info.title)) {
        buf_z(b, ":: StoryTitle\n");
        body(b, s->info.title);
        buf_ch(b, '\n');
    }
    buf_z(b, ":: StoryData\n");
    data(b, s);
    for (size_t k = 0; k < s->passage_count; k++) {
        const struct story_passage *p = &s->passages[k].shown;
        if (told_by_data(p))
            continue;
        buf_z(b, "\n:: ");
        escaped(b, p->title);
        if (!str_empty(p->tags)) {
            buf_z(b, " [");
            escaped(b, p->tags);
            buf_ch(b, ']');
        }
        if (!str_empty(p->metadata)) {
            buf_ch(b, ' ');
            buf_str(b, p->metadata);
        }
        buf_ch(b, '\n');
        body(b, p->source);
    }
}

/* ---- HTML ------------------------------------------------------------------------------------------------------------ */
static void attribute(struct buf *b, const char *name, struct str value)
{
    if (str_empty(value))
        return;
    buf_printf(b, " %s=\"", name);
    buf_html(b, value);
    buf_ch(b, '"');
}

/* The text of a member of a passage's metadata, as it is written between its quotation marks. */
static struct str metadata_text(const struct story_passage *p, struct str key)
{
    size_t at, from, n;
    if (!str_find(p->metadata, key, &at))
        return STR_NONE;
    struct str rest = str_sub(p->metadata, at + key.n, p->metadata.n);
    if (!str_find(rest, S("\""), &from))
        return STR_NONE;
    rest = str_sub(rest, from + 1, rest.n);
    return str_find(rest, S("\""), &n) && memchr(rest.p, '\\', n) == NULL ? str_sub(rest, 0, n) : STR_NONE;
}

/* How low a box stands, from "120,300"; 0 where that is not said. */
static double low_of(struct str position)
{
    struct str x;
    double y;
    return str_cut(&position, ',', &x) && str_to_real(position, &y) ? y : 0;
}

/* Where Twine draws each passage: as its author put it; a case without places gets those of its picture; what has none then, or lies too far
 * from the start to be in the picture, stands in rows below. */
static struct str *places_of(const struct story *s)
{
    struct str *at = ARENA_ARRAY(s->a, s->passage_count + 1, struct str);
    double low = -BOX_APART;
    bool any = false;
    size_t row = 0;
    for (size_t k = 0; k < s->passage_count; k++) {
        at[k] = metadata_text(&s->passages[k].shown, S("\"position\""));
        any = any || at[k].n != 0;
        low = at[k].n != 0 && low_of(at[k]) > low ? low_of(at[k]) : low;
    }
    if (!any) {
        struct layout l = story_layout(s->a, s, NULL);
        for (size_t k = 0; k < l.box_count; k++) {
            double x = l.boxes[k].x - LAYOUT_BOX_WIDTH / 2.0, y = (l.boxes[k].y - LAYOUT_BOX_HEIGHT / 2.0) * BOX_APART / 92;
            at[l.boxes[k].passage] = str_printf(s->a, "%.0f,%.0f", x, y);
            low = y > low ? y : low;
        }
    }
    for (size_t k = 0; k < s->passage_count; k++)
        if (at[k].n == 0 && !told_by_data(&s->passages[k].shown)) {
            at[k] = str_printf(s->a, "%.0f,%.0f", BOX_APART * (double)(row % BOXES_A_ROW), low + BOX_APART * (double)(1 + row / BOXES_A_ROW));
            row++;
        }
    return at;
}

void story_write_html(struct buf *b, const struct story *s)
{
    const struct str *places = places_of(s);
    buf_z(b, "<!doctype html>\n<html");
    attribute(b, "lang", str_empty(s->info.language) ? S("en") : s->info.language);
    buf_z(b, ">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    buf_html(b, str_empty(s->info.title) ? s->info.file : s->info.title);
    buf_z(b, "</title>\n<style>\n"
             "body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }\n"
             "tw-passagedata { display: block; margin: 0 0 1.5rem; white-space: pre-wrap; overflow-wrap: anywhere }\n"
             "tw-passagedata::before { content: attr(name); display: block; font-weight: 700 }\n"
             "</style>\n</head>\n<body>\n<tw-storydata");
    attribute(b, "name", s->info.title);
    attribute(b, "ifid", s->info.ifid);
    attribute(b, "format", s->info.format_name);
    attribute(b, "format-version", s->info.format_version);
    attribute(b, "zoom", s->zoom);
    attribute(b, "lang", s->info.language);
    size_t pid = 0, start = 0;
    for (size_t k = 0; k < s->passage_count && k <= s->info.start; k++)
        start += !told_by_data(&s->passages[k].shown);
    if (s->info.start != STORY_NONE)
        buf_printf(b, " startnode=\"%zu\"", start);
    buf_z(b, " creator=\"Cadre\" creator-version=\"" CADRE_VERSION "\">\n");
    for (size_t k = 0; k < s->color_count; k++) {
        buf_z(b, "<tw-tag");
        attribute(b, "name", s->colors[k].tag);
        attribute(b, "color", s->colors[k].color);
        buf_z(b, "></tw-tag>\n");
    }
    for (size_t k = 0; k < s->passage_count; k++) {
        const struct story_passage *p = &s->passages[k].shown;
        if (told_by_data(p))
            continue;
        buf_printf(b, "<tw-passagedata pid=\"%zu\"", ++pid);
        attribute(b, "name", p->title);
        attribute(b, "tags", p->tags);
        attribute(b, "position", places[k]);
        attribute(b, "size", metadata_text(p, S("\"size\"")));
        buf_ch(b, '>');
        buf_html(b, p->source);
        buf_z(b, "</tw-passagedata>\n");
    }
    buf_z(b, "</tw-storydata>\n</body>\n</html>\n");
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------ */
static void field(struct buf *b, const char *name, struct str value)
{
    if (b->p[b->n - 1] != '{')
        buf_ch(b, ',');
    buf_json(b, str_from(name));
    buf_ch(b, ':');
    buf_json(b, str_empty(value) ? S("") : value);
}

static void value(struct buf *b, struct story_value v)
{
    if (v.kind == STORY_TEXT)
        buf_json(b, v.text);
    else if (v.kind == STORY_UNSET)
        buf_z(b, "null");
    else
        story_write_value(b, v);
}

static void tags(struct buf *b, struct str tags_text)
{
    struct str rest = tags_text, tag;
    const char *between = "";
    buf_z(b, ",\"tags\":[");
    while (str_cut(&rest, ' ', &tag))
        if (tag.n != 0) {
            buf_z(b, between);
            buf_json(b, tag);
            between = ",";
        }
    buf_ch(b, ']');
}

static void variables(struct buf *b, const struct story *s)
{
    static const char *const kinds[] = {"", "number", "text", "truth"};
    const char *between = "";
    buf_z(b, ",\"variables\":[");
    for (size_t k = 0; k < s->variable_count; k++) {
        const struct story_variable *v = &s->variables[k];
        buf_printf(b, "%s{", between);
        between = ",\n";
        field(b, "name", v->name);
        field(b, "kind", str_from(kinds[v->kind]));
        buf_printf(b, ",\"score\":%s", v->score ? "true" : "false");
        if (!str_empty(v->label))
            field(b, "label", v->label);
        if (v->ranged) {
            buf_z(b, ",\"least\":");
            buf_real(b, v->least);
            buf_z(b, ",\"most\":");
            buf_real(b, v->most);
        }
        buf_z(b, ",\"first\":");
        value(b, v->first);
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
}

void story_write_json(struct buf *b, const struct story *s)
{
    size_t link = 0;
    buf_ch(b, '{');
    field(b, "title", s->info.title);
    field(b, "ifid", s->info.ifid);
    field(b, "format", s->info.format_name);
    field(b, "format-version", s->info.format_version);
    field(b, "language", s->info.language);
    field(b, "start", start_of(s) != NULL ? start_of(s)->title : S(""));
    variables(b, s);
    buf_z(b, ",\"passages\":[");
    for (uint32_t k = 0; k < s->passage_count; k++) {
        const struct story_passage *p = &s->passages[k].shown;
        buf_z(b, k == 0 ? "\n{" : ",\n{");
        field(b, "title", p->title);
        buf_printf(b, ",\"line\":%" PRIu32, p->line);
        tags(b, p->tags);
        field(b, "text", p->source);
        buf_z(b, ",\"links\":[");
        for (size_t first = link; link < s->link_count && s->links[link].from == k; link++) {
            buf_z(b, link == first ? "{" : ",{");
            field(b, "text", s->links[link].text);
            field(b, "target", s->links[link].target);
            buf_printf(b, ",\"line\":%" PRIu32 "}", s->links[link].line);
        }
        buf_z(b, "]}");
    }
    buf_z(b, "]}\n");
}

/* ---- a step ---------------------------------------------------------------------------------------------------------- */
static void blocks(struct buf *b, const struct story_step *step)
{
    static const char *const kinds[] = {"text", "consequence", "reasoning", "panel"};
    buf_z(b, ",\"blocks\":[");
    for (size_t k = 0; k < step->block_count; k++) {
        const struct story_block *x = &step->blocks[k];
        buf_z(b, k == 0 ? "{" : ",{");
        field(b, "kind", str_from(kinds[x->kind]));
        field(b, "text", x->text);
        if (!str_empty(x->name))
            field(b, "name", x->name);
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
}

void story_write_step(struct buf *b, const struct story *s, const struct story_step *step)
{
    buf_printf(b, "{\"step\":%" PRIu32, step->number);
    field(b, "passage", step->title);
    tags(b, step->tags);
    blocks(b, step);
    buf_z(b, ",\"choices\":[");
    for (size_t k = 0; k < step->choice_count; k++) {
        const struct story_choice *c = &step->choices[k];
        buf_printf(b, "%s{\"number\":%" PRIu32, k == 0 ? "" : ",", c->number);
        field(b, "text", c->text);
        field(b, "target", s->links[c->link].target);
        buf_printf(b, ",\"enabled\":%s}", c->enabled ? "true" : "false");
    }
    buf_z(b, "],\"scores\":[");
    for (size_t k = 0; k < step->score_count; k++) {
        buf_z(b, k == 0 ? "{" : ",{");
        field(b, "name", step->scores[k].name);
        if (!str_empty(step->scores[k].label))
            field(b, "label", step->scores[k].label);
        buf_z(b, ",\"value\":");
        value(b, step->scores[k].value);
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
    if (step->timer.seconds != 0) {
        buf_printf(b, ",\"timer\":{\"seconds\":%" PRIu32, step->timer.seconds);
        field(b, "target", s->passages[step->timer.passage].shown.title);
        buf_ch(b, '}');
    }
    buf_printf(b, ",\"ended\":%s", step->ended ? "true" : "false");
    if (!str_empty(step->fault)) {
        field(b, "fault", step->fault);
        buf_printf(b, ",\"line\":%" PRIu32, step->fault_line);
    }
    buf_ch(b, '}');
}
