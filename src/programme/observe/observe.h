/* Observation: a leadership act that somebody saw, told in a minute by whoever was there, with or without an account; and
 * assessments by faculty, alone or by two who score apart. Nobody observes herself; what comes from somebody without an account
 * counts when the mailed link was opened and its button pressed. What counts becomes evidence of the person. By SQL others read
 * pub_observe_observation, pub_observe_answer and pub_observe_assessment: what counts, without narratives. */
#ifndef CADRE_PROGRAMME_OBSERVE_OBSERVE_H
#define CADRE_PROGRAMME_OBSERVE_OBSERVE_H

#include "programme/capability.h"
#include "programme/instrument/instrument.h"

extern const struct capability observe_capability;

#define OBSERVE_INSTRUMENT "leadership-moment" /* unless a programme chose another */
#define OBSERVE_CODE_DAYS 180        /* a person's or a place's code */
#define OBSERVE_REQUEST_DAYS 14      /* a request */
#define OBSERVE_CONFIRM_DAYS 7       /* the link in the mail to an observer */
#define OBSERVE_BACK_DAYS 60         /* the earliest day that can be told */
#define OBSERVE_NARRATIVE_MAX 400    /* characters: two lines */
#define OBSERVE_UNCONFIRMED_MOST 5   /* of one address within an hour */
#define OBSERVE_LINK_MOST 60         /* by one code within a day, of those that are not confirmed */

/* From which numbers on the coordinator is shown a pattern: told late again and again, many at once, most of a person by one. */
struct observe_patterns {
    int64_t late_days, late_least;
    int64_t bulk_minutes, bulk_least;
    int64_t one_least, one_percent;
};
#define OBSERVE_PATTERNS ((struct observe_patterns){7, 3, 30, 6, 5, 80})

/* How a programme observes. */
struct observe_setting {
    int64_t programme;
    struct str instrument;      /* slug */
    bool choose;                /* a place's code offers a list of names */
    int64_t code_days;
    struct observe_patterns patterns;
    int64_t version;            /* 0: there was none */
};
enum rc observe_load_setting(struct db *db, struct arena *a, int64_t programme, struct observe_setting *out) MUST_CHECK;
/* Inside a closure. RC_CONFLICT when it was changed meanwhile. */
enum rc observe_save_setting(struct db *tx, const struct observe_setting *s, struct err *e) MUST_CHECK;

/* ---- links: inside a closure ---------------------------------------------------------------------------------------------------- */

/* The code of a person in a programme: the one that works, else a new one. */
enum rc observe_person_code(struct db *tx, struct arena *a, int64_t programme, int64_t person, int64_t now, int64_t *link) MUST_CHECK;
/* A code for a place, whose observers choose among the members of a group. */
enum rc observe_add_place(struct db *tx, struct arena *a, int64_t programme, int64_t group, struct str title, int64_t now, int64_t *link) MUST_CHECK;
/* From now on the code opens nothing. RC_CONFLICT when that was so already. */
enum rc observe_revoke(struct db *tx, int64_t link, int64_t version, int64_t now, struct err *e) MUST_CHECK;

struct observe_request {
    int64_t programme, person;  /* who asks, to be observed there */
    int64_t to_person;          /* 0: to_address */
    struct str to_address;
    struct str words;
};
/* Asks somebody for an observation: a mail goes out. An address that somebody has becomes that person. RC_INVALID for oneself,
 * for an address that is none, and after ten requests within a day. */
enum rc observe_ask(struct db *tx, struct arena *a, const struct observe_request *r, int64_t now, int64_t *link, struct err *e) MUST_CHECK;

/* ---- what was seen: inside a closure ---------------------------------------------------------------------------------------------- */

struct observe_sent {
    int64_t programme, subject;
    int64_t link;               /* 0: none */
    int64_t assessment;         /* 0: none */
    const struct instrument *instrument;
    size_t domain;              /* the act; SIZE_MAX: the whole instrument */
    const int *answers;         /* of each item of the instrument; outside the act they are passed over */
    const struct str *words;    /* of each item; NULL: none */
    struct str narrative;
    int64_t day, today;
    int64_t at;                 /* when it happened, for the evidence */
    int64_t observer;           /* 0: name and address */
    struct str name, address;
    struct str language;        /* of the observer */
    bool known;                 /* an address that is known to be the observer's: counts at once (the demo) */
    struct str key;             /* made when the form opened */
};
enum observe_outcome { OBSERVE_COUNTS, OBSERVE_TO_CONFIRM, OBSERVE_THERE_ALREADY };
/* Keeps it. Sent again with the same key and content: nothing happens, OBSERVE_THERE_ALREADY. RC_CONFLICT with
 * M_observe_key_used when the key came with another content. RC_INVALID for the subject herself (also by her address), for days
 * that have not come or are too long ago, and for answers that the act needs and lacks. RC_RATE_LIMITED. */
enum rc observe_keep(struct db *tx, struct arena *a, const struct observe_sent *s, int64_t now, int64_t *id, enum observe_outcome *outcome,
                     struct err *e) MUST_CHECK;
/* The button behind the mailed link. RC_NOT_FOUND: there is none; RC_GONE: expired, or taken back meanwhile. again: it had been
 * pressed before. */
enum rc observe_confirm(struct db *tx, struct arena *a, struct str token, int64_t now, int64_t *id, bool *again, struct err *e) MUST_CHECK;

/* The person asks the coordinator to look at one, in a few words. */
enum rc observe_ask_look(struct db *tx, int64_t id, int64_t version, struct str words, int64_t now, struct err *e) MUST_CHECK;
/* The coordinator has looked: it stays, or it counts no longer (its evidence is taken back). */
enum rc observe_look(struct db *tx, struct arena *a, int64_t id, int64_t version, bool takes_back, struct str answer, int64_t by, int64_t now,
                     struct err *e) MUST_CHECK;

/* ---- assessments --------------------------------------------------------------------------------------------------------------------- */

struct assessment_new {
    int64_t programme, subject, instrument;
    struct str title;
    int64_t day;
    int64_t first, second;      /* second 0: one alone */
};
enum rc assessment_add(struct db *tx, struct arena *a, const struct assessment_new *n, int64_t today, int64_t now, int64_t *id, struct err *e) MUST_CHECK;

/* How far two who scored the same items agree. Counted here in full: exact agreement and agreement within one point. */
struct agreement {
    size_t items;               /* rated by both */
    size_t exact, within_one;
};
struct agreement agreement_of(const int *first, const int *second, size_t count);

#endif
