/* Nesting without recursion: children follow their parent, so the children of each item stand together in one array for each
 * level. See tree.h. */
#include "programme/framework/tree.h"

struct nest {
    struct view_framework_tree_a *a;
    struct view_framework_tree_a_b *b;
    struct view_framework_tree_a_b_c *c;
    struct view_framework_tree_a_b_c_d *d;
    struct view_framework_tree_a_b_c_d_e *e;
    size_t n[5];
};

#define ROW(type, r)                                                                                                   \
    (struct view_framework_tree_##type)                                                                                \
    {                                                                                                                  \
        .href = (r)->href, .code = (r)->code, .title = (r)->title, .tag = (r)->tag                                     \
    }
/* Puts a row at the end of a level and into the list of the last row of the level above. */
#define PUT(above, level, type, at, r)                                                                                 \
    do {                                                                                                               \
        x.level[x.n[at]] = ROW(type, r);                                                                               \
        if (x.above[x.n[(at) - 1] - 1].level##_count++ == 0)                                                           \
            x.above[x.n[(at) - 1] - 1].level = &x.level[x.n[at]];                                                      \
        x.n[at]++;                                                                                                     \
    } while (0)

struct view_framework_tree *tree_nest(struct arena *arena, const struct tree_row *rows, size_t count)
{
    struct view_framework_tree *v = ARENA_NEW(arena, struct view_framework_tree);
    struct nest x = {.a = ARENA_ARRAY(arena, count, struct view_framework_tree_a),
                     .b = ARENA_ARRAY(arena, count, struct view_framework_tree_a_b),
                     .c = ARENA_ARRAY(arena, count, struct view_framework_tree_a_b_c),
                     .d = ARENA_ARRAY(arena, count, struct view_framework_tree_a_b_c_d),
                     .e = ARENA_ARRAY(arena, count, struct view_framework_tree_a_b_c_d_e)};
    int64_t least = INT64_MAX, last = -1;
    for (size_t i = 0; i < count; i++)
        least = rows[i].depth < least ? rows[i].depth : least;
    for (size_t i = 0; i < count; i++) {
        int64_t depth = rows[i].depth - least;
        depth = depth > 4 ? 4 : depth;
        depth = depth > last + 1 ? last + 1 : depth; /* its parent stands before the stretch */
        switch (depth) {
        case 0:
            x.a[x.n[0]++] = ROW(a, &rows[i]);
            break;
        case 1:
            PUT(a, b, a_b, 1, &rows[i]);
            break;
        case 2:
            PUT(b, c, a_b_c, 2, &rows[i]);
            break;
        case 3:
            PUT(c, d, a_b_c_d, 3, &rows[i]);
            break;
        default:
            PUT(d, e, a_b_c_d_e, 4, &rows[i]);
            break;
        }
        last = depth;
    }
    v->a = x.a;
    v->a_count = x.n[0];
    return v;
}
