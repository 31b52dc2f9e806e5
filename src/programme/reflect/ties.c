/* What a reflection is tied to: a competency, something she did, a meeting with her mentor. The ties are sealed with the text; here they
 * are chosen, and shown by what they are called today. */
#include "base/clock.h"
#include "programme/evidence/evidence.h"
#include "programme/framework/framework.h"
#include "programme/mentor/mentor.h"
#include "programme/programme/programme.h"
#include "programme/reflect/inside.h"
#include "view/write.h"

#define OFFERED 20

static struct str number(const struct ctx *c, int64_t v)
{
    return str_printf(c->a, "%" PRId64, v);
}

static struct str day_text(const struct ctx *c, int64_t ms)
{
    return view_day_str(c->a, c->lang, day_from_ms(c->zone, ms));
}

static struct str evidence_label(struct ctx *c, struct str kind, struct str title, int64_t at)
{
    struct msg_arg args[] = {MSG_TEXT("what", evidence_kind_word(c, kind)), MSG_TEXT("competency", title), MSG_TEXT("day", day_text(c, at))};
    return tr_args(c, title.n != 0 ? M_reflect_tie_evidence_for : M_reflect_tie_evidence, args, 3);
}

static struct str meeting_label(struct ctx *c, const struct mentor_met *m)
{
    struct msg_arg args[] = {MSG_TEXT("name", reflect_name(c, m->mentor)), MSG_TEXT("day", day_text(c, m->at))};
    return tr_args(c, M_reflect_tie_meeting, args, 2);
}

/* ---- choosing ----------------------------------------------------------------------------------------------------------------------- */

/* The competencies of the programme that she works in, behind "none". */
static enum rc competencies(struct ctx *c, struct choice **out, size_t *count)
{
    struct programme here;
    struct competency *all;
    size_t n = 0;
    *count = 0;
    enum rc rc = programme_current(c, &here);
    if (rc == RC_OK)
        rc = framework_outline(c->db, c->a, here.id, lang_tag(c->lang), false, &all, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *out = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t i = 0; i < n; i++)
        if (all[i].depth > 0)
            (*out)[(*count)++] = (struct choice){.value = number(c, all[i].competency), .label = all[i].title};
    return RC_OK;
}

/* The latest, and the one that was chosen before, which may be older. */
static enum rc evidence(struct ctx *c, int64_t chosen, struct choice **out, size_t *count)
{
    struct rows_reflect_evidence_recent rows;
    struct row_reflect_evidence_of old;
    bool there = chosen == 0;
    TRY(sql_reflect_evidence_recent(c->db, c->a, c->who->person, OFFERED, &rows));
    *out = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    *count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        there = there || rows.v[i].id == chosen;
        (*out)[(*count)++] = (struct choice){.value = number(c, rows.v[i].id), .label = evidence_label(c, rows.v[i].kind, rows.v[i].title, rows.v[i].at)};
    }
    if (there)
        return RC_OK;
    enum rc rc = sql_reflect_evidence_of(c->db, c->a, chosen, c->who->person, &old);
    if (rc == RC_OK)
        (*out)[(*count)++] = (struct choice){.value = number(c, old.id), .label = evidence_label(c, old.kind, old.title, old.at)};
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc meetings(struct ctx *c, int64_t chosen, struct choice **out, size_t *count)
{
    struct mentor_met *met, *old;
    size_t n, more = 0;
    bool there = chosen == 0;
    TRY(mentor_met(c->db, c->a, c->who->person, 0, OFFERED, &met, &n));
    *out = ARENA_ARRAY(c->a, n + 1, struct choice);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        there = there || met[i].id == chosen;
        (*out)[(*count)++] = (struct choice){.value = number(c, met[i].id), .label = meeting_label(c, &met[i])};
    }
    if (!there)
        TRY(mentor_met(c->db, c->a, c->who->person, chosen, 1, &old, &more));
    if (more != 0)
        (*out)[(*count)++] = (struct choice){.value = number(c, chosen), .label = meeting_label(c, old)};
    return RC_OK;
}

static void add_choice(struct ctx *c, struct form *f, const char *name, msg_id label, const struct choice *choices, size_t count, int64_t chosen)
{
    struct choice *list = ARENA_ARRAY(c->a, count + 1, struct choice);
    if (count == 0)
        return;
    list[0] = (struct choice){.value = S("0"), .label = tr(c, M_reflect_tie_none)};
    memcpy(list + 1, choices, count * sizeof *choices);
    bool there = false;
    for (size_t i = 0; i < count; i++)
        there = there || str_eq(choices[i].value, number(c, chosen));
    form_add(f, (struct field){.name = name, .kind = FIELD_CHOICE, .label = label, .choices = list, .choice_count = count + 1, .required = true, .no_draft = true, .value = number(c, there ? chosen : 0)});
}

enum rc reflect_add_ties(struct ctx *c, struct form *f, const struct reflect_text *t)
{
    struct choice *list = NULL;
    size_t n;
    TRY(evidence(c, t->evidence, &list, &n));
    add_choice(c, f, "evidence", M_reflect_tie_to_evidence, list, n, t->evidence);
    TRY(meetings(c, t->meeting, &list, &n));
    add_choice(c, f, "meeting", M_reflect_tie_to_meeting, list, n, t->meeting);
    TRY(competencies(c, &list, &n));
    add_choice(c, f, "competency", M_reflect_tie_to_competency, list, n, t->competency);
    return RC_OK;
}

static int64_t chosen(const struct form *f, const char *name)
{
    int64_t v = 0;
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->fields[i].name, name) == 0 && !str_to_int(form_text(f, name), &v))
            v = 0;
    return v;
}

void reflect_read_ties(const struct form *f, struct reflect_text *t)
{
    t->evidence = chosen(f, "evidence");
    t->meeting = chosen(f, "meeting");
    t->competency = chosen(f, "competency");
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------------ */

enum rc reflect_tie_list(struct ctx *c, const struct reflect_text *t, int64_t author, struct reflect_tie out[3], size_t *count)
{
    bool mine = author == c->who->person;
    *count = 0;
    if (t->evidence != 0) {
        struct row_reflect_evidence_of e;
        enum rc rc = sql_reflect_evidence_of(c->db, c->a, t->evidence, author, &e);
        if (rc == RC_OK)
            out[(*count)++] = (struct reflect_tie){evidence_label(c, e.kind, e.title, e.at), mine ? str_printf(c->a, "/evidence/%" PRId64, e.id) : S("")};
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    if (t->meeting != 0 && !mine) {
        out[(*count)++] = (struct reflect_tie){tr(c, M_reflect_tie_a_meeting), S("")}; /* with whom is between those two */
    } else if (t->meeting != 0) {
        struct mentor_met *met;
        size_t n;
        TRY(mentor_met(c->db, c->a, author, t->meeting, 1, &met, &n));
        if (n != 0)
            out[(*count)++] = (struct reflect_tie){meeting_label(c, met), S("")};
    }
    if (t->competency != 0) {
        struct competency k;
        enum rc rc = framework_competency(c->db, c->a, t->competency, lang_tag(c->lang), &k);
        if (rc == RC_OK)
            out[(*count)++] = (struct reflect_tie){k.title, framework_competency_path(c->a, t->competency)};
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}
