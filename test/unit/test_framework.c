/* Frameworks: the shipped one, import as CSV, versions that keep their competencies, states, crosswalks. On SQLite, and on
 * PostgreSQL where CADRE_TEST_PG is set. */
#include "framework_site.h"

#include "base/buf.h"
#include "gen/msg_framework.h"
#include "gen/programme/framework/framework_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/framework/content.h"
#include "programme/framework/crosswalk.h"
#include "programme/framework/inside.h"
#include "programme/framework/tree.h"

#define CSV_HEAD "code,parent,kind,facet,title,statement,level_1,level_2\n"

static int setup(void **state)
{
    *state = site_open();
    return 0;
}

static int teardown(void **state)
{
    site_shut(*state);
    return 0;
}

/* ---- helpers -------------------------------------------------------------------------------------------------------------- */

struct load_args {
    struct site *s;
    const struct content_file *files;
    size_t count;
    struct problems problems;
    int64_t framework;
};

static enum rc load_fn(struct db *tx, void *arg, struct err *e)
{
    struct load_args *l = arg;
    l->problems = problems_new(l->s->a);
    return framework_load(tx, l->s->a, l->files, l->count, 1000, &l->problems, &l->framework, e);
}

static struct load_args load(struct site *s, const struct content_file *files, size_t count)
{
    struct load_args l = {.s = s, .files = files, .count = count};
    s->rc = store_write_bulk(s->db, load_fn, &l, &s->err);
    return l;
}

static int64_t load_shipped(struct site *s)
{
    const struct content_file files[] = {
        {S("framework/cadre-leadership/framework.txt"), site_file(s, "content/framework/cadre-leadership/framework.txt")},
        {S("framework/cadre-leadership/items.csv"), site_file(s, "content/framework/cadre-leadership/items.csv")},
        {S("framework/cadre-leadership/items.de.csv"), site_file(s, "content/framework/cadre-leadership/items.de.csv")},
    };
    struct load_args l = load(s, files, 3);
    if (l.problems.errors != 0)
        print_message("%.*s\n", STR_ARG(problem_place(s->a, &l.problems.items[0])));
    assert_int_equal(s->rc, RC_OK);
    assert_int_equal(l.problems.warnings, 0);
    return l.framework;
}

struct import_args {
    struct site *s;
    struct framework_import import;
    int64_t framework;
};

static enum rc import_fn(struct db *tx, void *arg, struct err *e)
{
    struct import_args *m = arg;
    return framework_apply(tx, m->s->a, &m->import, &m->framework, e);
}

static int64_t import(struct site *s, struct framework_content *c, int64_t lineage, const char *version)
{
    c->title = S("Ours");
    c->version = str_from(version);
    c->licence = S("CC-BY-4.0");
    struct import_args m = {.s = s, .import = {.content = c, .lineage = lineage, .rights = RIGHTS_HELD, .person = s->person, .now = s->now++}};
    s->rc = store_write_bulk(s->db, import_fn, &m, &s->err);
    return m.framework;
}

static struct framework_content read_csv(struct site *s, struct str csv)
{
    struct framework_content c = {0};
    struct problems p = problems_new(s->a);
    framework_read(s->a, S("items.csv"), csv, &c, &p);
    if (p.errors != 0)
        print_message("%.*s %.*s\n", STR_ARG(problem_place(s->a, &p.items[0])), STR_ARG(msg_name(p.items[0].msg)));
    assert_int_equal(p.errors, 0);
    return c;
}

struct act {
    struct site *s;
    enum rc (*fn)(struct db *, struct arena *, int64_t, int64_t, int64_t, int64_t, struct err *);
    int64_t id, revision;
};

static enum rc act_fn(struct db *tx, void *arg, struct err *e)
{
    struct act *x = arg;
    return x->fn(tx, x->s->a, x->id, x->revision, x->s->person, x->s->now++, e);
}

static enum rc act(struct site *s, enum rc (*fn)(struct db *, struct arena *, int64_t, int64_t, int64_t, int64_t, struct err *), int64_t id,
                   int64_t revision)
{
    struct act x = {s, fn, id, revision};
    return store_write(s->db, act_fn, &x, &s->err);
}

