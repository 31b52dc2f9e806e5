/* campus/case: packages of other people read, written and read again without loss; the tree; every way to be wrong. */
#include "problems_fixture.h"
#include "files.h"

#include <pthread.h>

#include "base/buf.h"
#include "campus/case/case_read.h"
#include "campus/case/case_write.h"
#include "gen/msg_case.h"

static bool found(msg_id msg, enum severity severity, const char *path)
{
    for (size_t i = 0; i < problems.kept; i++) {
        const struct problem *p = &problems.items[i];
        if (p->msg == msg && p->severity == severity && str_eq_z(p->column, path))
            return true;
    }
    return false;
}

static struct case_package *read_text(struct str json)
{
    struct case_package *k;
    struct err e = {0};
    if (case_read(a, json, &k, &problems, &e) != RC_OK)
        fail_msg("%d %s", e.msg, e.detail);
    return k;
}

/* Writes, reads again, compares every member; the second writing must give the same bytes. */
static void assert_round_trip(const struct case_package *k)
{
    struct str written = case_write(a, k);
    struct case_package *again = read_text(written);
    struct str difference = case_difference(a, k, again);
    if (!str_empty(difference))
        fail_msg("%.*s differs", STR_ARG(difference));
    assert_true(str_eq(case_write(a, again), written));
}

/* ---- files of other people ---- */

static void test_shared(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t items, associations;
        const char *title;
    } files[] = {
        {"MarkdownFramework.json", 2, 2, "Test Markdown Framework"},
        {"Ordering.json", 28, 28, "ACT Holistic Framework, Math"},
        {"SmartLevelFramework.json", 14, 14, "SmartLevel Test"},
        {"Utf8TestFramework.json", 1, 1, "UTF8 \xF0\x9D\x91\x91 Test"},
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct case_package *k = read_text(file_shared(a, str_printf(a, "case/%s", files[i].name).p));
        assert_count(0, 0);
        assert_int_equal(k->items.count, files[i].items);
        assert_int_equal(k->associations.count, files[i].associations);
        assert_str(k->document.title, files[i].title);
        assert_null(k->extra.p); /* everything in these files has a member of its own */
        assert_int_equal(k->definitions.concepts.shape, CASE_PRESENT);
        assert_round_trip(k);
        struct case_tree tree = case_tree_build(a, k, &problems);
        assert_int_equal(tree.count, files[i].items);
        assert_count(0, 0);
        case_complete(a, k, S("https://cadre.example.org/"));
        assert_round_trip(k);
    }
}

static void test_shared_markdown(void **state)
{
    (void)state;
    struct case_package *k = read_text(file_shared(a, "case/MarkdownFramework.json"));
    assert_str(k->items.items[0].human_coding_scheme, "MD.Table");
    assert_str(k->items.items[0].full_statement, "This contains a _table_ in markdown:\r\n\r\n| Column 1 | Column 2 "
                                                 "|\r\n| --- | --- |\r\n| data 1 | data 2|\r\n\r\n"
                                                 " Here is a math equation $x = {-b \\pm \\sqrt{b^2-4ac} \\over 2a}$");
    struct str written = case_write(a, k); /* and byte for byte again */
    assert_true(str_find(written, S("\\\\pm \\\\sqrt{b^2-4ac}"), NULL));
}

static void test_shared_order(void **state)
{
    (void)state;
    struct case_package *k = read_text(file_shared(a, "case/Ordering.json"));
    assert_str(k->document.description, ""); /* empty is not absent */
    assert_null(k->document.publisher.p);
    assert_str(k->document.package.title, "ACT Holistic Framework, Math");
    struct case_tree tree = case_tree_build(a, k, &problems);
    static const char *const first[] = {"H.A.MATH.GM",
                                        "H.A.MATH.GM.PF",
                                        "H.A.MATH.GM.PF.2DFP",
                                        "H.A.MATH.GM.PF.2DFP.L1",
                                        "H.A.MATH.GM.PF.2DFP.L1.1",
                                        "H.A.MATH.GM.PF.2DFP.L1.10"};
    for (size_t i = 0; i < COUNT_OF(first); i++) {
        assert_str(k->items.items[tree.nodes[i].item].human_coding_scheme, first[i]);
        assert_int_equal(tree.nodes[i].depth, i < 4 ? i : 4);
    }
    assert_int_equal(tree.nodes[27].parent, 3);
    assert_int_equal(tree.nodes[27].position, 23);
}

