/* Keys for programs: what a person lets a program do for her, until when. A key is shown once. */
#include "gen/programme/people/token_made_view.h"
#include "gen/programme/people/tokens_view.h"
#include "programme/people/inside.h"

/* What a permission means, in plain words; every one has them. */
static const msg_id scope_words[PERMISSION_COUNT] = {
#define X(name, ...) [P_##name] = M_people_scope_##name,
    PERMISSIONS(X)
#undef X
};

msg_id people_scope_word(enum permission p)
{
    return scope_words[p];
}

static struct str days_word(const struct ctx *c, int days)
{
    struct msg_arg n = MSG_NUM("n", days);
    return tr_args(c, M_people_token_days, &n, 1);
}

static struct form *token_form(struct ctx *c)
{
    static const int spans[] = {7, 30, 90, 365};
    struct choice *scopes = ARENA_ARRAY(c->a, PERMISSION_COUNT, struct choice), *days = ARENA_ARRAY(c->a, COUNT_OF(spans), struct choice);
    size_t n = 0;
    for (int p = P_SIGNED_IN + 1; p < PERMISSION_COUNT; p++)
        if (!access_private((enum permission)p) && access_somewhere(c->who, (enum permission)p)) /* what is private is for people, not for programs */
            scopes[n++] = (struct choice){.value = str_from(permission_word((enum permission)p)), .label = tr(c, scope_words[p])};
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        days[i] = (struct choice){.value = str_printf(c->a, "%d", spans[i]), .label = days_word(c, spans[i])};
    struct form *f = form_new(c->a, c->lang, c->zone, S("/account/tokens"), M_people_token_make);
    f->intro = M_people_token_new;
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_people_token_name, .hint = M_people_token_name_hint, .required = true, .max = 80});
    form_add(f, (struct field){.name = "scopes", .kind = FIELD_MANY, .label = M_people_token_scopes, .hint = M_people_token_scopes_hint, .required = true, .choices = scopes, .choice_count = n});
    form_add(f, (struct field){.name = "days", .kind = FIELD_CHOICE, .label = M_people_token_ends, .required = true, .choices = days, .choice_count = COUNT_OF(spans), .value = S("30")});
    return f;
}

/* "read names; take attendance" for the words stored. */
static struct str scopes_text(struct ctx *c, struct str scopes)
{
    struct buf b = buf_new(c->a, 256);
    struct str word;
    enum permission p;
    while (str_cut(&scopes, ' ', &word))
        if (permission_find(word, &p) && scope_words[p] != 0) {
            buf_z(&b, b.n != 0 ? "; " : "");
            buf_str(&b, tr(c, scope_words[p]));
        }
    return buf_text(&b);
}

static enum rc send_tokens(struct ctx *c, const struct form *f, int status)
{
    struct rows_api_token_list rows;
    TRY(sql_api_token_list(c->db, c->a, c->who->person, &rows));
    struct view_tokens_list *list = ARENA_ARRAY(c->a, rows.n, struct view_tokens_list);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_api_token_list *r = &rows.v[i];
        bool over = !r->revoked_at_null || r->expires_at <= c->now;
        struct form *revoke = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/account/tokens/%" PRId64 "/revoke", r->id), M_people_token_revoke);
        list[i] = (struct view_tokens_list){.id = r->id,
                                            .name = r->name,
                                            .scopes = scopes_text(c, r->scopes),
                                            .made = r->created_at,
                                            .ends = r->expires_at,
                                            .used = r->used_day_null ? (struct opt_int){0} : SOME_INT(r->used_day),
                                            .revoked = !r->revoked_at_null,
                                            .over = over,
                                            .revoke = over ? NULL : revoke};
    }
    struct view_tokens v = {.list = list, .list_count = rows.n, .f = f};
    struct crumb crumb = {tr(c, M_people_account_title), S("/account")};
    struct page page = {.title = tr(c, M_people_tokens_title), .section = "/account", .crumbs = &crumb, .crumb_count = 1, .status = status};
    return view_tokens_page(c, &page, &v);
}

enum rc people_get_tokens(struct ctx *c)
{
    TRY(people_browser_only(c));
    return send_tokens(c, token_form(c), 0);
}

struct making {
    struct arena *a;
    int64_t person, now, expires_at;
    struct str name, scopes, token;
};

static enum rc make_token(struct db *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    (void)e;
    TRY(token_make(tx, m->a, m->person, m->name, m->scopes, m->now, m->expires_at, &m->token));
    return audit_note(tx, m->now, m->person, "token_make", m->person, NULL, 0);
}

enum rc people_post_tokens(struct ctx *c)
{
    TRY(people_browser_only(c));
    struct form *f = token_form(c);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_tokens(c, f, 422);
    struct buf scopes = buf_new(c->a, 256);
    const struct field *many = form_field(f, "scopes");
    for (size_t i = 0; i < many->value_count; i++) {
        buf_z(&scopes, i != 0 ? " " : "");
        buf_str(&scopes, many->values[i]);
    }
    struct making m = {.a = c->a,
                       .person = c->who->person,
                       .now = c->now,
                       .expires_at = c->now + form_int(f, "days", 30) * MS_PER_DAY,
                       .name = form_text(f, "name"),
                       .scopes = buf_text(&scopes)};
    TRY(ctx_write(c, make_token, &m));
    struct view_token_made v = {.name = m.name, .token = m.token, .ends = m.expires_at};
    struct crumb crumbs[] = {{tr(c, M_people_account_title), S("/account")}, {tr(c, M_people_tokens_title), S("/account/tokens")}};
    struct page page = {.title = tr(c, M_people_token_made), .section = "/account", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs)};
    return view_token_made_page(c, &page, &v);
}

struct revoking {
    int64_t id, person, now;
};

static enum rc revoke(struct db *tx, void *arg, struct err *e)
{
    const struct revoking *r = arg;
    (void)e;
    TRY(sql_api_token_revoke(tx, r->id, r->person, r->now));
    if (db_changes(tx) == 0)
        return RC_NOT_FOUND;
    return audit_note(tx, r->now, r->person, "token_revoke", r->person, NULL, 0);
}

enum rc people_post_token_revoke(struct ctx *c)
{
    struct revoking r = {.person = c->who->person, .now = c->now};
    TRY(people_browser_only(c));
    TRY(request_id(c->rq, 0, &r.id));
    TRY(ctx_write(c, revoke, &r));
    return page_redirect(c, S("/account/tokens"), M_people_token_revoked);
}
