/* Preferences as a table: whatever the file, every list names people of the round, nobody twice, with ranks from 1 without gaps. */
#include "base/problems.h"
#include "programme/matching/inside.h"

#define PEOPLE 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct row_match_person_names people[2][PEOPLE];
    struct match_names names;
    struct match_csv csv;
    struct problems p = problems_new(a);
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < PEOPLE; i++)
            people[side][i] = (struct row_match_person_names){.place = i + 1, .person_id = 10 * (side + 1) + i, .takes_part = i != PEOPLE - 1, .name = S("N"), .email = str_printf(a, "%c%d@x", "eo"[side], i)};
        names.of[side] = (struct rows_match_person_names){people[side], PEOPLE};
    }
    match_read_csv(a, S("x.csv"), (struct str){(const char *)data, size}, &names, &csv, &p);
    for (size_t k = 0; k < csv.count; k++) {
        const struct match_csv_list *l = &csv.lists[k];
        int64_t top = 0;
        ASSERT(l->place >= 1 && l->place < PEOPLE && l->count <= PEOPLE);
        for (size_t i = 0; i < l->count; i++) {
            ASSERT(l->list[i].other >= 1 && l->list[i].other < PEOPLE);
            ASSERT(l->list[i].rank == top || l->list[i].rank == top + 1);
            top = l->list[i].rank;
            for (size_t j = 0; j < i; j++)
                ASSERT(l->list[j].other != l->list[i].other);
        }
    }
    arena_free(a);
    return 0;
}