/* ---- everything CASE 1.1 has, and more ---- */

#define LINK(name) "{\"title\":\"" name "\",\"identifier\":\"" name "\",\"uri\":\"https://x.example/" name "\"}"

static const char
    everything[] =
        "{\"CFDocument\":{\"uri\":\"https://x.example/"
        "d\",\"identifier\":\"d\",\"frameworkType\":\"ext:medical\",\"caseVersion\":\"1.1\","
        "\"lastChangeDateTime\":\"2026-01-02T03:04:05+00:00\",\"CFPackageURI\":" LINK(
            "p") ",\"officialSourceURL\":\"https://o.example\","
                 "\"creator\":\"C\",\"publisher\":\"P\",\"title\":\"T "
                 "\xC3\xA4\",\"description\":\"*D*\\u0001\",\"subject\":[\"s1\",\"s2\"],\"subjectURI\":[" LINK(
                     "s1") "],\"language\":\"de\",\"version\":\"2\",\"adoptionStatus\":\"Adopted\",\"statusStartDate\":"
                           "\"2026-01-01\",\"statusEndDate\":"
                           "\"2027-01-01\",\"licenseURI\":" LINK(
                               "l") ",\"notes\":\"n\",\"extensions\":{\"a\":[1,2.5,null,{\"b\":true}]}},"
                                    "\"CFItems\":[{\"uri\":\"https://x.example/"
                                    "i1\",\"identifier\":\"i1\",\"lastChangeDateTime\":\"2026\","
                                    "\"CFDocumentURI\":" LINK(
                                        "d") ","
                                             "\"humanCodingScheme\":\"A\",\"listEnumeration\":\"1\",\"fullStatement\":"
                                             "\"# A\\r\\n\\ttab \\\"q\\\" \\\\\",\"abbreviatedStatement\":\"a\","
                                             "\"alternativeLabel\":\"alt\",\"CFItemType\":\"Competency\","
                                             "\"CFItemTypeURI\":" LINK(
                                                 "t") ",\"conceptKeywords\":[\"k\"],"
                                                      "\"conceptKeywordsURI\":" LINK(
                                                          "k") ",\"notes\":\"\",\"subject\":[],\"subjectURI\":[],"
                                                               "\"language\":\"en\",\"educationLevel\":[\"PGY1\","
                                                               "\"PGY2\"],\"licenseURI\":" LINK(
                                                                   "l") ",\"statusStartDate\":\"2026-01-01\","
                                                                        "\"statusEndDate\":\"2026-12-31\",\"x_weight\":"
                                                                        "0.1,"
                                                                        "\"x_null\":null},{\"identifier\":\"i2\","
                                                                        "\"fullStatement\":\"B\",\"notes\":null}],"
                                                                        "\"CFAssociations\":[{\"uri\":\"u\","
                                                                        "\"identifier\":\"a1\",\"lastChangeDateTime\":"
                                                                        "\"2026\",\"CFDocumentURI\":" LINK(
                                                                            "d") ",\"originNodeURI\":"
                                                                                 "{\"title\":\"i1\",\"identifier\":"
                                                                                 "\"i1\",\"uri\":\"https://x.example/"
                                                                                 "i1\",\"targetType\":\"CASE\",\"y\":1}"
                                                                                 ",\"associationType\":\"isChildOf\","
                                                                                 "\"destinationNodeURI\":" LINK(
                                                                                     "d") ",\"sequenceNumber\":2,"
                                                                                          "\"CFAssociationGroupingURI\""
                                                                                          ":" LINK("g") ",\"notes\":"
                                                                                                        "\"n\"},"
                                                                                                        "{\"identifier"
                                                                                                        "\":\"a2\","
                                                                                                        "\"originNodeUR"
                                                                                                        "I\":" LINK("i"
                                                                                                                    "2") ",\"associationType\":\"isChildOf\",\"destinationNodeURI\":" LINK(
                                                                                                            "d") ",\"se"
                                                                                                                 "quenc"
                                                                                                                 "eNumb"
                                                                                                                 "er\":"
                                                                                                                 "1},"
                                                                                                                 "{\"id"
                                                                                                                 "entif"
                                                                                                                 "ier\""
                                                                                                                 ":\"a3"
                                                                                                                 "\","
                                                                                                                 "\"ori"
                                                                                                                 "ginNo"
                                                                                                                 "deURI"
                                                                                                                 "\""
                                                                                                                 ":" LINK("i2") ",\"associationType\":\"exactMatchOf\",\"destinationNodeURI\":" LINK(
                                                                                                                     "e"
                                                                                                                     "l"
                                                                                                                     "s"
                                                                                                                     "e"
                                                                                                                     "w"
                                                                                                                     "h"
                                                                                                                     "e"
                                                                                                                     "r"
                                                                                                                     "e") "}],"
                                                                                                                          "\"CFDefinitions\":{\"CFConcepts\":[{\"identifier\":\"k\",\"uri\":\"u\",\"title\":\"K\",\"keywords\":\"kw\",\"hierarchyCode\":\"1\","
                                                                                                                          "\"description\":\"d\",\"lastChangeDateTime\":\"2026\"}],\"CFSubjects\":[{\"identifier\":\"s1\",\"title\":\"S\",\"hierarchyCode\":\"1\"}],"
                                                                                                                          "\"CFLicenses\":[{\"identifier\":\"l\",\"title\":\"CC0\",\"licenseText\":\"free\"}],\"CFItemTypes\":[{\"identifier\":\"t\",\"title\":\"Competency\","
                                                                                                                          "\"hierarchyCode\":\"1\",\"typeCode\":\"c\"}],\"CFAssociationGroupings\":[{\"identifier\":\"g\",\"title\":\"G\"}],\"z\":1},"
                                                                                                                          "\"CFRubrics\":[{\"identifier\":\"r\",\"uri\":\"u\",\"title\":\"R\",\"description\":\"d\",\"lastChangeDateTime\":\"2026\",\"CFRubricCriteria\":["
                                                                                                                          "{\"identifier\":\"c\",\"category\":\"cat\",\"description\":\"d\",\"CFItemURI\":" LINK(
                                                                                                                              "i1") ",\"weight\":0.5,\"position\":1,\"rubricId\":\"r\","
                                                                                                                                    "\"CFRubricCriterionLevels\":[{\"identifier\":\"v\",\"description\":\"d\",\"quality\":\"good\",\"score\":3,\"feedback\":\"f\",\"position\":1,"
                                                                                                                                    "\"rubricCriterionId\":\"c\"}]}]}],\"vendor\":{\"deep\":[[[]]]}}";

