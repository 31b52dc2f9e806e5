/* Marking answers; see quiz.h. Pure: nothing here knows who answered or where it is kept. */
#include "programme/curriculum/quiz.h"

#include "base/utf8.h"

int quiz_percent(size_t right, size_t count)
{
    return count == 0 ? 0 : (int)(100 * right / count);
}

/* One character of valid UTF-8 at the beginning of s, and how long it is. */
static uint32_t first_char(struct str s, size_t *n)
{
    unsigned char c = (unsigned char)s.p[0];
    *n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t v = c < 0x80 ? c : c < 0xe0 ? c & 0x1fu : c < 0xf0 ? c & 0x0fu : c & 0x07u;
    for (size_t i = 1; i < *n && i < s.n; i++)
        v = v << 6 | ((unsigned char)s.p[i] & 0x3fu);
    return v;
}

/* What stands between words: dashes, slashes, spaces. */
static bool is_gap(uint32_t c)
{
    return c == ' ' || c == '-' || c == '/' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* Quotation marks, stops, brackets: ASCII's, Latin-1's, those of the blocks General Punctuation and CJK Symbols. */
static bool is_punctuation(uint32_t c)
{
    return (c < 0x80 && strchr("!\"#%&'()*,.:;?@[\\]_{}`", (int)c) != NULL) || c == 0xa1 || c == 0xa7 || c == 0xab ||
           c == 0xb6 || c == 0xb7 || c == 0xbb || c == 0xbf || (c >= 0x2010 && c <= 0x205e) ||
           (c >= 0x3001 && c <= 0x3011);
}

/* Folded, dashes and slashes as spaces, other punctuation gone, one space between words. */
static struct str short_key(struct arena *a, struct str text)
{
    struct str rest = utf8_fold(a, text);
    struct buf b = buf_new(a, rest.n + 1);
    while (rest.n != 0) {
        size_t n;
        uint32_t c = first_char(rest, &n);
        if (is_gap(c)) {
            if (b.n != 0 && b.p[b.n - 1] != ' ')
                buf_ch(&b, ' ');
        } else if (!is_punctuation(c)) {
            buf_str(&b, str_sub(rest, 0, n));
        }
        rest = str_sub(rest, n, rest.n);
    }
    return str_trim(buf_text(&b));
}

static bool chosen(const struct quiz_answer *answer, int64_t option)
{
    for (size_t i = 0; i < answer->option_count; i++)
        if (answer->options[i] == option)
            return true;
    return false;
}

bool quiz_mark(struct arena *a, const struct quiz_question *q, const struct quiz_answer *answer)
{
    if (q->kind == QUESTION_SHORT) {
        struct str given = short_key(a, answer->text);
        for (size_t i = 0; i < q->option_count; i++)
            if (str_eq(given, short_key(a, q->options[i].text)))
                return true;
        return false;
    }
    if (q->kind == QUESTION_ORDER) {
        if (answer->option_count != q->option_count)
            return false;
        for (size_t i = 0; i < q->option_count; i++)
            if (answer->options[i] != q->options[i].id)
                return false;
        return true;
    }
    if (q->kind == QUESTION_SINGLE && answer->option_count != 1)
        return false;
    for (size_t i = 0; i < q->option_count; i++)
        if (chosen(answer, q->options[i].id) != q->options[i].correct)
            return false;
    return true;
}

bool quiz_answered(const struct quiz_question *q, const struct quiz_answer *answer)
{
    switch (q->kind) {
    case QUESTION_SHORT:
        return str_trim(answer->text).n != 0;
    case QUESTION_ORDER:
        return answer->option_count == q->option_count;
    default:
        return answer->option_count != 0;
    }
}

struct str quiz_answer_write(struct arena *a, const struct quiz_question *q, const struct quiz_answer *answer)
{
    if (q->kind == QUESTION_SHORT)
        return str_trim(answer->text);
    struct buf b = buf_new(a, 64);
    for (size_t i = 0; i < answer->option_count; i++) {
        if (i != 0)
            buf_ch(&b, ' ');
        buf_int(&b, answer->options[i]);
    }
    return buf_text(&b);
}

void quiz_answer_read(struct arena *a, const struct quiz_question *q, struct str stored, struct quiz_answer *out)
{
    *out = (struct quiz_answer){.text = S("")};
    if (q->kind == QUESTION_SHORT) {
        out->text = stored;
        return;
    }
    out->options = ARENA_ARRAY(a, QUIZ_OPTIONS_MAX, int64_t);
    struct str word;
    while (out->option_count < QUIZ_OPTIONS_MAX && str_cut(&stored, ' ', &word))
        if (str_to_int(word, &out->options[out->option_count]))
            out->option_count++;
}

void quiz_shuffle(const struct quiz_question *q, int64_t person, size_t *places)
{
    size_t n = q->option_count;
    uint64_t seed[2] = {(uint64_t)person, (uint64_t)q->id};
    uint64_t state = str_hash((struct str){(const char *)seed, sizeof seed});
    for (size_t i = 0; i < n; i++)
        places[i] = i;
    for (size_t i = n; i > 1; i--) { /* Fisher and Yates, with Knuth's generator: it need not be secret */
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t j = (size_t)((state >> 33) % i), t = places[i - 1];
        places[i - 1] = places[j];
        places[j] = t;
    }
    bool right = n > 1;
    for (size_t i = 0; i < n; i++)
        right = right && places[i] == i;
    for (size_t i = 0; right && i < n; i++)
        places[i] = (i + 1) % n;
}
