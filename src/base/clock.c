/* Time: see clock.h. Days from civil dates after Hinnant, "chrono-compatible low-level date algorithms" (2013). Zones come
 * from GLib, which reads the system's tzdata. */
#include "base/clock.h"

#include <glib.h>
#include <stdatomic.h>

#include "base/log.h"

#define MAX_ZONES 640 /* the names of IANA, with all their links, are 600 */

struct zone {
    char name[64];
    GTimeZone *tz;
};

static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone zones[MAX_ZONES];
static size_t zone_count;

int64_t clock_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

uint64_t clock_steady_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

#define STEP_MS MS_PER_HOUR /* less is how clocks are put right */

static _Atomic uint64_t set_at_us; /* 0: not since the process began */

void clock_watch(void)
{
    static int64_t before;
    uint64_t steady = clock_steady_us();
    int64_t apart = clock_now() - (int64_t)(steady / 1000u), step = apart - before;
    if (before != 0 && (step > STEP_MS || step < -STEP_MS)) {
        log_event(LOG_WARN, "clock.set", "by_s=%" PRId64 " what=\"nothing is deleted by its age for a day\"", step / MS_PER_SECOND);
        atomic_store(&set_at_us, steady);
    }
    before = apart;
}

bool clock_settled(void)
{
    uint64_t at = atomic_load(&set_at_us);
    return at == 0 || clock_steady_us() - at > (uint64_t)MS_PER_DAY * 1000u;
}

void steady_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(c, &steady);
    pthread_condattr_destroy(&steady);
}

void steady_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(c, lock, &until);
}

/* GLib takes differences and rules too ("+02:00", "CET-1CEST"), of which there is no end; a name of IANA begins with a capital
 * and is a file of the system's tzdata. */
static bool is_iana(const char *name)
{
    char path[512], magic[4] = {0};
    const char *dir = getenv("TZDIR");
    if (name[0] < 'A' || name[0] > 'Z')
        return false;
    for (const char *p = name; *p != '\0'; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("_+-/", *p) != NULL))
            return false;
    snprintf(path, sizeof path, "%s/%s", dir != NULL ? dir : "/usr/share/zoneinfo", name);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return strcmp(name, "UTC") == 0; /* which is there without any tzdata */
    bool good = fread(magic, 1, sizeof magic, f) == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(f);
    return good;
}

static const struct zone *zone_add(const char *name)
{
    if (zone_count == MAX_ZONES || !is_iana(name))
        return NULL;
    GTimeZone *tz = g_time_zone_new_identifier(name);
    if (tz == NULL)
        return NULL;
    struct zone *z = &zones[zone_count++];
    snprintf(z->name, sizeof z->name, "%s", name);
    z->tz = tz;
    return z;
}

const struct zone *zone_find(struct str name)
{
    char z[64];
    if (name.n == 0 || name.n >= sizeof z || memchr(name.p, '\0', name.n) != NULL)
        return NULL;
    memcpy(z, name.p, name.n);
    z[name.n] = '\0';
    const struct zone *found = NULL;
    pthread_mutex_lock(&zones_lock);
    for (size_t i = 0; i < zone_count && found == NULL; i++)
        if (strcmp(zones[i].name, z) == 0)
            found = &zones[i];
    if (found == NULL)
        found = zone_add(z);
    pthread_mutex_unlock(&zones_lock);
    return found;
}

