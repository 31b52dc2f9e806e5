/* Preferences as a table: side, person, other, place. A person is named by her e-mail address or her number; place is a number from
 * 1, equal for as good as each other, or "out". A file says everything about the people it names and nothing about others. */
#include "base/csv.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "programme/matching/inside.h"

#define OUT_WORD "out"

struct finder {
    struct strmap of[2];
    const struct match_names *names;
};

static struct finder finder_new(struct arena *a, const struct match_names *names)
{
    struct finder f = {.names = names};
    for (int side = 0; side < 2; side++) {
        f.of[side] = strmap_new(a);
        for (size_t i = 0; i < names->of[side].n; i++) {
            const struct row_match_person_names *r = &names->of[side].v[i];
            if (!r->takes_part)
                continue;
            strmap_add(&f.of[side], str_printf(a, "%" PRId64, r->person_id), i);
            if (r->email.p != NULL && r->email.n != 0)
                strmap_add(&f.of[side], utf8_fold(a, r->email), i);
        }
    }
    return f;
}

/* The place of a person of the round; 0 when there is none. */
static int64_t find_place(const struct finder *f, struct arena *a, enum hr_side side, struct str text)
{
    size_t i = strmap_get(&f->of[side], utf8_fold(a, text));
    return i == STRMAP_NONE ? 0 : f->names->of[side].v[i].place;
}

static bool read_side(struct str text, enum hr_side *side)
{
    *side = str_eq_nocase(text, S("mentor")) ? HR_MENTOR : HR_MENTEE;
    return *side == HR_MENTOR || str_eq_nocase(text, S("mentee"));
}

struct reader {
    struct arena *a;
    struct csv *csv;
    struct finder f;
    struct match_csv *out;
    size_t *list_of[2]; /* of each place: number of its list, from 1 */
    size_t room;
    int side, person, other, place;
};

static struct match_csv_list *list_of(struct reader *r, enum hr_side side, int64_t place)
{
    size_t *at = &r->list_of[side][place];
    if (*at == 0) {
        if (r->out->count == r->room) {
            size_t room = r->room * 2 + 64;
            r->out->lists = arena_grow(r->a, r->out->lists, r->room * sizeof *r->out->lists, room * sizeof *r->out->lists);
            r->room = room;
        }
        r->out->lists[r->out->count++] = (struct match_csv_list){.side = side, .place = place};
        *at = r->out->count;
    }
    return &r->out->lists[*at - 1];
}

static void add_wish(struct reader *r, const struct csv_row *row, struct match_csv_list *l, int64_t other, int64_t rank)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].other == other) {
            csv_error_at(r->csv, row, r->other, M_matching_csv_twice, "%.*s", STR_ARG(csv_field(row, r->other)));
            return;
        }
    if (l->count == MATCH_LIST_MOST) {
        csv_error_at(r->csv, row, r->person, M_matching_list_long, "%d", MATCH_LIST_MOST);
        return;
    }
    if (l->count == l->room) {
        size_t room = l->room * 2 + 8;
        l->list = arena_grow(r->a, l->list, l->room * sizeof *l->list, room * sizeof *l->list);
        l->room = room;
    }
    l->list[l->count++] = (struct match_wish){other, rank};
}

