/* The file itself (plain table or bundle?), uploads between dry run and apply, the jobs. See import.h. */
#include "campus/roster/import.h"

#include <jansson.h>

#include "auth/session.h"
#include "base/zip.h"
#include "campus/roster/inside.h"
#include "campus/roster/oneroster.h"
#include "campus/roster/roster_csv.h"
#include "gen/campus/roster/import_sql.h"
#include "gen/msg_import.h"

/* ---- reading -------------------------------------------------------------------------------------------------------------------- */

static bool is_zip(struct str bytes)
{
    return str_starts(bytes, S("PK\003\004")) || str_starts(bytes, S("PK\005\006"));
}

/* What people send instead of CSV: a workbook (a zip file too), an old one, a text document, a page. */
static bool is_other_document(struct arena *a, struct str bytes)
{
    struct unzip *zip;
    struct err e;
    if (str_starts(bytes, S("\xD0\xCF\x11\xE0")) || str_starts(bytes, S("%PDF-")))
        return true;
    if (!is_zip(bytes) || unzip_open(a, bytes, NULL, &zip, &e) != RC_OK)
        return false;
    return unzip_find(zip, S("[Content_Types].xml")) != NULL || unzip_find(zip, S("mimetype")) != NULL;
}

enum rc roster_read(struct arena *a, struct str file, struct str bytes, struct roster **out, struct problems *p, struct err *e)
{
    struct oneroster *bundle;
    *out = NULL;
    if (bytes.n > ROSTER_FILE_MOST)
        return err_field(e, RC_TOO_LARGE, M_import_too_large, "file", NULL);
    if (is_other_document(a, bytes)) {
        problems_add(p, file, 0, S(""), M_import_not_csv, NULL);
        return RC_OK;
    }
    if (!is_zip(bytes)) {
        *out = roster_csv_read(a, file, bytes, p);
        return RC_OK;
    }
    enum rc rc = oneroster_read(a, bytes, &bundle, p, e);
    if (rc == RC_INTERNAL || rc == RC_BUSY)
        return rc;
    if (rc != RC_OK && e != NULL)
        problems_add(p, file, 0, S(""), e->msg != 0 ? e->msg : M_import_not_csv, "%s", e->detail);
    else if (rc == RC_OK)
        *out = oneroster_roster(a, bundle, p);
    return RC_OK;
}

/* ---- uploads ---------------------------------------------------------------------------------------------------------------------- */

static void drop_text(void *arg)
{
    free(arg);
}

static struct str options_text(struct arena *a, const struct roster_upload *u)
{
    struct str scopes = permission_set_text(a, &u->scopes);
    json_t *root = json_pack("{s:b, s:I, s:b, s:s%}", "end_missing", u->options.end_missing, "cohort", (json_int_t)u->options.cohort, "by_token",
                             u->by_token, "scopes", scopes.p, scopes.n);
    char *text = json_dumps(root, JSON_COMPACT);
    ASSERT(text != NULL);
    json_decref(root);
    arena_defer(a, drop_text, text);
    return str_from(text);
}

static void options_read(struct str text, struct roster_upload *u)
{
    json_t *root = json_loadb(text.p, text.n, 0, NULL);
    u->options.end_missing = json_is_true(json_object_get(root, "end_missing"));
    u->options.cohort = json_integer_value(json_object_get(root, "cohort"));
    u->by_token = json_is_true(json_object_get(root, "by_token"));
    const json_t *scopes = json_object_get(root, "scopes");
    u->scopes = permission_set_read((struct str){json_string_value(scopes), json_string_length(scopes)});
    json_decref(root);
}

enum rc roster_upload_add(struct db *tx, struct arena *a, const struct roster_upload *u, int64_t now, int64_t *id)
{
    int64_t new_id = db_new_opaque_id(tx);
    TRY(sql_roster_upload_drop_expired(tx, now));
    TRY(sql_roster_upload_add(tx, new_id, u->programme, u->person, u->filename, options_text(a, u), u->bytes, now,
                              now + ROSTER_UPLOAD_MS));
    *id = new_id;
    return RC_OK;
}