/* How many members and elements a JSON text has: nothing may be lost on the way. */
static size_t count_char(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

static void test_everything(void **state)
{
    (void)state;
    struct case_package *k = read_text(str_from(everything));
    assert_count(0, 0);
    assert_round_trip(k);
    struct str written = case_write(a, k);
    assert_int_equal(count_char(written, ':'), count_char(str_from(everything), ':'));
    assert_int_equal(count_char(written, '{'), count_char(str_from(everything), '{'));
    assert_int_equal(count_char(written, '['), count_char(str_from(everything), '['));

    assert_str(k->document.extra, "{\"extensions\":{\"a\":[1,2.5,null,{\"b\":true}]}}");
    assert_str(k->document.adoption_status, "Adopted");
    assert_str(k->document.licence.identifier, "l");
    assert_str(k->extra, "{\"vendor\":{\"deep\":[[[]]]}}");
    const struct case_item *i1 = &k->items.items[0], *i2 = &k->items.items[1];
    assert_str(i1->full_statement, "# A\r\n\ttab \"q\" \\");
    assert_str(i1->notes, "");
    assert_int_equal(i1->education_level.count, 2);
    assert_str(i1->education_level.items[1], "PGY2");
    assert_int_equal(i1->concept_keywords_uri.shape, CASE_SINGLE);
    assert_int_equal(i1->subject.shape, CASE_PRESENT);
    assert_int_equal(i2->subject.shape, CASE_ABSENT);
    assert_null(i2->notes.p);
    assert_str(i2->extra, "{\"notes\":null}");
    assert_str(k->associations.items[0].origin.extra, "{\"y\":1}");
    assert_int_equal(k->associations.items[0].sequence.v, 2);
    assert_false(k->associations.items[2].sequence.some);
    const struct case_criterion *c = &k->rubrics.items[0].criteria.items[0];
    assert_true(c->weight.some && c->weight.v > 0.49 && c->weight.v < 0.51);
    assert_str(c->levels.items[0].quality, "good");
    assert_str(k->definitions.item_types.items[0].type_code, "c");

    struct case_tree tree = case_tree_build(a, k, &problems);
    assert_count(0, 0);                      /* an exactMatchOf may lead elsewhere */
    assert_int_equal(tree.nodes[0].item, 1); /* by sequenceNumber, not by place in the file */
    assert_int_equal(tree.nodes[1].item, 0);
}

/* The comparison sees a change anywhere: without this the round trips would prove nothing. */
static void test_difference(void **state)
{
    (void)state;
    struct case_package *x = read_text(str_from(everything)), *y;
    assert_str(case_difference(a, x, x), "");
    y = read_text(str_from(everything));
    y->items.items[1].full_statement = S("b");
    assert_str(case_difference(a, x, y), "CFItems[1].fullStatement");
    y = read_text(str_from(everything));
    y->items.items[1].notes = S("");
    assert_str(case_difference(a, x, y), "CFItems[1].notes");
    y = read_text(str_from(everything));
    y->rubrics.items[0].criteria.items[0].levels.items[0].score.v += 1;
    assert_str(case_difference(a, x, y), "CFRubrics[0].CFRubricCriteria[0].CFRubricCriterionLevels[0].score");
    y = read_text(str_from(everything));
    y->associations.items[0].origin.extra = STR_NONE;
    assert_str(case_difference(a, x, y), "CFAssociations[0].originNodeURI.extra");
    y = read_text(str_from(everything));
    y->associations.count--;
    assert_str(case_difference(a, x, y), "CFAssociations");
    y = read_text(str_from(everything));
    y->definitions.shape = CASE_ABSENT;
    assert_str(case_difference(a, x, y), "CFDefinitions");
    y = read_text(str_from(everything));
    y->items.items[0].subject_uri.shape = CASE_ABSENT;
    assert_str(case_difference(a, x, y), "CFItems[0].subjectURI");
}

static void test_changed_member_wins(void **state)
{
    (void)state;
    struct case_package *k = read_text(str_from(everything));
    k->items.items[1].notes = S("new"); /* the file had "notes": null, kept in extra */
    struct case_package *again = read_text(case_write(a, k));
    assert_str(again->items.items[1].notes, "new");
    assert_null(again->items.items[1].extra.p);
}

static void test_object(void **state)
{
    (void)state;
    struct case_package *k = read_text(str_from(everything));
    struct err e = {0};
    struct case_item item;
    struct str json = case_write_object(a, &case_item_type, &k->items.items[0]);
    assert_int_equal(count_char(json, '\n'), 0);
    assert_int_equal(case_read_object(a, &case_item_type, json, &item, &problems, &e), RC_OK);
    k->items.items[0] = item;
    assert_str(case_difference(a, k, read_text(str_from(everything))), "");
    struct case_document document;
    json = case_write_object(a, &case_document_type, &k->document);
    assert_int_equal(case_read_object(a, &case_document_type, json, &document, &problems, &e), RC_OK);
    k->document = document;
    assert_str(case_difference(a, k, read_text(str_from(everything))), "");
    assert_int_equal(case_read_object(a, &case_item_type, S("[1]"), &item, &problems, &e), RC_MALFORMED);
}

static void test_complete(void **state)
{
    (void)state;
    struct case_package *k =
        read_text(S("{\"CFDocument\":{\"identifier\":\"d 1\",\"title\":\"T\"},\"CFItems\":[{\"identifier\":\"i\","
                    "\"fullStatement\":\"s\"},{\"identifier\":\"j\",\"uri\":\"own\",\"fullStatement\":\"s\"}],"
                    "\"CFAssociations\":[{\"identifier\":\"a\",\"associationType\":\"isChildOf\",\"originNodeURI\":"
                    "{\"identifier\":\"i\"},\"destinationNodeURI\":{\"identifier\":\"d 1\"}}]}"));
    assert_round_trip(k);
    case_complete(a, k, S("https://c.example//"));
    assert_str(k->document.case_version, "1.1");
    assert_str(k->document.uri, "https://c.example/ims/case/v1p1/CFDocuments/d%201");
    assert_str(k->document.package.uri, "https://c.example/ims/case/v1p1/CFPackages/d%201");
    assert_str(k->items.items[0].uri, "https://c.example/ims/case/v1p1/CFItems/i");
    assert_str(k->items.items[1].uri, "own");
    assert_str(k->associations.items[0].uri, "https://c.example/ims/case/v1p1/CFAssociations/a");
    assert_str(k->associations.items[0].origin.uri, "https://c.example/ims/case/v1p1/CFItems/i");
    assert_str(k->associations.items[0].destination.uri, "https://c.example/ims/case/v1p1/CFDocuments/d%201");
    assert_round_trip(k);
}

/* ---- what is wrong ---- */

static void test_not_json(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        int msg;
    } cases[] = {
        {S_INIT(""), M_case_json},
        {S_INIT("{\"CFDocument\":\n{"), M_case_json},
        {S_INIT("{\"a\":1,\"a\":2}"), M_case_json}, /* which one would count? */
        {S_INIT("{\"a\":\"\xE4\"}"), M_case_json},  /* not UTF-8 */
        {S_INIT("{\"a\":\"\\u0000\"}"), M_case_json},
        {S_INIT("{\"a\":1} x"), M_case_json},
        {S_INIT("[]"), M_case_not_package},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct case_package *k;
        struct err e = {0};
        assert_int_equal(case_read(a, cases[i].text, &k, &problems, &e), RC_MALFORMED);
        assert_int_equal(e.msg, cases[i].msg);
        assert_null(k);
    }
    struct buf deep = buf_new(a, 0);
    for (int i = 0; i < 100000; i++)
        buf_z(&deep, "{\"a\":");
    struct case_package *k;
    struct err e = {0};
    assert_int_equal(case_read(a, buf_text(&deep), &k, &problems, &e), RC_MALFORMED);
    assert_count(0, 0);
}

