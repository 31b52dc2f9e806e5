/* An xAPI statement as it comes from outside: is it one, and what in it is it found by? Checks every rule of IEEE 9274.1.1 (xAPI 2.0), 4.2,
 * and of xAPI 1.0.3, Data 2 and 4, that a statement can break by itself. Pure: no database, no clock. */
#ifndef CADRE_CAMPUS_XAPI_STATEMENT_H
#define CADRE_CAMPUS_XAPI_STATEMENT_H

#include <jansson.h>

#include "base/err.h"

enum xapi_version { XAPI_1_0, XAPI_2_0 };

#define XAPI_VOIDED "http://adlnet.gov/expapi/verbs/voided"
#define XAPI_SIGNATURE "http://adlnet.gov/expapi/attachments/signature"
#define XAPI_DEPTH_MOST 100     /* objects and lists within each other */
#define XAPI_TERMS_MOST 1000    /* that one statement is found by: the members of a very large group */
#define XAPI_KEY_MOST 2000      /* bytes of an identifier that statements are found by */

/* What a statement can be found by. An agent is known by its inverse functional identifier. */
enum xapi_term_kind {
    XAPI_AGENT,            /* actor or object, or a member of a group that is */
    XAPI_AGENT_RELATED,    /* anywhere else */
    XAPI_VERB,
    XAPI_ACTIVITY,         /* the object */
    XAPI_ACTIVITY_RELATED, /* anywhere else */
    XAPI_REGISTRATION,
    XAPI_TARGET,           /* the statement that the object refers to */
};

struct xapi_term {
    enum xapi_term_kind kind;
    struct str text;
    struct xapi_term *next;
};

struct xapi_named { /* a definition of an activity, or the name of an agent, as this statement has it */
    struct str id;
    json_t *definition; /* borrowed from the statement; NULL for an agent */
    struct str name;
    struct xapi_named *next;
};

struct xapi_attachment {
    struct str sha2;
    struct str type;
    bool elsewhere; /* has a fileUrl */
    bool signature;
    struct xapi_attachment *next;
};

/* Texts are borrowed from the json_t or in the arena. */
struct xapi_facts {
    struct str id;        /* as sent, no value when it has none */
    bool voiding;
    bool timed;           /* has a timestamp */
    struct str version;   /* no value when it has none */
    struct xapi_term *terms;
    size_t term_count;    /* at most XAPI_TERMS_MOST */
    struct xapi_named *activities, *agents;
    struct xapi_attachment *attachments;
};

/* Reads one statement. RC_INVALID: e says which rule it breaks (message), and where ({detail}, a path such as "object.definition.name"). */
enum rc xapi_check_statement(struct arena *a, json_t *statement, enum xapi_version version, struct xapi_facts *out, struct err *e) MUST_CHECK;
/* An agent or identified group as a parameter of a request: its identifier. RC_INVALID as above. */
enum rc xapi_check_agent(struct arena *a, json_t *agent, struct str *identifier, struct err *e) MUST_CHECK;

/* Parses JSON text, as deep as XAPI_DEPTH_MOST, without duplicate keys. RC_INVALID with the reason in e. The json_t is freed with the arena. */
enum rc xapi_parse(struct arena *a, struct str text, json_t **out, struct err *e) MUST_CHECK;

#endif
