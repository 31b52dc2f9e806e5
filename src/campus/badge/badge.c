/* The rules of badges: see badge.h. */
#include "base/utf8.h"
#include "campus/badge/inside.h"

#include <sodium.h>

#define DRAWS_MOST 200
#define LIST_FULL (BADGE_LIST_PLACES / 4 * 3)

static const char *const earn_words[BADGE_EARN_COUNT] = {"hand", "course", "programme", "role"};

const char *badge_earn_word(enum badge_earn earn)
{
    ASSERT(earn < BADGE_EARN_COUNT);
    return earn_words[earn];
}

enum badge_earn badge_earn_read(struct str word)
{
    for (int i = 0; i < BADGE_EARN_COUNT; i++)
        if (str_eq_z(word, earn_words[i]))
            return (enum badge_earn)i;
    return BADGE_BY_HAND;
}

static enum rc changed(struct err *e)
{
    return err_set(e, RC_CONFLICT, M_badge_changed, NULL);
}

static enum rc one_row(struct db *tx, struct err *e)
{
    return db_changes(tx) != 0 ? RC_OK : changed(e);
}

/* ---- what it says ------------------------------------------------------------------------------------------------------------- */

static enum rc check(struct db *tx, struct arena *a, const struct badge_text *t, struct err *e)
{
    enum rc rc = RC_OK;
    int64_t programme = t->programme;
    if (t->earn == BADGE_BY_COURSE) {
        struct row_badge_course_title course;
        rc = sql_badge_course_title(tx, a, t->course, &course);
        programme = course.programme_id;
    } else if (t->earn == BADGE_BY_ROLE) {
        struct row_badge_role_title role;
        rc = sql_badge_role_title(tx, a, t->role, &role);
        programme = role.programme_id;
    }
    if (rc == RC_NOT_FOUND || (rc == RC_OK && programme != t->programme))
        return err_field(e, RC_INVALID, M_badge_earn_missing, badge_earn_word(t->earn), NULL);
    return rc;
}

static const int64_t *or_null(const int64_t *v, bool there)
{
    return there ? v : NULL;
}

static enum rc add_competencies(struct db *tx, int64_t id, const struct badge_text *t)
{
    for (size_t i = 0; i < t->competency_count; i++)
        TRY(sql_badge_competency_add(tx, id, t->competencies[i]));
    return RC_OK;
}

enum rc badge_draft(struct db *tx, struct arena *a, const struct badge_text *t, int64_t now, int64_t *id, struct err *e)
{
    TRY(check(tx, a, t, e));
    *id = db_new_id(tx);
    TRY(sql_badge_add(tx, *id, t->programme, t->title, utf8_fold(a, t->title), t->about, t->criteria, str_from(badge_earn_word(t->earn)),
                      or_null(&t->course, t->earn == BADGE_BY_COURSE), or_null(&t->role, t->earn == BADGE_BY_ROLE), t->times > 0 ? t->times : 1,
                      or_null(&t->months, t->months != 0), t->symbol, t->colour, now));
    return add_competencies(tx, *id, t);
}

enum rc badge_rewrite(struct db *tx, struct arena *a, int64_t id, int64_t version, const struct badge_text *t, struct err *e)
{
    TRY(check(tx, a, t, e));
    TRY(sql_badge_change(tx, id, version, t->title, utf8_fold(a, t->title), t->about, t->criteria, str_from(badge_earn_word(t->earn)),
                         or_null(&t->course, t->earn == BADGE_BY_COURSE), or_null(&t->role, t->earn == BADGE_BY_ROLE), t->times > 0 ? t->times : 1,
                         or_null(&t->months, t->months != 0), t->symbol, t->colour));
    TRY(one_row(tx, e));
    TRY(sql_badge_competency_clear(tx, id));
    return add_competencies(tx, id, t);
}

enum rc badge_open(struct db *tx, int64_t id, int64_t version, int64_t now, struct err *e)
{
    TRY(sql_badge_publish(tx, id, version, now));
    return one_row(tx, e);
}

enum rc badge_close(struct db *tx, int64_t id, int64_t version, struct err *e)
{
    TRY(sql_badge_retire(tx, id, version));
    return one_row(tx, e);
}

enum rc badge_throw_away(struct db *tx, int64_t id, int64_t version, struct err *e)
{
    TRY(sql_badge_competency_clear(tx, id));
    TRY(sql_badge_drop(tx, id, version));
    return one_row(tx, e);
}

/* ---- giving ----------------------------------------------------------------------------------------------------------------------- */

struct str badge_new_uuid(struct db *tx, struct arena *a)
{
    unsigned char r[16];
    db_draw(tx, r, sizeof r);
    r[6] = (unsigned char)((r[6] & 0x0f) | 0x40); /* version 4 of RFC 9562: random */
    r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
    return str_printf(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7],
                      r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
}

/* A place of a list that nobody has. A list is left when it is three quarters full, so a few draws find one. */
static enum rc draw_place(struct db *tx, struct arena *a, int64_t programme, int64_t *list, int64_t *place)
{
    struct row_badge_list_with_room room;
    struct row_badge_place_taken taken = {.n = 1};
    enum rc rc = sql_badge_list_with_room(tx, a, programme, LIST_FULL, &room);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *list = rc == RC_OK ? room.id : db_new_id(tx);
    if (rc == RC_NOT_FOUND)
        TRY(sql_badge_list_add(tx, *list, programme));
    for (int i = 0; i < DRAWS_MOST && taken.n != 0; i++) {
        uint32_t drawn;
        db_draw(tx, &drawn, sizeof drawn);
        *place = drawn % BADGE_LIST_PLACES;
        TRY(sql_badge_place_taken(tx, a, *list, *place, &taken));
    }
    ASSERT(taken.n == 0);
    return sql_badge_list_use(tx, *list);
}