/* A worker has a quarter of a mebibyte of stack: what the parser takes for granted must not end the process. */
static void *read_on_a_small_stack(void *arg)
{
    struct case_package *k;
    struct err *e = arg;
    struct buf deep = buf_new(a, 0);
    for (int i = 0; i < 2000; i++)
        buf_z(&deep, "{\"a\":");
    buf_z(&deep, "1");
    for (int i = 0; i < 2000; i++)
        buf_ch(&deep, '}');
    assert_int_equal(case_read(a, buf_text(&deep), &k, &problems, e), RC_MALFORMED);
    return NULL;
}

static void test_bombs(void **state)
{
    (void)state;
    pthread_attr_t small;
    pthread_t thread;
    struct err e = {0};
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 * 1024);
    assert_int_equal(pthread_create(&thread, &small, read_on_a_small_stack, &e), 0);
    pthread_join(thread, NULL);
    assert_int_equal(e.msg, M_case_too_deep);

    struct case_package *k;
    struct buf many = buf_new(a, 0);
    buf_z(&many, "{\"a\":[0");
    for (int i = 0; i < 3000000; i++)
        buf_z(&many, ",0");
    buf_z(&many, "]}");
    assert_int_equal(case_read(a, buf_text(&many), &k, &problems, &e), RC_TOO_LARGE);
    assert_int_equal(e.msg, M_case_too_many);

    /* brackets in texts are no nesting */
    struct buf text = buf_new(a, 0);
    buf_z(&text, "{\"a\":\"\\\"");
    for (int i = 0; i < 200; i++)
        buf_z(&text, "[{");
    buf_z(&text, "\"}");
    assert_int_equal(case_read(a, buf_text(&text), &k, &problems, &e), RC_OK);
}

