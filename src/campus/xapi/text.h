/* The text of a statement as it is kept: what came in, byte for byte but for white space, so that no number and no order of members ever
 * changes. All texts here were parsed before (xapi_parse); these functions only find their way in them. No recursion. */
#ifndef CADRE_CAMPUS_XAPI_TEXT_H
#define CADRE_CAMPUS_XAPI_TEXT_H

#include "base/buf.h"
#include "campus/xapi/statement.h"

/* The text without white space between its parts; in the arena. */
struct str xapi_text_compact(struct arena *a, struct str json);

/* One after the other the elements of a compact list, or the members of a compact object; at starts as 0. False at the end. */
bool xapi_text_element(struct str list, size_t *at, struct str *value);
bool xapi_text_member(struct arena *a, struct str object, size_t *at, struct str *name, struct str *value);

/* How a statement is kept: without id, stored and authority, which stand beside it; with a version and a timestamp (the given one, when it
 * has none; in UTC, from 2.0 on); with each kind of context activities as a list. statement is compact. */
struct str xapi_text_kept(struct arena *a, struct str statement, const struct xapi_facts *facts, enum xapi_version version, int64_t timestamp);

/* A kept statement as it is shown, "exact": with what stands beside it. id is 36 characters; authority is JSON. */
void xapi_text_shown(struct buf *b, struct str kept, struct str id, int64_t stored, struct str authority);

#endif
