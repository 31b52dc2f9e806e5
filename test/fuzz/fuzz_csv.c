/* Any bytes as a table: no crash, every row as wide as the header, all text clean. Also the plain roster, which reads
 * the same bytes. */
#include "base/csv.h"
#include "base/utf8.h"
#include "campus/roster/roster_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str bytes = {(const char *)data, size};
    struct problems p = problems_new(a);
    const struct csv_limits limits = {.rows = 100, .columns = 20, .field = 64};
    struct csv *csv = csv_open(a, S("f.csv"), bytes, &limits, &p);
    size_t columns, line = 0;
    csv_columns(csv, &columns);
    for (struct csv_row row; csv_next(csv, &row);) {
        ASSERT(row.count == columns && row.line > line);
        line = row.line;
        for (size_t i = 0; i < row.count; i++)
            ASSERT(utf8_is_text(row.fields[i]) && utf8_valid(utf8_fold(a, row.fields[i])));
    }
    struct roster *r = roster_csv_read(a, S("f.csv"), bytes, &p);
    size_t memberships = 0;
    for (size_t i = 0; i < r->count; i++)
        memberships += r->people[i].membership_count;
    ASSERT(memberships == r->membership_count && p.kept <= PROBLEMS_KEPT);
    arena_free(a);
    return 0;
}
