/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_REFLECT_INSIDE_H
#define CADRE_PROGRAMME_REFLECT_INSIDE_H

#include "auth/session.h"
#include "gen/msg_reflect.h"
#include "gen/programme/reflect/reflect_sql.h"
#include "programme/reflect/reflect.h"

#define REFLECT_KEPT "reflection_reading" /* the rule of retention for who read what */

/* ---- waiting.c ---- */
enum rc reflect_home(struct ctx *c, struct home_list *list);
enum rc reflect_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc reflect_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc reflect_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
