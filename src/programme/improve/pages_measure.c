/* A measure's pages: how it is defined, its chart with the table beside it, data by form, table and file, phases and points left out. */
#include <math.h>

#include "base/problems.h"
#include "engine/spc/gap.h"
#include "engine/spc/measure_report.h"
#include "gen/msg_chart.h"
#include "gen/programme/improve/improve_measure_view.h"
#include "programme/improve/inside.h"

static enum rc open_measure(struct ctx *c, enum permission may, struct row_improve_measure_find *m, struct row_improve_find *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_measure_find(c->db, c->a, id, m));
    return improve_open_id(c, may, m->project_id, p);
}

static struct str measure_path(const struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/measures/%" PRId64 "%s", id, end);
}

/* ---- how it is measured ------------------------------------------------------------------------------------------------------------- */
static struct choice *kind_choices(struct ctx *c, size_t *count)
{
    static const enum spc_kind kinds[] = {SPC_RUN, SPC_P, SPC_PP, SPC_U, SPC_UP, SPC_C, SPC_I, SPC_MR, SPC_XBAR, SPC_S, SPC_G, SPC_T};
    static const msg_id hints[] = {M_improve_chart_run, M_improve_chart_p, M_improve_chart_pp, M_improve_chart_u, M_improve_chart_up,
                                   M_improve_chart_c,   M_improve_chart_i, M_improve_chart_mr, M_improve_chart_xbar, M_improve_chart_s, M_improve_chart_g, M_improve_chart_t};
    struct choice *choices = ARENA_ARRAY(c->a, COUNT_OF(kinds), struct choice);
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        choices[k] = (struct choice){.value = str_from(spc_kind_word(kinds[k])), .label = str_printf(c->a, "%.*s: %.*s", STR_ARG(chart_kind_name(c->lang, kinds[k])), STR_ARG(tr(c, hints[k])))};
    *count = COUNT_OF(kinds);
    return choices;
}

/* judged: there are data, and what they are judged by is not asked again. */
static enum rc measure_form(struct ctx *c, const struct row_improve_measure_find *m, int64_t project, bool judged, struct str action, struct str back, struct form **out)
{
    static const char *const kinds[] = {"outcome", "process", "balancing"}, *const goods[] = {"1", "-1", "0"}, *const pers[] = {"1", "100", "1000", "10000"};
    static const msg_id good_labels[] = {M_chart_good_up, M_chart_good_down, M_chart_good_neither}, per_labels[] = {M_improve_per_1, M_improve_per_100, M_improve_per_1000, M_improve_per_10000};
    size_t charts, owner_count;
    struct choice *owners;
    TRY(improve_person_choices(c, project, tr(c, M_project_owner_lead), &owners, &owner_count));
    struct choice *chart = kind_choices(c, &charts), *rules = ARENA_ARRAY(c->a, SPC_RULE_SET_COUNT, struct choice);
    for (size_t k = 0; k < SPC_RULE_SET_COUNT; k++)
        rules[k] = (struct choice){.value = str_from(spc_rules_word((enum spc_rules)k)), .label = chart_rules_name(c->lang, (enum spc_rules)k)};
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_improve_measure_save);
    struct buf target = buf_new(c->a, 32);
    if (m->id != 0 && !m->target_null)
        buf_real(&target, m->target);
    f->cancel = back;
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_improve_measure_name, .hint = M_improve_measure_name_hint, .required = true, .max = 120, .value = m->name});
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_improve_kind, .hint = M_improve_kind_hint, .required = true, .choices = improve_choices(c, kinds, NULL, 3), .choice_count = 3, .value = m->kind});
    form_add(f, (struct field){.name = "definition", .kind = FIELD_LONG_TEXT, .label = M_improve_definition, .hint = M_improve_definition_hint, .required = true, .rows = 3, .max = IMPROVE_WORDS_MOST, .value = m->definition});
    form_add(f, (struct field){.name = "source", .kind = FIELD_TEXT, .label = M_improve_source, .hint = M_improve_source_hint, .required = true, .max = 200, .value = m->source});
    form_add(f, (struct field){.name = "sampling", .kind = FIELD_TEXT, .label = M_improve_sampling_optional, .hint = M_improve_sampling_hint, .max = 200, .value = m->sampling});
    if (!judged)
        form_add(f, (struct field){.name = "good", .kind = FIELD_CHOICE, .label = M_improve_good, .required = true, .choices = improve_choices(c, goods, good_labels, 3), .choice_count = 3, .value = m->id != 0 ? str_printf(c->a, "%" PRId64, m->good) : STR_NONE});
    if (!judged)
        form_add(f, (struct field){.name = "chart", .kind = FIELD_CHOICE, .label = M_improve_chart, .hint = M_improve_chart_hint, .required = true, .choices = chart, .choice_count = charts, .value = m->id != 0 ? m->chart : S("run")});
    form_add(f, (struct field){.name = "per", .kind = FIELD_CHOICE, .label = M_improve_per, .required = true, .choices = improve_choices(c, pers, per_labels, 4), .choice_count = 4, .value = m->id != 0 ? str_printf(c->a, "%.0f", m->per) : S("1")});
    if (!judged)
        form_add(f, (struct field){.name = "rules", .kind = FIELD_CHOICE, .label = M_improve_rules, .hint = M_improve_rules_hint, .required = true, .choices = rules, .choice_count = SPC_RULE_SET_COUNT, .value = m->id != 0 ? m->rules : S("anhoej")});
    if (!judged)
        form_add(f, (struct field){.name = "target", .kind = FIELD_TEXT, .label = M_improve_target_optional, .hint = M_improve_target_hint, .max = 30, .value = buf_text(&target)});
    if (!judged)
        form_add(f, (struct field){.name = "baseline", .kind = FIELD_INT, .label = M_improve_baseline, .hint = M_improve_baseline_hint, .required = true, .min = 0, .max = 1000, .value = str_printf(c->a, "%" PRId64, m->baseline)});
    form_add(f, (struct field){.name = "owner", .kind = FIELD_CHOICE, .label = M_project_owner, .hint = M_project_owner_hint, .required = true, .choices = owners, .choice_count = owner_count, .value = str_printf(c->a, "%" PRId64, m->owner_id_null ? 0 : m->owner_id)});
    form_add_version(f, m->version);
    *out = f;
    return RC_OK;
}