struct choice_args {
    struct site *s;
    int64_t framework;
};

static enum rc choose_fn(struct db *tx, void *arg, struct err *e)
{
    struct choice_args *x = arg;
    return framework_choose(tx, x->s->a, x->s->programme, x->framework, x->s->person, 1, e);
}

static enum rc choose(struct site *s, int64_t framework)
{
    struct choice_args x = {s, framework};
    return store_write(s->db, choose_fn, &x, &s->err);
}

static int64_t code(struct site *s, const char *text)
{
    int64_t id = 0;
    enum rc rc = framework_by_code(s->db, s->a, s->programme, str_from(text), &id);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return id;
}

/* ---- the shipped framework ------------------------------------------------------------------------------------------------- */

static void shipped_is_the_default(void **state)
{
    struct site *s = *state;
    struct competency *v;
    size_t n;
    assert_int_equal(framework_outline(s->db, s->a, 0, S("en"), true, &v, &n), RC_OK);
    assert_int_equal(n, 0); /* nothing yet, and that is no error */
    int64_t id = load_shipped(s);
    assert_int_equal(load_shipped(s), id); /* again: there already */

    assert_int_equal(framework_outline(s->db, s->a, s->programme, S("en"), false, &v, &n), RC_OK);
    assert_int_equal(n, 4 + 16);
    assert_true(str_eq(v[0].code, S("CHA")) && v[0].depth == 0 && v[0].parent_item == 0);
    assert_true(str_eq(v[1].code, S("CHA-P")) && v[1].depth == 1 && v[1].parent_item == v[0].item);
    assert_true(str_eq(v[1].title, S("Knowing yourself")));
    assert_int_equal(framework_outline(s->db, s->a, s->programme, S("de"), true, &v, &n), RC_OK);
    assert_int_equal(n, 4 + 16 + 48);
    assert_true(str_eq(v[0].title, S("Charakter")));
    assert_true(str_eq(v[2].code, S("CHA-P.1")) && str_eq(v[2].kind, S("behaviour")) && v[2].depth == 2);
    assert_int_equal(framework_outline(s->db, s->a, s->programme, S("fr"), false, &v, &n), RC_OK);
    assert_true(str_eq(v[0].title, S("Character")));

    assert_int_not_equal(code(s, "CHA-P.1"), 0);
    assert_int_equal(code(s, "CHA"), v[0].competency);
    assert_int_equal(code(s, "NOPE"), 0);
    assert_int_equal(code(s, ""), 0);
    struct competency c;
    assert_int_equal(framework_competency(s->db, s->a, v[0].competency, S("de"), &c), RC_OK);
    assert_true(str_eq(c.title, S("Charakter")));
    assert_int_equal(framework_competency(s->db, s->a, 4711, S("de"), &c), RC_NOT_FOUND);
    struct framework f;
    assert_int_equal(framework_find(s->db, s->a, id, S("de"), &f), RC_OK);
    assert_true(f.is_default && f.state == FRAMEWORK_PUBLISHED && f.rights == RIGHTS_SHIPPED && f.rights_person == 0);
    assert_true(str_eq(f.title, S("Führungskompetenzen von Cadre")));
}

