/* SCIM without a server: filters, paths and operations, by example. */
#include "arena_fixture.h"

#include "campus/scim/inside.h"

static enum rc filter(const char *text, struct scim_filter *f)
{
    struct err e;
    return scim_filter_read(a, str_from(text), f, &e);
}

static void test_filters(void **state)
{
    (void)state;
    struct scim_filter f;
    assert_int_equal(filter("userName eq \"a@b.org\"", &f), RC_OK);
    assert_int_equal(f.count, 1);
    assert_str(f.terms[0].attr, "username");
    assert_str(f.terms[0].text, "a@b.org");
    assert_int_equal(f.terms[0].op, SCIM_EQ);
    assert_int_equal(filter("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName SW \"O\\u0027B\" AND active pr and x ne null", &f), RC_OK);
    assert_int_equal(f.count, 3);
    assert_str(f.terms[0].attr, "name");
    assert_str(f.terms[0].sub, "familyname");
    assert_str(f.terms[0].text, "O'B");
    assert_int_equal(f.terms[1].op, SCIM_PR);
    assert_null(f.terms[2].text.p);
    assert_int_equal(filter("emails[type eq \"work\" and primary eq true].value co \"]\"", &f), RC_OK);
    assert_int_equal(f.count, 3);
    assert_str(f.terms[0].sub, "type");
    assert_str(f.terms[1].text, "true");
    assert_str(f.terms[2].attr, "emails");
    assert_str(f.terms[2].sub, "value");
    assert_str(f.terms[2].text, "]");
    static const char *const bad[] = {"", " ", "a", "a eq", "a eq ", "a eq \"", "a eq \"\\\"", "a eq \"x\" and", "a eq \"x\"b", "a[", "a[b eq \"c\"", "a[b eq \"c\"] d", "a[b.c eq \"d\"]", "a[b[c eq 1] eq 2]", "a.b[c eq 1]",
                                      "not (a eq 1)", "(a eq 1)", "a eq 1 or b eq 2", "a xx 1", "a eq yes", "a eq [1]", "a eq {}", "a..b eq 1", ".a eq 1", "a eq 1 and a eq 1 and a eq 1 and a eq 1 and a eq 1 and a eq 1 and a eq 1 and a eq 1 and a eq 1",
                                      "urn:x:y:a eq 1", "a eq \"\\u0000\"", "a eq \"\\ud800\"", "a\teq 1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(filter(bad[i], &f), RC_INVALID);
}

static void test_paths(void **state)
{
    (void)state;
    struct scim_path p;
    assert_int_equal(scim_path_read(a, S("members[value eq \"12\"]"), &p, NULL), RC_OK);
    assert_true(p.filtered && p.filter.count == 1);
    assert_str(p.filter.terms[0].text, "12");
    assert_int_equal(scim_path_read(a, S("emails[type eq \"work\"].Value"), &p, NULL), RC_OK);
    assert_str(p.sub, "value");
    assert_int_equal(scim_path_read(a, S("URN:ietf:params:scim:schemas:core:2.0:user:userName"), &p, NULL), RC_OK);
    assert_str(p.attr, "username");
    assert_false(p.foreign);
    assert_int_equal(scim_path_read(a, S("urn:ietf:params:scim:schemas:core:2.0:User"), &p, NULL), RC_OK);
    assert_null(p.attr.p);
    assert_int_equal(scim_path_read(a, S("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"), &p, NULL), RC_OK);
    assert_true(p.foreign);
    static const char *const bad[] = {"", ".", "a.", "a.b.c", "a b", "a[", "a[]", "a[b eq 1", "a[b eq 1]]", "a[b eq 1].", "a]", "a/b"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(scim_path_read(a, str_from(bad[i]), &p, NULL), RC_INVALID);
}

/* What of a person comes of a PATCH. */
static enum rc patched(const char *body, struct scim_user *u, struct err *e)
{
    json_t *json;
    struct scim_patch patch;
    *u = (struct scim_user){.user_name = S("ada"), .given = S("Ada"), .family = S("New"), .display = S("Ada New"), .email = S("a@b.org"), .active = true};
    *e = (struct err){0};
    TRY(scim_parse(a, str_from(body), &json, e));
    TRY(scim_patch_read(a, json, &patch, e));
    return scim_user_apply(a, u, &patch, e);
}

static void test_patches(void **state)
{
    (void)state;
    struct scim_user u;
    struct err e;
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]}", &u, &e), RC_OK);
    assert_false(u.active);
    assert_int_equal(patched("{\"operations\":[{\"OP\":\"replace\",\"value\":{\"ACTIVE\":[{\"value\":\"false\"}],\"name\":{\"familyName\":\"Old\"}}}]}", &u, &e), RC_OK);
    assert_false(u.active);
    assert_str(u.family, "Old");
    assert_str(u.given, "Ada");
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"h@b.org\",\"type\":\"home\"},{\"value\":\"w@b.org\",\"type\":\"Work\"}]}]}", &u, &e), RC_OK);
    assert_str(u.email, "w@b.org");
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":\"h@b.org\"}]}", &u, &e), RC_OK);
    assert_str(u.email, "a@b.org");
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\"}]}", &u, &e), RC_OK);
    assert_null(u.email.p);
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"remove\",\"path\":\"active\"}]}", &u, &e), RC_INVALID);
    assert_string_equal(e.field, "mutability");
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"remove\"}]}", &u, &e), RC_INVALID);
    assert_string_equal(e.field, "noTarget");
    assert_int_equal(patched("{\"Operations\":[{\"op\":\"replace\",\"path\":\"emails[\",\"value\":1}]}", &u, &e), RC_INVALID);
    assert_string_equal(e.field, "invalidPath");
    assert_int_equal(patched("{\"a\":1,\"a\":2}", &u, &e), RC_MALFORMED);
    assert_string_equal(e.field, "invalidSyntax");
}

static void test_members(void **state)
{
    (void)state;
    struct scim_group g = {0};
    struct scim_patch patch;
    struct err e;
    json_t *json;
    const char *body = "{\"Operations\":[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"3\"}]},{\"op\":\"remove\",\"path\":\"members\"},"
                       "{\"op\":\"Add\",\"path\":\"members\",\"value\":{\"value\":\"4\"}},{\"op\":\"replace\",\"value\":{\"id\":\"9\",\"displayName\":\"G\",\"members\":[\"5\"]}}]}";
    assert_int_equal(scim_parse(a, str_from(body), &json, &e), RC_OK);
    assert_int_equal(scim_patch_read(a, json, &patch, &e), RC_OK);
    assert_int_equal(scim_group_apply(a, &g, &patch, &e), RC_OK);
    assert_str(g.name, "G");
    assert_int_equal(g.count, 5);
    const int what[] = {SCIM_MEMBER_REMOVE, SCIM_MEMBERS_CLEAR, SCIM_MEMBER_ADD, SCIM_MEMBERS_CLEAR, SCIM_MEMBER_ADD};
    for (size_t i = 0; i < g.count; i++)
        assert_int_equal(g.changes[i].what, what[i]);
    assert_int_equal(g.changes[0].resource, 3);
    assert_int_equal(g.changes[4].resource, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_ARENA(test_filters), IN_ARENA(test_paths), IN_ARENA(test_patches), IN_ARENA(test_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
