/* The page of one draw: what was told before, how fair it is beside the best possible and beside chance, and what came of it. Who belongs
 * to the programme sees numbers, professions and stages; names only who runs the draw, and of her own group everybody in it. */
#include "auth/session.h"
#include "gen/programme/draw/draw_show_view.h"
#include "programme/draw/inside.h"
#include "programme/practice/practice.h"

struct showing {
    struct ctx *c;
    const struct row_draw_find *d;
    bool runs, term, drawn;
    struct rows_draw_entries rows;
    struct rows_draw_groups groups;
    struct view_draw_show *v;
};

static struct str percent(const struct ctx *c, double share)
{
    struct buf b = buf_new(c->a, 16);
    lang_real(&b, c->lang, share * 100, 1);
    struct msg_arg n = MSG_TEXT("percent", buf_text(&b));
    return tr_args(c, M_draw_percent, &n, 1);
}

static double share_of(uint64_t part, uint64_t of)
{
    return of != 0 ? (double)part / (double)of : 0;
}

/* Before the draw sizes are known already, and with them the best; where people are dealt in turn they are as even as the draw's. */
static void fill_fairness(struct showing *s)
{
    struct ctx *c = s->c;
    uint32_t count = (uint32_t)s->rows.n, parts = (uint32_t)s->d->parts, *into = ARENA_ARRAY(c->a, count, uint32_t);
    struct view_draw_show_fairness *list = ARENA_ARRAY(c->a, 2, struct view_draw_show_fairness);
    for (uint32_t k = 0; k < count; k++)
        into[k] = s->drawn ? (uint32_t)s->rows.v[k].part - 1 : k % parts;
    for (int stage = 0; stage < 2; stage++) {
        struct draw_kinds kinds = draw_kinds_of(c->a, &s->rows, stage == 1);
        struct draw_mix m = draw_mix(c->a, kinds.kind, kinds.kinds, into, count, parts);
        if (kinds.kinds < 2 || m.pairs == 0)
            continue;
        list[s->v->fairness_count++] = (struct view_draw_show_fairness){
            tr(c, stage == 1 ? M_draw_by_stage : M_draw_by_profession), s->drawn ? percent(c, share_of(m.differ, m.pairs)) : STR_NONE,
            percent(c, share_of(m.most, m.pairs)), percent(c, m.chance)};
    }
    s->v->fairness = list;
}

static struct str profession_word(const struct ctx *c, struct str word)
{
    struct str name = people_profession_name(c->lang, word);
    return name.n != 0 ? name : tr(c, M_draw_profession_none);
}

static void fill_makeup(struct showing *s)
{
    struct draw_kinds kinds = draw_kinds_of(s->c->a, &s->rows, false);
    struct view_draw_show_makeup *list = ARENA_ARRAY(s->c->a, kinds.kinds, struct view_draw_show_makeup);
    for (uint32_t k = 0; k < kinds.kinds; k++) {
        list[k] = (struct view_draw_show_makeup){profession_word(s->c, kinds.names[k]), kinds.many[k]};
        if (kinds.names[k].n == 0)
            s->v->unsaid = kinds.many[k];
    }
    s->v->makeup = list;
    s->v->makeup_count = kinds.kinds;
}

/* "2 Medicine, 1 Nursing" of one group. */
static struct str group_makeup(struct showing *s, const struct draw_kinds *kinds, int64_t part, int64_t *size)
{
    struct buf b = buf_new(s->c->a, 64);
    uint32_t *many = ARENA_ARRAY(s->c->a, kinds->kinds, uint32_t);
    for (size_t k = 0; k < s->rows.n; k++)
        if (s->rows.v[k].part == part) {
            many[kinds->kind[k]]++;
            ++*size;
        }
    for (uint32_t k = 0; k < kinds->kinds; k++)
        if (many[k] != 0)
            buf_printf(&b, "%s%" PRIu32 " %.*s", b.n != 0 ? ", " : "", many[k], STR_ARG(profession_word(s->c, kinds->names[k])));
    return buf_text(&b);
}

static struct str group_names(struct showing *s, int64_t part)
{
    struct buf b = buf_new(s->c->a, 128);
    for (size_t k = 0; k < s->rows.n; k++)
        if (s->rows.v[k].part == part && s->rows.v[k].name.n != 0)
            buf_printf(&b, "%s%.*s", b.n != 0 ? ", " : "", STR_ARG(s->rows.v[k].name));
    return buf_text(&b);
}

