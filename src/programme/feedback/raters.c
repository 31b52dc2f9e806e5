/* Who is asked in a round: named by the subject, approved by who facilitates or coordinates, invited by mail. See feedback.h. */
#include "base/utf8.h"
#include "out/mail.h"
#include "programme/feedback/inside.h"
#include "programme/people/people.h"

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

/* Names and addresses may be given while she names, and later as further ones; not while somebody looks at the list. */
static bool may_name(enum feedback_state s)
{
    return s == FEEDBACK_NOMINATE || s == FEEDBACK_COLLECT || s == FEEDBACK_VALIDATE;
}

/* Whom an address belongs to; 0: to nobody here. */
static enum rc find_person(struct db *tx, struct arena *a, struct str address, int64_t *person)
{
    enum rc rc = people_by_email(tx, a, address, person);
    if (rc == RC_NOT_FOUND)
        *person = 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_rater(const struct feedback_round *r, const struct feedback_rater *n, int64_t person, struct err *e)
{
    const char *field = n->person != 0 ? "person" : "address";
    bool asked = false;
    for (size_t k = 0; k < r->group_count; k++)
        asked = asked || r->groups[k].code == n->group;
    if (!asked)
        return err_field(e, RC_INVALID, M_feedback_group_unknown, "group", NULL);
    if (person == r->subject)
        return err_field(e, RC_INVALID, M_feedback_names_herself, field, NULL);
    if (person != 0 && person == r->facilitator)
        return err_field(e, RC_INVALID, M_feedback_names_facilitator, field, NULL);
    return RC_OK;
}

/* The same rater twice: what was decided about the first is said. */
static enum rc check_again(const struct rows_feedback_nominations *rows, struct str key, const char *field, struct err *e)
{
    for (size_t k = 0; k < rows->n; k++)
        if (str_eq(rows->v[k].rater_key, key))
            return err_field(e, RC_CONFLICT, str_eq_z(rows->v[k].state, "refused") ? M_feedback_refused_before : M_feedback_named_already, field, NULL);
    if (rows->n >= FEEDBACK_NAMED_MOST)
        return err_set(e, RC_INVALID, M_feedback_named_most, "%d", FEEDBACK_NAMED_MOST);
    return RC_OK;
}

enum rc feedback_name(struct db *tx, struct arena *a, struct feedback_round *r, const struct feedback_rater *n, int64_t *id, struct err *e)
{
    struct rows_feedback_nominations rows;
    int64_t person = n->person;
    if (!may_name(r->state))
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    if (person == 0)
        TRY(find_person(tx, a, n->address, &person));
    TRY(check_rater(r, n, person, e));
    struct str key = person != 0 ? str_printf(a, "%" PRId64, person) : email_key(a, n->address);
    TRY(sql_feedback_nominations(tx, a, r->id, &rows));
    TRY(check_again(&rows, key, n->person != 0 ? "person" : "address", e));
    *id = db_new_opaque_id(tx);
    TRY(sql_feedback_nomination_add(tx, *id, r->id, or_null(&person), person == 0 ? n->name : S(""), person == 0 ? n->address : STR_NONE, key,
                                    str_from(feedback_group_word(n->group)), S("named")));
    return db_changes(tx) == 1 ? RC_OK : err_field(e, RC_CONFLICT, M_feedback_named_already, "address", NULL);
}

static enum rc find_of(struct db *tx, struct arena *a, const struct feedback_round *r, int64_t id, struct row_feedback_nomination_find *out)
{
    TRY(sql_feedback_nomination_find(tx, a, id, out));
    return out->round_id == r->id ? RC_OK : RC_NOT_FOUND;
}

enum rc feedback_unname(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, struct err *e)
{
    struct row_feedback_nomination_find n;
    TRY(find_of(tx, a, r, nomination, &n));
    if (!may_name(r->state) || str_eq_z(n.state, "refused") || (str_eq_z(n.state, "approved") && r->state != FEEDBACK_NOMINATE))
        return err_set(e, RC_CONFLICT, M_feedback_decided_already, NULL);
    return sql_feedback_nomination_drop(tx, nomination);
}

void feedback_count_named(const struct feedback_round *r, const struct rows_feedback_nominations *rows, const char *state, const char *or_state,
                          struct feedback_named *out)
{
    *out = (struct feedback_named){0};
    for (size_t k = 0; k < rows->n; k++) {
        if (!str_eq_z(rows->v[k].state, state) && !str_eq_z(rows->v[k].state, or_state))
            continue;
        out->total++;
        for (size_t g = 0; g < r->group_count; g++)
            out->groups[g] += str_eq_z(rows->v[k].group_code, feedback_group_word(r->groups[g].code));
    }
}

bool feedback_named_enough(const struct feedback_round *r, const struct feedback_named *n)
{
    bool enough = n->total >= r->named_total && n->total > r->least; /* or a report would say that all have answered */
    for (size_t g = 0; g < r->group_count; g++)
        enough = enough && n->groups[g] >= r->groups[g].named;
    return enough;
}

enum rc feedback_send_list(struct db *tx, struct arena *a, struct feedback_round *r, int64_t now, struct err *e)
{
    struct rows_feedback_nominations rows;
    struct feedback_named n;
    TRY(sql_feedback_nominations(tx, a, r->id, &rows));
    feedback_count_named(r, &rows, "named", "approved", &n);
    if (r->state == FEEDBACK_NOMINATE && !feedback_named_enough(r, &n))
        return err_set(e, RC_INVALID, M_feedback_too_few, NULL);
    return feedback_step(tx, r, FEEDBACK_NOMINATE, FEEDBACK_NOMINATE, FEEDBACK_APPROVE, now, e);
}

enum rc feedback_invite(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, int64_t now)
{
    int64_t id = db_new_opaque_id(tx);
    TRY(sql_feedback_invitation_add(tx, id, nomination, r->id));
    if (db_changes(tx) != 1)
        return RC_OK;
    return mail_ask(tx, "feedback_ask", str_printf(a, "%" PRId64, id), now);
}

enum rc feedback_decide(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, bool yes, struct str reason, int64_t now, struct err *e)
{
    struct row_feedback_nomination_find n;
    bool collecting = r->state == FEEDBACK_COLLECT || r->state == FEEDBACK_VALIDATE;
    TRY(find_of(tx, a, r, nomination, &n));
    if (r->state != FEEDBACK_APPROVE && !collecting)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    if (collecting && !str_eq_z(n.state, "named"))
        return err_set(e, RC_CONFLICT, M_feedback_decided_already, NULL);
    if (!yes && reason.n == 0)
        return err_field(e, RC_INVALID, M_feedback_reason_missing, "reason", NULL);
    TRY(sql_feedback_nomination_state(tx, nomination, yes ? S("approved") : S("refused"), yes ? S("") : reason));
    return yes && collecting ? feedback_invite(tx, a, r, nomination, now) : RC_OK;
}

enum rc feedback_send_back(struct db *tx, struct feedback_round *r, int64_t now, struct err *e)
{
    return feedback_step(tx, r, FEEDBACK_APPROVE, FEEDBACK_APPROVE, FEEDBACK_NOMINATE, now, e);
}

enum rc feedback_collect(struct db *tx, struct arena *a, struct feedback_round *r, int64_t today, int64_t now, struct err *e)
{
    struct rows_feedback_nominations rows;
    struct feedback_named n;
    if (r->state != FEEDBACK_APPROVE)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    TRY(sql_feedback_nominations(tx, a, r->id, &rows));
    feedback_count_named(r, &rows, "named", "approved", &n);
    if (!feedback_named_enough(r, &n))
        return err_set(e, RC_INVALID, M_feedback_too_few_left, NULL);
    TRY(sql_feedback_nomination_approve_all(tx, r->id));
    for (size_t k = 0; k < rows.n; k++)
        if (!str_eq_z(rows.v[k].state, "refused"))
            TRY(feedback_invite(tx, a, r, rows.v[k].id, now));
    r->due_day = today + r->days;
    r->next_day = feedback_next_day(r, today);
    return feedback_step(tx, r, FEEDBACK_APPROVE, FEEDBACK_APPROVE, FEEDBACK_COLLECT, now, e);
}

enum rc feedback_new_link(struct db *tx, struct arena *a, int64_t nomination, struct str *token, struct err *e)
{
    struct row_feedback_invitation_of_nomination i;
    enum rc rc = sql_feedback_invitation_of_nomination(tx, a, nomination, &i);
    bool open = rc == RC_OK && (str_eq_z(i.round_state, "collect") || str_eq_z(i.round_state, "validate")) && !str_eq_z(i.state, "answered");
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (!open)
        return err_set(e, RC_GONE, M_feedback_link_gone, NULL);
    *token = feedback_token(a);
    return sql_feedback_link_add(tx, feedback_hash(a, *token, "open", S("")), i.id);
}
