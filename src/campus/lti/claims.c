/* Reading an id_token: see claims.h. */
#include "campus/lti/claims.h"

#include "base/buf.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "gen/msg_lti.h"

#define CLAIM "https://purl.imsglobal.org/spec/lti/claim/"
#define AGS "https://purl.imsglobal.org/spec/lti-ags/"
#define NRPS "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
#define DEEP "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
#define ROLES_MOST 100
#define DEPLOYMENT_MOST 255

const char *const lti_kind_words[LTI_KINDS] = {[LTI_NONE] = "none", [LTI_SESSION] = "session", [LTI_QUIZ] = "quiz", [LTI_EXERCISE] = "exercise"};

static enum rc again(struct err *e, msg_id msg)
{
    return err_field(e, RC_INVALID, msg, "again", NULL);
}

static enum rc wrong(struct err *e, msg_id msg, struct str detail)
{
    struct str shown = utf8_clip(detail, 200);
    return err_field(e, RC_INVALID, msg, "administrator", "%.*s", STR_ARG(shown));
}

/* ---- texts of objects --------------------------------------------------------------------------------------------------------------- */

/* Empty where there is none or it is too long: what must be there is asked for by the caller. */
static struct str text_of(json_t *o, const char *key, size_t most)
{
    json_t *v = json_object_get(o, key);
    if (!json_is_string(v) || json_string_length(v) > most * 4)
        return S("");
    struct str s = {json_string_value(v), json_string_length(v)};
    return memchr(s.p, '\0', s.n) == NULL && utf8_count(s) <= most ? s : S("");
}

static json_t *object_of(json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    return json_is_object(v) ? v : NULL;
}

static bool list_has(json_t *list, const char *word)
{
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), word) == 0)
            return true;
    return false;
}

/* ---- goals and addresses ---------------------------------------------------------------------------------------------------------------- */

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return s.n != 0 && s.n <= 100;
}

bool lti_read_goal(struct str text, struct lti_goal *out)
{
    static const struct {
        const char *word;
        enum lti_kind kind;
    } words[] = {{"session", LTI_SESSION}, {"sessions", LTI_SESSION}, {"quiz", LTI_QUIZ}, {"case", LTI_EXERCISE}, {"exercise", LTI_EXERCISE}, {"practice", LTI_EXERCISE}};
    struct str rest = str_trim(text), word, id;
    *out = (struct lti_goal){0};
    if (rest.n != 0 && rest.p[0] == '/')
        rest = str_sub(rest, 1, rest.n);
    if (!str_cut(&rest, '/', &word) || !str_cut(&rest, '/', &id))
        return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i].word))
            out->kind = words[i].kind;
    bool quiz = out->kind == LTI_SESSION && str_eq(rest, S("quiz"));
    if (rest.n != 0 && !quiz)
        out->kind = LTI_NONE;
    if (quiz)
        out->kind = LTI_QUIZ;
    bool number = str_to_int(id, &out->id) && out->id > 0 && out->id < INT64_C(1) << 53;
    if (!number) {
        out->id = 0;
        out->code = id;
    }
    if (out->kind == LTI_NONE || (!number && (out->kind != LTI_EXERCISE || !is_code(id))))
        *out = (struct lti_goal){0};
    return out->kind != LTI_NONE;
}

struct str lti_origin(struct arena *a, struct str url)
{
    size_t from = str_starts(url, S("https://")) ? 8 : str_starts(url, S("http://")) ? 7 : 0, n = from;
    while (n < url.n && strchr("/?#", url.p[n]) == NULL)
        n++;
    if (from == 0 || n == from)
        return STR_NONE;
    for (size_t i = from; i < n; i++) { /* it becomes part of a header */
        char c = url.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".-:[]", c) != NULL))
            return STR_NONE;
    }
    return str_dup(a, str_sub(url, 0, n));
}

