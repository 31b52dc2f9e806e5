/* Reading a guide: the head, Markdown, and charts between ```chart and ```. See guide.h; the form is docs/content.md's. */
#include "programme/guide/guide.h"

#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/msg_guide.h"

static const char *const kinds[GUIDE_KIND_COUNT] = {"mentoring", "project"};

/* The findings that a text may say of its chart. */
static const struct {
    const char *word;
    enum spc_finding finding;
} findings[] = {{"too few", SPC_TOO_FEW}, {"steady", SPC_STEADY}, {"better", SPC_BETTER}, {"worse", SPC_WORSE}, {"changed", SPC_CHANGED}};

const char *guide_kind_word(enum guide_kind kind)
{
    return kinds[kind];
}

int guide_kind_find(struct str word)
{
    for (int k = 0; k < GUIDE_KIND_COUNT; k++)
        if (str_eq_z(word, kinds[k]))
            return k;
    return -1;
}

bool guide_code(struct str name, struct str *code, bool *translation)
{
    struct str rest = name, part;
    if (!str_ends(name, S(".md")))
        return false;
    (void)str_cut(&rest, '.', &part);
    *code = part;
    *translation = !str_eq_z(rest, "md");
    for (size_t k = 0; k < part.n; k++)
        if (!((part.p[k] >= 'a' && part.p[k] <= 'z') || (part.p[k] >= '0' && part.p[k] <= '9') || part.p[k] == '-'))
            return false;
    return part.n != 0;
}

struct reading {
    struct arena *a;
    struct str file;
    struct problems *p;
    size_t line;      /* of the file, from 1, of what was read last */
    struct str rest;
    struct guide *out;
};

static bool next_line(struct reading *r, struct str *line)
{
    if (!str_line(&r->rest, line))
        return false;
    r->line++;
    return true;
}

static void wrong(struct reading *r, msg_id msg, struct str detail)
{
    problems_add(r->p, r->file, r->line, S(""), msg, "%.*s", STR_ARG(detail));
}

/* "key: value" into its two parts. */
static bool cut_key(struct str line, struct str *key, struct str *value)
{
    size_t at;
    if (!str_find(line, S(":"), &at))
        return false;
    *key = str_trim(str_sub(line, 0, at));
    *value = str_trim(str_sub(line, at + 1, line.n));
    return true;
}

/* ---- the head ------------------------------------------------------------------------------------------------------------------- */
static void read_head_line(struct reading *r, struct str line, bool *kind_said)
{
    struct str key, value;
    struct guide *g = r->out;
    if (!cut_key(line, &key, &value) || value.n == 0)
        wrong(r, M_guide_bad_head, line);
    else if (str_eq_z(key, "title"))
        g->title = value;
    else if (str_eq_z(key, "summary"))
        g->summary = value;
    else if (str_eq_z(key, "licence"))
        g->licence = value;
    else if (str_eq_z(key, "reviewed")) {
        if (!day_parse(value, &g->reviewed_day))
            wrong(r, M_guide_bad_head, line);
    } else if (str_eq_z(key, "kind")) {
        int kind = guide_kind_find(value);
        *kind_said = kind >= 0;
        if (kind < 0)
            wrong(r, M_guide_bad_head, line);
        else
            g->kind = (enum guide_kind)kind;
    } else if (!str_eq_z(key, "language"))
        wrong(r, M_guide_bad_head, line);
}

static void read_head(struct reading *r)
{
    struct str line;
    bool kind_said = false;
    while (next_line(r, &line) && str_trim(line).n != 0)
        read_head_line(r, line, &kind_said);
    const struct guide *g = r->out;
    if (g->title.n == 0 || g->summary.n == 0 || g->licence.n == 0 || g->reviewed_day == 0 || !kind_said)
        wrong(r, M_guide_head_missing, S("title, kind, summary, licence, reviewed"));
}

/* ---- charts --------------------------------------------------------------------------------------------------------------------- */
/* Lines of a chart before its figures: what is taken once the figures are there. */
struct chart_head {
    struct str says;
    struct str mark[GUIDE_MARKS_MOST];
    size_t marks;
};

static bool read_real(struct str value, double *out)
{
    msg_id why;
    return spc_number(value, out, &why) && isfinite(*out);
}

static bool read_chart_line(struct str key, struct str value, struct guide_chart *c, struct chart_head *h)
{
    double n;
    int word;
    if (str_eq_z(key, "name"))
        c->name = value;
    else if (str_eq_z(key, "says"))
        h->says = value;
    else if (str_eq_z(key, "chart") && (word = spc_kind_find(value)) >= 0)
        c->plan.kind = (enum spc_kind)word;
    else if (str_eq_z(key, "rules") && (word = spc_rules_find(value)) >= 0)
        c->plan.rules = (enum spc_rules)word;
    else if (str_eq_z(key, "good") && (str_eq_z(value, "up") || str_eq_z(value, "down")))
        c->plan.good = str_eq_z(value, "up") ? SPC_UP_IS_GOOD : SPC_DOWN_IS_GOOD;
    else if (str_eq_z(key, "per") && read_real(value, &n) && n > 0 && n <= 1e6)
        c->plan.multiply = n;
    else if (str_eq_z(key, "target") && read_real(value, &n))
        c->plan.target = n;
    else if (str_eq_z(key, "baseline") && read_real(value, &n) && n >= 0 && n <= 1000)
        c->plan.baseline = (size_t)n;
    else if (str_eq_z(key, "mark") && h->marks < GUIDE_MARKS_MOST)
        h->mark[h->marks++] = value;
    else
        return false;
    return value.n != 0;
}

