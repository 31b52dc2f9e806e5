/* The rules of portfolios: see portfolio.h. */
#include <sodium.h>

#include "programme/portfolio/inside.h"

#define HASH_BYTES 32
#define TOKEN_BYTES 32

/* What a change of a row with a version says when it changed nothing. */
static enum rc changed_one(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_portfolio_changed, NULL);
}

/* ---- portfolios ---------------------------------------------------------------------------------------------------------------- */

enum rc portfolio_add(struct db *tx, struct arena *a, int64_t person, struct str title, struct str introduction, struct str language,
                      int64_t now, int64_t *id, struct err *e)
{
    struct row_portfolio_count have;
    TRY(sql_portfolio_count(tx, a, person, &have));
    if (have.n >= PORTFOLIO_MOST)
        return err_set(e, RC_INVALID, M_portfolio_too_many, "%d", PORTFOLIO_MOST);
    *id = db_new_id(tx);
    return sql_portfolio_add(tx, *id, person, title, introduction, language, now);
}

enum rc portfolio_change(struct db *tx, int64_t id, int64_t version, struct str title, struct str introduction, struct str language,
                         int64_t now, struct err *e)
{
    TRY(sql_portfolio_change(tx, id, version, title, introduction, language, now));
    return changed_one(tx, e);
}

enum rc portfolio_drop(struct db *tx, int64_t id, int64_t version, struct err *e)
{
    TRY(sql_portfolio_drop_links(tx, id));
    TRY(sql_portfolio_drop_items(tx, id));
    TRY(sql_portfolio_drop_sections(tx, id));
    TRY(sql_portfolio_drop(tx, id, version));
    return changed_one(tx, e);
}

/* ---- sections ------------------------------------------------------------------------------------------------------------------ */

enum rc portfolio_add_section(struct db *tx, struct arena *a, int64_t portfolio, struct str title, struct str words, int64_t now,
                              int64_t *id, struct err *e)
{
    struct rows_portfolio_sections rows;
    TRY(sql_portfolio_sections(tx, a, portfolio, &rows));
    if (rows.n >= PORTFOLIO_SECTIONS_MOST)
        return err_set(e, RC_INVALID, M_portfolio_too_many_sections, "%d", PORTFOLIO_SECTIONS_MOST);
    *id = db_new_id(tx);
    TRY(sql_portfolio_section_add(tx, *id, portfolio, title, words));
    return sql_portfolio_touch(tx, portfolio, now);
}

enum rc portfolio_change_section(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str title, struct str words,
                                 int64_t now, struct err *e)
{
    struct row_portfolio_section_find s;
    TRY(sql_portfolio_section_find(tx, a, id, &s));
    TRY(sql_portfolio_section_change(tx, id, version, title, words));
    TRY(changed_one(tx, e));
    return sql_portfolio_words_changed(tx, s.portfolio_id, now);
}

enum rc portfolio_drop_section(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e)
{
    struct row_portfolio_section_find s;
    TRY(sql_portfolio_section_find(tx, a, id, &s));
    TRY(sql_portfolio_section_empty(tx, id));
    TRY(sql_portfolio_section_drop(tx, id, version));
    TRY(changed_one(tx, e));
    return sql_portfolio_touch(tx, s.portfolio_id, now);
}

/* ---- items --------------------------------------------------------------------------------------------------------------------- */

/* The place behind the last item of a section. RC_INVALID when the portfolio has more items than may be. */
static enum rc next_place(struct db *tx, struct arena *a, int64_t portfolio, int64_t section, int64_t *place, struct err *e)
{
    struct row_portfolio_item_last last;
    TRY(sql_portfolio_item_last(tx, a, portfolio, section, &last));
    *place = last.place + 1;
    return last.n <= PORTFOLIO_ITEMS_MOST ? RC_OK : err_field(e, RC_INVALID, M_portfolio_too_many_items, "item", "%d", PORTFOLIO_ITEMS_MOST);
}

