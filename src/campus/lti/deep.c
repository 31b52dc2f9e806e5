/* Choosing what a new link opens (LTI Deep Linking 2.0): the teacher picks a session, a quiz or an exercise of the programme that her course is
 * mapped to, and the signed choice goes back to the platform through her browser. The way here is a one-time token and no session, so it works
 * in a frame without any cookie; the platform's page needs a button, since Cadre uses no script for it. */
#include "campus/lti/inside.h"

#include "auth/jose.h"
#include "auth/session.h"
#include "campus/key/key.h"
#include "gen/campus/lti/pick_view.h"
#include "gen/campus/lti/picked_view.h"
#include "out/mail.h"
#include "programme/practice/practice.h"

#define CHOICES_MOST 2000
#define ANSWER_MS (5 * MS_PER_MINUTE)

struct picking {
    struct lti_door door;
    struct lti_platform p;
    struct row_lti_context_get course;
};

static struct str choice_label(struct ctx *c, msg_id kind, struct str title, struct str course)
{
    const struct msg_arg args[] = {MSG_TEXT("title", title), MSG_TEXT("course", course)};
    return tr_args(c, kind, args, COUNT_OF(args));
}

static struct choice choice_of(struct ctx *c, enum lti_kind kind, int64_t thing, struct str label)
{
    return (struct choice){.value = str_printf(c->a, "%s/%" PRId64, lti_kind_words[kind], thing), .label = label};
}

/* NULL: there is nothing to choose. */
static enum rc pick_form(struct ctx *c, const struct picking *k, struct form **out)
{
    struct rows_lti_sessions sessions;
    struct rows_lti_exercises exercises;
    size_t n = 0;
    TRY(sql_lti_sessions(c->db, c->a, k->course.programme_id, CHOICES_MOST, &sessions));
    TRY(sql_lti_exercises(c->db, c->a, k->course.programme_id, CHOICES_MOST, &exercises));
    struct choice *list = ARENA_ARRAY(c->a, sessions.n * 2 + exercises.n, struct choice);
    for (size_t i = 0; i < sessions.n; i++) {
        const struct row_lti_sessions *s = &sessions.v[i];
        list[n++] = choice_of(c, LTI_SESSION, s->id, choice_label(c, M_lti_pick_session, s->title, s->course_title));
        if (s->quiz)
            list[n++] = choice_of(c, LTI_QUIZ, s->id, choice_label(c, M_lti_pick_quiz, s->title, s->course_title));
    }
    for (size_t i = 0; i < exercises.n; i++)
        list[n++] = choice_of(c, LTI_EXERCISE, exercises.v[i].id, choice_label(c, M_lti_pick_exercise, exercises.v[i].title, S("")));
    *out = NULL;
    if (n == 0)
        return RC_OK;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/lti/pick/%.*s", STR_ARG(c->rq->params[0])), M_lti_pick_use);
    f->no_warn = true;
    form_add(f, (struct field){.name = "what", .kind = FIELD_CHOICE, .label = M_lti_pick_what, .required = true, .choices = list, .choice_count = n});
    *out = f;
    return RC_OK;
}

static struct str label_of(const struct form *f, struct str value)
{
    const struct field *field = &f->fields[0];
    for (size_t i = 0; i < field->choice_count; i++)
        if (str_eq(field->choices[i].value, value))
            return field->choices[i].label;
    return value;
}

