/* Which kind of recording some bytes are. What a browser says of a file is not believed: it is answered with the type found here. */
#ifndef CADRE_BASE_MEDIA_H
#define CADRE_BASE_MEDIA_H

#include "base/str.h"

/* The media type of a recording in one of the containers that browsers and phones make and play: WebM, MP4 and M4A, Ogg, MP3, AAC, WAV, FLAC.
 * NULL: none of these. Looks at the first bytes alone, so it says what a file claims to be, not that it plays. */
const char *media_type_of_recording(struct str bytes);

#endif
