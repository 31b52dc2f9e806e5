/* Who may do what: the one place where it is decided. A permission is one thing that can be done to one kind of thing; the
 * table in access.c says for each role how far that permission reaches; access_decide compares that with whom and where
 * the thing belongs. Nothing else in Cadre compares roles. */
#ifndef CADRE_AUTH_ACCESS_H
#define CADRE_AUTH_ACCESS_H

#include "base/arena.h"
#include "base/str.h"

/* Roles are scoped: a person holds one in the whole site, a programme or a cohort, from a day until a day. */
#define ROLES(X)                                                                                                       \
    X(TRAINEE, "trainee")                                                                                              \
    X(MENTOR, "mentor")                                                                                                \
    X(ASSESSOR, "assessor")                                                                                            \
    X(COORDINATOR, "coordinator")                                                                                      \
    X(AUTHOR, "author")                                                                                                \
    X(DIRECTOR, "director")                                                                                            \
    X(ADMINISTRATOR, "administrator")

enum role {
#define X(id, word) ROLE_##id,
    ROLES(X)
#undef X
        ROLE_COUNT
};

/* How far a role's permission reaches. */
enum reach {
    REACH_NONE,
    REACH_SCOPE,     /* things in the programme or cohort where the role is held */
    REACH_PROGRAMME, /* those, and what belongs to the whole programme of which that cohort is a part */
    REACH_ALL,       /* everywhere in the site, whatever the role's scope */
};

/* name; hidden: a refusal looks like a missing page; own: anybody may, about herself; held: whoever holds the thing may (its
 * teacher, later its mentor or owner); then the reach for trainee, mentor, assessor, coordinator, author, director,
 * administrator: N none, S scope, P programme, A all. */
