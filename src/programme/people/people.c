/* People: see people.h. Names are kept as they were written, in any script and order; what is derived from them (the key they
 * sort by, the words they are found by) is made here and nowhere else. */
#include "programme/people/people.h"

#include "auth/session.h"
#include "base/utf8.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_people.h"
#include "gen/programme/people/people_sql.h"
#include "programme/people/inside.h"

#define NAME_MOST 120  /* characters */
#define EMAIL_MOST 254 /* bytes, RFC 5321 */
#define WORD_MOST 60   /* bytes of a word in the index */
#define NUMBER_LONG 24 /* bytes */
#define WORDS_MOST 48
#define WORDS_AT_ONCE 8

/* ---- what is derived from names ------------------------------------------------------------------------------------------ */

struct words {
    struct str v[WORDS_MOST];
    size_t n;
};

static bool is_gap(unsigned char c)
{
    return c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
}

static void words_add(struct words *w, struct str word)
{
    word = utf8_clip(word, WORD_MOST);
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->v[i], word))
            return;
    if (word.n != 0 && w->n < WORDS_MOST)
        w->v[w->n++] = word;
}

/* Signs of typography as they stand on keyboards: O\u2019Brien is found by o'brien. */
static struct str plain_signs(struct arena *a, struct str folded)
{
    static const struct {
        const char *sign, *plain;
    } signs[] = {{"\u2019", "'"}, {"\u2018", "'"}, {"\u02bc", "'"}, {"\u00b4", "'"}, {"\u2010", "-"},
                 {"\u2011", "-"}, {"\u2013", "-"}, {"\u2014", "-"}, {"\u00b7", "-"}, {"\u30fb", "-"}};
    struct buf b = buf_new(a, folded.n + 1);
    for (size_t i = 0; i < folded.n;) {
        struct str rest = str_sub(folded, i, folded.n);
        size_t k = 0;
        while (k < COUNT_OF(signs) && !str_starts(rest, str_from(signs[k].sign)))
            k++;
        if (k == COUNT_OF(signs)) {
            buf_ch(&b, folded.p[i++]);
            continue;
        }
        buf_z(&b, signs[k].plain);
        i += strlen(signs[k].sign);
    }
    return buf_text(&b);
}

static struct str without_apostrophes(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\'')
            buf_ch(&b, s.p[i]);
    return buf_text(&b);
}

static void words_cut(struct words *w, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        while (i < s.n && !is_gap((unsigned char)s.p[i]))
            i++;
        words_add(w, str_sub(s, from, i - from));
        i++;
    }
}

/* Each run of letters and digits; scripts without spaces give one word, which is found by its beginning. O'Brien is found as
 * obrien, which is what a search makes of it, and as brien. */
static void words_split(struct words *w, struct arena *a, struct str folded)
{
    struct str s = plain_signs(a, folded);
    words_cut(w, without_apostrophes(a, s));
    words_cut(w, s);
}

void people_search_words(struct arena *a, struct str text, struct words_wanted *out)
{
    struct words w = {0};
    struct str folded = utf8_fold(a, text);
    *out = (struct words_wanted){0};
    bool whole = str_find(folded, S("@"), NULL) || (folded.n > NUMBER_LONG && !str_find(folded, S(" "), NULL));
    if (whole) /* an address or a long number */
        words_add(&w, folded);
    else
        words_cut(&w, without_apostrophes(a, plain_signs(a, folded)));
    for (size_t i = 0; i < w.n; i++) { /* the longest first: it leaves the fewest */
        size_t at = out->n < WORDS_WANTED ? out->n++ : WORDS_WANTED;
        for (; at > 0 && out->v[at - 1].n < w.v[i].n; at--)
            if (at < WORDS_WANTED)
                out->v[at] = out->v[at - 1];
        if (at < WORDS_WANTED)
            out->v[at] = w.v[i];
    }
}

struct str people_behind_all(struct arena *a, struct str word)
{
    return str_concat(a, word, S("\xF4\x8F\xBF\xBF")); /* the last character there is */
}