static void test_wrong_content(void **state)
{
    (void)state;
    read_text(S("{}"));
    assert_true(found(M_case_no_document, PROBLEM_ERROR, "CFDocument"));
    problems = problems_new(a);
    struct case_package *k = read_text(
        S("{\"CFDocument\":{\"title\":\" "
          "\",\"identifier\":\"d\",\"version\":1.5,\"licenseURI\":\"https://l\",\"notes\":[1]},"
          "\"CFItems\":[{\"identifier\":\"i\",\"fullStatement\":\"x\"},{\"fullStatement\":\"x\"},{\"identifier\":\"i\","
          "\"fullStatement\":\"\"},{\"identifier\":\"d\",\"fullStatement\":\"x\",\"educationLevel\":\"09\",\"subject\":"
          "[{}],"
          "\"subjectURI\":[\"https://"
          "s\",3]}],\"CFAssociations\":[{\"sequenceNumber\":\"7\"},{\"associationType\":\"isPartOf\","
          "\"sequenceNumber\":1.5}],\"CFRubrics\":[1]}"));
    assert_true(found(M_case_missing, PROBLEM_ERROR, "CFDocument.title"));
    assert_true(found(M_case_number_for_text, PROBLEM_WARNING, "CFDocument.version"));
    assert_true(found(M_case_text_for_link, PROBLEM_WARNING, "CFDocument.licenseURI"));
    assert_true(found(M_case_wrong_type, PROBLEM_WARNING, "CFDocument.notes"));
    assert_true(found(M_case_missing, PROBLEM_ERROR, "CFItems[1].identifier"));
    assert_true(found(M_case_identifier_twice, PROBLEM_ERROR, "CFItems[2].identifier"));
    assert_true(found(M_case_missing, PROBLEM_ERROR, "CFItems[2].fullStatement"));
    assert_true(found(M_case_identifier_twice, PROBLEM_ERROR, "CFItems[3].identifier"));
    assert_true(found(M_case_wrong_type, PROBLEM_WARNING, "CFItems[3].subject"));
    assert_true(found(M_case_wrong_type, PROBLEM_WARNING, "CFItems[3].subjectURI"));
    assert_true(found(M_case_missing, PROBLEM_ERROR, "CFAssociations[0].associationType"));
    assert_true(found(M_case_wrong_type, PROBLEM_WARNING, "CFAssociations[1].sequenceNumber"));
    assert_true(found(M_case_wrong_type, PROBLEM_WARNING, "CFRubrics"));
    assert_int_equal(problems.errors, 6);
    assert_str(k->document.version, "1.5");
    assert_str(k->document.licence.uri, "https://l");
    assert_str(k->document.extra, "{\"notes\":[1]}");
    assert_str(k->items.items[3].education_level.items[0], "09");
    assert_int_equal(k->associations.items[0].sequence.v, 7);
    assert_str(k->extra, "{\"CFRubrics\":[1]}");
    assert_round_trip(k); /* also what is wrong is not lost */
}

