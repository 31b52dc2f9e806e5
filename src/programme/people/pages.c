/* The capability: routes, navigation, mails, and what it holds about a person. */
#include "base/json_set.h"
#include "programme/people/inside.h"

#include "base/utf8.h"

static const struct route routes[] = {
    {METHOD_GET, "/sign-in", P_PUBLIC, BODY_NONE, RATE_PUBLIC, people_get_sign_in},
    {METHOD_POST, "/sign-in", P_PUBLIC, BODY_FORM, RATE_SIGN_IN, people_post_sign_in},
    {METHOD_POST, "/sign-in/link", P_PUBLIC, BODY_FORM, RATE_SIGN_IN, people_post_link},
    {METHOD_GET, "/sign-in/sent", P_PUBLIC, BODY_NONE, RATE_PUBLIC, people_get_link_sent},
    {METHOD_GET, "/sign-in/link/{token}", P_PUBLIC, BODY_NONE, RATE_SIGN_IN, people_get_link},
    {METHOD_POST, "/sign-out", P_SIGNED_IN, BODY_FORM, RATE_WRITE, people_post_sign_out},
    {METHOD_GET, "/account", P_ACCOUNT, BODY_NONE, RATE_PAGE, people_get_account},
    {METHOD_POST, "/account", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_post_account},
    {METHOD_GET, "/account/password", P_ACCOUNT, BODY_NONE, RATE_PAGE, people_get_password},
    {METHOD_POST, "/account/password", P_ACCOUNT, BODY_FORM, RATE_SIGN_IN, people_post_password},
    {METHOD_GET, "/account/mails", P_ACCOUNT, BODY_NONE, RATE_PAGE, people_handle_mails},
    {METHOD_POST, "/account/mails", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_handle_mails},
    {METHOD_GET, "/mail/stop/{mail_stop}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, people_handle_mail_stop},
    {METHOD_POST, "/mail/stop/{mail_stop}", P_PUBLIC, BODY_FOREIGN_FORM, RATE_PUBLIC, people_handle_mail_stop},
    {METHOD_GET, "/account/sign-ins", P_ACCOUNT, BODY_NONE, RATE_PAGE, people_get_sign_ins},
    {METHOD_POST, "/account/sign-ins/{id}/end", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_post_sign_in_end},
    {METHOD_POST, "/account/sign-ins/end-others", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_post_sign_in_end_others},
    {METHOD_GET, "/account/tokens", P_ACCOUNT, BODY_NONE, RATE_PAGE, people_get_tokens},
    {METHOD_POST, "/account/tokens", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_post_tokens},
    {METHOD_POST, "/account/tokens/{id}/revoke", P_ACCOUNT, BODY_FORM, RATE_WRITE, people_post_token_revoke},
    {METHOD_GET, "/people", P_PERSON_LIST, BODY_NONE, RATE_PAGE, people_get_list},
    {METHOD_GET, "/people/new", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, people_get_new},
    {METHOD_POST, "/people/new", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, people_post_new},
    {METHOD_GET, "/people/{id}", P_PERSON_VIEW, BODY_NONE, RATE_PAGE, people_get_person},
    {METHOD_GET, "/people/{id}/edit", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, people_get_edit},
    {METHOD_POST, "/people/{id}/edit", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, people_post_edit},
    {METHOD_GET, "/people/{id}/link", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, people_get_person_link},
    {METHOD_POST, "/people/{id}/link", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, people_post_person_link},
    {METHOD_GET, "/people/{id}/access", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, people_get_access},
    {METHOD_POST, "/people/{id}/access", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, people_post_access},
};

static const struct nav_entry nav[] = {{.href = "/people", .label = M_people_nav, .may = P_PERSON_LIST, .group = NAV_PROGRAMME, .order = 10}};

/* ---- the mail with a sign-in link ---------------------------------------------------------------------------------------------- */

/* Links to one person while the first of them still works: anybody may ask for more, and would fill her mailbox. A mail that could
 * not be sent is written anew for each attempt: those count, but do not stop it. */
#define LINKS_MOST 5

/* about: the address as somebody typed it; most of the time it is known. */
static enum rc write_link_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    int64_t person;
    struct person_details d;
    struct row_account_by_person account;
    struct row_sign_in_link_recent recent;
    struct str token;
    TRY(people_by_email(tx, a, about, &person));
    TRY(people_find(tx, a, person, &d, NULL));
    TRY(sql_account_by_person(tx, a, person, &account));
    if (account.disabled)
        return RC_NOT_FOUND;
    TRY(sql_sign_in_link_recent(tx, a, person, now - SIGN_IN_LINK_MINUTES * MS_PER_MINUTE, now + CLOCK_SKEW_MS, &recent));
    if (recent.n >= LINKS_MOST && !out->again)
        return RC_NOT_FOUND;
    bool lent = !mail_has_server(); /* then whoever runs the server reads it on the terminal */
    TRY(sign_in_link_make(tx, a, person, lent, now, SIGN_IN_LINK_MINUTES * MS_PER_MINUTE, &token));
    TRY(audit_note(tx, now, 0, "sign_in_link_make", person, NULL, 0));
    int lang = lang_find(d.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_NUM("minutes", SIGN_IN_LINK_MINUTES),
                                   MSG_TEXT("link", mail_link(a, people_link_path(a, token)))};
    *out = (struct mail){.to = d.email,
                         .subject = msg_text(lang, M_people_mail_subject),
                         .text = msg_format(a, lang, M_people_mail_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_people_mail_line, args, COUNT_OF(args))};
    return RC_OK;
}

