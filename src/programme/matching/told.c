/* What rounds tell the rest of the house: what waits for a person, mails, what is held about her. Nothing here names what somebody
 * wished to anybody but herself. */
#include "base/clock.h"
#include "base/json_set.h"
#include "programme/matching/inside.h"

#define WAITING_MAX 50
#define TOLD_DAYS 14 /* how long a result stands on Home */

/* ---- Home ----------------------------------------------------------------------------------------------------------------------- */

static void own_item(struct ctx *c, struct home_list *list, const struct row_match_round_mine *r)
{
    bool mentee = str_eq_z(r->side, "mentee");
    int64_t by = mentee ? r->mentees_by : r->mentors_by;
    struct home_item item = {.detail = r->title, .kind = tr(c, M_matching_nav), .weight = 10};
    if (str_eq_z(r->state, "approved")) {
        item.title = tr(c, M_matching_home_result);
        item.href = match_path(c, r->id, "/result");
        item.weight = 25;
        home_add(list, item);
    } else if (r->answered_at_null && by > c->now && !str_eq_z(r->way, "criteria")) {
        item.title = tr(c, mentee ? M_matching_home_rank_mentors : M_matching_home_rank_mentees);
        item.href = match_path(c, r->id, mentee ? "/mentors" : "/mentees");
        item.has_due = true;
        item.due_day = day_from_ms(c->zone, by);
        home_add(list, item);
    }
}

