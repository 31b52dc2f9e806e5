/* A portfolio as it is read: its words as she wrote them, and of each item what the evidence thread says today. Three statements and
 * one for each kind of source, however much was chosen. */
#include "programme/portfolio/inside.h"
#include "view/write.h"

static bool is_kind(struct str kind, const char *word)
{
    return kind.p != NULL && str_eq_z(kind, word);
}

struct str portfolio_said(const struct ctx *c, struct str evidence_kind, int64_t person, int64_t by_person, struct str role, bool *confirmed)
{
    static const struct {
        const char *role;
        msg_id said;
    } words[] = {{"director", M_portfolio_said_director},
                 {"assessor", M_portfolio_said_assessor},
                 {"coordinator", M_portfolio_said_coordinator},
                 {"author", M_portfolio_said_author},
                 {"mentor", M_portfolio_said_mentor}};
    *confirmed = true;
    if (is_kind(evidence_kind, "assessed_by_rubric"))
        return tr(c, M_portfolio_said_assessors);
    if (by_person == 0 && is_kind(evidence_kind, "observed"))
        return tr(c, M_portfolio_said_outside); /* by the link that was mailed to who saw it */
    *confirmed = by_person != 0 && by_person != person;
    if (!*confirmed)
        return tr(c, by_person == 0 ? M_portfolio_said_cadre : M_portfolio_said_own);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (is_kind(role, words[i].role))
            return tr(c, words[i].said);
    return tr(c, M_portfolio_said_somebody);
}

static struct str mark_text(struct ctx *c, const struct row_portfolio_marks *m)
{
    struct str title = m->code.n != 0 ? str_printf(c->a, "%.*s %.*s", STR_ARG(m->code), STR_ARG(m->title)) : m->title;
    struct str use = evidence_use_word(c, m->use);
    const struct msg_arg args[] = {MSG_TEXT("title", title), MSG_TEXT("use", use), MSG_NUM("level", m->level)};
    if (use.p == NULL)
        return title;
    return tr_args(c, m->level_null ? M_portfolio_mark : M_portfolio_mark_level, args, COUNT_OF(args));
}

/* Both lists are sorted by what an item's number is in one and stands under in the other: looked up by halving. */
static size_t first_mark(const struct rows_portfolio_marks *m, int64_t item)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->v[mid].item < item)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void fill_marks(struct ctx *c, const struct rows_portfolio_marks *m, struct portfolio_item *item)
{
    size_t from = first_mark(m, item->id), n = 0;
    while (from + n < m->n && m->v[from + n].item == item->id)
        n++;
    item->marks = ARENA_ARRAY(c->a, n, struct str);
    for (size_t i = 0; i < n; i++)
        item->marks[i] = mark_text(c, &m->v[from + i]);
    item->mark_count = n;
}

static void fill_item(struct ctx *c, const struct row_portfolio_items *r, int64_t person, struct str title, struct portfolio_item *item)
{
    *item = (struct portfolio_item){.id = r->id, .version = r->version, .words = r->words, .title = title, .gone = r->source_kind.p == NULL};
    if (item->gone) {
        item->title = tr(c, M_portfolio_item_gone);
        return;
    }
    item->kind = evidence_kind_word(c, r->evidence_kind);
    item->day = day_from_ms(c->zone, r->at);
    item->said = portfolio_said(c, r->evidence_kind, person, r->by_person_id_null ? 0 : r->by_person_id, r->by_role, &item->confirmed);
}

const struct plan_shown *portfolio_goal(const struct plan_shown *goals, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (goals[i].id == id)
            return &goals[i];
    return NULL;
}

/* A goal of her plan: her words, which nobody confirms; one that was dropped or removed is shown no more. */
static void fill_goal(struct ctx *c, const struct row_portfolio_items *r, const struct plan_shown *g, struct portfolio_item *item)
{
    *item = (struct portfolio_item){.id = r->id, .version = r->version, .words = r->words, .title = tr(c, M_portfolio_item_gone), .gone = g == NULL};
    if (g == NULL)
        return;
    const struct msg_arg day = MSG_TEXT("day", view_day_str(c->a, c->lang, g->by_day));
    item->title = g->what;
    item->kind = tr(c, M_portfolio_kind_goal);
    item->day = day_from_ms(c->zone, g->created_at);
    item->said = g->open ? tr_args(c, M_portfolio_said_goal, &day, 1) : tr(c, M_portfolio_said_goal_reached);
}

