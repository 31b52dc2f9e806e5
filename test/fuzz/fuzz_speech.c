/* Any text as what somebody said, any bytes as a recording: no crash, and counts that fit each other. */
#include "base/media.h"
#include "base/utf8.h"
#include "programme/practice/speech_count.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str fillers[] = {{"um", 2}, {"a b", 3}, {"a b c", 5}, {"", 0}, {"!", 1}};
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    struct speech_counts n;
    (void)media_type_of_recording(text);
    text = utf8_valid(text) ? text : utf8_clean(a, text);
    speech_count(a, text, fillers, COUNT_OF(fillers), &n);
    ASSERT(n.longest <= n.words && n.sentences <= n.words && (n.words == 0) == (n.sentences == 0));
    ASSERT(n.filler_sum <= n.words && n.fillers[3] == 0 && n.fillers[4] == 0);
    ASSERT(n.fillers[0] + n.fillers[1] + n.fillers[2] == n.filler_sum);
    ASSERT(utf8_valid(n.longest_text) && n.longest_text.n <= text.n);
    arena_free(a);
    return 0;
}