enum rc portfolio_choose(struct db *tx, struct arena *a, int64_t section, const int64_t *evidence, size_t count, int64_t now,
                         struct err *e)
{
    struct row_portfolio_section_find s;
    int64_t place;
    TRY(sql_portfolio_section_find(tx, a, section, &s));
    if (count > PORTFOLIO_ITEMS_MOST)
        return err_field(e, RC_INVALID, M_portfolio_too_many_items, "item", "%d", PORTFOLIO_ITEMS_MOST);
    TRY(next_place(tx, a, s.portfolio_id, section, &place, e));
    for (size_t i = 0; i < count; i++) {
        struct row_portfolio_evidence_own own;
        TRY(sql_portfolio_evidence_own(tx, a, evidence[i], s.person_id, &own));
        TRY(sql_portfolio_item_add(tx, db_new_id(tx), s.portfolio_id, section, &evidence[i], NULL, place + (int64_t)i));
    }
    TRY(next_place(tx, a, s.portfolio_id, section, &place, e));
    return sql_portfolio_touch(tx, s.portfolio_id, now);
}

enum rc portfolio_choose_goals(struct db *tx, struct arena *a, int64_t section, const int64_t *goals, size_t count, int64_t now, struct err *e)
{
    struct row_portfolio_section_find s;
    struct plan_shown *shown;
    size_t n;
    int64_t place;
    TRY(sql_portfolio_section_find(tx, a, section, &s));
    TRY(plan_goals_shown(tx, a, s.person_id, &shown, &n));
    TRY(next_place(tx, a, s.portfolio_id, section, &place, e));
    for (size_t i = 0; i < count && i < PLAN_SHOWN_MOST; i++) {
        if (portfolio_goal(shown, n, goals[i]) == NULL)
            return RC_NOT_FOUND;
        TRY(sql_portfolio_item_add(tx, db_new_id(tx), s.portfolio_id, section, NULL, &goals[i], place + (int64_t)i));
    }
    TRY(next_place(tx, a, s.portfolio_id, section, &place, e));
    return sql_portfolio_touch(tx, s.portfolio_id, now);
}

enum rc portfolio_offered(struct db *db, struct arena *a, int64_t person, int64_t portfolio, int64_t most, int64_t **evidence, size_t *count)
{
    struct rows_portfolio_choices rows;
    TRY(sql_portfolio_choices(db, a, person, portfolio, INT64_MAX, INT64_MAX, most, &rows));
    *evidence = ARENA_ARRAY(a, rows.n, int64_t);
    for (size_t i = 0; i < rows.n; i++)
        (*evidence)[i] = rows.v[i].id;
    *count = rows.n;
    return RC_OK;
}

enum rc portfolio_change_item(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str words, int64_t now, struct err *e)
{
    struct row_portfolio_item_find i;
    TRY(sql_portfolio_item_find(tx, a, id, &i));
    TRY(sql_portfolio_item_change(tx, id, version, words));
    TRY(changed_one(tx, e));
    return sql_portfolio_words_changed(tx, i.portfolio_id, now);
}

enum rc portfolio_drop_item(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e)
{
    struct row_portfolio_item_find i;
    TRY(sql_portfolio_item_find(tx, a, id, &i));
    TRY(sql_portfolio_item_drop(tx, id, version));
    TRY(changed_one(tx, e));
    return sql_portfolio_touch(tx, i.portfolio_id, now);
}

/* ---- order --------------------------------------------------------------------------------------------------------------------- */

static enum rc move_section(struct db *tx, struct arena *a, int64_t portfolio, int64_t id, bool up)
{
    struct rows_portfolio_sections s;
    size_t at = 0;
    TRY(sql_portfolio_sections(tx, a, portfolio, &s));
    while (at < s.n && s.v[at].id != id)
        at++;
    if (at == s.n)
        return RC_NOT_FOUND;
    if (up ? at == 0 : at + 1 == s.n)
        return RC_OK;
    size_t other = up ? at - 1 : at + 1;
    TRY(sql_portfolio_section_place(tx, id, s.v[other].place));
    return sql_portfolio_section_place(tx, s.v[other].id, s.v[at].place);
}

/* Over the edge of its section: behind the last of the one before, or before the first of the one after. */
static enum rc move_across(struct db *tx, const struct rows_portfolio_item_places *r, const struct rows_portfolio_sections *s,
                           int64_t item, int64_t section, bool up)
{
    size_t at = 0;
    bool any = false;
    int64_t place = 0;
    while (at < s->n && s->v[at].id != section)
        at++;
    if (at == s->n || (up ? at == 0 : at + 1 == s->n))
        return RC_OK;
    int64_t to = s->v[up ? at - 1 : at + 1].id;
    for (size_t i = 0; i < r->n; i++) {
        if (r->v[i].section_id != to || (any && !up))
            continue;
        place = r->v[i].place + (up ? 1 : -1);
        any = true;
    }
    return sql_portfolio_item_place(tx, item, to, place);
}

