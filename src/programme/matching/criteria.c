/* Criteria: how well a mentor fits a mentee, from what both say about themselves. Each criterion gives 0 to 10 points, times its
 * weight. What a mentee looks for is compared by words and shown to nobody. */
#include "base/strmap.h"
#include "base/utf8.h"
#include "programme/matching/inside.h"

#define WORD_LEAST 4  /* bytes: shorter ones say little */
#define WORDS_MOST 60 /* of one text */
#define LANGUAGES 64

struct spans {
    uint32_t *from; /* n + 1 */
    uint32_t *word;
};

struct match_facts {
    uint32_t count[2];
    struct spans words[2];        /* of each agent: its words, as numbers, each once, rising */
    struct spans users;           /* of each word: the mentors who use it */
    uint64_t *languages[2];       /* bits; a mentee has one at most */
    int64_t *ordinal[2];          /* of the stage; -1: no learner */
    int64_t *load;                /* of each mentor: points for few mentees */
};

struct reading {
    struct arena *a;
    struct strmap words;
    struct str tags[LANGUAGES];
    size_t tag_count;
    uint32_t *flat;
    size_t n, room;
};

static int by_number(const void *x, const void *y)
{
    uint32_t p, q;
    memcpy(&p, x, sizeof p);
    memcpy(&q, y, sizeof q);
    return p < q ? -1 : p > q;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Adds the words of a folded text to the flat list, each once, rising. */
static void read_words(struct reading *r, struct str text)
{
    size_t begin = r->n;
    for (size_t i = 0; i < text.n && r->n - begin < WORDS_MOST;) {
        size_t from = i;
        while (i < text.n && is_word_byte(text.p[i]))
            i++;
        if (i - from >= WORD_LEAST) {
            struct str word = {text.p + from, i - from};
            size_t number = strmap_add(&r->words, word, r->words.count);
            if (r->n == r->room) {
                size_t room = r->room * 2 + 1024;
                r->flat = arena_grow(r->a, r->flat, r->room * sizeof *r->flat, room * sizeof *r->flat);
                r->room = room;
            }
            r->flat[r->n++] = (uint32_t)(number != STRMAP_NONE ? number : r->words.count - 1);
        }
        i += i == from;
    }
    if (r->n - begin > 1)
        qsort(r->flat + begin, r->n - begin, sizeof *r->flat, by_number);
    size_t n = begin;
    for (size_t i = begin; i < r->n; i++)
        if (n == begin || r->flat[n - 1] != r->flat[i])
            r->flat[n++] = r->flat[i];
    r->n = n;
}

/* The bit of a language by its first part: "en" for "en-GB". */
static uint64_t language_bit(struct reading *r, struct str tag)
{
    struct str rest = tag, first;
    if (str_empty(tag) || !str_cut(&rest, '-', &first))
        return 0;
    for (size_t i = 0; i < r->tag_count; i++)
        if (str_eq_nocase(r->tags[i], first))
            return UINT64_C(1) << i;
    if (r->tag_count == LANGUAGES)
        return 0;
    r->tags[r->tag_count] = first;
    return UINT64_C(1) << r->tag_count++;
}

static struct spans take_spans(struct reading *r, uint32_t *from)
{
    struct spans s = {.from = from, .word = r->flat};
    r->flat = NULL;
    r->n = r->room = 0;
    return s;
}

static enum rc read_mentees(struct db *db, struct reading *r, const struct match_round *round, struct match_facts *f)
{
    struct rows_match_facts_mentees rows;
    uint32_t *from = ARENA_ARRAY(r->a, f->count[HR_MENTEE] + 1, uint32_t), at = 0;
    TRY(sql_match_facts_mentees(db, r->a, round->id, round->programme, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        uint32_t me = (uint32_t)rows.v[i].place - 1;
        f->languages[HR_MENTEE][me] |= language_bit(r, rows.v[i].language);
        while (at <= me)
            from[at++] = (uint32_t)r->n;
        read_words(r, utf8_fold(r->a, rows.v[i].looks_for.p != NULL ? rows.v[i].looks_for : S("")));
    }
    while (at <= f->count[HR_MENTEE])
        from[at++] = (uint32_t)r->n;
    f->words[HR_MENTEE] = take_spans(r, from);
    return RC_OK;
}

static enum rc read_mentors(struct db *db, struct reading *r, const struct match_round *round, struct match_facts *f)
{
    struct rows_match_facts_mentors rows;
    uint32_t *from = ARENA_ARRAY(r->a, f->count[HR_MENTOR] + 1, uint32_t), at = 0;
    TRY(sql_match_facts_mentors(db, r->a, round->id, round->programme, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        uint32_t me = (uint32_t)rows.v[i].place - 1;
        struct str tags = rows.v[i].languages, tag;
        f->load[me] = rows.v[i].taken < 5 ? 10 - 2 * rows.v[i].taken : 0;
        while (tags.p != NULL && str_cut(&tags, ' ', &tag))
            f->languages[HR_MENTOR][me] |= language_bit(r, tag);
        while (at <= me)
            from[at++] = (uint32_t)r->n;
        read_words(r, rows.v[i].words.p != NULL ? rows.v[i].words : S(""));
    }
    while (at <= f->count[HR_MENTOR])
        from[at++] = (uint32_t)r->n;
    f->words[HR_MENTOR] = take_spans(r, from);
    return RC_OK;
}

static enum rc read_stages(struct db *db, struct arena *a, const struct match_round *round, enum hr_side side, struct match_facts *f)
{
    struct rows_match_facts_stages rows;
    TRY(sql_match_facts_stages(db, a, round->id, round->programme, match_side_word(side), &rows));
    for (uint32_t i = 0; i < f->count[side]; i++)
        f->ordinal[side][i] = -1;
    for (size_t k = 0; k < rows.n; k++)
        f->ordinal[side][rows.v[k].place - 1] = rows.v[k].ordinal;
    return RC_OK;
}

/* From word to the mentors who use it. */
static void invert(struct arena *a, struct match_facts *f, size_t words)
{
    const struct spans *s = &f->words[HR_MENTOR];
    uint32_t m = f->count[HR_MENTOR], *from = ARENA_ARRAY(a, words + 2, uint32_t);
    f->users.word = ARENA_ARRAY(a, s->from[m], uint32_t);
    for (uint32_t k = 0; k < s->from[m]; k++)
        from[s->word[k] + 2]++;
    for (size_t w = 2; w < words + 2; w++)
        from[w] += from[w - 1];
    for (uint32_t j = 0; j < m; j++)
        for (uint32_t k = s->from[j]; k < s->from[j + 1]; k++)
            f->users.word[from[s->word[k] + 1]++] = j;
    f->users.from = from;
}

enum rc match_load_facts(struct db *db, struct arena *a, const struct match_round *r, uint32_t mentees, uint32_t mentors,
                         struct match_facts **out)
{
    struct match_facts *f = ARENA_NEW(a, struct match_facts);
    struct reading *reading = ARENA_NEW(a, struct reading);
    reading->a = a;
    reading->words = strmap_new(a);
    f->count[HR_MENTEE] = mentees;
    f->count[HR_MENTOR] = mentors;
    for (int side = 0; side < 2; side++) {
        f->languages[side] = ARENA_ARRAY(a, f->count[side], uint64_t);
        f->ordinal[side] = ARENA_ARRAY(a, f->count[side], int64_t);
    }
    f->load = ARENA_ARRAY(a, mentors, int64_t);
    TRY(read_mentors(db, reading, r, f));
    TRY(read_mentees(db, reading, r, f));
    TRY(read_stages(db, a, r, HR_MENTEE, f));
    TRY(read_stages(db, a, r, HR_MENTOR, f));
    invert(a, f, reading->words.count);
    *out = f;
    return RC_OK;
}

/* Three words in common are as good as it gets. */
static int64_t interest_points(int64_t shared)
{
    return shared >= 3 ? 10 : shared * 10 / 3;
}

static int64_t other_points(const struct match_facts *f, const struct match_weights *w, uint32_t i, uint32_t j)
{
    int64_t points = w->load * f->load[j];
    if ((f->languages[HR_MENTEE][i] & f->languages[HR_MENTOR][j]) != 0)
        points += w->language * 10;
    int64_t mine = f->ordinal[HR_MENTEE][i], theirs = f->ordinal[HR_MENTOR][j];
    if (mine >= 0 && theirs > mine && theirs - mine <= 3)
        points += w->stage * 10;
    return points;
}

int64_t match_points(const struct match_facts *f, const struct match_weights *w, uint32_t mentee, uint32_t mentor)
{
    const struct spans *x = &f->words[HR_MENTEE], *y = &f->words[HR_MENTOR];
    uint32_t k = x->from[mentee], l = y->from[mentor];
    int64_t shared = 0;
    while (k < x->from[mentee + 1] && l < y->from[mentor + 1]) {
        shared += x->word[k] == y->word[l];
        uint32_t p = x->word[k], q = y->word[l];
        k += p <= q;
        l += q <= p;
    }
    return other_points(f, w, mentee, mentor) + w->interests * interest_points(shared);
}

void match_points_of(const struct match_facts *f, const struct match_weights *w, uint32_t mentee, int64_t *points)
{
    const struct spans *x = &f->words[HR_MENTEE];
    memset(points, 0, f->count[HR_MENTOR] * sizeof *points);
    for (uint32_t k = x->from[mentee]; k < x->from[mentee + 1]; k++)
        for (uint32_t l = f->users.from[x->word[k]]; l < f->users.from[x->word[k] + 1]; l++)
            points[f->users.word[l]]++;
    for (uint32_t j = 0; j < f->count[HR_MENTOR]; j++)
        points[j] = other_points(f, w, mentee, j) + w->interests * interest_points(points[j]);
}