static void read_row(struct reader *r, const struct csv_row *row)
{
    struct str side_text = str_trim(csv_field(row, r->side)), person = str_trim(csv_field(row, r->person));
    struct str other = str_trim(csv_field(row, r->other)), place_text = str_trim(csv_field(row, r->place));
    enum hr_side side;
    int64_t rank = 0;
    bool good = read_side(side_text, &side);
    if (!good)
        csv_error_at(r->csv, row, r->side, M_matching_csv_side, "%.*s", STR_ARG(side_text));
    int64_t me = good ? find_place(&r->f, r->a, side, person) : 0;
    int64_t they = good ? find_place(&r->f, r->a, side == HR_MENTEE ? HR_MENTOR : HR_MENTEE, other) : 0;
    if (good && me == 0)
        csv_error_at(r->csv, row, r->person, M_matching_csv_outside, "%.*s", STR_ARG(person));
    if (good && they == 0)
        csv_error_at(r->csv, row, r->other, M_matching_csv_outside, "%.*s", STR_ARG(other));
    if (!str_eq_nocase(place_text, S(OUT_WORD)) && (!str_to_int(place_text, &rank) || rank < 1 || rank > 1000000)) {
        csv_error_at(r->csv, row, r->place, M_matching_csv_place, "%.*s", STR_ARG(place_text));
        return;
    }
    if (me != 0 && they != 0)
        add_wish(r, row, list_of(r, side, me), they, rank);
}

/* Ranks from 1 without gaps, best first, those ruled out first of all, as they are kept. */
static int by_rank(const void *x, const void *y)
{
    const struct match_wish *p = x, *q = y;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    return p->other < q->other ? -1 : p->other > q->other;
}

static void close_ranks(struct match_csv_list *l)
{
    int64_t rank = 0, before = 0;
    if (l->count > 1)
        qsort(l->list, l->count, sizeof *l->list, by_rank);
    for (size_t i = 0; i < l->count; i++) {
        if (l->list[i].rank == 0)
            continue;
        rank += l->list[i].rank != before;
        before = l->list[i].rank;
        l->list[i].rank = rank;
    }
}

void match_read_csv(struct arena *a, struct str file, struct str bytes, const struct match_names *names, struct match_csv *out, struct problems *p)
{
    *out = (struct match_csv){0};
    struct reader r = {.a = a, .csv = csv_open(a, file, bytes, NULL, p), .f = finder_new(a, names), .out = out};
    for (int side = 0; side < 2; side++) {
        size_t n = names->of[side].n;
        r.list_of[side] = ARENA_ARRAY(a, (n != 0 ? (size_t)names->of[side].v[n - 1].place : 0) + 1, size_t);
    }
    r.side = csv_column_required(r.csv, "side");
    r.person = csv_column_required(r.csv, "person");
    r.other = csv_column_required(r.csv, "other");
    r.place = csv_column_required(r.csv, "place");
    if (p->errors != 0)
        return;
    for (struct csv_row row; csv_next(r.csv, &row); out->rows++)
        read_row(&r, &row);
    for (size_t i = 0; i < out->count; i++)
        close_ranks(&out->lists[i]);
}

static void write_name(struct buf *b, const struct row_match_person_names *r)
{
    if (r->email.p != NULL && r->email.n != 0)
        buf_csv(b, r->email);
    else
        buf_int(b, r->person_id);
}

struct str match_write_csv(struct arena *a, const struct match_names *names, const struct match_data *d)
{
    struct buf b = buf_new(a, 4096);
    buf_z(&b, "side,person,other,place\r\n");
    for (enum hr_side side = HR_MENTEE; d != NULL && side <= HR_MENTOR; side++) {
        const struct rows_match_person_names *mine = &names->of[side], *theirs = &names->of[!side];
        for (size_t i = 0; i < mine->n; i++) {
            uint32_t me = (uint32_t)mine->v[i].place - 1;
            for (uint32_t k = d->from[side][me]; mine->v[i].takes_part && k < d->from[side][me + 1]; k++) {
                const struct match_choice *c = &d->choice[side][k];
                if (c->other >= theirs->n || !theirs->v[c->other].takes_part)
                    continue;
                buf_str(&b, match_side_word(side));
                buf_ch(&b, ',');
                write_name(&b, &mine->v[i]);
                buf_ch(&b, ',');
                write_name(&b, &theirs->v[c->other]);
                if (c->rank == 0)
                    buf_z(&b, "," OUT_WORD "\r\n");
                else
                    buf_printf(&b, ",%" PRIu32 "\r\n", c->rank);
            }
        }
    }
    return buf_text(&b);
}
