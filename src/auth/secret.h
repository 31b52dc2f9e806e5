/* What Cadre must be able to use again, and so cannot keep as a hash: private keys, secrets of its clients at other systems, passwords of other
 * servers. It lies in the database locked under the secret of the server's settings, where there is one; else it lies open, and pages that show
 * what uses it say so. Who takes a copy of the database without the settings then holds nothing that opens a door elsewhere. */
#ifndef CADRE_AUTH_SECRET_H
#define CADRE_AUTH_SECRET_H

#include "base/str.h"

/* The secret is long and drawn by chance, so a plain hash of it is a key. */
#define SECRET_LEAST 32

/* Before any request; the bytes must stay. Empty: nothing is locked. */
void secret_configure(struct str secret);
bool secret_is_set(void);

/* purpose: a text of the caller's own, the same when it is opened; what was locked for one purpose opens for no other. The box, in the arena;
 * *locked: whether it is one, or the bytes as they are. */
struct str secret_lock(struct arena *a, const char *purpose, struct str bytes, bool *locked);
/* False when it cannot be opened: it was locked under another secret. */
bool secret_open(struct arena *a, const char *purpose, struct str box, bool locked, struct str *bytes) MUST_CHECK;

#endif
