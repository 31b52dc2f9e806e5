/* What the files of the record store share. */
#ifndef CADRE_CAMPUS_XAPI_INSIDE_H
#define CADRE_CAMPUS_XAPI_INSIDE_H

#include "base/strmap.h"
#include "campus/xapi/statement.h"
#include "gen/campus/xapi/xapi_sql.h"
#include "http/ctx.h"

/* ---- clients ---------------------------------------------------------------------------------------------------------------------- */

/* What a client may do; the words are those of the specification (xAPI 1.0.3, Communication 4.2) as far as they apply. */
#define XAPI_SCOPES(X)                                                                                                                      \
    X(WRITE, "statements/write")                                                                                                            \
    X(READ_MINE, "statements/read/mine")                                                                                                    \
    X(READ, "statements/read")                                                                                                              \
    X(STATE, "state")                                                                                                                       \
    X(PROFILE, "profile")
enum xapi_scope {
#define X(name, word) XAPI_##name,
    XAPI_SCOPES(X)
#undef X
        XAPI_SCOPE_COUNT
};
extern const char *const xapi_scope_words[XAPI_SCOPE_COUNT];

struct xapi_client {
    int64_t id;
    struct str authority;            /* JSON */
    struct str authority_identifier; /* as a term */
    bool may[XAPI_SCOPE_COUNT];
};

/* Cadre itself, as the client that vouches for what it tells of its own people. It is made when first asked for, with the site's address of
 * that day, which its statements keep: home. RC_NOT_FOUND: the site has no address yet. Not inside a closure. */
enum rc xapi_client_own(struct db *db, struct arena *a, struct xapi_client *out, struct str *home, struct err *e) MUST_CHECK;
/* The address that was kept; no value when nothing was ever told. */
enum rc xapi_own_home(struct db *db, struct arena *a, struct str *home) MUST_CHECK;

/* ---- a request ---------------------------------------------------------------------------------------------------------------------- */

/* A request to the record store, whichever of the two ways it was put. */
struct call {
    struct ctx *c;
    struct xapi_client client;
    enum xapi_version version;
    enum method method;
    struct str body, type;           /* type: the whole Content-Type */
    const struct part *query;
    size_t query_count;
    struct str if_match, if_none_match;
};

/* A file's routes are run by this: it reads the version, the client and the parameters, and sets the headers that every answer has. */
/* The client of an Authorization header. RC_UNAUTHENTICATED, RC_RATE_LIMITED. */
enum rc xapi_client_find(struct ctx *c, struct str authorization, struct xapi_client *out) MUST_CHECK;

enum rc xapi_begin(struct ctx *c, struct call *call, bool alternate) MUST_CHECK;
/* 403 with the scope's word where the client lacks it. */
enum rc xapi_require(struct call *call, enum xapi_scope scope) MUST_CHECK;
/* Refuses parameters that are not among names (NULL at the end), and those that are there twice. */
enum rc xapi_parameters(struct call *call, const char *const *names) MUST_CHECK;
struct str xapi_parameter(const struct call *call, const char *name);
enum rc xapi_needed(struct call *call, const char *name, struct str *value) MUST_CHECK;
/* 400 about a parameter. */
enum rc xapi_bad_parameter(struct call *call, const char *name) MUST_CHECK;
/* A parameter that is an agent, as its identifier. */
enum rc xapi_parameter_agent(struct call *call, const char *name, struct str *identifier) MUST_CHECK;
enum rc xapi_parameter_time(struct call *call, const char *name, int64_t *ms) MUST_CHECK; /* left alone when absent */
enum rc xapi_parameter_bool(struct call *call, const char *name, bool *value) MUST_CHECK; /* false when absent */
void xapi_last_modified(struct call *call, int64_t ms);
void xapi_json(struct call *call); /* the answer is JSON */

/* ---- storing -------------------------------------------------------------------------------------------------------------------------- */

#define XAPI_SEQ_MS INT64_C(4096) /* numbers of one millisecond */

struct xapi_bytes { /* an attachment that came along */
    struct str sha2, type, bytes;
    bool used;
};

struct xapi_incoming {
    unsigned char uuid[16];
    char id[37];
    struct str kept;          /* text.h */
    json_t *json;             /* as it came */
    struct xapi_facts facts;
    int64_t wish;             /* when it was stored elsewhere, if that is to be kept; 0: now */
    int64_t seq, stored;      /* set by storing */
    bool known;               /* set by storing: it was there before */
    struct xapi_bytes **bytes; /* of its attachments */
    size_t byte_count;
};

/* Reads one statement as it came: checks it, takes its id (or that of the address, or draws one) and its attachments out of the bytes that came
 * along. text is compact. c needs an arena, a connection and the time alone. */
enum rc xapi_take(struct ctx *c, enum xapi_version version, json_t *json, struct str text, struct str id, struct xapi_bytes *bytes, size_t byte_count, struct xapi_incoming *one) MUST_CHECK;

