/* A plan's file into structs, member by member as docs/plan.md describes them. Every problem is told with its place, "goals[2].by"; reading
 * goes on behind it, so that all are told at once. See carry.h. */
#include "programme/plan/carry.h"

#include <jansson.h>

#include "base/json_shape.h"
#include "base/utf8.h"

#define DEPTH_MOST 12
#define VALUES_MOST 200000
#define DAY_FIRST (-25567)      /* 1900 */
#define DAY_LAST 84006          /* 2200 */

struct reader {
    struct arena *a;
    struct problems *p;
    struct str place;           /* of the object that is read: "goals[2]" */
};

static struct str place_of(const struct reader *r, const char *name)
{
    if (r->place.n == 0)
        return str_from(name);
    return str_printf(r->a, "%.*s.%s", STR_ARG(r->place), name);
}

static void wrong(const struct reader *r, const char *name, msg_id msg)
{
    problems_add(r->p, S(""), 0, place_of(r, name), msg, NULL);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------------- */

static struct str read_text(const struct reader *r, const json_t *o, const char *name, bool required, size_t most)
{
    const json_t *v = json_object_get(o, name);
    if (v == NULL || json_is_null(v)) {
        if (required)
            wrong(r, name, M_plan_in_missing);
        return S("");
    }
    if (!json_is_string(v)) {
        wrong(r, name, M_plan_in_no_text);
        return S("");
    }
    struct str s = str_trim(str_dup(r->a, (struct str){json_string_value(v), json_string_length(v)}));
    if (!utf8_is_text(s))
        wrong(r, name, M_plan_in_no_text);
    else if (utf8_count(s) > most)
        problems_add(r->p, S(""), 0, place_of(r, name), M_plan_in_long, "%zu", most);
    else if (required && s.n == 0)
        wrong(r, name, M_plan_in_missing);
    return s;
}

static int64_t read_day(const struct reader *r, const json_t *o, const char *name, bool required)
{
    int64_t day = 0;
    struct str s = read_text(r, o, name, required, 40);
    if (s.n == 0)
        return 0;
    if (!day_parse(s, &day) || day < DAY_FIRST || day > DAY_LAST) {
        wrong(r, name, M_plan_in_no_day);
        return 0;
    }
    return day;
}

static int64_t read_time(const struct reader *r, const json_t *o, const char *name, bool required)
{
    int64_t at = 0;
    struct str s = read_text(r, o, name, required, 40);
    if (s.n == 0)
        return 0;
    if (!instant_parse(s, &at) || at < DAY_FIRST * MS_PER_DAY || at > DAY_LAST * MS_PER_DAY) {
        wrong(r, name, M_plan_in_no_time);
        return 0;
    }
    return at;
}

static struct str read_key(const struct reader *r, const json_t *o)
{
    struct str s = read_text(r, o, "key", true, 64);
    bool ok = s.n == PLAN_KEY;
    for (size_t i = 0; ok && i < s.n; i++)
        ok = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
    if (!ok && s.n != 0)
        wrong(r, "key", M_plan_in_no_key);
    return s;
}

static bool read_bool(const struct reader *r, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    if (v != NULL && !json_is_boolean(v))
        wrong(r, name, M_plan_in_no_bool);
    return json_is_true(v);
}

static enum plan_state read_state(const struct reader *r, const json_t *o)
{
    enum plan_state s = PLAN_OPEN;
    struct str word = read_text(r, o, "state", true, 40);
    if (word.n != 0 && !plan_find_state(word, &s))
        wrong(r, "state", M_plan_in_no_word);
    return s;
}

/* ---- lists --------------------------------------------------------------------------------------------------------------------------- */

typedef void read_fn(const struct reader *r, const json_t *o, void *into);

/* The objects of a list, each read into its place of an array of such things. */
static size_t read_list(const struct reader *r, const json_t *o, const char *name, size_t most, size_t size, read_fn *fn, void **out)
{
    const json_t *list = json_object_get(o, name);
    *out = NULL;
    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list)) {
        wrong(r, name, M_plan_in_no_list);
        return 0;
    }
    size_t n = json_array_size(list);
    if (n > most) {
        problems_add(r->p, S(""), 0, place_of(r, name), M_plan_in_many, "%zu", most);
        return 0;
    }
    char *at = arena_alloc(r->a, n * size);
    memset(at, 0, n * size);
    *out = at;
    for (size_t i = 0; i < n; i++) {
        const struct reader in = {r->a, r->p, str_printf(r->a, "%.*s[%zu]", STR_ARG(place_of(r, name)), i)};
        const json_t *item = json_array_get(list, i);
        if (json_is_object(item))
            fn(&in, item, at + i * size);
        else
            problems_add(r->p, S(""), 0, in.place, M_plan_in_no_object, NULL);
    }
    return n;
}

