/* The rows of an edition as people read them: words, numbers, where they come from. What the pages show and packs carry. See ledger.h. */
#include "base/buf.h"
#include "programme/ledger/inside.h"
#include "view/write.h"

#define EVALUATIONS_MOST 200

static const char *const level_words[LEDGER_LEVEL_COUNT] = {
#define X(id, word) [LEDGER_##id] = word,
    LEDGER_LEVELS(X)
#undef X
};

const char *ledger_level_word(enum ledger_level level)
{
    return level_words[level];
}

const char *ledger_unit_word(enum ledger_unit unit)
{
    static const char *const words[] = {[LEDGER_SHARE] = "share", [LEDGER_POINTS] = "points", [LEDGER_CHANGE] = "change", [LEDGER_EFFECT] = "effect", [LEDGER_APART] = "apart"};
    return words[unit];
}

msg_id ledger_level_name(enum ledger_level level)
{
    static const msg_id names[LEDGER_LEVEL_COUNT] = {[LEDGER_1] = M_ledger_level_1,   [LEDGER_2A] = M_ledger_level_2a, [LEDGER_2B] = M_ledger_level_2b, [LEDGER_3A] = M_ledger_level_3a,
                                                     [LEDGER_3B] = M_ledger_level_3b, [LEDGER_4A] = M_ledger_level_4a, [LEDGER_4B] = M_ledger_level_4b};
    return names[level];
}

/* ---- what figures are called ----------------------------------------------------------------------------------------------------- */

struct figure_text {
    const char *code; /* without its moment */
    msg_id label, definition, source;
};

#define OF_PEOPLE(level)                                                                                                                        \
    {level ".asked", M_ledger_f_asked, M_ledger_d_asked, M_ledger_s_waves}, {level ".mean", M_ledger_f_mean, M_ledger_d_mean, M_ledger_s_waves}, \
        {level ".change", M_ledger_f_change, M_ledger_d_change, M_ledger_s_waves},                                                              \
        {level ".effect", M_ledger_f_effect, M_ledger_d_effect, M_ledger_s_waves},                                                              \
        {level ".kept", M_ledger_f_kept, M_ledger_d_kept, M_ledger_s_waves}, {level ".left", M_ledger_f_left, M_ledger_d_left, M_ledger_s_waves}, \
    {                                                                                                                                           \
        level ".compared", M_ledger_f_compared, M_ledger_d_compared, M_ledger_s_waves                                                           \
    }

static const struct figure_text texts[] = {
    {"1.session", M_ledger_f_session, M_ledger_d_session, M_ledger_s_session},
    {"1.asked", M_ledger_f_session_asked, M_ledger_d_session_asked, M_ledger_s_session},
    OF_PEOPLE("2a"),
    {"2b.gain", M_ledger_f_gain, M_ledger_d_gain, M_ledger_s_quiz},
    {"2b.effect", M_ledger_f_gain_effect, M_ledger_d_gain_effect, M_ledger_s_quiz},
    {"2b.first", M_ledger_f_first, M_ledger_d_first, M_ledger_s_quiz},
    OF_PEOPLE("3a"),
    {"3b.growth", M_ledger_f_growth, M_ledger_d_growth, M_ledger_s_report},
    {"3b.effect", M_ledger_f_growth_effect, M_ledger_d_growth_effect, M_ledger_s_report},
    {"3b.observed", M_ledger_f_observed, M_ledger_d_observed, M_ledger_s_observed},
    {"4a.practice", M_ledger_f_practice, M_ledger_d_practice, M_ledger_s_project},
    {"4b.benefit", M_ledger_f_benefit, M_ledger_d_benefit, M_ledger_s_project},
};

/* Up to the second dot; the moment, if there is one, behind it. */
static struct str split_code(struct str code, struct str *moment)
{
    size_t dots = 0;
    *moment = S("");
    for (size_t k = 0; k < code.n; k++)
        if (code.p[k] == '.' && ++dots == 2) {
            *moment = str_sub(code, k + 1, code.n - k - 1);
            return str_sub(code, 0, k);
        }
    return code;
}

