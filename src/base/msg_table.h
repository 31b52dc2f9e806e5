/* The shape of gen/messages.c, which tools/msggen writes and base/msg.c reads. Nobody else includes this. */
#ifndef CADRE_BASE_MSG_TABLE_H
#define CADRE_BASE_MSG_TABLE_H

#include "base/str.h"

/* id = the catalog's number << 12 | position. The number comes from the catalog's name (tools/msggen.c), so that a new catalog changes no
 * message of the others, and nothing that names one is compiled again. */
#define MSG_CATALOG_SHIFT 12

struct msg_forms {
    struct str text; /* the only form, or that for n != 1 */
    struct str one;  /* the form for n == 1; no value where the message has one form */
};

struct msg_catalog {
    int number; /* 1 to 65,535 */
    size_t count;
    const struct str *names;              /* "form_required" */
    const struct msg_forms *const *forms; /* [language][position] */
};

struct msg_language {
    struct str tag, name;
    struct str group, decimal; /* how numbers are written: 1,234.5 */
};

extern const struct msg_catalog msg_catalogs[]; /* by number */
extern const int msg_catalog_count;
extern const struct msg_language msg_languages[];
extern const int msg_language_count;

/* The catalog of an id and the position there; NULL when the id is no message. */
const struct msg_catalog *msg_catalog_find(int64_t id, size_t *at);

#endif
