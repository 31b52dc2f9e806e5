/* See speech_count.h. One walk over the text: a word is folded when it ends, and the last few are kept, so that phrases are found as they end. */
#include "programme/practice/speech_count.h"

#include "base/base.h"
#include "base/utf8.h"

#define PHRASE_MOST 6 /* words of a filler */

struct filler {
    struct str words[PHRASE_MOST];
    size_t count; /* 0: has no word */
};

static bool joins(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == 0x2011;
}

static bool ends(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x0964 || c == 0x061f || c == 0x06d4;
}

/* Takes the next word off the text; what stood before it tells whether a sentence ended there. False at the end. */
static bool take_word(struct str *text, struct str *word, bool *ended)
{
    struct str rest = *text;
    uint32_t c, before = 0;
    size_t breaks = 0;
    *ended = false;
    for (;;) {
        struct str here = rest;
        if (!utf8_take(&rest, &c)) {
            *text = rest;
            return false;
        }
        if (utf8_is_letter(c)) {
            rest = here;
            break;
        }
        breaks = c == '\n' ? breaks + 1 : utf8_is_space(c) ? breaks : 0;
        *ended = *ended || breaks > 1 || (utf8_is_space(c) && ends(before));
        /* a closing quotation mark or bracket may stand between the stop and the space */
        before = utf8_is_space(c) || ends(c) || before == 0 || !ends(before) ? c : before;
    }
    const char *from = rest.p;
    struct str end = rest;
    while (utf8_take(&rest, &c) && (utf8_is_letter(c) || joins(c)))
        if (utf8_is_letter(c))
            end = rest;
    *word = (struct str){from, (size_t)(end.p - from)};
    *text = end;
    return true;
}

static size_t read_fillers(struct arena *a, const struct str *texts, size_t count, struct filler *out)
{
    size_t longest = 0;
    for (size_t k = 0; k < count; k++) {
        struct str rest = texts[k], word;
        bool ended;
        out[k].count = 0;
        while (out[k].count < PHRASE_MOST && take_word(&rest, &word, &ended))
            out[k].words[out[k].count++] = utf8_fold(a, word);
        longest = out[k].count > longest ? out[k].count : longest;
    }
    return longest;
}

static bool begins(const struct filler *f, const struct str *words, size_t count)
{
    if (f->count == 0 || f->count > count)
        return false;
    for (size_t k = 0; k < f->count; k++)
        if (!str_eq(f->words[k], words[k]))
            return false;
    return true;
}

/* The fillers that begin at the first of these words: the longest counts. How many words it takes; 0: none begins here. */
static size_t count_filler(const struct filler *list, size_t count, const struct str *words, size_t n, struct speech_counts *out)
{
    size_t best = SIZE_MAX;
    for (size_t k = 0; k < count; k++)
        if (begins(&list[k], words, n) && (best == SIZE_MAX || list[k].count > list[best].count))
            best = k;
    if (best == SIZE_MAX)
        return 0;
    out->fillers[best]++;
    out->filler_sum++;
    return list[best].count;
}

/* The words that a filler may begin in: at most as many as the longest has. */
struct window {
    struct str words[PHRASE_MOST];
    size_t count, skip; /* skip: they belong to a filler that was counted */
};

static void shift(struct window *w, const struct filler *list, size_t count, struct speech_counts *out)
{
    size_t taken = w->skip != 0 ? 0 : count_filler(list, count, w->words, w->count, out);
    w->skip = taken != 0 ? taken - 1 : w->skip != 0 ? w->skip - 1 : 0;
    w->count--;
    memmove(w->words, w->words + 1, w->count * sizeof *w->words);
}

static void end_sentence(struct str text, const char *from, const char *until, size_t words, struct speech_counts *out)
{
    if (words == 0)
        return;
    out->sentences++;
    if (words > out->longest) {
        out->longest = words;
        out->longest_text = str_trim(str_sub(text, (size_t)(from - text.p), (size_t)(until - from)));
    }
}

void speech_count(struct arena *a, struct str text, const struct str *fillers, size_t filler_count, struct speech_counts *out)
{
    struct filler *list = ARENA_ARRAY(a, filler_count, struct filler);
    struct window w = {.count = 0};
    struct str rest = text, word;
    const char *from = text.p, *until = text.p;
    size_t sentence = 0, most = read_fillers(a, fillers, filler_count, list);
    bool ended;
    *out = (struct speech_counts){.longest_text = S(""), .fillers = ARENA_ARRAY(a, filler_count, size_t)};
    memset(out->fillers, 0, filler_count * sizeof *out->fillers);
    while (take_word(&rest, &word, &ended)) {
        if (ended) {
            end_sentence(text, from, until, sentence, out);
            sentence = 0;
        }
        from = sentence == 0 ? word.p : from;
        until = word.p + word.n;
        sentence++;
        out->words++;
        if (most == 0)
            continue;
        if (w.count == most)
            shift(&w, list, filler_count, out);
        w.words[w.count++] = utf8_fold(a, word);
    }
    end_sentence(text, from, until, sentence, out);
    while (w.count != 0)
        shift(&w, list, filler_count, out);
}

int64_t speech_pace(size_t words, int64_t seconds)
{
    if (words < SPEECH_WORDS_LEAST || seconds < 1)
        return 0;
    return ((int64_t)words * 60 + seconds / 2) / seconds;
}
