/* Programmes, stages, cohorts, groups and roles: see programme.h. Memberships are in member.c. */
#include "programme/programme/programme.h"

#include "auth/session.h"
#include "base/utf8.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

#define CODE_MOST 40 /* characters */
#define TITLE_MOST 200

/* ---- checks -------------------------------------------------------------------------------------------------------------- */

static enum rc check_names(struct str code, struct str title, struct err *e)
{
    if (str_empty(str_trim(code)))
        return err_field(e, RC_INVALID, M_programme_code_missing, "code", NULL);
    if (!utf8_is_text(code) || utf8_count(code) > CODE_MOST)
        return err_field(e, RC_INVALID, M_programme_code_bad, "code", NULL);
    for (size_t i = 0; i < code.n; i++)
        if (code.p[i] == '\n' || code.p[i] == '\r' || code.p[i] == '\t' || code.p[i] == '/')
            return err_field(e, RC_INVALID, M_programme_code_bad, "code", NULL);
    if (str_empty(str_trim(title)))
        return err_field(e, RC_INVALID, M_programme_title_missing, "title", NULL);
    if (!utf8_is_text(title) || utf8_count(title) > TITLE_MOST)
        return err_field(e, RC_INVALID, M_programme_title_bad, "title", NULL);
    return RC_OK;
}

static enum rc check_place(struct str zone, struct str language, struct err *e)
{
    if (zone_find(zone) == NULL)
        return err_field(e, RC_INVALID, M_programme_zone_bad, "zone", NULL);
    if (!str_eq(lang_tag(lang_find(language)), language))
        return err_field(e, RC_INVALID, M_programme_language_bad, "language", NULL);
    return RC_OK;
}

/* rc is that of looking for a thing with the code; id that of the thing which may have it. */
static enum rc code_free(enum rc rc, int64_t found, int64_t id, struct err *e)
{
    if (rc == RC_NOT_FOUND || (rc == RC_OK && found == id))
        return RC_OK;
    return rc == RC_OK ? err_field(e, RC_CONFLICT, M_programme_code_taken, "code", NULL) : rc;
}

static enum rc programme_code_free(struct db *tx, struct str code, int64_t id, struct err *e)
{
    struct row_programme_by_code row;
    enum rc rc = sql_programme_by_code(tx, NULL, code, &row);
    return code_free(rc, row.id, id, e);
}

static enum rc stage_code_free(struct db *tx, int64_t programme, struct str code, int64_t id, struct err *e)
{
    struct row_stage_by_code row;
    enum rc rc = sql_stage_by_code(tx, NULL, programme, code, &row);
    return code_free(rc, row.id, id, e);
}

static enum rc cohort_code_free(struct db *tx, int64_t programme, struct str code, int64_t id, struct err *e)
{
    struct row_cohort_by_code row;
    enum rc rc = sql_cohort_by_code(tx, NULL, programme, code, &row);
    return code_free(rc, row.id, id, e);
}

static enum rc group_code_free(struct db *tx, int64_t programme, struct str code, int64_t id, struct err *e)
{
    struct row_group_by_code row;
    enum rc rc = sql_group_by_code(tx, NULL, programme, code, &row);
    return code_free(rc, row.id, id, e);
}

enum rc programme_check_stage(struct db *tx, int64_t programme, int64_t stage, struct err *e)
{
    struct row_stage_find row;
    if (stage == 0)
        return RC_OK;
    enum rc rc = sql_stage_find(tx, NULL, stage, &row);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && row.programme_id != programme))
        return err_field(e, RC_INVALID, M_programme_stage_elsewhere, "stage", NULL);
    return rc;
}

enum rc programme_check_cohort(struct db *tx, int64_t programme, int64_t cohort, struct err *e)
{
    struct row_cohort_find row;
    enum rc rc = sql_cohort_find(tx, NULL, cohort, &row);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && row.programme_id != programme))
        return err_field(e, RC_INVALID, M_programme_cohort_elsewhere, "cohort", NULL);
    return rc;
}

enum rc programme_was_changed(struct db *tx, struct err *e)
{
    return db_changes(tx) != 0 ? RC_OK : err_set(e, RC_CONFLICT, M_programme_changed, NULL);
}

const int64_t *programme_id_or_null(const int64_t *id)
{
    return *id != 0 ? id : NULL;
}

const int64_t *programme_day_or_null(const int64_t *day)
{
    return *day != INT64_MAX && *day != INT64_MIN ? day : NULL;
}

/* ---- programmes ---------------------------------------------------------------------------------------------------------- */