/* A number of another system; a long one is found as a whole alone. */
static void words_number(struct words *w, struct arena *a, struct str sourced_id)
{
    struct str folded = utf8_fold(a, sourced_id);
    if (folded.n > NUMBER_LONG)
        words_add(w, folded);
    else
        words_split(w, a, folded);
}

static enum rc words_store(struct db *tx, int64_t person, const struct words *w)
{
    for (size_t i = 0; i < w->n; i += WORDS_AT_ONCE) {
        struct str v[WORDS_AT_ONCE];
        for (size_t k = 0; k < WORDS_AT_ONCE; k++)
            v[k] = i + k < w->n ? w->v[i + k] : S("");
        TRY(sql_identity_word_add(tx, person, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]));
    }
    return RC_OK;
}

struct identity {
    struct str given, family, display, sort_key, email, email_key, language, zone, profession;
    struct words words;
};

static bool name_ok(struct str s)
{
    if (!utf8_is_text(s) || utf8_count(s) > NAME_MOST)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t')
            return false;
    return true;
}

static bool email_ok(struct str s)
{
    size_t at = 0, dot = 0;
    if (s.n > EMAIL_MOST || !utf8_is_text(s) || !str_find(s, S("@"), &at) || at == 0)
        return false;
    struct str domain = str_sub(s, at + 1, s.n);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || strchr("<>(),;:\"[]\\", s.p[i]) != NULL)
            return false;
    return domain.n != 0 && !str_find(domain, S("@"), NULL) && (str_eq(domain, S("localhost")) || str_find(domain, S("."), &dot)) &&
           domain.p[0] != '.' && domain.p[domain.n - 1] != '.';
}

static bool language_ok(struct str tag)
{
    return str_eq_nocase(lang_tag(lang_find(tag)), tag);
}

struct str people_full_name(struct arena *a, struct str given, struct str family)
{
    given = str_trim(given);
    family = str_trim(family);
    if (given.n == 0 || family.n == 0)
        return given.n != 0 ? given : family;
    return str_printf(a, "%.*s %.*s", STR_ARG(given), STR_ARG(family));
}

/* Checks the details and derives the rest. */
static enum rc identity_make(struct arena *a, const struct person_details *d, struct identity *out, struct err *e)
{
    *out = (struct identity){.given = str_trim(d->given_name),
                             .family = str_trim(d->family_name),
                             .display = str_trim(d->display_name),
                             .email = str_trim(d->email),
                             .language = d->language,
                             .zone = d->zone,
                             .profession = STR_NONE};
    if (!name_ok(out->given))
        return err_field(e, RC_INVALID, M_people_name_bad, "given_name", NULL);
    if (!name_ok(out->family))
        return err_field(e, RC_INVALID, M_people_name_bad, "family_name", NULL);
    if (!name_ok(out->display))
        return err_field(e, RC_INVALID, M_people_name_bad, "display_name", NULL);
    if (out->display.n == 0)
        out->display = people_full_name(a, out->given, out->family);
    if (out->display.n == 0)
        return err_field(e, RC_INVALID, M_people_name_missing, "given_name", NULL);
    if (out->given.p == NULL)
        out->given = S("");
    if (out->family.p == NULL)
        out->family = S("");
    if (out->email.n == 0)
        out->email = STR_NONE;
    else if (!email_ok(out->email))
        return err_field(e, RC_INVALID, M_people_email_bad, "email", NULL);
    if (out->language.n == 0)
        out->language = STR_NONE;
    else if (!language_ok(out->language))
        return err_field(e, RC_INVALID, M_people_language_bad, "language", NULL);
    if (out->zone.n == 0)
        out->zone = STR_NONE;
    else if (zone_find(out->zone) == NULL)
        return err_field(e, RC_INVALID, M_people_zone_bad, "zone", NULL);
    if (d->profession.n != 0 && !people_find_profession(a, d->profession, &out->profession))
        return err_field(e, RC_INVALID, M_people_profession_bad, "profession", NULL);