struct measuring {
    struct arena *a;
    struct improve_measure m;
    int64_t id, version, project, now;
};

/* Reads the form; a target that is no number is an error of the form. */
static bool read_measure(struct form *f, struct improve_measure *m)
{
    struct str target = form_text(f, "target"), word;
    msg_id why = 0;
    *m = (struct improve_measure){.kind = form_text(f, "kind"), .name = form_text(f, "name"), .definition = form_text(f, "definition"), .source = form_text(f, "source"),
                                  .chart = form_text(f, "chart"), .rules = form_text(f, "rules"), .sampling = form_text(f, "sampling"), .baseline = form_int(f, "baseline", 0)};
    word = form_text(f, "good");
    (void)str_to_int(word, &m->good);
    (void)str_to_int(form_text(f, "owner"), &m->owner);
    (void)!str_to_real(form_text(f, "per"), &m->per);
    if (!spc_number(target, &m->target, &why)) {
        struct buf detail = buf_new(f->a, 64);
        buf_str(&detail, target);
        buf_ch(&detail, '\0');
        form_error(f, "target", why, detail.p);
    }
    return form_ok(f);
}

/* What was not asked stays. */
static void keep_judge(const struct row_improve_measure_find *is, struct improve_measure *m)
{
    m->chart = is->chart;
    m->rules = is->rules;
    m->good = is->good;
    m->baseline = is->baseline;
    m->target = is->target_null ? STATS_MISSING : is->target;
}

static enum rc add_measure(struct db *tx, void *arg, struct err *e)
{
    struct measuring *x = arg;
    (void)e;
    return improve_add_measure(tx, x->project, &x->m, x->now, &x->id);
}

static enum rc save_measure(struct db *tx, void *arg, struct err *e)
{
    struct measuring *x = arg;
    return improve_save_measure(tx, x->a, x->id, x->version, &x->m, e);
}