enum rc programme_add(struct db *tx, struct str code, struct str title, struct str zone, struct str language, int64_t now,
                      int64_t *id, struct err *e)
{
    code = str_trim(code);
    title = str_trim(title);
    TRY(check_names(code, title, e));
    TRY(check_place(zone, language, e));
    TRY(programme_code_free(tx, code, 0, e));
    *id = db_new_id(tx);
    return sql_programme_add(tx, *id, code, title, zone, language, now);
}

enum rc programme_change(struct db *tx, const struct programme *p, struct err *e)
{
    struct str code = str_trim(p->code), title = str_trim(p->title);
    TRY(check_names(code, title, e));
    TRY(check_place(p->zone, p->language, e));
    TRY(programme_code_free(tx, code, p->id, e));
    TRY(sql_programme_change(tx, p->id, p->version, code, title, p->zone, p->language));
    return programme_was_changed(tx, e);
}

/* The statements that read programmes have the same columns; sqlgen makes a struct for each. */
#define PROGRAMME_OF(row)                                                                                                     \
    ((struct programme){.id = (row).id,                                                                                       \
                        .code = (row).code,                                                                                   \
                        .title = (row).title,                                                                                 \
                        .zone = (row).zone,                                                                                   \
                        .language = (row).language,                                                                           \
                        .version = (row).version})

enum rc programme_find(struct db *db, struct arena *a, int64_t id, struct programme *out)
{
    struct row_programme_find row;
    TRY(sql_programme_find(db, a, id, &row));
    *out = PROGRAMME_OF(row);
    return RC_OK;
}

enum rc programme_by_code(struct db *db, struct arena *a, struct str code, struct programme *out)
{
    struct row_programme_by_code row;
    TRY(sql_programme_by_code(db, a, code, &row));
    *out = PROGRAMME_OF(row);
    return RC_OK;
}