/* "2025-03 = Rounds on every night", in the order of the points. */
static void put_marks(struct reading *r, struct guide_chart *c, const struct chart_head *h)
{
    c->notes = ARENA_ARRAY(r->a, h->marks + 1, struct chart_note);
    for (size_t k = 0; k < h->marks; k++) {
        struct str text = h->mark[k], at;
        size_t point = str_cut(&text, '=', &at) && text.p != NULL ? spc_point_find(c->data.strata, str_trim(at)) : SIZE_MAX, i = c->note_count;
        if (point == SIZE_MAX || str_trim(text).n == 0) {
            wrong(r, M_guide_bad_mark, h->mark[k]);
            return;
        }
        for (; i > 0 && c->notes[i - 1].point > point; i--)
            c->notes[i] = c->notes[i - 1];
        c->notes[i] = (struct chart_note){point, str_trim(text)};
        c->note_count++;
    }
}

static struct str finding_word(enum spc_finding f)
{
    for (size_t k = 0; k < COUNT_OF(findings); k++)
        if (findings[k].finding == f)
            return str_from(findings[k].word);
    return S("single points");
}

/* The figures: month, count, and of how many where there is a third column. */
static void compute(struct reading *r, struct str csv, struct guide_chart *c, const struct chart_head *h)
{
    struct problems found = problems_new(r->a);
    struct err e = {0};
    struct str rest = csv, first;
    size_t at;
    bool of = str_line(&rest, &first) && str_find(first, S(",of"), &at);
    const struct spc_request want = {.x = S("month"), .y = S("count"), .n = of ? S("of") : S("")};
    spc_read(r->a, r->file, csv, &want, &c->data, &found);
    if (found.errors != 0) {
        struct str detail = found.items[0].detail;
        wrong(r, M_guide_bad_figures, detail.n != 0 ? detail : problem_place(r->a, &found.items[0]));
        return;
    }
    if (c->data.count != 1 || (spc_kind_divides(c->plan.kind) && !of)) {
        wrong(r, M_guide_bad_figures, first);
        return;
    }
    if (spc_compute(r->a, &c->data.strata[0].series, &c->plan, &c->chart, &e) != RC_OK) {
        wrong(r, M_guide_bad_figures, str_dup(r->a, str_from(e.detail)));
        return;
    }
    put_marks(r, c, h);
    if (!str_eq(h->says, finding_word(c->chart.finding)))
        wrong(r, M_guide_other_finding, finding_word(c->chart.finding));
}

/* What stands between ```chart and ```; the first of the two was read. */
static void read_chart(struct reading *r, struct guide_part *part)
{
    struct guide_chart *c = ARENA_NEW(r->a, struct guide_chart);
    struct chart_head h = {.says = S("")};
    struct str line, key, value;
    *c = (struct guide_chart){.plan = spc_plan_default()};
    part->chart = c;
    while (next_line(r, &line) && str_trim(line).n != 0)
        if (!cut_key(line, &key, &value) || !read_chart_line(key, value, c, &h)) {
            wrong(r, M_guide_bad_chart, line);
            return;
        }
    const char *from = r->rest.p;
    while (next_line(r, &line))
        if (str_starts(line, S("```"))) {
            compute(r, (struct str){from, (size_t)(line.p - from)}, c, &h);
            if (c->name.n == 0)
                wrong(r, M_guide_bad_chart, S("name"));
            return;
        }
    wrong(r, M_guide_chart_open, c->name);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------ */
static void read_parts(struct reading *r)
{
    struct guide *g = r->out;
    const char *from = r->rest.p;
    struct str line;
    g->parts = ARENA_ARRAY(r->a, GUIDE_PARTS_MOST, struct guide_part);
    if (r->rest.n == 0) {
        wrong(r, M_guide_empty, r->file);
        return;
    }
    const char *end = r->rest.p + r->rest.n;
    while (next_line(r, &line)) {
        if (!str_starts(line, S("```chart")))
            continue;
        if (g->part_count == GUIDE_PARTS_MOST - 1) {
            wrong(r, M_guide_many_charts, r->file);
            return;
        }
        g->parts[g->part_count].words = str_trim((struct str){from, (size_t)(line.p - from)});
        read_chart(r, &g->parts[g->part_count++]);
        from = r->rest.n != 0 ? r->rest.p : end;
    }
    g->parts[g->part_count++].words = str_trim((struct str){from, (size_t)(end - from)});
}

bool guide_read(struct arena *a, struct str file, struct str text, struct guide *out, struct problems *p)
{
    size_t before = p->errors;
    struct reading r = {.a = a, .file = file, .p = p, .rest = text, .out = out};
    *out = (struct guide){.title = S(""), .summary = S(""), .licence = S("")};
    if (text.n > GUIDE_BYTES_MOST || !utf8_is_text(text))
        wrong(&r, M_guide_not_text, file);
    else {
        read_head(&r);
        read_parts(&r);
    }
    return p->errors == before;
}