struct str lti_url_under(struct arena *a, struct str url, const char *segment)
{
    struct str path;
    struct str query = url;
    str_cut(&query, '?', &path);
    while (path.n != 0 && path.p[path.n - 1] == '/')
        path.n--;
    struct buf b = buf_new(a, url.n + 64);
    buf_str(&b, path);
    buf_ch(&b, '/');
    buf_z(&b, segment);
    if (query.p != NULL) {
        buf_ch(&b, '?');
        buf_str(&b, query);
    }
    return buf_text(&b);
}

struct str lti_url_with(struct arena *a, struct str url, struct str parameters)
{
    const char *between = !str_find(url, S("?"), NULL) ? "?" : str_ends(url, S("?")) || str_ends(url, S("&")) ? "" : "&";
    return str_concat(a, str_concat(a, url, str_from(between)), parameters);
}

/* Is rel=next among the parameters of a link? */
static bool is_next(struct str params)
{
    struct str param, name;
    while (str_cut(&params, ';', &param)) {
        param = str_trim(param);
        if (!str_cut(&param, '=', &name) || param.p == NULL || !str_eq_nocase(str_trim(name), S("rel")))
            continue;
        param = str_trim(param);
        if (param.n >= 2 && param.p[0] == '"')
            param = str_sub(param, 1, param.n - 2);
        struct str word;
        while (str_cut(&param, ' ', &word))
            if (str_eq_nocase(word, S("next")))
                return true;
    }
    return false;
}

struct str lti_next_page(struct arena *a, struct str link)
{
    for (size_t i = 0; i < link.n;) {
        if (link.p[i] != '<') {
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < link.n && link.p[end] != '>')
            end++;
        struct str url = str_sub(link, i + 1, end - i - 1);
        size_t stop = end;
        for (bool quoted = false; stop < link.n && (quoted || link.p[stop] != ','); stop++)
            quoted = link.p[stop] == '"' ? !quoted : quoted;
        struct str params = end < link.n ? str_sub(link, end + 1, stop - end - 1) : STR_NONE;
        if (params.n != 0 && is_next(params))
            return str_dup(a, url);
        i = stop;
    }
    return STR_NONE;
}

/* ---- is it meant for us, and now ------------------------------------------------------------------------------------------------------- */

static bool is_text(json_t *v, struct str s)
{
    return json_is_string(v) && str_eq((struct str){json_string_value(v), json_string_length(v)}, s);
}

static enum rc check_audience(json_t *claims, struct str client_id, struct err *e)
{
    json_t *aud = json_object_get(claims, "aud"), *azp = json_object_get(claims, "azp"), *v;
    bool ours = is_text(aud, client_id);
    size_t i, others = 0;
    json_array_foreach(aud, i, v) {
        ours = ours || is_text(v, client_id);
        others += !is_text(v, client_id);
    }
    if (!ours)
        return wrong(e, M_lti_bad_audience, json_is_string(aud) ? str_from(json_string_value(aud)) : S(""));
    if ((azp != NULL || others != 0) && !is_text(azp, client_id))
        return wrong(e, M_lti_bad_party, json_is_string(azp) ? str_from(json_string_value(azp)) : S(""));
    return RC_OK;
}

/* Seconds since 1970, as JWT has them (RFC 7519, 2), in milliseconds. */
static bool time_of(json_t *claims, const char *key, int64_t *ms)
{
    json_t *v = json_object_get(claims, key);
    double s = json_number_value(v);
    if (!json_is_number(v) || !(s >= 0 && s < 1e11))
        return false;
    *ms = (int64_t)(s * 1000);
    return true;
}

static enum rc check_times(json_t *claims, int64_t now, struct err *e)
{
    int64_t until, from;
    if (!time_of(claims, "exp", &until) || !time_of(claims, "iat", &from))
        return wrong(e, M_lti_malformed, S("exp, iat"));
    if (until + LTI_SKEW_MS <= now || from + LTI_STATE_MS + LTI_SKEW_MS <= now)
        return again(e, M_lti_expired);
    if (from > now + LTI_SKEW_MS)
        return wrong(e, M_lti_early, S(""));
    return RC_OK;
}

