/* Brings exercises from content files into a programme; see practice.h. All are read and checked before anything is written. */
#include "programme/framework/framework.h"
#include "programme/practice/inside.h"

struct loader {
    struct db *tx;
    struct arena *a;
    int64_t programme, now;
    struct problems *p;
    struct practice_counts *counts;
};

/* One file: "exercises/<code>.twee" or ".md", "exercises/<code>.<language>.twee" or ".md", with or without "content/" before it. */
struct one {
    struct str path, code, language; /* language: of a translation; empty: as it is written */
    enum practice_kind kind; /* PRACTICE_KIND_COUNT: unknown, word says what stands there */
    bool sections;           /* the kind stands in its head */
    struct str word, bytes;
    struct practice_text text;
    int64_t stage, *competencies;
    bool write;
};

static bool split_path(const struct content_file *f, struct one *out)
{
    struct str path = f->path, name;
    size_t dot;
    if (str_starts(path, S("content/")))
        path = str_sub(path, strlen("content/"), path.n);
    if (!str_starts(path, S("exercises/")))
        return false;
    name = str_sub(path, strlen("exercises/"), path.n);
    *out = (struct one){.path = f->path, .bytes = f->bytes, .kind = PRACTICE_KIND_COUNT, .code = name, .language = S("")};
    if (str_ends(name, S(".twee"))) {
        out->kind = PRACTICE_CASE;
        out->code = str_sub(name, 0, name.n - strlen(".twee"));
    } else if (str_ends(name, S(".md"))) {
        out->code = str_sub(name, 0, name.n - strlen(".md"));
        out->sections = true;
        if (!practice_find_kind_in(f->bytes, &out->kind, &out->word))
            out->kind = PRACTICE_KIND_COUNT;
    }
    if (str_find(out->code, S("."), &dot)) {
        out->language = str_sub(out->code, dot + 1, out->code.n);
        out->code = str_sub(out->code, 0, dot);
    }
    return true;
}

/* What this text would replace: exists says whether the exercise is there. */
static enum rc compare(struct loader *l, struct one *o, bool *same, bool *theirs)
{
    struct row_practice_by_code x;
    struct row_practice_current current;
    *same = *theirs = false;
    enum rc rc = sql_practice_by_code(l->tx, l->a, l->programme, o->code, &x);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    *theirs = !x.shipped;
    rc = sql_practice_current(l->tx, l->a, x.id, o->language.n != 0 ? o->language : x.language, &current);
    if (rc == RC_OK)
        *same = str_eq(current.digest, practice_digest(l->a, o->bytes)) && (o->language.n == 0 || current.translates_id == x.own_id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static const struct one *original_of(const struct one *all, size_t count, const struct one *o)
{
    for (size_t k = 0; k < count; k++)
        if (all[k].language.n == 0 && str_eq(all[k].code, o->code))
            return &all[k];
    return NULL;
}

static enum rc check(struct loader *l, const struct one *all, size_t count, struct one *o)
{
    bool same, theirs;
    const struct one *original = original_of(all, count, o);
    if (o->kind == PRACTICE_KIND_COUNT && o->sections) {
        problems_add(l->p, o->path, 1, S("kind"), M_practice_kind_unknown, "%.*s", STR_ARG(o->word));
        return RC_OK;
    }
    if (original != NULL && original->kind != o->kind && original->kind != PRACTICE_KIND_COUNT) {
        problems_add(l->p, o->path, 1, S("kind"), M_practice_translation_section, "kind");
        return RC_OK;
    }
    if (o->kind == PRACTICE_KIND_COUNT || !practice_code_valid(o->code) || original == NULL) {
        problems_add(l->p, o->path, 0, S(""), o->kind == PRACTICE_KIND_COUNT ? M_practice_file_unknown : original == NULL ? M_practice_original_missing : M_practice_code_bad,
                     "%.*s", STR_ARG(o->code));
        return RC_OK;
    }
    TRY(compare(l, o, &same, &theirs));
    if (theirs && !same)
        problems_warn(l->p, o->path, 0, S(""), M_practice_changed_on_pages, NULL);
    l->counts->unchanged += same || theirs;
    if (same && (o->language.n == 0 || !original->write)) /* a translation follows its original */
        return RC_OK;
    if (theirs)
        return RC_OK;
    size_t errors = l->p->errors;
    practice_read_text(l->a, 0, o->kind, o->path, o->bytes, l->p, &o->text);
    if (o->language.n == 0 && str_empty(o->text.language))
        o->text.language = S("en");
    if (errors == l->p->errors && o->language.n == 0)
        TRY(practice_find_named(l->tx, l->a, l->programme, l->p, &o->text, &o->stage, &o->competencies));
    if (errors == l->p->errors && o->language.n != 0)
        practice_check_translation(l->a, o->kind, original->bytes, o->path, o->bytes, l->p);
    o->write = true;
    return RC_OK;
}

static enum rc write(struct loader *l, const struct one *o, struct err *e)
{
    struct row_practice_by_code x = {0};
    struct practice_publishing n = {.programme = l->programme, .code = o->code, .own = o->language.n == 0, .text = &o->text, .source = o->bytes,
                                    .stage = o->stage, .competencies = o->competencies};
    int64_t version;
    enum rc rc = sql_practice_by_code(l->tx, l->a, l->programme, o->code, &x);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    n.exercise = rc == RC_OK ? x.id : 0;
    n.language = !n.own ? o->language : rc == RC_OK ? x.language : o->text.language;
    TRY(practice_publish(l->tx, l->a, &n, l->now, &version, e));
    if (n.own) {
        l->counts->added += rc == RC_NOT_FOUND;
        l->counts->changed += rc == RC_OK;
    }
    return RC_OK;
}

enum rc practice_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files, size_t count, int64_t now,
                      struct problems *problems, struct practice_counts *counts, struct err *e)
{
    struct loader l = {.tx = tx, .a = a, .programme = programme, .now = now, .p = problems, .counts = counts};
    struct one *all = ARENA_ARRAY(a, count, struct one);
    size_t n = 0;
    *counts = (struct practice_counts){0};
    for (size_t k = 0; k < count; k++)
        n += split_path(&files[k], &all[n]);
    for (int translations = 0; translations < 2; translations++)
        for (size_t k = 0; k < n; k++)
            if ((all[k].language.n != 0) == (translations == 1))
                TRY(check(&l, all, n, &all[k]));
    TRY(problems_check(problems, e));
    for (int translations = 0; translations < 2; translations++)
        for (size_t k = 0; k < n; k++)
            if (all[k].write && (all[k].language.n != 0) == (translations == 1))
                TRY(write(&l, &all[k], e));
    return RC_OK;
}