static void read_swot(const struct reader *r, const json_t *o, void *into)
{
    struct carry_swot *x = into;
    x->s = (struct plan_swot){read_text(r, o, "strengths", false, PLAN_WORDS), read_text(r, o, "weaknesses", false, PLAN_WORDS),
                              read_text(r, o, "opportunities", false, PLAN_WORDS), read_text(r, o, "threats", false, PLAN_WORDS), 0};
    x->saved_at = read_time(r, o, "saved_at", true);
}

static void read_before(const struct reader *r, const json_t *o, void *into)
{
    struct carry_state *x = into;
    *x = (struct carry_state){.what = read_text(r, o, "what", true, 500),
                              .measure = read_text(r, o, "measure", true, 1000),
                              .outcome = read_text(r, o, "outcome", false, PLAN_WORDS),
                              .by_day = read_day(r, o, "by", true),
                              .saved_at = read_time(r, o, "saved_at", true),
                              .state = read_state(r, o)};
}

static void read_action(const struct reader *r, const json_t *o, void *into)
{
    struct carry_action *x = into;
    *x = (struct carry_action){read_key(r, o), read_text(r, o, "what", true, 300), read_day(r, o, "due", true), read_time(r, o, "done_at", false)};
}

static void read_link(const struct reader *r, const json_t *o, void *into)
{
    struct carry_link *x = into;
    *x = (struct carry_link){read_text(r, o, "title", true, 500), read_day(r, o, "day", true)};
}

static void read_source(const struct reader *r, const json_t *o, struct carry_goal *x)
{
    const json_t *v = json_object_get(o, "source");
    const struct reader in = {r->a, r->p, place_of(r, "source")};
    if (v == NULL || json_is_null(v))
        return;
    if (!json_is_object(v)) {
        wrong(r, "source", M_plan_in_no_object);
        return;
    }
    struct str kind = read_text(&in, v, "kind", true, 40);
    if (kind.n != 0 && !plan_find_source(kind, &x->source))
        wrong(&in, "kind", M_plan_in_no_word);
    x->source_title = read_text(&in, v, "title", false, 500);
}

static void read_competency(const struct reader *r, const json_t *o, struct carry_goal *x)
{
    const json_t *v = json_object_get(o, "competency");
    const struct reader in = {r->a, r->p, place_of(r, "competency")};
    if (v == NULL || json_is_null(v))
        return;
    if (!json_is_object(v)) {
        wrong(r, "competency", M_plan_in_no_object);
        return;
    }
    x->code = read_text(&in, v, "code", false, 200);
    x->competency = read_text(&in, v, "title", true, 500);
}

