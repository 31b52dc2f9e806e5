/* Frameworks through the database and back as CASE: nothing is lost, and what Cadre itself wrote is read again. */
#include "framework_site.h"

#include "campus/case/case_framework.h"
#include "campus/case/case_read.h"
#include "campus/case/case_write.h"

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

static int64_t import(struct site *s, struct framework_content *c)
{
    struct import_args m = {.s = s, .import = {.content = c, .rights = RIGHTS_OPEN, .person = s->person, .now = s->now++}};
    if (str_empty(c->version))
        c->version = S("1");
    if (str_empty(c->licence))
        c->licence = S("MIT");
    if (store_write_bulk(s->db, import_fn, &m, &s->err) != RC_OK)
        fail_msg("%d %s %s", s->err.msg, s->err.field, s->err.detail);
    return m.framework;
}

static struct case_package *package_of(struct site *s, struct str json)
{
    struct problems p = problems_new(s->a);
    struct case_package *k;
    assert_int_equal(case_read(s->a, json, &k, &p, &s->err), RC_OK);
    assert_int_equal(p.errors, 0);
    return k;
}

/* Reads JSON, puts it into the database and takes it out again as JSON. */
static struct str through(struct site *s, struct str json)
{
    struct framework_content c;
    struct problems p = problems_new(s->a);
    struct str out;
    assert_true(case_format.recognise(json));
    case_format.read(s->a, S("x.json"), json, &c, &p);
    content_arrange(&c, s->a, &p);
    assert_int_equal(p.errors, 0);
    assert_int_equal(case_export(s->db, s->a, import(s, &c), S("https://cadre.example.org"), &out, &s->err), RC_OK);
    return out;
}

static void assert_same_nodes(struct site *s, struct case_package *x, struct case_package *y)
{
    x->document = y->document = (struct case_document){.shape = CASE_ABSENT};
    struct str path = case_difference(s->a, x, y);
    if (path.n != 0)
        fail_msg("differs at %.*s", STR_ARG(path));
}

static void shared_files_come_back_as_they_went(void **state)
{
    static const char *const names[] = {"MarkdownFramework.json", "Ordering.json", "SmartLevelFramework.json", "Utf8TestFramework.json"};
    struct site *s = *state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct str json = file_shared(s->a, str_printf(s->a, "case/%s", names[i]).p);
        struct case_package *in = package_of(s, json), *out = package_of(s, through(s, json));
        assert_true(str_eq(in->document.title, out->document.title) && str_eq(in->document.identifier, out->document.identifier));
        assert_true(str_eq(in->document.creator, out->document.creator) && out->document.publisher.p == NULL);
        assert_true(str_eq(in->document.uri, out->document.uri));
        assert_same_nodes(s, in, out);
    }
}

static void everything_else_is_kept(void **state)
{
    struct site *s = *state;
    struct str json =
        S("{\"CFDocument\":{\"identifier\":\"d\",\"title\":\"T\",\"uri\":\"http://x/d\",\"creator\":\"C\",\"publisher\":\"P\",\"custom\":{\"a\":[1,2]},"
          "\"lastChangeDateTime\":\"2020-01-01T00:00:00Z\",\"subject\":[\"s\"],\"version\":\"3\",\"language\":\"fr\","
          "\"caseVersion\":\"1.1\",\"CFPackageURI\":{\"title\":\"T\",\"identifier\":\"d\",\"uri\":\"http://x/p\"},"
          "\"licenseURI\":{\"title\":\"CC0\",\"identifier\":\"l\",\"uri\":\"http://x/l\"}},"
          "\"CFItems\":[{\"identifier\":\"b\",\"uri\":\"u\",\"fullStatement\":\" B\\r\\n\\u00e9 \",\"abbreviatedStatement\":\"\",\"humanCodingScheme\":\"\","
          "\"notes\":\"n\",\"lastChangeDateTime\":\"y\",\"x\":null},"
          "{\"identifier\":\"a\",\"uri\":\"u\",\"fullStatement\":\"A\",\"abbreviatedStatement\":\" \",\"CFItemType\":\"Competency\",\"lastChangeDateTime\":\"y\"}],"
          "\"CFAssociations\":[{\"identifier\":\"1\",\"uri\":\"u\",\"lastChangeDateTime\":\"z\",\"associationType\":\"isRelatedTo\",\"originNodeURI\":{\"uri\":\"far\"},"
          "\"destinationNodeURI\":{\"identifier\":\"a\",\"uri\":\"u\",\"title\":\"\"},\"notes\":\"why\"},"
          "{\"identifier\":\"2\",\"uri\":\"u\",\"lastChangeDateTime\":\"z\",\"associationType\":\"isChildOf\",\"sequenceNumber\":7,"
          "\"originNodeURI\":{\"identifier\":\"b\",\"uri\":\"u\"},\"destinationNodeURI\":{\"identifier\":\"a\",\"uri\":\"u\"}}],"
          "\"CFDefinitions\":{\"CFConcepts\":[],\"CFItemTypes\":[{\"identifier\":\"t\",\"uri\":\"u\",\"title\":\"Competency\",\"more\":true}]},"
          "\"CFRubrics\":[{\"identifier\":\"r\",\"uri\":\"u\",\"CFRubricCriteria\":[{\"identifier\":\"c\",\"uri\":\"u\",\"CFItemURI\":{\"identifier\":\"b\",\"uri\":\"u\"},"
          "\"CFRubricCriterionLevels\":[{\"identifier\":\"l2\",\"uri\":\"u\",\"position\":2,\"description\":\"high\"},"
          "{\"identifier\":\"l1\",\"uri\":\"u\",\"position\":1,\"quality\":\"low\"}]}]}],"
          "\"top\":\"level\"}");
    struct case_package *in = package_of(s, json), *out = package_of(s, through(s, json));
    struct str path = case_difference(s->a, in, out);
    if (path.n != 0)
        fail_msg("differs at %.*s", STR_ARG(path));

    struct framework_content c;
    struct problems p = problems_new(s->a);
    case_to_content(s->a, in, &c, &p);
    content_arrange(&c, s->a, &p);
    assert_int_equal(p.errors, 0);
    assert_int_equal(c.items[0].parent, 1);
    assert_true(c.items[0].has_sequence && c.items[0].sequence == 7);
    assert_true(c.items[0].indicator && c.items[0].title_made && str_eq(c.items[0].title, S("B")));
    assert_true(str_eq(c.licence, S("CC0")) && str_eq(c.publisher, S("P")));
    assert_int_equal(c.level_count, 2);
    assert_true(str_eq(c.levels[0].descriptor, S("low")) && c.levels[0].level == 1 && str_eq(c.levels[1].descriptor, S("high")));
}

