/* The rules of a round of 360 feedback from its start to its end, and how a programme holds its rounds. See feedback.h; raters.c has
 * who is asked, answer.c what they answer. */
#include "programme/evidence/evidence.h"
#include "programme/feedback/inside.h"
#include "programme/feedback/report.h"

static const char *const state_words[FEEDBACK_STATE_COUNT] = {
#define X(id, word) word,
    FEEDBACK_STATES(X)
#undef X
};

static const struct {
    const char *word;
    int64_t named, valid;
} groups[FEEDBACK_GROUP_COUNT] = {
#define X(id, word, named, valid) {word, named, valid},
    FEEDBACK_GROUPS(X)
#undef X
};

static const char *const end_words[] = {[FEEDBACK_ENDED_GOAL] = "goal", [FEEDBACK_ENDED_LEFT] = "left", [FEEDBACK_ENDED_STOPPED] = "stopped"};

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

const char *feedback_state_word(enum feedback_state s)
{
    return state_words[s];
}

static enum feedback_state find_state(struct str word)
{
    size_t s = 0;
    while (s < FEEDBACK_STATE_COUNT && !str_eq_z(word, state_words[s]))
        s++;
    return (enum feedback_state)s;
}

const char *feedback_group_word(enum feedback_group_code g)
{
    return groups[g].word;
}

bool feedback_group_find(struct str word, enum feedback_group_code *g)
{
    for (size_t k = 0; k < FEEDBACK_GROUP_COUNT; k++)
        if (str_eq_z(word, groups[k].word)) {
            *g = (enum feedback_group_code)k;
            return true;
        }
    return false;
}

/* ---- settings ------------------------------------------------------------------------------------------------------------------- */

