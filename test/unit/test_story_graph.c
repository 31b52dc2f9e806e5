/* The picture of a case: whatever the case, boxes do not overlap, arrows begin and end at their boxes and point down but for those that
 * close a circle, and the file is the same each time. */
#include "arena_fixture.h"
#include "chance.h"

#include <math.h>

#include "engine/story/layout.h"
#include "view/story_graph.h"

static struct story *parse(struct str text)
{
    struct story_problems p = story_problems_new(a);
    return story_parse(a, S("case.twee"), text, &p);
}

static struct str any_case(uint32_t passages, uint32_t links)
{
    struct buf b = buf_new(a, 4096);
    for (uint32_t k = 0; k < passages; k++) {
        buf_printf(&b, ":: %s\n", k == 0 ? "Start" : str_printf(a, "P%u", k).p);
        for (uint32_t n = chance(links + 1); n != 0; n--)
            buf_printf(&b, "[[P%u]]\n", 1 + chance(passages));
    }
    return buf_text(&b);
}

static bool near_box(const struct layout_box *box, struct layout_point p)
{
    return fabs(p.x - box->x) <= LAYOUT_BOX_WIDTH / 2.0 && fabs(fabs(p.y - box->y) - LAYOUT_BOX_HEIGHT / 2.0) < 0.01;
}

static void check_layout(const struct layout *l)
{
    for (size_t i = 0; i < l->box_count; i++) {
        const struct layout_box *x = &l->boxes[i];
        assert_true(x->x - LAYOUT_BOX_WIDTH / 2.0 >= 0 && x->x + LAYOUT_BOX_WIDTH / 2.0 <= l->width);
        assert_true(x->y - LAYOUT_BOX_HEIGHT / 2.0 >= 0 && x->y + LAYOUT_BOX_HEIGHT / 2.0 <= l->height);
        for (size_t k = 0; k < i; k++)
            assert_true(fabs(x->y - l->boxes[k].y) >= LAYOUT_BOX_HEIGHT || fabs(x->x - l->boxes[k].x) >= LAYOUT_BOX_WIDTH);
    }
    for (size_t k = 0; k < l->arrow_count; k++) {
        const struct layout_arrow *arrow = &l->arrows[k];
        assert_true(arrow->count >= 2 && near_box(&l->boxes[arrow->from], arrow->points[0]) &&
                    near_box(&l->boxes[arrow->to], arrow->points[arrow->count - 1]));
        for (size_t i = 1; i < arrow->count; i++)
            assert_true((arrow->points[i].y > arrow->points[i - 1].y) == (l->boxes[arrow->to].y > l->boxes[arrow->from].y));
    }
}

static void any_case_can_be_drawn(void **unused)
{
    (void)unused;
    chance_state = 3;
    for (uint32_t round = 0; round < 150; round++) {
        struct story *s = parse(any_case(1 + chance(40), 3));
        struct layout l = story_layout(a, s, NULL);
        assert_int_equal(l.box_count, story_info(s)->passages);
        assert_int_equal(l.left_out, 0);
        check_layout(&l);
        struct str one = story_graph_file(a, s, (struct story_graph_options){0});
        assert_true(str_eq(one, story_graph_file(a, s, (struct story_graph_options){0})));
    }
}

static void a_line_runs_down(void **unused)
{
    (void)unused;
    struct layout l = story_layout(a, parse(S(":: Start\n[[A]]\n:: A\n[[B]]\n[[Start]]\n:: B\n:: Alone\n")), NULL);
    assert_true(l.boxes[0].y < l.boxes[1].y && l.boxes[1].y < l.boxes[2].y);
    assert_true(l.boxes[2].reached && !l.boxes[3].reached);
    assert_int_equal(l.arrow_count, 3);
}

static void a_huge_case_is_bounded(void **unused)
{
    (void)unused;
    chance_state = 4;
    struct story *s = parse(any_case(3000, 30));
    struct layout l = story_layout(a, s, NULL);
    assert_int_equal(l.box_count, LAYOUT_PASSAGES_MOST);
    assert_int_equal(l.left_out, 3000 - LAYOUT_PASSAGES_MOST);
    check_layout(&l);
    struct html h = story_graph(a, s, (struct story_graph_options){.id = "g"});
    has((struct str){h.p, h.n}, "2,600 more");
    assert_true(h.n < (size_t)4 << 20);
}

static void what_the_picture_says(void **unused)
{
    (void)unused;
    struct story *s = parse(S(":: StoryTitle\nA & <b>\n:: Start\n[[x|A title that is too long for one line and even for two]]\n[[y|Z]]\n[[z|Z]]\n:: Z [ending]\n"
                              ":: A title that is too long for one line and even for two\n[[Z]]\n"));
    uint64_t traffic[4] = {0};
    traffic[story_find_link(s, story_find(s, S("Start")), story_find(s, S("Z")))] = 1234;
    traffic[2] = 1;
    assert_int_equal(story_link_count(s), 4);
    assert_int_equal(story_find_link(s, story_find(s, S("Z")), story_find(s, S("Start"))), STORY_NONE);
    struct html h = story_graph(a, s, (struct story_graph_options){.id = "g", .traffic = traffic});
    struct str svg = {h.p, h.n};
    has(svg, "A &amp; &lt;b&gt;");
    has(svg, ">1235<");
    has(svg, "A title that is too");
    has(svg, "…");
    has_not(svg, "<b>");
    has(story_graph_file(a, s, (struct story_graph_options){0}), "xmlns=\"http://www.w3.org/2000/svg\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(any_case_can_be_drawn), IN_ARENA(a_line_runs_down), IN_ARENA(a_huge_case_is_bounded), IN_ARENA(what_the_picture_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
