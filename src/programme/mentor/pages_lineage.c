/* The lineage of a person as a picture and a table. Names are told of oneself, of one's own mentors and mentees, of those who let
 * others read theirs, and to who oversees mentoring; everybody else is "somebody". */
#include "base/utf8.h"
#include "gen/programme/mentor/mentor_lineage_view.h"
#include "programme/mentor/inside.h"
#include "programme/mentor/lineage.h"
#include "programme/people/people.h"
#include "view/svg.h"

/* User units of the picture, which fits a phone without scrolling. */
#define INDENT 20
#define LEFT 14
#define BOX_WIDTH 210
#define BOX_HEIGHT 30
#define ROW_HEIGHT 42
#define NAME_MOST 26

static struct str name_of(struct ctx *c, const struct lineage_node *n, bool oversees)
{
    bool tell = oversees || n->named || n->partner || n->person == c->who->person;
    if (n->generation == 0 && n->name.p != NULL)
        return n->name; /* whose page this is, was asked before */
    return !tell ? tr(c, M_mentor_somebody) : n->name.p != NULL ? n->name : tr(c, M_mentor_gone);
}

static double box_x(const struct lineage_node *n)
{
    return LEFT + (n->generation + 2) * INDENT;
}

static double box_middle(const struct lineage_node *n)
{
    return n->row * ROW_HEIGHT + ROW_HEIGHT / 2.0;
}

/* From the left side of the mentor's box down a gutter of its own generation to the left side of the mentee's. */
static void draw_edge(struct svg *s, const struct lineage_node *mentor, const struct lineage_node *mentee)
{
    double gutter = box_x(mentor) - INDENT / 2.0;
    const struct svg_point line[] = {{box_x(mentor), box_middle(mentor)}, {gutter, box_middle(mentor)}, {gutter, box_middle(mentee)}, {box_x(mentee), box_middle(mentee)}};
    svg_polyline(s, "axis", line, COUNT_OF(line));
}

static struct html draw(struct ctx *c, const struct lineage *l, bool oversees, struct str title)
{
    struct msg_arg n = MSG_NUM("n", (int64_t)l->node_count - 1);
    double width = LEFT + (LINEAGE_GENERATIONS - 1) * INDENT + BOX_WIDTH + 4, height = (double)l->node_count * ROW_HEIGHT;
    struct svg s = svg_begin(c->a, "lineage", width, height, title, tr_args(c, M_mentor_lineage_desc, &n, 1));
    for (size_t i = 0; i < l->edge_count; i++)
        draw_edge(&s, &l->nodes[l->edges[i].mentor], &l->nodes[l->edges[i].mentee]);
    for (size_t i = 0; i < l->node_count; i++) {
        const struct lineage_node *node = &l->nodes[i];
        double x = box_x(node), y = box_middle(node);
        svg_rect(&s, node->generation == 0 ? "area s1" : "grid", x, y - BOX_HEIGHT / 2.0, BOX_WIDTH, BOX_HEIGHT);
        svg_text(&s, NULL, x + 8, y + 4.5, SVG_START, utf8_truncate(name_of(c, node, oversees), NAME_MOST));
    }
    return svg_end(&s);
}

static msg_id place_word(int generation)
{
    static const msg_id words[LINEAGE_GENERATIONS] = {M_mentor_place_up2, M_mentor_place_up1, M_mentor_place_self, M_mentor_place_down1, M_mentor_place_down2};
    return words[generation + 2];
}

static struct str mentors_of(struct ctx *c, const struct lineage *l, size_t node, bool oversees)
{
    struct buf b = buf_new(c->a, 64);
    for (size_t i = 0; i < l->edge_count; i++)
        if (l->edges[i].mentee == node) {
            buf_z(&b, b.n != 0 ? ", " : "");
            buf_str(&b, name_of(c, &l->nodes[l->edges[i].mentor], oversees));
        }
    return buf_text(&b);
}

static void fill_people(struct ctx *c, const struct lineage *l, bool oversees, struct view_mentor_lineage *v)
{
    struct view_mentor_lineage_people *list = ARENA_ARRAY(c->a, l->node_count, struct view_mentor_lineage_people);
    for (size_t i = 0; i < l->node_count; i++) {
        const struct lineage_node *n = &l->nodes[i];
        struct view_mentor_lineage_people *row = &list[n->row];
        *row = (struct view_mentor_lineage_people){.name = name_of(c, n, oversees), .place = tr(c, place_word(n->generation)), .mentors = mentors_of(c, l, i, oversees), .self = n->generation == 0};
        if (n->first_at != 0)
            row->since = SOME_INT(day_from_ms(c->zone, n->first_at));
        if (oversees && n->generation != 0)
            row->href = mentor_path(c, "/mentors/lineage?of=", n->person);
    }
    v->people = list;
    v->people_count = l->node_count;
}

static enum rc show(struct ctx *c, int64_t programme, int64_t person, struct str name)
{
    struct lineage *l = ARENA_NEW(c->a, struct lineage);
    struct target t = {.programme = programme};
    bool oversees = access_allows(c, P_MENTOR_OVERSEE, &t);
    TRY(lineage_find(c->db, c->a, programme, person, name, c->who->person, l));
    const struct msg_arg who = MSG_TEXT("name", name);
    struct page page = {.title = tr_args(c, M_mentor_lineage_of, &who, 1), .section = "/mentors"};
    struct view_mentor_lineage v = {.picture = draw(c, l, oversees, page.title), .more = l->more, .generations = LINEAGE_GENERATIONS};
    fill_people(c, l, oversees, &v);
    struct crumb crumbs[] = {{tr(c, M_mentor_title), S("/mentors")}};
    page.crumbs = crumbs;
    page.crumb_count = 1;
    return view_mentor_lineage_page(c, &page, &v);
}

/* One's own; or, for who oversees mentoring in the programme she works in, that of anybody in it (?of=12). */
enum rc mentor_get_own_lineage(struct ctx *c)
{
    struct programme here;
    int64_t person = c->who->person;
    struct str name;
    TRY(programme_current(c, &here));
    if (str_to_int(request_query(c->rq, "of"), &person)) {
        struct target t = {.programme = here.id};
        struct row_mentor_was_paired row;
        TRY(access_require(c, P_MENTOR_OVERSEE, &t));
        TRY(sql_mentor_was_paired(c->db, c->a, here.id, person, &row));
        if (row.n == 0)
            return RC_NOT_FOUND;
    }
    TRY(people_name(c->db, c->a, person, &name));
    return show(c, here.id, person, name);
}

/* Of a mentor who is shown and lets others read her name in it, or one's own; of any mentor for who oversees. */
enum rc mentor_get_lineage(struct ctx *c)
{
    struct row_mentor_profile_find p;
    struct mentor_choice chosen;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_mentor_profile_find(c->db, c->a, id, &p));
    struct target t = {.programme = p.programme_id, .person = p.person_id};
    TRY(access_require(c, P_MENTOR_VIEW, &t));
    TRY(mentor_choice_of(c->db, c->a, p.person_id, &chosen));
    bool open = (p.shown && chosen.in_lineage) || p.person_id == c->who->person || access_allows(c, P_MENTOR_OVERSEE, &t);
    return open ? show(c, p.programme_id, p.person_id, p.display_name) : RC_NOT_FOUND;
}
