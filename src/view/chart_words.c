/* What a control chart says in words: see chart.h. */
#include <math.h>

#include "gen/msg_chart.h"
#include "view/chart.h"

struct str chart_kind_name(int lang, enum spc_kind kind)
{
    static const msg_id names[SPC_KIND_COUNT] = {
        [SPC_RUN] = M_chart_kind_run, [SPC_I] = M_chart_kind_i, [SPC_MR] = M_chart_kind_mr, [SPC_XBAR] = M_chart_kind_xbar,
        [SPC_S] = M_chart_kind_s,     [SPC_P] = M_chart_kind_p, [SPC_PP] = M_chart_kind_pp, [SPC_U] = M_chart_kind_u,
        [SPC_UP] = M_chart_kind_up,   [SPC_C] = M_chart_kind_c, [SPC_G] = M_chart_kind_g,   [SPC_T] = M_chart_kind_t,
    };
    return msg_text(lang, names[kind]);
}

struct str chart_rules_name(int lang, enum spc_rules rules)
{
    static const msg_id names[SPC_RULE_SET_COUNT] = {
        [SPC_ANHOEJ] = M_chart_rules_anhoej, [SPC_WESTERN_ELECTRIC] = M_chart_rules_western_electric,
        [SPC_NELSON] = M_chart_rules_nelson, [SPC_MDC] = M_chart_rules_mdc,
        [SPC_IHI] = M_chart_rules_ihi,
    };
    return msg_text(lang, names[rules]);
}

struct str chart_variation(int lang, const struct spc_chart *c)
{
    static const msg_id names[] = {[SPC_ICON_NONE] = 0,
                                   [SPC_ICON_COMMON] = M_chart_icon_common,
                                   [SPC_ICON_IMPROVEMENT] = M_chart_icon_improvement,
                                   [SPC_ICON_CONCERN] = M_chart_icon_concern,
                                   [SPC_ICON_HIGH] = M_chart_icon_high,
                                   [SPC_ICON_LOW] = M_chart_icon_low};
    bool shown = c->plan.rules == SPC_MDC && c->variation != SPC_ICON_NONE;
    return shown ? msg_text(lang, names[c->variation]) : S("");
}

struct str chart_assurance(int lang, const struct spc_chart *c)
{
    static const msg_id names[] = {[SPC_ASSURANCE_NONE] = 0,
                                   [SPC_ASSURANCE_PASS] = M_chart_icon_pass,
                                   [SPC_ASSURANCE_FAIL] = M_chart_icon_fail,
                                   [SPC_ASSURANCE_INCONSISTENT] = M_chart_icon_inconsistent};
    bool shown = c->plan.rules == SPC_MDC && c->assurance != SPC_ASSURANCE_NONE;
    return shown ? msg_text(lang, names[c->assurance]) : S("");
}

struct str chart_number(struct arena *a, const struct chart_picture *p, double v)
{
    struct buf b = buf_new(a, 32);
    double size = fabs(v);
    if (!isfinite(v))
        return msg_text(p->lang, M_chart_missing);
    lang_real(&b, p->lang, v, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : size > 0 ? 5 : 0);
    buf_str(&b, p->unit);
    return buf_text(&b);
}

static bool ends_on_first(struct str s)
{
    return s.n == 10 && str_eq(str_sub(s, 7, 3), S("-01"));
}

struct str chart_time(const struct chart_picture *p, size_t point)
{
    const struct spc_stratum *s = p->stratum;
    bool months = p->scale == SPC_SCALE_DAYS && s->series.count != 0;
    for (size_t i = 0; months && i < s->series.count && i < 12; i++)
        months = ends_on_first(s->x[i]);
    months = months && ends_on_first(s->x[point]);
    return months ? str_sub(s->x[point], 0, 7) : s->x[point];
}

static size_t points_there(const struct spc_chart *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += !c->excluded[i] && isfinite(c->y[i]);
    return n;
}

/* The point since which it is so: where the run began, or the last phase. */
static size_t since(const struct spc_chart *c)
{
    return c->has_because ? c->because.from : c->phases[c->phase_count - 1].first;
}

struct str chart_title(struct arena *a, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    size_t beyond = 0;
    for (size_t i = 0; i < c->count; i++)
        beyond += c->beyond[i] && !c->excluded[i];
    if (c->plan.unordered) {
        struct msg_arg args[] = {MSG_TEXT("name", p->name), MSG_NUM("n", (int64_t)beyond)};
        return msg_format(a, p->lang, beyond == 0 ? M_chart_title_units_none : M_chart_title_units, args, beyond == 0 ? 1 : 2);
    }
    msg_id id = M_chart_title_changed;
    struct msg_arg args[4] = {MSG_TEXT("name", p->name)};
    size_t count = 1;
    switch (c->finding) {
    case SPC_TOO_FEW:
        id = M_chart_title_too_few;
        break;
    case SPC_STEADY:
        id = M_chart_title_steady;
        break;
    case SPC_BETTER:
    case SPC_WORSE:
        id = c->finding == SPC_BETTER ? M_chart_title_better : M_chart_title_worse;
        args[count++] = MSG_TEXT("before", chart_number(a, p, c->before));
        args[count++] = MSG_TEXT("after", chart_number(a, p, c->after));
        args[count++] = MSG_TEXT("when", chart_time(p, since(c)));
        break;
    case SPC_CHANGED:
        break;
    case SPC_SINGLE_GOOD:
    case SPC_SINGLE_BAD:
    case SPC_SINGLE:
        id = M_chart_title_single;
        args[count++] = MSG_TEXT("when", chart_time(p, c->because.point));
        break;
    }
    return msg_format(a, p->lang, id, args, count);
}