enum rc roster_upload_find(struct db *db, struct arena *a, int64_t id, int64_t now, struct roster_upload *out)
{
    struct row_roster_upload_find row;
    TRY(sql_roster_upload_find(db, a, id, &row));
    if (row.expires_at <= now)
        return RC_NOT_FOUND;
    *out = (struct roster_upload){.id = row.id,
                                  .programme = row.programme_id,
                                  .person = row.person_id,
                                  .job = row.job_id_null ? 0 : row.job_id,
                                  .import = row.import_id_null ? 0 : row.import_id,
                                  .filename = row.filename,
                                  .size = row.size,
                                  .expires_at = row.expires_at};
    options_read(row.options, out);
    return RC_OK;
}

enum rc roster_upload_bytes(struct db *db, struct arena *a, struct roster_upload *u)
{
    struct row_roster_upload_bytes row;
    TRY(sql_roster_upload_bytes(db, a, u->id, &row));
    u->bytes = row.bytes;
    return RC_OK;
}

enum rc roster_upload_start(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t now, int64_t *job)
{
    struct roster_upload u;
    struct job_state state;
    TRY(roster_upload_find(tx, a, id, now, &u));
    *job = u.job;
    if (u.import != 0)
        return RC_OK; /* done */
    if (u.job != 0 && job_find(tx, a, u.job, &state) == RC_OK && !str_eq(state.state, S("failed")))
        return RC_OK; /* asked for already */
    TRY(job_add(tx, ROSTER_JOB, str_printf(a, "%" PRId64, id), person, now, job));
    return sql_roster_upload_set_job(tx, id, *job);
}

/* ---- progress, for the eye alone ------------------------------------------------------------------------------------------- */

static _Atomic int64_t live_upload, live_done, live_total;

static void note_progress(void *arg, int64_t done, int64_t total)
{
    (void)arg;
    live_done = done;
    live_total = total;
}

void roster_progress_now(int64_t upload, int64_t *done, int64_t *total)
{
    if (live_upload != upload || live_total == 0)
        return;
    *done = live_done;
    *total = live_total;
}

/* ---- jobs -------------------------------------------------------------------------------------------------------------------------- */

/* The rights that whoever sent it has now, within what the program was given that sent it for her. */
static enum rc load_actor(struct db *db, struct arena *a, const struct roster_upload *u, struct actor *who)
{
    *who = (struct actor){.person = u->person, .scopes = u->scopes, .by_token = u->by_token};
    return actor_grants(db, a, u->person, u->options.now, who);
}

int64_t roster_today(const struct programme *p, int64_t now)
{
    const struct zone *zone = zone_find(p->zone);
    return day_from_ms(zone != NULL ? zone : zone_utc(), now);
}

enum rc roster_import_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct roster_upload u;
    struct programme p;
    struct actor who;
    struct roster_plan plan;
    struct problems problems = problems_new(a);
    int64_t id, now = clock_now();
    if (!str_to_int(args, &id))
        return RC_INVALID;
    enum rc rc = roster_upload_find(db, a, id, now, &u);
    if (rc != RC_OK)
        return err_set(e, rc, M_import_expired, NULL);
    if (u.import != 0)
        return RC_OK; /* a second run after a crash */
    TRY(job_progress(db, job, 0, 1));
    TRY(roster_upload_bytes(db, a, &u));
    TRY(programme_find(db, a, u.programme, &p));
    u.options.now = now;
    u.options.today = roster_today(&p, now);
    TRY(load_actor(db, a, &u, &who));
    if (!access_in_programme(&who, P_ROSTER_IMPORT, u.programme))
        return err_set(e, RC_DENIED, 0, NULL);
    u.options.who = &who;
    struct roster_request rq = {.programme = u.programme,
                                .file = u.filename,
                                .bytes = u.bytes,
                                .options = u.options,
                                .upload = u.id,
                                .progress = note_progress};
    live_total = 0;
    live_upload = u.id;
    rc = roster_apply(db, a, &rq, &plan, NULL, &problems, e);
    live_upload = 0;
    if (rc == RC_GONE && roster_upload_find(db, a, id, now, &u) == RC_OK && u.import != 0)
        rc = RC_OK; /* another server did it */
    TRY(rc);
    return job_progress(db, job, 1, 1);
}

static enum rc tidy(struct db *tx, void *arg, struct err *e)
{
    (void)e;
    return sql_roster_upload_drop_expired(tx, *(int64_t *)arg);
}

enum rc roster_tidy_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    int64_t now = clock_now();
    (void)a;
    (void)job;
    (void)args;
    return store_write(db, tidy, &now, e);
}
