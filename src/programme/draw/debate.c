/* From a debate of a term to its room: which motion is debated is chosen here, and the room opens with the sides that were drawn and with
 * everybody of both groups asked in. */
#include "auth/session.h"
#include "gen/programme/draw/draw_form_view.h"
#include "programme/draw/inside.h"
#include "programme/practice/practice.h"

#define MOTIONS_MOST 100

struct str draw_debate_path(const struct ctx *c, int64_t draw, int64_t round, int64_t favour)
{
    return str_printf(c->a, "/draws/%" PRId64 "/debate?round=%" PRId64 "&group=%" PRId64, draw, round, favour);
}

/* The debate that the address or the form names: of a term that was drawn, and not one in which a group sits out. */
static enum rc find_debate(struct ctx *c, const struct row_draw_find *d, struct row_draw_debates *out)
{
    struct rows_draw_debates rows;
    bool post = c->rq->method == METHOD_POST;
    int64_t round = 0, favour = 0;
    (void)str_to_int(post ? request_form(c->rq, "round") : request_query(c->rq, "round"), &round);
    (void)str_to_int(post ? request_form(c->rq, "group") : request_query(c->rq, "group"), &favour);
    if (!str_eq_z(d->kind, "term") || d->drawn_at_null || str_eq_z(d->state, "dropped"))
        return RC_NOT_FOUND;
    TRY(sql_draw_debates(c->db, c->a, d->id, &rows));
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].round == round && rows.v[k].favour == favour && rows.v[k].against != 0) {
            *out = rows.v[k];
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

static enum rc debate_form(struct ctx *c, const struct row_draw_find *d, const struct row_draw_debates *b, struct form **out)
{
    struct rows_draw_motions motions;
    TRY(sql_draw_motions(c->db, c->a, d->programme_id, MOTIONS_MOST, &motions));
    struct choice *choices = ARENA_ARRAY(c->a, motions.n, struct choice);
    for (size_t k = 0; k < motions.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, motions.v[k].id), .label = motions.v[k].title};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, draw_path(c, d->id, "/debate"), M_draw_debate_open);
    form_add(f, (struct field){.name = "round", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, b->round)});
    form_add(f, (struct field){.name = "group", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, b->favour)});
    form_add(f, (struct field){.name = "motion", .kind = FIELD_CHOICE, .label = M_draw_debate_motion, .hint = M_draw_debate_motion_hint, .required = true,
                               .choices = choices, .choice_count = motions.n});
    f->cancel = draw_path(c, d->id, "");
    return RC_OK;
}

struct opening {
    struct arena *a;
    struct practice_term_debate d;
    struct str language;
    int64_t person, now, room;
};

static enum rc open_room(struct db *tx, void *arg, struct err *e)
{
    struct opening *n = arg;
    return practice_open_debate(tx, n->a, &n->d, n->language, n->person, n->now, &n->room, e);
}

/* The people of a group today; who is in the other one too (other, n of them) speaks there. */
static enum rc read_people(struct ctx *c, int64_t group, const int64_t *other, size_t n, const int64_t **people, size_t *count)
{
    struct rows_draw_group_people rows;
    TRY(sql_draw_group_people(c->db, c->a, group, c->today, DRAW_LIST_MAX, &rows));
    int64_t *list = ARENA_ARRAY(c->a, rows.n, int64_t);
    *count = 0;
    for (size_t k = 0; k < rows.n; k++) {
        bool there = false;
        for (size_t o = 0; o < n && !there; o++)
            there = other[o] == rows.v[k].person_id;
        if (!there)
            list[(*count)++] = rows.v[k].person_id;
    }
    *people = list;
    return RC_OK;
}

enum rc draw_handle_debate(struct ctx *c)
{
    struct row_draw_find d;
    struct row_draw_debates b;
    struct rows_draw_entries teams;
    struct form *f;
    bool runs;
    TRY(draw_open(c, &d, &runs));
    struct target t = {.programme = d.programme_id};
    TRY(access_require(c, P_PRACTICE_LEAD, &t));
    TRY(find_debate(c, &d, &b));
    TRY(sql_draw_entries(c->db, c->a, d.id, &teams));
    TRY(debate_form(c, &d, &b, &f));
    struct page page = draw_page(c, tr(c, M_draw_debate_open), &d);
    const struct row_draw_entries *favour = &teams.v[b.favour - 1], *against = &teams.v[b.against - 1];
    struct msg_arg args[] = {MSG_NUM("round", b.round), MSG_TEXT("favour", draw_team_title(c->a, favour)), MSG_TEXT("against", draw_team_title(c->a, against))};
    struct view_draw_form v = {.lead = tr_args(c, M_draw_debate_lead, args, COUNT_OF(args)), .f = f};
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct opening n = {.a = c->a, .language = lang_tag(c->lang), .person = c->who->person, .now = c->now,
                            .d = {.exercise = form_int(f, "motion", 0), .draw = d.id, .round = b.round, .favour = b.favour, .title = d.title}};
        TRY(read_people(c, favour->group_id, NULL, 0, &n.d.people[0], &n.d.count[0]));
        TRY(read_people(c, against->group_id, n.d.people[0], n.d.count[0], &n.d.people[1], &n.d.count[1]));
        enum rc rc = ctx_write(c, open_room, &n);
        if (rc == RC_OK)
            return page_redirect(c, practice_room_address(c->a, n.room), M_draw_debate_opened);
        if (!page_form_failed(c, f, rc, &page.status))
            return rc;
    }
    if (!form_ok(f) && page.status == 0)
        page.status = 422;
    return view_draw_form_page(c, &page, &v);
}
