/* The parsers under struct request: percent escapes, urlencoded fields, multipart bodies, Accept. All of them read what
 * anybody may send; none changes its input, recurses or makes more than PARTS_MAX parts. Results share the input's
 * bytes where nothing had to be decoded, else they are in the arena. */
#ifndef CADRE_HTTP_PARSE_H
#define CADRE_HTTP_PARSE_H

#include "http/request.h"

#define PARTS_MAX 1000u     /* fields of one form or query */
#define PART_HEAD_MAX 8192u /* bytes of one multipart part's headers */
#define PART_HEADERS_MAX 16u

/* Undoes %XX, and '+' for a space where plus is set. RC_MALFORMED for a bad escape, a NUL or bytes that are not UTF-8.
 */
enum rc percent_decode(struct arena *a, struct str s, bool plus, struct str *out) MUST_CHECK;
/* The path of a target, decoded. RC_MALFORMED too for one that does not begin with '/', and for an encoded '/', which
 * would be two addresses for one page. */
enum rc path_decode(struct arena *a, struct str path, struct str *out) MUST_CHECK;

/* application/x-www-form-urlencoded, of a query or a body. RC_MALFORMED, or RC_TOO_LARGE for too many fields. */
enum rc fields_parse(struct arena *a, struct str text, struct part **parts, size_t *count) MUST_CHECK;

/* multipart/form-data (RFC 7578) with the boundary named in the content type. Names, filenames and the values of parts
 * without a filename are UTF-8 without NUL; a file's bytes are anything. filename* is ignored. RC_MALFORMED (no or a
 * bad boundary, no closing delimiter, a part without a name, a transfer encoding), RC_TOO_LARGE for too many fields. */
enum rc multipart_parse(struct arena *a, struct str type, struct str body, struct part **parts,
                        size_t *count) MUST_CHECK;

/* multipart/mixed (RFC 2046) in the way of xAPI: the name of a part is what its X-Experience-API-Hash says, no value where it has none; the
 * values are anything. Errors as above. */
enum rc multipart_mixed_parse(struct arena *a, struct str type, struct str body, struct part **parts, size_t *count) MUST_CHECK;

/* The type of a media type header without its parameters, as "text/html" of "text/html; charset=utf-8". */
struct str media_type(struct str header);
/* A parameter of such a header: false when absent. A quoted value comes without its quotes and backslashes. Two of the
 * same name are RC_MALFORMED. */
enum rc header_parameter(struct arena *a, struct str header, const char *name, struct str *value) MUST_CHECK;

/* Does an Accept header put JSON above HTML? A wildcard counts for both alike. */
bool accept_prefers_json(struct str accept);
/* Does an Accept-Encoding header allow gzip? */
bool accept_gzip(struct str accept_encoding);

/* Is an entity tag (without its quotes) among those of an If-Match or If-None-Match header? A weak one counts too; "*" is for the caller. */
bool etag_among(struct str header, struct str etag);
/* A token of RFC 9110: what a header may be called. */
bool is_token(struct str s);
/* An address within this site: begins with one '/', no second '/' or '\', no control characters. */
bool is_local_address(struct str s);

#endif
