/* What changed since a feed was last told: see told.h. */
#include "programme/calendar/told.h"

#include "base/clock.h"

#include <sodium.h>

#define FIELDS 8
#define FINGERPRINT 16 /* bytes */

struct line {
    struct str uid;
    bool all_day;
    int64_t begins, minutes; /* a day, or UTC ms */
    struct str fingerprint;
    int64_t sequence, changed_at, gone_at;
};

static bool read_line(struct str text, struct line *l)
{
    struct str f[FIELDS];
    int64_t n[FIELDS] = {0};
    for (size_t i = 0; i < FIELDS; i++) {
        if (!str_cut(&text, '\t', &f[i]))
            return false;
        if (i != 0 && i != 4 && !str_to_int(f[i], &n[i]))
            return false;
    }
    *l = (struct line){f[0], n[1] != 0, n[2], n[3], f[4], n[5], n[6], n[7]};
    return f[0].n != 0;
}

static void write_line(struct buf *b, const struct line *l)
{
    buf_printf(b, "%.*s\t%d\t%" PRId64 "\t%" PRId64 "\t%.*s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", STR_ARG(l->uid), l->all_day ? 1 : 0, l->begins, l->minutes, STR_ARG(l->fingerprint),
               l->sequence, l->changed_at, l->gone_at);
}

static void hash_text(crypto_generichash_state *h, struct str text)
{
    uint64_t n = text.n;
    crypto_generichash_update(h, (const unsigned char *)&n, sizeof n);
    if (n != 0)
        crypto_generichash_update(h, (const unsigned char *)text.p, n);
}

static struct str fingerprint(struct arena *a, const struct ical_event *e)
{
    unsigned char bytes[FINGERPRINT];
    crypto_generichash_state h;
    int64_t numbers[] = {e->all_day, e->all_day ? e->day : e->starts_at, e->minutes, e->private, e->free};
    crypto_generichash_init(&h, NULL, 0, sizeof bytes);
    crypto_generichash_update(&h, (const unsigned char *)numbers, sizeof numbers);
    hash_text(&h, e->summary);
    hash_text(&h, e->text);
    hash_text(&h, e->place);
    hash_text(&h, e->url);
    crypto_generichash_final(&h, bytes, sizeof bytes);
    struct buf b = buf_new(a, 2 * sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&b, "%02x", bytes[i]);
    return buf_text(&b);
}

static int by_begin(const void *x, const void *y)
{
    const struct ical_event *a = x, *b = y;
    int64_t p = a->all_day ? a->day * MS_PER_DAY : a->starts_at, q = b->all_day ? b->day * MS_PER_DAY : b->starts_at;
    return p != q ? (p < q ? -1 : 1) : str_cmp(a->uid, b->uid);
}

static int by_uid(const void *x, const void *y)
{
    return str_cmp(((const struct ical_event *)x)->uid, ((const struct ical_event *)y)->uid);
}

static int lines_by_uid(const void *x, const void *y)
{
    return str_cmp(((const struct line *)x)->uid, ((const struct line *)y)->uid);
}

static struct line *read_lines(struct arena *a, struct str told, size_t *count)
{
    size_t most = 0;
    for (size_t i = 0; i < told.n; i++)
        most += told.p[i] == '\n';
    struct line *list = ARENA_ARRAY(a, most, struct line);
    struct str text;
    *count = 0;
    while (*count < most && str_cut(&told, '\n', &text))
        *count += read_line(text, &list[*count]);
    if (*count != 0)
        qsort(list, *count, sizeof *list, lines_by_uid);
    return list;
}

static struct line tell(struct arena *a, struct ical_event *e, const struct line *before, int64_t now)
{
    struct line l = {.uid = e->uid, .all_day = e->all_day, .begins = e->all_day ? e->day : e->starts_at, .minutes = e->minutes, .fingerprint = fingerprint(a, e), .changed_at = now};
    if (before != NULL && before->gone_at == 0 && str_eq(before->fingerprint, l.fingerprint)) {
        l.sequence = before->sequence;
        l.changed_at = before->changed_at;
    } else if (before != NULL) {
        l.sequence = before->sequence + 1;
    }
    e->sequence = l.sequence;
    e->stamp_at = l.changed_at;
    return l;
}

/* Is an event that is not there any more to be told as cancelled? Then *l is as it is to be kept. */
static bool drop(const struct telling *t, struct line *l)
{
    int64_t begins = l->all_day ? ms_from_civil(t->zone, civil_from_day(l->begins)) : l->begins;
    int64_t ends = begins + (l->all_day ? MS_PER_DAY : l->minutes * MS_PER_MINUTE);
    if (t->cut || begins < t->from || begins >= t->until)
        return false;
    if (l->gone_at == 0 && ends <= t->now)
        return false; /* it took place, or what was due is done: nobody called it off */
    if (l->gone_at == 0) {
        l->gone_at = l->changed_at = t->now;
        l->sequence++;
    }
    return l->gone_at > t->now - TOLD_GONE_DAYS * MS_PER_DAY;
}

static struct ical_event gone_event(const struct telling *t, const struct line *l)
{
    return (struct ical_event){.uid = l->uid, .sequence = l->sequence, .stamp_at = l->changed_at, .all_day = l->all_day, .day = l->begins, .starts_at = l->begins, .minutes = l->minutes,
                               .summary = t->gone, .private = true, .free = true, .cancelled = true};
}

void told_merge(struct arena *a, struct str told, const struct telling *t, struct ical_event *events, size_t count, struct ical_event **out, size_t *out_count,
                struct str *told_now)
{
    struct telling now = *t;
    size_t known, k = 0, n = 0;
    struct line *lines = read_lines(a, told, &known);
    struct buf b = buf_new(a, told.n + 128);
    if (count > TOLD_MOST) {
        qsort(events, count, sizeof *events, by_begin);
        count = TOLD_MOST;
        now.cut = true;
    }
    if (count != 0)
        qsort(events, count, sizeof *events, by_uid);
    struct ical_event *list = ARENA_ARRAY(a, count + known, struct ical_event);
    for (size_t i = 0; i < count || k < known;) {
        int order = i == count ? 1 : k == known ? -1 : str_cmp(events[i].uid, lines[k].uid);
        struct line l;
        if (order <= 0) {
            if (n != 0 && str_eq(list[n - 1].uid, events[i].uid)) {
                i++; /* told twice: one of them is enough */
                continue;
            }
            list[n] = events[i++];
            l = tell(a, &list[n++], order == 0 ? &lines[k] : NULL, now.now);
            k += order == 0;
            write_line(&b, &l);
        } else {
            l = lines[k++];
            if (drop(&now, &l) && known - k + n < 2 * TOLD_MOST) {
                list[n++] = gone_event(&now, &l);
                write_line(&b, &l);
            }
        }
    }
    *out = list;
    *out_count = n;
    *told_now = buf_text(&b);
}