enum rc feedback_load_setting(struct db *db, struct arena *a, int64_t programme, struct feedback_setting *out)
{
    struct row_feedback_setting_find row;
    struct rows_feedback_setting_groups rows;
    enum rc rc = sql_feedback_setting_find(db, a, programme, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = (struct feedback_setting){.programme = programme, .instrument = S(FEEDBACK_INSTRUMENT), .by_mentor = true, .named_total = FEEDBACK_NAMED,
                                     .valid_total = FEEDBACK_VALID, .least = FEEDBACK_LEAST, .days = FEEDBACK_DAYS, .remind = S(FEEDBACK_REMIND)};
    if (rc == RC_NOT_FOUND) {
        for (size_t k = 0; k < FEEDBACK_GROUP_COUNT; k++)
            out->groups[out->group_count++] = (struct feedback_quota){(enum feedback_group_code)k, S(""), groups[k].named, groups[k].valid};
        return RC_OK;
    }
    *out = (struct feedback_setting){programme, row.instrument, str_eq_z(row.facilitator, "mentor"), row.named_total, row.valid_total, row.least, row.days,
                                     row.remind, .version = row.version};
    TRY(sql_feedback_setting_groups(db, a, programme, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct feedback_quota q = {.title = rows.v[k].title, .named = rows.v[k].named, .valid = rows.v[k].valid};
        if (feedback_group_find(rows.v[k].code, &q.code) && out->group_count < FEEDBACK_GROUP_COUNT)
            out->groups[out->group_count++] = q;
    }
    return RC_OK;
}

/* "2, 7" becomes "7 2": falling, each once. */
static bool tidy_remind(struct arena *a, struct str typed, int64_t days, struct str *out)
{
    bool on[FEEDBACK_DAYS_MOST + 1] = {false};
    size_t count = 0, at = 0;
    while (at < typed.n) {
        size_t from = at;
        int64_t day;
        while (at < typed.n && typed.p[at] >= '0' && typed.p[at] <= '9')
            at++;
        if (at == from) {
            if (typed.p[at] != ' ' && typed.p[at] != ',')
                return false;
            at++;
            continue;
        }
        if (!str_to_int(str_sub(typed, from, at), &day) || day >= days || day < 0)
            return false;
        on[day] = true;
    }
    struct buf b = buf_new(a, 32);
    for (int64_t day = FEEDBACK_DAYS_MOST; day >= 0; day--)
        if (on[day])
            buf_printf(&b, "%s%" PRId64, count++ == 0 ? "" : " ", day);
    *out = buf_text(&b);
    return count <= FEEDBACK_REMIND_MOST;
}

static enum rc check_setting(struct arena *a, struct feedback_setting *s, struct err *e)
{
    int64_t valid = 0;
    for (size_t k = 0; k < s->group_count; k++) {
        valid += s->groups[k].valid;
        const char *field = str_z(a, str_printf(a, "valid-%s", feedback_group_word(s->groups[k].code)));
        if (s->groups[k].valid != 0 && s->groups[k].valid >= s->groups[k].named)
            return err_field(e, RC_INVALID, M_feedback_valid_above_named, field, NULL);
        if (s->groups[k].valid != 0 && s->groups[k].valid < FEEDBACK_QUOTA_MIN)
            return err_field(e, RC_INVALID, M_feedback_valid_small, field, "%d", FEEDBACK_QUOTA_MIN);
    }
    if (s->group_count == 0)
        return err_field(e, RC_INVALID, M_feedback_no_groups, "", NULL);
    if (s->valid_total >= s->named_total)
        return err_field(e, RC_INVALID, M_feedback_valid_above_named, "valid", NULL);
    if (valid > s->valid_total)
        return err_field(e, RC_INVALID, M_feedback_valid_above_total, "valid", "%" PRId64, valid);
    if (s->least < FEEDBACK_LEAST_MIN)
        return err_field(e, RC_INVALID, M_feedback_least_small, "least", "%d", FEEDBACK_LEAST_MIN);
    if (s->least >= s->named_total)
        return err_field(e, RC_INVALID, M_feedback_least_above_named, "least", NULL);
    if (!tidy_remind(a, s->remind, s->days, &s->remind))
        return err_field(e, RC_INVALID, M_feedback_remind_wrong, "remind", "%d", FEEDBACK_REMIND_MOST);
    return RC_OK;
}

enum rc feedback_save_setting(struct db *tx, struct arena *a, struct feedback_setting *s, struct err *e)
{
    struct str by = s->by_mentor ? S("mentor") : S("faculty");
    TRY(check_setting(a, s, e));
    if (s->version == 0)
        TRY(sql_feedback_setting_add(tx, s->programme, s->instrument, by, s->named_total, s->valid_total, s->least, s->days, s->remind));
    else
        TRY(sql_feedback_setting_change(tx, s->programme, s->version, s->instrument, by, s->named_total, s->valid_total, s->least, s->days, s->remind));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_feedback_changed, NULL);
    TRY(sql_feedback_setting_groups_drop(tx, s->programme));
    for (size_t k = 0; k < s->group_count; k++)
        TRY(sql_feedback_setting_group_add(tx, s->programme, str_from(feedback_group_word(s->groups[k].code)), (int64_t)k, s->groups[k].title, s->groups[k].named,
                                           s->groups[k].valid));
    return RC_OK;
}

/* ---- reading and writing a round -------------------------------------------------------------------------------------------------- */

static int64_t or_zero(int64_t v, bool null)
{
    return null ? 0 : v;
}

enum rc feedback_find(struct db *db, struct arena *a, int64_t id, struct feedback_round *out)
{
    struct row_feedback_round_find r;
    struct rows_feedback_round_groups rows;
    TRY(sql_feedback_round_find(db, a, id, &r));
    TRY(sql_feedback_round_groups(db, a, id, &rows));
    *out = (struct feedback_round){.id = r.id, .programme = r.programme_id, .subject = r.subject_id, .instrument = r.instrument_id,
                                   .facilitator = or_zero(r.facilitator_id, r.facilitator_id_null), .started_by = r.started_by,
                                   .state = find_state(r.state), .resume = r.resume.p != NULL ? find_state(r.resume) : FEEDBACK_STATE_COUNT,
                                   .named_total = r.named_total, .valid_total = r.valid_total, .least = r.least, .days = r.days, .remind = r.remind,
                                   .due_day = or_zero(r.due_day, r.due_day_null), .next_day = or_zero(r.next_day, r.next_day_null), .thin = r.thin != 0,
                                   .created_at = r.created_at, .since_at = r.since_at, .read_at = or_zero(r.read_at, r.read_at_null),
                                   .released_at = or_zero(r.released_at, r.released_at_null), .meeting_at = or_zero(r.meeting_at, r.meeting_at_null),
                                   .closed_at = or_zero(r.closed_at, r.closed_at_null), .meeting_place = r.meeting_place,
                                   .goal = or_zero(r.goal_id, r.goal_id_null), .version = r.version, .subject_name = r.subject, .facilitator_name = r.facilitator};
    for (size_t k = 1; k < COUNT_OF(end_words); k++)
        if (r.ended.p != NULL && str_eq_z(r.ended, end_words[k]))
            out->ended = (enum feedback_end)k;
    for (size_t k = 0; k < rows.n; k++) {
        struct feedback_quota q = {.title = rows.v[k].title, .named = rows.v[k].named, .valid = rows.v[k].valid};
        if (feedback_group_find(rows.v[k].code, &q.code) && out->group_count < FEEDBACK_GROUP_COUNT)
            out->groups[out->group_count++] = q;
    }
    return RC_OK;
}

enum rc feedback_save(struct db *tx, struct feedback_round *r, struct err *e)
{
    struct str ended = r->ended == FEEDBACK_OPEN ? STR_NONE : str_from(end_words[r->ended]);
    struct str resume = r->resume == FEEDBACK_STATE_COUNT ? STR_NONE : str_from(state_words[r->resume]);
    TRY(sql_feedback_round_change(tx, r->id, r->version, or_null(&r->facilitator), str_from(state_words[r->state]), ended, resume, or_null(&r->due_day),
                                  or_null(&r->next_day), r->thin, r->since_at, or_null(&r->read_at), or_null(&r->released_at), or_null(&r->meeting_at),
                                  r->meeting_place, or_null(&r->goal), or_null(&r->closed_at)));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_feedback_changed, NULL);
    r->version++;
    return RC_OK;
}