static const struct figure_text *text_of(struct str code)
{
    for (size_t k = 0; k < COUNT_OF(texts); k++)
        if (str_eq_z(code, texts[k].code))
            return &texts[k];
    return NULL;
}

static const struct {
    const char *word;
    msg_id name;
} moments[] = {{"baseline", M_ledger_moment_baseline}, {"end", M_ledger_moment_end}, {"m6", M_ledger_moment_m6}, {"m12", M_ledger_moment_m12}};

struct str ledger_moment_name(int lang, struct str word)
{
    for (size_t k = 0; k < COUNT_OF(moments); k++)
        if (str_eq_z(word, moments[k].word))
            return msg_text(lang, moments[k].name);
    return S("");
}

/* ---- words of what is missing, and notes --------------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    msg_id text;
} remarks[] = {
    {"no_quiz", M_ledger_m_no_quiz},       {"no_pretest", M_ledger_m_no_pretest},   {"no_report", M_ledger_m_no_report},         {"one_report", M_ledger_m_one_report},
    {"no_member", M_ledger_m_no_member},   {"projects_run", M_ledger_m_projects_run}, {"no_project", M_ledger_m_no_project},     {"no_measure", M_ledger_m_no_measure},
    {"not_counted", M_ledger_m_not_counted}, {"no_evaluation", M_ledger_m_no_evaluation}, {"not_yet", M_ledger_m_not_yet},       {"no_pairs", M_ledger_m_no_pairs},
    {"no_baseline", M_ledger_m_no_baseline}, {"no_comparison", M_ledger_m_no_comparison}, {"no_feedback", M_ledger_m_no_feedback}, {"silent", M_ledger_m_silent},
    {"practice", M_ledger_n_practice},     {"changed", M_ledger_n_changed},         {"running", M_ledger_n_running},             {"ceiling", M_ledger_n_ceiling},
    {"floor", M_ledger_n_floor},           {"unpaired", M_ledger_n_unpaired},       {"incomparable", M_ledger_n_incomparable},
    {"no_session", M_ledger_m_no_session}, {"not_asked", M_ledger_m_not_asked},
};

struct str ledger_remarks(struct arena *a, int lang, struct str words)
{
    struct buf b = buf_new(a, 128);
    struct str word, name;
    while (words.p != NULL && str_cut(&words, ' ', &word))
        for (size_t k = 0; k < COUNT_OF(remarks); k++) {
            struct str rest = word;
            int64_t n = 0;
            (void)str_cut(&rest, '=', &name);
            if (!str_eq_z(name, remarks[k].word))
                continue;
            (void)str_to_int(rest.p != NULL ? rest : S(""), &n);
            struct msg_arg args[] = {MSG_NUM("n", n), MSG_TEXT("day", n != 0 ? view_day_str(a, lang, n) : S(""))};
            if (buf_text(&b).n != 0)
                buf_ch(&b, ' ');
            buf_str(&b, msg_format(a, lang, remarks[k].text, args, COUNT_OF(args)));
        }
    return buf_text(&b);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------ */

static struct str number(struct arena *a, int lang, enum ledger_unit unit, double x, bool sign)
{
    struct buf b = buf_new(a, 24);
    if (sign && x > 0)
        buf_ch(&b, '+');
    lang_real(&b, lang, unit == LEDGER_SHARE ? 100 * x : x, unit == LEDGER_SHARE ? 0 : unit == LEDGER_POINTS ? 1 : 2);
    return buf_text(&b);
}