static bool is_line(struct str lines, struct str wanted)
{
    struct str line;
    while (str_line(&lines, &line))
        if (wanted.n != 0 && str_eq(str_trim(line), wanted))
            return true;
    return false;
}

static enum rc check_meant(json_t *claims, const struct lti_expect *x, struct lti_launch *l, struct err *e)
{
    if (!is_text(json_object_get(claims, "iss"), x->issuer))
        return wrong(e, M_lti_bad_issuer, text_of(claims, "iss", LTI_URL_MOST));
    TRY(check_audience(claims, x->client_id, e));
    TRY(check_times(claims, x->now, e));
    if (x->nonce.n == 0 || !is_text(json_object_get(claims, "nonce"), x->nonce))
        return again(e, M_lti_bad_nonce);
    l->deployment = text_of(claims, CLAIM "deployment_id", DEPLOYMENT_MOST);
    if (!is_line(x->deployments, l->deployment))
        return wrong(e, M_lti_bad_deployment, l->deployment);
    if (!is_text(json_object_get(claims, CLAIM "version"), S("1.3.0")))
        return wrong(e, M_lti_bad_version, text_of(claims, CLAIM "version", 20));
    return RC_OK;
}

/* ---- who, where, what -------------------------------------------------------------------------------------------------------------------- */

static struct str without(struct str s, struct str prefix)
{
    return str_starts(s, prefix) ? str_sub(s, prefix.n, s.n) : STR_NONE;
}

/* Roles in the course (LTI 1.3 core, A.2.3): the principal role, or a sub-role of it. What somebody is at the institution or in the platform
 * says nothing about this course. */
static void read_roles(json_t *roles, struct lti_launch *l)
{
    json_t *v;
    size_t i;
    json_array_foreach(roles, i, v) {
        if (i >= ROLES_MOST || !json_is_string(v))
            continue;
        struct str role = {json_string_value(v), json_string_length(v)};
        struct str main = without(role, S("http://purl.imsglobal.org/vocab/lis/v2/membership#"));
        struct str sub = without(role, S("http://purl.imsglobal.org/vocab/lis/v2/membership/")), of;
        if (main.p == NULL && sub.p != NULL && str_cut(&sub, '#', &of))
            main = of;
        if (main.p == NULL)
            main = role; /* the short form */
        l->learner = l->learner || str_eq(main, S("Learner"));
        l->instructor = l->instructor || str_eq(main, S("Instructor"));
    }
}

static enum rc check_target(json_t *claims, const struct lti_expect *x, struct lti_launch *l, struct err *e)
{
    struct str target = text_of(claims, CLAIM "target_link_uri", LTI_URL_MOST);
    struct str custom = text_of(object_of(claims, CLAIM "custom"), "cadre", LTI_URL_MOST);
    if (!str_starts(target, x->site))
        return wrong(e, M_lti_bad_target, target);
    if (custom.n != 0 && !lti_read_goal(custom, &l->goal))
        return wrong(e, M_lti_bad_custom, custom);
    if (l->goal.kind == LTI_NONE) {
        struct str path, rest = str_sub(target, x->site.n, target.n);
        if (str_cut(&rest, '?', &path) && lti_read_goal(path, &l->goal) == false)
            l->goal = (struct lti_goal){0};
    }
    return RC_OK;
}

static void read_services(json_t *claims, struct lti_launch *l)
{
    json_t *scores = object_of(claims, AGS "claim/endpoint"), *scopes = json_object_get(scores, "scope");
    l->lineitem = text_of(scores, "lineitem", LTI_URL_MOST);
    l->lineitems = text_of(scores, "lineitems", LTI_URL_MOST);
    l->may_score = list_has(scopes, AGS "scope/score");
    l->may_make = list_has(scopes, AGS "scope/lineitem");
    l->may_list = l->may_make || list_has(scopes, AGS "scope/lineitem.readonly");
    l->members_url = text_of(object_of(claims, NRPS), "context_memberships_url", LTI_URL_MOST);
}