/* The answer (Deep Linking 2.0, 3.2 and 4.5). */
static enum rc answer(struct ctx *c, const struct picking *k, struct str what, struct str label, struct str *jwt)
{
    struct str key;
    struct buf b = buf_new(c->a, 2048);
    TRY(key_ready(c->db, c->a, KEY_LAUNCH, c->now, &key, &c->err));
    buf_z(&b, "{\"iss\":");
    buf_json(&b, k->p.client_id);
    buf_z(&b, ",\"aud\":");
    buf_json(&b, k->p.issuer);
    buf_printf(&b, ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 ",\"nonce\":", c->now / MS_PER_SECOND, (c->now + ANSWER_MS) / MS_PER_SECOND);
    buf_json(&b, link_token_new(c->a));
    buf_z(&b, ",\"https://purl.imsglobal.org/spec/lti/claim/deployment_id\":");
    buf_json(&b, k->course.deployment);
    buf_z(&b, ",\"https://purl.imsglobal.org/spec/lti/claim/message_type\":\"LtiDeepLinkingResponse\""
              ",\"https://purl.imsglobal.org/spec/lti/claim/version\":\"1.3.0\"");
    if (k->door.data.n != 0) {
        buf_z(&b, ",\"https://purl.imsglobal.org/spec/lti-dl/claim/data\":");
        buf_json(&b, k->door.data);
    }
    buf_z(&b, ",\"https://purl.imsglobal.org/spec/lti-dl/claim/content_items\":[{\"type\":\"ltiResourceLink\",\"title\":");
    buf_json(&b, label);
    buf_z(&b, ",\"url\":");
    buf_json(&b, mail_link(c->a, S("/lti/launch")));
    buf_z(&b, ",\"custom\":{\"cadre\":");
    buf_json(&b, what);
    buf_z(&b, "},\"lineItem\":{\"scoreMaximum\":100,\"label\":");
    buf_json(&b, label);
    buf_z(&b, ",\"resourceId\":");
    buf_json(&b, what);
    buf_z(&b, "}}]}");
    return jose_sign(c->a, key, "JWT", buf_text(&b), jwt);
}

struct choosing {
    struct arena *a;
    struct str token;
    int64_t person, context, now;
};

static enum rc use_door(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *u = arg;
    (void)e;
    TRY(lti_door_use(tx, u->a, u->token));
    return audit_note(tx, u->now, u->person, "lti_pick", 0, "lti_context", u->context);
}

static enum rc send_back(struct ctx *c, const struct picking *k, struct str what, struct str label)
{
    struct choosing u = {.a = c->a, .token = c->rq->params[0], .person = k->door.person, .context = k->door.context, .now = c->now};
    struct view_lti_picked v = {.title = label, .platform = k->p.name, .back = k->door.goal};
    TRY(answer(c, k, what, label, &v.jwt));
    TRY(ctx_write(c, use_door, &u));
    page_frame(c, k->p.origins, lti_origin(c->a, k->door.goal));
    struct page page = {.title = tr(c, M_lti_picked_title), .narrow = true};
    return view_lti_picked_page(c, &page, &v);
}

static enum rc find_door(struct ctx *c, struct picking *k)
{
    TRY(lti_door_find(c->db, c->a, "pick", c->rq->params[0], c->now, &k->door));
    TRY(lti_platform_load(c->db, c->a, k->door.platform, &k->p));
    TRY(sql_lti_context_get(c->db, c->a, k->door.context, &k->course));
    return k->p.on && !k->course.programme_id_null ? RC_OK : RC_GONE;
}

/* GET and POST /lti/pick/{token} */
enum rc lti_handle_pick(struct ctx *c)
{
    struct picking k;
    struct form *f;
    enum rc rc = find_door(c, &k);
    if (rc == RC_GONE || rc == RC_NOT_FOUND)
        return lti_refuse(c, M_lti_door_gone, S(""), "again", 410);
    TRY(rc);
    page_frame(c, k.p.origins, S(""));
    TRY(pick_form(c, &k, &f));
    bool sent = c->rq->method == METHOD_POST && f != NULL;
    if (sent && form_read(f, c->rq->form, c->rq->form_count)) {
        struct str what = form_text(f, "what");
        rc = send_back(c, &k, what, label_of(f, what));
        return rc == RC_GONE ? lti_refuse(c, M_lti_door_gone, S(""), "again", 410) : rc;
    }
    struct view_lti_pick v = {.course = k.course.title, .platform = k.p.name, .f = f};
    struct page page = {.title = tr(c, M_lti_pick_title), .narrow = true, .status = sent ? 422 : 0};
    return view_lti_pick_page(c, &page, &v);
}
