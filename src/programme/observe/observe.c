/* The rules of observation: links, what is kept, what counts. See observe.h. */
#include "programme/observe/observe.h"

#include "base/utf8.h"
#include "out/mail.h"
#include "programme/evidence/evidence.h"
#include "programme/observe/inside.h"
#include "programme/people/people.h"

#include <sodium.h>

#define CODE_SIGNS 12
#define TOKEN_BYTES 32
#define REQUESTS_A_DAY 10

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

/* ---- codes --------------------------------------------------------------------------------------------------------------- */

/* Without i, l, o, u: what looks like a digit, and words nobody wants on a badge. */
static const char signs[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct str observe_new_code(struct arena *a)
{
    unsigned char bytes[CODE_SIGNS];
    char *out = arena_alloc_raw(a, CODE_SIGNS);
    randombytes_buf(bytes, sizeof bytes);
    for (size_t k = 0; k < CODE_SIGNS; k++)
        out[k] = signs[bytes[k] & 31u];
    return (struct str){out, CODE_SIGNS};
}

struct str observe_new_token(struct arena *a)
{
    unsigned char bytes[TOKEN_BYTES];
    size_t cap = sodium_base64_encoded_len(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc_raw(a, cap);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, cap, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(out);
}

struct str observe_hash(struct arena *a, struct str code)
{
    unsigned char *hash = arena_alloc_raw(a, OBSERVE_HASH_BYTES);
    crypto_generichash(hash, OBSERVE_HASH_BYTES, (const unsigned char *)code.p, code.n, NULL, 0);
    return (struct str){(const char *)hash, OBSERVE_HASH_BYTES};
}

struct str observe_clean_code(struct arena *a, struct str typed)
{
    struct buf b = buf_new(a, CODE_SIGNS);
    for (size_t k = 0; k < typed.n && b.n <= CODE_SIGNS; k++) {
        char c = typed.p[k];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '-' && c != ' ')
            buf_ch(&b, c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c);
    }
    return buf_text(&b);
}

/* ---- settings -------------------------------------------------------------------------------------------------------------- */

enum rc observe_load_setting(struct db *db, struct arena *a, int64_t programme, struct observe_setting *out)
{
    struct row_observe_setting_find row;
    enum rc rc = sql_observe_setting_find(db, a, programme, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = (struct observe_setting){.programme = programme, .instrument = S(OBSERVE_INSTRUMENT), .code_days = OBSERVE_CODE_DAYS, .patterns = OBSERVE_PATTERNS};
    if (rc == RC_OK)
        *out = (struct observe_setting){programme, row.instrument, row.choose, row.code_days,
                                        {row.late_days, row.late_least, row.bulk_minutes, row.bulk_least, row.one_least, row.one_percent}, row.version};
    return RC_OK;
}

enum rc observe_save_setting(struct db *tx, const struct observe_setting *s, struct err *e)
{
    const struct observe_patterns *t = &s->patterns;
    if (s->version == 0)
        TRY(sql_observe_setting_add(tx, s->programme, s->instrument, s->choose, s->code_days, t->late_days, t->late_least, t->bulk_minutes, t->bulk_least,
                                    t->one_least, t->one_percent));
    else
        TRY(sql_observe_setting_change(tx, s->programme, s->version, s->instrument, s->choose, s->code_days, t->late_days, t->late_least, t->bulk_minutes,
                                       t->bulk_least, t->one_least, t->one_percent));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_observe_changed, NULL);
}

/* ---- links ------------------------------------------------------------------------------------------------------------------- */

enum rc observe_person_code(struct db *tx, struct arena *a, int64_t programme, int64_t person, int64_t now, int64_t *link)
{
    struct row_observe_link_of_person row;
    struct observe_setting setting;
    enum rc rc = sql_observe_link_of_person(tx, a, programme, person, now, &row);
    if (rc == RC_OK)
        *link = row.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(observe_load_setting(tx, a, programme, &setting));
    struct str code = observe_new_code(a);
    *link = db_new_id(tx);
    return sql_observe_link_add(tx, *link, S("person"), programme, &person, NULL, S(""), code, observe_hash(a, code), NULL, STR_NONE, S(""), now,
                                now + setting.code_days * MS_PER_DAY);
}

enum rc observe_add_place(struct db *tx, struct arena *a, int64_t programme, int64_t group, struct str title, int64_t now, int64_t *link)
{
    struct observe_setting setting;
    TRY(observe_load_setting(tx, a, programme, &setting));
    struct str code = observe_new_code(a);
    *link = db_new_id(tx);
    return sql_observe_link_add(tx, *link, S("place"), programme, NULL, &group, title, code, observe_hash(a, code), NULL, STR_NONE, S(""), now,
                                now + setting.code_days * MS_PER_DAY);
}

enum rc observe_revoke(struct db *tx, int64_t link, int64_t version, int64_t now, struct err *e)
{
    TRY(sql_observe_link_revoke(tx, link, version, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_observe_changed, NULL);
}

enum rc observe_ask(struct db *tx, struct arena *a, const struct observe_request *r, int64_t now, int64_t *link, struct err *e)
{
    struct row_observe_link_requests_since recent;
    int64_t to = r->to_person;
    if (to == 0) {
        enum rc rc = people_by_email(tx, a, r->to_address, &to);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        to = rc == RC_OK ? to : 0;
    }
    if (to == r->person)
        return err_field(e, RC_INVALID, M_observe_yourself, r->to_person != 0 ? "person" : "address", NULL);
    TRY(sql_observe_link_requests_since(tx, a, r->person, now - MS_PER_DAY, &recent));
    if (recent.n >= REQUESTS_A_DAY)
        return err_set(e, RC_INVALID, M_observe_asked_enough, "%d", REQUESTS_A_DAY);
    *link = db_new_id(tx);
    TRY(sql_observe_link_add(tx, *link, S("request"), r->programme, &r->person, NULL, S(""), STR_NONE, STR_NONE, or_null(&to),
                             to == 0 ? r->to_address : STR_NONE, r->words, now, now + OBSERVE_REQUEST_DAYS * MS_PER_DAY));
    return mail_ask(tx, "observe_request", str_printf(a, "%" PRId64, *link), now);
}

/* ---- what was seen -------------------------------------------------------------------------------------------------------------- */

static bool in_act(const struct observe_sent *s, size_t item)
{
    return s->domain == SIZE_MAX || s->instrument->items[item].domain == s->domain;
}

static void digest_part(crypto_generichash_state *state, struct str part)
{
    uint64_t n = part.n;
    crypto_generichash_update(state, (const unsigned char *)&n, sizeof n);
    crypto_generichash_update(state, (const unsigned char *)part.p, part.n);
}

/* Of all that was sent, so that the same key with another content is noticed. */
static struct str digest_of(struct arena *a, const struct observe_sent *s)
{
    unsigned char *hash = arena_alloc_raw(a, OBSERVE_HASH_BYTES);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, OBSERVE_HASH_BYTES);
    const int64_t numbers[] = {s->subject, s->day, s->instrument->id, s->domain == SIZE_MAX ? -1 : (int64_t)s->domain, s->observer};
    crypto_generichash_update(&state, (const unsigned char *)numbers, sizeof numbers);
    digest_part(&state, s->narrative);
    digest_part(&state, s->name);
    digest_part(&state, s->address);
    for (size_t k = 0; k < s->instrument->item_count; k++)
        if (in_act(s, k)) {
            int64_t answer = s->answers[k];
            crypto_generichash_update(&state, (const unsigned char *)&answer, sizeof answer);
            digest_part(&state, s->words != NULL ? s->words[k] : S(""));
        }
    crypto_generichash_final(&state, hash, OBSERVE_HASH_BYTES);
    return (struct str){(const char *)hash, OBSERVE_HASH_BYTES};
}

static struct str key_of_address(struct arena *a, struct str address)
{
    struct str hash = observe_hash(a, email_key(a, address));
    char hex[2 * 16 + 1];
    sodium_bin2hex(hex, sizeof hex, (const unsigned char *)hash.p, 16);
    return str_dup(a, str_from(hex));
}

static struct str key_of_person(struct arena *a, int64_t person)
{
    return str_printf(a, "%" PRId64, person);
}

static enum rc check_content(struct arena *a, const struct observe_sent *s, struct err *e)
{
    if (s->day > s->today)
        return err_field(e, RC_INVALID, M_observe_day_ahead, "day", NULL);
    if (s->day < s->today - OBSERVE_BACK_DAYS)
        return err_field(e, RC_INVALID, M_observe_day_long_ago, "day", "%d", OBSERVE_BACK_DAYS);
    for (size_t k = 0; k < s->instrument->item_count; k++)
        if (in_act(s, k) && !s->instrument->items[k].words && !instrument_answer_valid(s->instrument, s->answers[k]))
            return err_field(e, RC_INVALID, M_observe_answer_missing, instrument_field_name(a, s->instrument, k), NULL);
    return RC_OK;
}

/* Nobody observes herself, by her session or by her address. */
static enum rc check_observer(struct db *tx, struct arena *a, int64_t subject, int64_t observer, struct str address, struct err *e)
{
    int64_t owner = observer;
    if (observer == 0) {
        enum rc rc = people_by_email(tx, a, address, &owner);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    return owner != subject ? RC_OK : err_field(e, RC_INVALID, M_observe_yourself, observer == 0 ? "address" : "", NULL);
}

/* Anybody may write to an outsider through our form: not often. */
static enum rc check_flood(struct db *tx, struct arena *a, const struct observe_sent *s, struct str key, int64_t now, struct err *e)
{
    struct row_observation_waiting_of_address address;
    struct row_observation_waiting_of_link link;
    TRY(sql_observation_waiting_of_address(tx, a, key, now - MS_PER_HOUR, &address));
    TRY(sql_observation_waiting_of_link(tx, a, s->link, now - MS_PER_DAY, &link));
    if (address.n >= OBSERVE_UNCONFIRMED_MOST || link.n >= OBSERVE_LINK_MOST)
        return err_set(e, RC_RATE_LIMITED, M_observe_too_many, NULL);
    return RC_OK;
}

static enum rc write_answers(struct db *tx, const struct observe_sent *s, int64_t id)
{
    for (size_t k = 0; k < s->instrument->item_count; k++) {
        const struct instrument_item *it = &s->instrument->items[k];
        struct str words = it->words && s->words != NULL ? s->words[k] : S("");
        int64_t point = s->answers[k];
        if (!in_act(s, k) || (it->words && words.n == 0))
            continue;
        TRY(sql_observation_answer_add(tx, id, it->id, !it->words && point >= 0 ? &point : NULL, words));
    }
    return RC_OK;
}

static enum rc add_evidence(struct db *tx, int64_t id, struct evidence_new *n, int64_t now)
{
    int64_t evidence;
    TRY(evidence_add(tx, n, now, &evidence));
    return sql_observation_evidence_add(tx, id, evidence);
}

/* One row for each competency that was judged, at the level seen; without any, one row that says it was seen. known: its
 * instrument, where who calls has read it. */
static enum rc write_evidence(struct db *tx, struct arena *a, int64_t id, const struct instrument *known, int64_t now)
{
    struct row_observation_find o;
    struct rows_observation_answers answers;
    struct instrument i;
    struct programme p;
    size_t written = 0;
    TRY(sql_observation_find(tx, a, id, &o));
    TRY(sql_observation_answers(tx, a, id, &answers));
    if (known != NULL)
        i = *known;
    else
        TRY(instrument_find(tx, a, o.instrument_id, S("en"), &i));
    TRY(programme_find(tx, a, o.programme_id, &p));
    const struct zone *zone = zone_find(p.zone);
    struct civil noon = civil_from_day(o.day);
    noon.hour = 12;
    bool same_day = zone != NULL && day_from_ms(zone, o.recorded_at) == o.day;
    struct evidence_new n = {.person = o.subject_id,
                             .programme = o.programme_id,
                             .kind = o.assessment_id_null ? "observed" : "assessed_by_rubric",
                             .use = EVIDENCE_ASSESSED,
                             .percent = -1,
                             .source_kind = "observation",
                             .source_id = id,
                             .by_person = o.observer_id_null ? 0 : o.observer_id,
                             .at = same_day ? o.recorded_at : ms_from_civil(zone != NULL ? zone : zone_utc(), noon)};
    for (size_t k = 0; k < answers.n; k++) {
        size_t item = instrument_item_by_id(&i, answers.v[k].item_id);
        if (item == SIZE_MAX || answers.v[k].point_null)
            continue;
        for (size_t m = 0; m < i.items[item].competency_count; m++) {
            n.competency = i.items[item].competencies[m];
            n.level = i.low == 1 && i.items[item].anchors != NULL && !i.items[item].reversed ? (int)answers.v[k].point : 0;
            TRY(add_evidence(tx, id, &n, now));
            written++;
        }
    }
    n.competency = 0;
    n.level = 0;
    n.use = EVIDENCE_NO_USE;
    return written != 0 ? RC_OK : add_evidence(tx, id, &n, now);
}

enum rc observe_complete_assessment(struct db *tx, struct arena *a, int64_t assessment, int64_t now)
{
    struct row_assessment_find row;
    struct rows_assessment_sheets sheets;
    TRY(sql_assessment_find(tx, a, assessment, &row));
    TRY(sql_assessment_sheets(tx, a, assessment, &sheets));
    if (sheets.n < (row.second_id_null ? 1u : 2u))
        return RC_OK;
    TRY(sql_assessment_complete(tx, assessment, now));
    for (size_t k = 0; k < sheets.n; k++)
        TRY(write_evidence(tx, a, sheets.v[k].id, NULL, now));
    return RC_OK;
}

/* What came before with this key. */
static enum rc there_already(struct db *tx, struct arena *a, const struct observe_sent *s, struct str digest, int64_t *id, bool *there, struct err *e)
{
    struct row_observation_by_send_key before;
    enum rc rc = sql_observation_by_send_key(tx, a, s->key, &before);
    *there = rc == RC_OK;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *id = before.id;
    return str_eq(before.digest, digest) ? RC_OK : err_set(e, RC_CONFLICT, M_observe_key_used, NULL);
}

enum rc observe_keep(struct db *tx, struct arena *a, const struct observe_sent *s, int64_t now, int64_t *id, enum observe_outcome *outcome,
                     struct err *e)
{
    bool there, outside = s->observer == 0 && !s->known;
    struct str digest = digest_of(a, s), key = s->observer == 0 ? key_of_address(a, s->address) : key_of_person(a, s->observer);
    *outcome = OBSERVE_THERE_ALREADY;
    TRY(there_already(tx, a, s, digest, id, &there, e));
    if (there)
        return RC_OK;
    TRY(check_content(a, s, e));
    TRY(check_observer(tx, a, s->subject, s->observer, s->address, e));
    if (outside)
        TRY(check_flood(tx, a, s, key, now, e));
    *id = db_new_opaque_id(tx);
    *outcome = outside ? OBSERVE_TO_CONFIRM : OBSERVE_COUNTS;
    TRY(sql_observation_add(tx, *id, s->programme, s->subject, or_null(&s->link), or_null(&s->assessment), s->instrument->id,
                            s->domain == SIZE_MAX ? S("") : s->instrument->domains[s->domain].code, s->narrative, s->day, or_null(&s->observer),
                            s->observer == 0 ? s->name : S(""), outside ? s->address : STR_NONE, key, s->language,
                            outside ? S("unconfirmed") : S("confirmed"), s->key, digest, outside ? NULL : &now, now));
    TRY(write_answers(tx, s, *id));
    if (s->link != 0)
        TRY(sql_observe_link_use(tx, s->link, now));
    if (s->assessment != 0)
        return observe_complete_assessment(tx, a, s->assessment, now);
    return outside ? mail_ask(tx, "observe_confirm", str_printf(a, "%" PRId64, *id), now) : write_evidence(tx, a, *id, s->instrument, now);
}

enum rc observe_confirm(struct db *tx, struct arena *a, struct str token, int64_t now, int64_t *id, bool *again, struct err *e)
{
    struct row_observation_by_confirm_hash row;
    struct row_observation_find o;
    TRY(sql_observation_by_confirm_hash(tx, a, observe_hash(a, token), &row));
    *id = row.id;
    *again = str_eq_z(row.state, "confirmed");
    if (*again)
        return RC_OK;
    if (str_eq_z(row.state, "void") || row.confirm_until_null || row.confirm_until < now)
        return err_set(e, RC_GONE, M_observe_confirm_late, NULL);
    TRY(sql_observation_find(tx, a, row.id, &o));
    int64_t owner = 0;
    enum rc rc = people_by_email(tx, a, o.observer_address, &owner); /* whoever reads that mailbox is that person */
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && owner == o.subject_id)
        return err_set(e, RC_INVALID, M_observe_yourself, NULL);
    TRY(sql_observation_confirm(tx, row.id, rc == RC_OK ? &owner : NULL,
                                rc == RC_OK ? key_of_person(a, owner) : key_of_address(a, o.observer_address), now));
    return write_evidence(tx, a, row.id, NULL, now);
}

/* ---- looking at one --------------------------------------------------------------------------------------------------------------- */

enum rc observe_ask_look(struct db *tx, int64_t id, int64_t version, struct str words, int64_t now, struct err *e)
{
    TRY(sql_observation_ask_look(tx, id, version, words, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_observe_changed, NULL);
}

static enum rc take_back(struct db *tx, struct arena *a, int64_t id, int64_t by, int64_t now)
{
    struct row_observation_find o;
    struct rows_observation_evidence_of rows;
    TRY(sql_observation_find(tx, a, id, &o));
    TRY(sql_observation_evidence_of(tx, a, id, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct evidence_new n = {.person = o.subject_id,
                                 .programme = o.programme_id,
                                 .kind = "observation_withdrawn",
                                 .percent = -1,
                                 .source_kind = "observation",
                                 .source_id = id,
                                 .replaces = rows.v[k].evidence_id,
                                 .by_person = by,
                                 .at = now};
        TRY(evidence_add(tx, &n, now, NULL));
    }
    return sql_observation_void(tx, id);
}

enum rc observe_look(struct db *tx, struct arena *a, int64_t id, int64_t version, bool takes_back, struct str answer, int64_t by, int64_t now,
                     struct err *e)
{
    TRY(sql_observation_looked(tx, id, version, answer, by, now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_observe_changed, NULL);
    return takes_back ? take_back(tx, a, id, by, now) : RC_OK;
}

/* ---- assessments ------------------------------------------------------------------------------------------------------------------ */

enum rc assessment_add(struct db *tx, struct arena *a, const struct assessment_new *n, int64_t today, int64_t now, int64_t *id, struct err *e)
{
    struct row_observe_is_faculty faculty = {.n = 1};
    if (n->subject == n->first || n->subject == n->second)
        return err_field(e, RC_INVALID, M_observe_yourself, n->subject == n->second ? "second" : "", NULL);
    if (n->first == n->second)
        return err_field(e, RC_INVALID, M_observe_second_same, "second", NULL);
    if (n->day < today - OBSERVE_BACK_DAYS)
        return err_field(e, RC_INVALID, M_observe_day_long_ago, "day", "%d", OBSERVE_BACK_DAYS);
    if (n->second != 0)
        TRY(sql_observe_is_faculty(tx, a, n->programme, n->second, today, &faculty));
    if (faculty.n == 0)
        return err_field(e, RC_INVALID, M_observe_second_faculty, "second", NULL);
    *id = db_new_opaque_id(tx);
    return sql_assessment_add(tx, *id, n->programme, n->subject, n->instrument, n->title, n->day, n->first, or_null(&n->second), now);
}

struct agreement agreement_of(const int *first, const int *second, size_t count)
{
    struct agreement out = {0};
    for (size_t k = 0; k < count; k++) {
        int apart = abs(first[k] - second[k]);
        if (first[k] < 0 || second[k] < 0)
            continue;
        out.items++;
        out.exact += apart == 0;
        out.within_one += apart <= 1;
    }
    return out;
}
