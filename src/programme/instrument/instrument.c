/* Instruments in the database, and asking by them; see instrument.h. */
#include "programme/instrument/instrument.h"

#include "auth/session.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "programme/framework/framework.h"
#include "programme/instrument/inside.h"

const char *instrument_kind_word(enum instrument_kind kind)
{
    static const char *const words[] = {
#define X(id, word) [INSTRUMENT_##id] = word,
        INSTRUMENT_KINDS(X)
#undef X
    };
    return kind < INSTRUMENT_KIND_COUNT ? words[kind] : "";
}

bool instrument_find_kind(struct str word, enum instrument_kind *kind)
{
    for (int k = 0; k < INSTRUMENT_KIND_COUNT; k++)
        if (str_eq_z(word, instrument_kind_word((enum instrument_kind)k))) {
            *kind = (enum instrument_kind)k;
            return true;
        }
    return false;
}

bool instrument_slug_valid(struct str s)
{
    for (size_t k = 0; k < s.n; k++) {
        char c = s.p[k];
        bool hyphen = c == '-' && k != 0 && k + 1 != s.n;
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !hyphen)
            return false;
    }
    return s.n != 0 && s.n <= 60;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------- */

void instrument_read_bodies(struct arena *a, const struct instrument_body *bodies, size_t count, struct problems *p, struct instrument *out)
{
    size_t before = p->errors;
    instrument_text_read(a, bodies[0].file, bodies[0].bytes, p, out);
    for (size_t k = 1; k < count && p->errors == before; k++) {
        struct instrument copy = *out; /* each translation is read against the original */
        copy.items = ARENA_ARRAY(a, out->item_count, struct instrument_item);
        copy.domains = ARENA_ARRAY(a, out->domain_count, struct instrument_domain);
        memcpy(copy.items, out->items, out->item_count * sizeof *out->items);
        memcpy(copy.domains, out->domains, out->domain_count * sizeof *out->domains);
        if (str_eq(bodies[k].language, out->language))
            problems_add(p, bodies[k].file, 1, S("language"), M_instrument_language_twice, "%.*s", STR_ARG(bodies[k].language));
        instrument_text_translate(a, bodies[k].file, bodies[k].bytes, bodies[k].language, p, &copy);
    }
}

/* The ids and competencies of its items; what was written names the items in the same order. */
static enum rc fill_ids(struct db *db, struct arena *a, struct instrument *i)
{
    struct rows_instrument_items_of items;
    struct rows_instrument_competencies_of links;
    TRY(sql_instrument_items_of(db, a, i->id, &items));
    TRY(sql_instrument_competencies_of(db, a, i->id, &links));
    ASSERT(items.n == i->item_count);
    size_t used = 0;
    for (size_t k = 0; k < items.n; k++) {
        struct instrument_item *it = &i->items[k];
        int64_t *competencies = ARENA_ARRAY(a, INSTRUMENT_POINTS_MAX, int64_t);
        ASSERT(str_eq(it->code, items.v[k].code));
        it->id = items.v[k].id;
        it->competency_count = 0;
        for (; used < links.n && links.v[used].item_id == it->id; used++)
            if (it->competency_count < INSTRUMENT_POINTS_MAX)
                competencies[it->competency_count++] = links.v[used].competency_id;
        it->competencies = competencies;
    }
    return RC_OK;
}

static enum rc read_version(struct db *db, struct arena *a, const struct row_instrument_row *row, struct str language, struct instrument *out)
{
    struct rows_instrument_texts_in texts;
    struct problems p = problems_new(a);
    TRY(sql_instrument_texts_in(db, a, row->id, row->language, language, &texts));
    for (size_t k = 0; k < texts.n; k++)
        if (str_eq(texts.v[k].language, row->language))
            instrument_text_read(a, row->slug, texts.v[k].body, &p, out);
    ASSERT(p.errors == 0 && out->item_count != 0); /* it was read before it was kept */
    for (size_t k = 0; k < texts.n; k++)
        if (!str_eq(texts.v[k].language, row->language))
            instrument_text_translate(a, row->slug, texts.v[k].body, texts.v[k].language, &p, out);
    out->id = row->id;
    out->slug = row->slug;
    out->version = row->version;
    out->current = str_eq_z(row->state, "current");
    return fill_ids(db, a, out);
}

enum rc instrument_find(struct db *db, struct arena *a, int64_t id, struct str language, struct instrument *out)
{
    struct row_instrument_row row;
    TRY(sql_instrument_row(db, a, id, &row));
    return read_version(db, a, &row, language, out);
}

