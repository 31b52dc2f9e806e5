/* Materials of a session: texts, links, files; see author.h. A file is taken only when its name and its bytes say the
 * same of a few types, and is only ever sent as a download. */
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/author_sql.h"
#include "gen/programme/curriculum/curriculum_sql.h"
#include "programme/curriculum/author.h"

#include <sodium.h>

/* ---- what is taken ----------------------------------------------------------------------------------------------- */

static const struct file_type {
    const char *suffix;
    const char *type;
    size_t at;       /* where its mark stands */
    struct str mark; /* empty: any text in UTF-8 */
} file_types[] = {
    {".pdf", "application/pdf", 0, S_INIT("%PDF-")},
    {".png", "image/png", 0, S_INIT("\x89PNG\r\n\x1a\n")},
    {".jpg", "image/jpeg", 0, S_INIT("\xff\xd8\xff")},
    {".jpeg", "image/jpeg", 0, S_INIT("\xff\xd8\xff")},
    {".webp", "image/webp", 8, S_INIT("WEBP")},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, S_INIT("PK\x03\x04")},
    {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", 0, S_INIT("PK\x03\x04")},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, S_INIT("PK\x03\x04")},
    {".odt", "application/vnd.oasis.opendocument.text", 0, S_INIT("PK\x03\x04")},
    {".odp", "application/vnd.oasis.opendocument.presentation", 0, S_INIT("PK\x03\x04")},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet", 0, S_INIT("PK\x03\x04")},
    {".epub", "application/epub+zip", 0, S_INIT("PK\x03\x04")},
    {".mp3", "audio/mpeg", 0, S_INIT("ID3")},
    {".mp4", "video/mp4", 4, S_INIT("ftyp")},
    {".txt", "text/plain; charset=utf-8", 0, S_INIT("")},
    {".md", "text/plain; charset=utf-8", 0, S_INIT("")},
    {".csv", "text/csv; charset=utf-8", 0, S_INIT("")},
};

static bool has_suffix(struct str name, const char *suffix)
{
    size_t n = strlen(suffix);
    return name.n > n && str_eq_nocase(str_sub(name, name.n - n, n), str_from(suffix));
}

const char *material_file_type(struct str filename, struct str bytes)
{
    for (size_t i = 0; i < COUNT_OF(file_types); i++) {
        const struct file_type *t = &file_types[i];
        if (!has_suffix(filename, t->suffix))
            continue;
        bool fits = t->mark.n != 0 ? str_starts(str_sub(bytes, t->at, bytes.n), t->mark) : utf8_is_text(bytes);
        return fits ? t->type : NULL;
    }
    return NULL;
}

bool material_link_valid(struct str address)
{
    struct str rest = str_starts(address, S("https://"))  ? str_sub(address, 8, address.n)
                      : str_starts(address, S("http://")) ? str_sub(address, 7, address.n)
                                                          : S("");
    size_t host = 0;
    while (host < rest.n && rest.p[host] != '/' && rest.p[host] != '?' && rest.p[host] != '#')
        host++;
    for (size_t i = 0; i < rest.n; i++)
        if ((unsigned char)rest.p[i] <= ' ' || rest.p[i] == 0x7f || strchr("\"<>\\^`{|}", rest.p[i]) != NULL)
            return false;
    struct str name = str_sub(rest, 0, host);
    return name.n != 0 && !str_find(name, S("@"), NULL) && address.n <= 2000;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static enum rc finish(struct db *tx, const struct author *who, int64_t course, const char *action, int64_t material)
{
    TRY(sql_course_set_digest(tx, course, STR_NONE));
    return audit_note(tx, who->now, who->person, action, 0, "material", material);
}

static enum rc add_file(struct db *tx, struct arena *a, const struct author *who, const struct material_edit *edit,
                        int64_t *file, struct err *e)
{
    unsigned char hash[32];
    char hex[2 * sizeof hash + 1];
    struct str name = utf8_clip(utf8_clean(a, edit->filename), 150);
    if (edit->bytes.n == 0)
        return err_field(e, RC_INVALID, M_curriculum_file_missing, "file", NULL);
    if (edit->bytes.n > MATERIAL_FILE_MAX)
        return err_field(e, RC_TOO_LARGE, M_curriculum_file_large, "file", NULL);
    const char *type = material_file_type(edit->filename, edit->bytes);
    if (type == NULL)
        return err_field(e, RC_UNSUPPORTED, M_curriculum_file_type, "file", "%.*s", STR_ARG(name));
    crypto_generichash(hash, sizeof hash, (const unsigned char *)edit->bytes.p, edit->bytes.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    *file = db_new_id(tx);
    return sql_file_add(tx, *file, name, str_from(type), (int64_t)edit->bytes.n, str_from(hex), who->now, edit->bytes);
}

enum rc author_save_material(struct db *tx, struct arena *a, const struct author *who, const struct material_edit *edit,
                             struct err *e)
{
    int64_t file = 0, id = edit->id;
    bool is_file = str_eq(edit->kind, S("file"));
    struct rows_material_list all;
    struct row_material_next_ordinal next;
    if (str_eq(edit->kind, S("link")) && !material_link_valid(edit->body))
        return err_field(e, RC_INVALID, M_curriculum_link_invalid, "body", NULL);
    if (id != 0) {
        TRY(sql_material_change(tx, id, edit->title, is_file ? S("") : edit->body));
        return finish(tx, who, edit->course, "material_change", id);
    }
    TRY(sql_material_list(tx, a, edit->session, &all));
    if (all.n >= MATERIALS_MAX)
        return err_set(e, RC_INVALID, M_curriculum_materials_many, "%d", MATERIALS_MAX);
    if (is_file)
        TRY(add_file(tx, a, who, edit, &file, e));
    TRY(sql_material_next_ordinal(tx, a, edit->session, &next));
    id = db_new_id(tx);
    TRY(sql_material_add(tx, id, edit->session, next.ordinal, edit->kind, edit->title, is_file ? S("") : edit->body,
                         is_file ? &file : NULL));
    return finish(tx, who, edit->course, "material_add", id);
}

enum rc author_move_material(struct db *tx, struct arena *a, const struct author *who, int64_t course, int64_t session,
                             int64_t material, bool up)
{
    struct rows_material_list rows;
    TRY(sql_material_list(tx, a, session, &rows));
    size_t at = 0;
    while (at < rows.n && rows.v[at].id != material)
        at++;
    if (at == rows.n)
        return RC_NOT_FOUND;
    size_t to = up ? (at == 0 ? at : at - 1) : (at + 1 == rows.n ? at : at + 1);
    struct row_material_list moved = rows.v[at];
    rows.v[at] = rows.v[to];
    rows.v[to] = moved;
    for (size_t i = 0; i < rows.n; i++)
        TRY(sql_material_place(tx, rows.v[i].id, (int64_t)i + 1));
    return finish(tx, who, course, "material_move", material);
}

enum rc author_remove_material(struct db *tx, struct arena *a, const struct author *who, int64_t course,
                               int64_t material)
{
    struct row_material_find m;
    TRY(sql_material_find(tx, a, material, &m));
    TRY(sql_material_remove(tx, material));
    if (!m.file_id_null)
        TRY(sql_file_remove(tx, m.file_id));
    return finish(tx, who, course, "material_remove", material);
}
