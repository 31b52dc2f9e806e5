/* Dynamic registration (LTI Dynamic Registration 1.0): the administrator makes an address that is good once and for a day, and enters it at the
 * platform; the platform opens it and says where its configuration is; Cadre reads that, tells the platform about itself and keeps what it
 * answers. Whoever holds the address connects a platform, so the page shows which one and asks first. */
#include "campus/lti/inside.h"

#include "auth/session.h"
#include "gen/campus/lti/register_new_view.h"
#include "gen/campus/lti/register_view.h"
#include "gen/campus/lti/registered_view.h"
#include "out/fetch.h"
#include "out/mail.h"

#define TOOL_CONFIGURATION "https://purl.imsglobal.org/spec/lti-tool-configuration"
#define REGISTRATION_TOKEN_MOST 8000

/* ---- the address ---------------------------------------------------------------------------------------------------------------------- */

struct opening {
    struct arena *a;
    int64_t by, now;
    struct str token;
};

static enum rc open_door(struct db *tx, void *arg, struct err *e)
{
    struct opening *o = arg;
    const struct lti_door d = {.kind = "register", .person = o->by, .goal = S(""), .data = S("")};
    (void)e;
    TRY(lti_door_make(tx, o->a, &d, o->now, LTI_REGISTER_MS, &o->token));
    return audit_note(tx, o->now, o->by, "lti_register_open", 0, NULL, 0);
}

/* POST /site/lti/register */
enum rc lti_post_register_new(struct ctx *c)
{
    static const struct target site = {0};
    TRY(access_require(c, P_SITE_CHANGE, &site));
    struct opening o = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(ctx_write(c, open_door, &o));
    struct view_lti_register_new v = {.address = mail_link(c->a, str_printf(c->a, "/lti/register/%.*s", STR_ARG(o.token)))};
    const struct crumb crumbs[] = {{tr(c, M_lti_platforms_title), S("/site/lti")}};
    struct page page = {.title = tr(c, M_lti_register_title), .section = "/site/lti", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs)};
    return view_lti_register_new_page(c, &page, &v);
}

/* ---- what the platform says of itself ------------------------------------------------------------------------------------------------------ */

struct registering {
    struct lti_door door;
    struct str config, token;      /* as the platform sent them */
    struct str origin;             /* of its configuration */
    struct str endpoint;
    struct lti_platform_new n;
    struct arena *a;
    int64_t now, id;
    struct str door_token;
};

static enum rc refused(struct ctx *c, const char *detail)
{
    return err_field(&c->err, RC_INVALID, M_lti_register_failed, "administrator", "%s", detail);
}

static enum rc ask(struct ctx *c, const struct fetch *f, json_t **out)
{
    struct fetched got;
    struct err why = {0};
    if (fetch_send(c->a, f, &got, &why) != RC_OK)
        return refused(c, why.detail);
    if (got.status < 200 || got.status > 299)
        return refused(c, str_printf(c->a, "HTTP %d", got.status).p);
    *out = lti_parse(c->a, got.body);
    return json_is_object(*out) ? RC_OK : refused(c, "JSON");
}

static enum rc read_configuration(struct ctx *c, struct registering *r)
{
    json_t *o;
    const struct fetch f = {.url = r->config};
    TRY(ask(c, &f, &o));
    r->n = (struct lti_platform_new){.name = str_sub(r->origin, str_starts(r->origin, S("https://")) ? 8 : 7, 80),
                                     .issuer = lti_member(c->a, o, "issuer"),
                                     .auth_url = lti_member(c->a, o, "authorization_endpoint"),
                                     .token_url = lti_member(c->a, o, "token_endpoint"),
                                     .jwks_url = lti_member(c->a, o, "jwks_uri"),
                                     .origins = S("")};
    r->endpoint = lti_member(c->a, o, "registration_endpoint");
    if (!str_eq(lti_origin(c->a, r->n.issuer), r->origin)) /* Dynamic Registration 1.0, 3.5.1 */
        return refused(c, "issuer");
    return fetch_address_ok(r->endpoint) ? RC_OK : refused(c, "registration_endpoint");
}

