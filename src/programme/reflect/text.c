/* The body of a reflection: see text.h. How it asks stands inside, sealed with the answers, so that the column beside it, which a
 * list shows, cannot change their meaning. */
#include "programme/reflect/text.h"

#include <jansson.h>
#include <sodium.h>

static const struct {
    const char *word;
    size_t steps;
} kinds[REFLECT_KINDS] = {[REFLECT_FREE] = {"free", 1}, [REFLECT_WHAT] = {"what", 3}, [REFLECT_GIBBS] = {"gibbs", 6}};

const char *reflect_kind_word(enum reflect_kind kind)
{
    return kinds[kind].word;
}

bool reflect_find_kind(struct str word, enum reflect_kind *kind)
{
    for (int i = 0; i < REFLECT_KINDS; i++)
        if (str_eq_z(word, kinds[i].word)) {
            *kind = (enum reflect_kind)i;
            return true;
        }
    return false;
}

size_t reflect_steps(enum reflect_kind kind)
{
    return kinds[kind].steps;
}

struct str reflect_write_body(struct arena *a, const struct reflect_text *t)
{
    struct buf b = buf_new(a, 4096);
    buf_printf(&b, "{\"kind\":\"%s\",\"competency\":%" PRId64 ",\"evidence\":%" PRId64 ",\"meeting\":%" PRId64 ",\"not_patients\":",
               kinds[t->kind].word, t->competency, t->evidence, t->meeting);
    buf_json(&b, t->not_patients.p != NULL ? t->not_patients : S(""));
    buf_z(&b, ",\"answers\":[");
    for (size_t i = 0; i < kinds[t->kind].steps; i++) {
        buf_z(&b, i != 0 ? "," : "");
        buf_json(&b, t->answers[i].p != NULL ? t->answers[i] : S(""));
    }
    buf_z(&b, "]}");
    return buf_text(&b);
}

static void zero_text(void *arg)
{
    const struct str *s = arg;
    sodium_memzero((void *)(uintptr_t)s->p, s->n);
}

static struct str keep_text(struct arena *a, const json_t *value)
{
    struct str *s = ARENA_NEW(a, struct str);
    *s = str_dup(a, (struct str){json_string_value(value), json_string_length(value)});
    arena_defer(a, zero_text, s);
    return *s;
}

static bool read_parts(struct arena *a, const json_t *o, struct reflect_text *t)
{
    const json_t *kind = json_object_get(o, "kind"), *answers = json_object_get(o, "answers"), *hashes = json_object_get(o, "not_patients");
    if (!json_is_string(kind) || !json_is_string(hashes) || !json_is_array(answers) ||
        !reflect_find_kind(str_from(json_string_value(kind)), &t->kind) || json_array_size(answers) != kinds[t->kind].steps)
        return false;
    for (size_t i = 0; i < kinds[t->kind].steps; i++) {
        const json_t *one = json_array_get(answers, i);
        if (!json_is_string(one))
            return false;
        t->answers[i] = keep_text(a, one);
    }
    t->not_patients = keep_text(a, hashes);
    t->competency = json_integer_value(json_object_get(o, "competency"));
    t->evidence = json_integer_value(json_object_get(o, "evidence"));
    t->meeting = json_integer_value(json_object_get(o, "meeting"));
    return true;
}

bool reflect_read_body(struct arena *a, struct str body, struct reflect_text *t)
{
    json_t *o = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    bool good = o != NULL && read_parts(a, o, t);
    json_decref(o);
    return good;
}
