/* Any bytes as a placement: no crash, and whatever is solved keeps all rules. Conflicts that need the other program are
 * not solved: it would be started a thousand times a second. */
#include "engine/match/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct place *p;
    struct err e = {0};
    if (place_read(a, (struct str){(const char *)data, size}, &p, &e) == RC_OK) {
        for (int aim = 0; aim < 2; aim++) {
            struct place_options o = {.aim = (enum place_aim)aim, .solver = "/nowhere/cbc"};
            struct place_result r;
            struct buf why = buf_new(a, 64);
            enum rc rc = place_solve(p, &o, a, &r, &why, &e);
            ASSERT(rc != RC_OK || (r.proven && place_check(p, r.chosen, &why)));
            ASSERT(rc != RC_CONFLICT || why.n != 0);
        }
    } else {
        ASSERT(e.detail[0] != '\0');
    }
    arena_free(a);
    return 0;
}
