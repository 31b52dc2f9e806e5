/* The curriculum of a programme as a Curriculum Inventory of MedBiquitous (ANSI/MEDBIQ CI.10.1): an XML document that accreditors and registers of
 * curricula read. docs/curriculum.md. */
#ifndef CADRE_CAMPUS_MEDBIQ_MEDBIQ_H
#define CADRE_CAMPUS_MEDBIQ_MEDBIQ_H

#include "programme/capability.h"

/* /programmes/{id}/curriculum-inventory */
extern const struct capability medbiq_capability;

struct medbiq_report {
    int64_t programme;
    struct str institution; /* who reports; never empty */
    struct str site;        /* the address of this site without a slash at its end: what is told is named under it */
    int64_t today;          /* civil day of the report */
    int64_t from, until;    /* civil days that it is about */
};

/* The document, in the arena. RC_NOT_FOUND: no such programme. */
enum rc medbiq_write(struct db *db, struct arena *a, const struct medbiq_report *r, struct str *xml) MUST_CHECK;

#endif