/* Which kind of event it is, whatever the rule set calls it. */
static msg_id because_of(const struct spc_chart *c, const struct spc_event *x)
{
    static const struct {
        uint8_t side[2], trend, crossings; /* numbers of rules; 0: none */
    } sets[] = {
        [SPC_ANHOEJ] = {{2, 0}, 0, 3},   [SPC_WESTERN_ELECTRIC] = {{4, 0}, 0, 0}, [SPC_NELSON] = {{2, 0}, 3, 0},
        [SPC_MDC] = {{4, 0}, 2, 0},      [SPC_IHI] = {{2, 0}, 3, 0},
    };
    enum spc_rules set = c->plan.rules;
    if (set == SPC_IHI && !c->has_limits)
        return x->rule == 1 ? M_chart_because_side : x->rule == 2 ? M_chart_because_trend : M_chart_because_pattern;
    if (x->rule == 1)
        return M_chart_because_limits;
    if (x->rule == sets[set].side[0])
        return M_chart_because_side;
    if (x->rule == sets[set].trend)
        return M_chart_because_trend;
    return x->rule == sets[set].crossings ? M_chart_because_crossings : M_chart_because_pattern;
}

/* {from} {when} {n} as far as the text has them. */
static void say_because(struct arena *a, struct buf *b, const struct chart_picture *p)
{
    const struct spc_event *x = p->chart->has_because ? &p->chart->because : NULL;
    bool step = x == NULL && (p->chart->finding == SPC_BETTER || p->chart->finding == SPC_WORSE || p->chart->finding == SPC_CHANGED);
    if (x == NULL && !step)
        return;
    msg_id id = step ? M_chart_because_step : because_of(p->chart, x);
    struct msg_arg args[3];
    size_t count = 0;
    if (id == M_chart_because_limits || id == M_chart_because_side || id == M_chart_because_trend || id == M_chart_because_pattern)
        args[count++] = MSG_TEXT("when", chart_time(p, x->point));
    if (id == M_chart_because_side || id == M_chart_because_trend || id == M_chart_because_pattern)
        args[count++] = MSG_TEXT("from", chart_time(p, x->from));
    if (id == M_chart_because_pattern)
        args[count++] = MSG_TEXT("n", str_printf(a, "%u", x->rule));
    buf_ch(b, ' ');
    buf_str(b, msg_format(a, p->lang, id, args, count));
}

static void say(struct arena *a, struct buf *b, int lang, msg_id id, const struct msg_arg *args, size_t count)
{
    buf_ch(b, ' ');
    buf_str(b, msg_format(a, lang, id, args, count));
}

static void say_base(struct arena *a, struct buf *b, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    struct msg_arg n[] = {MSG_NUM("n", (int64_t)(c->plan.baseline != 0 ? c->plan.baseline : c->phase_count))};
    if (isfinite(c->plan.center))
        say(a, b, p->lang, M_chart_base_known, NULL, 0);
    else if (c->plan.baseline != 0)
        say(a, b, p->lang, M_chart_base_first, n, 1);
    else
        say(a, b, p->lang, c->phase_count > 1 ? M_chart_base_phases : M_chart_base_all, n, c->phase_count > 1 ? 1 : 0);
}

struct str chart_sentence(struct arena *a, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    const struct spc_phase *last = &c->phases[c->phase_count - 1];
    struct buf b = buf_new(a, 512);
    int64_t out = 0;
    struct msg_arg what[] = {MSG_TEXT("kind", chart_kind_name(p->lang, c->plan.kind)), MSG_NUM("n", (int64_t)points_there(c)),
                             MSG_TEXT("first", chart_time(p, 0)), MSG_TEXT("last", chart_time(p, c->count - 1)),
                             MSG_TEXT("rules", chart_rules_name(p->lang, c->plan.rules))};
    for (size_t i = 0; i < c->count; i++)
        out += c->excluded[i];
    struct msg_arg base[] = {MSG_NUM("n", (int64_t)last->base)}, left[] = {MSG_NUM("n", out)};
    buf_str(&b, msg_format(a, p->lang, M_chart_what, what, COUNT_OF(what)));
    say_because(a, &b, p);
    say_base(a, &b, p);
    if (c->has_limits && last->trial && !c->plan.unordered && !isfinite(c->plan.center))
        say(a, &b, p->lang, M_chart_trial, base, 1);
    if (out != 0)
        say(a, &b, p->lang, M_chart_left_out, left, 1);
    if (c->plan.screen && c->has_limits)
        say(a, &b, p->lang, M_chart_screened, NULL, 0);
    say(a, &b, p->lang, c->plan.good == SPC_UP_IS_GOOD ? M_chart_good_up : c->plan.good == SPC_DOWN_IS_GOOD ? M_chart_good_down : M_chart_good_neither, NULL, 0);
    return buf_text(&b);
}
