/* What mentorship tells the rest of the house: what waits for a person, how its evidence is called, what it holds about a person
 * and what erasing her means. Nothing here shows to anybody what somebody else wrote. */
#include "base/json_set.h"
#include "gen/programme/mentor/evaluate_sql.h"
#include "programme/mentor/inside.h"

#define WAITING_MAX 50
#define MEETINGS_AHEAD (14 * MS_PER_DAY)
#define DECLINED_SHOWN (14 * MS_PER_DAY)
#define MEETINGS_BACK (30 * MS_PER_DAY)
#define RETAIN_ROWS 1000

static bool is_held(struct str state)
{
    return str_eq_z(state, "accepted") || str_eq_z(state, "active") || str_eq_z(state, "paused");
}

static void pair_item(struct ctx *c, struct home_list *list, const struct row_mentor_pair_waits *r)
{
    bool mentor = r->mentor_id == c->who->person;
    struct str name = mentor ? r->mentee : r->mentor;
    struct home_item item = {.href = mentor_path(c, "/pairs/", r->id), .detail = name.p != NULL ? name : tr(c, M_mentor_gone), .kind = tr(c, M_mentor_nav), .weight = 20};
    bool accepted = str_eq_z(r->state, "accepted"), running = accepted || str_eq_z(r->state, "active");
    if (is_held(r->state))
        home_always(list, tr(c, M_mentor_help_link), S("/mentors/help"));
    if (str_eq_z(r->state, "paused") && !r->paused_until_day_null) {
        item.title = tr(c, M_mentor_home_resume);
        item.has_due = true;
        item.due_day = r->paused_until_day;
        home_add(list, item);
    }
    if (!mentor && str_eq_z(r->state, "proposed") && r->mentee_yes_at_null) {
        item.title = tr(c, M_mentor_home_proposed);
        item.has_due = true;
        item.due_day = day_from_ms(c->zone, r->proposed_at) + 7;
        home_add(list, item);
    }
    if (mentor && str_eq_z(r->state, "proposed") && r->mentor_yes_at_null) {
        item.title = tr(c, M_mentor_home_asked);
        item.has_due = true;
        item.due_day = day_from_ms(c->zone, r->proposed_at) + 7;
        home_add(list, item);
    }
    if (!mentor && str_eq_z(r->state, "declined") && !r->ended_at_null && r->ended_at > c->now - DECLINED_SHOWN) {
        item.title = tr(c, M_mentor_home_declined);
        home_add(list, item);
    }
    if (running && (mentor ? r->mentor_signed_at_null : r->mentee_signed_at_null)) {
        item.title = tr(c, M_mentor_home_sign);
        home_add(list, item);
    }
    if (running && r->touched_at < c->now - MENTOR_SILENCE_DAYS * MS_PER_DAY) {
        item.title = tr(c, M_mentor_home_silent);
        home_add(list, item);
    }
}

/* Pairs that have been silent for long, as a number: nothing about who or what. */
static enum rc coordinator_items(struct ctx *c, struct home_list *list)
{
    struct rows_mentor_pair_silent rows;
    if (!access_somewhere(c->who, P_MENTOR_MANAGE))
        return RC_OK;
    TRY(sql_mentor_pair_silent(c->db, c->a, c->now - (MENTOR_SILENCE_DAYS + MENTOR_SILENCE_MORE_DAYS) * MS_PER_DAY, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct target t = {.programme = rows.v[i].programme_id};
        struct msg_arg n = MSG_NUM("n", rows.v[i].n);
        if (access_allows(c, P_MENTOR_MANAGE, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_mentor_silent_pairs, &n, 1),
                                              .href = str_printf(c->a, "/programmes/%" PRId64 "/mentoring", rows.v[i].programme_id),
                                              .kind = tr(c, M_mentor_nav),
                                              .weight = 30});
    }
    return RC_OK;
}

