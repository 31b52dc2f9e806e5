/* Finding a lineage, a generation with each statement: see lineage.h. */
#include "programme/mentor/lineage.h"

#include "gen/programme/mentor/chain_sql.h"

#define ROWS_MOST 40 /* pairs told of one generation */

static size_t node_of(const struct lineage *l, int64_t person)
{
    for (size_t i = 0; i < l->node_count; i++)
        if (l->nodes[i].person == person)
            return i;
    return SIZE_MAX;
}

/* The node of a person, new in this generation; SIZE_MAX when there is no room, or she stands in another generation. */
static size_t place(struct lineage *l, int64_t person, int generation, struct str name, bool named, int64_t at)
{
    size_t i = node_of(l, person);
    if (i != SIZE_MAX)
        return l->nodes[i].generation == generation ? i : SIZE_MAX;
    if (l->node_count == LINEAGE_MOST) {
        l->more = true;
        return SIZE_MAX;
    }
    l->nodes[l->node_count] = (struct lineage_node){.person = person, .generation = generation, .name = name, .named = named, .first_at = at};
    return l->node_count++;
}

static void connect_two(struct lineage *l, size_t mentor, size_t mentee, int64_t from_at, int64_t until_at, int64_t viewer)
{
    if (mentor == SIZE_MAX || mentee == SIZE_MAX)
        return;
    for (size_t i = 0; i < l->edge_count; i++)
        if (l->edges[i].mentor == mentor && l->edges[i].mentee == mentee)
            return; /* a second time together: the first one is told */
    if (l->edge_count == LINEAGE_MOST) {
        l->more = true;
        return;
    }
    l->edges[l->edge_count++] = (struct lineage_edge){mentor, mentee, from_at, until_at};
    l->nodes[mentor].partner = l->nodes[mentor].partner || l->nodes[mentee].person == viewer;
    l->nodes[mentee].partner = l->nodes[mentee].partner || l->nodes[mentor].person == viewer;
}

/* The people of a generation, at most LINEAGE_WIDTH; 0 elsewhere. */
static size_t people_of(struct lineage *l, int generation, int64_t ids[LINEAGE_WIDTH])
{
    size_t n = 0;
    memset(ids, 0, LINEAGE_WIDTH * sizeof *ids);
    for (size_t i = 0; i < l->node_count; i++)
        if (l->nodes[i].generation == generation) {
            if (n == LINEAGE_WIDTH) {
                l->more = true;
                break;
            }
            ids[n++] = l->nodes[i].person;
        }
    return n;
}

#define TEN(i) i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9]

static enum rc look_below(struct db *db, struct arena *a, int64_t programme, int generation, int64_t viewer, struct lineage *l)
{
    struct rows_mentor_lineage_below rows;
    int64_t ids[LINEAGE_WIDTH];
    if (people_of(l, generation, ids) == 0)
        return RC_OK;
    TRY(sql_mentor_lineage_below(db, a, programme, TEN(ids), ROWS_MOST, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_mentor_lineage_below *r = &rows.v[i];
        size_t mentee = place(l, r->mentee_id, generation + 1, r->name, r->named != 0, r->active_at);
        connect_two(l, node_of(l, r->mentor_id), mentee, r->active_at, r->ended_at_null ? 0 : r->ended_at, viewer);
    }
    l->more = l->more || rows.n == ROWS_MOST;
    return RC_OK;
}

static enum rc look_above(struct db *db, struct arena *a, int64_t programme, int generation, int64_t viewer, struct lineage *l)
{
    struct rows_mentor_lineage_above rows;
    int64_t ids[LINEAGE_WIDTH];
    if (people_of(l, generation, ids) == 0)
        return RC_OK;
    TRY(sql_mentor_lineage_above(db, a, programme, TEN(ids), ROWS_MOST, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_mentor_lineage_above *r = &rows.v[i];
        size_t mentor = place(l, r->mentor_id, generation - 1, r->name, r->named != 0, r->active_at);
        connect_two(l, mentor, node_of(l, r->mentee_id), r->active_at, r->ended_at_null ? 0 : r->ended_at, viewer);
    }
    l->more = l->more || rows.n == ROWS_MOST;
    return RC_OK;
}

/* ---- the order in which they are drawn: mentors above, each behind her own mentors; mentees below, each before her own ------------- */

static void give_row(struct lineage *l, size_t node, int *row)
{
    if (l->nodes[node].row < 0)
        l->nodes[node].row = (*row)++;
}

static void order(struct lineage *l)
{
    int row = 0;
    for (size_t i = 0; i < l->node_count; i++)
        l->nodes[i].row = -1;
    for (size_t i = 0; i < l->node_count; i++) {
        if (l->nodes[i].generation != -1)
            continue;
        for (size_t k = 0; k < l->edge_count; k++)
            if (l->edges[k].mentee == i && l->nodes[l->edges[k].mentor].generation == -2)
                give_row(l, l->edges[k].mentor, &row);
        give_row(l, i, &row);
    }
    give_row(l, 0, &row);
    for (size_t i = 0; i < l->node_count; i++) {
        if (l->nodes[i].generation != 1)
            continue;
        give_row(l, i, &row);
        for (size_t k = 0; k < l->edge_count; k++)
            if (l->edges[k].mentor == i && l->nodes[l->edges[k].mentee].generation == 2)
                give_row(l, l->edges[k].mentee, &row);
    }
    for (size_t i = 0; i < l->node_count; i++)
        give_row(l, i, &row);
}

enum rc lineage_find(struct db *db, struct arena *a, int64_t programme, int64_t person, struct str name, int64_t viewer,
                     struct lineage *out)
{
    *out = (struct lineage){0};
    (void)place(out, person, 0, name, false, 0);
    TRY(look_above(db, a, programme, 0, viewer, out));
    TRY(look_above(db, a, programme, -1, viewer, out));
    TRY(look_below(db, a, programme, 0, viewer, out));
    TRY(look_below(db, a, programme, 1, viewer, out));
    order(out);
    return RC_OK;
}
