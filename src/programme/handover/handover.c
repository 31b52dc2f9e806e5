/* The rules of handing over. See handover.h. */
#include "programme/handover/handover.h"

#include "auth/session.h"
#include "gen/msg_handover.h"
#include "gen/programme/handover/handover_sql.h"
#include "programme/improve/improve.h"

const char *handover_section_word(enum handover_section s)
{
    static const char *const words[] = {
#define X(word) #word,
        HANDOVER_SECTIONS(X)
#undef X
    };
    return words[s];
}

int handover_section_find(struct str word)
{
    for (int s = 0; s < HANDOVER_SECTION_COUNT; s++)
        if (str_eq_z(word, handover_section_word((enum handover_section)s)))
            return s;
    return -1;
}

static const int64_t *or_none(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

static enum rc changed_one(const struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_handover_changed, NULL);
}

enum rc handover_name_leader(struct db *tx, struct arena *a, int64_t opportunity, int64_t person, int64_t by, int64_t today, int64_t now, struct err *e)
{
    struct row_handover_leader_find there;
    enum rc rc = sql_handover_leader_find(tx, a, opportunity, &there);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, M_handover_led_already, NULL);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_handover_leader_add(tx, opportunity, person, today));
    return audit_note(tx, now, by, "handover_lead", person, "opportunity", opportunity);
}

/* What the pack before this one leaves to it. */
static enum rc carry(struct db *tx, struct arena *a, const struct handover_new *n, int64_t id)
{
    struct rows_handover_carried rows;
    TRY(sql_handover_carried(tx, a, or_none(&n->project), or_none(&n->opportunity), HANDOVER_LINES_MOST / 2, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_handover_carried *l = &rows.v[k];
        TRY(sql_handover_line_add(tx, db_new_id(tx), id, l->section, (int64_t)handover_section_find(l->section) * HANDOVER_LINES_MOST, l->person_id_null ? NULL : &l->person_id, l->text, 1, NULL));
    }
    return RC_OK;
}

enum rc handover_start(struct db *tx, struct arena *a, const struct handover_new *n, int64_t by, int64_t now, int64_t *id, struct err *e)
{
    struct row_handover_of_project project;
    struct row_handover_of_opportunity opportunity;
    enum rc rc = n->project != 0 ? sql_handover_of_project(tx, a, n->project, &project) : sql_handover_of_opportunity(tx, a, n->opportunity, &opportunity);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, M_handover_under_way, NULL);
    if (rc != RC_NOT_FOUND)
        return rc;
    if (n->from == n->to)
        return err_field(e, RC_INVALID, M_handover_to_herself, "to", NULL);
    *id = db_new_id(tx);
    TRY(sql_handover_add(tx, *id, n->programme, or_none(&n->project), or_none(&n->opportunity), n->from, n->to, n->last_day, n->stays, now));
    TRY(carry(tx, a, n, *id));
    return audit_note(tx, now, by, "handover_start", n->to, "handover", *id);
}

enum rc handover_put_line(struct db *tx, int64_t pack, int64_t id, int64_t version, const struct handover_line *line, struct err *e)
{
    struct str section = str_from(handover_section_word(line->section));
    int64_t ordinal = (int64_t)line->section * HANDOVER_LINES_MOST;
    if (id == 0)
        return sql_handover_line_add(tx, db_new_id(tx), pack, section, ordinal, or_none(&line->person), line->text, 1, NULL);
    TRY(sql_handover_line_change(tx, id, version, section, line->text, ordinal));
    return changed_one(tx, e);
}

enum rc handover_offer(struct db *tx, int64_t pack, int64_t version, const struct handover_line *lines, size_t count, int64_t now, struct err *e)
{
    TRY(sql_handover_set_state(tx, pack, version, S("offered"), &now, NULL, NULL));
    TRY(changed_one(tx, e));
    for (size_t k = 0; k < count; k++) /* behind those that were typed, in the order in which they were found */
        TRY(sql_handover_line_add(tx, db_new_id(tx), pack, str_from(handover_section_word(lines[k].section)),
                                  (int64_t)lines[k].section * HANDOVER_LINES_MOST + 1 + (int64_t)(k % (HANDOVER_LINES_MOST - 1)), or_none(&lines[k].person), lines[k].text, 0,
                                  or_none(&lines[k].about)));
    return RC_OK;
}

