/* What comes by mail: one's own choice, and the address in a mail that stops mails of its sort without signing in. The second is opened by
 * people, and posted to by mail programs (RFC 8058), which have no session and send no token: what it can do is that alone. */
#include "gen/msg_mail.h"
#include "gen/programme/people/mail_choice_view.h"
#include "gen/programme/people/mail_stop_view.h"
#include "out/mail.h"
#include "programme/people/inside.h"

static const msg_id sort_names[] = {[MAIL_mentoring] = M_mail_sort_mentoring, [MAIL_feedback] = M_mail_sort_feedback, [MAIL_shifts] = M_mail_sort_shifts, [MAIL_panel] = M_mail_sort_panel,
                                    [MAIL_evaluation] = M_mail_sort_evaluation, [MAIL_all] = M_mail_sort_all};

struct choosing {
    int64_t person;
    struct str how[MAIL_SORT_COUNT];
};

static enum rc write_choice(struct db *tx, void *arg, struct err *e)
{
    const struct choosing *s = arg;
    (void)e;
    for (int i = MAIL_owed + 1; i < MAIL_SORT_COUNT; i++)
        TRY(mail_choose(tx, s->person, (enum mail_sort)i, s->how[i]));
    return RC_OK;
}

enum rc people_handle_mails(struct ctx *c)
{
    const struct choice hows[] = {{S("once"), tr(c, M_mail_once), STR_NONE}, {S("daily"), tr(c, M_mail_daily), STR_NONE}, {S("never"), tr(c, M_mail_never), STR_NONE}};
    struct form *f = form_new(c->a, c->lang, c->zone, S("/account/mails"), M_mail_save);
    struct choosing s = {.person = c->who->person};
    TRY(people_browser_only(c));
    struct choice *choices = ARENA_ARRAY(c->a, COUNT_OF(hows), struct choice);
    memcpy(choices, hows, sizeof hows);
    for (int i = MAIL_owed + 1; i < MAIL_SORT_COUNT; i++) {
        struct str how;
        TRY(mail_choice(c->db, c->a, s.person, (enum mail_sort)i, &how));
        form_add(f, (struct field){.name = mail_sort_word((enum mail_sort)i), .kind = FIELD_CHOICE, .label = sort_names[i], .required = true, .choices = choices, .choice_count = COUNT_OF(hows), .value = how});
    }
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        for (int i = MAIL_owed + 1; i < MAIL_SORT_COUNT; i++)
            s.how[i] = form_text(f, mail_sort_word((enum mail_sort)i));
        TRY(ctx_write(c, write_choice, &s));
        return page_redirect(c, S("/account/mails"), M_mail_saved);
    }
    struct crumb crumbs[] = {{tr(c, M_people_account_title), S("/account")}};
    struct page page = {.title = tr(c, M_mail_title), .section = "/account", .crumbs = crumbs, .crumb_count = 1, .status = form_ok(f) ? 200 : 422};
    struct view_mail_choice v = {.f = f};
    return view_mail_choice_page(c, &page, &v);
}

/* ---- the address in a mail -------------------------------------------------------------------------------------------------------- */

struct stopping {
    int64_t person;
    enum mail_sort sort;
    bool stops;
};

static enum rc write_stop(struct db *tx, void *arg, struct err *e)
{
    const struct stopping *s = arg;
    (void)e;
    return mail_stop(tx, s->person, s->sort, s->stops);
}

/* Opening it changes nothing: mail programs open links to look for danger. */
enum rc people_handle_mail_stop(struct ctx *c)
{
    struct stopping s;
    enum rc rc = mail_stop_find(c->db, c->a, c->rq->params[0], &s.person, &s.sort);
    if (rc == RC_NOT_FOUND)
        return err_set(&c->err, RC_NOT_FOUND, M_mail_stop_gone, NULL);
    TRY(rc);
    struct msg_arg sort = MSG_TEXT("sort", tr(c, sort_names[s.sort]));
    struct view_mail_stop v = {.action = str_concat(c->a, S("/mail/stop/"), c->rq->params[0]), .note = tr_args(c, M_mail_stop_note, &sort, 1), .button = tr(c, M_mail_stop), .stops = true};
    struct page page = {.title = tr(c, M_mail_stop_title), .narrow = true};
    if (c->rq->method == METHOD_POST) {
        s.stops = request_form(c->rq, "undo").p == NULL;
        TRY(ctx_write(c, write_stop, &s));
        page.title = tr(c, s.stops ? M_mail_stopped_title : M_mail_undone_title);
        v.note = tr_args(c, s.stops ? M_mail_stopped : M_mail_undone, &sort, 1);
        v.button = tr(c, s.stops ? M_mail_undo : M_mail_stop);
        v.stops = !s.stops;
    }
    return view_mail_stop_page(c, &page, &v);
}
