/* A OneRoster bundle whose tables are the input's parts, cut at the byte 0xFF, in the order below; an input that begins
 * with PK is the zip file itself. No crash, and a roster that adds up. */
#include "../unit/zip_build.h"
#include "campus/roster/oneroster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"manifest.csv",         "users.csv",   "enrollments.csv", "classes.csv",
                                        "academicSessions.csv", "courses.csv", "orgs.csv",        "roles.csv"};
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a);
    struct str bytes = {(const char *)data, size};
    if (!str_starts(bytes, S("PK"))) {
        struct zip_part parts[COUNT_OF(names)] = {0};
        struct str rest = bytes;
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            parts[i].name = names[i];
            if (!str_cut(&rest, (char)0xFF, &parts[i].data))
                parts[i].data = S("");
        }
        bytes = zip_build(a, parts, COUNT_OF(names));
    }
    struct oneroster *o;
    struct err e = {0};
    if (oneroster_read(a, bytes, &o, &p, &e) == RC_OK) {
        struct roster *r = oneroster_roster(a, o, &p);
        size_t memberships = 0;
        for (size_t i = 0; i < r->count; i++) {
            ASSERT(!str_empty(r->people[i].id));
            for (size_t k = 0; k < r->people[i].membership_count; k++)
                ASSERT(r->people[i].memberships[k].end_day >= r->people[i].memberships[k].start_day);
            memberships += r->people[i].membership_count;
        }
        ASSERT(memberships == r->membership_count);
    }
    arena_free(a);
    return 0;
}