static void read_goal(const struct reader *r, const json_t *o, void *into)
{
    struct carry_goal *x = into;
    void *list;
    *x = (struct carry_goal){.key = read_key(r, o),
                             .what = read_text(r, o, "what", true, 500),
                             .measure = read_text(r, o, "measure", true, 1000),
                             .outcome = read_text(r, o, "outcome", false, PLAN_WORDS),
                             .by_day = read_day(r, o, "by", true),
                             .created_at = read_time(r, o, "created_at", true),
                             .state = read_state(r, o)};
    x->ended_day = read_day(r, o, "ended", x->state != PLAN_OPEN);
    read_source(r, o, x);
    read_competency(r, o, x);
    x->before_count = read_list(r, o, "before", CARRY_ROWS_MOST, sizeof *x->before, read_before, &list);
    x->before = list;
    x->action_count = read_list(r, o, "actions", PLAN_ACTIONS_MOST, sizeof *x->actions, read_action, &list);
    x->actions = list;
    x->link_count = read_list(r, o, "evidence", PLAN_ACTIONS_MOST, sizeof *x->links, read_link, &list);
    x->links = list;
    for (size_t i = 0; i < x->action_count; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(x->actions[i].key, x->actions[k].key)) {
                problems_add(r->p, S(""), 0, str_printf(r->a, "%.*s.actions[%zu].key", STR_ARG(r->place), i), M_plan_in_twice, NULL);
                break;
            }
}

static void read_checkin(const struct reader *r, const json_t *o, void *into)
{
    struct carry_checkin *x = into;
    *x = (struct carry_checkin){.key = read_key(r, o),
                                .words = read_text(r, o, "words", false, PLAN_WORDS),
                                .day = read_day(r, o, "day", true),
                                .next_day = read_day(r, o, "next", true),
                                .with_mentor = read_bool(r, o, "with_mentor"),
                                .going = PLAN_GOINGS};
    struct str word = read_text(r, o, "going", true, 40);
    for (int i = 0; i < PLAN_GOINGS; i++)
        if (str_eq_z(word, plan_going_word((enum plan_going)i)))
            x->going = (enum plan_going)i;
    if (x->going == PLAN_GOINGS && word.n != 0)
        wrong(r, "going", M_plan_in_no_word);
}

/* Three points of 0 to 3, or nothing. */
static void read_points(const struct reader *r, const json_t *o, const char *name, int64_t points[PLAN_CRITERIA])
{
    const json_t *v = json_object_get(o, name);
    bool ok = json_is_array(v) && json_array_size(v) == PLAN_CRITERIA;
    for (size_t i = 0; i < PLAN_CRITERIA; i++) {
        const json_t *n = ok ? json_array_get(v, i) : NULL;
        points[i] = json_is_integer(n) ? json_integer_value(n) : -1;
        ok = ok && points[i] >= 0 && points[i] <= PLAN_SCORE_MOST;
    }
    if (v != NULL && !json_is_null(v) && !ok)
        wrong(r, name, M_plan_in_no_points);
}

static void read_judged(const struct reader *r, const json_t *o, void *into)
{
    struct carry_judged *x = into;
    const json_t *version = json_object_get(o, "version");
    x->goal = read_text(r, o, "goal", true, 64);
    x->version = json_is_integer(version) ? json_integer_value(version) : 0;
    if (x->version < 1 || x->version > CARRY_ROWS_MOST + 1)
        wrong(r, "version", M_plan_in_no_number);
    read_points(r, o, "owner", x->owner);
    read_points(r, o, "mentor", x->mentor);
}