/* items 0..n-1 and isChildOf pairs child,parent,sequence (-1: none); parent -1 is the document, -2 nothing known. */
static struct case_tree tree_of(int n, const int (*pairs)[3], size_t pair_count)
{
    struct case_package *k = ARENA_NEW(a, struct case_package);
    k->document = (struct case_document){.shape = CASE_PRESENT, .identifier = S("d")};
    k->items.items = ARENA_ARRAY(a, (size_t)n, struct case_item);
    k->items.count = (size_t)n;
    for (int i = 0; i < n; i++)
        k->items.items[i].identifier = str_printf(a, "%d", i);
    k->associations.items = ARENA_ARRAY(a, pair_count, struct case_association);
    k->associations.count = pair_count;
    for (size_t i = 0; i < pair_count; i++) {
        struct case_association *s = &k->associations.items[i];
        s->type = S("isChildOf");
        s->origin = (struct case_link){.shape = CASE_PRESENT, .identifier = str_printf(a, "%d", pairs[i][0])};
        s->destination = (struct case_link){
            .shape = CASE_PRESENT, .identifier = pairs[i][1] == -1 ? S("d") : str_printf(a, "%d", pairs[i][1])};
        s->sequence = (struct case_integer){pairs[i][2] >= 0, pairs[i][2]};
    }
    return case_tree_build(a, k, &problems);
}

