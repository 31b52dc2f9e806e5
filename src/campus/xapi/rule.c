/* The rules themselves: see rule.h. */
#include "campus/xapi/rule.h"

#include <math.h>

#include "auth/session.h"
#include "base/clock.h"
#include "base/strmap.h"
#include "campus/xapi/lexical.h"
#include "gen/msg_xapi.h"
#include "out/mail.h"
#include "programme/evidence/evidence.h"
#include "programme/people/people.h"

#define PORTION 40
#define ADDRESSES 1000
#define SOURCE "xapi_statement"

const char *const xapi_rule_kinds[] = {"outside_done", "outside_passed", "outside_assessed"};
const size_t xapi_rule_kind_count = COUNT_OF(xapi_rule_kinds);

/* ---- keeping them ----------------------------------------------------------------------------------------------------------------------- */

static enum rc changed(struct db *tx, struct err *e)
{
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_xapi_rule_changed, NULL);
}

enum rc xapi_rule_put(struct db *tx, int64_t *id, int64_t version, const struct xapi_rule_new *n, int64_t actor, int64_t now, struct err *e)
{
    const int64_t *least = n->least >= 0 ? &n->least : NULL, *client = n->client != 0 ? &n->client : NULL, *level = n->level != 0 ? &n->level : NULL;
    bool new = *id == 0;
    int64_t rule = new ? db_new_id(tx) : *id;
    if (new) {
        TRY(sql_xapi_rule_add(tx, rule, n->activity, n->prefix, n->verb, least, client, n->home_page, n->kind, n->use, level, now));
    } else {
        TRY(sql_xapi_rule_change(tx, rule, n->activity, n->prefix, n->verb, least, client, n->home_page, n->kind, n->use, level, version));
        TRY(changed(tx, e));
        TRY(sql_xapi_rule_drop_hits(tx, rule));
        TRY(sql_xapi_rule_drop_competencies(tx, rule));
    }
    for (size_t i = 0; i < n->competency_count; i++)
        TRY(sql_xapi_rule_competency_add(tx, rule, n->competencies[i]));
    TRY(audit_note(tx, now, actor, new ? "xapi_rule_make" : "xapi_rule_change", 0, "xapi_rule", rule));
    *id = rule;
    return RC_OK;
}

enum rc xapi_rule_switch(struct db *tx, int64_t id, int64_t version, const char *state, bool again, int64_t actor, int64_t now, struct err *e)
{
    TRY(sql_xapi_rule_set_state(tx, id, str_from(state), again, version));
    TRY(changed(tx, e));
    bool on = strcmp(state, "on") == 0;
    return audit_note(tx, now, actor, on ? "xapi_rule_on" : "xapi_rule_off", 0, "xapi_rule", id);
}

enum rc xapi_rule_remove(struct db *tx, int64_t id, int64_t version, int64_t actor, int64_t now, struct err *e)
{
    TRY(sql_xapi_rule_drop_hits(tx, id));
    TRY(sql_xapi_rule_drop_competencies(tx, id));
    TRY(sql_xapi_rule_drop(tx, id, version));
    TRY(changed(tx, e));
    return audit_note(tx, now, actor, "xapi_rule_remove", 0, "xapi_rule", id);
}

/* ---- does a statement match? ---------------------------------------------------------------------------------------------------------------- */

static struct str text_of(json_t *o, const char *name)
{
    return str_from(json_string_value(json_object_get(o, name)));
}

static bool matches(const struct row_xapi_rule_find *rule, int64_t client, json_t *statement)
{
    json_t *object = json_object_get(statement, "object"), *score = json_object_get(json_object_get(statement, "result"), "score");
    struct str type = text_of(object, "objectType"), id = text_of(object, "id");
    if ((type.n != 0 && !str_eq_z(type, "Activity")) || !str_eq(text_of(json_object_get(statement, "verb"), "id"), rule->verb))
        return false;
    if (rule->prefix != 0 ? !str_starts(id, rule->activity) : !str_eq(id, rule->activity))
        return false;
    if (!rule->client_id_null && rule->client_id != client)
        return false;
    json_t *scaled = json_object_get(score, "scaled");
    return rule->least_null || (json_is_number(scaled) && json_number_value(scaled) * 100 >= (double)rule->least - 1e-9);
}

static int64_t percent_of(json_t *statement)
{
    json_t *scaled = json_object_get(json_object_get(json_object_get(statement, "result"), "score"), "scaled");
    double v = json_is_number(scaled) ? json_number_value(scaled) : -1;
    return v < 0 ? -1 : (int64_t)floor(v * 100 + 0.5);
}