/* What waits within pairs that are held. */
static enum rc held_items(struct ctx *c, struct home_list *list)
{
    struct rows_wall_action_waiting actions;
    struct rows_wall_meeting_waiting meetings;
    struct rows_mentor_evaluation_waiting evaluations;
    int64_t me = c->who->person;
    TRY(sql_wall_action_waiting(c->db, c->a, me, WAITING_MAX, &actions));
    for (size_t i = 0; i < actions.n; i++)
        home_add(list, (struct home_item){.title = actions.v[i].body, .href = mentor_path(c, "/pairs/", actions.v[i].pair_id), .kind = tr(c, M_mentor_action), .has_due = true, .due_day = actions.v[i].due_day, .weight = 15});
    TRY(sql_mentor_evaluation_waiting(c->db, c->a, me, WAITING_MAX, &evaluations));
    for (size_t i = 0; i < evaluations.n; i++) {
        struct msg_arg months = MSG_NUM("n", evaluations.v[i].month);
        home_add(list, (struct home_item){.title = tr_args(c, M_mentor_home_evaluate, &months, 1), .href = str_printf(c->a, "/pairs/%" PRId64 "/evaluations/%" PRId64, evaluations.v[i].pair_id, evaluations.v[i].month), .kind = tr(c, M_mentor_nav), .has_due = true, .due_day = evaluations.v[i].due_day, .weight = 18});
    }
    TRY(sql_wall_meeting_waiting(c->db, c->a, me, c->now - MEETINGS_BACK, c->now + MEETINGS_AHEAD, &meetings));
    for (size_t i = 0; i < meetings.n && i < WAITING_MAX; i++) {
        const struct row_wall_meeting_waiting *m = &meetings.v[i];
        struct str name = m->mentor_id == me ? m->mentee : m->mentor;
        home_add(list, (struct home_item){.title = tr(c, m->starts_at < c->now ? M_mentor_home_did_it : M_mentor_home_meeting),
                                          .href = str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, m->pair_id, m->id),
                                          .detail = name.p != NULL ? name : tr(c, M_mentor_gone),
                                          .kind = tr(c, M_mentor_meeting),
                                          .has_due = true,
                                          .due_day = day_from_ms(c->zone, m->starts_at),
                                          .weight = 12});
    }
    return RC_OK;
}

enum rc mentor_home(struct ctx *c, struct home_list *list)
{
    struct rows_mentor_pair_waits pairs;
    struct target t = {.holder = c->who->person};
    if (!access_allows(c, P_MENTOR_PAIR, &t))
        return coordinator_items(c, list);
    TRY(sql_mentor_pair_waits(c->db, c->a, c->who->person, c->now - DECLINED_SHOWN, WAITING_MAX, &pairs));
    bool held = pairs.n == WAITING_MAX; /* or one of those that were left out is */
    for (size_t i = 0; i < pairs.n; i++) {
        pair_item(c, list, &pairs.v[i]);
        held = held || is_held(pairs.v[i].state);
    }
    if (held)
        TRY(held_items(c, list));
    return coordinator_items(c, list);
}

/* ---- evidence: that it was, how often they met ----------------------------------------------------------------------------------- */

enum rc mentor_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_mentor_pair_describe rows;
    TRY(sql_mentor_pair_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_mentor_pair_describe *r = &rows.v[k];
        struct msg_arg met = MSG_NUM("n", r->meetings);
        bool mine = r->mentor_id == c->who->person || r->mentee_id == c->who->person;
        struct str href = mine ? mentor_path(c, "/pairs/", r->id) : S("");
        evidence_put(ids, count, r->id, (struct evidence_label){tr_args(c, M_mentor_evidence, &met, 1), href}, out);
    }
    return RC_OK;
}

/* That she reflected; what she wrote is hers. */
enum rc mentor_describe_log(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    (void)ids;
    for (size_t i = 0; i < count; i++)
        out[i] = (struct evidence_label){tr(c, M_mentor_log_evidence), S("")};
    return RC_OK;
}

/* ---- what is held about a person: the frame; what she wrote is hers alone --------------------------------------------------------------------- */

static json_t *item(json_t *list, int64_t pair)
{
    json_t *o = json_new_item(list);
    json_set_int(o, "pair", pair);
    return o;
}

enum rc mentor_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_mentor_profile_all_of profiles;
    struct rows_mentor_pair_mine pairs;
    json_t *list = json_new_list(into, "mentor_profiles"), *relations = json_new_list(into, "mentoring");
    TRY(sql_mentor_profile_all_of(db, a, person, &profiles));
    for (size_t i = 0; i < profiles.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "offers", profiles.v[i].offers);
        json_set_text(o, "interests", profiles.v[i].interests);
        json_set_text(o, "availability", profiles.v[i].availability);
        json_set_text(o, "languages", profiles.v[i].languages);
        json_set_int(o, "capacity", profiles.v[i].capacity);
    }
    TRY(sql_mentor_pair_mine(db, a, person, INT64_MAX, &pairs));
    for (size_t i = 0; i < pairs.n; i++) {
        json_t *o = item(relations, pairs.v[i].id);
        json_set_text(o, "as", pairs.v[i].mentor_id == person ? S("mentor") : S("mentee"));
        json_set_text(o, "state", pairs.v[i].state);
        json_set_time(a, o, "since", pairs.v[i].proposed_at);
        json_set_int(o, "meetings", pairs.v[i].meetings);
    }
    return RC_OK;
}