static struct str value_text(struct arena *a, int lang, const struct ledger_row *r)
{
    bool change = r->unit == LEDGER_CHANGE || r->unit == LEDGER_EFFECT || r->unit == LEDGER_APART;
    if (is_missing(r->value))
        return S("");
    struct msg_arg args[] = {MSG_TEXT("value", number(a, lang, r->unit, r->value, change)), MSG_TEXT("low", S("")), MSG_TEXT("high", S(""))};
    if (is_missing(r->low) || is_missing(r->high))
        return msg_format(a, lang, r->unit == LEDGER_SHARE ? M_ledger_share_alone : M_ledger_value_alone, args, 1);
    args[1].text = number(a, lang, r->unit, r->low, false);
    args[2].text = number(a, lang, r->unit, r->high, false);
    return msg_format(a, lang, r->unit == LEDGER_SHARE ? M_ledger_share : M_ledger_value, args, COUNT_OF(args));
}

static struct opt_real shown(const struct ledger_row *r, double x)
{
    return r->held || is_missing(x) ? (struct opt_real){0} : SOME_REAL(x);
}

/* ---- rows --------------------------------------------------------------------------------------------------------------------------- */

static const struct {
    msg_id name;
    double points;
} designs[LEDGER_DESIGN_COUNT] = {
    [LEDGER_DESIGN_NONE] = {M_ledger_design_none, 0},
    [LEDGER_DESIGN_AFTER] = {M_ledger_design_after, 1},
    [LEDGER_DESIGN_PAIRED] = {M_ledger_design_paired, 1.5},
    [LEDGER_DESIGN_COMPARED] = {M_ledger_design_compared, 2},
};

struct naming {
    struct arena *a;
    int lang;
    struct programme p;
    struct ledger_groups groups;
    struct rows_ledger_evaluations evaluations;
};

static struct str about_of(const struct naming *n, int64_t evaluation)
{
    for (size_t k = 0; k < n->evaluations.n; k++)
        if (n->evaluations.v[k].id == evaluation)
            return n->evaluations.v[k].title;
    return S("");
}

static struct str group_of(const struct naming *n, const struct ledger_row *r)
{
    for (size_t k = 0; k < n->groups.cohort_count && r->cohort != 0; k++)
        if (n->groups.cohorts[k].id == r->cohort)
            return n->groups.cohorts[k].title;
    for (size_t k = 0; k < n->groups.stage_count && r->cohort == 0 && r->stage != 0; k++)
        if (n->groups.stages[k].id == r->stage)
            return n->groups.stages[k].title;
    return n->p.title;
}

static struct str key_of(struct arena *a, const struct ledger_row *r)
{
    struct buf b = buf_new(a, 64);
    buf_str(&b, r->code);
    if (r->about != 0)
        buf_printf(&b, "-%" PRId64, r->about);
    if (r->cohort != 0)
        buf_printf(&b, "-c%" PRId64, r->cohort);
    else if (r->stage != 0)
        buf_printf(&b, "-s%" PRId64, r->stage);
    return buf_text(&b);
}

static struct ledger_figure figure_of(const struct naming *n, const struct ledger_row *r)
{
    struct str moment, code = split_code(r->code, &moment);
    const struct figure_text *t = text_of(code);
    struct msg_arg args[] = {MSG_TEXT("moment", ledger_moment_name(n->lang, moment))};
    bool counts = !r->held && r->of != 0;
    struct ledger_figure f = {
        .key = key_of(n->a, r), .code = r->code, .level = r->level, .cohort = r->cohort, .stage = r->cohort != 0 ? 0 : r->stage, .group = group_of(n, r), .about = about_of(n, r->about), .evaluation = r->about,
        .unit = r->unit, .value = shown(r, r->value), .low = shown(r, r->low), .high = shown(r, r->high), .text = value_text(n->a, n->lang, r),
        .n = counts ? SOME_INT(r->n) : (struct opt_int){0}, .of = counts ? SOME_INT(r->of) : (struct opt_int){0}, .held_back = r->held,
        .missing = ledger_remarks(n->a, n->lang, r->missing), .notes = ledger_remarks(n->a, n->lang, r->notes), .design = msg_text(n->lang, designs[r->design].name),
        .design_points = designs[r->design].points, .label = r->code, .definition = S(""), .source = S(""), .day = r->day,
    };
    if (t != NULL) {
        f.label = msg_format(n->a, n->lang, moment.n == 0 && t->label == M_ledger_f_effect ? M_ledger_f_any_effect : t->label, args, COUNT_OF(args));
        f.definition = msg_text(n->lang, t->definition);
        f.source = msg_text(n->lang, t->source);
    }
    f.href = str_printf(n->a, "/programmes/%" PRId64 "/ledger/%.*s", n->p.id, STR_ARG(f.key));
    return f;
}