/* Her goals, where the portfolio shows one. */
static enum rc load_goals(struct ctx *c, int64_t person, const struct rows_portfolio_items *rows, struct plan_shown **goals, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (!rows->v[i].goal_id_null)
            return plan_goals_shown(c->db, c->a, person, goals, count);
    return RC_OK;
}

/* Whoever reads the page: what she chose to show is called as it is for her. */
static enum rc describe_to_owner(struct ctx *c, int64_t person, const struct evidence_ref *refs, size_t n, struct evidence_label *labels)
{
    struct actor owner = {.person = person}, *who = c->who;
    c->who = &owner;
    enum rc rc = evidence_describe(c, refs, n, labels);
    c->who = who;
    return rc;
}

static enum rc fill_items(struct ctx *c, struct portfolio_content *p)
{
    struct rows_portfolio_items rows;
    struct rows_portfolio_marks marks;
    TRY(sql_portfolio_items(c->db, c->a, p->id, &rows));
    TRY(sql_portfolio_marks(c->db, c->a, p->id, lang_tag(c->lang), &marks));
    struct evidence_ref *refs = ARENA_ARRAY(c->a, rows.n, struct evidence_ref);
    struct evidence_label *labels = ARENA_ARRAY(c->a, rows.n, struct evidence_label);
    struct portfolio_item *items = ARENA_ARRAY(c->a, rows.n, struct portfolio_item);
    struct plan_shown *goals = NULL;
    size_t n = 0, section = 0, goal_count;
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].source_kind.p != NULL)
            refs[n++] = (struct evidence_ref){rows.v[i].source_kind, rows.v[i].evidence_source};
    TRY(describe_to_owner(c, p->person, refs, n, labels));
    TRY(load_goals(c, p->person, &rows, &goals, &goal_count));
    n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        if (!rows.v[i].goal_id_null)
            fill_goal(c, &rows.v[i], portfolio_goal(goals, goal_count, rows.v[i].goal_id), &items[i]);
        else
            fill_item(c, &rows.v[i], p->person, rows.v[i].source_kind.p != NULL ? labels[n++].title : STR_NONE, &items[i]);
        fill_marks(c, &marks, &items[i]);
        p->shown += !items[i].gone;
        while (section < p->section_count && p->sections[section].id != rows.v[i].section_id)
            section++; /* items come in the order of their sections */
        if (section == p->section_count)
            break; /* a section was added between two reads */
        if (p->sections[section].item_count++ == 0)
            p->sections[section].items = &items[i];
    }
    return RC_OK;
}

static enum rc load(struct ctx *c, int64_t id, struct portfolio_content *out)
{
    struct row_portfolio_find p;
    struct rows_portfolio_sections rows;
    TRY(sql_portfolio_find(c->db, c->a, id, &p));
    *out = (struct portfolio_content){.id = id,
                                      .version = p.version,
                                      .arranged = p.arranged,
                                      .person = p.person_id,
                                      .changed_at = p.changed_at,
                                      .title = p.title,
                                      .introduction = p.introduction,
                                      .name = p.name.p != NULL ? p.name : S(""),
                                      .language = p.language};
    TRY(sql_portfolio_sections(c->db, c->a, id, &rows));
    out->sections = ARENA_ARRAY(c->a, rows.n, struct portfolio_section);
    out->section_count = rows.n;
    for (size_t i = 0; i < rows.n; i++)
        out->sections[i] = (struct portfolio_section){.id = rows.v[i].id, .version = rows.v[i].version, .title = rows.v[i].title, .words = rows.v[i].words};
    return fill_items(c, out);
}

enum rc portfolio_load(struct ctx *c, int64_t id, struct portfolio_content *out)
{
    TRY(db_snapshot_begin(c->db));
    enum rc rc = load(c, id, out);
    db_snapshot_end(c->db);
    return rc;
}
