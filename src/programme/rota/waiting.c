/* What the rota tells the rest of the house: what waits, the calendar, mails, what is held about a person. */
#include "base/json_set.h"
#include "gen/programme/rota/alloc_sql.h"
#include "gen/programme/rota/days_sql.h"
#include "gen/programme/rota/feed_sql.h"
#include "out/mail.h"
#include "programme/people/people.h"
#include "programme/rota/inside.h"
#include "view/write.h"

#define SOON_DAYS 14
#define ITEMS_MOST 20
#define RETAIN_WISHERS 200  /* of one closure: with up to twenty wishes each */
#define RETAIN_PROPOSALS 2  /* with a row for each place */

/* ---- Home and calendar --------------------------------------------------------------------------------------------------------------- */

static enum rc unsupervised_items(struct ctx *c, struct home_list *list)
{
    struct rows_rota_unsupervised rows;
    if (!access_somewhere(c->who, P_PLACEMENT_MANAGE))
        return RC_OK;
    TRY(sql_rota_unsupervised(c->db, c->a, c->today, c->today + ROTA_UNSUPERVISED_DAYS, ITEMS_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct target t = {.programme = rows.v[k].programme_id};
        struct msg_arg n = MSG_NUM("n", rows.v[k].n);
        if (access_allows(c, P_PLACEMENT_MANAGE, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_unsupervised, &n, 1), .href = S("/terms"), .kind = tr(c, M_placement_shift), .weight = 12});
    }
    return RC_OK;
}

static enum rc lacking_items(struct ctx *c, struct home_list *list)
{
    struct rows_rota_lacks_of rows;
    TRY(sql_rota_lacks_of(c->db, c->a, c->who->person, c->now, ITEMS_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_lacks_of *r = &rows.v[k];
        const struct msg_arg args[] = {MSG_TEXT("credential", r->credential), MSG_TEXT("title", r->title)};
        home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_lacks, args, COUNT_OF(args)), .href = S("/credentials"), .detail = rota_when(c, r->starts_at, r->ends_at),
                                          .kind = tr(c, M_placement_shift), .has_due = true, .due_day = day_from_ms(c->zone, r->starts_at), .weight = 9});
    }
    return RC_OK;
}

enum rc rota_home(struct ctx *c, struct home_list *list)
{
    struct rows_rota_places_of rows;
    TRY(sql_rota_places_of(c->db, c->a, c->who->person, c->now, c->now + SOON_DAYS * MS_PER_DAY, ITEMS_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_places_of *r = &rows.v[k];
        home_add(list, (struct home_item){.title = str_printf(c->a, "%.*s: %.*s", STR_ARG(r->title), STR_ARG(r->role)), .href = rota_shift_path(c, r->shift_id, ""),
                                          .detail = rota_when(c, r->starts_at, r->ends_at), .kind = tr(c, M_placement_shift), .has_due = true,
                                          .due_day = day_from_ms(c->zone, r->starts_at), .weight = 10});
    }
    struct rows_rota_wishing wishing;
    TRY(sql_rota_wishing(c->db, c->a, c->who->person, c->today, &wishing));
    for (size_t k = 0; k < wishing.n; k++) {
        struct msg_arg title = MSG_TEXT("title", wishing.v[k].title);
        if (wishing.v[k].handed == 0)
            home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_wishes, &title, 1), .href = rota_term_path(c, wishing.v[k].id, "/wishes"),
                                              .kind = tr(c, M_placement_shift), .has_due = true, .due_day = wishing.v[k].wish_until_day, .weight = 16});
    }
    TRY(lacking_items(c, list));
    TRY(rota_swap_home(c, list));
    return unsupervised_items(c, list);
}

/* May she still open the page of a shift? Who has left the programme is on none of its shifts. */
static bool shown(struct ctx *c, int64_t programme)
{
    struct target t = {.programme = programme};
    return access_allows(c, P_PLACEMENT_VIEW, &t);
}