static void shipped_next_version_keeps_competencies(void **state)
{
    struct site *s = *state;
    struct content_file v1[] = {{S("framework.txt"), S("identifier: 1-2\ntitle: T\nversion: 1\nlicence: X\nlanguage: en\n")},
                                {S("items.csv"), S(CSV_HEAD "A,,domain,,Ay,,,\nB,A,competency,,Bee,,,\n")}};
    struct content_file v2[] = {{S("framework.txt"), S("identifier: 1-2\ntitle: T\nversion: 2\nlicence: X\nlanguage: en\n")},
                                {S("items.csv"), S(CSV_HEAD "A,,domain,,Ay two,,,\nC,A,competency,,See,,,\n")}};
    int64_t first = load(s, v1, 2).framework, a = code(s, "A"), b = code(s, "B");
    int64_t second = load(s, v2, 2).framework;
    assert_int_equal(s->rc, RC_OK);
    assert_int_not_equal(first, second);
    assert_int_equal(code(s, "A"), a);
    assert_int_equal(code(s, "B"), 0);
    struct competency c;
    assert_int_equal(framework_competency(s->db, s->a, a, S("en"), &c), RC_OK);
    assert_true(str_eq(c.title, S("Ay two")));
    assert_int_equal(framework_competency(s->db, s->a, b, S("en"), &c), RC_OK); /* gone, and still has its name */
    assert_true(str_eq(c.title, S("Bee")));
}

static void shipped_problems_name_file_and_row(void **state)
{
    struct site *s = *state;
    struct content_file files[] = {{S("framework.txt"), S("title: T\nnonsense\n")},
                                   {S("items.csv"), S(CSV_HEAD "A,,domain,,Ay,,,\nA,,domain,,Again,,,\nB,Z,competency,,Bee,,,\nC,,,,,,,\nD,D,x,,Dee,,,two\n")}};
    struct load_args l = load(s, files, 2);
    assert_int_equal(s->rc, RC_INVALID);
    const struct {
        const char *place;
        msg_id msg;
    } want[] = {{"framework.txt, 2", M_framework_head_line},          {"items.csv, 5, title", M_framework_text_missing},
                {"items.csv, 6, level_2", M_framework_level_gap},     {"items.csv, 3, code", M_framework_code_twice},
                {"items.csv, 4, parent", M_framework_parent_unknown}, {"6, parent", M_framework_circle}};
    assert_int_equal(l.problems.errors, COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_string_equal(str_z(s->a, problem_place(s->a, &l.problems.items[i])), want[i].place);
        assert_int_equal(l.problems.items[i].msg, want[i].msg);
    }
    assert_int_equal(code(s, "A"), 0);
}

/* ---- the tree ---------------------------------------------------------------------------------------------------------------- */

static void siblings_stand_by_sequence_then_as_people_count(void **state)
{
    struct site *s = *state;
    struct content_item items[] = {
        {.identifier = S("1"), .code = S("L1.10"), .statement = S("x"), .parent = 3},
        {.identifier = S("2"), .code = S("L1.2"), .statement = S("# Head line\nmore"), .parent = 3},
        {.identifier = S("3"), .statement = S("no code"), .parent = 3},
        {.identifier = S("4"), .kind = S("Competency"), .statement = S("top"), .parent = CONTENT_NONE},
        {.identifier = S("5"), .code = S("Z"), .statement = S("first"), .parent = 3, .has_sequence = true, .sequence = 7},
        {.identifier = S("6"), .code = S("L1.02a"), .statement = S("y"), .parent = 3},
    };
    struct framework_content c = {.items = items, .item_count = COUNT_OF(items)};
    struct problems p = problems_new(s->a);
    content_arrange(&c, s->a, &p);
    assert_int_equal(p.errors, 0);
    const size_t *order = content_order(&c, s->a), want[] = {3, 4, 1, 5, 0, 2};
    for (size_t i = 0; i < COUNT_OF(want); i++)
        assert_int_equal(order[i], want[i]);
    assert_true(str_eq(items[1].title, S("Head line")) && items[1].title_made);
    assert_true(items[0].indicator && !items[3].indicator);
    assert_int_equal(items[0].depth, 1);
}

static void circles_and_depth_are_told(void **state)
{
    struct site *s = *state;
    struct content_item items[40];
    for (size_t i = 0; i < COUNT_OF(items); i++)
        items[i] = (struct content_item){.code = str_printf(s->a, "%zu", i), .title = S("t"), .parent = i == 0 ? CONTENT_NONE : i - 1};
    items[38].parent = 39;
    items[39].parent = 38;
    struct framework_content c = {.items = items, .item_count = COUNT_OF(items)};
    struct problems p = problems_new(s->a);
    content_arrange(&c, s->a, &p);
    assert_int_equal(p.errors, 3);
    assert_int_equal(p.items[0].msg, M_framework_too_deep);
    assert_int_equal(p.items[1].msg, M_framework_circle);
}

