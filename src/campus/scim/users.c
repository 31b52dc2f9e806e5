/* /scim/v2/Users: finding, making, changing people and closing their accounts. Who is made here is a person of the roster: she gets an account and
 * no role. The record of a person stays, whatever the other system says: "active": false and DELETE close her account. */
#include "auth/session.h"
#include "base/utf8.h"
#include "campus/scim/inside.h"
#include "gen/msg_scim.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

/* ---- finding ----------------------------------------------------------------------------------------------------------------------------- */

struct found {
    int64_t v[SCIM_FOUND_MOST];
    size_t n;
};

static void found_add(struct found *f, int64_t person)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->v[i] == person)
            return;
    if (f->n < SCIM_FOUND_MOST)
        f->v[f->n++] = person;
}

#define TAKE(rows)                                                                                                                         \
    for (size_t i = 0; i < (rows).n; i++)                                                                                                  \
    found_add(f, (rows).v[i].person_id)

static enum rc find_by_address(struct ctx *c, struct str key, bool begins, struct found *f)
{
    struct rows_scim_users_by_email rows;
    TRY(sql_scim_users_by_email(c->db, c->a, key, scim_range_end(c->a, key, begins), SCIM_FOUND_MOST, &rows));
    TAKE(rows);
    return RC_OK;
}