/* ---- who is meant? -------------------------------------------------------------------------------------------------------------------------- */

struct known {
    struct db *db;
    struct arena *a;
    struct str home, site; /* addresses of this site, now and when it first told of somebody */
    struct strmap hashes;  /* of e-mail addresses, when they are asked for */
    bool hashed;
    int64_t *people;
    size_t count, room;
};

static void hash_address(struct known *k, int64_t person, struct str email)
{
    struct str hash = xapi_sha1(k->a, str_concat(k->a, S("mailto:"), email));
    if (k->count == k->room) {
        int64_t *more = ARENA_ARRAY(k->a, k->room * 2 + 1000, int64_t);
        if (k->count != 0)
            memcpy(more, k->people, k->count * sizeof *more);
        k->people = more;
        k->room = k->room * 2 + 1000;
    }
    k->people[k->count] = person;
    (void)strmap_add(&k->hashes, hash, k->count++);
}

static enum rc hash_all(struct known *k)
{
    struct rows_xapi_addresses rows;
    int64_t after = 0;
    k->hashes = strmap_new(k->a);
    do {
        TRY(sql_xapi_addresses(k->db, k->a, after, ADDRESSES, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            hash_address(k, rows.v[i].person_id, rows.v[i].email);
            after = rows.v[i].person_id;
        }
    } while (rows.n == ADDRESSES);
    k->hashed = true;
    return RC_OK;
}

static enum rc find_by_hash(struct known *k, struct str hash, int64_t *person)
{
    char small[41];
    if (!k->hashed)
        TRY(hash_all(k));
    if (hash.n != 40)
        return RC_NOT_FOUND;
    for (size_t i = 0; i < 40; i++)
        small[i] = (char)(hash.p[i] >= 'A' && hash.p[i] <= 'F' ? hash.p[i] + ('a' - 'A') : hash.p[i]);
    size_t at = strmap_get(&k->hashes, (struct str){small, 40});
    if (at == STRMAP_NONE)
        return RC_NOT_FOUND;
    *person = k->people[at];
    return RC_OK;
}

static enum rc find_by_account(struct known *k, const struct row_xapi_rule_find *rule, struct str page, struct str name, int64_t *person)
{
    struct str shown;
    if (page.n != 0 && (str_eq(page, k->home) || str_eq(page, k->site)))
        return str_to_int(name, person) ? people_name(k->db, k->a, *person, &shown) : RC_NOT_FOUND;
    if (page.n != 0 && str_eq(page, rule->home_page))
        return people_by_source(k->db, k->a, S("roster"), name, person);
    return RC_NOT_FOUND;
}

/* 0: nobody who is known here. */
static enum rc find_person(struct known *k, const struct row_xapi_rule_find *rule, json_t *statement, int64_t *person)
{
    json_t *actor = json_object_get(statement, "actor"), *account = json_object_get(actor, "account");
    struct str mbox = text_of(actor, "mbox"), hash = text_of(actor, "mbox_sha1sum");
    enum rc rc = RC_NOT_FOUND;
    *person = 0;
    if (str_eq_z(text_of(actor, "objectType"), "Group"))
        return RC_OK;
    if (account != NULL)
        rc = find_by_account(k, rule, text_of(account, "homePage"), text_of(account, "name"), person);
    else if (str_starts(mbox, S("mailto:")))
        rc = people_by_email(k->db, k->a, str_sub(mbox, 7, mbox.n), person);
    else if (hash.n != 0)
        rc = find_by_hash(k, hash, person);
    if (rc == RC_NOT_FOUND)
        *person = 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc known_open(struct known *k, struct db *db, struct arena *a)
{
    *k = (struct known){.db = db, .a = a, .site = mail_link(a, S(""))};
    return xapi_own_home(db, a, &k->home);
}

/* ---- how things are called -------------------------------------------------------------------------------------------------------------------- */

struct str xapi_actor_text(struct arena *a, json_t *statement)
{
    json_t *actor = json_object_get(statement, "actor"), *account = json_object_get(actor, "account");
    static const char *const names[] = {"mbox", "mbox_sha1sum", "openid", "name"};
    if (account != NULL)
        return str_printf(a, "%.*s, %.*s", STR_ARG(text_of(account, "name")), STR_ARG(text_of(account, "homePage")));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (text_of(actor, names[i]).n != 0)
            return str_dup(a, text_of(actor, names[i]));
    return S("?");
}

struct str xapi_object_text(struct arena *a, json_t *statement, struct str language)
{
    json_t *object = json_object_get(statement, "object"), *definition = json_deep_copy(json_object_get(object, "definition"));
    const char *tag;
    json_t *text;
    struct str name = STR_NONE;
    xapi_one_language(definition, language);
    json_object_foreach(json_object_get(definition, "name"), tag, text)
    {
        name = str_dup(a, str_from(json_string_value(text)));
    }
    json_decref(definition);
    return name.n != 0 ? name : str_dup(a, text_of(object, "id"));
}

/* ---- a dry run ------------------------------------------------------------------------------------------------------------------------------------ */

/* What leads to the statements that may match. */
static int64_t rule_key(const struct row_xapi_rule_find *rule)
{
    return rule->prefix != 0 ? xapi_key(XAPI_VERB, rule->verb) : xapi_key(XAPI_ACTIVITY, rule->activity);
}

static enum rc own_id(struct db *db, struct arena *a, int64_t *id)
{
    struct row_xapi_client_by_login row;
    enum rc rc = sql_xapi_client_by_login(db, a, S("cadre"), &row);
    *id = rc == RC_OK ? row.id : 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc xapi_rule_try(struct db *db, struct arena *a, const struct row_xapi_rule_find *rule, struct xapi_dry *out)
{
    struct known k;
    struct rows_xapi_rule_newest rows = {0};
    int64_t own, below = INT64_MAX;
    *out = (struct xapi_dry){0};
    TRY(known_open(&k, db, a));
    TRY(own_id(db, a, &own));
    do {
        struct arena *some = arena_new(0);
        enum rc rc = sql_xapi_rule_newest(db, some, rule_key(rule), below, own, ADDRESSES, &rows);
        for (size_t i = 0; i < rows.n && rc == RC_OK; i++) {
            json_t *statement;
            int64_t person;
            below = rows.v[i].seq;
            out->looked++;
            rc = xapi_parse(some, rows.v[i].body, &statement, NULL);
            if (rc != RC_OK || !matches(rule, rows.v[i].client_id, statement))
                continue;
            out->matching++;
            rc = find_person(&k, rule, statement, &person);
            out->known += person != 0;
        }
        arena_free(some);
        TRY(rc);
    } while (rows.n == ADDRESSES && out->looked < XAPI_DRY_MOST);
    out->all = rows.n < ADDRESSES;
    return RC_OK;
}

/* ---- the job -------------------------------------------------------------------------------------------------------------------------------------- */

struct match {
    int64_t seq, person, percent, at;
};

struct applying {
    struct row_xapi_rule_find rule;
    struct rows_xapi_rule_competencies competencies;
    struct match list[PORTION];
    size_t count;
    int64_t seq_done, now;
};

static enum rc say(struct db *tx, struct arena *a, const struct applying *ap, const struct match *m, int64_t competency)
{
    struct row_xapi_rule_said said;
    const struct row_xapi_rule_find *r = &ap->rule;
    TRY(sql_xapi_rule_said(tx, a, m->seq, m->person, competency != 0 ? &competency : NULL, r->kind, &said));
    if (said.n != 0)
        return RC_OK;
    const struct evidence_new e = {.person = m->person, .kind = str_z(a, r->kind), .competency = competency, .use = r->use.n != 0 ? (enum evidence_use)r->use.p[0] : EVIDENCE_NO_USE,
                                   .level = r->level_null || competency == 0 ? 0 : (int)r->level, .percent = (int)m->percent, .source_kind = SOURCE, .source_id = m->seq, .at = m->at};
    return evidence_add(tx, &e, ap->now, NULL);
}

/* One statement: kept as seen by this rule, and said in the thread where the person is known. */
static enum rc apply_one(struct db *tx, struct arena *a, const struct applying *ap, const struct match *m, int64_t *matched, int64_t *unknown)
{
    struct row_xapi_rule_standing standing;
    struct row_xapi_rule_hit_of hit;
    enum rc rc = sql_xapi_rule_standing(tx, a, m->seq, &standing);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && standing.voided != 0))
        return RC_OK;
    TRY(rc);
    rc = sql_xapi_rule_hit_of(tx, a, ap->rule.id, m->seq, &hit);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool was_unknown = rc == RC_OK && hit.person_id_null;
    *matched += rc == RC_NOT_FOUND;
    *unknown += (m->person == 0 && !was_unknown) - (m->person != 0 && was_unknown);
    TRY(sql_xapi_rule_hit_put(tx, ap->rule.id, m->seq, m->person != 0 ? &m->person : NULL));
    if (m->person == 0)
        return RC_OK;
    for (size_t i = 0; i < ap->competencies.n; i++)
        TRY(say(tx, a, ap, m, ap->competencies.v[i].competency_id));
    return ap->competencies.n != 0 ? RC_OK : say(tx, a, ap, m, 0);
}

static enum rc apply(struct db *tx, void *arg, struct err *e)
{
    const struct applying *ap = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    int64_t matched = 0, unknown = 0;
    (void)e;
    for (size_t i = 0; i < ap->count && rc == RC_OK; i++)
        rc = apply_one(tx, a, ap, &ap->list[i], &matched, &unknown);
    if (rc == RC_OK)
        rc = sql_xapi_rule_looked(tx, ap->rule.id, ap->seq_done, matched, unknown, ap->rule.version);
    arena_free(a);
    if (rc == RC_OK && db_changes(tx) == 0)
        rc = RC_GONE; /* it was changed meanwhile: nothing of this portion counts */
    return rc;
}

/* *n: how many were looked at. */
static enum rc apply_portion(struct known *k, struct arena *a, struct applying *ap, int64_t own, size_t *n, struct err *e)
{
    struct rows_xapi_rule_next rows;
    TRY(sql_xapi_rule_next(k->db, a, rule_key(&ap->rule), ap->seq_done, (xapi_consistent_through(k->db) + 1) * XAPI_SEQ_MS, own, PORTION, &rows));
    *n = rows.n;
    ap->count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        struct match *m = &ap->list[ap->count];
        json_t *statement;
        ap->seq_done = rows.v[i].seq;
        TRY(xapi_parse(a, rows.v[i].body, &statement, e));
        if (!matches(&ap->rule, rows.v[i].client_id, statement))
            continue;
        *m = (struct match){.seq = rows.v[i].seq, .percent = percent_of(statement), .at = rows.v[i].seq / XAPI_SEQ_MS};
        (void)xapi_timestamp(text_of(statement, "timestamp"), &m->at);
        TRY(find_person(k, &ap->rule, statement, &m->person));
        ap->count++;
    }
    return rows.n != 0 ? store_write(k->db, apply, ap, e) : RC_OK;
}