enum rc improve_handle_measure_new(struct ctx *c)
{
    struct row_improve_find p;
    struct rows_improve_measures there;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    TRY(sql_improve_measures(c->db, c->a, p.id, &there));
    struct row_improve_measure_find none = {.version = 1, .owner_id_null = true};
    struct page page = improve_page(c, &p, tr(c, M_improve_add_measure));
    struct form *f;
    TRY(measure_form(c, &none, p.id, false, improve_path(c, p.id, "/measures/new"), improve_path(c, p.id, "#measures"), &f));
    struct measuring x = {.project = p.id, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_measure(f, &x.m))
        return improve_send_form(c, &page, tr(c, M_improve_measure_note), f);
    if (there.n >= IMPROVE_MEASURES_MOST)
        return err_set(&c->err, RC_INVALID, M_improve_many_measures, "%d", IMPROVE_MEASURES_MOST);
    TRY(ctx_write(c, add_measure, &x));
    return page_redirect(c, measure_path(c, x.id, "/data"), M_improve_saved);
}

enum rc improve_handle_measure_edit(struct ctx *c)
{
    struct row_improve_measure_find m;
    struct row_improve_has_points points;
    struct row_improve_find p;
    TRY(open_measure(c, P_PROJECT_CHANGE, &m, &p));
    struct page page = improve_page(c, &p, tr(c, M_improve_measure_edit));
    struct form *f;
    TRY(sql_improve_has_points(c->db, c->a, m.id, &points));
    bool judged = points.n != 0;
    TRY(measure_form(c, &m, p.id, judged, measure_path(c, m.id, "/edit"), measure_path(c, m.id, ""), &f));
    struct measuring x = {.a = c->a, .id = m.id};
    struct str note = judged ? tr(c, M_project_judge_fixed) : S("");
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_measure(f, &x.m))
        return improve_send_form(c, &page, note, f);
    if (judged)
        keep_judge(&m, &x.m);
    x.version = form_int(f, "version", 0);
    enum rc rc = ctx_write(c, save_measure, &x);
    if (page_edit_failed(c, f, rc, m.version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, measure_path(c, m.id, ""), M_improve_saved);
}

/* ---- the chart and its table ---------------------------------------------------------------------------------------------------------- */
static struct str signal_word(struct ctx *c, const struct spc_chart *x, size_t i)
{
    if (x->excluded[i])
        return tr(c, M_chart_legend_excluded);
    if (x->rule[i] == 0)
        return S("");
    if (x->mark[i] == 0 || x->plan.good == SPC_NEITHER)
        return tr(c, M_chart_legend_signal);
    return tr(c, x->mark[i] == (int)x->plan.good ? M_chart_legend_better : M_chart_legend_worse);
}

static struct str line_number(struct ctx *c, const struct chart_picture *p, double v)
{
    return isfinite(v) ? chart_number(c->a, p, v) : S("");
}

static void fill_table(struct ctx *c, const struct improve_drawn *d, struct view_improve_measure *v)
{
    struct view_improve_measure_table *table = ARENA_ARRAY(c->a, d->points.n + 1, struct view_improve_measure_table);
    struct view_improve_measure_out *out = ARENA_ARRAY(c->a, d->points.n + 1, struct view_improve_measure_out);
    for (size_t s = 0; s < d->count; s++)
        for (size_t i = 0; i < d->pictures[s].chart->count; i++) {
            const struct chart_picture *p = &d->pictures[s];
            const struct spc_chart *x = p->chart;
            table[v->table_count++] = (struct view_improve_measure_table){p->stratum->label, p->stratum->x[i], chart_number(c->a, p, x->y[i]), line_number(c, p, x->cl[i]),
                                                                          line_number(c, p, x->lcl[i]), line_number(c, p, x->ucl[i]), signal_word(c, x, i)};
        }
    for (size_t k = 0; k < d->points.n; k++)
        if (d->points.v[k].left_out.n != 0)
            out[v->out_count++] = (struct view_improve_measure_out){d->points.v[k].label, d->points.v[k].left_out};
    v->table = table;
    v->out = out;
}

static void fill_gaps(struct ctx *c, const struct improve_drawn *d, struct view_improve_measure *v)
{
    if (d->count < 2)
        return;
    struct view_improve_measure_gaps *gaps = ARENA_ARRAY(c->a, d->count, struct view_improve_measure_gaps);
    for (size_t k = 0; k < d->count; k++) {
        struct spc_gap g = spc_gap_of(c->a, d->strata, d->count, k, &d->plan, 0.95);
        gaps[k] = (struct view_improve_measure_gaps){d->strata[k].label, chart_number(c->a, d->pictures, g.gap),
                                                     str_printf(c->a, "%.*s, %.*s", STR_ARG(chart_number(c->a, d->pictures, g.ci.lo)), STR_ARG(chart_number(c->a, d->pictures, g.ci.hi)))};
    }
    v->gaps = gaps;
    v->gaps_count = d->count;
}

