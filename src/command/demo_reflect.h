/* What a demo has of sealed reflections: see demo_reflect.c. */
#ifndef CADRE_COMMAND_DEMO_REFLECT_H
#define CADRE_COMMAND_DEMO_REFLECT_H

#include "store/store.h"

#define DEMO_PASSPHRASE "four otters juggle quietly" /* of everybody in a demo who has set up; README.md tells it */

/* A trainee has written some and shared one with a mentor, who has read it. Not inside a closure: it hashes. */
enum rc demo_reflect_fill(struct db *db, int64_t trainee, int64_t mentor, int64_t now, struct err *e) MUST_CHECK;

#endif
