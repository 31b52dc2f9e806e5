/* Writing templates as versions, from content files and from pages; see pack.h. */
#include "programme/framework/framework.h"
#include "programme/pack/inside.h"

bool pack_code_valid(struct str s)
{
    for (size_t k = 0; k < s.n; k++) {
        char c = s.p[k];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c == '-' && k != 0 && k + 1 < s.n))
            return false;
    }
    return s.n != 0 && s.n <= 60;
}

enum rc pack_template_write(struct db *tx, struct arena *a, const struct pack_writing *w, int64_t *id, struct err *e)
{
    struct row_pack_template_current there;
    enum rc rc = sql_pack_template_current(tx, a, w->programme, w->code, w->t->language, &there);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (w->before == 0 && rc == RC_OK)
        return err_field(e, RC_CONFLICT, M_pack_code_taken, "code", NULL);
    if (w->before != 0 && (rc == RC_NOT_FOUND || there.id != w->before))
        return err_set(e, RC_CONFLICT, M_pack_changed, NULL);
    if (w->before != 0)
        TRY(sql_pack_template_make_earlier(tx, w->before));
    *id = db_new_id(tx);
    TRY(sql_pack_template_add(tx, *id, w->programme, w->code, w->t->language, w->version + 1, w->t->title, w->body, w->person == 0,
                              w->person != 0 ? &w->person : NULL, w->now));
    return audit_note(tx, w->now, w->person, "pack_template_version", 0, "pack_template", *id);
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

struct one {
    struct str path, code, language, bytes; /* language: of the name; empty: none */
    struct pack_template t;
    int64_t before, version;
    bool write;
};

/* "packs/<code>.md" or "packs/<code>.<language>.md", with or without "content/" before it. */
static bool split_path(const struct content_file *f, struct one *out)
{
    struct str path = f->path;
    size_t dot;
    if (str_starts(path, S("content/")))
        path = str_sub(path, strlen("content/"), path.n);
    if (!str_starts(path, S("packs/")))
        return false;
    path = str_sub(path, strlen("packs/"), path.n);
    *out = (struct one){.path = f->path, .bytes = f->bytes, .code = path, .language = S("")};
    if (str_ends(path, S(".md")))
        out->code = str_sub(path, 0, path.n - strlen(".md"));
    if (str_find(out->code, S("."), &dot)) {
        out->language = str_sub(out->code, dot + 1, out->code.n);
        out->code = str_sub(out->code, 0, dot);
    }
    return true;
}

static enum rc check(struct db *tx, struct arena *a, int64_t programme, struct problems *p, struct one *o)
{
    struct row_pack_template_current there;
    size_t errors = p->errors;
    if (!str_ends(o->path, S(".md")) || !pack_code_valid(o->code)) {
        problems_add(p, o->path, 0, S(""), M_pack_file_name_bad, "%.*s", STR_ARG(o->code));
        return RC_OK;
    }
    pack_template_read(a, o->path, o->bytes, p, &o->t);
    if (o->language.n != 0 && o->t.language.n != 0 && !str_eq(o->language, o->t.language))
        problems_add(p, o->path, 0, S("language"), M_pack_language_other, "%.*s", STR_ARG(o->language));
    if (p->errors != errors)
        return RC_OK;
    enum rc rc = sql_pack_template_current(tx, a, programme, o->code, o->t.language, &there);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool same = rc == RC_OK && str_eq(there.body, o->bytes);
    if (rc == RC_OK && !same && !there.shipped)
        problems_warn(p, o->path, 0, S(""), M_pack_written_on_pages, NULL);
    o->before = rc == RC_OK ? there.id : 0;
    o->version = rc == RC_OK ? there.version : 0;
    o->write = rc == RC_NOT_FOUND || (!same && there.shipped);
    return RC_OK;
}

enum rc pack_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files, size_t count, int64_t now, struct problems *problems,
                  struct pack_counts *counts, struct err *e)
{
    struct one *all = ARENA_ARRAY(a, count, struct one);
    size_t n = 0;
    *counts = (struct pack_counts){0};
    for (size_t k = 0; k < count; k++)
        if (split_path(&files[k], &all[n])) {
            TRY(check(tx, a, programme, problems, &all[n]));
            n++;
        }
    TRY(problems_check(problems, e));
    for (size_t k = 0; k < n; k++) {
        const struct pack_writing w = {.programme = programme, .now = now, .code = all[k].code, .body = all[k].bytes, .before = all[k].before, .version = all[k].version, .t = &all[k].t};
        int64_t id;
        if (all[k].write)
            TRY(pack_template_write(tx, a, &w, &id, e));
        counts->added += all[k].write && all[k].before == 0;
        counts->changed += all[k].write && all[k].before != 0;
        counts->unchanged += !all[k].write;
    }
    return RC_OK;
}
