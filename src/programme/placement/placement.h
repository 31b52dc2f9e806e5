/* Placement: where leading is done for real. An opportunity (a clinic, a project, a community or digital-health initiative) has roles; a
 * role says how many a shift needs and what it asks of whoever takes it: a stage, a course done, a credential that is in force that day.
 * When shifts are and who is on them is the rota's. By SQL others read the pub_placement_ views. */
#ifndef CADRE_PROGRAMME_PLACEMENT_PLACEMENT_H
#define CADRE_PROGRAMME_PLACEMENT_PLACEMENT_H

#include "programme/capability.h"

extern const struct capability placement_capability;

#define PLACEMENT_ROLE_MOST 40 /* people in one role of one shift */

/* ---- opportunities: inside a closure ------------------------------------------------------------------------------------------------- */

struct placement_opportunity {
    int64_t id;                  /* 0: a new one, which begins as a draft; set by the call */
    int64_t programme, version;
    struct str kind;             /* "clinic", "project", "community", "digital" */
    struct str title, place, population, partners, about;
    int64_t ratio;               /* participants for whom one supervisor is enough */
    int64_t notice_days;
    struct str swaps;            /* "free", "approved", "none"; no value: free */
    const int64_t *competencies; /* at what it aims */
    size_t competency_count;
};
/* RC_CONFLICT when it was changed meanwhile. */
enum rc placement_save(struct db *tx, struct arena *a, struct placement_opportunity *o, int64_t now, struct err *e) MUST_CHECK;
/* "open" or "closed"; one without a role is not opened; one with shifts ahead or a handover under way is not closed, and
 * closing says how it ended unless somebody took it over. */
enum rc placement_set_state(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str state, struct str ending, int64_t today,
                            struct err *e) MUST_CHECK;

struct placement_role {
    int64_t id; /* 0: a new one */
    int64_t opportunity, version;
    struct str title;
    bool leads, retired;
    int64_t least, most;
};
enum rc placement_save_role(struct db *tx, struct placement_role *r, struct err *e) MUST_CHECK;

enum placement_need { PLACEMENT_STAGE, PLACEMENT_COURSE, PLACEMENT_CREDENTIAL };
/* What a role asks for; of is a stage, a course or a kind of credential of the same programme. Twice is once. */
enum rc placement_add_need(struct db *tx, int64_t role, enum placement_need kind, int64_t of) MUST_CHECK;

/* ---- who may ----------------------------------------------------------------------------------------------------------------------- */

/* What a role asks for and a person does not have on a day. */
struct placement_unmet {
    enum placement_need kind;
    struct str title;
    bool ended;         /* a credential that runs out before that day */
    int64_t last_day;   /* of that one */
};
enum rc placement_unmet(struct db *db, struct arena *a, int64_t role, int64_t person, int64_t day, struct placement_unmet **out, size_t *count) MUST_CHECK;
/* "Needs Hand hygiene; yours ends on 3 March": one sentence. */
struct str placement_unmet_text(struct arena *a, int lang, const struct placement_unmet *u);

/* ---- credentials: inside a closure ---------------------------------------------------------------------------------------------------- */

/* RC_CONFLICT when there is one of that name. months 0: holds for good. */
enum rc credential_add_kind(struct db *tx, struct arena *a, int64_t programme, struct str sort, struct str title, int64_t months, int64_t *id,
                            struct err *e) MUST_CHECK;
struct credential_new {
    int64_t kind, person, issued_day, last_day; /* last_day 0: what the kind says */
    struct str reference;
    int64_t by;                  /* who keeps the programme and has seen the paper; 0: she says so herself */
};
enum rc credential_state(struct db *tx, struct arena *a, const struct credential_new *n, int64_t today, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
enum rc credential_decide(struct db *tx, int64_t id, int64_t version, bool confirms, struct str words, int64_t by, int64_t now, struct err *e) MUST_CHECK;

#endif
