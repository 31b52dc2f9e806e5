/* The text of a negotiation: parties, what each would do without the others, and the issues with what each option is worth to whom; see
 * room_text.h and docs/practice.md. */
#include "gen/msg_practice.h"
#include "programme/practice/inside.h"
#include "programme/practice/room_text.h"

#define DEADLINE_MINUTES_MOST 240

static const struct section_rule rules[] = {
    {"Briefing", 1, 1, false, NULL, NULL},
    {"Party", 2, NEGOTIATION_PARTIES_MOST, true, "seats|best alternative|deadline", "Private|Alternative|Debrief"},
    {"Issue", 1, NEGOTIATION_ISSUES_MOST, true, NULL, NULL},
    {"Observers", 0, 1, false, "seats", NULL},
    ROOM_PHASE_RULE,
    {"Debrief", 1, 1, false, NULL, NULL},
    {"Facilitator", 0, 1, false, NULL, NULL},
    {"Sources", 0, 1, false, NULL, NULL},
};

static void read_parties(const struct sections *s, struct problems *p, struct negotiation *out)
{
    size_t at = 0;
    for (size_t k = 0; k < out->plan.part_count; k++) {
        const struct section *x = sections_next(s, "Party", &at), *alternative = section_part(x, "Alternative");
        int64_t minutes = 0;
        section_read_int(s, x, "best alternative", 0, NEGOTIATION_POINTS_MOST * NEGOTIATION_ISSUES_MOST, true, p, &out->best[k]);
        section_read_int(s, x, "deadline", 1, DEADLINE_MINUTES_MOST, false, p, &minutes);
        out->deadline[k] = minutes * 60000;
        out->alternatives[k] = alternative != NULL ? alternative->body : S("");
        if (out->alternatives[k].n == 0)
            problems_add(p, s->file, x->line, x->title, M_practice_section_empty, "Alternative");
    }
}

/* What stands before the table. */
static struct str text_before(struct str body, size_t lines)
{
    struct str rest = body, line;
    while (lines-- != 0 && str_line(&rest, &line))
        continue;
    return str_trim(str_sub(body, 0, body.n - rest.n));
}

static void read_points(const struct sections *s, const struct section_table *t, int column, size_t party, struct problems *p, struct negotiation_issue *out)
{
    for (size_t row = 0; row < out->option_count; row++) {
        struct str cell = t->rows[row].cells[column];
        int64_t points;
        if (!str_to_int(cell, &points) || points < 0 || points > NEGOTIATION_POINTS_MOST)
            problems_add(p, s->file, t->rows[row].line, t->headings[column], M_practice_number_bad, "%.*s: 0 ... %d", STR_ARG(cell),
                         NEGOTIATION_POINTS_MOST);
        else
            out->points[row][party] = points;
    }
}

static void read_issue(struct arena *a, const struct sections *s, const struct section *x, const struct negotiation *n, struct problems *p,
                       struct negotiation_issue *out)
{
    struct section_table t;
    *out = (struct negotiation_issue){.name = x->name, .title = x->title};
    if (!section_read_table(a, s, x, p, &t) || section_column(&t, "option") < 0) {
        problems_add(p, s->file, x->line, x->title, M_practice_issue_table, NULL);
        return;
    }
    out->text = text_before(x->body, t.line - x->body_line);
    if (t.count < 2 || t.count > NEGOTIATION_OPTIONS_MOST)
        problems_add(p, s->file, t.line, x->title, M_practice_issue_options, "%d", NEGOTIATION_OPTIONS_MOST);
    out->option_count = t.count < NEGOTIATION_OPTIONS_MOST ? t.count : NEGOTIATION_OPTIONS_MOST;
    for (size_t row = 0; row < out->option_count; row++) {
        out->options[row] = t.rows[row].cells[section_column(&t, "option")];
        if (out->options[row].n == 0)
            problems_add(p, s->file, t.rows[row].line, S("option"), M_practice_section_empty, "option");
    }
    for (size_t k = 0; k < n->plan.part_count; k++) {
        int column = section_column(&t, str_z(a, n->plan.parts[k].name));
        if (column < 0)
            problems_add(p, s->file, t.line, x->title, M_practice_issue_column, "%.*s", STR_ARG(n->plan.parts[k].name));
        else
            read_points(s, &t, column, k, p, out);
    }
    if (t.width > n->plan.part_count + 1)
        problems_add(p, s->file, t.line, x->title, M_practice_table_cells, "%zu", n->plan.part_count + 1);
}

void negotiation_read(struct arena *a, const struct sections *s, struct problems *p, struct negotiation *out)
{
    const struct section *x;
    size_t at = 0;
    int64_t deals = 1;
    *out = (struct negotiation){0};
    room_read_plan(a, s, "Party", NEGOTIATION_PARTIES_MOST, p, &out->plan);
    read_parties(s, p, out);
    out->issues = ARENA_ARRAY(a, NEGOTIATION_ISSUES_MOST, struct negotiation_issue);
    while ((x = sections_next(s, "Issue", &at)) != NULL && out->issue_count < NEGOTIATION_ISSUES_MOST) {
        struct negotiation_issue *issue = &out->issues[out->issue_count++];
        read_issue(a, s, x, out, p, issue);
        deals *= issue->option_count != 0 && deals <= NEGOTIATION_DEALS_MOST ? (int64_t)issue->option_count : 1;
    }
    if (deals > NEGOTIATION_DEALS_MOST)
        problems_add(p, s->file, 0, S("Issue"), M_practice_deals_most, "%d", NEGOTIATION_DEALS_MOST);
}

static void read_text(struct arena *a, const struct sections *s, struct problems *p)
{
    struct negotiation *ignored = ARENA_NEW(a, struct negotiation);
    sections_check(s, rules, COUNT_OF(rules), p);
    negotiation_read(a, s, p, ignored);
}

static const char begin[] =
    "# Briefing\n\n\n"
    "# Party: one | \nbest alternative: 0\n\n## Private\n\n\n## Alternative\n\n\n## Debrief\n\n\n"
    "# Party: two | \nbest alternative: 0\n\n## Private\n\n\n## Alternative\n\n\n## Debrief\n\n\n"
    "# Issue: first | \n\n| option | one | two |\n|---|--:|--:|\n|  | 10 | 0 |\n|  | 0 | 10 |\n\n"
    ROOM_PHASES_BEGIN;

const struct practice_reader practice_read_negotiation = {
    .keys = ROOM_HEAD_KEYS, .rules = rules, .rule_count = COUNT_OF(rules), .begin = begin, .read = read_text};