#define PERMISSIONS(X)                                                                                                 \
    X(PERSON_VIEW, 1, 1, 1, N, N, N, S, N, S, A)      /* name, membership, roles */                                    \
    X(PERSON_LIST, 0, 0, 0, N, N, N, S, N, S, A)                                                                       \
    X(PERSON_CHANGE, 1, 0, 0, N, N, N, S, N, N, A)                                                                     \
    X(PERSON_ERASE, 1, 0, 0, N, N, N, N, N, N, A)                                                                      \
    X(PERSON_EXPORT, 1, 1, 0, N, N, N, N, N, N, A)    /* all that is held about a person */                            \
    X(ROLE_GRANT, 1, 0, 0, N, N, N, N, N, N, A)                                                                        \
    X(ROSTER_IMPORT, 0, 0, 0, N, N, N, S, N, N, A)                                                                     \
    X(ROSTER_SYNC, 0, 0, 0, N, N, N, N, N, N, A)      /* people and groups as another system of the institution keeps them: SCIM */ \
    X(PROGRAMME_VIEW, 0, 0, 0, P, P, P, P, P, P, A)                                                                    \
    X(PROGRAMME_CHANGE, 0, 0, 0, N, N, N, S, N, N, A)                                                                  \
    X(PROGRAMME_CREATE, 0, 0, 0, N, N, N, N, N, N, A)                                                                  \
    X(FRAMEWORK_VIEW, 0, 0, 0, A, A, A, A, A, A, A)                                                                    \
    X(FRAMEWORK_CHANGE, 0, 0, 0, N, N, N, A, A, A, A)                                                                  \
    X(INSTRUMENT_VIEW, 0, 0, 0, A, A, A, A, A, A, A)                                                                   \
    X(INSTRUMENT_CHANGE, 0, 0, 0, N, N, N, A, A, A, A)                                                                 \
    X(COURSE_VIEW, 1, 0, 1, P, P, P, P, P, P, A)      /* published material of one's programme */                      \
    X(COURSE_CHANGE, 0, 0, 0, N, N, N, S, S, N, A)    /* drafts, teacher's plan, quizzes with their keys */            \
    X(OFFERING_CHANGE, 0, 0, 0, N, N, N, S, N, N, A)  /* dates, groups, who is enrolled */                             \
    X(ATTENDANCE_TAKE, 0, 0, 1, N, N, N, S, N, N, N)                                                                   \
    X(QUIZ_TAKE, 1, 0, 0, P, P, P, P, P, P, N)        /* answers count only for who is enrolled */                     \
    X(COVERAGE_VIEW, 0, 0, 0, P, P, N, P, P, P, A)                                                                     \
    X(PRACTICE, 1, 0, 0, P, P, P, P, P, P, N)         /* taking exercises; what one did in them is nobody else's */    \
    X(PRACTICE_WRITE, 0, 0, 0, N, N, N, S, S, N, N)   /* drafts, publishing, how an exercise does */                   \
    X(PRACTICE_ASSIGN, 0, 0, 0, N, N, N, S, N, N, N)  /* asking a cohort to take one until a day */                    \
    X(PLACEMENT_VIEW, 1, 0, 0, P, P, P, P, P, P, N)   /* opportunities and shifts of one's programme, taking part in them */ \
    X(PLACEMENT_MANAGE, 0, 0, 0, N, N, N, S, N, N, N) /* opportunities, credentials, terms, shifts, who is where */      \
    X(PLACEMENT_OWN, 1, 1, 0, N, N, N, S, N, N, N)    /* one's credentials, wishes, places and hours */                  \
    X(SHIFT_RUN, 1, 0, 1, N, N, N, S, N, N, N)        /* who supervises a shift: who is there, hours, the debrief */     \
    X(PRACTICE_OVERSEE, 0, 0, 0, N, N, N, S, S, S, N) /* how an exercise does, in numbers; whom to ask onto its panel */ \
    X(PRACTICE_LEAD, 0, 0, 1, N, P, P, S, S, N, N)    /* a room in which several practise: opening one, leading it */  \
    X(EVIDENCE_VIEW, 1, 1, 0, N, N, N, S, N, S, N)    /* a person's timeline */                                        \
    X(OBSERVATION_VIEW, 1, 1, 1, N, N, N, S, N, S, N) /* what was seen of a person: she, who saw it, who keeps the programme */ \
    X(OBSERVATION_ASK, 1, 1, 0, N, N, N, S, N, N, N)  /* codes and requests */                                         \
    X(OBSERVATION_MANAGE, 0, 0, 0, N, N, N, S, N, N, N) /* settings, places, patterns, looking at one */               \
    X(ASSESSMENT_GIVE, 1, 0, 1, N, N, S, S, N, N, N)                                                                   \
    X(FEEDBACK_VIEW, 1, 1, 1, N, N, N, S, N, N, N)    /* where a round of 360 feedback is, and who was named: she, who facilitates, the coordinator */ \
    X(FEEDBACK_ASK, 1, 1, 0, N, N, N, S, N, N, N)     /* starting a round, naming raters */                            \
    X(FEEDBACK_RUN, 1, 0, 1, N, N, N, S, N, N, N)     /* approving raters, more time, putting together, the meeting */  \
    X(FEEDBACK_RELEASE, 1, 0, 1, N, N, N, N, N, N, N) /* releasing and closing: who facilitates, nobody else */        \
    X(FEEDBACK_REPORT, 1, 1, 1, N, N, N, N, N, N, N)  /* reading a report: she, who facilitates, nobody else ever */     \
    X(FEEDBACK_GIVE, 1, 0, 1, N, N, N, N, N, N, N)    /* opening the form one was asked to fill in: the rater alone */  \
    X(FEEDBACK_MANAGE, 0, 0, 0, N, N, N, S, N, N, N)  /* settings, rounds of a cohort, who facilitates */              \
    X(COMMEND, 0, 0, 0, P, P, P, P, P, P, N)          /* commend somebody of the programme; read what people show */     \
    X(COMMENDATION_VIEW, 1, 1, 1, N, N, N, S, N, S, N) /* one: she, who gave it, and who was asked to look at it */    \
    X(COMMENDATION_LOOK, 1, 0, 0, N, N, N, S, N, S, N) /* decide about one that she asked to look at */                \
    X(PANEL_CASE, 1, 1, 1, N, N, N, S, N, S, N)       /* a progress panel's case: she, who sits on it, who keeps the programme */ \
    X(PANEL_SIT, 1, 0, 1, N, N, N, N, N, N, N)        /* reading what is judged and deciding: members alone */         \
    X(PANEL_MANAGE, 0, 0, 0, N, N, N, S, N, S, N)     /* when panels meet, who sits on them, who is before them */     \
    X(REPORT_VIEW, 0, 0, 0, N, N, N, S, N, S, N)      /* counts about a programme */                                   \
    X(MENTOR_VIEW, 1, 0, 0, P, P, N, P, N, S, N)      /* what mentors say about themselves */                          \
    X(MENTOR_OFFER, 0, 0, 0, N, P, N, P, N, N, N)     /* a profile of one's own, for who is a mentor */                \
    X(MENTOR_ASK, 0, 0, 0, P, N, N, P, N, N, N)                                                                        \
    X(MENTOR_PAIR, 1, 0, 1, N, N, N, N, N, N, N)      /* what the two of a pair write: no role reaches it, ever */     \
    X(MENTOR_OVERSEE, 0, 0, 0, N, N, N, S, N, S, N)   /* that a pair exists, its state, days and counts */             \
    X(MENTOR_MANAGE, 0, 0, 0, N, N, N, S, N, N, N)    /* conflicts of interest; whom to call */                        \
    X(MATCH_RUN, 1, 0, 0, N, N, N, S, N, N, N)        /* rounds of matching, with what everybody wishes */             \
    X(MATCH_OWN, 1, 1, 0, N, N, N, N, N, N, N)        /* one's own list and result in a round: nobody else's, ever */  \
    X(PLAN_READ, 1, 1, 1, N, N, N, N, N, N, N)        /* a development plan: its owner, and her mentor while she shares it; no role, ever */ \
    X(PLAN_WRITE, 1, 1, 0, N, N, N, N, N, N, N)                                                                        \
    X(REFLECTION, 1, 1, 1, N, N, N, N, N, N, N)       /* sealed: who wrote it, and with whom she shares it; no role reaches it, ever */ \
    X(PORTFOLIO_OWN, 1, 1, 0, N, N, N, N, N, N, N)    /* one's own portfolios: nobody else's, ever; others by a link alone */ \
    X(PROJECT_START, 0, 0, 0, P, P, P, P, P, P, N)    /* an improvement project; reading what teams show */            \
    X(PROJECT_VIEW, 1, 0, 1, N, N, N, S, N, S, N)     /* one: its team, who keeps and who leads the programme */       \
    X(PROJECT_CHANGE, 1, 0, 1, N, N, N, S, N, N, N)                                                                    \
    X(PACK_MAKE, 1, 0, 0, N, N, N, S, N, S, N)        /* evidence packs of a programme, and their templates */            \
    X(HANDOVER_VIEW, 1, 0, 1, N, N, N, S, N, S, N)    /* a pack: who gives, who takes, who keeps and who leads the programme */ \
    X(HANDOVER_CHANGE, 1, 0, 1, N, N, N, S, N, N, N)  /* preparing one: who leads the clinic or project */             \
    X(HANDOVER_TAKE, 1, 0, 1, N, N, N, N, N, N, N)    /* accepting its lines: the successor alone */                   \
    X(BADGE_MANAGE, 0, 0, 0, N, N, N, S, N, S, N)     /* badges of a programme: what they say, who has them */          \
    X(BADGE_OWN, 1, 1, 0, N, N, N, N, N, N, N)        /* one's own badges, who sees them: nobody else decides, ever */   \
    X(EVALUATION_MANAGE, 0, 0, 0, N, N, N, S, N, S, N) /* evaluations in waves, counting the ledger anew */             \
    X(EVALUATION_ANSWER, 1, 1, 0, N, N, N, N, N, N, N) /* what one answers in them oneself: nobody else's, ever */     \
    X(AUDIT_VIEW, 0, 0, 0, N, N, N, N, N, N, A)                                                                        \
    X(SITE_CHANGE, 0, 0, 0, N, N, N, N, N, N, A)      /* settings, retention, backup */