enum rc feedback_check_version(const struct feedback_round *r, int64_t version, struct err *e)
{
    return r->version == version ? RC_OK : err_set(e, RC_CONFLICT, M_feedback_changed, NULL);
}

enum rc feedback_step(struct db *tx, struct feedback_round *r, enum feedback_state from, enum feedback_state or_from, enum feedback_state to, int64_t now,
                      struct err *e)
{
    if (r->state != from && r->state != or_from)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    r->state = to;
    r->since_at = now;
    return feedback_save(tx, r, e);
}

/* ---- from the start to the raters ---------------------------------------------------------------------------------------------------- */

static enum rc check_start(struct db *tx, struct arena *a, int64_t programme, int64_t subject, int64_t today, struct err *e)
{
    struct row_feedback_member member;
    struct row_feedback_round_open_of open;
    TRY(sql_feedback_member(tx, a, programme, subject, today, &member));
    if (member.n == 0)
        return err_field(e, RC_INVALID, M_feedback_no_member, "person", NULL);
    enum rc rc = sql_feedback_round_open_of(tx, a, programme, subject, &open);
    if (rc == RC_OK)
        return err_field(e, RC_CONFLICT, M_feedback_open_already, "person", NULL);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc feedback_start(struct db *tx, struct arena *a, int64_t programme, int64_t subject, int64_t facilitator, int64_t by, int64_t today, int64_t now,
                       int64_t *id, struct err *e)
{
    struct feedback_setting s;
    struct instrument i;
    struct row_feedback_mentor_of mentor;
    TRY(check_start(tx, a, programme, subject, today, e));
    TRY(feedback_load_setting(tx, a, programme, &s));
    enum rc rc = instrument_current(tx, a, s.instrument, S("en"), &i);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_INVALID, M_feedback_no_instrument, NULL);
    TRY(rc);
    if (facilitator == 0 && s.by_mentor) {
        rc = sql_feedback_mentor_of(tx, a, programme, subject, &mentor);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        facilitator = rc == RC_OK ? mentor.mentor_id : 0;
    }
    if (facilitator == subject)
        return err_field(e, RC_INVALID, M_feedback_facilitates_herself, "facilitator", NULL);
    *id = db_new_opaque_id(tx);
    TRY(sql_feedback_round_add(tx, *id, programme, subject, i.id, or_null(&facilitator), by, str_from(state_words[facilitator != 0 ? FEEDBACK_SELF : FEEDBACK_DRAFT]),
                               s.named_total, s.valid_total, s.least, s.days, s.remind, now));
    if (db_changes(tx) != 1)
        return err_field(e, RC_CONFLICT, M_feedback_open_already, "person", NULL);
    for (size_t k = 0; k < s.group_count; k++)
        TRY(sql_feedback_round_group_add(tx, *id, str_from(groups[s.groups[k].code].word), (int64_t)k, s.groups[k].title, s.groups[k].named, s.groups[k].valid));
    return RC_OK;
}

