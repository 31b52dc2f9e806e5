/* Filters and paths of SCIM (RFC 7644, 3.4.2.2 and 3.5.2), as far as they can be answered from an index: comparisons joined by "and".
 * "or", "not" and groups are refused, as the standard allows. Uses base alone. */
#ifndef CADRE_CAMPUS_SCIM_FILTER_H
#define CADRE_CAMPUS_SCIM_FILTER_H

#include "base/err.h"

#define SCIM_TERMS 8u
#define SCIM_TEXT_MOST 2000u /* bytes of a filter or path */

enum scim_op { SCIM_EQ, SCIM_NE, SCIM_CO, SCIM_SW, SCIM_EW, SCIM_PR, SCIM_OTHER_OP };

/* attr and sub are in small letters, without the name of the schema: "emails" "value". */
struct scim_term {
    struct str attr, sub;
    enum scim_op op;
    struct str text;     /* what it is compared with; a truth value is "true" or "false", a number its digits, null no value */
};
struct scim_filter {
    struct scim_term terms[SCIM_TERMS]; /* all must hold */
    size_t count;
};

/* emails[type eq "work"].value: the filter of the brackets stands in terms, each with attr "emails". */
struct scim_path {
    bool foreign;        /* belongs to a schema that is not kept here: urn:...:enterprise:2.0:User:department */
    struct str attr, sub;
    bool filtered;
    struct scim_filter filter;
};

/* What was read lives in the arena or in text. RC_INVALID with the field "invalidFilter". */
enum rc scim_filter_read(struct arena *a, struct str text, struct scim_filter *out, struct err *e) MUST_CHECK;
/* RC_INVALID with the field "invalidPath". */
enum rc scim_path_read(struct arena *a, struct str text, struct scim_path *out, struct err *e) MUST_CHECK;

#endif