enum permission {
    P_PUBLIC,    /* anybody, signed in or not */
    P_ACCOUNT,   /* any account, for what belongs to it: passwords, keys, where she is signed in, a copy of her data */
    P_SIGNED_IN, /* any account */
#define X(name, ...) P_##name,
    PERMISSIONS(X)
#undef X
        PERMISSION_COUNT
};

/* Does any account have it. */
bool access_of_any_account(enum permission p);
/* Would it be the way to more than a session is good for that is not good for all (session_limit): a password, a key, all that is held about
 * her? Such a session is then refused, whatever its roles are. */
bool access_opens_more(enum permission p);

/* Some of the permissions: what an API token is limited to. */
struct permission_set {
    uint64_t words[(PERMISSION_COUNT + 63) / 64];
};
bool permission_in(const struct permission_set *set, enum permission p);
void permission_add(struct permission_set *set, enum permission p);
/* As words with spaces between, in a; and from such words: those that are none are left out. */
struct str permission_set_text(struct arena *a, const struct permission_set *set);
struct permission_set permission_set_read(struct str words);

struct grant {
    enum role role;
    int64_t programme; /* 0: the whole site */
    int64_t cohort;    /* 0: the whole programme */
};

/* Who asks. Made by auth/session.c from a session or a token; grants are those in force today. */
struct actor {
    int64_t person;      /* 0: nobody */
    int64_t account;
    struct str name;     /* how the person is called */
    const struct grant *grants;
    size_t grant_count;
    bool by_token;       /* a program with an API token, not a person with a browser */
    struct permission_set scopes; /* that may do this much; not looked at for a session */
    bool lent;           /* signed in with what somebody else made for her: session.h */
    bool demo;           /* in a database of made-up people: a lent session is as good as her own */
};