static const struct mail_kind mails[] = {{"sign_in_link", write_link_mail, MAIL_owed}};

/* ---- what is held about a person ------------------------------------------------------------------------------------------------- */

static enum rc export_account(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct row_account_by_person account;
    struct rows_sign_in_list sign_ins;
    struct rows_api_token_list tokens;
    enum rc rc = sql_account_by_person(db, a, person, &account);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(sql_sign_in_list(db, a, person, 0, &sign_ins));
    TRY(sql_api_token_list(db, a, person, &tokens));
    json_t *o = json_new_object(into, "account");
    json_set_time(a, o, "since", account.created_at);
    json_set_bool(o, "has_password", account.password_hash.p != NULL);
    json_set_bool(o, "closed", account.disabled != 0);
    json_t *list = json_new_list(o, "signed_in"), *keys = json_new_list(o, "keys_for_programs");
    for (size_t i = 0; i < sign_ins.n; i++) {
        json_t *s = json_new_item(list);
        json_set_words(s, "browser", sign_ins.v[i].device);
        json_set_time(a, s, "since", sign_ins.v[i].created_at);
        json_set_time(a, s, "last_used", sign_ins.v[i].seen_at);
    }
    for (size_t i = 0; i < tokens.n; i++) {
        json_t *t = json_new_item(keys);
        json_set_words(t, "name", tokens.v[i].name);
        json_set_words(t, "may", tokens.v[i].scopes);
        json_set_time(a, t, "since", tokens.v[i].created_at);
        json_set_time(a, t, "until", tokens.v[i].expires_at);
    }
    return RC_OK;
}

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct person_details d;
    struct rows_identity_source_list sources;
    enum rc rc = people_find(db, a, person, &d, NULL);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(sql_identity_source_list(db, a, person, &sources));
    json_set_words(into, "given_name", d.given_name);
    json_set_words(into, "family_name", d.family_name);
    json_set_words(into, "display_name", d.display_name);
    json_set_words(into, "email", d.email);
    json_set_words(into, "language", d.language);
    json_set_words(into, "zone", d.zone);
    json_set_words(into, "profession", people_profession_name(0, d.profession));
    json_t *numbers = json_new_list(into, "numbers");
    for (size_t i = 0; i < sources.n; i++) {
        json_t *o = json_new_item(numbers);
        json_set_words(o, "system", sources.v[i].source);
        json_set_words(o, "number", sources.v[i].sourced_id);
    }
    json_t *wishes = json_new_object(into, "mails");
    for (int i = MAIL_owed + 1; i < MAIL_SORT_COUNT; i++) {
        struct str how;
        TRY(mail_choice(db, a, person, (enum mail_sort)i, &how));
        json_set_words(wishes, mail_sort_word((enum mail_sort)i), how);
    }
    return export_account(db, a, person, into);
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct person_details d;
    (void)now;
    enum rc rc = people_find(tx, a, person, &d, NULL);
    if (rc == RC_OK)
        rc = password_failures_clear(tx, a, d.email);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(session_end_others(tx, person, 0));
    TRY(mail_forget(tx, person));
    TRY(sql_sign_in_link_clear(tx, person));
    TRY(sql_api_token_clear(tx, person));
    TRY(sql_account_delete(tx, person));
    TRY(sql_identity_word_clear(tx, person));
    TRY(sql_identity_list_clear(tx, person));
    TRY(sql_identity_source_clear(tx, person));
    return sql_identity_delete(tx, person);
}

const struct capability people_capability = {
    .name = "people",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .export_person = export_person,
    .erase_person = erase_person,
};