enum rc instrument_current(struct db *db, struct arena *a, struct str slug, struct str language, struct instrument *out)
{
    struct row_instrument_latest row;
    TRY(sql_instrument_latest(db, a, slug, &row));
    if (!str_eq_z(row.state, "current"))
        return RC_NOT_FOUND;
    _Static_assert(sizeof row == sizeof(struct row_instrument_row), "same columns");
    struct row_instrument_row same;
    memcpy(&same, &row, sizeof same);
    return read_version(db, a, &same, language, out);
}

enum rc instrument_list(struct db *db, struct arena *a, enum instrument_kind kind, struct str language, struct instrument_entry **out,
                        size_t *count)
{
    struct rows_instrument_entries rows;
    struct str word = kind < INSTRUMENT_KIND_COUNT ? str_from(instrument_kind_word(kind)) : S("");
    TRY(sql_instrument_entries(db, a, word, language, 0, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct instrument_entry);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++) {
        struct instrument_entry *e = &(*out)[k];
        *e = (struct instrument_entry){.id = rows.v[k].id, .slug = rows.v[k].slug, .title = rows.v[k].title, .version = rows.v[k].version};
        ASSERT(instrument_find_kind(rows.v[k].kind, &e->kind));
    }
    return RC_OK;
}

size_t instrument_item_by_id(const struct instrument *i, int64_t id)
{
    for (size_t k = 0; k < i->item_count; k++)
        if (i->items[k].id == id)
            return k;
    return SIZE_MAX;
}

size_t instrument_item_by_code(const struct instrument *i, struct str code)
{
    for (size_t k = 0; k < i->item_count; k++)
        if (str_eq(i->items[k].code, code))
            return k;
    return SIZE_MAX;
}

/* ---- asking -------------------------------------------------------------------------------------------------------------- */

bool instrument_answer_valid(const struct instrument *i, int answer)
{
    return (answer >= i->low && answer <= i->high) || (answer == INSTRUMENT_UNABLE && i->unable);
}

struct str instrument_answer_word(const struct ctx *c, const struct instrument *i, size_t item, int answer)
{
    const struct instrument_item *it = &i->items[item];
    if (answer == INSTRUMENT_UNABLE || answer < i->low || answer > i->high)
        return tr(c, answer == INSTRUMENT_UNABLE ? M_instrument_unable : M_instrument_missing);
    const struct str *texts = it->anchors != NULL ? it->anchors : i->labels;
    return texts != NULL ? texts[answer - i->low] : str_printf(c->a, "%d", answer);
}

const char *instrument_field_name(struct arena *a, const struct instrument *i, size_t item)
{
    return str_z(a, str_concat(a, S("i-"), i->items[item].code));
}

#define UNABLE_VALUE "unable"

/* Its choices: a label with the anchor below it where there are both. */
static size_t fill_choices(const struct ctx *c, const struct instrument *i, const struct instrument_item *it, struct choice *out)
{
    size_t n = 0;
    for (int point = i->low; point <= i->high; point++) {
        const struct str *anchor = it->anchors != NULL ? &it->anchors[point - i->low] : NULL;
        const struct str *label = i->labels != NULL ? &i->labels[point - i->low] : NULL;
        out[n++] = (struct choice){.value = str_printf(c->a, "%d", point),
                                   .label = label != NULL ? *label : *anchor,
                                   .hint = label != NULL && anchor != NULL ? *anchor : S("")};
    }
    if (i->unable)
        out[n++] = (struct choice){.value = S(UNABLE_VALUE), .label = tr(c, M_instrument_unable)};
    return n;
}

struct field *instrument_add_field(const struct ctx *c, struct form *f, const struct instrument *i, size_t item, bool required, int answer,
                                   struct str words)
{
    const struct instrument_item *it = &i->items[item];
    struct field field = {.name = instrument_field_name(c->a, i, item), .label_text = it->text};
    if (it->hint.n != 0)
        field.label_text = str_printf(c->a, "%.*s (%.*s)", STR_ARG(it->text), STR_ARG(it->hint));
    if (it->words) {
        field.kind = FIELD_LONG_TEXT;
        field.max = 4000;
        field.rows = 4;
        field.value = words;
        return form_add(f, field);
    }
    struct choice *choices = ARENA_ARRAY(c->a, INSTRUMENT_POINTS_MAX + 1, struct choice);
    field.kind = FIELD_CHOICE;
    field.boxed = true;
    field.required = required;
    field.choice_count = fill_choices(c, i, it, choices);
    field.choices = choices;
    if (answer == INSTRUMENT_UNABLE)
        field.value = S(UNABLE_VALUE);
    else if (answer >= 0)
        field.value = str_printf(c->a, "%d", answer);
    return form_add(f, field);
}