/* What is asked about. A zero field means "does not belong to any". */
struct target {
    int64_t person;      /* whom it is about */
    int64_t programme;
    int64_t cohort;
    int64_t holder;      /* who holds it by a relationship: the teacher of a class, ... */
    /* Further programme/cohort pairs a person belongs to: reach holds when any of them is in scope. */
    const struct grant *places;
    size_t place_count;
};

/* ACCESS_LENT: she may, but not in a session that somebody else could have opened. */
enum decision { ACCESS_ALLOW, ACCESS_DENY, ACCESS_HIDE, ACCESS_LENT };

/* The decision. Pure: the same inputs give the same answer. A permission that no role reaches is private to the person herself or
 * to who holds the thing: it is never given to a program, and in a lent session (outside a demo) the answer is ACCESS_LENT. */
enum decision access_decide(const struct actor *who, enum permission p, const struct target *t);
/* Does the actor hold the permission anywhere at all: for routes and navigation. */
bool access_somewhere(const struct actor *who, enum permission p);
/* May the actor do p in a programme as a whole (all programmes when 0). */
bool access_in_programme(const struct actor *who, enum permission p, int64_t programme);

enum reach access_reach(enum role role, enum permission p); /* the table itself, for tests and the help page */
bool access_own(enum permission p);
bool access_held(enum permission p);
bool access_hidden(enum permission p);
bool access_private(enum permission p);                      /* no role reaches it */
const char *role_word(enum role role);                      /* "trainee": stable, in the database and in addresses */
bool role_find(struct str word, enum role *role);
const char *permission_word(enum permission p);             /* "PERSON_VIEW", but "public" and "signed_in": in keys for programs, `cadre routes`, pages */
bool permission_find(struct str word, enum permission *p);  /* in capitals or small letters */

#endif
