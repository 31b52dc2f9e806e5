/* Members of JSON objects: one form of texts, days and times, and what is absent stays away. */
#include "arena_fixture.h"
#include "base/json_set.h"

static void test_members(void **state)
{
    (void)state;
    json_t *o = json_object(), *list = json_new_list(o, "list"), *item = json_new_item(list), *inner = json_new_object(o, "inner");
    json_set_text(item, "none", (struct str){0});
    json_set_words(item, "no_words", S(""));
    json_set_words(item, "words", S("Größe"));
    json_set_int(item, "n", INT64_MAX);
    json_set_int_unless(item, "absent", true, 1);
    json_set_bool(item, "yes", true);
    json_set_day(a, inner, "day", 0);
    json_set_time(a, inner, "at", 1000);
    json_set_time_unless(a, inner, "never", true, 0);
    json_set_time_unless(a, inner, "once", false, 1);
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    assert_string_equal(text, "{\"list\":[{\"none\":\"\",\"words\":\"Größe\",\"n\":9223372036854775807,\"yes\":true}],"
                              "\"inner\":{\"day\":\"1970-01-01\",\"at\":\"1970-01-01T00:00:01Z\",\"once\":\"1970-01-01T00:00:00.001Z\"}}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_ARENA(test_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
