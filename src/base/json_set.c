/* What json_set.h says: the members that exports and files to be taken along are made of. */
#include "base/json_set.h"

#include "base/buf.h"
#include "base/clock.h"

void json_set_text(json_t *o, const char *key, struct str s)
{
    json_object_set_new(o, key, json_stringn(s.p != NULL ? s.p : "", s.n));
}

void json_set_words(json_t *o, const char *key, struct str s)
{
    if (s.n != 0)
        json_set_text(o, key, s);
}

void json_set_int(json_t *o, const char *key, int64_t v)
{
    json_object_set_new(o, key, json_integer(v));
}

void json_set_int_unless(json_t *o, const char *key, bool absent, int64_t v)
{
    if (!absent)
        json_set_int(o, key, v);
}

void json_set_bool(json_t *o, const char *key, bool v)
{
    json_object_set_new(o, key, json_boolean(v));
}

void json_set_day(struct arena *a, json_t *o, const char *key, int64_t day)
{
    struct buf b = buf_new(a, 16);
    day_format(&b, day);
    json_set_text(o, key, buf_text(&b));
}

void json_set_time(struct arena *a, json_t *o, const char *key, int64_t ms)
{
    struct buf b = buf_new(a, 32);
    instant_format(&b, ms);
    json_set_text(o, key, buf_text(&b));
}

void json_set_time_unless(struct arena *a, json_t *o, const char *key, bool absent, int64_t ms)
{
    if (!absent)
        json_set_time(a, o, key, ms);
}

json_t *json_new_list(json_t *o, const char *key)
{
    json_t *list = json_array();
    json_object_set_new(o, key, list);
    return list;
}

json_t *json_new_object(json_t *o, const char *key)
{
    json_t *inner = json_object();
    json_object_set_new(o, key, inner);
    return inner;
}

json_t *json_new_item(json_t *list)
{
    json_t *o = json_object();
    json_array_append_new(list, o);
    return o;
}