static enum rc move_item(struct db *tx, struct arena *a, int64_t portfolio, int64_t id, bool up)
{
    struct rows_portfolio_item_places r;
    struct rows_portfolio_sections s;
    size_t at = 0;
    TRY(sql_portfolio_item_places(tx, a, portfolio, &r));
    while (at < r.n && r.v[at].id != id)
        at++;
    if (at == r.n)
        return RC_NOT_FOUND;
    bool edge = up ? at == 0 : at + 1 == r.n;
    size_t other = up ? at - 1 : at + 1;
    if (!edge && r.v[other].section_id == r.v[at].section_id) {
        TRY(sql_portfolio_item_place(tx, id, r.v[at].section_id, r.v[other].place));
        return sql_portfolio_item_place(tx, r.v[other].id, r.v[other].section_id, r.v[at].place);
    }
    TRY(sql_portfolio_sections(tx, a, portfolio, &s));
    return move_across(tx, &r, &s, id, r.v[at].section_id, up);
}

enum rc portfolio_move(struct db *tx, struct arena *a, int64_t portfolio, int64_t arranged, enum portfolio_what what, int64_t id, bool up,
                       int64_t now, struct err *e)
{
    struct row_portfolio_find p;
    TRY(sql_portfolio_find(tx, a, portfolio, &p));
    if (p.arranged != arranged)
        return err_set(e, RC_CONFLICT, M_portfolio_changed, NULL);
    TRY(what == PORTFOLIO_SECTION ? move_section(tx, a, portfolio, id, up) : move_item(tx, a, portfolio, id, up));
    return sql_portfolio_touch(tx, portfolio, now);
}

/* ---- links --------------------------------------------------------------------------------------------------------------------- */

static struct str hash_token(struct arena *a, struct str token)
{
    unsigned char *h = arena_alloc(a, HASH_BYTES);
    crypto_generichash(h, HASH_BYTES, (const unsigned char *)token.p, token.n, NULL, 0);
    return (struct str){(const char *)h, HASH_BYTES};
}

static struct str new_token(struct arena *a)
{
    unsigned char bytes[TOKEN_BYTES];
    char *text = arena_alloc(a, PORTFOLIO_TOKEN_CHARS + 1);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, PORTFOLIO_TOKEN_CHARS + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(text);
}

enum rc portfolio_share(struct db *tx, struct arena *a, int64_t portfolio, struct str for_whom, int64_t days, int64_t now, struct str *token,
                        struct err *e)
{
    struct row_portfolio_link_count have;
    ASSERT(days > 0 && days <= PORTFOLIO_LINK_DAYS_MOST);
    TRY(sql_portfolio_link_count(tx, a, portfolio, now, &have));
    if (have.n >= PORTFOLIO_LINKS_MOST)
        return err_set(e, RC_INVALID, M_portfolio_too_many_links, "%d", PORTFOLIO_LINKS_MOST);
    *token = new_token(a);
    return sql_portfolio_link_add(tx, db_new_id(tx), portfolio, hash_token(a, *token), for_whom, now, now + days * MS_PER_DAY);
}

enum rc portfolio_revoke(struct db *tx, int64_t link, int64_t version, int64_t now, struct err *e)
{
    TRY(sql_portfolio_link_revoke(tx, link, version, now));
    return changed_one(tx, e);
}

enum rc portfolio_open(struct db *db, struct arena *a, struct str token, int64_t now, struct portfolio_opened *out, struct err *e)
{
    struct row_portfolio_link_by_hash l;
    enum rc rc = token.n == PORTFOLIO_TOKEN_CHARS ? sql_portfolio_link_by_hash(db, a, hash_token(a, token), &l) : RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || !l.revoked_at_null || l.expires_at <= now)
        return err_set(e, RC_GONE, M_portfolio_gone, NULL);
    *out = (struct portfolio_opened){l.id, l.portfolio_id, l.person_id};
    return RC_OK;
}