int instrument_read_field(const struct form *f, const struct instrument *i, size_t item)
{
    struct str value = form_text(f, instrument_field_name(f->a, i, item));
    int64_t point;
    if (str_eq_z(value, UNABLE_VALUE) && i->unable)
        return INSTRUMENT_UNABLE;
    return str_to_int(value, &point) && point >= i->low && point <= i->high ? (int)point : INSTRUMENT_MISSING;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------- */

enum rc instrument_find_competencies(struct db *db, struct arena *a, struct str file, struct problems *p, struct instrument *i)
{
    struct competency *all = NULL;
    size_t count = 0;
    struct strmap by_code = strmap_new(a);
    enum rc rc = framework_outline(db, a, 0, S("en"), true, &all, &count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    for (size_t k = 0; k < count; k++)
        strmap_add(&by_code, all[k].code, k);
    for (size_t k = 0; k < i->item_count; k++) {
        struct instrument_item *it = &i->items[k];
        int64_t *ids = ARENA_ARRAY(a, it->competency_count, int64_t);
        for (size_t n = 0; n < it->competency_count; n++) {
            size_t at = strmap_get(&by_code, it->competency_codes[n]);
            if (at == STRMAP_NONE)
                problems_add(p, file, it->line, S(""), M_instrument_competency_unknown, "%.*s", STR_ARG(it->competency_codes[n]));
            else
                ids[n] = all[at].competency;
        }
        it->competencies = ids;
    }
    return RC_OK;
}

static enum rc write_items(struct db *tx, const struct instrument *i, int64_t id)
{
    for (size_t k = 0; k < i->item_count; k++) {
        const struct instrument_item *it = &i->items[k];
        int64_t item = db_new_id(tx);
        TRY(sql_instrument_item_add(tx, item, id, (int64_t)k, i->domains[it->domain].code, it->code, it->words ? S("words") : S("rating")));
        for (size_t n = 0; n < it->competency_count; n++)
            TRY(sql_instrument_competency_add(tx, item, it->competencies[n], (int64_t)n));
    }
    return RC_OK;
}

static enum rc write_texts(struct db *tx, struct arena *a, const struct instrument *i, const struct instrument_body *bodies, size_t count,
                           int64_t id)
{
    for (size_t k = 0; k < count; k++) {
        struct instrument translated = *i;
        struct problems ignored = problems_new(a);
        if (k != 0) { /* for its title */
            translated.items = ARENA_ARRAY(a, i->item_count, struct instrument_item);
            translated.domains = ARENA_ARRAY(a, i->domain_count, struct instrument_domain);
            memcpy(translated.items, i->items, i->item_count * sizeof *i->items);
            memcpy(translated.domains, i->domains, i->domain_count * sizeof *i->domains);
            instrument_text_translate(a, S(""), bodies[k].bytes, bodies[k].language, &ignored, &translated);
        }
        TRY(sql_instrument_text_add(tx, id, k == 0 ? i->language : bodies[k].language, translated.title, utf8_fold(a, translated.title),
                                    bodies[k].bytes));
    }
    return RC_OK;
}

enum rc instrument_add_version(struct db *tx, struct arena *a, const struct row_instrument_latest *before, struct str slug,
                               const struct instrument *i, const struct instrument_body *bodies, size_t count, int64_t person, int64_t now,
                               int64_t *id, struct err *e)
{
    *id = db_new_id(tx);
    if (before->id != 0) {
        TRY(sql_instrument_make_earlier(tx, before->id, before->revision));
        if (db_changes(tx) != 1)
            return err_set(e, RC_CONFLICT, M_instrument_changed, NULL);
    }
    TRY(sql_instrument_add(tx, *id, slug, before->version + 1, str_from(instrument_kind_word(i->kind)), i->language, i->licence, i->low, i->high,
                           person == 0, person != 0 ? &person : NULL, now));
    TRY(write_texts(tx, a, i, bodies, count, *id));
    TRY(write_items(tx, i, *id));
    return audit_note(tx, now, person, "instrument_version", 0, "instrument", *id);
}