static void rows_are_nested(void **state)
{
    struct site *s = *state;
    /* a stretch out of the middle: it begins below what is not there, and one row lies deeper than five steps */
    static const int64_t depths[] = {2, 1, 2, 3, 4, 5, 6, 1};
    struct tree_row rows[COUNT_OF(depths)];
    for (size_t i = 0; i < COUNT_OF(depths); i++)
        rows[i] = (struct tree_row){.depth = depths[i], .title = str_printf(s->a, "%zu", i)};
    const struct view_framework_tree *t = tree_nest(s->a, rows, COUNT_OF(rows));
    assert_int_equal(t->a_count, 3);
    assert_int_equal(t->a[0].b_count, 0);
    assert_int_equal(t->a[1].b_count, 1);
    assert_int_equal(t->a[1].b[0].c[0].d[0].e_count, 2);
    assert_true(str_eq(t->a[1].b[0].c[0].d[0].e[1].title, S("6")));
    assert_true(str_eq(t->a[2].title, S("7")));
}

static void search_words_are_no_patterns(void **state)
{
    struct site *s = *state;
    assert_string_equal(str_z(s->a, framework_like(s->a, S("50%_\\ Größe"))), "%50\\%\\_\\\\ grosse%");
    assert_string_equal(str_z(s->a, framework_like(s->a, S(""))), "%");
}

/* ---- what is held about people ---------------------------------------------------------------------------------------------- */

static enum rc upload_fn(struct db *tx, void *arg, struct err *e)
{
    struct site *s = arg;
    (void)e;
    TRY(sql_framework_upload_add(tx, 1, s->person, S("old.csv"), 1000, S("x")));
    return sql_framework_upload_add(tx, 2, s->person, S("new.csv"), 5000, S("y"));
}

static enum rc retain_fn(struct db *tx, void *arg, struct err *e)
{
    bool *more = arg;
    (void)e;
    TRY(framework_capability.retain(tx, S("audit"), INT64_MAX, more)); /* not its own */
    return framework_capability.retain(tx, S("framework_upload"), 2000, more);
}

static enum rc erase_fn(struct db *tx, void *arg, struct err *e)
{
    struct site *s = arg;
    (void)e;
    return framework_capability.erase_person(tx, s->a, s->person, 1);
}

static void uploads_are_forgotten(void **state)
{
    struct site *s = *state;
    struct row_framework_upload_get row;
    bool more = false;
    assert_int_equal(store_write(s->db, upload_fn, s, &s->err), RC_OK);
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 1, s->person, 0, &row), RC_OK);
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 1, s->person, 2000, &row), RC_NOT_FOUND); /* expired */
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 2, s->person + 1, 0, &row), RC_NOT_FOUND); /* somebody else's */
    json_t *all = json_object();
    assert_int_equal(framework_capability.export_person(s->db, s->a, s->person, all), RC_OK);
    assert_int_equal(json_array_size(json_object_get(all, "framework_uploads")), 2);
    json_decref(all);
    assert_int_equal(store_write(s->db, retain_fn, &more, &s->err), RC_OK);
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 1, s->person, 0, &row), RC_NOT_FOUND);
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 2, s->person, 0, &row), RC_OK);
    assert_int_equal(store_write(s->db, erase_fn, s, &s->err), RC_OK);
    assert_int_equal(sql_framework_upload_get(s->db, s->a, 2, s->person, 0, &row), RC_NOT_FOUND);
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------------------- */