static struct str size_text(const struct ctx *c, double n)
{
    struct buf b = buf_new(c->a, 24);
    lang_real(&b, c->lang, n, n == floor(n) ? 0 : 2);
    return buf_text(&b);
}

/* Groups by their size, where there are enough of them. */
static void fill_funnel(struct ctx *c, const struct improve_drawn *d, struct view_improve_measure *v)
{
    struct chart_picture p;
    if (!improve_draw_funnel(c, d, &p))
        return;
    const struct spc_chart *x = p.chart;
    struct view_improve_measure_units *units = ARENA_ARRAY(c->a, x->count, struct view_improve_measure_units);
    for (size_t k = 0; k < x->count; k++)
        units[k] = (struct view_improve_measure_units){p.stratum->x[k], size_text(c, p.stratum->series.n[k]), chart_number(c->a, &p, x->y[k]), line_number(c, &p, x->lcl[k]),
                                                       line_number(c, &p, x->ucl[k]), signal_word(c, x, k)};
    v->funnel = chart_draw_funnel(c->a, &p);
    v->funnel_title = chart_title(c->a, &p);
    v->units = units;
    v->units_count = x->count;
}

static enum rc draw_one(struct ctx *c, const struct row_improve_measure_find *m, struct improve_drawn *d)
{
    struct improve_marks marks;
    TRY(improve_read_marks(c, m->project_id, &marks));
    return improve_draw(c, m, &marks, d);
}

enum rc improve_get_measure(struct ctx *c)
{
    struct row_improve_measure_find m;
    struct row_improve_find p;
    struct improve_drawn d;
    struct rows_improve_phases phases;
    struct row_improve_is_member mine;
    TRY(open_measure(c, P_PROJECT_VIEW, &m, &p));
    TRY(draw_one(c, &m, &d));
    TRY(sql_improve_phases(c->db, c->a, m.id, &phases));
    TRY(sql_improve_is_member(c->db, c->a, p.id, c->who->person, &mine));
    struct target t = {.programme = p.programme_id, .holder = mine.n != 0 ? c->who->person : 0};
    bool changes = access_allows(c, P_PROJECT_CHANGE, &t) && str_eq_z(p.state, "running");
    struct view_improve_measure v = {.made_up = p.made_up == 1, .kind = improve_word(c, m.kind), .definition = m.definition, .source = m.source, .sampling = m.sampling,
                                     .chart = chart_kind_name(c->lang, d.plan.kind), .rules = chart_rules_name(c->lang, d.plan.rules),
                                     .good = tr(c, m.good > 0 ? M_chart_good_up : m.good < 0 ? M_chart_good_down : M_chart_good_neither), .problem = d.problem,
                                     .hidden = (int64_t)d.hidden, .csv = measure_path(c, m.id, "/csv"), .svg = measure_path(c, m.id, "/picture")};
    struct chart_picture unit = {.lang = c->lang, .unit = m.per == 100 ? S("%") : S("")};
    if (!m.target_null)
        v.target = chart_number(c->a, &unit, m.target);
    if (d.pictures != NULL) {
        v.title = improve_title(c, &d);
        v.sentence = chart_sentence(c->a, d.pictures);
        v.picture = improve_picture(c, &d, "m", false);
        v.slim = improve_picture(c, &d, "slim", true);
        v.target_met_before = improve_target_met_before(&d);
        v.region = S("m-t");
        v.variation = chart_variation(c->lang, d.pictures[0].chart);
        v.assurance = chart_assurance(c->lang, d.pictures[0].chart);
        v.icons = chart_draw_icons(c->a, d.pictures);
        fill_table(c, &d, &v);
        fill_gaps(c, &d, &v);
        fill_funnel(c, &d, &v);
    }
    struct view_improve_measure_phases *list = ARENA_ARRAY(c->a, phases.n, struct view_improve_measure_phases);
    for (size_t k = 0; k < phases.n; k++)
        list[k] = (struct view_improve_measure_phases){phases.v[k].day, phases.v[k].why};
    v.phases = list;
    v.phases_count = phases.n;
    if (changes) {
        v.change = measure_path(c, m.id, "/edit");
        v.data = measure_path(c, m.id, "/data");
        v.phase = measure_path(c, m.id, "/phase");
        v.leave_out = measure_path(c, m.id, "/leave-out");
    }
    struct page page = improve_page(c, &p, m.name);
    return view_improve_measure_page(c, &page, &v);
}