/* An administrator may ask for somebody's export, so what she wrote behind the wall is not in it: she herself gets it here. */
static enum rc collect_written(struct db *db, struct arena *a, int64_t person, json_t *list)
{
    struct rows_wall_written_words words;
    struct rows_wall_written_meetings meetings;
    struct rows_wall_written_actions actions;
    struct rows_wall_written_agreements agreements;
    struct rows_mentor_wish_all_of wishes;
    struct rows_wall_written_replies replies;
    struct rows_wall_written_log log;
    TRY(sql_mentor_wish_all_of(db, a, person, &wishes));
    for (size_t i = 0; i < wishes.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "kind", S("looks_for"));
        json_set_text(o, "text", wishes.v[i].looks_for);
    }
    TRY(sql_wall_written_words(db, a, person, &words));
    for (size_t i = 0; i < words.n; i++) {
        json_t *o = item(list, words.v[i].pair_id);
        json_set_text(o, "kind", words.v[i].kind);
        json_set_text(o, "text", words.v[i].body);
        json_set_time(a, o, "at", words.v[i].at);
    }
    TRY(sql_wall_written_meetings(db, a, person, &meetings));
    for (size_t i = 0; i < meetings.n; i++) {
        json_t *o = item(list, meetings.v[i].pair_id);
        json_set_text(o, "kind", S("meeting"));
        json_set_text(o, "place", meetings.v[i].place);
        json_set_text(o, "text", meetings.v[i].agenda);
        json_set_time(a, o, "at", meetings.v[i].starts_at);
    }
    TRY(sql_wall_written_actions(db, a, person, &actions));
    for (size_t i = 0; i < actions.n; i++) {
        json_t *o = item(list, actions.v[i].pair_id);
        json_set_text(o, "kind", S("action"));
        json_set_text(o, "text", actions.v[i].body);
        json_set_day(a, o, "due", actions.v[i].due_day);
    }
    TRY(sql_wall_written_replies(db, a, person, &replies));
    for (size_t i = 0; i < replies.n; i++) {
        json_t *o = item(list, replies.v[i].pair_id);
        json_set_text(o, "kind", S("evaluation"));
        json_set_int(o, "month", replies.v[i].month);
        json_set_text(o, "question", replies.v[i].item);
        if (!replies.v[i].choice_null)
            json_set_int(o, "choice", replies.v[i].choice);
        json_set_text(o, "text", replies.v[i].body);
    }
    TRY(sql_wall_written_log(db, a, person, &log));
    for (size_t i = 0; i < log.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "kind", S("log"));
        json_set_day(a, o, "day", log.v[i].day);
        json_set_text(o, "did", log.v[i].did);
        json_set_text(o, "outcome", log.v[i].outcome);
    }
    TRY(sql_wall_written_agreements(db, a, person, &agreements));
    for (size_t i = 0; i < agreements.n; i++) {
        json_t *o = item(list, agreements.v[i].pair_id);
        json_set_text(o, "kind", S("agreement"));
        json_set_text(o, "aims", agreements.v[i].aims);
        json_set_text(o, "text", agreements.v[i].points);
        json_set_time(a, o, "at", agreements.v[i].changed_at);
    }
    return RC_OK;
}

enum rc mentor_get_written(struct ctx *c)
{
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_MENTOR_PAIR, &t));
    json_t *list = json_array();
    enum rc rc = collect_written(c->db, c->a, c->who->person, list);
    char *text = rc == RC_OK ? json_dumps(list, JSON_INDENT(1)) : NULL;
    struct str copy = str_dup(c->a, str_from(text));
    free(text);
    json_decref(list);
    TRY(rc);
    return page_download(c, "application/json", S("mentoring.json"), copy);
}

/* All that was written in her pairs could name her, so it goes, the other's words too; that the pair was stays as a number. */
enum rc mentor_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    TRY(sql_wall_erase_words(tx, person));
    TRY(sql_wall_erase_meetings(tx, person));
    TRY(sql_wall_erase_actions(tx, person));
    TRY(sql_wall_erase_agreements(tx, person));
    TRY(sql_wall_erase_replies(tx, person));
    TRY(sql_wall_erase_log(tx, person));
    TRY(sql_mentor_supervision_clear(tx, person));
    TRY(sql_mentor_choice_clear(tx, person));
    TRY(sql_mentor_known_clear(tx, person));
    TRY(sql_mentor_pair_end_all(tx, person, now));
    TRY(sql_mentor_conflict_clear(tx, person));
    TRY(sql_mentor_wish_clear(tx, person));
    return sql_mentor_profile_clear(tx, person);
}

/* What a pair wrote goes some time after its end, a part in each closure; that the pair was, and how often it met, stays. */
enum rc mentor_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    static enum rc (*const parts[])(struct db *db, int64_t before, int64_t most) = {
        sql_wall_retain_words, sql_wall_retain_actions, sql_wall_retain_meetings, sql_wall_retain_agreements, sql_wall_retain_replies};
    if (!str_eq_z(kind, MENTOR_KEPT))
        return RC_OK;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        TRY(parts[i](tx, before, RETAIN_ROWS));
        *more = *more || db_changes(tx) == RETAIN_ROWS;
    }
    return RC_OK;
}
