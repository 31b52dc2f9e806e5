/* What pages ask: a row of groups, a table with its totals. See disclosure.h. */
#include "engine/disclosure/disclosure.h"

#define EXACT_SHARE 5 /* percent of a page's effort for looking after a smaller set */

static uint32_t cost_of(int64_t count, bool total)
{
    return total ? DISCLOSURE_COST_TOTAL : count == 0 ? DISCLOSURE_COST_ZERO : DISCLOSURE_COST_CELL;
}

static uint32_t add_open(struct disclosure *d, int64_t count, bool total)
{
    return disclosure_add(d, count, DISCLOSURE_OPEN, cost_of(count, total));
}

/* Decides and reads off; the cells were added in the order of shown. */
static bool decide(struct disclosure *d, bool *shown, size_t count)
{
    struct disclosure_result r;
    disclosure_protect(d, DISCLOSURE_EFFORT_PAGE, EXACT_SHARE, &r);
    bool fine = !r.withheld && r.exposed_count == 0;
    for (size_t k = 0; k < count; k++)
        shown[k] = fine && !disclosure_hidden(d, (uint32_t)k);
    return fine;
}

bool disclosure_show_groups(struct arena *a, struct disclosure_rule rule, const int64_t *counts, size_t count,
                            bool total_shown, bool *shown)
{
    struct disclosure *d = disclosure_new(a, rule);
    uint32_t *parts = arena_alloc_raw(a, (count + 1) * sizeof *parts);
    int64_t total = 0;
    for (size_t k = 0; k < count; k++) {
        parts[k] = add_open(d, counts[k], false);
        total += counts[k];
    }
    if (total_shown)
        disclosure_add_sum(d, disclosure_add(d, total, DISCLOSURE_OUT, DISCLOSURE_COST_TOTAL), parts, count);
    return decide(d, shown, count);
}

bool disclosure_show_groups_again(struct arena *a, struct disclosure_rule rule, const int64_t *before,
                                  const bool *before_shown, const int64_t *counts, size_t count, bool total_shown,
                                  bool *shown)
{
    struct disclosure *d = disclosure_new(a, rule);
    uint32_t *now = arena_alloc_raw(a, (count + 1) * sizeof *now),
             *then = arena_alloc_raw(a, (count + 1) * sizeof *then);
    int64_t total = 0, total_then = 0;
    bool falls = false;
    for (size_t k = 0; k < count; k++) {
        now[k] = add_open(d, counts[k], false);
        total += counts[k];
        total_then += before[k];
        falls = falls || counts[k] < before[k];
    }
    for (size_t k = 0; k < count; k++)
        then[k] =
            disclosure_add(d, before[k], before_shown[k] ? DISCLOSURE_OUT : DISCLOSURE_UNSEEN, DISCLOSURE_COST_CELL);
    if (total_shown) {
        now[count] = disclosure_add(d, total, DISCLOSURE_OUT, DISCLOSURE_COST_TOTAL);
        then[count] = disclosure_add(d, total_then, DISCLOSURE_OUT, DISCLOSURE_COST_TOTAL);
        disclosure_add_sum(d, now[count], now, count);
        disclosure_add_sum(d, then[count], then, count);
    }
    for (size_t k = 0; k < count + total_shown; k++) {
        int64_t change = (k < count ? counts[k] : total) - (k < count ? before[k] : total_then);
        uint32_t cell = falls ? disclosure_add_change(d, change)
                              : disclosure_add(d, change, DISCLOSURE_UNSEEN, DISCLOSURE_COST_CELL);
        disclosure_add_sum(d, now[k], (uint32_t[]){then[k], cell}, 2);
    }
    return decide(d, shown, count);
}

bool disclosure_show_table(struct arena *a, struct disclosure_rule rule, const int64_t *counts, size_t rows,
                           size_t columns, bool *shown)
{
    struct disclosure *d = disclosure_new(a, rule);
    size_t wide = columns + 1, longest = rows > columns ? rows : columns;
    uint32_t *parts = arena_alloc_raw(a, (longest + 1) * sizeof *parts);
    int64_t *sums = ARENA_ARRAY(a, wide, int64_t);
    for (size_t r = 0; r < rows; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < columns; c++) {
            add_open(d, counts[r * columns + c], false);
            sum += counts[r * columns + c];
            sums[c] += counts[r * columns + c];
        }
        sums[columns] += sum;
        add_open(d, sum, true);
    }
    for (size_t c = 0; c < wide; c++)
        add_open(d, sums[c], true);
    for (size_t r = 0; r <= rows; r++) {
        for (size_t c = 0; c < columns; c++)
            parts[c] = (uint32_t)(r * wide + c);
        disclosure_add_sum(d, (uint32_t)(r * wide + columns), parts, columns);
    }
    for (size_t c = 0; c < wide; c++) {
        for (size_t r = 0; r < rows; r++)
            parts[r] = (uint32_t)(r * wide + c);
        disclosure_add_sum(d, (uint32_t)(rows * wide + c), parts, rows);
    }
    return decide(d, shown, (rows + 1) * wide);
}