enum rc improve_get_csv(struct ctx *c)
{
    struct row_improve_measure_find m;
    struct row_improve_find p;
    struct improve_drawn d;
    struct buf b = buf_new(c->a, 4096);
    TRY(open_measure(c, P_PROJECT_VIEW, &m, &p));
    TRY(draw_one(c, &m, &d));
    buf_z(&b, "time,group,value,denominator,shown,centre,lower,upper,sd\n");
    for (size_t s = 0; d.pictures != NULL && s < d.count; s++) {
        const struct chart_picture *x = &d.pictures[s];
        for (size_t i = 0; i < x->chart->count; i++) {
            const double numbers[] = {x->stratum->series.y[i], x->stratum->series.n != NULL ? x->stratum->series.n[i] : NAN, x->chart->y[i], x->chart->cl[i], x->chart->lcl[i], x->chart->ucl[i],
                                      x->stratum->series.s != NULL ? x->stratum->series.s[i] : NAN};
            buf_csv(&b, x->stratum->x[i]);
            buf_ch(&b, ',');
            buf_csv(&b, x->stratum->label);
            for (size_t k = 0; k < COUNT_OF(numbers); k++) {
                buf_ch(&b, ',');
                if (isfinite(numbers[k]))
                    buf_real(&b, numbers[k]);
            }
            buf_ch(&b, '\n');
        }
    }
    return page_download(c, "text/csv; charset=utf-8", p.made_up == 1 ? S("made-up-measure.csv") : S("measure.csv"), buf_text(&b));
}

/* A picture that leaves its page says so itself, in its title. */
static void mark_made_up(struct ctx *c, bool made_up, struct improve_drawn *d)
{
    struct chart_picture *marked = ARENA_ARRAY(c->a, d->count, struct chart_picture);
    if (!made_up)
        return;
    for (size_t k = 0; k < d->count; k++) {
        marked[k] = d->pictures[k];
        marked[k].name = str_printf(c->a, "%.*s (%.*s)", STR_ARG(marked[k].name), STR_ARG(tr(c, M_improve_made_up)));
    }
    d->pictures = marked;
}

enum rc improve_get_svg(struct ctx *c)
{
    struct row_improve_measure_find m;
    struct row_improve_find p;
    struct improve_drawn d;
    TRY(open_measure(c, P_PROJECT_VIEW, &m, &p));
    TRY(draw_one(c, &m, &d));
    if (d.pictures == NULL)
        return RC_NOT_FOUND;
    mark_made_up(c, p.made_up == 1, &d);
    return page_download(c, "image/svg+xml", p.made_up == 1 ? S("made-up-chart.svg") : S("chart.svg"), chart_file(c->a, improve_picture(c, &d, "m", false)));
}

/* ---- data ------------------------------------------------------------------------------------------------------------------------------- */
struct putting {
    struct arena *a;
    const struct spc_data *d;
    int64_t measure;
    bool replace;
    struct improve_counts n;
};

static enum rc put(struct db *tx, void *arg, struct err *e)
{
    struct putting *x = arg;
    return improve_put_points(tx, x->a, x->measure, x->d, x->replace, &x->n, e);
}

/* One point by its fields, as the table it would be. */
static struct str one_row(struct ctx *c, const struct form *f)
{
    struct buf b = buf_new(c->a, 128);
    int64_t day;
    if (!form_day(f, "day", &day))
        return S("");
    buf_z(&b, "date,y,n\n");
    day_format(&b, day);
    buf_ch(&b, ',');
    buf_csv(&b, form_text(f, "value"));
    buf_ch(&b, ',');
    buf_csv(&b, form_text(f, "size"));
    buf_ch(&b, '\n');
    return buf_text(&b);
}

static bool is_json(struct str s)
{
    s = str_trim(s);
    return s.n != 0 && s.p[0] == '{';
}