enum rc programme_list(struct db *db, struct arena *a, struct programme **out, size_t *count)
{
    struct rows_programme_list rows;
    TRY(sql_programme_list(db, a, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct programme);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = PROGRAMME_OF(rows.v[i]);
    *count = rows.n;
    return RC_OK;
}

enum rc programme_current(struct ctx *c, struct programme *out)
{
    struct row_programme_current row;
    TRY(sql_programme_current(c->db, c->a, c->who->person, c->today, &row));
    *out = PROGRAMME_OF(row);
    return RC_OK;
}

enum rc programme_places(struct db *db, struct arena *a, int64_t person, struct grant **out, size_t *count)
{
    struct rows_programme_places rows;
    TRY(sql_programme_places(db, a, person, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct grant);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct grant){.programme = rows.v[i].programme_id, .cohort = rows.v[i].cohort_id};
    *count = rows.n;
    return RC_OK;
}

enum rc programme_person_target(struct ctx *c, int64_t person, struct target *t)
{
    struct grant *places;
    size_t count;
    TRY(programme_places(c->db, c->a, person, &places, &count));
    *t = (struct target){.person = person, .places = places, .place_count = count};
    return RC_OK;
}

enum rc programme_person_target_in(struct ctx *c, int64_t person, int64_t programme, struct target *t)
{
    TRY(programme_person_target(c, person, t));
    struct grant *here = ARENA_ARRAY(c->a, t->place_count + 1, struct grant);
    size_t n = 0;
    for (size_t k = 0; k < t->place_count; k++)
        if (t->places[k].programme == programme)
            here[n++] = t->places[k];
    if (n == 0)
        here[n++] = (struct grant){.programme = programme};
    t->places = here;
    t->place_count = n;
    return RC_OK;
}

/* ---- stages -------------------------------------------------------------------------------------------------------------- */

enum rc programme_add_stage(struct db *tx, int64_t programme, int64_t ordinal, struct str code, struct str title, int64_t *id,
                            struct err *e)
{
    code = str_trim(code);
    title = str_trim(title);
    TRY(check_names(code, title, e));
    TRY(stage_code_free(tx, programme, code, 0, e));
    *id = db_new_id(tx);
    return sql_stage_add(tx, *id, programme, ordinal, code, title);
}

enum rc programme_change_stage(struct db *tx, int64_t programme, const struct stage *s, struct err *e)
{
    struct str code = str_trim(s->code), title = str_trim(s->title);
    TRY(check_names(code, title, e));
    TRY(programme_check_stage(tx, programme, s->id, e));
    TRY(stage_code_free(tx, programme, code, s->id, e));
    return sql_stage_change(tx, s->id, s->ordinal, code, title);
}

enum rc programme_stages(struct db *db, struct arena *a, int64_t programme, struct stage **out, size_t *count)
{
    struct rows_stage_list rows;
    TRY(sql_stage_list(db, a, programme, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct stage);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct stage){.id = rows.v[i].id, .ordinal = rows.v[i].ordinal, .code = rows.v[i].code, .title = rows.v[i].title};
    *count = rows.n;
    return RC_OK;
}

/* ---- cohorts ------------------------------------------------------------------------------------------------------------- */

enum rc programme_add_cohort(struct db *tx, int64_t programme, struct str code, struct str title, int64_t stage, int64_t *id,
                             struct err *e)
{
    code = str_trim(code);
    title = str_trim(title);
    TRY(check_names(code, title, e));
    TRY(programme_check_stage(tx, programme, stage, e));
    TRY(cohort_code_free(tx, programme, code, 0, e));
    *id = db_new_id(tx);
    return sql_cohort_add(tx, *id, programme, code, title, programme_id_or_null(&stage), NULL, NULL);
}

enum rc programme_find_cohort(struct db *db, struct arena *a, int64_t id, struct cohort_details *out)
{
    struct row_cohort_find row;
    TRY(sql_cohort_find(db, a, id, &row));
    *out = (struct cohort_details){.id = row.id,
                                   .programme = row.programme_id,
                                   .version = row.version,
                                   .code = row.code,
                                   .title = row.title,
                                   .stage = row.stage_id_null ? 0 : row.stage_id,
                                   .start_day = row.start_day_null ? INT64_MIN : row.start_day,
                                   .end_day = row.end_day_null ? INT64_MAX : row.end_day};
    return RC_OK;
}

enum rc programme_change_cohort(struct db *tx, const struct cohort_details *c, struct err *e)
{
    struct str code = str_trim(c->code), title = str_trim(c->title);
    TRY(check_names(code, title, e));
    TRY(programme_check_stage(tx, c->programme, c->stage, e));
    TRY(cohort_code_free(tx, c->programme, code, c->id, e));
    if (c->end_day < c->start_day)
        return err_field(e, RC_INVALID, M_programme_end_before_start, "end", NULL);
    TRY(sql_cohort_change(tx, c->id, c->version, code, title, programme_id_or_null(&c->stage), programme_day_or_null(&c->start_day),
                          programme_day_or_null(&c->end_day)));
    return programme_was_changed(tx, e);
}

enum rc programme_next_stage(struct db *db, struct arena *a, const struct cohort_details *c, struct stage *out)
{
    struct stage *stages;
    size_t count;
    TRY(programme_stages(db, a, c->programme, &stages, &count));
    bool passed = c->stage == 0;
    for (size_t i = 0; i < count; i++) {
        if (passed) {
            *out = stages[i];
            return RC_OK;
        }
        passed = stages[i].id == c->stage;
    }
    return RC_NOT_FOUND;
}

enum rc programme_advance_cohort(struct db *tx, int64_t cohort, int64_t version, int64_t stage, struct err *e)
{
    struct row_cohort_find row;
    TRY(sql_cohort_find(tx, NULL, cohort, &row));
    TRY(programme_check_stage(tx, row.programme_id, stage, e));
    TRY(sql_cohort_set_stage(tx, cohort, version, stage));
    return programme_was_changed(tx, e);
}

enum rc programme_cohorts(struct db *db, struct arena *a, int64_t programme, struct cohort **out, size_t *count)
{
    struct rows_cohort_list rows;
    TRY(sql_cohort_list(db, a, programme, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct cohort);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct cohort){.id = rows.v[i].id,
                                    .stage = rows.v[i].stage_id_null ? 0 : rows.v[i].stage_id,
                                    .code = rows.v[i].code,
                                    .title = rows.v[i].title,
                                    .version = rows.v[i].version};
    *count = rows.n;
    return RC_OK;
}

enum rc programme_all_cohorts(struct db *db, struct arena *a, struct cohort_place **out, size_t *count)
{
    struct rows_cohort_list_all rows;
    TRY(sql_cohort_list_all(db, a, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct cohort_place);
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct cohort_place){.programme = rows.v[i].programme_id,
                                          .cohort = rows.v[i].id,
                                          .programme_title = rows.v[i].programme_title,
                                          .title = rows.v[i].title};
    *count = rows.n;
    return RC_OK;
}

/* ---- groups -------------------------------------------------------------------------------------------------------------- */

enum rc programme_add_group(struct db *tx, int64_t programme, int64_t cohort, struct str code, struct str title, int64_t *id,
                            struct err *e)
{
    code = str_trim(code);
    title = str_trim(title);
    TRY(check_names(code, title, e));
    if (cohort != 0)
        TRY(programme_check_cohort(tx, programme, cohort, e));
    TRY(group_code_free(tx, programme, code, 0, e));
    *id = db_new_id(tx);
    return sql_group_add(tx, *id, programme, programme_id_or_null(&cohort), code, title);
}

enum rc programme_find_group(struct db *db, struct arena *a, int64_t id, struct learner_group *out)
{
    struct row_group_find row;
    TRY(sql_group_find(db, a, id, &row));
    *out = (struct learner_group){.id = row.id,
                                  .programme = row.programme_id,
                                  .cohort = row.cohort_id_null ? 0 : row.cohort_id,
                                  .code = row.code,
                                  .title = row.title};
    return RC_OK;
}

enum rc programme_change_group(struct db *tx, const struct learner_group *g, struct err *e)
{
    struct str code = str_trim(g->code), title = str_trim(g->title);
    TRY(check_names(code, title, e));
    TRY(group_code_free(tx, g->programme, code, g->id, e));
    return sql_group_change(tx, g->id, code, title);
}

enum rc programme_end_group_member(struct db *tx, int64_t group, int64_t person, int64_t last_day, struct err *e)
{
    struct row_group_find row;
    TRY(sql_group_member_end(tx, group, person, last_day));
    int64_t ended = db_changes(tx);
    TRY(sql_group_member_drop(tx, group, person, last_day));
    if (ended + db_changes(tx) == 0)
        return err_set(e, RC_CONFLICT, M_programme_changed, NULL);
    TRY(sql_group_find(tx, NULL, group, &row));
    return programme_tell_left(tx, person, row.programme_id);
}

/* ---- roles --------------------------------------------------------------------------------------------------------------- */

enum rc programme_grant_role(struct db *tx, int64_t person, enum role role, int64_t programme, int64_t cohort, int64_t start_day,
                             int64_t end_day, struct str source, struct err *e)
{
    struct row_role_grant_same same;
    struct row_programme_find found;
    if (programme != 0 && sql_programme_find(tx, NULL, programme, &found) == RC_NOT_FOUND)
        return err_field(e, RC_INVALID, M_programme_none, "programme", NULL);
    if (cohort != 0)
        TRY(programme_check_cohort(tx, programme, cohort, e));
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_programme_end_before_start, "end", NULL);
    if (programme != 0 && access_reach(role, P_ROLE_GRANT) == REACH_ALL)
        return err_field(e, RC_INVALID, M_programme_role_site, "place", NULL);
    TRY(sql_role_grant_same(tx, NULL, person, str_from(role_word(role)), programme, cohort, start_day, end_day, &same));
    if (same.n != 0)
        return err_field(e, RC_CONFLICT, M_programme_role_held, "role", NULL);
    return sql_role_grant_add(tx, db_new_id(tx), person, str_from(role_word(role)), programme_id_or_null(&programme),
                              programme_id_or_null(&cohort), start_day, programme_day_or_null(&end_day), source);
}