enum rc feedback_set_facilitator(struct db *tx, struct arena *a, struct feedback_round *r, int64_t person, int64_t now, struct err *e)
{
    struct row_feedback_nomination_is rater;
    if (r->state == FEEDBACK_CLOSED)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    if (person == r->subject)
        return err_field(e, RC_INVALID, M_feedback_facilitates_herself, "facilitator", NULL);
    TRY(sql_feedback_nomination_is(tx, a, r->id, str_printf(a, "%" PRId64, person), &rater));
    if (rater.n != 0)
        return err_field(e, RC_INVALID, M_feedback_facilitator_rates, "facilitator", NULL);
    if (person != r->facilitator)
        r->read_at = 0;
    r->facilitator = person;
    if (r->state != FEEDBACK_DRAFT)
        return feedback_save(tx, r, e);
    return feedback_step(tx, r, FEEDBACK_DRAFT, FEEDBACK_DRAFT, FEEDBACK_SELF, now, e);
}

enum rc feedback_keep_self(struct db *tx, struct arena *a, struct feedback_round *r, const struct feedback_said *said, int64_t now, struct err *e)
{
    TRY(feedback_check_said(a, said, e));
    if (r->state != FEEDBACK_SELF)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    TRY(sql_feedback_sheet_add(tx, db_new_opaque_id(tx), r->id, S(FEEDBACK_SELF_GROUP), instrument_write_points(a, said->instrument, said->answers)));
    for (size_t k = 0; k < said->instrument->item_count; k++)
        if (said->instrument->items[k].words && said->words[k].n != 0)
            TRY(sql_feedback_comment_add(tx, db_new_opaque_id(tx), r->id, said->instrument->items[k].id, 1, said->words[k]));
    return feedback_step(tx, r, FEEDBACK_SELF, FEEDBACK_SELF, FEEDBACK_NOMINATE, now, e);
}

/* ---- days --------------------------------------------------------------------------------------------------------------------------- */

int64_t feedback_reminders_by(const struct feedback_round *r, int64_t day)
{
    struct str rest = r->remind, word;
    int64_t before, n = 0;
    while (rest.n != 0 && str_cut(&rest, ' ', &word))
        n += str_to_int(word, &before) && r->due_day - before <= day;
    return n;
}

int64_t feedback_next_day(const struct feedback_round *r, int64_t today)
{
    struct str rest = r->remind, word;
    int64_t before;
    while (rest.n != 0 && str_cut(&rest, ' ', &word))
        if (str_to_int(word, &before) && r->due_day - before > today)
            return r->due_day - before; /* they fall, so this one is the first to come */
    return r->due_day + 1;
}