/* What a chart of this measure could not show is not taken. */
static bool check_data(struct ctx *c, struct form *f, const char *field, const struct row_improve_measure_find *m, const struct spc_data *d)
{
    int kind = spc_kind_find(m->chart);
    struct err e = {0};
    size_t at;
    for (size_t s = 0; kind >= 0 && s < d->count; s++) {
        if (spc_check_points(&d->strata[s].series, (enum spc_kind)kind, &at, &e) == RC_OK)
            continue;
        struct msg_arg detail = MSG_TEXT("detail", d->strata[s].x[at]);
        form_error(f, field, M_improve_table_wrong, str_z(c->a, tr_args(c, e.msg, &detail, 1)));
        return false;
    }
    return true;
}

/* The table that was given, in whichever way; false when there is none or something is wrong, which the form then says. */
static bool read_data(struct ctx *c, struct form *f, const struct row_improve_measure_find *m, struct spc_data *d)
{
    const struct field *file = form_field(f, "file");
    struct str bytes = file != NULL && file->value.n != 0 ? file->value : form_text(f, "table"), name = S("");
    const char *at = file != NULL && file->value.n != 0 ? "file" : bytes.n != 0 ? "table" : "day";
    struct problems p = problems_new(c->a);
    struct civil today = civil_from_day(c->today);
    struct spc_request r = {.y = form_text(f, "column"), .n = form_text(f, "denominator"), .by = form_text(f, "groups"), .sum = form_bool(f, "sum"), .want_n = true, .no_people = true, .year = today.year};
    int kind = spc_kind_find(m->chart);
    bool single = bytes.n == 0;
    if (kind >= 0 && improve_of_subgroups((enum spc_kind)kind)) {
        if (single) {
            form_error(f, "table", M_improve_need_table, NULL);
            return false;
        }
        if (is_json(bytes)) {
            form_error(f, at, M_improve_need_observations, NULL);
            return false;
        }
        r.subgroups = true;
        r.want_n = r.sum = false;
        r.n = S("");
    }
    if (single) {
        bytes = one_row(c, f);
        r = (struct spc_request){.y = S("y"), .n = form_text(f, "size").n != 0 ? S("n") : S("")};
    }
    if (bytes.n == 0) {
        form_error(f, "day", M_improve_no_data, NULL);
        return false;
    }
    if (is_json(bytes))
        measure_report_read(c->a, name, bytes, d, &p);
    else
        spc_read(c->a, name, bytes, &r, d, &p);
    if (p.errors == 0 && d->scale > SPC_SCALE_QUARTERS)
        problems_add(&p, name, 0, S(""), M_improve_need_dates, NULL);
    struct buf b = buf_new(c->a, 512);
    for (size_t k = 0; k < p.kept && k < 5; k++) {
        struct msg_arg detail = MSG_TEXT("detail", p.items[k].detail);
        buf_z(&b, k == 0 ? "" : "; ");
        if (p.items[k].row != 0 && !single)
            buf_str(&b, str_printf(c->a, "%zu, %.*s: ", p.items[k].row, STR_ARG(p.items[k].column)));
        buf_str(&b, tr_args(c, p.items[k].msg, &detail, 1));
    }
    if (p.errors != 0)
        form_error(f, at, M_improve_table_wrong, str_z(c->a, buf_text(&b)));
    return p.errors == 0 && check_data(c, f, at, m, d);
}

static struct form *data_form(struct ctx *c, const struct row_improve_measure_find *m)
{
    int kind = spc_kind_find(m->chart);
    bool subgroups = kind >= 0 && improve_of_subgroups((enum spc_kind)kind);
    struct form *f = form_new(c->a, c->lang, c->zone, measure_path(c, m->id, "/data"), M_improve_add_data);
    f->cancel = measure_path(c, m->id, "");
    if (!subgroups) {
        form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_improve_data_day, .hint = M_improve_data_day_hint});
        form_add(f, (struct field){.name = "value", .kind = FIELD_TEXT, .label = M_improve_data_value, .max = 30});
        form_add(f, (struct field){.name = "size", .kind = FIELD_TEXT, .label = M_improve_data_size, .max = 30});
    }
    form_add(f, (struct field){.name = "table", .kind = FIELD_LONG_TEXT, .label = M_improve_data_table, .hint = subgroups ? M_improve_data_subgroups_hint : M_improve_data_table_hint, .rows = 8, .max = 200000});
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_improve_data_file, .hint = M_improve_data_file_hint, .max = IMPROVE_FILE_MOST});
    form_add(f, (struct field){.name = "column", .kind = FIELD_TEXT, .label = M_improve_data_column, .hint = M_improve_data_column_hint, .max = 100});
    if (!subgroups)
        form_add(f, (struct field){.name = "denominator", .kind = FIELD_TEXT, .label = M_improve_data_denominator, .max = 100});
    form_add(f, (struct field){.name = "groups", .kind = FIELD_TEXT, .label = M_improve_data_groups, .hint = M_improve_data_groups_hint, .max = 100});
    if (!subgroups)
        form_add(f, (struct field){.name = "sum", .kind = FIELD_BOOL, .label = M_improve_data_sum});
    form_add(f, (struct field){.name = "replace", .kind = FIELD_BOOL, .label = M_improve_data_replace});
    return f;
}

