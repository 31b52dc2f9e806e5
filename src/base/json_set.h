/* Writing JSON objects member by member, as what is held about a person is told to her and as a plan is taken along: the same names
 * of members, the same form of days and times wherever it is done. Objects belong to whom json_decref says (jansson). */
#ifndef CADRE_BASE_JSON_SET_H
#define CADRE_BASE_JSON_SET_H

#include <jansson.h>

#include "base/str.h"

void json_set_text(json_t *o, const char *key, struct str s);      /* no value is written as the empty text */
void json_set_words(json_t *o, const char *key, struct str s);     /* left out when there are none */
void json_set_int(json_t *o, const char *key, int64_t v);
void json_set_int_unless(json_t *o, const char *key, bool absent, int64_t v);
void json_set_bool(json_t *o, const char *key, bool v);
void json_set_day(struct arena *a, json_t *o, const char *key, int64_t day);                   /* YYYY-MM-DD */
void json_set_time(struct arena *a, json_t *o, const char *key, int64_t ms);                   /* RFC 3339, UTC */
void json_set_time_unless(struct arena *a, json_t *o, const char *key, bool absent, int64_t ms);

/* A new list or object in an object, a new object at the end of a list: borrowed from what holds them. */
json_t *json_new_list(json_t *o, const char *key);
json_t *json_new_object(json_t *o, const char *key);
json_t *json_new_item(json_t *list);

#endif