static void csv_comes_back_as_it_went(void **state)
{
    struct site *s = *state;
    struct framework_content c = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,\"- a list\n- \"\"two\"\", 3\",,\n"
                                               "B,A,competency,Team,=Bee,*Markdown*  ,low,high\n"));
    int64_t id = import(s, &c, 0, "1");
    assert_int_equal(s->rc, RC_OK);
    struct framework_content back;
    assert_int_equal(framework_content_load(s->db, s->a, id, &back), RC_OK);
    assert_int_equal(back.item_count, 2);
    assert_true(str_eq(back.items[0].statement, S("- a list\n- \"two\", 3")));
    assert_true(str_eq(back.items[1].statement, S("*Markdown*  ")) && str_eq(back.items[1].facet, S("Team")));
    assert_int_equal(back.items[1].parent, 0);
    struct str csv = content_write_csv(s->a, &back, S(""));
    struct framework_content again = read_csv(s, csv);
    for (size_t i = 0; i < 2; i++) {
        assert_true(str_eq(again.items[i].code, c.items[i].code) && str_eq(again.items[i].title, c.items[i].title));
        assert_true(str_eq(again.items[i].statement, c.items[i].statement) && str_eq(again.items[i].kind, c.items[i].kind));
        assert_int_equal(again.items[i].parent, c.items[i].parent);
    }
    assert_int_equal(again.level_count, 2);
    assert_true(str_eq(again.levels[1].descriptor, S("high")) && again.levels[1].level == 2);
    assert_true(str_eq(content_write_csv(s->a, &again, S("")), csv));
}

static void import_needs_licence_and_right(void **state)
{
    struct site *s = *state;
    struct framework_content c = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\n"));
    c.title = S("Ours");
    c.version = S("1");
    c.licence = S(" ");
    struct import_args m = {.s = s, .import = {.content = &c, .rights = RIGHTS_HELD, .person = s->person, .now = 5}};
    assert_int_equal(store_write_bulk(s->db, import_fn, &m, &s->err), RC_INVALID);
    assert_string_equal(s->err.field, "licence");
    c.licence = S("ours");
    m.import.person = 0;
    assert_int_equal(store_write_bulk(s->db, import_fn, &m, &s->err), RC_INVALID);
    assert_string_equal(s->err.field, "rights");
    m.import.person = s->person;
    assert_int_equal(store_write_bulk(s->db, import_fn, &m, &s->err), RC_OK);
    struct framework f;
    assert_int_equal(framework_find(s->db, s->a, m.framework, S("en"), &f), RC_OK);
    assert_true(f.rights == RIGHTS_HELD && f.rights_person == s->person && f.rights_at == 5 && f.state == FRAMEWORK_DRAFT);
    m.import.lineage = f.lineage;
    assert_int_equal(store_write_bulk(s->db, import_fn, &m, &s->err), RC_CONFLICT);
    assert_string_equal(s->err.field, "version");
}

/* ---- versions ------------------------------------------------------------------------------------------------------------------ */

