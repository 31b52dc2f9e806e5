/* Any bytes as a day, an instant, a zone's name or a number: no crash, and what is read is written back as the same. */
#include "base/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void texts(struct arena *a, struct str s)
{
    int64_t day, ms, again, whole;
    double real, same;
    struct buf b = buf_new(a, 64);
    if (day_parse(s, &day)) {
        day_format(&b, day);
        ASSERT(str_eq(buf_text(&b), s));
        struct civil c = civil_from_day(day);
        ASSERT(civil_valid(c.year, c.month, c.day) && day_from_civil(c.year, c.month, c.day) == day);
        ASSERT(weekday_of(day) >= 0 && weekday_of(day) <= 6);
    }
    b.n = 0;
    if (instant_parse(s, &ms)) {
        instant_format(&b, ms);
        ASSERT(instant_parse(buf_text(&b), &again) && again == ms);
    }
    b.n = 0;
    if (str_to_int(s, &whole)) {
        buf_int(&b, whole);
        ASSERT(str_to_int(buf_text(&b), &again) && again == whole);
    }
    b.n = 0;
    if (str_to_real(s, &real)) {
        buf_real(&b, real);
        ASSERT(str_to_real(buf_text(&b), &same) && memcmp(&real, &same, sizeof real) == 0);
    }
}

/* A wall clock that exists, shown and read again in some zone, is the same instant but for the hour that repeats. */
static void zones(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"};
    int64_t ms;
    memcpy(&ms, data, sizeof ms);
    ms %= INT64_C(8000000000000); /* 1716 to 2223 */
    const struct zone *z = zone_find(str_from(names[data[size - 1] % COUNT_OF(names)]));
    ASSERT(z != NULL);
    struct civil c = civil_from_ms(z, ms);
    ASSERT(civil_valid(c.year, c.month, c.day) && c.hour >= 0 && c.hour < 24 && c.minute >= 0 && c.minute < 60);
    ASSERT(day_from_ms(z, ms) == day_from_civil(c.year, c.month, c.day));
    int64_t back = ms_from_civil(z, c), off = ms - back;
    ASSERT(off >= 0 && off < 25 * MS_PER_HOUR);
    struct civil d = civil_from_ms(z, back);
    ASSERT(memcmp(&c, &d, sizeof c) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    texts(a, (struct str){(const char *)data, size});
    if (size > sizeof(int64_t))
        zones(data, size);
    arena_free(a);
    return 0;
}
