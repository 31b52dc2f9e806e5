/* What goes into a pack: the report as a view, whose JSON is the data file, its HTML the page, and the figures once more as a table. */
#include "gen/programme/pack/pack_document_view.h"
#include "programme/pack/inside.h"
#include "view/document.h"
#include "view/markdown.h"

#define HEADING_OF_STANDARD 2

static void fill_figures(struct ctx *c, const struct pack_content *x, struct view_pack_report *v)
{
    struct view_pack_report_figures *list = ARENA_ARRAY(c->a, x->figure_count, struct view_pack_report_figures);
    struct view_pack_report_kinds *kinds = ARENA_ARRAY(c->a, x->figure_count, struct view_pack_report_kinds);
    struct view_pack_report_records *records = ARENA_ARRAY(c->a, x->record_count, struct view_pack_report_records);
    for (size_t k = 0; k < x->figure_count; k++) {
        const struct pack_figure *f = &x->figures[k];
        list[k] = (struct view_pack_report_figures){.code = f->code, .group = f->group, .label = f->label, .text = f->text, .value = f->value, .n = f->n, .of = f->of,
                                                    .held = f->held, .limits = f->limits, .definition = f->definition, .source = f->source, .day = f->day};
        if (k == 0 || !str_eq(f->code, x->figures[k - 1].code))
            kinds[v->kinds_count++] = (struct view_pack_report_kinds){f->label, f->definition, f->source, f->day};
    }
    for (size_t k = 0; k < x->record_count; k++)
        records[k] = (struct view_pack_report_records){x->records[k].code, x->records[k].name, x->records[k].label, x->records[k].text};
    v->figures = list;
    v->figures_count = x->figure_count;
    v->kinds = kinds;
    v->records = records;
    v->records_count = x->record_count;
    v->held = (int64_t)x->held;
}

/* The figures and records that a standard asks for, in its order, and what it asks for and nobody counts. */
static void fill_standard(struct ctx *c, const struct pack_standard *x, const struct pack_content *all, struct view_pack_report_standards *v)
{
    struct buf asks = buf_new(c->a, 128), missing = buf_new(c->a, 64);
    struct view_pack_report_standards_rows *rows = ARENA_ARRAY(c->a, all->figure_count * x->figure_count, struct view_pack_report_standards_rows);
    struct view_pack_report_standards_notes *notes = ARENA_ARRAY(c->a, all->record_count, struct view_pack_report_standards_notes);
    *v = (struct view_pack_report_standards){.code = x->code, .number = x->number, .title = x->title, .source = x->source,
                                             .checked = {.some = x->checked, .v = x->checked_day}, .rows = rows, .notes = notes};
    v->words = markdown_render(c->a, x->words, (struct markdown_options){.lang = c->lang, .heading_shift = HEADING_OF_STANDARD, .absolute = true});
    for (size_t k = 0; k < x->figure_count; k++) {
        size_t before = v->rows_count;
        buf_printf(&asks, "%s%.*s", k == 0 ? "" : ", ", STR_ARG(x->figures[k]));
        for (size_t f = 0; f < all->figure_count; f++)
            if (pack_asks(x->figures[k], all->figures[f].code))
                rows[v->rows_count++] = (struct view_pack_report_standards_rows){all->figures[f].label, all->figures[f].group, all->figures[f].text, all->figures[f].limits};
        if (v->rows_count == before)
            buf_printf(&missing, "%s%.*s", missing.n == 0 ? "" : ", ", STR_ARG(x->figures[k]));
    }
    for (size_t r = 0; r < all->record_count; r++)
        if (pack_wants_record(x, &all->records[r]))
            notes[v->notes_count++] = (struct view_pack_report_standards_notes){all->records[r].label, all->records[r].text};
    v->asks = buf_text(&asks);
    v->missing = buf_text(&missing);
}

static void fill_report(struct ctx *c, struct pack_built *b)
{
    const struct pack_template *t = &b->t;
    struct view_pack_report *v = &b->report;
    *v = (struct view_pack_report){.programme = b->programme.code, .programme_title = b->programme.title, .from = b->scope.from_day, .until = b->scope.until_day,
                                   .as_of = b->scope.until_at, .template = str_printf(c->a, "%.*s %" PRId64, STR_ARG(b->row.code), b->row.version), .title = t->title,
                                   .summary = t->summary, .body = t->body, .document = t->document, .edition = t->edition, .source = t->source, .reviewed = t->reviewed,
                                   .language = t->language, .software = S("Cadre " CADRE_VERSION)};
    fill_figures(c, &b->content, v);
    struct view_pack_report_standards *list = ARENA_ARRAY(c->a, t->standard_count, struct view_pack_report_standards);
    for (size_t k = 0; k < t->standard_count; k++)
        fill_standard(c, &t->standards[k], &b->content, &list[k]);
    v->standards = list;
    v->standards_count = t->standard_count;
}

