/* Any bytes as a guide: no crash; what is read without problems has a head, parts in bounds, and charts whose marks lie on points. */
#include "programme/guide/guide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a);
    struct guide g;
    if (guide_read(a, S("g.md"), (struct str){(const char *)data, size}, &g, &p)) {
        ASSERT(g.title.n != 0 && g.summary.n != 0 && g.kind < GUIDE_KIND_COUNT && g.part_count != 0 && g.part_count <= GUIDE_PARTS_MOST);
        for (size_t k = 0; k < g.part_count; k++) {
            const struct guide_chart *c = g.parts[k].chart;
            for (size_t i = 0; c != NULL && i < c->note_count; i++)
                ASSERT(c->notes[i].point < c->chart.count && (i == 0 || c->notes[i - 1].point <= c->notes[i].point));
        }
    }
    arena_free(a);
    return 0;
}
