/* Any bytes as a posted form with a field of every kind: no crash; a value that passes keeps to its field's limits; the
 * form can be shown again, as JSON that is JSON and as HTML into which nothing that was typed gets as markup. */
#include <jansson.h>

#include "base/utf8.h"
#include "gen/msg_site.h"
#include "http/parse.h"
#include "view/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct choice choices[] = {{S_INIT("a"), S_INIT("A"), {NULL, 0}}, {S_INIT("b"), S_INIT("B"), {NULL, 0}}};

static struct form *make(struct arena *a)
{
    struct form *f = form_new(a, 0, zone_find(S("Europe/Berlin")), S("/x"), M_site_sign_in);
    static const enum field_kind kinds[] = {FIELD_TEXT, FIELD_LONG_TEXT, FIELD_EMAIL,  FIELD_PASSWORD, FIELD_INT,  FIELD_REAL,  FIELD_DAY,
                                            FIELD_WHEN, FIELD_CHOICE,    FIELD_MANY,   FIELD_BOOL,     FIELD_FILE, FIELD_HIDDEN};
    static const char *const names[] = {"t", "l", "e", "p", "i", "r", "d", "w", "c", "m", "b", "f", "h"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct field fd = {.name = names[i], .kind = kinds[i], .label_text = S("L")};
        if (kinds[i] == FIELD_TEXT)
            fd.min = 2, fd.max = 9;
        if (kinds[i] == FIELD_INT)
            fd.min = -5, fd.max = 5;
        if (kinds[i] == FIELD_CHOICE || kinds[i] == FIELD_MANY)
            fd.choices = choices, fd.choice_count = COUNT_OF(choices);
        form_add(f, fd);
    }
    return f;
}

static void accepted(struct form *f)
{
    struct str t = form_text(f, "t"), c = form_text(f, "c");
    ASSERT(utf8_is_text(t) && (t.n == 0 || (utf8_count(t) >= 2 && utf8_count(t) <= 9)));
    ASSERT(utf8_is_text(form_text(f, "l")));
    ASSERT(form_text(f, "l").n == 0 || memchr(form_text(f, "l").p, '\r', form_text(f, "l").n) == NULL);
    ASSERT(c.n == 0 || str_eq_z(c, "a") || str_eq_z(c, "b"));
    int64_t i = form_int(f, "i", 0), day, ms, back;
    ASSERT(i >= -5 && i <= 5);
    double r = form_real(f, "r", 0);
    ASSERT(r - r == 0); /* finite */
    if (form_day(f, "d", &day))
        ASSERT(day_parse(form_day_value(f, day), &back) && back == day);
    if (form_when(f, "w", &ms))
        ASSERT(form_when_value(f, ms).n != 0);
    struct field *m = form_field(f, "m");
    for (size_t k = 0; k < m->value_count; k++)
        ASSERT(str_eq_z(m->values[k], "a") || str_eq_z(m->values[k], "b"));
}

static size_t tags(struct arena *a, const struct form *f)
{
    struct buf b = buf_new(a, 4096);
    struct view_env env = {.out = &b, .a = a, .lang = f->lang, .zone = f->zone, .csrf = S("token")};
    form_html(&env, f);
    ASSERT(utf8_valid(buf_text(&b)));
    size_t n = 0;
    for (size_t i = 0; i < b.n; i++)
        n += b.p[i] == '<';
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str s = {(const char *)data, size};
    struct part *parts;
    size_t count;
    if (fields_parse(a, s, &parts, &count) == RC_OK) {
        struct form *f = make(a);
        size_t before = tags(a, f);
        bool ok = form_read(f, parts, count);
        ASSERT(ok == form_ok(f));
        if (ok)
            accepted(f);
        size_t after = tags(a, f);
        ASSERT(!ok || after == before); /* a form without errors has the markup it had when it was empty */
        ASSERT(after <= before + 200);
        struct buf b = buf_new(a, 4096);
        struct view_env env = {.out = &b, .a = a, .lang = f->lang, .zone = f->zone};
        form_json(&env, f);
        json_t *json = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        ASSERT(json != NULL);
        json_decref(json);
    }
    arena_free(a);
    return 0;
}