enum rc feedback_extend(struct db *tx, struct feedback_round *r, int64_t last_day, int64_t today, int64_t now, struct err *e)
{
    if (last_day <= today || last_day <= r->due_day || last_day > today + FEEDBACK_DAYS_MOST)
        return err_field(e, RC_INVALID, M_feedback_day_later, "day", "%d", FEEDBACK_DAYS_MOST);
    TRY(sql_feedback_invitation_remind_anew(tx, r->id));
    r->due_day = last_day;
    r->next_day = feedback_next_day(r, today);
    return feedback_step(tx, r, FEEDBACK_COLLECT, FEEDBACK_VALIDATE, FEEDBACK_COLLECT, now, e);
}

enum rc feedback_end_collecting(struct db *tx, struct feedback_round *r, int64_t now, struct err *e)
{
    r->next_day = 0;
    return feedback_step(tx, r, FEEDBACK_COLLECT, FEEDBACK_COLLECT, FEEDBACK_VALIDATE, now, e);
}

/* ---- from the answers to the goal ---------------------------------------------------------------------------------------------------- */

/* What a number that was asked for comes to, with so many people asked. "Enough" must not say that all of them answered, nor "not
 * enough" that none did. */
static int64_t quota_of(int64_t valid, int64_t asked)
{
    int64_t n = valid < asked ? valid : asked - 1;
    return n >= FEEDBACK_QUOTA_MIN ? n : 0;
}

enum rc feedback_count(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_enough *out)
{
    struct rows_feedback_sheet_counts rows;
    struct rows_feedback_nominations raters;
    struct feedback_named asked;
    int64_t total = 0;
    *out = (struct feedback_enough){.valid = true};
    TRY(sql_feedback_sheet_counts(db, a, r->id, &rows));
    TRY(sql_feedback_nominations(db, a, r->id, &raters));
    feedback_count_named(r, &raters, "approved", "approved", &asked);
    for (size_t g = 0; g < r->group_count; g++) {
        int64_t n = 0, quota = quota_of(r->groups[g].valid, asked.groups[g]);
        for (size_t k = 0; k < rows.n; k++)
            if (str_eq_z(rows.v[k].group_code, feedback_group_word(r->groups[g].code)))
                n = rows.v[k].n;
        total += n;
        out->counts[g] = quota != 0;
        out->groups[g] = n >= quota;
        out->valid = out->valid && out->groups[g];
    }
    out->valid = out->valid && total >= quota_of(r->valid_total, asked.total);
    out->some = total >= r->least;
    out->at_least = (total < asked.total ? total : total - 1) / FEEDBACK_STEP * FEEDBACK_STEP;
    return RC_OK;
}

enum rc feedback_put_together(struct db *tx, struct arena *a, struct feedback_round *r, bool thin, int64_t now, struct err *e)
{
    struct feedback_enough n;
    if (r->state != FEEDBACK_VALIDATE)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    TRY(feedback_count(tx, a, r, &n));
    if (!n.some)
        return err_set(e, RC_INVALID, M_feedback_nothing_to_show, NULL);
    if (!n.valid && !thin)
        return err_set(e, RC_INVALID, M_feedback_not_valid, NULL);
    TRY(feedback_unlink(tx, a, r->id));
    TRY(report_freeze(tx, a, r, now, e));
    r->thin = !n.valid;
    return feedback_step(tx, r, FEEDBACK_VALIDATE, FEEDBACK_VALIDATE, FEEDBACK_RELEASE, now, e);
}

enum rc feedback_note_read(struct db *tx, struct feedback_round *r, int64_t now, struct err *e)
{
    if (r->state != FEEDBACK_RELEASE || r->read_at != 0)
        return RC_OK;
    r->read_at = now;
    return feedback_save(tx, r, e);
}

enum rc feedback_release(struct db *tx, struct feedback_round *r, int64_t now, struct err *e)
{
    if (r->state == FEEDBACK_RELEASE && r->read_at == 0)
        return err_set(e, RC_INVALID, M_feedback_read_first, NULL);
    r->released_at = now;
    TRY(feedback_step(tx, r, FEEDBACK_RELEASE, FEEDBACK_RELEASE, FEEDBACK_MEETING, now, e));
    return report_release(tx, r, now, e);
}