static void evidence_survives_a_new_version(void **state)
{
    struct site *s = *state;
    struct framework_content one = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\nB,A,competency,,Bee,,,\nC,A,competency,,See,,lo,hi\n"));
    int64_t v1 = import(s, &one, 0, "1");
    assert_int_equal(act(s, framework_publish, v1, 1), RC_OK);
    assert_int_equal(choose(s, v1), RC_OK);
    int64_t b = code(s, "B"), c = code(s, "C");
    site_evidence(s, b);
    site_evidence(s, c);

    struct framework_content two = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\nB,A,competency,,Bee,,,\nD,A,competency,,Dee,,,\n"));
    struct import_plan plan;
    assert_int_equal(framework_plan(s->db, s->a, &two, v1, &plan), RC_OK);
    assert_int_equal(plan.same, 2);
    assert_int_equal(plan.added, 1);
    assert_int_equal(plan.changed, 0);
    assert_int_equal(plan.gone_count, 1);
    assert_true(str_eq(plan.before->items[plan.gone[0]].code, S("C")));
    two.items[1].statement = S("other words");
    assert_int_equal(framework_plan(s->db, s->a, &two, v1, &plan), RC_OK);
    assert_int_equal(plan.changed, 1);

    int64_t v2 = import(s, &two, v1, "2");
    assert_int_equal(s->rc, RC_OK);
    struct competency k;
    assert_int_equal(framework_competency(s->db, s->a, b, S("en"), &k), RC_OK);
    assert_true(str_eq(k.statement, S(""))); /* a draft does not change what things are called */
    assert_int_equal(act(s, framework_publish, v2, 1), RC_OK);
    assert_int_equal(choose(s, v2), RC_OK);
    assert_int_equal(code(s, "B"), b);
    assert_int_equal(code(s, "C"), 0);
    assert_int_equal(framework_competency(s->db, s->a, b, S("en"), &k), RC_OK);
    assert_true(str_eq(k.statement, S("other words")));
    assert_int_equal(framework_competency(s->db, s->a, c, S("en"), &k), RC_OK);
    assert_true(str_eq(k.title, S("See")));
    assert_int_equal(site_evidence_count(s, b), 1);
    assert_int_equal(site_evidence_count(s, c), 1);

    struct framework_content three = read_csv(s, S(CSV_HEAD "C,,competency,,See,,lo,hi\n")); /* what was gone comes back */
    int64_t v3 = import(s, &three, v1, "3");
    assert_int_equal(act(s, framework_publish, v3, 1), RC_OK);
    assert_int_equal(choose(s, v3), RC_OK);
    assert_int_equal(code(s, "C"), c);
    struct framework_content content;
    assert_int_equal(framework_compare(s->db, s->a, v1, v2, &content, &plan), RC_OK);
    assert_int_equal(plan.same, 1);
    assert_int_equal(plan.changed, 1);
    assert_int_equal(plan.added, 1);
    assert_int_equal(plan.gone_count, 1);
}

static void states_follow_the_rules(void **state)
{
    struct site *s = *state;
    struct framework_content c = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\n"));
    int64_t v1 = import(s, &c, 0, "1");
    struct framework f;
    assert_int_equal(choose(s, v1), RC_CONFLICT); /* a draft */
    assert_int_equal(act(s, framework_make_default, v1, 1), RC_CONFLICT);
    assert_int_equal(act(s, framework_publish, v1, 9), RC_CONFLICT); /* somebody else was quicker */
    assert_int_equal(act(s, framework_publish, v1, 1), RC_OK);
    assert_int_equal(act(s, framework_publish, v1, 2), RC_CONFLICT);
    assert_int_equal(act(s, framework_drop, v1, 2), RC_CONFLICT); /* published is not dropped */
    assert_int_equal(act(s, framework_make_default, v1, 2), RC_OK);
    assert_int_equal(act(s, framework_retire, v1, 3), RC_CONFLICT); /* the default */
    struct framework_content d = read_csv(s, S(CSV_HEAD "A,,domain,,Ay 2,,,\nN,A,competency,,New,,,\n"));
    int64_t v2 = import(s, &d, v1, "2");
    assert_int_equal(act(s, framework_publish, v2, 1), RC_OK);
    assert_int_equal(act(s, framework_make_default, v2, 2), RC_OK);
    assert_int_equal(framework_find(s->db, s->a, v1, S("en"), &f), RC_OK);
    assert_false(f.is_default);
    assert_int_equal(choose(s, v1), RC_OK);
    assert_int_equal(act(s, framework_retire, v1, f.revision), RC_CONFLICT); /* in use */
    assert_int_equal(choose(s, 0), RC_OK);
    assert_int_equal(act(s, framework_retire, v1, f.revision), RC_OK);
    int64_t of = 0;
    assert_int_equal(framework_of_programme(s->db, s->a, s->programme, &of), RC_OK);
    assert_int_equal(of, v2);
}