static void fill_groups(struct showing *s)
{
    struct ctx *c = s->c;
    struct draw_kinds kinds = draw_kinds_of(c->a, &s->rows, false);
    struct view_draw_show_groups *list = ARENA_ARRAY(c->a, (size_t)s->d->parts, struct view_draw_show_groups);
    struct target t = {.programme = s->d->programme_id};
    bool links = access_allows(c, P_PERSON_LIST, &t);
    for (int64_t k = 0; k < s->d->parts; k++) {
        struct view_draw_show_groups *g = &list[k];
        *g = (struct view_draw_show_groups){.number = k + 1};
        g->makeup = group_makeup(s, &kinds, k + 1, &g->size);
        if (s->runs)
            g->names = group_names(s, k + 1);
    }
    for (size_t k = 0; k < s->groups.n; k++) {
        struct view_draw_show_groups *g = &list[s->groups.v[k].part - 1];
        g->title = s->groups.v[k].title;
        if (links)
            g->href = str_printf(c->a, "/groups/%" PRId64, s->groups.v[k].group_id);
    }
    s->v->groups = list;
    s->v->groups_count = (size_t)s->d->parts;
}

struct str draw_team_title(struct arena *a, const struct row_draw_entries *r)
{
    return r->group_title.n != 0 ? r->group_title : str_printf(a, "%" PRId64, r->number);
}

static struct str team_title(const struct showing *s, int64_t number)
{
    return draw_team_title(s->c->a, &s->rows.v[number - 1]);
}

/* What a debate has of a room: whoever leads such rooms opens it, whoever is in it goes there, the others see whether it was held. */
static void fill_room(const struct showing *s, const struct row_draw_debates *r, const struct rows_draw_rooms *rooms, bool leads,
                      struct view_draw_show_rounds_debates *o)
{
    for (size_t k = 0; k < rooms->n; k++) {
        const struct row_draw_rooms *room = &rooms->v[k];
        if (room->round != r->round || room->favour != r->favour)
            continue;
        o->state = str_eq_z(room->state, "done") ? S("held") : S("open");
        o->motion = room->motion;
        if (room->inside != 0)
            o->room = practice_room_address(s->c->a, room->room_id);
        return;
    }
    if (leads && r->against != 0)
        o->open = draw_debate_path(s->c, s->d->id, r->round, r->favour);
}

static enum rc fill_rounds(struct showing *s)
{
    struct ctx *c = s->c;
    struct rows_draw_debates rows;
    struct rows_draw_rooms rooms;
    struct target t = {.programme = s->d->programme_id};
    bool leads = !str_eq_z(s->d->state, "dropped") && access_allows(c, P_PRACTICE_LEAD, &t);
    TRY(sql_draw_debates(c->db, c->a, s->d->id, &rows));
    TRY(sql_draw_rooms(c->db, c->a, s->d->id, c->who->person, &rooms));
    struct draw_debate *debates = ARENA_ARRAY(c->a, rows.n, struct draw_debate);
    struct view_draw_show_rounds *list = ARENA_ARRAY(c->a, (size_t)s->d->parts, struct view_draw_show_rounds);
    struct view_draw_show_rounds_debates *all = ARENA_ARRAY(c->a, rows.n, struct view_draw_show_rounds_debates);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_draw_debates *r = &rows.v[k];
        struct view_draw_show_rounds *round = &list[r->round - 1];
        debates[k] = (struct draw_debate){(uint32_t)r->round - 1, (uint32_t)r->favour - 1, r->against != 0 ? (uint32_t)r->against - 1 : DRAW_BYE};
        all[k] = (struct view_draw_show_rounds_debates){.favour = team_title(s, r->favour), .against = r->against != 0 ? team_title(s, r->against) : S("")};
        fill_room(s, r, &rooms, leads, &all[k]);
        if (round->debates_count++ == 0)
            round->debates = &all[k];
        round->number = r->round;
    }
    s->v->rounds = list;
    s->v->rounds_count = (size_t)s->d->parts;
    struct draw_balance b = draw_balance(c->a, (uint32_t)s->rows.n, (uint32_t)s->d->parts, debates, (uint32_t)rows.n);
    struct view_draw_show_balance *out = ARENA_NEW(c->a, struct view_draw_show_balance);
    *out = (struct view_draw_show_balance){b.side_gap, b.side_best, b.side_chance, b.meet_most, b.meet_best, b.bye_most, b.bye_best};
    s->v->balance = out;
    return RC_OK;
}

static enum rc fill_own(struct showing *s)
{
    struct ctx *c = s->c;
    struct row_draw_own_number own;
    enum rc rc = sql_draw_own_number(c->db, c->a, s->d->id, c->who->person, c->today, &own);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct view_draw_show_own *o = ARENA_NEW(c->a, struct view_draw_show_own);
    *o = (struct view_draw_show_own){.number = own.number, .part = own.part_null ? 0 : own.part};
    s->v->own = o;
    if (o->part == 0 || !str_eq_z(s->d->state, "kept"))
        return RC_OK;
    for (size_t k = 0; k < s->groups.n; k++)
        if (s->groups.v[k].part == o->part)
            o->title = s->groups.v[k].title;
    struct view_draw_show_mates *mates = ARENA_ARRAY(c->a, s->rows.n, struct view_draw_show_mates);
    for (size_t k = 0; k < s->rows.n; k++)
        if (s->rows.v[k].part == o->part && s->rows.v[k].number != o->number && s->rows.v[k].name.n != 0)
            mates[s->v->mates_count++] = (struct view_draw_show_mates){s->rows.v[k].name};
    s->v->mates = mates;
    return RC_OK;
}