/* "0(1 2(3))" */
static void assert_tree(struct case_tree tree, const char *want)
{
    struct buf b = buf_new(a, 0);
    int depth = 0;
    for (size_t i = 0; i < tree.count; i++) {
        for (; depth > tree.nodes[i].depth; depth--)
            buf_ch(&b, ')');
        if (i != 0)
            buf_ch(&b, tree.nodes[i].depth > depth ? '(' : ' ');
        depth = tree.nodes[i].depth;
        buf_printf(&b, "%zu", tree.nodes[i].item);
    }
    while (depth-- > 0)
        buf_ch(&b, ')');
    assert_str(buf_text(&b), want);
}

static void test_tree(void **state)
{
    (void)state;
    assert_tree(tree_of(0, NULL, 0), "");
    assert_tree(tree_of(3, NULL, 0), "0 1 2");
    assert_tree(tree_of(4, (const int[][3]){{3, 0, -1}, {1, 0, -1}, {0, -1, 1}, {2, -1, 0}}, 4), "2 0(1 3)");
    assert_tree(tree_of(4, (const int[][3]){{1, 0, 9}, {2, 0, -1}, {3, 0, 2}}, 3),
                "0(3 1 2)"); /* numbered ones first */
    assert_tree(tree_of(3, (const int[][3]){{0, 1, -1}, {1, 2, -1}}, 2), "2(1(0))");
    assert_tree(tree_of(3, (const int[][3]){{2, 0, -1}, {2, 1, -1}}, 2), "0(2) 1"); /* two parents: the first */
    assert_count(0, 0);
}

static void test_tree_wrong(void **state)
{
    (void)state;
    assert_tree(tree_of(2, (const int[][3]){{1, 1, -1}}, 1), "0 1");
    assert_true(found(M_case_circle, PROBLEM_ERROR, "CFAssociations[0]"));
    assert_count(1, 0);
    struct case_tree t = tree_of(4, (const int[][3]){{3, 0, -1}, {0, 1, -1}, {1, 2, -1}, {2, 0, -1}}, 4);
    assert_int_equal(t.count, 4);
    assert_count(2, 0); /* one circle, told once */
    assert_tree(t, "0(2(1) 3)");
    problems = problems_new(a);
    assert_tree(tree_of(2, (const int[][3]){{1, -2, -1}, {7, 0, -1}, {1, 0, -1}}, 3), "0(1)");
    assert_true(found(M_case_dangling, PROBLEM_WARNING, "CFAssociations[0].destinationNodeURI"));
    assert_true(found(M_case_dangling, PROBLEM_WARNING, "CFAssociations[1].originNodeURI"));
    assert_count(0, 2);
}

/* A chain as long as a file allows: neither the stack nor the time may grow with it beyond reason. */
static void test_tree_deep(void **state)
{
    (void)state;
    enum { N = 100000 };
    int(*pairs)[3] = arena_array(a, N, sizeof *pairs);
    for (int i = 0; i < N; i++) {
        pairs[i][0] = i;
        pairs[i][1] = i + 1 < N ? i + 1 : -1;
        pairs[i][2] = -1;
    }
    struct case_tree t = tree_of(N, (const int(*)[3])pairs, N);
    assert_int_equal(t.count, N);
    assert_int_equal(t.nodes[N - 1].depth, N - 1);
    assert_int_equal(t.nodes[N - 1].item, 0);
}

int main(void)
{
#define T WITH_PROBLEMS
    const struct CMUnitTest tests[] = {
        T(test_shared),     T(test_shared_markdown),     T(test_shared_order), T(test_everything),
        T(test_difference), T(test_changed_member_wins), T(test_object),       T(test_complete),
        T(test_not_json),   T(test_wrong_content),       T(test_tree),         T(test_tree_wrong),
        T(test_bombs),
        T(test_tree_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