static enum rc find_by_id(struct ctx *c, struct str id, struct found *f)
{
    struct scim_user u;
    enum rc rc = scim_user_find(c->db, c->a, id, &u);
    if (rc == RC_OK)
        found_add(f, u.person);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Whose userName it is: as the other system said, else her address, else her number. */
static enum rc find_by_name(struct ctx *c, const struct scim_term *t, struct found *f)
{
    struct rows_scim_users_by_name rows;
    struct str key = email_key(c->a, t->text);
    bool begins = t->op == SCIM_SW;
    TRY(sql_scim_users_by_name(c->db, c->a, key, scim_range_end(c->a, key, begins), SCIM_FOUND_MOST, &rows));
    TAKE(rows);
    TRY(find_by_address(c, key, begins, f));
    return begins ? RC_OK : find_by_id(c, t->text, f);
}

/* By the first word of a name, which stands in the index of words. */
static enum rc find_by_word(struct ctx *c, const struct scim_term *t, struct found *f)
{
    struct rows_scim_users_by_word rows;
    struct str rest = utf8_fold(c->a, t->text), word = STR_NONE;
    while (word.n == 0 && str_cut(&rest, ' ', &word)) {
    }
    for (size_t i = 0; i < word.n; i++) /* the index cuts words at signs */
        if ((unsigned char)word.p[i] < 0x80 && !((word.p[i] >= 'a' && word.p[i] <= 'z') || (word.p[i] >= '0' && word.p[i] <= '9')))
            word.n = i;
    if (word.n == 0)
        return err_field(&c->err, RC_INVALID, M_scim_filter, "invalidFilter", "%.*s", STR_ARG(t->attr));
    TRY(sql_scim_users_by_word(c->db, c->a, utf8_clip(word, 60), scim_range_end(c->a, utf8_clip(word, 60), true), SCIM_FOUND_MOST, &rows));
    TAKE(rows);
    return RC_OK;
}

/* Whoever may suit a term, when an index knows. */
static enum rc find_by_term(struct ctx *c, const struct scim_term *t, struct found *f, bool *looked)
{
    bool begins = t->op == SCIM_SW, name = str_eq(t->attr, S("displayname")) || (str_eq(t->attr, S("name")) && !str_eq(t->sub, S("formatted")));
    *looked = (t->op == SCIM_EQ || begins) && t->text.n != 0;
    if (!*looked)
        return RC_OK;
    if (str_eq(t->attr, S("username")))
        return find_by_name(c, t, f);
    if (str_eq(t->attr, S("emails")) && (t->sub.p == NULL || str_eq(t->sub, S("value"))))
        return find_by_address(c, email_key(c->a, t->text), begins, f);
    if (name)
        return find_by_word(c, t, f);
    *looked = !begins;
    if (!begins && str_eq(t->attr, S("id")))
        return find_by_id(c, t->text, f);
    if (!begins && str_eq(t->attr, S("externalid"))) {
        struct rows_scim_users_by_external rows;
        TRY(sql_scim_users_by_external(c->db, c->a, t->text, SCIM_FOUND_MOST, &rows));
        TAKE(rows);
        return RC_OK;
    }
    *looked = false;
    return RC_OK;
}

static enum rc find_filtered(struct ctx *c, const struct scim_filter *filter, struct scim_user *out, size_t *count)
{
    struct found *f = ARENA_NEW(c->a, struct found);
    size_t n, kept = 0;
    bool looked = false;
    for (size_t i = 0; i < filter->count && !looked; i++)
        TRY(find_by_term(c, &filter->terms[i], f, &looked));
    if (!looked)
        return err_field(&c->err, RC_INVALID, M_scim_filter_wide, "invalidFilter", NULL);
    TRY(scim_users_load(c->db, c->a, f->v, f->n, false, out, &n));
    const struct scim_user nobody = {0};
    bool suits;
    TRY(scim_user_suits(c->a, &nobody, filter, &suits, &c->err)); /* every term must be one that is known, whoever is found */
    for (size_t i = 0; i < n; i++) {
        TRY(scim_user_suits(c->a, &out[i], filter, &suits, &c->err));
        if (suits)
            out[kept++] = out[i];
    }
    *count = kept;
    return RC_OK;
}

static enum rc list_users(struct ctx *c)
{
    struct scim_list list;
    struct scim_user *users = ARENA_ARRAY(c->a, SCIM_FOUND_MOST, struct scim_user);
    int64_t total;
    size_t n = 0, from = 0;
    TRY(scim_list_read(c, &list));
    if (list.filtered) {
        TRY(find_filtered(c, &list.filter, users, &n));
        total = (int64_t)n;
        from = list.start - 1 > total ? n : (size_t)(list.start - 1);
    } else {
        struct rows_scim_users_page rows;
        struct row_scim_users_count row;
        TRY(sql_scim_users_page(c->db, c->a, list.count, list.start - 1, &rows));
        TRY(sql_scim_users_count(c->db, c->a, &row));
        int64_t *ids = ARENA_ARRAY(c->a, rows.n, int64_t);
        for (size_t i = 0; i < rows.n; i++)
            ids[i] = rows.v[i].person_id;
        TRY(scim_users_load(c->db, c->a, ids, rows.n, false, users, &n));
        total = row.n;
    }
    json_t *resources = json_array();
    for (size_t i = from; i < n && i - from < (size_t)list.count; i++)
        json_array_append_new(resources, scim_user_json(c->a, &users[i]));
    return scim_send_list(c, &list, total, resources);
}

enum rc scim_get_users(struct ctx *c)
{
    return scim_run(c, list_users);
}

static enum rc one_user(struct ctx *c)
{
    struct scim_user u;
    TRY(scim_user_find(c->db, c->a, c->rq->params[0], &u));
    return scim_send(c, 200, scim_user_json(c->a, &u));
}

enum rc scim_get_user(struct ctx *c)
{
    return scim_run(c, one_user);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------------ */

struct writing {
    struct ctx *c;
    json_t *body;
    struct scim_patch patch;
    bool replaces, deletes;
    struct scim_user user; /* out */
};

/* Nobody else may have the name: as the other system said it, or as her address is where it said nothing. */
static enum rc name_free(struct db *tx, struct arena *a, struct str key, int64_t person, struct err *e)
{
    struct row_scim_user_by_name row;
    int64_t other;
    enum rc rc = sql_scim_user_by_name(tx, a, key, &row);
    if (rc == RC_OK && row.person_id != person)
        return err_field(e, RC_CONFLICT, M_scim_name_taken, "uniqueness", NULL);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    rc = people_by_email(tx, a, key, &other);
    if (rc != RC_OK || other == person)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct scim_user u;
    size_t found;
    TRY(scim_users_load(tx, a, &other, 1, true, &u, &found));
    return found != 0 && !u.known ? err_field(e, RC_CONFLICT, M_scim_name_taken, "uniqueness", NULL) : RC_OK;
}

/* The address of whoever may give roles is where links that sign in as her go: another system does not change it. */
static enum rc may_move(struct db *tx, struct arena *a, const struct scim_user *before, const struct scim_user *u, int64_t today, struct err *e)
{
    struct grant *grants;
    size_t count;
    if (str_eq(email_key(a, before->email), email_key(a, u->email)))
        return RC_OK;
    TRY(programme_roles_ahead(tx, a, u->person, today, &grants, &count));
    for (size_t i = 0; i < count; i++)
        if (access_reach(grants[i].role, P_ROLE_GRANT) != REACH_NONE)
            return err_set(e, RC_DENIED, M_scim_administrator, NULL);
    return RC_OK;
}

static struct person_details details_of(struct arena *a, const struct scim_user *before, struct scim_user *u)
{
    if (u->given.n == 0 && u->family.n == 0 && u->display.n == 0)
        u->family = u->formatted.n != 0 ? u->formatted : u->user_name;
    if (before->derived && str_eq(before->display, u->display) && (!str_eq(before->given, u->given) || !str_eq(before->family, u->family)))
        u->display = people_full_name(a, u->given, u->family); /* nobody said she is called otherwise */
    return (struct person_details){.given_name = u->given,
                                   .family_name = u->family,
                                   .display_name = u->display,
                                   .email = u->email,
                                   .language = u->language,
                                   .zone = u->zone,
                                   .profession = u->profession};
}

static enum rc put_row(struct db *tx, struct arena *a, const struct scim_user *u, int64_t now)
{
    return sql_scim_user_put(tx, u->person, u->resource, u->user_name, u->deleted ? STR_NONE : email_key(a, u->user_name), u->deleted ? STR_NONE : u->external_id, now,
                             u->deleted ? &now : NULL);
}

/* Writes what differs. before: as she is now. */
static enum rc save(struct db *tx, struct arena *a, const struct ctx *c, const struct scim_user *before, struct scim_user *u, struct err *e)
{
    struct person_details d = details_of(a, before, u);
    bool changed, row = !before->known || before->deleted || !str_eq(before->user_name, u->user_name) || !str_eq(before->external_id, u->external_id);
    TRY(name_free(tx, a, email_key(a, u->user_name), u->person, e));
    TRY(may_move(tx, a, before, u, c->today, e));
    TRY(people_change(tx, a, u->person, &d, &changed, e));
    if (row || changed || before->active != u->active)
        TRY(put_row(tx, a, u, c->now));
    if (changed)
        TRY(audit_note(tx, c->now, c->who->person, "person_change", u->person, NULL, 0));
    if (before->active != u->active)
        return people_set_access(tx, u->person, u->active, c->who->person, c->today, c->now, e);
    return RC_OK;
}

static enum rc reload(struct db *tx, struct arena *a, struct scim_user *u)
{
    int64_t person = u->person;
    size_t found;
    TRY(scim_users_load(tx, a, &person, 1, false, u, &found));
    return found != 0 ? RC_OK : RC_NOT_FOUND;
}

/* Somebody who was deleted there comes back under a number of her own: by her address she is the same person here. */
static enum rc come_back(struct db *tx, struct arena *a, const struct ctx *c, struct scim_user *u, bool *back, struct err *e)
{
    struct scim_user before;
    size_t found;
    *back = false;
    enum rc rc = people_by_email(tx, a, u->email, &u->person);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(scim_users_load(tx, a, &u->person, 1, true, &before, &found));
    if (found == 0 || !before.deleted)
        return RC_OK; /* people_add tells that the address is taken */
    *back = true;
    u->resource = db_new_opaque_id(tx);
    u->profession = before.profession;
    return save(tx, a, c, &before, u, e);
}

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    const struct ctx *c = w->c;
    struct arena *a = c->a;
    struct scim_user u = {.active = true}, nobody = {0};
    bool back;
    TRY(scim_user_put_object(a, &u, w->body, e));
    if (u.user_name.n == 0)
        return scim_bad_value(e, "userName");
    TRY(come_back(tx, a, c, &u, &back, e));
    if (!back) {
        struct person_details d = details_of(a, &nobody, &u);
        TRY(name_free(tx, a, email_key(a, u.user_name), 0, e));
        TRY(people_add(tx, a, &d, c->now, &u.person, e));
        u.resource = u.person;
        TRY(put_row(tx, a, &u, c->now));
        TRY(audit_note(tx, c->now, c->who->person, "person_add", u.person, NULL, 0));
        if (!u.active)
            TRY(people_set_access(tx, u.person, false, c->who->person, c->today, c->now, e));
    }
    TRY(reload(tx, a, &u));
    w->user = u;
    return RC_OK;
}

static enum rc make_user(struct ctx *c)
{
    struct writing w = {.c = c};
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    TRY(ctx_write(c, make, &w));
    return scim_send(c, 201, scim_user_json(c->a, &w.user));
}

enum rc scim_post_users(struct ctx *c)
{
    return scim_run(c, make_user);
}

static enum rc change(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    const struct ctx *c = w->c;
    struct arena *a = c->a;
    struct scim_user before, u;
    TRY(scim_user_find(tx, a, c->rq->params[0], &before));
    TRY(scim_if_match(c, before.version, e));
    u = before;
    if (w->deletes) {
        u.deleted = true;
        u.active = false;
        TRY(sql_scim_members_end(tx, u.person));
        TRY(sql_scim_members_clear_but(tx, u.person));
        TRY(put_row(tx, a, &u, c->now));
        return before.active ? people_set_access(tx, u.person, false, c->who->person, c->today, c->now, e) : RC_OK;
    }
    if (w->replaces) {
        u.given = u.family = u.display = u.email = u.external_id = u.user_name = STR_NONE;
        TRY(scim_user_put_object(a, &u, w->body, e));
        if (u.user_name.n == 0)
            return scim_bad_value(e, "userName");
    } else {
        TRY(scim_user_apply(a, &u, &w->patch, e));
    }
    TRY(save(tx, a, c, &before, &u, e));
    TRY(reload(tx, a, &u));
    w->user = u;
    return RC_OK;
}

static enum rc replace_user(struct ctx *c)
{
    struct writing w = {.c = c, .replaces = true};
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    TRY(ctx_write(c, change, &w));
    return scim_send(c, 200, scim_user_json(c->a, &w.user));
}

enum rc scim_put_user(struct ctx *c)
{
    return scim_run(c, replace_user);
}

static enum rc patch_user(struct ctx *c)
{
    struct writing w = {.c = c};
    TRY(scim_parse(c->a, c->rq->body, &w.body, &c->err));
    TRY(scim_patch_read(c->a, w.body, &w.patch, &c->err));
    TRY(ctx_write(c, change, &w));
    return scim_send(c, 200, scim_user_json(c->a, &w.user));
}

enum rc scim_patch_user(struct ctx *c)
{
    return scim_run(c, patch_user);
}

static enum rc delete_user(struct ctx *c)
{
    struct writing w = {.c = c, .deletes = true};
    TRY(ctx_write(c, change, &w));
    TRY(scim_place_all(c));
    c->rs->status = 204;
    c->rs->type = "application/scim+json";
    return RC_OK;
}

enum rc scim_delete_user(struct ctx *c)
{
    return scim_run(c, delete_user);
}