/* The same day so many months later, or the last day of a shorter month; until that day begins. */
static int64_t months_later(struct str zone, int64_t at, int64_t months)
{
    const struct zone *z = zone_find(zone);
    struct civil c = civil_from_ms(z != NULL ? z : zone_utc(), at);
    int64_t month = c.month - 1 + months;
    c.year += (int)(month / 12);
    c.month = (int)(month % 12) + 1;
    while (!civil_valid(c.year, c.month, c.day))
        c.day--;
    return ms_from_civil(z != NULL ? z : zone_utc(), c);
}

static enum rc give(struct db *tx, struct arena *a, const struct row_badge_find *b, int64_t person, const int64_t *by, struct str reason, int64_t now,
                    int64_t *award)
{
    int64_t list, place = 0, until = b->months_null ? 0 : months_later(b->zone, now, b->months);
    TRY(draw_place(tx, a, b->programme_id, &list, &place));
    *award = db_new_id(tx);
    return sql_badge_award_add(tx, *award, b->id, person, badge_new_uuid(tx, a), list, place, now, or_null(&until, !b->months_null), by, reason);
}

enum rc badge_give(struct db *tx, struct arena *a, int64_t badge, int64_t person, int64_t by, struct str reason, int64_t now, int64_t *award,
                   struct err *e)
{
    struct row_badge_find b;
    struct row_badge_member in;
    struct row_badge_award_held held;
    TRY(sql_badge_find(tx, a, badge, &b));
    if (!str_eq_z(b.state, "published"))
        return err_set(e, RC_CONFLICT, M_badge_not_published, NULL);
    TRY(sql_badge_member(tx, a, person, b.programme_id, &in));
    if (in.n == 0)
        return err_field(e, RC_INVALID, M_badge_not_member, "person", NULL);
    TRY(sql_badge_award_held(tx, a, badge, person, now, &held));
    if (held.n != 0)
        return err_field(e, RC_INVALID, M_badge_has_it, "person", NULL);
    return give(tx, a, &b, person, &by, reason, now, award);
}

enum rc badge_earned(struct db *db, struct arena *a, int64_t badge, size_t most, int64_t today, int64_t **people, size_t *count)
{
    struct row_badge_find b;
    TRY(sql_badge_find(db, a, badge, &b));
    *count = 0;
    *people = ARENA_ARRAY(a, most, int64_t);
    switch (badge_earn_read(b.earn)) {
    case BADGE_BY_COURSE: {
        struct rows_badge_due_course rows;
        TRY(sql_badge_due_course(db, a, b.id, b.course_id, (int64_t)most, &rows));
        for (size_t i = 0; i < rows.n; i++)
            (*people)[(*count)++] = rows.v[i].person_id;
        break;
    }
    case BADGE_BY_PROGRAMME: {
        struct rows_badge_due_programme rows;
        TRY(sql_badge_due_programme(db, a, b.id, b.programme_id, today, (int64_t)most, &rows));
        for (size_t i = 0; i < rows.n; i++)
            (*people)[(*count)++] = rows.v[i].person_id;
        break;
    }
    case BADGE_BY_ROLE: {
        struct rows_badge_due_role rows;
        TRY(sql_badge_due_role(db, a, b.id, b.role_id, b.times, (int64_t)most, &rows));
        for (size_t i = 0; i < rows.n; i++)
            (*people)[(*count)++] = rows.v[i].person_id;
        break;
    }
    case BADGE_BY_HAND:
    case BADGE_EARN_COUNT: break;
    }
    return RC_OK;
}

enum rc badge_give_earned(struct db *tx, struct arena *a, int64_t badge, const int64_t *people, size_t count, int64_t now)
{
    struct row_badge_find b;
    int64_t award;
    TRY(sql_badge_find(tx, a, badge, &b));
    if (!str_eq_z(b.state, "published"))
        return RC_OK;
    for (size_t i = 0; i < count; i++) {
        struct row_badge_lacks lacks;
        TRY(sql_badge_lacks(tx, a, badge, people[i], &lacks));
        if (lacks.n != 0)
            TRY(give(tx, a, &b, people[i], NULL, S(""), now, &award));
    }
    return RC_OK;
}

enum rc badge_withdraw(struct db *tx, int64_t award, int64_t version, int64_t by, struct str why, int64_t now, struct err *e)
{
    TRY(sql_badge_award_revoke(tx, award, version, now, by, why));
    return one_row(tx, e);
}

enum rc badge_show(struct db *tx, struct arena *a, int64_t award, int64_t version, bool shown, struct err *e)
{
    struct str token = STR_NONE;
    if (shown) {
        unsigned char bytes[18]; /* 24 characters of base64url, no padding */
        char text[sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
        randombytes_buf(bytes, sizeof bytes);
        sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        token = str_dup(a, str_from(text));
    }
    TRY(sql_badge_award_show(tx, award, version, token));
    return one_row(tx, e);
}