static struct framework_content shipped(struct site *s)
{
    struct framework_content c = {0};
    struct problems p = problems_new(s->a);
    content_read_head(s->a, S("framework.txt"), site_file(s, "content/framework/cadre-leadership/framework.txt"), &c, &p);
    content_read_csv(s->a, S("items.csv"), site_file(s, "content/framework/cadre-leadership/items.csv"), &c, &p);
    content_read_csv_language(s->a, S("items.de.csv"), site_file(s, "content/framework/cadre-leadership/items.de.csv"), S("de"), &c, &p);
    content_arrange(&c, s->a, &p);
    assert_int_equal(p.errors, 0);
    return c;
}

static void own_framework_comes_back(void **state)
{
    struct site *s = *state;
    struct framework_content c = shipped(s), in, back;
    int64_t id = import(s, &c);
    struct str json, csv, german;
    assert_int_equal(case_export(s->db, s->a, id, S("https://x"), &json, &s->err), RC_OK);
    struct problems p = problems_new(s->a);
    case_format.read(s->a, S("x.json"), json, &back, &p);
    content_arrange(&back, s->a, &p);
    assert_int_equal(p.errors + p.warnings, 0);
    assert_int_equal(framework_content_load(s->db, s->a, id, &in), RC_OK);
    assert_int_equal(back.item_count, 68);
    assert_int_equal(back.association_count, 68);
    assert_int_equal(back.name_count, 1);
    assert_true(str_eq(back.names[0].title, in.names[0].title) && str_eq(back.licence, S("CC-BY-4.0")));
    assert_int_equal(back.level_count, in.level_count);
    assert_int_equal(back.text_count, in.text_count);
    csv = content_write_csv(s->a, &in, S(""));
    assert_true(str_eq(content_write_csv(s->a, &back, S("")), csv));
    german = content_write_csv(s->a, &in, S("de"));
    assert_true(str_eq(content_write_csv(s->a, &back, S("de")), german));
    /* what came back goes out again as the same bytes */
    back.version = S("2");
    struct str again;
    struct case_package *x = package_of(s, json), *y;
    assert_int_equal(case_export(s->db, s->a, import(s, &back), S("https://x"), &again, &s->err), RC_OK);
    y = package_of(s, again);
    assert_same_nodes(s, x, y);
}

static void nonsense_is_a_problem(void **state)
{
    static const char *const texts[] = {"{", "[]", "{}", "{\"CFDocument\":{\"identifier\":\"d\",\"title\":\"T\"},\"CFItems\":[]}"};
    struct site *s = *state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct framework_content c;
        struct problems p = problems_new(s->a);
        case_format.read(s->a, S("x.json"), str_from(texts[i]), &c, &p);
        assert_true(p.errors > 0);
    }
    assert_false(case_format.recognise(S("code,parent\n")));
    assert_true(case_format.recognise(S("\xEF\xBB\xBF \n{")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shared_files_come_back_as_they_went, setup, teardown),
        cmocka_unit_test_setup_teardown(everything_else_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(own_framework_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(nonsense_is_a_problem, setup, teardown),
    };
    return site_run(tests, COUNT_OF(tests));
}