static void dropping_a_draft_leaves_nothing(void **state)
{
    struct site *s = *state;
    struct framework_content c = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\nB,A,competency,,Bee,,lo,hi\n"));
    int64_t v1 = import(s, &c, 0, "1");
    struct framework_content d = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\nN,A,competency,,New,,lo,hi\n"));
    int64_t v2 = import(s, &d, v1, "2");
    struct framework_content in;
    assert_int_equal(framework_content_load(s->db, s->a, v2, &in), RC_OK);
    int64_t kept = in.items[0].competency, fresh = in.items[1].competency;
    assert_int_equal(act(s, framework_drop, v2, 1), RC_OK);
    struct competency k;
    assert_int_equal(framework_competency(s->db, s->a, kept, S("en"), &k), RC_OK);
    assert_int_equal(framework_competency(s->db, s->a, fresh, S("en"), &k), RC_NOT_FOUND);
    assert_int_equal(act(s, framework_drop, v1, 1), RC_OK);
    assert_int_equal(framework_competency(s->db, s->a, kept, S("en"), &k), RC_NOT_FOUND);
    assert_int_equal(framework_content_load(s->db, s->a, v1, &in), RC_NOT_FOUND);
}

/* ---- crosswalks ------------------------------------------------------------------------------------------------------------------ */

struct walk_args {
    struct site *s;
    int64_t from, to, id, version;
    struct crosswalk_link *links;
    size_t count;
    bool replace;
};

static enum rc walk_add_fn(struct db *tx, void *arg, struct err *e)
{
    struct walk_args *w = arg;
    return crosswalk_add(tx, w->s->a, S("Old to new"), w->from, w->to, w->s->person, 1, &w->id, e);
}

static enum rc walk_change_fn(struct db *tx, void *arg, struct err *e)
{
    struct walk_args *w = arg;
    return crosswalk_change(tx, w->id, w->version, w->links, w->count, w->replace, w->s->person, 1, e);
}

