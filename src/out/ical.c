/* Writing calendar files: see ical.h. Escaping: RFC 5545, 3.3.11; folding: 3.1. */
#include "out/ical.h"

#include "base/clock.h"
#include "base/utf8.h"

#define LINE_OCTETS 75

/* One content line: cut after 75 octets, never within a character; the space that a further part begins with counts. */
static void line(struct buf *b, struct str text)
{
    struct str part = utf8_clip(text, LINE_OCTETS);
    buf_str(b, part);
    for (text = str_sub(text, part.n, text.n); text.n != 0; text = str_sub(text, part.n, text.n)) {
        part = utf8_clip(text, LINE_OCTETS - 1);
        buf_z(b, "\r\n ");
        buf_str(b, part);
    }
    buf_z(b, "\r\n");
}

static void line_z(struct buf *b, const char *text)
{
    line(b, str_from(text));
}

/* NAME:value with what separates values taken back; control characters do not belong into text and become spaces. */
static void text_line(struct buf *b, const char *name, struct str value)
{
    struct buf escaped = buf_new(b->a, value.n + 32);
    buf_z(&escaped, name);
    buf_ch(&escaped, ':');
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '\\' || c == ';' || c == ',')
            buf_ch(&escaped, '\\');
        if (c == '\n')
            buf_z(&escaped, "\\n");
        else if (c != '\r')
            buf_ch(&escaped, (unsigned char)c < ' ' || c == 0x7f ? ' ' : c);
    }
    line(b, buf_text(&escaped));
}

static void time_line(struct buf *b, const char *name, int64_t ms)
{
    struct civil t = civil_from_ms(zone_utc(), ms);
    line(b, str_printf(b->a, "%s:%04d%02d%02dT%02d%02d%02dZ", name, t.year, t.month, t.day, t.hour, t.minute, t.second));
}

static void day_line(struct buf *b, const char *name, int64_t day)
{
    struct civil t = civil_from_day(day);
    line(b, str_printf(b->a, "%s;VALUE=DATE:%04d%02d%02d", name, t.year, t.month, t.day));
}

static void when(struct buf *b, const struct ical_event *e)
{
    if (e->all_day) {
        day_line(b, "DTSTART", e->day);
        day_line(b, "DTEND", e->day + 1);
        return;
    }
    time_line(b, "DTSTART", e->starts_at);
    line(b, str_printf(b->a, "DURATION:PT%" PRId64 "M", e->minutes > 0 ? e->minutes : 1));
}

static void event(struct buf *b, const struct ical_event *e)
{
    line_z(b, "BEGIN:VEVENT");
    text_line(b, "UID", e->uid);
    time_line(b, "DTSTAMP", e->stamp_at);
    time_line(b, "LAST-MODIFIED", e->stamp_at);
    when(b, e);
    line(b, str_printf(b->a, "SEQUENCE:%" PRId64, e->sequence));
    text_line(b, "SUMMARY", e->summary);
    if (e->text.n != 0)
        text_line(b, "DESCRIPTION", e->text);
    if (e->place.n != 0)
        text_line(b, "LOCATION", e->place);
    if (e->url.n != 0)
        line(b, str_concat(b->a, S("URL:"), e->url));
    if (e->free)
        line_z(b, "TRANSP:TRANSPARENT");
    line_z(b, e->private ? "CLASS:PRIVATE" : "CLASS:PUBLIC");
    line_z(b, e->cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
    line_z(b, "END:VEVENT");
}

static struct str write(struct arena *a, struct str name, const struct ical_event *events, size_t count)
{
    struct buf b = buf_new(a, 256 + count * 512);
    line_z(&b, "BEGIN:VCALENDAR");
    line_z(&b, "VERSION:2.0");
    line_z(&b, "PRODID:-//Cadre//Cadre//EN");
    line_z(&b, "CALSCALE:GREGORIAN");
    if (name.n != 0) {
        text_line(&b, "NAME", name); /* RFC 7986; the second is what most programs read */
        text_line(&b, "X-WR-CALNAME", name);
        line_z(&b, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        line_z(&b, "X-PUBLISHED-TTL:PT1H");
    }
    for (size_t i = 0; i < count; i++)
        event(&b, &events[i]);
    line_z(&b, "END:VCALENDAR");
    return buf_text(&b);
}

struct str ical_write(struct arena *a, const struct ical_event *events, size_t count)
{
    return write(a, STR_NONE, events, count);
}

struct str ical_write_feed(struct arena *a, struct str name, const struct ical_event *events, size_t count)
{
    return write(a, name, events, count);
}
