/* What everybody may open: checking a badge, the page of one that its owner shows, what a badge stands for, who issues it, the keys, and
 * which were withdrawn. Nothing here names anybody but on a page that she chose to show. */
#include "campus/badge/inside.h"
#include "gen/campus/badge/badge_achievement_view.h"
#include "gen/campus/badge/badge_check_view.h"
#include "gen/campus/badge/badge_issuer_view.h"
#include "gen/campus/badge/badge_shared_view.h"
#include "view/markdown.h"

#define FILE_MOST (2 << 20) /* bytes of a picture that is checked */
#define PNG_PIXELS 512

/* ---- checking ------------------------------------------------------------------------------------------------------------------- */

static msg_id verdict_word(enum badge_verdict v)
{
    static const msg_id words[BADGE_VERDICT_COUNT] = {[BADGE_HOLDS] = M_badge_v_holds,
                                                      [BADGE_EXPIRED] = M_badge_v_expired,
                                                      [BADGE_WITHDRAWN] = M_badge_v_withdrawn,
                                                      [BADGE_EARLY] = M_badge_v_early,
                                                      [BADGE_CHANGED] = M_badge_v_changed,
                                                      [BADGE_FOREIGN] = M_badge_v_foreign,
                                                      [BADGE_UNSIGNED] = M_badge_v_unsigned,
                                                      [BADGE_NO_TOKEN] = M_badge_v_no_token,
                                                      [BADGE_NO_BADGE] = M_badge_v_no_badge,
                                                      [BADGE_FILE_EMPTY] = M_badge_v_empty,
                                                      [BADGE_FILE_PICTURE] = M_badge_v_picture,
                                                      [BADGE_FILE_DAMAGED] = M_badge_v_damaged,
                                                      [BADGE_FILE_EMBEDDED] = M_badge_v_embedded,
                                                      [BADGE_FILE_UNKNOWN] = M_badge_v_unknown};
    return words[v];
}

static const char *const verdict_codes[BADGE_VERDICT_COUNT] = {[BADGE_HOLDS] = "valid",
                                                               [BADGE_EXPIRED] = "expired",
                                                               [BADGE_WITHDRAWN] = "revoked",
                                                               [BADGE_EARLY] = "early",
                                                               [BADGE_CHANGED] = "changed",
                                                               [BADGE_FOREIGN] = "foreign",
                                                               [BADGE_UNSIGNED] = "unsigned",
                                                               [BADGE_NO_TOKEN] = "unreadable",
                                                               [BADGE_NO_BADGE] = "no_badge",
                                                               [BADGE_FILE_EMPTY] = "empty",
                                                               [BADGE_FILE_PICTURE] = "picture",
                                                               [BADGE_FILE_DAMAGED] = "damaged",
                                                               [BADGE_FILE_EMBEDDED] = "embedded",
                                                               [BADGE_FILE_UNKNOWN] = "unknown"};

static struct form *check_form(struct ctx *c)
{
    struct form *f = form_new(c->a, c->lang, c->zone, S("/badges/v"), M_badge_check);
    f->no_warn = true;
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_badge_check_file, .hint = M_badge_check_file_hint, .max = FILE_MOST});
    form_add(f, (struct field){.name = "text", .kind = FIELD_LONG_TEXT, .label = M_badge_check_text, .hint = M_badge_check_text_hint, .max = BAKE_JWT_MOST, .rows = 4, .no_draft = true});
    form_add(f, (struct field){.name = "email", .kind = FIELD_EMAIL, .label = M_badge_check_email, .hint = M_badge_check_email_hint, .no_draft = true});
    return f;
}

static void fill_checked(struct ctx *c, const struct badge_checked *r, struct view_badge_check *v)
{
    const struct row_badge_award_find *w = &r->award;
    v->result = str_from(verdict_codes[r->verdict]);
    v->result_word = tr(c, verdict_word(r->verdict));
    v->good = r->verdict == BADGE_HOLDS;
    if (w->id == 0)
        return;
    struct view_badge_check_badge *b = ARENA_NEW(c->a, struct view_badge_check_badge);
    *b = (struct view_badge_check_badge){.picture = badge_picture(c, w->badge_id),
                                         .href = badge_path(c, "/badges/a/", w->badge_id, ""),
                                         .title = w->title,
                                         .about = w->about,
                                         .programme = w->programme,
                                         .at = w->awarded_at,
                                         .until = w->until_at_null ? (struct opt_int){0} : SOME_INT(w->until_at),
                                         .withdrawn = w->revoked_at_null ? (struct opt_int){0} : SOME_INT(w->revoked_at),
                                         .why = w->revoked_why,
                                         .asked = r->asked,
                                         .belongs = r->belongs};
    v->badge = b;
}

/* Looked at and forgotten: nothing of what is brought is kept. */
enum rc badge_handle_check(struct ctx *c)
{
    struct form *f = check_form(c);
    struct view_badge_check v = {.f = f};
    struct page page = {.title = tr(c, M_badge_check_title), .section = "/badges"};
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct badge_checked r;
        const struct field *file = form_field(f, "file");
        struct str text = form_text(f, "text");
        if (file->value.n != 0 && text.n != 0) {
            form_error(f, "text", M_badge_check_one, NULL);
        } else if (file->value.n == 0 && text.n == 0) {
            form_error(f, "file", M_badge_check_none, NULL);
        } else {
            TRY(badge_check(c, file->value.n != 0 ? file->value : text, form_text(f, "email"), &r));
            fill_checked(c, &r, &v);
        }
    }
    page.status = form_ok(f) ? 200 : 422;
    return view_badge_check_page(c, &page, &v);
}

