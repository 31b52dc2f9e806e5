/* The figures and records of a pack: what is counted, for a programme and a period, and which of it may be shown. */
#ifndef CADRE_PROGRAMME_PACK_FIGURES_H
#define CADRE_PROGRAMME_PACK_FIGURES_H

#include "programme/pack/template.h"
#include "store/store.h"
#include "view/view.h"

/* A figure that is counted here. Those of the ledger are called "ledger." and the ledger's code. */
struct pack_figure_kind {
    const char *code;
    msg_id label, definition, source;
    bool now;                 /* tells how things stand when it is counted, not of the period */
};
extern const struct pack_figure_kind pack_figure_kinds[];
extern const size_t pack_figure_kind_count;

struct pack_figure {
    struct str code, group;   /* group: of whom; empty: of the whole programme */
    struct str label, text;   /* text: the value as people read it; says that it is held back, or what is missing */
    struct opt_real value;    /* the count, or the share of n among of; none: held back or missing */
    struct opt_int n, of;
    bool held;
    struct str limits;        /* what the design can carry, what is missing, what to mind: in words; empty: nothing is known to be */
    struct str definition, source;
    struct opt_int day;       /* as of; none: as it stands when the pack is made */
};
struct pack_record {
    struct str code, name;    /* "course", "competency", "project"; what it is called: known by the two */
    struct str label, text;
};
struct pack_content {
    const struct pack_figure *figures;
    size_t figure_count;
    const struct pack_record *records;
    size_t record_count;
    size_t held;
};

struct pack_scope {
    int64_t programme, from_day, until_day;
    int64_t from_at, until_at; /* UTC ms: the first instant of the period, and the first behind it */
    int lang;
};

/* All that the template asks for, each once, in a fixed order, texts in the language of the scope. Reads; who may ask is for the caller. */
enum rc pack_gather(struct db *db, struct arena *a, const struct pack_scope *s, const struct pack_template *t, struct pack_content *out) MUST_CHECK;
/* Does a standard ask for this record. */
bool pack_wants_record(const struct pack_standard *x, const struct pack_record *r);

#endif
