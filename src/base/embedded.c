/* Looking up embedded files by binary search: see embedded.h. */
#include "base/embedded.h"

static size_t lower_bound(struct str path)
{
    size_t lo = 0, hi = embedded_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(embedded_files[mid].path, path) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct embedded *embedded_find(struct str path)
{
    size_t i = lower_bound(path);
    return i < embedded_count && str_eq(embedded_files[i].path, path) ? &embedded_files[i] : NULL;
}

const struct embedded *embedded_first(struct str prefix, size_t *count)
{
    size_t i = lower_bound(prefix), n = 0;
    while (i + n < embedded_count && str_starts(embedded_files[i + n].path, prefix))
        n++;
    *count = n;
    return n != 0 ? &embedded_files[i] : NULL;
}