static const struct zone *zone_of(const struct programme *p)
{
    const struct zone *z = zone_find(p->zone);
    return z != NULL ? z : zone_utc();
}

static int64_t day_begins(const struct zone *z, int64_t day)
{
    struct civil c = civil_from_day(day);
    return ms_from_civil(z, c);
}

static enum rc gather(struct ctx *c, struct pack_built *b)
{
    TRY(programme_find(c->db, c->a, b->row.programme_id, &b->programme));
    const struct zone *z = zone_of(&b->programme);
    b->scope.programme = b->programme.id;
    b->scope.lang = lang_find(b->t.language);
    b->scope.from_at = day_begins(z, b->scope.from_day);
    b->scope.until_at = day_begins(z, b->scope.until_day + 1);
    return pack_gather(c->db, c->a, &b->scope, &b->t, &b->content);
}

static struct view_env env_of(struct ctx *c, const struct pack_built *b, struct buf *out)
{
    return (struct view_env){.out = out, .a = c->a, .lang = b->scope.lang, .zone = zone_of(&b->programme), .csrf = S("")};
}

enum rc pack_build(struct ctx *c, int64_t template, int64_t from_day, int64_t until_day, struct pack_built *b)
{
    struct problems problems = problems_new(c->a);
    *b = (struct pack_built){.scope = {.from_day = from_day, .until_day = until_day}};
    TRY(sql_pack_template_find(c->db, c->a, template, &b->row));
    pack_template_read(c->a, b->row.code, b->row.body, &problems, &b->t);
    TRY(problems_check(&problems, &c->err));
    TRY(db_snapshot_begin(c->db));
    enum rc rc = gather(c, b);
    db_snapshot_end(c->db);
    TRY(rc);
    fill_report(c, b);
    struct buf data = buf_new(c->a, 16384);
    struct view_env env = env_of(c, b, &data);
    view_pack_report_def.json(&env, &b->report);
    buf_ch(&data, '\n');
    b->data = buf_text(&data);
    b->digest = pack_hash(c->a, b->data);
    return RC_OK;
}

/* ---- the files ------------------------------------------------------------------------------------------------------------------------ */

static struct str table_of(struct arena *a, const struct pack_content *x)
{
    struct buf b = buf_new(a, 8192);
    buf_z(&b, "code,group,label,text,value,n,of,held,limits,definition,source,day\r\n");
    for (size_t k = 0; k < x->figure_count; k++) {
        const struct pack_figure *f = &x->figures[k];
        const struct str texts[] = {f->code, f->group, f->label, f->text};
        for (size_t t = 0; t < COUNT_OF(texts); t++) {
            buf_csv(&b, texts[t]);
            buf_ch(&b, ',');
        }
        if (f->value.some)
            buf_real(&b, f->value.v);
        buf_ch(&b, ',');
        if (f->n.some)
            buf_int(&b, f->n.v);
        buf_ch(&b, ',');
        if (f->of.some)
            buf_int(&b, f->of.v);
        buf_z(&b, f->held ? ",yes," : ",no,");
        buf_csv(&b, f->limits);
        buf_ch(&b, ',');
        buf_csv(&b, f->definition);
        buf_ch(&b, ',');
        buf_csv(&b, f->source);
        buf_ch(&b, ',');
        if (f->day.some)
            day_format(&b, f->day.v);
        buf_z(&b, "\r\n");
    }
    return buf_text(&b);
}

struct str pack_seal(struct ctx *c, const struct pack_built *b, const struct pack_key *key)
{
    const struct view_pack_document v = {.lang = lang_tag(b->scope.lang),
                                         .dir = document_direction(lang_tag(b->scope.lang)),
                                         .style = document_style(c->a),
                                         .policy = document_policy(c->a, true),
                                         .title = b->t.title,
                                         .programme = b->programme.title,
                                         .template = b->report.template,
                                         .software = b->report.software,
                                         .report = b->report,
                                         .fingerprint = pack_fingerprint(c->a, key->public_key)};
    struct buf page = buf_new(c->a, 32768);
    struct view_env env = env_of(c, b, &page);
    view_pack_document_def.html(&env, &v);
    const struct archive_file files[] = {{S(PACK_TABLE), table_of(c->a, &b->content)}, {S(PACK_PAGE), buf_text(&page)}, {S(PACK_DATA), b->data}};
    const struct pack_about about = {.programme = b->programme.code, .programme_title = b->programme.title, .template = b->row.code, .template_version = b->row.version,
                                     .language = b->t.language, .software = b->report.software, .from_day = b->scope.from_day, .until_day = b->scope.until_day,
                                     .as_of = b->scope.until_at};
    return pack_write(c->a, &about, files, COUNT_OF(files), key);
}
