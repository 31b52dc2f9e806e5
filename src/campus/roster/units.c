/* The cohorts, groups and stages of a programme, and which of them the file means: see import.h. OneRoster's records are found by
 * their sourcedId, which is the code here; in a plain table people write codes or titles. */
#include "base/utf8.h"
#include "campus/roster/inside.h"
#include "gen/msg_import.h"

#define CODE_MOST 40   /* characters, as programme.c has it */
#define TITLE_MOST 200
#define AMBIGUOUS (SIZE_MAX - 1) /* two have this name */

static void *room(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    size_t more = *cap != 0 ? *cap * 2 : 64;
    v = arena_grow(a, v, *cap * size, more * size);
    *cap = more;
    return v;
}

static struct str id_key(const int64_t *id)
{
    return (struct str){(const char *)id, sizeof *id};
}

static bool plain(const struct comparing *c)
{
    return c->roster->format == ROSTER_PLAIN_CSV;
}

/* A code that programme.c takes, for a text of any length: the same text gives the same code. */
static struct str code_of(struct arena *a, struct str text)
{
    struct str code = str_dup(a, str_trim(text));
    for (size_t i = 0; i < code.n; i++)
        if (strchr("/\n\r\t", code.p[i]) != NULL)
            ((char *)(uintptr_t)code.p)[i] = '-'; /* our own copy */
    if (utf8_count(code) <= CODE_MOST)
        return code;
    struct str head = utf8_truncate(code, CODE_MOST - 9);
    return str_printf(a, "%.*s-%08x", STR_ARG(head), (unsigned)(str_hash(text) & UINT32_MAX));
}

/* ---- what is there ------------------------------------------------------------------------------------------------------------ */

/* A name by which a unit is found; the same name for two is remembered as such. */
static void name_add(struct strmap *m, struct str key, size_t at)
{
    size_t before = strmap_add(m, key, at);
    if (before == STRMAP_NONE || before == at)
        return;
    for (size_t i = 0; i < m->cap; i++) /* rare: two cohorts of one title */
        if (m->slots[i].key.p != NULL && str_eq(m->slots[i].key, key))
            m->slots[i].value = AMBIGUOUS;
}

/* Groups of several cohorts may have the same title. */
static struct str group_name(struct arena *a, uint32_t cohort, struct str name)
{
    return str_printf(a, "%" PRIu32 "/%.*s", cohort, STR_ARG(utf8_fold(a, name)));
}

static uint32_t add_cohort(struct comparing *c, struct roster_unit_plan unit)
{
    struct roster_plan *p = c->plan;
    size_t at = p->cohort_count, cap = c->cohort_cap;
    p->cohorts = room(c->a, p->cohorts, at, &c->cohort_cap, sizeof *p->cohorts);
    if (cap != c->cohort_cap)
        c->noted = arena_grow(c->a, c->noted, cap * sizeof *c->noted, c->cohort_cap * sizeof *c->noted);
    c->noted[at] = STAGE_NOT_NOTED;
    p->cohorts[at] = unit;
    p->cohort_count++;
    strmap_add(&c->cohort_codes, unit.code, at);
    name_add(&c->cohort_names, utf8_fold(c->a, unit.code), at);
    name_add(&c->cohort_names, utf8_fold(c->a, unit.title), at);
    return (uint32_t)at;
}

static uint32_t add_group(struct comparing *c, struct roster_unit_plan unit)
{
    struct roster_plan *p = c->plan;
    size_t at = p->group_count;
    p->groups = room(c->a, p->groups, at, &c->group_cap, sizeof *p->groups);
    p->groups[at] = unit;
    p->group_count++;
    strmap_add(&c->group_codes, unit.code, at);
    name_add(&c->group_names, group_name(c->a, unit.cohort, unit.code), at);
    name_add(&c->group_names, group_name(c->a, unit.cohort, unit.title), at);
    return (uint32_t)at;
}

uint32_t roster_cohort_of(const struct comparing *c, const int64_t *id)
{
    size_t at = strmap_get(&c->cohort_ids, id_key(id));
    return at != STRMAP_NONE ? (uint32_t)at : ROSTER_NONE;
}

uint32_t roster_group_of(const struct comparing *c, const int64_t *id)
{
    size_t at = strmap_get(&c->group_ids, id_key(id));
    return at != STRMAP_NONE ? (uint32_t)at : ROSTER_NONE;
}