static enum rc apply_rule(struct known *k, int64_t job, int64_t rule, int64_t own, struct err *e)
{
    struct applying *ap = ARENA_NEW(k->a, struct applying);
    size_t n = 0;
    int64_t total = 0;
    enum rc rc = sql_xapi_rule_find(k->db, k->a, rule, &ap->rule);
    if (rc == RC_OK)
        rc = sql_xapi_rule_competencies(k->db, k->a, rule, &ap->competencies);
    ap->seq_done = ap->rule.seq_done;
    do {
        struct arena *a = arena_new(0);
        ap->now = clock_now();
        if (rc == RC_OK)
            rc = apply_portion(k, a, ap, own, &n, e);
        arena_free(a);
        if (rc != RC_OK) /* RC_GONE: the next run takes it as it is then */
            return rc == RC_GONE || rc == RC_NOT_FOUND ? RC_OK : rc;
        total += (int64_t)n;
        rc = job_progress(k->db, job, total, total + 1);
        if (rc == RC_GONE)
            return rc;
    } while (n == PORTION);
    return rc;
}

enum rc xapi_run_rules(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_xapi_rules_on on;
    struct known k;
    int64_t own;
    (void)args;
    TRY(sql_xapi_rules_on(db, a, &on));
    TRY(known_open(&k, db, a));
    TRY(own_id(db, a, &own));
    for (size_t i = 0; i < on.n; i++)
        TRY(apply_rule(&k, job, on.v[i].id, own, e));
    return RC_OK;
}

/* ---- taking back ---------------------------------------------------------------------------------------------------------------------------------- */

enum rc xapi_evidence_back(struct db *tx, struct arena *a, int64_t seq, int64_t now)
{
    struct rows_xapi_evidence_of rows;
    TRY(sql_xapi_evidence_of(tx, a, seq, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_xapi_evidence_of *r = &rows.v[i];
        const struct evidence_new e = {.person = r->person_id, .programme = r->programme_id_null ? 0 : r->programme_id, .kind = "outside_withdrawn", .competency = r->competency_id_null ? 0 : r->competency_id,
                                       .percent = -1, .source_kind = SOURCE, .source_id = seq, .replaces = r->id, .at = r->at};
        TRY(evidence_add(tx, &e, now, NULL));
    }
    return RC_OK;
}
