/* Evidence packs: what a programme shows to who accredits it, for a period. A template, which is data, says which sections there are, for
 * which standard, and which figures and records each asks for; what goes in and what is held back is shown before anything is made; the pack
 * itself (engine/pack) is kept as it was given out, signed by a key of this installation, and can be made again and compared.
 *
 * Nothing in a pack names a person but for what people wrote into the titles of projects that they show. Figures of people obey the
 * disclosure rule (docs/disclosure.md). */
#ifndef CADRE_PROGRAMME_PACK_PACK_H
#define CADRE_PROGRAMME_PACK_PACK_H

#include "base/problems.h"
#include "programme/capability.h"

extern const struct capability pack_capability;

struct content_file; /* programme/framework/framework.h */
struct pack_counts {
    int64_t added, changed, unchanged;
};
/* Inside a bulk closure: packs/<code>.md and packs/<code>.<language>.md. A text that differs from the one in use becomes a new version, unless
 * that one was written on the pages (a warning). Problems by file and line; nothing is written when there is an error. */
enum rc pack_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files, size_t count, int64_t now,
                  struct problems *problems, struct pack_counts *counts, struct err *e) MUST_CHECK;

#endif
