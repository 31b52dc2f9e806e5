/* Any bytes as an instrument and, behind a line "===", as its translation: no crash; what is read without problems keeps its
 * promises. */
#include "base/utf8.h"
#include "programme/instrument/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct instrument *i)
{
    size_t items = 0;
    ASSERT(i->low >= 0 && i->high > i->low && i->high - i->low < INSTRUMENT_POINTS_MAX && i->title.n != 0 && i->licence.n != 0);
    ASSERT(i->item_count != 0 && i->item_count <= INSTRUMENT_ITEMS_MAX && i->domain_count <= INSTRUMENT_DOMAINS_MAX);
    for (size_t d = 0; d < i->domain_count; d++) {
        ASSERT(i->domains[d].first == items && i->domains[d].count != 0);
        items += i->domains[d].count;
    }
    ASSERT(items == i->item_count);
    for (size_t k = 0; k < i->item_count; k++) {
        const struct instrument_item *it = &i->items[k];
        ASSERT(it->code.n != 0 && it->text.n != 0 && (it->words || it->anchors != NULL || i->labels != NULL));
        ASSERT(instrument_item_by_code(i, it->code) == k);
        for (int point = i->low; it->anchors != NULL && point <= i->high; point++)
            ASSERT(it->anchors[point - i->low].n != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str whole = {(const char *)data, size}, other = STR_NONE;
    struct problems p = problems_new(a);
    struct instrument i;
    size_t at;
    if (str_find(whole, S("\n===\n"), &at)) {
        other = str_sub(whole, at + 5, whole.n);
        whole = str_sub(whole, 0, at + 1);
    }
    instrument_text_read(a, S("x"), whole, &p, &i);
    if (p.errors == 0) {
        check(&i);
        if (other.p != NULL)
            instrument_text_translate(a, S("x.de"), other, S("de"), &p, &i);
        if (p.errors == 0)
            check(&i);
    }
    arena_free(a);
    return 0;
}
