/* Any text as a filter, a path, a person and operations on her and on a group: taken, or refused with a reason. */
#include "campus/scim/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_json(struct arena *a, struct str text)
{
    struct err e = {0};
    struct scim_user u = {0};
    struct scim_group g = {0};
    struct scim_patch patch;
    json_t *json;
    if (scim_parse(a, text, &json, &e) != RC_OK) {
        ASSERT(e.msg != 0);
        return;
    }
    ASSERT(scim_user_put_object(a, &u, json, &e) == RC_OK || e.msg != 0);
    json_decref(scim_user_json(a, &(struct scim_user){.user_name = u.user_name, .given = u.given, .family = u.family, .email = u.email, .version = S("W/\"1\"")}));
    ASSERT(scim_group_put_object(a, &g, json, &e) == RC_OK || e.msg != 0);
    if (scim_patch_read(a, json, &patch, &e) != RC_OK) {
        ASSERT(e.msg != 0);
        return;
    }
    ASSERT(scim_user_apply(a, &u, &patch, &e) == RC_OK || e.msg != 0);
    ASSERT(scim_group_apply(a, &g, &patch, &e) == RC_OK || e.msg != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str text = {(const char *)data, size};
    struct scim_filter f;
    struct scim_path p;
    struct err e = {0};
    bool suits;
    if (scim_filter_read(a, text, &f, &e) == RC_OK)
        ASSERT(f.count != 0 && (scim_user_suits(a, &(struct scim_user){.user_name = S("ada"), .email = S("a@b.org")}, &f, &suits, &e) == RC_OK || e.msg != 0));
    else
        ASSERT(e.msg != 0);
    ASSERT(scim_path_read(a, text, &p, &e) == RC_OK || e.msg != 0);
    as_json(a, text);
    arena_free(a);
    return 0;
}