/* Stores all of them or none. Statements that are there already with the same content are left. RC_CONFLICT: one is there with another. */
enum rc xapi_store(struct ctx *c, const struct xapi_client *client, struct xapi_incoming *list, size_t count) MUST_CHECK;
/* Inside a closure: the same for a list of which none is to be kept with another time (wish). Their rows first, then what they are found by; so
 * what refers to each other within the list is found whichever comes first. */
enum rc xapi_store_list(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *list, size_t count, struct err *e) MUST_CHECK;
/* For other writers: one statement, inside a closure that xapi_store_run runs. */
enum rc xapi_store_one(struct db *tx, struct arena *a, const struct xapi_client *client, struct xapi_incoming *one, struct err *e) MUST_CHECK;
enum rc xapi_store_run(struct db *db, write_fn *fn, void *arg, struct err *e) MUST_CHECK;
/* Until when all that will ever be stored can be read now, UTC ms. */
int64_t xapi_consistent_through(struct db *db);

/* Do two statements say the same? What a store fills in is left out; a timestamp counts where the second has one. */
bool xapi_equal(json_t *before, json_t *statement);

/* Adds what the capability holds about a person, and deletes it: statements that name her by an address of hers or by her account here, their
 * attachments, and documents about her. Inside a closure the second. */
enum rc xapi_export_person(struct db *db, struct arena *a, int64_t person, json_t *into) MUST_CHECK;
enum rc xapi_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now) MUST_CHECK;

/* Inside a closure: what stands in the evidence thread because of a statement is taken back (rule.h). */
enum rc xapi_evidence_back(struct db *tx, struct arena *a, int64_t seq, int64_t now) MUST_CHECK;

/* Deletes one statement with all that it is found by. Inside a closure. */
enum rc xapi_drop_statement(struct db *tx, struct arena *a, int64_t seq) MUST_CHECK;

/* ---- finding ---------------------------------------------------------------------------------------------------------------------------- */

#define XAPI_PAGE_MOST 200              /* statements of one answer */
#define XAPI_PAGE_BYTES (4u * 1024u * 1024u) /* of their texts, when there is more than one */

/* The key of a text, or of two together. */
int64_t xapi_key(enum xapi_term_kind kind, struct str text);
int64_t xapi_key_pair(struct str agent, enum xapi_term_kind kind, struct str text);
/* All keys of what a statement says, each once, in their order, which is that of the rows; in the arena, with room for one more. */
struct xapi_keys {
    int64_t *v;
    size_t n;
};
struct xapi_keys xapi_keys_of(struct arena *a, const struct xapi_facts *f);

struct xapi_query {
    struct str agent, activity, verb, registration; /* no value: any */
    bool related_agents, related_activities, ascending, mine;
    int64_t above, below; /* numbers, both exclusive */
    int64_t limit;        /* 1 .. XAPI_PAGE_MOST */
};

struct xapi_found {
    int64_t seq;
    char id[37];
    struct str body, authority;
};

/* The page, in the arena; *more: there are others behind it. */
enum rc xapi_find(struct ctx *c, const struct xapi_client *client, const struct xapi_query *q, struct xapi_found **list, size_t *count, bool *more) MUST_CHECK;

/* ---- other forms of a statement -------------------------------------------------------------------------------------------------------------- */

enum xapi_format { XAPI_EXACT, XAPI_IDS, XAPI_CANONICAL };

/* Writes statements as JSON, with commas between them. languages: the Accept-Language header, for canonical. */
enum rc xapi_write_statements(struct ctx *c, const struct xapi_found *list, size_t count, enum xapi_format format, struct str languages, struct buf *b) MUST_CHECK;
/* Puts what a statement says of an activity into what is known of it: true when that changed. */
bool xapi_merge_definition(json_t *known, json_t *said);
/* What all statements say of activities, each value in the arena, no value where nothing is known. ids: of each name its place. One question for
 * a page or a batch, some when it names hundreds. */
enum rc xapi_known_definitions(struct db *db, struct arena *a, const struct strmap *ids, const struct str *names, size_t count, struct str **known) MUST_CHECK;
/* Of each language map in a definition only the text that suits best stays. */
void xapi_one_language(json_t *definition, struct str languages);

/* The hash of bytes that xAPI 1.0.3 asks for as an ETag: 40 hexadecimal digits. */
struct str xapi_sha1(struct arena *a, struct str bytes);
/* SHA-2 in so many hexadecimal digits. */
struct str xapi_sha2(struct arena *a, struct str bytes, size_t digits);
/* RC_MALFORMED with a message when it is no signature by RS256, RS384 or RS512 of this statement. */
enum rc xapi_check_signature(struct ctx *c, struct str jws, json_t *statement) MUST_CHECK;

#endif
