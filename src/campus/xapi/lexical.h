/* The special data types of xAPI (IEEE 9274.1.1, 4.2.7; xAPI 1.0.3, Data 4): is a text one of them? None of these functions changes its
 * input, allocates or recurses; a text is UTF-8, and without NUL where it may be stored as a key. */
#ifndef CADRE_CAMPUS_XAPI_LEXICAL_H
#define CADRE_CAMPUS_XAPI_LEXICAL_H

#include "base/str.h"

bool xapi_is_uuid(struct str s);     /* RFC 4122: 8-4-4-4-12 hexadecimal digits, of the variant and a version that it defines */
bool xapi_is_iri(struct str s);      /* RFC 3987 with a scheme: no spaces, controls or characters that an IRI must escape */
bool xapi_is_mailto(struct str s);   /* "mailto:" and one address */
bool xapi_is_sha1(struct str s);     /* 40 hexadecimal digits */
bool xapi_is_sha2(struct str s);     /* 56, 64, 96 or 128 hexadecimal digits */
bool xapi_is_language(struct str s); /* RFC 5646, well-formed: "de", "zh-Hant-TW", "x-pirate" */
bool xapi_is_duration(struct str s); /* ISO 8601-1, with designators: "P3Y1M29DT4H35M59.14S", "P2W" */
bool xapi_is_media_type(struct str s);

/* RFC 3339, and what ISO 8601 allows besides in its extended form (no offset: UTC; an offset of hours alone); never an offset of minus zero.
 * ms: UTC milliseconds, finer digits cut off. */
bool xapi_timestamp(struct str s, int64_t *ms);

/* The 16 bytes of a UUID, and back in lower case with hyphens (37 bytes with NUL). */
void xapi_uuid_bytes(struct str s, unsigned char bytes[16]);
void xapi_uuid_text(const unsigned char bytes[16], char text[37]);

#endif