enum rc feedback_set_meeting(struct db *tx, struct feedback_round *r, int64_t at, struct str place, struct err *e)
{
    if (r->state != FEEDBACK_MEETING)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    r->meeting_at = at;
    r->meeting_place = place;
    return feedback_save(tx, r, e);
}

enum rc feedback_met(struct db *tx, struct feedback_round *r, int64_t now, struct err *e)
{
    if (r->state == FEEDBACK_MEETING && (r->meeting_at == 0 || r->meeting_at > now))
        return err_set(e, RC_INVALID, r->meeting_at == 0 ? M_feedback_no_meeting : M_feedback_meeting_ahead, NULL);
    return feedback_step(tx, r, FEEDBACK_MEETING, FEEDBACK_MEETING, FEEDBACK_GOAL, now, e);
}

enum rc feedback_close(struct db *tx, struct feedback_round *r, int64_t goal, int64_t now, struct err *e)
{
    const struct evidence_new n = {.person = r->subject, .programme = r->programme, .kind = "feedback_round", .percent = -1, .source_kind = "feedback",
                                   .source_id = r->id, .by_person = r->facilitator, .at = now};
    if (r->state != FEEDBACK_GOAL)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    r->goal = goal;
    r->ended = FEEDBACK_ENDED_GOAL;
    r->closed_at = now;
    TRY(feedback_step(tx, r, FEEDBACK_GOAL, FEEDBACK_GOAL, FEEDBACK_CLOSED, now, e));
    return evidence_add(tx, &n, now, NULL);
}

/* ---- other ways out ------------------------------------------------------------------------------------------------------------------- */

enum rc feedback_stop(struct db *tx, struct feedback_round *r, enum feedback_end why, int64_t now, struct err *e)
{
    if (r->state == FEEDBACK_CLOSED)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    r->resume = r->state;
    r->state = FEEDBACK_CLOSED;
    r->ended = why;
    r->closed_at = now;
    r->since_at = now;
    return feedback_save(tx, r, e);
}

enum rc feedback_resume(struct db *tx, struct arena *a, struct feedback_round *r, int64_t today, int64_t now, struct err *e)
{
    if (r->state != FEEDBACK_CLOSED || r->resume == FEEDBACK_STATE_COUNT)
        return err_set(e, RC_CONFLICT, M_feedback_moved, NULL);
    TRY(check_start(tx, a, r->programme, r->subject, today, e));
    r->state = r->resume;
    r->resume = FEEDBACK_STATE_COUNT;
    r->ended = FEEDBACK_OPEN;
    r->closed_at = 0;
    r->since_at = now;
    if (r->state == FEEDBACK_COLLECT && r->due_day < today)
        r->state = FEEDBACK_VALIDATE;
    if (r->state == FEEDBACK_COLLECT)
        r->next_day = feedback_next_day(r, today);
    return feedback_save(tx, r, e);
}

static enum rc stop_of(struct db *tx, struct arena *a, int64_t person, int64_t programme, int64_t now)
{
    struct row_feedback_member member;
    struct row_feedback_round_open_of open;
    struct feedback_round r;
    TRY(sql_feedback_member(tx, a, programme, person, now / MS_PER_DAY, &member));
    enum rc rc = member.n != 0 ? RC_NOT_FOUND : sql_feedback_round_open_of(tx, a, programme, person, &open);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(feedback_find(tx, a, open.id, &r));
    return feedback_stop(tx, &r, FEEDBACK_ENDED_LEFT, now, NULL);
}

enum rc feedback_left(struct db *tx, int64_t person, int64_t programme, int64_t now)
{
    struct arena *a = arena_new(0);
    enum rc rc = stop_of(tx, a, person, programme, now);
    arena_free(a);
    return rc;
}
