/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PANEL_INSIDE_H
#define CADRE_PROGRAMME_PANEL_INSIDE_H

#include "auth/session.h"
#include "gen/msg_panel.h"
#include "gen/programme/panel/panel_sql.h"
#include "out/mail.h"
#include "programme/panel/panel.h"
#include "programme/programme/programme.h"

/* ---- list.c: one's panels, and the queue of one ---- */
handler panel_get_list, panel_get_queue, panel_get_conditions;
/* ---- plan.c: planning a panel, its members, who is before it, its steps; how a programme holds panels ---- */
handler panel_handle_new, panel_handle_change, panel_get_members, panel_handle_member, panel_handle_cohort, panel_handle_step, panel_handle_setting;
/* ---- case.c: what a panel reads of one trainee ---- */
handler panel_get_case;
/* ---- decide.c: the summary, the decision, the answer, a condition that is met ---- */
handler panel_handle_summary, panel_handle_decide, panel_handle_recuse, panel_handle_answer, panel_handle_condition;

/* ---- learned.c: what was learned, observed and assessed of one person ---- */
struct view_panel_case;
/* Fills the view's tables; reads what may be judged and nothing else. */
enum rc panel_fill_evidence(struct ctx *c, int64_t programme, int64_t person, struct view_panel_case *v) MUST_CHECK;

/* ---- mails.c ---- */
#define PANEL_MAILS 3
extern const struct mail_kind panel_mails[PANEL_MAILS];
handler panel_handle_mails;
/* Inside the closure of the step: trainees are asked for summaries when a panel opens, members told when it sits. */
enum rc panel_mail_step(struct db *tx, struct arena *a, int64_t panel, enum panel_step step, int64_t now) MUST_CHECK;
enum rc panel_mail_member(struct db *tx, struct arena *a, int64_t panel, int64_t person, int64_t now) MUST_CHECK;
enum rc panel_mail_decision(struct db *tx, struct arena *a, int64_t decision, int64_t person, int64_t now) MUST_CHECK;

/* ---- waiting.c ---- */
enum rc panel_home(struct ctx *c, struct home_list *list);
enum rc panel_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc panel_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc panel_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc panel_retain(struct db *tx, struct str kind, int64_t before, bool *more);

/* ---- pages.c: small things that pages share ---- */
struct str panel_or_gone(const struct ctx *c, struct str name);
struct str panel_path(const struct ctx *c, int64_t panel, const char *end);
struct str panel_case_path(const struct ctx *c, int64_t case_id, const char *end);
/* What an outcome is called: the programme's word, else Cadre's. */
struct str panel_word(const struct ctx *c, struct str outcome, struct str word);
struct str panel_state_word(const struct ctx *c, struct str state);
/* Below the list of panels, with its crumb, and below a panel too when its title is given. */
struct page panel_page(struct ctx *c, struct str title, int64_t panel, struct str panel_title);
enum rc panel_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;

/* A panel of the address. */
struct panel_reader {
    struct row_panel_find p;
    bool sits, manages;
};
/* For its members (unless managing is asked for) and who keeps the programme. */
enum rc panel_open_one(struct ctx *c, bool managing, struct panel_reader *r) MUST_CHECK;
/* A case of the address: for the trainee once the panel is open, who sits on it, and who keeps the programme and is not tied. */
struct case_reader {
    struct row_panel_case_find k;
    bool own, sits, manages;
};
enum rc panel_open_case(struct ctx *c, struct case_reader *r) MUST_CHECK;

/* For closures that a page hands over; each page uses what it needs. */
struct panel_noting {
    int64_t actor, subject, object, now;
    const char *action, *kind;
};
enum rc panel_note(struct ctx *c, const char *action, int64_t subject, const char *kind, int64_t object) MUST_CHECK;

#endif
