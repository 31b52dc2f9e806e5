/* Any text as a reflection: no crash, signs in order and within the text, the same answer from each place on where a sign began, and no
 * sign without a letter or digit. */
#include "base/utf8.h"
#include "engine/patient/patient.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 200

static void check(struct str text, int64_t year)
{
    struct patient_sign found[MOST], again[1];
    size_t n = patient_find(text, year, found, MOST), before = 0;
    ASSERT(n <= MOST);
    for (size_t i = 0; i < n; i++) {
        ASSERT(found[i].kind < PATIENT_KINDS && found[i].n > 1);
        ASSERT(found[i].at >= before && found[i].at + found[i].n <= text.n);
        struct str sign = str_sub(text, found[i].at, found[i].n);
        ASSERT(utf8_valid(sign)); /* cut between characters */
        before = found[i].at + found[i].n;
        ASSERT(patient_find(str_sub(text, found[i].at, text.n), year, again, 1) == 1);
        ASSERT(again[0].at == 0 && again[0].n == found[i].n && again[0].kind == found[i].kind);
    }
    ASSERT(patient_find(text, year, again, 1) == (n != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    check(utf8_valid(text) ? text : utf8_clean(a, text), 2026);
    (void)patient_is_nhs(text);
    arena_free(a);
    return 0;
}