    struct str family = utf8_fold(a, out->family), given = utf8_fold(a, out->given), display = utf8_fold(a, out->display);
    out->sort_key = people_full_name(a, family, given); /* the family name first */
    if (out->sort_key.n == 0)
        out->sort_key = display;
    words_split(&out->words, a, family);
    words_split(&out->words, a, given);
    words_split(&out->words, a, display);
    if (out->email.p != NULL) {
        out->email_key = email_key(a, out->email);
        words_add(&out->words, out->email_key);
        words_split(&out->words, a, out->email_key);
    }
    return RC_OK;
}

enum rc people_check(struct arena *a, const struct person_details *d, struct err *e)
{
    struct identity id;
    return identity_make(a, d, &id, e);
}

bool people_covers(const struct actor *who, const struct grant *grants, size_t count)
{
    if (access_in_programme(who, P_ROLE_GRANT, 0))
        return true;
    for (size_t i = 0; i < count; i++) {
        struct target place = {.programme = grants[i].programme, .cohort = grants[i].cohort};
        for (int p = P_SIGNED_IN + 1; p < PERMISSION_COUNT; p++)
            if (access_reach(grants[i].role, (enum permission)p) != REACH_NONE &&
                access_decide(who, (enum permission)p, &place) != ACCESS_ALLOW)
                return false;
    }
    return true;
}

/* ---- professions ------------------------------------------------------------------------------------------------------ */

static const struct {
    struct str word;
    msg_id name;
} professions[] = {
#define X(word) {S_INIT(#word), M_people_profession_##word},
    PROFESSIONS(X)
#undef X
};

bool people_find_profession(struct arena *a, struct str text, struct str *word)
{
    struct str key = utf8_fold(a, str_trim(text));
    for (size_t k = 0; k < COUNT_OF(professions); k++) {
        bool found = str_eq(key, professions[k].word);
        for (int lang = 0; lang < lang_count() && !found; lang++)
            found = str_eq(key, utf8_fold(a, msg_text(lang, professions[k].name)));
        if (found) {
            *word = professions[k].word;
            return true;
        }
    }
    return false;
}

struct str people_profession_name(int lang, struct str word)
{
    for (size_t k = 0; k < COUNT_OF(professions); k++)
        if (str_eq(word, professions[k].word))
            return msg_text(lang, professions[k].name);
    return STR_NONE;
}

/* ---- rules --------------------------------------------------------------------------------------------------------------- */

static enum rc email_free(struct db *tx, struct arena *a, struct str key, int64_t person, struct err *e)
{
    struct row_identity_by_email_key row;
    if (key.p == NULL)
        return RC_OK;
    enum rc rc = sql_identity_by_email_key(tx, a, key, &row);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && row.person_id == person))
        return RC_OK;
    return rc == RC_OK ? err_field(e, RC_CONFLICT, M_people_email_taken, "email", NULL) : rc;
}

static enum rc identity_insert(struct db *tx, int64_t person, const struct identity *id, int64_t account, int64_t now)
{
    TRY(sql_person_add(tx, person, now));
    TRY(sql_identity_add(tx, person, id->given, id->family, id->display, id->sort_key, id->email, id->email_key, id->language,
                         id->zone, id->profession));
    TRY(sql_account_add(tx, account, person, now));
    return words_store(tx, person, &id->words);
}

enum rc people_add(struct db *tx, struct arena *a, const struct person_details *d, int64_t now, int64_t *person, struct err *e)
{
    struct identity id;
    TRY(identity_make(a, d, &id, e));
    TRY(email_free(tx, a, id.email_key, 0, e));
    *person = db_new_opaque_id(tx);
    return identity_insert(tx, *person, &id, db_new_id(tx), now);
}

enum rc people_add_known(struct db *tx, struct arena *a, const struct person_details *d, struct str source, struct str sourced_id,
                         int64_t person, int64_t account, int64_t now, struct err *e)
{
    struct identity id;
    TRY(identity_make(a, d, &id, e));
    if (sourced_id.n == 0)
        return identity_insert(tx, person, &id, account, now);
    words_number(&id.words, a, sourced_id);
    TRY(identity_insert(tx, person, &id, account, now));
    return sql_identity_source_set(tx, source, sourced_id, person);
}