static enum rc fill_steps(struct showing *s, struct form *f)
{
    struct ctx *c = s->c;
    struct rows_draw_terms_of terms;
    bool told = str_eq_z(s->d->state, "told"), drawn = str_eq_z(s->d->state, "drawn");
    TRY(sql_draw_terms_of(c->db, c->a, s->d->id, &terms));
    struct view_draw_show_terms *list = ARENA_ARRAY(c->a, terms.n, struct view_draw_show_terms);
    for (size_t k = 0; k < terms.n; k++)
        list[k] = (struct view_draw_show_terms){draw_path(c, terms.v[k].id, ""), terms.v[k].title};
    s->v->terms = list;
    s->v->terms_count = terms.n;
    if (!s->runs)
        return RC_OK;
    if (told)
        s->v->do_draw = f;
    if (drawn && !s->term)
        s->v->keep = draw_path(c, s->d->id, "/keep");
    if (str_eq_z(s->d->state, "kept"))
        s->v->term_href = draw_path(c, s->d->id, "/term");
    if (told || drawn)
        s->v->drop = draw_path(c, s->d->id, "/drop");
    return RC_OK;
}

static enum rc show(struct ctx *c, const struct row_draw_find *d, bool runs, struct form *f, int status)
{
    struct view_draw_show v = {.state = d->state, .parts = d->parts, .commitment = d->commitment, .list_hash = d->list_hash};
    struct showing s = {.c = c, .d = d, .runs = runs, .term = str_eq_z(d->kind, "term"), .drawn = !d->drawn_at_null, .v = &v};
    TRY(sql_draw_entries(c->db, c->a, d->id, &s.rows));
    TRY(sql_draw_groups(c->db, c->a, d->id, &s.groups));
    v.term = s.term;
    v.people = (int64_t)s.rows.n;
    v.file = draw_path(c, d->id, "/file");
    if (s.drawn) {
        v.seed = draw_seed(c->a, d->secret, d->word);
        v.drawn = SOME_INT(d->drawn_at);
    }
    TRY(fill_own(&s));
    if (!s.term) {
        fill_fairness(&s);
        fill_makeup(&s);
    }
    if (s.drawn && s.term)
        TRY(fill_rounds(&s));
    else if (s.drawn)
        fill_groups(&s);
    TRY(fill_steps(&s, f));
    struct page page = draw_page(c, d->title, NULL);
    page.status = status;
    return view_draw_show_page(c, &page, &v);
}

struct drawing {
    struct arena *a;
    int64_t draw, version, person, now;
    struct str word;
};

static enum rc make(struct db *tx, void *arg, struct err *e)
{
    const struct drawing *n = arg;
    TRY(draw_make(tx, n->a, n->draw, n->version, n->word, n->now, e));
    return audit_note(tx, n->now, n->person, "draw_make", 0, "draw", n->draw);
}

enum rc draw_handle_draw(struct ctx *c)
{
    struct row_draw_find d;
    bool runs;
    int status = 0;
    TRY(draw_open(c, &d, &runs));
    struct form *f = form_new(c->a, c->lang, c->zone, draw_path(c, d.id, ""), M_draw_now);
    form_add(f, (struct field){.name = "word", .kind = FIELD_TEXT, .label = M_draw_word, .hint = M_draw_word_hint, .max = DRAW_WORD_MAX});
    form_add_version(f, d.version);
    if (c->rq->method != METHOD_POST)
        return show(c, &d, runs, f, 0);
    if (!runs)
        return RC_NOT_FOUND;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return show(c, &d, runs, f, 422);
    struct drawing n = {.a = c->a, .draw = d.id, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now, .word = form_text(f, "word")};
    enum rc rc = ctx_write(c, make, &n);
    if (rc == RC_CONFLICT) /* drawn or dropped meanwhile: the page shows what is */
        return page_redirect(c, f->action, M_draw_changed);
    if (page_form_failed(c, f, rc, &status))
        return show(c, &d, runs, f, status);
    TRY(rc);
    return page_redirect(c, f->action, M_draw_now_drawn);
}

enum rc draw_get_file(struct ctx *c)
{
    struct row_draw_find d;
    struct rows_draw_entries rows;
    bool runs, term;
    TRY(draw_open(c, &d, &runs));
    TRY(sql_draw_entries(c->db, c->a, d.id, &rows));
    term = str_eq_z(d.kind, "term");
    return page_download(c, "text/csv; charset=utf-8", S("draw.csv"), draw_list_text(c->a, &rows, term, !term && !d.drawn_at_null));
}