void roster_units_known(struct comparing *c)
{
    const struct programme_roll *r = &c->roll;
    struct strmap *maps[] = {&c->stage_names, &c->grades, &c->cohort_codes, &c->cohort_names, &c->cohort_said,
                             &c->cohort_ids,  &c->group_codes, &c->group_names,  &c->group_said,   &c->group_ids};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        *maps[i] = strmap_new(c->a);
    c->plan->stages = r->stages;
    c->plan->stage_count = r->stage_count;
    for (size_t i = 0; i < r->stage_count; i++)
        strmap_add(&c->stage_names, utf8_fold(c->a, r->stages[i].code), i);
    for (size_t i = 0; i < r->stage_count; i++) /* behind all codes: a title never hides a code */
        strmap_add(&c->stage_names, utf8_fold(c->a, r->stages[i].title), i);
    for (size_t i = 0; i < r->cohort_count; i++) {
        const struct cohort *k = &r->cohorts[i];
        strmap_add(&c->cohort_ids, id_key(&k->id), i);
        add_cohort(c, (struct roster_unit_plan){.id = k->id, .code = k->code, .title = k->title, .stage = k->stage, .cohort = ROSTER_NONE});
    }
    for (size_t i = 0; i < r->group_count; i++) {
        const struct learner_group *g = &r->groups[i];
        strmap_add(&c->group_ids, id_key(&g->id), i);
        add_group(c, (struct roster_unit_plan){
                         .id = g->id, .code = g->code, .title = g->title, .cohort = g->cohort != 0 ? roster_cohort_of(c, &g->cohort) : ROSTER_NONE});
    }
    c->no_cohort = c->o->cohort != 0 ? roster_cohort_of(c, &c->o->cohort) : ROSTER_NONE;
}

/* ---- what the file means --------------------------------------------------------------------------------------------------------- */

static struct str title_of(struct roster_unit u)
{
    return utf8_truncate(str_empty(u.title) ? u.code : u.title, TITLE_MOST);
}

/* The text by which a unit is remembered within the file. */
static struct str said_key(struct roster_unit u)
{
    return str_empty(u.code) ? u.title : u.code;
}

static size_t find_cohort(const struct comparing *c, struct roster_unit u)
{
    struct str text = said_key(u);
    size_t at = strmap_get(&c->cohort_codes, text);
    if (at == STRMAP_NONE)
        at = strmap_get(&c->cohort_codes, code_of(c->scratch, text));
    if (at == STRMAP_NONE && plain(c))
        at = strmap_get(&c->cohort_names, utf8_fold(c->scratch, text));
    return at;
}

static uint32_t cohort_said(struct comparing *c, const struct roster_membership *m, bool make)
{
    struct str text = said_key(m->cohort);
    if (str_empty(text))
        return ROSTER_NONE;
    size_t at = strmap_get(&c->cohort_said, text);
    if (at == STRMAP_NONE) {
        at = find_cohort(c, m->cohort);
        if (at == STRMAP_NONE && !make)
            return ROSTER_NONE;
        if (at == STRMAP_NONE)
            at = add_cohort(c, (struct roster_unit_plan){.code = code_of(c->a, text), .title = title_of(m->cohort), .cohort = ROSTER_NONE});
        strmap_add(&c->cohort_said, text, at);
    }
    if (at == AMBIGUOUS) {
        roster_wrong(c, m->row, SAID_COHORT, M_import_cohort_ambiguous, text);
        return ROSTER_NONE;
    }
    c->plan->cohorts[at].named = true;
    return (uint32_t)at;
}

/* In a plain table "A" may stand in each cohort: its code tells which. */
static struct str code_in_cohort(const struct comparing *c, struct arena *a, uint32_t cohort, struct str text)
{
    struct str code = code_of(a, text);
    if (!plain(c) || cohort == ROSTER_NONE || str_starts(code, c->plan->cohorts[cohort].code))
        return code;
    return code_of(a, str_printf(c->scratch, "%.*s-%.*s", STR_ARG(c->plan->cohorts[cohort].code), STR_ARG(code)));
}

/* A free code for a new group. */
static struct str group_code(struct comparing *c, uint32_t cohort, struct str text)
{
    struct str code = code_in_cohort(c, c->a, cohort, text);
    for (int n = 2; strmap_get(&c->group_codes, code) != STRMAP_NONE; n++)
        code = code_of(c->a, str_printf(c->scratch, "%.*s-%d", STR_ARG(utf8_truncate(code, CODE_MOST - 8)), n));
    return code;
}

static size_t find_group(struct comparing *c, uint32_t cohort, struct str text)
{
    size_t at;
    if (!plain(c)) {
        at = strmap_get(&c->group_codes, text);
        return at != STRMAP_NONE ? at : strmap_get(&c->group_codes, code_of(c->scratch, text));
    }
    at = strmap_get(&c->group_names, group_name(c->scratch, cohort, text));
    if (at == STRMAP_NONE && cohort != ROSTER_NONE) /* "A" of MED2026 is MED2026-A */
        at = strmap_get(&c->group_names, group_name(c->scratch, cohort, code_in_cohort(c, c->scratch, cohort, text)));
    if (at == STRMAP_NONE && cohort != ROSTER_NONE)
        at = strmap_get(&c->group_names, group_name(c->scratch, ROSTER_NONE, text));
    if (at == STRMAP_NONE && cohort == ROSTER_NONE)
        at = strmap_get(&c->group_codes, text);
    return at;
}