/* The figure by which each level is looked for, where nothing was counted yet. */
static void tell_nothing(struct ledger_rows *rows)
{
    static const struct {
        const char *name;
        enum ledger_unit unit;
    } first[LEDGER_LEVEL_COUNT] = {[LEDGER_1] = {"session", LEDGER_POINTS}, [LEDGER_2A] = {"effect", LEDGER_EFFECT},  [LEDGER_2B] = {"gain", LEDGER_CHANGE},  [LEDGER_3A] = {"effect", LEDGER_EFFECT},
                                   [LEDGER_3B] = {"growth", LEDGER_CHANGE}, [LEDGER_4A] = {"practice", LEDGER_SHARE}, [LEDGER_4B] = {"benefit", LEDGER_SHARE}};
    for (int k = 0; k < LEDGER_LEVEL_COUNT; k++)
        ledger_tell_hole(rows, (enum ledger_level)k, first[k].name, first[k].unit, S("not_counted"), 0);
}

/* Level by level; within one the programme, then its stages, then its cohorts, and the order in which they were counted. */
static int rank_of(const struct ledger_row *r)
{
    return 3 * (int)r->level + (r->cohort != 0 ? 2 : r->stage != 0 ? 1 : 0);
}

enum rc ledger_figures(struct db *db, struct arena *a, int lang, int64_t programme, bool parts, struct ledger_figure **out, size_t *count, int64_t *edition)
{
    struct naming n = {.a = a, .lang = lang};
    struct ledger_rows rows;
    int64_t number, day;
    *count = 0;
    TRY(programme_find(db, a, programme, &n.p));
    TRY(ledger_load_groups(db, a, programme, &n.groups));
    TRY(sql_ledger_evaluations(db, a, programme, EVALUATIONS_MOST, &n.evaluations));
    TRY(ledger_load_rows(db, a, programme, parts, &rows, &number, &day));
    if (number == 0)
        tell_nothing(&rows);
    *out = ARENA_ARRAY(a, rows.n + 1, struct ledger_figure);
    for (int rank = 0; rank < 3 * LEDGER_LEVEL_COUNT; rank++)
        for (size_t k = 0; k < rows.n; k++)
            if (rank_of(&rows.v[k]) == rank)
                (*out)[(*count)++] = figure_of(&n, &rows.v[k]);
    if (edition != NULL)
        *edition = number;
    return RC_OK;
}

enum rc ledger_earlier(struct db *db, struct arena *a, int lang, int64_t programme, const struct ledger_figure *f, int64_t most, struct ledger_figure **out, size_t *count)
{
    struct naming n = {.a = a, .lang = lang};
    struct ledger_rows rows;
    const struct ledger_row like = {.code = f->code, .about = f->evaluation, .cohort = f->cohort, .stage = f->stage, .day = f->day};
    *count = 0;
    TRY(programme_find(db, a, programme, &n.p));
    TRY(ledger_load_earlier(db, a, programme, &like, most, &rows));
    *out = ARENA_ARRAY(a, rows.n + 1, struct ledger_figure);
    for (size_t k = 0; k < rows.n; k++)
        (*out)[(*count)++] = figure_of(&n, &rows.v[k]);
    return RC_OK;
}
