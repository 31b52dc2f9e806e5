/* The .hr format: two numbers, a line for each mentee, a line for each mentor, then X, P and Q lines. One pass over the
 * mapped text, one number at a time; the entries are written once, where they stay. */
#include "engine/match/hr.h"
#include "engine/match/scan.h"

static enum rc read_id(struct scan *s, uint32_t count, const char *what, uint32_t *out, struct err *e)
{
    scan_blanks(s);
    if (!scan_u32(s, out))
        return scan_fail(s, e, "expected the number of a %s, found '%.*s'", what, STR_ARG(scan_word(s)));
    if (*out == 0 || *out > count)
        return scan_fail(s, e, "%s %" PRIu32 " is outside 1 to %" PRIu32, what, *out, count);
    (*out)--;
    return RC_OK;
}

static enum rc read_count(struct scan *s, const char *what, uint32_t most, uint32_t *out, struct err *e)
{
    scan_blanks(s);
    if (!scan_u32(s, out))
        return scan_fail(s, e, "expected %s, found '%.*s'", what, STR_ARG(scan_word(s)));
    if (*out > most)
        return scan_fail(s, e, "%s is too large: %" PRIu32, what, *out);
    return RC_OK;
}

/* The rest of the line: ids with ties in brackets. */
static enum rc read_entries(struct scan *s, struct hr *h, enum hr_side side, struct err *e)
{
    static const char *const names[] = {"mentee", "mentor"};
    bool inside = false, first = true;
    while (!scan_line_over(s)) {
        if (*s->at == '(' || *s->at == ')') {
            if (inside == (*s->at == '('))
                return scan_fail(s, e, inside ? "a tie within a tie" : "')' without '('");
            inside = !inside;
            first = true;
            s->at++;
            continue;
        }
        uint32_t other;
        TRY(read_id(s, h->count[!side], names[!side], &other, e));
        if (!hr_list_add(h, side, other, inside && !first))
            return scan_fail(s, e, "%s %" PRIu32 " stands twice in the list", names[!side], other + 1);
        first = false;
    }
    return inside ? scan_fail(s, e, "'(' without ')'") : RC_OK;
}

static enum rc read_lists(struct scan *s, struct hr *h, enum hr_side side, struct err *e)
{
    const char *name = side == HR_MENTEE ? "mentee" : "mentor";
    for (uint32_t k = 0; k < h->count[side]; k++) {
        uint32_t agent;
        if (!scan_next_line(s))
            return scan_fail(s, e, "the file ends after %" PRIu32 " of %" PRIu32 " %ss", k, h->count[side], name);
        TRY(read_id(s, h->count[side], name, &agent, e));
        if (!hr_list_begin(h, side, agent))
            return scan_fail(s, e, "a second line for %s %" PRIu32, name, agent + 1);
        if (side == HR_MENTOR)
            TRY(read_count(s, "a capacity", UINT32_MAX, &h->capacity[agent], e));
        TRY(read_entries(s, h, side, e));
    }
    return RC_OK;
}

static enum rc read_rule(struct scan *s, struct hr *h, struct err *e)
{
    char kind = *s->at;
    uint32_t mentee = 0, mentor = 0, least = 0;
    if (kind != 'X' && kind != 'P' && kind != 'Q')
        return scan_fail(s, e, "expected X, P or Q after the lists, found '%.*s'", STR_ARG(scan_word(s)));
    s->at++;
    if (s->at < s->end && *s->at != ' ' && *s->at != '\t')
        return scan_fail(s, e, "%c is followed by a blank and two numbers", kind);
    if (kind != 'Q')
        TRY(read_id(s, h->count[HR_MENTEE], "mentee", &mentee, e));
    TRY(read_id(s, h->count[HR_MENTOR], "mentor", &mentor, e));
    if (kind == 'Q')
        TRY(read_count(s, "a lower quota", UINT32_MAX, &least, e));
    if (!scan_line_over(s))
        return scan_fail(s, e, "%c has more numbers than two", kind);
    if (kind == 'X')
        hr_exclude(h, mentee, mentor);
    else if (kind == 'Q')
        hr_quota(h, mentor, least);
    else if (!hr_pin(h, mentee, mentor))
        return scan_fail(s, e, "mentee %" PRIu32 " is pinned twice", mentee + 1);
    return RC_OK;
}

enum rc hr_read(struct arena *a, struct str text, uint64_t seed, struct hr **out, struct err *e)
{
    struct scan s = scan_new(text);
    uint32_t n, m;
    if (!scan_next_line(&s))
        return scan_fail(&s, e, "the file is empty");
    TRY(read_count(&s, "the number of mentees", HR_MOST, &n, e));
    TRY(read_count(&s, "the number of mentors", HR_MOST, &m, e));
    if (!scan_line_over(&s))
        return scan_fail(&s, e, "the first line holds two numbers, mentees and mentors");
    /* Every agent has a line with at least one byte: no file can ask for more memory than it has bytes. */
    size_t left = (size_t)(s.end - s.at);
    if ((size_t)n + m > left)
        return scan_fail(
            &s, e, "%" PRIu32 " mentees and %" PRIu32 " mentors are announced, but the file is too short for them", n,
            m);
    size_t prefs = scan_count((struct str){s.at, left});
    if (prefs >= HR_NONE)
        return err_set(e, RC_TOO_LARGE, 0, "the file holds more than %" PRIu32 " numbers", HR_NONE - 1);
    struct hr *h = hr_new(a, n, m, prefs);
    TRY(read_lists(&s, h, HR_MENTEE, e));
    TRY(read_lists(&s, h, HR_MENTOR, e));
    while (scan_next_line(&s))
        TRY(read_rule(&s, h, e));
    *out = h;
    return hr_finish(h, seed, e);
}