const struct zone *zone_utc(void)
{
    const struct zone *z = zone_find(S("UTC"));
    ASSERT(z != NULL);
    return z;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

int64_t day_from_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct civil civil_from_day(int64_t day)
{
    int64_t z = day + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct civil){.year = (int)(yoe + era * 400 + (month <= 2)), .month = month, .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

bool civil_valid(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    struct civil c = civil_from_day(day_from_civil(year, month, day));
    return c.month == month && c.day == day;
}

static int64_t offset_ms(const struct zone *z, GTimeType type, int64_t seconds)
{
    gint i = g_time_zone_find_interval(z->tz, type, seconds);
    return i < 0 ? 0 : (int64_t)g_time_zone_get_offset(z->tz, i) * 1000;
}

struct civil civil_from_ms(const struct zone *z, int64_t ms)
{
    int64_t local = ms + offset_ms(z, G_TIME_TYPE_UNIVERSAL, floor_div(ms, 1000));
    int64_t day = floor_div(local, MS_PER_DAY);
    int64_t second = (local - day * MS_PER_DAY) / 1000;
    struct civil c = civil_from_day(day);
    c.hour = (int)(second / 3600);
    c.minute = (int)(second / 60 % 60);
    c.second = (int)(second % 60);
    return c;
}

int64_t day_from_ms(const struct zone *z, int64_t ms)
{
    return floor_div(ms + offset_ms(z, G_TIME_TYPE_UNIVERSAL, floor_div(ms, 1000)), MS_PER_DAY);
}

int64_t ms_from_civil(const struct zone *z, struct civil c)
{
    gint64 local = day_from_civil(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
    gint i = g_time_zone_adjust_time(z->tz, G_TIME_TYPE_STANDARD, &local);
    gint32 offset = i < 0 ? 0 : g_time_zone_get_offset(z->tz, i);
    /* An hour that a clock change repeats: the first of the two is the one under the earlier offset. */
    if (i > 0) {
        gint32 before = g_time_zone_get_offset(z->tz, i - 1);
        gint64 earlier = local - before;
        if (before > offset && g_time_zone_find_interval(z->tz, G_TIME_TYPE_UNIVERSAL, earlier) == i - 1)
            return earlier * 1000;
    }
    return (local - offset) * 1000;
}

int weekday_of(int64_t day)
{
    int64_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w);
}

static bool digits(struct str s, size_t at, size_t n, int *out)
{
    int v = 0;
    if (at + n > s.n)
        return false;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

bool day_parse(struct str s, int64_t *day)
{
    int y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &y) || !digits(s, 5, 2, &m) || !digits(s, 8, 2, &d) ||
        !civil_valid(y, m, d))
        return false;
    *day = day_from_civil(y, m, d);
    return true;
}

bool instant_parse(struct str s, int64_t *ms)
{
    int64_t day, v;
    int h, mi, sec;
    if (s.n < 20 || !day_parse(str_sub(s, 0, 10), &day) || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') ||
        !digits(s, 11, 2, &h) || s.p[13] != ':' || !digits(s, 14, 2, &mi) || s.p[16] != ':' || !digits(s, 17, 2, &sec) || h > 23 ||
        mi > 59 || sec > 60)
        return false;
    v = day * MS_PER_DAY + h * MS_PER_HOUR + mi * MS_PER_MINUTE + sec * MS_PER_SECOND;
    size_t at = 19;
    if (s.p[at] == '.') {
        int64_t scale = 100;
        size_t first = ++at;
        for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, scale /= 10)
            v += (s.p[at] - '0') * scale;
        if (at == first)
            return false;
    }
    if (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z')) {
        *ms = v;
        return true;
    }
    int oh, om;
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || !digits(s, at + 1, 2, &oh) || s.p[at + 3] != ':' ||
        !digits(s, at + 4, 2, &om) || oh > 23 || om > 59)
        return false;
    int64_t offset = oh * MS_PER_HOUR + om * MS_PER_MINUTE;
    *ms = s.p[at] == '+' ? v - offset : v + offset;
    return true;
}

void day_format(struct buf *b, int64_t day)
{
    struct civil c = civil_from_day(day);
    buf_printf(b, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void instant_format(struct buf *b, int64_t ms)
{
    int64_t day = floor_div(ms, MS_PER_DAY);
    int64_t in_day = ms - day * MS_PER_DAY;
    day_format(b, day);
    buf_printf(b, "T%02d:%02d:%02d", (int)(in_day / MS_PER_HOUR), (int)(in_day / MS_PER_MINUTE % 60), (int)(in_day / 1000 % 60));
    if (in_day % 1000 != 0)
        buf_printf(b, ".%03d", (int)(in_day % 1000));
    buf_ch(b, 'Z');
}