static void crosswalks_translate(void **state)
{
    struct site *s = *state;
    struct framework_content one = read_csv(s, S(CSV_HEAD "A,,domain,,Ay,,,\nB,A,competency,,Bee,,,\n"));
    struct framework_content two = read_csv(s, S(CSV_HEAD "X,,domain,,Ex,,,\nY,X,competency,,Why,,,\n"));
    struct walk_args w = {.s = s, .from = import(s, &one, 0, "1")};
    w.to = import(s, &two, 0, "1");
    struct framework_content f, t;
    assert_int_equal(framework_content_load(s->db, s->a, w.from, &f), RC_OK);
    assert_int_equal(framework_content_load(s->db, s->a, w.to, &t), RC_OK);
    assert_int_equal(store_write(s->db, walk_add_fn, &w, &s->err), RC_OK);
    struct problems p = problems_new(s->a);
    assert_int_equal(crosswalk_read_csv(s->db, s->a, w.from, w.to, S("x.csv"), S("from,to,weight\nB,Y,0.5\nB,X,\"0,75\"\nA,Y,1\n"), &w.links,
                                        &w.count, &p),
                     RC_OK);
    assert_int_equal(p.errors, 0);
    assert_int_equal(w.count, 3);
    w.version = 1;
    assert_int_equal(store_write(s->db, walk_change_fn, &w, &s->err), RC_OK);
    int64_t *targets;
    double *weights;
    size_t n;
    assert_int_equal(framework_translate(s->db, s->a, f.items[1].competency, w.to, &targets, &weights, &n), RC_OK);
    assert_int_equal(n, 2);
    assert_int_equal(targets[0], t.items[0].competency);
    assert_true(weights[0] > 0.74 && weights[0] < 0.76 && weights[1] > 0.49 && weights[1] < 0.51);
    assert_int_equal(framework_translate(s->db, s->a, f.items[1].competency, w.from, &targets, &weights, &n), RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(targets[0], f.items[1].competency);
    struct str csv;
    assert_int_equal(crosswalk_write_csv(s->db, s->a, w.id, S("en"), &csv), RC_OK);
    assert_string_equal(str_z(s->a, csv), "from,to,weight,from_title,to_title\r\nA,Y,1,Ay,Why\r\nB,X,0.75,Bee,Ex\r\nB,Y,0.5,Bee,Why\r\n");

    assert_int_equal(store_write(s->db, walk_change_fn, &w, &s->err), RC_CONFLICT); /* version 2 by now */
    w.version = 2;
    w.links[0].weight = 0.01;
    assert_int_equal(store_write(s->db, walk_change_fn, &w, &s->err), RC_INVALID);
    w.links[0] = (struct crosswalk_link){t.items[0].id, f.items[0].id, 1}; /* the wrong way round */
    assert_int_equal(store_write(s->db, walk_change_fn, &w, &s->err), RC_INVALID);
    w.links[0] = (struct crosswalk_link){f.items[1].id, t.items[1].id, 0};
    w.count = 1;
    assert_int_equal(store_write(s->db, walk_change_fn, &w, &s->err), RC_OK);
    assert_int_equal(framework_translate(s->db, s->a, f.items[1].competency, w.to, &targets, &weights, &n), RC_OK);
    assert_int_equal(n, 1);

    p = problems_new(s->a);
    assert_int_equal(crosswalk_read_csv(s->db, s->a, w.from, w.to, S("x.csv"), S("from,to,weight\nB,Y,0.5\nB,Y,1\nQ,Y,1\nB,X,0.01\n"), &w.links,
                                        &w.count, &p),
                     RC_OK);
    assert_int_equal(p.errors, 3);
    assert_string_equal(str_z(s->a, problem_place(s->a, &p.items[1])), "x.csv, 4, from");
}

/* ---- size -------------------------------------------------------------------------------------------------------------------------- */

static void five_thousand_items_are_quick(void **state)
{
    struct site *s = *state;
    struct buf b = buf_new(s->a, 1 << 20);
    buf_z(&b, CSV_HEAD);
    for (int d = 0; d < 10; d++) {
        buf_printf(&b, "D%d,,domain,,Domain %d,,,\n", d, d);
        for (int k = 0; k < 50; k++) {
            buf_printf(&b, "D%d.%d,D%d,competency,,Competency %d,Says what is to be done and does it.,,\n", d, k, d, k);
            for (int i = 0; i < 9; i++)
                buf_printf(&b, "D%d.%d.%d,D%d.%d,behaviour,,Behaviour,Does it.,Some of it.,All of it.\n", d, k, i, d, k);
        }
    }
    struct framework_content c = read_csv(s, buf_text(&b));
    uint64_t start = clock_steady_us();
    int64_t id = import(s, &c, 0, "1");
    uint64_t took = clock_steady_us() - start;
    assert_int_equal(s->rc, RC_OK);
    assert_int_equal(act(s, framework_publish, id, 1), RC_OK);
    assert_int_equal(choose(s, id), RC_OK);
    struct competency *v;
    size_t n;
    start = clock_steady_us();
    assert_int_equal(framework_outline(s->db, s->a, s->programme, S("en"), false, &v, &n), RC_OK);
    uint64_t outline = clock_steady_us() - start;
    assert_int_equal(n, 510);
    print_message("import of 5,010 items: %" PRIu64 " ms; outline: %" PRIu64 " us\n", took / 1000, outline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shipped_is_the_default, setup, teardown),
        cmocka_unit_test_setup_teardown(shipped_next_version_keeps_competencies, setup, teardown),
        cmocka_unit_test_setup_teardown(shipped_problems_name_file_and_row, setup, teardown),
        cmocka_unit_test_setup_teardown(siblings_stand_by_sequence_then_as_people_count, setup, teardown),
        cmocka_unit_test_setup_teardown(circles_and_depth_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_are_nested, setup, teardown),
        cmocka_unit_test_setup_teardown(search_words_are_no_patterns, setup, teardown),
        cmocka_unit_test_setup_teardown(uploads_are_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(csv_comes_back_as_it_went, setup, teardown),
        cmocka_unit_test_setup_teardown(import_needs_licence_and_right, setup, teardown),
        cmocka_unit_test_setup_teardown(evidence_survives_a_new_version, setup, teardown),
        cmocka_unit_test_setup_teardown(states_follow_the_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(dropping_a_draft_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(crosswalks_translate, setup, teardown),
        cmocka_unit_test_setup_teardown(five_thousand_items_are_quick, setup, teardown),
    };
    return site_run(tests, COUNT_OF(tests));
}