static void read_review(const struct reader *r, const json_t *o, void *into)
{
    struct carry_review *x = into;
    void *list;
    *x = (struct carry_review){.key = read_key(r, o),
                               .owner_words = read_text(r, o, "owner_words", false, PLAN_WORDS),
                               .mentor_said = read_text(r, o, "mentor_said", false, PLAN_WORDS),
                               .opened_at = read_time(r, o, "opened_at", true),
                               .closed_at = read_time(r, o, "closed_at", true),
                               .with_mentor = read_bool(r, o, "with_mentor")};
    x->judged_count = read_list(r, o, "goals", CARRY_GOALS_MOST, sizeof *x->judged, read_judged, &list);
    x->judged = list;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* No key stands twice among things of a kind. */
static void check_keys(const struct reader *r, const char *name, const void *items, size_t size, size_t count)
{
    struct str *keys = ARENA_ARRAY(r->a, count, struct str);
    for (size_t i = 0; i < count; i++)
        memcpy(&keys[i], (const char *)items + i * size, sizeof keys[i]); /* each begins with its key */
    if (count != 0)
        qsort(keys, count, sizeof *keys, by_text);
    for (size_t i = 1; i < count; i++)
        if (keys[i].n != 0 && str_eq(keys[i], keys[i - 1])) {
            problems_add(r->p, S(""), 0, str_from(name), M_plan_in_twice, "%.*s", STR_ARG(keys[i]));
            return;
        }
}

static const struct carry_goal *goal_of(const struct plan_import *i, struct str key)
{
    for (size_t k = 0; k < i->goal_count; k++)
        if (str_eq(i->goals[k].key, key))
            return &i->goals[k];
    return NULL;
}

/* What was judged is a goal of this file, in a state that it had, and once in a review. */
static void check_reviews(const struct reader *r, const struct plan_import *i)
{
    for (size_t k = 0; k < i->review_count; k++)
        for (size_t g = 0; g < i->reviews[k].judged_count; g++) {
            const struct carry_judged *j = &i->reviews[k].judged[g];
            const struct carry_goal *goal = goal_of(i, j->goal);
            bool twice = false;
            for (size_t m = 0; m < g; m++)
                twice = twice || str_eq(i->reviews[k].judged[m].goal, j->goal);
            if (j->goal.n != 0 && (goal == NULL || twice || j->version > (int64_t)goal->before_count + 1))
                problems_add(r->p, S(""), 0, str_printf(r->a, "reviews[%zu].goals[%zu]", k, g), M_plan_in_no_goal, NULL);
        }
}

static void read_all(const struct reader *r, const json_t *root, struct plan_import *i)
{
    const json_t *version = json_object_get(root, "version"), *format = json_object_get(root, "format");
    void *list;
    if (!json_is_string(format) || strcmp(json_string_value(format), PLAN_FORMAT) != 0) {
        wrong(r, "format", M_plan_in_no_plan);
        return;
    }
    if (!json_is_integer(version) || json_integer_value(version) < 1) {
        wrong(r, "version", M_plan_in_no_number);
        return;
    }
    if (json_integer_value(version) > PLAN_FORMAT_VERSION) {
        wrong(r, "version", M_plan_in_newer);
        return;
    }
    i->swot_count = read_list(r, root, "swot", CARRY_ROWS_MOST, sizeof *i->swot, read_swot, &list);
    i->swot = list;
    i->goal_count = read_list(r, root, "goals", CARRY_GOALS_MOST, sizeof *i->goals, read_goal, &list);
    i->goals = list;
    i->checkin_count = read_list(r, root, "check_ins", CARRY_ROWS_MOST, sizeof *i->checkins, read_checkin, &list);
    i->checkins = list;
    i->review_count = read_list(r, root, "reviews", CARRY_ROWS_MOST, sizeof *i->reviews, read_review, &list);
    i->reviews = list;
    check_keys(r, "goals", i->goals, sizeof *i->goals, i->goal_count);
    check_keys(r, "check_ins", i->checkins, sizeof *i->checkins, i->checkin_count);
    check_keys(r, "reviews", i->reviews, sizeof *i->reviews, i->review_count);
    check_reviews(r, i);
}

void plan_parse(struct arena *a, struct str file, struct problems *problems, struct plan_import **out)
{
    const struct reader r = {a, problems, S("")};
    struct json_shape shape = json_shape(file);
    json_error_t error;
    *out = ARENA_NEW(a, struct plan_import);
    **out = (struct plan_import){0};
    if (shape.depth > DEPTH_MOST || shape.values > VALUES_MOST) {
        problems_add(problems, S(""), 0, S(""), M_plan_in_no_plan, NULL);
        return;
    }
    json_t *root = json_loadb(file.n != 0 ? file.p : "", file.n, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(root))
        read_all(&r, root, *out);
    else if (root != NULL)
        problems_add(problems, S(""), 0, S(""), M_plan_in_no_plan, NULL);
    else
        problems_add(problems, S(""), error.line > 0 ? (size_t)error.line : 0, S(""), M_plan_in_no_json, "%s", error.text);
    json_decref(root);
}
