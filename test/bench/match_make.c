/* Instances for the bench of matching, the same on every machine: bench_match_make strict|contested|weights N SEED
 * writes one to standard output. strict     N mentees with lists of 10, a mentor of 4 seats for every 4, both sides
 * without ties, popular mentors more often listed contested  N mentees with lists of 5, as many seats as mentees at
 * mentors of 1 to 3, half of all places tied, a few mentors much more popular than the others weights    N mentees, N
 * mentors of one seat, 10 weights of 1 to 1000 each (.asg) */
#include "base/buf.h"

static uint64_t state;

static uint32_t random_below(uint32_t n)
{
    state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

/* Small numbers more often than large ones. */
static uint32_t popular(uint32_t n, uint32_t power)
{
    double x = random_below(1u << 30) / (double)(1u << 30), y = x;
    for (uint32_t k = 1; k < power; k++)
        y *= x;
    return (uint32_t)(y * n);
}

/* Draws `length` different ones. */
static void draw(uint32_t *list, uint32_t length, uint32_t m, uint32_t power)
{
    for (uint32_t k = 0; k < length;) {
        uint32_t x = popular(m, power), seen = 0;
        while (seen < k && list[seen] != x)
            seen++;
        if (seen == k)
            list[k++] = x;
    }
}

static void put_list(struct buf *b, const uint32_t *list, uint32_t count, bool ties)
{
    bool open = false;
    for (uint32_t k = 0; k < count; k++) {
        bool more = ties && k + 1 < count && random_below(2) == 0;
        buf_z(b, more && !open ? " (" : " ");
        buf_int(b, (int64_t)list[k] + 1);
        if (open && !more)
            buf_ch(b, ')');
        open = more;
    }
    buf_ch(b, '\n');
}

static void put_all(struct buf *b)
{
    ASSERT(fwrite(b->p, 1, b->n, stdout) == b->n);
    b->n = 0;
}

static void make_preferences(struct arena *a, uint32_t n, uint32_t m, uint32_t length, bool contested)
{
    uint32_t *list = ARENA_ARRAY(a, (size_t)n * length, uint32_t), *from = ARENA_ARRAY(a, (size_t)m + 2, uint32_t);
    uint32_t *back = ARENA_ARRAY(a, (size_t)n * length, uint32_t);
    struct buf b = buf_new(a, 1 << 20);
    buf_printf(&b, "%" PRIu32 " %" PRIu32 "\n", n, m);
    for (uint32_t i = 0; i < n; i++) {
        draw(list + (size_t)i * length, length, m, contested ? 3 : 2);
        buf_int(&b, (int64_t)i + 1);
        put_list(&b, list + (size_t)i * length, length, contested);
        if (b.n > 1 << 19)
            put_all(&b);
    }
    for (size_t k = 0; k < (size_t)n * length; k++)
        from[list[k] + 2]++;
    for (uint32_t j = 2; j <= m; j++)
        from[j] += from[j - 1];
    for (size_t k = 0; k < (size_t)n * length; k++)
        back[from[list[k] + 1]++] = (uint32_t)(k / length);
    for (uint32_t j = 0; j < m; j++) {
        for (uint32_t k = from[j + 1]; k-- > from[j] + 1;) {
            uint32_t x = from[j] + random_below(k - from[j] + 1), keep = back[k];
            back[k] = back[x];
            back[x] = keep;
        }
        buf_printf(&b, "%" PRIu32 " %" PRIu32, j + 1, contested ? 1 + random_below(3) : 4);
        put_list(&b, back + from[j], from[j + 1] - from[j], contested);
        if (b.n > 1 << 19)
            put_all(&b);
    }
    put_all(&b);
}

static void make_weights(struct arena *a, uint32_t n)
{
    struct buf b = buf_new(a, 1 << 20);
    buf_printf(&b, "%" PRIu32 " %" PRIu32 " %" PRIu32 "\n", n, n, n * 10);
    for (uint32_t j = 0; j < n; j++)
        buf_z(&b, j + 1 < n ? "1 " : "1\n");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t list[10];
        draw(list, 10, n, 1);
        buf_z(&b, "10");
        for (uint32_t k = 0; k < 10; k++)
            buf_printf(&b, " %" PRIu32 " %" PRIu32, list[k] + 1, 1 + random_below(1000));
        buf_ch(&b, '\n');
        if (b.n > 1 << 19)
            put_all(&b);
    }
    put_all(&b);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: bench_match_make strict|contested|weights N SEED\n");
        return 2;
    }
    struct arena *a = arena_new(0);
    uint32_t n = (uint32_t)strtoul(argv[2], NULL, 10);
    state = strtoull(argv[3], NULL, 10);
    if (strcmp(argv[1], "strict") == 0)
        make_preferences(a, n, n / 4, 10, false);
    else if (strcmp(argv[1], "contested") == 0)
        make_preferences(a, n, n / 2, 5, true);
    else
        make_weights(a, n);
    arena_free(a);
    return fflush(stdout) == 0 ? 0 : 1;
}