/* ---- a badge that its owner shows ---------------------------------------------------------------------------------------------- */

enum rc badge_get_shared(struct ctx *c)
{
    struct row_badge_award_by_token found;
    struct row_badge_award_find w;
    enum rc rc = sql_badge_award_by_token(c->db, c->a, c->rq->params[0], &found);
    if (rc == RC_NOT_FOUND)
        return err_set(&c->err, RC_NOT_FOUND, M_badge_not_shown, NULL);
    TRY(rc);
    TRY(sql_badge_award_find(c->db, c->a, found.id, &w));
    bool withdrawn = !w.revoked_at_null;
    struct view_badge_shared v = {.picture = badge_picture(c, w.badge_id),
                                  .href = badge_path(c, "/badges/a/", w.badge_id, ""),
                                  .about = w.about,
                                  .criteria = markdown_render(c->a, w.criteria, (struct markdown_options){.lang = c->lang, .heading_shift = 2, .absolute = true}),
                                  .name = w.name,
                                  .programme = w.programme,
                                  .at = w.awarded_at,
                                  .until = w.until_at_null ? (struct opt_int){0} : SOME_INT(w.until_at),
                                  .expired = !w.until_at_null && w.until_at <= c->now,
                                  .withdrawn = withdrawn ? SOME_INT(w.revoked_at) : (struct opt_int){0},
                                  .why = w.revoked_why};
    struct page page = {.title = w.title, .caption = tr(c, M_badge_caption), .section = "/badges"};
    response_header(c->rs, "X-Robots-Tag", S("noindex"));
    return view_badge_shared_page(c, &page, &v);
}

/* ---- what it stands for ----------------------------------------------------------------------------------------------------------- */

/* One that was published. */
static enum rc public_badge(struct ctx *c, struct row_badge_find *b)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_badge_find(c->db, c->a, id, b));
    return str_eq_z(b->state, "draft") ? RC_NOT_FOUND : RC_OK;
}

enum rc badge_get_achievement(struct ctx *c)
{
    struct row_badge_find b;
    struct rows_badge_competencies has;
    struct str json;
    TRY(public_badge(c, &b));
    if (c->rq->wants_json) {
        TRY(badge_achievement_json(c, &b, &json));
        return badge_send_json(c, json);
    }
    TRY(sql_badge_competencies(c->db, c->a, b.id, &has));
    struct view_badge_achievement_competencies *list = ARENA_ARRAY(c->a, has.n, struct view_badge_achievement_competencies);
    for (size_t i = 0; i < has.n; i++)
        list[i] = (struct view_badge_achievement_competencies){has.v[i].code, has.v[i].title, has.v[i].framework_title};
    struct view_badge_achievement v = {.picture = badge_picture(c, b.id),
                                       .about = b.about,
                                       .criteria = markdown_render(c->a, b.criteria, (struct markdown_options){.lang = c->lang, .heading_shift = 2, .absolute = true}),
                                       .programme = b.programme,
                                       .issuer = badge_path(c, "/badges/issuers/", b.programme_id, ""),
                                       .months = b.months_null ? (struct opt_int){0} : SOME_INT(b.months),
                                       .competencies = list,
                                       .competencies_count = has.n};
    struct page page = {.title = b.title, .caption = tr(c, M_badge_caption), .section = "/badges"};
    return view_badge_achievement_page(c, &page, &v);
}

/* The picture of a draft is for who keeps the programme alone: she looks at it before it is published. */
enum rc badge_get_picture(struct ctx *c)
{
    int64_t id;
    struct row_badge_find b;
    struct str png, name = c->rq->params[1];
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_badge_find(c->db, c->a, id, &b));
    struct target t = {.programme = b.programme_id};
    if (str_eq_z(b.state, "draft") && !access_allows(c, P_BADGE_MANAGE, &t))
        return RC_NOT_FOUND;
    struct emblem e = emblem_read(b.symbol, b.colour);
    if (str_eq(name, S("picture.svg"))) {
        c->rs->type = "image/svg+xml";
        c->rs->fixed = emblem_svg(c->a, e, b.title);
        return RC_OK;
    }
    if (!str_eq(name, S("picture.png")))
        return RC_NOT_FOUND;
    TRY(emblem_png(c->a, e, PNG_PIXELS, &png));
    c->rs->type = "image/png";
    c->rs->fixed = png;
    return RC_OK;
}

enum rc badge_get_issuer(struct ctx *c)
{
    int64_t id;
    struct programme p;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find(c->db, c->a, id, &p));
    if (c->rq->wants_json)
        return badge_send_json(c, badge_issuer_json(c, p.id, p.title));
    struct view_badge_issuer v = {.site = mail_link(c->a, S("/")), .keys = S("/badges/keys")};
    struct page page = {.title = p.title, .caption = tr(c, M_badge_issuer), .section = "/badges"};
    return view_badge_issuer_page(c, &page, &v);
}

/* ---- for programs ------------------------------------------------------------------------------------------------------------------- */

enum rc badge_get_status(struct ctx *c)
{
    int64_t id;
    struct str jwt;
    TRY(request_id(c->rq, 0, &id));
    TRY(badge_status_jwt(c, id, &jwt));
    c->rs->type = "application/vc+jwt";
    c->rs->fixed = jwt;
    response_header(c->rs, "Access-Control-Allow-Origin", S("*"));
    return RC_OK;
}

enum rc badge_get_keys(struct ctx *c)
{
    struct str json;
    TRY(badge_keys_json(c, &json));
    return badge_send_json(c, json);
}

enum rc badge_get_key(struct ctx *c)
{
    struct str json;
    TRY(badge_key_json(c, c->rq->params[0], &json));
    return badge_send_json(c, json);
}