static struct calendar_entry shift_entry(struct ctx *c, int64_t shift, int64_t starts_at, int64_t ends_at)
{
    return (struct calendar_entry){.starts_at = starts_at, .minutes = (ends_at - starts_at) / MS_PER_MINUTE, .href = rota_shift_path(c, shift, "")};
}

static enum rc calendar_shifts(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_rota_places_of rows;
    struct rows_rota_supervised_by supervised;
    TRY(sql_rota_places_of(c->db, c->a, c->who->person, from, until, CALENDAR_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_places_of *r = &rows.v[k];
        struct calendar_entry e = shift_entry(c, r->shift_id, r->starts_at, r->ends_at);
        e.what = S("place");
        e.id = r->id;
        e.title = r->title;
        e.detail = r->role;
        e.place = r->place;
        if (shown(c, r->programme_id))
            calendar_add(list, e);
    }
    TRY(sql_rota_supervised_by(c->db, c->a, c->who->person, from, until, CALENDAR_MOST, &supervised));
    for (size_t k = 0; k < supervised.n; k++) {
        const struct row_rota_supervised_by *r = &supervised.v[k];
        struct calendar_entry e = shift_entry(c, r->shift_id, r->starts_at, r->ends_at);
        e.what = S("supervision");
        e.id = r->shift_id;
        e.title = r->title;
        e.detail = tr(c, M_placement_you_supervise);
        e.place = r->place;
        if (shown(c, r->programme_id))
            calendar_add(list, e);
    }
    return RC_OK;
}

enum rc rota_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_rota_wishing wishing;
    struct target t = {.person = c->who->person};
    if (!access_allows(c, P_PLACEMENT_OWN, &t))
        return RC_OK;
    TRY(calendar_shifts(c, from, until, list));
    TRY(sql_rota_wishing(c->db, c->a, c->who->person, c->today, &wishing));
    for (size_t k = 0; k < wishing.n; k++) {
        struct msg_arg title = MSG_TEXT("title", wishing.v[k].title);
        calendar_add(list, (struct calendar_entry){.what = S("rota-wishes"), .id = wishing.v[k].id, .sort = wishing.v[k].handed == 0 ? CALENDAR_DUE : CALENDAR_DONE, .all_day = true,
                                                   .day = wishing.v[k].wish_until_day, .title = tr_args(c, M_placement_home_wishes, &title, 1),
                                                   .href = rota_term_path(c, wishing.v[k].id, "/wishes")});
    }
    return RC_OK;
}

/* ---- mails --------------------------------------------------------------------------------------------------------------------------- */

/* To whom a place belongs, in her language and zone. about: the number of the place. */
static enum rc place_mail(struct db *tx, struct arena *a, struct str about, const char *state, msg_id subject, msg_id text, msg_id line, struct mail *out)
{
    int64_t id;
    struct row_rota_place_find p;
    struct person_details d = {.language = STR_NONE};
    struct programme of;
    if (!str_to_int(about, &id))
        return RC_NOT_FOUND;
    TRY(sql_rota_place_find(tx, a, id, &p));
    if (!str_eq_z(p.state, state))
        return RC_NOT_FOUND; /* meanwhile it is otherwise */
    TRY(people_find(tx, a, p.person_id, &d, NULL));
    TRY(programme_find(tx, a, p.programme_id, &of));
    if (d.email.n == 0)
        return RC_NOT_FOUND; /* it stands among her shifts */
    const struct zone *zone = zone_find(of.zone);
    int lang = lang_find(d.language.p != NULL ? d.language : of.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_TEXT("title", p.title), MSG_TEXT("role", p.role),
                                   MSG_TEXT("when", view_time_str(a, lang, zone != NULL ? zone : zone_utc(), p.starts_at)), MSG_TEXT("place", p.place),
                                   MSG_TEXT("link", mail_link(a, str_printf(a, "/shifts/%" PRId64, p.shift_id)))};
    *out = (struct mail){.to = d.email,
                         .subject = msg_format(a, lang, subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, line, args, COUNT_OF(args))};
    return RC_OK;
}