enum rc handover_withdraw(struct db *tx, int64_t pack, int64_t version, int64_t by, int64_t now, struct err *e)
{
    TRY(sql_handover_set_state(tx, pack, version, S("withdrawn"), NULL, &now, NULL));
    TRY(changed_one(tx, e));
    return audit_note(tx, now, by, "handover_withdraw", 0, "handover", pack);
}

/* The successor leads from today on. */
static enum rc succeed(struct db *tx, struct arena *a, const struct row_handover_find *h, int64_t today, int64_t now)
{
    if (!h->project_id_null) {
        struct rows_handover_declined left;
        TRY(improve_succeed(tx, h->project_id, h->from_id, h->to_id, h->stays == 1, now));
        TRY(sql_handover_declined(tx, a, h->id, HANDOVER_LINES_MOST * 2, &left));
        for (size_t k = 0; k < left.n; k++)
            TRY(improve_let_go(tx, h->project_id, left.v[k].about_id, h->to_id));
    } else {
        TRY(sql_handover_leader_end(tx, h->opportunity_id, today));
        TRY(sql_handover_leader_add(tx, h->opportunity_id, h->to_id, today));
    }
    return audit_note(tx, now, h->to_id, "handover_accept", h->from_id, "handover", h->id);
}

static enum rc decide_line(struct db *tx, int64_t pack, const struct handover_decision *d, struct err *e)
{
    switch (d->word) {
    case HANDOVER_ACCEPT: TRY(sql_handover_line_accept(tx, d->line, pack, d->version)); break;
    case HANDOVER_ASK: TRY(sql_handover_line_ask(tx, d->line, pack, d->version, d->said)); break;
    case HANDOVER_DECLINE: TRY(sql_handover_line_decline(tx, d->line, pack, d->version, d->said)); break;
    }
    return changed_one(tx, e);
}

/* She leads already, and takes over what she had left. */
static enum rc take_later(struct db *tx, struct arena *a, const struct row_handover_find *h, const struct handover_decision *d, size_t count, struct err *e)
{
    for (size_t k = 0; k < count; k++) {
        struct row_handover_line_find l;
        if (d[k].word != HANDOVER_ACCEPT)
            return err_set(e, RC_CONFLICT, M_handover_changed, NULL);
        TRY(sql_handover_line_find(tx, a, d[k].line, &l));
        TRY(decide_line(tx, h->id, &d[k], e));
        if (!h->project_id_null && !l.about_id_null)
            TRY(improve_take_on(tx, h->project_id, l.about_id, h->to_id));
    }
    return RC_OK;
}

enum rc handover_decide(struct db *tx, struct arena *a, int64_t pack, const struct handover_decision *d, size_t count, int64_t today, int64_t now, bool *done, struct err *e)
{
    struct row_handover_find h;
    struct row_handover_line_counts counts;
    *done = false;
    TRY(sql_handover_find(tx, a, pack, &h));
    if (str_eq_z(h.state, "accepted"))
        return take_later(tx, a, &h, d, count, e);
    if (!str_eq_z(h.state, "offered"))
        return err_set(e, RC_CONFLICT, M_handover_changed, NULL);
    for (size_t k = 0; k < count; k++)
        TRY(decide_line(tx, pack, &d[k], e));
    TRY(sql_handover_line_counts(tx, a, pack, &counts));
    if (counts.waiting != 0)
        return RC_OK;
    TRY(sql_handover_set_state(tx, pack, h.version, S("accepted"), NULL, &now, &today));
    TRY(changed_one(tx, e));
    *done = true;
    return succeed(tx, a, &h, today, now);
}

enum rc handover_answer(struct db *tx, int64_t pack, int64_t line, int64_t version, struct str answer, struct err *e)
{
    TRY(sql_handover_line_answer(tx, line, pack, version, answer));
    return changed_one(tx, e);
}

enum rc handover_read_waiting(struct db *db, struct arena *a, int64_t pack, struct handover_waiting **out, size_t *count)
{
    struct rows_handover_lines rows;
    TRY(sql_handover_lines(db, a, pack, HANDOVER_LINES_MOST * 2, &rows));
    *out = ARENA_ARRAY(a, rows.n + 1, struct handover_waiting);
    *count = 0;
    for (size_t k = 0; k < rows.n; k++)
        if (str_eq_z(rows.v[k].state, "open"))
            (*out)[(*count)++] = (struct handover_waiting){rows.v[k].id, rows.v[k].version};
    return RC_OK;
}
