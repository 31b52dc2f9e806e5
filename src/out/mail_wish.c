/* What people want of mails: see mail.h. Everything here is decided inside the closure that writes a mail, just before it goes. */
#include "base/msg.h"
#include "base/utf8.h"
#include "gen/msg_mail.h"
#include "out/mail_inside.h"

#include <sodium.h>

#define TOKEN_BYTES 24
#define FLOOD_MOST 3                      /* mails that can wait, to one person, */
#define FLOOD_MS (10 * MS_PER_MINUTE)     /* within so long: what comes more comes together after as long */

static const char *const sort_words[MAIL_SORT_COUNT + 1] = {
#define X(word) #word,
    MAIL_SORTS(X)
#undef X
        "all"};

const char *mail_sort_word(enum mail_sort sort)
{
    ASSERT(sort <= MAIL_all);
    return sort_words[sort];
}

enum rc mail_choice(struct db *db, struct arena *a, int64_t person, enum mail_sort sort, struct str *how)
{
    struct row_mail_choice_find row;
    enum rc rc = sql_mail_choice_find(db, a, person, str_from(mail_sort_word(sort)), &row);
    *how = rc == RC_OK ? row.how : S("once");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc mail_choose(struct db *tx, int64_t person, enum mail_sort sort, struct str how)
{
    ASSERT(sort != MAIL_owed && sort < MAIL_SORT_COUNT);
    return sql_mail_choice_set(tx, person, str_from(mail_sort_word(sort)), how);
}

enum rc mail_stop_find(struct db *db, struct arena *a, struct str token, int64_t *person, enum mail_sort *sort)
{
    struct row_mail_stop_by_token row;
    TRY(sql_mail_stop_by_token(db, a, token, &row));
    *person = row.person_id;
    for (int i = MAIL_owed + 1; i <= MAIL_all; i++)
        if (str_eq_z(row.sort, sort_words[i])) {
            *sort = (enum mail_sort)i;
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

static enum rc stop_one(struct db *tx, int64_t person, enum mail_sort sort, bool stops)
{
    struct str word = str_from(mail_sort_word(sort));
    return stops ? sql_mail_choice_stop(tx, person, word) : sql_mail_choice_back(tx, person, word);
}

enum rc mail_stop(struct db *tx, int64_t person, enum mail_sort sort, bool stops)
{
    if (sort != MAIL_all)
        return stop_one(tx, person, sort, stops);
    for (int i = MAIL_owed + 1; i < MAIL_SORT_COUNT; i++)
        TRY(stop_one(tx, person, (enum mail_sort)i, stops));
    return RC_OK;
}

enum rc mail_forget(struct db *tx, int64_t person)
{
    TRY(sql_mail_forget_choices(tx, person));
    TRY(sql_mail_forget_stops(tx, person));
    TRY(sql_mail_forget_held(tx, person));
    return sql_mail_forget_sent(tx, person);
}

/* The next time that the clock of a zone shows that hour. */
static int64_t next_hour(const struct zone *zone, int64_t now, int hour)
{
    struct civil c = civil_from_day(day_from_ms(zone, now));
    c.hour = hour;
    int64_t at = ms_from_civil(zone, c);
    if (at > now)
        return at;
    c = civil_from_day(day_from_ms(zone, now) + 1);
    c.hour = hour;
    return ms_from_civil(zone, c);
}

enum rc mail_wish_of(struct db *tx, struct arena *a, enum mail_sort sort, struct str to, bool held, int64_t now, int digest_hour, struct mail_reader *reader,
                     enum mail_wish *wish, int64_t *until)
{
    struct row_mail_reader row;
    struct row_mail_sent_count sent;
    struct str how;
    *reader = (struct mail_reader){.zone = zone_utc()};
    *wish = MAIL_GOES;
    enum rc rc = sql_mail_reader(tx, a, utf8_fold(a, to), &row);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (row.language.p != NULL)
        reader->lang = lang_find(row.language);
    if (sort == MAIL_owed)
        return RC_OK;
    const struct zone *zone = zone_find(row.zone.p != NULL ? row.zone : row.role_zone.p != NULL ? row.role_zone : row.member_zone);
    reader->person = row.person_id;
    reader->zone = zone != NULL ? zone : zone_utc();
    TRY(mail_choice(tx, a, row.person_id, sort, &how));
    TRY(sql_mail_sent_count(tx, a, row.person_id, now - FLOOD_MS, &sent));
    if (str_eq_z(how, "never"))
        *wish = MAIL_STAYS;
    else if (!held && (str_eq_z(how, "daily") || sent.n >= FLOOD_MOST))
        *wish = MAIL_WAITS;
    *until = str_eq_z(how, "daily") ? next_hour(reader->zone, now, digest_hour) : now + FLOOD_MS;
    return RC_OK;
}

/* The same address in each mail of a sort: it is made with the first. */
static enum rc stop_token(struct db *tx, struct arena *a, int64_t person, enum mail_sort sort, struct str *token)
{
    struct row_mail_stop_of row;
    struct str word = str_from(mail_sort_word(sort));
    enum rc rc = sql_mail_stop_of(tx, a, person, word, &row);
    *token = row.token;
    if (rc != RC_NOT_FOUND)
        return rc;
    unsigned char bytes[TOKEN_BYTES];
    char text[sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    *token = str_dup(a, str_from(text));
    return sql_mail_stop_add(tx, person, word, *token);
}

enum rc mail_add_stop(struct db *tx, struct arena *a, const struct mail_reader *reader, enum mail_sort sort, struct mail *m)
{
    struct str token;
    m->lang = reader->lang;
    if (reader->person == 0)
        return RC_OK;
    TRY(stop_token(tx, a, reader->person, sort, &token));
    m->stop = mail_link(a, str_concat(a, S("/mail/stop/"), token));
    const struct msg_arg args[] = {MSG_TEXT("choice", mail_link(a, S("/account/mails"))), MSG_TEXT("stop", m->stop)};
    m->text = str_printf(a, "%.*s\n\n%.*s\n", STR_ARG(str_trim(m->text)), STR_ARG(msg_format(a, reader->lang, M_mail_footer, args, COUNT_OF(args))));
    return RC_OK;
}
