/* See media.h. The marks are those of the containers: Matroska's EBML head, ISO 14496-12 (ftyp), RFC 3533 (Ogg), RIFF, ID3 and MPEG frames. */
#include "base/media.h"

#include "base/base.h"

#define EBML_HEAD 64 /* within which the document type stands */

static bool at(struct str bytes, size_t from, const char *mark, size_t n)
{
    return bytes.n >= from + n && memcmp(bytes.p + from, mark, n) == 0;
}

/* An MPEG frame: eleven bits of one, then version and layer; ADTS is layer 0. */
static const char *frame_type(struct str bytes)
{
    if (bytes.n < 4 || (unsigned char)bytes.p[0] != 0xff || ((unsigned char)bytes.p[1] & 0xe0) != 0xe0)
        return NULL;
    unsigned char b = (unsigned char)bytes.p[1];
    if ((b & 0xf6) == 0xf0)
        return "audio/aac";
    return (b & 0x18) != 0x08 && (b & 0x06) == 0x02 ? "audio/mpeg" : NULL;
}

const char *media_type_of_recording(struct str bytes)
{
    struct str head = str_sub(bytes, 0, EBML_HEAD);
    if (at(bytes, 0, "\x1a\x45\xdf\xa3", 4))
        return str_find(head, S("webm"), NULL) ? "video/webm" : NULL;
    if (at(bytes, 4, "ftyp", 4))
        return at(bytes, 8, "M4A", 3) ? "audio/mp4" : "video/mp4";
    if (at(bytes, 0, "OggS", 4))
        return str_find(head, S("theora"), NULL) ? "video/ogg" : "audio/ogg";
    if (at(bytes, 0, "RIFF", 4) && at(bytes, 8, "WAVE", 4))
        return "audio/wav";
    if (at(bytes, 0, "fLaC", 4))
        return "audio/flac";
    return at(bytes, 0, "ID3", 3) ? "audio/mpeg" : frame_type(bytes);
}
