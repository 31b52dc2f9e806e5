/* Adding up an instrument's answers, and keeping them as a text; see instrument.h. Pure. */
#include "base/buf.h"
#include "programme/instrument/instrument.h"

struct sum {
    int64_t total;
    size_t judged, unable, of;
};

static void count_answer(const struct instrument *i, const struct instrument_item *it, int answer, struct sum *s)
{
    if (it->words)
        return;
    s->of++;
    s->unable += answer == INSTRUMENT_UNABLE;
    if (answer < i->low || answer > i->high)
        return;
    s->judged++;
    s->total += it->reversed ? i->low + i->high - answer : answer;
}

static bool enough(const struct instrument *i, const struct sum *s)
{
    if (i->rule == RULE_SUM)
        return s->of != 0 && s->judged == s->of;
    return i->rule != RULE_NONE && s->judged != 0 && s->judged * 100 >= s->of * (size_t)i->least_percent;
}

static struct instrument_score score_of(const struct instrument *i, const struct sum *s)
{
    struct instrument_score out = {.some = enough(i, s), .judged = s->judged, .unable = s->unable, .of = s->of};
    if (out.some)
        out.value = i->rule == RULE_SUM ? (double)s->total : (double)s->total / (double)s->judged;
    return out;
}

void instrument_score(const struct instrument *i, const int *answers, struct instrument_score *domains, struct instrument_score *whole)
{
    struct sum all = {0};
    double means = 0;
    size_t with_mean = 0;
    for (size_t d = 0; d < i->domain_count; d++) {
        struct sum s = {0};
        for (size_t k = i->domains[d].first; k < i->domains[d].first + i->domains[d].count; k++)
            count_answer(i, &i->items[k], answers[k], &s);
        domains[d] = score_of(i, &s);
        all = (struct sum){all.total + s.total, all.judged + s.judged, all.unable + s.unable, all.of + s.of};
        means += domains[d].some ? domains[d].value : 0;
        with_mean += domains[d].some;
    }
    *whole = score_of(i, &all);
    if (i->rule == RULE_DOMAIN_MEANS) {
        whole->some = with_mean != 0;
        whole->value = with_mean != 0 ? means / (double)with_mean : 0;
    }
}

/* ---- points as text --------------------------------------------------------------------------------------------------------------- */

struct str instrument_write_points(struct arena *a, const struct instrument *i, const int *answers)
{
    struct buf b = buf_new(a, i->item_count * 3 + 1);
    for (size_t k = 0; k < i->item_count; k++) {
        if (k != 0)
            buf_ch(&b, ' ');
        if (i->items[k].words || answers[k] == INSTRUMENT_MISSING)
            buf_ch(&b, '.');
        else if (answers[k] == INSTRUMENT_UNABLE)
            buf_ch(&b, '-');
        else
            buf_printf(&b, "%d", answers[k]);
    }
    return buf_text(&b);
}

bool instrument_read_points(const struct instrument *i, struct str points, int *answers)
{
    struct str word;
    int64_t point;
    for (size_t k = 0; k < i->item_count; k++) {
        if (points.p == NULL || !str_cut(&points, ' ', &word))
            return false;
        answers[k] = str_eq_z(word, "-") ? INSTRUMENT_UNABLE : INSTRUMENT_MISSING;
        if (str_to_int(word, &point)) {
            if (point < i->low || point > i->high)
                return false;
            answers[k] = (int)point;
        }
    }
    return points.n == 0;
}
