/* Launches from learning platforms: LTI 1.3 Advantage (1EdTech), Cadre as the tool. docs/lti.md. */
#ifndef CADRE_CAMPUS_LTI_LTI_H
#define CADRE_CAMPUS_LTI_LTI_H

#include "programme/capability.h"

extern const struct capability lti_capability;

/* Inside the closure in which somebody finished something that has a result: a session or its quiz ("session"), an exercise ("exercise"). Where
 * she came to it from a platform, her score goes there. For the hooks of curriculum and practice. */
enum rc lti_finished(struct db *tx, int64_t person, const char *kind, int64_t thing, int64_t now) MUST_CHECK;

#endif