enum rc programme_end_role(struct db *tx, int64_t grant, int64_t last_day, int64_t today, struct err *e)
{
    struct row_role_grant_find row;
    struct row_role_grant_others_with others;
    struct arena *a = arena_new(0);
    enum role role = ROLE_TRAINEE;
    enum rc rc = sql_role_grant_find(tx, a, grant, &row);
    bool governs = rc == RC_OK && row.programme_id_null && role_find(row.role, &role) && access_reach(role, P_ROLE_GRANT) != REACH_NONE;
    if (governs)
        rc = sql_role_grant_others_with(tx, a, row.role, today, grant, &others);
    arena_free(a);
    if (rc != RC_OK)
        return rc;
    if (governs && others.n == 0)
        return err_set(e, RC_CONFLICT, M_programme_role_last, NULL);
    if (!row.end_day_null && row.end_day < last_day)
        return err_field(e, RC_INVALID, M_programme_role_ended, "last_day", NULL);
    return row.start_day > last_day ? sql_role_grant_delete(tx, grant) : sql_role_grant_end(tx, grant, last_day);
}

enum rc programme_leaves_administrator(struct db *tx, int64_t person, int64_t today, struct err *e)
{
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct row_role_grant_alone row;
        if (access_reach((enum role)r, P_ROLE_GRANT) == REACH_NONE)
            continue;
        TRY(sql_role_grant_alone(tx, NULL, person, str_from(role_word((enum role)r)), today, &row));
        if (row.mine != 0 && row.others == 0)
            return err_set(e, RC_CONFLICT, M_programme_role_last, NULL);
    }
    return RC_OK;
}

enum rc programme_roles_ahead(struct db *db, struct arena *a, int64_t person, int64_t today, struct grant **out, size_t *count)
{
    struct rows_grants_from rows;
    TRY(sql_grants_from(db, a, person, today - 1, INT64_MAX, &rows)); /* yesterday: somewhere it may be that day still */
    *out = ARENA_ARRAY(a, rows.n, struct grant);
    *count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        struct grant *g = &(*out)[*count];
        if (role_find(rows.v[i].role, &g->role)) {
            g->programme = rows.v[i].programme_id;
            g->cohort = rows.v[i].cohort_id;
            ++*count;
        }
    }
    return RC_OK;
}