enum rc improve_handle_data(struct ctx *c)
{
    struct row_improve_measure_find m;
    struct row_improve_find p;
    struct spc_data d;
    TRY(open_measure(c, P_PROJECT_CHANGE, &m, &p));
    struct page page = improve_page(c, &p, tr(c, M_improve_add_data));
    page.caption = m.name;
    struct form *f = data_form(c, &m);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_data(c, f, &m, &d))
        return improve_send_form(c, &page, tr(c, M_improve_data_note), f);
    struct putting x = {.a = c->a, .d = &d, .measure = m.id, .replace = form_bool(f, "replace")};
    enum rc rc = ctx_write(c, put, &x);
    if (page_form_failed(c, f, rc, &page.status))
        return improve_send_form(c, &page, tr(c, M_improve_data_note), f);
    TRY(rc);
    return page_redirect(c, measure_path(c, m.id, ""), M_improve_data_taken);
}

/* ---- phases and points left out: a person, and a reason ------------------------------------------------------------------------------------ */
struct deciding {
    int64_t measure, day, by, now;
    struct str why;
    bool phase;
};

static enum rc decide(struct db *tx, void *arg, struct err *e)
{
    const struct deciding *x = arg;
    (void)e;
    return x->phase ? sql_improve_phase_put(tx, x->measure, x->day, x->why, x->by, x->now) : sql_improve_point_leave_out(tx, x->measure, x->day, x->why);
}

static enum rc handle_decision(struct ctx *c, bool phase)
{
    struct row_improve_measure_find m;
    struct row_improve_find p;
    struct rows_improve_points points;
    TRY(open_measure(c, P_PROJECT_CHANGE, &m, &p));
    TRY(sql_improve_points(c->db, c->a, m.id, &points));
    struct page page = improve_page(c, &p, tr(c, phase ? M_improve_phase_add : M_improve_leave_out));
    page.caption = m.name;
    struct choice *days = ARENA_ARRAY(c->a, points.n + 1, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < points.n; k++)
        if (str_eq(points.v[k].stratum, points.v[0].stratum) && (!phase || k != 0))
            days[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, points.v[k].day), .label = points.v[k].label};
    if (n == 0)
        return page_redirect(c, measure_path(c, m.id, ""), 0);
    struct form *f = form_new(c->a, c->lang, c->zone, measure_path(c, m.id, phase ? "/phase" : "/leave-out"), phase ? M_improve_phase_add : M_improve_leave_out);
    f->cancel = measure_path(c, m.id, "");
    form_add(f, (struct field){.name = "day", .kind = FIELD_CHOICE, .label = phase ? M_improve_phase_from : M_improve_leave_out_which, .required = true, .choices = days, .choice_count = n});
    form_add(f, (struct field){.name = "why", .kind = FIELD_TEXT, .label = M_improve_reason, .hint = phase ? M_improve_phase_why_hint : M_improve_leave_out_hint, .required = phase, .max = 300});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, tr(c, phase ? M_improve_phase_note : M_improve_leave_out_note), f);
    struct deciding x = {.measure = m.id, .by = c->who->person, .now = c->now, .why = form_text(f, "why"), .phase = phase};
    (void)str_to_int(form_text(f, "day"), &x.day);
    TRY(ctx_write(c, decide, &x));
    return page_redirect(c, measure_path(c, m.id, ""), M_improve_saved);
}

enum rc improve_handle_phase(struct ctx *c)
{
    return handle_decision(c, true);
}

enum rc improve_handle_leave_out(struct ctx *c)
{
    return handle_decision(c, false);
}