/* The words of what other systems call her are kept beside those of her name. */
static enum rc words_renew(struct db *tx, struct arena *a, int64_t person, struct words *w)
{
    struct rows_identity_source_list sources;
    TRY(sql_identity_source_list(tx, a, person, &sources));
    for (size_t i = 0; i < sources.n; i++)
        words_number(w, a, sources.v[i].sourced_id);
    TRY(sql_identity_word_clear(tx, person));
    return words_store(tx, person, w);
}

enum rc people_change(struct db *tx, struct arena *a, int64_t person, const struct person_details *d, bool *changed, struct err *e)
{
    struct identity id;
    struct row_identity_find old;
    *changed = false;
    TRY(identity_make(a, d, &id, e));
    TRY(sql_identity_find(tx, a, person, &old));
    if (str_eq(id.given, old.given_name) && str_eq(id.family, old.family_name) && str_eq(id.display, old.display_name) &&
        str_eq(id.email, old.email) && str_eq(id.language, old.language) && str_eq(id.zone, old.zone) &&
        str_eq(id.profession, old.profession))
        return RC_OK;
    TRY(email_free(tx, a, id.email_key, person, e));
    TRY(sql_identity_change(tx, person, id.given, id.family, id.display, id.sort_key, id.email, id.email_key, id.language, id.zone,
                            id.profession));
    if (!str_eq(id.email_key, old.email_key)) /* a link that went to the old address is not for whoever reads there */
        TRY(sql_sign_in_link_clear(tx, person));
    TRY(words_renew(tx, a, person, &id.words));
    TRY(sql_identity_list_rename(tx, person, id.sort_key));
    *changed = true;
    return RC_OK;
}

enum rc people_list_put(struct db *tx, struct str list, int64_t of, int64_t ref, int64_t person)
{
    return sql_identity_list_put(tx, list, of, ref, person);
}

enum rc people_list_drop(struct db *tx, struct str list, int64_t of, int64_t person)
{
    return sql_identity_list_drop(tx, list, of, person);
}

enum rc people_find(struct db *db, struct arena *a, int64_t person, struct person_details *d, int64_t *version)
{
    struct row_identity_find row;
    TRY(sql_identity_find(db, a, person, &row));
    *d = (struct person_details){.given_name = row.given_name,
                                 .family_name = row.family_name,
                                 .display_name = row.display_name,
                                 .email = row.email,
                                 .language = row.language,
                                 .zone = row.zone,
                                 .profession = row.profession};
    if (version != NULL)
        *version = row.version;
    return RC_OK;
}

enum rc people_by_email(struct db *db, struct arena *a, struct str email, int64_t *person)
{
    struct row_identity_by_email_key row;
    struct str key = email_key(a, email);
    if (str_empty(key))
        return RC_NOT_FOUND;
    TRY(sql_identity_by_email_key(db, a, key, &row));
    *person = row.person_id;
    return RC_OK;
}

enum rc people_by_source(struct db *db, struct arena *a, struct str source, struct str sourced_id, int64_t *person)
{
    struct row_identity_by_source row;
    TRY(sql_identity_by_source(db, a, source, sourced_id, &row));
    *person = row.person_id;
    return RC_OK;
}

enum rc people_set_source(struct db *tx, struct str source, struct str sourced_id, int64_t person)
{
    struct words w = {0};
    struct arena *a = arena_new(0);
    words_number(&w, a, sourced_id);
    enum rc rc = sql_identity_source_set(tx, source, sourced_id, person);
    if (rc == RC_OK)
        rc = words_store(tx, person, &w);
    arena_free(a);
    return rc;
}

enum rc people_name(struct db *db, struct arena *a, int64_t person, struct str *name)
{
    struct row_identity_find row;
    TRY(sql_identity_find(db, a, person, &row));
    *name = row.display_name;
    return RC_OK;
}

enum rc people_with_role(struct db *db, struct arena *a, struct str role, int64_t today, int64_t *person)
{
    struct row_person_with_role row;
    TRY(sql_person_with_role(db, a, role, today, &row));
    *person = row.person_id;
    return RC_OK;
}

struct str people_link_path(struct arena *a, struct str token)
{
    return str_printf(a, "/sign-in/link/%.*s", STR_ARG(token));
}
