/* The evidence thread: one append-only record that every capability writes to. What is written names people, competencies
 * and sources by id; no free text. */
#ifndef CADRE_PROGRAMME_EVIDENCE_EVIDENCE_H
#define CADRE_PROGRAMME_EVIDENCE_EVIDENCE_H

#include "programme/capability.h"

extern const struct capability evidence_capability;

enum evidence_use { EVIDENCE_NO_USE = 0, EVIDENCE_INTRODUCED = 'I', EVIDENCE_PRACTISED = 'P', EVIDENCE_ASSESSED = 'A' };

struct evidence_new {
    int64_t person;
    int64_t programme;       /* 0: none */
    const char *kind;        /* "session_completed", "quiz_passed", "attended"; its text is message M_evidence_<kind> */
    int64_t competency;      /* 0: not tied to one */
    enum evidence_use use;
    int level;               /* 0: none judged; else 1.. on the competency's scale */
    int percent;             /* -1: no score */
    const char *source_kind;
    int64_t source_id;
    int64_t cause;           /* evidence that led to this one, 0: none */
    int64_t replaces;        /* evidence that this one corrects, 0: none */
    int64_t by_person;       /* who says so; 0: the program saw it */
    int64_t at;              /* when it happened; recorded_at is set to the time of writing */
};

/* All kinds there are, with their words. */
struct evidence_kind {
    const char *kind;
    msg_id word;
};
extern const struct evidence_kind evidence_kinds[];
extern const size_t evidence_kind_count;

/* Each row of evidence is told of in the outbox under this topic, by its number: campus/xapi writes statements from it. */
#define EVIDENCE_TOPIC "xapi"

/* Inside a closure. *id (NULL allowed) is the new row's. */
enum rc evidence_add(struct db *tx, const struct evidence_new *e, int64_t now, int64_t *id) MUST_CHECK;

/* For the demo: tells of the newest rows alone. What fills a database with a past switches the outbox off meanwhile. */
enum rc evidence_tell_newest(struct db *tx, struct arena *a, int64_t most, int64_t now) MUST_CHECK;

/* Registers the sources of all capabilities, at start, before any request. */
void evidence_set_sources(const struct capability *const *all, size_t count);

/* How the sources of evidence are called, for other capabilities that show some: out[i] for refs[i], one question for each kind of
 * source. A source that is gone is called so. Nothing of it names who else was there. */
struct evidence_ref {
    struct str kind; /* evidence.source_kind */
    int64_t id;
};
enum rc evidence_describe(struct ctx *c, const struct evidence_ref *refs, size_t count, struct evidence_label *out) MUST_CHECK;
/* What evidence.kind and evidence.use mean, in the language of c: the kind itself where there is no word for it, no value for no use. */
struct str evidence_kind_word(const struct ctx *c, struct str kind);
struct str evidence_use_word(const struct ctx *c, struct str use);

/* Counts all evidence afresh into the tally that programme-wide pages show, unless nothing was added since; run by a job. It
 * reads on db and writes the few result rows in a closure, so the writer never waits for the counting. */
enum rc evidence_count_tally(struct db *db, struct arena *a, int64_t now, struct err *e) MUST_CHECK;

#endif