static uint32_t group_said(struct comparing *c, const struct roster_membership *m, uint32_t cohort, bool make)
{
    struct str text = said_key(m->group);
    if (str_empty(text))
        return ROSTER_NONE;
    struct str key = str_printf(c->scratch, "%" PRIu32 "/%.*s", plain(c) ? cohort : 0, STR_ARG(text));
    size_t at = strmap_get(&c->group_said, key);
    if (at == STRMAP_NONE) {
        at = find_group(c, cohort, text);
        if (at == STRMAP_NONE && !make)
            return ROSTER_NONE;
        if (at == STRMAP_NONE)
            at = add_group(c, (struct roster_unit_plan){.code = group_code(c, cohort, text), .title = title_of(m->group), .cohort = cohort});
        strmap_add(&c->group_said, str_dup(c->a, key), at);
    }
    if (at == AMBIGUOUS) {
        roster_wrong(c, m->row, SAID_GROUP, M_import_group_ambiguous, text);
        return ROSTER_NONE;
    }
    if (plain(c) && cohort == ROSTER_NONE && c->plan->groups[at].cohort != ROSTER_NONE) {
        roster_wrong(c, m->row, SAID_COHORT, M_import_group_of_cohort, text);
        return ROSTER_NONE;
    }
    c->plan->groups[at].named = true;
    return (uint32_t)at;
}

/* "Y9 [Y1, Y2, R1]" */
static struct str with_stages(const struct comparing *c, struct str text)
{
    struct buf b = buf_new(c->scratch, 128);
    buf_str(&b, text);
    buf_z(&b, " [");
    for (size_t i = 0; i < c->roll.stage_count; i++) {
        buf_z(&b, i != 0 ? ", " : "");
        buf_str(&b, c->roll.stages[i].code);
    }
    buf_ch(&b, ']');
    return buf_text(&b);
}

/* 0 where none is said or known. Schools' grades in a OneRoster bundle are seldom stages of a programme: see tell_grades. */
static int64_t stage_said(struct comparing *c, const struct roster_membership *m)
{
    if (str_empty(m->stage))
        return 0;
    size_t at = strmap_get(&c->stage_names, utf8_fold(c->scratch, m->stage));
    if (at != STRMAP_NONE) {
        c->stages_said = true;
        return c->roll.stages[at].id;
    }
    if (plain(c))
        roster_wrong(c, m->row, SAID_STAGE, M_import_stage_unknown, with_stages(c, m->stage));
    else
        (void)strmap_add(&c->grades, m->stage, m->row);
    return 0;
}

static int by_row(const void *x, const void *y)
{
    const struct strmap_slot *a = x, *b = y;
    return a->value < b->value ? -1 : a->value > b->value;
}

/* A bundle whose grades are all a school's own has nothing wrong with it. One that says stages and, beside them, something else is
 * asked about: each such grade once, at its first row. */
static void tell_grades(struct comparing *c)
{
    if (!c->stages_said || c->grades.count == 0)
        return;
    struct strmap_slot *list = ARENA_ARRAY(c->a, c->grades.count, struct strmap_slot);
    size_t n = 0;
    for (size_t i = 0; i < c->grades.cap; i++)
        if (c->grades.slots[i].key.p != NULL)
            list[n++] = c->grades.slots[i];
    qsort(list, n, sizeof *list, by_row);
    for (size_t i = 0; i < n; i++)
        roster_warn(c, list[i].value, SAID_STAGE, M_import_stage_ignored, with_stages(c, list[i].key));
}

/* A new cohort is in the stage that all its people are in; where they differ, each has her own. */
static void note_stage(struct comparing *c, const struct place_said *s)
{
    struct roster_unit_plan *u = &c->plan->cohorts[s->cohort];
    if (u->id != 0)
        return;
    if (c->noted[s->cohort] == STAGE_NOT_NOTED) {
        u->stage = s->stage;
        c->noted[s->cohort] = STAGE_NOTED;
    } else if (u->stage != s->stage) {
        u->stage = 0;
        c->noted[s->cohort] = STAGE_MIXED;
    }
}

static struct place_said place_said(struct comparing *c, const struct roster_person *person, const struct roster_membership *m)
{
    struct place_said s = {ROSTER_NONE, ROSTER_NONE, 0};
    bool trainee = m->has_role && m->role == ROLE_TRAINEE;
    bool make = person->standing == ROSTER_ACTIVE && m->standing == ROSTER_ACTIVE;
    if (!m->has_role)
        return s;
    s.cohort = cohort_said(c, m, make);
    if (!trainee)
        return s;
    s.group = group_said(c, m, s.cohort, make);
    if (make)
        s.stage = stage_said(c, m);
    if (make && s.cohort != ROSTER_NONE)
        note_stage(c, &s);
    return s;
}

void roster_units_said(struct comparing *c)
{
    const struct roster *r = c->roster;
    size_t at = 0;
    c->said = ARENA_ARRAY(c->a, r->membership_count, struct place_said);
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->people[i].membership_count; k++)
            c->said[at++] = place_said(c, &r->people[i], &r->people[i].memberships[k]);
        arena_reset(c->scratch);
    }
    tell_grades(c);
}