enum rc rota_write_moved_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return place_mail(tx, a, about, "held", M_placement_mail_moved_subject, M_placement_mail_moved_text, M_placement_mail_moved_line, out);
}

enum rc rota_write_soon_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return place_mail(tx, a, about, "held", M_placement_mail_soon_subject, M_placement_mail_soon_text, M_placement_mail_soon_line, out);
}

enum rc rota_write_lacks_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return place_mail(tx, a, about, "held", M_placement_mail_lacks_subject, M_placement_mail_lacks_text, M_placement_mail_lacks_line, out);
}

enum rc rota_write_cancelled_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    (void)now;
    return place_mail(tx, a, about, "cancelled", M_placement_mail_cancelled_subject, M_placement_mail_cancelled_text, M_placement_mail_cancelled_line, out);
}

/* ---- what is held about a person ----------------------------------------------------------------------------------------------------- */

enum rc rota_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_rota_export_places rows;
    TRY(sql_rota_export_places(db, a, person, &rows));
    json_t *list = json_new_list(into, "shifts");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "where", rows.v[k].title);
        json_set_text(o, "role", rows.v[k].role);
        json_set_time(a, o, "from", rows.v[k].starts_at);
        json_set_time(a, o, "to", rows.v[k].ends_at);
        json_set_text(o, "state", rows.v[k].state);
        json_set_text(o, "came_by", rows.v[k].how);
        json_set_words(o, "why_dropped", rows.v[k].words);
        if (rows.v[k].late)
            json_set_bool(o, "dropped_late", true);
    }
    struct rows_rota_export_swaps swaps;
    TRY(sql_rota_export_swaps(db, a, person, &swaps));
    list = json_new_list(into, "shift_swaps");
    for (size_t k = 0; k < swaps.n; k++) {
        json_t *o = json_new_item(list);
        json_set_time(a, o, "asked", swaps.v[k].asked_at);
        json_set_bool(o, "offered_by_her", swaps.v[k].person_id == person);
        json_set_text(o, "state", swaps.v[k].state);
        json_set_words(o, "words", swaps.v[k].words);
    }
    return RC_OK;
}

/* What she wrote goes; places that are ahead become free, and whoever waits moves up. */
enum rc rota_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct rows_rota_places_ahead ahead;
    TRY(sql_rota_waiting_leave_all(tx, person));
    TRY(sql_rota_feed_drop_person(tx, person));
    TRY(sql_rota_shortages_forget(tx, person));
    TRY(rota_swap_erase(tx, a, person, now));
    TRY(sql_rota_places_ahead(tx, a, person, now, &ahead));
    for (size_t k = 0; k < ahead.n; k++) {
        struct row_rota_place_find p;
        int64_t moved;
        TRY(sql_rota_place_find(tx, a, ahead.v[k].id, &p));
        TRY(sql_rota_place_end(tx, ahead.v[k].id, S("dropped"), S(""), 0, now));
        TRY(rota_swap_place_gone(tx, a, ahead.v[k].id, now));
        TRY(rota_move_waiting(tx, a, p.shift_id, p.role_id, now, &moved));
    }
    return sql_rota_erase_words(tx, person);
}

enum rc rota_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (str_eq_z(kind, "rota_wish")) {
        int64_t day = before / MS_PER_DAY;
        TRY(sql_rota_old_wishes_drop(tx, day, RETAIN_WISHERS));
        TRY(sql_rota_old_wish_days_drop(tx, day, RETAIN_WISHERS));
        TRY(sql_rota_old_wishers_drop(tx, day, RETAIN_WISHERS));
        *more = db_changes(tx) == RETAIN_WISHERS;
    } else if (str_eq_z(kind, "rota_allocation")) {
        TRY(sql_rota_old_proposals_drop(tx, before, RETAIN_PROPOSALS));
        *more = db_changes(tx) != 0;
        TRY(sql_rota_old_shortages_drop(tx, before, RETAIN_PROPOSALS));
        *more = *more || db_changes(tx) != 0;
    }
    return RC_OK;
}