static enum rc read_deep(json_t *claims, struct lti_launch *l, struct err *e)
{
    json_t *o = object_of(claims, DEEP), *data = json_object_get(o, "data");
    l->deep_return = text_of(o, "deep_link_return_url", LTI_URL_MOST);
    l->deep_data = text_of(o, "data", LTI_DATA_MOST);
    l->deep_many = json_is_true(json_object_get(o, "accept_multiple"));
    if (l->deep_return.n == 0 || (data != NULL && l->deep_data.n == 0 && json_string_length(data) != 0))
        return wrong(e, M_lti_malformed, S("deep_linking_settings"));
    if (!list_has(json_object_get(o, "accept_types"), "ltiResourceLink"))
        return wrong(e, M_lti_deep_type, S(""));
    return RC_OK;
}

enum rc lti_read_claims(json_t *claims, const struct lti_expect *x, struct lti_launch *l, struct err *e)
{
    *l = (struct lti_launch){0};
    TRY(check_meant(claims, x, l, e));
    json_t *message = json_object_get(claims, CLAIM "message_type");
    json_t *context = object_of(claims, CLAIM "context"), *link = object_of(claims, CLAIM "resource_link");
    if (!is_text(message, S("LtiResourceLinkRequest")) && !is_text(message, S("LtiDeepLinkingRequest")))
        return wrong(e, M_lti_bad_message, text_of(claims, CLAIM "message_type", LTI_KEY_MOST));
    l->message = is_text(message, S("LtiDeepLinkingRequest")) ? LTI_DEEP_LINKING : LTI_RESOURCE_LINK;
    TRY(check_target(claims, x, l, e));
    l->subject = text_of(claims, "sub", LTI_KEY_MOST);
    if (l->subject.n == 0)
        return wrong(e, M_lti_nobody, S(""));
    l->given = text_of(claims, "given_name", 100);
    l->family = text_of(claims, "family_name", 100);
    l->name = text_of(claims, "name", 200);
    l->roster_id = text_of(object_of(claims, CLAIM "lis"), "person_sourcedid", LTI_KEY_MOST);
    read_roles(json_object_get(claims, CLAIM "roles"), l);
    l->context = text_of(context, "id", LTI_KEY_MOST);
    l->context_title = text_of(context, "title", 500);
    if (context != NULL && l->context.n == 0)
        return wrong(e, M_lti_malformed, S("context"));
    l->resource = text_of(link, "id", LTI_KEY_MOST);
    l->resource_title = text_of(link, "title", 500);
    if (l->message == LTI_RESOURCE_LINK && l->resource.n == 0)
        return wrong(e, M_lti_malformed, S("resource_link"));
    struct str shown = text_of(object_of(claims, CLAIM "launch_presentation"), "document_target", 20);
    l->frame = str_eq(shown, S("iframe")) || str_eq(shown, S("frame"));
    read_services(claims, l);
    return l->message == LTI_DEEP_LINKING ? read_deep(claims, l, e) : RC_OK;
}

bool lti_read_member(json_t *member, struct lti_launch *l)
{
    json_t *status = json_object_get(member, "status");
    *l = (struct lti_launch){.subject = text_of(member, "user_id", LTI_KEY_MOST),
                             .given = text_of(member, "given_name", 100),
                             .family = text_of(member, "family_name", 100),
                             .name = text_of(member, "name", 200),
                             .roster_id = text_of(member, "lis_person_sourcedid", LTI_KEY_MOST)};
    read_roles(json_object_get(member, "roles"), l);
    return l->subject.n != 0 && (status == NULL || is_text(status, S("Active")));
}