static struct str about_us(struct ctx *c)
{
    struct buf b = buf_new(c->a, 2048);
    struct str launch = mail_link(c->a, S("/lti/launch")), origin = lti_origin(c->a, launch);
    buf_z(&b, "{\"application_type\":\"web\",\"response_types\":[\"id_token\"],\"grant_types\":[\"implicit\",\"client_credentials\"],\"client_name\":\"Cadre\","
              "\"token_endpoint_auth_method\":\"private_key_jwt\",\"initiate_login_uri\":");
    buf_json(&b, mail_link(c->a, S("/lti/login")));
    buf_z(&b, ",\"redirect_uris\":[");
    buf_json(&b, launch);
    buf_z(&b, "],\"jwks_uri\":");
    buf_json(&b, mail_link(c->a, S("/.well-known/jwks.json")));
    buf_z(&b, ",\"logo_uri\":");
    buf_json(&b, mail_link(c->a, S("/static/icon.svg")));
    buf_z(&b, ",\"scope\":\"" LTI_SCOPE_LINEITEM " " LTI_SCOPE_SCORE " " LTI_SCOPE_MEMBERS "\",\"" TOOL_CONFIGURATION "\":{\"domain\":");
    buf_json(&b, str_sub(origin, str_starts(origin, S("https://")) ? 8 : 7, origin.n));
    buf_z(&b, ",\"target_link_uri\":");
    buf_json(&b, launch);
    buf_z(&b, ",\"claims\":[\"iss\",\"sub\",\"name\",\"given_name\",\"family_name\"],\"messages\":[{\"type\":\"LtiResourceLinkRequest\"},"
              "{\"type\":\"LtiDeepLinkingRequest\",\"label\":\"Cadre\",\"target_link_uri\":");
    buf_json(&b, launch);
    buf_z(&b, "}]}}");
    return buf_text(&b);
}

static enum rc tell_about_us(struct ctx *c, struct registering *r)
{
    json_t *o;
    struct fetch_header headers[] = {{"Content-Type", S("application/json")}, {"Accept", S("application/json")}, {"Authorization", str_printf(c->a, "Bearer %.*s", STR_ARG(r->token))}};
    const struct fetch f = {.method = "POST", .url = r->endpoint, .headers = headers, .header_count = r->token.n != 0 ? 3 : 2, .body = about_us(c)};
    TRY(ask(c, &f, &o));
    r->n.client_id = lti_member(c->a, o, "client_id");
    r->n.deployments = lti_member(c->a, json_object_get(o, TOOL_CONFIGURATION), "deployment_id");
    struct err why = {0};
    if (lti_platform_check(c->a, &r->n, &why) != RC_OK)
        return refused(c, why.field);
    return RC_OK;
}

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    struct registering *r = arg;
    TRY(lti_door_use(tx, r->a, r->door_token));
    return lti_platform_add(tx, r->a, &r->n, r->door.person, r->now, &r->id, e);
}

/* ---- the page that the platform opens ------------------------------------------------------------------------------------------------------------ */

static struct form *register_form(struct ctx *c, const struct registering *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/lti/register/%.*s", STR_ARG(r->door_token)), M_lti_register_connect);
    f->no_warn = true;
    form_add(f, (struct field){.name = "openid_configuration", .kind = FIELD_HIDDEN, .value = r->config, .max = LTI_URL_MOST});
    form_add(f, (struct field){.name = "registration_token", .kind = FIELD_HIDDEN, .value = r->token, .max = REGISTRATION_TOKEN_MOST});
    return f;
}

static enum rc connect_platform(struct ctx *c, struct registering *r)
{
    TRY(read_configuration(c, r));
    TRY(tell_about_us(c, r));
    enum rc rc = ctx_write(c, keep, r);
    if (rc == RC_CONFLICT)
        return err_field(&c->err, RC_INVALID, M_lti_taken, "administrator", NULL);
    TRY(rc);
    struct view_lti_registered v = {.host = r->origin, .deployed = r->n.deployments.n != 0};
    struct page page = {.title = tr(c, M_lti_registered_title), .narrow = true};
    return view_lti_registered_page(c, &page, &v);
}

/* GET and POST /lti/register/{token} */
enum rc lti_handle_register(struct ctx *c)
{
    bool post = c->rq->method == METHOD_POST;
    struct registering r = {.a = c->a, .now = c->now, .door_token = c->rq->params[0]};
    enum rc rc = lti_door_find(c->db, c->a, "register", r.door_token, c->now, &r.door);
    if (rc == RC_GONE || rc == RC_NOT_FOUND)
        return lti_refuse(c, M_lti_register_gone, S(""), "administrator", 410);
    TRY(rc);
    r.config = post ? request_form(c->rq, "openid_configuration") : request_query(c->rq, "openid_configuration");
    r.token = post ? request_form(c->rq, "registration_token") : request_query(c->rq, "registration_token");
    r.origin = lti_origin(c->a, r.config);
    if (r.origin.n == 0 || r.config.n > LTI_URL_MOST || r.token.n > REGISTRATION_TOKEN_MOST || !fetch_address_ok(r.config))
        return lti_refuse(c, M_lti_register_by_platform, S(""), "administrator", 422);
    page_frame(c, r.origin, S(""));
    if (!post) {
        struct view_lti_register v = {.host = r.origin, .f = register_form(c, &r)};
        struct page page = {.title = tr(c, M_lti_register_title), .narrow = true};
        return view_lti_register_page(c, &page, &v);
    }
    rc = connect_platform(c, &r);
    if (rc == RC_INVALID)
        return lti_refuse(c, (msg_id)c->err.msg, str_from(c->err.detail), "administrator", 422);
    return rc == RC_GONE ? lti_refuse(c, M_lti_register_gone, S(""), "administrator", 410) : rc;
}