static enum rc coordinator_items(struct ctx *c, struct home_list *list)
{
    struct rows_match_round_ripe rows;
    if (!access_somewhere(c->who, P_MATCH_RUN))
        return RC_OK;
    TRY(sql_match_round_ripe(c->db, c->a, c->now, WAITING_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct target t = {.programme = rows.v[i].programme_id, .cohort = rows.v[i].cohort_id_null ? 0 : rows.v[i].cohort_id};
        if (access_allows(c, P_MATCH_RUN, &t))
            home_add(list, (struct home_item){.title = tr(c, M_matching_home_ripe), .href = match_path(c, rows.v[i].id, ""), .detail = rows.v[i].title, .kind = tr(c, M_matching_nav), .weight = 30});
    }
    return RC_OK;
}

enum rc match_home(struct ctx *c, struct home_list *list)
{
    struct rows_match_round_mine rows;
    if (c->who->by_token)
        return RC_OK;
    TRY(sql_match_round_mine(c->db, c->a, c->who->person, c->now - TOLD_DAYS * MS_PER_DAY, WAITING_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++)
        own_item(c, list, &rows.v[i]);
    return coordinator_items(c, list);
}

/* ---- calendar --------------------------------------------------------------------------------------------------------------------- */

enum rc match_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_match_round_mine rows;
    struct target t = {.person = c->who->person};
    (void)from;
    (void)until;
    if (!access_allows(c, P_MATCH_OWN, &t))
        return RC_OK;
    TRY(sql_match_round_mine(c->db, c->a, c->who->person, c->now, CALENDAR_MOST, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_match_round_mine *r = &rows.v[i];
        bool mentee = str_eq_z(r->side, "mentee");
        if (!str_eq_z(r->state, "open") || str_eq_z(r->way, "criteria"))
            continue;
        calendar_add(list, (struct calendar_entry){.what = mentee ? S("match-mentee") : S("match-mentor"), .id = r->id, .sort = r->answered_at_null ? CALENDAR_DUE : CALENDAR_DONE, .all_day = true,
                                                   .day = day_from_ms(c->zone, mentee ? r->mentees_by : r->mentors_by), .title = tr(c, mentee ? M_matching_home_rank_mentors : M_matching_home_rank_mentees),
                                                   .href = match_path(c, r->id, mentee ? "/mentors" : "/mentees"), .detail = r->title});
    }
    return RC_OK;
}

/* ---- mails ---------------------------------------------------------------------------------------------------------------------- */

enum rc match_mail_side(struct db *tx, struct arena *a, int64_t round, enum hr_side side, const char *kind, bool silent, int64_t now, int64_t *sent)
{
    struct rows_match_person_load all;
    *sent = 0;
    TRY(sql_match_person_load(tx, a, round, match_side_word(side), &all));
    for (size_t i = 0; i < all.n; i++) {
        if (!all.v[i].takes_part || (silent && !all.v[i].answered_at_null))
            continue;
        TRY(mail_ask(tx, kind, str_printf(a, "%" PRId64 " %d %" PRId64, round, (int)side, all.v[i].place), now));
        ++*sent;
    }
    return RC_OK;
}

struct about {
    struct match_round r;
    enum hr_side side;
    struct row_match_person_find p;
    struct row_match_mail_to to;
    int lang;
    const struct zone *zone;
};

/* about: "round side place". RC_NOT_FOUND where there is nobody to write to any more. */
static enum rc read_about(struct db *tx, struct arena *a, struct str text, struct about *o)
{
    struct str round, side;
    int64_t id, number, place;
    struct row_match_zone zone;
    if (!str_cut(&text, ' ', &round) || !str_cut(&text, ' ', &side) || !str_to_int(round, &id) || !str_to_int(side, &number) || !str_to_int(text, &place))
        return RC_NOT_FOUND;
    o->side = number == HR_MENTOR ? HR_MENTOR : HR_MENTEE;
    TRY(match_find(tx, a, id, &o->r));
    TRY(sql_match_person_find(tx, a, id, match_side_word(o->side), place, &o->p));
    if (!o->p.takes_part)
        return RC_NOT_FOUND;
    TRY(sql_match_mail_to(tx, a, o->p.person_id, &o->to));
    if (o->to.email.p == NULL || o->to.email.n == 0)
        return RC_NOT_FOUND;
    TRY(sql_match_zone(tx, a, o->r.programme, &zone));
    o->lang = o->to.language.p != NULL ? lang_find(o->to.language) : 0;
    o->zone = zone_find(zone.zone);
    return RC_OK;
}

static struct str day_text(struct arena *a, const struct zone *zone, int64_t ms)
{
    struct buf b = buf_new(a, 32);
    struct civil c = civil_from_ms(zone != NULL ? zone : zone_utc(), ms);
    buf_printf(&b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
    return buf_text(&b);
}

static void compose(struct arena *a, const struct about *o, msg_id subject, msg_id text, const char *rest, struct mail *out)
{
    const struct msg_arg args[] = {MSG_TEXT("name", o->to.name), MSG_TEXT("round", o->r.title), MSG_TEXT("when", day_text(a, o->zone, o->r.by[o->side])),
                                   MSG_TEXT("link", mail_link(a, str_printf(a, "/rounds/%" PRId64 "%s", o->r.id, rest)))};
    *out = (struct mail){.to = o->to.email,
                         .subject = msg_format(a, o->lang, subject, args, COUNT_OF(args)),
                         .text = msg_format(a, o->lang, text, args, COUNT_OF(args)),
                         .line = S("")};
}

/* Nobody is asked who has handed in by the time the mail is written, nor after the deadline. */
static enum rc write_asking(struct db *tx, struct arena *a, struct str about, int64_t now, msg_id subject, msg_id to_mentee, msg_id to_mentor, struct mail *out)
{
    struct about o;
    TRY(read_about(tx, a, about, &o));
    if (!str_eq_z(o.r.state, "open") || !o.p.answered_at_null || o.r.by[o.side] <= now)
        return RC_NOT_FOUND;
    bool mentee = o.side == HR_MENTEE;
    compose(a, &o, subject, mentee ? to_mentee : to_mentor, mentee ? "/mentors" : "/mentees", out);
    return RC_OK;
}

static enum rc write_open(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    return write_asking(tx, a, about, now, M_matching_mail_open, M_matching_mail_open_mentee, M_matching_mail_open_mentor, out);
}

static enum rc write_remind(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    return write_asking(tx, a, about, now, M_matching_mail_remind, M_matching_mail_remind_mentee, M_matching_mail_remind_mentor, out);
}

/* With whom stands on the page, not in the mail. */
static enum rc write_result(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct about o;
    (void)now;
    TRY(read_about(tx, a, about, &o));
    if (!str_eq_z(o.r.state, "approved"))
        return RC_NOT_FOUND;
    compose(a, &o, M_matching_mail_result, M_matching_mail_result_text, "/result", out);
    return RC_OK;
}

const struct mail_kind matching_mails[MATCH_MAILS] = {{"match_open", write_open, MAIL_mentoring}, {"match_remind", write_remind, MAIL_mentoring}, {"match_result", write_result, MAIL_mentoring}};

/* ---- reminders before a deadline ------------------------------------------------------------------------------------------------ */

struct reminding {
    struct arena *a;
    int64_t now;
};

static enum rc remind_due(struct db *tx, void *arg, struct err *e)
{
    const struct reminding *s = arg;
    struct rows_match_round_due due;
    int64_t sent;
    (void)e;
    TRY(sql_match_round_due(tx, s->a, s->now, MS_PER_DAY, &due));
    for (size_t i = 0; i < due.n; i++) {
        const struct row_match_round_due *r = &due.v[i];
        if (r->mentees)
            TRY(match_mail_side(tx, s->a, r->id, HR_MENTEE, "match_remind", true, s->now, &sent));
        if (r->mentors)
            TRY(match_mail_side(tx, s->a, r->id, HR_MENTOR, "match_remind", true, s->now, &sent));
        if (r->mentees || r->mentors)
            TRY(sql_match_round_reminded(tx, r->id, r->mentees, r->mentors, s->now));
    }
    return RC_OK;
}

enum rc match_remind_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct reminding s = {a, clock_now()};
    (void)job;
    (void)args;
    return store_write(db, remind_due, &s, e);
}

/* ---- what is held about a person ------------------------------------------------------------------------------------------------ */

/* Her rounds; her own list is hers to see on its page, and no part of what others may ask for. */
enum rc match_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_match_export_rounds rows;
    json_t *list = json_new_list(into, "matching");
    TRY(sql_match_export_rounds(db, a, person, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "round", rows.v[i].title);
        json_set_text(o, "state", rows.v[i].state);
        json_set_text(o, "as", rows.v[i].side);
        if (!rows.v[i].answered_at_null)
            json_set_time(a, o, "handed_in", rows.v[i].answered_at);
        if (!rows.v[i].approved_at_null)
            json_set_time(a, o, "approved", rows.v[i].approved_at);
    }
    return RC_OK;
}

/* Her lists go, and she leaves what is not approved yet; that a place was taken stays, as a number. */
enum rc match_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_match_erase_choices(tx, person));
    TRY(sql_match_erase_uploads(tx, person));
    return sql_match_erase_leave(tx, person);
}

/* One round at a time; that it was, and who was with whom, stays. */
enum rc match_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    struct row_match_retain_next next;
    *more = false;
    if (str_eq_z(kind, "match_upload"))
        return sql_match_retain_uploads(tx, before);
    if (!str_eq_z(kind, "match_wishes"))
        return RC_OK;
    struct arena *a = arena_new(1024);
    enum rc rc = sql_match_retain_next(tx, a, before, &next);
    arena_free(a);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *more = true;
    TRY(sql_match_retain_choices(tx, next.id));
    TRY(sql_match_retain_solved(tx, next.id));
    return sql_match_retain_apart(tx, next.id);
}
